//! DNS (RFC 1035 and its many successors), multicast DNS (RFC 6762) and LLMNR (RFC 4795): one message
//! format under three names. This file has the header, the questions and what memory across packets
//! adds; records are read in `records` and its neighbours.

mod dnssec;
mod edns;
mod fields;
pub mod names;
mod records;
mod services;
#[cfg(test)]
mod tests;
mod values;

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::label;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Guess, Header, Key, Pdu, PduContext, Protocol};
use crate::dissect::protocols::special::STRAY;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

use fields::*;
use names::Name;

pub static DNS: Protocol = Protocol {
    on: &[Key::UdpPort(53), Key::TcpPort(53), Key::TcpPort(5353), Key::SctpPort(53)],
    fields: FIELDS,
    experts: &[
        &UNDECODED,
        &TTL_HIGH_BIT,
        &TSIG_ALGORITHM,
        &BAD_LENGTH,
        &RETRANSMITTED_REQUEST,
        &RETRANSMITTED_RESPONSE,
        &EXTRANEOUS,
        &STRAY,
    ],
    header,
    walk,
    pdu: Some(pdu),
    sizes: true,
    guesses: &[Guess::over("udp", guess)],
    needs: 4,
    ..Protocol::new("dns", "Domain Name System", "DNS")
};

pub static MDNS: Protocol = Protocol {
    on: &[Key::UdpPort(5353)],
    header,
    walk,
    needs: 4,
    short: "mDNS",
    ..Protocol::new("mdns", "Multicast Domain Name System", "MDNS")
};

pub static LLMNR: Protocol = Protocol {
    on: &[Key::UdpPort(5355)],
    header,
    walk,
    needs: 4,
    ..Protocol::new("llmnr", "Link-local Multicast Name Resolution", "LLMNR")
};

pub static PROTOCOLS: &[&Protocol] = &[&DNS, &MDNS, &LLMNR];

static UNDECODED: Expert =
    Expert::new("dns.undecoded.type", "Undecoded option", Group::Undecoded, Severity::Note);
static TTL_HIGH_BIT: Expert = Expert::new(
    "dns.ttl.high_bit_set",
    "The uppermost bit of the TTL is set (RFC 2181, section 8)",
    Group::Protocol,
    Severity::Warning,
);
static TSIG_ALGORITHM: Expert =
    Expert::new("dns.tsig.noalg", "No dissector for algorithm", Group::Undecoded, Severity::Warning);
static BAD_LENGTH: Expert = Expert::new(
    "dns.rr.opt.bad_length",
    "Length too long for any type of IP address.",
    Group::Malformed,
    Severity::Error,
);
static RETRANSMITTED_REQUEST: Expert =
    Expert::new("dns.retransmit_request", "DNS query retransmission", Group::Protocol, Severity::Warning);
static RETRANSMITTED_RESPONSE: Expert =
    Expert::new("dns.retransmit_response", "DNS response retransmission", Group::Protocol, Severity::Warning);
static EXTRANEOUS: Expert =
    Expert::new("dns.extraneous", "Extraneous data", Group::Undecoded, Severity::Note);

/// Bytes before the first section, RFC 1035 4.1.1.
const HEADER: usize = 12;
const OPCODE_UPDATE: u16 = 5;
const OPCODE_DSO: u16 = 6;

/// Which of the protocols that share the format.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Dns,
    Mdns,
    Llmnr,
}

/// What the parts of one message need to know of it.
#[derive(Clone, Copy)]
struct Message {
    /// Where its header begins in the layer: behind the length prefix of streams.
    start: usize,
    flavour: Flavour,
    flags: u16,
    /// Questions and records of each section.
    counts: [u16; 4],
}

impl Message {
    fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }
    fn opcode(&self) -> u16 {
        self.flags >> 11 & 15
    }
    /// In multicast DNS the upper bit of a class is a flag of its own (RFC 6762 18.12, 18.13).
    fn class_mask(&self) -> u16 {
        if self.flavour == Flavour::Mdns { 0x7fff } else { 0xffff }
    }
}

/// On a stream each message has its length before it (RFC 1035 4.2.2).
fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    if !chain.parent().is_some_and(is_stream) {
        return Ok(Header::last());
    }
    Ok(Header::message(2 + usize::from(buf.be16(0)?)))
}

fn is_stream(parent: &Protocol) -> bool {
    matches!(parent.name(), "tcp" | "tls")
}

fn pdu(bytes: &[u8], _: &PduContext) -> Pdu {
    match Buf::whole(bytes).be16(0) {
        Ok(len) => Pdu::Len(2 + usize::from(len)),
        Err(_) => Pdu::NeedMore,
    }
}

/// A datagram on another port that looks like a message: a known operation, and counts that are usual.
fn guess(buf: &Buf) -> bool {
    let word = |at| buf.be16(at).unwrap_or(u16::MAX);
    let (flags, questions, answers, authorities, additional) = (word(2), word(4), word(6), word(8), word(10));
    let counts = match flags & 0x8000 {
        0 => questions == 1 && answers == 0 && authorities <= 1,
        _ => questions <= 1 && (1..=100).contains(&answers) && authorities <= 100,
    };
    counts && additional <= 100 && FLAGS_OPCODE.value_name(u64::from(flags >> 11 & 15)).is_some()
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    let stream = w.parent().is_some_and(is_stream);
    let start = if stream { 2 } else { 0 };
    let flags = w.be16(start + 2)?;
    let flavour = match w.protocol.name() {
        "mdns" => Flavour::Mdns,
        "llmnr" => Flavour::Llmnr,
        _ => Flavour::Dns,
    };
    let mut m = Message { start, flavour, flags, counts: [0; 4] };
    info(w, &m)?;
    w.title(format_args!(" ({})", if m.is_response() { "response" } else { "query" }));
    if stream {
        w.field(&LENGTH, 0, 2)?;
    }
    identity(w, &m)?;
    header_flags(w, &m)?;
    counts(w, &mut m)?;
    let mut at = start + HEADER;
    if m.opcode() == OPCODE_DSO && m.counts == [0; 4] {
        at = edns::stateful(w, at)?;
    } else {
        at = sections(w, &m, at)?;
    }
    transaction(w, &m);
    extraneous(w, at);
    Ok(())
}

/// `Standard query response 0x1234 No such name`
fn info(w: &mut Walk, m: &Message) -> Result<(), Stop> {
    let id = w.be16(m.start)?;
    if !w.columns.active() {
        return Ok(());
    }
    let response = if m.is_response() { " response" } else { "" };
    let opcode = m.opcode();
    match FLAGS_OPCODE.value_name(opcode.into()) {
        Some(name) => w.columns.set_info(format_args!("{name}{response} 0x{id:04x}")),
        None => {
            w.columns.set_info(format_args!("Unknown operation ({opcode}){response} 0x{id:04x}"));
        }
    }
    let code = m.flags & 15;
    if m.is_response() && code != 0 {
        match FLAGS_RCODE.value_name(code.into()) {
            Some(name) => w.columns.append_info(format_args!(" {name}")),
            None => w.columns.append_info(format_args!(" Unknown error ({code})")),
        }
    }
    Ok(())
}

fn identity(w: &mut Walk, m: &Message) -> Result<(), Stop> {
    let id = w.field(&ID, m.start, 2)?;
    let again = w.context.facts.transaction(w.index).and_then(|t| t.retransmission_of);
    let Some(frame) = again.filter(|_| is_whole(w, m)) else { return Ok(()) };
    w.open(id);
    if m.is_response() {
        let text = format_args!("DNS response retransmission. Original response in frame {frame}");
        w.expert_text(&RETRANSMITTED_RESPONSE, id, text);
    } else {
        let text = format_args!("DNS query retransmission. Original request in frame {frame}");
        w.expert_text(&RETRANSMITTED_REQUEST, id, text);
    }
    w.close();
    Ok(())
}

/// True if all sections are there: of what breaks off nobody says that it came before.
fn is_whole(w: &Walk, m: &Message) -> bool {
    let mut at = m.start + HEADER;
    for section in 0..4 {
        let Ok(count) = w.be16(m.start + 4 + 2 * section) else { return false };
        for _ in 0..count {
            let Ok(name) = names::read(&w.buf, m.start, at) else { return false };
            let fixed = at + name.size;
            let len = match section {
                0 => Ok(4),
                _ => w.be16(fixed + 8).map(|len| 10 + usize::from(len)),
            };
            match len {
                Ok(len) if w.bytes(fixed, len).is_ok() => at = fixed + len,
                _ => return false,
            }
        }
    }
    true
}

fn header_flags(w: &mut Walk, m: &Message) -> Result<(), Stop> {
    if !w.wants_fields() {
        return Ok(());
    }
    let at = m.start + 2;
    let mut text = format!("Flags: 0x{:04x} ", m.flags);
    text.push_str(FLAGS_OPCODE.value_name(m.opcode().into()).unwrap_or("Unknown operation"));
    if m.is_response() {
        let code = FLAGS_RCODE.value_name(u64::from(m.flags & 15)).unwrap_or("Unknown error");
        let _ = write!(text, " response, {code}");
    }
    let id = w.text(&FLAGS, at, 2, Value::Uint(m.flags.into()), format_args!("{text}"));
    w.open(id);
    for field in shown_flags(m) {
        w.field(field, at, 2)?;
    }
    if m.flavour != Flavour::Llmnr && !m.is_response() {
        if m.flags & 0x20 != 0 {
            let value = Value::Bool(true);
            w.text(&FLAGS_AUTHENTICATED, at, 2, value, format_args!(".... .... ..1. .... = AD bit: Set"));
        }
        w.field(&FLAGS_CHECKDISABLE, at, 2)?;
    }
    w.close();
    Ok(())
}

/// The flags that mean something in a kind of message, in the order of their bits.
static QUERY_FLAGS: [&Field; 5] =
    [&FLAGS_RESPONSE, &FLAGS_OPCODE, &FLAGS_TRUNCATED, &FLAGS_RECDESIRED, &FLAGS_Z];
static RESPONSE_FLAGS: [&Field; 10] = [
    &FLAGS_RESPONSE,
    &FLAGS_OPCODE,
    &FLAGS_AUTHORITATIVE,
    &FLAGS_TRUNCATED,
    &FLAGS_RECDESIRED,
    &FLAGS_RECAVAIL,
    &FLAGS_Z,
    &FLAGS_AUTHENTICATED,
    &FLAGS_CHECKDISABLE,
    &FLAGS_RCODE,
];
/// RFC 4795 2.1.1; queries do without the last.
static LLMNR_FLAGS: [&Field; 6] =
    [&FLAGS_RESPONSE, &FLAGS_OPCODE, &FLAGS_CONFLICT, &FLAGS_TRUNCATED, &FLAGS_TENTATIVE, &FLAGS_RCODE];

fn shown_flags(m: &Message) -> &'static [&'static Field] {
    match (m.flavour, m.is_response()) {
        (Flavour::Llmnr, false) => &LLMNR_FLAGS[..5],
        (Flavour::Llmnr, true) => &LLMNR_FLAGS,
        (_, false) => &QUERY_FLAGS,
        (_, true) => &RESPONSE_FLAGS,
    }
}

fn counts(w: &mut Walk, m: &mut Message) -> Result<(), Stop> {
    let fields: [&'static Field; 4] = match m.opcode() {
        OPCODE_UPDATE => [&COUNT_ZONES, &COUNT_PREREQUISITES, &COUNT_UPDATES, &COUNT_ADD_RR],
        _ => [&COUNT_QUERIES, &COUNT_ANSWERS, &COUNT_AUTH_RR, &COUNT_ADD_RR],
    };
    for (i, field) in fields.into_iter().enumerate() {
        let at = m.start + 4 + 2 * i;
        m.counts[i] = w.be16(at)?;
        w.field(field, at, 2)?;
    }
    Ok(())
}

/// The four sections; says where the last one ends.
fn sections(w: &mut Walk, m: &Message, mut at: usize) -> Result<usize, Stop> {
    let headings = match m.opcode() {
        OPCODE_UPDATE => ["Zone", "Prerequisites", "Updates", "Additional records"],
        _ => ["Queries", "Answers", "Authoritative nameservers", "Additional records"],
    };
    for (i, heading) in headings.into_iter().enumerate() {
        if m.counts[i] == 0 {
            continue;
        }
        let begin = at;
        w.u8(begin)?;
        let id = w.open_label(begin, w.remaining(begin), format_args!("{heading}"));
        for _ in 0..m.counts[i] {
            at = if i == 0 { question(w, m, at)? } else { records::record(w, m, at)? };
        }
        w.resize(id, at - begin);
        w.close();
        // Most filters ask for the name in the question.
        if i == 0 && !w.wants_beside(&QUESTION) {
            break;
        }
    }
    Ok(at)
}

static QUESTION: [&Field; 5] = [&QRY_NAME, &QRY_NAME_LEN, &COUNT_LABELS, &QRY_TYPE, &QRY_CLASS];

/// One question, RFC 1035 4.1.2.
fn question(w: &mut Walk, m: &Message, at: usize) -> Result<usize, Stop> {
    let name = names::read(&w.buf, m.start, at)?;
    let fixed = at + name.size;
    let (kind, class) = (w.be16(fixed)?, w.be16(fixed + 2)?);
    let wants_unicast = match (m.flavour, class & 0x8000) {
        (Flavour::Mdns, 0) => ", \"QM\" question",
        (Flavour::Mdns, _) => ", \"QU\" question",
        _ => "",
    };
    let kind = records::Mnemonic(kind);
    w.columns.append_info(format_args!(" {kind} {}{wants_unicast}", name.text));
    if !w.wants_fields() {
        return Ok(fixed + 4);
    }
    let shown = values::class(class & m.class_mask());
    let text = format_args!("{}: type {kind}, class {shown}{wants_unicast}", name.text);
    w.open_label(at, name.size + 4, text);
    name_node(w, &QRY_NAME, at, &name);
    let len = w.node(&QRY_NAME_LEN, at, name.size, Value::Uint(name.len as u64)).bracketed();
    w.put(len);
    let labels = w.node(&COUNT_LABELS, at, name.size, Value::Uint(name.labels() as u64)).bracketed();
    w.put(labels);
    w.field(&QRY_TYPE, fixed, 2)?;
    class_nodes(w, m, &QRY_CLASS, &QRY_QU, fixed + 2)?;
    w.close();
    Ok(fixed + 4)
}

/// The class, and in multicast DNS the flag that shares its bytes.
fn class_nodes(
    w: &mut Walk,
    m: &Message,
    field: &'static Field,
    flag: &'static Field,
    at: usize,
) -> Result<(), Stop> {
    if m.flavour != Flavour::Mdns {
        w.field(field, at, 2)?;
        return Ok(());
    }
    let class = w.be16(at)? & 0x7fff;
    let mut bits = String::new();
    label::bits(&mut bits, 0x7fff, class.into(), 16);
    let text = format_args!("{bits}Class: {} (0x{class:04x})", values::class(class));
    w.text(field, at, 2, Value::Uint(class.into()), text);
    w.field(flag, at, 2)?;
    Ok(())
}

/// A field whose value is a name.
fn name_node(w: &mut Walk, field: &'static Field, at: usize, name: &Name) -> NodeId {
    w.value(field, at, name.size, Value::Str(&name.text))
}

/// Reads a name and puts it.
fn name_field(w: &mut Walk, m: &Message, field: &'static Field, at: usize) -> Result<Name, Stop> {
    let name = names::read(&w.buf, m.start, at)?;
    name_node(w, field, at, &name);
    Ok(name)
}

/// The other half of the exchange.
fn transaction(w: &mut Walk, m: &Message) {
    let Some(t) = w.context.facts.transaction(w.index) else {
        // Of a quoted response nobody looks for the request.
        if m.is_response() && w.is_quoted() {
            w.generated(&UNSOLICITED, 0, Value::Bool(true));
        }
        return;
    };
    if let Some(original) = t.retransmission_of {
        let field = if m.is_response() { &RETRANSMIT_RESPONSE_IN } else { &RETRANSMIT_REQUEST_IN };
        w.generated(field, 0, Value::Uint(original.into()));
        w.generated(&RETRANSMISSION, 0, Value::Bool(true));
        return;
    }
    if !m.is_response() {
        if let Some(frame) = t.response {
            w.generated(&RESPONSE_IN, 0, Value::Uint(frame.into()));
        }
        return;
    }
    match t.request {
        Some(frame) => {
            w.generated(&RESPONSE_TO, 0, Value::Uint(frame.into()));
            if let Some(time) = t.time {
                w.generated(&TIME, 0, Value::Duration(time.into()));
            }
        }
        None => _ = w.generated(&UNSOLICITED, 0, Value::Bool(true)),
    }
}

/// Bytes behind the last section.
fn extraneous(w: &mut Walk, at: usize) {
    let len = w.remaining(at);
    if len == 0 || !w.wants_fields() {
        return;
    }
    w.open_label(at, len, format_args!("Extraneous Data ({len} bytes)"));
    let bytes = w.buf.from(at);
    w.value(&EXTRANEOUS_DATA, at, len, Value::Bytes(bytes));
    let absolute = at + w.layer.start as usize;
    w.generated(&EXTRANEOUS_LENGTH, absolute, Value::Int(len as i64));
    let id = w.open_label(at, len, format_args!("Extraneous data"));
    w.expert(&EXTRANEOUS, id);
    w.close();
    w.close();
}

#[cfg(test)]
mod header_tests {
    use super::*;

    #[test]
    fn a_message_on_a_stream_has_its_length_before_it() {
        let context = PduContext::default();
        assert_eq!(pdu(&[0], &context), Pdu::NeedMore);
        assert_eq!(pdu(&[1, 0], &context), Pdu::Len(258));
    }

    #[test]
    fn the_opcode_and_the_direction_come_from_the_flags() {
        let m = Message { start: 0, flavour: Flavour::Dns, flags: 0xa984, counts: [0; 4] };
        assert!(m.is_response());
        assert_eq!(m.opcode(), OPCODE_UPDATE);
    }
}
