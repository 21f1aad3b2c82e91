//! Cisco HDLC. SLARP, its address resolution and keepalive, is only recognised.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;
use crate::fields;

use super::ethernet;
use super::values::chdlc::CHDLC_TYPES;

fields! {
    ADDRESS = "chdlc.address", "Address", uint(8).hex().values(&[(0x0f, "Unicast"), (0x8f, "Multicast")]).at(0, 1);
    CONTROL = "chdlc.control", "Control", uint(8).hex().at(1, 1);
    PROTO = "chdlc.protocol", "Protocol", uint(16).hex().values(CHDLC_TYPES).at(2, 2);
    CLNS_PADDING = "chdlc.clns_padding", "CLNS Padding", uint(8).hex();
}

pub static CHDLC: Protocol = Protocol {
    on: &[Key::LinkType(104)],
    fields: FIELDS,
    header,
    walk,
    needs: 4,
    ..Protocol::new("chdlc", "Cisco HDLC", "CHDLC")
};

pub static PROTOCOLS: &[&Protocol] = &[&CHDLC];

const OSI: u16 = 0xfefe;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let protocol = buf.be16(2)?;
    // OSI's network layer identifiers are larger than what pads them to an even address.
    let padded = protocol == OSI && buf.u8(4)? == 3;
    Ok(Header::new(if padded { 5 } else { 4 }, next(protocol)))
}

/// Who takes what follows a protocol number of Cisco HDLC.
pub fn next(protocol: u16) -> Next {
    match protocol {
        0x2000 => Next::Quiet(Key::Named("cdp")),
        0x8035 => Next::Quiet(Key::Named("slarp")),
        0x4242 => Next::Quiet(Key::Named("stp")),
        0x6558 => Next::Quiet(Key::Named("eth")),
        OSI => Next::Quiet(Key::Named("osi")),
        other => Next::Quiet(Key::EtherType(other)),
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_source(format_args!("N/A"));
    w.columns.set_destination(format_args!("N/A"));
    w.fixed(&ADDRESS)?;
    w.fixed(&CONTROL)?;
    w.fixed(&PROTO)?;
    let protocol = w.be16(2)?;
    if protocol == OSI && w.u8(4)? == 3 {
        w.field(&CLNS_PADDING, 4, 1)?;
    } else if ethernet::is_data(w) {
        ethernet::unknown_type(w, protocol);
    }
    Ok(())
}
