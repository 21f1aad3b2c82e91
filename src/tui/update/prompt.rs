//! Lines that are typed: find, go to, command line, file names, capture filter, a column's field.

use std::path::{Path, PathBuf};

use super::{Effect, Effects, State, columns, list, open, saved};
use crate::dissect::registry::registry;
use crate::tui::action::{Action, BINDINGS, Modes};
use crate::tui::columns::{Column, Content};
use crate::tui::edit::Line;
use crate::tui::find;
use crate::tui::keys::Key;
use crate::tui::layout::Arrangement;
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Overlay, Prompt, PromptKind};
use crate::tui::theme::Palette;
use crate::tui::times::TimeFormat;

/// Commands of the command line that are no action of the table: name, argument, what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("open", "FILE", "open a file"),
    ("write", "FILE", "save packets"),
    ("goto", "NUMBER", "go to a packet"),
    ("display", "FILTER", "apply a display filter"),
    ("filter", "NAME", "apply a saved filter"),
    ("save-filter", "NAME [FILTER]", "save a filter, or the applied one, under a name"),
    ("forget-filter", "NAME", "forget a saved filter"),
    ("theme", "dark|light|wireshark|mono", "colours of the screen"),
    ("time", "r|a|ad|adoy|d|dd|e|u|ud|udoy", "time format"),
    ("arrange", "auto|beside|stacked|columns", "layout of the panes"),
    ("column", "FIELD", "add a column"),
];

/// Longest list of candidates.
const MAX_CANDIDATES: usize = 200;

fn prompt(state: &mut State) -> Option<&mut Prompt> {
    match &mut state.overlay {
        Some(Overlay::Prompt(p)) => Some(p),
        _ => None,
    }
}

pub fn typed(state: &mut State, key: Key) {
    if let Some(p) = prompt(state)
        && p.line.key(key)
    {
        p.candidates.clear();
        p.complaint.clear();
        p.older = None;
    }
}

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) -> Effects {
    let Some(kind) = prompt(state).map(|p| p.kind) else { return Vec::new() };
    match (action, kind) {
        (Action::Accept, _) => return accept(state, snapshot, kind),
        (Action::Complete, PromptKind::Find) => state.find.kind = state.find.kind.next(),
        (Action::CompleteBack | Action::Older | Action::Newer, PromptKind::Find) => {
            state.find.place = state.find.place.next();
        }
        (Action::Older | Action::Newer, PromptKind::Command) => recall(state, action == Action::Older),
        (Action::Complete, _) => complete(state),
        _ => {}
    }
    Vec::new()
}

fn accept(state: &mut State, snapshot: &Snapshot, kind: PromptKind) -> Effects {
    let text = prompt(state).map(|p| p.line.text().trim().to_owned()).unwrap_or_default();
    let done = match kind {
        PromptKind::Find => search(state, text),
        PromptKind::GoTo => number(&text).map(|n| {
            state.overlay = None;
            list::go_to_number(state, snapshot, n);
            Vec::new()
        }),
        PromptKind::Open if text.is_empty() => Err("a file name is needed".into()),
        PromptKind::Open => Ok(open(state, expand(&text), snapshot)),
        PromptKind::CaptureFilter => {
            state.chooser.capture_filter = text;
            state.overlay = None;
            Ok(Vec::new())
        }
        PromptKind::AddColumn => field(&text).map(|(name, title)| {
            let effects = columns::add(state, name, title);
            // Whatever is done next is done to the new one.
            let is_new = |c: &Column| c.content == Content::parse(name);
            let selected = state.columns.iter().position(is_new).unwrap_or(0);
            state.overlay = Some(Overlay::Columns { selected });
            effects
        }),
        PromptKind::FilterName => saved::save_typed(state, &text),
        PromptKind::Command => {
            let done = command(state, snapshot, &text);
            if done.is_ok() && state.commands.last() != Some(&text) {
                state.commands.push(text);
            }
            done
        }
    };
    done.unwrap_or_else(|why| {
        if let Some(p) = prompt(state) {
            p.complaint = why;
        }
        Vec::new()
    })
}

/// Up and Down in the commands typed before; behind the newest the line is empty.
fn recall(state: &mut State, older: bool) {
    let Some(Overlay::Prompt(p)) = &mut state.overlay else { return };
    let at = p.older.unwrap_or(state.commands.len());
    let to = if older { at.checked_sub(1) } else { Some(at.saturating_add(1).min(state.commands.len())) };
    let Some(to) = to else { return };
    p.line = Line::new(state.commands.get(to).cloned().unwrap_or_default());
    p.older = Some(to);
    p.candidates.clear();
    p.complaint.clear();
}

fn number(text: &str) -> Result<u32, String> {
    text.replace(',', "").parse().map_err(|_| format!("{text:?} is no packet number"))
}

fn field(name: &str) -> Result<(&'static str, &'static str), String> {
    let found = registry().field(name).map(|e| (e.field.name, e.field.label));
    found.ok_or_else(|| format!("there is no field {name:?}; Tab completes"))
}

fn search(state: &mut State, text: String) -> Result<Effects, String> {
    find::Needle::new(state.find.kind, &text)?;
    state.find.text = text;
    state.overlay = None;
    Ok(vec![Effect::Find { forward: true }])
}

/// `~/x` as the shell would take it.
pub fn expand(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(text),
    }
}

fn command(state: &mut State, snapshot: &Snapshot, text: &str) -> Result<Effects, String> {
    let (word, argument) = text.split_once(' ').map_or((text, ""), |(w, a)| (w, a.trim()));
    let needed = |what: &str| {
        if argument.is_empty() { Err(format!("{word} needs {what}")) } else { Ok(argument) }
    };
    if let Ok(n) = text.parse::<u32>() {
        state.overlay = None;
        list::go_to_number(state, snapshot, n);
        return Ok(Vec::new());
    }
    let effects = match word {
        "" => Vec::new(),
        "q!" => return Ok(vec![Effect::Quit]),
        "q" => return action(state, snapshot, Action::Quit),
        "o" | "e" | "r" | "open" if !argument.is_empty() => {
            return Ok(open(state, expand(argument), snapshot));
        }
        "w" | "write" => {
            let path = (!argument.is_empty()).then(|| argument.to_owned());
            super::save::open(state, snapshot, path);
            return Ok(Vec::new());
        }
        "goto" => return command(state, snapshot, needed("a packet number")?),
        "display" => vec![Effect::Filter(argument.to_owned())],
        "filter" if !argument.is_empty() => {
            state.overlay = None;
            return Ok(saved::apply(state, argument));
        }
        "save-filter" => saved::save_as(state, needed("a name")?)?,
        "forget-filter" => {
            let name = needed("a name")?;
            if !state.filter.saved.contains_key(name) {
                return Err(format!("no saved filter is called {name:?}"));
            }
            saved::forget(state, name)
        }
        "clear-filter" => vec![Effect::Filter(String::new())],
        "theme" => {
            let wanted = Palette::parse(needed("a name")?);
            state.theme.palette = wanted.ok_or(format!("themes: {}", Palette::NAMES.join(", ")))?;
            state.theme_chosen = true;
            vec![Effect::SaveConfig]
        }
        "time" => {
            state.time_format =
                TimeFormat::parse(needed("a format")?).ok_or("formats: r a ad adoy d dd e u ud udoy")?;
            vec![Effect::SaveConfig]
        }
        "arrange" => {
            let wanted = Arrangement::parse(needed("a name")?);
            state.layout.arrangement = wanted.ok_or("layouts: auto, beside, stacked, columns")?;
            vec![Effect::SaveConfig]
        }
        "column" => {
            let (name, title) = field(needed("a field")?)?;
            columns::add(state, name, title)
        }
        name => {
            let binding = BINDINGS.iter().find(|b| b.name == name);
            let binding = binding.ok_or_else(|| format!("there is no command {name:?}; Tab completes"))?;
            return action(state, snapshot, binding.action);
        }
    };
    state.overlay = None;
    Ok(effects)
}

fn action(state: &mut State, snapshot: &Snapshot, action: Action) -> Result<Effects, String> {
    state.overlay = None;
    Ok(super::update(state, action, snapshot))
}

/// Goes on with what is unambiguous and lists the ways from there.
fn complete(state: &mut State) {
    let saved: Vec<String> = state.filter.saved.keys().cloned().collect();
    let Some(p) = prompt(state) else { return };
    let text = p.line.text().to_owned();
    let (before, word, found) = match p.kind {
        PromptKind::Open => files(&text),
        PromptKind::AddColumn => (String::new(), text.clone(), fields(&text)),
        PromptKind::Command => commands(&text, &saved),
        _ => return,
    };
    let common = common_beginning(&found);
    if common.len() > word.len() {
        p.line = Line::new(format!("{before}{common}"));
    }
    p.complaint = if found.is_empty() { "nothing begins like that".into() } else { String::new() };
    p.candidates = if found.len() == 1 { Vec::new() } else { found };
}

fn common_beginning(words: &[String]) -> String {
    let Some(first) = words.first() else { return String::new() };
    let shared = |n: usize, w: &String| {
        first[..n].chars().zip(w.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let n = words.iter().fold(first.len(), shared);
    first[..n].to_owned()
}

fn fields(beginning: &str) -> Vec<String> {
    let names = registry().fields().map(|e| e.field.name);
    let mut found: Vec<String> = names.filter(|n| n.starts_with(beginning)).map(str::to_owned).collect();
    found.sort();
    found.truncate(MAX_CANDIDATES);
    found
}

/// What precedes the word, the word, and how it may go on. `saved`: names of filters.
fn commands(text: &str, saved: &[String]) -> (String, String, Vec<String>) {
    if let Some((word, argument)) = text.split_once(' ') {
        let before = format!("{word} ");
        return match word {
            "o" | "e" | "r" | "open" | "w" | "write" => {
                let (dir, name, found) = files(argument);
                (before + &dir, name, found)
            }
            "column" => (before, argument.to_owned(), fields(argument)),
            "filter" | "save-filter" | "forget-filter" => {
                let found = saved.iter().filter(|name| name.starts_with(argument)).cloned();
                (before, argument.to_owned(), found.collect())
            }
            _ => {
                let of = COMMANDS.iter().find(|c| c.0 == word).map_or("", |c| c.1);
                let choices = of.split('|').filter(|c| of.contains('|') && c.starts_with(argument));
                (before, argument.to_owned(), choices.map(str::to_owned).collect())
            }
        };
    }
    // What works only in a menu or a line can't be asked for from here.
    let actions = BINDINGS.iter().filter(|b| b.modes.intersects(Modes::PANES.or(Modes::CHOOSER)));
    let names = COMMANDS.iter().map(|c| c.0).chain(actions.map(|b| b.name));
    let mut found: Vec<String> = names.filter(|n| n.starts_with(text)).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    if let [only] = found.as_mut_slice()
        && COMMANDS.iter().any(|c| c.0 == only.as_str() && !c.1.is_empty())
    {
        // Its argument comes next.
        only.push(' ');
    }
    (String::new(), text.to_owned(), found)
}

/// The folder as typed, the beginning of the name, and the names that begin so; folders end in `/`.
fn files(text: &str) -> (String, String, Vec<String>) {
    let cut = text.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = text.split_at(cut);
    let shown = if folder.is_empty() { PathBuf::from(".") } else { expand(folder) };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(shown).into_iter().flatten().flatten() {
        let Ok(mut file) = entry.file_name().into_string() else { continue };
        if !file.starts_with(name) || name.is_empty() && file.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            file.push('/');
        }
        found.push(file);
    }
    found.sort();
    found.truncate(MAX_CANDIDATES);
    (folder.to_owned(), name.to_owned(), found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completion_goes_as_far_as_all_agree() {
        let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(common_beginning(&words(&["tcp.flags", "tcp.flow"])), "tcp.fl");
        assert_eq!(common_beginning(&words(&["é1", "é2"])), "é");
        assert_eq!(common_beginning(&[]), "");
    }

    #[test]
    fn commands_and_their_arguments_are_completed() {
        let commands = |text| commands(text, &["web".to_owned(), "weekly".to_owned()]).2;
        assert_eq!(commands("the"), ["theme "]);
        assert_eq!(commands("theme "), ["dark", "light", "wireshark", "mono"]);
        assert!(commands("acc").is_empty() && commands("column-").is_empty());
        assert_eq!(commands("theme l"), ["light"]);
        assert!(commands("zo").contains(&"zoom".to_owned()));
        assert_eq!(commands("filter web"), ["web"]);
    }
}
