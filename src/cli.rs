//! The command line: flags with the letters and meanings of tshark. Types and texts only; what they do
//! is decided in `batch`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, CommandFactory, FromArgMatches, Parser};

/// See every packet, layer by layer.
#[derive(Parser, Debug, Clone)]
#[command(
    name = "sniff",
    version,
    about = "See every packet, layer by layer: live or from a capture file.",
    override_usage = "sniff [FILE] [FILTER]         open a capture (pcap, pcapng, .gz .zst .lz4)\n       \
                      sniff -i IFACE [CAPFILTER]    capture live\n       \
                      sniff                         choose an interface or a recent file",
    disable_help_flag = true,
    disable_version_flag = true,
    args_override_self = true,
    max_term_width = 100
)]
pub struct Cli {
    /// A capture file (when neither -r nor -i is given), then a filter: a display filter when reading,
    /// a capture filter when live.
    #[arg(value_name = "FILE or FILTER", help_heading = "Input")]
    pub args: Vec<String>,

    /// Read this capture file; `-` is standard input.
    #[arg(short = 'r', long = "read-file", value_name = "FILE", help_heading = "Input")]
    pub read: Option<String>,
    /// Two passes: what is known only later (answers, reassembly) is shown in the frames before.
    #[arg(short = '2', help_heading = "Input")]
    pub two_pass: bool,
    /// Read filter of the first pass (with -2): only these packets are numbered and analysed.
    #[arg(
        short = 'R',
        long = "read-filter",
        allow_hyphen_values = true,
        value_name = "FILTER",
        help_heading = "Input"
    )]
    pub read_filter: Option<String>,
    /// Show only packets that match this display filter.
    #[arg(
        short = 'Y',
        long = "display-filter",
        allow_hyphen_values = true,
        value_name = "FILTER",
        help_heading = "Input"
    )]
    pub display_filter: Option<String>,
    /// Read at most so many packets.
    #[arg(short = 'c', value_name = "N", value_parser = positive, help_heading = "Input")]
    pub count: Option<u64>,
    /// Dissect what a key leads to as another protocol: tcp.port==8888,http.
    #[arg(short = 'd', value_name = "LAYER==KEY,PROTO", help_heading = "Input")]
    pub decode_as: Vec<String>,
    /// Set a preference: ip.check_checksum:TRUE.
    #[arg(short = 'o', value_name = "PREF:VALUE", help_heading = "Input")]
    pub preference: Vec<String>,
    /// Don't dissect this protocol.
    #[arg(long, value_name = "PROTO", help_heading = "Input")]
    pub disable_protocol: Vec<String>,
    /// Dissect this protocol even if it is off by default.
    #[arg(long, value_name = "PROTO", help_heading = "Input")]
    pub enable_protocol: Vec<String>,

    /// Capture on this interface (name or number of -D); may be repeated.
    #[arg(short = 'i', long = "interface", value_name = "IFACE", help_heading = "Capture")]
    pub interface: Vec<String>,
    /// Capture filter (libpcap syntax). This and the next six hold for the -i before them, or for all
    /// if they stand before the first.
    #[arg(short = 'f', value_name = "FILTER", help_heading = "Capture")]
    pub capture_filter: Vec<String>,
    /// Keep at most so many bytes of each packet.
    #[arg(short = 's', long = "snapshot-length", value_name = "BYTES", help_heading = "Capture")]
    pub snaplen: Vec<u32>,
    /// Don't put the interface into promiscuous mode.
    #[arg(
        short = 'p',
        long = "no-promiscuous-mode",
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Capture"
    )]
    pub no_promiscuous: Vec<bool>,
    /// Capture in monitor mode where the interface can.
    #[arg(
        short = 'I',
        long = "monitor-mode",
        num_args = 0,
        default_missing_value = "true",
        help_heading = "Capture"
    )]
    pub monitor: Vec<bool>,
    /// Size of the kernel's buffer.
    #[arg(short = 'B', long = "buffer-size", value_name = "MiB", help_heading = "Capture")]
    pub buffer: Vec<u32>,
    /// Link type to capture.
    #[arg(short = 'y', long = "linktype", value_name = "TYPE", help_heading = "Capture")]
    pub link_type: Vec<String>,
    /// Time stamp type to capture.
    #[arg(long, value_name = "TYPE", help_heading = "Capture")]
    pub time_stamp_type: Vec<String>,
    /// The flags above, sorted by interface: one entry an -i.
    #[arg(skip)]
    pub of_interfaces: Vec<InterfaceFlags>,
    /// List interfaces and end.
    #[arg(short = 'D', long = "list-interfaces", help_heading = "Capture")]
    pub list_interfaces: bool,
    /// List the link types of the interface and end.
    #[arg(short = 'L', long = "list-data-link-types", help_heading = "Capture")]
    pub list_link_types: bool,
    /// List the time stamp types of the interface and end.
    #[arg(long, help_heading = "Capture")]
    pub list_time_stamp_types: bool,
    /// Stop after duration:S, filesize:kB, files:N or packets:N.
    #[arg(short = 'a', long = "autostop", value_name = "COND", help_heading = "Capture")]
    pub autostop: Vec<String>,
    /// Ring buffer: next file after duration:S, filesize:kB, packets:N, interval:S; keep files:N.
    #[arg(short = 'b', long = "ring-buffer", value_name = "COND", help_heading = "Capture")]
    pub ring_buffer: Vec<String>,

    /// Write packets to this file; `-` is standard output.
    #[arg(short = 'w', value_name = "FILE", help_heading = "Output")]
    pub write: Option<String>,
    /// File type to write: pcapng, pcap, nsecpcap.
    #[arg(short = 'F', value_name = "TYPE", help_heading = "Output")]
    pub file_type: Option<String>,
    /// A comment for the capture that is written.
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub capture_comment: Option<String>,
    /// Print the tree of each packet.
    #[arg(short = 'V', help_heading = "Output")]
    pub details: bool,
    /// Print the tree of these protocols only, a line for the others.
    #[arg(short = 'O', value_name = "PROTOS", value_delimiter = ',', help_heading = "Output")]
    pub only: Vec<String>,
    /// Print the summary line, also while writing a file.
    #[arg(short = 'P', long = "print", help_heading = "Output")]
    pub print: bool,
    /// Print this line behind each packet's tree or bytes.
    #[arg(short = 'S', value_name = "SEPARATOR", help_heading = "Output")]
    pub separator: Option<String>,
    /// Print each packet's bytes.
    #[arg(short = 'x', help_heading = "Output")]
    pub hex: bool,
    /// Print bytes with or without ASCII, of the frame or all sources.
    #[arg(long, value_name = "OPTION", help_heading = "Output")]
    pub hexdump: Vec<String>,
    /// Format: text, fields, pdml, psml, json, jsonraw, ek, tabs.
    #[arg(short = 'T', value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<String>,
    /// A field to print with -T fields; may be repeated.
    #[arg(short = 'e', value_name = "FIELD", help_heading = "Output")]
    pub field: Vec<String>,
    /// Options of -T fields: header=y separator=, occurrence=f|l|a aggregator=; quote=d|s|n bom=y.
    #[arg(short = 'E', value_name = "OPTION=VALUE", help_heading = "Output")]
    pub field_option: Vec<String>,
    /// Only these layers in pdml, json, ek (their children too).
    #[arg(short = 'j', value_name = "PROTOS", help_heading = "Output")]
    pub layers: Option<String>,
    /// As -j, with all that is below.
    #[arg(short = 'J', value_name = "PROTOS", help_heading = "Output")]
    pub layers_deep: Option<String>,
    /// Join values of the same key in JSON.
    #[arg(long, help_heading = "Output")]
    pub no_duplicate_keys: bool,
    /// Times: a ad adoy d dd e r u ud udoy.
    #[arg(short = 't', value_name = "FORMAT", help_heading = "Output")]
    pub time_format: Vec<String>,
    /// Seconds as s or hms.
    #[arg(short = 'u', value_name = "FORMAT", help_heading = "Output")]
    pub seconds: Option<String>,
    /// Flush after each packet.
    #[arg(short = 'l', help_heading = "Output")]
    pub line_buffered: bool,
    /// No packets on standard output (counts and statistics only).
    #[arg(short = 'q', help_heading = "Output")]
    pub quiet: bool,
    /// Only errors on standard error.
    #[arg(short = 'Q', help_heading = "Output")]
    pub very_quiet: bool,
    /// Let the group read files that are written.
    #[arg(short = 'g', help_heading = "Output")]
    pub group_read: bool,
    /// Statistics (io,phs …).
    #[arg(short = 'z', value_name = "STAT", help_heading = "Output")]
    pub statistics: Vec<String>,
    /// What is known: fields, protocols, values, defaultprefs, column-formats …
    #[arg(short = 'G', value_name = "REPORT", num_args = 0..=1, default_missing_value = "fields", help_heading = "Output")]
    pub report: Option<String>,
    /// Save the objects that a protocol carried.
    #[arg(long, value_name = "PROTO,DIR", help_heading = "Output")]
    pub export_objects: Option<String>,
    /// Colour the lines of the list.
    #[arg(long, help_heading = "Output")]
    pub color: bool,

    /// No names: numbers only.
    #[arg(short = 'n', help_heading = "Names")]
    pub no_names: bool,
    /// Names of: m MAC, n network, t transport, d from the capture's DNS, N by asking DNS, v VLAN.
    #[arg(short = 'N', value_name = "mnNtdv", help_heading = "Names")]
    pub names: Vec<String>,
    /// Read names of addresses from this hosts file, for -N n.
    #[arg(short = 'H', value_name = "FILE", help_heading = "Names")]
    pub hosts: Vec<PathBuf>,

    /// Theme of the TUI: dark, light, wireshark, mono.
    #[arg(long, value_name = "NAME", help_heading = "Terminal")]
    pub theme: Option<String>,
    /// Start at this packet.
    #[arg(long, value_name = "N", help_heading = "Terminal")]
    pub go_to: Option<u32>,

    /// Profile (not built yet).
    #[arg(short = 'C', value_name = "PROFILE", hide = true)]
    pub profile: Option<String>,
    /// Extension option (not built yet).
    #[arg(short = 'X', value_name = "OPTION", hide = true)]
    pub extension: Vec<String>,
    /// Packets between resets of state (not built yet).
    #[arg(short = 'M', value_name = "N", hide = true)]
    pub reset_after: Option<u64>,
    /// Sampling method of Kerberos keytab (not built yet).
    #[arg(short = 'K', value_name = "KEYTAB", hide = true)]
    pub keytab: Option<String>,

    /// A short help that fits a small terminal.
    #[arg(short = 'h', action = ArgAction::SetTrue, help_heading = "Help")]
    pub short_help: bool,
    /// All flags.
    #[arg(long, action = ArgAction::Help, help_heading = "Help")]
    pub help: Option<bool>,
    /// The version.
    #[arg(short = 'v', long, action = ArgAction::Version, help_heading = "Help")]
    pub version: Option<bool>,
}

/// The flags that hold for one interface.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InterfaceFlags {
    pub filter: Option<String>,
    pub snaplen: Option<u32>,
    pub no_promiscuous: bool,
    pub monitor: bool,
    /// MiB.
    pub buffer: Option<u32>,
    pub link_type: Option<String>,
    pub time_stamp_type: Option<String>,
}

impl Cli {
    /// Parses the program's arguments, the program's name first.
    pub fn of_arguments<I, T>(arguments: I) -> Result<Cli, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let matches = Cli::command().try_get_matches_from(arguments)?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.of_interfaces = cli.sort_by_interface(&matches);
        Ok(cli)
    }

    /// Gives each interface the flags behind its `-i`, and what it lacks from before the first `-i`.
    fn sort_by_interface(&self, matches: &ArgMatches) -> Vec<InterfaceFlags> {
        let places =
            |id: &str| -> Vec<usize> { matches.indices_of(id).map(Iterator::collect).unwrap_or_default() };
        let starts = places("interface");
        let mut all = vec![InterfaceFlags::default(); starts.len() + 1];
        let mut set = |id: &str, f: &mut dyn FnMut(&mut InterfaceFlags, usize)| {
            for (which, place) in places(id).into_iter().enumerate() {
                if let Some(flags) = all.get_mut(starts.partition_point(|start| *start < place)) {
                    f(flags, which);
                }
            }
        };
        set("capture_filter", &mut |f, n| f.filter = self.capture_filter.get(n).cloned());
        set("snaplen", &mut |f, n| f.snaplen = self.snaplen.get(n).copied());
        set("no_promiscuous", &mut |f, _| f.no_promiscuous = true);
        set("monitor", &mut |f, _| f.monitor = true);
        set("buffer", &mut |f, n| f.buffer = self.buffer.get(n).copied());
        set("link_type", &mut |f, n| f.link_type = self.link_type.get(n).cloned());
        set("time_stamp_type", &mut |f, n| f.time_stamp_type = self.time_stamp_type.get(n).cloned());
        let defaults = all.remove(0);
        all.into_iter().map(|flags| flags.or(&defaults)).collect()
    }
}

impl InterfaceFlags {
    fn or(self, defaults: &InterfaceFlags) -> InterfaceFlags {
        InterfaceFlags {
            filter: self.filter.or_else(|| defaults.filter.clone()),
            snaplen: self.snaplen.or(defaults.snaplen),
            no_promiscuous: self.no_promiscuous || defaults.no_promiscuous,
            monitor: self.monitor || defaults.monitor,
            buffer: self.buffer.or(defaults.buffer),
            link_type: self.link_type.or_else(|| defaults.link_type.clone()),
            time_stamp_type: self.time_stamp_type.or_else(|| defaults.time_stamp_type.clone()),
        }
    }
}

fn positive(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Err("zero packets are none; name a number above 0".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("a decimal number is needed".into()),
    }
}

/// `-h`: fits 80x24.
pub const SHORT_HELP: &str = "\
sniff: see every packet, layer by layer

  sniff FILE                  open a capture (pcap, pcapng; .gz .zst .lz4 too)
  sniff -i eth0 [CAPFILTER]   capture live; several -i, or any
  sniff                       choose an interface or a recent file
  sniff FILE | less           text, as tshark prints it

 -r FILE  read (- for stdin)        -w FILE  write       -F pcap|pcapng
 -Y FILTER  show only what matches  -f FILTER  capture filter
 -c N  stop after N packets         -a duration:S|packets:N|filesize:KB|files:N
 -V  the tree of each packet        -O PROTOS  the tree of these only
 -T text|fields|pdml|psml|json|jsonraw|ek|tabs           -x  bytes
 -e FIELD  a field of -T fields     -E header=y,separator=,…
 -t r|a|ad|d|dd|e|u|ud  times       -n  no names         -N mnt  names of
 -2  two passes                     -q  quiet            -l  flush each line
 -D  list interfaces                -i IFACE -L  list link types
 -s BYTES  snaplen  -p  not promiscuous  -B MiB  buffer  -b COND  ring buffer

 In the TUI: ? help   / filter   q quit
 --help lists every flag.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_hold_for_the_interface_before_them() {
        let words = "sniff -s 96 -i eth0 -f arp -p -i eth1 -s 64 -i eth2 -f tcp";
        let cli = Cli::of_arguments(words.split(' ')).unwrap();
        let all: Vec<_> =
            cli.of_interfaces.iter().map(|f| (f.filter.as_deref(), f.snaplen, f.no_promiscuous)).collect();
        assert_eq!(
            all,
            [(Some("arp"), Some(96), true), (None, Some(64), false), (Some("tcp"), Some(96), false)]
        );
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn short_help_fits_a_small_terminal() {
        assert!(SHORT_HELP.lines().count() <= 23);
        assert!(SHORT_HELP.lines().all(|l| l.chars().count() <= 80));
    }
}
