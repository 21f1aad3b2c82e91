//! A trace as the user interface sees it: rows, details and conversations of single packets, filters over
//! all of them, and writing them to files.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use super::{Setup, Writer as Follower, provider};
use crate::analysis::kept::Lookup;
use crate::capture::live::{self, LiveOptions};
use crate::capture::write::{FileType, Writer};
use crate::capture::{Record, Source as Bytes};
use crate::dissect::columns::Columns;
use crate::dissect::driver::dissect;
use crate::dissect::expert::Severity;
use crate::dissect::field::Field;
use crate::dissect::label;
use crate::dissect::registry::registry;
use crate::dissect::sink::{NoSink, Sink};
use crate::dissect::tree::Tree;
use crate::dissect::value::Value;
use crate::filter::{self, FilterError, Options, Reference};
use crate::trace::index::UDP_FLOW;
use crate::trace::jobs::FilterJob;
use crate::trace::pass::Packet;
use crate::trace::{Scratch, Trace};
use crate::tui::detail::Detail;
use crate::tui::snapshot::*;

/// A file or a capture.
pub struct TraceSource {
    trace: Arc<Trace>,
    title: String,
    setup: Arc<Setup>,
    origin: Origin,
    /// Bytes of a file that isn't looked after, when it was read to its end.
    read: OnceLock<u64>,
}

/// Where the packets come from, and how to begin anew.
pub enum Origin {
    File(PathBuf),
    /// Standard input can be read once.
    Pipe,
    Live(Capture),
}

/// A live capture and its spool.
pub struct Capture {
    pub options: LiveOptions,
    pub interfaces: String,
    pub live: Arc<Mutex<live::Live>>,
    /// The spool that ends with the program; `None` if the packets go to a file of the user's.
    pub spool: Option<PathBuf>,
    pub bytes: Arc<Bytes>,
    pub writing: Option<Writing>,
    /// All packets were written to a file: how many there were then.
    pub kept: Mutex<Option<u32>>,
    /// The spool is left for the next start.
    pub spared: AtomicBool,
}

/// What writes the packets of a capture to a place of the user's (`-w` as pcap, or a ring of files).
pub struct Writing {
    worker: Option<JoinHandle<()>>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl Writing {
    pub fn start(writer: Follower, live: Arc<Mutex<live::Live>>, bytes: Arc<Bytes>) -> Writing {
        let trouble: Arc<Mutex<Option<String>>> = Arc::default();
        let told = trouble.clone();
        let work = move || match writer(bytes.clone()) {
            // Also where it wants no more: a ring has all its files.
            Ok(()) => end(&live, &bytes),
            Err(why) => *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(why),
        };
        Writing { worker: Some(std::thread::spawn(work)), trouble }
    }

    fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl TraceSource {
    pub fn new(trace: Arc<Trace>, title: String, setup: Arc<Setup>, origin: Origin) -> TraceSource {
        TraceSource { trace, title, setup, origin, read: OnceLock::new() }
    }

    fn with<R>(&self, packet: u32, f: impl FnOnce(&Packet) -> R) -> Option<R> {
        self.trace.with_packet(packet, None, &mut Scratch::default(), f)
    }

    /// The file is another one by now; or has another length, where what is added isn't read.
    fn has_changed(&self) -> bool {
        let Origin::File(path) = &self.origin else { return false };
        let (progress, bytes) = (self.trace.progress(), self.trace.source());
        if progress.replaced || bytes.is_in_place() && bytes.is_replaced(path) {
            return true;
        }
        let length = std::fs::metadata(path).map(|m| m.len());
        !progress.waits && length.is_ok_and(|length| *self.read.get_or_init(|| length) != length)
    }

    fn make_row(&self, packet: &Packet, fields: &[String]) -> Row {
        let mut columns = Columns::new(true);
        let mut tree = Tree::new(packet.context.names, packet.context.settings, false);
        let mut nothing = NoSink;
        let sink: &mut dyn Sink = if fields.is_empty() { &mut nothing } else { &mut tree };
        dissect(packet.frame, packet.layers, &packet.context, sink, &mut columns);
        let seen = filter::Packet { frame: packet.frame, layers: packet.layers, context: &packet.context };
        let colour = self.setup.rules.of(&seen, &mut filter::Scratch::default());
        Row {
            info: columns.info().to_owned(),
            length: packet.record.meta.length,
            time: packet.context.record.time,
            previous: packet.context.record.time.map(|t| t.saturating_sub(packet.context.record.delta)),
            digits: packet.context.record.digits,
            colour,
            side: side(packet),
            fields: fields.iter().map(|name| values(&tree, name, packet)).collect(),
            source: columns.source,
            destination: columns.destination,
            protocol: columns.protocol,
        }
    }

    /// The first packet of a UDP flow tells who opened it.
    fn udp_side(&self, packet: u32, (stream, end): (u32, Vec<u8>)) -> Option<Side> {
        let first = self.trace.state().udp_first_frame(stream).checked_sub(1)?;
        let from_opener = first == packet || self.with(first, udp_end)??.1 == end;
        Some(Side { from_opener, change: false })
    }

    fn compile(&self, text: &str, selected: Option<u32>) -> Result<filter::Filter, FilterError> {
        let selected = selected.map(|packet| Selected { source: self, packet });
        let reference = selected.as_ref().map(|s| s as &dyn Reference);
        let macros = Some(&self.setup.macros);
        filter::compile(text, &Options { reference, macros, extensions: true })
    }
}

/// The values of a column's field, with commas between several.
fn values(tree: &Tree, name: &str, packet: &Packet) -> String {
    let mut out = String::new();
    let stands_for = |field: &Field| registry().field(name).is_some_and(|e| e.field.any_of.contains(&field));
    for node in tree.nodes().iter().filter(|n| n.field.name == name || stands_for(n.field)) {
        if !out.is_empty() {
            out.push(',');
        }
        label::show(&mut out, node.field, &tree.value(node), packet.context.settings);
    }
    out
}

/// Direction, and whether the connection changes its state: SYN, FIN or RST, or the handshake's last step.
fn side(packet: &Packet) -> Option<Side> {
    let facts = packet.context.facts;
    if let Some((layer, tcp)) = facts.tcp.first() {
        let start = packet.layers.get(usize::from(*layer))?.start as usize;
        let flags = packet.frame.data.get(start + 13).copied().unwrap_or(0);
        let number = packet.context.record.number;
        let completes = tcp.handshake.is_some_and(|h| h[2] == number);
        return Some(Side { from_opener: tcp.from_client, change: flags & 0b111 != 0 || completes });
    }
    None
}

/// The number of a UDP flow, and which end of it sent the packet: address and port.
fn udp_end(packet: &Packet) -> Option<(u32, Vec<u8>)> {
    let (layer, udp) = packet.context.facts.udp.first()?;
    let layer = packet.layers.get(usize::from(*layer)).filter(|l| l.source == 0)?;
    let (ip, port) = (packet.layers.get(usize::from(layer.parent))?.start as usize, layer.start as usize);
    let data = packet.frame.data;
    let address = match data.get(ip)? >> 4 {
        4 => data.get(ip + 12..ip + 16)?,
        6 => data.get(ip + 8..ip + 24)?,
        _ => return None,
    };
    Some((udp.stream, [address, data.get(port..port + 2)?].concat()))
}

/// How serious each expert remark is, by the name of its field.
fn severities() -> &'static HashMap<&'static str, Severity> {
    static SEVERITIES: OnceLock<HashMap<&'static str, Severity>> = OnceLock::new();
    SEVERITIES.get_or_init(|| {
        let experts = registry().protocols().iter().flat_map(|p| p.experts);
        experts.map(|e| (e.field.name, e.severity)).collect()
    })
}

impl Source for TraceSource {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn len(&self) -> u32 {
        self.trace.len()
    }

    fn progress(&self) -> Progress {
        let p = self.trace.progress();
        let live = match &self.origin {
            Origin::Live(capture) => Some(capture.state(p.packets)),
            _ => None,
        };
        let failed = match &self.origin {
            Origin::Live(capture) => capture.error(),
            _ => None,
        };
        Progress {
            bytes: p.bytes,
            total: p.total,
            done: p.done,
            bytes_per_second: p.bytes_per_second,
            error: p.error.or(failed),
            truncated: p.truncated,
            follows: p.follows,
            grows: p.grows,
            changed: p.done && self.has_changed(),
            live,
        }
    }

    fn time(&self, packet: u32) -> Option<i64> {
        self.trace.state().index.time(packet)
    }

    fn row(&self, packet: u32, fields: &[String]) -> Row {
        let mut end = None;
        let row = self.with(packet, |p| {
            end = udp_end(p);
            self.make_row(p, fields)
        });
        let row = row.map(|row| Row { side: row.side.or_else(|| self.udp_side(packet, end?)), ..row });
        row.unwrap_or_else(|| Row { info: "(the bytes of this packet are gone)".into(), ..Row::default() })
    }

    fn detail(&self, packet: u32) -> Detail {
        let detail = self.with(packet, |p| {
            let mut columns = Columns::new(false);
            let mut tree = Tree::new(p.context.names, p.context.settings, true);
            dissect(p.frame, p.layers, &p.context, &mut tree, &mut columns);
            let severity = |field: &'static Field| severities().get(field.name).copied();
            let mut detail = Detail::of(packet, &tree, p.frame.data, p.context.settings, severity);
            detail.add_sources(p.context.sources);
            detail
        });
        detail.unwrap_or(Detail { packet, ..Detail::default() })
    }

    fn bytes(&self, packet: u32) -> Vec<u8> {
        self.trace.bytes(packet).unwrap_or_default()
    }

    fn conversation(&self, packet: u32) -> Option<Conversation> {
        // Chunks never change: a snapshot of them is looked through without holding up the reading.
        let (index, flow, first, last) = {
            let state = self.trace.state();
            let flow = state.flow(packet)?;
            let known = (flow & UDP_FLOW == 0).then(|| state.stream(flow)).flatten();
            let (first, last) = known.map_or((0, u32::MAX), |s| (s.first_frame, s.last_frame));
            (state.index.clone(), flow, first.saturating_sub(1), last.max(packet + 1))
        };
        let mut packets = Vec::new();
        for (number, chunk) in index.chunks().iter().enumerate() {
            let start = index.first_of(number);
            if start >= last || start.saturating_add(chunk.len() as u32) <= first {
                continue;
            }
            let of_flow = chunk.flows().iter().enumerate().filter(|(_, f)| **f == flow);
            packets.extend(of_flow.map(|(row, _)| start + row as u32));
        }
        let (protocol, stream) = if flow & UDP_FLOW == 0 { ("tcp", flow) } else { ("udp", flow & !UDP_FLOW) };
        Some(Conversation { filter: format!("{protocol}.stream == {stream}"), packets: Arc::new(packets) })
    }

    fn check(&self, text: &str, selected: Option<u32>) -> Check {
        if text.trim().is_empty() {
            return Check::default();
        }
        match self.compile(text, selected) {
            Err(error) => while_typing(text, error),
            Ok(filter) => match filter.warnings().first() {
                None => Check { verdict: Verdict::Valid, ..Check::default() },
                Some(warning) => Check {
                    verdict: Verdict::Questionable,
                    span: Some(warning.span.clone()),
                    message: warning.message.clone(),
                    instead: None,
                },
            },
        }
    }

    fn complete(&self, text: &str, cursor: usize, recent: &[String]) -> Completion {
        let found = filter::complete::complete(text, cursor, recent);
        let candidate = |c: filter::complete::Candidate| Candidate {
            text: c.text,
            name: None,
            kind: c.kind,
            about: c.about,
        };
        Completion {
            span: found.span.range(),
            candidates: found.candidates.into_iter().map(candidate).collect(),
        }
    }

    fn filter(&self, text: &str, selected: Option<u32>) -> Result<Box<dyn Matches>, Check> {
        let filter = self.compile(text, selected).map_err(|error| wrong(text, error))?;
        Ok(Box::new(Job(self.trace.filter(filter, selected.unwrap_or(0)))))
    }

    fn save(
        &self,
        packets: Option<&[u32]>,
        path: &Path,
        format: FileFormat,
        progress: &SaveProgress,
    ) -> Result<u64, Failure> {
        let total = self.len();
        let written = self.write(packets, total, path, format, progress);
        let written = written.map_err(|why| Failure::new(why.to_string()))?;
        if let (Origin::Live(capture), None) = (&self.origin, packets) {
            *capture.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(total);
        }
        Ok(written)
    }

    fn stop(&self) {
        match &self.origin {
            Origin::Live(capture) => capture.stop(),
            _ => self.trace.stop(),
        }
    }

    fn spare(&self) {
        if let Origin::Live(capture) = &self.origin {
            let packets = self.len();
            let lost = packets > 0 && !capture.state(packets).kept;
            capture.spared.store(lost, Ordering::Relaxed);
        }
    }

    fn restart(&self) -> Result<Arc<dyn Source>, Failure> {
        match &self.origin {
            Origin::File(path) => provider::open(path, &self.setup),
            Origin::Pipe => Err(Failure::new("standard input can be read only once")),
            Origin::Live(capture) => {
                capture.stop();
                provider::watch(capture.options.clone(), None, None, &self.setup)
            }
        }
    }
}

/// A filter of the trace's; given up when the user interface has no more use for it.
struct Job(Arc<FilterJob>);

impl Matches for Job {
    fn packets(&self) -> Arc<Vec<u32>> {
        self.0.packets()
    }
    fn looked_at(&self) -> u32 {
        self.0.looked_at()
    }
    fn done(&self) -> bool {
        self.0.done()
    }
    fn cancel(&self) {
        self.0.cancel();
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// What an error means on the line: where the last word may still become right, it is not yet one.
fn while_typing(text: &str, error: FilterError) -> Check {
    let end = text.trim_end().len();
    let open_quote = text.matches('"').count() % 2 == 1;
    let begun = || {
        let word = text.get(error.span.clone()).unwrap_or("");
        let found = filter::complete::complete(text, text.len(), &[]);
        !word.is_empty() && found.candidates.iter().any(|c| c.text.starts_with(word))
    };
    if error.span.start >= end || open_quote || error.span.end >= end && begun() {
        return Check { verdict: Verdict::Unfinished, ..Check::default() };
    }
    wrong(text, error)
}

/// What is wrong, in as few words as a line has room for.
fn wrong(text: &str, error: FilterError) -> Check {
    // What was typed may be a capture filter: it is known how to say that here.
    let instead = filter::capture_hint::translate(text);
    let message = match (&instead, error.nearest.first(), text.get(error.span.clone())) {
        (Some(instead), ..) => format!("a capture filter; Enter makes it  {instead}"),
        (None, Some(nearest), Some(word)) => format!("no field {word}: {nearest}?"),
        _ => match &error.hint {
            Some(hint) => format!("{} {hint}", error.message),
            None => error.message,
        },
    };
    Check { verdict: Verdict::Wrong, span: Some(error.span), message, instead }
}

impl TraceSource {
    fn write(
        &self,
        packets: Option<&[u32]>,
        total: u32,
        path: &Path,
        format: FileFormat,
        progress: &SaveProgress,
    ) -> Result<u64, Box<dyn std::error::Error>> {
        let nanos = self.trace.state().interfaces.iter().any(|i| i.digits > 6);
        let kind = match format {
            FileFormat::Pcapng => FileType::Pcapng,
            FileFormat::Pcap if nanos => FileType::PcapNanos,
            FileFormat::Pcap => FileType::Pcap,
        };
        let interfaces = self.trace.state().interfaces.clone();
        // Written beside and renamed: what is being read may be what is to be replaced.
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        let out = BufWriter::with_capacity(1 << 20, File::create(&beside).map_err(|e| at(path, e))?);
        let mut writer = Writer::new(out, kind, &interfaces)?;
        let mut count = 0;
        let mut scratch = Scratch::default();
        let mut one = |packet: u32| -> Result<(), Box<dyn std::error::Error>> {
            if progress.stopped() {
                return Err("writing was stopped".into());
            }
            let done = self.trace.with_packet(packet, None, &mut scratch, |p| {
                let record = Record { meta: p.record.meta, data: p.record.data };
                let comments = p.context.record.comments.iter().map(String::as_str);
                writer.write_with_comments(&record, p.record.meta.interface, comments)
            });
            done.unwrap_or(Ok(()))?;
            count += 1;
            progress.add();
            Ok(())
        };
        let written = match packets {
            Some(list) => list.iter().try_for_each(|p| one(*p)),
            None => (0..total).try_for_each(&mut one),
        };
        let finished = written.and_then(|()| {
            writer.finish()?;
            std::fs::rename(&beside, path).map_err(|e| at(path, e).into())
        });
        if finished.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        finished.map(|()| count)
    }
}

fn at(path: &Path, error: std::io::Error) -> std::io::Error {
    std::io::Error::new(error.kind(), format!("{} can't be written: {error}", path.display()))
}

/// The selected packet, for `${field}` in filters.
struct Selected<'s> {
    source: &'s TraceSource,
    packet: u32,
}

impl Reference for Selected<'_> {
    fn values(&self, field: &'static Field, f: &mut dyn FnMut(u16, u16, Value)) {
        let layer = registry().field(field.name).map(|e| registry().protocol(e.protocol).name());
        self.source.with(self.packet, |p| {
            let mut tree = Tree::new(p.context.names, p.context.settings, false);
            dissect(p.frame, p.layers, &p.context, &mut tree, &mut Columns::new(false));
            let is_layer = |name: &str| Some(name) == layer;
            let layers = tree.nodes().iter().filter(|n| is_layer(n.field.name)).count() as u16;
            let mut number = 0;
            for node in tree.nodes() {
                number += u16::from(is_layer(node.field.name));
                if node.field == field || field.any_of.contains(&node.field) {
                    f(number.max(1), layers.max(1), tree.value(node));
                }
            }
        });
    }
}

impl Capture {
    fn state(&self, packets: u32) -> Live {
        let Ok(live) = self.live.try_lock() else {
            // It is being stopped.
            return Live { interfaces: self.interfaces.clone(), running: false, ..Live::default() };
        };
        let (stats, running) = (live.stats(), live.running());
        if !running {
            // It may have ended by itself: the spool is complete.
            self.bytes.set_follow(false);
        }
        let kept = *self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Live {
            interfaces: self.interfaces.clone(),
            dropped: stats.dropped + stats.if_dropped,
            running,
            kept: self.spool.is_none() || self.is_written() || kept.is_some_and(|n| n >= packets),
        }
    }

    fn is_written(&self) -> bool {
        self.writing.as_ref().is_some_and(|w| w.trouble().is_none())
    }

    fn error(&self) -> Option<String> {
        let written = self.writing.as_ref().and_then(Writing::trouble);
        let written = written.map(|why| format!("the packets are not written any more: {why}"));
        written.or_else(|| self.live.try_lock().ok()?.status().error())
    }

    fn stop(&self) {
        end(&self.live, &self.bytes);
    }
}

/// Ends a capture; what it wrote is read to its end. Again it changes nothing.
fn end(live: &Mutex<live::Live>, bytes: &Bytes) {
    live.lock().unwrap_or_else(PoisonError::into_inner).stop();
    bytes.set_follow(false);
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.stop();
        if let Some(worker) = self.writing.as_mut().and_then(|w| w.worker.take()) {
            let _ = worker.join();
        }
        let spared = self.spared.load(Ordering::Relaxed) || std::thread::panicking();
        if let Some(spool) = self.spool.as_ref().filter(|_| !spared) {
            // Whoever wanted the packets has saved them by now.
            let _ = std::fs::remove_file(spool);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::names::Names;
    use crate::filter::Options;

    /// A file with the first bytes of a handshake, and the rest of them.
    fn half(name: &str) -> (PathBuf, Vec<u8>) {
        let handshake = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tcp/handshake.pcap");
        let whole = std::fs::read(handshake).unwrap();
        let path = std::env::temp_dir().join(format!("sniff-{name}-{}.pcap", std::process::id()));
        std::fs::write(&path, &whole[..600]).unwrap();
        (path, whole[600..].to_vec())
    }

    fn wait(what: impl Fn() -> bool) {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !what() {
            assert!(std::time::Instant::now() < end, "it doesn't happen");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// A file, once it was read to its end.
    fn opened(path: &Path) -> Arc<dyn Source> {
        let setup = Arc::new(Setup::of_user(Settings::default(), Names::default()));
        let source = provider::open(path, &setup).unwrap();
        wait(|| source.progress().done);
        source
    }

    #[test]
    fn a_file_that_grows_is_read_on_and_filtered_on() {
        let (path, rest) = half("grows");
        let source = opened(&path);
        let (before, progress) = (source.len(), source.progress());
        assert!(progress.truncated.is_some() && !progress.grows);
        let job = source.filter("tcp.flags.fin == 1", None).ok().unwrap();
        wait(|| job.looked_at() == before);
        assert!(job.packets().is_empty() && !job.done());
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        std::io::Write::write_all(&mut file, &rest).unwrap();
        wait(|| !job.packets().is_empty() && source.progress().truncated.is_none());
        let progress = source.progress();
        assert!(source.len() > before && progress.follows && progress.grows);
        assert!(progress.done && !progress.changed);
        source.stop();
        wait(|| job.done());
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_is_written_anew_says_so() {
        let (path, rest) = half("anew");
        let half = std::fs::read(&path).unwrap();
        // Shorter, and longer with other packets behind the same header.
        for other in [half[..24].to_vec(), [&half[..24], &rest[..], &half[24..]].concat()] {
            std::fs::write(&path, &half).unwrap();
            let source = opened(&path);
            let before = source.len();
            assert!(!source.progress().changed);
            std::fs::write(&path, &other).unwrap();
            wait(|| source.progress().changed);
            let progress = source.progress();
            assert!(source.len() == before && !progress.follows && !progress.grows);
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_was_finished_long_ago_and_grows_says_so() {
        let (path, rest) = half("old");
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(3600)).unwrap();
        let source = opened(&path);
        assert!(!source.progress().changed);
        std::io::Write::write_all(&mut file, &rest).unwrap();
        let progress = source.progress();
        assert!(progress.changed && !progress.follows);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_compressed_file_of_another_length_says_so() {
        let handshake = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tcp/handshake.pcap");
        let path = std::env::temp_dir().join(format!("sniff-packed-{}.pcap.gz", std::process::id()));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, &std::fs::read(handshake).unwrap()).unwrap();
        let mut packed = packed.finish().unwrap();
        std::fs::write(&path, &packed).unwrap();
        let source = opened(&path);
        assert!(!source.progress().changed && !source.progress().follows);
        packed.push(0);
        std::fs::write(&path, &packed).unwrap();
        assert!(source.progress().changed);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_in_whose_place_there_is_another_says_so() {
        let (path, _) = half("replaced");
        let source = opened(&path);
        assert!(!source.progress().changed);
        let other = path.with_extension("other");
        std::fs::copy(&path, &other).unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert!(source.progress().changed);
        let again = source.restart().unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(!again.progress().changed);
    }

    fn check(text: &str) -> Check {
        match filter::compile(text, &Options::default()) {
            Ok(_) => Check { verdict: Verdict::Valid, ..Check::default() },
            Err(error) => while_typing(text, error),
        }
    }

    #[test]
    fn what_may_still_become_right_is_unfinished() {
        for text in ["ip.addr ==", "tcp.fl", "tcp && udp.srcp", "dns.qry.name contains \"goo", "tcp &&"] {
            assert_eq!(check(text).verdict, Verdict::Unfinished, "{text}");
        }
        for text in ["tcp.fl == 1", "tcp.nonsense", "ip.addr == x.y", ") tcp"] {
            assert_eq!(check(text).verdict, Verdict::Wrong, "{text}");
        }
    }

    #[test]
    fn a_wrong_name_gets_the_nearest_and_a_capture_filter_its_translation() {
        assert_eq!(check("dns.qry.nam == 1").message, "no field dns.qry.nam: dns.qry.name?");
        let check = check("tcp port 80");
        assert_eq!(check.instead.as_deref(), Some("tcp.port == 80"));
    }
}
