//! Packets being written to a file, on a thread of its own: how far that is, and giving it up.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::snapshot::{Failure, SaveProgress, Source};
use super::update::Save;

pub struct Saving {
    pub asked: Save,
    /// The program was asked to end: it does, once the file is written.
    pub quits: bool,
    progress: Arc<SaveProgress>,
    total: u64,
    worker: Option<JoinHandle<Result<u64, Failure>>>,
}

impl Saving {
    pub fn start(source: Arc<dyn Source>, asked: Save) -> Saving {
        let total = asked.packets.as_ref().map_or(u64::from(source.len()), |p| p.len() as u64);
        let progress = Arc::new(SaveProgress::default());
        let (save, told) = (asked.clone(), progress.clone());
        let work = move || source.save(save.packets.as_deref(), &save.path, save.format, &told);
        Saving { asked, quits: false, progress, total, worker: Some(thread::spawn(work)) }
    }

    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        (self.progress.written() as f64 / self.total.max(1) as f64).min(1.0)
    }

    pub fn stop(&self) {
        self.progress.stop();
    }

    pub fn was_stopped(&self) -> bool {
        self.progress.stopped()
    }

    pub fn is_finished(&self) -> bool {
        self.worker.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// How it ended; waits for that.
    pub fn result(&mut self) -> Result<u64, Failure> {
        match self.worker.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(Failure::new("writing stopped unexpectedly")),
        }
    }
}

impl Drop for Saving {
    /// The program ends: half a file is taken away again.
    fn drop(&mut self) {
        self.stop();
        let _ = self.result();
    }
}
