//! The summary line, as tshark's default text: columns that stretch but never cut.

use std::io::{self, Write};

use super::time::TimeStyle;
use super::{Exporter, Shown, Wants};
use crate::dissect::text::{decimal, escape_controls};

/// The default columns: `    1   0.000000  10.0.0.1 → 10.0.0.2  TCP 54 …`.
pub struct Summary {
    pub time: TimeStyle,
    /// `-T tabs`: a tab between the columns.
    pub tabs: bool,
    line: String,
    cell: String,
}

impl Summary {
    pub fn new(time: TimeStyle, tabs: bool) -> Summary {
        Summary { time, tabs, line: String::new(), cell: String::new() }
    }

    /// Writes the line of a packet, without its end.
    pub fn line(&mut self, shown: &Shown) -> &str {
        let r = shown.packet.context.record;
        let c = shown.columns;
        let gap = if self.tabs { "\t" } else { " " };
        self.line.clear();
        self.cell.clear();
        decimal(&mut self.cell, r.number.into());
        right(&mut self.line, &self.cell, 5);
        self.line.push_str(gap);
        self.cell.clear();
        self.time.write(&mut self.cell, r);
        right(&mut self.line, &self.cell, 10);
        self.line.push_str(gap);
        right(&mut self.line, &c.source, 12);
        self.line.push_str(gap);
        self.line.push('→');
        self.line.push_str(gap);
        left(&mut self.line, &c.destination, 12);
        self.line.push_str(gap);
        self.line.push_str(&c.protocol);
        self.line.push_str(gap);
        decimal(&mut self.line, r.length.into());
        self.line.push_str(gap);
        escape_controls(&mut self.line, c.info());
        &self.line
    }
}

impl Exporter for Summary {
    fn wants(&self) -> Wants {
        Wants { columns: true, ..Wants::default() }
    }
    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.line(shown);
        self.line.push('\n');
        out.write_all(self.line.as_bytes())
    }
}

fn right(out: &mut String, text: &str, width: usize) {
    for _ in text.chars().count()..width {
        out.push(' ');
    }
    out.push_str(text);
}

fn left(out: &mut String, text: &str, width: usize) {
    out.push_str(text);
    for _ in text.chars().count()..width {
        out.push(' ');
    }
}

/// `-T psml`
pub struct Psml {
    pub time: TimeStyle,
    text: String,
    cell: String,
}

impl Psml {
    pub fn new(time: TimeStyle) -> Psml {
        Psml { time, text: String::new(), cell: String::new() }
    }
    fn section(&mut self, value: &str) {
        self.text.push_str("<section>");
        super::pdml::escape(&mut self.text, value);
        self.text.push_str("</section>\n");
    }
}

impl Exporter for Psml {
    fn wants(&self) -> Wants {
        Wants { columns: true, ..Wants::default() }
    }
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")?;
        writeln!(out, "<psml version=\"0\" creator=\"sniff/{}\">", env!("CARGO_PKG_VERSION"))?;
        out.write_all(b"<structure>\n")?;
        for name in ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"] {
            writeln!(out, "<section>{name}</section>")?;
        }
        out.write_all(b"</structure>\n\n")
    }
    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        let r = shown.packet.context.record;
        let c = shown.columns;
        self.text.clear();
        self.text.push_str("<packet>\n");
        self.section(&r.number.to_string());
        let mut cell = std::mem::take(&mut self.cell);
        cell.clear();
        self.time.write(&mut cell, r);
        self.section(&cell);
        self.cell = cell;
        self.section(&c.source);
        self.section(&c.destination);
        self.section(&c.protocol);
        self.section(&r.length.to_string());
        self.section(c.info());
        self.text.push_str("</packet>\n\n");
        out.write_all(self.text.as_bytes())
    }
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</psml>\n")
    }
}
