//! Opens files and interfaces for the user interface.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use super::source::{Capture, Origin, TraceSource, Writing};
use super::{Setup, Writer};
use crate::capture::interfaces;
use crate::capture::live::{
    InterfaceOptions, Live, LiveError, LiveOptions, Orphan, is_spool, orphans, spool_file,
};
use crate::capture::{OpenError, Source as Bytes};
use crate::trace::Trace;
use crate::tui::snapshot::{Failure, Interface, Provider, Recent, Source};

/// Opens whatever is asked for with the same settings.
pub struct Files(pub Arc<Setup>);

impl Provider for Files {
    fn open(&self, path: &Path) -> Result<Arc<dyn Source>, Failure> {
        open(path, &self.0)
    }

    fn capture(&self, names: &[String], filter: Option<&str>) -> Result<Arc<dyn Source>, Failure> {
        let interface = |name: &String| InterfaceOptions {
            filter: filter.map(str::to_owned),
            ..InterfaceOptions::new(name)
        };
        let options = LiveOptions {
            interfaces: names.iter().map(interface).collect(),
            immediate: true,
            ..LiveOptions::default()
        };
        watch(options, None, None, &self.0)
    }

    fn unsaved(&self) -> Vec<Recent> {
        let recent = |o: Orphan| Recent {
            opened: o.modified.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64),
            path: o.path,
            packets: None,
            unsaved: true,
        };
        orphans().into_iter().map(recent).collect()
    }

    fn interfaces(&self) -> (Vec<Interface>, Option<Failure>) {
        let devices = interfaces::list();
        let nothing = devices.is_empty().then(|| Failure::new("there is no interface to capture from"));
        let interface = |d: interfaces::Device| Interface {
            packets: interfaces::counters(&d.name).map(interfaces::Counters::packets),
            addresses: d.addresses.iter().map(|(ip, prefix)| format!("{ip}/{prefix}")).collect(),
            about: d.description.unwrap_or_default(),
            up: (d.index.is_some() || d.name == "any").then_some(d.up),
            name: d.name,
        };
        (devices.into_iter().map(interface).collect(), nothing)
    }
}

/// Opens a file; `-` is standard input.
pub fn open(path: &Path, setup: &Arc<Setup>) -> Result<Arc<dyn Source>, Failure> {
    let failed = |e: OpenError| Failure::new(e.of(&path.to_string_lossy()));
    let pipe = path.as_os_str() == "-";
    let bytes = if pipe { Bytes::stdin() } else { Bytes::open(path) }.map_err(failed)?;
    let trace = Trace::stay(bytes, setup.settings.clone(), setup.names.clone()).map_err(failed)?;
    let (title, origin) = if pipe {
        ("standard input".to_owned(), Origin::Pipe)
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let title = if is_spool(&name) { "unsaved-capture".to_owned() } else { name.into_owned() };
        (title, Origin::File(path.to_owned()))
    };
    Ok(Arc::new(TraceSource::new(trace, title, setup.clone(), origin)))
}

/// Captures into `file`, or into a spool that ends with the program.
pub fn watch(
    options: LiveOptions,
    file: Option<(PathBuf, File)>,
    writer: Option<Writer>,
    setup: &Arc<Setup>,
) -> Result<Arc<dyn Source>, Failure> {
    let kept = file.is_some();
    let no_spool = |e: std::io::Error| Failure::new(format!("there is no place for the packets: {e}"));
    let (path, file) = file.map_or_else(spool_file, Ok).map_err(no_spool)?;
    let reading = File::open(&path).map_err(no_spool)?;
    let live = Live::start(&options, file).map_err(|why| {
        if !kept {
            let _ = std::fs::remove_file(&path);
        }
        failure(why)
    })?;
    let bytes = Bytes::from_file(reading, true);
    let interfaces = options.interfaces.iter().map(|i| i.name.as_str()).collect::<Vec<_>>().join(", ");
    let (settings, names) = (setup.settings.clone(), setup.names.clone());
    let trace = Trace::index(bytes.clone(), settings, names).map_err(|e| Failure::new(e.to_string()))?;
    let live = Arc::new(Mutex::new(live));
    let capture = Capture {
        options,
        interfaces: interfaces.clone(),
        spool: (!kept).then_some(path),
        writing: writer.map(|w| Writing::start(w, live.clone(), bytes.clone())),
        live,
        bytes,
        kept: Mutex::new(None),
        spared: AtomicBool::new(false),
    };
    Ok(Arc::new(TraceSource::new(trace, interfaces, setup.clone(), Origin::Live(capture))))
}

/// Cause and remedy apart, where the error knows one.
fn failure(why: LiveError) -> Failure {
    match why {
        LiveError::NoPermission { interface, remedy } => Failure {
            cause: format!("no permission to capture on {interface}"),
            remedy: Some(remedy.to_string()),
        },
        other => Failure::new(other.to_string()),
    }
}
