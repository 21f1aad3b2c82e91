//! Where packets come from and where they are written to: capture files, pipes and live
//! interfaces, all brought to [`Record`]s and [`Interface`]s.
//!
//! Nothing here looks inside a packet, and this module imports no other of the crate.

pub mod compressed;
pub mod error;
pub mod helper;
pub mod interfaces;
pub mod libpcap;
pub mod linktypes;
pub mod live;
pub mod looks;
pub mod notes;
pub mod pcap;
pub mod pcapng;
pub mod record;
pub mod rights;
pub mod ring;
pub mod scan;
pub mod source;
pub mod spool;
pub mod write;

pub use error::{OpenError, ReadError, Reason, Truncated};
pub use notes::{InterfaceStatistics, Notes, Secrets, SectionNotes};
pub use record::{Interface, LinkType, Record, RecordMeta, Timestamp};
pub use ring::{Progress, RingOptions, RingWriter, StopConditions};
pub use scan::{Format, Move, Scanner, Step};
pub use source::Source;
pub use write::{FileType, WriteError, Writer};
