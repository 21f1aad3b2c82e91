//! Colour rules: the file format of Wireshark's `colorfilters`, and the rules that apply without one.
//! Which rule a packet gets is decided with compiled filters, by whoever shows the packets.

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// A packet that matches the filter is shown in these colours; the first rule that matches wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    pub filter: String,
    pub background: Rgb,
    pub foreground: Rgb,
    /// Kept in the file, but not applied.
    pub disabled: bool,
}

/// A line of a rules file that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// Reads a rules file: `@name@filter@[r,g,b][r,g,b]` a line, background first, 16 bits a colour; `!` before a
/// rule that is off, `#` before a remark.
pub fn read(file: &str) -> (Vec<Rule>, Vec<BadLine>) {
    let (mut rules, mut bad) = (Vec::new(), Vec::new());
    for (i, line) in file.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match rule(line) {
            Some(rule) => rules.push(rule),
            None => bad.push(BadLine {
                line: i + 1,
                message: format!("\"{line}\" is no colour rule (@name@filter@[r,g,b][r,g,b])."),
            }),
        }
    }
    (rules, bad)
}

fn rule(line: &str) -> Option<Rule> {
    let (disabled, line) = match line.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (name, rest) = line.strip_prefix('@')?.split_once('@')?;
    // The filter may hold an @ of its own (raw bytes); the colours can't.
    let (filter, colours) = rest.rsplit_once('@')?;
    let (background, foreground) = colours.strip_prefix('[')?.strip_suffix(']')?.split_once("][")?;
    Some(Rule {
        name: name.to_owned(),
        filter: filter.to_owned(),
        background: colour(background)?,
        foreground: colour(foreground)?,
        disabled,
    })
}

/// `65535,0,0`: the upper eight bits of each.
fn colour(text: &str) -> Option<Rgb> {
    let mut parts = text.split(',').map(|p| p.trim().parse::<u16>().ok().map(|n| (n >> 8) as u8));
    let colour = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(colour)
}

const DARK: u32 = 0x12272e;
const YELLOW: u32 = 0xfffc9c;
const RED: u32 = 0xa40000;

/// Name, filter, background, foreground (0xrrggbb) of the rules that apply by default, in order.
const DEFAULT: &[(&str, &str, u32, u32)] = &[
    (
        "Bad TCP",
        "tcp.analysis.flags && !tcp.analysis.window_update && !tcp.analysis.keep_alive && !tcp.analysis.keep_alive_ack",
        DARK,
        0xf78787,
    ),
    ("HSRP State Change", "hsrp.state != 8 && hsrp.state != 16", DARK, YELLOW),
    ("Spanning Tree Topology Change", "stp.type == 0x80", DARK, YELLOW),
    ("OSPF State Change", "ospf.msg != 1", DARK, YELLOW),
    ("ICMP errors", "icmp.type in { 3..5, 11 } || icmpv6.type in { 1..4 }", DARK, 0xb7f774),
    ("ARP", "arp", 0xfaf0d7, DARK),
    ("ICMP", "icmp || icmpv6", 0xfce0ff, DARK),
    ("TCP RST", "tcp.flags.reset eq 1", RED, YELLOW),
    ("SCTP ABORT", "sctp.chunk_type eq ABORT", RED, YELLOW),
    (
        "TTL low or unexpected",
        "(ip.ttl < 5 and ip.dst != 224.0.0.0/4 and not (pim or ospf)) or (ip.dst == 224.0.0.0/24 and ip.dst != 224.0.0.251 and ip.ttl != 1 and not (vrrp or carp))",
        RED,
        0xecf0eb,
    ),
    (
        "Checksum Errors",
        "eth.fcs.status == \"Bad\" or ip.checksum.status == \"Bad\" or tcp.checksum.status == \"Bad\" or udp.checksum.status == \"Bad\" or sctp.checksum.status == \"Bad\" or wlan.fcs.status == \"Bad\"",
        DARK,
        0xf78787,
    ),
    ("SMB", "smb || nbss || nbns || netbios", 0xfeffd0, DARK),
    ("HTTP", "http || tcp.port == 80 || http2", 0xe4ffc7, DARK),
    ("DCERPC", "dcerpc", 0xc797ff, DARK),
    (
        "Routing",
        "hsrp || eigrp || ospf || bgp || cdp || vrrp || carp || gvrp || igmp || ismp",
        0xfff3d6,
        DARK,
    ),
    ("TCP SYN/FIN", "tcp.flags & 0x02 || tcp.flags.fin == 1", 0xa0a0a0, DARK),
    ("TCP", "tcp", 0xe7e6ff, DARK),
    ("UDP", "udp", 0xdaeeff, DARK),
    ("Broadcast", "eth[0] & 1", 0xffffff, 0xbabdb6),
    ("System Event", "systemd_journal || sysdig", 0xe6e6e6, 0x2d6f9a),
];

/// The rules that apply when the user has none of their own.
pub fn default_rules() -> Vec<Rule> {
    let rgb = |n: u32| [(n >> 16) as u8, (n >> 8) as u8, n as u8];
    DEFAULT
        .iter()
        .map(|(name, filter, background, foreground)| Rule {
            name: (*name).to_owned(),
            filter: (*filter).to_owned(),
            background: rgb(*background),
            foreground: rgb(*foreground),
            disabled: false,
        })
        .collect()
}

/// The filter of a rule without the alternatives that speak of protocols `sniff` doesn't know: a packet
/// can't match those. `None` if nothing is left.
pub fn known_part(filter: &str) -> Option<String> {
    use super::parse::{Expr, parse};
    let options = super::Options::default();
    if super::compile(filter, &options).is_ok() {
        return Some(filter.to_owned());
    }
    let Expr::Or(parts) = parse(filter).ok()?? else { return None };
    let known: Vec<String> =
        parts.iter().map(super::print::print).filter(|text| super::compile(text, &options).is_ok()).collect();
    (!known.is_empty()).then(|| known.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_rules_file() {
        let (rules, bad) = read(
            "# remark\n@TCP@tcp@[59345,58980,65535][4718,10030,11796]\n!@Off@@tcp.flags == 00@[0,0,0][1,1,1]\nnonsense\n",
        );
        assert_eq!(rules.len(), 2);
        assert_eq!(rules[0].background, [0xe7, 0xe6, 0xff]);
        assert_eq!(rules[0].foreground, [0x12, 0x27, 0x2e]);
        assert!(rules[1].disabled && rules[1].filter == "@tcp.flags == 00");
        assert_eq!(bad[0].line, 4);
    }

    #[test]
    fn of_the_default_rules_the_known_part_compiles() {
        for name in ["ARP", "TCP", "UDP", "ICMP", "HTTP", "Broadcast", "Checksum Errors"] {
            let rule = default_rules().into_iter().find(|r| r.name == name).unwrap();
            let known = known_part(&rule.filter).unwrap_or_else(|| panic!("{name}"));
            assert!(crate::filter::compile(&known, &Default::default()).is_ok(), "{known}");
        }
    }
}
