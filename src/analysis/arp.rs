//! ARP: an address that answers from two MAC addresses (RFC 5227).

use super::Seen;
use super::flows::SeededMap;
use crate::dissect::buf::Buf;
use crate::dissect::facts::{ArpFacts, Facts};

/// Who said last that the address is his.
#[derive(Clone, Copy)]
struct Claim {
    mac: [u8; 6],
    frame: u32,
    time: i64,
}

#[derive(Default)]
pub struct Arp {
    claims: SeededMap<[u8; 4], Claim>,
}

impl Arp {
    /// Only Ethernet and IPv4 (hardware type 1, protocol 0x0800) are looked at.
    pub fn packet(&mut self, seen: &Seen, arp: &Buf, facts: &mut Facts) {
        let (Ok(head), Ok(operation)) = (arp.array::<6>(0), arp.be16(6)) else { return };
        if head != [0, 1, 8, 0, 6, 4] || !matches!(operation, 1 | 2) {
            return;
        }
        let (Ok(mac), Ok(ip)) = (arp.array::<6>(8), arp.array::<4>(14)) else { return };
        let (Ok(target_mac), Ok(target)) = (arp.array::<6>(18), arp.array::<4>(24)) else { return };
        self.claim(seen, ip, mac, facts);
        if operation == 2 && target != ip {
            self.claim(seen, target, target_mac, facts);
        }
    }

    fn claim(&mut self, seen: &Seen, ip: [u8; 4], mac: [u8; 6], facts: &mut Facts) {
        if ip == [0; 4] || mac == [0; 6] || mac == [0xff; 6] {
            return;
        }
        let new = Claim { mac, frame: seen.number, time: seen.time };
        match self.claims.get_mut(&ip) {
            Some(old) if old.mac != mac => {
                facts.arp = Some(ArpFacts {
                    duplicate_frame: old.frame,
                    seconds: (seen.time.saturating_sub(old.time) / 1_000_000_000) as u32,
                    ip,
                    mac,
                    earlier_mac: old.mac,
                });
            }
            Some(old) => {
                old.frame = seen.number;
                old.time = seen.time;
            }
            None => _ = self.claims.insert(ip, new),
        }
    }
}
