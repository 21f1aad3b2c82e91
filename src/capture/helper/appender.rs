//! Writes the spool: a pcapng file that others read while it grows, in whole blocks and large
//! pieces. Little endian, as draft-ietf-opsawg-pcapng describes it.

use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::FileExt;

use super::protocol::Stats;
use crate::capture::record::{Interface, Timestamp};

/// Blocks are handed to the file at the latest when so many bytes have come together.
const LARGE: usize = 256 << 10;

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;

/// The growing file.
pub struct Appender {
    file: File,
    written: u64,
    buffer: Vec<u8>,
}

impl Appender {
    /// Writes from the start of `file`, whatever the position of its descriptor, which the
    /// process that reads may share.
    pub fn new(file: File) -> Appender {
        Appender { file, written: 0, buffer: Vec::with_capacity(LARGE * 2) }
    }

    /// The blocks that a file begins with.
    pub fn begin(&mut self, interfaces: &[Interface]) -> io::Result<()> {
        let out = &mut self.buffer;
        block(out, SECTION, |out| {
            out.extend_from_slice(&0x1A2B_3C4D_u32.to_le_bytes());
            out.extend_from_slice(&[1, 0, 0, 0]);
            out.extend_from_slice(&(-1_i64).to_le_bytes());
            let os = interfaces.first().and_then(|interface| interface.os.as_deref());
            option(out, 3, os.unwrap_or("Linux").as_bytes());
            option(out, 4, concat!("sniff ", env!("CARGO_PKG_VERSION")).as_bytes());
            option(out, 0, &[]);
        });
        for interface in interfaces {
            block(out, INTERFACE, |out| describe(out, interface));
        }
        self.flush()
    }

    /// Adds a block made by [`packet`].
    pub fn append(&mut self, block: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(block);
        if self.buffer.len() >= LARGE {
            self.flush()?;
        }
        Ok(())
    }

    /// Adds what the kernel counted for an interface from `start` to `end`.
    pub fn statistics(&mut self, interface: u32, start: Timestamp, end: Timestamp, digits: u8, stats: Stats) {
        let halves = |time| {
            let ticks = ticks(time, digits);
            let (high, low) = ((ticks >> 32) as u32, ticks as u32);
            [high.to_le_bytes(), low.to_le_bytes()].concat()
        };
        block(&mut self.buffer, STATISTICS, |out| {
            out.extend_from_slice(&interface.to_le_bytes());
            out.extend_from_slice(&halves(end));
            option(out, 2, &halves(start));
            option(out, 3, &halves(end));
            option(out, 4, &stats.received.to_le_bytes());
            option(out, 5, &stats.if_dropped.to_le_bytes());
            option(out, 7, &stats.dropped.to_le_bytes());
            option(out, 0, &[]);
        });
    }

    /// Hands everything to the file.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.file.write_all_at(&self.buffer, self.written)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// The size that the file has, or will have once flushed, in bytes.
    pub fn size(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }
}

/// Adds an enhanced packet block to `out`. `digits` is that of the interface's time stamps.
pub fn packet(out: &mut Vec<u8>, interface: u32, time: Timestamp, digits: u8, data: &[u8], length: u32) {
    let ticks = ticks(time, digits);
    let captured = data.len() as u32;
    block(out, PACKET, |out| {
        let mut head = [0_u8; 20];
        let words = [interface, (ticks >> 32) as u32, ticks as u32, captured, length];
        for (place, word) in head.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        out.extend_from_slice(&head);
        out.extend_from_slice(data);
        pad(out, data.len());
    });
}

/// A block of `kind`, its lengths before and behind what `body` adds.
fn block(out: &mut Vec<u8>, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    body(out);
    let length = ((out.len() - start + 4) as u32).to_le_bytes();
    out.extend_from_slice(&length);
    if let Some(place) = out.get_mut(start + 4..start + 8) {
        place.copy_from_slice(&length);
    }
}

/// The body of an interface description.
fn describe(out: &mut Vec<u8>, interface: &Interface) {
    out.extend_from_slice(&interface.link_type.0.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&interface.snaplen.to_le_bytes());
    let texts = [(2, &interface.name), (3, &interface.description), (12, &interface.os)];
    for (code, text) in texts {
        if let Some(text) = text {
            option(out, code, text.as_bytes());
        }
    }
    for &(address, prefix) in &interface.addresses {
        match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
                option(out, 4, &[address.octets(), mask.to_be_bytes()].concat());
            }
            IpAddr::V6(address) => option(out, 5, &[&address.octets()[..], &[prefix]].concat()),
        }
    }
    if let Some(mac) = interface.mac {
        option(out, 6, &mac);
    }
    option(out, 9, &[interface.digits]);
    if let Some(filter) = &interface.filter {
        // The first byte says that the filter is text in libpcap's language.
        option(out, 11, &[&[0], filter.as_bytes()].concat());
    }
    option(out, 0, &[]);
}

/// One option; code 0 with no value ends the list. Values too long for the format (only a
/// monstrous capture filter can be) are left out.
fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let Ok(length) = u16::try_from(value.len()) else {
        return;
    };
    out.extend_from_slice(&code.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(value);
    pad(out, value.len());
}

fn pad(out: &mut Vec<u8>, length: usize) {
    let missing = length.wrapping_neg() % 4;
    out.extend_from_slice([0; 3].get(..missing).unwrap_or(&[]));
}

/// Time in units of the interface; times before 1970 become 0, the format has no sign.
fn ticks(time: Timestamp, digits: u8) -> u64 {
    let nanos = u64::try_from(time.0).unwrap_or(0);
    if digits == 9 { nanos } else { nanos / 1000 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::record::LinkType;

    #[test]
    fn a_packet_is_one_padded_block() {
        let mut out = Vec::new();
        packet(&mut out, 2, Timestamp::new(1, 5), 9, b"abcde", 60);
        let mut expected = vec![6, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        expected.extend_from_slice(&1_000_000_005_u32.to_le_bytes());
        expected.extend_from_slice(&[5, 0, 0, 0, 60, 0, 0, 0]);
        expected.extend_from_slice(b"abcde\0\0\0\x28\0\0\0");
        assert_eq!(out, expected);
    }

    #[test]
    fn blocks_carry_their_length_twice_and_fill_the_file() {
        let path = std::env::temp_dir().join(format!("sniff-appender-{}", std::process::id()));
        let mut interface = Interface::new(LinkType::ETHERNET, 96, 1_000_000_000);
        interface.name = Some("eth0".to_owned());
        interface.filter = Some("udp".to_owned());
        interface.addresses = vec![("10.0.0.7".parse().unwrap(), 8), ("fe80::1".parse().unwrap(), 64)];
        interface.mac = Some([2, 0, 0, 0, 0, 1]);
        let mut appender = Appender::new(File::create(&path).unwrap());
        appender.begin(&[interface]).unwrap();
        let (start, end) = (Timestamp::new(1, 0), Timestamp::new(2, 0));
        appender.statistics(0, start, end, 9, Stats::default());
        appender.flush().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(bytes.len() as u64, appender.size());
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (mut at, mut kinds) = (0, Vec::new());
        while at < bytes.len() {
            kinds.push(word(at) as u32);
            let length = word(at + 4);
            assert_eq!((length % 4, word(at + length - 4)), (0, length));
            at += length;
        }
        assert_eq!(kinds, [SECTION, INTERFACE, STATISTICS]);
    }

    #[test]
    fn older_stamps_are_microseconds() {
        assert_eq!(ticks(Timestamp::new(1, 1_999), 6), 1_000_001);
        assert_eq!(ticks(Timestamp(-1), 9), 0);
    }
}
