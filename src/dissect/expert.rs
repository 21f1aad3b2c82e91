//! Expert information: what a dissector remarks about a packet, with its severity.

use super::field::Field;

/// One remark that a protocol can make, declared beside its fields.
pub struct Expert {
    /// Its name in filters (`tcp.analysis.retransmission`) and the summary as label.
    pub field: Field,
    pub group: Group,
    pub severity: Severity,
}

impl Expert {
    pub const fn new(name: &'static str, summary: &'static str, group: Group, severity: Severity) -> Expert {
        Expert { field: Field::new(name, summary), group, severity }
    }
}

/// How serious a remark is; the numbers are those of `_ws.expert.severity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Comment = 0x0010_0000,
    Chat = 0x0020_0000,
    Note = 0x0040_0000,
    Warning = 0x0060_0000,
    Error = 0x0080_0000,
}

/// What a remark is about; the numbers are those of `_ws.expert.group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Checksum = 0x0100_0000,
    Sequence = 0x0200_0000,
    Response = 0x0300_0000,
    Request = 0x0400_0000,
    Undecoded = 0x0500_0000,
    Reassemble = 0x0600_0000,
    Malformed = 0x0700_0000,
    Debug = 0x0800_0000,
    Protocol = 0x0900_0000,
    Security = 0x0a00_0000,
    Comments = 0x0b00_0000,
    Decryption = 0x0c00_0000,
    Assumption = 0x0d00_0000,
    Deprecated = 0x0e00_0000,
}

pub const SEVERITIES: &[(u64, &str)] = &[
    (Severity::Comment as u64, "Comment"),
    (Severity::Chat as u64, "Chat"),
    (Severity::Note as u64, "Note"),
    (Severity::Warning as u64, "Warning"),
    (Severity::Error as u64, "Error"),
];

pub const GROUPS: &[(u64, &str)] = &[
    (Group::Checksum as u64, "Checksum"),
    (Group::Sequence as u64, "Sequence"),
    (Group::Response as u64, "Response"),
    (Group::Request as u64, "Request"),
    (Group::Undecoded as u64, "Undecoded"),
    (Group::Reassemble as u64, "Reassemble"),
    (Group::Malformed as u64, "Malformed"),
    (Group::Debug as u64, "Debug"),
    (Group::Protocol as u64, "Protocol"),
    (Group::Security as u64, "Security"),
    (Group::Comments as u64, "Comment"),
    (Group::Decryption as u64, "Decryption"),
    (Group::Assumption as u64, "Assumption"),
    (Group::Deprecated as u64, "Deprecated"),
];
