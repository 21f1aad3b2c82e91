//! Frame Relay: the address field of two to four bytes (Q.922), and the payload in one of the forms of
//! RFC 2427 or of Cisco. Signalling on DLCI 0 is only recognised.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Names, SET};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::registry::registry;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::chdlc;
use super::llc::{self, ControlFields, FrameKind};
use super::values::chdlc::CHDLC_TYPES;
use super::values::ethertype::ETHERTYPES;
use super::values::llc::{COMMANDS, FRAME_TYPES, RESPONSES, SUPERVISORY};
use super::values::nlpid::NLPIDS;

const EA: Names = Names::TrueFalse("Last Octet", "More Follows");
const CR: Names = Names::TrueFalse("Command", "Response");
const DC: Names = Names::TrueFalse("DLCI Address", "Control");

fields! {
    FIRST = "fr.first_addr_octet", "First address octet", uint(8).hex();
    UPPER = "fr.upper_dlci", "Upper DLCI", uint(8).hex().mask(0xfc);
    COMMAND_RESPONSE = "fr.cr", "CR", boolean().names(CR).mask(0x02);
    EXTENDED = "fr.ea", "EA", boolean().names(EA).mask(0x01);
    SECOND = "fr.second_addr_octet", "Second address octet", uint(8).hex();
    SECOND_DLCI = "fr.second_dlci", "Second DLCI", uint(8).hex().mask(0xf0);
    FECN = "fr.fecn", "FECN", boolean().mask(0x08);
    BECN = "fr.becn", "BECN", boolean().mask(0x04);
    DE = "fr.de", "DE", boolean().mask(0x02);
    THIRD = "fr.third_addr_octet", "Third address octet", uint(8).hex();
    THIRD_DLCI = "fr.third_dlci", "Third DLCI", uint(8).hex().mask(0xfe);
    CORE_CONTROL = "fr.dlcore_control", "DL-CORE Control", uint(8).hex().mask(0xfc);
    LOWER = "fr.lower_dlci", "Lower DLCI", uint(8).hex().mask(0xfc);
    ADDRESS_CONTROL = "fr.dc", "DC", boolean().names(DC);
    DLCI = "fr.dlci", "DLCI", uint(32);
    CONTROL = "fr.control", "Control Field", uint(8).hex();
    N_R = "fr.control.n_r", "N(R)", uint(16).mask(0xfe00).le();
    N_S = "fr.control.n_s", "N(S)", uint(16).mask(0x00fe).le();
    POLL = "fr.control.p", "Poll", boolean().names(SET).mask(0x10);
    FINAL = "fr.control.f", "Final", boolean().names(SET).mask(0x10);
    S_FTYPE = "fr.control.s_ftype", "Supervisory frame type", uint(16).hex().values(SUPERVISORY).mask(0x000c).le();
    COMMAND = "fr.control.u_modifier_cmd", "Command", uint(8).hex().values(COMMANDS).mask(0xec);
    RESPONSE = "fr.control.u_modifier_resp", "Response", uint(8).hex().values(RESPONSES).mask(0xec);
    FTYPE = "fr.control.ftype", "Frame type", uint(8).hex().values(FRAME_TYPES).mask(0x03);
    NLPID = "fr.nlpid", "NLPID", uint(8).hex().values(NLPIDS);
    SNAP_OUI = "fr.snap.oui", "Organization Code", uint(24).base(Base::Oui);
    SNAP_PID = "fr.snap.pid", "Protocol ID", uint(16).hex();
    SNAP_TYPE = "fr.snaptype", "Type", uint(16).hex().values(ETHERTYPES);
    CHDLC_TYPE = "fr.chdlctype", "Type", uint(16).hex().values(CHDLC_TYPES);
}

static BOGUS: Expert = Expert::new("fr.bogus_address", "Bogus address", Group::Protocol, Severity::Warning);
static LAPF: Expert = Expert::new(
    "fr.frame_relay.lapf",
    "Frame relay lapf not yet implemented",
    Group::Undecoded,
    Severity::Warning,
);
static XID: Expert = Expert::new(
    "fr.frame_relay.xid",
    "Frame relay xid not yet implemented",
    Group::Undecoded,
    Severity::Warning,
);

pub static FR: Protocol = Protocol {
    on: &[Key::LinkType(107)],
    fields: FIELDS,
    experts: &[&BOGUS, &LAPF, &XID],
    header,
    walk,
    ..Protocol::new("fr", "Frame Relay", "FR")
};

pub static PROTOCOLS: &[&Protocol] = &[&FR];

static POLL_WIDE: Field = llc::wide_flag("fr.control.p", "Poll");
static FINAL_WIDE: Field = llc::wide_flag("fr.control.f", "Final");
static FTYPE_I: Field = llc::wide_type("fr.control.ftype", 0x01);
static FTYPE_S: Field = llc::wide_type("fr.control.ftype", 0x03);

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

/// Modifier of an exchange of identification, with final bit possible.
const MODIFIER_XID: u8 = 0x2b;
const NLPID_SNAP: u8 = 0x80;
/// Longest address that is looked at: real ones have four bytes.
const LONGEST_ADDRESS: usize = 64;

/// The address field.
struct Address {
    len: usize,
    dlci: u32,
    response: bool,
}

fn address(buf: &Buf) -> Result<Address, Stop> {
    let first = buf.u8(0)?;
    if first & 1 != 0 {
        return Ok(Address { len: 1, dlci: 0, response: false });
    }
    let second = buf.u8(1)?;
    let mut dlci = u32::from(first >> 2) << 4 | u32::from(second >> 4);
    let mut at = 1;
    let mut last = second;
    while last & 1 == 0 {
        at += 1;
        if at >= LONGEST_ADDRESS {
            return Err(Stop::limit("a Frame Relay address that doesn't end", at));
        }
        last = buf.u8(at)?;
        if at == 2 && last & 1 == 0 {
            dlci = dlci << 7 | u32::from(last >> 1);
        } else if last & 1 != 0 && last & 2 == 0 {
            dlci = dlci << 6 | u32::from(last >> 2);
        }
    }
    Ok(Address { len: at + 1, dlci, response: false })
}

/// What follows the address.
enum Payload {
    /// Signalling: a control field.
    Signalling,
    /// A control field and an NLPID (RFC 2427).
    Routed,
    /// A bridged frame with its frame check sequence, without anything before it.
    Ethernet,
    Xid,
    /// A protocol number of Cisco HDLC.
    Cisco(u16),
    Unknown,
}

fn payload(buf: &Buf, address: &Address) -> Result<Payload, Stop> {
    let control = buf.u8(address.len)?;
    if address.dlci == 0 {
        return Ok(Payload::Signalling);
    }
    Ok(match (buf.be16(address.len), FrameKind::of(control)) {
        (Ok(number), _) if is_cisco_type(number) => Payload::Cisco(number),
        _ if control == 0 => Payload::Ethernet,
        (_, kind) if kind.carries_data() => Payload::Routed,
        (_, FrameKind::Unnumbered(MODIFIER_XID)) => Payload::Xid,
        _ => Payload::Unknown,
    })
}

fn is_cisco_type(number: u16) -> bool {
    CHDLC_TYPES.iter().any(|t| t.0 == u64::from(number))
        || registry().lookup(&Key::EtherType(number)).is_some()
}

/// Where the NLPID is, behind the control field and a byte of padding.
fn nlpid(buf: &Buf, address: &Address) -> Result<(usize, u8), Stop> {
    let at = address.len + FrameKind::of(buf.u8(address.len)?).octets();
    match buf.u8(at)? {
        0 => Ok((at + 1, buf.u8(at + 1)?)),
        id => Ok((at, id)),
    }
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let address = address(buf)?;
    let len = address.len;
    Ok(match payload(buf, &address)? {
        Payload::Signalling => match FrameKind::of(buf.u8(len)?) {
            FrameKind::Unnumbered(_) => Header::new(len + 1, Next::Quiet(Key::Named("q933"))),
            _ => Header::new(len + 2, Next::Data),
        },
        Payload::Routed => {
            let (at, id) = nlpid(buf, &address)?;
            match id {
                NLPID_SNAP => {
                    let (oui, pid) = (buf.be24(at + 1)?, buf.be16(at + 4)?);
                    Header::new(at + 6, llc::snap_next(oui, pid))
                }
                0x81..=0x83 => Header::new(at, Next::Quiet(Key::Named("osi"))),
                id => Header::new(at + 1, nlpid_next(id)),
            }
        }
        Payload::Ethernet => Header::new(len, Next::Quiet(Key::Named("eth"))),
        Payload::Xid => Header::last(),
        Payload::Cisco(number) => Header::new(len + 2, chdlc::next(number)),
        Payload::Unknown => Header::new(len, Next::Data),
    })
}

fn nlpid_next(id: u8) -> Next {
    match id {
        0xcc => Next::Quiet(Key::EtherType(0x0800)),
        0x8e => Next::Quiet(Key::EtherType(0x86dd)),
        0xcf => Next::Quiet(Key::Named("ppp")),
        0x08 => Next::Quiet(Key::Named("q933")),
        _ => Next::Data,
    }
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let dlci = show_address(w)?;
    w.columns.set_info(format_args!("DLCI {}", dlci.dlci));
    let len = dlci.len;
    let payload = payload(&w.buf, &dlci)?;
    if matches!(payload, Payload::Unknown) {
        w.resize(w.node, w.buf.data.len());
    }
    match payload {
        Payload::Signalling => {
            if !matches!(control(w, &dlci)?, FrameKind::Unnumbered(_)) {
                remark(w, len + 2, &LAPF);
            }
        }
        Payload::Routed => {
            control(w, &dlci)?;
            routed(w, &dlci)?;
        }
        Payload::Xid => {
            control(w, &dlci)?;
            w.resize(w.node, len + 1);
            remark(w, len + 1, &XID);
        }
        Payload::Ethernet => w.leave_note("eth.fcs", 1),
        Payload::Cisco(_) => _ = w.field(&CHDLC_TYPE, len, 2)?,
        Payload::Unknown => {}
    }
    Ok(())
}

fn control(w: &mut Walk, address: &Address) -> Result<FrameKind, Stop> {
    let mut info = String::new();
    let kind = llc::control(w, &FIELDS_OF_CONTROL, address.len, address.response, &mut info)?;
    w.columns.append_info(format_args!(", {info}"));
    Ok(kind)
}

/// Says behind the layer what isn't looked into.
fn remark(w: &mut Walk, at: usize, expert: &'static Expert) {
    if w.remaining(at) == 0 {
        return;
    }
    w.close();
    let len = w.buf.captured(at);
    let id = w.open_label(at, len, format_args!("{}", expert.field.label));
    w.expert(expert, id);
    w.close();
}

fn routed(w: &mut Walk, address: &Address) -> Result<(), Stop> {
    let (at, id) = nlpid(&w.buf, address)?;
    if w.u8(at - 1)? == 0 {
        w.text(&NLPID, at - 1, 1, Value::Uint(0), format_args!("Padding"));
    }
    if (0x81..=0x83).contains(&id) {
        return Ok(());
    }
    w.field(&NLPID, at, 1)?;
    if id != NLPID_SNAP {
        return Ok(());
    }
    let (oui, pid) = (w.be24(at + 1)?, w.be16(at + 4)?);
    w.field(&SNAP_OUI, at + 1, 3)?;
    let field = llc::organisation_field(oui, &SNAP_TYPE, &SNAP_PID);
    w.field(field, at + 4, 2)?;
    llc::leave_bridged(w, oui, pid);
    Ok(())
}

fn show_address(w: &mut Walk) -> Result<Address, Stop> {
    let first = w.u8(0)?;
    if first & 1 != 0 {
        bogus(w, 0, "Bogus 1-octet address field");
        w.uint(&DLCI, 0, 1, 0);
        return address(&w.buf);
    }
    w.open_field(&FIRST, 0, 1)?;
    for field in [&UPPER, &COMMAND_RESPONSE, &EXTENDED] {
        w.field(field, 0, 1)?;
    }
    w.close();
    let second = w.u8(1)?;
    let id = w.open_field(&SECOND, 1, 1)?;
    flags(w, id, second);
    for field in [&SECOND_DLCI, &FECN, &BECN, &DE, &EXTENDED] {
        w.field(field, 1, 1)?;
    }
    w.close();
    let address = address(&w.buf)?;
    for at in 2..address.len {
        octet(w, at, at + 1 == address.len)?;
    }
    w.uint(&DLCI, 0, address.len, u64::from(address.dlci));
    Ok(address)
}

fn flags(w: &mut Walk, id: NodeId, octet: u8) {
    for (bit, name) in [(0x08, ", FECN"), (0x04, ", BECN"), (0x02, ", DE"), (0x01, ", EA")] {
        if octet & bit != 0 {
            w.append(id, format_args!("{name}"));
        }
    }
}

/// The third byte of an address and those behind it.
fn octet(w: &mut Walk, at: usize, last: bool) -> Result<(), Stop> {
    let octet = w.u8(at)?;
    if !last && at > 2 {
        bogus(w, at, "Bogus extra address octet");
        return Ok(());
    }
    if !last {
        w.open_field(&THIRD, at, 1)?;
        w.field(&THIRD_DLCI, at, 1)?;
    } else {
        w.open_label(at, 1, format_args!("Final address octet: 0x{octet:02x}"));
        let control = octet & 2 != 0;
        w.field(if control { &CORE_CONTROL } else { &LOWER }, at, 1)?;
        let (bit, name) = if control { (1, "DLCI Address") } else { (0, "Control") };
        let text = format_args!(".... .... .... ..{bit}. = DC: {name}");
        w.text(&ADDRESS_CONTROL, at, 1, Value::Bool(control), text);
    }
    w.field(&EXTENDED, at, 1)?;
    w.close();
    Ok(())
}

fn bogus(w: &mut Walk, at: usize, what: &'static str) {
    let id = w.open_label(at, 1, format_args!("{what}"));
    w.expert_text(&BOGUS, id, format_args!("{what}"));
    w.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_two_to_four_bytes() {
        let dlci = |bytes: &[u8]| address(&Buf::whole(bytes)).map(|a| (a.len, a.dlci));
        assert_eq!(dlci(&[0x48, 0xe1]), Ok((2, 302)));
        assert_eq!(dlci(&[0x80, 0xea, 0x9d]), Ok((3, 33703)));
        assert_eq!(dlci(&[0x18, 0x40, 0x40, 0x81]), Ok((4, 821_280)));
        assert_eq!(dlci(&[0x80, 0x00, 0x00, 0x00, 0xff]), Ok((5, 65536)), "a control part");
        assert!(dlci(&[0; 100]).is_err(), "an address has an end");
    }
}
