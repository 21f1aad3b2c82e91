//! Filtering an indexed trace: all cores, block by block, from the packet that somebody looks at up and down.
//! Packets that lack a needed protocol are passed over by the index, without touching their bytes. A job goes
//! on while the trace grows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::Trace;
use super::index::{CHUNK, Chunk};
use super::indexing::bit_of;
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings};
use crate::dissect::registry::registry;
use crate::filter::{self, Filter, Packet};

/// A filter at work on a trace.
pub struct FilterJob {
    trace: Arc<Trace>,
    filter: Filter,
    taken: Mutex<Taken>,
    looked_at: AtomicU32,
    workers: AtomicU32,
    cancelled: AtomicBool,
    found: Mutex<Found>,
}

/// The packets that workers have taken: all of [from, to).
struct Taken {
    from: u32,
    to: u32,
    /// The latest block came from the end.
    went_up: bool,
}

/// What was found in a row of blocks, [from, to), and in blocks that are not next to it yet.
struct Found {
    from: u32,
    to: u32,
    /// In blocks from the first one on.
    upper: Vec<u32>,
    /// In blocks before the first one, the nearest to it first.
    lower: Vec<Vec<u32>>,
    waiting: BTreeMap<u32, (u32, Vec<u32>)>,
    /// All of the row, until more is found.
    whole: Option<Arc<Vec<u32>>>,
}

/// How long a job waits for a trace to grow before it looks again: while it is read, and when it was read to
/// the end.
const PAUSE: Duration = Duration::from_millis(10);
const LONG_PAUSE: Duration = Duration::from_millis(100);

impl Trace {
    /// Starts a filter over all packets, those to come included: first those around this one (from 0).
    pub fn filter(self: &Arc<Self>, filter: Filter, around: u32) -> Arc<FilterJob> {
        let start = around.min(self.len().saturating_sub(1)) / CHUNK as u32 * CHUNK as u32;
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
        let job = Arc::new(FilterJob {
            trace: self.clone(),
            filter,
            taken: Mutex::new(Taken { from: start, to: start, went_up: false }),
            looked_at: AtomicU32::new(0),
            workers: AtomicU32::new(workers),
            cancelled: AtomicBool::new(false),
            found: Mutex::new(Found::at(start)),
        });
        for _ in 0..workers {
            let job = job.clone();
            std::thread::spawn(move || job.work());
        }
        job
    }
}

impl FilterJob {
    /// The packets found so far (from 0), in order; there is none between them that isn't found yet.
    pub fn packets(&self) -> Arc<Vec<u32>> {
        self.found().whole()
    }

    /// How many packets were looked at; what was found in them is there.
    pub fn looked_at(&self) -> u32 {
        self.looked_at.load(Ordering::Acquire)
    }

    pub fn done(&self) -> bool {
        self.workers.load(Ordering::Acquire) == 0
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(|p| p.into_inner())
    }

    fn work(&self) {
        let leaving = Leaving(&self.workers);
        let mut worker = Worker::new(self);
        while !self.cancelled.load(Ordering::Relaxed) {
            match self.take() {
                Some((from, to)) => {
                    let matches = worker.block(from, to);
                    self.found().add(from, to, matches);
                    self.looked_at.fetch_add(to - from, Ordering::Release);
                }
                None => match self.pause() {
                    Some(LONG_PAUSE) => {
                        // One is enough to look after a file that may grow, and needs none of it meanwhile.
                        if self.may_leave() {
                            std::mem::forget(leaving);
                            return;
                        }
                        worker.window = Window::default();
                        std::thread::sleep(LONG_PAUSE);
                    }
                    Some(pause) => std::thread::sleep(pause),
                    None => break,
                },
            }
        }
    }

    /// Takes a worker off the count, unless it is the last.
    fn may_leave(&self) -> bool {
        let left = |workers: u32| (workers > 1).then(|| workers - 1);
        self.workers.fetch_update(Ordering::AcqRel, Ordering::Acquire, left).is_ok()
    }

    /// How long to wait for more packets; `None` if there will be none.
    fn pause(&self) -> Option<Duration> {
        let (done, waits) = {
            let state = self.trace.state();
            (state.done, state.waits)
        };
        match (done, waits) {
            (false, _) => Some(PAUSE),
            (true, true) => Some(LONG_PAUSE),
            (true, false) => (self.taken().to < self.trace.len()).then_some(PAUSE),
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(|p| p.into_inner())
    }

    /// The next packets that nobody works on: at most a chunk.
    fn take(&self) -> Option<(u32, u32)> {
        let len = self.trace.len();
        self.taken().next(len)
    }
}

impl Taken {
    /// The block behind those that are taken or the one before them, by turns.
    fn next(&mut self, len: u32) -> Option<(u32, u32)> {
        let (up, down) = (self.to < len, self.from > 0);
        if up && !(down && self.went_up) {
            self.went_up = true;
            let from = self.to;
            self.to = end_of_block(from, len);
            return Some((from, self.to));
        }
        self.went_up = false;
        let chunk = CHUNK as u32;
        let to = self.from;
        self.from = to.saturating_sub(1) / chunk * chunk;
        down.then_some((self.from, to))
    }
}

/// A worker that leaves, by a panic too: else a job would never be done.
struct Leaving<'a>(&'a AtomicU32);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

fn end_of_block(from: u32, len: u32) -> u32 {
    let chunk = CHUNK as u32;
    ((from / chunk + 1) * chunk).min(len)
}

impl Found {
    /// Nothing yet, in a row that begins here.
    fn at(start: u32) -> Found {
        let (upper, lower, waiting) = Default::default();
        Found { from: start, to: start, upper, lower, waiting, whole: None }
    }

    fn add(&mut self, from: u32, to: u32, matches: Vec<u32>) {
        self.waiting.insert(from, (to, matches));
        while let Some((to, matches)) = self.waiting.remove(&self.to) {
            self.to = to;
            self.whole = self.whole.take().filter(|_| matches.is_empty());
            self.upper.extend(matches);
        }
        while let Some((&from, (to, _))) = self.waiting.range(..self.from).next_back()
            && *to == self.from
            && let Some((_, matches)) = self.waiting.remove(&from)
        {
            self.from = from;
            if !matches.is_empty() {
                self.whole = None;
                self.lower.push(matches);
            }
        }
    }

    fn whole(&mut self) -> Arc<Vec<u32>> {
        let parts = || self.lower.iter().rev().chain([&self.upper]).flatten().copied();
        self.whole.get_or_insert_with(|| Arc::new(parts().collect())).clone()
    }
}

/// For each set of protocols of which a packet needs one: the bits under which the index keeps them.
fn masks(filter: &Filter) -> Vec<u64> {
    let in_index = |p: &u16| !registry().protocol(*p).name().is_empty();
    filter
        .requires()
        .iter()
        .filter(|set| set.iter().all(in_index))
        .map(|set| set.iter().fold(0, |bits, p| bits | bit_of(*p)))
        .collect()
}

/// What a worker keeps from packet to packet.
struct Worker<'j> {
    job: &'j FilterJob,
    masks: Vec<u64>,
    scratch: filter::Scratch,
    buffers: super::Scratch,
    window: Window,
    layers: Layers,
    nothing: Facts,
}

/// Bytes of the file around the packets that are being looked at.
#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

/// Read at once around a packet.
const WINDOW: usize = 1 << 20;

impl<'j> Worker<'j> {
    fn new(job: &'j FilterJob) -> Worker<'j> {
        Worker {
            job,
            masks: masks(&job.filter),
            scratch: filter::Scratch::default(),
            buffers: super::Scratch::default(),
            window: Window::default(),
            layers: Layers::default(),
            nothing: Facts::default(),
        }
    }

    /// The matching packets of [from, to).
    fn block(&mut self, from: u32, to: u32) -> Vec<u32> {
        let candidates = self.candidates(from, to);
        let dense = candidates.len() * 4 > (to - from) as usize;
        let needs = self.job.filter.needs();
        let quick = !needs.facts && !needs.columns;
        let mut matches = Vec::new();
        for packet in candidates {
            if self.job.cancelled.load(Ordering::Relaxed) {
                break;
            }
            let hit = if quick { self.quick(packet, dense) } else { self.full(packet) };
            if hit {
                matches.push(packet);
            }
        }
        matches
    }

    /// Packets that hold the protocols that the filter needs.
    fn candidates(&self, from: u32, to: u32) -> Vec<u32> {
        let state = self.job.trace.state();
        let fits = |chunk: &Chunk, row: usize| {
            let bits = chunk.protocols()[row];
            self.masks.iter().all(|mask| bits & mask != 0)
        };
        (from..to).filter(|p| state.index.find(*p).is_some_and(|(chunk, row)| fits(chunk, row))).collect()
    }

    fn full(&mut self, packet: u32) -> bool {
        let (filter, scratch) = (&self.job.filter, &mut self.scratch);
        let before = packet.checked_sub(1);
        let found = self.job.trace.with_packet(packet, before, &mut self.buffers, |p| {
            let seen = Packet { frame: p.frame, layers: p.layers, context: &p.context };
            filter.matches(&seen, scratch)
        });
        found.unwrap_or(false)
    }

    /// For filters that need no facts: neighbours' bytes are read together.
    fn quick(&mut self, packet: u32, dense: bool) -> bool {
        let trace = &self.job.trace;
        let needs = self.job.filter.needs();
        let state = trace.state();
        let Some(meta) = state.meta(packet) else { return false };
        if needs.fragments && state.is_reassembled(packet) {
            drop(state);
            return self.full(packet);
        }
        let Some(bytes) = self.window.bytes(trace, &meta, dense) else { return false };
        let (filter, scratch) = (&self.job.filter, &mut self.scratch);
        let before = packet.checked_sub(1);
        let around = Surroundings { settings: &trace.settings, facts: &self.nothing, sources: &[] };
        state
            .with(packet, &meta, before, bytes, &around, !needs.streams, &mut self.layers, |p| {
                let seen = Packet { frame: p.frame, layers: p.layers, context: &p.context };
                filter.matches(&seen, scratch)
            })
            .unwrap_or(false)
    }
}

impl Window {
    /// The bytes of a packet; `dense`: its neighbours are wanted next.
    fn bytes(
        &mut self,
        trace: &Trace,
        meta: &crate::capture::record::RecordMeta,
        dense: bool,
    ) -> Option<&[u8]> {
        let len = meta.captured as usize;
        let inside = |w: &Window| {
            let at = usize::try_from(meta.offset.checked_sub(w.start)?).ok()?;
            (at + len <= w.bytes.len()).then_some(at)
        };
        let at = match inside(self) {
            Some(at) => at,
            None => {
                let want = if dense { WINDOW.max(len) } else { len };
                self.start = meta.offset;
                self.bytes.resize(want, 0);
                let mut have = 0;
                while have < len {
                    match trace.source().read_at(meta.offset + have as u64, &mut self.bytes[have..]) {
                        Ok(n) if n > 0 => have += n,
                        _ => break,
                    }
                }
                self.bytes.truncate(have);
                if have < len {
                    return None;
                }
                0
            }
        };
        self.bytes.get(at..at + len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_come_out_of_order_are_merged_in_order() {
        let mut found = Found::at(0);
        found.add(4, 8, vec![5]);
        assert!(found.whole().is_empty());
        found.add(0, 4, vec![1, 3]);
        assert_eq!((&**found.whole(), found.to), (&[1, 3, 5][..], 8));
    }

    #[test]
    fn what_lies_before_the_first_block_is_merged_too() {
        let mut found = Found::at(8);
        found.add(0, 4, vec![2]);
        found.add(12, 16, vec![13]);
        assert!(found.whole().is_empty());
        found.add(8, 12, vec![9]);
        assert_eq!(**found.whole(), [9, 13]);
        found.add(4, 8, vec![6]);
        assert_eq!((&**found.whole(), found.from, found.to), (&[2, 6, 9, 13][..], 0, 16));
    }

    #[test]
    fn blocks_are_taken_around_the_first_one() {
        let chunk = CHUNK as u32;
        let mut taken = Taken { from: 2 * chunk, to: 2 * chunk, went_up: false };
        let blocks: Vec<u32> =
            std::iter::from_fn(|| taken.next(5 * chunk - 1)).map(|(from, _)| from / chunk).collect();
        assert_eq!(blocks, [2, 1, 3, 0, 4]);
        // The trace has grown.
        assert_eq!(taken.next(5 * chunk), Some((5 * chunk - 1, 5 * chunk)));
        assert_eq!(taken.next(5 * chunk), None);
    }

    #[test]
    fn blocks_end_where_chunks_do() {
        assert_eq!(end_of_block(0, 10_000), CHUNK as u32);
        assert_eq!(end_of_block(CHUNK as u32 + 7, 10_000), 2 * CHUNK as u32);
        assert_eq!(end_of_block(9_000, 9_500), 9_500);
    }
}
