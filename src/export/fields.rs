//! `-T fields`: chosen fields, a line a packet.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::summary::Summary;
use super::{Exporter, Shown, Wants};
use crate::dissect::field::{Base, Field, Kind};
use crate::dissect::label;
use crate::dissect::registry::registry;
use crate::dissect::text;
use crate::dissect::tree::TreeNode;
use crate::dissect::value::Value;
use crate::filter;
use crate::trace::pass::Depth;

/// `-E`
#[derive(Clone, Debug)]
pub struct FieldOptions {
    pub header: bool,
    pub bom: bool,
    pub separator: String,
    pub aggregator: String,
    pub quote: Option<char>,
    pub occurrence: Occurrence,
    /// Control characters are written as `\n` and the like.
    pub escape: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    First,
    Last,
    All,
}

impl Default for FieldOptions {
    fn default() -> FieldOptions {
        FieldOptions {
            header: false,
            bom: false,
            separator: "\t".into(),
            aggregator: ",".into(),
            quote: None,
            occurrence: Occurrence::All,
            escape: true,
        }
    }
}

impl FieldOptions {
    /// One `-E` argument; the message says what it may be. Of a value the first character counts, as in
    /// tshark: `header=yes`, `quote=double`.
    pub fn set(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let first = value.chars().next();
        let yes = || match first {
            Some('y') => Ok(true),
            Some('n') => Ok(false),
            _ => Err(format!("-E {name}= takes y or n, not \"{value}\"")),
        };
        match name {
            "header" => self.header = yes()?,
            "bom" => self.bom = yes()?,
            "escape" => self.escape = yes()?,
            "separator" | "aggregator" => {
                let Some(c) = separator(value) else {
                    return Err(format!("-E {name}= takes one character, /t (tab) or /s (space)"));
                };
                if name == "separator" {
                    self.separator = c;
                } else {
                    self.aggregator = c;
                }
            }
            "quote" => {
                self.quote = match first {
                    Some('d') => Some('"'),
                    Some('s') => Some('\''),
                    Some('n') => None,
                    _ => return Err("-E quote= takes d (double), s (single) or n (none)".into()),
                }
            }
            "occurrence" => {
                self.occurrence = match first {
                    Some('f') => Occurrence::First,
                    Some('l') => Occurrence::Last,
                    Some('a') => Occurrence::All,
                    _ => return Err("-E occurrence= takes f (first), l (last) or a (all)".into()),
                }
            }
            _ => {
                return Err(format!(
                    "-E {name} is unknown: use header, separator, occurrence, aggregator, quote, bom, escape"
                ));
            }
        }
        Ok(())
    }
}

/// What stands between cells or values: a tab, a space, a backslash (`/` and anything else), or the first
/// character.
fn separator(value: &str) -> Option<String> {
    let mut chars = value.chars();
    let c = match (chars.next()?, chars.next()) {
        ('/', Some('t')) => '\t',
        ('/', Some('s')) => ' ',
        ('/', _) => '\\',
        (c, _) => c,
    };
    Some(c.to_string())
}

/// What one `-e` asks for.
enum Wanted {
    Field(&'static Field),
    Column(Column),
    /// A column that doesn't exist is empty, as in tshark.
    Nothing,
}

#[derive(Clone, Copy)]
enum Column {
    Number,
    Time,
    Source,
    Destination,
    Protocol,
    Length,
    Info,
}

/// What the `-e` flags ask for, and the values found in one packet.
pub struct Picks {
    names: Vec<String>,
    wanted: Vec<Wanted>,
    occurrence: Occurrence,
    escape: bool,
    summary: Summary,
    cell: String,
}

impl Picks {
    /// The names that are no field are the error.
    pub fn new(names: &[String], options: &FieldOptions, summary: Summary) -> Result<Picks, Vec<String>> {
        let wanted: Vec<Option<Wanted>> = names.iter().map(|name| find(name)).collect();
        let unknown = names.iter().zip(&wanted).filter(|(_, w)| w.is_none());
        let unknown: Vec<String> = unknown.map(|(name, _)| name.clone()).collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let wanted = wanted.into_iter().flatten().collect();
        let &FieldOptions { occurrence, escape, .. } = options;
        Ok(Picks { names: names.to_vec(), wanted, occurrence, escape, summary, cell: String::new() })
    }

    /// The fields that have to be in the tree.
    pub fn fields(&self) -> Vec<&'static Field> {
        let field = |w: &Wanted| match w {
            Wanted::Field(f) => Some(*f),
            _ => None,
        };
        self.wanted.iter().filter_map(field).collect()
    }

    pub fn wants(&self) -> Wants {
        let mut wants = Wants::default();
        for w in &self.wanted {
            match w {
                Wanted::Field(f) => {
                    wants.tree = true;
                    wants.labels |= f.kind == Kind::Protocol;
                }
                Wanted::Column(_) => wants.columns = true,
                Wanted::Nothing => {}
            }
        }
        wants
    }

    /// Calls `f` with each value, and which of the names it is of.
    fn each(&mut self, shown: &Shown, mut f: impl FnMut(usize, &str)) {
        let cell = &mut self.cell;
        for node in shown.tree.nodes() {
            for (which, wanted) in self.wanted.iter().enumerate() {
                if matches!(wanted, Wanted::Field(field) if std::ptr::eq(*field, node.field)) {
                    cell.clear();
                    plain(cell, shown, node, self.escape);
                    f(which, cell);
                }
            }
        }
        for (which, wanted) in self.wanted.iter().enumerate() {
            if let Wanted::Column(column) = wanted {
                cell.clear();
                column.write(cell, shown, &self.summary);
                f(which, cell);
            }
        }
    }

    /// Calls `f` with the values of each name that has any, in the order of the names.
    pub fn each_name(&mut self, shown: &Shown, mut f: impl FnMut(&str, &[String])) {
        let mut found: Vec<Vec<String>> = vec![Vec::new(); self.wanted.len()];
        let occurrence = self.occurrence;
        self.each(shown, |which, value| {
            let Some(values) = found.get_mut(which) else { return };
            match occurrence {
                Occurrence::First if !values.is_empty() => return,
                Occurrence::Last => values.clear(),
                _ => {}
            }
            values.push(value.to_owned());
        });
        for (name, values) in self.names.iter().zip(&found) {
            if !values.is_empty() {
                f(name, values);
            }
        }
    }
}

/// `-T fields`
pub struct Fields {
    picks: Picks,
    options: FieldOptions,
    cells: Vec<Cell>,
    line: String,
}

#[derive(Clone, Default)]
struct Cell {
    text: String,
    /// A value was written, which may be empty.
    any: bool,
}

impl Fields {
    pub fn new(picks: Picks, options: FieldOptions) -> Fields {
        let cells = vec![Cell::default(); picks.wanted.len()];
        Fields { picks, options, cells, line: String::new() }
    }

    fn collect(&mut self, shown: &Shown) {
        for cell in &mut self.cells {
            cell.text.clear();
            cell.any = false;
        }
        let (cells, options) = (&mut self.cells, &self.options);
        self.picks.each(shown, |which, value| {
            let Some(cell) = cells.get_mut(which) else { return };
            match options.occurrence {
                Occurrence::First if cell.any => return,
                Occurrence::Last => cell.text.clear(),
                Occurrence::All if cell.any => cell.text.push_str(&options.aggregator),
                _ => {}
            }
            cell.any = true;
            cell.text.push_str(value);
        });
    }
}

fn depth_of(field: &Field) -> Depth {
    // A layer's line and the list of protocols speak of all that is known.
    if field.kind == Kind::Protocol || field.name == "frame.protocols" {
        return Depth::Facts;
    }
    match filter::compile(field.name, &filter::Options::default()).map(|f| f.needs()) {
        Ok(needs) if !needs.facts && !needs.columns => match needs.fragments {
            true => Depth::Fragments,
            false => Depth::Layers,
        },
        _ => Depth::Facts,
    }
}

fn find(name: &str) -> Option<Wanted> {
    if let Some(column) = name.strip_prefix("_ws.col.") {
        return Some(match column.to_ascii_lowercase().as_str() {
            "number" | "no." => Wanted::Column(Column::Number),
            "time" => Wanted::Column(Column::Time),
            "source" => Wanted::Column(Column::Source),
            "destination" => Wanted::Column(Column::Destination),
            "protocol" => Wanted::Column(Column::Protocol),
            "length" => Wanted::Column(Column::Length),
            "info" => Wanted::Column(Column::Info),
            _ => Wanted::Nothing,
        });
    }
    registry().field(name).map(|e| Wanted::Field(e.field))
}

impl Column {
    fn write(self, out: &mut String, shown: &Shown, summary: &Summary) {
        let r = shown.packet.context.record;
        let c = shown.columns;
        match self {
            Column::Number => _ = write!(out, "{}", r.number),
            Column::Time => summary.time.write(out, r),
            Column::Source => out.push_str(&c.source),
            Column::Destination => out.push_str(&c.destination),
            Column::Protocol => out.push_str(&c.protocol),
            Column::Length => _ = write!(out, "{}", r.length),
            Column::Info => text::escape_controls(out, c.info()),
        }
    }
}

/// The value as `-T fields` prints it: bytes without colons, fields without a value as their label or 1.
fn plain(out: &mut String, shown: &Shown, node: &TreeNode, escape: bool) {
    let value = shown.tree.value(node);
    match (node.field.kind, value) {
        (Kind::Protocol, _) => out.push_str(shown.tree.label(node)),
        (_, Value::None) => out.push('1'),
        (_, Value::Bytes(b)) => {
            let separator = match node.field.base {
                Base::Dot => Some('.'),
                Base::Colon => Some(':'),
                Base::Dash => Some('-'),
                Base::Space => Some(' '),
                _ => None,
            };
            text::hex(out, b, separator);
        }
        (_, Value::Str(s)) if escape => text::escape_controls(out, s),
        (_, Value::Str(s)) => out.push_str(s),
        _ => label::show(out, node.field, &value, shown.packet.context.settings),
    }
}

impl Exporter for Fields {
    fn wants(&self) -> Wants {
        self.picks.wants()
    }

    fn fields(&self) -> Vec<&'static Field> {
        self.picks.fields()
    }

    /// As much as a filter on these fields would need.
    fn depth(&self) -> Depth {
        let mut depth = Depth::Records;
        for wanted in &self.picks.wanted {
            depth = depth.max(match wanted {
                Wanted::Field(f) => depth_of(f),
                Wanted::Column(Column::Number | Column::Time | Column::Length) => Depth::Records,
                Wanted::Column(_) => Depth::Facts,
                Wanted::Nothing => Depth::Records,
            });
        }
        depth
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.options.bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        if self.options.header {
            writeln!(out, "{}", self.picks.names.join(&self.options.separator))?;
        }
        Ok(())
    }

    fn packet(&mut self, shown: &Shown, out: &mut dyn Write) -> io::Result<()> {
        self.collect(shown);
        self.line.clear();
        for (i, cell) in self.cells.iter().enumerate() {
            if i > 0 {
                self.line.push_str(&self.options.separator);
            }
            match self.options.quote {
                Some(q) if cell.any => {
                    self.line.push(q);
                    self.line.push_str(&cell.text);
                    self.line.push(q);
                }
                _ => self.line.push_str(&cell.text),
            }
        }
        self.line.push('\n');
        out.write_all(self.line.as_bytes())
    }
}
