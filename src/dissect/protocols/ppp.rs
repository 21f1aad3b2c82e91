//! The Point-to-Point Protocol's framing (RFC 1661 2, RFC 1662): address, control and protocol, which may be
//! left out or shortened. The control protocols are only recognised.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;
use crate::fields;

use super::ethernet;
use super::values::ppp::PPP_PROTOCOLS;

fields! {
    ADDRESS = "ppp.address", "Address", uint(8).hex();
    CONTROL = "ppp.control", "Control", uint(8).hex();
    PROTO = "ppp.protocol", "Protocol", uint(16).hex().values(PPP_PROTOCOLS);
}

pub static PPP: Protocol = Protocol {
    on: &[Key::LinkType(9), Key::LinkType(50)],
    fields: FIELDS,
    header,
    walk,
    passes_on: true,
    ..Protocol::new("ppp", "Point-to-Point Protocol", "PPP")
};

pub static PROTOCOLS: &[&Protocol] = &[&PPP];

/// Address of all stations.
const ALL_STATIONS: u8 = 0xff;
/// Addresses of Cisco HDLC, which shares the line with PPP.
const CISCO: [u8; 2] = [0x0f, 0x8f];

/// True if a serial line carries Cisco HDLC here.
fn is_cisco(buf: &Buf, is_link: bool) -> bool {
    is_link && buf.u8(0).is_ok_and(|b| CISCO.contains(&b))
}

/// The protocol number, and where it begins and ends. Of one byte if that is odd (RFC 1661 2).
fn protocol(buf: &Buf) -> Result<(u16, usize, usize), Stop> {
    let at = if buf.u8(0)? == ALL_STATIONS { 2 } else { 0 };
    let first = buf.u8(at)?;
    if first & 1 != 0 {
        return Ok((u16::from(first), at, at + 1));
    }
    Ok((buf.be16(at)?, at, at + 2))
}

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let is_link = chain.parent().is_some_and(|p| p.name() == "frame");
    if is_cisco(buf, is_link) {
        return Ok(Header::new(0, Next::Quiet(Key::Named("chdlc"))));
    }
    let (number, _, len) = protocol(buf)?;
    let next = match number {
        0x0281 | 0x0283 => Next::Quiet(Key::Named("mpls")),
        number => Next::Quiet(Key::Ppp(number)),
    };
    Ok(Header::new(len, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let is_link = w.parent().is_some_and(|p| p.name() == "frame");
    if is_link {
        w.columns.set_source(format_args!("N/A"));
        w.columns.set_destination(format_args!("N/A"));
    }
    w.columns.clear_info();
    if is_cisco(&w.buf, is_link) {
        return Ok(());
    }
    if w.u8(0)? == ALL_STATIONS {
        w.field(&ADDRESS, 0, 1)?;
        w.field(&CONTROL, 1, 1)?;
    }
    let (number, at, end) = protocol(&w.buf)?;
    w.uint(&PROTO, at, end - at, u64::from(number));
    if ethernet::is_data(w) {
        ethernet::unknown_type(w, number);
        let name = PROTO.value_name(u64::from(number)).unwrap_or("Unknown");
        w.columns.set_info(format_args!("PPP {name} (0x{number:04x})"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_control_may_be_missing_and_the_protocol_short() {
        let of = |bytes: &[u8]| protocol(&Buf::whole(bytes));
        assert_eq!(of(&[0xff, 0x03, 0x00, 0x21]), Ok((0x21, 2, 4)));
        assert_eq!(of(&[0xff, 0x03, 0x21]), Ok((0x21, 2, 3)));
        assert_eq!(of(&[0xc0, 0x21]), Ok((0xc021, 0, 2)));
        assert_eq!(of(&[0x57]), Ok((0x57, 0, 1)));
        assert!(of(&[0xff, 0x03]).is_err());
    }
}
