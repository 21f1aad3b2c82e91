//! Why a capture could not be started, and the one thing to do about it on this machine.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::filter::{FilterError, likely_link_type};
use crate::capture::helper::protocol::{InterfaceOptions, Trouble};
use crate::capture::interfaces::{self, UnknownInterface};

/// Why nothing is captured. Its text names the cause and what mends it.
#[derive(Debug)]
pub enum LiveError {
    NoPermission {
        interface: String,
        remedy: Remedy,
    },
    UnknownInterface(UnknownInterface),
    /// The interface is switched off.
    Down {
        interface: String,
    },
    Filter(FilterError),
    /// `offered`: names of the link types that the device has.
    LinkType {
        interface: String,
        wanted: String,
        offered: String,
    },
    /// `offered`: the kinds of time stamps that the device has.
    TimestampType {
        interface: String,
        wanted: String,
        offered: String,
    },
    /// The device can't do it: monitor mode. `text` is libpcap's.
    NotSupported {
        interface: String,
        text: String,
    },
    /// Only libpcap could do what was asked for.
    NoLibpcap {
        what: String,
    },
    /// The file could not be written.
    Spool(String),
    /// The helper process could not be started or reached.
    Helper(io::Error),
    /// The helper process ended without a word.
    Died,
    Other {
        interface: String,
        text: String,
    },
}

/// What gives the right to capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Give the program's file the right, once.
    SetCapabilities(PathBuf),
    /// Run the program as root each time, with the arguments that it had.
    Sudo(String),
    /// Not even root may here: a container without the capability.
    Container,
}

impl LiveError {
    /// From what the helper said. `asked`: what was asked of that interface.
    pub(super) fn of(
        trouble: Trouble,
        interface: &str,
        text: String,
        asked: Option<&InterfaceOptions>,
    ) -> LiveError {
        let interface = interface.to_owned();
        match trouble {
            Trouble::NoPermission => LiveError::NoPermission { interface, remedy: Remedy::here() },
            Trouble::NoSuchDevice => {
                let devices = interfaces::list();
                LiveError::UnknownInterface(interfaces::unknown(&interface, &devices))
            }
            Trouble::Down => LiveError::Down { interface },
            Trouble::Filter => {
                let filter = asked.and_then(|asked| asked.filter.as_deref()).unwrap_or("");
                let link_type = asked.map(likely_link_type).unwrap_or_default();
                LiveError::Filter(FilterError::new(filter, text, link_type))
            }
            Trouble::LinkType => LiveError::LinkType {
                interface,
                wanted: asked.and_then(|asked| asked.link_type.clone()).unwrap_or_default(),
                offered: text,
            },
            Trouble::TimestampType => LiveError::TimestampType {
                interface,
                wanted: asked.and_then(|asked| asked.tstamp_type.clone()).unwrap_or_default(),
                offered: text,
            },
            Trouble::NotSupported => LiveError::NotSupported { interface, text },
            Trouble::NoLibpcap => LiveError::NoLibpcap { what: text },
            Trouble::Spool => LiveError::Spool(text),
            Trouble::Other => LiveError::Other { interface, text },
        }
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiveError::NoPermission { interface, remedy } => {
                write!(f, "no permission to capture on {interface}; {remedy}")
            }
            LiveError::UnknownInterface(unknown) => unknown.fmt(f),
            LiveError::Down { interface } => write!(
                f,
                "the interface {interface} is down; switch it on with: {}ip link set {interface} up",
                sudo()
            ),
            LiveError::Filter(error) => error.fmt(f),
            LiveError::LinkType { interface, wanted, offered } => {
                write!(f, "{interface} has no link type {wanted}; it has: {offered}")
            }
            LiveError::TimestampType { interface, wanted, offered } => {
                write!(f, "{interface} has no time stamps of type {wanted}; it has: {offered}")
            }
            LiveError::NotSupported { interface, text } => {
                write!(f, "{interface} can't be captured from like that: {text}; leave out -I")
            }
            LiveError::NoLibpcap { what } => {
                write!(f, "{what} needs libpcap; install it with: {}", install_command())
            }
            LiveError::Spool(text) => {
                write!(f, "writing captured packets failed: {text}; name another place with -w FILE")
            }
            LiveError::Helper(error) => write!(f, "starting the capture process failed: {error}"),
            LiveError::Died => f.write_str("the capture process ended unexpectedly; start again"),
            LiveError::Other { interface, text } => {
                write!(f, "capturing on {interface} failed: {text}")
            }
        }
    }
}

impl std::error::Error for LiveError {}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remedy::SetCapabilities(program) => write!(
                f,
                "allow it once with: {}setcap cap_net_raw,cap_net_admin=eip {}",
                sudo(),
                quoted(&program.to_string_lossy())
            ),
            Remedy::Sudo(command) => write!(f, "run it as root: {command}"),
            Remedy::Container => f.write_str(
                "not even root may in this container: start it with --cap-add=NET_RAW \
                 --cap-add=NET_ADMIN",
            ),
        }
    }
}

impl Remedy {
    /// What helps on this machine.
    fn here() -> Remedy {
        // Bit 13 is CAP_NET_RAW. What isn't in the bounding set nobody can get here.
        if bounding_set().is_some_and(|set| set & (1 << 13) == 0) {
            return Remedy::Container;
        }
        match (find_program("setcap"), std::env::current_exe()) {
            (Some(_), Ok(program)) => Remedy::SetCapabilities(program),
            _ => Remedy::Sudo(again_as_root()),
        }
    }
}

/// The command that installs libpcap on this distribution.
pub fn install_command() -> String {
    let release = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| fs::read_to_string(path).ok())
        .unwrap_or_default();
    match install_for(&release) {
        Some(command) => format!("{}{command}", sudo()),
        None => "your package manager (the package is called libpcap)".to_owned(),
    }
}

/// By the identifiers of os-release(5), the distribution's own before those it is like.
fn install_for(release: &str) -> Option<&'static str> {
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches(['"', '\'']))
    };
    let names = [value("ID"), value("ID_LIKE")];
    names.into_iter().flatten().flat_map(str::split_whitespace).find_map(|id| {
        Some(match id {
            "debian" | "ubuntu" => "apt install libpcap0.8",
            "fedora" | "rhel" | "centos" => "dnf install libpcap",
            "arch" => "pacman -S libpcap",
            "alpine" => "apk add libpcap",
            "suse" | "opensuse" => "zypper install libpcap1",
            "gentoo" => "emerge net-libs/libpcap",
            "void" => "xbps-install libpcap",
            _ => return None,
        })
    })
}

/// "sudo " for everybody but root.
fn sudo() -> &'static str {
    if rustix::process::geteuid().is_root() { "" } else { "sudo " }
}

fn again_as_root() -> String {
    let mut words = vec!["sudo".to_owned()];
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("sniff"));
    words.push(quoted(&program.to_string_lossy()));
    words.extend(std::env::args().skip(1).map(|word| quoted(&word)));
    words.join(" ")
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Looks where users' `PATH` looks and where administrators' programs lie.
fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let folders = std::env::split_paths(OsStr::new(&path)).chain(usual);
    folders.map(|folder| folder.join(name)).find(|path| Path::is_file(path))
}

/// `CapBnd` of this process.
fn bounding_set() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("CapBnd:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_distribution_has_its_command() {
        let debian = "NAME=\"Debian GNU/Linux\"\nID=debian\n";
        assert_eq!(install_for(debian), Some("apt install libpcap0.8"));
        let mint = "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n";
        assert_eq!(install_for(mint), Some("apt install libpcap0.8"));
        let rocky = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n";
        assert_eq!(install_for(rocky), Some("dnf install libpcap"));
        assert_eq!(install_for("ID=plan9\n"), None);
        assert!(install_command().contains("libpcap"));
    }

    #[test]
    fn no_permission_names_one_command() {
        let error = |remedy| LiveError::NoPermission { interface: "eth0".into(), remedy };
        let text = error(Remedy::SetCapabilities("/opt/my tools/sniff".into())).to_string();
        assert!(text.starts_with("no permission to capture on eth0; allow it once with: "));
        assert!(text.ends_with("setcap cap_net_raw,cap_net_admin=eip '/opt/my tools/sniff'"));
        let text = error(Remedy::Sudo("sudo sniff -i eth0".into())).to_string();
        assert!(text.ends_with("run it as root: sudo sniff -i eth0"));
    }

    #[test]
    fn words_are_quoted_for_the_shell() {
        assert_eq!(quoted("/usr/bin/sniff"), "/usr/bin/sniff");
        assert_eq!(quoted("tcp port 80"), "'tcp port 80'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn troubles_keep_what_helps() {
        let mut asked = InterfaceOptions::new("lo");
        asked.link_type = Some("PPP".to_owned());
        let error = LiveError::of(Trouble::LinkType, "lo", "EN10MB".into(), Some(&asked));
        assert_eq!(error.to_string(), "lo has no link type PPP; it has: EN10MB");
        let error = LiveError::of(Trouble::NoSuchDevice, "no-such0", String::new(), None);
        assert!(error.to_string().contains("\"no-such0\""));
        let error = LiveError::of(Trouble::NoLibpcap, "lo", "monitor mode".into(), None);
        assert!(error.to_string().contains("install it with"));
    }
}
