//! `-T ek`: two lines a packet, for bulk insertion into Elasticsearch. What is below a field stands
//! beside it; only layers are objects of their own. Names begin with that of the protocol.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use super::writer::Writer;
use super::{Choice, borrower, children, hex, index_name, is_layer};
use crate::dissect::field::{Field, Kind};
use crate::dissect::label;
use crate::dissect::registry::registry;
use crate::dissect::text::escape_controls;
use crate::dissect::tree::TreeNode;
use crate::dissect::value::Value;
use crate::export::fields::Picks;
use crate::export::{Exporter, Shown, Wants};
use crate::filter::is_wireshark_protocol;

pub struct Ek {
    /// `-x`: the bytes of each field beside its value.
    raw: bool,
    choice: Choice,
    picks: Option<Picks>,
    writer: Writer,
    scratch: String,
}

/// Fields, and the nodes of each.
type Groups = Vec<(&'static Field, Vec<usize>)>;

impl Ek {
    pub fn new(raw: bool, choice: Choice, picks: Option<Picks>) -> Ek {
        Ek { raw, choice, picks, writer: Writer::new(false), scratch: String::new() }
    }

    fn lines(&mut self, shown: &Shown) {
        let time = shown.packet.context.record.time;
        let w = &mut self.writer;
        w.start_at(0);
        w.open('{');
        w.key("index");
        w.open('{');
        w.key("_index");
        w.string(&index_name(time));
        w.key("_type");
        w.string("doc");
        w.close('}');
        w.close('}');
        w.literal('\n');
        w.open('{');
        w.key("timestamp");
        w.string(&time.unwrap_or(0).div_euclid(1_000_000).to_string());
        w.key("layers");
        w.open('{');
        match self.picks.take() {
            Some(mut picks) => {
                self.picked(shown, &mut picks);
                self.picks = Some(picks);
            }
            None => self.level(shown, children(shown, None).collect(), false),
        }
        for _ in 0..2 {
            self.writer.close('}');
        }
        self.writer.literal('\n');
    }

    fn picked(&mut self, shown: &Shown, picks: &mut Picks) {
        let w = &mut self.writer;
        picks.each_name(shown, |name, values| {
            w.key(&name.replace('.', "_"));
            w.open('[');
            for value in values {
                w.element();
                w.string(value);
            }
            w.close(']');
        });
    }

    /// Writes nodes that stand beside each other or below fields that do, those of the same field together:
    /// each group's value or values, then what is below all of the group.
    fn level(&mut self, shown: &Shown, list: Vec<usize>, taken: bool) {
        let nodes = shown.tree.nodes();
        for (field, group) in groups(nodes, list) {
            let mut name = name_of(field, group.first().and_then(|i| borrower(shown, *i)));
            if self.raw && !field.name.is_empty() {
                let plain = name.len();
                let raw: Vec<usize> = group.iter().copied().filter(|i| nodes[*i].range.len > 0).collect();
                name.push_str("_raw");
                self.values(&name, &raw, |ek, index| ek.bytes(shown, &nodes[index]));
                name.truncate(plain);
            }
            if group.first().is_some_and(|i| is_layer(&nodes[*i])) {
                self.values(&name, &group, |ek, index| ek.object(shown, index, taken));
                continue;
            }
            if !self.choice.takes(chosen_as(field), taken) {
                self.values(&name, &group, |ek, _| ek.filtered(field));
                continue;
            }
            self.values(&name, &group, |ek, index| ek.value(shown, &nodes[index]));
            let below = group.iter().flat_map(|index| children(shown, Some(*index))).collect();
            self.level(shown, below, taken);
        }
    }

    fn values(&mut self, key: &str, group: &[usize], mut write: impl FnMut(&mut Ek, usize)) {
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
        let field = shown.tree.nodes()[index].field;
        if !self.choice.takes(chosen_as(field), taken) {
            return self.filtered(field);
        }
        self.writer.open('{');
        self.level(shown, children(shown, Some(index)).collect(), true);
        self.writer.close('}');
    }

    /// What stands for what wasn't chosen.
    fn filtered(&mut self, field: &Field) {
        self.writer.open('{');
        self.writer.key("filtered");
        self.writer.string(chosen_as(field));
        self.writer.close('}');
    }

    fn bytes(&mut self, shown: &Shown, node: &TreeNode) {
        self.scratch.clear();
        hex(&mut self.scratch, shown, node, !node.field.unpictured);
        self.writer.string(&self.scratch);
    }

    fn value(&mut self, shown: &Shown, node: &TreeNode) {
        self.scratch.clear();
        let s = &mut self.scratch;
        let value = shown.tree.value(node);
        match (node.field.kind, value) {
            _ if node.field.name.is_empty() => escape_controls(s, shown.tree.label(node)),
            (Kind::None, _) => return self.writer.literal("null"),
            (Kind::Bool, value) => {
                return self.writer.literal(value.as_uint().is_some_and(|v| v != 0));
            }
            (_, Value::Time(nanos)) => iso(s, nanos),
            _ => label::show(s, node.field, &value, shown.packet.context.settings),
        }
        self.writer.string(&self.scratch);
    }
}

impl Exporter for Ek {
    fn wants(&self) -> Wants {
        match &self.picks {
            Some(picks) => picks.wants(),
            None => Wants { tree: true, labels: true, columns: false },
        }
    }

    fn fields(&self) -> Vec<&'static Field> {
        self.picks.as_ref().map_or_else(Vec::new, Picks::fields)
    }

    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.lines(shown);
        out.write_all(self.writer.text.as_bytes())
    }
}

/// The nodes of each field together, in the order in which the fields come.
fn groups(nodes: &[TreeNode], list: Vec<usize>) -> Groups {
    let mut groups = Groups::new();
    for index in list {
        let field = nodes[index].field;
        // Lines without a name have a key in common.
        let same = |f: &Field| std::ptr::eq(f, field) || (f.name.is_empty() && field.name.is_empty());
        match groups.iter_mut().find(|g| same(g.0)) {
            Some(group) => group.1.push(index),
            None => groups.push((field, vec![index])),
        }
    }
    groups
}

/// How `-j` and `-J` call a field; lines without a name have one in common.
fn chosen_as(field: &Field) -> &str {
    if field.name.is_empty() { "text" } else { field.name }
}

/// `tcp_tcp_flags_syn`: the protocol, then the name. Layers and what Wireshark registers as one have no
/// protocol before them.
fn name_of(field: &Field, borrower: Option<&str>) -> String {
    if field.name.is_empty() {
        return "text".to_owned();
    }
    let name = field.name.replace('.', "_");
    if field.kind == Kind::Protocol || is_wireshark_protocol(field.name) {
        return name;
    }
    if field.name.starts_with(super::EXPERT) {
        return format!("_ws_expert_{name}");
    }
    let owner = registry().field(field.name).map(|e| registry().protocol(e.protocol).name());
    let protocol = borrower.unwrap_or_else(|| home_of(field.name, owner));
    format!("{}_{name}", protocol.replace('.', "_"))
}

/// The protocol that a field belongs to there. One that has a file of its own here may be a part of another
/// there, or have fields that are named like, and belong to, what it is carried in.
fn home_of<'a>(name: &'a str, owner: Option<&'a str>) -> &'a str {
    let first = name.split_once('.').map_or(name, |(first, _)| first);
    let plain = |c: char| if matches!(c, '.' | '-') { '_' } else { c };
    let begins = |owner: &str| {
        let mut letters = name.chars().map(plain);
        owner.chars().map(plain).all(|c| letters.next() == Some(c))
    };
    let known = owner.filter(|owner| is_wireshark_protocol(owner));
    match known {
        Some(owner) if begins(owner) || !is_wireshark_protocol(first) => owner,
        _ => first,
    }
}

/// `2020-02-07T22:14:17.633853000Z`
fn iso(out: &mut String, nanos: i128) {
    use std::fmt::Write as _;
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).unwrap_or(0);
    let fraction = nanos.rem_euclid(1_000_000_000) as u32;
    if let Some(time) = DateTime::<Utc>::from_timestamp(seconds, fraction) {
        let _ = write!(out, "{}", time.format("%Y-%m-%dT%H:%M:%S%.9fZ"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_belongs_to_its_protocol_or_to_that_of_its_name() {
        assert_eq!(home_of("ipv6.hopopts.len", Some("ipv6.hopopts")), "ipv6.hopopts");
        assert_eq!(home_of("ns.cert.exts.comment", Some("ns_cert_exts")), "ns_cert_exts");
        assert_eq!(home_of("mptcp.stream", Some("mptcp")), "mptcp");
        assert_eq!(home_of("tcp.options.mptcp.subtype", Some("mptcp")), "tcp");
        assert_eq!(home_of("tcp.options.mss_val", None), "tcp");
    }
}
