//! From flags to settings: what is asked for, checked before anything is opened.

use std::collections::HashSet;

use super::Failure;
use crate::cli::Cli;
use crate::dissect::context::Settings;
use crate::dissect::names::Names;
use crate::dissect::protocol::Key;
use crate::dissect::registry::registry;
use crate::export::Exporter;
use crate::export::fields::{FieldOptions, Fields};
use crate::export::pdml::Pdml;
use crate::export::summary::{Psml, Summary};
use crate::export::text::{Text, TextOptions};
use crate::export::time::{TimeFormat, TimeStyle};

/// What the text tool is to do.
pub struct Job {
    pub cli: Cli,
    pub settings: Settings,
    pub names: Names,
    pub time: TimeStyle,
    /// The file to read, and the display filter, wherever they stood.
    pub input: Option<String>,
    pub filter: Option<String>,
    /// Nothing is printed, packet by packet.
    pub silent: bool,
}

impl Job {
    pub fn new(cli: &Cli) -> Result<Job, Failure> {
        not_built(cli)?;
        let mut args = cli.args.iter();
        let live = !cli.interface.is_empty();
        let input = match (&cli.read, live) {
            (Some(file), _) => Some(file.clone()),
            (None, false) => args.next().cloned(),
            (None, true) => None,
        };
        let rest: Vec<&str> = args.map(String::as_str).collect();
        let mut filter = cli.display_filter.clone();
        if !live && !rest.is_empty() {
            if filter.is_some() {
                return Err(Failure::usage(format!(
                    "a display filter is given twice: with -Y and as \"{}\"; leave one out",
                    rest.join(" ")
                )));
            }
            filter = Some(rest.join(" "));
        }
        let silent = cli.quiet || (cli.write.is_some() && !cli.print && !asks_for_text(cli));
        Ok(Job {
            settings: settings(cli)?,
            names: Names::default(),
            time: time_style(cli)?,
            cli: cli.clone(),
            input,
            filter,
            silent,
        })
    }

    /// The exporter for `-T` and its kin.
    pub fn exporter(&self, file: &str) -> Result<Box<dyn Exporter>, Failure> {
        let cli = &self.cli;
        let format = cli.format.as_deref().unwrap_or("text");
        let summary = |tabs| Summary::new(self.time, tabs);
        if !cli.field.is_empty() && !matches!(format, "fields" | "json" | "jsonraw" | "ek" | "pdml") {
            return Err(Failure::usage("-e names fields to print: it goes with -T fields, json, ek or pdml"));
        }
        Ok(match format {
            "fields" => {
                if cli.field.is_empty() {
                    return Err(Failure::usage("-T fields prints the fields named by -e; name one, as in -e ip.src"));
                }
                let mut options = FieldOptions::default();
                for o in &cli.field_option {
                    options.set(o).map_err(Failure::usage)?;
                }
                let fields = Fields::new(&cli.field, options, summary(false)).map_err(|unknown| {
                    Failure::usage(format!("Some fields aren't valid:\n\t{}", unknown.join("\n\t")))
                })?;
                Box::new(fields)
            }
            "pdml" => Box::new(Pdml::new(file.to_string(), self.layers())),
            "psml" => Box::new(Psml::new(self.time)),
            "text" | "tabs" => {
                let details = cli.details || !cli.only.is_empty();
                let options = TextOptions {
                    summary: !details || cli.print,
                    details,
                    only: cli.only.iter().map(|s| s.to_ascii_lowercase()).collect(),
                    hex: cli.hex,
                };
                let tabs = format == "tabs";
                if options.details || options.hex {
                    Box::new(Text::new(options, summary(tabs)))
                } else {
                    Box::new(summary(tabs))
                }
            }
            "json" | "jsonraw" | "ek" => self.json(format)?,
            other => {
                return Err(Failure::usage(format!(
                    "-T {other} is unknown: use text, fields, pdml, psml, json, jsonraw, ek or tabs"
                )));
            }
        })
    }

    fn json(&self, format: &str) -> Result<Box<dyn Exporter>, Failure> {
        Err(Failure::usage(format!("-T {format} isn't built yet: use -T pdml or -T fields")))
    }

    /// The layers that `-j` and `-J` choose.
    fn layers(&self) -> HashSet<String> {
        let both = self.cli.layers.iter().chain(&self.cli.layers_deep);
        both.flat_map(|s| s.split([' ', ',']))
            .filter(|s| !s.is_empty())
            .map(str::to_string)
            .collect()
    }
}

/// True if a flag says what text to print.
pub fn asks_for_text(cli: &Cli) -> bool {
    cli.format.is_some() || cli.details || !cli.only.is_empty() || cli.hex || !cli.field.is_empty()
}

/// A flag of tshark's that isn't built yet says so; none is swallowed.
fn not_built(cli: &Cli) -> Result<(), Failure> {
    let flags = [
        ("-C", cli.profile.is_some()),
        ("-X", !cli.extension.is_empty()),
        ("-M", cli.reset_after.is_some()),
        ("-K", cli.keytab.is_some()),
        ("-z", !cli.statistics.is_empty()),
        ("--export-objects", cli.export_objects.is_some()),
        ("--hexdump", !cli.hexdump.is_empty()),
        ("--color", cli.color),
    ];
    match flags.iter().find(|f| f.1) {
        Some((flag, _)) => Err(Failure::usage(format!("{flag} isn't built yet; run sniff --help for what is"))),
        None => Ok(()),
    }
}

fn time_style(cli: &Cli) -> Result<TimeStyle, Failure> {
    let mut style = TimeStyle::default();
    for t in &cli.time_format {
        let (name, digits) = t.split_once('.').map_or((t.as_str(), None), |(n, d)| (n, Some(d)));
        if !name.is_empty() {
            style.format = TimeFormat::from_flag(name).ok_or_else(|| {
                Failure::usage(format!("-t {t} is unknown: use a, ad, adoy, d, dd, e, r, u, ud or udoy"))
            })?;
        }
        if let Some(d) = digits.filter(|d| !d.is_empty()) {
            style.digits = Some(d.parse().ok().filter(|d| *d <= 9).ok_or_else(|| {
                Failure::usage(format!("-t {t}: the number of decimal digits is 0 to 9"))
            })?);
        }
    }
    match cli.seconds.as_deref() {
        None | Some("s") => {}
        Some("hms") => style.hms = true,
        Some(other) => return Err(Failure::usage(format!("-u {other} is unknown: use s or hms"))),
    }
    Ok(style)
}

fn settings(cli: &Cli) -> Result<Settings, Failure> {
    let mut s = Settings::default();
    if cli.no_names {
        s.resolve_mac = false;
    }
    if let Some(names) = &cli.names {
        s.resolve_mac = false;
        for c in names.chars() {
            match c {
                'm' => s.resolve_mac = true,
                'n' | 'N' => s.resolve_network = true,
                't' => s.resolve_transport = true,
                'd' => s.resolve_capture = true,
                'v' | 'g' => {}
                _ => return Err(Failure::usage(format!("-N {names}: \"{c}\" is none of m, n, N, t, d, v"))),
            }
        }
    }
    for p in &cli.preference {
        preference(&mut s, p)?;
    }
    for d in &cli.decode_as {
        s.decode_as.push(decode_as(d)?);
    }
    for p in &cli.disable_protocol {
        let number = registry().number(p).ok_or_else(|| {
            Failure::usage(format!("--disable-protocol {p}: no such protocol; sniff -G protocols lists them"))
        })?;
        s.disabled.push(registry().protocol(number).name());
    }
    Ok(s)
}

/// `-o name:value`
fn preference(s: &mut Settings, text: &str) -> Result<(), Failure> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| Failure::usage(format!("-o {text}: write it as name:value")))?;
    let value = value.trim();
    let flag = match name {
        "ip.check_checksum" => &mut s.ip_check_checksum,
        "tcp.check_checksum" => &mut s.tcp_check_checksum,
        "udp.check_checksum" => &mut s.udp_check_checksum,
        "ip.defragment" => &mut s.ip_defragment,
        "ipv6.defragment" => &mut s.ipv6_defragment,
        "tcp.desegment_tcp_streams" => &mut s.tcp_desegment,
        "tcp.reassemble_out_of_order" => &mut s.tcp_reassemble_out_of_order,
        "tcp.analyze_sequence_numbers" => &mut s.tcp_analyze_sequence_numbers,
        "tcp.relative_sequence_numbers" => &mut s.tcp_relative_sequence_numbers,
        "tcp.calculate_timestamps" => &mut s.tcp_calculate_timestamps,
        "nameres.mac_name" => &mut s.resolve_mac,
        "nameres.network_name" => &mut s.resolve_network,
        "nameres.transport_name" => &mut s.resolve_transport,
        "nameres.dns_pkt_addr_resolution" => &mut s.resolve_capture,
        "sniff.own_fields" => &mut s.own_fields,
        _ => {
            return Err(Failure::usage(format!(
                "-o {text}: unknown preference \"{name}\"; sniff -G defaultprefs lists them"
            )));
        }
    };
    *flag = match value.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(Failure::usage(format!("-o {text}: the value is TRUE or FALSE"))),
    };
    Ok(())
}

/// `-d tcp.port==8888,http`
fn decode_as(text: &str) -> Result<(Key, &'static str), Failure> {
    let wrong = |why: String| Failure::usage(format!("-d {text}: {why}"));
    let (selector, protocol) = text
        .rsplit_once(',')
        .ok_or_else(|| wrong("write it as tcp.port==8888,http".into()))?;
    let (table, value) = selector
        .split_once("==")
        .ok_or_else(|| wrong("write it as tcp.port==8888,http".into()))?;
    let number = match value.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => value.parse(),
    };
    let number = number.map_err(|_| wrong(format!("\"{value}\" is no number")))?;
    let small = u16::try_from(number).map_err(|_| wrong(format!("{number} is too large")))?;
    let key = match table {
        "tcp.port" => Key::TcpPort(small),
        "udp.port" => Key::UdpPort(small),
        "sctp.port" => Key::SctpPort(small),
        "ethertype" => Key::EtherType(small),
        "ip.proto" => {
            Key::IpProto(u8::try_from(number).map_err(|_| wrong(format!("{number} is too large")))?)
        }
        "ppp.protocol" => Key::Ppp(small),
        "wtap_encap" => Key::LinkType(small),
        _ => {
            return Err(wrong(format!(
                "unknown table \"{table}\": use tcp.port, udp.port, sctp.port, ethertype, ip.proto or ppp.protocol"
            )));
        }
    };
    let number = registry()
        .number(protocol)
        .ok_or_else(|| wrong(format!("no protocol \"{protocol}\"; sniff -G protocols lists them")))?;
    Ok((key, registry().protocol(number).name()))
}
