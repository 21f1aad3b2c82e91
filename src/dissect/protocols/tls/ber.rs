//! BER (X.690), read by a description of the types: which members a sequence has, what they are shown as.
//! Lengths are held against what is there; types are not recursive, so depth is bounded by them.

use std::fmt::Write;

use super::Tls;
use super::x509::{PADDING, oids};
use crate::dissect::buf::Stop;
use crate::dissect::field::{Field, Kind};
use crate::dissect::label;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;

/// What an encoded value is, and so how it reads.
pub enum Type {
    Sequence(&'static [Member]),
    /// SEQUENCE OF or SET OF: the field and type of each item.
    List(&'static Field, &'static Type),
    Choice(&'static [Alternative]),
    Integer,
    /// As bytes: a number too long for one.
    Number,
    Boolean,
    Enumerated,
    Octets,
    /// A BIT STRING; its named bits.
    Bits(&'static [&'static Field]),
    Oid,
    Text,
    Null,
    UtcTime,
    GeneralizedTime,
    /// Whatever it is, a function reads it.
    With(fn(&mut Tls, Option<&'static Field>, Tlv) -> Result<(), Stop>),
}

/// A member of a sequence. Without a tag of its own it is known by the tag of its type.
pub struct Member {
    pub tag: Option<u8>,
    /// The tag is around the type's own encoding, not in its place.
    pub explicit: bool,
    pub field: Option<&'static Field>,
    pub kind: &'static Type,
}

pub struct Alternative {
    pub tag: Option<u8>,
    pub explicit: bool,
    /// The number that stands for this alternative.
    pub number: u64,
    pub field: &'static Field,
    pub kind: &'static Type,
}

pub const fn member(field: &'static Field, kind: &'static Type) -> Member {
    Member { tag: None, explicit: false, field: Some(field), kind }
}
pub const fn tagged(tag: u8, field: &'static Field, kind: &'static Type) -> Member {
    Member { tag: Some(CONTEXT | tag), explicit: false, field: Some(field), kind }
}
pub const fn explicit(tag: u8, field: &'static Field, kind: &'static Type) -> Member {
    Member { tag: Some(CONTEXT | tag), explicit: true, field: Some(field), kind }
}
pub const fn choice(number: u64, field: &'static Field, kind: &'static Type) -> Alternative {
    Alternative { tag: None, explicit: false, number, field, kind }
}
pub const fn choice_tagged(number: u8, field: &'static Field, kind: &'static Type) -> Alternative {
    Alternative { tag: Some(CONTEXT | number), explicit: false, number: number as u64, field, kind }
}
pub const fn choice_explicit(
    tag: u8,
    number: u64,
    field: &'static Field,
    kind: &'static Type,
) -> Alternative {
    Alternative { tag: Some(CONTEXT | tag), explicit: true, number, field, kind }
}
pub const fn choice_universal(
    tag: u8,
    number: u64,
    field: &'static Field,
    kind: &'static Type,
) -> Alternative {
    Alternative { tag: Some(tag), explicit: false, number, field, kind }
}

const CONTEXT: u8 = 0x80;
const BOOLEAN: u8 = 1;
const INTEGER: u8 = 2;
const BIT_STRING: u8 = 3;
const OCTET_STRING: u8 = 4;
const NULL: u8 = 5;
pub const OID: u8 = 6;
const ENUMERATED: u8 = 10;
pub const UTF8_STRING: u8 = 12;
const SEQUENCE: u8 = 16;
const SET: u8 = 17;
pub const PRINTABLE_STRING: u8 = 19;
pub const TELETEX_STRING: u8 = 20;
pub const IA5_STRING: u8 = 22;
const UTC_TIME: u8 = 23;
const GENERALIZED_TIME: u8 = 24;
pub const VISIBLE_STRING: u8 = 26;
pub const UNIVERSAL_STRING: u8 = 28;
pub const BMP_STRING: u8 = 30;

/// Where an encoded value lies in the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv {
    /// Class and number; whether it is constructed is left out.
    pub tag: u8,
    pub start: usize,
    pub content: usize,
    pub end: usize,
}

impl Tlv {
    pub fn len(&self) -> usize {
        self.end - self.content
    }
}

/// Reads tag and length at `at`; nothing goes beyond `end`.
pub fn read(t: &Tls, at: usize, end: usize) -> Result<Tlv, Stop> {
    let tag = t.w.u8(at)?;
    let first = usize::from(t.w.u8(at + 1)?);
    let (len, content) = match first {
        0..=0x7f => (first, at + 2),
        0x81..=0x84 => {
            let count = first & 0x7f;
            let bytes = t.w.bytes(at + 2, count)?;
            (bytes.iter().fold(0, |n, b| n << 8 | usize::from(*b)), at + 2 + count)
        }
        _ => return Err(Stop::malformed(at + 1)),
    };
    if tag & 0x1f == 0x1f || content > end {
        return Err(Stop::malformed(at));
    }
    Ok(Tlv { tag: tag & !0x20, start: at, content, end: content.saturating_add(len).min(end) })
}

/// Reads the value at `at` and shows it.
pub fn show_at(
    t: &mut Tls,
    field: Option<&'static Field>,
    kind: &Type,
    at: usize,
    end: usize,
) -> Result<Tlv, Stop> {
    let tlv = read(t, at, end)?;
    show(t, field, kind, tlv, false)?;
    Ok(tlv)
}

/// Shows a value. `implicit`: its own tag is replaced by another, which doesn't belong to it.
pub fn show(
    t: &mut Tls,
    field: Option<&'static Field>,
    kind: &Type,
    tlv: Tlv,
    implicit: bool,
) -> Result<(), Stop> {
    match kind {
        Type::Sequence(members) => {
            let start = if implicit { tlv.content } else { tlv.start };
            let id = open(t, field, start, tlv.end, Value::None);
            if let Some(id) = id.filter(|_| tlv.len() == 0) {
                t.w.append(id, format_args!(" [0 length]"));
            }
            let result = sequence(t, members, tlv.content, tlv.end);
            close(t, id);
            result
        }
        Type::List(item_field, item) => list(t, field, item_field, item, tlv),
        Type::Choice(alternatives) => alternative(t, field, alternatives, tlv),
        Type::With(read) => read(t, field, tlv),
        Type::Bits(names) => bits(t, field, names, tlv).map(drop),
        _ => match field {
            Some(field) => simple(t, field, kind, tlv),
            None => Ok(()),
        },
    }
}

/// Opens a node if there is a field for it.
fn open(
    t: &mut Tls,
    field: Option<&'static Field>,
    start: usize,
    end: usize,
    value: Value,
) -> Option<NodeId> {
    let id = t.w.value(field?, start, end.saturating_sub(start), value);
    t.w.open(id);
    Some(id)
}

fn close(t: &mut Tls, id: Option<NodeId>) {
    if id.is_some() {
        t.w.close();
    }
}

/// Shows the members of a sequence; what doesn't fit ends it.
pub fn sequence(t: &mut Tls, members: &[Member], mut at: usize, end: usize) -> Result<(), Stop> {
    let mut rest = members;
    while at < end {
        let tlv = read(t, at, end)?;
        let Some(found) = rest.iter().position(|m| fits(m.tag, m.kind, tlv.tag)) else {
            return Ok(());
        };
        let member = &rest[found];
        rest = &rest[found + 1..];
        let inner = if member.explicit { read(t, tlv.content, tlv.end)? } else { tlv };
        show(t, member.field, member.kind, inner, member.tag.is_some() && !member.explicit)?;
        at = tlv.end;
    }
    Ok(())
}

fn fits(wanted: Option<u8>, kind: &Type, tag: u8) -> bool {
    if let Some(wanted) = wanted {
        return wanted == tag;
    }
    match kind {
        Type::Sequence(_) => tag == SEQUENCE,
        Type::List(..) => tag == SEQUENCE || tag == SET,
        Type::Choice(all) => all.iter().any(|a| fits(a.tag, a.kind, tag)),
        Type::Integer | Type::Number => tag == INTEGER,
        Type::Boolean => tag == BOOLEAN,
        Type::Enumerated => tag == ENUMERATED,
        Type::Octets => tag == OCTET_STRING,
        Type::Bits(_) => tag == BIT_STRING,
        Type::Oid => tag == OID,
        Type::Text => matches!(tag, UTF8_STRING | 18..=22 | 25..=30),
        Type::Null => tag == NULL,
        Type::UtcTime => tag == UTC_TIME,
        Type::GeneralizedTime => tag == GENERALIZED_TIME,
        Type::With(_) => true,
    }
}

fn list(
    t: &mut Tls,
    field: Option<&'static Field>,
    item_field: &'static Field,
    item: &Type,
    tlv: Tlv,
) -> Result<(), Stop> {
    let count = count(t, tlv);
    let id = field.map(|field| {
        let plural = if count == 1 { "" } else { "s" };
        let text = format_args!("{}: {count} item{plural}", field.label);
        let value = Value::Uint(count as u64);
        let id = t.w.text(field, tlv.content, tlv.len(), value, text);
        t.w.open(id);
        id
    });
    let result = items(t, item_field, item, tlv);
    close(t, id);
    result
}

/// How many values there are in one that is made of them.
pub fn count(t: &Tls, tlv: Tlv) -> usize {
    let (mut at, mut count) = (tlv.content, 0);
    while at < tlv.end {
        let Ok(item) = read(t, at, tlv.end) else { break };
        count += 1;
        at = item.end.max(at + 2);
    }
    count
}

fn items(t: &mut Tls, field: &'static Field, item: &Type, tlv: Tlv) -> Result<(), Stop> {
    let mut at = tlv.content;
    while at < tlv.end {
        at = show_at(t, Some(field), item, at, tlv.end)?.end;
    }
    Ok(())
}

fn alternative(
    t: &mut Tls,
    field: Option<&'static Field>,
    alternatives: &[Alternative],
    tlv: Tlv,
) -> Result<(), Stop> {
    let Some(found) = alternatives.iter().find(|a| fits(a.tag, a.kind, tlv.tag)) else {
        return Ok(());
    };
    let own_tag = found.tag.is_some_and(|tag| tag & CONTEXT != 0);
    let start = if own_tag { tlv.content } else { tlv.start };
    let id = field.map(|field| {
        let value = Value::Uint(found.number);
        // Which alternative it is can be named only by the field; else the number stands alone.
        let name = field.value_name(found.number);
        let id = match name {
            Some(name) => {
                let text = format_args!("{}: {name} ({})", field.label, found.number);
                t.w.text(field, start, tlv.end - start, value, text)
            }
            None => {
                let text = format_args!("{}: {}", field.label, found.number);
                t.w.text(field, start, tlv.end - start, value, text)
            }
        };
        t.w.open(id);
        id
    });
    let result = if found.explicit {
        show_at(t, Some(found.field), found.kind, tlv.content, tlv.end).map(drop)
    } else {
        show(t, Some(found.field), found.kind, tlv, own_tag)
    };
    close(t, id);
    result
}

/// Shows a bit string, with the count of unused bits before it; returns where its bits begin.
pub fn bits(
    t: &mut Tls,
    field: Option<&'static Field>,
    names: &[&'static Field],
    tlv: Tlv,
) -> Result<usize, Stop> {
    t.w.field(&PADDING, tlv.content, 1)?;
    let (at, len) = (tlv.content + 1, tlv.len().saturating_sub(1));
    let Some(field) = field else { return Ok(at) };
    let id = t.w.field(field, at, len)?;
    t.w.open(id);
    for (i, name) in names.iter().enumerate() {
        // The ninth bit and later ones lie in the next byte; where there is none, they are not set.
        if i / 8 < len {
            t.w.field(name, at + i / 8, 1)?;
        } else if len > 0 {
            t.w.value(name, at, 1, Value::Bool(false));
        }
    }
    t.w.close();
    Ok(at)
}

fn simple(t: &mut Tls, field: &'static Field, kind: &Type, tlv: Tlv) -> Result<(), Stop> {
    let (at, len) = (tlv.content, tlv.len());
    let bytes = t.w.bytes(at, len)?;
    match kind {
        Type::Integer | Type::Enumerated => {
            let value = integer(bytes);
            let value = match field.kind {
                Kind::Int(_) => Value::Int(value),
                Kind::Bytes => Value::Bytes(bytes),
                _ => Value::Uint(value as u64),
            };
            t.w.value(field, at, len, value);
        }
        Type::Number => {
            let mut text = format!("{}: 0x", field.label);
            crate::dissect::text::hex(&mut text, &bytes[..len.min(36)], None);
            if len > 36 {
                text.push('…');
            }
            t.w.text(field, at, len, Value::Bytes(bytes), format_args!("{text}"));
        }
        Type::Boolean => {
            let value = Value::Bool(bytes.first().is_some_and(|b| *b != 0));
            t.w.value(field, at, len, value);
        }
        Type::Oid => {
            let dotted = dotted(bytes);
            let name = oids::name(&dotted);
            let text = format_args!("{}: {dotted} ({name})", field.label);
            t.w.text(field, at, len, Value::Oid(bytes), text);
        }
        Type::Text => {
            let text = text(tlv.tag, bytes);
            t.w.value(field, at, len, Value::Str(&text));
        }
        Type::UtcTime => {
            let text = utc_time(bytes);
            t.w.value(field, at, len, Value::Str(&text));
        }
        Type::GeneralizedTime => {
            if let Some(time) = generalized_time(bytes) {
                t.w.value(field, at, len, Value::Time(time));
            }
        }
        Type::Null => _ = t.w.value(field, at, len, Value::None),
        _ => _ = t.w.field(field, at, len)?,
    }
    Ok(())
}

fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|b| b & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().take(8).fold(sign, |n: i64, b| n << 8 | i64::from(*b))
}

/// An object identifier as dotted numbers.
pub fn dotted(bytes: &[u8]) -> String {
    let mut text = String::new();
    label::oid(&mut text, bytes);
    text
}

/// The characters of a string up to the first NUL, by its type.
pub fn text(tag: u8, bytes: &[u8]) -> String {
    let mut text = characters(tag, bytes);
    text.truncate(text.find('\0').unwrap_or(text.len()));
    text
}

fn characters(tag: u8, bytes: &[u8]) -> String {
    match tag {
        BMP_STRING => {
            let units = bytes.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        UNIVERSAL_STRING => {
            let units = bytes.chunks_exact(4).map(|p| u32::from_be_bytes([p[0], p[1], p[2], p[3]]));
            units.map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()
        }
        UTF8_STRING => crate::dissect::text::utf8(bytes).into_owned(),
        TELETEX_STRING => bytes.iter().map(|b| char::from(*b)).collect(),
        _ => crate::dissect::text::ascii(bytes).into_owned(),
    }
}

/// `2020-03-16 01:17:28 (UTC)`; what isn't a time is left as it is.
fn utc_time(bytes: &[u8]) -> String {
    let raw = crate::dissect::text::ascii(bytes).into_owned();
    let Some((digits, zone)) = split_time(bytes) else { return raw };
    let [a, b, c, d, e, f] = match digits.len() {
        10 => [0, 2, 4, 6, 8, usize::MAX],
        12 => [0, 2, 4, 6, 8, 10],
        _ => return raw,
    }
    .map(|i| if i == usize::MAX { "" } else { &digits[i..i + 2] });
    let century = if a < "50" { "20" } else { "19" };
    let mut text = format!("{century}{a}-{b}-{c} {d}:{e}");
    if !f.is_empty() {
        let _ = write!(text, ":{f}");
    }
    let zone = if zone == "Z" { "UTC" } else { zone };
    let _ = write!(text, " ({zone})");
    text
}

/// The digits of a time, and what follows them.
fn split_time(bytes: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(bytes).ok().filter(|t| t.is_ascii())?;
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some(text.split_at(end))
}

/// `20680721123334Z` as nanoseconds since 1970.
fn generalized_time(bytes: &[u8]) -> Option<i128> {
    let (digits, rest) = split_time(bytes)?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let date = chrono::NaiveDate::from_ymd_opt(part(0, 4)? as i32, part(4, 6)?, part(6, 8)?)?;
    let time = date.and_hms_opt(part(8, 10)?, part(10, 12)?, part(12, 14).unwrap_or(0))?;
    let mut nanos = i128::from(time.and_utc().timestamp()) * 1_000_000_000;
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits: String = fraction.chars().take_while(char::is_ascii_digit).take(9).collect();
        nanos += format!("{digits:0<9}").parse::<i128>().ok()?;
    }
    Some(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_dates() {
        assert_eq!(utc_time(b"200316011728Z"), "2020-03-16 01:17:28 (UTC)");
        assert_eq!(utc_time(b"990101000000Z"), "1999-01-01 00:00:00 (UTC)");
        assert_eq!(utc_time(b"nonsense"), "nonsense");
        assert_eq!(generalized_time(b"19700101000001Z"), Some(1_000_000_000));
        assert_eq!(generalized_time(b"19701301000001Z"), None);
    }

    #[test]
    fn integers_keep_their_sign() {
        assert_eq!(integer(&[1, 0, 1]), 65537);
        assert_eq!(integer(&[0xff]), -1);
        assert_eq!(integer(&[]), 0);
    }

    #[test]
    fn wide_characters_are_decoded() {
        assert_eq!(text(BMP_STRING, &[0, b'C', 0, b'A']), "CA");
    }
}
