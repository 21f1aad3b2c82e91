//! The lines of a head (RFC 9112 2-5) and what they say of the length of the message. Lenient: whatever
//! begins with a method or a version is a message, and lines may end in a bare LF or CR. As RFC 9112 5.2
//! lets a recipient do, lines aren't unfolded: a head ends with the first line that is no header.

use crate::dissect::protocol::{Pdu, PduContext};

/// Longest head that is waited for, bytes.
const MAX_HEAD: usize = 256 << 10;

/// Characters of a status code.
pub const CODE_LEN: usize = 3;

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
    /// Bytes of head with the blank line that ends it, or up to the first line that is no header.
    pub len: usize,
    /// The blank line is there.
    pub complete: bool,
    pub start: Start<'a>,
    pub framing: Framing<'a>,
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
    pub content_type: Option<&'a [u8]>,
    pub content_encoding: Option<&'a [u8]>,
    pub host: Option<&'a [u8]>,
}

/// True for the methods that begin a message.
fn is_method(word: &[u8]) -> bool {
    matches!(
        word,
        b"GET"
            | b"POST"
            | b"HEAD"
            | b"PUT"
            | b"DELETE"
            | b"OPTIONS"
            | b"TRACE"
            | b"CONNECT"
            | b"PATCH"
            | b"LINK"
            | b"UNLINK"
            | b"PROPFIND"
            | b"PROPPATCH"
            | b"MKCOL"
            | b"COPY"
            | b"MOVE"
            | b"LOCK"
            | b"UNLOCK"
            | b"POLL"
            | b"BCOPY"
            | b"BMOVE"
            | b"SEARCH"
            | b"BDELETE"
            | b"BPROPFIND"
            | b"BPROPPATCH"
            | b"NOTIFY"
            | b"SUBSCRIBE"
            | b"UNSUBSCRIBE"
            | b"LABEL"
            | b"MERGE"
            | b"REPORT"
            | b"UPDATE"
            | b"CHECKIN"
            | b"CHECKOUT"
            | b"UNCHECKOUT"
            | b"MKACTIVITY"
            | b"MKWORKSPACE"
            | b"VERSION-CONTROL"
            | b"BASELINE-CONTROL"
            | b"CCM_POST"
            | b"SMS_POST"
            | b"RPC_CONNECT"
            | b"RPC_IN_DATA"
            | b"RPC_OUT_DATA"
            | b"SOURCE"
            | b"M-SEARCH"
            | b"M-POST"
            | b"BITS_POST"
            | b"DCERPC"
    )
}

impl<'a> Start<'a> {
    /// Reads the first line, given without its end.
    pub fn read(line: &'a [u8]) -> Option<Start<'a>> {
        let (first, rest) = split_blank(line);
        if first.starts_with(b"HTTP/") || first == b"ICY" {
            let (code, phrase) = split_blank(rest);
            return Some(Start::Response { version: first, code, phrase });
        }
        if !is_method(first) {
            return None;
        }
        let (uri, version) = split_blank(rest);
        Some(Start::Request { method: first, uri, version })
    }

    /// The status code of a response: the digits that three characters begin with.
    pub fn code(&self) -> Option<u16> {
        match self {
            Start::Response { code, .. } => {
                let digits = code.get(..CODE_LEN)?.iter().take_while(|b| b.is_ascii_digit());
                Some(digits.fold(0, |n, b| n * 10 + u16::from(b - b'0')))
            }
            Start::Request { .. } => None,
        }
    }

    /// True for the methods of event notification (GENA), which are no requests that HTTP counts.
    pub fn is_notification(&self) -> bool {
        matches!(*self, Start::Request { method: b"NOTIFY" | b"SUBSCRIBE" | b"UNSUBSCRIBE", .. })
    }

    pub fn is_request(&self) -> bool {
        matches!(self, Start::Request { .. })
    }
}

impl<'a> Head<'a> {
    /// The head that these bytes begin with; `None` if they begin with something else, or break off before
    /// the end of its first line.
    pub fn find(bytes: &'a [u8]) -> Option<Head<'a>> {
        if !first_line_ends(bytes) {
            return None;
        }
        let first = line_at(bytes, 0);
        let start = Start::read(content(first))?;
        let (mut at, mut end) = (first.len(), None);
        let mut framing = Framing::default();
        while at < bytes.len() && at < MAX_HEAD {
            let line = Line { at, bytes: line_at(bytes, at) };
            at += line.bytes.len();
            // A CR that ends the bytes may be half of a line's end.
            if line.is_blank() && (at < bytes.len() || line.bytes.ends_with(b"\n")) {
                return Some(Head { bytes, len: end.unwrap_or(at), complete: true, start, framing });
            }
            match line.header() {
                Some((name, value)) if end.is_none() => framing.take(name, value),
                None if line.is_whole() => end = end.or(Some(line.at)),
                _ => {}
            }
        }
        Some(Head { bytes, len: end.unwrap_or(bytes.len()), complete: false, start, framing })
    }

    /// All lines, the first and the blank one among them.
    pub fn lines(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        lines(self.bytes.get(..self.len).unwrap_or(self.bytes))
    }

    /// The value of the header of this name that comes first.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        let mut headers = self.lines().skip(1).filter_map(|line| line.header());
        headers.find(|h| h.0.eq_ignore_ascii_case(name.as_bytes())).map(|h| h.1.trim_ascii_end())
    }

    /// Where the second stands of a length and a transfer coding, of which a message has but one
    /// (RFC 9112 6.2).
    pub fn clash(&self) -> Option<usize> {
        let at = |name: &str| {
            let is = |line: &Line| line.header().is_some_and(|h| h.0.eq_ignore_ascii_case(name.as_bytes()));
            self.lines().skip(1).find(is).map(|line| line.at)
        };
        Some(at("Content-Length")?.max(at("Transfer-Encoding")?))
    }
}

impl<'a> Framing<'a> {
    /// What these header lines say.
    pub fn read(lines: impl Iterator<Item = Line<'a>>) -> Framing<'a> {
        let mut framing = Framing::default();
        for line in lines {
            if let Some((name, value)) = line.header() {
                framing.take(name, value);
            }
        }
        framing
    }

    /// What a header says. Nearly all have names of other lengths than those that count.
    fn take(&mut self, name: &[u8], value: &'a [u8]) {
        if !matches!(name.len(), 4 | 12 | 14 | 16 | 17) {
            return;
        }
        let value = value.trim_ascii_end();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("Content-Length") {
            self.content_length = number(value);
        } else if is("Transfer-Encoding") {
            self.chunked = contains_word(value, "chunked");
        } else if is("Content-Type") {
            self.content_type = Some(value);
        } else if is("Content-Encoding") {
            self.content_encoding = Some(value);
        } else if is("Host") {
            self.host = Some(value);
        }
    }
}

impl<'a> Line<'a> {
    /// Name and value of a header, the value without the blanks before it.
    pub fn header(&self) -> Option<(&'a [u8], &'a [u8])> {
        let text = content(self.bytes);
        let colon = memchr::memchr(b':', text)?;
        Some((&text[..colon], text[colon + 1..].trim_ascii_start()))
    }

    /// True for the line that ends a head.
    pub fn is_blank(&self) -> bool {
        self.is_whole() && self.content().is_empty()
    }

    /// True if its end is there.
    pub fn is_whole(&self) -> bool {
        matches!(self.bytes.last(), Some(b'\n' | b'\r'))
    }

    /// The line without its end.
    pub fn content(&self) -> &'a [u8] {
        content(self.bytes)
    }
}

/// The lines of these bytes.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let line = Line { at, bytes: line_at(bytes, at) };
        at += line.bytes.len();
        (!line.bytes.is_empty()).then_some(line)
    })
}

/// True if headers may begin here: with anything else, bytes are no text.
pub fn may_be_text(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|b| matches!(b, b' '..=b'~'))
}

/// True if a message begins here, even if its first line breaks off.
pub fn begins(bytes: &[u8]) -> bool {
    Start::read(content(line_at(bytes, 0))).is_some()
}

/// True for what is neither a message nor headers.
pub fn is_strange(bytes: &[u8]) -> bool {
    let line = Line { at: 0, bytes: line_at(bytes, 0) };
    !may_be_text(bytes) || (Start::read(line.content()).is_none() && line.header().is_none())
}

/// How long is the message that begins here? A head that breaks off where the stream ends is waited for, as
/// if more could come.
pub fn pdu(bytes: &[u8], context: &PduContext) -> Pdu {
    if context.tunnel {
        return Pdu::Foreign;
    }
    let hopeless = bytes.len() >= MAX_HEAD;
    // A text shows by its first line whether it is a message.
    if !hopeless && may_be_text(bytes) && !first_line_ends(bytes) {
        return Pdu::NeedMore;
    }
    let Some(head) = Head::find(bytes) else { return Pdu::Foreign };
    if !head.complete {
        return if hopeless { Pdu::Len(bytes.len()) } else { Pdu::NeedMore };
    }
    let framing = head.framing;
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
        // RFC 9112 6.3: the body ends with the connection.
        None => Pdu::UntilEnd,
    }
}

/// True if the first line is whole; a CR at the end may be half of one.
fn first_line_ends(bytes: &[u8]) -> bool {
    let line = line_at(bytes, 0);
    line.ends_with(b"\n") || (line.ends_with(b"\r") && line.len() < bytes.len())
}

/// True if the first line is whole and says that it is HTTP/1.
pub fn looks_like_http(bytes: &[u8]) -> bool {
    // A method or version begins with a letter or the like (RFC 9110 5.6.2). Most of what this is asked about
    // is encrypted, and needn't be searched for the end of a line.
    if !bytes.first().is_some_and(|b| matches!(b, b' '..=b'~')) {
        return false;
    }
    let line = line_at(bytes, 0);
    let text = content(line);
    if !line.ends_with(b"\n") || text.len() <= 8 {
        return false;
    }
    let (before, version) = text.split_at(text.len() - 8);
    text.starts_with(b"HTTP/") || (version.starts_with(b"HTTP/") && before.ends_with(b" "))
}

/// The line that begins at `at`, with its end (CRLF, LF or CR), or all the rest.
pub fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else { return rest };
    let pair = rest[end] == b'\r' && rest.get(end + 1) == Some(&b'\n');
    &rest[..end + 1 + usize::from(pair)]
}

/// A line without its end.
pub fn content(line: &[u8]) -> &[u8] {
    match line.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => line.strip_suffix(b"\r").unwrap_or(line),
    }
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
        assert_eq!(length(b"HTTP/1.1 200 OK\r\n\r\n"), Pdu::UntilEnd);
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
    fn a_head_ends_with_the_first_line_that_is_no_header() {
        let bytes = b"GET / HTTP/1.1\r\nA: b\r\n c: d\rfolded\r\n\r\n";
        let head = Head::find(bytes).unwrap();
        assert_eq!((head.lines().count(), head.len), (3, 28));
        assert_eq!(length(bytes), Pdu::Len(28));
    }

    #[test]
    fn a_status_code_has_three_characters() {
        let code = |line: &'static [u8]| Start::read(line).and_then(|s| s.code());
        assert_eq!(code(b"HTTP/1.1 404 Not Found"), Some(404));
        assert_eq!(code(b"HTTP/1.1 2000 OK"), Some(200));
        assert_eq!(code(b"HTTP/1.1 abc OK"), Some(0));
        assert_eq!(code(b"HTTP/1.1 99 OK"), None);
    }

    #[test]
    fn of_a_length_and_a_transfer_coding_the_second_is_one_too_many() {
        let find = |bytes: &'static [u8]| Head::find(bytes).and_then(|h| h.clash());
        let both = b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(find(both), Some(35));
        assert_eq!(find(b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n"), None);
    }

    #[test]
    fn headers_alone_are_not_strange() {
        assert!(!is_strange(b"a b: c\r\nd") && !is_strange(b"GET / HT"));
        assert!(is_strange(b"abc\r\nd: e") && is_strange(b"\x80: b\r\n") && is_strange(b""));
        assert!(begins(b"GET / HT") && Head::find(b"GET / HT").is_none());
    }

    #[test]
    fn text_without_the_end_of_a_line_may_become_a_message() {
        assert_eq!(length(b"GE"), Pdu::NeedMore);
        assert_eq!(length(b"hello\r"), Pdu::NeedMore);
        assert_eq!(length(b"hello\r\n"), Pdu::Foreign);
        let tunnel = PduContext { tunnel: true, ..PduContext::default() };
        assert_eq!(pdu(b"GE", &tunnel), Pdu::Foreign);
    }
}
