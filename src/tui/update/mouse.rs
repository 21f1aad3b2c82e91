//! The mouse: click, double click, wheel, and dragging borders.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{Effects, State, chooser, columns, filter, focus, list, menu, tree};
use crate::tui::action::Action;
use crate::tui::layout::{self, Areas};
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Drag, Overlay, Pane, Screen};
use crate::tui::view;

/// Lines that one turn of the wheel moves.
const WHEEL: usize = 3;

pub fn mouse(state: &mut State, event: MouseEvent, snapshot: &Snapshot) -> Effects {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => press(state, at, snapshot),
        MouseEventKind::Drag(MouseButton::Left) => {
            drag(state, at);
            Vec::new()
        }
        MouseEventKind::Up(MouseButton::Left) => match state.drag.take() {
            Some(_) => vec![super::Effect::SaveConfig],
            None => Vec::new(),
        },
        MouseEventKind::ScrollDown => wheel(state, at, snapshot, Action::Down),
        MouseEventKind::ScrollUp => wheel(state, at, snapshot, Action::Up),
        _ => Vec::new(),
    }
}

fn press(state: &mut State, at: Position, snapshot: &Snapshot) -> Effects {
    if state.overlay.is_some() {
        return press_overlay(state, at, snapshot);
    }
    if state.screen == Screen::Chooser {
        return press_chooser(state, at, snapshot);
    }
    let areas = layout::areas(state);
    if let Some(border) = border_at(state, &areas, at) {
        state.drag = Some(border);
        return Vec::new();
    }
    if areas.filter.contains(at) {
        press_filter(state, at);
        return Vec::new();
    }
    state.filter.editing = None;
    if areas.header.contains(at) {
        return press_header(state, at, &areas);
    }
    if areas.list.contains(at) {
        focus(state, snapshot, Pane::List);
        let index = state.list.top + usize::from(at.y - areas.list.y);
        if index < snapshot.shown.len() {
            list::select(state, snapshot, index);
        }
    } else if areas.tree.contains(at) || areas.tree_title.contains(at) {
        focus(state, snapshot, Pane::Tree);
        press_tree(state, at, &areas, snapshot);
    } else if areas.hex.contains(at) || areas.hex_title.contains(at) {
        focus(state, snapshot, Pane::Hex);
        press_hex(state, at, &areas, snapshot);
    } else if areas.status.contains(at) {
        return super::update(state, Action::Help, snapshot);
    }
    Vec::new()
}

fn press_filter(state: &mut State, at: Position) {
    if state.filter.editing.is_none() {
        filter::start(state, None);
    }
    if let Some(editing) = &mut state.filter.editing {
        let start = usize::from(view::filter_bar::TEXT_AT);
        editing.line.click(usize::from(at.x).saturating_sub(start));
    }
}

/// A column's title sorts by it; its right border is dragged.
fn press_header(state: &mut State, at: Position, areas: &Areas) -> Effects {
    for (index, area) in view::list::column_areas(state, areas.header).iter().enumerate() {
        let border = area.right();
        if at.x == border {
            state.drag = Some(Drag::Column(index, area.x));
            return Vec::new();
        }
        if area.contains(at) {
            return columns::sort_by(state, index);
        }
    }
    Vec::new()
}

fn press_tree(state: &mut State, at: Position, areas: &Areas, snapshot: &Snapshot) {
    let Some(detail) = &snapshot.detail else { return };
    if !areas.tree.contains(at) {
        return;
    }
    let rows = tree::visible(state, detail);
    let Some(node) = rows.get(state.tree.top + usize::from(at.y - areas.tree.y)).copied() else { return };
    let depth = detail.nodes.get(node).map_or(0, |n| n.depth);
    let arrow = areas.tree.x + view::tree::arrow_at(depth);
    let again = state.tree.selected == node;
    tree::select(state, detail, node);
    if again || at.x <= arrow + 1 {
        tree::toggle(state, snapshot, detail, node);
    }
}

fn press_hex(state: &mut State, at: Position, areas: &Areas, snapshot: &Snapshot) {
    let Some(detail) = &snapshot.detail else { return };
    let Some(source) = detail.source(state.hex.source) else { return };
    if !areas.hex.contains(at) {
        return;
    }
    let shape = view::hex::Shape::of(areas.hex.width, source.bytes.len());
    let line = state.hex.top + usize::from(at.y - areas.hex.y);
    if let Some(byte) = shape.byte_at(at.x - areas.hex.x) {
        let offset = line * shape.bytes + byte;
        if offset < source.bytes.len() {
            tree::choose_byte(state, detail, offset as u32);
        }
    }
}

fn press_overlay(state: &mut State, at: Position, snapshot: &Snapshot) -> Effects {
    let area = view::overlay_area(state, snapshot);
    if !area.contains(at) {
        return super::update(state, Action::Back, snapshot);
    }
    let line = usize::from(at.y.saturating_sub(area.y + 1));
    match &mut state.overlay {
        Some(Overlay::Menu(m)) => {
            let top = view::dialogs::first_visible(m.selected, m.items.len(), area);
            if top + line < m.items.len() && at.y > area.y && at.y + 1 < area.bottom() {
                m.selected = top + line;
                return menu::update(state, Action::Accept);
            }
        }
        Some(Overlay::Columns { selected }) => {
            *selected = line.min(state.columns.len().saturating_sub(1));
        }
        Some(Overlay::Save(form)) if line < super::save::ROWS => {
            if form.row == line && line != super::save::PATH {
                return super::save::update(state, Action::Right, snapshot);
            }
            form.row = line;
        }
        _ => {}
    }
    Vec::new()
}

fn press_chooser(state: &mut State, at: Position, snapshot: &Snapshot) -> Effects {
    let areas = view::chooser::areas(state, snapshot);
    let row = |area: Rect| usize::from(at.y - area.y);
    let chooser = &mut state.chooser;
    let again = if areas.interfaces.contains(at) {
        let index = row(areas.interfaces);
        let again = !chooser.files && chooser.interface == index;
        (chooser.files, chooser.interface) = (false, index.min(snapshot.interfaces.len().saturating_sub(1)));
        again
    } else if areas.files.contains(at) {
        let index = row(areas.files);
        let again = chooser.files && chooser.file == index;
        (chooser.files, chooser.file) = (true, index.min(snapshot.recent.len().saturating_sub(1)));
        again
    } else {
        false
    };
    if again { chooser::update(state, Action::Accept, snapshot) } else { Vec::new() }
}

fn wheel(state: &mut State, at: Position, snapshot: &Snapshot, action: Action) -> Effects {
    let areas = layout::areas(state);
    if state.overlay.is_some() || state.screen == Screen::Chooser {
        return (0..WHEEL).flat_map(|_| super::update(state, action, snapshot)).collect();
    }
    if areas.list.contains(at) || areas.header.contains(at) {
        let to = match action {
            Action::Up => state.list.selected.saturating_sub(WHEEL),
            _ => state.list.selected + WHEEL,
        };
        list::select(state, snapshot, to);
    } else if areas.tree.contains(at) {
        (0..WHEEL).for_each(|_| tree::update(state, action, snapshot));
    } else if areas.hex.contains(at) {
        let top = &mut state.hex.top;
        let size =
            snapshot.detail.as_ref().and_then(|d| d.source(state.hex.source)).map_or(0, |s| s.bytes.len());
        let lines = size.div_ceil(view::hex::Shape::of(areas.hex.width, size).bytes);
        let last = lines.saturating_sub(usize::from(areas.hex.height));
        *top = if action == Action::Up { top.saturating_sub(WHEEL) } else { (*top + WHEEL).min(last) };
    }
    Vec::new()
}

/// The border under the mouse.
fn border_at(state: &State, areas: &Areas, at: Position) -> Option<Drag> {
    if state.layout.zoom {
        return None;
    }
    if areas.upright.contains(at) {
        return Some(if areas.main_beside { Drag::Main } else { Drag::Sub });
    }
    let first_title = if areas.tree_title.is_empty() { areas.hex_title } else { areas.tree_title };
    if first_title.contains(at) && !areas.main_beside {
        return Some(Drag::Main);
    }
    let second = areas.hex_title.contains(at) && !areas.tree_title.is_empty();
    if second {
        return Some(if areas.sub_beside { Drag::Main } else { Drag::Sub });
    }
    None
}

fn drag(state: &mut State, at: Position) {
    let areas = layout::areas(state);
    match state.drag {
        Some(Drag::Main) if areas.main_beside => {
            state.layout.main = thousandths(at.x, areas.body.x, areas.body.width);
        }
        Some(Drag::Main) => state.layout.main = thousandths(at.y, areas.body.y, areas.body.height),
        Some(Drag::Sub) if areas.sub_beside => {
            state.layout.sub = thousandths(at.x, areas.lower.x, areas.lower.width);
        }
        Some(Drag::Sub) => state.layout.sub = thousandths(at.y, areas.lower.y, areas.lower.height),
        Some(Drag::Column(index, start)) => {
            if let Some(column) = state.columns.get_mut(index) {
                column.width = Some(at.x.saturating_sub(start).clamp(3, 120));
            }
        }
        None => {}
    }
}

fn thousandths(at: u16, start: u16, length: u16) -> u16 {
    let part = u32::from(at.saturating_sub(start)) * 1000 / u32::from(length.max(1));
    (part as u16).clamp(50, 950)
}
