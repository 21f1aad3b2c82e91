//! Cisco Inter-Switch Link: a header in front of whole Ethernet frames on trunks between switches. It is
//! known by its destination address alone.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::field::YES;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::ethernet;

fields! {
    DST = "isl.dst", "Destination", ether().at(0, 6);
    TYPE = "isl.type", "Type", uint(8).mask(0xf0).values(TYPES).at(5, 1);
    USER = "isl.user_eth", "User", uint(8).mask(0x03).values(USERS);
    SRC = "isl.src", "Source", ether().at(6, 6);
    /// Either address.
    ADDR = "isl.addr", "Source or Destination Address", ether().any_of(&[&DST, &SRC]);
    LEN = "isl.len", "Length", uint(16).at(12, 2);
    DSAP = "isl.dsap", "DSAP", uint(8).hex().at(14, 1);
    SSAP = "isl.ssap", "SSAP", uint(8).hex().at(15, 1);
    CONTROL = "isl.control", "Control", uint(8).hex().at(16, 1);
    HSA = "isl.hsa", "HSA", uint(24).hex().at(17, 3);
    VLAN_ID = "isl.vlan_id", "VLAN ID", uint(16).mask(0xfffe).at(20, 2);
    BPDU = "isl.bpdu", "BPDU/CDP/VTP", boolean().names(YES).mask(0x0001).at(20, 2);
    INDEX = "isl.index", "Index", uint(16).at(22, 2);
    RESERVED = "isl.reserved", "Reserved", uint(16).hex().at(24, 2);
}

const TYPES: &[(u64, &str)] = &[(0, "Ethernet"), (1, "Token-Ring"), (2, "FDDI"), (3, "ATM")];
const USERS: &[(u64, &str)] =
    &[(0, "Normal Priority"), (1, "Priority 1"), (2, "Priority 2"), (3, "Highest Priority")];

pub static ISL: Protocol = Protocol { fields: FIELDS, header, walk, ..Protocol::new("isl", "ISL", "ISL") };

pub static PROTOCOLS: &[&Protocol] = &[&ISL];

/// Bytes of the header.
const HEADER: usize = 26;
/// Bytes in front of those that the length counts.
const UNCOUNTED: usize = 14;

/// True if an Ethernet frame begins with the address of ISL; type and user bits are part of it.
pub fn begins(buf: &Buf) -> bool {
    matches!(buf.bytes(0, 5), Ok([0x01 | 0x0c, 0x00, 0x0c, 0x00, 0x00]))
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let end = UNCOUNTED + usize::from(buf.be16(12)?);
    let next = match buf.u8(5)? >> 4 {
        0 => Next::Quiet(Key::Named("eth")),
        _ => Next::Data,
    };
    Ok(Header::new(HEADER, next).end(end.max(HEADER)))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let (destination, source): ([u8; 6], [u8; 6]) = (w.buf.array(0)?, w.buf.array(6)?);
    ethernet::columns(w, destination, source);
    w.columns.set_info(format_args!("VLAN ID: {}", w.buf.be16(20)? >> 1));
    w.open_fixed(&DST)?;
    w.fixed(&TYPE)?;
    if destination[5] >> 4 == 0 {
        w.field(&USER, 5, 1)?;
    }
    w.close();
    w.hidden(&ADDR, 0, 6, Value::Ether(destination));
    w.fixed(&SRC)?;
    w.hidden(&ADDR, 6, 6, Value::Ether(source));
    for field in [&LEN, &DSAP, &SSAP, &CONTROL, &HSA, &VLAN_ID, &BPDU, &INDEX, &RESERVED] {
        w.fixed(field)?;
    }
    // The frame inside always has its check sequence.
    w.leave_note("eth.fcs", 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_addresses_of_trunks_are_known() {
        assert!(begins(&Buf::whole(&[0x01, 0, 0x0c, 0, 0, 0x10])));
        assert!(begins(&Buf::whole(&[0x0c, 0, 0x0c, 0, 0])));
        assert!(!begins(&Buf::whole(&[0x01, 0, 0x0c, 0xcc, 0xcc])));
    }
}
