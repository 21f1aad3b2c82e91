//! IPsec: the authentication header (RFC 4302) and the visible start of the encapsulating security payload
//! (RFC 4303), which is not decrypted.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::checksum::{self, Addresses};
use crate::dissect::field::{Base, Names};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::values;
use crate::dissect::protocols::ipv6::unclaimed;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    AH_NEXT = "ah.next_header", "Next header", uint(8).names(Names::Function(values::ip_protocol)).at(0, 1);
    /// In units of four bytes, not counting the first two.
    AH_LENGTH = "ah.length", "Length", uint(8).at(1, 1);
    AH_RESERVED = "ah.reserved", "Reserved", bytes().at(2, 2);
    AH_SPI = "ah.spi", "AH SPI", uint(32).hex().at(4, 4);
    AH_SEQUENCE = "ah.sequence", "AH Sequence", uint(32).at(8, 4);
    AH_ICV = "ah.icv", "AH ICV", bytes();
}

mod esp {
    use super::*;

    fields! {
        SPI = "esp.spi", "ESP SPI", uint(32).base(Base::HexDec).at(0, 4);
        SEQUENCE = "esp.sequence", "ESP Sequence", uint(32).at(4, 4);
    }
}

pub static AH: Protocol = Protocol {
    on: &[Key::IpProto(51)],
    fields: FIELDS,
    within: "ipv6",
    header: ah_header,
    walk: ah,
    ..Protocol::new("ah", "Authentication Header", "AH")
};

pub static ESP: Protocol = Protocol {
    on: &[Key::IpProto(50)],
    fields: esp::FIELDS,
    walk: |w| {
        let spi = w.be32(0)?;
        w.columns.set_info(format_args!("ESP (SPI=0x{spi:08x})"));
        w.fixed(&esp::SPI)?;
        w.fixed(&esp::SEQUENCE).map(drop)
    },
    ..Protocol::new("esp", "Encapsulating Security Payload", "ESP")
};

pub static PROTOCOLS: &[&Protocol] = &[&AH, &ESP];

/// Bytes of an authentication header without its integrity check value.
const FIXED: usize = 12;

fn ah_header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (next, units) = (buf.u8(0)?, usize::from(buf.u8(1)?));
    Ok(Header::new((units + 2) * 4, Next::Key(Key::IpProto(next))))
}

fn ah(w: &mut Walk) -> Result<(), Stop> {
    let spi = w.be32(4)?;
    w.columns.set_info(format_args!("AH (SPI=0x{spi:08x})"));
    let len = (usize::from(w.u8(1)?) + 2) * 4;
    w.fixed(&AH_NEXT)?;
    let id = w.fixed(&AH_LENGTH)?;
    w.append(id, format_args!(" ({len} bytes)"));
    w.fixed(&AH_RESERVED)?;
    w.fixed(&AH_SPI)?;
    w.fixed(&AH_SEQUENCE)?;
    if len > FIXED {
        w.field(&AH_ICV, FIXED, len - FIXED)?;
    }
    if matches!(checksum::addresses(w), Some(Addresses::V6(..))) {
        return unclaimed(w, 0);
    }
    Ok(())
}
