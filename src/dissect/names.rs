//! Names for numbers: MAC addresses, hosts, service ports. Only what is asked for by the settings is
//! looked up, and nothing here asks the network.

mod addresses;
mod files;
mod services;
mod vendors;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

use super::context::Settings;
use super::field::Base;
use super::text::{Mac, V4, V6};

pub use vendors::date as vendors_date;

/// The names known to one run of the program.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// From hosts files and from the capture's own name-resolution blocks.
    pub hosts: HashMap<IpAddr, String>,
    /// From DNS: answers in the capture, or a name server that was asked. Hosts files win over them.
    pub learnt: HashMap<IpAddr, String>,
    /// From an ethers file.
    pub ethers: HashMap<[u8; 6], String>,
    /// Subnets of interfaces, and those that DHCP handed out.
    pub subnets: Vec<super::subnet::Subnet>,
}

impl Names {
    pub fn host(&self, address: &IpAddr) -> Option<&str> {
        self.hosts.get(address).or_else(|| self.learnt.get(address)).map(String::as_str)
    }
}

/// What is shown for a MAC address if names of MAC addresses are wanted: the name from an ethers file, of a
/// well-known address, or of the vendor with the rest of the address; the address where it has none.
pub fn ether(names: &Names, settings: &Settings, address: [u8; 6]) -> Option<String> {
    if !settings.resolve_mac {
        return None;
    }
    let own = names.ethers.get(&address).cloned();
    let known = own.or_else(|| addresses::well_known(address)).or_else(|| vendors::address(address));
    Some(known.unwrap_or_else(|| Mac(address).to_string()))
}

/// What is shown for an address if network names are wanted: its name, or the address where it has none.
pub fn host<'n>(names: &'n Names, settings: &Settings, address: IpAddr) -> Option<Cow<'n, str>> {
    if !settings.resolve_network {
        return None;
    }
    Some(match (names.host(&address), address) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, IpAddr::V4(a)) => Cow::Owned(V4(a.octets()).to_string()),
        (None, IpAddr::V6(a)) => Cow::Owned(V6(a.octets()).to_string()),
    })
}

/// The service of a port, if names of ports are wanted.
pub fn port(settings: &Settings, kind: Base, port: u16) -> Option<&'static str> {
    if !settings.resolve_transport {
        return None;
    }
    services::name(kind, port)
}

/// A port as Info shows it, `https(443)`; with `#` as titles do, `https (443)`. Where names of ports are
/// wanted, titles write a port that has none twice.
pub struct Port<'s> {
    pub settings: &'s Settings,
    pub kind: Base,
    pub number: u16,
}

impl fmt::Display for Port<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match (port(self.settings, self.kind, number), f.alternate()) {
            (Some(name), true) => write!(f, "{name} ({number})"),
            (Some(name), false) => write!(f, "{name}({number})"),
            (None, true) if self.settings.resolve_transport => write!(f, "{number} ({number})"),
            (None, _) => write!(f, "{number}"),
        }
    }
}

/// The name of the organisation that holds these 24 bits.
pub fn organisation(oui: [u8; 3]) -> Option<&'static str> {
    vendors::organisation(oui)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_stands_for_itself_where_names_are_wanted() {
        let names = Names::default();
        let off = Settings { resolve_mac: false, ..Settings::default() };
        let on = Settings { resolve_network: true, resolve_transport: true, ..Settings::default() };
        let (mac, address) = ([2, 0, 0, 0, 0, 1], IpAddr::from([10, 0, 0, 1]));
        assert_eq!((ether(&names, &off, mac), host(&names, &off, address)), (None, None));
        assert_eq!(ether(&names, &on, mac).as_deref(), Some("02:00:00:00:00:01"));
        assert_eq!(host(&names, &on, address).as_deref(), Some("10.0.0.1"));
        let port = |settings, number| {
            let port = Port { settings, kind: Base::TcpPort, number };
            format!("{port} {port:#}")
        };
        assert_eq!(port(&off, 443), "443 443");
        assert_eq!(port(&on, 443), "https(443) https (443)");
        assert_eq!(port(&on, 49153), "49153 49153 (49153)");
    }

    #[test]
    fn a_hosts_file_wins_over_what_was_learnt() {
        let (address, mut names) = (IpAddr::from([10, 0, 0, 1]), Names::default());
        names.learnt.insert(address, "from.dns".into());
        assert_eq!(names.host(&address), Some("from.dns"));
        names.hosts.insert(address, "from.file".into());
        assert_eq!(names.host(&address), Some("from.file"));
    }
}
