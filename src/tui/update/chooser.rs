//! The first screen of `sniff` alone: interfaces and recent files.

use super::{Effect, Effects, State, ask, step};
use crate::tui::action::Action;
use crate::tui::snapshot::Snapshot;
use crate::tui::state::PromptKind;

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    let chooser = &mut state.chooser;
    match action {
        Action::NextPane => chooser.files = !chooser.files,
        Action::Accept if chooser.files => {
            let file = snapshot.recent.get(chooser.file);
            return file.map(|f| Effect::Open(f.path.clone())).into_iter().collect();
        }
        Action::Accept => return start(state, snapshot),
        Action::Select if !chooser.files => {
            if let Some(i) = snapshot.interfaces.get(chooser.interface)
                && !chooser.ticked.remove(&i.interface.name)
            {
                chooser.ticked.insert(i.interface.name.clone());
            }
        }
        Action::Remove if chooser.files => {
            return snapshot.recent.get(chooser.file).cloned().map(Effect::Forget).into_iter().collect();
        }
        Action::CaptureFilter => {
            let text = chooser.capture_filter.clone();
            return ask(state, PromptKind::CaptureFilter, &text);
        }
        _ if chooser.files => chooser.file = step(chooser.file, snapshot.recent.len(), action, 10),
        _ => chooser.interface = step(chooser.interface, snapshot.interfaces.len(), action, 10),
    }
    Vec::new()
}

/// Captures on what is ticked, or else on the selected interface.
fn start(state: &mut State, snapshot: &Snapshot) -> Effects {
    let chooser = &state.chooser;
    let selected = snapshot.interfaces.get(chooser.interface).map(|i| i.interface.name.clone());
    let interfaces: Vec<String> = if chooser.ticked.is_empty() {
        selected.into_iter().collect()
    } else {
        chooser.ticked.iter().cloned().collect()
    };
    if interfaces.is_empty() {
        state.complain("there is no interface to capture on");
        return Vec::new();
    }
    vec![Effect::Capture { interfaces, filter: chooser.capture_filter.clone() }]
}
