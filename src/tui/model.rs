//! What stands between the trace and the screens: it performs effects, runs one filter, one search and
//! one sorting at a time, keeps the rows that are visible, and takes the snapshot of each frame.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::action::{Action, Modes};
use super::columns;
use super::config::Store;
use super::detail::Detail;
use super::find::{self, Job};
use super::layout;
use super::saving::Saving;
use super::snapshot::*;
use super::state::{After, Overlay, Screen, State};
use super::times::{Origins, TimeFormat};
use super::update::{self, Effect, Effects, Save};

/// While packets come in, what was dissected before is looked at again this often: facts that later
/// packets brought (an answer, a retransmission) then show.
const STALE_AFTER: Duration = Duration::from_millis(500);
/// Packets that came in are sorted in after so long a time.
const SORT_AGAIN: Duration = Duration::from_secs(2);
/// While packets come in, the selected one's conversation is collected again this often.
const COLLECT_AGAIN: Duration = Duration::from_millis(150);
/// An applied filter that is not further behind the packets that come in is no work to speak of: Esc
/// must not end it.
const KEEPS_UP: u32 = 20_000;
/// Rows kept.
const MAX_ROWS: usize = 2000;
/// The rate of packets is that of so long a time.
const RATE_OVER: Duration = Duration::from_millis(1000);
/// Seconds of an interface's sparkline.
const SPARK: usize = 60;

pub struct Model {
    provider: Arc<dyn Provider>,
    store: Store,
    source: Option<Arc<dyn Source>>,
    /// Where the trace came from, for the list of recent files.
    path: Option<PathBuf>,
    /// The trace is a capture that no program saved: its spool.
    orphan: Option<PathBuf>,
    remembered: bool,
    applied: Option<Box<dyn Matches>>,
    /// A filter that has found nothing yet; the list still shows what was applied before.
    waiting: Option<(String, Box<dyn Matches>, Check)>,
    search: Option<Job<Option<u32>>>,
    /// The packet that was found is not looked into yet.
    shows_hit: bool,
    sorting: Option<Job<Arc<Vec<u32>>>>,
    sorted: Option<Arc<Vec<u32>>>,
    sorted_at: Duration,
    saving: Option<Saving>,
    cache: Cache,
    rate: Rate,
    /// Lines of the list when the last frame was drawn, and whether the file had grown by then.
    length: usize,
    follows: bool,
    monitor: Option<Monitor>,
    interfaces: Vec<InterfaceState>,
    no_capture: Option<Failure>,
    recent: Vec<Recent>,
    go_to: Option<u32>,
}

/// What was dissected for the screen.
#[derive(Default)]
struct Cache {
    fields: Vec<String>,
    rows: HashMap<u32, Arc<Row>>,
    /// Times of the packets that time is counted from.
    origins: HashMap<u32, Option<i64>>,
    detail: Option<Arc<Detail>>,
    conversation: Option<Collected>,
    filled_at: Duration,
    settled: bool,
    /// Packets that there were then: later ones may say more of those before.
    total: u32,
}

/// The conversation of a packet, when there were so many packets.
struct Collected {
    packet: u32,
    total: u32,
    at: Duration,
    found: Option<Arc<Conversation>>,
}

impl Collected {
    /// Still true of a packet: the next one is often of the same conversation, which then needs no
    /// collecting; and while packets pour in, it is collected anew only now and then.
    fn holds(&self, packet: u32, total: u32, now: Duration) -> bool {
        let here = self.packet == packet || self.found.as_ref().is_some_and(|c| c.holds(packet));
        here && (self.total == total || now.saturating_sub(self.at) < COLLECT_AGAIN)
    }
}

impl Model {
    pub fn new(provider: Arc<dyn Provider>, store: Store) -> Model {
        Model {
            provider,
            recent: Vec::new(),
            store,
            source: None,
            path: None,
            orphan: None,
            remembered: false,
            applied: None,
            waiting: None,
            search: None,
            shows_hit: false,
            sorting: None,
            sorted: None,
            sorted_at: Duration::ZERO,
            saving: None,
            cache: Cache::default(),
            rate: Rate::default(),
            length: 0,
            follows: false,
            monitor: None,
            interfaces: Vec::new(),
            no_capture: None,
            go_to: None,
        }
    }

    /// Shows a trace. `path`: the file it comes from.
    pub fn show(&mut self, state: &mut State, source: Arc<dyn Source>, path: Option<PathBuf>) {
        state.forget_trace();
        state.list.following = source.progress().live.is_some_and(|l| l.running);
        if let Some(path) = &path {
            self.store.remember_file(path, None);
        }
        self.source = Some(source);
        self.path = path;
        self.orphan = None;
        self.remembered = false;
        self.applied = None;
        self.waiting = None;
        self.search = None;
        self.sorting = None;
        self.sorted = None;
        self.cache = Cache::default();
        self.rate = Rate::default();
        self.length = 0;
        self.follows = false;
        self.monitor = None;
    }

    /// Shows the interfaces and recent files.
    pub fn choose(&mut self, state: &mut State) {
        state.screen = Screen::Chooser;
        self.list_recent();
        match self.recent.iter().filter(|r| r.unsaved).count() {
            0 => {}
            1 => state.say("a capture was not saved: it stands before the recent files"),
            n => state.say(format!("{n} captures were not saved: they stand before the recent files")),
        }
        self.monitor = Some(Monitor::start(self.provider.clone()));
    }

    fn list_recent(&mut self) {
        self.recent = self.provider.unsaved();
        self.recent.extend(self.store.recent());
    }

    /// The program ends and nobody can be asked about packets that are not kept.
    pub fn spare(&self) {
        if let Some(source) = &self.source {
            source.spare();
        }
    }

    /// Goes to this packet (counted from 1) as soon as it is there.
    pub fn go_to(&mut self, number: u32) {
        self.go_to = Some(number);
    }

    /// True while something happens by itself, and the screen must be looked after often.
    pub fn is_busy(&self, snapshot: &Snapshot) -> bool {
        let live = snapshot.progress.live.as_ref().is_some_and(|l| l.running);
        snapshot.work.is_some() || self.source.is_some() && (live || !snapshot.progress.done)
    }

    // ---- effects ----

    /// Does what an action asked for; quitting, suspending, drawing and copying are the run loop's.
    pub fn perform(&mut self, state: &mut State, effect: Effect, snapshot: &Snapshot) -> Effects {
        match effect {
            Effect::Filter(text) => self.filter(state, text),
            Effect::Cancel => self.cancel(state),
            Effect::QuitOnceWritten => return self.quit_once_written(state),
            Effect::StopReading => {
                if let Some(source) = &self.source {
                    source.stop();
                    state.say("stopped; what was read stays");
                }
            }
            Effect::StopCapture => self.stop_capture(state),
            Effect::Restart => self.restart(state),
            Effect::Choose => self.choose(state),
            Effect::Find { forward } => self.find(state, snapshot, forward),
            Effect::Sort => self.sort(state, snapshot),
            Effect::Save(save) => self.save(state, save),
            Effect::Open(path) => self.open(state, path),
            Effect::Capture { interfaces, filter } => self.capture(state, &interfaces, &filter),
            Effect::Forget(file) => {
                if file.unsaved
                    && let Err(why) = std::fs::remove_file(&file.path)
                {
                    state.complain(format!("{} can't be removed: {why}", file.path.display()));
                }
                self.store.forget_file(&file.path);
                self.list_recent();
            }
            Effect::SaveConfig => {
                if let Err(why) = self.store.save(state) {
                    state.complain(format!("the configuration can't be kept: {why}"));
                }
            }
            Effect::Quit | Effect::Suspend | Effect::Redraw | Effect::Copy(_) => {}
        }
        Vec::new()
    }

    /// A saved filter's name stands for it, unless it is a filter itself.
    fn meant(&self, state: &State, text: String) -> String {
        let Some((source, saved)) = self.source.as_ref().zip(state.filter.saved.get(text.trim())) else {
            return text;
        };
        match source.check(&text, state.list.packet).verdict {
            Verdict::Valid | Verdict::Questionable => text,
            _ => saved.text.clone(),
        }
    }

    fn filter(&mut self, state: &mut State, text: String) {
        let text = self.meant(state, text);
        let Some(source) = &self.source else { return };
        if text.is_empty() {
            if let Some(job) = self.applied.take() {
                job.cancel();
            }
            self.waiting = None;
            self.adopt(state, text, Check::default());
            return;
        }
        let check = source.check(&text, state.list.packet);
        match source.filter(&text, state.list.packet) {
            Ok(job) => {
                self.store.remember_filter(&mut state.filter.history, &text);
                state.filter.coming = Some(text.clone());
                self.waiting = Some((text, job, check));
            }
            Err(check) => {
                // Back to the line, with what is wrong in it.
                update::edit_filter(state, Some(text));
                if let Some(editing) = &mut state.filter.editing {
                    editing.check = check;
                    editing.stale = false;
                }
            }
        }
    }

    /// The filter's text is what the list shows from now on.
    fn adopt(&mut self, state: &mut State, text: String, check: Check) {
        state.filter.applied = text;
        state.filter.coming = None;
        state.filter.check = check;
        columns::reset(&mut state.columns);
        state.list.scroll = 0;
        self.sorted = None;
        self.sorting = None;
    }

    fn cancel(&mut self, state: &mut State) {
        if let Some(saving) = &self.saving {
            return saving.stop();
        }
        if self.search.take().is_some() || self.sorting.take().is_some() {
            return;
        }
        if let Some((_, job, _)) = self.waiting.take() {
            job.cancel();
            state.filter.coming = None;
        } else if let Some(job) = &self.applied {
            job.cancel();
        }
    }

    fn stop_capture(&mut self, state: &mut State) {
        let Some(source) = &self.source else { return };
        if source.progress().live.is_some_and(|l| l.running) {
            source.stop();
            state.say("capture stopped");
        }
    }

    fn restart(&mut self, state: &mut State) {
        let Some(source) = &self.source else { return };
        match source.restart() {
            Ok(source) => {
                let (filter, path) = (state.filter.applied.clone(), self.path.clone());
                let orphan = self.orphan.take();
                // Of a file that is read again, the same packet is looked at.
                let packet = state.list.packet.filter(|_| source.progress().live.is_none());
                self.show(state, source, path);
                self.orphan = orphan;
                self.go_to = packet.map(|p| p.saturating_add(1));
                self.filter(state, filter);
            }
            Err(why) => state.overlay = Some(Overlay::Message(why)),
        }
    }

    fn find(&mut self, state: &mut State, snapshot: &Snapshot, forward: bool) {
        let Some(source) = &self.source else { return };
        let shown = snapshot.shown.clone();
        match find::search(source.clone(), &state.find, shown, state.list.selected, forward) {
            Ok(job) => self.search = Some(job),
            Err(why) => state.complain(why),
        }
    }

    fn sort(&mut self, state: &mut State, snapshot: &Snapshot) {
        self.sorting = None;
        let Some(source) = &self.source else { return };
        let column = state.sort.and_then(|(at, down)| Some((state.columns.get(at)?.clone(), down)));
        match column {
            Some((column, down)) => {
                self.sorting = Some(find::sort(source.clone(), self.unsorted(snapshot.total), column, down));
            }
            None => self.sorted = None,
        }
    }

    fn save(&mut self, state: &mut State, save: Save) {
        let Some(source) = self.source.clone() else { return };
        if let Some(saving) = &self.saving {
            return state.complain(format!("{} is still being written", saving.asked.path.display()));
        }
        if let Some(Overlay::Save(form)) = &mut state.overlay {
            if save.path.exists() && !form.replace {
                form.replace = true;
                form.complaint = "that file is there; Enter replaces it, Esc goes back".into();
                return;
            }
            state.overlay = None;
        }
        self.saving = Some(Saving::start(source, save));
    }

    fn quit_once_written(&mut self, state: &mut State) -> Effects {
        let Some(saving) = &mut self.saving else { return vec![Effect::Quit] };
        saving.quits = true;
        state.say("ends once the file is written; Esc stops writing");
        Vec::new()
    }

    fn open(&mut self, state: &mut State, path: PathBuf) {
        let unsaved = self.recent.iter().any(|r| r.unsaved && r.path == path);
        match self.provider.open(&path) {
            Ok(source) if unsaved => {
                self.show(state, source, None);
                self.orphan = Some(path);
                let key = state.keymap.hint(Modes::PANES, Action::Save);
                state.say(format!("this capture was not saved; {key} keeps it"));
            }
            Ok(source) => self.show(state, source, Some(path)),
            Err(why) => state.overlay = Some(Overlay::Message(why)),
        }
    }

    fn capture(&mut self, state: &mut State, interfaces: &[String], filter: &str) {
        let filter = Some(filter.trim()).filter(|f| !f.is_empty());
        match self.provider.capture(interfaces, filter) {
            Ok(source) => self.show(state, source, None),
            Err(why) => state.overlay = Some(Overlay::Message(why)),
        }
    }

    // ---- results of what runs beside ----

    /// Takes what has been finished since the last frame; says what follows from it.
    fn results(&mut self, state: &mut State, shown: &Snapshot) -> Effects {
        // A capture goes on: its filter is never done, and may find nothing for hours.
        let is_ready =
            |job: &dyn Matches| job.done() || !job.packets().is_empty() || job.looked_at() >= shown.total;
        if self.waiting.as_ref().is_some_and(|(_, job, _)| is_ready(&**job))
            && let Some((text, job, check)) = self.waiting.take()
        {
            self.applied = Some(job);
            self.adopt(state, text, check);
            if state.sort.is_some() {
                self.sort(state, shown);
            }
        }
        if let Some(found) = self.search.as_ref().and_then(Job::take) {
            self.search = None;
            match found {
                Some(packet) => self.shows_hit = update::go_to(state, shown, packet),
                None => {
                    state.complain(format!("{:?} is nowhere in {}", state.find.text, state.find.place.name()))
                }
            }
        }
        if let Some(sorted) = self.sorting.as_ref().and_then(Job::take) {
            self.sorting = None;
            self.sorted = Some(sorted);
            self.sorted_at = state.now;
        }
        let more = self.sorted.as_ref().is_some_and(|s| s.len() < self.unsorted(shown.total).len());
        if more && self.sorting.is_none() && state.now.saturating_sub(self.sorted_at) > SORT_AGAIN {
            self.sort(state, shown);
        }
        self.saved(state)
    }

    fn saved(&mut self, state: &mut State) -> Effects {
        let Some(mut saving) = self.saving.take_if(|s| s.is_finished()) else { return Vec::new() };
        let (result, save) = (saving.result(), saving.asked.clone());
        match result {
            Err(_) if saving.was_stopped() => {
                state.say("writing was stopped; no file was made");
                Vec::new()
            }
            Ok(count) => {
                let noun = if count == 1 { "packet" } else { "packets" };
                state.say(format!(
                    "{} {noun} written to {}",
                    super::text::grouped(count),
                    save.path.display()
                ));
                self.store.remember_file(&save.path, Some(count));
                self.adopted(&save);
                if saving.quits {
                    return self.quit(state);
                }
                save.then.map_or_else(Vec::new, update::go_on)
            }
            Err(why) => {
                state.overlay = Some(Overlay::Message(why));
                Vec::new()
            }
        }
    }

    /// What was put off until a file was written, which may hold only some of the packets.
    fn quit(&self, state: &mut State) -> Effects {
        let live = self.source.as_ref().and_then(|s| s.progress().live);
        if live.is_none_or(|l| l.kept) {
            return vec![Effect::Quit];
        }
        state.overlay = Some(Overlay::Leave(After::Quit));
        Vec::new()
    }

    /// A capture that had been left behind needs its spool no longer, once all of it was read and written.
    fn adopted(&mut self, save: &Save) {
        let whole = self.source.as_ref().is_some_and(|source| {
            let p = source.progress();
            p.done && p.error.is_none() && p.total.is_none_or(|total| p.bytes >= total)
        });
        if !whole || save.packets.is_some() {
            return;
        }
        let place = |path: &PathBuf| path.canonicalize().ok();
        if let Some(orphan) = self.orphan.take().filter(|orphan| place(orphan) != place(&save.path)) {
            // One that can't be removed is offered again.
            let _ = std::fs::remove_file(orphan);
        }
    }

    /// Does what waits for results: for tests and pictures, which want a finished screen.
    pub fn is_settled(&self) -> bool {
        let idle = self.waiting.is_none()
            && self.search.is_none()
            && self.sorting.is_none()
            && self.saving.is_none();
        let Some(source) = &self.source else { return idle };
        let read = source.progress().live.is_some() || source.progress().done;
        let looked = |job: &dyn Matches| job.done() || job.looked_at() >= source.len();
        idle && read && self.applied.as_ref().is_none_or(|job| looked(&**job))
    }

    // ---- the frame ----

    fn unsorted(&self, total: u32) -> Shown {
        match &self.applied {
            Some(job) => Shown::Some(job.packets()),
            None => Shown::All(total),
        }
    }

    fn shown(&self, total: u32) -> Shown {
        match &self.sorted {
            Some(list) => Shown::Sorted(list.clone()),
            None => self.unsorted(total),
        }
    }

    fn work(&self, total: u32) -> Option<(&'static str, f64)> {
        if let Some(saving) = &self.saving {
            return Some((WRITING, saving.share()));
        }
        if let Some(job) = &self.search {
            return Some(("finding", job.share()));
        }
        if let Some(job) = &self.sorting {
            return Some(("sorting", job.share()));
        }
        let (job, keeps_up) = match (&self.waiting, &self.applied) {
            (Some((_, job, _)), _) => (job, 0),
            (None, applied) => (applied.as_ref()?, KEEPS_UP),
        };
        let share = f64::from(job.looked_at()) / f64::from(total.max(1));
        let behind = total.saturating_sub(job.looked_at());
        (!job.done() && behind > keeps_up).then_some(("filtering", share.min(1.0)))
    }

    /// Takes the snapshot for the next frame and brings the state in line with it.
    pub fn snapshot(&mut self, state: &mut State) -> (Snapshot, Effects) {
        let Some(source) = self.source.clone().filter(|_| state.screen == Screen::Packets) else {
            self.check_filter(state);
            let effects = self.saved(state);
            return (self.chooser_snapshot(state), effects);
        };
        self.monitor = None;
        let progress = source.progress();
        let total = source.len();
        self.rate.note(state.now, total);
        let mut s = Snapshot {
            title: source.title(),
            progress,
            total,
            rate: self.rate.per_second(),
            shown: self.shown(total),
            ..Snapshot::default()
        };
        let effects = self.results(state, &s);
        s.shown = self.shown(total);
        s.more = self.applied.as_ref().is_some_and(|job| !job.done() && job.looked_at() < total);
        s.work = self.work(total);
        self.arrive(state, &s);
        self.keep_up(state, &s);
        self.remember(&s);
        self.refresh_cache(state, &s);
        let areas = layout::areas(state);
        state.settle(&s, usize::from(areas.list.height));
        s.top = state.list.top;
        s.lines = self.lines(&*source, state, &s, usize::from(areas.list.height));
        columns::grow(&mut state.columns, &s.lines, state.theme.ascii);
        s.packet = state.list.packet.filter(|_| !s.shown.is_empty());
        s.detail = s.packet.map(|p| self.detail(&*source, p));
        s.conversation = s.packet.and_then(|p| self.conversation(&*source, state.now, p, total));
        if let (true, Some(detail)) = (std::mem::take(&mut self.shows_hit), &s.detail) {
            update::tree::show_hit(state, detail);
        }
        update::tree::settle(state, &s);
        self.check_filter(state);
        (s, effects)
    }

    /// Goes to the packet asked for on the command line, once it is there.
    fn arrive(&mut self, state: &mut State, s: &Snapshot) {
        let Some(number) = self.go_to else { return };
        let packet = number.saturating_sub(1);
        if s.shown.position(packet).is_some() || s.progress.done && self.waiting.is_none() {
            self.go_to = None;
            update::go_to(state, s, packet);
        }
    }

    /// Who looks at the last packet of a file when it turns out to grow, follows it.
    fn keep_up(&mut self, state: &mut State, s: &Snapshot) {
        let begins = s.progress.follows && !self.follows;
        if begins && self.sorted.is_none() && self.length > 0 && state.list.selected + 1 >= self.length {
            state.list.following = true;
        }
        (self.follows, self.length) = (s.progress.follows, s.shown.len());
    }

    /// Puts the number of packets beside the file's name in the list of recent files.
    fn remember(&mut self, s: &Snapshot) {
        if s.progress.done && !self.remembered {
            self.remembered = true;
            if let Some(path) = &self.path {
                self.store.remember_file(path, Some(u64::from(s.total)));
            }
        }
    }

    fn refresh_cache(&mut self, state: &State, s: &Snapshot) {
        let fields = columns::fields(&state.columns);
        let settled = s.progress.done;
        let may_differ = !self.cache.settled || s.total != self.cache.total;
        let old = may_differ && state.now.saturating_sub(self.cache.filled_at) > STALE_AFTER;
        if fields != self.cache.fields
            || old
            || settled != self.cache.settled
            || self.cache.rows.len() > MAX_ROWS
        {
            let total = s.total;
            self.cache = Cache { fields, filled_at: state.now, settled, total, ..Cache::default() };
        }
    }

    /// The visible lines. What is in the cache costs no call to the trace, which may be busy.
    fn lines(&mut self, source: &dyn Source, state: &State, s: &Snapshot, height: usize) -> Vec<Line> {
        let above = s.top.checked_sub(1).and_then(|i| s.shown.packet(i));
        let mut before =
            above.filter(|_| state.time_format == TimeFormat::DeltaDisplayed).and_then(|p| source.time(p));
        let mut lines = Vec::with_capacity(height);
        for packet in (s.top..s.top.saturating_add(height)).map_while(|i| s.shown.packet(i)) {
            let cache = &mut self.cache;
            let row = cache.rows.entry(packet).or_insert_with(|| Arc::new(source.row(packet, &cache.fields)));
            let reference = state.references.range(..=packet).next_back().copied().unwrap_or(0);
            let first = *cache.origins.entry(reference).or_insert_with(|| source.time(reference));
            let origins = Origins { first, previous: row.previous, previous_shown: before };
            before = row.time;
            let time = state.time_format.text(row.time, &origins, row.digits);
            lines.push(Line { packet, time, row: row.clone() });
        }
        lines
    }

    fn detail(&mut self, source: &dyn Source, packet: u32) -> Arc<Detail> {
        match &self.cache.detail {
            Some(detail) if detail.packet == packet => detail.clone(),
            _ => self.cache.detail.insert(Arc::new(source.detail(packet))).clone(),
        }
    }

    fn conversation(
        &mut self,
        source: &dyn Source,
        now: Duration,
        packet: u32,
        total: u32,
    ) -> Option<Arc<Conversation>> {
        if let Some(c) = self.cache.conversation.as_ref().filter(|c| c.holds(packet, total, now)) {
            return c.found.clone();
        }
        let found = source.conversation(packet).map(Arc::new);
        self.cache.conversation = Some(Collected { packet, total, at: now, found: found.clone() });
        found
    }

    /// Checks and completes the filter that is being typed, when it was changed.
    fn check_filter(&self, state: &mut State) {
        let selected = state.list.packet;
        let recent = state.filter.recent_words();
        let Some(editing) = state.filter.editing.as_mut().filter(|e| e.stale) else { return };
        let Some(source) = &self.source else { return };
        let text = editing.line.text();
        editing.check = source.check(text, selected);
        // While candidates are tried one after the other, their list stays.
        if editing.chosen.is_none() {
            editing.completion = match text.trim() {
                "" => Completion::default(),
                _ => source.complete(text, editing.line.cursor(), &recent),
            };
            update::add_saved(&state.filter.saved, editing);
        }
        editing.stale = false;
    }

    fn chooser_snapshot(&mut self, state: &mut State) -> Snapshot {
        if let Some(monitor) = &self.monitor {
            for (list, trouble) in monitor.samples.try_iter() {
                self.no_capture = trouble;
                sample(&mut self.interfaces, list);
            }
        }
        let last = self.interfaces.len().saturating_sub(1);
        state.chooser.interface = state.chooser.interface.min(last);
        state.chooser.file = state.chooser.file.min(self.recent.len().saturating_sub(1));
        if state.notice.as_ref().is_some_and(|n| n.until <= state.now) {
            state.notice = None;
        }
        let behind = self.source.as_ref();
        Snapshot {
            title: behind.map_or_else(String::new, |s| s.title()),
            progress: behind.map_or_else(Progress::default, |s| s.progress()),
            total: behind.map_or(0, |s| s.len()),
            work: self.saving.as_ref().map(|s| (WRITING, s.share())),
            interfaces: self.interfaces.clone(),
            no_capture: self.no_capture.clone(),
            recent: self.recent.clone(),
            ..Snapshot::default()
        }
    }
}

/// Adds a second to the sparklines.
fn sample(known: &mut Vec<InterfaceState>, list: Vec<Interface>) {
    let mut fresh = Vec::with_capacity(list.len());
    for interface in list {
        let before = known.iter().find(|k| k.interface.name == interface.name);
        let mut rates = before.map_or_else(Vec::new, |b| b.rates.clone());
        if let Some((now, then)) = interface.packets.zip(before.and_then(|b| b.interface.packets)) {
            rates.push(now.saturating_sub(then));
            rates.drain(..rates.len().saturating_sub(SPARK));
        }
        fresh.push(InterfaceState { interface, rates });
    }
    *known = fresh;
}

/// Asks for the interfaces once a second, on a thread of its own: the answer may take a while.
struct Monitor {
    samples: Receiver<(Vec<Interface>, Option<Failure>)>,
    ended: Arc<AtomicBool>,
}

impl Monitor {
    fn start(provider: Arc<dyn Provider>) -> Monitor {
        let (sender, samples) = channel();
        let ended = Arc::new(AtomicBool::new(false));
        let end = ended.clone();
        std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) && sender.send(provider.interfaces()).is_ok() {
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        Monitor { samples, ended }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// Packets a second, over the last second.
#[derive(Default)]
struct Rate {
    seen: VecDeque<(Duration, u32)>,
}

impl Rate {
    fn note(&mut self, now: Duration, total: u32) {
        self.seen.push_back((now, total));
        while self.seen.len() > 2 && self.seen.get(1).is_some_and(|s| now.saturating_sub(s.0) > RATE_OVER) {
            self.seen.pop_front();
        }
    }

    fn per_second(&self) -> f64 {
        let (Some(first), Some(last)) = (self.seen.front(), self.seen.back()) else { return 0.0 };
        let seconds = last.0.saturating_sub(first.0).as_secs_f64();
        if seconds <= 0.0 { 0.0 } else { f64::from(last.1.saturating_sub(first.1)) / seconds }
    }
}

#[cfg(test)]
mod tests;
