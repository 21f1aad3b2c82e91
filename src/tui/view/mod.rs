//! Draws a frame from state and snapshot; one file a pane. Nothing here changes anything.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::layout::{self, MIN_SIZE};
use super::snapshot::Snapshot;
use super::state::{Overlay, Pane, Screen, State};
use super::text;
use super::theme::Role;

pub mod chooser;
pub mod dialogs;
pub mod filter_bar;
pub mod help;
pub mod hex;
pub mod list;
pub mod prompt;
pub mod status;
pub mod tree;

/// Draws the screen.
pub fn draw(state: &State, snapshot: &Snapshot, frame: &mut Frame) {
    let cursor = paint(state, snapshot, frame.buffer_mut());
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// Paints a screen; says where the cursor stands, if something is being typed.
pub fn paint(state: &State, snapshot: &Snapshot, buf: &mut Buffer) -> Option<Position> {
    if state.size.0 < MIN_SIZE.0 || state.size.1 < MIN_SIZE.1 {
        too_small(state, buf);
        return None;
    }
    let mut cursor = match state.screen {
        Screen::Chooser => {
            chooser::draw(state, snapshot, buf);
            None
        }
        Screen::Packets => packets(state, snapshot, buf),
    };
    if state.overlay.is_some() {
        cursor = overlay(state, snapshot, buf);
    }
    cursor
}

fn packets(state: &State, snapshot: &Snapshot, buf: &mut Buffer) -> Option<Position> {
    let areas = layout::areas(state);
    list::draw(state, snapshot, &areas, buf);
    titles(state, snapshot, &areas, buf);
    tree::draw(state, snapshot, areas.tree, buf);
    hex::draw(state, snapshot, areas.hex, buf);
    status::draw(state, snapshot, areas.status, buf);
    filter_bar::draw(state, snapshot, &areas, buf)
}

fn too_small(state: &State, buf: &mut Buffer) {
    let (width, height) = state.size;
    let lines = [
        "too little room".to_owned(),
        format!("{width}x{height}, needs {}x{}", MIN_SIZE.0, MIN_SIZE.1),
        "q quits".to_owned(),
    ];
    for (y, line) in lines.iter().enumerate().take(usize::from(height)) {
        put(buf, 0, y as u16, width, line, Style::new());
    }
}

/// The borders with the names of the panes; the one with the keys is marked by a sign.
fn titles(state: &State, snapshot: &Snapshot, areas: &layout::Areas, buf: &mut Buffer) {
    let g = state.theme.glyphs();
    let border = state.theme.style(Role::Border);
    for y in areas.upright.y..areas.upright.bottom() {
        put_char(buf, areas.upright.x, y, g.vertical, border);
    }
    title(state, buf, areas.tree_title, Pane::Tree, "Layers");
    title(state, buf, areas.hex_title, Pane::Hex, &hex::title(state, snapshot));
    if areas.sub_beside && !areas.upright.is_empty() {
        put_char(buf, areas.upright.x, areas.upright.y, g.tee_down, border);
    } else if areas.main_beside && !areas.upright.is_empty() {
        put_char(buf, areas.upright.x, areas.hex_title.y, g.tee_right, border);
    }
}

fn title(state: &State, buf: &mut Buffer, area: Rect, pane: Pane, name: &str) {
    if area.is_empty() {
        return;
    }
    let g = state.theme.glyphs();
    let border = state.theme.style(Role::Border);
    for x in area.x..area.right() {
        put_char(buf, x, area.y, g.horizontal, border);
    }
    let focused = state.focus == pane && state.filter.editing.is_none();
    let (sign, role) = if focused { (g.focus, Role::Focused) } else { (' ', Role::Title) };
    let text = if focused { format!("{sign}{name} ") } else { format!(" {name} ") };
    put(buf, area.x + 1, area.y, area.width.saturating_sub(1), &text, state.theme.style(role));
}

fn overlay(state: &State, snapshot: &Snapshot, buf: &mut Buffer) -> Option<Position> {
    let area = overlay_area(state, snapshot);
    match state.overlay.as_ref()? {
        Overlay::Help { top } => help::draw(state, *top, buf),
        Overlay::Menu(menu) => dialogs::menu(state, menu, area, buf),
        Overlay::Prompt(p) => return prompt::draw(state, p, buf),
        Overlay::Save(form) => return dialogs::save(state, snapshot, form, area, buf),
        Overlay::Columns { selected } => dialogs::columns(state, *selected, area, buf),
        Overlay::Leave(after) => dialogs::leave(state, snapshot, after, area, buf),
        Overlay::Message(failure) => dialogs::message(state, failure, area, buf),
    }
    None
}

/// Where the overlay is drawn and can be clicked.
pub fn overlay_area(state: &State, snapshot: &Snapshot) -> Rect {
    let (width, height) = state.size;
    let wanted = match &state.overlay {
        None => return Rect::default(),
        Some(Overlay::Help { .. }) => (width, height),
        Some(Overlay::Prompt(_)) => return Rect::new(0, height - 1, width, 1),
        Some(Overlay::Menu(menu)) => (70, menu.items.len() as u16 + 2),
        Some(Overlay::Columns { .. }) => (64, state.columns.len() as u16 + 4),
        Some(Overlay::Save(_)) => (70, 7),
        Some(Overlay::Leave(_)) => (70.min(dialogs::leave_text(state, snapshot).len() as u16 + 4), 3),
        Some(Overlay::Message(f)) => dialogs::message_size(f, width),
    };
    let (w, h) = (wanted.0.min(width), wanted.1.min(height));
    Rect::new((width - w) / 2, (height - h) / 2, w, h)
}

/// Writes text that may come from packets; returns the cell behind it.
pub fn put(buf: &mut Buffer, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
    let area = buf.area;
    if y >= area.bottom() || x >= area.right() || width == 0 {
        return x;
    }
    buf.set_stringn(x, y, text, usize::from(width), style).0
}

pub fn put_char(buf: &mut Buffer, x: u16, y: u16, c: char, style: Style) {
    if let Some(cell) = buf.cell_mut(Position::new(x, y)) {
        cell.set_char(c).set_style(style);
    }
}

/// Sets the style of a line's cells without changing their text.
pub fn paint_line(buf: &mut Buffer, area: Rect, y: u16, style: Style) {
    buf.set_style(Rect::new(area.x, y, area.width, 1), style);
}

/// Text made safe and cut to a width, with an ellipsis where something is missing.
pub fn fitted(state: &State, text: &str, width: u16) -> String {
    let clean = text::clean(text, state.theme.ascii);
    text::fit(&clean, usize::from(width), state.theme.glyphs().ellipsis)
}

/// Blank cells in a style, with a frame in ASCII or line drawing and a title.
pub fn window(state: &State, area: Rect, title: &str, buf: &mut Buffer) -> Rect {
    use ratatui::widgets::{Block, Borders, Clear, Widget};
    let style = state.theme.style(Role::Popup);
    // Without colours a reversed window would be glaring: its border tells it instead.
    let style = if state.theme.depth() == super::theme::Depth::None { Style::new() } else { style };
    Clear.render(area, buf);
    let mut block = Block::new().borders(Borders::ALL).style(style).title(format!(" {title} "));
    if state.theme.ascii {
        block = block.border_set(ratatui::symbols::border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        });
    }
    let inner = block.inner(area);
    block.render(area, buf);
    inner
}

/// The style of a chosen line in a window.
pub fn chosen(state: &State) -> Style {
    state.theme.style(Role::PopupSelected)
}

#[cfg(test)]
mod tests;
