//! Tests of first bytes: whether they look like a protocol that is only recognised. All are strict: a wrong
//! name is worse than none.

use crate::dissect::buf::Buf;

fn byte(buf: &Buf, at: usize) -> u8 {
    buf.u8(at).unwrap_or(0)
}

fn word(buf: &Buf, at: usize) -> usize {
    usize::from(buf.be16(at).unwrap_or(0))
}

fn long(buf: &Buf, at: usize) -> u32 {
    buf.be32(at).unwrap_or(0)
}

// ---- what runs over UDP ----

/// A long header with a version that is in use (RFC 9000 17.2, RFC 9369, drafts, Facebook, Google's).
pub fn is_quic_long(buf: &Buf) -> bool {
    let known = |version: u32| {
        matches!(version, 1 | 0x6b33_43cf | 0x709a_50c4)
            || (0xff00_0015..=0xff00_0022).contains(&version)
            || matches!(version & 0xffff_ff00, 0xface_b000)
            || matches!(version, 0x5130_3530 | 0x5430_3530 | 0x5430_3531)
            || version & 0x0f0f_0f0f == 0x0a0a_0a0a
    };
    let (dcid, first) = (usize::from(byte(buf, 5)), byte(buf, 0));
    first & 0xc0 == 0xc0
        && buf.data.len() > 20
        && dcid <= 20
        && known(long(buf, 1))
        && byte(buf, 6 + dcid) <= 20
}

/// Google's QUIC with a public header that tells the version: `Q039`.
pub fn is_gquic(buf: &Buf) -> bool {
    let flags = byte(buf, 0);
    let at = if flags & 0x08 != 0 { 9 } else { 1 };
    let version = |at: usize| match buf.bytes(at, 4) {
        Ok(&[b'Q', b'0', tens @ b'1'..=b'4', ones]) => (tens, ones) != (b'4', b'4') && ones.is_ascii_digit(),
        _ => false,
    };
    (flags & 0xc1 == 0x01 && version(at)) || (flags & 0x80 != 0 && version(1))
}

/// The cookie of RFC 8489 5, and a length that fits.
pub fn is_stun(buf: &Buf) -> bool {
    let framed = |at: usize| byte(buf, at) <= 1 && long(buf, at + 4) == 0x2112_a442;
    (framed(0) && word(buf, 2) + 20 <= buf.reported) || (framed(2) && word(buf, 0) + 2 <= buf.reported)
}

/// RFC 3489: a known type and the exact length.
pub fn is_classic_stun(buf: &Buf) -> bool {
    let known = matches!(word(buf, 0), 1 | 2 | 0x101 | 0x102 | 0x111 | 0x112 | 3 | 0x103 | 0x113 | 4 | 0x115);
    known && buf.data.len() >= 20 && word(buf, 2) + 20 == buf.reported
}

/// Records of DTLS (RFC 6347 4.1) and nothing else: types, versions, and lengths that lead to the end.
pub fn is_dtls(buf: &Buf) -> bool {
    const HEADER: usize = 13;
    let mut at = 0;
    while at < buf.data.len() {
        let version = matches!(word(buf, at + 1), 0xfeff | 0xfefd | 0x0100);
        if !version || !matches!(byte(buf, at), 20..=25) || buf.captured(at) < HEADER {
            return false;
        }
        at += HEADER + word(buf, at + 11);
    }
    let cut = buf.data.len() < buf.reported;
    at > 0 && (at == buf.reported || cut && at < buf.reported)
}

/// RFC 3550 6.1: a report or a description comes first, and the lengths lead exactly to the end; or a
/// report in front of what may be encrypted (RFC 3711 3.4).
pub fn is_rtcp(buf: &Buf) -> bool {
    let first = byte(buf, 0) >> 6 == 2 && 4 * (word(buf, 2) + 1) <= buf.reported;
    let report = matches!(byte(buf, 1), 200 | 201) && buf.data.len() >= 8;
    (first && report && buf.reported.is_multiple_of(4)) || is_plain_rtcp(buf)
}

fn is_plain_rtcp(buf: &Buf) -> bool {
    let (mut at, mut packets) = (0, 0);
    while at + 4 <= buf.data.len() && packets < 32 {
        if byte(buf, at) >> 6 != 2 || !matches!(byte(buf, at + 1), 200..=207) {
            return false;
        }
        at += 4 * (word(buf, at + 2) + 1);
        packets += 1;
    }
    matches!(byte(buf, 1), 200..=203) && buf.data.len() >= 8 && at == buf.reported
}

/// The constant of RakNet's offline messages.
pub fn is_raknet(buf: &Buf) -> bool {
    const MAGIC: [u8; 16] =
        [0x00, 0xff, 0xff, 0x00, 0xfe, 0xfe, 0xfe, 0xfe, 0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34, 0x56, 0x78];
    [1, 9, 17].into_iter().any(|at| buf.bytes(at, 16) == Ok(&MAGIC))
}

/// A request or status line of RFC 3261 7.
pub fn is_sip(buf: &Buf) -> bool {
    const METHODS: [&[u8]; 14] = [
        b"INVITE ",
        b"ACK ",
        b"BYE ",
        b"CANCEL ",
        b"OPTIONS ",
        b"REGISTER ",
        b"SUBSCRIBE ",
        b"NOTIFY ",
        b"MESSAGE ",
        b"REFER ",
        b"INFO ",
        b"PRACK ",
        b"UPDATE ",
        b"PUBLISH ",
    ];
    // Most of what is asked about is no text.
    if !buf.data.first().is_some_and(u8::is_ascii_uppercase) {
        return false;
    }
    if buf.data.starts_with(b"SIP/2.0 ") {
        return true;
    }
    let method = METHODS.iter().find(|m| buf.data.starts_with(m));
    method.is_some_and(|m| {
        let uri = buf.from(m.len());
        [&b"sip:"[..], b"sips:", b"tel:"].iter().any(|scheme| uri.starts_with(scheme))
    })
}

/// A call or a reply of RFC 5531 9.
pub fn is_rpc(buf: &Buf) -> bool {
    is_rpc_at(buf, 0)
}

fn is_rpc_at(buf: &Buf, at: usize) -> bool {
    if buf.data.len() < at + 24 {
        return false;
    }
    match long(buf, at + 4) {
        0 => {
            long(buf, at + 8) == 2
                && (100_000..400_000).contains(&long(buf, at + 12))
                && long(buf, at + 16) < 16
        }
        1 => {
            long(buf, at + 8) == 0
                && long(buf, at + 12) < 7
                && long(buf, at + 16) < 400
                && long(buf, at + 20 + long(buf, at + 16) as usize) < 6
                && long(buf, at) != 0
        }
        _ => false,
    }
}

/// Bencoded dictionaries of the DHT: a query, an answer or an error.
pub fn is_dht(buf: &Buf) -> bool {
    [&b"d1:ad"[..], b"d1:rd", b"d1:el", b"d2:ip6:"].iter().any(|start| buf.data.starts_with(start))
}

// ---- what runs over TCP ----

pub fn is_rpc_record(buf: &Buf) -> bool {
    let mark = long(buf, 0);
    mark & 0x8000_0000 != 0 && (24..0x0010_0000).contains(&(mark & 0x7fff_ffff)) && is_rpc_at(buf, 4)
}

pub fn is_openflow(buf: &Buf) -> bool {
    matches!(byte(buf, 0), 1 | 4 | 5)
        && byte(buf, 1) < 35
        && word(buf, 2) >= 8
        && word(buf, 2) == buf.reported
}

// ---- what a port alone doesn't decide ----

/// Not the beginning of a TLS record: the protocol went over to TLS on its own port.
pub fn not_tls(buf: &Buf) -> bool {
    !(matches!(byte(buf, 0), 20..=23) && byte(buf, 1) == 3 && byte(buf, 2) <= 4 && buf.data.len() >= 5)
}

pub fn is_sflow(buf: &Buf) -> bool {
    matches!(long(buf, 0), 2 | 4 | 5) && matches!(long(buf, 4), 1 | 2)
}

pub fn is_radius(buf: &Buf) -> bool {
    word(buf, 2) >= 20 && word(buf, 2) <= buf.reported && matches!(byte(buf, 0), 1..=52)
}

pub fn is_oicq(buf: &Buf) -> bool {
    byte(buf, 0) == 2
}

pub fn is_icq(buf: &Buf) -> bool {
    buf.le16(0).is_ok_and(|version| (2..=5).contains(&version)) && buf.data.len() > 9
}

pub fn is_mpls_echo(buf: &Buf) -> bool {
    word(buf, 0) == 1 && buf.reported >= 32
}

/// A transaction, protocol 0 and a length (MODBUS Messaging on TCP/IP 3.1.3).
pub fn is_modbus(buf: &Buf) -> bool {
    word(buf, 2) == 0 && (2..=260).contains(&word(buf, 4))
}

/// An application tag of BER, behind the length that streams have.
pub fn is_kerberos(buf: &Buf) -> bool {
    let tag = |b: u8| matches!(b, 0x6a..=0x7e);
    tag(byte(buf, 0)) || tag(byte(buf, 4))
}

/// JSON under the autokey cipher that begins with 171.
pub fn is_smarthome(buf: &Buf) -> bool {
    byte(buf, 0) == 0xd0 || (byte(buf, 4) == 0xd0 && word(buf, 0) == 0)
}

pub fn is_hl7(buf: &Buf) -> bool {
    buf.data.starts_with(b"\x0bMSH")
}

/// Declares tests of the first byte or the first two, or of a text at the beginning.
macro_rules! begins {
    ($($(#[$doc:meta])* $name:ident($b:ident) = $test:expr;)+) => {
        $($(#[$doc])* pub fn $name($b: &Buf) -> bool {
            $test
        })+
    };
}

begins! {
    is_can_over_ethernet(b) = b.data.starts_with(b"ISO11898");
    is_miop(b) = b.data.starts_with(b"MIOP");
    is_bittorrent(b) = b.data.starts_with(b"\x13BitTorrent protocol");
    is_giop(b) = b.data.starts_with(b"GIOP");
    is_ziop(b) = b.data.starts_with(b"ZIOP");
    is_yahoo(b) = b.data.starts_with(b"YMSG");
    is_port_control(b) = byte(b, 0) <= 2 && b.data.len() >= 2;
    is_cflow(b) = matches!(word(b, 0), 1 | 5 | 7..=10);
    is_edonkey(b) = matches!(byte(b, 0), 0xc5 | 0xd4 | 0xe3..=0xe5);
    is_synphasor(b) = byte(b, 0) == 0xaa;
    is_dnp3(b) = word(b, 0) == 0x0564;
    is_bacnet_link(b) = matches!(byte(b, 0), 0x81 | 0x82);
    is_rmcp(b) = byte(b, 0) == 6;
    is_babel(b) = byte(b, 0) == 42;
    is_zep(b) = b.data.starts_with(b"EX");
    is_xdmcp(b) = word(b, 0) == 1;
    is_steam(b) = b.data.starts_with(b"\xff\xff\xff\xff\x21\x4c\x5f\xa0");
    is_roon(b) = b.data.starts_with(b"SOOD");
    is_cpha(b) = word(b, 0) == 0x1a90;
    is_papi(b) = word(b, 0) == 0x4972;
    is_isns(b) = word(b, 0) == 1;
    is_ldp(b) = word(b, 0) == 1;
    is_tivo(b) = b.data.get(..11).is_some_and(|text| text.eq_ignore_ascii_case(b"tivoconnect"));
    is_mac_telnet(b) = byte(b, 0) == 1;
    is_hart_ip(b) = byte(b, 0) == 1 && byte(b, 1) < 16;
    /// FLAP, the framing of OSCAR.
    is_oscar(b) = byte(b, 0) == b'*';
    /// Versions 3 and 4 of the native protocol.
    is_cql(b) = matches!(byte(b, 0) & 0x7f, 3 | 4);
    is_pnrp(b) = word(b, 0) == 0x0010;
    is_tapa(b) = matches!(byte(b, 0), 1..=4);
    is_rx(b) = matches!(byte(b, 20), 1..=8 | 13) && b.reported >= 28;
    is_skinny(b) = matches!(b.le32(0), Ok(4..=2048));
    is_msrp(b) = b.data.starts_with(b"MSRP ");
    is_dji(b) = word(b, 0) == 0x55bb;
    /// A verb of four letters or a code of three digits (RFC 3435 3.2).
    is_mgcp(b) = match b.data {
        [a, b, c, b' ', ..] => [a, b, c].iter().all(|digit| digit.is_ascii_digit()),
        [verb @ .., _] => verb.get(..4).is_some_and(|verb| {
            const VERBS: [&[u8]; 10] = [
                b"EPCF", b"CRCX", b"MDCX", b"DLCX", b"RQNT", b"NTFY", b"AUEP", b"AUCX", b"RSIP", b"MESG",
            ];
            VERBS.iter().any(|known| verb.eq_ignore_ascii_case(known))
        }),
        [] => false,
    };
}

/// On the port of STUN, also channel data (RFC 8656 12.4).
pub fn is_stun_or_channel(buf: &Buf) -> bool {
    is_stun(buf)
        || (matches!(byte(buf, 0), 0x40..=0x4f) && word(buf, 2) + 4 <= buf.reported && word(buf, 2) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buf(bytes: &[u8]) -> Buf<'_> {
        Buf::whole(bytes)
    }

    #[test]
    fn stun_needs_its_cookie() {
        let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        message.extend([7; 12]);
        assert!(is_stun(&buf(&message)));
        message[5] = 0;
        assert!(!is_stun(&buf(&message)));
    }

    #[test]
    fn records_of_dtls_fill_their_datagram() {
        let record = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0];
        assert!(is_dtls(&buf(&record)) && is_dtls(&buf(&[record, record].concat())));
        assert!(!is_dtls(&buf(&[&record[..], &[22]].concat())));
        assert!(!is_dtls(&buf(&record[..14])) && is_dtls(&Buf::new(&record[..14], 15)));
    }

    #[test]
    fn reports_may_be_followed_by_what_is_encrypted() {
        let mut report = vec![0x80, 201, 0, 1, 0, 0, 3, 0xeb];
        report.extend([0xaa; 20]);
        assert!(is_rtcp(&buf(&report)));
        assert!(!is_rtcp(&buf(&report[..27])));
        report[1] = 202;
        assert!(!is_rtcp(&buf(&report)));
    }

    #[test]
    fn short_buffers_are_nothing() {
        for test in [is_stun, is_dtls, is_rtcp, is_rpc, is_sip, is_quic_long, is_gquic, is_rpc_record] {
            for len in 0..8 {
                assert!(!test(&buf(&[0x80; 8][..len])));
            }
        }
    }

    #[test]
    fn requests_of_sip_need_an_address() {
        assert!(is_sip(&buf(b"INVITE sip:a@b SIP/2.0\r\n")));
        assert!(!is_sip(&buf(b"INVITE http://a")));
    }
}
