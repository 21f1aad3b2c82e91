//! EDNS: the OPT record and its options (RFC 6891, 5001, 6975, 7314, 7828, 7830, 7871, 7873, 7901, 8914),
//! and the messages of DNS stateful operations (RFC 8490).

use std::fmt::Write;

use super::fields::*;
use super::records::{Record, padded_address};
use super::{BAD_LENGTH, Flavour, Message};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::label;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

/// Bytes of a client subnet with a whole IPv6 address, RFC 7871 6.
const LONGEST_SUBNET: usize = 20;

/// What stands in an OPT record where others have class and time to live, RFC 6891 6.1.3.
pub(super) fn fixed(w: &mut Walk, m: &Message, at: usize) -> Result<(), Stop> {
    if m.flavour == Flavour::Mdns {
        let size = w.be16(at)? & 0x7fff;
        let mut bits = String::new();
        label::bits(&mut bits, 0x7fff, size.into(), 16);
        let text = format_args!("{bits}UDP payload size: 0x{size:04x}");
        w.text(&RR_UDP_PAYLOAD_SIZE, at, 2, Value::Uint(size.into()), text);
        w.field(&RESP_CACHE_FLUSH, at, 2)?;
    } else {
        w.field(&RR_UDP_PAYLOAD_SIZE, at, 2)?;
    }
    w.field(&RESP_EXT_RCODE, at + 2, 1)?;
    w.field(&RESP_EDNS0_VERSION, at + 3, 1)?;
    w.open_field(&RESP_Z, at + 4, 2)?;
    w.field(&RESP_Z_DO, at + 4, 2)?;
    w.field(&RESP_Z_RESERVED, at + 4, 2)?;
    w.close();
    Ok(())
}

pub(super) fn options(w: &mut Walk, _: &Message, r: &Record) -> Result<(), Stop> {
    let mut at = r.at;
    while at < r.end {
        let (code, len) = (w.be16(at)?, usize::from(w.be16(at + 2)?));
        let name = OPT_CODE.value_name(code.into());
        let (value, size) = (Value::None, (4 + len).min(w.remaining(at)));
        let id = match name {
            Some(name) => w.text(&OPT, at, size, value, format_args!("Option: {name}")),
            None => w.text(&OPT, at, size, value, format_args!("Option: Unknown ({code})")),
        };
        w.open(id);
        w.field(&OPT_CODE, at, 2)?;
        let id = w.field(&OPT_LEN, at + 2, 2)?;
        if matches!(code, 8 | 20730) && len > LONGEST_SUBNET {
            w.open(id);
            w.expert(&BAD_LENGTH, id);
            w.close();
        }
        w.field(&OPT_DATA, at + 4, len)?;
        option(w, code, at + 4, len)?;
        w.close();
        at += 4 + len;
    }
    Ok(())
}

fn option(w: &mut Walk, code: u16, at: usize, len: usize) -> Result<(), Stop> {
    match code {
        5 => each_byte(w, &OPT_DAU, at, len)?,
        6 => each_byte(w, &OPT_DHU, at, len)?,
        7 => each_byte(w, &OPT_N3U, at, len)?,
        8 | 20730 => client_subnet(w, at, len)?,
        10 => {
            w.field(&OPT_COOKIE_CLIENT, at, 8)?;
            let Some(server) = len.checked_sub(8) else { return Err(Stop::malformed(at)) };
            w.field(&OPT_COOKIE_SERVER, at + 8, server)?;
        }
        11 if len == 2 => _ = w.field(&OPT_EDNS_TCP_KEEPALIVE_TIMEOUT, at, 2)?,
        12 => _ = w.field(&OPT_PADDING, at, len)?,
        13 => {
            let name = text::utf8(text::until_nul(w.bytes(at, len)?));
            w.value(&OPT_CHAIN_FQDN, at, len, Value::Str(&name));
        }
        15 => {
            w.field(&OPT_EXT_ERROR_INFO_CODE, at, 2)?;
            if len > 2 {
                w.field(&OPT_EXT_ERROR_EXTRA_TEXT, at + 2, len - 2)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn each_byte(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    for i in 0..len {
        w.field(field, at + i, 1)?;
    }
    Ok(())
}

/// RFC 7871 6.
fn client_subnet(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    let family = w.be16(at)?;
    w.field(&OPT_CLIENT_FAMILY, at, 2)?;
    w.field(&OPT_CLIENT_NETMASK, at + 2, 1)?;
    w.field(&OPT_CLIENT_SCOPE, at + 3, 1)?;
    let fields = [&OPT_CLIENT_ADDR4, &OPT_CLIENT_ADDR6, &OPT_CLIENT_ADDR];
    // Too long an address is cut to what its family has.
    let whole = len.saturating_sub(4);
    let bytes = w.bytes(at + 4, whole)?;
    match (family, bytes) {
        (2, _) if whole > 16 => _ = w.field(&OPT_CLIENT_ADDR6, at + 4, 16)?,
        (1, [a, b, c, d, _, ..]) => _ = w.value(fields[0], at + 4, whole, Value::Ipv4([*a, *b, *c, *d])),
        _ => padded_address(w, family, at + 4, whole, fields)?,
    }
    Ok(())
}

/// DNS stateful operations: values behind a header without sections; says where they end.
pub(super) fn stateful(w: &mut Walk, start: usize) -> Result<usize, Stop> {
    let end = start + w.remaining(start);
    w.u8(start)?;
    let id = w.value(&DSO, start, end - start, Value::None);
    w.open(id);
    let mut at = start;
    while at < end {
        let (kind, len) = (w.be16(at)?, usize::from(w.be16(at + 2)?));
        let mut title = String::from("DSO TLV: ");
        match DSO_TLV_TYPE.value_name(kind.into()) {
            Some(name) => title.push_str(name),
            None => _ = write!(title, "Unknown ({kind})"),
        }
        let size = (4 + len).min(w.remaining(at));
        let tlv = w.text(&DSO_TLV, at, size, Value::None, format_args!("{title}"));
        w.open(tlv);
        w.field(&DSO_TLV_TYPE, at, 2)?;
        w.field(&DSO_TLV_LENGTH, at + 2, 2)?;
        at = stateful_value(w, kind, at + 4, len)?;
        w.close();
    }
    w.close();
    Ok(end)
}

/// One value; says where it ends. Those of a known type have the length of their type, whatever is said.
fn stateful_value(w: &mut Walk, kind: u16, at: usize, len: usize) -> Result<usize, Stop> {
    match kind {
        1 => {
            w.field(&DSO_TLV_KEEPALIVE_INACTIVITY, at, 4)?;
            w.field(&DSO_TLV_KEEPALIVE_INTERVAL, at + 4, 4)?;
            return Ok(at + 8);
        }
        2 => {
            w.field(&DSO_TLV_RETRYDELAY_RETRYDELAY, at, 4)?;
            return Ok(at + 4);
        }
        3 => _ = w.field(&DSO_TLV_ENCPAD_PADDING, at, len)?,
        _ => _ = w.field(&DSO_TLV_DATA, at, len)?,
    }
    Ok(at + len)
}
