//! The documents that are made from the program say what the program says: the page of fields, and the
//! README's keys, flags and examples. `SNIFF_BLESS=1 cargo test --test docs` writes them anew.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::CommandFactory;
use sniff::cli::Cli;
use sniff::dissect::field::{Field, Kind};
use sniff::dissect::protocol::Protocol;
use sniff::dissect::registry::registry;
use sniff::tui::action;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_page_of_fields_is_current() {
    check("docs/fields.md", &fields_page());
}

#[test]
fn the_readme_shows_the_keys_and_what_its_examples_print() {
    check("README.md", &with_examples(&with_keys(&readme())));
}

#[test]
fn the_readme_names_no_flag_that_is_not_there() {
    if blessing() {
        // The file may be half written.
        return;
    }
    let command = Cli::command();
    let shorts: HashSet<char> = command.get_arguments().filter_map(|a| a.get_short()).collect();
    let longs: HashSet<&str> = command.get_arguments().filter_map(|a| a.get_long()).collect();
    let text = readme();
    let shown = commands(&text);
    assert!(shown.len() > 20, "the README shows only {} commands and flags", shown.len());
    for line in shown {
        let words = line.split_whitespace().take_while(|word| *word != "|");
        for flag in words.filter(|word| word.len() > 1 && word.starts_with('-')) {
            let known = match flag.strip_prefix("--") {
                Some(long) => longs.contains(long.split('=').next().unwrap_or(long)),
                None => flag.chars().nth(1).is_some_and(|short| shorts.contains(&short)),
            };
            assert!(known, "the README speaks of {flag}, which sniff doesn't have: {line}");
        }
    }
}

fn readme() -> String {
    fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap()
}

/// Whether the documents are to be written, not compared.
fn blessing() -> bool {
    std::env::var_os("SNIFF_BLESS").is_some()
}

/// Compares a file with what it should hold, or writes it.
fn check(name: &str, expected: &str) {
    let path = Path::new(ROOT).join(name);
    if blessing() {
        return fs::write(path, expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let advice = "SNIFF_BLESS=1 cargo test --test docs writes it anew";
    let differs = found.lines().zip(expected.lines()).enumerate().find(|(_, (a, b))| a != b);
    if let Some((line, (a, b))) = differs {
        panic!("{name}:{}\nthe file: {a}\nexpected: {b}\n{advice}", line + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "lines of {name}; {advice}");
}

// The page of fields

/// Protocols whose names begin alike share a table: `dhcp.option` stands with `dhcp`.
#[derive(Default)]
struct Family {
    title: &'static str,
    /// Type and description of each name.
    rows: BTreeMap<&'static str, (String, String)>,
}

impl Family {
    fn add(&mut self, protocol: &'static Protocol) {
        if self.title.is_empty() {
            self.title = protocol.layer.label;
        } else {
            self.row(&protocol.layer);
        }
        for field in protocol.fields.iter().copied().chain(protocol.experts.iter().map(|e| &e.field)) {
            self.row(field);
        }
    }

    fn row(&mut self, field: &'static Field) {
        if !field.name.is_empty() {
            self.rows.entry(field.name).or_insert_with(|| (kind(field.kind), description(field)));
        }
    }
}

fn fields_page() -> String {
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    let mut recognised: BTreeMap<&str, &str> = BTreeMap::new();
    for protocol in registry().protocols().iter().copied().filter(|p| !p.name().is_empty()) {
        let name = protocol.name();
        if protocol.claim {
            recognised.entry(name).or_insert(protocol.layer.label);
        } else {
            families.entry(name.split('.').next().unwrap_or(name)).or_default().add(protocol);
        }
    }
    for (name, family) in &mut families {
        family.rows.remove(name);
    }
    let count: usize = families.values().map(|f| f.rows.len()).sum();
    let mut out = format!(
        "# Protocols and fields\n\n\
         Made from the table that the tree, the filters and the exporters read. {} protocols and {count} fields\n\
         are dissected; {} more protocols are recognised by name ([below](#recognised-by-name)). The same\n\
         as text: `sniff -G fields`, `sniff -G protocols`, `sniff -G values`.\n\n\
         Types: `uint16` and the like are numbers of so many bits, a `label` is there or not and has no value,\n\
         a `frame` is the number of a packet. Every name can stand in a display filter and after `-e`.\n\n",
        families.len(),
        recognised.len(),
    );
    let index: Vec<String> =
        families.keys().map(|name| format!("[{name}](#{})", name.to_lowercase())).collect();
    let _ = writeln!(out, "{}", index.join(" · "));
    for (name, family) in &families {
        let _ = writeln!(out, "\n## {name}\n\n{}", escaped(family.title));
        if family.rows.is_empty() {
            continue;
        }
        out.push_str("\n| field | type | description |\n|---|---|---|\n");
        for (field, (kind, about)) in &family.rows {
            let _ = writeln!(out, "| `{field}` | {kind} | {about} |");
        }
    }
    out.push_str(
        "\n## Recognised by name\n\n\
         Their names stand in the Protocol column and in `frame.protocols`, and work as filters; they have no\n\
         fields yet.\n\n| protocol | title |\n|---|---|\n",
    );
    for (name, title) in recognised {
        let _ = writeln!(out, "| `{name}` | {} |", escaped(title));
    }
    out
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::None => "label".to_owned(),
        Kind::Str => "string".to_owned(),
        Kind::Uint(bits) => format!("uint{bits}"),
        Kind::Int(bits) => format!("int{bits}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn description(field: &Field) -> String {
    match field.about {
        "" => escaped(field.label),
        about => escaped(&format!("{}. {about}", field.label)),
    }
}

/// Signs that mean something in a table of Markdown.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace('<', "&lt;")
}

// The README

const KEYS: (&str, &str) = ("<!-- keys: made from the program -->", "<!-- end of keys -->");

fn with_keys(text: &str) -> String {
    let (before, rest) = text.split_once(KEYS.0).expect("the README marks where the keys begin");
    let (_, after) = rest.split_once(KEYS.1).expect("the README marks where the keys end");
    format!("{before}{}\n{}\n\n{}{after}", KEYS.0, action::markdown().trim_end(), KEYS.1)
}

/// Runs the commands of the `console` blocks and puts what they print below them.
fn with_examples(text: &str) -> String {
    let mut out = String::new();
    let mut console = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        if fence {
            console = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| console);
        // What else stands in such a block was printed by the program as it was.
        if fence || !console || command.is_some() {
            let _ = writeln!(out, "{line}");
        }
        if let Some(command) = command {
            out.push_str(&printed(command));
        }
    }
    out
}

/// What a command prints, blanks at the ends of lines left out.
fn printed(command: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_sniff")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let out = Command::new("sh")
        .arg("-c")
        .arg(format!("({command}) 2>&1"))
        .current_dir(ROOT)
        .env("PATH", path)
        .env("TZ", "UTC")
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Commands and flags that a text shows: behind prompts in its code blocks, and in its code spans.
fn commands(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut block = false;
    for line in text.lines() {
        if line.starts_with("```") {
            block = !block;
        } else if block {
            found.extend(line.strip_prefix("$ "));
        } else {
            found.extend(line.split('`').skip(1).step_by(2));
        }
    }
    found.retain(|code| code.starts_with("sniff ") || code.starts_with('-'));
    found
}
