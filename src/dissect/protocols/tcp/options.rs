//! TCP options: RFC 9293 3.2 and those listed at the end of each entry of `KINDS`.

use std::fmt::Write as _;

use super::{flag, mptcp, rare};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    OPTIONS = "tcp.options", "TCP Options", bytes();
    KIND = "tcp.option_kind", "Kind", uint(8).values(KINDS);
    LENGTH = "tcp.option_len", "Length", uint(8);
    EOL = "tcp.options.eol", "TCP Option - End of Option List (EOL)", bytes();
    NOP = "tcp.options.nop", "TCP Option - No-Operation (NOP)", bytes();
    MSS = "tcp.options.mss", "TCP Option - Maximum segment size", bytes();
    MSS_VAL = "tcp.options.mss_val", "MSS Value", uint(16);
    WSCALE = "tcp.options.wscale", "TCP Option - Window scale", bytes();
    WSCALE_SHIFT = "tcp.options.wscale.shift", "Shift count", uint(8);
    WSCALE_MULTIPLIER = "tcp.options.wscale.multiplier", "Multiplier", uint(16);
    SACK_PERM = "tcp.options.sack_perm", "TCP Option - SACK permitted", bytes();
    SACK = "tcp.options.sack", "TCP Option - SACK", bytes();
    SACK_LE = "tcp.options.sack_le", "TCP SACK Left Edge", uint(32);
    SACK_RE = "tcp.options.sack_re", "TCP SACK Right Edge", uint(32);
    SACK_COUNT = "tcp.options.sack.count", "TCP SACK Count", uint(8);
    DSACK_LE = "tcp.options.sack.dsack_le", "TCP D-SACK Left Edge", uint(32);
    DSACK_RE = "tcp.options.sack.dsack_re", "TCP D-SACK Right Edge", uint(32);
    TIMESTAMP = "tcp.options.timestamp", "TCP Option - Timestamps", bytes();
    TSVAL = "tcp.options.timestamp.tsval", "Timestamp value", uint(32);
    TSECR = "tcp.options.timestamp.tsecr", "Timestamp echo reply", uint(32);
    ECHO = "tcp.options.echo", "TCP Option - Echo", bytes();
    ECHO_REPLY = "tcp.options.echoreply", "TCP Option - Echo reply", bytes();
    ECHO_VALUE = "tcp.options.echo_value", "TCP Echo Option", uint(32);
    CC = "tcp.options.cc", "TCP Option - CC", bytes();
    CC_NEW = "tcp.options.ccnew", "TCP Option - CC.NEW", bytes();
    CC_ECHO = "tcp.options.ccecho", "TCP Option - CC.ECHO", bytes();
    CC_VALUE = "tcp.options.cc_value", "TCP CC Option", uint(32);
    MD5 = "tcp.options.md5", "TCP Option - TCP MD5 signature", bytes();
    MD5_DIGEST = "tcp.options.md5.digest", "MD5 digest", bytes();
    AO = "tcp.options.ao", "TCP Option - TCP AO", bytes();
    AO_KEY = "tcp.options.ao.keyid", "AO KeyID", uint(8);
    AO_NEXT_KEY = "tcp.options.ao.rnextkeyid", "AO RNextKeyID", uint(8);
    AO_MAC = "tcp.options.ao.mac", "AO MAC", bytes();
    USER_TIMEOUT = "tcp.options.user_to", "TCP Option - User Timeout", bytes();
    USER_TIMEOUT_GRANULARITY = "tcp.options.user_to_granularity", "Granularity", boolean()
        .names(crate::dissect::field::Names::TrueFalse("Minutes", "Seconds")).mask(0x8000);
    USER_TIMEOUT_VALUE = "tcp.options.user_to_val", "User Timeout", uint(16).mask(0x7fff);
    TFO = "tcp.options.tfo", "TCP Option - TCP Fast Open", bytes();
    TFO_COOKIE = "tcp.options.tfo.cookie", "Fast Open Cookie", bytes();
    TFO_REQUEST = "tcp.options.tfo.request", "Fast Open Cookie Request", none();
    EXPERIMENTAL = "tcp.options.experimental", "TCP Option - Experimental", bytes();
    UNKNOWN = "tcp.options.unknown", "TCP Option - Unknown", bytes();
    UNKNOWN_PAYLOAD = "tcp.options.unknown.payload", "Payload", bytes();
    QS = "tcp.options.qs", "TCP Option - Quick-Start", bytes();
    SNACK = "tcp.options.snack", "TCP Option - Selective Negative Acknowledgment", bytes();
    SCPS_RECORD = "tcp.options.scpsrec", "TCP Option - SCPS record boundary", bytes();
    SCPS_CORRUPTION = "tcp.options.scpscor", "TCP Option - SCPS corruption experienced", bytes();
    ACCURATE_ECN = "tcp.options.acc_ecn", "TCP Option - Accurate ECN", bytes();
    PROBE = "tcp.options.rvbd.probe", "TCP Option - Riverbed Probe", bytes();
    TRANSPARENCY = "tcp.options.rvbd.trpy", "TCP Option - Riverbed Transparency", bytes();
    SCPS = "tcp.options.scps", "TCP Option - SCPS capabilities", bytes();
}

pub static EXPERTS: &[&Expert] = &[&BAD_LENGTH, &DSACK, &MSS_ABSENT, &MSS_PRESENT, &SHIFT_INVALID, &NOPS, &AFTER_EOL, &SUBOPTION, &TFO_SYN];

pub static BAD_LENGTH: Expert =
    Expert::new("tcp.option.len.invalid", "Invalid length for option", Group::Sequence, Severity::Note);
static SUBOPTION: Expert =
    Expert::new("tcp.suboption_malformed", "suboption would go past end of option", Group::Malformed, Severity::Error);
static TFO_SYN: Expert =
    Expert::new("tcp.analysis.tfo_syn", "TCP SYN with TFO Cookie", Group::Sequence, Severity::Note);
static DSACK: Expert =
    Expert::new("tcp.options.sack.dsack", "D-SACK Sequence", Group::Sequence, Severity::Warning);
static MSS_ABSENT: Expert = Expert::new(
    "tcp.options.mss.absent",
    "The SYN packet does not contain a MSS option",
    Group::Protocol,
    Severity::Note,
);
static MSS_PRESENT: Expert = Expert::new(
    "tcp.options.mss.present",
    "The non-SYN packet does contain a MSS option",
    Group::Protocol,
    Severity::Warning,
);
static SHIFT_INVALID: Expert = Expert::new(
    "tcp.options.wscale.shift.invalid",
    "Window scale shift exceeds 14",
    Group::Protocol,
    Severity::Warning,
);
static NOPS: Expert = Expert::new(
    "tcp.nop",
    "4 NOP in a row - a router may have removed some options",
    Group::Protocol,
    Severity::Warning,
);
static AFTER_EOL: Expert = Expert::new(
    "tcp.non_zero_bytes_after_eol",
    "Non zero bytes in option space after EOL option",
    Group::Protocol,
    Severity::Error,
);

const KINDS: &[(u64, &str)] = &[
    (0, "End of Option List"),
    (1, "No-Operation"),
    (2, "Maximum Segment Size"),
    (3, "Window Scale"),
    (4, "SACK Permitted"),
    (5, "SACK"),
    (6, "Echo"),
    (7, "Echo Reply"),
    (8, "Time Stamp Option"),
    (9, "Partial Order Connection Permitted"),
    (10, "Partial Order Service Profile"),
    (11, "CC"),
    (12, "CC.NEW"),
    (13, "CC.ECHO"),
    (14, "TCP Alternate Checksum Request"),
    (15, "TCP Alternate Checksum Data"),
    (16, "Skeeter"),
    (17, "Bubba"),
    (18, "Trailer Checksum Option"),
    (19, "MD5 Signature Option"),
    (20, "SCPS Capabilities"),
    (21, "Selective Negative Acknowledgements"),
    (22, "Record Boundaries"),
    (23, "Corruption experienced"),
    (24, "SNAP"),
    (25, "Unassigned"),
    (26, "TCP Compression Filter"),
    (27, "Quick-Start Response"),
    (28, "User Timeout Option"),
    (29, "The TCP Authentication Option"),
    (30, "Multipath TCP"),
    (34, "TCP Fast Open Cookie"),
    (76, "Riverbed Probe"),
    (78, "Riverbed Transparency"),
    (172, "Accurate ECN Order 0"),
    (174, "Accurate ECN Order 1"),
    (253, "RFC3692-style Experiment 1"),
    (254, "RFC3692-style Experiment 2"),
];

pub const EXPERIMENTS: &[(u64, &str)] = &[
    (0xac, "TCP ACK Rate Request"),
    (0x348, "Host ID"),
    (0xa0d, "Autonomous System Compensation"),
    (0xca0, "Capability Option"),
    (0xed0, "Extended Data Offset"),
    (0x454e, "Encryption Negotiation"),
    (0x5323, "Service Number"),
    (0x75ec, "Timestamp Interval"),
    (0xacc0, "Accurate ECN - Order 0"),
    (0xacc1, "Accurate ECN - Order 1"),
    (0xacce, "Accurate ECN"),
    (0xe2d4, "Shared Memory communications over RMDA protocol"),
    (0xf989, "Fast Open"),
    (0xf990, "Low Latency"),
];

/// What an option is: its field, the name in the list behind `Options:`, and the length that it must have.
struct Spec {
    field: &'static Field,
    name: &'static str,
    /// 0: any.
    length: usize,
}

fn spec(kind: u8) -> Spec {
    let s = |field, name, length| Spec { field, name, length };
    match kind {
        2 => s(&MSS, "Maximum segment size", 4),
        3 => s(&WSCALE, "Window scale", 3),
        4 => s(&SACK_PERM, "SACK permitted", 2),
        5 => s(&SACK, "SACK", 0),
        6 => s(&ECHO, "Echo", 6),
        7 => s(&ECHO, "Echo reply", 6),
        8 => s(&TIMESTAMP, "Timestamps", 10),
        11 => s(&CC, "CC", 6),
        12 => s(&CC, "CC.NEW", 6),
        13 => s(&CC, "CC.ECHO", 6),
        19 => s(&MD5, "TCP MD5 signature", 18),
        20 => s(&SCPS, "SCPS capabilities", 0),
        21 => s(&SNACK, "Selective Negative Acknowledgment", 6),
        22 => s(&SCPS_RECORD, "SCPS record boundary", 2),
        23 => s(&SCPS_CORRUPTION, "SCPS corruption experienced", 2),
        27 => s(&QS, "Quick-Start", 8),
        28 => s(&USER_TIMEOUT, "User Timeout", 4),
        29 => s(&AO, "TCP AO", 0),
        mptcp::KIND => s(&mptcp::PROTOCOL.layer, "MPTCP", 0),
        34 => s(&TFO, "TCP Fast Open", 0),
        76 => s(&PROBE, "Riverbed Probe", 0),
        78 => s(&TRANSPARENCY, "Riverbed Transparency", 0),
        172 | 174 => s(&ACCURATE_ECN, "Accurate ECN", 0),
        253 | 254 => s(&EXPERIMENTAL, "Experimental", 0),
        _ => s(&UNKNOWN, "Unknown", 0),
    }
}

/// Walks over the options between byte 20 and the end of the header; an error if that isn't all there.
pub fn walk(w: &mut Walk, header: usize, flags: u16) -> Result<(), Stop> {
    let all = w.buf.part(20, header - 20).data;
    let node = w.node(&OPTIONS, 20, all.len(), Value::Bytes(all));
    let top = w.put(node.text(format_args!("Options: ({} bytes)", header - 20)));
    w.open(top);
    let result = list(w, top, header, flags);
    w.close();
    result?;
    w.bytes(20, header - 20).map(drop)
}

fn list(w: &mut Walk, top: NodeId, header: usize, flags: u16) -> Result<(), Stop> {
    let mut at = 20;
    let mut nops = 0;
    let mut has_mss = false;
    while at < header {
        let kind = w.u8(at)?;
        match kind {
            0 => {
                end_of_list(w, top, at, header)?;
                break;
            }
            1 => {
                nops += 1;
                if nops == 4 {
                    w.expert(&NOPS, top);
                }
                single(w, top, &NOP, "No-Operation (NOP)", at);
                at += 1;
            }
            _ => {
                nops = 0;
                has_mss |= kind == 2;
                match option(w, top, kind, at, header, flags)? {
                    Some(next) => at = next,
                    None => return Ok(()),
                }
            }
        }
    }
    if flags & flag::SYN != 0 && !has_mss && !w.is_quoted() {
        w.expert(&MSS_ABSENT, top);
    }
    Ok(())
}

fn end_of_list(w: &mut Walk, top: NodeId, at: usize, header: usize) -> Result<(), Stop> {
    single(w, top, &EOL, "End of Option List (EOL)", at);
    let rest = w.bytes(at + 1, header - at - 1)?;
    let padding = rest.iter().take_while(|b| **b == 0).count();
    for i in 0..padding {
        single(w, top, &EOL, "End of Option List (EOL)", at + 1 + i);
    }
    if padding < rest.len() {
        after_end(w, at + 1 + padding, rest.len() - padding);
    }
    Ok(())
}

fn after_end(w: &mut Walk, at: usize, len: usize) {
    let text = format_args!("Non-zero header padding");
    let id = w.open_label(at, len, text);
    w.expert_text(&AFTER_EOL, id, text);
    w.close();
}

fn single(w: &mut Walk, top: NodeId, field: &'static Field, name: &str, at: usize) {
    let value = w.bytes(at, 1).unwrap_or(&[]);
    let id = w.text(field, at, 1, Value::Bytes(value), format_args!("TCP Option - {name}"));
    w.open(id);
    let _ = w.field(&KIND, at, 1);
    w.close();
    w.append(top, format_args!(", {name}"));
}

/// The name of an option in the list behind `Options:`.
struct Name(&'static str, u8);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)?;
        if self.0 == "Unknown" { write!(f, " (0x{:02x})", self.1) } else { Ok(()) }
    }
}

/// One option with a length byte; where the next begins, or `None` if the length makes no sense.
fn option(
    w: &mut Walk,
    top: NodeId,
    kind: u8,
    at: usize,
    header: usize,
    flags: u16,
) -> Result<Option<usize>, Stop> {
    let spec = spec(kind);
    let name = Name(spec.name, kind);
    let room = header - at;
    if room < 2 {
        senseless(w, at, 1, format_args!("{name} (length byte past end of options)"));
        return Ok(None);
    }
    let len = usize::from(w.u8(at + 1)?);
    let plural = if len == 1 { "" } else { "s" };
    if len < 2 {
        let text = format_args!("{name} (with too-short option length = {len} byte{plural})");
        senseless(w, at, 2, text);
        return Ok(None);
    }
    if len > room {
        senseless(
            w,
            at,
            room - 2,
            format_args!("{name} (option length = {len} byte{plural} says option goes past end of options)"),
        );
        return Ok(None);
    }
    let bytes = w.buf.part(at, len).data;
    let held = bytes.len();
    let text = spec.field.label;
    let id = match kind {
        6 | 7 => w.text(spec.field, at, held, Value::Bytes(bytes), format_args!("TCP Option - Echo")),
        11..=13 => w.text(spec.field, at, held, Value::Bytes(bytes), format_args!("TCP Option - CC")),
        20 if len != 4 => {
            let what = if len < 4 { "Illegal SCPS" } else { "SCPS" };
            let text = format_args!("{what} Extended Capabilities ({len} bytes)");
            w.text(spec.field, at, held, Value::Bytes(bytes), text)
        }
        mptcp::KIND => w.value(spec.field, at, held, Value::None),
        _ => w.text(spec.field, at, held, Value::Bytes(bytes), format_args!("{text}")),
    };
    w.open(id);
    w.field(&KIND, at, 1)?;
    let length = w.field(&LENGTH, at + 1, 1)?;
    let mut result = Ok(());
    if spec.length != 0 && spec.length != len {
        invalid_length(w, length, format_args!("option length should be {}", spec.length));
    } else {
        result = content(w, (id, length), kind, at, len, flags);
    }
    w.close();
    result?;
    w.append(top, format_args!(", {name}"));
    Ok(Some(at + len))
}

/// A line in place of an option that can't be read, with a remark that says the same.
fn senseless(w: &mut Walk, at: usize, len: usize, text: std::fmt::Arguments) {
    let id = w.open_label(at, len, text);
    w.expert_text(&BAD_LENGTH, id, text);
    w.close();
}

/// A remark at the length of an option.
pub fn invalid_length(w: &mut Walk, length: NodeId, text: std::fmt::Arguments) {
    w.open(length);
    w.expert_text(&BAD_LENGTH, length, text);
    w.close();
}

fn content(
    w: &mut Walk,
    (id, length): (NodeId, NodeId),
    kind: u8,
    at: usize,
    len: usize,
    flags: u16,
) -> Result<(), Stop> {
    let syn = flags & (flag::SYN | flag::ACK) == flag::SYN;
    match kind {
        2 => mss(w, id, at, flags),
        3 => window_scale(w, id, at),
        4 => {
            w.columns.append_info(format_args!(" SACK_PERM"));
            Ok(())
        }
        5 => sack(w, id, at, len),
        6 | 7 => {
            let value = w.be32(at + 2)?;
            w.append(id, format_args!(": {value}"));
            w.columns.append_info(format_args!(" ECHO={value}"));
            w.field(&ECHO_VALUE, at + 2, 4).map(drop)
        }
        8 => timestamp(w, id, at),
        11..=13 => {
            let value = w.be32(at + 2)?;
            w.columns.append_info(format_args!(" CC={value}"));
            w.field(&CC_VALUE, at + 2, 4).map(drop)
        }
        19 => {
            w.columns.append_info(format_args!(" MD5"));
            w.field(&MD5_DIGEST, at + 2, 16).map(drop)
        }
        20 if len >= 4 => rare::scps(w, at, len),
        21 => rare::snack(w, at),
        27 => rare::quick_start(w, at),
        28 => {
            let value = w.be16(at + 2)? & 0x7fff;
            w.columns.append_info(format_args!(" USER_TO={value}"));
            w.field(&USER_TIMEOUT_GRANULARITY, at + 2, 2)?;
            w.field(&USER_TIMEOUT_VALUE, at + 2, 2).map(drop)
        }
        29 => authentication(w, length, at, len),
        mptcp::KIND => mptcp::option(w, id, at, len),
        34 => fast_open(w, at, len, syn),
        76 => rare::probe(w, id, length, at, len),
        78 => rare::transparency(w, id, length, at, len),
        172 => rare::accurate_ecn(w, id, length, at, len, 0),
        174 => rare::accurate_ecn(w, id, length, at, len, 1),
        253 | 254 => rare::experiment(w, id, length, at, len, syn),
        _ if spec(kind).field == &UNKNOWN && len > 2 => w.field(&UNKNOWN_PAYLOAD, at + 2, len - 2).map(drop),
        _ => Ok(()),
    }
}

/// RFC 5925 2.2.
fn authentication(w: &mut Walk, length: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    w.columns.append_info(format_args!("TCP AO"));
    if len < 4 {
        invalid_length(w, length, format_args!("option length should be >= than 4"));
        return Ok(());
    }
    w.field(&AO_KEY, at + 2, 1)?;
    w.field(&AO_NEXT_KEY, at + 3, 1)?;
    if len > 4 {
        w.field(&AO_MAC, at + 4, len - 4)?;
    }
    Ok(())
}

fn mss(w: &mut Walk, id: NodeId, at: usize, flags: u16) -> Result<(), Stop> {
    let value = w.be16(at + 2)?;
    w.append(id, format_args!(": {value} bytes"));
    w.columns.append_info(format_args!(" MSS={value}"));
    if flags & flag::SYN == 0 {
        w.expert(&MSS_PRESENT, id);
    }
    w.field(&MSS_VAL, at + 2, 2).map(drop)
}

fn window_scale(w: &mut Walk, id: NodeId, at: usize) -> Result<(), Stop> {
    let shift = w.u8(at + 2)?;
    let used = shift.min(14);
    let multiplier = 1u64 << used;
    w.append(id, format_args!(": {shift} (multiply by {multiplier})"));
    w.columns.append_info(format_args!(" WS={multiplier}"));
    let node = w.field(&WSCALE_SHIFT, at + 2, 1)?;
    if shift > 14 {
        w.open(node);
        w.expert(&SHIFT_INVALID, node);
        w.close();
    }
    let node = w.node(&WSCALE_MULTIPLIER, at + 2, 1, Value::Uint(multiplier)).bracketed();
    w.put(node);
    Ok(())
}

fn timestamp(w: &mut Walk, id: NodeId, at: usize) -> Result<(), Stop> {
    let value = w.be32(at + 2)?;
    w.field(&TSVAL, at + 2, 4)?;
    let echo = w.be32(at + 6)?;
    w.field(&TSECR, at + 6, 4)?;
    w.append(id, format_args!(": TSval {value}, TSecr {echo}"));
    w.columns.push(" TSval=");
    w.columns.push_number(value.into());
    w.columns.push(" TSecr=");
    w.columns.push_number(echo.into());
    Ok(())
}

/// RFC 2018, and duplicate SACKs of RFC 2883: a first block that is acknowledged already, or lies within
/// the second.
fn sack(w: &mut Walk, id: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    let facts = w.context.facts.tcp(w.index);
    let relative = w.context.settings.relative_numbers();
    let base = facts.filter(|_| relative).map_or(0, |f| f.ack_base);
    let mark = if base != 0 || facts.is_some() && relative { " (relative)" } else { "" };
    let ack = w.be32(8)?.wrapping_sub(base);
    let mut text = String::new();
    let mut blocks: [(u32, u32); 2] = [(0, 0); 2];
    let count = (len - 2) / 8;
    let rest = (len - 2) % 8;
    for i in 0..count {
        let place = at + 2 + i * 8;
        let (left, right) = (w.be32(place)?.wrapping_sub(base), w.be32(place + 4)?.wrapping_sub(base));
        if let Some(b) = blocks.get_mut(i) {
            *b = (left, right);
        }
        let _ = write!(text, " {left}-{right}");
        w.text(&SACK_LE, place, 4, Value::Uint(left.into()), format_args!("left edge = {left}{mark}"));
        w.text(&SACK_RE, place + 4, 4, Value::Uint(right.into()), format_args!("right edge = {right}{mark}"));
        w.columns.append_info(format_args!(" SLE={left} SRE={right}"));
    }
    w.append(id, format_args!("{text}"));
    if rest != 0 {
        let cut = rest >= 4;
        let place = at + 2 + count * 8;
        if cut {
            let left = w.be32(place)?.wrapping_sub(base);
            w.text(&SACK_LE, place, 4, Value::Uint(left.into()), format_args!("left edge = {left}{mark}"));
        }
        let from = if cut { place } else { at + len - rest };
        let node = w.open_label(from, rest, format_args!("suboption would go past end of option"));
        w.expert(&SUBOPTION, node);
        w.close();
    }
    w.generated(&SACK_COUNT, at, Value::Uint(count as u64));
    let before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
    let (first, second) = (blocks[0], blocks[1]);
    let acked = count > 0 && before(first.0, ack);
    let within = count > 1 && !before(first.0, second.0) && !before(second.1, first.1);
    if acked || within {
        let place = at + 2;
        let left = Value::Uint(first.0.into());
        let right = Value::Uint(first.1.into());
        let node = w.node(&DSACK_LE, place, 4, left).bracketed();
        w.put(node.text(format_args!("D-SACK Left Edge = {}{mark}", first.0)));
        let node = w.node(&DSACK_RE, place + 4, 4, right).bracketed();
        w.put(node.text(format_args!("D-SACK Right Edge = {}{mark}", first.1)));
        let node = w.open_label(place, 8, format_args!("D-SACK Sequence"));
        w.expert(&DSACK, node);
        w.close();
    }
    Ok(())
}

/// RFC 7413; `at` and `len` with two bytes before the cookie.
pub fn fast_open(w: &mut Walk, at: usize, len: usize, syn: bool) -> Result<(), Stop> {
    if len == 2 {
        w.columns.append_info(format_args!(" TFO=R"));
        let request = w.node(&TFO_REQUEST, at, 2, Value::None);
        w.put(request);
        return Ok(());
    }
    w.columns.append_info(format_args!(" TFO=C"));
    let id = w.field(&TFO_COOKIE, at + 2, len - 2)?;
    if syn && !w.is_quoted() {
        w.open(id);
        w.expert(&TFO_SYN, id);
        w.close();
    }
    Ok(())
}
