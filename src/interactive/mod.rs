//! What `sniff` does when somebody looks at a screen: gives files and live captures to the terminal
//! user interface as its [`Source`](crate::tui::snapshot::Source)s. Knows traces, filters and captures,
//! so that `tui` need not.

mod colours;
mod provider;
mod source;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use crate::capture::Source;
use crate::capture::live::LiveOptions;
use crate::dissect::context::Settings;
use crate::dissect::names::Names;
use crate::filter::Macros;
use crate::tui::snapshot::Failure;
use crate::tui::theme::Palette;
use crate::tui::times::TimeFormat;
use crate::tui::{self, TuiOptions, What};

pub use colours::Rules;
pub use provider::{Files, open, watch};
pub use source::TraceSource;

/// What all traces of a run share.
pub struct Setup {
    pub settings: Settings,
    pub names: Names,
    pub rules: Rules,
    pub macros: Macros,
}

impl Setup {
    /// With the user's own macros and colours, where Wireshark keeps them.
    pub fn of_user(settings: Settings, names: Names) -> Setup {
        let mut macros = Macros::default();
        if let Some(text) = wireshark_file("dfilter_macros") {
            macros.read(&text);
        }
        // On a screen, what sniff says beside the protocols is always shown.
        let settings = Settings { own_fields: true, ..settings };
        Setup { settings, names, rules: Rules::of_user(&macros), macros }
    }
}

/// A file of the user's Wireshark configuration.
fn wireshark_file(name: &str) -> Option<String> {
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let config = config.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".config")))?;
    std::fs::read_to_string(config.join("wireshark").join(name)).ok()
}

/// What the user interface begins with.
pub struct Start {
    pub input: Input,
    pub settings: Settings,
    pub names: Names,
    /// Display filter.
    pub filter: Option<String>,
    pub time_format: Option<TimeFormat>,
    pub theme: Option<Palette>,
    /// Packet to select, counted from 1.
    pub go_to: Option<u32>,
    /// Capture filter that the chooser offers.
    pub capture_filter: Option<String>,
}

pub enum Input {
    /// A capture file; `-` is standard input.
    File(PathBuf),
    /// Interfaces; the pcapng file that the packets go to (else a spool), open for writing; and what
    /// writes them to another place besides.
    Live(LiveOptions, Option<(PathBuf, File)>, Option<Writer>),
    /// Interfaces and recent files are offered.
    Choose,
}

/// Follows the spool of a capture and writes its packets somewhere, until the capture ends. An error says
/// what went wrong.
pub type Writer = Box<dyn FnOnce(Arc<Source>) -> Result<(), String> + Send>;

/// Runs the user interface until it is left. What can't be opened is told before the terminal is
/// touched.
pub fn run(start: Start) -> Result<ExitCode, Failure> {
    let setup = Arc::new(Setup::of_user(start.settings, start.names));
    let what = match start.input {
        Input::File(path) => {
            let source = provider::open(&path, &setup)?;
            What::Trace(source, (path.as_os_str() != "-").then_some(path))
        }
        Input::Live(options, file, writer) => {
            What::Trace(provider::watch(options, file, writer, &setup)?, None)
        }
        Input::Choose => What::Chooser,
    };
    let options = TuiOptions {
        what,
        provider: Arc::new(Files(setup)),
        filter: start.filter,
        time_format: start.time_format,
        theme: start.theme,
        go_to: start.go_to,
        capture_filter: start.capture_filter,
    };
    tui::run(options).map_err(|why| Failure::new(format!("the terminal can't be used: {why}")))
}
