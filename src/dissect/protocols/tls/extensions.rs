//! Extensions of hellos, certificates and tickets (RFC 8446 4.2, RFC 6066, and the registry of IANA).

use super::fields::*;
use super::session::{
    CERTIFICATE, CLIENT_HELLO, ENCRYPTED_EXTENSIONS, HELLO_RETRY_REQUEST, NEW_SESSION_TICKET, SERVER_HELLO,
};
use super::{Tls, certificates, keys, quic, sct, values};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::value::Value;

/// Where an extension's content lies, and in which message.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    end: usize,
    message: u8,
}

impl Place {
    fn len(&self) -> usize {
        self.end - self.at
    }
}

/// Dissects a list of extensions, with its length at `at`; returns where it ends.
pub fn list(t: &mut Tls, at: usize, end: usize, message: u8) -> Result<usize, Stop> {
    let len = t.vector(&EXT_LENGTH, at, 2, end)?;
    let end = at + 2 + len;
    let mut at = at + 2;
    while at + 4 <= end {
        let kind = t.w.be16(at)?;
        let said = usize::from(t.w.be16(at + 2)?);
        let len = said.min(end - at - 4);
        let name = values::name(values::EXTENSIONS, kind.into());
        let id = match name {
            Some(name) => t.w.label(at, 4 + len, format_args!("Extension: {name} (len={said})")),
            None => {
                let text = format_args!("Extension: Unknown type {kind} (len={said})");
                t.w.label(at, 4 + len, text)
            }
        };
        t.w.open(id);
        t.w.field(&EXT_TYPE, at, 2)?;
        t.vector(&EXT_LEN, at + 2, 2, end)?;
        content(t, kind, Place { at: at + 4, end: at + 4 + len, message })?;
        t.w.close();
        at += 4 + len;
    }
    Ok(end)
}

fn content(t: &mut Tls, kind: u16, p: Place) -> Result<(), Stop> {
    match kind {
        0 => server_name(t, p),
        1 => t.w.field(&HS_MAX_FRAGMENT_LENGTH, p.at, 1).map(drop),
        5 => status_request(t, p),
        9 | 19 | 20 => certificate_type(t, p),
        10 => supported_groups(t, p),
        11 => point_formats(t, p),
        12 => pair(t, &EXT_SRP_LEN, &EXT_SRP_USERNAME, p.at, 1, p.end).map(drop),
        13 | 50 => keys::signature_algorithms(t, p.at, p.end).map(drop),
        15 => t.w.field(&EXT_HEARTBEAT_MODE, p.at, 1).map(drop),
        16 => alpn(t, p),
        17 => status_request_v2(t, p),
        18 if p.len() > 0 => sct::list(t, p.at, p.end),
        21 => t.w.field(&EXT_PADDING_DATA, p.at, p.len()).map(drop),
        18 | 22 | 23 | 49 => Ok(()),
        27 => compress_certificate(t, p),
        28 => t.w.field(&RECORD_SIZE_LIMIT, p.at, 2).map(drop),
        34 => delegated_credentials(t, p),
        35 => ticket(t, p),
        40 | 51 => key_share(t, p),
        41 => pre_shared_key(t, p),
        42 if p.message == NEW_SESSION_TICKET => {
            t.w.field(&EARLY_DATA_MAX_EARLY_DATA_SIZE, p.at, 4).map(drop)
        }
        42 => Ok(()),
        43 => supported_versions(t, p),
        44 => pair(t, &EXT_COOKIE_LEN, &EXT_COOKIE, p.at, 2, p.end).map(drop),
        45 => psk_modes(t, p),
        47 => certificates::names(t, p.at, p.end).map(drop),
        48 => oid_filters(t, p),
        53 | 54 => pair(t, &CONNECTION_ID_LENGTH, &CONNECTION_ID, p.at, 1, p.end).map(drop),
        57 | 0xffa5 => quic::parameters(t, p.at, p.end),
        13172 => next_protocols(t, p),
        17513 => application_settings(t, p),
        0xff01 => renegotiation(t, p),
        0xffce => encrypted_name(t, p),
        _ => t.w.field(&EXT_DATA, p.at, p.len()).map(drop),
    }
}

/// A length and what it counts; returns where they end.
fn pair(
    t: &mut Tls,
    length: &'static Field,
    content: &'static Field,
    at: usize,
    size: usize,
    end: usize,
) -> Result<usize, Stop> {
    let len = t.vector(length, at, size, end)?;
    if len > 0 {
        t.w.field(content, at + size, len)?;
    }
    Ok(at + size + len)
}

/// RFC 6066 3.
fn server_name(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.len() == 0 {
        return Ok(());
    }
    t.w.open_label(p.at, p.len(), format_args!("Server Name Indication extension"));
    let len = t.vector(&EXT_SERVER_NAME_LIST_LEN, p.at, 2, p.end)?;
    let end = p.at + 2 + len;
    let mut at = p.at + 2;
    while at < end {
        t.w.field(&EXT_SERVER_NAME_TYPE, at, 1)?;
        at = pair(t, &EXT_SERVER_NAME_LEN, &EXT_SERVER_NAME, at + 1, 2, end)?;
    }
    t.w.close();
    Ok(())
}

/// RFC 6066 8; in a TLS 1.3 certificate, the answer itself.
fn status_request(t: &mut Tls, p: Place) -> Result<(), Stop> {
    match p.message {
        CLIENT_HELLO if p.len() > 0 => {
            let kind = t.number(&EXT_STATUS_REQUEST_TYPE, p.at, 1)?;
            if kind == 1 { status_lists(t, p.at + 1, p.end) } else { Ok(()) }
        }
        CERTIFICATE if p.len() > 0 => certificates::status(t, p.at, p.end).map(drop),
        _ => Ok(()),
    }
}

/// Responders and extensions of a status request.
fn status_lists(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let ids = t.vector(&EXT_STATUS_REQUEST_RESPONDER_IDS_LEN, at, 2, end)?;
    t.vector(&EXT_STATUS_REQUEST_EXTS_LEN, at + 2 + ids, 2, end).map(drop)
}

/// RFC 6961 2.2.
fn status_request_v2(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.len() == 0 {
        return Ok(());
    }
    let len = t.vector(&EXT_STATUS_REQUEST_LIST_LEN, p.at, 2, p.end)?;
    let end = p.at + 2 + len;
    let mut at = p.at + 2;
    while at < end {
        t.w.field(&EXT_STATUS_REQUEST_TYPE, at, 1)?;
        let len = t.vector(&EXT_STATUS_REQUEST_LEN, at + 1, 2, end)?;
        status_lists(t, at + 3, at + 3 + len)?;
        at += 3 + len;
    }
    Ok(())
}

/// RFC 7250 3: a list from the client, one from the server.
fn certificate_type(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.message != CLIENT_HELLO {
        return t.w.field(&HS_CERT_TYPE_TYPE, p.at, 1).map(drop);
    }
    let len = t.vector(&HS_CERT_TYPE_TYPES_LEN, p.at, 1, p.end)?;
    let text = format_args!("Certificate Type List ({len} types)");
    let id = t.w.text(&HS_CERT_TYPE_TYPES, p.at + 1, len, Value::None, text);
    t.w.open(id);
    for i in 0..len {
        t.w.field(&HS_CERT_TYPE_TYPE, p.at + 1 + i, 1)?;
    }
    t.w.close();
    Ok(())
}

fn supported_groups(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&EXT_SUPPORTED_GROUPS_LENGTH, p.at, 2, p.end)?;
    let count = len / 2;
    let plural = if count == 1 { "" } else { "s" };
    let text = format_args!("Supported Groups ({count} group{plural})");
    let id = t.w.text(&EXT_SUPPORTED_GROUPS, p.at + 2, len, Value::None, text);
    t.w.open(id);
    for i in 0..count {
        t.w.field(&EXT_SUPPORTED_GROUP, p.at + 2 + 2 * i, 2)?;
    }
    t.w.close();
    Ok(())
}

fn point_formats(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&EXT_EC_POINT_FORMATS_LENGTH, p.at, 1, p.end)?;
    let text = format_args!("Elliptic curves point formats ({len})");
    let id = t.w.text(&EXT_EC_POINT_FORMATS, p.at + 1, len, Value::None, text);
    t.w.open(id);
    for i in 0..len {
        t.w.field(&EXT_EC_POINT_FORMAT, p.at + 1 + i, 1)?;
    }
    t.w.close();
    Ok(())
}

/// RFC 7301 3.1.
fn alpn(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&EXT_ALPN_LEN, p.at, 2, p.end)?;
    let end = p.at + 2 + len;
    let id = t.w.value(&EXT_ALPN_LIST, p.at + 2, len, Value::None);
    t.w.open(id);
    let mut at = p.at + 2;
    while at < end {
        at = pair(t, &EXT_ALPN_STR_LEN, &EXT_ALPN_STR, at, 1, end)?;
    }
    t.w.close();
    Ok(())
}

fn application_settings(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.message == ENCRYPTED_EXTENSIONS {
        return t.w.field(&EXT_ALPS_SETTINGS, p.at, p.len()).map(drop);
    }
    let len = t.vector(&EXT_ALPS_LEN, p.at, 2, p.end)?;
    let end = p.at + 2 + len;
    let id = t.w.value(&EXT_ALPS_ALPN_LIST, p.at + 2, len, Value::None);
    t.w.open(id);
    let mut at = p.at + 2;
    while at < end {
        at = pair(t, &EXT_ALPS_ALPN_STR_LEN, &EXT_ALPS_ALPN_STR, at, 1, end)?;
    }
    t.w.close();
    Ok(())
}

fn next_protocols(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.len() == 0 {
        return Ok(());
    }
    t.w.open_label(p.at, p.len(), format_args!("Next Protocol Negotiation"));
    let mut at = p.at;
    while at < p.end {
        at = pair(t, &EXT_NPN_STR_LEN, &EXT_NPN, at, 1, p.end)?;
    }
    t.w.close();
    Ok(())
}

/// RFC 8879 3.
fn compress_certificate(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&COMPRESS_CERTIFICATE_ALGORITHMS_LENGTH, p.at, 1, p.end)?;
    for i in 0..len / 2 {
        t.w.field(&COMPRESS_CERTIFICATE_ALGORITHM, p.at + 1 + 2 * i, 2)?;
    }
    Ok(())
}

/// RFC 9345 4: algorithms from the client, a credential with the certificate.
fn delegated_credentials(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.message == CLIENT_HELLO {
        return keys::signature_algorithms(t, p.at, p.end).map(drop);
    }
    t.w.field(&HS_CRED_VALID_TIME, p.at, 4)?;
    keys::signature_algorithm(t, p.at + 4)?;
    let at = pair(t, &HS_CRED_PUBKEY_LEN, &HS_CRED_PUBKEY, p.at + 6, 3, p.end)?;
    keys::signature_algorithm(t, at)?;
    pair(t, &HS_CRED_SIGNATURE_LEN, &HS_CRED_SIGNATURE, at + 2, 2, p.end).map(drop)
}

fn ticket(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let bytes = Value::Bytes(t.w.bytes(p.at, p.len())?);
    let plural = if p.len() == 1 { "" } else { "s" };
    let text = format_args!("Data ({} byte{plural})", p.len());
    t.w.text(&EXT_DATA, p.at, p.len(), bytes, text);
    Ok(())
}

fn key_share(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.len() == 0 {
        return Ok(());
    }
    t.w.open_label(p.at, p.len(), format_args!("Key Share extension"));
    match p.message {
        CLIENT_HELLO => {
            let len = t.vector(&EXT_KEY_SHARE_CLIENT_LENGTH, p.at, 2, p.end)?;
            let end = p.at + 2 + len;
            let mut at = p.at + 2;
            while at + 4 <= end {
                at = key_share_entry(t, at, end)?;
            }
        }
        SERVER_HELLO if p.len() > 2 => _ = key_share_entry(t, p.at, p.end)?,
        SERVER_HELLO | HELLO_RETRY_REQUEST => {
            t.w.field(&EXT_KEY_SHARE_SELECTED_GROUP, p.at, 2)?;
        }
        _ => {}
    }
    t.w.close();
    Ok(())
}

/// A group and the public key in it; returns where they end.
fn key_share_entry(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let group = t.w.be16(at)?;
    let said = t.w.be16(at + 2)?;
    let len = usize::from(said).min(end - at - 4);
    let group_name = match values::name(values::GROUPS, group.into()) {
        Some(name) => name.to_owned(),
        None => format!("Unknown ({group})"),
    };
    let text = format_args!("Key Share Entry: Group: {group_name}, Key Exchange length: {said}");
    t.w.open_label(at, 4 + len, text);
    t.w.field(&EXT_KEY_SHARE_GROUP, at, 2)?;
    let end = pair(t, &EXT_KEY_SHARE_KEY_EXCHANGE_LENGTH, &EXT_KEY_SHARE_KEY_EXCHANGE, at + 2, 2, end)?;
    t.w.close();
    Ok(end)
}

fn pre_shared_key(t: &mut Tls, p: Place) -> Result<(), Stop> {
    t.w.open_label(p.at, p.len(), format_args!("Pre-Shared Key extension"));
    match p.message {
        CLIENT_HELLO => {
            let len = t.vector(&EXT_PSK_IDENTITIES_LENGTH, p.at, 2, p.end)?;
            let end = p.at + 2 + len;
            let mut at = p.at + 2;
            while at < end {
                at = psk_identity(t, at, end)?;
            }
            let len = t.vector(&EXT_PSK_BINDERS_LEN, at, 2, p.end)?;
            t.w.value(&EXT_PSK_BINDERS, at + 2, len, Value::None);
        }
        SERVER_HELLO => _ = t.w.field(&EXT_PSK_IDENTITY_SELECTED, p.at, 2)?,
        _ => {}
    }
    t.w.close();
    Ok(())
}

fn psk_identity(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = usize::from(t.w.be16(at)?).min(end.saturating_sub(at + 2));
    let text = format_args!("PSK Identity (length: {len})");
    t.w.open_label(at, 6 + len, text);
    let at = pair(t, &EXT_PSK_IDENTITY_IDENTITY_LENGTH, &EXT_PSK_IDENTITY_IDENTITY, at, 2, end)?;
    t.w.field(&EXT_PSK_IDENTITY_OBFUSCATED_TICKET_AGE, at, 4)?;
    t.w.close();
    Ok(at + 4)
}

fn supported_versions(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.message != CLIENT_HELLO {
        return t.w.field(&EXT_SUPPORTED_VERSION, p.at, 2).map(drop);
    }
    let len = t.vector(&EXT_SUPPORTED_VERSIONS_LEN, p.at, 1, p.end)?;
    for i in 0..len / 2 {
        t.w.field(&EXT_SUPPORTED_VERSION, p.at + 1 + 2 * i, 2)?;
    }
    Ok(())
}

fn psk_modes(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&EXTENSION_PSK_KE_MODES_LENGTH, p.at, 1, p.end)?;
    for i in 0..len {
        t.w.field(&EXTENSION_PSK_KE_MODE, p.at + 1 + i, 1)?;
    }
    Ok(())
}

/// RFC 8446 4.2.5.
fn oid_filters(t: &mut Tls, p: Place) -> Result<(), Stop> {
    let len = t.vector(&EXTENSION_OID_FILTERS_LENGTH, p.at, 2, p.end)?;
    let end = p.at + 2 + len;
    let mut at = p.at + 2;
    while at < end {
        at = pair(t, &EXTENSION_OID_FILTERS_OID_LENGTH, &EXTENSION_OID_FILTERS_OID, at, 1, end)?;
        let values = t.vector(&EXTENSION_OID_FILTERS_VALUES_LENGTH, at, 2, end)?;
        at += 2 + values;
    }
    Ok(())
}

/// RFC 5746 3.2.
fn renegotiation(t: &mut Tls, p: Place) -> Result<(), Stop> {
    t.w.open_label(p.at, p.len(), format_args!("Renegotiation Info extension"));
    pair(t, &EXT_RENEG_INFO_LEN, &EXT_RENEG_INFO, p.at, 1, p.end)?;
    t.w.close();
    Ok(())
}

/// The encrypted server name of the drafts before Encrypted Client Hello.
fn encrypted_name(t: &mut Tls, p: Place) -> Result<(), Stop> {
    if p.message != CLIENT_HELLO {
        return t.w.field(&ESNI_NONCE, p.at, 16).map(drop);
    }
    t.w.field(&ESNI_SUITE, p.at, 2)?;
    let at = key_share_entry(t, p.at + 2, p.end)?;
    let at = pair(t, &ESNI_RECORD_DIGEST_LENGTH, &ESNI_RECORD_DIGEST, at, 2, p.end)?;
    pair(t, &ESNI_ENCRYPTED_SNI_LENGTH, &ESNI_ENCRYPTED_SNI, at, 2, p.end).map(drop)
}
