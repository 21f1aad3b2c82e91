//! Packets that are cut or damaged: every packet of the fixtures at every length, and with every byte
//! changed. Nothing panics, trees stay in proportion, and every range lies inside its source.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Captured;
use sniff::analysis::Analysis;
use sniff::dissect::buf::Buf;
use sniff::dissect::columns::Columns;
use sniff::dissect::context::{Context, RecordInfo, Settings};
use sniff::dissect::driver::dissect;
use sniff::dissect::facts::Facts;
use sniff::dissect::layers::{Layers, Surroundings, locate};
use sniff::dissect::names::Names;
use sniff::dissect::tree::Tree;

/// Of a packet, so many first bytes are all cut at and changed; behind them every `STRIDE`th.
const CLOSELY: usize = 100;
const STRIDE: usize = 23;
/// More nodes than this, and so many for each byte, no packet is worth.
const NODES: usize = 500;
const NODES_PER_BYTE: usize = 16;

#[test]
fn a_packet_may_end_anywhere() {
    over_all(|lab, packet| {
        for cut in places(packet) {
            let kept = &packet.bytes[..cut];
            lab.try_packet(packet, kept, packet.reported, || format!("captured to byte {cut}"));
            lab.try_packet(packet, kept, cut, || format!("ending at byte {cut}"));
        }
    });
}

#[test]
fn any_byte_may_be_wrong() {
    over_all(|lab, packet| {
        let mut bytes = packet.bytes.clone();
        for at in places(packet) {
            let right = bytes[at];
            for wrong in [!right, right ^ (1 << (at % 8))] {
                bytes[at] = wrong;
                lab.try_packet(packet, &bytes, packet.reported, || format!("byte {at} is {wrong:#04x}"));
            }
            bytes[at] = right;
        }
    });
}

/// Where packets are cut and changed.
fn places(packet: &Captured) -> impl Iterator<Item = usize> + use<> {
    (0..packet.bytes.len()).filter(|at| *at < CLOSELY || at % STRIDE == 0)
}

/// Calls `f` for every packet, each with a memory of its own that has seen the packet whole.
fn over_all(f: impl Fn(&mut Lab, &Captured) + Sync) {
    let mut packets: Vec<Captured> = common::captures().iter().flat_map(|p| common::packets(p)).collect();
    // One of each kind and length is enough.
    packets.sort_by_key(|p| (p.name.split(' ').next().map(str::to_owned), p.bytes.len()));
    packets.dedup_by_key(|p| (p.name.split(' ').next().map(str::to_owned), p.bytes.len()));
    packets.extend(common::made());
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        let (settings, names) = (Settings::default(), Names::default());
        while let Some(packet) = packets.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut lab = Lab::new(&settings, &names);
            lab.try_packet(packet, &packet.bytes, packet.reported, || "whole".into());
            f(&mut lab, packet);
            failures.lock().unwrap().append(&mut lab.failures);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().unwrap();
    let some = failures[..failures.len().min(20)].join("\n");
    assert!(failures.is_empty(), "{} failures, such as\n{some}", failures.len());
}

/// A dissector with all its memory.
struct Lab<'a> {
    settings: &'a Settings,
    names: &'a Names,
    analysis: Analysis,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    tree: Tree<'a>,
    columns: Columns,
    number: u32,
    failures: Vec<String>,
}

impl<'a> Lab<'a> {
    fn new(settings: &'a Settings, names: &'a Names) -> Lab<'a> {
        Lab {
            settings,
            names,
            analysis: Analysis::new(settings),
            facts: Facts::default(),
            sources: Vec::new(),
            tree: Tree::new(names, settings, true),
            columns: Columns::new(true),
            number: 0,
            failures: Vec::new(),
        }
    }

    /// Dissects these bytes and notes what goes wrong.
    fn try_packet(&mut self, of: &Captured, bytes: &[u8], reported: usize, how: impl Fn() -> String) {
        let done = catch_unwind(AssertUnwindSafe(|| self.packet(of.link, bytes, reported)));
        let wrong = match done {
            Ok(()) => self.wrong(bytes, reported),
            Err(_) => {
                self.analysis = Analysis::new(self.settings);
                Some("panics".to_owned())
            }
        };
        if let Some(wrong) = wrong {
            self.failures.push(format!("{}, {}: {wrong}", of.name, how()));
        }
    }

    fn packet(&mut self, link: u16, bytes: &[u8], reported: usize) {
        self.number += 1;
        let record = RecordInfo {
            number: self.number,
            time: Some(i64::from(self.number) * 1_000_000),
            captured: bytes.len() as u32,
            length: reported as u32,
            link_type: link,
            ..RecordInfo::default()
        };
        let frame = Buf::new(bytes, reported);
        self.facts.clear();
        self.sources.clear();
        let mut layers = self.locate(link, frame);
        if self.analysis.feed(
            record.number,
            record.time,
            frame,
            &mut layers,
            &mut self.facts,
            &mut self.sources,
        ) {
            layers = self.locate(link, frame);
        }
        self.tree.clear();
        self.columns.clear();
        let context = Context {
            record: &record,
            settings: self.settings,
            facts: &self.facts,
            sources: &self.sources,
            names: self.names,
        };
        dissect(frame, &layers, &context, &mut self.tree, &mut self.columns);
    }

    fn locate(&self, link: u16, frame: Buf) -> Layers {
        let around = Surroundings { settings: self.settings, facts: &self.facts, sources: &self.sources };
        locate(link, &frame, &around)
    }

    /// What is wrong with the tree, if anything is. Bytes that the snapshot length left off may have a range.
    fn wrong(&self, bytes: &[u8], reported: usize) -> Option<String> {
        let nodes = self.tree.nodes();
        let total = bytes.len() + self.sources.iter().map(Vec::len).sum::<usize>();
        if nodes.len() > NODES + NODES_PER_BYTE * total {
            return Some(format!("{} nodes from {total} bytes", nodes.len()));
        }
        for node in nodes {
            let range = node.range;
            let len = match usize::from(range.source) {
                0 => reported,
                n => match self.sources.get(n - 1) {
                    Some(source) => source.len(),
                    None => self.tree.sources().iter().find(|s| usize::from(s.0) == n)?.2.len(),
                },
            };
            if range.start as usize + range.len as usize > len {
                let label = self.tree.label(node);
                return Some(format!("{:?} ({label}) has {range:?} of {len} bytes", node.field));
            }
        }
        None
    }
}
