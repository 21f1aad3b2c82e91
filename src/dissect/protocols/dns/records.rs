//! Resource records: the part that all have, the choice by type, and the plain types (RFC 1035, 1183,
//! 1706, 1712, 2163, 3123, 7043 …).

use std::fmt;

use super::dnssec;
use super::edns;
use super::fields::*;
use super::names::{self, Name};
use super::services;
use super::values;
use super::{Flavour, Message, TTL_HIGH_BIT, UNDECODED, class_nodes, name_field, name_node};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::protocols::special::STRAY;
use crate::dissect::sink::NodeId;
use crate::dissect::text::{self, V4, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

pub(super) const SRV: u16 = 33;
pub(super) const OPT: u16 = 41;

/// The data of one record and what reading it may need of the rest.
#[derive(Clone, Copy)]
pub(super) struct Record {
    pub kind: u16,
    /// The node of the record.
    pub node: NodeId,
    /// Where the record, its data and what follows begin.
    pub start: usize,
    pub at: usize,
    pub end: usize,
}

impl Record {
    pub fn len(&self) -> usize {
        self.end - self.at
    }
}

/// A record type as Info and headings write it.
#[derive(Clone, Copy)]
pub(super) struct Mnemonic(pub u16);

impl fmt::Display for Mnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match values::mnemonic(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "Unknown ({})", self.0),
        }
    }
}

/// One record, RFC 1035 4.1.3; says where it ends.
pub(super) fn record(w: &mut Walk, m: &Message, start: usize) -> Result<usize, Stop> {
    let name = names::read(&w.buf, m.start, start)?;
    let fixed = start + name.size;
    let (kind, class) = (w.be16(fixed)?, w.be16(fixed + 2)?);
    w.be32(fixed + 4)?;
    let len = usize::from(w.be16(fixed + 8)?);
    let (at, end) = (fixed + 10, fixed + 10 + len);
    let flush = match m.flavour {
        Flavour::Mdns if class & 0x8000 != 0 && kind != OPT => ", cache flush",
        _ => "",
    };
    w.columns.append_info(format_args!(" {}{flush}", Mnemonic(kind)));
    w.bytes(start, end - start)?;
    let node = heading(w, m, kind, class, flush, start, end, &name);
    if w.wants_fields() {
        common(w, m, kind, start, &name)?;
    }
    if len > 0 {
        if shows_owner(kind) {
            w.columns.append_info(format_args!(" {}", name.text));
        }
        data(w, m, &Record { kind, node, start, at, end })?;
    }
    w.close();
    Ok(end)
}

/// `www.example.com: type A, class IN`
#[allow(clippy::too_many_arguments)]
fn heading(
    w: &mut Walk,
    m: &Message,
    kind: u16,
    class: u16,
    flush: &str,
    start: usize,
    end: usize,
    name: &Name,
) -> NodeId {
    let mnemonic = Mnemonic(kind);
    let text = &name.text;
    if kind == OPT {
        return w.open_label(start, end - start, format_args!("{text}: type {mnemonic}"));
    }
    let class = values::class(class & m.class_mask());
    let line = format_args!("{text}: type {mnemonic}, class {class}{flush}");
    w.open_label(start, end - start, line)
}

/// Name, type, class, time to live and length.
fn common(w: &mut Walk, m: &Message, kind: u16, start: usize, name: &Name) -> Result<(), Stop> {
    if kind == SRV {
        service_name(w, start, name);
    } else {
        name_node(w, &RESP_NAME, start, name);
    }
    let at = start + name.size;
    w.field(&RESP_TYPE, at, 2)?;
    if kind == OPT {
        edns::fixed(w, m, at + 2)?;
    } else {
        class_nodes(w, m, &RESP_CLASS, &RESP_CACHE_FLUSH, at + 2)?;
        let ttl = w.field(&RESP_TTL, at + 4, 4)?;
        if w.be32(at + 4)? & 0x8000_0000 != 0 {
            w.open(ttl);
            w.expert(&TTL_HIGH_BIT, ttl);
            w.close();
        }
    }
    w.field(&RESP_LEN, at + 8, 2)?;
    Ok(())
}

/// The owner of an SRV record tells service, protocol and name, RFC 2782.
fn service_name(w: &mut Walk, at: usize, name: &Name) {
    let mut parts = name.text.splitn(3, '.');
    for field in [&SRV_SERVICE, &SRV_PROTO, &SRV_NAME] {
        if let Some(part) = parts.next() {
            w.value(field, at, name.size, Value::Str(part));
        }
    }
}

/// True for the types of which Info has nothing better to tell than whose they are.
fn shows_owner(kind: u16) -> bool {
    matches!(kind, 3 | 4 | 7..=10 | 14 | 17..=23 | 26 | 27 | 42 | 49 | 51 | 52 | 55)
}

fn data(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    match r.kind {
        1 => address(w, r)?,
        2 => named(w, m, r, &NS, "ns ")?,
        3 => _ = name_field(w, m, &MD, at)?,
        4 => _ = name_field(w, m, &MF, at)?,
        5 => named(w, m, r, &CNAME, "cname ")?,
        6 => authority(w, m, r)?,
        7 => _ = name_field(w, m, &MB, at)?,
        8 => _ = name_field(w, m, &MG, at)?,
        9 => _ = name_field(w, m, &MR, at)?,
        10 => _ = w.field(&NULL, at, r.len())?,
        11 => well_known_services(w, r)?,
        12 => named(w, m, r, &PTR_DOMAIN_NAME, "")?,
        13 => host_information(w, r)?,
        14 => two_names(w, m, at, &MINFO_R, &MINFO_E)?,
        15 => preferred(w, m, r, &MX_PREFERENCE, &MX_MAIL_EXCHANGE, Some("mx"))?,
        16 => strings(w, r, &TXT_LENGTH, &TXT)?,
        17 => two_names(w, m, at, &RP_MAILBOX, &RP_TXT_RR)?,
        18 => preferred(w, m, r, &AFSDB_SUBTYPE, &AFSDB_HOSTNAME, None)?,
        19 => _ = string(w, at, &X25_LENGTH, &X25_PSDN_ADDRESS)?,
        20 => isdn(w, r)?,
        21 => preferred(w, m, r, &RT_SUBTYPE, &RT_INTERMEDIATE_HOST, None)?,
        22 => _ = w.field(&NSAP_RDATA, at, r.len())?,
        23 => _ = name_field(w, m, &NSAP_PTR_OWNER, at)?,
        26 => {
            w.field(&PX_PREFERENCE, at, 2)?;
            two_names(w, m, at + 2, &PX_MAP822, &PX_MAP400)?;
        }
        27 => position(w, r)?,
        28 => address6(w, r)?,
        29 => services::location(w, r)?,
        36 => preferred(w, m, r, &KX_PREFERENCE, &KX_KEY_EXCHANGE, Some("kx"))?,
        38 => address_a6(w, m, r)?,
        39 => named(w, m, r, &DNAME, "dname ")?,
        42 => prefixes(w, r)?,
        49 => _ = w.field(&DHCID_RDATA, at, r.len())?,
        61 => text_field(w, &OPENPGPKEY, at, r.len())?,
        99 => strings(w, r, &SPF_LENGTH, &SPF)?,
        104 => locator(w, r, &ILNP_NID_PREFERENCE, &ILNP_NID, 8)?,
        105 => locator(w, r, &ILNP_L32_PREFERENCE, &ILNP_L32, 4)?,
        106 => locator(w, r, &ILNP_L64_PREFERENCE, &ILNP_L64, 8)?,
        107 => {
            w.field(&ILNP_LP_PREFERENCE, at, 2)?;
            name_field(w, m, &ILNP_LP, at + 2)?;
        }
        108 => _ = w.field(&EUI48, at, 6)?,
        109 => _ = w.field(&EUI64, at, 8)?,
        24 | 25 | 30 | 43 | 46..=48 | 50 | 51 | 59 | 60 | 249 | 250 | 32769 => {
            dnssec::data(w, m, r)?;
        }
        33 | 35 | 37 | 44 | 45 | 52 | 55 | 62..=65 | 257 | 65281 | 65282 | 65422 => {
            services::data(w, m, r)?;
        }
        OPT => edns::options(w, m, r)?,
        _ => undecoded(w, r)?,
    }
    Ok(())
}

fn undecoded(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let kind = r.kind;
    w.expert_text(
        &UNDECODED,
        r.node,
        format_args!(
            "Dissector for DNS Type ({kind}) code not implemented, Contact Wireshark developers if you want this supported"
        ),
    );
    w.field(&DATA, r.at, r.len())?;
    Ok(())
}

fn address(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let address = V4(w.ipv4(r.at)?);
    w.columns.append_info(format_args!(" {address}"));
    w.append(r.node, format_args!(", addr {address}"));
    w.field(&A, r.at, 4)?;
    Ok(())
}

fn address6(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let address = V6(w.ipv6(r.at)?);
    w.columns.append_info(format_args!(" {address}"));
    w.append(r.node, format_args!(", addr {address}"));
    w.field(&AAAA, r.at, 16)?;
    Ok(())
}

/// A type whose data is one name.
fn named(w: &mut Walk, m: &Message, r: &Record, field: &'static Field, word: &str) -> Result<(), Stop> {
    let name = names::read(&w.buf, m.start, r.at)?;
    w.columns.append_info(format_args!(" {}", name.text));
    w.append(r.node, format_args!(", {word}{}", name.text));
    name_node(w, field, r.at, &name);
    Ok(())
}

fn two_names(
    w: &mut Walk,
    m: &Message,
    at: usize,
    first: &'static Field,
    second: &'static Field,
) -> Result<(), Stop> {
    let name = name_field(w, m, first, at)?;
    name_field(w, m, second, at + name.size)?;
    Ok(())
}

/// A number and a name; with a word, Info and heading tell both.
fn preferred(
    w: &mut Walk,
    m: &Message,
    r: &Record,
    number: &'static Field,
    field: &'static Field,
    word: Option<&str>,
) -> Result<(), Stop> {
    let preference = w.be16(r.at)?;
    let name = names::read(&w.buf, m.start, r.at + 2)?;
    if let Some(word) = word {
        w.columns.append_info(format_args!(" {preference} {}", name.text));
        w.append(r.node, format_args!(", preference {preference}, {word} {}", name.text));
    }
    w.field(number, r.at, 2)?;
    name_node(w, field, r.at + 2, &name);
    Ok(())
}

fn authority(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let primary = names::read(&w.buf, m.start, r.at)?;
    w.columns.append_info(format_args!(" {}", primary.text));
    w.append(r.node, format_args!(", mname {}", primary.text));
    name_node(w, &SOA_MNAME, r.at, &primary);
    let mut at = r.at + primary.size;
    at += name_field(w, m, &SOA_RNAME, at)?.size;
    let numbers: [&'static Field; 5] =
        [&SOA_SERIAL_NUMBER, &SOA_REFRESH_INTERVAL, &SOA_RETRY_INTERVAL, &SOA_EXPIRE_LIMIT, &SOA_MINIMUM_TTL];
    for field in numbers {
        w.field(field, at, 4)?;
        at += 4;
    }
    Ok(())
}

/// RFC 1035 3.4.2: a bit for each port.
fn well_known_services(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    use std::fmt::Write;
    let address = V4(w.ipv4(r.at)?);
    w.columns.append_info(format_args!(" {address}"));
    w.append(r.node, format_args!(", addr {address}"));
    w.field(&WKS_ADDRESS, r.at, 4)?;
    w.field(&WKS_PROTOCOL, r.at + 4, 1)?;
    for at in r.at + 5..r.end {
        let bits = w.u8(at)?;
        if bits == 0 {
            continue;
        }
        let mut ports = String::new();
        for bit in (0..8).filter(|bit| bits & 0x80 >> bit != 0) {
            let comma = if ports.is_empty() { "" } else { ", " };
            let _ = write!(ports, "{comma}{}", (at - r.at - 5) * 8 + bit);
        }
        let value = Value::Uint(bits.into());
        w.text(&WKS_BITS, at, 1, value, format_args!("Bits: 0x{bits:02x} ({ports})"));
    }
    Ok(())
}

/// A character-string, RFC 1035 3.3: its length and its text; says where the next thing begins.
pub(super) fn string(
    w: &mut Walk,
    at: usize,
    length: &'static Field,
    field: &'static Field,
) -> Result<usize, Stop> {
    let len = usize::from(w.u8(at)?);
    w.field(length, at, 1)?;
    text_field(w, field, at + 1, len)?;
    Ok(at + 1 + len)
}

/// Text up to its first NUL.
pub(super) fn text_field(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let until = text::until_nul(bytes);
    let shown = text::utf8(until);
    let id = w.value(field, at, len, Value::Str(&shown));
    if bytes.iter().skip(until.len()).any(|b| *b != 0) {
        w.open(id);
        w.expert(&STRAY, id);
        w.close();
    }
    Ok(())
}

fn strings(w: &mut Walk, r: &Record, length: &'static Field, field: &'static Field) -> Result<(), Stop> {
    let mut at = r.at;
    while at < r.end {
        at = string(w, at, length, field)?;
    }
    Ok(())
}

fn host_information(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let cpu_len = usize::from(w.u8(r.at)?);
    let second = r.at + 1 + cpu_len;
    let system_len = usize::from(w.u8(second)?);
    let cpu = text::utf8(w.bytes(r.at + 1, cpu_len)?);
    let system = text::utf8(w.bytes(second + 1, system_len)?);
    w.columns.append_info(format_args!(" {cpu} {system}"));
    w.append(r.node, format_args!(", CPU {cpu}, OS {system}"));
    string(w, r.at, &HINFO_CPU_LENGTH, &HINFO_CPU)?;
    string(w, second, &HINFO_OS_LENGTH, &HINFO_OS)?;
    Ok(())
}

fn isdn(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = string(w, r.at, &IDSN_LENGTH, &IDSN_ADDRESS)?;
    if at < r.end {
        string(w, at, &IDSN_SA_LENGTH, &IDSN_SA_ADDRESS)?;
    }
    Ok(())
}

fn position(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = string(w, r.at, &GPOS_LONGITUDE_LENGTH, &GPOS_LONGITUDE)?;
    let at = string(w, at, &GPOS_LATITUDE_LENGTH, &GPOS_LATITUDE)?;
    string(w, at, &GPOS_ALTITUDE_LENGTH, &GPOS_ALTITUDE)?;
    Ok(())
}

fn locator(
    w: &mut Walk,
    r: &Record,
    preference: &'static Field,
    field: &'static Field,
    len: usize,
) -> Result<(), Stop> {
    w.field(preference, r.at, 2)?;
    w.field(field, r.at + 2, len)?;
    Ok(())
}

/// A6, RFC 2874 3.1: the bits of the address behind the prefix, and the name that has the prefix.
fn address_a6(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let prefix = w.u8(r.at)?;
    let Some(suffix_len) = 16usize.checked_sub(usize::from(prefix / 8)).filter(|_| prefix <= 128) else {
        return Err(Stop::malformed(r.at));
    };
    let mut suffix = [0u8; 16];
    if let Some(tail) = suffix.get_mut(16 - suffix_len..) {
        tail.copy_from_slice(w.bytes(r.at + 1, suffix_len)?);
    }
    let at = r.at + 1 + suffix_len;
    let name = match prefix {
        0 => None,
        _ => Some(names::read(&w.buf, m.start, at)?),
    };
    let text = name.as_ref().map_or("", |n| &n.text);
    let shown = V6(suffix);
    w.columns.append_info(format_args!(" {prefix} {shown} {text}"));
    w.append(r.node, format_args!(", addr {prefix} {shown} {text}"));
    w.field(&A6_PREFIX_LEN, r.at, 1)?;
    if suffix_len > 0 {
        w.value(&A6_ADDRESS_SUFFIX, r.at + 1, suffix_len, Value::Ipv6(suffix));
    }
    if let Some(name) = &name {
        name_node(w, &A6_PREFIX_NAME, at, name);
    }
    Ok(())
}

/// APL, RFC 3123.
fn prefixes(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let mut at = r.at;
    while at + 1 < r.end {
        let family = w.be16(at)?;
        w.field(&APL_ADDRESS_FAMILY, at, 2)?;
        w.field(&APL_CODED_PREFIX, at + 2, 1)?;
        let len = usize::from(w.u8(at + 3)? & 0x7f);
        w.field(&APL_NEGATION, at + 3, 1)?;
        w.field(&APL_AFDLENGTH, at + 3, 1)?;
        padded_address(w, family, at + 4, len, [&APL_AFDPART_IPV4, &APL_AFDPART_IPV6, &APL_AFDPART_DATA])?;
        at += 4 + len;
    }
    Ok(())
}

/// An address whose trailing zero bytes are left out; the fields are for IPv4, IPv6 and all else.
pub(super) fn padded_address(
    w: &mut Walk,
    family: u16,
    at: usize,
    len: usize,
    fields: [&'static Field; 3],
) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let mut whole = [0u8; 16];
    for (to, from) in whole.iter_mut().zip(bytes) {
        *to = *from;
    }
    let [a, b, c, d, ..] = whole;
    match family {
        1 if len <= 4 => w.value(fields[0], at, len, Value::Ipv4([a, b, c, d])),
        2 if len <= 16 => w.value(fields[1], at, len, Value::Ipv6(whole)),
        _ => w.value(fields[2], at, len, Value::Bytes(bytes)),
    };
    Ok(())
}
