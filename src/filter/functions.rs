//! The functions of the language, and texts made of values.

use std::fmt::Write;

use super::item::Item;
use super::literal::{mask4, mask6};
use super::program::{Function, Operand};
use crate::dissect::context::RecordInfo;
use crate::dissect::field::{Field, Kind};

/// Visits the values of an argument; returns true if the visitor stopped.
type Visit<'v> = &'v mut dyn FnMut(&Operand, &mut dyn FnMut(&Item) -> bool) -> bool;

/// Calls `f` with each value of the function; true if it stopped. A function of nothing is nothing.
pub fn call(
    function: Function,
    arguments: &[Operand],
    visit: Visit,
    f: &mut dyn FnMut(&Item) -> bool,
) -> bool {
    let Some(first) = arguments.first() else { return false };
    match function {
        Function::Count => {
            let mut count = 0;
            visit(first, &mut |_| {
                count += 1;
                false
            });
            count > 0 && f(&Item::Uint(count))
        }
        Function::Max | Function::Min => extreme(function, arguments, visit, f),
        _ => {
            let field = field_of(first);
            visit(first, &mut |item| one(function, item, field, f))
        }
    }
}

fn field_of(operand: &Operand) -> Option<&'static Field> {
    match operand {
        Operand::Load(load) => Some(load.field),
        _ => None,
    }
}

/// Functions of one value.
fn one(
    function: Function,
    item: &Item,
    field: Option<&'static Field>,
    f: &mut dyn FnMut(&Item) -> bool,
) -> bool {
    let kind = field.map_or(Kind::Uint(64), |f| f.kind);
    let mut text = |s: &str| f(&Item::Str(s.as_bytes()));
    match function {
        Function::Upper => text_bytes(item, f, u8::to_ascii_uppercase),
        Function::Lower => text_bytes(item, f, u8::to_ascii_lowercase),
        Function::Len => f(&Item::Uint(length(item, kind))),
        Function::String => text(&text_of(item, kind)),
        Function::Vals => match (field, number(item)) {
            (Some(field), Some(n)) => match field.value_name(n as u64) {
                Some(name) => text(name),
                None => text("Unknown"),
            },
            _ => false,
        },
        Function::Dec => number(item).is_some_and(|n| text(&n.to_string())),
        Function::Hex => {
            number(item).is_some_and(|n| text(&format!("{:#0width$x}", n as u64, width = hex_width(kind))))
        }
        Function::Abs => item.absolute().is_some_and(|v| f(&v)),
        Function::Float | Function::Double => as_float(item).is_some_and(|v| f(&Item::Float(v))),
        Function::IpSpecialName => special(item).is_some_and(|block| text(block.name)),
        Function::IpSpecialMask => special(item).is_some_and(|block| f(&Item::Uint(u64::from(block.flags)))),
        Function::IpLinklocal => {
            f(&Item::Uint(u64::from(within(item, [169, 254, 0, 0], 16) || within6(item, 0xfe80 << 112, 10))))
        }
        Function::IpMulticast => {
            f(&Item::Uint(u64::from(within(item, [224, 0, 0, 0], 4) || within6(item, 0xff << 120, 8))))
        }
        Function::IpRfc1918 => f(&Item::Uint(u64::from(
            within(item, [10, 0, 0, 0], 8)
                || within(item, [172, 16, 0, 0], 12)
                || within(item, [192, 168, 0, 0], 16),
        ))),
        Function::IpUla => f(&Item::Uint(u64::from(within6(item, 0xfc << 120, 7)))),
        Function::Count | Function::Max | Function::Min => false,
    }
}

fn text_bytes(item: &Item, f: &mut dyn FnMut(&Item) -> bool, change: fn(&u8) -> u8) -> bool {
    let bytes: Vec<u8> = item.bytes().unwrap_or(&[]).iter().map(change).collect();
    f(&Item::Str(&bytes))
}

/// The greatest or least of the values of all arguments.
fn extreme(
    function: Function,
    arguments: &[Operand],
    visit: Visit,
    f: &mut dyn FnMut(&Item) -> bool,
) -> bool {
    let mut best: Option<super::item::Constant> = None;
    for argument in arguments {
        visit(argument, &mut |item| {
            let better = best.as_ref().is_none_or(|b| {
                let order = item.order(&b.item(), true);
                order.is_some_and(|o| if function == Function::Max { o.is_gt() } else { o.is_lt() })
            });
            if better {
                best = super::item::Constant::keep(item);
            }
            false
        });
    }
    best.is_some_and(|b| f(&b.item()))
}

fn number(item: &Item) -> Option<i128> {
    match item {
        Item::Uint(n) => Some(i128::from(*n)),
        Item::Int(n) => Some(i128::from(*n)),
        _ => None,
    }
}

fn as_float(item: &Item) -> Option<f64> {
    match item {
        Item::Uint(n) => Some(*n as f64),
        Item::Int(n) => Some(*n as f64),
        Item::Float(v) => Some(*v),
        Item::Time(t) => Some(*t as f64 / 1e9),
        _ => None,
    }
}

/// Digits and the `0x` before them.
fn hex_width(kind: Kind) -> usize {
    match kind {
        Kind::Uint(bits) | Kind::Int(bits) => usize::from(bits).div_ceil(4) + 2,
        Kind::Char => 4,
        _ => 10,
    }
}

/// What `len` says of a value.
fn length(item: &Item, kind: Kind) -> u64 {
    if let Item::Layer { len, .. } = item {
        return *len as u64;
    }
    match kind {
        Kind::Uint(bits) | Kind::Int(bits) => u64::from(bits).div_ceil(8),
        Kind::Char => 1,
        Kind::Frame | Kind::Float => 4,
        Kind::Double | Kind::Eui64 => 8,
        Kind::None | Kind::Bool | Kind::Time | Kind::Duration => 0,
        _ => item.bytes().map_or(0, |b| b.len() as u64),
    }
}

/// A number or address as `string()` writes it: numbers in decimal.
pub fn text_of(item: &Item, kind: Kind) -> String {
    let mut out = String::new();
    let _ = match (item, kind) {
        (Item::Ipv4 { address, .. }, _) => write!(out, "{}", std::net::Ipv4Addr::from(*address)),
        (Item::Ipv6 { address, .. }, _) => write!(out, "{}", std::net::Ipv6Addr::from(*address)),
        (Item::Uint(n), Kind::Eui64) => {
            join(&mut out, &n.to_be_bytes());
            Ok(())
        }
        (Item::Uint(n), _) => write!(out, "{n}"),
        (Item::Int(n), _) => write!(out, "{n}"),
        (Item::Float(v), _) => write!(out, "{v}"),
        (_, Kind::Guid) => {
            guid(&mut out, item.bytes().unwrap_or(&[]));
            Ok(())
        }
        (_, Kind::Oid) => {
            dotted(&mut out, item.bytes().unwrap_or(&[]));
            Ok(())
        }
        _ => {
            join(&mut out, item.bytes().unwrap_or(&[]));
            Ok(())
        }
    };
    out
}

fn join(out: &mut String, bytes: &[u8]) {
    for (i, b) in bytes.iter().enumerate() {
        let _ = write!(out, "{}{b:02x}", if i > 0 { ":" } else { "" });
    }
}

fn guid(out: &mut String, bytes: &[u8]) {
    for (i, b) in bytes.iter().enumerate() {
        let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
        let _ = write!(out, "{dash}{b:02x}");
    }
}

/// An object identifier from its BER encoding.
fn dotted(out: &mut String, bytes: &[u8]) {
    let (mut arc, mut first) = (0u64, true);
    for b in bytes {
        arc = arc << 7 | u64::from(b & 0x7f);
        if b & 0x80 != 0 {
            continue;
        }
        if first {
            let head = (arc / 40).min(2);
            let _ = write!(out, "{head}.{}", arc - head * 40);
            first = false;
        } else {
            let _ = write!(out, ".{arc}");
        }
        arc = 0;
    }
}

/// The Time column: seconds since the first frame, with the digits of the capture.
pub fn seconds(record: &RecordInfo) -> String {
    let digits = usize::from(record.digits.clamp(1, 9));
    let sign = if record.relative < 0 { "-" } else { "" };
    let nanos = record.relative.unsigned_abs();
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    format!("{sign}{}.{}", nanos / 1_000_000_000, &fraction[..digits])
}

/// The address under a netmask of so many bits.
pub fn network<'i>(item: &Item, bits: u32) -> Item<'i> {
    match *item {
        Item::Ipv4 { address, .. } => Item::ipv4((u32::from_be_bytes(address) & mask4(bits)).to_be_bytes()),
        Item::Ipv6 { address, .. } => Item::ipv6((u128::from_be_bytes(address) & mask6(bits)).to_be_bytes()),
        _ => Item::None,
    }
}

fn within(item: &Item, network: [u8; 4], bits: u32) -> bool {
    match item {
        Item::Ipv4 { address, .. } => {
            (u32::from_be_bytes(*address) ^ u32::from_be_bytes(network)) & mask4(bits) == 0
        }
        _ => false,
    }
}

fn within6(item: &Item, network: u128, bits: u32) -> bool {
    match item {
        Item::Ipv6 { address, .. } => (u128::from_be_bytes(*address) ^ network) & mask6(bits) == 0,
        _ => false,
    }
}

/// A block of the IANA special-purpose address registries (RFC 6890).
struct Block {
    name: &'static str,
    /// May be a source 1, a destination 2, is forwarded 4, globally reachable 8, reserved by protocol 16.
    flags: u8,
}

const SOURCE: u8 = 1;
const TARGET: u8 = 2;
const FORWARD: u8 = 4;
const GLOBAL: u8 = 8;
const RESERVED: u8 = 16;

/// Longest prefixes first where blocks nest.
const BLOCKS4: &[([u8; 4], u32, Block)] = &[
    ([255, 255, 255, 255], 32, Block { name: "Limited Broadcast", flags: TARGET | RESERVED }),
    ([192, 0, 0, 0], 24, Block { name: "IETF Protocol Assignments", flags: 0 }),
    ([192, 0, 2, 0], 24, Block { name: "Documentation (TEST-NET-1)", flags: 0 }),
    ([198, 51, 100, 0], 24, Block { name: "Documentation (TEST-NET-2)", flags: 0 }),
    ([203, 0, 113, 0], 24, Block { name: "Documentation (TEST-NET-3)", flags: 0 }),
    ([169, 254, 0, 0], 16, Block { name: "Link Local", flags: SOURCE | TARGET | RESERVED }),
    ([192, 168, 0, 0], 16, Block { name: "Private-Use", flags: SOURCE | TARGET | FORWARD }),
    ([198, 18, 0, 0], 15, Block { name: "Benchmarking", flags: SOURCE | TARGET | FORWARD }),
    ([172, 16, 0, 0], 12, Block { name: "Private-Use", flags: SOURCE | TARGET | FORWARD }),
    ([100, 64, 0, 0], 10, Block { name: "Shared Address Space", flags: SOURCE | TARGET | FORWARD }),
    ([0, 0, 0, 0], 8, Block { name: "\"This\" Network", flags: SOURCE | RESERVED }),
    ([10, 0, 0, 0], 8, Block { name: "Private-Use", flags: SOURCE | TARGET | FORWARD }),
    ([127, 0, 0, 0], 8, Block { name: "Loopback", flags: RESERVED }),
    ([240, 0, 0, 0], 4, Block { name: "Reserved", flags: RESERVED }),
];

const BLOCKS6: &[(u128, u32, Block)] = &[
    (1, 128, Block { name: "Loopback Address", flags: RESERVED }),
    (0, 128, Block { name: "Unspecified Address", flags: SOURCE | RESERVED }),
    (0xffff << 32, 96, Block { name: "IPv4-mapped Address", flags: RESERVED }),
    (0x0064_ff9b << 96, 96, Block { name: "IPv4-IPv6 Translat.", flags: SOURCE | TARGET | FORWARD | GLOBAL }),
    (0x0100 << 112, 64, Block { name: "Discard-Only Address Block", flags: SOURCE | TARGET | FORWARD }),
    (0x2001_0db8 << 96, 32, Block { name: "Documentation", flags: 0 }),
    (0x2001 << 112, 23, Block { name: "IETF Protocol Assignments", flags: 0 }),
    (0x2002 << 112, 16, Block { name: "6to4", flags: SOURCE | TARGET | FORWARD }),
    (0xfe80 << 112, 10, Block { name: "Link-Local Unicast", flags: SOURCE | TARGET | RESERVED }),
    (0xfc << 120, 7, Block { name: "Unique-Local", flags: SOURCE | TARGET | FORWARD }),
];

fn special(item: &Item) -> Option<&'static Block> {
    match item {
        Item::Ipv4 { .. } => BLOCKS4.iter().find(|b| within(item, b.0, b.1)).map(|b| &b.2),
        Item::Ipv6 { .. } => BLOCKS6.iter().find(|b| within6(item, b.0, b.1)).map(|b| &b.2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_values() {
        assert_eq!(text_of(&Item::ipv4([10, 0, 0, 1]), Kind::Ipv4), "10.0.0.1");
        assert_eq!(text_of(&Item::Uint(17), Kind::Uint(8)), "17");
        assert_eq!(text_of(&Item::short(&[1, 2, 3, 4, 5, 6]), Kind::Ether), "01:02:03:04:05:06");
        assert_eq!(text_of(&Item::Bytes(&[0x2a, 0x86, 0x48]), Kind::Oid), "1.2.840");
    }

    #[test]
    fn special_blocks_by_the_longest_prefix() {
        let name = |a| special(&Item::ipv4(a)).map(|b| b.name);
        assert_eq!(name([255, 255, 255, 255]), Some("Limited Broadcast"));
        assert_eq!(name([172, 20, 1, 1]), Some("Private-Use"));
        assert_eq!(name([8, 8, 8, 8]), None);
    }
}
