//! Names in filters: which field a name stands for, where its values come from, and what an unknown
//! name may have been meant to be.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::error::{FilterError, Span};
use super::program::{Column, FUNCTIONS, FixedPlace, RecordField, Source};
use crate::dissect::field::{Field, Kind, Place};
use crate::dissect::protocol::{Key, Protocol};
use crate::dissect::registry::{FieldEntry, registry};

/// The protocols of Wireshark 4.0.17 by their filter names (`tshark -G protocols`), sorted.
const WIRESHARK: &str = include_str!("../../data/wireshark-protocols.txt");

/// Old names that are still taken.
const LEGACY: &[(&str, &str)] = &[("bootp", "dhcp"), ("ssl", "tls")];

/// The field of this name, under its present or its old one.
pub fn field(name: &str) -> Option<FieldEntry> {
    if name.is_empty() {
        return None;
    }
    if let Some(entry) = registry().field(name) {
        return Some(entry);
    }
    let (head, tail) = name.split_at(name.find('.').unwrap_or(name.len()));
    let (_, new) = LEGACY.iter().find(|(old, _)| *old == head)?;
    registry().field(&format!("{new}{tail}"))
}

/// `_ws.col.info` and its like.
pub fn column(name: &str) -> Option<Column> {
    let column = name.strip_prefix("_ws.col.")?.to_ascii_lowercase();
    Some(match column.as_str() {
        "number" | "no" | "no." => Column::Number,
        "time" | "rel_time" => Column::Time,
        "source" | "def_src" => Column::Source,
        "destination" | "def_dst" => Column::Destination,
        "protocol" => Column::Protocol,
        "length" | "packet_length" => Column::Length,
        "info" => Column::Info,
        _ => return None,
    })
}

/// A column as a field, for checks and completion.
pub fn column_field(column: Column) -> &'static Field {
    static NUMBER: Field = Field::new("_ws.col.number", "No.").string();
    static TIME: Field = Field::new("_ws.col.time", "Time").string();
    static SOURCE: Field = Field::new("_ws.col.def_src", "Source").string();
    static DESTINATION: Field = Field::new("_ws.col.def_dst", "Destination").string();
    static PROTOCOL: Field = Field::new("_ws.col.protocol", "Protocol").string();
    static LENGTH: Field = Field::new("_ws.col.packet_length", "Length").string();
    static INFO: Field = Field::new("_ws.col.info", "Info").string();
    match column {
        Column::Number => &NUMBER,
        Column::Time => &TIME,
        Column::Source => &SOURCE,
        Column::Destination => &DESTINATION,
        Column::Protocol => &PROTOCOL,
        Column::Length => &LENGTH,
        Column::Info => &INFO,
    }
}

/// All columns, in the order of the list.
pub const COLUMNS: [Column; 7] = [
    Column::Number,
    Column::Time,
    Column::Source,
    Column::Destination,
    Column::Protocol,
    Column::Length,
    Column::Info,
];

fn record_field(name: &str) -> Option<RecordField> {
    Some(match name {
        "frame.number" => RecordField::Number,
        "frame.len" => RecordField::Length,
        "frame.cap_len" => RecordField::Captured,
        "frame.time" => RecordField::Time,
        "frame.time_epoch" => RecordField::TimeEpoch,
        "frame.time_delta" => RecordField::TimeDelta,
        "frame.time_delta_displayed" => RecordField::TimeDeltaDisplayed,
        "frame.time_relative" => RecordField::TimeRelative,
        "frame.marked" => RecordField::Marked,
        "frame.ignored" => RecordField::Ignored,
        _ => return None,
    })
}

/// Layers whose length, as `len()` and slices have it, is that of the header: the others reach to the
/// end of their payload. (So in the reference, where each dissector decides.)
const HEADER_ONLY: &[&str] =
    &["eth", "vlan", "ieee8021ad", "ip", "ipv6", "mpls", "udp", "udplite", "vxlan", "sll", "null", "chdlc"];

/// Where a field's values come from, and the protocols one of which a packet must hold to have any (as
/// far as that can be said). `slot` gives the number of a field in the list of those a walk looks for.
pub fn source(entry: FieldEntry, slot: &mut dyn FnMut(&'static Field) -> u16) -> (Source, Option<Vec<u16>>) {
    let field = entry.field;
    if let Some(record) = record_field(field.name) {
        return (Source::Record(record), None);
    }
    let emitters = emitters(entry);
    let walked = emitters.iter().any(|p| only_walked(*p));
    let protocols = (!walked).then(|| emitters.clone());
    if field.kind == Kind::Protocol {
        let header_only = HEADER_ONLY.contains(&field.name);
        let slot = (walked || emitters.len() > 1).then(|| slot(field));
        return (Source::Layer { protocol: entry.protocol, header_only, slot }, protocols);
    }
    match fixed_places(field) {
        Some(places) if !walked => (Source::Fixed(places, slot(field)), protocols),
        _ => (Source::Walk(slot(field)), protocols),
    }
}

/// The places of a field that the table knows; `None` if a walk must look for it.
fn fixed_places(field: &'static Field) -> Option<Vec<FixedPlace>> {
    let of = |field: &'static Field| match field.place {
        Place::Fixed { offset, len, .. } => {
            Some(FixedPlace { field, offset: usize::from(offset), len: usize::from(len) })
        }
        Place::Walked | Place::Fact => None,
    };
    if field.any_of.is_empty() {
        return Some(vec![of(field)?]);
    }
    field.any_of.iter().map(|f| of(f)).collect()
}

/// Protocols within whose walk a layer of another comes up that `locate` doesn't see.
const CARRIERS: &[(&str, &[&str])] = &[("tls", &["quic"])];

/// Protocols that put the fields of another, which their own declarations don't show. (IPv6 puts one of IPv4's,
/// at the same place: `ip.version`.)
const BORROWERS: &[(&str, &[&str])] = &[
    ("dns", &["mdns", "llmnr", "nbns"]),
    ("http", &["ssdp", "ipp", "rtsp"]),
    ("dhcp", &["dhcp"]),
    ("tls", &["quic", "dtls", "eap"]),
    ("icmp", &["icmp"]),
];

/// The numbers of the protocols whose layers can hold the field.
fn emitters(entry: FieldEntry) -> Vec<u16> {
    static DECLARED: OnceLock<HashMap<usize, Vec<u16>>> = OnceLock::new();
    let declared = DECLARED.get_or_init(|| {
        let mut map: HashMap<usize, Vec<u16>> = HashMap::new();
        for (number, p) in registry().protocols().iter().enumerate() {
            for f in p.fields.iter().copied().chain(p.experts.iter().map(|e| &e.field)) {
                map.entry(std::ptr::from_ref(f) as usize).or_default().push(number as u16);
            }
        }
        map
    });
    let mut all = vec![entry.protocol];
    let name = registry().protocol(entry.protocol).name();
    let within = |lists: &[(&str, &[&'static str])]| -> Vec<u16> {
        let found = lists.iter().find(|(lender, _)| *lender == name).map_or(&[][..], |(_, list)| list);
        found.iter().filter_map(|b| registry().number(b)).collect()
    };
    if entry.field.kind == Kind::Protocol {
        all.extend(within(CARRIERS));
        return all;
    }
    if let Some(more) = declared.get(&(std::ptr::from_ref(entry.field) as usize)) {
        all.extend(more);
    }
    all.extend(within(BORROWERS));
    if entry.field.name == "ip.version" {
        all.extend(registry().number("ipv6"));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// True for protocols that a walk may come upon though `locate` saw none: those that no key and no test
/// of the bytes leads to (bodies, certificates, the engine's own remarks), and undissected data.
fn only_walked(number: u16) -> bool {
    let protocol = registry().protocol(number);
    if number == registry().frame {
        return false;
    }
    if number == registry().data || protocol.name().starts_with("_ws") {
        return true;
    }
    let keyed = protocol.on.iter().any(|k| !matches!(k, Key::Named(_)));
    !keyed && protocol.guesses.is_empty() && !LOCATED.contains(&protocol.name())
}

/// Protocols without keys that headers name outright: always seen by `locate`.
const LOCATED: &[&str] = &["eth", "llc", "tcp.segment", "ip", "ipv6", "gtp", "ppp", "erspan"];

/// True if the layers of this protocol depend on what other packets held: messages on streams.
pub fn on_streams(number: u16) -> bool {
    let protocol = registry().protocol(number);
    protocol.pdu.is_some()
        || !protocol.guesses.is_empty()
        || only_walked(number)
        || number == registry().segment
        || protocol.on.iter().any(|k| matches!(k, Key::TcpPort(_)))
}

/// True if what a walk over this protocol puts may come from memory across packets: it has fields that do
/// (its expert remarks go with them), or its packets are put together from fragments.
pub fn remembers(number: u16) -> bool {
    let protocol = registry().protocol(number);
    protocol.fields.iter().any(|f| f.place == Place::Fact) || matches!(protocol.name(), "ip" | "ipv6")
}

/// True if fragments don't matter to the fields of this protocol. A datagram put together from fragments may
/// hold a tunnel, and in it any other once more.
pub fn ignores_fragments(number: u16) -> bool {
    number == registry().frame
}

/// True for protocols that never lie in a stream: those of the layers up to TCP.
pub fn is_below_streams(number: u16) -> bool {
    let protocol = registry().protocol(number);
    let below = |k: &Key| !matches!(k, Key::TcpPort(_) | Key::UdpPort(_) | Key::SctpPort(_) | Key::Named(_));
    let known = number == registry().frame || !protocol.on.is_empty() && protocol.on.iter().all(below);
    known && protocol.guesses.is_empty() || matches!(protocol.name(), "eth" | "ip" | "ipv6")
}

/// True for fields whose values come from memory across packets, as do expert remarks.
pub fn is_remembered(field: &'static Field) -> bool {
    let expert = |p: &'static Protocol| p.experts.iter().any(|e| std::ptr::eq(&e.field, field));
    let owner = registry().field(field.name).map(|e| registry().protocol(e.protocol));
    field.place == Place::Fact || owner.is_none_or(expert)
}

/// Protocols whose connections are announced on others.
const ANNOUNCED: &[&str] = &["ftp-data"];

/// True for a field that a walk finds without memory, though the protocol has others: that of a layer below
/// TCP and UDP. (Datagrams in fragments are asked about apart.)
pub fn tells_alone(number: u16, field: &'static Field) -> bool {
    let transport = matches!(registry().protocol(number).name(), "tcp" | "udp" | "udplite");
    is_below_streams(number) && !transport && !is_remembered(field)
}

/// True for protocols that nothing but ports leads to, or a look at what TCP and UDP carry.
pub fn on_ports(number: u16) -> bool {
    let protocol = registry().protocol(number);
    if ANNOUNCED.contains(&protocol.name()) {
        return false;
    }
    let port = |k: &Key| matches!(k, Key::TcpPort(_) | Key::UdpPort(_) | Key::SctpPort(_));
    let led = !protocol.on.is_empty() || !protocol.guesses.is_empty();
    led && protocol.on.iter().all(port) && !only_walked(number)
}

/// The error for a name that is none: a typo, or something that Wireshark has and `sniff` hasn't.
pub fn unknown(name: &str, span: Span) -> FilterError {
    let head = name.split('.').next().unwrap_or(name);
    let here = registry().number(head).map(|n| registry().protocol(n));
    let message = match here {
        Some(p) if p.claim => {
            Some(format!("sniff recognises {head} but does not dissect it, so it knows no {name}."))
        }
        None if in_wireshark(head) => {
            Some(format!("{name}: Wireshark has a protocol {head} that sniff does not know."))
        }
        _ => None,
    };
    if let Some(message) = message {
        return FilterError::new(span, message);
    }
    let mut error = FilterError::new(span, format!("{name} is neither a field nor a protocol name."));
    error.nearest = nearest(name);
    error
}

/// True if Wireshark has a protocol of this name.
pub fn in_wireshark(name: &str) -> bool {
    static SORTED: OnceLock<Vec<&str>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut names: Vec<&str> = WIRESHARK.lines().collect();
        names.sort_unstable();
        names
    });
    sorted.binary_search(&name).is_ok()
}

/// Up to three known names that look like this one, nearest first.
pub fn nearest(name: &str) -> Vec<&'static str> {
    let lower = name.to_ascii_lowercase();
    let limit = (lower.len() / 3).clamp(1, 3);
    let fields = registry().fields().map(|e| e.field.name);
    let mut found: Vec<(usize, &'static str)> = fields
        .chain(FUNCTIONS.iter().map(|f| f.0))
        .filter(|known| known.len().abs_diff(lower.len()) <= limit)
        .filter_map(|known| distance(&lower, known, limit).map(|d| (d, known)))
        .collect();
    found.sort_unstable();
    found.truncate(3);
    found.into_iter().map(|(_, known)| known).collect()
}

/// How many letters must be changed, added, left out or swapped; `None` if more than `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.to_ascii_lowercase().into_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|d| *d > limit) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_swaps_as_one() {
        assert_eq!(distance("tpc", "tcp", 2), Some(1));
        assert_eq!(distance("udp.prot", "udp.port", 2), Some(1));
        assert_eq!(distance("arp", "frame", 2), None);
    }

    #[test]
    fn a_name_of_wiresharks_is_told_from_a_typo() {
        let e = unknown("a615a.type", Span::new(0, 10));
        assert!(e.message.contains("Wireshark has") && e.nearest.is_empty(), "{e}");
        let e = unknown("udp.prot", Span::new(0, 8));
        assert_eq!(e.nearest.first(), Some(&"udp.port"));
    }

    #[test]
    fn old_names_lead_to_new_fields() {
        assert_eq!(field("bootp").map(|e| e.field.name), Some("dhcp"));
        assert!(field("bootp.nosuch").is_none());
    }
}
