//! Reading a capture once, in order, and printing or writing what is asked for.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::Failure;
use super::options::Job;
use crate::capture::{Scanner, Source};
use crate::dissect::columns::Columns;
use crate::dissect::sink::{NoSink, Sink};
use crate::dissect::tree::Tree;
use crate::dissect::walk::dissect;
use crate::export::{Exporter, Shown};
use crate::trace::pass::{Outcome, Packet, Pass, Verdict};

/// Reads, prints, and says what was wrong with the input at the end.
pub fn run(job: &Job) -> Result<(), Failure> {
    let Some(input) = &job.input else {
        return Err(Failure::usage("nothing to read: give a capture file, or -i for an interface"));
    };
    let source = if input == "-" { Source::stdin() } else { Source::open(Path::new(input)) };
    let source: Arc<Source> = source.map_err(|e| Failure::input(e.to_string()))?;
    let mut scanner = Scanner::new(source).map_err(|e| Failure::input(e.to_string()))?;
    let mut exporter = job.exporter(input)?;
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let outcome = print(job, &mut scanner, exporter.as_mut(), &mut out)?;
    finish(input, &outcome)
}

fn print(
    job: &Job,
    scanner: &mut Scanner,
    exporter: &mut dyn Exporter,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut pass = Pass::new(&job.settings, job.names.clone(), true);
    let wants = exporter.wants();
    let names = job.names.clone();
    let mut tree = Tree::new(&names, &job.settings, wants.labels);
    let mut columns = Columns::new(wants.columns);
    let mut trouble: Option<io::Error> = None;
    let mut shown_count = 0u64;
    if let Err(e) = exporter.begin(out) {
        return output_trouble(e).map(|()| Outcome::default());
    }
    let outcome = pass.run(scanner, || true, |packet| {
        if job.cli.count.is_some_and(|c| u64::from(packet.context.record.number) > c) {
            return Verdict::Stop;
        }
        if job.silent {
            return Verdict::Hidden;
        }
        if let Err(e) = show(packet, exporter, &mut tree, &mut columns, out) {
            trouble = Some(e);
            return Verdict::Stop;
        }
        shown_count += 1;
        if job.cli.line_buffered {
            let _ = out.flush();
        }
        Verdict::Shown
    });
    if trouble.is_none() {
        trouble = exporter.end(out).and_then(|()| out.flush()).err();
    }
    match trouble {
        Some(e) => output_trouble(e).map(|()| outcome),
        None => Ok(outcome),
    }
}

/// Dissects a packet as far as the exporter wants, and gives it to the exporter.
fn show(
    packet: &Packet,
    exporter: &mut dyn Exporter,
    tree: &mut Tree,
    columns: &mut Columns,
    out: &mut dyn Write,
) -> io::Result<()> {
    let wants = exporter.wants();
    tree.clear();
    columns.clear();
    let mut nothing = NoSink;
    let sink: &mut dyn Sink = if wants.tree { tree } else { &mut nothing };
    dissect(packet.frame, packet.layers, &packet.context, sink, columns);
    exporter.packet(&Shown { packet, tree, columns }, out)
}

/// A reader that went away is no error.
fn output_trouble(error: io::Error) -> Result<(), Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Failure::input(format!("can't write the output: {error}")))
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
