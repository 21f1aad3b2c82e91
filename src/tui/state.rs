//! Everything about the screen that is not in the trace: what is selected, opened, typed, chosen.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use super::action::Modes;
use super::columns::{self, Column};
use super::edit::Line;
use super::keys::{Key, Keymap};
use super::layout::Layout;
use super::snapshot::{Check, Completion, Failure, FileFormat, Shown, Snapshot};
use super::theme::Theme;
use super::times::TimeFormat;

/// The state of the user interface.
pub struct State {
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Since the start; notices and sparklines go by it.
    pub now: Duration,
    pub theme: Theme,
    /// The theme was chosen, not guessed from the terminal.
    pub theme_chosen: bool,
    pub keymap: Keymap,
    pub screen: Screen,
    pub focus: Pane,
    pub layout: Layout,
    pub list: List,
    pub tree: TreePane,
    pub hex: HexPane,
    pub filter: FilterBar,
    pub find: Find,
    pub chooser: Chooser,
    pub columns: Vec<Column>,
    /// Sorted by this column; true: descending.
    pub sort: Option<(usize, bool)>,
    pub time_format: TimeFormat,
    pub marks: BTreeSet<u32>,
    /// Packets from which time is counted.
    pub references: BTreeSet<u32>,
    pub visited: Visited,
    /// What lies over the panes and has the keys.
    pub overlay: Option<Overlay>,
    /// What was typed on the command line, newest last.
    pub commands: Vec<String>,
    pub notice: Option<Notice>,
    /// A number typed before a key: `12G`.
    pub count: Option<u32>,
    /// Keys of an unfinished sequence.
    pub pending: Vec<Key>,
    /// Where the mouse button was pressed and what is dragged since.
    pub drag: Option<Drag>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Chooser,
    Packets,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    List,
    Tree,
    Hex,
}

#[derive(Clone, Debug, Default)]
pub struct List {
    /// Place of the first visible line and of the selected one.
    pub top: usize,
    pub selected: usize,
    /// The selected packet; stays selected when filters change.
    pub packet: Option<u32>,
    /// New packets are followed.
    pub following: bool,
    /// Cells of Info that are scrolled away.
    pub scroll: usize,
    /// Packets known when following ended.
    pub paused_at: u32,
}

#[derive(Clone, Debug, Default)]
pub struct TreePane {
    /// Paths that were opened or closed by hand.
    pub opened: HashMap<String, bool>,
    pub selected: usize,
    /// First visible line.
    pub top: usize,
    /// Path of the selected node; found again in the next packet.
    pub path: String,
}

#[derive(Clone, Debug, Default)]
pub struct HexPane {
    /// Buffer shown: its number.
    pub source: u8,
    /// Byte the cursor is on, where the pane has the keys.
    pub cursor: u32,
    pub top: usize,
}

/// The line of the display filter.
#[derive(Clone, Debug, Default)]
pub struct FilterBar {
    pub applied: String,
    /// Asked for, but has found nothing yet: the list still shows what was applied before.
    pub coming: Option<String>,
    pub editing: Option<Editing>,
    /// Newest last.
    pub history: Vec<String>,
    /// Filters with names, in the order of those.
    pub saved: BTreeMap<String, Saved>,
    /// What a filter that would not start said.
    pub check: Check,
}

/// A filter that was given a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    pub text: String,
    /// It stands in the part of the configuration file that only its owner writes.
    pub by_hand: bool,
}

impl FilterBar {
    /// The names used in filters before, latest first, for completion.
    fn words(&self) -> impl Iterator<Item = &str> {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
        let filters = self.history.iter().rev().take(50);
        let words = filters.flat_map(move |f| f.split(move |c| !word(c)));
        words.filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()) && w.len() > 1)
    }
    pub fn recent_words(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for w in self.words() {
            if !out.iter().any(|o| o == w) {
                out.push(w.to_owned());
            }
        }
        out
    }
}

#[derive(Clone, Debug, Default)]
pub struct Editing {
    pub line: Line,
    pub check: Check,
    pub completion: Completion,
    /// The candidate put in by Tab, and the line as it was before.
    pub chosen: Option<(usize, Line)>,
    /// Place in the history, and the line typed before walking it.
    pub older: Option<(usize, Line)>,
    /// The text was changed: check and candidates are to be made anew.
    pub stale: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Find {
    pub kind: FindKind,
    pub place: FindIn,
    pub text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindKind {
    #[default]
    Text,
    Hex,
    Regex,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindIn {
    #[default]
    Rows,
    Layers,
    Bytes,
}

impl FindKind {
    pub fn next(self) -> FindKind {
        match self {
            FindKind::Text => FindKind::Hex,
            FindKind::Hex => FindKind::Regex,
            FindKind::Regex => FindKind::Text,
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            FindKind::Text => "text",
            FindKind::Hex => "hex bytes",
            FindKind::Regex => "regex",
        }
    }
}

impl FindIn {
    pub fn next(self) -> FindIn {
        match self {
            FindIn::Rows => FindIn::Layers,
            FindIn::Layers => FindIn::Bytes,
            FindIn::Bytes => FindIn::Rows,
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            FindIn::Rows => "the list",
            FindIn::Layers => "the layers",
            FindIn::Bytes => "the bytes",
        }
    }
}

/// Packets that were jumped from and to.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    packets: Vec<u32>,
    at: usize,
}

const MAX_VISITED: usize = 200;

impl Visited {
    /// Remembers a jump; what was ahead is forgotten.
    pub fn jump(&mut self, from: Option<u32>, to: u32) {
        self.packets.truncate(self.at + 1);
        if let Some(from) = from.filter(|f| self.packets.last() != Some(f)) {
            self.packets.push(from);
        }
        if self.packets.last() != Some(&to) {
            self.packets.push(to);
        }
        if self.packets.len() > MAX_VISITED {
            self.packets.remove(0);
        }
        self.at = self.packets.len().saturating_sub(1);
    }
    pub fn back(&mut self) -> Option<u32> {
        self.at = self.at.checked_sub(1)?;
        self.packets.get(self.at).copied()
    }
    pub fn forward(&mut self) -> Option<u32> {
        let next = self.packets.get(self.at + 1).copied()?;
        self.at += 1;
        Some(next)
    }
}

/// What lies over the panes.
#[derive(Clone, Debug)]
pub enum Overlay {
    Help {
        top: usize,
    },
    Menu(Menu),
    Prompt(Prompt),
    Save(SaveForm),
    Columns {
        selected: usize,
    },
    /// A capture would be lost; what was asked for goes on after the answer.
    Leave(After),
    Message(Failure),
}

/// What happens once the packets of a capture are kept or dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    Quit,
    Restart,
    Open(PathBuf),
    Capture { interfaces: Vec<String>, filter: String },
}

#[derive(Clone, Debug)]
pub struct Menu {
    pub title: String,
    pub items: Vec<MenuItem>,
    pub selected: usize,
}

#[derive(Clone, Debug)]
pub struct MenuItem {
    pub label: String,
    /// What would be copied or filtered by, as a preview.
    pub preview: String,
    pub choice: Choice,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Copy(String),
    Filter {
        text: String,
        apply: bool,
    },
    /// Asks how this filter is to be used: alone, turned round, or with what is applied.
    Combine {
        text: String,
        apply: bool,
    },
    /// The saved filter of this name.
    Saved(String),
}

#[derive(Clone, Debug)]
pub struct Prompt {
    pub kind: PromptKind,
    pub line: Line,
    /// Ways to go on, after Tab.
    pub candidates: Vec<String>,
    /// Why the line was not taken.
    pub complaint: String,
    /// Place in the history of this kind of prompt.
    pub older: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    Find,
    GoTo,
    Command,
    Open,
    CaptureFilter,
    AddColumn,
    /// The name for the filter in the line.
    FilterName,
}

impl Prompt {
    pub fn new(kind: PromptKind, text: impl Into<String>) -> Prompt {
        Prompt { kind, line: Line::new(text), candidates: Vec::new(), complaint: String::new(), older: None }
    }
}

/// Which packets are saved, where and how.
#[derive(Clone, Debug, Default)]
pub struct SaveForm {
    pub which: Which,
    pub format: FileFormat,
    pub path: Line,
    /// Line of the form that has the keys.
    pub row: usize,
    pub complaint: String,
    /// Told that the file is there; the next Enter replaces it.
    pub replace: bool,
    pub then: Option<After>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    All,
    Shown,
    Marked,
    Selected,
}

impl Which {
    pub const ALL: [Which; 4] = [Which::All, Which::Shown, Which::Marked, Which::Selected];
    pub fn name(self) -> &'static str {
        match self {
            Which::All => "all",
            Which::Shown => "shown",
            Which::Marked => "marked",
            Which::Selected => "selected",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Chooser {
    /// The recent files have the keys, not the interfaces.
    pub files: bool,
    pub interface: usize,
    pub file: usize,
    /// Interfaces to capture on together.
    pub ticked: BTreeSet<String>,
    /// The unsaved capture that is removed if that is asked for once more.
    pub doomed: Option<PathBuf>,
    pub capture_filter: String,
}

/// A line about what happened, for some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub wrong: bool,
    pub until: Duration,
}

/// What the mouse drags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drag {
    /// The border below the list, or beside it.
    Main,
    /// The border between layers and bytes.
    Sub,
    /// The right border of a column, whose left border is at this cell.
    Column(usize, u16),
}

impl State {
    pub fn new(size: (u16, u16), theme: Theme) -> State {
        State {
            size,
            now: Duration::ZERO,
            theme,
            theme_chosen: false,
            keymap: Keymap::default(),
            screen: Screen::Packets,
            focus: Pane::List,
            layout: Layout::default(),
            list: List::default(),
            tree: TreePane::default(),
            hex: HexPane::default(),
            filter: FilterBar::default(),
            find: Find::default(),
            chooser: Chooser::default(),
            columns: columns::usual(),
            sort: None,
            time_format: TimeFormat::default(),
            marks: BTreeSet::new(),
            references: BTreeSet::new(),
            visited: Visited::default(),
            overlay: None,
            commands: Vec::new(),
            notice: None,
            count: None,
            pending: Vec::new(),
            drag: None,
        }
    }

    /// What the keys go to.
    pub fn mode(&self) -> Modes {
        match &self.overlay {
            Some(Overlay::Help { .. } | Overlay::Message(_)) => Modes::HELP,
            Some(Overlay::Menu(_)) => Modes::MENU,
            Some(Overlay::Prompt(_)) => Modes::PROMPT,
            Some(Overlay::Save(_)) => Modes::SAVE,
            Some(Overlay::Columns { .. }) => Modes::COLUMNS,
            Some(Overlay::Leave(_)) => Modes::LEAVE,
            None if self.screen == Screen::Chooser => Modes::CHOOSER,
            None if self.filter.editing.is_some() => Modes::FILTER,
            None => match self.focus {
                Pane::List => Modes::LIST,
                Pane::Tree => Modes::TREE,
                Pane::Hex => Modes::HEX,
            },
        }
    }

    pub fn say(&mut self, text: impl Into<String>) {
        let until = self.now + Duration::from_secs(5);
        self.notice = Some(Notice { text: text.into(), wrong: false, until });
    }

    pub fn complain(&mut self, text: impl Into<String>) {
        let until = self.now + Duration::from_secs(10);
        self.notice = Some(Notice { text: text.into(), wrong: true, until });
    }

    /// A trace was opened: what belongs to the one before is forgotten.
    pub fn forget_trace(&mut self) {
        self.screen = Screen::Packets;
        self.focus = Pane::List;
        self.list = List::default();
        self.tree.selected = 0;
        self.tree.top = 0;
        self.hex = HexPane::default();
        self.filter.applied.clear();
        self.filter.coming = None;
        self.filter.editing = None;
        self.sort = None;
        self.marks.clear();
        self.references.clear();
        self.visited = Visited::default();
        self.overlay = None;
        columns::reset(&mut self.columns);
    }

    /// Brings selection and scrolling in line with the trace: the selected packet stays selected, new
    /// packets are followed, what is selected is visible. `lines`: height of the list.
    pub fn settle(&mut self, snapshot: &Snapshot, lines: usize) {
        let shown = &snapshot.shown;
        let last = shown.len().saturating_sub(1);
        if self.list.following {
            self.list.selected = last;
        } else if let Some(packet) = self.list.packet
            && shown.packet(self.list.selected) != Some(packet)
        {
            self.list.selected = shown.nearest(packet);
        }
        self.list.selected = self.list.selected.min(last);
        if (!shown.is_empty() || snapshot.total == 0) && !self.is_yet_to_come(snapshot) {
            self.list.packet = shown.packet(self.list.selected);
        }
        let lines = lines.max(1);
        self.list.top =
            self.list.top.clamp((self.list.selected + 1).saturating_sub(lines), self.list.selected);
        self.list.top = self.list.top.min(shown.len().saturating_sub(lines));
        if self.notice.as_ref().is_some_and(|n| n.until <= self.now) {
            self.notice = None;
        }
    }

    /// The filter has not reached the selected packet: that stays selected until it does.
    fn is_yet_to_come(&self, snapshot: &Snapshot) -> bool {
        let Shown::Some(found) = &snapshot.shown else { return false };
        let beyond = |packet: u32| found.last().is_none_or(|last| *last < packet);
        snapshot.more && !self.list.following && self.list.packet.is_some_and(beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fake;

    #[test]
    fn a_filter_under_way_does_not_lose_the_selected_packet() {
        let mut state = fake::state(80, 24);
        state.list.packet = Some(50);
        let found = |list: &[u32], more: bool| {
            let shown = Shown::Some(list.to_vec().into());
            Snapshot { shown, more, total: 100, ..Snapshot::default() }
        };
        state.settle(&found(&[3, 9], true), 10);
        assert_eq!((state.list.packet, state.list.selected), (Some(50), 1));
        state.settle(&found(&[3, 9, 50, 60], true), 10);
        assert_eq!((state.list.packet, state.list.selected), (Some(50), 2));
        state.list.packet = Some(70);
        state.settle(&found(&[3, 9, 50, 60], false), 10);
        assert_eq!(state.list.packet, Some(60));
    }

    #[test]
    fn going_back_and_forward_retraces_the_jumps() {
        let mut v = Visited::default();
        v.jump(Some(1), 10);
        v.jump(Some(10), 20);
        assert_eq!((v.back(), v.back(), v.back()), (Some(10), Some(1), None));
        assert_eq!((v.forward(), v.forward(), v.forward()), (Some(10), Some(20), None));
        v.back();
        v.jump(Some(10), 30);
        assert_eq!(v.forward(), None);
    }
}
