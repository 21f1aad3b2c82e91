//! Text from packets: decoded without failing, and made safe to show.

use std::borrow::Cow;
use std::fmt::Write;

/// UTF-8, with one U+FFFD for each sequence that is none, as long as its first byte says or the bytes behind
/// it allow.
pub fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(s) => Cow::Borrowed(s),
        Err(_) => Cow::Owned(repaired(bytes)),
    }
}

fn repaired(mut bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    while let Some(first) = bytes.first() {
        let announced = match first {
            0xc0..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf7 => 3,
            0xf8..=0xfb => 4,
            0xfc..=0xfd => 5,
            _ => 0,
        };
        let following = bytes.iter().skip(1).take(announced).take_while(|b| **b & 0xc0 == 0x80).count();
        let (sequence, rest) = bytes.split_at(1 + following);
        out.push_str(std::str::from_utf8(sequence).unwrap_or("\u{fffd}"));
        bytes = rest;
    }
    out
}

/// ASCII, with U+FFFD for each byte above 127.
pub fn ascii(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(s) if s.is_ascii() => Cow::Borrowed(s),
        _ => {
            Cow::Owned(bytes.iter().map(|b| if b.is_ascii() { char::from(*b) } else { '\u{fffd}' }).collect())
        }
    }
}

/// Up to the first NUL.
pub fn until_nul(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

/// Writes a text with what is not printable escaped, as the tree shows it: `\r\n`, `\001`.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            c if (c as u32) < 0x20 || (0x7f..0xa0).contains(&(c as u32)) => {
                let _ = write!(out, "\\{:03o}", c as u32);
            }
            c => out.push(c),
        }
    }
}

/// Writes a text with only control characters escaped.
pub fn escape_controls(out: &mut String, text: &str) {
    // Without an early end, so that the compiler looks at many bytes at once.
    if !text.bytes().fold(false, |any, b| any | (b < 0x20) | (b == 0x7f)) {
        return out.push_str(text);
    }
    for c in text.chars() {
        if c.is_control() {
            escape(out, c.encode_utf8(&mut [0; 4]));
        } else {
            out.push(c);
        }
    }
}

/// A number in decimal digits, quicker than formatting.
#[inline]
pub fn decimal(out: &mut String, number: u64) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// `10.0.0.1`, quicker than formatting.
pub fn dotted(out: &mut String, address: [u8; 4]) {
    for (i, byte) in address.into_iter().enumerate() {
        if i > 0 {
            out.push('.');
        }
        decimal(out, byte.into());
    }
}

/// Bytes as hexadecimal digits, with a separator between them if one is given.
pub fn hex(out: &mut String, bytes: &[u8], separator: Option<char>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (i, b) in bytes.iter().enumerate() {
        if let (Some(c), true) = (separator, i > 0) {
            out.push(c);
        }
        out.push(char::from(DIGITS[usize::from(b >> 4)]));
        out.push(char::from(DIGITS[usize::from(b & 15)]));
    }
}

/// `00:11:22:33:44:55`, displayed.
pub struct Mac(pub [u8; 6]);

impl std::fmt::Display for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut s = String::with_capacity(17);
        hex(&mut s, &self.0, Some(':'));
        f.write_str(&s)
    }
}

/// A dotted quad, displayed.
pub struct V4(pub [u8; 4]);

impl std::fmt::Display for V4 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::net::Ipv4Addr::from(self.0).fmt(f)
    }
}

/// An IPv6 address in RFC 5952 form, displayed. Unlike the standard library's, only IPv4-mapped and
/// -compatible addresses end in a dotted quad.
pub struct V6(pub [u8; 16]);

impl std::fmt::Display for V6 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] = self.0
            && (a, b) != (0, 0)
        {
            return write!(f, "::{a}.{b}.{c}.{d}");
        }
        std::net::Ipv6Addr::from(self.0).fmt(f)
    }
}

/// Nanoseconds as seconds with nine digits: `-0.000001000`.
pub fn seconds(out: &mut String, nanos: i128) {
    let sign = if nanos < 0 { "-" } else { "" };
    let n = nanos.unsigned_abs();
    let _ = write!(out, "{sign}{}.{:09}", n / 1_000_000_000, n % 1_000_000_000);
}

/// Milliseconds with three digits (microseconds), as times between request and answer are shown.
pub fn milliseconds(nanos: i64) -> f64 {
    nanos as f64 / 1_000_000.0
}

/// Bytes in base 64 (RFC 4648 4).
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let value = group.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            out.push(match i <= group.len() {
                true => char::from(DIGITS[(value >> (18 - 6 * i) & 63) as usize]),
                false => '=',
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_screen() {
        let mut s = String::new();
        escape(&mut s, "a\r\n\x1b[2Jb");
        assert_eq!(s, "a\\r\\n\\033[2Jb");
    }

    #[test]
    fn a_sequence_that_is_no_utf8_is_one_character() {
        assert_eq!(utf8(b"a\xe0\x80\xc3b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(utf8(b"\xf5\x80\x80\x80\x80\xfe"), "\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(utf8(b"\xc3\xa4\xff"), "\u{e4}\u{fffd}");
    }

    #[test]
    fn ipv4_compatible_addresses_end_in_a_dotted_quad() {
        let shown = |last: [u8; 4]| {
            let mut address = [0; 16];
            address[12..].copy_from_slice(&last);
            V6(address).to_string()
        };
        assert_eq!(shown([1, 2, 3, 4]), "::1.2.3.4");
        assert_eq!(shown([0, 0, 0, 1]), "::1");
    }

    #[test]
    fn base_64_fills_its_last_group() {
        assert_eq!(base64(b"test:1:34"), "dGVzdDoxOjM0");
        assert_eq!([base64(b"a"), base64(b"ab")], ["YQ==", "YWI="]);
    }

    #[test]
    fn durations_keep_their_sign_below_a_second() {
        let mut s = String::new();
        seconds(&mut s, -1_000);
        assert_eq!(s, "-0.000001000");
    }
}
