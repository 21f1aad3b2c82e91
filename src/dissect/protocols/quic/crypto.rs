//! The stream of CRYPTO frames of one side of a connection (RFC 9000 7.5): what comes in order is given on
//! at once, what comes early waits until nothing is missing. Memory across packets carries it from packet to
//! packet, and the walk over a packet within it.

use super::super::tls::Pending;

/// Bytes and pieces that may wait; who sends more starts anew.
const MAX_HELD: usize = 32 << 10;
const MAX_PIECES: usize = 64;

/// One CRYPTO frame's data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    pub frame: u32,
    /// Which layer of the frame, and where in its decrypted payload.
    pub layer: u8,
    pub at: u32,
    /// Where it lies in the stream.
    pub offset: u64,
    pub bytes: Vec<u8>,
}

impl Piece {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.bytes.len() as u64)
    }
}

/// One side's stream.
#[derive(Clone, Debug, Default)]
pub struct Crypto {
    /// How much of it has been given on.
    pub contiguous: u64,
    /// Pieces that are still of use: those of the message under way, and those that wait.
    pub held: Vec<Piece>,
    /// The handshake message under way.
    pub pending: Pending,
}

/// What becomes of a CRYPTO frame.
#[derive(Debug, PartialEq)]
pub enum Came {
    /// In order: its bytes go on.
    Next,
    /// Early, or there are holes left behind it.
    Early,
    /// It was seen before.
    Again,
    /// It closes a gap: the bytes that go on, and the pieces (frame, length) that they are made of.
    Joined(Vec<u8>, Vec<(u32, usize)>),
}

impl Crypto {
    /// Takes the data of a CRYPTO frame.
    pub fn add(&mut self, piece: Piece) -> Came {
        if piece.offset < self.contiguous {
            return Came::Again;
        }
        let (start, end) = (piece.offset, piece.end());
        if self.bytes_held() + piece.bytes.len() > MAX_HELD || self.held.len() >= MAX_PIECES {
            self.forget();
        }
        self.held.push(piece);
        if start == self.contiguous && !self.held.iter().any(|p| p.offset > start) {
            self.contiguous = end;
            return Came::Next;
        }
        self.join()
    }

    /// Bytes of the pieces that are still of use.
    pub fn bytes_held(&self) -> usize {
        self.held.iter().map(|p| p.bytes.len()).sum()
    }

    /// Begins anew behind what has been given on.
    pub fn forget(&mut self) {
        self.held = Vec::new();
        self.pending.clear();
    }

    /// Everything that waits, if there is no hole left in it.
    fn join(&mut self) -> Came {
        if self.lacks_bytes() {
            return Came::Early;
        }
        let mut waiting: Vec<&Piece> = self.waiting().collect();
        waiting.sort_by_key(|p| p.offset);
        let (mut bytes, mut pieces, mut next) = (Vec::new(), Vec::new(), self.contiguous);
        for piece in waiting {
            let Some(known) = next.checked_sub(piece.offset) else { return Came::Early };
            pieces.push((piece.frame, piece.bytes.len()));
            let new = piece.bytes.get(known.min(MAX_HELD as u64) as usize..).unwrap_or(&[]);
            bytes.extend_from_slice(new);
            next += new.len() as u64;
        }
        self.contiguous = next;
        Came::Joined(bytes, pieces)
    }

    fn waiting(&self) -> impl Iterator<Item = &Piece> {
        self.held.iter().filter(|p| p.offset >= self.contiguous)
    }

    /// True if there must be a hole: what waits has fewer bytes than there are up to its end. So a hello that
    /// comes in many small pieces is not sorted with each of them.
    fn lacks_bytes(&self) -> bool {
        let (end, len) = self.waiting().fold((self.contiguous, 0), |(end, len), piece| {
            (piece.end().max(end), len + piece.bytes.len() as u64)
        });
        len < end - self.contiguous
    }

    /// Forgets the pieces that nobody needs any more: those of whole messages.
    pub fn settle(&mut self) {
        let needed = self.contiguous.saturating_sub(self.pending.len() as u64);
        self.held.retain(|p| p.end() > needed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(frame: u32, offset: u64, bytes: &[u8]) -> Piece {
        Piece { frame, offset, bytes: bytes.to_vec(), ..Piece::default() }
    }

    #[test]
    fn a_gap_that_closes_joins_what_waited() {
        let mut crypto = Crypto::default();
        assert_eq!(crypto.add(piece(1, 4, b"ef")), Came::Early);
        assert_eq!(crypto.add(piece(1, 2, b"cd")), Came::Early);
        let joined = Came::Joined(b"abcdef".to_vec(), vec![(2, 2), (1, 2), (1, 2)]);
        assert_eq!(crypto.add(piece(2, 0, b"ab")), joined);
        assert_eq!(crypto.add(piece(3, 0, b"ab")), Came::Again);
        assert_eq!(crypto.add(piece(3, 6, b"gh")), Came::Next);
        assert_eq!(crypto.contiguous, 8);
        crypto.settle();
        assert!(crypto.held.is_empty());
    }

    #[test]
    fn overlapping_pieces_are_taken_once() {
        let mut crypto = Crypto::default();
        crypto.add(piece(1, 1, b"bcd"));
        let Came::Joined(bytes, _) = crypto.add(piece(2, 0, b"ab")) else { panic!() };
        assert_eq!(bytes, b"abcd");
    }

    #[test]
    fn bytes_that_came_twice_fill_no_hole() {
        let mut crypto = Crypto::default();
        for offset in [4, 4, 0, 0] {
            assert_eq!(crypto.add(piece(1, offset, b"ab")), Came::Early);
        }
    }

    #[test]
    fn nobody_can_make_it_hold_everything() {
        let mut crypto = Crypto::default();
        for n in 1..10_000u64 {
            crypto.add(piece(1, n * 2000, &[0; 1000]));
        }
        assert!(crypto.held.len() <= MAX_PIECES);
    }
}
