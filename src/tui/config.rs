//! The configuration file, and what is remembered from run to run: recent files and filters.
//!
//! `config.toml` has two parts. The upper is the user's and is never touched; below a marker line
//! `sniff` keeps what was changed on the screen, and that wins. Deleting the lower part goes back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::columns::{self, Column, Content};
use super::keys::Keymap;
use super::layout::Arrangement;
use super::snapshot::Recent;
use super::state::{Saved, State};
use super::theme::Palette;
use super::times::TimeFormat;

const MARKER: &str = "# Below this line sniff keeps what was changed on the screen. Delete it to go back.";
const MAX_RECENT: usize = 50;
const MAX_HISTORY: usize = 500;

/// What the file may hold; all of it may be missing.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Part {
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<String>,
    /// Shares of list and layers, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<[u16; 2]>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    keys: BTreeMap<String, OneOrMore>,
    /// Display filters by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    filters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<ColumnPart>>,
}

/// `quit = "ctrl+q"` or `quit = ["q", "ctrl+q"]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ColumnPart {
    title: String,
    /// `number`, `time` … or the name of a field.
    shows: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    width: Option<u16>,
}

/// The files of the configuration; `None` where there is no home.
#[derive(Clone, Debug, Default)]
pub struct Store {
    config: Option<PathBuf>,
    state: Option<PathBuf>,
}

impl Store {
    /// The places that the XDG base directory specification names.
    pub fn of_user() -> Store {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let folder = |variable: &str, below: &str| {
            let set = std::env::var_os(variable).map(PathBuf::from).filter(|p| p.is_absolute());
            let folder = set.or_else(|| home.as_ref().map(|h| h.join(below)))?;
            Some(folder.join("sniff"))
        };
        Store {
            config: folder("XDG_CONFIG_HOME", ".config").map(|d| d.join("config.toml")),
            state: folder("XDG_STATE_HOME", ".local/state"),
        }
    }

    #[cfg(test)]
    pub fn in_folder(folder: &Path) -> Store {
        Store { config: Some(folder.join("config.toml")), state: Some(folder.to_owned()) }
    }

    /// Reads the configuration into the state; says what could not be used.
    pub fn load(&self, state: &mut State) -> Vec<String> {
        let text = self.config.as_ref().and_then(|p| fs::read_to_string(p).ok()).unwrap_or_default();
        let (upper, lower) = split(&text);
        let mut complaints = Vec::new();
        for (part, by_hand) in [(upper, true), (lower, false)] {
            match toml::from_str::<Part>(part) {
                Ok(part) => complaints.extend(part.apply(state, by_hand)),
                Err(why) => complaints.push(format!("config.toml: {}", why.message())),
            }
        }
        state.filter.history = self.filters();
        complaints
    }

    /// Keeps what was changed on the screen.
    pub fn save(&self, state: &State) -> io::Result<()> {
        let Some(path) = &self.config else { return Ok(()) };
        let text = fs::read_to_string(path).unwrap_or_default();
        let part = toml::to_string(&Part::of(state)).map_err(io::Error::other)?;
        let upper = split(&text).0.trim_end();
        let gap = if upper.is_empty() { "" } else { "\n\n" };
        write_whole(path, &format!("{upper}{gap}{MARKER}\n{part}"))
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        self.state.as_ref().map(|d| d.join(name))
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = self.file(name).and_then(|p| fs::read_to_string(p).ok()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn filters(&self) -> Vec<String> {
        self.lines("filters")
    }

    /// Puts a filter at the end of the history, once.
    pub fn remember_filter(&self, history: &mut Vec<String>, filter: &str) {
        if filter.is_empty() {
            return;
        }
        // Another `sniff` may have added to it meanwhile.
        let mut all = if self.state.is_some() { self.filters() } else { history.clone() };
        all.retain(|f| f != filter);
        all.push(filter.to_owned());
        all.drain(..all.len().saturating_sub(MAX_HISTORY));
        if let Some(path) = self.file("filters") {
            let _ = write_whole(&path, &(all.join("\n") + "\n"));
        }
        *history = all;
    }

    /// Files opened before, newest first.
    pub fn recent(&self) -> Vec<Recent> {
        let read = |line: String| {
            let mut parts = line.splitn(3, '\t');
            let opened = parts.next()?.parse().ok()?;
            let packets = parts.next()?.parse().ok();
            Some(Recent { path: PathBuf::from(parts.next()?), packets, opened, unsaved: false })
        };
        self.lines("recent").into_iter().filter_map(read).filter(|r| r.path.exists()).collect()
    }

    /// Puts a file at the top of those opened before.
    pub fn remember_file(&self, path: &Path, packets: Option<u64>) {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let Some(text) = path.to_str().filter(|t| !t.contains(['\n', '\t'])) else { return };
        let mut all = self.recent();
        all.retain(|r| r.path != path);
        let opened = chrono::Utc::now().timestamp();
        all.insert(0, Recent { path: PathBuf::from(text), packets, opened, unsaved: false });
        all.truncate(MAX_RECENT);
        self.write_recent(&all);
    }

    pub fn forget_file(&self, path: &Path) {
        let mut all = self.recent();
        all.retain(|r| r.path != path);
        self.write_recent(&all);
    }

    fn write_recent(&self, all: &[Recent]) {
        let line = |r: &Recent| {
            let packets = r.packets.map_or("-".to_owned(), |n| n.to_string());
            format!("{}\t{packets}\t{}\n", r.opened, r.path.display())
        };
        if let Some(file) = self.file("recent") {
            let _ = write_whole(&file, &all.iter().map(line).collect::<String>());
        }
    }
}

/// The user's part and ours.
fn split(text: &str) -> (&str, &str) {
    text.split_once(MARKER).unwrap_or((text, ""))
}

/// Writes beside the file and renames, so that nobody ever reads half of it.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    fs::rename(&beside, path)
}

impl Part {
    fn of(state: &State) -> Part {
        let column = |c: &Column| ColumnPart {
            title: c.title.clone(),
            shows: c.content.name().to_owned(),
            width: c.width,
        };
        let usual = columns::usual();
        let same = |a: &Column, b: &Column| a.content == b.content && a.title == b.title && a.width.is_none();
        let unchanged =
            state.columns.len() == usual.len() && state.columns.iter().zip(&usual).all(|(a, b)| same(a, b));
        Part {
            theme: Some(state.theme.palette.name().to_owned()).filter(|_| state.theme_chosen),
            time_format: Some(state.time_format.letters().to_owned()),
            layout: Some(state.layout.arrangement.name().to_owned()),
            split: Some([state.layout.main, state.layout.sub]),
            keys: BTreeMap::new(),
            filters: kept_filters(state),
            columns: (!unchanged).then(|| state.columns.iter().map(column).collect()),
        }
    }

    /// `by_hand`: the part is the user's own.
    fn apply(self, state: &mut State, by_hand: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        let saved = |(name, text): (String, String)| (name, Saved { text, by_hand });
        state.filter.saved.extend(self.filters.into_iter().map(saved));
        if let Some(name) = self.theme {
            match Palette::parse(&name) {
                Some(p) => (state.theme.palette, state.theme_chosen) = (p, true),
                None => complaints.push(format!("config.toml: there is no theme {name:?}")),
            }
        }
        if let Some(letters) = self.time_format {
            match TimeFormat::parse(&letters) {
                Some(f) => state.time_format = f,
                None => complaints.push(format!("config.toml: there is no time format {letters:?}")),
            }
        }
        if let Some(name) = self.layout {
            match Arrangement::parse(&name) {
                Some(a) => state.layout.arrangement = a,
                None => complaints.push(format!("config.toml: there is no layout {name:?}")),
            }
        }
        if let Some([main, sub]) = self.split {
            (state.layout.main, state.layout.sub) = (main.clamp(50, 950), sub.clamp(50, 950));
        }
        if let Some(list) = self.columns.filter(|l| !l.is_empty()) {
            let column = |c: &ColumnPart| Column {
                width: c.width.map(|w| w.clamp(3, 120)),
                ..Column::new(&c.title, Content::parse(&c.shows))
            };
            state.columns = list.iter().map(column).collect();
        }
        if !self.keys.is_empty() {
            let keys: Vec<(String, Vec<String>)> = self
                .keys
                .into_iter()
                .map(|(name, keys)| match keys {
                    OneOrMore::One(key) => (name, vec![key]),
                    OneOrMore::More(keys) => (name, keys),
                })
                .collect();
            let (keymap, wrong) = Keymap::new(&keys);
            state.keymap = keymap;
            complaints.extend(wrong);
        }
        complaints
    }
}

/// What was saved on the screen; the user's own stay where they stand.
fn kept_filters(state: &State) -> BTreeMap<String, String> {
    let ours = state.filter.saved.iter().filter(|(_, saved)| !saved.by_hand);
    ours.map(|(name, saved)| (name.clone(), saved.text.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("sniff-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_was_changed_on_the_screen_is_kept_and_the_users_part_stays() {
        let folder = Folder::new("config");
        let store = Store::in_folder(&folder.0);
        let file = folder.0.join("config.toml");
        let users = "# mine\ntheme = \"light\"\n[keys]\nquit = \"ctrl+q\"\n";
        fs::write(&file, users).unwrap();
        let mut state = fake::state(80, 24);
        assert_eq!(store.load(&mut state), Vec::<String>::new());
        assert_eq!(state.theme.palette, Palette::Light);
        state.time_format = TimeFormat::Epoch;
        state.columns.insert(0, Column::new("Stream", Content::Field("tcp.stream".into())));
        store.save(&state).unwrap();
        store.save(&state).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with(users.trim_end()), "{text}");
        assert_eq!(text.matches(MARKER).count(), 1);
        let mut again = fake::state(80, 24);
        assert_eq!(store.load(&mut again), Vec::<String>::new());
        assert_eq!(again.time_format, TimeFormat::Epoch);
        assert_eq!(again.columns[0].content.name(), "tcp.stream");
    }

    #[test]
    fn filters_saved_on_the_screen_and_by_hand_stay_apart() {
        let folder = Folder::new("filters");
        let store = Store::in_folder(&folder.0);
        let file = folder.0.join("config.toml");
        fs::write(&file, "[filters]\nweb = \"http or dns\"\n").unwrap();
        let mut state = fake::state(80, 24);
        assert_eq!(store.load(&mut state), Vec::<String>::new());
        let ours = Saved { text: "tcp.flags.syn == 1".into(), by_hand: false };
        state.filter.saved.insert("syn".into(), ours.clone());
        state.columns.insert(0, Column::new("Stream", Content::Field("tcp.stream".into())));
        store.save(&state).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.matches("http or dns").count(), 1, "{text}");
        let mut again = fake::state(80, 24);
        assert_eq!(store.load(&mut again), Vec::<String>::new());
        assert_eq!(again.filter.saved["syn"], ours);
        assert_eq!(again.filter.saved["web"], Saved { text: "http or dns".into(), by_hand: true });
    }

    #[test]
    fn what_cannot_be_used_is_said_and_the_rest_works() {
        let folder = Folder::new("wrong");
        let store = Store::in_folder(&folder.0);
        fs::write(folder.0.join("config.toml"), "theme = \"pink\"\ntime_format = \"e\"\n").unwrap();
        let mut state = fake::state(80, 24);
        assert_eq!(store.load(&mut state).len(), 1);
        assert_eq!(state.time_format, TimeFormat::Epoch);
    }

    #[test]
    fn filters_and_files_are_remembered_once_newest_last_and_first() {
        let folder = Folder::new("state");
        let store = Store::in_folder(&folder.0);
        let mut history = Vec::new();
        for f in ["tcp", "arp", "tcp"] {
            store.remember_filter(&mut history, f);
        }
        assert_eq!(history, ["arp", "tcp"]);
        let file = folder.0.join("a.pcap");
        fs::write(&file, "").unwrap();
        store.remember_file(&file, None);
        store.remember_file(&file, Some(13));
        assert_eq!(store.recent().len(), 1);
        assert_eq!(store.recent()[0].packets, Some(13));
    }
}
