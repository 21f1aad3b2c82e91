//! Sequence analysis: what the numbers of a segment say about loss, order and delay, in the terms of
//! Wireshark's TCP analysis (its User's Guide, "TCP Analysis", tells each condition).

use std::collections::VecDeque;
use std::num::NonZeroU32;

use super::Seen;
use super::tcp::Stream;
use crate::dissect::facts::{TcpAnalysis, WindowScale, tcp_flag};
use crate::dissect::protocols::tcp::{Numbers, flag};

/// Segments kept while they wait for their acknowledgment, at most.
const MAX_UNACKED: usize = 1000;
/// A segment behind the highest one counts as out of order if it comes within this time, unless the
/// round trip is known.
const OUT_OF_ORDER_NANOS: i64 = 3_000_000;
/// A fast retransmission comes within this time of the last duplicate acknowledgment.
const FAST_RETRANSMIT_NANOS: i64 = 20_000_000;

/// What is known of one direction of a connection.
#[derive(Default)]
pub struct Side {
    pub base_seq: Option<u32>,
    pub syn_seen: bool,
    pub scale: Option<u8>,
    /// Its SYN offered Accurate ECN; its SYN+ACK accepted it.
    pub ecn_offered: bool,
    pub ecn_accepted: bool,
    /// Its SYN had a fast open cookie and data.
    pub fast_open: bool,
    /// Bytes that the selective acknowledgments of the latest segment name.
    pub sacked: u32,
    /// A segment of it was seen: the numbers below are known.
    sent: bool,
    /// Behind the highest byte sent, and the frame and time that brought it.
    next_seq: u32,
    next_seq_frame: u32,
    next_seq_time: i64,
    /// Behind the highest byte that can be acknowledged, as far as was seen.
    max_to_ack: u32,
    /// It was told that more is acknowledged than was sent, though nothing that was seen lies behind a hole.
    told_unseen: bool,
    last_ack: u32,
    last_ack_time: i64,
    window: u16,
    duplicate_acks: u32,
    last_new_ack_frame: u32,
    last_flags: u32,
    unacked: Unacked,
    /// Something was lost and nothing acknowledged since: bytes in flight can't be told.
    holes: bool,
    push_bytes: u32,
    pushed: bool,
}

/// Segments that wait for their acknowledgment, in the order in which they were sent.
#[derive(Default)]
struct Unacked {
    /// The oldest lies here: many connections never have another.
    oldest: Option<Sent>,
    others: VecDeque<Sent>,
    /// Each begins where the one before ends, or behind it: then nothing has to be searched.
    disordered: bool,
}

#[derive(Clone, Copy)]
struct Sent {
    /// Not 0, so that there may be none without taking more room.
    frame: NonZeroU32,
    time: i64,
    seq: u32,
    next: u32,
}

impl Side {
    fn next_seq(&self) -> Option<u32> {
        self.sent.then_some(self.next_seq)
    }
    fn max_to_ack(&self) -> Option<u32> {
        self.sent.then_some(self.max_to_ack)
    }
    fn last_ack(&self) -> Option<u32> {
        self.sent.then_some(self.last_ack)
    }
}

impl Unacked {
    fn iter(&self) -> impl Iterator<Item = &Sent> {
        self.oldest.iter().chain(&self.others)
    }

    fn newest(&self) -> Option<&Sent> {
        self.others.back().or(self.oldest.as_ref())
    }

    fn add(&mut self, sent: Sent) {
        if self.others.len() + 1 >= MAX_UNACKED {
            return;
        }
        match self.newest() {
            Some(last) => {
                self.disordered |= less(sent.seq, last.next);
                self.others.push_back(sent);
            }
            None => self.oldest = Some(sent),
        }
    }

    /// Forgets what is acknowledged; returns the oldest segment that ends at the number.
    fn acknowledge(&mut self, ack: u32) -> Option<Sent> {
        if self.disordered {
            return self.acknowledge_disordered(ack);
        }
        let mut exact = None;
        while let Some(oldest) = &mut self.oldest {
            if less(ack, oldest.next) {
                oldest.start_at(ack);
                break;
            }
            exact = Some(*oldest).filter(|u| u.next == ack);
            self.oldest = self.others.pop_front();
        }
        exact
    }

    #[cold]
    fn acknowledge_disordered(&mut self, ack: u32) -> Option<Sent> {
        let exact = self.iter().find(|u| u.next == ack).copied();
        self.others.retain(|u| less(ack, u.next));
        if self.oldest.is_some_and(|u| !less(ack, u.next)) {
            self.oldest = self.others.pop_front();
        }
        self.oldest.iter_mut().chain(&mut self.others).for_each(|u| u.start_at(ack));
        let disordered = self.iter().zip(self.iter().skip(1)).any(|(a, b)| less(b.seq, a.next));
        self.disordered = disordered;
        exact
    }

    /// From the lowest to behind the highest number that waits; they count from `base`.
    fn span(&self, base: u32) -> u32 {
        let (Some(first), Some(last)) = (&self.oldest, self.newest()) else { return 0 };
        let (mut low, mut high) = (first.seq.wrapping_sub(base), last.next.wrapping_sub(base));
        if self.disordered {
            for u in self.iter() {
                low = low.min(u.seq.wrapping_sub(base));
                high = high.max(u.next.wrapping_sub(base));
            }
        }
        high.wrapping_sub(low)
    }
}

impl Sent {
    /// The part before `ack` has arrived.
    fn start_at(&mut self, ack: u32) {
        if less(self.seq, ack) {
            self.seq = ack;
        }
    }
}

fn less(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// Analyses a segment that `side` sends, and remembers it. Nothing is known of it in `out` yet.
pub fn analyse(stream: &mut Stream, side: usize, n: &Numbers, seen: &Seen, out: &mut TcpAnalysis) {
    // Only bytes can fill a window.
    let reverse_scale = if n.len > 0 { stream.window_scale(1 - side) } else { WindowScale::Unknown };
    let threshold = stream.initial_rtt().unwrap_or(OUT_OF_ORDER_NANOS);
    let [a, b] = &mut stream.sides;
    let (fwd, rev) = if side == 0 { (a, b) } else { (b, a) };
    forward(fwd, rev, n, reverse_scale, seen.number, out);
    lost_ack(rev, n, out);
    retransmission(fwd, rev, n, seen.time, threshold, out);
    remember(fwd, n, seen, out.flags);
    acknowledge(rev, n, seen, out);
    in_flight(fwd, rev, n, out);
}

/// Windows, probes, keep-alives and duplicate acknowledgments.
fn forward(
    fwd: &mut Side,
    rev: &mut Side,
    n: &Numbers,
    reverse_scale: WindowScale,
    frame: u32,
    out: &mut TcpAnalysis,
) {
    let plain = n.flags & (flag::SYN | flag::FIN | flag::RST) == 0;
    let at_next = fwd.next_seq() == Some(n.seq);
    let same_ack = fwd.last_ack() == Some(n.ack);
    // Most segments go on where the last one ended, and bring bytes or acknowledge some.
    if at_next && n.window != 0 && (n.len > 1 || n.len == 0 && !same_ack) {
        window_full(rev, n, reverse_scale, plain, out);
        return counters(fwd, n, frame);
    }
    if n.len == 1 && at_next && rev.window == 0 && rev.last_ack().is_some() {
        out.flags |= tcp_flag::ZERO_WINDOW_PROBE;
        return counters(fwd, n, frame);
    }
    if n.window == 0 && plain {
        out.flags |= tcp_flag::ZERO_WINDOW;
    }
    if fwd.next_seq().is_some_and(|next| less(next, n.seq)) && !n.has(flag::RST) {
        out.flags |= tcp_flag::LOST_SEGMENT;
        fwd.holes = true;
    }
    let one_before = fwd.next_seq().is_some_and(|next| n.seq == next.wrapping_sub(1));
    if n.len <= 1 && one_before && plain {
        out.flags |= tcp_flag::KEEP_ALIVE;
    }
    if n.len == 0 && n.window != 0 && n.window != fwd.window && at_next && same_ack && plain {
        out.flags |= tcp_flag::WINDOW_UPDATE;
    }
    window_full(rev, n, reverse_scale, plain, out);
    let echo = n.len == 0 && n.window != 0 && n.window == fwd.window && at_next && same_ack && plain;
    if echo && rev.last_flags & tcp_flag::KEEP_ALIVE != 0 {
        out.flags |= tcp_flag::KEEP_ALIVE_ACK;
        return counters(fwd, n, frame);
    }
    let acks_probe = same_ack || fwd.last_ack().is_some_and(|a| n.ack == a.wrapping_add(1));
    if n.len == 0
        && n.window == 0
        && n.window == fwd.window
        && at_next
        && acks_probe
        && rev.last_flags & tcp_flag::ZERO_WINDOW_PROBE != 0
    {
        out.flags |= tcp_flag::ZERO_WINDOW_PROBE_ACK;
        return counters(fwd, n, frame);
    }
    if echo {
        fwd.duplicate_acks += 1;
        out.flags |= tcp_flag::DUPLICATE_ACK;
        out.duplicate_ack_number = fwd.duplicate_acks;
        out.duplicate_ack_frame = Some(fwd.last_new_ack_frame);
    }
    counters(fwd, n, frame);
}

fn window_full(rev: &Side, n: &Numbers, scale: WindowScale, plain: bool, out: &mut TcpAnalysis) {
    let shift = match scale {
        WindowScale::Unknown => return,
        WindowScale::None => 0,
        WindowScale::Shift(s) => s,
    };
    let Some(acked) = rev.last_ack() else { return };
    let edge = acked.wrapping_add(u32::from(rev.window) << shift.min(14));
    if n.len > 0 && n.seq.wrapping_add(n.len) == edge && plain {
        out.flags |= tcp_flag::WINDOW_FULL;
    }
}

/// A new acknowledgment number ends a row of duplicates.
fn counters(fwd: &mut Side, n: &Numbers, frame: u32) {
    if fwd.last_ack() != Some(n.ack) {
        fwd.last_new_ack_frame = frame;
        fwd.duplicate_acks = 0;
    }
}

fn lost_ack(rev: &mut Side, n: &Numbers, out: &mut TcpAnalysis) {
    if !n.has(flag::ACK) || !rev.max_to_ack().is_some_and(|max| less(max, n.ack)) {
        return;
    }
    // Without a hole in what was seen, this is remarked once for the side.
    if rev.max_to_ack == rev.next_seq {
        if rev.told_unseen {
            out.flags |= tcp_flag::AMBIGUOUS_ACK;
            return;
        }
        rev.told_unseen = true;
    }
    out.flags |= tcp_flag::ACK_LOST_SEGMENT;
    rev.max_to_ack = rev.next_seq;
}

/// Segments that don't go on where the highest one ended. What was acknowledged already comes in vain;
/// what is new or comes too soon after the highest one is only out of order.
fn retransmission(fwd: &Side, rev: &Side, n: &Numbers, now: i64, threshold: i64, out: &mut TcpAnalysis) {
    if n.len == 0 && n.flags & (flag::SYN | flag::FIN) == 0 {
        return;
    }
    let Some(next) = fwd.next_seq() else { return };
    // Behind a window probe, its byte comes again with others.
    let after_probe = n.len > 1 && n.seq == next.wrapping_sub(1);
    let keep_alive = out.flags & tcp_flag::KEEP_ALIVE != 0;
    // Also what was never seen before, if its acknowledgment was.
    let end = n.seq.wrapping_add(n.len);
    let in_vain = n.len > 0 && rev.last_ack().is_some_and(|ack| ack != 0 && !less(ack, end));
    if !(less(n.seq, next) || in_vain) || after_probe || keep_alive {
        return;
    }
    let since_ack = now.saturating_sub(rev.last_ack_time);
    if in_vain {
        out.flags |= tcp_flag::SPURIOUS_RETRANSMISSION;
    } else if rev.duplicate_acks >= 2 && rev.last_ack() == Some(n.seq) && since_ack < FAST_RETRANSMIT_NANOS {
        out.flags |= tcp_flag::FAST_RETRANSMISSION;
    } else if now.saturating_sub(fwd.next_seq_time) < threshold && n.next_seq() != next {
        out.flags |= tcp_flag::OUT_OF_ORDER;
        return;
    }
    out.flags |= tcp_flag::RETRANSMISSION;
    if out.flags & (tcp_flag::SPURIOUS_RETRANSMISSION | tcp_flag::FAST_RETRANSMISSION) != 0 {
        return;
    }
    let oldest = fwd.unacked.oldest.map(|u| (u.time, u.frame.get()));
    let (time, frame) = oldest.unwrap_or((fwd.next_seq_time, fwd.next_seq_frame));
    if time != now {
        out.rto = Some(now.saturating_sub(time));
        out.rto_frame = Some(frame);
    }
}

fn remember(fwd: &mut Side, n: &Numbers, seen: &Seen, flags: u32) {
    let next = n.next_seq();
    if n.len > 0 || n.flags & (flag::SYN | flag::FIN) != 0 {
        // Frames count from 1.
        let frame = NonZeroU32::new(seen.number).unwrap_or(NonZeroU32::MAX);
        fwd.unacked.add(Sent { frame, time: seen.time, seq: n.seq, next });
    }
    let probe = flags & tcp_flag::ZERO_WINDOW_PROBE != 0;
    if !probe && fwd.next_seq().is_none_or(|old| less(old, next)) {
        fwd.next_seq = next;
        fwd.next_seq_time = seen.time;
        fwd.next_seq_frame = seen.number;
    }
    if !probe && fwd.max_to_ack().is_none_or(|max| max == n.seq) {
        fwd.max_to_ack = fwd.next_seq;
    }
    fwd.sent = true;
    fwd.window = n.window;
    fwd.last_ack = n.ack;
    fwd.last_ack_time = seen.time;
    fwd.last_flags = flags;
}

/// Which segment this acknowledges; those behind it are forgotten.
fn acknowledge(rev: &mut Side, n: &Numbers, seen: &Seen, out: &mut TcpAnalysis) {
    if n.has(flag::ACK) {
        rev.holes = false;
    }
    if let Some(acked) = rev.unacked.acknowledge(n.ack) {
        out.acks_frame = Some(acked.frame.get());
        out.ack_rtt = Some(seen.time.saturating_sub(acked.time)).filter(|rtt| *rtt != 0);
    }
}

fn in_flight(fwd: &mut Side, rev: &Side, n: &Numbers, out: &mut TcpAnalysis) {
    if n.len == 0 || fwd.holes {
        return;
    }
    if fwd.pushed {
        fwd.push_bytes = 0;
        fwd.pushed = false;
    }
    fwd.push_bytes = fwd.push_bytes.wrapping_add(n.len);
    fwd.pushed = n.has(flag::PSH);
    // A SYN or FIN takes up a number, but is no byte.
    let fin = u32::from(n.flags & (flag::SYN | flag::FIN) != 0);
    let bytes = fwd.unacked.span(fwd.base_seq.unwrap_or(0)).wrapping_sub(rev.sacked.wrapping_add(fin));
    if bytes > 0 && bytes < 2_000_000_000 {
        out.bytes_in_flight = Some(bytes);
        out.push_bytes_sent = Some(fwd.push_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(frame: u32, seq: u32, next: u32) -> Sent {
        Sent { frame: NonZeroU32::new(frame).unwrap(), time: 0, seq, next }
    }

    fn segment(flags: u16, seq: u32, ack: u32, len: u32) -> Numbers {
        Numbers { source: 1, destination: 2, seq, ack, header: 20, flags, window: 100, len }
    }

    #[test]
    fn only_what_most_segments_do_is_decided_first() {
        let flags = |change: fn(&mut Side, &mut Side, &mut Numbers)| {
            let side = || Side { sent: true, next_seq: 100, last_ack: 50, window: 100, ..Side::default() };
            let (mut fwd, mut rev, mut n) = (side(), side(), segment(flag::ACK, 100, 60, 0));
            change(&mut fwd, &mut rev, &mut n);
            let mut out = TcpAnalysis::default();
            forward(&mut fwd, &mut rev, &n, WindowScale::None, 7, &mut out);
            out.flags
        };
        assert_eq!(flags(|_, _, _| {}), 0);
        assert_eq!(flags(|_, _, n| n.len = 10), 0);
        assert_eq!(flags(|_, _, n| n.window = 0), tcp_flag::ZERO_WINDOW);
        assert_eq!(flags(|_, _, n| n.seq = 101), tcp_flag::LOST_SEGMENT);
        assert_eq!(flags(|_, _, n| n.seq = 99), tcp_flag::KEEP_ALIVE);
        assert_eq!(flags(|_, _, n| n.ack = 50), tcp_flag::DUPLICATE_ACK);
        assert_eq!(flags(|_, _, n| (n.ack, n.window) = (50, 90)), tcp_flag::WINDOW_UPDATE);
        assert_eq!(flags(|_, rev, n| (rev.window, n.len) = (0, 1)), tcp_flag::ZERO_WINDOW_PROBE);
        assert_eq!(flags(|_, _, n| n.len = 50), tcp_flag::WINDOW_FULL);
    }

    #[test]
    fn an_unseen_segment_is_remarked_once_unless_there_are_holes() {
        let mut side = Side { sent: true, max_to_ack: 100, next_seq: 100, ..Side::default() };
        let told = |side: &mut Side, ack| {
            let mut out = TcpAnalysis::default();
            lost_ack(side, &segment(flag::ACK, 0, ack, 0), &mut out);
            out.flags & tcp_flag::ACK_LOST_SEGMENT != 0
        };
        assert!(told(&mut side, 200) && !told(&mut side, 300));
        // A segment behind a hole, and one that follows it.
        side.next_seq = 400;
        assert!(told(&mut side, 400) && !told(&mut side, 400) && !told(&mut side, 500));
    }

    #[test]
    fn what_was_acknowledged_before_it_was_seen_comes_in_vain() {
        let fwd = Side { sent: true, next_seq: 100, ..Side::default() };
        let rev = Side { sent: true, last_ack: 150, ..Side::default() };
        let spurious = |seq| {
            let mut out = TcpAnalysis::default();
            retransmission(&fwd, &rev, &segment(flag::ACK, seq, 0, 50), 0, 0, &mut out);
            out.flags & tcp_flag::SPURIOUS_RETRANSMISSION != 0
        };
        assert!(spurious(100) && !spurious(101));
    }

    #[test]
    fn acknowledged_segments_are_forgotten() {
        let mut list = Unacked::default();
        for s in [sent(1, 0, 10), sent(2, 10, 20), sent(3, 20, 30)] {
            list.add(s);
        }
        assert_eq!(list.acknowledge(20).map(|s| s.frame.get()), Some(2));
        assert_eq!(list.span(0), 10);
        assert!(list.acknowledge(25).is_none());
        assert_eq!(list.span(0), 5);
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let mut list = Unacked::default();
        (0..2000).for_each(|n| list.add(sent(n + 1, n * 10, n * 10 + 10)));
        assert_eq!(list.iter().count(), MAX_UNACKED);
        assert_eq!(list.acknowledge(9990).map(|s| s.frame.get()), Some(999));
        assert_eq!((list.iter().count(), list.span(0)), (1, 10));
    }

    #[test]
    fn the_oldest_may_wait_longer_than_those_behind_it() {
        let mut list = Unacked::default();
        for s in [sent(1, 0, 30), sent(2, 10, 20), sent(3, 30, 40)] {
            list.add(s);
        }
        assert_eq!(list.acknowledge(20).map(|s| s.frame.get()), Some(2));
        let left: Vec<_> = list.iter().map(|s| (s.frame.get(), s.seq)).collect();
        assert_eq!((left, list.disordered), (vec![(1, 20), (3, 30)], false));
    }

    #[test]
    fn a_segment_sent_again_answers_with_its_first_frame() {
        let mut list = Unacked::default();
        for s in [sent(1, 0, 10), sent(2, 10, 20), sent(3, 0, 10)] {
            list.add(s);
        }
        assert_eq!(list.span(0), 20);
        assert_eq!(list.acknowledge(10).map(|s| s.frame.get()), Some(1));
        assert_eq!((list.iter().count(), list.disordered), (1, false));
    }
}
