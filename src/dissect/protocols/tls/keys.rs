//! Key exchange messages: their layout depends on the cipher suite agreed on (RFC 5246 7.4.3, RFC 8422 5.4,
//! RFC 4279, RFC 5489).

use super::fields::*;
use super::session::{KeyExchange, SSL3, TLS12};
use super::{Tls, values};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;

pub fn server(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let (title, parts): (&str, fn(&mut Tls, usize, usize) -> Result<(), Stop>) = match t.state.key_exchange()
    {
        KeyExchange::Dhe => ("Diffie-Hellman Server Params", server_dhe),
        KeyExchange::DhAnon => ("Diffie-Hellman Server Params", |t, at, end| server_dh(t, at, end).map(drop)),
        KeyExchange::Ecdhe => ("EC Diffie-Hellman Server Params", server_ecdhe),
        KeyExchange::EcdhAnon => {
            ("EC Diffie-Hellman Server Params", |t, at, end| server_ecdh(t, at, end).map(drop))
        }
        KeyExchange::Psk | KeyExchange::RsaPsk => {
            ("PSK Server Params", |t, at, end| hint(t, at, end).map(drop))
        }
        KeyExchange::DhePsk => ("DHE PSK Server Params", |t, at, end| {
            let at = hint(t, at, end)?;
            server_dh(t, at, end).map(drop)
        }),
        KeyExchange::EcdhePsk => ("EC Diffie-Hellman Server Params", |t, at, end| {
            let at = hint(t, at, end)?;
            server_ecdh(t, at, end).map(drop)
        }),
        KeyExchange::RsaExport => ("RSA-EXPORT Server Params", |t, at, end| {
            let at = pair(t, &HS_MODULUS_LEN, &HS_MODULUS, at, 2, end)?;
            let at = pair(t, &HS_EXPONENT_LEN, &HS_EXPONENT, at, 2, end)?;
            signature(t, at, end)
        }),
        KeyExchange::Ecjpake => ("EC J-PAKE Server Params", |t, at, end| {
            let at = curve(t, at)?;
            let at = pair(t, &HS_XS_LEN, &HS_XS, at, 1, end)?;
            let at = pair(t, &HS_VS_LEN, &HS_VS, at, 1, end)?;
            pair(t, &HS_RS_LEN, &HS_RS, at, 1, end).map(drop)
        }),
        KeyExchange::Rsa | KeyExchange::Unknown => return Ok(()),
    };
    t.w.open_label(at, end - at, format_args!("{title}"));
    parts(t, at, end)?;
    t.w.close();
    Ok(())
}

pub fn client(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let (title, parts): (&str, fn(&mut Tls, usize, usize) -> Result<(), Stop>) = match t.state.key_exchange()
    {
        KeyExchange::Rsa | KeyExchange::RsaExport => ("RSA Encrypted PreMaster Secret", premaster),
        KeyExchange::Dhe | KeyExchange::DhAnon => {
            ("Diffie-Hellman Client Params", |t, at, end| pair(t, &HS_YC_LEN, &HS_YC, at, 2, end).map(drop))
        }
        KeyExchange::Ecdhe | KeyExchange::EcdhAnon => ("EC Diffie-Hellman Client Params", |t, at, end| {
            pair(t, &HS_CLIENT_POINT_LEN, &HS_CLIENT_POINT, at, 1, end).map(drop)
        }),
        KeyExchange::Psk => ("PSK Client Params", |t, at, end| identity(t, at, end).map(drop)),
        KeyExchange::RsaPsk => ("RSA PSK Client Params", |t, at, end| {
            let at = identity(t, at, end)?;
            pair(t, &HS_EPMS_LEN, &HS_EPMS, at, 2, end).map(drop)
        }),
        KeyExchange::DhePsk => ("DHE PSK Client Params", |t, at, end| {
            let at = identity(t, at, end)?;
            pair(t, &HS_YC_LEN, &HS_YC, at, 2, end).map(drop)
        }),
        KeyExchange::EcdhePsk => ("EC Diffie-Hellman Client Params", |t, at, end| {
            let at = identity(t, at, end)?;
            pair(t, &HS_CLIENT_POINT_LEN, &HS_CLIENT_POINT, at, 1, end).map(drop)
        }),
        KeyExchange::Ecjpake => ("EC J-PAKE Client Params", |t, at, end| {
            let at = pair(t, &HS_XC_LEN, &HS_XC, at, 1, end)?;
            let at = pair(t, &HS_VC_LEN, &HS_VC, at, 1, end)?;
            pair(t, &HS_RC_LEN, &HS_RC, at, 1, end).map(drop)
        }),
        KeyExchange::Unknown => return Ok(()),
    };
    t.w.open_label(at, end - at, format_args!("{title}"));
    parts(t, at, end)?;
    t.w.close();
    Ok(())
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

fn hint(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    pair(t, &HS_HINT_LEN, &HS_HINT, at, 2, end)
}

fn identity(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    pair(t, &HS_IDENTITY_LEN, &HS_IDENTITY, at, 2, end)
}

/// SSL 3 has no length before it.
fn premaster(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    if t.state.version == SSL3 {
        t.w.field(&HS_EPMS, at, end - at)?;
        return Ok(());
    }
    pair(t, &HS_EPMS_LEN, &HS_EPMS, at, 2, end).map(drop)
}

fn server_dh(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let at = pair(t, &HS_P_LEN, &HS_P, at, 2, end)?;
    let at = pair(t, &HS_G_LEN, &HS_G, at, 2, end)?;
    pair(t, &HS_YS_LEN, &HS_YS, at, 2, end)
}

fn server_dhe(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let at = server_dh(t, at, end)?;
    signature(t, at, end)
}

fn server_ecdh(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    if t.w.u8(at)? != NAMED_CURVE {
        t.w.field(&HS_SERVER_CURVE_TYPE, at, 1)?;
        return Ok(end);
    }
    let at = curve(t, at)?;
    pair(t, &HS_SERVER_POINT_LEN, &HS_SERVER_POINT, at, 1, end)
}

const NAMED_CURVE: u8 = 3;

fn curve(t: &mut Tls, at: usize) -> Result<usize, Stop> {
    t.w.field(&HS_SERVER_CURVE_TYPE, at, 1)?;
    t.w.field(&HS_SERVER_NAMED_CURVE, at + 1, 2)?;
    Ok(at + 3)
}

fn server_ecdhe(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let at = server_ecdh(t, at, end)?;
    if at < end { signature(t, at, end) } else { Ok(()) }
}

fn signature(t: &mut Tls, mut at: usize, end: usize) -> Result<(), Stop> {
    if t.state.version >= TLS12 {
        signature_algorithm(t, at)?;
        at += 2;
    }
    pair(t, &HS_SIG_LEN, &HS_SIG, at, 2, end).map(drop)
}

/// A signature algorithm: one number in TLS 1.3, hash and signature before.
pub fn signature_algorithm(t: &mut Tls, at: usize) -> Result<(), Stop> {
    let number = t.w.be16(at)?;
    let id = t.w.field(&HS_SIG_HASH_ALG, at, 2)?;
    if values::name(values::SIGNATURES, number.into()).is_none() {
        let hash = values::name(values::HASHES, (number >> 8).into()).unwrap_or("Unknown");
        let signer = values::name(values::SIGNERS, (number & 0xff).into()).unwrap_or("Unknown");
        t.w.relabel(id, format_args!("Signature Algorithm: {hash} {signer} (0x{number:04x})"));
    }
    t.w.open(id);
    t.w.field(&HS_SIG_HASH_HASH, at, 1)?;
    t.w.field(&HS_SIG_HASH_SIG, at + 1, 1)?;
    t.w.close();
    Ok(())
}

/// A list of signature algorithms with its length; returns where it ends.
pub fn signature_algorithms(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = t.vector(&HS_SIG_HASH_ALG_LEN, at, 2, end)?;
    let at = at + 2;
    let count = len / 2;
    let plural = if count == 1 { "" } else { "s" };
    let text = format_args!("Signature Hash Algorithms ({count} algorithm{plural})");
    let id = t.w.text(&HS_SIG_HASH_ALGS, at, len, crate::dissect::value::Value::None, text);
    t.w.open(id);
    for i in 0..count {
        signature_algorithm(t, at + 2 * i)?;
    }
    t.w.close();
    Ok(at + len)
}
