//! Files of names: hosts (`address name …`, as `/etc/hosts`) and ethers (`MAC-address name`, as
//! `/etc/ethers`). Lines that don't fit are passed over, for users' files hold all kinds of things.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::Names;

impl Names {
    /// Reads the files that every run reads where they exist: the user's hosts and ethers below
    /// `~/.config/wireshark` (or `$WIRESHARK_CONFIG_DIR`), and `/etc/ethers`.
    pub fn load_usual(&mut self) {
        if let Some(folder) = configuration() {
            let _ = self.load_ethers(Path::new("/etc/ethers"));
            let _ = self.load_ethers(&folder.join("ethers"));
            let _ = self.load_hosts(&folder.join("hosts"));
        }
    }

    /// Adds the names of a hosts file. Later files win over earlier ones.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn load_hosts(&mut self, path: &Path) -> std::io::Result<()> {
        self.add_hosts(&read(path)?);
        Ok(())
    }

    /// Adds the names of an ethers file.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn load_ethers(&mut self, path: &Path) -> std::io::Result<()> {
        self.add_ethers(&read(path)?);
        Ok(())
    }

    fn add_hosts(&mut self, text: &str) {
        for [address, name] in text.lines().filter_map(words) {
            if let Ok(address) = address.parse::<IpAddr>() {
                self.hosts.insert(address, name.to_string());
            }
        }
    }

    fn add_ethers(&mut self, text: &str) {
        for [address, name] in text.lines().filter_map(words) {
            if let Some(address) = mac(address) {
                self.ethers.insert(address, name.to_string());
            }
        }
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn configuration() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("WIRESHARK_CONFIG_DIR") {
        return Some(PathBuf::from(folder));
    }
    let base = match std::env::var_os("XDG_CONFIG_HOME").filter(|f| !f.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".config"),
    };
    Some(base.join("wireshark"))
}

/// The first two words of a line without its comment.
fn words(line: &str) -> Option<[&str; 2]> {
    let line = line.split('#').next().unwrap_or("");
    let mut words = line.split_ascii_whitespace();
    Some([words.next()?, words.next()?])
}

/// A MAC address with `:`, `-` or `.` between bytes of one or two digits.
fn mac(text: &str) -> Option<[u8; 6]> {
    let mut address = [0; 6];
    let mut parts = text.split([':', '-', '.']);
    for byte in &mut address {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ethers_are_read_and_rubbish_is_not() {
        let mut names = Names::default();
        names.add_hosts("# comment\n10.0.0.1 router gw # the box\n::1\tlocalhost\nnonsense\n");
        names.add_ethers("0:1:2:3:4:ff printer\n00-01-02-03-04-05 dash\n00:01 short\n");
        assert_eq!(names.host(&IpAddr::from([10, 0, 0, 1])), Some("router"));
        assert_eq!(names.hosts.len(), 2);
        assert_eq!(names.ethers[&[0, 1, 2, 3, 4, 0xff]], "printer");
        assert_eq!(names.ethers.len(), 2);
    }
}
