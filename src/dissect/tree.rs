//! The detail tree of one packet: a sink that keeps every node with its range, value and label.
//! Reused from packet to packet; texts and byte values lie in two shared buffers.

use std::fmt::{self, Write};

use super::context::Settings;
use super::field::Field;
use super::label;
use super::names::Names;
use super::sink::{Node, NodeId, Range, Sink};
use super::value::Value;

/// A node that is kept. Children follow their parent; `depth` tells where they end.
#[derive(Clone, Debug)]
pub struct TreeNode {
    pub field: &'static Field,
    pub range: Range,
    /// How many nodes are above it.
    pub depth: u16,
    pub hidden: bool,
    pub generated: bool,
    value: Kept,
    label: (u32, u32),
}

/// A value whose bytes, if it has any, lie in the tree.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Plain(Value<'static>),
    Bytes(u32, u32),
    Str(u32, u32),
    Oid(u32, u32),
}

/// A packet's tree.
#[derive(Default)]
pub struct Tree<'c> {
    nodes: Vec<TreeNode>,
    /// Labels and strings; a label that is changed later is written anew at the end.
    text: String,
    bytes: Vec<u8>,
    open: Vec<u32>,
    /// Buffers made while dissecting: number, name, bytes.
    sources: Vec<(u8, &'static str, Vec<u8>)>,
    /// False: values and ranges only, no labels (they are costly and not everyone reads them).
    labels: bool,
    /// Only these fields are kept; all, if there are none.
    only: Vec<&'static Field>,
    names: Option<&'c Names>,
    settings: Option<&'c Settings>,
}

impl<'c> Tree<'c> {
    pub fn new(names: &'c Names, settings: &'c Settings, labels: bool) -> Tree<'c> {
        Tree { labels, names: Some(names), settings: Some(settings), ..Tree::default() }
    }

    /// A tree that is given names and settings by `renew`.
    pub fn labelled(labels: bool) -> Tree<'c> {
        Tree { labels, ..Tree::default() }
    }

    /// Keeps these fields only.
    pub fn pick(mut self, only: Vec<&'static Field>) -> Tree<'c> {
        self.only = only;
        self
    }

    /// The same buffers, empty, for a packet whose names and settings are these.
    pub fn renew<'d>(mut self, names: &'d Names, settings: &'d Settings) -> Tree<'d> {
        self.clear();
        Tree { names: Some(names), settings: Some(settings), ..self.forget() }
    }

    /// The same buffers without what they borrow.
    pub fn forget<'d>(self) -> Tree<'d> {
        Tree {
            nodes: self.nodes,
            text: self.text,
            bytes: self.bytes,
            open: self.open,
            sources: self.sources,
            labels: self.labels,
            only: self.only,
            names: None,
            settings: None,
        }
    }

    fn keeps(&self, field: &'static Field) -> bool {
        self.only.is_empty() || self.only.iter().any(|f| std::ptr::eq(*f, field))
    }

    pub fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.bytes.clear();
        self.open.clear();
        self.sources.clear();
    }

    pub fn nodes(&self) -> &[TreeNode] {
        &self.nodes
    }

    pub fn label(&self, node: &TreeNode) -> &str {
        self.text.get(node.label.0 as usize..node.label.1 as usize).unwrap_or("")
    }

    pub fn value(&self, node: &TreeNode) -> Value<'_> {
        let bytes = |a: u32, b: u32| self.bytes.get(a as usize..b as usize).unwrap_or(&[]);
        match node.value {
            Kept::Plain(v) => v,
            Kept::Bytes(a, b) => Value::Bytes(bytes(a, b)),
            Kept::Oid(a, b) => Value::Oid(bytes(a, b)),
            Kept::Str(a, b) => Value::Str(self.text.get(a as usize..b as usize).unwrap_or("")),
        }
    }

    /// Buffers that were made while dissecting this packet (number, name, bytes).
    pub fn sources(&self) -> &[(u8, &'static str, Vec<u8>)] {
        &self.sources
    }

    /// Index behind the last descendant of a node.
    pub fn end_of(&self, index: usize) -> usize {
        let depth = self.nodes[index].depth;
        let rest = &self.nodes[index + 1..];
        index + 1 + rest.iter().position(|n| n.depth <= depth).unwrap_or(rest.len())
    }

    fn keep(&mut self, value: &Value) -> Kept {
        let at = self.bytes.len() as u32;
        match *value {
            Value::Bytes(b) => {
                self.bytes.extend_from_slice(b);
                Kept::Bytes(at, self.bytes.len() as u32)
            }
            Value::Oid(b) => {
                self.bytes.extend_from_slice(b);
                Kept::Oid(at, self.bytes.len() as u32)
            }
            Value::Str(s) => {
                let at = self.text.len() as u32;
                self.text.push_str(s);
                Kept::Str(at, self.text.len() as u32)
            }
            Value::None => Kept::Plain(Value::None),
            Value::Bool(v) => Kept::Plain(Value::Bool(v)),
            Value::Uint(v) => Kept::Plain(Value::Uint(v)),
            Value::Int(v) => Kept::Plain(Value::Int(v)),
            Value::Float(v) => Kept::Plain(Value::Float(v)),
            Value::Ether(v) => Kept::Plain(Value::Ether(v)),
            Value::Ipv4(v) => Kept::Plain(Value::Ipv4(v)),
            Value::Ipv6(v) => Kept::Plain(Value::Ipv6(v)),
            Value::Time(v) => Kept::Plain(Value::Time(v)),
            Value::Duration(v) => Kept::Plain(Value::Duration(v)),
            Value::Guid(v) => Kept::Plain(Value::Guid(v)),
            Value::Eui64(v) => Kept::Plain(Value::Eui64(v)),
        }
    }

    fn write_label(&mut self, node: &Node) -> (u32, u32) {
        let at = self.text.len();
        match (node.text, self.names, self.settings) {
            (Some(text), ..) => {
                _ = self.text.write_fmt(text);
                label::limit(&mut self.text, at, at);
            }
            (None, Some(names), Some(settings)) => {
                label::write(&mut self.text, node.field, &node.value, node.range.len, names, settings);
            }
            _ => self.text.push_str(node.field.label),
        }
        (at as u32, self.text.len() as u32)
    }
}

impl Sink for Tree<'_> {
    fn wants_fields(&self) -> bool {
        true
    }

    fn wants(&self, field: &'static Field) -> bool {
        self.keeps(field)
    }

    fn put(&mut self, node: &Node) -> NodeId {
        if !self.keeps(node.field) {
            return NodeId::NOWHERE;
        }
        let id = self.nodes.len() as u32;
        let value = self.keep(&node.value);
        let label = if self.labels { self.write_label(node) } else { (0, 0) };
        self.nodes.push(TreeNode {
            field: node.field,
            range: node.range,
            depth: self.open.len() as u16,
            hidden: node.hidden,
            generated: node.generated,
            value,
            label,
        });
        NodeId(id)
    }

    fn open(&mut self, id: NodeId) {
        self.open.push(id.0);
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn depth(&self) -> usize {
        self.open.len()
    }

    fn append(&mut self, id: NodeId, text: fmt::Arguments) {
        if !self.labels {
            return;
        }
        let Some(node) = self.nodes.get_mut(id.0 as usize) else { return };
        let (from, to) = node.label;
        if to as usize != self.text.len() {
            let at = self.text.len() as u32;
            self.text.extend_from_within(from as usize..to as usize);
            node.label = (at, self.text.len() as u32);
        }
        let _ = self.text.write_fmt(text);
        label::cut(&mut self.text, node.label.0 as usize);
        node.label.1 = self.text.len() as u32;
    }

    fn relabel(&mut self, id: NodeId, text: fmt::Arguments) {
        if !self.labels {
            return;
        }
        let Some(node) = self.nodes.get_mut(id.0 as usize) else { return };
        let at = self.text.len();
        let _ = self.text.write_fmt(text);
        label::limit(&mut self.text, at, at);
        node.label = (at as u32, self.text.len() as u32);
    }

    fn revalue(&mut self, id: NodeId, value: &Value) {
        let value = self.keep(value);
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.value = value;
        }
    }

    fn resize(&mut self, id: NodeId, len: u32) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.range.len = len;
        }
    }

    fn range(&self, id: NodeId) -> Range {
        self.nodes.get(id.0 as usize).map_or(Range::default(), |n| n.range)
    }

    fn source(&mut self, number: u8, name: &'static str, bytes: &[u8]) {
        self.sources.push((number, name, bytes.to_vec()));
    }
}
