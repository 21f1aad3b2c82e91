//! What can go wrong with a capture file, as plain data; the texts name cause and fix.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::looks::Looks;

/// Why an input can't be opened as a capture.
#[derive(Debug)]
pub enum OpenError {
    /// The system refused; the path is `-` for standard input.
    File {
        path: PathBuf,
        error: io::Error,
    },
    Directory {
        path: PathBuf,
    },
    /// `-r -` with a terminal as standard input.
    Terminal,
    /// Compressed or piped input has to be kept on disk, and that failed.
    Spool(io::Error),
    /// Not a capture file; what it seems to be instead.
    NotACapture(Looks),
    /// The file ends within its own header: bytes there and bytes needed.
    HeaderCut {
        have: u64,
        need: u64,
    },
    /// A pcap or pcapng of a version that nobody has defined.
    Version {
        format: &'static str,
        major: u16,
        minor: u16,
    },
    /// Reading or decompressing failed before the header was complete.
    Input(String),
}

impl OpenError {
    /// The text, beginning with what the input is called.
    pub fn of(&self, input: &str) -> String {
        let text = self.to_string();
        match text.starts_with(input) || matches!(self, OpenError::Terminal) {
            true => text,
            false => format!("{input}: {text}"),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::File { path, error } => file_text(f, path, error),
            OpenError::Directory { path } => {
                write!(f, "{} is a directory; name a capture file in it", path.display())
            }
            OpenError::Terminal => f.write_str(
                "standard input is a terminal, not a capture; pipe one in, \
                 as in `ssh host tcpdump -w - | sniff -r -`",
            ),
            OpenError::Spool(error) => write!(
                f,
                "cannot keep the decompressed or piped input on disk: {error}; \
                 make room in ~/.cache or /var/tmp, or set XDG_CACHE_HOME to another disk"
            ),
            OpenError::NotACapture(looks) => looks.fmt(f),
            OpenError::HeaderCut { have, need } => write!(
                f,
                "the file ends within its header (byte {have} of {need}): it holds no packets; \
                 was its transfer cut short?"
            ),
            OpenError::Version { format, major, minor } => write!(
                f,
                "{format} version {major}.{minor} is unknown; the file is damaged, or newer than this program"
            ),
            OpenError::Input(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for OpenError {}

fn file_text(f: &mut fmt::Formatter<'_>, path: &std::path::Path, error: &io::Error) -> fmt::Result {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => write!(f, "{path}: there is no such file"),
        io::ErrorKind::PermissionDenied => {
            write!(f, "{path}: you may not read this file; ask its owner, or `sudo chmod a+r` it")
        }
        _ => write!(f, "{path}: cannot be opened: {error}"),
    }
}

/// Why no more records can be read. Every whole record before was delivered.
#[derive(Debug)]
pub enum ReadError {
    Io {
        offset: u64,
        error: io::Error,
    },
    /// The file became shorter than what was already read.
    Shrunk {
        offset: u64,
        now: u64,
    },
    /// The input of a spool ended early: what [`Source::error`] says.
    ///
    /// [`Source::error`]: super::source::Source::error
    Input(String),
    /// The bytes at `offset` (of the plain data, where the input is compressed) make no sense
    /// as a record or block; `records` came before them.
    Malformed {
        offset: u64,
        records: u64,
        reason: Reason,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io { offset, error } => {
                write!(f, "reading failed at byte {offset}: {error}")
            }
            ReadError::Input(text) => f.write_str(text),
            ReadError::Shrunk { offset, now } => {
                write!(f, "the file shrank to {now} bytes while it was read (byte {offset}); open it again")
            }
            ReadError::Malformed { offset, records, reason } => write!(
                f,
                "the file is damaged at byte {offset}, after packet {records}: {reason}; \
                 what follows can't be read"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// What is wrong with a record or block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// More bytes captured than any packet of this link type can have.
    CapturedLength { captured: u32, limit: u32 },
    /// pcapng: a block length below 12, or not a multiple of 4.
    BlockLength(u32),
    /// pcapng: the two lengths of a block differ.
    Lengths { first: u32, last: u32 },
    /// pcapng: a block of this type is shorter than its fixed part or its data.
    ShortBlock { kind: u32, length: u32 },
    /// pcapng: a known block larger than any real one.
    HugeBlock { kind: u32, length: u32 },
    /// pcapng: a packet of an interface that the section didn't describe.
    Interface { index: u32, known: u32 },
    /// pcapng: a section that gives no byte order.
    ByteOrder(u32),
    /// pcapng: a later section of an unknown version.
    SectionVersion { major: u16, minor: u16 },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Reason::CapturedLength { captured, limit } => {
                write!(f, "a packet claims {captured} captured bytes, more than {limit}")
            }
            Reason::BlockLength(length) => write!(f, "a block claims a length of {length} bytes"),
            Reason::Lengths { first, last } => {
                write!(f, "a block says {first} bytes at its start and {last} at its end")
            }
            Reason::ShortBlock { kind, length } => {
                write!(f, "a block of type {kind:#x} is too short for what it holds ({length} bytes)")
            }
            Reason::HugeBlock { kind, length } => {
                write!(f, "a block of type {kind:#x} claims {length} bytes")
            }
            Reason::Interface { index, known } => {
                write!(f, "a packet belongs to interface {index}, of {known} that the section describes")
            }
            Reason::ByteOrder(word) => {
                write!(f, "a section header has no byte-order mark ({word:#010x})")
            }
            Reason::SectionVersion { major, minor } => {
                write!(f, "a section of version {major}.{minor} is unknown")
            }
        }
    }
}

/// The record that a file ends within. Every whole record before it was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// Where the cut record begins, in bytes.
    pub offset: u64,
    /// How many of its bytes are there.
    pub have: u64,
    /// How many it should have, as far as its header tells (at least, where that is cut too).
    pub need: u64,
    /// Whole records before it.
    pub records: u64,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the file is cut short after packet {} (byte {}): {} of at least {} bytes of the next \
             record are there",
            self.records, self.offset, self.have, self.need
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_named_once() {
        let gone = OpenError::File { path: "x.pcap".into(), error: io::ErrorKind::NotFound.into() };
        assert_eq!(gone.of("x.pcap"), "x.pcap: there is no such file");
        let cut = OpenError::HeaderCut { have: 3, need: 24 };
        assert!(cut.of("x.pcap").starts_with("x.pcap: the file ends within its header"));
    }
}
