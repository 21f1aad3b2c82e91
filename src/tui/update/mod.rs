//! What actions do to the state. Pure: no terminal, no trace beyond the snapshot; whatever has to
//! happen outside is returned as effects, which the run loop performs.

use std::path::PathBuf;

use super::action::{Action, Modes};
use super::keys::{Found, Key};
use super::snapshot::{FileFormat, Recent, Snapshot, WRITING};
use super::state::{After, Menu, Overlay, Pane, Prompt, PromptKind, Screen, State};
use super::view;

mod chooser;
mod columns;
mod filter;
mod list;
mod menu;
mod mouse;
mod prompt;
mod save;
mod saved;
pub mod tree;

pub use filter::start as edit_filter;
pub use list::go_to;
pub use mouse::mouse;
pub use saved::offer as add_saved;

/// Something to be done outside of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Quit,
    /// Quit as soon as the file under way is written.
    QuitOnceWritten,
    Suspend,
    Redraw,
    /// Apply this display filter.
    Filter(String),
    /// Give up the writing, search, sorting or filter under way.
    Cancel,
    StopReading,
    StopCapture,
    Restart,
    /// Show interfaces and recent files; the trace stays behind them.
    Choose,
    /// Search for `state.find` from the selected packet on.
    Find {
        forward: bool,
    },
    /// The sort order was changed.
    Sort,
    Copy(String),
    Save(Save),
    Open(PathBuf),
    /// Takes a file off the list of recent ones; an unsaved capture is removed.
    Forget(Recent),
    Capture {
        interfaces: Vec<String>,
        filter: String,
    },
    /// Columns, layout, theme or time format were changed and are to be kept.
    SaveConfig,
}

/// What is to be written, and what happens after that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// All of them if `None`.
    pub packets: Option<Vec<u32>>,
    pub path: PathBuf,
    pub format: FileFormat,
    pub then: Option<After>,
}

pub type Effects = Vec<Effect>;

/// A key was pressed.
pub fn key(state: &mut State, key: Key, snapshot: &Snapshot) -> Effects {
    let mode = state.mode();
    let pending = std::mem::take(&mut state.pending);
    match state.keymap.find(mode, &pending, key) {
        Found::Action(action) => {
            let effects = update(state, action, snapshot);
            state.count = None;
            return effects;
        }
        Found::Prefix => {
            state.pending = pending;
            state.pending.push(key);
            return Vec::new();
        }
        Found::Nothing => {}
    }
    if mode.intersects(Modes::PANES) {
        return digit(state, key);
    }
    state.count = None;
    if mode == Modes::FILTER {
        filter::typed(state, key);
    } else if mode == Modes::PROMPT {
        prompt::typed(state, key);
    } else if mode == Modes::SAVE {
        save::typed(state, key);
    }
    Vec::new()
}

/// Digits before a key are a number for it.
fn digit(state: &mut State, key: Key) -> Effects {
    let digit = key.letter().and_then(|c| c.to_digit(10));
    state.count = match (digit, state.count) {
        (Some(0), None) | (None, _) => None,
        (Some(d), count) => Some(count.unwrap_or(0).saturating_mul(10).saturating_add(d)),
    };
    Vec::new()
}

/// Text was pasted.
pub fn paste(state: &mut State, text: &str) {
    match &mut state.overlay {
        Some(Overlay::Prompt(p)) => p.line.insert(text),
        Some(Overlay::Save(form)) => form.path.insert(text),
        None => {
            if let Some(editing) = &mut state.filter.editing {
                editing.line.insert(text);
                filter::changed(editing);
            }
        }
        _ => {}
    }
}

/// An action was asked for.
pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    match action {
        Action::Quit => return quit(state, snapshot),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Back => return back(state, snapshot),
        Action::Help => {
            state.overlay = match state.overlay {
                Some(Overlay::Help { .. }) => None,
                _ => Some(Overlay::Help { top: 0 }),
            };
            return Vec::new();
        }
        Action::Command => return ask(state, PromptKind::Command, ""),
        Action::OpenFile => return ask(state, PromptKind::Open, ""),
        _ => {}
    }
    match state.mode() {
        Modes::HELP => help(state, action),
        Modes::MENU => menu::update(state, action),
        Modes::PROMPT => prompt::update(state, action, snapshot),
        Modes::SAVE => save::update(state, action, snapshot),
        Modes::COLUMNS => columns::update(state, action),
        Modes::LEAVE => leave(state, action),
        Modes::CHOOSER => chooser::update(state, action, snapshot),
        Modes::FILTER => filter::update(state, action),
        _ => panes(state, action, snapshot),
    }
}

/// Actions of the three panes.
fn panes(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    match action {
        Action::Filter => filter::start(state, None),
        Action::Apply => return filter::from_field(state, snapshot, true),
        Action::Prepare => return filter::from_field(state, snapshot, false),
        Action::ConversationFilter => return filter::conversation(state, snapshot),
        Action::SavedFilters => saved::show(state),
        Action::NextPane => focus_next(state, snapshot, 1),
        Action::PreviousPane => focus_next(state, snapshot, 2),
        Action::Zoom => state.layout.zoom = !state.layout.zoom,
        Action::Layout | Action::Taller | Action::Shorter | Action::Wider | Action::Narrower => {
            return resize(state, action);
        }
        Action::NextBuffer => tree::next_buffer(state, snapshot),
        Action::Find => return ask(state, PromptKind::Find, &state.find.text.clone()),
        Action::FindNext | Action::FindPrevious if state.find.text.is_empty() => {
            return ask(state, PromptKind::Find, "");
        }
        Action::FindNext => return vec![Effect::Find { forward: true }],
        Action::FindPrevious => return vec![Effect::Find { forward: false }],
        Action::GoTo => return ask(state, PromptKind::GoTo, ""),
        Action::TimeFormat => {
            state.time_format = state.time_format.next();
            super::columns::reset(&mut state.columns);
            state.say(format!("Time: {}", state.time_format.about()));
            return vec![Effect::SaveConfig];
        }
        Action::Colours => {
            state.theme.rows = !state.theme.rows;
            state.say(if state.theme.rows { "colours on" } else { "colours off" });
        }
        Action::Columns => state.overlay = Some(Overlay::Columns { selected: 0 }),
        Action::AddColumn => return columns::add_selected_field(state, snapshot),
        Action::Copy => menu::copy(state, snapshot),
        Action::Save => save::open(state, snapshot, None),
        Action::StartStop => match &snapshot.progress.live {
            Some(live) if live.running => return vec![Effect::StopCapture],
            Some(_) => return panes(state, Action::Restart, snapshot),
            None => state.say("this is a file; there is nothing to start or stop"),
        },
        Action::Restart => return give_way(state, After::Restart, snapshot),
        Action::Chooser => return vec![Effect::Choose],
        _ => return moving(state, action, snapshot),
    }
    Vec::new()
}

/// Moving goes to the pane that has the keys, unless the key works from any pane.
fn moving(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    if list::everywhere(state, action, snapshot) {
        return Vec::new();
    }
    match state.focus {
        Pane::List if action == Action::Toggle => focus(state, snapshot, Pane::Tree),
        Pane::List => list::update(state, action, snapshot),
        Pane::Tree => tree::update(state, action, snapshot),
        Pane::Hex if action == Action::Toggle => focus(state, snapshot, Pane::Tree),
        Pane::Hex => tree::update_hex(state, action, snapshot),
    }
    Vec::new()
}

fn focus_next(state: &mut State, snapshot: &Snapshot, by: usize) {
    const ORDER: [Pane; 3] = [Pane::List, Pane::Tree, Pane::Hex];
    let at = ORDER.iter().position(|p| *p == state.focus).unwrap_or(0);
    focus(state, snapshot, ORDER[(at + by) % 3]);
}

/// Gives the keys to a pane.
pub fn focus(state: &mut State, snapshot: &Snapshot, pane: Pane) {
    if pane == Pane::Hex && state.focus != Pane::Hex {
        tree::cursor_to_field(state, snapshot);
    }
    state.focus = pane;
}

fn resize(state: &mut State, action: Action) -> Effects {
    let layout = &mut state.layout;
    match action {
        Action::Layout => {
            layout.arrangement = layout.arrangement.next();
            let name = layout.arrangement.name();
            state.say(format!("layout: {name}"));
        }
        Action::Taller => layout.main = (layout.main + 50).min(900),
        Action::Shorter => layout.main = layout.main.saturating_sub(50).max(100),
        Action::Wider => layout.sub = (layout.sub + 50).min(900),
        _ => layout.sub = layout.sub.saturating_sub(50).max(100),
    }
    vec![Effect::SaveConfig]
}

/// Opens a line to be typed.
fn ask(state: &mut State, kind: PromptKind, text: &str) -> Effects {
    state.overlay = Some(Overlay::Prompt(Prompt::new(kind, text)));
    Vec::new()
}

/// One step back: what lies on top goes, then what is running, then what was narrowed.
fn back(state: &mut State, snapshot: &Snapshot) -> Effects {
    if let Some(overlay) = state.overlay.take() {
        if let Overlay::Save(form) = overlay
            && let Some(after) = form.then
        {
            state.overlay = Some(Overlay::Leave(after));
        }
        return Vec::new();
    }
    if state.screen == Screen::Chooser {
        if !snapshot.title.is_empty() {
            state.screen = Screen::Packets;
        }
        return Vec::new();
    }
    if state.filter.editing.take().is_some() {
        return Vec::new();
    }
    if state.count.take().is_some() || state.notice.take().is_some_and(|n| n.wrong) {
        return Vec::new();
    }
    if snapshot.work.is_some() {
        return vec![Effect::Cancel];
    }
    if state.layout.zoom {
        state.layout.zoom = false;
    } else if state.focus != Pane::List {
        state.focus = Pane::List;
    } else if !snapshot.progress.done && snapshot.progress.live.is_none() {
        return vec![Effect::StopReading];
    } else if !state.filter.applied.is_empty() {
        let key = state.keymap.hint(Modes::PANES, Action::Filter);
        state.say(format!("all packets; {key} Up brings the filter back"));
        return vec![Effect::Filter(String::new())];
    }
    Vec::new()
}

/// True if packets of a capture are in no file that stays.
pub fn would_lose(snapshot: &Snapshot) -> bool {
    let live = snapshot.progress.live.as_ref();
    snapshot.total > 0 && live.is_some_and(|l| !l.kept)
}

fn quit(state: &mut State, snapshot: &Snapshot) -> Effects {
    if snapshot.work.is_some_and(|(what, _)| what == WRITING) {
        return vec![Effect::QuitOnceWritten];
    }
    let asked = matches!(state.overlay, Some(Overlay::Leave(_)));
    if would_lose(snapshot) && !asked {
        state.overlay = Some(Overlay::Leave(After::Quit));
        return Vec::new();
    }
    vec![Effect::Quit]
}

/// The answer to "keep the packets?".
fn leave(state: &mut State, action: Action) -> Effects {
    let Some(Overlay::Leave(after)) = state.overlay.take() else { return Vec::new() };
    match action {
        Action::Keep => {
            save::open_for(state, after);
            Vec::new()
        }
        Action::Drop => go_on(after),
        _ => {
            state.overlay = Some(Overlay::Leave(after));
            Vec::new()
        }
    }
}

/// What was put off until packets were kept or dropped.
pub fn go_on(after: After) -> Effects {
    vec![match after {
        After::Quit => Effect::Quit,
        After::Restart => Effect::Restart,
        After::Open(path) => Effect::Open(path),
        After::Capture { interfaces, filter } => Effect::Capture { interfaces, filter },
    }]
}

/// Opens a file, after asking if that would lose a capture.
fn open(state: &mut State, path: PathBuf, snapshot: &Snapshot) -> Effects {
    state.overlay = None;
    give_way(state, After::Open(path), snapshot)
}

/// Another trace takes the place of this one, after asking if that would lose a capture.
fn give_way(state: &mut State, to: After, snapshot: &Snapshot) -> Effects {
    if would_lose(snapshot) {
        state.overlay = Some(Overlay::Leave(to));
        return Vec::new();
    }
    go_on(to)
}

fn help(state: &mut State, action: Action) -> Effects {
    let page = usize::from(state.size.1.saturating_sub(4)).max(1);
    let most = view::help::last_top(state);
    let Some(Overlay::Help { top }) = &mut state.overlay else {
        state.overlay = None;
        return Vec::new();
    };
    *top = step((*top).min(most), most + 1, action, page);
    Vec::new()
}

/// Where a selection goes in a list of `len`.
fn step(at: usize, len: usize, action: Action, page: usize) -> usize {
    let last = len.saturating_sub(1);
    match action {
        Action::Up => at.saturating_sub(1),
        Action::Down => at.saturating_add(1).min(last),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => at.saturating_add(page).min(last),
        Action::First => 0,
        Action::Last => last,
        _ => at,
    }
}

/// A menu over the panes.
fn show_menu(state: &mut State, title: &str, items: Vec<super::state::MenuItem>) {
    state.overlay = Some(Overlay::Menu(Menu { title: title.to_owned(), items, selected: 0 }));
}

#[cfg(test)]
pub(super) mod tests;
