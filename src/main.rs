//! `sniff`: arguments → a trace → the TUI or an exporter; exit codes.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use sniff::cli::{Cli, SHORT_HELP};
use sniff::{batch, capture};

fn main() -> ExitCode {
    if let Some(code) = capture::helper::run_if_helper() {
        return code;
    }
    capture::rights::give_up();
    let cli = match Cli::of_arguments(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // Wrong usage ends with 1, as tshark's; clap would say 2.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    if cli.short_help {
        // A reader that went away is no error.
        let _ = std::io::stdout().write_all(SHORT_HELP.as_bytes());
        return ExitCode::SUCCESS;
    }
    let terminal = std::io::stdout().is_terminal();
    batch::run(&cli, terminal)
}
