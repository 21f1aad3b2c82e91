//! What a walk may know beside the bytes: the record, the settings, the facts, the buffers made
//! from several packets, the names of addresses and ports.

use std::ops::RangeInclusive;

use super::facts::Facts;
use super::names::Names;
use super::protocol::Key;

/// All that dissecting one packet depends on: the same bytes and context give the same result.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub record: &'a RecordInfo<'a>,
    pub settings: &'a Settings,
    pub facts: &'a Facts,
    /// Reassembled bytes: source 1 is the first element.
    pub sources: &'a [Vec<u8>],
    pub names: &'a Names,
}

/// The record that holds the packet.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordInfo<'a> {
    /// Frame number, from 1.
    pub number: u32,
    /// Nanoseconds since 1970; `None` where the file has no time.
    pub time: Option<i64>,
    /// Nanoseconds since the previous captured, the previous displayed, and the first (or reference) frame.
    pub delta: i64,
    pub delta_displayed: i64,
    pub relative: i64,
    pub captured: u32,
    pub length: u32,
    /// LINKTYPE_ number.
    pub link_type: u16,
    pub interface: Option<InterfaceInfo<'a>>,
    pub section: Option<u32>,
    /// pcapng epb_flags, where the file has them.
    pub flags: Option<u32>,
    /// Decimal digits of the capture's time stamps.
    pub digits: u8,
    pub comments: &'a [String],
    pub fcs_bits: Option<u8>,
    pub marked: bool,
    pub ignored: bool,
    /// Wireshark's number of the encapsulation (`frame.encap_type`).
    pub encapsulation: u16,
    /// Name of the colouring rule that applies and its filter, where colours are wanted.
    pub colour: Option<(&'a str, &'a str)>,
}

/// The interface of the record, where the file describes it (pcapng).
#[derive(Clone, Copy, Debug, Default)]
pub struct InterfaceInfo<'a> {
    pub id: u32,
    pub name: Option<&'a str>,
    pub description: Option<&'a str>,
}

/// Preferences that change what dissection says. The names are those of `-o`.
#[derive(Clone, Debug)]
pub struct Settings {
    pub ip_check_checksum: bool,
    pub tcp_check_checksum: bool,
    pub udp_check_checksum: bool,
    pub ip_defragment: bool,
    pub ipv6_defragment: bool,
    pub tcp_desegment: bool,
    pub tcp_reassemble_out_of_order: bool,
    pub tcp_analyze_sequence_numbers: bool,
    pub tcp_relative_sequence_numbers: bool,
    pub tcp_calculate_timestamps: bool,
    /// Fields of our own (`sniff.…`) in compatible output.
    pub own_fields: bool,
    /// Names instead of numbers: of MAC addresses' vendors, networks, transport ports.
    pub resolve_mac: bool,
    pub resolve_network: bool,
    pub resolve_transport: bool,
    /// Names of addresses from the capture's own DNS.
    pub resolve_capture: bool,
    /// `-d`: what is claimed by one of these keys goes to the protocol of this name instead; the last counts.
    pub decode_as: Vec<(RangeInclusive<Key>, &'static str)>,
    /// `--disable-protocol`.
    pub disabled: Vec<&'static str>,
    /// Time zone for `Base::Local` times: seconds east of UTC are asked of the system, unless UTC is forced.
    pub utc: bool,
}

impl Settings {
    /// Whether TCP's sequence numbers count from 0, for which somebody has to follow the connection.
    pub fn relative_numbers(&self) -> bool {
        self.tcp_relative_sequence_numbers && self.tcp_analyze_sequence_numbers
    }

    /// Whether addresses are shown by the names that the capture's DNS gives them.
    pub fn resolves_from_capture(&self) -> bool {
        self.resolve_network && self.resolve_capture
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            ip_check_checksum: false,
            tcp_check_checksum: false,
            udp_check_checksum: false,
            ip_defragment: true,
            ipv6_defragment: true,
            tcp_desegment: true,
            tcp_reassemble_out_of_order: false,
            tcp_analyze_sequence_numbers: true,
            tcp_relative_sequence_numbers: true,
            tcp_calculate_timestamps: true,
            own_fields: false,
            resolve_mac: true,
            resolve_network: false,
            resolve_transport: false,
            resolve_capture: false,
            decode_as: Vec::new(),
            disabled: Vec::new(),
            utc: false,
        }
    }
}
