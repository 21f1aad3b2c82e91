//! Names for numbers: MAC addresses, hosts, service ports. Only what is asked for by the settings is
//! looked up, and nothing here asks the network.

mod addresses;
mod files;
mod services;
mod vendors;

use std::collections::HashMap;
use std::net::IpAddr;

use super::context::Settings;
use super::field::Base;

pub use vendors::date as vendors_date;

/// The names known to one run of the program.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// From hosts files and from the capture's own name-resolution blocks, DNS and DHCP.
    pub hosts: HashMap<IpAddr, String>,
    /// From an ethers file.
    pub ethers: HashMap<[u8; 6], String>,
    /// Subnets of interfaces, and those that DHCP handed out.
    pub subnets: Vec<super::subnet::Subnet>,
}

impl Names {
    pub fn host(&self, address: &IpAddr) -> Option<&str> {
        self.hosts.get(address).map(String::as_str)
    }
}

/// The name shown for a MAC address, if names of MAC addresses are wanted and one is known: from an
/// ethers file, of a well-known address, or of the vendor with the rest of the address.
pub fn ether(names: &Names, settings: &Settings, address: [u8; 6]) -> Option<String> {
    if !settings.resolve_mac {
        return None;
    }
    if let Some(name) = names.ethers.get(&address) {
        return Some(name.clone());
    }
    addresses::well_known(address).or_else(|| vendors::address(address))
}

/// The name shown for an address, if network names are wanted and one is known.
pub fn host<'n>(names: &'n Names, settings: &Settings, address: IpAddr) -> Option<&'n str> {
    if !settings.resolve_network {
        return None;
    }
    names.host(&address)
}

/// The service of a port, if names of ports are wanted.
pub fn port(settings: &Settings, kind: Base, port: u16) -> Option<&'static str> {
    if !settings.resolve_transport {
        return None;
    }
    services::name(kind, port)
}

/// The name of the organisation that holds these 24 bits.
pub fn organisation(oui: [u8; 3]) -> Option<&'static str> {
    vendors::organisation(oui)
}
