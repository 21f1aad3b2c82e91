//! Finds the records of a capture file in order, whatever its format. The bytes pass through one
//! buffer of some hundred kibibytes and records are borrowed from it: nothing is allocated for a
//! packet. What formats look like is in `pcap` and `pcapng`.

use std::sync::Arc;
use std::time::Duration;

use super::error::{OpenError, ReadError, Reason, Truncated};
use super::looks::Looks;
use super::notes::Notes;
use super::record::{Interface, LinkType, Record, RecordMeta};
use super::source::Source;
use super::{pcap, pcapng};

/// A file format, as its first bytes tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `modified` is Alexey Kuznetzov's variant with longer record headers.
    Pcap { nanos: bool, big_endian: bool, modified: bool },
    /// Each section has a byte order of its own.
    Pcapng,
}

impl Format {
    /// The name that `-F` takes.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pcap { modified: true, .. } => "modpcap",
            Format::Pcap { nanos: true, .. } => "nsecpcap",
            Format::Pcap { .. } => "pcap",
            Format::Pcapng => "pcapng",
        }
    }

    /// As capinfos describes it.
    pub fn description(self) -> &'static str {
        match self {
            Format::Pcap { modified: true, .. } => "Modified tcpdump - pcap",
            Format::Pcap { nanos: true, .. } => "Wireshark/tcpdump/... - nanosecond pcap",
            Format::Pcap { .. } => "Wireshark/tcpdump/... - pcap",
            Format::Pcapng => "Wireshark/... - pcapng",
        }
    }
}

/// What [`Scanner::next`] came to.
#[derive(Debug)]
pub enum Step<'a> {
    Record(Record<'a>),
    /// No whole record is there now, but the source may grow; [`Source::wait`] and try again.
    Wait,
    /// The end; with what is missing, if the last record is cut.
    End {
        truncated: Option<Truncated>,
    },
}

/// As [`Step`], without the record: [`Scanner::record`] lends it.
#[derive(Debug)]
pub enum Move {
    Record,
    Wait,
    End { truncated: Option<Truncated> },
}

/// Reads a capture from its start to its end.
#[derive(Debug)]
pub struct Scanner {
    window: Window,
    flavor: Flavor,
    format: Format,
    known: Known,
    failed: bool,
    last: Last,
}

/// The record found last.
#[derive(Debug, Default)]
pub(super) struct Last {
    pub meta: RecordMeta,
    /// Where its data begins in the window's buffer.
    pub at: usize,
    there: bool,
}

#[derive(Debug)]
enum Flavor {
    Pcap(pcap::Reader),
    Pcapng(pcapng::Reader),
}

/// What was learnt on the way.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub interfaces: Vec<Interface>,
    pub notes: Notes,
    /// Counts changes of `notes` and `interfaces`.
    pub version: u64,
    /// Packets found so far.
    pub records: u64,
}

/// What a reader of one format found.
pub(super) enum Found {
    /// A packet, as [`Last`] tells.
    Packet,
    Wait,
    End,
    Cut {
        have: u64,
        need: u64,
    },
}

impl Scanner {
    /// Recognises the format; blocks until the source has enough bytes for that, or is
    /// complete.
    pub fn new(source: Arc<Source>) -> Result<Scanner, OpenError> {
        let mut known = Known::default();
        let start = Start::read(&source)?;
        let (flavor, format) = if let Some((reader, format)) = pcap::Reader::open(&start, &mut known)? {
            (Flavor::Pcap(reader), format)
        } else if let Some(reader) = pcapng::Reader::open(&start)? {
            (Flavor::Pcapng(reader), Format::Pcapng)
        } else {
            return Err(start.not_a_capture());
        };
        let mut window = Window::new(source);
        if let Flavor::Pcap(_) = flavor {
            window.start = pcap::FILE_HEADER as u64;
        }
        Ok(Scanner { window, flavor, format, known, failed: false, last: Last::default() })
    }

    /// The next record, in the order of the file. After an error there is only the end.
    #[allow(clippy::should_implement_trait)] // records are lent, which `Iterator` can't do
    #[inline]
    pub fn next(&mut self) -> Result<Step<'_>, ReadError> {
        match self.advance()? {
            Move::Record => match self.record() {
                Some(record) => Ok(Step::Record(record)),
                None => Ok(Step::Wait),
            },
            Move::Wait => Ok(Step::Wait),
            Move::End { truncated } => Ok(Step::End { truncated }),
        }
    }

    /// As [`Scanner::next`], for those who want to look at what the file says beside the record, too.
    #[inline]
    pub fn advance(&mut self) -> Result<Move, ReadError> {
        if self.failed {
            return Ok(Move::End { truncated: None });
        }
        self.last.there = false;
        let found = match &mut self.flavor {
            Flavor::Pcap(reader) => reader.next(&mut self.window, &self.known, &mut self.last),
            Flavor::Pcapng(reader) => reader.next(&mut self.window, &mut self.known, &mut self.last),
        };
        match found {
            Ok(Found::Packet) => {
                self.known.records += 1;
                self.last.there = true;
                Ok(Move::Record)
            }
            Ok(Found::Wait) => Ok(Move::Wait),
            Ok(Found::End) => self.end(None),
            Ok(Found::Cut { have, need }) => self.end(Some(Truncated {
                offset: self.window.offset(),
                have,
                need,
                records: self.known.records,
            })),
            Err(error) => {
                self.failed = true;
                Err(error)
            }
        }
    }

    /// The record that the last call of [`Scanner::advance`] or [`Scanner::next`] came to.
    #[inline]
    pub fn record(&self) -> Option<Record<'_>> {
        let (meta, data) = self.found()?;
        Some(Record { meta: *meta, data })
    }

    /// As [`Scanner::record`]; what is known of the packet is lent too.
    #[inline]
    pub fn found(&self) -> Option<(&RecordMeta, &[u8])> {
        let Last { meta, at, there } = &self.last;
        there.then(|| (meta, self.window.data(*at, meta.captured as usize)))
    }

    /// The end; or the reason why the input ended early, which a spool knows.
    #[cold]
    fn end(&mut self, truncated: Option<Truncated>) -> Result<Move, ReadError> {
        match self.window.source.error() {
            Some(text) => {
                self.failed = true;
                Err(ReadError::Input(text))
            }
            None => Ok(Move::End { truncated }),
        }
    }

    /// The interfaces described so far; a packet's interface is always among them.
    pub fn interfaces(&self) -> &[Interface] {
        &self.known.interfaces
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// What the file said beside its packets, so far.
    pub fn notes(&self) -> &Notes {
        &self.known.notes
    }

    /// Changes whenever [`Scanner::notes`] or [`Scanner::interfaces`] did.
    pub fn notes_version(&self) -> u64 {
        self.known.version
    }

    /// How far the scan has come, in bytes of the source.
    pub fn offset(&self) -> u64 {
        self.window.offset()
    }

    /// Packets found so far.
    pub fn records(&self) -> u64 {
        self.known.records
    }

    pub fn source(&self) -> &Arc<Source> {
        &self.window.source
    }
}

impl Known {
    pub fn malformed(&self, window: &Window, reason: Reason) -> ReadError {
        ReadError::Malformed { offset: window.offset(), records: self.records, reason }
    }
}

/// The most bytes that a packet of a link type can have: buses move larger messages than
/// networks. Files that announce a larger limit are believed, up to 256 MiB.
pub(super) fn most_captured(link_type: LinkType, snaplen: u32) -> u32 {
    const ANY: u32 = 256 << 20;
    let usual = match link_type.0 {
        // D-Bus, USBPcap, USB of Linux, FreeBSD and Darwin
        231 | 249 | 189 | 220 | 186 | 266 => 128 << 20,
        // Elektrobit high-speed capture
        279 => 32 << 20,
        _ => 256 << 10,
    };
    usual.max(snaplen.min(ANY))
}

/// The first bytes of a source, and whether there will be more.
pub(super) struct Start {
    bytes: Vec<u8>,
    complete: bool,
    error: Option<String>,
    source: Arc<Source>,
}

impl Start {
    const SIZE: usize = 512;
    /// Enough to tell both formats from anything else, and to say what else it is.
    const ENOUGH: u64 = 64;

    fn read(source: &Arc<Source>) -> Result<Start, OpenError> {
        let mut start = Start { bytes: Vec::new(), complete: false, error: None, source: Arc::clone(source) };
        while start.bytes.len() < 4 && !start.complete {
            source.wait(start.bytes.len() as u64, Duration::from_millis(200));
            start.again()?;
        }
        Ok(start)
    }

    fn again(&mut self) -> Result<(), OpenError> {
        self.complete = self.source.is_complete();
        self.bytes.resize(Start::SIZE, 0);
        let count = self.source.read_at(0, &mut self.bytes);
        let count = count.map_err(|error| OpenError::Input(format!("reading failed: {error}")))?;
        self.bytes.truncate(count);
        self.error = self.source.error();
        Ok(())
    }

    /// The first four bytes, for comparing with magic numbers.
    pub fn magic(&self) -> Option<[u8; 4]> {
        self.bytes.first_chunk().copied()
    }

    /// The first N bytes, once they are there.
    pub fn header<const N: usize>(&self) -> Result<[u8; N], OpenError> {
        let mut now = Start {
            bytes: self.bytes.clone(),
            complete: self.complete,
            error: self.error.clone(),
            source: Arc::clone(&self.source),
        };
        loop {
            if let Some(bytes) = now.bytes.first_chunk() {
                return Ok(*bytes);
            }
            if now.complete {
                let have = now.bytes.len() as u64;
                let cut = OpenError::HeaderCut { have, need: N as u64 };
                return Err(now.error.map_or(cut, OpenError::Input));
            }
            now.source.wait(now.bytes.len() as u64, Duration::from_millis(200));
            now.again()?;
        }
    }

    fn not_a_capture(mut self) -> OpenError {
        let bytes = self.bytes.len() as u64;
        if bytes < Start::ENOUGH && self.source.wait(Start::ENOUGH, Duration::from_millis(200)) {
            // What is there already is judged, if more can't be read.
            let _ = self.again();
        }
        match self.error {
            Some(error) if self.bytes.is_empty() => OpenError::Input(error),
            _ => OpenError::NotACapture(Looks::like(&self.bytes)),
        }
    }
}

/// A stretch of the source in memory, with a reading position.
#[derive(Debug)]
pub(super) struct Window {
    source: Arc<Source>,
    buf: Vec<u8>,
    /// Where `buf` begins in the source.
    start: u64,
    pos: usize,
    end: usize,
}

impl Window {
    /// Size of the buffer, within the caches; larger records make it larger while they pass.
    const SIZE: usize = 1 << 18;

    fn new(source: Arc<Source>) -> Window {
        Window { source, buf: vec![0; Window::SIZE], start: 0, pos: 0, end: 0 }
    }

    /// The position in the source, in bytes.
    #[inline]
    pub fn offset(&self) -> u64 {
        self.start + self.pos as u64
    }

    /// The position in the buffer, for [`Last::at`].
    #[inline]
    pub fn position(&self) -> usize {
        self.pos
    }

    /// The bytes from the position on that are in memory.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.buf.get(self.pos..self.end).unwrap_or_default()
    }

    #[inline]
    fn data(&self, at: usize, count: usize) -> &[u8] {
        self.buf.get(at..at + count).unwrap_or_default()
    }

    /// Moves on by `count` bytes, which need not be in memory but must exist.
    #[inline]
    pub fn advance(&mut self, count: usize) {
        if count <= self.end - self.pos {
            self.pos += count;
        } else {
            self.start = self.offset() + count as u64;
            self.pos = 0;
            self.end = 0;
        }
    }

    /// Makes `count` bytes available from the position on; says what there is instead if
    /// they can't be.
    #[inline]
    pub fn want(&mut self, count: usize) -> Result<Option<Found>, ReadError> {
        if self.end - self.pos >= count {
            return Ok(None);
        }
        self.fill(count)
    }

    /// As [`Window::want`], but the bytes need only exist.
    pub fn want_to_skip(&mut self, count: usize) -> Option<Found> {
        let complete = self.source.is_complete();
        let have = self.source.len().saturating_sub(self.offset());
        (have < count as u64).then(|| missing(complete, have, count))
    }

    #[cold]
    fn fill(&mut self, count: usize) -> Result<Option<Found>, ReadError> {
        // Memory is taken only for bytes that exist, whatever a length field says.
        if count > self.buf.len()
            && let Some(missing) = self.want_to_skip(count)
        {
            return Ok(Some(missing));
        }
        self.make_room(count);
        // Asked before reading: what arrives in between is found next time.
        let complete = self.source.is_complete();
        while self.end < count {
            match self.read_more()? {
                0 => break,
                read => self.end += read,
            }
        }
        if self.end >= count {
            return Ok(None);
        }
        let now = self.source.len();
        if now < self.start + self.end as u64 {
            return Err(ReadError::Shrunk { offset: self.offset(), now });
        }
        Ok(Some(missing(complete, self.end as u64, count)))
    }

    /// Moves what is left to the front of a buffer that holds `count` bytes.
    fn make_room(&mut self, count: usize) {
        self.buf.copy_within(self.pos..self.end, 0);
        self.start += self.pos as u64;
        self.end -= self.pos;
        self.pos = 0;
        let size = count.max(self.end).next_multiple_of(Window::SIZE);
        self.buf.resize(size, 0);
        self.buf.shrink_to(size);
    }

    fn read_more(&mut self) -> Result<usize, ReadError> {
        let offset = self.start + self.end as u64;
        let room = self.buf.get_mut(self.end..).unwrap_or_default();
        let read = self.source.read_at(offset, room);
        read.map_err(|error| ReadError::Io { offset, error })
    }
}

fn missing(complete: bool, have: u64, need: usize) -> Found {
    match (complete, have) {
        (false, _) => Found::Wait,
        (true, 0) => Found::End,
        (true, have) => Found::Cut { have, need: need as u64 },
    }
}

#[cfg(test)]
pub(super) mod tests;
