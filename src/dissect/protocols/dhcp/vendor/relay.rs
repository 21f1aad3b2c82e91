//! What a relay agent adds (option 82, RFC 3046).

use super::fields::*;
use super::options::{self, Shape::*};
use super::{CABLELABS, Family, Item, UNKNOWN_TAG, enterprise, no_handler, suboptions};
use crate::dissect::buf::Stop;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

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
