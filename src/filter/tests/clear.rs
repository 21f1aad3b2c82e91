//! An evaluator written to be read: every value of every field is collected by one full walk, every operand
//! is a list, every relation a loop over lists. The fast evaluator must agree with it.

use crate::dissect::columns::Columns;
use crate::dissect::driver::dissect;
use crate::dissect::field::{Field, Kind};
use crate::dissect::registry::registry;
use crate::dissect::sink::{Node as Put, NodeId, Range, Sink};
use crate::dissect::value::Value;
use crate::filter::eval::{Packet, in_layers};
use crate::filter::item::{Constant, Item};
use crate::filter::program::{Element, Function, Load, Needle, Node, Operand, Relation};

/// Everything a walk put, kept.
#[derive(Default)]
struct Everything {
    values: Vec<(&'static Field, u16, Range, Option<Constant>)>,
    layers: Vec<&'static Field>,
}

impl Everything {
    fn count(&self, layer: &'static Field) -> u16 {
        self.layers.iter().filter(|l| std::ptr::eq(**l, layer)).count() as u16
    }
}

impl Sink for Everything {
    fn wants_fields(&self) -> bool {
        true
    }
    fn put(&mut self, node: &Put) -> NodeId {
        if node.field.kind == Kind::Protocol {
            self.layers.push(node.field);
        }
        let layer = registry()
            .field(node.field.name)
            .map_or(0, |e| self.count(&registry().protocol(e.protocol).layer));
        self.values.push((node.field, layer.max(1), node.range, Constant::keep(&Item::of(node.value))));
        NodeId(self.values.len() as u32 - 1)
    }
    fn open(&mut self, _: NodeId) {}
    fn close(&mut self) {}
    fn revalue(&mut self, id: NodeId, value: &Value) {
        if let Some(v) = self.values.get_mut(id.0 as usize) {
            v.3 = Constant::keep(&Item::of(*value));
        }
    }
}

/// Does the packet match? Only for filters without protocols' bytes, references and columns.
pub fn matches(node: &Node, packet: &Packet) -> bool {
    let mut all = Everything::default();
    dissect(packet.frame, packet.layers, packet.context, &mut all, &mut Columns::new(false));
    Clear { all: &all }.test(node)
}

struct Clear<'a> {
    all: &'a Everything,
}

impl Clear<'_> {
    fn test(&self, node: &Node) -> bool {
        match node {
            Node::True => true,
            Node::Any(parts) => parts.iter().any(|p| self.test(p)),
            Node::All(parts) => parts.iter().all(|p| self.test(p)),
            Node::Xor(a, b) => self.test(a) ^ self.test(b),
            Node::Not(inner) => !self.test(inner),
            Node::Exists(load) => self.all_of(load) > 0,
            Node::Truth(operand) => self.values(operand).iter().any(|c| match (operand, c) {
                (Operand::Slice(..), Constant::Bytes(b)) => !b.is_empty(),
                _ => c.item().truth(),
            }),
            Node::Compare { relation, every, wide, left, right } => {
                let pairs = self.pairs(left, right);
                compared(*every, pairs.iter().map(|(a, b)| holds(*relation, a, b, *wide)))
            }
            Node::Contains { every, left, right } => {
                let needles = match right {
                    Needle::Constant(f) => vec![Constant::Bytes(f.needle().to_vec())],
                    Needle::Values(operand) => self.values(operand),
                };
                let left = self.values(left);
                let pairs = left.iter().flat_map(|a| needles.iter().map(move |b| (a, b)));
                quantified(*every, pairs.map(|(a, b)| holds_bytes(a, b)))
            }
            Node::Matches { every, left, pattern } => quantified(
                *every,
                self.values(left).iter().map(|a| a.item().bytes().is_some_and(|b| pattern.is_match(b))),
            ),
            Node::In { every, wide, left, set } => quantified(
                *every,
                self.values(left).iter().map(|a| set.iter().any(|e| self.member(e, a, *wide))),
            ),
        }
    }

    fn member(&self, element: &Element, a: &Constant, wide: bool) -> bool {
        let any = |operand: &Operand, relation| {
            self.values(operand).iter().any(|b| holds(relation, a, b, wide) == Some(true))
        };
        match element {
            Element::One(x) => any(x, Relation::Equal),
            Element::Range(x, y) => any(x, Relation::GreaterOrEqual) && any(y, Relation::LessOrEqual),
        }
    }

    fn pairs(&self, left: &Operand, right: &Operand) -> Vec<(Constant, Constant)> {
        let right = self.values(right);
        let left = self.values(left);
        left.iter().flat_map(|a| right.iter().map(move |b| (a.clone(), b.clone()))).collect()
    }

    fn chosen(&self, load: &Load) -> Vec<Option<Constant>> {
        let entry = registry().field(load.field.name);
        let layer = entry.map_or(load.field, |e| &registry().protocol(e.protocol).layer);
        let total = self.all.count(layer).max(1);
        let same = self.all.values.iter().filter(|v| std::ptr::eq(v.0, load.field));
        same.filter(|v| load.layers.is_empty() || in_layers(&load.layers, v.1, total))
            .map(|v| v.3.clone())
            .collect()
    }

    fn all_of(&self, load: &Load) -> usize {
        self.chosen(load).len()
    }

    fn values(&self, operand: &Operand) -> Vec<Constant> {
        match operand {
            Operand::Load(load) => self.chosen(load).into_iter().flatten().collect(),
            Operand::Constants(list) => list.clone(),
            Operand::Slice(inner, pieces) => self
                .values(inner)
                .iter()
                .map(|c| {
                    let item = c.item();
                    let bytes = item.bytes().unwrap_or(&[]);
                    let cut =
                        |p: &crate::filter::lex::Piece| p.resolve(bytes.len()).map_or(&[][..], |r| &bytes[r]);
                    Constant::Bytes(pieces.iter().flat_map(|p| cut(p).to_vec()).collect())
                })
                .collect(),
            Operand::Call(function, arguments) => self.call(*function, arguments),
            Operand::Negative(inner, wide) => {
                let list = self.values(inner);
                list.iter().filter_map(|c| c.item().negated(*wide).and_then(|i| Constant::keep(&i))).collect()
            }
            Operand::Binary { op, wide, left, right } => {
                let pairs = self.pairs(left, right);
                let result = |a: &Constant, b: &Constant| {
                    a.item().arithmetic(*op, &b.item(), *wide).and_then(|i| Constant::keep(&i))
                };
                pairs.iter().filter_map(|(a, b)| result(a, b)).collect()
            }
            Operand::BytesAnd(left, right) => {
                let both = |a: &Constant, b: &Constant| {
                    let (a, b) = (a.item(), b.item());
                    let zip = a.bytes()?.iter().zip(b.bytes()?);
                    Some(Constant::Bytes(zip.map(|(x, y)| x & y).collect()))
                };
                self.pairs(left, right).iter().filter_map(|(a, b)| both(a, b)).collect()
            }
            Operand::Network(inner, bits) => {
                let list = self.values(inner);
                let network =
                    |c: &Constant| Constant::keep(&crate::filter::functions::network(&c.item(), *bits));
                list.iter().filter_map(network).collect()
            }
        }
    }

    fn call(&self, function: Function, arguments: &[Operand]) -> Vec<Constant> {
        let lists: Vec<Constant> = arguments.iter().flat_map(|a| self.values(a)).collect();
        let extreme = |better: fn(std::cmp::Ordering) -> bool| {
            let pick = |a: Constant, b: Constant| match b.item().order(&a.item(), true) {
                Some(o) if better(o) => b,
                _ => a,
            };
            lists.clone().into_iter().reduce(pick).into_iter().collect()
        };
        match function {
            Function::Count if lists.is_empty() => Vec::new(),
            Function::Count => vec![Constant::Uint(lists.len() as u64)],
            Function::Max => extreme(std::cmp::Ordering::is_gt),
            Function::Min => extreme(std::cmp::Ordering::is_lt),
            Function::Abs => {
                lists.iter().filter_map(|c| c.item().absolute().and_then(|i| Constant::keep(&i))).collect()
            }
            _ => panic!("{function:?} is not for the clear evaluator"),
        }
    }
}

/// One of them, or all of at least one.
fn quantified(every: bool, tests: impl Iterator<Item = bool>) -> bool {
    let tests: Vec<bool> = tests.collect();
    if every { !tests.is_empty() && tests.iter().all(|t| *t) } else { tests.contains(&true) }
}

/// As `quantified`; what can't be compared neither fulfils nor breaks the relation.
fn compared(every: bool, tests: impl Iterator<Item = Option<bool>>) -> bool {
    let tests: Vec<Option<bool>> = tests.collect();
    if every { !tests.is_empty() && !tests.contains(&Some(false)) } else { tests.contains(&Some(true)) }
}

fn holds(relation: Relation, a: &Constant, b: &Constant, wide: bool) -> Option<bool> {
    let (a, b) = (a.item(), b.item());
    let order = a.order(&b, wide);
    match relation {
        Relation::Equal => a.equals(&b, wide),
        Relation::NotEqual => a.equals(&b, wide).map(|e| !e),
        Relation::Less => order.map(|o| o.is_lt()),
        Relation::LessOrEqual => order.map(|o| o.is_le()),
        Relation::Greater => order.map(|o| o.is_gt()),
        Relation::GreaterOrEqual => order.map(|o| o.is_ge()),
    }
}

fn holds_bytes(a: &Constant, b: &Constant) -> bool {
    let (a, b) = (a.item(), b.item());
    match (a.bytes(), b.bytes()) {
        (Some(a), Some(b)) => !b.is_empty() && a.windows(b.len()).any(|w| w == b),
        _ => false,
    }
}
