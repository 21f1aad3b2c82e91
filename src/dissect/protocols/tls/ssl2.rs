//! SSL 2: its hello, which later clients also sent to old servers, and its records (the protocol's
//! specification of 1995; RFC 5246 appendix E.2).

use super::fields::*;
use super::session::SSL2;
use super::{BAD_SESSION_ID, Tls, values};
use crate::dissect::buf::Stop;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

const ERROR: u8 = 0;
const CLIENT_HELLO: u8 = 1;
const CLIENT_MASTER_KEY: u8 = 2;
const SERVER_HELLO: u8 = 4;

/// A session ID of a client hello has no more bytes.
const MAX_SESSION_ID: usize = 16;

/// The length of the record that begins here, if one does, on a connection that speaks `version` (0: not
/// known). The type of its message alone tells a record while the version is open; once a later one is
/// spoken, only a client hello may begin anew.
pub fn record_len(bytes: &[u8], version: u16) -> Option<usize> {
    let [high, low, kind, ..] = bytes else { return None };
    let number = usize::from(u16::from_be_bytes([*high, *low]));
    let unpadded = high & 0x80 != 0;
    let begins = match version {
        SSL2 => true,
        0 => unpadded && matches!(*kind, ERROR | CLIENT_HELLO | CLIENT_MASTER_KEY | SERVER_HELLO),
        _ => unpadded && *kind == CLIENT_HELLO,
    };
    // The third byte of the longer header says how much padding there is.
    let len = if unpadded { 2 + (number & 0x7fff) } else { 3 + (number & 0x3fff) };
    begins.then_some(len)
}

/// True for a record that answers a hello of SSL 2 or goes on after it: that version is spoken.
pub fn settles(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80..=0xff, _, CLIENT_MASTER_KEY | SERVER_HELLO, ..])
}

/// True if a client hello or server hello begins here, to judge by all of its lengths.
pub fn is_hello(bytes: &[u8]) -> bool {
    exact_len(bytes).is_some_and(|len| record_len(bytes, 0) == Some(len))
}

/// What the lengths within a hello sum up to.
fn exact_len(bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| be16(bytes, at);
    match *bytes.get(2)? {
        CLIENT_HELLO if is_version(number(3)?) && number(5)? % 3 == 0 => {
            Some(11 + number(5)? + number(7)? + number(9)?)
        }
        SERVER_HELLO if number(5)? == usize::from(SSL2) => Some(13 + number(7)? + number(9)? + number(11)?),
        _ => None,
    }
}

/// The type of the message in this record, if it can be read: the others are encrypted.
fn message(record: &[u8]) -> Option<u8> {
    let [0x80..=0xff, _, kind, ..] = record else { return None };
    let number = |at: usize| be16(record, at);
    let readable = match *kind {
        CLIENT_HELLO => is_version(number(3)?),
        CLIENT_MASTER_KEY => number(6)? + number(8)? + number(10)? <= record.len(),
        SERVER_HELLO => is_version(number(5)?),
        _ => false,
    };
    readable.then_some(*kind)
}

fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes([pair[0], pair[1]])))
}

fn is_version(version: usize) -> bool {
    version == usize::from(SSL2) || (0x0300..=0x0304).contains(&version)
}

/// Dissects the record at `at`, `len` bytes in all; returns where it ends.
pub fn record(t: &mut Tls, at: usize, len: usize) -> Result<usize, Stop> {
    let bytes = t.w.buf.part(at, len).data;
    let kind = message(bytes);
    let known = kind.and_then(|kind| values::name(values::SSL2_TYPES, kind.into()));
    let name = known.unwrap_or("Encrypted Data");
    if t.state.version == 0 && settles(bytes) {
        t.state.version = SSL2;
    }
    let text = format_args!("SSLv2 Record Layer: {name}");
    let id = t.w.text(&RECORD, at, len, Value::None, text);
    t.w.open(id);
    t.w.generated(&RECORD_VERSION, at, Value::Uint(SSL2.into()));
    t.info(format_args!("{name}"));
    show_version(t);
    if let Some(kind) = kind {
        t.w.uint(&RECORD_LENGTH, at, 2, len.saturating_sub(2) as u64);
        let text = format_args!("Handshake Message Type: {name} ({kind})");
        t.w.text(&HS_TYPE, at + 2, 1, Value::Uint(kind.into()), text);
        match kind {
            CLIENT_HELLO => client_hello(t, at + 3)?,
            CLIENT_MASTER_KEY => client_master_key(t, at + 3)?,
            _ => server_hello(t, at + 3)?,
        }
    }
    t.w.close();
    Ok(at + len)
}

/// The column speaks of the record, whatever the connection has agreed on.
fn show_version(t: &mut Tls) {
    let known = t.state;
    t.state.version = SSL2;
    t.set_protocol();
    t.state = known;
}

fn client_hello(t: &mut Tls, at: usize) -> Result<(), Stop> {
    t.state = Default::default();
    t.w.field(&HS_VERSION, at, 2)?;
    let specs = t.number(&HS_CIPHER_SPEC_LEN, at + 2, 2)?;
    let (id, session) = session_id_len(t, at + 4)?;
    if session > MAX_SESSION_ID {
        let text = format_args!("Session ID length ({session}) must be less than {MAX_SESSION_ID}.");
        t.w.open(id);
        t.w.expert_text(&BAD_SESSION_ID, id, text);
        t.w.close();
        return Ok(());
    }
    let challenge = t.number(&HS_CHALLENGE_LENGTH, at + 6, 2)?;
    let at = cipher_specs(t, at + 8, specs)?;
    if session > 0 {
        t.w.field(&HS_SESSION_ID, at, session)?;
    }
    t.w.field(&HS_CHALLENGE, at + session, challenge)?;
    Ok(())
}

fn session_id_len(t: &mut Tls, at: usize) -> Result<(NodeId, usize), Stop> {
    let len = t.w.be16(at)?;
    Ok((t.w.field(&HS_SESSION_ID_LENGTH, at, 2)?, len.into()))
}

fn client_master_key(t: &mut Tls, at: usize) -> Result<(), Stop> {
    t.w.field(&HS_CIPHERSPEC, at, 3)?;
    let clear = t.number(&HS_CLEAR_KEY_LENGTH, at + 3, 2)?;
    let encrypted = t.number(&HS_ENCRYPTED_KEY_LENGTH, at + 5, 2)?;
    let argument = t.number(&HS_KEY_ARG_LENGTH, at + 7, 2)?;
    let mut at = at + 9;
    let parts = [(&HS_CLEAR_KEY_DATA, clear), (&HS_ENCRYPTED_KEY, encrypted), (&HS_KEY_ARG, argument)];
    for (field, len) in parts {
        if len > 0 {
            t.w.field(field, at, len)?;
            at += len;
        }
    }
    Ok(())
}

fn cipher_specs(t: &mut Tls, at: usize, len: usize) -> Result<usize, Stop> {
    let count = len / 3;
    let plural = if count == 1 { "" } else { "s" };
    let text = format_args!("Cipher Specs ({count} spec{plural})");
    let id = t.w.text(&HS_CIPHERSUITES, at, len, Value::None, text);
    t.w.open(id);
    for i in 0..count {
        t.w.field(&HS_CIPHERSPEC, at + 3 * i, 3)?;
    }
    t.w.close();
    Ok(at + len)
}

fn server_hello(t: &mut Tls, at: usize) -> Result<(), Stop> {
    t.w.field(&HS_SESSION_ID_HIT, at, 1)?;
    t.w.field(&HS_CERT_TYPE, at + 1, 1)?;
    t.w.field(&HS_VERSION, at + 2, 2)?;
    let certificate = t.number(&HS_CERTIFICATE_LENGTH, at + 4, 2)?;
    let specs = t.number(&HS_CIPHER_SPEC_LEN, at + 6, 2)?;
    let connection = t.number(&HS_CONNECTION_ID_LENGTH, at + 8, 2)?;
    let at = at + 10;
    if certificate > 0 {
        super::certificates::certificate(t, at, certificate)?;
    }
    let at = cipher_specs(t, at + certificate, specs)?;
    if connection > 0 {
        t.w.field(&HS_CONNECTION_ID, at, connection)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_is_known_by_its_lengths() {
        let mut hello = vec![0x80, 28, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 5];
        hello.extend([7; 16]);
        assert!(is_hello(&hello));
        assert_eq!((message(&hello), record_len(&hello, 0x0303)), (Some(CLIENT_HELLO), Some(30)));
        hello[1] = 29;
        assert!(!is_hello(&hello));
    }

    #[test]
    fn the_type_tells_a_record_while_no_version_is_known() {
        let record = [0xf3, 0, 0, 0, 0xa4];
        assert_eq!(record_len(&record, 0), Some(0x7302));
        assert_eq!(record_len(&record, 0x0301), None);
        assert_eq!(record_len(&[0xf3, 0, 3, 0, 0], 0), None);
        assert_eq!(message(&record), None);
    }

    #[test]
    fn once_ssl_2_is_spoken_everything_is_a_record_of_it() {
        assert_eq!(record_len(&[0, 12, 4, 1, 2], SSL2), Some(15));
        assert_eq!(record_len(&[0, 12, 4, 1, 2], 0), None);
        assert!(settles(&[0x80, 16, 4]) && !settles(&[0x80, 16, 1]));
    }
}
