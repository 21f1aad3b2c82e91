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

/// Where the keys shown work: below help.
fn mode(state: &State) -> Modes {
    match (state.screen, state.focus) {
        (Screen::Chooser, _) => Modes::CHOOSER,
        (_, Pane::List) => Modes::LIST,
        (_, Pane::Tree) => Modes::TREE,
        (_, Pane::Hex) => Modes::HEX,
    }
}

fn entries(state: &State) -> Vec<Entry> {
    let mode = mode(state);
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

pub fn draw(state: &State, top: usize, buf: &mut Buffer) {
    let (width, height) = state.size;
    let area = Rect::new(0, 0, width, height);
    Clear.render(area, buf);
    let place = match (state.screen, state.focus) {
        (Screen::Chooser, _) => "the chooser",
        (_, Pane::List) => "the packet list",
        (_, Pane::Tree) => "the layers",
        (_, Pane::Hex) => "the bytes",
    };
    put(buf, 1, 0, width - 1, &format!("Keys of {place}"), state.theme.style(Role::Focused));
    let hint = "Esc back   arrows scroll ";
    let hint_at = width.saturating_sub(hint.len() as u16);
    put(buf, hint_at.max(24), 0, width, hint, state.theme.style(Role::Dim));

    let entries = entries(state);
    let room = usize::from(height - 2);
    let columns = usize::from((width / COLUMN).max(1));
    // Columns of equal length, as far as everything fits.
    let lines = entries.len().div_ceil(columns).min(room).max(1);
    let wide = width / columns as u16;
    // More than fits is scrolled; the last page stays full.
    let top = top.min(entries.len().saturating_sub(lines * columns));
    for (i, entry) in entries.iter().skip(top).enumerate().take(lines * columns) {
        let x = (i / lines) as u16 * wide + 1;
        let y = (i % lines) as u16 + 2;
        line(state, entry, Rect::new(x, y, wide.saturating_sub(1), 1), buf);
    }
}

fn line(state: &State, entry: &Entry, area: Rect, buf: &mut Buffer) {
    const KEYS: u16 = 20;
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
