//! QUIC connections: which packets belong together, which keys open their Initial packets, and how far the
//! handshake that these carry has come.

use super::Seen;
use super::flows::SeededMap;
use crate::dissect::buf::Buf;
use crate::dissect::facts::{Cid, Facts, QuicFacts, QuicPiece, UdpFacts};
use crate::dissect::protocols::quic::crypto::{Came, Crypto, Piece};
use crate::dissect::protocols::quic::each_crypto;
use crate::dissect::protocols::quic::keys::{self, Keys};
use crate::dissect::protocols::quic::packet::{Kind, Packet};

/// Connection IDs kept of one side of a connection.
const MAX_IDS: usize = 8;
/// Bytes that the handshakes of all connections may hold.
const MAX_HELD: usize = 64 << 20;

#[derive(Default)]
pub struct Quic {
    connections: Vec<Connection>,
    /// The latest connection of each UDP conversation.
    by_flow: SeededMap<u32, u32>,
    /// Connections by the IDs that their packets are sent to; true: to the server.
    by_id: SeededMap<Cid, (u32, bool)>,
    /// Bits of the lengths that these IDs have.
    lengths: u32,
    held: usize,
}

struct Connection {
    /// The client sent the first datagram of the conversation.
    opened_by_client: bool,
    id: Cid,
    /// Client first, as are the next two.
    ids: [Vec<Cid>; 2],
    largest: [u64; 2],
    crypto: [Crypto; 2],
    /// The keys of Initial packets, and the version and ID that they are of.
    keys: [Option<(u32, Cid, Keys)>; 2],
    /// A short header was seen.
    sealed: bool,
}

impl Quic {
    /// Takes the packet in layer `index`, and leaves what its walk has to know.
    pub fn packet(
        &mut self,
        seen: &Seen,
        index: usize,
        buf: &Buf,
        flow: &UdpFacts,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let Ok(packet) = Packet::read(buf) else { return };
        let layer = index.min(255) as u8;
        let Some((number, from_server)) = self.find(&packet, buf, flow) else {
            return facts.quic.push((layer, QuicFacts::default()));
        };
        let Some(connection) = self.connections.get_mut(number as usize) else { return };
        let side = usize::from(from_server);
        let mut fact = connection.facts(number, side, &packet, buf);
        fact.first_sealed = packet.kind == Kind::Short && !connection.sealed;
        if packet.kind == Kind::Short {
            // The handshake is over: its keys are seldom needed again.
            connection.sealed = true;
            connection.keys = Default::default();
        }
        let held = connection.crypto[side].held.iter().flat_map(|p| p.bytes.iter().copied());
        if packet.kind == Kind::Initial && !fact.held.is_empty() && sources.len() < 200 {
            sources.push(held.collect());
            fact.source = sources.len() as u8;
        }
        if packet.kind == Kind::Initial {
            let others = self.held.saturating_sub(connection.crypto[side].bytes_held());
            connection.initial(seen.number, layer, side, buf, &packet, &fact);
            if others + connection.crypto[side].bytes_held() > MAX_HELD {
                connection.crypto[side].forget();
            }
            self.held = others + connection.crypto[side].bytes_held();
        }
        facts.quic.push((layer, fact));
        self.learn(number, from_server, &packet);
    }

    /// The connection of a packet, and whether the server sent it; a client's Initial packet begins one.
    fn find(&mut self, packet: &Packet, buf: &Buf, flow: &UdpFacts) -> Option<(u32, bool)> {
        let by_id = self.by_id.get(&packet.dcid).filter(|_| !packet.dcid.is_empty());
        let by_id = by_id.map(|(number, to_server)| (*number, !to_server));
        let by_flow = self.by_flow.get(&flow.stream).and_then(|number| {
            let connection = self.connections.get(*number as usize)?;
            Some((*number, flow.from_opener != connection.opened_by_client))
        });
        if packet.kind == Kind::Short {
            return by_flow.filter(|found| self.is_sent_to(*found, buf)).or_else(|| self.by_destination(buf));
        }
        let known = by_id.or(by_flow);
        let stranger = |(number, from_server): (u32, bool)| {
            let connection = self.connections.get(number as usize);
            by_id.is_none() && !from_server && connection.is_some_and(|c| !c.ids[0].contains(&packet.scid))
        };
        match known {
            Some(found) if packet.kind != Kind::Initial || !stranger(found) => Some(found),
            _ if packet.kind == Kind::Initial => Some((self.add(packet, flow), false)),
            _ => None,
        }
    }

    /// True if a short header may be of this connection and side: its receiver has that ID, or none.
    fn is_sent_to(&self, (number, from_server): (u32, bool), buf: &Buf) -> bool {
        let Some(connection) = self.connections.get(number as usize) else { return false };
        let ids = &connection.ids[usize::from(!from_server)];
        ids.is_empty() || ids.iter().any(|id| buf.from(1).starts_with(id.bytes()))
    }

    /// Whose ID the bytes behind the first of a short header begin with.
    fn by_destination(&self, buf: &Buf) -> Option<(u32, bool)> {
        let at = |len| self.by_id.get(&Cid::new(buf.bytes(1, len).ok()?)?);
        let mut lengths = (4..=Cid::MAX).rev().filter(|len| self.lengths >> len & 1 != 0);
        lengths.find_map(at).map(|(number, to_server)| (*number, !to_server))
    }

    fn add_id(&mut self, id: Cid, number: u32, to_server: bool) {
        self.lengths |= 1 << id.bytes().len();
        self.by_id.insert(id, (number, to_server));
    }

    fn add(&mut self, packet: &Packet, flow: &UdpFacts) -> u32 {
        let number = self.connections.len() as u32;
        self.connections.push(Connection {
            opened_by_client: flow.from_opener,
            id: packet.dcid,
            ids: Default::default(),
            largest: [0; 2],
            crypto: Default::default(),
            keys: Default::default(),
            sealed: false,
        });
        self.by_flow.insert(flow.stream, number);
        self.add_id(packet.dcid, number, true);
        number
    }

    /// IDs that packets to the sender will have from now on. After a Retry the keys come of another one.
    fn learn(&mut self, number: u32, from_server: bool, packet: &Packet) {
        let Some(connection) = self.connections.get_mut(number as usize) else { return };
        if packet.kind == Kind::Retry && from_server {
            connection.id = packet.scid;
        }
        let ids = &mut connection.ids[usize::from(from_server)];
        let told = !matches!(packet.kind, Kind::Short | Kind::VersionNegotiation);
        if told && !ids.contains(&packet.scid) && ids.len() < MAX_IDS {
            ids.push(packet.scid);
            if !packet.scid.is_empty() {
                self.add_id(packet.scid, number, from_server);
            }
        }
    }
}

impl Connection {
    fn facts(&self, number: u32, side: usize, packet: &Packet, buf: &Buf) -> QuicFacts {
        let crypto = &self.crypto[side];
        let mut fact = QuicFacts {
            connection: Some(number),
            from_server: side == 1,
            id: self.id,
            largest: self.largest[side],
            ..QuicFacts::default()
        };
        if packet.kind == Kind::Short {
            let fits = |id: &&Cid| !id.is_empty() && buf.from(1).starts_with(id.bytes());
            fact.short_id = self.ids[1 - side].iter().find(fits).copied().unwrap_or_default();
        }
        if packet.kind == Kind::Initial {
            fact.contiguous = crypto.contiguous;
            fact.deliveries = crypto.pending.pieces().collect();
            fact.held = crypto.held.iter().map(reference).collect();
        }
        fact
    }

    /// Opens an Initial packet, and goes on with the stream in it.
    fn initial(&mut self, frame: u32, layer: u8, side: usize, buf: &Buf, packet: &Packet, fact: &QuicFacts) {
        let Some(bytes) = buf.data.get(..packet.end) else { return };
        let secret = fact.secret(packet.dcid);
        let fresh = || (packet.version, secret.id, Keys::of(packet.version, &secret));
        let kept = self.keys[side].take().filter(|k| (k.0, k.1) == (packet.version, secret.id));
        let keys = self.keys[side].insert(kept.unwrap_or_else(fresh));
        let Some(opened) = keys.2.open(bytes, packet, secret.largest) else { return };
        let Some(payload) = opened.payload else { return };
        self.largest[side] = self.largest[side].max(opened.number);
        let crypto = &mut self.crypto[side];
        each_crypto(&payload, packet.version, &mut |at, offset, bytes| {
            let piece = Piece { frame, layer, at: at as u32, offset, bytes: bytes.to_vec() };
            match crypto.add(piece) {
                Came::Next => crypto.pending.observe(frame, bytes),
                Came::Joined(whole, _) => crypto.pending.observe(frame, &whole),
                Came::Early | Came::Again => {}
            }
            crypto.settle();
        });
    }
}

fn reference(piece: &Piece) -> QuicPiece {
    QuicPiece {
        frame: piece.frame,
        layer: piece.layer,
        at: piece.at,
        len: piece.bytes.len() as u32,
        offset: piece.offset,
    }
}

/// The bytes of pieces in earlier packets, read and opened again: `layer_of` gives the bytes of a layer of a
/// frame, and what was known of it.
pub fn gather(
    held: &[QuicPiece],
    layer_of: &mut dyn FnMut(u32, u8) -> Option<(Vec<u8>, QuicFacts)>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut last: Option<(u32, u8, Vec<u8>)> = None;
    for piece in held {
        if last.as_ref().is_none_or(|(frame, layer, _)| (*frame, *layer) != (piece.frame, piece.layer)) {
            let payload = layer_of(piece.frame, piece.layer).and_then(|(bytes, fact)| open(&bytes, &fact));
            last = Some((piece.frame, piece.layer, payload.unwrap_or_default()));
        }
        let payload = last.as_ref().map_or(&[][..], |l| l.2.as_slice());
        let (at, len) = (piece.at as usize, piece.len as usize);
        match payload.get(at..at.saturating_add(len)) {
            Some(bytes) => out.extend_from_slice(bytes),
            None => out.resize(out.len() + len.min(1 << 16), 0),
        }
    }
    out
}

fn open(bytes: &[u8], fact: &QuicFacts) -> Option<Vec<u8>> {
    let packet = Packet::read(&Buf::whole(bytes)).ok()?;
    keys::open(bytes.get(..packet.end)?, &packet, &fact.secret(packet.dcid))?.payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_looked_for_by_the_lengths_that_there_are() {
        let mut quic = Quic::default();
        for (number, id) in (0..).zip([&[1; 8][..], &[2; 20], &[3; 3]]) {
            quic.add_id(Cid::new(id).unwrap(), number, number == 0);
        }
        let found = |id: u8| quic.by_destination(&Buf::whole(&[&[0x40], &[id; 30][..]].concat()));
        assert_eq!([found(1), found(2)], [Some((0, false)), Some((1, true))]);
        // Fewer than four bytes would be found anywhere.
        assert_eq!([found(3), found(4)], [None, None]);
    }
}
