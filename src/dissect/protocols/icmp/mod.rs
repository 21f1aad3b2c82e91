//! Internet Control Message Protocol (RFC 792), with multi-part messages (RFC 4884), extended echo
//! (RFC 8335) and the router and mobility agent advertisements (RFC 1256, RFC 5944).

mod extensions;
mod mobility;
mod values;

use std::fmt;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::spans;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

pub use extensions::extensions;
use values::{CHECKSUM_STATES, code_name, type_name};

fields! {
    TYPE = "icmp.type", "Type", uint(8).at(0, 1);
    CODE = "icmp.code", "Code", uint(8).at(1, 1);
    CHECKSUM = "icmp.checksum", "Checksum", uint(16).hex().at(2, 2);
    CHECKSUM_STATUS = "icmp.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    UNUSED = "icmp.unused", "Unused", bytes();
    RESERVED = "icmp.reserved", "Reserved", bytes();
    IDENT = "icmp.ident", "Identifier (BE)", uint(16).base(Base::DecHex);
    IDENT_LE = "icmp.ident_le", "Identifier (LE)", uint(16).base(Base::DecHex).le();
    SEQ = "icmp.seq", "Sequence Number (BE)", uint(16).base(Base::DecHex);
    SEQ_LE = "icmp.seq_le", "Sequence Number (LE)", uint(16).base(Base::DecHex).le();
    MTU = "icmp.mtu", "MTU of next hop", uint(16);
    NUM_ADDRS = "icmp.num_addrs", "Number of addresses", uint(8);
    ADDR_ENTRY_SIZE = "icmp.addr_entry_size", "Address entry size", uint(8);
    LIFETIME = "icmp.lifetime", "Lifetime", uint(16);
    POINTER = "icmp.pointer", "Pointer", uint(32);
    ROUTER_ADDRESS = "icmp.router_address", "Router address", ipv4();
    PREF_LEVEL = "icmp.pref_level", "Preference level", int(32);
    ORIGINATE_TIMESTAMP = "icmp.originate_timestamp", "Originate Timestamp", uint(32);
    RECEIVE_TIMESTAMP = "icmp.receive_timestamp", "Receive Timestamp", uint(32);
    TRANSMIT_TIMESTAMP = "icmp.transmit_timestamp", "Transmit Timestamp", uint(32);
    ADDRESS_MASK = "icmp.address_mask", "Address Mask", ipv4();
    REDIR_GW = "icmp.redir_gw", "Gateway Address", ipv4();
    RESP_IN = "icmp.resp_in", "Response frame", frame().fact();
    NO_RESP = "icmp.no_resp", "No response seen", none().fact();
    RESP_TO = "icmp.resp_to", "Request frame", frame().fact();
    RESPTIME = "icmp.resptime", "Response time", kind(crate::dissect::field::Kind::Double).fact();
    DATA_TIME = "icmp.data_time", "Timestamp from icmp data", time();
    DATA_TIME_RELATIVE = "icmp.data_time_relative", "Timestamp from icmp data (relative)", duration();
    LENGTH = "icmp.length", "Length", uint(8);
    LENGTH_ORIGINAL = "icmp.length.original_datagram", "Length of original datagram", uint(8);
    ECHO_SEQ = "icmp.ext.echo.seq", "Sequence Number", uint(8).base(Base::DecHex);
    ECHO_REQ_RES = "icmp.ext.echo.req.res", "Reserved", uint(8).hex().mask(0xfe);
    ECHO_REQ_LOCAL = "icmp.ext.echo.req.local", "Local bit", boolean().names(crate::dissect::field::SET).mask(0x01);
    ECHO_RSP_STATE = "icmp.ext.echo.rsp.state", "State", uint(8).values(values::STATES).mask(0xe0);
    ECHO_RSP_RES = "icmp.ext.echo.rsp.res", "Reserved", uint(8).hex().mask(0x18);
    ECHO_RSP_ACTIVE = "icmp.ext.echo.rsp.active", "Active bit", boolean().names(crate::dissect::field::SET).mask(0x04);
    ECHO_RSP_IPV4 = "icmp.ext.echo.rsp.ipv4", "IPv4 bit", boolean().names(crate::dissect::field::SET).mask(0x02);
    ECHO_RSP_IPV6 = "icmp.ext.echo.rsp.ipv6", "IPv6 bit", boolean().names(crate::dissect::field::SET).mask(0x01);
}

static BAD_CHECKSUM: Expert =
    Expert::new("icmp.checksum_bad", "Bad checksum", Group::Checksum, Severity::Warning);
static NO_RESPONSE: Expert = Expert::new(
    "icmp.resp_not_found",
    "No response seen to ICMP request",
    Group::Sequence,
    Severity::Warning,
);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::IpProto(1)],
    fields: FIELDS,
    experts: &[&BAD_CHECKSUM, &NO_RESPONSE],
    header,
    walk,
    needs: 6,
    ..Protocol::new("icmp", "Internet Control Message Protocol", "ICMP")
};

/// The parts that are declared in files of their own; they hold fields, and take no layer.
static EXTENSIONS: Protocol = Protocol {
    fields: extensions::FIELDS,
    experts: &[&extensions::BAD_CHECKSUM],
    ..Protocol::new("icmp.ext.objects", "ICMP Multi-Part Extensions", "")
};
static MOBILITY: Protocol =
    Protocol { fields: mobility::FIELDS, ..Protocol::new("icmp.mip", "Mobile IP Extensions", "") };

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &EXTENSIONS, &MOBILITY];

const ECHO_REPLY: u8 = 0;
const UNREACHABLE: u8 = 3;
const SOURCE_QUENCH: u8 = 4;
const REDIRECT: u8 = 5;
const ECHO: u8 = 8;
const ROUTER_ADVERTISEMENT: u8 = 9;
const TIME_EXCEEDED: u8 = 11;
const PARAMETER_PROBLEM: u8 = 12;
const EXTENDED_ECHO: u8 = 42;
const EXTENDED_ECHO_REPLY: u8 = 43;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let kind = buf.u8(0)?;
    if !quotes(kind) {
        return Ok(Header::last());
    }
    let header = Header::new(8, Next::Quiet(Key::EtherType(0x0800))).nested();
    Ok(match quoted_end(buf, kind) {
        Some(end) => header.inner(end),
        None => header,
    })
}

/// True for messages that quote the packet they are about.
fn quotes(kind: u8) -> bool {
    matches!(kind, UNREACHABLE | SOURCE_QUENCH | REDIRECT | TIME_EXCEEDED | PARAMETER_PROBLEM)
}

/// Where the quoted packet ends, if not with the message: of a redirected packet only the header and
/// 8 bytes count; before extensions it ends at the length given, or after 128 bytes (RFC 4884 5.5).
fn quoted_end(buf: &Buf, kind: u8) -> Option<usize> {
    if kind == REDIRECT {
        let header = usize::from(buf.u8(8).ok()? & 15) * 4;
        return Some(8 + header + 8);
    }
    extensions_at(buf, kind)
}

/// Where the extensions of a message begin that has any: its quotation is short enough to leave
/// room (RFC 4884 5.4; some routers give no length and pad to 128 bytes).
fn extensions_at(buf: &Buf, kind: u8) -> Option<usize> {
    const LEAST: usize = 128;
    let total = usize::from(buf.be16(8 + 2).ok()?);
    if buf.reported <= 8 + LEAST || total > LEAST {
        return None;
    }
    let given = match kind {
        SOURCE_QUENCH | REDIRECT => 0,
        _ => usize::from(buf.u8(5).ok()?) * 4,
    };
    Some(8 + if given == 0 { LEAST } else { given })
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let len = w.buf.data.len();
    w.resize(w.node, len);
    w.bytes(0, 6)?;
    let (kind, code) = (w.u8(0)?, w.u8(1)?);
    let name = kind_name(kind, code);
    info(w, kind, code, name);
    w.fixed_text(&TYPE, format_args!("Type: {kind} ({name})"))?;
    match (code_name(kind, code), values::has_codes(kind)) {
        (Some(text), _) => w.fixed_text(&CODE, format_args!("Code: {code} ({text})"))?,
        (None, true) => w.fixed_text(&CODE, format_args!("Code: {code} (Unknown code: {code})"))?,
        (None, false) => w.fixed_text(&CODE, format_args!("Code: {code}"))?,
    };
    sum(w, &CHECKSUM, &CHECKSUM_STATUS, &BAD_CHECKSUM)?;
    match kind {
        ECHO_REPLY | ECHO => echo(w, kind, name),
        13..=18 => query(w, kind, name),
        ROUTER_ADVERTISEMENT => router_advertisement(w, code),
        EXTENDED_ECHO | EXTENDED_ECHO_REPLY => extended_echo(w, kind),
        _ if quotes(kind) => error(w, kind, code),
        _ => Ok(()),
    }
}

/// A router advertisement with one of these codes is a mobility agent's (RFC 5944 2.1).
fn kind_name(kind: u8, code: u8) -> &'static str {
    if kind == ROUTER_ADVERTISEMENT && matches!(code, 0 | 16) {
        return "Mobile IP Advertisement";
    }
    type_name(kind)
}

fn info(w: &mut Walk, kind: u8, code: u8, name: &'static str) {
    // Messages with an identifier write the rest once that is read.
    if matches!(kind, ECHO_REPLY | ECHO | 13..=18) {
        w.columns.set_info(format_args!("{name:<20}"));
        return;
    }
    match (code_name(kind, code), values::has_codes(kind)) {
        (Some(text), _) => w.columns.set_info(format_args!("{name:<20} ({text})")),
        (None, true) => w.columns.set_info(format_args!("{name:<20} (Unknown code: {code})")),
        (None, false) => w.columns.set_info(format_args!("{name:<20}")),
    }
}

/// The checksum over the whole message, which is verified when all of it is there.
fn sum(
    w: &mut Walk,
    field: &'static Field,
    status: &'static Field,
    bad: &'static Expert,
) -> Result<(), Stop> {
    let found = w.be16(2)?;
    let value = Value::Uint(u64::from(found));
    let whole = w.buf.data.len() >= w.buf.reported;
    if w.is_quoted() || !whole {
        let why = if w.is_quoted() { "in ICMP error packet" } else { "fragmented datagram" };
        let text = format_args!("Checksum: 0x{found:04x} [unverified] [{why}]");
        w.text(field, 2, 2, value, text);
        w.generated(status, 2, Value::Uint(2));
        return Ok(());
    }
    put_sum(w, found, checksum::internet(&[w.buf.data]), 2, (field, status, bad));
    Ok(())
}

/// Shows a checksum with the verdict on it: `rest` is the sum over the bytes including it, 0 if right.
pub fn put_sum(
    w: &mut Walk,
    found: u16,
    rest: u16,
    offset: usize,
    (field, status, bad): (&'static Field, &'static Field, &'static Expert),
) {
    let value = Value::Uint(u64::from(found));
    if rest == 0 {
        w.text(field, offset, 2, value, format_args!("Checksum: 0x{found:04x} [correct]"));
    } else {
        let right = checksum::expected(rest, found);
        let text = format_args!("Checksum: 0x{found:04x} incorrect, should be 0x{right:04x}");
        let id = w.text(field, offset, 2, value, text);
        w.open(id);
        w.expert_text(bad, id, format_args!("Bad checksum [should be 0x{right:04x}]"));
        w.close();
    }
    w.generated(status, offset, Value::Uint(u64::from(rest == 0)));
}

fn identifier(w: &mut Walk, name: &'static str) -> Result<(), Stop> {
    w.field(&IDENT, 4, 2)?;
    w.field(&IDENT_LE, 4, 2)?;
    let (id, seq, seq_le) = (w.be16(4)?, w.be16(6)?, w.le16(6)?);
    w.columns.set_info(format_args!("{name:<20} id=0x{id:04x}, seq={seq}/{seq_le}"));
    if let Some(ttl) = ttl(w) {
        w.columns.append_info(format_args!(", ttl={ttl}"));
    }
    w.field(&SEQ, 6, 2)?;
    w.field(&SEQ_LE, 6, 2)?;
    Ok(())
}

/// The TTL of the IPv4 header right before the message.
fn ttl(w: &Walk) -> Option<u8> {
    let parent = w.parent()?;
    if parent.name() != "ip" { None } else { w.parent_bytes().u8(8).ok() }
}

fn echo(w: &mut Walk, kind: u8, name: &'static str) -> Result<(), Stop> {
    identifier(w, name)?;
    if !w.is_quoted() {
        answers(w, kind);
    }
    let mut at = 8;
    if let Some(time) = data_time(w) {
        let sent = i128::from(w.context.record.time.unwrap_or(0));
        w.value(&DATA_TIME, 8, 8, Value::Time(time));
        w.put(w.node(&DATA_TIME_RELATIVE, 8, 8, Value::Duration(sent - time)).bracketed());
        at = 16;
    }
    let rest = w.remaining(at);
    w.nest(Next::Data, at, rest);
    Ok(())
}

/// The frame that answers, or that is answered.
fn answers(w: &mut Walk, kind: u8) {
    let Some(t) = w.context.facts.transaction(w.index).copied() else { return };
    if kind == ECHO_REPLY {
        let Some(request) = t.request else { return };
        w.columns.append_info(format_args!(" (request in {request})"));
        w.generated(&RESP_TO, 0, Value::Uint(u64::from(request)));
        if let Some(time) = t.time {
            let ms = time as f64 / 1e6;
            let text = format_args!("Response time: {ms:.3} ms");
            let node = w.node(&RESPTIME, 0, 0, Value::Float(ms)).generated().text(text);
            w.put(node);
        }
        return;
    }
    match t.response {
        Some(response) => {
            w.columns.append_info(format_args!(" (reply in {response})"));
            w.generated(&RESP_IN, 0, Value::Uint(u64::from(response)));
        }
        None if !w.context.facts.complete => {}
        None => {
            w.columns.append_info(format_args!(" (no response found!)"));
            let id = w.generated(&NO_RESP, 0, Value::None);
            w.open(id);
            w.expert(&NO_RESPONSE, id);
            w.close();
        }
    }
}

/// `ping` puts the time of sending, seconds and microseconds, at the start of its data, in the order of
/// bytes of its machine. It is taken for that if it is a time within a day of the packet's own.
fn data_time(w: &Walk) -> Option<i128> {
    const DAY: u64 = 86_400;
    let now = u64::try_from(w.context.record.time?).ok()? / 1_000_000_000;
    let near = |seconds: u32, micros: u32| {
        let at = u64::from(seconds);
        (at.abs_diff(now) < DAY && micros < 1_000_000)
            .then(|| i128::from(seconds) * 1_000_000_000 + i128::from(micros) * 1000)
    };
    let (a, b) = (w.buf.be32(8).ok()?, w.buf.be32(12).ok()?);
    near(a, b).or_else(|| near(a.swap_bytes(), b.swap_bytes()))
}

/// Timestamp, information and address mask messages.
fn query(w: &mut Walk, kind: u8, name: &'static str) -> Result<(), Stop> {
    identifier(w, name)?;
    match kind {
        13 | 14 => {
            for (i, field) in
                [&ORIGINATE_TIMESTAMP, &RECEIVE_TIMESTAMP, &TRANSMIT_TIMESTAMP].into_iter().enumerate()
            {
                timestamp(w, field, 8 + i * 4)?;
            }
        }
        17 | 18 => _ = w.field(&ADDRESS_MASK, 8, 4)?,
        _ => {}
    }
    Ok(())
}

fn timestamp(w: &mut Walk, field: &'static Field, at: usize) -> Result<(), Stop> {
    let raw = w.be32(at)?;
    let span = spans::milliseconds(u64::from(time_of_day(raw)));
    let label = field.label;
    w.text(
        field,
        at,
        4,
        Value::Uint(u64::from(raw)),
        format_args!("{label}: {raw} ({span} after midnight UTC)"),
    );
    Ok(())
}

/// Milliseconds since midnight. Some systems send them little-endian; which reading is meant is a
/// guess from the range. The highest bit marks a time that isn't one (RFC 792).
fn time_of_day(raw: u32) -> u32 {
    const DAY: u32 = 86_400_000;
    let (big, little) = (raw & 0x7fff_ffff, raw.swap_bytes() & 0x7fff_ffff);
    match (big < DAY, little < DAY) {
        (true, false) | (false, false) => big,
        (false, true) => little,
        (true, true) => {
            let (low, high) = (big.min(little), big.max(little));
            if low <= DAY / 4 && high >= DAY / 16 * 9 { high } else { low }
        }
    }
}

fn router_advertisement(w: &mut Walk, code: u8) -> Result<(), Stop> {
    let (count, size) = (w.u8(4)?, w.u8(5)?);
    w.field(&NUM_ADDRS, 4, 1)?;
    w.field(&ADDR_ENTRY_SIZE, 5, 1)?;
    let life = w.be16(6)?;
    let span = spans::seconds(u64::from(life));
    let value = Value::Uint(u64::from(life));
    w.text(&LIFETIME, 6, 2, value, format_args!("Lifetime: {life} ({span})"));
    if size != 2 {
        let rest = w.remaining(8);
        w.nest(Next::Data, 8, rest);
        return Ok(());
    }
    let mut at = 8;
    for _ in 0..count {
        w.field(&ROUTER_ADDRESS, at, 4)?;
        w.field(&PREF_LEVEL, at + 4, 4)?;
        at += 8;
    }
    if matches!(code, 0 | 16) {
        return mobility::extensions(w, at);
    }
    Ok(())
}

fn extended_echo(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    w.field(&IDENT, 4, 2)?;
    w.field(&IDENT_LE, 4, 2)?;
    w.field(&ECHO_SEQ, 6, 1)?;
    if kind == EXTENDED_ECHO {
        w.field(&ECHO_REQ_RES, 7, 1)?;
        w.field(&ECHO_REQ_LOCAL, 7, 1)?;
        if w.remaining(8) > 0 {
            extensions(w, 8)?;
        }
        return Ok(());
    }
    let flags = [&ECHO_RSP_STATE, &ECHO_RSP_RES, &ECHO_RSP_ACTIVE, &ECHO_RSP_IPV4, &ECHO_RSP_IPV6];
    for field in flags {
        w.field(field, 7, 1)?;
    }
    Ok(())
}

fn error(w: &mut Walk, kind: u8, code: u8) -> Result<(), Stop> {
    w.be32(4)?;
    match kind {
        UNREACHABLE | TIME_EXCEEDED => {
            if !original_length(w, true)? {
                let unused = if (kind, code) == (UNREACHABLE, 4) { 2 } else { 4 };
                w.field(&UNUSED, 4, unused)?;
            } else if (kind, code) != (UNREACHABLE, 4) {
                w.field(&UNUSED, 6, 2)?;
            }
            if (kind, code) == (UNREACHABLE, 4) {
                w.field(&MTU, 6, 2)?;
            }
        }
        PARAMETER_PROBLEM => {
            w.field(&POINTER, 4, 1)?;
            if original_length(w, false)? {
                w.field(&UNUSED, 6, 2)?;
            } else {
                w.field(&UNUSED, 5, 3)?;
            }
        }
        REDIRECT => _ = w.field(&REDIR_GW, 4, 4)?,
        _ => {}
    }
    w.nested();
    if !w.is_quoted()
        && let Some(at) = extensions_at(&w.buf, kind)
    {
        if at > w.buf.reported {
            return Err(Stop::malformed(at));
        }
        extensions(w, at)?;
    }
    Ok(())
}

/// The length of the quoted packet in 32-bit words, if given; what stands before it is unused.
fn original_length(w: &mut Walk, unused: bool) -> Result<bool, Stop> {
    let words = w.u8(5)?;
    if words == 0 {
        return Ok(false);
    }
    if unused {
        w.field(&UNUSED, 4, 1)?;
    }
    w.field(&LENGTH, 5, 1)?;
    let bytes = u64::from(words) * 4;
    let text: fmt::Arguments = format_args!("Length of original datagram: {bytes}");
    let node = w.node(&LENGTH_ORIGINAL, 5, 1, Value::Uint(bytes)).bracketed().text(text);
    w.put(node);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_of_either_byte_order_are_read() {
        assert_eq!(time_of_day(61_000), 61_000);
        assert_eq!(time_of_day(0x0001_0203), 0x0302_0100);
        assert_eq!(time_of_day(0x8600_0000), 0x86);
    }

    #[test]
    fn extensions_follow_a_padded_quotation() {
        let mut bytes = vec![11, 0, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 40];
        bytes.resize(8 + 128 + 12, 0);
        assert_eq!(extensions_at(&Buf::whole(&bytes), 11), Some(136));
        bytes.truncate(136);
        assert_eq!(extensions_at(&Buf::whole(&bytes), 11), None);
    }
}
