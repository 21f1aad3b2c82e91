//! What can be done, and with which keys: the one table that dispatch, the help screen, the
//! configuration file and the README's list of keys are made from.

/// Something that the user can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    // Everywhere
    Help,
    Back,
    Quit,
    Suspend,
    Redraw,
    Command,
    // Moving
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Left,
    Right,
    GoTo,
    Forward,
    Backward,
    NextInConversation,
    PreviousInConversation,
    NextPacket,
    PreviousPacket,
    // Panes
    NextPane,
    PreviousPane,
    Zoom,
    Layout,
    Taller,
    Shorter,
    Wider,
    Narrower,
    NextBuffer,
    // Tree
    Open,
    Close,
    Toggle,
    OpenAll,
    CloseAll,
    AddColumn,
    // Filter
    Filter,
    Apply,
    Prepare,
    ConversationFilter,
    SavedFilters,
    SaveFilter,
    // Finding and marking
    Find,
    FindNext,
    FindPrevious,
    Mark,
    NextMark,
    PreviousMark,
    MarkAll,
    TimeReference,
    // Looks
    TimeFormat,
    Colours,
    Columns,
    Copy,
    // Files and captures
    Save,
    OpenFile,
    StartStop,
    Restart,
    Chooser,
    // In lines and lists
    Accept,
    Complete,
    CompleteBack,
    Older,
    Newer,
    Add,
    Remove,
    MoveUp,
    MoveDown,
    Sort,
    Select,
    CaptureFilter,
    Keep,
    Drop,
}

/// Where a key works; several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes(u16);

impl Modes {
    pub const LIST: Modes = Modes(1);
    pub const TREE: Modes = Modes(1 << 1);
    pub const HEX: Modes = Modes(1 << 2);
    /// The line of the display filter.
    pub const FILTER: Modes = Modes(1 << 3);
    /// Any other line that is typed.
    pub const PROMPT: Modes = Modes(1 << 4);
    pub const MENU: Modes = Modes(1 << 5);
    pub const HELP: Modes = Modes(1 << 6);
    pub const SAVE: Modes = Modes(1 << 7);
    pub const COLUMNS: Modes = Modes(1 << 8);
    pub const CHOOSER: Modes = Modes(1 << 9);
    pub const LEAVE: Modes = Modes(1 << 10);
    /// The three panes of packets.
    pub const PANES: Modes = Modes(0b111);
    pub const EVERYWHERE: Modes = Modes(0x7ff);

    pub const fn or(self, other: Modes) -> Modes {
        Modes(self.0 | other.0)
    }
    pub const fn intersects(self, other: Modes) -> bool {
        self.0 & other.0 != 0
    }
}

/// A line of the table.
pub struct Binding {
    pub action: Action,
    /// What the configuration file and the command line call it.
    pub name: &'static str,
    /// The first is the one shown in hints.
    pub keys: &'static [&'static str],
    pub modes: Modes,
    pub group: Group,
    pub help: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Moving,
    Panes,
    Layers,
    Filters,
    Finding,
    Display,
    Files,
    General,
}

impl Group {
    pub const ALL: [Group; 8] = [
        Group::Moving,
        Group::Filters,
        Group::Finding,
        Group::Layers,
        Group::Panes,
        Group::Display,
        Group::Files,
        Group::General,
    ];
    pub fn title(self) -> &'static str {
        match self {
            Group::Moving => "Moving",
            Group::Panes => "Panes",
            Group::Layers => "Layers",
            Group::Filters => "Filters",
            Group::Finding => "Finding, marking",
            Group::Display => "Display",
            Group::Files => "Files, captures",
            Group::General => "General",
        }
    }
}

const PANES: Modes = Modes::PANES;
const TREE: Modes = Modes::TREE;
const HEX: Modes = Modes::HEX;
const LIST: Modes = Modes::LIST;
const LINES: Modes = Modes::FILTER.or(Modes::PROMPT);
const MENUS: Modes = Modes::MENU.or(Modes::COLUMNS).or(Modes::CHOOSER).or(Modes::HELP);
const LISTS: Modes = PANES.or(MENUS);

const fn bind(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    modes: Modes,
    group: Group,
    help: &'static str,
) -> Binding {
    Binding { action, name, keys, modes, group, help }
}

/// The table.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = {
    use Action::*;
    use Group as G;
    &[
    bind(Up, "up", &["up", "k"], LISTS, G::Moving, "up"),
    bind(Down, "down", &["down", "j"], LISTS, G::Moving, "down"),
    bind(PageUp, "page-up", &["pgup"], LISTS, G::Moving, "a page up"),
    bind(PageDown, "page-down", &["pgdn", "space"], PANES.or(Modes::HELP), G::Moving, "a page down"),
    bind(PageDown, "page-down-list", &["pgdn"], Modes::MENU.or(Modes::COLUMNS).or(Modes::CHOOSER), G::Moving, "a page down"),
    bind(First, "first", &["g g", "home", "ctrl+home"], LISTS, G::Moving, "to the first"),
    bind(Last, "last", &["G", "end", "ctrl+end"], PANES, G::Moving, "to the last; live: follow new packets; 12G goes to 12"),
    bind(Last, "last-line", &["G", "end", "ctrl+end"], MENUS, G::Moving, "to the last"),
    bind(GoTo, "go-to", &["ctrl+g"], PANES, G::Moving, "go to a packet by number"),
    bind(NextPacket, "next-packet", &["ctrl+down", "f8"], PANES, G::Moving, "next packet, from any pane"),
    bind(PreviousPacket, "previous-packet", &["ctrl+up", "f7"], PANES, G::Moving, "previous packet, from any pane"),
    bind(NextInConversation, "conversation-next", &["]", "ctrl+."], PANES, G::Moving, "next packet of the conversation"),
    bind(PreviousInConversation, "conversation-previous", &["[", "ctrl+,"], PANES, G::Moving, "previous packet of the conversation"),
    bind(Backward, "history-back", &["alt+left"], PANES, G::Moving, "back in visited packets"),
    bind(Forward, "history-forward", &["alt+right"], PANES, G::Moving, "forward in visited packets"),
    bind(Left, "scroll-left", &["left", "h"], LIST, G::Moving, "scroll Info back"),
    bind(Right, "scroll-right", &["right", "l"], LIST, G::Moving, "scroll Info on"),
    bind(Left, "byte-left", &["left", "h"], HEX, G::Moving, "previous byte"),
    bind(Right, "byte-right", &["right", "l"], HEX, G::Moving, "next byte"),

    bind(Filter, "filter", &["/", "ctrl+/"], PANES, G::Filters, "display filter"),
    bind(Apply, "apply-filter", &["a"], PANES, G::Filters, "apply the field or column as filter"),
    bind(Prepare, "prepare-filter", &["A"], PANES, G::Filters, "prepare it in the filter line"),
    bind(ConversationFilter, "conversation-filter", &["C"], PANES, G::Filters, "show the conversation only"),
    bind(SavedFilters, "saved-filters", &["F"], PANES, G::Filters, "saved filters"),
    bind(SaveFilter, "save-filter", &["ctrl+s"], Modes::FILTER, G::Filters, "save the filter under a name"),
    bind(Accept, "accept", &["enter"], LINES, G::Filters, "apply"),
    bind(Complete, "complete", &["tab"], LINES, G::Filters, "complete the word; again: the next candidate"),
    bind(CompleteBack, "complete-back", &["shift+tab"], LINES, G::Filters, "the candidate before"),
    bind(Older, "older", &["up"], LINES, G::Filters, "what was typed before"),
    bind(Newer, "newer", &["down"], LINES, G::Filters, "what was typed after it, or the next candidate"),

    bind(Find, "find", &["ctrl+f"], PANES, G::Finding, "find text, hex or a regular expression"),
    bind(FindNext, "find-next", &["n", "ctrl+n"], PANES, G::Finding, "next hit"),
    bind(FindPrevious, "find-previous", &["N", "ctrl+b"], PANES, G::Finding, "previous hit"),
    bind(Mark, "mark", &["m"], PANES, G::Finding, "mark the packet, or take the mark off"),
    bind(NextMark, "next-mark", &["'", "ctrl+shift+n"], PANES, G::Finding, "next mark"),
    bind(PreviousMark, "previous-mark", &["\"", "ctrl+shift+b"], PANES, G::Finding, "previous mark"),
    bind(MarkAll, "mark-all", &["M", "ctrl+shift+m"], PANES, G::Finding, "mark all shown, or none of them"),
    bind(TimeReference, "time-reference", &["t"], PANES, G::Finding, "count time from this packet"),

    bind(Open, "open", &["right", "l"], TREE, G::Layers, "open"),
    bind(Close, "close", &["left", "h"], TREE, G::Layers, "close, or go to what is above"),
    bind(Toggle, "toggle", &["enter"], TREE, G::Layers, "open or close; go to the packet a field names"),
    bind(OpenAll, "open-all", &["*", "ctrl+right"], TREE, G::Layers, "open all"),
    bind(CloseAll, "close-all", &["backspace", "ctrl+left"], TREE, G::Layers, "close all"),
    bind(AddColumn, "add-column", &["i", "ctrl+shift+i"], TREE, G::Layers, "make the field a column"),
    bind(Toggle, "to-layers", &["enter"], LIST.or(HEX), G::Layers, "from the list or the bytes to the layers"),
    bind(NextBuffer, "next-buffer", &["b"], PANES, G::Layers, "next buffer (frame, reassembled bytes)"),

    bind(NextPane, "next-pane", &["tab"], PANES, G::Panes, "next pane"),
    bind(PreviousPane, "previous-pane", &["shift+tab"], PANES, G::Panes, "previous pane"),
    bind(Zoom, "zoom", &["\\"], PANES, G::Panes, "the pane alone, or all panes"),
    bind(Layout, "layout", &["|"], PANES, G::Panes, "next layout"),
    bind(Taller, "taller", &["+", "="], PANES, G::Panes, "more lines for the list"),
    bind(Shorter, "shorter", &["-"], PANES, G::Panes, "fewer lines for the list"),
    bind(Narrower, "narrower", &["<"], PANES, G::Panes, "move the border between layers and bytes back"),
    bind(Wider, "wider", &[">"], PANES, G::Panes, "move it on"),

    bind(TimeFormat, "time-format", &["T"], PANES, G::Display, "next time format"),
    bind(Colours, "colours", &["c"], PANES, G::Display, "colours on or off"),
    bind(Columns, "columns", &["v"], PANES, G::Display, "choose, order, sort columns"),
    bind(Copy, "copy", &["y"], PANES, G::Display, "copy …"),

    bind(Save, "save", &["ctrl+s", "w"], PANES, G::Files, "save all, shown or marked packets"),
    bind(OpenFile, "open-file", &["ctrl+o", "o"], PANES.or(Modes::CHOOSER), G::Files, "open a file"),
    bind(StartStop, "start-stop", &["ctrl+e"], PANES, G::Files, "stop capturing, or begin anew"),
    bind(Restart, "restart", &["ctrl+r"], PANES, G::Files, "read or capture anew"),
    bind(Chooser, "interfaces", &["ctrl+k"], PANES, G::Files, "interfaces and recent files; Esc comes back"),
    bind(Accept, "start", &["enter"], Modes::CHOOSER, G::Files, "start capturing, open the file"),
    bind(Select, "select", &["space"], Modes::CHOOSER, G::Files, "capture on this interface too"),
    bind(CaptureFilter, "capture-filter", &["f"], Modes::CHOOSER, G::Files, "capture filter"),
    bind(Remove, "forget-file", &["d", "delete"], Modes::CHOOSER, G::Files, "take the file off the list; remove an unsaved capture"),
    bind(NextPane, "chooser-side", &["tab", "left", "right", "h", "l"], Modes::CHOOSER, G::Panes, "interfaces or files"),

    bind(Accept, "choose", &["enter"], Modes::MENU, G::General, "choose"),
    bind(Remove, "forget-filter", &["d", "delete"], Modes::MENU, G::Filters, "forget the saved filter"),
    bind(Accept, "done", &["enter"], Modes::COLUMNS, G::General, "done"),
    bind(Add, "column-add", &["a", "+"], Modes::COLUMNS, G::Display, "add a column"),
    bind(Remove, "column-remove", &["d", "delete", "-"], Modes::COLUMNS, G::Display, "remove it"),
    bind(MoveUp, "column-earlier", &["K", "shift+up"], Modes::COLUMNS, G::Display, "move it to the left"),
    bind(MoveDown, "column-later", &["J", "shift+down"], Modes::COLUMNS, G::Display, "move it to the right"),
    bind(Wider, "column-wider", &[">", "right", "l"], Modes::COLUMNS, G::Display, "make it wider"),
    bind(Narrower, "column-narrower", &["<", "left", "h"], Modes::COLUMNS, G::Display, "make it narrower"),
    bind(Sort, "column-sort", &["s"], Modes::COLUMNS, G::Display, "sort by it; again: the other way, not at all"),

    bind(Accept, "write", &["enter"], Modes::SAVE, G::Files, "write"),
    bind(Up, "save-up", &["up", "shift+tab"], Modes::SAVE, G::Files, "line above"),
    bind(Down, "save-down", &["down", "tab"], Modes::SAVE, G::Files, "line below"),
    bind(Left, "save-left", &["left"], Modes::SAVE, G::Files, "choice before"),
    bind(Right, "save-right", &["right"], Modes::SAVE, G::Files, "choice after"),

    bind(Keep, "keep", &["k", "w"], Modes::LEAVE, G::Files, "keep the packets in a file"),
    bind(Drop, "drop", &["d"], Modes::LEAVE, G::Files, "drop them"),

    bind(Command, "command", &[":"], PANES.or(Modes::CHOOSER), G::General, "command line: any name of this list"),
    bind(Help, "help", &["?", "f1"], PANES.or(MENUS), G::General, "the keys that work here"),
    bind(Help, "help-line", &["f1"], Modes::FILTER, G::General, "the keys that work here"),
    bind(Back, "back", &["esc"], Modes::EVERYWHERE, G::General, "back; stop what is running"),
    bind(Back, "leave-list", &["q"], MENUS_BACK, G::General, "back"),
    bind(Quit, "quit", &["q"], PANES.or(Modes::CHOOSER), G::General, "quit"),
    bind(Quit, "quit-now", &["ctrl+c"], Modes::EVERYWHERE, G::General, "quit"),
    bind(Suspend, "suspend", &["ctrl+z"], Modes::EVERYWHERE, G::General, "suspend"),
    bind(Redraw, "redraw", &["ctrl+l"], Modes::EVERYWHERE, G::General, "draw the screen anew"),
    ]
};

const MENUS_BACK: Modes = Modes::MENU.or(Modes::COLUMNS).or(Modes::HELP);

/// The list of keys as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::new();
    for group in Group::ALL {
        out.push_str(&format!("\n**{}**\n\n| keys | action | name |\n|---|---|---|\n", group.title()));
        let of_panes = BINDINGS.iter().filter(|b| b.group == group && b.modes.intersects(PANES));
        for b in of_panes {
            let keys: Vec<String> = b
                .keys
                .iter()
                .filter_map(|k| super::keys::parse_sequence(k).ok())
                .map(|k| k.iter().map(|k| k.to_string()).collect::<Vec<_>>().join(" "))
                .map(|k| if k == "|" { "`\\|`".into() } else { format!("`{k}`") })
                .collect();
            out.push_str(&format!("| {} | {} | {} |\n", keys.join(" "), b.help, b.name));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_keys_can_be_read() {
        let mut names = HashSet::new();
        for b in BINDINGS {
            assert!(names.insert(b.name), "{} stands there twice", b.name);
            for key in b.keys {
                super::super::keys::parse_sequence(key).unwrap();
            }
        }
    }

    #[test]
    fn a_key_means_one_thing_in_a_mode() {
        for (i, a) in BINDINGS.iter().enumerate() {
            for b in &BINDINGS[i + 1..] {
                let shared = a.keys.iter().find(|k| b.keys.contains(k));
                if a.modes.intersects(b.modes) {
                    assert_eq!(shared, None, "{} and {}", a.name, b.name);
                }
            }
        }
    }

    #[test]
    fn every_key_of_the_panes_is_in_the_readme_list() {
        let list = markdown();
        for b in BINDINGS.iter().filter(|b| b.modes.intersects(PANES)) {
            assert!(list.contains(&format!("| {} |", b.name)), "{}", b.name);
        }
    }
}
