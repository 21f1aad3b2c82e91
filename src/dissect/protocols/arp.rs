//! Address resolution: ARP (RFC 826), reverse ARP (RFC 903), dynamic reverse ARP, inverse ARP (RFC 2390),
//! and the use of ARP for finding conflicts of addresses (RFC 5227). ATM's own form (RFC 2225) is
//! shown as far as it shares the layout.

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::sink::TEXT;
use crate::dissect::text::{self, Mac, V4};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::values::ethertype::ETHERTYPES;
use super::values::hardware::HARDWARE;

fields! {
    HW_TYPE = "arp.hw.type", "Hardware type", uint(16).values(HARDWARE).at(0, 2);
    PROTO_TYPE = "arp.proto.type", "Protocol type", uint(16).hex().values(ETHERTYPES).at(2, 2);
    HW_SIZE = "arp.hw.size", "Hardware size", uint(8).at(4, 1);
    PROTO_SIZE = "arp.proto.size", "Protocol size", uint(8).at(5, 1);
    OPCODE = "arp.opcode", "Opcode", uint(16).values(OPCODES).at(6, 2);
    IS_GRATUITOUS = "arp.isgratuitous", "Is gratuitous", boolean();
    IS_PROBE = "arp.isprobe", "Is probe", boolean();
    IS_ANNOUNCEMENT = "arp.isannouncement", "Is announcement", boolean();
    SRC_HW = "arp.src.hw", "Sender hardware address", bytes();
    SRC_MAC = "arp.src.hw_mac", "Sender MAC address", ether();
    SRC_AX25 = "arp.src.hw_ax25", "Sender AX.25 address", string();
    SRC_PROTO = "arp.src.proto", "Sender protocol address", bytes();
    SRC_IPV4 = "arp.src.proto_ipv4", "Sender IP address", ipv4();
    DST_HW = "arp.dst.hw", "Target hardware address", bytes();
    DST_MAC = "arp.dst.hw_mac", "Target MAC address", ether();
    DST_AX25 = "arp.dst.hw_ax25", "Target AX.25 address", string();
    DST_PROTO = "arp.dst.proto", "Target protocol address", bytes();
    DST_IPV4 = "arp.dst.proto_ipv4", "Target IP address", ipv4();
    DRARP_ERROR = "arp.dst.drarp_error_status", "DRARP error status", uint(16).values(DRARP_ERRORS);
    DUPLICATE_FRAME = "arp.duplicate-address-frame", "Frame showing earlier use of IP address", frame().fact();
    DUPLICATE_SECONDS = "arp.seconds-since-duplicate-address-frame", "Seconds since earlier frame seen", uint(32).fact();
}

const OPCODES: &[(u64, &str)] = &[
    (0, "reserved"),
    (1, "request"),
    (2, "reply"),
    (3, "reverse request"),
    (4, "reverse reply"),
    (5, "drarp request"),
    (6, "drarp reply"),
    (7, "drarp error"),
    (8, "inverse request"),
    (9, "inverse reply"),
    (10, "arp nak"),
    (11, "mars request"),
    (12, "mars multi"),
    (13, "mars mserv"),
    (14, "mars join"),
    (15, "mars leave"),
    (16, "mars nak"),
    (17, "mars unserv"),
    (18, "mars sjoin"),
    (19, "mars sleave"),
    (20, "mars grouplist request"),
    (21, "mars grouplist reply"),
    (22, "mars redirect map"),
    (23, "mapos unarp"),
    (24, "experimental 1"),
    (25, "experimental 2"),
    (65535, "reserved"),
];

/// What Info says of operations 11 to 23.
const MARS: [&str; 13] = [
    "MARS request",
    "MARS MULTI request",
    "MARS MSERV request",
    "MARS JOIN request",
    "MARS LEAVE",
    "MARS NAK",
    "MARS UNSERV request",
    "MARS SJOIN request",
    "MARS SLEAVE",
    "MARS grouplist request",
    "MARS grouplist reply",
    "MARS redirect map",
    "MAPOS UNARP request",
];

const DRARP_ERRORS: &[(u64, &str)] =
    &[(1, "restricted"), (2, "no address"), (3, "serverdown"), (4, "moved"), (5, "failure")];

static DUPLICATE: Expert = Expert::new(
    "arp.duplicate-address-detected",
    "Duplicate IP address configured",
    Group::Sequence,
    Severity::Warning,
);

pub static ARP: Protocol = Protocol {
    on: &[Key::EtherType(0x0806), Key::EtherType(0x8035)],
    fields: FIELDS,
    experts: &[&DUPLICATE],
    needs: 2,
    header,
    walk,
    ..Protocol::new("arp", "Address Resolution Protocol", "ARP/RARP")
};

pub static PROTOCOLS: &[&Protocol] = &[&ARP];

/// Bytes before the addresses.
const HEADER: usize = 8;
const ETHERNET: u16 = 1;
const AX25: u16 = 3;
const IEEE_802: u16 = 6;
const IPV4: u16 = 0x0800;
/// IPv4 on AX.25 has a number of its own.
const AX25_IPV4: u16 = 0x00cc;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (hardware, protocol) = (usize::from(buf.u8(4)?), usize::from(buf.u8(5)?));
    let len = HEADER + 2 * (hardware + protocol);
    Ok(Header::new(len, Next::End).end(len))
}

/// Whose addresses.
struct Side {
    hardware: &'static Field,
    mac: &'static Field,
    ax25: &'static Field,
    protocol: &'static Field,
    ipv4: &'static Field,
}

static SENDER: Side =
    Side { hardware: &SRC_HW, mac: &SRC_MAC, ax25: &SRC_AX25, protocol: &SRC_PROTO, ipv4: &SRC_IPV4 };
static TARGET: Side =
    Side { hardware: &DST_HW, mac: &DST_MAC, ax25: &DST_AX25, protocol: &DST_PROTO, ipv4: &DST_IPV4 };

/// An ARP packet's addresses.
struct Packet<'a> {
    hardware_type: u16,
    protocol_type: u16,
    operation: u16,
    sender: [&'a [u8]; 2],
    target: [&'a [u8]; 2],
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol("ARP");
    w.columns.clear_info();
    for field in [&HW_TYPE, &PROTO_TYPE, &HW_SIZE, &PROTO_SIZE, &OPCODE] {
        w.fixed(field)?;
    }
    let p = read(w)?;
    let purpose = purpose(&p);
    name(w, &p, purpose);
    info(w, &p, purpose);
    if matches!(purpose, Purpose::Gratuitous | Purpose::Announcement) {
        w.generated(&IS_GRATUITOUS, 0, Value::Bool(true));
    }
    if purpose == Purpose::Probe {
        w.generated(&IS_PROBE, 0, Value::Bool(true));
    }
    if purpose == Purpose::Announcement {
        w.generated(&IS_ANNOUNCEMENT, 0, Value::Bool(true));
    }
    let middle = HEADER + p.sender[0].len() + p.sender[1].len();
    side(w, &p, &SENDER, p.sender, HEADER);
    side(w, &p, &TARGET, p.target, middle);
    duplicate(w);
    Ok(())
}

fn read<'w>(w: &Walk<'w>) -> Result<Packet<'w>, Stop> {
    let (hardware, protocol) = (usize::from(w.u8(4)?), usize::from(w.u8(5)?));
    let middle = HEADER + hardware + protocol;
    w.bytes(HEADER, 2 * (hardware + protocol))?;
    Ok(Packet {
        hardware_type: w.be16(0)?,
        protocol_type: w.be16(2)?,
        operation: w.be16(6)?,
        sender: [w.bytes(HEADER, hardware)?, w.bytes(HEADER + hardware, protocol)?],
        target: [w.bytes(middle, hardware)?, w.bytes(middle + hardware, protocol)?],
    })
}

impl Packet<'_> {
    fn is_mac(&self, address: &[u8]) -> bool {
        matches!(self.hardware_type, ETHERNET | IEEE_802) && address.len() == 6
    }
    fn is_ipv4(&self, address: &[u8]) -> bool {
        matches!(self.protocol_type, IPV4 | AX25_IPV4) && address.len() == 4
    }
    fn hardware(&self, address: &[u8]) -> String {
        match <[u8; 6]>::try_from(address) {
            Ok(mac) if self.is_mac(address) => Mac(mac).to_string(),
            _ if self.hardware_type == AX25 => ax25(address),
            _ => plain(address),
        }
    }
    fn protocol(&self, address: &[u8]) -> String {
        match <[u8; 4]>::try_from(address) {
            Ok(ip) if self.is_ipv4(address) => V4(ip).to_string(),
            _ => plain(address),
        }
    }
}

fn plain(address: &[u8]) -> String {
    if address.is_empty() {
        return "<No address>".to_string();
    }
    let mut s = String::new();
    text::hex(&mut s, address, None);
    s
}

/// An AX.25 address: six characters shifted by one bit and a station number (AX.25 3.12).
fn ax25(address: &[u8]) -> String {
    let (call, station) = address.split_at_checked(6).unwrap_or((address, &[]));
    let mut s: String = call.iter().map(|b| char::from(b >> 1)).filter(|c| *c != ' ').collect();
    if let Some(station) = station.first().map(|b| b >> 1 & 15).filter(|n| *n != 0) {
        let _ = write!(s, "-{station}");
    }
    s
}

/// What an ARP request or reply is for, beside asking and answering (RFC 5227 1.1, 2.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Plain,
    Gratuitous,
    Probe,
    Announcement,
}

fn purpose(p: &Packet) -> Purpose {
    let request = p.operation == 1;
    let zero = |address: &[u8]| address.iter().all(|b| *b == 0);
    if !matches!(p.operation, 1 | 2) || !p.is_ipv4(p.sender[1]) || !p.is_mac(p.sender[0]) {
        return Purpose::Plain;
    }
    if p.sender[1] == p.target[1] {
        return if request && zero(p.target[0]) { Purpose::Announcement } else { Purpose::Gratuitous };
    }
    if request && zero(p.sender[1]) && zero(p.target[0]) {
        return Purpose::Probe;
    }
    Purpose::Plain
}

fn name(w: &mut Walk, p: &Packet, purpose: Purpose) {
    let operation = OPCODES.iter().find(|o| o.0 == u64::from(p.operation)).map(|o| o.1);
    match (purpose, operation) {
        (Purpose::Probe, _) => w.title(format_args!(" (ARP Probe)")),
        (Purpose::Announcement, _) => w.title(format_args!(" (ARP Announcement)")),
        (Purpose::Gratuitous, Some(o)) => w.title(format_args!(" ({o}/gratuitous ARP)")),
        (_, Some(o)) => w.title(format_args!(" ({o})")),
        (_, None) => w.title(format_args!(" (opcode 0x{:04x})", p.operation)),
    }
}

fn info(w: &mut Walk, p: &Packet, purpose: Purpose) {
    if !w.columns.active() {
        return;
    }
    w.columns.set_protocol(match p.operation {
        3 | 4 => "RARP",
        5..=7 => "DRARP",
        8 | 9 => "Inverse ARP",
        11..=22 => "MARS",
        23 => "MAPOS",
        _ => "ARP",
    });
    let [sender_hw, sender_proto] = [p.hardware(p.sender[0]), p.protocol(p.sender[1])];
    let [target_hw, target_proto] = [p.hardware(p.target[0]), p.protocol(p.target[1])];
    let columns = &mut *w.columns;
    match (p.operation, purpose) {
        (1, Purpose::Gratuitous) => {
            columns.set_info(format_args!("Gratuitous ARP for {target_proto} (Request)"));
        }
        (2, Purpose::Gratuitous) => {
            columns.set_info(format_args!("Gratuitous ARP for {sender_proto} (Reply)"));
        }
        (1, Purpose::Announcement) => {
            columns.set_info(format_args!("ARP Announcement for {target_proto}"));
        }
        (1, Purpose::Probe) => columns.set_info(format_args!("Who has {target_proto}? (ARP Probe)")),
        (1, _) => columns.set_info(format_args!("Who has {target_proto}? Tell {sender_proto}")),
        (2, _) => columns.set_info(format_args!("{sender_proto} is at {sender_hw}")),
        (3 | 5 | 8, _) => columns.set_info(format_args!("Who is {target_hw}? Tell {sender_hw}")),
        (4 | 6, _) => columns.set_info(format_args!("{target_hw} is at {target_proto}")),
        (9, _) => columns.set_info(format_args!("{sender_hw} is at {sender_proto}")),
        (7, _) => columns.set_info(format_args!("DRARP Error")),
        (10, _) => columns.set_info(format_args!("ARP NAK")),
        (operation @ 11..=23, _) => {
            let what = MARS[usize::from(operation - 11)];
            columns.set_info(format_args!("{what} from {sender_hw} at {sender_proto}"));
        }
        (24, _) => columns.set_info(format_args!("Experimental 1 ( opcode 24 )")),
        (25, _) => columns.set_info(format_args!("Experimental 2 ( opcode 25 )")),
        (0 | 65535, _) => columns.set_info(format_args!("Reserved opcode {}", p.operation)),
        (other, _) => columns.set_info(format_args!("Unknown ARP opcode 0x{other:04x}")),
    }
}

fn side(w: &mut Walk, p: &Packet, fields: &'static Side, addresses: [&[u8]; 2], offset: usize) {
    let [hardware, protocol] = addresses;
    if !hardware.is_empty() {
        let len = hardware.len();
        match <[u8; 6]>::try_from(hardware) {
            Ok(mac) if p.is_mac(hardware) => w.value(fields.mac, offset, len, Value::Ether(mac)),
            _ if p.hardware_type == AX25 => w.value(fields.ax25, offset, len, Value::Str(&ax25(hardware))),
            _ => w.value(fields.hardware, offset, len, Value::Bytes(hardware)),
        };
    }
    let offset = offset + hardware.len();
    if protocol.is_empty() {
        return;
    }
    let len = protocol.len();
    match <[u8; 4]>::try_from(protocol) {
        Ok([error, ..]) if p.operation == 7 && std::ptr::eq(fields, &TARGET) => {
            w.uint(&DRARP_ERROR, offset, 1, u64::from(error))
        }
        Ok(ip) if p.is_ipv4(protocol) => w.value(fields.ipv4, offset, len, Value::Ipv4(ip)),
        _ => w.value(fields.protocol, offset, len, Value::Bytes(protocol)),
    };
}

/// What memory says of the address: shown behind the layer, not in it.
fn duplicate(w: &mut Walk) {
    let Some(f) = w.context.facts.arp else { return };
    let (ip, mac, earlier) = (V4(f.ip), Mac(f.mac), Mac(f.earlier_mac));
    w.columns.append_info(format_args!(" (duplicate use of {ip} detected!)"));
    w.close();
    let text = format_args!(
        "Duplicate IP address detected for {ip} ({mac}) - also in use by {earlier} (frame {})",
        f.duplicate_frame
    );
    w.put_open(w.node(&TEXT, 0, 0, Value::None).text(text).generated());
    let frame = w.generated(&DUPLICATE_FRAME, 0, Value::Uint(u64::from(f.duplicate_frame)));
    w.open(frame);
    w.expert_text(&DUPLICATE, frame, format_args!("Duplicate IP address configured ({ip})"));
    w.close();
    w.generated(&DUPLICATE_SECONDS, 0, Value::Uint(u64::from(f.seconds)));
    w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet<'a>(operation: u16, sender: &'a [u8], target: [&'a [u8]; 2]) -> Packet<'a> {
        let sender = [&[2, 0, 0, 0, 0, 1][..], sender];
        Packet { hardware_type: ETHERNET, protocol_type: IPV4, operation, sender, target }
    }

    #[test]
    fn purposes_of_rfc_5227() {
        let (nobody, all): (&[u8], &[u8]) = (&[0; 6], &[0xff; 6]);
        let (one, two): (&[u8], &[u8]) = (&[10, 0, 0, 1], &[10, 0, 0, 2]);
        assert!(purpose(&packet(1, one, [nobody, two])) == Purpose::Plain);
        assert!(purpose(&packet(1, &[0; 4], [nobody, two])) == Purpose::Probe);
        assert!(purpose(&packet(1, one, [nobody, one])) == Purpose::Announcement);
        assert!(purpose(&packet(1, one, [all, one])) == Purpose::Gratuitous);
        assert!(purpose(&packet(2, one, [all, one])) == Purpose::Gratuitous);
        assert!(purpose(&packet(3, one, [nobody, one])) == Purpose::Plain);
    }

    #[test]
    fn ax25_addresses_are_shifted() {
        assert_eq!(ax25(&[0xa0, 0xa2, 0xa4, 0x40, 0x40, 0x40, 0x66]), "PQR-3");
    }
}
