//! Pieces of a message that a TCP stream carries: what is kept for later, and what a message was put
//! together from. They stand beside the layers, in none.

use crate::dissect::buf::Stop;
use crate::dissect::facts::{Part, PartKind};
use crate::dissect::protocol::Protocol;
use crate::dissect::sink::Range;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SEGMENTS = "tcp.segments", "Reassembled TCP Segments", none().fact();
    SEGMENT = "tcp.segment", "TCP Segment", frame().fact();
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
    match part.what {
        PartKind::Piece => piece(w, part),
        PartKind::Message => message(w, part),
    }
    Ok(())
}

/// Bytes kept until the rest of their message comes.
fn piece(w: &mut Walk, part: &Part) {
    let bytes = w.buf.data;
    let len = bytes.len();
    if w.columns.active() && part.reassembled_in.is_some() {
        w.columns.append_info_separated(
            " ",
            format_args!("[TCP segment of a reassembled PDU]"),
        );
    }
    if !w.wants_fields() || len == 0 {
        return;
    }
    if let Some(frame) = part.reassembled_in.filter(|_| w.context.facts.complete) {
        w.generated(&REASSEMBLED_IN, 0, Value::Uint(frame.into()));
    }
    let plural = if len == 1 { "" } else { "s" };
    w.text(
        &SEGMENT_DATA,
        0,
        len,
        Value::Bytes(bytes),
        format_args!("TCP segment data ({len} byte{plural})"),
    );
}

/// The frames that a message was put together from.
fn message(w: &mut Walk, part: &Part) {
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
    let id = w.text(
        &SEGMENTS,
        0,
        total as usize,
        Value::None,
        format_args!("{count} Reassembled TCP Segment{plural} ({total} byte{bytes}): {list}"),
    );
    w.open(id);
    for s in &part.segments {
        let last = (s.offset + s.len).saturating_sub(1);
        let plural = if s.len == 1 { "" } else { "s" };
        w.text(
            &SEGMENT,
            s.offset as usize,
            s.len as usize,
            Value::Uint(s.frame.into()),
            format_args!("Frame: {}, payload: {}-{last} ({} byte{plural})", s.frame, s.offset, s.len),
        );
    }
    let _ = Range::default();
    w.generated(&SEGMENT_COUNT, 0, Value::Uint(count as u64));
    w.generated(&REASSEMBLED_LENGTH, 0, Value::Uint(total.into()));
    let data = w.buf.data;
    let node = w.node(&REASSEMBLED_DATA, 0, data.len(), Value::Bytes(data)).bracketed();
    w.put(node);
    w.close();
}
