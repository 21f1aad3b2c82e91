//! The top line: the display filter, what it is worth, how many packets it shows, and the trace's name.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::widgets::{Clear, Widget};

use super::{put, put_char};
use crate::tui::layout::Areas;
use crate::tui::snapshot::{Check, Snapshot, Verdict};
use crate::tui::state::{Editing, State};
use crate::tui::text::{self, grouped};
use crate::tui::theme::Role;

/// The cell where the filter's text begins.
pub const TEXT_AT: u16 = 3;
/// Most candidates shown at once.
const MAX_CANDIDATES: u16 = 10;
/// Most lines that say what is wrong with a filter.
const MAX_EXPLANATION: u16 = 4;

/// Draws the line, and below it, while something is typed, the word that is wrong and the candidates.
pub fn draw(state: &State, snapshot: &Snapshot, areas: &Areas, buf: &mut Buffer) -> Option<Position> {
    let area = areas.filter;
    put(buf, area.x + 1, area.y, 1, "/", state.theme.style(Role::Key));
    match &state.filter.editing {
        Some(editing) => Some(edited(state, editing, areas, buf)),
        None => {
            at_rest(state, snapshot, area, buf);
            None
        }
    }
}

fn at_rest(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let (filter, verdict) = match &state.filter.coming {
        Some(coming) => (coming, Verdict::Unfinished),
        None => (&state.filter.applied, state.filter.check.verdict),
    };
    let mark = state.theme.glyphs().verdicts[verdict_number(verdict)];
    let title = text::clean(&snapshot.title, state.theme.ascii).into_owned();
    let count = count(state, snapshot);
    let full = format!("{mark} {count}   {title} ");
    // The name gives way before the count, the count before the filter.
    let room = usize::from(area.width) / 2;
    let right =
        if text::width(&full) <= room.max(usize::from(area.width).saturating_sub(text::width(filter) + 6)) {
            full
        } else {
            format!("{mark} {count} ")
        };
    let width = text::width(&right) as u16;
    let right_at = area.right().saturating_sub(width);
    let room = right_at.saturating_sub(area.x + TEXT_AT + 1);
    if filter.is_empty() {
        let hint = super::fitted(state, "display filter", room);
        put(buf, area.x + TEXT_AT, area.y, room, &hint, state.theme.style(Role::Dim));
    } else {
        let text = super::fitted(state, filter, room);
        put(buf, area.x + TEXT_AT, area.y, room, &text, state.theme.verdict(verdict));
    }
    let style = if filter.is_empty() { state.theme.style(Role::Title) } else { state.theme.verdict(verdict) };
    put(buf, right_at, area.y, width, &right, style);
}

fn count(state: &State, snapshot: &Snapshot) -> String {
    let total = grouped(u64::from(snapshot.total));
    let noun = if snapshot.total == 1 { "packet" } else { "packets" };
    if state.filter.applied.is_empty() {
        return format!("{total} {noun}");
    }
    format!("{} of {total} {noun}", grouped(snapshot.shown.len() as u64))
}

fn verdict_number(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Empty => 0,
        Verdict::Valid => 1,
        Verdict::Unfinished => 2,
        Verdict::Questionable => 3,
        Verdict::Wrong => 4,
    }
}

fn edited(state: &State, editing: &Editing, areas: &Areas, buf: &mut Buffer) -> Position {
    let area = areas.filter;
    let check = &editing.check;
    let typed = text::width(editing.line.text()) as u16;
    let room = area.width.saturating_sub(typed.saturating_add(TEXT_AT + 5)).max(area.width / 2);
    let whole = message(state, check);
    let fits = check.message.is_empty() || text::width(&whole) <= usize::from(room);
    let message = if fits { super::fitted(state, &whole, room) } else { sign(state, check).to_owned() };
    let width = text::width(&message) as u16;
    let style = state.theme.verdict(check.verdict);
    put(buf, area.right().saturating_sub(width + 1), area.y, width, &message, style);

    let room = usize::from(area.width.saturating_sub(TEXT_AT + width + 3)).max(8);
    let line = editing.line.text();
    let before = text::width(line.get(..editing.line.cursor()).unwrap_or(line));
    // A long line scrolls so that the cursor is always seen.
    let scroll = (before + 1).saturating_sub(room);
    let shown = text::head(text::skip(line, scroll), room);
    let x = area.x + TEXT_AT;
    put(buf, x, area.y, room as u16, shown, style.remove_modifier(Modifier::BOLD));
    let mut below = area.y + 1;
    if underline(state, editing, scroll, room, areas, buf) {
        below += 1;
    }
    if !fits {
        below = explanation(state, check, below, areas, buf);
    }
    // While candidates are tried one after the other, their list stays where it is.
    let below = if editing.chosen.is_some() { area.y + 1 } else { below };
    candidates(state, editing, scroll, below, areas, buf);
    Position::new(x + (before - scroll) as u16, area.y)
}

fn sign(state: &State, check: &Check) -> &'static str {
    state.theme.glyphs().verdicts[verdict_number(check.verdict)]
}

/// What the check says, with its sign.
fn message(state: &State, check: &Check) -> String {
    if check.verdict == Verdict::Empty {
        return "Enter applies   Tab completes   Up older ones   F1 keys   Esc back".into();
    }
    let sign = sign(state, check);
    if check.message.is_empty() { sign.to_owned() } else { format!("{sign} {}", check.message) }
}

/// What the check says, where the line has no room for it: in lines of its own. Returns the line behind.
fn explanation(state: &State, check: &Check, top: u16, areas: &Areas, buf: &mut Buffer) -> u16 {
    let room = areas.filter.width.saturating_sub(TEXT_AT + 1);
    let lines = super::dialogs::wrap(&check.message, room);
    let height = areas.status.y.saturating_sub(top).min(MAX_EXPLANATION);
    let mut y = top;
    for line in lines.iter().take(usize::from(height)) {
        blank(areas, y, buf);
        let line = super::fitted(state, line, room);
        put(buf, areas.filter.x + TEXT_AT, y, room, &line, state.theme.verdict(check.verdict));
        y += 1;
    }
    y
}

fn blank(areas: &Areas, y: u16, buf: &mut Buffer) {
    let width = areas.filter.width;
    put(buf, areas.filter.x, y, width, &" ".repeat(usize::from(width)), ratatui::style::Style::reset());
}

/// Marks the part of the text that the message is about, on the line and with tildes below it. True if
/// there is something to mark.
fn underline(
    state: &State,
    editing: &Editing,
    scroll: usize,
    room: usize,
    areas: &Areas,
    buf: &mut Buffer,
) -> bool {
    let check = &editing.check;
    let Some(span) =
        check.span.clone().filter(|_| matches!(check.verdict, Verdict::Wrong | Verdict::Questionable))
    else {
        return false;
    };
    let line = editing.line.text();
    let cells = |to: usize| text::width(line.get(..to.min(line.len())).unwrap_or(line));
    let (from, to) = (cells(span.start), cells(span.end).max(cells(span.start) + 1));
    let style = state.theme.verdict(check.verdict);
    let below = areas.filter.y + 1;
    let (from, to) = (from.saturating_sub(scroll), to.saturating_sub(scroll).min(room));
    if from >= to {
        return false;
    }
    blank(areas, below, buf);
    for cell in from..to {
        let x = areas.filter.x + TEXT_AT + cell as u16;
        buf.set_style(Rect::new(x, areas.filter.y, 1, 1), style.add_modifier(Modifier::UNDERLINED));
        put_char(buf, x, below, '~', style);
    }
    true
}

fn candidates(
    state: &State,
    editing: &Editing,
    scroll: usize,
    top_line: u16,
    areas: &Areas,
    buf: &mut Buffer,
) {
    let all = &editing.completion.candidates;
    if all.is_empty() {
        return;
    }
    let height = MAX_CANDIDATES.min(areas.status.y.saturating_sub(top_line)).min(all.len() as u16);
    let chosen = editing.chosen.as_ref().map(|c| c.0);
    let first = (chosen.unwrap_or(0) + 1).saturating_sub(usize::from(height));
    let start = editing.completion.span.start;
    let before = text::width(editing.line.text().get(..start).unwrap_or("")).saturating_sub(scroll);
    let widest = |f: fn(&crate::tui::snapshot::Candidate) -> &str| {
        all.iter().skip(first).take(usize::from(height)).map(|c| text::width(f(c))).max().unwrap_or(0)
    };
    let (names, kinds) = (widest(|c| c.shown()), widest(|c| &c.kind));
    let full = (names + kinds + widest(|c| &c.about) + 6) as u16;
    let width = full.min(areas.filter.width.saturating_sub(TEXT_AT));
    let x = (areas.filter.x + TEXT_AT + before as u16).min(areas.filter.right().saturating_sub(width)) - 1;
    let width = full.min(areas.filter.right().saturating_sub(x));
    Clear.render(Rect::new(x, top_line, width, height), buf);
    for (i, c) in all.iter().enumerate().skip(first).take(usize::from(height)) {
        let y = top_line + (i - first) as u16;
        let role = if chosen == Some(i) { Role::PopupSelected } else { Role::Popup };
        // Without colours only this sign tells the one that was put in.
        let sign = if chosen == Some(i) { state.theme.glyphs().focus } else { ' ' };
        let line = format!("{sign}{:names$}  {:kinds$}  {}", c.shown(), c.kind, c.about);
        let line = super::fitted(state, &line, width);
        let padding = usize::from(width).saturating_sub(text::width(&line));
        let style = state.theme.style(role);
        put(buf, x, y, width, &format!("{line}{}", " ".repeat(padding)), style);
    }
}
