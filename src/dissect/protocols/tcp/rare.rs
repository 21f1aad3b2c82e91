//! Options that are seldom seen: SCPS (CCSDS 714.0-B-2), Quick-Start (RFC 4782), Accurate ECN
//! (draft-ietf-tcpm-accurate-ecn), TCP ACK Rate Request, those of Riverbed's appliances, and
//! experiments (RFC 6994).

use std::fmt::Write as _;

use super::options::{EXPERIMENTS, fast_open, invalid_length};
use crate::dissect::buf::Stop;
use crate::dissect::field::{Field, Names, SET};
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

const RATES: &[(u64, &str)] = &[
    (0, "0 bit/s"),
    (1, "80 Kbit/s"),
    (2, "160 Kbit/s"),
    (3, "320 Kbit/s"),
    (4, "640 Kbit/s"),
    (5, "1.28 Mbit/s"),
    (6, "2.56 Mbit/s"),
    (7, "5.12 Mbit/s"),
    (8, "10.24 Mbit/s"),
    (9, "20.48 Mbit/s"),
    (10, "40.96 Mbit/s"),
    (11, "81.92 Mbit/s"),
    (12, "163.84 Mbit/s"),
    (13, "327.68 Mbit/s"),
    (14, "655.36 Mbit/s"),
    (15, "1.31072 Gbit/s"),
];

fields! {
    QS_RATE = "tcp.options.qs.rate", "QS Rate", uint(8).mask(0x0f).values(RATES);
    QS_TTL_DIFF = "tcp.options.qs.ttl_diff", "QS Rate", uint(8);
    TARR_RATE = "tcp.options.tarr.rate", "TARR Rate", uint(8).mask(0xfe);
    TARR_RESERVED = "tcp.options.tar.reserved", "TARR Reserved", uint(8).mask(0x01);
    EE0B = "tcp.options.acc_ecn.ee0b", "Accurate ECN Echo ECT(0) Byte Counter", uint(24);
    ECEB = "tcp.options.acc_ecn.eceb", "Accurate ECN Echo CE Byte Counter", uint(24);
    EE1B = "tcp.options.acc_ecn.ee1b", "Accurate ECN Echo ECT(1) Byte Counter", uint(24);
    SNACK_OFFSET = "tcp.options.snack.offset", "TCP SNACK Offset", uint(16);
    SNACK_SIZE = "tcp.options.snack.size", "TCP SNACK Size", uint(16);
    SCPS_VECTOR = "tcp.options.scps.vector", "TCP SCPS Capabilities Vector", uint(8).hex();
    SCPS_BETS = "tcp.options.scpsflags.bets", "Partial Reliability Capable (BETS)", boolean().mask(0x80).names(SET);
    SCPS_SNACK1 = "tcp.options.scpsflags.snack1", "Short Form SNACK Capable (SNACK1)", boolean().mask(0x40).names(SET);
    SCPS_SNACK2 = "tcp.options.scpsflags.snack2", "Long Form SNACK Capable (SNACK2)", boolean().mask(0x20).names(SET);
    SCPS_COMP = "tcp.options.scpsflags.compress", "Lossless Header Compression (COMP)", boolean().mask(0x10).names(SET);
    SCPS_NLTS = "tcp.options.scpsflags.nlts", "Network Layer Timestamp (NLTS)", boolean().mask(0x08).names(SET);
    SCPS_RESERVED = "tcp.options.scpsflags.reserved", "Reserved", uint(8).mask(0x07);
    SCPS_CONNECTION = "tcp.options.scps.binding", "Connection ID", uint(8);
    SCPS_BINDING = "tcp.options.scps.binding.id", "Binding Space (Community) ID", uint(8);
    SCPS_BINDING_LEN = "tcp.options.scps.binding.len", "Extended Capability Length", uint(8);
    SCPS_BINDING_DATA = "tcp.options.scps.binding.data", "Binding Space Data", bytes();
    PROBE_TYPE1 = "tcp.options.rvbd.probe.type1", "Type", uint(8).mask(0xf0);
    PROBE_TYPE2 = "tcp.options.rvbd.probe.type2", "Type", uint(8).mask(0xfe);
    PROBE_VERSION = "tcp.options.rvbd.probe.version", "Version", uint(8).mask(0x0f);
    PROBE_VERSION_RAW = "tcp.options.rvbd.probe.version_raw", "Version", uint(8).mask(0x01);
    PROBE_RESERVED = "tcp.options.rvbd.probe.reserved", "Reserved", uint(8).hex();
    PROBE_PROBER = "tcp.options.rvbd.probe.prober", "CSH IP", ipv4();
    PROBE_PROXY = "tcp.options.rvbd.probe.proxy.ip", "SSH IP", ipv4();
    PROBE_PROXY_PORT = "tcp.options.rvbd.probe.proxy.port", "SSH Port", uint(16);
    PROBE_VERSION_APP = "tcp.options.rvbd.probe.appli_ver", "Application Version", uint(16);
    PROBE_CLIENT = "tcp.options.rvbd.probe.client.ip", "Client IP", ipv4();
    PROBE_STORE = "tcp.options.rvbd.probe.storeid", "CFE Store ID", uint(32);
    PROBE_FLAGS = "tcp.options.rvbd.probe.flags", "Probe Flags", uint(8).hex();
    PROBE_NOT_CFE = "tcp.options.rvbd.probe.flags.notcfe", "Not CFE", boolean().mask(0x04).names(SET);
    PROBE_LAST = "tcp.options.rvbd.probe.flags.last", "Last Notify", boolean().mask(0x01).names(SET);
    PROBE_CACHE = "tcp.options.rvbd.probe.flags.probe", "Disable Probe Cache on CSH", boolean().mask(0x10).names(SET);
    PROBE_SSL = "tcp.options.rvbd.probe.flags.ssl", "SSL Enabled", boolean().mask(0x02).names(SET);
    PROBE_SERVER = "tcp.options.rvbd.probe.flags.server", "SSH outer to server established", boolean().mask(0x01).names(SET);
    TRPY_FLAGS = "tcp.options.rvbd.trpy.flags", "Transparency Options", uint(16).hex();
    TRPY_PROBE = "tcp.options.rvbd.trpy.flags.fw_rst_probe", "Enable FW traversal feature", boolean().mask(0x400).names(SET);
    TRPY_INNER = "tcp.options.rvbd.trpy.flags.fw_rst_inner", "Enable Inner FW feature on All FWs", boolean().mask(0x200).names(SET);
    TRPY_RST = "tcp.options.rvbd.trpy.flags.fw_rst", "Enable Transparency FW feature on All FWs", boolean().mask(0x100).names(SET);
    TRPY_CHECKSUM = "tcp.options.rvbd.trpy.flags.chksum", "Reserved", boolean().mask(0x4).names(SET);
    TRPY_OOB = "tcp.options.rvbd.trpy.flags.oob", "Out of band connection", boolean().mask(0x2).names(SET);
    TRPY_MODE = "tcp.options.rvbd.trpy.flags.mode", "Transparency Mode", boolean().mask(0x1)
        .names(Names::TrueFalse("Port Transparency", "Full Transparency"));
    TRPY_SRC = "tcp.options.rvbd.trpy.src.ip", "Src SH IP Addr", ipv4();
    TRPY_DST = "tcp.options.rvbd.trpy.dst.ip", "Dst SH IP Addr", ipv4();
    TRPY_SRC_PORT = "tcp.options.rvbd.trpy.src.port", "Src SH Inner Port", uint(16);
    TRPY_DST_PORT = "tcp.options.rvbd.trpy.dst.port", "Dst SH Inner Port", uint(16);
    TRPY_CLIENT_PORT = "tcp.options.rvbd.trpy.client.port", "Out of band connection Client Port", uint(16);
    EXPERIMENT_ID = "tcp.options.experimental.exid", "Experiment Identifier", uint(16).hex().values(EXPERIMENTS);
    EXPERIMENT_DATA = "tcp.options.experimental.data", "Data", bytes();
}

pub fn quick_start(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let rate = u64::from(w.u8(at + 2)? & 0x0f);
    let name = QS_RATE.value_name(rate).unwrap_or("Unknown");
    w.columns.append_info(format_args!(" QSresp={name}"));
    w.field(&QS_RATE, at + 2, 1)?;
    w.field(&QS_TTL_DIFF, at + 3, 1).map(drop)
}

/// Counters of three bytes from `at` to `end`; order 1 names the last one first.
fn counters(w: &mut Walk, id: NodeId, at: usize, end: usize, order: usize) -> Result<(), Stop> {
    const NAMES: [[&str; 3]; 2] = [["EE0B", "ECEB", "EE1B"], ["EE1B", "ECEB", "EE0B"]];
    static ORDERS: [[&Field; 3]; 2] = [[&EE0B, &ECEB, &EE1B], [&EE1B, &ECEB, &EE0B]];
    if at == end {
        w.columns.append_info(format_args!(" AccECN"));
        return Ok(());
    }
    let order = order & 1;
    w.append(id, format_args!(" (Order {order}):"));
    for i in 0..((end - at) / 3).min(3) {
        let place = at + i * 3;
        let (name, value) = (NAMES[order][i], w.be24(place)?);
        let comma = if i == 0 { "" } else { "," };
        w.append(id, format_args!("{comma} {name} {value}"));
        w.columns.append_info(format_args!(" {name}={value}"));
        w.field(ORDERS[order][i], place, 3)?;
    }
    Ok(())
}

pub fn accurate_ecn(
    w: &mut Walk,
    id: NodeId,
    length: NodeId,
    at: usize,
    len: usize,
    order: usize,
) -> Result<(), Stop> {
    if !matches!(len, 2 | 5 | 8 | 11) {
        invalid_length(w, length, format_args!("option length should be 2, 5, 8, or 11 instead of {len}"));
        return Ok(());
    }
    counters(w, id, at + 2, at + len, order)
}

/// RFC 6994: the first two bytes say which experiment it is.
pub fn experiment(
    w: &mut Walk,
    id: NodeId,
    length: NodeId,
    at: usize,
    len: usize,
    syn: bool,
) -> Result<(), Stop> {
    if len < 4 {
        invalid_length(w, length, format_args!("option length {len} smaller than 4"));
        return Ok(());
    }
    let which = w.be16(at + 2)?;
    let name = EXPERIMENT_ID.value_name(which.into()).unwrap_or("Unknown");
    w.append(id, format_args!(": {name}"));
    let wrong = match which {
        0xac if len > 5 => Some("4 or 5"),
        0xacc0 | 0xacc1 if !matches!(len, 4 | 7 | 10 | 13) => Some("4, 7, 10, or 13"),
        _ => None,
    };
    if let Some(right) = wrong {
        invalid_length(w, length, format_args!("option length should be {right} instead of {len}"));
    }
    w.field(&EXPERIMENT_ID, at + 2, 2)?;
    match which {
        _ if wrong.is_some() => Ok(()),
        0xac if len == 5 => {
            let rate = w.u8(at + 4)? >> 1;
            w.append(id, format_args!(" {rate}"));
            w.columns.append_info(format_args!(" TARR={rate}"));
            w.field(&TARR_RATE, at + 4, 1)?;
            w.field(&TARR_RESERVED, at + 4, 1).map(drop)
        }
        0xac => {
            w.columns.append_info(format_args!(" TARR"));
            Ok(())
        }
        0xacc0 | 0xacc1 if len == 4 => {
            w.append(id, format_args!(": Accurate ECN"));
            counters(w, id, at + 4, at + len, 0)
        }
        0xacc0 | 0xacc1 => counters(w, id, at + 4, at + len, usize::from(which & 1)),
        0xf989 => fast_open(w, at + 2, len - 2, syn),
        _ => {
            w.columns.append_info(format_args!(" ExID={which:X}"));
            if len > 4 {
                w.field(&EXPERIMENT_DATA, at + 4, len - 4)?;
            }
            Ok(())
        }
    }
}

const CAPABILITIES: [(u8, &str, &Field); 5] = [
    (0x80, "BETS", &SCPS_BETS),
    (0x40, "SNACK1", &SCPS_SNACK1),
    (0x20, "SNACK2", &SCPS_SNACK2),
    (0x10, "COMP", &SCPS_COMP),
    (0x08, "NLTS", &SCPS_NLTS),
];

/// Capabilities; longer options list binding spaces, each with data of its own.
pub fn scps(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    if len > 4 {
        return scps_extended(w, at, len);
    }
    let vector = w.u8(at + 2)?;
    let mut names = String::new();
    for (_, name, _) in CAPABILITIES.iter().filter(|(bit, ..)| vector & bit != 0) {
        let comma = if names.is_empty() { "" } else { ", " };
        let _ = write!(names, "{comma}{name}");
    }
    if names.is_empty() {
        names.push_str("NONE");
    }
    w.columns.append_info(format_args!(" SCPS[{names}]"));
    let value = Value::Uint(vector.into());
    let text = format_args!("TCP SCPS Capabilities Vector: 0x{vector:02x} ({names})");
    let node = w.text(&SCPS_VECTOR, at + 2, 1, value, text);
    w.open(node);
    for (_, _, field) in CAPABILITIES {
        w.field(field, at + 2, 1)?;
    }
    w.field(&SCPS_RESERVED, at + 2, 1)?;
    w.close();
    let connection = w.u8(at + 3)?;
    if connection != 0 {
        w.columns.append_info(format_args!(" Connection ID={connection}"));
    }
    w.field(&SCPS_CONNECTION, at + 3, 1).map(drop)
}

fn scps_extended(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    let end = at + len;
    let mut place = at + 2;
    while place + 1 < end {
        let space = w.u8(place)?;
        let size = (usize::from(w.u8(place + 1)? >> 4) * 2).max(2);
        w.columns.append_info(format_args!(" EXCAP={space}"));
        w.field(&SCPS_BINDING, place, 1)?;
        let value = Value::Uint((w.u8(place + 1)? >> 4).into());
        w.value(&SCPS_BINDING_LEN, place + 1, 1, value);
        let data = (size - 2).min(end - place - 2);
        w.field(&SCPS_BINDING_DATA, place + 2, data)?;
        place += size;
    }
    Ok(())
}

pub fn snack(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&SNACK_OFFSET, at + 2, 2)?;
    w.field(&SNACK_SIZE, at + 4, 2).map(drop)
}

struct Ip([u8; 4]);

impl std::fmt::Display for Ip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

/// Names of Riverbed's probes by their type.
const PROBES: [&str; 8] = [
    "Probe Query",
    "Probe Response",
    "Probe Internal",
    "Probe Trace",
    "Probe Query SH",
    "Probe Response SH",
    "Probe Query Info",
    "Probe Response Info",
];

/// How the appliances find each other. Version 1 has the type in the first four bits; later ones have it
/// in seven and clear the last.
pub fn probe(w: &mut Walk, id: NodeId, length: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    if len < 3 {
        invalid_length(w, length, format_args!("option length should be >= 3)"));
        return Ok(());
    }
    let first = w.u8(at + 2)?;
    let old = first & 1 != 0;
    let kind = if old { first >> 4 } else { first >> 1 };
    let known = PROBES.get(usize::from(kind));
    let Some(name) = known else {
        w.append(id, format_args!(": Probe Unknown"));
        return Ok(());
    };
    w.append(id, format_args!(": {name}"));
    if !old {
        w.field(&PROBE_TYPE2, at + 2, 1)?;
        let value = Value::Uint((first & 1).into());
        w.text(&PROBE_VERSION_RAW, at + 2, 1, value, format_args!(".... ...{} = Version: 2", first & 1));
        w.hidden(&PROBE_VERSION, at + 2, 1, Value::Uint(2));
        return probe_info(w, kind, at + 3, at + len);
    }
    w.field(&PROBE_TYPE1, at + 2, 1)?;
    w.field(&PROBE_VERSION, at + 2, 1)?;
    w.field(&PROBE_RESERVED, at + 3, 1)?;
    w.field(&PROBE_PROBER, at + 4, 4)?;
    match kind {
        0 => {
            w.field(&PROBE_VERSION_APP, at + 8, 2)?;
            let prober = Ip(w.ipv4(at + 4)?);
            w.append(id, format_args!(", CSH IP: {prober}"));
            w.columns.prepend_info(format_args!("S+, "));
        }
        1 => {
            w.field(&PROBE_PROXY, at + 8, 4)?;
            w.field(&PROBE_PROXY_PORT, at + 12, 2)?;
            let (proxy, port) = (Ip(w.ipv4(at + 8)?), w.be16(at + 12)?);
            w.append(id, format_args!(", Server Steelhead: {proxy}:{port}"));
            w.columns.prepend_info(format_args!("SA+, "));
        }
        _ => {}
    }
    Ok(())
}

fn probe_info(w: &mut Walk, kind: u8, at: usize, end: usize) -> Result<(), Stop> {
    let bits: &[&'static Field] = match kind {
        6 => &[&PROBE_NOT_CFE, &PROBE_LAST],
        7 => &[&PROBE_CACHE, &PROBE_SSL, &PROBE_SERVER],
        _ => return Ok(()),
    };
    if at >= end {
        return Ok(());
    }
    w.open_field(&PROBE_FLAGS, at, 1)?;
    for field in bits {
        w.field(field, at, 1)?;
    }
    w.close();
    if kind == 6 && at + 9 <= end {
        w.field(&PROBE_CLIENT, at + 1, 4)?;
        w.field(&PROBE_STORE, at + 5, 4)?;
    }
    Ok(())
}

/// Addresses inside the tunnel between two appliances.
pub fn transparency(w: &mut Walk, id: NodeId, length: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    w.columns.prepend_info(format_args!("TRPY, "));
    if len != 16 {
        invalid_length(w, length, format_args!("option length should be 16"));
        return Ok(());
    }
    let (source, destination) = (Ip(w.ipv4(at + 4)?), Ip(w.ipv4(at + 8)?));
    let (from, to) = (w.be16(at + 12)?, w.be16(at + 14)?);
    w.append(id, format_args!(" {source}:{from} -> {destination}:{to}"));
    w.open_field(&TRPY_FLAGS, at + 2, 2)?;
    for field in [&TRPY_PROBE, &TRPY_INNER, &TRPY_RST, &TRPY_CHECKSUM, &TRPY_OOB, &TRPY_MODE] {
        w.field(field, at + 2, 2)?;
    }
    w.close();
    w.field(&TRPY_SRC, at + 4, 4)?;
    w.field(&TRPY_DST, at + 8, 4)?;
    w.field(&TRPY_SRC_PORT, at + 12, 2)?;
    w.field(&TRPY_DST_PORT, at + 14, 2).map(drop)
}
