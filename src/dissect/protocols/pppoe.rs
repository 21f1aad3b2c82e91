//! PPP over Ethernet: discovery and session (RFC 2516), with the tags for radios (RFC 5578) and those of
//! access nodes (TR-101 of the Broadband Forum).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::values::pppoe::{CODES, DATA_LINKS, ENCAPSULATIONS_1, ENCAPSULATIONS_2, RATE_UNITS, TAGS};

fields! {
    VERSION = "pppoe.version", "Version", uint(8).mask(0xf0).at(0, 1);
    TYPE = "pppoe.type", "Type", uint(8).mask(0x0f).at(0, 1);
    CODE = "pppoe.code", "Code", uint(8).hex().values(CODES).at(1, 1);
    SESSION = "pppoe.session_id", "Session ID", uint(16).hex().at(2, 2);
    LENGTH = "pppoe.payload_length", "Payload Length", uint(16).at(4, 2);
    SESSION_TAGS = "pppoes.tags", "PPPoE Tags", none();
    SESSION_FCN = "pppoes.tags.credits.fcn", "FCN", uint(16);
    SESSION_BCN = "pppoes.tags.credits.bcn", "BCN", uint(16);
}

static BAD_LENGTH: Expert = Expert::new(
    "pppoe.payload_length.bad",
    "Possible bad payload length",
    Group::Malformed,
    Severity::Warning,
);

pub static SESSION_STAGE: Protocol = Protocol {
    on: &[Key::EtherType(0x8864)],
    fields: FIELDS,
    experts: &[&BAD_LENGTH],
    needs: HEADER,
    header: session_header,
    walk: session,
    ..Protocol::new("pppoes", "PPP-over-Ethernet Session", "PPPoES")
};

pub static DISCOVERY_STAGE: Protocol = Protocol {
    on: &[Key::EtherType(0x8863)],
    fields: tags::FIELDS,
    needs: HEADER,
    header: discovery_header,
    walk: discovery,
    ..Protocol::new("pppoed", "PPP-over-Ethernet Discovery", "PPPoED")
};

pub static PROTOCOLS: &[&Protocol] = &[&SESSION_STAGE, &DISCOVERY_STAGE];

const HEADER: usize = 6;
/// Payload that Ethernet fills short frames to: behind less, a difference in length is padding.
const SHORTEST_PAYLOAD: usize = 46;
/// Bytes of a frame check sequence.
const FRAME_CHECK: usize = 4;
const TAG_CREDITS: u16 = 0x0106;
/// Bytes of a credit tag with its head, which may come before PPP (RFC 5578 7).
const CREDITS: usize = 8;

fn has_credits(buf: &Buf) -> bool {
    buf.be16(HEADER) == Ok(TAG_CREDITS) && buf.be16(HEADER + 2) == Ok(4)
}

fn session_header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let end = HEADER + usize::from(buf.be16(4)?);
    let len = if has_credits(buf) { HEADER + CREDITS } else { HEADER };
    Ok(Header::new(len, Next::Quiet(Key::Named("ppp"))).inner(end))
}

fn session(w: &mut Walk) -> Result<(), Stop> {
    let length = head(w)?;
    let (declared, there) = (usize::from(length), w.remaining(HEADER));
    let id = w.fixed(&LENGTH)?;
    let different = declared != there && declared + FRAME_CHECK != there;
    if different && HEADER + there > SHORTEST_PAYLOAD {
        w.append(id, format_args!(" [incorrect, should be {there}]"));
        w.open(id);
        w.expert_text(&BAD_LENGTH, id, format_args!("Possible bad payload length {declared} != {there}"));
        w.close();
    }
    if has_credits(&w.buf) {
        let id = w.value(&SESSION_TAGS, HEADER, CREDITS, Value::None);
        w.open(id);
        w.field(&SESSION_FCN, HEADER + 4, 2)?;
        w.field(&SESSION_BCN, HEADER + 6, 2)?;
        w.close();
    }
    // Without a payload there is no telling whose it is.
    w.bytes(HEADER, 2).map(|_| ())
}

/// The fields that both stages share, up to the length, which isn't shown yet.
fn head(w: &mut Walk) -> Result<u16, Stop> {
    w.columns.clear_info();
    let code = w.u8(1)?;
    w.columns.set_info(format_args!("{}", CODE.value_name(u64::from(code)).unwrap_or("Unknown")));
    let length = w.be16(4)?;
    w.fixed(&VERSION)?;
    w.fixed(&TYPE)?;
    w.fixed(&CODE)?;
    w.fixed(&SESSION)?;
    Ok(length)
}

fn discovery_header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    Ok(Header::new(HEADER + usize::from(buf.be16(4)?), Next::End))
}

fn discovery(w: &mut Walk) -> Result<(), Stop> {
    let length = head(w)?;
    w.fixed(&LENGTH)?;
    if length > 0 {
        tags::all(w, HEADER, usize::from(length))?;
    }
    Ok(())
}

/// Discovery's tags.
mod tags {
    use super::*;

    fields! {
        TAG_LIST = "pppoed.tags", "PPPoE Tags", none();
        TAG = "pppoed.tag", "Tag", uint(16).hex().values(TAGS);
        TAG_LENGTH = "pppoed.tag_length", "Tag Length", uint(16);
        TAG_LENGTH_8 = "pppoed.tag_length_8", "Tag Length", uint(8);
        UNKNOWN_DATA = "pppoed.tag.unknown_data", "Unknown Data", bytes();
        SERVICE_NAME = "pppoed.tags.service_name", "Service-Name", string();
        AC_NAME = "pppoed.tags.ac_name", "AC-Name", string();
        HOST_UNIQ = "pppoed.tags.host_uniq", "Host-Uniq", bytes();
        AC_COOKIE = "pppoed.tags.ac_cookie", "AC-Cookie", bytes();
        VENDOR_ID = "pppoed.tags.vendor_id", "Vendor id", uint(32);
        VENDOR_UNSPECIFIED = "pppoed.tags.vendor_unspecified", "Vendor unspecified", bytes();
        VENDOR_LIST = "pppoed.tags.vendorspecific.tags", "Vendor Specific PPPoE Tags", none();
        CIRCUIT_ID = "pppoed.tags.circuit_id", "Circuit ID", string();
        REMOTE_ID = "pppoed.tags.remote_id", "Remote ID", string();
        ACT_RATE_UP = "pppoed.tags.act_data_rate_up", "Actual Data Rate Upstream", uint(32);
        ACT_RATE_DOWN = "pppoed.tags.act_data_rate_down", "Actual Data Rate Downstream", uint(32);
        MIN_RATE_UP = "pppoed.tags.min_data_rate_up", "Minimum Data Rate Upstream", uint(32);
        MIN_RATE_DOWN = "pppoed.tags.min_data_rate_down", "Minimum Data Rate Downstream", uint(32);
        ATTAINABLE_UP = "pppoed.tags.attainable_data_rate_up", "Attainable DataRate Upstream", uint(32);
        ATTAINABLE_DOWN = "pppoed.tags.attainable_data_rate_down", "Attainable DataRate Downstream", uint(32);
        MAX_RATE_UP = "pppoed.tags.max_data_rate_up", "Maximum Data Rate Upstream", uint(32);
        MAX_RATE_DOWN = "pppoed.tags.max_data_rate_down", "Maximum Data Rate Downstream", uint(32);
        MIN_RATE_UP_LP = "pppoed.tags.min_data_rate_up_lp", "Min DataRate Upstream in low power state", uint(32);
        MIN_RATE_DOWN_LP = "pppoed.tags.min_data_rate_down_lp", "Minimum Data Rate Downstream in low power state", uint(32);
        MAX_DELAY_UP = "pppoed.tags.max_int_delay_up", "Max Interleaving Delay Upstream", uint(32);
        ACT_DELAY_UP = "pppoed.tags.act_int_delay_up", "Actual Interleaving Delay Upstream", uint(32);
        MAX_DELAY_DOWN = "pppoed.tags.max_int_delay_down", "Maximum Interleaving Delay Downstream", uint(32);
        ACT_DELAY_DOWN = "pppoed.tags.act_int_delay_down", "Actual Interleaving Delay Downstream", uint(32);
        ACCESS_LOOP = "pppoed.tags.access_loop_encap", "Access-Loop-Encapsulation", none();
        DATA_LINK = "pppoed.tags.access_loop_encap.data_link", "Data link", uint(8).hex().values(DATA_LINKS);
        ENCAPS_1 = "pppoed.tags.access_loop_encap.encap_1", "Encaps 1", uint(8).hex().values(ENCAPSULATIONS_1);
        ENCAPS_2 = "pppoed.tags.access_loop_encap.encap_2", "Encaps 2", uint(8).hex().values(ENCAPSULATIONS_2);
        CREDITS_DATA = "pppoed.tags.credits", "Credits", bytes();
        FCN = "pppoed.tags.credits.fcn", "FCN", uint(16);
        BCN = "pppoed.tags.credits.bcn", "BCN", uint(16);
        METRICS = "pppoed.tags.metrics", "Metrics", bytes();
        RECEIVE_ONLY = "pppoed.tags.metrics.r", "Receive Only", boolean().mask(0x0001);
        MDR_UNITS = "pppoed.tags.metrics.mdr_units", "MDR Units", uint(16).hex().values(RATE_UNITS).mask(0x0018);
        CDR_UNITS = "pppoed.tags.metrics.cdr_units", "CDR Units", uint(16).hex().values(RATE_UNITS).mask(0x0006);
        LINK_QUALITY = "pppoed.tags.metrics.rlq", "Relative Link Quality", uint(8);
        RESOURCE = "pppoed.tags.metrics.resource", "Resource", uint(8);
        LATENCY = "pppoed.tags.metrics.latency", "Latency", uint(16);
        CURRENT_RATE = "pppoed.tags.metrics.curr_drate", "Curr. datarate", uint(16);
        MAXIMUM_RATE = "pppoed.tags.metrics.max_drate", "Max. datarate", uint(16);
        SEQUENCE = "pppoed.tags.seq_num", "Sequence Number", uint(16).hex();
        CREDIT_SCALE = "pppoed.tags.credit_scale", "Credit Scale Factor", uint(16);
        RELAY_SESSION = "pppoed.tags.relay_session_id", "Relay-Session-Id", bytes();
        HURL = "pppoed.tags.hurl", "HURL", bytes();
        MOTM = "pppoed.tags.motm", "MOTM", bytes();
        MAX_PAYLOAD = "pppoed.tags.max_payload", "PPP-Max-Payload", bytes();
        ROUTE_ADD = "pppoed.tags.ip_route_add", "IP Route Add", bytes();
        SERVICE_ERROR = "pppoed.tags.service_name_error", "Service-Name-Error", string();
        SYSTEM_ERROR = "pppoed.tags.ac_system_error", "AC-System-Error", string();
        GENERIC_ERROR = "pppoed.tags.generic_error", "Generic-Error", string();
    }

    /// The Broadband Forum's enterprise number (as the DSL Forum).
    const BROADBAND_FORUM: u32 = 3561;
    const SHORT_RATES: [&str; 4] = ["kbps", "mbps", "gbps", "tbps"];

    /// Tags that are one field. Those marked true are shown even if empty.
    const SIMPLE: &[(u16, &Field, bool)] = &[
        (0x0101, &SERVICE_NAME, false),
        (0x0102, &AC_NAME, true),
        (0x0103, &HOST_UNIQ, true),
        (0x0104, &AC_COOKIE, true),
        (0x0110, &RELAY_SESSION, true),
        (0x0111, &HURL, true),
        (0x0112, &MOTM, true),
        (0x0120, &MAX_PAYLOAD, true),
        (0x0121, &ROUTE_ADD, true),
        (0x0201, &SERVICE_ERROR, false),
        (0x0202, &SYSTEM_ERROR, true),
        (0x0203, &GENERIC_ERROR, true),
    ];

    const VENDOR_SIMPLE: &[(u8, &Field)] = &[
        (0x01, &CIRCUIT_ID),
        (0x02, &REMOTE_ID),
        (0x81, &ACT_RATE_UP),
        (0x82, &ACT_RATE_DOWN),
        (0x83, &MIN_RATE_UP),
        (0x84, &MIN_RATE_DOWN),
        (0x85, &ATTAINABLE_UP),
        (0x86, &ATTAINABLE_DOWN),
        (0x87, &MAX_RATE_UP),
        (0x88, &MAX_RATE_DOWN),
        (0x89, &MIN_RATE_UP_LP),
        (0x8a, &MIN_RATE_DOWN_LP),
        (0x8b, &MAX_DELAY_UP),
        (0x8c, &ACT_DELAY_UP),
        (0x8d, &MAX_DELAY_DOWN),
        (0x8e, &ACT_DELAY_DOWN),
    ];

    pub(super) fn all(w: &mut Walk, from: usize, len: usize) -> Result<(), Stop> {
        let id = w.value(&TAG_LIST, from, len, Value::None);
        w.open(id);
        let (mut at, end) = (from, from + len);
        while at + 2 <= end {
            let (tag, len) = (w.be16(at)?, usize::from(w.be16(at + 2)?));
            if tag == 0 {
                break;
            }
            one(w, tag, at, len)?;
            at += 4 + len;
        }
        w.close();
        Ok(())
    }

    /// One tag at `at`, with so many bytes of value.
    fn one(w: &mut Walk, tag: u16, at: usize, len: usize) -> Result<(), Stop> {
        let value = at + 4;
        if let Some((_, field, always)) = SIMPLE.iter().find(|s| s.0 == tag) {
            if len > 0 || *always {
                w.field(field, value, len)?;
            }
            if tag == 0x0102 && len > 0 {
                let name = w.bytes(value, len)?;
                w.columns.append_info(format_args!(" AC-Name='{}'", text::utf8(name)));
            }
            return Ok(());
        }
        match (tag, len) {
            (0x0105, 4..) => vendor(w, value, len)?,
            (0x0105, _) => {}
            (TAG_CREDITS, 4) => {
                w.field(&FCN, value, 2)?;
                w.field(&BCN, value + 2, 2)?;
            }
            (TAG_CREDITS, _) => _ = w.field(&CREDITS_DATA, value, len)?,
            (0x0107, 10) => metrics(w, value)?,
            (0x0107, _) => _ = w.field(&METRICS, value, len)?,
            (0x0108, 2) => _ = w.field(&SEQUENCE, value, 2)?,
            (0x0109, 2) => _ = w.field(&CREDIT_SCALE, value, 2)?,
            // So many bytes, but from the length on.
            (_, 1..) => {
                w.field(&TAG, at, 2)?;
                w.field(&TAG_LENGTH, at + 2, 2)?;
                w.field(&UNKNOWN_DATA, at + 2, len)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Link metrics (RFC 5578 10).
    fn metrics(w: &mut Walk, at: usize) -> Result<(), Stop> {
        let flags = w.be16(at)?;
        w.field(&MDR_UNITS, at, 2)?;
        w.field(&CDR_UNITS, at, 2)?;
        w.field(&RECEIVE_ONLY, at, 2)?;
        w.field(&LINK_QUALITY, at + 2, 1)?;
        w.field(&RESOURCE, at + 3, 1)?;
        w.field(&LATENCY, at + 4, 2)?;
        let unit = |shift: u16| SHORT_RATES[usize::from(flags >> shift & 3)];
        let id = w.field(&CURRENT_RATE, at + 6, 2)?;
        w.append(id, format_args!(" {}", unit(1)));
        let id = w.field(&MAXIMUM_RATE, at + 8, 2)?;
        w.append(id, format_args!(" {}", unit(3)));
        Ok(())
    }

    fn vendor(w: &mut Walk, at: usize, len: usize) -> Result<(), Stop> {
        let id = w.be32(at)?;
        w.field(&VENDOR_ID, at, 4)?;
        if len == 4 {
            return Ok(());
        }
        if id != BROADBAND_FORUM {
            w.field(&VENDOR_UNSPECIFIED, at + 4, len - 4)?;
            return Ok(());
        }
        let node = w.value(&VENDOR_LIST, at + 4, len - 4, Value::None);
        w.open(node);
        let (mut sub, end) = (at + 4, at + len);
        while sub < end {
            let (tag, len) = (w.u8(sub)?, usize::from(w.u8(sub + 1)?));
            vendor_tag(w, tag, sub, len)?;
            sub += 2 + len;
        }
        w.close();
        Ok(())
    }

    fn vendor_tag(w: &mut Walk, tag: u8, at: usize, len: usize) -> Result<(), Stop> {
        let value = at + 2;
        if let Some((_, field)) = VENDOR_SIMPLE.iter().find(|s| s.0 == tag) {
            w.field(field, value, len)?;
        } else if tag == 0x90 && len == 3 {
            let id = w.value(&ACCESS_LOOP, value, 3, Value::None);
            w.open(id);
            for (i, field) in [&DATA_LINK, &ENCAPS_1, &ENCAPS_2].into_iter().enumerate() {
                w.field(field, value + i, 1)?;
            }
            w.close();
        } else if tag != 0 {
            w.uint(&TAG, at, 1, u64::from(tag));
            w.field(&TAG_LENGTH_8, at + 1, 1)?;
            w.field(&UNKNOWN_DATA, value, len)?;
        }
        Ok(())
    }
}
