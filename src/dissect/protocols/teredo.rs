//! Teredo, RFC 4380 5.1.1: IPv6 over UDP through NATs, with authentication and origin indication before the packet.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    AUTH = "teredo.auth", "Teredo Authentication header", none();
    AUTH_ID_LEN = "teredo.auth.idlen", "Client identifier length", uint(8);
    AUTH_VALUE_LEN = "teredo.auth.aulen", "Authentication value length", uint(8);
    AUTH_ID = "teredo.auth.id", "Client identifier", bytes();
    AUTH_VALUE = "teredo.auth.value", "Authentication value", bytes();
    AUTH_NONCE = "teredo.auth.nonce", "Nonce value", bytes();
    AUTH_CONFIRMATION = "teredo.auth.conf", "Confirmation byte", bytes();
    ORIGIN = "teredo.orig", "Teredo Origin Indication header", none();
    ORIGIN_PORT = "teredo.orig.port", "Origin UDP port", uint(16);
    ORIGIN_ADDRESS = "teredo.orig.addr", "Origin IPv4 address", ipv4();
}

pub static TEREDO: Protocol = Protocol {
    on: &[Key::UdpPort(3544)],
    fields: FIELDS,
    header,
    walk,
    ..Protocol::new("teredo", "Teredo IPv6 over UDP tunneling", "Teredo")
};

pub static PROTOCOLS: &[&Protocol] = &[&TEREDO];

const ORIGIN_MARK: u16 = 0x0000;
const AUTH_MARK: u16 = 0x0001;
/// Bytes of an origin indication.
const ORIGIN_LEN: usize = 8;

/// Bytes of an authentication header: mark, two lengths, identifier and value, nonce and confirmation.
fn auth_len(buf: &Buf, at: usize) -> Result<usize, Stop> {
    Ok(13 + usize::from(buf.u8(at + 2)?) + usize::from(buf.u8(at + 3)?))
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let mut len = 0;
    if buf.be16(0)? == AUTH_MARK {
        len = auth_len(buf, 0)?;
    }
    if buf.be16(len)? == ORIGIN_MARK {
        len += ORIGIN_LEN;
    }
    let next = match buf.u8(len)? >> 4 {
        6 => Next::Quiet(Key::Named("ipv6")),
        _ => Next::Data,
    };
    Ok(Header::new(len, next))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    let (node, all) = (w.node, w.buf.reported);
    w.resize(node, all);
    let mut at = 0;
    if w.be16(0)? == AUTH_MARK {
        at = authentication(w)?;
    }
    if w.be16(at)? == ORIGIN_MARK {
        origin(w, at)?;
    }
    Ok(())
}

fn authentication(w: &mut Walk) -> Result<usize, Stop> {
    let len = auth_len(&w.buf, 0)?;
    let (id_len, value_len) = (usize::from(w.u8(2)?), usize::from(w.u8(3)?));
    let id = w.value(&AUTH, 0, len, Value::None);
    w.open(id);
    w.field(&AUTH_ID_LEN, 2, 1)?;
    w.field(&AUTH_VALUE_LEN, 3, 1)?;
    let mut at = 4;
    if id_len > 0 {
        w.field(&AUTH_ID, at, id_len)?;
        at += id_len;
    }
    if value_len > 0 {
        w.field(&AUTH_VALUE, at, value_len)?;
        at += value_len;
    }
    w.field(&AUTH_NONCE, at, 8)?;
    w.field(&AUTH_CONFIRMATION, at + 8, 1)?;
    w.close();
    Ok(len)
}

/// Port and address have all bits turned over, so that no NAT on the way rewrites them.
fn origin(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let (port, address) = (!w.be16(at + 2)?, w.ipv4(at + 4)?.map(|b| !b));
    let id = w.value(&ORIGIN, at, ORIGIN_LEN, Value::None);
    w.open(id);
    w.uint(&ORIGIN_PORT, at + 2, 2, u64::from(port));
    w.value(&ORIGIN_ADDRESS, at + 4, 4, Value::Ipv4(address));
    w.close();
    Ok(())
}
