//! The command line: flags with the letters and meanings of tshark. Types and texts only; what they do
//! is decided in `main`.

use std::path::PathBuf;

use clap::{ArgAction, Parser, ValueEnum};

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
    #[arg(short = 'R', long = "read-filter", value_name = "FILTER", help_heading = "Input")]
    pub read_filter: Option<String>,
    /// Show only packets that match this display filter.
    #[arg(short = 'Y', long = "display-filter", value_name = "FILTER", help_heading = "Input")]
    pub display_filter: Option<String>,
    /// Read at most so many packets.
    #[arg(short = 'c', value_name = "N", help_heading = "Input")]
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
    /// Capture filter (libpcap syntax).
    #[arg(short = 'f', value_name = "FILTER", help_heading = "Capture")]
    pub capture_filter: Vec<String>,
    /// Keep at most so many bytes of each packet.
    #[arg(short = 's', long = "snapshot-length", value_name = "BYTES", help_heading = "Capture")]
    pub snaplen: Option<u32>,
    /// Don't put the interface into promiscuous mode.
    #[arg(short = 'p', long = "no-promiscuous-mode", help_heading = "Capture")]
    pub no_promiscuous: bool,
    /// Capture in monitor mode where the interface can.
    #[arg(short = 'I', long = "monitor-mode", help_heading = "Capture")]
    pub monitor: bool,
    /// Size of the kernel's buffer.
    #[arg(short = 'B', long = "buffer-size", value_name = "MiB", help_heading = "Capture")]
    pub buffer: Option<u32>,
    /// Link type to capture.
    #[arg(short = 'y', long = "linktype", value_name = "TYPE", help_heading = "Capture")]
    pub link_type: Option<String>,
    /// Time stamp type to capture.
    #[arg(long, value_name = "TYPE", help_heading = "Capture")]
    pub time_stamp_type: Option<String>,
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
    pub names: Option<String>,
    /// Read names of addresses from this hosts file.
    #[arg(short = 'H', value_name = "FILE", help_heading = "Names")]
    pub hosts: Option<PathBuf>,

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

/// What `-T` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Fields,
    Pdml,
    Psml,
    Json,
    Jsonraw,
    Ek,
    Tabs,
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
    use clap::CommandFactory;

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
