//! The small windows: menus, saving, columns, leaving, and what went wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{chosen, fitted, put, window};
use crate::tui::columns::Content;
use crate::tui::snapshot::{Failure, FileFormat, Snapshot};
use crate::tui::state::{After, Menu, SaveForm, State, Which};
use crate::tui::text::{self, grouped};
use crate::tui::theme::Role;

/// The first item seen, so that the selected one is.
pub fn first_visible(selected: usize, len: usize, area: Rect) -> usize {
    let lines = usize::from(area.height.saturating_sub(2));
    (selected + 1).saturating_sub(lines).min(len.saturating_sub(lines))
}

pub fn menu(state: &State, menu: &Menu, area: Rect, buf: &mut Buffer) {
    let inner = window(state, area, &menu.title, buf);
    let first = first_visible(menu.selected, menu.items.len(), area);
    let labels = menu.items.iter().map(|i| text::width(&i.label)).max().unwrap_or(0);
    for (i, item) in menu.items.iter().enumerate().skip(first).take(usize::from(inner.height)) {
        let y = inner.y + (i - first) as u16;
        let line = format!(" {:labels$}  {}", item.label, item.preview);
        line_at(state, &line, i == menu.selected, Rect { y, height: 1, ..inner }, buf);
    }
}

/// A line of a window, over its whole width.
fn line_at(state: &State, text: &str, selected: bool, area: Rect, buf: &mut Buffer) {
    let style = if selected { chosen(state) } else { ratatui::style::Style::new() };
    if selected {
        buf.set_style(area, style);
    }
    put(buf, area.x, area.y, area.width, &fitted(state, text, area.width), style);
}

pub fn save(
    state: &State,
    snapshot: &Snapshot,
    form: &SaveForm,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let inner = window(state, area, "Save packets", buf);
    let row = |n: u16| Rect { y: inner.y + n, height: 1, ..inner };
    let which: Vec<String> = Which::ALL.iter().map(|w| option(w.name(), *w == form.which)).collect();
    let count = match form.which {
        Which::All => u64::from(snapshot.total),
        Which::Shown => snapshot.shown.len() as u64,
        Which::Marked => state.marks.len() as u64,
        Which::Selected => u64::from(state.list.packet.is_some()),
    };
    let which = format!(" Packets  {}  {}", which.join(" "), grouped(count));
    line_at(state, &which, form.row == 0, row(0), buf);
    let formats = [("pcapng", FileFormat::Pcapng), ("pcap", FileFormat::Pcap)];
    let formats = formats.map(|(name, f)| option(name, f == form.format)).join(" ");
    line_at(state, &format!(" Format   {formats}"), form.row == 1, row(1), buf);
    let label = " File     ";
    let room = usize::from(inner.width) - label.len() - 1;
    let line = form.path.text();
    let before = text::width(line.get(..form.path.cursor()).unwrap_or(line));
    let scroll = (before + 1).saturating_sub(room);
    let shown = text::head(text::skip(line, scroll), room);
    line_at(state, &format!("{label}{shown}"), form.row == 2, row(2), buf);
    let (note, role) = if form.complaint.is_empty() {
        ("Enter writes   arrows choose   Esc back", Role::Dim)
    } else {
        (form.complaint.as_str(), Role::Wrong)
    };
    let note = fitted(state, note, inner.width.saturating_sub(2));
    put(buf, inner.x + 1, inner.y + 4, inner.width, &note, state.theme.style(role));
    let x = inner.x + (label.len() + before - scroll) as u16;
    (form.row == 2).then_some(Position::new(x, inner.y + 2))
}

/// Told apart without colour too.
fn option(name: &str, chosen: bool) -> String {
    if chosen { format!("[{name}]") } else { format!(" {name} ") }
}

pub fn columns(state: &State, selected: usize, area: Rect, buf: &mut Buffer) {
    let inner = window(state, area, "Columns", buf);
    let rows = usize::from(inner.height.saturating_sub(2));
    let first = (selected + 1).saturating_sub(rows);
    let g = state.theme.glyphs();
    for (i, c) in state.columns.iter().enumerate().skip(first).take(rows) {
        let width = c.width.map_or("as needed".to_owned(), |w| format!("{w} cells"));
        let sort = match state.sort.filter(|s| s.0 == i) {
            Some((_, true)) => g.descending,
            Some((_, false)) => g.ascending,
            None => ' ',
        };
        let what = if let Content::Field(name) = &c.content { name } else { "" };
        let line = format!(" {:20} {sort} {width:10} {what}", c.title);
        let y = inner.y + (i - first) as u16;
        line_at(state, &line, i == selected, Rect { y, height: 1, ..inner }, buf);
    }
    let hint = "a add  d remove  K J move  < > width  s sort  Enter done";
    put(
        buf,
        inner.x + 1,
        inner.bottom() - 1,
        inner.width - 1,
        &fitted(state, hint, inner.width - 2),
        state.theme.style(Role::Dim),
    );
}

/// `Keep 1,204 packets?  k keep as …  d drop  Esc stay`
pub fn leave_text(state: &State, snapshot: &Snapshot) -> String {
    let total = grouped(u64::from(snapshot.total));
    let noun = if snapshot.total == 1 { "packet" } else { "packets" };
    let dots = state.theme.glyphs().ellipsis;
    format!("Keep {total} {noun}?   k keep as {dots}   d drop   Esc stay")
}

pub fn leave(state: &State, snapshot: &Snapshot, after: &After, area: Rect, buf: &mut Buffer) {
    let title = match after {
        After::Quit => "Quit",
        After::Restart => "Start anew",
        After::Open(_) => "Open another file",
        After::Capture { .. } => "Capture anew",
    };
    let inner = window(state, area, title, buf);
    let text = leave_text(state, snapshot);
    put(buf, inner.x + 1, inner.y, inner.width - 1, &text, state.theme.style(Role::Key));
}

/// Narrowest and widest line of a message, where the terminal has room.
const MESSAGE: (u16, u16) = (72, 160);

/// Cells and lines of a message's window. A remedy stays on one line if it can: it is there to be copied.
pub fn message_size(failure: &Failure, terminal: u16) -> (u16, u16) {
    let remedy = failure.remedy.as_ref().map_or(0, |r| text::width(r)).min(usize::from(MESSAGE.1)) as u16;
    let width = remedy.clamp(MESSAGE.0, MESSAGE.1).min(terminal.saturating_sub(4));
    let remedy = failure.remedy.as_ref().map_or(0, |r| wrap(r, width).len() + 1);
    (width + 4, (wrap(&failure.cause, width).len() + remedy + 4) as u16)
}

pub fn message(state: &State, failure: &Failure, area: Rect, buf: &mut Buffer) {
    let inner = window(state, area, "That did not work", buf);
    let room = inner.width.saturating_sub(2);
    let mut y = inner.y;
    for line in wrap(&failure.cause, room) {
        put(buf, inner.x + 1, y, room, &text::clean(&line, state.theme.ascii), ratatui::style::Style::new());
        y += 1;
    }
    for line in failure.remedy.iter().flat_map(|r| wrap(r, room)) {
        y += 1;
        put(buf, inner.x + 1, y, room, &text::clean(&line, state.theme.ascii), state.theme.style(Role::Key));
    }
    put(buf, inner.x + 1, inner.bottom() - 1, room, "Esc back", state.theme.style(Role::Dim));
}

/// Lines of whole words.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if text::width(line) + 1 + text::width(word) <= usize::from(width) {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
