//! Where bytes are kept that can be read only once: a file without a name, mode 0600, in the
//! user's cache directory, bounded in size.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A spool never grows beyond this many bytes.
const MOST: u64 = 32 << 30;

/// An open spool file that vanishes with its last descriptor.
pub struct Spool {
    pub file: File,
    /// For messages only: the file has no name.
    pub directory: PathBuf,
    /// The most bytes to write: 32 GiB, or 90 % of what the disk had free.
    pub limit: u64,
}

impl Spool {
    /// Creates one in the first directory of [`directories`] that takes it.
    pub fn create() -> io::Result<Spool> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "no directory for a spool file");
        for directory in directories() {
            match nameless_file(&directory) {
                Ok(file) => {
                    let limit = limit(&file);
                    return Ok(Spool { file, directory, limit });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// Where spools may lie, best first: `$XDG_CACHE_HOME/sniff` or `~/.cache/sniff`, then
/// `/var/tmp`. A directory on a memory file system comes last, for a spool there would eat the
/// memory it is meant to save. The cache directory is created, with mode 0700.
pub fn directories() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::with_capacity(2);
    if let Some(cache) = cache_directory() {
        let create = DirBuilder::new().recursive(true).mode(0o700).create(&cache);
        if create.is_ok() {
            found.push(cache);
        }
    }
    found.push(PathBuf::from("/var/tmp"));
    found.sort_by_key(|directory| in_memory(directory));
    found
}

/// `$XDG_CACHE_HOME/sniff`, else `~/.cache/sniff`; relative paths don't count (XDG).
fn cache_directory() -> Option<PathBuf> {
    let absolute = |name| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let base = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(base.join("sniff"))
}

/// A file without a name, or where the file system can't do that, one whose name is removed
/// at once.
fn nameless_file(directory: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    let nameless = options.clone().custom_flags(libc::O_TMPFILE).open(directory);
    if nameless.is_ok() {
        return nameless;
    }
    for attempt in 0..100 {
        let name = format!(".sniff-spool-{}-{attempt}", std::process::id());
        let path = directory.join(name);
        match options.clone().create_new(true).open(&path) {
            Ok(file) => return fs::remove_file(&path).map(|()| file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
    }
    nameless
}

fn limit(file: &File) -> u64 {
    let free =
        rustix::fs::fstatvfs(file).map_or(u64::MAX, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    MOST.min(free / 10 * 9)
}

/// True for tmpfs, ramfs and the like (magic numbers of statfs(2)).
fn in_memory(directory: &Path) -> bool {
    const TMPFS: u32 = 0x0102_1994;
    const RAMFS: u32 = 0x8584_58f6;
    rustix::fs::statfs(directory).is_ok_and(|disk| matches!(disk.f_type as u32, TMPFS | RAMFS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileExt, MetadataExt};

    #[test]
    fn a_spool_has_no_name_and_nobody_else_may_read_it() {
        let spool = Spool::create().unwrap();
        let meta = spool.file.metadata().unwrap();
        assert_eq!((meta.nlink(), meta.mode() & 0o777), (0, 0o600));
        spool.file.write_all_at(b"abc", 5).unwrap();
        assert_eq!(spool.file.metadata().unwrap().len(), 8);
        assert!(spool.limit > 0 && spool.limit <= MOST);
    }
}
