//! Pictures of the real screens, for the README and for tests: keys go in, text, ANSI or SVG comes out.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::config::Store;
use super::keys::{Key, parse_sequence};
use super::model::Model;
use super::snapshot::{Provider, Snapshot, Source};
use super::state::State;
use super::theme::{Palette, Theme};
use super::update::{self, Effect};
use super::view;

/// A user interface without a terminal.
pub struct Stage {
    pub state: State,
    model: Model,
    pub snapshot: Snapshot,
    /// Effects that only a run loop can perform, in order.
    pub done: Vec<Effect>,
}

/// Longest that a picture waits for reading and filtering.
const PATIENCE: Duration = Duration::from_secs(60);

impl Stage {
    /// Shows a trace, or the chooser, at a size.
    pub fn new(
        size: (u16, u16),
        theme: Theme,
        provider: Arc<dyn Provider>,
        source: Option<Arc<dyn Source>>,
    ) -> Stage {
        let mut state = State::new(size, theme);
        let mut model = Model::new(provider, Store::default());
        match source {
            Some(source) => model.show(&mut state, source, None),
            None => model.choose(&mut state),
        }
        let mut stage = Stage { state, model, snapshot: Snapshot::default(), done: Vec::new() };
        stage.settle();
        stage
    }

    /// Waits until what runs beside is finished, and takes a snapshot.
    pub fn settle(&mut self) {
        let start = std::time::Instant::now();
        loop {
            let settled = self.model.is_settled();
            self.state.now = start.elapsed().min(Duration::from_millis(1));
            let (snapshot, effects) = self.model.snapshot(&mut self.state);
            self.snapshot = snapshot;
            self.perform(effects);
            if settled || start.elapsed() > PATIENCE {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Quit | Effect::Suspend | Effect::Redraw | Effect::Copy(_) => self.done.push(effect),
                effect => {
                    let more = self.model.perform(&mut self.state, effect, &self.snapshot);
                    self.perform(more);
                }
            }
        }
    }

    pub fn key(&mut self, key: Key) {
        let effects = update::key(&mut self.state, key, &self.snapshot);
        self.perform(effects);
        self.settle();
    }

    /// Presses keys, written as in the configuration; `"…"` is typed letter by letter: `/ "tcp" enter`.
    pub fn keys(&mut self, script: &str) -> Result<(), String> {
        let mut rest = script.trim();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let (text, after) = quoted.split_once('"').ok_or("a quote is not closed")?;
                for c in text.chars() {
                    self.key(Key::plain(crossterm::event::KeyCode::Char(c)));
                }
                rest = after.trim_start();
                continue;
            }
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            for key in parse_sequence(word)? {
                self.key(key);
            }
            rest = after.trim_start();
        }
        Ok(())
    }

    pub fn mouse(&mut self, event: crossterm::event::MouseEvent) {
        let effects = update::mouse(&mut self.state, event, &self.snapshot);
        self.perform(effects);
        self.settle();
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, self.state.size.0, self.state.size.1));
        view::paint(&self.state, &self.snapshot, &mut buf);
        buf
    }

    /// The screen as text, a line each, without blanks at the ends.
    pub fn text(&self) -> String {
        text(&self.buffer())
    }

    pub fn ansi(&self) -> String {
        ansi(&self.buffer())
    }

    pub fn svg(&self) -> String {
        svg(&self.buffer(), self.state.theme.palette == Palette::Light)
    }
}

fn cells(buf: &Buffer, y: u16) -> impl Iterator<Item = (u16, &ratatui::buffer::Cell)> {
    // The cell behind a wide letter is a part of it.
    let mut skip = 0;
    (0..buf.area.width).filter_map(move |x| {
        let cell = buf.cell((x, y))?;
        if skip > 0 {
            skip -= 1;
            return None;
        }
        skip = super::text::width(cell.symbol()).saturating_sub(1);
        Some((x, cell))
    })
}

fn text(buf: &Buffer) -> String {
    let line = |y| {
        let line: String = cells(buf, y).map(|(_, c)| c.symbol()).collect();
        line.trim_end().to_owned() + "\n"
    };
    (0..buf.area.height).map(line).collect()
}

fn ansi(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buf.area.height {
        let mut last = None;
        for (_, cell) in cells(buf, y) {
            let look = (cell.fg, cell.bg, cell.modifier);
            if last != Some(look) {
                sgr(&mut out, cell.fg, cell.bg, cell.modifier);
                last = Some(look);
            }
            out.push_str(cell.symbol());
        }
        out.push_str("\x1b[0m\n");
    }
    out
}

fn sgr(out: &mut String, fg: Color, bg: Color, modifier: Modifier) {
    out.push_str("\x1b[0");
    let codes = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ];
    for (m, code) in codes {
        if modifier.contains(m) {
            _ = write!(out, ";{code}");
        }
    }
    for (colour, kind) in [(fg, 38), (bg, 48)] {
        match colour {
            Color::Rgb(r, g, b) => _ = write!(out, ";{kind};2;{r};{g};{b}"),
            Color::Indexed(n) => _ = write!(out, ";{kind};5;{n}"),
            _ => {}
        }
    }
    out.push('m');
}

/// Width and height of a cell in the picture.
const CELL: (f64, f64) = (8.4, 18.0);
const MARGIN: f64 = 12.0;

fn svg(buf: &Buffer, light: bool) -> String {
    let (paper, ink) = if light { ("#fbfbf9", "#1c2126") } else { ("#14181d", "#d8dee4") };
    let (width, height) = (f64::from(buf.area.width), f64::from(buf.area.height));
    let (w, h) = (width * CELL.0 + 2.0 * MARGIN, height * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{paper}\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\" \
         fill=\"{ink}\" xml:space=\"preserve\">\n"
    );
    for y in 0..buf.area.height {
        let top = MARGIN + f64::from(y) * CELL.1;
        for run in runs(buf, y) {
            svg_run(&mut out, &run, top);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Cells of one look.
struct Run {
    start: u16,
    width: usize,
    text: String,
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

fn runs(buf: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (x, cell) in cells(buf, y) {
        let symbol = cell.symbol();
        let width = super::text::width(symbol).max(1);
        // Fonts draw signs at widths of their own: each gets its place.
        let plain = symbol.is_ascii();
        match runs.last_mut() {
            Some(run)
                if plain
                    && run.text.is_ascii()
                    && (run.fg, run.bg, run.modifier) == (cell.fg, cell.bg, cell.modifier) =>
            {
                run.text.push_str(symbol);
                run.width += width;
            }
            _ => runs.push(Run {
                start: x,
                width,
                text: symbol.to_owned(),
                fg: cell.fg,
                bg: cell.bg,
                modifier: cell.modifier,
            }),
        }
    }
    runs
}

fn svg_run(out: &mut String, run: &Run, top: f64) {
    let x = MARGIN + f64::from(run.start) * CELL.0;
    let width = run.width as f64 * CELL.0;
    if let Color::Rgb(r, g, b) = run.bg {
        let height = CELL.1;
        _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"#{r:02x}{g:02x}{b:02x}\"/>"
        );
    }
    let text = run.text.trim_end();
    if text.trim().is_empty() {
        return;
    }
    let blank = text.len() - text.trim_start().len();
    let x = x + blank as f64 * CELL.0;
    let text = text.trim_start();
    let baseline = top + CELL.1 * 0.75;
    let length = (run.width - blank - (run.text.len() - run.text.trim_end().len())) as f64 * CELL.0;
    _ = write!(out, "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{length:.1}\"");
    if let Color::Rgb(r, g, b) = run.fg {
        _ = write!(out, " fill=\"#{r:02x}{g:02x}{b:02x}\"");
    }
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if run.modifier.contains(modifier) {
            out.push_str(attribute);
        }
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    _ = writeln!(out, ">{escaped}</text>");
}
