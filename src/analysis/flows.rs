//! Who talks with whom: addresses, endpoints, and the keys under which conversations are kept. The hash
//! is seeded, for the keys are chosen by whoever sends packets.

use std::collections::HashMap;

use crate::dissect::buf::Buf;

/// A map with a seeded hash.
pub type SeededMap<K, V> = HashMap<K, V, ahash::RandomState>;

/// An IP address of either version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    V4([u8; 4]),
    V6([u8; 16]),
}

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    pub address: Address,
    pub port: u16,
}

impl Endpoint {
    pub fn new(address: Address, port: u16) -> Endpoint {
        Endpoint { address, port }
    }
}

/// Two endpoints, the lesser first: both directions have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair(pub Endpoint, pub Endpoint);

impl Pair {
    /// The key, and whether `from` is the second of it.
    pub fn of(from: Endpoint, to: Endpoint) -> (Pair, bool) {
        if from <= to { (Pair(from, to), false) } else { (Pair(to, from), true) }
    }
}

/// Source and destination of an IP header.
pub fn addresses(v6: bool, ip: &Buf) -> Option<(Address, Address)> {
    if v6 {
        Some((Address::V6(ip.array(8).ok()?), Address::V6(ip.array(24).ok()?)))
    } else {
        Some((Address::V4(ip.array(12).ok()?), Address::V4(ip.array(16).ok()?)))
    }
}
