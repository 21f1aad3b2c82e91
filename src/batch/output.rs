//! What becomes of each packet: it passes the filter or not, is printed and written.

use std::io::{self, BufWriter, StdoutLock, Write};

use super::Failure;
use super::options::Job;
use super::save::Saver;
use crate::analysis::relevance::Relevance;
use crate::capture::{Record, Scanner, WriteError};
use crate::dissect::columns::Columns;
use crate::dissect::driver::dissect;
use crate::dissect::field::Field;
use crate::dissect::layers::Layers;
use crate::dissect::sink::NoSink;
use crate::dissect::tree::Tree;
use crate::export::time::TimeFormat;
use crate::export::{Exporter, Shown, Wants};
use crate::filter::{self, Filter, Scratch};
use crate::trace::pass::{Depth, Packet, Verdict};
use crate::trace::pipeline::{self, Fate, Memory};

/// Tells the packets that are shown from the others, and prints them: as many of these work side by side as
/// there are cores.
pub struct Printer {
    filter: Option<Filter>,
    scratch: Scratch,
    exporter: Option<Box<dyn Exporter + Send>>,
    wants: Wants,
    tree: Tree<'static>,
    columns: Columns,
}

impl Printer {
    /// `file` is what the packets come from, as PDML names it.
    pub fn new(job: &Job, file: &str) -> Result<Printer, Failure> {
        let exporter = if job.silent { None } else { Some(job.exporter(file)?) };
        let wants = exporter.as_ref().map_or(Wants::default(), |e| e.wants());
        let only = exporter.as_ref().map_or_else(Vec::new, |e| e.fields());
        Ok(Printer {
            filter: job.display_filter.clone(),
            scratch: Scratch::default(),
            wants,
            tree: Tree::labelled(wants.labels).pick(only),
            columns: Columns::new(wants.columns),
            exporter,
        })
    }

    pub fn passes(&mut self, packet: &Packet) -> bool {
        let Some(filter) = &self.filter else { return true };
        let packet = filter::Packet { frame: packet.frame, layers: packet.layers, context: &packet.context };
        filter.matches(&packet, &mut self.scratch)
    }

    pub fn prints(&self) -> bool {
        self.exporter.is_some()
    }

    /// Dissects a packet as far as the exporter wants, and gives it to the exporter.
    pub fn print(&mut self, packet: &Packet, out: &mut dyn Write) -> io::Result<()> {
        let Some(exporter) = &mut self.exporter else { return Ok(()) };
        let context = &packet.context;
        self.columns.clear();
        if self.wants.tree {
            let mut tree = std::mem::take(&mut self.tree).renew(context.names, context.settings);
            dissect(packet.frame, packet.layers, context, &mut tree, &mut self.columns);
            let shown = Shown { packet, tree: &tree, columns: &self.columns };
            let result = exporter.packet(&shown, out);
            self.tree = tree.forget();
            result
        } else {
            if self.wants.columns {
                dissect(packet.frame, packet.layers, context, &mut NoSink, &mut self.columns);
            }
            exporter.packet(&Shown { packet, tree: &Tree::default(), columns: &self.columns }, out)
        }
    }

    /// How much has to be known of the packets.
    fn memory(&self) -> Memory {
        let prints = self.exporter.as_ref().map_or(Depth::Records, |e| e.depth());
        let Some(filter) = &self.filter else {
            return match prints {
                Depth::Records => Memory::Records,
                Depth::Layers => Memory::Nothing,
                Depth::Fragments => Memory::Fragments,
                Depth::Facts => Memory::Everything,
            };
        };
        let needs = filter.needs();
        match filter.about() {
            _ if prints == Depth::Facts || needs.columns => Memory::Everything,
            Some(protocols) if needs.facts => Memory::About(Box::new(Relevance::of(protocols))),
            _ if needs.facts => Memory::Everything,
            _ if needs.fragments => Memory::Fragments,
            _ if needs.layers || prints > Depth::Records => Memory::Nothing,
            _ => Memory::Records,
        }
    }
}

/// The text tool as a pipeline has it: everybody gets a printer.
pub struct Work<'j> {
    job: &'j Job,
    file: &'j str,
    prints: bool,
    /// Neither text nor filter asks for what TCP carries.
    shallow: bool,
    /// Memory is asked about all packets, and the filter wants to know what it says.
    waits: bool,
}

impl<'j> Work<'j> {
    /// The work, and what has to be remembered for it; `None` if packets have to be printed one after the
    /// other.
    pub fn of(job: &'j Job, file: &'j str, output: &Output) -> Option<(Work<'j>, Memory)> {
        let printer = &output.printer;
        let displayed = |f: &Field| f.name == "frame.time_delta_displayed";
        let fields = printer.exporter.as_ref().map_or_else(Vec::new, |e| e.fields());
        let tells_displayed = printer.wants.tree
            && (fields.is_empty() || fields.iter().any(|f| displayed(f)))
            || printer.wants.columns && job.time.format == TimeFormat::DeltaDisplayed;
        let filtered = printer.filter.as_ref().is_some_and(|f| tells_displayed || f.needs().display_delta);
        let alone = printer.exporter.as_ref().is_none_or(|e| e.alone());
        let learns = job.settings.resolves_from_capture();
        if filtered || !alone || learns || output.immediate || job.cli.two_pass {
            return None;
        }
        let memory = printer.memory();
        let needs = printer.filter.as_ref().map(Filter::needs).unwrap_or_default();
        let waits = matches!(memory, Memory::Everything) && (needs.facts || needs.columns);
        let shallow = !printer.prints() && !needs.facts && !needs.columns && !needs.streams;
        Some((Work { job, file, prints: printer.prints(), shallow, waits }, memory))
    }
}

impl pipeline::Work for Work<'_> {
    type Local = Option<Printer>;

    fn local(&self) -> Option<Printer> {
        Printer::new(self.job, self.file).ok()
    }

    fn rules_out(&self, local: &Option<Printer>, layers: &Layers) -> bool {
        let filter = local.as_ref().and_then(|printer| printer.filter.as_ref());
        !self.waits && filter.is_some_and(|filter| filter.rules_out(layers))
    }

    fn sift(&self, local: &mut Option<Printer>, packet: &Packet) -> Fate {
        let Some(printer) = local.as_mut().filter(|_| !self.waits) else { return Fate::Open };
        if printer.passes(packet) { Fate::Shown } else { Fate::Hidden }
    }

    fn decide(&self, local: &mut Option<Printer>, packet: &Packet) -> bool {
        local.as_mut().is_some_and(|printer| printer.passes(packet))
    }

    fn is_shallow(&self) -> bool {
        self.shallow
    }

    fn prints(&self) -> bool {
        self.prints
    }

    fn print(&self, local: &mut Option<Printer>, packet: &Packet, out: &mut Vec<u8>) {
        if let Some(printer) = local {
            // Writing into memory doesn't fail.
            let _ = printer.print(packet, out);
        }
    }
}

/// Where everything comes out.
pub struct Output {
    printer: Printer,
    saver: Option<Saver>,
    out: BufWriter<StdoutLock<'static>>,
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
        let mut output = Output {
            printer: Printer::new(job, file)?,
            saver,
            out: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
            immediate: job.immediate,
            last: job.cli.count,
            trouble: None,
        };
        if let Some(exporter) = &mut output.printer.exporter
            && let Err(error) = exporter.begin(&mut output.out)
        {
            output.trouble = Some(Trouble::Print(error));
        }
        Ok(output)
    }

    /// How much a pass has to find out for this.
    pub fn depth(&self) -> Depth {
        let exporter = self.printer.exporter.as_ref().map_or(Depth::Records, |e| e.depth());
        let filter = self.printer.filter.as_ref().map_or(Depth::Records, depth_of);
        exporter.max(filter)
    }

    /// The number of the last packet that is wanted.
    pub fn last(&self) -> Option<u64> {
        self.last
    }

    pub fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict {
        let number = u64::from(packet.context.record.number);
        let enough = self.last.is_some_and(|last| number >= last);
        let shown = self.printer.passes(packet) && self.put(packet, number, scanner);
        match (enough || self.trouble.is_some(), shown) {
            (true, _) => Verdict::Stop,
            (false, true) => Verdict::Shown,
            (false, false) => Verdict::Hidden,
        }
    }

    /// Writes and prints a packet; false if that failed.
    fn put(&mut self, packet: &Packet, number: u64, scanner: &Scanner) -> bool {
        if !self.save(number, &packet.record, scanner) {
            return false;
        }
        let printed = self.printer.print(packet, &mut self.out);
        let printed = printed.and_then(|()| if self.immediate { self.out.flush() } else { Ok(()) });
        self.keep(printed.map_err(Trouble::Print))
    }

    fn save(&mut self, number: u64, record: &Record, scanner: &Scanner) -> bool {
        let Some(saver) = &mut self.saver else { return true };
        let saved = saver.packet(record, number, scanner).map_err(Trouble::Write);
        self.keep(saved)
    }

    /// Keeps what went wrong; false if something did.
    fn keep(&mut self, result: Result<(), Trouble>) -> bool {
        match result {
            Ok(()) => true,
            Err(trouble) => {
                self.trouble.get_or_insert(trouble);
                false
            }
        }
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

    /// True if nothing is printed or written, whatever the packets are.
    pub fn is_silent(&self) -> bool {
        !self.printer.prints() && self.saver.is_none()
    }

    /// Whether a ring has got all its files.
    pub fn is_full(&self) -> bool {
        self.saver.as_ref().is_some_and(Saver::is_full)
    }

    /// Ends what was printed and written.
    pub fn end(mut self, scanner: &Scanner) -> Result<(), Failure> {
        if self.trouble.is_none()
            && let Some(exporter) = &mut self.printer.exporter
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

impl pipeline::Output for Output {
    fn printed(&mut self, text: &[u8]) -> bool {
        let written = self.out.write_all(text).map_err(Trouble::Print);
        self.keep(written)
    }

    fn shown(&mut self, number: u64, record: &Record, scanner: &Scanner) -> bool {
        self.save(number, record, scanner)
    }

    fn idle(&mut self) -> bool {
        Output::idle(self)
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
