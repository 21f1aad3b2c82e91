//! From flags to settings: what is asked for, checked before anything is opened.

use super::{Failure, preferences};
use crate::capture::{FileType, RingOptions, StopConditions};
use crate::cli::Cli;
use crate::dissect::context::Settings;
use crate::dissect::names::Names;
use crate::export::Exporter;
use crate::export::fields::{FieldOptions, Fields, Picks};
use crate::export::json::{Choice, Content, Ek, Json};
use crate::export::pdml::Pdml;
use crate::export::summary::{Psml, Summary};
use crate::export::text::{Hexdump, Text, TextOptions};
use crate::export::time::{TimeFormat, TimeStyle};
use crate::filter::{self, Filter};

/// What the text tool is to do.
pub struct Job {
    pub cli: Cli,
    pub settings: Settings,
    pub names: Names,
    pub time: TimeStyle,
    /// The file to read, wherever it stood.
    pub input: Option<String>,
    pub display_filter: Option<Filter>,
    /// `-R`
    pub read_filter: Option<Filter>,
    /// For interfaces without one of their own.
    pub capture_filter: Option<String>,
    pub file_type: FileType,
    pub ring: Option<RingOptions>,
    pub stop: StopConditions,
    /// Nothing is printed, packet by packet.
    pub silent: bool,
    /// What is printed shall be seen at once.
    pub immediate: bool,
    /// `-N N`: the name server is asked for names.
    pub lookups: bool,
}

impl Job {
    /// Checks the flags; nothing is opened. `terminal`: standard output is one.
    pub fn new(cli: &Cli, terminal: bool) -> Result<Job, Failure> {
        not_built(cli)?;
        let words = Words::of(cli)?;
        let quiet = cli.quiet || cli.very_quiet;
        let silent = quiet || (cli.write.is_some() && !cli.print && !asks_for_text(cli));
        if cli.write.as_deref() == Some("-") && !silent {
            return Err(Failure::usage(
                "standard output can't take both packets (-w -) and text; write to a file, or print nothing",
            ));
        }
        let stop = stop_conditions(cli)?;
        let mut cli = cli.clone();
        if words.live {
            cli.count = cli.count.or(stop.packets);
        } else {
            cli.interface.clear();
            cli.count = [cli.count, stop.packets].into_iter().flatten().min();
        }
        let settings = preferences::settings(&cli)?;
        let lookups = settings.resolve_network && preferences::asks_name_server(&cli);
        if lookups && words.live {
            return Err(Failure::usage(
                "-N N asks a name server for the addresses of a file; with -i it isn't built: capture with \
                 -w, then read that file",
            ));
        }
        Ok(Job {
            names: preferences::names(&cli, &settings)?,
            settings,
            lookups,
            time: time_style(&cli)?,
            input: words.input,
            display_filter: words.display_filter.map(|text| display_filter(&text)).transpose()?,
            read_filter: read_filter(&cli, words.live)?,
            capture_filter: words.capture_filter,
            file_type: file_type(&cli)?,
            ring: ring(&cli, words.live)?,
            stop: check_stop(stop, &cli, words.live)?,
            silent,
            immediate: cli.line_buffered || (terminal && !silent),
            cli,
        })
    }

    /// The exporter for `-T` and its kin; `file` is what the packets come from.
    pub fn exporter(&self, file: &str) -> Result<Box<dyn Exporter + Send>, Failure> {
        let cli = &self.cli;
        let format = cli.format.as_deref().unwrap_or("text");
        check_format(cli, format)?;
        let picks = self.picks(format)?;
        let summary = |tabs| Summary::new(self.time, tabs);
        Ok(match format {
            "fields" => match picks {
                Some(picks) => Box::new(Fields::new(picks, self.field_options()?)),
                None => {
                    return Err(Failure::usage(
                        "-T fields prints the fields named by -e; name one, as in -e ip.src",
                    ));
                }
            },
            "pdml" => Box::new(Pdml::new(file.to_string(), self.choice(), picks)),
            "psml" => Box::new(Psml::new(self.time)),
            "json" => {
                let content = Content { text: true, raw: cli.hex };
                Box::new(Json::new(content, self.choice(), cli.no_duplicate_keys, picks))
            }
            "jsonraw" => {
                let content = Content { text: false, raw: true };
                Box::new(Json::new(content, self.choice(), cli.no_duplicate_keys, None))
            }
            "ek" => Box::new(Ek::new(cli.hex, self.choice(), picks)),
            "text" | "tabs" => {
                let options = self.text_options()?;
                let summary = summary(format == "tabs");
                match options.details || options.bytes.is_some() {
                    true => Box::new(Text::new(options, summary)),
                    false => Box::new(summary),
                }
            }
            other => {
                return Err(Failure::usage(format!(
                    "-T {other} is unknown: use text, fields, pdml, psml, json, jsonraw, ek or tabs"
                )));
            }
        })
    }

    fn text_options(&self) -> Result<TextOptions, Failure> {
        let cli = &self.cli;
        let details = cli.details || !cli.only.is_empty();
        let mut bytes = cli.hex.then(Hexdump::default);
        for option in &cli.hexdump {
            bytes.get_or_insert_default().set(option).map_err(Failure::usage)?;
        }
        Ok(TextOptions {
            summary: cli.print || (!details && bytes.is_none()),
            details,
            only: cli.only.iter().cloned().collect(),
            bytes,
            separator: cli.separator.clone().unwrap_or_default(),
        })
    }

    fn field_options(&self) -> Result<FieldOptions, Failure> {
        let mut options = FieldOptions::default();
        for option in &self.cli.field_option {
            options.set(option).map_err(Failure::usage)?;
        }
        Ok(options)
    }

    /// What `-e` asks for, if the format can print that.
    fn picks(&self, format: &str) -> Result<Option<Picks>, Failure> {
        let names = &self.cli.field;
        if names.is_empty() {
            return Ok(None);
        }
        if !matches!(format, "fields" | "json" | "ek" | "pdml") {
            return Err(Failure::usage("-e names fields to print: it goes with -T fields, json, ek or pdml"));
        }
        let summary = Summary::new(self.time, false);
        let mut options = self.field_options()?;
        // The other formats have an escape of their own.
        options.escape &= format == "fields";
        let picks = Picks::new(names, &options, summary);
        picks.map(Some).map_err(|unknown| {
            Failure::usage(format!("Some fields aren't valid:\n\t{}", unknown.join("\n\t")))
        })
    }

    /// The layers that `-j` and `-J` choose.
    fn choice(&self) -> Choice {
        let (names, deep) = match (&self.cli.layers, &self.cli.layers_deep) {
            (_, Some(names)) => (Some(names), true),
            (names, None) => (names.as_ref(), false),
        };
        let names = names.map(String::as_str).unwrap_or_default().split([' ', ',']);
        Choice { names: names.filter(|s| !s.is_empty()).map(str::to_owned).collect(), deep }
    }
}

/// The words without a flag, and what they stand for.
struct Words {
    live: bool,
    input: Option<String>,
    display_filter: Option<String>,
    capture_filter: Option<String>,
}

impl Words {
    /// When live, all of them are a capture filter; else a file, if there is no `-r`, and a display filter.
    fn of(cli: &Cli) -> Result<Words, Failure> {
        let from_pipe = cli.interface == ["-"];
        let live = !cli.interface.is_empty() && !from_pipe;
        if live && cli.read.is_some() {
            return Err(Failure::usage(
                "packets come from a file (-r) or from an interface (-i), not from both",
            ));
        }
        let mut rest = cli.args.iter();
        let input = match (&cli.read, live, from_pipe) {
            (_, true, _) => None,
            (Some(file), ..) => Some(file.clone()),
            (None, _, true) => Some("-".to_owned()),
            (None, ..) => rest.next().cloned(),
        };
        let rest: Vec<&str> = rest.map(String::as_str).collect();
        let mut words =
            Words { live, input, display_filter: cli.display_filter.clone(), capture_filter: None };
        if rest.is_empty() {
            return Ok(words);
        }
        if let Some(second) = rest.iter().find(|word| !live && names_a_file(word)) {
            return Err(Failure::usage(format!(
                "{second} is a second file, and one is read at a time; mergecap makes one of several"
            )));
        }
        let rest = rest.join(" ");
        let (kind, flag, taken) = match live {
            true => ("capture", "-f", !cli.capture_filter.is_empty()),
            false => ("display", "-Y", words.display_filter.is_some()),
        };
        if taken {
            return Err(Failure::usage(format!(
                "a {kind} filter is given twice: with {flag} and as \"{rest}\"; leave one out"
            )));
        }
        *(if live { &mut words.capture_filter } else { &mut words.display_filter }) = Some(rest);
        Ok(words)
    }
}

/// A word that would make no filter, where there is such a file.
fn names_a_file(word: &str) -> bool {
    let like_one =
        word.contains(std::path::MAIN_SEPARATOR) || word.contains(".pcap") || word.contains(".cap");
    like_one && std::path::Path::new(word).is_file()
}

/// Compiles a display filter; the error shows where it is wrong.
fn display_filter(text: &str) -> Result<Filter, Failure> {
    filter::compile(text, &filter::Options::default()).map_err(|error| {
        let caret = error.caret(text);
        let indented: String = caret.lines().map(|line| format!("\n    {line}")).collect();
        Failure::input(format!("{}{indented}", error.explanation()))
    })
}

fn read_filter(cli: &Cli, live: bool) -> Result<Option<Filter>, Failure> {
    if cli.two_pass && live {
        return Err(Failure::usage("-2 reads twice what is captured once: use it with -r, not with -i"));
    }
    match &cli.read_filter {
        Some(_) if !cli.two_pass => Err(Failure::usage(
            "-R needs -2, for it filters the first of two passes; to filter in one, use -Y",
        )),
        Some(text) => display_filter(text).map(Some),
        None => Ok(None),
    }
}

fn file_type(cli: &Cli) -> Result<FileType, Failure> {
    let Some(name) = &cli.file_type else { return Ok(FileType::default()) };
    FileType::from_name(name).ok_or_else(|| {
        let known = |t: FileType| format!("\n    {} - {}", t.name(), t.description());
        let known: String = FileType::ALL.into_iter().map(known).collect();
        Failure::usage(format!("-F {name} is no file type that can be written; there are:{known}"))
    })
}

fn ring(cli: &Cli, live: bool) -> Result<Option<RingOptions>, Failure> {
    if cli.ring_buffer.is_empty() {
        return Ok(None);
    }
    if !live {
        return Err(Failure::usage("-b makes a ring of files from a live capture: it goes with -i"));
    }
    if cli.write.as_deref().is_none_or(|path| path == "-") {
        return Err(Failure::usage("-b makes a ring of files: say with -w what they are called"));
    }
    let mut ring = RingOptions::default();
    for argument in &cli.ring_buffer {
        ring.set(argument).map_err(Failure::usage)?;
    }
    let size = cli.autostop.iter().any(|a| a.starts_with("filesize:"));
    if !ring.rotates() && !size {
        return Err(Failure::usage(
            "-b says how many files to keep but not when one is full: add -b filesize:KB, duration:S, \
             interval:S or packets:N",
        ));
    }
    Ok(Some(ring))
}

fn stop_conditions(cli: &Cli) -> Result<StopConditions, Failure> {
    let mut stop = StopConditions::default();
    for argument in &cli.autostop {
        stop.set(argument).map_err(Failure::usage)?;
    }
    Ok(stop)
}

fn check_stop(stop: StopConditions, cli: &Cli, live: bool) -> Result<StopConditions, Failure> {
    let unfit = match live {
        true => stop.files.filter(|_| cli.ring_buffer.is_empty()).map(|_| "files"),
        false if stop.duration.is_some() => Some("duration"),
        false if stop.filesize.is_some() => Some("filesize"),
        false => stop.files.map(|_| "files"),
    };
    match unfit {
        None => Ok(stop),
        Some(name) if live => Err(Failure::usage(format!(
            "-a {name}: counts the files of a ring; add -b filesize:KB and -w FILE"
        ))),
        Some(name) => {
            Err(Failure::usage(format!("-a {name}: ends a live capture, and a file is read here; use -c N")))
        }
    }
}

/// Refuses flags that this format has no use for.
fn check_format(cli: &Cli, format: &str) -> Result<(), Failure> {
    let json = matches!(format, "json" | "jsonraw");
    if cli.hex && !json && !matches!(format, "text" | "tabs" | "ek") {
        let why = format!("-x prints bytes with -T text, json, jsonraw or ek, not with {format}");
        return Err(Failure::usage(why));
    }
    if cli.no_duplicate_keys && !json {
        return Err(Failure::usage("--no-duplicate-keys is for -T json and jsonraw"));
    }
    Ok(())
}

/// True if a flag says what text to print.
pub fn asks_for_text(cli: &Cli) -> bool {
    cli.format.is_some()
        || cli.details
        || !cli.only.is_empty()
        || cli.hex
        || !cli.hexdump.is_empty()
        || !cli.field.is_empty()
}

/// A flag of tshark's that isn't built yet says so; none is swallowed.
fn not_built(cli: &Cli) -> Result<(), Failure> {
    if cli.format.as_deref() == Some("ps") {
        return Err(Failure::usage("-T ps isn't built yet; use -T text or -T pdml"));
    }
    let flags = [
        ("-C", cli.profile.is_some()),
        ("-X", !cli.extension.is_empty()),
        ("-M", cli.reset_after.is_some()),
        ("-K", cli.keytab.is_some()),
        ("-z", !cli.statistics.is_empty()),
        ("--export-objects", cli.export_objects.is_some()),
        ("--color", cli.color),
    ];
    match flags.iter().find(|f| f.1) {
        Some((flag, _)) => {
            Err(Failure::usage(format!("{flag} isn't built yet; run sniff --help for what is")))
        }
        None => Ok(()),
    }
}

fn time_style(cli: &Cli) -> Result<TimeStyle, Failure> {
    let mut style = TimeStyle::default();
    for t in &cli.time_format {
        let (name, digits) = t.split_once('.').map_or((t.as_str(), None), |(n, d)| (n, Some(d)));
        if !name.is_empty() {
            style.format = TimeFormat::from_flag(name).ok_or_else(|| {
                Failure::usage(format!("-t {t} is unknown: use a, ad, adoy, d, dd, e, r, u, ud or udoy"))
            })?;
        }
        if let Some(d) = digits.filter(|d| !d.is_empty()) {
            style.digits =
                Some(d.parse().ok().filter(|d| *d <= 9).ok_or_else(|| {
                    Failure::usage(format!("-t {t}: the number of decimal digits is 0 to 9"))
                })?);
        }
    }
    match cli.seconds.as_deref() {
        None | Some("s") => {}
        Some("hms") => style.hms = true,
        Some(other) => return Err(Failure::usage(format!("-u {other} is unknown: use s or hms"))),
    }
    Ok(style)
}
