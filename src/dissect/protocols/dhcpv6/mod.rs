//! DHCPv6 (RFC 8415): messages, relays' messages around them, and the options of many documents.

mod values;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::flags;
use crate::dissect::protocol::{Key, Protocol};
use crate::dissect::protocols::dhcp::{domain, enterprises, hardware};
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
    CLIENTFQDN_BAD_MSGTYPE = "dhcpv6.clientfqdn.bad_msgtype", "Illegal Message Type", uint(8).hex();
    BOGUS_LABEL_LENGTH = "dhcpv6.bogus_label_length", "Non-DNS encoded name. Label length exceeds 63", uint(8);
    CLIENT_FQDN_FLAGS = "dhcpv6.client_fqdn_flags", "Flags", uint(8).hex();
    CLIENTFQDN_CLIENT_S = "dhcpv6.clientfqdn.client.s", "S bit", boolean().names(Names::TrueFalse("Server SHOULD perform AAAA RR updates", "Server SHOULD NOT perform AAAA RR updates")).mask(0x1);
    CLIENTFQDN_CLIENT_N = "dhcpv6.clientfqdn.client.n", "N bit", boolean().names(Names::TrueFalse("Server SHOULD NOT perform PTR RR updates", "Server SHOULD perform PTR RR updates")).mask(0x4);
    CLIENTFQDN_SERVER_S = "dhcpv6.clientfqdn.server.s", "S bit", boolean().names(Names::TrueFalse("Server SHOULD perform AAAA RR updates", "Server SHOULD NOT perform AAAA RR updates")).mask(0x1);
    CLIENTFQDN_SERVER_O = "dhcpv6.clientfqdn.server.o", "O bit", boolean().names(Names::TrueFalse("Server HAS overridden client's S bit preference", "Server HAS NOT overridden client's S bit preference")).mask(0x2);
    CLIENTFQDN_SERVER_N = "dhcpv6.clientfqdn.server.n", "N bit", boolean().names(Names::TrueFalse("Server SHOULD NOT perform PTR RR updates", "Server SHOULD perform PTR RR updates")).mask(0x4);
    DOMAIN_FIELD_LEN = "dhcpv6.domain_field_len", "Empty domain name - field length", uint(16);
    ROOT_ONLY_DOMAIN_NAME = "dhcpv6.root_only_domain_name", "Root only domain name", string();
    TLD_NAME = "dhcpv6.tld", "Top Level Domain name", string();
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
    VENDORCLASS_DATA = "dhcpv6.vendorclass.data", "vendor-class-data", string();
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
    CLIENT_DOMAIN = "dhcpv6.client_domain", "Client Domain Name", string();
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
    FAILOVER_BINDING_STATUS = "dhcpv6.failover.binding_status", "Failover Binding Status", uint(8).values(values::FAILOVER_BINDING_STATUS);
    FAILOVER_CONNECT_FLAGS = "dhcpv6.failover.connect.flags", "Flags", uint(16).hex();
    FAILOVER_CONNECT_FLAGS_RESERVED = "dhcpv6.failover.connect.flags.reserved", "Reserved", boolean().mask(0xfffe);
    FAILOVER_CONNECT_FLAGS_F = "dhcpv6.failover.connect.flags.f", "Fixed PD Length (F)", boolean().mask(0x1);
    FAILOVER_DNS_HOSTNAME = "dhcpv6.failover.dns_hostname", "DNS Hostname", string();
    FAILOVER_DNS_ZONENAME = "dhcpv6.failover.dns_zonename", "DNS Zone Name", string();
    FAILOVER_DNS_FLAGS = "dhcpv6.failover.dns.flags", "Flags", uint(16).hex();
    FAILOVER_DNS_FLAGS_RESERVED = "dhcpv6.failover.dns.flags.reserved", "Reserved", boolean().mask(0xfff0);
    FAILOVER_DNS_FLAGS_U = "dhcpv6.failover.dns.flags.u", "Using Requested FQDN (U)", boolean().mask(0x8);
    FAILOVER_DNS_FLAGS_S = "dhcpv6.failover.dns.flags.s", "Synthesized Name (S)", boolean().mask(0x4);
    FAILOVER_DNS_FLAGS_R = "dhcpv6.failover.dns.flags.r", "Rev Uptodate (R)", boolean().mask(0x2);
    FAILOVER_DNS_FLAGS_F = "dhcpv6.failover.dns.flags.f", "Fwd Uptodate (F)", boolean().mask(0x1);
    FAILOVER_EXPIRATION_TIME = "dhcpv6.failover.expiration_time", "Expiration Time", uint(32);
    FAILOVER_MAX_UNACKED_BNDUPD = "dhcpv6.failover.max_unacked_bndupd", "Max number of unacked BNDUPD messages", uint(32);
    FAILOVER_MCLT = "dhcpv6.failover.mclt", "Maximum Client Lead Time (MCLT)", uint(32);
    FAILOVER_PARTNER_LIFETIME = "dhcpv6.failover.partner_lifetime", "Partner Lifetime", uint(32);
    FAILOVER_PARTNER_LIFETIME_SENT = "dhcpv6.failover.partner_lifetime_sent", "Partner Lifetime Sent", uint(32);
    FAILOVER_PARTNER_DOWN_TIME = "dhcpv6.failover.partner_down_time", "Partner Down Time", uint(32);
    FAILOVER_PARTNER_RAW_CLT_TIME = "dhcpv6.failover.partner_raw_clt_time", "Partner Raw Client Time", uint(32);
    FAILOVER_PROTOCOL_MAJOR_VERSION = "dhcpv6.failover.protocol.major_version", "Protocol Major Version", uint(16);
    FAILOVER_PROTOCOL_MINOR_VERSION = "dhcpv6.failover.protocol.minor_version", "Protocol Minor Version", uint(16);
    FAILOVER_KEEPALIVE_TIME = "dhcpv6.failover.keepalive_time", "Keepalive Time", uint(32);
    FAILOVER_RECONFIGURE_TIME = "dhcpv6.failover.reconfigure_time", "Reconfigure Time", uint(32);
    FAILOVER_RECONFIGURE_KEY = "dhcpv6.failover.reconfigure_key", "Reconfigure Key", bytes();
    FAILOVER_RELATIONSHIP_NAME = "dhcpv6.failover.relationship_name", "Relationship Name", string();
    FAILOVER_SERVER_FLAGS = "dhcpv6.failover.server.flags", "Flags", uint(8).hex();
    FAILOVER_SERVER_FLAGS_RESERVED = "dhcpv6.failover.server.flags.reserved", "Reserved", boolean().mask(0xf8);
    FAILOVER_SERVER_FLAGS_A = "dhcpv6.failover.server.flags.a", "Ack Startup (A)", boolean().mask(0x4);
    FAILOVER_SERVER_FLAGS_S = "dhcpv6.failover.server.flags.s", "Startup (S)", boolean().mask(0x2);
    FAILOVER_SERVER_FLAGS_C = "dhcpv6.failover.server.flags.c", "Communicated (C)", boolean().mask(0x1);
    FAILOVER_SERVER_STATE = "dhcpv6.failover.server_state", "Server State", uint(8).values(values::FAILOVER_SERVER_STATE);
    FAILOVER_START_TIME_OF_STATE = "dhcpv6.failover.start_time_of_state", "Start Time of State", uint(32);
    FAILOVER_STATE_EXPIRATION_TIME = "dhcpv6.failover.state_expiration_time", "State Expiration Time", uint(32);
    RELAY_PORT = "dhcpv6.relay_port", "Downstream Source Port", uint(16);
    NTPSERVER_FQDN = "dhcpv6.ntpserver.fqdn", "NTP Server FQDN", string();
    S46_RULE_FLAGS = "dhcpv6.s46_rule.flags", "Flags", uint(8).hex();
    S46_RULE_FLAGS_RESERVED = "dhcpv6.s46_rule.flags.reserved", "Reserved", boolean().mask(0xfe);
    S46_RULE_FLAGS_FMR = "dhcpv6.s46_rule.flags.fmr", "Forwarding Mapping Rule", boolean().mask(0x1);
    S46_RULE_EA_LEN = "dhcpv6.s46_rule.ea_len", "EA-bit length", uint(8);
    S46_RULE_IPV4_PREF_LEN = "dhcpv6.s46_rule.ipv4_pref_len", "IPv4 prefix length", uint(8);
    S46_RULE_IPV4_PREFIX = "dhcpv6.s46_rule.ipv4_prefix", "IPv4 prefix", ipv4();
    S46_RULE_IPV6_PREFIX_LEN = "dhcpv6.s46_rule.ipv6_prefix_len", "IPv6 prefix length", uint(8);
    S46_RULE_IPV6_PREFIX = "dhcpv6.s46_rule.ipv6_prefix", "IPv6 prefix", ipv6();
    S46_BR_ADDRESS = "dhcpv6.s46_br.address", "BR address", ipv6();
    S46_DMR_DMR_PREF_LEN = "dhcpv6.s46_dmr.dmr_pref_len", "IPv6 prefix length", uint(8);
    S46_DMR_DMR_PREFIX = "dhcpv6.s46_dmr.dmr_prefix", "IPv6 prefix", ipv6();
    S46_V4V6BIND_IPV4_ADDRESS = "dhcpv6.s46_v4v6bind.ipv4_address", "IPv4 Address", ipv4();
    S46_V4V6BIND_IPV6_PREF_LEN = "dhcpv6.s46_v4v6bind.ipv6_pref_len", "IPv6 prefix length", uint(8);
    S46_V4V6BIND_IPV6_PREFIX = "dhcpv6.s46_v4v6bind.ipv6_prefix", "IPv6 prefix", ipv6();
    S46_PORTPARAM_OFFSET = "dhcpv6.s46_portparam.offset", "Offset", uint(8);
    S46_PORTPARAM_PSID_LEN = "dhcpv6.s46_portparam.psid_len", "PSID length", uint(8);
    S46_PORTPARAM_PSID = "dhcpv6.s46_portparam.psid", "PSID", uint(16);
    MUDURL = "dhcpv6.mudurl", "MUDURL", string();
}

static MALFORMED: Expert =
    Expert::new("dhcpv6.malformed_option", "Malformed option", Group::Malformed, Severity::Error);
static HOPCOUNT: Expert = Expert::new(
    "dhcpv6.error_hopcount",
    "Detected error on hop-count",
    Group::Protocol,
    Severity::Warning,
);
static TLD: Expert = Expert::new(
    "dhcpv6.expert.tld_lookup",
    "WARNING: TLDs are rarely resolvable ",
    Group::Comments,
    Severity::Warning,
);
static ROOT_ONLY: Expert = Expert::new(
    "dhcpv6.expert.root_only_domain_name",
    "ERROR: A root-only domain name cannot be resolved.",
    Group::Protocol,
    Severity::Error,
);
static NOT_ENCODED: Expert = Expert::new(
    "dhcpv6.expert.name_not_dns_encoded",
    "ERROR: This name is not a DNS record encoded",
    Group::Protocol,
    Severity::Error,
);
static BAD_KIND: Expert = Expert::new(
    "dhcpv6.bad_msgtype",
    "This message type is not permitted to use OPTION_CLIENT_FQDN",
    Group::Protocol,
    Severity::Error,
);
static S_BIT: Expert = Expert::new(
    "dhcpv6.s_bit_should_be_zero",
    "ERROR: When the N-bit is set, the S-bit must be reset",
    Group::Protocol,
    Severity::Error,
);
static STRAY: Expert = Expert::new(
    "_ws.string.trailing_stray_characters",
    "Trailing stray characters",
    Group::Undecoded,
    Severity::Warning,
);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::UdpPort(546), Key::UdpPort(547)],
    fields: FIELDS,
    experts: &[&MALFORMED, &HOPCOUNT, &TLD, &ROOT_ONLY, &NOT_ENCODED, &BAD_KIND, &S_BIT, &STRAY],
    walk,
    ..Protocol::new("dhcpv6", "DHCPv6", "DHCPv6")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL];

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
        let text = format_args!(
            "Hopcount of most inner message has to equal 0 instead of {hops}"
        );
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
        21 => names(w, &SIP_SERVER_DOMAIN_SEARCH_FQDN, "SIP Servers Domain Search List", item),
        24 => names(w, &SEARCH_LIST_ENTRY, "Domain name suffix search list", item),
        29 => names(w, &NIS_FQDN, "nis-domain-name", item),
        30 => names(w, &NISP_FQDN, "nisp-domain-name", item),
        33 => names(w, &BCMCS_SERVER_FQDN, "BCMCS Servers Domain Search List", item),
        64 => name_list(w, &AFTR_NAME, at, item.end()),
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
        39 => client_fqdn(w, item),
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
        89..=93 => softwire(w, item),
        103 => line(w, &CAPTIVE_PORTAL, at, len),
        112 => line(w, &MUDURL, at, len),
        114..=134 => failover(w, item),
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

fn addresses(
    w: &mut Walk,
    field: &'static Field,
    item: &Item,
    name: &'static str,
) -> Result<(), Stop> {
    if fits(w, item, item.len.is_multiple_of(16), name) {
        for i in 0..item.len / 16 {
            w.field(field, item.at + i * 16, 16)?;
        }
    }
    Ok(())
}

/// Addresses whose lines are numbered.
fn numbered(
    w: &mut Walk,
    field: &'static Field,
    item: &Item,
    name: &'static str,
) -> Result<(), Stop> {
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

fn link_layer(
    w: &mut Walk,
    field: &'static Field,
    kind: usize,
    at: usize,
    end: usize,
) -> Result<(), Stop> {
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

/// Names under a heading.
fn names(
    w: &mut Walk,
    field: &'static Field,
    title: &'static str,
    item: &Item,
) -> Result<(), Stop> {
    w.open_label(item.at, item.len, format_args!("{title}"));
    name_list(w, field, item.at, item.end())?;
    w.close();
    Ok(())
}

/// Names in DNS encoding, one after the other. Names of one label are remarked upon, as is the root.
fn name_list(w: &mut Walk, field: &'static Field, mut at: usize, end: usize) -> Result<(), Stop> {
    while at < end {
        let all = w.bytes(at, end - at)?;
        if let Some(len @ 64..) = all.first() {
            not_encoded(w, at, *len);
            return Ok(());
        }
        let Some(name) = Name::read(all) else {
            return Err(Stop::malformed(at));
        };
        put_name(w, field, at, &name);
        if name.labels == 0 {
            return Ok(());
        }
        at += name.len;
    }
    Ok(())
}

/// What should be a name is plain text, as some clients send it.
fn not_encoded(w: &mut Walk, at: usize, len: u8) {
    let text = format_args!(
        "Label Length: {len} This is not a DNS record encoded domain name. The value in the first octet of a label is the length of the name that follows and must be 63 octets or less."
    );
    let id = w.text(&BOGUS_LABEL_LENGTH, at, 1, Value::Uint(u64::from(len)), text);
    warn(w, id, at, 1, &NOT_ENCODED);
}

/// A name in DNS encoding, without pointers.
struct Name {
    text: String,
    labels: usize,
    /// It ends with the root.
    whole: bool,
    len: usize,
}

impl Name {
    fn read(bytes: &[u8]) -> Option<Name> {
        let mut name = Name { text: String::new(), labels: 0, whole: false, len: 0 };
        while let Some(len) = bytes.get(name.len) {
            let len = usize::from(*len);
            name.len += 1;
            if len == 0 {
                name.whole = true;
                return Some(name);
            }
            let label = bytes.get(name.len..name.len + len)?;
            if name.labels > 0 {
                name.text.push('.');
            }
            name.text.push_str(&text::ascii(label));
            name.labels += 1;
            name.len += len;
        }
        Some(name)
    }
}

fn put_name(w: &mut Walk, field: &'static Field, at: usize, name: &Name) {
    let text = &name.text;
    match (name.labels, name.whole) {
        (0, _) => {
            let value = Value::Str("['.' (0)]");
            let id = w.value(&ROOT_ONLY_DOMAIN_NAME, at, name.len, value);
            warn(w, id, at, name.len, &ROOT_ONLY);
        }
        (1, true) => {
            let value = format!("{text}.");
            let label = format_args!("Top Level Domain name (TLD): {value}");
            let id = w.text(&TLD_NAME, at, name.len, Value::Str(&value), label);
            warn(w, id, at, name.len, &TLD);
        }
        (_, true) => _ = w.value(field, at, name.len, Value::Str(&format!("{text}."))),
        (1, false) => {
            let label = format_args!("Partial domain name: {text}");
            w.text(field, at, name.len, Value::Str(text), label);
        }
        (_, false) => {
            let label = format_args!("Multi-part partially qualified Domain Name: {text}");
            w.text(field, at, name.len, Value::Str(text), label);
        }
    }
}

/// A remark in a line of its own.
fn warn(w: &mut Walk, id: NodeId, at: usize, len: usize, expert: &'static Expert) {
    w.open(id);
    let line = w.open_label(at, len, format_args!("{}", expert.field.label));
    w.expert(expert, line);
    w.close();
    w.close();
}

/// RFC 4704; the flags mean other things from a client than from a server.
fn client_fqdn(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 1, "FQDN") {
        return Ok(());
    }
    if !matches!(item.place.kind, 1..=3 | 5..=7) {
        let value = Value::Uint(u64::from(item.place.kind));
        let text = format_args!(
            "Only the following message types are permitted to use OPTION_CLIENT_FQDN: SOLICIT, REQUEST, RENEW, REBIND, ADVERTISE, and REPLY"
        );
        let id = w.text(&CLIENTFQDN_BAD_MSGTYPE, item.at - 4, 1, value, text);
        warn(w, id, item.at - 4, 1, &BAD_KIND);
        return Ok(());
    }
    let bits = w.u8(item.at)?;
    let server = matches!(item.place.kind, 2 | 7);
    let said = if server { server_wish(bits) } else { client_wish(bits) };
    let value = Value::Uint(u64::from(bits));
    let more = if server && bits & 6 == 2 {
        " [Server has overridden the client's S bit]"
    } else {
        ""
    };
    let text = format_args!("Flags: 0x{bits:02x}  [{said}]{more}");
    let id = w.text(&CLIENT_FQDN_FLAGS, item.at, 1, value, text);
    w.open(id);
    let fields: &[&Field] = if server {
        &[&CLIENTFQDN_SERVER_N, &CLIENTFQDN_SERVER_O, &CLIENTFQDN_SERVER_S]
    } else {
        &[&CLIENTFQDN_CLIENT_N, &CLIENTFQDN_CLIENT_S]
    };
    for field in fields {
        w.field(field, item.at, 1)?;
    }
    w.close();
    if bits & 5 == 5 {
        let line = w.open_label(item.at, 1, format_args!("{}", S_BIT.field.label));
        w.expert(&S_BIT, line);
        w.close();
    }
    if item.len == 1 {
        let text = format_args!(
            "Empty domain field: the client requests the server to provide a domain name"
        );
        w.text(&DOMAIN_FIELD_LEN, item.at - 2, 2, Value::Uint(0), text);
        return Ok(());
    }
    name_list(w, &CLIENT_DOMAIN, item.at + 1, item.end())
}

fn client_wish(bits: u8) -> &'static str {
    match (bits & 4 != 0, bits & 1 != 0) {
        (false, false) => "CLIENT wants to update its AAAA RRs and SERVER to update its PTR RRs",
        (false, true) => "CLIENT wants SERVER to update both its AAAA and PTR RRs",
        (true, false) => "CLIENT prefers that the server not perform *any* DNS updates",
        (true, true) => {
            "ERROR: CLIENT prefers that the server not perform *any* DNS updates         In which case the 'S' bit MUST be 0"
        }
    }
}

fn server_wish(bits: u8) -> &'static str {
    match (bits & 4 != 0, bits & 1 != 0) {
        (false, false) => "CLIENT SHALL update AAAA RRs; SERVER SHALL update PTR RRs",
        (false, true) => "SERVER SHALL update both AAAA and PTR RRs",
        (true, false) => "CLIENT SHALL update AAAA RRs; SERVER SHALL NOT perform any DNS updates",
        (true, true) => {
            "ERROR: SERVER SHALL NOT perform *any* DNS updates in which case         the 'S' bit MUST be 0"
        }
    }
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
            (3, _) => name_list(w, &NTPSERVER_FQDN, at + 4, end)?,
            _ => {}
        }
        w.close();
        at = end;
    }
    Ok(())
}

/// IPv4 over IPv6 (RFC 7598).
fn softwire(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let at = item.at;
    match item.code {
        89 if fits(w, item, item.len >= 8, "S46_RULE") => {
            flags::put(w, &S46_RULE_FLAGS, at, 1, &[&S46_RULE_FLAGS_RESERVED, &S46_RULE_FLAGS_FMR])?;
            w.field(&S46_RULE_EA_LEN, at + 1, 1)?;
            w.field(&S46_RULE_IPV4_PREF_LEN, at + 2, 1)?;
            w.field(&S46_RULE_IPV4_PREFIX, at + 3, 4)?;
            let next = cut_prefix(w, &S46_RULE_IPV6_PREFIX_LEN, &S46_RULE_IPV6_PREFIX, at + 7)?;
            options(w, next, item.end(), item.place)
        }
        90 => exactly(w, &S46_BR_ADDRESS, 16, item, "S46_BR"),
        91 if fits(w, item, item.len >= 1, "S46_DMR") => {
            cut_prefix(w, &S46_DMR_DMR_PREF_LEN, &S46_DMR_DMR_PREFIX, at)?;
            Ok(())
        }
        92 if fits(w, item, item.len >= 5, "S46_V4V6BIND") => {
            w.field(&S46_V4V6BIND_IPV4_ADDRESS, at, 4)?;
            let (len, field) = (&S46_V4V6BIND_IPV6_PREF_LEN, &S46_V4V6BIND_IPV6_PREFIX);
            let next = cut_prefix(w, len, field, at + 4)?;
            options(w, next, item.end(), item.place)
        }
        93 if fits(w, item, item.len == 4, "S46_PORTPARAMS") => {
            w.field(&S46_PORTPARAM_OFFSET, at, 1)?;
            let bits = u32::from(w.u8(at + 1)?);
            w.field(&S46_PORTPARAM_PSID_LEN, at + 1, 1)?;
            let number = u32::from(w.be16(at + 2)?) >> 16u32.saturating_sub(bits);
            w.uint(&S46_PORTPARAM_PSID, at + 2, 2, u64::from(number));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A prefix of as many bytes as its length in bits needs; says where it ends.
fn cut_prefix(
    w: &mut Walk,
    length: &'static Field,
    field: &'static Field,
    at: usize,
) -> Result<usize, Stop> {
    let len = usize::from(w.u8(at)?).div_ceil(8).min(16);
    w.field(length, at, 1)?;
    let mut prefix = [0; 16];
    prefix[..len].copy_from_slice(w.bytes(at + 1, len)?);
    w.value(field, at + 1, len, Value::Ipv6(prefix));
    Ok(at + 1 + len)
}

/// Between servers (RFC 8156 5.5).
fn failover(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    let number: (&'static Field, usize) = match item.code {
        114 => (&FAILOVER_BINDING_STATUS, 1),
        120 => (&FAILOVER_EXPIRATION_TIME, 4),
        121 => (&FAILOVER_MAX_UNACKED_BNDUPD, 4),
        122 => (&FAILOVER_MCLT, 4),
        123 => (&FAILOVER_PARTNER_LIFETIME, 4),
        124 => (&FAILOVER_PARTNER_LIFETIME_SENT, 4),
        125 => (&FAILOVER_PARTNER_DOWN_TIME, 4),
        126 => (&FAILOVER_PARTNER_RAW_CLT_TIME, 4),
        128 => (&FAILOVER_KEEPALIVE_TIME, 4),
        132 => (&FAILOVER_SERVER_STATE, 1),
        133 => (&FAILOVER_START_TIME_OF_STATE, 4),
        134 => (&FAILOVER_STATE_EXPIRATION_TIME, 4),
        _ => return failover_parts(w, item),
    };
    if fits(w, item, len == number.1, "Failover") {
        w.field(number.0, at, len)?;
    }
    Ok(())
}

fn failover_parts(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    match item.code {
        115 if fits(w, item, len == 2, "Failover") => {
            let bits = [&FAILOVER_CONNECT_FLAGS_RESERVED, &FAILOVER_CONNECT_FLAGS_F];
            flags::put(w, &FAILOVER_CONNECT_FLAGS, at, 2, &bits)?;
        }
        117 => whole_name(w, &FAILOVER_DNS_HOSTNAME, at, len)?,
        118 => whole_name(w, &FAILOVER_DNS_ZONENAME, at, len)?,
        119 if fits(w, item, len == 2, "Failover") => {
            let bits = [
                &FAILOVER_DNS_FLAGS_RESERVED,
                &FAILOVER_DNS_FLAGS_U,
                &FAILOVER_DNS_FLAGS_S,
                &FAILOVER_DNS_FLAGS_R,
                &FAILOVER_DNS_FLAGS_F,
            ];
            flags::put(w, &FAILOVER_DNS_FLAGS, at, 2, &bits)?;
        }
        127 if fits(w, item, len == 4, "Failover") => {
            w.field(&FAILOVER_PROTOCOL_MAJOR_VERSION, at, 2)?;
            w.field(&FAILOVER_PROTOCOL_MINOR_VERSION, at + 2, 2)?;
        }
        129 if fits(w, item, len >= 4, "Failover") => {
            w.field(&FAILOVER_RECONFIGURE_TIME, at, 4)?;
            bytes(w, &FAILOVER_RECONFIGURE_KEY, at + 4, len - 4)?;
        }
        130 => line(w, &FAILOVER_RELATIONSHIP_NAME, at, len)?,
        131 if fits(w, item, len == 1, "Failover") => {
            let bits = [
                &FAILOVER_SERVER_FLAGS_RESERVED,
                &FAILOVER_SERVER_FLAGS_A,
                &FAILOVER_SERVER_FLAGS_S,
                &FAILOVER_SERVER_FLAGS_C,
            ];
            flags::put(w, &FAILOVER_SERVER_FLAGS, at, 1, &bits)?;
        }
        _ => {}
    }
    Ok(())
}

fn whole_name(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let (name, _) = domain(w.bytes(at, len)?, 0).ok_or(Stop::malformed(at))?;
    w.value(field, at, len, Value::Str(&name));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_how_they_end() {
        let name = Name::read(b"\x04host\x03foo\x00rest").unwrap();
        assert_eq!((name.text.as_str(), name.whole, name.len), ("host.foo", true, 10));
        let name = Name::read(b"\x04host").unwrap();
        assert_eq!((name.labels, name.whole), (1, false));
        assert!(Name::read(b"\x04ho").is_none());
    }
}
