//! The first screen of `sniff` alone: interfaces with what goes over them, and files opened before.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fitted, put, put_char};
use crate::tui::snapshot::{InterfaceState, Recent, Snapshot};
use crate::tui::state::State;
use crate::tui::text::{self, grouped, short};
use crate::tui::theme::Role;

/// From this width on, files stand beside the interfaces.
const WIDE: u16 = 110;
/// From this width of the list of files on, counts have their unit.
const ROOMY: u16 = 60;
/// Cells of a sparkline.
const SPARK: usize = 12;
/// The same in a narrow terminal.
const NARROW_SPARK: usize = 6;

#[derive(Clone, Copy, Debug, Default)]
pub struct Areas {
    pub interfaces_title: Rect,
    pub interfaces: Rect,
    pub files_title: Rect,
    pub files: Rect,
    pub trouble: Rect,
    pub status: Rect,
}

pub fn areas(state: &State, snapshot: &Snapshot) -> Areas {
    let (width, height) = state.size;
    let trouble = if snapshot.no_capture.is_some() { 3 } else { 0 };
    let body = Rect::new(0, 2, width, height.saturating_sub(3 + trouble));
    let status = Rect::new(0, height - 1, width, 1);
    let trouble = Rect::new(0, body.bottom(), width, trouble);
    let titled = |r: Rect| {
        let title = Rect { height: 1.min(r.height), ..r };
        (title, Rect { y: r.y + title.height, height: r.height - title.height, ..r })
    };
    let (left, right) = if width >= WIDE {
        let half = width * 6 / 10;
        (Rect { width: half, ..body }, Rect { x: half + 1, width: width - half - 1, ..body })
    } else {
        let wanted = (snapshot.interfaces.len().max(1) as u16 + 2).min(body.height * 6 / 10);
        let upper = Rect { height: wanted, ..body };
        (upper, Rect { y: body.y + wanted, height: body.height - wanted, ..body })
    };
    let ((interfaces_title, interfaces), (files_title, files)) = (titled(left), titled(right));
    Areas { interfaces_title, interfaces, files_title, files, trouble, status }
}

pub fn draw(state: &State, snapshot: &Snapshot, buf: &mut Buffer) {
    let areas = areas(state, snapshot);
    let files = state.chooser.files;
    let x = put(buf, 1, 0, 20, "sniff", state.theme.style(Role::Focused));
    if !snapshot.title.is_empty() {
        let room = areas.status.width.saturating_sub(x + 3);
        let back = fitted(state, &format!("Esc back to {}", snapshot.title), room);
        put(buf, x + 3, 0, room, &back, state.theme.style(Role::Dim));
    }
    title(state, "Interfaces", !files, areas.interfaces_title, buf);
    title(state, "Recent files", files, areas.files_title, buf);
    interfaces(state, snapshot, areas.interfaces, buf);
    recent(state, snapshot, areas.files, buf);
    if let Some(why) = &snapshot.no_capture {
        let room = areas.trouble.width.saturating_sub(2);
        let y = areas.trouble.y;
        put(buf, 1, y, room, &fitted(state, &why.cause, room), state.theme.style(Role::Wrong));
        if let Some(remedy) = &why.remedy {
            put(buf, 1, y + 1, room, &fitted(state, remedy, room), state.theme.style(Role::Key));
        }
    }
    status(state, areas.status, buf);
}

fn title(state: &State, name: &str, focused: bool, area: Rect, buf: &mut Buffer) {
    let g = state.theme.glyphs();
    let role = if focused { Role::Focused } else { Role::Title };
    let sign = if focused { g.focus } else { ' ' };
    put(buf, area.x, area.y, area.width, &format!("{sign}{name}"), state.theme.style(role));
}

fn interfaces(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    if snapshot.interfaces.is_empty() && snapshot.no_capture.is_none() {
        put(buf, area.x + 3, area.y, area.width, "looking for interfaces", state.theme.style(Role::Dim));
    }
    let names = snapshot.interfaces.iter().map(|i| text::width(&i.interface.name)).max().unwrap_or(0).min(24);
    let selected = state.chooser.interface;
    let first = (selected + 1).saturating_sub(usize::from(area.height));
    for (i, each) in snapshot.interfaces.iter().enumerate().skip(first).take(usize::from(area.height)) {
        let line = Rect { y: area.y + (i - first) as u16, height: 1, ..area };
        let here = i == selected && !state.chooser.files;
        interface(state, each, names, here, line, buf);
    }
}

fn interface(state: &State, each: &InterfaceState, names: usize, here: bool, area: Rect, buf: &mut Buffer) {
    let i = &each.interface;
    mark(state, here, state.chooser.ticked.contains(&i.name), area, buf);
    let traffic = traffic(state, each);
    let traffic_width = text::width(&traffic) as u16;
    let right = area.right().saturating_sub(traffic_width + 1);
    let style = state.theme.style(if i.up == Some(true) { Role::Text } else { Role::Dim });
    let name = fitted(state, &i.name, names as u16);
    let up = i.up.map_or("", |up| if up { "up" } else { "down" });
    let about = if i.addresses.is_empty() { i.about.clone() } else { i.addresses.join("  ") };
    let line = format!("{name:names$}  {up:4}  {about}");
    let room = right.saturating_sub(area.x + 4);
    put(buf, area.x + 3, area.y, room, &fitted(state, &line, room), style);
    put(buf, right, area.y, traffic_width, &traffic, state.theme.style(Role::Good));
}

/// The sparkline of the last seconds and the newest rate.
fn traffic(state: &State, each: &InterfaceState) -> String {
    if each.interface.packets.is_none() {
        return String::new();
    }
    let levels = state.theme.glyphs().spark;
    let most = each.rates.iter().copied().max().unwrap_or(0).max(1);
    let cells = if state.size.0 < WIDE { NARROW_SPARK } else { SPARK };
    let from = each.rates.len().saturating_sub(cells);
    let mut out = levels[0].to_string().repeat(cells.saturating_sub(each.rates.len()));
    for rate in each.rates.iter().skip(from) {
        // The square root lets little traffic be seen beside bursts.
        let level = ((*rate as f64 / most as f64).sqrt() * 7.0).round() as usize;
        out.push(levels[if *rate == 0 { 0 } else { level.clamp(1, 7) }]);
    }
    let rate = format!("{}/s", short(each.rates.last().copied().unwrap_or(0) as f64));
    format!("{out} {rate:>9}")
}

fn mark(state: &State, here: bool, ticked: bool, area: Rect, buf: &mut Buffer) {
    let g = state.theme.glyphs();
    if here {
        buf.set_style(area, state.theme.style(Role::Cursor));
        put_char(buf, area.x + 1, area.y, g.selected, state.theme.style(Role::Key));
    }
    if ticked {
        put_char(buf, area.x + 2, area.y, g.marked, state.theme.style(Role::Key));
    }
}

fn recent(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    if snapshot.recent.is_empty() {
        let key = state.keymap.hint(crate::tui::action::Modes::CHOOSER, crate::tui::action::Action::OpenFile);
        let text = format!("none yet; {key} opens a file");
        put(buf, area.x + 3, area.y, area.width.saturating_sub(3), &text, state.theme.style(Role::Dim));
        return;
    }
    let selected = state.chooser.file;
    let first = (selected + 1).saturating_sub(usize::from(area.height));
    let now = chrono::Utc::now().timestamp();
    let counts = snapshot.recent.iter().map(|f| text::width(&count(f, area.width))).max().unwrap_or(0);
    for (i, file) in snapshot.recent.iter().enumerate().skip(first).take(usize::from(area.height)) {
        let line = Rect { y: area.y + (i - first) as u16, height: 1, ..area };
        mark(state, i == selected && state.chooser.files, false, line, buf);
        recent_line(state, file, counts, now, line, buf);
    }
}

/// How many packets a file holds, as far as that is known; names of files come before the word for them.
fn count(file: &Recent, width: u16) -> String {
    let unit = if width < ROOMY { "" } else { " packets" };
    file.packets.map_or(String::new(), |n| format!("{}{unit}", grouped(n)))
}

fn recent_line(state: &State, file: &Recent, counts: usize, now: i64, area: Rect, buf: &mut Buffer) {
    let packets = count(file, area.width);
    let right = format!("{packets:>counts$}  {:>12} ", ago(now.saturating_sub(file.opened)));
    let width = (text::width(&right) as u16).min(area.width);
    let room = area.width.saturating_sub(width + 4);
    let name = match file.unsaved {
        true => "unsaved capture".to_owned(),
        false => file.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    let folder = file.path.parent().map_or(String::new(), |p| p.to_string_lossy().into_owned());
    let name = fitted(state, &name, room);
    let x = put(buf, area.x + 3, area.y, room, &name, state.theme.style(Role::Text));
    let room = (area.x + 3 + room).saturating_sub(x + 2);
    put(buf, x + 2, area.y, room, &fitted(state, &folder, room), state.theme.style(Role::Dim));
    put(buf, area.right() - width, area.y, width, &right, state.theme.style(Role::Dim));
}

/// How long ago something was, as one would say it.
fn ago(seconds: i64) -> String {
    match seconds {
        ..60 => "just now".into(),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        86_400..172_800 => "yesterday".into(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

fn status(state: &State, area: Rect, buf: &mut Buffer) {
    if let Some(notice) = &state.notice {
        // What happened is worth the whole line; the keys come back when it was read.
        let role = if notice.wrong { Role::Wrong } else { Role::Good };
        let room = area.width.saturating_sub(2);
        put(buf, 1, area.y, room, &fitted(state, &notice.text, room), state.theme.style(role));
        return;
    }
    let filter = &state.chooser.capture_filter;
    let filter = if filter.is_empty() { "none" } else { filter };
    let hints = match area.width {
        ..100 => "Enter start  f filter  o open  ? help  q quit ",
        _ => "Enter start   Space several   f filter   o open a file   ? help   q quit ",
    };
    let width = (hints.len() as u16).min(area.width);
    let room = area.width.saturating_sub(width + 3);
    let left = fitted(state, &format!("capture filter: {filter}"), room);
    put(buf, 1, area.y, room, &left, state.theme.style(Role::Title));
    put(buf, area.right() - width, area.y, width, hints, state.theme.style(Role::Dim));
}
