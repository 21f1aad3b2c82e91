//! Who talks with whom: addresses, endpoints, and the keys under which conversations are kept. The hash
//! is seeded, for the keys are chosen by whoever sends packets.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use crate::dissect::buf::Buf;

/// A map with a seeded hash.
pub type SeededMap<K, V> = HashMap<K, V, ahash::RandomState>;

/// An IP address of either version, in words: it is compared and hashed for every packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    high: u64,
    low: u64,
    v6: bool,
}

impl Address {
    #[inline]
    pub const fn v4(octets: [u8; 4]) -> Address {
        Address { high: 0, low: u32::from_be_bytes(octets) as u64, v6: false }
    }
    #[inline]
    pub const fn v6(octets: [u8; 16]) -> Address {
        let whole = u128::from_be_bytes(octets);
        Address { high: (whole >> 64) as u64, low: whole as u64, v6: true }
    }
}

impl Hash for Address {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.high != 0 {
            state.write_u64(self.high);
        }
        state.write_u64(self.low);
    }
}

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    high: u64,
    low: u64,
    /// The port; above it, whether the address is of version 6.
    rest: u32,
}

impl Endpoint {
    #[inline]
    pub fn new(address: Address, port: u16) -> Endpoint {
        let rest = u32::from(address.v6) << 16 | u32::from(port);
        Endpoint { high: address.high, low: address.low, rest }
    }

    pub fn port(&self) -> u16 {
        self.rest as u16
    }
}

impl Hash for Endpoint {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.high != 0 {
            state.write_u64(self.high);
        }
        state.write_u64(self.low);
        state.write_u32(self.rest);
    }
}

/// Two endpoints, the lesser first: both directions have the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair(pub Endpoint, pub Endpoint);

impl Hash for Pair {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Pair(a, b) = self;
        // Of IPv4, all fits in two words.
        if a.rest >> 16 | b.rest >> 16 == 0 {
            state.write_u64(a.low << 32 | b.low);
            state.write_u32(a.rest << 16 | b.rest);
        } else {
            a.hash(state);
            b.hash(state);
        }
    }
}

impl Pair {
    /// The key, and whether `from` is the second of it.
    #[inline]
    pub fn of(from: Endpoint, to: Endpoint) -> (Pair, bool) {
        if from <= to { (Pair(from, to), false) } else { (Pair(to, from), true) }
    }

    /// Where it lies among the recent ones, if it does. Who foresees this, and sends what wants the same place,
    /// only has the rest looked up.
    #[inline]
    fn place(&self) -> usize {
        let Pair(a, b) = self;
        let ports = u64::from(a.rest) << 16 ^ u64::from(b.rest);
        let mixed = (a.low.rotate_left(32) ^ b.low ^ ports).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize % RECENT
    }
}

/// Ports, a bit for each.
#[derive(Default)]
pub struct PortSet {
    words: Vec<u64>,
}

impl PortSet {
    pub fn add(&mut self, port: u16) {
        self.words.resize(1 << 10, 0);
        self.words[usize::from(port) / 64] |= 1 << (port % 64);
    }
    #[inline]
    pub fn has(&self, port: u16) -> bool {
        self.words.get(usize::from(port) / 64).is_some_and(|word| word >> (port % 64) & 1 != 0)
    }
    pub fn clear(&mut self) {
        self.words.clear();
    }
}

/// The numbers of conversations, by their ends. Whoever keeps the conversations has the ends, too: here is
/// only what leads there, in so little memory that it stays near.
pub struct Directory {
    entries: hashbrown::HashTable<Entry>,
    hasher: ahash::RandomState,
    /// What was found lately: most packets belong to a conversation that one of the packets before was of.
    recent: [Option<(Pair, u32)>; RECENT],
}

/// How many conversations are found without looking further, if no two of them want the same place.
const RECENT: usize = 64;

impl Default for Directory {
    fn default() -> Directory {
        Directory { entries: Default::default(), hasher: Default::default(), recent: [None; RECENT] }
    }
}

#[derive(Clone, Copy)]
struct Entry {
    number: u32,
    /// Of the ends: as the table grows, nobody goes over all conversations for them.
    hash: u32,
}

impl Entry {
    /// The hash as the table wants it, which looks at both ends of it.
    fn wide(hash: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(hash)
    }
}

impl Directory {
    /// The number under which these ends were added last; `ends` tells those of a number.
    #[inline]
    pub fn find<'p>(&mut self, pair: &Pair, ends: impl Fn(u32) -> Option<&'p Pair>) -> Option<u32> {
        match &self.recent[pair.place()] {
            Some((recent, number)) if recent == pair => Some(*number),
            _ => self.search(pair, ends),
        }
    }

    fn search<'p>(&mut self, pair: &Pair, ends: impl Fn(u32) -> Option<&'p Pair>) -> Option<u32> {
        let hash = self.hash(pair);
        let found =
            self.entries.find(Entry::wide(hash), |e| e.hash == hash && ends(e.number) == Some(pair))?;
        self.recent[pair.place()] = Some((*pair, found.number));
        Some(found.number)
    }

    /// Adds a number, in place of the one that these ends had.
    pub fn add<'p>(&mut self, pair: &Pair, number: u32, ends: impl Fn(u32) -> Option<&'p Pair>) {
        self.recent[pair.place()] = Some((*pair, number));
        let hash = self.hash(pair);
        let known = |e: &Entry| e.hash == hash && ends(e.number) == Some(pair);
        match self.entries.find_mut(Entry::wide(hash), known) {
            Some(known) => known.number = number,
            None => {
                let entry = Entry { number, hash };
                self.entries.insert_unique(Entry::wide(hash), entry, |e| Entry::wide(e.hash));
            }
        }
    }

    fn hash(&self, pair: &Pair) -> u32 {
        self.hasher.hash_one(pair) as u32
    }
}

/// Source and destination of an IP header.
#[inline]
pub fn addresses(v6: bool, ip: &Buf) -> Option<(Address, Address)> {
    if v6 {
        Some((Address::v6(ip.array(8).ok()?), Address::v6(ip.array(24).ok()?)))
    } else {
        Some((Address::v4(ip.array(12).ok()?), Address::v4(ip.array(16).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ends_are_found_however_many_there_are() {
        let end = |n: u32| Endpoint::new(Address::v4(n.to_be_bytes()), 80);
        let pairs: Vec<Pair> = (0..10_000).map(|n| Pair(end(n), end(1 << 24 | n))).collect();
        let ends = |n: u32| pairs.get(n as usize);
        let mut directory = Directory::default();
        (0..).zip(&pairs).for_each(|(n, pair)| directory.add(pair, n, ends));
        assert!((0..).zip(&pairs).all(|(n, pair)| directory.find(pair, ends) == Some(n)));
        assert_eq!(directory.find(&Pair(end(0), end(1)), ends), None);
    }

    #[test]
    fn the_latest_number_of_the_same_ends_is_found() {
        let end = |n: u8| Endpoint::new(Address::v4([10, 0, 0, n]), 80);
        let pairs = [Pair(end(1), end(2)), Pair(end(1), end(3)), Pair(end(1), end(2))];
        let ends = |n: u32| pairs.get(n as usize);
        let mut directory = Directory::default();
        assert_eq!(directory.find(&pairs[0], ends), None);
        directory.add(&pairs[0], 0, ends);
        assert_eq!(directory.find(&pairs[1], ends), None);
        directory.add(&pairs[1], 1, ends);
        assert_eq!([0, 1, 0].map(|n| directory.find(&pairs[n], ends)), [Some(0), Some(1), Some(0)]);
        // The same ends again: another connection.
        directory.add(&pairs[2], 2, ends);
        assert_eq!([0, 1, 2].map(|n| directory.find(&pairs[n], ends)), [Some(2), Some(1), Some(2)]);
    }
}
