//! From tokens to a tree, by precedence (Pratt): `or` < `xor` < `and` < `not` < comparisons < `&` < `+ -` < `* / %`.
//! Names are not looked up and types not checked here.

use super::error::{FilterError, Span};
use super::lex::{Lexeme, Piece, Sign, Token, lex};

/// A test: true or false of a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Or(Vec<Expr>),
    Xor(Box<Expr>, Box<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    /// A value alone: it exists, or is not zero.
    Test(Operand),
    /// `a == b`, and `a == b < c` as the pairs that it means.
    Compare(Quantifier, Operand, Vec<(Comparison, Span, Operand)>),
    Contains(Quantifier, Operand, Operand),
    Matches(Quantifier, Operand, Operand),
    In(Quantifier, Operand, Vec<Element>),
}

/// How many of a field's values must fulfil a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Nothing said: as the operator has it.
    Default,
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    AllEq,
    AllNe,
    AnyNe,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparison {
    pub fn text(self) -> &'static str {
        match self {
            Comparison::Eq => "==",
            Comparison::AllEq => "===",
            Comparison::AllNe => "!=",
            Comparison::AnyNe => "!==",
            Comparison::Lt => "<",
            Comparison::Le => "<=",
            Comparison::Gt => ">",
            Comparison::Ge => ">=",
        }
    }
}

/// An element of a set: a value or a range with both ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Element {
    One(Operand),
    Range(Operand, Operand),
}

/// Something that has values.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    pub span: Span,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A field's name, or a literal, whichever it turns out to be.
    Word(String),
    /// A name after a dot: a field for sure.
    Name(String),
    /// The raw bytes of a field.
    Raw(Box<Operand>),
    Layers(Box<Operand>, Vec<Piece>),
    Reference(String, Vec<Piece>),
    Quoted(Vec<u8>),
    Char(u8),
    Slice(Box<Operand>, Vec<Piece>),
    Call(String, Vec<Operand>),
    Negative(Box<Operand>),
    Binary(Arithmetic, Box<Operand>, Box<Operand>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    BitAnd,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Arithmetic {
    pub fn text(self) -> &'static str {
        match self {
            Arithmetic::BitAnd => "&",
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Modulo => "%",
        }
    }
    /// Higher binds tighter.
    pub fn precedence(self) -> u8 {
        match self {
            Arithmetic::BitAnd => 1,
            Arithmetic::Add | Arithmetic::Subtract => 2,
            Arithmetic::Multiply | Arithmetic::Divide | Arithmetic::Modulo => 3,
        }
    }
}

/// Groups within groups, and operators within operators, end here: nobody writes more by hand, and
/// the tree's depth is the depth of the recursions over it.
const MAX_DEPTH: u32 = 100;

/// Parses a whole filter; `None` if there is nothing but blanks.
pub fn parse(text: &str) -> Result<Option<Expr>, FilterError> {
    let tokens = lex(text)?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { text, tokens, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        Some(_) => Err(parser.unexpected()),
        None => Ok(Some(expr)),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Lexeme>,
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Lexeme> {
        self.tokens.get(self.at)
    }

    fn peek_sign(&self, ahead: usize) -> Option<Sign> {
        match self.tokens.get(self.at + ahead)?.token {
            Token::Sign(s) => Some(s),
            _ => None,
        }
    }

    fn take(&mut self, sign: Sign) -> bool {
        let found = self.peek_sign(0) == Some(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: Sign) -> Result<(), FilterError> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The error of the token at hand (or the end) being there.
    fn unexpected(&self) -> FilterError {
        match self.peek() {
            Some(l) => {
                let what = &self.text[l.span.range()];
                let error = FilterError::new(l.span, format!("\"{what}\" was unexpected here."));
                match what {
                    "AND" | "OR" | "NOT" | "XOR" | "EQ" | "NE" | "IN" | "CONTAINS" | "MATCHES" => {
                        error.hint("Operators are written in lower case.")
                    }
                    "==" | "<" | ">" | "!=" | ">=" | "<=" => {
                        error.hint("Arithmetic is grouped with { }, tests with ( ).")
                    }
                    _ => error,
                }
            }
            None => {
                let end = self.text.trim_end().len();
                FilterError::new(Span::new(end, end), "Unexpected end of filter expression.")
            }
        }
    }

    fn deeper(&mut self, span: Span) -> Result<(), FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::new(span, "This is nested too deeply."));
        }
        Ok(())
    }

    fn here(&self) -> Span {
        match self.peek() {
            Some(l) => l.span,
            None => Span::new(self.text.len(), self.text.len()),
        }
    }

    // ---- tests ----

    fn or(&mut self) -> Result<Expr, FilterError> {
        let first = self.xor()?;
        if self.peek_sign(0) != Some(Sign::Or) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.take(Sign::Or) {
            all.push(self.xor()?);
        }
        Ok(Expr::Or(all))
    }

    fn xor(&mut self) -> Result<Expr, FilterError> {
        let mut left = self.and()?;
        let depth = self.depth;
        while self.peek_sign(0) == Some(Sign::Xor) {
            self.deeper(self.here())?;
            self.at += 1;
            left = Expr::Xor(Box::new(left), Box::new(self.and()?));
        }
        self.depth = depth;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, FilterError> {
        let first = self.not()?;
        if self.peek_sign(0) != Some(Sign::And) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.take(Sign::And) {
            all.push(self.not()?);
        }
        Ok(Expr::And(all))
    }

    fn not(&mut self) -> Result<Expr, FilterError> {
        if self.peek_sign(0) != Some(Sign::Not) {
            return self.relation();
        }
        self.deeper(self.here())?;
        self.at += 1;
        let inner = self.not()?;
        self.depth -= 1;
        Ok(Expr::Not(Box::new(inner)))
    }

    fn relation(&mut self) -> Result<Expr, FilterError> {
        if self.peek_sign(0) == Some(Sign::Open) {
            self.deeper(self.here())?;
            self.at += 1;
            let inner = self.or()?;
            self.expect(Sign::Close)?;
            self.depth -= 1;
            return Ok(inner);
        }
        let quantifier = match self.peek_sign(0) {
            Some(Sign::Any) => Quantifier::Any,
            Some(Sign::All) => Quantifier::All,
            _ => Quantifier::Default,
        };
        self.at += usize::from(quantifier != Quantifier::Default);
        let begin = self.at;
        let left = self.arithmetic(0)?;
        // Only a value alone may stand before `contains`, `matches` and `in`.
        let alone = !matches!(left.what, What::Binary(..) | What::Negative(_))
            && self.tokens[begin].token != Token::Sign(Sign::BraceOpen);
        if alone && let Some(test) = self.value_relation(quantifier, &left)? {
            return Ok(test);
        }
        let mut pairs = Vec::new();
        while let Some(comparison) = self.comparison() {
            let span = self.here();
            self.at += 1;
            pairs.push((comparison, span, self.arithmetic(0)?));
        }
        match (pairs.is_empty(), quantifier) {
            (false, _) => Ok(Expr::Compare(quantifier, left, pairs)),
            (true, Quantifier::Default) => Ok(Expr::Test(left)),
            (true, _) => Err(self.unexpected()),
        }
    }

    fn value_relation(
        &mut self,
        quantifier: Quantifier,
        left: &Operand,
    ) -> Result<Option<Expr>, FilterError> {
        let sign = self.peek_sign(0);
        match sign {
            Some(Sign::Contains | Sign::Matches) => {
                self.at += 1;
                let right = self.value()?;
                Ok(Some(if sign == Some(Sign::Contains) {
                    Expr::Contains(quantifier, left.clone(), right)
                } else {
                    Expr::Matches(quantifier, left.clone(), right)
                }))
            }
            Some(Sign::In) => {
                self.at += 1;
                Ok(Some(Expr::In(quantifier, left.clone(), self.set()?)))
            }
            Some(Sign::Not) if self.peek_sign(1) == Some(Sign::In) => {
                self.at += 2;
                // `all x not in` is the same as `x not in`, says the reference: no value is in the set.
                let test = Expr::In(Quantifier::Default, left.clone(), self.set()?);
                Ok(Some(Expr::Not(Box::new(test))))
            }
            _ => Ok(None),
        }
    }

    fn comparison(&self) -> Option<Comparison> {
        Some(match self.peek_sign(0)? {
            Sign::Eq => Comparison::Eq,
            Sign::AllEq => Comparison::AllEq,
            Sign::AllNe => Comparison::AllNe,
            Sign::AnyNe => Comparison::AnyNe,
            Sign::Lt => Comparison::Lt,
            Sign::Le => Comparison::Le,
            Sign::Gt => Comparison::Gt,
            Sign::Ge => Comparison::Ge,
            _ => return None,
        })
    }

    fn set(&mut self) -> Result<Vec<Element>, FilterError> {
        self.expect(Sign::BraceOpen)?;
        let mut elements = Vec::new();
        loop {
            let first = self.element()?;
            elements.push(if self.take(Sign::DotDot) {
                Element::Range(first, self.element()?)
            } else {
                Element::One(first)
            });
            if !self.take(Sign::Comma) {
                break;
            }
        }
        self.expect(Sign::BraceClose)?;
        Ok(elements)
    }

    /// A value of a set: signed, but without arithmetic or slices.
    fn element(&mut self) -> Result<Operand, FilterError> {
        self.signed()
    }

    // ---- values ----

    fn arithmetic(&mut self, least: u8) -> Result<Operand, FilterError> {
        let depth = self.depth;
        let mut left = self.group()?;
        while let Some(op) = self.arithmetic_sign().filter(|op| op.precedence() > least) {
            self.deeper(self.here())?;
            self.at += 1;
            let right = self.arithmetic(op.precedence())?;
            let span = left.span.to(right.span);
            left = Operand { span, what: What::Binary(op, Box::new(left), Box::new(right)) };
        }
        self.depth = depth;
        Ok(left)
    }

    fn arithmetic_sign(&self) -> Option<Arithmetic> {
        Some(match self.peek_sign(0)? {
            Sign::BitAnd => Arithmetic::BitAnd,
            Sign::Plus => Arithmetic::Add,
            Sign::Minus => Arithmetic::Subtract,
            Sign::Times => Arithmetic::Multiply,
            Sign::Divide => Arithmetic::Divide,
            Sign::Modulo => Arithmetic::Modulo,
            _ => return None,
        })
    }

    /// `{ … }` or a value with its sign.
    fn group(&mut self) -> Result<Operand, FilterError> {
        if self.peek_sign(0) != Some(Sign::BraceOpen) {
            return self.signed();
        }
        self.deeper(self.here())?;
        self.at += 1;
        let inner = self.arithmetic(0)?;
        self.expect(Sign::BraceClose)?;
        self.depth -= 1;
        Ok(inner)
    }

    fn signed(&mut self) -> Result<Operand, FilterError> {
        let start = self.here();
        if self.take(Sign::Minus) {
            let inner = self.value()?;
            let span = start.to(inner.span);
            return Ok(Operand { span, what: What::Negative(Box::new(inner)) });
        }
        self.take(Sign::Plus);
        self.value()
    }

    /// A field, a literal, a call, with slices behind it.
    fn value(&mut self) -> Result<Operand, FilterError> {
        let mut value = self.primary()?;
        let depth = self.depth;
        while let Some(Lexeme { token: Token::Slice(pieces), span }) = self.peek() {
            let (pieces, span) = (pieces.clone(), value.span.to(*span));
            self.deeper(span)?;
            self.at += 1;
            value = Operand { span, what: What::Slice(Box::new(value), pieces) };
        }
        self.depth = depth;
        Ok(value)
    }

    fn primary(&mut self) -> Result<Operand, FilterError> {
        let Some(Lexeme { token, span }) = self.peek().cloned() else { return Err(self.unexpected()) };
        let what = match token {
            Token::Quoted(bytes) => What::Quoted(bytes),
            Token::Char(c) => What::Char(c),
            Token::ReferenceOpen | Token::Dollar => return self.reference(span, token),
            Token::At => {
                self.at += 1;
                let inner = self.named()?;
                let span = span.to(inner.span);
                return Ok(Operand { span, what: What::Raw(Box::new(inner)) });
            }
            Token::Word if self.peek_sign(1) == Some(Sign::Open) => return self.call(span),
            Token::Word | Token::Dotted => return self.named(),
            Token::Sign(_) | Token::Slice(_) | Token::Layers(_) => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(Operand { span, what })
    }

    /// A word and the layers behind it.
    fn named(&mut self) -> Result<Operand, FilterError> {
        let Some(Lexeme { token, span }) = self.peek().cloned() else { return Err(self.unexpected()) };
        let text = &self.text[span.range()];
        let what = match token {
            Token::Word => What::Word(text.to_owned()),
            Token::Dotted => What::Name(text[1..].to_owned()),
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        let inner = Operand { span, what };
        let Some((pieces, layers)) = self.layers() else { return Ok(inner) };
        let span = span.to(layers);
        Ok(Operand { span, what: What::Layers(Box::new(inner), pieces) })
    }

    fn layers(&mut self) -> Option<(Vec<Piece>, Span)> {
        let Some(Lexeme { token: Token::Layers(pieces), span }) = self.peek() else { return None };
        let found = (pieces.clone(), *span);
        self.at += 1;
        Some(found)
    }

    /// `${name}`, `${name#1}`, `$name`.
    fn reference(&mut self, start: Span, opening: Token) -> Result<Operand, FilterError> {
        self.at += 1;
        let Some(Lexeme { token: Token::Word, span }) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        self.at += 1;
        let name = self.text[span.range()].to_owned();
        let layers = self.layers();
        let mut end = layers.as_ref().map_or(span, |l| l.1);
        if opening == Token::ReferenceOpen {
            end = self.here();
            self.expect(Sign::BraceClose)?;
        }
        let pieces = layers.map(|l| l.0).unwrap_or_default();
        Ok(Operand { span: start.to(end), what: What::Reference(name, pieces) })
    }

    fn call(&mut self, span: Span) -> Result<Operand, FilterError> {
        self.deeper(span)?;
        let name = self.text[span.range()].to_owned();
        self.at += 2;
        let mut arguments = Vec::new();
        if self.peek_sign(0) != Some(Sign::Close) {
            loop {
                arguments.push(self.arithmetic(0)?);
                if !self.take(Sign::Comma) {
                    break;
                }
            }
        }
        let end = self.here();
        self.expect(Sign::Close)?;
        self.depth -= 1;
        Ok(Operand { span: span.to(end), what: What::Call(name, arguments) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_binds_tighter_than_and_and_tighter_than_or() {
        let e = parse("a or not b and c").unwrap().unwrap();
        let Expr::Or(parts) = e else { panic!("{e:?}") };
        assert!(matches!(&parts[1], Expr::And(p) if matches!(p[0], Expr::Not(_))));
    }

    #[test]
    fn bit_and_binds_looser_than_plus() {
        assert_eq!(parse("a & b + c").unwrap(), parse("a & {b + c}").unwrap());
        assert_eq!(parse("a - b - c").unwrap(), parse("{a - b} - c").unwrap());
    }

    #[test]
    fn errors_stand_where_something_is_missing_or_too_much() {
        for (text, at) in
            [("tcp &&", 6), ("(tcp", 4), ("tcp)", 3), ("tcp udp", 4), ("a in {1 2}", 8), ("a in {}", 6)]
        {
            assert_eq!(parse(text).unwrap_err().span.start, at, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        for text in ["(".repeat(5000), "!".repeat(5000), "1+".repeat(5000), "a(".repeat(5000)] {
            assert!(parse(&text).is_err());
        }
    }
}
