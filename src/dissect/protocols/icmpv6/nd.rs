//! Neighbour discovery: its messages and their options (RFC 4861 and the many that extend it).

use std::fmt;

use super::{left_over, lifetime, values};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Kind, SET};
use crate::dissect::flags;
use crate::dissect::names;
use crate::dissect::protocol::{Key, Next};
use crate::dissect::protocols::dhcp::domain;
use crate::dissect::sink::NodeId;
use crate::dissect::text::{self, Mac, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    ND_RA_CUR_HOP_LIMIT = "icmpv6.nd.ra.cur_hop_limit", "Cur hop limit", uint(8);
    ND_RA_FLAG = "icmpv6.nd.ra.flag", "Flags", uint(8).hex();
    ND_RA_FLAG_M = "icmpv6.nd.ra.flag.m", "Managed address configuration", boolean().names(SET).mask(0x80);
    ND_RA_FLAG_O = "icmpv6.nd.ra.flag.o", "Other configuration", boolean().names(SET).mask(0x40);
    ND_RA_FLAG_H = "icmpv6.nd.ra.flag.h", "Home Agent", boolean().names(SET).mask(0x20);
    ND_RA_FLAG_PRF = "icmpv6.nd.ra.flag.prf", "Prf (Default Router Preference)", uint(8).values(values::ND_RA_FLAG_PRF).mask(0x18);
    ND_RA_FLAG_P = "icmpv6.nd.ra.flag.p", "Proxy", boolean().names(SET).mask(0x4);
    ND_RA_FLAG_RSV = "icmpv6.nd.ra.flag.rsv", "Reserved", uint(8).mask(0x3);
    ND_RA_ROUTER_LIFETIME = "icmpv6.nd.ra.router_lifetime", "Router lifetime (s)", uint(16);
    ND_RA_REACHABLE_TIME = "icmpv6.nd.ra.reachable_time", "Reachable time (ms)", uint(32);
    ND_RA_RETRANS_TIMER = "icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)", uint(32);
    ND_NS_TARGET_ADDRESS = "icmpv6.nd.ns.target_address", "Target Address", ipv6();
    ND_NA_FLAG = "icmpv6.nd.na.flag", "Flags", uint(32).hex();
    ND_NA_FLAG_R = "icmpv6.nd.na.flag.r", "Router", boolean().names(SET).mask(0x80000000);
    ND_NA_FLAG_S = "icmpv6.nd.na.flag.s", "Solicited", boolean().names(SET).mask(0x40000000);
    ND_NA_FLAG_O = "icmpv6.nd.na.flag.o", "Override", boolean().names(SET).mask(0x20000000);
    ND_NA_FLAG_RSV = "icmpv6.nd.na.flag.rsv", "Reserved", uint(32).mask(0x1fffffff);
    ND_NA_TARGET_ADDRESS = "icmpv6.nd.na.target_address", "Target Address", ipv6();
    ND_RD_TARGET_ADDRESS = "icmpv6.nd.rd.target_address", "Target Address", ipv6();
    RD_NA_DESTINATION_ADDRESS = "icmpv6.rd.na.destination_address", "Destination Address", ipv6();
    OPT = "icmpv6.opt", "ICMPv6 Option", none();
    TYPE = "icmpv6.opt.type", "Type", uint(8).values(values::OPT_TYPE);
    LENGTH = "icmpv6.opt.length", "Length", uint(8);
    RESERVED = "icmpv6.opt.reserved", "Reserved", none();
    PADDING = "icmpv6.opt.padding", "Padding", none();
    LINKADDR = "icmpv6.opt.linkaddr", "Link-layer address", bytes();
    SRC_LINKADDR = "icmpv6.opt.src_linkaddr", "Source Link-layer address", bytes();
    TARGET_LINKADDR = "icmpv6.opt.target_linkaddr", "Target Link-layer address", bytes();
    PREFIX_LENGTH = "icmpv6.opt.prefix.length", "Prefix Length", uint(8);
    PREFIX_FLAG = "icmpv6.opt.prefix.flag", "Flag", uint(8).hex();
    PREFIX_FLAG_L = "icmpv6.opt.prefix.flag.l", "On-link flag(L)", boolean().names(SET).mask(0x80);
    PREFIX_FLAG_A = "icmpv6.opt.prefix.flag.a", "Autonomous address-configuration flag(A)", boolean().names(SET).mask(0x40);
    PREFIX_FLAG_R = "icmpv6.opt.prefix.flag.r", "Router address flag(R)", boolean().names(SET).mask(0x20);
    PREFIX_FLAG_RESERVED = "icmpv6.opt.prefix.flag.reserved", "Reserved", uint(8).mask(0x1f);
    PREFIX_VALID_LIFETIME = "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    PREFIX_PREFERRED_LIFETIME = "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    PREFIX = "icmpv6.opt.prefix", "Prefix", ipv6();
    CGA_PAD_LENGTH = "icmpv6.opt.cga.pad_length", "Pad Length", uint(8);
    CGA = "icmpv6.opt.cga", "CGA", bytes();
    CGA_MODIFIER = "icmpv6.opt.cga.modifier", "Modifier", bytes();
    CGA_SUBNET_PREFIX = "icmpv6.opt.cga.subnet_prefix", "Subnet Prefix", bytes();
    CGA_COUNT = "icmpv6.opt.cga.count", "Count", bytes();
    RSA_KEY_HASH = "icmpv6.opt.rsa.key_hash", "Key Hash", bytes();
    DIGITAL_SIGNATURE_PADDING = "icmpv6.opt.digital_signature_padding", "Digital Signature and Padding", none();
    TIMESTAMP = "icmpv6.opt.timestamp", "Timestamp", time();
    NONCE = "icmpv6.opt.nonce", "Nonce", bytes();
    CERTIFICATE_PADDING = "icmpv6.opt.certificate_padding", "Certificate and Padding", none();
    IPA_OPTION_CODE = "icmpv6.opt.ipa.option_code", "Option-code", uint(8).values(values::OPT_IPA_OPTION_CODE);
    IPA_PREFIX_LEN = "icmpv6.opt.ipa.prefix_len", "Prefix Length", uint(8);
    IPA_IPV6_ADDRESS = "icmpv6.opt.ipa.ipv6_address", "IPv6 Address", ipv6();
    NRPI_OPTION_CODE = "icmpv6.opt.nrpi.option_code", "Option-code", uint(8);
    NRPI_PREFIX_LEN = "icmpv6.opt.nrpi.prefix_len", "Prefix Length", uint(8);
    NRPI_PREFIX = "icmpv6.opt.nrpi.prefix", "Prefix", ipv6();
    LLA_OPTION_CODE = "icmpv6.opt.lla.option_code", "Option-code", uint(8).values(values::OPT_LLA_OPTION_CODE);
    LLA_BYTES = "icmpv6.opt.lla.bytes", "Link-Layer Address", bytes();
    NAACK_OPTION_CODE = "icmpv6.opt.naack.option_code", "Option-Code", uint(8);
    NAACK_STATUS = "icmpv6.opt.naack.status", "Status", uint(8).values(values::OPT_NAACK_STATUS);
    NAACK_SUPPLIED_NCOA = "icmpv6.opt.naack.supplied_ncoa", "Supplied NCoA", ipv6();
    MAP_DISTANCE = "icmpv6.opt.map.distance", "Distance", uint(8).mask(0xf0);
    MAP_PREFERENCE = "icmpv6.opt.map.preference", "Preference", uint(8).mask(0xf);
    MAP_FLAG = "icmpv6.opt.map.flag", "Flag", uint(8).hex();
    MAP_FLAG_R = "icmpv6.opt.map.flag.r", "RCoA Flag", boolean().mask(0x80);
    MAP_FLAG_RESERVED = "icmpv6.opt.map.flag.reserved", "Reserved", uint(8).mask(0x7f);
    MAP_VALID_LIFETIME = "icmpv6.opt.map.valid_lifetime", "Valid Lifetime", uint(32);
    MAP_GLOBAL_ADDRESS = "icmpv6.opt.map.global_address", "Global Address", ipv6();
    ROUTE_INFO_FLAG = "icmpv6.opt.route_info.flag", "Flag", uint(8).hex();
    ROUTE_INFO_FLAG_ROUTE_PREFERENCE = "icmpv6.opt.route_info.flag.route_preference", "Route Preference", uint(8).values(values::ND_RA_FLAG_PRF).mask(0x18);
    ROUTE_INFO_FLAG_RESERVED = "icmpv6.opt.route_info.flag.reserved", "Reserved", uint(8).mask(0xe7);
    ROUTE_LIFETIME = "icmpv6.opt.route_lifetime", "Route Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    NAME_TYPE = "icmpv6.opt.name_type", "Name Type", uint(8).values(values::OPT_NAME_TYPE);
    NAME_X501 = "icmpv6.opt.name_x501", "DER Encoded X.501 Name", bytes();
    NAME_TYPE_FQDN = "icmpv6.opt.name_type.fqdn", "FQDN", string();
    REDIRECTED_PACKET = "icmpv6.opt.redirected_packet", "Redirected Packet", none();
    MTU = "icmpv6.opt.mtu", "MTU", uint(32);
    NBMA_SHORTCUT_LIMIT = "icmpv6.opt.nbma.shortcut_limit", "Shortcut Limit", uint(8);
    ADVERTISEMENT_INTERVAL = "icmpv6.opt.advertisement_interval", "Advertisement Interval", uint(32);
    HOME_AGENT_PREFERENCE = "icmpv6.opt.home_agent_preference", "Home Agent Preference", uint(16);
    HOME_AGENT_LIFETIME = "icmpv6.opt.home_agent_lifetime", "Home Agent Preference", uint(16);
    IPV6_ADDRESS = "icmpv6.opt.ipv6_address", "IPv6 Address", ipv6();
    RDNSS_LIFETIME = "icmpv6.opt.rdnss.lifetime", "Lifetime", uint(32).values(values::OPT_RDNSS_LIFETIME);
    RDNSS = "icmpv6.opt.rdnss", "Recursive DNS Servers", ipv6();
    EFO = "icmpv6.opt.efo", "Flags Expansion Option", uint(16).hex();
    EFO_M = "icmpv6.opt.efo.m", "Managed address configuration", boolean().names(SET).mask(0x8000);
    EFO_O = "icmpv6.opt.efo.o", "Other configuration", boolean().names(SET).mask(0x4000);
    EFO_H = "icmpv6.opt.efo.h", "Home Agent", boolean().names(SET).mask(0x2000);
    EFO_PRF = "icmpv6.opt.efo.prf", "Prf (Default Router Preference)", uint(16).values(values::ND_RA_FLAG_PRF).mask(0x1800);
    EFO_P = "icmpv6.opt.efo.p", "Proxy", boolean().names(SET).mask(0x400);
    EFO_RSV = "icmpv6.opt.efo.rsv", "Reserved", uint(16).mask(0x2ff);
    HAI_OPTION_CODE = "icmpv6.opt.hai.option_code", "Option-Code", uint(8).values(values::OPT_HAI_OPTION_CODE);
    HAI_LENGTH = "icmpv6.opt.hai.length", "HAI-Length", uint(8);
    HAI_VALUE = "icmpv6.opt.hai.value", "HAI-Value", bytes();
    MN_OPTION_CODE = "icmpv6.opt.mn.option_code", "Option-Code", uint(8).values(values::OPT_MN_OPTION_CODE);
    MN_LENGTH = "icmpv6.opt.mn.length", "MN-Length", uint(8);
    MN_VALUE = "icmpv6.opt.mn.value", "MN-Value", bytes();
    DNSSL_LIFETIME = "icmpv6.opt.dnssl.lifetime", "Lifetime", uint(32).values(values::OPT_DNSSL_LIFETIME);
    DNSSL = "icmpv6.opt.dnssl", "Domain Names", string();
    ARO_STATUS = "icmpv6.opt.aro.status", "Status", uint(8).values(values::LOWPAN_DA_STATUS);
    ARO_REGISTRATION_LIFETIME = "icmpv6.opt.aro.registration_lifetime", "Registration  Lifetime", uint(16);
    ARO_EUI64 = "icmpv6.opt.aro.eui64", "EUI-64", kind(Kind::Eui64);
    L6CO_CONTEXT_LENGTH = "icmpv6.opt.6co.context_length", "Context Length", uint(8);
    L6CO_FLAG = "icmpv6.opt.6co.flag", "Flag", uint(8).hex();
    L6CO_FLAG_C = "icmpv6.opt.6co.flag.c", "Compression Flag", boolean().names(SET).mask(0x10);
    L6CO_FLAG_CID = "icmpv6.opt.6co.flag.cid", "CID", uint(8).mask(0xf);
    L6CO_FLAG_RESERVED = "icmpv6.opt.6co.flag.reserved", "Reserved", uint(8).mask(0xe0);
    L6CO_VALID_LIFETIME = "icmpv6.opt.6co.valid_lifetime", "Lifetime", uint(16);
    L6CO_CONTEXT_PREFIX = "icmpv6.opt.6co.context_prefix", "Context Prefix", ipv6();
    ABRO_VERSION_LOW = "icmpv6.opt.abro.version_low", "Version Low", uint(16);
    ABRO_VERSION_HIGH = "icmpv6.opt.abro.version_high", "Version", uint(16);
    ABRO_VALID_LIFETIME = "icmpv6.opt.abro.valid_lifetime", "Valid Lifetime", uint(16);
    ABRO_6LBR_ADDRESS = "icmpv6.opt.abro.6lbr_address", "6LBR Address", ipv6();
    L6CIO_UNASSIGNED1 = "icmpv6.opt.6cio.unassigned1", "Unassigned", uint(16).hex().mask(0xfffe);
    L6CIO_FLAG_G = "icmpv6.opt.6cio.flag_g", "G", uint(16).hex().mask(0x1);
    L6CIO_UNASSIGNED2 = "icmpv6.opt.6cio.unassigned2", "Unassigned", uint(32).hex();
    CAPTIVE_PORTAL = "icmpv6.opt.captive_portal", "Captive Portal", string();
    PREF64_SCALED_LIFETIME = "icmpv6.opt.pref64.scaled_lifetime", "Scaled Lifetime", uint(16).mask(0xfff8);
    PREF64_PLC = "icmpv6.opt.pref64.plc", "PLC (Prefix Length Code)", uint(16).hex().values(values::OPT_PREF64_PLC).mask(0x7);
    PREF64_PREFIX = "icmpv6.opt.pref64.prefix", "Prefix", ipv6();
}

pub static BAD_LENGTH: Expert =
    Expert::new("icmpv6.invalid_option_length", "Invalid Option Length", Group::Malformed, Severity::Error);
static UNDECODED: Expert =
    Expert::new("icmpv6.undecoded.option", "Undecoded option", Group::Undecoded, Severity::Note);

pub static EXPERTS: &[&Expert] = &[&BAD_LENGTH, &UNDECODED];

/// RFC 4861 4.1.
pub fn router_solicitation(w: &mut Walk) -> Result<(), Stop> {
    w.field(&super::RESERVED, 4, 4)?;
    options(w, 8)
}

/// RFC 4861 4.2.
pub fn router_advertisement(w: &mut Walk) -> Result<(), Stop> {
    w.field(&ND_RA_CUR_HOP_LIMIT, 4, 1)?;
    let bits = [&ND_RA_FLAG_M, &ND_RA_FLAG_O, &ND_RA_FLAG_H, &ND_RA_FLAG_PRF, &ND_RA_FLAG_P, &ND_RA_FLAG_RSV];
    flags::put(w, &ND_RA_FLAG, 5, 1, &bits)?;
    w.field(&ND_RA_ROUTER_LIFETIME, 6, 2)?;
    w.field(&ND_RA_REACHABLE_TIME, 8, 4)?;
    w.field(&ND_RA_RETRANS_TIMER, 12, 4)?;
    options(w, 16)
}

/// RFC 4861 4.3.
pub fn neighbor_solicitation(w: &mut Walk) -> Result<(), Stop> {
    w.field(&super::RESERVED, 4, 4)?;
    let target = V6(w.ipv6(8)?);
    w.columns.append_info(format_args!(" for {target}"));
    w.field(&ND_NS_TARGET_ADDRESS, 8, 16)?;
    options(w, 24)
}

/// RFC 4861 4.4.
pub fn neighbor_advertisement(w: &mut Walk) -> Result<(), Stop> {
    let bits = w.be32(4)?;
    let parts = [&ND_NA_FLAG_R, &ND_NA_FLAG_S, &ND_NA_FLAG_O, &ND_NA_FLAG_RSV];
    flags::put(w, &ND_NA_FLAG, 4, 4, &parts)?;
    let target = V6(w.ipv6(8)?);
    let mut set = Vec::with_capacity(3);
    for (bit, name) in [(1 << 31, "rtr"), (1 << 30, "sol"), (1 << 29, "ovr")] {
        if bits & bit != 0 {
            set.push(name);
        }
    }
    let set = if set.is_empty() { "none".to_string() } else { set.join(", ") };
    w.columns.append_info(format_args!(" {target} ({set})"));
    w.field(&ND_NA_TARGET_ADDRESS, 8, 16)?;
    options(w, 24)
}

/// RFC 4861 4.5.
pub fn redirect(w: &mut Walk) -> Result<(), Stop> {
    w.field(&super::RESERVED, 4, 4)?;
    w.field(&ND_RD_TARGET_ADDRESS, 8, 16)?;
    w.field(&RD_NA_DESTINATION_ADDRESS, 24, 16)?;
    options(w, 40)
}

/// An option while it is dissected.
struct Item {
    /// Offset of the option, and where it ends.
    at: usize,
    end: usize,
    id: NodeId,
}

impl Item {
    fn say(&self, w: &mut Walk, text: fmt::Arguments) {
        w.append(self.id, text);
    }
}

/// The options from here to the end of the message (RFC 4861 4.6).
pub fn options(w: &mut Walk, mut at: usize) -> Result<(), Stop> {
    while w.remaining(at) > 0 {
        let (kind, units) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        let size = units * 8;
        let id = match TYPE.value_name(u64::from(kind)) {
            Some(name) => w.text(&OPT, at, size, Value::None, format_args!("ICMPv6 Option ({name}")),
            None => w.text(&OPT, at, size, Value::None, format_args!("ICMPv6 Option (Unknown {kind}")),
        };
        w.open(id);
        w.field(&TYPE, at, 1)?;
        let value = Value::Uint(units as u64);
        let text = format_args!("Length: {units} ({size} bytes)");
        let length = w.text(&LENGTH, at + 1, 1, value, text);
        if units == 0 {
            w.open(length);
            w.expert_text(&BAD_LENGTH, length, format_args!("Invalid option length (Zero)"));
            w.close();
            w.close();
            return Ok(());
        }
        let item = Item { at, end: at + size, id };
        let end = option(w, kind, &item)?;
        left_over(w, end, item.end)?;
        w.append(id, format_args!(")"));
        w.close();
        at += size;
    }
    Ok(())
}

/// What is in an option; says how far it has been understood.
fn option(w: &mut Walk, kind: u8, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    match kind {
        1 | 2 => link_layer(w, kind, item),
        3 => prefix_information(w, item),
        4 => redirected(w, item),
        5 => mtu(w, item),
        6 => shortcut_limit(w, item),
        7 => advertisement_interval(w, item),
        8 => plain(w, at, &[(&RESERVED, 2), (&HOME_AGENT_PREFERENCE, 2), (&HOME_AGENT_LIFETIME, 2)]),
        9 | 10 => address_list(w, item),
        11 => cga(w, item),
        12 => {
            plain(w, at, &[(&RESERVED, 2), (&RSA_KEY_HASH, 16)])?;
            rest(w, &DIGITAL_SIGNATURE_PADDING, at + 18, item.end)
        }
        13 => timestamp(w, item),
        14 => rest(w, &NONCE, at, item.end),
        15 => trust_anchor(w, item),
        16 => {
            plain(w, at, &[(&NAME_TYPE, 1), (&RESERVED, 1)])?;
            rest(w, &CERTIFICATE_PADDING, at + 2, item.end)
        }
        17 => address_or_prefix(w, item, [&IPA_OPTION_CODE, &IPA_PREFIX_LEN, &IPA_IPV6_ADDRESS]),
        18 => address_or_prefix(w, item, [&NRPI_OPTION_CODE, &NRPI_PREFIX_LEN, &NRPI_PREFIX]),
        19 => {
            w.field(&LLA_OPTION_CODE, at, 1)?;
            rest(w, &LLA_BYTES, at + 1, item.end)
        }
        20 => acknowledgment(w, item),
        23 => map(w, item),
        24 => route_information(w, item),
        25 => dns_servers(w, item),
        26 => flags_extension(w, item),
        29 => identified(w, item, [&HAI_OPTION_CODE, &HAI_LENGTH, &HAI_VALUE]),
        30 => identified(w, item, [&MN_OPTION_CODE, &MN_LENGTH, &MN_VALUE]),
        31 => search_list(w, item),
        33 => registration(w, item),
        34 => context(w, item),
        35 => border_router(w, item),
        36 => {
            w.field(&L6CIO_UNASSIGNED1, at, 2)?;
            w.field(&L6CIO_FLAG_G, at, 2)?;
            w.field(&L6CIO_UNASSIGNED2, at + 2, 4)?;
            Ok(at + 6)
        }
        37 => {
            let bytes = w.bytes(at, item.end - at)?;
            let uri = text::utf8(text::until_nul(bytes));
            w.value(&CAPTIVE_PORTAL, at, bytes.len(), Value::Str(&uri));
            Ok(item.end)
        }
        38 => prefix64(w, item),
        _ => {
            let text = format_args!(
                "Dissector for ICMPv6 Option ({kind}) code not implemented, Contact Wireshark developers if you want this supported"
            );
            w.expert_text(&UNDECODED, item.id, text);
            rest(w, &super::DATA, at, item.end)
        }
    }
}

/// Fields in a row; says where they end.
fn plain(w: &mut Walk, mut at: usize, fields: &[(&'static Field, usize)]) -> Result<usize, Stop> {
    for (field, len) in fields {
        w.field(field, at, *len)?;
        at += len;
    }
    Ok(at)
}

/// A field that takes all that is left of the option.
fn rest(w: &mut Walk, field: &'static Field, at: usize, end: usize) -> Result<usize, Stop> {
    if end > at {
        w.field(field, at, end - at)?;
    }
    Ok(end)
}

fn link_layer(w: &mut Walk, kind: u8, item: &Item) -> Result<usize, Stop> {
    let (at, len) = (item.at + 2, item.end - item.at - 2);
    let (said, hidden) = if kind == 1 { (" from", &SRC_LINKADDR) } else { (" is at", &TARGET_LINKADDR) };
    if len == 6 {
        let mac = w.buf.array(at)?;
        let name = names::ether(w.context.names, w.context.settings, mac);
        let name = name.unwrap_or_else(|| Mac(mac).to_string());
        w.columns.append_info(format_args!("{said} {name}"));
        let value = Value::Bytes(w.bytes(at, 6)?);
        w.text(&LINKADDR, at, 6, value, format_args!("Link-layer address: {}", Mac(mac)));
        w.hidden(hidden, at, 6, Value::Ether(mac));
        item.say(w, format_args!(" : {name}"));
        return Ok(item.end);
    }
    link_layer_long(w, kind, at, len)?;
    Ok(item.end)
}

/// A link-layer address that isn't Ethernet's.
fn link_layer_long(w: &mut Walk, kind: u8, at: usize, len: usize) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let mut digits = String::new();
    text::hex(&mut digits, bytes, None);
    let value = Value::Bytes(bytes);
    w.text(&LINKADDR, at, len, value, format_args!("Link-layer address: {digits}"));
    let hidden = if kind == 1 { &SRC_LINKADDR } else { &TARGET_LINKADDR };
    w.hidden(hidden, at, len, value);
    Ok(())
}

fn prefix_information(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let bits = w.u8(at)?;
    w.field(&PREFIX_LENGTH, at, 1)?;
    let parts = [&PREFIX_FLAG_L, &PREFIX_FLAG_A, &PREFIX_FLAG_R, &PREFIX_FLAG_RESERVED];
    flags::put(w, &PREFIX_FLAG, at + 1, 1, &parts)?;
    lifetime(w, &PREFIX_VALID_LIFETIME, at + 2)?;
    lifetime(w, &PREFIX_PREFERRED_LIFETIME, at + 6)?;
    w.field(&RESERVED, at + 10, 4)?;
    let prefix = V6(w.ipv6(at + 14)?);
    w.field(&PREFIX, at + 14, 16)?;
    item.say(w, format_args!(" : {prefix}/{bits}"));
    Ok(at + 30)
}

fn redirected(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 8;
    w.field(&RESERVED, item.at + 2, 6)?;
    let len = item.end.saturating_sub(at);
    w.text(&REDIRECTED_PACKET, at, len, Value::None, format_args!("Redirected Packet"));
    w.columns.locked += 1;
    w.nest(Next::Quiet(Key::EtherType(0x86dd)), at, len);
    w.columns.locked -= 1;
    // What fills up the option behind the packet is no part of it.
    let quoted = w.be16(at + 4).map_or(len, |n| 40 + usize::from(n));
    Ok((at + quoted).min(item.end))
}

fn mtu(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let mtu = w.be32(item.at + 4)?;
    w.field(&RESERVED, item.at + 2, 2)?;
    w.field(&MTU, item.at + 4, 4)?;
    item.say(w, format_args!(" : {mtu}"));
    Ok(item.at + 8)
}

/// RFC 2491 5.2; the reserved byte is shown on the limit's own.
fn shortcut_limit(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let limit = w.u8(at)?;
    w.field(&NBMA_SHORTCUT_LIMIT, at, 1)?;
    w.field(&RESERVED, at, 1)?;
    w.field(&RESERVED, at + 1, 4)?;
    item.say(w, format_args!(" : {limit}"));
    Ok(at + 5)
}

fn advertisement_interval(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let interval = w.be32(item.at + 4)?;
    w.field(&RESERVED, item.at + 2, 2)?;
    w.field(&ADVERTISEMENT_INTERVAL, item.at + 4, 4)?;
    item.say(w, format_args!(" : {interval}"));
    Ok(item.at + 8)
}

fn address_list(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    w.field(&RESERVED, item.at + 2, 6)?;
    let mut at = item.at + 8;
    while at + 16 <= item.end {
        let address = V6(w.ipv6(at)?);
        w.field(&IPV6_ADDRESS, at, 16)?;
        item.say(w, format_args!(" {address}"));
        at += 16;
    }
    Ok(at)
}

/// Cryptographically generated addresses (RFC 3971 5.1, RFC 3972).
fn cga(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let padding = usize::from(w.u8(at)?);
    w.field(&CGA_PAD_LENGTH, at, 1)?;
    w.field(&RESERVED, at + 1, 1)?;
    let len = (item.end - at - 2).saturating_sub(padding);
    let end = at + 2 + len;
    w.open_field(&CGA, at + 2, len)?;
    plain(w, at + 2, &[(&CGA_MODIFIER, 16), (&CGA_SUBNET_PREFIX, 8), (&CGA_COUNT, 1)])?;
    w.close();
    if padding > 0 {
        w.field(&PADDING, end, padding)?;
    }
    Ok(end + padding)
}

/// Seconds and 1/65536ths (RFC 3971 5.3.1).
fn timestamp(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    w.field(&RESERVED, item.at + 2, 6)?;
    let raw = w.be64(item.at + 8)?;
    let nanos = i128::from(raw >> 16) * 1_000_000_000 + i128::from(raw & 0xffff) * 1_000_000_000 / 65_536;
    w.value(&TIMESTAMP, item.at + 8, 8, Value::Time(nanos));
    Ok(item.at + 16)
}

/// RFC 3971 6.4.3.
fn trust_anchor(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let kind = w.u8(at)?;
    let padding = usize::from(w.u8(at + 1)?);
    w.field(&NAME_TYPE, at, 1)?;
    w.field(&CGA_PAD_LENGTH, at + 1, 1)?;
    let len = (item.end - at - 2).saturating_sub(padding);
    let end = at + 2 + len;
    if kind == 1 {
        w.field(&NAME_X501, at + 2, len)?;
    } else {
        w.field(&NAME_TYPE_FQDN, at + 2, len)?;
    }
    if padding > 0 {
        w.field(&PADDING, end, padding)?;
    }
    Ok(end + padding)
}

/// RFC 5568 6.4.1 and 6.4.2.
fn address_or_prefix(
    w: &mut Walk,
    item: &Item,
    [code, length, field]: [&'static Field; 3],
) -> Result<usize, Stop> {
    let at = item.at + 2;
    let bits = w.u8(at + 1)?;
    w.field(code, at, 1)?;
    w.field(length, at + 1, 1)?;
    w.field(&RESERVED, at + 2, 4)?;
    let address = V6(w.ipv6(at + 6)?);
    w.field(field, at + 6, 16)?;
    item.say(w, format_args!(" {address}/{bits}"));
    Ok(at + 22)
}

/// RFC 5568 6.4.5.
fn acknowledgment(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let status = w.u8(at + 1)?;
    w.field(&NAACK_OPTION_CODE, at, 1)?;
    w.field(&NAACK_STATUS, at + 1, 1)?;
    if status == 2 {
        w.field(&NAACK_SUPPLIED_NCOA, at + 2, 16)?;
        return Ok(at + 18);
    }
    rest(w, &RESERVED, at + 2, item.end)
}

/// RFC 5380 4.
fn map(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    w.field(&MAP_DISTANCE, at, 1)?;
    w.field(&MAP_PREFERENCE, at, 1)?;
    flags::put(w, &MAP_FLAG, at + 1, 1, &[&MAP_FLAG_R, &MAP_FLAG_RESERVED])?;
    plain(w, at + 2, &[(&MAP_VALID_LIFETIME, 4), (&MAP_GLOBAL_ADDRESS, 16)])
}

/// RFC 4191 2.3.
fn route_information(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let bits = w.u8(at)?;
    let preference = ROUTE_INFO_FLAG_ROUTE_PREFERENCE.masked(u64::from(w.u8(at + 1)?));
    let name = ROUTE_INFO_FLAG_ROUTE_PREFERENCE.value_name(preference).unwrap_or("Unknown");
    w.field(&PREFIX_LENGTH, at, 1)?;
    let parts = [&ROUTE_INFO_FLAG_ROUTE_PREFERENCE, &ROUTE_INFO_FLAG_RESERVED];
    flags::put(w, &ROUTE_INFO_FLAG, at + 1, 1, &parts)?;
    lifetime(w, &ROUTE_LIFETIME, at + 2)?;
    let len = (item.end - at - 6).min(16);
    let mut prefix = [0; 16];
    prefix[..len].copy_from_slice(w.bytes(at + 6, len)?);
    if len > 0 {
        w.value(&PREFIX, at + 6, len, Value::Ipv6(prefix));
    }
    item.say(w, format_args!(" : {name} {}/{bits}", V6(prefix)));
    Ok(at + 6 + len)
}

/// RFC 8106 5.1.
fn dns_servers(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    w.field(&RESERVED, at, 2)?;
    lifetime(w, &RDNSS_LIFETIME, at + 2)?;
    let mut at = at + 6;
    while at + 16 <= item.end {
        let address = V6(w.ipv6(at)?);
        w.field(&RDNSS, at, 16)?;
        item.say(w, format_args!(" {address}"));
        at += 16;
    }
    Ok(at)
}

/// RFC 5175 4.
fn flags_extension(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let bits = [&EFO_M, &EFO_O, &EFO_H, &EFO_PRF, &EFO_P, &EFO_RSV];
    flags::put(w, &EFO, at, 2, &bits)?;
    w.field(&RESERVED, at + 2, 4)?;
    Ok(at + 6)
}

/// RFC 5568 6.4.3: a code, a length, and a value of that length.
fn identified(w: &mut Walk, item: &Item, [code, length, value]: [&'static Field; 3]) -> Result<usize, Stop> {
    let at = item.at + 2;
    w.field(code, at, 1)?;
    w.field(length, at + 1, 1)?;
    let len = usize::from(w.u8(at + 1)?);
    w.field(value, at + 2, len)?;
    let end = at + 2 + len;
    if end < item.end {
        w.field(&PADDING, end, item.end - end)?;
    }
    Ok(item.end)
}

/// RFC 8106 5.2.
fn search_list(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let start = item.at + 8;
    w.field(&RESERVED, item.at + 2, 2)?;
    lifetime(w, &DNSSL_LIFETIME, item.at + 4)?;
    let bytes = w.bytes(start, item.end.saturating_sub(start))?;
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at) == Some(&0) {
            w.field(&PADDING, start + at, bytes.len() - at)?;
            break;
        }
        let (name, next) = domain(bytes, at).ok_or(Stop::malformed(start + at))?;
        w.value(&DNSSL, start + at, next - at, Value::Str(&name));
        item.say(w, format_args!(" {name}"));
        at = next;
    }
    Ok(item.end)
}

/// RFC 6775 4.1.
fn registration(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let status = u64::from(w.u8(at)?);
    let time = w.be16(at + 4)?;
    plain(w, at, &[(&ARO_STATUS, 1), (&RESERVED, 3), (&ARO_REGISTRATION_LIFETIME, 2)])?;
    let eui: [u8; 8] = w.buf.array(at + 6)?;
    super::eui64(w, &ARO_EUI64, at + 6, eui);
    let mut address = String::new();
    text::hex(&mut address, &eui, Some(':'));
    let what = if time == 0 { "Deregister" } else { "Register" };
    item.say(w, format_args!(" : {what} {address}"));
    match ARO_STATUS.value_name(status) {
        Some(name) => item.say(w, format_args!(" {name}")),
        None => item.say(w, format_args!(" Unknown ({status})")),
    }
    Ok(at + 14)
}

/// RFC 6775 4.2.
fn context(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let bits = w.u8(at)?;
    w.field(&L6CO_CONTEXT_LENGTH, at, 1)?;
    let parts = [&L6CO_FLAG_C, &L6CO_FLAG_CID, &L6CO_FLAG_RESERVED];
    flags::put(w, &L6CO_FLAG, at + 1, 1, &parts)?;
    w.field(&RESERVED, at + 2, 2)?;
    w.field(&L6CO_VALID_LIFETIME, at + 4, 2)?;
    let len = if bits > 64 { 16 } else { 8 };
    let mut prefix = [0; 16];
    prefix[..len].copy_from_slice(w.bytes(at + 6, len)?);
    w.value(&L6CO_CONTEXT_PREFIX, at + 6, len, Value::Ipv6(prefix));
    item.say(w, format_args!(" {}/{bits}", V6(prefix)));
    Ok(at + 6 + len)
}

/// RFC 6775 4.3.
fn border_router(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    let (low, high, time) = (w.be16(at)?, w.be16(at + 2)?, w.be16(at + 4)?);
    plain(w, at, &[(&ABRO_VERSION_LOW, 2), (&ABRO_VERSION_HIGH, 2), (&ABRO_VALID_LIFETIME, 2)])?;
    let address = V6(w.ipv6(at + 6)?);
    w.field(&ABRO_6LBR_ADDRESS, at + 6, 16)?;
    item.say(w, format_args!(" : Version {high}.{low}, Valid Lifetime : {time}, 6LBR : {address}"));
    Ok(at + 22)
}

/// RFC 8781 4: the lifetime counts units of 8 seconds, in place.
fn prefix64(w: &mut Walk, item: &Item) -> Result<usize, Stop> {
    let at = item.at + 2;
    w.field(&PREF64_SCALED_LIFETIME, at, 2)?;
    w.field(&PREF64_PLC, at, 2)?;
    let len = (item.end - at - 2).min(12);
    let mut prefix = [0; 16];
    prefix[..len].copy_from_slice(w.bytes(at + 2, len)?);
    w.value(&PREF64_PREFIX, at + 2, len, Value::Ipv6(prefix));
    Ok(at + 2 + len)
}
