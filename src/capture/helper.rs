//! The helper process: the same binary started again with the right to capture and no other
//! duty. It is told on a socket (its standard input) which interfaces to open, and appends
//! packets to a file that it was given open (its standard output). It dissects nothing.
//!
//! One thread does everything: it waits for the socket and all interfaces at once, takes what
//! the kernel holds, and writes it in one piece, merged by time. That is far below what one core
//! can do at a million packets a second.

mod appender;
pub mod protocol;
mod socket;
mod sources;

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use self::appender::Appender;
use self::protocol::{Ending, InterfaceOptions, Limits, Reply, Request, Stats, Trouble};
use self::sources::{Failure, Source, now};
use super::interfaces::{self, Device};
use super::record::{Interface, Timestamp};
use super::rights;

pub use self::sources::{DEFAULT_BUFFER_MIB, DEFAULT_SNAPLEN};

/// The first argument that makes this program the helper.
pub const MARKER: &str = "__capture-helper";

/// How often counters are told, if they changed.
const TELL: Duration = Duration::from_millis(250);

/// Memory that a batch keeps between two rounds, in bytes; one of large packets may need more.
const ORDINARY: usize = 4 << 20;

/// After the request to stop, packets that the kernel still holds are waited for this long at
/// most.
const LONGEST_DRAIN: Duration = Duration::from_secs(1);

/// To be called first in `main`, before any thread exists: if this process was started as the
/// helper it does its work and the result is the process's exit status.
pub fn run_if_helper() -> Option<ExitCode> {
    let first = std::env::args_os().nth(1)?;
    if first != MARKER {
        return None;
    }
    rights::gain_none();
    Some(match converse() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// Follows the program's requests until there is nothing more to do.
fn converse() -> io::Result<()> {
    let mut control = Control::from_standard_input()?;
    let mut wanted: Vec<InterfaceOptions> = Vec::new();
    while let Some(request) = control.next()? {
        match request {
            Request::Open(options) => wanted.push(options),
            Request::Probe(options) => return answer_probe(&mut control, &options),
            Request::Stop => return control.tell(&Reply::Ended(Ending::Stopped)),
            Request::Start { immediate, limits } => {
                let last = match Session::open(&mut control, &wanted, immediate, limits) {
                    Ok(mut session) => session.run(),
                    Err(reply) => reply,
                };
                return control.tell(&last);
            }
        }
    }
    Ok(())
}

fn answer_probe(control: &mut Control, options: &InterfaceOptions) -> io::Result<()> {
    match sources::probe(options) {
        Ok(replies) => {
            replies.iter().try_for_each(|reply| control.tell(reply))?;
            control.tell(&Reply::Probed)
        }
        Err(failure) => control.tell(&failure.reply(&options.name)),
    }
}

/// The socket to the program.
struct Control {
    lines: BufReader<UnixStream>,
}

impl Control {
    fn from_standard_input() -> io::Result<Control> {
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        // Only a socket has a peer: somebody who types the marker by hand gets no further.
        socket.peer_addr()?;
        Ok(Control { lines: BufReader::new(socket) })
    }

    /// The next request; `None` when the program is gone.
    fn next(&mut self) -> io::Result<Option<Request>> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let unknown = || io::Error::new(io::ErrorKind::InvalidData, "unknown request");
        Request::parse(&line).map(Some).ok_or_else(unknown)
    }

    fn tell(&mut self, reply: &Reply) -> io::Result<()> {
        self.lines.get_mut().write_all(reply.line().as_bytes())
    }

    /// Whether a request was read from the socket already, together with an earlier one.
    fn has_more(&self) -> bool {
        !self.lines.buffer().is_empty()
    }
}

/// A capture that is under way.
struct Session<'a> {
    control: &'a mut Control,
    sources: Vec<Open>,
    spool: Appender,
    batch: Batch,
    limits: Limits,
    delay: Duration,
    begin: Timestamp,
    started: Instant,
    packets: u64,
    told: (Instant, Stats),
}

/// An interface and its number in the file; numbers stay when an interface goes away.
struct Open {
    source: Source,
    /// Whether the last wait found packets.
    ready: bool,
    gone: bool,
}

impl<'a> Session<'a> {
    /// Opens all interfaces and writes the spool's headers. An error is the reply that ends the
    /// conversation.
    fn open(
        control: &'a mut Control,
        wanted: &[InterfaceOptions],
        immediate: bool,
        limits: Limits,
    ) -> Result<Session<'a>, Reply> {
        let delay = if immediate { sources::PROMPT } else { sources::RELAXED };
        let mut opened = Vec::with_capacity(wanted.len());
        for options in wanted {
            let source = Source::open(options, delay).map_err(|f| f.reply(&options.name))?;
            opened.push(Open { source, ready: false, gone: false });
        }
        let spooling = |error: io::Error| spool_failure(&error).reply("");
        let file = io::stdout().as_fd().try_clone_to_owned().map_err(spooling)?;
        let mut spool = Appender::new(OwnedFd::into(file));
        let described = describe(wanted, &opened);
        spool.begin(&described).map_err(spooling)?;
        let gone = |_| Reply::Ended(Ending::Stopped);
        for open in &opened {
            control.tell(&Reply::Opened(open.source.opened.clone())).map_err(gone)?;
        }
        control.tell(&Reply::Started).map_err(gone)?;
        Ok(Session {
            control,
            batch: Batch::default(),
            sources: opened,
            spool,
            limits,
            delay,
            begin: now(),
            started: Instant::now(),
            packets: 0,
            told: (Instant::now(), Stats::default()),
        })
    }

    /// Captures until something ends it; the result is the last thing to say.
    fn run(&mut self) -> Reply {
        let mut ending = self.capture();
        if let Ok(Ending::Stopped | Ending::Gone) = ending {
            // A limit may still be reached by what the kernel held.
            match self.drain() {
                Ok(Some(limit)) => ending = Ok(limit),
                Ok(None) => {}
                Err(failure) => ending = Err(failure),
            }
        }
        let finished = ending.and_then(|ending| self.finish().map(|()| ending));
        match finished {
            Ok(ending) => Reply::Ended(ending),
            Err(failure) => failure.reply(""),
        }
    }

    fn capture(&mut self) -> Result<Ending, Failure> {
        let mut hasty = 0;
        loop {
            let left = self.limits.duration.map(|most| most.saturating_sub(self.started.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return match self.drain()? {
                    Some(limit) => Ok(limit),
                    None => Ok(Ending::Limit),
                };
            }
            if self.wait(left.unwrap_or(TELL), true)? && self.stop_requested() {
                return Ok(Ending::Stopped);
            }
            let ready = self.ready();
            let read = self.read();
            // A descriptor that always says "ready" and never has anything must not burn a core.
            hasty = if read == 0 && ready { hasty + 1 } else { 0 };
            if hasty > 3 {
                std::thread::sleep(Duration::from_millis(5));
            }
            if let Some(limit) = self.release(false)? {
                return Ok(limit);
            }
            self.tell_stats();
            if self.sources.iter().all(|open| open.gone) {
                return Ok(Ending::Gone);
            }
        }
    }

    /// Waits for packets, a request if `listening`, or until something else is due. Returns
    /// whether there is a request.
    fn wait(&mut self, most: Duration, listening: bool) -> Result<bool, Failure> {
        if listening && self.control.has_more() {
            return Ok(true);
        }
        let mut most = most.min(TELL);
        if self.batch.waiting() {
            most = most.min(self.delay);
        }
        let mut entries = Vec::with_capacity(self.sources.len() + 1);
        if listening {
            entries.push(PollFd::new(self.control.lines.get_ref(), PollFlags::IN));
        }
        for open in &self.sources {
            match open.source.descriptor() {
                Some(fd) if !open.gone => entries.push(PollFd::from_borrowed_fd(fd, PollFlags::IN)),
                // Such a source waits by itself when it's read.
                None if !open.gone => most = Duration::ZERO,
                _ => {}
            }
        }
        let timeout = Timespec { tv_sec: most.as_secs() as i64, tv_nsec: most.subsec_nanos().into() };
        match poll(&mut entries, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Failure::new(Trouble::Other, error.to_string())),
        }
        let ready: Vec<bool> = entries.iter().map(|entry| !entry.revents().is_empty()).collect();
        let mut ready = ready.into_iter();
        let request = listening && ready.next().unwrap_or(false);
        for open in self.sources.iter_mut().filter(|open| !open.gone) {
            open.ready = open.source.descriptor().is_none() || ready.next().unwrap_or(false);
        }
        Ok(request)
    }

    /// Any request but a known one, and the program's end, mean the same.
    fn stop_requested(&mut self) -> bool {
        !matches!(self.control.next(), Ok(Some(Request::Start { .. })))
    }

    /// Takes what the kernel has into the batch. Returns how many packets.
    fn read(&mut self) -> usize {
        let mut total = 0;
        for (number, open) in self.sources.iter_mut().enumerate() {
            if open.gone || !open.ready {
                continue;
            }
            let batch = &mut self.batch;
            let digits = open.source.opened.digits;
            let each = |time, data: &[u8], length| {
                batch.add(number as u32, time, digits, data, length);
            };
            match open.source.read(each) {
                Ok(count) => total += count,
                Err(text) => {
                    open.gone = true;
                    let interface = open.source.opened.interface.clone();
                    // Who doesn't listen any more will be noticed at the next wait.
                    let _ = self.control.tell(&Reply::Gone { interface, text });
                }
            }
        }
        total
    }

    fn ready(&self) -> bool {
        self.sources.iter().any(|open| open.ready && !open.gone)
    }

    /// Writes packets of the batch in the order of time. Those of the last moment stay, unless
    /// there is only one interface or `all` are wanted: another interface may still deliver
    /// earlier ones. Returns the end if a limit was reached.
    fn release(&mut self, all: bool) -> Result<Option<Ending>, Failure> {
        let several = self.sources.len() > 1;
        let horizon = if all || !several { None } else { Some(2 * self.delay) };
        self.batch.order(several, horizon);
        while let Some(block) = self.batch.next() {
            self.spool.append(block).map_err(|error| spool_failure(&error))?;
            self.packets += 1;
            let enough = self.limits.packets.is_some_and(|most| self.packets >= most)
                || self.limits.bytes.is_some_and(|most| self.spool.size() >= most);
            if enough {
                self.flush()?;
                return Ok(Some(Ending::Limit));
            }
        }
        self.batch.forget_released();
        self.flush()?;
        Ok(None)
    }

    /// Takes what arrived before this moment and still lies in the kernel: it gives up a
    /// block that isn't full only after a delay.
    fn drain(&mut self) -> Result<Option<Ending>, Failure> {
        let begin = Instant::now();
        let grace = 2 * self.delay + Duration::from_millis(5);
        self.batch.latest = Some(now());
        loop {
            self.wait(self.delay, false)?;
            let read = self.read();
            if let Some(limit) = self.release(false)? {
                return Ok(Some(limit));
            }
            let elapsed = begin.elapsed();
            let quiet = elapsed >= grace && read == 0;
            let up_to_date = self.sources.len() == 1 && self.batch.refused;
            if quiet || up_to_date || elapsed >= LONGEST_DRAIN {
                return self.release(true);
            }
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.spool.flush().map_err(|error| spool_failure(&error))
    }

    /// Statistics into the file and to the program.
    fn finish(&mut self) -> Result<(), Failure> {
        let end = now();
        for (number, open) in self.sources.iter_mut().enumerate() {
            let stats = open.source.stats();
            let digits = open.source.opened.digits;
            self.spool.statistics(number as u32, self.begin, end, digits, stats);
        }
        let stats = self.stats();
        let _ = self.control.tell(&Reply::Stats(stats));
        self.flush()
    }

    fn tell_stats(&mut self) {
        if self.told.0.elapsed() < TELL {
            return;
        }
        let stats = self.stats();
        if stats != self.told.1 {
            let _ = self.control.tell(&Reply::Stats(stats));
        }
        self.told = (Instant::now(), stats);
    }

    fn stats(&mut self) -> Stats {
        let mut sum = Stats::default();
        for open in &mut self.sources {
            let one = open.source.stats();
            sum.received += one.received;
            sum.dropped += one.dropped;
            sum.if_dropped += one.if_dropped;
        }
        sum
    }
}

fn spool_failure(error: &io::Error) -> Failure {
    Failure::new(Trouble::Spool, error.to_string())
}

/// The interfaces as the file describes them.
fn describe(wanted: &[InterfaceOptions], opened: &[Open]) -> Vec<Interface> {
    let os = std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .ok()
        .map(|release| format!("Linux {}", release.trim()));
    let devices = interfaces::list();
    let describe = |(options, open): (&InterfaceOptions, &Open)| {
        let opened = &open.source.opened;
        let device: Option<&Device> = devices.iter().find(|device| device.name == options.name);
        let ticks = if opened.digits == 9 { 1_000_000_000 } else { 1_000_000 };
        Interface {
            name: Some(options.name.clone()),
            filter: options.filter.clone().filter(|_| opened.filtered),
            os: os.clone(),
            addresses: device.map(|device| device.addresses.clone()).unwrap_or_default(),
            mac: device.and_then(|device| device.mac),
            ..Interface::new(opened.link_type, opened.snaplen, ticks)
        }
    };
    wanted.iter().zip(opened).map(describe).collect()
}

/// Packets on their way from the kernel to the file, as blocks of the file.
#[derive(Default)]
struct Batch {
    blocks: Vec<u8>,
    entries: Vec<Entry>,
    /// Entries before this one were released.
    released: usize,
    /// Entries from this one on stay.
    due: usize,
    /// Packets after this time don't belong to the capture any more.
    latest: Option<Timestamp>,
    /// Whether there was such a packet.
    refused: bool,
}

#[derive(Clone, Copy)]
struct Entry {
    time: Timestamp,
    start: usize,
    end: usize,
}

impl Batch {
    fn add(&mut self, interface: u32, time: Timestamp, digits: u8, data: &[u8], length: u32) {
        if self.latest.is_some_and(|latest| time > latest) {
            self.refused = true;
            return;
        }
        let start = self.blocks.len();
        appender::packet(&mut self.blocks, interface, time, digits, data, length);
        let end = self.blocks.len();
        self.entries.push(Entry { time, start, end });
    }

    /// Brings the packets into the order of time if `several` interfaces are mixed, and marks
    /// as due those older than `age` (all, without one).
    fn order(&mut self, several: bool, age: Option<Duration>) {
        if several {
            self.entries.sort_by_key(|entry| entry.time);
        }
        self.released = 0;
        self.due = self.entries.len();
        if let Some(age) = age {
            let now = now();
            let horizon = Timestamp(now.0.saturating_sub(age.as_nanos() as i64));
            // Stamps of the future come from a card's own clock, waiting wouldn't mend them.
            let young = |entry: &Entry| entry.time > horizon && entry.time <= now;
            self.due = self.entries.iter().position(young).unwrap_or(self.due);
        }
    }

    /// The next packet that is due.
    fn next(&mut self) -> Option<&[u8]> {
        if self.released >= self.due {
            return None;
        }
        let entry = *self.entries.get(self.released)?;
        self.released += 1;
        self.blocks.get(entry.start..entry.end)
    }

    /// Keeps only what stays, at the front.
    fn forget_released(&mut self) {
        if self.released == self.entries.len() {
            self.entries.clear();
            self.blocks.clear();
            self.blocks.shrink_to(ORDINARY);
        } else if self.released > 0 {
            let mut kept = Vec::with_capacity(self.blocks.len());
            self.entries.drain(..self.released);
            for entry in &mut self.entries {
                let start = kept.len();
                kept.extend_from_slice(self.blocks.get(entry.start..entry.end).unwrap_or(&[]));
                *entry = Entry { time: entry.time, start, end: kept.len() };
            }
            self.blocks = kept;
        }
        self.released = 0;
        self.due = 0;
    }

    /// Whether packets wait for their time.
    fn waiting(&self) -> bool {
        !self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(batch: &mut Batch) -> Vec<u8> {
        let mut first_bytes = Vec::new();
        while let Some(block) = batch.next() {
            first_bytes.push(block[28]);
        }
        batch.forget_released();
        first_bytes
    }

    #[test]
    fn two_interfaces_are_merged_by_time() {
        let mut batch = Batch::default();
        let old = now().0 - 1_000_000_000;
        for (interface, after, byte) in [(0, 10, b'a'), (0, 30, b'c'), (1, 20, b'b')] {
            batch.add(interface, Timestamp(old + after), 9, &[byte], 60);
        }
        batch.add(1, now(), 9, b"z", 60);
        batch.order(true, Some(Duration::from_millis(500)));
        assert_eq!(drain(&mut batch), b"abc");
        assert!(batch.waiting());
        batch.add(0, Timestamp(old + 99), 9, b"y", 60);
        batch.order(true, None);
        assert_eq!(drain(&mut batch), b"yz");
        assert!(!batch.waiting());
    }

    #[test]
    fn packets_after_the_end_are_refused() {
        let mut batch = Batch { latest: Some(Timestamp(5)), ..Batch::default() };
        batch.add(0, Timestamp(5), 9, b"a", 60);
        assert!(!batch.refused);
        batch.add(0, Timestamp(6), 9, b"b", 60);
        assert!(batch.refused);
        batch.order(false, None);
        assert_eq!(drain(&mut batch), b"a");
    }
}
