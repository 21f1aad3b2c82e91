//! Where the parts of a QUIC packet lie (RFC 9000 17): what can be read without keys.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::facts::Cid;

/// What kind of packet it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    VersionNegotiation,
    /// A short header: 1-RTT.
    Short,
}

/// A packet's header, as far as no key is needed. Offsets count from its first byte.
#[derive(Clone, Copy, Debug)]
pub struct Packet {
    pub kind: Kind,
    pub version: u32,
    pub dcid: Cid,
    pub scid: Cid,
    /// Where the token of an Initial packet (or what a Retry packet has of it) lies.
    pub token: (usize, usize),
    /// Where the length field lies, how many bytes it has, and what it says.
    pub length: (usize, usize, u64),
    /// Where the packet number begins, or what else follows the header.
    pub body: usize,
    /// Where the packet ends, in what the datagram holds.
    pub end: usize,
}

pub const V1: u32 = 1;
pub const V2: u32 = 0x6b33_43cf;
/// The drafts of version 2 had a number of their own.
pub const V2_DRAFT: u32 = 0x709a_50c4;

/// Version 2 has other numbers for the types of packets (RFC 9369 3.2).
pub fn is_v2(version: u32) -> bool {
    version == V2 || version == V2_DRAFT
}

/// Google's versions with TLS (T050, T051), whose frames are those of gQUIC.
pub fn is_google(version: u32) -> bool {
    matches!(version, 0x5430_3530 | 0x5430_3531 | 0x5130_3530)
}

/// Versions that no one speaks, to keep the field in use (RFC 9000 15).
pub fn is_reserved(version: u32) -> bool {
    version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

/// The number of the IETF's draft that a version follows; 0 for none.
pub fn draft(version: u32) -> u32 {
    match version {
        0xff00_0000..=0xff00_00ff => version & 0xff,
        0xface_b001 => 22,
        0xface_b002 | 0xface_b00e => 27,
        0xface_b003..=0xface_b0ff => 29,
        _ => 0,
    }
}

/// A variable-length integer (RFC 9000 16) and how many bytes it has.
pub fn varint(buf: &Buf, at: usize) -> Result<(u64, usize), Stop> {
    let first = buf.u8(at)?;
    let len = 1usize << (first >> 6);
    let rest = buf.bytes(at, len)?.iter().skip(1);
    Ok((rest.fold(u64::from(first & 0x3f), |n, b| n << 8 | u64::from(*b)), len))
}

impl Packet {
    /// Reads the header of the packet that begins the buffer.
    pub fn read(buf: &Buf) -> Result<Packet, Stop> {
        let first = buf.u8(0)?;
        let mut p = Packet {
            kind: Kind::Short,
            version: 0,
            dcid: Cid::default(),
            scid: Cid::default(),
            token: (0, 0),
            length: (0, 0, 0),
            body: 1,
            end: buf.reported,
        };
        if first & 0x80 == 0 {
            return Ok(p);
        }
        p.version = buf.be32(1)?;
        let dcid = usize::from(buf.u8(5)?);
        p.dcid = Cid::new(buf.bytes(6, dcid)?).ok_or(Stop::invalid("connection ID too long", 5))?;
        let at = 6 + dcid;
        let scid = usize::from(buf.u8(at)?);
        p.scid = Cid::new(buf.bytes(at + 1, scid)?).ok_or(Stop::invalid("connection ID too long", at))?;
        p.body = at + 1 + scid;
        p.kind = kind(first, p.version);
        match p.kind {
            Kind::Initial => {
                let (len, size) = varint(buf, p.body)?;
                let len = usize::try_from(len).unwrap_or(usize::MAX).min(buf.remaining(p.body + size));
                p.token = (p.body + size, len);
                p.numbered(buf, p.body + size + len)?;
            }
            Kind::ZeroRtt | Kind::Handshake => p.numbered(buf, p.body)?,
            Kind::Retry => {
                let len = buf.remaining(p.body).saturating_sub(RETRY_TAG);
                p.token = (p.body, len);
            }
            Kind::VersionNegotiation | Kind::Short => {}
        }
        Ok(p)
    }

    /// Length and packet number follow.
    fn numbered(&mut self, buf: &Buf, at: usize) -> Result<(), Stop> {
        let (len, size) = varint(buf, at)?;
        self.length = (at, size, len);
        self.body = at + size;
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        self.end = self.body.saturating_add(len).min(buf.reported);
        Ok(())
    }
}

/// Bytes of the tag at the end of a Retry packet.
pub const RETRY_TAG: usize = 16;

fn kind(first: u8, version: u32) -> Kind {
    if version == 0 {
        return Kind::VersionNegotiation;
    }
    let number = (first >> 4 & 3).wrapping_sub(u8::from(is_v2(version))) & 3;
    [Kind::Initial, Kind::ZeroRtt, Kind::Handshake, Kind::Retry][usize::from(number)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_2_counts_its_types_from_one() {
        assert_eq!(kind(0xc0, V1), Kind::Initial);
        assert_eq!(kind(0xd0, V2), Kind::Initial);
        assert_eq!(kind(0xc0, V2), Kind::Retry);
        assert_eq!(kind(0xf0, V1), Kind::Retry);
    }

    #[test]
    fn integers_are_of_one_to_eight_bytes() {
        let buf = |b: &'static [u8]| Buf::whole(b);
        assert_eq!(varint(&buf(&[0x25]), 0), Ok((37, 1)));
        assert_eq!(varint(&buf(&[0x7b, 0xbd]), 0), Ok((15293, 2)));
        assert_eq!(varint(&buf(&[0x9d, 0x7f, 0x3e, 0x7d]), 0), Ok((494_878_333, 4)));
        assert!(varint(&buf(&[0xc0, 1]), 0).is_err());
    }

    #[test]
    fn a_length_that_leads_past_the_datagram_ends_with_it() {
        let bytes = [0xc0, 0, 0, 0, 1, 0, 0, 0, 0x44, 0xd0, 7, 7];
        let p = Packet::read(&Buf::whole(&bytes)).unwrap();
        assert_eq!((p.kind, p.body, p.end, p.length.2), (Kind::Initial, 10, 12, 0x4d0));
    }
}
