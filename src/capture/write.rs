//! Writes captures as pcap or pcapng. pcapng keeps what a file said beside its packets (comments,
//! flags, names, secrets, counters, each interface's options and time resolution); pcap keeps
//! bytes, lengths and times of one link type.

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;

use super::notes::{InterfaceStatistics, Notes, SectionNotes};
use super::pcap::{FILE_HEADER, MAGIC_MICROS, MAGIC_NANOS, RECORD_HEADER};
use super::pcapng::{BYTE_ORDER, block, option};
use super::record::{Interface, LinkType, Record, Timestamp};

/// A format that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileType {
    /// Microseconds.
    Pcap,
    PcapNanos,
    #[default]
    Pcapng,
}

impl FileType {
    pub const ALL: [FileType; 3] = [FileType::Pcap, FileType::PcapNanos, FileType::Pcapng];

    /// By the name that `-F` takes: `pcap`, `nsecpcap`, `pcapng`.
    pub fn from_name(name: &str) -> Option<FileType> {
        FileType::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            FileType::Pcap => "pcap",
            FileType::PcapNanos => "nsecpcap",
            FileType::Pcapng => "pcapng",
        }
    }

    /// As `-F` without a known name lists it.
    pub fn description(self) -> &'static str {
        match self {
            FileType::Pcap => "Wireshark/tcpdump/... - pcap",
            FileType::PcapNanos => "Wireshark/tcpdump/... - nanosecond pcap",
            FileType::Pcapng => "Wireshark/... - pcapng",
        }
    }
}

/// Why a packet can't be written.
#[derive(Debug)]
pub enum WriteError {
    Io(io::Error),
    /// A pcap file has one link type.
    SeveralLinkTypes {
        first: LinkType,
        second: LinkType,
    },
    /// The interface was never added.
    Interface(u32),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                f.write_str("the disk is full: free some space, or write to another one")
            }
            WriteError::Io(error) => write!(f, "writing failed: {error}"),
            WriteError::SeveralLinkTypes { first, second } => write!(
                f,
                "the packets have several link types ({} and {}), and a pcap file has room for \
                 one: write pcapng (`-F pcapng`), or one interface at a time",
                first.name(),
                second.name()
            ),
            WriteError::Interface(index) => {
                write!(f, "a packet of interface {index} can't be written, for nothing is known of it")
            }
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> WriteError {
        WriteError::Io(error)
    }
}

/// Writes one capture. Each packet is one `write` to `out`, so `out` should be buffered, unless
/// a reader waits for every packet.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    kind: FileType,
    slots: Vec<Slot>,
    /// A block under construction; kept to keep its memory.
    block: Block,
    written: u64,
}

/// What packets need of their interface.
#[derive(Clone, Copy, Debug)]
struct Slot {
    link_type: LinkType,
    snaplen: u32,
    nanos_per_tick: i64,
}

impl<W: Write> Writer<W> {
    /// Starts a capture with these interfaces; their places are the numbers that
    /// [`Writer::write`] takes. pcap's header is written with the first interface.
    pub fn new(out: W, kind: FileType, interfaces: &[Interface]) -> Result<Writer<W>, WriteError> {
        let section = SectionNotes {
            application: Some(concat!("sniff ", env!("CARGO_PKG_VERSION")).to_owned()),
            ..SectionNotes::default()
        };
        Writer::with_section(out, kind, interfaces, &section)
    }

    /// As [`Writer::new`], with what a pcapng section says of its origin.
    pub fn with_section(
        out: W,
        kind: FileType,
        interfaces: &[Interface],
        section: &SectionNotes,
    ) -> Result<Writer<W>, WriteError> {
        let mut writer = Writer { out, kind, slots: Vec::new(), block: Block::default(), written: 0 };
        if kind == FileType::Pcapng {
            writer.write_section(section)?;
        }
        for interface in interfaces {
            writer.add_interface(interface)?;
        }
        Ok(writer)
    }

    /// Describes one more interface and returns its number. A pcap file takes several as long
    /// as they have the same link type.
    pub fn add_interface(&mut self, interface: &Interface) -> Result<u32, WriteError> {
        let slot = match self.kind {
            FileType::Pcapng => self.write_interface(interface)?,
            _ => self.pcap_interface(interface)?,
        };
        self.slots.push(slot);
        Ok(self.slots.len() as u32 - 1)
    }

    /// Writes a packet of the interface with this number.
    pub fn write(&mut self, record: &Record, interface: u32) -> Result<(), WriteError> {
        self.write_with_comments(record, interface, [])
    }

    /// As [`Writer::write`]; pcap files lose the comments.
    pub fn write_with_comments<'c>(
        &mut self,
        record: &Record,
        interface: u32,
        comments: impl IntoIterator<Item = &'c str>,
    ) -> Result<(), WriteError> {
        let slot = self.slots.get(interface as usize).copied();
        let slot = slot.ok_or(WriteError::Interface(interface))?;
        match self.kind {
            FileType::Pcapng => {
                let mut comments = comments.into_iter().peekable();
                let plain = comments.peek().is_none() && record.meta.flags.is_none();
                if plain && interface == 0 && slot.fits_simple_packet(record) {
                    self.write_simple_packet(record)
                } else {
                    self.write_enhanced_packet(record, interface, slot, comments)
                }
            }
            _ => self.write_pcap_record(record, slot),
        }
    }

    /// Writes the names and secrets of a file; nothing for pcap. Secrets belong before the
    /// packets that they decrypt.
    pub fn write_notes(&mut self, notes: &Notes) -> Result<(), WriteError> {
        if self.kind != FileType::Pcapng {
            return Ok(());
        }
        for secrets in &notes.secrets {
            self.block.start(block::SECRETS);
            self.block.u32(secrets.kind);
            self.block.u32(secrets.data.len() as u32);
            self.block.padded(&secrets.data);
            self.finish_block()?;
        }
        // Blocks of moderate size, as readers hold one in memory.
        for names in notes.names.chunks(1000) {
            self.block.start(block::NAMES);
            for (address, name) in names {
                match address {
                    IpAddr::V4(v4) => self.block.name(1, &v4.octets(), name),
                    IpAddr::V6(v6) => self.block.name(2, &v6.octets(), name),
                }
            }
            self.block.u32(0);
            self.finish_block()?;
        }
        for names in notes.mac_names.chunks(1000) {
            self.block.start(block::NAMES);
            names.iter().for_each(|(mac, name)| self.block.name(3, mac, name));
            self.block.u32(0);
            self.finish_block()?;
        }
        Ok(())
    }

    /// Writes counters, `statistics.interface` being a number of this writer; nothing for pcap.
    pub fn write_statistics(&mut self, statistics: &InterfaceStatistics) -> Result<(), WriteError> {
        if self.kind != FileType::Pcapng {
            return Ok(());
        }
        let slot = self.slots.get(statistics.interface as usize).copied();
        let slot = slot.ok_or(WriteError::Interface(statistics.interface))?;
        let halves = |time: Timestamp| {
            let ticks = slot.ticks(time);
            [(ticks >> 32) as u32, ticks as u32]
        };
        self.block.start(block::STATISTICS);
        self.block.u32(statistics.interface);
        let [high, low] = halves(statistics.time.unwrap_or_default());
        self.block.u32(high);
        self.block.u32(low);
        self.block.text_option(option::COMMENT, statistics.comment.as_deref());
        let times = [(option::ISB_START, statistics.start), (option::ISB_END, statistics.end)];
        for (code, time) in times {
            let Some([high, low]) = time.map(halves) else {
                continue;
            };
            let mut value = [0; 8];
            value[..4].copy_from_slice(&high.to_le_bytes());
            value[4..].copy_from_slice(&low.to_le_bytes());
            self.block.option(code, &value);
        }
        let counters = [
            (option::ISB_RECEIVED, statistics.received),
            (option::ISB_DROPPED, statistics.dropped),
            (option::ISB_ACCEPTED, statistics.accepted),
            (option::ISB_OS_DROPPED, statistics.dropped_by_os),
            (option::ISB_DELIVERED, statistics.delivered),
        ];
        for (code, counter) in counters {
            if let Some(count) = counter {
                self.block.option(code, &count.to_le_bytes());
            }
        }
        self.block.end_options();
        self.finish_block()
    }

    /// Bytes written so far, those in `out`'s buffer included.
    pub fn bytes_written(&self) -> u64 {
        self.written
    }

    /// Flushes `out`. A pcap file without any interface gets its header now, as Ethernet.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        if self.written == 0 {
            self.write_pcap_header(&Interface::new(LinkType::ETHERNET, 0, 1_000_000))?;
        }
        Ok(self.out.flush()?)
    }

    /// Flushes and gives back `out`.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.flush()?;
        Ok(self.out)
    }

    fn pcap_interface(&mut self, interface: &Interface) -> Result<Slot, WriteError> {
        match self.slots.first() {
            None => self.write_pcap_header(interface)?,
            Some(first) if first.link_type != interface.link_type => {
                return Err(WriteError::SeveralLinkTypes {
                    first: first.link_type,
                    second: interface.link_type,
                });
            }
            Some(_) => {}
        }
        let nanos_per_tick = if self.kind == FileType::Pcap { 1000 } else { 1 };
        Ok(Slot::new(interface, nanos_per_tick))
    }

    fn write_pcap_header(&mut self, interface: &Interface) -> Result<(), WriteError> {
        let magic = match self.kind {
            FileType::PcapNanos => MAGIC_NANOS,
            _ => MAGIC_MICROS,
        };
        let snaplen = if interface.snaplen == 0 { 262_144 } else { interface.snaplen };
        let fcs = interface.fcs_bits.map_or(0, |bits| 1 << 26 | u32::from(bits / 16) << 28);
        let version = 4 << 16 | 2;
        let link = u32::from(interface.link_type.0) | fcs;
        self.block.bytes.clear();
        for word in [magic, version, 0, 0, snaplen, link] {
            self.block.u32(word);
        }
        debug_assert_eq!(self.block.bytes.len(), FILE_HEADER);
        self.send()
    }

    fn write_pcap_record(&mut self, record: &Record, slot: Slot) -> Result<(), WriteError> {
        let time = record.meta.time.unwrap_or_default();
        let (seconds, nanos) = match u32::try_from(time.seconds()) {
            Ok(seconds) => (seconds, time.subsec_nanos()),
            Err(_) if time.0 < 0 => (0, 0),
            Err(_) => (u32::MAX, 999_999_999),
        };
        self.block.bytes.clear();
        self.block.u32(seconds);
        self.block.u32(nanos / slot.nanos_per_tick as u32);
        self.block.u32(record.data.len() as u32);
        self.block.u32(record.meta.length);
        debug_assert_eq!(self.block.bytes.len(), RECORD_HEADER);
        self.block.bytes.extend_from_slice(record.data);
        self.send()
    }

    fn write_section(&mut self, section: &SectionNotes) -> Result<(), WriteError> {
        self.block.start(block::SECTION);
        self.block.u32(BYTE_ORDER);
        self.block.u32(1); // version 1.0
        self.block.bytes.extend_from_slice(&(-1i64).to_le_bytes()); // length not known yet
        for comment in &section.comments {
            self.block.option(option::COMMENT, comment.as_bytes());
        }
        self.block.text_option(option::SHB_HARDWARE, section.hardware.as_deref());
        self.block.text_option(option::SHB_OS, section.os.as_deref());
        self.block.text_option(option::SHB_APPLICATION, section.application.as_deref());
        self.block.end_options();
        self.finish_block()
    }

    fn write_interface(&mut self, interface: &Interface) -> Result<Slot, WriteError> {
        let (power, nanos_per_tick) = resolution(interface.ticks_per_second);
        let block = &mut self.block;
        block.start(block::INTERFACE);
        block.u32(u32::from(interface.link_type.0));
        block.u32(interface.snaplen);
        block.text_option(option::COMMENT, interface.comment.as_deref());
        block.text_option(option::IF_NAME, interface.name.as_deref());
        block.text_option(option::IF_DESCRIPTION, interface.description.as_deref());
        for (address, prefix) in &interface.addresses {
            block.address(*address, *prefix);
        }
        if let Some(mac) = interface.mac {
            block.option(option::IF_MAC, &mac);
        }
        if let Some(speed) = interface.speed {
            block.option(option::IF_SPEED, &speed.to_le_bytes());
        }
        block.option(option::IF_TSRESOL, &[power]);
        if let Some(filter) = &interface.filter {
            let value: Vec<u8> = [0].into_iter().chain(filter.bytes()).collect();
            block.option(option::IF_FILTER, &value);
        }
        block.text_option(option::IF_OS, interface.os.as_deref());
        if let Some(bits) = interface.fcs_bits {
            block.option(option::IF_FCSLEN, &[bits]);
        }
        block.text_option(option::IF_HARDWARE, interface.hardware.as_deref());
        block.end_options();
        self.finish_block()?;
        Ok(Slot::new(interface, nanos_per_tick))
    }

    fn write_simple_packet(&mut self, record: &Record) -> Result<(), WriteError> {
        self.block.start(block::SIMPLE_PACKET);
        self.block.u32(record.meta.length);
        self.block.padded(record.data);
        self.finish_block()
    }

    fn write_enhanced_packet<'c>(
        &mut self,
        record: &Record,
        interface: u32,
        slot: Slot,
        comments: impl Iterator<Item = &'c str>,
    ) -> Result<(), WriteError> {
        let ticks = slot.ticks(record.meta.time.unwrap_or_default());
        let block = &mut self.block;
        block.start(block::ENHANCED_PACKET);
        block.u32(interface);
        block.u32((ticks >> 32) as u32);
        block.u32(ticks as u32);
        block.u32(record.data.len() as u32);
        block.u32(record.meta.length);
        block.padded(record.data);
        let options = block.bytes.len();
        for comment in comments {
            block.option(option::COMMENT, comment.as_bytes());
        }
        if let Some(flags) = record.meta.flags {
            block.option(option::EPB_FLAGS, &flags.to_le_bytes());
        }
        if block.bytes.len() > options {
            block.end_options();
        }
        self.finish_block()
    }

    fn finish_block(&mut self) -> Result<(), WriteError> {
        self.block.finish();
        self.send()
    }

    fn send(&mut self) -> Result<(), WriteError> {
        self.out.write_all(&self.block.bytes)?;
        self.written += self.block.bytes.len() as u64;
        Ok(())
    }
}

impl Slot {
    fn new(interface: &Interface, nanos_per_tick: i64) -> Slot {
        Slot { link_type: interface.link_type, snaplen: interface.snaplen, nanos_per_tick }
    }

    /// Times before 1970 can't be written and become 0.
    fn ticks(&self, time: Timestamp) -> u64 {
        u64::try_from(time.0 / self.nanos_per_tick).unwrap_or(0)
    }

    /// A simple packet block has no time, and its length must follow from the snap length.
    fn fits_simple_packet(&self, record: &Record) -> bool {
        let snaplen = if self.snaplen == 0 { u32::MAX } else { self.snaplen };
        record.meta.time.is_none() && record.data.len() as u32 == record.meta.length.min(snaplen)
    }
}

/// The power of ten to write for a resolution, and its nanoseconds a tick. What is finer than
/// nanoseconds, or no power of ten, is written in nanoseconds.
fn resolution(ticks_per_second: u64) -> (u8, i64) {
    let power = ticks_per_second.checked_ilog10().unwrap_or(9).min(9);
    if 10u64.pow(power) == ticks_per_second { (power as u8, 10i64.pow(9 - power)) } else { (9, 1) }
}

/// A pcapng block in little-endian order.
#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
}

impl Block {
    fn start(&mut self, kind: u32) {
        self.bytes.clear();
        self.u32(kind);
        self.u32(0);
    }

    /// Fills in the length, here and at the end.
    fn finish(&mut self) {
        let length = (self.bytes.len() as u32 + 4).to_le_bytes();
        self.bytes.extend_from_slice(&length);
        if let Some(place) = self.bytes.get_mut(4..8) {
            place.copy_from_slice(&length);
        }
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn padded(&mut self, data: &[u8]) {
        self.bytes.extend_from_slice(data);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// An option; what is longer than 65,535 bytes is cut.
    fn option(&mut self, code: u16, value: &[u8]) {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        self.bytes.extend_from_slice(&code.to_le_bytes());
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.padded(value.get(..usize::from(length)).unwrap_or(value));
    }

    fn text_option(&mut self, code: u16, text: Option<&str>) {
        if let Some(text) = text {
            self.option(code, text.as_bytes());
        }
    }

    fn end_options(&mut self) {
        self.u32(u32::from(option::END));
    }

    /// An address with its mask (IPv4) or prefix length (IPv6).
    fn address(&mut self, address: IpAddr, prefix: u8) {
        match address {
            IpAddr::V4(v4) => {
                let host_bits = 32 - u32::from(prefix.min(32));
                let mask = u32::MAX.checked_shl(host_bits).unwrap_or(0);
                let value = [v4.octets(), mask.to_be_bytes()].concat();
                self.option(option::IF_IPV4, &value);
            }
            IpAddr::V6(v6) => {
                let value = [v6.octets().as_slice(), &[prefix]].concat();
                self.option(option::IF_IPV6, &value);
            }
        }
    }

    /// A record of a name resolution block, which looks like an option.
    fn name(&mut self, kind: u16, address: &[u8], name: &str) {
        let value = [address, name.as_bytes(), &[0]].concat();
        self.option(kind, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_are_kept_where_they_can_be() {
        assert_eq!(resolution(1_000_000), (6, 1000));
        assert_eq!(resolution(1_000_000_000), (9, 1));
        assert_eq!(resolution(1), (0, 1_000_000_000));
        assert_eq!(resolution(1024), (9, 1));
        assert_eq!(resolution(10u64.pow(12)), (9, 1));
        assert_eq!(resolution(0), (9, 1));
    }

    #[test]
    fn pcap_refuses_a_second_link_type() {
        let ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000);
        let loopback = Interface::new(LinkType::NULL, 0, 1_000_000);
        let mut writer = Writer::new(Vec::new(), FileType::Pcap, std::slice::from_ref(&ethernet)).unwrap();
        assert_eq!(writer.add_interface(&ethernet).unwrap(), 1);
        let error = writer.add_interface(&loopback).unwrap_err().to_string();
        assert!(error.contains("EN10MB and NULL") && error.contains("-F pcapng"), "{error}");
    }

    #[test]
    fn an_empty_pcap_still_has_a_header() {
        let writer = Writer::new(Vec::new(), FileType::Pcap, &[]).unwrap();
        assert_eq!(writer.finish().unwrap().len(), FILE_HEADER);
    }

    #[test]
    fn file_types_have_names() {
        assert_eq!(FileType::from_name("nsecpcap"), Some(FileType::PcapNanos));
        assert_eq!(FileType::from_name("erf"), None);
    }
}
