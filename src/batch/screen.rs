//! The same flags when somebody looks at a screen: what they mean for the terminal user interface.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::options::Job;
use super::save::{Saver, cannot_create};
use super::{Failure, live};
use crate::capture::{Scanner, Source, Step, interfaces};
use crate::cli::Cli;
use crate::interactive::{self, Input, Start, Writer};
use crate::tui::theme::Palette;
use crate::tui::times::TimeFormat;

/// Runs the user interface for these arguments.
pub fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let job = Job::new(cli, true)?;
    if job.lookups {
        return Err(Failure::usage(
            "-N N isn't built for the screen; print with -P, or use -N nd or -H FILE",
        ));
    }
    let live = !job.cli.interface.is_empty();
    let palette = job.cli.theme.as_deref().map(|name| {
        let usage = || Failure::usage(format!("themes are {}, not {name}", Palette::NAMES.join(", ")));
        Palette::parse(name).ok_or_else(usage)
    });
    let start = Start {
        theme: palette.transpose()?,
        filter: job.display_filter.as_ref().map(|f| f.text().to_owned()),
        time_format: job.cli.time_format.iter().rev().find_map(|f| TimeFormat::parse(f)),
        go_to: job.cli.go_to,
        capture_filter: job.capture_filter.clone(),
        settings: job.settings.clone(),
        names: job.names.clone(),
        input: if live { capture(&job)? } else { file(&job) },
    };
    interactive::run(start).map_err(|why| {
        let text = why.remedy.as_ref().map_or(why.cause.clone(), |r| format!("{}; {r}", why.cause));
        if live { Failure::usage(text) } else { Failure::input(text) }
    })
}

fn file(job: &Job) -> Input {
    match &job.input {
        Some(path) => Input::File(PathBuf::from(path)),
        None => Input::Choose,
    }
}

fn capture(job: &Job) -> Result<Input, Failure> {
    let options = live::options(job, &interfaces::list())?;
    if live::writes_itself(job) {
        return Ok(Input::Live(options, Some(own_file(job)?), None));
    }
    // Any other form of -w is written beside the spool.
    let saver = live::saver(job)?;
    Ok(Input::Live(options, None, saver.map(beside)))
}

/// The file of `-w`, which is the spool itself.
fn own_file(job: &Job) -> Result<(PathBuf, File), Failure> {
    let path = job.cli.write.as_deref().unwrap_or_default();
    let mode = if job.cli.group_read { 0o640 } else { 0o600 };
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(mode).open(path);
    Ok((Path::new(path).to_owned(), file.map_err(|e| cannot_create(path, &e))?))
}

/// Follows the spool and writes what comes, until the capture ends or a ring has all its files.
fn beside(saver: Saver) -> Writer {
    Box::new(move |source: Arc<Source>| {
        let failed = |e: &dyn std::fmt::Display| e.to_string();
        let mut scanner = Scanner::new(source).map_err(|e| failed(&e))?;
        let mut saver = saver;
        loop {
            if saver.is_full() {
                return saver.end(&scanner).map_err(|e| failed(&e));
            }
            match scanner.next().map_err(|e| failed(&e))? {
                Step::Record(_) => {
                    if let Some(record) = scanner.record() {
                        saver.packet(&record, scanner.records(), &scanner).map_err(|e| failed(&e))?;
                    }
                }
                Step::Wait => {
                    saver.idle().map_err(|e| failed(&e))?;
                    let source = scanner.source();
                    source.wait(source.len() + 1, Duration::from_millis(50));
                }
                Step::End { .. } => return saver.end(&scanner).map_err(|e| failed(&e)),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::save::RingJob;
    use super::*;
    use crate::capture::{FileType, RingOptions, StopConditions};

    /// The names of the files that a ring of four packets a file leaves of 13 packets.
    fn ring(name: &str, most: Option<u64>) -> Vec<String> {
        let folder = std::env::temp_dir().join(format!("sniff-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let saver = Saver::ring(RingJob {
            path: folder.join("x.pcap"),
            kind: FileType::Pcap,
            options: RingOptions { packets: Some(4), files: 2, ..RingOptions::default() },
            stop: StopConditions { files: most, ..StopConditions::default() },
        });
        let capture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tcp/handshake.pcap");
        beside(saver)(Source::open(&capture).unwrap()).unwrap();
        let entries = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|n| n.to_string_lossy()[..7].to_owned()).collect();
        names.sort();
        std::fs::remove_dir_all(&folder).unwrap();
        names
    }

    #[test]
    fn a_ring_beside_the_screen_keeps_its_last_files() {
        assert_eq!(ring("beside", None), ["x_00003", "x_00004"]);
    }

    #[test]
    fn a_ring_that_has_all_its_files_wants_no_more() {
        assert_eq!(ring("beside-full", Some(1)), ["x_00001"]);
    }
}
