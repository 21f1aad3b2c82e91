//! The packet list: selection and marks at the left edge, the bracket of the conversation, the columns.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{put, put_char};
use crate::tui::columns::{self, Content};
use crate::tui::layout::Areas;
use crate::tui::snapshot::{Line, Snapshot};
use crate::tui::state::{Pane, State};
use crate::tui::text;
use crate::tui::theme::{Role, is_alarming};

/// Cells of the left edge: selection, two of the conversation, one for alarms.
pub const EDGE: u16 = 4;

/// Where the columns stand.
pub fn column_areas(state: &State, line: Rect) -> Vec<Rect> {
    let room = line.width.saturating_sub(EDGE);
    let (widths, gap) = (columns::widths(&state.columns, room), columns::gap(room));
    let mut x = line.x + EDGE.min(line.width);
    let mut areas = Vec::with_capacity(widths.len());
    for width in widths {
        let width = width.min(line.right().saturating_sub(x));
        areas.push(Rect::new(x, line.y, width, 1));
        x = (x + width + gap).min(line.right());
    }
    areas
}

pub fn draw(state: &State, snapshot: &Snapshot, areas: &Areas, buf: &mut Buffer) {
    if areas.list.is_empty() {
        return;
    }
    header(state, areas.header, buf);
    if snapshot.shown.is_empty() {
        return empty(state, snapshot, areas.list, buf);
    }
    let columns = column_areas(state, areas.header);
    for (i, line) in snapshot.lines.iter().enumerate().take(usize::from(areas.list.height)) {
        let y = areas.list.y + i as u16;
        row(state, snapshot, line, &columns, Rect { y, height: 1, ..areas.list }, buf);
    }
}

fn header(state: &State, area: Rect, buf: &mut Buffer) {
    let g = state.theme.glyphs();
    let focused = state.focus == Pane::List && state.filter.editing.is_none();
    let role = if focused { Role::Focused } else { Role::Title };
    let style = state.theme.style(role);
    if focused {
        put_char(buf, area.x, area.y, g.focus, style);
    }
    for (index, (column, at)) in state.columns.iter().zip(column_areas(state, area)).enumerate() {
        let sorted = state.sort.filter(|s| s.0 == index);
        let room = usize::from(at.width).saturating_sub(usize::from(sorted.is_some()));
        // A few letters more tell a column better than an ellipsis does.
        let mut title = text::head(&text::clean(&column.title, state.theme.ascii), room).to_owned();
        title.extend(sorted.map(|(_, down)| if down { g.descending } else { g.ascending }));
        let x = if column.content.right() { at.right() - text::width(&title) as u16 } else { at.x };
        put(buf, x, at.y, at.width, &title, style);
    }
}

/// Says why there is nothing to show.
fn empty(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let filter = &state.filter.applied;
    let total = text::grouped(u64::from(snapshot.total));
    let hidden = !filter.is_empty() && snapshot.total > 0 && snapshot.work.is_none();
    let why = if hidden {
        let are = if snapshot.total == 1 { "is" } else { "are" };
        format!("No packet matches. {total} {are} hidden by  {filter}")
    } else if let Some((what, _)) = snapshot.work {
        format!("{what} …")
    } else if let Some(live) = &snapshot.progress.live {
        format!("Waiting for packets on {}", live.interfaces)
    } else if let Some(error) = &snapshot.progress.error {
        error.clone()
    } else if snapshot.progress.done {
        "This capture holds no packets.".to_owned()
    } else {
        "reading …".to_owned()
    };
    let room = area.width.saturating_sub(EDGE);
    let x = area.x + EDGE;
    let y = area.y + area.height / 3;
    let style = state.theme.style(Role::Dim);
    let end = put(buf, x, y, room, &super::fitted(state, &why, room), style);
    if hidden {
        let way_out = "Esc shows them";
        let beside = end + 3 + way_out.len() as u16 <= area.right();
        let (x, y) = if beside { (end + 3, y) } else { (x, (y + 1).min(area.bottom() - 1)) };
        put(buf, x, y, room, way_out, style);
    }
}

fn row(state: &State, snapshot: &Snapshot, line: &Line, columns: &[Rect], area: Rect, buf: &mut Buffer) {
    let selected = state.list.packet == Some(line.packet);
    let focused = state.focus == Pane::List;
    let style = state.theme.row(line.row.colour, selected, focused);
    buf.set_style(area, style);
    edge(state, snapshot, line, area, selected, style, buf);
    for (index, at) in columns.iter().enumerate() {
        let value = columns::cell(&state.columns, index, line);
        let value = shown(state, index, line, &value, at.width);
        let x = match state.columns.get(index) {
            Some(c) if c.content.right() => at.right().saturating_sub(text::width(&value) as u16).max(at.x),
            _ => at.x,
        };
        put(buf, x, area.y, at.width, &value, style);
    }
}

/// A cell's text as it fits.
fn shown(state: &State, index: usize, line: &Line, value: &str, width: u16) -> String {
    let ascii = state.theme.ascii;
    let ellipsis = state.theme.glyphs().ellipsis;
    let clean = text::clean(value, ascii);
    let cells = usize::from(width);
    match state.columns.get(index).map(|c| &c.content) {
        Some(Content::Time) if state.references.contains(&line.packet) => {
            state.theme.glyphs().reference.to_owned()
        }
        Some(c) if c.is_address() => text::fit_middle(&clean, cells, ellipsis),
        Some(Content::Info) if state.list.scroll > 0 => {
            let rest: Cow<str> = text::skip(&clean, state.list.scroll).into();
            text::fit(&rest, cells, ellipsis)
        }
        _ => text::fit(&clean, cells, ellipsis),
    }
}

/// Selection or mark, the bracket of the conversation, and a sign for alarming rows, which those who see
/// no colours need.
fn edge(
    state: &State,
    snapshot: &Snapshot,
    line: &Line,
    area: Rect,
    selected: bool,
    style: Style,
    buf: &mut Buffer,
) {
    let g = state.theme.glyphs();
    let marked = state.marks.contains(&line.packet);
    let sign = match (selected, marked) {
        (true, true) => g.selected_marked,
        (true, false) => g.selected,
        (false, true) => g.marked,
        (false, false) => ' ',
    };
    let key = state.theme.style(Role::Key);
    let over = |s: Style| Style { bg: style.bg, ..s };
    put_char(buf, area.x, area.y, sign, over(key));
    let [bracket, arrow] = bracket(state, snapshot, line);
    let quiet = if style.bg.is_some() { style } else { over(state.theme.style(Role::Title)) };
    put_char(buf, area.x + 1, area.y, bracket, quiet);
    put_char(buf, area.x + 2, area.y, arrow, quiet);
    if state.theme.rows && line.row.colour.is_some_and(is_alarming) {
        put_char(buf, area.x + 3, area.y, g.alarm, style);
    }
}

/// Two cells: the line from the first to the last packet of the selected one's conversation, and an arrow
/// at its members, away from or towards the side that opened it. Hollow arrows stand where another
/// connection changes its state: handshakes are seen wherever they arrive.
fn bracket(state: &State, snapshot: &Snapshot, line: &Line) -> [char; 2] {
    let packet = line.packet;
    let g = state.theme.glyphs();
    let conversation = snapshot.conversation.as_ref();
    let member = conversation.is_some_and(|c| c.holds(packet));
    let arrow = match line.row.side {
        Some(side) if member => [g.to_left, g.to_right][usize::from(side.from_opener)],
        Some(side) if side.change => [g.other_left, g.other_right][usize::from(side.from_opener)],
        _ => ' ',
    };
    // A line from first to last means nothing in another order.
    let in_order = !matches!(snapshot.shown, crate::tui::snapshot::Shown::Sorted(_));
    let ends = conversation.filter(|_| in_order).and_then(|c| c.first().zip(c.last()));
    let Some((first, last)) = ends.filter(|(first, last)| (*first..=*last).contains(&packet)) else {
        return [' ', arrow];
    };
    let bracket = if first == last {
        g.only
    } else if packet == first {
        g.first
    } else if packet == last {
        g.last
    } else if member && line.row.side.is_some_and(|s| s.change) {
        g.knot
    } else {
        g.through
    };
    [bracket, arrow]
}
