//! Dynamic Host Configuration Protocol (RFC 2131), its options (RFC 2132 and many others) and the
//! Bootstrap Protocol that it grew from (RFC 951).

pub mod enterprises;
mod names;
mod options;
mod special;
mod values;
mod vendor;

pub use names::domain;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::names as known;
use crate::dissect::protocol::{Key, Protocol};
use crate::dissect::sink::NodeId;
use crate::dissect::text::{self, Mac};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    BOOTP = "dhcp.bootp", "Frame is BOOTP", boolean();
    TYPE = "dhcp.type", "Message type", uint(8).values(values::TYPE).at(0, 1);
    HW_TYPE = "dhcp.hw.type", "Hardware type", uint(8).hex().values(values::HW_TYPE);
    HW_LEN = "dhcp.hw.len", "Hardware address length", uint(8).at(2, 1);
    HOPS = "dhcp.hops", "Hops", uint(8).at(3, 1);
    ID = "dhcp.id", "Transaction ID", uint(32).hex().at(4, 4);
    SECS = "dhcp.secs", "Seconds elapsed", uint(16);
    FLAGS = "dhcp.flags", "Bootp flags", uint(16).hex().at(10, 2);
    FLAGS_BC = "dhcp.flags.bc", "Broadcast flag",
        boolean().names(Names::TrueFalse("Broadcast", "Unicast")).mask(0x8000).at(10, 2);
    FLAGS_RESERVED = "dhcp.flags.reserved", "Reserved flags", uint(16).hex().mask(0x7fff).at(10, 2);
    IP_CLIENT = "dhcp.ip.client", "Client IP address", ipv4().at(12, 4);
    IP_YOUR = "dhcp.ip.your", "Your (client) IP address", ipv4().at(16, 4);
    IP_SERVER = "dhcp.ip.server", "Next server IP address", ipv4().at(20, 4);
    IP_RELAY = "dhcp.ip.relay", "Relay agent IP address", ipv4().at(24, 4);
    HW_ADDR = "dhcp.hw.addr", "Client hardware address", bytes();
    HW_ADDR_PADDING = "dhcp.hw.addr_padding", "Client hardware address padding", bytes();
    HW_MAC_ADDR = "dhcp.hw.mac_addr", "Client MAC address", ether();
    SERVER = "dhcp.server", "Server host name", string();
    FILE = "dhcp.file", "Boot file name", string();
    COOKIE = "dhcp.cookie", "Magic cookie", ipv4();
    VENDOR_SPECIFIC_OPTIONS = "dhcp.vendor_specific_options", "Bootp vendor specific options", bytes();
    OPTION = "dhcp.option.type", "Option", uint(8);
    LENGTH = "dhcp.option.length", "Length", uint(8);
    VALUE = "dhcp.option.value", "Value", bytes();
    PADDING = "dhcp.option.padding", "Padding", bytes();
    END = "dhcp.option.end", "Option End", uint(8);
}

static SECS_LE: Expert = Expert::new(
    "dhcp.secs_le",
    "Seconds elapsed appears to be encoded as little-endian",
    Group::Protocol,
    Severity::Note,
);
static END_MISSING: Expert =
    Expert::new("dhcp.end_option_missing", "End option missing", Group::Protocol, Severity::Error);
static SERVER_OVERLOADED: Expert = Expert::new(
    "dhcp.server_name_overloaded_by_dhcp",
    "Server name option overloaded by DHCP",
    Group::Protocol,
    Severity::Note,
);
static FILE_OVERLOADED: Expert = Expert::new(
    "dhcp.boot_filename_overloaded_by_dhcp",
    "Boot file name option overloaded by DHCP",
    Group::Protocol,
    Severity::Note,
);

static NO_ADDRESS: Expert =
    Expert::new("dhcp.client_address_not_given", "Client address not given", Group::Protocol, Severity::Note);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::UdpPort(67), Key::UdpPort(68)],
    fields: FIELDS,
    experts: &[&SECS_LE, &END_MISSING, &SERVER_OVERLOADED, &FILE_OVERLOADED, &NO_ADDRESS],
    walk,
    needs_by_bytes: Some(columns_need),
    ..Protocol::new("dhcp", "Dynamic Host Configuration Protocol", "DHCP/BOOTP")
};

/// The options are declared in files of their own; these hold their fields, and take no layer.
static OPTIONS: Protocol = Protocol {
    fields: options::FIELDS,
    experts: options::EXPERTS,
    ..Protocol::new("dhcp.option", "DHCP Option", "")
};
static SPECIAL: Protocol = Protocol {
    fields: special::FIELDS,
    experts: special::EXPERTS,
    ..Protocol::new("dhcp.option.special", "DHCP Option", "")
};
static NAMES: Protocol = Protocol {
    fields: names::FIELDS,
    experts: names::EXPERTS,
    ..Protocol::new("dhcp.option.names", "DHCP Option", "")
};
static VENDOR: Protocol = Protocol {
    fields: vendor::FIELDS,
    experts: vendor::EXPERTS,
    ..Protocol::new("dhcp.option.vendor", "DHCP Vendor Option", "")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL, &OPTIONS, &SPECIAL, &NAMES, &VENDOR];

/// Where the fixed areas that options may overflow into begin, and how long they are.
const SERVER_NAME: (usize, usize) = (44, 64);
const FILE_NAME: (usize, usize) = (108, 128);
const MAGIC: usize = 236;
/// What BOOTP had before there were options (RFC 951).
const VENDOR_LEN: usize = 64;
const COOKIE_BYTES: [u8; 4] = [99, 130, 83, 99];

/// What one option may need to know of the others.
#[derive(Debug, Default)]
pub struct Message {
    /// DHCP message type, of option 53.
    pub kind: Option<u8>,
    /// Bits of option 52.
    pub overload: u8,
    /// Number, offset and length of each option up to the first that is cut.
    pub list: Vec<(u8, usize, usize)>,
}

impl Message {
    /// Reads ahead over the options; fails if the capture holds only some of them.
    fn scan(buf: &Buf) -> Result<Message, Stop> {
        let mut message = Message::default();
        let has_cookie = buf.array(MAGIC) == Ok(COOKIE_BYTES);
        let mut at = MAGIC + if has_cookie { 4 } else { VENDOR_LEN };
        while at < buf.reported {
            match buf.u8(at)? {
                0 => {
                    at += 1;
                    continue;
                }
                255 => break,
                _ if at + 1 >= buf.reported => break,
                code => {
                    let len = usize::from(buf.u8(at + 1)?);
                    match (code, len) {
                        (53, 1..) if at + 2 < buf.reported => message.kind = Some(buf.u8(at + 2)?),
                        (52, 1..) if at + 2 < buf.reported => message.overload = buf.u8(at + 2)?,
                        _ => {}
                    }
                    if buf.bytes(at + 2, len).is_ok() {
                        message.list.push((code, at + 2, len));
                    }
                    at += 2 + len;
                }
            }
        }
        Ok(message)
    }

    /// The value of the first option of this number.
    pub fn value<'b>(&self, buf: &Buf<'b>, code: u8) -> Option<&'b [u8]> {
        let (_, at, len) = *self.list.iter().find(|o| o.0 == code)?;
        buf.bytes(at, len).ok()
    }
}

/// One option while it is dissected.
pub struct Item<'m> {
    pub code: u8,
    /// Offset and length of the value.
    pub at: usize,
    pub len: usize,
    /// Its node.
    pub id: NodeId,
    pub message: &'m Message,
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let there = w.buf.data.len();
    w.resize(w.node, there);
    columns(w)?;
    let message = Message::scan(&w.buf)?;
    if let Some(kind) = message.kind {
        let id = w.be32(4)?;
        w.columns.set_protocol("DHCP");
        w.columns.set_info(format_args!("DHCP {:<8} - Transaction ID 0x{id:x}", Kind(kind)));
        w.title(format_args!(" ({})", Kind(kind)));
    }
    w.fixed(&TYPE)?;
    w.field(&HW_TYPE, 1, 1)?;
    w.fixed(&HW_LEN)?;
    w.fixed(&HOPS)?;
    w.fixed(&ID)?;
    seconds(w)?;
    flags(w)?;
    for field in [&IP_CLIENT, &IP_YOUR, &IP_SERVER, &IP_RELAY] {
        w.fixed(field)?;
    }
    hardware_address(w)?;
    name(w, &SERVER, SERVER_NAME, (message.overload & 2 != 0).then_some(&SERVER_OVERLOADED))?;
    name(w, &FILE, FILE_NAME, (message.overload & 1 != 0).then_some(&FILE_OVERLOADED))?;
    if message.kind.is_none() {
        w.hidden(&BOOTP, 0, 0, Value::Bool(true));
    }
    vendor_area(w, &message)
}

/// The name of a message type as texts give it.
struct Kind(u8);

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match values::DHCP.iter().find(|v| v.0 == u64::from(self.0)) {
            Some((_, name)) => f.pad(name),
            None => write!(f, "Unknown Message Type (0x{:02x})", self.0),
        }
    }
}

/// The columns of the Bootstrap Protocol.
fn columns(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol("BOOTP");
    w.columns.clear_info();
    match w.u8(0)? {
        1 => {
            let address = client_address(w)?;
            w.columns.set_info(format_args!("Boot Request from {address}"));
        }
        2 => w.columns.set_info(format_args!("Boot Reply")),
        op => w.columns.set_info(format_args!("Unknown BOOTP message type ({op})")),
    }
    Ok(())
}

/// The columns come first: those of a request name the client.
fn columns_need(buf: &Buf) -> usize {
    match (buf.u8(0), buf.u8(1), buf.u8(2)) {
        (Ok(1), Ok(1 | 6), Ok(6)) => 34,
        (Ok(1), Ok(_), Ok(len)) => 28 + usize::from(len),
        _ => 3,
    }
}

/// `00:11:22:33:44:55 (00:11:22:33:44:55)`, with the name first where names are wanted.
fn client_address(w: &Walk) -> Result<String, Stop> {
    let (kind, len) = (w.u8(1)?, usize::from(w.u8(2)?));
    if matches!(kind, 1 | 6) && len == 6 {
        let mac = w.buf.array(28)?;
        let name = known::ether(w.context.names, w.context.settings, mac);
        return Ok(match name {
            Some(name) => format!("{name} ({})", Mac(mac)),
            None => format!("{} ({})", Mac(mac), Mac(mac)),
        });
    }
    Ok(hardware(kind, w.bytes(28, len)?))
}

/// A hardware address of any kind as text.
pub fn hardware(kind: u8, bytes: &[u8]) -> String {
    match (kind, <[u8; 6]>::try_from(bytes)) {
        (1 | 6, Ok(mac)) => Mac(mac).to_string(),
        _ if bytes.is_empty() => "<No address>".to_string(),
        _ => {
            let mut out = String::new();
            text::hex(&mut out, bytes, None);
            out
        }
    }
}

/// Some clients count seconds in the wrong byte order; they are shown as meant.
fn seconds(w: &mut Walk) -> Result<(), Stop> {
    let secs = w.be16(8)?;
    if secs > 255 && secs & 0xff == 0 {
        let id = w.uint(&SECS, 8, 2, u64::from(secs >> 8));
        w.open(id);
        w.expert(&SECS_LE, id);
        w.close();
        return Ok(());
    }
    w.field(&SECS, 8, 2)?;
    Ok(())
}

fn flags(w: &mut Walk) -> Result<(), Stop> {
    let flags = w.be16(10)?;
    let how = if flags & 0x8000 != 0 { ", Broadcast flag (Broadcast)" } else { " (Unicast)" };
    let id = w.fixed_text(&FLAGS, format_args!("Bootp flags: 0x{flags:04x}{how}"))?;
    w.open(id);
    w.fixed(&FLAGS_BC)?;
    w.fixed(&FLAGS_RESERVED)?;
    w.close();
    Ok(())
}

fn hardware_address(w: &mut Walk) -> Result<(), Stop> {
    let (kind, len) = (w.u8(1)?, usize::from(w.u8(2)?));
    if len == 0 || len > 16 {
        let id = w.label(28, 16, format_args!("Client address not given"));
        w.open(id);
        w.expert(&NO_ADDRESS, id);
        w.close();
        return Ok(());
    }
    if matches!(kind, 1 | 6) && len == 6 {
        w.field(&HW_MAC_ADDR, 28, 6)?;
    } else {
        let bytes = w.bytes(28, 16)?;
        let shown = hardware(kind, bytes.get(..len).unwrap_or(bytes));
        let text = format_args!("Client hardware address: {shown}");
        w.text(&HW_ADDR, 28, 16, Value::Bytes(bytes), text);
    }
    if len < 16 {
        w.field(&HW_ADDR_PADDING, 28 + len, 16 - len)?;
    }
    Ok(())
}

/// The server's or the boot file's name, unless options stand in its place.
fn name(
    w: &mut Walk,
    field: &'static Field,
    (at, len): (usize, usize),
    overloaded: Option<&'static Expert>,
) -> Result<(), Stop> {
    let bytes = w.bytes(at, len)?;
    if let Some(expert) = overloaded {
        let id = w.label(at, len, format_args!("{}", expert.field.label));
        w.open(id);
        w.expert(expert, id);
        w.close();
        return Ok(());
    }
    if bytes.first() == Some(&0) {
        let text = format_args!("{} not given", field.label);
        w.text(field, at, len, Value::Str(""), text);
    } else {
        let name = text::ascii(text::until_nul(bytes));
        w.value(field, at, len, Value::Str(&name));
    }
    Ok(())
}

/// The options, or what stood in their place before there were any.
fn vendor_area(w: &mut Walk, message: &Message) -> Result<(), Stop> {
    let start = if w.buf.array(MAGIC) == Ok(COOKIE_BYTES) {
        let value = Value::Ipv4(COOKIE_BYTES);
        w.text(&COOKIE, MAGIC, 4, value, format_args!("Magic cookie: DHCP"));
        MAGIC + 4
    } else {
        w.field(&VENDOR_SPECIFIC_OPTIONS, MAGIC, VENDOR_LEN)?;
        MAGIC + VENDOR_LEN
    };
    if start >= w.buf.reported {
        return Ok(());
    }
    let end = w.buf.reported;
    let (at, ended) = options(w, start, end, message)?;
    if !ended && message.kind.is_none() {
        return Ok(());
    }
    if !ended {
        let node = w.node;
        w.expert(&END_MISSING, node);
        return Ok(());
    }
    let rest = w.remaining(at);
    if rest > 0 {
        w.field(&PADDING, at, rest)?;
    }
    Ok(())
}

/// Options up to the end option or the end of the area; says where that is, and which it was.
pub fn options(w: &mut Walk, mut at: usize, end: usize, message: &Message) -> Result<(usize, bool), Stop> {
    while at < end {
        match w.u8(at)? {
            0 => at = padding(w, at, end),
            255 => {
                let value = Value::Uint(0);
                let id = w.text(&OPTION, at, 1, value, format_args!("Option: (255) End"));
                w.open(id);
                w.field(&END, at, 1)?;
                w.close();
                return Ok((at + 1, true));
            }
            code => {
                let len = usize::from(w.u8(at + 1)?);
                option(w, code, at, len, message)?;
                at += 2 + len;
            }
        }
    }
    Ok((end, false))
}

fn padding(w: &mut Walk, at: usize, end: usize) -> usize {
    let area = w.buf.part(at, end - at).data;
    let len = area.iter().take_while(|b| **b == 0).count();
    let id = w.text(&OPTION, at, 1, Value::Uint(0), format_args!("Option: (0) Padding"));
    w.open(id);
    w.value(&PADDING, at, len, Value::Bytes(area.get(..len).unwrap_or(&[])));
    w.close();
    at + len.max(1)
}

fn option(w: &mut Walk, code: u8, start: usize, len: usize, message: &Message) -> Result<(), Stop> {
    let (name, shape) = options::find(code);
    let (value, at) = (Value::Uint(u64::from(code)), start + 2);
    let id = w.text(&OPTION, start, 2 + len, value, format_args!("Option: ({code}) {name}"));
    w.open(id);
    w.uint(&LENGTH, start + 1, 1, len as u64);
    let item = Item { code, at, len, id, message };
    if options::shown(shape, len) {
        let node = w.node(&VALUE, at, len, Value::Bytes(w.bytes(at, len)?)).hidden();
        w.put(node);
        options::decode(w, shape, &item)?;
    } else {
        w.field(&VALUE, at, len)?;
        options::decode(w, shape, &item)?;
    }
    w.close();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_type_is_found_behind_other_options() {
        let mut bytes = vec![0; MAGIC];
        bytes.extend(COOKIE_BYTES);
        bytes.extend([12, 2, b'a', b'b', 0, 53, 1, 5, 255]);
        let message = Message::scan(&Buf::whole(&bytes)).unwrap_or_default();
        assert_eq!(message.kind, Some(5));
        assert_eq!(message.value(&Buf::whole(&bytes), 12), Some(&b"ab"[..]));
    }

    #[test]
    fn options_that_were_not_captured_stop_the_reading_ahead() {
        let mut bytes = vec![0; MAGIC];
        bytes.extend(COOKIE_BYTES);
        bytes.extend([53, 1, 5, 12, 4]);
        let cut = Buf::new(&bytes, bytes.len() + 9);
        assert!(Message::scan(&cut).is_err());
        assert_eq!(Message::scan(&Buf::whole(&bytes)).unwrap_or_default().kind, Some(5));
    }

    #[test]
    fn unknown_message_types_are_numbers() {
        assert_eq!(format!("{:<8}|{:<8}", Kind(1), Kind(99)), "Discover|Unknown Message Type (0x63)");
        assert_eq!(format!("{:<8}|", Kind(5)), "ACK     |");
    }
}
