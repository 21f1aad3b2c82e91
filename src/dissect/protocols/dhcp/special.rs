//! Options whose value has parts: client identifiers, flags, locations, status.

use std::fmt::Write;

use super::names::domain;
use super::options::{BAD_LENGTH, line, multiple, options_of, text};
use super::{FILE_NAME, HW_MAC_ADDR, HW_TYPE, Item, SERVER_NAME, hardware, options as areas, values, vendor};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Kind, Names, YES};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    FQDN_S = "dhcp.fqdn.s", "Server", boolean().names(Names::TrueFalse("Server", "Client")).mask(0x1);
    FQDN_O = "dhcp.fqdn.o", "Server overrides", boolean().names(Names::TrueFalse("Override", "No override")).mask(0x2);
    FQDN_E = "dhcp.fqdn.e", "Encoding", boolean().names(Names::TrueFalse("Binary encoding", "ASCII encoding")).mask(0x4);
    FQDN_N = "dhcp.fqdn.n", "Server DDNS", boolean().names(Names::TrueFalse("No server updates", "Some server updates")).mask(0x8);
    FQDN_FLAGS = "dhcp.fqdn.flags", "Flags", uint(8).hex();
    FQDN_MBZ = "dhcp.fqdn.mbz", "Reserved flags", uint(8).hex().mask(0xf0);
    FQDN_RCODE1 = "dhcp.fqdn.rcode1", "A-RR result", uint(8);
    FQDN_RCODE2 = "dhcp.fqdn.rcode2", "PTR-RR result", uint(8);
    FQDN_NAME = "dhcp.fqdn.name", "Client name", string();
    CLIENT_ID_UUID = "dhcp.client_id.uuid", "Client Identifier (UUID)", kind(Kind::Guid);
    CLIENT_HARDWARE_ADDRESS = "dhcp.client_hardware_address", "Client hardware address", string();
    CLIENT_ID_IAID = "dhcp.client_id.iaid", "IAID", string();
    CLIENT_ID_DUID_TYPE = "dhcp.client_id.duid_type", "DUID Type", uint(16).values(values::CLIENT_ID_DUID_TYPE);
    CLIENT_ID_DUID_LLT_HW_TYPE = "dhcp.client_id.duid_llt_hw_type", "Hardware type", uint(16).values(values::HW_TYPE);
    CLIENT_ID_DUID_LL_HW_TYPE = "dhcp.client_id.duid_ll_hw_type", "Hardware type", uint(16).values(values::HW_TYPE);
    CLIENT_ID_TIME = "dhcp.client_id.time", "Time", uint(32);
    CLIENT_ID_LINK_LAYER_ADDRESS = "dhcp.client_id.link_layer_address", "Link layer address", string();
    CLIENT_ID_ENTERPRISE_NUM = "dhcp.client_id.enterprise_num", "Enterprise-number", uint(32);
    CLIENT_ID = "dhcp.client_id", "Identifier", bytes();
    CLIENT_ID_TYPE = "dhcp.client_id.type", "Type", uint(8);
    CLIENT_ID_UNDEF = "dhcp.client_id.undef", "Client Identifier", string();
    POLICY_FILTER_IP = "dhcp.option.policy_filter.ip", "IP Address", ipv4();
    POLICY_FILTER_SUBNET_MASK = "dhcp.option.policy_filter.subnet_mask", "Subnet Mask", ipv4();
    PATH_MTU_PLATEAU_TABLE_ITEM = "dhcp.option.path_mtu_plateau_table_item", "Path MTU Plateau Table Item", uint(16);
    STATIC_ROUTE_IP = "dhcp.option.static_route.ip", "Destination IP Address", ipv4();
    STATIC_ROUTE_ROUTER = "dhcp.option.static_route.router", "Destination Router", ipv4();
    OPTION_OVERLOAD = "dhcp.option.option_overload", "Option Overload", uint(8).values(values::OPTION_OVERLOAD);
    DHCP = "dhcp.option.dhcp", "DHCP", uint(8).values(values::DHCP);
    REQUEST_LIST_ITEM = "dhcp.option.request_list_item", "Parameter Request List Item", uint(8);
    USER_CLASS = "dhcp.option.user_class", "Instance of User Class", uint(8);
    USER_CLASS_LENGTH = "dhcp.option.user_class.length", "User Class Length", uint(8);
    USER_CLASS_DATA = "dhcp.option.user_class.data", "User Class Data", bytes();
    USER_CLASS_TEXT = "dhcp.option.user_class.text", "User Class Data (Text)", string();
    SLP_DIRECTORY_AGENT_VALUE = "dhcp.option.slp_directory_agent.value", "Value", uint(8).values(values::SLP_DIRECTORY_AGENT_VALUE);
    SLP_DIRECTORY_AGENT_SLPDA_ADDRESS = "dhcp.option.slp_directory_agent.slpda_address", "IP Address", ipv4();
    SLP_SERVICE_SCOPE_VALUE = "dhcp.option.slp_service_scope.value", "Value", uint(8).values(values::SLP_SERVICE_SCOPE_VALUE);
    SLP_SERVICE_SCOPE_STRING = "dhcp.option.slp_service_scope.string", "SLP Service Scope", stringz();
    ISNS_FUNCTIONS = "dhcp.option.isns.functions", "iSNS Functions", uint(16).hex();
    ISNS_FUNCTIONS_ENABLED = "dhcp.option.isns.functions.enabled", "Function Fields Enabled", boolean().names(YES).mask(0x1);
    ISNS_FUNCTIONS_DD_BASE_AUTHORIZATION = "dhcp.option.isns.functions.dd_base_authorization", "Discovery Domain based Authorization", boolean().names(Names::TrueFalse("Automatically allowed access", "Explicitly performed")).mask(0x2);
    ISNS_FUNCTIONS_SEC_POLICY_DISTRIBUTION = "dhcp.option.isns.functions.sec_policy_distribution", "Security Policy Distribution", boolean().names(Names::TrueFalse("Download from iSNS server", "By other means")).mask(0x4);
    ISNS_FUNCTIONS_RESERVED = "dhcp.option.isns.functions.reserved", "Reserved flags", uint(16).hex().mask(0xfff8);
    ISNS_DISCOVERY_DOMAIN_ACCESS = "dhcp.option.isns.discovery_domain_access", "Discovery Domain Access flags", uint(16).hex();
    ISNS_DISCOVERY_DOMAIN_ACCESS_ENABLED = "dhcp.option.isns.discovery_domain_access.enabled", "Discovery Domain Enabled", boolean().names(YES).mask(0x1);
    ISNS_DISCOVERY_DOMAIN_ACCESS_CONTROL_NODE = "dhcp.option.isns.discovery_domain_access_control.node", "Control Node", boolean().names(YES).mask(0x2);
    ISNS_DISCOVERY_DOMAIN_ACCESS_ISCSI_TARGET = "dhcp.option.isns.discovery_domain_access.iscsi_target", "iSCSI Target", boolean().names(YES).mask(0x4);
    ISNS_DISCOVERY_DOMAIN_ACCESS_ISCSI_INITIATOR = "dhcp.option.isns.discovery_domain_access.iscsi_initiator", "iSCSI Initiator", boolean().names(YES).mask(0x8);
    ISNS_DISCOVERY_DOMAIN_ACCESS_IFCP_TARGET_PORT = "dhcp.option.isns.discovery_domain_access.ifcp_target_port", "iFCP Target Port", boolean().names(YES).mask(0x10);
    ISNS_DISCOVERY_DOMAIN_ACCESS_INITIATOR_TARGET_PORT = "dhcp.option.isns.discovery_domain_access.initiator_target_port", "iFCP Initiator Port", boolean().names(YES).mask(0x20);
    ISNS_DISCOVERY_DOMAIN_ACCESS_RESERVED = "dhcp.option.isns.discovery_domain_access.reserved", "Reserved Flags", uint(16).hex().mask(0xffc0);
    ISNS_ADMINISTRATIVE_FLAGS = "dhcp.option.isns.administrative_flags", "Administrative Flags", uint(16).hex();
    ISNS_ADMINISTRATIVE_FLAGS_ENABLED = "dhcp.option.isns.administrative_flags.enabled", "Administrative Flags Enabled", boolean().names(YES).mask(0x1);
    ISNS_ADMINISTRATIVE_FLAGS_HEARTBEAT = "dhcp.option.isns.administrative_flags.heartbeat", "Heartbeat", boolean().names(YES).mask(0x2);
    ISNS_ADMINISTRATIVE_FLAGS_MANAGEMENT_SCNS = "dhcp.option.isns.administrative_flags.management_scns", "Management SCNs", boolean().names(YES).mask(0x4);
    ISNS_ADMINISTRATIVE_FLAGS_DEFAULT_DISCOVERY_DOMAIN = "dhcp.option.isns.administrative_flags.default_discovery_domain", "Default Discovery Domain", boolean().names(YES).mask(0x8);
    ISNS_ADMINISTRATIVE_FLAGS_RESERVED = "dhcp.option.isns.administrative_flags.reserved", "Reserved Flags", uint(16).hex().mask(0xfff0);
    ISNS_SERVER_SECURITY_BITMAP = "dhcp.option.isns.server_security_bitmap", "iSNS Server Security Bitmap", uint(32).hex();
    ISNS_SERVER_SECURITY_BITMAP_ENABLED = "dhcp.option.isns.server_security_bitmap.enabled", "Server Security Bitmap Enabled", boolean().names(YES).mask(0x1);
    ISNS_SERVER_SECURITY_BITMAP_IKE_IPSEC_ENABLED = "dhcp.option.isns.server_security_bitmap.ike_ipsec_enabled", "IKE/IPSec", boolean().names(Names::TrueFalse("Enabled", "Disabled")).mask(0x2);
    ISNS_SERVER_SECURITY_BITMAP_MAIN_MODE = "dhcp.option.isns.server_security_bitmap.main_mode", "Main Mode", boolean().names(Names::TrueFalse("Enabled", "Disabled")).mask(0x4);
    ISNS_SERVER_SECURITY_BITMAP_AGGRESSIVE_MODE = "dhcp.option.isns.server_security_bitmap.aggressive_mode", "Aggressive Mode", boolean().names(Names::TrueFalse("Enabled", "Disabled")).mask(0x8);
    ISNS_SERVER_SECURITY_BITMAP_PFS = "dhcp.option.isns.server_security_bitmap.pfs", "PFS", boolean().names(Names::TrueFalse("Enabled", "Disabled")).mask(0x10);
    ISNS_SERVER_SECURITY_BITMAP_TRANSPORT_MODE = "dhcp.option.isns.server_security_bitmap.transport_mode", "Transport Mode", boolean().names(Names::TrueFalse("Preferred", "No preference")).mask(0x20);
    ISNS_SERVER_SECURITY_BITMAP_TUNNEL_MODE = "dhcp.option.isns.server_security_bitmap.tunnel_mode", "Tunnel Mode", boolean().names(Names::TrueFalse("Preferred", "No preference")).mask(0x40);
    ISNS_SERVER_SECURITY_BITMAP_RESERVED = "dhcp.option.isns.server_security_bitmap.reserved", "Reserved Flags", uint(16).hex().mask(0xff80);
    ISNS_PRIMARY_SERVER_ADDR = "dhcp.option.isns.primary_server_addr", "Primary Server Address", ipv4();
    ISNS_HEARTBEAT_ORIGINATOR_ADDR = "dhcp.option.isns.heartbeat_originator_addr", "Heartbeat Originator Address", ipv4();
    ISNS_SECONDARY_SERVER_ADDR = "dhcp.option.isns.secondary_server_addr", "Secondary Server Address", ipv4();
    DHCP_AUTHENTICATION_PROTOCOL = "dhcp.option.dhcp_authentication.protocol", "Protocol", uint(8).values(values::DHCP_AUTHENTICATION_PROTOCOL);
    DHCP_AUTHENTICATION_ALG_DELAY = "dhcp.option.dhcp_authentication.alg_delay", "Delay Algorithm", uint(8).values(values::DHCP_AUTHENTICATION_ALG_DELAY);
    DHCP_AUTHENTICATION_ALGORITHM = "dhcp.option.dhcp_authentication.algorithm", "Algorithm", uint(8);
    DHCP_AUTHENTICATION_RDM = "dhcp.option.dhcp_authentication.rdm", "Replay Detection Method", uint(8).values(values::DHCP_AUTHENTICATION_RDM);
    DHCP_AUTHENTICATION_RDM_REPLAY_DETECTION = "dhcp.option.dhcp_authentication.rdm_replay_detection", "RDM Replay Detection Value", uint(64).hex();
    DHCP_AUTHENTICATION_RDM_RDV = "dhcp.option.dhcp_authentication.rdm_rdv", "Replay Detection Value", stringz();
    DHCP_AUTHENTICATION_INFORMATION = "dhcp.option.dhcp_authentication.information", "Authentication Information", stringz();
    CLIENT_SYSTEM_ARCHITECTURE = "dhcp.option.client_system_architecture", "Client System Architecture", uint(16).values(values::CLIENT_SYSTEM_ARCHITECTURE);
    CLIENT_NETWORK_ID_MAJOR = "dhcp.client_network_id_major", "Major Version", uint(8);
    CLIENT_NETWORK_ID_MINOR = "dhcp.client_network_id_minor", "Minor Version", uint(8);
    CIVIC_LOCATION_WHAT = "dhcp.option.civic_location.what", "What", uint(8).values(values::CIVIC_LOCATION_WHAT);
    CIVIC_LOCATION_COUNTRY = "dhcp.option.civic_location.country", "Country", stringz();
    CIVIC_LOCATION_CA_TYPE = "dhcp.option.civic_location.ca_type", "CA Type", uint(8).values(values::CIVIC_LOCATION_CA_TYPE);
    CIVIC_LOCATION_CA_LENGTH = "dhcp.option.civic_location.ca_length", "CA Length", uint(8);
    CIVIC_LOCATION_CA_VALUE = "dhcp.option.civic_location.ca_value", "CA Value", stringz();
    FORCERENEW_NONCE_ALGORITHM = "dhcp.option.forcerenew_nonce.algorithm", "Algorithm", uint(8).values(values::FORCERENEW_NONCE_ALGORITHM);
    BULK_LEASE_STATUS_CODE = "dhcp.option.bulk_lease.status_code", "Status Code", uint(8).values(values::BULK_LEASE_STATUS_CODE);
    BULK_LEASE_STATUS_CODE_MESSAGE = "dhcp.option.bulk_lease.status_code_message", "Status Code Message", string();
    BULK_LEASE_BASE_TIME = "dhcp.option.bulk_lease.base_time", "Base Time", time();
    BULK_LEASE_QUERY_START_TIME = "dhcp.option.bulk_lease.query_start_time", "Query Start Time", time();
    BULK_LEASE_QUERY_END_TIME = "dhcp.option.bulk_lease.query_end_time", "Query End Time", time();
    PCP_LIST_LENGTH = "dhcp.option.pcp.list_length", "List-Length", uint(8);
    PCP_SERVER = "dhcp.option.pcp.server", "PCP Server", ipv4();
    PORTPARAMS_OFFSET = "dhcp.option.portparams.offset", "Offset", uint(8);
    PORTPARAMS_PSID_LENGTH = "dhcp.option.portparams.psid_length", "PSID-Length", uint(8);
    PORTPARAMS_PSID = "dhcp.option.portparams.psid", "PSID", bytes();
    SIX_RD_IPV4_MASK_LEN = "dhcp.option.6RD.ipv4_mask_len", "6RD IPv4 Mask Length", uint(8);
    SIX_RD_PREFIX_LEN = "dhcp.option.6RD.prefix_len", "6RD Prefix Length", uint(8);
    SIX_RD_PREFIX = "dhcp.option.6RD.prefix", "6RD Prefix", ipv6();
    SIX_RD_BORDER_RELAY_IP = "dhcp.option.6RD.border_relay_ip", "Border Relay IP", ipv4();
}

pub const fn remark(name: &'static str, summary: &'static str, severity: Severity) -> Expert {
    Expert::new(name, summary, Group::Protocol, severity)
}

static NONSTANDARD: Expert =
    remark("dhcp.option.nonstd_data", "Non standard compliant option data", Severity::Note);
static FILE_END: Expert = remark(
    "dhcp.option.option_overload.file_end_missing",
    "file overload end option missing",
    Severity::Error,
);
static SERVER_END: Expert = remark(
    "dhcp.option.option_overload.sname_end_missing",
    "sname overload end option missing",
    Severity::Error,
);
static AMBIGUOUS: Expert = remark(
    "dhcp.option.client_architecture.ambiguous",
    "Client Architecture ID may be ambiguous",
    Severity::Warning,
);

static SIX_RD: Expert = remark("dhcp.option.6RD.malformed", "6RD: malformed option", Severity::Error);
static BAD_DUID: Expert = remark("dhcp.malformed.duid", "DUID: malformed option", Severity::Error);

pub static EXPERTS: &[&Expert] = &[&NONSTANDARD, &FILE_END, &SERVER_END, &AMBIGUOUS, &SIX_RD, &BAD_DUID];

/// Remarks that a value is shorter than it must be; true if it is long enough.
pub fn at_least(w: &mut Walk, item: &Item, len: usize) -> bool {
    if item.len < len {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length isn't >= {len}"));
    }
    item.len >= len
}

/// Pairs of addresses.
fn pairs(w: &mut Walk, item: &Item, fields: [&'static Field; 2]) -> Result<(), Stop> {
    if multiple(w, item, 8) {
        for i in 0..item.len / 4 {
            w.field(fields[i % 2], item.at + i * 4, 4)?;
        }
    }
    Ok(())
}

pub fn policy_filter(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    pairs(w, item, [&POLICY_FILTER_IP, &POLICY_FILTER_SUBNET_MASK])
}

pub fn static_route(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    pairs(w, item, [&STATIC_ROUTE_IP, &STATIC_ROUTE_ROUTER])
}

pub fn mtu_plateaus(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    for i in 0..item.len / 2 {
        w.field(&PATH_MTU_PLATEAU_TABLE_ITEM, item.at + i * 2, 2)?;
    }
    multiple(w, item, 2);
    Ok(())
}

/// Options in the places of the server's and the boot file's name.
pub fn overload(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len == 0 {
        return Ok(());
    }
    w.field(&OPTION_OVERLOAD, item.at, 1)?;
    let first = item.message.list.iter().find(|o| o.0 == 52);
    if first.is_none_or(|o| o.1 != item.at) {
        return Ok(());
    }
    let bits = w.u8(item.at)?;
    let areas_there = [
        (2, SERVER_NAME, "Server host name option overload", &SERVER_END),
        (1, FILE_NAME, "Boot file name option overload", &FILE_END),
    ];
    for (bit, (at, len), title, missing) in areas_there {
        if bits & bit == 0 || bits > 3 || item.at < at + len {
            continue;
        }
        let id = w.open_label(at, len, format_args!("{title}"));
        let (_, ended) = areas(w, at, at + len, item.message)?;
        if !ended {
            w.expert(missing, id);
        }
        w.close();
    }
    Ok(())
}

pub fn message_type(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let kind = w.u8(item.at)?;
    w.append(item.id, format_args!(" ({})", super::Kind(kind)));
    w.field(&DHCP, item.at, 1)?;
    Ok(())
}

pub fn request_list(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    for at in item.at..item.at + item.len {
        let code = w.u8(at)?;
        let name = options_of(code);
        let text = format_args!("Parameter Request List Item: ({code}) {name}");
        w.text(&REQUEST_LIST_ITEM, at, 1, Value::Uint(u64::from(code)), text);
    }
    Ok(())
}

/// RFC 2132 9.14, RFC 4361 6.1.
pub fn client_id(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (at, len) = (item.at, item.len);
    if len == 0 {
        return Ok(());
    }
    let kind = w.u8(at)?;
    match (kind, len) {
        (1..48, 7) => {
            w.field(&HW_TYPE, at, 1)?;
            if matches!(kind, 1 | 6) {
                w.field(&HW_MAC_ADDR, at + 1, 6)?;
            } else {
                let address = hardware(kind, w.bytes(at + 1, 6)?);
                w.value(&CLIENT_HARDWARE_ADDRESS, at + 1, 6, Value::Str(&address));
            }
        }
        (0, 17) => guid(w, at + 1)?,
        (255, 8..) => identity(w, item)?,
        (0, 2..) => {
            w.field(&CLIENT_ID_TYPE, at, 1)?;
            line(w, &CLIENT_ID_UNDEF, at + 1, len - 1)?;
        }
        _ => {}
    }
    Ok(())
}

/// A UUID as PXE firmware writes it: the first three parts little-endian.
fn guid(w: &mut Walk, at: usize) -> Result<(), Stop> {
    let mut g: [u8; 16] = w.buf.array(at)?;
    g[..4].reverse();
    g[4..6].reverse();
    g[6..8].reverse();
    w.value(&CLIENT_ID_UUID, at, 16, Value::Guid(g));
    Ok(())
}

/// An IAID and a DUID (RFC 8415 11).
fn identity(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (at, end) = (item.at, item.at + item.len);
    let mut iaid = String::new();
    crate::dissect::text::hex(&mut iaid, w.bytes(at + 1, 4)?, None);
    w.value(&CLIENT_ID_IAID, at + 1, 4, Value::Str(&iaid));
    let kind = w.be16(at + 5)?;
    w.field(&CLIENT_ID_DUID_TYPE, at + 5, 2)?;
    let least = match kind {
        1 => 8,
        2 | 3 => 4,
        _ => return Ok(()),
    };
    if item.len < 7 + least {
        w.expert(&BAD_DUID, item.id);
        return Ok(());
    }
    match kind {
        1 => {
            w.field(&CLIENT_ID_DUID_LLT_HW_TYPE, at + 7, 2)?;
            w.field(&CLIENT_ID_TIME, at + 9, 4)?;
            link_layer(w, at + 7, at + 13, end)
        }
        2 => {
            vendor::enterprise(w, &CLIENT_ID_ENTERPRISE_NUM, at + 7)?;
            if end > at + 11 {
                w.field(&CLIENT_ID, at + 11, end - at - 11)?;
            }
            Ok(())
        }
        _ => {
            w.field(&CLIENT_ID_DUID_LL_HW_TYPE, at + 7, 2)?;
            link_layer(w, at + 7, at + 9, end)
        }
    }
}

fn link_layer(w: &mut Walk, kind: usize, at: usize, end: usize) -> Result<(), Stop> {
    if end > at {
        let kind = w.be16(kind)? as u8;
        let address = hardware(kind, w.bytes(at, end - at)?);
        w.value(&CLIENT_ID_LINK_LAYER_ADDRESS, at, end - at, Value::Str(&address));
    }
    Ok(())
}

/// RFC 3004; some clients send plain text instead.
pub fn user_class(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (mut at, end) = (item.at, item.at + item.len);
    for index in 0.. {
        if at >= end {
            break;
        }
        let len = usize::from(w.u8(at)?);
        if at + 1 + len > end {
            let bytes = w.bytes(at, end - at)?;
            let text = crate::dissect::text::ascii(bytes);
            let id = w.value(&USER_CLASS_TEXT, at, end - at, Value::Str(&text));
            w.open(id);
            w.expert(&NONSTANDARD, id);
            w.close();
            break;
        }
        let text = format_args!("Instance of User Class: [{index}]");
        let id = w.text(&USER_CLASS, at, len + 1, Value::Uint(index), text);
        w.open(id);
        let id = w.field(&USER_CLASS_LENGTH, at, 1)?;
        if len == 0 {
            w.open(id);
            let text = format_args!("UC_Len_{index} isn't >= 1 (UC_Len_{index} = 0)");
            w.expert_text(&BAD_LENGTH, id, text);
            w.close();
            w.close();
            break;
        }
        w.field(&USER_CLASS_DATA, at + 1, len)?;
        w.close();
        at += 1 + len;
    }
    Ok(())
}

pub fn directory_agent(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !at_least(w, item, 1) {
        return Ok(());
    }
    w.field(&SLP_DIRECTORY_AGENT_VALUE, item.at, 1)?;
    for i in 0..(item.len - 1) / 4 {
        w.field(&SLP_DIRECTORY_AGENT_SLPDA_ADDRESS, item.at + 1 + i * 4, 4)?;
    }
    if !(item.len - 1).is_multiple_of(4) {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("Option length isn't a multiple of 4"));
    }
    Ok(())
}

pub fn service_scope(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len == 0 {
        return Ok(());
    }
    w.field(&SLP_SERVICE_SCOPE_VALUE, item.at, 1)?;
    text(w, &SLP_SERVICE_SCOPE_STRING, item.at + 1, item.len - 1)
}

/// RFC 4702.
pub fn fqdn(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !at_least(w, item, 3) {
        return Ok(());
    }
    let at = item.at;
    let flags = w.u8(at)?;
    let bits: [&Field; 4] = [&FQDN_N, &FQDN_E, &FQDN_O, &FQDN_S];
    flag_set(w, &FQDN_FLAGS, at, 1, Some(&FQDN_MBZ), &bits, None)?;
    w.field(&FQDN_RCODE1, at + 1, 1)?;
    w.field(&FQDN_RCODE2, at + 2, 1)?;
    let len = item.len - 3;
    if len == 0 {
        return Ok(());
    }
    if flags & 4 != 0 {
        let (name, _) = domain(w.bytes(at + 3, len)?, 0).ok_or(Stop::malformed(at + 3))?;
        w.value(&FQDN_NAME, at + 3, len, Value::Str(&name));
        return Ok(());
    }
    line(w, &FQDN_NAME, at + 3, len)
}

/// Flags with the names of those that are set behind the number, and each of them below.
pub fn flag_set(
    w: &mut Walk,
    field: &'static Field,
    at: usize,
    len: usize,
    first: Option<&'static Field>,
    bits: &[&'static Field],
    last: Option<&'static Field>,
) -> Result<(), Stop> {
    let raw = crate::dissect::field::number(w.bytes(at, len)?, false).unwrap_or(0);
    let mut label = String::new();
    for f in bits {
        if raw & f.mask != 0 {
            let _ = write!(label, ", {}", f.label);
        }
    }
    let width = len * 2;
    let text = format_args!("{}: 0x{raw:0width$x}{label}", field.label);
    let id = w.text(field, at, len, Value::Uint(raw), text);
    w.open(id);
    if let Some(f) = first {
        w.field(f, at, len)?;
    }
    for f in bits {
        bit(w, f, at, len, raw);
    }
    if let Some(f) = last {
        bit(w, f, at, len, raw);
    }
    w.close();
    Ok(())
}

/// One flag: all of the flags' bytes are its own, but its picture has as many bits as it was declared for.
fn bit(w: &mut Walk, field: &'static Field, at: usize, len: usize, raw: u64) {
    let value = match field.kind {
        Kind::Bool => Value::Bool(raw & field.mask != 0),
        _ => Value::Uint(field.masked(raw)),
    };
    if len <= 2 {
        w.value(field, at, len, value);
        return;
    }
    let mut label = String::new();
    let (names, settings) = (w.context.names, w.context.settings);
    crate::dissect::label::write(&mut label, field, &value, 2, names, settings);
    w.text(field, at, len, value, format_args!("{label}"));
}

/// RFC 4174.
pub fn isns(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len < 14 {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length must be >= 14"));
        return Ok(());
    }
    let at = item.at;
    flag_set(w, &ISNS_FUNCTIONS, at, 2, None, &ISNS_FUNCTION_BITS, Some(&ISNS_FUNCTIONS_RESERVED))?;
    let last = Some(&ISNS_DISCOVERY_DOMAIN_ACCESS_RESERVED);
    flag_set(w, &ISNS_DISCOVERY_DOMAIN_ACCESS, at + 2, 2, None, &ISNS_ACCESS_BITS, last)?;
    let last = Some(&ISNS_ADMINISTRATIVE_FLAGS_RESERVED);
    flag_set(w, &ISNS_ADMINISTRATIVE_FLAGS, at + 4, 2, None, &ISNS_ADMINISTRATIVE_BITS, last)?;
    let last = Some(&ISNS_SERVER_SECURITY_BITMAP_RESERVED);
    flag_set(w, &ISNS_SERVER_SECURITY_BITMAP, at + 6, 4, None, &ISNS_SECURITY_BITS, last)?;
    w.field(&ISNS_PRIMARY_SERVER_ADDR, at + 10, 4)?;
    let mut next = at + 14;
    let end = at + item.len;
    if w.u8(at + 5)? & 2 != 0 && next + 4 <= end {
        w.field(&ISNS_HEARTBEAT_ORIGINATOR_ADDR, next, 4)?;
        next += 4;
    }
    if next + 4 <= end {
        w.open_label(next, 0, format_args!("Secondary iSNS Servers"));
        while next + 4 <= end {
            w.field(&ISNS_SECONDARY_SERVER_ADDR, next, 4)?;
            next += 4;
        }
        w.close();
    }
    Ok(())
}

static ISNS_FUNCTION_BITS: [&Field; 3] =
    [&ISNS_FUNCTIONS_ENABLED, &ISNS_FUNCTIONS_DD_BASE_AUTHORIZATION, &ISNS_FUNCTIONS_SEC_POLICY_DISTRIBUTION];
static ISNS_ACCESS_BITS: [&Field; 6] = [
    &ISNS_DISCOVERY_DOMAIN_ACCESS_ENABLED,
    &ISNS_DISCOVERY_DOMAIN_ACCESS_CONTROL_NODE,
    &ISNS_DISCOVERY_DOMAIN_ACCESS_ISCSI_TARGET,
    &ISNS_DISCOVERY_DOMAIN_ACCESS_ISCSI_INITIATOR,
    &ISNS_DISCOVERY_DOMAIN_ACCESS_IFCP_TARGET_PORT,
    &ISNS_DISCOVERY_DOMAIN_ACCESS_INITIATOR_TARGET_PORT,
];
static ISNS_ADMINISTRATIVE_BITS: [&Field; 4] = [
    &ISNS_ADMINISTRATIVE_FLAGS_ENABLED,
    &ISNS_ADMINISTRATIVE_FLAGS_HEARTBEAT,
    &ISNS_ADMINISTRATIVE_FLAGS_MANAGEMENT_SCNS,
    &ISNS_ADMINISTRATIVE_FLAGS_DEFAULT_DISCOVERY_DOMAIN,
];
static ISNS_SECURITY_BITS: [&Field; 7] = [
    &ISNS_SERVER_SECURITY_BITMAP_ENABLED,
    &ISNS_SERVER_SECURITY_BITMAP_IKE_IPSEC_ENABLED,
    &ISNS_SERVER_SECURITY_BITMAP_MAIN_MODE,
    &ISNS_SERVER_SECURITY_BITMAP_AGGRESSIVE_MODE,
    &ISNS_SERVER_SECURITY_BITMAP_PFS,
    &ISNS_SERVER_SECURITY_BITMAP_TRANSPORT_MODE,
    &ISNS_SERVER_SECURITY_BITMAP_TUNNEL_MODE,
];

/// RFC 3118.
pub fn authentication(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !at_least(w, item, 11) {
        return Ok(());
    }
    let at = item.at;
    let protocol = w.u8(at)?;
    w.field(&DHCP_AUTHENTICATION_PROTOCOL, at, 1)?;
    let algorithm =
        if protocol == 1 { &DHCP_AUTHENTICATION_ALG_DELAY } else { &DHCP_AUTHENTICATION_ALGORITHM };
    w.field(algorithm, at + 1, 1)?;
    let method = w.u8(at + 2)?;
    w.field(&DHCP_AUTHENTICATION_RDM, at + 2, 1)?;
    if method == 0 {
        w.field(&DHCP_AUTHENTICATION_RDM_REPLAY_DETECTION, at + 3, 8)?;
    } else {
        text(w, &DHCP_AUTHENTICATION_RDM_RDV, at + 3, 8)?;
    }
    match (protocol, item.len) {
        (_, 11) | (1, _) => {}
        _ => text(w, &DHCP_AUTHENTICATION_INFORMATION, at + 11, item.len - 11)?,
    }
    Ok(())
}

/// RFC 4578 2.1.
pub fn architecture(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !multiple(w, item, 2) {
        return Ok(());
    }
    for i in 0..item.len / 2 {
        let at = item.at + i * 2;
        let id = w.field(&CLIENT_SYSTEM_ARCHITECTURE, at, 2)?;
        if w.be16(at)? == 9 {
            w.open(id);
            let text = format_args!("Client Architecture ID 9 is often incorrectly used for EFI x64");
            w.expert_text(&AMBIGUOUS, id, text);
            w.close();
        }
    }
    Ok(())
}

pub fn network_interface(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len == 3 {
        w.field(&CLIENT_NETWORK_ID_MAJOR, item.at + 1, 1)?;
        w.field(&CLIENT_NETWORK_ID_MINOR, item.at + 2, 1)?;
    }
    Ok(())
}

pub fn uuid(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len == 17 && w.u8(item.at)? == 0 {
        guid(w, item.at + 1)?;
    }
    Ok(())
}

/// RFC 4776.
pub fn civic_location(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len < 3 {
        return Ok(());
    }
    let end = item.at + item.len;
    w.field(&CIVIC_LOCATION_WHAT, item.at, 1)?;
    text(w, &CIVIC_LOCATION_COUNTRY, item.at + 1, 2)?;
    let mut at = item.at + 3;
    while at + 2 <= end {
        let len = usize::from(w.u8(at + 1)?);
        w.field(&CIVIC_LOCATION_CA_TYPE, at, 1)?;
        w.field(&CIVIC_LOCATION_CA_LENGTH, at + 1, 1)?;
        if len == 0 || at + 2 + len > end {
            break;
        }
        text(w, &CIVIC_LOCATION_CA_VALUE, at + 2, len)?;
        at += 2 + len;
    }
    Ok(())
}

pub fn nonce_algorithms(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    for at in item.at..item.at + item.len {
        w.field(&FORCERENEW_NONCE_ALGORITHM, at, 1)?;
    }
    Ok(())
}

/// RFC 6926 6.2.2.
pub fn status_code(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len == 0 {
        return Ok(());
    }
    w.field(&BULK_LEASE_STATUS_CODE, item.at, 1)?;
    line(w, &BULK_LEASE_STATUS_CODE_MESSAGE, item.at + 1, item.len - 1)
}

/// Seconds since 1970, for times of a lease query.
pub fn lease_time(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len != 4 {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length isn't 4"));
        return Ok(());
    }
    let field = match item.code {
        152 => &BULK_LEASE_BASE_TIME,
        154 => &BULK_LEASE_QUERY_START_TIME,
        _ => &BULK_LEASE_QUERY_END_TIME,
    };
    let seconds = ntp_era(w.be32(item.at)?);
    w.value(field, item.at, 4, Value::Time(seconds * 1_000_000_000));
    Ok(())
}

/// Seconds of NTP's count as seconds since 1970; small numbers are of its second era.
fn ntp_era(seconds: u32) -> i128 {
    const FROM_1900_TO_1970: i128 = 2_208_988_800;
    let era = if seconds & 0x8000_0000 == 0 { 1 << 32 } else { 0 };
    i128::from(seconds) + era - FROM_1900_TO_1970
}

/// RFC 7291.
pub fn pcp_servers(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len < 5 {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length must >= 5"));
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at < end {
        let len = usize::from(w.u8(at)?);
        let id = w.open_label(at, len, format_args!("PCP server list"));
        w.field(&PCP_LIST_LENGTH, at, 1)?;
        at += 1;
        if len % 4 != 0 || at + len > end {
            w.expert_text(&BAD_LENGTH, id, format_args!("length isn't a multiple of 4"));
            w.close();
            break;
        }
        for i in 0..len / 4 {
            w.field(&PCP_SERVER, at + i * 4, 4)?;
        }
        w.close();
        at += len;
    }
    Ok(())
}

/// RFC 7618.
pub fn port_params(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len != 4 {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length isn't 4"));
        return Ok(());
    }
    w.field(&PORTPARAMS_OFFSET, item.at, 1)?;
    w.field(&PORTPARAMS_PSID_LENGTH, item.at + 1, 1)?;
    w.field(&PORTPARAMS_PSID, item.at + 2, 2)?;
    Ok(())
}

/// RFC 5969 7.1.1.
pub fn six_rd(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len < 22 {
        w.expert(&SIX_RD, item.id);
        return Ok(());
    }
    let at = item.at;
    w.field(&SIX_RD_IPV4_MASK_LEN, at, 1)?;
    w.field(&SIX_RD_PREFIX_LEN, at + 1, 1)?;
    w.field(&SIX_RD_PREFIX, at + 2, 16)?;
    for i in 0..(item.len - 18) / 4 {
        w.field(&SIX_RD_BORDER_RELAY_IP, at + 18 + i * 4, 4)?;
    }
    Ok(())
}
