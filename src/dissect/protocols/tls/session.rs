//! What a TLS connection has agreed on so far: version, cipher suite, protocol inside, which sides
//! encrypt. A layer starts from the state that memory across packets left for it (or from nothing) and
//! carries it on from record to record; `observe` does the same without writing a tree.

use super::record::{ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE};
use super::ssl2;
use super::values;
use crate::dissect::facts::TlsFacts;

pub const SSL2: u16 = 0x0002;
pub const SSL3: u16 = 0x0300;
pub const TLS12: u16 = 0x0303;
pub const TLS13: u16 = 0x0304;

pub const CLIENT_HELLO: u8 = 1;
pub const SERVER_HELLO: u8 = 2;
pub const NEW_SESSION_TICKET: u8 = 4;
pub const HELLO_RETRY_REQUEST: u8 = 6;
pub const ENCRYPTED_EXTENSIONS: u8 = 8;
pub const CERTIFICATE: u8 = 11;
pub const SERVER_KEY_EXCHANGE: u8 = 12;
pub const CERTIFICATE_REQUEST: u8 = 13;
pub const SERVER_HELLO_DONE: u8 = 14;
pub const CERTIFICATE_VERIFY: u8 = 15;
pub const CLIENT_KEY_EXCHANGE: u8 = 16;
pub const FINISHED: u8 = 20;
pub const CERTIFICATE_URL: u8 = 21;
pub const CERTIFICATE_STATUS: u8 = 22;
pub const KEY_UPDATE: u8 = 24;
pub const COMPRESSED_CERTIFICATE: u8 = 25;
pub const ENCRYPTED_EXTENSIONS_NPN: u8 = 67;

/// The extension by which a client announces data before the server has answered.
const EARLY_DATA: u16 = 42;

/// The random of a server hello that asks for another client hello (RFC 8446 4.1.3).
pub const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

impl TlsFacts {
    /// Takes the version of a record for the connection's, while nothing better is known. The record
    /// version of a client hello says nothing.
    pub fn record_version(&mut self, content: u8, first: Option<u8>, version: u16) {
        let tells = match content {
            HANDSHAKE => first.is_some_and(|t| t != CLIENT_HELLO && is_message(t)),
            CHANGE_CIPHER_SPEC | ALERT | APPLICATION_DATA => true,
            _ => false,
        };
        if tells && self.version == 0 && (SSL3..=TLS12).contains(&version) {
            self.version = version;
        }
    }

    /// True if what this side sends is encrypted by now.
    pub fn is_encrypted(&self, from_client: bool) -> bool {
        let changed = if from_client { self.client_changed } else { self.server_changed };
        changed && (self.suite == 0 || !suite_name(self.suite).contains("_WITH_NULL_"))
    }

    /// Notes that a side changes to what was agreed on. True if the server does so first, without the
    /// messages of a full handshake: an earlier session goes on.
    pub fn change_cipher_spec(&mut self, from_client: bool) -> bool {
        if self.version == TLS13 {
            return false;
        }
        let resumed = !from_client && !self.client_changed && !self.full_handshake;
        if from_client {
            self.client_changed = true;
        } else {
            self.server_changed = true;
        }
        resumed
    }

    /// Learns from a whole handshake message; `body` is what follows type and length.
    pub fn message(&mut self, kind: u8, body: &[u8]) {
        match kind {
            CLIENT_HELLO => self.client_hello(),
            SERVER_HELLO => self.server_hello(body),
            HELLO_RETRY_REQUEST => self.version(be16(body, 0)),
            SERVER_HELLO_DONE => self.full_handshake = true,
            _ => {}
        }
    }

    fn version(&mut self, version: Option<u16>) {
        let Some(version) = version else { return };
        match version {
            0x7f00..=0x7fff | 0xfb17 | 0xfb1a => {
                self.version = TLS13;
                self.draft = version as u8;
            }
            _ => {
                self.version = version;
                self.draft = 0;
            }
        }
    }

    /// A handshake begins (anew): nothing is encrypted with what it will agree on.
    fn client_hello(&mut self) {
        self.client_changed = false;
        self.server_changed = false;
        self.full_handshake = false;
    }

    /// A client that sends data at once takes TLS 1.3 for agreed on, and so what follows its hello is.
    pub fn early_data(&mut self, body: &[u8]) {
        if self.version == 0 && extension(body, true, EARLY_DATA).is_some() {
            self.version = TLS13;
        }
    }

    /// What a server hello decides; called before its tree is made, for that depends on the version.
    pub fn server_hello(&mut self, body: &[u8]) {
        let written = be16(body, 0);
        let chosen = extension(body, false, 43).and_then(|e| be16(e, 0));
        self.version(chosen.or(written));
        let has_session = !(self.draft > 0 && self.draft < 22);
        let session = if has_session { body.get(34).map_or(0, |l| usize::from(*l)) } else { 0 };
        let suite_at = if has_session { 35 + session } else { 34 };
        self.suite = be16(body, suite_at).unwrap_or(0);
        let protocol = extension(body, false, 16)
            .and_then(|e| e.get(3..3 + usize::from(*e.get(2)?)))
            .map_or(0, values::alpn_protocol);
        if protocol != 0 {
            self.application = protocol;
        }
    }

    /// Learns from the records of a layer, as a walk over them would.
    pub fn observe(&mut self, bytes: &[u8], from_client: bool) {
        let mut rest = bytes;
        while let Some(behind) = self.record(rest, from_client) {
            rest = behind;
        }
    }

    /// Learns from the record that begins here, if it is whole; returns what follows it.
    fn record<'a>(&mut self, bytes: &'a [u8], from_client: bool) -> Option<&'a [u8]> {
        let [content @ 20..=25, 3, minor, high, low, more @ ..] = bytes else { return self.ssl2(bytes) };
        if self.version == SSL2 {
            return self.ssl2(bytes);
        }
        let (payload, behind) = more.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        let version = 0x0300 | u16::from(*minor);
        self.record_version(*content, payload.first().copied(), version);
        match *content {
            CHANGE_CIPHER_SPEC => _ = self.change_cipher_spec(from_client),
            HANDSHAKE if !self.is_encrypted(from_client) => self.messages(payload),
            _ => {}
        }
        Some(behind)
    }

    fn ssl2<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (record, behind) = bytes.split_at_checked(ssl2::record_len(bytes, self.version)?)?;
        if self.version == 0 && ssl2::settles(record) {
            self.version = SSL2;
        }
        Some(behind)
    }

    fn messages(&mut self, mut rest: &[u8]) {
        while let [kind, a, b, c, more @ ..] = rest {
            let len = u32::from_be_bytes([0, *a, *b, *c]) as usize;
            let Some(body) = more.get(..len) else { return };
            self.message(*kind, body);
            if *kind == CLIENT_HELLO {
                self.early_data(body);
            }
            rest = more.get(len..).unwrap_or(&[]);
        }
    }

    /// How the keys are agreed on, by the suite's name.
    pub fn key_exchange(&self) -> KeyExchange {
        key_exchange(self.suite)
    }
}

/// Ways to agree on keys, as far as the handshake messages differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyExchange {
    Unknown,
    Rsa,
    RsaExport,
    Dhe,
    DhAnon,
    Ecdhe,
    EcdhAnon,
    Psk,
    DhePsk,
    EcdhePsk,
    RsaPsk,
    Ecjpake,
}

fn key_exchange(suite: u16) -> KeyExchange {
    let name = suite_name(suite);
    let name = name.strip_prefix("TLS_").or(name.strip_prefix("SSL_")).unwrap_or("");
    const PREFIXES: &[(&str, KeyExchange)] = &[
        ("ECDHE_PSK", KeyExchange::EcdhePsk),
        ("DHE_PSK", KeyExchange::DhePsk),
        ("RSA_PSK", KeyExchange::RsaPsk),
        ("PSK_DHE", KeyExchange::DhePsk),
        ("PSK", KeyExchange::Psk),
        ("ECJPAKE", KeyExchange::Ecjpake),
        ("ECDHE_anon", KeyExchange::EcdhAnon),
        ("ECDH_anon", KeyExchange::EcdhAnon),
        ("ECDH_Anon", KeyExchange::EcdhAnon),
        ("ECDH", KeyExchange::Ecdhe),
        ("DHE", KeyExchange::Dhe),
        ("DH_anon", KeyExchange::DhAnon),
        ("DH_Anon", KeyExchange::DhAnon),
        ("DH", KeyExchange::Dhe),
        ("RSA_EXPORT", KeyExchange::RsaExport),
        ("RSA", KeyExchange::Rsa),
    ];
    let found = PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix));
    found.map_or(KeyExchange::Unknown, |(_, exchange)| *exchange)
}

/// The name of a suite; empty if it has none.
pub fn suite_name(suite: u16) -> &'static str {
    let found = super::suites::CIPHER_SUITES.iter().find(|s| s.0 == u64::from(suite));
    found.map_or("", |s| s.1)
}

/// True for types of handshake messages that exist.
pub fn is_message(kind: u8) -> bool {
    values::HANDSHAKE_TYPES.iter().any(|t| t.0 == u64::from(kind))
}

/// The content of an extension of a hello.
fn extension(body: &[u8], client: bool, wanted: u16) -> Option<&[u8]> {
    let mut at = 35 + usize::from(*body.get(34)?);
    if client {
        at += 2 + usize::from(be16(body, at)?);
        at += 1 + usize::from(*body.get(at)?);
    } else {
        at += 3;
    }
    let mut rest = body.get(at + 2..)?;
    while let [t0, t1, l0, l1, more @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*l0, *l1]));
        let content = more.get(..len)?;
        if u16::from_be_bytes([*t0, *t1]) == wanted {
            return Some(content);
        }
        rest = more.get(len..)?;
    }
    None
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_decides_on_the_key_exchange() {
        assert_eq!(key_exchange(0xc02f), KeyExchange::Ecdhe);
        assert_eq!(key_exchange(0x002f), KeyExchange::Rsa);
        assert_eq!(key_exchange(0x009e), KeyExchange::Dhe);
        assert_eq!(key_exchange(0x1301), KeyExchange::Unknown);
    }

    #[test]
    fn a_server_hello_with_supported_versions_is_tls_13() {
        let mut body = vec![3, 3];
        body.extend([0; 32]);
        body.extend([0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4]);
        let mut state = TlsFacts::default();
        state.server_hello(&body);
        assert_eq!((state.version, state.suite), (TLS13, 0x1301));
    }

    #[test]
    fn records_of_ssl_2_settle_on_it_where_nothing_was() {
        let server_hello = [0x80, 3, 4, 0, 1, 0x80, 3, 0, 0, 1];
        let mut state = TlsFacts::default();
        state.observe(&server_hello, false);
        assert_eq!(state.version, SSL2);
        let mut state = TlsFacts { version: TLS12, ..TlsFacts::default() };
        state.observe(&server_hello, false);
        assert_eq!(state.version, TLS12);
    }

    #[test]
    fn a_client_hellos_record_version_says_nothing() {
        let mut state = TlsFacts::default();
        state.record_version(HANDSHAKE, Some(CLIENT_HELLO), 0x0301);
        assert_eq!(state.version, 0);
        state.record_version(APPLICATION_DATA, Some(7), 0x0303);
        assert_eq!(state.version, TLS12);
    }
}
