//! What a capture file says beside its packets: comments, the machine it was made on, names of
//! addresses, secrets for decryption, counters of interfaces.

use std::net::IpAddr;

use super::record::Timestamp;

/// Everything found so far; grows while the scanner moves on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// One entry a pcapng section; empty for pcap.
    pub sections: Vec<SectionNotes>,
    /// Comments on packets with the packet's number (from 1), in order.
    pub comments: Vec<(u64, String)>,
    /// Names of addresses from name-resolution blocks.
    pub names: Vec<(IpAddr, String)>,
    /// Names of hardware addresses from name-resolution blocks.
    pub mac_names: Vec<([u8; 6], String)>,
    /// Secrets for decryption, such as a TLS key log.
    pub secrets: Vec<Secrets>,
    /// The latest counters of each interface that has any.
    pub statistics: Vec<InterfaceStatistics>,
    /// Blocks that were passed over because their type is unknown.
    pub skipped_blocks: u64,
}

impl Notes {
    /// The comments on packet `number` (from 1), in the order of the file.
    pub fn comments_on(&self, number: u64) -> impl Iterator<Item = &str> {
        let from = self.comments.partition_point(|(n, _)| *n < number);
        let rest = self.comments.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(n, _)| *n == number).map(|(_, text)| text.as_str())
    }

    /// Replaces what was known of the same interface: statistics blocks are cumulative.
    pub(super) fn set_statistics(&mut self, new: InterfaceStatistics) {
        let old = self.statistics.iter_mut().find(|s| s.interface == new.interface);
        match old {
            Some(old) => *old = new,
            None => self.statistics.push(new),
        }
    }
}

/// What a pcapng section header says of where the file comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SectionNotes {
    pub comments: Vec<String>,
    pub hardware: Option<String>,
    pub os: Option<String>,
    pub application: Option<String>,
}

/// A decryption secrets block.
#[derive(Clone, Debug, PartialEq)]
pub struct Secrets {
    /// Four ASCII letters as a number, `0x544c534b` ("TLSK") for a TLS key log.
    pub kind: u32,
    pub data: Vec<u8>,
}

impl Secrets {
    /// The kind of an NSS key log, as TLS libraries write them.
    pub const TLS_KEY_LOG: u32 = 0x544c_534b;
}

/// Counters of an interface (pcapng ISB), each `None` where the file doesn't give it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterfaceStatistics {
    /// Index into the scanner's interfaces.
    pub interface: u32,
    /// When the counters were read.
    pub time: Option<Timestamp>,
    /// When the capture started and ended.
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    /// Packets that came from the interface.
    pub received: Option<u64>,
    /// Packets lost for want of room on the interface (`isb_ifdrop`).
    pub dropped: Option<u64>,
    /// Packets that the capture filter let pass.
    pub accepted: Option<u64>,
    /// Packets lost by the operating system (`isb_osdrop`).
    pub dropped_by_os: Option<u64>,
    /// Packets handed to the program.
    pub delivered: Option<u64>,
    pub comment: Option<String>,
}
