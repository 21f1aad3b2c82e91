//! The pcap format (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of a 16-byte
//! header and data. Micro- and nanoseconds, both byte orders, and the variant with longer
//! record headers that patched libpcaps of the nineties wrote.

use super::error::{OpenError, ReadError, Reason};
use super::record::{Interface, LinkType, RecordMeta, Timestamp};
use super::scan::{Format, Found, Known, Last, Start, Window, most_captured};

/// Bytes of the file's header.
pub const FILE_HEADER: usize = 24;
/// Bytes of a record's header.
pub const RECORD_HEADER: usize = 16;

/// Magic numbers, as a reader of the writer's byte order sees them.
pub const MAGIC_MICROS: u32 = 0xa1b2_c3d4;
pub const MAGIC_NANOS: u32 = 0xa1b2_3c4d;
const MAGIC_MODIFIED: u32 = 0xa1b2_cd34;

/// What has to be known to read records.
#[derive(Debug)]
pub(super) struct Reader {
    big_endian: bool,
    record_header: usize,
    nanos_per_tick: i64,
    most: u32,
    lengths: Lengths,
}

/// Which of a record's two lengths comes first.
#[derive(Debug, PartialEq)]
enum Lengths {
    CapturedFirst,
    /// Before version 2.3.
    CapturedLast,
    /// Version 2.3 was written both ways: the smaller is the captured one.
    Either,
}

impl Reader {
    /// Reads the file's header; `None` if the magic number is another format's.
    pub fn open(start: &Start, known: &mut Known) -> Result<Option<(Reader, Format)>, OpenError> {
        let Some((format, ticks)) = start.magic().and_then(recognise) else {
            return Ok(None);
        };
        let Format::Pcap { big_endian, modified, .. } = format else {
            return Ok(None);
        };
        let header: [u8; FILE_HEADER] = start.header()?;
        let [_, version, _, _, snaplen, link] = words(&header, big_endian);
        let (major, minor) = if big_endian {
            ((version >> 16) as u16, version as u16)
        } else {
            (version as u16, (version >> 16) as u16)
        };
        if major != 2 {
            return Err(OpenError::Version { format: "pcap", major, minor });
        }
        let interface = interface(link, snaplen, ticks);
        let reader = Reader {
            big_endian,
            record_header: if modified { 24 } else { RECORD_HEADER },
            nanos_per_tick: (1_000_000_000 / ticks) as i64,
            most: most_captured(interface.link_type, snaplen),
            lengths: match minor {
                0..=2 => Lengths::CapturedLast,
                3 => Lengths::Either,
                _ => Lengths::CapturedFirst,
            },
        };
        known.interfaces.push(interface);
        known.version += 1;
        Ok(Some((reader, format)))
    }

    #[inline]
    pub fn next(&mut self, window: &mut Window, known: &Known, last: &mut Last) -> Result<Found, ReadError> {
        if let Some(other) = window.want(self.record_header)? {
            return Ok(other);
        }
        let Some(header) = window.bytes().first_chunk::<RECORD_HEADER>() else {
            return Ok(Found::End);
        };
        let [seconds, fraction, first, second] = words(header, self.big_endian);
        let (captured, length) = self.lengths(first, second);
        if captured > self.most {
            let limit = self.most;
            return Err(known.malformed(window, Reason::CapturedLength { captured, limit }));
        }
        let whole = self.record_header + captured as usize;
        if let Some(other) = window.want(whole)? {
            return Ok(other);
        }
        last.meta = RecordMeta {
            offset: window.offset() + self.record_header as u64,
            // Numbers of 32 bits: their sum has room.
            time: Some(Timestamp(
                i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * self.nanos_per_tick,
            )),
            captured,
            length,
            ..RecordMeta::default()
        };
        last.at = window.position() + self.record_header;
        window.advance(whole);
        Ok(Found::Packet)
    }

    #[inline]
    fn lengths(&self, first: u32, second: u32) -> (u32, u32) {
        match self.lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::CapturedLast => (second, first),
            Lengths::Either => (first.min(second), first.max(second)),
        }
    }
}

/// The format and its ticks per second.
fn recognise(magic: [u8; 4]) -> Option<(Format, u64)> {
    let known = |number| match number {
        MAGIC_MICROS => Some((false, false)),
        MAGIC_NANOS => Some((true, false)),
        MAGIC_MODIFIED => Some((false, true)),
        _ => None,
    };
    let little = known(u32::from_le_bytes(magic)).map(|kind| (kind, false));
    let big = || known(u32::from_be_bytes(magic)).map(|kind| (kind, true));
    let ((nanos, modified), big_endian) = little.or_else(big)?;
    let format = Format::Pcap { nanos, big_endian, modified };
    Some((format, if nanos { 1_000_000_000 } else { 1_000_000 }))
}

/// The one interface of a pcap file. The header's last word holds the link type in its lower
/// half, and from bit 28 on the length of the frame check sequence in units of 16 bits, which
/// counts if bit 26 is set.
fn interface(link_word: u32, snaplen: u32, ticks: u64) -> Interface {
    let link_type = LinkType::from_dlt(link_word as u16);
    Interface {
        fcs_bits: (link_word & 1 << 26 != 0).then_some((link_word >> 28) as u8 * 16),
        ..Interface::new(link_type, snaplen, ticks)
    }
}

/// The 32-bit numbers that a header is made of.
#[inline]
fn words<const BYTES: usize, const WORDS: usize>(header: &[u8; BYTES], big_endian: bool) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    for (word, bytes) in words.iter_mut().zip(header.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    if big_endian { words.map(u32::swap_bytes) } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_in_both_orders() {
        let pcap = |nanos, big_endian, modified| Format::Pcap { nanos, big_endian, modified };
        let cases = [
            ([0xd4, 0xc3, 0xb2, 0xa1], pcap(false, false, false)),
            ([0xa1, 0xb2, 0xc3, 0xd4], pcap(false, true, false)),
            ([0x4d, 0x3c, 0xb2, 0xa1], pcap(true, false, false)),
            ([0xa1, 0xb2, 0x3c, 0x4d], pcap(true, true, false)),
            ([0x34, 0xcd, 0xb2, 0xa1], pcap(false, false, true)),
            ([0xa1, 0xb2, 0xcd, 0x34], pcap(false, true, true)),
        ];
        for (magic, format) in cases {
            assert_eq!(recognise(magic).unwrap().0, format);
        }
        assert!(recognise([0x0a, 0x0d, 0x0d, 0x0a]).is_none());
    }

    #[test]
    fn the_link_word_tells_the_fcs() {
        let with = interface(0x2400_0001, 65535, 1_000_000);
        assert_eq!((with.link_type, with.fcs_bits), (LinkType::ETHERNET, Some(32)));
        let without = interface(1, 65535, 1_000_000);
        assert_eq!(without.fcs_bits, None);
        assert_eq!(interface(12, 0, 1).link_type, LinkType::RAW);
    }
}
