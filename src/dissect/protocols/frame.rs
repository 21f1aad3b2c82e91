//! The frame: what the capture says of a packet, before any protocol.

use std::fmt::Write;

use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Kind, SET};
use crate::dissect::protocol::{Header, Next, Protocol};
use crate::dissect::protocols::values::encapsulation::ENCAPSULATIONS;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    ENCAP_TYPE = "frame.encap_type", "Encapsulation type", int(16).values(ENCAPSULATIONS);
    SECTION_NUMBER = "frame.section_number", "Section number", uint(32);
    INTERFACE_ID = "frame.interface_id", "Interface id", uint(32);
    INTERFACE_NAME = "frame.interface_name", "Interface name", string();
    INTERFACE_DESCRIPTION = "frame.interface_description", "Interface description", string();
    COMMENT = "frame.comment", "Comment", string();
    PACKET_FLAGS = "frame.packet_flags", "Packet flags", uint(32).hex();
    FLAGS_DIRECTION = "frame.packet_flags_direction", "Direction", uint(32).hex().mask(0x3).values(DIRECTIONS);
    FLAGS_RECEPTION = "frame.packet_flags_reception_type", "Reception type", uint(32).mask(0x1c).values(RECEPTIONS);
    FLAGS_FCS_LENGTH = "frame.packet_flags_fcs_length", "FCS length", uint(32).mask(0x1e0);
    FLAGS_RESERVED = "frame.packet_flags_reserved", "Reserved", uint(32).mask(0xfe00);
    FLAGS_CRC = "frame.packet_flags_crc_error", "CRC error", boolean().names(SET).mask(0x100_0000);
    FLAGS_LONG = "frame.packet_flags_packet_too_error", "Packet too long error", boolean().names(SET).mask(0x200_0000);
    FLAGS_SHORT = "frame.packet_flags_packet_too_short_error", "Packet too short error", boolean().names(SET).mask(0x400_0000);
    FLAGS_GAP = "frame.packet_flags_wrong_inter_frame_gap_error", "Wrong interframe gap error", boolean().names(SET).mask(0x800_0000);
    FLAGS_UNALIGNED = "frame.packet_flags_unaligned_frame_error", "Unaligned frame error", boolean().names(SET).mask(0x1000_0000);
    FLAGS_DELIMITER = "frame.packet_flags_start_frame_delimiter_error", "Start frame delimiter error", boolean().names(SET).mask(0x2000_0000);
    FLAGS_PREAMBLE = "frame.packet_flags_preamble_error", "Preamble error", boolean().names(SET).mask(0x4000_0000);
    FLAGS_SYMBOL = "frame.packet_flags_symbol_error", "Symbol error", boolean().names(SET).mask(0x8000_0000);
    TIME = "frame.time", "Arrival Time", time().base(Base::Local);
    OFFSET_SHIFT = "frame.offset_shift", "Time shift for this packet", duration();
    TIME_EPOCH = "frame.time_epoch", "Epoch Time", duration();
    TIME_DELTA = "frame.time_delta", "Time delta from previous captured frame", duration();
    TIME_DELTA_DISPLAYED = "frame.time_delta_displayed", "Time delta from previous displayed frame", duration();
    TIME_RELATIVE = "frame.time_relative", "Time since reference or first frame", duration();
    NUMBER = "frame.number", "Frame Number", uint(32);
    LEN = "frame.len", "Frame Length", uint(32);
    CAP_LEN = "frame.cap_len", "Capture Length", uint(32);
    MARKED = "frame.marked", "Frame is marked", boolean();
    IGNORED = "frame.ignored", "Frame is ignored", boolean();
    PROTOCOLS_IN_FRAME = "frame.protocols", "Protocols in frame", string();
    COLORING_RULE_NAME = "frame.coloring_rule.name", "Coloring Rule Name", string();
    COLORING_RULE_STRING = "frame.coloring_rule.string", "Coloring Rule String", string();
    LINK_NUMBER = "frame.link_nr", "Link Number", uint(16);
    INBOUND = "frame.p2p_dir", "Point-to-Point Direction", int(8).values(P2P_DIRECTIONS);
}

const P2P_DIRECTIONS: &[(u64, &str)] = &[(0, "Sent"), (1, "Received"), (u64::MAX, "Unknown")];
const DIRECTIONS: &[(u64, &str)] = &[(0, "Unknown"), (1, "Inbound"), (2, "Outbound")];
const RECEPTIONS: &[(u64, &str)] =
    &[(0, "Not specified"), (1, "Unicast"), (2, "Multicast"), (3, "Broadcast"), (4, "Promiscuous")];

static SHORTER: Expert = Expert::new(
    "frame.len_lt_caplen",
    "Frame length is less than captured length",
    Group::Malformed,
    Severity::Error,
);

pub static PROTOCOL: Protocol = Protocol {
    fields: FIELDS,
    experts: &[&SHORTER],
    header: |buf, _| Ok(Header::new(buf.reported, Next::End)),
    needs: 0,
    walk,
    aside: Some(|_| true),
    ..Protocol::new("frame", "Frame", "")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL];

fn walk(w: &mut Walk) -> Result<(), Stop> {
    if !w.wants_fields() {
        return Ok(());
    }
    let r = *w.context.record;
    title(w);
    if let Some(section) = r.section {
        w.uint(&SECTION_NUMBER, 0, 0, u64::from(section));
    }
    interface(w);
    packet_flags(w);
    let number = r.encapsulation;
    let name = ENCAP_TYPE.value_name(u64::from(number)).unwrap_or("Unknown");
    w.text(
        &ENCAP_TYPE,
        0,
        0,
        Value::Int(i64::from(number)),
        format_args!("Encapsulation type: {name} ({number})"),
    );
    times(w);
    w.uint(&NUMBER, 0, 0, u64::from(r.number));
    for (field, label, len) in
        [(&LEN, "Frame Length", r.length), (&CAP_LEN, "Capture Length", r.captured)]
    {
        let bits = u64::from(len) * 8;
        let id = w.text(
            field,
            0,
            0,
            Value::Uint(u64::from(len)),
            format_args!("{label}: {len} byte{} ({bits} bits)", plural(len)),
        );
        if *field == LEN && r.length < r.captured {
            w.open(id);
            w.expert(&SHORTER, id);
            w.close();
        }
    }
    w.generated(&MARKED, 0, Value::Bool(r.marked));
    w.generated(&IGNORED, 0, Value::Bool(r.ignored));
    let protocols = w.layers.names(&[]);
    let id = w.generated(&PROTOCOLS_IN_FRAME, 0, Value::Str(&protocols));
    w.shared.protocols_node.set(id);
    if let Some((name, filter)) = r.colour {
        w.generated(&COLORING_RULE_NAME, 0, Value::Str(name));
        w.generated(&COLORING_RULE_STRING, 0, Value::Str(filter));
    }
    Ok(())
}

fn title(w: &mut Walk) {
    let r = *w.context.record;
    let mut on = String::new();
    if let Some(i) = r.interface {
        match i.name {
            Some(name) => _ = write!(on, " on interface {name}, id {}", i.id),
            None => _ = write!(on, " on interface unknown, id {}", i.id),
        }
    }
    match r.flags.map(|f| f & 3) {
        Some(1) => on.push_str(", inbound"),
        Some(2) => on.push_str(", outbound"),
        _ => {}
    }
    let (n, wire, kept) = (r.number, r.length, r.captured);
    w.set_title(format_args!(
        "Frame {n}: {wire} byte{} on wire ({} bits), {kept} byte{} captured ({} bits){on}",
        plural(wire),
        u64::from(wire) * 8,
        plural(kept),
        u64::from(kept) * 8,
    ));
}

fn plural(n: u32) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn interface(w: &mut Walk) {
    let Some(i) = w.context.record.interface else { return };
    let name = i.name.unwrap_or("unknown");
    let value = Value::Uint(u64::from(i.id));
    let id = w.text(&INTERFACE_ID, 0, 0, value, format_args!("Interface id: {} ({name})", i.id));
    w.open(id);
    w.value(&INTERFACE_NAME, 0, 0, Value::Str(name));
    if let Some(description) = i.description {
        w.value(&INTERFACE_DESCRIPTION, 0, 0, Value::Str(description));
    }
    w.close();
}

/// The flags word of a pcapng packet: pcapng draft, 4.3.1 (epb_flags).
fn packet_flags(w: &mut Walk) {
    let Some(flags) = w.context.record.flags.map(u64::from) else { return };
    let id = w.uint(&PACKET_FLAGS, 0, 0, flags);
    w.open(id);
    for field in FIELDS.iter().copied().filter(|f| f.name.starts_with("frame.packet_flags_")) {
        let value = field.masked(flags);
        let value = if field.kind == Kind::Bool { Value::Bool(value != 0) } else { Value::Uint(value) };
        // The word isn't part of the frame; its label shows the bits all the same.
        let mut label = String::new();
        let names = w.context.names;
        crate::dissect::label::write(&mut label, field, &value, 4, names, w.context.settings);
        w.text(field, 0, 0, value, format_args!("{label}"));
    }
    w.close();
}

fn times(w: &mut Walk) {
    let r = *w.context.record;
    let Some(time) = r.time else { return };
    w.value(&TIME, 0, 0, Value::Time(i128::from(time)));
    w.generated(&OFFSET_SHIFT, 0, Value::Duration(0));
    w.value(&TIME_EPOCH, 0, 0, Value::Duration(i128::from(time)));
    w.generated(&TIME_DELTA, 0, Value::Duration(i128::from(r.delta)));
    w.generated(&TIME_DELTA_DISPLAYED, 0, Value::Duration(i128::from(r.delta_displayed)));
    w.generated(&TIME_RELATIVE, 0, Value::Duration(i128::from(r.relative)));
}
