//! GPRS Tunneling Protocol: user packets (3GPP TS 29.281) far enough to reach the packet inside, and the heads of
//! control messages of version 1 (TS 29.060), of GTP' (TS 32.295) and of version 2 (TS 29.274). The information
//! elements of control messages are not taken apart.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::field::{Base, Names, YES};
use crate::dissect::label::bits;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    FLAGS = "gtp.flags", "Flags", uint(8).hex().at(0, 1);
    VERSION = "gtp.flags.version", "Version", uint(8).mask(0xe0).values(VERSIONS).at(0, 1);
    PAYLOAD_TYPE = "gtp.flags.payload", "Protocol type",
        uint(8).mask(0x10).values(&[(0, "GTP'"), (1, "GTP")]).at(0, 1);
    RESERVED = "gtp.flags.reserved", "Reserved", uint(8).mask(0x0e);
    HEADER_LENGTH = "gtp.flags.hdr_length", "Header length",
        boolean().mask(0x01).names(Names::TrueFalse("6-Octet Header", "20-Octet Header"));
    FLAG_EXTENSION = "gtp.flags.e", "Is Next Extension Header present?", boolean().mask(0x04).names(YES);
    FLAG_SEQUENCE = "gtp.flags.s", "Is Sequence Number present?", boolean().mask(0x02).names(YES);
    FLAG_NPDU = "gtp.flags.pn", "Is N-PDU number present?", boolean().mask(0x01).names(YES);
    MESSAGE = "gtp.message", "Message Type", uint(8).hex().values(MESSAGES).at(1, 1);
    LENGTH = "gtp.length", "Length", uint(16).at(2, 2);
    TEID = "gtp.teid", "TEID", uint(32).base(Base::HexDec);
    SEQUENCE = "gtp.seq_number", "Sequence number", uint(16).base(Base::HexDec);
    NPDU_NUMBER = "gtp.npdu_number", "N-PDU Number", uint(8).hex();
    EXT = "gtp.ext_hdr", "Extension header", none();
    EXT_NEXT = "gtp.ext_hdr.next", "Next extension header type", uint(8).hex().values(EXTENSIONS);
    EXT_LENGTH = "gtp.ext_hdr.length", "Extension Header Length", uint(8);
    EXT_UDP_PORT = "gtp.ext_hdr.udp_port", "UDP Port", uint(16);
    EXT_PDCP = "gtp.ext_hdr.pdcp_sn", "PDCP Sequence Number", uint(16);
    EXT_RAN = "gtp.ext_hdr.ran_cont", "RAN Container", bytes();
    EXT_XW_RAN = "gtp.ext_hdr.xw_ran_cont", "Xw RAN Container", bytes();
    EXT_SPARE_BITS = "gtp.ext_hdr.spare_bits", "Spare", uint(8).hex().mask(0xfc);
    EXT_LONG_PDCP = "gtp.ext_hdr.long_pdcp_sn", "Long PDCP Sequence Number", uint(24);
    EXT_SPARE_BYTES = "gtp.ext_hdr.spare_bytes", "Spare", bytes();
    PDU_TYPE = "gtp.ext_hdr.pdu_ses_con.pdu_type", "PDU Type",
        uint(8).mask(0xf0).values(&[(0, "DL PDU SESSION INFORMATION"), (1, "UL PDU SESSION INFORMATION")]);
    SPARE_LOW = "gtp.spare.h1", "Spare", uint(8).hex().mask(0x0f);
    SPARE_HIGH = "gtp.spare.b7b6", "Spare", uint(8).hex().mask(0xc0);
    SPARE_REST = "gtp.spare.b4b0", "Spare", uint(8).hex().mask(0x1f);
    PAGING = "gtp.ext_hdr.pdu_ses_cont.ppp", "Paging Policy Presence (PPP)", boolean().mask(0x80).names(PRESENT);
    REFLECTIVE = "gtp.ext_hdr.pdu_ses_cont.rqi", "Reflective QoS Indicator (RQI)",
        boolean().mask(0x40).names(PRESENT);
    QFI = "gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS Flow Identifier (QFI)", uint(8).mask(0x3f);
    PPI = "gtp.ext_hdr.pdu_ses_cont.ppi", "Paging Policy Indicator (PPI)", uint(8).mask(0xe0);
    FLAG_SNDCP = "gtp.flags.snn", "Is SNDCP N-PDU included?", boolean().mask(0x01).names(YES);
    FLOW_LABEL = "gtp.flow_label", "Flow label", uint(16).hex();
    SNDCP_NUMBER = "gtp.sndcp_number", "SNDCP N-PDU LLC Number", uint(8).hex();
    TID = "gtp.tid", "TID", string();
    TPDU_DATA = "gtp.tpdu_data", "T-PDU Data", bytes();
}

mod prime {
    use super::*;

    fields! {
        VERSION = "gtp.prim.flags.version", "Version", uint(8).mask(0xe0).at(0, 1);
    }
}

mod v2 {
    use super::*;

    fields! {
        FLAGS = "gtpv2.flags", "Flags", uint(8).hex().at(0, 1);
        VERSION = "gtpv2.version", "Version", uint(8).mask(0xe0).at(0, 1);
        PIGGYBACK = "gtpv2.p", "Piggybacking flag (P)", uint(8).mask(0x10).at(0, 1);
        TEID_FLAG = "gtpv2.t", "TEID flag (T)", uint(8).mask(0x08).at(0, 1);
        PRIORITY = "gtpv2.mp", "Message Priority(MP)", uint(8).mask(0x04).at(0, 1);
        MESSAGE = "gtpv2.message_type", "Message Type", uint(8).values(MESSAGES_V2).at(1, 1);
        LENGTH = "gtpv2.msg_length", "Message Length", uint(16).at(2, 2);
        TEID = "gtpv2.teid", "Tunnel Endpoint Identifier", uint(32).base(Base::HexDec);
        SEQUENCE = "gtpv2.seq", "Sequence Number", uint(24).base(Base::HexDec);
        SPARE = "gtpv2.spare", "Spare", uint(16);
    }
}

const PRESENT: Names = Names::TrueFalse("Present", "Not Present");
const VERSIONS: &[(u64, &str)] = &[
    (0, "GTP release 97/98 version"),
    (1, "GTP release 99 version"),
    (2, "GTPv2-C"),
    (3, "None"),
    (4, "None"),
    (5, "None"),
    (6, "None"),
    (7, "None"),
];
const EXTENSIONS: &[(u64, &str)] = &[
    (0x00, "No more extension headers"),
    (0x01, "MBMS support indication"),
    (0x02, "MS Info Change Reporting support indication"),
    (0x03, "Long PDCP PDU Number"),
    (0x20, "Service Class Indicator"),
    (0x40, "UDP Port number"),
    (0x81, "RAN container"),
    (0x82, "Long PDCP PDU number"),
    (0x83, "Xw RAN container"),
    (0x84, "NR RAN container"),
    (0x85, "PDU Session container"),
    (0xc0, "PDCP PDU number"),
    (0xc1, "Suspend Request"),
    (0xc2, "Suspend Response"),
];

pub static GTP: Protocol = Protocol {
    on: &[Key::UdpPort(2123), Key::UdpPort(2152)],
    fields: FIELDS,
    passes_on: true,
    header,
    walk,
    ..Protocol::new("gtp", "GPRS Tunneling Protocol", "GTP")
};

pub static GTP_PRIME: Protocol = Protocol {
    on: &[Key::UdpPort(3386)],
    fields: prime::FIELDS,
    passes_on: true,
    header: |buf, _| {
        let is_gtp = buf.u8(0)? & 0x10 != 0;
        Ok(if is_gtp { Header::new(0, Next::Quiet(Key::Named("gtp"))) } else { Header::last() })
    },
    walk: prime_message,
    ..Protocol::new("gtpprime", "GPRS Tunneling Protocol Prime", "GTP")
};

pub static GTP_V2: Protocol = Protocol {
    fields: v2::FIELDS,
    header: |buf, _| Ok(Header::new(4 + usize::from(buf.be16(2)?), Next::End)),
    walk: v2_message,
    ..Protocol::new("gtpv2", "GPRS Tunneling Protocol V2", "GTPv2")
};

pub static PROTOCOLS: &[&Protocol] = &[&GTP, &GTP_PRIME, &GTP_V2];

/// A packet of a user.
const T_PDU: u8 = 0xff;
/// Bytes of the header of version 0.
const VERSION_0: usize = 20;
/// Bytes that every message of version 1 begins with.
const SHORT: usize = 8;
/// Bytes of the header if any of the optional parts is there.
const LONG: usize = 12;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (flags, message) = (buf.u8(0)?, buf.u8(1)?);
    if flags >> 5 == 2 {
        return Ok(Header::new(0, Next::Quiet(Key::Named("gtpv2"))));
    }
    let len = if flags >> 5 == 0 { VERSION_0 } else { SHORT };
    let end = len + usize::from(buf.be16(2)?);
    if message != T_PDU {
        return Ok(Header::new(end, Next::End));
    }
    let len = header_len(buf)?;
    Ok(Header::new(len, inner(buf, len)).end(end))
}

/// The header of a user packet with its extension headers, each of which counts its length in fours.
fn header_len(buf: &Buf) -> Result<usize, Stop> {
    let flags = buf.u8(0)?;
    if flags >> 5 == 0 {
        return Ok(VERSION_0);
    }
    if flags & 7 == 0 {
        return Ok(SHORT);
    }
    let mut at = LONG;
    let mut next = buf.u8(11)?;
    while flags & 4 != 0 && next != 0 {
        let len = usize::from(buf.u8(at)?) * 4;
        if len == 0 {
            return Err(Stop::invalid("an extension header without a length", at));
        }
        next = buf.u8(at + len - 1)?;
        at += len;
    }
    Ok(at)
}

/// What a user packet is, by its first byte.
fn inner(buf: &Buf, at: usize) -> Next {
    match buf.u8(at) {
        Ok(0x45..=0x4f) => Next::Quiet(Key::Named("ip")),
        Ok(0x60..=0x6f) => Next::Quiet(Key::Named("ipv6")),
        _ => Next::End,
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    if w.u8(0)? >> 5 == 2 {
        return Ok(());
    }
    let (flags, message) = (w.u8(0)?, w.u8(1)?);
    match MESSAGE.value_name(u64::from(message)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown")),
    }
    if flags >> 5 == 0 {
        version_0(w)?;
        return if message == T_PDU { user_packet(w) } else { Ok(()) };
    }
    version_1_flags(w, flags)?;
    w.fixed(&MESSAGE)?;
    w.fixed(&LENGTH)?;
    w.field(&TEID, 4, 4)?;
    if flags & 2 != 0 {
        w.field(&SEQUENCE, 8, 2)?;
    }
    if flags & 1 != 0 {
        w.field(&NPDU_NUMBER, 10, 1)?;
    }
    if flags & 4 != 0 {
        w.field(&EXT_NEXT, 11, 1)?;
        extensions(w)?;
    }
    if message == T_PDU {
        user_packet(w)?;
    }
    Ok(())
}

/// The Protocol column names what is inside; bytes that are no packet are shown as they are.
fn user_packet(w: &mut Walk) -> Result<(), Stop> {
    let at = header_len(&w.buf)?;
    let first = w.u8(at).ok();
    match inner(&w.buf, at) {
        Next::End if first == Some(0) => {
            w.columns.set_protocol("GTP <GTP>");
            w.close();
            let rest = w.buf.from(at);
            w.value(&TPDU_DATA, at, rest.len(), Value::Bytes(rest));
        }
        Next::End => {}
        _ => w.columns.wrap_protocol("GTP <", ">"),
    }
    Ok(())
}

/// GSM 09.60: the tunnel is named by digits of the subscriber's number.
fn version_0(w: &mut Walk) -> Result<(), Stop> {
    w.open_fixed(&FLAGS)?;
    w.fixed(&VERSION)?;
    w.fixed(&PAYLOAD_TYPE)?;
    w.field(&RESERVED, 0, 1)?;
    w.field(&FLAG_SNDCP, 0, 1)?;
    w.close();
    w.fixed(&MESSAGE)?;
    w.fixed(&LENGTH)?;
    w.field(&SEQUENCE, 4, 2)?;
    w.field(&FLOW_LABEL, 6, 2)?;
    w.field(&SNDCP_NUMBER, 8, 1)?;
    let digits: String = w
        .bytes(12, 8)?
        .iter()
        .flat_map(|b| [b & 15, b >> 4])
        .map(|d| char::from_digit(u32::from(d), 10).unwrap_or(' '))
        .collect();
    w.value(&TID, 12, 8, Value::Str(&digits));
    Ok(())
}

fn version_1_flags(w: &mut Walk, flags: u8) -> Result<(), Stop> {
    w.open_fixed(&FLAGS)?;
    w.fixed(&VERSION)?;
    w.fixed(&PAYLOAD_TYPE)?;
    let reserved = flags >> 3 & 1;
    let mut picture = String::new();
    bits(&mut picture, 0x08, u64::from(flags), 8);
    w.text(&RESERVED, 0, 1, Value::Uint(u64::from(reserved)), format_args!("{picture}Reserved: {reserved}"));
    for flag in [&FLAG_EXTENSION, &FLAG_SEQUENCE, &FLAG_NPDU] {
        w.field(flag, 0, 1)?;
    }
    w.close();
    Ok(())
}

fn extensions(w: &mut Walk) -> Result<(), Stop> {
    let end = header_len(&w.buf)?;
    let mut kind = w.u8(11)?;
    let mut at = LONG;
    while kind != 0 && at < end {
        let len = usize::from(w.u8(at)?) * 4;
        let name = EXT_NEXT.value_name(u64::from(kind)).unwrap_or("Unknown");
        let node = w.text(&EXT, at, len, Value::None, format_args!("Extension header ({name})"));
        w.open(node);
        w.field(&EXT_LENGTH, at, 1)?;
        extension(w, kind, at + 1, len - 2)?;
        kind = w.u8(at + len - 1)?;
        w.field(&EXT_NEXT, at + len - 1, 1)?;
        w.close();
        at += len;
    }
    Ok(())
}

/// What an extension header holds between its length and the type of the next.
fn extension(w: &mut Walk, kind: u8, at: usize, len: usize) -> Result<(), Stop> {
    match kind {
        0x40 => _ = w.field(&EXT_UDP_PORT, at, 2)?,
        0x81 => _ = w.field(&EXT_RAN, at, len)?,
        0x82 | 0x03 => {
            w.field(&EXT_SPARE_BITS, at, 1)?;
            w.field(&EXT_LONG_PDCP, at, 3)?;
            w.field(&EXT_SPARE_BYTES, at + 3, 3)?;
        }
        0x83 => _ = w.field(&EXT_XW_RAN, at, len)?,
        0x85 => {
            w.open_label(at, len + 1, format_args!("PDU Session Container"));
            session(w, at)?;
            w.close();
        }
        0xc0 => _ = w.field(&EXT_PDCP, at, 2)?,
        _ => {}
    }
    Ok(())
}

/// PDU session user plane protocol, 3GPP TS 38.415 5.5.2.
fn session(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let (first, second) = (w.u8(at)?, w.u8(at + 1)?);
    w.field(&PDU_TYPE, at, 1)?;
    w.field(&SPARE_LOW, at, 1)?;
    match first >> 4 {
        0 => {
            w.field(&PAGING, at + 1, 1)?;
            w.field(&REFLECTIVE, at + 1, 1)?;
            w.field(&QFI, at + 1, 1)?;
            if second & 0x80 != 0 {
                w.field(&PPI, at + 2, 1)?;
                w.field(&SPARE_REST, at + 2, 1)?;
            }
        }
        1 => {
            w.field(&SPARE_HIGH, at + 1, 1)?;
            w.field(&QFI, at + 1, 1)?;
        }
        _ => {}
    }
    Ok(())
}

/// GTP': no tunnel, a sequence number in its place.
fn prime_message(w: &mut Walk) -> Result<(), Stop> {
    if w.u8(0)? & 0x10 != 0 {
        return Ok(());
    }
    let message = w.u8(1)?;
    match MESSAGE.value_name(u64::from(message)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown")),
    }
    w.open_fixed(&FLAGS)?;
    w.fixed(&prime::VERSION)?;
    w.fixed(&PAYLOAD_TYPE)?;
    w.field(&RESERVED, 0, 1)?;
    w.field(&HEADER_LENGTH, 0, 1)?;
    w.close();
    w.fixed(&MESSAGE)?;
    w.fixed(&LENGTH)?;
    w.field(&SEQUENCE, 4, 2).map(drop)
}

fn v2_message(w: &mut Walk) -> Result<(), Stop> {
    use v2::*;
    let (flags, message) = (w.u8(0)?, w.u8(1)?);
    match MESSAGE.value_name(u64::from(message)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown / Reserved")),
    }
    w.open_fixed(&FLAGS)?;
    for flag in [&VERSION, &PIGGYBACK, &TEID_FLAG, &PRIORITY] {
        w.fixed(flag)?;
    }
    w.close();
    w.fixed(&MESSAGE)?;
    w.fixed(&LENGTH)?;
    let mut at = 4;
    if flags & 8 != 0 {
        w.field(&TEID, at, 4)?;
        at += 4;
    }
    w.field(&SEQUENCE, at, 3)?;
    w.field(&SPARE, at + 3, 1).map(drop)
}

/// 3GPP TS 29.060 7.1
const MESSAGES: &[(u64, &str)] = &[
    (0x00, "For future use"),
    (0x01, "Echo request"),
    (0x02, "Echo response"),
    (0x03, "Version not supported"),
    (0x04, "Node alive request"),
    (0x05, "Node alive response"),
    (0x06, "Redirection request"),
    (0x07, "Redirection response"),
    (0x10, "Create PDP context request"),
    (0x11, "Create PDP context response"),
    (0x12, "Update PDP context request"),
    (0x13, "Update PDP context response"),
    (0x14, "Delete PDP context request"),
    (0x15, "Delete PDP context response"),
    (0x16, "Initiate PDP Context Activation Request"),
    (0x17, "Initiate PDP Context Activation Response"),
    (0x18, "Delete AA PDP Context Request"),
    (0x19, "Delete AA PDP Context Response"),
    (0x1a, "Error indication"),
    (0x1b, "PDU notification request"),
    (0x1c, "PDU notification response"),
    (0x1d, "PDU notification reject request"),
    (0x1e, "PDU notification reject response"),
    (0x1f, "Supported extension header notification"),
    (0x20, "Send routing information for GPRS request"),
    (0x21, "Send routing information for GPRS response"),
    (0x22, "Failure report request"),
    (0x23, "Failure report response"),
    (0x24, "Note MS GPRS present request"),
    (0x25, "Note MS GPRS present response"),
    (0x30, "Identification request"),
    (0x31, "Identification response"),
    (0x32, "SGSN context request"),
    (0x33, "SGSN context response"),
    (0x34, "SGSN context acknowledgement"),
    (0x35, "Forward relocation request"),
    (0x36, "Forward relocation response"),
    (0x37, "Forward relocation complete"),
    (0x38, "Relocation cancel request"),
    (0x39, "Relocation cancel response"),
    (0x3a, "Forward SRNS context"),
    (0x3b, "Forward relocation complete acknowledge"),
    (0x3c, "Forward SRNS context acknowledge"),
    (0x3d, "UE Registration Query Request"),
    (0x3e, "UE Registration Query Response"),
    (0x46, "RAN Information Relay"),
    (0x60, "MBMS Notification Request"),
    (0x61, "MBMS Notification Response"),
    (0x62, "MBMS Notification Reject Request"),
    (0x63, "MBMS Notification Reject Response"),
    (0x64, "Create MBMS Context Request"),
    (0x65, "Create MBMS Context Response"),
    (0x66, "Update MBMS Context Request"),
    (0x67, "Update MBMS Context Response"),
    (0x68, "Delete MBMS Context Request"),
    (0x69, "Delete MBMS Context Response"),
    (0x70, "MBMS Registration Request"),
    (0x71, "MBMS Registration Response"),
    (0x72, "MBMS De-Registration Request"),
    (0x73, "MBMS De-Registration Response"),
    (0x74, "MBMS Session Start Request"),
    (0x75, "MBMS Session Start Response"),
    (0x76, "MBMS Session Stop Request"),
    (0x77, "MBMS Session Stop Response"),
    (0x78, "MBMS Session Update Request"),
    (0x79, "MBMS Session Update Response"),
    (0x80, "MS Info Change Notification Request"),
    (0x81, "MS Info Change Notification Response"),
    (0xf0, "Data record transfer request"),
    (0xf1, "Data record transfer response"),
    (0xfe, "End Marker"),
    (0xff, "T-PDU"),
];

/// 3GPP TS 29.274 6.1
const MESSAGES_V2: &[(u64, &str)] = &[
    (0, "Reserved"),
    (1, "Echo Request"),
    (2, "Echo Response"),
    (3, "Version Not Supported Indication"),
    (4, "Node Alive Request"),
    (5, "Node Alive Response"),
    (6, "Redirection Request"),
    (7, "Redirection Response"),
    (25, "SRVCC PS to CS Request"),
    (26, "SRVCC PS to CS Response"),
    (27, "SRVCC PS to CS Complete Notification"),
    (28, "SRVCC PS to CS Complete Acknowledge"),
    (29, "SRVCC PS to CS Cancel Notification"),
    (30, "SRVCC PS to CS Cancel Acknowledge"),
    (31, "SRVCC CS to PS Request"),
    (32, "Create Session Request"),
    (33, "Create Session Response"),
    (34, "Modify Bearer Request"),
    (35, "Modify Bearer Response"),
    (36, "Delete Session Request"),
    (37, "Delete Session Response"),
    (38, "Change Notification Request"),
    (39, "Change Notification Response"),
    (40, "Remote UE Report Notification"),
    (41, "Remote UE Report Acknowledge"),
    (64, "Modify Bearer Command"),
    (65, "Modify Bearer Failure Indication"),
    (66, "Delete Bearer Command"),
    (67, "Delete Bearer Failure Indication"),
    (68, "Bearer Resource Command"),
    (69, "Bearer Resource Failure Indication"),
    (70, "Downlink Data Notification Failure Indication"),
    (71, "Trace Session Activation"),
    (72, "Trace Session Deactivation"),
    (73, "Stop Paging Indication"),
    (95, "Create Bearer Request"),
    (96, "Create Bearer Response"),
    (97, "Update Bearer Request"),
    (98, "Update Bearer Response"),
    (99, "Delete Bearer Request"),
    (100, "Delete Bearer Response"),
    (101, "Delete PDN Connection Set Request"),
    (102, "Delete PDN Connection Set Response"),
    (103, "PGW Downlink Triggering Notification"),
    (104, "PGW Downlink Triggering Acknowledge"),
    (128, "Identification Request"),
    (129, "Identification Response"),
    (130, "Context Request"),
    (131, "Context Response"),
    (132, "Context Acknowledge"),
    (133, "Forward Relocation Request"),
    (134, "Forward Relocation Response"),
    (135, "Forward Relocation Complete Notification"),
    (136, "Forward Relocation Complete Acknowledge"),
    (137, "Forward Access Context Notification"),
    (138, "Forward Access Context Acknowledge"),
    (139, "Relocation Cancel Request"),
    (140, "Relocation Cancel Response"),
    (141, "Configuration Transfer Tunnel"),
    (149, "Detach Notification"),
    (150, "Detach Acknowledge"),
    (151, "CS Paging Indication"),
    (152, "RAN Information Relay"),
    (153, "Alert MME Notification"),
    (154, "Alert MME Acknowledge"),
    (155, "UE Activity Notification"),
    (156, "UE Activity Acknowledge"),
    (157, "ISR Status Indication"),
    (158, "UE Registration Query Request"),
    (159, "UE Registration Query Response"),
    (160, "Create Forwarding Tunnel Request"),
    (161, "Create Forwarding Tunnel Response"),
    (162, "Suspend Notification"),
    (163, "Suspend Acknowledge"),
    (164, "Resume Notification"),
    (165, "Resume Acknowledge"),
    (166, "Create Indirect Data Forwarding Tunnel Request"),
    (167, "Create Indirect Data Forwarding Tunnel Response"),
    (168, "Delete Indirect Data Forwarding Tunnel Request"),
    (169, "Delete Indirect Data Forwarding Tunnel Response"),
    (170, "Release Access Bearers Request"),
    (171, "Release Access Bearers Response"),
    (176, "Downlink Data Notification"),
    (177, "Downlink Data Notification Acknowledgement"),
    (178, "Reserved. Allocated in earlier version of the specification."),
    (179, "PGW Restart Notification"),
    (180, "PGW Restart Notification Acknowledge"),
    (200, "Update PDN Connection Set Request"),
    (201, "Update PDN Connection Set Response"),
    (211, "Modify Access Bearers Request"),
    (212, "Modify Access Bearers Response"),
    (231, "MBMS Session Start Request"),
    (232, "MBMS Session Start Response"),
    (233, "MBMS Session Update Request"),
    (234, "MBMS Session Update Response"),
    (235, "MBMS Session Stop Request"),
    (236, "MBMS Session Stop Response"),
    (240, "SRVCC CS to PS Response"),
    (241, "SRVCC CS to PS Complete Notification"),
    (242, "SRVCC CS to PS Complete Acknowledge"),
    (243, "SRVCC CS to PS Cancel Notification"),
    (244, "SRVCC CS to PS Cancel Acknowledge"),
];
