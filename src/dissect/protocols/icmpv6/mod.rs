//! ICMPv6 (RFC 4443): errors, echo, multicast listeners (RFC 2710, RFC 3810), node information
//! (RFC 4620), mobility, and what neighbour discovery and RPL send in it.

mod nd;
mod renumbering;
mod rpl;
mod values;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum::{self, Addresses};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Kind, Names, SET};
use crate::dissect::flags;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::dhcp::domain;
use crate::dissect::protocols::icmp::{extensions, put_sum};
use crate::dissect::text::{self, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    TYPE = "icmpv6.type", "Type", uint(8).values(values::TYPE).at(0, 1);
    CODE = "icmpv6.code", "Code", uint(8).at(1, 1);
    CHECKSUM = "icmpv6.checksum", "Checksum", uint(16).hex().at(2, 2);
    CHECKSUM_STATUS = "icmpv6.checksum.status", "Checksum Status", uint(8).base(Base::None).values(values::CHECKSUM_STATUS);
    RESERVED = "icmpv6.reserved", "Reserved", bytes();
    DATA = "icmpv6.data", "Data", bytes();
    UNKNOWN_DATA = "icmpv6.unknown_data", "Unknown Data", bytes();
    MTU = "icmpv6.mtu", "MTU", uint(32);
    POINTER = "icmpv6.pointer", "Pointer", uint(32);
    ECHO_IDENTIFIER = "icmpv6.echo.identifier", "Identifier", uint(16).hex();
    ECHO_SEQUENCE_NUMBER = "icmpv6.echo.sequence_number", "Sequence", uint(16);
    NONCE = "icmpv6.nonce", "Nonce", bytes();
    SEND_IDENTIFIER = "icmpv6.send.identifier", "Identifier", uint(16);
    SEND_ALL_COMPONENTS = "icmpv6.send.all_components", "All Components", uint(16);
    SEND_COMPONENT = "icmpv6.send.component", "Component", uint(16);
    MLD_MAXIMUM_RESPONSE_DELAY = "icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]", uint(16);
    MLD_MULTICAST_ADDRESS = "icmpv6.mld.multicast_address", "Multicast Address", ipv6();
    RR_SEQUENCE_NUMBER = "icmpv6.rr.sequence_number", "Sequence Number", uint(32);
    RR_SEGMENT_NUMBER = "icmpv6.rr.segment_number", "Segment Number", uint(8);
    RR_FLAG = "icmpv6.rr.flag", "Flags", uint(8).hex();
    RR_FLAG_T = "icmpv6.rr.flag.t", "Test Command", boolean().names(SET).mask(0x80);
    RR_FLAG_R = "icmpv6.rr.flag.r", "Result requested", boolean().names(SET).mask(0x40);
    RR_FLAG_A = "icmpv6.rr.flag.a", "All Interfaces", boolean().names(SET).mask(0x20);
    RR_FLAG_S = "icmpv6.rr.flag.s", "Site-specific", boolean().names(SET).mask(0x10);
    RR_FLAG_P = "icmpv6.rr.flag.p", "Processed previously", boolean().names(SET).mask(0x8);
    RR_FLAG_RSV = "icmpv6.rr.flag.rsv", "Reserved", uint(8).mask(0x7);
    RR_MAXDELAY = "icmpv6.rr.maxdelay", "Max Delay", uint(16);
    RR_PCO_MP = "icmpv6.rr.pco.mp", "Match-Prefix Part", none();
    RR_PCO_MP_OPCODE = "icmpv6.rr.pco.mp.opcode", "OpCode", uint(8).values(values::RR_PCO_MP_OPCODE);
    RR_PCO_MP_OPLENGTH = "icmpv6.rr.pco.mp.oplength", "OpLength", uint(8);
    RR_PCO_MP_ORDINAL = "icmpv6.rr.pco.mp.ordinal", "Ordinal", uint(8).hex();
    RR_PCO_MP_MATCHLEN = "icmpv6.rr.pco.mp.matchlen", "MatchLen", uint(8);
    RR_PCO_MP_MINLEN = "icmpv6.rr.pco.mp.minlen", "MinLen", uint(8);
    RR_PCO_MP_MAXLEN = "icmpv6.rr.pco.mp.maxlen", "MaxLen", uint(8);
    RR_PCO_MP_MATCHPREFIX = "icmpv6.rr.pco.mp.matchprefix", "MatchPrefix", ipv6();
    RR_PCO_UP = "icmpv6.rr.pco.up", "Use-Prefix Part", none();
    RR_PCO_UP_USELEN = "icmpv6.rr.pco.up.uselen", "UseLen", uint(8);
    RR_PCO_UP_KEEPLEN = "icmpv6.rr.pco.up.keeplen", "KeepLen", uint(8);
    RR_PCO_UP_FLAGMASK = "icmpv6.rr.pco.up.flagmask", "FlagMask", uint(8).hex();
    RR_PCO_UP_FLAGMASK_L = "icmpv6.rr.pco.up.flagmask.l", "On-link flag(L)", boolean().names(SET).mask(0x80);
    RR_PCO_UP_FLAGMASK_A = "icmpv6.rr.pco.up.flagmask.a", "Autonomous address-configuration flag(A)", boolean().names(SET).mask(0x40);
    RR_PCO_UP_FLAGMASK_RESERVED = "icmpv6.rr.pco.up.flagmask.reserved", "Reserved", uint(8).mask(0x3f);
    RR_PCO_UP_RAFLAGS = "icmpv6.rr.pco.up.raflags", "RAFlags", uint(8).hex();
    RR_PCO_UP_VALIDLIFETIME = "icmpv6.rr.pco.up.validlifetime", "Valid Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    RR_PCO_UP_PREFERREDLIFETIME = "icmpv6.rr.pco.up.preferredlifetime", "Preferred Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    RR_PCO_UP_FLAG = "icmpv6.rr.pco.up.flag", "Flags", uint(32).hex();
    RR_PCO_UP_FLAG_V = "icmpv6.rr.pco.up.flag.v", "Decrement valid lifetime", boolean().names(SET).mask(0x80000000);
    RR_PCO_UP_FLAG_P = "icmpv6.rr.pco.up.flag.p", "Decrement preferred lifetime", boolean().names(SET).mask(0x40000000);
    RR_PCO_UP_FLAG_RESERVED = "icmpv6.rr.pco.up.flag.reserved", "Reserved", uint(32).mask(0x3fffffff);
    RR_PCO_UP_USEPREFIX = "icmpv6.rr.pco.up.useprefix", "UsePrefix", ipv6();
    RR_RM = "icmpv6.rr.rm", "Result Message", none();
    RR_RM_FLAG = "icmpv6.rr.rm.flag", "Flags", uint(16).hex();
    RR_RM_FLAG_B = "icmpv6.rr.rm.flag.b", "Bounds", boolean().names(SET).mask(0x2);
    RR_RM_FLAG_F = "icmpv6.rr.rm.flag.f", "Forbidden", boolean().names(SET).mask(0x1);
    RR_RM_FLAG_RESERVED = "icmpv6.rr.rm.flag.reserved", "Reserved", uint(16).mask(0xfffc);
    RR_RM_ORDINAL = "icmpv6.rr.rm.ordinal", "Ordinal", uint(8).hex();
    RR_RM_MATCHEDLEN = "icmpv6.rr.rm.matchedlen", "MatchedLen", uint(8);
    RR_RM_INTERFACEINDEX = "icmpv6.rr.rm.interfaceindex", "InterfaceIndex", uint(32);
    RR_RM_MATCHEDPREFIX = "icmpv6.rr.rm.matchedprefix", "MatchedPrefix", ipv6();
    MIP6_IDENTIFIER = "icmpv6.mip6.identifier", "Identifier", uint(16).base(Base::DecHex);
    MIP6_HOME_AGENT_ADDRESS = "icmpv6.mip6.home_agent_address", "Home Agent Address", ipv6();
    MIP6_FLAG = "icmpv6.mip6.flag", "Flags", uint(16).hex();
    MIP6_FLAG_M = "icmpv6.mip6.flag.m", "Managed address configuration", boolean().names(SET).mask(0x8000);
    MIP6_FLAG_O = "icmpv6.mip6.flag.o", "Other configuration", boolean().names(SET).mask(0x4000);
    MIP6_FLAG_RSV = "icmpv6.mip6.flag.rsv", "Reserved", uint(16).mask(0x3fff);
    MLD_MAXIMUM_RESPONSE_CODE = "icmpv6.mld.maximum_response_code", "Maximum Response Code", uint(16);
    MLD_FLAG = "icmpv6.mld.flag", "Flags", uint(8).hex();
    MLD_FLAG_S = "icmpv6.mld.flag.s", "Suppress Router-Side Processing", boolean().mask(0x8);
    MLD_FLAG_QRV = "icmpv6.mld.flag.qrv", "QRV (Querier's Robustness Variable)", uint(8).mask(0x7);
    MLD_FLAG_RESERVED = "icmpv6.mld.flag.reserved", "Reserved", uint(8).mask(0xf0);
    MLD_QQI = "icmpv6.mld.qqi", "QQIC (Querier's Query Interval Code)", uint(8);
    MLD_NB_SOURCES = "icmpv6.mld.nb_sources", "Number of Sources", uint(16);
    MLD_SOURCE_ADDRESS = "icmpv6.mld.source_address", "Source Address", ipv6();
    MLDR_NB_MCAST_RECORDS = "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records", uint(16);
    MLDR_MAR = "icmpv6.mldr.mar", "Multicast Address Record", none();
    MLDR_MAR_RECORD_TYPE = "icmpv6.mldr.mar.record_type", "Record Type", uint(8).values(values::MLDR_MAR_RECORD_TYPE);
    MLDR_MAR_AUX_DATA_LEN = "icmpv6.mldr.mar.aux_data_len", "Aux Data Len", uint(8);
    MLDR_MAR_NB_SOURCES = "icmpv6.mldr.mar.nb_sources", "Number of Sources", uint(16);
    MLDR_MAR_MULTICAST_ADDRESS = "icmpv6.mldr.mar.multicast_address", "Multicast Address", ipv6();
    MLDR_MAR_SOURCE_ADDRESS = "icmpv6.mldr.mar.source_address", "Source Address", ipv6();
    MLDR_MAR_AUXILIARY_DATA = "icmpv6.mldr.mar.auxiliary_data", "Auxiliary Data", bytes();
    FMIP6_SUBTYPE = "icmpv6.fmip6.subtype", "Subtype", uint(8).values(values::FMIP6_SUBTYPE);
    FMIP6_HI_FLAG = "icmpv6.fmip6.hi.flag", "Flag", uint(8).hex();
    FMIP6_HI_FLAG_S = "icmpv6.fmip6.hi.flag.s", "Assigned address configuration", boolean().names(SET).mask(0x80);
    FMIP6_HI_FLAG_A = "icmpv6.fmip6.hi.flag.a", "Buffer", boolean().names(SET).mask(0x40);
    FMIP6_HI_FLAG_RESERVED = "icmpv6.fmip6.hi.flag.reserved", "Reserved", uint(8).mask(0x3f);
    FMIP6_IDENTIFIER = "icmpv6.fmip6.identifier", "Identifier", uint(16).base(Base::DecHex);
    MCAST_RA_QUERY_INTERVAL = "icmpv6.mcast_ra.query_interval", "Query Interval", uint(16);
    MCAST_RA_ROBUSTNESS_VARIABLE = "icmpv6.mcast_ra.robustness_variable", "Robustness Variable", uint(16);
    NI_QTYPE = "icmpv6.ni.qtype", "Qtype", uint(16).values(values::NI_QTYPE);
    NI_FLAG = "icmpv6.ni.flag", "Flags", uint(16).hex();
    NI_FLAG_G = "icmpv6.ni.flag.g", "Global-scope addresses", boolean().names(SET).mask(0x20);
    NI_FLAG_S = "icmpv6.ni.flag.s", "Site-local addresses", boolean().names(SET).mask(0x10);
    NI_FLAG_L = "icmpv6.ni.flag.l", "Link-local addresses", boolean().names(SET).mask(0x8);
    NI_FLAG_C = "icmpv6.ni.flag.c", "Compression", boolean().names(SET).mask(0x4);
    NI_FLAG_A = "icmpv6.ni.flag.a", "Unicast Addresses", boolean().names(Names::TrueFalse("All unicast address", "Unicast addresses on the queried interface")).mask(0x2);
    NI_FLAG_T = "icmpv6.ni.flag.t", "Truncated", boolean().names(SET).mask(0x1);
    NI_FLAG_RSV = "icmpv6.ni.flag.rsv", "Reserved", uint(16).hex().mask(0xffc0);
    NI_NONCE = "icmpv6.ni.nonce", "Nonce", uint(64).hex();
    NI_QUERY_SUBJECT_IPV6 = "icmpv6.ni.query.subject_ipv6", "IPv6 subject address", ipv6();
    NI_QUERY_SUBJECT_FQDN = "icmpv6.ni.query.subject_fqdn", "FQDN subject", string();
    NI_QUERY_SUBJECT_IPV4 = "icmpv6.ni.query.subject_ipv4", "IPv4 subject address", ipv4();
    NI_REPLY_NODE_TTL = "icmpv6.ni.reply.node_ttl", "TTL", uint(32);
    NI_REPLY_NODE_NAME = "icmpv6.ni.reply.node_name", "Name Node", string();
    NI_REPLY_NODE_ADDRESS = "icmpv6.ni.reply.node_address", "IPv6 Node address", ipv6();
    NI_REPLY_IPV4_ADDRESS = "icmpv6.ni.reply.ipv4_address", "IPv4 Node address", ipv4();
    LENGTH = "icmpv6.length", "Length of original datagram", uint(8);
    ILNP_NB_LOCS = "icmpv6.ilnp.nb_locs", "Num of Locs", uint(8);
    ILNP_NB_LOCATOR = "icmpv6.ilnp.nb_locator", "Locator", uint(64).hex();
    ILNP_NB_PREFERENCE = "icmpv6.ilnp.nb_preference", "Preference", uint(32);
    ILNP_NB_LIFETIME = "icmpv6.ilnp.nb_lifetime", "Lifetime", uint(32);
    LOWPAN_DA_STATUS = "icmpv6.6lowpannd.da.status", "Status", uint(8).values(values::LOWPAN_DA_STATUS);
    LOWPAN_DA_RSV = "icmpv6.6lowpannd.da.rsv", "Reserved", uint(8);
    LOWPAN_DA_LIFETIME = "icmpv6.6lowpannd.da.lifetime", "Lifetime", uint(16);
    LOWPAN_DA_EUI64 = "icmpv6.6lowpannd.da.eui64", "EUI-64", kind(Kind::Eui64);
    LOWPAN_DA_REG_ADDR = "icmpv6.6lowpannd.da.reg_addr", "Registered Address", ipv6();
    EXT_ECHO_SEQ = "icmpv6.ext.echo.seq", "Sequence number", uint(8).base(Base::DecHex);
    EXT_ECHO_REQ_RES = "icmpv6.ext.echo.req.res", "Reserved", uint(8).hex().mask(0xfe);
    EXT_ECHO_REQ_LOCAL = "icmpv6.ext.echo.req.local", "Local bit", boolean().names(SET).mask(0x1);
    EXT_ECHO_RSP_STATE = "icmpv6.ext.echo.rsp.state", "State", uint(8).values(values::EXT_ECHO_RSP_STATE).mask(0xe0);
    EXT_ECHO_RSP_RES = "icmpv6.ext.echo.rsp.res", "Reserved", uint(8).hex().mask(0x18);
    EXT_ECHO_RSP_ACTIVE = "icmpv6.ext.echo.rsp.active", "Active bit", boolean().names(SET).mask(0x4);
    EXT_ECHO_RSP_IPV4 = "icmpv6.ext.echo.rsp.ipv4", "IPv4 bit", boolean().names(SET).mask(0x2);
    EXT_ECHO_RSP_IPV6 = "icmpv6.ext.echo.rsp.ipv6", "IPv6 bit", boolean().names(SET).mask(0x1);
    RESP_IN = "icmpv6.resp_in", "Response In", frame().fact();
    NO_RESP = "icmpv6.no_resp", "No response seen", none().fact();
    RESP_TO = "icmpv6.resp_to", "Response To", frame().fact();
    RESPTIME = "icmpv6.resptime", "Response Time", kind(Kind::Double).fact();
    MPL_SEED_INFO_MIN_SEQUENCE = "icmpv6.mpl.seed_info.min_sequence", "MinSequence", uint(8);
    MPL_SEED_INFO_BM_LEN = "icmpv6.mpl.seed_info.bm_len", "Buffered Messages Length", uint(8).mask(0xfc);
    MPL_SEED_INFO_S = "icmpv6.mpl.seed_info.s", "Seed ID Length", uint(8).values(values::MPL_SEED_INFO_S).mask(0x3);
    MPL_SEED_INFO_SEED_ID = "icmpv6.mpl.seed_info.seed_id", "Seed ID", string();
    MPL_SEED_INFO_SEQUENCE = "icmpv6.mpl.seed_info.sequence", "Sequence", uint(8);
}

static BAD_CHECKSUM: Expert =
    Expert::new("icmpv6.checksum_bad.expert", "Bad checksum", Group::Checksum, Severity::Warning);
static NO_RESPONSE: Expert = Expert::new(
    "icmpv6.resp_not_found",
    "No response seen to ICMPv6 request",
    Group::Sequence,
    Severity::Warning,
);
static UNKNOWN: Expert = Expert::new(
    "icmpv6.unknown_data.expert",
    "Unknown Data (not interpreted)",
    Group::Malformed,
    Severity::Error,
);
static UNDECODED: Expert =
    Expert::new("icmpv6.undecoded.type", "Undecoded type", Group::Undecoded, Severity::Note);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::IpProto(58)],
    fields: FIELDS,
    experts: &[&BAD_CHECKSUM, &NO_RESPONSE, &UNKNOWN, &UNDECODED],
    header,
    walk,
    needs_by_bytes: Some(|buf| buf.reported.min(1)),
    ..Protocol::new("icmpv6", "Internet Control Message Protocol v6", "ICMPv6")
};

/// The parts that are declared in files of their own; they hold fields, and take no layer.
static NEIGHBOR_DISCOVERY: Protocol = Protocol {
    fields: nd::FIELDS,
    experts: nd::EXPERTS,
    ..Protocol::new("icmpv6.nd", "Neighbor Discovery", "")
};
static RPL: Protocol =
    Protocol { fields: rpl::FIELDS, experts: rpl::EXPERTS, ..Protocol::new("icmpv6.rpl", "RPL Control", "") };

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &NEIGHBOR_DISCOVERY, &RPL];

const UNREACHABLE: u8 = 1;
const TOO_BIG: u8 = 2;
const TIME_EXCEEDED: u8 = 3;
const PARAMETER_PROBLEM: u8 = 4;
const ECHO: u8 = 128;
const ECHO_REPLY: u8 = 129;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let kind = buf.u8(0)?;
    if !(UNREACHABLE..=PARAMETER_PROBLEM).contains(&kind) {
        return Ok(Header::last());
    }
    let header = Header::new(8, Next::Quiet(Key::EtherType(0x86dd))).nested();
    Ok(match extensions_at(buf, kind) {
        Some(end) => header.inner(end),
        None => header,
    })
}

/// Where the extensions of an error message begin that has any (RFC 4884 4.4: the length of the
/// quoted packet counts units of 8 bytes).
fn extensions_at(buf: &Buf, kind: u8) -> Option<usize> {
    const LEAST: usize = 128;
    if !matches!(kind, UNREACHABLE | TIME_EXCEEDED) || buf.reported <= 8 + LEAST {
        return None;
    }
    let given = usize::from(buf.u8(4).ok()?) * 8;
    (given >= LEAST).then_some(8 + given)
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let len = w.buf.data.len();
    w.resize(w.node, len);
    let kind = w.u8(0)?;
    match TYPE.value_name(u64::from(kind)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown ({kind})")),
    }
    match TYPE.value_name(u64::from(kind)) {
        Some(name) => w.fixed_text(&TYPE, format_args!("Type: {name} ({kind})"))?,
        None => w.fixed_text(&TYPE, format_args!("Type: Unknown ({kind})"))?,
    };
    let code = w.u8(1)?;
    code_info(w, kind, code);
    match (values::code_name(kind, code), values::has_codes(kind)) {
        (Some(text), _) => w.fixed_text(&CODE, format_args!("Code: {code} ({text})"))?,
        (None, true) if kind == UNREACHABLE => w.fixed_text(&CODE, format_args!("Code: {code} (Unknown)"))?,
        (None, true) => w.fixed_text(&CODE, format_args!("Code: {code} (Unknown ({code}))"))?,
        (None, false) => w.fixed_text(&CODE, format_args!("Code: {code}"))?,
    };
    sum(w)?;
    match kind {
        UNREACHABLE..=PARAMETER_PROBLEM => error(w, kind),
        ECHO | ECHO_REPLY => echo(w, kind),
        130 => listener_query(w),
        131 | 132 => listener(w),
        133 => nd::router_solicitation(w),
        134 => nd::router_advertisement(w),
        135 => nd::neighbor_solicitation(w),
        136 => nd::neighbor_advertisement(w),
        137 => nd::redirect(w),
        138 => renumbering::message(w, code),
        139 | 140 => node_information(w, kind, code),
        141 | 142 => {
            w.field(&RESERVED, 4, 4)?;
            nd::options(w, 8)
        }
        143 => listener_report(w),
        144..=147 => mobile(w, kind),
        148 | 149 => certification_path(w, kind),
        150 | 154 => fast_handover(w),
        151 => {
            w.field(&MCAST_RA_QUERY_INTERVAL, 4, 2)?;
            w.field(&MCAST_RA_ROBUSTNESS_VARIABLE, 6, 2)?;
            Ok(())
        }
        152 | 153 => Ok(()),
        155 => rpl::control(w, code),
        156 => locator_update(w),
        157 | 158 => duplicate_address(w),
        159 if code != 0 => unknown(w, 4, 1, Some(format_args!("Code must be 0"))),
        159 => multicast_forwarding(w),
        160 | 161 => extended_echo(w, kind),
        _ => undecoded(w, kind),
    }
}

fn code_info(w: &mut Walk, kind: u8, code: u8) {
    match (values::code_name(kind, code), values::has_codes(kind)) {
        (Some(text), _) => w.columns.append_info(format_args!(" ({text})")),
        (None, true) if kind == UNREACHABLE => w.columns.append_info(format_args!(" (Unknown)")),
        (None, true) => w.columns.append_info(format_args!(" (Unknown ({code}))")),
        (None, false) => {}
    }
}

/// The checksum covers the pseudo header of IPv6 as well; it is verified when all bytes are there.
fn sum(w: &mut Walk) -> Result<(), Stop> {
    let found = w.be16(2)?;
    let parts = (&CHECKSUM, &CHECKSUM_STATUS, &BAD_CHECKSUM);
    let whole = w.buf.data.len() >= w.buf.reported && !w.is_quoted() && !fragment(w);
    let rest = if whole { checksum::transport(w, 58, w.buf.data) } else { None };
    if let Some(rest) = rest {
        put_sum(w, found, rest, 2, parts);
        return Ok(());
    }
    let why = if w.is_quoted() { "in ICMP error packet" } else { "fragmented datagram" };
    let text = format_args!("Checksum: 0x{found:04x} [unverified] [{why}]");
    w.text(&CHECKSUM, 2, 2, Value::Uint(u64::from(found)), text);
    w.generated(&CHECKSUM_STATUS, 2, Value::Uint(2));
    Ok(())
}

/// True for a piece of a datagram: part of the bytes that the checksum covers are elsewhere.
fn fragment(w: &Walk) -> bool {
    let parent = usize::from(w.layer.parent);
    let is_piece = w.layers.protocol(parent).is_some_and(|p| p.name() == "ipv6.fraghdr");
    is_piece && w.layer.source == 0 && w.layer_bytes(parent).be16(2).is_ok_and(|bits| bits & 0xfff9 != 0)
}

fn error(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    match kind {
        TOO_BIG => _ = w.field(&MTU, 4, 4)?,
        PARAMETER_PROBLEM => _ = w.field(&POINTER, 4, 4)?,
        _ if w.u8(4)? != 0 => {
            w.field(&LENGTH, 4, 1)?;
            w.field(&RESERVED, 5, 3)?;
        }
        _ => _ = w.field(&RESERVED, 4, 4)?,
    }
    if w.remaining(8) == 0 {
        return Err(Stop::malformed(8));
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

fn echo(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    let (id, seq) = (w.be16(4)?, w.be16(6)?);
    w.columns.append_info(format_args!(" id=0x{id:04x}, seq={seq}"));
    if let Some(limit) = hop_limit(w) {
        w.columns.append_info(format_args!(", hop limit={limit}"));
    }
    w.field(&ECHO_IDENTIFIER, 4, 2)?;
    w.field(&ECHO_SEQUENCE_NUMBER, 6, 2)?;
    if kind == ECHO && connectivity_test(w) {
        w.columns.set_protocol("Teredo");
        w.columns.set_info(format_args!("Direct IPv6 Connectivity Test id=0x{id:04x}, seq={seq}"));
        if let Some(limit) = hop_limit(w) {
            w.columns.append_info(format_args!(", hop limit={limit}"));
        }
        w.field(&NONCE, 8, 4)?;
        return Ok(());
    }
    if !w.is_quoted() {
        answers(w, kind);
    }
    let rest = w.remaining(8);
    w.nest(Next::Data, 8, rest);
    Ok(())
}

/// Teredo clients try with a nonce whether the other end has IPv6 of its own (RFC 4380 5.2.9).
fn connectivity_test(w: &Walk) -> bool {
    const TEREDO: [u8; 4] = [0x20, 0x01, 0, 0];
    let Some(Addresses::V6(from, _)) = checksum::addresses(w) else { return false };
    w.remaining(8) == 4 && from.starts_with(&TEREDO)
}

/// The hop limit of the IPv6 header that carries the message.
fn hop_limit(w: &Walk) -> Option<u8> {
    let mut index = w.index;
    while index > 0 {
        index = usize::from(w.layers.get(index)?.parent).min(index - 1);
        let name = w.layers.protocol(index)?.name();
        if name == "ipv6" {
            return w.layer_bytes(index).u8(7).ok();
        }
        if name == "ip" {
            return None;
        }
    }
    None
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
            let text = format_args!("Response Time: {ms:.3} ms");
            let node = w.node(&RESPTIME, 0, 0, Value::Float(ms)).generated().text(text);
            w.put(node);
        }
        return;
    }
    if let Some(response) = t.response {
        w.columns.append_info(format_args!(" (reply in {response})"));
        w.generated(&RESP_IN, 0, Value::Uint(u64::from(response)));
        return;
    }
    if !w.context.facts.complete {
        return;
    }
    let multicast = matches!(checksum::addresses(w), Some(Addresses::V6(_, [0xff, ..])));
    if multicast {
        w.columns.append_info(format_args!(" (multicast)"));
        return;
    }
    w.columns.append_info(format_args!(" (no response found!)"));
    let id = w.generated(&NO_RESP, 0, Value::None);
    w.open(id);
    w.expert(&NO_RESPONSE, id);
    w.close();
}

/// MLDv1 (RFC 2710 3).
fn listener(w: &mut Walk) -> Result<(), Stop> {
    w.field(&MLD_MAXIMUM_RESPONSE_DELAY, 4, 2)?;
    w.field(&RESERVED, 6, 2)?;
    w.field(&MLD_MULTICAST_ADDRESS, 8, 16)?;
    Ok(())
}

/// A query is of MLDv2 if it is longer than MLDv1's (RFC 3810 5.1).
fn listener_query(w: &mut Walk) -> Result<(), Stop> {
    if w.buf.reported == 24 {
        return listener(w);
    }
    let delay = u64::from(exponential(w.be16(4)?, 15, 12));
    w.uint(&MLD_MAXIMUM_RESPONSE_CODE, 4, 2, delay);
    w.field(&RESERVED, 6, 2)?;
    w.field(&MLD_MULTICAST_ADDRESS, 8, 16)?;
    let bits = [&MLD_FLAG_S, &MLD_FLAG_QRV, &MLD_FLAG_RESERVED];
    flags::put(w, &MLD_FLAG, 24, 1, &bits)?;
    let interval = exponential(u16::from(w.u8(25)?), 7, 4);
    w.uint(&MLD_QQI, 25, 1, u64::from(interval));
    let count = usize::from(w.be16(26)?);
    w.field(&MLD_NB_SOURCES, 26, 2)?;
    for i in 0..count {
        w.field(&MLD_SOURCE_ADDRESS, 28 + i * 16, 16)?;
    }
    Ok(())
}

/// A floating-point code: the highest bit tells, then three bits of exponent, then `digits` of mantissa
/// (RFC 3810 5.1.3, RFC 3376 4.1.1).
pub fn exponential(code: u16, top: u32, digits: u32) -> u32 {
    if code & 1 << top == 0 {
        return u32::from(code);
    }
    let mantissa = u32::from(code) & ((1 << digits) - 1);
    let exponent = u32::from(code) >> digits & 7;
    (mantissa | 1 << digits) << (exponent + 3)
}

/// MLDv2 (RFC 3810 5.2).
fn listener_report(w: &mut Walk) -> Result<(), Stop> {
    w.field(&RESERVED, 4, 2)?;
    w.field(&MLDR_NB_MCAST_RECORDS, 6, 2)?;
    let mut at = 8;
    while w.remaining(at) > 0 {
        at += listener_record(w, at)?;
    }
    Ok(())
}

fn listener_record(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let kind = w.u8(at)?;
    // Until the record is known to be whole, it goes on to the end of what there is.
    let (there, title) = (w.buf.captured(at), "Multicast Address Record");
    let id = w.text(&MLDR_MAR, at, there, Value::None, format_args!("{title}"));
    w.open(id);
    w.field(&MLDR_MAR_RECORD_TYPE, at, 1)?;
    w.field(&MLDR_MAR_AUX_DATA_LEN, at + 1, 1)?;
    w.field(&MLDR_MAR_NB_SOURCES, at + 2, 2)?;
    let extra = usize::from(w.u8(at + 1)?) * 4;
    let count = usize::from(w.be16(at + 2)?);
    let size = 20 + count * 16 + extra;
    w.resize(id, size.min(there));
    let group = V6(w.ipv6(at + 4)?);
    w.field(&MLDR_MAR_MULTICAST_ADDRESS, at + 4, 16)?;
    match MLDR_MAR_RECORD_TYPE.value_name(u64::from(kind)) {
        Some(name) => w.append(id, format_args!(" {name}: {group}")),
        None => w.append(id, format_args!(" Unknown Record Type ({kind}): {group}")),
    }
    for i in 0..count {
        w.field(&MLDR_MAR_SOURCE_ADDRESS, at + 20 + i * 16, 16)?;
    }
    if extra > 0 {
        w.field(&MLDR_MAR_AUXILIARY_DATA, at + 20 + count * 16, extra)?;
    }
    w.close();
    Ok(size)
}

/// RFC 4620.
fn node_information(w: &mut Walk, kind: u8, code: u8) -> Result<(), Stop> {
    let question = w.be16(4)?;
    w.field(&NI_QTYPE, 4, 2)?;
    let bits = [&NI_FLAG_G, &NI_FLAG_S, &NI_FLAG_L, &NI_FLAG_C, &NI_FLAG_A, &NI_FLAG_T, &NI_FLAG_RSV];
    flags::put(w, &NI_FLAG, 6, 2, &bits)?;
    w.field(&NI_NONCE, 8, 8)?;
    if w.remaining(16) == 0 {
        return Ok(());
    }
    match (kind, code) {
        (139, 0) => _ = w.field(&NI_QUERY_SUBJECT_IPV6, 16, 16)?,
        (139, 1) => {
            let len = w.remaining(16);
            let (name, end) = domain(w.bytes(16, len)?, 0).ok_or(Stop::malformed(16))?;
            w.value(&NI_QUERY_SUBJECT_FQDN, 16, end, Value::Str(&name));
        }
        (139, 2) => _ = w.field(&NI_QUERY_SUBJECT_IPV4, 16, 4)?,
        (140, 0) => node_answer(w, question)?,
        _ => {}
    }
    Ok(())
}

fn node_answer(w: &mut Walk, question: u16) -> Result<(), Stop> {
    let mut at = 16;
    match question {
        2 => {
            w.field(&NI_REPLY_NODE_TTL, at, 4)?;
            at += 4;
            let bytes = w.bytes(at, w.remaining(at))?;
            let mut used = 0;
            while used < bytes.len() {
                let (name, end) = domain(bytes, used).ok_or(Stop::malformed(at + used))?;
                w.value(&NI_REPLY_NODE_NAME, at + used, end - used, Value::Str(&name));
                used = end;
            }
        }
        3 | 4 => {
            let (field, len) = match question {
                3 => (&NI_REPLY_NODE_ADDRESS, 16),
                _ => (&NI_REPLY_IPV4_ADDRESS, 4),
            };
            while w.remaining(at) > 0 {
                w.field(&NI_REPLY_NODE_TTL, at, 4)?;
                w.field(field, at + 4, len)?;
                at += 4 + len;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Home agent discovery and mobile prefixes (RFC 6275 6.5 to 6.8).
fn mobile(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    w.field(&MIP6_IDENTIFIER, 4, 2)?;
    if kind == 147 {
        flags::put(w, &MIP6_FLAG, 6, 2, &[&MIP6_FLAG_M, &MIP6_FLAG_O, &MIP6_FLAG_RSV])?;
        return nd::options(w, 8);
    }
    w.field(&RESERVED, 6, 2)?;
    let mut at = 8;
    while kind == 145 && w.remaining(at) > 0 {
        w.field(&MIP6_HOME_AGENT_ADDRESS, at, 16)?;
        at += 16;
    }
    Ok(())
}

/// Secure neighbour discovery (RFC 3971 6.4).
fn certification_path(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    w.field(&SEND_IDENTIFIER, 4, 2)?;
    if kind == 148 {
        w.field(&SEND_COMPONENT, 6, 2)?;
        return nd::options(w, 8);
    }
    w.field(&SEND_ALL_COMPONENTS, 6, 2)?;
    w.field(&SEND_COMPONENT, 8, 2)?;
    w.field(&RESERVED, 10, 2)?;
    nd::options(w, 12)
}

/// RFC 5568 6.1 and 6.2.
fn fast_handover(w: &mut Walk) -> Result<(), Stop> {
    let subtype = w.u8(4)?;
    match FMIP6_SUBTYPE.value_name(u64::from(subtype)) {
        Some(name) => w.columns.append_info(format_args!(" ({name})")),
        None => w.columns.append_info(format_args!(" (Unknown ({subtype}))")),
    }
    w.field(&FMIP6_SUBTYPE, 4, 1)?;
    if subtype == 4 {
        let bits = [&FMIP6_HI_FLAG_S, &FMIP6_HI_FLAG_A, &FMIP6_HI_FLAG_RESERVED];
        flags::put(w, &FMIP6_HI_FLAG, 5, 1, &bits)?;
    } else {
        w.field(&RESERVED, 5, 1)?;
    }
    w.field(&FMIP6_IDENTIFIER, 6, 2)?;
    nd::options(w, 8)
}

/// ILNP (RFC 6743 3).
fn locator_update(w: &mut Walk) -> Result<(), Stop> {
    let count = w.u8(4)?;
    w.field(&ILNP_NB_LOCS, 4, 1)?;
    w.field(&RESERVED, 5, 1)?;
    w.field(&RESERVED, 6, 2)?;
    let mut at = 8;
    for _ in 0..count {
        w.field(&ILNP_NB_LOCATOR, at, 8)?;
        w.field(&ILNP_NB_PREFERENCE, at + 8, 2)?;
        w.field(&ILNP_NB_LIFETIME, at + 10, 2)?;
        at += 12;
    }
    Ok(())
}

/// RFC 6775 4.4.
fn duplicate_address(w: &mut Walk) -> Result<(), Stop> {
    w.field(&LOWPAN_DA_STATUS, 4, 1)?;
    w.field(&LOWPAN_DA_RSV, 5, 1)?;
    w.field(&LOWPAN_DA_LIFETIME, 6, 2)?;
    let eui: [u8; 8] = w.buf.array(8)?;
    eui64(w, &LOWPAN_DA_EUI64, 8, eui);
    w.field(&LOWPAN_DA_REG_ADDR, 16, 16)?;
    Ok(())
}

/// An EUI-64, whose line says it twice as there is no other name for it.
pub fn eui64(w: &mut Walk, field: &'static Field, at: usize, eui: [u8; 8]) {
    let mut address = String::new();
    text::hex(&mut address, &eui, Some(':'));
    let text = format_args!("{}: {address} ({address})", field.label);
    w.text(field, at, 8, Value::Eui64(eui), text);
}

/// MPL (RFC 7731 6.2).
fn multicast_forwarding(w: &mut Walk) -> Result<(), Stop> {
    let mut at = 4;
    let mut number = 1;
    while w.remaining(at) > 1 {
        let (first, bits) = (w.u8(at)?, w.u8(at + 1)?);
        let (buffered, seed) = (usize::from(bits >> 2), [0, 2, 8, 16][usize::from(bits & 3)]);
        w.open_label(at, 2, format_args!("MPL Seed Info: [{number}]"));
        w.field(&MPL_SEED_INFO_MIN_SEQUENCE, at, 1)?;
        w.field(&MPL_SEED_INFO_BM_LEN, at + 1, 1)?;
        w.field(&MPL_SEED_INFO_S, at + 1, 1)?;
        at += 2;
        if w.remaining(at) < seed {
            let left = w.remaining(at);
            let text = format_args!("Remaining data, {left} bytes, is too short for Seed ID of {seed} bytes");
            unknown(w, at, left, Some(text))?;
            w.close();
            return Ok(());
        }
        let id = seed_name(w, w.bytes(at, seed)?);
        w.value(&MPL_SEED_INFO_SEED_ID, at, seed, Value::Str(&id));
        at += seed;
        if w.remaining(at) < buffered {
            let left = w.remaining(at);
            let text = format_args!(
                "Remaining data, {left} bytes, is too short for Buffered Messages of {buffered} bytes"
            );
            unknown(w, at, left, Some(text))?;
            w.close();
            return Ok(());
        }
        if buffered > 0 {
            w.open_label(at, buffered, format_args!("Buffered Messages"));
            buffered_messages(w, at, buffered, first)?;
            w.close();
        }
        at += buffered;
        w.close();
        number += 1;
    }
    if w.remaining(at) > 0 {
        let text = format_args!("1 bytes data is left after dissecting MPL Control Message");
        unknown(w, at, 0, Some(text))?;
    }
    Ok(())
}

/// A seed without an identifier is known by the address that it sends from.
fn seed_name(w: &Walk, id: &[u8]) -> String {
    let mut name = String::new();
    match (id.len(), <[u8; 16]>::try_from(id)) {
        (0, _) => {
            if let Some(Addresses::V6(source, _)) = checksum::addresses(w) {
                return V6(source).to_string();
            }
        }
        (_, Ok(address)) => return V6(address).to_string(),
        (8, _) => text::hex(&mut name, id, Some(':')),
        _ => text::hex(&mut name, id, None),
    }
    name
}

/// A bit for each message from the first on.
fn buffered_messages(w: &mut Walk, at: usize, len: usize, first: u8) -> Result<(), Stop> {
    for i in 0..len {
        let byte = w.u8(at + i)?;
        for bit in (0..8).filter(|bit| byte & 0x80 >> bit != 0) {
            let sequence = usize::from(first) + i * 8 + bit;
            w.uint(&MPL_SEED_INFO_SEQUENCE, at + i, 1, (sequence & 0xff) as u64);
        }
    }
    Ok(())
}

/// RFC 8335.
fn extended_echo(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    w.field(&ECHO_IDENTIFIER, 4, 2)?;
    w.field(&EXT_ECHO_SEQ, 6, 1)?;
    if kind == 160 {
        w.field(&EXT_ECHO_REQ_RES, 7, 1)?;
        w.field(&EXT_ECHO_REQ_LOCAL, 7, 1)?;
        if w.remaining(8) > 0 {
            extensions(w, 8)?;
        }
        return Ok(());
    }
    for field in
        [&EXT_ECHO_RSP_STATE, &EXT_ECHO_RSP_RES, &EXT_ECHO_RSP_ACTIVE, &EXT_ECHO_RSP_IPV4, &EXT_ECHO_RSP_IPV6]
    {
        w.field(field, 7, 1)?;
    }
    Ok(())
}

fn undecoded(w: &mut Walk, kind: u8) -> Result<(), Stop> {
    let node = w.node;
    let text = format_args!(
        "Dissector for ICMPv6 Type ({kind}) code not implemented, Contact Wireshark developers if you want this supported"
    );
    w.expert_text(&UNDECODED, node, text);
    let len = w.remaining(4).max(1);
    w.field(&DATA, 4, len)?;
    Ok(())
}

/// Bytes that belong to an option and that nothing explains.
pub fn left_over(w: &mut Walk, at: usize, end: usize) -> Result<(), Stop> {
    if end > at { unknown(w, at, end - at, None) } else { Ok(()) }
}

fn unknown(w: &mut Walk, at: usize, len: usize, text: Option<std::fmt::Arguments>) -> Result<(), Stop> {
    let id = w.open_field(&UNKNOWN_DATA, at, len)?;
    match text {
        Some(text) => w.expert_text(&UNKNOWN, id, text),
        None => w.expert(&UNKNOWN, id),
    }
    w.close();
    Ok(())
}

/// Seconds, or for ever.
pub fn lifetime(w: &mut Walk, field: &'static Field, at: usize) -> Result<(), Stop> {
    let seconds = w.be32(at)?;
    if seconds == u32::MAX {
        w.field(field, at, 4)?;
    } else {
        let value = Value::Uint(u64::from(seconds));
        w.text(field, at, 4, value, format_args!("{}: {seconds}", field.label));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_codes_grow() {
        assert_eq!(exponential(1000, 15, 12), 1000);
        assert_eq!(exponential(0x9123, 15, 12), 70_192);
        assert_eq!(exponential(0x8f, 7, 4), 248);
    }
}
