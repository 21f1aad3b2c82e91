//! How long the messages are of protocols on streams that are only recognised: where one ends and the
//! next begins shows in which packets their names stand.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::protocol::{Pdu, PduContext};

/// Declares functions that find the length of a message: a number of bytes that must be there, and what
/// they say.
macro_rules! lengths {
    ($($(#[$doc:meta])* $name:ident($buf:ident) = $length:expr;)+) => {
        $($(#[$doc])* pub fn $name(bytes: &[u8], _: &PduContext) -> Pdu {
            let read = |$buf: &Buf| -> Result<usize, Stop> { Ok($length) };
            told(read(&Buf::whole(bytes)))
        })+
    };
}

fn told(length: Result<usize, Stop>) -> Pdu {
    match length {
        Ok(0) => Pdu::Foreign,
        Ok(len) if len > LONGEST => Pdu::Foreign,
        Ok(len) => Pdu::Len(len),
        Err(_) => Pdu::NeedMore,
    }
}

/// No honest message of these protocols is longer.
const LONGEST: usize = 1 << 24;

lengths! {
    /// NetBIOS sessions, RFC 1002 4.3.1, and SMB on its own port.
    session(b) = 4 + b.be24(1)? as usize;
    /// TPKT, RFC 1006 6; anything else is taken as it comes.
    tpkt(b) = match b.u8(0)? {
        3 => usize::from(b.be16(2)?).max(4),
        _ => b.data.len(),
    };
    modbus(b) = 6 + usize::from(b.be16(4)?);
    /// Records of RPC, RFC 5531 11.
    rpc(b) = 4 + (b.be32(0)? & 0x7fff_ffff) as usize;
    /// BGP-4, RFC 4271 4.1.
    bgp(b) = usize::from(b.be16(16)?).max(19);
    openflow(b) = usize::from(b.be16(2)?).max(8);
    mysql(b) = {
        b.u8(3)?;
        4 + (b.le32(0)? & 0xff_ffff) as usize
    };
    /// MQTT 5.0 2.1.4: seven bits a byte.
    mqtt(b) = {
        let (mut value, mut at) = (0usize, 1);
        loop {
            let byte = b.u8(at)?;
            value |= usize::from(byte & 0x7f) << (7 * (at - 1));
            at += 1;
            if byte & 0x80 == 0 || at > 4 {
                break value + at;
            }
        }
    };
    skinny(b) = (b.le32(0)? as usize).saturating_add(8);
    tds(b) = usize::from(b.be16(2)?).max(8);
    iec104(b) = 2 + usize::from(b.u8(1)?);
    /// RFC 6733 3.
    diameter(b) = (b.be24(1)? as usize).max(20);
    pptp(b) = usize::from(b.be16(0)?).max(12);
    /// RFC 6810 5.
    rpki(b) = (b.be32(4)? as usize).max(8);
    enip(b) = 24 + usize::from(b.le16(2)?);
    dsi(b) = (b.be32(8)? as usize).saturating_add(16);
    cql(b) = (b.be32(5)? as usize).saturating_add(9);
    opcua(b) = (b.le32(4)? as usize).max(8);
    giop(b) = match b.u8(6)? & 1 {
        0 => (b.be32(8)? as usize).saturating_add(12),
        _ => (b.le32(8)? as usize).saturating_add(12),
    };
    ldp(b) = 4 + usize::from(b.be16(2)?);
    /// A value of BER (X.690 8.1): LDAP, Z39.50.
    ber(b) = match b.u8(1)? {
        short @ 0..=0x7f => 2 + usize::from(short),
        0x81 => 3 + usize::from(b.u8(2)?),
        0x82 => 4 + usize::from(b.be16(2)?),
        0x83 => 5 + b.be24(2)? as usize,
        0x84 => (b.be32(2)? as usize).saturating_add(6),
        // Without a length: as much as there is.
        _ => b.data.len(),
    };
}

/// PostgreSQL: a type and a length, but for the first message of the client, which has no type.
pub fn pgsql(bytes: &[u8], _: &PduContext) -> Pdu {
    let read = |b: &Buf| -> Result<usize, Stop> {
        match b.u8(0)? {
            0 => Ok(b.be32(0)? as usize),
            _ if b.data.len() == 1 => Ok(1),
            _ => Ok((b.be32(1)? as usize).saturating_add(1)),
        }
    };
    told(read(&Buf::whole(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_found_or_asked_for() {
        let context = PduContext::default();
        assert_eq!(session(&[0, 0, 1, 0], &context), Pdu::Len(260));
        assert_eq!(session(&[0, 0, 1], &context), Pdu::NeedMore);
        assert_eq!(mqtt(&[0x30, 0x81, 1], &context), Pdu::Len(132));
        assert_eq!(ber(&[0x30, 0x84, 0, 0, 0, 5], &context), Pdu::Len(11));
        assert_eq!(rpc(&[0xff, 0, 0, 0], &context), Pdu::Foreign);
    }
}
