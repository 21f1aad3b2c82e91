//! Filters with names: saving, applying and forgetting them, and offering them while a filter is typed.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Effect, Effects, State, ask, show_menu};
use crate::tui::action::{Action, Modes};
use crate::tui::snapshot::{Candidate, Check, Verdict};
use crate::tui::state::{Choice, Editing, MenuItem, Overlay, PromptKind, Saved};

/// The menu of saved filters.
pub fn show(state: &mut State) {
    let item = |(name, saved): (&String, &Saved)| MenuItem {
        label: name.clone(),
        preview: saved.text.clone(),
        choice: Choice::Saved(name.clone()),
    };
    let items: Vec<MenuItem> = state.filter.saved.iter().map(item).collect();
    if items.is_empty() {
        let key = state.keymap.hint(Modes::FILTER, Action::SaveFilter);
        state.say(format!("no filter is saved; {key} in the filter line saves one"));
        return;
    }
    show_menu(state, "Saved filters (d forgets)", items);
}

/// Asks for the name of the filter that is being typed.
pub fn ask_name(state: &mut State) -> Effects {
    let Some(editing) = &state.filter.editing else { return Vec::new() };
    let whole = editing.stale || matches!(editing.check.verdict, Verdict::Valid | Verdict::Questionable);
    if !whole || editing.line.text().trim().is_empty() {
        state.complain("only a filter that could be applied can be saved");
        return Vec::new();
    }
    ask(state, PromptKind::FilterName, "")
}

/// Saves the filter that is being typed.
pub fn save_typed(state: &mut State, name: &str) -> Result<Effects, String> {
    let typed = state.filter.editing.as_ref().map(|e| e.line.text().trim().to_owned());
    let effects = save(state, name, typed.unwrap_or_default())?;
    state.overlay = None;
    Ok(effects)
}

/// `NAME`: the applied filter; `NAME FILTER`: that one.
pub fn save_as(state: &mut State, argument: &str) -> Result<Effects, String> {
    let (name, text) = argument.split_once(' ').map_or((argument, ""), |(n, t)| (n, t.trim()));
    let text = if text.is_empty() { state.filter.applied.clone() } else { text.to_owned() };
    if text.is_empty() {
        return Err("no filter is applied; :save-filter NAME FILTER saves another".into());
    }
    save(state, name, text)
}

fn save(state: &mut State, name: &str, text: String) -> Result<Effects, String> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err("a name is one word".into());
    }
    if state.filter.saved.get(name).is_some_and(|saved| saved.by_hand) {
        return Err(format!("{name} is one of your own in config.toml: change it there"));
    }
    let key = state.keymap.hint(Modes::PANES, Action::SavedFilters);
    state.say(format!("saved as {name}; {key} lists the saved filters"));
    state.filter.saved.insert(name.to_owned(), Saved { text, by_hand: false });
    Ok(vec![Effect::SaveConfig])
}

/// Applies the filter of this name. What is no name is a filter itself.
pub fn apply(state: &State, name: &str) -> Effects {
    let saved = state.filter.saved.get(name).map(|saved| saved.text.clone());
    vec![Effect::Filter(saved.unwrap_or_else(|| name.to_owned()))]
}

pub fn forget(state: &mut State, name: &str) -> Effects {
    if state.filter.saved.get(name).is_some_and(|saved| saved.by_hand) {
        state.complain(format!("{name} is one of your own in config.toml: remove it there"));
        return Vec::new();
    }
    state.filter.saved.remove(name);
    state.say(format!("{name} is forgotten"));
    if let Some(Overlay::Menu(menu)) = &mut state.overlay {
        menu.items.retain(|item| item.label != name);
        menu.selected = menu.selected.min(menu.items.len().saturating_sub(1));
        if menu.items.is_empty() {
            state.overlay = None;
        }
    }
    vec![Effect::SaveConfig]
}

/// Puts the saved filters that the word under the cursor begins before the other candidates.
pub fn offer(saved: &BTreeMap<String, Saved>, editing: &mut Editing) {
    let text = editing.line.text();
    let word = word(text, editing.line.cursor());
    let found = candidates(saved, text, &word);
    if found.is_empty() {
        return;
    }
    let check = &editing.check;
    if check.verdict == Verdict::Wrong && check.span.as_ref().is_none_or(|s| s.start >= word.start) {
        // What is wrong as a word of the language is the beginning of a name.
        editing.check = Check { verdict: Verdict::Unfinished, ..Check::default() };
    }
    let completion = &mut editing.completion;
    if completion.candidates.is_empty() {
        completion.span = word;
    } else if completion.span != word {
        return;
    }
    completion.candidates.splice(0..0, found);
}

fn candidates(saved: &BTreeMap<String, Saved>, text: &str, word: &Range<usize>) -> Vec<Candidate> {
    let (before, typed) = (text.get(..word.start).unwrap_or(""), text.get(word.clone()).unwrap_or(""));
    if !term_may_begin(before) {
        return Vec::new();
    }
    let alone = before.trim().is_empty() && text.get(word.end..).is_none_or(|rest| rest.trim().is_empty());
    let typed = typed.to_lowercase();
    let fits = saved.iter().filter(|(name, _)| name.to_lowercase().starts_with(&typed));
    let candidate = |(name, saved): (&String, &Saved)| Candidate {
        // Beside others it stays one term.
        text: if alone { saved.text.clone() } else { format!("({})", saved.text) },
        name: Some(name.clone()),
        kind: "saved".into(),
        about: saved.text.clone(),
    };
    fits.map(candidate).collect()
}

/// The word that the cursor stands in or behind.
fn word(text: &str, cursor: usize) -> Range<usize> {
    let ends = |c: char| c.is_whitespace() || "()!&|^".contains(c);
    let (before, after) = text.split_at_checked(cursor).unwrap_or((text, ""));
    let start = before.char_indices().rev().find(|(_, c)| ends(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    start..before.len() + after.find(ends).unwrap_or(after.len())
}

/// Whether a filter of its own may follow.
fn term_may_begin(before: &str) -> bool {
    let before = before.trim_end();
    let last = before.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).next();
    let joined = ["&&", "||", "^^", "(", "!"].iter().any(|sign| before.ends_with(sign));
    before.is_empty() || joined || last.is_some_and(|word| matches!(word, "and" | "or" | "not" | "xor"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::edit::Line;

    fn offered(text: &str) -> Vec<String> {
        let save = |text: &str| Saved { text: text.into(), by_hand: false };
        let saved = BTreeMap::from([("web".into(), save("http or dns")), ("Wet".into(), save("arp"))]);
        let mut editing = Editing { line: Line::new(text), ..Editing::default() };
        offer(&saved, &mut editing);
        let span = editing.completion.span;
        let put_in = |c: &Candidate| editing.line.replaced(&span, &c.text).0;
        editing.completion.candidates.iter().map(put_in).collect()
    }

    #[test]
    fn saved_filters_are_offered_where_a_term_may_stand() {
        assert_eq!(offered("web"), ["http or dns"]);
        assert_eq!(offered(""), ["arp", "http or dns"]);
        assert_eq!(offered("WE").len(), 2);
        assert_eq!(offered("tcp and !web"), ["tcp and !(http or dns)"]);
        for text in ["tcp.port == we", "tcp we", "webs", "\"we"] {
            assert!(offered(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_word_goes_from_border_to_border() {
        assert_eq!(word("tcp && (web)", 10), 8..11);
        assert_eq!(word("é", 2), 0..2);
        assert_eq!(word("", 0), 0..0);
    }
}
