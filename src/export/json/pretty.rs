//! `-T json` and `jsonraw`: objects nested as the tree is. A field with children is a pair of keys,
//! `ip.flags` with its value and `ip.flags_tree` with what is below it.

use std::io::{self, Write};

use super::writer::Writer;
use super::{Choice, Content, borrower, children, hex, index_name, is_layer, is_placeless};
use crate::dissect::field::Kind;
use crate::dissect::label;
use crate::dissect::text::escape_controls;
use crate::dissect::tree::TreeNode;
use crate::export::fields::Picks;
use crate::export::{Exporter, Shown, Wants};

pub struct Json {
    content: Content,
    choice: Choice,
    /// `--no-duplicate-keys`: the values of a key are joined into an array.
    merge: bool,
    /// `-e`: these fields instead of the tree.
    picks: Option<Picks>,
    writer: Writer,
    scratch: String,
    any: bool,
}

/// How deep the packets of the outer array stand.
const DEPTH: usize = 1;

impl Json {
    pub fn new(content: Content, choice: Choice, merge: bool, picks: Option<Picks>) -> Json {
        let writer = Writer::new(true);
        Json { content, choice, merge, picks, writer, scratch: String::new(), any: false }
    }

    fn packet_object(&mut self, shown: &Shown) {
        let w = &mut self.writer;
        w.start_at(DEPTH);
        w.element();
        w.open('{');
        w.key("_index");
        w.string(&index_name(shown.packet.context.record.time));
        w.key("_type");
        w.string("doc");
        w.key("_score");
        w.literal("null");
        w.key("_source");
        w.open('{');
        w.key("layers");
        w.open('{');
        match self.picks.take() {
            Some(mut picks) => {
                self.picked(shown, &mut picks);
                self.picks = Some(picks);
            }
            None => self.nodes(shown, children(shown, None).collect(), true),
        }
        for _ in 0..3 {
            self.writer.close('}');
        }
    }

    fn picked(&mut self, shown: &Shown, picks: &mut Picks) {
        let w = &mut self.writer;
        picks.each_name(shown, |name, values| {
            w.key(name);
            w.open('[');
            for value in values {
                w.element();
                w.string(value);
            }
            w.close(']');
        });
    }

    /// Writes the members of one object.
    fn nodes(&mut self, shown: &Shown, list: Vec<usize>, taken: bool) {
        if !self.merge {
            for index in list {
                self.group(shown, &[index], taken);
            }
            return;
        }
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for index in list {
            let key = key(shown, index);
            match groups.iter_mut().find(|g| g.0 == key) {
                Some(group) => group.1.push(index),
                None => groups.push((key, vec![index])),
            }
        }
        for (_, group) in groups {
            self.group(shown, &group, taken);
        }
    }

    /// Writes the nodes of one key: one, or several that become an array.
    fn group(&mut self, shown: &Shown, group: &[usize], taken: bool) {
        let nodes = shown.tree.nodes();
        let Some(first) = group.first().map(|i| &nodes[*i]) else { return };
        let mut key = key(shown, group[0]);
        let plain = key.len();
        if self.content.raw && has_raw(first) {
            // Beside values, only what has bytes is shown in hexadecimal.
            let worth = |i: &usize| !self.content.text || nodes[*i].range.len > 0;
            let raw: Vec<usize> = group.iter().copied().filter(worth).collect();
            key.push_str("_raw");
            self.values(&key, &raw, |json, index| json.raw(shown, index));
            key.truncate(plain);
        }
        let below: Vec<usize> = group.iter().copied().filter(|i| shown.tree.end_of(*i) > i + 1).collect();
        let valued = has_value(first) || below.is_empty();
        if valued && (self.content.text || first.field.name.is_empty()) {
            self.values(&key, group, |json, index| json.text(shown, &nodes[index]));
        }
        if !below.is_empty() {
            if valued {
                key.push_str("_tree");
            }
            self.values(&key, &below, |json, index| json.object(shown, index, taken));
        }
    }

    /// Writes a key with its value, or with an array of its values; nothing if there are none.
    fn values(&mut self, key: &str, group: &[usize], mut write: impl FnMut(&mut Json, usize)) {
        if group.is_empty() {
            return;
        }
        self.writer.key(key);
        if let [index] = group {
            return write(self, *index);
        }
        self.writer.open('[');
        for index in group {
            self.writer.element();
            write(self, *index);
        }
        self.writer.close(']');
    }

    fn object(&mut self, shown: &Shown, index: usize, taken: bool) {
        let node = &shown.tree.nodes()[index];
        let inherited = taken && node.depth > 0;
        self.writer.open('{');
        if self.choice.takes(node.field.name, inherited) {
            self.nodes(shown, children(shown, Some(index)).collect(), true);
        } else {
            self.writer.key("filtered");
            self.writer.string(&key(shown, index));
        }
        self.writer.close('}');
    }

    fn text(&mut self, shown: &Shown, node: &TreeNode) {
        let mut s = std::mem::take(&mut self.scratch);
        s.clear();
        if has_value(node) {
            let settings = shown.packet.context.settings;
            label::show(&mut s, node.field, &shown.tree.value(node), settings);
        } else if node.field.kind == Kind::Protocol {
            s.push_str(shown.tree.label(node));
        }
        self.writer.string(&s);
        self.scratch = s;
    }

    /// Hexadecimal digits, offset, length, mask, type.
    fn raw(&mut self, shown: &Shown, index: usize) {
        let node = &shown.tree.nodes()[index];
        let pictured = !node.field.unpictured || borrower(shown, index).is_some();
        let mut s = std::mem::take(&mut self.scratch);
        s.clear();
        let w = &mut self.writer;
        w.open('[');
        let mut place = (0, 0);
        if !is_placeless(node) {
            hex(&mut s, shown, node, pictured);
            w.element();
            w.string(&s);
            place = (node.range.start, node.range.len);
        }
        let mask = if pictured { mask(shown, index) } else { 0 };
        for number in [place.0.into(), place.1.into(), mask, type_number(node).into()] {
            w.element();
            w.literal(number);
        }
        w.close(']');
        self.scratch = s;
    }
}

impl Exporter for Json {
    /// A comma stands between packets.
    fn alone(&self) -> bool {
        false
    }
    fn wants(&self) -> Wants {
        match &self.picks {
            Some(picks) => picks.wants(),
            None => Wants { tree: true, labels: true, columns: false },
        }
    }

    fn fields(&self) -> Vec<&'static crate::dissect::field::Field> {
        self.picks.as_ref().map_or_else(Vec::new, Picks::fields)
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        if self.any {
            out.write_all(b",")?;
        }
        self.any = true;
        self.packet_object(shown);
        out.write_all(self.writer.text.as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.any { b"\n]\n" } else { b"]\n" })
    }
}

/// The name of the field; for a line that is none, the line.
fn key(shown: &Shown, index: usize) -> String {
    let node = &shown.tree.nodes()[index];
    let mut key = String::new();
    if node.field.name.is_empty() {
        escape_controls(&mut key, shown.tree.label(node));
    } else {
        key.push_str(node.field.name);
    }
    key
}

/// The mask of a bit field, within the flags that it is one of if those are wider.
fn mask(shown: &Shown, index: usize) -> u64 {
    let nodes = shown.tree.nodes();
    let node = &nodes[index];
    let above = nodes[..index].iter().rev().find(|n| n.depth < node.depth);
    let end = |n: &TreeNode| n.range.start.saturating_add(n.range.len);
    match above {
        Some(flags) if flags.field.mask != 0 && flags.range.start <= node.range.start => {
            let bits = end(flags).saturating_sub(end(node)).saturating_mul(8);
            node.field.mask.checked_shl(bits).unwrap_or(0)
        }
        _ => node.field.mask,
    }
}

fn has_value(node: &TreeNode) -> bool {
    !is_layer(node) && node.field.kind != Kind::None
}

/// Lines without a name have no bytes, nor do the headings of what was put together.
fn has_raw(node: &TreeNode) -> bool {
    let heading = node.depth == 0 && node.field.kind == Kind::None;
    !node.field.name.is_empty() && !heading
}

/// The number of a type, as tshark 4.0 counts them.
fn type_number(node: &TreeNode) -> u8 {
    if is_layer(node) {
        return 1;
    }
    match node.field.kind {
        Kind::None => 0,
        Kind::Protocol => 1,
        Kind::Bool => 2,
        Kind::Char => 3,
        // 4 to 11 are 8, 16, 24 … 64 bits; 12 to 19 the same with a sign.
        Kind::Uint(bits) => 3 + bits.div_ceil(8).clamp(1, 8),
        Kind::Int(bits) => 11 + bits.div_ceil(8).clamp(1, 8),
        Kind::Float => 22,
        Kind::Double => 23,
        Kind::Time => 24,
        Kind::Duration => 25,
        Kind::Str => 26 + u8::from(node.field.terminated),
        Kind::Ether => 29,
        Kind::Bytes => 30,
        Kind::Ipv4 => 32,
        Kind::Ipv6 => 33,
        Kind::Frame => 35,
        Kind::Guid => 36,
        Kind::Oid => 37,
        Kind::Eui64 => 38,
    }
}
