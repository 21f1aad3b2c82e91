//! Where protocols that are only recognised end, and what they carry, where a few bytes tell.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next};

type Found = Result<Header, Stop>;

/// A header of so many bytes, then the protocol of this name.
fn then(len: usize, name: &'static str) -> Found {
    Ok(Header::new(len, Next::Quiet(Key::Named(name))))
}

fn ethertype(buf: &Buf, at: usize) -> Found {
    Ok(Header::new(at + 2, Next::Key(Key::EtherType(buf.be16(at)?))))
}

/// As `ethertype`, where `frame.protocols` doesn't name the table.
fn quiet_ethertype(buf: &Buf, at: usize, len: usize) -> Found {
    Ok(Header::new(len, Next::Quiet(Key::EtherType(buf.be16(at)?))))
}

// ---- links and tags ----

/// RFC 4391 6 behind a global route header.
pub fn ipoib(buf: &Buf, _: &Chain) -> Found {
    quiet_ethertype(buf, 40, 44)
}

/// RFC 1201, as Linux hands it on: source, destination, offset, protocol, split flag and number.
pub fn arcnet(buf: &Buf, _: &Chain) -> Found {
    let key = match buf.u8(4)? {
        0xd4 => Key::EtherType(0x0800),
        0xd5 => Key::EtherType(0x0806),
        0xc4 => Key::EtherType(0x86dd),
        _ => return Ok(Header::new(8, Next::Data)),
    };
    Ok(Header::new(8, Next::Quiet(key)))
}

pub fn fddi(_: &Buf, _: &Chain) -> Found {
    then(13, "llc")
}

pub fn radiotap(buf: &Buf, _: &Chain) -> Found {
    then(usize::from(buf.le16(2)?), "wlan_radio")
}

pub fn wlan_radio(_: &Buf, _: &Chain) -> Found {
    then(0, "wlan")
}

/// IEEE 802.11 9.2.4: data frames that are not protected carry LLC.
pub fn wlan(buf: &Buf, chain: &Chain) -> Found {
    let swapped = chain.parent().is_some_and(|p| p.name() == "capwap.data");
    let (control, flags) = match swapped {
        true => (buf.u8(1)?, buf.u8(0)?),
        false => (buf.u8(0)?, buf.u8(1)?),
    };
    let (kind, subtype) = (control >> 2 & 3, control >> 4);
    if kind != 2 || subtype & 4 != 0 {
        return Ok(Header::last());
    }
    let addresses = if flags & 3 == 3 { 30 } else { 24 };
    let quality = match (subtype & 8 != 0, flags & 0x80 != 0) {
        (false, _) => 0,
        (true, false) => 2,
        (true, true) => 6,
    };
    match flags & 0x40 {
        0 => then(addresses + quality, "llc"),
        _ => Ok(Header::new(addresses + quality + 8, Next::Data)),
    }
}

pub fn ppi(buf: &Buf, _: &Chain) -> Found {
    let len = usize::from(buf.le16(2)?);
    match buf.le32(4)? {
        1 => then(len, "pcap_pktdata"),
        _ => Ok(Header::new(len, Next::Data)),
    }
}

pub fn packet_data(_: &Buf, _: &Chain) -> Found {
    Ok(Header::new(0, Next::Quiet(Key::LinkType(1))))
}

pub fn user_link(_: &Buf, _: &Chain) -> Found {
    then(0, "pktap")
}

/// Attributes of netfilter's log; one of them is the packet.
pub fn nflog(buf: &Buf, _: &Chain) -> Found {
    let family = buf.u8(0)?;
    let mut at = 4;
    while let (Ok(len), Ok(kind)) = (buf.le16(at), buf.le16(at + 2)) {
        if kind == 9 {
            let next = match family {
                2 => Next::Quiet(Key::EtherType(0x0800)),
                10 => Next::Quiet(Key::EtherType(0x86dd)),
                _ => Next::Data,
            };
            return Ok(Header::new(at + 4, next).end(at + usize::from(len)));
        }
        at += usize::from(len).max(4).next_multiple_of(4);
    }
    Ok(Header::last())
}

pub fn ipnet(buf: &Buf, _: &Chain) -> Found {
    let key = match buf.u8(1)? {
        2 => Key::EtherType(0x0800),
        _ => Key::EtherType(0x86dd),
    };
    Ok(Header::new(24, Next::Quiet(key)))
}

/// Juniper's extensions in front of an Ethernet frame.
pub fn juniper_ethernet(buf: &Buf, _: &Chain) -> Found {
    let extensions = match buf.u8(3)? & 0x80 {
        0 => 0,
        _ => 2 + usize::from(buf.be16(4)?),
    };
    Ok(Header::new(4 + extensions, Next::Quiet(Key::LinkType(1))))
}

/// Over GRE the EtherType of what follows stands first, else last.
pub fn cisco_metadata(buf: &Buf, chain: &Chain) -> Found {
    let over_gre = chain.parent().is_some_and(|p| p.name() == "gre");
    quiet_ethertype(buf, if over_gre { 0 } else { 6 }, 8)
}

/// Cisco FabricPath: a whole frame of Ethernet between its header and its frame check sequence.
pub fn fabric_path(buf: &Buf, _: &Chain) -> Found {
    const HEADER: usize = 16;
    let end = buf.reported.saturating_sub(4).max(HEADER);
    Ok(Header::new(HEADER, Next::Quiet(Key::Named("eth"))).inner(end))
}

/// Arista's time stamps of 64 or 48 bits, TAI or UTC.
pub fn arista(buf: &Buf, _: &Chain) -> Found {
    // The byte in front of the format tells the kind of clock.
    match (buf.be16(0)?, buf.u8(3)?) {
        (1, 0x10) => ethertype(buf, 12),
        (1, 0x20) => ethertype(buf, 10),
        _ => Ok(Header::last()),
    }
}

/// IEEE 802.1ah: service tag and the customer's addresses.
pub fn provider_bridge(buf: &Buf, _: &Chain) -> Found {
    ethertype(buf, 16)
}

pub fn vn_tag(buf: &Buf, _: &Chain) -> Found {
    ethertype(buf, 4)
}

/// IEEE 802.1AE: what is only authenticated can be read on.
pub fn macsec(buf: &Buf, _: &Chain) -> Found {
    let control = buf.u8(0)?;
    let len = if control & 0x20 != 0 { 14 } else { 6 };
    if control & 0x0c != 0 {
        return Ok(Header::last());
    }
    Ok(ethertype(buf, len)?.end(buf.reported.saturating_sub(16)))
}

pub fn loopback(_: &Buf, _: &Chain) -> Found {
    Ok(Header::new(6, Next::Data))
}

// ---- OSI ----

/// The first byte tells the protocol of the network layer, ISO/IEC TR 9577.
pub fn osi(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? {
        0x81 => then(0, "clnp"),
        0x82 => then(0, "esis"),
        0x83 => then(0, "isis"),
        0xcc => Ok(Header::new(1, Next::Quiet(Key::EtherType(0x0800)))),
        0x8e => Ok(Header::new(1, Next::Quiet(Key::EtherType(0x86dd)))),
        _ => Ok(Header::new(0, Next::Data)),
    }
}

pub fn isis(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(4)? & 0x1f {
        15..=17 => then(8, "isis.hello"),
        18 | 20 => then(8, "isis.lsp"),
        24 | 25 => then(8, "isis.csnp"),
        26 | 27 => then(8, "isis.psnp"),
        _ => Ok(Header::last()),
    }
}

/// IEEE 802.1AB 8.2: chassis, port and time to live, then other items up to an end that says so. What
/// the link shows as its trailer begins three bytes before that is over: tshark counts so.
pub fn lldp(buf: &Buf, _: &Chain) -> Found {
    const MISCOUNT: usize = 3;
    let (mut at, mut first) = (0usize, 1..=3);
    while let Ok(head) = buf.be16(at) {
        let kind = head >> 9;
        if first.next().is_some_and(|expected| kind != expected) {
            break;
        }
        at += 2 + usize::from(head & 0x1ff);
        if kind == 0 {
            return Ok(Header::last().end(at.saturating_sub(MISCOUNT)));
        }
    }
    Ok(Header::last())
}

pub fn tpkt(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? {
        3 => Ok(then(4, "cotp")?.end(usize::from(buf.be16(2)?).max(4))),
        // The fast path of RDP (MS-RDPBCGR 2.2.9.1.2).
        first if first & 3 == 0 && super::guess::not_tls(buf) => then(0, "rdp"),
        _ => Ok(Header::last()),
    }
}

/// ISO 8073: data go on to the layer above.
pub fn cotp(buf: &Buf, _: &Chain) -> Found {
    let len = 1 + usize::from(buf.u8(0)?);
    if buf.u8(1)? & 0xf0 != 0xf0 || buf.reported <= len {
        return Ok(Header::last());
    }
    match (buf.u8(len)?, buf.u8(len + 1).unwrap_or(0)) {
        (0x7f, _) | (0x04 | 0x08 | 0x28 | 0x2c | 0x2e | 0x38 | 0x3e | 0x64 | 0x68, _) => then(len, "t125"),
        (0x01 | 0x0d | 0x0e, _) => then(len, "ses"),
        _ => Ok(Header::new(len, Next::Data)),
    }
}

// ---- on IP ----

/// The first chunk, where it holds data.
pub fn sctp(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(12) {
        Ok(0) => Ok(Header::new(28, Next::Data)),
        _ => Ok(Header::last()),
    }
}

/// RFC 4340 5: requests, responses and data carry some.
pub fn dccp(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(8)? >> 1 & 15 {
        0..=2 | 4 => Ok(Header::new(usize::from(buf.u8(4)?) * 4, Next::Data)),
        _ => Ok(Header::last()),
    }
}

/// RFC 3208 8: original and repaired data carry as many bytes as they say.
pub fn pgm(buf: &Buf, _: &Chain) -> Found {
    let data = buf.be16(14).map_or(0, usize::from);
    match (buf.u8(4), buf.reported.checked_sub(data)) {
        (Ok(4 | 5), Some(len)) if data > 0 => Ok(Header::new(len, Next::Data)),
        _ => Ok(Header::last()),
    }
}

// ---- on UDP ----

/// RFC 3948: a marker of zeros, a keepalive, or ESP.
pub fn esp_in_udp(buf: &Buf, _: &Chain) -> Found {
    if buf.reported == 1 {
        return Ok(Header::last());
    }
    match buf.be32(0)? {
        0 => then(4, "isakmp"),
        _ => then(0, "esp"),
    }
}

/// A preamble tells what is protected, RFC 5415 4.2.
pub fn capwap_control(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? & 15 {
        1 => then(4, "dtls"),
        _ => Ok(Header::last()),
    }
}

/// RFC 5415 4.3: the header's length in words, and whether a frame of IEEE 802.11 follows.
pub fn capwap_data(buf: &Buf, _: &Chain) -> Found {
    let len = usize::from(buf.u8(1)? >> 3) * 4;
    match buf.u8(0)? & 15 {
        1 => then(4, "dtls"),
        _ if buf.u8(3)? & 1 != 0 || buf.u8(2)? & 1 != 0 => then(len, "wlan"),
        _ => Ok(Header::last()),
    }
}

/// Indications of a relay carry data in an attribute (RFC 8656 11.6), channels carry nothing else (12.4).
pub fn stun(buf: &Buf, _: &Chain) -> Found {
    if matches!(buf.u8(0)?, 0x40..=0x4f) {
        return Ok(Header::new(4, Next::Data).end(4 + usize::from(buf.be16(2)?)));
    }
    let mut at = 20;
    if !matches!(buf.be16(0)?, 0x0016 | 0x0017 | 0x0004 | 0x0115) {
        return Ok(Header::last());
    }
    while let (Ok(kind), Ok(len)) = (buf.be16(at), buf.be16(at + 2)) {
        let len = usize::from(len);
        if kind == 0x0013 && len > 0 {
            return Ok(Header::new(at + 4, Next::Data));
        }
        at += 4 + len.next_multiple_of(4);
    }
    Ok(Header::last())
}

/// The control channel carries TLS, behind acknowledgments and, where packets are signed, a HMAC of 20 bytes
/// with a packet's number and time.
pub fn openvpn(buf: &Buf, chain: &Chain) -> Found {
    const CONTROL: u8 = 4;
    const MOST_ACKNOWLEDGED: u8 = 8;
    let (start, end) = match chain.parent().is_some_and(|p| p.name() == "tcp") {
        true => (2, 2 + usize::from(buf.be16(0)?)),
        false => (0, buf.reported),
    };
    let unsigned = start + 9;
    let plain = buf.u8(unsigned).is_ok_and(|n| n <= MOST_ACKNOWLEDGED) && buf.be16(unsigned + 1) == Ok(0);
    let at = if plain { unsigned } else { unsigned + 28 };
    let Ok(acknowledged) = buf.u8(at) else { return Ok(Header::last()) };
    let peer = if acknowledged > 0 { 8 } else { 0 };
    let payload = at + 1 + 4 * usize::from(acknowledged) + peer + 4;
    if buf.u8(start)? >> 3 != CONTROL || payload >= end.min(buf.reported) {
        return Ok(Header::last());
    }
    Ok(then(payload, "tls")?.end(end))
}

pub fn ayiya(buf: &Buf, _: &Chain) -> Found {
    let identity = 1usize << (buf.u8(0)? >> 4);
    let signature = usize::from(buf.u8(1)? >> 4) * 4;
    match buf.u8(2)? & 15 {
        1 => Ok(Header::new(8 + identity + signature, Next::Quiet(Key::IpProto(buf.u8(3)?)))),
        _ => Ok(Header::last()),
    }
}

/// Packets of type 1 are data of a call.
pub fn rx(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(20)? {
        1 => then(28, "afs"),
        _ => Ok(Header::last()),
    }
}

/// In-game packets are data; those that belong to no connection begin with ones.
pub fn quake3(buf: &Buf, _: &Chain) -> Found {
    match buf.be32(0) {
        Ok(u32::MAX) | Err(_) => Ok(Header::last()),
        Ok(_) => Ok(Header::new(4, Next::Data)),
    }
}

/// Datagrams of RFC 1002 4.4.2 carry SMB behind both names.
pub fn datagram(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? {
        0x10..=0x12 if buf.bytes(82, 4) == Ok(b"\xffSMB") => then(82, "smb"),
        _ => Ok(Header::last()),
    }
}

/// MS-RDPEUDP 2.2: acknowledgments, and behind the header of data TLS. A SYN carries none.
pub fn rdp_udp(buf: &Buf, _: &Chain) -> Found {
    const SYN: u16 = 0x0001;
    const ACK: u16 = 0x0004;
    const DATA: u16 = 0x0008;
    const FORWARD_ERRORS: u16 = 0x0010;
    const ACK_OF_ACKS: u16 = 0x0100;
    let (Ok(flags), Ok(elements)) = (buf.be16(6), buf.be16(8)) else { return Ok(Header::last()) };
    if flags & (SYN | ACK | DATA | FORWARD_ERRORS) != (ACK | DATA) || flags & 0xe000 != 0 {
        return Ok(Header::last());
    }
    let mut at = (10 + usize::from(elements)).next_multiple_of(4);
    if flags & ACK_OF_ACKS != 0 {
        at += 4;
    }
    match at + 8 < buf.reported {
        true => then(at + 8, "tls"),
        false => Ok(Header::last()),
    }
}

/// Both versions carry a frame of IEEE 802.15.4; acknowledgments carry none.
pub fn zep(buf: &Buf, _: &Chain) -> Found {
    match (buf.u8(2)?, buf.u8(3)?) {
        (1, _) => then(16, "wpan"),
        (2, 1) => then(32, "wpan"),
        _ => Ok(Header::last()),
    }
}

/// Frames of CAN behind a header.
pub fn can_over_ethernet(_: &Buf, _: &Chain) -> Found {
    Ok(Header::new(12, Next::Data))
}

/// ASHRAE 135 annex J; the kind for IPv6 begins with another byte.
pub fn bacnet_link(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(1)? {
        _ if buf.u8(0)? != 0x81 => Ok(Header::last()),
        0x04 => then(10, "bacnet"),
        0x09..=0x0b => then(4, "bacnet"),
        _ => Ok(Header::last()),
    }
}

/// The control byte tells whether a message of the network layer or an application's follows.
pub fn bacnet(buf: &Buf, _: &Chain) -> Found {
    let control = buf.u8(1)?;
    let mut len = 2;
    if control & 0x20 != 0 {
        len += 3 + usize::from(buf.u8(len + 2)?);
    }
    if control & 0x08 != 0 {
        len += 3 + usize::from(buf.u8(len + 2)?);
    }
    if control & 0x20 != 0 {
        len += 1;
    }
    match control & 0x80 {
        0 => then(len, "bacapp"),
        _ => Ok(Header::last()),
    }
}

// ---- on TCP ----

/// NetBIOS sessions, RFC 1002 4.3, and SMB directly on TCP.
pub fn session(buf: &Buf, _: &Chain) -> Found {
    let length = buf.be24(1).map_or(0, |length| length as usize);
    if buf.u8(0)? != 0 || buf.reported <= 4 {
        return Ok(Header::last());
    }
    let next = match buf.bytes(4, 4) {
        Ok(b"\xffSMB") => Next::Quiet(Key::Named("smb")),
        Ok(b"\xfeSMB" | b"\xfdSMB" | b"\xfcSMB") => Next::Quiet(Key::Named("smb2")),
        _ => Next::Data,
    };
    Ok(Header::new(4, next).end(4 + length))
}

/// Sessions are set up with GSS-API or bare NTLM; transactions go to a mailslot, or to RPC through a pipe
/// (MS-CIFS 2.2.4).
pub fn smb(buf: &Buf, _: &Chain) -> Found {
    const TRANSACTION: u8 = 0x25;
    const SESSION_SETUP: u8 = 0x73;
    let (Ok(command), Ok(flags), Ok(words)) = (buf.u8(4), buf.u8(9), buf.u8(32)) else {
        return Ok(Header::last());
    };
    let at = match (command, flags & 0x80) {
        (TRANSACTION, 0) => buf.le16(57).map_or(0, usize::from),
        (TRANSACTION, _) => buf.le16(47).map_or(0, usize::from),
        (SESSION_SETUP, _) => 35 + 2 * usize::from(words),
        _ => return Ok(Header::last()),
    };
    let begins = |name: &[u8]| find(&buf.part(0, at), name).is_some();
    match (command, buf.bytes(at, 5)) {
        (TRANSACTION, _) if begins(b"\\MAILSLOT\\BROWSE\0") => then(at, "browser"),
        (TRANSACTION, _) if begins(b"\\MAILSLOT\\NET\\NETLOGON\0") => then(at, "smb_netlogon"),
        (TRANSACTION, Ok([5, 0, 0..=19, _, 0 | 0x10])) => then(at, "dcerpc"),
        (SESSION_SETUP, Ok([0x60 | 0xa1, ..])) => then(at, "gss-api"),
        (SESSION_SETUP, Ok(b"NTLMS")) => then(at, "ntlmssp"),
        _ => Ok(Header::last()),
    }
}

/// Sessions are set up with GSS-API; what is written to a pipe may be RPC (MS-SMB2 2.2).
pub fn smb2(buf: &Buf, _: &Chain) -> Found {
    let (command, response) = (buf.le16(12)?, buf.u8(16)? & 1 != 0);
    let offset = match (command, response) {
        (0, true) => buf.le16(64 + 56)?,
        (1, true) => buf.le16(64 + 4)?,
        (1, false) => buf.le16(64 + 12)?,
        (8, true) => u16::from(buf.u8(64 + 2)?),
        (9, false) => buf.le16(64 + 2)?,
        (11, _) => buf.le32(64 + 24)? as u16,
        _ => return Ok(Header::last()),
    };
    let at = usize::from(offset);
    match (command, buf.bytes(at, 5)) {
        (0 | 1, Ok([0x60 | 0xa1, ..])) => then(at, "gss-api"),
        (1, Ok(b"NTLMS")) => then(at, "ntlmssp"),
        (8 | 9 | 11, Ok([5, 0, 0..=19, _, 0 | 0x10])) => then(at, "dcerpc"),
        _ => Ok(Header::last()),
    }
}

/// RFC 1179: commands and acknowledgments begin with a small number, files are data.
pub fn lpd(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? {
        0..=9 => Ok(Header::last()),
        _ => Ok(Header::new(0, Next::Data)),
    }
}

/// Secure network services in a packet of data.
pub fn tns(buf: &Buf, _: &Chain) -> Found {
    const DATA: u8 = 6;
    match (buf.u8(4), buf.be32(10)) {
        (Ok(DATA), Ok(0xdead_beef)) => Ok(Header::new(10, Next::Data)),
        _ => Ok(Header::last()),
    }
}

/// The object identifiers of SPNEGO (RFC 4178) and Kerberos (RFC 4121), as tokens have them.
const SPNEGO: &[u8] = &[6, 6, 0x2b, 6, 1, 5, 5, 2];
const KERBEROS: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];

/// Where in the first bytes a pattern stands.
fn find(buf: &Buf, pattern: &[u8]) -> Option<usize> {
    let start = buf.data.get(..400).unwrap_or(buf.data);
    start.windows(pattern.len()).position(|w| w == pattern)
}

/// Tokens of RFC 2743 3.1; those of a negotiation that goes on have no frame.
pub fn gss_api(buf: &Buf, _: &Chain) -> Found {
    let first = buf.u8(0)?;
    match (find(buf, SPNEGO), find(buf, KERBEROS)) {
        (Some(at), _) if first == 0x60 && at < 8 => then(at + SPNEGO.len(), "spnego"),
        (_, Some(at)) if first == 0x60 && at < 8 => then(at + KERBEROS.len(), "spnego-krb5"),
        _ if first == 0xa1 || first == 0xa0 => then(0, "spnego"),
        _ => Ok(Header::last()),
    }
}

pub fn spnego(buf: &Buf, _: &Chain) -> Found {
    let token =
        |at: &usize| at.checked_sub(4).is_some_and(|t| buf.from(t).iter().take(3).any(|b| *b == 0x60));
    match (find(buf, b"NTLMSSP\0"), find(buf, KERBEROS).filter(token)) {
        (Some(at), _) => then(at, "ntlmssp"),
        (None, Some(at)) => then(at + KERBEROS.len(), "spnego-krb5"),
        _ => Ok(Header::last()),
    }
}

/// What begins with printable characters is shown as lines.
pub fn ftp_data(buf: &Buf, _: &Chain) -> Found {
    const LOOKED_AT: usize = 10;
    let printable = |b: &u8| matches!(b, b' '..=b'~' | b'\r' | b'\n');
    match buf.data.iter().take(LOOKED_AT).all(printable) {
        true => then(0, "data-text-lines"),
        false => Ok(Header::last()),
    }
}

pub fn modbus_tcp(buf: &Buf, _: &Chain) -> Found {
    Ok(then(7, "modbus")?.end(6 + usize::from(buf.be16(4)?)))
}

pub fn openflow(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(0)? {
        1 => then(0, "openflow_v1"),
        4 => then(0, "openflow_v4"),
        5 => then(0, "openflow_v5"),
        6 => then(0, "openflow_v6"),
        _ => Ok(Header::last()),
    }
}

/// RFC 6455 5.2: control frames end the layer, others carry text or data.
pub fn websocket(buf: &Buf, _: &Chain) -> Found {
    let (first, second) = (buf.u8(0)?, buf.u8(1)?);
    let (len, extended) = match second & 0x7f {
        126 => (usize::from(buf.be16(2)?), 2),
        127 => (usize::try_from(buf.be64(2)?).unwrap_or(usize::MAX), 8),
        short => (usize::from(short), 0),
    };
    let header = 2 + extended + if second & 0x80 != 0 { 4 } else { 0 };
    let next = match first & 15 {
        1 => Next::Quiet(Key::Named("data-text-lines")),
        0 | 2 => Next::Data,
        _ => Next::End,
    };
    Ok(Header::new(header, next).end(header.saturating_add(len)))
}

pub fn xml_stream(_: &Buf, _: &Chain) -> Found {
    then(0, "xml")
}

pub fn json_body(_: &Buf, _: &Chain) -> Found {
    then(0, "json")
}

pub fn iec104(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(2)? & 1 {
        0 => then(6, "iec60870_asdu"),
        _ => Ok(Header::last()),
    }
}

pub fn dsi(buf: &Buf, _: &Chain) -> Found {
    match buf.u8(1)? {
        2 => then(16, "afp"),
        _ => Ok(Header::last()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::{Layers, Surroundings};

    fn found(shape: fn(&Buf, &Chain) -> Found, bytes: &[u8]) -> Option<(usize, Next)> {
        let (layers, settings, facts) = (Layers::default(), Settings::default(), Facts::default());
        let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
        let chain = Chain { layers: &layers, around: &around };
        shape(&Buf::whole(bytes), &chain).ok().map(|h| (h.len, h.next))
    }

    #[test]
    fn tags_lead_to_the_ethertype_behind_them() {
        let tag = [0, 0, 0, 0, 0x81, 0x00];
        assert_eq!(found(vn_tag, &tag), Some((6, Next::Key(Key::EtherType(0x8100)))));
        assert_eq!(found(vn_tag, &tag[..5]), None);
    }

    #[test]
    fn the_end_of_an_lldpdu_is_found() {
        let end = |bytes: &[u8]| {
            let (layers, settings, facts) = (Layers::default(), Settings::default(), Facts::default());
            let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
            let chain = Chain { layers: &layers, around: &around };
            lldp(&Buf::whole(bytes), &chain).ok().and_then(|header| header.end)
        };
        let message = [2, 2, 7, 1, 4, 2, 7, 1, 6, 2, 0, 120, 0, 0, 9, 9];
        assert_eq!(end(&message), Some(11));
        assert_eq!(end(&message[..13]), None);
        assert_eq!(end(&message[4..]), None);
    }

    #[test]
    fn a_session_message_tells_its_dialect() {
        let next = |bytes| found(session, bytes).map(|(_, next)| next);
        assert_eq!(next(b"\0\0\0\x04\xfeSMB"), Some(Next::Quiet(Key::Named("smb2"))));
        assert_eq!(next(b"\x85\0\0\0"), Some(Next::End));
    }

    #[test]
    fn transactions_tell_their_mailslot() {
        let mut message = b"\xffSMB\x25".to_vec();
        message.resize(57, 0);
        message.extend([86, 0]);
        message.resize(69, 0);
        message.extend(b"\\MAILSLOT\\BROWSE\0\x01\0\0\0\0");
        assert_eq!(found(smb, &message), Some((86, Next::Quiet(Key::Named("browser")))));
        message[72] = b'x';
        assert_eq!(found(smb, &message), Some((usize::MAX, Next::End)));
        assert_eq!(found(smb, &message[..20]), Some((usize::MAX, Next::End)));
    }

    #[test]
    fn negotiations_name_what_they_carry() {
        let token = [&[0x60, 20][..], SPNEGO, b"\x60\x10NTLMSSP\0"].concat();
        assert_eq!(found(gss_api, &token), Some((10, Next::Quiet(Key::Named("spnego")))));
        assert_eq!(found(spnego, &token), Some((12, Next::Quiet(Key::Named("ntlmssp")))));
    }

    #[test]
    fn frames_of_websockets_hand_on_what_is_no_control() {
        assert_eq!(found(websocket, &[0x82, 2, 1, 2]), Some((2, Next::Data)));
        assert_eq!(found(websocket, &[0x82, 0xfe, 1, 0]), Some((8, Next::Data)));
        assert_eq!(found(websocket, &[0x88, 0x80, 0, 0, 0, 0]), Some((6, Next::End)));
    }

    #[test]
    fn the_control_channel_of_openvpn_carries_tls() {
        let mut message = vec![0x20, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 1, 22, 3, 1];
        assert_eq!(found(openvpn, &message), Some((14, Next::Quiet(Key::Named("tls")))));
        drop(message.splice(9..9, [0xaa; 28]));
        assert_eq!(found(openvpn, &message), Some((42, Next::Quiet(Key::Named("tls")))));
        assert_eq!(found(openvpn, &message[..42]), Some((usize::MAX, Next::End)));
    }

    #[test]
    fn netfilter_attributes_end() {
        assert_eq!(found(nflog, &[2, 0, 0, 0, 0, 0, 0, 0]), Some((usize::MAX, Next::End)));
        let packet = [2, 0, 0, 0, 5, 0, 9, 0, 0x45];
        assert_eq!(found(nflog, &packet), Some((8, Next::Quiet(Key::EtherType(0x0800)))));
    }
}
