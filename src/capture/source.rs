//! Bytes that can be read at random, whatever they came from: files are read in place, pipes
//! and compressed files are copied once into a spool by a thread of their own.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::compressed::Compression;
use super::error::OpenError;
use super::spool::Spool;

/// Bytes with positions. Nothing is cached here: [`Source::read_at`] is one `pread`.
#[derive(Debug)]
pub struct Source {
    file: File,
    /// A regular file that somebody may still be writing.
    follow: AtomicBool,
    /// Set where `file` is a spool that a thread fills.
    filling: Option<Arc<Filling>>,
}

impl Source {
    /// Opens a file. Compressed input (told by its first bytes, not its name) and input that
    /// can't be read at random (a FIFO, a device) goes through a spool.
    pub fn open(path: &Path) -> Result<Arc<Source>, OpenError> {
        let failed = |error| OpenError::File { path: path.to_owned(), error };
        let file = File::open(path).map_err(failed)?;
        let kind = file.metadata().map_err(failed)?.file_type();
        if kind.is_dir() {
            return Err(OpenError::Directory { path: path.to_owned() });
        }
        if kind.is_fifo() || kind.is_char_device() || kind.is_socket() {
            return Source::spooled(file, None);
        }
        Source::regular(file, path)
    }

    /// Standard input (`-r -`): read in place where it is a regular file, else spooled.
    pub fn stdin() -> Result<Arc<Source>, OpenError> {
        let path = || PathBuf::from("-");
        let failed = |error| OpenError::File { path: path(), error };
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(OpenError::Terminal);
        }
        let mut file = File::from(stdin.as_fd().try_clone_to_owned().map_err(failed)?);
        let kind = file.metadata().map_err(failed)?.file_type();
        if kind.is_dir() {
            return Err(OpenError::Directory { path: path() });
        }
        // Who was handed a file that is partly read gets the rest of it.
        match file.stream_position() {
            Ok(0) if kind.is_file() => Source::regular(file, &path()),
            _ => Source::spooled(file, None),
        }
    }

    /// A file that is already open, such as the spool of a live capture; `growing` says
    /// whether somebody is still writing it. Never decompressed.
    pub fn from_file(file: File, growing: bool) -> Arc<Source> {
        Arc::new(Source { file, follow: AtomicBool::new(growing), filling: None })
    }

    /// Reads at most `buf.len()` bytes from `offset` on; 0 past what is there now.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let there = match &self.filling {
            // The thread writes bytes before it announces them: nobody reads more than `len` tells.
            Some(_) => self.len().saturating_sub(offset).min(buf.len() as u64) as usize,
            None => buf.len(),
        };
        read_at(&self.file, offset, &mut buf[..there])
    }

    /// Fills `buf` from `offset` on; `UnexpectedEof` where the bytes aren't there.
    pub fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buf, offset)
    }

    /// Bytes available now.
    pub fn len(&self) -> u64 {
        match &self.filling {
            Some(filling) => filling.available.load(Ordering::Acquire),
            None => self.file.metadata().map_or(0, |meta| meta.len()),
        }
    }

    /// Whether there is nothing (yet).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// False while more bytes are sure to come: a spool is being filled, or a live capture's file.
    pub fn is_complete(&self) -> bool {
        match &self.filling {
            Some(filling) => filling.complete.load(Ordering::Acquire),
            None => !self.follow.load(Ordering::Acquire),
        }
    }

    /// True for a regular file that is read where it lies, and not a copy of what was in it.
    pub fn is_in_place(&self) -> bool {
        self.filling.is_none()
    }

    /// How long ago the file was written last.
    pub fn age(&self) -> Option<Duration> {
        let written = self.file.metadata().and_then(|meta| meta.modified()).ok()?;
        // By a clock that is ahead, just now.
        Some(written.elapsed().unwrap_or_default())
    }

    /// True if another file lies at this path by now.
    pub fn is_replaced(&self, path: &Path) -> bool {
        let identity = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
        match (self.file.metadata(), path.metadata()) {
            (Ok(open), Ok(there)) => identity(open) != identity(there),
            _ => false,
        }
    }

    /// Whether a regular file is expected to grow. No effect on spools, which end when their
    /// input does.
    pub fn set_follow(&self, follow: bool) {
        self.follow.store(follow, Ordering::Release);
    }

    /// How much of the original input was taken in, and its size where that is known
    /// (compressed bytes, for compressed input).
    pub fn progress(&self) -> (u64, Option<u64>) {
        match &self.filling {
            Some(filling) => (filling.consumed.load(Ordering::Relaxed), filling.total),
            None => {
                let len = self.len();
                (len, self.is_complete().then_some(len))
            }
        }
    }

    /// What ended the spool early: damaged compressed data, a full disk, the size limit.
    pub fn error(&self) -> Option<String> {
        self.filling.as_ref()?.error().clone()
    }

    /// Waits until more than `len` bytes are there (true), nothing more can come, or
    /// `timeout` has passed.
    pub fn wait(&self, len: u64, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        while self.len() <= len {
            let left = end.saturating_duration_since(Instant::now());
            if self.is_complete() || left.is_zero() {
                break;
            }
            match &self.filling {
                Some(filling) => filling.sleep(len, left),
                None => thread::sleep(left.min(POLL)),
            }
        }
        self.len() > len
    }

    fn regular(file: File, path: &Path) -> Result<Arc<Source>, OpenError> {
        let mut start = [0; 4];
        let count = read_at(&file, 0, &mut start)
            .map_err(|error| OpenError::File { path: path.to_owned(), error })?;
        let known = start.get(..count).unwrap_or_default();
        if Compression::of(known).is_none() {
            return Ok(Source::from_file(file, false));
        }
        let total = file.metadata().map(|meta| meta.len()).ok();
        Source::spooled(file, total)
    }

    /// Starts a thread that copies `input`, decompressed where needed, into a spool.
    fn spooled(input: File, total: Option<u64>) -> Result<Arc<Source>, OpenError> {
        let spool = Spool::create().map_err(OpenError::Spool)?;
        let filling = Arc::new(Filling::new(total));
        let file = spool.file.try_clone().map_err(OpenError::Spool)?;
        let worker = Arc::clone(&filling);
        thread::Builder::new()
            .name("spool".to_owned())
            .spawn(move || worker.run(input, &spool))
            .map_err(OpenError::Spool)?;
        Ok(Arc::new(Source { file, follow: AtomicBool::new(false), filling: Some(filling) }))
    }
}

/// One `pread` that no signal interrupts.
fn read_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read_at(buf, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => return result,
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Some(filling) = &self.filling {
            filling.abandoned.store(true, Ordering::Relaxed);
        }
    }
}

/// How often a followed file is looked at.
const POLL: Duration = Duration::from_millis(15);

/// Bytes copied at a time: what a pipe delivers is published at once, this is only the most.
const CHUNK: usize = 256 << 10;

/// What the filling thread and the readers of a spool share.
#[derive(Debug)]
struct Filling {
    available: AtomicU64,
    complete: AtomicBool,
    consumed: AtomicU64,
    total: Option<u64>,
    /// Nobody reads the spool any more: the thread can stop.
    abandoned: AtomicBool,
    error: Mutex<Option<String>>,
    grown: Condvar,
}

impl Filling {
    fn new(total: Option<u64>) -> Filling {
        Filling {
            available: AtomicU64::new(0),
            complete: AtomicBool::new(false),
            consumed: AtomicU64::new(0),
            total,
            abandoned: AtomicBool::new(false),
            error: Mutex::new(None),
            grown: Condvar::new(),
        }
    }

    fn error(&self) -> MutexGuard<'_, Option<String>> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread's work. A decompressor that panics ends the spool with an error, as damaged
    /// data does; readers must never wait for a thread that is gone.
    fn run(self: Arc<Self>, input: File, spool: &Spool) {
        let shared = Arc::clone(&self);
        let result = catch_unwind(AssertUnwindSafe(move || shared.copy(input, spool)));
        let failure = match result {
            Ok(Ok(())) => None,
            Ok(Err(text)) => Some(text),
            Err(_) => Some("the compressed data could not be unpacked: it is damaged".to_owned()),
        };
        let mut error = self.error();
        *error = failure;
        self.complete.store(true, Ordering::Release);
        drop(error);
        self.grown.notify_all();
    }

    fn copy(self: Arc<Self>, input: File, spool: &Spool) -> Result<(), String> {
        let mut plain = decoder(Counted { input, filling: Arc::clone(&self) })?;
        let mut chunk = vec![0; CHUNK];
        let mut written = 0;
        while !self.abandoned.load(Ordering::Relaxed) {
            let count = match plain.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.input_error(&error)),
            };
            written = write_chunk(spool, written, chunk.get(..count).unwrap_or_default())?;
            self.publish(written);
        }
        Ok(())
    }

    fn publish(&self, available: u64) {
        let guard = self.error();
        self.available.store(available, Ordering::Release);
        drop(guard);
        self.grown.notify_all();
    }

    /// Sleeps until there are more than `len` bytes, the end, or `timeout`.
    fn sleep(&self, len: u64, timeout: Duration) {
        let nothing_new = |_: &mut Option<String>| {
            self.available.load(Ordering::Acquire) <= len && !self.complete.load(Ordering::Acquire)
        };
        drop(self.grown.wait_timeout_while(self.error(), timeout, nothing_new));
    }

    fn input_error(&self, error: &io::Error) -> String {
        let consumed = self.consumed.load(Ordering::Relaxed);
        match error.kind() {
            io::ErrorKind::UnexpectedEof => format!(
                "the compressed data is cut short (after {consumed} bytes); what came before is shown"
            ),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                format!(
                    "the compressed data is damaged (within its first {consumed} bytes); \
                     what came before is shown"
                )
            }
            _ => format!("reading the input failed after {consumed} bytes: {error}"),
        }
    }
}

/// Appends to the spool as far as its limit and the disk allow.
fn write_chunk(spool: &Spool, at: u64, chunk: &[u8]) -> Result<u64, String> {
    let place = spool.directory.display();
    let after = at.saturating_add(chunk.len() as u64);
    if after > spool.limit {
        return Err(format!(
            "the input is larger than the {} MiB that may be kept in {place}: the rest is not \
             shown; unpack it to a file, or set XDG_CACHE_HOME to a larger disk",
            spool.limit >> 20
        ));
    }
    spool
        .file
        .write_all_at(chunk, at)
        .map_err(|error| format!("keeping the input in {place} failed: {error}; the rest is not shown"))?;
    Ok(after)
}

/// The plain bytes of `input`, whose first bytes tell whether it is compressed.
fn decoder(mut input: Counted) -> Result<Box<dyn Read + Send>, String> {
    let mut start = Vec::with_capacity(4);
    let taken = input.by_ref().take(4).read_to_end(&mut start);
    taken.map_err(|error| format!("reading the input failed: {error}"))?;
    let compression = Compression::of(&start);
    let whole = io::Cursor::new(start).chain(input);
    Ok(match compression {
        Some(compression) => compression.decoder(whole),
        None => Box::new(whole),
    })
}

/// Counts what is taken from the original input.
struct Counted {
    input: File,
    filling: Arc<Filling>,
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buf)?;
        self.filling.consumed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::compressed::tests::{ALL, compress};
    use super::*;
    use std::io::{SeekFrom, Write};

    fn nameless() -> File {
        Spool::create().unwrap().file
    }

    /// A source over these bytes, as if they were a file.
    fn of(bytes: &[u8]) -> Arc<Source> {
        let mut file = nameless();
        file.write_all(bytes).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        Source::regular(file, Path::new("test")).unwrap()
    }

    fn drain(source: &Source) -> Vec<u8> {
        while !source.is_complete() {
            source.wait(source.len(), Duration::from_secs(1));
        }
        let mut all = vec![0; source.len() as usize];
        source.read_exact_at(0, &mut all).unwrap();
        all
    }

    #[test]
    fn plain_and_compressed_files_read_alike() {
        let plain: Vec<u8> = (0..700_000u32).map(|i| (i / 3) as u8).collect();
        assert_eq!(drain(&of(&plain)), plain);
        for how in ALL {
            let source = of(&compress(how, &plain));
            assert_eq!(drain(&source), plain, "{how:?}");
            assert_eq!(source.error(), None);
            let (consumed, total) = source.progress();
            assert_eq!(Some(consumed), total);
        }
    }

    #[test]
    fn a_cut_gzip_says_so_and_keeps_the_rest() {
        let plain: Vec<u8> = (0..40_000u32).map(|i| (i * i / 5) as u8).collect();
        let packed = compress(Compression::Gzip, &plain);
        let source = of(&packed[..packed.len() / 2]);
        let found = drain(&source);
        assert!(!found.is_empty() && plain.starts_with(&found));
        assert!(source.error().unwrap().contains("cut short"));
    }

    #[test]
    fn a_scanner_tells_why_its_spool_ended_early() {
        use super::super::{FileType, Interface, LinkType, ReadError, Record, RecordMeta};
        use super::super::{Scanner, Step, Writer};
        let ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000);
        let mut writer = Writer::new(Vec::new(), FileType::Pcap, &[ethernet]).unwrap();
        for i in 0..9000u32 {
            let data = i.wrapping_mul(2_654_435_761).to_le_bytes();
            let meta = RecordMeta { captured: 4, length: 4, ..RecordMeta::default() };
            writer.write(&Record { meta, data: &data }, 0).unwrap();
        }
        let packed = compress(Compression::Gzip, &writer.finish().unwrap());
        let mut scanner = Scanner::new(of(&packed[..packed.len() - 9])).unwrap();
        let mut packets = 0;
        let error = loop {
            match scanner.next() {
                Ok(Step::Record(_)) => packets += 1,
                Ok(Step::Wait) => std::thread::yield_now(),
                Ok(Step::End { .. }) => panic!("the cut is not seen"),
                Err(error) => break error,
            }
        };
        assert!(packets > 8000, "{packets}");
        assert!(matches!(error, ReadError::Input(_)), "{error}");
    }

    #[test]
    fn what_is_in_a_spool_before_it_is_announced_is_not_read() {
        use super::super::{FileType, Interface, LinkType, Move, Scanner, Writer};
        let ethernet = Interface::new(LinkType::ETHERNET, 0, 1_000_000);
        let header = Writer::new(Vec::new(), FileType::Pcap, &[ethernet]).unwrap().finish().unwrap();
        let mut file = nameless();
        file.write_all(&header).unwrap();
        let filling = Arc::new(Filling::new(None));
        filling.publish(header.len() as u64);
        let follow = AtomicBool::new(false);
        let file_of = file.try_clone().unwrap();
        let source = Source { file: file_of, follow, filling: Some(filling.clone()) };
        let mut scanner = Scanner::new(Arc::new(source)).unwrap();
        // The beginning of a record.
        file.write_all(&[0; 15]).unwrap();
        assert!(matches!(scanner.advance(), Ok(Move::Wait)));
        file.write_all(&[0]).unwrap();
        filling.publish(header.len() as u64 + 16);
        assert!(matches!(scanner.advance(), Ok(Move::Record)));
    }

    #[test]
    fn a_pipe_is_readable_while_it_fills() {
        let (reader, mut writer) = io::pipe().unwrap();
        let source = Source::spooled(File::from(std::os::fd::OwnedFd::from(reader)), None).unwrap();
        writer.write_all(b"abcdef").unwrap();
        assert!(source.wait(5, Duration::from_secs(5)));
        assert!(!source.is_complete());
        let mut some = [0; 3];
        source.read_exact_at(2, &mut some).unwrap();
        assert_eq!(&some, b"cde");
        drop(writer);
        assert!(!source.wait(6, Duration::from_secs(5)));
        assert!(source.is_complete());
    }

    #[test]
    fn a_followed_file_is_complete_once_it_is_not_followed() {
        let mut file = nameless();
        let source = Source::from_file(file.try_clone().unwrap(), true);
        assert!(!source.wait(0, Duration::from_millis(1)));
        file.write_all(b"x").unwrap();
        assert!(source.wait(0, Duration::from_secs(1)));
        assert!(!source.is_complete());
        source.set_follow(false);
        assert!(source.is_complete());
    }

    #[test]
    fn what_cannot_be_opened() {
        let missing = Source::open(Path::new("/does/not/exist")).unwrap_err();
        assert_eq!(missing.to_string(), "/does/not/exist: there is no such file");
        let directory = Source::open(Path::new("/")).unwrap_err();
        assert!(matches!(directory, OpenError::Directory { .. }));
    }
}
