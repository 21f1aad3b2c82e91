//! Packets without a link header: raw IP, told apart by its version.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::walk::Walk;

pub static RAW: Protocol = Protocol {
    on: &[Key::LinkType(101), Key::LinkType(12), Key::LinkType(14)],
    header,
    walk,
    needs: 0,
    ..Protocol::new("raw", "Raw packet data", "N/A")
};

pub static PROTOCOLS: &[&Protocol] = &[&RAW];

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let [first, second, ..]: [u8; 4] = buf.array(0)?;
    let next = match (first >> 4, first, second) {
        (_, 0xff, 0x03) => Next::Quiet(Key::Named("ppp")),
        (4, ..) => Next::Quiet(Key::EtherType(0x0800)),
        (6, ..) => Next::Quiet(Key::EtherType(0x86dd)),
        _ => Next::Data,
    };
    Ok(Header::new(0, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_source(format_args!("N/A"));
    w.columns.set_destination(format_args!("N/A"));
    w.columns.set_info(format_args!("Raw packet data"));
    w.resize(w.node, w.buf.data.len());
    w.bytes(0, 4)?;
    Ok(())
}
