//! One pass over a capture, packet after packet: layers, facts as known at that frame (or, after a first
//! pass, in the end), and what dissecting needs. This is how printing works; nothing is kept but what
//! analysis keeps.

use std::sync::Arc;
use std::time::Duration;

use super::Trace;
use crate::analysis::Analysis;
use crate::capture::record::RecordMeta;
use crate::capture::{Format, Interface, Move, ReadError, Record, Scanner, Truncated};
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, InterfaceInfo, RecordInfo, Settings};
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings};
use crate::dissect::names::Names;

/// A packet with everything that dissecting it needs.
pub struct Packet<'a> {
    pub context: Context<'a>,
    pub frame: Buf<'a>,
    pub layers: &'a Layers,
    pub record: Record<'a>,
    pub interface: &'a Interface,
}

/// Times that a frame's own times are told from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    first: Option<i64>,
    previous: Option<i64>,
    displayed: Option<i64>,
}

impl Clock {
    /// Fills in the deltas of a record, and moves on.
    pub fn tick(&mut self, info: &mut RecordInfo) {
        let Some(now) = info.time else { return };
        info.delta_displayed = now.saturating_sub(self.displayed.unwrap_or(now));
        (info.relative, info.delta) = self.pass(now);
    }

    /// The times since the first and the previous record.
    #[inline]
    pub fn pass(&mut self, now: i64) -> (i64, i64) {
        let first = *self.first.get_or_insert(now);
        let previous = self.previous.replace(now).unwrap_or(now);
        (now.saturating_sub(first), now.saturating_sub(previous))
    }

    /// The packet of this time is shown: the next one's `time_delta_displayed` counts from it.
    pub fn displayed(&mut self, time: Option<i64>) {
        if time.is_some() {
            self.displayed = time;
        }
    }
}

/// What became of a pass.
#[derive(Debug, Default)]
pub struct Outcome {
    pub packets: u64,
    pub truncated: Option<Truncated>,
    pub error: Option<ReadError>,
}

/// What the visitor of a pass says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on; the packet was shown.
    Shown,
    /// Go on; it was not.
    Hidden,
    /// Enough.
    Stop,
}

/// How much a pass finds out about each packet; each step costs more than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Bytes and times only: there are no layers.
    #[default]
    Records,
    /// The layers, as the packet's own bytes tell them.
    Layers,
    /// Also those of IP datagrams that came in fragments.
    Fragments,
    /// Everything that memory across packets knows.
    Facts,
}

/// Who is shown the packets of a pass.
pub trait Visitor {
    /// A packet; the scanner tells what else the capture says by now.
    fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict;

    /// A growing source has nothing new; says whether to go on waiting.
    fn idle(&mut self) -> bool {
        true
    }
}

/// A pass over one scanner.
pub struct Pass<'s> {
    settings: &'s Settings,
    names: Names,
    depth: Depth,
    memory: Memory,
    clock: Clock,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    layers: Layers,
    /// How much of what the scanner knows was taken over.
    notes_version: u64,
    known_names: usize,
}

/// Where facts come from.
enum Memory {
    /// They are found while the pass goes on.
    Growing(Box<Analysis>),
    /// They were found by an earlier pass.
    Complete(Arc<Trace>),
}

impl<'s> Pass<'s> {
    pub fn new(settings: &'s Settings, names: Names, depth: Depth) -> Pass<'s> {
        Pass::of(settings, names, depth, Memory::Growing(Box::new(Analysis::new(settings))))
    }

    /// The second of two passes over the same source, with what the first one knows in the end.
    pub fn second(settings: &'s Settings, names: Names, first: Arc<Trace>) -> Pass<'s> {
        Pass::of(settings, names, Depth::Facts, Memory::Complete(first))
    }

    fn of(settings: &'s Settings, names: Names, depth: Depth, memory: Memory) -> Pass<'s> {
        let depth = if settings.resolves_from_capture() { Depth::Facts } else { depth };
        Pass {
            settings,
            names,
            depth,
            memory,
            clock: Clock::default(),
            facts: Facts::default(),
            sources: Vec::new(),
            layers: Layers::default(),
            notes_version: u64::MAX,
            known_names: 0,
        }
    }

    /// Visits every record that `scanner` finds.
    pub fn run(&mut self, scanner: &mut Scanner, visitor: &mut impl Visitor) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            match scanner.advance() {
                Ok(Move::Record) => {}
                Ok(Move::Wait) => {
                    if !visitor.idle() {
                        return outcome;
                    }
                    let source = scanner.source();
                    source.wait(source.len(), PATIENCE);
                    continue;
                }
                Ok(Move::End { truncated }) => {
                    outcome.truncated = truncated;
                    return outcome;
                }
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
            }
            outcome.packets += 1;
            self.take_names(scanner);
            if self.packet(outcome.packets, scanner, visitor) == Verdict::Stop {
                return outcome;
            }
        }
    }

    /// Takes over the names that the capture itself gives.
    fn take_names(&mut self, scanner: &Scanner) {
        if scanner.notes_version() == self.notes_version {
            return;
        }
        self.notes_version = scanner.notes_version();
        let names = scanner.notes().names.get(self.known_names..).unwrap_or_default();
        self.known_names += names.len();
        self.names.hosts.extend(names.iter().cloned());
    }

    fn packet(&mut self, number: u64, scanner: &Scanner, visitor: &mut impl Visitor) -> Verdict {
        let Some(record) = scanner.record() else { return Verdict::Hidden };
        let interfaces = scanner.interfaces();
        let Some(interface) = interfaces.get(record.meta.interface as usize) else {
            return Verdict::Hidden;
        };
        let pcapng = matches!(scanner.format(), Format::Pcapng);
        let mut info = record_info(number as u32, &record.meta, interface, pcapng);
        let comments: Vec<String>;
        if record.meta.commented {
            comments = scanner.notes().comments_on(number).map(str::to_owned).collect();
            info.comments = &comments;
        }
        self.clock.tick(&mut info);
        let frame = Buf::new(record.data, record.meta.length.max(record.meta.captured) as usize);
        if self.depth > Depth::Records {
            self.find_layers(&info, frame, interface.link_type.0);
        }
        let packet = Packet {
            context: Context {
                record: &info,
                settings: self.settings,
                facts: &self.facts,
                sources: &self.sources,
                names: &self.names,
            },
            frame,
            layers: &self.layers,
            record,
            interface,
        };
        let verdict = visitor.packet(&packet, scanner);
        if verdict == Verdict::Shown {
            self.clock.displayed(info.time);
        }
        verdict
    }

    /// Layers, facts and sources of the packet, as far as this pass goes.
    fn find_layers(&mut self, info: &RecordInfo, frame: Buf, link: u16) {
        self.facts.clear();
        self.sources.clear();
        if let Memory::Complete(trace) = &self.memory {
            trace.recall(info.number.saturating_sub(1), &mut self.facts, &mut self.sources);
            return self.locate(frame, link);
        }
        self.locate(frame, link);
        let mut changed = false;
        if let Memory::Growing(analysis) = &mut self.memory {
            let (layers, facts, sources) = (&mut self.layers, &mut self.facts, &mut self.sources);
            changed = match self.depth {
                Depth::Facts => analysis.feed(info.number, info.time, frame, layers, facts, sources),
                Depth::Fragments => {
                    analysis.feed_fragments(info.number, info.time, frame, layers, facts, sources)
                }
                Depth::Records | Depth::Layers => false,
            };
            self.names.learnt.extend(analysis.take_hosts());
            analysis.drop_news();
        }
        if changed {
            self.locate(frame, link);
        }
    }

    fn locate(&mut self, frame: Buf, link: u16) {
        let around = Surroundings { settings: self.settings, facts: &self.facts, sources: &self.sources };
        self.layers.locate(link, &frame, &around);
    }
}

/// How long a growing source is waited for before its visitor is asked again.
pub(super) const PATIENCE: Duration = Duration::from_millis(50);

/// What a record says of itself; times relative to others are filled in by a [`Clock`].
pub fn record_info<'a>(
    number: u32,
    meta: &RecordMeta,
    interface: &'a Interface,
    pcapng: bool,
) -> RecordInfo<'a> {
    RecordInfo {
        number,
        time: meta.time.map(|t| t.0),
        captured: meta.captured,
        length: meta.length,
        link_type: interface.link_type.0,
        interface: pcapng.then_some(InterfaceInfo {
            id: meta.interface,
            name: interface.name.as_deref(),
            description: interface.description.as_deref(),
        }),
        section: pcapng.then_some(interface.section + 1),
        flags: meta.flags,
        digits: interface.digits,
        fcs_bits: interface.fcs_bits,
        encapsulation: interface.link_type.encap(),
        ..RecordInfo::default()
    }
}
