//! Hypertext Transfer Protocol 1.x (RFC 9112): the head line by line, chunks and content codings of the
//! body, and what is remembered of the exchange. What bodies are written in is `media`'s business; HTTP/2
//! and HTTP/3 are left out.

mod body;
mod fields;
pub mod head;
pub mod media;
mod ntlm;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::facts::{HttpFacts, PartKind};
use crate::dissect::field::Field;
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Guess, Header, Key, Next, Pdu, PduContext, Protocol};
use crate::dissect::protocols::special::STRAY;
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
    Expert::new("http.decompression_failed", "Decompression failed", Group::Undecoded, Severity::Warning);
static TE_UNKNOWN: Expert = Expert::new(
    "http.te_unknown",
    "Unknown transfer coding name in Transfer-Encoding header",
    Group::Undecoded,
    Severity::Warning,
);

static SUBDISSECTOR_FAILED: Expert = Expert::new(
    "http.subdissector_failed",
    "HTTP body subdissector failed, trying heuristic subdissector",
    Group::Malformed,
    Severity::Note,
);
static TLS_PORT: Expert = Expert::new(
    "http.tls_port",
    "Unencrypted HTTP protocol detected over encrypted port, could indicate a dangerous misconfiguration.",
    Group::Security,
    Severity::Warning,
);

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
    experts: &[
        &CHAT,
        &BAD_NAME,
        &TE_AND_LENGTH,
        &TE_UNKNOWN,
        &LEADING_CRLF,
        &DECOMPRESSION_FAILED,
        &SUBDISSECTOR_FAILED,
        &TLS_PORT,
        &STRAY,
    ],
    header,
    walk,
    pdu: Some(head::pdu),
    refuses: Some(head::is_strange),
    tunnels: Some(|bytes| bytes.starts_with(b"CONNECT ")),
    begins: Some(beginning),
    guesses: &[Guess::over("tcp", |buf| head::looks_like_http(buf.data))],
    ..Protocol::new("http", "Hypertext Transfer Protocol", "HTTP")
};

/// UPnP's discovery: a message in every datagram (UPnP Device Architecture 1.1).
pub static SSDP: Protocol = Protocol {
    on: &[Key::UdpPort(1900)],
    header: datagram,
    walk,
    ..Protocol::new("ssdp", "Simple Service Discovery Protocol", "SSDP")
};

const HTTPS: u16 = 443;

/// The note that HTTP was in this packet before.
const SEEN: &str = "http.seen";

/// Also the protocols of bodies.
pub static PROTOCOLS: &[&Protocol] = &{
    let mut all = [&HTTP; 11];
    let mut i = 0;
    while i < media::BODIES.len() {
        all[i + 1] = media::BODIES[i];
        i += 1;
    }
    all[i + 1] = &SSDP;
    all
};

/// The first line of a message, if it is whole.
fn beginning(bytes: &[u8]) -> Option<String> {
    let line = head::lines(bytes).next().filter(Line::is_whole)?;
    Start::read(line.content()).map(|_| format!("{} ", shown(line.content())))
}

fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let tunnel = chain.around.facts.http(chain.index()).is_some_and(|f| f.tunnel.is_some());
    // What the capture cut off belongs to the last message.
    let is_last = |n: usize| n >= buf.data.len() && buf.data.len() < buf.reported;
    let context = PduContext { ended: true, ..PduContext::default() };
    Ok(match head::pdu(buf.data, &context) {
        Pdu::Len(n) if !tunnel && n > 0 && !is_last(n) => Header::message(n),
        _ => Header::last(),
    })
}

/// A datagram holds one message: nobody looks at what follows it. Who names the type of a body sends one.
fn datagram(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let Some(head) = Head::find(buf.data) else { return Ok(Header::last()) };
    let Framing { content_length, chunked, content_type, .. } = head.framing;
    let open = content_type.is_some() && content_length.is_none() && !chunked;
    let context = PduContext { ended: true, ..PduContext::default() };
    Ok(match head::pdu(buf.data, &context) {
        Pdu::Len(n) if n > 0 && !open => Header { repeat: false, ..Header::message(n) },
        _ => Header::last(),
    })
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let facts = w.context.facts.http(w.index);
    if let Some((host, port)) = facts.and_then(|f| f.tunnel.as_ref()) {
        tunnel(w, host, *port);
        return Ok(());
    }
    let head = Head::find(w.buf.data);
    if facts.is_some_and(|f| f.number == 0) {
        // Nothing tells yet that this is HTTP: the columns stay as they were.
        if let Some(parent) = w.parent() {
            w.columns.set_protocol(parent.column);
        }
    } else {
        // What the message before and its body said stays.
        if w.note(SEEN).is_some() {
            w.columns.fence_info();
        }
        w.leave_note(SEEN, 1);
        if head.is_none() {
            w.columns.set_info(format_args!("Continuation"));
        }
    }
    if w.wants_fields() {
        // The layer takes in what follows in its buffer, unless the body gets a layer of its own.
        take_in_all(w);
        if over_tls_port(w) {
            w.expert(&TLS_PORT, w.node);
        }
    }
    match head {
        Some(head) => message(w, &head, facts)?,
        // The first line of a message is all there is, and not even that.
        None if head::begins(w.buf.data) => {}
        None => continuation(w)?,
    }
    match over_tcp(w) && head::may_be_text(w.buf.data) {
        true => whole(w),
        false => Ok(()),
    }
}

fn over_tcp(w: &Walk) -> bool {
    w.parent().is_some_and(|p| p.name() == "tcp")
}

/// An error if the capture cut off the end.
fn whole(w: &Walk) -> Result<(), Stop> {
    let captured = w.buf.data.len();
    w.bytes(captured, w.buf.remaining(captured)).map(|_| ())
}

/// The error for a line that breaks off, because the capture cut off the rest or there is none.
fn broken_off(w: &Walk) -> Stop {
    let captured = w.buf.data.len();
    w.bytes(captured, 1).err().unwrap_or(Stop::malformed(captured))
}

/// True on the port where HTTP is encrypted, but here isn't.
fn over_tls_port(w: &Walk) -> bool {
    let segment = w.parent_bytes();
    let is = |at: usize| segment.be16(at) == Ok(HTTPS);
    over_tcp(w) && (is(0) || is(2))
}

/// Where the bytes that HTTP was given begin and end in their source: in one go it may find several messages.
fn given(w: &Walk) -> (usize, usize) {
    let (layer, parent) = (&w.layer, usize::from(w.layer.parent));
    let part = w.context.facts.parts(parent).find(|p| {
        let bytes = p.start..p.start.saturating_add(p.len);
        p.what == PartKind::Message && p.source == layer.source && bytes.contains(&layer.start)
    });
    let outer = w.layers.get(parent).filter(|_| parent < w.index);
    let (start, end) = match (part, outer) {
        (Some(p), Some(outer)) if outer.source == layer.source => (p.start, outer.end),
        (Some(p), _) => (p.start, p.start.saturating_add(p.len)),
        (None, Some(outer)) if outer.source == layer.source => {
            (outer.start.saturating_add(outer.header), outer.end)
        }
        (None, _) => (layer.start, layer.end),
    };
    (start as usize, end as usize)
}

fn take_in_all(w: &mut Walk) {
    let (_, end) = given(w);
    w.resize(w.node, end.saturating_sub(w.layer.start as usize));
}

/// Lets the layer end with its head if the body has a layer of its own. Behind another message, the usual
/// tools count the head from where that one begins.
fn shrink(w: &mut Walk, head: usize, framing: &Framing) {
    if w.wants_fields() && media_type(framing).is_some_and(|kind| media::protocol(&kind) != "media") {
        let (start, end) = given(w);
        let at = w.layer.start as usize;
        let counted = at.saturating_sub(start) + head;
        w.resize(w.node, counted.min(end.saturating_sub(at)));
    }
}

/// Bytes of a message whose beginning isn't here. Only what may be text is looked at as headers and a file.
fn continuation(w: &mut Walk) -> Result<(), Stop> {
    let bytes = w.buf.data;
    if !head::may_be_text(bytes) {
        w.nest(Next::Data, 0, bytes.len());
        return Ok(());
    }
    let end = stray_headers(w, bytes)?;
    if end < bytes.len() {
        let (before, _) = bytes.split_at(end);
        let framing = Framing::read(head::lines(before));
        shrink(w, end, &framing);
        entity(w, end, &framing);
    }
    Ok(())
}

/// Shows the headers that a continuation begins with; says where they end.
fn stray_headers(w: &mut Walk, bytes: &[u8]) -> Result<usize, Stop> {
    let mut at = 0;
    for line in head::lines(bytes) {
        // Behind headers, an unfinished line that is none leaves open what it is.
        if line.header().is_none() && !line.is_blank() {
            return if at > 0 && !line.is_whole() { Err(broken_off(w)) } else { Ok(at) };
        }
        if w.wants_fields() {
            header_line(w, &line, STRAY_HEADER);
        }
        at += line.bytes.len();
        if line.is_blank() {
            break;
        }
    }
    Ok(at)
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

fn message(w: &mut Walk, head: &Head, facts: Option<&HttpFacts>) -> Result<(), Stop> {
    let framing = head.framing;
    let field = match head.start {
        _ if head.start.is_notification() => None,
        Start::Request { .. } => Some(&REQUEST_LINE),
        Start::Response { .. } => Some(&RESPONSE_LINE),
    };
    let style = HeaderStyle { field, clash: head.clash() };
    for (n, line) in head.lines().enumerate() {
        if n == 0 {
            first_line(w, &line, &head.start);
        } else if !line.is_whole() && line.header().is_none() {
            return Err(broken_off(w));
        } else if w.wants_fields() {
            header_line(w, &line, style);
        }
    }
    ntlm::info(w, head);
    if w.wants_fields() {
        exchange(w, head, &framing, facts);
    }
    let bodyless = facts.is_some_and(|f| f.bodyless);
    if head.complete && w.buf.data.len() > head.len && !bodyless {
        shrink(w, head.len, &framing);
        entity(w, head.len, &framing);
    }
    Ok(())
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

/// Puts a text, which is ASCII: what other bytes mean isn't known.
fn put(w: &mut Walk, field: &'static Field, at: usize, bytes: &[u8]) -> NodeId {
    w.value(field, at, bytes.len(), Value::Str(&text::ascii(bytes)))
}

/// Puts a part of a URI and says how long it is as shown: the usual tools count places from that.
fn put_shown(w: &mut Walk, field: &'static Field, at: usize, bytes: &[u8]) -> (NodeId, usize) {
    let shown = text::ascii(bytes);
    (w.value(field, at, shown.len(), Value::Str(&shown)), shown.len())
}

fn request_line(w: &mut Walk, method: &[u8], uri: &[u8], version: &[u8]) {
    put(w, &METHOD, 0, method);
    let bytes = w.buf.data;
    let past_blank = |at: usize| at + usize::from(bytes.get(at) == Some(&b' '));
    let at = past_blank(method.len());
    let id = put(w, &URI, at, uri);
    if let Some(mark) = memchr::memchr(b'?', uri) {
        w.open(id);
        let (_, len) = put_shown(w, &PATH, at, &uri[..mark]);
        query(w, at + len + 1, &uri[mark + 1..]);
        w.close();
    }
    put(w, &REQUEST_VERSION, past_blank(at + uri.len()), version);
}

fn query(w: &mut Walk, at: usize, query: &[u8]) {
    let (id, _) = put_shown(w, &QUERY, at, query);
    w.open(id);
    let mut from = at;
    for parameter in query.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
        let (_, len) = put_shown(w, &PARAMETER, from, parameter);
        from += len + 1;
    }
    w.close();
}

fn status_line(w: &mut Walk, start: &Start, version: &[u8], code: &[u8], phrase: &[u8]) {
    put(w, &RESPONSE_VERSION, 0, version);
    let at = version.len() + 1;
    let Some(number) = start.code() else { return };
    w.uint(&CODE, at, head::CODE_LEN, number.into());
    let meaning = match status(number) {
        Some(meaning) => meaning.to_owned(),
        None => format!("Unknown ({number})"),
    };
    w.put(w.node(&CODE_DESC, at, head::CODE_LEN, Value::Str(&meaning)).bracketed());
    if !phrase.is_empty() {
        put(w, &PHRASE, at + code.len() + 1, phrase);
    }
}

/// How headers are shown.
#[derive(Clone, Copy)]
struct HeaderStyle {
    /// What whole lines are in a message; `None` where nobody knows of what.
    field: Option<&'static Field>,
    /// See `Head::clash`.
    clash: Option<usize>,
}

const STRAY_HEADER: HeaderStyle = HeaderStyle { field: None, clash: None };

fn header_line(w: &mut Walk, line: &Line, style: HeaderStyle) {
    let Some((name, value)) = line.header() else {
        w.label(line.at, line.bytes.len(), format_args!("{}", shown(line.bytes)));
        return;
    };
    match fields::header(name) {
        Some(field) => known_header(w, line, field, value, style),
        None => unknown_header(w, line, name, style.field),
    }
}

/// A header without a field of its own.
fn unknown_header(w: &mut Walk, line: &Line, name: &[u8], line_field: Option<&'static Field>) {
    let (at, len) = (line.at, line.bytes.len());
    let all = shown(line.bytes);
    let bad = name.is_empty() || name.iter().any(|b| !is_token(*b));
    let field = line_field.unwrap_or(&UNKNOWN_HEADER);
    if line_field.is_none() && !bad {
        w.text(field, at, len, Value::Str(&all), format_args!("{all}"));
        return;
    }
    let raw = text::until_nul(line.bytes);
    let id = w.text(field, at, len, Value::Str(&text::ascii(raw)), format_args!("{all}"));
    w.open(id);
    if line.bytes.iter().skip(raw.len()).any(|b| *b != 0) {
        w.expert(&STRAY, id);
    }
    if bad {
        w.expert(&BAD_NAME, id);
    }
    w.close();
}

/// A header with a field of its own; the whole line is there too, for filters.
fn known_header(w: &mut Walk, line: &Line, field: &'static Field, value: &[u8], style: HeaderStyle) {
    let (at, len) = (line.at, line.bytes.len());
    let all = shown(line.bytes);
    let value_text = text::ascii(text::until_nul(value));
    let id = w.text(field, at, len, Value::Str(&value_text), format_args!("{all}"));
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
    if style.clash == Some(at) {
        w.expert(&TE_AND_LENGTH, id);
    }
    if *field == TRANSFER_ENCODING && !value.split(|b| *b == b',').all(is_transfer_coding) {
        w.expert(&TE_UNKNOWN, id);
    }
    w.close();
    let Some(line_field) = style.field else { return };
    let raw = text::until_nul(line.bytes);
    let whole = text::ascii(raw);
    let id = w.put(w.node(line_field, at, len, Value::Str(&whole)).text(format_args!("{all}")).hidden());
    if line.bytes.iter().skip(raw.len()).any(|b| *b != 0) {
        w.open(id);
        w.expert(&STRAY, id);
        w.close();
    }
}

/// RFC 9112 7, and none at all.
fn is_transfer_coding(name: &[u8]) -> bool {
    let known = ["", "chunked", "compress", "x-compress", "deflate", "gzip", "x-gzip", "identity"];
    known.iter().any(|k| k.as_bytes() == name.trim_ascii())
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
        let pair = part.trim_ascii_start();
        if !pair.is_empty() {
            put(w, &COOKIE_PAIR, start, pair);
        }
        at += part.len() + 1;
    }
}

/// RFC 7617: name and password in base64.
fn credentials(w: &mut Walk, at: usize, value: &[u8]) {
    let Some((scheme, rest)) = value.split_at_checked(6) else { return };
    if scheme == b"Basic " {
        let plain = body::base64(rest.trim_ascii());
        // The place is counted twice from where HTTP begins, as the usual tools have it.
        let place = at + given(w).0;
        w.value(&AUTH_BASIC, place, 0, Value::Str(&text::utf8(text::until_nul(&plain))));
    }
}

/// What the whole exchange is: the URI asked for, numbers, and the frames that belong to it.
fn exchange(w: &mut Walk, head: &Head, framing: &Framing, facts: Option<&HttpFacts>) {
    // Of messages behind another, the place is counted twice from where HTTP begins, as the usual tools
    // have it.
    let (start, _) = given(w);
    let at = if w.layer.start as usize == start { 0 } else { start };
    let Start::Request { .. } = head.start else {
        w.hidden(&RESPONSE, at, 0, Value::Bool(true));
        if let Some(f) = facts {
            response_facts(w, at, f);
        }
        return;
    };
    if let Some(uri) = full_uri(&head.start, framing) {
        w.generated(&FULL_URI, at, Value::Str(&uri));
    }
    if head.start.is_notification() {
        w.hidden(&NOTIFICATION, at, 0, Value::Bool(true));
        return;
    }
    w.hidden(&REQUEST, at, 0, Value::Bool(true));
    if let Some(f) = facts {
        request_facts(w, at, f);
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

fn frame(w: &mut Walk, field: &'static Field, at: usize, frame: Option<u32>) {
    if let Some(n) = frame {
        w.generated(field, at, Value::Uint(n.into()));
    }
}

fn numbered(w: &mut Walk, field: &'static Field, at: usize, what: &str, f: &HttpFacts) {
    let (number, total) = (f.number, f.total.max(f.number));
    let node = w.node(field, at, 0, Value::Uint(number.into()));
    w.put(node.text(format_args!("HTTP {what} {number}/{total}")).generated());
}

fn request_facts(w: &mut Walk, at: usize, f: &HttpFacts) {
    numbered(w, &REQUEST_NUMBER, at, "request", f);
    frame(w, &PREV_REQUEST_IN, at, f.previous_request);
    frame(w, &RESPONSE_IN, at, f.response);
    frame(w, &NEXT_REQUEST_IN, at, f.next_request);
}

fn response_facts(w: &mut Walk, at: usize, f: &HttpFacts) {
    numbered(w, &RESPONSE_NUMBER, at, "response", f);
    if let Some(time) = f.time {
        w.generated(&TIME, at, Value::Duration(time.into()));
    }
    frame(w, &PREV_REQUEST_IN, at, f.previous_request);
    frame(w, &PREV_RESPONSE_IN, at, f.previous_response);
    frame(w, &REQUEST_IN, at, f.request);
    frame(w, &NEXT_REQUEST_IN, at, f.next_request);
    frame(w, &NEXT_RESPONSE_IN, at, f.next_response);
    if let Some(uri) = &f.uri {
        w.generated(&RESPONSE_FOR_URI, at, Value::Str(uri));
    }
}

/// The body: chunks and coding are taken off, then it goes to whoever reads its media type.
fn entity(w: &mut Walk, at: usize, framing: &Framing) {
    let plain = w.buf.from(at);
    let mut made: Option<(u8, Vec<u8>)> = None;
    if framing.chunked {
        let whole = body::chunks(w, at);
        if whole.is_empty() {
            take_in_all(w);
            return file_data(w, 0, &[]);
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
            // What nobody can unpack is only bytes.
            None => {
                take_in_all(w);
                let len = packed.len();
                return match &made {
                    Some((source, bytes)) => w.with_source(*source, bytes, |w| w.nest(Next::Data, 0, len)),
                    None => w.nest(Next::Data, at, len),
                };
            }
        }
    }
    let bytes = made.as_ref().map_or(plain, |(_, bytes)| bytes);
    let place = if made.is_some() { 0 } else { at };
    file_data(w, place, bytes);
    let len = bytes.len();
    if len == 0 {
        return take_in_all(w);
    }
    let Some(kind) = media_type(framing) else {
        return match made {
            Some((source, bytes)) => w.with_source(source, &bytes, |w| w.nest(Next::Data, 0, len)),
            None => w.nest(Next::Data, at, len),
        };
    };
    let (next, refused) = media::next(&kind, bytes);
    if refused {
        w.expert(&SUBDISSECTOR_FAILED, w.node);
    }
    w.leave_text(media::MEDIA_TYPE, &kind);
    match made {
        Some((source, _)) => w.hand_on_source(next, source, 0, len),
        None => w.hand_on(next, at, len),
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
