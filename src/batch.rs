//! The text tool: what `sniff` does when nobody looks at a screen. Flags are checked here and turned into
//! a pass, a filter, an exporter and a file to write; errors name cause and fix.

mod live;
mod lookup;
mod options;
mod output;
mod preferences;
mod read;
mod report;
mod save;
mod screen;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::cli::Cli;
use options::Job;

/// An error for people, with the exit status that goes with it.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub status: u8,
}

impl Failure {
    /// Wrong usage: status 1.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), status: 1 }
    }
    /// A file, an output or a filter that is no good: status 2.
    pub fn input(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), status: 2 }
    }
}

/// Runs the program for these arguments; `terminal`: standard output is one.
pub fn run(cli: &Cli, terminal: bool) -> ExitCode {
    let screen = wants_tui(cli, terminal);
    let done = if screen { screen::run(cli) } else { dispatch(cli, terminal).map(|()| ExitCode::SUCCESS) };
    match done {
        Ok(code) => code,
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(io::stderr(), "sniff: {}", failure.message);
            }
            ExitCode::from(failure.status)
        }
    }
}

fn dispatch(cli: &Cli, terminal: bool) -> Result<(), Failure> {
    if report::run(cli)? {
        return Ok(());
    }
    let job = Job::new(cli, terminal)?;
    match cli.interface.is_empty() {
        true => read::run(&job),
        false => live::run(&job),
    }
}

/// Whether these arguments ask for the terminal interface: standard output is a terminal and no flag
/// asks for text. (A conversion, from a file to a file, is text too.)
pub fn wants_tui(cli: &Cli, terminal: bool) -> bool {
    let lists = cli.list_interfaces || cli.list_link_types || cli.list_time_stamp_types;
    let reads = cli.read.is_some() || (cli.interface.is_empty() && !cli.args.is_empty());
    let converts = reads && cli.write.is_some() || cli.write.as_deref() == Some("-");
    let text = options::asks_for_text(cli) || cli.print || cli.quiet || lists || cli.report.is_some();
    terminal && !text && !converts && cli.statistics.is_empty() && cli.export_objects.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tui(words: &str) -> bool {
        wants_tui(&Cli::of_arguments(words.split(' ')).unwrap(), true)
    }

    #[test]
    fn the_screen_is_for_who_asks_for_no_text() {
        for words in ["sniff", "sniff f.pcap", "sniff -i lo -w f -c 3 -Y tcp", "sniff -r f -n"] {
            assert!(tui(words), "{words}");
        }
        for words in [
            "sniff -r f -V",
            "sniff -r f -w g",
            "sniff f -w g",
            "sniff -i lo -w -",
            "sniff -D",
            "sniff -G",
            "sniff f -T fields -e ip.src",
            "sniff f -q",
            "sniff f -P",
        ] {
            assert!(!tui(words), "{words}");
        }
        assert!(!wants_tui(&Cli::of_arguments(["sniff", "f"]).unwrap(), false));
    }
}
