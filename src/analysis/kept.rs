//! Facts in little room: how the index keeps what analysis left of a packet, in a few bytes each. Frame
//! numbers are differences, times are looked up again, and what belongs to a whole connection is kept
//! there once.

mod bytes;
mod shared;

pub use shared::{Earlier, HttpExchange, HttpStream, Lookup, MptcpInfo, StreamInfo};

use super::http::OVER_UDP;
use crate::dissect::facts::{
    ArpFacts, Cid, Closing, Facts, FragmentFacts, HttpFacts, MptcpFacts, Part, PartKind, QuicFacts,
    QuicPiece, Segment, TcpAnalysis, TcpFacts, TlsFacts, Transaction, UdpFacts, tcp_flag,
};
use crate::dissect::layers::USUAL_TRANSPORT;
use bytes::{Bytes, ROOM, Short};

/// In place of `Closing`: the segment is quoted.
const QUOTED: u8 = 3 << 6;

/// In place of `HttpFacts::number`, which is written one higher: part of a tunnel.
const TUNNEL: u32 = 0;

const TCP: u32 = 1;
const UDP: u32 = 2;
/// With one of these: it is one fact, about layer [`USUAL_LAYER`], and neither is written.
const USUAL: u32 = 4;
const PARTS: u32 = 8;
const TLS: u32 = 16;
const TRANSACTIONS: u32 = 32;
const FRAGMENTS: u32 = 64;
/// These take another byte.
const HTTP: u32 = 128;
const MPTCP: u32 = 256;
const QUIC: u32 = 512;
const ARP: u32 = 1024;

/// Where TCP and UDP stand in nearly all packets: after the frame, the link and IP.
const USUAL_LAYER: u8 = USUAL_TRANSPORT as u8;

/// Appends the facts of frame `number`; nothing at all if there are none.
pub fn encode(facts: &Facts, number: u32, out: &mut Vec<u8>) {
    let mut kinds = match (&facts.tcp[..], &facts.udp[..]) {
        ([(USUAL_LAYER, _)], []) => TCP | USUAL,
        ([], [(USUAL_LAYER, _)]) => UDP | USUAL,
        (tcp, udp) => present(!tcp.is_empty(), TCP) | present(!udp.is_empty(), UDP),
    };
    if !facts.is_plain() {
        kinds |= other_kinds(facts);
    }
    if kinds == 0 {
        return;
    }
    let start = out.len();
    out.extend_from_slice(&[0; ROOM]);
    let Some(room) = out[start..].first_chunk_mut() else { return };
    let mut w = Out { number, to: Short { room, len: 0 } };
    w.number(kinds);
    if kinds & USUAL != 0 {
        match (&facts.tcp[..], &facts.udp[..]) {
            ([(_, tcp)], _) => w.tcp(tcp),
            (_, [(_, udp)]) => w.udp(udp),
            _ => {}
        }
    }
    let len = w.to.len;
    debug_assert!(len <= ROOM);
    out.truncate(start + len);
    if kinds & USUAL == 0 || kinds & !(TCP | UDP | USUAL) != 0 {
        Out { number, to: out }.others(facts, kinds);
    }
}

fn other_kinds(facts: &Facts) -> u32 {
    present(!facts.fragments.is_empty(), FRAGMENTS)
        | present(!facts.transactions.is_empty(), TRANSACTIONS)
        | present(facts.arp.is_some(), ARP)
        | present(!facts.parts.is_empty(), PARTS)
        | present(!facts.tls.is_empty(), TLS)
        | present(!facts.http.is_empty(), HTTP)
        | present(!facts.mptcp.is_empty(), MPTCP)
        | present(!facts.quic.is_empty(), QUIC)
}

fn present(any: bool, bit: u32) -> u32 {
    if any { bit } else { 0 }
}

/// True if the facts speak of fragments.
pub fn has_fragments(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|kinds| u32::from(*kinds) & FRAGMENTS != 0)
}

struct Out<B> {
    number: u32,
    to: B,
}

impl<B: Bytes> Out<B> {
    #[inline(always)]
    fn byte(&mut self, b: u8) {
        self.to.byte(b);
    }
    #[inline(always)]
    fn number(&mut self, n: u32) {
        self.to.number(n);
    }
    /// An earlier frame as the difference to this one; 0: none.
    #[inline(always)]
    fn frame(&mut self, frame: u32) {
        self.number(if frame == 0 { 0 } else { self.number.wrapping_sub(frame).wrapping_add(1) });
    }
    #[inline(always)]
    fn tcp(&mut self, f: &TcpFacts) {
        let a = &f.analysis;
        let bits = u8::from(a.acks_frame.is_some())
            | u8::from(a.bytes_in_flight.is_some()) << 1
            | u8::from(a.flags != 0) << 2
            | u8::from(a.rto_frame.is_some()) << 3
            | u8::from(a.duplicate_ack_frame.is_some()) << 4
            | f.side << 5
            | if f.quoted { QUOTED } else { (f.closing as u8) << 6 };
        self.byte(bits);
        self.number(f.stream);
        self.frame(f.previous_frame);
        if let Some(frame) = a.acks_frame {
            self.frame(frame);
        }
        if let Some(bytes) = a.bytes_in_flight {
            self.number(bytes);
            self.number(a.push_bytes_sent.unwrap_or(0));
        }
        if a.flags != 0 {
            self.number(a.flags);
        }
        if let Some(frame) = a.rto_frame {
            self.frame(frame);
        }
        if let Some(frame) = a.duplicate_ack_frame {
            self.frame(frame);
            self.number(a.duplicate_ack_number);
        }
    }
    #[inline(always)]
    fn udp(&mut self, u: &UdpFacts) {
        self.number(u.stream);
        self.frame(u.previous_frame);
        self.byte(u8::from(u.from_opener));
    }
}

impl Out<&mut Vec<u8>> {
    /// What few packets have, away from what most do.
    #[cold]
    fn others(&mut self, facts: &Facts, kinds: u32) {
        if kinds & (TCP | USUAL) == TCP {
            self.list(&facts.tcp, Out::tcp);
        }
        if kinds & (UDP | USUAL) == UDP {
            self.list(&facts.udp, Out::udp);
        }
        if kinds & FRAGMENTS != 0 {
            self.list(&facts.fragments, |w, f| {
                w.byte(f.source);
                w.number(f.len);
                w.segments(&f.segments);
            });
        }
        if kinds & TRANSACTIONS != 0 {
            self.list(&facts.transactions, Out::transaction);
        }
        if let Some(a) = &facts.arp {
            self.frame(a.duplicate_frame);
            self.bytes(&a.ip);
            self.bytes(&a.mac);
            self.bytes(&a.earlier_mac);
        }
        if kinds & PARTS != 0 {
            self.number(facts.parts.len() as u32);
            for p in &facts.parts {
                self.part(p);
            }
        }
        if kinds & TLS != 0 {
            self.list(&facts.tls, Out::tls);
        }
        if kinds & QUIC != 0 {
            self.list(&facts.quic, Out::quic);
        }
        if kinds & HTTP != 0 {
            self.list(&facts.http, Out::http);
        }
        if kinds & MPTCP != 0 {
            self.list(&facts.mptcp, Out::mptcp);
        }
    }
    fn bytes(&mut self, bytes: &[u8]) {
        self.to.extend_from_slice(bytes);
    }
    fn list<T>(&mut self, items: &[(u8, T)], each: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u32);
        for (layer, item) in items {
            self.byte(*layer);
            each(self, item);
        }
    }
    fn transaction(&mut self, t: &Transaction) {
        for frame in [t.request, t.retransmission_of, t.previous_request, t.previous_response] {
            self.frame(frame.unwrap_or(0));
        }
    }
    fn tls(&mut self, t: &TlsFacts) {
        let from_client = t.from_client.map_or(0, |client| 1 + u8::from(client));
        self.byte(
            u8::from(t.client_changed)
                | u8::from(t.server_changed) << 1
                | u8::from(t.full_handshake) << 2
                | from_client << 3,
        );
        self.number(t.version.into());
        self.byte(t.draft);
        self.number(t.suite.into());
        self.byte(t.application);
    }
    fn quic(&mut self, q: &QuicFacts) {
        self.number(q.connection.map_or(0, |n| n.saturating_add(1)));
        self.byte(u8::from(q.from_server) | u8::from(q.first_sealed) << 1);
        self.long(q.largest);
        for id in [&q.id, &q.short_id] {
            self.byte(id.bytes().len() as u8);
            self.bytes(id.bytes());
        }
        self.long(q.contiguous);
        self.number(q.deliveries.len() as u32);
        for (frame, len) in &q.deliveries {
            self.frame(*frame);
            self.number(*len);
        }
        self.byte(q.source);
        self.number(q.held.len() as u32);
        for piece in &q.held {
            self.frame(piece.frame);
            self.byte(piece.layer);
            self.number(piece.at);
            self.number(piece.len);
            self.long(piece.offset);
        }
    }
    fn long(&mut self, n: u64) {
        self.number(n as u32);
        self.number((n >> 32) as u32);
    }
    fn http(&mut self, h: &HttpFacts) {
        if h.tunnel.is_some() {
            return self.number(TUNNEL);
        }
        self.number(h.number.saturating_add(1));
        self.byte(u8::from(h.bodyless) | u8::from(h.uri.is_some()) << 1);
        if let Some(uri) = &h.uri {
            self.number(uri.len() as u32);
            self.bytes(uri.as_bytes());
        }
    }
    fn mptcp(&mut self, m: &MptcpFacts) {
        self.number(m.stream);
        for base in [m.dsn_base, m.ack_base] {
            self.byte(u8::from(base.is_some()));
            if let Some(base) = base {
                self.bytes(&base.to_be_bytes());
            }
        }
    }
    fn segments(&mut self, segments: &[Segment]) {
        self.number(segments.len() as u32);
        for s in segments {
            self.frame(s.frame);
            self.number(s.offset);
            self.number(s.len);
            self.number(s.at);
            self.byte(u8::from(s.overlap) | u8::from(s.conflict) << 1 | s.source.min(0x3f) << 2);
        }
    }
    fn part(&mut self, p: &Part) {
        self.byte(p.layer);
        self.byte(p.what as u8);
        self.number(p.rest);
        self.number(p.protocol.map_or(0, |n| u32::from(n) + 1));
        self.number(p.through.map_or(0, |n| u32::from(n) + 1));
        self.byte(p.source);
        self.number(p.start);
        self.number(p.len);
        self.segments(&p.segments);
    }
}

/// Reads facts back, as known when everything is known. Bytes that make no sense (they never do, coming
/// from `encode`) end the reading.
pub fn decode(bytes: &[u8], number: u32, lookup: &dyn Lookup, facts: &mut Facts) {
    facts.clear();
    facts.complete = true;
    if bytes.is_empty() {
        return;
    }
    let mut r = In { bytes, at: 0, number };
    let kinds = r.number();
    if kinds & TCP != 0 {
        for _ in 0..r.transports(kinds) {
            let layer = r.transport(kinds);
            let fact = r.tcp(lookup);
            facts.tcp.push((layer, fact));
        }
    }
    if kinds & UDP != 0 {
        for _ in 0..r.transports(kinds) {
            let layer = r.transport(kinds);
            let stream = r.number();
            let previous_frame = r.frame().unwrap_or(0);
            let from_opener = r.byte() != 0;
            let now = lookup.time(number);
            let since = |frame: u32| now.saturating_sub(lookup.time(frame));
            let time_relative = since(lookup.udp_first_frame(stream));
            let time_delta = if previous_frame == 0 { 0 } else { since(previous_frame) };
            let fact = UdpFacts { stream, previous_frame, from_opener, time_relative, time_delta };
            facts.udp.push((layer, fact));
        }
    }
    if kinds & FRAGMENTS != 0 {
        for _ in 0..r.count() {
            let layer = r.byte();
            let (source, len) = (r.byte(), r.number());
            let segments = r.segments();
            let reassembled_in = if segments.is_empty() { lookup.later(number) } else { None };
            facts.fragments.push((layer, FragmentFacts { segments, source, len, reassembled_in }));
        }
    }
    if kinds & TRANSACTIONS != 0 {
        for _ in 0..r.count() {
            let layer = r.byte();
            let fact = r.transaction(lookup);
            facts.transactions.push((layer, fact));
        }
    }
    if kinds & ARP != 0 {
        let frame = r.frame().unwrap_or(0);
        let passed = lookup.time(number).saturating_sub(lookup.time(frame));
        facts.arp = Some(ArpFacts {
            duplicate_frame: frame,
            seconds: (passed / 1_000_000_000) as u32,
            ip: r.array(),
            mac: r.array(),
            earlier_mac: r.array(),
        });
    }
    if kinds & PARTS != 0 {
        for _ in 0..r.count() {
            let part = r.part(lookup);
            facts.parts.push(part);
        }
    }
    if kinds & TLS != 0 {
        let agreed = facts.tcp.last().map_or(0, |(_, tcp)| lookup.tcp_stream(tcp.stream).tls_version);
        for _ in 0..r.count() {
            let layer = r.byte();
            let mut fact = r.tls();
            if fact.version == 0 {
                fact.version = agreed;
            }
            facts.tls.push((layer, fact));
        }
    }
    if kinds & QUIC != 0 {
        for _ in 0..r.count() {
            let layer = r.byte();
            let fact = r.quic();
            facts.quic.push((layer, fact));
        }
    }
    if kinds & HTTP != 0 {
        let over_tcp = facts.tcp.last().map(|(_, tcp)| tcp.stream);
        let over_udp = facts.udp.last().map(|(_, udp)| udp.stream | OVER_UDP);
        let stream = over_tcp.or(over_udp).and_then(|number| lookup.http_stream(number));
        for _ in 0..r.count() {
            let layer = r.byte();
            let fact = r.http(stream, lookup);
            facts.http.push((layer, fact));
        }
    }
    if kinds & MPTCP != 0 {
        for _ in 0..r.count() {
            let layer = r.byte();
            let fact = r.mptcp(lookup);
            facts.mptcp.push((layer, fact));
        }
    }
}

struct In<'a> {
    bytes: &'a [u8],
    at: usize,
    number: u32,
}

impl In<'_> {
    fn byte(&mut self) -> u8 {
        let b = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        b
    }
    fn number(&mut self) -> u32 {
        let mut n = 0u32;
        for shift in (0..35).step_by(7) {
            let b = self.byte();
            n |= u32::from(b & 0x7f).checked_shl(shift).unwrap_or(0);
            if b < 0x80 {
                break;
            }
        }
        n
    }
    /// How many items follow; never more than there are bytes left.
    fn count(&mut self) -> u32 {
        self.number().min((self.bytes.len().saturating_sub(self.at)) as u32)
    }
    /// How many facts of a transport there are, and the layer of each.
    fn transports(&mut self, kinds: u32) -> u32 {
        if kinds & USUAL != 0 { 1 } else { self.count() }
    }
    fn transport(&mut self, kinds: u32) -> u8 {
        if kinds & USUAL != 0 { USUAL_LAYER } else { self.byte() }
    }
    fn frame(&mut self) -> Option<u32> {
        match self.number() {
            0 => None,
            n => Some(self.number.wrapping_sub(n - 1)),
        }
    }
    fn long(&mut self) -> u64 {
        let low = u64::from(self.number());
        low | u64::from(self.number()) << 32
    }
    fn id(&mut self) -> Cid {
        let len = usize::from(self.byte()).min(Cid::MAX);
        let bytes: Vec<u8> = (0..len).map(|_| self.byte()).collect();
        Cid::new(&bytes).unwrap_or_default()
    }
    fn quic(&mut self) -> QuicFacts {
        let connection = self.number().checked_sub(1);
        let bits = self.byte();
        let (from_server, first_sealed) = (bits & 1 != 0, bits & 2 != 0);
        let largest = self.long();
        let (id, short_id) = (self.id(), self.id());
        let contiguous = self.long();
        let deliveries = (0..self.count()).map(|_| (self.frame().unwrap_or(0), self.number())).collect();
        let source = self.byte();
        let mut held = Vec::new();
        for _ in 0..self.count() {
            held.push(QuicPiece {
                frame: self.frame().unwrap_or(0),
                layer: self.byte(),
                at: self.number(),
                len: self.number(),
                offset: self.long(),
            });
        }
        QuicFacts {
            connection,
            from_server,
            first_sealed,
            id,
            largest,
            short_id,
            contiguous,
            deliveries,
            held,
            source,
        }
    }
    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut a = [0; N];
        a.fill_with(|| self.byte());
        a
    }
    fn tcp(&mut self, lookup: &dyn Lookup) -> TcpFacts {
        let bits = self.byte();
        let side = usize::from(bits >> 5 & 1);
        let quoted = bits & QUOTED == QUOTED;
        let stream = self.number();
        let previous_frame = self.frame().unwrap_or(0);
        let info = lookup.tcp_stream(stream);
        let now = lookup.time(self.number);
        let since = |frame: u32| now.saturating_sub(lookup.time(frame));
        let mut a = TcpAnalysis::default();
        if bits & 1 != 0 {
            a.acks_frame = self.frame();
            a.ack_rtt = a.acks_frame.map(since).filter(|rtt| *rtt != 0);
        }
        if bits & 2 != 0 {
            a.bytes_in_flight = Some(self.number());
            a.push_bytes_sent = Some(self.number());
        }
        if bits & 4 != 0 {
            a.flags = self.number();
        }
        if bits & 8 != 0 {
            a.rto_frame = self.frame();
            a.rto = a.rto_frame.map(since);
        }
        if bits & 16 != 0 {
            a.duplicate_ack_frame = self.frame();
            a.duplicate_ack_number = self.number();
        }
        // Once a later answer to the SYN is known, the ports look used again from this one on.
        if info.is_replaced(self.number) && !quoted {
            a.flags |= tcp_flag::REUSED_PORTS;
        }
        let base = |side| if quoted { 0 } else { info.base(side, self.number) };
        let completes = info.handshake[2] == self.number && info.handshake[0] != 0;
        TcpFacts {
            stream,
            seq_base: base(side),
            ack_base: base(1 - side),
            completeness: info.completeness,
            time_relative: since(info.first_frame),
            time_delta: if previous_frame == 0 { 0 } else { since(previous_frame) },
            window_scale: info.scale[side],
            analysis: a,
            initial_rtt: info.initial_rtt,
            handshake: completes.then_some(info.handshake),
            from_client: side == usize::from(info.client),
            quoted,
            closing: match bits >> 6 {
                1 => Closing::Active,
                2 => Closing::Passive,
                _ => Closing::No,
            },
            previous_frame,
            side: side as u8,
            accurate_ecn: info.accurate_ecn,
        }
    }
    fn transaction(&mut self, lookup: &dyn Lookup) -> Transaction {
        let [request, retransmission_of, previous_request, previous_response] =
            [self.frame(), self.frame(), self.frame(), self.frame()];
        let now = lookup.time(self.number);
        Transaction {
            request,
            time: request.map(|f| now.saturating_sub(lookup.time(f))),
            response: if request.is_none() { lookup.later(self.number) } else { None },
            retransmission_of,
            previous_request,
            previous_response,
            ..Transaction::default()
        }
    }
    fn tls(&mut self) -> TlsFacts {
        let bits = self.byte();
        TlsFacts {
            client_changed: bits & 1 != 0,
            server_changed: bits & 2 != 0,
            full_handshake: bits & 4 != 0,
            from_client: (bits >> 3).checked_sub(1).map(|client| client != 0),
            version: self.number() as u16,
            draft: self.byte(),
            suite: self.number() as u16,
            application: self.byte(),
        }
    }
    fn http(&mut self, stream: Option<&HttpStream>, lookup: &dyn Lookup) -> HttpFacts {
        let number = self.number();
        if number == TUNNEL {
            let tunnel = stream.and_then(|s| s.tunnel.clone());
            return HttpFacts { tunnel, ..HttpFacts::default() };
        }
        let number = number - 1;
        let bits = self.byte();
        let uri = (bits & 2 != 0).then(|| self.text());
        let frames = |number: u32| stream.map_or((None, None), |s| s.frames(number));
        let (request, response) = frames(number);
        let (previous_request, previous_response) = frames(number.saturating_sub(1));
        let (next_request, next_response) = frames(number.saturating_add(1));
        let now = lookup.time(self.number);
        HttpFacts {
            number,
            total: stream.map_or(number, |s| s.exchanges.len() as u32),
            request,
            time: request.map(|f| now.saturating_sub(lookup.time(f))),
            response,
            previous_request,
            previous_response,
            next_request,
            next_response,
            uri,
            tunnel: None,
            bodyless: bits & 1 != 0,
        }
    }
    fn mptcp(&mut self, lookup: &dyn Lookup) -> MptcpFacts {
        let stream = self.number();
        let info = lookup.mptcp(stream);
        let master = info.and_then(|i| i.master);
        let subflows = info.map_or_else(Vec::new, |i| i.subflows.iter().rev().copied().collect());
        let mut base = || (self.byte() != 0).then(|| u64::from_be_bytes(self.array()));
        let (dsn_base, ack_base) = (base(), base());
        MptcpFacts { stream, master, subflows, dsn_base, ack_base }
    }
    fn text(&mut self) -> String {
        let len = self.count() as usize;
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.get(..len)).unwrap_or(&[]);
        self.at += len;
        String::from_utf8_lossy(bytes).into_owned()
    }
    fn segments(&mut self) -> Vec<Segment> {
        let count = self.count();
        let mut list = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let frame = self.frame().unwrap_or(0);
            let (offset, len, at) = (self.number(), self.number(), self.number());
            let bits = self.byte();
            let (overlap, conflict) = (bits & 1 != 0, bits & 2 != 0);
            list.push(Segment { frame, offset, len, at, source: bits >> 2, overlap, conflict });
        }
        list
    }
    fn part(&mut self, lookup: &dyn Lookup) -> Part {
        let layer = self.byte();
        let what = match self.byte() {
            0 => PartKind::Message,
            1 => PartKind::Piece,
            2 => PartKind::Again,
            3 => PartKind::Nothing,
            _ => PartKind::Unread,
        };
        let rest = self.number();
        let protocol = self.number().checked_sub(1).map(|n| n as u16);
        let through = self.number().checked_sub(1).map(|n| n as u16);
        let source = self.byte();
        let (start, len) = (self.number(), self.number());
        let segments = self.segments();
        let reassembled_in = if what == PartKind::Piece { lookup.later(self.number) } else { None };
        Part { layer, what, protocol, through, source, start, len, segments, rest, reassembled_in }
    }
}

#[cfg(test)]
mod tests;
