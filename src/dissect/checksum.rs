//! The Internet checksum (RFC 1071), and the pseudo headers that TCP, UDP, ICMPv6 and others put under it.
//! It says what a sum is; which protocol checks it, and what is said about it, is the protocol's.

use super::buf::Buf;
use super::walk::Walk;

/// The one's complement of the one's complement sum of these bytes, taken as one run of big-endian
/// 16-bit words; a last odd byte counts as the upper half of a word. Over bytes that hold their own
/// correct checksum it is 0.
pub fn internet(parts: &[&[u8]]) -> u16 {
    let mut sum: u64 = 0;
    let mut odd = false;
    for part in parts {
        let mut bytes = *part;
        if odd && let Some((first, rest)) = bytes.split_first() {
            sum += u64::from(*first);
            bytes = rest;
            odd = false;
        }
        let mut words = bytes.chunks_exact(2);
        for word in &mut words {
            sum += u64::from(word[0]) << 8 | u64::from(word[1]);
        }
        if let [last] = words.remainder() {
            sum += u64::from(*last) << 8;
            odd = true;
        }
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// The checksum that should stand in the packet, from the one that does and the sum over all bytes
/// including it (`sum`, as `internet` gives it).
pub fn expected(sum: u16, found: u16) -> u16 {
    let total = u32::from(found) + u32::from(sum);
    (total & 0xffff) as u16 + (total >> 16) as u16
}

/// The pseudo header of IPv4 (RFC 793 3.1): `len` is that of transport header and data.
pub fn pseudo_v4(source: [u8; 4], destination: [u8; 4], protocol: u8, len: u16) -> [u8; 12] {
    let mut out = [0; 12];
    out[..4].copy_from_slice(&source);
    out[4..8].copy_from_slice(&destination);
    out[9] = protocol;
    out[10..].copy_from_slice(&len.to_be_bytes());
    out
}

/// The pseudo header of IPv6 (RFC 8200 8.1).
pub fn pseudo_v6(source: [u8; 16], destination: [u8; 16], protocol: u8, len: u32) -> [u8; 40] {
    let mut out = [0; 40];
    out[..16].copy_from_slice(&source);
    out[16..32].copy_from_slice(&destination);
    out[32..36].copy_from_slice(&len.to_be_bytes());
    out[39] = protocol;
    out
}

/// The addresses of the network layer that carries a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    V4([u8; 4], [u8; 4]),
    V6([u8; 16], [u8; 16]),
}

/// Source and destination of the innermost IP layer around the layer being walked. The destination is
/// the final one where a routing header of type 0 or 2 names another (RFC 8200 8.1).
pub fn addresses(w: &Walk) -> Option<Addresses> {
    let mut destination = None;
    let mut index = w.index;
    while index > 0 {
        let outer = usize::from(w.layers.get(index)?.parent).min(index - 1);
        index = outer;
        let bytes = w.layer_bytes(index);
        match w.layers.protocol(index)?.name() {
            "ip" => return Some(Addresses::V4(bytes.array(12).ok()?, bytes.array(16).ok()?)),
            "ipv6" => {
                let to = match destination {
                    Some(d) => d,
                    None => bytes.array(24).ok()?,
                };
                return Some(Addresses::V6(bytes.array(8).ok()?, to));
            }
            "ipv6.routing" => destination = destination.or_else(|| routed_to(&bytes)),
            _ => {}
        }
    }
    None
}

/// The last address of a routing header of type 0 or 2 that still has hops before it.
fn routed_to(routing: &Buf) -> Option<[u8; 16]> {
    let units = usize::from(routing.u8(1).ok()?);
    let kind = routing.u8(2).ok()?;
    let left = routing.u8(3).ok()?;
    if !matches!(kind, 0 | 2) || left == 0 || units < 2 {
        return None;
    }
    routing.array(8 + (units / 2 - 1) * 16).ok()
}

/// The sum over the pseudo header of `protocol` and these bytes of the layer being walked: 0 if the
/// checksum among them is right. `None` outside of IP.
pub fn transport(w: &Walk, protocol: u8, bytes: &[u8]) -> Option<u16> {
    Some(match addresses(w)? {
        Addresses::V4(s, d) => internet(&[&pseudo_v4(s, d, protocol, bytes.len() as u16), bytes]),
        Addresses::V6(s, d) => internet(&[&pseudo_v6(s, d, protocol, bytes.len() as u32), bytes]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_sums_up() {
        assert_eq!(internet(&[&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]]), !0xddf2);
    }

    #[test]
    fn odd_parts_join_as_one_run() {
        let all = [1u8, 2, 3, 4, 5, 6, 7];
        assert_eq!(internet(&[&all[..3], &[], &all[3..]]), internet(&[&all]));
        assert_eq!(internet(&[&all[..1], &all[1..2], &all[2..]]), internet(&[&all]));
    }

    #[test]
    fn sums_agree_with_etherparse() {
        let (from, to) = ([10, 0, 0, 1], [10, 0, 0, 2]);
        let mut header = etherparse::Ipv4Header::new(20, 64, etherparse::IpNumber::UDP, from, to).unwrap();
        header.header_checksum = 0;
        assert_eq!(internet(&[&header.to_bytes()]), header.calc_header_checksum());
    }

    #[test]
    fn the_expected_checksum_repairs_a_wrong_one() {
        let mut bytes = [0x45, 0, 0, 20, 1, 2, 0, 0, 64, 17, 0x12, 0x34, 10, 0, 0, 1, 10, 0, 0, 2];
        let right = expected(internet(&[&bytes]), 0x1234);
        bytes[10..12].copy_from_slice(&right.to_be_bytes());
        assert_eq!(internet(&[&bytes]), 0);
    }
}
