//! The compiled form of a filter: names looked up, literals in the form of the fields they are
//! compared with, and for every field where its values come from.

use memchr::memmem::Finder;
use regex::bytes::Regex;

use super::item::Constant;
use super::lex::Piece;
use super::parse::Arithmetic;
use crate::dissect::field::Field;
use crate::dissect::layers::Layer;

/// A test on a packet.
#[derive(Debug)]
pub enum Node {
    True,
    Any(Vec<Node>),
    All(Vec<Node>),
    Xor(Box<Node>, Box<Node>),
    Not(Box<Node>),
    /// There is a value.
    Exists(Load),
    /// A value of a computation is not zero or empty.
    Truth(Operand),
    /// Some pair of values, or every pair (of at least one), is in this relation.
    Compare {
        relation: Relation,
        every: bool,
        wide: bool,
        left: Operand,
        right: Operand,
    },
    Contains {
        every: bool,
        left: Operand,
        right: Needle,
    },
    Matches {
        every: bool,
        left: Operand,
        pattern: Regex,
    },
    In {
        every: bool,
        wide: bool,
        left: Operand,
        set: Vec<Element>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug)]
pub enum Needle {
    Constant(Box<Finder<'static>>),
    Values(Operand),
}

#[derive(Debug)]
pub enum Element {
    One(Operand),
    Range(Operand, Operand),
}

/// Something with values.
#[derive(Debug)]
pub enum Operand {
    Load(Load),
    /// A literal, or what a reference stood for when the filter was compiled (perhaps nothing).
    Constants(Vec<Constant>),
    Slice(Box<Operand>, Vec<Piece>),
    Call(Function, Vec<Operand>),
    Negative(Box<Operand>, bool),
    /// On numbers (of 64 bits if `wide`), times and addresses.
    Binary {
        op: Arithmetic,
        wide: bool,
        left: Box<Operand>,
        right: Box<Operand>,
    },
    /// Bit-and of byte strings.
    BytesAnd(Box<Operand>, Box<Operand>),
    /// The network part of an address: this many leading bits.
    Network(Box<Operand>, u32),
}

/// The values of a field.
#[derive(Debug)]
pub struct Load {
    pub field: &'static Field,
    pub source: Source,
    /// Only those in these layers of the field's protocol, counted from 1; empty: all.
    pub layers: Vec<Piece>,
    /// The bytes in the packet in place of the value.
    pub raw: bool,
    /// Only packets with one of these protocols can have a value. `None`: that can't be said.
    pub protocols: Option<Vec<u16>>,
}

#[derive(Debug)]
pub enum Source {
    /// At these places of a layer; where a layer stops short or its header has more than the table speaks of, a walk
    /// finds what is there of it, under this number in the list of wanted fields.
    Fixed(Vec<FixedPlace>, u16),
    Record(RecordField),
    /// A protocol: registry number, whether only the header counts in its length, and the slot of the
    /// walk that finds it where `locate` doesn't.
    Layer {
        protocol: u16,
        header_only: bool,
        slot: Option<u16>,
    },
    /// Found by a walk: number in the list of wanted fields.
    Walk(u16),
    Column(Column),
}

#[derive(Debug)]
pub struct FixedPlace {
    pub field: &'static Field,
    pub offset: usize,
    pub len: usize,
}

impl FixedPlace {
    /// True if this layer's header is not what the field's place depends on, see [`Field::plain_header`].
    pub fn is_doubtful_in(&self, layer: &Layer) -> bool {
        layer.header != u32::from(self.field.plain_header)
    }
}

/// Fields of the frame that the record answers without a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordField {
    Number,
    Length,
    Captured,
    Time,
    TimeEpoch,
    TimeDelta,
    TimeDeltaDisplayed,
    TimeRelative,
    Marked,
    Ignored,
}

/// Columns of the packet list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Number,
    Time,
    Source,
    Destination,
    Protocol,
    Length,
    Info,
}

/// The functions of the language, with those that 4.4 added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Len,
    Count,
    Upper,
    Lower,
    String,
    Max,
    Min,
    Abs,
    Vals,
    Dec,
    Hex,
    Float,
    Double,
    IpSpecialName,
    IpSpecialMask,
    IpLinklocal,
    IpMulticast,
    IpRfc1918,
    IpUla,
}

/// Name, what it does, and the function; the list that check and completion share.
pub const FUNCTIONS: &[(&str, &str, Function)] = &[
    ("len", "length in bytes of a string or bytes field", Function::Len),
    ("count", "number of values of a field", Function::Count),
    ("upper", "a string in upper case", Function::Upper),
    ("lower", "a string in lower case", Function::Lower),
    ("string", "a number or address as text", Function::String),
    ("max", "greatest of the values of all arguments", Function::Max),
    ("min", "least of the values of all arguments", Function::Min),
    ("abs", "a number or length of time without its sign", Function::Abs),
    ("vals", "the name of a field's value", Function::Vals),
    ("dec", "a number as decimal text", Function::Dec),
    ("hex", "a number as hexadecimal text", Function::Hex),
    ("float", "a number as a floating-point number", Function::Float),
    ("double", "a number as a double-precision number", Function::Double),
    ("ip_special_name", "name of the special-purpose block that holds an address", Function::IpSpecialName),
    ("ip_special_mask", "flags of the special-purpose block that holds an address", Function::IpSpecialMask),
    ("ip_linklocal", "true for a link-local address", Function::IpLinklocal),
    ("ip_multicast", "true for a multicast address", Function::IpMulticast),
    ("ip_rfc1918", "true for a private IPv4 address", Function::IpRfc1918),
    ("ip_ula", "true for a unique local IPv6 address", Function::IpUla),
];

/// What evaluating a filter needs beside the frame and its layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Facts of the packet: generated fields, or protocols that ride on reassembled streams.
    pub facts: bool,
    /// A packet that is an IP fragment needs its facts (the filter looks above IP).
    pub fragments: bool,
    /// Texts of columns.
    pub columns: bool,
    /// Layers of the packet: it looks at more than its record.
    pub layers: bool,
    /// Layers that TCP may carry.
    pub streams: bool,
    /// A walk over the layers, for packets that hold the protocols in question.
    pub walk: bool,
    /// The time since the previous displayed frame.
    pub display_delta: bool,
}

/// Which protocols a packet must hold to match: of every inner set (registry numbers) at least one.
/// Empty: nothing can be said.
pub type Requirements = Vec<Vec<u16>>;

/// What a packet must hold for this node to be true.
pub fn requirements(node: &Node) -> Requirements {
    match node {
        Node::All(parts) => parts.iter().flat_map(requirements).collect(),
        Node::Any(parts) => alternatives(parts),
        Node::Exists(load) => load.protocols.iter().cloned().collect(),
        Node::Truth(operand) => of_operand(operand),
        Node::Compare { left, right, .. } => both(left, right),
        Node::Contains { left, right: Needle::Values(right), .. } => both(left, right),
        Node::Contains { left, .. } | Node::Matches { left, .. } | Node::In { left, .. } => of_operand(left),
        Node::True | Node::Not(_) | Node::Xor(..) => Vec::new(),
    }
}

/// One of several must hold: one of the sets of each, if each has one.
fn alternatives(parts: &[Node]) -> Requirements {
    let mut joined = Vec::new();
    for part in parts {
        match requirements(part).into_iter().min_by_key(Vec::len) {
            Some(set) => joined.extend(set),
            None => return Vec::new(),
        }
    }
    joined.sort_unstable();
    joined.dedup();
    vec![joined]
}

fn both(left: &Operand, right: &Operand) -> Requirements {
    let mut sets = of_operand(left);
    sets.extend(of_operand(right));
    sets
}

fn of_operand(operand: &Operand) -> Requirements {
    match operand {
        Operand::Load(load) => load.protocols.iter().cloned().collect(),
        Operand::Constants(_) => Vec::new(),
        Operand::Slice(inner, _) | Operand::Negative(inner, _) | Operand::Network(inner, _) => {
            of_operand(inner)
        }
        Operand::Call(_, arguments) if arguments.len() == 1 => of_operand(&arguments[0]),
        Operand::Call(..) => Vec::new(),
        Operand::Binary { left, right, .. } | Operand::BytesAnd(left, right) => both(left, right),
    }
}

/// Calls `f` with every field that a node loads.
pub fn each_load<'n>(node: &'n Node, f: &mut dyn FnMut(&'n Load)) {
    match node {
        Node::True => {}
        Node::Any(parts) | Node::All(parts) => parts.iter().for_each(|p| each_load(p, f)),
        Node::Xor(a, b) => {
            each_load(a, f);
            each_load(b, f);
        }
        Node::Not(inner) => each_load(inner, f),
        Node::Exists(load) => f(load),
        Node::Truth(operand) => loads_of(operand, f),
        Node::Compare { left, right, .. } => {
            loads_of(left, f);
            loads_of(right, f);
        }
        Node::Contains { left, right, .. } => {
            loads_of(left, f);
            if let Needle::Values(right) = right {
                loads_of(right, f);
            }
        }
        Node::Matches { left, .. } => loads_of(left, f),
        Node::In { left, set, .. } => {
            loads_of(left, f);
            for element in set {
                match element {
                    Element::One(a) => loads_of(a, f),
                    Element::Range(a, b) => {
                        loads_of(a, f);
                        loads_of(b, f);
                    }
                }
            }
        }
    }
}

/// Calls `f` with every field that an operand loads.
pub fn loads_of<'n>(operand: &'n Operand, f: &mut dyn FnMut(&'n Load)) {
    match operand {
        Operand::Load(load) => f(load),
        Operand::Constants(_) => {}
        Operand::Slice(inner, _) | Operand::Negative(inner, _) | Operand::Network(inner, _) => {
            loads_of(inner, f);
        }
        Operand::Call(_, arguments) => arguments.iter().for_each(|a| loads_of(a, f)),
        Operand::Binary { left, right, .. } | Operand::BytesAnd(left, right) => {
            loads_of(left, f);
            loads_of(right, f);
        }
    }
}
