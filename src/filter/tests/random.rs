//! Properties: printing and reading a tree again is the identity; the fast evaluator agrees with the clear
//! one on random packets; no text makes the compiler panic.

use proptest::prelude::*;

use super::clear;
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, RecordInfo, Settings};
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Surroundings, locate};
use crate::dissect::names::Names;
use crate::filter::lex::{Piece, PieceEnd};
use crate::filter::parse::{Arithmetic, Comparison, Element, Expr, Operand, Quantifier, What, parse};
use crate::filter::print::print;
use crate::filter::{Options, Packet, Scratch, Span, compile};

// ---- trees ----

fn operand(what: What) -> Operand {
    Operand { span: Span::default(), what }
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (-20i32..20, 0u8..3, 1u32..9).prop_map(|(start, sort, n)| {
        let end = match sort {
            0 => PieceEnd::Length(n),
            1 if !(-9..0).contains(&start) => PieceEnd::Index(start + n as i32),
            _ => PieceEnd::Open,
        };
        Piece { start, end }
    });
    prop::collection::vec(piece, 1..3)
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "tcp",
        "ip.src",
        "udp.port",
        "80",
        "0x1f",
        "10.0.0.0/8",
        "fe80::1",
        "00:11:22",
        "abc",
        "2015-01-01",
    ])
    .prop_map(str::to_owned)
}

/// What may stand beside `contains` and in sets.
fn value() -> impl Strategy<Value = Operand> {
    let leaf = prop_oneof![
        word().prop_map(|w| operand(What::Word(w))),
        Just(operand(What::Name("tcp".into()))),
        prop::collection::vec(any::<u8>(), 0..5).prop_map(|b| operand(What::Quoted(b))),
        any::<u8>().prop_map(|c| operand(What::Char(c))),
        Just(operand(What::Reference("tcp.port".into(), Vec::new()))),
        pieces().prop_map(|p| { operand(What::Layers(Box::new(operand(What::Word("ip.src".into()))), p)) }),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), pieces()).prop_map(|(a, p)| operand(What::Slice(Box::new(a), p))),
            prop::collection::vec(inner, 0..3).prop_map(|a| operand(What::Call("max".into(), a))),
        ]
    })
}

fn arithmetic() -> impl Strategy<Value = Operand> {
    let leaf = prop_oneof![
        3 => value(),
        1 => value().prop_map(|v| operand(What::Negative(Box::new(v)))),
    ];
    let op = prop::sample::select(vec![
        Arithmetic::BitAnd,
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Modulo,
    ]);
    leaf.prop_recursive(3, 8, 2, move |inner| {
        (op.clone(), inner.clone(), inner)
            .prop_map(|(op, a, b)| operand(What::Binary(op, Box::new(a), Box::new(b))))
    })
}

fn expr() -> impl Strategy<Value = Expr> {
    let quantifier = || prop::sample::select(vec![Quantifier::Default, Quantifier::Any, Quantifier::All]);
    let comparison = prop::sample::select(vec![
        Comparison::Eq,
        Comparison::AllEq,
        Comparison::AllNe,
        Comparison::AnyNe,
        Comparison::Lt,
        Comparison::Le,
        Comparison::Gt,
        Comparison::Ge,
    ]);
    let pairs = prop::collection::vec((comparison, Just(Span::default()), arithmetic()), 1..3);
    let element = prop_oneof![
        value().prop_map(Element::One),
        (value(), value()).prop_map(|(a, b)| Element::Range(a, b)),
    ];
    let leaf = prop_oneof![
        arithmetic().prop_map(Expr::Test),
        (quantifier(), arithmetic(), pairs).prop_map(|(q, a, p)| Expr::Compare(q, a, p)),
        (quantifier(), value(), value()).prop_map(|(q, a, b)| Expr::Contains(q, a, b)),
        (quantifier(), value(), value()).prop_map(|(q, a, b)| Expr::Matches(q, a, b)),
        (quantifier(), value(), prop::collection::vec(element, 1..3)).prop_map(|(q, a, s)| Expr::In(q, a, s)),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Xor(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Expr::Not(Box::new(a))),
        ]
    })
}

proptest! {
    #[test]
    fn reading_what_was_printed_gives_the_same_tree(tree in expr()) {
        let text = print(&tree);
        prop_assert_eq!(parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?, Some(tree), "{}", text);
    }

    #[test]
    fn no_text_makes_the_compiler_panic(text in "[ a-z0-9.:=!&|<>(){}\\[\\],\"'#$@/%+*~^ä-]{0,40}") {
        if let Err(e) = compile(&text, &Options::default()) {
            prop_assert!(text.get(e.span.clone()).is_some(), "{:?} in {}", e.span, text);
        }
    }
}

// ---- packets ----

const FILTERS: &[&str] = &[
    "tcp",
    "udp",
    "ip#2",
    "not arp",
    "vlan",
    "ip.src == 10.0.0.0/8",
    "ip.addr != 10.0.0.1",
    "ip.addr === 10.0.0.1",
    "ip.addr !== 10.0.0.1",
    "all ip.addr == 10.0.0.0/8",
    "ip.src == ip.dst",
    "ip.src/24 == ip.dst/24",
    "ip.ttl > 60 and ip.ttl < 70",
    "tcp.port == 80",
    "all tcp.port > 1023",
    "tcp.port in {80, 443, 1000..2000}",
    "not udp.port in {53}",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "tcp.flags & 0x12",
    "{tcp.flags & 0x12} == 0x12",
    "tcp.srcport < tcp.dstport",
    "tcp.srcport - tcp.dstport < 0",
    "udp.length - 8 > 20",
    "ip.len * 2 > 100",
    "ip.len == ip.hdr_len + tcp.hdr_len",
    "eth.src[0:3] == 00:11:22",
    "eth.dst[-1] & 1",
    "ip.dst[3] == 0xff",
    "eth.dst contains 11:22",
    "count(ip.addr) > 2",
    "max(tcp.srcport, tcp.dstport) > 1024",
    "min(udp.srcport, udp.dstport) < 1024",
    "abs(tcp.srcport - tcp.dstport) < 100",
    "ip.ttl#1 > 64",
    "ip.src#[-1] == 10.0.0.0/8",
    "frame.len > 60",
    "frame.number % 2 == 0",
    "frame.cap_len == frame.len",
    "frame.time_relative > 1",
    "-ip.ttl < -64",
    "ip.proto == 6 xor tcp.port == 80",
    "eth.type == 0x0800",
    "ip.src & 255.0.0.0 == 10.0.0.0",
    "tcp.window_size_value in {1..1000}",
    "arp.opcode == 1",
];

/// Ethernet, IPv4 and TCP or UDP, with addresses and ports from small sets so that filters hit.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let address = prop::sample::select(vec![[10, 0, 0, 1], [10, 0, 0, 255], [192, 168, 1, 1]]);
    let port = prop_oneof![Just(80u16), Just(40000), Just(1500), 1u16..2000];
    let tail = prop::collection::vec(any::<u8>(), 0..30);
    let parts = (
        address.clone(),
        address,
        port.clone(),
        port,
        any::<u8>(),
        any::<bool>(),
        50u8..80,
        tail,
        0usize..120,
    );
    parts.prop_map(|(source, target, from, to, flags, tcp, ttl, tail, cut)| {
        let header = if tcp { 20 } else { 8 };
        let total = 20 + header + tail.len();
        let mut p = vec![0, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0x11, 0x22, 1, 2, 3, 8, 0];
        p.extend([
            0x45,
            0,
            (total >> 8) as u8,
            total as u8,
            0,
            1,
            0x40,
            0,
            ttl,
            if tcp { 6 } else { 17 },
            0,
            0,
        ]);
        p.extend(source);
        p.extend(target);
        p.extend(from.to_be_bytes());
        p.extend(to.to_be_bytes());
        if tcp {
            p.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50, flags, 1, 0, 0, 0, 0, 0]);
        } else {
            p.extend([0, (8 + tail.len()) as u8, 0, 0]);
        }
        p.extend(&tail);
        // Some packets lose their end.
        if cut < 20 {
            p.truncate(p.len() - cut.min(p.len()));
        }
        p
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_fast_evaluator_agrees_with_the_clear_one(bytes in packet(), number in 1u32..5) {
        let settings = Settings::default();
        let facts = Facts::default();
        let names = Names::default();
        let record = RecordInfo {
            number,
            time: Some(1_000_000_000),
            relative: i64::from(number) * 700_000_000,
            captured: bytes.len() as u32,
            length: bytes.len() as u32,
            link_type: 1,
            ..RecordInfo::default()
        };
        let context = Context { record: &record, settings: &settings, facts: &facts, sources: &[], names: &names };
        let frame = Buf::whole(&bytes);
        let layers = locate(1, &frame, &Surroundings { settings: &settings, facts: &facts, sources: &[] });
        let packet = Packet { frame, layers: &layers, context: &context };
        let mut scratch = Scratch::default();
        for text in FILTERS {
            let filter = compile(text, &Options::default()).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
            let fast = filter.matches(&packet, &mut scratch);
            let clear = clear::matches(&filter.0.program.node, &packet);
            prop_assert_eq!(fast, clear, "{} on {:02x?}", text, bytes);
            // What the filter says it requires is there whenever it matches.
            let present = |set: &Vec<u16>| layers.iter().any(|l| set.contains(&l.protocol));
            prop_assert!(!fast || filter.requires().iter().all(present), "{}", text);
        }
    }
}
