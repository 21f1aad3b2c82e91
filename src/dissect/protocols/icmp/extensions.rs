//! The extension structure of multi-part messages (RFC 4884 7): MPLS label stacks (RFC 4950),
//! interface information (RFC 5837) and interface identification (RFC 8335).

use std::fmt::Write;

use super::values::{AFIS, CHECKSUM_STATES};
use crate::dissect::buf::Stop;
use crate::dissect::checksum;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Names, SET};
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    EXT = "icmp.ext", "ICMP Extensions", none();
    VERSION = "icmp.ext.version", "Version", uint(8);
    RES = "icmp.ext.res", "Reserved", uint(16).hex().mask(0x0fff);
    CHECKSUM = "icmp.ext.checksum", "Checksum", uint(16).hex();
    CHECKSUM_STATUS = "icmp.ext.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    LENGTH = "icmp.ext.length", "Length", uint(16);
    CLASS = "icmp.ext.class", "Class", uint(8).values(CLASSES);
    CTYPE = "icmp.ext.ctype", "C-Type", uint(8);
    DATA = "icmp.ext.data", "Data", bytes();
    MPLS_LABEL = "icmp.mpls.label", "Label", uint(24).mask(0xfffff0);
    MPLS_EXP = "icmp.mpls.exp", "Experimental", uint(24).mask(0x00000e);
    MPLS_S = "icmp.mpls.s", "Stack bit", boolean().names(SET).mask(0x000001);
    MPLS_TTL = "icmp.mpls.ttl", "Time to live", uint(8);
    MPLS_DATA = "icmp.mpls.data", "Data", bytes();
    INFO_ROLE = "icmp.int_info.role", "Interface Role", uint(8).values(ROLES).mask(0xc0);
    INFO_RESERVED = "icmp.int_info.reserved", "Reserved", uint(8).mask(0x30);
    INFO_IFINDEX = "icmp.int_info.ifindex", "ifIndex", boolean().mask(0x08)
        .about("True: ifIndex of the interface included; False: ifIndex of the interface not included");
    INFO_IPADDR = "icmp.int_info.ipaddr", "IP Address", boolean().names(PRESENT).mask(0x04);
    INFO_NAME_PRESENT = "icmp.int_info.name_present", "Interface Name", boolean().names(PRESENT).mask(0x02);
    INFO_MTU_PRESENT = "icmp.int_info.mtu_present", "MTU", boolean().names(PRESENT).mask(0x01);
    INFO_INDEX = "icmp.int_info.index", "Interface Index", uint(32);
    INFO_AFI = "icmp.int_info.afi", "Address Family Identifier", uint(16);
    INFO_IPV4 = "icmp.int_info.ipv4", "Source", ipv4();
    INFO_IPV6 = "icmp.int_info.ipv6", "Source", ipv6();
    INFO_NAME_LENGTH = "icmp.int_info.name_length", "Name Length", uint(8);
    INFO_NAME = "icmp.int_info.name", "Name", string();
    INFO_MTU = "icmp.int_info.mtu", "Maximum Transmission Unit", uint(32);
    IDENT_NAME = "icmp.int_ident.name", "Name", string();
    IDENT_INDEX = "icmp.int_ident.index", "Interface Index", uint(32);
    IDENT_AFI = "icmp.int_ident.afi", "Address Family Identifier", uint(16).values(AFIS);
    IDENT_ADDR_LENGTH = "icmp.int_ident.addr_length", "Address Length", uint(8);
    IDENT_RESERVED = "icmp.int_ident.reserved", "Reserved", bytes();
    IDENT_IPV4 = "icmp.int_ident.ipv4", "Address", ipv4();
    IDENT_IPV6 = "icmp.int_ident.ipv6", "Address", ipv6();
    IDENT_ADDRESS = "icmp.int_ident.address", "Address", bytes();
}

const PRESENT: Names = Names::TrueFalse("Present", "Not Present");

const CLASSES: &[(u64, &str)] = &[
    (1, "MPLS Label Stack Class"),
    (2, "Interface Information Object"),
    (3, "Interface Identification Object"),
];

const ROLES: &[(u64, &str)] = &[
    (0, "IP interface upon which datagram arrived"),
    (1, "sub-IP component of an IP interface upon which datagram arrived"),
    (2, "IP interface through which datagram would be forwarded"),
    (3, "IP next-hop to which datagram would be forwarded"),
];

pub static BAD_CHECKSUM: Expert =
    Expert::new("icmp.ext.checksum_bad", "Bad checksum", Group::Checksum, Severity::Warning);

/// The extension structure from this offset to the end of the message. ICMPv6 uses it as well.
pub fn extensions(w: &mut Walk, start: usize) -> Result<(), Stop> {
    let size = w.remaining(start);
    let title = "ICMP Multi-Part Extensions";
    let id = w.text(&EXT, start, size.min(w.buf.captured(start)), Value::None, format_args!("{title}"));
    w.open(id);
    if size < 4 {
        w.close();
        return Ok(());
    }
    let version = w.u8(start)? >> 4;
    w.uint(&VERSION, start, 1, u64::from(version));
    w.field(&RES, start, 2)?;
    let found = w.be16(start + 2)?;
    if found == 0 {
        w.text(&CHECKSUM, start + 2, 2, Value::Uint(0), format_args!("Checksum: [missing]"));
        let node = w.node(&CHECKSUM_STATUS, start + 2, 2, Value::Uint(3)).bracketed();
        w.put(node);
    } else {
        let rest = checksum::internet(&[w.buf.from(start)]);
        super::put_sum(w, found, rest, start + 2, (&CHECKSUM, &CHECKSUM_STATUS, &BAD_CHECKSUM));
    }
    if version != 1 && version != 2 {
        w.append(id, format_args!(" (unsupported version)"));
        w.close();
        return Ok(());
    }
    let mut at = start + 4;
    while w.remaining(at) >= 4 {
        let Some(length) = object(w, at)? else { break };
        at += length;
    }
    w.close();
    Ok(())
}

/// One object; its length, unless that makes going on impossible.
fn object(w: &mut Walk, at: usize) -> Result<Option<usize>, Stop> {
    let length = usize::from(w.be16(at)?);
    let (class, ctype) = (w.u8(at + 2)?, w.u8(at + 3)?);
    let there = length.min(w.remaining(at));
    if length < 4 {
        w.open_label(at, 4, format_args!("Object with bad length"));
        w.field(&LENGTH, at, 2)?;
        w.field(&CLASS, at + 2, 1)?;
        w.close();
        return Ok(None);
    }
    let cut = if there < length { " (truncated)" } else { "" };
    let known = match (class, ctype) {
        (1, 1) => Some("MPLS Stack Entry"),
        (2, _) => Some("Interface Information Object"),
        (3, _) => Some("Interface Identification Object"),
        _ => None,
    };
    match known {
        Some(name) => w.open_label(at, there, format_args!("{name}{cut}")),
        None => w.open_label(at, there, format_args!("Unknown object ({class}/{ctype}){cut}")),
    };
    w.field(&LENGTH, at, 2)?;
    w.field(&CLASS, at + 2, 1)?;
    match (class, ctype) {
        (1, 1) => mpls(w, at, there)?,
        (2, _) => information(w, at, there)?,
        (3, _) => identification(w, at, there)?,
        _ => {
            w.field(&CTYPE, at + 3, 1)?;
            if class == 1 {
                w.field(&CTYPE, at + 3, 1)?;
            }
            data(w, &DATA, at + 4, there - 4)?;
        }
    }
    w.close();
    Ok((there == length).then_some(length))
}

fn data(
    w: &mut Walk,
    field: &'static crate::dissect::field::Field,
    at: usize,
    len: usize,
) -> Result<(), Stop> {
    if len > 0 {
        w.field(field, at, len)?;
    }
    Ok(())
}

fn mpls(w: &mut Walk, start: usize, length: usize) -> Result<(), Stop> {
    w.field(&CTYPE, start + 3, 1)?;
    let mut at = start + 4;
    let end = start + length;
    while at + 4 <= end {
        let entry = w.be32(at)?;
        let (label, exp, s, ttl) = (entry >> 12, entry >> 9 & 7, entry >> 8 & 1, entry & 0xff);
        w.open_label(at, 4, format_args!("Label: {label}, Exp: {exp}, S: {s}, TTL: {ttl}"));
        w.field(&MPLS_LABEL, at, 3)?;
        let word = u64::from(entry >> 8);
        for (field, value) in
            [(&MPLS_EXP, Value::Uint(MPLS_EXP.masked(word))), (&MPLS_S, Value::Bool(s != 0))]
        {
            wide(w, field, at + 2, value);
        }
        w.field(&MPLS_TTL, at + 3, 1)?;
        w.close();
        at += 4;
    }
    data(w, &MPLS_DATA, at, end - at)
}

/// A field of 24 bits that stands on its last byte: its picture shows all of them.
fn wide(w: &mut Walk, field: &'static crate::dissect::field::Field, at: usize, value: Value) {
    if !w.wants_fields() {
        return;
    }
    let mut label = String::new();
    let names = w.context.names;
    crate::dissect::label::write(&mut label, field, &value, 3, names, w.context.settings);
    w.text(field, at, 1, value, format_args!("{label}"));
}

/// RFC 5837 4.
fn information(w: &mut Walk, start: usize, length: usize) -> Result<(), Stop> {
    let ctype = u64::from(w.u8(start + 3)?);
    let mut parts = String::new();
    let role = INFO_ROLE.value_name(INFO_ROLE.masked(ctype)).unwrap_or("");
    let _ = write!(parts, ", Interface Role: {role}");
    let flags = [&INFO_IFINDEX, &INFO_IPADDR, &INFO_NAME_PRESENT, &INFO_MTU_PRESENT];
    for f in flags {
        if ctype & f.mask != 0 {
            let _ = write!(parts, ", {}", f.label);
        }
    }
    let text = format_args!("C-Type: {ctype}{parts}");
    let id = w.text(&CTYPE, start + 3, 1, Value::Uint(ctype), text);
    w.open(id);
    w.field(&INFO_ROLE, start + 3, 1)?;
    w.field(&INFO_RESERVED, start + 3, 1)?;
    for f in flags {
        w.field(f, start + 3, 1)?;
    }
    w.close();
    let end = start + length;
    let mut at = start + 4;
    if ctype & INFO_IFINDEX.mask != 0 && at + 4 <= end {
        w.field(&INFO_INDEX, at, 4)?;
        at += 4;
    }
    if ctype & INFO_IPADDR.mask != 0 && at + 4 <= end {
        at += address(w, at, end)?;
    }
    if ctype & INFO_NAME_PRESENT.mask != 0 && at < end {
        at += interface_name(w, at)?;
    }
    if ctype & INFO_MTU_PRESENT.mask != 0 && at + 4 <= end {
        w.field(&INFO_MTU, at, 4)?;
    }
    Ok(())
}

fn address(w: &mut Walk, at: usize, end: usize) -> Result<usize, Stop> {
    let afi = w.be16(at)?;
    let size = match afi {
        1 => 8,
        2 => 20,
        _ => end - at,
    };
    w.open_label(at, size, format_args!("IP Address Sub-Object"));
    w.field(&INFO_AFI, at, 2)?;
    w.field(&super::RESERVED, at + 2, 2)?;
    match afi {
        1 => _ = w.field(&INFO_IPV4, at + 4, 4)?,
        2 => _ = w.field(&INFO_IPV6, at + 4, 16)?,
        _ => return Err(Stop::malformed(at + 4)),
    }
    w.close();
    Ok(size)
}

fn interface_name(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let size = usize::from(w.u8(at)?).max(1);
    w.open_label(at, size, format_args!("Interface Name Sub-Object"));
    w.field(&INFO_NAME_LENGTH, at, 1)?;
    let bytes = w.bytes(at + 1, size - 1)?;
    let name = text::ascii(text::until_nul(bytes));
    w.value(&INFO_NAME, at + 1, size - 1, Value::Str(&name));
    w.close();
    Ok(size)
}

/// RFC 8335 2.1.
fn identification(w: &mut Walk, start: usize, length: usize) -> Result<(), Stop> {
    let ctype = w.u8(start + 3)?;
    let value = Value::Uint(u64::from(ctype));
    let at = start + 4;
    let len = length - 4;
    let by = match ctype {
        1 => "Identifies Interface By Name",
        2 => "Identifies Interface By Index",
        3 => "Identifies Interface By Address",
        _ => {
            let text = format_args!("C-Type: {ctype} (Unknown C-Type {ctype})");
            w.text(&CTYPE, start + 3, 1, value, text);
            return Ok(());
        }
    };
    w.text(&CTYPE, start + 3, 1, value, format_args!("C-Type: {ctype} ({by})"));
    match ctype {
        1 => {
            let bytes = w.bytes(at, len)?;
            let name = text::ascii(text::until_nul(bytes));
            w.value(&IDENT_NAME, at, len, Value::Str(&name));
        }
        2 => _ = w.field(&IDENT_INDEX, at, 4)?,
        _ => identified_address(w, at, len)?,
    }
    Ok(())
}

fn identified_address(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    let afi = w.be16(at)?;
    w.field(&IDENT_AFI, at, 2)?;
    w.field(&IDENT_ADDR_LENGTH, at + 2, 1)?;
    w.field(&IDENT_RESERVED, at + 3, 1)?;
    match afi {
        1 => _ = w.field(&IDENT_IPV4, at + 4, 4)?,
        2 => _ = w.field(&IDENT_IPV6, at + 4, 16)?,
        _ => data(w, &IDENT_ADDRESS, at + 4, len.saturating_sub(4))?,
    }
    Ok(())
}
