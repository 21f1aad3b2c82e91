//! TCP connections: which segments belong together, what their numbers count from, how complete the
//! connection is. What the numbers say of loss and delay is `sequence`'s, the bytes are `stream`'s.

use super::Seen;
use super::flows::{Address, Directory, Endpoint, Pair};
use super::ftp::Ftp;
use super::kept::{Earlier, StreamInfo};
use super::mptcp::Mptcp;
use super::sequence::{self, Side};
use super::stream::Reassembly;
use crate::dissect::buf::Buf;
use crate::dissect::context::Settings;
use crate::dissect::facts::{Closing, Facts, TcpFacts, WindowScale, tcp_flag};
use crate::dissect::protocols::tcp::{FEWEST, Numbers, flag, mptcp};

/// Bits of `tcp.completeness`.
mod complete {
    pub const SYN: u8 = 1;
    pub const SYN_ACK: u8 = 2;
    pub const ACK: u8 = 4;
    pub const DATA: u8 = 8;
    pub const FIN: u8 = 16;
    pub const RST: u8 = 32;
}

/// One connection.
pub struct Stream {
    pub ends: Pair,
    /// Index of the side that opened it (that sent the SYN, or answered none; else the first frame).
    client: u8,
    pub first_frame: u32,
    pub last_frame: u32,
    first_time: i64,
    last_time: i64,
    pub completeness: u8,
    pub sides: [Side; 2],
    /// Of the SYN, if that was seen: then `handshake[0]` tells its frame.
    syn_time: i64,
    initial_rtt: Option<i64>,
    /// Frames of SYN, SYN+ACK and the ACK that completes the handshake.
    pub handshake: [u32; 3],
    /// The side that sent the first FIN.
    closer: Option<u8>,
    earlier: Option<Box<Earlier>>,
    /// See [`Tcp::touch`].
    touched: u32,
    /// What it turned out to carry, and what is kept of that to put it together.
    pub(super) carries: Option<u16>,
    pub(super) reassembly: Option<Box<Reassembly>>,
}

/// A segment with its place in its connection, as reassembly wants it.
pub struct Placed {
    pub stream: u32,
    /// Which side sent it.
    pub side: usize,
    pub layer: usize,
    pub numbers: Numbers,
    /// Where the payload begins in the frame's source, and how much of it was captured.
    pub source: u8,
    pub start: u32,
    pub captured: u32,
    /// Bits of the sequence analysis.
    pub flags: u32,
    pub addresses: (Address, Address),
}

pub struct Tcp {
    analyse: bool,
    /// See [`super::Analysis::for_index`].
    pub(super) brief: bool,
    pub(super) desegment: bool,
    by_ends: Directory,
    pub streams: Vec<Stream>,
    pub multipath: Mptcp,
    pub(super) messages: super::stream::Messages,
}

impl Tcp {
    pub fn new(settings: &Settings) -> Tcp {
        Tcp {
            analyse: settings.tcp_analyze_sequence_numbers,
            brief: false,
            desegment: settings.tcp_desegment,
            by_ends: Directory::default(),
            streams: Vec::new(),
            multipath: Mptcp::default(),
            messages: super::stream::Messages::default(),
        }
    }

    /// Takes a segment: its facts, and its place for reassembly if it can be read.
    pub fn segment(
        &mut self,
        seen: &Seen,
        layer: usize,
        buf: &Buf,
        (from, to): (Address, Address),
        ftp: &Ftp,
        facts: &mut Facts,
    ) -> Option<Placed> {
        let n = Numbers::read(buf).ok()?;
        let ends = (Endpoint::new(from, n.source), Endpoint::new(to, n.destination));
        let (pair, reversed) = Pair::of(ends.0, ends.1);
        let side = usize::from(reversed);
        let (number, reused) = self.find(pair, side, &n, seen);
        // In place: it is large, and made for every segment.
        facts.tcp.push((layer as u8, TcpFacts::default()));
        let (_, fact) = facts.tcp.last_mut()?;
        let stream = &mut self.streams[number as usize];
        let first = stream.first_frame == seen.number;
        let short = buf.reported < n.header;
        let mut multipath = false;
        if !short {
            stream.base(side, &n);
            multipath = stream.options(side, &n, buf);
        }
        fact.stream = number;
        fact.previous_frame = if first { 0 } else { stream.last_frame };
        fact.side = side as u8;
        fact.closing = stream.closing(side, &n);
        if !self.brief {
            fact.completeness = stream.completeness;
            fact.time_relative = seen.time.saturating_sub(stream.first_time);
            fact.time_delta = seen.time.saturating_sub(stream.last_time);
        }
        stream.last_time = seen.time;
        stream.last_frame = seen.number;
        if n.header >= 20 {
            stream.progress(side, &n, first, seen);
        }
        if first && !reused && ftp.listens(&ends.1) {
            // The reference knows the connection already, and misses how it begins.
            stream.completeness &= !complete::SYN;
        }
        if !self.brief {
            stream.tell(side, &n, seen.number, fact);
        }
        if self.analyse && !short {
            sequence::analyse(stream, side, &n, seen, &mut fact.analysis);
            fact.analysis.flags |= stream.fast_open_ignored(side, &n);
        }
        if reused {
            fact.analysis.flags |= tcp_flag::REUSED_PORTS;
        }
        let flags = fact.analysis.flags;
        if multipath && let Some(fact) = self.multipath.segment(number, side, options(&n, buf)) {
            facts.mptcp.push((layer as u8, fact));
        }
        let ends = n.has(flag::FIN) && self.streams[number as usize].reassembly.is_some();
        if n.header < 20 || (n.len == 0 && !ends) {
            return None;
        }
        let l = seen.layers.as_slice()[layer];
        Some(Placed {
            stream: number,
            side,
            layer,
            numbers: n,
            source: l.source,
            start: l.start + n.header as u32,
            captured: buf.captured(n.header) as u32,
            flags,
            addresses: (from, to),
        })
    }

    /// A segment quoted in an error: it names its connection, and moves nothing there but the time.
    pub fn quoted(
        &mut self,
        seen: &Seen,
        layer: usize,
        buf: &Buf,
        (from, to): (Address, Address),
        facts: &mut Facts,
    ) {
        if buf.data.len() < FEWEST {
            return;
        }
        let (Ok(source), Ok(destination)) = (buf.be16(0), buf.be16(2)) else { return };
        let (pair, reversed) = Pair::of(Endpoint::new(from, source), Endpoint::new(to, destination));
        let number = match self.known(&pair) {
            Some(number) => number,
            None => self.add(pair, usize::from(reversed), seen),
        };
        let stream = &mut self.streams[number as usize];
        let side = usize::from(reversed);
        let fact = TcpFacts {
            stream: number,
            completeness: stream.completeness,
            time_relative: seen.time.saturating_sub(stream.first_time),
            time_delta: seen.time.saturating_sub(stream.last_time),
            side: side as u8,
            quoted: true,
            window_scale: stream.window_scale(side),
            previous_frame: if stream.first_frame == seen.number { 0 } else { stream.last_frame },
            ..TcpFacts::default()
        };
        if buf.data.len() >= 20 {
            stream.last_time = seen.time;
            stream.last_frame = seen.number;
        }
        facts.tcp.push((layer as u8, fact));
    }

    fn add(&mut self, pair: Pair, client: usize, seen: &Seen) -> u32 {
        let number = self.streams.len() as u32;
        let streams = &self.streams;
        self.by_ends.add(&pair, number, |n| streams.get(n as usize).map(|s| &s.ends));
        self.streams.push(Stream {
            ends: pair,
            client: client as u8,
            first_frame: seen.number,
            last_frame: seen.number,
            first_time: seen.time,
            last_time: seen.time,
            completeness: 0,
            sides: Default::default(),
            syn_time: 0,
            initial_rtt: None,
            handshake: [0; 3],
            closer: None,
            earlier: None,
            touched: u32::MAX,
            carries: None,
            reassembly: None,
        });
        number
    }

    /// True the first time that this is asked of a connection in an epoch.
    pub fn touch(&mut self, stream: u32, epoch: u32) -> bool {
        let Some(stream) = self.streams.get_mut(stream as usize) else { return false };
        std::mem::replace(&mut stream.touched, epoch) != epoch
    }

    /// What the packets of a connection have in common, as known now.
    pub fn info(&self, stream: u32) -> StreamInfo {
        let Some(s) = self.streams.get(stream as usize) else { return StreamInfo::default() };
        StreamInfo {
            base_seq: [s.sides[0].base_seq.unwrap_or(0), s.sides[1].base_seq.unwrap_or(0)],
            scale: [s.window_scale(0), s.window_scale(1)],
            client: s.client,
            completeness: s.completeness,
            accurate_ecn: s.ecn_agreed(),
            initial_rtt: s.initial_rtt,
            handshake: s.handshake,
            first_frame: s.first_frame,
            last_frame: s.last_frame,
            tls_version: 0,
            earlier: s.earlier.as_deref().copied(),
        }
    }

    /// The latest connection with these ends.
    #[inline]
    fn known(&mut self, pair: &Pair) -> Option<u32> {
        self.by_ends.find(pair, |n| self.streams.get(n as usize).map(|s| &s.ends))
    }

    /// The connection of a segment: the latest of its endpoints, or a new one if this SYN can't be its.
    fn find(&mut self, pair: Pair, side: usize, n: &Numbers, seen: &Seen) -> (u32, bool) {
        let mut reused = false;
        if let Some(number) = self.known(&pair) {
            let known = &self.streams[number as usize];
            let other_syn = n.has(flag::SYN) && known.sides[side].base_seq.is_some_and(|base| base != n.seq);
            if !other_syn {
                return (number, false);
            }
            if n.has(flag::ACK) {
                self.streams[number as usize].answered_again(side, n, seen.number);
                return (number, true);
            }
            reused = true;
            self.let_go(number);
        }
        // Who answers a SYN is the server; who else sends the first segment seen passes for the client.
        let answers = n.has(flag::SYN) && n.has(flag::ACK);
        let next = self.add(pair, if answers { 1 - side } else { side }, seen);
        (next, reused)
    }
}

/// Length of a header with nothing but a time stamp, and how its options begin (RFC 7323 appendix A).
const STAMPED: usize = 32;
const STAMP: u32 = 0x0101_080a;

/// The options of a segment: kind, and the bytes with kind and length; those that are cut off end them.
fn options<'b>(n: &Numbers, buf: &Buf<'b>) -> impl Iterator<Item = (u8, &'b [u8])> + use<'b> {
    let mut rest = buf.bytes(20, n.header.saturating_sub(20)).unwrap_or(&[]);
    std::iter::from_fn(move || {
        let kind = *rest.first().filter(|kind| **kind != 0)?;
        let len = match kind {
            1 => 1,
            _ => usize::from(rest.get(1).copied().unwrap_or(0)).max(2),
        };
        let (option, behind) = rest.split_at_checked(len)?;
        rest = behind;
        Some((kind, option))
    })
}

/// Bytes that the blocks of a SACK option name.
fn sacked(blocks: &[u8]) -> u32 {
    let number = |b: &[u8]| b.iter().fold(0u32, |n, byte| n << 8 | u32::from(*byte));
    let blocks = blocks.chunks_exact(8).map(|b| b.split_at(4));
    blocks.fold(0, |sum, (left, right)| sum.wrapping_add(number(right).wrapping_sub(number(left))))
}

impl Stream {
    /// What relative numbers count from: the SYN's number, or one before the first number seen.
    fn base(&mut self, side: usize, n: &Numbers) {
        if self.sides[side].base_seq.is_none() {
            let base = if n.has(flag::SYN) { n.seq } else { n.seq.wrapping_sub(1) };
            self.sides[side].base_seq = Some(base);
        }
        if self.sides[1 - side].base_seq.is_none() && n.has(flag::ACK) {
            self.sides[1 - side].base_seq = Some(n.ack.wrapping_sub(1));
        }
    }

    /// Window scale of a SYN (RFC 7323 2), selective acknowledgments (RFC 2018 3). True if there are
    /// options of Multipath TCP.
    fn options(&mut self, side: usize, n: &Numbers, buf: &Buf) -> bool {
        let syn = n.has(flag::SYN);
        let s = &mut self.sides[side];
        s.sacked = 0;
        if syn {
            s.syn_seen = true;
            s.scale = None;
            s.fast_open = false;
        }
        // No options, or two no-operations and a time stamp, as most segments have, say nothing here.
        if n.header <= 20 || n.header == STAMPED && buf.be32(20) == Ok(STAMP) {
            return false;
        }
        let data_on_syn = n.len > 0 && syn && !n.has(flag::ACK);
        let mut multipath = false;
        for (kind, option) in options(n, buf) {
            match (kind, option) {
                (3, [_, _, shift]) if syn => s.scale = Some((*shift).min(14)),
                (5, [_, _, blocks @ ..]) => s.sacked = sacked(blocks),
                (34, [_, _, _, ..]) | (253 | 254, [_, _, 0xf9, 0x89, _, ..]) => s.fast_open |= data_on_syn,
                (mptcp::KIND, _) => multipath = true,
                _ => {}
            }
        }
        multipath
    }

    /// What the connection knows by now.
    fn tell(&self, side: usize, n: &Numbers, frame: u32, fact: &mut TcpFacts) {
        fact.accurate_ecn = !n.has(flag::SYN) && self.ecn_agreed();
        fact.seq_base = self.sides[side].base_seq.unwrap_or(0);
        fact.ack_base = self.sides[1 - side].base_seq.unwrap_or(0);
        fact.window_scale = self.window_scale(side);
        fact.initial_rtt = self.initial_rtt;
        fact.from_client = self.is_client(side);
        fact.handshake = self.completes_handshake(frame);
    }

    /// Of a SYN or its answer: whether flags will be the counter of Accurate ECN (RFC 9768 3.1.1). The SYN has
    /// all three, and what the SYN+ACK has tells how the SYN came through.
    fn note_ecn(&mut self, side: usize, n: &Numbers) {
        if n.has(flag::ACK) {
            self.sides[side].ecn_accepted = matches!(n.ace(), 0b010 | 0b011 | 0b100 | 0b110);
        } else {
            self.sides[side].ecn_offered = n.ace() == 0b111;
        }
    }

    fn ecn_agreed(&self) -> bool {
        let [a, b] = &self.sides;
        a.ecn_offered && b.ecn_accepted || b.ecn_offered && a.ecn_accepted
    }

    /// A SYN+ACK for the SYN alone, though that had data and a cookie (RFC 7413 4.2.2).
    fn fast_open_ignored(&self, side: usize, n: &Numbers) -> u32 {
        if !n.has(flag::SYN) || !n.has(flag::ACK) {
            return 0;
        }
        let opener = &self.sides[1 - side];
        let acked = opener.base_seq.map(|base| n.ack.wrapping_sub(base));
        if opener.fast_open && acked == Some(1) { tcp_flag::TFO_IGNORED } else { 0 }
    }

    /// The scaling of windows that `side` announces: both must have offered it.
    pub fn window_scale(&self, side: usize) -> WindowScale {
        let (mine, other) = (&self.sides[side], &self.sides[1 - side]);
        match (mine.syn_seen, mine.scale, other.syn_seen, other.scale) {
            (true, Some(shift), true, Some(_)) => WindowScale::Shift(shift),
            (true, Some(shift), false, _) => WindowScale::Shift(shift),
            (true, ..) => WindowScale::None,
            (false, _, true, None) => WindowScale::None,
            _ => WindowScale::Unknown,
        }
    }

    /// What a FIN is to the end of the connection.
    fn closing(&mut self, side: usize, n: &Numbers) -> Closing {
        if !n.has(flag::FIN) {
            return Closing::No;
        }
        match *self.closer.get_or_insert(side as u8) == side as u8 {
            true => Closing::Active,
            false => Closing::Passive,
        }
    }

    /// Another answer to the same SYN: numbers count from it now.
    fn answered_again(&mut self, side: usize, n: &Numbers, frame: u32) {
        let before = self.sides[side].base_seq.replace(n.seq);
        let from = self.handshake[1];
        if let (Some(base_seq), None, true) = (before, &self.earlier, from != 0) {
            self.earlier = Some(Box::new(Earlier { side: side as u8, base_seq, from, until: frame }));
        }
    }

    fn progress(&mut self, side: usize, n: &Numbers, first: bool, seen: &Seen) {
        if n.has(flag::SYN) {
            self.note_ecn(side, n);
            if n.has(flag::ACK) {
                self.completeness |= if first { 0 } else { complete::SYN_ACK };
                self.handshake[1] = seen.number;
            } else {
                self.completeness |= complete::SYN;
                self.syn_time = seen.time;
                self.handshake[0] = seen.number;
                self.client = side as u8;
            }
        } else if !first && n.has(flag::ACK) {
            self.completeness |= if n.len > 0 { complete::DATA } else { complete::ACK };
        }
        // The answer to the SYN need not have been captured.
        let acks = n.flags & (flag::SYN | flag::ACK) == flag::ACK;
        if acks && self.handshake[0] != 0 && self.handshake[2] == 0 {
            // A capture without times has no round trips.
            let opened = self.syn_time;
            self.initial_rtt = (opened != 0).then(|| seen.time.saturating_sub(opened));
            self.handshake[2] = seen.number;
        }
        if n.has(flag::RST) && !first {
            self.completeness |= complete::RST;
        } else if n.has(flag::FIN) && !first {
            self.completeness |= complete::FIN;
        }
    }

    /// True if this side opened the connection.
    pub fn is_client(&self, side: usize) -> bool {
        usize::from(self.client) == side
    }

    pub fn initial_rtt(&self) -> Option<i64> {
        self.initial_rtt
    }

    fn completes_handshake(&self, frame: u32) -> Option<[u32; 3]> {
        (self.handshake[2] == frame && self.handshake[0] != 0).then_some(self.handshake)
    }
}
