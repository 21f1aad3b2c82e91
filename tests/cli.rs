//! The real program on captures made here: exit statuses, messages, formats. What the formats hold of
//! each protocol is tested elsewhere.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sniff::capture::{
    FileType, Interface, LinkType, Record, RecordMeta, Scanner, Source, Step, Timestamp, Writer,
};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sniff-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the program on these words, separated by blanks; `@` is a blank within a word.
fn sniff(words: &str) -> Output {
    let words = words.split_whitespace().map(|w| w.replace('@', " "));
    Command::new(env!("CARGO_BIN_EXE_sniff"))
        .args(words)
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Ends well; what it printed.
fn text(words: &str) -> String {
    let output = sniff(words);
    assert!(output.status.success(), "{words}: {}", stderr(&output));
    stdout(&output).to_owned()
}

/// Ends with this status and says these words, and nothing on standard output.
fn refused(words: &str, status: i32, says: &str) {
    let output = sniff(words);
    assert_eq!(output.status.code(), Some(status), "{words}: {}", stderr(&output));
    assert!(stderr(&output).contains(says), "{words}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "{words}");
}

/// A TCP segment of 10.0.0.1 and 10.0.0.2, in Ethernet.
fn segment(flags: u8, from_client: bool) -> Vec<u8> {
    let (a, b) = ([10, 0, 0, 1], [10, 0, 0, 2]);
    let (from, to) = if from_client { (a, b) } else { (b, a) };
    let (source, destination) = if from_client { (50_000u16, 80u16) } else { (80, 50_000) };
    let mut bytes = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    bytes.extend([0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0]);
    bytes.extend(from);
    bytes.extend(to);
    bytes.extend(source.to_be_bytes());
    bytes.extend(destination.to_be_bytes());
    let (seq, ack): (u32, u32) = match (flags, from_client) {
        (0x02, _) => (1000, 0),
        (0x12, _) => (5000, 1001),
        (_, true) => (1001, 5001),
        (_, false) => (5001, 1001),
    };
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    bytes.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
    bytes
}

/// A handshake; the second packet has a comment, where the format can hold one.
fn capture(kind: FileType) -> Vec<u8> {
    written(kind, &[segment(0x02, true), segment(0x12, false), segment(0x10, true)])
}

/// A capture file of these packets, a quarter of a second apart; the second has a comment.
fn written(kind: FileType, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000);
    ethernet.name = Some("eth7".into());
    let mut writer = Writer::new(Vec::new(), kind, &[ethernet]).unwrap();
    for (number, data) in packets.iter().enumerate() {
        let meta = RecordMeta {
            time: Some(Timestamp(1_700_000_000_000_000_000 + number as i64 * 250_000_000)),
            captured: data.len() as u32,
            length: data.len() as u32,
            ..RecordMeta::default()
        };
        let comment = (number == 1).then_some("the answer");
        writer.write_with_comments(&Record { meta, data }, 0, comment).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn text_is_a_line_a_packet() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let lines = text(&format!("-n -r {file}"));
    assert_eq!(
        lines.lines().next(),
        Some("    1   0.000000     10.0.0.1 → 10.0.0.2     TCP 54 50000 → 80 [SYN] Seq=0 Win=8192 Len=0")
    );
    assert_eq!(lines.lines().count(), 3);
    assert_eq!(text(&format!("-n {file}")), lines);
    assert_eq!(text(&format!("-n -r {file} -c 2")).lines().count(), 2);
    assert_eq!(text(&format!("-n -r {file} -q")), "");
}

#[test]
fn fields_are_separated_as_asked() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let fields = "-T fields -e frame.number -e ip.addr -e tcp.flags";
    assert_eq!(
        text(&format!("-n -r {file} {fields} -c 1 -E header=y -E separator=; -E quote=d -E aggregator=+")),
        "frame.number;ip.addr;tcp.flags\n\"1\";\"10.0.0.1+10.0.0.2\";\"0x0002\"\n"
    );
    assert_eq!(text(&format!("-r {file} -T fields -e ip.addr -E occurrence=l -c 1")), "10.0.0.2\n");
    assert_eq!(text(&format!("-r {file} -T fields -e _ws.col.Nonsense -c 1")), "\n");
    let longer = "-E separator=ab -E aggregator=/sc -E occurrence=all -E quote=none";
    assert_eq!(text(&format!("-n -r {file} {fields} -c 1 {longer}")), "1a10.0.0.1 10.0.0.2a0x0002\n");
    refused(&format!("-r {file} {fields} -E separator="), 1, "-E separator=");
}

#[test]
fn filters_choose_packets_to_print_and_to_write() {
    let folder = Folder::new();
    let file = folder.file("a.pcapng", &capture(FileType::Pcapng));
    let numbers = "-T fields -e frame.number";
    assert_eq!(text(&format!("-r {file} -Y tcp.flags.ack==1 {numbers}")), "2\n3\n");
    assert_eq!(text(&format!("{file} tcp.flags.ack==1 {numbers}")), "2\n3\n");
    let out = folder.path("b.pcapng");
    assert_eq!(text(&format!("-r {file} -Y tcp.flags.ack==1 -w {out}")), "");
    let kept = text(&format!("-r {out} -T fields -e frame.number -e frame.interface_name"));
    assert_eq!(kept, "1\teth7\n2\teth7\n");
    let mut scanner = Scanner::new(Source::open(out.as_ref()).unwrap()).unwrap();
    while let Ok(Step::Record(_)) = scanner.next() {}
    assert_eq!(scanner.notes().comments, [(1, "the answer".to_owned())]);
    // With -2 and -R the others were never there.
    assert_eq!(text(&format!("-2 -R tcp.flags.ack==1 -r {file} {numbers}")), "1\n2\n");
}

/// The destination is in the header's fixed part, except where a source route has the last one.
#[test]
fn filters_follow_a_source_route() {
    let plain = segment(0x02, true);
    let route = [131, 7, 4, 10, 0, 0, 9, 0];
    let mut routed = [&plain[..34], &route, &plain[34..]].concat();
    routed[14] = 0x47;
    routed[17] += 8;
    let folder = Folder::new();
    let file = folder.file("a.pcap", &written(FileType::Pcap, &[plain, routed]));
    let found = |filter: &str| text(&format!("-r {file} -Y {filter} -T fields -e frame.number"));
    assert_eq!(found("ip.dst==10.0.0.2"), "1\n");
    assert_eq!(found("ip.dst==10.0.0.9"), "2\n");
    assert_eq!(found("ip.addr==10.0.0.9"), "2\n");
    assert_eq!(found("ip.addr==10.0.0.1"), "1\n2\n");
    assert_eq!(found("ip.src==10.0.0.1@&&@ip.dst"), "1\n2\n");
}

#[test]
fn a_bad_filter_is_underlined() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let output = sniff(&format!("-r {file} -Y ip@&&@tcp.flagz==1"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), "");
    let lines: Vec<&str> = stderr(&output).lines().collect();
    assert_eq!(lines[lines.len() - 2..], ["    ip && tcp.flagz==1", "          ^^^^^^^^^"]);
    refused(&format!("-r {file} -R ip"), 1, "-2");
}

#[test]
fn conversions_keep_the_packets() {
    let folder = Folder::new();
    let pcap = capture(FileType::Pcap);
    let file = folder.file("a.pcapng", &capture(FileType::Pcapng));
    let out = folder.path("b.pcap");
    text(&format!("-r {file} -F pcap -w {out}"));
    assert_eq!(fs::read(&out).unwrap(), pcap);
    let output = sniff(&format!("-r {file} -F pcap -w -"));
    assert_eq!(output.stdout, pcap);
    refused(&format!("-r {file} -w {file}"), 2, "the file that is read");
    refused(&format!("{file} {file}"), 1, "one is read at a time");
    refused(&format!("-r {file} {file}"), 1, "one is read at a time");
    refused(&format!("-r {file} -w /no/such/folder/x"), 2, "its directory doesn't exist");
    refused(&format!("-r {file} -P -w -"), 1, "standard output");
    refused(&format!("-r {file} -F nonsense -w x"), 1, "nsecpcap");
}

#[test]
fn a_file_cut_short_is_shown_as_far_as_it_goes() {
    let folder = Folder::new();
    let whole = capture(FileType::Pcap);
    let file = folder.file("a.pcap", &whole[..whole.len() - 1]);
    let output = sniff(&format!("-n -r {file}"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output).lines().count(), 2);
    assert!(stderr(&output).contains("cut short after packet 2"));
    // Where nothing comes out, the first of two passes is the only one.
    let silent = sniff(&format!("-n -r {file} -2 -q"));
    assert_eq!((silent.status.code(), stdout(&silent)), (Some(2), ""));
    assert_eq!(stderr(&silent), stderr(&output));
}

#[test]
fn inputs_that_are_none() {
    let folder = Folder::new();
    refused("-r /no/such/file", 2, "there is no such file");
    let page = folder.file("page.html", b"<!DOCTYPE html><html><body>not a capture</body></html>\n");
    refused(&format!("-r {page}"), 2, "page.html");
    let empty = folder.file("empty", b"");
    refused(&format!("-r {empty}"), 2, "empty: ");
}

#[test]
fn wrong_usage_ends_with_one() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    for (flags, says) in [
        ("--nonsense", "--nonsense"),
        ("-T nonsense", "-T nonsense"),
        ("-T fields", "-e"),
        ("-e ip.src", "-T fields"),
        ("-T fields -e ip.nonsense", "ip.nonsense"),
        ("-T fields -e ip.src -E nonsense=1", "nonsense"),
        ("-t nonsense", "-t nonsense"),
        ("-u nonsense", "-u nonsense"),
        ("-o nonsense:TRUE", "nonsense"),
        ("-o ip.defragment:maybe", "TRUE or FALSE"),
        ("-d nonsense", "tcp.port==8888,http"),
        ("-d tcp.port==80,nonsense", "nonsense"),
        ("-N x", "\"x\""),
        ("-z io,phs", "isn't built yet"),
        ("-c 0", "zero"),
        ("-c some", "decimal"),
        ("-a duration:3", "-a duration"),
        ("-b files:3", "-i"),
        ("--hexdump nonsense", "noascii"),
        ("--disable-protocol nonsense", "nonsense"),
        ("-i lo", "not from both"),
    ] {
        refused(&format!("-r {file} {flags}"), 1, says);
    }
    refused("-i no-such-interface-0 -c 1", 1, "no-such-interface-0");
    refused("-i lo -2", 1, "-2");
    refused("-G nonsense", 1, "defaultprefs");
}

#[test]
fn help_and_version_end_well() {
    assert!(text("-h").lines().count() <= 23);
    let help = text("--help");
    for flag in ["--display-filter", "--interface", "--no-duplicate-keys", "--time-stamp-type"] {
        assert!(help.contains(flag), "{flag}");
    }
    assert_eq!(text("-v"), format!("sniff {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(text("--version"), text("-v"));
}

#[test]
fn reports_tell_what_is_known() {
    assert!(text("-G protocols").contains("\ttcp\t"));
    assert!(text("-G").lines().any(|l| l.starts_with("F\tSyn\ttcp.flags.syn\tFT_BOOLEAN\ttcp\t12\t0x2\t")));
    assert!(text("-G values").contains("T\ttcp.flags.syn\tSet\tNot set\n"));
    assert!(text("-G defaultprefs").contains("#tcp.check_checksum: FALSE\n"));
    assert!(text("-G column-formats").contains("%m\tNumber\n"));
}

#[test]
fn json_nests_as_the_tree_does() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let json = text(&format!("-n -r {file} -T json -c 1"));
    assert!(json.starts_with("[\n  {\n    \"_index\": \"packets-2023-11-14\",\n    \"_type\": \"doc\""));
    assert!(json.contains("          \"ip.flags\": \"0x02\",\n          \"ip.flags_tree\": {\n"));
    assert!(json.ends_with("\n  }\n]\n"));
    let raw = text(&format!("-n -r {file} -T jsonraw -c 1"));
    let squeezed: String = raw.split_whitespace().collect();
    assert!(squeezed.contains("\"ip.ttl_raw\":[\"40\",22,1,0,4]"), "{raw}");
    assert!(squeezed.contains("\"tcp.flags_raw\":[\"2\",46,2,4095,5]"), "{raw}");
    assert!(squeezed.contains("\"tcp.flags.ae_raw\":[\"0\",46,1,256,2]"), "{raw}");
    let merged = text(&format!("-n -r {file} -T json --no-duplicate-keys -c 1"));
    let squeezed: String = merged.split_whitespace().collect();
    assert!(squeezed.contains("\"ip.addr\":[\"10.0.0.1\",\"10.0.0.2\"]"));
    let chosen = text(&format!("-n -r {file} -T json -j ip -c 1"));
    let squeezed: String = chosen.split_whitespace().collect();
    assert!(squeezed.contains("\"tcp\":{\"filtered\":\"tcp\"}"));
    assert!(squeezed.contains("\"ip.flags_tree\":{\"filtered\":\"ip.flags\"}"));
    assert_eq!(text(&format!("-r {file} -T json -Y arp")), "[]\n");
}

#[test]
fn ek_is_two_lines_a_packet() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let ek = text(&format!("-n -r {file} -T ek -c 1"));
    let lines: Vec<&str> = ek.lines().collect();
    assert_eq!(lines[0], r#"{"index":{"_index":"packets-2023-11-14","_type":"doc"}}"#);
    assert!(lines[1].starts_with(r#"{"timestamp":"1700000000000","layers":{"frame":{"frame_frame_"#));
    assert!(lines[1].contains(r#""tcp_tcp_flags_syn":true"#));
    assert!(lines[1].contains(r#""ip_ip_addr":["10.0.0.1","10.0.0.2"]"#));
    // One stands below the destination, the other below the source.
    assert_eq!(lines[1].matches(r#""eth_eth_addr":"02:"#).count(), 2, "{}", lines[1]);
    let picked = text(&format!("-r {file} -T ek -e ip.src -c 1"));
    assert!(picked.ends_with("\"layers\":{\"ip_src\":[\"10.0.0.1\"]}}\n"), "{picked}");
}

#[test]
fn pdml_and_psml_are_whole_documents() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let pdml = text(&format!("-n -r {file} -T pdml"));
    assert_eq!(pdml.matches("<packet>").count(), 3);
    assert!(pdml.ends_with("</pdml>\n"));
    assert!(
        pdml.contains("<field name=\"ip.src\" showname=\"Source Address: 10.0.0.1\" size=\"4\" pos=\"26\"")
    );
    let psml = text(&format!("-n -r {file} -T psml -c 1"));
    assert!(psml.contains("<section>10.0.0.2</section>"));
    assert!(psml.ends_with("</psml>\n"));
}

#[test]
fn bytes_stand_alone_or_behind_the_tree() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let bytes = text(&format!("-r {file} -x -c 1"));
    assert!(bytes.starts_with("0000  02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00   ..............E.\n"));
    let bars = text(&format!("-r {file} --hexdump delimit -c 1"));
    assert!(bars.starts_with("0000  02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00   |..............E.|\n"));
    let tree = text(&format!("-n -r {file} -O ip -x -c 1"));
    assert!(tree.contains("\n    Time to Live: 64\n"));
    assert!(tree.contains("\nTransmission Control Protocol, Src Port: 50000"));
    assert!(!tree.contains("Source Port: 50000\n"));
    assert!(tree.contains("\n0000  02 00"));
    let line = text(&format!("-n -r {file} -P -x -c 1"));
    assert!(line.contains("Len=0\n\n0000  02 00"), "{line}");
    let marked = text(&format!("-n -r {file} -V -S == -c 2"));
    assert!(marked.contains("\n==\nFrame 2: ") && marked.ends_with("\n==\n"), "{marked}");
    assert!(text("--hexdump help").contains("  noascii "));
    refused(&format!("-r {file} -T pdml -x"), 1, "-x");
    refused(&format!("-r {file} -T ek --no-duplicate-keys"), 1, "--no-duplicate-keys");
}

#[test]
fn a_flag_given_again_counts() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    assert_eq!(text(&format!("-n -r nowhere -r {file} -c 1 -c 2")).lines().count(), 2);
}

#[test]
fn sequence_numbers_are_the_packets_own_without_analysis() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let numbers = "-T fields -e tcp.seq -o tcp.analyze_sequence_numbers:FALSE";
    let own = "-T fields -e tcp.seq -o tcp.relative_sequence_numbers:FALSE";
    assert_eq!(text(&format!("-r {file} {numbers}")), text(&format!("-r {file} {own}")));
}

#[test]
fn a_pipe_is_read_and_a_reader_may_leave() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sniff"))
        .args(["-n", "-r", "-", "-T", "fields", "-e", "tcp.flags"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&capture(FileType::Pcapng)).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(stdout(&output), "0x0002\n0x0012\n0x0010\n");

    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let mut child = Command::new(env!("CARGO_BIN_EXE_sniff"))
        .args(["-r", &file, "-V", "-l"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(stderr(&output), "");
}

#[test]
fn two_passes_know_the_end() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let completeness = "-T fields -e tcp.completeness";
    assert_eq!(text(&format!("-r {file} {completeness} -2")), "7\n7\n7\n");
    assert_ne!(text(&format!("-r {file} {completeness}")), "7\n7\n7\n");
}

#[test]
fn names_come_from_a_hosts_file() {
    let folder = Folder::new();
    let file = folder.file("a.pcap", &capture(FileType::Pcap));
    let hosts = folder.file("hosts", b"# comment\n10.0.0.1 alice alias\n");
    let line = text(&format!("-r {file} -N n -H {hosts} -c 1"));
    assert!(line.contains("alice → 10.0.0.2"), "{line}");
    let line = text(&format!("-r {file} -H {hosts} -c 1"));
    assert!(line.contains("10.0.0.1 → 10.0.0.2"), "{line}");
    refused(&format!("-r {file} -H {hosts}.missing"), 1, "-H");
}

#[test]
fn interfaces_are_listed() {
    let list = text("-D");
    assert!(
        list.lines().all(|l| l.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok())),
        "{list}"
    );
}
