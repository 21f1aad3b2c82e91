//! UDP conversations: number, and the times of their datagrams.

use super::Seen;
use super::flows::{Endpoint, Pair, SeededMap};
use crate::dissect::facts::{Facts, UdpFacts};

#[derive(Default)]
pub struct Udp {
    by_pair: SeededMap<Pair, u32>,
    pub streams: Vec<Stream>,
}

pub struct Stream {
    pub first: i64,
    pub first_frame: u32,
    previous: i64,
    previous_frame: u32,
    /// The first datagram came from the second end of the pair.
    opened_by_second: bool,
}

impl Udp {
    pub fn datagram(
        &mut self,
        seen: &Seen,
        layer: usize,
        (from, to): (Endpoint, Endpoint),
        facts: &mut Facts,
    ) {
        let (pair, reversed) = Pair::of(from, to);
        let next = self.streams.len() as u32;
        let number = *self.by_pair.entry(pair).or_insert(next);
        if number == next {
            self.streams.push(Stream {
                first: seen.time,
                first_frame: seen.number,
                previous: seen.time,
                previous_frame: 0,
                opened_by_second: reversed,
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
        stream.previous = seen.time;
        stream.previous_frame = seen.number;
        facts.udp.push((layer as u8, fact));
    }
}
