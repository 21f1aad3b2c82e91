//! Keys as the configuration file writes them (`ctrl+f`, `g g`), what terminals send for them, and
//! the map from keys to actions.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{Action, BINDINGS, Binding, Modes};

/// One key with its modifiers, normalised: a shifted letter is a capital without Shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

const NAMES: &[(&str, KeyCode, &str)] = &[
    ("up", KeyCode::Up, "Up"),
    ("down", KeyCode::Down, "Down"),
    ("left", KeyCode::Left, "Left"),
    ("right", KeyCode::Right, "Right"),
    ("pgup", KeyCode::PageUp, "PgUp"),
    ("pgdn", KeyCode::PageDown, "PgDn"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("delete", KeyCode::Delete, "Del"),
    ("space", KeyCode::Char(' '), "Space"),
];

const MODIFIERS: &[(&str, KeyModifiers, &str)] = &[
    ("ctrl+", KeyModifiers::CONTROL, "Ctrl+"),
    ("alt+", KeyModifiers::ALT, "Alt+"),
    ("shift+", KeyModifiers::SHIFT, "Shift+"),
];

impl Key {
    pub fn of(event: &KeyEvent) -> Key {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        Key { code: event.code, modifiers: event.modifiers & known }.normal()
    }

    pub fn plain(code: KeyCode) -> Key {
        Key { code, modifiers: KeyModifiers::NONE }.normal()
    }

    /// What different terminals send for the same key becomes the same.
    fn normal(mut self) -> Key {
        if self.code == KeyCode::BackTab {
            self.code = KeyCode::Tab;
            self.modifiers |= KeyModifiers::SHIFT;
        }
        let KeyCode::Char(c) = self.code else { return self };
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            self.code = KeyCode::Char(c.to_uppercase().next().unwrap_or(c));
            self.modifiers -= KeyModifiers::SHIFT;
        }
        // 0x1f, which Ctrl+/ sends, is called Ctrl+7.
        if self.modifiers == KeyModifiers::CONTROL && matches!(c, '7' | '_') {
            self.code = KeyCode::Char('/');
        }
        self
    }

    /// The letter that this key types, if it types one.
    pub fn letter(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if (self.modifiers - KeyModifiers::SHIFT).is_empty() => Some(c),
            _ => None,
        }
    }

    /// Reads `ctrl+f`, `pgdn`, `G`, `+`.
    pub fn parse(text: &str) -> Result<Key, String> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((name, modifier, _)) =
            MODIFIERS.iter().find(|m| rest.to_lowercase().starts_with(m.0) && rest.len() > m.0.len())
        {
            modifiers |= *modifier;
            rest = &rest[name.len()..];
        }
        let code = code(rest).ok_or_else(|| format!("no key is called {text:?}"))?;
        Ok(Key { code, modifiers }.normal())
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(c), None) = (letters.next(), letters.next()) {
        return Some(KeyCode::Char(c));
    }
    let name = name.to_lowercase();
    if let Some(number) = name.strip_prefix('f').and_then(|n| n.parse().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    NAMES.iter().find(|n| n.0 == name).map(|n| n.1)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, modifier, shown) in MODIFIERS {
            if self.modifiers.contains(*modifier) {
                f.write_str(shown)?;
            }
        }
        match self.code {
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Char(c) if c != ' ' => {
                let control = self.modifiers.contains(KeyModifiers::CONTROL);
                match c {
                    c if control && c.is_uppercase() => write!(f, "Shift+{c}"),
                    c if control => write!(f, "{}", c.to_ascii_uppercase()),
                    c => write!(f, "{c}"),
                }
            }
            code => f.write_str(NAMES.iter().find(|n| n.1 == code).map_or("?", |n| n.2)),
        }
    }
}

/// Keys pressed one after the other.
pub type Sequence = Vec<Key>;

/// Reads `g g` or `ctrl+f`.
pub fn parse_sequence(text: &str) -> Result<Sequence, String> {
    let keys: Result<Sequence, String> = text.split_whitespace().map(Key::parse).collect();
    match keys {
        Ok(keys) if keys.is_empty() => Err("no key is named".into()),
        keys => keys,
    }
}

/// What keys mean where.
#[derive(Clone, Debug)]
pub struct Keymap {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    modes: Modes,
    keys: Sequence,
    action: Action,
}

/// What a key, after those before it, leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Action(Action),
    /// More keys may follow.
    Prefix,
    Nothing,
}

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap::new(&[]).0
    }
}

impl Keymap {
    /// The table with changes on top: names of actions and the keys they get instead of the table's.
    /// Also says what is wrong with the changes.
    pub fn new(changes: &[(String, Vec<String>)]) -> (Keymap, Vec<String>) {
        let mut complaints = Vec::new();
        let mut entries = Vec::new();
        for (name, _) in changes {
            if !BINDINGS.iter().any(|b| b.name == name) {
                complaints.push(format!("keys: there is no action {name:?}"));
            }
        }
        for binding in BINDINGS {
            let changed = changes.iter().find(|(name, _)| name == binding.name);
            let keys: Vec<&str> = match changed {
                Some((_, keys)) => keys.iter().map(String::as_str).collect(),
                None => binding.keys.to_vec(),
            };
            for text in keys {
                match parse_sequence(text) {
                    Ok(keys) => {
                        let entry = Entry { modes: binding.modes, keys, action: binding.action };
                        // What the user chose wins over the table's keys.
                        let at = if changed.is_some() { 0 } else { entries.len() };
                        entries.insert(at, entry);
                    }
                    Err(why) => complaints.push(format!("keys: {}: {why}", binding.name)),
                }
            }
        }
        (Keymap { entries }, complaints)
    }

    pub fn find(&self, mode: Modes, pending: &[Key], key: Key) -> Found {
        let fits = |e: &&Entry| {
            e.modes.intersects(mode) && e.keys.starts_with(pending) && e.keys.get(pending.len()) == Some(&key)
        };
        match self.entries.iter().find(fits) {
            Some(e) if e.keys.len() == pending.len() + 1 => Found::Action(e.action),
            Some(_) => Found::Prefix,
            None => Found::Nothing,
        }
    }

    /// The keys of an action, as help shows them.
    pub fn keys_of(&self, binding: &Binding) -> Vec<String> {
        let of = |e: &&Entry| e.action == binding.action && e.modes == binding.modes;
        self.entries.iter().filter(of).map(|e| shown(&e.keys)).collect()
    }

    /// The first key of an action in a mode, for hints.
    pub fn hint(&self, mode: Modes, action: Action) -> String {
        let of = |e: &&Entry| e.action == action && e.modes.intersects(mode);
        self.entries.iter().find(of).map_or(String::new(), |e| shown(&e.keys))
    }
}

fn shown(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        for (text, shown) in [
            ("ctrl+f", "Ctrl+F"),
            ("shift+tab", "Shift+Tab"),
            ("alt+left", "Alt+Left"),
            ("+", "+"),
            ("G", "G"),
            ("f1", "F1"),
            ("ctrl+/", "Ctrl+/"),
            ("ctrl+shift+n", "Ctrl+Shift+N"),
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), shown);
        }
        assert!(Key::parse("ctrl+nothing").is_err());
    }

    #[test]
    fn what_terminals_send_for_ctrl_slash_is_ctrl_slash() {
        let sent = Key::of(&KeyEvent::new(KeyCode::Char('7'), KeyModifiers::CONTROL));
        assert_eq!(sent, Key::parse("ctrl+/").unwrap());
        let kitty = Key::of(&KeyEvent::new(KeyCode::Char('n'), KeyModifiers::CONTROL | KeyModifiers::SHIFT));
        assert_eq!(kitty, Key::parse("ctrl+shift+n").unwrap());
    }

    #[test]
    fn a_sequence_waits_for_its_second_key() {
        let map = Keymap::default();
        let g = Key::parse("g").unwrap();
        assert_eq!(map.find(Modes::LIST, &[], g), Found::Prefix);
        assert_eq!(map.find(Modes::LIST, &[g], g), Found::Action(Action::First));
    }

    #[test]
    fn changed_keys_replace_those_of_the_table() {
        let (map, complaints) = Keymap::new(&[
            ("quit".into(), vec!["ctrl+q".into()]),
            ("nonsense".into(), vec![]),
            ("help".into(), vec!["hyper+x".into()]),
        ]);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        let key = |t| Key::parse(t).unwrap();
        assert_eq!(map.find(Modes::LIST, &[], key("ctrl+q")), Found::Action(Action::Quit));
        assert_eq!(map.find(Modes::LIST, &[], key("q")), Found::Nothing);
    }
}
