//! The lines of a head (RFC 9112 2-5) and what they say of the length of the message. Lenient: whatever
//! begins with a method or a version is a message, and lines may end in a bare LF.

use crate::dissect::protocol::{Pdu, PduContext};

/// Longest head that is waited for, bytes.
const MAX_HEAD: usize = 256 << 10;

/// What a message begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    Request { method: &'a [u8], uri: &'a [u8], version: &'a [u8] },
    Response { version: &'a [u8], code: &'a [u8], phrase: &'a [u8] },
}

/// The head of a message, found in its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    bytes: &'a [u8],
    /// Bytes of head with the blank line that ends it, if that is there.
    pub len: usize,
    pub complete: bool,
    pub start: Start<'a>,
}

/// A line of a head: where it is, with its end.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub at: usize,
    pub bytes: &'a [u8],
}

/// What the headers say about the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing<'a> {
    pub content_length: Option<u64>,
    pub chunked: bool,
    pub keep_alive: bool,
    pub content_type: Option<&'a [u8]>,
    pub content_encoding: Option<&'a [u8]>,
    pub host: Option<&'a [u8]>,
}

const METHODS: &[&str] = &[
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PATCH",
    "LINK",
    "UNLINK",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "POLL",
    "BCOPY",
    "BMOVE",
    "SEARCH",
    "BDELETE",
    "BPROPFIND",
    "BPROPPATCH",
    "NOTIFY",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "LABEL",
    "MERGE",
    "REPORT",
    "UPDATE",
    "CHECKIN",
    "CHECKOUT",
    "UNCHECKOUT",
    "MKACTIVITY",
    "MKWORKSPACE",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
    "CCM_POST",
    "SMS_POST",
    "RPC_CONNECT",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
    "SOURCE",
    "M-SEARCH",
    "M-POST",
    "BITS_POST",
    "DCERPC",
];

impl<'a> Start<'a> {
    /// Reads the first line, given without its end.
    pub fn read(line: &'a [u8]) -> Option<Start<'a>> {
        let (first, rest) = split_blank(line);
        if first.starts_with(b"HTTP/") || first == b"ICY" {
            let (code, phrase) = split_blank(rest);
            return Some(Start::Response { version: first, code, phrase });
        }
        if rest.is_empty() || !METHODS.iter().any(|m| m.as_bytes() == first) {
            return None;
        }
        let (uri, version) = split_blank(rest);
        Some(Start::Request { method: first, uri, version })
    }

    /// The status code of a response.
    pub fn code(&self) -> Option<u16> {
        match self {
            Start::Response { code, .. } => number(code).and_then(|n| u16::try_from(n).ok()),
            Start::Request { .. } => None,
        }
    }

    pub fn is_request(&self) -> bool {
        matches!(self, Start::Request { .. })
    }
}

impl<'a> Head<'a> {
    /// The head that these bytes begin with; `None` if they begin with something else.
    pub fn find(bytes: &'a [u8]) -> Option<Head<'a>> {
        let start = Start::read(content(line_at(bytes, 0)))?;
        let mut at = 0;
        while at < bytes.len() && at < MAX_HEAD {
            let line = line_at(bytes, at);
            at += line.len();
            if content(line).is_empty() && line.ends_with(b"\n") {
                return Some(Head { bytes, len: at, complete: true, start });
            }
        }
        Some(Head { bytes, len: bytes.len(), complete: false, start })
    }

    /// All lines, the first and the blank one among them; folded ones (RFC 9112 5.2) are one.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let (bytes, end) = (self.bytes, self.len);
        let mut at = 0;
        std::iter::from_fn(move || {
            let head = bytes.get(..end)?;
            if at >= head.len() {
                return None;
            }
            let from = at;
            at += line_at(head, at).len();
            while at > from + 2 && matches!(head.get(at), Some(b' ' | b'\t')) {
                at += line_at(head, at).len();
            }
            Some(Line { at: from, bytes: head.get(from..at)? })
        })
    }

    /// The value of the header of this name that comes first.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        let mut headers = self.lines().skip(1).filter_map(|line| line.header());
        headers.find(|h| h.0.eq_ignore_ascii_case(name.as_bytes())).map(|h| h.1.trim_ascii_end())
    }

    pub fn framing(&self) -> Framing<'a> {
        let mut framing = Framing::default();
        for line in self.lines().skip(1) {
            let Some((name, value)) = line.header() else { continue };
            let value = value.trim_ascii_end();
            let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            if is("Content-Length") {
                framing.content_length = number(value);
            } else if is("Transfer-Encoding") {
                framing.chunked = contains_word(value, "chunked");
            } else if is("Connection") {
                framing.keep_alive = contains_word(value, "keep-alive");
            } else if is("Content-Type") {
                framing.content_type = Some(value);
            } else if is("Content-Encoding") {
                framing.content_encoding = Some(value);
            } else if is("Host") {
                framing.host = Some(value);
            }
        }
        framing
    }
}

impl<'a> Line<'a> {
    /// Name and value of a header, the value without the blanks before it.
    pub fn header(&self) -> Option<(&'a [u8], &'a [u8])> {
        let text = content(self.bytes);
        let colon = memchr::memchr(b':', text)?;
        Some((text[..colon].trim_ascii_end(), text[colon + 1..].trim_ascii_start()))
    }

    /// The line without its end.
    pub fn content(&self) -> &'a [u8] {
        content(self.bytes)
    }
}

/// How long is the message that begins here?
pub fn pdu(bytes: &[u8], context: &PduContext) -> Pdu {
    let Some(head) = Head::find(bytes) else { return Pdu::Foreign };
    if !head.complete {
        let hopeless = context.ended || bytes.len() >= MAX_HEAD;
        return if hopeless { Pdu::Len(bytes.len()) } else { Pdu::NeedMore };
    }
    let framing = head.framing();
    let bodyless = match head.start.code() {
        Some(code) => context.bodyless || matches!(code, 100..=199 | 204 | 304),
        None => false,
    };
    if bodyless {
        return Pdu::Len(head.len);
    }
    if framing.chunked {
        return match super::body::chunks_len(bytes, head.len) {
            Some(end) => Pdu::Len(end),
            None if context.ended => Pdu::Len(bytes.len()),
            None => Pdu::NeedMore,
        };
    }
    match framing.content_length {
        Some(n) => Pdu::Len(head.len.saturating_add(usize::try_from(n).unwrap_or(usize::MAX))),
        None if head.start.is_request() => Pdu::Len(head.len),
        None if framing.content_type.is_some() && !framing.keep_alive => Pdu::UntilEnd,
        None => Pdu::Len(bytes.len()),
    }
}

/// True if the first line is whole and says that it is HTTP/1.
pub fn looks_like_http(bytes: &[u8]) -> bool {
    let line = line_at(bytes, 0);
    let text = content(line);
    if !line.ends_with(b"\n") || text.len() <= 8 {
        return false;
    }
    let (before, version) = text.split_at(text.len() - 8);
    text.starts_with(b"HTTP/") || (version.starts_with(b"HTTP/") && before.ends_with(b" "))
}

/// The line that begins at `at`, with its end, or all the rest.
pub fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or(&[]);
    match memchr::memchr(b'\n', rest) {
        Some(end) => &rest[..=end],
        None => rest,
    }
}

/// A line without CRLF or LF.
pub fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What stands before the first blank, and what behind it.
fn split_blank(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', text) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

fn contains_word(value: &[u8], word: &str) -> bool {
    value.split(|b| *b == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(bytes: &[u8]) -> Pdu {
        pdu(bytes, &PduContext::default())
    }

    #[test]
    fn a_request_ends_with_its_head_unless_it_tells_a_length() {
        assert_eq!(length(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"), Pdu::Len(27));
        assert_eq!(length(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n"), Pdu::Len(43));
        assert_eq!(length(b"GET / HTTP/1.1\r\nHo"), Pdu::NeedMore);
        assert_eq!(length(b"\x16\x03\x01\x00"), Pdu::Foreign);
    }

    #[test]
    fn a_response_without_a_length_ends_with_the_stream() {
        assert_eq!(length(b"HTTP/1.0 200 OK\r\nContent-Type: a/b\r\n\r\nx"), Pdu::UntilEnd);
        assert_eq!(length(b"HTTP/1.1 304 Not Modified\r\n\r\nHTTP"), Pdu::Len(29));
    }

    #[test]
    fn chunks_end_with_the_empty_one() {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let whole = [&head[..], b"3\r\nabc\r\n0\r\n\r\n"].concat();
        assert_eq!(length(&whole), Pdu::Len(whole.len()));
        assert_eq!(length(&whole[..whole.len() - 2]), Pdu::NeedMore);
    }

    #[test]
    fn folded_lines_are_one() {
        let head = Head::find(b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n").unwrap();
        assert_eq!(head.lines().count(), 3);
    }
}
