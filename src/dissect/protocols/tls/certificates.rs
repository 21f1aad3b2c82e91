//! The handshake messages around certificates: chains, requests, status, compressed chains, URLs
//! (RFC 5246 7.4.2, RFC 6066 5 and 8, RFC 8879).

use super::fields::*;
use super::session::{TLS12, TLS13};
use super::{Tls, extensions, keys, x509};
use crate::dissect::buf::Stop;
use crate::dissect::value::Value;

const RAW_OCSP: usize = 1;
const OCSP_MULTI: usize = 2;

/// A Certificate message.
pub fn message(t: &mut Tls, mut at: usize, end: usize) -> Result<(), Stop> {
    let modern = t.state.version == TLS13;
    if modern {
        at = context(t, at, end)?;
    }
    let len = t.vector(&HS_CERTIFICATES_LENGTH, at, 3, end)?;
    if len == 0 {
        return Ok(());
    }
    at += 3;
    let end = at + len;
    let text = format_args!("Certificates ({len} bytes)");
    let id = t.w.text(&HS_CERTIFICATES, at, len, Value::None, text);
    t.w.open(id);
    while at < end {
        let len = t.vector(&HS_CERTIFICATE_LENGTH, at, 3, end)?;
        certificate(t, at + 3, len)?;
        at += 3 + len;
        if modern {
            at = extensions::list(t, at, end, super::session::CERTIFICATE)?;
        }
    }
    t.w.close();
    Ok(())
}

/// The context that a request and its answer share in TLS 1.3; returns where it ends.
fn context(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = t.vector(&HS_CERTIFICATE_REQUEST_CONTEXT_LENGTH, at, 1, end)?;
    if len > 0 {
        t.w.field(&HS_CERTIFICATE_REQUEST_CONTEXT, at + 1, len)?;
    }
    Ok(at + 1 + len)
}

/// One certificate.
pub fn certificate(t: &mut Tls, at: usize, len: usize) -> Result<(), Stop> {
    let id = t.w.field(&HS_CERTIFICATE, at, len)?;
    t.w.open(id);
    // A certificate that makes no sense doesn't end the layer: what follows it is still there.
    let _ = x509::certificate(t, id, at, at + len);
    t.w.close();
    Ok(())
}

/// A CertificateRequest message.
pub fn request(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    if t.state.version == TLS13 {
        let at = context(t, at, end)?;
        return extensions::list(t, at, end, super::session::CERTIFICATE_REQUEST).map(drop);
    }
    let count = t.vector(&HS_CERT_TYPES_COUNT, at, 1, end)?;
    let mut at = at + 1;
    if count > 0 {
        let plural = if count == 1 { "" } else { "s" };
        let text = format_args!("Certificate types ({count} type{plural})");
        let id = t.w.text(&HS_CERT_TYPES, at, count, Value::None, text);
        t.w.open(id);
        for i in 0..count {
            let kind = t.w.u8(at + i)?;
            let name = super::values::name(super::values::CLIENT_CERTIFICATE_TYPES, kind.into());
            let text = format_args!("Certificate type: {} ({kind})", name.unwrap_or("Unknown"));
            t.w.text(&HS_CERT_TYPE, at + i, 1, Value::Uint(kind.into()), text);
        }
        t.w.close();
        at += count;
    }
    if t.state.version == TLS12 {
        at = keys::signature_algorithms(t, at, end)?;
    }
    if at < end { names(t, at, end).map(drop) } else { Ok(()) }
}

/// The names of the authorities that a server trusts; returns where they end.
pub fn names(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = t.vector(&HS_DNAMES_LEN, at, 2, end)?;
    if len == 0 {
        return Ok(at + 2);
    }
    let text = format_args!("Distinguished Names ({len} byte{})", if len == 1 { "" } else { "s" });
    let id = t.w.text(&HS_DNAMES, at + 2, len, Value::None, text);
    t.w.open(id);
    let mut at = at + 2;
    let end = at + len;
    while at < end {
        let len = t.vector(&HS_DNAME_LEN, at, 2, end)?;
        let _ = x509::distinguished_name(t, at + 2, at + 2 + len);
        at += 2 + len;
    }
    t.w.close();
    Ok(end)
}

/// A CertificateStatus message; returns where it ends.
pub fn status(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let kind = t.number(&EXT_STATUS_REQUEST_TYPE, at, 1)?;
    match kind {
        RAW_OCSP => response(t, at + 1, end),
        OCSP_MULTI => {
            let len = t.vector(&HS_OCSP_RESPONSE_LIST_LEN, at + 1, 3, end)?;
            let mut at = at + 4;
            let end = at + len;
            while at < end {
                at = response(t, at, end)?;
            }
            Ok(end)
        }
        _ => Ok(end),
    }
}

fn response(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = t.vector(&HS_OCSP_RESPONSE_LEN, at, 3, end)?;
    if len > 0 {
        let _ = x509::ocsp::response(t, at + 3, at + 3 + len);
    }
    Ok(at + 3 + len)
}

/// RFC 8879 4.
pub fn compressed(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    t.w.field(&COMPRESS_CERTIFICATE_ALGORITHM, at, 2)?;
    t.w.field(&COMPRESS_CERTIFICATE_UNCOMPRESSED_LENGTH, at + 2, 3)?;
    let len = t.vector(&COMPRESS_CERTIFICATE_COMPRESSED_CERTIFICATE_MESSAGE_LENGTH, at + 5, 3, end)?;
    t.w.field(&COMPRESS_CERTIFICATE_COMPRESSED_CERTIFICATE_MESSAGE, at + 8, len).map(drop)
}

/// RFC 6066 5.
pub fn urls(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    t.w.field(&HS_CERT_URL_TYPE, at, 1)?;
    let len = t.vector(&HS_CERT_URL_URL_HASH_LEN, at + 1, 2, end)?;
    let end = at + 3 + len;
    let mut at = at + 3;
    while at < end {
        let id = t.w.value(&HS_CERT_URL_URL_HASH, at, end - at, Value::None);
        t.w.open(id);
        let len = t.vector(&HS_CERT_URL_URL_LEN, at, 2, end)?;
        t.w.field(&HS_CERT_URL_URL, at + 2, len)?;
        let padding = t.w.u8(at + 2 + len)?;
        t.w.field(&HS_CERT_URL_PADDING, at + 2 + len, 1)?;
        at += 3 + len;
        if padding == 1 {
            t.w.field(&HS_CERT_URL_SHA1, at, 20)?;
            at += 20;
        }
        t.w.close();
    }
    Ok(())
}
