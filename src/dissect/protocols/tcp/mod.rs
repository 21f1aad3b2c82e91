//! TCP, RFC 9293: the header, what sequence analysis knows of the segment, and the pieces of
//! messages that a stream carries. Options are in `options`.

mod fields;
pub mod mptcp;
mod options;
mod rare;
pub mod segments;

use std::fmt::Write as _;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum;
use crate::dissect::facts::{Closing, TcpFacts, WindowScale, tcp_flag};
use crate::dissect::field::Base;
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocols::own;
use crate::dissect::protocol::{Header, Key, Next, Pdu, PduContext, Protocol};
use crate::dissect::registry::registry;
use crate::dissect::sink::{NodeId, TEXT};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
pub use fields::*;

pub static TCP: Protocol = Protocol {
    on: &[Key::IpProto(6)],
    fields: FIELDS,
    experts: EXPERTS,
    header,
    walk,
    needs: 4,
    late_column: true,
    ..Protocol::new("tcp", "Transmission Control Protocol", "TCP")
};

pub static OPTIONS: Protocol =
    Protocol { fields: options::FIELDS, experts: options::EXPERTS, ..Protocol::new("tcp.option", "TCP options", "") };

pub static RARE_OPTIONS: Protocol =
    Protocol { fields: rare::FIELDS, ..Protocol::new("tcp.option.rare", "Rare TCP options", "") };

pub static PROTOCOLS: &[&Protocol] =
    &[&TCP, &OPTIONS, &RARE_OPTIONS, &mptcp::PROTOCOL, &segments::PROTOCOL];

/// Bits of the flags, RFC 9293 3.1.
pub mod flag {
    pub const FIN: u16 = 0x001;
    pub const SYN: u16 = 0x002;
    pub const RST: u16 = 0x004;
    pub const PSH: u16 = 0x008;
    pub const ACK: u16 = 0x010;
    pub const URG: u16 = 0x020;
}

/// The numbers of a TCP header that everything else starts from.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    pub source: u16,
    pub destination: u16,
    pub seq: u32,
    pub ack: u32,
    /// Bytes of the header, as it says (possibly fewer than 20).
    pub header: usize,
    /// The twelve bits behind the data offset.
    pub flags: u16,
    pub window: u16,
    /// Bytes of payload on the wire.
    pub len: u32,
}

impl Numbers {
    pub fn read(buf: &Buf) -> Result<Numbers, Stop> {
        let word = buf.be16(12)?;
        let header = usize::from(word >> 12) * 4;
        Ok(Numbers {
            source: buf.be16(0)?,
            destination: buf.be16(2)?,
            seq: buf.be32(4)?,
            ack: buf.be32(8)?,
            header,
            flags: word & 0xfff,
            window: buf.be16(14)?,
            len: buf.remaining(header) as u32,
        })
    }

    pub fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// The three bits that are flags of ECN, or the counter of Accurate ECN.
    pub fn ace(&self) -> u16 {
        self.flags >> 6 & 7
    }

    /// Where the next segment of this sender begins.
    pub fn next_seq(&self) -> u32 {
        let counted = u32::from(self.flags & (flag::SYN | flag::FIN) != 0);
        self.seq.wrapping_add(self.len).wrapping_add(counted)
    }
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let n = Numbers::read(buf)?;
    if n.header < 20 {
        // What stands behind its length is not read.
        return Ok(Header::new(13, Next::End));
    }
    if n.has(flag::RST) {
        return Ok(Header::new(n.header, Next::End));
    }
    let next = Next::Tcp { source: n.source, destination: n.destination };
    Ok(Header::new(n.header, next))
}

/// Ports in title and Info.
fn ports(w: &mut Walk, source: u16, destination: u16) {
    let settings = w.context.settings;
    w.columns.clear_info();
    if !settings.resolve_transport {
        w.title(format_args!(", Src Port: {source}, Dst Port: {destination}"));
        w.columns.push_number(source.into());
        w.columns.push(" → ");
        w.columns.push_number(destination.into());
        return;
    }
    let port = |number| names::Port { settings, kind: Base::TcpPort, number };
    let (from, to) = (port(source), port(destination));
    w.title(format_args!(", Src Port: {from:#}, Dst Port: {to:#}"));
    w.columns.append_info(format_args!("{from} → {to}"));
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let facts = w.context.facts.tcp(w.index).cloned();
    let facts = facts.as_ref();
    let (source, destination) = (w.be16(0)?, w.be16(2)?);
    ports(w, source, destination);
    w.fixed(&SRCPORT)?;
    w.fixed(&DSTPORT)?;
    w.hidden(&PORT, 0, 2, Value::Uint(source.into()));
    w.hidden(&PORT, 2, 2, Value::Uint(destination.into()));
    if w.is_quoted() && w.buf.data.len() < FEWEST {
        return quoted(w);
    }
    if let Some(f) = facts {
        w.generated(&STREAM, 0, Value::Uint(f.stream.into()));
        completeness(w, f.completeness);
        handshake(w, f);
    }
    let n = Numbers::read(&w.buf)?;
    let header = n.header;
    let quoted = w.is_quoted();
    let short = !quoted && w.buf.reported < header;
    if short {
        short_segment(w);
    }
    let relative = w.context.settings.relative_numbers() && facts.is_some();
    let seq = match facts {
        Some(f) if relative && !short => n.seq.wrapping_sub(f.seq_base),
        _ => n.seq,
    };
    if header < 20 {
        return bogus_header(w, &n, facts, relative, seq);
    }
    let ace = facts.filter(|f| f.accurate_ecn && !n.has(flag::SYN)).map(|_| n.ace());
    if let Some(f) = facts {
        prefix(w, f);
    }
    flags_info(w, n.flags, ace);
    number_info(w, " Seq=", seq.into());
    // What doesn't hold its header has no length, and its numbers are left as they are.
    let sized = !quoted && !short;
    if sized {
        w.generated(&LEN, 0, Value::Uint(n.len.into()));
    }
    let ack = relative_ack(&n, facts, relative && !short);
    sequence(w, &n, seq, relative, sized);
    acknowledgment(w, &n, ack, facts, relative);
    if n.has(flag::ACK) {
        number_info(w, " Ack=", ack.into());
        w.title(format_args!(", Seq: {seq}, Ack: {ack}"));
    } else {
        w.title(format_args!(", Seq: {seq}"));
    }
    if sized {
        w.title(format_args!(", Len: {}", n.len));
    }
    let words = header / 4;
    w.fixed_text(&HDR_LEN, format_args!("{words:04b} .... = Header Length: {header} bytes ({words})"))?;
    flags_tree(w, &n, facts, ace)?;
    window(w, &n, facts)?;
    check(w)?;
    let urgent = w.fixed(&URGENT_POINTER)?;
    let pointer = w.be16(18)?;
    remark(w, urgent, !n.has(flag::URG) && pointer != 0, &URGENT_NON_ZERO, None);
    if n.has(flag::URG) {
        number_info(w, " Urg=", pointer.into());
    }
    if !short {
        number_info(w, " Len=", n.len.into());
    }
    let listed = if header > 20 { options::walk(w, header, n.flags) } else { Ok(()) };
    timestamps(w, facts);
    listed.map_err(|stop| if short { stop.contained() } else { stop })?;
    analysis(w, facts);
    mptcp::analysis(w);
    payload(w, header)
}

/// On the segment that completes a handshake: which frames it took, and how long.
fn handshake(w: &mut Walk, f: &TcpFacts) {
    let Some([syn, syn_ack, ack]) = f.handshake.filter(|_| w.wants_own_fields()) else { return };
    let micros = f.initial_rtt.unwrap_or(0) / 1000;
    let text = format!("SYN {syn}, SYN+ACK {syn_ack}, ACK {ack}: open after {micros} µs");
    w.generated(&own::HANDSHAKE, 0, Value::Str(&text));
}

/// ` Seq=1`
fn number_info(w: &mut Walk, name: &str, number: u64) {
    w.columns.push(name);
    w.columns.push_number(number);
}

/// ` [SYN, ACK]`
fn flags_info(w: &mut Walk, flags: u16, ace: Option<u16>) {
    w.columns.push(" [");
    match (flags, ace) {
        (flag::ACK, None) => w.columns.push("ACK"),
        (0x018, None) => w.columns.push("PSH, ACK"),
        _ => w.columns.push(&names_of(flags, ace)),
    }
    w.columns.push("]");
}

/// The segment ends before its header does.
fn short_segment(w: &mut Walk) {
    let id = w.open_label(0, 0, format_args!("{}", SHORT_SEGMENT.field.label));
    w.expert(&SHORT_SEGMENT, id);
    w.close();
}

/// Bytes of a quoted segment up to its window: with fewer it is of no stream.
pub const FEWEST: usize = 16;

/// A quoted segment of which only the first bytes came along (RFC 792: eight).
fn quoted(w: &mut Walk) -> Result<(), Stop> {
    let seq = w.be32(4)?;
    w.text(&SEQ, 4, 4, Value::Uint(seq.into()), format_args!("Sequence Number: {seq}"));
    Ok(())
}

fn bogus_header(
    w: &mut Walk,
    n: &Numbers,
    facts: Option<&TcpFacts>,
    relative: bool,
    seq: u32,
) -> Result<(), Stop> {
    let header = n.header;
    w.resize(w.node, w.buf.reported);
    flags_info(w, n.flags, None);
    number_info(w, " Seq=", seq.into());
    if n.has(flag::ACK) {
        number_info(w, " Ack=", relative_ack(n, facts, relative).into());
    }
    number_info(w, " Win=", scaled_window(n, facts));
    w.columns.append_info(format_args!(", bogus TCP header length ({header}, must be at least 20)"));
    w.title(format_args!(", Seq: {seq}"));
    if !w.is_quoted() {
        w.generated(&LEN, 0, Value::Uint(n.len.into()));
    }
    let relative_text = if relative { "    (relative sequence number)" } else { "" };
    w.text(&SEQ, 4, 4, Value::Uint(seq.into()), format_args!("Sequence Number: {seq}{relative_text}"));
    w.fixed(&SEQ_RAW)?;
    let words = header / 4;
    let id =
        w.fixed_text(&HDR_LEN, format_args!("{words:04b} .... = Header Length: {header} bytes ({words})"))?;
    w.open(id);
    w.expert_text(
        &BOGUS_HEADER,
        id,
        format_args!("Bogus TCP header length ({header}, must be at least 20)"),
    );
    w.close();
    Ok(())
}

fn completeness(w: &mut Walk, bits: u8) {
    let name = match bits {
        0b111 | 0b10111 => "Incomplete, ESTABLISHED",
        _ => match bits & 0x3f {
            b if b & 0b1000 != 0 && b & 0b111 == 0b111 && b & 0b11_0000 != 0 => "Complete, WITH_DATA",
            b if b & 0b111 == 0b111 && b & 0b11_0000 != 0 => "Complete, NO_DATA",
            b if b & 0b1111 == 0b1111 => "Incomplete, DATA",
            b if b & 0b1111 == 0b0111 => "Incomplete, ESTABLISHED",
            b if b & 0b1111 == 0b0011 => "Incomplete, CLIENT_ESTABLISHED",
            b if b & 0b1111 == 0b0001 => "Incomplete, SYN_SENT",
            _ => "Incomplete",
        },
    };
    let node = w.node(&COMPLETENESS, 0, 0, Value::Uint(bits.into()));
    w.put(node.text(format_args!("Conversation completeness: {name} ({bits})")).generated());
}

fn relative_ack(n: &Numbers, facts: Option<&TcpFacts>, relative: bool) -> u32 {
    match facts {
        Some(f) if relative && n.has(flag::ACK) => n.ack.wrapping_sub(f.ack_base),
        _ => n.ack,
    }
}

fn sequence(w: &mut Walk, n: &Numbers, seq: u32, relative: bool, sized: bool) {
    if !w.wants_fields() {
        return;
    }
    let text = if relative { "    (relative sequence number)" } else { "" };
    w.text(&SEQ, 4, 4, Value::Uint(seq.into()), format_args!("Sequence Number: {seq}{text}"));
    if relative {
        let _ = w.fixed(&SEQ_RAW);
    }
    if !sized {
        return;
    }
    let next = seq.wrapping_add(n.next_seq().wrapping_sub(n.seq));
    let node = w.node(&NXTSEQ, 0, 0, Value::Uint(next.into()));
    w.put(node.text(format_args!("Next Sequence Number: {next}{text}")).generated());
}

fn acknowledgment(w: &mut Walk, n: &Numbers, ack: u32, facts: Option<&TcpFacts>, relative: bool) {
    if !w.wants_fields() {
        return;
    }
    let acked = n.has(flag::ACK);
    let text = if relative && acked { "    (relative ack number)" } else { "" };
    let id = w.text(&ACK, 8, 4, Value::Uint(ack.into()), format_args!("Acknowledgment Number: {ack}{text}"));
    if !acked && n.ack != 0 {
        w.open(id);
        w.expert(&ACK_NON_ZERO, id);
        w.close();
    }
    if let Some(f) = facts.filter(|_| acked && n.has(flag::SYN) && !w.is_quoted()) {
        let accepted = n.ack.wrapping_sub(f.ack_base) > 1;
        remark(w, id, accepted, &TFO_ACK, None);
        remark(w, id, f.analysis.flags & tcp_flag::TFO_IGNORED != 0, &TFO_IGNORED, None);
    }
    let analysed = w.context.settings.tcp_analyze_sequence_numbers && facts.is_some();
    if relative || (analysed && !acked) {
        let _ = w.fixed(&ACK_RAW);
    }
}

/// The flags that are a counter where both sides agreed on Accurate ECN.
const ACE: u16 = 0x1c0;

const FLAG_NAMES: [(u16, &str); 9] = [
    (0x001, "FIN"),
    (0x002, "SYN"),
    (0x004, "RST"),
    (0x008, "PSH"),
    (0x010, "ACK"),
    (0x020, "URG"),
    (0x040, "ECE"),
    (0x080, "CWR"),
    (0x100, "AE"),
];

/// The names of the flags that are set: `SYN, ACK`; with the counter of Accurate ECN, `ACK, ACE=2`.
fn names_of(flags: u16, ace: Option<u16>) -> String {
    let mut s = String::new();
    let named = if ace.is_some() { flags & !ACE } else { flags };
    for (bit, name) in FLAG_NAMES {
        if named & bit != 0 {
            if !s.is_empty() {
                s.push_str(", ");
            }
            s.push_str(name);
        }
    }
    if let Some(ace) = ace {
        let comma = if s.is_empty() { "" } else { ", " };
        let _ = write!(s, "{comma}ACE={ace}");
    }
    if flags & 0xe00 != 0 {
        s.push_str(if s.is_empty() { "Reserved" } else { ", Reserved" });
    }
    if s.is_empty() {
        s.push_str("<None>");
    }
    s
}

/// Twelve letters or dots, the most significant bit first; a counter stands between dashes.
fn letters(flags: u16, ace: Option<u16>) -> String {
    let mut s = String::with_capacity(24);
    for (i, letter) in "RRRACEUAPRSF".chars().enumerate() {
        match ace {
            Some(ace) if i == 4 => _ = write!(s, "{ace}"),
            Some(_) if i == 3 || i == 5 => s.push('-'),
            _ => s.push(if flags & (0x800 >> i) != 0 { letter } else { '·' }),
        }
    }
    s
}

fn flags_tree(w: &mut Walk, n: &Numbers, facts: Option<&TcpFacts>, ace: Option<u16>) -> Result<(), Stop> {
    if !w.wants_fields() {
        return Ok(());
    }
    let flags = n.flags;
    let id = w.fixed_text(&FLAGS, format_args!("Flags: 0x{flags:03x} ({})", names_of(flags, ace)))?;
    w.open(id);
    let set = |bits: u16| if flags & bits != 0 { "Set" } else { "Not set" };
    let reserved = flags >> 9;
    w.fixed_text(&FLAGS_RES, format_args!("{reserved:03b}. .... .... = Reserved: {}", set(0xe00)))?;
    let ae = flags >> 8 & 1;
    if let Some(ace) = ace {
        let rest = ace & 3;
        let node = w.node(&FLAGS_ACE, 12, 2, Value::Uint(ace.into()));
        w.put(node.text(format_args!("...{ae} {rest:02b}.. .... = ACE: {ace}")));
    } else {
        let node = w.node(&FLAGS_AE, 12, 1, Value::Bool(ae != 0));
        w.put(node.text(format_args!("...{ae} .... .... = Accurate ECN: {}", set(0x100))));
        w.field(&FLAGS_CWR, 13, 1)?;
        w.field(&FLAGS_ECE, 13, 1)?;
    }
    for field in [&FLAGS_URG, &FLAGS_ACK, &FLAGS_PUSH] {
        w.fixed(field)?;
    }
    let id = w.fixed(&FLAGS_RESET)?;
    remark(w, id, n.has(flag::RST) && !w.is_quoted(), &CONNECTION_RST, None);
    let id = w.fixed(&FLAGS_SYN)?;
    if n.has(flag::SYN) && !w.is_quoted() {
        let (expert, what, port) = match n.has(flag::ACK) {
            true => (&CONNECTION_SYNACK, "acknowledge (SYN+ACK)", n.source),
            false => (&CONNECTION_SYN, "request (SYN)", n.destination),
        };
        let text = format!("Connection establish {what}: server port {port}");
        remark(w, id, true, expert, Some(&text));
    }
    let id = w.fixed(&FLAGS_FIN)?;
    remark(w, id, n.has(flag::FIN) && !w.is_quoted(), &CONNECTION_FIN, None);
    let text = letters(flags, ace);
    let node = w.node(&FLAGS_STR, 12, 2, Value::Str(&text));
    let id = w.put(node.text(format_args!("TCP Flags: {text}")).bracketed());
    match facts.map(|f| f.closing) {
        Some(Closing::Active) => remark(w, id, true, &FIN_ACTIVE, None),
        Some(Closing::Passive) => remark(w, id, true, &FIN_PASSIVE, None),
        _ => {}
    }
    w.close();
    Ok(())
}

fn remark(
    w: &mut Walk,
    id: NodeId,
    applies: bool,
    expert: &'static crate::dissect::expert::Expert,
    text: Option<&str>,
) {
    if !applies {
        return;
    }
    w.open(id);
    match text {
        Some(text) => w.expert_text(expert, id, format_args!("{text}")),
        None => w.expert(expert, id),
    }
    w.close();
}

/// The window in bytes (RFC 7323 2.2): that of a SYN is not scaled.
fn scaled_window(n: &Numbers, facts: Option<&TcpFacts>) -> u64 {
    let shift = match facts.map(|f| f.window_scale) {
        Some(WindowScale::Shift(s)) if !n.has(flag::SYN) => s,
        _ => 0,
    };
    u64::from(n.window) << shift.min(14)
}

fn window(w: &mut Walk, n: &Numbers, facts: Option<&TcpFacts>) -> Result<(), Stop> {
    w.fixed(&WINDOW_SIZE_VALUE)?;
    let scale = facts.map_or(WindowScale::Unknown, |f| f.window_scale);
    let scaled = scaled_window(n, facts);
    number_info(w, " Win=", scaled);
    if facts.is_none() {
        return Ok(());
    }
    let node = w.node(&WINDOW_SIZE, 14, 2, Value::Uint(scaled));
    w.put(node.bracketed());
    if n.has(flag::SYN) {
        return Ok(());
    }
    let (factor, name) = match scale {
        WindowScale::Unknown => (-1, " (unknown)"),
        WindowScale::None => (-2, " (no window scaling used)"),
        WindowScale::Shift(s) => (1i64 << s.min(14), ""),
    };
    let node = w.node(&WINDOW_SIZE_SCALEFACTOR, 14, 2, Value::Int(factor));
    w.put(node.text(format_args!("Window size scaling factor: {factor}{name}")).bracketed());
    Ok(())
}

fn check(w: &mut Walk) -> Result<(), Stop> {
    let found = w.be16(16)?;
    if !w.wants_fields() {
        return Ok(());
    }
    let value = Value::Uint(found.into());
    let computed = match w.context.settings.tcp_check_checksum && !w.is_quoted() {
        true if w.buf.data.len() == w.buf.reported => checksum::transport(w, 6, w.buf.data),
        _ => None,
    };
    let Some(sum) = computed else {
        w.text(&CHECKSUM, 16, 2, value, format_args!("Checksum: 0x{found:04x} [unverified]"));
        w.generated(&CHECKSUM_STATUS, 16, Value::Uint(2));
        return Ok(());
    };
    let expected = checksum::expected(sum, found);
    if sum == 0 {
        w.text(&CHECKSUM, 16, 2, value, format_args!("Checksum: 0x{found:04x} [correct]"));
        w.generated(&CHECKSUM_STATUS, 16, Value::Uint(1));
    } else {
        w.text(
            &CHECKSUM,
            16,
            2,
            value,
            format_args!(
                "Checksum: 0x{found:04x} incorrect, should be 0x{expected:04x}(maybe caused by \"TCP checksum offload\"?)"
            ),
        );
        let id = w.generated(&CHECKSUM_STATUS, 16, Value::Uint(0));
        remark(w, id, true, &CHECKSUM_BAD, None);
    }
    let node = w.node(&CHECKSUM_CALCULATED, 16, 2, Value::Uint(expected.into()));
    w.put(node.bracketed());
    Ok(())
}

fn timestamps(w: &mut Walk, facts: Option<&TcpFacts>) {
    let Some(f) = facts else { return };
    if !w.wants_fields() || !w.context.settings.tcp_calculate_timestamps {
        return;
    }
    let id = w.put(w.node(&TEXT, 0, 0, Value::None).text(format_args!("Timestamps")).generated());
    w.open(id);
    w.generated(&TIME_RELATIVE, 0, Value::Duration(f.time_relative.into()));
    w.generated(&TIME_DELTA, 0, Value::Duration(f.time_delta.into()));
    w.close();
}

/// What sequence analysis says, in the order of its subtree.
fn analysis(w: &mut Walk, facts: Option<&TcpFacts>) {
    let Some(f) = facts else { return };
    let a = &f.analysis;
    let nothing =
        a.acks_frame.is_none() && a.bytes_in_flight.is_none() && a.flags & !tcp_flag::TFO_IGNORED == 0;
    if !w.wants_fields() || nothing || w.is_quoted() {
        return;
    }
    let node = w.node(&ANALYSIS, 0, 0, Value::None).generated();
    w.put_open(node);
    if let Some(frame) = a.acks_frame {
        w.generated(&ACKS_FRAME, 0, Value::Uint(frame.into()));
        if let Some(rtt) = a.ack_rtt {
            w.generated(&ACK_RTT, 0, Value::Duration(rtt.into()));
        }
    }
    if let Some(rtt) = f.initial_rtt {
        w.generated(&INITIAL_RTT, 0, Value::Duration(rtt.into()));
    }
    if let Some(bytes) = a.bytes_in_flight {
        w.generated(&BYTES_IN_FLIGHT, 0, Value::Uint(bytes.into()));
    }
    if let Some(bytes) = a.push_bytes_sent {
        w.generated(&PUSH_BYTES_SENT, 0, Value::Uint(bytes.into()));
    }
    if a.flags & !tcp_flag::UNLISTED != 0 {
        analysis_flags(w, f);
    }
    w.close();
}

fn analysis_flags(w: &mut Walk, f: &TcpFacts) {
    let a = &f.analysis;
    let node = w.node(&ANALYSIS_FLAGS, 0, 0, Value::None).generated();
    let id = w.put_open(node);
    for (bit, expert) in FLAG_EXPERTS {
        if a.flags & bit == 0 {
            continue;
        }
        if *bit == tcp_flag::DUPLICATE_ACK {
            let field = &expert.field;
            let node = w.node(field, 0, 0, Value::None);
            w.put(node.text(format_args!("This is a TCP duplicate ack")).generated());
            continue;
        }
        w.expert(expert, id);
    }
    if a.flags & tcp_flag::RETRANSMISSION != 0
        && let (Some(rto), Some(frame)) = (a.rto, a.rto_frame)
    {
        w.generated(&RTO, 0, Value::Duration(rto.into()));
        w.generated(&RTO_FRAME, 0, Value::Uint(frame.into()));
    }
    w.close();
    if a.flags & tcp_flag::DUPLICATE_ACK != 0 {
        w.generated(&DUPLICATE_ACK_NUM, 0, Value::Uint(a.duplicate_ack_number.into()));
        let frame = a.duplicate_ack_frame.unwrap_or(0);
        let id = w.generated(&DUPLICATE_ACK_FRAME, 0, Value::Uint(frame.into()));
        let text = format!("Duplicate ACK (#{})", a.duplicate_ack_number);
        remark(w, id, true, &DUPLICATE_ACK, Some(&text));
    }
}

/// What Info begins with, whatever the segment carries: `[TCP Retransmission] `.
fn prefix(w: &mut Walk, f: &TcpFacts) {
    let a = &f.analysis;
    if a.flags == 0 || !w.columns.active() {
        return;
    }
    let mut text = String::new();
    let special = tcp_flag::FAST_RETRANSMISSION | tcp_flag::SPURIOUS_RETRANSMISSION;
    let named = match a.flags & special {
        0 => a.flags,
        _ => a.flags & !tcp_flag::RETRANSMISSION,
    };
    for (bit, name) in PREFIXES.iter().rev() {
        if named & bit != 0 {
            if *bit == tcp_flag::DUPLICATE_ACK {
                let frame = a.duplicate_ack_frame.unwrap_or(0);
                let _ = write!(text, "[TCP Dup ACK {frame}#{}] ", a.duplicate_ack_number);
            } else {
                let _ = write!(text, "[{name}] ");
            }
        }
    }
    w.columns.prepend_fenced(&text);
}

fn payload(w: &mut Walk, header: usize) -> Result<(), Stop> {
    let bytes = w.buf.from(header);
    if bytes.is_empty() {
        return Ok(());
    }
    let len = bytes.len();
    if w.be16(12)? & flag::RST != 0 {
        // RFC 9293 3.5.3: a reset may carry an explanation.
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(len);
        let cause = crate::dissect::text::utf8(bytes.get(..end).unwrap_or(bytes));
        w.value(&RESET_CAUSE, header, len, Value::Str(&cause));
        return Ok(());
    }
    let plural = if len == 1 { "" } else { "s" };
    w.text(&PAYLOAD, header, len, Value::Bytes(bytes), format_args!("TCP payload ({len} byte{plural})"));
    sizes(w, header, bytes);
    segments::pieces(w, header);
    Ok(())
}

/// The lengths of the messages that lie whole in this segment or end in it.
fn sizes(w: &mut Walk, header: usize, payload: &[u8]) {
    use crate::dissect::facts::PartKind;
    if !w.wants_fields() || w.is_quoted() {
        return;
    }
    let told = |number: u16| {
        let protocol = registry().protocol(number);
        protocol.pdu.filter(|_| protocol.sizes)
    };
    let ports = PduContext {
        source_port: w.be16(0).unwrap_or(0),
        destination_port: w.be16(2).unwrap_or(0),
        ..PduContext::default()
    };
    let context = w.context;
    if context.facts.parts(w.index).next().is_none() {
        if let Some(pdu) = w.following().and_then(|l| told(l.protocol)) {
            message_sizes(w, pdu, &ports, header, payload);
        }
        return;
    }
    for part in context.facts.parts(w.index).filter(|p| p.what == PartKind::Message) {
        let Some(pdu) = part.protocol.and_then(told) else { continue };
        let len = part.len as usize;
        let put_together = usize::from(part.source).checked_sub(1).and_then(|n| context.sources.get(n));
        if part.source == w.layer.source {
            let at = (part.start as usize).saturating_sub(w.layer.start as usize).max(header);
            let bytes = w.buf.part(at, len).data;
            message_sizes(w, pdu, &ports, at, bytes);
        } else if let Some(source) = put_together {
            let bytes = source.get(..len).unwrap_or(source);
            w.with_source(part.source, bytes, |w| message_sizes(w, pdu, &ports, 0, bytes));
        }
    }
}

fn message_sizes(
    w: &mut Walk,
    pdu: fn(&[u8], &PduContext) -> Pdu,
    ports: &PduContext,
    start: usize,
    bytes: &[u8],
) {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let Pdu::Len(len) = pdu(rest, ports) else { return };
        let held = len.min(rest.len());
        if held == 0 {
            return;
        }
        // One byte has no room for a length that could be told.
        if len > 1 {
            let value = Value::Uint(len as u64);
            let node = w.node(&PDU_SIZE, start + at, held, value).bracketed();
            w.put(node);
        }
        at += held;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_read_as_names_and_letters() {
        assert_eq!(names_of(flag::SYN | flag::ACK, None), "SYN, ACK");
        assert_eq!(names_of(0, None), "<None>");
        assert_eq!(letters(flag::PSH | flag::ACK, None), "·······AP···");
        // 0x080 is CWR, or the counter 2.
        assert_eq!(names_of(flag::ACK | 0x080, Some(2)), "ACK, ACE=2");
        assert_eq!(letters(flag::ACK | 0x080, Some(2)), "···-2-·A····");
    }

    #[test]
    fn syn_and_fin_count_as_one_byte() {
        let mut bytes = [0u8; 20];
        bytes[7] = 9;
        bytes[12] = 0x50;
        bytes[13] = 2;
        let n = Numbers::read(&Buf::whole(&bytes)).unwrap();
        assert_eq!(n.next_seq(), 10);
    }
}
