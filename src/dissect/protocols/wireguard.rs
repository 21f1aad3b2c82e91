//! WireGuard: its four messages (Donenfeld, WireGuard: Next Generation Kernel Network Tunnel, 5.4). Which of
//! them belong to one session isn't remembered, and nothing is decrypted.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::protocol::{Guess, Protocol};
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    TYPE = "wg.type", "Type", uint(8).values(TYPES);
    RESERVED = "wg.reserved", "Reserved", bytes();
    SENDER = "wg.sender", "Sender", uint(32).hex().le();
    EPHEMERAL = "wg.ephemeral", "Ephemeral", string();
    KNOWN_KEY = "wg.ephemeral.known_privkey", "Has Private Key", boolean();
    ENCRYPTED_STATIC = "wg.encrypted_static", "Encrypted Static", none();
    ENCRYPTED_TIMESTAMP = "wg.encrypted_timestamp", "Encrypted Timestamp", none();
    MAC1 = "wg.mac1", "mac1", bytes();
    MAC2 = "wg.mac2", "mac2", bytes();
    RECEIVER = "wg.receiver", "Receiver", uint(32).hex().le();
    ENCRYPTED_EMPTY = "wg.encrypted_empty", "Encrypted Empty", none();
    NONCE = "wg.nonce", "Nonce", bytes();
    ENCRYPTED_COOKIE = "wg.encrypted_cookie", "Encrypted Cookie", bytes();
    COUNTER = "wg.counter", "Counter", uint(64).le();
    ENCRYPTED_PACKET = "wg.encrypted_packet", "Encrypted Packet", none();
}

const INITIATION: u8 = 1;
const RESPONSE: u8 = 2;
const COOKIE_REPLY: u8 = 3;
const TRANSPORT_DATA: u8 = 4;

const TYPES: &[(u64, &str)] = &[
    (INITIATION as u64, "Handshake Initiation"),
    (RESPONSE as u64, "Handshake Response"),
    (COOKIE_REPLY as u64, "Cookie Reply"),
    (TRANSPORT_DATA as u64, "Transport Data"),
];

/// Bytes of the shortest message: the header of data, and the tag of an empty packet.
const SHORTEST: usize = 32;

static KEEPALIVE: Expert =
    Expert::new("wg.keepalive", "This is a Keepalive message", Group::Sequence, Severity::Chat);

pub static WIREGUARD: Protocol = Protocol {
    fields: FIELDS,
    experts: &[&KEEPALIVE],
    walk,
    guesses: &[Guess::over("udp", is_wireguard)],
    ..Protocol::new("wg", "WireGuard Protocol", "WireGuard")
};

pub static PROTOCOLS: &[&Protocol] = &[&WIREGUARD];

/// The messages have zeros behind their type, and lengths of their own.
fn is_wireguard(buf: &Buf) -> bool {
    let Ok([kind, 0, 0, 0]) = buf.array(0) else { return false };
    let length = match kind {
        INITIATION => buf.reported == 148,
        RESPONSE => buf.reported == 92,
        COOKIE_REPLY => buf.reported == 64,
        TRANSPORT_DATA => buf.reported >= SHORTEST && buf.le32(4).is_ok_and(|receiver| receiver != 0),
        _ => false,
    };
    length && buf.data.len() >= 16
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let kind = w.u8(0)?;
    w.field(&TYPE, 0, 1)?;
    w.field(&RESERVED, 1, 3)?;
    match kind {
        INITIATION => initiation(w),
        RESPONSE => response(w),
        COOKIE_REPLY => cookie_reply(w),
        _ => transport_data(w),
    }
}

fn initiation(w: &mut Walk) -> Result<(), Stop> {
    let sender = w.buf.le32(4)?;
    w.columns.set_info(format_args!("Handshake Initiation, sender=0x{sender:08X}"));
    w.field(&SENDER, 4, 4)?;
    ephemeral(w, 8)?;
    w.field(&ENCRYPTED_STATIC, 40, 48)?;
    w.field(&ENCRYPTED_TIMESTAMP, 88, 28)?;
    macs(w, 116)
}

fn response(w: &mut Walk) -> Result<(), Stop> {
    let (sender, receiver) = (w.buf.le32(4)?, w.buf.le32(8)?);
    let info = format_args!("Handshake Response, sender=0x{sender:08X}, receiver=0x{receiver:08X}");
    w.columns.set_info(info);
    w.field(&SENDER, 4, 4)?;
    w.field(&RECEIVER, 8, 4)?;
    ephemeral(w, 12)?;
    w.field(&ENCRYPTED_EMPTY, 44, 16)?;
    macs(w, 60)
}

fn cookie_reply(w: &mut Walk) -> Result<(), Stop> {
    let receiver = w.buf.le32(4)?;
    w.columns.set_info(format_args!("Cookie Reply, receiver=0x{receiver:08X}"));
    w.field(&RECEIVER, 4, 4)?;
    w.field(&NONCE, 8, 24)?;
    w.field(&ENCRYPTED_COOKIE, 32, 32).map(drop)
}

fn transport_data(w: &mut Walk) -> Result<(), Stop> {
    let (receiver, counter) = (w.buf.le32(4)?, w.buf.le64(8)?);
    let len = w.buf.reported.saturating_sub(SHORTEST);
    if len == 0 {
        w.columns.set_info(format_args!("Keepalive, receiver=0x{receiver:08X}, counter={counter}"));
    } else {
        let to = format_args!("receiver=0x{receiver:08X}, counter={counter}");
        w.columns.set_info(format_args!("Transport Data, {to}, datalen={len}"));
    }
    w.field(&RECEIVER, 4, 4)?;
    w.field(&COUNTER, 8, 8)?;
    let id = w.field(&ENCRYPTED_PACKET, 16, w.remaining(16))?;
    if len == 0 {
        w.open(id);
        w.expert(&KEEPALIVE, id);
        w.close();
    }
    Ok(())
}

/// A public key; nobody gave us the private ones.
fn ephemeral(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let key = text::base64(w.bytes(at, 32)?);
    let id = w.value(&EPHEMERAL, at, 32, Value::Str(&key));
    w.open(id);
    // Where it stands is counted twice, as users of the reference are used to.
    w.generated(&KNOWN_KEY, w.layer.start as usize + at, Value::Bool(false));
    w.close();
    Ok(())
}

fn macs(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&MAC1, at, 16)?;
    w.field(&MAC2, at + 16, 16).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_themselves_by_their_lengths() {
        let mut message = vec![INITIATION, 0, 0, 0];
        message.resize(148, 9);
        assert!(is_wireguard(&Buf::whole(&message)));
        assert!(!is_wireguard(&Buf::whole(&message[..147])));
        message[0] = TRANSPORT_DATA;
        assert!(is_wireguard(&Buf::whole(&message)));
        message[4..8].fill(0);
        assert!(!is_wireguard(&Buf::whole(&message)));
    }
}
