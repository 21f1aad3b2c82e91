//! The subtree that lists the fragments of a datagram, for IPv4 and IPv6.

use std::fmt::Write;

use crate::dissect::facts::{FragmentFacts, Segment};
use crate::dissect::field::Field;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

/// The fields that say the same for IPv4 and IPv6.
pub struct Fields {
    /// `IPv4`, `IPv6`.
    pub version: &'static str,
    pub fragments: &'static Field,
    pub fragment: &'static Field,
    pub overlap: &'static Field,
    pub conflict: &'static Field,
    pub error: &'static Field,
    pub count: &'static Field,
    pub reassembled_in: &'static Field,
    pub length: &'static Field,
    pub data: &'static Field,
}

/// Emits what is known of a fragment: the list of all in the frame that completes the datagram, the number
/// of that frame in the others.
pub fn emit(w: &mut Walk, fields: &Fields, facts: &FragmentFacts) {
    if let Some(frame) = facts.reassembled_in {
        w.generated(fields.reassembled_in, 0, Value::Uint(u64::from(frame)));
        return;
    }
    if facts.segments.is_empty() || !w.wants_fields() {
        return;
    }
    let context = w.context;
    let number = usize::from(facts.source);
    let Some(bytes) = number.checked_sub(1).and_then(|n| context.sources.get(n)) else { return };
    w.with_source(facts.source, bytes, |w| list(w, fields, facts, bytes));
}

fn list(w: &mut Walk, fields: &Fields, facts: &FragmentFacts, bytes: &[u8]) {
    let count = facts.segments.len();
    let mut each = String::new();
    for (i, s) in facts.segments.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(each, "{comma}#{}({})", s.frame, s.len);
    }
    let len = bytes.len();
    let id = w.put(
        w.node(fields.fragments, 0, len, Value::Bytes(bytes))
            .text(format_args!(
                "{count} {} Fragment{} ({len} byte{}): {each}",
                fields.version,
                plural(count),
                plural(len),
            ))
            .bracketed(),
    );
    w.open(id);
    for segment in &facts.segments {
        one(w, fields, segment);
    }
    w.generated(fields.count, 0, Value::Uint(count as u64));
    w.generated(fields.length, 0, Value::Uint(len as u64));
    w.put(w.node(fields.data, 0, len, Value::Bytes(bytes)).bracketed());
    w.close();
}

fn one(w: &mut Walk, fields: &Fields, s: &Segment) {
    let (start, len) = (s.offset as usize, s.len as usize);
    let field = if s.conflict { fields.error } else { fields.fragment };
    let last = (start + len).saturating_sub(1);
    let frame = s.frame;
    let id = w.put(
        w.node(field, start, len, Value::Uint(u64::from(frame)))
            .text(format_args!("Frame: {frame}, payload: {start}-{last} ({len} byte{})", plural(len)))
            .bracketed(),
    );
    w.open(id);
    if s.overlap {
        w.generated(fields.overlap, start, Value::Bool(true));
    }
    if s.conflict {
        w.generated(fields.conflict, start, Value::Bool(true));
    }
    w.close();
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
