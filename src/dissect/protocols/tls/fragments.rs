//! Handshake messages that are spread over several records of one layer, or over several packets of QUIC:
//! put together, and dissected from a buffer of their own.

use std::fmt::Write;

use super::fields::*;
use super::handshake::{self, HEADER};
use super::{Tls, values};
use crate::dissect::buf::Stop;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

/// A message under way.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    bytes: Vec<u8>,
    /// Frames and lengths of the pieces.
    pieces: Vec<(u32, usize)>,
}

impl Pending {
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.pieces.clear();
    }

    /// Frames and lengths of the pieces so far.
    pub fn pieces(&self) -> impl Iterator<Item = (u32, u32)> {
        self.pieces.iter().map(|(frame, len)| (*frame, *len as u32))
    }

    /// Takes up a message that earlier packets began.
    pub fn resume(&mut self, bytes: Vec<u8>, pieces: &[(u32, u32)]) {
        self.bytes = bytes;
        self.pieces = pieces.iter().map(|(frame, len)| (*frame, *len as usize)).collect();
    }

    /// Takes bytes of the stream without dissecting them; whole messages are forgotten.
    pub fn observe(&mut self, frame: u32, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let have = self.bytes.len();
            self.bytes.extend_from_slice(bytes);
            let taken = match self.total() {
                Some(total) if total <= self.bytes.len() => total.saturating_sub(have),
                _ => {
                    self.pieces.push((frame, bytes.len()));
                    return;
                }
            };
            self.clear();
            bytes = bytes.get(taken.max(1)..).unwrap_or(&[]);
        }
    }

    /// How long the message is in all, once that can be told.
    fn total(&self) -> Option<usize> {
        let [_, a, b, c, ..] = self.bytes.as_slice() else { return None };
        Some(HEADER + u32::from_be_bytes([0, *a, *b, *c]) as usize)
    }

    fn name(&self) -> &'static str {
        let kind = self.bytes.first().copied().unwrap_or(0);
        values::name(values::HANDSHAKE_TYPES, kind.into()).unwrap_or("Unknown")
    }
}

/// The beginning of a message that goes on in the next record; `first`: it is the first in its record.
pub fn begin(t: &mut Tls, node: NodeId, at: usize, len: usize, first: bool) -> Result<(), Stop> {
    let bytes = t.w.bytes(at, len)?.to_vec();
    let pending = Pending { bytes, pieces: vec![(t.w.context.record.number, len)] };
    let (version, name) = (t.short_version, pending.name());
    let title = if first {
        t.info(format_args!("[{name} Fragment]"));
        format!("{name} (fragment)")
    } else {
        "Multiple Handshake Messages".to_owned()
    };
    t.w.relabel(node, format_args!("{version} Record Layer: Handshake Protocol: {title}"));
    piece(t, at, len, name, "fragment");
    t.pending = Some(pending);
    Ok(())
}

fn piece(t: &mut Tls, at: usize, len: usize, name: &str, which: &str) {
    let text = format_args!("Handshake Protocol: {name} ({which})");
    t.w.text(&HANDSHAKE_, at, len, Value::None, text);
}

/// Goes on with the message under way, in a record whose content begins at `at`; returns where what
/// belongs to it ends.
pub fn go_on(t: &mut Tls, node: NodeId, at: usize, len: usize) -> Result<usize, Stop> {
    let Some(mut pending) = t.pending.take() else { return Ok(at) };
    let have = pending.bytes.len();
    // A header in pieces is completed first: it tells how much more belongs to the message.
    let header = t.w.bytes(at, len.min(HEADER.saturating_sub(have)))?;
    pending.bytes.extend_from_slice(header);
    let total = pending.total().unwrap_or(usize::MAX);
    let taken = len.min(total.saturating_sub(have)).max(header.len());
    pending.bytes.truncate(have);
    pending.bytes.extend_from_slice(t.w.bytes(at, taken)?);
    pending.pieces.push((t.w.context.record.number, taken));
    let (version, name) = (t.short_version, pending.name());
    if pending.bytes.len() < total {
        let text = format_args!("{version} Record Layer: Handshake Protocol: Multiple Handshake Messages");
        t.w.relabel(node, text);
        piece(t, at, taken, name, "fragment");
        t.pending = Some(pending);
        return Ok(at + taken);
    }
    t.w.relabel(node, format_args!("{version} Record Layer: Handshake Protocol: {name}"));
    piece(t, at, taken, name, "last fragment");
    whole(t, pending, at)?;
    Ok(at + taken)
}

/// Shows the pieces and the message. Their lines stand at the record, what is in them in the new buffer.
fn whole(t: &mut Tls, pending: Pending, at: usize) -> Result<(), Stop> {
    let place = if t.records { at.saturating_sub(super::record::HEADER) } else { at };
    let name = pending.name();
    t.info(format_args!("{name}"));
    let Pending { bytes, pieces } = pending;
    let Some(source) = t.w.add_source("Reassembled Handshake Message", bytes.clone()) else {
        return Ok(());
    };
    list(t, source, &bytes, &pieces, place);
    let kind = bytes.first().copied().unwrap_or(0);
    let mut state = t.state;
    let (from_client, short_version, records) = (t.from_client, t.short_version, t.records);
    let text = format_args!("Handshake Protocol: {name}");
    let id = t.w.text(&HANDSHAKE_, place, bytes.len(), Value::None, text);
    t.w.open(id);
    let result = t.w.with_source(source, &bytes, |w| {
        let mut inner = Tls { w, state, from_client, short_version, records, pending: None };
        let result = handshake::inside(&mut inner, 0, kind, bytes.len() - HEADER);
        state = inner.state;
        result
    });
    t.state = state;
    t.w.close();
    result
}

/// `2 Reassembled Handshake Fragments (512 bytes): #1(100), #1(412)`
fn list(t: &mut Tls, source: u8, bytes: &[u8], pieces: &[(u32, usize)], place: usize) {
    let mut text = format!("{} Reassembled Handshake Fragments ({} bytes):", pieces.len(), bytes.len());
    for (i, (frame, len)) in pieces.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, "{comma} #{frame}({len})");
    }
    let node = t.w.node(&HS_FRAGMENTS, place, bytes.len(), Value::None);
    t.w.put_open(node.text(format_args!("{text}")).bracketed());
    t.w.with_source(source, bytes, |w| {
        let mut from = 0;
        for (frame, len) in pieces {
            let last = (from + len).saturating_sub(1);
            let plural = if *len == 1 { "" } else { "s" };
            let node = w.node(&HS_FRAGMENT, from, *len, Value::Uint((*frame).into()));
            let what = format_args!("Frame: {frame}, payload: {from}-{last} ({len} byte{plural})");
            w.put(node.text(what).bracketed());
            from += len;
        }
        w.generated(&HS_FRAGMENT_COUNT, 0, Value::Uint(pieces.len() as u64));
    });
    t.w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_are_forgotten_and_the_rest_is_kept() {
        let mut pending = Pending::default();
        pending.observe(1, &[1, 0, 0, 2, 9, 9, 2, 0]);
        assert_eq!((pending.len(), pending.pieces().collect::<Vec<_>>()), (2, vec![(1, 2)]));
        pending.observe(2, &[0, 1]);
        assert_eq!(pending.pieces().collect::<Vec<_>>(), [(1, 2), (2, 2)]);
        pending.observe(3, &[7]);
        assert!(pending.is_empty());
    }
}
