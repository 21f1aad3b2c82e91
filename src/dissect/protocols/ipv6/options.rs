//! Hop-by-hop and destination options: RFC 8200 4.2-4.6, and the RFCs named at the options.

use std::fmt::Write;

use super::values;
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Names, YES};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::remark;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

mod hop_by_hop {
    use super::*;

    fields! {
        NXT = "ipv6.hopopts.nxt", "Next Header", uint(8).names(Names::Function(values::ip_protocol)).at(0, 1);
        LEN = "ipv6.hopopts.len", "Length", uint(8).at(1, 1);
        BYTES = "ipv6.hopopts.len_oct", "Length", uint(16).unit(" byte", " bytes");
    }
}

mod destination {
    use super::*;

    fields! {
        NXT = "ipv6.dstopts.nxt", "Next Header", uint(8).names(Names::Function(values::ip_protocol)).at(0, 1);
        LEN = "ipv6.dstopts.len", "Length", uint(8).at(1, 1);
        BYTES = "ipv6.dstopts.len_oct", "Length", uint(16).unit(" byte", " bytes");
    }
}

mod shared {
    use super::*;

    fields! {
        OPT = "ipv6.opt", "IPv6 Option", none();
        OPT_TYPE = "ipv6.opt.type", "Type", uint(8).hex().values(OPTION_TYPES);
        OPT_ACTION = "ipv6.opt.type.action", "Action", uint(8).mask(0xc0).values(ACTIONS);
        OPT_CHANGE = "ipv6.opt.type.change", "May Change", boolean().mask(0x20).names(YES);
        OPT_REST = "ipv6.opt.type.rest", "Low-Order Bits", uint(8).hex().mask(0x1f);
        OPT_LENGTH = "ipv6.opt.length", "Length", uint(8);
        PAD1 = "ipv6.opt.pad1", "Pad1", none();
        PADN = "ipv6.opt.padn", "PadN", bytes();
        PMTU_MIN = "ipv6.opt.pmtu.min", "Minimum Reported PMTU", uint(16);
        PMTU_RETURN = "ipv6.opt.pmtu.rtn", "Return Minimum PMTU", uint(16);
        PMTU_FLAG = "ipv6.opt.pmtu.r_flag", "Return Flag", boolean();
        ROUTER_ALERT = "ipv6.opt.router_alert", "Router Alert", uint(16).values(ROUTER_ALERTS);
        TUNNEL_LIMIT = "ipv6.opt.tel", "Tunnel Encapsulation Limit", uint(8);
        JUMBO = "ipv6.opt.jumbo", "Payload Length", uint(32);
        CALIPSO_DOI = "ipv6.opt.calipso.doi", "CALIPSO Domain of Interpretation", uint(32);
        CALIPSO_LENGTH = "ipv6.opt.calipso.cmpt.length", "Compartment Length", uint(8);
        CALIPSO_LEVEL = "ipv6.opt.calipso.sens_level", "Sensitivity Level", uint(8);
        CALIPSO_CHECKSUM = "ipv6.opt.calipso.checksum", "Checksum", uint(16).hex();
        CALIPSO_BITMAP = "ipv6.opt.calipso.cmpt_bitmap", "Compartment Bitmap", bytes();
        SMF_HASH = "ipv6.opt.smf_dpd.hash_bit", "H-bit", boolean().mask(0x80);
        SMF_TAGGER_TYPE = "ipv6.opt.smf_dpd.tid_type", "TaggerID Type", uint(8).mask(0x70).values(TAGGER_TYPES);
        SMF_TAGGER_LEN = "ipv6.opt.smf_dpd.tid_len", "TaggerID Length", uint(8).mask(0x0f);
        SMF_TAGGER = "ipv6.opt.smf_dpd.tagger_id", "TaggerID", bytes();
        SMF_IDENT = "ipv6.opt.smf_dpd.ident", "Identifier", bytes();
        SMF_HAV = "ipv6.opt.smf_dpd.hav", "Hash Assist Value", bytes();
        PDM_SCALE_RECEIVED = "ipv6.opt.pdm.scale_dtlr", "Scale DTLR", uint(8);
        PDM_SCALE_SENT = "ipv6.opt.pdm.scale_dtls", "Scale DTLS", uint(8);
        PDM_THIS = "ipv6.opt.pdm.psn_this_pkt", "PSN This Packet", uint(16);
        PDM_LAST = "ipv6.opt.pdm.psn_last_recv", "PSN Last Received", uint(16);
        PDM_DELTA_RECEIVED = "ipv6.opt.pdm.delta_last_recv", "Delta Time Last Received", uint(16);
        PDM_DELTA_SENT = "ipv6.opt.pdm.delta_last_sent", "Delta Time Last Sent", uint(16);
        QS_FUNC = "ipv6.opt.qs_func", "Function", uint(8).mask(0xf0).values(values::QS_FUNCTIONS);
        QS_RATE = "ipv6.opt.qs_rate", "Rate", uint(8).mask(0x0f).values(values::QS_RATES);
        QS_TTL = "ipv6.opt.qs_ttl", "QS TTL", uint(8);
        QS_TTL_DIFF = "ipv6.opt.qs_ttl_diff", "TTL Diff", uint(8);
        QS_UNUSED = "ipv6.opt.qs_unused", "Not Used", uint(8);
        QS_NONCE = "ipv6.opt.qs_nonce", "QS Nonce", uint(32).hex().mask(0xffff_fffc);
        QS_RESERVED = "ipv6.opt.qs_reserved", "Reserved", uint(32).hex().mask(3);
        IOAM_RESERVED = "ipv6.opt.ioam.rsv", "Reserved", uint(8);
        IOAM_TYPE = "ipv6.opt.ioam.opt_type", "Option-Type", uint(8).values(IOAM_TYPES);
        TPF = "ipv6.opt.tpf_information", "TPF Information", uint(32).hex();
        HOME_ADDRESS = "ipv6.opt.mipv6.home_address", "MIPv6 Home Address", ipv6();
        RPL_FLAG = "ipv6.opt.rpl.flag", "Flag", uint(8).hex();
        RPL_DOWN = "ipv6.opt.rpl.flag.o", "Down", boolean().mask(0x80);
        RPL_RANK_ERROR = "ipv6.opt.rpl.flag.r", "Rank Error", boolean().mask(0x40);
        RPL_FORWARDING_ERROR = "ipv6.opt.rpl.flag.f", "Forwarding Error", boolean().mask(0x20);
        RPL_RESERVED = "ipv6.opt.rpl.flag.rsv", "Reserved", uint(8).hex().mask(0x1f);
        RPL_INSTANCE = "ipv6.opt.rpl.instance_id", "RPLInstanceID", uint(8).hex();
        RPL_RANK = "ipv6.opt.rpl.sender_rank", "Sender Rank", uint(16).hex();
        ILNP_NONCE = "ipv6.opt.ilnp_nonce", "ILNP Nonce", bytes();
        LINE_LENGTH = "ipv6.opt.lio.length", "LineIDLen", uint(8);
        LINE_ID = "ipv6.opt.lio.line_id", "Line ID", string();
        MPL_FLAG = "ipv6.opt.mpl.flag", "Flag", uint(8).hex();
        MPL_SEED_LEN = "ipv6.opt.mpl.flag.s", "Seed ID Length", uint(8).mask(0xc0).values(SEED_LENGTHS);
        MPL_LARGEST = "ipv6.opt.mpl.flag.m", "Largest Sequence", boolean().mask(0x20);
        MPL_VERSION = "ipv6.opt.mpl.flag.v", "Version", boolean().mask(0x10);
        MPL_RESERVED = "ipv6.opt.mpl.flag.rsv", "Reserved", uint(8).hex().mask(0x0f);
        MPL_SEQUENCE = "ipv6.opt.mpl.sequence", "Sequence", uint(8).hex();
        MPL_SEED = "ipv6.opt.mpl.seed_id", "Seed ID", bytes();
        DFF_FLAGS = "ipv6.opt.dff.flags", "Flags", uint(8).hex();
        DFF_VERSION = "ipv6.opt.dff.flag.ver", "Version (VER)", uint(8).mask(0xc0);
        DFF_DUPLICATE = "ipv6.opt.dff.flag.dup", "Duplicate (DUP)", boolean().mask(0x20);
        DFF_RETURN = "ipv6.opt.dff.flag.ret", "Return (RET)", boolean().mask(0x10);
        DFF_RESERVED = "ipv6.opt.dff.flag.rsv", "Reserved", uint(8).hex().mask(0x0f);
        DFF_SEQUENCE = "ipv6.opt.dff.sequence_number", "Sequence Number", uint(16).base(Base::DecHex);
        EXPERIMENTAL = "ipv6.opt.experimental", "Experimental Option", bytes();
        UNKNOWN_REST = "ipv6.opt_unknown_data", "Unknown Data", bytes();
        UNKNOWN = "ipv6.opt.unknown", "Unknown Option Payload", bytes();
    }
}
pub use shared::FIELDS as SHARED_FIELDS;
use shared::*;

/// IANA ipv6-parameters, destination and hop-by-hop options.
const OPTION_TYPES: &[(u64, &str)] = &[
    (0x00, "Pad1"),
    (0x01, "PadN"),
    (0x04, "Tunnel Encapsulation Limit"),
    (0x05, "Router Alert"),
    (0x07, "CALIPSO"),
    (0x08, "SMF_DPD"),
    (0x0f, "Performance and Diagnostic Metrics"),
    (0x1e, "Experimental (0x1E)"),
    (0x26, "Quick-Start"),
    (0x30, "Path MTU Option"),
    (0x31, "IOAM Option"),
    (0x3e, "Experimental (0x3E)"),
    (0x41, "Tunnel Payload Forwarding (TPF) Information"),
    (0x5e, "Experimental (0x5E)"),
    (0x63, "RPL Option"),
    (0x6d, "MPL Option"),
    (0x7e, "Experimental (0x7E)"),
    (0x8a, "Endpoint Identification"),
    (0x8b, "ILNP Nonce"),
    (0x8c, "Line-Identification Option"),
    (0x9e, "Experimental (0x9E)"),
    (0xbe, "Experimental (0xBE)"),
    (0xc2, "Jumbo Payload"),
    (0xc9, "Home Address"),
    (0xde, "Experimental (0xDE)"),
    (0xee, "IP_DFF"),
    (0xfe, "Experimental (0xFE)"),
];

const ACTIONS: &[(u64, &str)] = &[
    (0, "Skip and continue"),
    (1, "Discard"),
    (2, "Discard and send ICMP Parameter Problem"),
    (3, "Discard and send ICMP if not multicast"),
];
const ROUTER_ALERTS: &[(u64, &str)] = &[(0, "MLD"), (1, "RSVP"), (2, "Active Network")];
const TAGGER_TYPES: &[(u64, &str)] = &[(0, "NULL"), (1, "DEFAULT"), (2, "IPv4"), (3, "IPv6")];
const IOAM_TYPES: &[(u64, &str)] =
    &[(0, "Pre-allocated Trace"), (1, "Incremental Trace"), (2, "Proof of Transit"), (3, "Edge to Edge")];
const SEED_LENGTHS: &[(u64, &str)] = &[
    (0, "0"),
    (1, "16-bit unsigned integer"),
    (2, "64-bit unsigned integer"),
    (3, "128-bit unsigned integer"),
];

static NOT_FIRST: Expert = Expert::new(
    "ipv6.hopopts.not_first",
    "IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header",
    Group::Protocol,
    Severity::Error,
);
pub static MISMATCH: Expert = Expert::new(
    "ipv6.opt.header_mismatch",
    "Wrong options extension header for type",
    Group::Protocol,
    Severity::Warning,
);
pub static DEPRECATED: Expert =
    Expert::new("ipv6.opt.deprecated", "Option type is deprecated", Group::Deprecated, Severity::Note);
pub static INVALID_LEN: Expert =
    Expert::new("ipv6.opt.invalid_len", "Invalid IPv6 option length", Group::Malformed, Severity::Error);
pub static UNKNOWN_DATA: Expert = Expert::new(
    "ipv6.opt.unknown_data.expert",
    "Unknown Data (not interpreted)",
    Group::Undecoded,
    Severity::Note,
);
pub static JUMBO_MISSING: Expert = Expert::new(
    "ipv6.opt.jumbo.missing",
    "IPv6 payload length equals 0 and Hop-By-Hop present and Jumbo Payload option missing",
    Group::Malformed,
    Severity::Error,
);
pub static JUMBO_PROHIBITED: Expert = Expert::new(
    "ipv6.opt.jumbo.prohibited",
    "When IPv6 payload length does not equal 0 a Jumbo Payload option must not be present",
    Group::Protocol,
    Severity::Warning,
);
pub static JUMBO_TRUNCATED: Expert = Expert::new(
    "ipv6.opt.jumbo.truncated",
    "Jumbo Payload option present and jumbo length < 65536",
    Group::Protocol,
    Severity::Warning,
);
pub static SEED_IS_SOURCE: Expert = Expert::new(
    "ipv6.opt.mpl.ipv6_src_seed_id",
    "Seed ID is the IPv6 Source Address",
    Group::Protocol,
    Severity::Comment,
);

pub static HOP_BY_HOP: Protocol = Protocol {
    on: &[Key::IpProto(0)],
    fields: hop_by_hop::FIELDS,
    experts: &[&NOT_FIRST],
    within: "ipv6",
    header,
    walk: |w| {
        if w.parent().is_none_or(|p| p.name() != "ipv6") {
            let node = w.node;
            w.expert(&NOT_FIRST, node);
        }
        w.columns.set_info(format_args!("IPv6 hop-by-hop options"));
        walk(w, &hop_by_hop::NXT, &hop_by_hop::LEN, &hop_by_hop::BYTES, Where::HopByHop)
    },
    short: "IPv6 Hop-by-Hop",
    needs: 2,
    ..Protocol::new("ipv6.hopopts", "IPv6 Hop-by-Hop Option", "")
};

pub static DESTINATION: Protocol = Protocol {
    on: &[Key::IpProto(60)],
    fields: destination::FIELDS,
    within: "ipv6",
    header,
    walk: |w| {
        w.columns.set_info(format_args!("IPv6 destination options"));
        walk(w, &destination::NXT, &destination::LEN, &destination::BYTES, Where::Destination)
    },
    short: "IPv6 Destination",
    needs: 2,
    ..Protocol::new("ipv6.dstopts", "Destination Options for IPv6", "")
};

/// Which of the two headers an option belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    HopByHop,
    Destination,
    Either,
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (next, units) = (buf.u8(0)?, usize::from(buf.u8(1)?));
    let len = (units + 1) * 8;
    buf.bytes(0, len)?;
    Ok(Header::new(len, Next::Key(Key::IpProto(next))))
}

/// The payload length that a jumbo payload option (RFC 2675 2) right after the IPv6 header gives.
pub fn jumbo_length(buf: &Buf) -> Option<usize> {
    if buf.u8(6).ok()? != 0 {
        return None;
    }
    let end = super::HEADER + (usize::from(buf.u8(super::HEADER + 1).ok()?) + 1) * 8;
    let mut at = super::HEADER + 2;
    while at < end {
        match buf.u8(at).ok()? {
            0 => at += 1,
            0xc2 => return usize::try_from(buf.be32(at + 2).ok()?).ok(),
            _ => at += 2 + usize::from(buf.u8(at + 1).ok()?),
        }
    }
    None
}

fn walk(
    w: &mut Walk,
    next: &'static Field,
    len: &'static Field,
    bytes: &'static Field,
    place: Where,
) -> Result<(), Stop> {
    w.fixed(next)?;
    let end = (usize::from(w.u8(1)?) + 1) * 8;
    w.fixed(len)?;
    w.put(w.node(bytes, 1, 1, Value::Uint(end as u64)).bracketed());
    let mut at = 2;
    while at < end {
        at = option(w, at, place)?;
    }
    super::unclaimed(w, 0)
}

/// An option being emitted: its bytes after type and length, and the nodes that remarks hang below.
struct Place {
    at: usize,
    len: usize,
    node: NodeId,
}

/// What is known of an option: the header that it belongs in, the length that it must have and how a
/// remark calls it when it has another, and who emits it. The function says where it stopped.
struct Kind {
    code: u8,
    place: Where,
    right: fn(usize) -> bool,
    called: &'static str,
    body: fn(&mut Walk, &Place) -> Result<usize, Stop>,
}

use Where::{Destination, Either, HopByHop};

static KINDS: &[Kind] = &[
    Kind { code: 0x01, place: Either, right: |_| true, called: "", body: padding },
    Kind {
        code: 0x04,
        place: Destination,
        right: |n| n == 1,
        called: "Tunnel Encapsulation Limit: Invalid length",
        body: |w, p| one(w, &TUNNEL_LIMIT, p, 1),
    },
    Kind {
        code: 0x05,
        place: HopByHop,
        right: |n| n == 2,
        called: "Router alert: Invalid Length",
        body: |w, p| one(w, &ROUTER_ALERT, p, 2),
    },
    Kind { code: 0x07, place: HopByHop, right: |n| n >= 8, called: "CALIPSO: Invalid Length", body: calipso },
    Kind { code: 0x08, place: HopByHop, right: |_| true, called: "", body: duplicates },
    Kind { code: 0x0f, place: Destination, right: |n| n == 10, called: "PDM: Invalid length", body: metrics },
    Kind {
        code: 0x26,
        place: HopByHop,
        right: |n| n == 6,
        called: "Quick-Start: Invalid Length",
        body: quick_start,
    },
    Kind {
        code: 0x30,
        place: HopByHop,
        right: |n| n == 4,
        called: "PMTU Option: Invalid Length",
        body: path_mtu,
    },
    Kind { code: 0x31, place: Either, right: |_| true, called: "", body: in_situ },
    Kind {
        code: 0x41,
        place: Destination,
        right: |n| n == 4,
        called: "TPF: Invalid Length",
        body: |w, p| one(w, &TPF, p, 4),
    },
    Kind { code: 0x63, place: HopByHop, right: |n| n >= 4, called: "RPL Option: Invalid length", body: rpl },
    Kind { code: 0x6d, place: HopByHop, right: |_| true, called: "", body: mpl },
    Kind {
        code: 0x8b,
        place: Destination,
        right: |_| true,
        called: "",
        body: |w, p| one(w, &ILNP_NONCE, p, p.len),
    },
    Kind { code: 0x8c, place: Destination, right: |_| true, called: "", body: line_id },
    Kind {
        code: 0xc2,
        place: HopByHop,
        right: |n| n == 4,
        called: "Jumbo Payload: Invalid length",
        body: jumbo,
    },
    Kind {
        code: 0xc9,
        place: Destination,
        right: |n| n == 16,
        called: "Home Address: Invalid length",
        body: home_address,
    },
    Kind {
        code: 0xee,
        place: HopByHop,
        right: |n| n == 3,
        called: "IPv6 DFF: Invalid length",
        body: depth_first,
    },
];

/// One option; says where the next begins.
fn option(w: &mut Walk, at: usize, place: Where) -> Result<usize, Stop> {
    let code = w.u8(at)?;
    let name = OPT_TYPE.value_name(u64::from(code));
    if code == 0 {
        // It counts as long as if the byte behind it were a length.
        let there = (2 + usize::from(w.u8(at + 1)?)).min(w.buf.captured(at));
        let node = w.text(&OPT, at, there, Value::None, format_args!("Pad1"));
        w.open(node);
        w.field(&OPT_TYPE, at, 1)?;
        w.value(&PAD1, at, 1, Value::None);
        w.close();
        return Ok(at + 1);
    }
    let len = usize::from(w.u8(at + 1)?);
    let there = (len + 2).min(w.buf.captured(at));
    let node = match name {
        Some(name) => w.text(&OPT, at, there, Value::None, format_args!("{name}")),
        None => w.text(&OPT, at, there, Value::None, format_args!("Unknown IPv6 Option ({code})")),
    };
    w.open(node);
    let kind = KINDS.iter().find(|k| k.code == code);
    option_type(w, at, code, name.unwrap_or_default(), kind, place)?;
    let length = w.field(&OPT_LENGTH, at + 1, 1)?;
    if let Some(k) = kind.filter(|k| !(k.right)(len)) {
        remark(w, length, &INVALID_LEN, format_args!("{} ({len} bytes)", k.called));
    }
    let p = Place { at: at + 2, len, node };
    let stopped = match kind {
        Some(kind) => (kind.body)(w, &p)?,
        None if is_experimental(code) => one(w, &EXPERIMENTAL, &p, len)?,
        None => {
            let id = w.field(&UNKNOWN, p.at, len)?;
            w.open(id);
            w.expert(&UNKNOWN_DATA, id);
            w.close();
            p.at + len
        }
    };
    if stopped < p.at + len {
        let id = w.field(&UNKNOWN_REST, stopped, p.at + len - stopped)?;
        w.open(id);
        w.expert(&UNKNOWN_DATA, id);
        w.close();
    }
    w.close();
    Ok(stopped.max(p.at + len))
}

/// RFC 4727 3.2
fn is_experimental(code: u8) -> bool {
    code & 0x1f == 0x1e
}

fn option_type(
    w: &mut Walk,
    at: usize,
    code: u8,
    name: &str,
    kind: Option<&Kind>,
    place: Where,
) -> Result<(), Stop> {
    let id = w.open_field(&OPT_TYPE, at, 1)?;
    let must = kind.map_or(Either, |k| k.place);
    if code == 0x8a {
        w.expert(&DEPRECATED, id);
    } else if must != Either && must != place {
        let other = if must == HopByHop { "hop-by-hop" } else { "destination" };
        w.expert_text(&MISMATCH, id, format_args!("{name} must use a {other} options header"));
    }
    w.field(&OPT_ACTION, at, 1)?;
    w.field(&OPT_CHANGE, at, 1)?;
    w.field(&OPT_REST, at, 1)?;
    w.close();
    Ok(())
}

/// An option that is a single value.
fn one(w: &mut Walk, field: &'static Field, p: &Place, len: usize) -> Result<usize, Stop> {
    w.field(field, p.at, len)?;
    Ok(p.at + len)
}

fn padding(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let id = w.field(&PADN, p.at, p.len)?;
    if p.len == 0 {
        w.relabel(id, format_args!("PadN: <none>"));
    }
    Ok(p.at + p.len)
}

/// RFC 6275 6.3
fn home_address(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let address = w.ipv6(p.at)?;
    super::home(w, address);
    one(w, &HOME_ADDRESS, p, 16)
}

/// RFC 5570 5.1; the compartments come in units of four bytes.
fn calipso(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let len = usize::from(w.u8(p.at + 4)?) * 4;
    w.field(&CALIPSO_DOI, p.at, 4)?;
    w.field(&CALIPSO_LENGTH, p.at + 4, 1)?;
    w.field(&CALIPSO_LEVEL, p.at + 5, 1)?;
    w.field(&CALIPSO_CHECKSUM, p.at + 6, 2)?;
    w.field(&CALIPSO_BITMAP, p.at + 8, len)?;
    Ok(p.at + 8 + len)
}

/// Detection of duplicates in simplified multicast forwarding, RFC 6621 6.1.1.
fn duplicates(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let byte = w.u8(p.at)?;
    let end = p.at + p.len;
    w.field(&SMF_HASH, p.at, 1)?;
    if byte & 0x80 != 0 {
        return one(w, &SMF_HAV, p, p.len);
    }
    w.field(&SMF_TAGGER_TYPE, p.at, 1)?;
    w.field(&SMF_TAGGER_LEN, p.at, 1)?;
    let mut at = p.at + 1;
    if byte & 0x70 != 0 {
        let len = usize::from(byte & 0x0f) + 1;
        w.field(&SMF_TAGGER, at, len)?;
        at += len;
    }
    if at < end {
        w.field(&SMF_IDENT, at, end - at)?;
    }
    Ok(end.max(at))
}

/// RFC 8250 3.2
fn metrics(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    w.field(&PDM_SCALE_RECEIVED, p.at, 1)?;
    w.field(&PDM_SCALE_SENT, p.at + 1, 1)?;
    w.field(&PDM_THIS, p.at + 2, 2)?;
    w.field(&PDM_LAST, p.at + 4, 2)?;
    w.field(&PDM_DELTA_RECEIVED, p.at + 6, 2)?;
    w.field(&PDM_DELTA_SENT, p.at + 8, 2)?;
    Ok(p.at + 10)
}

/// RFC 4782 3.2
fn quick_start(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let byte = w.u8(p.at)?;
    let function = byte >> 4;
    w.field(&QS_FUNC, p.at, 1)?;
    if !matches!(function, 0 | 8) {
        return Ok(p.at);
    }
    let rate = QS_RATE.value_name(u64::from(byte & 15)).unwrap_or("Unknown");
    w.append(p.node, format_args!(", {rate}"));
    w.field(&QS_RATE, p.at, 1)?;
    if function == 0 {
        let ttl = w.u8(p.at + 1)?;
        let limit = hop_limit(w).unwrap_or(0);
        let difference = limit.wrapping_sub(ttl);
        w.append(p.node, format_args!(", QS TTL {ttl}, QS TTL diff {difference}"));
        w.field(&QS_TTL, p.at + 1, 1)?;
        w.put(w.node(&QS_TTL_DIFF, p.at + 1, 1, Value::Uint(u64::from(difference))).bracketed());
    } else {
        w.field(&QS_UNUSED, p.at + 1, 1)?;
    }
    w.field(&QS_NONCE, p.at + 2, 4)?;
    w.field(&QS_RESERVED, p.at + 2, 4)?;
    Ok(p.at + 6)
}

/// The hop limit of the IPv6 header that these options belong to.
fn hop_limit(w: &Walk) -> Option<u8> {
    let mut index = w.index;
    while index > 0 {
        index = usize::from(w.layers.get(index)?.parent).min(index - 1);
        if w.layers.protocol(index)?.name() == "ipv6" {
            return w.layer_bytes(index).u8(7).ok();
        }
    }
    None
}

/// RFC 9268 5; the lowest bit of the second number is the flag.
fn path_mtu(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let back = w.be16(p.at + 2)?;
    w.field(&PMTU_MIN, p.at, 2)?;
    w.uint(&PMTU_RETURN, p.at + 2, 2, u64::from(back & 0xfffe));
    w.value(&PMTU_FLAG, p.at + 3, 1, Value::Bool(back & 1 != 0));
    Ok(p.at + 4)
}

/// RFC 9486 3: what kind of data follows; the data themselves are left as they are.
fn in_situ(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    w.field(&IOAM_RESERVED, p.at, 1)?;
    w.field(&IOAM_TYPE, p.at + 1, 1)?;
    Ok(p.at + 2)
}

/// Flags of one byte, each named behind the label where it is set.
fn flags(
    w: &mut Walk,
    field: &'static Field,
    at: usize,
    each: &[(&'static Field, u8)],
) -> Result<NodeId, Stop> {
    let byte = w.u8(at)?;
    let id = w.open_field(field, at, 1)?;
    for (flag, bit) in each {
        w.field(flag, at, 1)?;
        if byte & bit != 0 {
            w.append(id, format_args!(", {}", flag.label));
        }
    }
    w.close();
    Ok(id)
}

/// RFC 6553 3
fn rpl(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let each: [(&'static Field, u8); 4] =
        [(&RPL_DOWN, 0x80), (&RPL_RANK_ERROR, 0x40), (&RPL_FORWARDING_ERROR, 0x20), (&RPL_RESERVED, 0)];
    flags(w, &RPL_FLAG, p.at, &each)?;
    w.field(&RPL_INSTANCE, p.at + 1, 1)?;
    w.field(&RPL_RANK, p.at + 2, 2)?;
    Ok(p.at + 4)
}

/// RFC 7731 6.1
fn mpl(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let byte = w.u8(p.at)?;
    let size = byte >> 6;
    let id = w.open_field(&MPL_FLAG, p.at, 1)?;
    if size != 0 || byte != 0 {
        let name = MPL_SEED_LEN.value_name(u64::from(size)).unwrap_or_default();
        w.append(id, format_args!(", Seed ID Length: {name}"));
    }
    let mut names = String::new();
    w.field(&MPL_SEED_LEN, p.at, 1)?;
    let each: [(&'static Field, u8); 2] = [(&MPL_LARGEST, 0x20), (&MPL_VERSION, 0x10)];
    for (flag, bit) in each {
        w.field(flag, p.at, 1)?;
        if byte & bit != 0 {
            let _ = write!(names, ", {}", flag.label);
        }
    }
    w.append(id, format_args!("{names}"));
    w.field(&MPL_RESERVED, p.at, 1)?;
    w.close();
    if size == 0 {
        w.open(p.node);
        w.expert(&SEED_IS_SOURCE, p.node);
        w.close();
    }
    w.field(&MPL_SEQUENCE, p.at + 1, 1)?;
    let len = [0, 2, 8, 16][usize::from(size)];
    if len > 0 {
        w.field(&MPL_SEED, p.at + 2, len)?;
    }
    Ok(p.at + 2 + len)
}

/// RFC 6788 4
fn line_id(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    w.field(&LINE_LENGTH, p.at, 1)?;
    let len = p.len.saturating_sub(1);
    w.field(&LINE_ID, p.at + 1, len)?;
    Ok(p.at + 1 + len)
}

/// RFC 2675 2
fn jumbo(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let length = w.be32(p.at)?;
    let id = w.field(&JUMBO, p.at, 4)?;
    if length < 65_536 {
        w.open(id);
        w.expert(&JUMBO_TRUNCATED, id);
        w.close();
    }
    if w.parent_bytes().be16(4).is_ok_and(|n| n != 0) {
        w.expert(&JUMBO_PROHIBITED, p.node);
    }
    Ok(p.at + 4)
}

/// Depth-first forwarding, RFC 6971 14.
fn depth_first(w: &mut Walk, p: &Place) -> Result<usize, Stop> {
    let each: [(&'static Field, u8); 4] =
        [(&DFF_VERSION, 0), (&DFF_DUPLICATE, 0x20), (&DFF_RETURN, 0x10), (&DFF_RESERVED, 0)];
    flags(w, &DFF_FLAGS, p.at, &each)?;
    w.field(&DFF_SEQUENCE, p.at + 1, 2)?;
    Ok(p.at + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jumbo_length_is_found_behind_padding() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 0, 0, 64];
        packet.extend([0; 32]);
        packet.extend([17, 1, 1, 0, 0xc2, 4, 0, 1, 0, 8, 1, 4, 0, 0, 0, 0]);
        assert_eq!(jumbo_length(&Buf::whole(&packet)), Some(65_544));
        packet[6] = 17;
        assert_eq!(jumbo_length(&Buf::whole(&packet)), None);
    }
}
