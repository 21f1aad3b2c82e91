//! Options within options: how their lists are walked over, and those of a maker that the vendor class names
//! (43) and of Netware (63).

mod fields;
mod identifying;
mod relay;

use super::options::{self, Shape};
use super::{Item, enterprises};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::sink::NodeId;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use fields::*;

use Shape::*;

pub use fields::FIELDS;
pub use identifying::{vendor_classes, vendor_information};
pub use relay::relay_agent;

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

/// Suboptions that have a name and nothing to show.
fn no_handler(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let code = item.code;
    let text = format_args!("ERROR, please report: Unknown subopt type handler {code}");
    w.expert_text(&NO_HANDLER, item.id, text);
    Ok(())
}

/// CableLabs' enterprise number.
const CABLELABS: u32 = 4491;

/// An enterprise number with its holder's name.
pub fn enterprise(w: &mut Walk, field: &'static Field, at: usize) -> Result<NodeId, Stop> {
    let number = w.be32(at)?;
    let name = enterprises::name(number).unwrap_or("Unknown");
    let text = format_args!("{}: {name} ({number})", field.label);
    Ok(w.text(field, at, 4, Value::Uint(u64::from(number)), text))
}
