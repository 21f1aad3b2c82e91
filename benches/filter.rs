//! How long filters take: to compile, and to evaluate on a packet. `cargo bench`; no harness, plain clocks.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sniff::dissect::buf::Buf;
use sniff::dissect::context::{Context, RecordInfo, Settings};
use sniff::dissect::facts::Facts;
use sniff::dissect::layers::{Surroundings, locate};
use sniff::dissect::names::Names;
use sniff::filter::{Options, Packet, Scratch, compile};

/// A line of 200 characters, as the bar compiles at every keystroke.
const LONG: &str = "(ip.src == 10.0.0.0/8 and tcp.port in {80, 443, 8000..8100} and tcp.flags.syn == 1 and not tcp.flags.ack) \
or (ip.dst != 192.168.100.100 and udp.length - 8 > 1024 and eth.src[0:3] == 00:11:22 and !arp)";

const FILTERS: &[&str] = &[
    "tcp",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "ip.addr == 10.0.0.1",
    "tcp.port in {80, 443, 8000..8100}",
    "tcp.srcport < tcp.dstport",
    "frame.len > 1000",
    "tcp.payload contains \"GET\"",
    "udp",
];

/// An Ethernet frame with IPv4, TCP (SYN) and some payload.
const FRAME: &[u8] = &[
    0, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0x11, 0x22, 1, 2, 3, 8, 0, 0x45, 0, 0, 48, 0, 1, 0x40, 0, 64, 6, 0,
    0, 10, 0, 0, 1, 192, 168, 1, 1, 0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0,
    0, b'a', b'b', b'c', b'd', b'e', b'f', b'g', b'h',
];

fn main() {
    let options = Options::default();
    let _ = compile("tcp", &options);
    for text in [LONG, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "tcp.flags.nosuch == 1"] {
        let time = each(|| _ = black_box(compile(black_box(text), &options)));
        println!("compile, {:3} characters: {time:>12?}", text.len());
    }
    let (settings, facts, names) = (Settings::default(), Facts::default(), Names::default());
    let length = FRAME.len() as u32;
    let record = RecordInfo { number: 1, captured: length, length, link_type: 1, ..RecordInfo::default() };
    let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
    let frame = Buf::whole(FRAME);
    let time = each(|| _ = black_box(locate(1, black_box(&frame), &around)));
    println!("locate                  : {time:>12?}");
    let layers = locate(1, &frame, &around);
    let context =
        Context { record: &record, settings: &settings, facts: &facts, sources: &[], names: &names };
    let packet = Packet { frame, layers: &layers, context: &context };
    let mut scratch = Scratch::default();
    for text in FILTERS {
        match compile(text, &options) {
            Ok(filter) => {
                let time = each(|| _ = black_box(filter.matches(black_box(&packet), &mut scratch)));
                println!("{time:>12?}  {text}");
            }
            Err(error) => println!("{text}: {error}"),
        }
    }
}

/// The mean time of one call, over about a fifth of a second.
fn each(mut f: impl FnMut()) -> Duration {
    let (start, mut calls) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_millis(200) {
        for _ in 0..100 {
            f();
        }
        calls += 100;
    }
    start.elapsed() / calls
}
