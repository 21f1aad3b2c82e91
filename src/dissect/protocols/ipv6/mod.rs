//! Internet Protocol Version 6, RFC 8200: the header, and in the files below it the extension headers, which
//! are layers of their own, shown within this one.

mod addresses;
mod extensions;
mod options;

use std::fmt;
use std::net::IpAddr;

use crate::dissect::columns::Address;
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::context::Context;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::{self, remark, values};
use crate::dissect::protocols::own;
use crate::dissect::registry::registry;
use crate::dissect::text::V6;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

mod table {
    use super::*;

    fields! {
        VERSION = "ipv6.version", "Version", uint(8).whole_byte_mask(0xf0).at(0, 1);
        TCLASS = "ipv6.tclass", "Traffic Class", uint(32).hex().mask(0x0ff0_0000).at(0, 4);
        DSCP = "ipv6.tclass.dscp", "Differentiated Services Codepoint",
            uint(32).mask(0x0fc0_0000).values(values::DSCP).at(0, 4);
        ECN = "ipv6.tclass.ecn", "Explicit Congestion Notification",
            uint(32).mask(0x0030_0000).values(values::ECN).at(0, 4);
        FLOW = "ipv6.flow", "Flow Label", uint(24).hex().mask(0x000f_ffff).at(1, 3);
        PLEN = "ipv6.plen", "Payload Length", uint(16).at(4, 2);
        NXT = "ipv6.nxt", "Next Header", uint(8).names(Names::Function(values::ip_protocol)).at(6, 1);
        HLIM = "ipv6.hlim", "Hop Limit", uint(8).at(7, 1);
        SRC = "ipv6.src", "Source Address", ipv6().at(8, 16);
        SRC_HOST = "ipv6.src_host", "Source Host", string();
        DST = "ipv6.dst", "Destination Address", ipv6().at(24, 16);
        DST_HOST = "ipv6.dst_host", "Destination Host", string();
        ADDR = "ipv6.addr", "Source or Destination Address", ipv6().any_of(&[&SRC, &DST]);
        HOST = "ipv6.host", "Source or Destination Host", string().any_of(&[&SRC_HOST, &DST_HOST]);
    }
}
pub use table::*;

static BOGUS_VERSION: Expert =
    Expert::new("ipv6.bogus_ipv6_version", "Bogus IP version", Group::Malformed, Severity::Error);
static INVALID_HEADER: Expert =
    Expert::new("ipv6.invalid_header", "Invalid IPv6 header", Group::Malformed, Severity::Error);
static PLEN_ZERO: Expert = Expert::new(
    "ipv6.plen_zero",
    "IPv6 payload length equals 0 (maybe because of \"TCP segmentation offload\" (TSO))",
    Group::Protocol,
    Severity::Chat,
);
static PLEN_EXCEEDS: Expert = Expert::new(
    "ipv6.plen_exceeds_framing",
    "IPv6 payload length does not match expected framing length",
    Group::Protocol,
    Severity::Warning,
);

pub static IPV6: Protocol = Protocol {
    on: &[Key::EtherType(0x86dd), Key::IpProto(41), Key::Ppp(0x0057), Key::LinkType(229)],
    fields: ALL_FIELDS,
    experts: &[
        &BOGUS_VERSION,
        &INVALID_HEADER,
        &PLEN_ZERO,
        &PLEN_EXCEEDS,
        &options::MISMATCH,
        &options::DEPRECATED,
        &options::INVALID_LEN,
        &options::UNKNOWN_DATA,
        &options::JUMBO_MISSING,
        &options::JUMBO_PROHIBITED,
        &options::JUMBO_TRUNCATED,
        &options::SEED_IS_SOURCE,
    ],
    header,
    walk,
    needs_by_bytes: Some(|buf| buf.reported.min(1)),
    ..Protocol::new("ipv6", "Internet Protocol Version 6", "IPv6")
};

pub static PROTOCOLS: &[&Protocol] = &[
    &IPV6,
    &options::HOP_BY_HOP,
    &options::DESTINATION,
    &extensions::ROUTING,
    &extensions::FRAGMENT,
    &extensions::SHIM6,
    &extensions::MOBILITY,
];

const LISTS: [&[&Field]; 4] =
    [table::FIELDS, addresses::FIELDS, options::SHARED_FIELDS, extensions::FRAGMENTS_FIELDS];

const COUNT: usize = LISTS[0].len() + LISTS[1].len() + LISTS[2].len() + LISTS[3].len();

/// The fields named `ipv6.…` that are no extension header's own.
static ALL_FIELDS: &[&Field] = &joined();

const fn joined() -> [&'static Field; COUNT] {
    let mut all = [LISTS[0][0]; COUNT];
    let (mut list, mut at, mut i) = (0, 0, 0);
    while i < COUNT {
        if at == LISTS[list].len() {
            list += 1;
            at = 0;
        } else {
            all[i] = LISTS[list][at];
            at += 1;
            i += 1;
        }
    }
    all
}

/// Bytes of the fixed header.
pub const HEADER: usize = 40;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    if buf.u8(0)? >> 4 != 6 {
        return Ok(Header::new(0, Next::Data));
    }
    if buf.data.len() < HEADER {
        return Ok(Header::new(buf.data.len(), Next::End));
    }
    let (payload, next) = (usize::from(buf.be16(4)?), buf.u8(6)?);
    let payload = match payload {
        0 => options::jumbo_length(buf).unwrap_or(0),
        n => n,
    };
    Ok(Header::new(HEADER, Next::Key(Key::IpProto(next))).end(HEADER + payload))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let reported = w.buf.reported;
    let found = w.u8(0)? >> 4;
    if found != 6 {
        return foreign(w, found);
    }
    columns(w);
    version(w)?;
    if reported < HEADER {
        // What there is of the header is shown; the first field that is missing ends it.
        let node = w.node;
        w.expert_text(&INVALID_HEADER, node, format_args!("IPv6 header must be exactly 40 bytes"));
        w.columns.set_info(format_args!("Invalid IPv6 header ({reported} bytes, need exactly 40)"));
    }
    traffic_class(w)?;
    w.fixed(&FLOW)?;
    payload_length(w)?;
    w.fixed(&NXT)?;
    w.fixed(&HLIM)?;
    let source = w.ipv6(8)?;
    w.fixed(&SRC)?;
    address(w, &SRC_HOST, 8, source);
    let destination = w.ipv6(24)?;
    w.fixed(&DST)?;
    address(w, &DST_HOST, 24, destination);
    let context = w.context;
    let shown = |address| Shown { context, address, with_number: true };
    w.title(format_args!(", Src: {}, Dst: {}", shown(source), shown(destination)));
    addresses::emit(w, source, destination);
    own::subnets(w, IpAddr::from(source), IpAddr::from(destination), (8, 24));
    let headers = HEADER + extension_bytes(w);
    let node = w.node;
    w.resize(node, headers);
    unclaimed(w, 6)
}

/// Another version: shown as data. What the EtherType announced keeps the columns.
fn foreign(w: &mut Walk, found: u8) -> Result<(), Stop> {
    let node = w.node;
    w.resize(node, w.buf.data.len().min(HEADER));
    if w.layer.by_ethertype {
        w.columns.set_protocol("0x86dd");
        w.columns.set_info(format_args!("IPv6"));
    } else {
        w.columns.set_info(format_args!("Bogus IPv6 version ({found}, must be 6)"));
    }
    version(w)
}

fn columns(w: &mut Walk) {
    if let Ok(source) = w.ipv6(8) {
        w.columns.source_is(Address::V6(source));
    }
    if let Ok(destination) = w.ipv6(24) {
        w.columns.destination_is(Address::V6(destination));
    }
}

/// Columns' destination where a routing header names the last stop.
fn redirect(w: &mut Walk, address: [u8; 16]) {
    w.columns.destination_is(Address::V6(address));
}

/// Columns' source where a home address option names another.
fn home(w: &mut Walk, address: [u8; 16]) {
    w.columns.source_is(Address::V6(address));
}

/// The version, with a remark if it isn't 6.
fn version(w: &mut Walk) -> Result<(), Stop> {
    let version = w.u8(0)? >> 4;
    let mut text = String::new();
    if w.wants_fields() {
        crate::dissect::label::bits(&mut text, 0xf0, u64::from(version) << 4, 8);
    }
    let id = w.fixed_text(&VERSION, format_args!("{text}Version: {version}"))?;
    if version != 6 {
        remark(w, id, &BOGUS_VERSION, format_args!("Bogus IPv6 version"));
    }
    w.put(
        w.node(&ipv4::VERSION, 0, 1, Value::Uint(u64::from(version)))
            .text(format_args!(
                "{text}Version: {version} [This field makes the filter match on \"ip.version == 6\" possible]"
            ))
            .hidden(),
    );
    Ok(())
}

fn traffic_class(w: &mut Walk) -> Result<(), Stop> {
    let class = (w.be16(0)? >> 4) as u8;
    let (dscp, ecn) = (values::dscp_short(class >> 2), values::ecn_short(class));
    let id = w.open_fixed(&TCLASS)?;
    w.append(id, format_args!(" (DSCP: {dscp}, ECN: {ecn})"));
    w.fixed(&DSCP)?;
    w.fixed(&ECN)?;
    w.close();
    Ok(())
}

fn payload_length(w: &mut Walk) -> Result<(), Stop> {
    let length = usize::from(w.be16(4)?);
    let jumbo = if length == 0 { options::jumbo_length(&w.buf) } else { None };
    let id = w.fixed(&PLEN)?;
    if jumbo.is_some() {
        w.append(id, format_args!(" (Jumbogram)"));
    }
    w.open(id);
    let there = w.buf.reported.saturating_sub(HEADER);
    if jumbo.unwrap_or(length) > there && w.buf.reported >= HEADER && !w.is_quoted() {
        w.expert_text(
            &PLEN_EXCEEDS,
            id,
            format_args!("IPv6 payload length exceeds framing length ({there} bytes)"),
        );
    }
    let next = w.u8(6)?;
    if length == 0 && jumbo.is_none() && next != NO_NEXT_HEADER {
        w.expert(if next == HOP_BY_HOP { &options::JUMBO_MISSING } else { &PLEN_ZERO }, id);
    }
    w.close();
    Ok(())
}

const HOP_BY_HOP: u8 = 0;
const NO_NEXT_HEADER: u8 = 59;

/// The hidden fields that stand for either address.
fn address(w: &mut Walk, host: &'static Field, at: usize, address: [u8; 16]) {
    w.hidden(&ADDR, at, 16, Value::Ipv6(address));
    if w.wants_fields() && (w.wants(host) || w.wants(&HOST)) {
        let name = Shown { context: w.context, address, with_number: false }.to_string();
        w.hidden(host, at, 16, Value::Str(&name));
        w.hidden(&HOST, at, 16, Value::Str(&name));
    }
}

/// An address by its name, where names are wanted and it has one.
struct Shown<'a> {
    context: &'a Context<'a>,
    address: [u8; 16],
    /// `name (2001:db8::1)` and not just `name`.
    with_number: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names::host(self.context.names, self.context.settings, self.address.into()) {
            Some(name) if self.with_number => write!(f, "{name} ({})", V6(self.address)),
            Some(name) => f.write_str(&name),
            None => V6(self.address).fmt(f),
        }
    }
}

/// Bytes of the extension headers that follow, if all of them could be read: the layer counts as
/// so much longer then.
fn extension_bytes(w: &Walk) -> usize {
    let mut sum = 0;
    for index in w.index + 1..w.layers.len() {
        let Some(layer) = w.layers.get(index) else { break };
        let inside = w.layers.protocol(index).is_some_and(|p| p.within == "ipv6");
        if !inside {
            let fragment = layer.protocol == registry().data
                && w.layers.protocol(index - 1).is_some_and(|p| p.name() == "ipv6.fraghdr");
            return if fragment { 0 } else { sum };
        }
        if w.layers.protocol(index).is_some_and(|p| p.name() != "mipv6") {
            sum += layer.header as usize;
        }
    }
    if w.layers.stop.is_some() { 0 } else { sum }
}

/// What Info says where nobody takes the payload that the number at `at` announces.
pub fn unclaimed(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let next = w.u8(at)?;
    if next == NO_NEXT_HEADER {
        w.columns.set_info(format_args!("IPv6 no next header"));
    } else if registry().lookup(&Key::IpProto(next)).is_none() {
        let name = values::ip_protocol(u64::from(next)).unwrap_or("Unknown");
        w.columns.set_info(format_args!("Unknown IP Protocol: {name} ({next})"));
    }
    Ok(())
}
