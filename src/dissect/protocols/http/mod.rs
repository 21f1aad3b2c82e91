//! Hypertext Transfer Protocol 1.x (RFC 9112): the head line by line, chunks and content codings of the
//! body, and what is remembered of the exchange. What bodies are written in is `media`'s business; HTTP/2
//! and HTTP/3 are left out.

mod body;
mod fields;
pub mod head;
mod media;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::facts::HttpFacts;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Pdu, PduContext, Protocol};
use crate::dissect::sink::NodeId;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use fields::*;
use head::{Framing, Head, Line, Start};

static CHAT: Expert = Expert::new("http.chat", "Formatted text", Group::Sequence, Severity::Chat);
static BAD_NAME: Expert = Expert::new(
    "http.bad_header_name",
    "Illegal characters found in header name",
    Group::Protocol,
    Severity::Warning,
);
static TE_AND_LENGTH: Expert = Expert::new(
    "http.te_and_length",
    "The Content-Length and Transfer-Encoding header must not be set together",
    Group::Malformed,
    Severity::Warning,
);
static LEADING_CRLF: Expert = Expert::new(
    "http.leading_crlf",
    "Leading CRLF previous message in the stream may have extra CRLF",
    Group::Malformed,
    Severity::Error,
);
static DECOMPRESSION_FAILED: Expert =
    Expert::new("http.decompression_failed", "Decompression failed", Group::Protocol, Severity::Warning);

pub static HTTP: Protocol = Protocol {
    on: &[
        Key::TcpPort(80),
        Key::TcpPort(631),
        Key::TcpPort(1900),
        Key::TcpPort(2710),
        Key::TcpPort(2869),
        Key::TcpPort(3128),
        Key::TcpPort(3132),
        Key::TcpPort(3689),
        Key::TcpPort(5985),
        Key::TcpPort(8080),
        Key::TcpPort(8088),
        Key::TcpPort(11371),
        Key::SctpPort(80),
    ],
    fields: FIELDS,
    experts: &[&CHAT, &BAD_NAME, &TE_AND_LENGTH, &LEADING_CRLF, &DECOMPRESSION_FAILED],
    header,
    walk,
    pdu: Some(head::pdu),
    refuses: true,
    guess: Some(guess),
    ..Protocol::new("http", "Hypertext Transfer Protocol", "HTTP")
};

/// Also the protocols of bodies.
pub static PROTOCOLS: &[&Protocol] = &{
    let mut all = [&HTTP; 10];
    let mut i = 0;
    while i < media::BODIES.len() {
        all[i + 1] = media::BODIES[i];
        i += 1;
    }
    all
};

fn guess(buf: &Buf, chain: &Chain) -> bool {
    let over_tcp = chain.layers.protocol(chain.index()).is_some_and(|p| p.name() == "tcp");
    over_tcp && head::looks_like_http(buf.data)
}

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let tunnel = chain.facts.http(chain.index()).is_some_and(|f| f.tunnel.is_some());
    let context = PduContext { ended: true, ..PduContext::default() };
    Ok(match head::pdu(buf.data, &context) {
        Pdu::Len(n) if !tunnel && n > 0 => Header::message(n),
        _ => Header::last(),
    })
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let facts = w.context.facts.http(w.index);
    if let Some((host, port)) = facts.and_then(|f| f.tunnel.as_ref()) {
        tunnel(w, host, *port);
        return Ok(());
    }
    match Head::find(w.buf.data) {
        Some(head) => message(w, &head, facts),
        None => continuation(w),
    }
    w.columns.fence_info();
    Ok(())
}

/// Bytes of a message whose beginning isn't here. Only what may be text is looked at as a file.
fn continuation(w: &mut Walk) {
    let bytes = w.buf.data;
    w.columns.set_info(format_args!("Continuation"));
    if bytes.first().is_some_and(|b| matches!(b, b' '..=b'~')) {
        file_data(w, 0, bytes);
    }
    w.nest(Next::Data, 0, bytes.len());
}

fn file_data(w: &mut Walk, at: usize, bytes: &[u8]) {
    if w.wants_fields() {
        let file = text::ascii(text::until_nul(bytes));
        let label = format_args!("File Data: {} bytes", bytes.len());
        w.text(&FILE_DATA, at, bytes.len(), Value::Str(&file), label);
    }
}

/// What passes through after CONNECT belongs to the protocol of the port asked for.
fn tunnel(w: &mut Walk, host: &str, port: u16) {
    w.generated(&PROXY_CONNECT_HOST, 0, Value::Str(host));
    w.generated(&PROXY_CONNECT_PORT, 0, Value::Uint(port.into()));
    w.hand_on(Next::Quiet(Key::TcpPort(port)), 0, w.buf.data.len());
}

fn message(w: &mut Walk, head: &Head, facts: Option<&HttpFacts>) {
    let framing = head.framing();
    let request = head.start.is_request();
    for (n, line) in head.lines().enumerate() {
        if n == 0 {
            first_line(w, &line, &head.start);
        } else if w.wants_fields() {
            header_line(w, &line, request);
        }
    }
    if w.wants_fields() {
        exchange(w, head, &framing, facts);
    }
    // The layer is only its head where the body has a layer of its own.
    let handed = media_type(&framing).is_some_and(|kind| media::protocol(&kind) != "media");
    if handed || w.buf.data.len() == head.len {
        w.resize(w.node, head.len);
    }
    let bodyless = facts.is_some_and(|f| f.bodyless);
    if head.complete && w.buf.data.len() > head.len && !bodyless {
        entity(w, head.len, &framing);
    }
}

/// A text with its control characters shown.
fn shown(bytes: &[u8]) -> String {
    let mut out = String::new();
    text::escape_controls(&mut out, &text::utf8(bytes));
    out
}

fn first_line(w: &mut Walk, line: &Line, start: &Start) {
    let info = shown(line.content());
    w.columns.set_info(format_args!("{info} "));
    if !w.wants_fields() {
        return;
    }
    let all = shown(line.bytes);
    let id = w.open_label(0, line.bytes.len(), format_args!("{all}"));
    w.expert_text(&CHAT, id, format_args!("{all}"));
    match *start {
        Start::Request { method, uri, version } => request_line(w, method, uri, version),
        Start::Response { version, code, phrase } => status_line(w, start, version, code, phrase),
    }
    w.close();
}

fn put(w: &mut Walk, field: &'static crate::dissect::field::Field, at: usize, bytes: &[u8]) -> NodeId {
    w.value(field, at, bytes.len(), Value::Str(&text::utf8(bytes)))
}

fn request_line(w: &mut Walk, method: &[u8], uri: &[u8], version: &[u8]) {
    put(w, &METHOD, 0, method);
    let at = method.len() + 1;
    let id = put(w, &URI, at, uri);
    if let Some(mark) = memchr::memchr(b'?', uri) {
        w.open(id);
        put(w, &PATH, at, &uri[..mark]);
        query(w, at + mark + 1, &uri[mark + 1..]);
        w.close();
    }
    if !version.is_empty() {
        put(w, &REQUEST_VERSION, at + uri.len() + 1, version);
    }
}

fn query(w: &mut Walk, at: usize, query: &[u8]) {
    let id = put(w, &QUERY, at, query);
    w.open(id);
    let mut from = at;
    for parameter in query.split(|b| *b == b'&') {
        put(w, &PARAMETER, from, parameter);
        from += parameter.len() + 1;
    }
    w.close();
}

fn status_line(w: &mut Walk, start: &Start, version: &[u8], code: &[u8], phrase: &[u8]) {
    put(w, &RESPONSE_VERSION, 0, version);
    let at = version.len() + 1;
    let Some(number) = start.code() else { return };
    w.uint(&CODE, at, code.len(), number.into());
    let meaning = status(number).unwrap_or("Unknown");
    w.put(w.node(&CODE_DESC, at, code.len(), Value::Str(meaning)).bracketed());
    if !phrase.is_empty() {
        put(w, &PHRASE, at + code.len() + 1, phrase);
    }
}

fn header_line(w: &mut Walk, line: &Line, request: bool) {
    let all = shown(line.bytes);
    let (at, len) = (line.at, line.bytes.len());
    let Some((name, value)) = line.header() else {
        w.label(at, len, format_args!("{all}"));
        return;
    };
    let line_field = if request { &REQUEST_LINE } else { &RESPONSE_LINE };
    let whole = text::utf8(line.bytes);
    let known = header_field(name);
    let id = match known {
        Some(field) => w.text(field, at, len, Value::Str(&text::utf8(value)), format_args!("{all}")),
        None => w.text(line_field, at, len, Value::Str(&whole), format_args!("{all}")),
    };
    if name.iter().any(|b| !is_token(*b)) {
        w.expert(&BAD_NAME, id);
    }
    let Some(field) = known else { return };
    w.open(id);
    if *field == COOKIE {
        cookies(w, line);
    } else if *field == CONTENT_LENGTH_HEADER {
        if let Some(n) = std::str::from_utf8(value).ok().and_then(|v| v.trim().parse().ok()) {
            w.put(w.node(&CONTENT_LENGTH, at, len, Value::Uint(n)).bracketed());
        }
    } else if *field == AUTHORIZATION || *field == PROXY_AUTHORIZATION {
        credentials(w, at, value);
    }
    w.close();
    w.hidden(line_field, at, len, Value::Str(&whole));
}

fn header_field(name: &[u8]) -> Option<&'static crate::dissect::field::Field> {
    fields::header(name)
}

/// RFC 9110 5.6.2.
fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

/// RFC 6265 4.2.
fn cookies(w: &mut Walk, line: &Line) {
    let content = line.content();
    let Some(colon) = memchr::memchr(b':', content) else { return };
    let mut at = line.at + colon + 1;
    for part in content[colon + 1..].split(|b| *b == b';') {
        let start = at + (part.len() - part.trim_ascii_start().len());
        let pair = part.trim_ascii();
        if !pair.is_empty() {
            put(w, &COOKIE_PAIR, start, pair);
        }
        at += part.len() + 1;
    }
}

/// RFC 7617: name and password in base64.
fn credentials(w: &mut Walk, at: usize, value: &[u8]) {
    let Some((scheme, rest)) = value.split_at_checked(6) else { return };
    if scheme.eq_ignore_ascii_case(b"Basic ") {
        let plain = body::base64(rest.trim_ascii());
        // The place is counted from the layer's own offset, as the usual tools have it.
        let place = at + w.layer.start as usize;
        w.generated(&AUTH_BASIC, place, Value::Str(&text::utf8(text::until_nul(&plain))));
    }
}

/// What the whole exchange is: the URI asked for, numbers, and the frames that belong to it.
fn exchange(w: &mut Walk, head: &Head, framing: &Framing, facts: Option<&HttpFacts>) {
    let Start::Request { .. } = head.start else {
        w.hidden(&RESPONSE, 0, 0, Value::Bool(true));
        if let Some(f) = facts {
            response_facts(w, f);
        }
        return;
    };
    if let Some(uri) = full_uri(&head.start, framing) {
        w.generated(&FULL_URI, 0, Value::Str(&uri));
    }
    w.hidden(&REQUEST, 0, 0, Value::Bool(true));
    if let Some(f) = facts {
        request_facts(w, f);
    }
}

/// The URI with the host, if one is named or the URI has its own (RFC 9112 3.3).
pub fn full_uri(start: &Start, framing: &Framing) -> Option<String> {
    let Start::Request { method, uri, .. } = *start else { return None };
    let path = text::utf8(uri);
    let begins = |scheme: &str| path.get(..scheme.len()).is_some_and(|p| p.eq_ignore_ascii_case(scheme));
    if begins("http://") || begins("https://") || method == b"CONNECT" {
        return Some(path.into_owned());
    }
    let host = text::utf8(framing.host?);
    Some(format!("http://{host}{path}"))
}

fn frame(w: &mut Walk, field: &'static crate::dissect::field::Field, frame: Option<u32>) {
    if let Some(n) = frame {
        w.generated(field, 0, Value::Uint(n.into()));
    }
}

fn numbered(w: &mut Walk, field: &'static crate::dissect::field::Field, what: &str, f: &HttpFacts) {
    let (number, total) = (f.number, f.total.max(f.number));
    let node = w.node(field, 0, 0, Value::Uint(number.into()));
    w.put(node.text(format_args!("HTTP {what} {number}/{total}")).generated());
}

fn request_facts(w: &mut Walk, f: &HttpFacts) {
    numbered(w, &REQUEST_NUMBER, "request", f);
    frame(w, &PREV_REQUEST_IN, f.previous_request);
    frame(w, &RESPONSE_IN, f.response);
    frame(w, &NEXT_REQUEST_IN, f.next_request);
}

fn response_facts(w: &mut Walk, f: &HttpFacts) {
    numbered(w, &RESPONSE_NUMBER, "response", f);
    if let Some(time) = f.time {
        w.generated(&TIME, 0, Value::Duration(time.into()));
    }
    frame(w, &PREV_REQUEST_IN, f.previous_request);
    frame(w, &PREV_RESPONSE_IN, f.previous_response);
    frame(w, &REQUEST_IN, f.request);
    frame(w, &NEXT_REQUEST_IN, f.next_request);
    frame(w, &NEXT_RESPONSE_IN, f.next_response);
    if let Some(uri) = &f.uri {
        w.generated(&RESPONSE_FOR_URI, 0, Value::Str(uri));
    }
}

/// The body: chunks and coding are taken off, then it goes to whoever reads its media type.
fn entity(w: &mut Walk, at: usize, framing: &Framing) {
    let plain = w.buf.from(at);
    let mut made: Option<(u8, Vec<u8>)> = None;
    if framing.chunked {
        let whole = body::chunks(w, at);
        if whole.is_empty() {
            return;
        }
        let Some(source) = w.add_source("De-chunked entity body", whole.clone()) else { return };
        made = Some((source, whole));
    }
    let coding = framing.content_encoding.filter(|c| !c.eq_ignore_ascii_case(b"identity"));
    if let Some(coding) = coding {
        let packed = made.as_ref().map_or(plain, |(_, bytes)| bytes);
        let unpacked = body::decode(coding, packed);
        coded(w, made.as_ref().map(|m| m.0), (at, packed), coding, unpacked.as_deref());
        match unpacked {
            Some(bytes) => {
                let Some(source) = w.add_source("Uncompressed entity body", bytes.clone()) else { return };
                made = Some((source, bytes));
            }
            None => return,
        }
    }
    let bytes = made.as_ref().map_or(plain, |(_, bytes)| bytes);
    let place = if made.is_some() { 0 } else { at };
    file_data(w, place, bytes);
    let len = bytes.len();
    match (media_type(framing), made) {
        (Some(kind), Some((source, _))) => {
            w.leave_text(media::MEDIA_TYPE, &kind);
            w.hand_on_source(media::next(&kind), source, 0, len);
        }
        (Some(kind), None) => {
            w.leave_text(media::MEDIA_TYPE, &kind);
            w.hand_on(media::next(&kind), at, len);
        }
        (None, Some((source, bytes))) => {
            w.with_source(source, &bytes, |w| w.nest(Next::Data, 0, len));
        }
        (None, None) => w.nest(Next::Data, at, len),
    }
}

/// The line that tells of a content coding.
fn coded(
    w: &mut Walk,
    source: Option<u8>,
    (at, packed): (usize, &[u8]),
    coding: &[u8],
    unpacked: Option<&[u8]>,
) {
    let (name, len) = (text::utf8(coding), packed.len());
    let after = match unpacked {
        Some(bytes) => format!(" -> {} bytes", bytes.len()),
        None => String::new(),
    };
    let put = |w: &mut Walk, at: usize| {
        let line = format_args!("Content-encoded entity body ({name}): {len} bytes{after}");
        let id = w.open_label(at, len, line);
        if unpacked.is_none() {
            w.expert(&DECOMPRESSION_FAILED, id);
        }
        w.close();
    };
    match source {
        Some(source) => w.with_source(source, packed, |w| put(w, 0)),
        None => put(w, at),
    }
}

/// The media type without parameters, in lower case.
fn media_type(framing: &Framing) -> Option<String> {
    let value = text::utf8(framing.content_type?).to_ascii_lowercase();
    let kind = value.split([';', ' ']).next().unwrap_or("").trim().to_string();
    (!kind.is_empty()).then_some(kind)
}
