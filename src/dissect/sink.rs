//! Where a walk puts what it finds. The tree, the filter and the column texts are sinks; they
//! don't know protocols, and protocols don't know them.

use std::fmt;

use super::field::Field;
use super::value::Value;

/// Names a node within one sink and one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId(pub u32);

impl NodeId {
    /// What a sink without nodes hands out.
    pub const NOWHERE: NodeId = NodeId(u32::MAX);
}

/// Which bytes a value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// 0 is the frame, n a reassembled, decompressed or decoded buffer.
    pub source: u8,
    pub start: u32,
    pub len: u32,
}

/// A node on its way into a sink.
#[derive(Clone, Copy)]
pub struct Node<'n> {
    pub field: &'static Field,
    pub range: Range,
    pub value: Value<'n>,
    /// The whole label; `None`: made from field and value.
    pub text: Option<fmt::Arguments<'n>>,
    /// Not shown in the tree, but there for filters and exporters.
    pub hidden: bool,
    /// Not in the packet: computed or remembered. Shown in brackets.
    pub generated: bool,
}

/// Takes the fields of a packet as a walk comes by them.
pub trait Sink {
    /// False if fields needn't be offered at all: only columns are wanted.
    fn wants_fields(&self) -> bool;
    /// False if this one field may be left out.
    fn wants(&self, _field: &'static Field) -> bool {
        true
    }
    /// False if nothing is wanted but (some of) these fields: a walk may stop behind them.
    fn wants_beside(&self, _fields: &[&'static Field]) -> bool {
        true
    }
    /// True if nothing of this layer is wanted.
    fn passes_over(&self, _layer: &'static Field) -> bool {
        false
    }
    /// True if nothing is wanted of this protocol (its registry number), nor of what it hands on.
    fn skips(&self, _protocol: u16) -> bool {
        false
    }
    /// True if fields of our own (`sniff.…`) are wanted, whatever the settings say.
    fn wants_own_fields(&self) -> bool {
        false
    }
    /// A layer without an element of its own: it only hands on to another form of its protocol.
    fn passed_on(&mut self, _layer: &'static Field) {}
    /// A node below the open one.
    fn put(&mut self, node: &Node) -> NodeId;
    /// Makes the node put last the open one.
    fn open(&mut self, id: NodeId);
    fn close(&mut self);
    /// Adds to the label of a node.
    fn append(&mut self, _id: NodeId, _text: fmt::Arguments) {}
    /// Replaces the label of a node.
    fn relabel(&mut self, _id: NodeId, _text: fmt::Arguments) {}
    /// Replaces the value of a node.
    fn revalue(&mut self, _id: NodeId, _value: &Value) {}
    /// Corrects the number of bytes of a node.
    fn resize(&mut self, _id: NodeId, _len: u32) {}
    /// The bytes of a node, where nodes are kept.
    fn range(&self, _id: NodeId) -> Range {
        Range::default()
    }
    /// How many nodes are open.
    fn depth(&self) -> usize {
        0
    }
    /// A buffer made while dissecting: its bytes are the source of that number from now on.
    fn source(&mut self, _number: u8, _name: &'static str, _bytes: &[u8]) {}
}

/// Wants nothing.
pub struct NoSink;

impl Sink for NoSink {
    fn wants_fields(&self) -> bool {
        false
    }
    fn put(&mut self, _: &Node) -> NodeId {
        NodeId::NOWHERE
    }
    fn open(&mut self, _: NodeId) {}
    fn close(&mut self) {}
}

/// A heading or remark of the tree that is no field: it has a text and bytes, but no name.
pub static TEXT: Field = Field::new("", "");
