//! Finding the layers of a packet and evaluating a filter on fixed fields allocate nothing.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use common::Captured;
use sniff::dissect::buf::Buf;
use sniff::dissect::context::{Context, RecordInfo, Settings};
use sniff::dissect::facts::Facts;
use sniff::dissect::layers::{Layers, Surroundings, locate};
use sniff::dissect::names::Names;
use sniff::filter::{self, Options, Scratch};

/// The system's allocator, which counts.
struct Counting;

thread_local! {
    /// Allocations of this thread.
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

#[allow(unsafe_code, reason = "counting allocations takes an allocator, and that is an unsafe trait")]
// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.with(|c| c.set(c.get() + 1));
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(f: impl FnOnce()) -> u64 {
    let before = COUNT.with(Cell::get);
    f();
    COUNT.with(Cell::get) - before
}

fn all_packets() -> Vec<Captured> {
    let mut packets: Vec<Captured> = common::captures().iter().flat_map(|p| common::packets(p)).collect();
    packets.extend(common::made());
    packets
}

fn layers_of(packet: &Captured, settings: &Settings, facts: &Facts) -> Layers {
    let around = Surroundings { settings, facts, sources: &[] };
    locate(packet.link, &Buf::new(&packet.bytes, packet.reported), &around)
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1u8; 100]))), 1);
}

#[test]
fn locate_allocates_nothing() {
    let (settings, facts) = (Settings::default(), Facts::default());
    let packets = all_packets();
    // Builds the registry.
    let _ = layers_of(&packets[0], &settings, &facts);
    for packet in &packets {
        let count = allocations(|| _ = std::hint::black_box(layers_of(packet, &settings, &facts)));
        assert_eq!(count, 0, "{}", packet.name);
    }
}

#[test]
fn filters_on_fixed_fields_allocate_nothing() {
    let (settings, facts, names) = (Settings::default(), Facts::default(), Names::default());
    let packets = all_packets();
    for text in [
        "tcp.flags.syn == 1 && ip.ttl > 30",
        "udp.port == 53 || eth.dst == ff:ff:ff:ff:ff:ff",
        "frame.len > 60",
        "ip.src == 10.77.1.0/24 and ip.proto == 17",
        "ipv6.dst == ff02::1 or arp.opcode == 2",
    ] {
        let filter = filter::compile(text, &Options::default()).unwrap();
        let mut scratch = Scratch::default();
        let mut matched = 0;
        for (number, packet) in packets.iter().enumerate() {
            let layers = layers_of(packet, &settings, &facts);
            let record = RecordInfo {
                number: number as u32 + 1,
                captured: packet.bytes.len() as u32,
                length: packet.reported as u32,
                link_type: packet.link,
                ..RecordInfo::default()
            };
            let context =
                Context { record: &record, settings: &settings, facts: &facts, sources: &[], names: &names };
            let frame = Buf::new(&packet.bytes, packet.reported);
            let packet_of_filter = filter::Packet { frame, layers: &layers, context: &context };
            let mut matches = false;
            let count = allocations(|| matches = filter.matches(&packet_of_filter, &mut scratch));
            assert_eq!(count, 0, "{text} on {}", packet.name);
            matched += usize::from(matches);
        }
        assert!((1..packets.len()).contains(&matched), "{text} matches {matched} packets");
    }
}
