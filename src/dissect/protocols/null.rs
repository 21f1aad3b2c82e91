//! BSD loopback: the address family of the sender's own numbering before the packet, in its byte
//! order (DLT_NULL) or big-endian (OpenBSD's DLT_LOOP).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;
use crate::fields;

use super::values::ethertype::ETHERTYPES;

fields! {
    FAMILY = "null.family", "Family", uint(32).values(FAMILIES);
    TYPE = "null.type", "Type", uint(16).hex().values(ETHERTYPES);
}

/// IPv6 has another number in every BSD.
const FAMILIES: &[(u64, &str)] = &[
    (2, "IP"),
    (7, "OSI"),
    (16, "Appletalk"),
    (23, "Netware IPX/SPX"),
    (24, "IPv6"),
    (28, "IPv6"),
    (30, "IPv6"),
];

pub static NULL: Protocol = Protocol {
    on: &[Key::LinkType(0), Key::LinkType(LOOP)],
    fields: FIELDS,
    needs: 4,
    late_column: true,
    header,
    walk,
    ..Protocol::new("null", "Null/Loopback", "N/A")
};

pub static PROTOCOLS: &[&Protocol] = &[&NULL];

/// OpenBSD's: always big-endian.
const LOOP: u16 = 108;
/// Higher numbers are EtherTypes.
const LONGEST: u32 = 1500;

/// What the four bytes mean.
enum Start {
    Family(u32),
    EtherType(u16),
    /// They are the beginning of a PPP frame.
    Ppp,
}

/// Big-endian where the link type says so; else a number in unknown byte order, of which families
/// and EtherTypes have the upper half zero.
fn start(buf: &Buf, link_type: u16) -> Result<Start, Stop> {
    if link_type == LOOP {
        return buf.be32(0).map(Start::Family);
    }
    if buf.be16(0) == Ok(0xff03) {
        return Ok(Start::Ppp);
    }
    let value = match buf.le32(0)? {
        little @ 0x10000.. if little < 0x0006_0000 => little >> 16,
        little @ 0x10000.. => little.swap_bytes(),
        little if little & 0xff == 0 && little < 0x600 => little >> 8,
        little => little,
    };
    Ok(if value > LONGEST { Start::EtherType(value as u16) } else { Start::Family(value) })
}

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let next = match start(buf, chain.layers.link_type)? {
        Start::Ppp => return Ok(Header::new(0, Next::Quiet(Key::Named("ppp")))),
        Start::EtherType(t) => Next::Quiet(Key::EtherType(t)),
        Start::Family(2) => Next::Quiet(Key::EtherType(0x0800)),
        Start::Family(24 | 28 | 30) => Next::Quiet(Key::EtherType(0x86dd)),
        Start::Family(7) => Next::Quiet(Key::Named("osi")),
        Start::Family(16) => Next::Quiet(Key::Named("ddp")),
        Start::Family(23) => Next::Quiet(Key::Named("ipx")),
        Start::Family(_) => Next::Data,
    };
    Ok(Header::new(4, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_source(format_args!("N/A"));
    w.columns.set_destination(format_args!("N/A"));
    w.columns.set_info(format_args!("Null/Loopback"));
    match start(&w.buf, w.layers.link_type)? {
        Start::Ppp => {}
        Start::EtherType(t) => _ = w.uint(&TYPE, 0, 4, u64::from(t)),
        Start::Family(f) => _ = w.uint(&FAMILY, 0, 4, u64::from(f)),
    }
    Ok(())
}
