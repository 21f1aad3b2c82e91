//! The dialog of columns, and making a column of a field.

use super::{Effect, Effects, State, ask, step};
use crate::tui::action::Action;
use crate::tui::columns::{Column, Content};
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Overlay, PromptKind};

pub fn update(state: &mut State, action: Action) -> Effects {
    let Some(Overlay::Columns { selected }) = state.overlay else { return Vec::new() };
    let len = state.columns.len();
    let at = selected.min(len.saturating_sub(1));
    let mut to = at;
    match action {
        Action::Accept => {
            state.overlay = None;
            return vec![Effect::SaveConfig];
        }
        Action::Add => return ask(state, PromptKind::AddColumn, ""),
        Action::Remove if len > 1 => {
            state.columns.remove(at);
            return shifted(state, at.min(len - 2), |sorted| match sorted {
                s if s == at => None,
                s if s > at => Some(s - 1),
                s => Some(s),
            });
        }
        Action::MoveUp | Action::MoveDown => {
            to = if action == Action::MoveUp { at.saturating_sub(1) } else { (at + 1).min(len - 1) };
            state.columns.swap(at, to);
            return shifted(state, to, |sorted| match sorted {
                s if s == at => Some(to),
                s if s == to => Some(at),
                s => Some(s),
            });
        }
        Action::Wider | Action::Narrower => {
            let column = &mut state.columns[at];
            let now = column.width.unwrap_or(column.wants());
            let width = if action == Action::Wider { now.saturating_add(1) } else { now.saturating_sub(1) };
            column.width = Some(width.clamp(3, 120));
        }
        Action::Sort => return sort_by(state, at),
        _ => to = step(at, len, action, 10),
    }
    state.overlay = Some(Overlay::Columns { selected: to });
    Vec::new()
}

/// Columns changed places; the one sorted by is found again.
fn shifted(state: &mut State, selected: usize, moved: impl Fn(usize) -> Option<usize>) -> Effects {
    state.overlay = Some(Overlay::Columns { selected });
    let sort = state.sort.and_then(|(at, down)| moved(at).map(|at| (at, down)));
    let lost = sort.is_none() && state.sort.is_some();
    state.sort = sort;
    let mut effects = vec![Effect::SaveConfig];
    if lost {
        effects.push(Effect::Sort);
    }
    effects
}

/// Ascending, descending, and back to the order of the capture.
pub fn sort_by(state: &mut State, column: usize) -> Effects {
    state.sort = match state.sort {
        Some((at, false)) if at == column => Some((column, true)),
        Some((at, true)) if at == column => None,
        _ => Some((column, false)),
    };
    state.list.following = false;
    vec![Effect::Sort]
}

/// Puts a column before Info.
pub fn add(state: &mut State, name: &str, title: &str) -> Effects {
    let content = Content::parse(name);
    if state.columns.iter().any(|c| c.content == content) {
        state.say(format!("there is a column {name} already"));
        return Vec::new();
    }
    let at = state.columns.iter().position(|c| c.content == Content::Info);
    let at = at.unwrap_or(state.columns.len());
    state.columns.insert(at, Column::new(title, content));
    state.sort = state.sort.map(|(s, down)| (if s >= at { s + 1 } else { s }, down));
    vec![Effect::SaveConfig]
}

pub fn add_selected_field(state: &mut State, snapshot: &Snapshot) -> Effects {
    let Some(node) = snapshot.node(state.tree.selected).filter(|n| !n.field.name.is_empty()) else {
        state.say("this line has no field");
        return Vec::new();
    };
    let (name, title) = (node.field.name, node.field.label);
    state.say(format!("column {name} added; v changes columns"));
    add(state, name, title)
}
