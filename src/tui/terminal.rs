//! The terminal: taking it over and giving it back, on every way out, panics and signals included.

use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::thread::{self, ThreadId};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The screen is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The kitty keyboard protocol was asked for.
static KITTY: AtomicBool = AtomicBool::new(false);
/// What threads beside the user interface said as they panicked.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The terminal while it is ours. Dropping it gives it back.
pub struct Screen {
    /// Its own drop would show the cursor, as `give_back` does, and panic where the terminal is gone.
    terminal: ManuallyDrop<Terminal<Backend>>,
    signals: Signals,
}

/// Signals that arrived since last asked.
struct Signals {
    /// Signal and flag.
    ending: Vec<(i32, Arc<AtomicBool>)>,
    stop: Arc<AtomicBool>,
    went_on: Arc<AtomicBool>,
}

/// What a signal wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End with 128 plus this number.
    End(i32),
    Suspend,
    /// The process was stopped and goes on: the screen is somebody else's.
    WentOn,
}

impl Screen {
    pub fn take() -> io::Result<Screen> {
        let signals = Signals::register()?;
        hook_panics(thread::current().id());
        take()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(1 << 16, stdout()));
        match Terminal::new(backend) {
            Ok(terminal) => Ok(Screen { terminal: ManuallyDrop::new(terminal), signals }),
            Err(why) => {
                give_back();
                Err(why)
            }
        }
    }

    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |s| (s.width, s.height))
    }

    /// Draws a frame, at once where the terminal can do that.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(draw)?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen: the next frame draws all of it.
    pub fn forget(&mut self) -> io::Result<()> {
        let (width, height) = self.size();
        // `clear` would ask where the cursor is and wait for an answer.
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Puts text on the clipboard of the terminal (OSC 52), over ssh too.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// The terminal is gone: there is nothing to give back.
    pub fn give_up(&mut self) {
        TAKEN.store(false, Ordering::SeqCst);
    }

    /// Gives the terminal back, stops the process, and takes the terminal again when it goes on.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
        self.signals.went_on.store(false, Ordering::Relaxed);
        self.retake()
    }

    /// Takes the terminal again after somebody else had it.
    pub fn retake(&mut self) -> io::Result<()> {
        TAKEN.store(false, Ordering::SeqCst);
        take()?;
        self.forget()
    }

    pub fn signal(&self) -> Option<Signal> {
        let taken = |flag: &AtomicBool| flag.swap(false, Ordering::Relaxed);
        if let Some((number, _)) = self.signals.ending.iter().find(|(_, f)| taken(f)) {
            return Some(Signal::End(*number));
        }
        if taken(&self.signals.stop) {
            return Some(Signal::Suspend);
        }
        taken(&self.signals.went_on).then_some(Signal::WentOn)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
        for text in PANICS.lock().map(|mut p| std::mem::take(&mut *p)).unwrap_or_default() {
            // A terminal that is gone takes no text.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

impl Signals {
    fn register() -> io::Result<Signals> {
        let flag = |signal| -> io::Result<Arc<AtomicBool>> {
            let flag = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(signal, flag.clone())?;
            Ok(flag)
        };
        let ending = [SIGTERM, SIGHUP, SIGINT, SIGQUIT].map(|s| flag(s).map(|f| (s, f)));
        Ok(Signals {
            ending: ending.into_iter().collect::<io::Result<Vec<_>>>()?,
            stop: flag(SIGTSTP)?,
            went_on: flag(SIGCONT)?,
        })
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = stdout();
    execute!(out, EnterAlternateScreen, EnableMouseCapture, EnableBracketedPaste, cursor::Hide)?;
    // Asking whether the protocol is known would wait for an answer that old terminals never give;
    // they ignore the request itself. The Linux console is the one that might print it.
    if std::env::var_os("TERM").is_none_or(|t| t != "linux") {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(out, PushKeyboardEnhancementFlags(flags))?;
        KITTY.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// Gives the terminal back; does nothing if it isn't ours. Errors are of no use here.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    if KITTY.swap(false, Ordering::SeqCst) {
        let _ = queue!(out, PopKeyboardEnhancementFlags);
    }
    let _ = queue!(
        out,
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        DisableMouseCapture,
        cursor::Show,
        LeaveAlternateScreen
    );
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// A panic of the user interface gives the terminal back before it is told; one of another thread, which
/// the user interface outlives, is told at the end.
fn hook_panics(ui: ThreadId) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if thread::current().id() == ui {
                give_back();
            } else if TAKEN.load(Ordering::SeqCst) {
                if let Ok(mut panics) = PANICS.lock() {
                    panics.push(info.to_string());
                }
                return;
            }
            usual(info);
        }));
    });
}
