//! Ring buffers (`-b`) and conditions for stopping (`-a`): a capture in several files, named as
//! dumpcap names them, of which the oldest are removed.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local};

use super::record::{Interface, Record};
use super::write::{FileType, WriteError, Writer};

/// When to go on to the next file, and how many to keep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RingOptions {
    /// Kilobytes (1000 bytes) after which a file is full.
    pub filesize: Option<u64>,
    /// Time after which a file is full.
    pub duration: Option<Duration>,
    /// Files change at multiples of this many seconds of wall-clock time.
    pub interval: Option<u64>,
    /// Packets after which a file is full.
    pub packets: Option<u64>,
    /// How many files to keep; 0 keeps all.
    pub files: usize,
    /// Where to print the name of each finished file: `-` or `stdout`, `stderr`, or a file.
    pub print_name: Option<PathBuf>,
    /// The time comes before the number in file names.
    pub time_first: bool,
}

impl RingOptions {
    /// Takes one `-b` argument, such as `filesize:1000`. The error says what is wrong.
    pub fn set(&mut self, argument: &str) -> Result<(), String> {
        let (key, value) = split(argument, "-b")?;
        match key {
            "filesize" => self.filesize = Some(positive(key, value)?),
            "duration" => self.duration = Some(seconds(key, value)?),
            "interval" => self.interval = Some(positive(key, value)?),
            "packets" => self.packets = Some(positive(key, value)?),
            "files" => self.files = positive(key, value)? as usize,
            "printname" => self.print_name = Some(PathBuf::from(value)),
            "nametimenum" => self.time_first = positive(key, value)? == 2,
            _ => {
                return Err(format!(
                    "-b {argument}: unknown criterion `{key}`; known are filesize, duration, \
                     interval, packets, files, printname and nametimenum"
                ));
            }
        }
        Ok(())
    }

    /// Whether anything makes a file full: without that there would be only one.
    pub fn rotates(&self) -> bool {
        self.filesize.is_some()
            || self.duration.is_some()
            || self.interval.is_some()
            || self.packets.is_some()
    }
}

/// When a capture ends by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StopConditions {
    pub duration: Option<Duration>,
    /// Kilobytes (1000 bytes) written.
    pub filesize: Option<u64>,
    pub packets: Option<u64>,
    /// Files filled, with a ring.
    pub files: Option<u64>,
}

impl StopConditions {
    /// Takes one `-a` argument, such as `duration:10`. The error says what is wrong.
    pub fn set(&mut self, argument: &str) -> Result<(), String> {
        let (key, value) = split(argument, "-a")?;
        match key {
            "duration" => self.duration = Some(seconds(key, value)?),
            "filesize" => self.filesize = Some(positive(key, value)?),
            "packets" => self.packets = Some(positive(key, value)?),
            "files" => self.files = Some(positive(key, value)?),
            _ => {
                return Err(format!(
                    "-a {argument}: unknown condition `{key}`; known are duration, filesize, \
                     packets and files"
                ));
            }
        }
        Ok(())
    }

    /// Whether a capture of this size and age is to end.
    pub fn reached(&self, packets: u64, bytes: u64, age: Duration) -> bool {
        self.packets.is_some_and(|most| packets >= most)
            || self.filesize.is_some_and(|most| bytes / 1000 >= most)
            || self.duration.is_some_and(|most| age >= most)
    }
}

/// What came of writing a packet or of the passing of time.
#[derive(Debug, PartialEq)]
pub enum Progress {
    Going,
    /// A new file was begun, and an old one perhaps removed.
    Rotated {
        removed: Option<PathBuf>,
    },
    /// A stop condition is met; nothing more will be written.
    Done,
}

/// Writes packets to a ring of files.
#[derive(Debug)]
pub struct RingWriter {
    base: PathBuf,
    kind: FileType,
    options: RingOptions,
    stop: StopConditions,
    interfaces: Vec<Interface>,
    /// Finished files that are still there, oldest first.
    finished: VecDeque<PathBuf>,
    current: Option<Current>,
    begun: Instant,
    files: u64,
    packets: u64,
}

/// The file being written.
#[derive(Debug)]
struct Current {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    begun: Instant,
    /// Which interval of wall-clock time it belongs to.
    interval: u64,
    packets: u64,
}

impl RingWriter {
    /// Creates the first file. `base` gives directory, prefix and extension of all names.
    pub fn new(
        base: &Path,
        kind: FileType,
        options: RingOptions,
        stop: StopConditions,
        interfaces: &[Interface],
    ) -> Result<RingWriter, WriteError> {
        let mut ring = RingWriter {
            base: base.to_owned(),
            kind,
            options,
            stop,
            interfaces: interfaces.to_vec(),
            finished: VecDeque::new(),
            current: None,
            begun: Instant::now(),
            files: 0,
            packets: 0,
        };
        ring.begin()?;
        Ok(ring)
    }

    /// Describes one more interface, in this file and all later ones.
    pub fn add_interface(&mut self, interface: &Interface) -> Result<u32, WriteError> {
        if let Some(current) = &mut self.current {
            current.writer.add_interface(interface)?;
        }
        self.interfaces.push(interface.clone());
        Ok(self.interfaces.len() as u32 - 1)
    }

    /// Writes a packet and goes on to the next file if this one is full then.
    pub fn write(&mut self, record: &Record, interface: u32) -> Result<Progress, WriteError> {
        let before = self.tick()?;
        let Some(current) = &mut self.current else {
            return Ok(Progress::Done);
        };
        current.writer.write(record, interface)?;
        current.packets += 1;
        self.packets += 1;
        match self.tick()? {
            Progress::Going => Ok(before),
            other => Ok(other),
        }
    }

    /// Looks at the clock and the file's size; to be called now and then where no packets come.
    pub fn tick(&mut self) -> Result<Progress, WriteError> {
        let Some(current) = &self.current else {
            return Ok(Progress::Done);
        };
        // With a ring, the size to stop at is that of a file, which `-b` has already said.
        let stop = self.stop.reached(self.packets, 0, self.begun.elapsed());
        if !stop && !self.is_full(current) {
            return Ok(Progress::Going);
        }
        self.end()?;
        if stop || self.stop.files.is_some_and(|most| self.files >= most) {
            return Ok(Progress::Done);
        }
        let removed = self.remove_oldest()?;
        self.begin()?;
        Ok(Progress::Rotated { removed })
    }

    /// Hands what was written to the system.
    pub fn flush(&mut self) -> Result<(), WriteError> {
        match &mut self.current {
            Some(current) => current.writer.flush(),
            None => Ok(()),
        }
    }

    /// Ends the last file; returns the files that are there, oldest first.
    pub fn finish(mut self) -> Result<Vec<PathBuf>, WriteError> {
        self.end()?;
        Ok(self.finished.into())
    }

    /// The file being written.
    pub fn path(&self) -> Option<&Path> {
        self.current.as_ref().map(|current| current.path.as_path())
    }

    fn is_full(&self, current: &Current) -> bool {
        let options = &self.options;
        let filesize = options.filesize.or(self.stop.filesize);
        filesize.is_some_and(|most| current.writer.bytes_written() / 1000 >= most)
            || options.packets.is_some_and(|most| current.packets >= most)
            || options.duration.is_some_and(|most| current.begun.elapsed() >= most)
            || self.interval_now() != current.interval
    }

    fn interval_now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.options.interval.map_or(0, |length| since.as_secs() / length.max(1))
    }

    fn begin(&mut self) -> Result<(), WriteError> {
        self.files += 1;
        let path = file_name(&self.base, self.files, Local::now(), self.options.time_first);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&path)?;
        self.current = Some(Current {
            path,
            writer: Writer::new(BufWriter::new(file), self.kind, &self.interfaces)?,
            begun: Instant::now(),
            interval: self.interval_now(),
            packets: 0,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        let Some(mut current) = self.current.take() else {
            return Ok(());
        };
        current.writer.flush()?;
        if let Some(place) = &self.options.print_name {
            print_name(place, &current.path)?;
        }
        self.finished.push_back(current.path);
        Ok(())
    }

    /// Makes room for the next file. One that somebody else has removed is no matter.
    fn remove_oldest(&mut self) -> Result<Option<PathBuf>, WriteError> {
        if self.options.files == 0 || self.finished.len() < self.options.files {
            return Ok(None);
        }
        let Some(oldest) = self.finished.pop_front() else {
            return Ok(None);
        };
        match fs::remove_file(&oldest) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(Some(oldest)),
        }
    }
}

/// `base_00001_20260102030405.ext`, in local time; numbers start again after 99,999.
fn file_name(base: &Path, number: u64, now: DateTime<Local>, time_first: bool) -> PathBuf {
    let number = format!("{:05}", number % 100_000);
    let time = now.format("%Y%m%d%H%M%S").to_string();
    let [first, second] = if time_first { [time, number] } else { [number, time] };
    let mut name = base.file_stem().unwrap_or_default().to_owned();
    name.push(format!("_{first}_{second}"));
    if let Some(extension) = base.extension() {
        name.push(".");
        name.push(extension);
    }
    base.with_file_name(name)
}

fn print_name(place: &Path, name: &Path) -> io::Result<()> {
    let line = format!("{}\n", name.display());
    match place.to_str() {
        Some("-" | "stdout") => io::stdout().write_all(line.as_bytes()),
        Some("stderr") => io::stderr().write_all(line.as_bytes()),
        _ => OpenOptions::new().create(true).append(true).open(place)?.write_all(line.as_bytes()),
    }
}

fn split<'a>(argument: &'a str, flag: &str) -> Result<(&'a str, &'a str), String> {
    argument.split_once(':').ok_or_else(|| {
        format!("{flag} {argument}: a value is missing; write it as in `{flag} filesize:1000`")
    })
}

fn positive(key: &str, value: &str) -> Result<u64, String> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("{key}:{value}: a whole number above 0 is needed")),
    }
}

/// Seconds, with fractions, as dumpcap takes them.
fn seconds(key: &str, value: &str) -> Result<Duration, String> {
    let number: Option<f64> = value.parse().ok().filter(|&number| number > 0.0);
    number
        .and_then(|number| Duration::try_from_secs_f64(number).ok())
        .ok_or_else(|| format!("{key}:{value}: a number of seconds above 0 is needed"))
}

#[cfg(test)]
mod tests {
    use super::super::record::{LinkType, RecordMeta};
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn names_are_as_dumpcap_makes_them() {
        let now = Local.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
        let name = |base: &str, first| file_name(Path::new(base), 1, now, first);
        assert_eq!(name("/a.b/x.y.pcap", false), Path::new("/a.b/x.y_00001_20260102030405.pcap"));
        assert_eq!(name("x", true), Path::new("x_20260102030405_00001"));
    }

    #[test]
    fn arguments() {
        let mut ring = RingOptions::default();
        assert!(!ring.rotates());
        ring.set("duration:1.5").unwrap();
        ring.set("files:3").unwrap();
        assert_eq!((ring.duration, ring.files), (Some(Duration::from_millis(1500)), 3));
        assert!(ring.rotates());
        for wrong in ["files", "files:0", "files:x", "duration:-1", "size:3"] {
            assert!(ring.set(wrong).is_err(), "{wrong}");
        }
        let mut stop = StopConditions::default();
        stop.set("packets:10").unwrap();
        assert!(stop.reached(10, 0, Duration::ZERO) && !stop.reached(9, 0, Duration::ZERO));
    }

    #[test]
    fn old_files_are_removed() {
        let directory = std::env::temp_dir().join(format!("sniff-ring-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let mut options = RingOptions { packets: Some(2), ..RingOptions::default() };
        options.files = 2;
        let stop = StopConditions { files: Some(4), ..StopConditions::default() };
        let ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000);
        let base = directory.join("x.pcap");
        let mut ring = RingWriter::new(&base, FileType::Pcap, options, stop, &[ethernet]).unwrap();
        let meta = RecordMeta { captured: 3, length: 3, ..RecordMeta::default() };
        let record = Record { meta, data: b"abc" };
        let mut removed = 0;
        let mut written = 0;
        loop {
            written += 1;
            match ring.write(&record, 0).unwrap() {
                Progress::Done => break,
                Progress::Rotated { removed: Some(_) } => removed += 1,
                _ => {}
            }
        }
        assert_eq!((written, removed), (8, 2));
        let left = ring.finish().unwrap();
        assert_eq!(left.len(), 2);
        for path in &left {
            assert_eq!(fs::metadata(path).unwrap().len(), 24 + 2 * 19);
        }
        fs::remove_dir_all(&directory).unwrap();
    }
}
