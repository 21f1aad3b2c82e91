//! The layers of the selected packet.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{fitted, put, put_char};
use crate::dissect::expert::Severity;
use crate::dissect::field::Kind;
use crate::tui::detail::{Detail, DetailNode};
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Pane, State};
use crate::tui::theme::Role;
use crate::tui::update::tree::{is_open, visible};

/// Deeper nodes are not indented further.
const MAX_INDENT: u16 = 20;

/// The cell of a node's arrow, from the left edge of the pane.
pub fn arrow_at(depth: u16) -> u16 {
    1 + 2 * depth.min(MAX_INDENT)
}

pub fn draw(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let Some(detail) = snapshot.detail.as_ref().filter(|_| !area.is_empty()) else { return };
    let rows = visible(state, detail);
    for (i, node) in rows.iter().skip(state.tree.top).enumerate().take(usize::from(area.height)) {
        row(state, detail, *node, Rect { y: area.y + i as u16, height: 1, ..area }, buf);
    }
}

fn row(state: &State, detail: &Detail, index: usize, area: Rect, buf: &mut Buffer) {
    let Some(node) = detail.nodes.get(index) else { return };
    let selected = state.tree.selected == index;
    let g = state.theme.glyphs();
    let mut style = state.theme.style(role(node));
    if selected {
        let role = if state.focus == Pane::Tree { Role::Cursor } else { Role::Selected };
        style = style.patch(state.theme.style(role));
        super::paint_line(buf, area, area.y, style);
    }
    let x = area.x + arrow_at(node.depth);
    if detail.has_children(index) {
        let sign = if is_open(state, detail, index) { g.opened } else { g.closed };
        put_char(buf, x, area.y, sign, style);
    }
    let room = area.right().saturating_sub(x + 2);
    put(buf, x + 2, area.y, room, &fitted(state, &node.label, room), style);
}

fn role(node: &DetailNode) -> Role {
    match node.severity {
        Some(Severity::Error) => return Role::Wrong,
        Some(Severity::Warning) => return Role::Questionable,
        _ => {}
    }
    if node.link.is_some() {
        Role::Key
    } else if node.depth == 0 && node.field.kind == Kind::Protocol {
        Role::Layer
    } else if node.generated {
        Role::Generated
    } else {
        Role::Text
    }
}
