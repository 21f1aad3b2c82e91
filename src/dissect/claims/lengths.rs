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
    /// A length of four bytes, or of two, and as much again.
    counted(b) = (b.be32(0)? as usize).saturating_add(4);
    counted_short(b) = 2 + usize::from(b.be16(0)?);
    /// The same where the length counts itself.
    whole(b) = (b.be32(0)? as usize).max(4);
    whole_short(b) = usize::from(b.be16(0)?).max(2);
    /// NetBIOS sessions, RFC 1002 4.3.1, and SMB on its own port; the middle of a message as it comes.
    session(b) = match b.u8(0)? {
        0 | 0x81..=0x85 => 4 + b.be24(1)? as usize,
        _ => b.data.len(),
    };
    /// TPKT, RFC 1006 6; anything else is taken as it comes.
    tpkt(b) = match b.u8(0)? {
        3 => usize::from(b.be16(2)?).max(4),
        _ => b.data.len(),
    };
    modbus(b) = 6 + usize::from(b.be16(4)?);
    /// Records of RPC, RFC 5531 11.
    rpc(b) = 4 + (b.be32(0)? & 0x7fff_ffff) as usize;
    /// BGP-4, RFC 4271 4.1; what doesn't begin with the marker as it comes.
    bgp(b) = match b.data.iter().take(16).all(|marker| *marker == 0xff) {
        true => usize::from(b.be16(16)?).max(19),
        false => b.data.len(),
    };
    /// RFC 8907 4.1.
    tacacs(b) = (b.be32(8)? as usize).saturating_add(12);
    tibia(b) = 2 + usize::from(b.le16(0)?);
    slsk(b) = (b.le32(0)? as usize).saturating_add(4);
    gadu_gadu(b) = (b.le32(4)? as usize).saturating_add(8);
    /// RFC 2748 2.1.
    cops(b) = (b.be32(4)? as usize).max(8);
    /// RFC 5440 6.1, and IEEE C37.118.
    pcep(b) = usize::from(b.be16(2)?).max(4);
    nvme(b) = (b.le32(4)? as usize).max(8);
    llrp(b) = (b.be32(2)? as usize).max(10);
    nine_p(b) = (b.le32(0)? as usize).max(7);
    hislip(b) = usize::try_from(b.be64(8)?).unwrap_or(LONGEST).min(LONGEST).saturating_add(16);
    /// RFC 2741 6.1: a flag tells the order of bytes.
    agentx(b) = match b.u8(2)? & 0x10 {
        0 => (b.le32(16)? as usize).saturating_add(20),
        _ => (b.be32(16)? as usize).saturating_add(20),
    };
    /// The greeting, then frames of version 0-9; those of 1.0 begin with their length.
    amqp(b) = match (b.u8(0)?, b.be32(0)?) {
        (b'A', 0x414d_5150) => 8,
        (0, length) => (length as usize).max(8),
        _ => (b.be32(3)? as usize).saturating_add(8),
    };
    /// The greeting, then packets.
    jdwp(b) = match b.be32(0)? {
        0x4a44_5750 => 14,
        length => (length as usize).max(11),
    };
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
    /// NCP over TCP: requests and replies have marks of their own.
    ncp(b) = match b.be32(0)? {
        0x446d_6454 | 0x744e_6350 => b.be32(4)? as usize,
        _ => 0,
    };
    /// The handshake of BEP 3, then lengths and known kinds of messages; other bytes as they come.
    bittorrent(b) = match (b.u8(0)?, b.be32(0)) {
        (19, _) if b.data.starts_with(b"\x13BitTorrent protocol") => 68,
        (_, length) => match (length?, b.u8(4)) {
            (0, _) => 4,
            (length @ ..=0x3_ffff, Ok(0..=9 | 13..=17 | 20 | 21)) => length as usize + 4,
            (..=0x3_ffff, Err(stop)) => return Err(stop),
            _ => b.data.len(),
        },
    };
    /// Messages and channel data (RFC 8489 5, RFC 8656 12.5), also in frames of RFC 4571.
    stun(b) = match (b.u8(0)?, b.be32(4)?) {
        (_, 0x2112_a442) => 20 + usize::from(b.be16(2)?),
        (0x40..=0x4f, _) => 4 + usize::from(b.be16(2)?).next_multiple_of(4),
        _ => 2 + usize::from(b.be16(0)?),
    };
    /// RFC 4120 7.2.2.
    kerberos(b) = 4 + (b.be32(0)? & 0x7fff_ffff) as usize;
    /// Newer versions have lengths of four bytes.
    tns(b) = match b.be16(0)? {
        0 => (b.be32(0)? as usize).max(8),
        short => usize::from(short).max(8),
    };
    /// IEEE 1815: blocks of 16 bytes with a checksum each follow the header.
    dnp3(b) = match (b.be16(0)?, usize::from(b.u8(2)?).saturating_sub(5)) {
        (0x0564, data) => 10 + data + 2 * data.div_ceil(16),
        _ => 0,
    };
    openvpn(b) = 2 + usize::from(b.be16(0)?);
    hart_ip(b) = usize::from(b.be16(6)?).max(8);
    ajp13(b) = 4 + usize::from(b.be16(2)?);
    /// RFC 8175 11.
    dlep(b) = 4 + usize::from(b.be16(2)?);
    /// KNXnet/IP; headers have a length of their own.
    knx(b) = usize::from(b.be16(4)?).max(6);
    ymsg(b) = 20 + usize::from(b.be16(8)?);
    /// RFC 6455 5.2.
    websocket(b) = {
        let second = b.u8(1)?;
        let mask = if second & 0x80 != 0 { 4 } else { 0 };
        match second & 0x7f {
            126 => 4 + mask + usize::from(b.be16(2)?),
            127 => 10 + mask + usize::try_from(b.be64(2)?).unwrap_or(LONGEST).min(LONGEST),
            short => 2 + mask + usize::from(short),
        }
    };
    /// LDAP, as BER or behind the length that SASL puts before protected buffers (RFC 4422 3.7).
    ldap(b) = match b.u8(0)? {
        0 => (b.be32(0)? as usize).saturating_add(4),
        0x30 => ber_length(b)?,
        _ => b.data.len(),
    };
    /// A value of BER: Z39.50, C12.22.
    ber(b) = ber_length(b)?;
}

/// X.690 8.1.
fn ber_length(b: &Buf) -> Result<usize, Stop> {
    Ok(match b.u8(1)? {
        short @ 0..=0x7f => 2 + usize::from(short),
        0x81 => 3 + usize::from(b.u8(2)?),
        0x82 => 4 + usize::from(b.be16(2)?),
        0x83 => 5 + b.be24(2)? as usize,
        0x84 => (b.be32(2)? as usize).saturating_add(6),
        // Without a length: as much as there is.
        _ => b.data.len(),
    })
}

/// Lines of git begin with their length in four hexadecimal digits; 0 ends a list.
pub fn git(bytes: &[u8], _: &PduContext) -> Pdu {
    let Some(digits) = bytes.get(..4) else { return Pdu::NeedMore };
    let length = std::str::from_utf8(digits).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
    Pdu::Len(length.map_or(bytes.len(), |length| length.max(4)))
}

/// XMPP has no lengths: an element may be over where a segment ends with one.
pub fn xml(bytes: &[u8], _: &PduContext) -> Pdu {
    match bytes.trim_ascii_end().last() {
        Some(b'>') => Pdu::Len(bytes.len()),
        _ => Pdu::NeedMore,
    }
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

/// Whois and Finger: a line asks, and the answer ends with the stream.
pub fn line_then_all(bytes: &[u8], context: &PduContext) -> Pdu {
    match (matches!(context.destination_port, 43 | 79), bytes.last()) {
        (true, Some(b'\n')) => Pdu::Len(bytes.len()),
        (true, _) => Pdu::NeedMore,
        (false, _) => Pdu::UntilEnd,
    }
}

/// RFC 4253: a line with the version, then packets; once they are encrypted, as they come.
pub fn ssh(bytes: &[u8], _: &PduContext) -> Pdu {
    const LONGEST_LINE: usize = 255;
    const LONGEST_PACKET: usize = 35_000;
    if bytes.starts_with(b"SSH-") {
        return match memchr::memchr(b'\n', bytes) {
            Some(end) => Pdu::Len(end + 1),
            None if bytes.len() < LONGEST_LINE => Pdu::NeedMore,
            None => Pdu::Len(bytes.len()),
        };
    }
    let plain = |b: &Buf| -> Result<Option<usize>, Stop> {
        let (len, padding) = (b.be32(0)? as usize, usize::from(b.u8(4)?));
        let sound = (12..=LONGEST_PACKET).contains(&len) && (len + 4) % 8 == 0;
        let known = matches!(b.u8(5)?, 1..=49) && (4..len).contains(&padding);
        Ok((sound && known).then_some(len + 4))
    };
    Pdu::Len(plain(&Buf::whole(bytes)).ok().flatten().unwrap_or(bytes.len()))
}

/// Redis: lines, of which some tell how many bytes or values follow; other bytes as they come.
pub fn resp(bytes: &[u8], _: &PduContext) -> Pdu {
    const LONGEST_SEARCH: usize = 1 << 20;
    let (mut at, mut values) = (0usize, 1usize);
    while values > 0 {
        let rest = bytes.get(at..).unwrap_or(&[]);
        if !matches!(rest.first(), None | Some(b'+' | b'-' | b':' | b'$' | b'*')) || at > LONGEST_SEARCH {
            return Pdu::Len(bytes.len());
        }
        let Some(end) = memchr::memchr(b'\n', rest) else { return Pdu::NeedMore };
        let line = rest.get(1..end).unwrap_or(&[]).trim_ascii_end();
        let count = std::str::from_utf8(line).ok().and_then(|text| text.parse::<usize>().ok());
        at += end + 1;
        values -= 1;
        match (rest.first(), count) {
            (Some(b'$'), Some(len)) => at = at.saturating_add(len).saturating_add(2),
            (Some(b'*'), Some(more)) => values = values.saturating_add(more),
            _ => {}
        }
    }
    told(Ok(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_found_or_asked_for() {
        let context = PduContext::default();
        assert_eq!(session(&[0, 0, 1, 0], &context), Pdu::Len(260));
        assert_eq!(session(&[0, 0, 1], &context), Pdu::NeedMore);
        assert_eq!(session(&[7, 0, 1, 0, 0], &context), Pdu::Len(5));
        assert_eq!(bgp(&[0xff; 4], &context), Pdu::NeedMore);
        assert_eq!(bgp(&[0xff, 0, 1], &context), Pdu::Len(3));
        assert_eq!(amqp(b"AMQP\0\0\x09\x01", &context), Pdu::Len(8));
        assert_eq!(amqp(&[1, 0, 0, 0, 0, 0, 9], &context), Pdu::Len(17));
        assert_eq!(mqtt(&[0x30, 0x81, 1], &context), Pdu::Len(132));
        assert_eq!(ber(&[0x30, 0x84, 0, 0, 0, 5], &context), Pdu::Len(11));
        assert_eq!(rpc(&[0xff, 0, 0, 0], &context), Pdu::Foreign);
        assert_eq!(dnp3(&[5, 0x64, 0x63], &context), Pdu::Len(116));
        assert_eq!(websocket(&[0x82, 0xa9], &context), Pdu::Len(47));
        assert_eq!(websocket(&[0x82, 0x7e, 1, 0], &context), Pdu::Len(260));
        assert_eq!(bittorrent(&[0, 0, 0, 5], &context), Pdu::NeedMore);
        assert_eq!(bittorrent(&[0, 0, 0, 5, 4], &context), Pdu::Len(9));
        assert_eq!(bittorrent(b"4:ipv4", &context), Pdu::Len(6));
        assert_eq!(ldap(&[0, 0, 0, 8], &context), Pdu::Len(12));
        assert_eq!(xml(b"<a/> \n", &context), Pdu::Len(6));
        assert_eq!(xml(b"<a", &context), Pdu::NeedMore);
        assert_eq!(git(b"0033git-upload-pack", &context), Pdu::Len(51));
        assert_eq!(git(b"0000", &context), Pdu::Len(4));
        assert_eq!(git(b"PACK", &context), Pdu::Len(4));
    }

    #[test]
    fn packets_of_ssh_tell_their_length_until_they_are_encrypted() {
        let context = PduContext::default();
        assert_eq!(ssh(b"SSH-2.0-a\r\nrest", &context), Pdu::Len(11));
        assert_eq!(ssh(b"SSH-2.0-a", &context), Pdu::NeedMore);
        assert_eq!(ssh(&[0, 0, 0, 0x1c, 10, 20, 0, 0], &context), Pdu::Len(32));
        assert_eq!(ssh(&[0x9c, 1, 2, 3, 4, 5, 6, 7], &context), Pdu::Len(8));
    }

    #[test]
    fn values_of_redis_are_nested() {
        let context = PduContext::default();
        assert_eq!(resp(b"*2\r\n$1\r\na\r\n:5\r\n+", &context), Pdu::Len(15));
        assert_eq!(resp(b"*2\r\n:5\r\n", &context), Pdu::NeedMore);
        assert_eq!(resp(b"$9\r\na", &context), Pdu::Len(15));
        assert_eq!(resp(b"$-1\r\n", &context), Pdu::Len(5));
        assert_eq!(resp(b"PING\r\n", &context), Pdu::Len(6));
    }
}
