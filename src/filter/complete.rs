//! Completion for the filter bar: what may stand where the cursor is, with type and description. What was
//! used last comes first, then protocols, then fields, shorter names before longer ones.

use super::error::Span;
use super::lex::{Lexeme, Sign, Token, lex};
use super::literal::kind_name;
use super::names;
use super::program::FUNCTIONS;
use crate::dissect::field::{Field, Kind, Names};
use crate::dissect::registry::registry;

/// What can be put in place of a part of the text.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    /// The word under the cursor, in bytes of the text; empty between words.
    pub span: Span,
    pub candidates: Vec<Candidate>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What to write in place of the span.
    pub text: String,
    pub sort: Sort,
    /// The type of a field, the signature of a function; may be empty.
    pub kind: String,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Protocol,
    Field,
    Function,
    /// The name of one of a field's values.
    Value,
    Operator,
}

/// More than this nobody reads.
const LIMIT: usize = 100;

/// Proposes what could be written at the cursor (a byte offset). `recent`: names used before, latest first.
pub fn complete(text: &str, cursor: usize, recent: &[String]) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|c| text.is_char_boundary(*c)).unwrap_or(0);
    let before = &text[..cursor];
    let begin = word_start(before);
    let word = &before[begin..];
    let end = cursor + text[cursor..].bytes().take_while(|b| in_word(*b)).count();
    // An open quote before the cursor: a name of a value is being typed.
    let quote = before.rfind('"').filter(|q| before[..*q].matches('"').count().is_multiple_of(2));
    if let Some(quote) = quote {
        let field = compared_field(&before[..quote]);
        let candidates = field.map(|f| values(f, &before[quote + 1..])).unwrap_or_default();
        return Completion { span: Span::new(quote, cursor), candidates };
    }
    let Ok(tokens) = lex(&before[..begin]) else {
        return Completion { span: Span::new(begin, end), candidates: Vec::new() };
    };
    let mut candidates = match expected(&tokens) {
        Expected::Operator => operators(word),
        Expected::Value => {
            let field = compared_field(&before[..begin]);
            let mut list = field.map(|f| values(f, word)).unwrap_or_default();
            // Names hold digits, but who types a number means a number.
            if !word.starts_with(|c: char| c.is_ascii_digit()) {
                list.extend(named(word, recent));
            }
            list
        }
        Expected::Operand => named(word, recent),
    };
    candidates.truncate(LIMIT);
    Completion { span: Span::new(begin, end), candidates }
}

fn in_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')
}

fn word_start(before: &str) -> usize {
    before.len() - before.bytes().rev().take_while(|b| in_word(*b)).count()
}

enum Expected {
    /// A field, a function, `not`.
    Operand,
    /// The right side of a comparison.
    Value,
    Operator,
}

fn expected(tokens: &[Lexeme]) -> Expected {
    match tokens.last().map(|l| &l.token) {
        None => Expected::Operand,
        Some(Token::Sign(sign)) => match sign {
            Sign::Close | Sign::BraceClose => Expected::Operator,
            Sign::Eq
            | Sign::AllEq
            | Sign::AllNe
            | Sign::AnyNe
            | Sign::Lt
            | Sign::Le
            | Sign::Gt
            | Sign::Ge => Expected::Value,
            Sign::BraceOpen | Sign::Comma | Sign::DotDot if in_set(tokens) => Expected::Value,
            _ => Expected::Operand,
        },
        Some(Token::ReferenceOpen | Token::Dollar | Token::At) => Expected::Operand,
        Some(_) => Expected::Operator,
    }
}

/// True behind `in {` that isn't closed yet.
fn in_set(tokens: &[Lexeme]) -> bool {
    let signs = tokens.iter().rev().filter_map(|l| match l.token {
        Token::Sign(s) => Some(s),
        _ => None,
    });
    for sign in signs {
        match sign {
            Sign::In => return true,
            Sign::BraceOpen | Sign::Comma | Sign::DotDot => {}
            _ => return false,
        }
    }
    false
}

/// The field on the left of the comparison that the text ends with.
fn compared_field(before: &str) -> Option<&'static Field> {
    let tokens = lex(before).ok()?;
    let comparison = tokens.iter().rposition(|l| {
        matches!(
            l.token,
            Token::Sign(
                Sign::Eq
                    | Sign::AllEq
                    | Sign::AllNe
                    | Sign::AnyNe
                    | Sign::Lt
                    | Sign::Le
                    | Sign::Gt
                    | Sign::Ge
                    | Sign::In
            )
        )
    })?;
    let left = tokens[..comparison].iter().rev().find(|l| l.token == Token::Word)?;
    names::field(&before[left.span.range()]).map(|e| e.field)
}

/// The names of a field's values that begin with or hold what was typed.
fn values(field: &'static Field, typed: &str) -> Vec<Candidate> {
    let typed = typed.to_ascii_lowercase();
    let candidate = |number: u64, name: &str| Candidate {
        text: format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
        sort: Sort::Value,
        kind: number.to_string(),
        about: field.label.to_owned(),
    };
    let fits = |name: &str| name.to_ascii_lowercase().contains(&typed);
    match field.names {
        Names::Values(table) => {
            table.iter().filter(|e| fits(e.1)).take(LIMIT).map(|e| candidate(e.0, e.1)).collect()
        }
        Names::Ranges(table) => {
            let single = table.iter().filter(|e| e.0 == e.1 && fits(e.2));
            single.take(LIMIT).map(|e| candidate(e.0, e.2)).collect()
        }
        Names::TrueFalse(yes, no) => {
            let both = [(1, yes), (0, no)];
            both.iter().filter(|e| fits(e.1)).map(|e| candidate(e.0, e.1)).collect()
        }
        Names::Function(f) => {
            let known = (0..=0xff).filter_map(|n| f(n).map(|name| (n, name)));
            known.filter(|e| fits(e.1)).take(LIMIT).map(|e| candidate(e.0, e.1)).collect()
        }
        Names::None | Names::Unit(..) => Vec::new(),
    }
}

const OPERATORS: &[(&str, &str)] = &[
    ("==", "some value is equal"),
    ("!=", "no value is equal"),
    ("===", "every value is equal"),
    ("!==", "some value differs"),
    ("<", "less"),
    ("<=", "less or equal"),
    (">", "greater"),
    (">=", "greater or equal"),
    ("contains", "holds this text or these bytes"),
    ("matches", "a regular expression matches, in any case"),
    ("in", "is in a set: { 80, 443, 8000..8100 }"),
    ("not in", "is not in a set"),
    ("and", "both"),
    ("or", "one or both"),
    ("xor", "one and not both"),
    ("&", "bits in common"),
];

fn operators(word: &str) -> Vec<Candidate> {
    OPERATORS
        .iter()
        .filter(|(text, _)| text.starts_with(word))
        .map(|(text, about)| Candidate {
            text: (*text).to_owned(),
            sort: Sort::Operator,
            kind: String::new(),
            about: (*about).to_owned(),
        })
        .collect()
}

/// Fields, protocols, columns and functions whose names begin with (or, further down, hold) the word.
fn named(word: &str, recent: &[String]) -> Vec<Candidate> {
    let typed = word.to_ascii_lowercase();
    let mut found: Vec<(Rank, Candidate)> = Vec::new();
    let columns = names::COLUMNS.iter().map(|c| names::column_field(*c));
    for field in registry().fields().map(|e| e.field).chain(columns) {
        if let Some(rank) = rank(field.name, field.kind == Kind::Protocol, &typed, recent) {
            found.push((rank, of_field(field)));
        }
    }
    for (name, about, _) in FUNCTIONS {
        if let Some(rank) = rank(name, false, &typed, recent) {
            let candidate = Candidate {
                text: format!("{name}("),
                sort: Sort::Function,
                kind: format!("{name}(…)"),
                about: (*about).to_owned(),
            };
            found.push((rank, candidate));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.text.cmp(&b.1.text)));
    found.truncate(LIMIT);
    found.into_iter().map(|(_, c)| c).collect()
}

/// Orders candidates: less is shown earlier.
type Rank = (usize, bool, usize, usize);

fn rank(name: &str, protocol: bool, typed: &str, recent: &[String]) -> Option<Rank> {
    if name.is_empty() {
        return None;
    }
    let at = name.to_ascii_lowercase().find(typed)?;
    let dots = name.matches('.').count();
    let used = recent.iter().position(|r| r == name).unwrap_or(usize::MAX);
    // Without a word, only what was used before and whole protocols are worth a line.
    if typed.is_empty() && used == usize::MAX && !protocol {
        return None;
    }
    Some((used, at > 0, if protocol { 0 } else { dots + 1 }, name.len()))
}

fn of_field(field: &'static Field) -> Candidate {
    let protocol = field.kind == Kind::Protocol;
    let about = if field.about.is_empty() { field.label } else { field.about };
    Candidate {
        text: field.name.to_owned(),
        sort: if protocol { Sort::Protocol } else { Sort::Field },
        kind: kind_name(field.kind),
        about: about.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, recent: &[&str]) -> Vec<String> {
        let recent: Vec<String> = recent.iter().map(|r| (*r).to_owned()).collect();
        complete(text, text.len(), &recent).candidates.into_iter().map(|c| c.text).collect()
    }

    #[test]
    fn a_number_is_not_the_middle_of_a_name() {
        let found = complete("tcp.port == 80", 14, &[]).candidates;
        assert!(found.iter().all(|c| c.sort == Sort::Value), "{found:?}");
        assert!(!complete("tcp.port == t", 13, &[]).candidates.is_empty());
    }

    #[test]
    fn protocols_come_before_their_fields_and_recent_ones_first() {
        assert_eq!(texts("ud", &[])[0], "udp");
        assert_eq!(texts("udp", &["udp.length"])[0], "udp.length");
    }

    #[test]
    fn behind_a_value_come_operators_only() {
        assert!(texts("udp ", &[]).contains(&"and".to_owned()));
        assert_eq!(texts("udp.port == 53 o", &[]), ["or"]);
    }

    #[test]
    fn names_of_values_are_offered_in_quotes() {
        assert_eq!(texts("udp.checksum.status == \"Un", &[]), ["\"Unverified\""]);
        assert!(texts("udp.checksum.status in {", &[]).contains(&"\"Good\"".to_owned()));
    }

    #[test]
    fn the_span_is_the_word_under_the_cursor() {
        assert_eq!(complete("arp or udp.po == 1", 11, &[]).span.range(), 7..13);
        assert_eq!(complete("", 0, &[]).span.range(), 0..0);
    }
}
