//! The line of the display filter: typing, completing, history, and filters made from what is selected.

use super::{Effect, Effects, State, show_menu};
use crate::tui::action::Action;
use crate::tui::columns::{self, Content};
use crate::tui::detail::{DetailNode, quoted};
use crate::tui::edit::Line;
use crate::tui::keys::Key;
use crate::tui::snapshot::{Snapshot, Verdict};
use crate::tui::state::{Choice, Editing, MenuItem, Pane};

/// Opens the line with `text`, or with the filter that was asked for last.
pub fn start(state: &mut State, text: Option<String>) {
    let last = state.filter.coming.as_ref().unwrap_or(&state.filter.applied);
    let text = text.unwrap_or_else(|| last.clone());
    state.filter.editing = Some(Editing { line: Line::new(text), stale: true, ..Editing::default() });
}

/// The text was changed: what was found out about it no longer holds.
pub fn changed(editing: &mut Editing) {
    editing.stale = true;
    editing.chosen = None;
    editing.older = None;
}

pub fn typed(state: &mut State, key: Key) {
    if let Some(editing) = &mut state.filter.editing
        && editing.line.key(key)
    {
        changed(editing);
    }
}

pub fn update(state: &mut State, action: Action) -> Effects {
    let Some(editing) = &mut state.filter.editing else { return Vec::new() };
    match action {
        Action::Accept => {
            let text = editing.line.text().trim().to_owned();
            if editing.check.verdict == Verdict::Wrong && !editing.stale && !text.is_empty() {
                // What would be applied is wrong, and the bar says why: it stays open.
                if let Some(instead) = editing.check.instead.clone() {
                    editing.line = Line::new(instead);
                    changed(editing);
                }
                return Vec::new();
            }
            state.filter.editing = None;
            return vec![Effect::Filter(text)];
        }
        Action::SaveFilter => return super::saved::ask_name(state),
        Action::Complete => complete(editing, true),
        Action::CompleteBack => complete(editing, false),
        Action::Older | Action::Newer => walk(state, action == Action::Older),
        _ => {}
    }
    Vec::new()
}

/// Puts the next candidate in; Tab once more replaces it by the one after.
fn complete(editing: &mut Editing, forward: bool) {
    let count = editing.completion.candidates.len();
    if count == 0 {
        return;
    }
    let (at, before) = match editing.chosen.take() {
        Some((at, before)) if forward => ((at + 1) % count, before),
        Some((at, before)) => ((at + count - 1) % count, before),
        None => (if forward { 0 } else { count - 1 }, editing.line.clone()),
    };
    let candidate = &editing.completion.candidates[at];
    let (text, cursor) = before.replaced(&editing.completion.span, &candidate.text);
    editing.line.set(text, cursor);
    editing.chosen = Some((at, before));
    editing.stale = true;
}

/// Up and Down in what was typed before. With a word half-typed, only lines that begin with it.
fn walk(state: &mut State, older: bool) {
    let history = &state.filter.history;
    let Some(editing) = &mut state.filter.editing else { return };
    let (at, typed) = match editing.older.take() {
        Some((at, typed)) => (at, typed),
        None => (history.len(), editing.line.clone()),
    };
    let fits = |i: &usize| history[*i].starts_with(typed.text()) && history[*i] != editing.line.text();
    let found = if older { (0..at).rev().find(fits) } else { (at + 1..history.len()).find(fits) };
    match found {
        Some(i) => {
            editing.line = Line::new(history[i].clone());
            editing.older = Some((i, typed));
        }
        None if older => editing.older = Some((at, typed)),
        None => editing.line = typed,
    }
    editing.chosen = None;
    editing.stale = true;
}

/// The filter that asks for a field's value.
pub fn of_node(node: &DetailNode) -> Option<String> {
    if node.field.name.is_empty() {
        return None;
    }
    if node.literal.is_empty() {
        return Some(node.field.name.to_owned());
    }
    Some(format!("{} == {}", node.field.name, node.literal))
}

/// A menu of filters made from the selected field, or from the selected packet.
pub fn from_field(state: &mut State, snapshot: &Snapshot, apply: bool) -> Effects {
    let made = match state.focus {
        Pane::List => of_row(state, snapshot),
        Pane::Tree | Pane::Hex => snapshot.node(state.tree.selected).and_then(of_node).into_iter().collect(),
    };
    if made.is_empty() {
        state.say("nothing here that a filter could ask for");
        return Vec::new();
    }
    let mut items = Vec::new();
    for text in &made {
        let mut add = |label: &str, text: String| {
            items.push(MenuItem {
                label: label.into(),
                preview: text.clone(),
                choice: Choice::Filter { text, apply },
            });
        };
        add("selected", text.clone());
        if made.len() > 1 {
            continue;
        }
        add("not selected", format!("!({text})"));
        let applied = state.filter.applied.trim();
        if !applied.is_empty() {
            add("… and selected", format!("({applied}) && ({text})"));
            add("… or selected", format!("({applied}) || ({text})"));
            add("… and not selected", format!("({applied}) && !({text})"));
            add("… or not selected", format!("({applied}) || !({text})"));
        }
    }
    show_menu(state, if apply { "Apply as filter" } else { "Prepare as filter" }, items);
    Vec::new()
}

/// Filters from the cells of the selected row.
fn of_row(state: &State, snapshot: &Snapshot) -> Vec<String> {
    let Some(line) = snapshot.lines.iter().find(|l| Some(l.packet) == state.list.packet) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (index, column) in state.columns.iter().enumerate() {
        let text = columns::cell(&state.columns, index, line);
        let address = |which: &str| address_filter(which, &text);
        match &column.content {
            Content::Source => out.extend(address("src")),
            Content::Destination => out.extend(address("dst")),
            Content::Protocol => out.extend(protocol(snapshot)),
            Content::Length => out.push(format!("frame.len == {text}")),
            Content::Field(name) if !text.is_empty() => {
                let bare = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.contains([':', '.']);
                let value = if bare && !text.contains(' ') { text.to_string() } else { quoted(&text) };
                out.push(format!("{name} == {value}"));
            }
            _ => {}
        }
    }
    out.extend(snapshot.conversation.as_ref().map(|c| c.filter.clone()));
    out
}

fn address_filter(which: &str, text: &str) -> Option<String> {
    match text.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => Some(format!("ip.{which} == {text}")),
        Ok(std::net::IpAddr::V6(_)) => Some(format!("ipv6.{which} == {text}")),
        Err(_) => None,
    }
}

/// The innermost layer's name.
fn protocol(snapshot: &Snapshot) -> Option<String> {
    let detail = snapshot.detail.as_ref()?;
    let layer = detail.nodes.iter().rev().find(|n| {
        n.depth == 0 && n.field.kind == crate::dissect::field::Kind::Protocol && n.field.name != "data"
    })?;
    Some(layer.field.name.to_owned())
}

pub fn conversation(state: &mut State, snapshot: &Snapshot) -> Effects {
    match &snapshot.conversation {
        Some(c) if state.filter.applied == c.filter => vec![Effect::Filter(String::new())],
        Some(c) => vec![Effect::Filter(c.filter.clone())],
        None => {
            state.say("this packet belongs to no conversation");
            Vec::new()
        }
    }
}
