//! Finding packets by text, hex bytes or a regular expression, and sorting by a column: work over all
//! packets, done beside the user interface, newest request first.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use memchr::memmem;

use super::columns::{self, Column, Content};
use super::detail::Detail;
use super::snapshot::{Line, Shown, Source};
use super::state::{Find, FindIn, FindKind};

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Needle {
    /// Lower-case letters; capitals are found too.
    Text(String),
    Hex(Vec<u8>),
    Regex(regex::Regex, regex::bytes::Regex),
}

impl Needle {
    /// Reads what was typed; an error says what is wrong with it.
    pub fn new(kind: FindKind, text: &str) -> Result<Needle, String> {
        if text.is_empty() {
            return Err("what is to be found?".into());
        }
        match kind {
            FindKind::Text => Ok(Needle::Text(text.to_lowercase())),
            FindKind::Hex => hex(text).map(Needle::Hex),
            FindKind::Regex => {
                let pattern = format!("(?i){text}");
                let why = |e: regex::Error| e.to_string().lines().last().unwrap_or("").trim().to_owned();
                let texts = regex::Regex::new(&pattern).map_err(why)?;
                // Bytes are no letters; only where the pattern needs letters, they are read as such.
                let bytes = regex::bytes::Regex::new(&format!("(?is-u){text}"));
                let bytes = bytes.or_else(|_| regex::bytes::Regex::new(&pattern)).map_err(why)?;
                Ok(Needle::Regex(texts, bytes))
            }
        }
    }

    fn in_text(&self, text: &str) -> bool {
        match self {
            Needle::Text(needle) => text.to_lowercase().contains(needle),
            Needle::Regex(regex, _) => regex.is_match(text),
            Needle::Hex(_) => false,
        }
    }

    /// The first byte that it is found at.
    fn in_bytes(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Needle::Text(needle) => memmem::find(&bytes.to_ascii_lowercase(), needle.as_bytes()),
            Needle::Hex(needle) => memmem::find(bytes, needle),
            Needle::Regex(_, regex) => regex.find(bytes).map(|m| m.start()),
        }
    }

    /// True if a packet holds it where it is looked for.
    pub fn is_in(&self, source: &dyn Source, packet: u32, place: FindIn) -> bool {
        match (self, place) {
            (Needle::Hex(_), _) | (_, FindIn::Bytes) => self.in_bytes(&source.bytes(packet)).is_some(),
            (_, FindIn::Rows) => {
                let row = source.row(packet, &[]);
                [&row.info, &row.source, &row.destination, &row.protocol].iter().any(|t| self.in_text(t))
            }
            (_, FindIn::Layers) => self.in_layers(&source.detail(packet)).is_some(),
        }
    }

    /// The first visible node that it is found in.
    fn in_layers(&self, detail: &Detail) -> Option<usize> {
        detail.nodes.iter().position(|n| !n.hidden && self.in_text(&n.label))
    }
}

/// Where in a packet something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A node of its layers.
    Node(usize),
    /// A byte of the frame.
    Byte(u32),
}

/// Where in a packet that was found the hit is; what is found in its row is in sight anyway.
pub fn hit(find: &Find, detail: &Detail) -> Option<Hit> {
    let needle = Needle::new(find.kind, &find.text).ok()?;
    match (&needle, find.place) {
        (Needle::Hex(_), _) | (_, FindIn::Bytes) => {
            let at = needle.in_bytes(&detail.source(0)?.bytes)?;
            u32::try_from(at).ok().map(Hit::Byte)
        }
        (_, FindIn::Layers) => needle.in_layers(detail).map(Hit::Node),
        (_, FindIn::Rows) => None,
    }
}

/// `ca fe`, `ca:fe`, `0xcafe`
fn hex(text: &str) -> Result<Vec<u8>, String> {
    let digits: String =
        text.trim_start_matches("0x").chars().filter(|c| !matches!(c, ' ' | ':' | '-' | '.')).collect();
    let wrong = || "hex digits come in pairs: ca fe".to_owned();
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return Err(wrong());
    }
    (0..digits.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&digits[i..i + 2], 16).map_err(|_| wrong()))
        .collect()
}

/// Work on a thread of its own, that can be given up.
pub struct Job<T> {
    cancelled: Arc<AtomicBool>,
    looked_at: Arc<AtomicU32>,
    total: u32,
    result: Arc<Mutex<Option<T>>>,
}

impl<T: Send + 'static> Job<T> {
    /// Runs `work` with a function that it calls for each packet looked at, and that says if it may go on.
    fn start(total: u32, work: impl FnOnce(&dyn Fn() -> bool) -> Option<T> + Send + 'static) -> Job<T> {
        let job = Job { cancelled: Arc::default(), looked_at: Arc::default(), total, result: Arc::default() };
        let (cancelled, looked_at, result) =
            (job.cancelled.clone(), job.looked_at.clone(), job.result.clone());
        std::thread::spawn(move || {
            let go_on = || {
                looked_at.fetch_add(1, Ordering::Relaxed);
                !cancelled.load(Ordering::Relaxed)
            };
            let found = work(&go_on);
            if let Ok(mut slot) = result.lock() {
                *slot = found;
            }
        });
        job
    }

    /// The result, once; `None` while the work goes on.
    pub fn take(&self) -> Option<T> {
        self.result.lock().ok()?.take()
    }

    /// Share done, 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.looked_at.load(Ordering::Relaxed)) / f64::from(self.total.max(1))
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// Looks from the line after `from` on, and around the end, for the next packet; `None` inside: there is none.
pub fn search(
    source: Arc<dyn Source>,
    find: &Find,
    shown: Shown,
    from: usize,
    forward: bool,
) -> Result<Job<Option<u32>>, String> {
    let needle = Needle::new(find.kind, &find.text)?;
    let place = find.place;
    let len = shown.len();
    Ok(Job::start(len as u32, move |go_on| {
        for step in 1..=len {
            if !go_on() {
                return None;
            }
            let at = if forward { (from + step) % len } else { (from + len - step) % len };
            let packet = shown.packet(at)?;
            if needle.is_in(&*source, packet, place) {
                return Some(Some(packet));
            }
        }
        Some(None)
    }))
}

/// What lines are sorted by.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum SortKey {
    Nothing,
    Number(f64),
    Text(String),
}

/// Sorts packets by a column. Equal ones stay in the order of the capture.
pub fn sort(source: Arc<dyn Source>, shown: Shown, column: Column, descending: bool) -> Job<Arc<Vec<u32>>> {
    Job::start(shown.len() as u32, move |go_on| {
        let fields = columns::fields(std::slice::from_ref(&column));
        let columns = [column];
        let mut keyed = Vec::with_capacity(shown.len());
        for packet in shown.packets() {
            if !go_on() {
                return None;
            }
            keyed.push((key(&*source, packet, &columns, &fields), packet));
        }
        keyed.sort_by(|a, b| {
            let order = a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal);
            if descending { order.reverse() } else { order }
        });
        Some(Arc::new(keyed.into_iter().map(|k| k.1).collect()))
    })
}

fn key(source: &dyn Source, packet: u32, columns: &[Column; 1], fields: &[String]) -> SortKey {
    match columns[0].content {
        Content::Number => SortKey::Number(f64::from(packet)),
        Content::Time => source.time(packet).map_or(SortKey::Nothing, |t| SortKey::Number(t as f64)),
        _ => {
            let row = Arc::new(source.row(packet, fields));
            let line = Line { packet, time: String::new(), row };
            let text = columns::cell(columns, 0, &line);
            match text.parse::<f64>() {
                _ if text.is_empty() => SortKey::Nothing,
                Ok(number) => SortKey::Number(number),
                Err(_) => address(&text).unwrap_or_else(|| SortKey::Text(text.into_owned())),
            }
        }
    }
}

/// 10.0.0.9 comes before 10.0.0.10.
fn address(text: &str) -> Option<SortKey> {
    let ip = text.parse::<std::net::IpAddr>().ok()?;
    let (class, digits) = match ip {
        std::net::IpAddr::V4(v4) => ('\u{1}', format!("{:08x}", v4.to_bits())),
        std::net::IpAddr::V6(v6) => ('\u{2}', format!("{:032x}", v6.to_bits())),
    };
    Some(SortKey::Text(format!("{class}{digits}")))
}

#[cfg(test)]
mod tests {
    use super::super::fake::{self, Fake};
    use super::*;

    #[test]
    fn a_hit_is_a_node_or_a_byte() {
        let hit = |kind, place, text: &str| hit(&Find { kind, place, text: text.into() }, &fake::detail(2));
        assert_eq!(hit(FindKind::Text, FindIn::Layers, "source port"), Some(Hit::Node(6)));
        assert_eq!(hit(FindKind::Hex, FindIn::Rows, "07 0e 15"), Some(Hit::Byte(1)));
        assert_eq!(hit(FindKind::Text, FindIn::Rows, "SYN"), None);
        assert_eq!(hit(FindKind::Text, FindIn::Layers, "nowhere"), None);
    }

    fn found(kind: FindKind, place: FindIn, text: &str, from: usize, forward: bool) -> Option<u32> {
        let find = Find { kind, place, text: text.into() };
        let job = search(Arc::new(Fake::default()), &find, Shown::All(8), from, forward).unwrap();
        wait(&job)
    }

    fn wait<T: Send + 'static>(job: &Job<T>) -> T {
        loop {
            if let Some(result) = job.take() {
                return result;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn text_is_found_forward_backward_and_around_the_end() {
        let rows = |text, from, forward| found(FindKind::Text, FindIn::Rows, text, from, forward);
        assert_eq!(rows("syn, ack", 0, true), Some(3));
        assert_eq!(rows("who has", 5, true), Some(0));
        assert_eq!(rows("who has", 5, false), Some(0));
        assert_eq!(rows("nowhere", 0, true), None);
    }

    #[test]
    fn bytes_and_regular_expressions_are_found() {
        assert_eq!(found(FindKind::Hex, FindIn::Rows, "05 ca:fe", 0, true), Some(5));
        assert_eq!(found(FindKind::Regex, FindIn::Bytes, "^\\x07.*get", 0, true), Some(7));
        assert_eq!(found(FindKind::Text, FindIn::Layers, "subnet", 0, true), Some(1));
        assert!(Needle::new(FindKind::Hex, "abc").is_err());
        assert!(Needle::new(FindKind::Regex, "(").is_err());
    }

    #[test]
    fn sorting_keeps_the_order_of_equals_and_compares_numbers() {
        let by = |content, descending| {
            let column = Column::new("", content);
            wait(&sort(Arc::new(Fake::default()), Shown::All(8), column, descending))
        };
        assert_eq!(*by(Content::Length, false), [0, 1, 4, 7, 2, 3, 5, 6]);
        assert_eq!(by(Content::Number, true)[0], 7);
        assert_eq!(by(Content::Source, false)[..4], [3, 7, 2, 4]);
    }
}
