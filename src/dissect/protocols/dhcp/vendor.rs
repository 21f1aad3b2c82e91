//! Options within options: a maker's own (43, 125), Netware's (63), a relay agent's (82).

use super::options::{self, Shape};
use super::{Item, enterprises, values};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, SET, YES};
use crate::dissect::sink::NodeId;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use Shape::*;

fields! {
    VI_VALUE = "dhcp.option.vi.value", "Value", bytes();
    SUBOPTION_LENGTH = "dhcp.option.suboption_length", "Length", uint(8);
    VENDOR_VALUE = "dhcp.option.vendor.value", "Value", bytes();
    VENDOR_PXECLIENT_SUBOPTION = "dhcp.option.vendor.pxeclient.suboption", "Option 43 Suboption", uint(8).values(values::VENDOR_PXECLIENT_SUBOPTION);
    VENDOR_PXECLIENT_MTFTP_IP = "dhcp.option.vendor.pxeclient.mtftp_ip", "mtftp IP", ipv4();
    VENDOR_PXECLIENT_MTFTP_CLIENT_PORT = "dhcp.option.vendor.pxeclient.mtftp_client_port", "mtftp client port", uint(16);
    VENDOR_PXECLIENT_MTFTP_SERVER_PORT = "dhcp.option.vendor.pxeclient.mtftp_server_port", "mtftp server port", uint(16);
    VENDOR_PXECLIENT_MTFTP_TIMEOUT = "dhcp.option.vendor.pxeclient.mtftp_timeout", "mtftp timeout", uint(8);
    VENDOR_PXECLIENT_MTFTP_DELAY = "dhcp.option.vendor.pxeclient.mtftp_delay", "mtftp delay", uint(8);
    VENDOR_PXECLIENT_DISCOVERY_CONTROL = "dhcp.option.vendor.pxeclient.discovery_control", "discovery control", uint(8).hex();
    VENDOR_PXECLIENT_DISCOVERY_CONTROL_BROADCAST = "dhcp.option.vendor.pxeclient.discovery_control.broadcast", "Disable Broadcast", boolean().names(SET).mask(0x1);
    VENDOR_PXECLIENT_DISCOVERY_CONTROL_MULTICAST = "dhcp.option.vendor.pxeclient.discovery_control.multicast", "Disable Multicast", boolean().names(SET).mask(0x2);
    VENDOR_PXECLIENT_DISCOVERY_CONTROL_SERVERLIST = "dhcp.option.vendor.pxeclient.discovery_control.serverlist", "Serverlist only", boolean().names(SET).mask(0x4);
    VENDOR_PXECLIENT_DISCOVERY_CONTROL_BSTRAP = "dhcp.option.vendor.pxeclient.discovery_control.bstrap", "Bootstrap override", boolean().names(SET).mask(0x8);
    VENDOR_PXECLIENT_MULTICAST_ADDRESS = "dhcp.option.vendor.pxeclient.multicast_address", "multicast address", ipv4();
    VENDOR_PXECLIENT_BOOT_SERVERS = "dhcp.option.vendor.pxeclient.boot_servers", "boot servers", bytes();
    VENDOR_PXECLIENT_BOOT_SERVERS_TYPE = "dhcp.option.vendor.pxeclient.boot_servers.type", "Type", uint(16).values(values::VENDOR_PXECLIENT_BOOT_SERVERS_TYPE);
    VENDOR_PXECLIENT_BOOT_SERVERS_COUNT = "dhcp.option.vendor.pxeclient.boot_servers.count", "IP count", uint(8);
    VENDOR_PXECLIENT_BOOT_SERVERS_IP = "dhcp.option.vendor.pxeclient.boot_servers.ip", "IP", ipv4();
    VENDOR_PXECLIENT_BOOT_MENU = "dhcp.option.vendor.pxeclient.boot_menu", "boot menu", bytes();
    VENDOR_PXECLIENT_BOOT_MENU_TYPE = "dhcp.option.vendor.pxeclient.boot_menu.type", "Type", uint(16).values(values::VENDOR_PXECLIENT_BOOT_MENU_TYPE);
    VENDOR_PXECLIENT_BOOT_MENU_LENGTH = "dhcp.option.vendor.pxeclient.boot_menu.length", "Length", uint(8);
    VENDOR_PXECLIENT_BOOT_MENU_DESC = "dhcp.option.vendor.pxeclient.boot_menu.desc", "Description", string();
    VENDOR_PXECLIENT_MENU_PROMPT = "dhcp.option.vendor.pxeclient.menu_prompt", "menu prompt", bytes();
    VENDOR_PXECLIENT_MENU_PROMPT_TIMEOUT = "dhcp.option.vendor.pxeclient.menu_prompt.timeout", "Timeout", uint(8);
    VENDOR_PXECLIENT_MENU_PROMPT_PROMPT = "dhcp.option.vendor.pxeclient.menu_prompt.prompt", "Prompt", string();
    VENDOR_PXECLIENT_MULTICAST_ADDRESS_ALLOC = "dhcp.option.vendor.pxeclient.multicast_address_alloc", "multicast address alloc", bytes();
    VENDOR_PXECLIENT_CREDENTIAL_TYPES = "dhcp.option.vendor.pxeclient.credential_types", "credential types", bytes();
    VENDOR_PXECLIENT_BOOT_ITEM = "dhcp.option.vendor.pxeclient.boot_item", "boot item", bytes();
    VENDOR_PXECLIENT_BOOT_ITEM_TYPE = "dhcp.option.vendor.pxeclient.boot_item.type", "Type", uint(16);
    VENDOR_PXECLIENT_BOOT_ITEM_LAYER = "dhcp.option.vendor.pxeclient.boot_item.layer", "Layer", bytes();
    VENDOR_PXECLIENT_LCM_SERVER = "dhcp.option.vendor.pxeclient.lcm_server", "LCM Server Name", stringz();
    VENDOR_PXECLIENT_LCM_DOMAIN = "dhcp.option.vendor.pxeclient.lcm_domain", "LCM Domain", stringz();
    VENDOR_PXECLIENT_LCM_NIC_OPTION = "dhcp.option.vendor.pxeclient.lcm_nic_option", "LCM NIC option", bytes();
    VENDOR_PXECLIENT_LCM_WORKGROUP = "dhcp.option.vendor.pxeclient.lcm_workgroup", "LCM Workgroup", stringz();
    VENDOR_PXECLIENT_DISCOVERY = "dhcp.option.vendor.pxeclient.discovery", "Discovery", boolean().names(YES);
    VENDOR_PXECLIENT_CONFIGURED = "dhcp.option.vendor.pxeclient.configured", "Configured", boolean().names(YES);
    VENDOR_PXECLIENT_LCM_VERSION = "dhcp.option.vendor.pxeclient.lcm_version", "LCM Version", uint(32);
    VENDOR_PXECLIENT_LCM_SERIAL = "dhcp.option.vendor.pxeclient.lcm_serial", "LCM Serial Number", stringz();
    VENDOR_PXECLIENT_END = "dhcp.option.vendor.pxeclient.end", "PXE Client End", uint(8);
    VENDOR_CL_SUBOPTION = "dhcp.option.vendor.cl.suboption", "Option 43 Suboption", uint(8).values(values::VENDOR_CL_SUBOPTION);
    VENDOR_CL_SUBOPTION_REQUEST_LIST = "dhcp.option.vendor.cl.suboption_request_list", "Suboption Request List", stringz();
    VENDOR_CL_DEVICE_TYPE = "dhcp.option.vendor.cl.device_type", "Device Type", stringz();
    VENDOR_CL_ESAFE_TYPE = "dhcp.option.vendor.cl.esafe_type", "eSAFE Types", stringz();
    VENDOR_CL_SERIAL_NUMBER = "dhcp.option.vendor.cl.serial_number", "Serial Number", stringz();
    VENDOR_CL_HARDWARE_VERSION = "dhcp.option.vendor.cl.hardware_version", "Hardware Version", stringz();
    VENDOR_CL_SOFTWARE_VERSION = "dhcp.option.vendor.cl.software_version", "Software Version", stringz();
    VENDOR_CL_BOOT_ROM_VERSION = "dhcp.option.vendor.cl.boot_rom_version", "Boot ROM version", stringz();
    VENDOR_CL_OUI_STRING = "dhcp.option.vendor.cl.oui_string", "Organizationally Unique Identifier", stringz();
    VENDOR_CL_OUI_BYTES = "dhcp.option.vendor.cl.oui_bytes", "Organizationally Unique Identifier", bytes().base(Base::Colon);
    VENDOR_CL_MODEL_NUMBER = "dhcp.option.vendor.cl.model_number", "Model Number", stringz();
    VENDOR_CL_VENDOR_NAME10 = "dhcp.option.vendor.cl.vendor_name10", "Vendor Name", stringz();
    VENDOR_CL_ADDRESS_REALM = "dhcp.option.vendor.cl.address_realm", "Address Realm", uint(8).values(values::VENDOR_CL_ADDRESS_REALM);
    VENDOR_CL_CM_PS_SYSTEM_DESC = "dhcp.option.vendor.cl.cm_ps_system_desc", "CM/PS System Description", stringz();
    VENDOR_CL_CM_PS_FIRMWARE_REVISION = "dhcp.option.vendor.cl.cm_ps_firmware_revision", "CM/PS Firmware Revision", stringz();
    VENDOR_CL_FIREWALL_POLICY_FILE_VERSION = "dhcp.option.vendor.cl.firewall_policy_file_version", "Firewall Policy File Version", stringz();
    VENDOR_CL_ESAFE_CONFIG_FILE_DEVICES = "dhcp.option.vendor.cl.esafe_config_file_devices", "eSafe Config File Devices", stringz();
    VENDOR_CL_VIDEO_SECURITY_TAPE = "dhcp.option.vendor.cl.video_security_tape", "Video Security Type", stringz();
    VENDOR_CL_MTA_MAC_ADDRESS = "dhcp.option.vendor.cl.mta_mac_address", "MTA MAC Address", ether();
    VENDOR_CL_CORRELATION_ID = "dhcp.option.vendor.cl.correlation_ID", "Correlation ID", uint(32);
    VENDOR_CL_VENDOR_NAME51 = "dhcp.option.vendor.cl.vendor_name51", "Vendor Name", stringz();
    VENDOR_CL_CABLECARD_CAPABILITY = "dhcp.option.vendor.cl.cablecard_capability", "CableCARD Capability", bytes();
    VENDOR_CL_DEVICE_ID_CA = "dhcp.option.vendor.cl.device_id_ca", "Device Identification (CA)", bytes();
    VENDOR_CL_DEVICE_ID_X509 = "dhcp.option.vendor.cl.device_id_x509", "Device Identification (X.509)", stringz();
    VENDOR_CL_END = "dhcp.option.vendor.cl.end", "CL End", uint(8);
    VENDOR_ALU_SUBOPTION = "dhcp.option.vendor.alu.suboption", "Option 43 Suboption", uint(8).values(values::VENDOR_ALU_SUBOPTION);
    VENDOR_ALU_VID = "dhcp.option.vendor.alu.vid", "Voice VLAN ID", uint(16);
    VENDOR_ALU_TFTP1 = "dhcp.option.vendor.alu.tftp1", "Spatial Redundancy TFTP1", ipv4();
    VENDOR_ALU_TFTP2 = "dhcp.option.vendor.alu.tftp2", "Spatial Redundancy TFTP2", ipv4();
    VENDOR_ALU_APP_TYPE = "dhcp.option.vendor.alu.app_type", "Application Type", uint(8).values(values::VENDOR_ALU_APP_TYPE);
    VENDOR_ALU_SIP_URL = "dhcp.option.vendor.alu.sip_url", "SIP URL", string();
    VENDOR_ALU_END = "dhcp.option.vendor.alu.end", "Alcatel End", uint(8);
    VENDOR_ARUBAAP_CONTROLLERIP = "dhcp.option.vendor.arubaap.controllerip", "Aruba Controller IP", string();
    VENDOR_ARUBAIAP = "dhcp.option.vendor.arubaiap", "Aruba Instant AP", string();
    VENDOR_ARUBAIAP_NAME_ORG = "dhcp.option.vendor.arubaiap.name_org", "Name Organisation", string();
    VENDOR_ARUBAIAP_AMP_IP = "dhcp.option.vendor.arubaiap.amp_ip", "AMP IP Address", string();
    VENDOR_ARUBAIAP_PASSWORD = "dhcp.option.vendor.arubaiap.password", "Password", string();
    VENDOR_BSDP_SUBOPTION = "dhcp.option.vendor.bsdp.suboption", "Option 43 Suboption", uint(8).values(values::VENDOR_CL_SUBOPTION);
    VENDOR_BSDP_MESSAGE_TYPE = "dhcp.option.vendor.bsdp.message_type", "Message Type", uint(8).values(values::VENDOR_BSDP_MESSAGE_TYPE);
    VENDOR_BSDP_VERSION = "dhcp.option.vendor.bsdp.version", "Version", uint(16).hex();
    VENDOR_BSDP_SERVER_IDENTIFIER = "dhcp.option.vendor.bsdp.server_identifier", "Server Identifier", ipv4();
    VENDOR_BSDP_SERVER_PRIORITY = "dhcp.option.vendor.bsdp.server_priority", "Server Priority", uint(16);
    VENDOR_BSDP_REPLY_PORT = "dhcp.option.vendor.bsdp.reply_port", "Reply Port", uint(16);
    VENDOR_BSDP_BOOT_IMAGE_LIST_PATH = "dhcp.option.vendor.bsdp.boot_image_list_path", "Boot Image List Path", string();
    VENDOR_BSDP_DEFAULT_BOOT_IMAGE_ID = "dhcp.option.vendor.bsdp.default_boot_image_id", "Default Boot Image ID", uint(32).hex();
    VENDOR_BSDP_SELECTED_BOOT_IMAGE_ID = "dhcp.option.vendor.bsdp.selected_boot_image_id", "Selected Boot Image ID", uint(32).hex();
    VENDOR_BSDP_BOOT_IMAGE_LIST = "dhcp.option.vendor.bsdp.boot_image_list", "Boot Image List", bytes();
    VENDOR_BSDP_MESSAGE_SIZE = "dhcp.option.vendor.bsdp.message_size", "Message Size", uint(16);
    VENDOR_CLASS_DATA = "dhcp.option.vendor_class_data", "vendor-class-data", stringz();
    NOVELL_OPTIONS_SUBOPTION = "dhcp.option.novell_options.suboption", "Option 63 Suboption", uint(8).values(values::NOVELL_OPTIONS_SUBOPTION);
    NOVELL_OPTIONS_VALUE = "dhcp.option.novell_options.value", "Value", bytes();
    NOVELL_OPTIONS_BROADCAST = "dhcp.option.novell_options.broadcast", "Broadcast for nearest Netware server", boolean().names(YES);
    NOVELL_OPTIONS_PREFERRED_DSS_SERVER = "dhcp.option.novell_options.preferred_dss_server", "Preferred DSS server", ipv4();
    NOVELL_OPTIONS_NEAREST_NWIP_SERVER = "dhcp.option.novell_options.nearest_nwip_server", "Nearest NWIP server", ipv4();
    NOVELL_OPTIONS_AUTORETRIES = "dhcp.option.novell_options.autoretries", "Autoretries", uint(8);
    NOVELL_OPTIONS_AUTORETRY_DELAY = "dhcp.option.novell_options.autoretry_delay", "Autoretry delay, sec", uint(8);
    NOVELL_OPTIONS_SUPPORT_NETWARE_V1_1 = "dhcp.option.novell_options.support_netware_v1_1", "Broadcast for nearest Netware server", boolean().names(YES);
    NOVELL_OPTIONS_PRIMARY_DSS = "dhcp.option.novell_options.primary_dss", "Primary DSS", ipv4();
    AGENT_INFORMATION_OPTION_SUBOPTION = "dhcp.option.agent_information_option.suboption", "Option 82 Suboption", uint(8).values(values::AGENT_INFORMATION_SUBOPTION);
    AGENT_INFORMATION_OPTION_VALUE = "dhcp.option.agent_information_option.value", "Value", bytes();
    AGENT_INFORMATION_OPTION_AGENT_CIRCUIT_ID = "dhcp.option.agent_information_option.agent_circuit_id", "Agent Circuit ID", bytes();
    AGENT_INFORMATION_OPTION_AGENT_REMOTE_ID = "dhcp.option.agent_information_option.agent_remote_id", "Agent Remote ID", bytes();
    AGENT_INFORMATION_OPTION_RESERVED = "dhcp.option.agent_information_option.reserved", "Reserved", bytes();
    AGENT_INFORMATION_OPTION_DOCSIS_DEVICE_CLASS = "dhcp.option.agent_information_option.docsis_device_class", "DOCSIS Device Class", uint(32).hex();
    AGENT_INFORMATION_OPTION_LINK_SELECTION = "dhcp.option.agent_information_option.link_selection", "Link selection", ipv4();
    AGENT_INFORMATION_OPTION_SUBSCRIBER_ID = "dhcp.option.agent_information_option.subscriber_id", "Subscriber ID", stringz();
    AGENT_INFORMATION_OPTION_RADIUS_ATTRIBUTES = "dhcp.option.agent_information_option.radius_attributes", "RADIUS Attributes", bytes();
    AGENT_INFORMATION_OPTION_AUTHENTICATION = "dhcp.option.agent_information_option.authentication", "Authentication", bytes();
    AGENT_INFORMATION_OPTION_VI_ENTERPRISE = "dhcp.option.agent_information_option.vi.enterprise", "Enterprise", uint(32);
    AGENT_INFORMATION_OPTION_VI_DATA_LENGTH = "dhcp.option.agent_information_option.vi.data_length", "Data Length", uint(8);
    AGENT_INFORMATION_OPTION_VI_CL_DOCSIS_VERSION = "dhcp.option.agent_information_option.vi.cl.docsis_version", "DOCSIS Version Number", uint(16).hex();
    AGENT_INFORMATION_OPTION_VI_CL_DPOE_SYSTEM_VERSION = "dhcp.option.agent_information_option.vi.cl.dpoe_system_version", "DPoE System Version Number", uint(16).hex();
    AGENT_INFORMATION_OPTION_VI_CL_DPOE_SYSTEM_PBB_SERVICE = "dhcp.option.agent_information_option.vi.cl.dpoe_system_pbb_service", "DPoE System PBB Service", bytes();
    AGENT_INFORMATION_OPTION_VI_CL_SERVICE_CLASS_NAME = "dhcp.option.agent_information_option.vi.cl.service_class_name", "Service Class Name", string();
    AGENT_INFORMATION_OPTION_VI_CL_MSO_DEFINED_TEXT = "dhcp.option.agent_information_option.vi.cl.mso_defined_text", "MSO Defined Text", string();
    AGENT_INFORMATION_OPTION_VI_CL_SECURE_FILE_TRANSFER_URI = "dhcp.option.agent_information_option.vi.cl.secure_file_transfer_uri", "Secure File Transfer URI", string();
    AGENT_INFORMATION_OPTION_FLAGS = "dhcp.option.agent_information_option.flags", "Flags", uint(8).hex();
    AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE = "dhcp.option.agent_information_option.server_id_override", "Server ID Override", ipv4();
    AGENT_INFORMATION_OPTION_RELAY_AGENT_ID = "dhcp.option.agent_information_option.relay_agent_id", "Relay Agent Identifier", bytes();
    AGENT_INFORMATION_OPTION_ANI_ATT = "dhcp.option.agent_information_option.ani_att", "Access Technology Type", uint(8);
    AGENT_INFORMATION_OPTION_ANI_NETWORK_NAME = "dhcp.option.agent_information_option.ani_network_name", "Access Network Name", string();
    AGENT_INFORMATION_OPTION_ANI_AP_NAME = "dhcp.option.agent_information_option.ani_ap_name", "Access Point Name", string();
    AGENT_INFORMATION_OPTION_ANI_AP_BSSID = "dhcp.option.agent_information_option.ani_ap_bssid", "Access Point BSSID", ether();
    AGENT_INFORMATION_OPTION_ANI_OPERATOR_ID = "dhcp.option.agent_information_option.ani_operator_id", "Access Network Operator ID", bytes();
    AGENT_INFORMATION_OPTION_ANI_OPERATOR_REALM = "dhcp.option.agent_information_option.ani_operator_realm", "Access Network Operator Realm", string();
    AGENT_INFORMATION_OPTION_LINK_SELECTION_CISCO = "dhcp.option.agent_information_option.link_selection_cisco", "Link selection (Cisco proprietary)", ipv4();
    AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID = "dhcp.option.agent_information_option.vrf_name.vpn_id", "VRF name/VPN ID", bytes();
    AGENT_INFORMATION_OPTION_VRF_NAME_GLOBAL = "dhcp.option.agent_information_option.vrf_name.global", "Global, default VPN", uint(8);
    AGENT_INFORMATION_OPTION_VRF_NAME = "dhcp.option.agent_information_option.vrf_name", "VRF name", string();
    AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID_OUI = "dhcp.option.agent_information_option.vrf_name.vpn_id.oui", "VRF name/VPN ID OUI", uint(24).hex();
    AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID_INDEX = "dhcp.option.agent_information_option.vrf_name.vpn_id.index", "VRF name/VPN ID Index", uint(32).hex();
    AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE_CISCO = "dhcp.option.agent_information_option.server_id_override_cisco", "Server ID Override (Cisco proprietary)", ipv4();
    VI_CLASS_ENTERPRISE = "dhcp.option.vi_class.enterprise", "Enterprise", uint(32);
    VI_CLASS_LENGTH = "dhcp.option.vi_class.length", "CableLab Address Mode", uint(8);
    VI_CLASS_DATA = "dhcp.option.vi_class.data", "NetInfo Parent Server Tag", stringz();
    VI_ENTERPRISE = "dhcp.option.vi.enterprise", "Enterprise", uint(32);
    VI_LENGTH = "dhcp.option.vi.length", "Length", uint(8);
    VI_TR111_SUBOPTION = "dhcp.option.vi.tr111.suboption", "Option 125 Suboption", uint(8).values(values::VI_TR111_SUBOPTION);
    VI_TR111_DEVICE_MANUFACTURER_OUI = "dhcp.option.vi.tr111.device_manufacturer_oui", "DeviceManufacturerOUI", uint(24).base(Base::Oui);
    VI_TR111_DEVICE_SERIAL_NUMBER = "dhcp.option.vi.tr111.device_serial_number", "DeviceSerialNumber", stringz();
    VI_TR111_DEVICE_PRODUCT_CLASS = "dhcp.option.vi.tr111.device_product_class", "DeviceProductClass", stringz();
    VI_TR111_GATEWAY_MANUFACTURER_OUI = "dhcp.option.vi.tr111.gateway_manufacturer_oui", "GatewayManufacturerOUI", stringz();
    VI_TR111_GATEWAY_SERIAL_NUMBER = "dhcp.option.vi.tr111.gateway_serial_number", "GatewaySerialNumber", stringz();
    VI_TR111_GATEWAY_PRODUCT_CLASS = "dhcp.option.vi.tr111.gateway_product_class", "GatewayProductClass", stringz();
    VI_CL_SUBOPTION = "dhcp.option.vi.cl.suboption", "Option 125 Suboption", uint(8).values(values::VI_CL_SUBOPTION);
    VI_CL_OPTION_REQUEST = "dhcp.option.vi.cl.option_request", "Option Request", bytes();
    VI_CL_TFTP_SERVER_ADDRESSES = "dhcp.option.vi.cl.tftp_server_addresses", "TFTP Server Addresses", ipv4();
    VI_CL_EROUTER_CONTAINER_OPTION = "dhcp.option.vi.cl.erouter_container_option", "eRouter Container Option", bytes();
    VI_CL_MODEM_CAPABILITIES = "dhcp.option.vi.cl.modem_capabilities", "Modem Capabilities", bytes();
    VENDOR_SUBOPTION = "dhcp.vendor.suboption", "Option 125 Suboption", uint(8);
    VENDOR_DATA = "dhcp.vendor.data", "Data", bytes();
    VENDOR_CLASS_ID = "dhcp.option.vendor_class_id", "Vendor class identifier", stringz();
}

static NO_ROOM_VALUE: Expert = Expert::new(
    "dhcp.missing_subopt_value",
    "no room left in option for suboption value",
    Group::Protocol,
    Severity::Error,
);
static NO_ROOM_LENGTH: Expert = Expert::new(
    "dhcp.missing_subopt_length",
    "no room left in option for suboption length",
    Group::Protocol,
    Severity::Error,
);
static NO_HANDLER: Expert = Expert::new(
    "dhcp.subopt.unknown_type",
    "ERROR, please report: Unknown subopt type handler",
    Group::Protocol,
    Severity::Error,
);
static ENTERPRISE: Expert = Expert::new(
    "dhcp.option.enterprise.malformed",
    "no room left in option for enterprise data",
    Group::Protocol,
    Severity::Error,
);
static UNKNOWN_TAG: Expert =
    Expert::new("dhcp.option.option.vi.cl.tag_unknown", "Unknown tag", Group::Protocol, Severity::Error);

pub static EXPERTS: &[&Expert] = &[&NO_ROOM_VALUE, &NO_ROOM_LENGTH, &NO_HANDLER, &ENTERPRISE, &UNKNOWN_TAG];

/// A kind of options within an option: what they are called, which field shows their number, which the
/// bytes of their value, and what is known of each number.
struct Family {
    title: &'static str,
    number: &'static Field,
    /// Shows the bytes of a value that is not decoded.
    value: &'static Field,
    /// The bytes of decoded values are there as well, hidden.
    both: bool,
    /// What unknown numbers hold.
    unknown: Shape,
    /// A number 255 ends the list.
    end: Option<&'static Field>,
    known: &'static [(u8, &'static str, Shape)],
}

impl Family {
    fn find(&self, code: u8) -> (&'static str, Shape) {
        match self.known.iter().find(|k| k.0 == code) {
            Some(k) => (k.1, k.2),
            None => ("Unknown", self.unknown),
        }
    }
}

/// Goes over options within an option, up to `end`.
fn suboptions(w: &mut Walk, family: &Family, mut at: usize, end: usize, item: &Item) -> Result<(), Stop> {
    while at < end {
        let code = w.u8(at)?;
        if let (255, Some(field)) = (code, family.end) {
            w.field(field, at, 1)?;
            return Ok(());
        }
        let (name, shape) = family.find(code);
        let title = family.title;
        let text = format_args!("{title} Suboption: ({code}) {name}");
        if at + 1 >= end {
            let id = w.text(family.number, at, 1, Value::Uint(u64::from(code)), text);
            no_room(w, id, &NO_ROOM_LENGTH, code);
            return Ok(());
        }
        let len = usize::from(w.u8(at + 1)?);
        let id = w.text(family.number, at, 2 + len, Value::Uint(u64::from(code)), text);
        w.open(id);
        w.field(&SUBOPTION_LENGTH, at + 1, 1)?;
        if at + 2 + len > end {
            let text = format_args!("Suboption {code}: no room left in option for suboption value");
            w.expert_text(&NO_ROOM_VALUE, id, text);
            w.close();
            return Ok(());
        }
        let inner = Item { code, at: at + 2, len, id, message: item.message };
        suboption(w, family, shape, &inner)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

fn no_room(w: &mut Walk, id: NodeId, expert: &'static Expert, code: u8) {
    w.open(id);
    w.expert_text(expert, id, format_args!("Suboption {code}: {}", expert.field.label));
    w.close();
}

fn suboption(w: &mut Walk, family: &Family, shape: Shape, item: &Item) -> Result<(), Stop> {
    let value = Value::Bytes(w.bytes(item.at, item.len)?);
    let node = w.node(family.value, item.at, item.len, value);
    if !options::shown(shape, item.len) {
        w.put(node);
    } else if family.both {
        w.put(node.hidden());
    }
    options::decode(w, shape, item)
}

/// The Option 43 of the maker that the vendor class (option 60) names.
pub fn vendor(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let class = item.message.value(&w.buf, 60).unwrap_or(b"");
    let (at, end) = (item.at, item.at + item.len);
    if class.starts_with(b"PXEClient") {
        w.append(item.id, format_args!(" (PXEClient)"));
        return suboptions(w, &PXE, at, end, item);
    }
    let cable: [&[u8]; 4] = [b"pktc", b"docsis", b"OpenCable2.0", b"CableHome"];
    if cable.iter().any(|c| class.starts_with(c)) {
        w.append(item.id, format_args!(" (CableLabs)"));
        return suboptions(w, &CABLE, at, end, item);
    }
    if class.starts_with(b"alcatel.noe.0") {
        w.append(item.id, format_args!(" (Alcatel-Lucent)"));
        return suboptions(w, &ALCATEL, at, end, item);
    }
    if class.starts_with(b"AAPLBSDPC") {
        w.append(item.id, format_args!(" (Boot Server Discovery Protocol (BSDP))"));
        return suboptions(w, &BSDP, at, end, item);
    }
    if class.starts_with(b"ArubaAP") {
        w.append(item.id, format_args!(" (Aruba AP)"));
        return options::line(w, &VENDOR_ARUBAAP_CONTROLLERIP, at, item.len);
    }
    if class.starts_with(b"ArubaInstantAP") {
        return aruba_instant(w, item);
    }
    w.field(&VENDOR_VALUE, at, item.len)?;
    Ok(())
}

/// Organisation, address of the management server and password, with commas between.
fn aruba_instant(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.append(item.id, format_args!(" (Aruba Instant AP)"));
    let bytes = w.bytes(item.at, item.len)?;
    let all = text::ascii(bytes);
    let id = w.value(&VENDOR_ARUBAIAP, item.at, item.len, Value::Str(&all));
    w.open(id);
    let fields = [&VENDOR_ARUBAIAP_NAME_ORG, &VENDOR_ARUBAIAP_AMP_IP, &VENDOR_ARUBAIAP_PASSWORD];
    let mut at = item.at;
    for (part, field) in bytes.splitn(3, |b| *b == b',').zip(fields) {
        w.value(field, at, part.len(), Value::Str(&text::ascii(part)));
        at += part.len() + 1;
    }
    w.close();
    Ok(())
}

/// The vendor class as text; what follows the name of some is shown apart.
pub fn vendor_class(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    options::text(w, &VENDOR_CLASS_ID, item.at, item.len)?;
    let class = w.bytes(item.at, item.len)?;
    let skip = match class {
        _ if class.starts_with(b"AAPLBSDPC/") => 10,
        _ if class.starts_with(b"docsis3.") => 0,
        _ => return Ok(()),
    };
    options::text(w, &VENDOR_CLASS_DATA, item.at + skip, item.len - skip)
}

static PXE: Family = Family {
    title: "Option 43",
    number: &VENDOR_PXECLIENT_SUBOPTION,
    value: &VENDOR_VALUE,
    both: true,
    unknown: Special(no_handler),
    end: Some(&VENDOR_PXECLIENT_END),
    known: &[
        (0, "Padding", Undecoded),
        (1, "PXE mtftp IP", Addresses(&VENDOR_PXECLIENT_MTFTP_IP)),
        (2, "PXE mtftp client port", Special(|w, i| little(w, &VENDOR_PXECLIENT_MTFTP_CLIENT_PORT, i))),
        (3, "PXE mtftp server port", Special(|w, i| little(w, &VENDOR_PXECLIENT_MTFTP_SERVER_PORT, i))),
        (4, "PXE mtftp timeout", Byte(&VENDOR_PXECLIENT_MTFTP_TIMEOUT)),
        (5, "PXE mtftp delay", Byte(&VENDOR_PXECLIENT_MTFTP_DELAY)),
        (6, "PXE discovery control", Special(discovery_control)),
        (7, "PXE multicast address", Addresses(&VENDOR_PXECLIENT_MULTICAST_ADDRESS)),
        (8, "PXE boot servers", Special(boot_servers)),
        (9, "PXE boot menu", Special(boot_menu)),
        (10, "PXE menu prompt", Special(menu_prompt)),
        (11, "PXE multicast address alloc", Bytes(&VENDOR_PXECLIENT_MULTICAST_ADDRESS_ALLOC)),
        (12, "PXE credential types", Bytes(&VENDOR_PXECLIENT_CREDENTIAL_TYPES)),
        (71, "PXE boot item", Special(boot_item)),
        (179, "PXE LCM Server", Text(&VENDOR_PXECLIENT_LCM_SERVER)),
        (180, "PXE LCM Domain", Text(&VENDOR_PXECLIENT_LCM_DOMAIN)),
        (181, "PXE LCM NIC option 0", Bytes(&VENDOR_PXECLIENT_LCM_NIC_OPTION)),
        (190, "PXE LCM Workgroup", Text(&VENDOR_PXECLIENT_LCM_WORKGROUP)),
        (191, "PXE Discovery", Flag(&VENDOR_PXECLIENT_DISCOVERY)),
        (192, "PXE Configured", Flag(&VENDOR_PXECLIENT_CONFIGURED)),
        (193, "PXE LCM version", Long(&VENDOR_PXECLIENT_LCM_VERSION)),
        (194, "PXE LCM Serial Number", Text(&VENDOR_PXECLIENT_LCM_SERIAL)),
    ],
};

fn little(w: &mut Walk, field: &'static Field, item: &Item) -> Result<(), Stop> {
    if item.len == 2 {
        let port = w.le16(item.at)?;
        w.uint(field, item.at, 2, u64::from(port));
    }
    Ok(())
}

fn discovery_control(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let bits: [&Field; 4] = [
        &VENDOR_PXECLIENT_DISCOVERY_CONTROL_BROADCAST,
        &VENDOR_PXECLIENT_DISCOVERY_CONTROL_MULTICAST,
        &VENDOR_PXECLIENT_DISCOVERY_CONTROL_SERVERLIST,
        &VENDOR_PXECLIENT_DISCOVERY_CONTROL_BSTRAP,
    ];
    if item.len == 0 {
        return Ok(());
    }
    super::special::flag_set(w, &VENDOR_PXECLIENT_DISCOVERY_CONTROL, item.at, 1, None, &bits, None)
}

fn boot_servers(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.open_field(&VENDOR_PXECLIENT_BOOT_SERVERS, item.at, item.len)?;
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 3 <= end {
        let count = usize::from(w.u8(at + 2)?);
        w.field(&VENDOR_PXECLIENT_BOOT_SERVERS_TYPE, at, 2)?;
        w.field(&VENDOR_PXECLIENT_BOOT_SERVERS_COUNT, at + 2, 1)?;
        at += 3;
        for _ in 0..count {
            w.field(&VENDOR_PXECLIENT_BOOT_SERVERS_IP, at, 4)?;
            at += 4;
        }
    }
    w.close();
    Ok(())
}

fn boot_menu(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.open_field(&VENDOR_PXECLIENT_BOOT_MENU, item.at, item.len)?;
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 3 <= end {
        let len = usize::from(w.u8(at + 2)?);
        w.field(&VENDOR_PXECLIENT_BOOT_MENU_TYPE, at, 2)?;
        w.field(&VENDOR_PXECLIENT_BOOT_MENU_LENGTH, at + 2, 1)?;
        options::line(w, &VENDOR_PXECLIENT_BOOT_MENU_DESC, at + 3, len)?;
        at += 3 + len;
    }
    w.close();
    Ok(())
}

fn menu_prompt(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.open_field(&VENDOR_PXECLIENT_MENU_PROMPT, item.at, item.len)?;
    if item.len > 0 {
        w.field(&VENDOR_PXECLIENT_MENU_PROMPT_TIMEOUT, item.at, 1)?;
        options::line(w, &VENDOR_PXECLIENT_MENU_PROMPT_PROMPT, item.at + 1, item.len - 1)?;
    }
    w.close();
    Ok(())
}

fn boot_item(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.open_field(&VENDOR_PXECLIENT_BOOT_ITEM, item.at, item.len)?;
    if item.len == 4 {
        w.field(&VENDOR_PXECLIENT_BOOT_ITEM_TYPE, item.at, 2)?;
        w.field(&VENDOR_PXECLIENT_BOOT_ITEM_LAYER, item.at + 2, 2)?;
    }
    w.close();
    Ok(())
}

static CABLE: Family = Family {
    title: "Option 43",
    number: &VENDOR_CL_SUBOPTION,
    value: &VENDOR_VALUE,
    both: false,
    unknown: Undecoded,
    end: Some(&VENDOR_CL_END),
    known: &[
        (0, "Padding", Undecoded),
        (1, "Suboption Request List", Text(&VENDOR_CL_SUBOPTION_REQUEST_LIST)),
        (2, "Device Type", Text(&VENDOR_CL_DEVICE_TYPE)),
        (3, "eSAFE Types", Text(&VENDOR_CL_ESAFE_TYPE)),
        (4, "Serial Number", Text(&VENDOR_CL_SERIAL_NUMBER)),
        (5, "Hardware Version", Text(&VENDOR_CL_HARDWARE_VERSION)),
        (6, "Software Version", Text(&VENDOR_CL_SOFTWARE_VERSION)),
        (7, "Boot ROM version", Text(&VENDOR_CL_BOOT_ROM_VERSION)),
        (8, "Organizationally Unique Identifier", Special(organisation)),
        (9, "Model Number", Text(&VENDOR_CL_MODEL_NUMBER)),
        (10, "Vendor Name", Text(&VENDOR_CL_VENDOR_NAME10)),
        (11, "Address Realm", Byte(&VENDOR_CL_ADDRESS_REALM)),
        (12, "CM/PS System Description", Text(&VENDOR_CL_CM_PS_SYSTEM_DESC)),
        (13, "CM/PS Firmware Revision", Text(&VENDOR_CL_CM_PS_FIRMWARE_REVISION)),
        (14, "Firewall Policy File Version", Text(&VENDOR_CL_FIREWALL_POLICY_FILE_VERSION)),
        (15, "eSafe Config File Devices", Text(&VENDOR_CL_ESAFE_CONFIG_FILE_DEVICES)),
        (18, "Video Security Type", Text(&VENDOR_CL_VIDEO_SECURITY_TAPE)),
        (31, "MTA MAC Address", Mac(&VENDOR_CL_MTA_MAC_ADDRESS)),
        (32, "Correlation ID", Long(&VENDOR_CL_CORRELATION_ID)),
        (51, "Vendor Name", Text(&VENDOR_CL_VENDOR_NAME51)),
        (52, "CableCARD Capability", Bytes(&VENDOR_CL_CABLECARD_CAPABILITY)),
        (53, "Device Identification (CA)", Bytes(&VENDOR_CL_DEVICE_ID_CA)),
        (54, "Device Identification (X.509)", Text(&VENDOR_CL_DEVICE_ID_X509)),
    ],
};

/// Three bytes, or six hexadecimal digits.
fn organisation(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len != 3 {
        return options::text(w, &VENDOR_CL_OUI_STRING, item.at, item.len);
    }
    w.field(&VENDOR_CL_OUI_BYTES, item.at, 3)?;
    Ok(())
}

static ALCATEL: Family = Family {
    title: "Option 43",
    number: &VENDOR_ALU_SUBOPTION,
    value: &VENDOR_VALUE,
    both: false,
    unknown: Undecoded,
    end: Some(&VENDOR_ALU_END),
    known: &[
        (0, "Padding", Undecoded),
        (58, "Voice VLAN ID", Word(&VENDOR_ALU_VID)),
        (64, "Spatial Redundancy TFTP1", Addresses(&VENDOR_ALU_TFTP1)),
        (65, "Spatial Redundancy TFTP2", Addresses(&VENDOR_ALU_TFTP2)),
        (66, "Application Type", Byte(&VENDOR_ALU_APP_TYPE)),
        (67, "SIP URL", Line(&VENDOR_ALU_SIP_URL)),
    ],
};

static BSDP: Family = Family {
    title: "Option 43",
    number: &VENDOR_BSDP_SUBOPTION,
    value: &VENDOR_VALUE,
    both: false,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "Message Type", Byte(&VENDOR_BSDP_MESSAGE_TYPE)),
        (2, "Version", Word(&VENDOR_BSDP_VERSION)),
        (3, "Server Identifier", Addresses(&VENDOR_BSDP_SERVER_IDENTIFIER)),
        (4, "Server Priority", Word(&VENDOR_BSDP_SERVER_PRIORITY)),
        (5, "Reply Port", Word(&VENDOR_BSDP_REPLY_PORT)),
        (6, "Boot Image List Path", Line(&VENDOR_BSDP_BOOT_IMAGE_LIST_PATH)),
        (7, "Default Boot Image", Long(&VENDOR_BSDP_DEFAULT_BOOT_IMAGE_ID)),
        (8, "Selected Boot Image", Long(&VENDOR_BSDP_SELECTED_BOOT_IMAGE_ID)),
        (9, "Boot Image List", Bytes(&VENDOR_BSDP_BOOT_IMAGE_LIST)),
        (12, "Maximum Message Size", Word(&VENDOR_BSDP_MESSAGE_SIZE)),
    ],
};

/// Netware/IP options (RFC 2242).
pub fn novell(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    suboptions(w, &NOVELL, item.at, item.at + item.len, item)
}

static NOVELL: Family = Family {
    title: "Option 63",
    number: &NOVELL_OPTIONS_SUBOPTION,
    value: &NOVELL_OPTIONS_VALUE,
    both: true,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "NWIP does not exist on subnet", Undecoded),
        (2, "NWIP exists in options area", Undecoded),
        (3, "NWIP exists in sname/file", Undecoded),
        (4, "NWIP exists, but too big", Undecoded),
        (5, "Broadcast for nearest Netware server", Flag(&NOVELL_OPTIONS_BROADCAST)),
        (6, "Preferred DSS server", Addresses(&NOVELL_OPTIONS_PREFERRED_DSS_SERVER)),
        (7, "Nearest NWIP server", Addresses(&NOVELL_OPTIONS_NEAREST_NWIP_SERVER)),
        (8, "Autoretries", Byte(&NOVELL_OPTIONS_AUTORETRIES)),
        (9, "Autoretry delay, secs", Byte(&NOVELL_OPTIONS_AUTORETRY_DELAY)),
        (10, "Support NetWare/IP v1.1", Flag(&NOVELL_OPTIONS_SUPPORT_NETWARE_V1_1)),
        (11, "Primary DSS", Address(&NOVELL_OPTIONS_PRIMARY_DSS)),
    ],
};

/// What a relay agent adds (RFC 3046).
pub fn relay_agent(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    suboptions(w, &RELAY, item.at, item.at + item.len, item)
}

static RELAY: Family = Family {
    title: "Option 82",
    number: &AGENT_INFORMATION_OPTION_SUBOPTION,
    value: &AGENT_INFORMATION_OPTION_VALUE,
    both: true,
    unknown: Undecoded,
    end: None,
    known: &[
        (0, "Padding", Undecoded),
        (1, "Agent Circuit ID", Bytes(&AGENT_INFORMATION_OPTION_AGENT_CIRCUIT_ID)),
        (2, "Agent Remote ID", Bytes(&AGENT_INFORMATION_OPTION_AGENT_REMOTE_ID)),
        (3, "Reserved", Bytes(&AGENT_INFORMATION_OPTION_RESERVED)),
        (4, "DOCSIS Device Class", Long(&AGENT_INFORMATION_OPTION_DOCSIS_DEVICE_CLASS)),
        (5, "Link selection", Address(&AGENT_INFORMATION_OPTION_LINK_SELECTION)),
        (6, "Subscriber ID", Text(&AGENT_INFORMATION_OPTION_SUBSCRIBER_ID)),
        (7, "RADIUS Attributes", Bytes(&AGENT_INFORMATION_OPTION_RADIUS_ATTRIBUTES)),
        (8, "Authentication", Bytes(&AGENT_INFORMATION_OPTION_AUTHENTICATION)),
        (9, "Vendor-Specific Information", Special(relay_vendor)),
        (10, "Flags", Byte(&AGENT_INFORMATION_OPTION_FLAGS)),
        (11, "Server ID Override", Address(&AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE)),
        (12, "Relay Agent Identifier", Bytes(&AGENT_INFORMATION_OPTION_RELAY_AGENT_ID)),
        (13, "Access Technology Type", Word(&AGENT_INFORMATION_OPTION_ANI_ATT)),
        (14, "Access Network Name", Line(&AGENT_INFORMATION_OPTION_ANI_NETWORK_NAME)),
        (15, "Access Point Name", Line(&AGENT_INFORMATION_OPTION_ANI_AP_NAME)),
        (16, "Access Point BSSID", Mac(&AGENT_INFORMATION_OPTION_ANI_AP_BSSID)),
        (17, "Access Network Operator ID", Bytes(&AGENT_INFORMATION_OPTION_ANI_OPERATOR_ID)),
        (18, "Access Network Operator Realm", Line(&AGENT_INFORMATION_OPTION_ANI_OPERATOR_REALM)),
        (19, "Source Port", Special(no_handler)),
        (150, "Link selection (Cisco proprietary)", Address(&AGENT_INFORMATION_OPTION_LINK_SELECTION_CISCO)),
        (151, "VRF name/VPN ID", Special(vrf_name)),
        (
            152,
            "Server ID Override (Cisco proprietary)",
            Address(&AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE_CISCO),
        ),
    ],
};

/// Suboptions that have a name and nothing to show.
fn no_handler(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let code = item.code;
    let text = format_args!("ERROR, please report: Unknown subopt type handler {code}");
    w.expert_text(&NO_HANDLER, item.id, text);
    Ok(())
}

/// RFC 2685: a name, one byte for the global VPN, or the number of a VPN.
fn vrf_name(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    match item.len {
        0 => Ok(()),
        1 => {
            w.field(&AGENT_INFORMATION_OPTION_VRF_NAME_GLOBAL, item.at, 1)?;
            Ok(())
        }
        7 => vpn_number(w, item),
        _ => options::line(w, &AGENT_INFORMATION_OPTION_VRF_NAME, item.at, item.len),
    }
}

fn vpn_number(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    w.open_field(&AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID, item.at, 7)?;
    w.field(&AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID_OUI, item.at, 3)?;
    w.field(&AGENT_INFORMATION_OPTION_VRF_NAME_VPN_ID_INDEX, item.at + 3, 4)?;
    w.close();
    Ok(())
}

/// An enterprise number with its holder's name.
pub fn enterprise(w: &mut Walk, field: &'static Field, at: usize) -> Result<NodeId, Stop> {
    let number = w.be32(at)?;
    let name = enterprises::name(number).unwrap_or("Unknown");
    let text = format_args!("{}: {name} ({number})", field.label);
    Ok(w.text(field, at, 4, Value::Uint(u64::from(number)), text))
}

/// RFC 4243.
fn relay_vendor(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 5 <= end {
        let number = w.be32(at)?;
        let len = usize::from(w.u8(at + 4)?);
        let id = enterprise(w, &AGENT_INFORMATION_OPTION_VI_ENTERPRISE, at)?;
        w.open(id);
        w.field(&AGENT_INFORMATION_OPTION_VI_DATA_LENGTH, at + 4, 1)?;
        at += 5;
        if number == CABLELABS {
            relay_cable(w, at, (at + len).min(end), id)?;
        }
        w.close();
        at += len;
    }
    Ok(())
}

const CABLELABS: u32 = 4491;
const BROADBAND_FORUM: u32 = 3561;

fn relay_cable(w: &mut Walk, mut at: usize, end: usize, id: NodeId) -> Result<(), Stop> {
    while at + 2 <= end {
        let (tag, len) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        match tag {
            1 => {
                let version = w.be16(at + 2)?;
                let value = Value::Uint(0);
                let field = &AGENT_INFORMATION_OPTION_VI_CL_DOCSIS_VERSION;
                let [major, minor] = version.to_be_bytes();
                let text = format_args!("{}: {major}.{minor}", field.label);
                w.text(field, at + 2, 2, value, text);
            }
            2 => _ = w.field(&AGENT_INFORMATION_OPTION_VI_CL_DPOE_SYSTEM_VERSION, at + 2, 2)?,
            3 => _ = w.field(&AGENT_INFORMATION_OPTION_VI_CL_DPOE_SYSTEM_PBB_SERVICE, at + 2, len)?,
            4 => options::line(w, &AGENT_INFORMATION_OPTION_VI_CL_SERVICE_CLASS_NAME, at + 2, len)?,
            5 => options::line(w, &AGENT_INFORMATION_OPTION_VI_CL_MSO_DEFINED_TEXT, at + 2, len)?,
            6 => options::line(w, &AGENT_INFORMATION_OPTION_VI_CL_SECURE_FILE_TRANSFER_URI, at + 2, len)?,
            _ => w.expert_text(&UNKNOWN_TAG, id, format_args!("Unknown tag {tag} ({len} bytes)")),
        }
        at += 2 + len;
    }
    Ok(())
}

/// RFC 3925 3.
pub fn vendor_classes(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !parts_fit(w, item) {
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 5 <= end {
        let len = usize::from(w.u8(at + 4)?);
        enterprise(w, &VI_CLASS_ENTERPRISE, at)?;
        w.field(&VI_CLASS_LENGTH, at + 4, 1)?;
        options::text(w, &VI_CLASS_DATA, at + 5, len)?;
        at += 5 + len;
    }
    Ok(())
}

fn parts_fit(w: &mut Walk, item: &Item) -> bool {
    if item.len < 5 {
        w.expert_text(&options::BAD_LENGTH, item.id, format_args!("length < 5"));
    }
    item.len >= 5
}

/// RFC 3925 4.
pub fn vendor_information(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !parts_fit(w, item) {
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 5 <= end {
        let number = w.be32(at)?;
        let len = usize::from(w.u8(at + 4)?);
        let id = enterprise(w, &VI_ENTERPRISE, at)?;
        w.open(id);
        w.field(&VI_LENGTH, at + 4, 1)?;
        at += 5;
        if at + len > end {
            w.expert(&ENTERPRISE, id);
            w.close();
            return Ok(());
        }
        match number {
            CABLELABS => part_options(w, &CABLE_PART, at, at + len, item)?,
            BROADBAND_FORUM => part_options(w, &BROADBAND, at, at + len, item)?,
            _ => foreign(w, at, at + len)?,
        }
        w.close();
        at += len;
    }
    Ok(())
}

/// Suboptions of Option 125: their marks stand on the byte behind the number.
fn part_options(w: &mut Walk, family: &Family, mut at: usize, end: usize, item: &Item) -> Result<(), Stop> {
    while at < end {
        let code = w.u8(at)?;
        let (name, shape) = family.find(code);
        let text = format_args!("{} Suboption: ({code}) {name}", family.title);
        let value = Value::Uint(u64::from(code));
        if at + 1 >= end {
            let id = w.text(family.number, at, 1, value, text);
            no_room(w, id, &NO_ROOM_LENGTH, code);
            return Ok(());
        }
        let len = usize::from(w.u8(at + 1)?);
        let id = w.text(family.number, at + 1, 2 + len, value, text);
        if at + 2 + len > end {
            no_room(w, id, &NO_ROOM_VALUE, code);
            return Ok(());
        }
        if family.both {
            let bytes = Value::Bytes(w.bytes(at + 2, len)?);
            w.hidden(family.value, at + 2, len, bytes);
        }
        w.open(id);
        w.field(&SUBOPTION_LENGTH, at + 1, 1)?;
        let inner = Item { code, at: at + 2, len, id, message: item.message };
        options::decode(w, shape, &inner)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

/// Suboptions of an enterprise that nothing is known of.
fn foreign(w: &mut Walk, mut at: usize, end: usize) -> Result<(), Stop> {
    while at + 2 <= end {
        let (code, len) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        let id = w.field(&VENDOR_SUBOPTION, at, 1)?;
        w.open(id);
        w.field(&SUBOPTION_LENGTH, at + 1, 1)?;
        if at + 2 + len > end {
            let text = format_args!("Suboption {code}: {}", NO_ROOM_VALUE.field.label);
            w.expert_text(&NO_ROOM_VALUE, id, text);
            w.close();
            return Ok(());
        }
        w.field(&VENDOR_DATA, at + 2, len)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

static CABLE_PART: Family = Family {
    title: "Option 125",
    number: &VI_CL_SUBOPTION,
    value: &VI_VALUE,
    both: false,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "Option Request", Special(option_request)),
        (2, "TFTP Server Addresses", Addresses(&VI_CL_TFTP_SERVER_ADDRESSES)),
        (3, "eRouter Container Option", Bytes(&VI_CL_EROUTER_CONTAINER_OPTION)),
        (4, "MIB Environment Indicator Option", Undecoded),
        (5, "Modem Capabilities", Bytes(&VI_CL_MODEM_CAPABILITIES)),
    ],
};

fn option_request(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let bytes = w.bytes(item.at, item.len)?;
    let mut list = String::new();
    text::hex(&mut list, bytes, Some(' '));
    let text = format_args!("Option Request: {list}");
    w.text(&VI_CL_OPTION_REQUEST, item.at, item.len, Value::Bytes(bytes), text);
    Ok(())
}

/// TR-069 (formerly TR-111).
static BROADBAND: Family = Family {
    title: "Option 125",
    number: &VI_TR111_SUBOPTION,
    value: &VI_VALUE,
    both: true,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "DeviceManufacturerOUI", Special(device_oui)),
        (2, "DeviceSerialNumber", Text(&VI_TR111_DEVICE_SERIAL_NUMBER)),
        (3, "DeviceProductClass", Text(&VI_TR111_DEVICE_PRODUCT_CLASS)),
        (4, "GatewayManufacturerOUI", Text(&VI_TR111_GATEWAY_MANUFACTURER_OUI)),
        (5, "GatewaySerialNumber", Text(&VI_TR111_GATEWAY_SERIAL_NUMBER)),
        (6, "GatewayProductClass", Text(&VI_TR111_GATEWAY_PRODUCT_CLASS)),
    ],
};

/// Six hexadecimal digits.
fn device_oui(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let digits = text::ascii(w.bytes(item.at, item.len)?);
    if let Ok(oui) = u32::from_str_radix(&digits, 16) {
        w.uint(&VI_TR111_DEVICE_MANUFACTURER_OUI, item.at, item.len, u64::from(oui & 0xff_ffff));
    }
    Ok(())
}
