//! IP datagrams from their fragments: RFC 791 3.2, RFC 8200 4.5. Fragments wait in memory for the others,
//! within limits; whoever completes a datagram gets it as a source of its own.

use std::collections::VecDeque;

use super::Seen;
use super::flows::{Address, SeededMap};
use crate::dissect::facts::{Facts, FragmentFacts, Part, PartKind, Segment};
use crate::dissect::layers::Layer;
use crate::dissect::protocol::Key as ProtocolKey;
use crate::dissect::registry::registry;

/// Datagrams under way at most, and bytes that they may hold together.
const MAX_DATAGRAMS: usize = 4096;
const MAX_BYTES: usize = 64 << 20;
/// No datagram is longer (RFC 791).
const MAX_LENGTH: usize = 65_535;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    from: Address,
    to: Address,
    id: u32,
    protocol: u8,
}

#[derive(Default)]
struct Datagram {
    pieces: Vec<(Segment, Vec<u8>)>,
    total: Option<u32>,
}

#[derive(Default)]
pub struct Fragments {
    open: SeededMap<Key, Datagram>,
    order: VecDeque<Key>,
    bytes: usize,
    /// A fragment's frame and the one that completes its datagram; see `Analysis::take_later`.
    pub(super) later: Vec<(u32, u32)>,
}

struct Piece {
    offset: u32,
    more: bool,
    bytes: Vec<u8>,
    whole: bool,
    /// Where its bytes begin in the frame.
    at: u32,
}

/// True for a layer of IPv4 that isn't a whole datagram, as nearly all are.
#[inline]
pub fn is_ipv4_fragment(seen: &Seen, layer: &Layer) -> bool {
    // More fragments, and the offset; the bit beside them says nothing.
    layer.source != 0 || seen.frame.be16(layer.start as usize + 6).is_ok_and(|word| word & 0x3fff != 0)
}

impl Fragments {
    /// True if this packet completes a datagram: facts and sources then hold it.
    pub fn ipv4(&mut self, seen: &Seen, layer: usize, facts: &mut Facts, sources: &mut Vec<Vec<u8>>) -> bool {
        let l = seen.layers.as_slice()[layer];
        let ip = super::bytes_of(seen, &l, sources);
        let Ok(word) = ip.be16(6) else { return false };
        let (more, offset) = (word & 0x2000 != 0, u32::from(word & 0x1fff) * 8);
        if !more && offset == 0 {
            return false;
        }
        let (Ok(id), Ok(protocol)) = (ip.be16(4), ip.u8(9)) else { return false };
        let Some((from, to)) = super::flows::addresses(false, &ip) else { return false };
        let key = Key { from, to, id: id.into(), protocol };
        let header = l.header as usize;
        let bytes = ip.from(header).to_vec();
        let whole = bytes.len() == ip.remaining(header);
        let at = l.start + l.header;
        let piece = Piece { offset, more, bytes, whole, at };
        let owner = registry().lookup(&ProtocolKey::IpProto(protocol));
        self.add(seen, layer, key, piece, owner, facts, sources)
    }

    /// As `ipv4`, for the fragment header of IPv6; the addresses are those of the IPv6 layer before it.
    pub fn ipv6(
        &mut self,
        seen: &Seen,
        layer: usize,
        ipv6: u16,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> bool {
        let layers = seen.layers.as_slice();
        let l = layers[layer];
        let Some(outer) = layers[..layer].iter().rev().find(|l| l.protocol == ipv6) else { return false };
        let outer = super::bytes_of(seen, outer, sources);
        let Some((from, to)) = super::flows::addresses(true, &outer) else { return false };
        let fragment = super::bytes_of(seen, &l, sources);
        let (Ok(next), Ok(word), Ok(id)) = (fragment.u8(0), fragment.be16(2), fragment.be32(4)) else {
            return false;
        };
        let (more, offset) = (word & 1 != 0, u32::from(word & 0xfff8));
        if !more && offset == 0 {
            return false;
        }
        let key = Key { from, to, id, protocol: 0 };
        let bytes = fragment.from(8).to_vec();
        let whole = bytes.len() == fragment.remaining(8);
        let piece = Piece { offset, more, bytes, whole, at: l.start + 8 };
        let owner = registry().lookup(&ProtocolKey::IpProto(next));
        self.add(seen, layer, key, piece, owner, facts, sources)
    }

    #[allow(clippy::too_many_arguments)]
    fn add(
        &mut self,
        seen: &Seen,
        layer: usize,
        key: Key,
        piece: Piece,
        owner: Option<u16>,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> bool {
        let end = piece.offset as usize + piece.bytes.len();
        if !piece.whole || piece.bytes.is_empty() || end > MAX_LENGTH {
            return false;
        }
        self.make_room(piece.bytes.len());
        let order = &mut self.order;
        let datagram = self.open.entry(key).or_insert_with(|| {
            order.push_back(key);
            Datagram::default()
        });
        if !piece.more {
            datagram.total = Some(end as u32);
        }
        let segment = Segment {
            frame: seen.number,
            offset: piece.offset,
            len: piece.bytes.len() as u32,
            at: piece.at,
            source: seen.layers.get(layer).map_or(0, |l| l.source),
            ..Segment::default()
        };
        self.bytes += piece.bytes.len();
        datagram.pieces.push((segment, piece.bytes));
        let Some(bytes) = datagram.assemble() else {
            // In the end this says where the datagram is complete.
            facts.fragments.push((layer as u8, FragmentFacts::default()));
            return false;
        };
        let done = self.open.remove(&key).unwrap_or_default();
        // Most are complete soon after they began.
        if let Some(at) = self.order.iter().rposition(|k| *k == key) {
            self.order.remove(at);
        }
        self.bytes = self.bytes.saturating_sub(done.pieces.iter().map(|p| p.1.len()).sum());
        for (s, _) in &done.pieces {
            if s.frame != seen.number {
                self.later.push((s.frame, seen.number));
            }
        }
        let segments = done.segments();
        publish(layer, owner, segments, bytes, facts, sources);
        true
    }

    /// Forgets the oldest datagrams under way when there are too many.
    fn make_room(&mut self, bytes: usize) {
        while self.order.len() >= MAX_DATAGRAMS || self.bytes + bytes > MAX_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some(d) = self.open.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(d.pieces.iter().map(|p| p.1.len()).sum());
            }
        }
    }
}

impl Datagram {
    /// The whole datagram, if no byte is missing.
    fn assemble(&mut self) -> Option<Vec<u8>> {
        let total = self.total? as usize;
        self.pieces.sort_by_key(|p| (p.0.offset, p.0.frame));
        let mut bytes = vec![0u8; total];
        let mut have = 0usize;
        for (segment, piece) in &mut self.pieces {
            let start = segment.offset as usize;
            if start > have {
                return None;
            }
            let end = (start + piece.len()).min(total);
            if start < have {
                segment.overlap = true;
                let shared = have.min(end) - start.min(have);
                segment.conflict |= bytes.get(start..start + shared) != piece.get(..shared);
            }
            if end > have {
                let skip = have - start;
                bytes[have..end].copy_from_slice(piece.get(skip..end - start)?);
                have = end;
            }
        }
        (have == total).then_some(bytes)
    }

    fn segments(&self) -> Vec<Segment> {
        self.pieces.iter().map(|p| p.0).collect()
    }
}

fn publish(
    layer: usize,
    owner: Option<u16>,
    segments: Vec<Segment>,
    bytes: Vec<u8>,
    facts: &mut Facts,
    sources: &mut Vec<Vec<u8>>,
) {
    let len = bytes.len() as u32;
    sources.push(bytes);
    let source = sources.len() as u8;
    facts.fragments.push((layer as u8, FragmentFacts { segments, source, len, reassembled_in: None }));
    facts.parts.push(Part {
        layer: layer as u8,
        what: PartKind::Message,
        protocol: owner,
        source,
        start: 0,
        len,
        ..Part::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(pieces: &[(u32, &[u8])], total: u32) -> Datagram {
        let pieces = pieces
            .iter()
            .enumerate()
            .map(|(i, (offset, b))| {
                let len = b.len() as u32;
                (Segment { frame: i as u32 + 1, offset: *offset, len, ..Segment::default() }, b.to_vec())
            })
            .collect();
        Datagram { pieces, total: Some(total) }
    }

    #[test]
    fn pieces_in_any_order_make_the_datagram() {
        let mut d = datagram(&[(2, b"cd"), (0, b"ab"), (4, b"e")], 5);
        assert_eq!(d.assemble().unwrap(), b"abcde");
    }

    #[test]
    fn a_hole_keeps_it_waiting() {
        assert!(datagram(&[(0, b"ab"), (4, b"e")], 5).assemble().is_none());
    }

    #[test]
    fn overlapping_pieces_that_differ_are_told() {
        let mut d = datagram(&[(0, b"abc"), (2, b"xd")], 4);
        assert_eq!(d.assemble().unwrap(), b"abcd");
        assert!(d.pieces[1].0.overlap && d.pieces[1].0.conflict);
    }
}
