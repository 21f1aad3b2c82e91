//! What becomes of each packet: it passes the filter or not, is printed and written.

use std::io::{self, BufWriter, StdoutLock, Write};

use super::Failure;
use super::options::Job;
use super::save::Saver;
use crate::capture::{Scanner, WriteError};
use crate::dissect::columns::Columns;
use crate::dissect::sink::NoSink;
use crate::dissect::tree::Tree;
use crate::dissect::walk::dissect;
use crate::export::{Exporter, Shown, Wants};
use crate::filter::{self, Filter, Scratch};
use crate::trace::pass::{Depth, Packet, Verdict};

/// The end of the pipeline.
pub struct Output {
    filter: Option<Filter>,
    scratch: Scratch,
    exporter: Option<Box<dyn Exporter>>,
    wants: Wants,
    saver: Option<Saver>,
    out: BufWriter<StdoutLock<'static>>,
    tree: Tree<'static>,
    columns: Columns,
    /// Each packet goes out at once.
    immediate: bool,
    /// The number of the last packet that is wanted.
    last: Option<u64>,
    trouble: Option<Trouble>,
}

/// Why nothing more can be put out.
enum Trouble {
    Print(io::Error),
    Write(WriteError),
}

impl Output {
    /// Begins the output; `file` is what the packets come from, as PDML names it.
    pub fn begin(job: &Job, file: &str, saver: Option<Saver>) -> Result<Output, Failure> {
        let exporter = if job.silent { None } else { Some(job.exporter(file)?) };
        let wants = exporter.as_ref().map_or(Wants::default(), |e| e.wants());
        let only = exporter.as_ref().map_or_else(Vec::new, |e| e.fields());
        let mut output = Output {
            filter: job.display_filter.clone(),
            scratch: Scratch::default(),
            wants,
            saver,
            out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
            tree: Tree::labelled(wants.labels).pick(only),
            columns: Columns::new(wants.columns),
            immediate: job.immediate,
            last: job.cli.count,
            trouble: None,
            exporter,
        };
        if let Some(exporter) = &mut output.exporter
            && let Err(error) = exporter.begin(&mut output.out)
        {
            output.trouble = Some(Trouble::Print(error));
        }
        Ok(output)
    }

    /// How much a pass has to find out for this.
    pub fn depth(&self) -> Depth {
        let exporter = self.exporter.as_ref().map_or(Depth::Records, |e| e.depth());
        let filter = self.filter.as_ref().map_or(Depth::Records, depth_of);
        exporter.max(filter)
    }

    pub fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict {
        let enough = self.last.is_some_and(|last| u64::from(packet.context.record.number) >= last);
        let shown = self.passes(packet) && self.put(packet, scanner);
        match (enough || self.trouble.is_some(), shown) {
            (true, _) => Verdict::Stop,
            (false, true) => Verdict::Shown,
            (false, false) => Verdict::Hidden,
        }
    }

    fn passes(&mut self, packet: &Packet) -> bool {
        let Some(filter) = &self.filter else { return true };
        let packet = filter::Packet { frame: packet.frame, layers: packet.layers, context: &packet.context };
        filter.matches(&packet, &mut self.scratch)
    }

    /// Writes and prints a packet; false if that failed.
    fn put(&mut self, packet: &Packet, scanner: &Scanner) -> bool {
        if let Some(saver) = &mut self.saver
            && let Err(error) = saver.packet(&packet.record, scanner)
        {
            self.trouble = Some(Trouble::Write(error));
            return false;
        }
        if self.exporter.is_some()
            && let Err(error) = self.print(packet)
        {
            self.trouble = Some(Trouble::Print(error));
            return false;
        }
        true
    }

    /// Dissects a packet as far as the exporter wants, and gives it to the exporter.
    fn print(&mut self, packet: &Packet) -> io::Result<()> {
        let Some(exporter) = &mut self.exporter else { return Ok(()) };
        let context = &packet.context;
        self.columns.clear();
        if self.wants.tree {
            let mut tree = std::mem::take(&mut self.tree).renew(context.names, context.settings);
            dissect(packet.frame, packet.layers, context, &mut tree, &mut self.columns);
            let shown = Shown { packet, tree: &tree, columns: &self.columns };
            let result = exporter.packet(&shown, &mut self.out);
            self.tree = tree.forget();
            result?;
        } else {
            if self.wants.columns {
                dissect(packet.frame, packet.layers, context, &mut NoSink, &mut self.columns);
            }
            let shown = Shown { packet, tree: &Tree::default(), columns: &self.columns };
            exporter.packet(&shown, &mut self.out)?;
        }
        if self.immediate { self.out.flush() } else { Ok(()) }
    }

    /// Nothing new comes just now: what was printed shall be seen. False if it can't be.
    pub fn idle(&mut self) -> bool {
        let flushed = match &mut self.saver {
            Some(saver) => saver.idle().map_err(Trouble::Write),
            None => Ok(()),
        };
        let flushed = flushed.and_then(|()| self.out.flush().map_err(Trouble::Print));
        if let Err(trouble) = flushed {
            self.trouble.get_or_insert(trouble);
        }
        self.trouble.is_none()
    }

    /// Whether a ring has got all its files.
    pub fn is_full(&self) -> bool {
        self.saver.as_ref().is_some_and(Saver::is_full)
    }

    /// Ends what was printed and written.
    pub fn end(mut self, scanner: &Scanner) -> Result<(), Failure> {
        if self.trouble.is_none()
            && let Some(exporter) = &mut self.exporter
        {
            let ended = exporter.end(&mut self.out).and_then(|()| self.out.flush());
            self.trouble = ended.err().map(Trouble::Print);
        }
        if let Some(saver) = self.saver.take()
            && let Err(error) = saver.end(scanner)
        {
            self.trouble.get_or_insert(Trouble::Write(error));
        }
        match self.trouble {
            None => Ok(()),
            Some(trouble) => trouble.into_result(),
        }
    }
}

impl Trouble {
    /// A reader that went away is no error.
    fn into_result(self) -> Result<(), Failure> {
        match self {
            Trouble::Print(e) | Trouble::Write(WriteError::Io(e))
                if e.kind() == io::ErrorKind::BrokenPipe =>
            {
                Ok(())
            }
            Trouble::Print(e) => Err(Failure::input(format!("can't write the output: {e}"))),
            Trouble::Write(e) => Err(Failure::input(e.to_string())),
        }
    }
}

fn depth_of(filter: &Filter) -> Depth {
    let needs = filter.needs();
    match (needs.facts || needs.columns, needs.fragments) {
        (true, _) => Depth::Facts,
        (false, true) => Depth::Fragments,
        (false, false) => Depth::Layers,
    }
}
