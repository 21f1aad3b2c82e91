//! The keys that work where help was asked for, from the table that dispatches them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::put;
use crate::tui::action::{BINDINGS, Binding, Group, Modes};
use crate::tui::state::{Pane, Screen, State};
use crate::tui::theme::Role;

/// Width of a column of help.
const COLUMN: u16 = 62;

enum Entry {
    Title(&'static str),
    Key(String, &'static str),
    Blank,
}

/// Where the keys shown work, below help, and what that is called.
fn place(state: &State) -> (Modes, &'static str) {
    match (state.screen, state.focus) {
        (Screen::Chooser, _) => (Modes::CHOOSER, "the chooser"),
        _ if state.filter.editing.is_some() => (Modes::FILTER, "the filter line"),
        (_, Pane::List) => (Modes::LIST, "the packet list"),
        (_, Pane::Tree) => (Modes::TREE, "the layers"),
        (_, Pane::Hex) => (Modes::HEX, "the bytes"),
    }
}

fn entries(state: &State) -> Vec<Entry> {
    let mode = place(state).0;
    let mut out = Vec::new();
    for group in Group::ALL {
        let of = |b: &&Binding| b.group == group && b.modes.intersects(mode);
        let mut lines: Vec<Entry> = Vec::new();
        for b in BINDINGS.iter().filter(of) {
            let keys = state.keymap.keys_of(b).join("  ");
            if !keys.is_empty() {
                lines.push(Entry::Key(keys, b.help));
            }
        }
        if !lines.is_empty() {
            out.push(Entry::Title(group.title()));
            out.append(&mut lines);
            out.push(Entry::Blank);
        }
    }
    out
}

/// Lines and columns that there is room for.
fn room(state: &State) -> (usize, usize) {
    let (width, height) = state.size;
    (usize::from(height.saturating_sub(2)).max(1), usize::from((width / COLUMN).max(1)))
}

/// How far help can be scrolled: the last page stays full.
pub fn last_top(state: &State) -> usize {
    let (lines, columns) = room(state);
    let entries = entries(state);
    if set(&entries, lines).len() <= columns {
        return 0;
    }
    (1..entries.len()).find(|top| set(&entries[*top..], lines).len() <= columns).unwrap_or(0)
}

/// Entries in columns of so many lines: none begins with a blank or ends with a title.
fn set(entries: &[Entry], lines: usize) -> Vec<&[Entry]> {
    let mut columns = Vec::new();
    let mut rest = entries;
    loop {
        while let [Entry::Blank, more @ ..] = rest {
            rest = more;
        }
        if rest.is_empty() {
            return columns;
        }
        let mut count = lines.clamp(1, rest.len());
        if count > 1 && count < rest.len() && matches!(rest[count - 1], Entry::Title(_)) {
            count -= 1;
        }
        let (column, more) = rest.split_at(count);
        columns.push(column);
        rest = more;
    }
}

pub fn draw(state: &State, top: usize, buf: &mut Buffer) {
    let (width, height) = state.size;
    let area = Rect::new(0, 0, width, height);
    Clear.render(area, buf);
    let name = format!("Keys of {}", place(state).1);
    put(buf, 1, 0, width - 1, &name, state.theme.style(Role::Focused));

    let entries = entries(state);
    let (room, columns) = room(state);
    let last = last_top(state);
    let top = top.min(last);
    // Columns of equal length, where everything fits.
    let fits = |lines: &usize| set(&entries, *lines).len() <= columns;
    let lines = if last > 0 { room } else { (1..room).find(fits).unwrap_or(room) };
    let shown = set(&entries[top..], lines);
    let wide = width / columns as u16;
    for (number, column) in shown.iter().take(columns).enumerate() {
        for (y, entry) in column.iter().enumerate() {
            let x = number as u16 * wide + 1;
            line(state, entry, Rect::new(x, y as u16 + 2, wide.saturating_sub(1), 1), buf);
        }
    }
    let hint = match last {
        0 => "Esc back ".to_owned(),
        last => format!("{} %   arrows scroll   Esc back ", top * 100 / last),
    };
    let hint_at = width.saturating_sub(hint.len() as u16);
    put(buf, hint_at.max(24), 0, width, &hint, state.theme.style(Role::Dim));
}

fn line(state: &State, entry: &Entry, area: Rect, buf: &mut Buffer) {
    const KEYS: u16 = 22;
    match entry {
        Entry::Blank => {}
        Entry::Title(title) => {
            put(buf, area.x, area.y, area.width, title, state.theme.style(Role::Layer));
        }
        Entry::Key(keys, help) => {
            let keys = super::fitted(state, keys, KEYS);
            put(buf, area.x + 1, area.y, KEYS, &keys, state.theme.style(Role::Key));
            let room = area.width.saturating_sub(KEYS + 3);
            let x = area.x + KEYS + 3;
            put(buf, x, area.y, room, &super::fitted(state, help, room), state.theme.style(Role::Text));
        }
    }
}
