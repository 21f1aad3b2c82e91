//! The options of an IPv4 header: RFC 791 3.1, RFC 1108 (security), RFC 1393 (traceroute), RFC 2113 (router
//! alert), RFC 4782 (Quick-Start), RFC 6814 (which of them are history), FIPS 188 (CIPSO).

use std::fmt::Write;

use super::values;
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names, YES};
use crate::dissect::sink::NodeId;
use crate::dissect::text::V4;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

const RULES: Names = Names::TrueFalse(
    "Datagram protected in accordance with its rules",
    "Datagram not protected in accordance with its rules",
);

fields! {
    EOL = "ip.options.eol", "IP Option - End of Options List (EOL)", bytes();
    NOP = "ip.options.nop", "IP Option - No-Operation (NOP)", bytes();
    SECURITY = "ip.options.security", "IP Option - Security", bytes();
    EXT_SECURITY = "ip.options.ext_security", "IP Option - Extended Security", bytes();
    CIPSO = "ip.options.cipso", "IP Option - Commercial Security", bytes();
    ROUTE = "ip.options.route", "IP Option - Loose Source Route", bytes();
    STRICT_ROUTE = "ip.options.source_route", "IP Option - Strict Source Route", bytes();
    RECORD_ROUTE = "ip.options.record_route", "IP Option - Record Route", bytes();
    STREAM_ID = "ip.options.sid", "IP Option - Stream ID", bytes();
    TIMESTAMP = "ip.options.timestamp", "IP Option - Time Stamp", bytes();
    MTU_PROBE = "ip.options.mtu_probe", "IP Option - MTU Probe", bytes();
    MTU_REPLY = "ip.options.mtu_reply", "IP Option - MTU Reply", bytes();
    TRACEROUTE = "ip.options.traceroute", "IP Option - Traceroute", bytes();
    ROUTER_ALERT = "ip.options.routeralert", "IP Option - Router Alert", bytes();
    SDB = "ip.options.sdb", "IP Option - Selective Directed Broadcast", bytes();
    QUICK_START = "ip.options.qs", "IP Option - Quick-Start", bytes();

    OPT_TYPE = "ip.opt.type", "Type", uint(8);
    OPT_COPY = "ip.opt.type.copy", "Copy on fragmentation", boolean().mask(0x80).names(YES);
    OPT_CLASS = "ip.opt.type.class", "Class", uint(8).mask(0x60).values(values::OPTION_CLASSES);
    OPT_NUMBER = "ip.opt.type.number", "Number", uint(8).mask(0x1f).values(values::OPTION_NUMBERS);
    OPT_LEN = "ip.opt.len", "Length", uint(8);
    OPT_PTR = "ip.opt.ptr", "Pointer", uint(8);
    OPT_SID = "ip.opt.sid", "Stream Identifier", uint(16);
    OPT_MTU = "ip.opt.mtu", "MTU", uint(16);
    OPT_ID_NUMBER = "ip.opt.id_number", "ID Number", uint(16);
    OPT_OHC = "ip.opt.ohc", "Outbound Hop Count", uint(16);
    OPT_RHC = "ip.opt.rhc", "Return Hop Count", uint(16);
    OPT_ORIGINATOR = "ip.opt.originator", "Originator IP Address", ipv4();
    OPT_RA = "ip.opt.ra", "Router Alert", uint(16).names(Names::Function(router_alert));
    OPT_ADDR = "ip.opt.addr", "IP Address", ipv4();
    OPT_PADDING = "ip.opt.padding", "Padding", bytes();
    OPT_QS_FUNC = "ip.opt.qs_func", "Function", uint(8).mask(0xf0).values(values::QS_FUNCTIONS);
    OPT_QS_RATE = "ip.opt.qs_rate", "Rate", uint(8).mask(0x0f).values(values::QS_RATES);
    OPT_QS_TTL = "ip.opt.qs_ttl", "QS TTL", uint(8);
    OPT_QS_TTL_DIFF = "ip.opt.qs_ttl_diff", "TTL Diff", uint(8);
    OPT_QS_UNUSED = "ip.opt.qs_unused", "Not Used", uint(8);
    OPT_QS_NONCE = "ip.opt.qs_nonce", "QS Nonce", uint(32).hex().mask(0xffff_fffc);
    OPT_QS_RESERVED = "ip.opt.qs_reserved", "Reserved", uint(32).hex().mask(3);
    SEC_LEVEL = "ip.opt.sec_rfc791_sec", "Security", uint(16).hex().values(values::SECURITY_LEVELS);
    SEC_COMPARTMENTS = "ip.opt.sec_rfc791_comp", "Compartments", uint(16);
    SEC_HANDLING = "ip.opt.sec_rfc791_hr", "Handling Restrictions", string();
    SEC_TRANSMISSION = "ip.opt.sec_rfc791_tcc", "Transmission Control Code", string();
    SEC_CLASSIFICATION = "ip.opt.sec_cl", "Classification Level", uint(8).hex().values(values::CLASSIFICATION_LEVELS);
    SEC_FLAGS = "ip.opt.sec_prot_auth_flags", "Protection Authority Flags", uint(8).hex();
    SEC_GENSER = "ip.opt.sec_prot_auth_genser", "GENSER", boolean().mask(0x80).names(RULES);
    SEC_SIOP = "ip.opt.sec_prot_auth_siop_esi", "SIOP-ESI", boolean().mask(0x40).names(RULES);
    SEC_SCI = "ip.opt.sec_prot_auth_sci", "SCI", boolean().mask(0x20).names(RULES);
    SEC_NSA = "ip.opt.sec_prot_auth_nsa", "NSA", boolean().mask(0x10).names(RULES);
    SEC_DOE = "ip.opt.sec_prot_auth_doe", "DOE", boolean().mask(0x08).names(RULES);
    SEC_UNASSIGNED = "ip.opt.sec_prot_auth_unassigned", "Unassigned", uint(8).hex().mask(0x06);
    SEC_MORE = "ip.opt.sec_prot_auth_fti", "Field Termination Indicator",
        boolean().mask(0x01).names(Names::TrueFalse("Additional octet present", "Final octet"));
    EXT_SEC_FORMAT = "ip.opt.ext_sec_add_sec_info_format_code", "Additional Security Info Format Code", uint(8).hex();
    EXT_SEC_INFO = "ip.opt.ext_sec_add_sec_info", "Additional Security Info", bytes();
    RECORDED_ROUTE = "ip.rec_rt", "Recorded Route", ipv4();
    RECORDED_ROUTE_HOST = "ip.rec_rt_host", "Recorded Route Host", string();
    SOURCE_ROUTE = "ip.src_rt", "Source Route", ipv4();
    SOURCE_ROUTE_HOST = "ip.src_rt_host", "Source Route Host", string();
    EMPTY_ROUTE = "ip.empty_rt", "Empty Route", ipv4();
    EMPTY_ROUTE_HOST = "ip.empty_rt_host", "Empty Route Host", string();
    OPT_OVERFLOW = "ip.opt.overflow", "Overflow", uint(8).mask(0xf0);
    OPT_FLAG = "ip.opt.flag", "Flag", uint(8).hex().mask(0x0f).values(values::TIMESTAMP_FLAGS);
    OPT_TIME_STAMP = "ip.opt.time_stamp", "Time stamp", uint(32);
    OPT_TIME_STAMP_ADDR = "ip.opt.time_stamp_addr", "Address", ipv4();
    CIPSO_DOI = "ip.cipso.doi", "DOI", uint(32);
    CIPSO_TAG = "ip.cipso.tag_type", "Tag Type", uint(8).values(values::CIPSO_TAGS);
    CIPSO_LEVEL = "ip.cipso.sensitivity_level", "Sensitivity Level", uint(8);
    CIPSO_CATEGORIES = "ip.cipso.categories", "Categories", string();
    CIPSO_TAG_DATA = "ip.cipso.tag_data", "Tag data", bytes();
}

pub static LEN_INVALID: Expert =
    Expert::new("ip.opt.len.invalid", "Invalid length for option", Group::Protocol, Severity::Warning);
pub static BEFORE_ADDRESS: Expert = Expert::new(
    "ip.opt.ptr.before_address",
    "Pointer points before first address",
    Group::Protocol,
    Severity::Warning,
);
pub static MIDDLE_ADDRESS: Expert = Expert::new(
    "ip.opt.ptr.middle_address",
    "Pointer points to middle of address",
    Group::Protocol,
    Severity::Warning,
);
pub static SUBOPTION_TOO_LONG: Expert = Expert::new(
    "ip.subopt_too_long",
    "Suboption would go past end of option",
    Group::Protocol,
    Severity::Warning,
);
pub static NOP_ROW: Expert = Expert::new(
    "ip.nop",
    "4 NOP in a row - a router may have removed some options",
    Group::Protocol,
    Severity::Warning,
);
pub static CIPSO_MALFORMED: Expert =
    Expert::new("ip.cipso.malformed", "Malformed CIPSO tag", Group::Sequence, Severity::Error);

fn router_alert(value: u64) -> Option<&'static str> {
    Some(if value == 0 { "Router shall examine packet" } else { "Reserved" })
}

/// How long an option is.
enum Length {
    Fixed(usize),
    AtLeast(usize),
}

/// One kind of option: how it is named, how long it must be and who emits what follows its length byte.
struct Kind {
    code: u8,
    name: &'static str,
    field: &'static Field,
    length: Length,
    body: fn(&mut Walk, &Place) -> Result<(), Stop>,
}

/// Where an option lies, and its node.
struct Place {
    /// Of the type byte, from the start of the layer.
    at: usize,
    /// As its length byte says (as the kind says, where that is fixed).
    len: usize,
    node: NodeId,
}

impl Place {
    fn end(&self) -> usize {
        self.at + self.len
    }
}

use Length::{AtLeast, Fixed};

static KINDS: &[Kind] = &[
    Kind { code: 130, name: "Security", field: &SECURITY, length: AtLeast(3), body: security },
    Kind {
        code: 133,
        name: "Extended Security",
        field: &EXT_SECURITY,
        length: AtLeast(3),
        body: extended_security,
    },
    Kind { code: 134, name: "Commercial Security", field: &CIPSO, length: AtLeast(2), body: cipso },
    Kind { code: 131, name: "Loose Source Route", field: &ROUTE, length: AtLeast(3), body: source_route },
    Kind {
        code: 137,
        name: "Strict Source Route",
        field: &STRICT_ROUTE,
        length: AtLeast(3),
        body: source_route,
    },
    Kind { code: 7, name: "Record Route", field: &RECORD_ROUTE, length: AtLeast(3), body: record_route },
    Kind { code: 136, name: "Stream ID", field: &STREAM_ID, length: Fixed(4), body: stream_id },
    Kind { code: 68, name: "Time Stamp", field: &TIMESTAMP, length: AtLeast(4), body: timestamp },
    Kind { code: 11, name: "MTU Probe", field: &MTU_PROBE, length: Fixed(4), body: mtu },
    Kind { code: 12, name: "MTU Reply", field: &MTU_REPLY, length: Fixed(4), body: mtu },
    Kind { code: 82, name: "Traceroute", field: &TRACEROUTE, length: Fixed(12), body: traceroute },
    Kind { code: 148, name: "Router Alert", field: &ROUTER_ALERT, length: Fixed(4), body: alert },
    Kind {
        code: 149,
        name: "Selective Directed Broadcast",
        field: &SDB,
        length: AtLeast(6),
        body: directed_broadcast,
    },
    Kind { code: 25, name: "Quick-Start", field: &QUICK_START, length: Fixed(8), body: quick_start },
];

/// Emits the options between the fixed header and `end`, below a line of their own.
pub fn emit(w: &mut Walk, end: usize) -> Result<(), Stop> {
    const START: usize = 20;
    let top = w.open_label(START, end - START, format_args!("Options: ({} bytes)", end - START));
    let mut at = START;
    let mut nops = 0;
    while at < end {
        let code = w.u8(at)?;
        if code <= 1 {
            nops = if code == 1 { nops + 1 } else { 0 };
            if nops == 4 {
                w.expert(&NOP_ROW, top);
                nops = 0;
            }
            let id = w.field(if code == 1 { &NOP } else { &EOL }, at, 1)?;
            w.relabel(id, format_args!("{}", if code == 1 { NOP.label } else { EOL.label }));
            w.open(id);
            type_byte(w, at)?;
            w.close();
            at += 1;
            if code == 0 {
                break;
            }
            continue;
        }
        nops = 0;
        match option(w, code, at, end, top)? {
            Some(next) => at = next,
            None => break,
        }
    }
    w.close();
    Ok(())
}

/// One option with a length byte; says where the next begins, `None` if that can't be told.
fn option(w: &mut Walk, code: u8, at: usize, end: usize, top: NodeId) -> Result<Option<usize>, Stop> {
    let kind = KINDS.iter().find(|k| k.code == code);
    let mut name = String::new();
    match kind {
        Some(k) => name.push_str(k.name),
        None => _ = write!(name, "Unknown (0x{code:02x})"),
    }
    if at + 1 >= end {
        wrong(w, at, 1, format_args!("{name} (length byte past end of options)"));
        return Ok(None);
    }
    let len = usize::from(w.u8(at + 1)?);
    let plural = if len == 1 { "" } else { "s" };
    if len < 2 {
        wrong(
            w,
            at,
            end - at - 2,
            format_args!("{name} (with too-short option length = {len} byte{plural})"),
        );
        return Ok(None);
    }
    if at + len > end {
        wrong(
            w,
            at,
            (end - at).saturating_sub(2),
            format_args!("{name} (option length = {len} byte{plural} says option goes past end of options)"),
        );
        return Ok(None);
    }
    match kind {
        Some(kind) => known(w, kind, at, len, top)?,
        None => _ = w.label(at, len, format_args!("{name} ({len} byte{plural})")),
    }
    Ok(Some(at + len))
}

/// A line for an option whose length is wrong, with the remark below it.
fn wrong(w: &mut Walk, at: usize, len: usize, text: std::fmt::Arguments) {
    let id = w.open_label(at, len, text);
    w.expert_text(&LEN_INVALID, id, text);
    w.close();
}

fn known(w: &mut Walk, kind: &'static Kind, at: usize, len: usize, top: NodeId) -> Result<(), Stop> {
    let right = match kind.length {
        Fixed(n) => n,
        AtLeast(_) => len,
    };
    let name = kind.name;
    let bytes = w.bytes(at, len)?;
    let node = w.text(
        kind.field,
        at,
        len,
        Value::Bytes(bytes),
        format_args!("IP Option - {name} ({right} byte{})", if right == 1 { "" } else { "s" }),
    );
    w.open(node);
    type_byte(w, at)?;
    let length = w.field(&OPT_LEN, at + 1, 1)?;
    if right != len {
        w.open(length);
        w.expert_text(
            &LEN_INVALID,
            length,
            format_args!("{name} (with option length = {len} bytes; should be {right})"),
        );
        w.close();
    }
    let place = Place { at, len: right, node };
    let (Fixed(least) | AtLeast(least)) = kind.length;
    if len < least {
        return Err(Stop::malformed(at + len));
    }
    (kind.body)(w, &place)?;
    w.close();
    w.append(top, format_args!(", {name}"));
    Ok(())
}

fn type_byte(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.open_field(&OPT_TYPE, at, 1)?;
    w.field(&OPT_COPY, at, 1)?;
    w.field(&OPT_CLASS, at, 1)?;
    w.field(&OPT_NUMBER, at, 1)?;
    w.close();
    Ok(())
}

// ---- security ----

/// RFC 791's form has 11 bytes; others are those of RFC 1108.
fn security(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    if p.len == 11 {
        w.field(&SEC_LEVEL, p.at + 2, 2)?;
        w.field(&SEC_COMPARTMENTS, p.at + 4, 2)?;
        w.field(&SEC_HANDLING, p.at + 6, 2)?;
        w.field(&SEC_TRANSMISSION, p.at + 8, 3)?;
        return Ok(());
    }
    w.field(&SEC_CLASSIFICATION, p.at + 2, 1)?;
    authorities(w, p.at + 3, p.end())
}

/// The bytes of flags of the protection authorities: the last bit of each says whether another follows.
fn authorities(w: &mut Walk, from: usize, end: usize) -> Result<(), Stop> {
    const FIRST: [(&Field, u8, &str); 5] = [
        (&SEC_GENSER, 0x80, "GENSER"),
        (&SEC_SIOP, 0x40, "SIOP-ESI"),
        (&SEC_SCI, 0x20, "SCI"),
        (&SEC_NSA, 0x10, "NSA"),
        (&SEC_DOE, 0x08, "DOE"),
    ];
    for at in from..end {
        let byte = w.u8(at)?;
        let id = w.open_field(&SEC_FLAGS, at, 1)?;
        if at == from {
            for (field, bit, name) in FIRST {
                w.field(field, at, 1)?;
                if byte & bit != 0 {
                    w.append(id, format_args!(", {name}"));
                }
            }
            w.field(&SEC_UNASSIGNED, at, 1)?;
        } else {
            let value = byte >> 1;
            let mut bits = String::new();
            crate::dissect::label::bits(&mut bits, 0xfe, u64::from(byte), 8);
            w.text(
                &SEC_UNASSIGNED,
                at,
                1,
                Value::Uint(u64::from(value)),
                format_args!("{bits}Unassigned: 0x{value:02x}"),
            );
        }
        w.field(&SEC_MORE, at, 1)?;
        if byte & 1 != 0 {
            w.append(id, format_args!(", Field Termination Indicator"));
        }
        w.close();
        if byte & 1 == 0 {
            break;
        }
    }
    Ok(())
}

fn extended_security(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    w.field(&EXT_SEC_FORMAT, p.at + 2, 1)?;
    if p.len > 3 {
        w.field(&EXT_SEC_INFO, p.at + 3, p.len - 3)?;
    }
    Ok(())
}

fn cipso(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    w.field(&CIPSO_DOI, p.at + 2, 4)?;
    let mut at = p.at + 6;
    while at < p.end() {
        let tag = w.u8(at)?;
        if tag == 0 {
            w.field(&CIPSO_TAG, at, 1)?;
            at += 1;
            continue;
        }
        let id = w.field(&CIPSO_TAG, at, 1)?;
        let len = if at + 1 < p.end() { usize::from(w.u8(at + 1)?) } else { 0 };
        if len < 2 || at + len > p.end() {
            w.open(id);
            w.expert(&CIPSO_MALFORMED, id);
            w.close();
            break;
        }
        match tag {
            1 | 2 | 5 => cipso_tag(w, tag, at, len, id)?,
            6 | 7 => _ = w.field(&CIPSO_TAG_DATA, at + 2, len - 2)?,
            _ => w.append(id, format_args!(" ({len} bytes)")),
        }
        at += len;
    }
    Ok(())
}

fn cipso_tag(w: &mut Walk, tag: u8, at: usize, len: usize, id: NodeId) -> Result<(), Stop> {
    if len < 4 {
        w.open(id);
        w.expert(&CIPSO_MALFORMED, id);
        w.close();
        return Ok(());
    }
    w.field(&CIPSO_LEVEL, at + 3, 1)?;
    if len == 4 {
        return Ok(());
    }
    let bytes = w.bytes(at + 4, len - 4)?;
    let mut text = String::new();
    match tag {
        1 => list(&mut text, (0..bytes.len() * 8).filter(|i| bytes[i / 8] & (0x80 >> (i % 8)) != 0)),
        2 => list(&mut text, words(bytes)),
        _ => ranges(&mut text, bytes),
    }
    w.value(&CIPSO_CATEGORIES, at + 4, len - 4, Value::Str(&text));
    Ok(())
}

fn words(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.chunks_exact(2).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])))
}

fn list(out: &mut String, numbers: impl Iterator<Item = usize>) {
    for n in numbers {
        let comma = if out.is_empty() { "" } else { "," };
        let _ = write!(out, "{comma}{n}");
    }
}

/// Pairs of upper and lower bound; the last lower bound may be left out and is 0 then.
fn ranges(out: &mut String, bytes: &[u8]) {
    let numbers: Vec<usize> = words(bytes).collect();
    for pair in numbers.chunks(2) {
        let comma = if out.is_empty() { "" } else { "," };
        let _ = write!(out, "{comma}{}-{}", pair[0], pair.get(1).unwrap_or(&0));
    }
}

// ---- routes ----

/// What the pointer says about a list of addresses, or a remark if it makes no sense.
fn pointer(w: &mut Walk, p: &Place) -> Result<Option<usize>, Stop> {
    let value = usize::from(w.u8(p.at + 2)?);
    let id = w.field(&OPT_PTR, p.at + 2, 1)?;
    let remark = if value < 4 {
        Some(&BEFORE_ADDRESS)
    } else if value & 3 != 0 {
        Some(&MIDDLE_ADDRESS)
    } else if (4..7).contains(&p.len) {
        Some(&SUBOPTION_TOO_LONG)
    } else {
        None
    };
    let Some(expert) = remark else { return Ok(Some(value)) };
    w.open(id);
    w.expert(expert, id);
    w.close();
    Ok(None)
}

/// The last address of a source route that is not used up: where the packet goes in the end.
pub fn final_destination(header: &[u8]) -> Option<[u8; 4]> {
    let mut rest = header.get(20..)?;
    while let [code, after @ ..] = rest {
        match (*code, after) {
            (0, _) => return None,
            (1, _) => rest = after,
            (code, [len, ..]) => {
                let option = rest.get(..usize::from(*len).max(2))?;
                if matches!(code, 131 | 137) {
                    let pointer = usize::from(*option.get(2)?);
                    let whole = option.len() >= 7 && pointer >= 4 && pointer & 3 == 0;
                    let left = pointer <= option.len();
                    let last = 3 + ((option.len() - 3) / 4).saturating_sub(1) * 4;
                    return (whole && left).then(|| option.get(last..last + 4)?.try_into().ok()).flatten();
                }
                rest = rest.get(option.len()..)?;
            }
            _ => return None,
        }
    }
    None
}

/// Addresses passed, the next one, those to come, the last of which is the destination.
fn source_route(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let Some(pointer) = pointer(w, p)? else { return Ok(()) };
    let mut at = p.at + 3;
    while at + 4 <= p.end() {
        let position = at - p.at + 1;
        let last = at + 8 > p.end();
        if position < pointer {
            route(w, &RECORDED_ROUTE, &RECORDED_ROUTE_HOST, at, "")?;
        } else if last {
            super::destination(w, at)?;
        } else {
            let next = if position == pointer { " <- (next)" } else { "" };
            route(w, &SOURCE_ROUTE, &SOURCE_ROUTE_HOST, at, next)?;
        }
        at += 4;
    }
    Ok(())
}

fn record_route(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let Some(pointer) = pointer(w, p)? else { return Ok(()) };
    let mut at = p.at + 3;
    while at + 4 <= p.end() {
        let position = at - p.at + 1;
        if position < pointer {
            route(w, &RECORDED_ROUTE, &RECORDED_ROUTE_HOST, at, "")?;
        } else {
            let next = if position == pointer { " <- (next)" } else { "" };
            route(w, &EMPTY_ROUTE, &EMPTY_ROUTE_HOST, at, next)?;
        }
        at += 4;
    }
    Ok(())
}

fn route(
    w: &mut Walk,
    field: &'static Field,
    host: &'static Field,
    at: usize,
    after: &str,
) -> Result<(), Stop> {
    let address = w.ipv4(at)?;
    let id = w.field(field, at, 4)?;
    w.append(id, format_args!("{after}"));
    super::host(w, host, at, address);
    Ok(())
}

// ---- the others ----

fn stream_id(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    w.field(&OPT_SID, p.at + 2, 2).map(drop)
}

fn mtu(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    w.field(&OPT_MTU, p.at + 2, 2).map(drop)
}

fn traceroute(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    w.field(&OPT_ID_NUMBER, p.at + 2, 2)?;
    w.field(&OPT_OHC, p.at + 4, 2)?;
    w.field(&OPT_RHC, p.at + 6, 2)?;
    w.field(&OPT_ORIGINATOR, p.at + 8, 4).map(drop)
}

fn alert(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let value = w.be16(p.at + 2)?;
    let name = router_alert(u64::from(value)).unwrap_or_default();
    w.append(p.node, format_args!(": {name} ({value})"));
    w.field(&OPT_RA, p.at + 2, 2).map(drop)
}

fn directed_broadcast(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let mut at = p.at + 2;
    while at + 4 <= p.end() {
        w.field(&OPT_ADDR, at, 4)?;
        at += 4;
    }
    if at < p.end() {
        w.field(&OPT_PADDING, at, p.end() - at)?;
    }
    Ok(())
}

fn quick_start(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let at = p.at + 2;
    let byte = w.u8(at)?;
    let (function, rate) = (byte >> 4, byte & 15);
    let name = OPT_QS_FUNC.value_name(u64::from(function));
    match name {
        Some(name) => w.append(p.node, format_args!(": {name} ({function})")),
        None => w.append(p.node, format_args!(": Unknown ({function}) ({function})")),
    }
    w.field(&OPT_QS_FUNC, at, 1)?;
    if !matches!(function, 0 | 8) {
        return Ok(());
    }
    let rate = OPT_QS_RATE.value_name(u64::from(rate)).unwrap_or("Unknown");
    w.append(p.node, format_args!(", {rate}"));
    w.field(&OPT_QS_RATE, at, 1)?;
    if function == 0 {
        let ttl = w.u8(at + 1)?;
        let difference = w.u8(8)?.wrapping_sub(ttl);
        w.append(p.node, format_args!(", QS TTL {ttl}, QS TTL diff {difference}"));
        w.field(&OPT_QS_TTL, at + 1, 1)?;
        w.put(w.node(&OPT_QS_TTL_DIFF, at + 1, 1, Value::Uint(u64::from(difference))).bracketed());
    } else {
        w.field(&OPT_QS_UNUSED, at + 1, 1)?;
    }
    w.field(&OPT_QS_NONCE, at + 2, 4)?;
    w.field(&OPT_QS_RESERVED, at + 2, 4).map(drop)
}

fn timestamp(w: &mut Walk, p: &Place) -> Result<(), Stop> {
    let flag = w.u8(p.at + 3)? & 15;
    w.field(&OPT_PTR, p.at + 2, 1)?;
    w.field(&OPT_OVERFLOW, p.at + 3, 1)?;
    w.field(&OPT_FLAG, p.at + 3, 1)?;
    let with_address = matches!(flag, 1 | 3);
    let step = if with_address { 8 } else { 4 };
    let mut at = p.at + 4;
    while at < p.end() {
        if at + step > p.end() {
            let rest = p.end() - at;
            let id = w.open_label(at, rest, format_args!("{}", SUBOPTION_TOO_LONG.field.label));
            w.expert(&SUBOPTION_TOO_LONG, id);
            w.close();
            break;
        }
        if with_address {
            let address = w.ipv4(at)?;
            let value = Value::Ipv4(address);
            w.text(&OPT_TIME_STAMP_ADDR, at, 4, value, format_args!("Address: {}", V4(address)));
        }
        w.field(&OPT_TIME_STAMP, at + step - 4, 4)?;
        at += step;
    }
    Ok(())
}
