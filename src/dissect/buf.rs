//! The bytes of a layer as a dissector sees them: what was captured, and how much there was on
//! the wire. Contract for hostile input: no read panics; a read past the end says which end.

/// Why dissection of a packet stops where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub why: Why,
    /// Offset of the bytes that are not there or make no sense, from the start of the layer.
    pub offset: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The packet had these bytes, the capture (its snaplen) doesn't.
    Short,
    /// The packet ends before the protocol says it does.
    Malformed,
    /// As `Malformed`, but the packet is the first of several pieces that weren't put together.
    Unreassembled,
    /// A part is longer, by its own account, than what holds it.
    Contained,
    /// What is written there can't be.
    Invalid(&'static str),
    /// A limit of ours: nesting, count, or length that no honest packet has.
    Limit(&'static str),
}

impl Stop {
    pub fn invalid(reason: &'static str, offset: usize) -> Stop {
        Stop { why: Why::Invalid(reason), offset: offset as u32 }
    }
    pub fn malformed(offset: usize) -> Stop {
        Stop { why: Why::Malformed, offset: offset as u32 }
    }
    /// What was missed lies in a part whose own length leads out of what holds it.
    pub fn contained(self) -> Stop {
        match self.why {
            Why::Malformed => Stop { why: Why::Contained, ..self },
            _ => self,
        }
    }
    pub fn limit(reason: &'static str, offset: usize) -> Stop {
        Stop { why: Why::Limit(reason), offset: offset as u32 }
    }
}

/// The bytes of one layer, from its first byte to the end that its parent gave it.
#[derive(Clone, Copy, Debug)]
pub struct Buf<'a> {
    /// What was captured; may be shorter than `reported`, never longer.
    pub data: &'a [u8],
    /// Bytes on the wire.
    pub reported: usize,
}

impl<'a> Buf<'a> {
    pub fn new(data: &'a [u8], reported: usize) -> Buf<'a> {
        Buf { data: &data[..data.len().min(reported)], reported }
    }

    /// All of it was captured.
    pub fn whole(data: &'a [u8]) -> Buf<'a> {
        Buf { data, reported: data.len() }
    }

    /// So many bytes at this offset, or where and why not.
    #[inline]
    pub fn bytes(&self, offset: usize, len: usize) -> Result<&'a [u8], Stop> {
        match self.data.get(offset..offset.saturating_add(len)) {
            Some(b) => Ok(b),
            None => Err(self.missing(offset, len)),
        }
    }

    #[cold]
    fn missing(&self, offset: usize, len: usize) -> Stop {
        let why = if offset.saturating_add(len) <= self.reported { Why::Short } else { Why::Malformed };
        Stop { why, offset: offset.min(u32::MAX as usize) as u32 }
    }

    /// Everything captured from this offset on (perhaps nothing).
    pub fn from(&self, offset: usize) -> &'a [u8] {
        self.data.get(offset..).unwrap_or(&[])
    }

    /// Bytes on the wire from this offset to the end.
    pub fn remaining(&self, offset: usize) -> usize {
        self.reported.saturating_sub(offset)
    }

    /// Bytes captured from this offset to the end.
    pub fn captured(&self, offset: usize) -> usize {
        self.data.len().saturating_sub(offset)
    }

    /// The part from `offset`, at most `len` bytes on the wire.
    pub fn part(&self, offset: usize, len: usize) -> Buf<'a> {
        let reported = self.remaining(offset).min(len);
        Buf::new(self.from(offset), reported)
    }

    #[inline]
    pub fn u8(&self, offset: usize) -> Result<u8, Stop> {
        match self.data.get(offset) {
            Some(b) => Ok(*b),
            None => Err(self.missing(offset, 1)),
        }
    }
    #[inline]
    pub fn be16(&self, offset: usize) -> Result<u16, Stop> {
        self.array(offset).map(u16::from_be_bytes)
    }
    pub fn be24(&self, offset: usize) -> Result<u32, Stop> {
        let [a, b, c] = self.array(offset)?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }
    #[inline]
    pub fn be32(&self, offset: usize) -> Result<u32, Stop> {
        self.array(offset).map(u32::from_be_bytes)
    }
    pub fn be64(&self, offset: usize) -> Result<u64, Stop> {
        self.array(offset).map(u64::from_be_bytes)
    }
    pub fn le16(&self, offset: usize) -> Result<u16, Stop> {
        self.array(offset).map(u16::from_le_bytes)
    }
    pub fn le32(&self, offset: usize) -> Result<u32, Stop> {
        self.array(offset).map(u32::from_le_bytes)
    }
    pub fn le64(&self, offset: usize) -> Result<u64, Stop> {
        self.array(offset).map(u64::from_le_bytes)
    }
    /// So many bytes as an array: an address.
    #[inline]
    pub fn array<const N: usize>(&self, offset: usize) -> Result<[u8; N], Stop> {
        match self.data.get(offset..offset.saturating_add(N)) {
            Some(b) => Ok(b.try_into().unwrap_or([0; N])),
            None => Err(self.missing(offset, N)),
        }
    }
}
