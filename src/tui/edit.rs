//! A line of text being typed.

use crossterm::event::{KeyCode, KeyModifiers};
use unicode_width::UnicodeWidthChar;

use super::keys::Key;

/// Text and cursor; the cursor is a byte offset on a letter's border.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    cursor: usize,
}

impl Line {
    pub fn new(text: impl Into<String>) -> Line {
        let text = text.into();
        Line { cursor: text.len(), text }
    }
    pub fn text(&self) -> &str {
        &self.text
    }
    pub fn cursor(&self) -> usize {
        self.cursor
    }
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
    /// Replaces the text; the cursor goes to `cursor`, or the nearest border before it.
    pub fn set(&mut self, text: String, cursor: usize) {
        self.text = text;
        self.cursor = cursor.min(self.text.len());
        while !self.text.is_char_boundary(self.cursor) {
            self.cursor -= 1;
        }
    }

    /// The text with a part replaced, and where the cursor stands behind it.
    pub fn replaced(&self, span: &std::ops::Range<usize>, by: &str) -> (String, usize) {
        let (Some(before), Some(after)) = (self.text.get(..span.start), self.text.get(span.end..)) else {
            return (self.text.clone(), self.cursor);
        };
        (format!("{before}{by}{after}"), before.len() + by.len())
    }

    pub fn insert(&mut self, text: &str) {
        // A pasted line break would be invisible and wrong.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    /// Takes a key that edits; false if it is none.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.letter() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        let control = key.modifiers == KeyModifiers::CONTROL;
        let alt = key.modifiers == KeyModifiers::ALT;
        match key.code {
            KeyCode::Backspace if control || alt => self.delete(self.word_before(), self.cursor),
            KeyCode::Backspace => self.delete(self.before(), self.cursor),
            KeyCode::Delete => self.delete(self.cursor, self.after()),
            KeyCode::Left if control || alt => self.cursor = self.word_before(),
            KeyCode::Right if control || alt => self.cursor = self.word_after(),
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            KeyCode::Char(c) if control => match c {
                'a' => self.cursor = 0,
                'e' => self.cursor = self.text.len(),
                'b' => self.cursor = self.before(),
                'f' => self.cursor = self.after(),
                'w' => self.delete(self.word_before(), self.cursor),
                'u' => self.delete(0, self.cursor),
                'k' => self.delete(self.cursor, self.text.len()),
                'h' => self.delete(self.before(), self.cursor),
                'd' => self.delete(self.cursor, self.after()),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    /// Puts the cursor on the letter at so many cells from the text's beginning.
    pub fn click(&mut self, cells: usize) {
        let mut used = 0;
        self.cursor = self.text.len();
        for (at, c) in self.text.char_indices() {
            used += c.width().unwrap_or(0);
            if used > cells {
                self.cursor = at;
                return;
            }
        }
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }
    fn before(&self) -> usize {
        self.text[..self.cursor].char_indices().next_back().map_or(0, |(at, _)| at)
    }
    fn after(&self) -> usize {
        self.text[self.cursor..].chars().next().map_or(self.cursor, |c| self.cursor + c.len_utf8())
    }
    fn word_before(&self) -> usize {
        let head = self.text[..self.cursor].trim_end();
        head.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }
    fn word_after(&self) -> usize {
        let tail = &self.text[self.cursor..];
        let word = tail.trim_start();
        let start = tail.len() - word.len();
        self.cursor + start + word.find(char::is_whitespace).unwrap_or(word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(line: &mut Line, keys: &str) {
        for key in keys.split(' ') {
            line.key(Key::parse(key).unwrap());
        }
    }

    #[test]
    fn words_and_letters_are_deleted() {
        let mut line = Line::new("tcp.port == 80é");
        press(&mut line, "backspace");
        assert_eq!(line.text(), "tcp.port == 80");
        press(&mut line, "ctrl+w");
        assert_eq!(line.text(), "tcp.port == ");
        press(&mut line, "home delete x");
        assert_eq!(line.text(), "xcp.port == ");
        press(&mut line, "ctrl+right ctrl+k");
        assert_eq!(line.text(), "xcp.port");
    }

    #[test]
    fn what_is_pasted_has_no_line_breaks() {
        let mut line = Line::default();
        line.insert("a\nb");
        assert_eq!(line.text(), "a b");
    }
}
