//! What the program and its capture helper say to each other: one message a line, a word and
//! then `key=value` pairs separated by tabs.
//!
//! The helper has rights that its parent may lack, so both sides parse strictly: a line that
//! isn't understood ends the conversation.

use std::fmt::Write as _;
use std::time::Duration;

use crate::capture::record::LinkType;

/// How one interface is to be captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceOptions {
    /// The device's name (not its number).
    pub name: String,
    /// A capture filter, in libpcap's language.
    pub filter: Option<String>,
    /// The most bytes to keep of a packet; 262144 if not given.
    pub snaplen: Option<u32>,
    /// Whether to see packets that are not for this machine.
    pub promiscuous: bool,
    /// The kernel's buffer in MiB; [`super::DEFAULT_BUFFER_MIB`] if not given.
    pub buffer_mib: Option<u32>,
    /// Short name of the link type to ask for (`EN10MB`), if not the device's own.
    pub link_type: Option<String>,
    /// Wireless monitor mode.
    pub monitor: bool,
    /// Kind of time stamps to ask for: `host`, `adapter` …
    pub tstamp_type: Option<String>,
}

impl InterfaceOptions {
    /// The defaults: all packets, whole, promiscuously.
    pub fn new(name: impl Into<String>) -> InterfaceOptions {
        InterfaceOptions {
            name: name.into(),
            filter: None,
            snaplen: None,
            promiscuous: true,
            buffer_mib: None,
            link_type: None,
            monitor: false,
            tstamp_type: None,
        }
    }
}

/// When the helper ends a capture by itself; it ends exactly there, so that the file holds what
/// was asked for and no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Packets from all interfaces together.
    pub packets: Option<u64>,
    /// Size of the file in bytes: the packet that reaches it is the last.
    pub bytes: Option<u64>,
    /// Time since the start.
    pub duration: Option<Duration>,
}

/// What the program asks of its helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Open an interface. Answered after `Start`.
    Open(InterfaceOptions),
    /// Open all interfaces named so far and capture. `immediate`: deliver within milliseconds
    /// rather than in large batches.
    Start { immediate: bool, limits: Limits },
    /// Take what the kernel still holds, write statistics, and end.
    Stop,
    /// List link types and time stamp types of a device, and end.
    Probe(InterfaceOptions),
}

/// An interface that is being captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub interface: String,
    pub link_type: LinkType,
    /// In bytes.
    pub snaplen: u32,
    /// Decimal digits of the time stamps, 6 or 9.
    pub digits: u8,
    /// False if a capture filter was asked for and could not be installed: the packets in the
    /// spool are unfiltered and whoever shows them must filter.
    pub filtered: bool,
    /// Something that the user should know: a mode that was not possible.
    pub notice: Option<String>,
}

/// What went wrong, as far as the program treats it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    NoPermission,
    NoSuchDevice,
    /// The interface is down.
    Down,
    Filter,
    LinkType,
    TimestampType,
    /// The device can't do what was asked, monitor mode for instance.
    NotSupported,
    /// Only libpcap could do what was asked, and there is none.
    NoLibpcap,
    /// Writing the spool failed.
    Spool,
    Other,
}

/// Packets since the start, as the kernel counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Packets that passed the capture filter, dropped ones included.
    pub received: u64,
    /// Lost because the kernel's buffer was full.
    pub dropped: u64,
    /// Lost by the interface or its driver.
    pub if_dropped: u64,
}

/// Why a capture ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// On request.
    Stopped,
    /// A limit was reached.
    Limit,
    /// Every interface went away.
    Gone,
}

/// What the helper answers or tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Opened(Opened),
    /// All interfaces are open and the spool has its headers.
    Started,
    LinkType {
        number: u16,
        name: String,
        about: String,
    },
    TimestampType {
        name: String,
        about: String,
    },
    Probed,
    /// Sum over all interfaces.
    Stats(Stats),
    /// An interface went away; the others go on.
    Gone {
        interface: String,
        text: String,
    },
    /// The last line of a capture that went well.
    Ended(Ending),
    /// The last line of one that didn't. `text` is libpcap's or the system's.
    Failed {
        trouble: Trouble,
        interface: String,
        text: String,
    },
}

/// Builds and takes apart one line.
struct Line(String);

impl Line {
    fn new(word: &str) -> Line {
        Line(word.to_owned())
    }

    fn with(mut self, key: &str, value: &str) -> Line {
        let _ = write!(self.0, "\t{key}={}", escape(value));
        self
    }

    fn number(self, key: &str, value: impl ToString) -> Line {
        self.with(key, &value.to_string())
    }

    fn maybe(self, key: &str, value: Option<impl ToString>) -> Line {
        match value {
            Some(value) => self.number(key, value),
            None => self,
        }
    }
}

/// The pairs of a received line.
struct Pairs<'a>(Vec<(&'a str, String)>);

impl<'a> Pairs<'a> {
    fn parse(line: &'a str) -> Option<(&'a str, Pairs<'a>)> {
        let mut parts = line.trim_end_matches('\n').split('\t');
        let word = parts.next()?;
        let pair = |part: &'a str| {
            let (key, value) = part.split_once('=')?;
            Some((key, unescape(value)))
        };
        Some((word, Pairs(parts.map(pair).collect::<Option<_>>()?)))
    }

    fn text(&self, key: &str) -> Option<String> {
        let pair = self.0.iter().find(|(name, _)| *name == key)?;
        Some(pair.1.clone())
    }

    /// `None` if it's there and no number; `Some(None)` if it isn't there.
    fn maybe<T: std::str::FromStr>(&self, key: &str) -> Option<Option<T>> {
        match self.text(key) {
            None => Some(None),
            Some(text) => Some(Some(text.parse().ok()?)),
        }
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        self.text(key)?.parse().ok()
    }
}

impl Request {
    /// The line, with its end.
    pub fn line(&self) -> String {
        let line = match self {
            Request::Open(options) => options_line("open", options),
            Request::Probe(options) => options_line("probe", options),
            Request::Stop => Line::new("stop"),
            Request::Start { immediate, limits } => Line::new("start")
                .number("immediate", immediate)
                .maybe("packets", limits.packets)
                .maybe("bytes", limits.bytes)
                .maybe("millis", limits.duration.map(|time| time.as_millis())),
        };
        line.0 + "\n"
    }

    /// `None` for a line that means nothing.
    pub fn parse(line: &str) -> Option<Request> {
        let (word, pairs) = Pairs::parse(line)?;
        match word {
            "open" => Some(Request::Open(parse_options(&pairs)?)),
            "probe" => Some(Request::Probe(parse_options(&pairs)?)),
            "stop" => Some(Request::Stop),
            "start" => Some(Request::Start {
                immediate: pairs.number("immediate")?,
                limits: Limits {
                    packets: pairs.maybe("packets")?,
                    bytes: pairs.maybe("bytes")?,
                    duration: pairs.maybe("millis")?.map(Duration::from_millis),
                },
            }),
            _ => None,
        }
    }
}

fn options_line(word: &str, options: &InterfaceOptions) -> Line {
    Line::new(word)
        .with("name", &options.name)
        .maybe("filter", options.filter.as_ref())
        .maybe("snaplen", options.snaplen)
        .number("promiscuous", options.promiscuous)
        .maybe("buffer", options.buffer_mib)
        .maybe("link", options.link_type.as_ref())
        .number("monitor", options.monitor)
        .maybe("stamps", options.tstamp_type.as_ref())
}

fn parse_options(pairs: &Pairs) -> Option<InterfaceOptions> {
    Some(InterfaceOptions {
        name: pairs.text("name")?,
        filter: pairs.text("filter"),
        snaplen: pairs.maybe("snaplen")?,
        promiscuous: pairs.number("promiscuous")?,
        buffer_mib: pairs.maybe("buffer")?,
        link_type: pairs.text("link"),
        monitor: pairs.number("monitor")?,
        tstamp_type: pairs.text("stamps"),
    })
}

impl Reply {
    /// The line, with its end.
    pub fn line(&self) -> String {
        let line = match self {
            Reply::Opened(opened) => Line::new("opened")
                .with("name", &opened.interface)
                .number("link", opened.link_type.0)
                .number("snaplen", opened.snaplen)
                .number("digits", opened.digits)
                .number("filtered", opened.filtered)
                .maybe("notice", opened.notice.as_ref()),
            Reply::Started => Line::new("started"),
            Reply::LinkType { number, name, about } => {
                Line::new("link").number("number", number).with("name", name).with("about", about)
            }
            Reply::TimestampType { name, about } => {
                Line::new("stamps").with("name", name).with("about", about)
            }
            Reply::Probed => Line::new("probed"),
            Reply::Stats(stats) => Line::new("stats")
                .number("received", stats.received)
                .number("dropped", stats.dropped)
                .number("ifdropped", stats.if_dropped),
            Reply::Gone { interface, text } => Line::new("gone").with("name", interface).with("text", text),
            Reply::Ended(ending) => Line::new("ended").with("why", word_of(&ENDINGS, *ending)),
            Reply::Failed { trouble, interface, text } => Line::new("failed")
                .with("why", word_of(&TROUBLES, *trouble))
                .with("name", interface)
                .with("text", text),
        };
        line.0 + "\n"
    }

    /// `None` for a line that means nothing.
    pub fn parse(line: &str) -> Option<Reply> {
        let (word, pairs) = Pairs::parse(line)?;
        Some(match word {
            "opened" => Reply::Opened(Opened {
                interface: pairs.text("name")?,
                link_type: LinkType(pairs.number("link")?),
                snaplen: pairs.number("snaplen")?,
                digits: pairs.number("digits")?,
                filtered: pairs.number("filtered")?,
                notice: pairs.text("notice"),
            }),
            "started" => Reply::Started,
            "link" => Reply::LinkType {
                number: pairs.number("number")?,
                name: pairs.text("name")?,
                about: pairs.text("about")?,
            },
            "stamps" => Reply::TimestampType { name: pairs.text("name")?, about: pairs.text("about")? },
            "probed" => Reply::Probed,
            "stats" => Reply::Stats(Stats {
                received: pairs.number("received")?,
                dropped: pairs.number("dropped")?,
                if_dropped: pairs.number("ifdropped")?,
            }),
            "gone" => Reply::Gone { interface: pairs.text("name")?, text: pairs.text("text")? },
            "ended" => Reply::Ended(of_word(&ENDINGS, &pairs.text("why")?)?),
            "failed" => Reply::Failed {
                trouble: of_word(&TROUBLES, &pairs.text("why")?)?,
                interface: pairs.text("name")?,
                text: pairs.text("text")?,
            },
            _ => return None,
        })
    }
}

const ENDINGS: [(Ending, &str); 3] =
    [(Ending::Stopped, "stopped"), (Ending::Limit, "limit"), (Ending::Gone, "gone")];

const TROUBLES: [(Trouble, &str); 10] = [
    (Trouble::NoPermission, "permission"),
    (Trouble::NoSuchDevice, "device"),
    (Trouble::Down, "down"),
    (Trouble::Filter, "filter"),
    (Trouble::LinkType, "link"),
    (Trouble::TimestampType, "stamps"),
    (Trouble::NotSupported, "unsupported"),
    (Trouble::NoLibpcap, "libpcap"),
    (Trouble::Spool, "spool"),
    (Trouble::Other, "other"),
];

fn word_of<T: Copy + PartialEq>(words: &[(T, &'static str)], wanted: T) -> &'static str {
    let row = words.iter().find(|(value, _)| *value == wanted);
    row.map_or("other", |(_, word)| word)
}

fn of_word<T: Copy>(words: &[(T, &'static str)], wanted: &str) -> Option<T> {
    let row = words.iter().find(|(_, word)| *word == wanted)?;
    Some(row.0)
}

/// Makes any text fit between two tabs of one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('t') => plain.push('\t'),
                Some('n') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_line() {
        let mut full = InterfaceOptions::new("eth0");
        full.filter = Some("tcp[13] & 2 != 0\tand\nhost a\\b = 1".to_owned());
        full.snaplen = Some(96);
        full.promiscuous = false;
        full.buffer_mib = Some(64);
        full.link_type = Some("EN10MB".to_owned());
        full.monitor = true;
        full.tstamp_type = Some("adapter".to_owned());
        let limits = Limits { packets: Some(3), bytes: None, duration: Some(Duration::from_millis(1500)) };
        for request in [
            Request::Open(full.clone()),
            Request::Probe(full),
            Request::Open(InterfaceOptions::new("")),
            Request::Start { immediate: true, limits },
            Request::Stop,
        ] {
            let line = request.line();
            assert_eq!(line.matches('\n').count(), 1);
            assert_eq!(Request::parse(&line), Some(request));
        }
    }

    #[test]
    fn replies_survive_the_line() {
        let mut replies = vec![
            Reply::Opened(Opened {
                interface: "any".to_owned(),
                link_type: LinkType::LINUX_SLL2,
                snaplen: 262_144,
                digits: 9,
                filtered: true,
                notice: Some("two\nlines".to_owned()),
            }),
            Reply::Started,
            Reply::LinkType { number: 1, name: "EN10MB".to_owned(), about: "Ethernet".to_owned() },
            Reply::TimestampType { name: "host".to_owned(), about: String::new() },
            Reply::Probed,
            Reply::Stats(Stats { received: u64::MAX, dropped: 1, if_dropped: 0 }),
            Reply::Gone { interface: "veth".to_owned(), text: "The interface disappeared".to_owned() },
        ];
        replies.extend(ENDINGS.map(|(ending, _)| Reply::Ended(ending)));
        replies.extend(TROUBLES.map(|(trouble, _)| Reply::Failed {
            trouble,
            interface: "lo".to_owned(),
            text: "=\t\\".to_owned(),
        }));
        for reply in replies {
            assert_eq!(Reply::parse(&reply.line()), Some(reply));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for line in ["", "open", "open\tname", "dance", "start\timmediate=maybe", "stats\treceived=-1"] {
            assert_eq!(Request::parse(line), None, "{line}");
            assert_eq!(Reply::parse(line), None, "{line}");
        }
    }
}
