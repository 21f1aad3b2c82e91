//! Waiting for events, and noticing that the terminal is gone. A read of a terminal that has hung up says
//! "0 bytes" for ever, and crossterm reads again at once: it must not be asked any more by then.

use std::fs::File;
use std::io::{self, IsTerminal, stdin};
use std::os::fd::{AsFd, OwnedFd};
use std::process::exit;
use std::thread;
use std::time::Duration;

use crossterm::event;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The terminal that keys come from.
pub struct Line(OwnedFd);

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// There is an event to be read.
    Event,
    Nothing,
    /// Nobody is at the other end any more.
    HungUp,
}

/// How long the run loop has for ending in good order after the terminal is gone.
const GRACE: Duration = Duration::from_secs(1);

impl Line {
    /// The same terminal as crossterm reads.
    pub fn open() -> io::Result<Line> {
        let input = stdin();
        let fd = if input.is_terminal() {
            input.as_fd().try_clone_to_owned()?
        } else {
            File::options().read(true).write(true).open("/dev/tty")?.into()
        };
        Ok(Line(fd))
    }

    /// Waits for an event, at most this long.
    pub fn wait(&self, timeout: Duration) -> io::Result<Waited> {
        // What was read together with the last event is in no file descriptor any more.
        if self.hung_up() {
            return Ok(Waited::HungUp);
        }
        if event::poll(Duration::ZERO)? {
            return Ok(Waited::Event);
        }
        let seen = self.poll(PollFlags::IN, Some(timeout));
        if seen.is_some_and(is_gone) {
            return Ok(Waited::HungUp);
        }
        // Where terminals can't be polled, crossterm knows other ways.
        let left = if seen.is_some_and(|s| s.contains(PollFlags::NVAL)) { timeout } else { Duration::ZERO };
        Ok(if event::poll(left)? { Waited::Event } else { Waited::Nothing })
    }

    pub fn hung_up(&self) -> bool {
        self.poll(PollFlags::empty(), Some(Duration::ZERO)).is_some_and(is_gone)
    }

    /// Ends the process if the terminal goes while the run loop is in the middle of a read, which then never
    /// returns.
    pub fn guard(&self) -> io::Result<()> {
        let line = Line(self.0.try_clone()?);
        thread::Builder::new().name("hangup".into()).spawn(move || {
            loop {
                match line.poll(PollFlags::empty(), None) {
                    Some(seen) if is_gone(seen) => break,
                    Some(seen) if seen.contains(PollFlags::NVAL) => return,
                    _ => {}
                }
            }
            thread::sleep(GRACE);
            exit(1);
        })?;
        Ok(())
    }

    /// What is up; nothing if a signal came first.
    fn poll(&self, events: PollFlags, timeout: Option<Duration>) -> Option<PollFlags> {
        let timeout = timeout.and_then(|t| Timespec::try_from(t).ok());
        let mut entries = [PollFd::new(&self.0, events)];
        poll(&mut entries, timeout.as_ref()).ok()?;
        Some(entries[0].revents())
    }
}

fn is_gone(seen: PollFlags) -> bool {
    seen.intersects(PollFlags::HUP | PollFlags::ERR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_gone_when_its_other_end_is() {
        let (end, other) = std::os::unix::net::UnixStream::pair().unwrap();
        let line = Line(end.into());
        assert!(!line.hung_up());
        drop(other);
        assert!(line.hung_up());
    }
}
