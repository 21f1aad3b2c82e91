//! QUIC transport parameters (RFC 9000 18), which QUIC carries in a TLS extension.

use super::Tls;
use super::fields::*;
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::protocols::quic::packet::varint;
use crate::dissect::value::Value;

/// Dissects the parameters from `at` to `end`.
pub fn parameters(t: &mut Tls, mut at: usize, end: usize) -> Result<(), Stop> {
    // Up to draft 26 their length stood before them, and their numbers had two bytes.
    let old = end - at >= 2 && usize::from(t.w.be16(at)?) == end - at - 2;
    if old {
        t.w.field(&QUIC_LEN, at, 2)?;
        at += 2;
    }
    while at < end {
        at = parameter(t, at, end, old)?;
    }
    Ok(())
}

/// One parameter; returns where it ends.
fn parameter(t: &mut Tls, at: usize, end: usize, old: bool) -> Result<usize, Stop> {
    let number = |t: &Tls, at| match old {
        true => Ok((u64::from(t.w.be16(at)?), 2)),
        false => varint(&t.w.buf, at),
    };
    let (kind, kind_len) = number(t, at)?;
    let (len, len_len) = number(t, at + kind_len)?;
    let body = at + kind_len + len_len;
    let len = usize::try_from(len).unwrap_or(usize::MAX).min(end.saturating_sub(body));
    let name = name(kind);
    let unknown = if name == "Unknown" { format!(" 0x{kind:04x}") } else { String::new() };
    let id = t.w.label(at, body + len - at, format_args!("Parameter: {name}{unknown} (len={len})"));
    t.w.open(id);
    t.w.text(&QUIC_TYPE, at, kind_len, Value::Uint(kind), format_args!("Type: {name} (0x{kind:02x})"));
    t.w.uint(if old { &QUIC_LENGT_OLD } else { &QUIC_LENGTH }, at + kind_len, len_len, len as u64);
    t.w.field(&QUIC_VALUE, body, len)?;
    value(t, id, kind, body, len)?;
    t.w.close();
    Ok(body + len)
}

fn value(
    t: &mut Tls,
    id: crate::dissect::sink::NodeId,
    kind: u64,
    at: usize,
    len: usize,
) -> Result<(), Stop> {
    let number: Option<&'static Field> = match kind {
        0x01 => Some(&QUIC_MAX_IDLE_TIMEOUT),
        0x03 => Some(&QUIC_MAX_UDP_PAYLOAD_SIZE),
        0x04 => Some(&QUIC_INITIAL_MAX_DATA),
        0x05 => Some(&QUIC_INITIAL_MAX_STREAM_DATA_BIDI_LOCAL),
        0x06 => Some(&QUIC_INITIAL_MAX_STREAM_DATA_BIDI_REMOTE),
        0x07 => Some(&QUIC_INITIAL_MAX_STREAM_DATA_UNI),
        0x08 => Some(&QUIC_INITIAL_MAX_STREAMS_BIDI),
        0x09 => Some(&QUIC_INITIAL_MAX_STREAMS_UNI),
        0x0a => Some(&QUIC_ACK_DELAY_EXPONENT),
        0x0b => Some(&QUIC_MAX_ACK_DELAY),
        0x0e => Some(&QUIC_ACTIVE_CONNECTION_ID_LIMIT),
        0x20 => Some(&QUIC_MAX_DATAGRAM_FRAME_SIZE),
        0x1057 => Some(&QUIC_LOSS_BITS),
        0x7158 => Some(&QUIC_ENABLE_TIME_STAMP_V2),
        0xde1a | 0xff04_de1b => Some(&QUIC_MIN_ACK_DELAY),
        0x3127 => Some(&QUIC_GOOGLE_INITIAL_RTT),
        0xff00 => Some(&QUIC_FACEBOOK_PARTIAL_RELIABILITY),
        _ => None,
    };
    if let Some(field) = number {
        let (value, size) = varint(&t.w.buf, at)?;
        t.w.uint(field, at, size, value);
        match kind {
            0x01 => t.w.append(id, format_args!(" {value} ms")),
            0x3127 => t.w.append(id, format_args!(" {value} us")),
            0x0a | 0x1057 | 0x7158 | 0xff00 => {}
            _ => t.w.append(id, format_args!(" {value}")),
        }
        return Ok(());
    }
    let bytes: &'static Field = match kind {
        0x00 => &QUIC_ORIGINAL_DESTINATION_CONNECTION_ID,
        0x02 => &QUIC_STATELESS_RESET_TOKEN,
        0x0d => return preferred_address(t, at),
        0x0f => &QUIC_INITIAL_SOURCE_CONNECTION_ID,
        0x10 => &QUIC_RETRY_SOURCE_CONNECTION_ID,
        0x11 => return versions(t, at, len),
        0x3128 => &QUIC_GOOGLE_CONNECTION_OPTIONS,
        0x3129 => &QUIC_GOOGLE_USER_AGENT,
        0x312a => &QUIC_GOOGLE_SUPPORT_HANDSHAKE_DONE,
        0x312b => &QUIC_GOOGLE_KEY_UPDATE_NOT_YET_SUPPORTED,
        0x4751 => return google_tags(t, at, len),
        0x4752 => return google_version(t, at, len),
        _ => return Ok(()),
    };
    t.w.field(bytes, at, len).map(drop)
}

fn preferred_address(t: &mut Tls, at: usize) -> Result<(), Stop> {
    t.w.field(&QUIC_PREFERRED_ADDRESS_IPV4ADDRESS, at, 4)?;
    t.w.field(&QUIC_PREFERRED_ADDRESS_IPV4PORT, at + 4, 2)?;
    t.w.field(&QUIC_PREFERRED_ADDRESS_IPV6ADDRESS, at + 6, 16)?;
    t.w.field(&QUIC_PREFERRED_ADDRESS_IPV6PORT, at + 22, 2)?;
    let len = t.number(&QUIC_PREFERRED_ADDRESS_CONNECTIONID_LENGTH, at + 24, 1)?;
    t.w.field(&QUIC_PREFERRED_ADDRESS_CONNECTIONID, at + 25, len)?;
    t.w.field(&QUIC_PREFERRED_ADDRESS_STATELESSRESETTOKEN, at + 25 + len, 16).map(drop)
}

/// RFC 9368 3.
fn versions(t: &mut Tls, at: usize, len: usize) -> Result<(), Stop> {
    t.w.field(&QUIC_VI_CHOSEN_VERSION, at, 4)?;
    for i in 1..len / 4 {
        t.w.field(&QUIC_VI_OTHER_VERSION, at + 4 * i, 4)?;
    }
    Ok(())
}

fn google_version(t: &mut Tls, at: usize, len: usize) -> Result<(), Stop> {
    t.w.field(&QUIC_GOOGLE_QUIC_VERSION, at, 4)?;
    if len < 5 {
        return Ok(());
    }
    let list = t.number(&QUIC_GOOGLE_SUPPORTED_VERSIONS_LENGTH, at + 4, 1)?;
    for i in 0..list.min(len - 5) / 4 {
        t.w.field(&QUIC_GOOGLE_SUPPORTED_VERSION, at + 5 + 4 * i, 4)?;
    }
    Ok(())
}

/// Parameters as Google's own handshake has them: tags, each with the place where its value ends. All
/// numbers are little-endian.
fn google_tags(t: &mut Tls, at: usize, len: usize) -> Result<(), Stop> {
    t.w.field(&QUIC_GOOGLE_QUIC_PARAMS, at, len)?;
    t.w.field(&QUIC_GOOGLE_QUIC_PARAMS_UNKNOWN_FIELD, at, 4)?;
    let count = usize::from(t.w.le16(at + 4)?);
    t.w.field(&GQUIC_TAG_NUMBER, at + 4, 2)?;
    t.w.field(&GQUIC_PADDING, at + 6, 2)?;
    let values = at + 8 + 8 * count;
    let mut from = 0;
    for tag in (at + 8..values).step_by(8) {
        let to = (t.w.le32(tag + 4)? as usize).min(len);
        let size = to.saturating_sub(from);
        google_tag(t, tag, values + from, size)?;
        from = to.max(from);
    }
    Ok(())
}

fn google_tag(t: &mut Tls, at: usize, value_at: usize, size: usize) -> Result<(), Stop> {
    let tag = String::from_utf8_lossy(t.w.bytes(at, 4)?).into_owned();
    let name = match tag.as_str() {
        "UAID" => "Client's User Agent ID",
        "COPT" => "Connection options",
        "IRTT" => "Estimated initial RTT",
        _ => "Unknown",
    };
    let id = t.w.text(&GQUIC_TAGS, at, 8, Value::None, format_args!("Tag/value: {tag} ({name}) (l={size})"));
    t.w.open(id);
    t.w.text(&GQUIC_TAG_TYPE, at, 4, Value::Str(&tag), format_args!("Tag Type: {tag} ({name})"));
    t.w.field(&GQUIC_TAG_OFFSET_END, at + 4, 4)?;
    let node = t.w.node(&GQUIC_TAG_OFFSET_LENGTH, at + 4, 4, Value::Uint(size as u64));
    t.w.put(node.bracketed());
    t.w.field(&GQUIC_TAG_VALUE, value_at, size)?;
    match tag.as_str() {
        "UAID" => {
            let text = String::from_utf8_lossy(t.w.bytes(value_at, size)?).into_owned();
            t.w.append(id, format_args!(": {text}"));
            t.w.field(&GQUIC_TAG_UAID, value_at, size)?;
        }
        "IRTT" if size == 4 => {
            let micros = t.w.le32(value_at)?;
            t.w.append(id, format_args!(": {micros}"));
            t.w.field(&GQUIC_TAG_IRTT, value_at, 4)?;
        }
        _ => {}
    }
    t.w.close();
    Ok(())
}

fn name(kind: u64) -> &'static str {
    match kind {
        0x00 => "original_destination_connection_id",
        0x01 => "max_idle_timeout",
        0x02 => "stateless_reset_token",
        0x03 => "max_udp_payload_size",
        0x04 => "initial_max_data",
        0x05 => "initial_max_stream_data_bidi_local",
        0x06 => "initial_max_stream_data_bidi_remote",
        0x07 => "initial_max_stream_data_uni",
        0x08 => "initial_max_streams_bidi",
        0x09 => "initial_max_streams_uni",
        0x0a => "ack_delay_exponent",
        0x0b => "max_ack_delay",
        0x0c => "disable_active_migration",
        0x0d => "preferred_address",
        0x0e => "active_connection_id_limit",
        0x0f => "initial_source_connection_id",
        0x10 => "retry_source_connection_id",
        0x11 => "version_information",
        0x20 => "max_datagram_frame_size",
        0x1000 => "cibir_encoding",
        0x1057 => "loss_bits",
        0x2ab2 => "grease_quic_bit",
        0x3127 => "google_initial_rtt",
        0x3128 => "google_connection_options",
        0x3129 => "google_user_agent",
        0x312a => "google_support_handshake_done",
        0x312b => "google_key_update_not_yet_supported",
        0x4751 => "google_quic_params",
        0x4752 => "google_quic_version",
        0xff00 => "facebook_partial_reliability",
        0x7158 => "enable_time_stamp_v2",
        0xde1a | 0xff04_de1b => "min_ack_delay",
        k if k % 31 == 27 => "GREASE",
        _ => "Unknown",
    }
}

/// Writes the type of a parameter.
pub fn parameter_name(kind: u64, out: &mut String) {
    use std::fmt::Write;
    let _ = write!(out, "{} (0x{kind:02x})", name(kind));
}
