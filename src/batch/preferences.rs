//! Settings from flags: `-n`, `-N`, `-o`, `-d`, `--disable-protocol`, `-H`; and the list of preferences
//! that `-G defaultprefs` prints.

use std::ops::RangeInclusive;
use std::path::Path;

use super::Failure;
use crate::cli::Cli;
use crate::dissect::context::Settings;
use crate::dissect::names::Names;
use crate::dissect::protocol::Key;
use crate::dissect::registry::registry;

/// A preference: its name, what it is for, and where it is kept.
pub struct Preference {
    pub name: &'static str,
    pub about: &'static str,
    pub of: fn(&mut Settings) -> &mut bool,
}

macro_rules! preferences {
    ($($name:literal $field:ident $about:literal)*) => {
        /// All preferences, in the order in which they are listed.
        pub const PREFERENCES: &[Preference] =
            &[$(Preference { name: $name, about: $about, of: |s| &mut s.$field }),*];
    };
}

preferences! {
    "nameres.mac_name" resolve_mac "Show names of MAC addresses: their vendors"
    "nameres.transport_name" resolve_transport "Show names of TCP and UDP ports"
    "nameres.network_name" resolve_network "Show names of IP addresses"
    "nameres.dns_pkt_addr_resolution" resolve_capture "Take names of addresses from the capture's own DNS"
    "ip.defragment" ip_defragment "Put fragmented IPv4 datagrams together"
    "ip.check_checksum" ip_check_checksum "Verify the header checksum of IPv4"
    "ipv6.defragment" ipv6_defragment "Put fragmented IPv6 datagrams together"
    "tcp.check_checksum" tcp_check_checksum "Verify the checksum of TCP"
    "tcp.desegment_tcp_streams" tcp_desegment "Put messages together that span several TCP segments"
    "tcp.reassemble_out_of_order" tcp_reassemble_out_of_order "Also where segments came out of order"
    "tcp.analyze_sequence_numbers" tcp_analyze_sequence_numbers "Tell retransmissions, losses and the like"
    "tcp.relative_sequence_numbers" tcp_relative_sequence_numbers "Count sequence numbers from 0"
    "tcp.calculate_timestamps" tcp_calculate_timestamps "Tell times since the first and previous frame of the connection"
    "udp.check_checksum" udp_check_checksum "Verify the checksum of UDP"
    "sniff.own_fields" own_fields "Show fields that Wireshark doesn't have, in compatible output too"
}

/// Preferences of tshark's that can't be changed here, with what `sniff` does: to ask for just that is no
/// mistake.
const FIXED: &[(&str, bool)] = &[
    ("dns.desegment_dns_messages", true),
    ("eth.check_fcs", false),
    ("frame.generate_bits_field", true),
    ("frame.generate_md5_hash", false),
    ("frame.show_file_off", false),
    ("http.dechunk_body", true),
    ("http.decompress_body", true),
    ("http.desegment_body", true),
    ("http.desegment_headers", true),
    ("icmp.favor_icmp_mpls", false),
    ("ip.decode_tos_as_diffserv", true),
    ("ip.summary_in_tree", true),
    ("ip.tso_support", true),
    ("ip.use_geoip", false),
    ("ipv6.summary_in_tree", true),
    ("ipv6.use_geoip", false),
    ("nameres.vlan_name", false),
    ("protocols.display_hidden_proto_items", false),
    ("tcp.no_subdissector_on_error", true),
    ("tcp.summary_in_tree", true),
    ("tcp.track_bytes_in_flight", true),
    ("tcp.try_heuristic_first", false),
    ("tls.desegment_ssl_application_data", true),
    ("tls.desegment_ssl_records", true),
    ("udp.calculate_timestamps", true),
    ("udp.summary_in_tree", true),
    ("udp.try_heuristic_first", false),
    ("vlan.summary_in_tree", true),
];

/// The settings that the flags ask for.
pub fn settings(cli: &Cli) -> Result<Settings, Failure> {
    let mut s = Settings::default();
    if cli.no_names {
        s.resolve_mac = false;
    }
    for names in &cli.names {
        resolve(&mut s, names)?;
    }
    for p in &cli.preference {
        preference(&mut s, p)?;
    }
    for d in &cli.decode_as {
        s.decode_as.push(decode_as(d)?);
    }
    for p in &cli.disable_protocol {
        s.disabled.push(protocol("--disable-protocol", p)?);
    }
    for p in &cli.enable_protocol {
        let name = protocol("--enable-protocol", p)?;
        s.disabled.retain(|other| *other != name);
    }
    Ok(s)
}

/// The names of the user's own files, where names are wanted, and of `-H`, files as /etc/hosts.
pub fn names(cli: &Cli, settings: &Settings) -> Result<Names, Failure> {
    let mut names = Names::default();
    if settings.resolve_mac || settings.resolve_network {
        names.load_usual();
    }
    for path in &cli.hosts {
        names.load_hosts(path).map_err(|e| no_hosts(path, &e))?;
    }
    Ok(names)
}

/// Whether `-N` has an `N`: a name server may be asked.
pub fn asks_name_server(cli: &Cli) -> bool {
    cli.names.last().is_some_and(|letters| letters.contains('N'))
}

fn no_hosts(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("-H {}: can't be read: {error}", path.display()))
}

/// `-N mnt`: these and no others.
fn resolve(s: &mut Settings, letters: &str) -> Result<(), Failure> {
    s.resolve_mac = false;
    s.resolve_network = false;
    s.resolve_transport = false;
    s.resolve_capture = false;
    for letter in letters.chars() {
        match letter {
            'm' => s.resolve_mac = true,
            'n' => s.resolve_network = true,
            't' => s.resolve_transport = true,
            'd' => s.resolve_capture = true,
            'N' | 'v' => {}
            _ => {
                return Err(Failure::usage(format!(
                    "-N {letters}: \"{letter}\" is unknown; use m (MAC), n (network), t (transport), \
                     d (from the capture's DNS), N (by asking DNS), v (VLAN)"
                )));
            }
        }
    }
    Ok(())
}

/// `-o name:value`
fn preference(s: &mut Settings, text: &str) -> Result<(), Failure> {
    let (name, value) =
        text.split_once(':').ok_or_else(|| Failure::usage(format!("-o {text}: write it as name:value")))?;
    let fixed = FIXED.iter().find(|p| p.0 == name);
    let preference = PREFERENCES.iter().find(|p| p.name == name);
    if fixed.is_none() && preference.is_none() {
        return Err(Failure::usage(format!(
            "-o {text}: unknown preference \"{name}\"; sniff -G defaultprefs lists them"
        )));
    }
    let value = match value.trim().to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(Failure::usage(format!("-o {text}: the value is TRUE or FALSE"))),
    };
    if let Some((_, does)) = fixed.filter(|p| p.1 != value) {
        let does = if *does { "TRUE" } else { "FALSE" };
        return Err(Failure::usage(format!("-o {text}: isn't built yet; it is always {does} here")));
    }
    if let Some(preference) = preference {
        *(preference.of)(s) = value;
    }
    Ok(())
}

fn protocol(flag: &str, name: &str) -> Result<&'static str, Failure> {
    let number = registry().number(name).ok_or_else(|| {
        Failure::usage(format!("{flag} {name}: no such protocol; sniff -G protocols lists them"))
    })?;
    Ok(registry().protocol(number).name())
}

/// Tables that `-d` knows, each with its key for a number of at most so many bits.
const TABLES: &[(&str, u32, fn(u16) -> Key)] = &[
    ("tcp.port", 16, Key::TcpPort),
    ("udp.port", 16, Key::UdpPort),
    ("sctp.port", 16, Key::SctpPort),
    ("ethertype", 16, Key::EtherType),
    ("ip.proto", 8, |n| Key::IpProto(n as u8)),
    ("ppp.protocol", 16, Key::Ppp),
    ("llc.dsap", 8, |n| Key::Llc(n as u8)),
    ("wtap_encap", 16, Key::LinkType),
];

/// `-d tcp.port==8888,http`; also for a range, `8888-8890`, or a number of ports from one on, `8888:3`.
fn decode_as(text: &str) -> Result<(RangeInclusive<Key>, &'static str), Failure> {
    let wrong = |why: String| Failure::usage(format!("-d {text}: {why}"));
    let form = || wrong("write it as tcp.port==8888,http".into());
    let (selector, protocol) = text.split_once(',').ok_or_else(form)?;
    let (table, value) = selector.split_once("==").or_else(|| selector.split_once('=')).ok_or_else(form)?;
    let Some((_, bits, key)) = TABLES.iter().find(|t| t.0 == table) else {
        let known: Vec<&str> = TABLES.iter().map(|t| t.0).collect();
        return Err(wrong(format!("unknown table \"{table}\"; known are {}", known.join(", "))));
    };
    let (first, last) = numbers(value).ok_or_else(|| wrong(format!("\"{value}\" is no number or range")))?;
    let largest = ((1u32 << bits) - 1) as u16;
    let small = |n: u32| u16::try_from(n).ok().filter(|n| *n <= largest);
    let small = |n: u32| small(n).ok_or_else(|| wrong(format!("{n} is too large for {table}")));
    let keys = key(small(first)?)..=key(small(last)?);
    let protocol = protocol.trim_start();
    let number = registry()
        .number(protocol)
        .ok_or_else(|| wrong(format!("no protocol \"{protocol}\"; sniff -G protocols lists them")))?;
    Ok((keys, registry().protocol(number).name()))
}

/// The first and the last number of `8888`, `8888-8890` or `8888:3`.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let (first, last) = match (text.split_once('-'), text.split_once(':')) {
        (Some((first, last)), _) => (number(first)?, number(last)?),
        (None, Some((first, count))) => {
            let first = number(first)?;
            (first, first.checked_add(number(count)?.saturating_sub(1))?)
        }
        (None, None) => (number(text)?, number(text)?),
    };
    (first <= last).then_some((first, last))
}

/// A number as C writes it: decimal, `0x` hexadecimal, `0` octal.
fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    u32::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preference_can_be_set() {
        for p in PREFERENCES {
            let mut s = Settings::default();
            let before = *(p.of)(&mut s);
            preference(&mut s, &format!("{}:{}", p.name, !before)).unwrap();
            assert_eq!(*(p.of)(&mut s), !before, "{}", p.name);
        }
    }

    #[test]
    fn what_cannot_be_changed_may_be_asked_for_as_it_is() {
        let set = |text| preference(&mut Settings::default(), text).map_err(|e| e.message);
        assert_eq!(set("http.desegment_body:TRUE"), Ok(()));
        assert!(set("http.desegment_body:FALSE").unwrap_err().contains("always TRUE"));
        assert!(set("http.nonsense:TRUE").unwrap_err().contains("unknown preference"));
    }

    #[test]
    fn decode_as_names_what_is_wrong() {
        let one = Key::TcpPort(8888)..=Key::TcpPort(8888);
        assert_eq!(decode_as("tcp.port==8888,data").unwrap(), (one.clone(), "data"));
        assert_eq!(decode_as("tcp.port==0x22b8, data").unwrap(), (one.clone(), "data"));
        let three = Key::UdpPort(10)..=Key::UdpPort(12);
        assert_eq!(decode_as("udp.port==10-12,data").unwrap(), (three.clone(), "data"));
        assert_eq!(decode_as("udp.port==012:3,data").unwrap(), (three.clone(), "data"));
        assert!(three.contains(&Key::UdpPort(11)) && !three.contains(&Key::TcpPort(11)));
        for (text, why) in [
            ("foo", "write it as"),
            ("foo==1,data", "unknown table"),
            ("ip.proto==256,data", "too large"),
            ("tcp.port==x,data", "no number"),
            ("tcp.port==12-10,data", "no number or range"),
            ("tcp.port==10-,data", "no number or range"),
            ("tcp.port==1,nonsense", "no protocol"),
        ] {
            assert!(decode_as(text).unwrap_err().message.contains(why), "{text}");
        }
    }

    #[test]
    fn the_last_letters_say_which_names_are_shown() {
        let of = |words: &str| {
            let cli = Cli::of_arguments(words.split(' ')).unwrap();
            let s = settings(&cli).unwrap();
            (s.resolve_mac, s.resolve_network, s.resolve_transport, s.resolves_from_capture())
        };
        assert_eq!(of("sniff"), (true, false, false, false));
        assert_eq!(of("sniff -n"), (false, false, false, false));
        assert_eq!(of("sniff -n -N nd"), (false, true, false, true));
        assert_eq!(of("sniff -N m -N t"), (false, false, true, false));
        assert_eq!(of("sniff -N d"), (false, false, false, false), "names of addresses need n");
        let cli = Cli::of_arguments("sniff -N g".split(' ')).unwrap();
        assert!(settings(&cli).unwrap_err().message.contains('g'));
    }
}
