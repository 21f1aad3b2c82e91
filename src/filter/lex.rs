//! From text to tokens with their places. What a word means (a field, a number, an address, a name
//! of a value) is not decided here: that depends on what it is compared with.

use super::error::{FilterError, Span};

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A name or an unquoted literal; its text is that of its span.
    Word,
    /// `.tcp`: a name that can't be a literal. The span includes the dot.
    Dotted,
    /// A string in quotes, after escapes.
    Quoted(Vec<u8>),
    /// A character in single quotes.
    Char(u8),
    /// `[0:4,-1]`
    Slice(Vec<Piece>),
    /// `#2`, `#[1-2]`
    Layers(Vec<Piece>),
    /// `${`
    ReferenceOpen,
    /// `$` before a name.
    Dollar,
    /// `@` before a name.
    At,
    Sign(Sign),
}

/// Operators, brackets and the words that are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Open,
    Close,
    BraceOpen,
    BraceClose,
    Comma,
    DotDot,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    And,
    Or,
    Xor,
    Not,
    BitAnd,
    Eq,
    AllEq,
    /// `!=`: all must differ.
    AllNe,
    /// `!==`, `~=`: one must differ.
    AnyNe,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    Matches,
    In,
    Any,
    All,
}

/// One piece of a slice: where it begins (from the end if negative) and how far it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub start: i32,
    pub end: PieceEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceEnd {
    Length(u32),
    /// Inclusive, of the same sign as the start.
    Index(i32),
    Open,
}

impl Piece {
    /// The half-open range that the piece means of something so long; `None` if it isn't all there.
    pub fn resolve(&self, len: usize) -> Option<std::ops::Range<usize>> {
        let at = |n: i32| match usize::try_from(n) {
            Ok(n) => Some(n),
            Err(_) => len.checked_sub(n.unsigned_abs() as usize),
        };
        let start = at(self.start)?;
        let end = match self.end {
            PieceEnd::Length(n) => start.checked_add(n as usize)?,
            PieceEnd::Index(last) => at(last)?.checked_add(1)?,
            PieceEnd::Open => len,
        };
        (start <= end && end <= len).then_some(start..end)
    }
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Lexeme {
    pub token: Token,
    pub span: Span,
}

/// All tokens of a text.
pub fn lex(text: &str) -> Result<Vec<Lexeme>, FilterError> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, out: Vec::with_capacity(16) };
    while lexer.step()? {}
    Ok(lexer.out)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    out: Vec<Lexeme>,
}

impl Lexer<'_> {
    fn step(&mut self) -> Result<bool, FilterError> {
        while self.peek(0).is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        let Some(first) = self.peek(0) else { return Ok(false) };
        match first {
            b'"' => self.string()?,
            b'r' | b'R' if self.peek(1) == Some(b'"') => self.raw_string()?,
            b'\'' => self.character()?,
            b'[' => self.slice()?,
            b'#' => self.layers()?,
            _ => {
                let len = self.literal();
                if len > 0 {
                    self.word(len);
                } else {
                    self.sign(first)?;
                }
            }
        }
        Ok(true)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn push(&mut self, token: Token, len: usize) {
        let span = Span::new(self.at, self.at + len);
        self.out.push(Lexeme { token, span });
        self.at += len;
    }

    // ---- words and unquoted literals ----

    /// How long the longest word or literal is that begins here; 0 if none does.
    fn literal(&self) -> usize {
        let rest = &self.bytes[self.at..];
        let plain = word_len(rest);
        let plain = if plain == 0 { dotted_len(rest) } else { plain };
        plain.max(hex_pairs_len(rest)).max(ipv4_len(rest, true)).max(ipv6_len(rest))
    }

    fn word(&mut self, len: usize) {
        let text = &self.text[self.at..self.at + len];
        let token = match keyword(text) {
            Some(sign) => Token::Sign(sign),
            None if text.starts_with('.') => Token::Dotted,
            None => Token::Word,
        };
        self.push(token, len);
    }

    // ---- operators ----

    fn sign(&mut self, first: u8) -> Result<(), FilterError> {
        let rest = &self.bytes[self.at..];
        if let Some((text, sign)) = SIGNS.iter().find(|(t, _)| rest.starts_with(t.as_bytes())) {
            self.push(Token::Sign(*sign), text.len());
            return Ok(());
        }
        match first {
            b'$' if self.peek(1) == Some(b'{') => self.push(Token::ReferenceOpen, 2),
            b'$' => self.push(Token::Dollar, 1),
            b'@' => self.push(Token::At, 1),
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    fn unexpected(&self) -> FilterError {
        let c = self.text[self.at..].chars().next().unwrap_or(' ');
        let span = Span::new(self.at, self.at + c.len_utf8());
        if !c.is_ascii() {
            return FilterError::new(span, "Characters beyond ASCII may only stand inside double quotes.");
        }
        let error = FilterError::new(span, format!("\"{c}\" was unexpected here."));
        match c {
            '=' => error.hint("A comparison for equality is written ==."),
            '|' => error.hint("Or is written ||."),
            _ => error,
        }
    }

    // ---- strings ----

    fn string(&mut self) -> Result<(), FilterError> {
        let start = self.at;
        let mut at = start + 1;
        let mut value = Vec::new();
        loop {
            match self.bytes.get(at) {
                None => return Err(self.open_quote(start, "a quoted string")),
                Some(b'"') => break,
                Some(b'\\') => at = self.escape(at, &mut value)?,
                Some(b) => {
                    value.push(*b);
                    at += 1;
                }
            }
        }
        self.push(Token::Quoted(value), at + 1 - start);
        Ok(())
    }

    fn raw_string(&mut self) -> Result<(), FilterError> {
        let start = self.at;
        let mut at = start + 2;
        while let Some(b) = self.bytes.get(at) {
            match b {
                b'"' => {
                    let value = self.bytes[start + 2..at].to_vec();
                    self.push(Token::Quoted(value), at + 1 - start);
                    return Ok(());
                }
                // A quote behind a backslash doesn't end the string; both characters belong to it.
                b'\\' if self.bytes.get(at + 1) == Some(&b'"') => at += 2,
                _ => at += 1,
            }
        }
        Err(self.open_quote(start, "a raw string"))
    }

    fn open_quote(&self, start: usize, what: &str) -> FilterError {
        let span = Span::new(start, self.bytes.len());
        FilterError::new(span, format!("The final quote was missing from {what}."))
    }

    /// Reads the escape at `at` and returns where it ends.
    fn escape(&self, at: usize, value: &mut Vec<u8>) -> Result<usize, FilterError> {
        let wrong = |len: usize| {
            let end = (at + len).min(self.bytes.len());
            let end = (end..=self.bytes.len()).find(|e| self.text.is_char_boundary(*e)).unwrap_or(end);
            let what = &self.text[at..end];
            FilterError::new(Span::new(at, end), format!("{what} is not a valid character escape sequence."))
        };
        let Some(kind) = self.bytes.get(at + 1).copied() else { return Err(wrong(1)) };
        if let Some(b) = simple_escape(kind) {
            value.push(b);
            return Ok(at + 2);
        }
        match kind {
            b'n' => value.push(b'\n'),
            b'x' => {
                let digits = self.digits(at + 2, 2, 16);
                let n = u8::from_str_radix(digits, 16).map_err(|_| wrong(2))?;
                value.push(n);
                return Ok(at + 2 + digits.len());
            }
            b'0'..=b'7' => {
                let digits = self.digits(at + 1, 3, 8);
                match u8::from_str_radix(digits, 8) {
                    Ok(n) => value.push(n),
                    Err(_) => {
                        let span = Span::new(at, at + 1 + digits.len());
                        let what = &self.text[span.range()];
                        return Err(FilterError::new(span, format!("{what} is larger than 255.")));
                    }
                }
                return Ok(at + 1 + digits.len());
            }
            b'u' | b'U' => {
                let count = if kind == b'u' { 4 } else { 8 };
                let digits = self.digits(at + 2, count, 16);
                let c = (digits.len() == count)
                    .then(|| u32::from_str_radix(digits, 16).ok().and_then(universal))
                    .flatten()
                    .ok_or_else(|| wrong(2 + digits.len()))?;
                value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(at + 2 + count);
            }
            _ => return Err(wrong(2)),
        }
        Ok(at + 2)
    }

    /// Up to so many digits of this base.
    fn digits(&self, at: usize, most: usize, radix: u32) -> &str {
        let rest = self.bytes.get(at..).unwrap_or(&[]);
        let n = rest.iter().take(most).take_while(|b| char::from(**b).is_digit(radix)).count();
        &self.text[at..at + n]
    }

    /// `'a'`, `'\x41'`, `'\101'`, `'\t'`.
    fn character(&mut self) -> Result<(), FilterError> {
        let start = self.at;
        let mut end = start + 1;
        loop {
            match self.bytes.get(end) {
                None => return Err(self.open_quote(start, "a character constant")),
                Some(b'\'') => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
            }
        }
        let span = Span::new(start, end + 1);
        let body = &self.bytes[start + 1..end];
        let wrong = |why: &str| {
            let what = self.text.get(span.range()).unwrap_or("'");
            FilterError::new(span, format!("{what} {why}"))
        };
        let value = match body {
            [] => return Err(FilterError::new(span, "Empty character constant.")),
            [b] if b.is_ascii() => *b,
            [b'\\', b] => match simple_escape(*b).or_else(|| octal(&body[1..])) {
                Some(v) => v,
                // tshark 4.0 takes \n in strings, but not as a character.
                None if *b == b'n' => return Err(wrong("is too long to be a valid character constant.")),
                None => return Err(wrong("isn't a valid character constant.")),
            },
            [b'\\', b'x', digits @ ..] if digits.len() <= 2 => std::str::from_utf8(digits)
                .ok()
                .and_then(|d| u8::from_str_radix(d, 16).ok())
                .ok_or_else(|| wrong("isn't a valid character constant."))?,
            [b'\\', digits @ ..] if digits.len() <= 3 => {
                octal(digits).ok_or_else(|| wrong("isn't a valid character constant."))?
            }
            _ => return Err(wrong("is too long to be a valid character constant.")),
        };
        self.push(Token::Char(value), end + 1 - start);
        Ok(())
    }

    // ---- slices and layers ----

    fn slice(&mut self) -> Result<(), FilterError> {
        let (pieces, len) = self.pieces(self.at)?;
        self.push(Token::Slice(pieces), len);
        Ok(())
    }

    fn layers(&mut self) -> Result<(), FilterError> {
        match self.peek(1) {
            Some(b'[') => {
                let (pieces, len) = self.pieces(self.at + 1)?;
                self.push(Token::Layers(pieces), len + 1);
            }
            Some(b) if b.is_ascii_digit() => {
                let digits = self.digits(self.at + 1, usize::MAX, 10).len();
                let span = Span::new(self.at + 1, self.at + 1 + digits);
                let number = index(&self.text[span.range()], span)?;
                let piece = Piece { start: number, end: PieceEnd::Length(1) };
                self.push(Token::Layers(vec![piece]), digits + 1);
            }
            _ => {
                let at = self.at + 1;
                let Some(c) = self.text[at..].chars().next() else {
                    return Err(FilterError::new(Span::new(at, at), "Unexpected end of filter expression."));
                };
                let message = format!("Expected digit or \"[\", not \"{c}\".");
                return Err(FilterError::new(Span::new(at, at + c.len_utf8()), message));
            }
        }
        Ok(())
    }

    /// The pieces of the bracket that opens at `at`, and how long it is.
    fn pieces(&self, at: usize) -> Result<(Vec<Piece>, usize), FilterError> {
        let rest = &self.bytes[at..];
        let Some(len) = rest.iter().position(|b| *b == b']') else {
            let span = Span::new(at, self.bytes.len());
            return Err(FilterError::new(span, "The right bracket was missing from a slice."));
        };
        let mut start = at + 1;
        let mut pieces = Vec::new();
        for part in self.text[at + 1..at + len].split(',') {
            let lead = part.len() - part.trim_start().len();
            let span = Span::new(start + lead, start + lead + part.trim().len());
            pieces.push(piece(part.trim(), span)?);
            start += part.len() + 1;
        }
        Ok((pieces, len + 1))
    }
}

/// Longest first where one begins another.
const SIGNS: &[(&str, Sign)] = &[
    ("===", Sign::AllEq),
    ("!==", Sign::AnyNe),
    ("==", Sign::Eq),
    ("!=", Sign::AllNe),
    ("~=", Sign::AnyNe),
    ("<=", Sign::Le),
    (">=", Sign::Ge),
    ("&&", Sign::And),
    ("||", Sign::Or),
    ("^^", Sign::Xor),
    ("..", Sign::DotDot),
    ("<", Sign::Lt),
    (">", Sign::Gt),
    ("!", Sign::Not),
    ("&", Sign::BitAnd),
    ("~", Sign::Matches),
    ("(", Sign::Open),
    (")", Sign::Close),
    ("{", Sign::BraceOpen),
    ("}", Sign::BraceClose),
    (",", Sign::Comma),
    ("+", Sign::Plus),
    ("-", Sign::Minus),
    ("*", Sign::Times),
    ("/", Sign::Divide),
    ("%", Sign::Modulo),
];

/// Words that are operators; in lower case only.
pub const KEYWORDS: &[(&str, Sign)] = &[
    ("and", Sign::And),
    ("or", Sign::Or),
    ("xor", Sign::Xor),
    ("not", Sign::Not),
    ("eq", Sign::Eq),
    ("any_eq", Sign::Eq),
    ("all_eq", Sign::AllEq),
    ("ne", Sign::AllNe),
    ("all_ne", Sign::AllNe),
    ("any_ne", Sign::AnyNe),
    ("gt", Sign::Gt),
    ("ge", Sign::Ge),
    ("lt", Sign::Lt),
    ("le", Sign::Le),
    ("contains", Sign::Contains),
    ("matches", Sign::Matches),
    ("bitwise_and", Sign::BitAnd),
    ("in", Sign::In),
    ("any", Sign::Any),
    ("all", Sign::All),
];

fn keyword(text: &str) -> Option<Sign> {
    KEYWORDS.iter().find(|(k, _)| *k == text).map(|(_, s)| *s)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// A name or number: letters, digits, `_`, `-`, and dots between them.
fn word_len(rest: &[u8]) -> usize {
    if !rest.first().is_some_and(|b| is_word(*b)) {
        return 0;
    }
    let mut n = 1;
    while let Some(b) = rest.get(n) {
        match b {
            b'-' => n += 1,
            b'.' if rest.get(n + 1).is_some_and(|b| is_word(*b)) => n += 2,
            b if is_word(*b) => n += 1,
            _ => break,
        }
    }
    n
}

fn dotted_len(rest: &[u8]) -> usize {
    match rest {
        [b'.', tail @ ..] => match word_len(tail) {
            0 => 0,
            n => n + 1,
        },
        _ => 0,
    }
}

/// `00:11:22`, and `:00:11` (bytes that could be taken for something else without the first colon).
fn hex_pairs_len(rest: &[u8]) -> usize {
    let hex = |at: usize| rest.get(at).is_some_and(u8::is_ascii_hexdigit);
    let lead = usize::from(rest.first() == Some(&b':'));
    let mut n = lead;
    if lead == 1 && hex(1) && !hex(2) {
        return 2;
    }
    if !(hex(n) && hex(n + 1)) {
        return 0;
    }
    n += 2;
    while rest.get(n) == Some(&b':') && hex(n + 1) && hex(n + 2) {
        n += 3;
    }
    if n > 2 { n } else { 0 }
}

/// Dotted quad, with `/nn` if `prefix`.
fn ipv4_len(rest: &[u8], prefix: bool) -> usize {
    let digits =
        |at: usize, most: usize| rest.iter().skip(at).take(most).take_while(|b| b.is_ascii_digit()).count();
    let mut n = 0;
    for part in 0..4 {
        if part > 0 {
            if rest.get(n) != Some(&b'.') {
                return 0;
            }
            n += 1;
        }
        match digits(n, 3) {
            0 => return 0,
            d => n += d,
        }
    }
    if prefix && rest.get(n) == Some(&b'/') {
        let d = digits(n + 1, 2);
        if d > 0 {
            n += 1 + d;
        }
    }
    n
}

/// An IPv6 address in any of its forms (RFC 4291 2.2), with `/nnn`.
fn ipv6_len(rest: &[u8]) -> usize {
    let group = |at: usize| rest.iter().skip(at).take(5).take_while(|b| b.is_ascii_hexdigit()).count();
    if !rest.iter().take(6).any(|b| *b == b':') {
        return 0;
    }
    let (mut n, mut groups, mut gap, mut best) = (0, 0, false, 0);
    if rest.starts_with(b"::") {
        (n, gap, best) = (2, true, 2);
    }
    while groups < 8 {
        let v4 = ipv4_len(&rest[n..], false);
        if v4 > 0 && (gap && groups < 6 || groups == 6) && !rest.get(n + v4).is_some_and(|b| is_word(*b)) {
            best = n + v4;
            break;
        }
        let len = group(n);
        if len == 0 || len > 4 {
            break;
        }
        n += len;
        groups += 1;
        if gap && groups < 8 || groups == 8 && !gap {
            best = n;
        }
        if groups == 8 {
            break;
        }
        if rest[n..].starts_with(b"::") {
            if gap {
                break;
            }
            gap = true;
            n += 2;
            best = n;
        } else if rest.get(n) == Some(&b':') {
            n += 1;
        } else {
            break;
        }
    }
    if best > 0 && rest.get(best) == Some(&b'/') {
        let d = rest.iter().skip(best + 1).take(3).take_while(|b| b.is_ascii_digit()).count();
        if d > 0 {
            best += 1 + d;
        }
    }
    best
}

fn simple_escape(b: u8) -> Option<u8> {
    Some(match b {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'\\' | b'"' | b'\'' => b,
        _ => return None,
    })
}

fn octal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes().all(|b| b.is_ascii_digit()).then(|| u8::from_str_radix(text, 8).ok()).flatten()
}

/// A universal character name as C has it: nothing below U+00A0 but `$`, `@` and `` ` ``, no surrogates.
fn universal(n: u32) -> Option<char> {
    (n >= 0xa0 || matches!(n, 0x24 | 0x40 | 0x60)).then(|| char::from_u32(n)).flatten()
}

/// One piece between the commas of a bracket.
fn piece(text: &str, span: Span) -> Result<Piece, FilterError> {
    if text.is_empty() {
        let message = "A slice needs positions between its commas and brackets.";
        return Err(FilterError::new(span, message));
    }
    let sign = usize::from(text.starts_with(['-', '+']));
    let number = sign + text[sign..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (first, rest) = (&text[..number], text[number..].trim_start());
    let invalid = || FilterError::new(span, format!("\"{text}\" is not a valid range."));
    let wrong = |why: String| FilterError::new(span, format!("Range {text} isn't valid because {why}."));
    let length = |text: &str| match index(text.trim(), span)? {
        n if n > 0 => Ok(PieceEnd::Length(n.unsigned_abs())),
        n => Err(wrong(format!("length {n} isn't positive"))),
    };
    if let Some(tail) = rest.strip_prefix(':') {
        let start = if first.is_empty() { 0 } else { index(first, span)? };
        let end = if tail.trim().is_empty() { PieceEnd::Open } else { length(tail)? };
        return Ok(Piece { start, end });
    }
    let start = index(if first.is_empty() { text } else { first }, span)?;
    if rest.is_empty() {
        return Ok(Piece { start, end: PieceEnd::Length(1) });
    }
    let tail = rest.strip_prefix('-').map(str::trim).filter(|t| !t.is_empty()).ok_or_else(invalid)?;
    if tail.trim_start_matches('-').contains(['-', ':']) {
        return Err(invalid());
    }
    let end = index(tail, span)?;
    if (start < 0) != (end < 0) {
        return Err(wrong(format!("{start} and {end} have different signs")));
    }
    if start >= end {
        return Err(wrong(format!("{start} is greater or equal than {end}")));
    }
    Ok(Piece { start, end: PieceEnd::Index(end) })
}

/// A position: decimal, octal (leading 0) or hexadecimal, signed, 32 bits.
fn index(text: &str, span: Span) -> Result<i32, FilterError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(FilterError::new(span, format!("\"{text}\" is not a valid number.")));
    }
    i32::from_str_radix(digits, radix)
        .map(|n| if negative { -n } else { n })
        .map_err(|_| FilterError::new(span, format!("\"{text}\" causes an integer overflow.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        lex(text).unwrap().iter().map(|l| &text[l.span.range()]).collect()
    }

    #[test]
    fn literals_are_one_word_and_the_longest_wins() {
        assert_eq!(words("ip.src==10.0.0.0/8"), ["ip.src", "==", "10.0.0.0/8"]);
        assert_eq!(words("{fe80::..fe80::ffff}"), ["{", "fe80::", "..", "fe80::ffff", "}"]);
        assert_eq!(words("{80..443}"), ["{", "80", "..", "443", "}"]);
        assert_eq!(words("1:2:3:4:5:6:1.2.3.4 ::1.2.3.4/96"), ["1:2:3:4:5:6:1.2.3.4", "::1.2.3.4/96"]);
        assert_eq!(words("aa:bb:cc 2015-01-01"), ["aa:bb:cc", "2015-01-01"]);
        assert_eq!(words("61:6263"), ["61:62", "63"]);
        assert_eq!(words("tcp.port==80and"), ["tcp.port", "==", "80and"]);
    }

    #[test]
    fn what_cannot_begin_a_token_is_an_error_at_its_place() {
        for (text, at) in [("tcp = 1", 4), ("tcp ä", 4), ("\"abc", 0), ("tcp[1", 3), ("tcp# 1", 4)] {
            assert_eq!(lex(text).unwrap_err().span.start, at, "{text}");
        }
    }

    #[test]
    fn pieces_of_slices() {
        for good in
            ["[1]", "[-1]", "[1:2]", "[:2]", "[1:]", "[:]", "[1-3]", "[-3--1]", "[1 - 2]", "[0x10, 2]"]
        {
            assert!(lex(good).is_ok(), "{good}");
        }
        for bad in [
            "[]", "[1,]", "[,1]", "[a]", "[0:0]", "[0:-1]", "[5-3]", "[1--1]", "[10-]", "[1:2:3]", "[08]",
            "[1 2]",
        ] {
            assert!(lex(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_piece_that_is_not_all_there_is_none() {
        let piece = |start, end| Piece { start, end };
        assert_eq!(piece(-2, PieceEnd::Open).resolve(5), Some(3..5));
        assert_eq!(piece(-6, PieceEnd::Length(1)).resolve(5), None);
        assert_eq!(piece(3, PieceEnd::Length(3)).resolve(5), None);
        assert_eq!(piece(-3, PieceEnd::Index(-1)).resolve(5), Some(2..5));
    }

    #[test]
    fn escapes_in_strings() {
        let value = |text| match lex(text).map(|l| l[0].token.clone()) {
            Ok(Token::Quoted(v)) => Some(v),
            _ => None,
        };
        assert_eq!(value(r#""\x4\101\n\"""#).unwrap(), b"\x04A\n\"");
        assert_eq!(value(r#"r"\.\"a""#).unwrap(), br#"\.\"a"#);
        assert_eq!(value("\"\\u00e4\"").unwrap(), "ä".as_bytes());
        for bad in [r#""\q""#, r#""\x""#, r#""\400""#, r#""\ud800""#, r#""\u0041""#] {
            assert!(value(bad).is_none(), "{bad}");
        }
    }
}
