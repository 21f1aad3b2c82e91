//! A trace in memory, for tests of the screens: a TCP connection, a reset, an address request, and a
//! packet that tries to disturb the terminal.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::detail::{Bytes, Detail, DetailNode};
use super::snapshot::*;
use super::state::State;
use super::theme::{Depth, Palette, Theme};
use crate::dissect::field::{Field, Kind};
use crate::dissect::sink::{Range, TEXT};

static FRAME: Field = Field::new("frame", "Frame").kind(Kind::Protocol);
static IP: Field = Field::new("ip", "Internet Protocol Version 4").kind(Kind::Protocol);
static SRC: Field = Field::new("ip.src", "Source Address").ipv4();
static TCP: Field = Field::new("tcp", "Transmission Control Protocol").kind(Kind::Protocol);
static PORT: Field = Field::new("tcp.srcport", "Source Port").uint(16);
static FLAGS: Field = Field::new("tcp.flags", "Flags").uint(16).mask(0xfff);
static ACK: Field = Field::new("tcp.flags.ack", "Acknowledgment").boolean().mask(0x10).about("RFC 9293 3.1");
static OPENED_BY: Field = Field::new("tcp.completeness.syn", "Opened in frame").frame();

pub const TCP_COLOUR: RowColour =
    RowColour { background: [0xe7, 0xe6, 0xff], foreground: [0x12, 0x27, 0x2e] };
pub const RST_COLOUR: RowColour = RowColour { background: [0xa4, 0, 0], foreground: [0xff, 0xfc, 0x9c] };

const ROWS: &[(&str, &str, &str, u32, &str)] = &[
    ("02:00:00:00:01:10", "ff:ff:ff:ff:ff:ff", "ARP", 42, "Who has 10.77.1.2? Tell 10.77.1.10"),
    ("02:00:00:00:01:02", "02:00:00:00:01:10", "ARP", 42, "10.77.1.2 is at 02:00:00:00:01:02"),
    (
        "10.77.1.10",
        "10.77.1.2",
        "TCP",
        74,
        "59150 → 7000 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=3683520133 TSecr=0 WS=128",
    ),
    (
        "10.77.1.2",
        "10.77.1.10",
        "TCP",
        74,
        "7000 → 59150 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM",
    ),
    ("10.77.1.10", "10.77.1.2", "TCP", 66, "59150 → 7000 [ACK] Seq=1 Ack=1 Win=64512 Len=0 TSval=3683520133"),
    ("10.77.1.10", "10.77.1.2", "TCP", 76, "59150 → 7000 [PSH, ACK] Seq=1 Ack=1 Win=64512 Len=10"),
    (
        "2001:db8:1:2:3:4:5:6",
        "2001:db8:1:2:3:4:5:ff",
        "UDP",
        90,
        "5353 → 5353 Len=28 \u{1b}[2J\u{202e}漢字 e\u{301}\u{301}\u{301}\u{301}",
    ),
    ("10.77.1.2", "10.77.1.10", "TCP", 66, "7000 → 59150 [RST, ACK] Seq=1 Ack=11 Win=65536 Len=0"),
];

/// Packets of the connection.
const CONVERSATION: [u32; 5] = [2, 3, 4, 5, 7];

pub struct Fake {
    pub progress: Mutex<Progress>,
    pub len: u32,
    pub saved: Mutex<Vec<(Option<Vec<u32>>, FileFormat)>>,
}

impl Default for Fake {
    fn default() -> Fake {
        let progress = Progress { done: true, ..Progress::default() };
        Fake { progress: Mutex::new(progress), len: ROWS.len() as u32, saved: Mutex::default() }
    }
}

fn time(packet: u32) -> i64 {
    1_700_000_000_000_000_000 + i64::from(packet) * 85_000
}

pub fn row(packet: u32) -> Row {
    let (source, destination, protocol, length, info) = ROWS[packet as usize % ROWS.len()];
    let tcp = (protocol == "TCP").then_some(if info.contains("RST") { RST_COLOUR } else { TCP_COLOUR });
    Row {
        source: source.into(),
        destination: destination.into(),
        protocol: protocol.into(),
        info: info.into(),
        length,
        time: Some(time(packet)),
        previous: packet.checked_sub(1).map(time),
        digits: 6,
        colour: tcp,
        side: (protocol == "TCP")
            .then_some(Side { from_opener: source == "10.77.1.10", change: !info.contains("PSH") }),
        fields: Vec::new(),
    }
}

pub fn line(packet: u32) -> Line {
    Line { packet, time: format!("0.{:06}", packet * 85), row: Arc::new(row(packet)) }
}

pub fn detail(packet: u32) -> Detail {
    let node = |depth, field: &'static Field, label: &str, start, len, literal: &str| DetailNode {
        field,
        depth,
        label: label.into(),
        range: Range { source: 0, start, len },
        hidden: false,
        generated: false,
        literal: literal.into(),
        value: literal.into(),
        link: None,
        severity: None,
    };
    let mut nodes = vec![
        node(0, &FRAME, "Frame 3: 66 bytes on wire (528 bits), 66 bytes captured", 0, 66, ""),
        node(0, &IP, "Internet Protocol Version 4, Src: 10.77.1.10, Dst: 10.77.1.2", 14, 20, ""),
        node(1, &TEXT, "Subnet 10.77.1.0/24 holds both", 26, 8, ""),
        node(1, &SRC, "Source Address: 10.77.1.10", 26, 4, "10.77.1.10"),
        node(0, &TCP, "Transmission Control Protocol, Src Port: 59150, Dst Port: 7000", 34, 32, ""),
        node(1, &OPENED_BY, "[Opened in frame: 3]", 34, 0, "3"),
        node(1, &PORT, "Source Port: 59150", 34, 2, "59150"),
        node(1, &FLAGS, "Flags: 0x010 (ACK)", 46, 2, "0x0010"),
        node(2, &ACK, ".... ...1 .... = Acknowledgment: Set", 47, 1, "1"),
    ];
    nodes[5].generated = true;
    nodes[5].link = Some(2);
    let bytes = (0..66u8).map(|i| i.wrapping_mul(7)).collect();
    Detail { packet, nodes, sources: vec![Bytes { number: 0, name: "Frame".into(), bytes }] }
}

/// Packets, and whether no more will come.
struct Found(Arc<Vec<u32>>, bool);

impl Matches for Found {
    fn packets(&self) -> Arc<Vec<u32>> {
        self.0.clone()
    }
    fn looked_at(&self) -> u32 {
        u32::MAX
    }
    fn done(&self) -> bool {
        self.1
    }
    fn cancel(&self) {}
}

impl Source for Fake {
    fn title(&self) -> String {
        "handshake.pcap".into()
    }
    fn len(&self) -> u32 {
        self.len
    }
    fn progress(&self) -> Progress {
        self.progress.lock().unwrap().clone()
    }
    fn time(&self, packet: u32) -> Option<i64> {
        Some(time(packet))
    }
    fn row(&self, packet: u32, fields: &[String]) -> Row {
        Row { fields: fields.iter().map(|f| format!("{f}?")).collect(), ..row(packet) }
    }
    fn detail(&self, packet: u32) -> Detail {
        detail(packet)
    }
    fn bytes(&self, packet: u32) -> Vec<u8> {
        vec![packet as u8, 0xca, 0xfe, b'G', b'E', b'T']
    }
    fn conversation(&self, packet: u32) -> Option<Conversation> {
        CONVERSATION.contains(&packet).then(|| Conversation {
            filter: "tcp.stream == 0".into(),
            packets: Arc::new(CONVERSATION.to_vec()),
        })
    }
    /// Knows `tcp`, `arp` and `tcp.stream == 0`; what begins otherwise is wrong.
    fn check(&self, filter: &str, _: Option<u32>) -> Check {
        let verdict = match filter {
            "" => Verdict::Empty,
            "ip.addr != 10.0.0.1" => Verdict::Questionable,
            f if f.ends_with("==") => Verdict::Unfinished,
            f if f.contains("nam") => Verdict::Wrong,
            _ => Verdict::Valid,
        };
        let wrong = filter.find("dns.qry.nam").map(|at| at..at + 11);
        let message = match verdict {
            Verdict::Wrong => "no field dns.qry.nam: dns.qry.name?",
            Verdict::Questionable => "no address is 10.0.0.1",
            _ => "",
        };
        Check { verdict, span: wrong, message: message.into(), instead: None }
    }
    fn complete(&self, filter: &str, cursor: usize, _: &[String]) -> Completion {
        if !filter.ends_with("tcp.fl") {
            return Completion::default();
        }
        let candidate = |text: &str, kind: &str, about: &str| Candidate {
            text: text.into(),
            name: None,
            kind: kind.into(),
            about: about.into(),
        };
        Completion {
            span: cursor - 6..cursor,
            candidates: vec![
                candidate("tcp.flags", "Unsigned", "Flags"),
                candidate("tcp.flags.syn", "Boolean", "Syn"),
            ],
        }
    }
    fn filter(&self, filter: &str, _: Option<u32>) -> Result<Box<dyn Matches>, Check> {
        let check = self.check(filter, None);
        if check.verdict == Verdict::Wrong {
            return Err(check);
        }
        let fits = |p: &u32| match filter {
            "tcp.stream == 0" => CONVERSATION.contains(p),
            "arp" => *p < 2,
            _ => false,
        };
        let running = self.progress().live.is_some_and(|live| live.running);
        Ok(Box::new(Found(Arc::new((0..self.len).filter(fits).collect()), !running)))
    }
    /// A file of this name never gets finished.
    fn save(
        &self,
        packets: Option<&[u32]>,
        path: &Path,
        format: FileFormat,
        progress: &SaveProgress,
    ) -> Result<u64, Failure> {
        if path.ends_with("endless.pcapng") {
            while !progress.stopped() {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            return Err(Failure::new("stopped"));
        }
        let count = packets.map_or(u64::from(self.len), |p| p.len() as u64);
        self.saved.lock().unwrap().push((packets.map(<[u32]>::to_vec), format));
        Ok(count)
    }
    fn stop(&self) {
        self.progress.lock().unwrap().done = true;
    }
    fn restart(&self) -> Result<Arc<dyn Source>, Failure> {
        Ok(Arc::new(Fake::default()))
    }
}

/// A dark terminal with all colours.
pub fn theme() -> Theme {
    Theme { palette: Palette::Dark, depth: Depth::True, ascii: false, rows: true }
}

pub fn state(width: u16, height: u16) -> State {
    State::new((width, height), theme())
}
