//! Cisco's encapsulated remote SPAN: frames mirrored over GRE, types I, II and III
//! (draft-foschiano-erspan).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    VERSION = "erspan.version", "Version", uint(16).mask(0xf000).values(&[(1, "Type II"), (2, "Type III")]).at(0, 2);
    VLAN = "erspan.vlan", "Vlan", uint(16).mask(0x0fff).at(0, 2);
    COS = "erspan.cos", "COS", uint(16).mask(0xe000).at(2, 2);
    ENCAP = "erspan.encap", "Encap", uint(16).mask(0x1800).values(ENCAPSULATIONS);
    BSO = "erspan.bso", "Bad/Short/Oversized", uint(16).mask(0x1800).values(INTEGRITY);
    TRUNCATED = "erspan.truncated", "Truncated",
        uint(16).mask(0x0400).values(&[(0, "Not truncated"), (1, "Truncated")]).at(2, 2);
    SPAN_ID = "erspan.spanid", "SpanID", uint(16).mask(0x03ff).at(2, 2);
    RESERVED = "erspan.reserved", "Reserved", uint(32).mask(0xfff0_0000);
    INDEX = "erspan.index", "Index", uint(32).mask(0x000f_ffff);
    TIMESTAMP = "erspan.timestamp", "Timestamp", uint(32).mask(0xffff_ffff);
    GROUP_TAG = "erspan.sgt", "Security Group Tag", uint(16).mask(0xffff);
    HAS_PDU = "erspan.p", "Has Ethernet PDU", uint(16).mask(0x8000);
    FRAME_TYPE = "erspan.ft", "Frame Type", uint(16).mask(0x7c00).values(&[(0, "Ethernet"), (2, "IP")]);
    HARDWARE = "erspan.hw", "Hardware ID", uint(16).mask(0x03f0);
    GRANULARITY = "erspan.gra", "Timestamp granularity", uint(16).mask(0x0006).values(GRANULARITIES);
    DIRECTION = "erspan.direction", "Direction",
        boolean().mask(0x0008).names(Names::TrueFalse("Egress", "Ingress"));
    OPTIONAL = "erspan.o", "Optional Sub headers", uint(16).mask(0x0001);
    PLATFORM = "erspan.platid", "Platform ID", uint(32).mask(0xfc00_0000);
    P1_RESERVED = "erspan.pid1.rsvd1", "Reserved", uint(32).mask(0x03ff_f000);
    P1_DOMAIN = "erspan.pid1.vsmid", "VSM Domain ID", uint(32).mask(0x0000_0fff);
    P1_PORT = "erspan.pid1.port_index", "Port ID/Index", uint(32).mask(0xffff_ffff);
    P3_RESERVED = "erspan.pid3.rsvd1", "Reserved", uint(32).mask(0x03ff_c000);
    P3_PORT = "erspan.pid3.port_index", "Port ID/Index", uint(32).mask(0x0000_3fff);
    P3_TIMESTAMP = "erspan.pid3.timestamp", "Upper 32-bit Timestamp", uint(32).mask(0xffff_ffff);
    P4_RESERVED1 = "erspan.pid4.rsvd1", "Reserved", uint(32).mask(0x03ff_c000);
    P4_RESERVED2 = "erspan.pid4.rsvd2", "Reserved", uint(32).mask(0x0000_3fff);
    P4_RESERVED3 = "erspan.pid4.rsvd3", "Reserved", uint(32).mask(0xffff_ffff);
    P5_SWITCH = "erspan.pid5.switchid", "Switch ID", uint(32).mask(0x03ff_0000);
    P5_PORT = "erspan.pid5.port_index", "Port ID/Index", uint(32).mask(0x0000_ffff);
    P5_TIMESTAMP = "erspan.pid5.timestamp", "Timestamp (seconds)", uint(32).mask(0xffff_ffff);
    P7_RESERVED = "erspan.pid7.rsvd1", "Reserved", uint(32).mask(0x03f0_0000);
    P7_SOURCE = "erspan.pid7.source_index", "Source Index", uint(32).mask(0x000f_ffff);
    P7_TIMESTAMP = "erspan.pid7.timestamp", "Upper 32-bit Timestamp", uint(32).mask(0xffff_ffff);
    P_RESERVED = "erspan.pid.rsvd", "Reserved", uint(64).mask(0x03ff_ffff);
}

const ENCAPSULATIONS: &[(u64, &str)] = &[
    (0, "Originally without VLAN tag"),
    (1, "Originally ISL encapsulated"),
    (2, "Originally 802.1Q encapsulated"),
    (3, "VLAN tag preserved in frame"),
];
const INTEGRITY: &[(u64, &str)] = &[
    (0, "Good or unknown integrity"),
    (1, "Short frame"),
    (2, "Oversized frame"),
    (3, "CRC or alignment error"),
];
const GRANULARITIES: &[(u64, &str)] =
    &[(0, "100 microseconds"), (1, "100 nanoseconds"), (2, "IEEE 1588"), (3, "Custom granularity")];

static UNKNOWN_VERSION: Expert = Expert::new(
    "erspan.version.unknown",
    "Unknown version, please report or test to use fake ERSPAN preference",
    Group::Undecoded,
    Severity::Warning,
);

/// Types II and III.
pub static ERSPAN: Protocol = Protocol {
    on: &[Key::Gre(0x22eb)],
    fields: FIELDS,
    experts: &[&UNKNOWN_VERSION],
    header,
    walk,
    needs_by_bytes: Some(|buf| buf.reported.min(1)),
    ..Protocol::new("erspan", "Encapsulated Remote Switch Packet ANalysis", "ERSPAN")
};

/// Type I has no header.
pub static TYPE_I: Protocol = Protocol {
    on: &[Key::Gre(0x88be)],
    header: |_, _| Ok(Header::new(0, ETHERNET)),
    walk: |w| {
        w.columns.set_info(format_args!("ERSPAN:"));
        w.title(format_args!(" Type I"));
        Ok(())
    },
    ..Protocol::new("erspan", "Encapsulated Remote Switch Packet ANalysis", "ERSPAN")
};

pub static PROTOCOLS: &[&Protocol] = &[&ERSPAN, &TYPE_I];

const ETHERNET: Next = Next::Quiet(Key::Named("eth"));

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let version = buf.be16(0)? >> 12;
    if version == 1 {
        buf.bytes(0, 8)?;
        return Ok(Header::new(8, ETHERNET));
    }
    if version != 2 {
        return Ok(Header::last());
    }
    let word = buf.be16(10)?;
    let len = if word & 1 != 0 { 20 } else { 12 };
    buf.bytes(0, len)?;
    let next = if word & 0x7c00 == 0 { ETHERNET } else { Next::Data };
    Ok(Header::new(len, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_info(format_args!("ERSPAN:"));
    let (node, all) = (w.node, w.buf.reported);
    w.resize(node, all);
    let version = w.be16(0)? >> 12;
    w.fixed(&VERSION)?;
    match version {
        1 => {
            w.title(format_args!(" Type II"));
            type_ii(w)
        }
        2 => {
            w.title(format_args!(" Type III"));
            type_iii(w)
        }
        _ => {
            w.title(format_args!(" Unknown"));
            let id = w.fixed(&VERSION)?;
            w.open(id);
            w.expert(&UNKNOWN_VERSION, id);
            w.close();
            Ok(())
        }
    }
}

fn type_ii(w: &mut Walk) -> Result<(), Stop> {
    w.fixed(&VLAN)?;
    w.fixed(&COS)?;
    w.field(&ENCAP, 2, 2)?;
    w.fixed(&TRUNCATED)?;
    w.fixed(&SPAN_ID)?;
    w.field(&RESERVED, 4, 4)?;
    w.field(&INDEX, 4, 4).map(drop)
}

fn type_iii(w: &mut Walk) -> Result<(), Stop> {
    w.fixed(&VLAN)?;
    w.fixed(&COS)?;
    w.field(&BSO, 2, 2)?;
    w.fixed(&TRUNCATED)?;
    w.fixed(&SPAN_ID)?;
    w.field(&TIMESTAMP, 4, 4)?;
    w.field(&GROUP_TAG, 8, 2)?;
    for field in [&HAS_PDU, &FRAME_TYPE, &HARDWARE, &DIRECTION, &GRANULARITY, &OPTIONAL] {
        w.field(field, 10, 2)?;
    }
    if w.be16(10)? & 1 != 0 {
        subheader(w)?;
    }
    Ok(())
}

/// The subheader's form is that of the platform that made it.
fn subheader(w: &mut Walk) -> Result<(), Stop> {
    const AT: usize = 12;
    let platform = w.u8(AT)? >> 2;
    w.field(&PLATFORM, AT, 4)?;
    let (first, second): (&[&'static Field], &'static Field) = match platform {
        1 => (&[&P1_RESERVED, &P1_DOMAIN], &P1_PORT),
        3 => (&[&P3_RESERVED, &P3_PORT], &P3_TIMESTAMP),
        4 => (&[&P4_RESERVED1, &P4_RESERVED2], &P4_RESERVED3),
        5 | 6 => (&[&P5_SWITCH, &P5_PORT], &P5_TIMESTAMP),
        0 | 7 => (&[&P7_RESERVED, &P7_SOURCE], &P7_TIMESTAMP),
        _ => return w.field(&P_RESERVED, AT, 8).map(drop),
    };
    for field in first {
        w.field(field, AT, 4)?;
    }
    w.field(second, AT + 4, 4).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::{Layers, Surroundings};

    #[test]
    fn a_subheader_lengthens_type_iii() {
        let (layers, settings, facts) = (Layers::default(), Settings::default(), Facts::default());
        let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
        let chain = Chain { layers: &layers, around: &around };
        let mut bytes = [0u8; 24];
        bytes[0] = 0x20;
        assert_eq!(header(&Buf::whole(&bytes), &chain).unwrap().len, 12);
        bytes[11] = 1;
        assert_eq!(header(&Buf::whole(&bytes), &chain).unwrap().len, 20);
        bytes[10] = 0x08;
        assert_eq!(header(&Buf::whole(&bytes), &chain).unwrap().next, Next::Data);
    }
}
