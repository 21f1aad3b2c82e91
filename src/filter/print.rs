//! Writes a tree as text in one canonical form: reading it again gives the same tree.

use std::fmt::Write;

use super::lex::{Piece, PieceEnd};
use super::parse::{Element, Expr, Operand, Quantifier, What};

/// The canonical text of a test.
pub fn print(expr: &Expr) -> String {
    let mut out = String::new();
    test(expr, Level::Or, &mut out);
    out
}

/// How tightly the surroundings bind: whatever binds looser gets parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Or,
    Xor,
    And,
    Not,
}

fn level(expr: &Expr) -> Level {
    match expr {
        Expr::Or(_) => Level::Or,
        Expr::Xor(..) => Level::Xor,
        Expr::And(_) => Level::And,
        _ => Level::Not,
    }
}

fn test(expr: &Expr, around: Level, out: &mut String) {
    let parentheses = level(expr) < around;
    if parentheses {
        out.push('(');
    }
    match expr {
        Expr::Or(parts) => join(parts, " or ", Level::Xor, out),
        Expr::And(parts) => join(parts, " and ", Level::Not, out),
        Expr::Xor(a, b) => {
            test(a, Level::Xor, out);
            out.push_str(" xor ");
            test(b, Level::And, out);
        }
        Expr::Not(inner) => {
            out.push_str("not ");
            test(inner, Level::Not, out);
        }
        relation => self::relation(relation, out),
    }
    if parentheses {
        out.push(')');
    }
}

fn join(parts: &[Expr], between: &str, around: Level, out: &mut String) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        test(part, around, out);
    }
}

fn relation(expr: &Expr, out: &mut String) {
    match expr {
        Expr::Test(a) => operand(a, 0, out),
        Expr::Compare(q, a, pairs) => {
            quantifier(*q, out);
            operand(a, 0, out);
            for (comparison, _, b) in pairs {
                let _ = write!(out, " {} ", comparison.text());
                operand(b, 0, out);
            }
        }
        Expr::Contains(q, a, b) | Expr::Matches(q, a, b) => {
            quantifier(*q, out);
            operand(a, 0, out);
            out.push_str(if matches!(expr, Expr::Contains(..)) { " contains " } else { " matches " });
            operand(b, 0, out);
        }
        Expr::In(q, a, set) => {
            quantifier(*q, out);
            operand(a, 0, out);
            out.push_str(" in {");
            for (i, element) in set.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match element {
                    Element::One(a) => operand(a, 0, out),
                    Element::Range(a, b) => {
                        operand(a, 0, out);
                        out.push_str(" .. ");
                        operand(b, 0, out);
                    }
                }
            }
            out.push('}');
        }
        Expr::Or(_) | Expr::Xor(..) | Expr::And(_) | Expr::Not(_) => test(expr, Level::Or, out),
    }
}

fn quantifier(q: Quantifier, out: &mut String) {
    out.push_str(match q {
        Quantifier::Default => "",
        Quantifier::Any => "any ",
        Quantifier::All => "all ",
    });
}

/// An operand; in braces if it binds no tighter than `around`.
fn operand(operand: &Operand, around: u8, out: &mut String) {
    match &operand.what {
        What::Word(word) => out.push_str(word),
        What::Name(name) => {
            out.push('.');
            out.push_str(name);
        }
        What::Raw(inner) => {
            out.push('@');
            self::operand(inner, u8::MAX, out);
        }
        What::Layers(inner, pieces) => {
            self::operand(inner, u8::MAX, out);
            out.push('#');
            bracket(pieces, out);
        }
        What::Reference(name, pieces) => {
            out.push_str("${");
            out.push_str(name);
            if !pieces.is_empty() {
                out.push('#');
                bracket(pieces, out);
            }
            out.push('}');
        }
        What::Quoted(bytes) => quoted(bytes, out),
        What::Char(c) => character(*c, out),
        What::Slice(inner, pieces) => {
            self::operand(inner, u8::MAX, out);
            bracket(pieces, out);
        }
        What::Call(name, arguments) => {
            out.push_str(name);
            out.push('(');
            for (i, argument) in arguments.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                self::operand(argument, 0, out);
            }
            out.push(')');
        }
        What::Negative(inner) => {
            out.push('-');
            self::operand(inner, u8::MAX, out);
        }
        What::Binary(op, a, b) => {
            let precedence = op.precedence();
            let braces = precedence <= around;
            if braces {
                out.push('{');
            }
            // The left side may be of the same strength, the right side may not.
            self::operand(a, precedence - 1, out);
            let _ = write!(out, " {} ", op.text());
            self::operand(b, precedence, out);
            if braces {
                out.push('}');
            }
        }
    }
}

fn bracket(pieces: &[Piece], out: &mut String) {
    out.push('[');
    for (i, piece) in pieces.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let start = piece.start;
        let _ = match piece.end {
            PieceEnd::Length(1) => write!(out, "{start}"),
            PieceEnd::Length(n) => write!(out, "{start}:{n}"),
            PieceEnd::Index(last) => write!(out, "{start}-{last}"),
            PieceEnd::Open => write!(out, "{start}:"),
        };
    }
    out.push(']');
}

fn quoted(bytes: &[u8], out: &mut String) {
    out.push('"');
    for b in bytes {
        match b {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*b));
            }
            b' '..=b'~' => out.push(char::from(*b)),
            _ => {
                let _ = write!(out, "\\x{b:02x}");
            }
        }
    }
    out.push('"');
}

fn character(c: u8, out: &mut String) {
    let _ = match c {
        b'\'' | b'\\' => write!(out, "'\\{}'", char::from(c)),
        b' '..=b'~' => write!(out, "'{}'", char::from(c)),
        _ => write!(out, "'\\x{c:02x}'"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::parse::parse;

    #[test]
    fn parentheses_and_braces_only_where_needed() {
        for text in [
            "(a or b) and not c",
            "a or b and c",
            "{a & 2} + 1 == 3",
            "a & 2 + 1 == 3",
            "a - {b - c} == -1",
            "not (a and b) or not c[0,2:3,-4--1] == \"x\\x00\\\\\"",
            "all x#[1-2] in {1 .. 5, 'a', \"b\"}",
            "a xor (b xor c)",
        ] {
            assert_eq!(print(&parse(text).unwrap().unwrap()), text);
        }
    }
}
