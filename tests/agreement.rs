//! What has to agree: the table of fields with the walks, filters with trees, the registry with what is
//! emitted, and a packet with itself, however it was reached.

mod common;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sniff::analysis::Analysis;
use sniff::analysis::kept::encode;
use sniff::capture::{FileType, Interface, LinkType, Record, RecordMeta, Scanner, Source, Timestamp, Writer};
use sniff::dissect::buf::Buf;
use sniff::dissect::columns::Columns;
use sniff::dissect::context::Settings;
use sniff::dissect::driver::dissect;
use sniff::dissect::facts::Facts;
use sniff::dissect::field::{Field, Kind, Place};
use sniff::dissect::layers::{Layers, Surroundings};
use sniff::dissect::names::Names;
use sniff::dissect::protocol::Key;
use sniff::dissect::registry::registry;
use sniff::dissect::sink::Range;
use sniff::dissect::tree::{Tree, TreeNode};
use sniff::dissect::value::Value;
use sniff::filter::{self, Options};
use sniff::trace::pass::{Depth, Packet, Pass, Verdict, Visitor};
use sniff::trace::{Scratch, Trace};

/// Reading by the table gives the value that the tree has there.
#[test]
fn table_and_walk_agree() {
    let mut compared: HashMap<&str, usize> = HashMap::new();
    let mut wrong = Vec::new();
    each_packet(|name, packet, tree| {
        for layer in packet.layers.iter() {
            for &field in registry().protocol(layer.protocol).fields {
                let Place::Fixed { offset, len, .. } = field.place else { continue };
                let range =
                    Range { source: layer.source, start: layer.start + u32::from(offset), len: len.into() };
                let Some(value) = bytes_of(packet, range).and_then(|b| field.read(b)) else { continue };
                for node in tree.nodes().iter().filter(|n| n.field == field && n.range == range) {
                    *compared.entry(field.name).or_default() += 1;
                    if tree.value(node) != value {
                        wrong.push(format!(
                            "{name}: {} is {:?}, by the table {value:?}",
                            field.name,
                            tree.value(node)
                        ));
                    }
                }
            }
        }
    });
    none(&wrong);
    assert!(compared.len() >= 60, "only {} fields were compared", compared.len());
    assert!(compared.values().sum::<usize>() >= 3000);
}

/// Whoever shows a field has declared it.
#[test]
fn every_field_shown_is_declared() {
    let mut wrong = Vec::new();
    each_packet(|name, _, tree| {
        for node in tree.nodes().iter().filter(|n| !n.field.name.is_empty()) {
            match registry().field(node.field.name) {
                None => wrong.push(format!("{name}: nobody declares {}", node.field.name)),
                Some(entry) if !std::ptr::eq(entry.field, node.field) => {
                    wrong.push(format!("{name}: {} is not the field of that name", node.field.name));
                }
                Some(_) => {}
            }
        }
    });
    none(&wrong);
}

/// A filter finds the values that the tree shows; for each field in the first packets that hold it.
#[test]
fn filters_see_what_the_tree_shows() {
    const EACH: usize = 3;
    let mut tried: HashMap<&str, usize> = HashMap::new();
    let mut wrong = Vec::new();
    let mut scratch = filter::Scratch::default();
    each_packet(|name, packet, tree| {
        for node in tree.nodes() {
            let Some(text) = equality(node.field, tree.value(node)) else { continue };
            let count = tried.entry(node.field.name).or_default();
            *count += 1;
            if *count > EACH {
                continue;
            }
            match filter::compile(&text, &Options::default()) {
                Ok(filter) if matches(&filter, packet, &mut scratch) => {}
                Ok(_) => wrong.push(format!("{name}: {text} doesn't match")),
                Err(error) => wrong.push(format!("{text}: {}", error.message)),
            }
        }
    });
    none(&wrong);
    assert!(tried.len() >= 200, "only {} fields were tried", tried.len());
}

/// What the index keeps of a packet is what the whole analysis keeps of it, whether its layers were found by the
/// shortcut or not.
#[test]
fn the_index_keeps_what_is_known() {
    let settings = settings();
    // It bears on nothing, but has every protocol asked.
    let asking = Settings { decode_as: vec![(Key::Gre(9)..=Key::Gre(9), "data")], ..settings.clone() };
    let mut kept = 0;
    for path in common::captures() {
        let mut analyses = [(Analysis::for_index(&settings), &settings), (Analysis::new(&asking), &asking)];
        for (number, packet) in (1..).zip(common::packets(&path)) {
            let [brief, whole] = analyses.each_mut().map(|(analysis, settings)| {
                let (mut layers, mut facts, mut sources) = (Layers::default(), Facts::default(), Vec::new());
                let frame = Buf::new(&packet.bytes, packet.reported);
                let around = Surroundings { settings, facts: &facts, sources: &sources };
                layers.locate(packet.link, &frame, &around);
                let time = Some(i64::from(number) << 20);
                analysis.feed(number, time, frame, &mut layers, &mut facts, &mut sources);
                let mut bytes = Vec::new();
                encode(&facts, number, &mut bytes);
                bytes
            });
            assert_eq!(brief, whole, "{}", packet.name);
            kept += brief.len();
        }
    }
    assert!(kept > 2000, "only {kept} bytes");
}

/// A packet reached by jumping reads as one that comes in its turn.
#[test]
fn jumping_and_reading_in_order_agree() {
    for path in common::captures() {
        let settings = settings();
        let trace = open(&path, &settings);
        let mut in_order = Rendered::default();
        let mut pass = Pass::second(&settings, Names::default(), trace.clone());
        pass.run(&mut scanner(&path), &mut in_order);
        let count = trace.len();
        assert_eq!(in_order.trees.len() as u32, count, "{}", path.display());
        for packet in jumps(count) {
            let (tree, columns) = shown(&trace, packet);
            same(&path, packet, &in_order.trees[packet as usize], &tree);
            same(&path, packet, &in_order.columns[packet as usize], &columns);
        }
    }
}

/// Where nothing but the frame of an answer becomes known later, one pass knows as much as two; columns
/// agree everywhere.
#[test]
fn one_pass_and_two_agree() {
    const NOTHING_LATER: &[&str] = &[
        "arp/gateway.pcap",
        "arp/gratuitous.pcap",
        "arp/same-subnet.pcap",
        "udp/chat.pcap",
        "vlan/tagged.pcap",
    ];
    let settings = settings();
    for path in common::captures() {
        let trace = open(&path, &settings);
        let mut once = Rendered::default();
        Pass::new(&settings, Names::default(), Depth::Facts).run(&mut scanner(&path), &mut once);
        for packet in jumps(trace.len()) {
            let (tree, columns) = shown(&trace, packet);
            if NOTHING_LATER.contains(&common::short_name(&path).as_str()) {
                let known = |line: &&str| !line.contains("[icmp.resp_in ");
                let tree: Vec<&str> = tree.lines().filter(known).collect();
                same(&path, packet, once.trees[packet as usize].trim_end(), &tree.join("\n"));
            }
            let before = once.columns[packet as usize].clone();
            // An answer, or where a piece went to, is told only afterwards.
            let at = |text: &str| {
                ["(no response found", "(reply in", "[Reassembled in"]
                    .iter()
                    .filter_map(|t| text.find(t))
                    .min()
            };
            // So is what version of TLS a hello leads to.
            let cut = |text: &str| {
                let text = text[..at(text).unwrap_or(text.len())].trim_end();
                ["|TLSv1|", "|TLSv1.2|", "|TLSv1.3|"]
                    .iter()
                    .fold(text.to_owned(), |t, v| t.replace(v, "|TLS|"))
            };
            // In the end, the first line of a message is told where the message is complete.
            let (before, columns) = match before.ends_with("[TCP segment of a reassembled PDU]") {
                true => (protocol_of(&before), protocol_of(&columns)),
                false => (cut(&before), cut(&columns)),
            };
            same(&path, packet, &before, &columns);
        }
    }
}

/// Columns but for Info.
fn protocol_of(columns: &str) -> String {
    columns.splitn(4, '|').take(3).collect::<Vec<_>>().join("|")
}

/// All Ethernet captures one after the other, often enough for several batches.
fn joined() -> Vec<u8> {
    let ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000_000);
    let mut file = Vec::new();
    let mut writer = Writer::new(&mut file, FileType::Pcapng, &[ethernet]).unwrap();
    let packets: Vec<_> = common::captures().iter().flat_map(|path| common::packets(path)).collect();
    let ethernet = packets.iter().filter(|p| p.link == 1);
    for (n, p) in ethernet.clone().cycle().take(4 * ethernet.count()).enumerate() {
        let meta = RecordMeta {
            time: Some(Timestamp(n as i64 * 1_000_000)),
            captured: p.bytes.len() as u32,
            length: p.reported as u32,
            ..RecordMeta::default()
        };
        writer.write(&Record { meta, data: &p.bytes }, 0).unwrap();
    }
    writer.flush().unwrap();
    drop(writer);
    file
}

/// What all cores find out is what one pass does, packet after packet (`-l`).
#[test]
fn many_hands_print_what_one_does() {
    let path = std::env::temp_dir().join(format!("sniff-agreement-{}.pcapng", std::process::id()));
    fs::write(&path, joined()).unwrap();
    let run = |words: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_sniff"));
        let output = program.arg("-n").arg("-r").arg(&path).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}");
        // PDML begins with the time of the day.
        let text = output.stdout;
        let from = text.windows(8).position(|w| w == b"<packet>").filter(|at| *at < 1000);
        text[from.unwrap_or(0)..].to_vec()
    };
    let number = ["-T", "fields", "-e", "frame.number"];
    let mut ways: Vec<Vec<&str>> = vec![vec![], vec!["-V"], vec!["-T", "pdml"], vec!["-x", "-c", "700"]];
    for filter in FILTERS {
        ways.push([&["-Y", filter][..], &number].concat());
    }
    for way in ways {
        let alone = run(&[&["-l"][..], &way].concat());
        assert!(run(&way) == alone, "{way:?}");
        if let ["-Y", filter, ..] = way.as_slice() {
            // Without text, memory is asked about no more than the filter needs.
            let kept = run(&["-Y", filter, "-w", "-", "-F", "pcap"]);
            let packets = alone.iter().filter(|b| **b == b'\n').count();
            assert_eq!(records(kept), packets, "{filter}");
        }
    }
    fs::remove_file(&path).unwrap();
}

/// How many packets a pcap file holds.
fn records(file: Vec<u8>) -> usize {
    if file.is_empty() {
        return 0;
    }
    let path = std::env::temp_dir().join(format!("sniff-agreement-{}.kept", std::process::id()));
    fs::write(&path, file).unwrap();
    let count = common::packets(&path).len();
    fs::remove_file(&path).unwrap();
    count
}

const FILTERS: &[&str] = &[
    "tcp",
    "udp or arp",
    "!tcp && !udp",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "tcp.stream == 1",
    "tcp.analysis.keep_alive || tcp.analysis.retransmission",
    "tcp.len > 0 and tcp.seq > 1",
    "ip.ttl < 64",
    "ip.addr == 10.77.1.2",
    "frame.number in {2, 4, 6..9} && frame.len >= 60",
    "frame.time_delta > 0.001",
    "dns.qry.name contains \"example\" || dns.flags.response == 1",
    "icmp.type == 3 or icmpv6",
    "_ws.col.info contains \"SYN\" || _ws.col.protocol == \"DNS\"",
    "ip.reassembled_in || ip.fragments || udp.length > 1000",
    "tls.handshake.type == 1 or http.request",
];

/// A filter job on several threads finds what looking at one packet after another finds.
#[test]
fn filter_jobs_find_what_a_look_at_each_packet_finds() {
    let settings = settings();
    for path in common::captures() {
        let trace = open(&path, &settings);
        for text in FILTERS {
            let (by_job, one_by_one) = both_ways(&trace, text);
            assert_eq!(by_job, one_by_one, "{}: {text}", path.display());
        }
    }
}

/// As above, where there are several chunks of the index.
#[test]
fn filter_jobs_keep_the_order_of_long_traces() {
    let bytes =
        fs::read(common::captures().iter().find(|p| p.ends_with("tcp/segments.pcap")).unwrap()).unwrap();
    let (header, records) = bytes.split_at(24);
    let path = std::env::temp_dir().join(format!("sniff-agreement-{}.pcap", std::process::id()));
    fs::write(&path, [header, &records.repeat(500)].concat()).unwrap();
    let trace = open(&path, &settings());
    fs::remove_file(&path).unwrap();
    assert_eq!(trace.len(), 11_000);
    for text in ["tcp.flags.syn == 1", "frame.number > 4000 && tcp.len > 0"] {
        let (by_job, one_by_one) = both_ways(&trace, text);
        assert!(by_job.is_sorted() && by_job.len() > 500, "{text}");
        assert_eq!(by_job, one_by_one, "{text}");
    }
}

fn both_ways(trace: &Arc<Trace>, text: &str) -> (Vec<u32>, Vec<u32>) {
    let filter =
        filter::compile(text, &Options::default()).unwrap_or_else(|e| panic!("{text}: {}", e.message));
    let job = trace.filter(filter.clone(), trace.len() / 2);
    let begun = Instant::now();
    while !job.done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{text} doesn't end");
        std::thread::sleep(Duration::from_millis(1));
    }
    let (mut buffers, mut scratch) = (Scratch::default(), filter::Scratch::default());
    let mut found = Vec::new();
    for packet in 0..trace.len() {
        let hit = trace
            .with_packet(packet, packet.checked_sub(1), &mut buffers, |p| matches(&filter, p, &mut scratch));
        if hit == Some(true) {
            found.push(packet);
        }
    }
    (job.packets().to_vec(), found)
}

fn matches(filter: &filter::Filter, packet: &Packet, scratch: &mut filter::Scratch) -> bool {
    let seen = filter::Packet { frame: packet.frame, layers: packet.layers, context: &packet.context };
    filter.matches(&seen, scratch)
}

fn settings() -> Settings {
    Settings { utc: true, ..Settings::default() }
}

fn scanner(path: &Path) -> Scanner {
    Scanner::new(Source::open(path).unwrap()).unwrap()
}

/// A trace that has been read to its end.
fn open(path: &Path, settings: &Settings) -> Arc<Trace> {
    let trace = Trace::open(path, settings.clone(), Names::default()).unwrap();
    trace.wait();
    trace
}

/// All numbers below `count`, far from their order.
fn jumps(count: u32) -> impl Iterator<Item = u32> {
    (0..u64::from(count)).map(move |i| ((i * 7919 + 13) % u64::from(count)) as u32)
}

/// Calls `f` with every packet of the fixtures and its tree.
fn each_packet(mut f: impl FnMut(&str, &Packet, &Tree)) {
    let settings = settings();
    for path in common::captures() {
        let trace = open(&path, &settings);
        let mut scratch = Scratch::default();
        for packet in 0..trace.len() {
            let name = format!("{} frame {}", common::short_name(&path), packet + 1);
            trace.with_packet(packet, packet.checked_sub(1), &mut scratch, |p| {
                let mut tree = Tree::new(p.context.names, p.context.settings, false);
                dissect(p.frame, p.layers, &p.context, &mut tree, &mut Columns::new(false));
                f(&name, p, &tree);
            });
        }
    }
}

fn bytes_of<'a>(packet: &Packet<'a>, range: Range) -> Option<&'a [u8]> {
    let source = match usize::from(range.source) {
        0 => packet.frame.data,
        n => packet.context.sources.get(n - 1)?,
    };
    source.get(range.start as usize..range.start as usize + range.len as usize)
}

/// The filter that a value fulfils, for kinds that are written without ambiguity.
fn equality(field: &Field, value: Value) -> Option<String> {
    let name = Some(field.name).filter(|n| !n.is_empty())?;
    let value = match (field.kind, value) {
        (Kind::Uint(_) | Kind::Frame, Value::Uint(n)) => n.to_string(),
        (Kind::Bool, Value::Bool(b)) => u8::from(b).to_string(),
        (Kind::Ipv4, Value::Ipv4(a)) => std::net::Ipv4Addr::from(a).to_string(),
        (Kind::Ipv6, Value::Ipv6(a)) => std::net::Ipv6Addr::from(a).to_string(),
        (Kind::Ether, Value::Ether(a)) => a.map(|b| format!("{b:02x}")).join(":"),
        _ => return None,
    };
    Some(format!("{name} == {value}"))
}

/// What is shown of a packet reached by its number: tree and columns.
fn shown(trace: &Trace, packet: u32) -> (String, String) {
    trace.with_packet(packet, packet.checked_sub(1), &mut Scratch::default(), render).unwrap()
}

fn render(packet: &Packet) -> (String, String) {
    let mut tree = Tree::new(packet.context.names, packet.context.settings, true);
    let mut columns = Columns::new(true);
    dissect(packet.frame, packet.layers, &packet.context, &mut tree, &mut columns);
    let mut text = String::new();
    for node in tree.nodes() {
        line(&mut text, &tree, node);
    }
    let Columns { source, destination, protocol, .. } = &columns;
    (text, format!("{source}|{destination}|{protocol}|{}", columns.info()))
}

fn line(out: &mut String, tree: &Tree, node: &TreeNode) {
    let (depth, name, range) = (usize::from(node.depth) * 2, node.field.name, node.range);
    let _ = writeln!(out, "{:depth$}{} [{name} {:?} {range:?}]", "", tree.label(node), tree.value(node));
}

/// Everything that a pass shows.
#[derive(Default)]
struct Rendered {
    trees: Vec<String>,
    columns: Vec<String>,
}

impl Visitor for Rendered {
    fn packet(&mut self, packet: &Packet, _: &Scanner) -> Verdict {
        let (tree, columns) = render(packet);
        self.trees.push(tree);
        self.columns.push(columns);
        Verdict::Shown
    }
}

fn same(path: &Path, packet: u32, a: &str, b: &str) {
    if a != b {
        let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
        let (a, b) = differs.unwrap_or(("(as many lines, or more)", "(other number of lines)"));
        panic!("{} frame {}\n in order: {a}\notherwise: {b}", path.display(), packet + 1);
    }
}

fn none(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} disagree, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
}
