//! The routing header (RFC 8200 4.4; source routes RFC 2460, type 2 RFC 6275, RPL RFC 6554, segments RFC 8754, compact
//! RFC 9631) and the fragment header (RFC 8200 4.5). Shim6 and mobility headers are only recognised.

use super::values;
use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Names, YES};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::protocols::ipv4::{fragments, remark};
use crate::dissect::registry::registry;
use crate::dissect::sink::NodeId;
use crate::dissect::text::V6;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

mod routing {
    use super::*;

    fields! {
        NXT = "ipv6.routing.nxt", "Next Header", uint(8).names(Names::Function(values::ip_protocol)).at(0, 1);
        LEN = "ipv6.routing.len", "Length", uint(8).at(1, 1);
        BYTES = "ipv6.routing.len_oct", "Length", uint(16).unit(" byte", " bytes");
        TYPE = "ipv6.routing.type", "Type", uint(8).values(ROUTING_TYPES).at(2, 1);
        LEFT = "ipv6.routing.segleft", "Segments Left", uint(8).at(3, 1);
        UNKNOWN = "ipv6.routing.unknown_data", "Type-Specific Data", bytes();
        SRC_RESERVED = "ipv6.routing.src.reserved", "Reserved", bytes();
        SRC_ADDR = "ipv6.routing.src.addr", "Address", ipv6();
        HOME_RESERVED = "ipv6.routing.mipv6.reserved", "Reserved", bytes();
        HOME_ADDRESS = "ipv6.routing.mipv6.home_address", "Home Address", ipv6();
        RPL_INTERNAL = "ipv6.routing.rpl.cmprI", "Compressed Internal Octets (CmprI)", uint(32).mask(0xf000_0000);
        RPL_FINAL = "ipv6.routing.rpl.cmprE", "Compressed Final Octets (CmprE)", uint(32).mask(0x0f00_0000);
        RPL_PAD = "ipv6.routing.rpl.pad", "Padding Bytes", uint(32).mask(0x00f0_0000);
        RPL_RESERVED = "ipv6.routing.rpl.reserved", "Reserved", uint(32).mask(0x000f_ffff);
        RPL_COUNT = "ipv6.routing.rpl.addr_count", "Total Address Count", int(32);
        RPL_ADDRESS = "ipv6.routing.rpl.address", "Address", bytes();
        RPL_FULL_ADDRESS = "ipv6.routing.rpl.full_address", "Full Address", ipv6();
        SRH_LAST = "ipv6.routing.srh.last_entry", "Last Entry", uint(8);
        SRH_FLAGS = "ipv6.routing.srh.flags", "Flags", uint(8).hex();
        SRH_TAG = "ipv6.routing.srh.tag", "Tag", bytes();
        SRH_ADDR = "ipv6.routing.srh.addr", "Address", ipv6();
        CRH16_CURRENT = "ipv6.routing.crh16.current_sid", "Current SID", uint(16);
        CRH32_CURRENT = "ipv6.routing.crh32.current_sid", "Current SID", uint(32);
        CRH16_SID = "ipv6.routing.crh16.sid", "Segment ID", uint(16);
        CRH32_SID = "ipv6.routing.crh32.sid", "Segment ID", uint(32);
    }
}

mod fragment {
    use super::*;

    fields! {
        NXT = "ipv6.fraghdr.nxt", "Next header", uint(8).names(Names::Function(values::ip_protocol)).at(0, 1);
        RESERVED = "ipv6.fraghdr.reserved_octet", "Reserved octet", uint(8).hex().at(1, 1);
        /// In units of eight bytes.
        OFFSET = "ipv6.fraghdr.offset", "Offset", uint(16).mask(0xfff8).at(2, 2);
        RESERVED_BITS = "ipv6.fraghdr.reserved_bits", "Reserved bits", uint(16).mask(0x0006).at(2, 2);
        MORE = "ipv6.fraghdr.more", "More Fragments", boolean().mask(0x0001).names(YES).at(2, 2);
        IDENT = "ipv6.fraghdr.ident", "Identification", uint(32).hex().at(4, 4);
    }
}

mod joined {
    use super::*;

    fields! {
        FRAGMENT = "ipv6.fragment", "IPv6 Fragment", frame();
        OVERLAP = "ipv6.fragment.overlap", "Fragment overlap", boolean();
        CONFLICT = "ipv6.fragment.overlap.conflict", "Conflicting data in fragment overlap", boolean();
        ERROR = "ipv6.fragment.error", "Defragmentation error", frame();
        COUNT = "ipv6.fragment.count", "Fragment count", uint(32);
        FRAGMENTS = "ipv6.fragments", "IPv6 Fragments", none();
        REASSEMBLED_IN = "ipv6.reassembled.in", "Reassembled IPv6 in frame", frame();
        LENGTH = "ipv6.reassembled.length", "Reassembled IPv6 length", uint(32);
        DATA = "ipv6.reassembled.data", "Reassembled IPv6 data", bytes();
    }
}
/// They stand beside the fragment header, in the IPv6 layer.
pub use joined::FIELDS as FRAGMENTS_FIELDS;

/// IANA ipv6-parameters, routing types.
const ROUTING_TYPES: &[(u64, &str)] = &[
    (0, "Source Route"),
    (1, "Nimrod"),
    (2, "Type 2 Routing"),
    (3, "RPL Source Route"),
    (4, "Segment Routing"),
    (5, "Compact Routing Header 16"),
    (6, "Compact Routing Header 32"),
    (253, "Experiment 1"),
    (254, "Experiment 2"),
];

static INVALID_LENGTH: Expert = Expert::new(
    "ipv6.routing.invalid_length",
    "Invalid IPv6 Routing header length",
    Group::Malformed,
    Severity::Error,
);
static INVALID_LEFT: Expert = Expert::new(
    "ipv6.routing.invalid_segleft",
    "IPv6 Routing Header segments left field must not exceed address count",
    Group::Protocol,
    Severity::Warning,
);
static UNDECODED: Expert = Expert::new(
    "ipv6.routing.undecoded",
    "Undecoded IPv6 routing header field",
    Group::Undecoded,
    Severity::Note,
);
static DEPRECATED: Expert = Expert::new(
    "ipv6.routing.deprecated",
    "Routing header type is deprecated",
    Group::Deprecated,
    Severity::Note,
);

static NEGATIVE_COUNT: Expert = Expert::new(
    "ipv6.routing.rpl.addr_count_ge0",
    "Calculated total address count must be greater than or equal to 0, instead was X",
    Group::Malformed,
    Severity::Error,
);
static SOURCE_IN_ROUTE: Expert = Expert::new(
    "ipv6.src_route_list.src_addr",
    "Source address must not appear in the source route list",
    Group::Protocol,
    Severity::Warning,
);
static DESTINATION_IN_ROUTE: Expert = Expert::new(
    "ipv6.src_route_list.dst_addr",
    "Destination address must not appear in the source route list",
    Group::Protocol,
    Severity::Warning,
);
static MULTICAST_IN_ROUTE: Expert = Expert::new(
    "ipv6.src_route_list.multicast_addr",
    "Multicast addresses must not appear in the source route list",
    Group::Protocol,
    Severity::Warning,
);

pub static ROUTING: Protocol = Protocol {
    on: &[Key::IpProto(43)],
    fields: routing::FIELDS,
    experts: &[
        &INVALID_LENGTH,
        &INVALID_LEFT,
        &UNDECODED,
        &DEPRECATED,
        &NEGATIVE_COUNT,
        &SOURCE_IN_ROUTE,
        &DESTINATION_IN_ROUTE,
        &MULTICAST_IN_ROUTE,
    ],
    within: "ipv6",
    header: |buf, _| {
        let len = (usize::from(buf.u8(1)?) + 1) * 8;
        buf.bytes(0, len)?;
        Ok(Header::new(len, Next::Key(Key::IpProto(buf.u8(0)?))))
    },
    walk: routing_header,
    short: "IPv6 Routing",
    needs_by_bytes: Some(|buf| buf.reported.min(1)),
    ..Protocol::new("ipv6.routing", "Routing Header for IPv6", "")
};

pub static FRAGMENT: Protocol = Protocol {
    on: &[Key::IpProto(44)],
    fields: fragment::FIELDS,
    within: "ipv6",
    header: fragment_layout,
    walk: fragment_header,
    short: "IPv6 Fragment",
    needs: 8,
    ..Protocol::new("ipv6.fraghdr", "Fragment Header for IPv6", "")
};

/// RFC 5533: only recognised, but for what follows it.
pub static SHIM6: Protocol = Protocol {
    on: &[Key::IpProto(140)],
    within: "ipv6",
    claim: true,
    header: |buf, _| {
        let len = (usize::from(buf.u8(1)?) + 1) * 8;
        Ok(Header::new(len, Next::Key(Key::IpProto(buf.u8(0)?))))
    },
    walk: |w| super::unclaimed(w, 0),
    ..Protocol::new("shim6", "Shim6 Protocol", "")
};

/// RFC 6275 6.1: only recognised; Info names the kind of message.
pub static MOBILITY: Protocol = Protocol {
    on: &[Key::IpProto(135)],
    within: "ipv6",
    claim: true,
    header: |buf, _| Ok(Header::new((usize::from(buf.u8(1)?) + 1) * 8, Next::End)),
    walk: |w| {
        let kind = usize::from(w.u8(2)?);
        match MOBILITY_TYPES.get(kind) {
            Some(name) => w.columns.set_info(format_args!("{name}")),
            None => w.columns.set_info(format_args!("Unknown")),
        }
        Ok(())
    },
    ..Protocol::new("mipv6", "Mobile IPv6", "MIPv6")
};

/// IANA mobility-parameters, from 0.
const MOBILITY_TYPES: &[&str] = &[
    "Binding Refresh Request",
    "Home Test Init",
    "Care-of Test Init",
    "Home Test",
    "Care-of Test",
    "Binding Update",
    "Binding Acknowledgement",
    "Binding Error",
    "Fast Binding Update",
    "Fast Binding Acknowledgment",
    "Fast Neighbor Advertisement",
    "Experimental Mobility Header",
    "Home Agent Switch",
    "Heartbeat",
    "Handover Initiate",
    "Handover Acknowledge",
    "Binding Revocation Message",
    "Localized Routing Initiation",
    "Localized Routing Acknowledgment",
];

// ---- routing ----

fn routing_header(w: &mut Walk) -> Result<(), Stop> {
    use routing::*;
    w.columns.set_info(format_args!("IPv6 routing"));
    w.fixed(&NXT)?;
    let units = usize::from(w.u8(1)?);
    let end = (units + 1) * 8;
    let length = w.fixed(&LEN)?;
    let kind = w.u8(2).ok();
    if kind == Some(0) && units % 2 != 0 {
        let text = format_args!("IPv6 Routing Header extension header length must not be odd");
        remark(w, length, &INVALID_LENGTH, text);
    }
    if kind == Some(2) && units != 2 {
        let text = format_args!("IPv6 Type 2 Routing Header extension header length must equal 2");
        remark(w, length, &INVALID_LENGTH, text);
    }
    w.put(w.node(&BYTES, 1, 1, Value::Uint(end as u64)).bracketed());
    let kind = w.u8(2)?;
    match TYPE.value_name(u64::from(kind)) {
        Some(name) => w.title(format_args!(" ({name})")),
        None => w.title(format_args!(" (Unknown type {kind})")),
    }
    let id = w.fixed(&TYPE)?;
    if kind == 0 && w.bytes(0, end).is_ok() {
        w.open(id);
        w.expert(&DEPRECATED, id);
        w.close();
    }
    let left = w.u8(3)?;
    let id = w.fixed(&LEFT)?;
    too_many_left(w, id, kind, left, units / 2);
    let (whole, leads_out) = (w.buf, end > w.buf.reported);
    w.buf = whole.part(0, end);
    let result = by_kind(w, kind, left, end);
    w.buf = whole;
    result.map_err(|stop| if leads_out { stop.contained() } else { stop })?;
    w.bytes(0, end)?;
    super::unclaimed(w, 0)
}

fn by_kind(w: &mut Walk, kind: u8, left: u8, end: usize) -> Result<(), Stop> {
    match kind {
        0 => source_route(w, (end - 8) / 16, left),
        2 => home_address(w, left),
        3 => rpl(w, left),
        4 => segments(w, left),
        5 => compact(w, end, left, 2),
        6 => compact(w, end, left, 4),
        _ => {
            let id = w.field(&routing::UNKNOWN, 4, end - 4)?;
            w.open(id);
            w.expert(&UNDECODED, id);
            w.close();
            Ok(())
        }
    }
}

/// A remark if more segments are left than the header has addresses.
fn too_many_left(w: &mut Walk, id: NodeId, kind: u8, left: u8, addresses: usize) {
    let (name, count) = match kind {
        0 => ("Type 0", Some(addresses)),
        2 if left != 1 => {
            let text = format_args!("IPv6 Type 2 Routing Header segments left field must equal 1");
            return remark(w, id, &INVALID_LEFT, text);
        }
        3 => ("RPL", rpl_count(w).and_then(|n| usize::try_from(n).ok())),
        4 => ("Type 4", w.u8(4).ok().map(|last| usize::from(last) + 1)),
        _ => return,
    };
    if let Some(count) = count.filter(|count| usize::from(left) > *count) {
        remark(
            w,
            id,
            &INVALID_LEFT,
            format_args!(
                "IPv6 {name} Routing Header segments left field must not exceed address count ({count})"
            ),
        );
    }
}

/// Sixteen-byte addresses in a row, from offset 8, numbered from `first`.
fn list(
    w: &mut Walk,
    field: &'static crate::dissect::field::Field,
    count: usize,
    first: usize,
) -> Result<(), Stop> {
    for i in 0..count {
        let at = 8 + i * 16;
        let address = w.ipv6(at)?;
        let text = V6(address);
        w.text(field, at, 16, Value::Ipv6(address), format_args!("Address[{}]: {text}", i + first));
    }
    Ok(())
}

fn source_route(w: &mut Walk, count: usize, left: u8) -> Result<(), Stop> {
    w.field(&routing::SRC_RESERVED, 4, 4)?;
    list(w, &routing::SRC_ADDR, count, 1)?;
    if left > 0 && count > 0 {
        let last = w.ipv6(8 + (count - 1) * 16)?;
        super::redirect(w, last);
    }
    Ok(())
}

fn home_address(w: &mut Walk, left: u8) -> Result<(), Stop> {
    w.field(&routing::HOME_RESERVED, 4, 4)?;
    list(w, &routing::HOME_ADDRESS, 1, 1)?;
    if left > 0 {
        let home = w.ipv6(8)?;
        super::redirect(w, home);
    }
    Ok(())
}

/// The list runs backwards: the first entry is the last stop.
fn segments(w: &mut Walk, left: u8) -> Result<(), Stop> {
    w.field(&routing::SRH_LAST, 4, 1)?;
    w.field(&routing::SRH_FLAGS, 5, 1)?;
    w.field(&routing::SRH_TAG, 6, 2)?;
    let last = usize::from(w.u8(4)?);
    if left > 0 {
        let stop = w.ipv6(8)?;
        super::redirect(w, stop);
    }
    list(w, &routing::SRH_ADDR, last + 1, 0)
}

fn compact(w: &mut Walk, end: usize, left: u8, size: usize) -> Result<(), Stop> {
    let (current, each) = match size {
        2 => (&routing::CRH16_CURRENT, &routing::CRH16_SID),
        _ => (&routing::CRH32_CURRENT, &routing::CRH32_SID),
    };
    w.field(current, 4 + usize::from(left) * size, size)?;
    w.open_label(4, end - 4, format_args!("Segment Identifiers"));
    for i in 0..(end - 4) / size {
        let at = 4 + i * size;
        let bytes = w.bytes(at, size)?;
        let value = crate::dissect::field::number(bytes, false).unwrap_or(0);
        w.text(each, at, size, Value::Uint(value), format_args!("SID[{i}] = {value}"));
    }
    w.close();
    Ok(())
}

/// Addresses without the bytes that they share with the destination: so many in all but the last one,
/// so many in the last.
fn rpl(w: &mut Walk, left: u8) -> Result<(), Stop> {
    let word = w.be32(4)?;
    for field in [&routing::RPL_INTERNAL, &routing::RPL_FINAL, &routing::RPL_PAD, &routing::RPL_RESERVED] {
        w.field(field, 4, 4)?;
    }
    let [internal, last] = [28, 24].map(|shift| (word >> shift & 15) as usize);
    let (internal_len, last_len) = (16 - internal, 16 - last);
    let Some(count) = rpl_count(w) else { return Ok(()) };
    let node = w.node(&routing::RPL_COUNT, 4, 2, Value::Int(count)).bracketed();
    let id = w.put(node);
    let Ok(count) = usize::try_from(count) else {
        remark(
            w,
            id,
            &NEGATIVE_COUNT,
            format_args!(
                "Calculated total address count must be greater than or equal to 0, instead was {count}"
            ),
        );
        return Ok(());
    };
    let ends = [8, 24].map(|at| enclosing(w).and_then(|b| b.array::<16>(at).ok()));
    let mut full = destination(w).unwrap_or([0; 16]);
    let mut at = 8;
    for i in 1..=count {
        let len = if i == count { last_len } else { internal_len };
        let bytes = w.bytes(at, len)?;
        w.value(&routing::RPL_ADDRESS, at, len, Value::Bytes(bytes));
        full[16 - len..].copy_from_slice(bytes);
        let text = V6(full);
        let id = w.put(
            w.node(&routing::RPL_FULL_ADDRESS, at, len, Value::Ipv6(full))
                .text(format_args!("Address[{i}]: {text}"))
                .bracketed(),
        );
        w.open(id);
        for (end, expert) in ends.iter().zip([&SOURCE_IN_ROUTE, &DESTINATION_IN_ROUTE]) {
            if *end == Some(full) {
                w.expert(expert, id);
            }
        }
        if full[0] == 0xff {
            w.expert(&MULTICAST_IN_ROUTE, id);
        }
        w.close();
        at += len;
    }
    if left > 0 {
        super::redirect(w, full);
    }
    Ok(())
}

/// How many addresses a header for RPL must hold by its own account (RFC 6554 3); fewer than none if its
/// numbers don't fit together.
fn rpl_count(w: &Walk) -> Option<i64> {
    let (units, word) = (w.u8(1).ok()?, w.be32(4).ok()?);
    let [internal, last, pad] = [28, 24, 20].map(|shift| i64::from(word >> shift & 15));
    Some((i64::from(units) * 8 - pad - (16 - last)) / (16 - internal) + 1)
}

/// The destination in the IPv6 header around this layer.
fn destination(w: &Walk) -> Option<[u8; 16]> {
    enclosing(w)?.array(24).ok()
}

/// The bytes of the IPv6 header around this layer, and what follows it.
fn enclosing<'w>(w: &Walk<'w>) -> Option<Buf<'w>> {
    let mut index = w.index;
    while index > 0 {
        index = usize::from(w.layers.get(index)?.parent).min(index - 1);
        if w.layers.protocol(index)?.name() == "ipv6" {
            return Some(w.layer_bytes(index));
        }
    }
    None
}

// ---- fragments ----

/// Offset in bytes, and whether more fragments follow.
fn offset_and_more(buf: &Buf) -> Result<(u16, bool), Stop> {
    let word = buf.be16(2)?;
    Ok((word & 0xfff8, word & 1 != 0))
}

fn fragment_layout(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let next = Next::Key(Key::IpProto(buf.u8(0)?));
    buf.bytes(0, 8)?;
    let next = match offset_and_more(buf)? {
        (0, false) => next,
        (0, true) if !chain.around.settings.ipv6_defragment => next,
        _ => Next::Data,
    };
    Ok(Header::new(8, next))
}

static FRAGMENT_FIELDS: fragments::Fields = fragments::Fields {
    version: "IPv6",
    fragments: &joined::FRAGMENTS,
    fragment: &joined::FRAGMENT,
    overlap: &joined::OVERLAP,
    conflict: &joined::CONFLICT,
    error: &joined::ERROR,
    count: &joined::COUNT,
    reassembled_in: &joined::REASSEMBLED_IN,
    length: &joined::LENGTH,
    data: &joined::DATA,
};

fn fragment_header(w: &mut Walk) -> Result<(), Stop> {
    use fragment::*;
    let next = w.u8(0)?;
    w.bytes(0, 8)?;
    let (offset, more) = offset_and_more(&w.buf)?;
    let ident = w.be32(4)?;
    w.columns.set_info(format_args!(
        "IPv6 fragment (off={offset} more={} ident=0x{ident:08x} nxt={next})",
        if more { 'y' } else { 'n' }
    ));
    w.fixed(&NXT)?;
    w.fixed(&RESERVED)?;
    let id = w.fixed(&OFFSET)?;
    w.append(id, format_args!(" ({offset} bytes)"));
    w.fixed(&RESERVED_BITS)?;
    w.fixed(&MORE)?;
    w.fixed(&IDENT)?;
    let context = w.context;
    let outer = usize::from(w.layer.parent);
    let facts = context.facts.fragments(w.index).or_else(|| context.facts.fragments(outer));
    if let Some(facts) = facts {
        w.close();
        fragments::emit(w, &FRAGMENT_FIELDS, facts);
        if let Some(frame) = facts.reassembled_in {
            w.columns.append_info(format_args!(" [Reassembled in #{frame}]"));
        }
    } else if offset == 0 && !more && registry().lookup(&Key::IpProto(next)).is_none() {
        super::unclaimed(w, 0)?;
    }
    Ok(())
}
