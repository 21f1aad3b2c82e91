//! Domain names in messages, RFC 1035 4.1.4: labels, compression pointers and what hostile senders make
//! of them. The work for one name is bounded whatever the pointers say.

use std::fmt::Write;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::text;

/// Longest name as text, without the final dot (RFC 1035 2.3.4: 255 bytes on the wire).
const MAX_TEXT: usize = 253;
/// Room for most names.
const TYPICAL: usize = 64;
/// Pointers followed in one name; each could still lead forward to the next.
const MAX_POINTERS: usize = 255;
/// Labels looked at behind the first pointer: twice what the longest name holds.
const MAX_LABELS: usize = 256;

/// A name as read from a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Labels joined by dots, control characters escaped; a remark in angle brackets for the root and
    /// for names that can't be told.
    pub text: String,
    /// Length of the text before escaping (0 for a single byte, see [`read`]).
    pub len: usize,
    /// Bytes in the message where the name stands, up to and with the first pointer.
    pub size: usize,
}

impl Name {
    /// Labels as the dots of the text tell.
    pub fn labels(&self) -> usize {
        match self.len {
            0 => 0,
            _ => 1 + self.text.bytes().filter(|b| *b == b'.').count(),
        }
    }

    fn remark(text: &str, size: usize) -> Name {
        Name { text: text.to_string(), len: text.len(), size }
    }
}

/// Reads the name at `offset`; pointers count from `message`, the first byte of the DNS header.
///
/// # Errors
/// A label or pointer leads past the end, or a label has the reserved type 2.
pub fn read(buf: &Buf, message: usize, offset: usize) -> Result<Name, Stop> {
    let mut walker = Walker {
        buf,
        message,
        at: offset,
        raw: Vec::with_capacity(TYPICAL),
        whole: true,
        pointers: Vec::new(),
        labels: 0,
        size: None,
    };
    match walker.run()? {
        End::Done => {}
        End::Loop => return Ok(Name::remark("<Name contains a pointer that loops>", walker.size(offset))),
        End::Extended => {
            // Where the label ends nobody knows; what follows is taken to begin behind its first byte.
            let size = walker.at.saturating_sub(offset);
            if size < 2 {
                return Err(Stop::malformed(offset));
            }
            return Ok(Name::remark("<Unknown extended label>", size));
        }
        End::Endless => return Ok(Name::remark("<Name too long>", walker.size(offset))),
    }
    let size = walker.size(offset);
    if !walker.whole || walker.raw.len() > MAX_TEXT {
        return Ok(Name::remark("<Name too long>", size));
    }
    if matches!(walker.raw[..], [] | [0]) {
        return Ok(Name::remark("<Root>", size));
    }
    // The reference counts neither bytes nor labels of a name of a single byte.
    let len = if walker.raw.len() == 1 { 0 } else { walker.raw.len() };
    let text = match is_plain(&walker.raw) {
        true => String::from_utf8(walker.raw).unwrap_or_default(),
        false => {
            let mut text = String::with_capacity(walker.raw.len());
            escape(&mut text, &walker.raw);
            text
        }
    };
    Ok(Name { text, len, size })
}

enum End {
    Done,
    Loop,
    Extended,
    Endless,
}

struct Walker<'b> {
    buf: &'b Buf<'b>,
    message: usize,
    at: usize,
    raw: Vec<u8>,
    /// False once the text grew too long to be kept.
    whole: bool,
    /// Where the pointers followed so far led.
    pointers: Vec<usize>,
    labels: usize,
    size: Option<usize>,
}

impl<'b> Walker<'b> {
    /// The bytes of a label. Of one that is cut off, the first byte that isn't there says why, as it does to
    /// who reads byte by byte.
    fn label(&self, at: usize, len: usize) -> Result<&'b [u8], Stop> {
        self.buf.bytes(at, len).map_err(|stop| {
            let first = self.buf.data.len().max(at);
            self.buf.u8(first).err().unwrap_or(stop)
        })
    }

    fn run(&mut self) -> Result<End, Stop> {
        loop {
            let head = self.buf.u8(self.at)?;
            match head >> 6 {
                0 if head == 0 => {
                    self.at += 1;
                    return Ok(End::Done);
                }
                0 => {
                    let label = self.label(self.at + 1, usize::from(head))?;
                    self.push(label);
                    self.at += 1 + label.len();
                }
                1 if head == 0x41 => self.bit_string()?,
                1 => {
                    self.at += 1;
                    return Ok(End::Extended);
                }
                2 => return Err(Stop::malformed(self.at)),
                _ => {
                    if !self.follow()? {
                        return Ok(End::Loop);
                    }
                }
            }
            if self.size.is_some() {
                self.labels += 1;
                if self.labels > MAX_LABELS + MAX_POINTERS {
                    return Ok(End::Endless);
                }
            }
        }
    }

    /// Goes where the pointer at hand leads; false if that was seen before.
    fn follow(&mut self) -> Result<bool, Stop> {
        let pointer = usize::from(self.buf.be16(self.at)? & 0x3fff);
        let from = self.at;
        self.at += 2;
        if self.size.is_none() {
            self.size = Some(self.at);
        }
        let target = self.message + pointer;
        // A pointer four bytes ahead leads into the fixed fields behind the name: taken for a loop.
        if target == from + 4 || self.pointers.len() >= MAX_POINTERS || self.pointers.contains(&target) {
            return Ok(false);
        }
        self.pointers.push(target);
        self.at = target;
        Ok(true)
    }

    fn push(&mut self, label: &[u8]) {
        if self.raw.len() + label.len() > MAX_TEXT + 1 {
            self.whole = false;
            return;
        }
        if !self.raw.is_empty() {
            self.raw.push(b'.');
        }
        self.raw.extend_from_slice(label);
    }

    /// A bit-string label, RFC 2673.
    fn bit_string(&mut self) -> Result<(), Stop> {
        let bits = match self.buf.u8(self.at + 1)? {
            0 => 256,
            n => usize::from(n),
        };
        let bytes = self.buf.bytes(self.at + 2, bits.div_ceil(8))?;
        let mut label = String::from("\\[x");
        for b in bytes {
            let _ = write!(label, "{b:02x}");
        }
        let _ = write!(label, "/{bits}]");
        self.push(label.as_bytes());
        self.at += 2 + bytes.len();
        Ok(())
    }

    fn size(&self, offset: usize) -> usize {
        self.size.unwrap_or(self.at).saturating_sub(offset)
    }
}

/// True for bytes that stand for themselves in a text.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| matches!(b, b' '..=b'~'))
}

/// Appends bytes as text: UTF-8 with U+FFFD for what is none, control characters escaped.
pub fn escape(out: &mut String, bytes: &[u8]) {
    for c in text::utf8(bytes).chars() {
        match c {
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => _ = write!(out, "\\{:03o}", c as u32),
            c if c.is_control() => _ = write!(out, "\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], offset: usize) -> String {
        read(&Buf::whole(bytes), 0, offset).map_or_else(|_| "stop".into(), |n| n.text)
    }

    #[test]
    fn labels_and_a_pointer_make_one_name() {
        let message = b"\x07example\x03com\0\x03www\xc0\x00";
        let name = read(&Buf::whole(message), 0, 13).unwrap();
        assert_eq!(name, Name { text: "www.example.com".into(), len: 15, size: 6 });
        assert_eq!(name.labels(), 3);
    }

    #[test]
    fn loops_end_and_are_named() {
        assert_eq!(text(b"\xc0\x00", 0), "<Name contains a pointer that loops>");
        assert_eq!(text(b"\x01a\xc0\x00", 0), "<Name contains a pointer that loops>");
        assert_eq!(text(b"\xc0\x02\xc0\x00", 0), "<Name contains a pointer that loops>");
    }

    #[test]
    fn a_long_chain_of_pointers_is_cut() {
        let mut bytes: Vec<u8> = (1..2000u16).flat_map(|i| (0xc000 | (i * 2)).to_be_bytes()).collect();
        bytes.push(0);
        assert_eq!(text(&bytes, 0), "<Name contains a pointer that loops>");
    }

    #[test]
    fn long_names_and_missing_bytes() {
        let mut bytes = b"\x01a".repeat(128);
        bytes.push(0);
        assert_eq!(text(&bytes, 0), "<Name too long>");
        assert_eq!(text(&bytes, 2).len(), 253);
        assert_eq!(text(b"\x05abc", 0), "stop");
        assert_eq!(text(b"\0", 0), "<Root>");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(text(b"\x03a\x00\n\0", 0), "a\\000\\n");
    }
}
