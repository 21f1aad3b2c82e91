//! What a literal means for a field of a given kind: numbers, addresses, bytes, times, names of
//! values. Every refusal says why.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::item::Constant;
use super::time;
use crate::dissect::field::{Field, Kind, Names};

/// A literal as it was written.
#[derive(Clone, Copy, Debug)]
pub enum Literal<'t> {
    Word(&'t str),
    Quoted(&'t [u8]),
    Char(u8),
}

/// The literal as a value of this kind. `field` gives the names of values, where there are any.
pub fn constant(literal: Literal, kind: Kind, field: Option<&Field>) -> Result<Constant, String> {
    match literal {
        Literal::Char(c) => character(c, kind),
        Literal::Quoted(bytes) => quoted(bytes, kind, field),
        Literal::Word(word) => unquoted(word, kind, field),
    }
}

fn character(c: u8, kind: Kind) -> Result<Constant, String> {
    match kind {
        Kind::Uint(_) | Kind::Int(_) | Kind::Frame | Kind::Char => number_constant(u64::from(c), kind),
        Kind::Bool => Ok(Constant::Uint(u64::from(c != 0))),
        Kind::Bytes | Kind::Protocol => Ok(Constant::Bytes(vec![c])),
        Kind::Str => Ok(Constant::Str(vec![c])),
        _ => {
            let c = char::from(c).escape_default();
            Err(format!("Character constant '{c}' cannot be converted to {}.", kind_name(kind)))
        }
    }
}

fn quoted(bytes: &[u8], kind: Kind, field: Option<&Field>) -> Result<Constant, String> {
    let text = String::from_utf8_lossy(bytes);
    match kind {
        Kind::Str => Ok(Constant::Str(bytes.to_vec())),
        Kind::Bytes | Kind::Protocol => Ok(Constant::Bytes(bytes.to_vec())),
        Kind::Time => time::absolute(&text).map(Constant::Time),
        Kind::Uint(_) | Kind::Int(_) | Kind::Bool | Kind::Frame | Kind::Char if has_names(field) => {
            by_name(&text, kind, field)
        }
        _ => Err(format!("{} cannot be converted from a string (\"{text}\").", kind_name(kind))),
    }
}

fn unquoted(word: &str, kind: Kind, field: Option<&Field>) -> Result<Constant, String> {
    match kind {
        Kind::Uint(_) | Kind::Int(_) | Kind::Frame | Kind::Char => {
            number(word, kind).or_else(|e| if has_names(field) { by_name(word, kind, field) } else { Err(e) })
        }
        Kind::Bool => match (number(word, Kind::Uint(64)), word) {
            (Ok(Constant::Uint(n)), _) => Ok(Constant::Uint(u64::from(n != 0))),
            (_, "True" | "TRUE") => Ok(Constant::Uint(1)),
            (_, "False" | "FALSE") => Ok(Constant::Uint(0)),
            _ => by_name(word, kind, field),
        },
        Kind::Float | Kind::Double => float(word).map(Constant::Float),
        Kind::Ipv4 => ipv4(word),
        Kind::Ipv6 => ipv6(word),
        Kind::Ether => fixed_bytes(word, 6, "Ethernet address"),
        Kind::Eui64 => eui64(word),
        Kind::Guid => guid(word),
        Kind::Bytes | Kind::Protocol => byte_string(word).map(Constant::Bytes),
        Kind::Oid => oid(word).map(Constant::Bytes),
        Kind::Str => Ok(Constant::Str(word.as_bytes().to_vec())),
        Kind::Time => time::absolute(word).map(Constant::Time),
        Kind::Duration => time::duration(word).map(Constant::Time),
        Kind::None => Err(format!("\"{word}\" is no value for a field without one.")),
    }
}

/// What messages call a kind.
pub fn kind_name(kind: Kind) -> String {
    match kind {
        Kind::None => "Label".into(),
        Kind::Protocol => "Protocol".into(),
        Kind::Bool => "Boolean".into(),
        Kind::Char => "Character (8 bits)".into(),
        Kind::Uint(bits) => format!("Unsigned integer ({bits} bits)"),
        Kind::Int(bits) => format!("Signed integer ({bits} bits)"),
        Kind::Float => "Floating point (single-precision)".into(),
        Kind::Double => "Floating point (double-precision)".into(),
        Kind::Ether => "Ethernet or other MAC address".into(),
        Kind::Ipv4 => "IPv4 address".into(),
        Kind::Ipv6 => "IPv6 address".into(),
        Kind::Bytes => "Byte sequence".into(),
        Kind::Str => "Character string".into(),
        Kind::Time => "Date and time".into(),
        Kind::Duration => "Time offset".into(),
        Kind::Frame => "Frame number".into(),
        Kind::Guid => "Globally Unique Identifier".into(),
        Kind::Eui64 => "EUI64 address".into(),
        Kind::Oid => "ASN.1 object identifier".into(),
    }
}

// ---- numbers ----

fn number(word: &str, kind: Kind) -> Result<Constant, String> {
    let (radix, digits) = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &word[2..]),
        [b'0', b'b' | b'B', ..] => (2, &word[2..]),
        [b'0', _, ..] => (8, &word[1..]),
        _ => (10, word),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(format!("\"{word}\" is not a valid number."));
    }
    let n =
        u64::from_str_radix(digits, radix).map_err(|_| format!("\"{word}\" causes an integer overflow."))?;
    number_constant(n, kind).map_err(|limit| format!("\"{word}\" too big for this field, maximum {limit}."))
}

/// The number in the kind's own form; the error is the greatest that fits.
fn number_constant(n: u64, kind: Kind) -> Result<Constant, String> {
    let limit = match kind {
        Kind::Uint(bits) if bits >= 64 => u64::MAX,
        Kind::Uint(bits) => (1 << bits) - 1,
        Kind::Frame => u64::from(u32::MAX),
        Kind::Char => 0xff,
        Kind::Int(bits) => (1u64 << (bits.clamp(1, 64) - 1)) - 1,
        _ => u64::MAX,
    };
    match kind {
        _ if n > limit => Err(limit.to_string()),
        Kind::Int(_) => Ok(Constant::Int(n as i64)),
        _ => Ok(Constant::Uint(n)),
    }
}

/// The constant with a minus before it; `None` if there is no such number.
pub fn negative(constant: &Constant, wide: bool) -> Option<Constant> {
    Constant::keep(&constant.item().negated(wide)?)
}

fn float(word: &str) -> Result<f64, String> {
    let wrong = || format!("\"{word}\" is not a valid floating-point number.");
    if let Some(hex) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return hex_float(hex).ok_or_else(wrong);
    }
    word.parse().map_err(|_| wrong())
}

/// `1.8p3` as C has it: hexadecimal digits and a power of two.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, power) = match text.split_once(['p', 'P']) {
        Some((m, p)) => (m, p.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for c in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(c.to_digit(16)?);
    }
    let shift = power.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    Some(value * f64::from(shift).exp2())
}

// ---- names of values ----

fn has_names(field: Option<&Field>) -> bool {
    field.is_some_and(|f| !matches!(names_of(f), Names::None | Names::Unit(..)))
}

/// The names that a filter reads of a field's values.
fn names_of(field: &Field) -> Names {
    if !field.first_names.is_empty() {
        Names::Values(field.first_names)
    } else if field.kind == Kind::Bool && matches!(field.names, Names::None) {
        Names::TrueFalse("True", "False")
    } else {
        field.names
    }
}

/// What to say of a name that means another value than the field's own names have it.
pub fn other_meaning(field: &Field, text: &str) -> Option<String> {
    if field.first_names.is_empty() {
        return None;
    }
    let value = value_of_name(field, text)?;
    let own = field.value_name(value).unwrap_or("without a name");
    let differs = !own.eq_ignore_ascii_case(text);
    differs.then(|| format!("As in Wireshark, {text} is {value} here, which in {} is {own}.", field.name))
}

fn by_name(text: &str, kind: Kind, field: Option<&Field>) -> Result<Constant, String> {
    let found = field.and_then(|f| value_of_name(f, text));
    let name = field.map_or("this field", |f| f.name);
    match found {
        Some(n) if matches!(kind, Kind::Int(_)) => Ok(Constant::Int(n as i64)),
        Some(n) => Ok(Constant::Uint(n)),
        None => Err(format!("\"{text}\" cannot be found among the possible values for {name}.")),
    }
}

/// The number that has this name, in any case.
pub fn value_of_name(field: &Field, text: &str) -> Option<u64> {
    match names_of(field) {
        Names::Values(table) => table.iter().find(|e| e.1.eq_ignore_ascii_case(text)).map(|e| e.0),
        Names::Ranges(table) => {
            table.iter().find(|e| e.0 == e.1 && e.2.eq_ignore_ascii_case(text)).map(|e| e.0)
        }
        Names::TrueFalse(yes, _) if yes.eq_ignore_ascii_case(text) => Some(1),
        Names::TrueFalse(_, no) if no.eq_ignore_ascii_case(text) => Some(0),
        Names::TrueFalse(..) | Names::None | Names::Unit(..) => None,
        Names::Function(f) => computed(f, field.kind).get(&text.to_ascii_lowercase()).copied(),
    }
}

type NameFunction = fn(u64) -> Option<&'static str>;
type Values = HashMap<String, u64>;

/// The names that a function gives, turned around. A function is asked for all numbers of up to 16
/// bits once; the answer is kept for the life of the program, and there are few such functions.
fn computed(f: NameFunction, kind: Kind) -> &'static Values {
    static KNOWN: OnceLock<Mutex<HashMap<usize, &'static Values>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(f as usize).or_insert_with(|| {
        let last = match kind {
            Kind::Uint(8) | Kind::Int(8) | Kind::Char => 0xff,
            _ => 0xffff,
        };
        let mut values = Values::new();
        for n in 0..=last {
            if let Some(name) = f(n) {
                values.entry(name.to_ascii_lowercase()).or_insert(n);
            }
        }
        Box::leak(Box::new(values))
    })
}

// ---- addresses ----

fn ipv4(word: &str) -> Result<Constant, String> {
    let wrong = || format!("\"{word}\" is not a valid hostname or IPv4 address.");
    let (address, prefix) = split_prefix(word);
    // The parser of the standard library refuses leading zeros, as the reference does.
    let address: std::net::Ipv4Addr = address.parse().map_err(|_| wrong())?;
    let bits = match prefix {
        None => 32,
        Some(p) => p.parse::<u32>().map_err(|_| wrong())?,
    };
    if bits > 32 {
        return Err(format!("Netmask bits in a CIDR IPv4 address should be <= 32, not {bits}."));
    }
    Ok(Constant::Ipv4 { address: address.octets(), mask: mask4(bits) })
}

fn ipv6(word: &str) -> Result<Constant, String> {
    let wrong = || format!("\"{word}\" is not a valid hostname or IPv6 address.");
    let (address, prefix) = split_prefix(word);
    let address: std::net::Ipv6Addr = address.parse().map_err(|_| wrong())?;
    let bits = match prefix {
        None => 128,
        Some(p) => p.parse::<u32>().map_err(|_| wrong())?,
    };
    if bits > 128 {
        return Err(format!("Prefix in a IPv6 address should be <= 128, not {bits}."));
    }
    Ok(Constant::Ipv6 { address: address.octets(), mask: mask6(bits) })
}

fn split_prefix(word: &str) -> (&str, Option<&str>) {
    match word.split_once('/') {
        Some((a, p)) => (a, Some(p)),
        None => (word, None),
    }
}

/// The netmask of so many bits.
pub fn mask4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0)
}

pub fn mask6(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits.min(128)).unwrap_or(0)
}

fn fixed_bytes(word: &str, len: usize, what: &str) -> Result<Constant, String> {
    let bytes = byte_string(word).map_err(|_| format!("\"{word}\" is not a valid {what}."))?;
    if bytes.len() == len {
        return Ok(Constant::Bytes(bytes));
    }
    let amount = if bytes.len() < len { "few" } else { "many" };
    Err(format!("\"{word}\" contains too {amount} bytes to be a valid {what}."))
}

fn eui64(word: &str) -> Result<Constant, String> {
    if let Ok(bytes) = byte_string(word)
        && let Ok(array) = <[u8; 8]>::try_from(bytes.as_slice())
    {
        return Ok(Constant::Uint(u64::from_be_bytes(array)));
    }
    number(word, Kind::Uint(64)).map_err(|_| format!("\"{word}\" is not a valid EUI64 address."))
}

fn guid(word: &str) -> Result<Constant, String> {
    let wrong = || format!("\"{word}\" is not a valid GUID.");
    let lengths = word.split('-').map(str::len);
    if !lengths.eq([8, 4, 4, 4, 12]) {
        return Err(wrong());
    }
    let digits: String = word.chars().filter(|c| *c != '-').collect();
    hex(&digits).map(Constant::Bytes).ok_or_else(wrong)
}

// ---- bytes ----

/// Bytes in hexadecimal: pairs with or without `:`, `-`, `.` between them, `0x` before a single pair; a
/// digit that stands alone is a byte of its own.
pub fn byte_string(word: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("\"{word}\" is not a valid byte string.");
    if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        return if digits.len() == 2 { hex(digits).ok_or_else(wrong) } else { Err(wrong()) };
    }
    let text = word.strip_prefix(':').unwrap_or(word).as_bytes();
    let (mut at, mut out) = (0, Vec::with_capacity(text.len() / 2));
    let digit = |at: usize| text.get(at).and_then(|b| char::from(*b).to_digit(16)).map(|d| d as u8);
    while at < text.len() {
        let high = digit(at).ok_or_else(wrong)?;
        match digit(at + 1) {
            Some(low) => {
                out.push(high << 4 | low);
                at += 2;
            }
            None => {
                out.push(high);
                at += 1;
            }
        }
        if matches!(text.get(at), Some(b':' | b'-' | b'.')) {
            at += 1;
            if at == text.len() {
                return Err(wrong());
            }
        }
    }
    if out.is_empty() { Err(wrong()) } else { Ok(out) }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let pair = |i: usize| u8::from_str_radix(digits.get(i..i + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(pair).collect()
}

/// `1.3.6.1` in its BER encoding (X.690 8.19), without tag and length.
fn oid(word: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("\"{word}\" is not a valid OBJECT IDENTIFIER.");
    let arcs: Result<Vec<u64>, _> = word.split('.').map(str::parse).collect();
    let arcs = arcs.map_err(|_| wrong())?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return Err(wrong()) };
    if *first > 2 || *first < 2 && *second > 39 || *second > u64::MAX - 80 {
        return Err(wrong());
    }
    let mut out = Vec::new();
    for arc in std::iter::once(first * 40 + second).chain(rest.iter().copied()) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for g in (0..groups).rev() {
            let more = if g > 0 { 0x80 } else { 0 };
            out.push((arc >> (7 * g)) as u8 & 0x7f | more);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &str, kind: Kind) -> Option<Constant> {
        constant(Literal::Word(word), kind, None).ok()
    }

    #[test]
    fn numbers_in_four_bases_within_the_kind() {
        for (text, value) in [("80", 80), ("0x50", 80), ("0120", 80), ("0b1010000", 80)] {
            assert_eq!(word(text, Kind::Uint(16)), Some(Constant::Uint(value)));
        }
        for bad in ["65536", "08", "0x", "80a", "1.5", "http"] {
            assert_eq!(word(bad, Kind::Uint(16)), None, "{bad}");
        }
        assert_eq!(word("32768", Kind::Int(16)), None);
    }

    #[test]
    fn addresses_and_prefixes() {
        let net = Constant::Ipv4 { address: [10, 0, 0, 1], mask: 0xffff_ff00 };
        assert_eq!(word("10.0.0.1/24", Kind::Ipv4), Some(net));
        for bad in ["10.0.0", "256.1.1.1", "01.2.3.4", "10.0.0.1/33", "1"] {
            assert_eq!(word(bad, Kind::Ipv4), None, "{bad}");
        }
        assert!(word("fe80::/10", Kind::Ipv6).is_some());
        assert_eq!(word("::1/129", Kind::Ipv6), None);
    }

    #[test]
    fn byte_strings_in_their_spellings() {
        for text in ["01:02:0a", "01-02-0a", "01.02.0a", "01020a", ":01:02:0a", "0102a"] {
            assert_eq!(word(text, Kind::Bytes), Some(Constant::Bytes(vec![1, 2, 10])), "{text}");
        }
        for bad in ["0x102", "GET", "::", "fe80::1", "1:"] {
            assert_eq!(word(bad, Kind::Bytes), None, "{bad}");
        }
        assert_eq!(word("00:11:22", Kind::Ether), None);
        assert!(word("0011.2233.4455", Kind::Ether).is_some());
    }

    #[test]
    fn names_of_values_in_any_case() {
        let f = Field::new("t.flag", "Flag").boolean().names(crate::dissect::field::SET);
        let c = |l| constant(l, Kind::Bool, Some(&f)).ok();
        assert_eq!(c(Literal::Quoted(b"not SET")), Some(Constant::Uint(0)));
        assert_eq!(c(Literal::Word("True")), Some(Constant::Uint(1)));
        assert_eq!(c(Literal::Word("true")), None);
        assert_eq!(c(Literal::Quoted(b"True")), None);
    }

    #[test]
    fn a_flag_without_names_is_true_or_false_in_any_case() {
        let f = Field::new("t.flag", "Flag").boolean();
        let c = |l| constant(l, Kind::Bool, Some(&f)).ok();
        assert_eq!(c(Literal::Word("true")), Some(Constant::Uint(1)));
        assert_eq!(c(Literal::Quoted(b"FALSE")), Some(Constant::Uint(0)));
        assert_eq!(constant(Literal::Word("True"), Kind::Bool, None), Ok(Constant::Uint(1)));
        assert!(constant(Literal::Quoted(b"True"), Kind::Bool, None).is_err());
    }

    #[test]
    fn names_are_those_that_the_reference_declares_first() {
        let declared = |name| crate::dissect::registry::registry().field(name).unwrap().field;
        let f = declared("tls.handshake.type");
        assert_eq!(value_of_name(f, "server hello"), Some(4));
        assert!(other_meaning(f, "Server Hello").is_some() && other_meaning(f, "Finished").is_none());
        assert_eq!(value_of_name(declared("tls.handshake.cert_type"), "X.509 Certificate"), Some(1));
        assert_eq!(value_of_name(declared("vlan.priority"), "Excellent Effort"), Some(3));
        let f = Field::new("t.type", "Type").uint(8).values(&[(2, "Server Hello")]);
        assert!(value_of_name(&f, "Server Hello") == Some(2) && other_meaning(&f, "Server Hello").is_none());
    }

    #[test]
    fn object_identifiers() {
        assert_eq!(
            word("1.2.840.113549", Kind::Oid),
            Some(Constant::Bytes(vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]))
        );
        assert_eq!(word("9.1", Kind::Oid), None);
    }
}
