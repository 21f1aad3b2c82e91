//! A live capture from end to end: a network namespace of its own, a real handshake in it, and
//! the real program watching. Skipped, with a message, where namespaces are not permitted.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const SNIFF: &str = env!("CARGO_BIN_EXE_sniff");

#[test]
fn a_handshake_is_seen_as_it_happens() {
    in_namespace("handshake");
}

#[test]
fn a_saved_capture_holds_every_packet() {
    in_namespace("saved");
}

#[test]
fn who_dissects_may_not_capture() {
    in_namespace("rights");
}

#[test]
fn what_was_captured_outlives_a_terminal_that_goes_away() {
    in_namespace("spared");
}

#[test]
fn errors_name_cause_and_fix() {
    in_namespace("errors");
}

/// Runs inside a namespace; started by the test of the same purpose.
#[test]
#[ignore = "needs a network namespace of its own"]
fn handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let filter = format!("tcp port {port}");
    let sniff = start(&[
        "-i",
        "lo",
        "-n",
        "-f",
        &filter,
        "-c",
        "3",
        "-a",
        "duration:10",
        "-T",
        "fields",
        "-e",
        "tcp.flags",
        "-e",
        "tcp.stream",
    ]);
    connect(&listener);
    let output = finish(sniff);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "0x0002\t0\n0x0012\t0\n0x0010\t0\n");
    assert!(output.status.success());
}

/// As [`handshake`].
#[test]
#[ignore = "needs a network namespace of its own"]
fn saved() {
    let path = std::env::temp_dir().join(format!("sniff-live-test-{}.pcapng", std::process::id()));
    let file = path.to_str().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sniff = start(&["-i", "lo", "-q", "-w", file, "-f", "tcp", "-c", "9"]);
    connect(&listener);
    connect(&listener);
    let status = finish(sniff).status;
    let read = Command::new(SNIFF)
        .args(["-r", file, "-n", "-T", "fields", "-e", "frame.number", "-e", "tcp.stream"])
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    let text = String::from_utf8(read.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(status.success());
    assert_eq!(lines.len(), 9, "{text}");
    assert_eq!((lines[0], lines[8]), ("1\t0", "9\t1"));
}

/// As [`handshake`]. That there is a capture, so that the helper has the right, `start` sees to.
#[test]
#[ignore = "needs a network namespace of its own"]
fn rights() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sniff = start(&["-i", "lo", "-n", "-f", "tcp", "-c", "3", "-a", "duration:10", "-T", "text"]);
    let status = fs::read_to_string(format!("/proc/{}/status", sniff.id())).unwrap();
    connect(&listener);
    assert!(finish(sniff).status.success());
    let digits = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    let rights = u64::from_str_radix(digits.trim(), 16).unwrap();
    // CAP_NET_ADMIN and CAP_NET_RAW.
    assert_eq!(rights & (0b11 << 12), 0, "{status}");
}

/// As [`handshake`], on a screen.
#[test]
#[ignore = "needs a network namespace of its own"]
fn spared() {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("spared-{}", std::process::id()));
    fs::create_dir_all(&home).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 80, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(SNIFF);
    command.args(["-i", "lo", "-n", "-f", "tcp"]);
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, &home);
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut screen = pair.master.try_clone_reader().unwrap();
    std::thread::spawn(move || std::io::copy(&mut screen, &mut std::io::sink()));
    assert!(wait_for_socket(|| child.try_wait().unwrap().is_none()), "no capture was started");
    connect(&listener);
    std::thread::sleep(Duration::from_millis(500));
    let pid = child.process_id().unwrap().to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    child.wait().unwrap();
    // A folder in memory is not the first choice for a spool.
    let folders = [home.join("sniff"), PathBuf::from("/var/tmp")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let prefix = format!("sniff-live-{pid}-");
    let spool = entries
        .map(|e| e.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)));
    let spool = spool.expect("the spool is still there");
    let read = Command::new(SNIFF).arg("-r").arg(&spool).args(["-n", "-T", "text"]).output().unwrap();
    fs::remove_file(&spool).unwrap();
    fs::remove_dir_all(&home).unwrap();
    let text = String::from_utf8(read.stdout).unwrap();
    assert!(text.contains("[SYN]") && text.contains("[SYN, ACK]"), "{text}");
}

/// As [`handshake`].
#[test]
#[ignore = "needs a network namespace of its own"]
fn errors() {
    let complaint = |arguments: &[&str]| {
        let output = Command::new(SNIFF).args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let text = complaint(&["-i", "loo", "-c", "1", "-T", "text"]);
    assert!(text.contains("no interface \"loo\"") && text.contains("lo"), "{text}");
    let text = complaint(&["-i", "lo", "-f", "tcp prot 80", "-c", "1", "-T", "text"]);
    assert!(text.contains("tcp port 80"), "{text}");
}

/// Runs one of the ignored tests of this file in a new network namespace.
fn in_namespace(test: &str) {
    let root = fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t0")));
    let unshare = || {
        let mut command = Command::new("unshare");
        command.arg("--net").args((!root).then_some("--map-root-user"));
        command
    };
    let setup = "ip link set lo up && exec \"$@\"";
    let possible = unshare().args(["sh", "-c", setup, "sh", "true"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no network namespaces here (unshare --net, ip)");
        return;
    }
    let output = unshare()
        .args(["sh", "-c", setup, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}

/// Starts the program and waits until its packet socket is there.
fn start(arguments: &[&str]) -> Child {
    let mut child = Command::new(SNIFF)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if !wait_for_socket(|| child.try_wait().unwrap().is_none()) {
        let _ = child.kill();
        let mut text = String::new();
        let _ = child.stderr.take().unwrap().read_to_string(&mut text);
        panic!("no capture was started: {text}");
    }
    child
}

/// Waits until there is a packet socket in this namespace; false if none comes while the program lives.
fn wait_for_socket(mut lives: impl FnMut() -> bool) -> bool {
    let patience = Instant::now() + Duration::from_secs(10);
    // A heading, and one line for each packet socket of the namespace; the fifth column is the
    // interface that it is bound to.
    let bound = |line: &str| line.split_whitespace().nth(4).is_some_and(|index| index != "0");
    let ready = || {
        let sockets = fs::read_to_string("/proc/self/net/packet").unwrap_or_default();
        sockets.lines().skip(1).any(bound)
    };
    while !ready() {
        if Instant::now() > patience || !lives() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // Bound comes a moment before filtered.
    std::thread::sleep(Duration::from_millis(300));
    true
}

/// Opens a connection and closes it from both sides.
fn connect(listener: &TcpListener) {
    let address = listener.local_addr().unwrap();
    let client = TcpStream::connect(address).unwrap();
    let (server, _) = listener.accept().unwrap();
    std::thread::sleep(Duration::from_millis(50));
    drop(client);
    std::thread::sleep(Duration::from_millis(50));
    drop(server);
    std::thread::sleep(Duration::from_millis(50));
}

fn finish(mut child: Child) -> Output {
    let patience = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > patience {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}
