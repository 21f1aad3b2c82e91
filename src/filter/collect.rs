//! The values of one packet that had to be walked for: a sink that keeps the wanted fields and nothing
//! else, in buffers that are used again for the next packet.

use super::eval::{ProtocolSet, holds};
use super::item::Item;
use crate::dissect::columns::Columns;
use crate::dissect::field::{Field, Kind};
use crate::dissect::sink::{Node, NodeId, Range, Sink};
use crate::dissect::value::Value;

/// A field that a filter needs a walk for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub field: &'static Field,
    /// The field of its protocol's layer, for counting layers.
    pub layer: &'static Field,
}

/// Buffers for evaluating filters, reused from packet to packet. One for each thread.
#[derive(Default)]
pub struct Scratch {
    pub(super) walked: bool,
    found: Vec<Found>,
    bytes: Vec<u8>,
    /// Buffers made by walks: number, and where in `bytes`.
    made: Vec<(u8, Kept)>,
    layers: Vec<(&'static Field, u16)>,
    pub(super) columns: Columns,
}

#[derive(Clone, Copy)]
struct Kept {
    start: usize,
    len: usize,
}

struct Found {
    slot: u16,
    /// Which of the layers of its protocol, from 1.
    layer: u16,
    range: Range,
    value: Stored,
}

#[derive(Clone, Copy)]
enum Stored {
    None,
    Uint(u64),
    Int(i64),
    Float(f64),
    Ipv4([u8; 4]),
    Ipv6([u8; 16]),
    Short { bytes: [u8; 16], len: u8 },
    Bytes(Kept),
    Str(Kept),
    Time(i128),
}

impl Scratch {
    /// Forgets the last packet.
    pub(super) fn begin(&mut self) {
        self.walked = false;
    }

    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.bytes.clear();
        self.made.clear();
        self.layers.clear();
    }

    fn kept(&self, kept: Kept) -> &[u8] {
        self.bytes.get(kept.start..kept.start + kept.len).unwrap_or(&[])
    }

    fn keep(&mut self, bytes: &[u8]) -> Kept {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        Kept { start, len: bytes.len() }
    }

    /// The values found for a wanted field: layer, how many layers there are, range and value.
    pub(super) fn values(&self, slot: u16, wanted: &Wanted) -> impl Iterator<Item = FoundItem<'_>> {
        let total = self.count(wanted.layer).max(1);
        let found = if self.walked { self.found.as_slice() } else { &[] };
        found.iter().filter(move |f| f.slot == slot).map(move |f| FoundItem {
            layer: f.layer,
            total,
            range: f.range,
            item: self.item(f.value),
        })
    }

    fn count(&self, layer: &'static Field) -> u16 {
        self.layers.iter().find(|(l, _)| std::ptr::eq(*l, layer)).map_or(0, |(_, n)| *n)
    }

    fn item(&self, value: Stored) -> Item<'_> {
        match value {
            Stored::None => Item::None,
            Stored::Uint(n) => Item::Uint(n),
            Stored::Int(n) => Item::Int(n),
            Stored::Float(f) => Item::Float(f),
            Stored::Ipv4(a) => Item::ipv4(a),
            Stored::Ipv6(a) => Item::ipv6(a),
            Stored::Short { bytes, len } => Item::Short { bytes, len },
            Stored::Bytes(k) => Item::Bytes(self.kept(k)),
            Stored::Str(k) => Item::Str(self.kept(k)),
            Stored::Time(t) => Item::Time(t),
        }
    }

    /// The bytes of a buffer that the walk made.
    pub(super) fn made(&self, number: u8) -> Option<&[u8]> {
        self.made.iter().find(|(n, _)| *n == number).map(|(_, k)| self.kept(*k))
    }

    fn store(&mut self, value: &Value) -> Stored {
        match *value {
            Value::None => Stored::None,
            Value::Bool(b) => Stored::Uint(u64::from(b)),
            Value::Uint(n) => Stored::Uint(n),
            Value::Int(n) => Stored::Int(n),
            Value::Float(f) => Stored::Float(f),
            Value::Ipv4(a) => Stored::Ipv4(a),
            Value::Ipv6(a) => Stored::Ipv6(a),
            Value::Bytes(b) | Value::Oid(b) => Stored::Bytes(self.keep(b)),
            Value::Str(s) => Stored::Str(self.keep(s.as_bytes())),
            Value::Time(t) | Value::Duration(t) => Stored::Time(t),
            Value::Eui64(b) => Stored::Uint(u64::from_be_bytes(b)),
            Value::Ether(_) | Value::Guid(_) => match Item::of(*value) {
                Item::Short { bytes, len } => Stored::Short { bytes, len },
                _ => Stored::None,
            },
        }
    }
}

/// A value that a walk found.
pub(super) struct FoundItem<'s> {
    pub layer: u16,
    pub total: u16,
    pub range: Range,
    pub item: Item<'s>,
}

/// The sink of a filter's walk.
pub(super) struct Collector<'s> {
    pub wanted: &'s [Wanted],
    /// Buffers that the walk makes are kept too: a filter wants bytes of them.
    pub keep_sources: bool,
    /// Protocols whose layers can't have what is wanted.
    pub skipped: &'s ProtocolSet,
    pub scratch: &'s mut Scratch,
}

impl Collector<'_> {
    fn slot(&self, field: &'static Field) -> Option<usize> {
        self.wanted.iter().position(|w| std::ptr::eq(w.field, field))
    }

    fn count_layer(&mut self, layer: &'static Field) {
        let counts = &mut self.scratch.layers;
        match counts.iter_mut().find(|(l, _)| std::ptr::eq(*l, layer)) {
            Some((_, n)) => *n = n.saturating_add(1),
            None => counts.push((layer, 1)),
        }
    }
}

impl Sink for Collector<'_> {
    fn wants_fields(&self) -> bool {
        true
    }

    fn wants(&self, field: &'static Field) -> bool {
        self.slot(field).is_some()
    }

    fn wants_beside(&self, fields: &[&'static Field]) -> bool {
        let among = |w: &Wanted| fields.iter().any(|field| std::ptr::eq(*field, w.field));
        self.keep_sources || !self.wanted.iter().all(among)
    }

    /// Expert remarks may come from any layer.
    fn passes_over(&self, layer: &'static Field) -> bool {
        self.wanted.iter().all(|w| !std::ptr::eq(w.layer, layer) && !w.layer.name.starts_with("_ws"))
    }

    fn skips(&self, protocol: u16) -> bool {
        holds(self.skipped, protocol)
    }

    /// A filter may ask for fields that output doesn't have unless told; what it doesn't ask for it ignores.
    fn wants_own_fields(&self) -> bool {
        true
    }

    fn passed_on(&mut self, layer: &'static Field) {
        self.count_layer(layer);
    }

    fn put(&mut self, node: &Node) -> NodeId {
        if node.field.kind == Kind::Protocol {
            self.count_layer(node.field);
        }
        let Some(slot) = self.slot(node.field) else { return NodeId::NOWHERE };
        let layer = self.scratch.count(self.wanted[slot].layer).max(1);
        let value = self.scratch.store(&node.value);
        let found = Found { slot: slot as u16, layer, range: node.range, value };
        self.scratch.found.push(found);
        NodeId(self.scratch.found.len() as u32 - 1)
    }

    fn open(&mut self, _: NodeId) {}

    fn close(&mut self) {}

    fn revalue(&mut self, id: NodeId, value: &Value) {
        let value = self.scratch.store(value);
        if let Some(found) = self.scratch.found.get_mut(id.0 as usize) {
            found.value = value;
        }
    }

    fn resize(&mut self, id: NodeId, len: u32) {
        if let Some(found) = self.scratch.found.get_mut(id.0 as usize) {
            found.range.len = len;
        }
    }

    fn source(&mut self, number: u8, _: &'static str, bytes: &[u8]) {
        if self.keep_sources {
            let kept = self.scratch.keep(bytes);
            self.scratch.made.push((number, kept));
        }
    }
}
