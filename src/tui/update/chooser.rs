//! The first screen of `sniff` alone: interfaces and recent files.

use std::path::PathBuf;

use super::{Effect, Effects, State, ask, step};
use crate::tui::action::{Action, Modes};
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{After, PromptKind};

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    let chooser = &mut state.chooser;
    let doomed = chooser.doomed.take();
    match action {
        Action::NextPane => chooser.files = !chooser.files,
        Action::Accept if chooser.files => {
            let Some(file) = snapshot.recent.get(chooser.file) else { return Vec::new() };
            return super::open(state, file.path.clone(), snapshot);
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
            return remove(state, snapshot, doomed);
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

/// Takes a file off the list. A capture that is nowhere else is asked about: it can't be brought back.
fn remove(state: &mut State, snapshot: &Snapshot, doomed: Option<PathBuf>) -> Effects {
    let Some(file) = snapshot.recent.get(state.chooser.file) else { return Vec::new() };
    if file.unsaved && doomed.as_ref() != Some(&file.path) {
        state.chooser.doomed = Some(file.path.clone());
        let key = state.keymap.hint(Modes::CHOOSER, Action::Remove);
        state.complain(format!("{key} again removes these packets for good"));
        return Vec::new();
    }
    vec![Effect::Forget(file.clone())]
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
    let filter = chooser.capture_filter.clone();
    super::give_way(state, After::Capture { interfaces, filter }, snapshot)
}
