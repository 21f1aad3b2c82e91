//! SSL 2: its hello, which later clients also sent to old servers, and its records (the protocol's
//! specification of 1995; RFC 5246 appendix E.2).

use super::fields::*;
use super::session::SSL2;
use super::{Tls, values};
use crate::dissect::buf::Stop;
use crate::dissect::value::Value;

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 4;

/// The length of the client hello or server hello that begins here, if one does.
pub fn looks(bytes: &[u8]) -> Option<usize> {
    let [high @ 0x80..=0xff, low, kind, rest @ ..] = bytes else { return None };
    let len = usize::from(u16::from_be_bytes([high & 0x7f, *low]));
    let number = |at: usize| {
        let pair = rest.get(at..at + 2)?;
        Some(usize::from(u16::from_be_bytes([pair[0], pair[1]])))
    };
    let total = match *kind {
        CLIENT_HELLO if is_version(number(0)?) && number(2)? % 3 == 0 => {
            9 + number(2)? + number(4)? + number(6)?
        }
        SERVER_HELLO if number(2)? == usize::from(SSL2) => 11 + number(4)? + number(6)? + number(8)?,
        _ => return None,
    };
    (total == len).then_some(2 + len)
}

/// True for a client hello, which may come whatever was agreed on before.
pub fn is_hello(bytes: &[u8]) -> bool {
    bytes.get(2) == Some(&CLIENT_HELLO)
}

fn is_version(version: usize) -> bool {
    version == usize::from(SSL2) || (0x0300..=0x0304).contains(&version)
}

/// Dissects the record at `at`, `len` bytes in all; returns where it ends.
pub fn record(t: &mut Tls, at: usize, len: usize) -> Result<usize, Stop> {
    let kind = t.w.u8(at + 2)?;
    let name = values::name(values::SSL2_TYPES, kind.into()).unwrap_or("Encrypted Data");
    t.short_version = "SSLv2";
    if kind == SERVER_HELLO {
        t.state.version = SSL2;
    }
    let text = format_args!("SSLv2 Record Layer: {name}");
    let id = t.w.text(&RECORD, at, len, Value::None, text);
    t.w.open(id);
    t.w.generated(&RECORD_VERSION, at, Value::Uint(SSL2.into()));
    t.w.uint(&RECORD_LENGTH, at, 2, len as u64 - 2);
    let text = format_args!("Handshake Message Type: {name} ({kind})");
    t.w.text(&HS_TYPE, at + 2, 1, Value::Uint(kind.into()), text);
    t.info(format_args!("{name}"));
    let known = t.state;
    t.state.version = SSL2;
    t.set_protocol();
    t.state = known;
    match kind {
        CLIENT_HELLO => client_hello(t, at + 3)?,
        _ => server_hello(t, at + 3)?,
    }
    t.w.close();
    Ok(at + len)
}

fn client_hello(t: &mut Tls, at: usize) -> Result<(), Stop> {
    t.state = Default::default();
    t.w.field(&HS_VERSION, at, 2)?;
    let specs = t.number(&HS_CIPHER_SPEC_LEN, at + 2, 2)?;
    let session = t.number(&HS_SESSION_ID_LENGTH, at + 4, 2)?;
    let challenge = t.number(&HS_CHALLENGE_LENGTH, at + 6, 2)?;
    let at = cipher_specs(t, at + 8, specs)?;
    if session > 0 {
        t.w.field(&HS_SESSION_ID, at, session)?;
    }
    t.w.field(&HS_CHALLENGE, at + session, challenge)?;
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
        assert_eq!(looks(&hello), Some(30));
        hello[1] = 29;
        assert_eq!(looks(&hello), None);
    }
}
