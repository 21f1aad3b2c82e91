//! The index: one row a packet, in columns. Rows lie in chunks that are never changed once they are full,
//! so that readers look at a snapshot while the indexing pass goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::capture::record::{RecordMeta, Timestamp};

/// Rows in a full chunk.
pub const CHUNK: usize = 4096;
/// `flow` of a packet that belongs to no conversation.
pub const NO_FLOW: u32 = u32::MAX;
/// Set in the `flow` of a UDP conversation.
pub const UDP_FLOW: u32 = 1 << 31;

/// Rows of consecutive packets.
#[derive(Debug, Default)]
pub struct Chunk {
    /// What the rows' offsets count from.
    base: u64,
    rows: Vec<Fixed>,
    /// Bytes captured of each packet; empty while all were captured whole.
    captured: Vec<u32>,
    /// Interface and flags of each row; empty while all are 0.
    origins: Vec<(u16, u8)>,
    /// pcapng epb_flags of the rows; empty while no row has any.
    packet_flags: Vec<u32>,
    /// Which protocols the packet holds: see `ProtocolBits`.
    protocols: Vec<u64>,
    flows: Vec<u32>,
    facts: Vec<u8>,
}

/// What every row has and no scan looks at.
#[derive(Debug)]
struct Fixed {
    /// Nanoseconds since 1970; `NO_TIME`: the file has no time.
    time: i64,
    /// From the chunk's base.
    offset: u32,
    length: u32,
    /// Where the facts of the row end.
    facts_end: u32,
    /// The frame that says more about this one, once there is one; 0: none.
    later: AtomicU32,
}

impl Clone for Fixed {
    fn clone(&self) -> Fixed {
        Fixed { later: AtomicU32::new(self.later.load(Ordering::Relaxed)), ..*self }
    }
}

const COMMENTED: u8 = 1;
/// The row has packet flags.
const FLAGGED: u8 = 2;
const NO_TIME: i64 = i64::MIN;

/// A row to be.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub meta: &'a RecordMeta,
    pub protocols: u64,
    pub flow: u32,
}

impl Chunk {
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// No rows yet, and room for all of a full chunk.
    pub fn with_room() -> Chunk {
        Chunk {
            rows: Vec::with_capacity(CHUNK),
            protocols: Vec::with_capacity(CHUNK),
            flows: Vec::with_capacity(CHUNK),
            facts: Vec::with_capacity(CHUNK * 16),
            ..Chunk::default()
        }
    }

    /// A copy for those who look at the rows while others are added.
    pub fn snapshot(&self) -> Chunk {
        Chunk {
            base: self.base,
            rows: self.rows.clone(),
            captured: self.captured.clone(),
            origins: self.origins.clone(),
            packet_flags: self.packet_flags.clone(),
            protocols: self.protocols.clone(),
            flows: self.flows.clone(),
            facts: self.facts.clone(),
        }
    }

    /// Gives back the room that no row will need.
    pub fn closed(mut self) -> Chunk {
        self.facts.shrink_to_fit();
        if self.len() < CHUNK {
            self = self.snapshot();
        }
        self
    }

    /// True if the packet can have a row here: there is room, and it doesn't lie too far away.
    #[inline]
    pub fn has_room_for(&self, meta: &RecordMeta) -> bool {
        let near = |offset: u64| offset.checked_sub(self.base).is_some_and(|o| o <= u32::MAX.into());
        self.is_empty() || self.len() < CHUNK && near(meta.offset)
    }

    /// Adds a row that there is room for; `facts` appends what is kept of the packet.
    #[inline]
    pub fn push(&mut self, row: &Row, facts: impl FnOnce(&mut Vec<u8>)) {
        if self.is_empty() {
            self.base = row.meta.offset;
        }
        let before = self.rows.len();
        if row.meta.captured != row.meta.length || !self.captured.is_empty() {
            let missing = self.captured.len()..before;
            self.captured.extend(self.rows[missing].iter().map(|fixed| fixed.length));
            self.captured.push(row.meta.captured);
        }
        let commented = if row.meta.commented { COMMENTED } else { 0 };
        let flagged = if row.meta.flags.is_some() { FLAGGED } else { 0 };
        if flagged != 0 {
            self.packet_flags.resize(before, 0);
            self.packet_flags.push(row.meta.flags.unwrap_or(0));
        }
        let origin = (row.meta.interface.min(u16::MAX.into()) as u16, commented | flagged);
        if origin != (0, 0) || !self.origins.is_empty() {
            self.origins.resize(before, (0, 0));
            self.origins.push(origin);
        }
        self.protocols.push(row.protocols);
        self.flows.push(row.flow);
        facts(&mut self.facts);
        self.rows.push(Fixed {
            time: row.meta.time.map_or(NO_TIME, |t| t.0),
            offset: row.meta.offset.saturating_sub(self.base) as u32,
            length: row.meta.length,
            facts_end: self.facts.len() as u32,
            later: AtomicU32::new(0),
        });
    }

    pub fn meta(&self, row: usize) -> RecordMeta {
        let fixed = &self.rows[row];
        let time = fixed.time;
        let (interface, flags) = self.origins.get(row).copied().unwrap_or_default();
        RecordMeta {
            offset: self.base + u64::from(fixed.offset),
            time: (time != NO_TIME).then_some(Timestamp(time)),
            captured: self.captured.get(row).copied().unwrap_or(fixed.length),
            length: fixed.length,
            interface: interface.into(),
            flags: (flags & FLAGGED != 0).then(|| self.packet_flags.get(row).copied().unwrap_or(0)),
            commented: flags & COMMENTED != 0,
        }
    }
    pub fn time(&self, row: usize) -> Option<i64> {
        self.rows.get(row).map(|fixed| fixed.time).filter(|t| *t != NO_TIME)
    }
    pub fn protocols(&self) -> &[u64] {
        &self.protocols
    }
    pub fn flows(&self) -> &[u32] {
        &self.flows
    }
    pub fn facts(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.rows[row - 1].facts_end as usize };
        &self.facts[start..self.rows[row].facts_end as usize]
    }
    /// Notes that `frame` (from 1) says more about a row.
    pub fn set_later(&self, row: usize, frame: u32) {
        if let Some(fixed) = self.rows.get(row) {
            fixed.later.store(frame, Ordering::Relaxed);
        }
    }
    pub fn later(&self, row: usize) -> Option<u32> {
        let frame = self.rows.get(row)?.later.load(Ordering::Relaxed);
        (frame != 0).then_some(frame)
    }
}

/// All rows so far. Cloning takes a snapshot: a vector of pointers.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// All but the last are full; where a packet lies too far from its neighbours, `firsts` tells.
    chunks: Vec<Arc<Chunk>>,
    /// Number of the first row of each chunk.
    firsts: Vec<u32>,
    len: u32,
}

impl Index {
    pub fn len(&self) -> u32 {
        self.len
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    pub fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }
    pub fn first_of(&self, chunk: usize) -> u32 {
        self.firsts[chunk]
    }

    /// Chunk and row of a packet (from 0).
    pub fn find(&self, packet: u32) -> Option<(&Chunk, usize)> {
        if packet >= self.len {
            return None;
        }
        let guess = packet as usize / CHUNK;
        let right = |at: usize| {
            let first = *self.firsts.get(at)?;
            let row = packet.checked_sub(first)? as usize;
            (row < self.chunks.get(at)?.len()).then_some(at)
        };
        let at = match right(guess) {
            Some(at) => at,
            None => self.firsts.partition_point(|f| *f <= packet).checked_sub(1)?,
        };
        let chunk = &self.chunks[at];
        let row = (packet - self.firsts[at]) as usize;
        (row < chunk.len()).then_some((chunk.as_ref(), row))
    }

    /// Adds a chunk whose first row is packet `first` (from 0): behind the others, or in place of the last
    /// one, if that holds the first of the same rows.
    pub fn put(&mut self, first: u32, chunk: Chunk) {
        if self.firsts.last() == Some(&first) {
            self.firsts.pop();
            self.chunks.pop();
        }
        self.len = first + chunk.len() as u32;
        self.firsts.push(first);
        self.chunks.push(Arc::new(chunk));
    }

    pub fn time(&self, packet: u32) -> Option<i64> {
        let (chunk, row) = self.find(packet)?;
        chunk.time(row)
    }

    /// Notes that `frame` (from 1) says more about `about` (from 1).
    pub fn set_later(&self, about: u32, frame: u32) {
        if let Some((chunk, row)) = self.find(about.wrapping_sub(1)) {
            chunk.set_later(row, frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(offsets: impl Iterator<Item = u64>) -> Chunk {
        let mut chunk = Chunk::with_room();
        for offset in offsets {
            let meta = RecordMeta { offset, captured: 1, length: 2, ..RecordMeta::default() };
            assert!(chunk.has_room_for(&meta));
            chunk.push(&Row { meta: &meta, protocols: 0, flow: NO_FLOW }, |facts| facts.push(b'x'));
        }
        chunk
    }

    #[test]
    fn rows_are_found_whatever_the_chunks_hold() {
        let mut index = Index::default();
        let mut first = 0u32;
        for rows in [1u32, 4095, 4096, 908] {
            let offsets = (first..first + rows).map(|n| u64::from(n) * 100);
            // Seen first when it is half there.
            index.put(first, chunk(offsets.clone().take(rows as usize / 2)));
            index.put(first, chunk(offsets).closed());
            first += rows;
        }
        assert_eq!(index.len(), first);
        for n in [0u32, 1, 4095, 4096, 9000, 9099] {
            let (chunk, at) = index.find(n).unwrap();
            assert_eq!(chunk.meta(at).offset, u64::from(n) * 100);
            assert_eq!(chunk.facts(at), b"x");
        }
        assert!(index.find(first).is_none());
    }

    #[test]
    fn a_chunk_has_room_for_so_many_packets_near_each_other() {
        let at = |offset| RecordMeta { offset, ..RecordMeta::default() };
        let near = chunk([1000].into_iter());
        assert!(near.has_room_for(&at(1000 + (4 << 30) - 1)));
        assert!(!near.has_room_for(&at(1000 + (4 << 30))) && !near.has_room_for(&at(999)));
        assert!(!chunk(0..CHUNK as u64).has_room_for(&at(0)));
    }
}
