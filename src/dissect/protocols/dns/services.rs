//! Records that tell how and where a service is reached, and by which keys it is known: SRV, NAPTR,
//! SVCB and HTTPS, CAA, TLSA, SSHFP, CERT, IPSECKEY, HIP, LOC, WINS and others.

use std::fmt::Write;

use super::dnssec::bitmaps;
use super::fields::*;
use super::names::{self, escape};
use super::records::{Record, string, text_field};
use super::values::SVC_KEYS;
use super::{Message, name_field, name_node};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::label::general;
use crate::dissect::sink::NodeId;
use crate::dissect::text::{self, V4, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

pub(super) fn data(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    match r.kind {
        33 => server(w, m, r),
        35 => naming_authority(w, m, r),
        37 => certificate(w, r),
        44 => ssh_fingerprint(w, r),
        45 => ipsec_key(w, m, r),
        52 => tls_association(w, r),
        55 => host_identity(w, m, r),
        62 => child_synchronization(w, r),
        63 => zone_digest(w, r),
        64 | 65 => service_binding(w, m, r),
        257 => issuers(w, r),
        65281 => wins(w, r),
        65282 => wins_reverse(w, m, r),
        _ => proxied_for(w, r),
    }
}

fn rest(w: &mut Walk, r: &Record, field: &'static Field, at: usize) -> Result<(), Stop> {
    if at < r.end {
        w.field(field, at, r.end - at)?;
    }
    Ok(())
}

/// RFC 2782.
fn server(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    w.field(&SRV_PRIORITY, r.at, 2)?;
    w.field(&SRV_WEIGHT, r.at + 2, 2)?;
    w.field(&SRV_PORT, r.at + 4, 2)?;
    let (priority, weight, port) = (w.be16(r.at)?, w.be16(r.at + 2)?, w.be16(r.at + 4)?);
    let target = names::read(&w.buf, m.start, r.at + 6)?;
    w.columns.append_info(format_args!(" {priority} {weight} {port} {}", target.text));
    w.append(
        r.node,
        format_args!(", priority {priority}, weight {weight}, port {port}, target {}", target.text),
    );
    name_node(w, &SRV_TARGET, r.at + 6, &target);
    Ok(())
}

/// RFC 3403 4.1.
fn naming_authority(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    w.field(&NAPTR_ORDER, r.at, 2)?;
    w.field(&NAPTR_PREFERENCE, r.at + 2, 2)?;
    let at = string(w, r.at + 4, &NAPTR_FLAGS_LENGTH, &NAPTR_FLAGS)?;
    let (order, preference) = (w.be16(r.at)?, w.be16(r.at + 2)?);
    let len = usize::from(w.u8(r.at + 4)?);
    let mut flags = String::new();
    escape(&mut flags, w.bytes(r.at + 5, len)?);
    w.columns.append_info(format_args!(" {order} {preference} {flags}"));
    let text = format_args!(", order {order}, preference {preference}, flags {flags}");
    w.append(r.node, text);
    let at = string(w, at, &NAPTR_SERVICE_LENGTH, &NAPTR_SERVICE)?;
    let at = string(w, at, &NAPTR_REGEX_LENGTH, &NAPTR_REGEX)?;
    let replacement = names::read(&w.buf, m.start, at)?;
    w.uint(&NAPTR_REPLACEMENT_LENGTH, at, 0, replacement.len as u64);
    name_node(w, &NAPTR_REPLACEMENT, at, &replacement);
    Ok(())
}

/// RFC 4398 2.
fn certificate(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&CERT_TYPE, r.at, 2)?;
    w.field(&CERT_KEY_TAG, r.at + 2, 2)?;
    w.field(&CERT_ALGORITHM, r.at + 4, 1)?;
    rest(w, r, &CERT_CERTIFICATE, r.at + 5)
}

/// RFC 4255 3.1.
fn ssh_fingerprint(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&SSHFP_ALGORITHM, r.at, 1)?;
    w.field(&SSHFP_FINGERPRINT_TYPE, r.at + 1, 1)?;
    rest(w, r, &SSHFP_FINGERPRINT, r.at + 2)
}

/// RFC 4025 2.
fn ipsec_key(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    w.field(&IPSECKEY_GATEWAY_PRECEDENCE, r.at, 1)?;
    let kind = w.u8(r.at + 1)?;
    w.field(&IPSECKEY_GATEWAY_TYPE, r.at + 1, 1)?;
    w.field(&IPSECKEY_GATEWAY_ALGORITHM, r.at + 2, 1)?;
    let mut at = r.at + 3;
    match kind {
        1 => {
            w.field(&IPSECKEY_GATEWAY_IPV4, at, 4)?;
            at += 4;
        }
        2 => {
            w.field(&IPSECKEY_GATEWAY_IPV6, at, 16)?;
            at += 16;
        }
        3 => at += name_field(w, m, &IPSECKEY_GATEWAY_DNS, at)?.size,
        _ => {}
    }
    rest(w, r, &IPSECKEY_PUBLIC_KEY, at)
}

/// RFC 6698 2.1.
fn tls_association(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&TLSA_CERTIFICATE_USAGE, r.at, 1)?;
    w.field(&TLSA_SELECTOR, r.at + 1, 1)?;
    w.field(&TLSA_MATCHING_TYPE, r.at + 2, 1)?;
    rest(w, r, &TLSA_CERTIFICATE_ASSOCIATION_DATA, r.at + 3)
}

/// RFC 8005 5.
fn host_identity(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    w.field(&HIP_HIT_LENGTH, r.at, 1)?;
    w.field(&HIP_HIT_PK_ALGO, r.at + 1, 1)?;
    w.field(&HIP_PK_LENGTH, r.at + 2, 2)?;
    let (tag, key) = (usize::from(w.u8(r.at)?), usize::from(w.be16(r.at + 2)?));
    w.field(&HIP_HIT, r.at + 4, tag)?;
    let mut at = r.at + 4 + tag;
    w.field(&HIP_PK, at, key)?;
    at += key;
    while at < r.end {
        at += name_field(w, m, &HIP_RENDEZVOUS_SERVER, at)?.size;
    }
    Ok(())
}

/// RFC 7477 2.1.
fn child_synchronization(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&CSYNC_SOA, r.at, 4)?;
    w.open_field(&CSYNC_FLAGS, r.at + 4, 2)?;
    w.field(&CSYNC_FLAGS_IMMEDIATE, r.at + 4, 2)?;
    w.field(&CSYNC_FLAGS_SOAMINIMUM, r.at + 4, 2)?;
    w.close();
    rest(w, r, &CSYNC_TYPE_BITMAP, r.at + 6)?;
    bitmaps(w, r.at + 6, r.end)
}

/// RFC 8976 2.2.
fn zone_digest(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.field(&ZONEMD_SERIAL, r.at, 4)?;
    w.field(&ZONEMD_SCHEME, r.at + 4, 1)?;
    w.field(&ZONEMD_HASH_ALGO, r.at + 5, 1)?;
    rest(w, r, &ZONEMD_DIGEST, r.at + 6)
}

/// SVCB and HTTPS, RFC 9460 2.2.
fn service_binding(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    w.field(&SVCB_SVCPRIORITY, r.at, 2)?;
    let target = name_field(w, m, &SVCB_TARGETNAME, r.at + 2)?;
    let mut at = r.at + 2 + target.size;
    while at < r.end {
        let left = r.end - at;
        let id = w.value(&SVCB_SVCPARAM, at, left, Value::None);
        w.open(id);
        let key = w.be16(at)?;
        w.field(&SVCB_SVCPARAM_KEY, at, 2)?;
        let len = usize::from(w.be16(at + 2)?);
        w.field(&SVCB_SVCPARAM_VALUE_LENGTH, at + 2, 2)?;
        w.resize(id, (4 + len).min(w.remaining(at)));
        w.append(id, format_args!(": {}", key_name(key)));
        at = parameter(w, id, key, at + 4, len)?;
        w.close();
    }
    Ok(())
}

fn key_name(key: u16) -> String {
    match SVC_KEYS.iter().find(|e| e.0 == u64::from(key)) {
        Some((_, name)) => name.to_string(),
        None => format!("key{key}"),
    }
}

/// The value of one parameter, RFC 9460 7; says where it ends.
fn parameter(w: &mut Walk, id: NodeId, key: u16, at: usize, len: usize) -> Result<usize, Stop> {
    let end = at + len;
    match key {
        0 => {
            for (i, at) in (at..end).step_by(2).enumerate() {
                let mandatory = key_name(w.be16(at)?);
                w.field(&SVCB_SVCPARAM_MANDATORY_KEY, at, 2)?;
                w.append(id, format_args!("{}{mandatory}", separator(i)));
            }
        }
        1 => return protocols(w, id, at, end),
        // Nothing but the key counts, so what stands there is taken for the next parameter.
        2 => return Ok(at),
        3 => {
            let port = w.be16(at)?;
            w.field(&SVCB_SVCPARAM_PORT, at, 2)?;
            w.append(id, format_args!("={port}"));
            return Ok(at + 2);
        }
        4 => {
            for (i, at) in (at..end).step_by(4).enumerate() {
                let address = V4(w.ipv4(at)?);
                w.field(&SVCB_SVCPARAM_IPV4HINT_IP, at, 4)?;
                w.append(id, format_args!("{}{address}", separator(i)));
            }
        }
        6 => {
            for (i, at) in (at..end).step_by(16).enumerate() {
                let address = V6(w.ipv6(at)?);
                w.field(&SVCB_SVCPARAM_IPV6HINT_IP, at, 16)?;
                w.append(id, format_args!("{}{address}", separator(i)));
            }
        }
        5 => configuration(w, id, &SVCB_SVCPARAM_ECHCONFIG, at, len)?,
        32769 => configuration(w, id, &SVCB_SVCPARAM_ODOHCONFIG, at, len)?,
        _ if len > 0 => {
            let mut text = String::new();
            escape(&mut text, w.bytes(at, len)?);
            w.field(&SVCB_SVCPARAM_VALUE, at, len)?;
            w.append(id, format_args!("={text}"));
        }
        _ => {}
    }
    Ok(end)
}

fn separator(index: usize) -> char {
    if index == 0 { '=' } else { ',' }
}

fn protocols(w: &mut Walk, id: NodeId, mut at: usize, end: usize) -> Result<usize, Stop> {
    let mut index = 0;
    while at < end {
        let next = string(w, at, &SVCB_SVCPARAM_ALPN_LENGTH, &SVCB_SVCPARAM_ALPN)?;
        let mut text = String::new();
        escape(&mut text, w.bytes(at + 1, next - at - 1)?);
        w.append(id, format_args!("{}{text}", separator(index)));
        at = next;
        index += 1;
    }
    Ok(at)
}

/// Keys that are shown in base 64.
fn configuration(w: &mut Walk, id: NodeId, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let text = text::base64(bytes);
    w.text(field, at, len, Value::Bytes(bytes), format_args!("{}: {text}", field.label));
    w.append(id, format_args!("={text}"));
    Ok(())
}

/// CAA, RFC 8659 4.1.
fn issuers(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    w.open_field(&CAA_FLAGS, r.at, 1)?;
    w.field(&CAA_FLAGS_ISSUER_CRITICAL, r.at, 1)?;
    w.close();
    let at = r.at + 1;
    let tag_len = usize::from(w.u8(at)?);
    let tag = w.bytes(at + 1, tag_len)?;
    let value_at = at + 1 + tag_len;
    let Some(value_len) = r.end.checked_sub(value_at) else { return Err(Stop::malformed(value_at)) };
    let mut value = String::new();
    escape(&mut value, w.bytes(value_at, value_len)?);
    let field = match tag {
        b"issuewild" => &CAA_ISSUEWILD,
        b"iodef" => &CAA_IODEF,
        b"" | b"issue" => &CAA_ISSUE,
        _ => &CAA_UNKNOWN,
    };
    let id = w.value(field, at, 1 + tag_len + value_len, Value::Str(&value));
    w.open(id);
    w.field(&CAA_TAG_LENGTH, at, 1)?;
    text_field(w, &CAA_TAG, at + 1, tag_len)?;
    w.value(&CAA_VALUE, value_at, value_len, Value::Str(&value));
    w.close();
    Ok(())
}

/// LOC, RFC 1876 2.
pub(super) fn location(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    let version = w.u8(at)?;
    w.field(&LOC_VERSION, at, 1)?;
    if version != 0 {
        w.field(&LOC_UNKNOWN_DATA, at, r.len())?;
        return Ok(());
    }
    let sizes: [&'static Field; 3] = [&LOC_SIZE, &LOC_HORIZONTAL_PRECISION, &LOC_VERTICAL_PRECISION];
    for (i, field) in sizes.into_iter().enumerate() {
        let raw = w.u8(at + 1 + i)?;
        let mut meters = String::new();
        let centimeters = f64::from(raw >> 4) * 10f64.powi(i32::from(raw & 15));
        general(&mut meters, if raw & 15 > 9 { 0.0 } else { centimeters / 100.0 }, 6);
        let text = format_args!("{}: {raw} ({meters} m)", field.label);
        w.text(field, at + 1 + i, 1, Value::Uint(raw.into()), text);
    }
    angle(w, &LOC_LATITUDE, at + 4, 90, ['N', 'S'])?;
    angle(w, &LOC_LONGITUDE, at + 8, 180, ['E', 'W'])?;
    let raw = w.be32(at + 12)?;
    let mut meters = String::new();
    // Counted as a signed number of centimetres from 100 000 m below the reference.
    general(&mut meters, f64::from(raw.wrapping_sub(10_000_000) as i32) / 100.0, 6);
    let text = format_args!("Altitude: {raw} ({meters} m)");
    w.text(&LOC_ALTITUDE, at + 12, 4, Value::Uint(raw.into()), text);
    Ok(())
}

/// Thousandths of a second of arc from 2^31.
fn angle(w: &mut Walk, field: &'static Field, at: usize, limit: i64, sides: [char; 2]) -> Result<(), Stop> {
    let raw = w.be32(at)?;
    let offset = i64::from(raw) - (1 << 31);
    let side = if offset < 0 { sides[1] } else { sides[0] };
    let milliseconds = offset.abs();
    let mut text = format!("{}: {raw} (", field.label);
    if milliseconds > limit * 3_600_000 {
        text.push_str("Value out of range)");
    } else {
        let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
        let (degrees, minutes) = (seconds / 3600, seconds / 60 % 60);
        let seconds = seconds % 60;
        let _ = write!(text, "{degrees} deg {minutes} min {seconds}.{rest:03} sec {side})");
    }
    w.text(field, at, 4, Value::Uint(raw.into()), format_args!("{text}"));
    Ok(())
}

/// Microsoft's WINS.
fn wins(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let at = r.at;
    w.field(&WINS_LOCAL_FLAG, at, 4)?;
    w.field(&WINS_LOOKUP_TIMEOUT, at + 4, 4)?;
    w.field(&WINS_CACHE_TIMEOUT, at + 8, 4)?;
    w.field(&WINS_NB_WINS_SERVERS, at + 12, 4)?;
    let mut left = w.be32(at + 12)?;
    let mut at = at + 16;
    while left > 0 && at < r.end {
        w.field(&WINS_WINS_SERVER, at, 4)?;
        at += 4;
        left -= 1;
    }
    Ok(())
}

fn wins_reverse(w: &mut Walk, m: &Message, r: &Record) -> Result<(), Stop> {
    let domain = names::read(&w.buf, m.start, r.at + 12)?;
    w.columns.append_info(format_args!(" {}", domain.text));
    w.append(r.node, format_args!(", name result domain {}", domain.text));
    w.field(&WINSR_LOCAL_FLAG, r.at, 4)?;
    w.field(&WINSR_LOOKUP_TIMEOUT, r.at + 4, 4)?;
    w.field(&WINSR_CACHE_TIMEOUT, r.at + 8, 4)?;
    name_node(w, &WINSR_NAME_RESULT_DOMAIN, r.at + 12, &domain);
    Ok(())
}

/// XPF: for whom a proxy asks (draft-bellis-dnsop-xpf).
fn proxied_for(w: &mut Walk, r: &Record) -> Result<(), Stop> {
    let version = w.u8(r.at)? & 15;
    w.field(&XPF_IP_VERSION, r.at, 1)?;
    if !matches!(version, 4 | 6) {
        return Ok(());
    }
    w.field(&XPF_PROTOCOL, r.at + 1, 1)?;
    let at = r.at + 2;
    let at = match version {
        4 => {
            w.field(&XPF_SOURCE_IPV4, at, 4)?;
            w.field(&XPF_DESTINATION_IPV4, at + 4, 4)?;
            at + 8
        }
        _ => {
            w.field(&XPF_SOURCE_IPV6, at, 16)?;
            w.field(&XPF_DESTINATION_IPV6, at + 16, 16)?;
            at + 32
        }
    };
    w.field(&XPF_SPORT, at, 2)?;
    w.field(&XPF_DPORT, at + 2, 2)?;
    Ok(())
}
