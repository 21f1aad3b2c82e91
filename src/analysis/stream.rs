//! The bytes of TCP streams, cut into the messages of the protocol above: which segments a message lies
//! in. Bytes stay in memory only from a message's first segment to its last, within limits.
//!
//! As in tshark by default, a segment that comes out of order joins the message under way if its bytes
//! belong to it, but what it completes is read by nobody; nor are bytes that were seen before, unless
//! they come again so quickly (fast retransmission) that they count as new.

use super::Seen;
use super::socks::Socks;
use super::tcp::{Placed, Tcp};
use crate::dissect::buf::Buf;
use crate::dissect::facts::{Facts, Part, PartKind, Segment, tcp_flag};
use crate::dissect::protocol::{Key, Pdu, PduContext, Protocol};
use crate::dissect::protocols::tcp::flag;
use crate::dissect::registry::registry;

/// A message longer than this is not put together.
const MAX_MESSAGE: usize = 16 << 20;
/// Room that is made for a message on the word of its length field alone.
const MAX_RESERVED: usize = 32 << 10;
/// Bytes that all messages under way may hold.
const MAX_BYTES: usize = 192 << 20;
/// Segments that a message may come in: more take too long to keep in order.
const MAX_SEGMENTS: usize = 1 << 16;
/// Messages under way in one direction: one that a gap keeps from ending doesn't hold up the next.
const MAX_UNDER_WAY: usize = 4;

/// What reassembly keeps of a connection.
#[derive(Default)]
pub struct Reassembly {
    /// The next answer has no body.
    bodyless: bool,
    /// All that comes passes through to somebody else.
    granted: bool,
    /// A message of the protocol was seen, where that is asked (see `Protocol::refuses`).
    spoken: bool,
    /// See `PduContext::version`.
    version: u16,
    /// What the stream carries since its ends agreed on another protocol.
    switched: Option<u16>,
    /// What passes through since a proxy is connected.
    tunnel: Option<Tunnel>,
    socks: Socks,
    sides: [Direction; 2],
}

#[derive(Clone, Copy)]
struct Tunnel {
    /// The protocol whose layer is put around; `None`: its own walk hands on.
    around: Option<u16>,
    inside: u16,
}

#[derive(Default)]
struct Direction {
    /// Behind the highest byte seen.
    seen: Option<u32>,
    /// Messages under way, in the order in which they began.
    pending: Vec<Pending>,
}

/// A message under way.
struct Pending {
    start: u32,
    /// Its length, once known.
    need: Option<usize>,
    until_end: bool,
    bytes: Vec<u8>,
    /// Bytes from the start without a hole.
    have: usize,
    segments: Vec<Segment>,
}

/// Bytes under way in all streams, and the frames that became part of a message.
pub struct Messages {
    held: usize,
    /// Bytes that they may hold.
    most: usize,
    /// The connection that is asked next to give up what is under way.
    next: u32,
    pub(super) later: Vec<(u32, u32)>,
}

impl Default for Messages {
    fn default() -> Messages {
        Messages { held: 0, most: MAX_BYTES, next: 0, later: Vec::new() }
    }
}

/// A stretch of a segment's payload that is being looked at.
struct Work<'a> {
    seen: Seen<'a>,
    placed: &'a Placed,
    payload: &'a [u8],
    protocol: u16,
    context: PduContext,
    pdu: fn(&[u8], &PduContext) -> Pdu,
    /// What the ports alone say: then a whole message needs no fact.
    by_port: bool,
    /// See `Part::through`.
    through: Option<u16>,
    /// See `Protocol::sees_rest`.
    sees_rest: bool,
    /// See `Protocol::refuses`; `None` also once the protocol was heard here.
    refuses: Option<fn(&[u8]) -> bool>,
}

impl super::tcp::Stream {
    /// Tells what HTTP makes of the stream: whether it was heard there, whether the next answer has no body
    /// (HEAD), whether all is a tunnel from now on (CONNECT), and what follows if the ends agreed on another
    /// protocol (101).
    pub(super) fn expect(&mut self, spoken: bool, bodyless: bool, granted: bool, switched: Option<u16>) {
        // What follows is asked for even where nothing is put together; the rest only there.
        if switched.is_some() {
            self.reassembly.get_or_insert_default();
        }
        if let Some(state) = &mut self.reassembly {
            state.spoken = spoken;
            state.bodyless = bodyless;
            state.granted = granted;
            state.switched = switched;
        }
    }

    /// Tells what a connection that nobody has looked at yet carries, whatever its ports say.
    pub(super) fn is_known_as(&mut self, protocol: u16) {
        if self.carries.is_none() && self.reassembly.is_none() {
            self.reassembly.get_or_insert_default().switched = Some(protocol);
        }
    }

    /// Tells the version that the ends have agreed on (TLS).
    pub(super) fn speaks(&mut self, version: u16) {
        if let Some(state) = &mut self.reassembly {
            state.version = version;
        }
    }

    /// Tells what passes through this connection from now on, if anything (HTTP CONNECT).
    pub(super) fn tunnels(&mut self, inside: Option<u16>) {
        if let (Some(state), Some(inside)) = (&mut self.reassembly, inside) {
            state.tunnel = Some(Tunnel { around: None, inside });
        }
    }
}

impl Placed {
    /// The payload, as far as it was captured.
    pub fn payload<'a>(&self, segment: &Buf<'a>) -> &'a [u8] {
        segment.from(self.numbers.header)
    }

    fn part(&self, what: PartKind, at: usize, len: usize) -> Part {
        Part {
            layer: self.layer as u8,
            what,
            source: self.source,
            start: self.start + at as u32,
            len: len as u32,
            ..Part::default()
        }
    }
}

impl Tcp {
    /// Adds a segment's payload to its stream; tells which messages end in it.
    pub fn reassemble(
        &mut self,
        seen: &Seen,
        placed: &Placed,
        payload: &[u8],
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let located = seen.layers.get(placed.layer + 1).map(|l| l.protocol);
        let data = registry().data;
        let stream = &mut self.streams[placed.stream as usize];
        let switched = stream.reassembly.as_ref().and_then(|r| r.switched);
        let known = stream.carries.or(switched);
        let claim = |p: u16| registry().protocol(p).claim;
        let protocol = match (located.filter(|p| *p != data), known) {
            // What the stream turned out to be says more than a port whose protocol is only recognised.
            (Some(p), Some(known)) if claim(p) && !claim(known) => known,
            (Some(p), _) => p,
            (None, Some(p)) => p,
            (None, None) => {
                return self.unknown(placed, facts);
            }
        };
        let by_port = located == Some(protocol);
        let tunnel = stream.reassembly.as_ref().and_then(|r| r.tunnel);
        let through = match switched {
            Some(unknown) if unknown == data => registry().number("http"),
            _ => tunnel.and_then(|t| t.around),
        };
        let (protocol, by_port) = match (switched, tunnel) {
            (Some(other), _) => (other, false),
            (None, Some(t)) if through.is_some() => (t.inside, false),
            _ => (protocol, by_port),
        };
        let owner: &Protocol = registry().protocol(tunnel.map_or(protocol, |t| t.inside));
        let from_client = stream.is_client(placed.side);
        let Some(pdu) = owner.pdu.filter(|_| self.desegment) else {
            self.plain(placed, protocol, through, by_port, facts);
            return self.proxy(placed, protocol, payload);
        };
        if self.messages.held + payload.len() > self.messages.most {
            self.make_room(placed.stream);
        }
        let stream = &mut self.streams[placed.stream as usize];
        let state = stream.reassembly.get_or_insert_default();
        stream.carries = Some(protocol);
        let context = PduContext {
            source_port: placed.numbers.source,
            destination_port: placed.numbers.destination,
            from_client,
            ended: placed.numbers.has(flag::FIN),
            bodyless: state.bodyless,
            tunnel: state.granted,
            version: state.version,
        };
        let sees_rest = owner.sees_rest;
        let refuses = owner.refuses.filter(|_| !state.spoken);
        let work = Work {
            seen: *seen,
            placed,
            payload,
            protocol,
            context,
            pdu,
            by_port,
            through,
            sees_rest,
            refuses,
        };
        work.segment(&mut state.sides[placed.side], &mut self.messages, facts, sources);
    }

    /// The connection is over: what is under way in it never ends.
    pub(super) fn let_go(&mut self, stream: u32) {
        let stream = self.streams.get_mut(stream as usize);
        let Some(state) = stream.and_then(|s| s.reassembly.as_mut()) else { return };
        for side in &mut state.sides {
            std::mem::take(&mut side.pending).into_iter().for_each(|p| self.messages.forget(p));
        }
    }

    /// Gives up messages under way in other connections than this, those of the oldest first: most of them
    /// will never end, and the next ones want room.
    #[cold]
    fn make_room(&mut self, but: u32) {
        for _ in 0..self.streams.len() {
            if self.messages.held <= self.messages.most / 2 {
                return;
            }
            if self.messages.next != but {
                self.let_go(self.messages.next);
            }
            self.messages.next = (self.messages.next + 1) % self.streams.len() as u32;
        }
    }

    /// Nobody knows what this is; bytes that were seen before are not shown again as data.
    fn unknown(&mut self, placed: &Placed, facts: &mut Facts) {
        if let Some(what) = repeated(placed.flags).or_else(|| late(placed.flags)) {
            facts.parts.push(placed.part(what, 0, placed.captured as usize));
        }
    }

    /// A protocol whose messages are not put together.
    fn plain(
        &mut self,
        placed: &Placed,
        protocol: u16,
        through: Option<u16>,
        by_port: bool,
        facts: &mut Facts,
    ) {
        let stream = &mut self.streams[placed.stream as usize];
        stream.carries = Some(protocol);
        if placed.captured == 0 {
            return;
        }
        if let Some(what) = repeated(placed.flags).or_else(|| late(placed.flags)) {
            facts.parts.push(placed.part(what, 0, placed.captured as usize));
        } else if !by_port {
            let part = placed.part(PartKind::Message, 0, placed.captured as usize);
            facts.parts.push(Part { protocol: Some(protocol), through, ..part });
        }
    }

    /// Follows a connection to a proxy that speaks SOCKS until it is connected.
    fn proxy(&mut self, placed: &Placed, protocol: u16, payload: &[u8]) {
        if registry().protocol(protocol).name() != "socks" || repeated(placed.flags).is_some() {
            return;
        }
        let stream = &mut self.streams[placed.stream as usize];
        let from_client = stream.is_client(placed.side);
        let state = stream.reassembly.get_or_insert_default();
        state.socks.segment(payload, from_client);
        let inside = state.socks.port().and_then(|port| registry().lookup(&Key::TcpPort(port)));
        state.tunnel = inside.map(|inside| Tunnel { around: Some(protocol), inside });
    }
}

/// How bytes are shown that sequence analysis says were sent before; `None` for new ones.
fn repeated(flags: u32) -> Option<PartKind> {
    if flags & (tcp_flag::SPURIOUS_RETRANSMISSION | tcp_flag::KEEP_ALIVE) != 0 {
        Some(PartKind::Nothing)
    } else if flags & tcp_flag::FAST_RETRANSMISSION != 0 {
        None
    } else if flags & tcp_flag::RETRANSMISSION != 0 {
        Some(PartKind::Again)
    } else {
        None
    }
}

/// Bytes out of order are given to nobody; at most they complete a message.
fn late(flags: u32) -> Option<PartKind> {
    (flags & tcp_flag::OUT_OF_ORDER != 0).then_some(PartKind::Nothing)
}

impl Direction {
    /// Notes that these bytes were seen; true if the first of them lies behind others.
    fn is_old(&mut self, seq: u32, len: u32) -> bool {
        let next = seq.wrapping_add(len);
        let behind = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        let old = self.seen.is_some_and(|top| behind(seq, top));
        if self.seen.is_none_or(|top| behind(top, next)) {
            self.seen = Some(next);
        }
        old
    }

    fn begin(&mut self, pending: Pending, messages: &mut Messages) {
        if self.pending.len() >= MAX_UNDER_WAY {
            messages.forget(self.pending.remove(0));
        }
        // One is the rule, in very many connections.
        if self.pending.is_empty() {
            self.pending.reserve_exact(1);
        }
        self.pending.push(pending);
    }
}

impl Work<'_> {
    fn segment(
        &self,
        direction: &mut Direction,
        messages: &mut Messages,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let (numbers, flags) = (&self.placed.numbers, self.placed.flags);
        let len = self.payload.len();
        let old = direction.is_old(numbers.seq, numbers.len);
        let again = repeated(flags);
        if (len as u32) < numbers.len {
            // Without all bytes nothing can be put together, and what is under way never ends.
            direction.pending.drain(..).for_each(|p| messages.forget(p));
            match again.or_else(|| late(flags)) {
                Some(_) => facts.parts.push(self.placed.part(PartKind::Nothing, 0, len)),
                None => self.give(0, len, 0, facts),
            }
            return;
        }
        if len == 0 {
            return self.end(direction, messages, facts, sources);
        }
        if let Some(what) = again {
            facts.parts.push(self.placed.part(what, 0, len));
            return;
        }
        if let Some(at) = direction.pending.iter().rposition(|p| p.wants(numbers.seq)) {
            let pending = direction.pending.remove(at);
            return self.join(at, pending, direction, messages, facts, sources);
        }
        let passed_on = !old || flags & tcp_flag::FAST_RETRANSMISSION != 0;
        match late(flags).is_none() && passed_on {
            true => self.cut(0, direction, messages, facts),
            false => facts.parts.push(self.placed.part(PartKind::Nothing, 0, len)),
        }
    }

    /// The stream ends, and with it a message that lasts until then.
    fn end(
        &self,
        direction: &mut Direction,
        messages: &mut Messages,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let last = direction.pending.iter().rposition(|p| p.until_end);
        if let Some(at) = last.filter(|_| self.context.ended) {
            let mut done = direction.pending.remove(at);
            let end = done.have;
            let last = Segment { frame: self.seen.number, offset: end as u32, ..Segment::default() };
            done.segments.push(last);
            self.deliver(done, end, messages, facts, sources);
        }
    }

    /// Adds the segment to a message under way (taken from place `at`), and goes on behind it.
    fn join(
        &self,
        at: usize,
        mut pending: Pending,
        direction: &mut Direction,
        messages: &mut Messages,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let seq = self.placed.numbers.seq;
        let added = pending.add(self.seen.number, self.placed, seq, self.payload, messages);
        let Some(taken) = added else {
            messages.forget(pending);
            return self.give(0, self.payload.len(), 0, facts);
        };
        facts.parts.push(self.placed.part(PartKind::Piece, 0, taken));
        let whole = self.whole_messages(&mut pending);
        let ends = self.context.ended && pending.until_end;
        if whole == 0 && !ends {
            direction.pending.insert(at.min(direction.pending.len()), pending);
            return;
        }
        let end = if ends { pending.have } else { whole };
        if let Some(tail) = self.tail(&pending, end, messages) {
            direction.begin(tail, messages);
        }
        self.deliver(pending, end, messages, facts, sources);
        if late(self.placed.flags).is_none() {
            self.cut(taken, direction, messages, facts);
        }
    }

    /// Cuts new bytes into messages, from `at` on; what isn't whole is kept.
    fn cut(&self, from: usize, direction: &mut Direction, messages: &mut Messages, facts: &mut Facts) {
        let len = self.payload.len();
        let mut at = from;
        while at < len {
            let rest = &self.payload[at..];
            match (self.pdu)(rest, &self.context) {
                Pdu::Len(n) if n > 0 && n <= rest.len() => at += n,
                Pdu::Len(n) if n > 0 && n <= MAX_MESSAGE => {
                    self.give(from, at - from, rest.len(), facts);
                    return self.keep(at, Some(n), false, direction, messages, facts);
                }
                Pdu::NeedMore => {
                    self.give(from, at - from, rest.len(), facts);
                    return self.keep(at, None, false, direction, messages, facts);
                }
                Pdu::UntilEnd if !self.context.ended => {
                    self.give(from, at - from, rest.len(), facts);
                    return self.keep(at, None, true, direction, messages, facts);
                }
                // Not of this protocol, or of an absurd length: whatever it is, it is shown where it stands.
                _ => at = len,
            }
        }
        if from < len {
            self.give(from, len - from, 0, facts);
        }
    }

    /// Bytes of this segment that hold whole messages.
    fn give(&self, at: usize, len: usize, rest: usize, facts: &mut Facts) {
        let len = if self.sees_rest { len + rest } else { len };
        if len == 0 {
            return;
        }
        if !self.takes(self.payload.get(at..).unwrap_or(&[])) {
            facts.parts.push(self.placed.part(PartKind::Nothing, at, len));
            return;
        }
        let whole_segment = at == 0 && rest == 0 && len == self.payload.len();
        if whole_segment && self.by_port && facts.parts.is_empty() {
            return;
        }
        let part = self.placed.part(PartKind::Message, at, len);
        let (protocol, through) = (Some(self.protocol), self.through);
        facts.parts.push(Part { protocol, through, rest: rest as u32, ..part });
    }

    /// False if the protocol has nothing to show for these bytes.
    fn takes(&self, bytes: &[u8]) -> bool {
        let foreign = || (self.pdu)(bytes, &self.context) == Pdu::Foreign;
        self.refuses.is_none_or(|refuses| !foreign() || !refuses(bytes))
    }

    /// Keeps the bytes from `at` on until the rest of their message comes.
    fn keep(
        &self,
        at: usize,
        need: Option<usize>,
        until_end: bool,
        direction: &mut Direction,
        messages: &mut Messages,
        facts: &mut Facts,
    ) {
        let bytes = self.payload.get(at..).unwrap_or(&[]);
        let piece = self.placed.part(PartKind::Piece, at, bytes.len());
        facts.parts.push(Part { protocol: Some(self.protocol), ..piece });
        let start = self.placed.numbers.seq.wrapping_add(at as u32);
        let mut pending =
            Pending { start, need, until_end, bytes: Vec::new(), have: 0, segments: Vec::new() };
        let placed = self.placed;
        match pending.add_at(self.seen.number, placed, at, start, bytes, messages) {
            Some(_) => direction.begin(pending, messages),
            None => messages.forget(pending),
        }
    }

    /// With more bytes at hand: how many of them are whole messages?
    fn whole_messages(&self, pending: &mut Pending) -> usize {
        let have = pending.have;
        if let (Some(need), false) = (pending.need, pending.until_end) {
            return if have >= need { need } else { 0 };
        }
        let mut at = 0;
        while at < have {
            match (self.pdu)(&pending.bytes[at..have], &self.context) {
                Pdu::Len(n) if n > 0 && n <= have - at => at += n,
                Pdu::Len(n) if at == 0 && n <= MAX_MESSAGE => {
                    pending.need = Some(n.max(1));
                    pending.until_end = false;
                    break;
                }
                Pdu::UntilEnd if at == 0 => {
                    pending.until_end = true;
                    break;
                }
                Pdu::Foreign => at = have,
                _ => break,
            }
        }
        at
    }

    /// What is left behind the whole messages begins the next one.
    fn tail(&self, done: &Pending, end: usize, messages: &mut Messages) -> Option<Pending> {
        let rest = done.have.checked_sub(end).filter(|r| *r > 0)?;
        if late(self.placed.flags).is_some() {
            return None;
        }
        let bytes = done.bytes.get(end..done.have)?.to_vec();
        messages.held += rest;
        let last = (self.payload.len().saturating_sub(rest)) as u32;
        let segment = Segment {
            frame: self.seen.number,
            offset: 0,
            len: rest as u32,
            at: self.placed.start + last,
            source: self.placed.source,
            ..Segment::default()
        };
        let need = match (self.pdu)(&bytes, &self.context) {
            Pdu::Len(n) if n <= MAX_MESSAGE => Some(n),
            _ => None,
        };
        Some(Pending {
            start: done.start.wrapping_add(end as u32),
            need,
            until_end: false,
            have: rest,
            bytes,
            segments: vec![segment],
        })
    }

    /// Whole messages: they become a source of this packet.
    fn deliver(
        &self,
        mut done: Pending,
        end: usize,
        messages: &mut Messages,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        messages.held = messages.held.saturating_sub(done.bytes.len());
        let rest = done.have.saturating_sub(end);
        let len = if self.sees_rest { done.have } else { end };
        done.bytes.truncate(len);
        for s in &mut done.segments {
            s.len = s.len.min((end as u32).saturating_sub(s.offset));
            if s.frame != self.seen.number {
                messages.later.push((s.frame, self.seen.number));
            }
        }
        let is_read = late(self.placed.flags).is_none() && self.takes(&done.bytes);
        sources.push(std::mem::take(&mut done.bytes));
        let what = if is_read { PartKind::Message } else { PartKind::Unread };
        facts.parts.push(Part {
            layer: self.placed.layer as u8,
            what,
            protocol: Some(self.protocol),
            through: self.through,
            source: sources.len() as u8,
            start: 0,
            len: len as u32,
            segments: done.segments,
            rest: rest as u32,
            ..Part::default()
        });
    }
}

impl Pending {
    /// True if bytes at this sequence number belong to the message.
    fn wants(&self, seq: u32) -> bool {
        let offset = seq.wrapping_sub(self.start) as usize;
        match self.need {
            Some(need) if !self.until_end => offset < need,
            _ => offset <= self.have,
        }
    }

    fn add(
        &mut self,
        frame: u32,
        placed: &Placed,
        seq: u32,
        bytes: &[u8],
        messages: &mut Messages,
    ) -> Option<usize> {
        self.add_at(frame, placed, 0, seq, bytes, messages)
    }

    /// Adds bytes; says how many of them the message takes, or `None` if it grows too long.
    fn add_at(
        &mut self,
        frame: u32,
        placed: &Placed,
        at: usize,
        seq: u32,
        bytes: &[u8],
        messages: &mut Messages,
    ) -> Option<usize> {
        let offset = seq.wrapping_sub(self.start) as usize;
        let taken = match self.need {
            Some(need) if !self.until_end => bytes.len().min(need.saturating_sub(offset)),
            _ => bytes.len(),
        };
        let end = offset + taken;
        let growth = end.saturating_sub(self.bytes.len());
        let too_long = end > MAX_MESSAGE || self.segments.len() >= MAX_SEGMENTS;
        if too_long || messages.held + growth > messages.most {
            return None;
        }
        // What is there already stays.
        let known = self.have.saturating_sub(offset).min(taken);
        let conflict = known > 0 && self.bytes.get(offset..offset + known) != bytes.get(..known);
        if growth > 0 {
            messages.held += growth;
            // Without this, a message of many segments would be moved again and again.
            let expected = self.need.unwrap_or(0).clamp(end, end.max(MAX_RESERVED));
            self.bytes.reserve(expected.saturating_sub(self.bytes.len()));
        }
        let new = bytes.get(known..taken)?;
        if offset + known == self.bytes.len() {
            self.bytes.extend_from_slice(new);
        } else {
            self.bytes.resize(end.max(self.bytes.len()), 0);
            self.bytes.get_mut(offset + known..end)?.copy_from_slice(new);
        }
        if taken > 0 {
            self.insert(Segment {
                frame,
                offset: offset as u32,
                len: taken as u32,
                at: placed.start + at as u32,
                source: placed.source,
                overlap: known > 0,
                conflict,
            });
        }
        Some(taken)
    }

    /// Keeps the segments in the order of their bytes, and notes how far these go without a hole.
    fn insert(&mut self, segment: Segment) {
        let (start, end) = (segment.offset as usize, (segment.offset + segment.len) as usize);
        let at = self.segments.partition_point(|s| s.offset <= segment.offset);
        self.segments.insert(at, segment);
        if start > self.have {
            return;
        }
        let behind = self.segments.partition_point(|s| (s.offset as usize) < self.have);
        self.have = self.have.max(end);
        for s in self.segments.iter().skip(behind) {
            if s.offset as usize > self.have {
                break;
            }
            self.have = self.have.max((s.offset + s.len) as usize);
        }
    }
}

impl Messages {
    /// Drops a message that won't end.
    fn forget(&mut self, pending: Pending) {
        self.held = self.held.saturating_sub(pending.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::super::Analysis;
    use super::super::testing::{located, segment};
    use super::*;
    use crate::dissect::context::Settings;

    #[test]
    fn the_oldest_connections_make_room() {
        let mut analysis = Analysis::new(&Settings::default());
        analysis.tcp.messages.most = 1000;
        let mut feed = |number: u16| {
            // A TLS record of which the rest never comes.
            let packet = segment(5000 + number, 443, &[&[23, 3, 3, 1, 0][..], &[0; 95]].concat());
            let (mut facts, mut layers) = (Facts::default(), located(&packet));
            let frame = Buf::whole(&packet);
            analysis.feed(number.into(), None, frame, &mut layers, &mut facts, &mut Vec::new());
            analysis.tcp.messages.held
        };
        assert_eq!((1..=10).map(&mut feed).last(), Some(1000));
        assert_eq!([feed(11), feed(12)], [600, 700]);
        let under_way = |s: &super::super::tcp::Stream| {
            s.reassembly.as_ref().is_some_and(|r| r.sides.iter().any(|side| !side.pending.is_empty()))
        };
        let kept: Vec<bool> = analysis.tcp.streams.iter().map(under_way).collect();
        assert_eq!(kept, [[false; 5].as_slice(), &[true; 7]].concat());
    }

    #[test]
    fn another_protocol_is_followed_where_nothing_is_put_together() {
        let settings = Settings { tcp_desegment: false, ..Settings::default() };
        let mut analysis = Analysis::new(&settings);
        let mut number = 0;
        let mut feed = |source: u16, destination: u16, seq: u8, payload: &[u8]| {
            let mut packet = segment(source, destination, payload);
            packet[27] = seq;
            number += 1;
            let (mut facts, mut layers) = (Facts::default(), located(&packet));
            analysis.feed(number, None, Buf::whole(&packet), &mut layers, &mut facts, &mut Vec::new());
            facts.parts.first().and_then(|part| part.protocol)
        };
        let upgrade = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        feed(5000, 80, 1, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
        feed(80, 5000, 1, upgrade);
        let message = feed(80, 5000, 1 + upgrade.len() as u8, &[0x82, 1, 7]);
        assert_eq!(message, registry().number("websocket"));
    }

    #[test]
    fn only_slow_retransmissions_are_left_out() {
        assert_eq!(repeated(tcp_flag::RETRANSMISSION), Some(PartKind::Again));
        assert_eq!(repeated(tcp_flag::RETRANSMISSION | tcp_flag::FAST_RETRANSMISSION), None);
        assert_eq!(
            repeated(tcp_flag::RETRANSMISSION | tcp_flag::SPURIOUS_RETRANSMISSION),
            Some(PartKind::Nothing)
        );
        assert_eq!(late(tcp_flag::OUT_OF_ORDER), Some(PartKind::Nothing));
    }

    #[test]
    fn segments_that_overlap_or_come_late_close_their_holes() {
        let mut pending = Pending {
            start: 0,
            need: Some(60),
            until_end: false,
            bytes: Vec::new(),
            have: 0,
            segments: Vec::new(),
        };
        let segment = |offset, len| Segment { offset, len, ..Segment::default() };
        let mut have = |offset, len| {
            pending.insert(segment(offset, len));
            pending.have
        };
        assert_eq!([have(40, 10), have(0, 10), have(20, 20)], [0, 10, 10]);
        assert_eq!([have(5, 10), have(2, 3), have(14, 8)], [15, 15, 50]);
        assert!(pending.segments.is_sorted_by_key(|s| s.offset));
    }

    #[test]
    fn bytes_behind_the_highest_are_old() {
        let mut direction = Direction::default();
        assert!(!direction.is_old(u32::MAX - 1, 10));
        assert!(!direction.is_old(8, 4));
        assert!(direction.is_old(7, 20));
        assert!(!direction.is_old(27, 1));
    }
}
