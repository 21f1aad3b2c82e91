//! `-V`, `-O` and `-x`: the tree and the bytes as text.

use std::collections::HashSet;
use std::io::{self, Write};

use super::summary::Summary;
use super::{Exporter, Shown, Wants};
use crate::dissect::field::Kind;
use crate::dissect::registry::registry;
use crate::dissect::text::escape_controls;
use crate::dissect::tree::TreeNode;

/// What text output shows of each packet.
#[derive(Default)]
pub struct TextOptions {
    pub summary: bool,
    pub details: bool,
    /// Only these protocols in full (`-O`).
    pub only: HashSet<String>,
    /// The bytes (`-x`, `--hexdump`).
    pub bytes: Option<Hexdump>,
    /// The line behind each packet that has more than a summary (`-S`).
    pub separator: String,
}

/// How bytes are printed (`--hexdump`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hexdump {
    /// The frame only, not what was put together or decoded from it.
    pub frame_only: bool,
    pub ascii: Ascii,
}

/// The characters beside the hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ascii {
    Plain,
    /// Between bars.
    Delimited,
    No,
}

impl Default for Hexdump {
    fn default() -> Hexdump {
        Hexdump { frame_only: false, ascii: Ascii::Plain }
    }
}

impl Hexdump {
    /// What `--hexdump help` prints.
    pub const HELP: &str = "\
--hexdump takes, and may be given for each kind:

Bytes of
  all      the frame and what was put together or decoded from it (as -x)
  frames   the frame only

Characters beside them
  ascii    as they are (as -x)
  delimit  between bars
  noascii  none
";

    /// One `--hexdump` argument; the message says what it may be.
    pub fn set(&mut self, option: &str) -> Result<(), String> {
        match option {
            "all" => self.frame_only = false,
            "frames" => self.frame_only = true,
            "ascii" => self.ascii = Ascii::Plain,
            "delimit" => self.ascii = Ascii::Delimited,
            "noascii" => self.ascii = Ascii::No,
            _ => {
                return Err(format!(
                    "--hexdump {option} is unknown: use all, frames, ascii, delimit, noascii or help"
                ));
            }
        }
        Ok(())
    }
}

pub struct Text {
    options: TextOptions,
    summary: Summary,
    buffer: String,
}

impl Text {
    pub fn new(options: TextOptions, summary: Summary) -> Text {
        Text { options, summary, buffer: String::new() }
    }

    fn details(&mut self, shown: &Shown) {
        let tree = shown.tree;
        let nodes = tree.nodes();
        let mut i = 0;
        while i < nodes.len() {
            let node = &nodes[i];
            if node.hidden {
                i = tree.end_of(i);
                continue;
            }
            indent(&mut self.buffer, node.depth);
            bracketed(&mut self.buffer, tree.label(node), node.generated);
            self.buffer.push('\n');
            let closed = node.depth == 0
                && !self.options.only.is_empty()
                && !self.options.only.contains(node.field.name);
            if closed {
                i = tree.end_of(i);
                continue;
            }
            if is_data(node) {
                self.data(shown, node);
            }
            i += 1;
        }
    }

    /// Undissected bytes are shown as such in the tree, unless all bytes are shown anyway.
    fn data(&mut self, shown: &Shown, node: &TreeNode) {
        if self.options.bytes.is_none() {
            self.buffer.push('\n');
            hexdump(&mut self.buffer, super::bytes_of(shown, node.range), Ascii::Plain);
        }
    }

    fn bytes(&mut self, shown: &Shown, how: Hexdump) {
        let made = shown.tree.sources();
        let together = shown.packet.context.sources;
        let several = !made.is_empty() || !together.is_empty();
        let frame = shown.packet.frame.data;
        if how.frame_only {
            return hexdump(&mut self.buffer, frame, how.ascii);
        }
        if several {
            name_source(&mut self.buffer, "Frame", frame.len());
        }
        hexdump(&mut self.buffer, frame, how.ascii);
        for (i, bytes) in together.iter().enumerate() {
            let name = source_name(shown, (i + 1) as u8);
            name_source(&mut self.buffer, name, bytes.len());
            hexdump(&mut self.buffer, bytes, how.ascii);
        }
        for (_, name, bytes) in made {
            name_source(&mut self.buffer, name, bytes.len());
            hexdump(&mut self.buffer, bytes, how.ascii);
        }
    }
}

/// What a reassembled source is called: by the layer that stands on it.
fn source_name(shown: &Shown, source: u8) -> &'static str {
    let of = shown.packet.layers.iter().find(|l| l.source == source);
    let parent = of.and_then(|l| shown.packet.layers.protocol(usize::from(l.parent)));
    match parent.map(|p| p.name()) {
        Some("tcp") => "Reassembled TCP",
        Some("ip") => "Reassembled IPv4",
        Some("ipv6") | Some("ipv6.fraghdr") => "Reassembled IPv6",
        _ => "Reassembled",
    }
}

fn name_source(out: &mut String, name: &str, len: usize) {
    use std::fmt::Write as _;
    let plural = if len == 1 { "" } else { "s" };
    let _ = writeln!(out, "{name} ({len} byte{plural}):");
}

impl Exporter for Text {
    fn wants(&self) -> Wants {
        let details = self.options.details;
        Wants {
            tree: details || self.options.bytes.is_some(),
            labels: details,
            columns: self.options.summary,
        }
    }

    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.buffer.clear();
        if self.options.summary {
            let line = self.summary.line(shown);
            self.buffer.push_str(line);
            self.buffer.push('\n');
        }
        if self.options.details {
            self.details(shown);
        }
        if let Some(how) = self.options.bytes {
            if !self.buffer.is_empty() {
                self.buffer.push('\n');
            }
            self.bytes(shown, how);
        }
        if self.options.details || self.options.bytes.is_some() {
            self.buffer.push_str(&self.options.separator);
            self.buffer.push('\n');
        }
        out.write_all(self.buffer.as_bytes())
    }
}

fn is_data(node: &TreeNode) -> bool {
    node.field.kind == Kind::Protocol
        && registry().field(node.field.name).is_some_and(|e| registry().protocol(e.protocol).bare)
}

fn indent(out: &mut String, depth: u16) {
    for _ in 0..depth {
        out.push_str("    ");
    }
}

fn bracketed(out: &mut String, label: &str, generated: bool) {
    if generated {
        out.push('[');
        escape_controls(out, label);
        out.push(']');
    } else {
        escape_controls(out, label);
    }
}

/// `0000  45 00 00 3c …   E..<`
pub fn hexdump(out: &mut String, bytes: &[u8], ascii: Ascii) {
    use std::fmt::Write as _;
    for (row, chunk) in bytes.chunks(16).enumerate() {
        let _ = write!(out, "{:04x}  ", row * 16);
        for i in 0..16 {
            match chunk.get(i) {
                Some(b) => _ = write!(out, "{b:02x} "),
                None => out.push_str("   "),
            }
        }
        out.push_str("  ");
        if ascii != Ascii::No {
            let bar = if ascii == Ascii::Delimited { "|" } else { "" };
            out.push_str(bar);
            for b in chunk {
                out.push(if (0x20..0x7f).contains(b) { char::from(*b) } else { '.' });
            }
            out.push_str(bar);
        }
        out.push('\n');
    }
}
