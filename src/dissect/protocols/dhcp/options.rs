//! The options whose value is one plain thing: address, number, text. One line each: what it is called,
//! what its value is, and the field that shows it. Others name the function that does.

use super::{Item, names, special, values, vendor};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names, YES};
use crate::dissect::protocols::special::STRAY;
use crate::dissect::spans;
use crate::dissect::text::{self, V4};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SUBNET_MASK = "dhcp.option.subnet_mask", "Subnet Mask", ipv4();
    TIME_OFFSET = "dhcp.option.time_offset", "Time Offset", int(32);
    ROUTER = "dhcp.option.router", "Router", ipv4();
    TIME_SERVER = "dhcp.option.time_server", "Time Server", ipv4();
    NAME_SERVER = "dhcp.option.name_server", "Name Server", ipv4();
    DOMAIN_NAME_SERVER = "dhcp.option.domain_name_server", "Domain Name Server", ipv4();
    LOG_SERVER = "dhcp.option.log_server", "Log Server", ipv4();
    QUOTES_SERVER = "dhcp.option.quotes_server", "Quotes Server", ipv4();
    LPR_SERVER = "dhcp.option.lpr_server", "LPR Server", ipv4();
    IMPRESS_SERVER = "dhcp.option.impress_server", "Impress Server", ipv4();
    RESOURCE_LOCATION_SERVER = "dhcp.option.resource_location_server", "Resource Location Server", ipv4();
    HOSTNAME = "dhcp.option.hostname", "Host Name", stringz();
    BOOT_FILE_SIZE = "dhcp.option.boot_file_size", "Boot File Size", uint(16);
    MERIT_DUMP_FILE = "dhcp.option.merit_dump_file", "Merit Dump File", stringz();
    DOMAIN_NAME = "dhcp.option.domain_name", "Domain Name", stringz();
    SWAP_SERVER = "dhcp.option.swap_server", "Swap Server", ipv4();
    ROOT_PATH = "dhcp.option.root_path", "Root Path", stringz();
    EXTENSION_PATH = "dhcp.option.extension_path", "Extensions Path", stringz();
    IP_FORWARDING = "dhcp.option.ip_forwarding", "IP Forwarding", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    NON_LOCAL_SOURCE_ROUTING = "dhcp.option.non_local_source_routing", "Non-Local Source Routing", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    MAX_DATAGRAM_REASSEMBLY_SIZE = "dhcp.option.max_datagram_reassembly_size", "Maximum Datagram Reassembly Size", uint(16);
    DEFAULT_IP_TTL = "dhcp.option.default_ip_ttl", "Default IP Time-to-Live", uint(8);
    PATH_MTU_AGING_TIMEOUT = "dhcp.option.path_mtu_aging_timeout", "Path MTU Aging Timeout", uint(32);
    INTERFACE_MTU = "dhcp.option.interface_mtu", "Interface MTU", uint(16);
    ALL_SUBNETS_ARE_LOCAL = "dhcp.option.all_subnets_are_local", "All Subnets are Local", boolean().names(YES);
    BROADCAST_ADDRESS = "dhcp.option.broadcast_address", "Broadcast Address", ipv4();
    PERFORM_MASK_DISCOVERY = "dhcp.option.perform_mask_discovery", "Perform Mask Discovery", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    MASK_SUPPLIER = "dhcp.option.mask_supplier", "Mask Supplier", boolean().names(YES);
    PERFORM_ROUTER_DISCOVER = "dhcp.option.perform_router_discover", "Perform Router Discover", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    ROUTER_SOLICITATION_ADDRESS = "dhcp.option.router_solicitation_address", "Router Solicitation Address", ipv4();
    TRAILER_ENCAPSULATION = "dhcp.option.trailer_encapsulation", "Trailer Encapsulation", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    ARP_CACHE_TIMEOUT = "dhcp.option.arp_cache_timeout", "ARP Cache Timeout", uint(32);
    ETHERNET_ENCAPSULATION = "dhcp.option.ethernet_encapsulation", "Ethernet Encapsulation", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    TCP_DEFAULT_TTL = "dhcp.option.tcp_default_ttl", "TCP Default TTL", uint(8);
    TCP_KEEPALIVE_INTERVAL = "dhcp.option.tcp_keepalive_interval", "TCP Keepalive Interval", uint(32);
    TCP_KEEPALIVE_GARBAGE = "dhcp.option.tcp_keepalive_garbage", "TCP Keepalive Garbage", boolean().names(Names::TrueFalse("Enabled", "Disabled"));
    NIS_DOMAIN = "dhcp.option.nis_domain", "Network Information Service Domain", stringz();
    NIS_SERVER = "dhcp.option.nis_server", "Network Information Service Server", ipv4();
    NTP_SERVER = "dhcp.option.ntp_server", "Network Time Protocol Server", ipv4();
    NETBIOS_OVER_TCPIP_NAME_SERVER = "dhcp.option.netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server", ipv4();
    NETBIOS_OVER_TCPIP_DD_NAME_SERVER = "dhcp.option.netbios_over_tcpip_dd_name_server", "NetBIOS over TCP/IP Datagram Distribution Name Server", ipv4();
    NETBIOS_OVER_TCPIP_NODE_TYPE = "dhcp.option.netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", uint(8).values(values::NETBIOS_OVER_TCPIP_NODE_TYPE);
    NETBIOS_OVER_TCPIP_SCOPE = "dhcp.option.netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope", stringz();
    XWINDOWS_SYSTEM_FONT_SERVER = "dhcp.option.xwindows_system_font_server", "X Window System Font Server", ipv4();
    XWINDOWS_SYSTEM_DISPLAY_MANAGER = "dhcp.option.xwindows_system_display_manager", "X Window System Display Manager", ipv4();
    REQUESTED_IP_ADDRESS = "dhcp.option.requested_ip_address", "Requested IP Address", ipv4();
    IP_ADDRESS_LEASE_TIME = "dhcp.option.ip_address_lease_time", "IP Address Lease Time", uint(32);
    DHCP_SERVER_ID = "dhcp.option.dhcp_server_id", "DHCP Server Identifier", ipv4();
    MESSAGE = "dhcp.option.message", "Message", stringz();
    DHCP_MAX_MESSAGE_SIZE = "dhcp.option.dhcp_max_message_size", "Maximum DHCP Message Size", uint(16);
    RENEWAL_TIME_VALUE = "dhcp.option.renewal_time_value", "Renewal Time Value", uint(32);
    REBINDING_TIME_VALUE = "dhcp.option.rebinding_time_value", "Rebinding Time Value", uint(32);
    NIS_PLUS_DOMAIN = "dhcp.option.nis_plus_domain", "Network Information Service+ Domain", stringz();
    NIS_PLUS_SERVER = "dhcp.option.nis_plus_server", "Network Information Service+ Server", ipv4();
    TFTP_SERVER_NAME = "dhcp.option.tftp_server_name", "TFTP Server Name", stringz();
    BOOTFILE_NAME = "dhcp.option.bootfile_name", "Bootfile name", stringz();
    MOBILE_IP_HOME_AGENT = "dhcp.option.mobile_ip_home_agent", "Mobile IP Home Agent", ipv4();
    SMTP_SERVER = "dhcp.option.smtp_server", "SMTP Server", ipv4();
    POP3_SERVER = "dhcp.option.pop3_server", "POP3 Server", ipv4();
    NNTP_SERVER = "dhcp.option.nntp_server", "NNTP Server", ipv4();
    DEFAULT_WWW_SERVER = "dhcp.option.default_www_server", "Default WWW Server", ipv4();
    DEFAULT_FINGER_SERVER = "dhcp.option.default_finger_server", "Default Finger Server", ipv4();
    DEFAULT_IRC_SERVER = "dhcp.option.default_irc_server", "Default IRC Server", ipv4();
    STREETTALK_SERVER = "dhcp.option.streettalk_server", "StreetTalk Server", ipv4();
    STREETTALK_DA_SERVER = "dhcp.option.streettalk_da_server", "StreetTalk Directory Assistance Server", ipv4();
    NOVELL_DSS_IP = "dhcp.option.novell_dss.ip", "IP Address", ipv4();
    NOVELL_DS_TREE_NAME = "dhcp.option.novell_ds_tree_name", "Novell Directory Services Tree Name", stringz();
    NOVELL_DS_CONTEXT = "dhcp.option.novell_ds_context", "Novell Directory Services Context", stringz();
    CLIENT_LAST_TRANSACTION_TIME = "dhcp.option.client_last_transaction_time", "Client last transaction time", uint(32);
    ASSOCIATED_IP_OPTION = "dhcp.option.associated_ip_option", "Associated IP option", ipv4();
    TZ_PCODE = "dhcp.option.tz_pcode", "TZ PCode", string();
    TZ_TCODE = "dhcp.option.tz_tcode", "TZ TCode", string();
    NETINFO_PARENT_SERVER_ADDRESS = "dhcp.option.netinfo_parent_server_address", "NetInfo Parent Server Address", ipv4();
    NETINFO_PARENT_SERVER_TAG = "dhcp.option.netinfo_parent_server_tag", "NetInfo Parent Server Tag", stringz();
    CAPTIVE_PORTAL = "dhcp.option.captive_portal", "Captive Portal", string();
    DHCP_AUTO_CONFIGURATION = "dhcp.option.dhcp_auto_configuration", "DHCP Auto-Configuration", uint(8).values(values::DHCP_AUTO_CONFIGURATION);
    SUBNET_SELECTION_OPTION = "dhcp.option.subnet_selection_option", "Subnet Selection Option", ipv4();
    PANA_AGENT = "dhcp.option.pana_agent", "PAA IPv4 Address", ipv4();
    LOST_SERVER_DOMAIN_NAME = "dhcp.option.lost_server_domain_name", "LoST Server Domain Name", stringz();
    CAPWAP_ACCESS_CONTROLLER = "dhcp.option.capwap_access_controller", "CAPWAP Access Controllers", ipv4();
    ANDSF_SERVER = "dhcp.option.andsf_server", "ANDSF Server", ipv4();
    TFTP_SERVER_ADDRESS = "dhcp.option.tftp_server_address", "TFTP Server Address", ipv4();
    BULK_LEASE_START_TIME_OF_STATE = "dhcp.option.bulk_lease.start_time_of_state", "Start Time Of State", uint(32);
    BULK_LEASE_DHCP_STATE = "dhcp.option.bulk_lease.dhcp_state", "Dhcp State", uint(8).values(values::BULK_LEASE_DHCP_STATE);
    BULK_LEASE_DATA_SOURCE = "dhcp.option.bulk_lease.data_source", "Data Source", boolean().names(Names::TrueFalse("Remote", "Local"));
    MUDURL = "dhcp.option.mudurl", "MUDURL", string();
    PXE_CONFIG_FILE = "dhcp.option.pxe_config_file", "PXELINUX configuration file", string();
    PXE_PATH_PREFIX = "dhcp.option.pxe_path_prefix", "PXELINUX path prefix", string();
    PRIVATE_PROXY_AUTODISCOVERY = "dhcp.option.private_proxy_autodiscovery", "Private/Proxy autodiscovery", stringz();
}

pub static BAD_LENGTH: Expert =
    Expert::new("dhcp.bad_length", "length isn't 0", Group::Protocol, Severity::Error);

pub static EXPERTS: &[&Expert] = &[&BAD_LENGTH, &STRAY];

/// What the value of an option is.
#[derive(Clone, Copy)]
pub enum Shape {
    /// One IPv4 address, which the option's own line repeats.
    Address(&'static Field),
    Addresses(&'static Field),
    /// Text that may end in a NUL.
    Text(&'static Field),
    /// Text in which a NUL is out of place.
    Line(&'static Field),
    Bytes(&'static Field),
    Flag(&'static Field),
    Byte(&'static Field),
    Word(&'static Field),
    /// 32 bits.
    Long(&'static Field),
    Mac(&'static Field),
    Seconds(&'static Field),
    SignedSeconds(&'static Field),
    Special(fn(&mut Walk, &Item) -> Result<(), Stop>),
    Undecoded,
}

use Shape::*;

struct Entry(u8, &'static str, Shape);

const fn opt(code: u8, name: &'static str, shape: Shape) -> Entry {
    Entry(code, name, shape)
}

/// The name of an option, and what its value is.
pub fn find(code: u8) -> (&'static str, Shape) {
    match OPTIONS.iter().find(|e| e.0 == code) {
        Some(e) => (e.1, e.2),
        None if code == 0 => ("Padding", Undecoded),
        None if code == 255 => ("End", Undecoded),
        None if code >= 224 => ("Private", Undecoded),
        None => ("Unassigned", Undecoded),
    }
}

/// The name of an option.
pub fn options_of(code: u8) -> &'static str {
    find(code).0
}

/// The number of bytes that a value of this shape has, if that is fixed.
fn size(shape: Shape) -> Option<usize> {
    match shape {
        Address(_) | Seconds(_) | SignedSeconds(_) | Long(_) => Some(4),
        Flag(_) | Byte(_) => Some(1),
        Word(_) => Some(2),
        Mac(_) => Some(6),
        _ => None,
    }
}

/// True if something else than bytes will be shown of a value of this length.
pub fn shown(shape: Shape, len: usize) -> bool {
    match shape {
        Undecoded => false,
        Addresses(_) | Text(_) | Line(_) | Bytes(_) => len > 0,
        _ => size(shape).is_none_or(|n| n == len),
    }
}

/// Shows the value of an option, or of an option within one.
pub fn decode(w: &mut Walk, shape: Shape, item: &Item) -> Result<(), Stop> {
    let Item { at, len, id, .. } = *item;
    if let Some(want) = size(shape)
        && want != len
    {
        w.expert_text(&BAD_LENGTH, id, format_args!("length isn't {want}"));
        return Ok(());
    }
    match shape {
        Address(f) => {
            w.field(f, at, 4)?;
            let address = V4(w.ipv4(at)?);
            w.append(id, format_args!(" ({address})"));
        }
        Addresses(f) => addresses(w, f, item)?,
        Text(f) => text(w, f, at, len)?,
        Line(f) => line(w, f, at, len)?,
        Flag(f) | Byte(f) | Word(f) | Long(f) | Mac(f) | Bytes(f) => _ = w.field(f, at, len)?,
        Seconds(f) => seconds(w, f, at)?,
        SignedSeconds(f) => {
            let n = w.be32(at)? as i32;
            let words = spans::signed_seconds(i64::from(n));
            let text = format_args!("{}: ({n}s) {words}", f.label);
            w.text(f, at, 4, Value::Int(i64::from(n)), text);
        }
        Special(f) => f(w, item)?,
        Undecoded => {}
    }
    Ok(())
}

fn addresses(w: &mut Walk, field: &'static Field, item: &Item) -> Result<(), Stop> {
    for i in 0..item.len / 4 {
        w.field(field, item.at + i * 4, 4)?;
    }
    multiple(w, item, 4);
    Ok(())
}

/// Remarks on a value whose length isn't a multiple of so many bytes; true if it is.
pub fn multiple(w: &mut Walk, item: &Item, of: usize) -> bool {
    let fits = item.len.is_multiple_of(of);
    if !fits {
        let text = format_args!("Option length isn't a multiple of {of}");
        w.expert_text(&BAD_LENGTH, item.id, text);
    }
    fits
}

/// Text up to the first NUL.
pub fn text(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let text = text::ascii(text::until_nul(w.bytes(at, len)?));
    w.value(field, at, len, Value::Str(&text));
    Ok(())
}

/// Text up to the first NUL, with a remark on what comes behind that.
pub fn line(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    let until = text::until_nul(bytes);
    let text = text::ascii(until);
    let id = w.value(field, at, len, Value::Str(&text));
    if bytes.iter().skip(until.len()).any(|b| *b != 0) {
        w.open(id);
        w.expert(&STRAY, id);
        w.close();
    }
    Ok(())
}

pub fn seconds(w: &mut Walk, field: &'static Field, at: usize) -> Result<(), Stop> {
    let n = w.be32(at)?;
    let value = Value::Uint(u64::from(n));
    if n == u32::MAX {
        w.text(field, at, 4, value, format_args!("{}: ({n}s) infinity", field.label));
    } else {
        let words = spans::seconds(u64::from(n));
        w.text(field, at, 4, value, format_args!("{}: ({n}s) {words}", field.label));
    }
    Ok(())
}

static OPTIONS: &[Entry] = &[
    opt(1, "Subnet Mask", Address(&SUBNET_MASK)),
    opt(2, "Time Offset", SignedSeconds(&TIME_OFFSET)),
    opt(3, "Router", Addresses(&ROUTER)),
    opt(4, "Time Server", Addresses(&TIME_SERVER)),
    opt(5, "Name Server", Addresses(&NAME_SERVER)),
    opt(6, "Domain Name Server", Addresses(&DOMAIN_NAME_SERVER)),
    opt(7, "Log Server", Addresses(&LOG_SERVER)),
    opt(8, "Quotes Server", Addresses(&QUOTES_SERVER)),
    opt(9, "LPR Server", Addresses(&LPR_SERVER)),
    opt(10, "Impress Server", Addresses(&IMPRESS_SERVER)),
    opt(11, "Resource Location Server", Addresses(&RESOURCE_LOCATION_SERVER)),
    opt(12, "Host Name", Text(&HOSTNAME)),
    opt(13, "Boot File Size", Word(&BOOT_FILE_SIZE)),
    opt(14, "Merit Dump File", Text(&MERIT_DUMP_FILE)),
    opt(15, "Domain Name", Text(&DOMAIN_NAME)),
    opt(16, "Swap Server", Address(&SWAP_SERVER)),
    opt(17, "Root Path", Text(&ROOT_PATH)),
    opt(18, "Extensions Path", Text(&EXTENSION_PATH)),
    opt(19, "IP Forwarding", Flag(&IP_FORWARDING)),
    opt(20, "Non-Local Source Routing", Flag(&NON_LOCAL_SOURCE_ROUTING)),
    opt(21, "Policy Filter", Special(special::policy_filter)),
    opt(22, "Maximum Datagram Reassembly Size", Word(&MAX_DATAGRAM_REASSEMBLY_SIZE)),
    opt(23, "Default IP Time-to-Live", Byte(&DEFAULT_IP_TTL)),
    opt(24, "Path MTU Aging Timeout", Seconds(&PATH_MTU_AGING_TIMEOUT)),
    opt(25, "Path MTU Plateau Table", Special(special::mtu_plateaus)),
    opt(26, "Interface MTU", Word(&INTERFACE_MTU)),
    opt(27, "All Subnets are Local", Flag(&ALL_SUBNETS_ARE_LOCAL)),
    opt(28, "Broadcast Address", Address(&BROADCAST_ADDRESS)),
    opt(29, "Perform Mask Discovery", Flag(&PERFORM_MASK_DISCOVERY)),
    opt(30, "Mask Supplier", Flag(&MASK_SUPPLIER)),
    opt(31, "Perform Router Discover", Flag(&PERFORM_ROUTER_DISCOVER)),
    opt(32, "Router Solicitation Address", Address(&ROUTER_SOLICITATION_ADDRESS)),
    opt(33, "Static Route", Special(special::static_route)),
    opt(34, "Trailer Encapsulation", Flag(&TRAILER_ENCAPSULATION)),
    opt(35, "ARP Cache Timeout", Seconds(&ARP_CACHE_TIMEOUT)),
    opt(36, "Ethernet Encapsulation", Flag(&ETHERNET_ENCAPSULATION)),
    opt(37, "TCP Default TTL", Byte(&TCP_DEFAULT_TTL)),
    opt(38, "TCP Keepalive Interval", Seconds(&TCP_KEEPALIVE_INTERVAL)),
    opt(39, "TCP Keepalive Garbage", Flag(&TCP_KEEPALIVE_GARBAGE)),
    opt(40, "Network Information Service Domain", Text(&NIS_DOMAIN)),
    opt(41, "Network Information Service Servers", Addresses(&NIS_SERVER)),
    opt(42, "Network Time Protocol Servers", Addresses(&NTP_SERVER)),
    opt(43, "Vendor-Specific Information", Special(vendor::vendor)),
    opt(44, "NetBIOS over TCP/IP Name Server", Addresses(&NETBIOS_OVER_TCPIP_NAME_SERVER)),
    opt(
        45,
        "NetBIOS over TCP/IP Datagram Distribution Name Server",
        Addresses(&NETBIOS_OVER_TCPIP_DD_NAME_SERVER),
    ),
    opt(46, "NetBIOS over TCP/IP Node Type", Byte(&NETBIOS_OVER_TCPIP_NODE_TYPE)),
    opt(47, "NetBIOS over TCP/IP Scope", Text(&NETBIOS_OVER_TCPIP_SCOPE)),
    opt(48, "X Window System Font Server", Addresses(&XWINDOWS_SYSTEM_FONT_SERVER)),
    opt(49, "X Window System Display Manager", Addresses(&XWINDOWS_SYSTEM_DISPLAY_MANAGER)),
    opt(50, "Requested IP Address", Address(&REQUESTED_IP_ADDRESS)),
    opt(51, "IP Address Lease Time", Seconds(&IP_ADDRESS_LEASE_TIME)),
    opt(52, "Option Overload", Special(special::overload)),
    opt(53, "DHCP Message Type", Special(special::message_type)),
    opt(54, "DHCP Server Identifier", Address(&DHCP_SERVER_ID)),
    opt(55, "Parameter Request List", Special(special::request_list)),
    opt(56, "Message", Text(&MESSAGE)),
    opt(57, "Maximum DHCP Message Size", Word(&DHCP_MAX_MESSAGE_SIZE)),
    opt(58, "Renewal Time Value", Seconds(&RENEWAL_TIME_VALUE)),
    opt(59, "Rebinding Time Value", Seconds(&REBINDING_TIME_VALUE)),
    opt(60, "Vendor class identifier", Special(vendor::vendor_class)),
    opt(61, "Client identifier", Special(special::client_id)),
    opt(62, "Novell/Netware IP domain", Undecoded),
    opt(63, "Novell Options", Special(vendor::novell)),
    opt(64, "Network Information Service+ Domain", Text(&NIS_PLUS_DOMAIN)),
    opt(65, "Network Information Service+ Servers", Addresses(&NIS_PLUS_SERVER)),
    opt(66, "TFTP Server Name", Text(&TFTP_SERVER_NAME)),
    opt(67, "Bootfile name", Text(&BOOTFILE_NAME)),
    opt(68, "Mobile IP Home Agent", Addresses(&MOBILE_IP_HOME_AGENT)),
    opt(69, "SMTP Server", Addresses(&SMTP_SERVER)),
    opt(70, "POP3 Server", Addresses(&POP3_SERVER)),
    opt(71, "NNTP Server", Addresses(&NNTP_SERVER)),
    opt(72, "Default WWW Server", Addresses(&DEFAULT_WWW_SERVER)),
    opt(73, "Default Finger Server", Addresses(&DEFAULT_FINGER_SERVER)),
    opt(74, "Default IRC Server", Addresses(&DEFAULT_IRC_SERVER)),
    opt(75, "StreetTalk Server", Addresses(&STREETTALK_SERVER)),
    opt(76, "StreetTalk Directory Assistance Server", Addresses(&STREETTALK_DA_SERVER)),
    opt(77, "User Class Information", Special(special::user_class)),
    opt(78, "Directory Agent Information", Special(special::directory_agent)),
    opt(79, "Service Location Agent Scope", Special(special::service_scope)),
    opt(80, "Rapid commit", Undecoded),
    opt(81, "Client Fully Qualified Domain Name", Special(special::fqdn)),
    opt(82, "Agent Information Option", Special(vendor::relay_agent)),
    opt(83, "iSNS", Special(special::isns)),
    opt(84, "Removed/Unassigned", Undecoded),
    opt(85, "Novell Directory Services Servers", Addresses(&NOVELL_DSS_IP)),
    opt(86, "Novell Directory Services Tree Name", Text(&NOVELL_DS_TREE_NAME)),
    opt(87, "Novell Directory Services Context", Text(&NOVELL_DS_CONTEXT)),
    opt(88, "BCMCS Controller Domain Name [TODO:RFC4280]", Undecoded),
    opt(89, "BCMCS Controller IPv4 address [TODO:RFC4280]", Undecoded),
    opt(90, "Authentication", Special(special::authentication)),
    opt(91, "Client last transaction time", Seconds(&CLIENT_LAST_TRANSACTION_TIME)),
    opt(92, "Associated IP option", Addresses(&ASSOCIATED_IP_OPTION)),
    opt(93, "Client System Architecture", Special(special::architecture)),
    opt(94, "Client Network Device Interface", Special(special::network_interface)),
    opt(95, "LDAP [TODO:RFC3679]", Undecoded),
    opt(96, "Removed/Unassigned", Undecoded),
    opt(97, "UUID/GUID-based Client Identifier", Special(special::uuid)),
    opt(98, "Open Group's User Authentication [TODO:RFC2485]", Undecoded),
    opt(99, "Civic Addresses Configuration", Special(special::civic_location)),
    opt(100, "PCode", Line(&TZ_PCODE)),
    opt(101, "TCode", Line(&TZ_TCODE)),
    opt(102, "Removed/unassigned", Undecoded),
    opt(103, "Removed/unassigned", Undecoded),
    opt(104, "Removed/unassigned", Undecoded),
    opt(105, "Removed/unassigned", Undecoded),
    opt(106, "Removed/unassigned", Undecoded),
    opt(107, "Removed/unassigned", Undecoded),
    opt(108, "IPv6-Only Preferred", Undecoded),
    opt(110, "Removed/Unassigned", Undecoded),
    opt(112, "NetInfo Parent Server Address", Addresses(&NETINFO_PARENT_SERVER_ADDRESS)),
    opt(113, "NetInfo Parent Server Tag", Text(&NETINFO_PARENT_SERVER_TAG)),
    opt(114, "DHCP Captive-Portal", Line(&CAPTIVE_PORTAL)),
    opt(115, "Removed/Unassigned", Undecoded),
    opt(116, "DHCP Auto-Configuration", Byte(&DHCP_AUTO_CONFIGURATION)),
    opt(117, "Name Service Search", Special(names::name_service)),
    opt(118, "Subnet Selection Option", Addresses(&SUBNET_SELECTION_OPTION)),
    opt(119, "Domain Search", Special(names::domain_search)),
    opt(120, "SIP Servers", Special(names::sip_servers)),
    opt(121, "Classless Static Route", Special(names::static_routes)),
    opt(122, "CableLabs Client Configuration [TODO:RFC3495]", Undecoded),
    opt(123, "Coordinate-based Location Configuration", Undecoded),
    opt(124, "V-I Vendor Class", Special(vendor::vendor_classes)),
    opt(125, "V-I Vendor-specific Information", Special(vendor::vendor_information)),
    opt(126, "Removed/Unassigned", Undecoded),
    opt(127, "Removed/Unassigned", Undecoded),
    opt(128, "DOCSIS full security server IP [TODO]", Undecoded),
    opt(129, "PXE - undefined (vendor specific)", Undecoded),
    opt(130, "PXE - undefined (vendor specific)", Undecoded),
    opt(131, "PXE - undefined (vendor specific)", Undecoded),
    opt(132, "PXE - undefined (vendor specific)", Undecoded),
    opt(133, "PXE - undefined (vendor specific)", Undecoded),
    opt(134, "PXE - undefined (vendor specific)", Undecoded),
    opt(135, "PXE - undefined (vendor specific)", Undecoded),
    opt(136, "PANA Authentication Agent", Addresses(&PANA_AGENT)),
    opt(137, "LoST Server Domain Name", Text(&LOST_SERVER_DOMAIN_NAME)),
    opt(138, "CAPWAP Access Controllers", Addresses(&CAPWAP_ACCESS_CONTROLLER)),
    opt(139, "IPv4 Address-MoS", Undecoded),
    opt(140, "IPv4 FQDN-MoS", Undecoded),
    opt(141, "SIP UA Configuration Domains", Undecoded),
    opt(142, "IPv4 Address ANDSF", Addresses(&ANDSF_SERVER)),
    opt(143, "Zerotouch Redirect [TODO: draft-ietf-netconf-zerotouch]", Undecoded),
    opt(144, "Geospatial Location [TODO:RFC6225]", Undecoded),
    opt(145, "Forcerenew Nonce Capable", Special(special::nonce_algorithms)),
    opt(146, "RDNSS Selection", Special(names::rdnss)),
    opt(150, "TFTP Server Address", Addresses(&TFTP_SERVER_ADDRESS)),
    opt(151, "Leasequery Status code", Special(special::status_code)),
    opt(152, "Leasequery Base Time", Special(special::lease_time)),
    opt(153, "Leasequery Start Time of State", Seconds(&BULK_LEASE_START_TIME_OF_STATE)),
    opt(154, "Leasequery Query Start Time", Special(special::lease_time)),
    opt(155, "Leasequery Query End Time", Special(special::lease_time)),
    opt(156, "Leasequery Dhcp State", Byte(&BULK_LEASE_DHCP_STATE)),
    opt(157, "Leasequery Data Source", Flag(&BULK_LEASE_DATA_SOURCE)),
    opt(158, "PCP Server", Special(special::pcp_servers)),
    opt(159, "Portparams", Special(special::port_params)),
    opt(160, "Unassigned (ex DHCP Captive-Portal)", Line(&CAPTIVE_PORTAL)),
    opt(161, "Manufacturer Usage Description", Line(&MUDURL)),
    opt(175, "Etherboot", Undecoded),
    opt(176, "IP Telephone", Undecoded),
    opt(177, "Etherboot", Undecoded),
    opt(208, "PXELINUX Magic", Undecoded),
    opt(209, "PXE Configuration file", Line(&PXE_CONFIG_FILE)),
    opt(210, "PXE Path Prefix", Line(&PXE_PATH_PREFIX)),
    opt(211, "Reboot Time", Undecoded),
    opt(212, "6RD", Special(special::six_rd)),
    opt(213, "V4 Access Domain", Undecoded),
    opt(220, "Subnet Allocation", Undecoded),
    opt(221, "Virtual Subnet Selection", Undecoded),
    opt(242, "Private/Avaya IP Telephone", Undecoded),
    opt(249, "Private/Classless Static Route (Microsoft)", Special(names::static_routes)),
    opt(252, "Private/Proxy autodiscovery", Text(&PRIVATE_PROXY_AUTODISCOVERY)),
];
