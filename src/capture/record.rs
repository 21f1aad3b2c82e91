//! What a captured packet is: its bytes, its time, its lengths, and the interface that saw it.
//!
//! Every source (pcap, pcapng, a live interface) is brought to these types; nothing above
//! `capture` knows which file format a packet came from.

use std::net::IpAddr;

/// Nanoseconds since 1970-01-01 00:00 UTC. Files that hold more than an `i64` can (years
/// before 1677 or after 2262) saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From seconds and nanoseconds; nanoseconds of a second or more carry over, as real
    /// files contain them.
    pub fn new(seconds: i64, nanos: i64) -> Timestamp {
        Timestamp(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }

    /// Whole seconds, rounded towards minus infinity.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Nanoseconds within the second, 0..1_000_000_000.
    pub fn subsec_nanos(self) -> u32 {
        self.0.rem_euclid(1_000_000_000) as u32
    }
}

/// A link-layer header type, the LINKTYPE_ number of the tcpdump.org registry
/// (not the DLT_ number, which differs between systems for a few types).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkType(pub u16);

impl LinkType {
    pub const NULL: LinkType = LinkType(0);
    pub const ETHERNET: LinkType = LinkType(1);
    pub const PPP: LinkType = LinkType(9);
    pub const PPP_HDLC: LinkType = LinkType(50);
    pub const PPP_ETHER: LinkType = LinkType(51);
    pub const RAW: LinkType = LinkType(101);
    pub const CHDLC: LinkType = LinkType(104);
    pub const FRELAY: LinkType = LinkType(107);
    pub const LOOP: LinkType = LinkType(108);
    pub const LINUX_SLL: LinkType = LinkType(113);
    pub const IPV4: LinkType = LinkType(228);
    pub const IPV6: LinkType = LinkType(229);
    pub const LINUX_SLL2: LinkType = LinkType(276);
}

/// An interface as a capture file describes it (pcapng IDB), or the one of a pcap file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    pub link_type: LinkType,
    /// The most bytes kept of a packet; 0 means no limit.
    pub snaplen: u32,
    /// Units per second of the file's time stamps (1_000_000 for microseconds).
    pub ticks_per_second: u64,
    /// Decimal digits of a second that the time stamps carry (what "file precision" shows):
    /// 6 or 9, seldom 0 to 3; see [`digits_of`].
    pub digits: u8,
    pub name: Option<String>,
    pub description: Option<String>,
    pub filter: Option<String>,
    pub os: Option<String>,
    pub hardware: Option<String>,
    /// Addresses with their prefix lengths (if_IPv4addr, if_IPv6addr).
    pub addresses: Vec<(IpAddr, u8)>,
    /// Length of the frame check sequence at the end of each frame in bits, where the file
    /// says so (pcapng if_fcslen, the FCS bits of a pcap header's link-type word).
    pub fcs_bits: Option<u8>,
    /// The pcapng section (0 for the first) that the interface belongs to.
    pub section: u32,
    /// Hardware address (if_MACaddr).
    pub mac: Option<[u8; 6]>,
    /// Bits per second (if_speed).
    pub speed: Option<u64>,
    /// The first comment of the interface's block.
    pub comment: Option<String>,
}

impl Interface {
    /// An interface of which nothing else is known; `ticks_per_second` is the resolution of
    /// its time stamps.
    pub fn new(link_type: LinkType, snaplen: u32, ticks_per_second: u64) -> Interface {
        Interface {
            link_type,
            snaplen,
            ticks_per_second,
            digits: digits_of(ticks_per_second),
            ..Interface::default()
        }
    }
}

/// Decimal digits shown for a resolution in units per second: 0, 1, 2, 3, 6 or 9, the
/// largest that the units can fill (tshark shows the same).
pub fn digits_of(ticks_per_second: u64) -> u8 {
    match ticks_per_second.checked_ilog10().unwrap_or(0) {
        few @ 0..=2 => few as u8,
        3..=5 => 3,
        6..=8 => 6,
        _ => 9,
    }
}

/// All that is known of a packet but its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordMeta {
    /// Where the packet's *data* begins in its `Source`, in bytes.
    pub offset: u64,
    /// `None` where the file has no time (a pcapng simple packet block).
    pub time: Option<Timestamp>,
    /// Bytes captured, which is also how many lie at `offset`.
    pub captured: u32,
    /// Bytes on the wire.
    pub length: u32,
    /// Index into the scanner's interfaces, numbered through all sections.
    pub interface: u32,
    /// pcapng epb_flags (direction in bits 0-1: 1 inbound, 2 outbound), where the file has them.
    pub flags: Option<u32>,
    /// True if the packet has a comment (kept by the scanner, by record number).
    pub commented: bool,
}

/// A captured packet.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub meta: RecordMeta,
    pub data: &'a [u8],
}
