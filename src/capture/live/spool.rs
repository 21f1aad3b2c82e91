//! Named spool files: where live packets are kept when no `-w` says otherwise. The name tells
//! which process writes it, so that after a crash the next start can offer what was captured.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::capture::spool::directories;
use crate::capture::{Scanner, Source, Step};

/// A spool whose program is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub path: PathBuf,
    /// When the last packet was written.
    pub modified: SystemTime,
    /// In bytes.
    pub size: u64,
}

/// Creates a spool file that only this user may read, in a directory on a disk. Removing it,
/// once it was saved or isn't wanted, is up to the caller.
pub fn spool_file() -> io::Result<(PathBuf, File)> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no directory for a spool file");
    for directory in directories() {
        match create(&directory) {
            Ok(made) => return Ok(made),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Whether a file of this name is the spool of a live capture.
pub fn is_spool(name: &str) -> bool {
    Owner::of_file_name(name).is_some()
}

/// Spools left behind by programs that were killed, newest first. Those into which no packet was written
/// are removed.
pub fn orphans() -> Vec<Orphan> {
    let mut found: Vec<Orphan> = directories().iter().flat_map(|d| orphans_in(d)).collect();
    found.sort_by_key(|orphan| std::cmp::Reverse(orphan.modified));
    found
}

fn create(directory: &Path) -> io::Result<(PathBuf, File)> {
    let owner = Owner::this_process();
    let mut options = OpenOptions::new();
    // `create_new` follows no link that somebody put there.
    options.read(true).write(true).create_new(true).mode(0o600);
    for number in 0..1000 {
        let path = directory.join(owner.file_name(number));
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many spool files"))
}

fn orphans_in(directory: &Path) -> Vec<Orphan> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    entries.flatten().filter_map(|entry| orphan(&entry)).collect()
}

fn orphan(entry: &fs::DirEntry) -> Option<Orphan> {
    let owner = Owner::of_file_name(entry.file_name().to_str()?)?;
    // Of the entry, not of what a link points to.
    let meta = entry.metadata().ok()?;
    let ours = meta.is_file() && meta.uid() == rustix::process::geteuid().as_raw();
    if !ours || owner.lives() {
        return None;
    }
    if meta.len() == 0 || holds_no_packet(&entry.path()) {
        let _ = fs::remove_file(entry.path());
        return None;
    }
    Some(Orphan { path: entry.path(), modified: meta.modified().ok()?, size: meta.len() })
}

/// True only of a whole capture without packets: what can't be read may still hold some.
fn holds_no_packet(path: &Path) -> bool {
    let Some(mut scanner) = Source::open(path).ok().and_then(|source| Scanner::new(source).ok()) else {
        return false;
    };
    matches!(scanner.next(), Ok(Step::End { truncated: None }))
}

/// The process that writes a spool: its number and when it started, in clock ticks since boot.
/// Numbers are used again, both together aren't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owner {
    pid: u32,
    started: u64,
}

impl Owner {
    fn this_process() -> Owner {
        let pid = std::process::id();
        Owner { pid, started: start_time(pid).unwrap_or(0) }
    }

    fn file_name(self, number: u32) -> String {
        format!("sniff-live-{}-{}-{number}.pcapng", self.pid, self.started)
    }

    fn of_file_name(name: &str) -> Option<Owner> {
        let rest = name.strip_prefix("sniff-live-")?.strip_suffix(".pcapng")?;
        let mut numbers = rest.split('-').map(str::parse::<u64>);
        let pid = u32::try_from(numbers.next()?.ok()?).ok()?;
        let started = numbers.next()?.ok()?;
        numbers.next()?.ok()?;
        numbers.next().is_none().then_some(Owner { pid, started })
    }

    fn lives(self) -> bool {
        start_time(self.pid).is_some_and(|started| started == self.started)
    }
}

/// Field 22 of /proc/PID/stat. The second field, the program's name in parentheses, may hold
/// spaces and parentheses of its own.
fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{FileType, Writer};

    #[test]
    fn a_name_tells_its_owner() {
        let owner = Owner::this_process();
        assert!(owner.lives());
        assert_eq!(Owner::of_file_name(&owner.file_name(3)), Some(owner));
        assert!(!Owner { started: owner.started + 1, ..owner }.lives());
        for name in ["", "sniff-live-1-2.pcapng", "sniff-live-1-2-3-4.pcapng", "sniff-live-x-1-1.pcapng"] {
            assert_eq!(Owner::of_file_name(name), None, "{name}");
        }
    }

    #[test]
    fn only_spools_without_their_program_are_orphans() {
        let directory = std::env::temp_dir().join(format!("sniff-orphans-{}", std::process::id()));
        fs::create_dir(&directory).unwrap();
        let (path, file) = create(&directory).unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(orphans_in(&directory), []);
        let left = directory.join(Owner { pid: u32::MAX, started: 1 }.file_name(0));
        fs::write(&left, b"abc").unwrap();
        let empty = directory.join(Owner { pid: u32::MAX, started: 2 }.file_name(0));
        fs::write(&empty, b"").unwrap();
        let quiet = directory.join(Owner { pid: u32::MAX, started: 3 }.file_name(0));
        Writer::new(File::create(&quiet).unwrap(), FileType::Pcapng, &[]).unwrap().finish().unwrap();
        let found = orphans_in(&directory);
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].path, found[0].size), (&left, 3));
        assert!(path.exists() && !empty.exists() && !quiet.exists());
        fs::remove_dir_all(&directory).unwrap();
    }
}
