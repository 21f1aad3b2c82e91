//! The terminal user interface. The run loop here is the only place that touches the terminal and the
//! clock: keys become actions (`action`, `keys`), actions change the state (`update`), and a frame is
//! drawn from state and snapshot (`view`). What a trace is, it knows through `snapshot::Source` alone.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, KeyEventKind};

pub mod action;
pub mod columns;
pub mod config;
pub mod detail;
pub mod edit;
#[cfg(test)]
mod fake;
pub mod find;
mod hangup;
pub mod keys;
pub mod layout;
mod model;
mod saving;
pub mod screenshot;
pub mod snapshot;
pub mod state;
mod terminal;
pub mod text;
pub mod theme;
pub mod times;
pub mod update;
pub mod view;

use action::Modes;
use config::Store;
use hangup::{Line, Waited};
use keys::Key;
use model::Model;
use snapshot::{Provider, Snapshot, Source};
use state::State;
use terminal::{Screen, Signal};
use theme::{Palette, Theme};
use times::TimeFormat;
use update::{Effect, Effects};

/// What to show, and how it starts.
pub struct TuiOptions {
    pub what: What,
    pub provider: Arc<dyn Provider>,
    /// Display filter to begin with.
    pub filter: Option<String>,
    pub time_format: Option<TimeFormat>,
    pub theme: Option<Palette>,
    /// Packet to select, counted from 1.
    pub go_to: Option<u32>,
    /// Capture filter that the chooser starts with.
    pub capture_filter: Option<String>,
}

/// What is shown first.
pub enum What {
    /// A trace; the path, if it is a file that belongs into the list of recent ones.
    Trace(Arc<dyn Source>, Option<PathBuf>),
    /// Interfaces and recent files.
    Chooser,
}

/// Longest wait for a key while something happens by itself, and while nothing does.
const BUSY: Duration = Duration::from_millis(33);
const IDLE: Duration = Duration::from_millis(250);
/// Events taken in before a frame is drawn, at most.
const BURST: usize = 64;

/// Runs the user interface until it is left.
pub fn run(options: TuiOptions) -> anyhow::Result<ExitCode> {
    let theme = Theme::detect(options.theme, |name| std::env::var(name).ok());
    let mut state = State::new((80, 24), theme);
    let store = Store::of_user();
    let complaints = store.load(&mut state);
    let mut model = Model::new(options.provider, store);
    match options.what {
        What::Trace(source, path) => model.show(&mut state, source, path),
        What::Chooser => model.choose(&mut state),
    }
    if let Some(palette) = options.theme {
        state.theme.palette = palette;
    }
    state.time_format = options.time_format.unwrap_or(state.time_format);
    state.chooser.capture_filter = options.capture_filter.unwrap_or_default();
    if let Some(first) = complaints.first() {
        state.complain(first);
    }
    if let Some(number) = options.go_to {
        model.go_to(number);
    }
    if let Some(filter) = options.filter {
        model.perform(&mut state, Effect::Filter(filter), &Snapshot::default());
    }
    let line = Line::open()?;
    line.guard()?;
    let screen = Screen::take()?;
    Loop { state, model, screen, line, started: Instant::now(), put_off: Vec::new() }.run()
}

struct Loop {
    state: State,
    model: Model,
    screen: Screen,
    line: Line,
    started: Instant,
    /// What follows from something that ran beside, such as quitting once a file is written.
    put_off: Effects,
}

/// The loop goes on, or ends with a status.
type Flow = std::ops::ControlFlow<ExitCode>;

impl Loop {
    fn run(mut self) -> anyhow::Result<ExitCode> {
        loop {
            let flow = self.turn();
            let hung_up = self.line.hung_up();
            if hung_up || flow.is_err() {
                self.model.spare();
            }
            // Whatever failed then, failed for want of a terminal, and there is nobody to tell.
            if hung_up {
                self.screen.give_up();
                return Ok(ExitCode::FAILURE);
            }
            if let Flow::Break(status) = flow? {
                return Ok(status);
            }
        }
    }

    /// Draws a frame, and takes in what comes then.
    fn turn(&mut self) -> anyhow::Result<Flow> {
        self.state.size = self.screen.size();
        let snapshot = self.draw()?;
        let wait = if self.model.is_busy(&snapshot) { BUSY } else { IDLE };
        self.events(snapshot, wait)
    }

    /// Takes a snapshot and draws it.
    fn draw(&mut self) -> anyhow::Result<Snapshot> {
        let snapshot = self.snapshot()?;
        let state = &self.state;
        self.screen.draw(|frame| {
            view::draw(state, &snapshot, frame);
        })?;
        Ok(snapshot)
    }

    fn snapshot(&mut self) -> anyhow::Result<Snapshot> {
        self.state.now = self.started.elapsed();
        let (snapshot, effects) = self.model.snapshot(&mut self.state);
        self.put_off.extend(effects);
        Ok(snapshot)
    }

    /// Waits for events and takes in those that are there, so that a held key never lags behind.
    fn events(&mut self, mut snapshot: Snapshot, wait: Duration) -> anyhow::Result<Flow> {
        let mut wait = wait;
        for _ in 0..BURST {
            let effects = std::mem::take(&mut self.put_off);
            if let Flow::Break(status) = self.perform(effects, &snapshot)? {
                return Ok(Flow::Break(status));
            }
            if let Flow::Break(status) = self.signals()? {
                return Ok(Flow::Break(status));
            }
            if self.line.wait(wait)? != Waited::Event {
                break;
            }
            wait = Duration::ZERO;
            let effects = self.event(event::read()?, &snapshot);
            if let Flow::Break(status) = self.perform(effects, &snapshot)? {
                return Ok(Flow::Break(status));
            }
            // Letters of a line need no snapshot between them.
            let typing = self.state.mode().intersects(Modes::FILTER.or(Modes::PROMPT));
            if !typing && self.line.wait(Duration::ZERO)? == Waited::Event {
                snapshot = self.snapshot()?;
            }
        }
        Ok(Flow::Continue(()))
    }

    fn event(&mut self, event: Event, snapshot: &Snapshot) -> Effects {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                update::key(&mut self.state, Key::of(&key), snapshot)
            }
            Event::Mouse(mouse) => update::mouse(&mut self.state, mouse, snapshot),
            Event::Paste(text) => {
                update::paste(&mut self.state, &text);
                Vec::new()
            }
            Event::Resize(width, height) => {
                self.state.size = (width, height);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn signals(&mut self) -> anyhow::Result<Flow> {
        match self.screen.signal() {
            Some(Signal::End(number)) => {
                self.model.spare();
                return Ok(Flow::Break(ExitCode::from(128u8.saturating_add(number as u8))));
            }
            Some(Signal::Suspend) => self.screen.suspend()?,
            Some(Signal::WentOn) => self.screen.retake()?,
            None => {}
        }
        Ok(Flow::Continue(()))
    }

    fn perform(&mut self, effects: Effects, snapshot: &Snapshot) -> anyhow::Result<Flow> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Flow::Break(ExitCode::SUCCESS)),
                Effect::Suspend => self.screen.suspend()?,
                Effect::Redraw => self.screen.forget()?,
                Effect::Copy(text) => self.screen.copy(&text)?,
                effect => {
                    let more = self.model.perform(&mut self.state, effect, snapshot);
                    if let Flow::Break(status) = self.perform(more, snapshot)? {
                        return Ok(Flow::Break(status));
                    }
                }
            }
        }
        Ok(Flow::Continue(()))
    }
}
