//! What the screens see of a trace: the [`Source`] trait, which hides how packets are kept, and the
//! [`Snapshot`], the plain data that one frame is drawn from. Nothing here knows the terminal.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::detail::Detail;

/// A trace as the user interface sees it. Every call answers at once: packets are counted from 0,
/// only what is asked for is dissected, and work over the whole trace happens behind [`Matches`].
pub trait Source: Send + Sync {
    /// What the trace is called: a file's or an interface's name.
    fn title(&self) -> String;
    /// Packets known so far.
    fn len(&self) -> u32;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn progress(&self) -> Progress;
    /// Nanoseconds since 1970; `None` where the file has no times.
    fn time(&self, packet: u32) -> Option<i64>;
    /// The columns of a packet; `fields` are the names of those columns that show a field.
    fn row(&self, packet: u32, fields: &[String]) -> Row;
    fn detail(&self, packet: u32) -> Detail;
    /// The captured bytes of a packet; empty if they are gone.
    fn bytes(&self, packet: u32) -> Vec<u8>;
    /// The conversation that a packet belongs to.
    fn conversation(&self, packet: u32) -> Option<Conversation>;
    /// What a display filter is worth, for the colour of the bar. `selected`: the packet that
    /// `${field}` refers to.
    fn check(&self, filter: &str, selected: Option<u32>) -> Check;
    /// How the word at a byte offset of a filter may go on. `recent`: words used before, latest first.
    fn complete(&self, filter: &str, cursor: usize, recent: &[String]) -> Completion;
    /// Starts a display filter; one that was started before gives way.
    fn filter(&self, filter: &str, selected: Option<u32>) -> Result<Box<dyn Matches>, Check>;
    /// Writes packets (`None`: all) to a file; says how many were written. Counts them on the way, and
    /// leaves no file once `progress` was told to stop.
    fn save(
        &self,
        packets: Option<&[u32]>,
        path: &Path,
        format: FileFormat,
        progress: &SaveProgress,
    ) -> Result<u64, Failure>;
    /// Stops reading or capturing; what is there stays.
    fn stop(&self);
    /// The program ends and nobody could be asked: what isn't kept anywhere is left for the next start.
    fn spare(&self) {}
    /// Reads the file, or captures, from the beginning.
    fn restart(&self) -> Result<Arc<dyn Source>, Failure>;
}

/// How far writing is, and whether it was given up.
#[derive(Debug, Default)]
pub struct SaveProgress {
    written: AtomicU64,
    stopped: AtomicBool,
}

impl SaveProgress {
    /// Another packet was written.
    pub fn add(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// What [`Snapshot::work`] calls the writing of packets.
pub const WRITING: &str = "writing";

/// A filter at work.
pub trait Matches: Send {
    /// The packets found so far, in order.
    fn packets(&self) -> Arc<Vec<u32>>;
    /// How many packets were looked at.
    fn looked_at(&self) -> u32;
    fn done(&self) -> bool;
    fn cancel(&self);
}

/// Gives traces and interfaces to the chooser and to `o`.
pub trait Provider: Send + Sync {
    fn open(&self, path: &Path) -> Result<Arc<dyn Source>, Failure>;
    fn capture(&self, interfaces: &[String], filter: Option<&str>) -> Result<Arc<dyn Source>, Failure>;
    /// Captures whose program ended without saving them.
    fn unsaved(&self) -> Vec<Recent>;
    /// The interfaces, and why packets can't be captured from them, if so. May take a while.
    fn interfaces(&self) -> (Vec<Interface>, Option<Failure>);
}

/// An interface in the chooser.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Interface {
    pub name: String,
    /// `None` for devices that are no interfaces.
    pub up: Option<bool>,
    /// With prefix lengths: `10.0.0.1/24`.
    pub addresses: Vec<String>,
    pub about: String,
    /// Packets seen since the interface exists; `None` where that isn't counted.
    pub packets: Option<u64>,
}

/// Why something did not work and, where known, the command that mends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    pub cause: String,
    pub remedy: Option<String>,
}

impl Failure {
    pub fn new(cause: impl Into<String>) -> Failure {
        Failure { cause: cause.into(), remedy: None }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.cause)?;
        match &self.remedy {
            Some(remedy) => write!(f, "; try: {remedy}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// How far reading or capturing is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Bytes of the whole file, where that is known.
    pub total: Option<u64>,
    pub done: bool,
    pub bytes_per_second: f64,
    /// Reading ended early, for this reason.
    pub error: Option<String>,
    /// The file is cut short; what is said of it.
    pub truncated: Option<String>,
    /// The file was read to its end, and is not the same any more.
    pub changed: bool,
    /// The file has grown since it was read to its end; what is added is read, too.
    pub follows: bool,
    /// It has grown lately.
    pub grows: bool,
    pub live: Option<Live>,
}

/// A capture under way, or stopped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    pub interfaces: String,
    pub dropped: u64,
    pub running: bool,
    /// The packets are in a file that stays (`-w`, or saved since).
    pub kept: bool,
}

/// One packet of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub source: String,
    pub destination: String,
    pub protocol: String,
    pub info: String,
    /// Bytes on the wire.
    pub length: u32,
    /// Nanoseconds since 1970, of this packet and of the one captured before it.
    pub time: Option<i64>,
    pub previous: Option<i64>,
    /// Decimal digits of the capture's times.
    pub digits: u8,
    pub colour: Option<RowColour>,
    /// What the packet is to its conversation, if it belongs to one.
    pub side: Option<Side>,
    /// The values of the columns that show fields, in the order asked for.
    pub fields: Vec<String>,
}

/// What a packet is to its conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Sent by the side that opened the conversation.
    pub from_opener: bool,
    /// The connection changes its state with this packet.
    pub change: bool,
}

/// The colours of the rule that fits a packet, as the rule gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowColour {
    pub background: [u8; 3],
    pub foreground: [u8; 3],
}

/// Packets that belong together: a TCP connection, both directions of a UDP flow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// The display filter that shows it: `tcp.stream == 0`.
    pub filter: String,
    /// In order.
    pub packets: Arc<Vec<u32>>,
}

impl Conversation {
    pub fn holds(&self, packet: u32) -> bool {
        self.packets.binary_search(&packet).is_ok()
    }
    pub fn first(&self) -> Option<u32> {
        self.packets.first().copied()
    }
    pub fn last(&self) -> Option<u32> {
        self.packets.last().copied()
    }
}

/// What a filter text is worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    pub verdict: Verdict,
    /// The bytes of the text that the message is about.
    pub span: Option<std::ops::Range<usize>>,
    pub message: String,
    /// The text that the message suggests instead, if any.
    pub instead: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    #[default]
    Empty,
    Valid,
    /// Right as far as it goes.
    Unfinished,
    /// Valid, but it may not mean what its author thinks.
    Questionable,
    Wrong,
}

/// How a word may go on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that a candidate replaces.
    pub span: std::ops::Range<usize>,
    pub candidates: Vec<Candidate>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// What is put in.
    pub text: String,
    /// What the list shows instead: a saved filter has a name.
    pub name: Option<String>,
    /// Its type: `Boolean`.
    pub kind: String,
    pub about: String,
}

impl Candidate {
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileFormat {
    #[default]
    Pcapng,
    Pcap,
}

/// Which packets the list shows, and in which order.
#[derive(Clone, Debug)]
pub enum Shown {
    /// All of so many.
    All(u32),
    /// These, in ascending order.
    Some(Arc<Vec<u32>>),
    /// These, sorted by a column.
    Sorted(Arc<Vec<u32>>),
}

impl Default for Shown {
    fn default() -> Shown {
        Shown::All(0)
    }
}

impl Shown {
    pub fn len(&self) -> usize {
        match self {
            Shown::All(n) => *n as usize,
            Shown::Some(list) | Shown::Sorted(list) => list.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The packet at a place of the list.
    pub fn packet(&self, index: usize) -> Option<u32> {
        match self {
            Shown::All(n) => u32::try_from(index).ok().filter(|i| i < n),
            Shown::Some(list) | Shown::Sorted(list) => list.get(index).copied(),
        }
    }
    /// Where a packet stands in the list.
    pub fn position(&self, packet: u32) -> Option<usize> {
        match self {
            Shown::All(n) => (packet < *n).then_some(packet as usize),
            Shown::Some(list) => list.binary_search(&packet).ok(),
            Shown::Sorted(list) => list.iter().position(|p| *p == packet),
        }
    }
    /// Where a packet stands, or the one that follows it, or the last.
    pub fn nearest(&self, packet: u32) -> usize {
        let last = self.len().saturating_sub(1);
        match self {
            Shown::All(_) => (packet as usize).min(last),
            Shown::Some(list) => list.partition_point(|p| *p < packet).min(last),
            Shown::Sorted(_) => self.position(packet).unwrap_or(0),
        }
    }
    pub fn packets(&self) -> Vec<u32> {
        match self {
            Shown::All(n) => (0..*n).collect(),
            Shown::Some(list) => list.to_vec(),
            Shown::Sorted(list) => {
                let mut list = list.to_vec();
                list.sort_unstable();
                list
            }
        }
    }
}

/// What a frame is drawn from.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Of the trace; empty if none is open.
    pub title: String,
    pub progress: Progress,
    /// Packets known.
    pub total: u32,
    /// Packets that arrived in the last second.
    pub rate: f64,
    pub shown: Shown,
    /// The filter has not looked at all packets yet: more may be shown.
    pub more: bool,
    /// The visible lines; the first is at `top` of `shown`.
    pub top: usize,
    pub lines: Vec<Line>,
    /// The selected packet, and what it holds.
    pub packet: Option<u32>,
    pub detail: Option<Arc<Detail>>,
    pub conversation: Option<Arc<Conversation>>,
    /// Work under way: what it is called and the share done, 0 to 1.
    pub work: Option<(&'static str, f64)>,
    pub interfaces: Vec<InterfaceState>,
    /// Why interfaces can't be captured from.
    pub no_capture: Option<Failure>,
    pub recent: Vec<Recent>,
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Line {
    pub packet: u32,
    /// The time in the format chosen.
    pub time: String,
    pub row: Arc<Row>,
}

/// An interface with its packets per second, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterfaceState {
    pub interface: Interface,
    pub rates: Vec<u64>,
}

/// A file opened before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    pub path: PathBuf,
    pub packets: Option<u64>,
    /// Seconds since 1970.
    pub opened: i64,
    /// The packets of a capture whose program ended without saving them.
    pub unsaved: bool,
}

impl Snapshot {
    pub fn node(&self, index: usize) -> Option<&super::detail::DetailNode> {
        self.detail.as_ref()?.nodes.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_packet_is_replaced_by_the_next_shown_one() {
        let shown = Shown::Some(Arc::new(vec![2, 5, 9]));
        assert_eq!(shown.position(5), Some(1));
        assert_eq!(shown.position(6), None);
        assert_eq!(shown.nearest(6), 2);
        assert_eq!(shown.nearest(100), 2);
    }

    #[test]
    fn a_sorted_list_is_written_in_the_order_of_the_trace() {
        let shown = Shown::Sorted(Arc::new(vec![7, 1, 3]));
        assert_eq!(shown.packet(0), Some(7));
        assert_eq!(shown.packets(), [1, 3, 7]);
    }
}
