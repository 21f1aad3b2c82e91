//! The real program in a terminal: what is on the screen after which keys, that the terminal is given back,
//! and that a terminal which goes away takes the program with it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

const SNIFF: &str = env!("CARGO_BIN_EXE_sniff");
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn keys_lead_where_they_say_in_80_by_24() {
    tour(80, 24);
}

#[test]
fn keys_lead_where_they_say_in_200_by_60() {
    tour(200, 60);
}

#[test]
fn too_small_a_terminal_is_told_so() {
    let mut terminal = Terminal::open(&["fixtures/tcp/handshake.pcap"], 20, 5, true);
    terminal.shows(&["too little room"]);
    terminal.keys("q");
    assert_eq!(terminal.status(), 0);
    terminal.is_given_back();
}

/// Filter, move, ask for help, leave.
fn tour(width: u16, height: u16) {
    let mut terminal = Terminal::open(&["fixtures/tcp/handshake.pcap"], width, height, true);
    terminal.until("the list", |s| s.alternate_screen() && s.contents().contains("10.77"));
    terminal.shows(&["13 packets", "Layers", "1 / 13", "[SYN]"]);
    terminal.keys("/");
    terminal.keys("tcp.flags.syn == 1");
    terminal.until("the filter typed", |s| s.contents().contains("syn == 1"));
    terminal.keys("\r");
    terminal.shows(&["2 of 13 packets"]);
    terminal.keys("\x1b[B");
    terminal.shows(&["4 / 13", "Transmission Control"]);
    terminal.keys("?");
    terminal.shows(&["Keys of the packet"]);
    terminal.keys("\x1b");
    terminal.until("the list again", |s| !s.contents().contains("Keys of the packet"));
    terminal.keys("q");
    assert_eq!(terminal.status(), 0);
    terminal.is_given_back();
}

#[test]
fn another_size_is_drawn_anew() {
    let mut terminal = Terminal::open(&["fixtures/dns/lookup.pcap"], 80, 24, true);
    terminal.shows(&["49 packets"]);
    terminal.resize(130, 40);
    let right_end =
        |s: &Screen| s.rows(0, 130).next().is_some_and(|row| row.trim_end().chars().count() > 100);
    terminal.until("the wider first line", right_end);
    terminal.keys("q");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let mut terminal = Terminal::open(&["fixtures/udp/chat.pcap"], 80, 24, true);
    terminal.shows(&["8 packets"]);
    let pid = terminal.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(terminal.status(), 128 + 15);
    terminal.is_given_back();
}

#[test]
fn what_cannot_be_opened_is_told_without_a_screen() {
    let mut terminal = Terminal::open(&["fixtures/README.md"], 80, 24, true);
    assert_eq!(terminal.status(), 2);
    terminal.until("the message", |s| s.contents().contains("not a capture file"));
    terminal.is_given_back();
}

/// A terminal that has hung up reads as "0 bytes" for ever; the program once spun on that.
#[test]
fn the_program_ends_with_its_terminal() {
    for controlling in [true, false] {
        let mut terminal = Terminal::open(&["fixtures/udp/chat.pcap"], 80, 24, controlling);
        terminal.shows(&["8 packets"]);
        let begun = Instant::now();
        terminal.hang_up();
        let status = terminal.status();
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(2), "controlling: {controlling}: {took:?}");
        assert_eq!(status, 1, "controlling: {controlling}");
    }
}

/// A terminal with the program in it.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    /// Gone once it has hung up.
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    screen: Arc<Mutex<Parser>>,
    reader: Option<JoinHandle<()>>,
    unplugged: Arc<AtomicBool>,
    home: PathBuf,
}

impl Terminal {
    /// `controlling`: its hanging up is told by a signal too.
    fn open(words: &[&str], width: u16, height: u16, controlling: bool) -> Terminal {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let home = std::env::temp_dir().join(format!("sniff-tui-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let mut command = CommandBuilder::new(SNIFF);
        command.args(words);
        command.cwd(Path::new(env!("CARGO_MANIFEST_DIR")));
        command.env("TERM", "xterm-256color");
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, &home);
        }
        command.set_controlling_tty(controlling);
        let size = PtySize { rows: height, cols: width, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(Parser::new(height, width, 0)));
        let unplugged = Arc::new(AtomicBool::new(false));
        let input = pair.master.try_clone_reader().unwrap();
        let reader = {
            let (screen, unplugged) = (screen.clone(), unplugged.clone());
            thread::spawn(move || read(input, &screen, &unplugged))
        };
        Terminal {
            child,
            keyboard: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            screen,
            reader: Some(reader),
            unplugged,
            home,
        }
    }

    fn keys(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    fn resize(&self, width: u16, height: u16) {
        self.screen.lock().unwrap().screen_mut().set_size(height, width);
        let size = PtySize { rows: height, cols: width, ..PtySize::default() };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Waits until the screen is as wanted.
    fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        let begun = Instant::now();
        while !wanted(self.screen.lock().unwrap().screen()) {
            if begun.elapsed() > PATIENCE {
                let shown = self.screen.lock().unwrap().screen().contents();
                panic!("{what} doesn't come; the screen:\n{shown}");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until all of these words are on the screen.
    fn shows(&self, words: &[&str]) {
        for word in words {
            self.until(word, |s| s.contents().contains(word));
        }
    }

    /// Waits for the end of the program; its exit status.
    fn status(&mut self) -> u32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(begun.elapsed() < PATIENCE, "the program doesn't end");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The terminal is as it was before the program came. The program must have ended.
    fn is_given_back(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let screen = self.screen.lock().unwrap();
        let screen = screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still there");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still in brackets");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// Closes this end of the terminal.
    fn hang_up(&mut self) {
        self.unplugged.store(true, Ordering::SeqCst);
        // Another size makes the program draw, and that wakes the reader, which holds this end too.
        let size = PtySize { rows: 25, cols: 81, ..PtySize::default() };
        self.master.as_ref().unwrap().resize(size).unwrap();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.keyboard = None;
        self.master = None;
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Brings what the program writes to the screen, until the program ends or the terminal is unplugged.
fn read(mut input: Box<dyn Read + Send>, screen: &Mutex<Parser>, unplugged: &AtomicBool) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = input.read(&mut buffer) {
        if unplugged.load(Ordering::SeqCst) {
            return;
        }
        screen.lock().unwrap().process(&buffer[..count]);
    }
}
