//! Records with keys and signatures: DNSSEC (RFC 2535, 4034, 5155, 7344), TSIG (RFC 8945) and TKEY
//! (RFC 2930).

use super::fields::*;
use super::names;
use super::records::Record;
use super::{Message, TSIG_ALGORITHM, name_field, name_node};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::protocol::{Key, Next};
use crate::dissect::registry::registry;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

pub(super) fn data(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    match r.kind {
        24 | 46 => signature(w, m, r),
        25 => old_key(w, r),
        30 => next(w, m, r, &NXT_NEXT_DOMAIN_NAME),
        43 | 59 | 32769 => delegation(w, r),
        47 => next(w, m, r, &NSEC_NEXT_DOMAIN_NAME),
        48 | 60 => key(w, r),
        50 => hashed_next(w, r),
        51 => hash_parameters(w, r, false).map(|_| ()),
        249 => key_exchange(w, m, r),
        _ => transaction_signature(w, m, r),
    }
}

/// The rest of a record's data, if any is left.
fn rest(w: &mut Walk, r: &Record, field: &'static Field, at: usize) -> Result<(), Stop> {
    if at < r.end {
        w.field(field, at, r.end - at)?;
    }
    Ok(())
}

/// RRSIG, RFC 4034 3.1, and SIG, RFC 2535 4.1.
fn signature(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    w.field(&RRSIG_TYPE_COVERED, at, 2)?;
    w.field(&RRSIG_ALGORITHM, at + 2, 1)?;
    w.field(&RRSIG_LABELS, at + 3, 1)?;
    w.field(&RRSIG_ORIGINAL_TTL, at + 4, 4)?;
    w.field(&RRSIG_SIGNATURE_EXPIRATION, at + 8, 4)?;
    w.field(&RRSIG_SIGNATURE_INCEPTION, at + 12, 4)?;
    w.field(&RRSIG_KEY_TAG, at + 16, 2)?;
    let signer = name_field(w, m, &RRSIG_SIGNERS_NAME, at + 18)?;
    rest(w, r, &RRSIG_SIGNATURE, at + 18 + signer.size)
}

/// DNSKEY and CDNSKEY, RFC 4034 2.1.
fn key(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    w.open_field(&DNSKEY_FLAGS, at, 2)?;
    w.field(&DNSKEY_FLAGS_ZONE_KEY, at, 2)?;
    w.field(&DNSKEY_FLAGS_KEY_REVOKED, at, 2)?;
    w.field(&DNSKEY_FLAGS_SECURE_ENTRY_POINT, at, 2)?;
    w.field(&DNSKEY_FLAGS_RESERVED, at, 2)?;
    w.close();
    w.field(&DNSKEY_PROTOCOL, at + 2, 1)?;
    w.field(&DNSKEY_ALGORITHM, at + 3, 1)?;
    key_tag(w, r, &DNSKEY_KEY_ID)?;
    w.field(&DNSKEY_PUBLIC_KEY, at + 4, r.len().saturating_sub(4))?;
    Ok(())
}

/// KEY, RFC 2535 3.1; its first two flags together say that there is none.
fn old_key(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    let no_key = w.be16(at)? & 0xc000 == 0xc000;
    w.open_field(&KEY_FLAGS, at, 2)?;
    w.field(&KEY_FLAGS_AUTHENTICATION, at, 2)?;
    w.field(&KEY_FLAGS_CONFIDENTIALITY, at, 2)?;
    if !no_key {
        let flags: [&'static Field; 6] = [
            &KEY_FLAGS_REQUIRED,
            &KEY_FLAGS_ASSOCIATED_USER,
            &KEY_FLAGS_ASSOCIATED_NAMED_ENTITY,
            &KEY_FLAGS_IPSEC,
            &KEY_FLAGS_MIME,
            &KEY_FLAGS_SIGNATORY,
        ];
        for field in flags {
            w.field(field, at, 2)?;
        }
    }
    w.close();
    w.field(&KEY_PROTOCOL, at + 2, 1)?;
    w.field(&KEY_ALGORITHM, at + 3, 1)?;
    key_tag(w, r, &KEY_KEY_ID)?;
    rest(w, r, &KEY_PUBLIC_KEY, at + 4)
}

/// The number by which signatures name a key, RFC 4034 appendix B.
fn key_tag(w: &mut Walk, r: &Record, field: &'static Field) -> Result<(), Stop> {
    let bytes = w.bytes(r.at, r.len())?;
    let tag = match bytes {
        // RSA/MD5: the last but two bytes of the modulus.
        [_, _, _, 1, .., a, b, _] => u64::from(u16::from_be_bytes([*a, *b])),
        _ => checksum(bytes),
    };
    w.generated(field, r.start + w.layer.start as usize, Value::Uint(tag));
    Ok(())
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = 0u32;
    for (i, byte) in bytes.iter().enumerate() {
        sum = sum.wrapping_add(u32::from(*byte) << if i % 2 == 0 { 8 } else { 0 });
    }
    u64::from(sum.wrapping_add(sum >> 16 & 0xffff) & 0xffff)
}

/// DS, CDS and DLV, RFC 4034 5.1.
fn delegation(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&DS_KEY_ID, r.at, 2)?;
    w.field(&DS_ALGORITHM, r.at + 2, 1)?;
    w.field(&DS_DIGEST_TYPE, r.at + 3, 1)?;
    w.field(&DS_DIGEST, r.at + 4, r.len().saturating_sub(4))?;
    Ok(())
}

/// NSEC, RFC 4034 4.1, and NXT, RFC 2535 5.2.
fn next(w: &mut Walk, m: &Message, r: &Record, field: &'static Field) -> Result<(), Stop> {
    let name = names::read(&w.buf, m.start, r.at)?;
    w.columns.append_info(format_args!(" {}", name.text));
    w.append(r.node, format_args!(", next domain name {}", name.text));
    name_node(w, field, r.at, &name);
    let at = r.at + name.size;
    if r.kind == 30 {
        return types(w, at, r.end.saturating_sub(at), 0);
    }
    bitmaps(w, at, r.end)
}

/// Windows of types, RFC 4034 4.1.2.
pub(super) fn bitmaps(w: &mut Walk, mut at: usize, end: usize) -> Result<(), Stop> {
    while at < end {
        let (window, len) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        types(w, at + 2, len, u64::from(window) * 256)?;
        at += 2 + len;
    }
    Ok(())
}

fn types(w: &mut Walk, at: usize, len: usize, first: u64) -> Result<(), Stop> {
    for i in 0..len {
        let bits = w.u8(at + i)?;
        for bit in (0..8u64).filter(|bit| bits & 0x80 >> bit != 0) {
            let kind = first + i as u64 * 8 + bit;
            let value = Value::Uint(kind);
            match RESP_TYPE.value_name(kind) {
                Some(name) => {
                    let text = format_args!("RR type in bit map: {name}");
                    w.text(&RESP_TYPE, at + i, 1, value, text);
                }
                None => {
                    let text = format_args!("RR type in bit map: Unknown ({kind})");
                    w.text(&RESP_TYPE, at + i, 1, value, text);
                }
            }
        }
    }
    Ok(())
}

/// NSEC3, RFC 5155 3.2.
fn hashed_next(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = hash_parameters(w, r, true)?;
    let len = usize::from(w.u8(at)?);
    w.field(&NSEC3_HASH_LENGTH, at, 1)?;
    if len > 0 {
        let hash = base32(w.bytes(at + 1, len)?);
        w.value(&NSEC3_HASH_VALUE, at + 1, len, Value::Str(&hash));
    }
    bitmaps(w, at + 1 + len, r.end)
}

/// What NSEC3 and NSEC3PARAM begin with; says where it ends.
fn hash_parameters(w: &mut Walk, r: &Record, flags: bool) -> Result<usize, Stop> {
    let at = r.at;
    w.field(&NSEC3_ALGO, at, 1)?;
    let id = w.field(&NSEC3_FLAGS, at + 1, 1)?;
    if flags {
        w.open(id);
        w.field(&NSEC3_FLAGS_OPT_OUT, at + 1, 1)?;
        w.close();
    }
    w.field(&NSEC3_ITERATIONS, at + 2, 2)?;
    let salt = usize::from(w.u8(at + 4)?);
    w.field(&NSEC3_SALT_LENGTH, at + 4, 1)?;
    w.field(&NSEC3_SALT_VALUE, at + 5, salt)?;
    Ok(at + 5 + salt)
}

/// Base 32 with the extended hexadecimal alphabet and no padding, RFC 4648 7.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let value = group.iter().fold(0u64, |n, b| n << 8 | u64::from(*b)) << (8 * (5 - group.len()));
        for i in 0..(group.len() * 8).div_ceil(5) {
            out.push(char::from(DIGITS[(value >> (35 - 5 * i) & 31) as usize]));
        }
    }
    out
}

/// TKEY, RFC 2930 2.
fn key_exchange(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let algorithm = name_field(w, m, &TKEY_ALGO_NAME, r.at)?;
    let at = r.at + algorithm.size;
    w.field(&TKEY_SIGNATURE_INCEPTION, at, 4)?;
    w.field(&TKEY_SIGNATURE_EXPIRATION, at + 4, 4)?;
    let mode = w.be16(at + 8)?;
    w.field(&TKEY_MODE, at + 8, 2)?;
    w.field(&TKEY_ERROR, at + 10, 2)?;
    let len = usize::from(w.be16(at + 12)?);
    w.field(&TKEY_KEY_SIZE, at + 12, 2)?;
    if len > 0 {
        let id = w.field(&TKEY_KEY_DATA, at + 14, len)?;
        if mode == 3 && algorithm.text == "gss-tsig" {
            nest_gss(w, id, at + 14, len);
        }
    }
    other_data(w, at + 14 + len, &TKEY_OTHER_SIZE, &TKEY_OTHER_DATA)
}

/// TSIG, RFC 8945 4.2.
fn transaction_signature(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let algorithm = name_field(w, m, &TSIG_ALGORITHM_NAME, r.at)?;
    let at = r.at + algorithm.size;
    w.field(&TSIG_TIME_SIGNED, at, 6)?;
    w.field(&TSIG_FUDGE, at + 6, 2)?;
    let len = usize::from(w.be16(at + 8)?);
    w.field(&TSIG_MAC_SIZE, at + 8, 2)?;
    if len > 0 {
        w.bytes(at + 10, len)?;
        let id = w.value(&TSIG_MAC, at + 10, len, Value::None);
        w.open(id);
        let text = format_args!("No dissector for algorithm:{}", algorithm.text);
        w.expert_text(&TSIG_ALGORITHM, id, text);
        w.close();
    }
    let at = at + 10 + len;
    w.field(&TSIG_ORIGINAL_ID, at, 2)?;
    w.field(&TSIG_ERROR, at + 2, 2)?;
    other_data(w, at + 4, &TSIG_OTHER_LEN, &TSIG_OTHER_DATA)
}

fn other_data(w: &mut Walk, at: usize, length: &'static Field, field: &'static Field) -> Result<(), Stop> {
    let len = usize::from(w.be16(at)?);
    w.field(length, at, 2)?;
    if len > 0 {
        w.field(field, at + 2, len)?;
    }
    Ok(())
}

/// Shows a GSS-API token below a node, if anybody knows of it.
fn nest_gss(w: &mut Walk, under: crate::dissect::sink::NodeId, at: usize, len: usize) {
    if registry().number("gss-api").is_none() {
        return;
    }
    w.open(under);
    w.columns.locked += 1;
    w.nest(Next::Quiet(Key::Named("gss-api")), at, len);
    w.columns.locked -= 1;
    w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_read_in_base_32() {
        assert_eq!(base32(&[0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]), "24h36h2lcprg");
        assert_eq!(base32(&[0xff; 5]), "vvvvvvvv");
        assert_eq!(base32(&[]), "");
    }

    #[test]
    fn a_key_tag_is_a_sum_of_words() {
        assert_eq!(checksum(&[0xc0, 0, 3, 5]), 0xc305);
    }
}
