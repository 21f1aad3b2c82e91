//! One pass over a capture, in order: each packet is located, analysed and handed on with what is
//! known of it at that frame. This is how printing works; nothing is kept but what analysis keeps.

use std::time::Duration;

use crate::analysis::Analysis;
use crate::capture::record::RecordMeta;
use crate::capture::{Interface, ReadError, Record, Scanner, Step, Truncated};
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, InterfaceInfo, RecordInfo, Settings};
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings, locate};
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
        let first = *self.first.get_or_insert(now);
        info.relative = now.saturating_sub(first);
        info.delta = now.saturating_sub(self.previous.unwrap_or(now));
        info.delta_displayed = now.saturating_sub(self.displayed.unwrap_or(now));
        self.previous = Some(now);
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

/// A pass over one scanner.
pub struct Pass<'s> {
    pub settings: &'s Settings,
    pub names: Names,
    pub analysis: Option<Analysis>,
    clock: Clock,
    facts: Facts,
    sources: Vec<Vec<u8>>,
}

impl<'s> Pass<'s> {
    /// `analyse`: false if nothing that is wanted needs memory across packets.
    pub fn new(settings: &'s Settings, names: Names, analyse: bool) -> Pass<'s> {
        Pass {
            settings,
            names,
            analysis: analyse.then(|| Analysis::new(settings)),
            clock: Clock::default(),
            facts: Facts::default(),
            sources: Vec::new(),
        }
    }

    /// Visits every record that `scanner` finds. `idle` is called while a growing source has nothing
    /// new; it says whether to go on waiting.
    pub fn run(
        &mut self,
        scanner: &mut Scanner,
        mut idle: impl FnMut() -> bool,
        mut visit: impl FnMut(&Packet) -> Verdict,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut interfaces: Vec<Interface> = Vec::new();
        let mut notes_version = u64::MAX;
        let mut comments: Vec<(u64, String)> = Vec::new();
        loop {
            if scanner.notes_version() != notes_version {
                notes_version = scanner.notes_version();
                interfaces = scanner.interfaces().to_vec();
                comments = scanner.notes().comments.clone();
                self.names.hosts.extend(scanner.notes().names.iter().cloned());
            }
            let pcapng = matches!(scanner.format(), crate::capture::Format::Pcapng);
            let source = scanner.source().clone();
            match scanner.next() {
                Ok(Step::Record(record)) => {
                    // A new interface or comment may have come with this very record.
                    outcome.packets += 1;
                    let number = outcome.packets;
                    let known = (record.meta.interface as usize) < interfaces.len();
                    if !known || record.meta.commented {
                        let data = record.data.to_vec();
                        let meta = record.meta;
                        interfaces = scanner.interfaces().to_vec();
                        comments = scanner.notes().comments.clone();
                        let record = Record { meta, data: &data };
                        let v = self.packet(number, record, &interfaces, &comments, pcapng, &mut visit);
                        if v == Verdict::Stop {
                            return outcome;
                        }
                        continue;
                    }
                    let v = self.packet(number, record, &interfaces, &comments, pcapng, &mut visit);
                    if v == Verdict::Stop {
                        return outcome;
                    }
                }
                Ok(Step::Wait) => {
                    let have = source.len();
                    if !idle() {
                        return outcome;
                    }
                    source.wait(have + 1, Duration::from_millis(50));
                }
                Ok(Step::End { truncated }) => {
                    outcome.truncated = truncated;
                    return outcome;
                }
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
            }
        }
    }

    fn packet(
        &mut self,
        number: u64,
        record: Record,
        interfaces: &[Interface],
        comments: &[(u64, String)],
        pcapng: bool,
        visit: &mut impl FnMut(&Packet) -> Verdict,
    ) -> Verdict {
        let Some(interface) = interfaces.get(record.meta.interface as usize) else {
            return Verdict::Hidden;
        };
        let own: Vec<String> = if record.meta.commented {
            comments.iter().filter(|c| c.0 == number).map(|c| c.1.clone()).collect()
        } else {
            Vec::new()
        };
        let mut info = record_info(number as u32, &record.meta, interface, pcapng);
        info.comments = &own;
        self.clock.tick(&mut info);
        let frame = Buf::new(record.data, record.meta.length.max(record.meta.captured) as usize);
        self.facts.clear();
        self.sources.clear();
        let link = interface.link_type.0;
        let around = Surroundings {
            settings: self.settings,
            facts: &self.facts,
            sources: &self.sources,
        };
        let mut layers = locate(link, frame, &around);
        if let Some(analysis) = &mut self.analysis {
            analysis.feed(&info, frame, &layers, &mut self.facts, &mut self.sources);
            if !self.facts.parts.is_empty() {
                let around = Surroundings {
                    settings: self.settings,
                    facts: &self.facts,
                    sources: &self.sources,
                };
                layers = locate(link, frame, &around);
            }
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
            layers: &layers,
            record,
            interface,
        };
        let verdict = visit(&packet);
        if verdict == Verdict::Shown {
            self.clock.displayed(info.time);
        }
        verdict
    }
}

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
        interface: pcapng.then(|| InterfaceInfo {
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
