//! Linux "cooked" capture, versions 1 and 2 (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2): what the
//! kernel tells of a packet instead of its link header.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::text::{Mac, V4};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::ethernet;
use super::values::ethertype::ETHERTYPES;
use super::values::gre::GRE_TYPES;
use super::values::hardware::HARDWARE;

fields! {
    PKTTYPE = "sll.pkttype", "Packet type", uint(16).values(PACKET_TYPES);
    HATYPE = "sll.hatype", "Link-layer address type", uint(16).values(HARDWARE);
    HALEN = "sll.halen", "Link-layer address length", uint(16);
    SRC_ETH = "sll.src.eth", "Source", ether();
    SRC_IPV4 = "sll.src.ipv4", "Source", ipv4();
    SRC_OTHER = "sll.src.other", "Source", bytes();
    UNUSED = "sll.unused", "Unused", bytes();
    LTYPE = "sll.ltype", "Protocol", uint(16).hex().values(LINUX_TYPES);
    GRETYPE = "sll.gretype", "Protocol", uint(16).hex().values(GRE_TYPES);
    ETYPE = "sll.etype", "Protocol", uint(16).hex().values(ETHERTYPES);
    TRAILER = "sll.trailer", "Trailer", bytes();
    IFINDEX = "sll.ifindex", "Interface index", uint(32);
}

const PACKET_TYPES: &[(u64, &str)] = &[
    (0, "Unicast to us"),
    (1, "Broadcast"),
    (2, "Multicast"),
    (3, "Unicast to another host"),
    (4, "Sent by us"),
];

/// Linux's own protocol numbers, below all EtherTypes.
const LINUX_TYPES: &[(u64, &str)] = &[
    (0x0001, "Raw 802.3"),
    (0x0003, "Ethernet"),
    (0x0004, "802.2 LLC"),
    (0x0007, "PPP (HDLC)"),
    (0x000c, "CAN"),
    (0x000d, "CAN FD"),
    (0x0017, "IrDA LAP"),
    (0x00f5, "ISI"),
    (0x00f6, "IEEE 802.15.4"),
];

pub static SLL: Protocol = Protocol {
    on: &[Key::LinkType(113), Key::LinkType(VERSION_2)],
    fields: FIELDS,
    needs: 4,
    late_column: true,
    header,
    walk,
    ..Protocol::new("sll", "Linux cooked capture", "SLL")
};

pub static PROTOCOLS: &[&Protocol] = &[&SLL];

/// Link type of the second version: the same fields in another order.
const VERSION_2: u16 = 276;

/// ARPHRD_IPGRE, ARPHRD_NETLINK.
const IP_GRE: u16 = 778;
const NETLINK: u16 = 824;
/// Protocol numbers up to here are Linux's own.
const LAST_LINUX_TYPE: u16 = 0x05ff;

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    Ok(if chain.layers.link_type == VERSION_2 {
        Header::new(20, next(buf.be16(8)?, buf.be16(0)?))
    } else {
        Header::new(16, next(buf.be16(2)?, buf.be16(14)?))
    })
}

fn next(hardware: u16, protocol: u16) -> Next {
    match (hardware, protocol) {
        (IP_GRE, p) => Next::Quiet(Key::Gre(p)),
        (NETLINK, _) => Next::Quiet(Key::Named("netlink")),
        (_, 0x01) => Next::Quiet(Key::Named("ipx")),
        (_, 0x03) => Next::Quiet(Key::Named("eth")),
        (_, 0x04) => Next::Quiet(Key::Named("llc")),
        (_, 0x07) => Next::Quiet(Key::Named("ppp")),
        (_, 0x0c) => Next::Quiet(Key::Named("can")),
        (_, 0x0d) => Next::Quiet(Key::Named("canfd")),
        (_, ..=LAST_LINUX_TYPE) => Next::Data,
        (_, p) => Next::Key(Key::EtherType(p)),
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    if w.layers.link_type == VERSION_2 {
        return walk_2(w);
    }
    w.title(format_args!(" v1"));
    let kind = w.be16(0)?;
    packet_type(w, 0, 2, kind);
    let hardware = w.be16(2)?;
    w.uint(&HATYPE, 2, 2, u64::from(hardware));
    let len = w.be16(4)?;
    w.uint(&HALEN, 4, 2, u64::from(len));
    source(w, 6, usize::from(len))?;
    protocol(w, 14, hardware)?;
    behind(w, 14, 16)
}

fn walk_2(w: &mut Walk) -> Result<(), Stop> {
    w.title(format_args!(" v2"));
    let hardware = w.be16(8)?;
    protocol(w, 0, hardware)?;
    w.field(&IFINDEX, 4, 4)?;
    w.field(&HATYPE, 8, 2)?;
    let (kind, len) = (w.u8(10)?, w.u8(11)?);
    packet_type(w, 10, 1, u16::from(kind));
    w.uint(&HALEN, 11, 1, u64::from(len));
    source(w, 12, usize::from(len))?;
    behind(w, 0, 20)
}

fn packet_type(w: &mut Walk, at: usize, len: usize, kind: u16) {
    w.uint(&PKTTYPE, at, len, u64::from(kind));
    match PKTTYPE.value_name(u64::from(kind)) {
        Some(name) => w.columns.set_info(format_args!("{name}")),
        None => w.columns.set_info(format_args!("Unknown ({kind})")),
    }
}

/// The sender's address: eight bytes, of which so many count (`len` may lie).
fn source(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    match len {
        0 => {}
        4 => {
            let address = w.ipv4(at)?;
            w.value(&SRC_IPV4, at, 4, Value::Ipv4(address));
            w.columns.set_source(format_args!("{}", V4(address)));
        }
        6 => {
            let address = w.buf.array(at)?;
            w.value(&SRC_ETH, at, 6, Value::Ether(address));
            match names::ether(w.context.names, w.context.settings, address) {
                Some(name) => w.columns.set_source(format_args!("{name}")),
                None => w.columns.set_source(format_args!("{}", Mac(address))),
            }
        }
        len => _ = w.field(&SRC_OTHER, at, len.min(8))?,
    }
    if len < 8 {
        w.field(&UNUSED, at + len, 8 - len)?;
    }
    Ok(())
}

fn protocol(w: &mut Walk, at: usize, hardware: u16) -> Result<(), Stop> {
    let field = match (hardware, w.be16(at)?) {
        (IP_GRE, _) => &GRETYPE,
        (_, ..=LAST_LINUX_TYPE) => &LTYPE,
        _ => &ETYPE,
    };
    w.field(field, at, 2)?;
    Ok(())
}

fn behind(w: &mut Walk, protocol_at: usize, header: usize) -> Result<(), Stop> {
    let kind = w.be16(protocol_at)?;
    if kind <= LAST_LINUX_TYPE {
        return Ok(());
    }
    if ethernet::is_data(w) {
        ethernet::unknown_type(w, kind);
    }
    ethernet::ethertype_trailer(w, header, &TRAILER);
    Ok(())
}
