//! Mail on SMTP connections: which bytes are a message and not commands (RFC 5321 4.1.1.4, RFC 3030 2).

use super::flows::SeededMap;
use crate::dissect::facts::{Facts, Part, Segment};
use crate::dissect::layers::Layer;
use crate::dissect::registry::registry;

/// A longer message isn't put together.
const MOST_BYTES: usize = 4 << 20;
/// Bytes that all messages under way may hold.
const MOST_HELD: usize = 64 << 20;
/// Messages and pieces of one that a single layer may hold.
const MOST_PARTS: usize = 16;
const END: &[u8] = b"\r\n.\r\n";

/// The connections on which a client has sent a message, by number of the TCP stream.
#[derive(Default)]
pub struct Mail {
    transfers: SeededMap<u32, Transfer>,
    held: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum State {
    #[default]
    Commands,
    /// A message until a line with a single dot.
    Data,
    /// So many bytes of a chunk are still to come; true: it ends the message.
    Chunk(usize, bool),
}

#[derive(Default)]
struct Transfer {
    state: State,
    /// The last bytes, among which the end may have begun.
    tail: Vec<u8>,
    bytes: Vec<u8>,
    segments: Vec<Segment>,
    /// It can't be put together: too long, or its bytes don't lie in frames.
    lost: bool,
}

/// The layer at hand.
pub struct Place<'a> {
    pub frame: u32,
    pub index: usize,
    pub layer: &'a Layer,
}

impl Mail {
    /// Takes the next bytes of a client: what belongs to a message becomes parts of the layer.
    pub fn layer(
        &mut self,
        stream: u32,
        place: &Place,
        bytes: &[u8],
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let transfer = self.transfers.entry(stream).or_default();
        let had = transfer.bytes.len();
        if self.held + bytes.len() > MOST_HELD {
            transfer.give_up();
        }
        let most = facts.parts.len() + MOST_PARTS;
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty() && facts.parts.len() < most) {
            at += transfer.next(place, at, rest, facts, sources);
        }
        self.held = self.held.saturating_sub(had) + transfer.bytes.len();
    }
}

impl Transfer {
    /// Takes what the bytes begin with; says how much that is.
    fn next(
        &mut self,
        place: &Place,
        at: usize,
        rest: &[u8],
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> usize {
        match self.state {
            State::Commands => {
                let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                self.command(&rest[..len]);
                len
            }
            State::Data => {
                let end = self.end(rest);
                let len = end.unwrap_or(rest.len());
                self.add(place, at, &rest[..len]);
                if end.is_some() {
                    // The dot and its line aren't part of the message.
                    self.state = State::Commands;
                    self.shorten(END.len() - 2);
                }
                self.show(end.is_some(), place, (at, len), facts, sources);
                len
            }
            State::Chunk(left, last) => {
                let len = left.min(rest.len());
                self.add(place, at, &rest[..len]);
                let done = len == left;
                self.state = if done { State::Commands } else { State::Chunk(left - len, last) };
                self.show(done && last, place, (at, len), facts, sources);
                len
            }
        }
    }

    fn command(&mut self, line: &[u8]) {
        let mut words = line.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
        let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match words.next() {
            Some(word) if is(word, "DATA") => {
                self.forget();
                self.tail.extend_from_slice(b"\r\n");
                self.state = State::Data;
            }
            Some(word) if is(word, "BDAT") => {
                let size = words.next().and_then(|n| std::str::from_utf8(n).ok()?.parse().ok());
                let last = words.next().is_some_and(|word| is(word, "LAST"));
                self.state = size.map_or(State::Commands, |size| State::Chunk(size, last));
            }
            Some(word) if is(word, "RSET") || is(word, "MAIL") => self.forget(),
            _ => {}
        }
    }

    fn forget(&mut self) {
        *self = Transfer { state: self.state, ..Transfer::default() };
    }

    /// Behind the line that ends a message, if it ends in these bytes.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let kept = self.tail.len();
        self.tail.extend_from_slice(bytes);
        let found = memchr::memmem::find(&self.tail, END);
        let last = self.tail.len().saturating_sub(END.len() - 1);
        drop(self.tail.drain(..last));
        found.map(|at| (at + END.len()).saturating_sub(kept))
    }

    /// The message under way won't be put together.
    fn give_up(&mut self) {
        self.lost = true;
        (self.bytes, self.segments) = (Vec::new(), Vec::new());
    }

    fn add(&mut self, place: &Place, at: usize, bytes: &[u8]) {
        if self.lost || place.layer.source != 0 || self.bytes.len() + bytes.len() > MOST_BYTES {
            return self.give_up();
        }
        self.segments.push(Segment {
            frame: place.frame,
            offset: self.bytes.len() as u32,
            len: bytes.len() as u32,
            at: place.layer.start + at as u32,
            ..Segment::default()
        });
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes bytes off the end.
    fn shorten(&mut self, by: usize) {
        self.bytes.truncate(self.bytes.len().saturating_sub(by));
        let len = self.bytes.len() as u32;
        self.segments.retain(|s| s.offset < len);
        if let Some(last) = self.segments.last_mut() {
            last.len = last.len.min(len - last.offset);
        }
    }

    /// Lines of a message that isn't over, or all of it.
    fn show(
        &mut self,
        whole: bool,
        place: &Place,
        (at, len): (usize, usize),
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let layer = place.index.min(255) as u8;
        let start = place.layer.start.saturating_add(at as u32);
        let part = |name| Part { layer, protocol: registry().number(name), ..Part::default() };
        let lines = Part { source: place.layer.source, start, len: len as u32, ..part("data-text-lines") };
        if !whole {
            facts.parts.extend((len > 0).then_some(lines));
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let segments = std::mem::take(&mut self.segments);
        let len = bytes.len() as u32;
        let put_together = match segments.as_slice() {
            _ if self.lost => lines,
            [] => return,
            [here] if here.frame == place.frame => Part { start: here.at, len, ..part("imf") },
            _ if sources.len() >= 200 => lines,
            _ => {
                sources.push(bytes);
                Part { source: sources.len() as u8, len, segments, ..part("imf") }
            }
        };
        self.forget();
        facts.parts.push(put_together);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(mail: &mut Mail, frame: u32, bytes: &[u8]) -> (Vec<Part>, Vec<Vec<u8>>) {
        let layer = Layer { start: 54, end: 54 + bytes.len() as u32, ..Layer::default() };
        let (mut facts, mut sources) = (Facts::default(), Vec::new());
        mail.layer(0, &Place { frame, index: 4, layer: &layer }, bytes, &mut facts, &mut sources);
        (facts.parts, sources)
    }

    fn names(parts: &[Part]) -> Vec<&'static str> {
        parts.iter().filter_map(|p| Some(registry().protocol(p.protocol?).name())).collect()
    }

    #[test]
    fn a_message_ends_with_a_dot_on_a_line() {
        let mut mail = Mail::default();
        assert!(feed(&mut mail, 1, b"MAIL FROM:<a>\r\nDATA\r\n").0.is_empty());
        assert_eq!(names(&feed(&mut mail, 2, b"Subject: x\r\n").0), ["data-text-lines"]);
        let (parts, sources) = feed(&mut mail, 3, b"\r\nText\r\n.");
        assert_eq!((names(&parts), sources.len()), (vec!["data-text-lines"], 0));
        let (parts, sources) = feed(&mut mail, 4, b"\r\nQUIT\r\n");
        assert_eq!(names(&parts), ["imf"]);
        assert_eq!(sources, [b"Subject: x\r\n\r\nText\r\n".to_vec()]);
        let frames: Vec<u32> = parts[0].segments.iter().map(|s| s.frame).collect();
        assert_eq!(frames, [2, 3]);
    }

    #[test]
    fn a_message_in_one_segment_needs_no_buffer() {
        let mut mail = Mail::default();
        feed(&mut mail, 1, b"data\r\n");
        let (parts, sources) = feed(&mut mail, 2, b"x\r\n.\r\n");
        assert_eq!((parts[0].start, parts[0].len, sources.len()), (54, 3, 0));
    }

    #[test]
    fn many_connections_together_hold_no_more_than_some_bytes() {
        let mut mail = Mail::default();
        let text = vec![b'x'; MOST_BYTES - 10];
        let mut send = |stream: u32, bytes: &[u8]| {
            let layer = Layer { end: bytes.len() as u32, ..Layer::default() };
            let place = Place { frame: 1, index: 4, layer: &layer };
            mail.layer(stream, &place, bytes, &mut Facts::default(), &mut Vec::new());
            mail.held
        };
        for stream in 0..20 {
            send(stream, b"DATA\r\n");
            assert!(send(stream, &text) <= MOST_HELD);
        }
        let held = send(0, b"\r\n.\r\n");
        assert!(held <= MOST_HELD - text.len());
    }

    #[test]
    fn chunks_have_lengths() {
        let mut mail = Mail::default();
        assert_eq!(names(&feed(&mut mail, 1, b"BDAT 4\r\nabcd").0), ["data-text-lines"]);
        let (parts, sources) = feed(&mut mail, 2, b"BDAT 2 LAST\r\nefRSET\r\n");
        assert_eq!((names(&parts), sources), (vec!["imf"], vec![b"abcdef".to_vec()]));
        assert!(feed(&mut mail, 3, b"BDAT 0\r\nNOOP\r\n").0.len() <= 1);
    }
}
