//! Live capture in the text tool: the helper writes what comes to a spool, the same pass that reads
//! files follows it, and at the end it is said how many packets there were.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::FallocateFlags;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use super::Failure;
use super::options::Job;
use super::output::Output;
use super::save::{RingJob, Saver, cannot_create};
use crate::capture::interfaces::{self, Device};
use crate::capture::live::{InterfaceOptions, Limits, Live, LiveError, LiveOptions, Status};
use crate::capture::spool::Spool;
use crate::capture::{FileType, Scanner, Source};
use crate::trace::pass::{Packet, Pass, Verdict, Visitor};

/// Captures until a limit is reached, every interface is gone, or somebody says stop.
pub fn run(job: &Job) -> Result<(), Failure> {
    let devices = interfaces::list();
    let options = options(job, &devices)?;
    let stop = stop_flag()?;
    let direct = writes_itself(job);
    let saver = if direct { None } else { saver(job)? };
    let mut output = Output::begin(job, "-", saver)?;
    let (spool, reader) = spool(job, direct)?;
    let used = if direct { None } else { reader.try_clone().ok().map(Used::of) };
    let live = Live::start(&options, spool).map_err(|e| failure(&e))?;
    check_opened(&live, job)?;
    announce(job, &options, &devices);
    let source = Source::from_file(reader, true);
    let mut scanner = Scanner::new(source.clone()).map_err(|e| Failure::input(e.to_string()))?;
    let mut pass = Pass::new(&job.settings, job.names.clone(), output.depth());
    let counter = Counter::new(job);
    output.idle();
    let mut watch = Watch { output, live, source, used, stop, counter, ended: false, packets: 0 };
    let outcome = pass.run(&mut scanner, &mut watch);
    let Watch { output, mut live, counter, packets, .. } = watch;
    let status = live.stop();
    counter.clear();
    let ended = output.end(&scanner);
    if !job.cli.very_quiet {
        say_counts(packets, &status);
    }
    ended?;
    if let Some(error) = outcome.error {
        return Err(Failure::input(error.to_string()));
    }
    status.error().map_or(Ok(()), |text| Err(Failure::input(text)))
}

/// What is done while packets come.
struct Watch {
    output: Output,
    live: Live,
    source: Arc<Source>,
    used: Option<Used>,
    stop: Arc<AtomicBool>,
    counter: Counter,
    /// Nothing more will be written to the spool.
    ended: bool,
    packets: u64,
}

impl Watch {
    fn end(&mut self) {
        if !self.ended {
            self.live.stop();
            self.ended = true;
            self.source.set_follow(false);
        }
    }

    /// Ends the capture if somebody asks for that, and notices when it has ended by itself.
    fn look(&mut self) {
        if self.stop.load(Ordering::Relaxed) || self.output.is_full() || !self.live.running() {
            self.end();
        }
    }
}

impl Visitor for Watch {
    fn packet(&mut self, packet: &Packet, scanner: &Scanner) -> Verdict {
        self.packets += 1;
        if self.stop.load(Ordering::Relaxed) {
            self.end();
        }
        if self.packets.is_multiple_of(1024) {
            self.counter.show(self.packets);
            if let Some(used) = &mut self.used {
                used.give_back(scanner.offset());
            }
        }
        match self.output.packet(packet, scanner) {
            // A ring that has all its files takes no more.
            _ if self.output.is_full() => Verdict::Stop,
            verdict => verdict,
        }
    }

    fn idle(&mut self) -> bool {
        self.counter.show(self.packets);
        self.look();
        self.output.idle()
    }
}

pub(super) fn options(job: &Job, devices: &[Device]) -> Result<LiveOptions, Failure> {
    let mut wanted = Vec::new();
    for (name, flags) in job.cli.interface.iter().zip(&job.cli.of_interfaces) {
        let name = interfaces::resolve(name, devices).map_err(|e| Failure::usage(e.to_string()))?;
        wanted.push(InterfaceOptions {
            name,
            filter: flags.filter.clone().or_else(|| job.capture_filter.clone()),
            snaplen: flags.snaplen.filter(|length| *length > 0),
            promiscuous: !flags.no_promiscuous,
            buffer_mib: flags.buffer,
            link_type: flags.link_type.clone(),
            monitor: flags.monitor,
            tstamp_type: flags.time_stamp_type.clone(),
        });
    }
    let stop = &job.stop;
    let limits = Limits {
        packets: job.cli.count,
        bytes: stop.filesize.filter(|_| job.ring.is_none()).map(|kb| kb.saturating_mul(1000)),
        duration: stop.duration,
    };
    Ok(LiveOptions { interfaces: wanted, immediate: job.immediate, limits })
}

/// Whether the spool is the very file of `-w`.
pub(super) fn writes_itself(job: &Job) -> bool {
    let file = job.cli.write.as_deref().is_some_and(|path| path != "-" && is_regular(path));
    file && job.ring.is_none()
        && job.file_type == FileType::Pcapng
        && job.display_filter.is_none()
        && job.cli.capture_comment.is_none()
}

/// A device or a pipe can't be followed.
fn is_regular(path: &str) -> bool {
    std::fs::metadata(path).map_or(true, |meta| meta.is_file())
}

pub(super) fn saver(job: &Job) -> Result<Option<Saver>, Failure> {
    let Some(path) = &job.cli.write else { return Ok(None) };
    let Some(options) = &job.ring else { return Saver::open(job, path).map(Some) };
    Ok(Some(Saver::ring(RingJob {
        path: path.into(),
        kind: job.file_type,
        options: options.clone(),
        stop: job.stop.clone(),
    })))
}

/// The spool: for the helper to write, for us to read.
fn spool(job: &Job, direct: bool) -> Result<(File, File), Failure> {
    let path = match &job.cli.write {
        Some(path) if direct => path,
        _ => {
            let spool = Spool::create().map_err(|e| no_spool(&e))?;
            let reader = spool.file.try_clone().map_err(|e| no_spool(&e))?;
            return Ok((spool.file, reader));
        }
    };
    let mode = if job.cli.group_read { 0o640 } else { 0o600 };
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(mode).open(path);
    let file = file.map_err(|e| cannot_create(path, &e))?;
    let reader = File::open(Path::new(path)).map_err(|e| cannot_create(path, &e))?;
    Ok((file, reader))
}

fn no_spool(error: &io::Error) -> Failure {
    Failure::input(format!(
        "can't keep captured packets on disk: {error}; make room in ~/.cache or /var/tmp, or name a \
         file with -w"
    ))
}

fn failure(error: &LiveError) -> Failure {
    match error {
        LiveError::Spool(_) => Failure::input(error.to_string()),
        _ => Failure::usage(error.to_string()),
    }
}

/// A filter that nobody applies is not a filter.
fn check_opened(live: &Live, job: &Job) -> Result<(), Failure> {
    if live.opened().iter().any(|opened| !opened.filtered) {
        let error = LiveError::NoLibpcap { what: "a capture filter".to_owned() };
        return Err(Failure::usage(error.to_string()));
    }
    for opened in live.opened() {
        if let Some(notice) = opened.notice.as_deref().filter(|_| !job.cli.very_quiet) {
            let _ = writeln!(io::stderr(), "sniff: {}: {notice}", opened.interface);
        }
    }
    Ok(())
}

/// `Capturing on 'Loopback: lo' and 'eth0'`
fn announce(job: &Job, options: &LiveOptions, devices: &[Device]) {
    if job.cli.very_quiet {
        return;
    }
    let title = |name: &str| {
        let loopback = devices.iter().any(|d| d.name == name && d.loopback);
        format!("'{}{name}'", if loopback { "Loopback: " } else { "" })
    };
    let titles: Vec<String> = options.interfaces.iter().map(|i| title(&i.name)).collect();
    let text = match titles.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => return,
    };
    let _ = writeln!(io::stderr(), "Capturing on {text}");
}

fn say_counts(packets: u64, status: &Status) {
    let plural = |n: u64| if n == 1 { "" } else { "s" };
    let mut err = io::stderr();
    let _ = writeln!(err, "{packets} packet{} captured", plural(packets));
    let lost = [(status.stats.dropped, "the kernel"), (status.stats.if_dropped, "the interface")];
    for (count, by) in lost.into_iter().filter(|lost| lost.0 > 0) {
        let _ = writeln!(err, "{count} packet{} dropped by {by}", plural(count));
    }
}

/// True once SIGINT, SIGTERM or SIGHUP came. The second one ends the program at once.
fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let registered = flag::register_conditional_shutdown(signal, 128 + signal, stop.clone())
            .and_then(|_| flag::register(signal, stop.clone()));
        registered.map_err(|e| Failure::input(format!("can't listen for signals: {e}")))?;
    }
    Ok(stop)
}

/// The part of a nameless spool that nobody will read again. It is given back to the disk, so that a
/// capture may run for weeks.
struct Used {
    spool: File,
    given_back: u64,
}

/// Bytes that are given back at a time.
const PIECE: u64 = 64 << 20;

impl Used {
    fn of(spool: File) -> Used {
        Used { spool, given_back: 0 }
    }

    /// Everything before `offset` has been read.
    fn give_back(&mut self, offset: u64) {
        while offset.saturating_sub(self.given_back) > PIECE {
            // Where the file system can't do that, the spool stays as large as it is.
            let how = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            let _ = rustix::fs::fallocate(&self.spool, how, self.given_back, PIECE);
            self.given_back += PIECE;
        }
    }
}

/// The number of packets so far, on a terminal's standard error, while a file is written.
struct Counter {
    shown: bool,
    last: Instant,
}

const COUNT_EVERY: Duration = Duration::from_millis(250);

impl Counter {
    fn new(job: &Job) -> Counter {
        let quiet = job.cli.quiet || job.cli.very_quiet || !job.silent;
        let shown = job.cli.write.is_some() && !quiet && io::stderr().is_terminal();
        Counter { shown, last: Instant::now() }
    }

    fn show(&mut self, packets: u64) {
        if self.shown && self.last.elapsed() >= COUNT_EVERY {
            self.last = Instant::now();
            let _ = write!(io::stderr(), "\r{packets} ");
        }
    }

    fn clear(self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn what_was_read_takes_no_room() {
        let mut spool = Spool::create().unwrap().file;
        spool.seek(io::SeekFrom::Start(PIECE - 4096)).unwrap();
        spool.write_all(&[1; 8192]).unwrap();
        let mut used = Used::of(spool.try_clone().unwrap());
        let blocks = || spool.metadata().unwrap().blocks();
        let before = blocks();
        used.give_back(PIECE);
        assert_eq!(blocks(), before);
        used.give_back(PIECE + 1);
        assert_eq!(spool.metadata().unwrap().len(), PIECE + 4096);
        assert!(blocks() < before);
    }
}
