//! Internet Protocol Version 4, RFC 791. Fragments are put together by `analysis`; here they are listed.

pub mod fragments;
pub mod options;
pub mod values;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use etherparse::Ipv4HeaderSlice;

use crate::dissect::columns::Address;
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Names, SET};
use crate::dissect::label::bits;
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::own;
use crate::dissect::registry::registry;
use crate::dissect::sink::NodeId;
use crate::dissect::text::V4;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

mod table {
    use super::*;

    fields! {
        VERSION = "ip.version", "Version", uint(8).whole_byte_mask(0xf0).at(0, 1);
        HDR_LEN = "ip.hdr_len", "Header Length", uint(8).whole_byte_mask(0x0f).at(0, 1).scale(4);
        DSFIELD = "ip.dsfield", "Differentiated Services Field", uint(8).hex().at(1, 1);
        DSCP = "ip.dsfield.dscp", "Differentiated Services Codepoint",
            uint(8).mask(0xfc).values(values::DSCP).at(1, 1);
        ECN = "ip.dsfield.ecn", "Explicit Congestion Notification", uint(8).mask(0x03).values(values::ECN).at(1, 1);
        LEN = "ip.len", "Total Length", uint(16);
        ID = "ip.id", "Identification", uint(16).base(Base::HexDec).at(4, 2);
        FLAGS = "ip.flags", "Flags", uint(8).hex().mask(0xe0).at(6, 1);
        FLAGS_RB = "ip.flags.rb", "Reserved bit", boolean().mask(0x80).names(SET).at(6, 1);
        FLAGS_DF = "ip.flags.df", "Don't fragment", boolean().mask(0x40).names(SET).at(6, 1);
        FLAGS_MF = "ip.flags.mf", "More fragments", boolean().mask(0x20).names(SET).at(6, 1);
        /// In units of eight bytes.
        FRAG_OFFSET = "ip.frag_offset", "Fragment Offset", uint(16).mask(0x1fff).at(6, 2);
        TTL = "ip.ttl", "Time to Live", uint(8).at(8, 1);
        PROTO = "ip.proto", "Protocol", uint(8).names(Names::Function(values::ip_protocol)).at(9, 1);
        CHECKSUM = "ip.checksum", "Header Checksum", uint(16).hex().at(10, 2);
        CHECKSUM_CALCULATED = "ip.checksum_calculated", "Calculated Checksum", uint(16).hex();
        CHECKSUM_STATUS = "ip.checksum.status", "Header checksum status", uint(8).base(Base::None).values(values::CHECKSUM_STATES);
        SRC = "ip.src", "Source Address", ipv4().at(12, 4);
        SRC_HOST = "ip.src_host", "Source Host", string();
        /// Where the packet goes in the end: with a source route not the address in the fixed header.
        DST = "ip.dst", "Destination Address", ipv4().at(16, 4).in_plain_header(20);
        DST_HOST = "ip.dst_host", "Destination Host", string();
        ADDR = "ip.addr", "Source or Destination Address", ipv4().any_of(&[&SRC, &DST]);
        HOST = "ip.host", "Source or Destination Host", string().any_of(&[&SRC_HOST, &DST_HOST]);
        CURRENT_ROUTE = "ip.cur_rt", "Current Route", ipv4();
        CURRENT_ROUTE_HOST = "ip.cur_rt_host", "Current Route Host", string();
        FRAGMENT_OVERLAP = "ip.fragment.overlap", "Fragment overlap", boolean();
        FRAGMENT_CONFLICT = "ip.fragment.overlap.conflict", "Conflicting data in fragment overlap", boolean();
        FRAGMENT_ERROR = "ip.fragment.error", "Defragmentation error", frame();
        FRAGMENT_COUNT = "ip.fragment.count", "Fragment count", uint(32);
        FRAGMENT = "ip.fragment", "IPv4 Fragment", frame();
        FRAGMENTS = "ip.fragments", "IPv4 Fragments", bytes();
        REASSEMBLED_IN = "ip.reassembled_in", "Reassembled IPv4 in frame", frame();
        REASSEMBLED_LENGTH = "ip.reassembled.length", "Reassembled IPv4 length", uint(32);
        REASSEMBLED_DATA = "ip.reassembled.data", "Reassembled IPv4 data", bytes();
    }
}
pub use table::*;

static BOGUS_VERSION: Expert =
    Expert::new("ip.bogus_ip_version", "Bogus IP version", Group::Protocol, Severity::Error);
static BOGUS_HEADER_LENGTH: Expert =
    Expert::new("ip.bogus_header_length", "Bogus IP header length", Group::Protocol, Severity::Error);
static BOGUS_LENGTH: Expert =
    Expert::new("ip.bogus_ip_length", "Bogus IP length", Group::Protocol, Severity::Error);
static CHECKSUM_BAD: Expert =
    Expert::new("ip.checksum_bad.expert", "Bad checksum", Group::Checksum, Severity::Error);
static TTL_LOCAL: Expert = Expert::new("ip.ttl.lncb", "Time To Live", Group::Sequence, Severity::Note);
static TTL_SMALL: Expert = Expert::new("ip.ttl.too_small", "Time To Live", Group::Sequence, Severity::Note);

pub static IP: Protocol = Protocol {
    on: &[Key::EtherType(0x0800), Key::IpProto(4), Key::Ppp(0x0021), Key::Llc(0x06), Key::LinkType(228)],
    fields: ALL_FIELDS,
    experts: &[
        &BOGUS_VERSION,
        &BOGUS_HEADER_LENGTH,
        &BOGUS_LENGTH,
        &CHECKSUM_BAD,
        &TTL_LOCAL,
        &TTL_SMALL,
        &options::LEN_INVALID,
        &options::BEFORE_ADDRESS,
        &options::MIDDLE_ADDRESS,
        &options::SUBOPTION_TOO_LONG,
        &options::NOP_ROW,
        &options::CIPSO_MALFORMED,
    ],
    header,
    walk,
    aside: Some(|layer| layer.header == 20),
    late_column: true,
    passes_on: true,
    ..Protocol::new("ip", "Internet Protocol Version 4", "IPv4")
};

pub static PROTOCOLS: &[&Protocol] = &[&IP];

const COUNT: usize = table::FIELDS.len() + options::FIELDS.len();

/// The fields of the header and of its options.
static ALL_FIELDS: &[&Field] = &joined();

const fn joined() -> [&'static Field; COUNT] {
    let mut all = [&VERSION; COUNT];
    let mut i = 0;
    while i < COUNT {
        all[i] = match i.checked_sub(table::FIELDS.len()) {
            Some(option) => options::FIELDS[option],
            None => table::FIELDS[i],
        };
        i += 1;
    }
    all
}

static FRAGMENT_FIELDS: fragments::Fields = fragments::Fields {
    version: "IPv4",
    fragments: &FRAGMENTS,
    fragment: &FRAGMENT,
    overlap: &FRAGMENT_OVERLAP,
    conflict: &FRAGMENT_CONFLICT,
    error: &FRAGMENT_ERROR,
    count: &FRAGMENT_COUNT,
    reassembled_in: &REASSEMBLED_IN,
    length: &REASSEMBLED_LENGTH,
    data: &REASSEMBLED_DATA,
};

const IGMP: u8 = 2;
const OSPF: u8 = 89;
const PIM: u8 = 103;

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let Ok(ip) = Ipv4HeaderSlice::from_slice(buf.data) else { return unusual(buf) };
    let header = usize::from(ip.ihl()) * 4;
    let total = usize::from(ip.total_len());
    let next = Next::Key(Key::IpProto(ip.protocol().0));
    if total == 0 {
        return Ok(Header::new(header, next));
    }
    if total < header {
        return Ok(Header::new(header, Next::End));
    }
    let next = if ip.is_fragmenting_payload() && waits(buf, total, ip.fragments_offset().value(), chain) {
        Next::Data
    } else {
        next
    };
    Ok(Header::new(header, next).end(total))
}

/// A header that can't be read as one: of another version, too short to be one, or cut.
fn unusual(buf: &Buf) -> Result<Header, Stop> {
    let first = buf.u8(0)?;
    Ok(match (first >> 4, usize::from(first & 15) * 4) {
        // An empty header would say that the packet is another protocol's.
        (4, length) if length < 20 => Header::new(length.max(1), Next::End),
        (4, _) => Header::new(buf.data.len(), Next::End),
        (6, _) => Header::new(0, Next::Quiet(Key::Named("ipv6"))),
        (_, length) => Header::new(length.max(1), Next::End),
    })
}

/// True if a fragment's bytes are kept to be put together: not those of a first fragment that
/// was not captured whole, or that nobody wants joined; these are shown as far as they go.
fn waits(buf: &Buf, total: usize, offset: u16, chain: &Chain) -> bool {
    offset != 0 || (chain.around.settings.ip_defragment && buf.data.len() >= total)
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let first = w.u8(0)?;
    let (version, header) = (first >> 4, usize::from(first & 15) * 4);
    let announced = w.layer.by_ethertype;
    if version == 6 && !announced {
        return Ok(());
    }
    let pictures = pictures(w, first);
    let id = w.fixed_text(&VERSION, format_args!("{}Version: {version}", pictures[0]))?;
    if version != 4 && !announced {
        let node = w.node;
        w.resize(node, 1);
        w.set_title(format_args!("Internet Protocol, bogus version ({version})"));
        remark(w, id, &BOGUS_VERSION, format_args!("Bogus IP version"));
        w.columns.set_protocol("IP");
        w.columns.set_info(format_args!("Bogus IP version ({version})"));
        return Ok(());
    }
    if version != 4 {
        remark(w, id, &BOGUS_VERSION, format_args!("Bogus IPv4 version"));
        w.columns.set_info(format_args!("Bogus IPv4 version ({version}, must be 4)"));
        return Ok(());
    }
    let id = w.fixed_text(
        &HDR_LEN,
        format_args!("{}Header Length: {header} bytes ({})", pictures[1], first & 15),
    )?;
    if header < 20 {
        let node = w.node;
        w.resize(node, header);
        let text = format!("Bogus IP header length ({header}, must be at least 20)");
        remark(w, id, &BOGUS_HEADER_LENGTH, format_args!("{text}"));
        w.columns.set_info(format_args!("{text}"));
        return Ok(());
    }
    dsfield(w)?;
    if !total_length(w, header)? {
        return Ok(());
    }
    w.fixed(&ID)?;
    flags(w)?;
    let destination = w.ipv4(16);
    time_to_live(w, destination)?;
    w.fixed(&PROTO)?;
    header_checksum(w, header)?;
    addresses(w, header)?;
    if header > 20 {
        w.bytes(20, header - 20)?;
        options::emit(w, header)?;
    }
    payload(w)
}

/// The bits of the two halves of the first byte, as labels begin with them.
fn pictures(w: &Walk, byte: u8) -> [String; 2] {
    [0xf0, 0x0f].map(|mask| {
        let mut text = String::new();
        if w.wants_fields() {
            bits(&mut text, mask, u64::from(byte), 8);
        }
        text
    })
}

/// A remark that hangs below a node.
pub fn remark(w: &mut Walk, under: NodeId, expert: &'static Expert, text: fmt::Arguments) {
    w.open(under);
    w.expert_text(expert, under, text);
    w.close();
}

fn dsfield(w: &mut Walk) -> Result<(), Stop> {
    let byte = w.u8(1)?;
    let (dscp, ecn) = (values::dscp_short(byte >> 2), values::ecn_short(byte));
    let id = w.fixed_text(
        &DSFIELD,
        format_args!("Differentiated Services Field: 0x{byte:02x} (DSCP: {dscp}, ECN: {ecn})"),
    )?;
    w.open(id);
    w.fixed(&DSCP)?;
    w.fixed(&ECN)?;
    w.close();
    Ok(())
}

/// The total length, with what is odd about it; false if the packet can't be read on with it.
fn total_length(w: &mut Walk, header: usize) -> Result<bool, Stop> {
    let total = w.be16(2)?;
    let reported = w.buf.reported;
    if total == 0 {
        let text = "presumed to be because of \"TCP segmentation offload\" (TSO)";
        w.put(
            w.node(&LEN, 2, 2, Value::Uint(reported as u64))
                .text(format_args!("Total Length: {reported} bytes (reported as 0, {text})"))
                .bracketed(),
        );
        return Ok(true);
    }
    let value = Value::Uint(u64::from(total));
    if usize::from(total) < header {
        let text = format!("less than header length {header}");
        let id = w.text(&LEN, 2, 2, value, format_args!("Total Length: {total} bytes (bogus, {text})"));
        remark(w, id, &BOGUS_LENGTH, format_args!("Bogus IP length"));
        w.columns.set_info(format_args!("Bogus IP length ({total}, {text})"));
        return Ok(false);
    }
    let id = w.value(&LEN, 2, 2, value);
    if usize::from(total) > reported && !w.is_quoted() {
        remark(
            w,
            id,
            &BOGUS_LENGTH,
            format_args!("IPv4 total length exceeds packet length ({reported} bytes)"),
        );
    }
    Ok(true)
}

fn flags(w: &mut Walk) -> Result<(), Stop> {
    let byte = w.be16(6)?.to_be_bytes()[0];
    let id = w.open_fixed(&FLAGS)?;
    for (bit, name) in [(0x80, "Reserved bit"), (0x40, "Don't fragment"), (0x20, "More fragments")] {
        if byte & bit != 0 {
            w.append(id, format_args!(", {name}"));
        }
    }
    w.fixed(&FLAGS_RB)?;
    w.fixed(&FLAGS_DF)?;
    w.fixed(&FLAGS_MF)?;
    w.close();
    let offset = u32::from(w.be16(6)? & 0x1fff) * 8;
    let id = w.fixed(&FRAG_OFFSET)?;
    if offset != 0 && w.wants_fields() {
        let mut text = String::new();
        bits(&mut text, 0x1fff, u64::from(offset / 8), 16);
        w.relabel(id, format_args!("{text}Fragment Offset: {offset}"));
    }
    Ok(())
}

/// The time to live, and a remark if it is not what the destination calls for.
fn time_to_live(w: &mut Walk, destination: Result<[u8; 4], Stop>) -> Result<(), Stop> {
    let ttl = w.u8(8)?;
    let id = w.fixed(&TTL)?;
    let protocol = w.u8(9)?;
    let Ok(destination) = destination else { return Ok(()) };
    if let [224, 0, 0, last] = destination {
        let right = if protocol == IGMP { Some(1) } else { local_ttl(last) };
        if let Some(right) = right.filter(|right| *right != ttl) {
            remark(
                w,
                id,
                &TTL_LOCAL,
                format_args!(
                    "\"Time To Live\" != {right} for a packet sent to the Local Network Control Block (see RFC 3171)"
                ),
            );
        }
    } else if ttl < 5 && !Ipv4Addr::from(destination).is_multicast() && !matches!(protocol, OSPF | PIM) {
        remark(w, id, &TTL_SMALL, format_args!("\"Time To Live\" only {ttl}"));
    }
    Ok(())
}

/// What the time to live must be for an address of the local network control block 224.0.0.0/24:
/// VRRP, HSRP version 2 and mDNS want 255, LLMNR takes any.
fn local_ttl(last: u8) -> Option<u8> {
    match last {
        18 | 102 | 251 => Some(255),
        252 => None,
        _ => Some(1),
    }
}

fn header_checksum(w: &mut Walk, header: usize) -> Result<(), Stop> {
    let found = w.be16(10)?;
    let status = |w: &mut Walk, value| _ = w.generated(&CHECKSUM_STATUS, 10, Value::Uint(value));
    if !w.context.settings.ip_check_checksum {
        w.fixed_text(&CHECKSUM, format_args!("Header Checksum: 0x{found:04x} [validation disabled]"))?;
        status(w, 2);
        return Ok(());
    }
    let Ok(bytes) = w.bytes(0, header) else {
        w.fixed_text(&CHECKSUM, format_args!("Header Checksum: 0x{found:04x} [unverified]"))?;
        status(w, 2);
        return Ok(());
    };
    let sum = checksum::internet(&[bytes]);
    let right = checksum::expected(sum, found);
    let calculated = Value::Uint(u64::from(right));
    if sum == 0 {
        w.fixed_text(&CHECKSUM, format_args!("Header Checksum: 0x{found:04x} [correct]"))?;
        status(w, 1);
    } else {
        let id = w.fixed_text(
            &CHECKSUM,
            format_args!(
                "Header Checksum: 0x{found:04x} incorrect, should be 0x{right:04x}(may be caused by \"IP checksum offload\"?)"
            ),
        )?;
        remark(w, id, &CHECKSUM_BAD, format_args!("Bad checksum"));
        status(w, 0);
    }
    w.put(w.node(&CHECKSUM_CALCULATED, 10, 2, calculated).bracketed());
    Ok(())
}

/// Source and destination, in tree, title and columns.
fn addresses(w: &mut Walk, header: usize) -> Result<(), Stop> {
    let source = w.ipv4(12)?;
    w.fixed(&SRC)?;
    w.hidden(&ADDR, 12, 4, Value::Ipv4(source));
    host(w, &SRC_HOST, 12, source);
    host(w, &HOST, 12, source);
    let via = w.ipv4(16)?;
    let last = w.bytes(0, header).ok().and_then(options::final_destination);
    let to = last.unwrap_or(via);
    if last.is_some() {
        w.field(&CURRENT_ROUTE, 16, 4)?;
        host(w, &CURRENT_ROUTE_HOST, 16, via);
    } else {
        destination(w, 16)?;
    }
    let context = w.context;
    let shown = |address| Shown { context, address, with_number: true };
    w.title(format_args!(", Src: {}, Dst: {}", shown(source), shown(to)));
    if last.is_some() {
        w.title(format_args!(", Via: {}", shown(via)));
    }
    w.columns.source_is(Address::V4(source));
    w.columns.destination_is(Address::V4(to));
    own::subnets(w, IpAddr::from(source), IpAddr::from(to), (12, 16));
    Ok(())
}

/// The destination, in the fixed header or at the end of a source route.
fn destination(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let address = w.ipv4(at)?;
    w.field(&DST, at, 4)?;
    w.hidden(&ADDR, at, 4, Value::Ipv4(address));
    host(w, &DST_HOST, at, address);
    host(w, &HOST, at, address);
    Ok(())
}

/// The name of an address, or the address again, as a hidden field.
fn host(w: &mut Walk, field: &'static Field, at: usize, address: [u8; 4]) {
    if w.wants_fields() && w.wants(field) {
        let name = Shown { context: w.context, address, with_number: false }.to_string();
        w.hidden(field, at, 4, Value::Str(&name));
    }
}

/// An address by its name, where names are wanted and it has one.
struct Shown<'a> {
    context: &'a crate::dissect::context::Context<'a>,
    address: [u8; 4],
    /// `name (10.0.0.1)` and not just `name`.
    with_number: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names::host(self.context.names, self.context.settings, self.address.into()) {
            Some(name) if self.with_number => write!(f, "{name} ({})", V4(self.address)),
            Some(name) => f.write_str(&name),
            None => V4(self.address).fmt(f),
        }
    }
}

/// The fragments, and what Info says of a payload that nobody takes.
fn payload(w: &mut Walk) -> Result<(), Stop> {
    let context = w.context;
    let facts = context.facts.fragments(w.index);
    if let Some(facts) = facts {
        fragments::emit(w, &FRAGMENT_FIELDS, facts);
    }
    let (protocol, word) = (w.u8(9)?, w.be16(6)?);
    let name = values::ip_protocol(u64::from(protocol)).unwrap_or("Unknown");
    let (offset, more) = (u32::from(word & 0x1fff) * 8, word & 0x2000 != 0);
    let data = registry().data;
    let unknown = w.following().is_none_or(|l| l.protocol == data);
    if (offset != 0 || more) && unknown && facts.is_none_or(|f| f.segments.is_empty()) {
        let id = w.be16(4)?;
        w.columns.set_info(format_args!(
            "Fragmented IP protocol (proto={name} {protocol}, off={offset}, ID={id:04x})"
        ));
        if let Some(frame) = facts.and_then(|f| f.reassembled_in) {
            w.columns.append_info(format_args!(" [Reassembled in #{frame}]"));
        }
    } else if registry().lookup(&Key::IpProto(protocol)).is_none() && w.following().is_some() {
        w.columns.set_info(format_args!("{name} ({protocol})"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::{Layers, Surroundings};

    fn header_of(bytes: &[u8]) -> Header {
        let (layers, settings, facts) = (Layers::default(), Settings::default(), Facts::default());
        let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
        let chain = Chain { layers: &layers, around: &around };
        header(&Buf::whole(bytes), &chain).expect("a header")
    }

    fn packet(total: u16, flags: u16) -> Vec<u8> {
        let mut p = vec![0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        p[2..4].copy_from_slice(&total.to_be_bytes());
        p[6..8].copy_from_slice(&flags.to_be_bytes());
        p.extend([0; 12]);
        p
    }

    #[test]
    fn the_payload_ends_with_the_total_length() {
        let h = header_of(&packet(28, 0));
        assert_eq!((h.len, h.end, h.next), (20, Some(28), Next::Key(Key::IpProto(17))));
    }

    #[test]
    fn fragments_are_not_given_on() {
        assert_eq!(header_of(&packet(32, 0x2000)).next, Next::Data);
        assert_eq!(header_of(&packet(32, 0x0001)).next, Next::Data);
        assert_eq!(header_of(&packet(400, 0x2000)).next, Next::Key(Key::IpProto(17)), "cut");
    }

    #[test]
    fn odd_headers_end_without_a_payload() {
        assert_eq!(header_of(&[0x44; 40]).len, 16);
        assert_eq!(header_of(&[0x55; 40]).next, Next::End);
        assert_eq!(header_of(&packet(10, 0)).next, Next::End);
    }
}
