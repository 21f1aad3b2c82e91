//! UDP conversations: number, the times of their datagrams, and what they turned out to carry.

use super::Seen;
use super::flows::{Directory, Endpoint, Pair};
use crate::dissect::facts::{Facts, Part, UdpFacts};
use crate::dissect::registry::registry;

/// Protocols that share a flow with others: one datagram recognised says nothing of the next.
const EACH_BY_ITSELF: &[&str] = &["bt-dht", "classicstun", "wg"];

#[derive(Default)]
pub struct Udp {
    by_ends: Directory,
    pub streams: Vec<Stream>,
}

pub struct Stream {
    ends: Pair,
    pub first: i64,
    pub first_frame: u32,
    previous: i64,
    previous_frame: u32,
    /// The first datagram came from the second end of the pair.
    opened_by_second: bool,
    /// What a datagram was recognised as: those that nobody recognises are taken for the same.
    protocol: Option<u16>,
}

impl Udp {
    /// Takes a datagram. One quoted in an error names its conversation, and moves nothing there unless it is the first.
    pub fn datagram(
        &mut self,
        seen: &Seen,
        layer: usize,
        (from, to): (Endpoint, Endpoint),
        quoted: bool,
        facts: &mut Facts,
    ) {
        let (pair, reversed) = Pair::of(from, to);
        let next = self.streams.len() as u32;
        let known = self.by_ends.find(&pair, |n| self.streams.get(n as usize).map(|s| &s.ends));
        let (number, opens) = (known.unwrap_or(next), known.is_none());
        if opens {
            self.by_ends.add(&pair, next, |n| self.streams.get(n as usize).map(|s| &s.ends));
            self.streams.push(Stream {
                ends: pair,
                first: seen.time,
                first_frame: seen.number,
                previous: seen.time,
                previous_frame: 0,
                opened_by_second: reversed,
                protocol: None,
            });
        }
        let stream = &mut self.streams[number as usize];
        let fact = UdpFacts {
            stream: number,
            previous_frame: stream.previous_frame,
            from_opener: reversed == stream.opened_by_second,
            time_relative: seen.time.saturating_sub(stream.first),
            time_delta: seen.time.saturating_sub(stream.previous),
        };
        if opens || !quoted {
            stream.previous = seen.time;
            stream.previous_frame = seen.number;
        }
        facts.udp.push((layer as u8, fact));
        stream.payload(seen, layer, facts);
    }
}

impl Stream {
    fn payload(&mut self, seen: &Seen, layer: usize, facts: &mut Facts) {
        let Some(next) = seen.layers.get(layer + 1).filter(|l| usize::from(l.parent) == layer) else {
            return;
        };
        if next.protocol != registry().data {
            let each = || EACH_BY_ITSELF.contains(&registry().protocol(next.protocol).name());
            if self.protocol.is_none() && !each() {
                self.protocol = Some(next.protocol);
            }
        } else if let Some(protocol) = self.protocol {
            facts.parts.push(Part {
                layer: layer as u8,
                protocol: Some(protocol),
                source: next.source,
                start: next.start,
                len: next.end.saturating_sub(next.start),
                ..Part::default()
            });
        }
    }
}
