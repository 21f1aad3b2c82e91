//! The form that asks which packets are written where.

use super::{After, Effect, Effects, Save, State};
use crate::tui::action::Action;
use crate::tui::edit::Line;
use crate::tui::keys::Key;
use crate::tui::snapshot::{FileFormat, Snapshot};
use crate::tui::state::{Overlay, SaveForm, Which};

/// The lines of the form.
pub const ROWS: usize = 3;
/// The line that holds the path.
pub const PATH: usize = 2;

pub fn open(state: &mut State, snapshot: &Snapshot, path: Option<String>) {
    let which = if !state.marks.is_empty() {
        Which::Marked
    } else if !state.filter.applied.is_empty() {
        Which::Shown
    } else {
        Which::All
    };
    let stem = std::path::Path::new(&snapshot.title).file_stem().map(|s| s.to_string_lossy().into_owned());
    let stem = stem.filter(|s| !s.is_empty()).unwrap_or_else(|| "capture".into());
    let suffix = if which == Which::All { "" } else { "-part" };
    let path = path.unwrap_or_else(|| format!("{stem}{suffix}.pcapng"));
    let format = if path.ends_with(".pcap") { FileFormat::Pcap } else { FileFormat::Pcapng };
    let form = SaveForm { which, format, path: Line::new(path), row: PATH, ..SaveForm::default() };
    state.overlay = Some(Overlay::Save(form));
}

/// Before something that would lose the capture.
pub fn open_for(state: &mut State, after: After) {
    let path = Line::new("capture.pcapng");
    let form = SaveForm { path, row: PATH, then: Some(after), ..SaveForm::default() };
    state.overlay = Some(Overlay::Save(form));
}

pub fn typed(state: &mut State, key: Key) {
    let Some(Overlay::Save(form)) = &mut state.overlay else { return };
    if form.row == PATH && form.path.key(key) {
        form.complaint.clear();
        form.replace = false;
    }
}

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    let Some(Overlay::Save(form)) = &mut state.overlay else { return Vec::new() };
    match action {
        Action::Up => form.row = (form.row + ROWS - 1) % ROWS,
        Action::Down => form.row = (form.row + 1) % ROWS,
        Action::Left | Action::Right => {
            let by = if action == Action::Left { -1 } else { 1 };
            match form.row {
                0 => form.which = turned(form.which, by),
                1 => other_format(form),
                _ => {
                    let code = if by < 0 { "left" } else { "right" };
                    form.path.key(Key::parse(code).expect("an arrow key"));
                }
            }
        }
        Action::Accept => return write(state, snapshot),
        _ => {}
    }
    Vec::new()
}

fn turned(which: Which, by: isize) -> Which {
    let at = Which::ALL.iter().position(|w| *w == which).unwrap_or(0) as isize;
    Which::ALL[(at + by).rem_euclid(Which::ALL.len() as isize) as usize]
}

/// The other format; a file name with the usual ending changes with it.
fn other_format(form: &mut SaveForm) {
    let (format, old, new) = match form.format {
        FileFormat::Pcapng => (FileFormat::Pcap, ".pcapng", ".pcap"),
        FileFormat::Pcap => (FileFormat::Pcapng, ".pcap", ".pcapng"),
    };
    form.format = format;
    if let Some(stem) = form.path.text().strip_suffix(old) {
        form.path = Line::new(format!("{stem}{new}"));
    }
}

fn write(state: &mut State, snapshot: &Snapshot) -> Effects {
    let Some(Overlay::Save(form)) = &state.overlay else { return Vec::new() };
    let packets = match form.which {
        Which::All => None,
        Which::Shown => Some(snapshot.shown.packets()),
        Which::Marked => Some(state.marks.iter().copied().collect()),
        Which::Selected => Some(state.list.packet.into_iter().collect()),
    };
    let complaint = if form.path.text().trim().is_empty() {
        "a file name is needed".to_owned()
    } else if packets.as_ref().is_some_and(Vec::is_empty) {
        format!("no packet is {}", form.which.name())
    } else {
        let save = Save {
            packets,
            path: super::prompt::expand(form.path.text().trim()),
            format: form.format,
            then: form.then.clone(),
        };
        // The run loop asks back, with the form open, if the file is there.
        return vec![Effect::Save(save)];
    };
    if let Some(Overlay::Save(form)) = &mut state.overlay {
        form.complaint = complaint;
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fake;

    #[test]
    fn a_path_is_taken_as_the_shell_takes_it() {
        let Some(home) = std::env::var_os("HOME") else { return };
        let mut state = fake::state(80, 24);
        open(&mut state, &Snapshot::default(), Some("~/kept.pcap".into()));
        let effects = write(&mut state, &Snapshot::default());
        let [Effect::Save(save)] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(save.path, std::path::Path::new(&home).join("kept.pcap"));
    }
}
