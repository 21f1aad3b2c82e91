//! Mail and bodies in several parts (RFC 5322, RFC 2046): recognised, and what they hold is handed on.

use crate::dissect::buf::Stop;
use crate::dissect::protocol::Next;
use crate::dissect::protocols::http::media::{self, MEDIA_TYPE};
use crate::dissect::walk::Walk;

/// More parts than this are not looked at.
const MOST_PARTS: usize = 256;

/// A message: its header names it in the column, its body goes to whom its type names.
pub fn message(w: &mut Walk) -> Result<(), Stop> {
    w.columns.append_protocol("/IMF");
    let bytes = w.buf.data;
    let body = body_at(bytes);
    let Some(kind) = media_type(&bytes[..body]).filter(|kind| media::protocol(kind) != "media") else {
        return Ok(());
    };
    let (next, _) = media::next(&kind, &bytes[body..]);
    w.leave_text(MEDIA_TYPE, &kind);
    w.hand_on(next, body, bytes.len() - body);
    Ok(())
}

/// Each part goes to whom its type names; one without a type is data.
pub fn multipart(w: &mut Walk) -> Result<(), Stop> {
    let bytes = w.buf.data;
    for (start, end) in parts(bytes) {
        let part = &bytes[start..end];
        let body = body_at(part);
        let kind = media_type(&part[..body]);
        let next = kind.as_deref().map_or(Next::Data, |kind| media::next(kind, &part[body..]).0);
        w.leave_text(MEDIA_TYPE, kind.as_deref().unwrap_or(""));
        w.nest(next, start + body, part.len() - body);
    }
    Ok(())
}

/// Behind the blank line that ends a header; the end, if there is none.
fn body_at(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            return at;
        }
    }
    bytes.len()
}

/// The value of Content-Type without parameters, in lower case.
fn media_type(header: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"content-type:";
    let has_name = |line: &&[u8]| line.get(..NAME.len()).is_some_and(|n| n.eq_ignore_ascii_case(NAME));
    let line = header.split(|b| *b == b'\n').find(has_name)?;
    let value = line[NAME.len()..].split(|b| *b == b';').next()?.trim_ascii();
    Some(String::from_utf8_lossy(value).to_ascii_lowercase())
}

/// Where the parts between delimiters begin and end. The first line that begins with two dashes tells the
/// delimiter.
fn parts(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut at, mut found) = (0usize, Vec::new());
    let (mut delimiter, mut start): (Option<&[u8]>, Option<usize>) = (None, None);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        if delimiter.is_none() && text.len() > 2 && text.starts_with(b"--") {
            delimiter = Some(text);
        }
        if let Some(mark) = delimiter.filter(|mark| text.starts_with(mark)) {
            if let Some(start) = start.filter(|start| *start < at) {
                found.push((start, content_end(bytes, start, at)));
            }
            let last = text.len() > mark.len();
            start = (!last).then_some(at + line.len());
            if last || found.len() >= MOST_PARTS {
                return found;
            }
        }
        at += line.len();
    }
    if let Some(start) = start.filter(|start| *start < at) {
        found.push((start, at));
    }
    found
}

/// The line break before a delimiter belongs to that.
fn content_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let part = &bytes[start..end];
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    start + part.strip_suffix(b"\r").unwrap_or(part).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_the_type_and_ends_with_a_blank_line() {
        let message = b"From: a\r\nContent-type: Text/Plain; charset=x\r\n\r\nbody";
        assert_eq!(body_at(message), message.len() - 4);
        assert_eq!(media_type(message).as_deref(), Some("text/plain"));
        assert_eq!(media_type(b"From: a\r\n"), None);
    }

    #[test]
    fn parts_stand_between_delimiters() {
        let body = b"preamble\r\n--x\r\n\r\na\r\n--x\r\n\r\nb\r\n--x--\r\nend";
        let found: Vec<&[u8]> = parts(body).into_iter().map(|(start, end)| &body[start..end]).collect();
        assert_eq!(found, [&b"\r\na"[..], b"\r\nb"]);
        assert!(parts(b"no delimiter\n").is_empty());
        assert_eq!(parts(b"--x\na"), [(4, 5)]);
    }
}
