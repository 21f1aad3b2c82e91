//! The display filter language: text to program, program on packets. Names and meaning are those of
//! Wireshark 4.0; what later versions added and `sniff` takes is marked as an extension.
//!
//! `lex` and `parse` know the syntax, `check` the types, `program` is what they make, `eval` runs it.
//! Left out: which packets to look at, and in what order; that is `trace`'s.

pub mod capture_hint;
mod check;
mod collect;
pub mod colour;
pub mod complete;
mod error;
mod eval;
mod functions;
mod item;
mod kinds;
mod lex;
mod literal;
mod macros;
mod names;
mod parse;
mod pattern;
mod print;
mod program;
mod time;

use std::sync::Arc;

use crate::dissect::field::{Field, Place};
use crate::dissect::layers::Layers;
use crate::dissect::registry::registry;
use crate::dissect::value::Value;

pub use collect::Scratch;
pub use error::{FilterError, Span, Warning};
pub use eval::Packet;
pub use macros::{Macro, Macros};
pub use names::in_wireshark as is_wireshark_protocol;
pub use program::{Needs, Requirements};

/// The values of the selected packet, for `${field}`.
pub trait Reference {
    /// Calls `f` with every value of the field: the number of its layer (from 1), how many layers of
    /// that protocol there are, and the value.
    fn values(&self, field: &'static Field, f: &mut dyn FnMut(u16, u16, Value));
}

/// What compiling depends on beside the text.
pub struct Options<'a> {
    /// The selected packet; without one, references have no values.
    pub reference: Option<&'a dyn Reference>,
    /// The user's macros; without them, those that everybody has.
    pub macros: Option<&'a Macros>,
    /// Takes what 4.2 and 4.4 added: `xor`, `@field`, `_ws.col.*`, `ip.src/24`, functions that answer yes or no
    /// alone.
    pub extensions: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { reference: None, macros: None, extensions: true }
    }
}

/// A compiled filter. Cheap to clone, and shared by threads; each brings its own [`Scratch`].
#[derive(Clone)]
pub struct Filter(Arc<Compiled>);

struct Compiled {
    text: String,
    program: eval::Program,
    warnings: Vec<Warning>,
    requires: Requirements,
    needs: Needs,
    about: Option<Vec<u16>>,
}

/// Compiles a filter. An empty text is a filter that every packet matches.
pub fn compile(text: &str, options: &Options) -> Result<Filter, FilterError> {
    let checked = if text.contains('$') { expanded(text, options) } else { checked(text, options) };
    let checked = checked.map_err(|error| match capture_hint::translate(text) {
        Some(display) => {
            error.hint(format!("It looks like a capture filter; as a display filter it reads: {display}"))
        }
        None => error,
    })?;
    let wanted = checked.wanted.iter().map(|field| collect::Wanted { field, layer: layer_of(field) });
    let requires = program::requirements(&checked.node);
    let needs = needs(&checked.node);
    let about = about(&checked.node);
    let program = eval::Program::new(checked.node, wanted.collect(), &requires);
    let warnings = checked.warnings;
    Ok(Filter(Arc::new(Compiled { text: text.to_owned(), program, warnings, requires, needs, about })))
}

fn checked(text: &str, options: &Options) -> Result<check::Checked, FilterError> {
    match parse::parse(text)? {
        Some(expr) => check::check(&expr, options),
        None => Ok(check::Checked { node: program::Node::True, wanted: Vec::new(), warnings: Vec::new() }),
    }
}

/// As `checked`, with macros replaced first; places are those of the text as it was typed.
fn expanded(text: &str, options: &Options) -> Result<check::Checked, FilterError> {
    let shipped = Macros::default();
    let macros = options.macros.unwrap_or(&shipped);
    let expanded = macros::expand(text, macros, &|name| names::field(name).is_some())?;
    match checked(&expanded.text, options) {
        Ok(mut checked) => {
            for warning in &mut checked.warnings {
                warning.span = expanded.original(warning.span.clone());
            }
            Ok(checked)
        }
        Err(mut error) => {
            error.span = expanded.original(error.span);
            Err(error)
        }
    }
}

/// The filter in its canonical spelling: one blank between words, operators as words, brackets only where
/// they are needed. Macros must not be in it.
pub fn canonical(text: &str) -> Result<String, FilterError> {
    Ok(parse::parse(text)?.map(|expr| print::print(&expr)).unwrap_or_default())
}

impl Filter {
    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// What is valid, but perhaps not meant.
    pub fn warnings(&self) -> &[Warning] {
        &self.0.warnings
    }

    /// The protocols that a packet must hold to match.
    pub fn requires(&self) -> &Requirements {
        &self.0.requires
    }

    pub fn needs(&self) -> Needs {
        self.0.needs
    }

    /// If memory across packets is needed for nothing but putting streams together: the protocols that are
    /// looked for on them.
    pub fn about(&self) -> Option<&[u16]> {
        self.0.about.as_deref()
    }

    /// True if the layers alone tell that no packet with them matches.
    pub fn rules_out(&self, layers: &Layers) -> bool {
        self.0.program.rules_out(layers)
    }

    /// Does the packet match?
    pub fn matches(&self, packet: &Packet, scratch: &mut Scratch) -> bool {
        self.0.program.matches(packet, scratch)
    }
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Filter").field(&self.0.text).finish()
    }
}

/// The field of the layer that a field belongs to.
fn layer_of(field: &'static Field) -> &'static Field {
    match registry().field(field.name) {
        Some(entry) => &registry().protocol(entry.protocol).layer,
        None => field,
    }
}

fn needs(node: &program::Node) -> Needs {
    let mut needs = Needs::default();
    program::each_load(node, &mut |load| {
        let (walk, column) = match load.source {
            program::Source::Walk(_) | program::Source::Layer { slot: Some(_), .. } => (true, false),
            program::Source::Column(_) => (true, true),
            program::Source::Record(r) => {
                needs.display_delta |= r == program::RecordField::TimeDeltaDisplayed;
                return;
            }
            _ => (false, false),
        };
        let protocols = load.protocols.as_deref();
        needs.layers = true;
        needs.streams |= protocols.is_none_or(|list| list.iter().any(|p| !names::is_below_streams(*p)));
        needs.walk |= walk;
        needs.columns |= column;
        let remembers = |p: &u16| {
            names::on_streams(*p) || walk && names::remembers(*p) && !names::tells_alone(*p, load.field)
        };
        needs.facts |=
            load.field.place == Place::Fact || protocols.is_none_or(|list| list.iter().any(remembers));
        needs.fragments |= protocols.is_none_or(|list| !list.iter().all(|p| names::ignores_fragments(*p)));
    });
    needs
}

/// See [`Filter::about`].
fn about(node: &program::Node) -> Option<Vec<u16>> {
    let mut all = Some(Vec::new());
    program::each_load(node, &mut |load| {
        if matches!(load.source, program::Source::Record(_)) {
            return;
        }
        let mine = load.protocols.as_deref().filter(|_| !names::is_remembered(load.field));
        let simple = |p: &u16| !names::on_streams(*p) || names::on_ports(*p);
        match (mine.filter(|list| list.iter().all(simple)), &mut all) {
            (Some(list), Some(all)) => {
                all.extend(list.iter().copied().filter(|p| names::on_ports(*p)));
            }
            (Some(_), None) => {}
            (None, all) => *all = None,
        }
    });
    all
}

#[cfg(test)]
mod tests;
