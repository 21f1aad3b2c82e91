//! `-T pdml`: every field with its label, value, bytes and place, as XML.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::fields::Picks;
use super::json::Choice;
use super::{Exporter, Shown, Wants, bytes_of};
use crate::dissect::field::{Field, Kind};
use crate::dissect::label;
use crate::dissect::registry::registry;
use crate::dissect::text;
use crate::dissect::tree::TreeNode;
use crate::dissect::value::Value;

pub struct Pdml {
    /// Where the packets come from, for the head.
    pub file: String,
    choice: Choice,
    /// `-e`: these fields instead of the tree.
    picks: Option<Picks>,
    buffer: String,
    scratch: String,
}

impl Pdml {
    pub fn new(file: String, choice: Choice, picks: Option<Picks>) -> Pdml {
        Pdml { file, choice, picks, buffer: String::new(), scratch: String::new() }
    }

    fn general(&mut self, shown: &Shown) {
        let r = shown.packet.context.record;
        let size = r.captured;
        let out = &mut self.buffer;
        out.push_str("<packet>\n");
        let _ = writeln!(
            out,
            "  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"{size}\">"
        );
        let mut number = |name: &str, label: &str, value: u32| {
            let _ = writeln!(
                out,
                "    <field name=\"{name}\" pos=\"0\" show=\"{value}\" showname=\"{label}\" value=\"{value:x}\" size=\"{size}\"/>"
            );
        };
        number("num", "Number", r.number);
        number("len", "Frame Length", r.length);
        number("caplen", "Captured Length", r.captured);
        if let Some(time) = r.time {
            self.scratch.clear();
            label::time(&mut self.scratch, time.into(), shown.packet.context.settings.utc);
            let (s, n) = (time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000));
            let _ = writeln!(
                self.buffer,
                "    <field name=\"timestamp\" pos=\"0\" show=\"{}\" showname=\"Captured Time\" value=\"{s}.{n:09}\" size=\"{size}\"/>",
                self.scratch
            );
        }
        self.buffer.push_str("  </proto>\n");
    }

    fn nodes(&mut self, shown: &Shown) {
        let nodes = shown.tree.nodes();
        let mut i = 0;
        while i < nodes.len() {
            let end = shown.tree.end_of(i);
            let node = &nodes[i];
            if is_element(node) {
                self.element(shown, i, 1, false);
            } else {
                self.buffer.push_str("  <proto name=\"fake-field-wrapper\">\n");
                self.element(shown, i, 2, false);
                self.buffer.push_str("  </proto>\n");
            }
            i = end;
        }
    }

    /// `taken`: what is below the node above is shown.
    fn element(&mut self, shown: &Shown, index: usize, depth: usize, taken: bool) {
        let tree = shown.tree;
        let node = &tree.nodes()[index];
        let end = tree.end_of(index);
        indent(&mut self.buffer, depth);
        let tag = if is_element(node) { "proto" } else { "field" };
        let _ = write!(self.buffer, "<{tag} name=\"{}\"", node.field.name);
        if is_data(node) {
            self.value(shown, node);
        } else {
            self.attributes(shown, node);
        }
        if index + 1 == end && tag == "field" {
            self.buffer.push_str("/>\n");
            return;
        }
        self.buffer.push_str(">\n");
        if self.choice.takes(node.field.name, taken) {
            let mut i = index + 1;
            while i < end {
                self.element(shown, i, depth + 1, true);
                i = tree.end_of(i);
            }
        } else {
            indent(&mut self.buffer, depth + 1);
            let name = if node.field.name.is_empty() { "text" } else { node.field.name };
            let _ = writeln!(self.buffer, "<field name=\"filtered\" value=\"{name}\" />");
        }
        indent(&mut self.buffer, depth);
        let _ = writeln!(self.buffer, "</{tag}>");
    }

    fn picked(&mut self, shown: &Shown, picks: &mut Picks) {
        let out = &mut self.buffer;
        picks.each_name(shown, |name, values| {
            for value in values {
                let _ = write!(out, "  <field name=\"{name}\" value=\"");
                escape(out, value);
                out.push_str("\"/>\n");
            }
        });
    }

    fn attributes(&mut self, shown: &Shown, node: &TreeNode) {
        let label = shown.tree.label(node);
        let settings = shown.packet.context.settings;
        if node.field.name.is_empty() {
            self.attribute("show", label);
        } else {
            self.attribute("showname", label);
        }
        if node.hidden {
            self.buffer.push_str(" hide=\"yes\"");
        }
        let _ = write!(self.buffer, " size=\"{}\" pos=\"{}\"", node.range.len, node.range.start);
        match node.field.kind {
            Kind::Protocol => return,
            Kind::None if node.field.name == "_ws.expert" => return,
            Kind::None if node.field.name.is_empty() => {}
            Kind::None => self.buffer.push_str(" show=\"\""),
            _ => {
                let mut s = std::mem::take(&mut self.scratch);
                s.clear();
                label::show(&mut s, node.field, &shown.tree.value(node), settings);
                self.attribute("show", &s);
                self.scratch = s;
            }
        }
        if node.field.kind == Kind::None && !node.field.name.is_empty() {
            self.buffer.push_str(" value=\"\"");
        } else if node.range.len > 0 {
            self.value(shown, node);
        }
    }

    /// The bytes: of a bit field, its value, and the bytes it comes from beside it.
    fn value(&mut self, shown: &Shown, node: &TreeNode) {
        let bytes = bytes_of(shown, node.range);
        if bytes.is_empty() {
            return;
        }
        let name = if node.field.mask != 0 && !node.field.unpictured {
            let value = shown.tree.value(node);
            let n = match value {
                Value::Int(v) => v as u64 & (node.field.mask >> node.field.mask.trailing_zeros()),
                v => v.as_uint().unwrap_or(0),
            };
            let _ = write!(self.buffer, " value=\"{n:X}\"");
            " unmaskedvalue=\""
        } else {
            " value=\""
        };
        self.buffer.push_str(name);
        text::hex(&mut self.buffer, bytes, None);
        self.buffer.push('"');
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let _ = write!(self.buffer, " {name}=\"");
        escape(&mut self.buffer, value);
        self.buffer.push('"');
    }
}

impl Exporter for Pdml {
    fn wants(&self) -> Wants {
        match &self.picks {
            Some(picks) => picks.wants(),
            None => Wants { tree: true, labels: true, columns: false },
        }
    }

    fn fields(&self) -> Vec<&'static Field> {
        self.picks.as_ref().map_or_else(Vec::new, Picks::fields)
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")?;
        let mut file = String::new();
        escape(&mut file, &self.file);
        let time = chrono::Local::now().format("%a %b %e %H:%M:%S %Y");
        writeln!(
            out,
            "<pdml version=\"0\" creator=\"sniff/{}\" time=\"{time}\" capture_file=\"{file}\">",
            env!("CARGO_PKG_VERSION")
        )
    }

    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.buffer.clear();
        self.general(shown);
        match self.picks.take() {
            Some(mut picks) => {
                self.picked(shown, &mut picks);
                self.picks = Some(picks);
            }
            None => self.nodes(shown),
        }
        self.buffer.push_str("</packet>\n\n");
        out.write_all(self.buffer.as_bytes())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\n</pdml>\n")
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn is_data(node: &TreeNode) -> bool {
    node.field.kind == Kind::Protocol && is_bare(node)
}

/// A layer is an element of its own, unless its protocol is bare.
fn is_element(node: &TreeNode) -> bool {
    node.field.kind == Kind::Protocol && !is_bare(node)
}

fn is_bare(node: &TreeNode) -> bool {
    registry().field(node.field.name).is_some_and(|e| registry().protocol(e.protocol).bare)
}

/// Escapes for an XML attribute or text. Characters that XML can't hold are written as `\x..`.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if (c as u32) < 0x20 || c == '\x7f' => _ = write!(out, "\\x{:x}", c as u32),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}
