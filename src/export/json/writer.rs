//! JSON text, piece by piece: commas, indents and escapes are put here and nowhere else.

use std::fmt::Write as _;

/// Writes one JSON text after another into a buffer.
pub struct Writer {
    pub text: String,
    /// Each member on a line of its own.
    pretty: bool,
    /// For each open bracket: whether something stands behind it.
    open: Vec<bool>,
}

impl Writer {
    pub fn new(pretty: bool) -> Writer {
        Writer { text: String::new(), pretty, open: Vec::new() }
    }

    /// Begins a value that stands so deep in what was written elsewhere.
    pub fn start_at(&mut self, depth: usize) {
        self.text.clear();
        self.open.clear();
        self.open.resize(depth, false);
    }

    /// What goes before a member of an object or array.
    fn separate(&mut self) {
        let Some(any) = self.open.last_mut() else { return };
        if *any {
            self.text.push(',');
        }
        *any = true;
        self.line();
    }

    fn line(&mut self) {
        if self.pretty {
            self.text.push('\n');
            for _ in 0..self.open.len() {
                self.text.push_str("  ");
            }
        }
    }

    pub fn key(&mut self, key: &str) {
        self.separate();
        self.string(key);
        self.text.push(':');
        if self.pretty {
            self.text.push(' ');
        }
    }

    /// Opens an array or object that is a member of an array.
    pub fn element(&mut self) {
        self.separate();
    }

    pub fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.open.push(false);
    }

    pub fn close(&mut self, bracket: char) {
        let any = self.open.pop().unwrap_or(false);
        if any {
            self.line();
        }
        self.text.push(bracket);
    }

    /// A string; to be called behind a key, or behind `element`.
    pub fn string(&mut self, value: &str) {
        self.text.push('"');
        escape(&mut self.text, value);
        self.text.push('"');
    }

    /// `null`, `true`, a number: anything that is written as it is.
    pub fn literal(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self.text, "{value}");
    }
}

/// RFC 8259 7; `</` is kept from ending a script element.
fn escape(out: &mut String, text: &str) {
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '/' if before == '<' => out.push_str("\\/"),
            c if (c as u32) < 0x20 => _ = write!(out, "\\u{:04x}", c as u32),
            c => out.push(c),
        }
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_separated_and_indented() {
        let mut w = Writer::new(true);
        w.open('{');
        w.key("a");
        w.open('[');
        for n in 0..2 {
            w.element();
            w.literal(n);
        }
        w.close(']');
        w.key("b");
        w.open('{');
        w.close('}');
        w.close('}');
        assert_eq!(w.text, "{\n  \"a\": [\n    0,\n    1\n  ],\n  \"b\": {}\n}");
    }

    #[test]
    fn strings_are_escaped() {
        let mut w = Writer::new(false);
        w.string("a\"\\\r\n\x01</b>ü");
        assert_eq!(w.text, "\"a\\\"\\\\\\r\\n\\u0001<\\/b>ü\"");
    }
}
