//! Printing: text, fields, PDML, PSML, JSON. An exporter is given packet after packet with its tree and
//! columns, and knows no protocol.

pub mod fields;
pub mod json;
pub mod pdml;
pub mod summary;
pub mod text;
pub mod time;

use std::io::{self, Write};

use crate::dissect::columns::Columns;
use crate::dissect::field::Field;
use crate::dissect::tree::Tree;
use crate::trace::pass::{Depth, Packet};

/// A packet as exporters see it.
pub struct Shown<'a> {
    pub packet: &'a Packet<'a>,
    /// Empty where the exporter doesn't want it.
    pub tree: &'a Tree<'a>,
    pub columns: &'a Columns,
}

/// What an exporter reads; what nobody reads isn't made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    pub tree: bool,
    pub labels: bool,
    pub columns: bool,
}

pub trait Exporter {
    fn wants(&self) -> Wants;
    /// The fields that the tree needs to hold; none: all.
    fn fields(&self) -> Vec<&'static Field> {
        Vec::new()
    }
    /// How much has to be found out about a packet.
    fn depth(&self) -> Depth {
        Depth::Facts
    }
    /// True if what is printed of a packet doesn't depend on the packets before.
    fn alone(&self) -> bool {
        true
    }
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()>;
    fn end(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes of a range of a packet, whichever source they are in.
pub fn bytes_of<'a>(shown: &'a Shown, range: crate::dissect::sink::Range) -> &'a [u8] {
    let source: &[u8] = match range.source {
        0 => shown.packet.frame.data,
        n => match shown.packet.context.sources.get(usize::from(n) - 1) {
            Some(s) => s,
            None => match shown.tree.sources().iter().find(|s| s.0 == n) {
                Some(s) => &s.2,
                None => &[],
            },
        },
    };
    let start = (range.start as usize).min(source.len());
    let end = (start + range.len as usize).min(source.len());
    &source[start..end]
}
