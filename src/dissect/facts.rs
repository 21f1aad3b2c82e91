//! What memory across packets knows about one packet: small plain data, left by `analysis`,
//! read by the walks. Frame numbers count from 1; times are nanoseconds.

/// The facts of one packet. A packet may hold several layers of a kind (tunnels): each fact names
/// the layer it is about by its index in `Layers`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub tcp: Vec<(u8, TcpFacts)>,
    pub mptcp: Vec<(u8, MptcpFacts)>,
    pub udp: Vec<(u8, UdpFacts)>,
    pub fragments: Vec<(u8, FragmentFacts)>,
    pub transactions: Vec<(u8, Transaction)>,
    pub arp: Option<ArpFacts>,
    pub http: Vec<(u8, HttpFacts)>,
    /// What a TLS layer finds agreed on when it begins.
    pub tls: Vec<(u8, TlsFacts)>,
    pub quic: Vec<(u8, QuicFacts)>,
    /// What the payload of a layer turned out to hold, where that isn't what the bytes alone say.
    pub parts: Vec<Part>,
    /// All packets have been seen: what is known only later is told too.
    pub complete: bool,
}

impl Facts {
    /// True if nothing is known but what TCP and UDP tell of nearly every packet.
    #[inline]
    pub fn is_plain(&self) -> bool {
        let Facts { tcp: _, udp: _, complete: _, arp, .. } = self;
        let Facts { mptcp, fragments, transactions, http, tls, quic, parts, .. } = self;
        let rare = mptcp.len() | fragments.len() | http.len() | tls.len() | quic.len();
        rare | transactions.len() | parts.len() == 0 && arp.is_none()
    }

    #[inline]
    pub fn clear(&mut self) {
        self.complete = false;
        self.tcp.clear();
        self.udp.clear();
        if !self.is_plain() {
            self.clear_others();
        }
    }

    fn clear_others(&mut self) {
        self.mptcp.clear();
        self.fragments.clear();
        self.transactions.clear();
        self.arp = None;
        self.http.clear();
        self.tls.clear();
        self.quic.clear();
        self.parts.clear();
    }
    pub fn tcp(&self, layer: usize) -> Option<&TcpFacts> {
        find(&self.tcp, layer)
    }
    pub fn mptcp(&self, layer: usize) -> Option<&MptcpFacts> {
        find(&self.mptcp, layer)
    }
    pub fn udp(&self, layer: usize) -> Option<&UdpFacts> {
        find(&self.udp, layer)
    }
    pub fn fragments(&self, layer: usize) -> Option<&FragmentFacts> {
        find(&self.fragments, layer)
    }
    pub fn tls(&self, layer: usize) -> Option<&TlsFacts> {
        find(&self.tls, layer)
    }
    pub fn quic(&self, layer: usize) -> Option<&QuicFacts> {
        find(&self.quic, layer)
    }
    pub fn http(&self, layer: usize) -> Option<&HttpFacts> {
        find(&self.http, layer)
    }
    pub fn transaction(&self, layer: usize) -> Option<&Transaction> {
        find(&self.transactions, layer)
    }
    /// The parts of a layer's payload, in order; none if nothing special is known.
    pub fn parts(&self, layer: usize) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |p| usize::from(p.layer) == layer)
    }
}

fn find<T>(list: &[(u8, T)], layer: usize) -> Option<&T> {
    list.iter().find(|(l, _)| usize::from(*l) == layer).map(|(_, t)| t)
}

/// One part of a transport layer's payload (or of a reassembled datagram): which protocol, which bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The layer that carries it, by index.
    pub layer: u8,
    pub what: PartKind,
    /// Registry number of the protocol that takes the bytes; `None`: as the parent's key says. For a piece:
    /// of the protocol of the message, if the message begins here.
    pub protocol: Option<u16>,
    /// Registry number of the protocol that carries that one through a tunnel, as a layer without bytes;
    /// before data only a name.
    pub through: Option<u16>,
    /// 0: bytes of the frame; else a reassembled source.
    pub source: u8,
    pub start: u32,
    pub len: u32,
    /// The frames and bytes that a reassembled source is made of; empty for source 0.
    pub segments: Vec<Segment>,
    /// Bytes behind a message that are kept for the next one.
    pub rest: u32,
    /// For a piece of a message that ends elsewhere: the frame in which it is reassembled.
    pub reassembled_in: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartKind {
    /// A whole message (or datagram).
    #[default]
    Message,
    /// A piece of a message that ends in a later packet (or, followed by a message, in this one).
    Piece,
    /// Bytes that were seen before: shown as segment data, given to nobody.
    Again,
    /// Bytes that are given to nobody.
    Nothing,
    /// A whole message that is given to nobody: what completes it came out of order, or it isn't one.
    Unread,
}

/// A piece of a reassembled buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub frame: u32,
    /// Where it lies in the reassembled buffer.
    pub offset: u32,
    pub len: u32,
    /// Where it lies in the bytes of its frame, or of the buffer `source` of that frame.
    pub at: u32,
    pub source: u8,
    pub overlap: bool,
    pub conflict: bool,
}

/// What is known of a TCP segment. Sequence numbers are relative where `relative` says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TcpFacts {
    /// Number of the connection, from 0.
    pub stream: u32,
    /// What relative numbers count from, for this direction and for the other.
    pub seq_base: u32,
    pub ack_base: u32,
    /// Bits of `tcp.completeness` known by now (or in the end).
    pub completeness: u8,
    /// Time since the first frame, and since the previous frame, of the connection.
    pub time_relative: i64,
    pub time_delta: i64,
    /// Window scaling of the sender: the shift count; `Unknown` if no SYN was seen.
    pub window_scale: WindowScale,
    pub analysis: TcpAnalysis,
    /// First SYN to first ACK.
    pub initial_rtt: Option<i64>,
    /// This segment completes the handshake; frames of SYN, SYN+ACK, ACK where known.
    pub handshake: Option<[u32; 3]>,
    /// True if the sender opened the connection (or has the first frame).
    pub from_client: bool,
    /// The segment is quoted in an error: its numbers count from 0.
    pub quoted: bool,
    /// What this FIN is to the end of the connection.
    pub closing: Closing,
    /// The frame before this one in the connection, 0 for the first.
    pub previous_frame: u32,
    /// Which of the two ends sent it, in the order of the connection's key.
    pub side: u8,
    /// Both ends agreed on Accurate ECN: three flags are a counter.
    pub accurate_ecn: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowScale {
    /// The handshake wasn't seen: -1.
    #[default]
    Unknown,
    /// Seen, and not both sides offer it: -2.
    None,
    Shift(u8),
}

/// Who closes: the side that sends the first FIN does so actively.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closing {
    #[default]
    No,
    Active,
    Passive,
}

/// What sequence analysis says of a segment (`tcp.analysis.*`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TcpAnalysis {
    /// Bits of [`tcp_flag`].
    pub flags: u32,
    pub acks_frame: Option<u32>,
    pub ack_rtt: Option<i64>,
    pub bytes_in_flight: Option<u32>,
    pub push_bytes_sent: Option<u32>,
    pub duplicate_ack_number: u32,
    pub duplicate_ack_frame: Option<u32>,
    pub rto: Option<i64>,
    pub rto_frame: Option<u32>,
}

/// Bits of [`TcpAnalysis::flags`].
pub mod tcp_flag {
    pub const RETRANSMISSION: u32 = 1 << 0;
    pub const LOST_SEGMENT: u32 = 1 << 1;
    pub const ACK_LOST_SEGMENT: u32 = 1 << 2;
    pub const KEEP_ALIVE: u32 = 1 << 3;
    pub const DUPLICATE_ACK: u32 = 1 << 4;
    pub const ZERO_WINDOW: u32 = 1 << 5;
    pub const ZERO_WINDOW_PROBE: u32 = 1 << 6;
    pub const ZERO_WINDOW_PROBE_ACK: u32 = 1 << 7;
    pub const KEEP_ALIVE_ACK: u32 = 1 << 8;
    pub const OUT_OF_ORDER: u32 = 1 << 9;
    pub const FAST_RETRANSMISSION: u32 = 1 << 10;
    pub const WINDOW_UPDATE: u32 = 1 << 11;
    pub const WINDOW_FULL: u32 = 1 << 12;
    pub const REUSED_PORTS: u32 = 1 << 13;
    pub const SPURIOUS_RETRANSMISSION: u32 = 1 << 14;
    pub const AMBIGUOUS_ACK: u32 = 1 << 15;
    /// A SYN+ACK that doesn't acknowledge the data of a fast open.
    pub const TFO_IGNORED: u32 = 1 << 16;
    /// Those that the list of analysis flags doesn't have.
    pub const UNLISTED: u32 = AMBIGUOUS_ACK | TFO_IGNORED;
}

/// The Multipath TCP connection that a segment's options speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MptcpFacts {
    /// Number of the connection, from 0.
    pub stream: u32,
    /// The TCP connection that opened it, if that was seen.
    pub master: Option<u32>,
    /// The TCP connections that belong to it, the latest first.
    pub subflows: Vec<u32>,
    /// What the sender's data sequence numbers count from, and what its acknowledgments do.
    pub dsn_base: Option<u64>,
    pub ack_base: Option<u64>,
}

/// What is known of a UDP datagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UdpFacts {
    pub stream: u32,
    /// The frame before this one in the conversation, 0 for the first.
    pub previous_frame: u32,
    /// True if its sender sent the first datagram.
    pub from_opener: bool,
    pub time_relative: i64,
    pub time_delta: i64,
}

/// What is known of an IP fragment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FragmentFacts {
    /// In the frame that completes the datagram: all fragments, and the source with its bytes.
    pub segments: Vec<Segment>,
    pub source: u8,
    pub len: u32,
    /// In the others: the frame that completes it.
    pub reassembled_in: Option<u32>,
}

/// A request and its answer (DNS, ICMP echo, HTTP, DHCP …).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// In an answer: the frame of the request and the time between.
    pub request: Option<u32>,
    pub time: Option<i64>,
    /// In a request: the frame of the answer.
    pub response: Option<u32>,
    /// The same request or answer was seen before, in this frame.
    pub retransmission_of: Option<u32>,
    /// Neighbours of the same kind on the connection (HTTP).
    pub previous_request: Option<u32>,
    pub previous_response: Option<u32>,
    pub next_request: Option<u32>,
    pub next_response: Option<u32>,
}

/// The address of this ARP packet was seen with another MAC address before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArpFacts {
    pub duplicate_frame: u32,
    /// Whole seconds since that frame.
    pub seconds: u32,
    pub ip: [u8; 4],
    pub mac: [u8; 6],
    pub earlier_mac: [u8; 6],
}

/// What is known of a QUIC packet's connection before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuicFacts {
    /// Number of the connection, from 0; `None`: its beginning wasn't seen.
    pub connection: Option<u32>,
    pub from_server: bool,
    /// The first packet of the connection with a short header: what its keys lack is told once.
    pub first_sealed: bool,
    /// The connection ID that the keys of Initial packets come of.
    pub id: Cid,
    /// The largest number of an Initial packet of this side so far.
    pub largest: u64,
    /// The destination of a short header, which doesn't tell its length.
    pub short_id: Cid,
    /// How much of this side's stream of CRYPTO frames went on to TLS.
    pub contiguous: u64,
    /// Frames and lengths of the pieces of the handshake message under way.
    pub deliveries: Vec<(u32, u32)>,
    /// Pieces of the stream that are still of use; their bytes follow each other in `source`.
    pub held: Vec<QuicPiece>,
    pub source: u8,
}

/// The data of a CRYPTO frame in an earlier packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuicPiece {
    pub frame: u32,
    /// Which layer of the frame, and where in its decrypted payload.
    pub layer: u8,
    pub at: u32,
    pub len: u32,
    /// Where it lies in the stream.
    pub offset: u64,
}

/// A connection ID of QUIC, at most 20 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cid {
    len: u8,
    bytes: [u8; Cid::MAX],
}

impl Cid {
    /// Longest connection ID of the versions that can be told apart (RFC 9000 17.2).
    pub const MAX: usize = 20;

    /// `None`: too long to be one.
    pub fn new(id: &[u8]) -> Option<Cid> {
        let mut bytes = [0; Cid::MAX];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Cid { len: id.len() as u8, bytes })
    }
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// What a TLS connection has agreed on before a layer of it. The protocol's own file carries it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TlsFacts {
    /// As written on the wire (0x0303: TLS 1.2); drafts of TLS 1.3 count as 0x0304; 0: not known.
    pub version: u16,
    /// The number of the draft of TLS 1.3 that is spoken; 0: none.
    pub draft: u8,
    /// The cipher suite that the server chose; 0: not known.
    pub suite: u16,
    /// That side has sent ChangeCipherSpec.
    pub client_changed: bool,
    pub server_changed: bool,
    /// The server has gone through a handshake to ServerHelloDone.
    pub full_handshake: bool,
    /// The protocol inside that ALPN names, as a number of the dissector's; 0: none.
    pub application: u8,
    /// True if the sender of this layer opened the connection; `None`: ask the ports.
    pub from_client: Option<bool>,
}

/// What is known of an HTTP message. Frame numbers count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpFacts {
    /// Number of the exchange on its connection (0: there was none yet), and how many there are.
    pub number: u32,
    pub total: u32,
    /// In a response: the request, and the time since.
    pub request: Option<u32>,
    pub time: Option<i64>,
    /// In a request: its response.
    pub response: Option<u32>,
    pub previous_request: Option<u32>,
    pub previous_response: Option<u32>,
    pub next_request: Option<u32>,
    pub next_response: Option<u32>,
    /// The URI that the connection asked for last.
    pub uri: Option<String>,
    /// This is no message but part of a tunnel to this host and port (CONNECT).
    pub tunnel: Option<(String, u16)>,
    /// A response whose lengths speak of a body that isn't there (to HEAD).
    pub bodyless: bool,
}
