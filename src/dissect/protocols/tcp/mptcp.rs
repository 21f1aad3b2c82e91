//! Multipath TCP, RFC 8684 (version 1) and RFC 6824 (version 0): the options of kind 30, and what is known
//! of the connection that several subflows make up.

use sha2::{Digest, Sha256};

use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, SET};
use crate::dissect::protocol::Protocol;
use crate::dissect::sha1::sha1;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SUBTYPE = "tcp.options.mptcp.subtype", "Multipath TCP subtype", uint(8).mask(0xf0).values(SUBTYPES);
    VERSION = "tcp.options.mptcp.version", "Multipath TCP version", uint(8).mask(0x0f);
    RESERVED = "tcp.options.mptcp.reserved", "Reserved", uint(16).hex().mask(0x0fff);
    FLAGS = "tcp.options.mptcp.flags", "Multipath TCP flags", uint(8).hex();
    BACKUP = "tcp.options.mptcp.backup.flag", "Backup flag", uint(8).mask(0x01);
    CHECKSUM_REQUIRED = "tcp.options.mptcp.checksumreq.flags", "Checksum required", uint(8).mask(0x80);
    EXTENSIBILITY = "tcp.options.mptcp.extensibility.flag", "Extensibility", uint(8).mask(0x40);
    NO_MORE_SUBFLOWS = "tcp.options.mptcp.nomoresubflows.flag",
        "Do not attempt to establish new subflows to this address and port", uint(8).mask(0x20);
    USE_SHA1 = "tcp.options.mptcp.sha1.flag", "Use HMAC-SHA1", uint(8).mask(0x01);
    USE_SHA256 = "tcp.options.mptcp.sha256.flag", "Use HMAC-SHA256", uint(8).mask(0x01);
    DATA_FIN = "tcp.options.mptcp.datafin.flag", "DATA_FIN", uint(8).mask(0x10);
    DSN_LONG = "tcp.options.mptcp.dseqn8.flag", "Data Sequence Number is 8 octets", uint(8).mask(0x08);
    DSN_PRESENT = "tcp.options.mptcp.dseqnpresent.flag",
        "Data Sequence Number, Subflow Sequence Number, Data-level Length, Checksum present", uint(8).mask(0x04);
    ACK_LONG = "tcp.options.mptcp.dataack8.flag", "Data ACK is 8 octets", uint(8).mask(0x02);
    ACK_PRESENT = "tcp.options.mptcp.dataackpresent.flag", "Data ACK is present", uint(8).mask(0x01);
    RESERVED_FLAGS = "tcp.options.mptcp.reserved.flag", "Reserved", uint(8).hex().mask(0x3e);
    FLAG_U = "tcp.options.mptcp.flag_U.flag", "Flag U", boolean().names(SET).mask(0x08).bits(4);
    FLAG_V = "tcp.options.mptcp.flag_V.flag", "Flag V", boolean().names(SET).mask(0x04).bits(4);
    FLAG_W = "tcp.options.mptcp.flag_W.flag", "Flag W", boolean().names(SET).mask(0x02).bits(4);
    FLAG_T = "tcp.options.mptcp.flag_T.flag", "Transient", boolean().names(SET).mask(0x01).bits(4);
    RESET_REASON = "tcp.options.mptcp.rst_reason", "TCPRST Reason", uint(8).hex().values(RESET_REASONS);
    ADDRESS_ID = "tcp.options.mptcp.addrid", "Address ID", uint(8);
    SENDER_KEY = "tcp.options.mptcp.sendkey", "Sender's Key", uint(64);
    RECEIVER_KEY = "tcp.options.mptcp.recvkey", "Receiver's Key", uint(64);
    RECEIVER_TOKEN = "tcp.options.mptcp.recvtok", "Receiver's Token", uint(32);
    SENDER_RANDOM = "tcp.options.mptcp.sendrand", "Sender's Random Number", uint(32);
    SENDER_SHORT_HMAC = "tcp.options.mptcp.sendtrunchmac", "Sender's Truncated HMAC", uint(64);
    SENDER_HMAC = "tcp.options.mptcp.sendhmac", "Sender's HMAC", bytes();
    ADDRESS_HMAC = "tcp.options.mptcp.addaddrtrunchmac", "Truncated HMAC", uint(64);
    RAW_DATA_ACK = "tcp.options.mptcp.rawdataack", "Original MPTCP Data ACK", uint(64);
    RAW_DSN = "tcp.options.mptcp.rawdataseqno", "Data Sequence Number", uint(64);
    SUBFLOW_SEQ = "tcp.options.mptcp.subflowseqno", "Subflow Sequence Number", uint(32);
    DATA_LENGTH = "tcp.options.mptcp.datalvllen", "Data-level Length", uint(16);
    CHECKSUM = "tcp.options.mptcp.checksum", "Checksum", uint(16).hex();
    IP_VERSION = "tcp.options.mptcp.ipver", "IP version", uint(8).mask(0x0f);
    ECHO = "tcp.options.mptcp.echo", "Echo", uint(8).mask(0x01);
    IPV4 = "tcp.options.mptcp.ipv4", "Advertised IPv4 Address", ipv4();
    IPV6 = "tcp.options.mptcp.ipv6", "Advertised IPv6 Address", ipv6();
    PORT = "tcp.options.mptcp.port", "Advertised port", uint(16);
    REMOVED = "mptcp.rm_addr.count", "Number of removed addresses", uint(8);
    EXPECTED_TOKEN = "mptcp.expected_token", "Subflow token generated from key", uint(32);
    EXPECTED_IDSN = "mptcp.expected_idsn", "Subflow expected IDSN", uint(64)
        .unit(" (64bits version)", " (64bits version)");
    DATA_ACK = "mptcp.ack", "Multipath TCP Data ACK", uint(64).fact();
    DSN = "mptcp.dss.dsn", "DSS Data Sequence Number", uint(64).fact();
    ANALYSIS = "mptcp.analysis", "MPTCP analysis", none().fact();
    MASTER = "mptcp.master", "Master flow", boolean().fact();
    STREAM = "mptcp.stream", "Stream index", uint(32).fact();
    SUBFLOWS = "mptcp.analysis.subflows", "TCP subflow stream id(s)", string().fact();
}

static NO_ALGORITHM: Expert = Expert::new(
    "mptcp.connection.missing_algorithm",
    "No crypto algorithm specified",
    Group::Protocol,
    Severity::Warning,
);
static UNSUPPORTED_ALGORITHM: Expert = Expert::new(
    "mptcp.connection.unsupported_algorithm",
    "Unsupported algorithm",
    Group::Protocol,
    Severity::Warning,
);
static INFINITE_MAPPING: Expert = Expert::new(
    "mptcp.dss.infinite_mapping",
    "Fallback to infinite mapping",
    Group::Protocol,
    Severity::Warning,
);

pub static PROTOCOL: Protocol = Protocol {
    fields: FIELDS,
    experts: &[&NO_ALGORITHM, &UNSUPPORTED_ALGORITHM, &INFINITE_MAPPING],
    ..Protocol::new("mptcp", "Multipath Transmission Control Protocol", "MPTCP")
};

/// Kind of the option.
pub const KIND: u8 = 30;

/// Subtypes that analysis looks at.
pub const CAPABLE: u8 = 0;
pub const JOIN: u8 = 1;

const SUBTYPES: &[(u64, &str)] = &[
    (0, "Multipath Capable"),
    (1, "Join Connection"),
    (2, "Data Sequence Signal"),
    (3, "Add Address"),
    (4, "Remove Address"),
    (5, "Change Subflow Priority"),
    (6, "TCP Fallback"),
    (7, "Fast Close"),
    (8, "TCP Reset"),
];

const RESET_REASONS: &[(u64, &str)] = &[
    (0, "Unspecified error"),
    (1, "MPTCP-specific error"),
    (2, "Lack of resources"),
    (3, "Administratively prohibited"),
    (4, "Too much outstanding data"),
    (5, "Unacceptable performance"),
    (6, "Middlebox interference"),
];

/// What a key stands for (RFC 8684 3.1 and 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// By which other subflows name the connection.
    pub token: u32,
    /// The data sequence number before the first.
    pub idsn: u64,
}

impl Identity {
    /// From the hash that the version uses; zeros for a version unknown.
    pub fn of(key: [u8; 8], version: u8) -> Identity {
        let found = match version {
            0 => Identity::from_hash(&sha1(&key)),
            1 => Identity::from_hash(&Sha256::digest(key)),
            _ => None,
        };
        found.unwrap_or_default()
    }

    fn from_hash(hash: &[u8]) -> Option<Identity> {
        let token = u32::from_be_bytes(*hash.first_chunk()?);
        let idsn = u64::from_be_bytes(*hash.last_chunk()?);
        Some(Identity { token, idsn })
    }
}

/// The option at `at`, whose kind and length stand below `id` already.
pub fn option(w: &mut Walk, id: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    w.name_protocol(PROTOCOL.name());
    w.columns.set_protocol(PROTOCOL.column);
    need(at, len, 3)?;
    let subtype = w.u8(at + 2)? >> 4;
    match SUBTYPE.value_name(subtype.into()) {
        Some(name) => w.append(id, format_args!(": {name}")),
        None => w.append(id, format_args!(": Unknown ({subtype})")),
    }
    w.field(&SUBTYPE, at + 2, 1)?;
    match subtype {
        CAPABLE => capable(w, at, len),
        JOIN => join(w, at, len),
        2 => signal(w, id, at, len),
        3 => add_address(w, at, len),
        4 => remove_address(w, at, len),
        5 => priority(w, at, len),
        6 => reserved_and(w, &RAW_DSN, at, len, 8),
        7 => reserved_and(w, &RECEIVER_KEY, at, len, 8),
        8 => reset(w, at, len),
        _ => Ok(()),
    }
}

/// An option shorter than what it should hold.
fn need(at: usize, len: usize, bytes: usize) -> Result<(), Stop> {
    if len < bytes { Err(Stop::malformed(at + len)) } else { Ok(()) }
}

/// Twelve reserved bits and a field.
fn reserved_and(w: &mut Walk, field: &'static Field, at: usize, len: usize, size: usize) -> Result<(), Stop> {
    need(at, len, 4 + size)?;
    w.field(&RESERVED, at + 2, 2)?;
    w.field(field, at + 4, size).map(drop)
}

/// MP_CAPABLE, RFC 8684 3.1.
fn capable(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    need(at, len, 4)?;
    let version = w.u8(at + 2)? & 0x0f;
    w.field(&VERSION, at + 2, 1)?;
    capable_flags(w, at + 3, version)?;
    if !matches!(len, 12 | 20 | 22 | 24) {
        return Ok(());
    }
    w.field(&SENDER_KEY, at + 4, 8)?;
    let identity = Identity::of(w.buf.array(at + 4)?, version);
    w.generated(&EXPECTED_TOKEN, at + 12, Value::Uint(identity.token.into()));
    w.generated(&EXPECTED_IDSN, at + 12, Value::Uint(identity.idsn));
    if len >= 20 {
        w.field(&RECEIVER_KEY, at + 12, 8)?;
    }
    if len >= 22 {
        w.field(&DATA_LENGTH, at + 20, 2)?;
    }
    if len >= 24 {
        w.field(&CHECKSUM, at + 22, 2)?;
    }
    Ok(())
}

fn capable_flags(w: &mut Walk, at: usize, version: u8) -> Result<(), Stop> {
    let flags = w.u8(at)?;
    let id = w.open_field(&FLAGS, at, 1)?;
    w.field(&CHECKSUM_REQUIRED, at, 1)?;
    w.field(&EXTENSIBILITY, at, 1)?;
    if version == 1 {
        w.field(&NO_MORE_SUBFLOWS, at, 1)?;
        w.field(&USE_SHA256, at, 1)?;
        // One bit of what version 0 reserves has a meaning.
        let (high, low) = (flags >> 4 & 1, flags >> 1 & 7);
        let reserved = high << 3 | low;
        w.text(
            &RESERVED_FLAGS,
            at,
            1,
            Value::Uint(reserved.into()),
            format_args!("...{high} {low:03b}. = Reserved: 0x{reserved:x}"),
        );
    } else {
        w.field(&USE_SHA1, at, 1)?;
        w.field(&RESERVED_FLAGS, at, 1)?;
    }
    if flags & 0x3f == 0 {
        w.expert(&NO_ALGORITHM, id);
    }
    if flags & 1 == 0 {
        w.expert(&UNSUPPORTED_ALGORITHM, id);
    }
    w.close();
    Ok(())
}

/// MP_JOIN, RFC 8684 3.2: its three forms differ by length.
fn join(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    match len {
        12 | 16 => {
            backup(w, at)?;
            w.field(&ADDRESS_ID, at + 3, 1)?;
            if len == 12 {
                w.field(&RECEIVER_TOKEN, at + 4, 4)?;
                return w.field(&SENDER_RANDOM, at + 8, 4).map(drop);
            }
            w.field(&SENDER_SHORT_HMAC, at + 4, 8)?;
            w.field(&SENDER_RANDOM, at + 12, 4).map(drop)
        }
        24 => reserved_and(w, &SENDER_HMAC, at, len, 20),
        _ => Ok(()),
    }
}

fn backup(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.open_field(&FLAGS, at + 2, 1)?;
    w.field(&BACKUP, at + 2, 1)?;
    w.close();
    Ok(())
}

/// DSS, RFC 8684 3.3: an acknowledgment, and which bytes of the connection the subflow's bytes are.
fn signal(w: &mut Walk, id: NodeId, at: usize, len: usize) -> Result<(), Stop> {
    need(at, len, 4)?;
    let flags = w.u8(at + 3)?;
    w.open_field(&FLAGS, at + 3, 1)?;
    for field in [&DATA_FIN, &DSN_LONG, &DSN_PRESENT, &ACK_LONG, &ACK_PRESENT] {
        w.field(field, at + 3, 1)?;
    }
    w.close();
    let facts = w.context.facts.mptcp(w.index);
    let (dsn_base, ack_base) = facts.map_or((None, None), |f| (f.dsn_base, f.ack_base));
    let mut next = 4;
    if flags & 1 != 0 {
        let size = if flags & 2 != 0 { 8 } else { 4 };
        need(at, len, next + size)?;
        let (raw, relative) = data_number(w, at + next, size, ack_base)?;
        let mark = if size == 8 { " (64bits)" } else { "" };
        let node = w.node(&RAW_DATA_ACK, at + next, size, Value::Uint(raw));
        w.put(node.text(format_args!("Original MPTCP Data ACK: {raw}{mark}")));
        relative_number(w, &DATA_ACK, at, relative);
        next += size;
    }
    if flags & 4 != 0 {
        let size = if flags & 8 != 0 { 8 } else { 4 };
        need(at, len, next + size)?;
        let (raw, relative) = data_number(w, at + next, size, dsn_base)?;
        let node = w.node(&RAW_DSN, at + next, size, Value::Uint(raw));
        w.put(node.text(format_args!("Data Sequence Number: {raw}  ({}bits version)", size * 8)));
        next += size;
        need(at, len, next + 6)?;
        w.field(&SUBFLOW_SEQ, at + next, 4)?;
        w.field(&DATA_LENGTH, at + next + 4, 2)?;
        if w.be16(at + next + 4)? == 0 {
            w.expert(&INFINITE_MAPPING, id);
        }
        relative_number(w, &DSN, at, relative);
        next += 6;
        // Two bytes more than a checksum has are asked for, in tshark too.
        if len >= next + 4 {
            w.field(&CHECKSUM, at + next, 2)?;
        }
    }
    Ok(())
}

/// A data sequence number of 4 or 8 bytes, and what it is relative to the first of its direction, if that
/// is known.
fn data_number(w: &Walk, at: usize, size: usize, base: Option<u64>) -> Result<(u64, Option<u64>), Stop> {
    if size == 8 {
        let raw = w.be64(at)?;
        return Ok((raw, base.map(|b| raw.wrapping_sub(b))));
    }
    let raw = u64::from(w.be32(at)?);
    Ok((raw, base.map(|b| raw.wrapping_sub(b & 0xffff_ffff))))
}

fn relative_number(w: &mut Walk, field: &'static Field, at: usize, number: Option<u64>) {
    let Some(number) = number else { return };
    let node = w.node(field, at, 0, Value::Uint(number));
    w.put(node.text(format_args!("{}: {number} (Relative)", field.label)).generated());
}

/// ADD_ADDR, RFC 8684 3.4.1: version 0 tells the IP version, version 1 whether it is an echo.
fn add_address(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    need(at, len, 4)?;
    let which = if matches!(w.u8(at + 2)? & 0x0f, 4 | 6) { &IP_VERSION } else { &ECHO };
    w.field(which, at + 2, 1)?;
    w.field(&ADDRESS_ID, at + 3, 1)?;
    let mut next = at + 4;
    match len {
        8 | 10 | 16 | 18 => {
            w.field(&IPV4, next, 4)?;
            next += 4;
        }
        20 | 22 | 28 | 30 => {
            w.field(&IPV6, next, 16)?;
            next += 16;
        }
        _ => return Ok(()),
    }
    if matches!(len, 10 | 18 | 22 | 30) {
        w.field(&PORT, next, 2)?;
        next += 2;
    }
    if matches!(len, 16 | 18 | 28 | 30) {
        w.field(&ADDRESS_HMAC, next, 8)?;
    }
    Ok(())
}

/// REMOVE_ADDR, RFC 8684 3.4.2.
fn remove_address(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    w.uint(&REMOVED, at + 2, 1, (len - 3) as u64);
    for place in at + 3..at + len {
        w.field(&ADDRESS_ID, place, 1)?;
    }
    Ok(())
}

/// MP_PRIO, RFC 8684 3.3.8; version 0 may name the subflow by an address.
fn priority(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    backup(w, at)?;
    if len > 3 {
        w.field(&ADDRESS_ID, at + 3, 1)?;
    }
    Ok(())
}

/// MP_TCPRST, RFC 8684 3.6.
fn reset(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
    need(at, len, 4)?;
    let flags = w.u8(at + 2)?;
    let id = w.open_field(&FLAGS, at + 2, 1)?;
    for field in [&FLAG_U, &FLAG_V, &FLAG_W, &FLAG_T] {
        if u64::from(flags) & field.mask != 0 {
            w.append(id, format_args!(", {}", field.label));
        }
        w.field(field, at + 2, 1)?;
    }
    w.close();
    w.field(&RESET_REASON, at + 3, 1).map(drop)
}

/// The connection that the segment's subflow belongs to.
pub fn analysis(w: &mut Walk) {
    let facts = w.context.facts;
    let Some(f) = facts.mptcp(w.index).filter(|_| w.wants_fields()) else { return };
    let own = facts.tcp(w.index).map(|t| t.stream);
    w.put_open(w.node(&ANALYSIS, 0, 0, Value::None).generated());
    match f.master {
        Some(master) => {
            let node = w.node(&MASTER, 0, 0, Value::Bool(own == Some(master)));
            w.put(node.text(format_args!("Master flow: Master is tcp stream {master}")).generated());
        }
        None => _ = w.generated(&MASTER, 0, Value::Bool(false)),
    }
    w.generated(&STREAM, 0, Value::Uint(f.stream.into()));
    let list: String = f.subflows.iter().map(|n| format!("{n} ")).collect();
    w.generated(&SUBFLOWS, 0, Value::Str(&list));
    w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_token_and_first_number() {
        let key = 0x1122_3344_5566_7788u64.to_be_bytes();
        assert_eq!(Identity::of(key, 0), Identity { token: 3183496201, idsn: 15011795807459873237 });
        assert_eq!(Identity::of(key, 1), Identity { token: 500065796, idsn: 7098050234200811941 });
        assert_eq!(Identity::of(key, 7), Identity::default());
    }
}
