//! Where kept facts are written: those of most packets in place, all others at the end of a vector.

/// Takes bytes one after the other.
pub(super) trait Bytes {
    fn byte(&mut self, b: u8);

    /// Seven bits a byte, the lowest first; all but the last byte have the highest bit set.
    #[inline(always)]
    fn number(&mut self, mut n: u32) {
        while n >= 0x80 {
            self.byte(n as u8 | 0x80);
            n >>= 7;
        }
        self.byte(n as u8);
    }
}

impl Bytes for &mut Vec<u8> {
    #[inline(always)]
    fn byte(&mut self, b: u8) {
        self.push(b);
    }
}

/// More than the facts of one segment or datagram take: three bytes and nine numbers of at most five.
pub(super) const ROOM: usize = 64;
const _: () = assert!(ROOM >= 3 + 9 * 5);

/// Bytes that fit in so little room. What doesn't would be left out.
pub(super) struct Short<'a> {
    pub room: &'a mut [u8; ROOM],
    pub len: usize,
}

impl Bytes for Short<'_> {
    #[inline(always)]
    fn byte(&mut self, b: u8) {
        if let Some(place) = self.room.get_mut(self.len) {
            *place = b;
        }
        self.len += 1;
    }
}
