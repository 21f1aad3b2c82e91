//! The body of a message: chunks (RFC 9112 7.1) and content codings (RFC 9110 8.4) are taken off it.

use std::io::Read;

use super::fields::*;
use super::head::{content, line_at};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

/// A body is not unpacked to more than this.
const MAX_UNPACKED: u64 = 16 << 20;
/// More chunks than this are not shown one by one.
const MAX_CHUNKS: usize = 4096;
/// A body in more chunks than this isn't put together: with each segment, they are walked over once more.
const MOST_PUT_TOGETHER: usize = 1 << 16;

/// One chunk: where its size line begins and how long that is, and how much data follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chunk {
    at: usize,
    line: usize,
    size: usize,
}

impl Chunk {
    /// The chunk that begins here; `None` without a whole line that begins with a hexadecimal number.
    fn read(bytes: &[u8], at: usize) -> Option<Chunk> {
        let line = line_at(bytes, at);
        if !line.ends_with(b"\n") {
            return None;
        }
        let digits = content(line).split(|b| *b == b';').next()?.trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        Some(Chunk { at, line: line.len(), size })
    }

    fn data(&self) -> usize {
        self.at.saturating_add(self.line)
    }

    fn end(&self) -> usize {
        self.data().saturating_add(self.size)
    }
}

/// Where a body in chunks ends that begins at `at`; `None` if it doesn't end in these bytes, or has too many.
pub fn chunks_len(bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..MOST_PUT_TOGETHER {
        let chunk = Chunk::read(bytes, at)?;
        if chunk.size == 0 {
            return trailer_end(bytes, chunk.data());
        }
        at = chunk.end().checked_add(2)?;
        if at > bytes.len() {
            return None;
        }
    }
    None
}

/// Behind the blank line that ends the trailer.
fn trailer_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let line = line_at(bytes, at);
        if !line.ends_with(b"\n") {
            return None;
        }
        at += line.len();
        if content(line).is_empty() {
            return Some(at);
        }
    }
}

/// Shows the chunks and returns what they hold. `from`: where the body begins in the layer.
pub fn chunks(w: &mut Walk, from: usize) -> Vec<u8> {
    let bytes = w.buf.data;
    let total = bytes.len().saturating_sub(from);
    w.open_label(from, total, format_args!("HTTP chunked response"));
    let (mut at, mut whole, mut shown) = (from, Vec::new(), 0);
    while let Some(chunk) = Chunk::read(bytes, at) {
        if chunk.size == 0 {
            last_chunk(w, chunk);
            break;
        }
        let end = chunk.end().min(bytes.len());
        let data = bytes.get(chunk.data()..end).unwrap_or(&[]);
        whole.extend_from_slice(data);
        shown += 1;
        if shown <= MAX_CHUNKS {
            show_chunk(w, chunk, data);
        }
        at = chunk.end().saturating_add(2);
        if at >= bytes.len() {
            break;
        }
    }
    w.close();
    whole
}

fn show_chunk(w: &mut Walk, chunk: Chunk, data: &[u8]) {
    let boundary = w.buf.captured(chunk.end()).min(2);
    let all = chunk.line + data.len() + boundary;
    w.open_label(chunk.at, all, format_args!("Data chunk ({} octets)", chunk.size));
    w.uint(&CHUNK_SIZE, chunk.at, chunk.line, chunk.size as u64);
    w.value(&CHUNK_DATA, chunk.data(), data.len(), Value::Bytes(data));
    if let Ok(end) = w.bytes(chunk.end(), boundary)
        && boundary > 0
    {
        w.value(&CHUNK_BOUNDARY, chunk.end(), boundary, Value::Bytes(end));
    }
    w.close();
}

fn last_chunk(w: &mut Walk, chunk: Chunk) {
    let bytes = w.buf.data;
    let end = trailer_end(bytes, chunk.data()).unwrap_or(bytes.len());
    let len = end.saturating_sub(chunk.at).min(chunk.line + 2);
    w.open_label(chunk.at, len, format_args!("End of chunked encoding"));
    w.uint(&CHUNK_SIZE, chunk.at, chunk.line, 0);
    w.close();
    let blank = line_at(&bytes[..end], end.saturating_sub(2));
    let trailer = end.saturating_sub(blank.len()).saturating_sub(chunk.data());
    if trailer > 0 && content(blank).is_empty() {
        let text = crate::dissect::text::utf8(&bytes[chunk.data()..chunk.data() + trailer]);
        w.value(&TRAILER_PART, chunk.data(), trailer, Value::Str(&text));
    }
    if content(blank).is_empty() && !blank.is_empty() {
        w.label(end - blank.len(), blank.len(), format_args!("\\r\\n"));
    }
}

/// The body without its content coding; `None` if the coding isn't one of ours or its data is spoilt
/// from the start. Of data that ends early or is spoilt later, what came out before.
pub fn decode(coding: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
    if is("gzip") || is("x-gzip") {
        unpack(flate2::read::MultiGzDecoder::new(body))
    } else if is("deflate") || is("x-deflate") {
        unpack(flate2::read::ZlibDecoder::new(body))
            .or_else(|| unpack(flate2::read::DeflateDecoder::new(body)))
    } else {
        None
    }
}

/// An error only ends the data: what came before it is of use. `None` if nothing did.
fn unpack(from: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let result = from.take(MAX_UNPACKED).read_to_end(&mut out);
    (result.is_ok() || !out.is_empty()).then_some(out)
}

/// The bytes that base64 text stands for (RFC 4648 4), up to the first character that is not of it.
pub fn base64(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for c in text {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6 | u32::from(value)) & 0xfff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_decoded() {
        assert_eq!(base64(b"dGVzdDoxOjM0"), b"test:1:34");
        assert_eq!(base64(b"YTpi=="), b"a:b");
    }

    #[test]
    fn absurd_sizes_of_chunks_end_nowhere() {
        assert_eq!(chunks_len(b"ffffffffffffffff\r\nabc", 0), None);
        assert_eq!(chunks_len(b"xyz\r\n", 0), None);
    }

    #[test]
    fn tiny_chunks_without_end_are_given_up() {
        let body = [b"1\r\nx\r\n".repeat(MOST_PUT_TOGETHER), b"0\r\n\r\n".to_vec()].concat();
        assert_eq!(chunks_len(&body, 0), None);
        assert_eq!(chunks_len(&body, 6), Some(body.len()));
    }

    #[test]
    fn spoilt_gzip_is_nothing() {
        assert_eq!(decode(b"gzip", b"no gzip at all"), None);
    }
}
