//! Requests and their answers: ICMP echo, DNS.

use std::collections::hash_map::Entry;

use super::Seen;
use super::flows::{Address, SeededMap};
use crate::dissect::buf::Buf;
use crate::dissect::facts::{Facts, Transaction};

/// Requests that are remembered; when there are more, those of the older half are forgotten. As many as a table
/// of 2^20 places takes.
const MOST: usize = 7 << 17;

/// What a request and its answer have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    kind: u8,
    client: Address,
    server: Address,
    ports: (u16, u16),
    id: u32,
}

/// A request that was seen, and its answer.
#[derive(Clone, Copy)]
struct Request {
    frame: u32,
    time: i64,
    answer: Option<u32>,
}

#[derive(Default)]
pub struct Transactions {
    open: SeededMap<Key, Request>,
    /// Request and answer, as they are found; see `Analysis::take_later`.
    pub(super) later: Vec<(u32, u32)>,
}

const ICMP: u8 = 1;
const ICMPV6: u8 = 58;
const DNS: u8 = 53;

impl Transactions {
    /// RFC 792 and RFC 4443 4: the answer has the same identifier and sequence number.
    pub fn echo(
        &mut self,
        seen: &Seen,
        layer: usize,
        v6: bool,
        icmp: &Buf,
        (from, to): (Address, Address),
        facts: &mut Facts,
    ) {
        let (Ok(kind), Ok(id)) = (icmp.u8(0), icmp.be32(4)) else { return };
        let request = match (v6, kind) {
            (false, 8) | (true, 128) => true,
            (false, 0) | (true, 129) => false,
            _ => return,
        };
        let (client, server) = if request { (from, to) } else { (to, from) };
        let kind = if v6 { ICMPV6 } else { ICMP };
        let key = Key { kind, client, server, ports: (0, 0), id };
        if request {
            self.ask(seen, layer, key, |_| false, facts);
        } else {
            self.answer(seen, layer, key, true, facts);
        }
    }

    /// The answer has the same ID and goes between the same ends (RFC 1035 4.1.1); which of them asked, only
    /// the flags say: in multicast DNS question and answer have the same addresses and ports.
    pub fn dns(
        &mut self,
        seen: &Seen,
        layer: usize,
        dns: &Buf,
        offset: usize,
        (from, to): (Address, Address),
        (source, destination): (u16, u16),
        facts: &mut Facts,
    ) {
        let (Ok(id), Ok(flags)) = (dns.be16(offset), dns.be16(offset + 2)) else { return };
        let response = flags & 0x8000 != 0;
        let ends = [(from, source), (to, destination)];
        let [(client, port), (server, other)] = if ends[0] <= ends[1] { ends } else { [ends[1], ends[0]] };
        let ports = (port, other);
        let key = Key { kind: DNS, client, server, ports, id: id.into() };
        if response {
            return self.answer(seen, layer, key, false, facts);
        }
        self.ask(
            seen,
            layer,
            key,
            |old| {
                // The same question again within five seconds, as long as resolvers wait (RFC 1035 7.2).
                old.answer.is_none() && seen.time.saturating_sub(old.time) <= 5_000_000_000
            },
            facts,
        );
    }

    /// A request: its fact says more once the answer is known. `again` tells whether it repeats an old one.
    fn ask(
        &mut self,
        seen: &Seen,
        layer: usize,
        key: Key,
        again: impl Fn(&Request) -> bool,
        facts: &mut Facts,
    ) {
        if self.open.len() >= MOST {
            self.forget();
        }
        let request = Request { frame: seen.number, time: seen.time, answer: None };
        let mut fact = Transaction::default();
        match self.open.entry(key) {
            Entry::Occupied(old) if again(old.get()) => fact.retransmission_of = Some(old.get().frame),
            Entry::Occupied(mut old) => _ = old.insert(request),
            Entry::Vacant(place) => _ = place.insert(request),
        }
        facts.transactions.push((layer as u8, fact));
    }

    /// Keeps the later half of the requests.
    #[cold]
    fn forget(&mut self) {
        let mut frames: Vec<u32> = self.open.values().map(|request| request.frame).collect();
        let middle = frames.len() / 2;
        let (_, first, _) = frames.select_nth_unstable(middle);
        self.open.retain(|_, request| request.frame >= *first);
    }

    fn answer(&mut self, seen: &Seen, layer: usize, key: Key, once: bool, facts: &mut Facts) {
        let Some(request) = self.open.get_mut(&key) else {
            if !once {
                // An answer that nobody asked for.
                facts.transactions.push((layer as u8, Transaction::default()));
            }
            return;
        };
        let mut fact = Transaction::default();
        match request.answer {
            Some(earlier) if !once => fact.retransmission_of = Some(earlier),
            _ => {
                request.answer = Some(seen.number);
                fact.request = Some(request.frame);
                fact.time = Some(seen.time.saturating_sub(request.time));
                self.later.push((request.frame, seen.number));
            }
        }
        if once {
            self.open.remove(&key);
        }
        facts.transactions.push((layer as u8, fact));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::layers::Layers;

    #[test]
    fn the_older_half_is_forgotten() {
        let mut transactions = Transactions::default();
        let (address, layers) = (Address::v4([10, 0, 0, 1]), Layers::default());
        let mut told = |number: u32, query: bool, id: u16| {
            let flags = if query { [1, 0] } else { [0x81, 0x80] };
            let dns = [id.to_be_bytes(), flags].concat();
            let seen = Seen { number, time: 0, frame: Buf::whole(&dns), layers: &layers };
            let mut facts = Facts::default();
            let pair = (address, address);
            transactions.dns(&seen, 1, &Buf::whole(&dns), 0, pair, (1, 53), &mut facts);
            if number == 10 {
                transactions.forget();
            }
            facts.transactions[0].1.request
        };
        (1..=10).for_each(|n| _ = told(n, true, n as u16));
        assert_eq!([told(11, false, 5), told(12, false, 6)], [None, Some(6)]);
    }
}
