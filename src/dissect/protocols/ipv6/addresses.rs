//! What an IPv6 address tells of other addresses: MAC addresses (RFC 4291 appendix A), ISATAP (RFC 5214),
//! 6to4 (RFC 3056), Teredo (RFC 4380), embedded IPv4 (RFC 6052, the well-known prefix).

use crate::dissect::field::Field;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SRC_SLAAC_MAC = "ipv6.src_slaac_mac", "Source SLAAC MAC", ether();
    DST_SLAAC_MAC = "ipv6.dst_slaac_mac", "Destination SLAAC MAC", ether();
    SLAAC_MAC = "ipv6.slaac_mac", "SLAAC MAC", ether();
    SRC_ISATAP = "ipv6.src_isatap_ipv4", "Source ISATAP IPv4", ipv4();
    DST_ISATAP = "ipv6.dst_isatap_ipv4", "Destination ISATAP IPv4", ipv4();
    ISATAP = "ipv6.isatap_ipv4", "ISATAP IPv4", ipv4();
    SRC_6TO4_GATEWAY = "ipv6.src_6to4_gw_ipv4", "Source 6to4 Gateway IPv4", ipv4();
    DST_6TO4_GATEWAY = "ipv6.dst_6to4_gw_ipv4", "Destination 6to4 Gateway IPv4", ipv4();
    X6TO4_GATEWAY = "ipv6.6to4_gw_ipv4", "6to4 Gateway IPv4", ipv4();
    SRC_6TO4_SLA = "ipv6.src_6to4_sla_id", "Source 6to4 SLA ID", uint(16);
    DST_6TO4_SLA = "ipv6.dst_6to4_sla_id", "Destination 6to4 SLA ID", uint(16);
    X6TO4_SLA = "ipv6.6to4_sla_id", "6to4 SLA ID", uint(16);
    SRC_TEREDO_SERVER = "ipv6.src_ts_ipv4", "Source Teredo Server IPv4", ipv4();
    DST_TEREDO_SERVER = "ipv6.dst_ts_ipv4", "Destination Teredo Server IPv4", ipv4();
    TEREDO_SERVER = "ipv6.ts_ipv4", "Teredo Server IPv4", ipv4();
    SRC_TEREDO_PORT = "ipv6.src_tc_port", "Source Teredo Port", uint(16);
    DST_TEREDO_PORT = "ipv6.dst_tc_port", "Destination Teredo Port", uint(16);
    TEREDO_PORT = "ipv6.tc_port", "Teredo Port", uint(16);
    SRC_TEREDO_CLIENT = "ipv6.src_tc_ipv4", "Source Teredo Client IPv4", ipv4();
    DST_TEREDO_CLIENT = "ipv6.dst_tc_ipv4", "Destination Teredo Client IPv4", ipv4();
    TEREDO_CLIENT = "ipv6.tc_ipv4", "Teredo Client IPv4", ipv4();
    EMBEDDED_PREFIX = "ipv6.embed_ipv4_prefix", "Embedded IPv4 Prefix", bytes();
    SRC_EMBEDDED = "ipv6.src_embed_ipv4", "Source Embedded IPv4", ipv4();
    DST_EMBEDDED = "ipv6.dst_embed_ipv4", "Destination Embedded IPv4", ipv4();
    EMBEDDED = "ipv6.embed_ipv4", "Embedded IPv4", ipv4();
}

/// One of the two addresses of a header: its bytes, where it lies, and its fields.
struct End {
    address: [u8; 16],
    at: usize,
    slaac: &'static Field,
    isatap: &'static Field,
    gateway: &'static Field,
    sla: &'static Field,
    server: &'static Field,
    port: &'static Field,
    client: &'static Field,
    embedded: &'static Field,
}

/// Emits what both addresses tell.
pub fn emit(w: &mut Walk, source: [u8; 16], destination: [u8; 16]) {
    if !w.wants_fields() {
        return;
    }
    let ends = [
        End {
            address: source,
            at: 8,
            slaac: &SRC_SLAAC_MAC,
            isatap: &SRC_ISATAP,
            gateway: &SRC_6TO4_GATEWAY,
            sla: &SRC_6TO4_SLA,
            server: &SRC_TEREDO_SERVER,
            port: &SRC_TEREDO_PORT,
            client: &SRC_TEREDO_CLIENT,
            embedded: &SRC_EMBEDDED,
        },
        End {
            address: destination,
            at: 24,
            slaac: &DST_SLAAC_MAC,
            isatap: &DST_ISATAP,
            gateway: &DST_6TO4_GATEWAY,
            sla: &DST_6TO4_SLA,
            server: &DST_TEREDO_SERVER,
            port: &DST_TEREDO_PORT,
            client: &DST_TEREDO_CLIENT,
            embedded: &DST_EMBEDDED,
        },
    ];
    ends.iter().for_each(|end| prefix(w, end));
    ends.iter().for_each(|end| interface(w, end));
    ends.iter().for_each(|end| embedded(w, end));
}

fn shown(w: &mut Walk, field: &'static Field, at: usize, len: usize, value: Value) {
    w.put(w.node(field, at, len, value).bracketed());
}

/// The same for source or destination, not shown.
fn either(w: &mut Walk, field: &'static Field, at: usize, len: usize, value: Value) {
    w.put(w.node(field, at, len, value).bracketed().hidden());
}

/// 6to4 and Teredo have prefixes of their own.
fn prefix(w: &mut Walk, end: &End) {
    let at = end.at;
    match end.address {
        [0x20, 0x02, a, b, c, d, e, f, ..] => {
            let gateway = Value::Ipv4([a, b, c, d]);
            let sla = Value::Uint(u64::from(u16::from_be_bytes([e, f])));
            shown(w, end.gateway, at + 2, 4, gateway);
            shown(w, end.sla, at + 6, 2, sla);
            either(w, &X6TO4_GATEWAY, at + 2, 4, gateway);
            either(w, &X6TO4_SLA, at + 6, 2, sla);
        }
        [0x20, 0x01, 0, 0, s0, s1, s2, s3, _, _, p0, p1, c0, c1, c2, c3] => {
            let server = Value::Ipv4([s0, s1, s2, s3]);
            let port = Value::Uint(u64::from(!u16::from_be_bytes([p0, p1])));
            let client = Value::Ipv4([!c0, !c1, !c2, !c3]);
            shown(w, end.server, at + 4, 4, server);
            shown(w, end.port, at + 10, 2, port);
            shown(w, end.client, at + 12, 4, client);
            either(w, &TEREDO_SERVER, at + 4, 4, server);
            either(w, &TEREDO_PORT, at + 10, 2, port);
            either(w, &TEREDO_CLIENT, at + 12, 4, client);
        }
        _ => {}
    }
}

/// Interface identifiers made of a MAC or an IPv4 address.
fn interface(w: &mut Walk, end: &End) {
    let at = end.at + 8;
    let [head, .., a, b, c, d, e, f, g, h] = end.address;
    if head == 0xff {
        return;
    }
    match [a, b, c, d, e] {
        [_, _, _, 0xff, 0xfe] if a & 2 != 0 => {
            let mac = Value::Ether([a ^ 2, b, c, f, g, h]);
            shown(w, end.slaac, at, 8, mac);
            either(w, &SLAAC_MAC, at, 8, mac);
        }
        [0 | 2, 0, 0x5e, 0xfe, _] => {
            let value = Value::Ipv4([e, f, g, h]);
            shown(w, end.isatap, at + 4, 4, value);
            either(w, &ISATAP, at + 4, 4, value);
        }
        _ => {}
    }
}

/// An IPv4 address in the last four bytes, below 64:ff9b::/96.
fn embedded(w: &mut Walk, end: &End) {
    let (prefix, last) = end.address.split_at(12);
    if prefix != [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0] {
        return;
    }
    if let Ok(address) = last.try_into() {
        let value = Value::Ipv4(address);
        shown(w, &EMBEDDED_PREFIX, end.at, 12, Value::Bytes(prefix));
        shown(w, end.embedded, end.at + 12, 4, value);
        shown(w, &EMBEDDED, end.at + 12, 4, value);
    }
}
