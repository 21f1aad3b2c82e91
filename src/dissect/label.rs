//! How values read: the label of a tree line, and the plain form that `-T fields`, PDML's `show` and
//! JSON write. Decided here once, from the field's declaration.

use std::fmt::Write;

use super::context::Settings;
use super::field::{Base, Field, Kind, Names};
use super::names;
use super::text::{self, Mac, V4, V6};
use super::value::Value;

/// Longest label, in bytes of text.
const MAX_LABEL: usize = 239;
/// How a label says that it is not all of it; it is then a byte shorter than it may be.
const TRUNCATED: &str = " [truncated]";
/// Longest number and name of an organisation in a label; what is longer is cut off.
const MAX_OUI: usize = 31;
/// Longest run of bytes shown in a label.
const MAX_BYTES: usize = 36;

/// Writes the label of a node: `.... 0101 = Header Length: 20 bytes (5)`.
/// `len`: bytes of the field in the packet, for the picture of the bits.
pub fn write(
    out: &mut String,
    field: &Field,
    value: &Value,
    len: u32,
    names: &names::Names,
    settings: &Settings,
) {
    let from = out.len();
    if field.mask != 0 && !field.unpictured {
        let width = if field.width > 0 { u32::from(field.width) } else { len.clamp(1, 8) * 8 };
        bits(out, field.mask, raw(field, value), width);
    }
    out.push_str(field.label);
    match (field.kind, value) {
        (Kind::None | Kind::Protocol, _) | (_, Value::None) => return,
        _ => {}
    }
    let name_end = out.len();
    out.push_str(": ");
    label_value(out, field, value, names, settings);
    limit(out, from, name_end);
}

/// Cuts off what is too long of the label that begins at `from`, and says so at `mark` (behind the name).
pub fn limit(out: &mut String, from: usize, mark: usize) {
    if out.len().saturating_sub(from) <= MAX_LABEL {
        return;
    }
    let mut cut = from + MAX_LABEL - 1 - TRUNCATED.len();
    while !out.is_char_boundary(cut) {
        cut -= 1;
    }
    out.truncate(cut);
    if mark <= cut {
        out.insert_str(mark, TRUNCATED);
    }
}

/// Cuts off what was appended beyond the longest label; unlike `limit`, without saying so.
pub fn cut(out: &mut String, from: usize) {
    let mut end = (from + MAX_LABEL).min(out.len());
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    out.truncate(end);
}

/// The bits before masking and shifting, as far as the value tells.
fn raw(field: &Field, value: &Value) -> u64 {
    let shift = field.mask.trailing_zeros();
    match *value {
        Value::Bool(true) => field.mask,
        Value::Bool(false) => 0,
        Value::Uint(v) => (v << shift) & field.mask,
        Value::Int(v) => ((v as u64) << shift) & field.mask,
        _ => 0,
    }
}

/// `.... ..0. .... = `
pub fn bits(out: &mut String, mask: u64, value: u64, width: u32) {
    for i in (0..width).rev() {
        let bit = 1u64 << i;
        out.push(match (mask & bit != 0, value & bit != 0) {
            (false, _) => '.',
            (true, true) => '1',
            (true, false) => '0',
        });
        if i % 4 == 0 && i > 0 {
            out.push(' ');
        }
    }
    out.push_str(" = ");
}

fn label_value(out: &mut String, field: &Field, value: &Value, names: &names::Names, settings: &Settings) {
    match *value {
        Value::None => {}
        Value::Bool(b) => out.push_str(match field.names {
            Names::TrueFalse(yes, no) => {
                if b {
                    yes
                } else {
                    no
                }
            }
            _ if b => "True",
            _ => "False",
        }),
        Value::Uint(v) => label_number(out, field, v, settings),
        Value::Int(v) => {
            let name = u64::try_from(v).ok().and_then(|v| field.value_name(v));
            match (field.names, name) {
                (_, Some(n)) => _ = write!(out, "{n} ({v})"),
                (Names::Values(_) | Names::Ranges(_), None) => _ = write!(out, "Unknown ({v})"),
                (Names::Unit(one, many), _) => _ = write!(out, "{v}{}", if v == 1 { one } else { many }),
                _ => _ = write!(out, "{v}"),
            }
        }
        Value::Float(v) => {
            float(out, field.kind, v);
            if let Names::Unit(one, many) = field.names {
                out.push_str(if v == 1.0 { one } else { many });
            }
        }
        Value::Ether(a) => match names::ether(names, settings, a) {
            Some(name) => _ = write!(out, "{name} ({})", Mac(a)),
            None => _ = write!(out, "{}", Mac(a)),
        },
        // A mask is no address that could have a name.
        Value::Ipv4(a) if matches!(field.base, Base::Netmask) => _ = write!(out, "{}", V4(a)),
        Value::Ipv4(a) => match names::host(names, settings, a.into()) {
            Some(name) => _ = write!(out, "{name} ({})", V4(a)),
            None => _ = write!(out, "{}", V4(a)),
        },
        Value::Ipv6(a) => match names::host(names, settings, a.into()) {
            Some(name) => _ = write!(out, "{name} ({})", V6(a)),
            None => _ = write!(out, "{}", V6(a)),
        },
        Value::Bytes(b) => label_bytes(out, field, b),
        Value::Str(s) => text::escape(out, s),
        Value::Time(t) => time(out, t, matches!(field.base, Base::Utc) || settings.utc),
        Value::Duration(d) => {
            text::seconds(out, d);
            out.push_str(" seconds");
        }
        Value::Guid(_) | Value::Eui64(_) | Value::Oid(_) => show(out, field, value, settings),
    }
}

fn label_number(out: &mut String, field: &Field, v: u64, settings: &Settings) {
    if let Base::Custom(f) = field.base {
        return f(v, out);
    }
    if field.kind == Kind::Char {
        show_char(out, v);
        if let Some(name) = field.value_name(v) {
            let _ = write!(out, " ({name})");
        }
        return;
    }
    if let Base::TcpPort | Base::UdpPort | Base::SctpPort = field.base {
        let port = names::Port { settings, kind: field.base, number: v as u16 };
        let _ = write!(out, "{port:#}");
        return;
    }
    if let Base::Oui = field.base {
        let [_, a, b, c] = (v as u32).to_be_bytes();
        let from = out.len();
        let _ = write!(out, "{a:02x}:{b:02x}:{c:02x}");
        if let Some(name) = names::organisation([a, b, c]) {
            let _ = write!(out, " ({name})");
        }
        let mut end = out.len().min(from + MAX_OUI);
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        return;
    }
    let name = field.value_name(v);
    match (field.names, name) {
        (Names::Unit(one, many), _) => {
            number(out, field, v);
            out.push_str(if v == 1 { one } else { many });
        }
        (Names::None, _) => both_bases(out, field, v),
        // A number without a base has no number's form: its name stands alone.
        (_, Some(name)) if matches!(field.base, Base::None) => out.push_str(name),
        (_, Some(name)) => {
            out.push_str(name);
            out.push_str(" (");
            number(out, field, v);
            out.push(')');
        }
        (_, None) => {
            out.push_str("Unknown (");
            number(out, field, v);
            out.push(')');
        }
    }
}

fn both_bases(out: &mut String, field: &Field, v: u64) {
    match field.base {
        Base::DecHex => {
            let _ = write!(out, "{v} (");
            hexadecimal(out, field, v);
            out.push(')');
        }
        Base::HexDec => {
            hexadecimal(out, field, v);
            let _ = write!(out, " ({v})");
        }
        _ => number(out, field, v),
    }
}

fn number(out: &mut String, field: &Field, v: u64) {
    match field.base {
        Base::Hex | Base::HexDec => hexadecimal(out, field, v),
        Base::Oct => _ = write!(out, "0{v:o}"),
        _ => _ = write!(out, "{v}"),
    }
}

/// With as many digits as the bits that the label speaks of: a masked field's own, else the kind's.
fn hexadecimal(out: &mut String, field: &Field, v: u64) {
    let width = if field.mask != 0 { (field.mask.count_ones() as usize).div_ceil(4) } else { digits(field) };
    let _ = write!(out, "0x{v:0width$x}");
}

fn digits(field: &Field) -> usize {
    match field.kind {
        Kind::Uint(bits) | Kind::Int(bits) => usize::from(bits) / 4,
        Kind::Char => 2,
        _ => 8,
    }
}

fn label_bytes(out: &mut String, field: &Field, bytes: &[u8]) {
    if bytes.is_empty() {
        out.push_str("<MISSING>");
        return;
    }
    let cut = &bytes[..bytes.len().min(MAX_BYTES)];
    text::hex(out, cut, separator(field.base));
    if bytes.len() > MAX_BYTES {
        out.push('…');
    }
}

fn separator(base: Base) -> Option<char> {
    match base {
        Base::Dot => Some('.'),
        Base::Colon => Some(':'),
        Base::Dash => Some('-'),
        Base::Space => Some(' '),
        _ => None,
    }
}

fn float(out: &mut String, kind: Kind, v: f64) {
    let digits = if kind == Kind::Float { 6 } else { 15 };
    general(out, v, digits);
}

/// As C's `%.*g`: significant digits, no trailing zeros.
pub fn general(out: &mut String, v: f64, digits: usize) {
    if v == 0.0 || !v.is_finite() {
        let _ = write!(out, "{v}");
        return;
    }
    let exponent = v.abs().log10().floor() as i32;
    if exponent < -4 || exponent >= digits as i32 {
        let s = format!("{:.*e}", digits.saturating_sub(1), v);
        let (mantissa, exponent) = s.split_once('e').unwrap_or((&s, "0"));
        let mantissa = if mantissa.contains('.') {
            mantissa.trim_end_matches('0').trim_end_matches('.')
        } else {
            mantissa
        };
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.abs());
        return;
    }
    let places = (digits as i32 - 1 - exponent).max(0) as usize;
    let s = format!("{v:.places$}");
    out.push_str(if s.contains('.') { s.trim_end_matches('0').trim_end_matches('.') } else { &s });
}

/// `Oct  7, 2015 16:54:53.450580000 UTC`
pub fn time(out: &mut String, nanos: i128, utc: bool) {
    use chrono::{DateTime, Local, Utc};
    let seconds = nanos.div_euclid(1_000_000_000);
    let fraction = nanos.rem_euclid(1_000_000_000) as u32;
    let Some(t) = i64::try_from(seconds).ok().and_then(|s| DateTime::<Utc>::from_timestamp(s, fraction))
    else {
        out.push_str("Not representable");
        return;
    };
    if utc || is_utc() {
        let _ = write!(out, "{}", t.format("%b %e, %Y %H:%M:%S%.9f UTC"));
    } else {
        let _ = write!(out, "{}", t.with_timezone(&Local).format("%b %e, %Y %H:%M:%S%.9f %Z"));
    }
}

/// True if local time is UTC here: its zone then reads `UTC` and not `+00:00`.
fn is_utc() -> bool {
    static UTC: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *UTC.get_or_init(|| match std::env::var("TZ") {
        Ok(tz) => matches!(tz.as_str(), "" | "UTC" | "UTC0" | "Etc/UTC" | "GMT0"),
        Err(_) => {
            let jan = chrono::DateTime::from_timestamp(1_700_000_000, 0);
            jan.is_some_and(|t| t.with_timezone(&chrono::Local).offset().local_minus_utc() == 0)
        }
    })
}

/// Writes the plain value: what `show` holds in PDML and what `-T fields` prints (there, bytes have no
/// colons: see `export`).
pub fn show(out: &mut String, field: &Field, value: &Value, settings: &Settings) {
    match *value {
        Value::None => {}
        Value::Bool(b) => out.push(if b { '1' } else { '0' }),
        Value::Uint(v) => match field.base {
            _ if field.kind == Kind::Char => show_char(out, v),
            Base::Hex | Base::HexDec => {
                let width = digits(field);
                let _ = write!(out, "0x{v:0width$x}");
            }
            Base::Oct => _ = write!(out, "0{v:o}"),
            _ => _ = write!(out, "{v}"),
        },
        Value::Int(v) => _ = write!(out, "{v}"),
        Value::Float(v) => float(out, field.kind, v),
        Value::Ether(a) => _ = write!(out, "{}", Mac(a)),
        Value::Ipv4(a) => _ = write!(out, "{}", V4(a)),
        Value::Ipv6(a) => _ = write!(out, "{}", V6(a)),
        Value::Bytes(b) => text::hex(out, b, Some(separator(field.base).unwrap_or(':'))),
        Value::Str(s) => out.push_str(s),
        Value::Time(t) => time(out, t, matches!(field.base, Base::Utc) || settings.utc),
        Value::Duration(d) => text::seconds(out, d),
        Value::Guid(g) => guid(out, &g),
        Value::Eui64(e) => text::hex(out, &e, Some(':')),
        Value::Oid(o) => oid(out, o),
    }
}

fn show_char(out: &mut String, v: u64) {
    match u8::try_from(v).ok().map(char::from) {
        Some(c) if c.is_ascii_graphic() || c == ' ' => _ = write!(out, "'{c}'"),
        Some('\0') => out.push_str("'\\0'"),
        _ => _ = write!(out, "'\\x{v:02x}'"),
    }
}

fn guid(out: &mut String, g: &[u8; 16]) {
    for (i, b) in g.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{b:02x}");
    }
}

/// An object identifier as dotted numbers (X.690 8.19).
pub fn oid(out: &mut String, bytes: &[u8]) {
    let mut value: u64 = 0;
    let mut first = true;
    for b in bytes {
        value = value << 7 | u64::from(b & 0x7f);
        if b & 0x80 != 0 {
            continue;
        }
        if first {
            let top = (value / 40).min(2);
            let _ = write!(out, "{top}.{}", value - top * 40);
            first = false;
        } else {
            let _ = write!(out, ".{value}");
        }
        value = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::SET;
    use super::*;

    fn label(field: &Field, value: Value, len: u32) -> String {
        let mut s = String::new();
        write(&mut s, field, &value, len, &names::Names::default(), &Settings::default());
        s
    }

    #[test]
    fn a_flag_shows_its_bit() {
        let f = Field::new("ip.flags.df", "Don't fragment").boolean().names(SET).mask(0x40);
        assert_eq!(label(&f, Value::Bool(true), 1), ".1.. .... = Don't fragment: Set");
    }

    #[test]
    fn names_and_numbers() {
        let f = Field::new("ip.proto", "Protocol").uint(8).values(&[(6, "TCP")]);
        assert_eq!(label(&f, Value::Uint(6), 1), "Protocol: TCP (6)");
        assert_eq!(label(&f, Value::Uint(9), 1), "Protocol: Unknown (9)");
        let f = Field::new("eth.type", "Type").uint(16).hex().values(&[(0x800, "IPv4")]);
        assert_eq!(label(&f, Value::Uint(0x800), 2), "Type: IPv4 (0x0800)");
    }

    #[test]
    fn general_numbers_read_as_c_writes_them() {
        let show = |v, d| {
            let mut s = String::new();
            general(&mut s, v, d);
            s
        };
        assert_eq!(show(0.1, 15), "0.1");
        assert_eq!(show(1234567.0, 6), "1.23457e+06");
        assert_eq!(show(100.0, 6), "100");
    }

    #[test]
    fn object_identifiers_are_dotted() {
        let mut s = String::new();
        oid(&mut s, &[0x55, 0x04, 0x03]);
        assert_eq!(s, "2.5.4.3");
    }
}
