//! What is wrong with a filter, and where: the span to underline, the words to say, and what the
//! user may have meant.

use std::fmt;
use std::ops::Range;

/// A place in the filter's text, in bytes. Two spans are always equal: trees of the same meaning
/// compare equal wherever they were written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }
    /// From the beginning of one to the end of the other.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

/// Why a text is no filter.
#[derive(Clone, Debug)]
pub struct FilterError {
    /// What is wrong, in bytes of the text; empty at the end of the text if something is missing there.
    pub span: Range<usize>,
    pub message: String,
    /// How to say it instead, where that is known.
    pub hint: Option<String>,
    /// Known names that look like the wrong one, nearest first.
    pub nearest: Vec<&'static str>,
}

impl FilterError {
    pub fn new(span: Span, message: impl Into<String>) -> FilterError {
        FilterError { span: span.range(), message: message.into(), hint: None, nearest: Vec::new() }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> FilterError {
        self.hint = Some(hint.into());
        self
    }

    /// The text with a caret line under the wrong part, for terminals without an underline:
    /// two lines, the second of blanks and `^`.
    pub fn caret(&self, text: &str) -> String {
        let before = text.get(..self.span.start).map_or(0, |s| s.chars().count());
        let wrong = text.get(self.span.clone()).map_or(1, |s| s.chars().count().max(1));
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{line}\n{}{}", " ".repeat(before), "^".repeat(wrong))
    }

    /// Message, hint and nearest names in one line.
    pub fn explanation(&self) -> String {
        let mut out = self.message.clone();
        if let Some(hint) = &self.hint {
            out.push(' ');
            out.push_str(hint);
        }
        if !self.nearest.is_empty() {
            out.push_str(" Did you mean ");
            out.push_str(&self.nearest.join(", "));
            out.push('?');
        }
        out
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explanation())
    }
}

impl std::error::Error for FilterError {}

/// Something that is valid but perhaps not meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub span: Range<usize>,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_wrong_word() {
        let e = FilterError::new(Span::new(4, 7), "no");
        assert_eq!(e.caret("tcp foo bar"), "tcp foo bar\n    ^^^");
    }

    #[test]
    fn a_missing_end_gets_one_caret() {
        let e = FilterError::new(Span::new(6, 6), "no");
        assert_eq!(e.caret("tcp &&"), "tcp &&\n      ^");
    }
}
