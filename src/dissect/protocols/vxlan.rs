//! Virtual eXtensible Local Area Network: RFC 7348 with the group policy extension
//! (draft-smith-vxlan-group-policy), and the generic protocol extension (draft-ietf-nvo3-vxlan-gpe).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::field::{Field, Names};
use crate::dissect::label::bits;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    FLAGS = "vxlan.flags", "Flags", uint(16).hex();
    FLAG_G = "vxlan.flag_g", "GBP Extension",
        boolean().mask(0x8000).names(Names::TrueFalse("Defined", "Not defined"));
    FLAG_I = "vxlan.flag_i", "VXLAN Network ID (VNI)", boolean().mask(0x0800);
    FLAG_D = "vxlan.flag_d", "Don't Learn", boolean().mask(0x0040);
    FLAG_A = "vxlan.flag_a", "Policy Applied", boolean().mask(0x0008);
    FLAGS_RESERVED = "vxlan.flags_reserved", "Reserved(R)", uint(16).hex().mask(0x77b7);
    VERSION = "vxlan.ver", "Version", uint(8).mask(0x30);
    I_BIT = "vxlan.i_bit", "Instance", uint(8).mask(0x08);
    P_BIT = "vxlan.p_bit", "Next Protocol Bit", uint(8).mask(0x04);
    O_BIT = "vxlan.o_bit", "OAM bit", uint(8).mask(0x01);
    GROUP = "vxlan.gbp", "Group Policy ID", uint(16);
    VNI = "vxlan.vni", "VXLAN Network Identifier (VNI)", uint(24).at(4, 3);
    RESERVED8 = "vxlan.reserved8", "Reserved", uint(8).at(7, 1);
    RESERVED16 = "vxlan.reserved_16", "Reserved", uint(16);
    NEXT_PROTO = "vxlan.next_proto", "Next Protocol", uint(8).values(NEXT_PROTOCOLS);
}

/// The generic protocol extension has flags of one byte under the names of those of two.
static GPE_FLAGS: Field = Field::new("vxlan.flags", "Flags").uint(8).hex();
static GPE_RESERVED: Field = Field::new("vxlan.flags_reserved", "Reserved(R)").uint(8).mask(0xc2);

const NEXT_PROTOCOLS: &[(u64, &str)] =
    &[(1, "IPv4"), (2, "IPv6"), (3, "Ethernet"), (4, "Network Service Header"), (5, "MPLS")];

pub static VXLAN: Protocol = Protocol {
    on: &[Key::UdpPort(4789)],
    fields: FIELDS,
    header: |buf, _| {
        buf.bytes(0, HEADER)?;
        Ok(Header::new(HEADER, Next::Quiet(Key::Named("eth"))))
    },
    walk,
    ..Protocol::new("vxlan", TITLE, "VxLAN")
};

pub static GPE: Protocol = Protocol {
    on: &[Key::UdpPort(4790)],
    header: gpe_header,
    walk: gpe,
    ..Protocol::new("vxlan", TITLE, "VxLAN")
};

pub static PROTOCOLS: &[&Protocol] = &[&VXLAN, &GPE];

const TITLE: &str = "Virtual eXtensible Local Area Network";
/// Bytes of either header.
const HEADER: usize = 8;

fn gpe_header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let name = match buf.u8(3)? {
        1 => "ip",
        2 => "ipv6",
        3 => "eth",
        4 => "nsh",
        5 => "mpls",
        _ => return Ok(Header::new(HEADER, Next::Data)),
    };
    buf.bytes(0, HEADER)?;
    Ok(Header::new(HEADER, Next::Quiet(Key::Named(name))))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    let flags = w.be16(0)?;
    let id = w.open_field(&FLAGS, 0, 2)?;
    let each: [(&'static Field, u16); 4] =
        [(&FLAG_G, 0x8000), (&FLAG_I, 0x0800), (&FLAG_D, 0x0040), (&FLAG_A, 0x0008)];
    for (flag, bit) in each {
        w.field(flag, 0, 2)?;
        if flags & bit != 0 {
            w.append(id, format_args!(", {}", flag.label));
        }
    }
    let id = w.field(&FLAGS_RESERVED, 0, 2)?;
    let reserved = flags & 0x77b7;
    let mut picture = String::new();
    bits(&mut picture, 0x77b7, u64::from(flags), 16);
    w.relabel(id, format_args!("{picture}Reserved(R): 0x{reserved:04x}"));
    w.close();
    w.field(&GROUP, 2, 2)?;
    network(w)
}

fn gpe(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    w.open_field(&GPE_FLAGS, 0, 1)?;
    for flag in [&VERSION, &I_BIT, &P_BIT, &O_BIT, &GPE_RESERVED] {
        w.field(flag, 0, 1)?;
    }
    w.close();
    w.field(&RESERVED16, 1, 2)?;
    w.field(&NEXT_PROTO, 3, 1)?;
    network(w)
}

fn network(w: &mut Walk) -> Result<(), Stop> {
    w.fixed(&VNI)?;
    w.fixed(&RESERVED8).map(drop)
}
