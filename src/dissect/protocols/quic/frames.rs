//! The frames of an Initial packet (RFC 9000 12.4 allows no others there), and of Google's versions.

use super::Quic;
use super::crypto::{Came, Piece};
use super::fields::*;
use super::packet::{is_google, varint};
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::protocols::tls;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

pub static RETRANSMISSION: Expert = Expert::new(
    "quic.retransmission",
    "This QUIC frame has a reused stream offset (retransmission?)",
    Group::Sequence,
    Severity::Note,
);

/// Goes over the data of all CRYPTO frames of a payload: where it lies, and its place in the stream.
pub fn each_crypto(payload: &[u8], version: u32, f: &mut dyn FnMut(usize, u64, &[u8])) {
    let buf = Buf::whole(payload);
    let mut at = 0;
    while let Ok(found) = next(&buf, at, version) {
        if let What::Crypto { offset, data, len, .. } = found.what {
            f(data, offset, buf.bytes(data, len).unwrap_or(&[]));
        }
        if found.end <= at {
            return;
        }
        at = found.end;
    }
}

/// A frame: its type, where what follows the type begins, and where it ends.
struct Found {
    kind: u64,
    body: usize,
    end: usize,
    what: What,
}

enum What {
    Padding,
    Ping,
    /// Its parts are read when they are shown.
    Ack,
    Crypto {
        offset: u64,
        /// Bytes of the offset and of the length.
        sizes: (usize, usize),
        data: usize,
        len: usize,
    },
    Close,
}

/// The frame at `at`; an error at the end, or for what has no place here.
fn next(buf: &Buf, at: usize, version: u32) -> Result<Found, Stop> {
    let (kind, size) = if is_google(version) { (u64::from(buf.u8(at)?), 1) } else { varint(buf, at)? };
    let body = at + size;
    let mut found = Found { kind, body, end: body, what: What::Ping };
    match kind {
        0 => {
            let zeros = if is_google(version) { buf.captured(at) } else { zeros(buf.from(at)) };
            (found.what, found.end) = (What::Padding, at + zeros);
        }
        7 if is_google(version) => {}
        8 if is_google(version) => found.crypto(buf)?,
        0x40..=0x7f if is_google(version) => {
            (found.what, found.end) = (What::Ack, google_ack(buf, kind, body)?);
        }
        _ if is_google(version) => return Err(Stop::invalid("frame type", at)),
        1 => {}
        2 | 3 => (found.what, found.end) = (What::Ack, ack_end(buf, kind, body)?),
        6 => found.crypto(buf)?,
        0x1c | 0x1d => (found.what, found.end) = (What::Close, close_end(buf, kind, body)?),
        _ => return Err(Stop::invalid("frame type", at)),
    }
    Ok(found)
}

/// Zero bytes at the start: hundreds of them, as a rule.
fn zeros(bytes: &[u8]) -> usize {
    let whole = bytes.chunks_exact(32).take_while(|chunk| **chunk == [0; 32]).count() * 32;
    bytes[whole..].iter().position(|b| *b != 0).map_or(bytes.len(), |at| whole + at)
}

impl Found {
    fn crypto(&mut self, buf: &Buf) -> Result<(), Stop> {
        let (offset, offset_size) = varint(buf, self.body)?;
        let (len, len_size) = varint(buf, self.body + offset_size)?;
        let data = self.body + offset_size + len_size;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        buf.bytes(data, len)?;
        self.what = What::Crypto { offset, sizes: (offset_size, len_size), data, len };
        self.end = data + len;
        Ok(())
    }
}

/// Skips so many variable-length integers.
fn skip(buf: &Buf, mut at: usize, count: u64) -> Result<usize, Stop> {
    for _ in 0..count {
        at += varint(buf, at)?.1;
    }
    Ok(at)
}

fn ack_end(buf: &Buf, kind: u64, body: usize) -> Result<usize, Stop> {
    let at = skip(buf, body, 2)?;
    let (ranges, size) = varint(buf, at)?;
    let at = skip(buf, at + size, ranges.saturating_mul(2).saturating_add(1))?;
    if kind == 3 { skip(buf, at, 3) } else { Ok(at) }
}

fn close_end(buf: &Buf, kind: u64, body: usize) -> Result<usize, Stop> {
    let at = skip(buf, body, if kind == 0x1c { 2 } else { 1 })?;
    let (len, size) = varint(buf, at)?;
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(buf.remaining(at + size));
    Ok(at + size + len)
}

/// Google's acknowledgments: sizes stand in the type.
fn google_ack(buf: &Buf, kind: u64, body: usize) -> Result<usize, Stop> {
    let size = |code: u64| [1usize, 2, 4, 6][(code & 3) as usize];
    let block = size(kind);
    let mut at = body + size(kind >> 2) + 2;
    let blocks = if kind & 0x20 != 0 { usize::from(buf.u8(at)?) } else { 0 };
    at += usize::from(kind & 0x20 != 0) + block + blocks * (1 + block);
    let stamps = usize::from(buf.u8(at)?);
    at += 1 + if stamps > 0 { 5 + (stamps - 1) * 3 } else { 0 };
    buf.bytes(body, at - body)?;
    Ok(at)
}

/// Dissects the frames of a decrypted payload, which the walk stands on.
pub fn walk(q: &mut Quic) -> Result<(), Stop> {
    let mut at = 0;
    while at < q.w.buf.reported {
        let found = next(&q.w.buf, at, q.packet.version)?;
        let name = match found.what {
            What::Padding => "PADDING",
            What::Ping => "PING",
            What::Ack => "ACK",
            What::Crypto { .. } => "CRYPTO",
            What::Close => "CONNECTION_CLOSE",
        };
        // Google's padding goes to the end, and isn't worth a word.
        if !is_google(q.packet.version) || matches!(found.what, What::Crypto { .. }) {
            let name = if matches!(found.what, What::Close) { "CC" } else { name };
            q.w.columns.append_info(format_args!(", {name}"));
        }
        let id = q.w.text(&FRAME, at, found.end - at, Value::None, format_args!("{name}"));
        q.w.open(id);
        frame(q, id, at, &found, name)?;
        q.w.close();
        if found.end <= at {
            break;
        }
        at = found.end;
    }
    Ok(())
}

fn frame(q: &mut Quic, id: NodeId, at: usize, found: &Found, name: &str) -> Result<(), Stop> {
    let Found { kind, body, end, .. } = *found;
    let which = if matches!(found.what, What::Close) { " (Transport)" } else { "" };
    let text = format_args!("Frame Type: {name}{which} (0x{kind:016x})");
    q.w.text(&FRAME_TYPE, at, body - at, Value::Uint(kind), text);
    match found.what {
        What::Padding => {
            let len = end - at;
            q.w.relabel(id, format_args!("PADDING Length: {len}"));
            q.w.generated(&PADDING_LENGTH, body, Value::Uint(len as u64));
            Ok(())
        }
        What::Ping => Ok(()),
        What::Ack if is_google(q.packet.version) => Ok(()),
        What::Ack => ack(q, kind, body),
        What::Crypto { offset, sizes, data, len } => crypto(q, body, offset, sizes, data, len),
        What::Close => close(q, id, kind, body),
    }
}

impl Quic<'_, '_> {
    /// A variable-length integer as a field; its value, and where it ends.
    fn number(&mut self, field: &'static Field, at: usize) -> Result<(u64, usize), Stop> {
        let (value, size) = varint(&self.w.buf, at)?;
        self.w.uint(field, at, size, value);
        Ok((value, at + size))
    }
}

fn ack(q: &mut Quic, kind: u64, at: usize) -> Result<(), Stop> {
    let (_, at) = q.number(&ACK_LARGEST, at)?;
    let (_, at) = q.number(&ACK_DELAY, at)?;
    let (ranges, at) = q.number(&ACK_RANGE_COUNT, at)?;
    let (_, mut at) = q.number(&ACK_FIRST_RANGE, at)?;
    for _ in 0..ranges {
        at = q.number(&ACK_GAP, at)?.1;
        at = q.number(&ACK_RANGE, at)?.1;
    }
    if kind == 3 {
        for field in [&ACK_ECT0, &ACK_ECT1, &ACK_CE] {
            at = q.number(field, at)?.1;
        }
    }
    Ok(())
}

/// An error code of the transport; those from 0x100 on are alerts of TLS (RFC 9000 20.1).
fn close(q: &mut Quic, id: NodeId, kind: u64, at: usize) -> Result<(), Stop> {
    let (code, size) = varint(&q.w.buf, at)?;
    let alert = (0x100..0x200).contains(&code).then(|| tls::alert_name(code as u8));
    let name = match alert {
        Some(_) => "CRYPTO_ERROR",
        None => ERRORS.iter().find(|e| e.0 == code).map_or("Unknown", |e| e.1),
    };
    q.w.text(&CLOSE_ERROR, at, size, Value::Uint(code), format_args!("Error code: {name} ({code})"));
    let mut at = at + size;
    let mut title = format!("CONNECTION_CLOSE (Transport) Error code: {name}");
    if let Some(alert) = alert {
        let text = format_args!("TLS Alert Description: {alert} ({})", code & 0xff);
        q.w.text(&CLOSE_ALERT, at - 1, 1, Value::Uint(code & 0xff), text);
        title.push_str(&format!(" ({alert})"));
    }
    if kind == 0x1c {
        at = q.number(&CLOSE_FRAME_TYPE, at)?.1;
    }
    let (len, at) = q.number(&CLOSE_REASON_LENGTH, at)?;
    q.w.relabel(id, format_args!("{title}"));
    q.w.field(&CLOSE_REASON, at, usize::try_from(len).unwrap_or(usize::MAX).min(q.w.remaining(at)))?;
    Ok(())
}

fn crypto(
    q: &mut Quic,
    at: usize,
    offset: u64,
    (offset_size, len_size): (usize, usize),
    data: usize,
    len: usize,
) -> Result<(), Stop> {
    q.w.uint(&CRYPTO_OFFSET, at, offset_size, offset);
    q.w.uint(&CRYPTO_LENGTH, at + offset_size, len_size, len as u64);
    q.w.value(&CRYPTO_DATA, data, len, Value::None);
    let bytes = q.w.bytes(data, len)?;
    let frame = q.w.context.record.number;
    let piece = Piece { frame, layer: 0, at: data as u32, offset, bytes: bytes.to_vec() };
    match q.crypto.add(piece) {
        Came::Early => {}
        Came::Again => q.w.expert(&RETRANSMISSION, q.w.node),
        Came::Next => {
            let pending = &mut q.crypto.pending;
            tls::crypto(q.w, data, len, !q.secret.from_server, pending)?;
        }
        Came::Joined(whole, pieces) => joined(q, at - 1, &whole, &pieces)?,
    }
    q.crypto.settle();
    Ok(())
}

/// Data put together from several frames: shown as such, and dissected from a buffer of its own.
fn joined(q: &mut Quic, at: usize, whole: &[u8], pieces: &[(u32, usize)]) -> Result<(), Stop> {
    let Some(source) = q.w.add_source("Reassembled QUIC CRYPTO", whole.to_vec()) else { return Ok(()) };
    let mut text = format!("{} Reassembled QUIC CRYPTO Data Fragments ({} bytes):", pieces.len(), whole.len());
    for (i, (frame, len)) in pieces.iter().enumerate() {
        text.push_str(&format!("{} #{frame}({len})", if i == 0 { "" } else { "," }));
    }
    let node = q.w.node(&CRYPTO_FRAGMENTS, at, whole.len(), Value::None);
    q.w.put_open(node.text(format_args!("{text}")).bracketed());
    let (crypto, from_client) = (&mut q.crypto, !q.secret.from_server);
    let mut from = 0;
    q.w.with_source(source, whole, |w| {
        for (frame, len) in pieces {
            let len = (*len).min(whole.len() - from);
            let last = (from + len).saturating_sub(1);
            let plural = if len == 1 { "" } else { "s" };
            let node = w.node(&CRYPTO_FRAGMENT, from, len, Value::Uint((*frame).into()));
            let text = format_args!("Frame: {frame}, payload: {from}-{last} ({len} byte{plural})");
            w.put(node.text(text).bracketed());
            from += len;
        }
        w.generated(&CRYPTO_FRAGMENT_COUNT, 0, Value::Uint(pieces.len() as u64));
    });
    q.w.close();
    q.w.with_source(source, whole, |w| tls::crypto(w, 0, whole.len(), from_client, &mut crypto.pending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::protocols::quic::packet::V1;

    #[test]
    fn padding_of_any_length_is_counted() {
        let count = |len: usize| zeros(&[&vec![0; len][..], &[6, 0, 0]].concat());
        assert!((0..100).all(|len| count(len) == len));
        assert_eq!([zeros(&[0; 70]), zeros(&[])], [70, 0]);
    }

    #[test]
    fn the_data_of_crypto_frames_is_found_between_others() {
        let payload = [1, 0, 0, 6, 2, 2, b'c', b'd', 2, 0, 0, 0, 0, 6, 0, 1, b'a'];
        let mut found = Vec::new();
        each_crypto(&payload, V1, &mut |at, offset, bytes| found.push((at, offset, bytes.to_vec())));
        assert_eq!(found, [(6, 2, b"cd".to_vec()), (16, 0, b"a".to_vec())]);
    }

    #[test]
    fn counts_that_lead_past_the_end_end_there() {
        let payload = [2, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0];
        each_crypto(&payload, V1, &mut |_, _, _| panic!("no crypto here"));
    }
}
