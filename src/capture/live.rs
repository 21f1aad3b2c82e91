//! Live capture, seen from the program: starts the helper process, tells it what to do, and
//! knows how it fares. The packets themselves are read from the spool file like those of any
//! other capture file. The program itself has given up the right to capture (`rights`); each
//! helper gets it by being executed.

mod error;
mod filter;
mod spool;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::helper::MARKER;
use super::helper::protocol::{Reply, Request};
use super::record::LinkType;

pub use self::error::{LiveError, install_command};
pub use self::filter::{FilterError, compile_filter};
pub use self::spool::{Orphan, is_spool, orphans, spool_file};
pub use super::helper::protocol::{Ending, InterfaceOptions, Limits, Opened, Stats};
pub use super::helper::{DEFAULT_BUFFER_MIB, DEFAULT_SNAPLEN};

/// What to capture.
#[derive(Clone, Debug, Default)]
pub struct LiveOptions {
    pub interfaces: Vec<InterfaceOptions>,
    /// For somebody who watches: packets reach the spool within 50 ms (several interfaces: 100)
    /// rather than 200.
    pub immediate: bool,
    /// When to end without being told.
    pub limits: Limits,
}

/// How a capture stands.
#[derive(Clone, Debug, Default)]
pub struct Status {
    pub stats: Stats,
    /// Interfaces that went away, with the reason.
    pub gone: Vec<(String, String)>,
    /// How it ended; `None` while it runs and if it failed.
    pub ending: Option<Ending>,
    /// Why it failed: the disk is full, or the helper died.
    pub failure: Option<String>,
}

/// A capture under way. Dropping it stops it.
pub struct Live {
    control: UnixStream,
    child: Child,
    shared: Arc<Shared>,
    opened: Vec<Opened>,
    listening: bool,
}

/// What the listening thread knows.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    status: Status,
    finished: bool,
}

/// How long a helper may take to write what it has after being told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

impl Live {
    /// Opens the interfaces and lets packets be appended to `spool`, an empty regular file open
    /// for writing. Returns when all interfaces are open and the file's headers are written.
    pub fn start(options: &LiveOptions, spool: File) -> Result<Live, LiveError> {
        let helper = helper().map_err(LiveError::Helper)?;
        Live::start_helper(helper, options, spool)
    }

    fn start_helper(helper: Command, options: &LiveOptions, spool: File) -> Result<Live, LiveError> {
        let (control, child) = spawn(helper, Stdio::from(spool)).map_err(LiveError::Helper)?;
        let mut live = Live {
            control,
            child,
            shared: Arc::default(),
            opened: Vec::with_capacity(options.interfaces.len()),
            listening: false,
        };
        for interface in &options.interfaces {
            live.ask(&Request::Open(interface.clone())).map_err(LiveError::Helper)?;
        }
        let start = Request::Start { immediate: options.immediate, limits: options.limits };
        live.ask(&start).map_err(LiveError::Helper)?;
        let socket = live.control.try_clone().map_err(LiveError::Helper)?;
        let mut replies = Replies(BufReader::new(socket));
        live.await_start(&mut replies, options)?;
        live.listen(replies).map_err(LiveError::Helper)?;
        Ok(live)
    }

    /// What was opened, in the order asked for.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// Counters of the kernel, summed over the interfaces; at most 250 ms old.
    pub fn stats(&self) -> Stats {
        self.shared.lock().status.stats
    }

    /// Whether packets may still come. When this turns false the spool is complete.
    pub fn running(&self) -> bool {
        !self.shared.lock().finished
    }

    pub fn status(&self) -> Status {
        self.shared.lock().status.clone()
    }

    /// Ends the capture and waits until the spool is complete, which takes a fifth of a second
    /// at most. Returns how it went; calling it again changes nothing.
    pub fn stop(&mut self) -> Status {
        // Whether it is still there to be asked shows below.
        let _ = self.ask(&Request::Stop);
        if self.listening {
            self.wait_until_finished(PATIENCE);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.status()
    }

    /// Waits until the capture has ended by itself, or the time is over. Returns whether it has.
    pub fn wait_until_finished(&self, most: Duration) -> bool {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, most, |state| !state.finished);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.finished
    }

    fn ask(&mut self, request: &Request) -> io::Result<()> {
        self.control.write_all(request.line().as_bytes())
    }

    fn await_start(&mut self, replies: &mut Replies, options: &LiveOptions) -> Result<(), LiveError> {
        loop {
            match replies.next() {
                Some(Reply::Opened(opened)) => self.opened.push(opened),
                Some(Reply::Started) => return Ok(()),
                Some(Reply::Failed { trouble, interface, text }) => {
                    let asked = options.interfaces.iter().find(|one| one.name == interface);
                    return Err(LiveError::of(trouble, &interface, text, asked));
                }
                Some(_) | None => return Err(LiveError::Died),
            }
        }
    }

    fn listen(&mut self, mut replies: Replies) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let listen = move || {
            while let Some(reply) = replies.next() {
                shared.lock().status.take(reply);
            }
            let mut state = shared.lock();
            state.finished = true;
            let status = &mut state.status;
            if status.ending.is_none() && status.failure.is_none() {
                status.failure = Some(LiveError::Died.to_string());
            }
            shared.changed.notify_all();
        };
        let builder = std::thread::Builder::new().name("capture".to_owned());
        builder.spawn(listen)?;
        self.listening = true;
        Ok(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Status {
    /// Whether the capture ended because something went wrong.
    pub fn error(&self) -> Option<String> {
        match (&self.failure, self.ending, self.gone.first()) {
            (Some(text), _, _) => Some(text.clone()),
            (None, Some(Ending::Gone), Some((name, text))) => {
                Some(format!("the interface {name} went away: {text}"))
            }
            _ => None,
        }
    }

    fn take(&mut self, reply: Reply) {
        match reply {
            Reply::Stats(stats) => self.stats = stats,
            Reply::Gone { interface, text } => self.gone.push((interface, text)),
            Reply::Ended(ending) => self.ending = Some(ending),
            Reply::Failed { trouble, interface, text } => {
                let error = LiveError::of(trouble, &interface, text, None);
                self.failure = Some(error.to_string());
            }
            Reply::Opened(_)
            | Reply::Started
            | Reply::LinkType { .. }
            | Reply::TimestampType { .. }
            | Reply::Probed => {}
        }
    }
}

/// What a device offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub link_types: Vec<OfferedLinkType>,
    /// Names and descriptions; empty where there is no choice.
    pub tstamp_types: Vec<(String, String)>,
}

/// A link type as libpcap names it, what `-y` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedLinkType {
    pub number: LinkType,
    pub name: String,
    pub about: String,
}

/// The link types and kinds of time stamps of a device (`-L`, `--list-time-stamp-types`). Needs
/// the right to capture.
pub fn offer(options: &InterfaceOptions) -> Result<Offer, LiveError> {
    let started = helper().and_then(|helper| spawn(helper, Stdio::null()));
    let (mut control, mut child) = started.map_err(LiveError::Helper)?;
    let request = Request::Probe(options.clone());
    control.write_all(request.line().as_bytes()).map_err(LiveError::Helper)?;
    let offer = collect_offer(Replies(BufReader::new(control)), options);
    let _ = child.wait();
    offer
}

fn collect_offer(mut replies: Replies, options: &InterfaceOptions) -> Result<Offer, LiveError> {
    let mut offer = Offer::default();
    loop {
        match replies.next() {
            Some(Reply::LinkType { number, name, about }) => {
                let number = LinkType(number);
                offer.link_types.push(OfferedLinkType { number, name, about });
            }
            Some(Reply::TimestampType { name, about }) => offer.tstamp_types.push((name, about)),
            Some(Reply::Probed) => return Ok(offer),
            Some(Reply::Failed { trouble, interface, text }) => {
                return Err(LiveError::of(trouble, &interface, text, Some(options)));
            }
            Some(_) | None => return Err(LiveError::Died),
        }
    }
}

/// The command that starts this program as the helper.
fn helper() -> io::Result<Command> {
    let mut command = Command::new(this_program()?);
    command.arg(MARKER);
    Ok(command)
}

/// Starts the helper: socket and process.
fn spawn(mut helper: Command, spool: Stdio) -> io::Result<(UnixStream, Child)> {
    let (ours, theirs) = UnixStream::pair()?;
    let child = helper
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(spool)
        .stderr(Stdio::null())
        // Ctrl+C in the terminal is for the program, which then asks the helper to stop.
        .process_group(0)
        .spawn()?;
    Ok((ours, child))
}

/// The running program, even if its file was replaced in the meantime.
fn this_program() -> io::Result<std::path::PathBuf> {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        return Ok(running.to_owned());
    }
    std::env::current_exe()
}

/// What the helper says.
struct Replies(BufReader<UnixStream>);

impl Replies {
    /// `None` when it says no more, or nothing sensible.
    fn next(&mut self) -> Option<Reply> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Reply::parse(&line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_what_the_helper_says() {
        let mut status = Status::default();
        let stats = Stats { received: 7, dropped: 1, if_dropped: 0 };
        status.take(Reply::Stats(stats));
        status.take(Reply::Gone { interface: "eth9".into(), text: "unplugged".into() });
        assert_eq!((status.stats, status.error()), (stats, None));
        status.take(Reply::Ended(Ending::Gone));
        let error = status.error().unwrap();
        assert!(error.contains("eth9") && error.contains("unplugged"));
    }

    /// Starts a capture on "eth0" with a shell script in the helper's place. It reads requests
    /// from its standard input and answers there.
    fn start(script: &str) -> Result<Live, LiveError> {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        let options =
            LiveOptions { interfaces: vec![InterfaceOptions::new("eth0")], ..LiveOptions::default() };
        let spool = File::options().write(true).open("/dev/null").unwrap();
        Live::start_helper(shell, &options, spool)
    }

    const OPENED: &str = "read open; read start; printf \
        'opened\tname=eth0\tlink=1\tsnaplen=96\tdigits=9\tfiltered=true\nstarted\n' >&0;";

    #[test]
    fn a_capture_starts_and_stops() {
        let script = format!(
            "{OPENED} read stop; printf 'stats\treceived=3\tdropped=1\tifdropped=0\n\
             ended\twhy=stopped\n' >&0"
        );
        let mut live = start(&script).unwrap();
        assert_eq!(live.opened()[0].link_type, LinkType::ETHERNET);
        assert!(live.running());
        for _ in 0..2 {
            let status = live.stop();
            assert_eq!((status.stats.received, status.stats.dropped), (3, 1));
            assert_eq!((status.ending, status.error()), (Some(Ending::Stopped), None));
            assert!(!live.running());
        }
    }

    #[test]
    fn a_capture_that_ends_by_itself_is_noticed() {
        let live = start(&format!("{OPENED} printf 'ended\twhy=limit\n' >&0")).unwrap();
        assert!(live.wait_until_finished(Duration::from_secs(10)));
        assert_eq!(live.status().ending, Some(Ending::Limit));
    }

    #[test]
    fn a_helper_that_dies_is_an_error() {
        let live = start(&format!("{OPENED} exit 1")).unwrap();
        assert!(live.wait_until_finished(Duration::from_secs(10)));
        assert!(live.status().error().unwrap().contains("ended unexpectedly"));
        assert!(matches!(start("exit 1"), Err(LiveError::Died | LiveError::Helper(_))));
    }

    #[test]
    fn what_the_helper_could_not_open_is_told() {
        let failed = "read open; read start; \
                      printf 'failed\twhy=down\tname=eth0\ttext=That device is not up\n' >&0";
        let error = start(failed).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("eth0 is down"));
    }

    #[test]
    fn a_process_that_is_no_helper_is_an_error() {
        let (control, other) = UnixStream::pair().unwrap();
        drop(other);
        let replies = Replies(BufReader::new(control));
        let offer = collect_offer(replies, &InterfaceOptions::new("lo"));
        assert!(matches!(offer, Err(LiveError::Died)));
    }
}
