//! Handshake messages (RFC 8446 4, RFC 5246 7.4), but for hello extensions, key exchange and certificates.

use std::fmt::Write;

use super::fields::*;
use super::session::*;
use super::{BAD_SESSION_ID, Tls, certificates, extensions, fingerprint, keys, values};
use crate::dissect::buf::Stop;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

/// A message's type and length.
pub const HEADER: usize = 4;
/// No message is taken to be longer.
const MAX_LENGTH: usize = 1 << 16;

/// Dissects the messages of a record; `node` is the record's.
pub fn record(t: &mut Tls, node: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    let version = t.short_version;
    let end = at + len;
    let mut from =
        if t.state.is_encrypted(t.from_client) { at } else { super::fragments::go_on(t, node, at, len)? };
    let mut count = usize::from(from > at);
    while from < end {
        let kind = t.w.u8(from)?;
        let rest = end - from;
        let size = if rest < HEADER { rest } else { t.w.be24(from + 1)? as usize };
        let whole = size <= rest.saturating_sub(HEADER);
        if t.state.is_encrypted(t.from_client) || !is_message(kind) || size > MAX_LENGTH {
            encrypted(t, node, from, end - from, count);
            return Ok(());
        }
        let name = name(t, kind, from);
        count += 1;
        let title = if count == 1 { name } else { "Multiple Handshake Messages" };
        if !whole {
            return super::fragments::begin(t, node, from, rest, count == 1);
        }
        t.w.relabel(node, format_args!("{version} Record Layer: Handshake Protocol: {title}"));
        t.info(format_args!("{name}"));
        message(t, from, kind, size, name)?;
        from += HEADER + size;
    }
    Ok(())
}

/// What a message is called: a server hello may be a request to try again.
fn name(t: &Tls, kind: u8, at: usize) -> &'static str {
    if kind == SERVER_HELLO && t.w.bytes(at + HEADER + 2, 32) == Ok(&RETRY_RANDOM) {
        return "Hello Retry Request";
    }
    values::name(values::HANDSHAKE_TYPES, kind.into()).unwrap_or("Unknown")
}

fn encrypted(t: &mut Tls, node: NodeId, at: usize, len: usize, count: usize) {
    let version = t.short_version;
    let title = if count == 0 { "Encrypted Handshake Message" } else { "Multiple Handshake Messages" };
    t.w.relabel(node, format_args!("{version} Record Layer: Handshake Protocol: {title}"));
    t.info(format_args!("Encrypted Handshake Message"));
    let text = format_args!("Handshake Protocol: Encrypted Handshake Message");
    t.w.text(&HANDSHAKE_, at, len, Value::None, text);
}

/// A whole message at `at`, its content of `size` bytes.
fn message(t: &mut Tls, at: usize, kind: u8, size: usize, name: &str) -> Result<(), Stop> {
    let text = format_args!("Handshake Protocol: {name}");
    let id = t.w.text(&HANDSHAKE_, at, HEADER + size, Value::None, text);
    t.w.open(id);
    let result = inside(t, at, kind, size);
    t.w.close();
    result
}

/// What stands below the line of a message, and what the connection learns from it.
pub fn inside(t: &mut Tls, at: usize, kind: u8, size: usize) -> Result<(), Stop> {
    let (body, end) = (at + HEADER, at + HEADER + size);
    let bytes = t.w.buf.data.get(body..end).unwrap_or(&[]);
    // The layout of a server hello depends on the version that it decides on.
    let hello = kind == SERVER_HELLO || kind == CLIENT_HELLO;
    if hello {
        t.state.message(kind, bytes);
    }
    if t.w.wants_fields() {
        let kind_name = values::name(values::HANDSHAKE_TYPES, kind.into()).unwrap_or("Unknown");
        let text = format_args!("Handshake Type: {kind_name} ({kind})");
        t.w.text(&HS_TYPE, at, 1, Value::Uint(kind.into()), text);
        t.w.field(&HS_LENGTH, at + 1, 3)?;
        content(t, kind, body, end)?;
    }
    if !hello {
        t.state.message(kind, bytes);
    }
    Ok(())
}

fn content(t: &mut Tls, kind: u8, at: usize, end: usize) -> Result<(), Stop> {
    match kind {
        CLIENT_HELLO => client_hello(t, at, end),
        SERVER_HELLO => server_hello(t, at, end),
        NEW_SESSION_TICKET => ticket(t, at, end),
        HELLO_RETRY_REQUEST => retry_request(t, at, end),
        ENCRYPTED_EXTENSIONS => extensions::list(t, at, end, kind).map(drop),
        CERTIFICATE => certificates::message(t, at, end),
        SERVER_KEY_EXCHANGE => keys::server(t, at, end),
        CERTIFICATE_REQUEST => certificates::request(t, at, end),
        CERTIFICATE_VERIFY => verify(t, at, end),
        CLIENT_KEY_EXCHANGE => keys::client(t, at, end),
        FINISHED => finished(t, at, end),
        CERTIFICATE_URL => certificates::urls(t, at, end),
        CERTIFICATE_STATUS => certificates::status(t, at, end).map(drop),
        KEY_UPDATE => t.w.field(&HS_KEY_UPDATE_REQUEST_UPDATE, at, 1).map(drop),
        COMPRESSED_CERTIFICATE => certificates::compressed(t, at, end),
        ENCRYPTED_EXTENSIONS_NPN => next_protocol(t, at, end),
        _ => Ok(()),
    }
}

fn client_hello(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let version = t.w.be16(at)?;
    let at = hello_common(t, at)?;
    let at = session_id(t, at, end)?;
    let suites = t.vector(&HS_CIPHER_SUITES_LENGTH, at, 2, end)?;
    let at = cipher_suites(t, at + 2, suites)?;
    let methods = t.vector(&HS_COMP_METHODS_LENGTH, at, 1, end)?;
    let at = at + 1;
    let plural = if methods == 1 { "" } else { "s" };
    let text = format_args!("Compression Methods ({methods} method{plural})");
    let id = t.w.text(&HS_COMP_METHODS, at, methods, Value::None, text);
    t.w.open(id);
    for i in 0..methods {
        t.w.field(&HS_COMP_METHOD, at + i, 1)?;
    }
    t.w.close();
    let at = at + methods;
    let mut hello = fingerprint::Hello::new(version);
    hello.suites(t.w.bytes(at - methods - 1 - suites, suites)?);
    if at < end {
        hello.extensions(t.w.buf.data.get(at + 2..end).unwrap_or(&[]));
        extensions::list(t, at, end, CLIENT_HELLO)?;
    }
    let full = hello.ja3();
    let digest = fingerprint::md5(&full);
    t.w.generated(&HS_JA3_FULL, at, Value::Str(&full));
    t.w.generated(&HS_JA3, at, Value::Str(&digest));
    if t.w.context.settings.own_fields {
        t.w.generated(&JA4, at, Value::Str(&hello.ja4()));
    }
    Ok(())
}

/// Version and random, with which both hellos begin.
fn hello_common(t: &mut Tls, at: usize) -> Result<usize, Stop> {
    t.w.field(&HS_VERSION, at, 2)?;
    random(t, at + 2)?;
    Ok(at + 34)
}

fn random(t: &mut Tls, at: usize) -> Result<(), Stop> {
    let id = t.w.field(&HS_RANDOM, at, 32)?;
    if t.w.bytes(at, 32)? == RETRY_RANDOM {
        t.w.append(id, format_args!(" (HelloRetryRequest magic)"));
    }
    // TLS 1.3 has no time in it.
    if t.state.version != TLS13 {
        t.w.open(id);
        t.w.field(&HS_RANDOM_TIME, at, 4)?;
        t.w.field(&HS_RANDOM_BYTES, at + 4, 28)?;
        t.w.close();
    }
    Ok(())
}

fn session_id(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = usize::from(t.w.u8(at)?);
    let id = t.w.field(&HS_SESSION_ID_LENGTH, at, 1)?;
    if len > 32 || len > end.saturating_sub(at + 1) {
        t.w.open(id);
        let text = format_args!("Invalid session ID length: {len} (0x{len:x})");
        t.w.expert_text(&BAD_SESSION_ID, id, text);
        t.w.close();
    }
    if len > 0 {
        t.w.field(&HS_SESSION_ID, at + 1, len)?;
    }
    Ok(at + 1 + len)
}

fn cipher_suites(t: &mut Tls, at: usize, len: usize) -> Result<usize, Stop> {
    let count = len / 2;
    let plural = if count == 1 { "" } else { "s" };
    let text = format_args!("Cipher Suites ({count} suite{plural})");
    let id = t.w.text(&HS_CIPHERSUITES, at, len, Value::None, text);
    t.w.open(id);
    for i in 0..count {
        t.w.field(&HS_CIPHERSUITE, at + 2 * i, 2)?;
    }
    t.w.close();
    Ok(at + len)
}

fn server_hello(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let version = t.w.be16(at)?;
    let mut at = hello_common(t, at)?;
    // Drafts of TLS 1.3 before 22 had no session and no compression.
    let early_draft = t.state.draft > 0 && t.state.draft < 22 && version != TLS12;
    if !early_draft {
        at = session_id(t, at, end)?;
    }
    let suite = t.w.be16(at)?;
    t.w.field(&HS_CIPHERSUITE, at, 2)?;
    at += 2;
    if !early_draft {
        t.w.field(&HS_COMP_METHOD, at, 1)?;
        at += 1;
    }
    let mut types = Vec::new();
    if at < end {
        types = fingerprint::types(t.w.buf.data.get(at + 2..end).unwrap_or(&[]));
        extensions::list(t, at, end, SERVER_HELLO)?;
    }
    let full = fingerprint::ja3s(version, suite, &types);
    let digest = fingerprint::md5(&full);
    t.w.generated(&HS_JA3S_FULL, at, Value::Str(&full));
    t.w.generated(&HS_JA3S, at, Value::Str(&digest));
    Ok(())
}

/// The request to try again of drafts before 22, a message of its own.
fn retry_request(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    t.w.field(&HS_VERSION, at, 2)?;
    let mut at = at + 2;
    if t.state.draft == 0 || t.state.draft >= 19 {
        t.w.field(&HS_CIPHERSUITE, at, 2)?;
        at += 2;
    }
    extensions::list(t, at, end, HELLO_RETRY_REQUEST).map(drop)
}

/// RFC 5077 3.3; RFC 8446 4.6.1.
fn ticket(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let modern = t.state.version == TLS13;
    let id = t.w.label(at, end - at, format_args!("TLS Session Ticket"));
    t.w.open(id);
    let seconds = t.w.be32(at)?;
    let mut text = format!("{seconds} second{}", if seconds == 1 { "" } else { "s" });
    if seconds >= 60 {
        let _ = write!(text, " ({})", span(seconds));
    }
    t.w.text(
        &HS_SESSION_TICKET_LIFETIME_HINT,
        at,
        4,
        Value::Uint(seconds.into()),
        format_args!("Session Ticket Lifetime Hint: {text}"),
    );
    let mut at = at + 4;
    if modern {
        t.w.field(&HS_SESSION_TICKET_AGE_ADD, at, 4)?;
        let nonce = t.vector(&HS_SESSION_TICKET_NONCE_LENGTH, at + 4, 1, end)?;
        at += 5;
        if nonce > 0 {
            t.w.field(&HS_SESSION_TICKET_NONCE, at, nonce)?;
        }
        at += nonce;
    }
    let len = t.vector(&HS_SESSION_TICKET_LENGTH, at, 2, end)?;
    t.w.field(&HS_SESSION_TICKET, at + 2, len)?;
    at += 2 + len;
    if modern {
        extensions::list(t, at, end, NEW_SESSION_TICKET)?;
    }
    t.w.close();
    Ok(())
}

/// `1 day, 3 hours, 59 minutes, 59 seconds`
fn span(seconds: u32) -> String {
    let parts = [
        (seconds / 86400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let words: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}{}", if *n == 1 { "" } else { "s" }))
        .collect();
    if words.is_empty() { "0 seconds".into() } else { words.join(", ") }
}

fn verify(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let mut at = at;
    if t.state.version >= TLS12 {
        keys::signature_algorithm(t, at)?;
        at += 2;
    }
    let len = t.vector(&HS_CLIENT_CERT_VRFY_SIG_LEN, at, 2, end)?;
    t.w.field(&HS_CLIENT_CERT_VRFY_SIG, at + 2, len)?;
    Ok(())
}

fn finished(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    if t.state.version == SSL3 && end - at >= 36 {
        t.w.field(&HS_MD5_HASH, at, 16)?;
        t.w.field(&HS_SHA_HASH, at + 16, 20)?;
        return Ok(());
    }
    t.w.field(&HS_VERIFY_DATA, at, end - at)?;
    Ok(())
}

/// Next protocol negotiation: what the client has chosen.
fn next_protocol(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let len = t.vector(&HS_NPN_SELECTED_PROTOCOL_LEN, at, 1, end)?;
    t.w.field(&HS_NPN_SELECTED_PROTOCOL, at + 1, len)?;
    let at = at + 1 + len;
    let len = t.vector(&HS_NPN_PADDING_LEN, at, 1, end)?;
    t.w.field(&HS_NPN_PADDING, at + 1, len)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_read_as_words() {
        assert_eq!(span(100_799), "1 day, 3 hours, 59 minutes, 59 seconds");
        assert_eq!(span(86_000), "23 hours, 53 minutes, 20 seconds");
        assert_eq!(span(0), "0 seconds");
    }
}
