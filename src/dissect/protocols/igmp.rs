//! Internet Group Management Protocol: version 0 (RFC 988), 1 (RFC 1112), 2 (RFC 2236), 3 (RFC 3376),
//! multicast traceroute, and the names of the protocols that share its number.

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Names};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::icmp::put_sum;
use crate::dissect::protocols::icmpv6::exponential;
use crate::dissect::text::V4;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    TYPE = "igmp.type", "Type", uint(8).hex().values(TYPES).at(0, 1);
    RESERVED = "igmp.reserved", "Reserved", bytes();
    VERSION = "igmp.version", "IGMP Version", uint(8);
    GROUP_TYPE = "igmp.group_type", "Type Of Group", uint(8).values(&[(0, "Public Group"), (1, "Private Group")]);
    REPLY = "igmp.reply", "Reply", uint(8).values(REPLIES);
    REPLY_PENDING = "igmp.reply.pending", "Reply Pending", uint(8);
    CHECKSUM = "igmp.checksum", "Checksum", uint(16).hex().at(2, 2);
    CHECKSUM_STATUS = "igmp.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    IDENTIFIER = "igmp.identifier", "Identifier", uint(32);
    ACCESS_KEY = "igmp.access_key", "Access Key", bytes();
    MAX_RESP = "igmp.max_resp", "Max Resp Time", uint(8);
    MAX_RESP_EXP = "igmp.max_resp.exp", "Exponent", uint(8).hex().mask(0x70);
    MAX_RESP_MANT = "igmp.max_resp.mant", "Mantissa", uint(8).hex().mask(0x0f);
    S = "igmp.s", "S", boolean().mask(0x08).names(Names::TrueFalse(
        "SUPPRESS router side processing", "Do not suppress router side processing"));
    QRV = "igmp.qrv", "QRV", uint(8).mask(0x07);
    QQIC = "igmp.qqic", "QQIC", uint(8);
    NUM_SRC = "igmp.num_src", "Num Src", uint(16);
    SADDR = "igmp.saddr", "Source Address", ipv4();
    NUM_GRP_RECS = "igmp.num_grp_recs", "Num Group Records", uint(16);
    RECORD_TYPE = "igmp.record_type", "Record Type", uint(8).values(RECORD_TYPES);
    AUX_DATA_LEN = "igmp.aux_data_len", "Aux Data Len", uint(8);
    MADDR = "igmp.maddr", "Multicast Address", ipv4();
    AUX_DATA = "igmp.aux_data", "Aux Data", bytes();
    DATA = "igmp.data", "Data", bytes();
    MTRACE_MAX_HOPS = "igmp.mtrace.max_hops", "# hops", uint(8);
    MTRACE_SADDR = "igmp.mtrace.saddr", "Source Address", ipv4();
    MTRACE_RADDR = "igmp.mtrace.raddr", "Receiver Address", ipv4();
    MTRACE_RSPADDR = "igmp.mtrace.rspaddr", "Response Address", ipv4();
    MTRACE_RESP_TTL = "igmp.mtrace.resp_ttl", "Response TTL", uint(8);
    MTRACE_Q_ID = "igmp.mtrace.q_id", "Query ID", uint(24);
    MTRACE_Q_ARRIVAL = "igmp.mtrace.q_arrival", "Query Arrival", uint(32);
    MTRACE_Q_INADDR = "igmp.mtrace.q_inaddr", "In itf addr", ipv4();
    MTRACE_Q_OUTADDR = "igmp.mtrace.q_outaddr", "Out itf addr", ipv4();
    MTRACE_Q_PREVRTR = "igmp.mtrace.q_prevrtr", "Previous rtr addr", ipv4();
    MTRACE_Q_INPKT = "igmp.mtrace.q_inpkt", "In pkts", uint(32);
    MTRACE_Q_OUTPKT = "igmp.mtrace.q_outpkt", "Out pkts", uint(32);
    MTRACE_Q_TOTAL = "igmp.mtrace.q_total", "S,G pkt count", uint(32);
    MTRACE_Q_RTG_PROTO = "igmp.mtrace.q_rtg_proto", "Rtg Protocol", uint(8).values(ROUTING);
    MTRACE_Q_FWD_TTL = "igmp.mtrace.q_fwd_ttl", "FwdTTL", uint(8);
    MTRACE_Q_MBZ = "igmp.mtrace.q_mbz", "MBZ", uint(8).hex().mask(0x80);
    MTRACE_Q_S = "igmp.mtrace.q_s", "S", uint(8).hex().mask(0x40);
    MTRACE_Q_SRC_MASK = "igmp.mtrace.q_src_mask", "Src Mask", uint(8).hex().mask(0x3f);
    MTRACE_Q_FWD_CODE = "igmp.mtrace.q_fwd_code", "Forwarding Code", uint(8).hex().values(FORWARDING);
}

const TYPES: &[(u64, &str)] = &[
    (0x01, "Create Group Request"),
    (0x02, "Create Group Reply"),
    (0x03, "Join Group Request"),
    (0x04, "Join Group Reply"),
    (0x05, "Leave Group Request"),
    (0x06, "Leave Group Reply"),
    (0x07, "Confirm Group Request"),
    (0x08, "Confirm Group Reply"),
    (0x11, "Membership Query"),
    (0x12, "Membership Report"),
    (0x13, "DVMRP Protocol"),
    (0x14, "PIM Routing Message"),
    (0x16, "Membership Report"),
    (0x17, "Leave Group"),
    (0x1e, "Traceroute Response"),
    (0x1f, "Traceroute Query or Request"),
    (0x22, "Membership Report"),
];

const REPLIES: &[(u64, &str)] = &[
    (0, "Request Granted"),
    (1, "Request Denied, No Resources"),
    (2, "Request Denied, Invalid Code"),
    (3, "Request Denied, Invalid Group"),
    (4, "Request Denied, Invalid Key"),
];

const CHECKSUM_STATES: &[(u64, &str)] =
    &[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")];

const RECORD_TYPES: &[(u64, &str)] = &[
    (1, "Mode Is Include"),
    (2, "Mode Is Exclude"),
    (3, "Change To Include Mode"),
    (4, "Change To Exclude Mode"),
    (5, "Allow New Sources"),
    (6, "Block Old Sources"),
];

const ROUTING: &[(u64, &str)] = &[
    (1, "DVMRP"),
    (2, "MOSPF"),
    (3, "PIM"),
    (4, "CBT"),
    (5, "PIM using special routing table"),
    (6, "PIM using a static route"),
    (7, "DVMRP using a static route"),
    (8, "PIM using MBGP (aka BGP4+) route"),
    (9, "CBT using special routing table"),
    (10, "CBT using a static route"),
    (11, "PIM using state created by Assert processing"),
];

const FORWARDING: &[(u64, &str)] = &[
    (0x00, "NO_ERROR"),
    (0x01, "WRONG_IF"),
    (0x02, "PRUNE_SENT"),
    (0x03, "PRUNE_RCVD"),
    (0x04, "SCOPED"),
    (0x05, "NO_ROUTE"),
    (0x06, "WRONG_LAST_HOP"),
    (0x07, "NOT_FORWARDING"),
    (0x08, "REACHED_RP"),
    (0x09, "RPF_IF"),
    (0x0a, "NO_MULTICAST"),
    (0x0b, "INFO_HIDDEN"),
    (0x81, "NO_SPACE"),
    (0x82, "OLD_ROUTER"),
    (0x83, "ADMIN_PROHIB"),
];

static BAD_CHECKSUM: Expert =
    Expert::new("igmp.bad_checksum", "Bad checksum", Group::Checksum, Severity::Error);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::IpProto(2)],
    fields: FIELDS,
    experts: &[&BAD_CHECKSUM],
    header,
    walk,
    late_column: true,
    passes_on: true,
    ..Protocol::new("igmp", "Internet Group Management Protocol", "IGMP")
};

static DVMRP: Protocol =
    Protocol { claim: true, ..Protocol::new("dvmrp", "Distance Vector Multicast Routing Protocol", "DVMRP") };
static RGMP: Protocol =
    Protocol { claim: true, ..Protocol::new("rgmp", "Router-port Group Management Protocol", "RGMP") };
static IGAP: Protocol = Protocol {
    claim: true,
    ..Protocol::new("igap", "Internet Group membership Authentication Protocol", "IGAP")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &DVMRP, &RGMP, &IGAP];

/// Other protocols go by types of IGMP, and take the message from its first byte.
fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let other = match buf.u8(0)? {
        0x13 => "dvmrp",
        0x14 => "pim",
        0x40..=0x42 => "igap",
        0xfc..=0xff => "rgmp",
        _ => return Ok(Header::last()),
    };
    Ok(Header::new(0, Next::Quiet(Key::Named(other))))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let kind = w.u8(0)?;
    if matches!(kind, 0x13 | 0x14 | 0x40..=0x42 | 0xfc..=0xff) {
        return Ok(());
    }
    // The forms of each version are a protocol of their own by the same name.
    w.name_protocol("igmp");
    let there = w.buf.data.len();
    w.resize(w.node, there);
    w.columns.clear_info();
    match kind {
        0x00..=0x0f => version0(w, kind),
        0x11 => query(w),
        0x12 => version1(w, kind),
        0x16 | 0x17 => version2(w, kind),
        0x1e | 0x1f => traceroute(w, kind),
        0x22 => report(w),
        _ => {
            w.columns.set_info(format_args!("Unknown Type:0x{kind:02x}"));
            w.fixed(&TYPE)?;
            let len = w.remaining(1);
            w.field(&DATA, 1, len)?;
            Ok(())
        }
    }
}

/// Which version it is, in columns and tree, and the type.
fn version(w: &mut Walk, number: u8, kind: u8) -> Result<(), Stop> {
    const COLUMNS: [&str; 4] = ["IGMPv0", "IGMPv1", "IGMPv2", "IGMPv3"];
    w.columns.set_protocol(COLUMNS[usize::from(number & 3)]);
    match TYPE.value_name(u64::from(kind)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown Type:0x{kind:02x}")),
    }
    w.generated(&VERSION, 0, Value::Uint(u64::from(number)));
    w.fixed(&TYPE)?;
    Ok(())
}

/// The checksum over so many bytes (what follows them is padding), verified if they are all there.
fn sum(w: &mut Walk, len: usize) -> Result<(), Stop> {
    let found = w.be16(2)?;
    let Some(bytes) = w.buf.data.get(..len) else {
        let value = Value::Uint(u64::from(found));
        w.text(&CHECKSUM, 2, 2, value, format_args!("Checksum: 0x{found:04x} [unverified]"));
        w.generated(&CHECKSUM_STATUS, 2, Value::Uint(2));
        return Ok(());
    };
    let rest = checksum::internet(&[bytes]);
    put_sum(w, found, rest, 2, (&CHECKSUM, &CHECKSUM_STATUS, &BAD_CHECKSUM));
    Ok(())
}

fn version0(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    version(w, 0, kind)?;
    let code = w.u8(1)?;
    match (kind & 1, kind, code) {
        (1, 1, _) => _ = w.field(&GROUP_TYPE, 1, 1)?,
        (1, ..) => {}
        (_, _, 0..5) => _ = w.field(&REPLY, 1, 1)?,
        _ => _ = w.field(&REPLY_PENDING, 1, 1)?,
    }
    sum(w, 20)?;
    w.field(&IDENTIFIER, 4, 4)?;
    w.field(&MADDR, 8, 4)?;
    w.field(&ACCESS_KEY, 12, 8)?;
    Ok(())
}

fn version1(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    version(w, 1, kind)?;
    w.field(&RESERVED, 1, 1)?;
    sum(w, 8)?;
    w.field(&MADDR, 4, 4)?;
    Ok(())
}

fn version2(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    version(w, 2, kind)?;
    response_time(w)?;
    sum(w, 8)?;
    let group = V4(w.ipv4(4)?);
    match kind {
        0x16 => w.columns.append_info(format_args!(" group {group}")),
        0x17 => w.columns.append_info(format_args!(" {group}")),
        _ => about(w)?,
    }
    w.field(&MADDR, 4, 4)?;
    Ok(())
}

/// Tenths of a second.
fn response_time(w: &mut Walk) -> Result<(), Stop> {
    let code = w.u8(1)?;
    put_time(w, code, u32::from(code));
    Ok(())
}

fn put_time(w: &mut Walk, code: u8, tenths: u32) -> crate::dissect::sink::NodeId {
    let (whole, part) = (tenths / 10, tenths % 10);
    let text = format_args!("Max Resp Time: {whole}.{part} sec (0x{code:02x})");
    w.text(&MAX_RESP, 1, 1, Value::Uint(u64::from(tenths)), text)
}

/// What a query asks for.
fn about(w: &mut Walk) -> Result<(), Stop> {
    match w.ipv4(4)? {
        [0, 0, 0, 0] => w.columns.append_info(format_args!(", general")),
        group => {
            w.columns.append_info(format_args!(", specific for group {}", V4(group)));
        }
    }
    Ok(())
}

/// The version of a query shows in its length, and in whether it names a time (RFC 3376 7.1).
fn query(w: &mut Walk) -> Result<(), Stop> {
    if w.buf.reported < 12 {
        return if w.u8(1)? == 0 { version1(w, 0x11) } else { version2(w, 0x11) };
    }
    version(w, 3, 0x11)?;
    let count = usize::from(w.be16(10)?);
    let code = w.u8(1)?;
    let id = put_time(w, code, exponential(u16::from(code), 7, 4));
    if code & 0x80 != 0 {
        w.open(id);
        w.field(&MAX_RESP_EXP, 1, 1)?;
        w.field(&MAX_RESP_MANT, 1, 1)?;
        w.close();
    }
    sum(w, w.buf.reported)?;
    about(w)?;
    w.field(&MADDR, 4, 4)?;
    w.field(&S, 8, 1)?;
    w.field(&QRV, 8, 1)?;
    w.field(&QQIC, 9, 1)?;
    w.field(&NUM_SRC, 10, 2)?;
    if count > 0 {
        w.columns.append_info(format_args!(", sources {{"));
        sources(w, 12, count)?;
    }
    Ok(())
}

/// So many source addresses; Info gets them and the brace that closes the list.
fn sources(w: &mut Walk, at: usize, count: usize) -> Result<(), Stop> {
    for i in 0..count {
        let address = V4(w.ipv4(at + i * 4)?);
        let end = if i + 1 < count { ", " } else { "}" };
        w.columns.append_info(format_args!("{address}{end}"));
        w.field(&SADDR, at + i * 4, 4)?;
    }
    Ok(())
}

fn report(w: &mut Walk) -> Result<(), Stop> {
    version(w, 3, 0x22)?;
    w.field(&RESERVED, 1, 1)?;
    sum(w, w.buf.reported)?;
    w.field(&RESERVED, 4, 2)?;
    let count = w.be16(6)?;
    w.field(&NUM_GRP_RECS, 6, 2)?;
    let mut at = 8;
    for _ in 0..count {
        at += record(w, at)?;
    }
    Ok(())
}

fn record(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let kind = w.u8(at)?;
    let extra = usize::from(w.u8(at + 1)?) * 4;
    let count = usize::from(w.be16(at + 2)?);
    let group = V4(w.ipv4(at + 4)?);
    let size = 8 + count * 4 + extra;
    let name = RECORD_TYPE.value_name(u64::from(kind)).unwrap_or("");
    w.open_label(at, size, format_args!("Group Record : {group}  {name}"));
    w.field(&RECORD_TYPE, at, 1)?;
    w.field(&AUX_DATA_LEN, at + 1, 1)?;
    w.field(&NUM_SRC, at + 2, 2)?;
    w.field(&MADDR, at + 4, 4)?;
    w.columns.append_info(format_args!(" / {}", Change { kind, group, count }));
    sources(w, at + 8, count)?;
    if extra > 0 {
        w.field(&AUX_DATA, at + 8 + count * 4, extra)?;
    }
    w.close();
    Ok(size)
}

/// What a group record means for the group, up to the list of sources.
struct Change {
    kind: u8,
    group: V4,
    count: usize,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let group = &self.group;
        match (self.kind, self.count) {
            (1 | 3, 0) => write!(f, "Leave group {group}"),
            (1 | 3, 1) => write!(f, "Join group {group} for source {{"),
            (1 | 3, _) => write!(f, "Join group {group} for sources in {{"),
            (2 | 4, 0) => write!(f, "Join group {group} for any sources"),
            (2 | 4, 1) => write!(f, "Join group {group}, for source not {{"),
            (2 | 4, _) => write!(f, "Join group {group}, for sources not in {{"),
            (5, 0) => write!(f, "Group {group}, ALLOW_NEW_SOURCES but no source specified (?)"),
            (5, 1) => write!(f, "Group {group}, new source {{"),
            (5, _) => write!(f, "Group {group}, new sources {{"),
            (6, 0) => write!(f, "Group {group}, BLOCK_OLD_SOURCES but no source specified (?)"),
            (6, 1) => write!(f, "Group {group}, block source {{"),
            (6, _) => write!(f, "Group {group}, block sources {{"),
            _ => write!(f, "Group {group}, unknown record type (?)"),
        }
    }
}

/// A query has no block; each router adds one to the request (draft-ietf-idmr-traceroute-ipm).
fn traceroute(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    const HEADER: usize = 24;
    const BLOCK: usize = 32;
    let blocks = w.buf.reported.saturating_sub(HEADER) / BLOCK;
    let name = match (kind, blocks) {
        (0x1e, _) => "Traceroute Response",
        (_, 0) => "Traceroute Query",
        _ => "Traceroute Request",
    };
    w.columns.set_info(format_args!("{name}"));
    if kind == 0x1e && blocks > 0 {
        let plural = if blocks == 1 { "" } else { "s" };
        w.columns.append_info(format_args!(", {blocks} block{plural}"));
    }
    w.fixed_text(&TYPE, format_args!("Type: {name} (0x{kind:02x})"))?;
    w.field(&MTRACE_MAX_HOPS, 1, 1)?;
    sum(w, w.buf.reported)?;
    let fields: [(&Field, usize, usize); 6] = [
        (&MADDR, 4, 4),
        (&MTRACE_SADDR, 8, 4),
        (&MTRACE_RADDR, 12, 4),
        (&MTRACE_RSPADDR, 16, 4),
        (&MTRACE_RESP_TTL, 20, 1),
        (&MTRACE_Q_ID, 21, 3),
    ];
    for (field, at, len) in fields {
        w.field(field, at, len)?;
    }
    for i in 0..blocks {
        block(w, HEADER + i * BLOCK)?;
    }
    Ok(())
}

fn block(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let mut title = String::new();
    let (from, to) = (V4(w.ipv4(at + 4)?), V4(w.ipv4(at + 8)?));
    let routing = MTRACE_Q_RTG_PROTO.value_name(u64::from(w.u8(at + 28)?)).unwrap_or("Unknown");
    let code = MTRACE_Q_FWD_CODE.value_name(u64::from(w.u8(at + 31)?)).unwrap_or("Unknown");
    let _ = write!(title, "Response data block: {from} -> {to},  Proto: {routing},  Forwarding Code: {code}");
    w.open_label(at, 32, format_args!("{title}"));
    let fields: [(&Field, usize, usize); 13] = [
        (&MTRACE_Q_ARRIVAL, 0, 4),
        (&MTRACE_Q_INADDR, 4, 4),
        (&MTRACE_Q_OUTADDR, 8, 4),
        (&MTRACE_Q_PREVRTR, 12, 4),
        (&MTRACE_Q_INPKT, 16, 4),
        (&MTRACE_Q_OUTPKT, 20, 4),
        (&MTRACE_Q_TOTAL, 24, 4),
        (&MTRACE_Q_RTG_PROTO, 28, 1),
        (&MTRACE_Q_FWD_TTL, 29, 1),
        (&MTRACE_Q_MBZ, 30, 1),
        (&MTRACE_Q_S, 30, 1),
        (&MTRACE_Q_SRC_MASK, 30, 1),
        (&MTRACE_Q_FWD_CODE, 31, 1),
    ];
    for (field, offset, len) in fields {
        w.field(field, at + offset, len)?;
    }
    w.close();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_say_what_changes() {
        let group = V4([239, 1, 2, 3]);
        let text = Change { kind: 4, group, count: 0 }.to_string();
        assert_eq!(text, "Join group 239.1.2.3 for any sources");
    }
}
