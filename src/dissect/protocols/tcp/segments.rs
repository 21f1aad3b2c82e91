//! Pieces of a message that a TCP stream carries: what is kept for later, and what a message was put
//! together from. They stand beside the layers, in none.

use crate::dissect::buf::Stop;
use crate::dissect::facts::{Part, PartKind};
use crate::dissect::protocol::Protocol;
use crate::dissect::registry::registry;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SEGMENTS = "tcp.segments", "Reassembled TCP Segments", none().fact();
    SEGMENT = "tcp.segment", "TCP Segment", frame().fact();
    SEGMENT_ERROR = "tcp.segment.error", "Reassembling error", frame().fact();
    SEGMENT_COUNT = "tcp.segment.count", "Segment count", uint(32).fact();
    REASSEMBLED_IN = "tcp.reassembled_in", "Reassembled PDU in frame", frame().fact();
    REASSEMBLED_LENGTH = "tcp.reassembled.length", "Reassembled TCP length", uint(32).fact();
    REASSEMBLED_DATA = "tcp.reassembled.data", "Reassembled TCP Data", bytes().fact();
    SEGMENT_DATA = "tcp.segment_data", "TCP segment data", bytes().fact();
    OVERLAP = "tcp.segment.overlap", "Segment overlap", boolean().fact();
    CONFLICT = "tcp.segment.overlap.conflict", "Conflicting data in segment overlap", boolean().fact();
}

pub static PROTOCOL: Protocol = Protocol {
    fields: FIELDS,
    walk,
    bare: true,
    ..Protocol::new("tcp.piece", "TCP segment data", "")
};

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let number = w.layer.part.map_or(usize::MAX, usize::from);
    let Some(part) = w.context.facts.parts.get(number) else { return Ok(()) };
    message(w, part);
    Ok(())
}

/// The parts of a segment's payload that are kept for a message; the walk of the segment shows them.
/// `payload`: where the payload begins in the layer.
pub fn pieces(w: &mut Walk, payload: usize) {
    let facts = w.context.facts;
    let parts: Vec<&Part> = facts.parts(w.index).collect();
    let mut whole = true;
    for (number, part) in parts.iter().enumerate() {
        match part.what {
            PartKind::Message | PartKind::Unread => {
                whole = false;
                continue;
            }
            PartKind::Nothing => continue,
            PartKind::Piece | PartKind::Again => {}
        }
        // A piece that ends a message here stands before it, and needs no such hint.
        let ends = parts.get(number + 1).is_some_and(|next| !next.segments.is_empty());
        if let Some(frame) = part.reassembled_in.filter(|_| facts.complete && !ends) {
            w.generated(&REASSEMBLED_IN, 0, Value::Uint(frame.into()));
        }
        let at = (part.start as usize).saturating_sub(w.layer.start as usize).max(payload);
        let bytes = w.buf.part(at, part.len as usize).data;
        let len = bytes.len();
        let plural = if len == 1 { "" } else { "s" };
        let what = if part.what == PartKind::Again { "Retransmitted TCP" } else { "TCP" };
        w.text(
            &SEGMENT_DATA,
            at,
            len,
            Value::Bytes(bytes),
            format_args!("{what} segment data ({len} byte{plural})"),
        );
    }
    let kept = parts.iter().any(|p| p.what == PartKind::Piece);
    if kept && whole {
        // Who knows that the message ends elsewhere doesn't ask its protocol about the beginning.
        if !facts.complete {
            beginning(w, payload);
        }
        w.columns.append_info(format_args!(" [TCP segment of a reassembled PDU]"));
    }
}

/// What the protocol of a message says of its beginning stands in place of the segment's own Info.
fn beginning(w: &mut Walk, payload: usize) {
    if !w.columns.active() {
        return;
    }
    let begun = |p: &Part| {
        let begins = registry().protocol(p.protocol?).begins.filter(|_| p.what == PartKind::Piece)?;
        let at = (p.start as usize).saturating_sub(w.layer.start as usize).max(payload);
        begins(w.buf.part(at, p.len as usize).data)
    };
    if let Some(text) = w.context.facts.parts(w.index).find_map(begun) {
        w.columns.set_info(format_args!("{text}"));
    }
}

/// The frames that a message was put together from.
fn message(w: &mut Walk, part: &Part) {
    if part.segments.iter().any(|s| s.conflict) {
        w.columns.set_info(format_args!("[Illegal Segments]"));
    }
    if !w.wants_fields() {
        return;
    }
    let total = part.len;
    let count = part.segments.len();
    let plural = if count == 1 { "" } else { "s" };
    let bytes = if total == 1 { "" } else { "s" };
    let mut list = String::new();
    for s in &part.segments {
        use std::fmt::Write;
        let comma = if list.is_empty() { "" } else { ", " };
        let _ = write!(list, "{comma}#{}({})", s.frame, s.len);
    }
    w.put_open(
        w.node(&SEGMENTS, 0, total as usize, Value::None)
            .text(format_args!("{count} Reassembled TCP Segment{plural} ({total} byte{bytes}): {list}"))
            .bracketed(),
    );
    for s in &part.segments {
        let last = (s.offset + s.len).saturating_sub(1);
        let plural = if s.len == 1 { "" } else { "s" };
        let (frame, from, len) = (s.frame, s.offset, s.len);
        let field = if s.overlap { &SEGMENT_ERROR } else { &SEGMENT };
        let text = match len {
            0 => format!("Frame: {frame} (no data)"),
            _ => format!("Frame: {frame}, payload: {from}-{last} ({len} byte{plural})"),
        };
        w.put_open(
            w.node(field, from as usize, len as usize, Value::Uint(frame.into()))
                .text(format_args!("{text}"))
                .bracketed(),
        );
        if s.overlap {
            w.generated(&OVERLAP, 0, Value::Bool(true));
        }
        if s.conflict {
            w.generated(&CONFLICT, 0, Value::Bool(true));
        }
        w.close();
    }
    w.generated(&SEGMENT_COUNT, 0, Value::Uint(count as u64));
    w.generated(&REASSEMBLED_LENGTH, 0, Value::Uint(total.into()));
    let data = w.buf.data;
    let node = w.node(&REASSEMBLED_DATA, 0, data.len(), Value::Bytes(data)).bracketed();
    w.put(node);
    w.close();
}
