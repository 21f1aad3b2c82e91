//! Evaluates a compiled filter on a packet. Fields that the table places are read straight from the
//! bytes, without allocation; the packet is walked over at most once, and only if it holds the
//! protocols of a field that needs it.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::collect::{Collector, Scratch, Wanted};
use super::functions;
use super::item::{Constant, Item};
use super::lex::{Piece, PieceEnd};
use super::names;
use super::program::{
    Column, Element, FixedPlace, Load, Needle, Node, Operand, RecordField, Relation, Requirements, Source,
    each_load, loads_of,
};
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, RecordInfo};
use crate::dissect::driver::dissect;
use crate::dissect::layers::{Layer, Layers};
use crate::dissect::registry::registry;
use crate::dissect::sink::Range;

/// A packet as a filter sees it.
#[derive(Clone, Copy)]
pub struct Packet<'a> {
    pub frame: Buf<'a>,
    pub layers: &'a Layers,
    pub context: &'a Context<'a>,
}

/// What evaluating shares over all nodes of a program.
pub(super) struct Program {
    pub node: Node,
    pub wanted: Vec<Wanted>,
    /// Some field needs a walk, even in packets whose layers are whole.
    pub walks: bool,
    pub keep_sources: bool,
    pub columns: bool,
    /// Protocols whose layers a walk may skip.
    skipped: ProtocolSet,
    /// Sets of protocols, as bits by registry number: a packet needs one of each.
    required: Vec<ProtocolSet>,
}

/// Protocols by registry number.
pub(super) type ProtocolSet = Box<[u64]>;

fn set_of(protocols: &[u16]) -> ProtocolSet {
    let mut set = vec![0; registry().protocols().len().div_ceil(64)].into_boxed_slice();
    for number in protocols {
        set[usize::from(number / 64)] |= 1 << (number % 64);
    }
    set
}

pub(super) fn holds(set: &ProtocolSet, number: u16) -> bool {
    set.get(usize::from(number / 64)).is_some_and(|bits| bits >> (number % 64) & 1 != 0)
}

impl Program {
    pub fn new(node: Node, wanted: Vec<Wanted>, requires: &Requirements) -> Program {
        let (mut walks, mut keep_sources, mut columns) = (false, false, false);
        each_load(&node, &mut |load| {
            walks |= needs_walk(load) || depends_on_header(load);
            keep_sources |= load.raw || matches!(load.source, Source::Layer { slot: Some(_), .. });
            columns |= matches!(load.source, Source::Column(_));
        });
        let skipped = skipped(&wanted);
        let required = requires.iter().map(|set| set_of(set)).collect();
        Program { node, wanted, walks, keep_sources, columns, skipped, required }
    }

    /// True if a packet with these layers lacks a protocol that it would need.
    pub fn rules_out(&self, layers: &Layers) -> bool {
        let present = |set| layers.iter().any(|l| holds(set, l.protocol));
        !self.required.iter().all(present)
    }

    pub fn matches(&self, packet: &Packet, scratch: &mut Scratch) -> bool {
        if self.rules_out(packet.layers) {
            return false;
        }
        scratch.begin();
        self.eval(&self.node, packet, scratch)
    }

    fn eval(&self, node: &Node, packet: &Packet, scratch: &mut Scratch) -> bool {
        match node {
            Node::True => true,
            Node::Any(parts) => parts.iter().any(|p| self.eval(p, packet, scratch)),
            Node::All(parts) => parts.iter().all(|p| self.eval(p, packet, scratch)),
            Node::Xor(a, b) => self.eval(a, packet, scratch) != self.eval(b, packet, scratch),
            Node::Not(inner) => !self.eval(inner, packet, scratch),
            Node::Exists(load) => self.exists(load, packet, scratch),
            relation => {
                if self.walks || packet.layers.stop.is_some() {
                    let mut walk = false;
                    relation_loads(relation, &mut |l| {
                        walk |= walks_in(l, packet.layers) && may_have(l, packet.layers);
                    });
                    if walk {
                        self.walk(packet, scratch);
                    }
                }
                let env = Env { program: self, packet, scratch };
                env.relation(relation)
            }
        }
    }

    fn exists(&self, load: &Load, packet: &Packet, scratch: &mut Scratch) -> bool {
        if let Source::Layer { protocol, .. } = load.source
            && load.layers.is_empty()
            && packet.layers.iter().any(|l| l.protocol == protocol)
        {
            return true;
        }
        if walks_in(load, packet.layers) && may_have(load, packet.layers) {
            self.walk(packet, scratch);
        }
        Env { program: self, packet, scratch }.load(load, &mut |_| true)
    }

    /// Walks over the packet, unless that was done already.
    fn walk(&self, packet: &Packet, scratch: &mut Scratch) {
        if scratch.walked {
            return;
        }
        scratch.clear();
        let mut columns = std::mem::take(&mut scratch.columns);
        columns.clear();
        columns.wanted = self.columns;
        let mut sink = Collector {
            wanted: &self.wanted,
            keep_sources: self.keep_sources,
            skipped: &self.skipped,
            scratch,
        };
        dissect(packet.frame, packet.layers, packet.context, &mut sink, &mut columns);
        scratch.columns = columns;
        scratch.walked = true;
    }
}

/// If all that is wanted lies below TCP and UDP: these, and whatever is no layer of that kind.
fn skipped(wanted: &[Wanted]) -> ProtocolSet {
    static HIGH: OnceLock<ProtocolSet> = OnceLock::new();
    let high = HIGH.get_or_init(|| {
        let transport = |n: u16| matches!(registry().protocol(n).name(), "tcp" | "udp" | "udplite");
        let low = |n: u16| names::is_below_streams(n) && !transport(n);
        let numbers = 0..registry().protocols().len() as u16;
        set_of(&numbers.filter(|n| !low(*n)).collect::<Vec<u16>>())
    });
    let low = |w: &Wanted| registry().number(w.layer.name).is_some_and(|n| !holds(high, n));
    if wanted.iter().all(low) { high.clone() } else { set_of(&[]) }
}

fn relation_loads<'n>(node: &'n Node, f: &mut dyn FnMut(&'n Load)) {
    match node {
        Node::Truth(operand) => loads_of(operand, f),
        other => each_load(other, f),
    }
}

fn needs_walk(load: &Load) -> bool {
    matches!(
        load.source,
        Source::Walk(_)
            | Source::Layer { slot: Some(_), .. }
            | Source::Column(Column::Source | Column::Destination | Column::Protocol | Column::Info)
    )
}

/// True for a field that the table places in plain headers only.
fn depends_on_header(load: &Load) -> bool {
    matches!(&load.source, Source::Fixed(places, _) if places.iter().any(|p| p.field.plain_header != 0))
}

/// True if a walk over this packet is needed.
fn walks_in(load: &Load, layers: &Layers) -> bool {
    needs_walk(load) || matches!(&load.source, Source::Fixed(places, _) if !by_table(load, places, layers))
}

/// False where a walk alone knows which values there are: a layer stops short, or has a longer header than the
/// table speaks of.
fn by_table(load: &Load, places: &[FixedPlace], layers: &Layers) -> bool {
    let concerned = |layer: &&Layer| load.protocols.iter().flatten().any(|p| *p == layer.protocol);
    let doubtful = |place: &FixedPlace| {
        place.field.plain_header != 0 && layers.iter().filter(concerned).any(|l| place.is_doubtful_in(l))
    };
    layers.stop.is_none() && !places.iter().any(doubtful)
}

/// False: the packet holds none of the protocols that could have the field.
fn may_have(load: &Load, layers: &Layers) -> bool {
    match &load.protocols {
        None => true,
        Some(list) => layers.iter().any(|l| list.contains(&l.protocol)),
    }
}

/// True if one of the pieces names this layer (from 1) of so many.
pub(super) fn in_layers(pieces: &[Piece], layer: u16, total: u16) -> bool {
    let at = |n: i32| {
        if n < 0 { i64::from(total) + i64::from(n) + 1 } else { i64::from(n) }
    };
    let layer = i64::from(layer);
    pieces.iter().any(|piece| {
        let start = at(piece.start);
        layer >= start
            && match piece.end {
                PieceEnd::Length(n) => layer < start + i64::from(n),
                // A last layer counted from the end is never reached, says the reference.
                PieceEnd::Index(last) => layer <= i64::from(last),
                PieceEnd::Open => true,
            }
    })
}

/// One packet being evaluated; what needs a walk has been walked for.
struct Env<'e> {
    program: &'e Program,
    packet: &'e Packet<'e>,
    scratch: &'e Scratch,
}

/// Is called with each value; returns true to stop.
type Visitor<'v> = &'v mut dyn FnMut(&Item) -> bool;

impl Env<'_> {
    fn relation(&self, node: &Node) -> bool {
        match node {
            Node::Truth(operand) => self.truth(operand),
            Node::Compare { relation, every, wide, left, right } => {
                let holds = |a: &Item, b: &Item| relate(*relation, a, b, *wide);
                self.pairs(*every, left, right, &holds)
            }
            Node::Contains { every, left, right } => match right {
                Needle::Constant(finder) => self.each(*every, left, &|a| {
                    // Nothing contains the empty string, says the reference.
                    !finder.needle().is_empty() && a.bytes().is_some_and(|b| finder.find(b).is_some())
                }),
                Needle::Values(right) => self.pairs(*every, left, right, &|a, b| Some(contains(a, b))),
            },
            Node::Matches { every, left, pattern } => {
                self.each(*every, left, &|a| a.bytes().is_some_and(|b| pattern.is_match(b)))
            }
            Node::In { every, wide, left, set } => {
                self.each(*every, left, &|a| set.iter().any(|e| self.element(e, a, *wide)))
            }
            // The rest has no values of its own.
            Node::True | Node::Any(_) | Node::All(_) | Node::Xor(..) | Node::Not(_) | Node::Exists(_) => {
                false
            }
        }
    }

    /// A computation alone: some value is not zero; a slice: not empty.
    fn truth(&self, operand: &Operand) -> bool {
        let slice = matches!(operand, Operand::Slice(..));
        self.visit(operand, &mut |item| match item.bytes() {
            Some(bytes) if slice => !bytes.is_empty(),
            _ => item.truth(),
        })
    }

    /// Some value fulfils the test, or every one of at least one.
    fn each(&self, every: bool, operand: &Operand, test: &dyn Fn(&Item) -> bool) -> bool {
        if !every {
            return self.visit(operand, &mut |a| test(a));
        }
        let mut any = false;
        let failed = self.visit(operand, &mut |a| {
            any = true;
            !test(a)
        });
        any && !failed
    }

    fn pairs(
        &self,
        every: bool,
        left: &Operand,
        right: &Operand,
        test: &dyn Fn(&Item, &Item) -> Option<bool>,
    ) -> bool {
        if !every {
            return self.visit(left, &mut |a| self.visit(right, &mut |b| test(a, b) == Some(true)));
        }
        let mut any = false;
        let failed = self.visit(left, &mut |a| {
            self.visit(right, &mut |b| {
                any = true;
                test(a, b) == Some(false)
            })
        });
        any && !failed
    }

    fn element(&self, element: &Element, a: &Item, wide: bool) -> bool {
        let any =
            |operand, relation| self.visit(operand, &mut |b| relate(relation, a, b, wide) == Some(true));
        match element {
            Element::One(x) => any(x, Relation::Equal),
            Element::Range(from, to) => any(from, Relation::GreaterOrEqual) && any(to, Relation::LessOrEqual),
        }
    }

    /// Calls the visitor with each value of an operand; true if it stopped.
    fn visit(&self, operand: &Operand, f: Visitor) -> bool {
        match operand {
            Operand::Load(load) => self.load(load, f),
            Operand::Constants(values) => values.iter().any(|c: &Constant| f(&c.item())),
            Operand::Slice(inner, pieces) => self.slice(inner, pieces, f),
            Operand::Call(function, arguments) => {
                functions::call(*function, arguments, &mut |operand, visitor| self.visit(operand, visitor), f)
            }
            Operand::Negative(inner, wide) => {
                self.visit(inner, &mut |a| a.negated(*wide).is_some_and(|n| f(&n)))
            }
            Operand::Binary { op, wide, left, right } => self.visit(left, &mut |a| {
                self.visit(right, &mut |b| a.arithmetic(*op, b, *wide).is_some_and(|n| f(&n)))
            }),
            Operand::BytesAnd(left, right) => {
                let mut out = Vec::new();
                self.visit(left, &mut |a| {
                    self.visit(right, &mut |b| a.bytes_and(b, &mut out) && f(&Item::Bytes(&out)))
                })
            }
            Operand::Network(inner, bits) => self.visit(inner, &mut |a| f(&functions::network(a, *bits))),
        }
    }

    /// The pieces of each value, joined. A piece that isn't all there counts as empty, and so does its
    /// value if there is no other.
    fn slice(&self, inner: &Operand, pieces: &[Piece], f: Visitor) -> bool {
        if let [piece] = pieces {
            return self.visit(inner, &mut |item| f(&Item::Bytes(cut(item, piece).unwrap_or(&[]))));
        }
        self.visit(inner, &mut |item| {
            let mut joined = Vec::new();
            for piece in pieces {
                joined.extend_from_slice(cut(item, piece).unwrap_or(&[]));
            }
            f(&Item::Bytes(&joined))
        })
    }

    // ---- fields ----

    fn load(&self, load: &Load, f: Visitor) -> bool {
        let chosen = |layer: u16, total: u16| load.layers.is_empty() || in_layers(&load.layers, layer, total);
        match &load.source {
            Source::Fixed(places, slot) => match by_table(load, places, self.packet.layers) {
                true => self.fixed(load, places, &chosen, f),
                false => self.found(load, *slot, &chosen, f),
            },
            Source::Record(field) => {
                chosen(1, 1) && record_item(*field, self.packet.context.record).is_some_and(|i| f(&i))
            }
            Source::Layer { protocol, header_only, slot } => match slot {
                Some(slot) if self.scratch.walked => self.walked_layers(load, *slot, &chosen, f),
                _ => self.layers(*protocol, *header_only, load.raw, &chosen, f),
            },
            Source::Walk(slot) => self.found(load, *slot, &chosen, f),
            Source::Column(column) => self.column(*column, f),
        }
    }

    /// What the walk found.
    fn found(&self, load: &Load, slot: u16, chosen: &dyn Fn(u16, u16) -> bool, f: Visitor) -> bool {
        let Some(wanted) = self.program.wanted.get(usize::from(slot)) else { return false };
        self.scratch.values(slot, wanted).any(|v| {
            chosen(v.layer, v.total)
                && if load.raw { f(&Item::Bytes(self.bytes(v.range))) } else { f(&v.item) }
        })
    }

    /// Layers of the packet whose protocol is in the list, with their number and how many there are.
    fn layers_of<'l>(&'l self, list: &'l [u16]) -> impl Iterator<Item = (u16, &'l Layer)> {
        let layers = self.packet.layers.iter().filter(move |l| list.contains(&l.protocol));
        layers.enumerate().map(|(i, l)| (i as u16 + 1, l))
    }

    fn fixed(
        &self,
        load: &Load,
        places: &[FixedPlace],
        chosen: &dyn Fn(u16, u16) -> bool,
        f: Visitor,
    ) -> bool {
        let Some(list) = &load.protocols else { return false };
        let total = if load.layers.is_empty() { 0 } else { self.layers_of(list).count() as u16 };
        self.layers_of(list).filter(|(n, _)| chosen(*n, total)).any(|(_, layer)| {
            let range = Range { source: layer.source, start: layer.start, len: layer.header };
            let header = self.bytes(range);
            places.iter().any(|place| {
                let Some(bytes) = header.get(place.offset..place.offset + place.len) else {
                    return false;
                };
                if load.raw {
                    return f(&Item::Bytes(bytes));
                }
                place.field.read(bytes).is_some_and(|v| f(&Item::of(v)))
            })
        })
    }

    fn layers(
        &self,
        protocol: u16,
        header_only: bool,
        raw: bool,
        chosen: &dyn Fn(u16, u16) -> bool,
        f: Visitor,
    ) -> bool {
        let list = [protocol];
        let total = self.layers_of(&list).count() as u16;
        self.layers_of(&list).filter(|(n, _)| chosen(*n, total)).any(|(_, layer)| {
            let len = layer.end.saturating_sub(layer.start);
            let bytes = self.bytes(Range { source: layer.source, start: layer.start, len });
            let own = if header_only { layer.header as usize } else { bytes.len() };
            if raw { f(&Item::Bytes(bytes)) } else { f(&Item::Layer { bytes, len: own.min(bytes.len()) }) }
        })
    }

    fn walked_layers(&self, load: &Load, slot: u16, chosen: &dyn Fn(u16, u16) -> bool, f: Visitor) -> bool {
        let Some(wanted) = self.program.wanted.get(usize::from(slot)) else { return false };
        self.scratch.values(slot, wanted).any(|v| {
            let bytes = self.bytes(v.range);
            chosen(v.layer, v.total)
                && if load.raw { f(&Item::Bytes(bytes)) } else { f(&Item::Layer { bytes, len: bytes.len() }) }
        })
    }

    /// As many of these bytes as were captured.
    fn bytes(&self, range: Range) -> &[u8] {
        let source = match range.source {
            0 => self.packet.frame.data,
            n => match self.packet.context.sources.get(usize::from(n) - 1) {
                Some(bytes) => bytes.as_slice(),
                None => self.scratch.made(n).unwrap_or(&[]),
            },
        };
        let start = (range.start as usize).min(source.len());
        let end = start.saturating_add(range.len as usize).min(source.len());
        &source[start..end]
    }

    fn column(&self, column: Column, f: Visitor) -> bool {
        let record = self.packet.context.record;
        let columns = &self.scratch.columns;
        let text = match column {
            Column::Source => columns.source.as_str(),
            Column::Destination => columns.destination.as_str(),
            Column::Protocol => columns.protocol.as_str(),
            Column::Info => columns.info(),
            Column::Number => return f(&Item::Str(record.number.to_string().as_bytes())),
            Column::Length => return f(&Item::Str(record.length.to_string().as_bytes())),
            Column::Time => return f(&Item::Str(functions::seconds(record).as_bytes())),
        };
        f(&Item::Str(text.as_bytes()))
    }
}

fn cut<'i>(item: &'i Item, piece: &Piece) -> Option<&'i [u8]> {
    let bytes = item.sliceable()?;
    bytes.get(piece.resolve(bytes.len())?)
}

/// `None` if the two can't be compared: no pair of which that is so fulfils or breaks a relation.
#[inline]
fn relate(relation: Relation, a: &Item, b: &Item, wide: bool) -> Option<bool> {
    match relation {
        Relation::Equal => a.equals(b, wide),
        Relation::NotEqual => a.equals(b, wide).map(|e| !e),
        Relation::Less => a.order(b, wide).map(Ordering::is_lt),
        Relation::LessOrEqual => a.order(b, wide).map(Ordering::is_le),
        Relation::Greater => a.order(b, wide).map(Ordering::is_gt),
        Relation::GreaterOrEqual => a.order(b, wide).map(Ordering::is_ge),
    }
}

fn contains(a: &Item, b: &Item) -> bool {
    match (a.bytes(), b.bytes()) {
        (Some(hay), Some(needle)) => !needle.is_empty() && memchr::memmem::find(hay, needle).is_some(),
        _ => false,
    }
}

fn record_item<'i>(field: RecordField, record: &RecordInfo) -> Option<Item<'i>> {
    let time = |t: i64| record.time.map(|_| Item::Time(i128::from(t)));
    match field {
        RecordField::Number => Some(Item::Uint(u64::from(record.number))),
        RecordField::Length => Some(Item::Uint(u64::from(record.length))),
        RecordField::Captured => Some(Item::Uint(u64::from(record.captured))),
        RecordField::Time | RecordField::TimeEpoch => time(record.time.unwrap_or_default()),
        RecordField::TimeDelta => time(record.delta),
        RecordField::TimeDeltaDisplayed => time(record.delta_displayed),
        RecordField::TimeRelative => time(record.relative),
        RecordField::Marked => Some(Item::Uint(u64::from(record.marked))),
        RecordField::Ignored => Some(Item::Uint(u64::from(record.ignored))),
    }
}
