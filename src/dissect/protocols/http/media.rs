//! What bodies are written in: lines of text and forms are dissected, the others recognised.

use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::protocol::{Key, Next, Protocol};
use crate::dissect::sink::NodeId;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

/// The note in which a body finds its media type.
pub const MEDIA_TYPE: &str = "media_type";

/// More lines or items than this are not shown.
const MAX_LINES: usize = 100_000;

fields! {
    KEY = "urlencoded-form.key", "Key", stringz();
    VALUE = "urlencoded-form.value", "Value", stringz();
}

static TYPE: Field = Field::new("media.type", "Media type").bytes();

pub static TEXT_LINES: Protocol =
    Protocol { walk: text_lines, ..Protocol::new("data-text-lines", "Line-based text data", "") };

pub static FORM: Protocol =
    Protocol { fields: FIELDS, walk: form, ..Protocol::new("urlencoded-form", "HTML Form URL Encoded", "") };

pub static MEDIA: Protocol =
    Protocol { fields: &[&TYPE], walk: media, ..Protocol::new("media", "Media Type", "") };

pub static JSON: Protocol =
    Protocol { claim: true, walk: json, ..Protocol::new("json", "JavaScript Object Notation", "") };

pub static XML: Protocol =
    Protocol { claim: true, walk: xml, ..Protocol::new("xml", "eXtensible Markup Language", "") };

pub static PNG: Protocol =
    Protocol { claim: true, walk: png, ..Protocol::new("png", "Portable Network Graphics", "") };

pub static GIF: Protocol =
    Protocol { claim: true, walk: gif, ..Protocol::new("image-gif", "Compuserve GIF", "") };

pub static JFIF: Protocol =
    Protocol { claim: true, walk: jfif, ..Protocol::new("image-jfif", "JPEG File Interchange Format", "") };

pub static MP4: Protocol =
    Protocol { claim: true, walk: mp4, ..Protocol::new("mp4", "MP4 / ISOBMFF file format", "MP4") };

/// Which protocol takes a body of this media type (lower case, without parameters).
pub fn protocol(media: &str) -> &'static str {
    let named = NAMES.iter().find(|(name, _)| *name == media).map(|(_, protocol)| *protocol);
    match named {
        Some(name) => name,
        None if media.starts_with("multipart/") => "mime_multipart",
        None if media.ends_with("+xml") => "xml",
        None if media.ends_with("+json") => "json",
        None => "media",
    }
}

static NAMES: &[(&str, &str)] = &[
    ("text/plain", "data-text-lines"),
    ("text/html", "data-text-lines"),
    ("text/css", "data-text-lines"),
    ("text/javascript", "data-text-lines"),
    ("text/richtext", "data-text-lines"),
    ("text/rtf", "data-text-lines"),
    ("text/tab-separated-values", "data-text-lines"),
    ("text/x-c", "data-text-lines"),
    ("text/x-java-source", "data-text-lines"),
    ("text/vnd.wap.wmlscript", "data-text-lines"),
    ("text/vnd.wap.co", "data-text-lines"),
    ("application/javascript", "data-text-lines"),
    ("application/x-javascript", "data-text-lines"),
    ("application/x-ns-proxy-autoconfig", "data-text-lines"),
    ("application/x-wms-logconnectstats", "data-text-lines"),
    ("application/vnd.ms-sync.wbxml", "wbxml"),
    ("application/vnd.wap.wmlc", "wbxml"),
    ("application/vnd.wap.xhtml+xml", "xml"),
    ("application/x-www-form-urlencoded", "urlencoded-form"),
    ("application/octet-stream", "data"),
    ("application/json", "json"),
    ("application/json-rpc", "json"),
    ("application/jsonrequest", "json"),
    ("application/x-json", "json"),
    ("application/dds-web+json", "json"),
    ("text/xml", "xml"),
    ("application/xml", "xml"),
    ("application/xml-dtd", "xml"),
    ("text/vnd.wap.wml", "xml"),
    ("text/vnd.wap.si", "xml"),
    ("text/vnd.wap.sl", "xml"),
    ("application/auth-policy+xml", "xml"),
    ("application/x-crd+xml", "xml"),
    ("application/x-wms-sendevent", "data-text-lines"),
    ("image/svg+xml", "xml"),
    ("image/png", "png"),
    ("image/gif", "image-gif"),
    ("image/jpeg", "image-jfif"),
    ("image/jpg", "image-jfif"),
    ("application/ocsp-request", "ocsp"),
    ("application/ocsp-response", "ocsp"),
    ("application/ipp", "ipp"),
    ("application/sdp", "sdp"),
    ("message/rfc822", "imf"),
    ("video/mp4", "mp4"),
    ("audio/mp4", "mp4"),
    ("message/http", "http"),
    ("application/http", "http"),
    ("application/dns-message", "dns"),
];

fn text_lines(w: &mut Walk) -> Result<(), Stop> {
    let bytes = w.buf.data;
    let kind = w.text_note(MEDIA_TYPE).unwrap_or_default();
    if !kind.is_empty() {
        w.columns.append_info(format_args!(" ({kind})"));
    }
    if !w.wants_fields() {
        return Ok(());
    }
    let lines = bytes.split_inclusive(|b| *b == b'\n').count();
    let separator = if kind.is_empty() { "" } else { ": " };
    w.set_title(format_args!("Line-based text data{separator}{kind} ({lines} lines)"));
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n').take(MAX_LINES) {
        let mut shown = String::new();
        text::escape_controls(&mut shown, &text::utf8(line));
        w.label(at, line.len(), format_args!("{shown}"));
        at += line.len();
    }
    Ok(())
}

/// WHATWG URL 5.1: names and values with `%` codes and `+` for blanks.
fn form(w: &mut Walk) -> Result<(), Stop> {
    let bytes = w.buf.data;
    let kind = w.text_note(MEDIA_TYPE).unwrap_or_default();
    if !kind.is_empty() {
        w.columns.append_info(format_args!(" ({kind})"));
        w.title(format_args!(": {kind}"));
    }
    let (mut at, mut items) = (0, 0);
    while at < bytes.len() && items < MAX_LINES {
        let id = w.open_label(at, 0, format_args!("Form item"));
        match item(w, id, at) {
            Ok(end) => at = end,
            Err(Spoilt::End) => return Err(Stop::malformed(at)),
            Err(Spoilt::Digit) => return Ok(()),
        }
        w.close();
        items += 1;
    }
    Ok(())
}

/// A name and its value; where they end, with the `&` behind them.
fn item(w: &mut Walk, id: NodeId, at: usize) -> Result<usize, Spoilt> {
    let bytes = w.buf.data;
    let (key, key_end) = unescape(bytes, at, b'=')?;
    w.append(id, format_args!(": \"{key}\""));
    w.value(&KEY, at, key_end - at, Value::Str(&key));
    let from = key_end + 1;
    let (value, end) = unescape(bytes, from, b'&')?;
    w.append(id, format_args!(" = \"{value}\""));
    w.value(&VALUE, from, end.saturating_sub(from), Value::Str(&value));
    let end = (end + 1).min(bytes.len());
    w.resize(id, end - at);
    Ok(end)
}

/// What is wrong with a `%` code.
#[derive(Debug, PartialEq, Eq)]
enum Spoilt {
    /// It isn't hexadecimal.
    Digit,
    /// The text ends within it.
    End,
}

/// The text from `at` up to the byte that ends it, and where that is.
fn unescape(bytes: &[u8], mut at: usize, end: u8) -> Result<(String, usize), Spoilt> {
    let digit = |at: usize| {
        let byte = bytes.get(at).ok_or(Spoilt::End)?;
        char::from(*byte).to_digit(16).ok_or(Spoilt::Digit)
    };
    let mut out = Vec::new();
    while let Some(byte) = bytes.get(at).copied().filter(|b| *b != end) {
        at += 1;
        match byte {
            b'%' => {
                out.push((digit(at)? << 4 | digit(at + 1)?) as u8);
                at += 2;
            }
            b'+' => out.push(b' '),
            _ => out.push(byte),
        }
    }
    Ok((text::utf8(text::until_nul(&out)).into_owned(), at))
}

fn media(w: &mut Walk) -> Result<(), Stop> {
    let len = w.buf.data.len();
    let kind = w.text_note(MEDIA_TYPE).unwrap_or_default();
    w.columns.append_info(format_args!(" ({kind})"));
    let bytes = w.buf.data;
    let plural = if len == 1 { "" } else { "s" };
    let label = format_args!("Media type: {kind} ({len} byte{plural})");
    w.text(&TYPE, 0, len, Value::Bytes(bytes), label);
    Ok(())
}

/// What a body is written in stands behind the protocol that carries it: `HTTP/JSON`.
fn json(w: &mut Walk) -> Result<(), Stop> {
    w.columns.append_protocol("/JSON");
    let kind = w.text_note(MEDIA_TYPE).unwrap_or_default();
    if !kind.is_empty() {
        w.columns.append_info(format_args!(", JavaScript Object Notation ({kind})"));
        w.title(format_args!(": {kind}"));
    }
    Ok(())
}

fn xml(w: &mut Walk) -> Result<(), Stop> {
    w.columns.append_protocol("/XML");
    Ok(())
}

fn png(w: &mut Walk) -> Result<(), Stop> {
    w.columns.append_info(format_args!(" (PNG)"));
    Ok(())
}

fn gif(w: &mut Walk) -> Result<(), Stop> {
    let version = text::utf8(w.bytes(0, 6)?);
    w.columns.append_info(format_args!(" ({version})"));
    w.title(format_args!(", Version: {version}"));
    Ok(())
}

fn mp4(w: &mut Walk) -> Result<(), Stop> {
    w.columns.clear_info();
    Ok(())
}

fn jfif(w: &mut Walk) -> Result<(), Stop> {
    w.columns.append_info(format_args!(" (JPEG JFIF image)"));
    Ok(())
}

pub static BODIES: [&Protocol; 9] = [&TEXT_LINES, &FORM, &MEDIA, &JSON, &XML, &PNG, &GIF, &JFIF, &MP4];

/// Who takes a body of this media type. True if that isn't who the type names, because the bytes are an
/// image of another kind, or none.
pub fn next(media: &str, body: &[u8]) -> (Next, bool) {
    let named = protocol(media);
    let refused = IMAGES.iter().any(|(name, begins)| *name == named && !begins(body));
    let name = if refused { image(body).unwrap_or("media") } else { named };
    let next = if name == "data" { Next::Data } else { Next::Quiet(Key::Named(name)) };
    (next, refused)
}

/// How the first bytes of an image tell.
type Begins = fn(&[u8]) -> bool;

static IMAGES: [(&str, Begins); 3] = [
    ("png", |b| b.starts_with(b"\x89PNG\r\n\x1a\n")),
    ("image-gif", |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a")),
    ("image-jfif", |b| b.starts_with(b"\xff\xd8\xff")),
];

fn image(body: &[u8]) -> Option<&'static str> {
    IMAGES.iter().find(|(_, begins)| begins(body)).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_forms_are_undone() {
        assert_eq!(unescape(b"a+b%2fc&d", 0, b'&'), Ok(("a b/c".to_string(), 7)));
        assert_eq!(unescape(b"a%zz", 0, b'='), Err(Spoilt::Digit));
        assert_eq!(unescape(b"a%4", 0, b'='), Err(Spoilt::End));
    }

    #[test]
    fn an_image_of_another_kind_goes_to_that() {
        let gif = Next::Quiet(Key::Named("image-gif"));
        assert_eq!(next("image/png", b"GIF89a"), (gif, true));
        assert_eq!(next("image/gif", b"GIF89a"), (gif, false));
        assert_eq!(next("image/png", b"text"), (Next::Quiet(Key::Named("media")), true));
    }

    #[test]
    fn families_of_media_types_have_a_protocol() {
        assert_eq!(protocol("image/svg+xml"), "xml");
        assert_eq!(protocol("multipart/form-data"), "mime_multipart");
        assert_eq!(protocol("application/zip"), "media");
    }
}
