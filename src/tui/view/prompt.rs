//! A line that is typed at the bottom, with the ways to go on above it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::put;
use crate::tui::state::{Prompt, PromptKind, State};
use crate::tui::text;
use crate::tui::theme::Role;

fn label(state: &State, kind: PromptKind) -> String {
    match kind {
        PromptKind::Find => format!("find {} in {}: ", state.find.kind.name(), state.find.place.name()),
        PromptKind::GoTo => "go to packet: ".into(),
        PromptKind::Command => ":".into(),
        PromptKind::Open => "open: ".into(),
        PromptKind::CaptureFilter => "capture filter: ".into(),
        PromptKind::AddColumn => "column of field: ".into(),
        PromptKind::FilterName => "save the filter as: ".into(),
    }
}

fn hint(kind: PromptKind) -> &'static str {
    match kind {
        PromptKind::Find => "Tab text/hex/regex   Shift+Tab where",
        PromptKind::Command | PromptKind::Open | PromptKind::AddColumn => "Tab completes",
        PromptKind::CaptureFilter => "as tcpdump takes it: tcp port 80",
        PromptKind::FilterName => "a name, one word",
        PromptKind::GoTo => "",
    }
}

pub fn draw(state: &State, prompt: &Prompt, buf: &mut Buffer) -> Option<Position> {
    let (width, height) = state.size;
    let y = height - 1;
    let area = Rect::new(0, y, width, 1);
    put(buf, 0, y, width, &" ".repeat(usize::from(width)), Style::reset());
    let label = label(state, prompt.kind);
    let x = put(buf, 1, y, width - 1, &label, state.theme.style(Role::Key));
    let (note, role) = if prompt.complaint.is_empty() {
        (hint(prompt.kind), Role::Dim)
    } else {
        (prompt.complaint.as_str(), Role::Wrong)
    };
    let note = super::fitted(state, note, width / 2);
    let note_width = text::width(&note) as u16;
    put(buf, width.saturating_sub(note_width + 1), y, note_width, &note, state.theme.style(role));
    let room = usize::from(area.right().saturating_sub(x + note_width + 2)).max(4);
    let line = prompt.line.text();
    let before = text::width(line.get(..prompt.line.cursor()).unwrap_or(line));
    let scroll = (before + 1).saturating_sub(room);
    let shown = text::clean(text::head(text::skip(line, scroll), room), state.theme.ascii).into_owned();
    put(buf, x, y, room as u16, &shown, Style::reset());
    candidates(state, prompt, y, buf);
    Some(Position::new(x + (before - scroll) as u16, y))
}

/// As many candidates as fit on a few lines above the prompt, in columns.
fn candidates(state: &State, prompt: &Prompt, bottom: u16, buf: &mut Buffer) {
    if prompt.candidates.is_empty() {
        return;
    }
    let width = usize::from(state.size.0);
    let widest = prompt.candidates.iter().map(|c| text::width(c)).max().unwrap_or(1) + 2;
    let columns = (width / widest.max(1)).max(1);
    let lines = prompt.candidates.len().div_ceil(columns).min(6).min(usize::from(bottom));
    let style = state.theme.style(Role::Popup);
    for line in 0..lines {
        let y = bottom - (lines - line) as u16;
        put(buf, 0, y, state.size.0, &" ".repeat(width), style);
        for column in 0..columns {
            if let Some(c) = prompt.candidates.get(line * columns + column) {
                let x = (column * widest) as u16 + 1;
                let room = (widest - 1) as u16;
                put(buf, x, y, room, &super::fitted(state, c, room), style);
            }
        }
    }
}
