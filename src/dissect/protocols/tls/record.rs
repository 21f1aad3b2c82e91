//! Records: the frames in which everything of SSL 3 and TLS is sent (RFC 8446 5.1), and what is in
//! those that carry no handshake.

use super::fields::*;
use super::{BAD_HEARTBEAT, BAD_LENGTH, RESUMED, Tls, handshake, values};
use crate::dissect::buf::Stop;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

pub const CHANGE_CIPHER_SPEC: u8 = 20;
pub const ALERT: u8 = 21;
pub const HANDSHAKE: u8 = 22;
pub const APPLICATION_DATA: u8 = 23;
pub const HEARTBEAT: u8 = 24;

/// Bytes of a record's header.
pub const HEADER: usize = 5;
/// No record is longer, with what encryption may add (RFC 5246 6.2.3).
pub const MAX_LENGTH: usize = (1 << 14) + 2048;

/// Dissects the record at `at`, which is whole; returns where it ends.
pub fn record(t: &mut Tls, at: usize) -> Result<usize, Stop> {
    let content = t.w.u8(at)?;
    let version = t.w.be16(at + 1)?;
    let len = usize::from(t.w.be16(at + 3)?);
    let first = t.w.u8(at + HEADER).ok();
    t.state.record_version(content, first, version);
    let known = if t.state.version == 0 { version } else { t.state.version };
    t.short_version = values::short_version(known).unwrap_or("TLS");
    let node = t.w.value(&RECORD, at, HEADER + len, Value::None);
    t.w.open(node);
    let opaque = t.state.version == super::session::TLS13 && content == APPLICATION_DATA;
    t.w.field(if opaque { &RECORD_OPAQUE_TYPE } else { &RECORD_CONTENT_TYPE }, at, 1)?;
    t.w.field(&RECORD_VERSION, at + 1, 2)?;
    let length = t.w.field(&RECORD_LENGTH, at + 3, 2)?;
    if !bad_length(t, length, content, len) {
        let result = payload(t, node, content, at + HEADER, len);
        t.set_protocol();
        result?;
        let body = t.w.buf.from(at + HEADER + handshake::HEADER);
        if content == HANDSHAKE && first == Some(super::session::CLIENT_HELLO) {
            t.state.early_data(body);
        }
    } else if len == 0 {
        t.w.close();
        return Ok(t.w.buf.reported);
    }
    t.w.close();
    Ok(at + HEADER + len)
}

/// Remarks on a length that can't be; true if so.
fn bad_length(t: &mut Tls, node: NodeId, content: u8, len: usize) -> bool {
    if len == 0 && content != APPLICATION_DATA {
        let name = values::name(values::CONTENT_TYPES, content.into()).unwrap_or("Unknown");
        t.w.open(node);
        t.w.expert_text(&BAD_LENGTH, node, format_args!("Zero-length {name} fragments are not allowed"));
        t.w.close();
        return true;
    }
    if len > MAX_LENGTH {
        t.w.open(node);
        t.w.expert_text(&BAD_LENGTH, node, format_args!("TLSCiphertext length MUST NOT exceed 2^14 + 2048"));
        t.w.close();
    }
    false
}

fn payload(t: &mut Tls, node: NodeId, content: u8, at: usize, len: usize) -> Result<(), Stop> {
    match content {
        CHANGE_CIPHER_SPEC => change_cipher_spec(t, node, at),
        ALERT => alert(t, node, at, len),
        HANDSHAKE => handshake::record(t, node, at, len),
        APPLICATION_DATA => application_data(t, node, at, len),
        HEARTBEAT => heartbeat(t, node, at, len),
        _ => Ok(()),
    }
}

fn change_cipher_spec(t: &mut Tls, node: NodeId, at: usize) -> Result<(), Stop> {
    let version = t.short_version;
    t.w.relabel(
        node,
        format_args!("{version} Record Layer: Change Cipher Spec Protocol: Change Cipher Spec"),
    );
    t.info(format_args!("Change Cipher Spec"));
    t.w.u8(at)?;
    let id = t.w.text(&CHANGE_CIPHER_SPEC_, at, 1, Value::None, format_args!("Change Cipher Spec Message"));
    if t.state.change_cipher_spec(t.from_client) {
        t.w.open(id);
        t.w.expert(&RESUMED, id);
        t.w.close();
    }
    Ok(())
}

fn alert(t: &mut Tls, node: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    let version = t.short_version;
    let plain = if len == 2 && !t.state.is_encrypted(t.from_client) {
        let level = values::name(values::ALERT_LEVELS, t.w.u8(at)?.into()).unwrap_or("Unknown");
        Some((level, super::alert_name(t.w.u8(at + 1)?)))
    } else {
        None
    };
    let Some((level, what)) = plain else {
        t.w.relabel(node, format_args!("{version} Record Layer: Encrypted Alert"));
        t.info(format_args!("Encrypted Alert"));
        let text = format_args!("Alert Message: Encrypted Alert");
        t.w.text(&ALERT_MESSAGE, at, len, Value::None, text);
        return Ok(());
    };
    t.w.relabel(node, format_args!("{version} Record Layer: Alert (Level: {level}, Description: {what})"));
    t.info(format_args!("Alert (Level: {level}, Description: {what})"));
    let id = t.w.value(&ALERT_MESSAGE, at, len, Value::None);
    t.w.open(id);
    t.w.field(&ALERT_MESSAGE_LEVEL, at, 1)?;
    t.w.field(&ALERT_MESSAGE_DESC, at + 1, 1)?;
    t.w.close();
    Ok(())
}

fn application_data(t: &mut Tls, node: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    let version = t.short_version;
    let inside = t.application();
    let title = inside.unwrap_or("Application Data");
    t.w.relabel(node, format_args!("{version} Record Layer: Application Data Protocol: {title}"));
    t.info(format_args!("Application Data"));
    t.w.field(&APP_DATA, at, len)?;
    if let Some(inside) = inside {
        // Where it stands is counted twice for all but a layer's first record, as users of the
        // reference are used to.
        let record = at - HEADER;
        let place = if record == 0 { 0 } else { record + t.w.layer.start as usize };
        t.w.generated(&APP_DATA_PROTO, place, Value::Str(inside));
    }
    Ok(())
}

/// RFC 6520 4. The payload length is what an attack on OpenSSL lied about: it is shown, not believed.
fn heartbeat(t: &mut Tls, node: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    let version = t.short_version;
    let kind = values::name(values::HEARTBEATS, t.w.u8(at)?.into());
    let said = usize::from(t.w.be16(at + 1).unwrap_or(0));
    let Some(kind) = kind.filter(|_| len >= 3) else {
        t.w.relabel(node, format_args!("{version} Record Layer: Encrypted Heartbeat"));
        t.info(format_args!("Encrypted Heartbeat"));
        let text = format_args!("Encrypted Heartbeat Message");
        t.w.text(&HEARTBEAT_MESSAGE, at, len, Value::None, text);
        return Ok(());
    };
    t.w.relabel(node, format_args!("{version} Record Layer: Heartbeat {kind}"));
    t.info(format_args!("Heartbeat {kind}"));
    let id = t.w.value(&HEARTBEAT_MESSAGE, at, len, Value::None);
    t.w.open(id);
    t.w.field(&HEARTBEAT_MESSAGE_TYPE, at, 1)?;
    let id = t.w.field(&HEARTBEAT_MESSAGE_PAYLOAD_LENGTH, at + 1, 2)?;
    // At least 16 bytes of padding follow the payload.
    let room = len - 3;
    let payload = if said + 16 > room {
        t.w.append(id, format_args!(" (invalid, using {room} to decode payload)"));
        t.w.open(id);
        let text = format_args!("Invalid heartbeat payload length ({said})");
        t.w.expert_text(&BAD_HEARTBEAT, id, text);
        t.w.close();
        room
    } else {
        said
    };
    let bytes = Value::Bytes(t.w.bytes(at + 3, payload)?);
    let text = format_args!("Payload ({payload} bytes)");
    t.w.text(&HEARTBEAT_MESSAGE_PAYLOAD, at + 3, payload, bytes, text);
    let padding = room - payload;
    if padding > 0 {
        let bytes = Value::Bytes(t.w.bytes(at + 3 + payload, padding)?);
        let text = format_args!("Padding and HMAC ({padding} bytes)");
        t.w.text(&HEARTBEAT_MESSAGE_PADDING, at + 3 + payload, padding, bytes, text);
    }
    t.w.close();
    Ok(())
}
