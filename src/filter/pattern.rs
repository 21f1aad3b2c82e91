//! Regular expressions of `matches`: bytes, any case, in linear time. What PCRE2 has beyond that is
//! refused by name.

use regex::bytes::{Regex, RegexBuilder};

/// A compiled pattern never takes more memory than this.
const SIZE_LIMIT: usize = 4 << 20;

/// Compiles the source of a pattern, which may hold any bytes.
pub fn compile(source: &[u8]) -> Result<Regex, String> {
    let text = translate(source);
    RegexBuilder::new(&text).case_insensitive(true).unicode(false).size_limit(SIZE_LIMIT).build().map_err(
        |error| match beyond(&text) {
            Some(what) => format!(
                "The pattern uses {what}, which sniff's regular expressions (linear in time) do not have."
            ),
            None => format!("Regex compilation error: {}.", reason(&error)),
        },
    )
}

/// What a pattern that doesn't compile has that only backtracking engines know.
fn beyond(text: &str) -> Option<&'static str> {
    const SIGNS: &[(&str, &str)] = &[
        ("(?=", "look-ahead"),
        ("(?!", "look-ahead"),
        ("(?<=", "look-behind"),
        ("(?<!", "look-behind"),
        ("(?>", "an atomic group"),
        ("(?(", "a condition"),
        ("(?R)", "recursion"),
        ("(?|", "a branch reset"),
        ("*+", "a possessive quantifier"),
        ("++", "a possessive quantifier"),
        ("?+", "a possessive quantifier"),
        ("}+", "a possessive quantifier"),
        ("\\g", "a back-reference"),
        ("\\k", "a back-reference"),
        ("\\K", "a reset of the match"),
    ];
    if let Some((_, what)) = SIGNS.iter().find(|(sign, _)| text.contains(sign)) {
        return Some(what);
    }
    let digit = |w: &[u8]| w[0] == b'\\' && (b'1'..=b'9').contains(&w[1]);
    text.as_bytes().windows(2).any(digit).then_some("a back-reference")
}

/// The last line of the library's message, without its prefix.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

/// Bytes beyond ASCII as escapes, and a brace that opens no repetition as the character it is in PCRE.
fn translate(source: &[u8]) -> String {
    let mut out = String::with_capacity(source.len() + 8);
    let mut escaped = false;
    for (i, b) in source.iter().enumerate() {
        match b {
            b'{' if !escaped && !is_repetition(&source[i..]) && !after_property(&source[..i]) => {
                out.push_str("\\{");
            }
            0x00..=0x7f => out.push(char::from(*b)),
            _ => out.push_str(&format!("\\x{b:02x}")),
        }
        escaped = *b == b'\\' && !escaped;
    }
    out
}

/// `\x{41}`, `\p{L}`: the brace belongs to the escape.
fn after_property(before: &[u8]) -> bool {
    matches!(before, [.., b'\\', b'x' | b'p' | b'P' | b'u' | b'o'])
}

/// `{3}`, `{3,}`, `{3,5}`
fn is_repetition(text: &[u8]) -> bool {
    let Some(end) = text.iter().position(|b| *b == b'}') else { return false };
    let inner = &text[1..end];
    let mut parts = inner.splitn(2, |b| *b == b',');
    let digits = |p: &[u8]| p.iter().all(u8::is_ascii_digit);
    let first = parts.next().unwrap_or_default();
    !first.is_empty() && digits(first) && parts.next().is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_unless_asked_for() {
        assert!(compile(b"www").unwrap().is_match(b"WWW"));
        assert!(!compile(b"(?-i)www").unwrap().is_match(b"WWW"));
    }

    #[test]
    fn bytes_beyond_ascii_are_bytes() {
        assert!(compile("ä".as_bytes()).unwrap().is_match("xä".as_bytes()));
        assert!(compile(b"\xff").unwrap().is_match(&[0xff]));
    }

    #[test]
    fn a_lone_brace_is_a_character() {
        assert!(compile(b"a{").unwrap().is_match(b"a{"));
        assert!(compile(b"^a{2}$").unwrap().is_match(b"aa"));
    }

    #[test]
    fn what_needs_backtracking_is_refused_by_name() {
        for (text, name) in [("(?=a)", "look-ahead"), ("(a)\\1", "back-reference"), ("(?>a)", "atomic")] {
            assert!(compile(text.as_bytes()).unwrap_err().contains(name), "{text}");
        }
        assert!(compile(b"(").is_err() && compile(b"[").is_err());
    }
}
