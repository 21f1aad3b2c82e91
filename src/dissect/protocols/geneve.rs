//! Generic Network Virtualization Encapsulation, RFC 8926, with the options of Google's cloud.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Names};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::values::ethertype::ETHERTYPES;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    VERSION = "geneve.version", "Version", uint(8).whole_byte_mask(0xc0).at(0, 1);
    FLAGS = "geneve.flags", "Flags", uint(8).hex().at(1, 1);
    FLAG_OAM = "geneve.flags.oam", "Operations, Administration and Management Frame", boolean().mask(0x80).at(1, 1);
    FLAG_CRITICAL = "geneve.flags.critical", "Critical Options Present", boolean().mask(0x40).at(1, 1);
    FLAG_RESERVED = "geneve.flags.reserved", "Reserved", boolean().mask(0x3f).at(1, 1);
    PROTO_TYPE = "geneve.proto_type", "Protocol Type", uint(16).hex().values(ETHERTYPES).at(2, 2);
    VNI = "geneve.vni", "Virtual Network Identifier (VNI)", uint(24).base(Base::HexDec).at(4, 3);
    RESERVED = "geneve.reserved", "Reserved", uint(8).hex().at(7, 1);
    OPTIONS = "geneve.options", "Geneve Options", bytes();
    OPTION = "geneve.option", "Option", bytes();
    OPTION_CLASS = "geneve.option.class", "Class", uint(16).hex().names(Names::Ranges(CLASSES));
    OPTION_TYPE = "geneve.option.type", "Type", uint(8).hex();
    OPTION_CRITICAL = "geneve.option.type.critical", "Critical Option", boolean().mask(0x80);
    OPTION_FLAGS = "geneve.option.flags", "Flags", uint(8).hex();
    OPTION_FLAGS_RESERVED = "geneve.option.flags.reserved", "Reserved", boolean().mask(0xe0);
    /// Of one option with its four bytes of head, or of all options.
    OPTION_LENGTH = "geneve.option.length", "Length", uint(8).unit(" byte", " bytes");
    GCP_NETWORK = "geneve.option.gcp.vnid", "GCP Virtual Network ID", uint(32);
    GCP_RESERVED = "geneve.option.gcp.reserved", "GCP Reserved bits", boolean().mask(0x0000_000e);
    GCP_DIRECTION = "geneve.option.gcp.direction", "GCP Traffic Direction",
        boolean().mask(0x0000_0001).names(Names::TrueFalse("Egress", "Ingress"));
    GCP_ENDPOINT = "geneve.option.gcp.endpoint", "GCP Endpoint ID", bytes();
    GCP_PROFILE = "geneve.option.gcp.profile", "GCP Profile ID", uint(64);
    OPTION_UNKNOWN = "geneve.option.unknown.data", "Unknown Option Data", bytes();
}

/// IANA nvo3, Geneve option classes.
const CLASSES: &[(u64, u64, &str)] = &[
    (0x0000, 0x00ff, "Standard"),
    (0x0100, 0x0100, "Linux"),
    (0x0101, 0x0101, "Open vSwitch"),
    (0x0102, 0x0102, "Open Virtual Networking (OVN)"),
    (0x0103, 0x0103, "In-band Network Telemetry (INT)"),
    (0x0104, 0x0104, "VMware"),
    (0x0105, 0x0105, "Amazon.com, Inc."),
    (0x0106, 0x0106, "Cisco Systems, Inc."),
    (0x0107, 0x0107, "Oracle Corporation"),
    (0x0108, 0x0110, "Amazon.com, Inc."),
    (0x0111, 0x0118, "IBM"),
    (0x0119, 0x0128, "Ericsson"),
    (0x0129, 0x0129, "Oxide Computer Company"),
    (0x0130, 0x0131, "Cisco Systems, Inc."),
    (0x0132, 0x0135, "Google LLC"),
    (0x0136, 0x0136, "InfoQuick Global Connection Tech Ltd."),
    (0x0137, 0xfeff, "Unassigned"),
    (0xfff0, 0xffff, "Experimental"),
];
const GOOGLE: u16 = 0x0132;

static UNKNOWN_VERSION: Expert =
    Expert::new("geneve.version.unknown", "Unknown version", Group::Protocol, Severity::Warning);
static LENGTH_INVALID: Expert = Expert::new(
    "geneve.option.length.invalid",
    "Invalid length for option",
    Group::Protocol,
    Severity::Warning,
);

pub static GENEVE: Protocol = Protocol {
    on: &[Key::UdpPort(6081)],
    fields: FIELDS,
    experts: &[&UNKNOWN_VERSION, &LENGTH_INVALID],
    header,
    walk,
    ..Protocol::new("geneve", "Generic Network Virtualization Encapsulation", "Geneve")
};

pub static PROTOCOLS: &[&Protocol] = &[&GENEVE];

/// Bytes of the fixed header; the length of the options is in units of four.
const HEADER: usize = 8;

fn options_len(buf: &Buf) -> Result<usize, Stop> {
    Ok(usize::from(buf.u8(0)? & 0x3f) * 4)
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let len = HEADER + options_len(buf)?;
    let next = match buf.be16(2)? {
        0x6558 => Next::Quiet(Key::Named("eth")),
        0 => Next::Data,
        kind => Next::Quiet(Key::EtherType(kind)),
    };
    buf.bytes(0, len)?;
    Ok(Header::new(len, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let kind = w.be16(2)?;
    match PROTO_TYPE.value_name(u64::from(kind)) {
        Some(name) => w.columns.set_info(format_args!("Encapsulated {name}")),
        None => w.columns.set_info(format_args!("Encapsulated 0x{kind:04x} (unknown)")),
    }
    let options = options_len(&w.buf)?;
    let version = w.u8(0)? >> 6;
    let vni = w.be24(4)?;
    w.title(format_args!(", VNI: 0x{vni:06x}"));
    w.fixed(&VERSION)?;
    if version != 0 {
        let id = w.open_label(0, 1, format_args!("Unknown version {version}"));
        w.expert_text(&UNKNOWN_VERSION, id, format_args!("Unknown version {version}"));
        w.close();
    }
    w.uint(&OPTION_LENGTH, 0, 1, options as u64);
    flags(w)?;
    w.fixed(&PROTO_TYPE)?;
    w.fixed(&VNI)?;
    let reserved = Value::Uint(u64::from(w.u8(7)?));
    w.hidden(&RESERVED, 7, 1, reserved);
    if options > 0 {
        emit_options(w, HEADER + options)?;
    }
    Ok(())
}

fn flags(w: &mut Walk) -> Result<(), Stop> {
    let byte = w.u8(1)?;
    let id = w.open_fixed(&FLAGS)?;
    if byte & 0x80 != 0 {
        w.title(format_args!(", OAM"));
    }
    let each: [(&'static Field, u8); 3] = [(&FLAG_OAM, 0x80), (&FLAG_CRITICAL, 0x40), (&FLAG_RESERVED, 0x3f)];
    for (flag, bits) in each {
        w.fixed(flag)?;
        if byte & bits != 0 {
            w.append(id, format_args!(", {}", flag.label));
        }
    }
    w.close();
    Ok(())
}

fn emit_options(w: &mut Walk, end: usize) -> Result<(), Stop> {
    let len = end - HEADER;
    let bytes = w.bytes(HEADER, len)?;
    let id = w.text(&OPTIONS, HEADER, len, Value::Bytes(bytes), format_args!("Options: ({len} bytes)"));
    w.open(id);
    let mut at = HEADER;
    while at < end {
        let (class, kind) = (w.be16(at)?, w.u8(at + 2)?);
        let size = 4 + usize::from(w.u8(at + 3)? & 0x1f) * 4;
        let name = option_name(class, kind);
        let class_name = OPTION_CLASS.value_name(u64::from(class)).unwrap_or("Unknown");
        if at + size > end {
            let kind = kind & 0x7f;
            let text = format!(
                "{name}, Class: {class_name} (0x{class:04x}) Type: 0x{kind:02x} (length of {size} is past end of options)"
            );
            let id = w.open_label(at + 3, 1, format_args!("{text}"));
            w.expert_text(&LENGTH_INVALID, id, format_args!("{text}"));
            w.close();
            break;
        }
        option(w, at, size, name)?;
        at += size;
    }
    w.close();
    Ok(())
}

fn option_name(class: u16, kind: u8) -> &'static str {
    match (class, kind) {
        (GOOGLE, 1) => "GCP Virtual Network ID",
        (GOOGLE, 2) => "GCP Endpoint ID",
        (GOOGLE, 3) => "GCP Profile ID",
        _ => "Unknown",
    }
}

fn option(w: &mut Walk, at: usize, size: usize, name: &str) -> Result<(), Stop> {
    let (class, kind) = (w.be16(at)?, w.u8(at + 2)?);
    let bytes = w.bytes(at, size)?;
    let class_name = OPTION_CLASS.value_name(u64::from(class)).unwrap_or("Unknown");
    let critical = if kind & 0x80 != 0 { "Critical" } else { "Non-critical" };
    let node = w.text(
        &OPTION,
        at,
        size,
        Value::Bytes(bytes),
        format_args!("{name}, Class: {class_name} (0x{class:04x}) Type: 0x{kind:02x} ({critical})"),
    );
    w.open(node);
    w.field(&OPTION_CLASS, at, 2)?;
    let id = w.field(&OPTION_TYPE, at + 2, 1)?;
    w.append(id, format_args!(" ({critical})"));
    w.hidden(&OPTION_CRITICAL, at + 2, 1, Value::Bool(kind & 0x80 != 0));
    let flags = w.u8(at + 3)?;
    let id = w.hidden(&OPTION_FLAGS, at + 3, 1, Value::Uint(u64::from(flags & 0xe0)));
    w.open(id);
    w.field(&OPTION_FLAGS_RESERVED, at + 3, 1)?;
    w.close();
    w.uint(&OPTION_LENGTH, at + 3, 1, size as u64);
    let (data, len) = (at + 4, size - 4);
    match (name, len) {
        ("GCP Virtual Network ID", 4) => network(w, data)?,
        ("GCP Endpoint ID", _) => _ = w.field(&GCP_ENDPOINT, data, len)?,
        ("GCP Profile ID", 8) => _ = w.field(&GCP_PROFILE, data, 8)?,
        _ => _ = w.field(&OPTION_UNKNOWN, data, len)?,
    }
    w.close();
    Ok(())
}

/// 28 bits of number, three reserved ones, and the direction.
fn network(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let word = w.be32(at)?;
    let mut picture = String::new();
    for shift in (4..32).rev() {
        picture.push(if word >> shift & 1 == 1 { '1' } else { '0' });
        if shift % 8 == 0 {
            picture.push_str("  ");
        } else if shift % 4 == 0 {
            picture.push(' ');
        }
    }
    let number = word >> 4;
    w.text(
        &GCP_NETWORK,
        at,
        4,
        Value::Uint(u64::from(number)),
        format_args!("{picture}.... = GCP Virtual Network ID: {number}"),
    );
    w.field(&GCP_DIRECTION, at, 4)?;
    w.field(&GCP_RESERVED, at, 4).map(drop)
}
