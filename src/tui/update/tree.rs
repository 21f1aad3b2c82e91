//! The detail tree and the bytes: what is open, what is selected, and how each finds the other.

use super::State;
use crate::tui::action::Action;
use crate::tui::detail::Detail;
use crate::tui::find::{self, Hit};
use crate::tui::layout;
use crate::tui::snapshot::Snapshot;
use crate::tui::view::hex;

/// The nodes that are visible, in order: those whose ancestors are all open.
pub fn visible(state: &State, detail: &Detail) -> Vec<usize> {
    let mut rows = Vec::new();
    let mut closed_at: Option<u16> = None;
    for (index, node) in detail.nodes.iter().enumerate() {
        if closed_at.is_some_and(|depth| node.depth > depth) {
            continue;
        }
        closed_at = None;
        if node.hidden {
            closed_at = Some(node.depth);
            continue;
        }
        rows.push(index);
        if !is_open(state, detail, index) {
            closed_at = Some(node.depth);
        }
    }
    rows
}

/// Opened by hand, or the innermost layer, which is what a packet is about, or all that its parent holds.
pub fn is_open(state: &State, detail: &Detail, index: usize) -> bool {
    if !detail.has_children(index) {
        return false;
    }
    let by_hand = state.tree.opened.get(&detail.path(index));
    by_hand.copied().unwrap_or_else(|| is_innermost(detail, index) || is_only_child(detail, index))
}

fn is_only_child(detail: &Detail, index: usize) -> bool {
    let Some(parent) = detail.parent(index) else { return false };
    let depth = detail.nodes[parent].depth;
    let below = detail.nodes.iter().skip(parent + 1).take_while(|n| n.depth > depth);
    below.filter(|n| n.depth == depth + 1 && !n.hidden).take(2).count() == 1
}

fn is_innermost(detail: &Detail, index: usize) -> bool {
    let layer = |i: &usize| {
        detail.nodes.get(*i).is_some_and(|n| n.depth == 0 && !n.hidden) && detail.has_children(*i)
    };
    (0..detail.nodes.len()).rev().find(layer) == Some(index)
}

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) {
    let Some(detail) = snapshot.detail.clone() else { return };
    let rows = visible(state, &detail);
    let at = rows.iter().position(|i| *i == state.tree.selected).unwrap_or(0);
    let node = state.tree.selected;
    match action {
        Action::Open if is_open(state, &detail, node) => select(state, &detail, node + 1),
        Action::Open => set_open(state, &detail, node, true),
        Action::Close if is_open(state, &detail, node) => set_open(state, &detail, node, false),
        Action::Close => select(state, &detail, detail.parent(node).unwrap_or(node)),
        Action::Toggle => toggle(state, snapshot, &detail, node),
        Action::OpenAll | Action::CloseAll => set_all(state, &detail, action == Action::OpenAll),
        _ => {
            let page = usize::from(layout::areas(state).tree.height).saturating_sub(1).max(1);
            let times = state.count.unwrap_or(1).clamp(1, 10_000);
            let to = match action {
                Action::Up => at.saturating_sub(times as usize),
                Action::Down => (at + times as usize).min(rows.len().saturating_sub(1)),
                _ => super::step(at, rows.len(), action, page),
            };
            if let Some(node) = rows.get(to) {
                select(state, &detail, *node);
            }
        }
    }
}

/// Opens or closes; a field that names a packet leads there.
pub fn toggle(state: &mut State, snapshot: &Snapshot, detail: &Detail, node: usize) {
    let link = detail.nodes.get(node).and_then(|n| n.link);
    match link {
        Some(packet) => _ = super::list::go_to(state, snapshot, packet),
        None => set_open(state, detail, node, !is_open(state, detail, node)),
    }
}

fn set_open(state: &mut State, detail: &Detail, node: usize, open: bool) {
    if detail.has_children(node) {
        state.tree.opened.insert(detail.path(node), open);
    }
}

fn set_all(state: &mut State, detail: &Detail, open: bool) {
    for index in 0..detail.nodes.len() {
        set_open(state, detail, index, open);
    }
    let top = (0..=state.tree.selected).rev().find(|i| detail.nodes.get(*i).is_some_and(|n| n.depth == 0));
    if let (false, Some(top)) = (open, top) {
        select(state, detail, top);
    }
}

/// Selects a node; the bytes follow.
pub fn select(state: &mut State, detail: &Detail, node: usize) {
    let Some(n) = detail.nodes.get(node) else { return };
    state.tree.selected = node;
    state.tree.path = detail.path(node);
    if detail.source(n.range.source).is_some() {
        state.hex.source = n.range.source;
    }
    if n.range.len > 0 {
        show_bytes(state, detail, n.range.start, n.range.len);
    }
}

/// Scrolls the bytes so that the first of these, and as many more as fit, are seen.
fn show_bytes(state: &mut State, detail: &Detail, start: u32, len: u32) {
    let area = layout::areas(state).hex;
    let size = detail.source(state.hex.source).map_or(0, |s| s.bytes.len());
    let per_line = hex::Shape::of(area.width, size).bytes;
    let height = usize::from(area.height).max(1);
    let first = start as usize / per_line;
    let last = (start.saturating_add(len.max(1) - 1) as usize / per_line).min(first + height - 1);
    state.hex.top = state.hex.top.clamp((last + 1).saturating_sub(height), first);
}

/// Opens all that is above a node, so that it is visible.
pub fn reveal(state: &mut State, detail: &Detail, node: usize) {
    let mut above = detail.parent(node);
    while let Some(index) = above {
        if !is_open(state, detail, index) {
            set_open(state, detail, index, true);
        }
        above = detail.parent(index);
    }
    select(state, detail, node);
}

/// A packet was found: the node or the byte that holds what was looked for is selected.
pub fn show_hit(state: &mut State, detail: &Detail) {
    match find::hit(&state.find, detail) {
        Some(Hit::Node(node)) => reveal(state, detail, node),
        Some(Hit::Byte(offset)) => {
            state.hex.source = 0;
            choose_byte(state, detail, offset);
        }
        None => {}
    }
}

/// A byte is chosen: its field is selected.
pub fn choose_byte(state: &mut State, detail: &Detail, offset: u32) {
    state.hex.cursor = offset;
    let (source, top) = (state.hex.source, state.hex.top);
    if let Some(node) = detail.node_at(source, offset) {
        reveal(state, detail, node);
        state.hex.top = top;
    }
    show_bytes(state, detail, offset, 1);
}

pub fn update_hex(state: &mut State, action: Action, snapshot: &Snapshot) {
    let Some(detail) = snapshot.detail.clone() else { return };
    let Some(source) = detail.source(state.hex.source) else { return };
    let area = layout::areas(state).hex;
    let per_line = hex::Shape::of(area.width, source.bytes.len()).bytes;
    let (at, len) = (state.hex.cursor as usize, source.bytes.len());
    let page = per_line * usize::from(area.height.max(1));
    let times = state.count.unwrap_or(1) as usize;
    let to = match action {
        Action::Left => at.saturating_sub(times),
        Action::Right => at.saturating_add(times),
        Action::Up if at < per_line => at,
        Action::Up => at.saturating_sub(per_line.saturating_mul(times)),
        Action::Down if at + per_line >= len => at,
        Action::Down => at.saturating_add(per_line.saturating_mul(times)),
        other => super::step(at, len, other, page),
    };
    if len > 0 {
        choose_byte(state, &detail, to.min(len - 1) as u32);
    }
}

/// The byte cursor goes to the first byte of the selected field.
pub fn cursor_to_field(state: &mut State, snapshot: &Snapshot) {
    if let Some(node) = snapshot.node(state.tree.selected)
        && node.range.len > 0
        && node.range.source == state.hex.source
    {
        state.hex.cursor = node.range.start;
    }
}

pub fn next_buffer(state: &mut State, snapshot: &Snapshot) {
    let Some(detail) = &snapshot.detail else { return };
    let at = detail.sources.iter().position(|s| s.number == state.hex.source).unwrap_or(0);
    if let Some(next) = detail.sources.get((at + 1) % detail.sources.len().max(1)) {
        state.hex.source = next.number;
        state.hex.cursor = 0;
        state.hex.top = 0;
    }
    if detail.sources.len() < 2 {
        state.say("this packet has one buffer only");
    }
}

/// Brings selection and scrolling in line with the packet shown: the field selected before is found
/// again, and is visible.
pub fn settle(state: &mut State, snapshot: &Snapshot) {
    let Some(detail) = &snapshot.detail else { return };
    let same =
        state.tree.selected < detail.nodes.len() && detail.path(state.tree.selected) == state.tree.path;
    if !same {
        let found = detail.find(&state.tree.path);
        select(state, detail, found.unwrap_or(0));
    }
    if detail.source(state.hex.source).is_none() {
        state.hex = Default::default();
    }
    let rows = visible(state, detail);
    let at = match rows.iter().position(|i| *i == state.tree.selected) {
        Some(at) => at,
        None => {
            // Its parent was closed: the nearest visible node above is selected instead.
            let at = rows.partition_point(|i| *i < state.tree.selected).saturating_sub(1);
            if let Some(node) = rows.get(at) {
                select(state, detail, *node);
            }
            at
        }
    };
    let height = usize::from(layout::areas(state).tree.height).max(1);
    state.tree.top = state.tree.top.clamp((at + 1).saturating_sub(height), at);
    state.tree.top = state.tree.top.min(rows.len().saturating_sub(height));
}
