//! QUIC (RFC 9000, 9001, 9369 and the drafts since 21): headers, and Initial packets decrypted as anyone on
//! the path can, down to the handshake messages of TLS in them. What needs the connection's secrets stays
//! sealed.

pub mod crypto;
mod fields;
mod frames;
pub mod keys;
pub mod packet;

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::claims;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::facts::{Cid, QuicFacts};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Guess, Header, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crypto::{Crypto, Piece};
use fields::*;
use keys::{Opened, Secret};
use packet::{Kind, Packet, draft, is_reserved, is_v2};

pub use frames::each_crypto;

pub static QUIC: Protocol = Protocol {
    fields: FIELDS,
    experts: &[&UNKNOWN_CONNECTION, &DECRYPTION_FAILED, &PADDING_DATA, &frames::RETRANSMISSION],
    header,
    walk,
    // Whatever follows a packet in a datagram is another (RFC 9000 12.2).
    guesses: &[Guess::over("udp", claims::is_quic_long), Guess::over("quic", |_| true)],
    ..Protocol::new("quic", "QUIC IETF", "QUIC")
};

pub static PROTOCOLS: &[&Protocol] = &[&QUIC];

static UNKNOWN_CONNECTION: Expert = Expert::new(
    "quic.connection.unknown",
    "Unknown QUIC connection. Missing Initial Packet or migrated connection?",
    Group::Protocol,
    Severity::Note,
);
static DECRYPTION_FAILED: Expert =
    Expert::new("quic.decryption_failed", "Failed to decrypt handshake", Group::Decryption, Severity::Warning);
static PADDING_DATA: Expert = Expert::new(
    "quic.coalesced_padding_data",
    "(Random) padding data appended to the datagram",
    Group::Protocol,
    Severity::Note,
);

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    if is_padding(buf, chain) {
        return Ok(Header::last());
    }
    let p = Packet::read(buf)?;
    Ok(match p.end < buf.reported && p.end > 0 {
        true => Header::message(p.end),
        false => Header::last(),
    })
}

/// True for bytes behind a packet that are no packet of the same connection.
fn is_padding(buf: &Buf, chain: &Chain) -> bool {
    let index = chain.index();
    let before = index.checked_sub(1).and_then(|i| chain.layers.protocol(i));
    before.is_some_and(|p| p.name() == "quic") && Packet::read(buf).is_err()
}

/// The walk over one packet.
pub struct Quic<'a, 'w> {
    pub w: &'a mut Walk<'w>,
    packet: Packet,
    secret: Secret,
    crypto: Crypto,
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    let facts = w.context.facts.quic(w.index).cloned().unwrap_or_default();
    let packet = match Packet::read(&w.buf) {
        Ok(packet) => packet,
        Err(_) if follows(w) => {
            w.expert(&PADDING_DATA, w.node);
            return Ok(());
        }
        Err(stop) => return Err(stop),
    };
    if !follows(w) {
        connection(w, &facts);
    }
    w.generated(&PACKET_LENGTH, 0, Value::Uint(packet.end as u64));
    if packet.kind == Kind::Short {
        return short(w, &facts);
    }
    let secret = facts.secret(packet.dcid);
    let opened = match packet.kind {
        Kind::Initial => keys::open(w.buf.data.get(..packet.end).unwrap_or(&[]), &packet, &secret),
        _ => None,
    };
    long(w, &packet, opened.as_ref())?;
    match packet.kind {
        Kind::VersionNegotiation => versions(w, packet.body),
        Kind::Retry => retry(w, &packet, &facts),
        Kind::Initial if opened.is_some() => {
            let crypto = facts.crypto(w.context.sources);
            initial(Quic { w, packet, secret, crypto }, opened)
        }
        kind => sealed(w, &packet, kind, facts.connection.is_some()),
    }
}

/// True for all but the first packet of a datagram.
fn follows(w: &Walk) -> bool {
    w.index.checked_sub(1).and_then(|i| w.layers.protocol(i)).is_some_and(|p| p.name() == "quic")
}

fn connection(w: &mut Walk, facts: &QuicFacts) {
    let id = w.label(0, 0, format_args!("QUIC Connection information"));
    w.open(id);
    match facts.connection {
        Some(number) => _ = w.generated(&CONNECTION_NUMBER, 0, Value::Uint(number.into())),
        None => w.expert(&UNKNOWN_CONNECTION, id),
    }
    w.close();
}

/// What the versions are called, as tshark does.
fn version_name(version: u32) -> String {
    match version {
        0 => "Version Negotiation".into(),
        packet::V1 => "1".into(),
        packet::V2 => "2".into(),
        packet::V2_DRAFT => "2 (draft)".into(),
        0x5130_3530 => "Google Q050".into(),
        0x5430_3530 => "Google T050".into(),
        0x5430_3531 => "Google T051".into(),
        0xface_b00e => "Facebook mvfst (Experimental)".into(),
        0xface_b001..=0xface_b00d => format!("Facebook mvfst (draft-{})", draft(version)),
        0xff00_0001..=0xff00_00ff => format!("draft-{:02}", version & 0xff),
        _ if is_reserved(version) => format!("Unknown (0x{version:08x}) (Forcing Version Negotiation)"),
        _ => "Unknown".into(),
    }
}

fn long(w: &mut Walk, p: &Packet, opened: Option<&Opened>) -> Result<(), Stop> {
    w.fixed(&HEADER_FORM)?;
    let mut text = String::new();
    if p.kind == Kind::VersionNegotiation {
        w.field(&UNUSED, 0, 1)?;
        text.push_str("Version Negotiation");
    } else {
        w.fixed(&FIXED_BIT)?;
        w.field(if is_v2(p.version) { &LONG_TYPE_V2 } else { &LONG_TYPE }, 0, 1)?;
        text.push_str(match p.kind {
            Kind::Initial => "Initial",
            Kind::ZeroRtt => "0-RTT",
            Kind::Handshake => "Handshake",
            _ => "Retry",
        });
    }
    // These two are protected: they are shown as they are without it.
    if let Some(opened) = opened {
        for field in [&LONG_RESERVED, &NUMBER_LENGTH] {
            let value = Value::Uint(field.masked(opened.first.into()));
            w.value(field, 0, 1, value);
        }
    }
    let name = version_name(p.version);
    let shown = match is_reserved(p.version) {
        true => format!("Version: {name}"),
        false => format!("Version: {name} (0x{:08x})", p.version),
    };
    w.text(&VERSION, 1, 4, Value::Uint(p.version.into()), format_args!("{shown}"));
    id(w, 5, &p.dcid, [&DCIL, &DCID], "DCID", &mut text)?;
    id(w, 6 + p.dcid.bytes().len(), &p.scid, [&SCIL, &SCID], "SCID", &mut text)?;
    w.columns.append_info(format_args!("{text}"));
    if p.kind == Kind::Initial {
        let (at, len) = p.token;
        let size = at - (7 + p.dcid.bytes().len() + p.scid.bytes().len());
        w.uint(&TOKEN_LENGTH, at - size, size, len as u64);
        if len > 0 {
            w.field(&TOKEN, at, len)?;
        }
    }
    if p.length.1 > 0 {
        w.uint(&LENGTH, p.length.0, p.length.1, p.length.2);
    }
    Ok(())
}

/// A connection ID with its length.
fn id(
    w: &mut Walk,
    at: usize,
    id: &Cid,
    [length, bytes]: [&'static crate::dissect::field::Field; 2],
    name: &str,
    info: &mut String,
) -> Result<(), Stop> {
    w.field(length, at, 1)?;
    if !id.is_empty() {
        w.field(bytes, at + 1, id.bytes().len())?;
        let _ = write!(info, ", {name}=");
        crate::dissect::text::hex(info, id.bytes(), None);
    }
    Ok(())
}

fn versions(w: &mut Walk, mut at: usize) -> Result<(), Stop> {
    while w.remaining(at) >= 4 {
        let version = w.be32(at)?;
        let name = version_name(version);
        let text = match is_reserved(version) {
            true => format!("Supported Version: {name}"),
            false => format!("Supported Version: {name} (0x{version:08x})"),
        };
        w.text(&SUPPORTED_VERSION, at, 4, Value::Uint(version.into()), format_args!("{text}"));
        at += 4;
    }
    Ok(())
}

fn retry(w: &mut Walk, p: &Packet, facts: &QuicFacts) -> Result<(), Stop> {
    w.field(&RETRY_TOKEN, p.token.0, p.token.1)?;
    let at = p.token.0 + p.token.1;
    let id = w.field(&RETRY_TAG, at, packet::RETRY_TAG)?;
    let verified = keys::verify_retry(w.buf.data, p.version, &facts.id);
    w.append(id, format_args!(" {}", match verified {
        Some(true) => "[verified]",
        Some(false) => "[incorrect]",
        None => "[unverified]",
    }));
    Ok(())
}

/// An Initial packet: its payload, decrypted if the keys were right.
fn initial(q: Quic, opened: Option<Opened>) -> Result<(), Stop> {
    let Some(Opened { number, number_len, payload, .. }) = opened else { return Ok(()) };
    let Quic { w, packet, secret, mut crypto } = q;
    w.columns.append_info(format_args!(", PKN: {number}"));
    w.uint(&PACKET_NUMBER, packet.body, number_len, number);
    let at = packet.body + number_len;
    let id = w.field(&PAYLOAD, at, packet.end.saturating_sub(at))?;
    let Some(payload) = payload else {
        w.open(id);
        let text = format_args!("Decryption failed: Decryption (checktag) failed: Checksum error");
        w.expert_text(&DECRYPTION_FAILED, id, text);
        w.close();
        return Ok(());
    };
    let Some(source) = w.add_source("Decrypted QUIC", payload.clone()) else { return Ok(()) };
    w.with_source(source, &payload, |w| {
        let mut q = Quic { w, packet, secret, crypto: std::mem::take(&mut crypto) };
        frames::walk(&mut q)
    })
}

/// A packet whose keys come of the handshake.
fn sealed(w: &mut Walk, p: &Packet, kind: Kind, known: bool) -> Result<(), Stop> {
    let text = match (kind, known) {
        (Kind::Handshake, true) | (Kind::Initial, _) => {
            "Failed to create decryption context: Secrets are not available"
        }
        _ => "Failed to decrypt packet number",
    };
    if known || kind == Kind::ZeroRtt {
        w.expert_text(&DECRYPTION_FAILED, w.node, format_args!("{text}"));
    }
    w.field(&REMAINING_PAYLOAD, p.body, p.end.saturating_sub(p.body)).map(drop)
}

fn short(w: &mut Walk, facts: &QuicFacts) -> Result<(), Stop> {
    let dcid = facts.short_id.bytes().len();
    let id = w.value(&SHORT, 0, w.buf.reported, Value::None);
    w.open(id);
    w.fixed(&HEADER_FORM)?;
    w.fixed(&FIXED_BIT)?;
    w.field(&SPIN_BIT, 0, 1)?;
    let mut text = String::new();
    if dcid > 0 {
        w.field(&DCID, 1, dcid)?;
        text.push_str("DCID=");
        crate::dissect::text::hex(&mut text, facts.short_id.bytes(), None);
        w.append(id, format_args!(" {text}"));
    }
    w.close();
    let comma = if text.is_empty() { "" } else { ", " };
    w.columns.append_info(format_args!("Protected Payload (KP0){comma}{text}"));
    if facts.first_sealed {
        let text = format_args!("Failed to create decryption context: Secrets are not available");
        w.expert_text(&DECRYPTION_FAILED, w.node, text);
    }
    w.field(&REMAINING_PAYLOAD, 1 + dcid, w.remaining(1 + dcid)).map(drop)
}

impl QuicFacts {
    /// What opens an Initial packet of this destination.
    pub fn secret(&self, dcid: Cid) -> Secret {
        let id = if self.connection.is_some() { self.id } else { dcid };
        Secret { id, from_server: self.from_server, largest: self.largest }
    }

    /// The stream of CRYPTO frames as this packet finds it; the bytes of earlier pieces lie in a source.
    fn crypto(&self, sources: &[Vec<u8>]) -> Crypto {
        let source = usize::from(self.source).checked_sub(1).and_then(|n| sources.get(n));
        let mut rest = source.map_or(&[][..], Vec::as_slice);
        let mut held = Vec::with_capacity(self.held.len());
        for piece in &self.held {
            let Some((bytes, more)) = rest.split_at_checked(piece.len as usize) else { break };
            rest = more;
            held.push(Piece { frame: piece.frame, offset: piece.offset, bytes: bytes.to_vec(), ..Piece::default() });
        }
        let mut crypto = Crypto { contiguous: self.contiguous, held, ..Crypto::default() };
        crypto.resume(&self.deliveries);
        crypto
    }
}

impl Crypto {
    /// Takes up the handshake message that earlier packets began, given the pieces in which it came.
    fn resume(&mut self, deliveries: &[(u32, u32)]) {
        let len: u64 = deliveries.iter().map(|d| u64::from(d.1)).sum();
        let Some(start) = self.contiguous.checked_sub(len) else { return };
        let mut bytes = vec![0; len.min(1 << 20) as usize];
        for piece in &self.held {
            let (skip, to) = match piece.offset.checked_sub(start) {
                Some(to) => (0, to as usize),
                None => ((start - piece.offset) as usize, 0),
            };
            let Some(part) = piece.bytes.get(skip..) else { continue };
            let Some(room) = bytes.get_mut(to..) else { continue };
            let n = part.len().min(room.len());
            room[..n].copy_from_slice(&part[..n]);
        }
        self.pending.resume(bytes, deliveries);
    }
}
