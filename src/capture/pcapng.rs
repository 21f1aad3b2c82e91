//! The pcapng format (draft-ietf-opsawg-pcapng): blocks in sections, each section with its own
//! byte order and interfaces. Interfaces are numbered through all sections; blocks of unknown
//! types are passed over and counted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::error::{OpenError, ReadError, Reason};
use super::notes::{InterfaceStatistics, Secrets, SectionNotes};
use super::record::{Interface, LinkType, RecordMeta, Timestamp, digits_of};
use super::scan::{Found, Known, Last, Start, Window, most_captured};

/// Block types.
pub mod block {
    pub const SECTION: u32 = 0x0a0d_0d0a;
    pub const INTERFACE: u32 = 1;
    /// Obsolete.
    pub const PACKET: u32 = 2;
    pub const SIMPLE_PACKET: u32 = 3;
    pub const NAMES: u32 = 4;
    pub const STATISTICS: u32 = 5;
    pub const ENHANCED_PACKET: u32 = 6;
    pub const SECRETS: u32 = 10;
}

/// Option codes; the same number means different things in different blocks.
pub mod option {
    pub const END: u16 = 0;
    pub const COMMENT: u16 = 1;
    pub const SHB_HARDWARE: u16 = 2;
    pub const SHB_OS: u16 = 3;
    pub const SHB_APPLICATION: u16 = 4;
    pub const IF_NAME: u16 = 2;
    pub const IF_DESCRIPTION: u16 = 3;
    pub const IF_IPV4: u16 = 4;
    pub const IF_IPV6: u16 = 5;
    pub const IF_MAC: u16 = 6;
    pub const IF_SPEED: u16 = 8;
    pub const IF_TSRESOL: u16 = 9;
    pub const IF_FILTER: u16 = 11;
    pub const IF_OS: u16 = 12;
    pub const IF_FCSLEN: u16 = 13;
    pub const IF_TSOFFSET: u16 = 14;
    pub const IF_HARDWARE: u16 = 15;
    pub const EPB_FLAGS: u16 = 2;
    pub const ISB_START: u16 = 2;
    pub const ISB_END: u16 = 3;
    pub const ISB_RECEIVED: u16 = 4;
    pub const ISB_DROPPED: u16 = 5;
    pub const ISB_ACCEPTED: u16 = 6;
    pub const ISB_OS_DROPPED: u16 = 7;
    pub const ISB_DELIVERED: u16 = 8;
}

/// The number that tells a section's byte order.
pub const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Larger blocks of known types are taken for damage.
const LARGEST_BLOCK: u32 = (256 << 20) + (64 << 10);
/// Larger blocks of unknown types are not read to be passed over.
const LARGEST_READ: u32 = 1 << 20;
/// More interfaces than any real file describes; each costs memory.
const MOST_INTERFACES: usize = 1 << 16;

/// What has to be known to read blocks.
#[derive(Debug)]
pub(super) struct Reader {
    order: Order,
    /// The first interface of this section, in the numbering of the file.
    first_interface: u32,
    /// One entry an interface of the file.
    slots: Vec<Slot>,
}

/// What packets need of their interface.
#[derive(Clone, Copy, Debug)]
struct Slot {
    clock: Clock,
    most: u32,
    snaplen: u32,
}

impl Reader {
    /// Checks the first section's header; `None` if the magic number is another format's.
    pub fn open(start: &Start) -> Result<Option<Reader>, OpenError> {
        if start.magic() != Some(block::SECTION.to_be_bytes()) {
            return Ok(None);
        }
        let header: [u8; 28] = start.header()?;
        let Some(order) = Order::of_section(&header) else {
            return Ok(None);
        };
        let (major, minor) = (order.u16(&header, 12), order.u16(&header, 14));
        if !known_version(major, minor) {
            return Err(OpenError::Version { format: "pcapng", major, minor });
        }
        Ok(Some(Reader { order, first_interface: 0, slots: Vec::new() }))
    }

    #[inline]
    pub fn next(
        &mut self,
        window: &mut Window,
        known: &mut Known,
        last: &mut Last,
    ) -> Result<Found, ReadError> {
        loop {
            if let Some(other) = window.want(12)? {
                return Ok(other);
            }
            let kind = self.order.u32(window.bytes(), 0);
            if kind == block::SECTION {
                self.order = Order::of_section(window.bytes()).ok_or_else(|| {
                    let mark = self.order.u32(window.bytes(), 8);
                    known.malformed(window, Reason::ByteOrder(mark))
                })?;
            }
            let length = self.order.u32(window.bytes(), 4);
            if length < 12 || !length.is_multiple_of(4) {
                return Err(known.malformed(window, Reason::BlockLength(length)));
            }
            if let Some(other) = self.fetch(kind, length, window, known)? {
                return Ok(other);
            }
            let found = self.block(kind, length as usize, window, known, last);
            let found = found.map_err(|reason| known.malformed(window, reason))?;
            window.advance(length as usize);
            if found {
                return Ok(Found::Packet);
            }
        }
    }

    /// Brings a block into memory and checks that it ends as it began. Only the existence of
    /// large unknown blocks is checked.
    #[inline]
    fn fetch(
        &self,
        kind: u32,
        length: u32,
        window: &mut Window,
        known: &Known,
    ) -> Result<Option<Found>, ReadError> {
        if length > LARGEST_READ {
            if !is_known(kind) {
                return Ok(window.want_to_skip(length as usize));
            }
            if length > LARGEST_BLOCK {
                return Err(known.malformed(window, Reason::HugeBlock { kind, length }));
            }
        }
        if let Some(other) = window.want(length as usize)? {
            return Ok(Some(other));
        }
        let last = self.order.u32(window.bytes(), length as usize - 4);
        if last != length {
            return Err(known.malformed(window, Reason::Lengths { first: length, last }));
        }
        Ok(None)
    }

    /// Takes in a block; true for a packet.
    #[inline]
    fn block(
        &mut self,
        kind: u32,
        length: usize,
        window: &Window,
        known: &mut Known,
        last: &mut Last,
    ) -> Result<bool, Reason> {
        // Large unknown blocks are not in memory.
        let bytes = window.bytes().get(..length - 4).unwrap_or_default();
        let place = Place { offset: window.offset(), at: window.position() };
        match kind {
            block::ENHANCED_PACKET | block::PACKET => {
                self.packet(kind, bytes, place, known, last)?;
                return Ok(true);
            }
            block::SIMPLE_PACKET => {
                self.simple_packet(bytes, place, last)?;
                return Ok(true);
            }
            block::SECTION => self.section(bytes, known)?,
            block::INTERFACE => self.interface(bytes, known)?,
            block::NAMES => self.names(bytes, known),
            block::STATISTICS => self.statistics(bytes, known),
            block::SECRETS => self.secrets(bytes, known)?,
            _ => known.notes.skipped_blocks += 1,
        }
        known.version += 1;
        Ok(false)
    }

    /// An enhanced packet block, or the obsolete packet block, which differs in the width of
    /// its interface number.
    #[inline]
    fn packet(
        &self,
        kind: u32,
        bytes: &[u8],
        place: Place,
        known: &mut Known,
        last: &mut Last,
    ) -> Result<(), Reason> {
        const DATA: usize = 28;
        let Some(header) = bytes.first_chunk::<DATA>() else {
            return Err(short(kind, bytes));
        };
        let index = match kind {
            block::PACKET => u32::from(self.order.u16(header, 8)),
            _ => self.order.u32(header, 8),
        };
        let (interface, slot) = self.slot(index)?;
        let captured = self.order.u32(header, 20);
        if captured > slot.most {
            return Err(Reason::CapturedLength { captured, limit: slot.most });
        }
        let options = (DATA + captured as usize).next_multiple_of(4);
        if options > bytes.len() {
            return Err(short(kind, bytes));
        }
        last.at = place.at + DATA;
        last.meta = RecordMeta {
            offset: place.offset + DATA as u64,
            time: Some(slot.clock.time(self.ticks(header, 12))),
            captured,
            length: self.order.u32(header, 24),
            interface,
            flags: None,
            commented: false,
        };
        if options < bytes.len() {
            self.packet_options(bytes.get(options..).unwrap_or_default(), &mut last.meta, known);
        }
        Ok(())
    }

    fn packet_options(&self, options: &[u8], meta: &mut RecordMeta, known: &mut Known) {
        for (code, value) in self.order.options(options) {
            match code {
                option::EPB_FLAGS if value.len() == 4 => meta.flags = Some(self.order.u32(value, 0)),
                option::COMMENT => {
                    meta.commented = true;
                    let number = known.records + 1;
                    known.notes.comments.push((number, text(value)));
                    known.version += 1;
                }
                _ => {}
            }
        }
    }

    /// A packet without a time, of the section's first interface; the bytes captured follow
    /// from the snap length.
    fn simple_packet(&self, bytes: &[u8], place: Place, last: &mut Last) -> Result<(), Reason> {
        const DATA: usize = 12;
        if bytes.len() < DATA {
            return Err(short(block::SIMPLE_PACKET, bytes));
        }
        let (interface, slot) = self.slot(0)?;
        let length = self.order.u32(bytes, 8);
        let snaplen = if slot.snaplen == 0 { u32::MAX } else { slot.snaplen };
        let captured = length.min(snaplen);
        if captured as usize > bytes.len() - DATA {
            return Err(short(block::SIMPLE_PACKET, bytes));
        }
        last.at = place.at + DATA;
        last.meta = RecordMeta {
            offset: place.offset + DATA as u64,
            captured,
            length,
            interface,
            ..RecordMeta::default()
        };
        Ok(())
    }

    #[inline]
    fn slot(&self, index: u32) -> Result<(u32, &Slot), Reason> {
        let known = self.slots.len() as u32 - self.first_interface;
        let number = self.first_interface.saturating_add(index);
        let slot = self.slots.get(number as usize);
        slot.map(|slot| (number, slot)).ok_or(Reason::Interface { index, known })
    }

    /// A 64-bit time in two halves, the upper one first.
    #[inline]
    fn ticks(&self, bytes: &[u8], at: usize) -> u64 {
        u64::from(self.order.u32(bytes, at)) << 32 | u64::from(self.order.u32(bytes, at + 4))
    }

    fn section(&mut self, bytes: &[u8], known: &mut Known) -> Result<(), Reason> {
        if bytes.len() < 24 {
            return Err(short(block::SECTION, bytes));
        }
        let (major, minor) = (self.order.u16(bytes, 12), self.order.u16(bytes, 14));
        if !known_version(major, minor) {
            return Err(Reason::SectionVersion { major, minor });
        }
        self.first_interface = self.slots.len() as u32;
        let mut section = SectionNotes::default();
        for (code, value) in self.order.options(bytes.get(24..).unwrap_or_default()) {
            match code {
                option::COMMENT => section.comments.push(text(value)),
                option::SHB_HARDWARE => section.hardware = Some(text(value)),
                option::SHB_OS => section.os = Some(text(value)),
                option::SHB_APPLICATION => section.application = Some(text(value)),
                _ => {}
            }
        }
        known.notes.sections.push(section);
        Ok(())
    }

    fn interface(&mut self, bytes: &[u8], known: &mut Known) -> Result<(), Reason> {
        if bytes.len() < 16 || self.slots.len() >= MOST_INTERFACES {
            return Err(short(block::INTERFACE, bytes));
        }
        let link_type = LinkType::from_dlt(self.order.u16(bytes, 8));
        let snaplen = self.order.u32(bytes, 12);
        let mut interface = Interface::new(link_type, snaplen, 1_000_000);
        interface.section = known.notes.sections.len().saturating_sub(1) as u32;
        let mut clock = Clock::new(1_000_000);
        for (code, value) in self.order.options(bytes.get(16..).unwrap_or_default()) {
            match code {
                option::IF_TSRESOL => {
                    interface.ticks_per_second = resolution(value);
                    interface.digits = digits_of(interface.ticks_per_second);
                    clock = Clock { offset: clock.offset, ..Clock::new(interface.ticks_per_second) };
                }
                option::IF_TSOFFSET => clock.offset = self.order.u64(value) as i64,
                _ => self.interface_option(&mut interface, code, value),
            }
        }
        let most = most_captured(link_type, snaplen);
        self.slots.push(Slot { clock, most, snaplen });
        known.interfaces.push(interface);
        Ok(())
    }

    fn interface_option(&self, interface: &mut Interface, code: u16, value: &[u8]) {
        match code {
            option::COMMENT if interface.comment.is_none() => interface.comment = Some(text(value)),
            option::IF_NAME => interface.name = Some(text(value)),
            option::IF_DESCRIPTION => interface.description = Some(text(value)),
            option::IF_IPV4 | option::IF_IPV6 => interface.addresses.extend(address(value)),
            option::IF_MAC => interface.mac = value.first_chunk().copied(),
            option::IF_SPEED if value.len() == 8 => interface.speed = Some(self.order.u64(value)),
            // The first byte says what follows: 0 a filter expression, 1 BPF code.
            option::IF_FILTER => {
                if let Some((0, expression)) = value.split_first() {
                    interface.filter = Some(text(expression));
                }
            }
            option::IF_OS => interface.os = Some(text(value)),
            option::IF_HARDWARE => interface.hardware = Some(text(value)),
            // Defined in bits, but often written in bytes.
            option::IF_FCSLEN => {
                let bits = |&length: &u8| if length <= 8 { length * 8 } else { length };
                interface.fcs_bits = value.first().map(bits);
            }
            _ => {}
        }
    }

    /// A name resolution block: records of an address and the names it has.
    fn names(&self, bytes: &[u8], known: &mut Known) {
        let notes = &mut known.notes;
        for (kind, value) in self.order.options(bytes.get(8..).unwrap_or_default()) {
            match kind {
                1 => {
                    let Some((four, rest)) = value.split_first_chunk::<4>() else {
                        continue;
                    };
                    let address = IpAddr::from(*four);
                    notes.names.extend(split_names(rest).map(|name| (address, name)));
                }
                2 => {
                    let Some((sixteen, rest)) = value.split_first_chunk::<16>() else {
                        continue;
                    };
                    let address = IpAddr::from(*sixteen);
                    notes.names.extend(split_names(rest).map(|name| (address, name)));
                }
                3 => {
                    let Some((mac, rest)) = value.split_first_chunk::<6>() else {
                        continue;
                    };
                    notes.mac_names.extend(split_names(rest).map(|name| (*mac, name)));
                }
                _ => {}
            }
        }
    }

    /// Counters; those of an unknown interface are passed over.
    fn statistics(&self, bytes: &[u8], known: &mut Known) {
        let Ok((interface, slot)) = self.slot(self.order.u32(bytes, 8)) else {
            return;
        };
        let time = |at: &[u8], from| Some(slot.clock.time(self.ticks(at, from)));
        let mut counters =
            InterfaceStatistics { interface, time: time(bytes, 12), ..InterfaceStatistics::default() };
        for (code, value) in self.order.options(bytes.get(20..).unwrap_or_default()) {
            if code == option::COMMENT {
                counters.comment = Some(text(value));
                continue;
            }
            if value.len() != 8 {
                continue;
            }
            let number = Some(self.order.u64(value));
            match code {
                option::ISB_START => counters.start = time(value, 0),
                option::ISB_END => counters.end = time(value, 0),
                option::ISB_RECEIVED => counters.received = number,
                option::ISB_DROPPED => counters.dropped = number,
                option::ISB_ACCEPTED => counters.accepted = number,
                option::ISB_OS_DROPPED => counters.dropped_by_os = number,
                option::ISB_DELIVERED => counters.delivered = number,
                _ => {}
            }
        }
        known.notes.set_statistics(counters);
    }

    fn secrets(&self, bytes: &[u8], known: &mut Known) -> Result<(), Reason> {
        let length = self.order.u32(bytes, 12) as usize;
        let Some(data) = bytes.get(16..).and_then(|rest| rest.get(..length)) else {
            return Err(short(block::SECRETS, bytes));
        };
        known.notes.secrets.push(Secrets { kind: self.order.u32(bytes, 8), data: data.to_vec() });
        Ok(())
    }
}

/// Where a block begins: in the source and in the window's buffer.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    at: usize,
}

/// Converts ticks to nanoseconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Clock {
    ticks_per_second: u64,
    /// Nanoseconds in a tick, 0 if that is no whole number.
    nanos_per_tick: u64,
    /// Seconds to be added (if_tsoffset).
    offset: i64,
}

impl Clock {
    fn new(ticks_per_second: u64) -> Clock {
        const NANOS: u64 = 1_000_000_000;
        let whole = NANOS.is_multiple_of(ticks_per_second);
        Clock {
            ticks_per_second,
            nanos_per_tick: if whole { NANOS / ticks_per_second } else { 0 },
            offset: 0,
        }
    }

    #[inline]
    fn time(&self, ticks: u64) -> Timestamp {
        let nanos = match self.nanos_per_tick {
            0 => {
                let wide = u128::from(ticks) * 1_000_000_000 / u128::from(self.ticks_per_second);
                i64::try_from(wide).unwrap_or(i64::MAX)
            }
            each => i64::try_from(ticks.saturating_mul(each)).unwrap_or(i64::MAX),
        };
        Timestamp::new(self.offset, nanos)
    }
}

/// if_tsresol: a power of ten, or with the highest bit set of two. Powers beyond 64 bits are
/// taken for the largest there is.
fn resolution(value: &[u8]) -> u64 {
    match value.first().copied().unwrap_or(6) {
        power @ 0..=0x7f => 10u64.checked_pow(u32::from(power)).unwrap_or(10u64.pow(19)),
        power => 1 << (power & 0x7f).min(63),
    }
}

/// if_IPv4addr has a mask after the address, if_IPv6addr a prefix length.
fn address(value: &[u8]) -> Option<(IpAddr, u8)> {
    if let Ok([a, b, c, d, mask @ ..]) = <[u8; 8]>::try_from(value) {
        let prefix = u32::from_be_bytes(mask).leading_ones() as u8;
        return Some((Ipv4Addr::new(a, b, c, d).into(), prefix));
    }
    let (address, rest) = value.split_first_chunk::<16>()?;
    Some((Ipv6Addr::from(*address).into(), *rest.first()?))
}

/// Names, each ended by a NUL.
fn split_names(bytes: &[u8]) -> impl Iterator<Item = String> {
    let names = bytes.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    names.map(text)
}

/// Text as the file has it, without NULs at its end; wrong UTF-8 is shown as U+FFFD.
fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()
}

/// The block without its trailing length was too short.
#[cold]
fn short(kind: u32, bytes: &[u8]) -> Reason {
    Reason::ShortBlock { kind, length: bytes.len() as u32 + 4 }
}

fn is_known(kind: u32) -> bool {
    matches!(kind, block::INTERFACE..=block::ENHANCED_PACKET | block::SECRETS | block::SECTION)
}

/// 1.0 is the format; some writers say 1.2 and mean the same.
fn known_version(major: u16, minor: u16) -> bool {
    major == 1 && matches!(minor, 0 | 2)
}

/// The byte order of a section.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    Little,
    Big,
}

impl Order {
    /// The order that a section header's mark tells.
    fn of_section(bytes: &[u8]) -> Option<Order> {
        [Order::Little, Order::Big].into_iter().find(|order| order.u32(bytes, 8) == BYTE_ORDER)
    }

    /// The number at `at`, 0 past the end; so for the others.
    #[inline]
    fn u32(self, bytes: &[u8], at: usize) -> u32 {
        match (self, bytes.get(at..).and_then(|rest| rest.first_chunk())) {
            (Order::Little, Some(four)) => u32::from_le_bytes(*four),
            (Order::Big, Some(four)) => u32::from_be_bytes(*four),
            (_, None) => 0,
        }
    }

    #[inline]
    fn u16(self, bytes: &[u8], at: usize) -> u16 {
        match (self, bytes.get(at..).and_then(|rest| rest.first_chunk())) {
            (Order::Little, Some(two)) => u16::from_le_bytes(*two),
            (Order::Big, Some(two)) => u16::from_be_bytes(*two),
            (_, None) => 0,
        }
    }

    fn u64(self, bytes: &[u8]) -> u64 {
        match (self, bytes.first_chunk()) {
            (Order::Little, Some(eight)) => u64::from_le_bytes(*eight),
            (Order::Big, Some(eight)) => u64::from_be_bytes(*eight),
            (_, None) => 0,
        }
    }

    /// Options (and records of a name resolution block, which look the same): code and value,
    /// up to the end mark or what can't be one.
    fn options(self, mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
        std::iter::from_fn(move || {
            let rest = bytes.get(4..)?;
            let code = self.u16(bytes, 0);
            let length = usize::from(self.u16(bytes, 2));
            let value = rest.get(..length)?;
            bytes = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            (code != option::END).then_some((code, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions_of_ten_and_two() {
        assert_eq!(resolution(&[6]), 1_000_000);
        assert_eq!(resolution(&[9]), 1_000_000_000);
        assert_eq!(resolution(&[0x80 | 10]), 1024);
        assert_eq!(resolution(&[40]), 10u64.pow(19));
        assert_eq!(resolution(&[0xff]), 1 << 63);
        assert_eq!(resolution(&[]), 1_000_000);
    }

    #[test]
    fn clocks() {
        assert_eq!(Clock::new(1_000_000).time(1_500_000).0, 1_500_000_000);
        assert_eq!(Clock::new(1024).time(1536).0, 1_500_000_000);
        assert_eq!(Clock::new(10u64.pow(12)).time(1_500_000_000_000).0, 1_500_000_000);
        assert_eq!(Clock::new(1).time(u64::MAX).0, i64::MAX);
        let late = Clock { offset: -1, ..Clock::new(1000) };
        assert_eq!(late.time(1500).0, 500_000_000);
    }

    #[test]
    fn options_stop_at_nonsense() {
        let bytes = [1, 0, 1, 0, b'x', 0, 0, 0, 2, 0, 200, 0, 1, 2];
        let found: Vec<_> = Order::Little.options(&bytes).collect();
        assert_eq!(found, [(1, &b"x"[..])]);
    }

    #[test]
    fn addresses_have_prefixes() {
        let v4 = address(&[10, 0, 0, 1, 255, 255, 240, 0]);
        assert_eq!(v4, Some((IpAddr::from([10, 0, 0, 1]), 20)));
        let mut bytes = [0; 17];
        bytes[16] = 64;
        assert_eq!(address(&bytes), Some((IpAddr::from([0u8; 16]), 64)));
        assert_eq!(address(&[1, 2, 3]), None);
    }
}
