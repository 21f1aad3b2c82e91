//! IEEE 802.2 logical link control with SNAP, and the control field that Frame Relay shares.
//! Sequences and acknowledgements of connections are shown, not followed.

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::field::{Base, Field, Kind, Names, SET};
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::values::ethertype::ETHERTYPES;
use super::values::llc::{COMMANDS, FRAME_TYPES, PIDS, RESPONSES, SAPS, SUPERVISORY, XID_TYPES};

fields! {
    DSAP = "llc.dsap", "DSAP", uint(8).hex().values(SAPS).at(0, 1);
    DSAP_SAP = "llc.dsap.sap", "SAP", uint(8).base(Base::Custom(sap)).mask(0xfe).at(0, 1);
    DSAP_IG = "llc.dsap.ig", "IG Bit", boolean().names(Names::TrueFalse("Group", "Individual")).mask(1).at(0, 1);
    SSAP = "llc.ssap", "SSAP", uint(8).hex().values(SAPS).at(1, 1);
    SSAP_SAP = "llc.ssap.sap", "SAP", uint(8).base(Base::Custom(sap)).mask(0xfe).at(1, 1);
    SSAP_CR = "llc.ssap.cr", "CR Bit", boolean().names(Names::TrueFalse("Response", "Command")).mask(1).at(1, 1);
    CONTROL = "llc.control", "Control field", uint(16).hex();
    N_R = "llc.control.n_r", "N(R)", uint(16).mask(0xfe00).le();
    N_S = "llc.control.n_s", "N(S)", uint(16).mask(0x00fe).le();
    POLL = "llc.control.p", "Poll", boolean().names(SET).mask(0x10);
    FINAL = "llc.control.f", "Final", boolean().names(SET).mask(0x10);
    S_FTYPE = "llc.control.s_ftype", "Supervisory frame type", uint(16).hex().values(SUPERVISORY).mask(0x000c).le();
    COMMAND = "llc.control.u_modifier_cmd", "Command", uint(8).hex().values(COMMANDS).mask(0xec);
    RESPONSE = "llc.control.u_modifier_resp", "Response", uint(8).hex().values(RESPONSES).mask(0xec);
    FTYPE = "llc.control.ftype", "Frame type", uint(8).hex().values(FRAME_TYPES).mask(0x03);
    OUI = "llc.oui", "Organization Code", uint(24).base(Base::Oui);
    TYPE = "llc.type", "Type", uint(16).hex().values(ETHERTYPES);
    PID = "llc.pid", "Protocol ID", uint(16).hex();
    APPLE_PID = "llc.apple_atalk_pid", "PID", uint(16).hex().values(PIDS[0].1);
    CISCO_PID = "llc.cisco_pid", "PID", uint(16).hex().values(PIDS[1].1);
    IANA_PID = "llc.iana_pid", "PID", uint(16).hex().values(PIDS[2].1);
    NORTEL_PID = "llc.nortel_pid", "PID", uint(16).hex().values(PIDS[3].1);
    EXTREME_PID = "llc.extreme_pid", "PID", uint(16).hex().values(PIDS[4].1);
    FOUNDRY_PID = "llc.foundry_pid", "PID", uint(16).hex().values(PIDS[5].1);
    FORCE10_PID = "llc.force10_pid", "PID", uint(16).hex().values(PIDS[6].1);
    WLCCP_PID = "llc.wlccp_pid", "PID", uint(16).hex().values(PIDS[7].1);
    BLUETOOTH_PID = "llc.bluetooth_pid", "PID", uint(16).hex().values(PIDS[8].1);
    CIMETRICS_PID = "llc.cimetrics_pid", "PID", uint(16).hex().values(PIDS[9].1);
    HPTEAM_PID = "llc.hpteam_pid", "PID", uint(16).hex().values(PIDS[10].1);
    AWDL_PID = "llc.apple_awdl_pid", "PID", uint(16).hex().values(PIDS[11].1);
}

/// The protocol number's field of an organisation that has its own.
static ORGANISATIONS: &[(u32, &Field)] = &[
    (0x08_0007, &APPLE_PID),
    (0x00_000c, &CISCO_PID),
    (0x00_005e, &IANA_PID),
    (0x00_0081, &NORTEL_PID),
    (0x00_e02b, &EXTREME_PID),
    (0x00_e052, &FOUNDRY_PID),
    (0x00_01e8, &FORCE10_PID),
    (0x00_4096, &WLCCP_PID),
    (0x00_1958, &BLUETOOTH_PID),
    (0x00_1090, &CIMETRICS_PID),
    (0x00_805f, &HPTEAM_PID),
    (0x00_17f2, &AWDL_PID),
];

pub static LLC: Protocol =
    Protocol { fields: FIELDS, header, walk, ..Protocol::new("llc", "Logical-Link Control", "LLC") };

/// The basic format of XID (IEEE 802.2 5.4.1.1.2): shown by [`LLC`] behind itself.
pub static BASIC_XID: Protocol = Protocol {
    fields: xid::FIELDS,
    ..Protocol::new("basicxid", "Logical-Link Control Basic Format XID", "XID")
};

pub static PROTOCOLS: &[&Protocol] = &[&LLC, &BASIC_XID];

const SNAP: u8 = 0xaa;
/// The first byte of a basic format XID.
const BASIC_FORMAT: u8 = 0x81;
/// EtherTypes follow these organisations: Ethernet's own, and Cisco's for routed traffic.
const ETHERTYPE_OUIS: [u32; 2] = [0, 0x00_00f8];
/// IEEE 802.1's organisation: bridged frames follow (RFC 2684).
const BRIDGED: u32 = 0x00_80c2;

fn sap(value: u64, out: &mut String) {
    out.push_str(sap_name(value << 1));
}

fn sap_name(sap: u64) -> &'static str {
    SAPS.iter().find(|s| s.0 == sap).map_or("Unknown", |s| s.1)
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (dsap, ssap, control) = (buf.u8(0)?, buf.u8(1)?, buf.u8(2)?);
    let kind = FrameKind::of(control);
    let len = 2 + kind.octets();
    if dsap == SNAP && ssap & 0xfe == SNAP {
        let (oui, pid) = (buf.be24(len)?, buf.be16(len + 3)?);
        return Ok(Header::new(len + 5, snap_next(oui, pid)));
    }
    Ok(match kind {
        FrameKind::Unnumbered(XID) if buf.u8(len) == Ok(BASIC_FORMAT) => Header::last(),
        _ if kind.carries_data() => Header::new(len, Next::Quiet(Key::Llc(dsap))),
        _ => Header::new(len, Next::Data),
    })
}

/// Who takes what follows a SNAP header.
pub fn snap_next(oui: u32, pid: u16) -> Next {
    match (oui, pid) {
        (oui, pid) if ETHERTYPE_OUIS.contains(&oui) => Next::Quiet(Key::EtherType(pid)),
        (BRIDGED, 1 | 7) => Next::Quiet(Key::Named("eth")),
        (oui, pid) => Next::Quiet(Key::Snap(oui, pid)),
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    w.open_fixed(&DSAP)?;
    w.fixed(&DSAP_SAP)?;
    w.fixed(&DSAP_IG)?;
    w.close();
    let (dsap, ssap) = (w.u8(0)?, w.u8(1)?);
    w.open_fixed(&SSAP)?;
    w.fixed(&SSAP_SAP)?;
    w.fixed(&SSAP_CR)?;
    w.close();
    let mut info = String::new();
    let kind = control(w, &FIELDS_OF_CONTROL, 2, ssap & 1 != 0, &mut info)?;
    w.columns.set_info(format_args!("{info}"));
    let len = 2 + kind.octets();
    if dsap == SNAP && ssap & 0xfe == SNAP {
        let (oui, pid) = (w.be24(len)?, w.be16(len + 3)?);
        return snap(w, len, oui, pid);
    }
    let named = |sap: u8| match sap_name(u64::from(sap & 0xfe)) {
        "Unknown" => format!("0x{:02x}", sap & 0xfe),
        name => name.to_string(),
    };
    w.columns.append_info(format_args!(
        "; DSAP {} {}, SSAP {} {}",
        named(dsap),
        if dsap & 1 == 0 { "Individual" } else { "Group" },
        named(ssap),
        if ssap & 1 == 0 { "Command" } else { "Response" },
    ));
    if matches!(kind, FrameKind::Unnumbered(XID)) {
        return xid::walk(w, len);
    }
    Ok(())
}

fn snap(w: &mut Walk, at: usize, oui: u32, pid: u16) -> Result<(), Stop> {
    let [_, a, b, c] = oui.to_be_bytes();
    let organisation = names::organisation([a, b, c]).unwrap_or("Unknown");
    w.columns.append_info(format_args!("; SNAP, OUI 0x{oui:06X} ({organisation}), PID 0x{pid:04X}"));
    w.field(&OUI, at, 3)?;
    w.field(organisation_field(oui, &TYPE, &PID), at + 3, 2)?;
    leave_bridged(w, oui, pid);
    Ok(())
}

/// The field of a protocol number behind SNAP: `ethertype` or an organisation's own; else `other`.
pub fn organisation_field(oui: u32, ethertype: &'static Field, other: &'static Field) -> &'static Field {
    if ETHERTYPE_OUIS.contains(&oui) {
        return ethertype;
    }
    ORGANISATIONS.iter().find(|o| o.0 == oui).map_or(other, |o| o.1)
}

/// Tells the bridged frame that follows whether it ends in a frame check sequence (RFC 2427 4.2).
pub fn leave_bridged(w: &mut Walk, oui: u32, pid: u16) {
    if (oui, pid) == (BRIDGED, 1) {
        w.leave_note("eth.fcs", 1);
    }
}

/// The kinds of frames that a control field tells apart (IEEE 802.2 5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    Information,
    Supervisory,
    /// With the modifier bits.
    Unnumbered(u8),
}

/// Modifier of an unnumbered frame that carries data.
const UI: u8 = 0x00;
/// Modifier of an exchange of identification.
const XID: u8 = 0x2b;

impl FrameKind {
    pub fn of(control: u8) -> FrameKind {
        match control & 3 {
            3 => FrameKind::Unnumbered((control & 0xec) >> 2),
            1 => FrameKind::Supervisory,
            _ => FrameKind::Information,
        }
    }
    /// Bytes of the control field.
    pub fn octets(self) -> usize {
        if matches!(self, FrameKind::Unnumbered(_)) { 1 } else { 2 }
    }
    pub fn carries_data(self) -> bool {
        matches!(self, FrameKind::Information | FrameKind::Unnumbered(UI))
    }
}

/// The fields of a control field. Those of two bytes are little-endian.
pub struct ControlFields {
    pub whole: &'static Field,
    pub n_r: &'static Field,
    pub n_s: &'static Field,
    pub poll: &'static Field,
    pub final_: &'static Field,
    /// The same two for control fields of two bytes.
    pub poll_wide: &'static Field,
    pub final_wide: &'static Field,
    pub s_ftype: &'static Field,
    pub command: &'static Field,
    pub response: &'static Field,
    pub ftype: &'static Field,
    pub ftype_i: &'static Field,
    pub ftype_s: &'static Field,
    /// The label of the whole field.
    pub label: &'static str,
}

/// Flags of the two-byte form and frame types by width: other masks of fields declared above.
static POLL_WIDE: Field = wide_flag("llc.control.p", "Poll");
static FINAL_WIDE: Field = wide_flag("llc.control.f", "Final");
static FTYPE_I: Field = wide_type("llc.control.ftype", 0x01);
static FTYPE_S: Field = wide_type("llc.control.ftype", 0x03);

/// A poll or final bit in a control field of two bytes.
pub const fn wide_flag(name: &'static str, label: &'static str) -> Field {
    Field::new(name, label).boolean().names(SET).mask(0x0100).le()
}

/// The frame type in a control field of two bytes.
pub const fn wide_type(name: &'static str, mask: u64) -> Field {
    Field::new(name, "Frame type").kind(Kind::Uint(16)).hex().values(FRAME_TYPES).mask(mask).le()
}

static FIELDS_OF_CONTROL: ControlFields = ControlFields {
    whole: &CONTROL,
    n_r: &N_R,
    n_s: &N_S,
    poll: &POLL,
    final_: &FINAL,
    poll_wide: &POLL_WIDE,
    final_wide: &FINAL_WIDE,
    s_ftype: &S_FTYPE,
    command: &COMMAND,
    response: &RESPONSE,
    ftype: &FTYPE,
    ftype_i: &FTYPE_I,
    ftype_s: &FTYPE_S,
    label: "Control field",
};

const SUPERVISORY_SHORT: [&str; 4] = ["RR", "RNR", "REJ", "SREJ"];

/// Short names of unnumbered frames: modifier, as a command, as a response.
const UNNUMBERED_SHORT: &[(u8, &str, &str)] = &[
    (0x00, "UI", "UI"),
    (0x08, "UP", "UP"),
    (0x10, "DISC", "RD"),
    (0x18, "UA", "UA"),
    (0x20, "SNRM", "SNRM"),
    (0x38, "TEST", "TEST"),
    (0x01, "SIM", "RIM"),
    (0x21, "FRMR", "FRMR"),
    (0x31, "CFGR", "CFGR"),
    (0x03, "SARM", "DM"),
    (0x0b, "SABM", "SABM"),
    (0x13, "SARME", "SARME"),
    (0x1b, "SABME", "SABME"),
    (0x23, "RSET", "RSET"),
    (0x2b, "XID", "XID"),
    (0x33, "SNRME", "SNRME"),
    (0x3b, "BCN", "BCN"),
];

/// Shows the control field at `at`; `info` gets its short form.
pub fn control(
    w: &mut Walk,
    fields: &'static ControlFields,
    at: usize,
    response: bool,
    info: &mut String,
) -> Result<FrameKind, Stop> {
    let first = w.u8(at)?;
    let kind = FrameKind::of(first);
    let FrameKind::Unnumbered(modifier) = kind else {
        wide_control(w, fields, at, response, kind, info)?;
        return Ok(kind);
    };
    let short = UNNUMBERED_SHORT.iter().find(|u| u.0 == modifier);
    let short = short.map_or("Unknown", |u| if response { u.2 } else { u.1 });
    let flag = first & 0x10 != 0;
    let letter = poll_letter(flag, response);
    let _ = write!(info, "U{letter}, func={short}");
    let text = format_args!("{}: {info} (0x{first:02X})", fields.label);
    let id = w.text(fields.whole, at, 1, Value::Uint(u64::from(first)), text);
    w.open(id);
    if flag {
        w.field(if response { fields.final_ } else { fields.poll }, at, 1)?;
    }
    w.field(if response { fields.response } else { fields.command }, at, 1)?;
    w.field(fields.ftype, at, 1)?;
    w.close();
    Ok(kind)
}

fn wide_control(
    w: &mut Walk,
    fields: &'static ControlFields,
    at: usize,
    response: bool,
    kind: FrameKind,
    info: &mut String,
) -> Result<(), Stop> {
    let whole = w.le16(at)?;
    let flag = whole & 0x0100 != 0;
    let information = kind == FrameKind::Information;
    // Information is polled for, whoever sends it.
    let response = response && !information;
    let (letter, n_r) = (poll_letter(flag, response), whole >> 9);
    let _ = if information {
        write!(info, "I{letter}, N(R)={n_r}, N(S)={}", whole >> 1 & 0x7f)
    } else {
        let short = SUPERVISORY_SHORT[usize::from(whole >> 2 & 3)];
        write!(info, "S{letter}, func={short}, N(R)={n_r}")
    };
    let text = format_args!("{}: {info} (0x{whole:04X})", fields.label);
    let id = w.text(fields.whole, at, 2, Value::Uint(u64::from(whole)), text);
    w.open(id);
    w.field(fields.n_r, at, 2)?;
    if information {
        w.field(fields.n_s, at, 2)?;
    }
    if flag {
        w.field(if response { fields.final_wide } else { fields.poll_wide }, at, 2)?;
    }
    if information {
        w.field(fields.ftype_i, at, 2)?;
    } else {
        w.field(fields.s_ftype, at, 2)?;
        w.field(fields.ftype_s, at, 2)?;
    }
    w.close();
    Ok(())
}

fn poll_letter(set: bool, response: bool) -> &'static str {
    match (set, response) {
        (false, _) => "",
        (true, false) => " P",
        (true, true) => " F",
    }
}

/// What follows in an exchange of identification.
pub mod xid {
    use super::*;

    fields! {
        FORMAT = "basicxid.llc.xid.format", "XID Format", uint(8).hex().values(&[(0x81, "LLC basic format")]);
        TYPES = "basicxid.llc.xid.types", "LLC Types/Classes", uint(8).hex().values(XID_TYPES);
        WINDOW = "basicxid.llc.xid.wsize", "Receive Window Size", uint(8);
    }

    pub(super) fn walk(w: &mut Walk, at: usize) -> Result<(), Stop> {
        if w.remaining(at) == 0 || w.u8(at)? != BASIC_FORMAT {
            return Ok(());
        }
        w.resize(w.node, at);
        w.close();
        w.columns.set_protocol("XID");
        w.columns.set_info(format_args!("Basic Format"));
        let id = w.value(&BASIC_XID.layer, at, w.remaining(at).min(3), Value::None);
        w.open(id);
        w.field(&FORMAT, at, 1)?;
        let types = u64::from(w.u8(at + 1)? & 0x1f);
        w.uint(&TYPES, at + 1, 1, types);
        let name = XID_TYPES.iter().find(|t| t.0 == types).map(|t| t.1);
        match name {
            Some(name) => w.columns.append_info(format_args!("; {name}")),
            None => w.columns.append_info(format_args!("; 0x{types:02x}")),
        }
        let window = w.u8(at + 2)? >> 1;
        w.uint(&WINDOW, at + 2, 1, u64::from(window));
        w.columns.append_info(format_args!("; Window Size {window}"));
        w.close();
        Ok(())
    }
}
