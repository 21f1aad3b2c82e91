//! Requests and responses of HTTP connections: which belong together, their numbers, and what a tunnel
//! leads to.

use super::Seen;
use super::flows::SeededMap;
use super::kept::HttpExchange;
use crate::dissect::facts::{Facts, HttpFacts};
use crate::dissect::protocol::Key;
use crate::dissect::protocols::http::full_uri;
use crate::dissect::protocols::http::head::{self, Head, Start};
use crate::dissect::registry::registry;

/// Added to the number of a UDP conversation: those of TCP streams are others.
pub const OVER_UDP: u32 = 1 << 31;

/// The connections seen, by number of the TCP stream or UDP conversation.
#[derive(Default)]
pub struct Http {
    states: SeededMap<u32, HttpState>,
    /// See `Analysis::take_http`.
    pub(super) news: Vec<News>,
}

/// What became known of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub stream: u32,
    pub what: NewsOf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewsOf {
    /// An exchange by its number.
    Exchange(u32, HttpExchange),
    Tunnel(String, u16),
}

/// A request and its response, either of which may be missing.
#[derive(Clone, Copy, Default)]
struct Exchange {
    request: Option<(u32, i64)>,
    response: Option<u32>,
    /// The request was HEAD.
    bodyless: bool,
    /// It was CONNECT: what follows the answer is no body.
    connect: bool,
}

/// What is remembered of a connection: the exchange under way, the one before, and how many there were.
#[derive(Default)]
struct HttpState {
    current: Exchange,
    previous: Exchange,
    count: u32,
    uri: Option<String>,
    /// CONNECT was asked for, and once it is granted, all the rest belongs to the tunnel.
    asked: Option<(String, u16)>,
    open: bool,
    /// What a 101 named.
    upgrade: Option<String>,
    /// A message began, even if it was cut short.
    spoken: bool,
}

impl Http {
    /// Takes the bytes of a layer. True if the next response of the stream has no body.
    pub fn layer(&mut self, stream: u32, seen: &Seen, index: usize, bytes: &[u8], facts: &mut Facts) -> bool {
        let state = self.states.entry(stream).or_default();
        let known = state.open;
        let spoken = state.spoken;
        state.spoken |= head::begins(bytes);
        let fact = state.message(seen, bytes);
        let index = index.min(255) as u8;
        if let Some(fact) = fact {
            self.news.extend(state.news(known).map(|what| News { stream, what }));
            facts.http.push((index, fact));
        } else if !spoken {
            facts.http.push((index, HttpFacts::default()));
        }
        (state.current.bodyless || state.current.connect) && state.current.response.is_none()
    }

    /// True once a message was seen.
    pub fn spoken(&self, stream: u32) -> bool {
        self.states.get(&stream).is_some_and(|state| state.spoken)
    }

    /// True once a CONNECT was granted.
    pub fn granted(&self, stream: u32) -> bool {
        self.states.get(&stream).is_some_and(|state| state.open)
    }

    /// The protocol that the stream went over to (RFC 9110 15.2.2), by number; `data` for one unknown.
    pub fn switched(&self, stream: u32) -> Option<u16> {
        let upgrade = self.states.get(&stream)?.upgrade.as_deref()?;
        let name = if upgrade.eq_ignore_ascii_case("h2c") { "http2" } else { "websocket" };
        let known = name == "http2" || upgrade.eq_ignore_ascii_case(name);
        let number = registry().number(name).filter(|_| known);
        Some(number.unwrap_or(registry().data))
    }

    /// The protocol of the port that a granted CONNECT leads to, by number.
    pub fn tunnel(&self, stream: u32) -> Option<u16> {
        let state = self.states.get(&stream).filter(|s| s.open)?;
        let (_, port) = state.asked.as_ref()?;
        registry().lookup(&Key::TcpPort(*port))
    }
}

impl HttpState {
    fn message(&mut self, seen: &Seen, bytes: &[u8]) -> Option<HttpFacts> {
        if self.open {
            return Some(HttpFacts { tunnel: self.asked.clone(), ..HttpFacts::default() });
        }
        let head = Head::find(bytes)?;
        if head.start.is_notification() {
            self.uri = full_uri(&head.start, &head.framing);
            return None;
        }
        let mut fact = match head.start {
            Start::Request { method, uri, .. } => {
                self.uri = full_uri(&head.start, &head.framing);
                self.asked = if method == b"CONNECT" { authority(uri) } else { None };
                self.request(seen, method)
            }
            Start::Response { .. } => {
                if head.start.code() == Some(101) {
                    self.upgrade = head.value("Upgrade").map(|v| String::from_utf8_lossy(v).into_owned());
                }
                self.response(seen, head.start.code())
            }
        };
        fact.number = self.count;
        fact.total = self.count;
        fact.previous_request = self.previous.request.map(|r| r.0);
        Some(fact)
    }

    /// What the latest message says; `known`: there is a tunnel since an earlier one.
    fn news(&self, known: bool) -> impl Iterator<Item = NewsOf> + use<> {
        let Exchange { request, response, .. } = self.current;
        let frames = HttpExchange { request: request.map_or(0, |r| r.0), response: response.unwrap_or(0) };
        let exchange = (!known).then_some(NewsOf::Exchange(self.count, frames));
        let tunnel = self.asked.clone().filter(|_| self.open && !known);
        exchange.into_iter().chain(tunnel.map(|(host, port)| NewsOf::Tunnel(host, port)))
    }

    fn request(&mut self, seen: &Seen, method: &[u8]) -> HttpFacts {
        if self.count == 0 || self.current.request.is_some() || self.current.response.is_some() {
            self.next();
        }
        self.current.request = Some((seen.number, seen.time));
        self.current.bodyless = method == b"HEAD";
        self.current.connect = method == b"CONNECT";
        HttpFacts::default()
    }

    fn response(&mut self, seen: &Seen, code: Option<u16>) -> HttpFacts {
        if self.count == 0 || self.current.response.is_some() {
            self.next();
        }
        self.current.response = Some(seen.number);
        self.open = self.asked.is_some() && code == Some(200);
        HttpFacts {
            request: self.current.request.map(|r| r.0),
            time: self.current.request.map(|r| seen.time.saturating_sub(r.1)),
            previous_response: self.previous.response,
            uri: self.uri.clone(),
            bodyless: self.current.bodyless,
            ..HttpFacts::default()
        }
    }

    fn next(&mut self) {
        self.previous = std::mem::take(&mut self.current);
        self.count = self.count.saturating_add(1);
    }
}

/// Host and port of a CONNECT (RFC 9112 3.2.3).
fn authority(uri: &[u8]) -> Option<(String, u16)> {
    let text = std::str::from_utf8(uri).ok()?;
    let (host, port) = text.rsplit_once(':')?;
    Some((host.to_string(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::buf::Buf;
    use crate::dissect::layers::Layers;

    fn feed(http: &mut Http, number: u32, bytes: &[u8]) -> HttpFacts {
        let layers = Layers::default();
        let frame = Buf::whole(bytes);
        let seen = Seen { number, time: i64::from(number) * 10, frame, layers: &layers };
        let mut facts = Facts::default();
        http.layer(0, &seen, 1, bytes, &mut facts);
        facts.http.pop().map(|f| f.1).unwrap_or_default()
    }

    #[test]
    fn a_response_belongs_to_the_request_before_it() {
        let mut http = Http::default();
        feed(&mut http, 1, b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        let answer = feed(&mut http, 2, b"HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!((answer.request, answer.time, answer.number), (Some(1), Some(10), 1));
        assert_eq!(answer.uri.as_deref(), Some("http://h/a"));
        let second = feed(&mut http, 3, b"GET /b HTTP/1.1\r\n\r\n");
        assert_eq!((second.number, second.previous_request), (2, Some(1)));
    }

    #[test]
    fn headers_before_the_first_message_belong_to_none() {
        let mut http = Http::default();
        let stray = feed(&mut http, 1, b"A: b\r\n");
        assert!((stray.number, http.spoken(0)) == (0, false) && http.news.is_empty());
        // Cut short, but it was a message.
        feed(&mut http, 2, b"GET /a");
        assert!(http.spoken(0));
        assert_eq!(feed(&mut http, 3, b"GET /a HTTP/1.1\r\n\r\n").number, 1);
    }

    #[test]
    fn what_follows_a_granted_connect_is_a_tunnel() {
        let mut http = Http::default();
        feed(&mut http, 1, b"CONNECT a:443 HTTP/1.1\r\n\r\n");
        feed(&mut http, 2, b"HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!(feed(&mut http, 3, b"\x16\x03").tunnel, Some(("a".to_string(), 443)));
    }
}
