//! The indexing pass: locate → analyse → append columns, batch by batch, while others look.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Shared;
use super::index::{Chunk, NO_FLOW, Row, UDP_FLOW};
use crate::analysis::http::NewsOf;
use crate::analysis::{Analysis, kept};
use crate::capture::{Interface, Move, Scanner};
use crate::dissect::buf::Buf;
use crate::dissect::context::Settings;
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings};
use crate::dissect::names::Names;
use crate::dissect::subnet::Subnet;

/// Rows are published with their chunk; those of the first chunk in small batches, so that a screen fills at
/// once.
const FIRST_BATCH: u32 = 256;
/// Published at the latest after this time, however few rows there are.
const PATIENCE: Duration = Duration::from_millis(40);
/// How long to wait for a source to grow before looking whether to stop.
const POLL: Duration = Duration::from_millis(20);
/// How often a file that was read to its end is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Indexes at most so many packets; `stays`: when it has come to the end, waits for there to be more.
pub(super) fn run(shared: &Shared, mut scanner: Scanner, settings: &Settings, most: u64, stays: bool) {
    // Dropped last: nobody waits for its memory to be given back.
    let mut pass;
    let _ending = Ending(shared);
    pass = Indexing {
        shared,
        settings,
        analysis: Analysis::for_index(settings),
        open: Chunk::with_room(),
        first: 0,
        unpublished: 0,
        changed: Changed::default(),
        interfaces: scanner.interfaces().to_vec(),
        number: 0,
        notes_version: u64::MAX,
        layers: Layers::default(),
        facts: Facts::default(),
        sources: Vec::new(),
        published: Instant::now(),
    };
    loop {
        let length = scanner.source().len();
        let (truncated, error) = pass.scan(&mut scanner, most);
        pass.publish();
        let waits = stays && error.is_none();
        let mut state = shared.state.write().unwrap_or_else(|p| p.into_inner());
        state.truncated = truncated;
        state.error = error;
        drop(state);
        if !waits {
            return;
        }
        shared.has_ended(true);
        let print = Print::of(&scanner);
        if !shared.grows(length) {
            return;
        }
        if print != Print::of(&scanner) {
            shared.state.write().unwrap_or_else(|p| p.into_inner()).replaced = true;
            return;
        }
    }
}

impl Shared {
    /// Tells everybody that the pass has come to the end; `waits`: there may be more later.
    fn has_ended(&self, waits: bool) {
        let mut state = self.state.write().unwrap_or_else(|p| p.into_inner());
        if !state.done {
            state.seconds = self.started.elapsed().as_secs_f64();
        }
        state.done = true;
        state.waits = waits;
        drop(state);
        *self.over.lock().unwrap_or_else(|p| p.into_inner()) = true;
        self.ended.notify_all();
    }

    /// Waits until the source is longer than this. False if it became shorter, or the pass is to stop.
    fn grows(&self, length: u64) -> bool {
        while !self.stop.load(Ordering::Relaxed) {
            let over = self.over.lock().unwrap_or_else(|p| p.into_inner());
            drop(self.ended.wait_timeout(over, LOOK_AGAIN));
            // Without the lock: this may take its time.
            let now = self.source.len();
            if now != length {
                let mut state = self.state.write().unwrap_or_else(|p| p.into_inner());
                state.replaced = now < length;
                state.grown = Some(Instant::now()).filter(|_| now > length).or(state.grown);
                return now > length;
            }
        }
        false
    }
}

/// Bytes of a file that was read: others will be there if it is written anew and not only added to.
#[derive(PartialEq, Eq)]
struct Print {
    /// The first ones, and those before the place that was read up to; `None` if they aren't there.
    start: Option<Vec<u8>>,
    end: Option<Vec<u8>>,
}

impl Print {
    const LEN: u64 = 64;

    fn of(scanner: &Scanner) -> Print {
        let read = scanner.offset();
        let len = read.min(Print::LEN);
        let bytes = |at: u64| {
            let mut bytes = vec![0; len as usize];
            scanner.source().read_exact_at(at, &mut bytes).ok().map(|()| bytes)
        };
        Print { start: bytes(0), end: bytes(read - len) }
    }
}

/// The pass is done when this is dropped: by a panic too, or those who wait for it would wait for ever.
struct Ending<'a>(&'a Shared);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.0.state.write().unwrap_or_else(|p| p.into_inner());
            state.error = Some("reading stopped by a fault of the program".to_owned());
        }
        self.0.has_ended(false);
    }
}

/// What else is not published yet.
#[derive(Default)]
struct Changed {
    /// TCP connections, each once.
    streams: Vec<u32>,
    /// Tells the connections that are among them already.
    epoch: u32,
    /// Frames of which another says more.
    later: Vec<(u32, u32)>,
}

struct Indexing<'a> {
    shared: &'a Shared,
    settings: &'a Settings,
    analysis: Analysis,
    /// The chunk that rows are added to, and which packet its first row is (from 0).
    open: Chunk,
    first: u32,
    /// Its rows that nobody has seen yet.
    unpublished: u32,
    changed: Changed,
    interfaces: Vec<Interface>,
    number: u32,
    notes_version: u64,
    layers: Layers,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    published: Instant,
}

impl Indexing<'_> {
    /// Goes over at most so many records. Says what was cut at the end, or what was wrong.
    fn scan(&mut self, scanner: &mut Scanner, most: u64) -> (Option<String>, Option<String>) {
        loop {
            if self.shared.stop.load(Ordering::Relaxed) {
                return (None, None);
            }
            match scanner.advance() {
                Ok(Move::Record) => {
                    // Its interface may have been described just before it.
                    self.notes(scanner);
                    self.record(scanner);
                    if u64::from(self.number) >= most {
                        return (None, None);
                    }
                    if self.first == 0 && self.unpublished >= FIRST_BATCH {
                        self.publish();
                    }
                }
                Ok(Move::Wait) => {
                    self.notes(scanner);
                    self.publish();
                    let source = scanner.source();
                    source.wait(source.len() + 1, POLL);
                }
                Ok(Move::End { truncated }) => {
                    self.notes(scanner);
                    return (truncated.map(|t| t.to_string()), None);
                }
                Err(error) => return (None, Some(error.to_string())),
            }
        }
    }

    /// Takes over what the file says beside its packets, when it says something new.
    #[inline]
    fn notes(&mut self, scanner: &Scanner) {
        if scanner.notes_version() != self.notes_version {
            self.take_notes(scanner);
        }
    }

    #[cold]
    fn take_notes(&mut self, scanner: &Scanner) {
        self.notes_version = scanner.notes_version();
        self.interfaces = scanner.interfaces().to_vec();
        let notes = scanner.notes();
        let mut state = self.shared.state.write().unwrap_or_else(|p| p.into_inner());
        state.interfaces = self.interfaces.clone();
        interface_subnets(&self.interfaces, &mut state.names);
        let known = state.comments.len();
        state.comments.extend(notes.comments.iter().skip(known).cloned());
        state.names.hosts.extend(notes.names.iter().cloned());
    }

    fn record(&mut self, scanner: &Scanner) {
        let Some((meta, data)) = scanner.found() else { return };
        self.number += 1;
        let frame = Buf::new(data, meta.length.max(meta.captured) as usize);
        let link = self.interfaces.get(meta.interface as usize).map_or(0, |interface| interface.link_type.0);
        self.facts.clear();
        self.sources.clear();
        let layers = &mut self.layers;
        let around = Surroundings { settings: self.settings, facts: &self.facts, sources: &self.sources };
        layers.locate(link, &frame, &around);
        let mut protocols = protocol_bits(layers);
        let (facts, sources) = (&mut self.facts, &mut self.sources);
        let time = meta.time.map(|t| t.0);
        if self.analysis.feed(self.number, time, frame, layers, facts, sources) {
            let around = Surroundings { settings: self.settings, facts, sources };
            layers.locate(link, &frame, &around);
        }
        if !facts.parts.is_empty() {
            protocols |= protocol_bits(layers);
        }
        let flow = match (facts.tcp.first(), facts.udp.first()) {
            (Some((_, tcp)), _) => {
                if self.analysis.tcp.touch(tcp.stream, self.changed.epoch) {
                    self.changed.streams.push(tcp.stream);
                }
                tcp.stream
            }
            (None, Some((_, udp))) => udp.stream | UDP_FLOW,
            _ => NO_FLOW,
        };
        if !self.open.has_room_for(meta) {
            self.close();
        }
        let number = self.number;
        self.open.push(&Row { meta, protocols, flow }, |out| kept::encode(&self.facts, number, out));
        self.unpublished += 1;
    }

    /// Makes the rows of a full chunk visible, and begins another.
    fn close(&mut self) {
        let full = std::mem::replace(&mut self.open, Chunk::with_room());
        let first = self.first;
        self.first += full.len() as u32;
        self.unpublished = 0;
        self.publish_with(first, full.closed());
    }

    /// Makes the rows so far visible.
    fn publish(&mut self) {
        if self.unpublished == 0 && self.published.elapsed() < PATIENCE {
            return;
        }
        self.unpublished = 0;
        self.note_later();
        self.publish_with(self.first, self.open.snapshot());
    }

    /// Keeps what later frames say of rows that are still added to.
    fn note_later(&mut self) {
        self.analysis.take_later(&mut self.changed.later);
        for (about, frame) in &self.changed.later {
            if let Some(row) = about.checked_sub(self.first + 1) {
                self.open.set_later(row as usize, *frame);
            }
        }
    }

    fn publish_with(&mut self, first: u32, chunk: Chunk) {
        self.published = Instant::now();
        self.note_later();
        let changed = &mut self.changed;
        let mut state = self.shared.state.write().unwrap_or_else(|p| p.into_inner());
        if !chunk.is_empty() {
            state.index.put(first, chunk);
        }
        let streams = self.analysis.tcp.streams.len();
        state.streams.resize(streams, Default::default());
        for &stream in &changed.streams {
            state.streams[stream as usize] = self.analysis.stream_info(stream);
        }
        let known = state.udp_first_frames.len();
        let new = self.analysis.udp.streams.iter().skip(known).map(|s| s.first_frame);
        state.udp_first_frames.extend(new);
        for (connection, info) in self.analysis.tcp.multipath.take_changed() {
            state.mptcp.insert(connection, info.clone());
        }
        for news in self.analysis.take_http() {
            let stream = state.http.entry(news.stream).or_default();
            match news.what {
                NewsOf::Exchange(number, exchange) => stream.set(number, exchange),
                NewsOf::Tunnel(host, port) => stream.tunnel = Some((host, port)),
            }
        }
        for subnet in self.analysis.take_subnets() {
            state.names.add_subnet(subnet);
        }
        state.names.learnt.extend(self.analysis.take_hosts());
        for (about, frame) in changed.later.drain(..) {
            state.index.set_later(about, frame);
        }
        drop(state);
        changed.streams.clear();
        changed.epoch += 1;
    }
}

/// The subnets that the capturing interfaces are in.
pub fn interface_subnets(interfaces: &[Interface], names: &mut Names) {
    for interface in interfaces {
        let name = interface.name.as_deref().unwrap_or("of the capture");
        for (address, prefix) in &interface.addresses {
            names.add_subnet(Subnet::of(*address, *prefix, format!("interface {name}")));
        }
    }
}

/// A bit for each protocol: those with low numbers have one of their own, the others share.
pub fn protocol_bits(layers: &Layers) -> u64 {
    layers.iter().fold(0, |bits, layer| bits | bit_of(layer.protocol))
}

/// The bit under which the index keeps a protocol.
pub fn bit_of(protocol: u16) -> u64 {
    1 << (protocol % 64)
}
