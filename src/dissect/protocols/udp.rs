//! UDP, RFC 768, with the jumbograms of RFC 2675, and UDP-Lite, RFC 3828.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum::{self, Addresses};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Base;
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::values::CHECKSUM_STATES;
use crate::dissect::sink::TEXT;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SRCPORT = "udp.srcport", "Source Port", uint(16).base(Base::UdpPort).at(0, 2);
    DSTPORT = "udp.dstport", "Destination Port", uint(16).base(Base::UdpPort).at(2, 2);
    /// Either port.
    PORT = "udp.port", "Source or Destination Port", uint(16).base(Base::UdpPort).any_of(&[&SRCPORT, &DSTPORT]);
    LENGTH = "udp.length", "Length", uint(16).at(4, 2);
    CHECKSUM = "udp.checksum", "Checksum", uint(16).hex().at(6, 2);
    CHECKSUM_CALCULATED = "udp.checksum_calculated", "Calculated Checksum", uint(16).hex();
    CHECKSUM_STATUS = "udp.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    STREAM = "udp.stream", "Stream index", uint(32).fact();
    PAYLOAD = "udp.payload", "Payload", bytes();
    TIME_RELATIVE = "udp.time_relative", "Time since first frame", duration().fact();
    TIME_DELTA = "udp.time_delta", "Time since previous frame", duration().fact();
    PDU_SIZE = "udp.pdu.size", "PDU Size", uint(32);
}

mod lite {
    use super::*;

    fields! {
        COVERAGE = "udp.checksum_coverage", "Checksum coverage", uint(16).at(4, 2);
    }
}

static BAD_LENGTH: Expert =
    Expert::new("udp.length.bad", "Bad length value", Group::Malformed, Severity::Error);
static BAD_ZERO_LENGTH: Expert = Expert::new(
    "udp.length.bad_zero",
    "Length is zero but payload < 65536",
    Group::Protocol,
    Severity::Warning,
);
static BAD_COVERAGE: Expert = Expert::new(
    "udplite.checksum_coverage.bad",
    "Bad checksum coverage length value",
    Group::Malformed,
    Severity::Error,
);
static CHECKSUM_ZERO: Expert =
    Expert::new("udp.checksum.zero", "Illegal checksum value (0)", Group::Checksum, Severity::Error);
static CHECKSUM_BAD: Expert =
    Expert::new("udp.checksum.bad", "Bad checksum", Group::Checksum, Severity::Error);
static POSSIBLE_TRACEROUTE: Expert =
    Expert::new("udp.possible_traceroute", "Possible traceroute", Group::Sequence, Severity::Chat);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::IpProto(UDP)],
    fields: FIELDS,
    experts: &[&BAD_LENGTH, &BAD_ZERO_LENGTH, &CHECKSUM_ZERO, &CHECKSUM_BAD, &POSSIBLE_TRACEROUTE],
    header,
    walk: |w| walk(w, UDP),
    aside: Some(|_| true),
    needs: 4,
    late_column: true,
    ..Protocol::new("udp", "User Datagram Protocol", "UDP")
};

pub static LITE: Protocol = Protocol {
    on: &[Key::IpProto(UDP_LITE)],
    fields: lite::FIELDS,
    experts: &[&BAD_COVERAGE],
    header: lite_header,
    walk: |w| walk(w, UDP_LITE),
    needs: 4,
    ..Protocol::new("udplite", "Lightweight User Datagram Protocol", "UDP-Lite")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &LITE];

const UDP: u8 = 17;
const UDP_LITE: u8 = 136;
/// Bytes of the header.
const HEADER: usize = 8;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (source, destination) = (buf.be16(0)?, buf.be16(2)?);
    let length = usize::from(buf.be16(4)?);
    buf.be16(6)?;
    let next = Next::Udp { source, destination };
    Ok(match length {
        0 if buf.reported < HEADER => Header::last(),
        0 => Header::new(HEADER, next),
        1..HEADER => Header::new(HEADER, Next::End),
        _ => Header::new(HEADER, next).end(length),
    })
}

/// Here the length field says how much the checksum covers; the datagram ends with what carries it.
fn lite_header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (source, destination) = (buf.be16(0)?, buf.be16(2)?);
    buf.bytes(4, 4)?;
    Ok(Header::new(HEADER, Next::Udp { source, destination }))
}

fn walk(w: &mut Walk, protocol: u8) -> Result<(), Stop> {
    let (source, destination) = (w.be16(0)?, w.be16(2)?);
    title(w, source, destination);
    w.fixed(&SRCPORT)?;
    let id = w.fixed(&DSTPORT)?;
    if TRACEROUTE_PORTS.contains(&destination) {
        let hop = destination - TRACEROUTE_PORTS.start() + 1;
        let (n, attempt) = ((hop - 1) / 3 + 1, (hop - 1) % 3 + 1);
        w.open(id);
        w.expert_text(
            &POSSIBLE_TRACEROUTE,
            id,
            format_args!("Possible traceroute: hop #{n}, attempt #{attempt}"),
        );
        w.close();
    }
    w.hidden(&PORT, 0, 2, Value::Uint(u64::from(source)));
    w.hidden(&PORT, 2, 2, Value::Uint(u64::from(destination)));
    let length = match protocol {
        UDP => length(w)?,
        _ => coverage(w)?,
    };
    let Some(length) = length else { return Ok(()) };
    let legal = check(w, protocol, length)?;
    if !legal {
        w.columns.append_info(format_args!(" [ILLEGAL CHECKSUM (0)]"));
    }
    facts(w, length);
    let len = w.buf.captured(HEADER);
    if len > 0 {
        let payload = payload(w);
        w.text(
            &PAYLOAD,
            HEADER,
            payload.len(),
            Value::Bytes(payload),
            format_args!("UDP payload ({len} byte{})", if len == 1 { "" } else { "s" }),
        );
    } else if length > HEADER && !w.is_quoted() {
        // A payload of which nothing is there is missed here, not by the protocol above.
        w.u8(HEADER)?;
    }
    Ok(())
}

/// Everything behind the header, also what the length leaves out (tshark's label alone heeds that).
fn payload<'w>(w: &Walk<'w>) -> &'w [u8] {
    let own = w.buf.from(HEADER);
    let Some(outer) = w.layers.get(usize::from(w.layer.parent)) else { return own };
    if w.index == 0 || w.layer.part.is_some() || outer.source != w.layer.source {
        return own;
    }
    let at = w.layer.start.saturating_sub(outer.start) as usize + HEADER;
    let all = w.parent_bytes().from(at);
    if all.len() > own.len() { all } else { own }
}

/// Three probes each for the first ten hops, as the classical traceroute numbers them.
const TRACEROUTE_PORTS: std::ops::RangeInclusive<u16> = 33435..=33464;

/// Ports in title and Info.
fn title(w: &mut Walk, source: u16, destination: u16) {
    let settings = w.context.settings;
    if !settings.resolve_transport {
        w.title(format_args!(", Src Port: {source}, Dst Port: {destination}"));
        w.columns.set_info(format_args!("{source} → {destination}"));
        return;
    }
    let port = |number| names::Port { settings, kind: Base::UdpPort, number };
    let (from, to) = (port(source), port(destination));
    w.title(format_args!(", Src Port: {from:#}, Dst Port: {to:#}"));
    w.columns.set_info(format_args!("{from} → {to}"));
}

/// The length field and what is wrong with it. Gives the bytes that the checksum covers, `None` if the
/// datagram can't be read on.
fn length(w: &mut Walk) -> Result<Option<usize>, Stop> {
    let length = usize::from(w.be16(4)?);
    // No layer reaches beyond the one outside of it, so a longer datagram shows in the buffer's end.
    let outer = w.buf.reported;
    if length == 0 && is_ipv6(w) {
        let id = w.fixed(&LENGTH)?;
        if outer < 65_536 {
            w.open(id);
            w.expert(&BAD_ZERO_LENGTH, id);
            w.close();
        }
        w.columns.append_info(format_args!(" Len={} [Jumbogram]", outer.saturating_sub(HEADER)));
        return Ok(Some(outer));
    }
    if length < HEADER {
        let id = w.fixed(&LENGTH)?;
        w.append(id, format_args!(" (bogus, must be >= 8)"));
        w.open(id);
        w.expert_text(&BAD_LENGTH, id, format_args!("Bad length value {length} < 8"));
        w.close();
        w.columns.append_info(format_args!(" [BAD UDP LENGTH {length} < 8]"));
        return Ok(None);
    }
    let id = w.fixed(&LENGTH)?;
    if length > outer && !w.is_quoted() && !is_fragment(w) {
        w.append(id, format_args!(" (bogus, payload length {outer})"));
        w.open(id);
        w.expert_text(&BAD_LENGTH, id, format_args!("Bad length value {length} > IP payload length"));
        w.close();
        w.columns.append_info(format_args!(" [BAD UDP LENGTH {length} > IP PAYLOAD LENGTH]"));
    }
    w.columns.append_info(format_args!(" Len={}", length - HEADER));
    Ok(Some(length))
}

/// The same for UDP-Lite, whose length is that of the payload around it.
fn coverage(w: &mut Walk) -> Result<Option<usize>, Stop> {
    let coverage = usize::from(w.be16(4)?);
    let outer = w.buf.reported;
    let id = w.fixed(&lite::COVERAGE)?;
    let covered = if coverage == 0 { outer } else { coverage };
    if covered < HEADER || covered > outer {
        w.append(id, format_args!(" (bogus, must be >= 8 and <= {outer})"));
        w.open(id);
        w.expert_text(
            &BAD_COVERAGE,
            id,
            format_args!("Bad checksum coverage length value {coverage} < 8 or > {outer}"),
        );
        w.close();
        w.columns.append_info(format_args!(
            " [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH {coverage} < 8 or > {outer}]"
        ));
    }
    w.put(w.node(&LENGTH, 4, 0, Value::Uint(outer as u64)).text(format_args!("Length: {outer}")).generated());
    w.columns.append_info(format_args!(" Len={}", outer.saturating_sub(HEADER)));
    Ok(Some(covered))
}

/// True for the first fragment of a datagram that was not put together.
fn is_fragment(w: &Walk) -> bool {
    match w.parent().map(|p| p.name()) {
        Some("ip") => w.layer.part.is_none() && w.parent_bytes().be16(6).is_ok_and(|n| n & 0x2000 != 0),
        Some("ipv6.fraghdr") => w.layer.part.is_none() && w.parent_bytes().be16(2).is_ok_and(|n| n & 1 != 0),
        _ => false,
    }
}

fn is_ipv6(w: &Walk) -> bool {
    matches!(checksum::addresses(w), Some(Addresses::V6(..)))
}

/// The checksum over so many bytes; false if it is zero where that is forbidden.
fn check(w: &mut Walk, protocol: u8, covered: usize) -> Result<bool, Stop> {
    let found = w.be16(6)?;
    if found == 0 {
        return zero(w, protocol);
    }
    let whole = w.buf.bytes(0, covered).ok();
    let checked = match whole {
        Some(bytes) if w.context.settings.udp_check_checksum && !w.is_quoted() => sum(w, protocol, bytes),
        _ => None,
    };
    let Some(sum) = checked else {
        w.fixed_text(&CHECKSUM, format_args!("Checksum: 0x{found:04x} [unverified]"))?;
        w.generated(&CHECKSUM_STATUS, 6, Value::Uint(2));
        return Ok(true);
    };
    let right = checksum::expected(sum, found);
    let id = if sum == 0 {
        w.fixed_text(&CHECKSUM, format_args!("Checksum: 0x{found:04x} [correct]"))?
    } else {
        w.columns.append_info(format_args!(" [UDP CHECKSUM INCORRECT]"));
        w.fixed_text(
            &CHECKSUM,
            format_args!(
                "Checksum: 0x{found:04x} incorrect, should be 0x{right:04x} (maybe caused by \"UDP checksum offload\"?)"
            ),
        )?
    };
    w.open(id);
    if sum != 0 {
        w.expert_text(&CHECKSUM_BAD, id, format_args!("Bad checksum [should be 0x{right:04x}]"));
    }
    w.put(w.node(&CHECKSUM_CALCULATED, 6, 2, Value::Uint(u64::from(right))).bracketed());
    w.close();
    w.generated(&CHECKSUM_STATUS, 6, Value::Uint(u64::from(sum == 0)));
    Ok(true)
}

/// The pseudo header of UDP-Lite has the length of the whole datagram (RFC 3828 3.1).
fn sum(w: &Walk, protocol: u8, bytes: &[u8]) -> Option<u16> {
    if protocol == UDP {
        return checksum::transport(w, protocol, bytes);
    }
    let length = w.buf.reported;
    Some(match checksum::addresses(w)? {
        Addresses::V4(s, d) => {
            checksum::internet(&[&checksum::pseudo_v4(s, d, protocol, length as u16), bytes])
        }
        Addresses::V6(s, d) => {
            checksum::internet(&[&checksum::pseudo_v6(s, d, protocol, length as u32), bytes])
        }
    })
}

/// Zero means none; IPv6 and UDP-Lite don't allow that.
fn zero(w: &mut Walk, protocol: u8) -> Result<bool, Stop> {
    let legal = protocol == UDP && !is_ipv6(w);
    let word = if legal { "ignored" } else { "illegal" };
    let id = w.fixed_text(&CHECKSUM, format_args!("Checksum: 0x0000 [zero-value {word}]"))?;
    w.open(id);
    if !legal {
        w.expert(&CHECKSUM_ZERO, id);
    }
    let status = Value::Uint(if legal { 3 } else { 4 });
    w.put(w.node(&CHECKSUM_STATUS, 6, 2, status).bracketed());
    w.close();
    Ok(legal)
}

/// The conversation and its times, as far as they are known.
fn facts(w: &mut Walk, length: usize) {
    let Some(f) = w.context.facts.udp(w.index) else { return };
    w.generated(&STREAM, HEADER, Value::Uint(u64::from(f.stream)));
    if length == HEADER || w.is_quoted() {
        return;
    }
    w.put_open(w.node(&TEXT, 0, 0, Value::None).text(format_args!("Timestamps")).generated());
    w.generated(&TIME_RELATIVE, 0, Value::Duration(f.time_relative.into()));
    w.generated(&TIME_DELTA, 0, Value::Duration(f.time_delta.into()));
    w.close();
}
