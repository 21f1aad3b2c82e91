//! `-w`: packets go to a file, to standard output or to a ring of files, with what the capture says
//! beside them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Failure;
use super::options::Job;
use crate::capture::notes::SectionNotes;
use crate::capture::{FileType, Notes, Progress, Record, RingWriter, Scanner, WriteError, Writer};

/// Where packets are written to.
pub enum Saver {
    One(Box<One>),
    Ring(Box<Ring>),
}

/// One file, or standard output.
pub struct One {
    kind: FileType,
    comment: Option<String>,
    /// Until the first packet, when it is known what the capture says of itself.
    waiting: Option<Box<dyn Write + Send>>,
    writer: Option<Writer<Box<dyn Write + Send>>>,
    written: Written,
}

/// How much of what the scanner knows was written.
#[derive(Default)]
struct Written {
    version: u64,
    interfaces: usize,
    secrets: usize,
    names: usize,
    mac_names: usize,
}

/// A ring of files.
pub struct Ring {
    job: RingJob,
    writer: Option<RingWriter>,
    interfaces: usize,
    full: bool,
}

/// What a ring is made from, once the interfaces are known.
pub struct RingJob {
    pub path: PathBuf,
    pub kind: FileType,
    pub options: crate::capture::RingOptions,
    pub stop: crate::capture::StopConditions,
}

impl Saver {
    /// Opens the file of `-w`.
    pub fn open(job: &Job, path: &str) -> Result<Saver, Failure> {
        let out: Box<dyn Write + Send> = match path {
            "-" => Box::new(BufWriter::with_capacity(1 << 16, io::stdout())),
            _ => {
                let file = File::create(path).map_err(|e| cannot_create(path, &e))?;
                Box::new(BufWriter::with_capacity(1 << 18, file))
            }
        };
        let mut saver = Saver::of(out, job.file_type);
        if let Saver::One(one) = &mut saver {
            one.comment = job.cli.capture_comment.clone();
        }
        Ok(saver)
    }

    /// Will write to `out`.
    pub fn of(out: Box<dyn Write + Send>, kind: FileType) -> Saver {
        Saver::One(Box::new(One {
            kind,
            comment: None,
            waiting: Some(out),
            writer: None,
            written: Written::default(),
        }))
    }

    /// Will write to a ring of files.
    pub fn ring(job: RingJob) -> Saver {
        Saver::Ring(Box::new(Ring { job, writer: None, interfaces: 0, full: false }))
    }

    /// Writes a record that the scanner found, and its number.
    pub fn packet(&mut self, record: &Record, number: u64, scanner: &Scanner) -> Result<(), WriteError> {
        match self {
            Saver::One(one) => one.packet(record, number, scanner),
            Saver::Ring(ring) => ring.packet(record, scanner),
        }
    }

    /// Nothing new comes just now.
    pub fn idle(&mut self) -> Result<(), WriteError> {
        match self {
            Saver::One(one) => match &mut one.writer {
                Some(writer) => writer.flush(),
                None => Ok(()),
            },
            Saver::Ring(ring) => ring.idle(),
        }
    }

    /// Whether nothing more will be written.
    pub fn is_full(&self) -> bool {
        matches!(self, Saver::Ring(ring) if ring.full)
    }

    /// Writes what belongs at the end.
    pub fn end(self, scanner: &Scanner) -> Result<(), WriteError> {
        match self {
            Saver::One(one) => one.end(scanner),
            Saver::Ring(ring) => match ring.writer {
                Some(writer) => writer.finish().map(|_| ()),
                None => Ok(()),
            },
        }
    }
}

impl One {
    fn packet(&mut self, record: &Record, number: u64, scanner: &Scanner) -> Result<(), WriteError> {
        if self.writer.is_none() || self.written.version != scanner.notes_version() {
            self.catch_up(scanner)?;
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let interface = record.meta.interface;
        if !record.meta.commented {
            return writer.write(record, interface);
        }
        writer.write_with_comments(record, interface, scanner.notes().comments_on(number))
    }

    /// Writes what the scanner has learnt since the last time.
    fn catch_up(&mut self, scanner: &Scanner) -> Result<(), WriteError> {
        if let Some(out) = self.waiting.take() {
            let section = section(scanner.notes(), self.comment.as_deref());
            self.writer = Some(Writer::with_section(out, self.kind, &[], &section)?);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let (notes, written) = (scanner.notes(), &mut self.written);
        written.version = scanner.notes_version();
        for interface in scanner.interfaces().iter().skip(written.interfaces) {
            writer.add_interface(interface)?;
            written.interfaces += 1;
        }
        let news = Notes {
            secrets: notes.secrets.iter().skip(written.secrets).cloned().collect(),
            names: notes.names.iter().skip(written.names).cloned().collect(),
            mac_names: notes.mac_names.iter().skip(written.mac_names).cloned().collect(),
            ..Notes::default()
        };
        written.secrets += news.secrets.len();
        written.names += news.names.len();
        written.mac_names += news.mac_names.len();
        writer.write_notes(&news)
    }

    fn end(mut self, scanner: &Scanner) -> Result<(), WriteError> {
        self.catch_up(scanner)?;
        let Some(mut writer) = self.writer else { return Ok(()) };
        for statistics in &scanner.notes().statistics {
            writer.write_statistics(statistics)?;
        }
        writer.flush()
    }
}

/// What the first section says of its origin, with `comment` beside.
fn section(notes: &Notes, comment: Option<&str>) -> SectionNotes {
    let mut section = notes.sections.first().cloned().unwrap_or_default();
    let ours = || concat!("sniff ", env!("CARGO_PKG_VERSION")).to_owned();
    section.application.get_or_insert_with(ours);
    section.comments.extend(comment.map(str::to_owned));
    section
}

impl Ring {
    fn packet(&mut self, record: &Record, scanner: &Scanner) -> Result<(), WriteError> {
        if self.full {
            return Ok(());
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let RingJob { path, kind, options, stop } = &self.job;
                self.interfaces = scanner.interfaces().len();
                let (options, stop) = (options.clone(), stop.clone());
                let new = RingWriter::new(path, *kind, options, stop, scanner.interfaces())?;
                self.writer.insert(new)
            }
        };
        for interface in scanner.interfaces().iter().skip(self.interfaces) {
            writer.add_interface(interface)?;
            self.interfaces += 1;
        }
        self.full = writer.write(record, record.meta.interface)? == Progress::Done;
        Ok(())
    }

    fn idle(&mut self) -> Result<(), WriteError> {
        if let Some(writer) = &mut self.writer {
            self.full |= writer.tick()? == Progress::Done;
            writer.flush()?;
        }
        Ok(())
    }
}

/// Refuses to write over the file that is being read.
pub fn check_not_same(input: &str, output: &str) -> Result<(), Failure> {
    let identity = |path: &Path| fs::metadata(path).ok().map(|m| (m.dev(), m.ino(), m.is_file()));
    match (identity(Path::new(input)), identity(Path::new(output))) {
        (Some(a), Some(b)) if a == b && a.2 => Err(Failure::input(format!(
            "{output} is the file that is read: writing to it would destroy it; name another with -w"
        ))),
        _ => Ok(()),
    }
}

/// What to say when a file can't be created.
pub fn cannot_create(path: &str, error: &io::Error) -> Failure {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "its directory doesn't exist; create it first".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not write there; name another place with -w".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; name a file in it".to_owned(),
        _ => error.to_string(),
    };
    Failure::input(format!("{path} can't be written: {what}"))
}
