//! Ethernet, IEEE 802.3: Ethernet II, 802.3 with a length, Novell's raw 802.3, and what stands behind
//! the payload: padding, trailer and frame check sequence.

use crate::dissect::columns;
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, Kind, Names};
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::text::Mac;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::isl;
use super::values::ethertype::ETHERTYPES;

const LG: Names = Names::TrueFalse(
    "Locally administered address (this is NOT the factory default)",
    "Globally unique address (factory default)",
);
const IG: Names = Names::TrueFalse("Group address (multicast/broadcast)", "Individual address (unicast)");

/// What a frame check sequence turned out to be; ours are never verified, as tshark's by default.
pub const FCS_STATES: &[(u64, &str)] =
    &[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")];

fields! {
    DST = "eth.dst", "Destination", ether().at(0, 6);
    DST_RESOLVED = "eth.dst_resolved", "Destination (resolved)", string();
    DST_OUI = "eth.dst.oui", "Destination OUI", uint(24).base(Base::Oui).at(0, 3);
    DST_OUI_RESOLVED = "eth.dst.oui_resolved", "Destination OUI (resolved)", string();
    DST_LG = "eth.dst.lg", "LG bit", boolean().names(LG).mask(0x02_0000).at(0, 3);
    DST_IG = "eth.dst.ig", "IG bit", boolean().names(IG).mask(0x01_0000).at(0, 3);
    SRC = "eth.src", "Source", ether().at(6, 6);
    SRC_RESOLVED = "eth.src_resolved", "Source (resolved)", string();
    SRC_OUI = "eth.src.oui", "Source OUI", uint(24).base(Base::Oui).at(6, 3);
    SRC_OUI_RESOLVED = "eth.src.oui_resolved", "Source OUI (resolved)", string();
    SRC_LG = "eth.src.lg", "LG bit", boolean().names(LG).mask(0x02_0000).at(6, 3);
    SRC_IG = "eth.src.ig", "IG bit", boolean().names(IG).mask(0x01_0000).at(6, 3);
    /// Either address.
    ADDR = "eth.addr", "Address", ether().any_of(&[&DST, &SRC]);
    ADDR_RESOLVED = "eth.addr_resolved", "Address (resolved)", string();
    ADDR_OUI = "eth.addr.oui", "Address OUI", uint(24).base(Base::Oui).any_of(&[&DST_OUI, &SRC_OUI]);
    ADDR_OUI_RESOLVED = "eth.addr.oui_resolved", "Address OUI (resolved)", string();
    ANY_LG = "eth.lg", "LG bit", boolean().names(LG).mask(0x02_0000).any_of(&[&DST_LG, &SRC_LG]);
    ANY_IG = "eth.ig", "IG bit", boolean().names(IG).mask(0x01_0000).any_of(&[&DST_IG, &SRC_IG]);
    TYPE = "eth.type", "Type", uint(16).hex().values(ETHERTYPES);
    LEN = "eth.len", "Length", uint(16);
    INVALID_LENTYPE = "eth.invalid_lentype", "Invalid length/type", uint(16).base(Base::HexDec);
    PADDING = "eth.padding", "Padding", bytes();
    TRAILER = "eth.trailer", "Trailer", bytes();
    FCS = "eth.fcs", "Frame check sequence", uint(32).hex();
    FCS_STATUS = "eth.fcs.status", "FCS Status", kind(Kind::Uint(8)).values(FCS_STATES);
    SIZE = "sniff.eth.size", "Size", string()
        .about("What the size of the frame tells: a runt, a frame not padded yet, a jumbo frame.");
}

static SRC_NOT_GROUP: Expert = Expert::new(
    "eth.src_not_group",
    "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)",
    Group::Protocol,
    Severity::Warning,
);
static LEN_PAST_END: Expert = Expert::new(
    "eth.len.past_end",
    "Length field value goes past the end of the payload",
    Group::Malformed,
    Severity::Error,
);
static BAD_LENTYPE: Expert =
    Expert::new("eth.invalid_lentype.expert", "Invalid length/type", Group::Protocol, Severity::Warning);
static PADDING_BAD: Expert = Expert::new(
    "eth.padding_bad",
    "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros.",
    Group::Protocol,
    Severity::Note,
);

pub static ETH: Protocol = Protocol {
    on: &[Key::LinkType(1)],
    fields: FIELDS,
    experts: &[&SRC_NOT_GROUP, &LEN_PAST_END, &BAD_LENTYPE, &PADDING_BAD],
    header,
    walk,
    passes_on: true,
    aside: Some(|_| true),
    needs: 14,
    ..Protocol::new("eth", "Ethernet", "Ethernet")
};

pub static PROTOCOLS: &[&Protocol] = &[&ETH];

/// Bytes of addresses and type or length.
const HEADER: usize = 14;
/// Smallest frame without its frame check sequence: shorter ones are padded with zeros.
const SHORTEST: usize = 60;
/// The type of Cisco FabricPath, which has addresses of its own form in place of Ethernet's.
const FABRIC_PATH: u16 = 0x8903;
/// The type of WSE remote Ethernet, which knows its frames by more than that and drops others in silence.
const REMOTE: u16 = 0xaaaa;
/// Bytes of a frame check sequence.
const FRAME_CHECK: usize = 4;
/// Largest frame without frame check sequence and tags.
const LONGEST: usize = 1514;

/// What the two bytes behind the addresses say (IEEE 802.3 3.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LengthOrType {
    Type(u16),
    /// 802.2 follows.
    Length(u16),
    /// IPX follows without 802.2: its first two bytes are 0xffff.
    Raw(u16),
    /// Neither (1501 to 1535).
    Neither(u16),
}

fn length_or_type(buf: &Buf) -> Result<LengthOrType, Stop> {
    Ok(match buf.be16(12)? {
        // A length of zero is taken for a type that nobody knows.
        v @ (0 | 0x600..) => LengthOrType::Type(v),
        v @ 1501.. => LengthOrType::Neither(v),
        v if buf.be16(HEADER) == Ok(0xffff) => LengthOrType::Raw(v),
        v => LengthOrType::Length(v),
    })
}

/// The protocol that the frame is of in truth, with addresses of another form.
fn other_form(buf: &Buf) -> Result<Option<&'static str>, Stop> {
    Ok(match length_or_type(buf)? {
        LengthOrType::Type(FABRIC_PATH) => Some("cfp"),
        LengthOrType::Length(_) | LengthOrType::Raw(_) if isl::begins(buf) => Some("isl"),
        _ => None,
    })
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let payload = |len: u16| HEADER + usize::from(len);
    if let Some(name) = other_form(buf)? {
        return Ok(Header::new(0, Next::Quiet(Key::Named(name))));
    }
    Ok(match length_or_type(buf)? {
        LengthOrType::Type(REMOTE) => Header::new(HEADER, Next::End),
        LengthOrType::Type(t) => Header::new(HEADER, Next::Key(Key::EtherType(t))),
        LengthOrType::Neither(_) => Header::new(HEADER, Next::Data),
        LengthOrType::Length(n) => Header::new(HEADER, Next::Quiet(Key::Named("llc"))).inner(payload(n)),
        LengthOrType::Raw(n) => Header::new(HEADER, Next::Quiet(Key::Named("ipx"))).inner(payload(n)),
    })
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    if w.layer.header == 0 && other_form(&w.buf)?.is_some() {
        return Ok(());
    }
    let (destination, source): ([u8; 6], [u8; 6]) = (w.buf.array(0)?, w.buf.array(6)?);
    columns(w, destination, source);
    let kind = length_or_type(&w.buf)?;
    if w.wants_fields() {
        title(w, kind, destination, source);
        address(w, &DESTINATION, destination)?;
        address(w, &SOURCE, source)?;
    }
    match kind {
        LengthOrType::Type(t) => {
            w.uint(&TYPE, 12, 2, u64::from(t));
            if is_data(w) {
                w.columns.set_info(format_args!("Ethernet II"));
                unknown_type(w, t);
            }
            ethertype_trailer(w, HEADER, &TRAILER);
        }
        LengthOrType::Length(n) | LengthOrType::Raw(n) => length(w, n),
        LengthOrType::Neither(n) => neither(w, n),
    }
    size_remark(w);
    Ok(())
}

/// Sets Source and Destination to the names or numbers of two addresses.
pub fn columns(w: &mut Walk, destination: [u8; 6], source: [u8; 6]) {
    w.columns.source_is(columns::Address::Ether(source));
    w.columns.destination_is(columns::Address::Ether(destination));
}

/// A MAC address as titles show it: its name and number, or the number alone.
struct Named {
    name: Option<String>,
    address: [u8; 6],
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", Mac(self.address)),
            None => write!(f, "{}", Mac(self.address)),
        }
    }
}

fn named(w: &Walk, address: [u8; 6]) -> Named {
    let name = names::ether(w.context.names, w.context.settings, address);
    Named { name, address }
}

fn title(w: &mut Walk, kind: LengthOrType, destination: [u8; 6], source: [u8; 6]) {
    let what = match kind {
        LengthOrType::Type(_) => "Ethernet II",
        LengthOrType::Neither(_) => "Ethernet Unknown",
        LengthOrType::Length(_) => return w.set_title(format_args!("IEEE 802.3 Ethernet ")),
        LengthOrType::Raw(_) => return w.set_title(format_args!("IEEE 802.3 Ethernet Raw ")),
    };
    let (source, destination) = (named(w, source), named(w, destination));
    w.set_title(format_args!("{what}, Src: {source}, Dst: {destination}"));
}

/// The fields of one of the two addresses.
struct Address {
    offset: usize,
    whole: &'static Field,
    resolved: &'static Field,
    oui: &'static Field,
    oui_resolved: &'static Field,
    lg: &'static Field,
    ig: &'static Field,
}

static DESTINATION: Address = Address {
    offset: 0,
    whole: &DST,
    resolved: &DST_RESOLVED,
    oui: &DST_OUI,
    oui_resolved: &DST_OUI_RESOLVED,
    lg: &DST_LG,
    ig: &DST_IG,
};
static SOURCE: Address = Address {
    offset: 6,
    whole: &SRC,
    resolved: &SRC_RESOLVED,
    oui: &SRC_OUI,
    oui_resolved: &SRC_OUI_RESOLVED,
    lg: &SRC_LG,
    ig: &SRC_IG,
};

fn address(w: &mut Walk, fields: &'static Address, address: [u8; 6]) -> Result<(), Stop> {
    let offset = fields.offset;
    let id = w.open_fixed(fields.whole)?;
    if address[0] & 1 != 0 && std::ptr::eq(fields.whole, &SRC) {
        w.expert(&SRC_NOT_GROUP, id);
    }
    let [a, b, c, ..] = address;
    let oui = Value::Uint(u64::from(u32::from_be_bytes([0, a, b, c])));
    let organisation = names::organisation([a, b, c]);
    let number = Mac(address).to_string();
    let name = names::ether(w.context.names, w.context.settings, address);
    let name = name.as_deref().unwrap_or(&number);
    w.hidden(fields.resolved, offset, 6, Value::Str(name));
    w.hidden(fields.oui, offset, 3, oui);
    if let Some(organisation) = organisation {
        w.hidden(fields.oui_resolved, offset, 6, Value::Str(organisation));
    }
    w.value(&ADDR, offset, 6, Value::Ether(address));
    w.hidden(&ADDR_RESOLVED, offset, 6, Value::Str(name));
    w.hidden(&ADDR_OUI, offset, 3, oui);
    if let Some(organisation) = organisation {
        w.hidden(&ADDR_OUI_RESOLVED, offset, 6, Value::Str(organisation));
    }
    let (local, group) = (Value::Bool(a & 2 != 0), Value::Bool(a & 1 != 0));
    w.value(fields.lg, offset, 3, local);
    w.hidden(&ANY_LG, offset, 3, local);
    w.value(fields.ig, offset, 3, group);
    w.hidden(&ANY_IG, offset, 3, group);
    w.close();
    Ok(())
}

/// True if nobody knows the payload.
pub fn is_data(w: &Walk) -> bool {
    w.layers.protocol(w.index + 1).is_none_or(|p| p.name() == "data")
}

/// The Protocol column of an EtherType that nobody claims: its number.
pub fn unknown_type(w: &mut Walk, ethertype: u16) {
    if w.columns.active() && w.following().is_some() {
        w.columns.set_protocol(&format!("0x{ethertype:04x}"));
    }
}

fn length(w: &mut Walk, len: u16) {
    let id = w.uint(&LEN, 12, 2, u64::from(len));
    let (len, check) = (usize::from(len), fcs(w));
    let room = w.remaining(HEADER).saturating_sub(check.len());
    if len > room {
        w.open(id);
        w.expert(&LEN_PAST_END, id);
        w.close();
        return trailer(w, HEADER + room, &TRAILER, check.certain());
    }
    let end = payload_end(w).unwrap_or(HEADER + len);
    trailer(w, end, &TRAILER, check);
}

fn neither(w: &mut Walk, v: u16) {
    let id = w.uint(&INVALID_LENTYPE, 12, 2, u64::from(v));
    w.open(id);
    w.expert_text(&BAD_LENTYPE, id, format_args!("Invalid length/type: 0x{v:04x} ({v})"));
    w.close();
    w.columns.set_info(format_args!("Ethernet Unknown: Invalid length/type: 0x{v:04x} ({v})"));
}

/// Whether a frame check sequence stands at the end of the frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FrameCheck {
    No,
    Yes,
    /// The capture doesn't say: taken for one if the frame is long enough to hold it.
    Perhaps,
}

impl FrameCheck {
    /// Bytes that are surely not payload.
    fn len(self) -> usize {
        if self == FrameCheck::Yes { FRAME_CHECK } else { 0 }
    }
    /// Without guessing.
    fn certain(self) -> FrameCheck {
        if self == FrameCheck::Yes { self } else { FrameCheck::No }
    }
}

/// Only what a network card received has a frame check sequence, and of what tunnels carry that
/// which says so (RFC 2427, bridged frames).
fn fcs(w: &Walk) -> FrameCheck {
    if w.note("eth.fcs").is_some() {
        return FrameCheck::Yes;
    }
    match (w.parent().map(Protocol::name), w.context.record.fcs_bits) {
        (Some("frame"), None) => FrameCheck::Perhaps,
        (Some("frame"), Some(32..)) => FrameCheck::Yes,
        _ => FrameCheck::No,
    }
}

/// Where the next protocol says that its own payload ends, from the start of this layer; `None` if it
/// takes all that there is.
fn payload_end(w: &Walk) -> Option<usize> {
    let next = w.following()?;
    if usize::from(next.parent) != w.index || next.source != w.layer.source {
        return None;
    }
    let end = next.end.checked_sub(w.layer.start)? as usize;
    (end < w.buf.reported).then_some(end)
}

/// Shows what stands behind the payload of an EtherType, if that tells where it ends.
pub fn ethertype_trailer(w: &mut Walk, header: usize, field: &'static Field) {
    let check = if std::ptr::eq(field, &TRAILER) { fcs(w) } else { FrameCheck::No };
    match payload_end(w).filter(|end| *end >= header) {
        Some(end) => trailer(w, end, field, check),
        None => trailer(w, w.buf.reported.saturating_sub(check.len()), field, check.certain()),
    }
}

/// Padding, trailer and frame check sequence: all bytes from offset `from` of the layer on. Padding is
/// what fills the frame, counted from its very first byte, to 60 bytes, if it is all zeros.
pub fn trailer(w: &mut Walk, mut from: usize, field: &'static Field, check: FrameCheck) {
    if w.remaining(from) == 0 || !w.wants_fields() {
        return;
    }
    let whole = w.buf.data.len() == w.buf.reported;
    let mut bytes = w.buf.from(from);
    let total = w.remaining(from).saturating_sub(check.len());
    let fill = SHORTEST.saturating_sub(w.layer.start as usize + from);
    let mut strange = false;
    if fill > 0 && fill <= total {
        let Some((padding, rest)) = bytes.split_at_checked(fill) else { return };
        strange = padding.iter().any(|b| *b != 0);
        if !strange {
            w.value(&PADDING, from, fill, Value::Bytes(padding));
            from += fill;
            bytes = rest;
        }
    }
    let present = match check {
        FrameCheck::No => false,
        FrameCheck::Yes => true,
        FrameCheck::Perhaps => w.buf.reported >= SHORTEST + FRAME_CHECK,
    };
    let checked = if present && whole { bytes.split_last_chunk::<FRAME_CHECK>() } else { None };
    let rest = checked.map_or(bytes, |(rest, _)| rest);
    if !rest.is_empty() {
        let id = w.value(field, from, rest.len(), Value::Bytes(rest));
        if strange {
            w.open(id);
            w.expert(&PADDING_BAD, id);
            w.close();
        }
    }
    if let Some((rest, fcs)) = checked {
        frame_check(w, from + rest.len(), u32::from_be_bytes(*fcs));
    }
}

fn frame_check(w: &mut Walk, offset: usize, fcs: u32) {
    let text = format_args!("Frame check sequence: 0x{fcs:08x} [unverified]");
    w.text(&FCS, offset, 4, Value::Uint(u64::from(fcs)), text);
    let status = w.node(&FCS_STATUS, offset, 0, Value::Uint(2)).generated();
    w.put(status.text(format_args!("FCS Status: Unverified")));
}

/// Our own remark about the size of a frame. A frame that this host sends is captured before the
/// card pads it: short is then no fault.
fn size_remark(w: &mut Walk) {
    if !w.context.settings.own_fields || w.parent().map(Protocol::name) != Some("frame") {
        return;
    }
    let size = w.buf.reported.saturating_sub(fcs(w).len());
    let tags = w.layers.iter().filter(|l| is_tag(l.protocol)).count();
    let remark = match (size, w.context.record.flags.unwrap_or(0) & 3) {
        (..SHORTEST, 1) => "runt",
        (..SHORTEST, 2) => "not padded yet",
        (..SHORTEST, _) => "runt, or sent and not padded yet",
        (size, _) if size > LONGEST + 4 * tags => "jumbo",
        _ => return,
    };
    w.generated(&SIZE, 0, Value::Str(remark));
}

fn is_tag(protocol: u16) -> bool {
    let name = crate::dissect::registry::registry().protocol(protocol).name();
    matches!(name, "vlan" | "ieee8021ad")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::{Layers, Surroundings, locate};
    use crate::dissect::registry::registry;

    fn layers(frame: &[u8]) -> Vec<(&'static str, u32, u32)> {
        let (settings, facts) = (Settings::default(), Facts::default());
        let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
        let found: Layers = locate(1, &Buf::whole(frame), &around);
        let name = |n| registry().protocol(n).name();
        found.iter().skip(1).map(|l| (name(l.protocol), l.start, l.end)).collect()
    }

    fn frame(kind: u16, payload: &[u8]) -> Vec<u8> {
        let mut f = vec![0x02; 12];
        f.extend(kind.to_be_bytes());
        f.extend(payload);
        f
    }

    #[test]
    fn a_length_limits_what_follows_and_a_type_does_not() {
        let mut f = frame(5, &[0x42, 0x42, 0xf3, 1, 2]);
        f.extend([0; 41]);
        assert_eq!(layers(&f), [("eth", 0, 60), ("llc", 14, 19), ("data", 17, 19)]);
        let f = frame(0x88b5, &[0; 46]);
        assert_eq!(layers(&f), [("eth", 0, 60), ("data", 14, 60)]);
    }

    #[test]
    fn neither_length_nor_type_leaves_data() {
        assert_eq!(layers(&frame(0x05ff, &[1, 2])), [("eth", 0, 16), ("data", 14, 16)]);
        assert_eq!(length_or_type(&Buf::whole(&frame(0, &[]))), Ok(LengthOrType::Type(0)));
    }

    #[test]
    fn tags_nest() {
        let f = frame(0x8100, &[0x20, 0x64, 0x81, 0x00, 0x00, 0x07, 0x88, 0xb5, 1]);
        let names: Vec<_> = layers(&f).iter().map(|l| l.0).collect();
        assert_eq!(names, ["eth", "vlan", "vlan", "data"]);
    }
}
