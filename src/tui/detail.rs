//! The layers and bytes of one packet, owned, as the tree and hex panes show them.

use crate::dissect::context::Settings;
use crate::dissect::expert::Severity;
use crate::dissect::field::{Field, Kind};
use crate::dissect::label;
use crate::dissect::sink::Range;
use crate::dissect::tree::{Tree, TreeNode};
use crate::dissect::value::Value;

/// A packet taken apart.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub packet: u32,
    /// Parents before their children.
    pub nodes: Vec<DetailNode>,
    /// The buffers that ranges speak of; the first is the frame.
    pub sources: Vec<Bytes>,
}

/// Bytes with a name: the frame, a reassembled message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// What ranges call it.
    pub number: u8,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A line of the tree.
#[derive(Clone, Debug)]
pub struct DetailNode {
    pub field: &'static Field,
    pub depth: u16,
    /// With brackets, where it is generated.
    pub label: String,
    pub range: Range,
    pub hidden: bool,
    pub generated: bool,
    /// The value as a filter writes it; empty if the field has none.
    pub literal: String,
    /// The value as it reads alone.
    pub value: String,
    /// The packet that the value names, counted from 0.
    pub link: Option<u32>,
    pub severity: Option<Severity>,
}

impl Detail {
    /// Keeps what a walk left in a tree. `severity`: how serious a field is, for expert remarks.
    pub fn of(
        packet: u32,
        tree: &Tree,
        frame: &[u8],
        settings: &Settings,
        severity: impl Fn(&'static Field) -> Option<Severity>,
    ) -> Detail {
        let nodes = tree.nodes().iter().map(|node| {
            let value = tree.value(node);
            let mut plain = String::new();
            label::show(&mut plain, node.field, &value, settings);
            DetailNode {
                field: node.field,
                depth: node.depth,
                label: bracketed(tree.label(node), node),
                range: node.range,
                hidden: node.hidden,
                generated: node.generated,
                literal: literal(node.field, &value, &plain),
                value: plain,
                link: link(node, &value),
                severity: severity(node.field),
            }
        });
        let first = Bytes { number: 0, name: "Frame".into(), bytes: frame.to_vec() };
        let made = tree.sources().iter().map(|(number, name, bytes)| Bytes {
            number: *number,
            name: (*name).to_owned(),
            bytes: bytes.clone(),
        });
        Detail { packet, nodes: nodes.collect(), sources: std::iter::once(first).chain(made).collect() }
    }

    /// Adds the buffers that were put together from several packets: number 1 is the first.
    pub fn add_sources(&mut self, sources: &[Vec<u8>]) {
        for (i, bytes) in sources.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
            let Ok(number) = u8::try_from(i + 1) else { return };
            if self.source(number).is_none() {
                self.sources.push(Bytes { number, name: "Reassembled".into(), bytes: bytes.clone() });
            }
        }
        self.sources.sort_by_key(|s| s.number);
    }

    pub fn source(&self, number: u8) -> Option<&Bytes> {
        self.sources.iter().find(|s| s.number == number)
    }

    /// The deepest visible node whose bytes hold this one; of several, the one with the fewest bytes.
    pub fn node_at(&self, source: u8, offset: u32) -> Option<usize> {
        let holds = |r: &Range| r.source == source && offset >= r.start && offset - r.start < r.len;
        let fits = self.nodes.iter().enumerate().filter(|(_, n)| !n.hidden && holds(&n.range));
        fits.min_by_key(|(_, n)| (n.range.len, u16::MAX - n.depth)).map(|(i, _)| i)
    }

    pub fn parent(&self, index: usize) -> Option<usize> {
        let depth = self.nodes.get(index)?.depth;
        self.nodes.get(..index)?.iter().rposition(|n| n.depth < depth)
    }

    /// True if something below the node is shown.
    pub fn has_children(&self, index: usize) -> bool {
        let Some(node) = self.nodes.get(index) else { return false };
        let below = self.nodes.iter().skip(index + 1).take_while(|n| n.depth > node.depth);
        below.into_iter().any(|n| !n.hidden)
    }

    /// What tells a node from the others of its packet and finds its like in the next packet: the names
    /// above it, its own, and which of its name it is.
    pub fn path(&self, index: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(index);
        while let Some(i) = at {
            names.push(self.name(i));
            at = self.parent(i);
        }
        names.reverse();
        names.join("/")
    }

    /// The node of a path, or the nearest one above it that exists.
    pub fn find(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            let last = path.rsplit('/').next().unwrap_or(path);
            let mut like = (0..self.nodes.len()).filter(|i| self.name(*i) == last);
            if let Some(found) = like.find(|i| self.path(*i) == path) {
                return Some(found);
            }
            path = path.rsplit_once('/')?.0;
        }
    }

    /// The name of a node within its parent.
    fn name(&self, index: usize) -> &str {
        let Some(node) = self.nodes.get(index) else { return "" };
        if node.field.name.is_empty() {
            // A heading without a field: its text up to the value tells it from its brothers.
            return node.label.split([':', '/']).next().unwrap_or("");
        }
        node.field.name
    }
}

fn bracketed(label: &str, node: &TreeNode) -> String {
    if node.generated && !label.starts_with('[') {
        return format!("[{label}]");
    }
    label.to_owned()
}

fn link(node: &TreeNode, value: &Value) -> Option<u32> {
    if node.field.kind != Kind::Frame {
        return None;
    }
    u32::try_from(value.as_uint()?).ok()?.checked_sub(1)
}

fn literal(field: &Field, value: &Value, plain: &str) -> String {
    match (field.kind, value) {
        (_, Value::None) => String::new(),
        (_, Value::Str(text)) => quoted(text),
        (Kind::Time, _) => format!("\"{plain}\""),
        _ => plain.to_owned(),
    }
}

/// A text as a filter writes it.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() && (c as u32) < 0x100 => {
                out.push_str(&format!("\\x{:02x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn a_byte_finds_its_narrowest_field() {
        let detail = fake::detail(2);
        let at = detail.node_at(0, 47).unwrap();
        assert_eq!(detail.nodes[at].field.name, "tcp.flags.ack");
        assert_eq!(detail.node_at(0, 9999), None);
    }

    #[test]
    fn a_path_leads_back_to_its_node_or_to_what_is_above() {
        let detail = fake::detail(2);
        for i in 0..detail.nodes.len() {
            assert_eq!(detail.path(detail.find(&detail.path(i)).unwrap()), detail.path(i));
        }
        let tcp = detail.find("tcp/tcp.nothing").unwrap();
        assert_eq!(detail.nodes[tcp].field.name, "tcp");
    }

    #[test]
    fn texts_are_quoted_for_filters() {
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\x0a""#);
    }
}
