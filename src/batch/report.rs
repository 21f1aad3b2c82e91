//! What is listed instead of capturing or reading: interfaces (`-D`), what they offer (`-L`,
//! `--list-time-stamp-types`), what `sniff` knows (`-G`), in tshark's line formats, and what `--hexdump` takes.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Failure;
use super::preferences::PREFERENCES;
use crate::capture::interfaces;
use crate::capture::live::{InterfaceOptions, Offer, offer};
use crate::cli::Cli;
use crate::dissect::context::Settings;
use crate::dissect::field::{Base, Field, Kind, Names, Place};
use crate::dissect::registry::registry;
use crate::export::text::Hexdump;

/// Prints what is asked for; false if nothing is.
pub fn run(cli: &Cli) -> Result<bool, Failure> {
    let text = if let Some(report) = &cli.report {
        of_registry(report)?
    } else if cli.list_interfaces {
        interfaces::listing(&interfaces::list())
    } else if cli.list_link_types || cli.list_time_stamp_types {
        of_interfaces(cli)?
    } else if cli.hexdump.iter().any(|option| option == "help") {
        Hexdump::HELP.to_owned()
    } else {
        return Ok(false);
    };
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::input(format!("can't write the output: {e}")))
        }
        _ => Ok(true),
    }
}

fn of_interfaces(cli: &Cli) -> Result<String, Failure> {
    let devices = interfaces::list();
    let mut wanted: Vec<InterfaceOptions> = Vec::new();
    for (name, flags) in cli.interface.iter().zip(&cli.of_interfaces) {
        let name = interfaces::resolve(name, &devices).map_err(|e| Failure::usage(e.to_string()))?;
        wanted.push(InterfaceOptions { monitor: flags.monitor, ..InterfaceOptions::new(name) });
    }
    if wanted.is_empty() {
        let Some(first) = devices.first() else {
            return Err(Failure::usage("there is no interface to capture from"));
        };
        wanted.push(InterfaceOptions::new(first.name.as_str()));
    }
    let mut out = String::new();
    for options in wanted {
        let offer = offer(&options).map_err(|e| Failure::usage(e.to_string()))?;
        describe(&mut out, cli, &options, &offer);
    }
    Ok(out)
}

fn describe(out: &mut String, cli: &Cli, options: &InterfaceOptions, offer: &Offer) {
    if cli.list_link_types {
        let mode = if options.monitor { " when in monitor mode" } else { "" };
        let name = &options.name;
        let _ = writeln!(out, "Data link types of interface {name}{mode} (use option -y to set):");
        for link in &offer.link_types {
            let _ = writeln!(out, "  {} ({})", link.name, link.about);
        }
    }
    if cli.list_time_stamp_types {
        if offer.tstamp_types.is_empty() {
            out.push_str("Time stamp types: there is no choice, the system's are used\n");
            return;
        }
        out.push_str("Timestamp types of the interface (use option --time-stamp-type to set):\n");
        for (name, about) in &offer.tstamp_types {
            let _ = writeln!(out, "  {name} ({about})");
        }
    }
}

/// Reports of `-G`, with what they say.
const REPORTS: &[(&str, &str, fn() -> String)] = &[
    ("column-formats", "the codes that columns are made of", column_formats),
    ("currentprefs", "as defaultprefs", preferences),
    ("decodes", "which key leads to which protocol", decodes),
    ("defaultprefs", "preferences and their defaults", preferences),
    ("fieldcount", "how many protocols and fields there are", field_count),
    ("fields", "protocols and fields", fields),
    ("ftypes", "types of fields", types),
    ("protocols", "protocols", protocols),
    ("values", "names of values", values),
];

fn of_registry(report: &str) -> Result<String, Failure> {
    if let Some((.., make)) = REPORTS.iter().find(|r| r.0 == report) {
        return Ok(make());
    }
    let mut help = String::new();
    for (name, about, _) in REPORTS {
        let _ = write!(help, "\n  -G {name:<15} {about}");
    }
    match report {
        "help" | "?" => Ok(format!("Reports:{help}\n")),
        _ => Err(Failure::usage(format!("-G {report} isn't a report that sniff has; it has:{help}"))),
    }
}

/// Title, short name and filter name of each protocol, and whether it is on by default; sorted as tshark.
fn protocols() -> String {
    let mut all: Vec<_> = registry().protocols().iter().filter(|p| !p.name().is_empty()).collect();
    all.sort_by_key(|p| p.name());
    all.dedup_by_key(|p| p.name());
    let mut out = String::new();
    for p in all {
        let short = if p.column.is_empty() { p.name() } else { p.column };
        let _ = writeln!(out, "{}\t{short}\t{}\tT\tT\tT", p.layer.label, p.name());
    }
    out
}

/// `P` lines: title, filter name. `F` lines: label, name, type, protocol, base, mask, description.
fn fields() -> String {
    let mut out = String::new();
    for p in registry().protocols().iter().filter(|p| !p.name().is_empty()) {
        let _ = writeln!(out, "P\t{}\t{}", p.layer.label, p.name());
        for f in p.fields.iter().filter(|f| !f.name.is_empty()) {
            let _ = writeln!(
                out,
                "F\t{}\t{}\t{}\t{}\t{}\t{:#x}\t{}",
                f.label,
                f.name,
                type_name(f),
                p.name(),
                base_name(f),
                f.mask,
                f.about
            );
        }
        for e in p.experts {
            let _ = writeln!(
                out,
                "F\t{}\t{}\tFT_NONE\t{}\t\t0x0\t{}",
                e.field.label,
                e.field.name,
                p.name(),
                e.field.about
            );
        }
    }
    out
}

/// `V` lines: field, value, name. `R`: field, first, last, name. `T`: field, true, false.
fn values() -> String {
    let mut out = String::new();
    let all = registry().protocols().iter().flat_map(|p| p.fields.iter());
    for f in all.filter(|f| !f.name.is_empty()) {
        match f.names {
            Names::Values(table) => {
                for (value, name) in table {
                    let _ = writeln!(out, "V\t{}\t{}\t{name}", f.name, number(f, *value));
                }
            }
            Names::Ranges(table) => {
                for (first, last, name) in table {
                    let (first, last) = (number(f, *first), number(f, *last));
                    let _ = writeln!(out, "R\t{}\t{first}\t{last}\t{name}", f.name);
                }
            }
            Names::TrueFalse(yes, no) => _ = writeln!(out, "T\t{}\t{yes}\t{no}", f.name),
            Names::None | Names::Unit(..) | Names::Function(_) => {}
        }
    }
    out
}

fn number(field: &Field, value: u64) -> String {
    match field.base {
        Base::Hex | Base::HexDec => format!("{value:#x}"),
        _ => value.to_string(),
    }
}

fn preferences() -> String {
    let mut out = String::from("# Preferences of sniff; change one with -o name:value\n");
    let mut group = "";
    for p in PREFERENCES {
        let head = p.name.split('.').next().unwrap_or("");
        if head != group {
            group = head;
            let _ = writeln!(out, "\n####### {group} ########");
        }
        let value = if *(p.of)(&mut Settings::default()) { "TRUE" } else { "FALSE" };
        let _ = writeln!(out, "\n# {}\n# TRUE or FALSE (case-insensitive)\n#{}: {value}", p.about, p.name);
    }
    out
}

fn decodes() -> String {
    use crate::dissect::protocol::Key;
    let mut out = String::new();
    for p in registry().protocols() {
        for key in p.on {
            let (table, value) = match *key {
                Key::EtherType(n) => ("ethertype", n.to_string()),
                Key::IpProto(n) => ("ip.proto", n.to_string()),
                Key::TcpPort(n) => ("tcp.port", n.to_string()),
                Key::UdpPort(n) => ("udp.port", n.to_string()),
                Key::SctpPort(n) => ("sctp.port", n.to_string()),
                Key::Ppp(n) => ("ppp.protocol", n.to_string()),
                Key::Llc(n) => ("llc.dsap", n.to_string()),
                Key::LinkType(n) => ("wtap_encap", n.to_string()),
                Key::Gre(n) => ("gre.proto", n.to_string()),
                Key::Snap(..) | Key::Named(_) => continue,
            };
            let _ = writeln!(out, "{table}\t{value}\t{}", p.name());
        }
    }
    out
}

fn field_count() -> String {
    let protocols = registry().protocols().iter().filter(|p| !p.name().is_empty());
    let (all, known) = (protocols.clone().count(), protocols.filter(|p| !p.claim).count());
    let fields = registry().fields().count();
    format!(
        "There are {all} protocols, {known} of them dissected and the others recognised, and {fields} fields.\n"
    )
}

/// The column codes of the default list.
fn column_formats() -> String {
    let codes = [
        ("%m", "Number"),
        ("%t", "Time (format as specified)"),
        ("%s", "Source address"),
        ("%d", "Destination address"),
        ("%p", "Protocol"),
        ("%L", "Packet length (bytes)"),
        ("%i", "Information"),
    ];
    codes.iter().map(|(code, title)| format!("{code}\t{title}\n")).collect()
}

fn types() -> String {
    let mut names: Vec<&str> = registry().fields().map(|e| type_name(e.field)).collect();
    names.sort_unstable();
    names.dedup();
    names.iter().map(|name| format!("{name}\n")).collect()
}

fn type_name(field: &Field) -> &'static str {
    match field.kind {
        Kind::None => "FT_NONE",
        Kind::Protocol => "FT_PROTOCOL",
        Kind::Bool => "FT_BOOLEAN",
        Kind::Char => "FT_CHAR",
        Kind::Uint(8) => "FT_UINT8",
        Kind::Uint(16) => "FT_UINT16",
        Kind::Uint(24) => "FT_UINT24",
        Kind::Uint(32) => "FT_UINT32",
        Kind::Uint(40) => "FT_UINT40",
        Kind::Uint(48) => "FT_UINT48",
        Kind::Uint(56) => "FT_UINT56",
        Kind::Uint(_) => "FT_UINT64",
        Kind::Int(8) => "FT_INT8",
        Kind::Int(16) => "FT_INT16",
        Kind::Int(24) => "FT_INT24",
        Kind::Int(32) => "FT_INT32",
        Kind::Int(_) => "FT_INT64",
        Kind::Float => "FT_FLOAT",
        Kind::Double => "FT_DOUBLE",
        Kind::Ether => "FT_ETHER",
        Kind::Ipv4 => "FT_IPv4",
        Kind::Ipv6 => "FT_IPv6",
        Kind::Bytes => "FT_BYTES",
        Kind::Str if field.terminated => "FT_STRINGZ",
        Kind::Str => "FT_STRING",
        Kind::Time => "FT_ABSOLUTE_TIME",
        Kind::Duration => "FT_RELATIVE_TIME",
        Kind::Frame => "FT_FRAMENUM",
        Kind::Guid => "FT_GUID",
        Kind::Eui64 => "FT_EUI64",
        Kind::Oid => "FT_OID",
    }
}

/// The base, or for a flag the width of the bytes that hold it.
fn base_name(field: &Field) -> String {
    if field.kind == Kind::Bool {
        let bytes = match field.place {
            Place::Fixed { len, .. } => u32::from(len) * 8,
            _ => (64 - field.mask.leading_zeros()).next_multiple_of(8),
        };
        return if field.width > 0 { u32::from(field.width) } else { bytes }.to_string();
    }
    let name = match field.base {
        Base::None | Base::Utc | Base::Local => "",
        Base::Dec => "BASE_DEC",
        Base::Hex => "BASE_HEX",
        Base::Oct => "BASE_OCT",
        Base::DecHex => "BASE_DEC_HEX",
        Base::HexDec => "BASE_HEX_DEC",
        Base::TcpPort => "BASE_PT_TCP",
        Base::UdpPort => "BASE_PT_UDP",
        Base::SctpPort => "BASE_PT_SCTP",
        Base::Oui => "BASE_OUI",
        Base::Netmask => "BASE_NETMASK",
        Base::Dot => "SEP_DOT",
        Base::Colon => "SEP_COLON",
        Base::Dash => "SEP_DASH",
        Base::Space => "SEP_SPACE",
        Base::Custom(_) => "BASE_CUSTOM",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_says_something() {
        for (name, _, make) in REPORTS {
            assert!(make().lines().count() > 0, "{name}");
        }
        assert!(of_registry("nonsense").is_err());
    }

    #[test]
    fn a_field_has_seven_columns_after_its_letter() {
        let fields = fields();
        let line = fields.lines().find(|l| l.contains("\ttcp.flags.syn\t")).unwrap();
        assert_eq!(line.split('\t').count(), 8);
        assert!(line.starts_with("F\tSyn\ttcp.flags.syn\tFT_BOOLEAN\ttcp\t12\t0x2\t"), "{line}");
    }
}
