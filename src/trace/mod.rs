//! From records to dissected packets: in order and once (`pass`, for printing), or at random over an
//! index that grows while the capture is read (`Trace`, for the TUI and for two-pass printing).

pub mod index;
pub mod jobs;
pub mod pass;
pub mod pipeline;

mod indexing;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::analysis::kept::{self, HttpStream, Lookup, MptcpInfo, StreamInfo};
use crate::analysis::quic;
use crate::capture::record::RecordMeta;
use crate::capture::{Format, Interface, OpenError, Record, Scanner, Source};
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, Settings};
use crate::dissect::facts::{Facts, QuicFacts, Segment};
use crate::dissect::layers::{Layers, Surroundings, locate};
use crate::dissect::names::Names;
use index::{Index, NO_FLOW};
use pass::{Packet, record_info};

/// A capture with its index. The indexing pass runs in a thread of its own; every other call answers
/// from what is known by then.
pub struct Trace {
    shared: Arc<Shared>,
    pub settings: Settings,
    worker: Option<JoinHandle<()>>,
}

/// What the indexing pass writes and everyone reads.
struct Shared {
    source: Arc<Source>,
    state: RwLock<State>,
    stop: AtomicBool,
    started: Instant,
    /// Set with `State::done`, for those who wait for it.
    over: Mutex<bool>,
    /// Notified when that is set, and when the pass is to stop.
    ended: Condvar,
}

/// Everything known so far.
pub struct State {
    pub index: Index,
    pub interfaces: Vec<Interface>,
    pub format: Format,
    /// Comments by packet number (from 1), in order.
    pub comments: Vec<(u64, String)>,
    pub names: Names,
    streams: Vec<StreamInfo>,
    udp_first_frames: Vec<u32>,
    /// By number of the TCP connection, or of the UDP conversation with `http::OVER_UDP`.
    http: HashMap<u32, HttpStream>,
    /// By number of the connection.
    mptcp: HashMap<u32, MptcpInfo>,
    /// The end was reached, be it for now.
    pub done: bool,
    /// The pass waits at the end, for a file that may still be written.
    pub waits: bool,
    /// When the file had more than that, the last time.
    pub grown: Option<Instant>,
    /// What was read lies no longer in the file.
    pub replaced: bool,
    pub truncated: Option<String>,
    pub error: Option<String>,
    /// Seconds that the pass has taken.
    pub seconds: f64,
}

/// How far the pass is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    pub packets: u32,
    /// Bytes of the file read, and its size where known.
    pub bytes: u64,
    pub total: Option<u64>,
    pub done: bool,
    pub bytes_per_second: f64,
    /// The file was read to its end; what is added is read as it comes.
    pub waits: bool,
    /// There was something.
    pub follows: bool,
    /// It has grown lately.
    pub grows: bool,
    /// What was read lies no longer in the file: it was written anew.
    pub replaced: bool,
    pub error: Option<String>,
    pub truncated: Option<String>,
}

/// A file grows, on the screen, for so long after it has grown.
const LATELY: Duration = Duration::from_secs(10);
/// A file that was last written so long ago is taken to be finished.
const FINISHED: Duration = Duration::from_secs(600);
/// Buffers whose pieces lie in buffers end here.
const NESTED: u32 = 3;

/// Buffers that are used again for packet after packet.
#[derive(Default)]
pub struct Scratch {
    bytes: Vec<u8>,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    layers: Layers,
}

impl Trace {
    /// Opens a file and begins to index it.
    pub fn open(path: &Path, settings: Settings, names: Names) -> Result<Arc<Trace>, OpenError> {
        Trace::index(Source::open(path)?, settings, names)
    }

    /// Begins to index a source that is open: a file, a pipe's spool, a live capture's.
    pub fn index(source: Arc<Source>, settings: Settings, names: Names) -> Result<Arc<Trace>, OpenError> {
        Trace::index_first(u64::MAX, source, settings, names)
    }

    /// As [`Trace::index`], but looks after a regular file when it has come to its end: what is written there
    /// from then on is read, too. Not if it was written long ago, for going on takes memory.
    pub fn stay(source: Arc<Source>, settings: Settings, names: Names) -> Result<Arc<Trace>, OpenError> {
        let stays = source.is_in_place() && source.age().is_some_and(|age| age < FINISHED);
        Trace::begin(u64::MAX, stays, source, settings, names)
    }

    /// Begins to index the first packets of a source, at most so many: nobody hears of the others.
    pub fn index_first(
        most: u64,
        source: Arc<Source>,
        settings: Settings,
        names: Names,
    ) -> Result<Arc<Trace>, OpenError> {
        Trace::begin(most, false, source, settings, names)
    }

    fn begin(
        most: u64,
        stays: bool,
        source: Arc<Source>,
        settings: Settings,
        names: Names,
    ) -> Result<Arc<Trace>, OpenError> {
        let scanner = Scanner::new(source.clone())?;
        let state = State {
            index: Index::default(),
            interfaces: scanner.interfaces().to_vec(),
            format: scanner.format(),
            comments: Vec::new(),
            names,
            streams: Vec::new(),
            udp_first_frames: Vec::new(),
            http: HashMap::new(),
            mptcp: HashMap::new(),
            done: false,
            waits: false,
            grown: None,
            replaced: false,
            truncated: None,
            error: None,
            seconds: 0.0,
        };
        let shared = Arc::new(Shared {
            source,
            state: RwLock::new(state),
            stop: AtomicBool::new(false),
            started: Instant::now(),
            over: Mutex::new(false),
            ended: Condvar::new(),
        });
        let worker = {
            let shared = shared.clone();
            let settings = settings.clone();
            std::thread::spawn(move || indexing::run(&shared, scanner, &settings, most, stays))
        };
        Ok(Arc::new(Trace { shared, settings, worker: Some(worker) }))
    }

    /// What is known now; hold it briefly, the indexing pass waits.
    pub fn state(&self) -> RwLockReadGuard<'_, State> {
        self.shared.read()
    }

    pub fn source(&self) -> &Arc<Source> {
        &self.shared.source
    }

    /// Packets indexed so far.
    pub fn len(&self) -> u32 {
        self.state().index.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn progress(&self) -> Progress {
        let (bytes, total) = self.shared.source.progress();
        let state = self.state();
        let seconds = match state.done {
            true => state.seconds,
            false => self.shared.started.elapsed().as_secs_f64(),
        };
        let indexed = match state.index.len().checked_sub(1).and_then(|n| state.index.find(n)) {
            Some((chunk, row)) if !state.done => chunk.meta(row).offset,
            _ => bytes,
        };
        Progress {
            packets: state.index.len(),
            bytes: indexed,
            total,
            done: state.done,
            bytes_per_second: if seconds > 0.0 { indexed as f64 / seconds } else { 0.0 },
            waits: state.waits,
            follows: state.waits && state.grown.is_some(),
            grows: state.waits && state.grown.is_some_and(|when| when.elapsed() < LATELY),
            replaced: state.replaced,
            error: state.error.clone(),
            truncated: state.truncated.clone(),
        }
    }

    /// Ends the indexing pass; what is indexed stays.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // It may be waiting for the file to grow.
        drop(self.shared.over.lock());
        self.shared.ended.notify_all();
    }

    /// Waits until the pass has come to the end.
    pub fn wait(&self) {
        let mut over = self.shared.over.lock().unwrap_or_else(PoisonError::into_inner);
        while !*over {
            over = self.shared.ended.wait(over).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The captured bytes of a packet (from 0); an error if the file has shrunk since.
    pub fn bytes(&self, packet: u32) -> std::io::Result<Vec<u8>> {
        let meta = self.state().meta(packet);
        let Some(meta) = meta else { return Ok(Vec::new()) };
        let mut bytes = Vec::new();
        self.shared.read_bytes(&meta, &mut bytes)?;
        Ok(bytes)
    }

    /// Gives a packet (from 0) with all that is known of it to `f`; `None` if there is no such packet or
    /// its bytes are gone. `displayed`: the packet shown before it, for `frame.time_delta_displayed`.
    pub fn with_packet<R>(
        &self,
        packet: u32,
        displayed: Option<u32>,
        scratch: &mut Scratch,
        f: impl FnOnce(&Packet) -> R,
    ) -> Option<R> {
        let state = self.state();
        let meta = state.meta(packet)?;
        let Scratch { bytes, facts, sources, layers } = scratch;
        self.shared.read_bytes(&meta, bytes).ok()?;
        state.facts(packet, facts);
        self.shared.put_together(&state, &self.settings, facts, sources);
        let around = Surroundings { settings: &self.settings, facts, sources };
        state.with(packet, &meta, displayed, bytes, &around, false, layers, f)
    }

    /// What is known of a packet (from 0) in the end, and the buffers that were put together for it.
    pub fn recall(&self, packet: u32, facts: &mut Facts, sources: &mut Vec<Vec<u8>>) {
        let state = self.state();
        state.facts(packet, facts);
        self.shared.put_together(&state, &self.settings, facts, sources);
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.stop();
        // Once it is done, it only gives memory back, and the end of the process does that faster.
        let gives_back = |state: &State| state.done && !state.waits;
        if let Some(worker) = self.worker.take().filter(|_| !gives_back(&self.state())) {
            let _ = worker.join();
        }
    }
}

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn read_bytes(&self, meta: &RecordMeta, out: &mut Vec<u8>) -> std::io::Result<()> {
        out.resize(meta.captured as usize, 0);
        self.source.read_exact_at(meta.offset, out)
    }

    /// Reads the pieces of reassembled buffers again.
    fn put_together(&self, state: &State, settings: &Settings, facts: &Facts, sources: &mut Vec<Vec<u8>>) {
        sources.clear();
        let of_parts = facts.parts.iter().map(|p| (p.source, &p.segments, p.start + p.len));
        let of_fragments = facts.fragments.iter().map(|f| (f.1.source, &f.1.segments, f.1.len));
        for (source, segments, len) in of_fragments.chain(of_parts) {
            if source == 0 || segments.is_empty() {
                continue;
            }
            let at = usize::from(source) - 1;
            if sources.len() <= at {
                sources.resize(at + 1, Vec::new());
            }
            if sources[at].is_empty() {
                sources[at] = self.gather(state, segments, len as usize, NESTED);
            }
        }
        for (_, fact) in facts.quic.iter().filter(|(_, fact)| fact.source > 0) {
            let at = usize::from(fact.source) - 1;
            if sources.len() <= at {
                sources.resize(at + 1, Vec::new());
            }
            sources[at] =
                quic::gather(&fact.held, &mut |frame, layer| self.quic_layer(state, settings, frame, layer));
        }
    }

    /// The bytes of a layer of QUIC, and what is known of it.
    fn quic_layer(
        &self,
        state: &State,
        settings: &Settings,
        frame: u32,
        layer: u8,
    ) -> Option<(Vec<u8>, QuicFacts)> {
        let meta = state.meta(frame.checked_sub(1)?)?;
        let mut bytes = Vec::new();
        self.read_bytes(&meta, &mut bytes).ok()?;
        let mut facts = Facts::default();
        state.facts(frame - 1, &mut facts);
        let fact = facts.quic(layer.into())?.clone();
        let interface = state.interfaces.get(meta.interface as usize)?;
        let buf = Buf::new(&bytes, meta.length.max(meta.captured) as usize);
        let around = Surroundings { settings, facts: &facts, sources: &[] };
        let layers = locate(interface.link_type.0, &buf, &around);
        let found = layers.get(layer.into()).filter(|l| l.source == 0)?;
        let len = found.end.saturating_sub(found.start) as usize;
        Some((buf.part(found.start as usize, len).data.to_vec(), fact))
    }

    /// A buffer from its pieces, which may lie in buffers of their frames: so many of these within each other.
    fn gather(&self, state: &State, segments: &[Segment], len: usize, nested: u32) -> Vec<u8> {
        let mut whole = vec![0; len];
        let mut have = 0;
        for s in segments {
            let (start, end) = (s.offset as usize, (s.offset + s.len) as usize);
            // Where pieces overlap, the first bytes count.
            let skip = have.max(start) - start;
            let Some(room) = whole.get_mut(start + skip..end.min(len)) else { continue };
            if self.piece(state, s, skip, room, nested).is_some() {
                have = have.max(end);
            }
        }
        whole
    }

    /// Reads a piece, but for its first `skip` bytes; `None` if it isn't there.
    fn piece(&self, state: &State, s: &Segment, skip: usize, out: &mut [u8], nested: u32) -> Option<()> {
        let packet = s.frame.checked_sub(1)?;
        let at = s.at as usize + skip;
        if s.source == 0 {
            return self.source.read_exact_at(state.meta(packet)?.offset + at as u64, out).ok();
        }
        let mut facts = Facts::default();
        state.facts(packet, &mut facts);
        let datagram = facts.fragments.iter().find(|(_, f)| f.source == s.source);
        let message = || facts.parts.iter().find(|p| p.source == s.source && !p.segments.is_empty());
        let (segments, len) = match datagram {
            Some((_, f)) => (&f.segments, f.len),
            None => message().map(|p| (&p.segments, p.start + p.len))?,
        };
        let bytes = self.gather(state, segments, len as usize, nested.checked_sub(1)?);
        out.copy_from_slice(bytes.get(at..at + out.len())?);
        Some(())
    }
}

impl State {
    pub fn meta(&self, packet: u32) -> Option<RecordMeta> {
        let (chunk, row) = self.index.find(packet)?;
        Some(chunk.meta(row))
    }

    /// The conversation of a packet, as the index numbers them (see `index::UDP_FLOW`).
    pub fn flow(&self, packet: u32) -> Option<u32> {
        let (chunk, row) = self.index.find(packet)?;
        Some(chunk.flows()[row]).filter(|f| *f != NO_FLOW)
    }

    pub fn stream(&self, number: u32) -> Option<StreamInfo> {
        self.streams.get(number as usize).copied()
    }

    /// True if the packet completes a datagram from its fragments: its layers then depend on its facts.
    pub fn is_reassembled(&self, packet: u32) -> bool {
        let found = self.index.find(packet);
        found.is_some_and(|(chunk, row)| kept::has_fragments(chunk.facts(row)))
    }

    /// What is known of a packet in the end.
    pub fn facts(&self, packet: u32, facts: &mut Facts) {
        match self.index.find(packet) {
            Some((chunk, row)) => kept::decode(chunk.facts(row), packet + 1, self, facts),
            None => facts.clear(),
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn with<R>(
        &self,
        packet: u32,
        meta: &RecordMeta,
        displayed: Option<u32>,
        bytes: &[u8],
        around: &Surroundings,
        shallow: bool,
        layers: &mut Layers,
        f: impl FnOnce(&Packet) -> R,
    ) -> Option<R> {
        let interface = self.interfaces.get(meta.interface as usize)?;
        let comments: Vec<String> = if meta.commented {
            let number = u64::from(packet) + 1;
            self.comments.iter().filter(|c| c.0 == number).map(|c| c.1.clone()).collect()
        } else {
            Vec::new()
        };
        let pcapng = matches!(self.format, Format::Pcapng);
        let mut info = record_info(packet + 1, meta, interface, pcapng);
        info.comments = &comments;
        if let Some(now) = info.time {
            let since =
                |n: Option<u32>| now.saturating_sub(n.and_then(|n| self.index.time(n)).unwrap_or(now));
            info.relative = since(Some(0));
            info.delta = since(packet.checked_sub(1));
            info.delta_displayed = since(displayed);
        }
        let frame = Buf::new(bytes, meta.length.max(meta.captured) as usize);
        match shallow {
            true => layers.locate_below_streams(interface.link_type.0, &frame, around),
            false => layers.locate(interface.link_type.0, &frame, around),
        }
        let Surroundings { settings, facts, sources } = *around;
        let context = Context { record: &info, settings, facts, sources, names: &self.names };
        let record = Record { meta: *meta, data: bytes };
        Some(f(&Packet { context, frame, layers, record, interface }))
    }
}

impl Lookup for State {
    fn time(&self, frame: u32) -> i64 {
        self.index.time(frame.wrapping_sub(1)).unwrap_or(0)
    }
    fn tcp_stream(&self, stream: u32) -> StreamInfo {
        self.stream(stream).unwrap_or_default()
    }
    fn udp_first_frame(&self, stream: u32) -> u32 {
        self.udp_first_frames.get(stream as usize).copied().unwrap_or(0)
    }
    fn http_stream(&self, stream: u32) -> Option<&HttpStream> {
        self.http.get(&stream)
    }
    fn mptcp(&self, connection: u32) -> Option<&MptcpInfo> {
        self.mptcp.get(&connection)
    }
    fn later(&self, frame: u32) -> Option<u32> {
        let (chunk, row) = self.index.find(frame.wrapping_sub(1))?;
        chunk.later(row)
    }
}
