//! A pass on all cores, for reading a file from its start to its end: one thread reads, remembers and puts
//! the results in order; what depends on one packet alone is done wherever a core is free.
//!
//! Packets go in batches through four steps: *read* (in order), *sift* (anywhere: layers, and those packets
//! that a filter rules out without asking memory), *remember* (in order, as far as it is needed), *show*
//! (anywhere: print) and *put out* (in order). What comes out is what `Pass` would give.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::pass::{Clock, Outcome, PATIENCE, Packet, record_info};
use crate::analysis::Analysis;
use crate::analysis::relevance::{self, Marks, Ports, Relevance};
use crate::capture::record::{RecordMeta, Timestamp};
use crate::capture::{Format, Interface, Move, Record, Scanner};
use crate::dissect::buf::Buf;
use crate::dissect::context::{Context, RecordInfo, Settings};
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings};
use crate::dissect::names::Names;

/// Packets in a batch, and bytes after which it is full.
const BATCH: usize = 256;
const BATCH_BYTES: usize = 256 << 10;
/// Batches under way for each worker.
const AHEAD: usize = 3;

/// What is done with single packets; shared by the workers, each of which has a local of its own.
pub trait Work: Sync {
    type Local: Send;
    fn local(&self) -> Self::Local;
    /// True if a packet's layers alone tell that it isn't shown.
    fn rules_out(&self, local: &Self::Local, layers: &Layers) -> bool;
    /// Without memory of other packets: is this one shown?
    fn sift(&self, local: &mut Self::Local, packet: &Packet) -> Fate;
    /// With everything known: the same question, where it is still open.
    fn decide(&self, local: &mut Self::Local, packet: &Packet) -> bool;
    /// True if nobody wants to know what TCP carries.
    fn is_shallow(&self) -> bool;
    /// False if nothing is printed.
    fn prints(&self) -> bool;
    fn print(&self, local: &mut Self::Local, packet: &Packet, out: &mut Vec<u8>);
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It can't be said yet.
    #[default]
    Open,
    Shown,
    Hidden,
}

/// Takes what comes out, in order.
pub trait Output {
    /// What was printed; false: enough.
    fn printed(&mut self, text: &[u8]) -> bool;
    /// A packet that is shown, and its number; false: enough.
    fn shown(&mut self, number: u64, record: &Record, scanner: &Scanner) -> bool;
    /// A growing source has nothing new; says whether to go on waiting.
    fn idle(&mut self) -> bool;
}

/// How much has to be remembered.
pub enum Memory {
    /// Not even layers are looked for.
    Records,
    Nothing,
    /// IP fragments.
    Fragments,
    /// What can bear on these protocols.
    About(Box<Relevance>),
    Everything,
}

/// A packet on its way.
#[derive(Default)]
struct Item {
    offset: u64,
    /// Nanoseconds since 1970; `NO_TIME`: the file has none.
    time: i64,
    captured: usize,
    length: usize,
    interface: usize,
    flags: Option<u32>,
    commented: bool,
    /// Where its bytes begin in the batch's.
    at: usize,
    number: u32,
    relative: i64,
    delta: i64,
    fate: Fate,
    /// Memory has to hear of it.
    tell: bool,
    /// Nobody has looked above TCP.
    shallow: bool,
    /// Of a packet of which memory has not to hear, unless it belongs to a marked stream.
    ports: Ports,
    /// With what memory knows, its layers are others.
    changed: bool,
}

/// What is found out about a packet: apart from the `Item`, which the reading thread fills and looks at, so that
/// this stays with the worker.
#[derive(Default)]
struct Body {
    layers: Layers,
    facts: Facts,
    sources: Vec<Vec<u8>>,
    comments: Vec<String>,
}

const NO_TIME: i64 = i64::MIN;

impl Item {
    /// Takes over what is known of a record.
    fn describe(&mut self, meta: &RecordMeta, captured: usize) {
        self.offset = meta.offset;
        self.time = meta.time.map_or(NO_TIME, |time| time.0);
        self.captured = captured;
        self.length = meta.length as usize;
        self.interface = meta.interface as usize;
        self.flags = meta.flags;
        self.commented = meta.commented;
    }

    fn meta(&self) -> RecordMeta {
        RecordMeta {
            offset: self.offset,
            time: (self.time != NO_TIME).then_some(Timestamp(self.time)),
            captured: self.captured as u32,
            length: self.length as u32,
            interface: self.interface as u32,
            flags: self.flags,
            commented: self.commented,
        }
    }
}

#[derive(Default)]
struct Batch {
    /// The first `len` are in use; the others keep their buffers for the next time.
    items: Vec<Item>,
    /// One for each of the items.
    bodies: Vec<Body>,
    len: usize,
    bytes: Vec<u8>,
    interfaces: Arc<Vec<Interface>>,
    names: Arc<Names>,
    pcapng: bool,
    /// What was printed.
    out: Vec<u8>,
}

/// What a worker does next with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Sift,
    Show,
}

/// Batches between the thread that reads and the workers.
#[derive(Default)]
struct Queue {
    todo: VecDeque<(u64, Stage, Batch)>,
    done: Vec<(u64, Stage, Batch)>,
    closed: bool,
}

/// What all threads share.
struct Shared<'a, W> {
    work: &'a W,
    settings: &'a Settings,
    memory: &'a Memory,
    queue: Mutex<Queue>,
    todo: Condvar,
    done: Condvar,
}

/// Runs over all records of `scanner`; `last`: the number of the last packet that is wanted.
pub fn run<W: Work, O: Output>(
    settings: &Settings,
    names: Names,
    memory: Memory,
    last: Option<u64>,
    scanner: &mut Scanner,
    work: &W,
    output: &mut O,
) -> Outcome {
    let shared = Shared {
        work,
        settings,
        memory: &memory,
        queue: Mutex::default(),
        todo: Condvar::new(),
        done: Condvar::new(),
    };
    let cores = thread::available_parallelism().map_or(1, |n| n.get());
    thread::scope(|scope| {
        for _ in 1..cores {
            scope.spawn(|| shared.help());
        }
        let _closing = Closing(&shared);
        let mut coordinator = Coordinator {
            shared: &shared,
            local: work.local(),
            analysis: Analysis::new(settings),
            marks: Default::default(),
            clock: Clock::default(),
            names: Arc::new(names),
            interfaces: Arc::default(),
            notes_version: u64::MAX,
            known_names: 0,
            last,
            slots: VecDeque::new(),
            first: 0,
            remembered: 0,
            spare: Vec::new(),
            limit: cores * AHEAD,
        };
        coordinator.run(scanner, output)
    })
}

/// Closes the queue when its thread ends. If that is by a panic, nobody waits for what it had in hand, and
/// the panic goes on once all threads are over.
struct Closing<'a, W: Work>(&'a Shared<'a, W>);

impl<W: Work> Drop for Closing<'_, W> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl<W: Work> Shared<'_, W> {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No more work is given out: who works or waits comes to an end.
    fn close(&self) {
        let mut queue = self.queue();
        queue.closed = true;
        queue.todo.clear();
        drop(queue);
        self.todo.notify_all();
        self.done.notify_all();
    }

    /// What a worker does until there is nothing more to do.
    fn help(&self) {
        let _closing = Closing(self);
        let mut local = self.work.local();
        loop {
            let mut queue = self.queue();
            while queue.todo.is_empty() && !queue.closed {
                queue = self.todo.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            let Some((number, stage, mut batch)) = queue.todo.pop_front() else { return };
            drop(queue);
            self.stage(stage, &mut batch, &mut local);
            self.queue().done.push((number, stage, batch));
            self.done.notify_one();
        }
    }

    fn stage(&self, stage: Stage, batch: &mut Batch, local: &mut W::Local) {
        match stage {
            Stage::Sift => self.sift(batch, local),
            Stage::Show => self.show(batch, local),
        }
    }

    /// Layers of the packets, and those packets of which more need not be known.
    fn sift(&self, batch: &mut Batch, local: &mut W::Local) {
        let (mut items, mut bodies) = (std::mem::take(&mut batch.items), std::mem::take(&mut batch.bodies));
        for (item, body) in items.iter_mut().zip(&mut bodies).take(batch.len) {
            let frame = batch.frame(item);
            let link = batch.interface(item).map_or(0, |i| i.link_type.0);
            let mut open = false;
            if !matches!(self.memory, Memory::Records) {
                let around = Surroundings { settings: self.settings, facts: &body.facts, sources: &[] };
                item.shallow = false;
                match self.memory {
                    _ if self.work.is_shallow() => body.layers.locate_below_streams(link, &frame, &around),
                    // What somebody has decoded as something else isn't told by ports.
                    Memory::About(relevance)
                        if relevance.tells_by_ports() && self.settings.decode_as.is_empty() =>
                    {
                        body.layers.locate_below_streams(link, &frame, &around);
                        item.shallow = !relevance.may_bear_above(&body.layers, &frame);
                        if !item.shallow {
                            body.layers.locate(link, &frame, &around);
                        }
                    }
                    _ => body.layers.locate(link, &frame, &around),
                }
                let fragment = relevance::is_fragment(&body.layers, &frame);
                (item.tell, open) = match self.memory {
                    Memory::Records | Memory::Nothing => (false, false),
                    Memory::Fragments => (fragment, fragment),
                    Memory::About(relevance) => {
                        let bears = fragment || relevance.bears(&body.layers, &frame);
                        item.ports = Ports::of(&body.layers, &frame);
                        (bears, bears)
                    }
                    Memory::Everything => (true, fragment),
                };
                if item.tell && item.shallow {
                    body.layers.locate(link, &frame, &around);
                    item.shallow = false;
                }
            }
            if !open {
                item.fate = match self.work.rules_out(local, &body.layers) {
                    true => Fate::Hidden,
                    false => batch.with(item, body, self.settings, |p| self.work.sift(local, p)),
                };
            }
        }
        (batch.items, batch.bodies) = (items, bodies);
    }

    /// The packets of which everything is known by now.
    fn show(&self, batch: &mut Batch, local: &mut W::Local) {
        let (mut items, mut bodies) = (std::mem::take(&mut batch.items), std::mem::take(&mut batch.bodies));
        let mut out = std::mem::take(&mut batch.out);
        let all = items.iter_mut().zip(&mut bodies).take(batch.len);
        for (item, body) in all.filter(|(item, _)| item.fate != Fate::Hidden) {
            if item.changed || item.shallow && self.work.prints() {
                let around =
                    Surroundings { settings: self.settings, facts: &body.facts, sources: &body.sources };
                let link = batch.interface(item).map_or(0, |i| i.link_type.0);
                body.layers.locate(link, &batch.frame(item), &around);
            }
            if item.fate == Fate::Open {
                let shown = batch.with(item, body, self.settings, |p| self.work.decide(local, p));
                item.fate = if shown { Fate::Shown } else { Fate::Hidden };
            }
            if item.fate == Fate::Shown && self.work.prints() {
                batch.with(item, body, self.settings, |p| self.work.print(local, p, &mut out));
            }
        }
        (batch.items, batch.bodies, batch.out) = (items, bodies, out);
    }
}

impl Batch {
    fn bytes(&self, item: &Item) -> &[u8] {
        self.bytes.get(item.at..item.at + item.captured).unwrap_or(&[])
    }

    fn frame(&self, item: &Item) -> Buf<'_> {
        Buf::new(self.bytes(item), item.length.max(item.captured))
    }

    fn interface(&self, item: &Item) -> Option<&Interface> {
        self.interfaces.get(item.interface)
    }

    fn info<'b>(&'b self, item: &Item, body: &'b Body, interface: &'b Interface) -> RecordInfo<'b> {
        let mut info = record_info(item.number, &item.meta(), interface, self.pcapng);
        (info.relative, info.delta, info.delta_displayed) = (item.relative, item.delta, item.delta);
        info.comments = &body.comments;
        info
    }

    fn with<R: Default>(
        &self,
        item: &Item,
        body: &Body,
        settings: &Settings,
        f: impl FnOnce(&Packet) -> R,
    ) -> R {
        let Some(interface) = self.interface(item) else { return R::default() };
        let info = self.info(item, body, interface);
        let context = Context {
            record: &info,
            settings,
            facts: &body.facts,
            sources: &body.sources,
            names: &self.names,
        };
        let record = Record { meta: item.meta(), data: self.bytes(item) };
        f(&Packet { context, frame: self.frame(item), layers: &body.layers, record, interface })
    }

    /// A place for another packet.
    fn next(&mut self) -> &mut Item {
        if self.len == self.items.len() {
            self.items.push(Item::default());
            self.bodies.push(Body::default());
        }
        self.len += 1;
        &mut self.items[self.len - 1]
    }
}

/// Where a batch is.
enum Slot {
    /// With a worker, or waiting for one.
    Away,
    Sifted(Batch),
    Ready(Batch),
}

/// The thread that reads, remembers and puts out; it helps while it has to wait.
struct Coordinator<'a, W: Work> {
    shared: &'a Shared<'a, W>,
    local: W::Local,
    analysis: Analysis,
    marks: Marks,
    clock: Clock,
    names: Arc<Names>,
    interfaces: Arc<Vec<Interface>>,
    notes_version: u64,
    known_names: usize,
    last: Option<u64>,
    /// Batches under way, in order, from number `first` on.
    slots: VecDeque<Slot>,
    first: u64,
    /// The first batch that memory hasn't gone over.
    remembered: u64,
    spare: Vec<Batch>,
    limit: usize,
}

/// What reading came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    More,
    Wait,
    End,
}

impl<W: Work> Coordinator<'_, W> {
    fn run<O: Output>(&mut self, scanner: &mut Scanner, output: &mut O) -> Outcome {
        let mut outcome = Outcome::default();
        let mut read = Read::More;
        loop {
            self.collect();
            self.remember_what_is_sifted();
            if !self.put_out(scanner, output) {
                return outcome;
            }
            if read == Read::More && self.slots.len() < self.limit {
                read = self.read(scanner, &mut outcome);
            } else if !self.slots.is_empty() {
                if !self.help_or_wait() {
                    return outcome;
                }
            } else if read == Read::End {
                return outcome;
            } else {
                if !output.idle() {
                    return outcome;
                }
                let source = scanner.source();
                source.wait(source.len(), PATIENCE);
                read = Read::More;
            }
        }
    }

    /// Reads the next batch and hands it out.
    fn read(&mut self, scanner: &mut Scanner, outcome: &mut Outcome) -> Read {
        let mut batch = self.spare.pop().unwrap_or_default();
        batch.len = 0;
        batch.bytes.clear();
        batch.out.clear();
        batch.pcapng = matches!(scanner.format(), Format::Pcapng);
        let mut read = Read::More;
        while batch.len < BATCH && batch.bytes.len() < BATCH_BYTES && read == Read::More {
            match scanner.advance() {
                Ok(Move::Record) => {
                    outcome.packets += 1;
                    let Some((meta, data)) = scanner.found() else { continue };
                    self.add(&mut batch, meta, data, outcome.packets);
                    if meta.commented {
                        let comments = scanner.notes().comments_on(outcome.packets);
                        batch.bodies[batch.len - 1].comments.extend(comments.map(str::to_owned));
                    }
                    if self.last.is_some_and(|last| outcome.packets >= last) {
                        read = Read::End;
                    }
                }
                Ok(Move::Wait) => read = Read::Wait,
                Ok(Move::End { truncated }) => {
                    outcome.truncated = truncated;
                    read = Read::End;
                }
                Err(error) => {
                    outcome.error = Some(error);
                    read = Read::End;
                }
            }
        }
        self.take_notes(scanner);
        batch.names = self.names.clone();
        batch.interfaces = self.interfaces.clone();
        if batch.len > 0 {
            let number = self.first + self.slots.len() as u64;
            self.slots.push_back(Slot::Away);
            self.hand_out(number, Stage::Sift, batch);
        } else {
            self.spare.push(batch);
        }
        read
    }

    fn add(&mut self, batch: &mut Batch, meta: &RecordMeta, data: &[u8], number: u64) {
        let at = batch.bytes.len();
        batch.bytes.extend_from_slice(data);
        let times = meta.time.map_or((0, 0), |now| self.clock.pass(now.0));
        let item = batch.next();
        let (told, commented) = (item.tell, item.commented);
        item.describe(meta, data.len());
        item.at = at;
        item.number = number as u32;
        (item.relative, item.delta) = times;
        item.fate = Fate::Open;
        (item.tell, item.changed) = (false, false);
        // The packet that had this place before may have left something.
        if (told || commented)
            && let Some(body) = batch.bodies.get_mut(batch.len - 1)
        {
            body.facts.clear();
            body.sources.clear();
            body.comments.clear();
        }
    }

    /// Takes over the interfaces and names that the capture itself gives.
    fn take_notes(&mut self, scanner: &Scanner) {
        if scanner.notes_version() == self.notes_version {
            return;
        }
        self.notes_version = scanner.notes_version();
        self.interfaces = Arc::new(scanner.interfaces().to_vec());
        let names = scanner.notes().names.get(self.known_names..).unwrap_or_default();
        self.known_names += names.len();
        if !names.is_empty() {
            Arc::make_mut(&mut self.names).hosts.extend(names.iter().cloned());
        }
    }

    fn hand_out(&self, number: u64, stage: Stage, batch: Batch) {
        self.shared.queue().todo.push_back((number, stage, batch));
        self.shared.todo.notify_one();
    }

    /// Takes back what the workers are done with.
    fn collect(&mut self) {
        let done = std::mem::take(&mut self.shared.queue().done);
        for (number, stage, batch) in done {
            self.take_back(number, stage, batch);
        }
    }

    fn take_back(&mut self, number: u64, stage: Stage, batch: Batch) {
        if let Some(slot) = self.slots.get_mut((number - self.first) as usize) {
            *slot = match stage {
                Stage::Sift => Slot::Sifted(batch),
                Stage::Show => Slot::Ready(batch),
            };
        }
    }

    /// Memory goes over the batches that are sifted, in order.
    fn remember_what_is_sifted(&mut self) {
        while let Some(slot) = self.slots.get_mut((self.remembered - self.first) as usize) {
            let Slot::Sifted(_) = slot else { return };
            let Slot::Sifted(mut batch) = std::mem::replace(slot, Slot::Away) else { return };
            let number = self.remembered;
            self.remembered += 1;
            let open = self.remember(&mut batch);
            let printed = self.shared.work.prints() && batch.shown().next().is_some();
            match open || printed {
                true => self.hand_out(number, Stage::Show, batch),
                false => self.take_back(number, Stage::Show, batch),
            }
        }
    }

    /// True if the fate of some packet is still open.
    fn remember(&mut self, batch: &mut Batch) -> bool {
        let (mut items, mut bodies) = (std::mem::take(&mut batch.items), std::mem::take(&mut batch.bodies));
        let mut open = false;
        for (item, body) in items.iter_mut().zip(&mut bodies).take(batch.len) {
            if let Memory::About(relevance) = self.shared.memory {
                let frame = batch.frame(item);
                if item.tell {
                    self.marks.mark(relevance, &body.layers, &frame);
                } else if self.marks.has(&item.ports, &body.layers, &frame) {
                    (item.tell, item.fate) = (true, Fate::Open);
                    if item.shallow {
                        let link = batch.interface(item).map_or(0, |i| i.link_type.0);
                        let settings = self.shared.settings;
                        let around = Surroundings { settings, facts: &body.facts, sources: &[] };
                        body.layers.locate(link, &frame, &around);
                    }
                }
            }
            if item.tell && batch.interface(item).is_some() {
                let frame = batch.frame(item);
                let (number, time) = (item.number, (item.time != NO_TIME).then_some(item.time));
                let (layers, facts, sources) = (&mut body.layers, &mut body.facts, &mut body.sources);
                item.changed = match self.shared.memory {
                    Memory::Fragments => {
                        self.analysis.feed_fragments(number, time, frame, layers, facts, sources)
                    }
                    _ => self.analysis.feed(number, time, frame, layers, facts, sources),
                };
            }
            open |= item.fate == Fate::Open;
        }
        self.analysis.drop_news();
        (batch.items, batch.bodies) = (items, bodies);
        open
    }

    /// Puts out what is ready, in order; false: nobody wants more.
    fn put_out<O: Output>(&mut self, scanner: &Scanner, output: &mut O) -> bool {
        while let Some(Slot::Ready(_)) = self.slots.front() {
            let Some(Slot::Ready(batch)) = self.slots.pop_front() else { return true };
            self.first += 1;
            if !batch.out.is_empty() && !output.printed(&batch.out) {
                return false;
            }
            for item in batch.shown() {
                let record = Record { meta: item.meta(), data: batch.bytes(item) };
                if !output.shown(item.number.into(), &record, scanner) {
                    return false;
                }
            }
            self.spare.push(batch);
        }
        true
    }

    /// Does what a worker would do, if something waits for one; else waits for the workers. False: one of
    /// them has panicked.
    fn help_or_wait(&mut self) -> bool {
        let mut queue = self.shared.queue();
        if let Some((number, stage, mut batch)) = queue.todo.pop_front() {
            drop(queue);
            self.shared.stage(stage, &mut batch, &mut self.local);
            self.take_back(number, stage, batch);
            return true;
        }
        while queue.done.is_empty() && !queue.closed {
            queue = self.shared.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        !queue.closed
    }
}

impl Batch {
    fn shown(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().take(self.len).filter(|item| item.fate == Fate::Shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::spool::Spool;
    use crate::capture::{FileType, LinkType, Source, Writer};

    struct Panics;

    impl Work for Panics {
        type Local = ();
        fn local(&self) {}
        fn rules_out(&self, _: &(), _: &Layers) -> bool {
            false
        }
        fn sift(&self, _: &mut (), _: &Packet) -> Fate {
            panic!("as a fault in a protocol would");
        }
        fn decide(&self, _: &mut (), _: &Packet) -> bool {
            false
        }
        fn is_shallow(&self) -> bool {
            false
        }
        fn prints(&self) -> bool {
            false
        }
        fn print(&self, _: &mut (), _: &Packet, _: &mut Vec<u8>) {}
    }

    struct Nowhere;

    impl Output for Nowhere {
        fn printed(&mut self, _: &[u8]) -> bool {
            true
        }
        fn shown(&mut self, _: u64, _: &Record, _: &Scanner) -> bool {
            true
        }
        fn idle(&mut self) -> bool {
            false
        }
    }

    /// Whichever thread it is, nobody waits for the others for ever.
    #[test]
    #[should_panic]
    fn a_panic_ends_the_run() {
        let file = Spool::create().unwrap().file;
        let interfaces = [Interface::new(LinkType::ETHERNET, 0, 1_000_000)];
        let mut writer = Writer::new(file.try_clone().unwrap(), FileType::Pcapng, &interfaces).unwrap();
        let meta = RecordMeta { captured: 4, length: 4, ..RecordMeta::default() };
        for _ in 0..BATCH * 4 {
            writer.write(&Record { meta, data: &[1, 2, 3, 4] }, 0).unwrap();
        }
        writer.finish().unwrap();
        let mut scanner = Scanner::new(Source::from_file(file, false)).unwrap();
        let settings = Settings::default();
        run(&settings, Names::default(), Memory::Nothing, None, &mut scanner, &Panics, &mut Nowhere);
    }
}
