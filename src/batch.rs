//! The text tool: what `sniff` does when nobody looks at a screen. Flags are checked here and turned into
//! a pass, a filter and an exporter; errors name cause and fix.

mod options;
mod read;

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

/// Runs the program for these arguments.
pub fn run(cli: &Cli, _terminal: bool) -> ExitCode {
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                let _ = writeln!(io::stderr(), "sniff: {}", failure.message);
            }
            ExitCode::from(failure.status)
        }
    }
}

fn dispatch(cli: &Cli) -> Result<(), Failure> {
    let job = Job::new(cli)?;
    read::run(&job)
}
