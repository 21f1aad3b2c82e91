//! `-T json`, `jsonraw` and `ek`: the tree as JSON in tshark's three shapes. `pretty` keeps the tree's
//! nesting, `ek` (for Elasticsearch) flattens it to one line a packet.

mod ek;
mod pretty;
mod writer;

use std::collections::HashSet;

use chrono::{DateTime, Local, Utc};

use super::{Shown, bytes_of};
use crate::dissect::field::Kind;
use crate::dissect::registry::registry;
use crate::dissect::text;
use crate::dissect::tree::TreeNode;
use crate::dissect::value::Value;

pub use ek::Ek;
pub use pretty::Json;

/// What of each field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The value as text.
    pub text: bool,
    /// The bytes in hexadecimal, with their place and type.
    pub raw: bool,
}

/// The layers that `-j` and `-J` choose.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// None: all.
    pub names: HashSet<String>,
    /// With all that is below them.
    pub deep: bool,
}

impl Choice {
    /// Whether what is below a node of this name is shown. `inherited`: the same of the node above.
    pub fn takes(&self, name: &str, inherited: bool) -> bool {
        self.names.is_empty() || (self.deep && inherited) || self.names.contains(name)
    }
}

/// A remark of the dissector: a heading with fields of its own, as a layer has them.
const EXPERT: &str = "_ws.expert";

fn is_layer(node: &TreeNode) -> bool {
    node.field.kind == Kind::Protocol || node.field.name == EXPERT
}

/// The indices of a node's children; `None`: of the packet's layers.
fn children<'a>(shown: &'a Shown, parent: Option<usize>) -> impl Iterator<Item = usize> + use<'a> {
    let tree = shown.tree;
    let (mut at, end) = match parent {
        Some(parent) => (parent + 1, tree.end_of(parent)),
        None => (0, tree.nodes().len()),
    };
    std::iter::from_fn(move || {
        let index = at;
        (index < end).then(|| {
            at = tree.end_of(index);
            index
        })
    })
}

/// The bytes of a node in hexadecimal: of a bit field, its value.
fn hex(out: &mut String, shown: &Shown, node: &TreeNode, pictured: bool) {
    use std::fmt::Write as _;
    let bytes = bytes_of(shown, node.range);
    if node.field.mask == 0 || !pictured {
        return text::hex(out, bytes, None);
    }
    let value = match shown.tree.value(node) {
        Value::Int(v) => v as u64 & (node.field.mask >> node.field.mask.trailing_zeros()),
        v => v.as_uint().unwrap_or(0),
    };
    let _ = write!(out, "{value:X}");
}

/// Stands on no bytes at all, not even at a place between them.
fn is_placeless(node: &TreeNode) -> bool {
    node.field.placeless || node.field.name.starts_with(EXPERT) || is_remark(node)
}

/// The field that names an expert remark.
fn is_remark(node: &TreeNode) -> bool {
    node.field.kind == Kind::None && node.range.len == 0 && node.range.start == 0 && node.depth > 1
}

/// A field that another layer has borrowed: the nearest layer above it, if that isn't its own. (What is
/// peculiar to the field in its own layer doesn't hold there.)
fn borrower(shown: &Shown, index: usize) -> Option<&'static str> {
    let nodes = shown.tree.nodes();
    let node = nodes.get(index).filter(|n| n.field.unpictured)?;
    let owner = registry().field(node.field.name)?.protocol;
    let above = nodes[..index].iter().rev().find(|n| n.depth < node.depth && is_layer(n))?;
    (above.field.name != registry().protocol(owner).name()).then_some(above.field.name)
}

/// `packets-2020-02-07`, in local time.
fn index_name(time: Option<i64>) -> String {
    let seconds = time.unwrap_or(0).div_euclid(1_000_000_000);
    let time = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default();
    time.with_timezone(&Local).format("packets-%Y-%m-%d").to_string()
}
