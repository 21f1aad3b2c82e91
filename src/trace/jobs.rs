//! Filtering an indexed trace: all cores, block by block, in order. Packets that lack a needed protocol are
//! passed over by the index, without touching their bytes. A job goes on while the trace grows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::Trace;
use super::index::{CHUNK, Chunk};
use super::indexing::bit_of;
use crate::dissect::facts::Facts;
use crate::dissect::registry::registry;
use crate::filter::{self, Filter, Packet};

/// A filter at work on a trace.
pub struct FilterJob {
    trace: Arc<Trace>,
    filter: Filter,
    /// The first packet that no worker has taken yet.
    next: AtomicU32,
    looked_at: AtomicU32,
    workers: AtomicU32,
    cancelled: AtomicBool,
    found: Mutex<Found>,
}

/// Blocks that are done; those in a row from the first packet on are merged.
#[derive(Default)]
struct Found {
    merged: Arc<Vec<u32>>,
    merged_to: u32,
    waiting: BTreeMap<u32, (u32, Vec<u32>)>,
}

/// How long a job waits for a trace to grow before it looks again.
const PAUSE: Duration = Duration::from_millis(10);

impl Trace {
    /// Starts a filter over all packets, those to come included.
    pub fn filter(self: &Arc<Self>, filter: Filter) -> Arc<FilterJob> {
        let workers = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
        let job = Arc::new(FilterJob {
            trace: self.clone(),
            filter,
            next: AtomicU32::new(0),
            looked_at: AtomicU32::new(0),
            workers: AtomicU32::new(workers),
            cancelled: AtomicBool::new(false),
            found: Mutex::default(),
        });
        for _ in 0..workers {
            let job = job.clone();
            std::thread::spawn(move || job.work());
        }
        job
    }
}

impl FilterJob {
    /// The packets found so far (from 0), in order.
    pub fn packets(&self) -> Arc<Vec<u32>> {
        self.found().merged.clone()
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
        let _leaving = Leaving(&self.workers);
        let mut worker = Worker::new(self);
        while !self.cancelled.load(Ordering::Relaxed) {
            match self.take() {
                Some((from, to)) => {
                    let matches = worker.block(from, to);
                    self.found().add(from, to, matches);
                    self.looked_at.fetch_add(to - from, Ordering::Release);
                }
                None if self.trace.state().done && self.next.load(Ordering::Relaxed) >= self.trace.len() => {
                    break;
                }
                None => std::thread::sleep(PAUSE),
            }
        }
    }

    /// The next packets that nobody works on: at most a chunk.
    fn take(&self) -> Option<(u32, u32)> {
        let len = self.trace.len();
        let from = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |from| {
            (from < len).then(|| end_of_block(from, len))
        });
        from.ok().map(|from| (from, end_of_block(from, len)))
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
    fn add(&mut self, from: u32, to: u32, matches: Vec<u32>) {
        self.waiting.insert(from, (to, matches));
        while let Some((to, matches)) = self.waiting.remove(&self.merged_to) {
            self.merged_to = to;
            if !matches.is_empty() {
                Arc::make_mut(&mut self.merged).extend(matches);
            }
        }
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
        state
            .with(packet, &meta, before, bytes, &Facts::default(), &[], &trace.settings, |p| {
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
        let mut found = Found::default();
        found.add(4, 8, vec![5]);
        assert!(found.merged.is_empty());
        found.add(0, 4, vec![1, 3]);
        assert_eq!(*found.merged, [1, 3, 5]);
        assert_eq!(found.merged_to, 8);
    }

    #[test]
    fn blocks_end_where_chunks_do() {
        assert_eq!(end_of_block(0, 10_000), CHUNK as u32);
        assert_eq!(end_of_block(CHUNK as u32 + 7, 10_000), 2 * CHUNK as u32);
        assert_eq!(end_of_block(9_000, 9_500), 9_500);
    }
}
