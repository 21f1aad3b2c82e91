//! Reading a capture once, or twice with `-2`, and printing or writing what is asked for.

use std::path::Path;
use std::sync::Arc;

use super::options::Job;
use super::output::{Output, Work};
use super::save::{Saver, check_not_same};
use super::{Failure, lookup};
use crate::capture::spool::Spool;
use crate::capture::{FileType, Format, OpenError, Scanner, Source};
use crate::dissect::names::Names;
use crate::filter::{self, Filter, Scratch};
use crate::trace::Trace;
use crate::trace::pass::{Depth, Outcome, Packet, Pass, Verdict, Visitor};
use crate::trace::pipeline;

/// Reads, prints, and says what was wrong with the input at the end.
pub fn run(job: &Job) -> Result<(), Failure> {
    let Some(input) = &job.input else {
        return Err(Failure::usage("nothing to read: give a capture file, or -i for an interface"));
    };
    if let Some(path) = &job.cli.write {
        check_not_same(input, path)?;
    }
    let source = if input == "-" { Source::stdin() } else { Source::open(Path::new(input)) };
    let mut source: Arc<Source> = source.map_err(|e| no_capture(input, &e))?;
    let mut outcome = None;
    if let Some(filter) = &job.read_filter {
        let (kept, first) = keep(job, input, source, filter)?;
        source = kept;
        outcome = Some(first);
    }
    let mut scanner = Scanner::new(source.clone()).map_err(|e| no_capture(input, &e))?;
    let names = match job.lookups {
        true => lookup::names(job, source.clone())?,
        false => job.names.clone(),
    };
    let saver = match &job.cli.write {
        Some(path) => Some(Saver::open(job, path)?),
        None => None,
    };
    let mut output = Output::begin(job, input, saver)?;
    let last = match Work::of(job, input, &output) {
        Some((work, memory)) => {
            let count = output.last();
            pipeline::run(&job.settings, names, memory, count, &mut scanner, &work, &mut output)
        }
        None => {
            let mut pass = match job.cli.two_pass {
                true => {
                    let first = first_pass(job, source, names)?;
                    if output.is_silent() {
                        return judge(input, &first);
                    }
                    let known = first.state().names.clone();
                    match output.depth() {
                        Depth::Records => Pass::new(&job.settings, known, Depth::Records),
                        _ => Pass::second(&job.settings, known, first),
                    }
                }
                false => Pass::new(&job.settings, names, output.depth()),
            };
            pass.run(&mut scanner, &mut output)
        }
    };
    output.end(&scanner)?;
    finish(input, &outcome.unwrap_or(last))
}

impl Visitor for Output {
    fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict {
        Output::packet(self, packet, scanner)
    }
    fn idle(&mut self) -> bool {
        Output::idle(self)
    }
}

/// Finds out all that memory across packets can know.
fn first_pass(job: &Job, source: Arc<Source>, names: Names) -> Result<Arc<Trace>, Failure> {
    let most = job.cli.count.unwrap_or(u64::MAX);
    let trace = Trace::index_first(most, source, job.settings.clone(), names);
    let trace = trace.map_err(|e| Failure::input(e.to_string()))?;
    trace.wait();
    Ok(trace)
}

/// `-R`: a copy of the capture with only those packets that pass the read filter. What is read after that
/// never hears of the others.
fn keep(
    job: &Job,
    input: &str,
    source: Arc<Source>,
    filter: &Filter,
) -> Result<(Arc<Source>, Outcome), Failure> {
    let trouble = |e: &dyn std::fmt::Display| {
        Failure::input(format!("-R keeps a copy of what passes, and that failed: {e}"))
    };
    let mut scanner = Scanner::new(source).map_err(|e| no_capture(input, &e))?;
    let spool = Spool::create().map_err(|e| trouble(&e))?;
    let file = spool.file.try_clone().map_err(|e| trouble(&e))?;
    let out: Box<dyn std::io::Write + Send> = Box::new(std::io::BufWriter::new(file));
    let kind = match scanner.format() {
        Format::Pcapng => FileType::Pcapng,
        Format::Pcap { nanos: true, .. } => FileType::PcapNanos,
        Format::Pcap { .. } => FileType::Pcap,
    };
    let mut keeper =
        Keeper { filter, scratch: Scratch::default(), saver: Saver::of(out, kind), trouble: None };
    let mut pass = Pass::new(&job.settings, job.names.clone(), Depth::Facts);
    let outcome = pass.run(&mut scanner, &mut keeper);
    let Keeper { saver, trouble: failed, .. } = keeper;
    if let Some(error) = failed.or(saver.end(&scanner).err()) {
        return Err(trouble(&error));
    }
    Ok((Source::from_file(spool.file, false), outcome))
}

struct Keeper<'a> {
    filter: &'a Filter,
    scratch: Scratch,
    saver: Saver,
    trouble: Option<crate::capture::WriteError>,
}

impl Visitor for Keeper<'_> {
    fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict {
        let seen = filter::Packet { frame: packet.frame, layers: packet.layers, context: &packet.context };
        if !self.filter.matches(&seen, &mut self.scratch) {
            return Verdict::Hidden;
        }
        let number = packet.context.record.number.into();
        match self.saver.packet(&packet.record, number, scanner) {
            Ok(()) => Verdict::Shown,
            Err(error) => {
                self.trouble = Some(error);
                Verdict::Stop
            }
        }
    }
}

fn no_capture(input: &str, error: &OpenError) -> Failure {
    Failure::input(error.of(input))
}

/// As [`finish`], where a first pass is all that was wanted.
fn judge(input: &str, first: &Trace) -> Result<(), Failure> {
    let state = first.state();
    match state.truncated.as_ref().or(state.error.as_ref()) {
        Some(trouble) => Err(Failure::input(format!("{input}: {trouble}"))),
        None => Ok(()),
    }
}

/// After all whole packets: was the file cut short or damaged?
fn finish(input: &str, outcome: &Outcome) -> Result<(), Failure> {
    if let Some(cut) = &outcome.truncated {
        return Err(Failure::input(format!("{input}: {cut}")));
    }
    if let Some(error) = &outcome.error {
        return Err(Failure::input(format!("{input}: {error}")));
    }
    Ok(())
}
