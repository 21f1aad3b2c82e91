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
    on: &[Key::LinkType(0), Key::LinkType(108)],
    fields: FIELDS,
    header,
    walk,
    ..Protocol::new("null", "Null/Loopback", "N/A")
};

pub static PROTOCOLS: &[&Protocol] = &[&NULL];

/// What the four bytes mean.
enum Start {
    Family(u32),
    EtherType(u16),
    /// They are the beginning of a PPP frame.
    Ppp,
}

/// A number in unknown byte order: families and EtherTypes have their upper half zero.
fn start(buf: &Buf) -> Result<Start, Stop> {
    if buf.be16(0) == Ok(0xff03) {
        return Ok(Start::Ppp);
    }
    let little = buf.le32(0)?;
    let value = match little {
        0..=0xffff => little,
        // Two bytes of zeros, then a number of two bytes in the other order.
        _ if little & 0xff00_0000 == 0 && little & 0x00ff_0000 < 0x0006_0000 => little >> 16,
        _ => little.swap_bytes(),
    };
    Ok(match u16::try_from(value) {
        Ok(t @ 0x600..) => Start::EtherType(t),
        _ if value & 0xffff == 0x0200 || value == 0x0002 => Start::Family(2),
        _ => Start::Family(value),
    })
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let next = match start(buf)? {
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
    match start(&w.buf)? {
        Start::Ppp => {}
        Start::EtherType(t) => _ = w.uint(&TYPE, 0, 4, u64::from(t)),
        Start::Family(f) => _ = w.uint(&FAMILY, 0, 4, u64::from(f)),
    }
    Ok(())
}
