//! From the tree to the program: names become fields, literals values of the kind they are compared
//! with, and what the reference rejects is rejected, with the place and the reason.

use memchr::memmem::Finder;

use super::Options;
use super::error::{FilterError, Span, Warning};
use super::item::{Constant, Item};
use super::kinds::{Class, can, class, has_text, is_wide, result_kind};
use super::lex::Piece;
use super::literal::{self, Literal, constant, kind_name};
use super::names;
use super::parse::{self, Arithmetic, Comparison, Expr, Quantifier, What};
use super::pattern;
use super::program::{Element, FUNCTIONS, Function, Load, Needle, Node, Operand, Relation, Source};
use crate::dissect::field::{Field, Kind};
use crate::dissect::registry::FieldEntry;

/// What checking a tree gives.
pub struct Checked {
    pub node: Node,
    /// The fields that a walk must look for; a load names one by its position.
    pub wanted: Vec<&'static Field>,
    pub warnings: Vec<Warning>,
}

pub fn check(expr: &Expr, options: &Options) -> Result<Checked, FilterError> {
    let mut checker = Checker { options, wanted: Vec::new(), warnings: Vec::new() };
    let node = checker.test(expr)?;
    Ok(Checked { node, wanted: checker.wanted, warnings: checker.warnings })
}

/// An operand and what is known of its values.
struct Typed {
    operand: Operand,
    kind: Kind,
    /// Bytes cut out of something; goes with everything that has bytes.
    slice: bool,
    /// The field itself (names of values), if it is nothing but a field.
    field: Option<&'static Field>,
    /// A literal, or computed from literals alone.
    literal: bool,
    span: Span,
}

/// What literals are to be converted to.
#[derive(Clone, Copy)]
struct Wish {
    kind: Kind,
    field: Option<&'static Field>,
}

struct Checker<'o> {
    options: &'o Options<'o>,
    wanted: Vec<&'static Field>,
    warnings: Vec<Warning>,
}

impl Checker<'_> {
    fn test(&mut self, expr: &Expr) -> Result<Node, FilterError> {
        Ok(match expr {
            Expr::Or(parts) => Node::Any(self.tests(parts)?),
            Expr::And(parts) => Node::All(self.tests(parts)?),
            Expr::Xor(a, b) => {
                // Where the operator stands isn't kept: the error is that of the whole.
                if !self.options.extensions {
                    return Err(FilterError::new(Span::default(), "\"xor\" was unexpected here."));
                }
                Node::Xor(Box::new(self.test(a)?), Box::new(self.test(b)?))
            }
            Expr::Not(inner) => Node::Not(Box::new(self.test(inner)?)),
            Expr::Test(operand) => self.presence(operand)?,
            Expr::Compare(quantifier, left, pairs) => self.comparisons(*quantifier, left, pairs)?,
            Expr::Contains(quantifier, left, right) => self.contains(*quantifier, left, right)?,
            Expr::Matches(quantifier, left, right) => self.matches(*quantifier, left, right)?,
            Expr::In(quantifier, left, set) => self.membership(*quantifier, left, set)?,
        })
    }

    fn tests(&mut self, parts: &[Expr]) -> Result<Vec<Node>, FilterError> {
        parts.iter().map(|p| self.test(p)).collect()
    }

    /// A value alone.
    fn presence(&mut self, operand: &parse::Operand) -> Result<Node, FilterError> {
        let span = operand.span;
        match &operand.what {
            What::Word(name) | What::Name(name) if self.find(name).is_none() => {
                Err(names::unknown(name, span))
            }
            What::Quoted(_) | What::Char(_) | What::Reference(..) => {
                Err(FilterError::new(span, "A value alone is no test: it is neither a field nor a protocol."))
            }
            What::Call(name, _) => {
                let typed = self.operand(operand, None)?;
                let answers = matches!(&typed.operand, Operand::Call(function, _) if is_answer(*function));
                if !(self.options.extensions && answers) {
                    let message = format!("You cannot test whether a function ({name}) is present.");
                    return Err(FilterError::new(span, message).hint("Compare its value with something."));
                }
                Ok(Node::Truth(typed.operand))
            }
            _ => {
                let typed = self.operand(operand, None)?;
                self.refuse_literal(&typed)?;
                Ok(match typed.operand {
                    Operand::Load(load) => Node::Exists(load),
                    other => Node::Truth(other),
                })
            }
        }
    }

    fn refuse_literal(&self, typed: &Typed) -> Result<(), FilterError> {
        if typed.literal {
            return Err(FilterError::new(typed.span, "A computation of constants alone is no test."));
        }
        Ok(())
    }

    // ---- relations ----

    /// `a == b`, and `a == b < c` as `a == b and b < c`.
    fn comparisons(
        &mut self,
        quantifier: Quantifier,
        left: &parse::Operand,
        pairs: &[(Comparison, Span, parse::Operand)],
    ) -> Result<Node, FilterError> {
        let mut left = left;
        let mut parts = Vec::new();
        for (comparison, at, right) in pairs {
            parts.push(self.comparison(quantifier, *comparison, *at, left, right)?);
            left = right;
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    fn comparison(
        &mut self,
        quantifier: Quantifier,
        comparison: Comparison,
        at: Span,
        left: &parse::Operand,
        right: &parse::Operand,
    ) -> Result<Node, FilterError> {
        let left = self.left_side(left, comparison.text())?;
        if class(left.kind) == Class::None {
            return Err(cannot(&left, comparison.text()));
        }
        let wish = Wish { kind: left.kind, field: left.field };
        let right = self.operand(right, Some(wish))?;
        if !comparable(&left, &right) {
            return Err(incompatible(&left, &right));
        }
        self.warn_of_not_equal(quantifier, comparison, at, &left);
        let (relation, every) = meaning(comparison, quantifier);
        let wide = is_wide(left.kind) || is_wide(right.kind);
        Ok(Node::Compare { relation, every, wide, left: left.operand, right: right.operand })
    }

    /// `!=` on a field that stands for several (source and destination) means another thing than many think.
    fn warn_of_not_equal(&mut self, q: Quantifier, comparison: Comparison, at: Span, left: &Typed) {
        let several = left.field.filter(|f| !f.any_of.is_empty());
        if let (Comparison::AllNe, Quantifier::Default, Some(field)) = (comparison, q, several) {
            let name = field.name;
            let message = format!(
                "Since Wireshark 3.6, {name} != x means that no {name} is x; \"any {name} != x\" finds packets in which one differs."
            );
            self.warnings.push(Warning { span: at.range(), message });
        }
    }

    fn contains(
        &mut self,
        quantifier: Quantifier,
        left: &parse::Operand,
        right: &parse::Operand,
    ) -> Result<Node, FilterError> {
        let left = self.left_side(left, "contains")?;
        let able = left.slice
            || matches!(left.kind, Kind::Ether | Kind::Bytes | Kind::Oid | Kind::Protocol | Kind::Str);
        if !able {
            return Err(cannot(&left, "contains"));
        }
        // Part of an address will do, so what is looked for is bytes and not an address.
        let kind = match (left.kind, &right.what) {
            (Kind::Ether, What::Word(_)) => Kind::Bytes,
            (kind, _) => kind,
        };
        let right = self.operand(right, Some(Wish { kind, field: None }))?;
        let guid = !left.slice && right.kind == Kind::Guid;
        if guid || !comparable(&left, &right) {
            return Err(incompatible(&left, &right));
        }
        let needle = match right.operand {
            Operand::Constants(c) if right.literal && c.len() == 1 => {
                let bytes = c[0].item().bytes().unwrap_or(&[]).to_vec();
                if left.kind == Kind::Ether && bytes.len() > 6 {
                    let message = "This has too many bytes to be part of an Ethernet address.";
                    return Err(FilterError::new(right.span, message));
                }
                Needle::Constant(Box::new(Finder::new(&bytes).into_owned()))
            }
            other => Needle::Values(other),
        };
        let every = quantifier == Quantifier::All;
        Ok(Node::Contains { every, left: left.operand, right: needle })
    }

    fn matches(
        &mut self,
        quantifier: Quantifier,
        left: &parse::Operand,
        right: &parse::Operand,
    ) -> Result<Node, FilterError> {
        let left = self.left_side(left, "matches")?;
        let able = left.slice || matches!(left.kind, Kind::Ether | Kind::Bytes | Kind::Protocol | Kind::Str);
        if !able {
            return Err(cannot(&left, "matches"));
        }
        let What::Quoted(source) = &right.what else {
            let message = "Matches requires a double quoted string on the right side.";
            return Err(FilterError::new(right.span, message));
        };
        let pattern = pattern::compile(source).map_err(|why| FilterError::new(right.span, why))?;
        let every = quantifier == Quantifier::All;
        Ok(Node::Matches { every, left: left.operand, pattern })
    }

    fn membership(
        &mut self,
        quantifier: Quantifier,
        left: &parse::Operand,
        set: &[parse::Element],
    ) -> Result<Node, FilterError> {
        let left = self.left_side(left, "in")?;
        if left.slice || !matches!(left.operand, Operand::Load(_)) {
            let message = "Only a field may be tested for membership in a set.";
            return Err(FilterError::new(left.span, message));
        }
        if class(left.kind) == Class::None {
            return Err(cannot(&left, "in"));
        }
        let mut wide = is_wide(left.kind);
        // A slice may only stand at the upper end of a range, says the reference.
        let mut member = |this: &mut Self, operand: &parse::Operand, upper: bool| {
            let wish = Wish { kind: left.kind, field: left.field };
            let right = this.operand(operand, Some(wish))?;
            if right.slice && !upper || !comparable(&left, &right) {
                return Err(incompatible(&left, &right));
            }
            wide |= is_wide(right.kind);
            Ok(right)
        };
        let mut elements = Vec::with_capacity(set.len());
        let mut empty = None;
        for element in set {
            elements.push(match element {
                parse::Element::One(a) => Element::One(member(self, a, false)?.operand),
                parse::Element::Range(a, b) => {
                    let (from, to) = (member(self, a, false)?, member(self, b, true)?);
                    if is_empty_range(&from, &to) {
                        empty = Some(a.span.to(b.span));
                    }
                    Element::Range(from.operand, to.operand)
                }
            });
        }
        if let Some(span) = empty {
            let message = "Nothing is in this range: its end lies before its beginning.".to_owned();
            self.warnings.push(Warning { span: span.range(), message });
        }
        let every = quantifier == Quantifier::All;
        Ok(Node::In { every, wide, left: left.operand, set: elements })
    }

    /// The left side of a relation: a field, a slice, a call, or a computation that begins with one.
    fn left_side(&mut self, operand: &parse::Operand, relation: &str) -> Result<Typed, FilterError> {
        if let What::Word(name) | What::Name(name) = &operand.what
            && self.find(name).is_none()
        {
            return Err(self.not_a_field(name, operand.span, relation));
        }
        if matches!(operand.what, What::Quoted(_) | What::Char(_)) {
            let message =
                format!("The left side of \"{relation}\" must be a field or function, not a constant.");
            return Err(FilterError::new(operand.span, message));
        }
        self.operand(operand, None)
    }

    fn not_a_field(&self, name: &str, span: Span, relation: &str) -> FilterError {
        let wordy = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !name.contains(':');
        if wordy {
            let mut error = names::unknown(name, span);
            if let Some((field, rest)) = name.rsplit_once('-')
                && self.find(field).is_some()
            {
                error = error.hint(format!("A subtraction needs blanks: {field} - {rest}."));
            }
            return error;
        }
        let message = format!("The left side of \"{relation}\" must be a field or function, not {name}.");
        FilterError::new(span, message)
    }

    // ---- values ----

    fn find(&self, name: &str) -> Option<FieldEntry> {
        if let Some(entry) = names::field(name) {
            return Some(entry);
        }
        let column = names::column(name).filter(|_| self.options.extensions)?;
        Some(FieldEntry { field: names::column_field(column), protocol: u16::MAX })
    }

    /// An operand; a literal is converted to the wish, and refused without one.
    fn operand(&mut self, operand: &parse::Operand, wish: Option<Wish>) -> Result<Typed, FilterError> {
        let span = operand.span;
        match &operand.what {
            What::Word(word) => match self.find(word) {
                Some(entry) => Ok(self.load(entry, Vec::new(), span)),
                None => self.literal(Literal::Word(word), span, wish),
            },
            What::Name(name) => match self.find(name) {
                Some(entry) => Ok(self.load(entry, Vec::new(), span)),
                None => Err(names::unknown(name, span)),
            },
            What::Quoted(bytes) => self.literal(Literal::Quoted(bytes), span, wish),
            What::Char(c) => self.literal(Literal::Char(*c), span, wish),
            What::Layers(inner, pieces) => self.layered(inner, pieces, span),
            What::Raw(inner) => self.raw(inner, span),
            What::Reference(name, pieces) => self.reference(name, pieces, span),
            What::Slice(inner, pieces) => self.slice(inner, pieces, span),
            What::Call(name, arguments) => self.call(name, arguments, span),
            What::Negative(inner) => self.negative(inner, span, wish),
            What::Binary(op, left, right) => self.binary(*op, left, right, span, wish),
        }
    }

    fn load(&mut self, entry: FieldEntry, layers: Vec<Piece>, span: Span) -> Typed {
        let field = entry.field;
        let (source, protocols) = if entry.protocol == u16::MAX {
            let column = names::column(field.name).unwrap_or(super::program::Column::Info);
            (Source::Column(column), None)
        } else {
            let wanted = &mut self.wanted;
            names::source(entry, &mut |field| {
                let known = wanted.iter().position(|f| std::ptr::eq(*f, field));
                known.unwrap_or_else(|| {
                    wanted.push(field);
                    wanted.len() - 1
                }) as u16
            })
        };
        let operand = Operand::Load(Load { field, source, layers, raw: false, protocols });
        Typed { operand, kind: field.kind, slice: false, field: Some(field), literal: false, span }
    }

    fn literal(&mut self, literal: Literal, span: Span, wish: Option<Wish>) -> Result<Typed, FilterError> {
        let Some(wish) = wish else {
            let message = "A constant can't stand here: begin with the field.";
            return Err(match literal {
                Literal::Word(word) if word.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    names::unknown(word, span)
                }
                _ => FilterError::new(span, message),
            });
        };
        if let (Literal::Word(word), Kind::Str) = (literal, wish.kind)
            && names::in_wireshark(word)
        {
            let error = FilterError::new(span, format!("{word} is the name of a protocol, not a text."));
            return Err(error.hint("Text stands in double quotes."));
        }
        self.warn_of_other_meaning(literal, span, wish);
        let value = constant(literal, wish.kind, wish.field).map_err(|why| {
            let mut error = FilterError::new(span, why);
            if let Literal::Word(word) = literal
                && word.contains('.')
                && word.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                error.nearest = names::nearest(word);
            }
            error
        })?;
        let operand = Operand::Constants(vec![value]);
        Ok(Typed { operand, kind: wish.kind, slice: false, field: None, literal: true, span })
    }

    fn warn_of_other_meaning(&mut self, literal: Literal, span: Span, wish: Wish) {
        let text = match literal {
            Literal::Word(word) => word,
            Literal::Quoted(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            Literal::Char(_) => return,
        };
        if let Some(message) = wish.field.and_then(|f| literal::other_meaning(f, text)) {
            self.warnings.push(Warning { span: span.range(), message });
        }
    }

    /// A field that must be one.
    fn field_of(&mut self, operand: &parse::Operand) -> Result<FieldEntry, FilterError> {
        match &operand.what {
            What::Word(name) | What::Name(name) => {
                self.find(name).ok_or_else(|| names::unknown(name, operand.span))
            }
            _ => Err(FilterError::new(operand.span, "Only a field can stand here.")),
        }
    }

    fn layered(
        &mut self,
        inner: &parse::Operand,
        pieces: &[Piece],
        span: Span,
    ) -> Result<Typed, FilterError> {
        let entry = self.field_of(inner)?;
        if entry.protocol == u16::MAX {
            return Err(FilterError::new(span, "A column has no layers."));
        }
        Ok(self.load(entry, pieces.to_vec(), span))
    }

    /// `@field`: the bytes of the field in the packet.
    fn raw(&mut self, inner: &parse::Operand, span: Span) -> Result<Typed, FilterError> {
        if !self.options.extensions {
            return Err(FilterError::new(span, "\"@\" was unexpected here."));
        }
        let mut typed = self.operand(inner, None)?;
        let Operand::Load(load) = &mut typed.operand else {
            return Err(FilterError::new(span, "Only a field has raw bytes."));
        };
        match load.source {
            Source::Column(_) | Source::Record(_) => {
                return Err(FilterError::new(span, "This field isn't made of bytes of the packet."));
            }
            _ => load.raw = true,
        }
        Ok(Typed { kind: Kind::Bytes, field: None, span, ..typed })
    }

    /// `${field}`: what the selected packet has there, when the filter is compiled.
    fn reference(&mut self, name: &str, pieces: &[Piece], span: Span) -> Result<Typed, FilterError> {
        let Some(entry) = names::field(name) else {
            return Err(names::unknown(name, span));
        };
        if matches!(entry.field.kind, Kind::Protocol | Kind::None) {
            return Err(FilterError::new(span, format!("{name} has no value that could be referred to.")));
        }
        let mut values = Vec::new();
        if let Some(reference) = self.options.reference {
            reference.values(entry.field, &mut |layer, total, value| {
                if pieces.is_empty() || super::eval::in_layers(pieces, layer, total) {
                    values.extend(Constant::keep(&Item::of(value)));
                }
            });
        }
        let operand = Operand::Constants(values);
        Ok(Typed { operand, kind: entry.field.kind, slice: false, field: None, literal: false, span })
    }

    fn slice(&mut self, inner: &parse::Operand, pieces: &[Piece], span: Span) -> Result<Typed, FilterError> {
        let word = matches!(&inner.what, What::Word(name) if self.find(name).is_none());
        if word || matches!(inner.what, What::Quoted(_) | What::Char(_) | What::Reference(..)) {
            if let What::Word(name) = &inner.what {
                return Err(names::unknown(name, inner.span));
            }
            return Err(FilterError::new(span, "A range is not supported for a constant."));
        }
        let inner = self.operand(inner, None)?;
        let bytes = matches!(
            inner.kind,
            Kind::Ipv4 | Kind::Ipv6 | Kind::Ether | Kind::Bytes | Kind::Str | Kind::Protocol | Kind::Oid
        );
        if !bytes {
            let kind = kind_name(inner.kind);
            return Err(FilterError::new(
                span,
                format!("A {kind} cannot be sliced into a sequence of bytes."),
            ));
        }
        let operand = Operand::Slice(Box::new(inner.operand), pieces.to_vec());
        Ok(Typed { operand, kind: Kind::Bytes, slice: true, field: None, literal: false, span })
    }

    fn negative(
        &mut self,
        inner: &parse::Operand,
        span: Span,
        wish: Option<Wish>,
    ) -> Result<Typed, FilterError> {
        self.refuse_quoted(inner)?;
        let typed = self.operand(inner, wish)?;
        let able = matches!(class(typed.kind), Class::Integer | Class::Float | Class::Duration);
        if !able {
            return Err(FilterError::new(span, format!("{} cannot be negative.", kind_name(typed.kind))));
        }
        let wide = is_wide(typed.kind);
        let operand = match typed.operand {
            Operand::Constants(c) if typed.literal => {
                let negative: Option<Vec<Constant>> = c.iter().map(|c| literal::negative(c, wide)).collect();
                let message = "This number is too great to be made negative.";
                Operand::Constants(negative.ok_or_else(|| FilterError::new(span, message))?)
            }
            other => Operand::Negative(Box::new(other), wide),
        };
        Ok(Typed { operand, field: None, span, ..typed })
    }

    fn binary(
        &mut self,
        op: Arithmetic,
        left: &parse::Operand,
        right: &parse::Operand,
        span: Span,
        wish: Option<Wish>,
    ) -> Result<Typed, FilterError> {
        self.refuse_quoted(left)?;
        self.refuse_quoted(right)?;
        // The names of a field's values are none in arithmetic.
        let bare = |kind| Some(Wish { kind, field: None });
        let left =
            self.operand(left, wish.and_then(|w| bare(w.kind))).map_err(|e| self.constant_first(left, e))?;
        let class_left = class(left.kind);
        if op == Arithmetic::Divide
            && self.options.extensions
            && let Some(bits) = network_bits(&left, right)
        {
            let operand = Operand::Network(Box::new(left.operand), bits);
            return Ok(Typed { operand, kind: left.kind, slice: false, field: None, literal: false, span });
        }
        if !can(op, left.kind) {
            let message = format!("{} cannot do {}.", kind_name(left.kind), op.text());
            return Err(FilterError::new(span, message));
        }
        let right = self.operand(right, bare(left.kind))?;
        if class_left != class(right.kind) || !can(op, right.kind) {
            return Err(incompatible(&left, &right));
        }
        let wide = is_wide(left.kind) || is_wide(right.kind);
        let (a, b) = (Box::new(left.operand), Box::new(right.operand));
        let operand = match class_left {
            Class::Bytes => Operand::BytesAnd(a, b),
            _ => Operand::Binary { op, wide, left: a, right: b },
        };
        let literal = left.literal && right.literal;
        Ok(Typed { operand, kind: left.kind, slice: false, field: None, literal, span })
    }

    fn refuse_quoted(&self, operand: &parse::Operand) -> Result<(), FilterError> {
        if matches!(operand.what, What::Quoted(_) | What::Char(_)) {
            return Err(FilterError::new(
                operand.span,
                "A quoted constant is not a valid arithmetic operand.",
            ));
        }
        Ok(())
    }

    fn constant_first(&self, left: &parse::Operand, error: FilterError) -> FilterError {
        match &left.what {
            What::Word(word) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                FilterError::new(left.span, "A computation on the left can't begin with a constant.")
                    .hint("Begin with the field.")
            }
            _ => error,
        }
    }

    // ---- calls ----

    fn call(&mut self, name: &str, arguments: &[parse::Operand], span: Span) -> Result<Typed, FilterError> {
        let Some((_, _, function)) = FUNCTIONS.iter().find(|f| f.0 == name) else {
            let mut error = FilterError::new(span, format!("Function '{name}' does not exist."));
            error.nearest =
                names::nearest(name).into_iter().filter(|n| FUNCTIONS.iter().any(|f| f.0 == *n)).collect();
            return Err(error);
        };
        let several = matches!(function, Function::Max | Function::Min);
        if arguments.is_empty() {
            return Err(FilterError::new(span, format!("Function {name} needs at least 1 argument.")));
        }
        if arguments.len() > 1 && !several {
            let span = arguments[1].span.to(arguments[arguments.len() - 1].span);
            return Err(FilterError::new(span, format!("Function {name} can only accept 1 argument.")));
        }
        let mut typed = Vec::with_capacity(arguments.len());
        let mut wish = None;
        for argument in arguments {
            let t = self.argument(*function, name, argument, wish)?;
            if several {
                wish = wish.or(Some(Wish { kind: t.kind, field: None }));
                let first = wish.map_or(t.kind, |w| w.kind);
                if t.kind != first {
                    let (a, b) = (kind_name(first), kind_name(t.kind));
                    return Err(FilterError::new(
                        t.span,
                        format!("The arguments of {name} must have the same type ({a}), this is: {b}."),
                    ));
                }
            }
            typed.push(t);
        }
        let kind = result_kind(*function, typed[0].kind);
        let operands = typed.into_iter().map(|t| t.operand).collect();
        let operand = Operand::Call(*function, operands);
        Ok(Typed { operand, kind, slice: false, field: None, literal: false, span })
    }

    fn argument(
        &mut self,
        function: Function,
        name: &str,
        argument: &parse::Operand,
        wish: Option<Wish>,
    ) -> Result<Typed, FilterError> {
        let wrong = |what: &str| {
            FilterError::new(argument.span, format!("Only {what} can be used as parameter for {name}()."))
        };
        let typed = match (&argument.what, wish) {
            (What::Quoted(_) | What::Char(_), _) | (What::Reference(..), None) => {
                return Err(wrong("fields"));
            }
            _ => self.operand(argument, wish)?,
        };
        let field = typed.field.is_some();
        let number = class(typed.kind) == Class::Integer;
        let fits = match function {
            Function::Len | Function::Count => field || matches!(typed.operand, Operand::Load(_)),
            Function::Upper | Function::Lower => field && typed.kind == Kind::Str,
            Function::String => field && has_text(typed.kind),
            Function::Max | Function::Min => !typed.slice && class(typed.kind) != Class::None,
            Function::Abs => {
                !typed.literal
                    && (number || matches!(class(typed.kind), Class::Bool | Class::Float | Class::Duration))
            }
            Function::Vals => field && (number || typed.kind == Kind::Bool),
            Function::Dec | Function::Hex => number && !typed.literal,
            Function::Float | Function::Double => {
                !typed.literal && (number || matches!(class(typed.kind), Class::Float | Class::Duration))
            }
            Function::IpSpecialName
            | Function::IpSpecialMask
            | Function::IpMulticast
            | Function::IpLinklocal => field && matches!(typed.kind, Kind::Ipv4 | Kind::Ipv6),
            Function::IpRfc1918 => field && typed.kind == Kind::Ipv4,
            Function::IpUla => field && typed.kind == Kind::Ipv6,
        };
        if fits {
            return Ok(typed);
        }
        Err(wrong(match function {
            Function::Len | Function::Count => "fields",
            Function::Upper | Function::Lower => "string type fields",
            Function::String => "number and address fields",
            Function::Vals | Function::Dec | Function::Hex => "number fields",
            Function::IpRfc1918 => "IPv4 fields",
            Function::IpUla => "IPv6 fields",
            Function::IpSpecialName | Function::IpSpecialMask => "address fields",
            Function::IpMulticast | Function::IpLinklocal => "address fields",
            _ => "fields with a value of this kind",
        }))
    }
}

/// True for functions whose value is yes or no: these alone are tests.
fn is_answer(function: Function) -> bool {
    matches!(function, Function::IpLinklocal | Function::IpMulticast | Function::IpRfc1918 | Function::IpUla)
}

/// `/24` right behind an address: the number of bits, if that is what it is. With blanks it is a division.
fn network_bits(left: &Typed, right: &parse::Operand) -> Option<u32> {
    let most = match left.kind {
        Kind::Ipv4 if !left.literal => 32,
        Kind::Ipv6 if !left.literal => 128,
        _ => return None,
    };
    let What::Word(word) = &right.what else { return None };
    let adjacent = left.span.end + 1 == right.span.start;
    word.parse().ok().filter(|bits| adjacent && *bits <= most)
}

/// How a comparison reads with its quantifier: the relation, and whether every pair must fulfil it.
fn meaning(comparison: Comparison, quantifier: Quantifier) -> (Relation, bool) {
    let (relation, every) = match comparison {
        Comparison::Eq => (Relation::Equal, false),
        Comparison::AllEq => (Relation::Equal, true),
        Comparison::AllNe => (Relation::NotEqual, true),
        Comparison::AnyNe => (Relation::NotEqual, false),
        Comparison::Lt => (Relation::Less, false),
        Comparison::Le => (Relation::LessOrEqual, false),
        Comparison::Gt => (Relation::Greater, false),
        Comparison::Ge => (Relation::GreaterOrEqual, false),
    };
    match quantifier {
        Quantifier::Default => (relation, every),
        Quantifier::Any => (relation, false),
        Quantifier::All => (relation, true),
    }
}

fn comparable(left: &Typed, right: &Typed) -> bool {
    if right.literal {
        return true;
    }
    let has_bytes = |t: &Typed| {
        t.slice
            || matches!(
                class(t.kind),
                Class::Ipv4 | Class::Ipv6 | Class::Bytes | Class::Str | Class::Protocol
            )
    };
    if left.slice || right.slice {
        return has_bytes(left) && has_bytes(right);
    }
    match (class(left.kind), class(right.kind)) {
        (Class::None, _) => false,
        (Class::Integer, Class::Bool) => true,
        (a, b) => a == b,
    }
}

fn is_empty_range(from: &Typed, to: &Typed) -> bool {
    let one = |t: &Typed| match &t.operand {
        Operand::Constants(c) if c.len() == 1 => Some(c[0].clone()),
        _ => None,
    };
    match (one(from), one(to)) {
        (Some(a), Some(b)) => a.item().order(&b.item(), true) == Some(std::cmp::Ordering::Greater),
        _ => false,
    }
}

fn cannot(typed: &Typed, relation: &str) -> FilterError {
    let kind = kind_name(typed.kind);
    let error = FilterError::new(
        typed.span,
        format!("This (type {kind}) cannot participate in a {relation} comparison."),
    );
    match relation {
        "contains" | "matches" if has_text(typed.kind) => error.hint("string() makes text of it."),
        _ => error,
    }
}

fn incompatible(left: &Typed, right: &Typed) -> FilterError {
    let (a, b) = (kind_name(left.kind), kind_name(right.kind));
    FilterError::new(
        left.span.to(right.span),
        format!("The two sides are not of compatible types: {a} and {b}."),
    )
}
