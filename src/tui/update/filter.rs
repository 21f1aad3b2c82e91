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
        // In the list of candidates arrows go through it; above it lies the history.
        Action::Older if editing.chosen.as_ref().is_some_and(|c| c.0 > 0) => complete(editing, false),
        Action::Newer if editing.older.is_none() => complete(editing, true),
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

/// A menu of filters made from the selected field, or from the cells of the selected packet.
pub fn from_field(state: &mut State, snapshot: &Snapshot, apply: bool) -> Effects {
    if state.focus == Pane::List {
        let item = |(label, text): (String, String)| MenuItem {
            label,
            preview: text.clone(),
            choice: Choice::Combine { text, apply },
        };
        let items = of_row(state, snapshot).into_iter().map(item).collect();
        offer(state, items, apply);
    } else {
        match snapshot.node(state.tree.selected).and_then(of_node) {
            Some(text) => combine(state, &text, apply),
            None => offer(state, Vec::new(), apply),
        }
    }
    Vec::new()
}

fn offer(state: &mut State, items: Vec<MenuItem>, apply: bool) {
    if items.is_empty() {
        state.say("nothing here that a filter could ask for");
        return;
    }
    show_menu(state, if apply { "Apply as filter" } else { "Prepare as filter" }, items);
}

/// A menu of the ways to use a filter: alone, turned round, or together with what is applied.
pub fn combine(state: &mut State, text: &str, apply: bool) {
    let mut ways = vec![("selected", text.to_owned()), ("not selected", format!("!({text})"))];
    let applied = state.filter.applied.trim();
    if !applied.is_empty() {
        ways.push(("… and selected", format!("({applied}) && ({text})")));
        ways.push(("… or selected", format!("({applied}) || ({text})")));
        ways.push(("… and not selected", format!("({applied}) && !({text})")));
        ways.push(("… or not selected", format!("({applied}) || !({text})")));
    }
    let item = |(label, text): (&str, String)| MenuItem {
        label: label.into(),
        preview: text.clone(),
        choice: Choice::Filter { text, apply },
    };
    offer(state, ways.into_iter().map(item).collect(), apply);
}

/// Filters from the cells of the selected row, with the names of their columns.
fn of_row(state: &State, snapshot: &Snapshot) -> Vec<(String, String)> {
    let Some(line) = snapshot.lines.iter().find(|l| Some(l.packet) == state.list.packet) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (index, column) in state.columns.iter().enumerate() {
        let text = columns::cell(&state.columns, index, line);
        let made = match &column.content {
            Content::Source => address(snapshot, "src", &text),
            Content::Destination => address(snapshot, "dst", &text),
            Content::Protocol => protocol(snapshot),
            Content::Length => Some(format!("frame.len == {text}")),
            Content::Field(name) if !text.is_empty() => {
                let bare = text.parse::<f64>().is_ok() || text.starts_with("0x") || text.contains([':', '.']);
                let value = if bare && !text.contains(' ') { text.to_string() } else { quoted(&text) };
                Some(format!("{name} == {value}"))
            }
            _ => None,
        };
        out.extend(made.map(|made| (column.title.clone(), made)));
    }
    out.extend(snapshot.conversation.as_ref().map(|c| ("Conversation".to_owned(), c.filter.clone())));
    out
}

/// The innermost field of this name, whatever its protocol, that reads like the cell, which may be a name.
fn address(snapshot: &Snapshot, which: &str, cell: &str) -> Option<String> {
    let nodes = snapshot.detail.iter().flat_map(|d| d.nodes.iter().rev());
    let mut named = nodes.filter(|n| n.field.name.rsplit('.').next() == Some(which));
    let reads =
        |n: &&DetailNode| n.value == cell || n.label.split([' ', '(', ')', ',']).any(|word| word == cell);
    named.find(reads).and_then(of_node).or_else(|| address_filter(which, cell))
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
