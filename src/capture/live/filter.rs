//! Checks capture filters before anything is opened, and guesses what a refused one was meant
//! to be: a misspelt word, or a display filter.

use std::fmt;

use pcap::{Capture, Linktype};

use crate::capture::helper::protocol::InterfaceOptions;
use crate::capture::interfaces::distance;
use crate::capture::libpcap;
use crate::capture::record::LinkType;

/// A capture filter that libpcap refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    pub filter: String,
    /// In libpcap's words.
    pub message: String,
    /// A filter that it would take and that may be what was meant.
    pub suggestion: Option<String>,
}

impl FilterError {
    /// Adds a suggestion to what libpcap said about `filter` on a device of `link_type`.
    pub fn new(filter: &str, message: String, link_type: LinkType) -> FilterError {
        let good = |candidate: &String| check(candidate, link_type).is_ok();
        let suggestion = from_display_filter(filter).filter(good).or_else(|| respelt(filter, good));
        FilterError { filter: filter.to_owned(), message, suggestion }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no capture filter: {}", self.filter, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean \"{suggestion}\"?"),
            None if looks_like_display(&self.filter) => {
                write!(f, "; it looks like a display filter: give it with -Y")
            }
            None => write!(f, "; its language is described in pcap-filter(7)"),
        }
    }
}

impl std::error::Error for FilterError {}

/// Checks a capture filter for devices of a link type. Opens nothing and needs no rights. Where
/// libpcap is missing every filter passes, for none will be applied
/// ([`Opened::filtered`](super::Opened::filtered)).
pub fn compile_filter(filter: &str, link_type: LinkType) -> Result<(), FilterError> {
    if !libpcap::available() || filter.trim().is_empty() {
        return Ok(());
    }
    check(filter, link_type).map_err(|message| FilterError::new(filter, message, link_type))
}

/// The link type that a filter for a device is most likely compiled for.
pub fn likely_link_type(options: &InterfaceOptions) -> LinkType {
    match &options.link_type {
        Some(name) => LinkType::from_name(name).unwrap_or(LinkType::ETHERNET),
        None if options.name == "any" => LinkType::LINUX_SLL,
        None => LinkType::ETHERNET,
    }
}

fn check(filter: &str, link_type: LinkType) -> Result<(), String> {
    // libpcap wants its own number, which differs for raw IP.
    let number = match link_type {
        LinkType::RAW => 12,
        other => i32::from(other.0),
    };
    let words = |error| match error {
        pcap::Error::PcapError(text) => text,
        other => other.to_string(),
    };
    let dead = Capture::dead(Linktype(number)).map_err(words)?;
    dead.compile(filter, true).map(|_| ()).map_err(words)
}

/// Whether somebody wrote a display filter where a capture filter is wanted.
fn looks_like_display(filter: &str) -> bool {
    let named = |word: &str| {
        let (before, after) = word.split_once('.').unwrap_or(("", ""));
        before.chars().all(|c| c.is_ascii_alphabetic())
            && after.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    ["==", "contains", "matches"].iter().any(|mark| filter.contains(mark))
        || filter.split_whitespace().any(|word| word.contains('.') && named(word))
}

/// Fields of display filters and the words of capture filters that say the same.
const FIELDS: [(&str, &str); 22] = [
    ("ip.addr", "host"),
    ("ip.src", "src host"),
    ("ip.dst", "dst host"),
    ("ip.host", "host"),
    ("ipv6.addr", "host"),
    ("ipv6.src", "src host"),
    ("ipv6.dst", "dst host"),
    ("eth.addr", "ether host"),
    ("eth.src", "ether src"),
    ("eth.dst", "ether dst"),
    ("tcp.port", "tcp port"),
    ("tcp.srcport", "tcp src port"),
    ("tcp.dstport", "tcp dst port"),
    ("udp.port", "udp port"),
    ("udp.srcport", "udp src port"),
    ("udp.dstport", "udp dst port"),
    ("sctp.port", "sctp port"),
    ("vlan.id", "vlan"),
    ("ip.proto", "ip proto"),
    ("eth.type", "ether proto"),
    ("frame.len", "len ="),
    ("icmp.type", "icmp[0] ="),
];

/// Names of protocols that capture filters lack or call otherwise.
const PROTOCOLS: [(&str, &str); 14] = [
    ("ipv6", "ip6"),
    ("icmpv6", "icmp6"),
    ("eth", "greater 0"),
    ("dns", "port 53"),
    ("mdns", "udp port 5353"),
    ("dhcp", "udp port 67 or udp port 68"),
    ("bootp", "udp port 67 or udp port 68"),
    ("dhcpv6", "udp port 546 or udp port 547"),
    ("http", "tcp port 80"),
    ("tls", "tcp port 443"),
    ("ssl", "tcp port 443"),
    ("ssh", "tcp port 22"),
    ("ntp", "udp port 123"),
    ("smtp", "tcp port 25"),
];

/// Translates a simple display filter: comparisons with `==` and `!=` and bare protocols,
/// joined by `and`, `or`, `not` and parentheses. `None` if anything else occurs, or nothing had
/// to be changed.
fn from_display_filter(filter: &str) -> Option<String> {
    let words = words(filter);
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut rest = words.as_slice();
    let mut changed = false;
    while let [word, after @ ..] = rest {
        rest = after;
        let field = FIELDS.iter().find(|(field, _)| field == word);
        let protocol = PROTOCOLS.iter().find(|(name, _)| name == word);
        match (field, protocol, rest) {
            (Some((_, primitive)), _, [operator, value, after @ ..]) => {
                rest = after;
                changed = true;
                let said = comparison(primitive, value);
                out.push(match operator.as_str() {
                    "==" | "eq" => said,
                    "!=" | "ne" => format!("not {said}"),
                    _ => return None,
                });
            }
            (None, Some((_, primitive)), _) => {
                changed = true;
                out.push(match primitive.contains(" or ") {
                    true => format!("({primitive})"),
                    false => (*primitive).to_owned(),
                });
            }
            _ => out.push(match word.as_str() {
                "&&" => "and".to_owned(),
                "||" => "or".to_owned(),
                "!" => "not".to_owned(),
                "==" | "!=" => return None,
                other => other.to_owned(),
            }),
        }
    }
    let text = out.join(" ").replace("( ", "(").replace(" )", ")");
    changed.then_some(text)
}

fn comparison(primitive: &str, value: &str) -> String {
    match primitive.strip_suffix("host") {
        Some(direction) if value.contains('/') => format!("{direction}net {value}"),
        _ => format!("{primitive} {value}"),
    }
}

/// Cuts a display filter into names, numbers and operators.
fn words(filter: &str) -> Vec<String> {
    let mut spaced = filter.to_owned();
    for operator in ["==", "!=", "&&", "||", "(", ")"] {
        spaced = spaced.replace(operator, &format!(" {operator} "));
    }
    let split = |word: &str| match word.strip_prefix('!') {
        Some(rest) if !rest.is_empty() && rest != "=" => vec!["!".to_owned(), rest.to_owned()],
        _ => vec![word.to_owned()],
    };
    spaced.split_whitespace().flat_map(split).collect()
}

/// Words of capture filters that are often misspelt.
const KEYWORDS: [&str; 27] = [
    "host",
    "net",
    "port",
    "portrange",
    "src",
    "dst",
    "gateway",
    "ether",
    "tcp",
    "udp",
    "icmp",
    "icmp6",
    "ip",
    "ip6",
    "arp",
    "rarp",
    "sctp",
    "vlan",
    "mpls",
    "proto",
    "broadcast",
    "multicast",
    "greater",
    "less",
    "and",
    "or",
    "not",
];

/// The filter with one word replaced by a keyword that differs in one or two letters.
fn respelt(filter: &str, good: impl Fn(&String) -> bool) -> Option<String> {
    let words: Vec<&str> = filter.split_whitespace().collect();
    let mut candidates: Vec<(usize, String)> = Vec::new();
    for (place, word) in words.iter().enumerate().take(20) {
        for keyword in KEYWORDS {
            let far = distance(&word.to_ascii_lowercase(), keyword);
            if (word != &keyword) && far <= 2 && far < keyword.len() && far < word.len() {
                let mut changed = words.clone();
                if let Some(slot) = changed.get_mut(place) {
                    *slot = keyword;
                }
                candidates.push((far, changed.join(" ")));
            }
        }
    }
    candidates.sort_by_key(|(far, _)| *far);
    candidates.into_iter().map(|(_, text)| text).take(50).find(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_filters_are_translated() {
        let translated = |text| from_display_filter(text);
        for (display, capture) in [
            ("tcp.port == 80", "tcp port 80"),
            ("tcp.port==80&&ip.addr==10.0.0.1", "tcp port 80 and host 10.0.0.1"),
            ("ip.src == 10.0.0.0/8 || !dns", "src net 10.0.0.0/8 or not port 53"),
            ("ip.addr != 1.2.3.4", "not host 1.2.3.4"),
            ("(dhcp or icmpv6)", "((udp port 67 or udp port 68) or icmp6)"),
        ] {
            assert_eq!(translated(display).as_deref(), Some(capture));
        }
        assert_eq!(translated("tcp port 80"), None);
        assert_eq!(translated("tcp.port > 80"), None);
        assert_eq!(translated("tcp.flags.syn == 1"), None);
    }

    #[test]
    fn a_misspelt_word_is_mended() {
        let good = |text: &String| text == "tcp port 80" || text == "not arp";
        assert_eq!(respelt("tcp prot 80", good).as_deref(), Some("tcp port 80"));
        assert_eq!(respelt("nto arp", good).as_deref(), Some("not arp"));
        assert_eq!(respelt("what is this", good), None);
    }

    #[test]
    fn the_error_says_what_libpcap_said_and_what_helps() {
        if !libpcap::available() {
            return;
        }
        assert_eq!(compile_filter("tcp port 80", LinkType::ETHERNET), Ok(()));
        assert_eq!(compile_filter("ip host 10.0.0.1", LinkType::RAW), Ok(()));
        let error = compile_filter("tcp.port == 80", LinkType::ETHERNET).unwrap_err();
        assert_eq!(error.suggestion.as_deref(), Some("tcp port 80"));
        assert!(error.to_string().contains("did you mean \"tcp port 80\"?"));
        let error = compile_filter("tcp.flags.syn == 1", LinkType::ETHERNET).unwrap_err();
        assert!(error.to_string().contains("-Y"));
    }
}
