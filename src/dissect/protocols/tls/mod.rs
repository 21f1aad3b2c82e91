//! Transport Layer Security and its ancestors SSL 2 and 3 (RFC 8446, 5246, 6101): records, handshake
//! messages with their extensions and certificates. Nothing is decrypted.

mod ber;
mod certificates;
mod extensions;
mod fields;
mod fingerprint;
mod fragments;
mod handshake;
mod keys;
mod quic;
mod record;
mod sct;
pub mod session;
mod ssl2;
mod suites;
mod values;
mod x509;

use std::fmt;

pub use fragments::Pending;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::facts::{PartKind, TlsFacts};
use crate::dissect::field::Field;
use crate::dissect::protocol::{Guess, Header, Key, Pdu, PduContext, Protocol};
use crate::dissect::protocols::http::head::looks_like_http;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

pub static TLS: Protocol = Protocol {
    on: PORTS,
    fields: fields::FIELDS,
    experts: &[
        &IGNORED,
        &RESUMED,
        &BAD_LENGTH,
        &BAD_HEARTBEAT,
        &BAD_SESSION_ID,
        &TOO_SMALL,
        &x509::NOT_IMPLEMENTED,
    ],
    header: |_, _| Ok(Header::last()),
    walk,
    pdu: Some(pdu),
    sees_rest: true,
    accept: Some(not_plain),
    guesses: &[Guess::above("tcp", guess)],
    ..Protocol::new("tls", "Transport Layer Security", "TLS")
};

/// HTTP in clear on a port of TLS is HTTP.
fn not_plain(buf: &Buf) -> bool {
    !looks_like_http(buf.data)
}

pub static PROTOCOLS: &[&Protocol] = &[
    &TLS,
    &x509::X509AF,
    &x509::X509IF,
    &x509::X509SAT,
    &x509::X509CE,
    &x509::PKIX1EXPLICIT,
    &x509::PKIX1IMPLICIT,
    &x509::PKIXPROXY,
    &x509::PKCS1,
    &x509::NS_CERT_EXTS,
    &x509::LOGOTYPE,
    &x509::OCSP,
    &x509::BER,
];

static PORTS: &[Key] = &[
    Key::TcpPort(324),
    Key::TcpPort(443),
    Key::TcpPort(465),
    Key::TcpPort(636),
    Key::TcpPort(802),
    Key::TcpPort(853),
    Key::TcpPort(993),
    Key::TcpPort(995),
    Key::TcpPort(1300),
    Key::TcpPort(2221),
    Key::TcpPort(2443),
    Key::TcpPort(3249),
    Key::TcpPort(3250),
    Key::TcpPort(3251),
    Key::TcpPort(3252),
    Key::TcpPort(3496),
    Key::TcpPort(5061),
    Key::TcpPort(5671),
    Key::TcpPort(5684),
    Key::TcpPort(5868),
    Key::TcpPort(8883),
    Key::TcpPort(11207),
    Key::TcpPort(19999),
    Key::TcpPort(27017),
];

static IGNORED: Expert =
    Expert::new("tls.ignored_unknown_record", "Ignored Unknown Record", Group::Protocol, Severity::Warning);
static RESUMED: Expert = Expert::new(
    "tls.resumed",
    "This session reuses previously negotiated keys (Session resumption)",
    Group::Sequence,
    Severity::Note,
);
static BAD_LENGTH: Expert = Expert::new(
    "tls.record.length.invalid",
    "Record fragment length is too small or too large",
    Group::Protocol,
    Severity::Error,
);
static BAD_HEARTBEAT: Expert = Expert::new(
    "tls.heartbeat_message.payload_length.invalid",
    "Invalid heartbeat payload length",
    Group::Malformed,
    Severity::Error,
);
static BAD_SESSION_ID: Expert = Expert::new(
    "tls.handshake.session_id_length.error",
    "Session ID length error",
    Group::Malformed,
    Severity::Error,
);
static TOO_SMALL: Expert = Expert::new(
    "tls.malformed.buffer_too_small",
    "Malformed message, not enough data is available",
    Group::Malformed,
    Severity::Error,
);
/// The walk over one layer, with the connection's state as it goes.
pub struct Tls<'a, 'w> {
    pub w: &'a mut Walk<'w>,
    pub state: TlsFacts,
    pub from_client: bool,
    /// How the version is called in titles and columns.
    pub short_version: &'static str,
    /// The messages stand in records (not so in QUIC).
    records: bool,
    /// A handshake message whose end comes in a later record.
    pending: Option<fragments::Pending>,
}

/// What the bytes at some place of a stream look like.
enum Looks {
    /// A record of SSL 3 or TLS, with this many bytes in all.
    Record(usize),
    /// One of SSL 2.
    Ssl2(usize),
    Partial,
    Foreign,
}

/// `version`: what the connection speaks by now; 0: not known.
fn looks(bytes: &[u8], version: u16) -> Looks {
    match bytes {
        _ if bytes.len() < record::HEADER => Looks::Partial,
        [20..=25, 3, 0..=4, high, low, ..] if version != session::SSL2 => {
            Looks::Record(record::HEADER + usize::from(u16::from_be_bytes([*high, *low])))
        }
        _ => ssl2::record_len(bytes, version).map_or(Looks::Foreign, Looks::Ssl2),
    }
}

fn pdu(bytes: &[u8], context: &PduContext) -> Pdu {
    match looks(bytes, context.version) {
        Looks::Record(len) | Looks::Ssl2(len) => Pdu::Len(len),
        Looks::Partial => Pdu::NeedMore,
        Looks::Foreign => Pdu::Foreign,
    }
}

/// A first record: known type and version, a length that can be, and of a handshake a hello.
fn guess(buf: &Buf) -> bool {
    match looks(buf.data, 0) {
        Looks::Record(len) => {
            let content = buf.u8(0).unwrap_or(0);
            let len = len - record::HEADER;
            content != 25 && len <= record::MAX_LENGTH && (len > 0 || content == record::APPLICATION_DATA)
        }
        Looks::Ssl2(_) => ssl2::is_hello(buf.data),
        Looks::Partial | Looks::Foreign => false,
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let state = w.context.facts.tls(w.index).copied().unwrap_or_default();
    let from_client = state.from_client.unwrap_or_else(|| towards_server(w));
    let mut t = Tls { w, state, from_client, short_version: "TLS", records: true, pending: None };
    t.begin_columns();
    let mut at = 0;
    while at < t.w.buf.reported {
        at = match looks(t.w.buf.from(at), t.state.version) {
            // The rest of it comes in a later segment, if the packet isn't just cut short.
            Looks::Record(len) | Looks::Ssl2(len) if len > t.w.remaining(at) => {
                t.unfinished(at);
                return Ok(());
            }
            Looks::Record(_) => record::record(&mut t, at)?,
            Looks::Ssl2(len) => ssl2::record(&mut t, at, len)?,
            Looks::Partial => {
                t.unfinished(at);
                return Ok(());
            }
            Looks::Foreign => {
                foreign(&mut t, at);
                return Ok(());
            }
        };
    }
    Ok(())
}

/// Handshake messages without records, as QUIC carries them: a layer of TLS within the open node, that says
/// nothing in the columns. `pending` goes from one call to the next.
pub fn crypto(
    w: &mut Walk,
    at: usize,
    len: usize,
    from_client: bool,
    pending: &mut Pending,
) -> Result<(), Stop> {
    if !w.wants_fields() {
        let frame = w.context.record.number;
        pending.observe(frame, w.bytes(at, len)?);
        return Ok(());
    }
    let node = w.value(&TLS.layer, at, len, Value::None);
    w.open(node);
    w.name_protocol(TLS.name());
    w.columns.locked += 1;
    let state = TlsFacts { version: session::TLS13, ..TlsFacts::default() };
    let under_way = (!pending.is_empty()).then(|| std::mem::take(pending));
    let mut t = Tls { w, state, from_client, short_version: "TLSv1.3", records: false, pending: under_way };
    let result = handshake::record(&mut t, node, at, len);
    *pending = t.pending.take().unwrap_or_default();
    w.columns.locked -= 1;
    w.close();
    result
}

/// What an alert is called (RFC 8446 6).
pub fn alert_name(alert: u8) -> &'static str {
    values::name(values::ALERTS, alert.into()).unwrap_or("Unknown")
}

/// Bytes that are no record: the middle of one whose beginning is lost, or another protocol.
fn foreign(t: &mut Tls, at: usize) {
    if t.state.version == 0 || t.state.version == session::SSL2 {
        if t.state.version == 0 {
            t.w.columns.set_protocol("SSL");
        }
        return t.info(format_args!("Continuation Data"));
    }
    t.short_version = values::short_version(t.state.version).unwrap_or("TLS");
    t.set_protocol();
    t.info(format_args!("Ignored Unknown Record"));
    let len = t.w.buf.reported - at;
    let id = t.w.label(at, len, format_args!("Ignored Unknown Record"));
    t.w.open(id);
    t.w.expert(&IGNORED, id);
    t.w.close();
}

/// True if the ports say that the sender is the client: the other side's port is a known or lower one.
fn towards_server(w: &Walk) -> bool {
    let [source, destination] = ports(w);
    match (is_service(source), is_service(destination)) {
        (true, false) => false,
        (false, true) => true,
        _ => destination < source,
    }
}

fn is_service(port: u16) -> bool {
    PORTS.contains(&Key::TcpPort(port)) || values::port_protocol(port).is_some()
}

/// Source and destination port of the TCP segment (or UDP datagram) that carries the layer.
fn ports(w: &Walk) -> [u16; 2] {
    let bytes = w.parent_bytes();
    [bytes.be16(0).unwrap_or(0), bytes.be16(2).unwrap_or(0)]
}

impl Tls<'_, '_> {
    /// The first TLS layer of a packet takes Info over from the layers before; the others add to it.
    fn begin_columns(&mut self) {
        match self.w.note("tls.version") {
            Some(version) => {
                let name = values::short_version(version as u16).unwrap_or("TLS");
                self.w.columns.set_protocol(name);
            }
            None => {
                self.w.columns.clear_info();
                if let Some(parent) = self.w.parent() {
                    self.w.columns.set_protocol(parent.column);
                }
            }
        }
    }

    /// A segment that holds nothing but part of a record says so in Info.
    fn unfinished(&mut self, at: usize) {
        let parent = usize::from(self.w.layer.parent);
        let kept = self.w.context.facts.parts(parent).any(|p| p.what == PartKind::Piece);
        if at == 0 && kept && self.w.note("tls.version").is_none() {
            let text = format_args!("[TCP segment of a reassembled PDU]");
            self.w.columns.append_info_separated(" ", text);
        }
    }

    fn set_protocol(&mut self) {
        if self.state.version != 0 {
            self.short_version = values::short_version(self.state.version).unwrap_or("TLS");
        }
        self.w.columns.set_protocol(self.short_version);
        let version =
            values::NAMED_VERSIONS.iter().find(|v| values::short_version(**v) == Some(self.short_version));
        self.w.leave_note("tls.version", version.copied().unwrap_or(0).into());
    }

    fn info(&mut self, text: fmt::Arguments) {
        self.w.columns.append_info_separated(", ", text);
    }

    /// The protocol inside, as ALPN or the server's port says.
    fn application(&self) -> Option<&'static str> {
        if let Some(name) = values::application(self.state.application) {
            return Some(name);
        }
        let [source, destination] = ports(self.w);
        let (server, client) = if self.from_client { (destination, source) } else { (source, destination) };
        // Without the opening of the connection the sides may be mistaken.
        values::port_protocol(server).or_else(|| values::port_protocol(client))
    }

    /// A number of one to four bytes as a field; its value.
    fn number(&mut self, field: &'static Field, at: usize, len: usize) -> Result<usize, Stop> {
        let bytes = self.w.bytes(at, len)?;
        let value = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        self.w.value(field, at, len, Value::Uint(value));
        Ok(value as usize)
    }

    /// The length of a vector as a field of `size` bytes, held against the bytes there are up to `end`.
    fn vector(&mut self, field: &'static Field, at: usize, size: usize, end: usize) -> Result<usize, Stop> {
        let bytes = self.w.bytes(at, size)?;
        let said = bytes.iter().fold(0u64, |n, b| n << 8 | u64::from(*b)) as usize;
        let id = self.w.value(field, at, size, Value::Uint(said as u64));
        let room = end.saturating_sub(at + size);
        if said > room {
            let text = format_args!("Vector length {said} is too large, truncating it to {room}");
            self.w.open(id);
            self.w.expert_text(&TOO_SMALL, id, text);
            self.w.close();
        }
        Ok(said.min(room))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdu_of(bytes: &[u8]) -> Pdu {
        pdu(bytes, &PduContext::default())
    }

    #[test]
    fn a_record_says_how_long_it_is() {
        assert_eq!(pdu_of(&[22, 3, 1, 2, 0, 1]), Pdu::Len(517));
        assert_eq!(pdu_of(&[22, 3, 1]), Pdu::NeedMore);
        assert_eq!(pdu_of(b"GET / HTTP/1.1"), Pdu::Foreign);
    }

    #[test]
    fn a_port_names_the_protocol_inside() {
        assert_eq!(values::port_protocol(993), values::application(values::alpn_protocol(b"imap")));
        assert_eq!(values::application(0), None);
    }
}
