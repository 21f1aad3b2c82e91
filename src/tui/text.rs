//! Text from packets, made safe to show: control characters, escape sequences, direction marks and
//! piled-up accents never reach the terminal, and widths are what the terminal will use.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;
pub use unicode_width::UnicodeWidthStr;

/// More marks than this on one letter are dropped.
const MAX_MARKS: usize = 2;

/// The text without anything that could disturb the screen. `ascii`: only ASCII may be shown.
pub fn clean(text: &str, ascii: bool) -> Cow<'_, str> {
    let harmless = |c: char| matches!(c, ' '..='~') || !ascii && is_plain(c);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        let is_mark = !c.is_control() && c.width() == Some(0);
        marks = if is_mark { marks + 1 } else { 0 };
        match c {
            c if harmless(c) => out.push(c),
            _ if is_mark && (ascii || marks > MAX_MARKS || out.is_empty() || is_format(c)) => {}
            _ if is_mark => out.push(c),
            c if ascii => out.push_str(in_ascii(c)),
            '\t' | '\n' | '\r' => out.push(' '),
            c if (c as u32) < 0x20 => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('·')),
            '\x7f' => out.push('␡'),
            _ => out.push('·'),
        }
    }
    Cow::Owned(out)
}

/// Letters and signs of width 1 or 2 that change nothing but their own cells.
fn is_plain(c: char) -> bool {
    !c.is_control() && !is_format(c) && c.width().is_some_and(|w| w > 0)
}

/// Direction marks, joiners, selectors, private and unassigned planes: terminals disagree on them.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
        | '\u{e000}'..='\u{f8ff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{10ffff}')
}

fn in_ascii(c: char) -> &'static str {
    match c {
        '→' | '▶' | '⟶' => ">",
        '←' | '◀' => "<",
        '…' => "~",
        '–' | '—' | '−' | '─' => "-",
        '“' | '”' => "\"",
        '‘' | '’' => "'",
        'µ' | 'μ' => "u",
        '×' => "x",
        '\t' | '\n' | '\r' | '\u{a0}' => " ",
        c if c.is_control() => ".",
        _ => "?",
    }
}

/// Cells that a clean text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// As much of the beginning as fits; what is cut off leaves an ellipsis.
pub fn fit(text: &str, cells: usize, ellipsis: &str) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = head(text, cells.saturating_sub(width(ellipsis))).to_owned();
    if cells >= width(ellipsis) {
        out.push_str(ellipsis);
    }
    out
}

/// As `fit`, but the middle goes: the ends of an address tell it from others.
pub fn fit_middle(text: &str, cells: usize, ellipsis: &str) -> String {
    if width(text) <= cells || cells < 5 {
        return fit(text, cells, ellipsis);
    }
    let room = cells - width(ellipsis);
    let front = head(text, room - room / 2);
    let mut back = text.len();
    let mut left = room / 2;
    for (at, c) in text.char_indices().rev() {
        let w = c.width().unwrap_or(0);
        if w > left {
            break;
        }
        left -= w;
        back = at;
    }
    format!("{front}{ellipsis}{}", &text[back..])
}

/// The longest beginning that takes no more cells.
pub fn head(text: &str, cells: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > cells {
            return &text[..at];
        }
    }
    text
}

/// What is left of a text when its first cells are scrolled away.
pub fn skip(text: &str, cells: usize) -> &str {
    let front = head(text, cells);
    &text[front.len()..]
}

/// `1,204`
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `3.1 M`, `812`, `1.9 G`: three digits at most.
pub fn short(number: f64) -> String {
    let mut n = number.max(0.0);
    for unit in ["", " k", " M", " G", " T"] {
        if n < 999.5 || unit == " T" {
            let digits = if unit.is_empty() || n >= 99.5 { 0 } else { 1 };
            return format!("{n:.digits$}{unit}");
        }
        n /= 1000.0;
    }
    unreachable!("the last unit takes every number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_marks_become_harmless() {
        assert_eq!(clean("a\x1b[31mb\u{202e}c\u{9b}d", false), "a␛[31mbc·d");
        assert_eq!(clean("59150 → 7000\x07", true), "59150 > 7000.");
    }

    #[test]
    fn piled_up_marks_are_cut() {
        let zalgo = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(clean(&zalgo, false).chars().count(), 3);
    }

    #[test]
    fn wide_letters_are_never_halved() {
        assert_eq!(fit("漢字漢字", 5, "…"), "漢字…");
        assert_eq!(head("漢字", 3), "漢");
    }

    #[test]
    fn the_ends_of_an_address_stay() {
        assert_eq!(fit_middle("2001:db8:1:2:3:4:5:6789", 11, "…"), "2001:…:6789");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(grouped(3_198_211), "3,198,211");
        assert_eq!(short(3_100_000.0), "3.1 M");
        assert_eq!(short(999.9), "1.0 k");
        assert_eq!(short(212.0), "212");
    }
}
