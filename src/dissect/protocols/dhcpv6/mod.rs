//! DHCPv6 (RFC 8415): messages, relays' messages around them, and the options of many documents.

mod failover;
mod names;
mod values;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::protocol::{Key, Protocol};
use crate::dissect::protocols::dhcp::{enterprises, hardware};
use crate::dissect::protocols::special::STRAY;
use crate::dissect::sink::NodeId;
use crate::dissect::text::{self, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    MSGTYPE = "dhcpv6.msgtype", "Message type", uint(8).values(values::MSGTYPE);
    HOPCOUNT_FIELD = "dhcpv6.hopcount", "Hopcount", uint(8);
    XID = "dhcpv6.xid", "Transaction ID", uint(24).hex();
    LINKADDR = "dhcpv6.linkaddr", "Link address", ipv6();
    PEERADDR = "dhcpv6.peeraddr", "Peer address", ipv6();
    OPTION_TYPE = "dhcpv6.option.type", "Option", uint(16).values(values::TYPE);
    OPTION_LENGTH = "dhcpv6.option.length", "Length", uint(16);
    OPTION_TYPE_STR = "dhcpv6.option.type_str", "Option", string();
    REMOTEID_ENTERPRISE = "dhcpv6.remoteid.enterprise", "Enterprise ID", uint(32);
    DUID_BYTES = "dhcpv6.duid.bytes", "DUID", bytes();
    DUID_TYPE = "dhcpv6.duid.type", "DUID Type", uint(16).values(values::DUID_TYPE);
    DUIDLLT_TIME = "dhcpv6.duidllt.time", "DUID Time", time();
    DUIDLLT_LINK_LAYER_ADDR = "dhcpv6.duidllt.link_layer_addr", "Link-layer address", string();
    DUIDLLT_HWTYPE = "dhcpv6.duidllt.hwtype", "Hardware type", uint(16).values(values::DUIDLLT_HWTYPE);
    DUIDLL_HWTYPE = "dhcpv6.duidll.hwtype", "Hardware type", uint(16).values(values::DUIDLLT_HWTYPE);
    DUIDEN_ENTERPRISE = "dhcpv6.duiden.enterprise", "Enterprise ID", uint(32);
    DUIDEN_IDENTIFIER = "dhcpv6.duiden.identifier", "Identifier", bytes();
    DUIDLL_LINK_LAYER_ADDR = "dhcpv6.duidll.link_layer_addr", "Link-layer address", string();
    DUIDUUID_BYTES = "dhcpv6.duiduuid.bytes", "UUID", bytes();
    IAID = "dhcpv6.iaid", "IAID", string();
    IAID_T1 = "dhcpv6.iaid.t1", "T1", uint(32);
    IAID_T2 = "dhcpv6.iaid.t2", "T2", uint(32);
    IATA = "dhcpv6.iata", "IATA", string();
    IAADDR_IP = "dhcpv6.iaaddr.ip", "IPv6 address", ipv6();
    IAADDR_PREF_LIFETIME = "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime", uint(32);
    IAADDR_VALID_LIFETIME = "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime", uint(32);
    REQUESTED_OPTION_CODE = "dhcpv6.requested_option_code", "Requested Option code", uint(16).values(values::TYPE);
    OPTION_PREFERENCE = "dhcpv6.option_preference", "Pref-value", uint(8);
    ELAPSED_TIME = "dhcpv6.elapsed_time", "Elapsed time", uint(16);
    AUTH_PROTOCOL = "dhcpv6.auth.protocol", "Protocol", uint(8);
    AUTH_ALGORITHM = "dhcpv6.auth.algorithm", "Algorithm", uint(8);
    AUTH_RDM = "dhcpv6.auth.rdm", "RDM", uint(8);
    AUTH_REPLAY_DETECTION = "dhcpv6.auth.replay_detection", "Replay Detection", bytes();
    AUTH_INFO = "dhcpv6.auth.info", "Authentication Information", bytes();
    AUTH_REALM = "dhcpv6.auth.realm", "DHCP realm", string();
    AUTH_KEY_ID = "dhcpv6.auth.key_id", "Key ID", uint(32);
    AUTH_MD5_DATA = "dhcpv6.auth.md5_data", "HMAC-MD5 data", bytes();
    UNICAST = "dhcpv6.unicast", "IPv6 address", ipv6();
    STATUS_CODE = "dhcpv6.status_code", "Status Code", uint(16).values(values::STATUS_CODE);
    STATUS_MSG = "dhcpv6.status_msg", "Status Message", string();
    VENDORCLASS_ENTERPRISE = "dhcpv6.vendorclass.enterprise", "Enterprise ID", uint(32);
    VENDORCLASS_DATA = "dhcpv6.vendorclass.data", "vendor-class-data", stringz();
    VENDOROPTS_ENTERPRISE = "dhcpv6.vendoropts.enterprise", "Enterprise ID", uint(32);
    VENDOROPTS_ENTERPRISE_OPTION_CODE = "dhcpv6.vendoropts.enterprise.option_code", "Option code", uint(16);
    VENDOROPTS_ENTERPRISE_OPTION_LENGTH = "dhcpv6.vendoropts.enterprise.option_length", "Option length", uint(16);
    VENDOROPTS_ENTERPRISE_OPTION_DATA = "dhcpv6.vendoropts.enterprise.option_data", "Option data", bytes();
    INTERFACE_ID = "dhcpv6.interface_id", "Interface-ID", bytes();
    RECONF_MSG = "dhcpv6.reconf_msg", "Reconfigure message type", uint(8).values(values::MSGTYPE);
    SIP_SERVER_DOMAIN_SEARCH_FQDN = "dhcpv6.sip_server_domain_search_fqdn", "SIP Server Domain Search FQDN", string();
    SIP_SERVER_A = "dhcpv6.sip_server_a", "SIP server address", ipv6();
    DNS_SERVER = "dhcpv6.dns_server", "DNS server address", ipv6();
    SEARCH_LIST_ENTRY = "dhcpv6.search_list_entry", "List entry", string();
    NIS_SERVER = "dhcpv6.nis_server", "NIS server address", ipv6();
    NISP_SERVER = "dhcpv6.nisp_server", "NISP server address", ipv6();
    NIS_FQDN = "dhcpv6.nis_fqdn", "NIS FQDN", string();
    NISP_FQDN = "dhcpv6.nisp_fqdn", "NISP FQDN", string();
    SNTP_SERVER = "dhcpv6.sntp_server", "SNTP server address", ipv6();
    LIFETIME = "dhcpv6.lifetime", "Lifetime", uint(32);
    BCMCS_SERVER_FQDN = "dhcpv6.bcmcs_server_fqdn", "BCMCS server FQDN", string();
    BCMCS_SERVER_A = "dhcpv6.bcmcs_server_a", "BCMCS server address", ipv6();
    REMOTEID_ENTERPRISE_ID = "dhcpv6.remoteid_enterprise_id", "Remote-ID", bytes();
    SUBSCRIBER_ID = "dhcpv6.subscriber_id", "Subscriber-ID", string();
    PANA_AGENT = "dhcpv6.pana_agent", "PANA agents address", ipv6();
    TIMEZONE = "dhcpv6.timezone", "Time-zone", string();
    TZDB = "dhcpv6.tzdb", "TZ-database", string();
    LQ_QUERY = "dhcpv6.lq_query", "Query-type", uint(8).values(values::LQ_QUERY);
    LQ_QUERY_LINK_ADDRESS = "dhcpv6.lq_query_link_address", "Link address", ipv6();
    CLT_TIME = "dhcpv6.clt_time", "Clt_time", uint(32);
    LQ_RELAY_DATA_PEER_ADDR = "dhcpv6.lq_relay_data_peer_addr", "Peer address", ipv6();
    LQ_RELAY_DATA_MSG = "dhcpv6.lq_relay_data_msg", "DHCPv6 relay message", string();
    LQ_CLIENT_LINK = "dhcpv6.lq_client_link", "LQ client links address", ipv6();
    CAPWAP_AC_V6 = "dhcpv6.capwap_ac_v6", "CAPWAP Access Controllers address", ipv6();
    AFTR_NAME = "dhcpv6.aftr_name", "DS-Lite AFTR Name", string();
    IAPREFIX_PREF_LIFETIME = "dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime", uint(32);
    IAPREFIX_VALID_LIFETIME = "dhcpv6.iaprefix.valid_lifetime", "Valid lifetime", uint(32);
    IAPREFIX_PREF_LEN = "dhcpv6.iaprefix.pref_len", "Prefix length", uint(8);
    IAPREFIX_PREF_ADDR = "dhcpv6.iaprefix.pref_addr", "Prefix address", ipv6();
    PD_EXCLUDE_PREF_LEN = "dhcpv6.pd_exclude.pref_len", "Prefix length", uint(8);
    PD_EXCLUDE_SUBNET_ID = "dhcpv6.pd_exclude.subnet_id", "IPv6 subnet ID", bytes();
    USERCLASS_LENGTH = "dhcpv6.userclass.length", "Length", uint(16);
    USERCLASS_OPAQUE_DATA = "dhcpv6.userclass.opaque_data", "Suboption", bytes();
    NTPSERVER_OPTION_TYPE = "dhcpv6.ntpserver.option.type", "Suboption", uint(16).values(values::NTPSERVER_TYPE);
    NTPSERVER_OPTION_LENGTH = "dhcpv6.ntpserver.option.length", "Length", uint(16);
    NTPSERVER_ADDR = "dhcpv6.ntpserver.addr", "NTP Server Address", ipv6();
    NTPSERVER_MC_ADDR = "dhcpv6.ntpserver.mc_addr", "NTP Multicast Address", ipv6();
    CAPTIVE_PORTAL = "dhcpv6.captive_portal", "Captive Portal", string();
    OPTION_CODE = "dhcpv6.option_code", "S46 Option code", uint(16).hex().values(values::OPTION_CODE);
    RELAY_PORT = "dhcpv6.relay_port", "Downstream Source Port", uint(16);
    NTPSERVER_FQDN = "dhcpv6.ntpserver.fqdn", "NTP Server FQDN", string();
    MUDURL = "dhcpv6.mudurl", "MUDURL", string();
}

static MALFORMED: Expert =
    Expert::new("dhcpv6.malformed_option", "Malformed option", Group::Malformed, Severity::Error);
static HOPCOUNT: Expert =
    Expert::new("dhcpv6.error_hopcount", "Detected error on hop-count", Group::Protocol, Severity::Warning);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::UdpPort(546), Key::UdpPort(547)],
    fields: FIELDS,
    experts: &[&MALFORMED, &HOPCOUNT, &STRAY],
    walk,
    ..Protocol::new("dhcpv6", "DHCPv6", "DHCPv6")
};

/// The parts that are declared in files of their own; they hold fields, and take no layer.
static NAMES: Protocol = Protocol {
    fields: names::FIELDS,
    experts: names::EXPERTS,
    ..Protocol::new("dhcpv6.names", "DHCPv6 Names", "")
};
static FAILOVER: Protocol =
    Protocol { fields: failover::FIELDS, ..Protocol::new("dhcpv6.failover", "DHCPv6 Failover", "") };

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &NAMES, &FAILOVER];

/// Messages within messages (relays), and options within options, end here.
const MAX_DEPTH: u8 = 16;
const RELAY_FORWARD: u8 = 12;
const RELAY_REPLY: u8 = 13;

/// Where an option stands: in a message of which type, and how deep.
#[derive(Clone, Copy)]
struct Place {
    kind: u8,
    depth: u8,
    /// Hop count of the relay message around, if there is one.
    hops: Option<u8>,
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    let (end, there) = (w.buf.reported, w.buf.data.len());
    w.resize(w.node, there);
    message(w, 0, end, Place { kind: 0, depth: 0, hops: None })
}

fn message(w: &mut Walk, at: usize, end: usize, mut place: Place) -> Result<(), Stop> {
    let kind = w.u8(at)?;
    place.kind = kind;
    w.field(&MSGTYPE, at, 1)?;
    match MSGTYPE.value_name(u64::from(kind)) {
        Some(name) => w.columns.append_info(format_args!("{name} ")),
        None => w.columns.append_info(format_args!("Message Type {kind} ")),
    }
    if !matches!(kind, RELAY_FORWARD | RELAY_REPLY) {
        let id = w.be24(at + 1)?;
        w.columns.append_info(format_args!("XID: 0x{id:06x} "));
        w.field(&XID, at + 1, 3)?;
        return options(w, at + 4, end, place);
    }
    let link = V6(w.ipv6(at + 2)?);
    w.columns.append_info(format_args!("L: {link} "));
    let hops = w.u8(at + 1)?;
    let id = w.field(&HOPCOUNT_FIELD, at + 1, 1)?;
    hop_count(w, at, end, id, &mut place, hops);
    w.field(&LINKADDR, at + 2, 16)?;
    w.field(&PEERADDR, at + 18, 16)?;
    options(w, at + 34, end, place)
}

/// Each relay counts one more than the one before it, from 0 on (RFC 8415 19.1).
fn hop_count(w: &mut Walk, at: usize, end: usize, id: NodeId, place: &mut Place, hops: u8) {
    let innermost = !relays_a_relay(&w.buf, at + 34, end);
    place.hops = Some(hops);
    if innermost && hops != 0 {
        w.open(id);
        let text = format_args!("Hopcount of most inner message has to equal 0 instead of {hops}");
        w.expert_text(&HOPCOUNT, id, text);
        w.close();
    }
}

/// True if the message relayed among these options is itself a relay's.
fn relays_a_relay(buf: &Buf, mut at: usize, end: usize) -> bool {
    while at + 4 <= end {
        let (Ok(code), Ok(len)) = (buf.be16(at), buf.be16(at + 2)) else { return false };
        if code == 9 {
            return matches!(buf.u8(at + 4), Ok(RELAY_FORWARD | RELAY_REPLY));
        }
        at += 4 + usize::from(len);
    }
    false
}

/// An option while it is dissected: the offset, length and node of it.
#[derive(Clone, Copy)]
struct Item {
    code: u16,
    at: usize,
    len: usize,
    id: NodeId,
    place: Place,
}

impl Item {
    fn end(&self) -> usize {
        self.at + self.len
    }
}

fn options(w: &mut Walk, mut at: usize, end: usize, place: Place) -> Result<(), Stop> {
    if place.depth >= MAX_DEPTH {
        return Err(Stop::limit("options are nested too deep", at));
    }
    while at + 4 <= end {
        let (code, len) = (w.be16(at)?, usize::from(w.be16(at + 2)?));
        if at + 4 + len > end {
            return Ok(());
        }
        let other;
        let name = match OPTION_TYPE.value_name(u64::from(code)) {
            Some(name) => name,
            None => {
                other = format!("DHCP option {code}");
                &other
            }
        };
        w.bytes(at, 4 + len)?;
        let id = w.text(&OPTION_TYPE_STR, at, 4 + len, Value::Str(name), format_args!("{name}"));
        w.open(id);
        w.field(&OPTION_TYPE, at, 2)?;
        w.field(&OPTION_LENGTH, at + 2, 2)?;
        let place = Place { depth: place.depth + 1, ..place };
        option(w, &Item { code, at: at + 4, len, id, place })?;
        w.close();
        at += 4 + len;
    }
    Ok(())
}

/// Remarks that an option can't be what it says it is, for its length; true if it can.
fn fits(w: &mut Walk, item: &Item, fits: bool, name: &'static str) -> bool {
    if !fits {
        w.expert_text(&MALFORMED, item.id, format_args!("{name}: malformed option"));
    }
    fits
}

fn option(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    match item.code {
        1 | 2 | 53 => duid(w, item),
        3 | 25 => identity(w, item),
        4 => {
            if fits(w, item, len >= 4, "IA_TA") {
                digits(w, &IATA, at, 4)?;
                options(w, at + 4, item.end(), item.place)?;
            }
            Ok(())
        }
        5 => address(w, item),
        26 => prefix(w, item),
        6 | 43 => words(w, &REQUESTED_OPTION_CODE, item),
        111 => words(w, &OPTION_CODE, item),
        7 => exactly(w, &OPTION_PREFERENCE, 1, item, "PREFERENCE"),
        8 => elapsed(w, item),
        9 => relayed(w, item),
        11 => authentication(w, item),
        12 => exactly(w, &UNICAST, 16, item, "UNICAST"),
        13 => {
            if fits(w, item, len >= 2, "STATUS_CODE") {
                w.field(&STATUS_CODE, at, 2)?;
                if len > 2 {
                    line(w, &STATUS_MSG, at + 2, len - 2)?;
                }
            }
            Ok(())
        }
        15 => user_class(w, item),
        16 => vendor_class(w, item),
        17 => vendor_options(w, item),
        18 => bytes(w, &INTERFACE_ID, at, len),
        19 => exactly(w, &RECONF_MSG, 1, item, "RECONF_MSG"),
        20 => {
            fits(w, item, len == 0, "RECONF_ACCEPT");
            Ok(())
        }
        21 => names::names(w, &SIP_SERVER_DOMAIN_SEARCH_FQDN, "SIP Servers Domain Search List", item),
        24 => names::names(w, &SEARCH_LIST_ENTRY, "Domain name suffix search list", item),
        29 => names::names(w, &NIS_FQDN, "nis-domain-name", item),
        30 => names::names(w, &NISP_FQDN, "nisp-domain-name", item),
        33 => names::names(w, &BCMCS_SERVER_FQDN, "BCMCS Servers Domain Search List", item),
        64 => names::name_list(w, &AFTR_NAME, at, item.end()),
        22 => addresses(w, &SIP_SERVER_A, item, "SIP servers address"),
        23 => numbered(w, &DNS_SERVER, item, "DNS servers address"),
        27 => addresses(w, &NIS_SERVER, item, "NIS servers address"),
        28 => addresses(w, &NISP_SERVER, item, "NISP servers address"),
        31 => numbered(w, &SNTP_SERVER, item, "SNTP servers address"),
        34 => addresses(w, &BCMCS_SERVER_A, item, "BCMCS servers address"),
        40 => addresses(w, &PANA_AGENT, item, "PANA agent address"),
        48 => addresses(w, &LQ_CLIENT_LINK, item, "LQ client links address"),
        52 => addresses(w, &CAPWAP_AC_V6, item, "CAPWAP Access Controllers address"),
        32 => exactly(w, &LIFETIME, 4, item, "LIFETIME"),
        37 => {
            if fits(w, item, len >= 4, "REMOTE_ID") {
                enterprise(w, &REMOTEID_ENTERPRISE, at)?;
                bytes(w, &REMOTEID_ENTERPRISE_ID, at + 4, len - 4)?;
            }
            Ok(())
        }
        38 => line(w, &SUBSCRIBER_ID, at, len),
        39 => names::client_fqdn(w, item),
        41 => line(w, &TIMEZONE, at, len),
        42 => line(w, &TZDB, at, len),
        44 => {
            if fits(w, item, len >= 17, "LQ-QUERY") {
                w.field(&LQ_QUERY, at, 1)?;
                w.field(&LQ_QUERY_LINK_ADDRESS, at + 1, 16)?;
                options(w, at + 17, item.end(), item.place)?;
            }
            Ok(())
        }
        45 | 94..=96 => options(w, at, item.end(), item.place),
        46 => exactly(w, &CLT_TIME, 4, item, "CLT_TIME"),
        47 => {
            if fits(w, item, len >= 16, "LQ-RELAY-DATA") {
                w.field(&LQ_RELAY_DATA_PEER_ADDR, at, 16)?;
                line(w, &LQ_RELAY_DATA_MSG, at + 16, len - 16)?;
            }
            Ok(())
        }
        56 => time_servers(w, item),
        67 => {
            if fits(w, item, len >= 2, "PD_EXCLUDE") {
                w.field(&PD_EXCLUDE_PREF_LEN, at, 1)?;
                bytes(w, &PD_EXCLUDE_SUBNET_ID, at + 1, len - 1)?;
            }
            Ok(())
        }
        89..=93 => failover::softwire(w, item),
        103 => line(w, &CAPTIVE_PORTAL, at, len),
        112 => line(w, &MUDURL, at, len),
        114..=134 => failover::failover(w, item),
        135 => exactly(w, &RELAY_PORT, 2, item, "Relay Port"),
        _ => Ok(()),
    }
}

fn bytes(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    if len > 0 {
        w.field(field, at, len)?;
    }
    Ok(())
}

/// A number or address that takes the whole option.
fn exactly(
    w: &mut Walk,
    field: &'static Field,
    len: usize,
    item: &Item,
    name: &'static str,
) -> Result<(), Stop> {
    if fits(w, item, item.len == len, name) {
        w.field(field, item.at, len)?;
    }
    Ok(())
}

/// Bytes shown as text of their digits.
fn digits(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let mut text = String::new();
    text::hex(&mut text, w.bytes(at, len)?, None);
    w.value(field, at, len, Value::Str(&text));
    Ok(())
}

/// Text up to the first NUL, with a remark on what comes behind that.
fn line(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let until = text::until_nul(bytes);
    let id = w.value(field, at, len, Value::Str(&text::utf8(until)));
    if bytes.iter().skip(until.len()).any(|b| *b != 0) {
        w.open(id);
        w.expert(&STRAY, id);
        w.close();
    }
    Ok(())
}

fn words(w: &mut Walk, field: &'static Field, item: &Item) -> Result<(), Stop> {
    for i in 0..item.len.div_ceil(2) {
        w.field(field, item.at + i * 2, 2)?;
    }
    Ok(())
}

fn addresses(w: &mut Walk, field: &'static Field, item: &Item, name: &'static str) -> Result<(), Stop> {
    if fits(w, item, item.len.is_multiple_of(16), name) {
        for i in 0..item.len / 16 {
            w.field(field, item.at + i * 16, 16)?;
        }
    }
    Ok(())
}

/// Addresses whose lines are numbered.
fn numbered(w: &mut Walk, field: &'static Field, item: &Item, name: &'static str) -> Result<(), Stop> {
    if !fits(w, item, item.len.is_multiple_of(16), name) {
        return Ok(());
    }
    for i in 0..item.len / 16 {
        let at = item.at + i * 16;
        let address = w.ipv6(at)?;
        let text = format_args!(" {} {}: {}", i + 1, field.label, V6(address));
        w.text(field, at, 16, Value::Ipv6(address), text);
    }
    Ok(())
}

/// DHCP unique identifiers (RFC 8415 11).
fn duid(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    if item.code == 1 {
        let mut text = String::new();
        text::hex(&mut text, w.bytes(at, len)?, None);
        w.columns.append_info(format_args!("CID: {text} "));
    }
    if !fits(w, item, len >= 2, "DUID") {
        return Ok(());
    }
    w.field(&DUID_BYTES, at, len)?;
    let kind = w.be16(at)?;
    w.field(&DUID_TYPE, at, 2)?;
    match kind {
        1 if fits(w, item, len >= 8, "DUID") => {
            w.field(&DUIDLLT_HWTYPE, at + 2, 2)?;
            let seconds = i128::from(w.be32(at + 4)?) + FROM_1970_TO_2000;
            w.value(&DUIDLLT_TIME, at + 4, 4, Value::Time(seconds * 1_000_000_000));
            link_layer(w, &DUIDLLT_LINK_LAYER_ADDR, at + 2, at + 8, item.end())
        }
        2 if fits(w, item, len >= 6, "DUID") => {
            enterprise(w, &DUIDEN_ENTERPRISE, at + 2)?;
            bytes(w, &DUIDEN_IDENTIFIER, at + 6, len - 6)
        }
        3 if fits(w, item, len >= 4, "DUID") => {
            w.field(&DUIDLL_HWTYPE, at + 2, 2)?;
            link_layer(w, &DUIDLL_LINK_LAYER_ADDR, at + 2, at + 4, item.end())
        }
        4 => bytes(w, &DUIDUUID_BYTES, at + 2, len - 2),
        _ => Ok(()),
    }
}

/// Seconds.
const FROM_1970_TO_2000: i128 = 946_684_800;

fn link_layer(w: &mut Walk, field: &'static Field, kind: usize, at: usize, end: usize) -> Result<(), Stop> {
    if end > at {
        let kind = w.be16(kind)? as u8;
        let address = hardware(kind, w.bytes(at, end - at)?);
        w.value(field, at, end - at, Value::Str(&address));
    }
    Ok(())
}

fn enterprise(w: &mut Walk, field: &'static Field, at: usize) -> Result<(), Stop> {
    let number = w.be32(at)?;
    let name = enterprises::name(number).unwrap_or("Unknown");
    let text = format_args!("{}: {name} ({number})", field.label);
    w.text(field, at, 4, Value::Uint(u64::from(number)), text);
    Ok(())
}

/// Seconds, or for ever.
fn seconds(w: &mut Walk, field: &'static Field, label: &str, at: usize) -> Result<(), Stop> {
    let n = w.be32(at)?;
    let value = Value::Uint(u64::from(n));
    if n == u32::MAX {
        w.text(field, at, 4, value, format_args!("{label}: infinity"));
    } else {
        w.value(field, at, 4, value);
    }
    Ok(())
}

fn identity(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let name = if item.code == 3 { "IA_NA" } else { "IA_PD" };
    if !fits(w, item, item.len >= 12, name) {
        return Ok(());
    }
    digits(w, &IAID, item.at, 4)?;
    seconds(w, &IAID_T1, "T1", item.at + 4)?;
    seconds(w, &IAID_T2, "T2", item.at + 8)?;
    options(w, item.at + 12, item.end(), item.place)
}

fn address(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 24, "IA_TA") {
        return Ok(());
    }
    let at = item.at;
    let address = V6(w.ipv6(at)?);
    w.columns.append_info(format_args!("IAA: {address} "));
    w.field(&IAADDR_IP, at, 16)?;
    seconds(w, &IAADDR_PREF_LIFETIME, "Preferred lifetime", at + 16)?;
    seconds(w, &IAADDR_VALID_LIFETIME, "Preferred lifetime", at + 20)?;
    options(w, at + 24, item.end(), item.place)
}

fn prefix(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 25, "IAPREFIX") {
        return Ok(());
    }
    let at = item.at;
    seconds(w, &IAPREFIX_PREF_LIFETIME, "Preferred lifetime", at)?;
    seconds(w, &IAPREFIX_VALID_LIFETIME, "Valid lifetime", at + 4)?;
    w.field(&IAPREFIX_PREF_LEN, at + 8, 1)?;
    w.field(&IAPREFIX_PREF_ADDR, at + 9, 16)?;
    options(w, at + 25, item.end(), item.place)
}

/// Hundredths of a second.
fn elapsed(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if fits(w, item, item.len == 2, "ELAPSED-TIME") {
        let ms = u64::from(w.be16(item.at)?) * 10;
        w.text(&ELAPSED_TIME, item.at, 2, Value::Uint(ms), format_args!("Elapsed time: {ms}ms"));
    }
    Ok(())
}

/// A message within a relay's.
fn relayed(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len > 0, "RELAY-MSG") {
        return Ok(());
    }
    let id = w.text(&PROTOCOL.layer, item.at, item.len, Value::None, format_args!("DHCPv6"));
    w.name_protocol("dhcpv6");
    w.open(id);
    message(w, item.at, item.end(), item.place)?;
    w.close();
    Ok(())
}

/// RFC 8415 21.11; protocol 2 is that of RFC 3315 21.4.
fn authentication(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    if !fits(w, item, len >= 11, "AUTH") {
        return Ok(());
    }
    w.field(&AUTH_PROTOCOL, at, 1)?;
    w.field(&AUTH_ALGORITHM, at + 1, 1)?;
    w.field(&AUTH_RDM, at + 2, 1)?;
    w.field(&AUTH_REPLAY_DETECTION, at + 3, 8)?;
    if w.u8(at)? != 2 || len < 11 + 20 {
        return bytes(w, &AUTH_INFO, at + 11, len - 11);
    }
    let key = item.end() - 20;
    line(w, &AUTH_REALM, at + 11, key - at - 11)?;
    w.field(&AUTH_KEY_ID, key, 4)?;
    w.field(&AUTH_MD5_DATA, key + 4, 16)?;
    Ok(())
}

fn user_class(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let mut at = item.at;
    while at + 2 <= item.end() {
        let len = usize::from(w.be16(at)?);
        if at + 2 + len > item.end() {
            let text = format_args!("User Class: suboption too long");
            w.expert_text(&MALFORMED, item.id, text);
            return Ok(());
        }
        w.open_label(at, len, format_args!("User Class suboption"));
        w.field(&USERCLASS_LENGTH, at, 2)?;
        w.field(&USERCLASS_OPAQUE_DATA, at + 2, len)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

fn vendor_class(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 4, "VENDOR_CLASS") {
        return Ok(());
    }
    enterprise(w, &VENDORCLASS_ENTERPRISE, item.at)?;
    if item.len >= 6 {
        let (at, len) = (item.at + 6, item.len - 6);
        let class = text::ascii(text::until_nul(w.bytes(at, len)?));
        w.value(&VENDORCLASS_DATA, at, len, Value::Str(&class));
    }
    Ok(())
}

fn vendor_options(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 4, "VENDOR_OPTS") {
        return Ok(());
    }
    enterprise(w, &VENDOROPTS_ENTERPRISE, item.at)?;
    let mut at = item.at + 4;
    while at + 4 <= item.end() {
        let len = usize::from(w.be16(at + 2)?);
        if at + 4 + len > item.end() {
            return Ok(());
        }
        w.open_label(at, 4 + len, format_args!("option"));
        w.field(&VENDOROPTS_ENTERPRISE_OPTION_CODE, at, 2)?;
        w.field(&VENDOROPTS_ENTERPRISE_OPTION_LENGTH, at + 2, 2)?;
        w.field(&VENDOROPTS_ENTERPRISE_OPTION_DATA, at + 4, len)?;
        w.close();
        at += 4 + len;
    }
    Ok(())
}

/// RFC 5908.
fn time_servers(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let mut at = item.at;
    while at + 4 <= item.end() {
        let (kind, len) = (w.be16(at)?, usize::from(w.be16(at + 2)?));
        let name = NTPSERVER_OPTION_TYPE.value_name(u64::from(kind));
        let title = name.unwrap_or("NTP Server suboption");
        let id = w.open_label(at, 4 + len, format_args!("{title}"));
        w.field(&NTPSERVER_OPTION_TYPE, at, 2)?;
        w.field(&NTPSERVER_OPTION_LENGTH, at + 2, 2)?;
        let end = at + 4 + len;
        match (kind, len) {
            _ if end > item.end() => {
                w.expert_text(&MALFORMED, id, format_args!("NTP Server: suboption too long"));
            }
            (1, 16) => _ = w.field(&NTPSERVER_ADDR, at + 4, 16)?,
            (2, 16) => _ = w.field(&NTPSERVER_MC_ADDR, at + 4, 16)?,
            (3, _) => names::name_list(w, &NTPSERVER_FQDN, at + 4, end)?,
            _ => {}
        }
        w.close();
        at = end;
    }
    Ok(())
}
