//! The indexing pass: locate → analyse → append columns, batch by batch, while others look.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Shared;
use super::index::{NO_FLOW, Row, UDP_FLOW};
use super::pass::record_info;
use crate::analysis::http::NewsOf;
use crate::analysis::{Analysis, kept};
use crate::capture::record::RecordMeta;
use crate::capture::{Format, Interface, Record, Scanner, Step};
use crate::dissect::buf::Buf;
use crate::dissect::context::Settings;
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings};
use crate::dissect::names::Names;
use crate::dissect::subnet::Subnet;

/// Rows gathered before they are published; the first batches are smaller, so that a screen fills at once.
const BATCH: usize = 4096;
const FIRST_BATCH: usize = 256;
/// Published at the latest after this time, however few rows there are.
const PATIENCE: Duration = Duration::from_millis(40);
/// How long to wait for a source to grow before looking whether to stop.
const POLL: Duration = Duration::from_millis(20);

pub(super) fn run(shared: &Shared, scanner: Scanner, settings: &Settings, most: u64) {
    let _ending = Ending(shared);
    let mut pass = Indexing {
        shared,
        settings,
        analysis: Analysis::new(settings),
        batch: Batch::default(),
        interfaces: scanner.interfaces().to_vec(),
        pcapng: matches!(scanner.format(), Format::Pcapng),
        number: 0,
        notes_version: u64::MAX,
        layers: Layers::default(),
        facts: Facts::default(),
        sources: Vec::new(),
        published: Instant::now(),
    };
    let (truncated, error) = pass.scan(scanner, most);
    pass.publish();
    let mut state = shared.state.write().unwrap_or_else(|p| p.into_inner());
    state.truncated = truncated;
    state.error = error;
}

/// The pass is done when this is dropped: by a panic too, or those who wait for it would wait for ever.
struct Ending<'a>(&'a Shared);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.write().unwrap_or_else(|p| p.into_inner());
        if std::thread::panicking() {
            state.error = Some("reading stopped by a fault of the program".to_owned());
        }
        state.seconds = self.0.started.elapsed().as_secs_f64();
        state.done = true;
    }
}

/// Rows that are not published yet.
#[derive(Default)]
struct Batch {
    metas: Vec<RecordMeta>,
    protocols: Vec<u64>,
    flows: Vec<u32>,
    facts_end: Vec<usize>,
    facts: Vec<u8>,
    /// TCP connections that changed.
    streams: Vec<u32>,
    later: Vec<(u32, u32)>,
}

struct Indexing<'a> {
    shared: &'a Shared,
    settings: &'a Settings,
    analysis: Analysis,
    batch: Batch,
    interfaces: Vec<Interface>,
    pcapng: bool,
    number: u32,
    notes_version: u64,
    layers: Layers,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    published: Instant,
}

impl Indexing<'_> {
    /// Goes over at most so many records. Says what was cut at the end, or what was wrong.
    fn scan(&mut self, mut scanner: Scanner, most: u64) -> (Option<String>, Option<String>) {
        loop {
            if self.shared.stop.load(Ordering::Relaxed) {
                return (None, None);
            }
            match scanner.next() {
                Ok(Step::Record(_)) => {
                    // Its interface may have been described just before it.
                    self.notes(&scanner);
                    if let Some(record) = scanner.record() {
                        self.record(&record);
                    }
                    if u64::from(self.number) >= most {
                        return (None, None);
                    }
                    let full = if self.number <= BATCH as u32 { FIRST_BATCH } else { BATCH };
                    if self.batch.metas.len() >= full {
                        self.publish();
                    }
                }
                Ok(Step::Wait) => {
                    self.notes(&scanner);
                    self.publish();
                    let source = scanner.source();
                    source.wait(source.len() + 1, POLL);
                }
                Ok(Step::End { truncated }) => {
                    self.notes(&scanner);
                    return (truncated.map(|t| t.to_string()), None);
                }
                Err(error) => return (None, Some(error.to_string())),
            }
        }
    }

    /// Takes over what the file says beside its packets, when it says something new.
    fn notes(&mut self, scanner: &Scanner) {
        if scanner.notes_version() == self.notes_version {
            return;
        }
        self.notes_version = scanner.notes_version();
        self.interfaces = scanner.interfaces().to_vec();
        let notes = scanner.notes();
        let mut state = self.shared.state.write().unwrap_or_else(|p| p.into_inner());
        state.interfaces = self.interfaces.clone();
        interface_subnets(&self.interfaces, &mut state.names);
        let known = state.comments.len();
        state.comments.extend(notes.comments.iter().skip(known).cloned());
        state.names.hosts.extend(notes.names.iter().cloned());
    }

    fn record(&mut self, record: &Record) {
        self.number += 1;
        let default = Interface::default();
        let interface = self.interfaces.get(record.meta.interface as usize).unwrap_or(&default);
        let info = record_info(self.number, &record.meta, interface, self.pcapng);
        let frame = Buf::new(record.data, record.meta.length.max(record.meta.captured) as usize);
        self.facts.clear();
        self.sources.clear();
        let around = Surroundings { settings: self.settings, facts: &self.facts, sources: &self.sources };
        let link = interface.link_type.0;
        let layers = &mut self.layers;
        layers.locate(link, frame, &around);
        let mut protocols = protocol_bits(layers);
        let changed = self.analysis.feed(&info, frame, layers, &mut self.facts, &mut self.sources);
        if changed {
            let around = Surroundings { settings: self.settings, facts: &self.facts, sources: &self.sources };
            layers.locate(link, frame, &around);
        }
        if !self.facts.parts.is_empty() {
            protocols |= protocol_bits(layers);
        }
        let batch = &mut self.batch;
        batch.metas.push(record.meta);
        batch.protocols.push(protocols);
        batch.flows.push(match (self.facts.tcp.first(), self.facts.udp.first()) {
            (Some((_, tcp)), _) => {
                batch.streams.push(tcp.stream);
                tcp.stream
            }
            (None, Some((_, udp))) => udp.stream | UDP_FLOW,
            _ => NO_FLOW,
        });
        kept::encode(&self.facts, self.number, &mut batch.facts);
        batch.facts_end.push(batch.facts.len());
    }

    /// Makes the gathered rows visible.
    fn publish(&mut self) {
        if self.batch.metas.is_empty() && self.published.elapsed() < PATIENCE {
            return;
        }
        self.published = Instant::now();
        self.analysis.take_later(&mut self.batch.later);
        let batch = &mut self.batch;
        let mut state = self.shared.state.write().unwrap_or_else(|p| p.into_inner());
        let rows = (0..batch.metas.len()).map(|i| Row {
            meta: batch.metas[i],
            protocols: batch.protocols[i],
            flow: batch.flows[i],
            facts: &batch.facts[if i == 0 { 0 } else { batch.facts_end[i - 1] }..batch.facts_end[i]],
        });
        state.index.append(rows);
        batch.streams.sort_unstable();
        batch.streams.dedup();
        let streams = self.analysis.tcp.streams.len();
        state.streams.resize(streams, Default::default());
        for &stream in &batch.streams {
            state.streams[stream as usize] = self.analysis.stream_info(stream);
        }
        let known = state.udp_first_frames.len();
        let new = self.analysis.udp.streams.iter().skip(known).map(|s| s.first_frame);
        state.udp_first_frames.extend(new);
        for (connection, info) in self.analysis.tcp.multipath.take_changed() {
            state.mptcp.insert(connection, info.clone());
        }
        for news in self.analysis.take_http() {
            let stream = state.http.entry(news.stream).or_default();
            match news.what {
                NewsOf::Exchange(number, exchange) => stream.set(number, exchange),
                NewsOf::Tunnel(host, port) => stream.tunnel = Some((host, port)),
            }
        }
        for subnet in self.analysis.take_subnets() {
            state.names.add_subnet(subnet);
        }
        state.names.learnt.extend(self.analysis.take_hosts());
        for (about, frame) in batch.later.drain(..) {
            state.index.set_later(about, frame);
        }
        drop(state);
        batch.metas.clear();
        batch.protocols.clear();
        batch.flows.clear();
        batch.facts.clear();
        batch.facts_end.clear();
        batch.streams.clear();
    }
}

/// The subnets that the capturing interfaces are in.
pub fn interface_subnets(interfaces: &[Interface], names: &mut Names) {
    for interface in interfaces {
        let name = interface.name.as_deref().unwrap_or("of the capture");
        for (address, prefix) in &interface.addresses {
            names.add_subnet(Subnet::of(*address, *prefix, format!("interface {name}")));
        }
    }
}

/// A bit for each protocol: those with low numbers have one of their own, the others share.
pub fn protocol_bits(layers: &Layers) -> u64 {
    layers.iter().fold(0, |bits, layer| bits | bit_of(layer.protocol))
}

/// The bit under which the index keeps a protocol.
pub fn bit_of(protocol: u16) -> u64 {
    1 << (protocol % 64)
}
