//! Names for numbers: MAC vendors, hosts, service ports. Only what is asked for by the settings is
//! looked up, and nothing here asks the network.

use std::collections::HashMap;
use std::net::IpAddr;

use super::context::Settings;
use super::field::Base;

/// The names known to one run of the program.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// From hosts files and from the capture's own name-resolution blocks, DNS and DHCP.
    pub hosts: HashMap<IpAddr, String>,
    /// From an ethers file.
    pub ethers: HashMap<[u8; 6], String>,
}

impl Names {
    pub fn host(&self, address: &IpAddr) -> Option<&str> {
        self.hosts.get(address).map(String::as_str)
    }
}

/// The name shown for a MAC address, if names of MAC addresses are wanted and one is known.
pub fn ether(names: &Names, settings: &Settings, address: [u8; 6]) -> Option<String> {
    if !settings.resolve_mac {
        return None;
    }
    names.ethers.get(&address).cloned()
}

/// The name shown for an address, if network names are wanted and one is known.
pub fn host<'n>(names: &'n Names, settings: &Settings, address: IpAddr) -> Option<&'n str> {
    if !settings.resolve_network {
        return None;
    }
    names.host(&address)
}

/// The service of a port, if names of ports are wanted.
pub fn port(settings: &Settings, _kind: Base, _port: u16) -> Option<&'static str> {
    if !settings.resolve_transport {
        return None;
    }
    None
}

/// The name of the organisation that holds these 24 bits.
pub fn organisation(_oui: [u8; 3]) -> Option<&'static str> {
    None
}
