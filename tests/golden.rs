//! Golden files beside the captures of `fixtures/`: tree, columns, screen, filters. `SNIFF_BLESS=1` writes
//! trees, columns and screens anew; the packets in `.filters` are tshark's answers and stay.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use sniff::dissect::context::Settings;
use sniff::dissect::names::Names;
use sniff::filter::Macros;
use sniff::interactive::{self, Files, Rules, Setup};
use sniff::tui::screenshot::Stage;
use sniff::tui::theme::{Depth, Palette, Theme};

fn captures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for topic in fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        let files = fs::read_dir(topic).unwrap().map(|e| e.unwrap().path());
        found.extend(files.filter(|p| p.extension().is_some_and(|e| e == "pcap")));
    }
    found.sort();
    assert!(found.len() >= 20, "the fixtures are gone");
    found
}

fn sniff(capture: &Path, flags: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_sniff"))
        .env("TZ", "UTC")
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .args(["-n", "-r"])
        .arg(capture)
        .args(flags)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}: {}", capture.display(), String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Compares with the golden file of this ending, or writes it.
fn compare(capture: &Path, ending: &str, text: &str) {
    let golden = capture.with_extension(ending);
    if std::env::var_os("SNIFF_BLESS").is_some() {
        return fs::write(golden, text).unwrap();
    }
    let expected = fs::read_to_string(&golden)
        .unwrap_or_else(|_| panic!("{} is missing: run with SNIFF_BLESS=1", golden.display()));
    if let Some((line, (a, b))) = expected.lines().zip(text.lines()).enumerate().find(|(_, (a, b))| a != b) {
        panic!("{}:{}\nexpected: {a}\n     got: {b}", golden.display(), line + 1);
    }
    assert_eq!(expected.lines().count(), text.lines().count(), "{}: lines", golden.display());
}

#[test]
fn trees_read_as_they_did() {
    for capture in captures() {
        compare(&capture, "tree", &sniff(&capture, &["-V"]));
    }
}

#[test]
fn columns_read_as_they_did() {
    for capture in captures() {
        compare(&capture, "columns", &sniff(&capture, &[]));
    }
}

/// The third packet, where connections and answers have begun, and its innermost layer, in a wide and in a
/// narrow terminal.
#[test]
fn screens_look_as_they_did() {
    let settings = Settings { own_fields: true, utc: true, ..Settings::default() };
    let (rules, macros) = (Rules::defaults(), Macros::default());
    let setup = Arc::new(Setup { settings, names: Names::default(), rules, macros });
    for capture in captures() {
        let screen = |size| {
            let theme = Theme { palette: Palette::Dark, depth: Depth::None, ascii: false, rows: true };
            let source = interactive::open(&capture, &setup).unwrap();
            let mut stage = Stage::new(size, theme, Arc::new(Files(setup.clone())), Some(source));
            stage.keys("3 G tab").unwrap();
            stage.text()
        };
        compare(&capture, "screen", &format!("{}\n{}", screen((120, 36)), screen((80, 24))));
    }
}

/// `filter => 1,2,3` a line.
#[test]
fn filters_show_the_packets_that_tshark_shows() {
    let mut count = 0;
    for capture in captures() {
        let Ok(text) = fs::read_to_string(capture.with_extension("filters")) else { continue };
        for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let (filter, expected) = line.rsplit_once(" => ").expect("filter => packets");
            let out = sniff(&capture, &["-Y", filter, "-T", "fields", "-e", "frame.number"]);
            let found = out.split_whitespace().collect::<Vec<_>>().join(",");
            assert_eq!(found, expected, "{}: {filter}", capture.display());
            count += 1;
        }
    }
    assert!(count >= 40, "only {count} filters");
}
