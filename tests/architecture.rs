//! Imports run one way: no module of the crate uses one that stands above it, and there is no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may use. `capture` and `dissect` use nobody.
const ALLOWED: &[(&str, &[&str])] = &[
    ("capture", &[]),
    ("dissect", &[]),
    ("analysis", &["dissect"]),
    ("filter", &["dissect"]),
    ("trace", &["capture", "dissect", "analysis", "filter"]),
    ("export", &["trace", "dissect", "filter"]),
    ("tui", &["trace", "dissect", "export", "filter", "capture"]),
    ("cli", &[]),
    ("interactive", &["capture", "dissect", "analysis", "filter", "trace", "tui"]),
    ("batch", &["interactive", "capture", "dissect", "analysis", "filter", "trace", "export", "tui", "cli"]),
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The top-level module that a file belongs to; `None` for `lib.rs` and `main.rs`.
fn module_of(path: &Path, root: &Path) -> Option<String> {
    let inside = path.strip_prefix(root).unwrap();
    let first = inside.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib" && name != "main").then(|| name.to_string())
}

/// Modules named after `crate::`, outside of comments and of test modules at the end of a file.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let mut found = BTreeSet::new();
    for line in code.lines().filter(|l| !l.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.insert(name);
        }
    }
    found
}

fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut map: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let modules: BTreeSet<&str> = ALLOWED.iter().map(|a| a.0).collect();
    for file in files {
        let Some(module) = module_of(&file, &root) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        let mut names = used(&text);
        names.retain(|n| modules.contains(n.as_str()) && *n != module);
        map.entry(module).or_default().extend(names);
    }
    map
}

#[test]
fn imports_run_one_way() {
    for (module, names) in imports() {
        let allowed = ALLOWED.iter().find(|a| a.0 == module);
        let allowed = allowed.unwrap_or_else(|| panic!("module {module} is not in the table")).1;
        for name in names {
            assert!(allowed.contains(&name.as_str()), "{module} must not use {name}");
        }
    }
}

#[test]
fn the_table_itself_has_no_circle() {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while done.len() < ALLOWED.len() {
        let free =
            ALLOWED.iter().find(|(m, uses)| !done.contains(m) && uses.iter().all(|u| done.contains(u)));
        done.insert(free.expect("a circle among the allowed imports").0);
    }
}

#[test]
fn unsafe_code_is_allowed_in_one_file_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let with: Vec<_> = files
        .iter()
        .filter(|f| fs::read_to_string(f).unwrap().contains("allow(unsafe_code)"))
        .map(|f| f.strip_prefix(&root).unwrap().to_path_buf())
        .collect();
    assert_eq!(with, [Path::new("capture/libpcap.rs")]);
}
