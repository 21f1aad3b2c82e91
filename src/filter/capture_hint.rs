//! A capture filter (`tcp port 80 and host 10.0.0.1`) typed where a display filter belongs: recognised, and
//! said again in the language of display filters. What has no translation gives none.

/// The display filter that means the same as this capture filter (pcap-filter(7)), if it is one and all of
/// it can be said.
pub fn translate(text: &str) -> Option<String> {
    let words = words(text)?;
    let mut reader = Reader { words: &words, at: 0, last: Qualifiers::default(), depth: 0 };
    let out = reader.or()?;
    (reader.at == words.len() && !out.text.is_empty()).then_some(out.text)
}

/// Words, operators and brackets; `None` for characters that no capture filter has.
fn words(text: &str) -> Option<Vec<&str>> {
    let bytes = text.as_bytes();
    let (mut at, mut out) = (0, Vec::new());
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'/' | b'_' | b'-');
    while let Some(b) = bytes.get(at) {
        if b.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let len = match *b {
            b if word(b) => bytes[at..].iter().take_while(|b| word(**b)).count(),
            b'&' | b'|' | b'!' | b'=' | b'<' | b'>' => {
                let two = text.get(at..at + 2).unwrap_or("");
                if matches!(two, "&&" | "||" | "!=" | "==" | "<=" | ">=") { 2 } else { 1 }
            }
            b'(' | b')' | b'[' | b']' | b'+' | b'*' => 1,
            _ => return None,
        };
        out.push(&text[at..at + len]);
        at += len;
    }
    (out.len() <= 500).then_some(out)
}

/// A translated part, and whether it must be put in parentheses to stand beside `and`.
struct Part {
    text: String,
    loose: bool,
}

impl Part {
    fn tight(text: String) -> Part {
        Part { text, loose: false }
    }
    fn bound(self) -> String {
        if self.loose { format!("({})", self.text) } else { self.text }
    }
}

/// What stands before an address or port; the next one inherits it (`port 80 or 443`).
#[derive(Clone, Copy, Default)]
struct Qualifiers<'t> {
    protocol: Option<&'t str>,
    direction: Option<&'t str>,
    sort: Option<&'t str>,
}

const PROTOCOLS: &[&str] = &[
    "ether", "ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "pim", "ah", "esp",
    "vrrp",
];
const SORTS: &[&str] = &["host", "net", "port", "portrange", "proto"];

struct Reader<'t> {
    words: &'t [&'t str],
    at: usize,
    last: Qualifiers<'t>,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, options: &[&str]) -> Option<&'t str> {
        let word = self.peek().filter(|w| options.contains(w))?;
        self.at += 1;
        Some(word)
    }

    fn next(&mut self) -> Option<&'t str> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    fn or(&mut self) -> Option<Part> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take(&["or", "||"]).is_some() {
            parts.push(self.and()?);
        }
        Some(join(parts, " or "))
    }

    fn and(&mut self) -> Option<Part> {
        let mut parts = vec![self.not()?];
        while self.take(&["and", "&&"]).is_some() {
            parts.push(self.not()?);
        }
        if parts.len() == 1 {
            return parts.pop();
        }
        let text = parts.into_iter().map(Part::bound).collect::<Vec<_>>().join(" and ");
        Some(Part { text, loose: false })
    }

    fn not(&mut self) -> Option<Part> {
        self.depth += 1;
        if self.depth > 100 {
            return None;
        }
        let part = if self.take(&["not", "!"]).is_some() {
            let inner = self.not()?;
            let simple = inner.text.bytes().all(|b| b.is_ascii_alphanumeric());
            let text = inner.text;
            Part::tight(if simple { format!("not {text}") } else { format!("not ({text})") })
        } else if self.take(&["("]).is_some() {
            let inner = self.or()?;
            self.take(&[")"])?;
            inner
        } else {
            self.primitive()?
        };
        self.depth -= 1;
        Some(part)
    }

    fn primitive(&mut self) -> Option<Part> {
        if let Some(part) = self.special() {
            return part;
        }
        if PROTOCOLS.contains(&self.peek()?) && self.words.get(self.at + 1) == Some(&"[") {
            return self.bytes();
        }
        let protocol = self.take(PROTOCOLS);
        let direction = self.direction();
        let sort = self.take(SORTS);
        if direction.is_none() && sort.is_none() {
            return match protocol {
                Some(p) => {
                    self.last = Qualifiers::default();
                    Some(Part::tight(protocol_name(p)?.to_owned()))
                }
                // `host a or b`: what was said before goes for this one too.
                None => {
                    let last = self.last;
                    last.sort?;
                    let value = self.next()?;
                    self.qualified(last, value)
                }
            };
        }
        let qualifiers = Qualifiers { protocol, direction, sort: sort.or(Some("host")) };
        self.last = qualifiers;
        let value = self.next()?;
        self.qualified(qualifiers, value)
    }

    /// Primitives with a syntax of their own; the inner `None` is one that can't be translated.
    fn special(&mut self) -> Option<Option<Part>> {
        let word = self.peek()?;
        let number = |this: &mut Self| this.next().and_then(|w| w.parse::<u32>().ok());
        let optional = |this: &mut Self| {
            let n = this.peek()?.parse::<u32>().ok()?;
            this.at += 1;
            Some(n)
        };
        let tight = |text: String| Some(Some(Part::tight(text)));
        match word {
            "less" | "greater" => {
                self.at += 1;
                let sign = if word == "less" { "<=" } else { ">=" };
                Some(number(self).map(|n| Part::tight(format!("frame.len {sign} {n}"))))
            }
            "broadcast" | "multicast" => {
                self.at += 1;
                tight(ether_cast(word).to_owned())
            }
            "ether" | "ip" | "ip6"
                if matches!(self.words.get(self.at + 1), Some(&("broadcast" | "multicast"))) =>
            {
                let cast = self.words[self.at + 1];
                self.at += 2;
                match (word, cast) {
                    ("ether", _) => tight(ether_cast(cast).to_owned()),
                    ("ip", "multicast") => tight("ip.dst == 224.0.0.0/4".to_owned()),
                    ("ip6", "multicast") => tight("ipv6.dst == ff00::/8".to_owned()),
                    _ => Some(None),
                }
            }
            "vlan" | "mpls" => {
                self.at += 1;
                let field = if word == "vlan" { "vlan.id" } else { "mpls.label" };
                tight(match optional(self) {
                    Some(n) => format!("{field} == {n}"),
                    None => word.to_owned(),
                })
            }
            "pppoed" | "pppoes" | "stp" | "llc" => {
                self.at += 1;
                tight(word.to_owned())
            }
            _ => None,
        }
    }

    /// `src`, `dst`, `src or dst`, `src and dst`.
    fn direction(&mut self) -> Option<&'t str> {
        let first = self.take(&["src", "dst"])?;
        let joined = self.words.get(self.at + 1).is_some_and(|w| matches!(*w, "src" | "dst") && *w != first);
        match self.peek() {
            Some("or" | "||") if joined => {
                self.at += 2;
                Some("either")
            }
            Some("and" | "&&") if joined => {
                self.at += 2;
                Some("both")
            }
            _ => Some(first),
        }
    }

    fn qualified(&mut self, q: Qualifiers, value: &str) -> Option<Part> {
        match q.sort? {
            "host" | "net" => {
                let mask = (q.sort == Some("net")).then(|| self.take(&["mask"])).flatten();
                let mask = mask.and_then(|_| self.next());
                address(q, value, mask)
            }
            "port" => port(q, &port_number(value)?.to_string(), "=="),
            "portrange" => {
                let (from, to) = value.split_once('-')?;
                let set = format!("{{{}..{}}}", port_number(from)?, port_number(to)?);
                port(q, &set, "in")
            }
            "proto" => proto(q, value),
            _ => None,
        }
    }

    /// `tcp[13] & 2 != 0`, `tcp[tcpflags] & (tcp-syn|tcp-fin) != 0`.
    fn bytes(&mut self) -> Option<Part> {
        let protocol = protocol_name(self.next()?)?;
        self.take(&["["])?;
        let (offset, size) = match self.next()?.split_once(':') {
            Some((offset, size)) => (offset, size.parse::<u32>().ok().filter(|n| matches!(n, 1 | 2 | 4))?),
            None => (self.words[self.at - 1], 1),
        };
        self.take(&["]"])?;
        let field = match offset {
            "tcpflags" => "tcp.flags".to_owned(),
            "icmptype" => "icmp.type".to_owned(),
            "icmpcode" => "icmp.code".to_owned(),
            n => format!("{protocol}[{}:{size}]", n.parse::<u32>().ok()?),
        };
        // Slices are compared with bytes, fields with numbers.
        let slice = field.ends_with(']');
        let value = |n: u32| match slice {
            true => {
                let bytes = &n.to_be_bytes()[4 - size as usize..];
                bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":")
            }
            false => format!("0x{n:02x}"),
        };
        let mask = if self.take(&["&"]).is_some() { Some(self.number()?) } else { None };
        let sign = match self.take(&["==", "=", "!=", "<", ">", "<=", ">="])? {
            "=" => "==",
            other => other,
        };
        let right = self.number()?;
        Some(Part::tight(match mask {
            Some(m) if sign == "!=" && right == 0 => format!("{field} & {}", value(m)),
            Some(m) => format!("{{{field} & {}}} {sign} {}", value(m), value(right)),
            None => format!("{field} {sign} {}", value(right)),
        }))
    }

    /// A number, the name of a flag, or several of them in parentheses with `|` between.
    fn number(&mut self) -> Option<u32> {
        if self.take(&["("]).is_none() {
            return flag(self.next()?);
        }
        let mut all = flag(self.next()?)?;
        while self.take(&["|"]).is_some() {
            all |= flag(self.next()?)?;
        }
        self.take(&[")"])?;
        Some(all)
    }
}

fn flag(word: &str) -> Option<u32> {
    Some(match word {
        "tcp-fin" => 1,
        "tcp-syn" => 2,
        "tcp-rst" => 4,
        "tcp-push" => 8,
        "tcp-ack" => 16,
        "tcp-urg" => 32,
        "tcp-ece" => 64,
        "tcp-cwr" => 128,
        "icmp-echo" => 8,
        "icmp-echoreply" => 0,
        "icmp-unreach" => 3,
        "icmp-redirect" => 5,
        "icmp-timxceed" => 11,
        _ => match word.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => word.parse().ok()?,
        },
    })
}

fn join(mut parts: Vec<Part>, between: &str) -> Part {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let text = parts.into_iter().map(|p| p.text).collect::<Vec<_>>().join(between);
    Part { text, loose: true }
}

fn ether_cast(word: &str) -> &'static str {
    if word == "broadcast" { "eth.dst == ff:ff:ff:ff:ff:ff" } else { "eth.dst.ig == 1" }
}

/// What display filters call a protocol of capture filters.
fn protocol_name(name: &str) -> Option<&str> {
    Some(match name {
        "ip6" => "ipv6",
        "icmp6" => "icmpv6",
        "ether" => "eth",
        "rarp" => "arp.opcode in {3, 4}",
        other => other,
    })
}

fn address(q: Qualifiers, value: &str, mask: Option<&str>) -> Option<Part> {
    let mac = value.split([':', '-']).count() == 6;
    let v6 = !mac && value.contains(':');
    let (protocol, value) = match q.protocol {
        Some("ether") => ("eth", value.to_owned()),
        Some("arp" | "rarp") => return arp_address(q, value),
        Some("ip6") => ("ipv6", value.to_owned()),
        Some("ip" | "tcp" | "udp" | "icmp") | None if mac => ("eth", value.to_owned()),
        _ if v6 => ("ipv6", value.to_owned()),
        _ => ("ip", network(value, mask, q.sort == Some("net"))?),
    };
    let test = sided(protocol, ["src", "dst", "addr"], q.direction, "==", &value);
    Some(match q.protocol {
        Some(p @ ("tcp" | "udp" | "icmp" | "icmp6" | "sctp")) => {
            Part::tight(format!("{} and {}", protocol_name(p)?, test.bound()))
        }
        _ => test,
    })
}

fn arp_address(q: Qualifiers, value: &str) -> Option<Part> {
    let source = format!("arp.src.proto_ipv4 == {value}");
    let target = format!("arp.dst.proto_ipv4 == {value}");
    Some(match q.direction {
        Some("src") => Part::tight(source),
        Some("dst") => Part::tight(target),
        Some("both") => Part::tight(format!("{source} and {target}")),
        _ => Part { text: format!("{source} or {target}"), loose: true },
    })
}

/// An IPv4 address or network as display filters write it: `10` and `10/8` are `10.0.0.0/8`.
fn network(value: &str, mask: Option<&str>, net: bool) -> Option<String> {
    let (address, bits) = match value.split_once('/') {
        Some((a, b)) => (a, Some(b.parse::<u32>().ok().filter(|b| *b <= 32)?)),
        None => (value, None),
    };
    let parts: Option<Vec<u8>> = address.split('.').map(|p| p.parse().ok()).collect();
    let parts = parts.filter(|p| (1..=4).contains(&p.len()) && (net || p.len() == 4))?;
    let mut octets = [0; 4];
    octets[..parts.len()].copy_from_slice(&parts);
    let bits = match (bits, mask) {
        (Some(b), _) => b,
        (None, Some(mask)) => {
            let mask = u32::from(mask.parse::<std::net::Ipv4Addr>().ok()?);
            (mask.leading_ones() + mask.trailing_zeros() == 32 || mask == u32::MAX)
                .then(|| mask.leading_ones())?
        }
        (None, None) => parts.len() as u32 * 8,
    };
    let address = std::net::Ipv4Addr::from(octets);
    Some(if bits == 32 { address.to_string() } else { format!("{address}/{bits}") })
}

/// A test on one side, either or both.
fn sided(
    protocol: &str,
    [source, target, any]: [&str; 3],
    direction: Option<&str>,
    sign: &str,
    value: &str,
) -> Part {
    let test = |side: &str| format!("{protocol}.{side} {sign} {value}");
    Part::tight(match direction {
        Some("src") => test(source),
        Some("dst") => test(target),
        Some("both") => format!("{} and {}", test(source), test(target)),
        _ => test(any),
    })
}

fn port(q: Qualifiers, value: &str, sign: &str) -> Option<Part> {
    let sides = ["srcport", "dstport", "port"];
    let one = |p: &str| sided(p, sides, q.direction, sign, value);
    match q.protocol {
        Some(p @ ("tcp" | "udp" | "sctp")) => Some(one(p)),
        None | Some("ip" | "ip6") => {
            let both = join(vec![Part::tight(one("tcp").text), Part::tight(one("udp").text)], " or ");
            Some(match q.protocol {
                Some(p) => Part::tight(format!("{} and {}", protocol_name(p)?, both.bound())),
                None => both,
            })
        }
        _ => None,
    }
}

fn proto(q: Qualifiers, value: &str) -> Option<Part> {
    let value = value.trim_start_matches('\\');
    let known = PROTOCOLS.contains(&value);
    Some(Part::tight(match (q.protocol, value.parse::<u32>().or(parse_hex(value))) {
        (Some("ether"), Ok(n)) => format!("eth.type == 0x{n:04x}"),
        (Some("ip"), Ok(n)) => format!("ip.proto == {n}"),
        (Some("ip6"), Ok(n)) => format!("ipv6.nxt == {n}"),
        (None, Ok(n)) => {
            return Some(Part { text: format!("ip.proto == {n} or ipv6.nxt == {n}"), loose: true });
        }
        (Some("ether") | None, Err(_)) if known => protocol_name(value)?.to_owned(),
        (Some(p @ ("ip" | "ip6")), Err(_)) if known => {
            format!("{} and {}", protocol_name(p)?, protocol_name(value)?)
        }
        _ => return None,
    }))
}

fn parse_hex(text: &str) -> Result<u32, std::num::ParseIntError> {
    u32::from_str_radix(text.strip_prefix("0x").unwrap_or("none"), 16)
}

/// A port by number or by one of the names that people type.
fn port_number(text: &str) -> Option<u16> {
    const NAMES: &[(&str, u16)] = &[
        ("ftp", 21),
        ("ssh", 22),
        ("telnet", 23),
        ("smtp", 25),
        ("domain", 53),
        ("bootps", 67),
        ("bootpc", 68),
        ("tftp", 69),
        ("http", 80),
        ("pop3", 110),
        ("ntp", 123),
        ("imap", 143),
        ("snmp", 161),
        ("ldap", 389),
        ("https", 443),
        ("syslog", 514),
        ("mdns", 5353),
    ];
    match NAMES.iter().find(|(name, _)| *name == text) {
        Some((_, port)) => Some(*port),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capture_filters_in_the_words_of_display_filters() {
        for (capture, display) in [
            ("tcp port 80 and host 10.0.0.1", "tcp.port == 80 and ip.addr == 10.0.0.1"),
            ("port 53", "tcp.port == 53 or udp.port == 53"),
            ("not port 53 and not arp", "not (tcp.port == 53 or udp.port == 53) and not arp"),
            ("src host 10.0.0.1 or dst net 192.168", "ip.src == 10.0.0.1 or ip.dst == 192.168.0.0/16"),
            ("net 10/8", "ip.addr == 10.0.0.0/8"),
            ("net 192.168.1.0 mask 255.255.255.0", "ip.addr == 192.168.1.0/24"),
            ("udp portrange 5000-5010", "udp.port in {5000..5010}"),
            ("host fe80::1", "ipv6.addr == fe80::1"),
            ("ether host 00:11:22:33:44:55", "eth.addr == 00:11:22:33:44:55"),
            ("ether proto 0x0806", "eth.type == 0x0806"),
            ("tcp dst port https", "tcp.dstport == 443"),
            ("port 80 or 443", "tcp.port == 80 or udp.port == 80 or tcp.port == 443 or udp.port == 443"),
            ("vlan 100 && ip6", "vlan.id == 100 and ipv6"),
            ("greater 1000", "frame.len >= 1000"),
            ("tcp[13] & 2 != 0", "tcp[13:1] & 02"),
            ("tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp.flags & 0x03"),
            ("tcp[0:2] = 80", "tcp[0:2] == 00:50"),
            ("icmp6 or icmp", "icmpv6 or icmp"),
        ] {
            assert_eq!(translate(capture).as_deref(), Some(display), "{capture}");
        }
    }

    #[test]
    fn what_is_no_capture_filter_gives_nothing() {
        for text in ["", "ip.addr == 10.0.0.1", "tcp udp", "host", "port", "nonsense", "tcp and", "(tcp"] {
            assert_eq!(translate(text), None, "{text}");
        }
    }

    #[test]
    fn translations_are_display_filters() {
        for text in ["tcp port 80 and host 10.0.0.1", "src or dst net 10/8", "ip proto 17", "udp[0:2] = 53"] {
            let display = translate(text).unwrap_or_else(|| panic!("{text}"));
            assert!(crate::filter::compile(&display, &Default::default()).is_ok(), "{display}");
        }
    }
}
