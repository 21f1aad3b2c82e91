//! Renders the real screens of `sniff` to SVG, ANSI or plain text: the pictures of the README come from here.
//!
//! ```text
//! cargo run --release --example screenshot -- FILE [--size 120x36] [--keys '5 G tab G'] [--filter TEXT]
//!     [--theme dark|light|wireshark] [--ansi | --text | --svg]
//! cargo run --example screenshot -- --key-list     # the README's table of keys
//! ```

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use sniff::dissect::context::Settings;
use sniff::dissect::names::Names;
use sniff::filter::Macros;
use sniff::interactive::{self, Files, Rules, Setup};
use sniff::tui::screenshot::Stage;
use sniff::tui::theme::{Depth, Palette, Theme};

fn main() -> Result<()> {
    let mut file: Option<PathBuf> = None;
    let mut size = (120, 36);
    let (mut keys, mut format, mut palette) = (String::new(), "svg".to_owned(), Palette::Dark);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--size" => {
                let text = value()?;
                let (w, h) = text.split_once('x').context("a size is WIDTHxHEIGHT")?;
                size = (w.parse()?, h.parse()?);
            }
            "--keys" => keys.push_str(&format!(" {}", value()?)),
            "--filter" => keys.push_str(&format!(" / \"{}\" enter", value()?)),
            "--theme" => palette = Palette::parse(&value()?).context("themes: dark, light, wireshark")?,
            "--key-list" => {
                print!("{}", sniff::tui::action::markdown());
                return Ok(());
            }
            "--svg" | "--ansi" | "--text" => format = argument[2..].to_owned(),
            _ if file.is_none() => file = Some(PathBuf::from(argument)),
            other => bail!("{other} is not understood"),
        }
    }
    let file = file.context("name a capture file")?;
    let setup = Arc::new(Setup {
        settings: Settings::default(),
        names: Names::default(),
        rules: Rules::defaults(),
        macros: Macros::default(),
    });
    let source = interactive::open(&file, &setup)?;
    let provider = Arc::new(Files(setup));
    let theme = Theme { palette, depth: Depth::True, ascii: false, rows: true };
    let mut stage = Stage::new(size, theme, provider, Some(source));
    stage.keys(&keys).map_err(|why| anyhow!(why))?;
    match format.as_str() {
        "ansi" => print!("{}", stage.ansi()),
        "text" => print!("{}", stage.text()),
        _ => print!("{}", stage.svg()),
    }
    Ok(())
}
