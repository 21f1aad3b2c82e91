//! Generic Routing Encapsulation: RFC 2784 and RFC 2890, the source routes of RFC 1701, the enhanced form of PPTP
//! (RFC 2637), WCCP's redirect header, and the attributes that 3GPP2 puts behind it (A.S0008).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Names, YES};
use crate::dissect::label::bits;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::values::CHECKSUM_STATES;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    FLAGS = "gre.flags_and_version", "Flags and Version", uint(16).hex().at(0, 2);
    FLAG_CHECKSUM = "gre.flags.checksum", "Checksum Bit", boolean().mask(0x8000).names(YES).at(0, 2);
    FLAG_ROUTING = "gre.flags.routing", "Routing Bit", boolean().mask(0x4000).names(YES).at(0, 2);
    FLAG_KEY = "gre.flags.key", "Key Bit", boolean().mask(0x2000).names(YES).at(0, 2);
    FLAG_SEQUENCE = "gre.flags.sequence_number", "Sequence Number Bit",
        boolean().mask(0x1000).names(YES).at(0, 2);
    FLAG_STRICT = "gre.flags.strict_source_route", "Strict Source Route Bit",
        boolean().mask(0x0800).names(YES).at(0, 2);
    FLAG_RECURSION = "gre.flags.recursion_control", "Recursion control", uint(16).mask(0x0700).at(0, 2);
    FLAG_ACK = "gre.flags.ack", "Acknowledgment", boolean().mask(0x0080).names(YES);
    FLAG_RESERVED = "gre.flags.reserved", "Flags (Reserved)", uint(16).mask(0x00f8);
    VERSION = "gre.flags.version", "Version",
        uint(16).mask(0x0007).values(&[(0, "GRE"), (1, "Enhanced GRE")]).at(0, 2);
    PROTO = "gre.proto", "Protocol Type", uint(16).hex().values(PROTOCOL_TYPES).at(2, 2);
    CHECKSUM = "gre.checksum", "Checksum", uint(16).hex();
    CHECKSUM_STATUS = "gre.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    OFFSET = "gre.offset", "Offset", uint(16);
    KEY = "gre.key", "Key", uint(32).hex();
    KEY_PAYLOAD_LENGTH = "gre.key.payload_length", "Payload Length", uint(16);
    KEY_CALL_ID = "gre.key.call_id", "Call ID", uint(16);
    SEQUENCE = "gre.sequence_number", "Sequence Number", uint(32);
    ACK = "gre.ack_number", "Acknowledgment Number", uint(32);
    ROUTING = "gre.routing", "Routing", none();
    ROUTING_FAMILY = "gre.routing.address_family", "Address Family", uint(16);
    ROUTING_OFFSET = "gre.routing.sre_offset", "SRE Offset", uint(8);
    ROUTING_LENGTH = "gre.routing.src_length", "SRE Length", uint(8);
    ROUTING_INFORMATION = "gre.routing.information", "Routing Information", bytes();
    ATTRIBUTES = "gre.3gpp2_attrib", "3GPP2 Attributes", none();
    ATTRIBUTE_ID = "gre.3gpp2_attrib_id", "Type", uint(8).hex().mask(0x7f).values(ATTRIBUTE_IDS);
    ATTRIBUTE_LENGTH = "gre.3gpp2_attrib_length", "Length", uint(8).hex();
    SDI = "gre.3gpp2_sdi", "SDI/DOS", boolean().mask(0x8000).names(SUITABLE);
    FCI = "gre.3gpp2_fci", "Flow Control Indicator", boolean().mask(0x8000).names(Names::TrueFalse("XOFF", "XON"));
    DI = "gre.3gpp2_di", "Duration Indicator",
        boolean().mask(0x4000).names(Names::TrueFalse("INDEFINITE:", "TEMPORARY"));
    FLOW = "gre.ggp2_flow_disc", "Flow ID", bytes();
    SEGMENT = "gre.ggp2_3gpp2_seg", "Type", uint(16).hex().mask(0xc000).values(SEGMENTS);
    WCCP = "gre.wccp.redirect_header", "Redirect Header", none();
    WCCP_DYNAMIC = "gre.wccp.dynamic_service", "Dynamic Service",
        boolean().mask(0x01).names(Names::TrueFalse("Dynamic service", "Well-known service"));
    WCCP_ALTERNATIVE = "gre.wccp.alternative_bucket_used", "Alternative bucket used",
        boolean().mask(0x02).names(Names::TrueFalse("Alternative bucket used", "Primary bucket used"));
    WCCP_VALID = "gre.wccp.redirect_header_valid", "WCCP Redirect header is valid",
        boolean().mask(0x04).names(Names::TrueFalse(
            "Header is present, but ignore contents",
            "Header contents are valid",
        ));
    WCCP_SERVICE = "gre.wccp.service_id", "Service ID", uint(8).values(&[(0, "HTTP")]);
    WCCP_ALTERNATIVE_BUCKET = "gre.wccp.alternative_bucket", "Alternative Bucket", uint(8);
    WCCP_PRIMARY_BUCKET = "gre.wccp.primary_bucket", "Primary Bucket", uint(8);
}

/// What is carried over GRE: mostly EtherTypes, with exceptions.
const PROTOCOL_TYPES: &[(u64, &str)] = &[
    (0x0000, "Possible GRE keepalive packet"),
    (0x880b, "PPP"),
    (0x0800, "IP"),
    (0x0806, "ARP"),
    (0x00fe, "OSI"),
    (0x883e, "WCCP"),
    (0x2000, "CDP (Cisco)"),
    (0x2001, "NHRP"),
    (0x88be, "ERSPAN"),
    (0x22eb, "ERSPAN III"),
    (0x6400, "MIKROTIK EoIP"),
    (0xfeae, "AIROHIVE AP AP"),
    (0x8137, "IPX"),
    (0x6558, "Transparent Ethernet bridging"),
    (0x6559, "Frame Relay"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS label switched packet"),
    (0x894f, "Network Service Header"),
    (0x8881, "CDMA2000 A10 Unstructured byte stream"),
    (0x88d2, "CDMA2000 A10 3GPP2 Packet"),
    (0x8909, "CiscoMetaData"),
    (0xb7ea, "Huawei GRE bonding"),
    (0x8200, "ARUBA WLAN"),
    (0x8210, "ARUBA WLAN"),
    (0x8220, "ARUBA WLAN"),
    (0x8230, "ARUBA WLAN"),
    (0x8240, "ARUBA WLAN"),
    (0x8250, "ARUBA WLAN"),
    (0x8260, "ARUBA WLAN"),
    (0x8270, "ARUBA WLAN"),
    (0x8280, "ARUBA WLAN"),
    (0x8290, "ARUBA WLAN"),
    (0x82a0, "ARUBA WLAN"),
    (0x82b0, "ARUBA WLAN"),
    (0x82c0, "ARUBA WLAN"),
    (0x82d0, "ARUBA WLAN"),
    (0x82e0, "ARUBA WLAN"),
    (0x82f0, "ARUBA WLAN"),
    (0x8300, "ARUBA WLAN"),
    (0x8310, "ARUBA WLAN"),
    (0x8320, "ARUBA WLAN"),
    (0x8330, "ARUBA WLAN"),
    (0x8340, "ARUBA WLAN"),
    (0x8350, "ARUBA WLAN"),
    (0x8360, "ARUBA WLAN"),
    (0x8370, "ARUBA WLAN"),
    (0x9000, "ARUBA WLAN"),
];

const ATTRIBUTE_IDS: &[(u64, &str)] = &[
    (1, "1x SDB/HRPD DOS Indicator"),
    (2, "Flow Control Indication"),
    (3, "IP Flow Discriminator"),
    (4, "Segmentation Indication"),
];
const SEGMENTS: &[(u64, &str)] = &[(0, "Packet Started"), (1, "Packet continued"), (2, "Packet Ended")];
const SUITABLE: Names = Names::TrueFalse("Packet suitable for 1x SDB or HRPD DOS transmission", "Reserved");

static CHECKSUM_INCORRECT: Expert =
    Expert::new("gre.checksum.incorrect", "Incorrect GRE Checksum", Group::Protocol, Severity::Warning);

pub static GRE: Protocol = Protocol {
    on: &[Key::IpProto(47), Key::UdpPort(4754)],
    fields: FIELDS,
    experts: &[&CHECKSUM_INCORRECT],
    needs: 4,
    late_column: true,
    header,
    walk,
    ..Protocol::new("gre", "Generic Routing Encapsulation", "GRE")
};

pub static PROTOCOLS: &[&Protocol] = &[&GRE];

const HAS_CHECKSUM: u16 = 0x8000;
const HAS_ROUTING: u16 = 0x4000;
const HAS_KEY: u16 = 0x2000;
const HAS_SEQUENCE: u16 = 0x1000;
const HAS_ACK: u16 = 0x0080;

const PPP: u16 = 0x880b;
const WCCP_TYPE: u16 = 0x883e;
const A10_STREAM: u16 = 0x8881;
const A10_PACKET: u16 = 0x88d2;

/// PPTP (RFC 2637 4.1) and the links of CDMA2000 split the key and may acknowledge.
fn is_enhanced(flags: u16, kind: u16) -> bool {
    match kind {
        PPP => flags & 7 == 1,
        A10_STREAM | A10_PACKET => true,
        _ => false,
    }
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (flags, kind) = (buf.be16(0)?, buf.be16(2)?);
    let mut len = 4;
    if flags & (HAS_CHECKSUM | HAS_ROUTING) != 0 {
        len += 4;
    }
    if flags & HAS_KEY != 0 {
        len += 4;
    }
    if flags & HAS_SEQUENCE != 0 {
        len += 4;
    }
    if is_enhanced(flags, kind) && flags & HAS_ACK != 0 {
        len += 4;
    }
    if flags & HAS_ROUTING != 0 {
        len = after_routes(buf, len)?;
    }
    match kind {
        WCCP_TYPE if has_redirect(buf, len) => len += 4,
        A10_PACKET => len = after_attributes(buf, len)?,
        _ => {}
    }
    buf.bytes(0, len)?;
    Ok(Header::new(len, next(flags, kind)))
}

/// Who takes the payload. Not everything with an EtherType is known to be carried here; what isn't is shown as
/// data within this layer.
fn next(flags: u16, kind: u16) -> Next {
    let name = match kind {
        0x0800 | WCCP_TYPE => "ip",
        0x86dd => "ipv6",
        0x0806 => "arp",
        0x6558 => "eth",
        0x6559 => "fr",
        PPP => "ppp",
        A10_STREAM | A10_PACKET => "ppp_hdlc",
        0x8847 => "mpls",
        // With a sequence number there is a header of version II or III.
        0x88be if flags & HAS_SEQUENCE != 0 => "erspan",
        0 => return Next::End,
        _ if PROTO.value_name(u64::from(kind)).is_some() => return Next::Quiet(Key::Gre(kind)),
        _ => return Next::End,
    };
    Next::Quiet(Key::Named(name))
}

/// A packet that WCCP redirects begins with four bytes of its own unless it begins like an IPv4 header.
fn has_redirect(buf: &Buf, at: usize) -> bool {
    buf.u8(at).is_ok_and(|b| b >> 4 != 4)
}

/// The end of the source routes (RFC 1701): one with family and length 0 is the last.
fn after_routes(buf: &Buf, mut at: usize) -> Result<usize, Stop> {
    loop {
        let (family, len) = (buf.be16(at)?, usize::from(buf.u8(at + 3)?));
        at += 4 + len;
        if family == 0 && len == 0 {
            return Ok(at);
        }
    }
}

/// The end of the attributes: the highest bit of the type marks the last.
fn after_attributes(buf: &Buf, mut at: usize) -> Result<usize, Stop> {
    loop {
        let (kind, len) = (buf.u8(at)?, usize::from(buf.u8(at + 1)?));
        at += 2 + len;
        if kind & 0x80 != 0 {
            return Ok(at);
        }
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let (flags, kind) = (w.be16(0)?, w.be16(2)?);
    match PROTO.value_name(u64::from(kind)) {
        Some(name) => {
            w.title(format_args!(" ({name})"));
            w.columns.set_info(format_args!("Encapsulated {name}"));
        }
        None => {
            w.title(format_args!(" (0x{kind:04X} - unknown)"));
            w.columns.set_info(format_args!("Encapsulated 0x{kind:04X} (unknown)"));
        }
    }
    flag_bits(w, flags, kind)?;
    w.fixed(&PROTO)?;
    let mut at = 4;
    if flags & (HAS_CHECKSUM | HAS_ROUTING) != 0 {
        check(w, flags)?;
        w.field(&OFFSET, 6, 2)?;
        at = 8;
    }
    if flags & HAS_KEY != 0 {
        if is_enhanced(flags, kind) {
            w.field(&KEY_PAYLOAD_LENGTH, at, 2)?;
            w.field(&KEY_CALL_ID, at + 2, 2)?;
        } else {
            w.field(&KEY, at, 4)?;
        }
        at += 4;
    }
    if flags & HAS_SEQUENCE != 0 {
        w.field(&SEQUENCE, at, 4)?;
        at += 4;
    }
    if is_enhanced(flags, kind) && flags & HAS_ACK != 0 {
        w.field(&ACK, at, 4)?;
        at += 4;
    }
    if flags & HAS_ROUTING != 0 {
        at = routes(w, at)?;
    }
    match kind {
        WCCP_TYPE if has_redirect(&w.buf, at) => redirect(w, at),
        A10_PACKET => attributes(w, at),
        _ if next(flags, kind) == Next::End => {
            let rest = w.remaining(at);
            w.nest(Next::Data, at, rest);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn flag_bits(w: &mut Walk, flags: u16, kind: u16) -> Result<(), Stop> {
    w.open_fixed(&FLAGS)?;
    for flag in [&FLAG_CHECKSUM, &FLAG_ROUTING, &FLAG_KEY, &FLAG_SEQUENCE, &FLAG_STRICT, &FLAG_RECURSION] {
        w.fixed(flag)?;
    }
    if is_enhanced(flags, kind) {
        w.field(&FLAG_ACK, 0, 2)?;
        let value = u64::from(flags >> 3 & 0x0f);
        let mut picture = String::new();
        bits(&mut picture, 0x78, u64::from(flags), 16);
        w.text(&FLAG_RESERVED, 0, 2, Value::Uint(value), format_args!("{picture}Flags (Reserved): {value}"));
    } else {
        w.field(&FLAG_RESERVED, 0, 2)?;
    }
    w.fixed(&VERSION)?;
    w.close();
    Ok(())
}

/// The checksum goes over header and payload; with routes alone its place is there but says nothing.
fn check(w: &mut Walk, flags: u16) -> Result<(), Stop> {
    let found = w.be16(4)?;
    let value = Value::Uint(u64::from(found));
    let whole = w.buf.data.len() == w.buf.reported;
    if flags & HAS_CHECKSUM == 0 || !whole || w.is_quoted() {
        w.text(&CHECKSUM, 4, 2, value, format_args!("Checksum: 0x{found:04x} [unverified]"));
        w.generated(&CHECKSUM_STATUS, 4, Value::Uint(2));
        return Ok(());
    }
    let sum = checksum::internet(&[w.buf.data]);
    if sum == 0 {
        w.text(&CHECKSUM, 4, 2, value, format_args!("Checksum: 0x{found:04x} [correct]"));
    } else {
        let right = checksum::expected(sum, found);
        let id = w.text(
            &CHECKSUM,
            4,
            2,
            value,
            format_args!("Checksum: 0x{found:04x} incorrect, should be 0x{right:04x}"),
        );
        w.open(id);
        w.expert_text(
            &CHECKSUM_INCORRECT,
            id,
            format_args!("Incorrect GRE Checksum [should be 0x{right:04x}]"),
        );
        w.close();
    }
    w.generated(&CHECKSUM_STATUS, 4, Value::Uint(u64::from(sum == 0)));
    Ok(())
}

fn routes(w: &mut Walk, mut at: usize) -> Result<usize, Stop> {
    loop {
        let (family, len) = (w.be16(at)?, usize::from(w.u8(at + 3)?));
        w.value(&ROUTING, at, 4 + len, Value::None);
        w.field(&ROUTING_FAMILY, at, 2)?;
        w.field(&ROUTING_OFFSET, at + 2, 1)?;
        w.field(&ROUTING_LENGTH, at + 3, 1)?;
        if len > 0 {
            w.field(&ROUTING_INFORMATION, at + 4, len)?;
        }
        at += 4 + len;
        if family == 0 && len == 0 {
            return Ok(at);
        }
    }
}

fn redirect(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let id = w.value(&WCCP, at, 4, Value::None);
    w.open(id);
    w.field(&WCCP_DYNAMIC, at, 1)?;
    w.field(&WCCP_ALTERNATIVE, at, 1)?;
    w.field(&WCCP_VALID, at, 1)?;
    w.field(&WCCP_SERVICE, at + 1, 1)?;
    w.field(&WCCP_ALTERNATIVE_BUCKET, at + 2, 1)?;
    w.field(&WCCP_PRIMARY_BUCKET, at + 3, 1)?;
    w.close();
    Ok(())
}

fn attributes(w: &mut Walk, mut at: usize) -> Result<(), Stop> {
    let end = after_attributes(&w.buf, at)?;
    let top = w.value(&ATTRIBUTES, at, end - at, Value::None);
    w.open(top);
    while at < end {
        let (kind, len) = (w.u8(at)? & 0x7f, usize::from(w.u8(at + 1)?));
        let node = match ATTRIBUTE_ID.value_name(u64::from(kind)) {
            Some(name) => w.label(at, len + 2, format_args!("{name}")),
            None => w.label(at, len + 2, format_args!("{kind} (Unknown)")),
        };
        w.open(node);
        w.field(&ATTRIBUTE_ID, at, 1)?;
        w.field(&ATTRIBUTE_LENGTH, at + 1, 1)?;
        let at_value = at + 2;
        match kind {
            1 => {
                let word = w.be16(at_value)?;
                w.append(node, format_args!(" - {}", SDI.value_name(u64::from(word >> 15)).unwrap_or("")));
                w.field(&SDI, at_value, 2)?;
            }
            2 => {
                let word = w.be16(at_value)?;
                let (on, long) = (word & 0x8000 != 0, word & 0x4000 != 0);
                w.append(
                    node,
                    format_args!(
                        " - {}/{}",
                        if on { "XON" } else { "XOFF" },
                        if long { "INDEFINITE" } else { "TEMPORARY" }
                    ),
                );
                w.field(&FCI, at_value, 2)?;
                w.field(&DI, at_value, 2)?;
            }
            3 => {
                let first = w.u8(at_value)?;
                w.append(node, format_args!(" - 0x{first:x}"));
                w.field(&FLOW, at_value, len)?;
            }
            4 => {
                let word = w.be16(at_value)?;
                let name = SEGMENT.value_name(u64::from(word >> 14)).unwrap_or("Unknown");
                w.append(node, format_args!(" - {name}"));
                w.field(&SEGMENT, at_value, 2)?;
            }
            _ => {}
        }
        w.close();
        at += 2 + len;
    }
    w.close();
    Ok(())
}
