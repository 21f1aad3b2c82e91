//! What frames have in common and isn't kept with each of them: connections, and how all of it is looked up.

use crate::dissect::facts::WindowScale;

/// What all packets of a TCP connection have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StreamInfo {
    pub base_seq: [u32; 2],
    pub scale: [WindowScale; 2],
    /// Which side opened it.
    pub client: u8,
    pub completeness: u8,
    pub accurate_ecn: bool,
    pub initial_rtt: Option<i64>,
    /// Frames of SYN, SYN+ACK and ACK; 0 where not seen.
    pub handshake: [u32; 3],
    pub first_frame: u32,
    pub last_frame: u32,
    /// The version of TLS spoken on it, as on the wire; 0: none, or not known.
    pub tls_version: u16,
    pub earlier: Option<Earlier>,
}

/// What a side's numbers counted from between two answers to the same SYN.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    pub side: u8,
    pub base_seq: u32,
    /// The frame of this answer, and that of the one that took its place.
    pub from: u32,
    pub until: u32,
}

impl StreamInfo {
    /// What the numbers of a side count from in this frame.
    pub(super) fn base(&self, side: usize, frame: u32) -> u32 {
        let holds = |e: &Earlier| usize::from(e.side) == side && (e.from..e.until).contains(&frame);
        self.earlier.filter(holds).map_or(self.base_seq[side], |e| e.base_seq)
    }

    /// True for the answer to a SYN that another one replaced in the end.
    pub(super) fn is_replaced(&self, frame: u32) -> bool {
        let last = |side: u8| self.base_seq[usize::from(side) & 1];
        self.earlier.is_some_and(|e| e.from == frame && e.base_seq != last(e.side))
    }
}

/// A request and its response on an HTTP connection: their frames, 0 where not seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HttpExchange {
    pub request: u32,
    pub response: u32,
}

/// What the messages of an HTTP connection have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpStream {
    /// In order, the first has number 1.
    pub exchanges: Vec<HttpExchange>,
    /// Where CONNECT leads to, once it is granted.
    pub tunnel: Option<(String, u16)>,
}

impl HttpStream {
    pub fn set(&mut self, number: u32, exchange: HttpExchange) {
        let Some(at) = (number as usize).checked_sub(1) else { return };
        if at >= self.exchanges.len() {
            self.exchanges.resize(at + 1, HttpExchange::default());
        }
        self.exchanges[at] = exchange;
    }

    /// The frames of an exchange by number, if there is one.
    pub(super) fn frames(&self, number: u32) -> (Option<u32>, Option<u32>) {
        let at = (number as usize).checked_sub(1);
        let exchange = at.and_then(|at| self.exchanges.get(at)).copied().unwrap_or_default();
        let seen = |frame: u32| Some(frame).filter(|f| *f != 0);
        (seen(exchange.request), seen(exchange.response))
    }
}

/// The TCP connections of a Multipath TCP connection: the one that opened it, and all in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MptcpInfo {
    pub master: Option<u32>,
    pub subflows: Vec<u32>,
}

/// Looks up what isn't kept with each packet.
pub trait Lookup {
    /// Nanoseconds since 1970 of a frame (from 1).
    fn time(&self, frame: u32) -> i64;
    fn tcp_stream(&self, stream: u32) -> StreamInfo;
    fn udp_first_frame(&self, stream: u32) -> u32;
    /// By number of the TCP connection, or of the UDP conversation with `OVER_UDP`.
    fn http_stream(&self, stream: u32) -> Option<&HttpStream>;
    fn mptcp(&self, connection: u32) -> Option<&MptcpInfo>;
    /// The frame that says more about this one: its answer, or where its message is complete.
    fn later(&self, frame: u32) -> Option<u32>;
}
