//! The network interfaces of this machine: what they are called, which addresses they have,
//! whether they are up, and how many packets they have seen.
//!
//! The list joins two sources: the system's (through `pnet_datalink`: index, hardware address,
//! addresses with prefix lengths, flags) and libpcap's (order, descriptions and devices that are
//! no interfaces, such as `any` and `nflog`). Either may be missing.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use pnet_datalink::NetworkInterface;

use super::libpcap;

/// A device that packets can be captured from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub name: String,
    /// The system's interface index; `None` for devices that are no interfaces (`any`).
    pub index: Option<u32>,
    pub mac: Option<[u8; 6]>,
    /// Addresses with prefix lengths.
    pub addresses: Vec<(IpAddr, u8)>,
    pub description: Option<String>,
    /// Switched on by the administrator.
    pub up: bool,
    /// Has a carrier.
    pub running: bool,
    pub loopback: bool,
    pub wireless: bool,
}

impl fmt::Display for Device {
    /// As `tshark -D` shows a device after its number: `eth0`, `lo (Loopback)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.loopback {
            f.write_str(" (Loopback)")?;
        }
        Ok(())
    }
}

/// What an interface has seen since it was created.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub received_packets: u64,
    pub received_bytes: u64,
    pub sent_packets: u64,
    pub sent_bytes: u64,
}

impl Counters {
    /// Packets in both directions.
    pub fn packets(self) -> u64 {
        self.received_packets.saturating_add(self.sent_packets)
    }
}

/// A name or number that no device has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownInterface {
    pub wanted: String,
    /// Names that look like the one asked for, nearest first.
    pub similar: Vec<String>,
    /// The names of all devices, in the order of their numbers.
    pub all: Vec<String>,
}

impl fmt::Display for UnknownInterface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no interface \"{}\"", self.wanted)?;
        match (self.similar.as_slice(), self.all.as_slice()) {
            ([], []) => write!(f, ", nor any other that can be captured from"),
            ([], all) => write!(f, "; there are: {}", all.join(", ")),
            (similar, _) => write!(f, "; did you mean {}? (`sniff -D` lists all)", similar.join(" or ")),
        }
    }
}

impl std::error::Error for UnknownInterface {}

/// All devices. The place in the list plus one is a device's number (`-i 2`), and it is the
/// number that `tshark -D` gives it where libpcap is installed.
pub fn list() -> Vec<Device> {
    let system = pnet_datalink::interfaces();
    if !libpcap::available() {
        return by_usefulness(system.iter().map(of_system).collect());
    }
    match pcap::Device::list() {
        Ok(devices) => merge(devices, &system),
        Err(_) => by_usefulness(system.iter().map(of_system).collect()),
    }
}

/// What `-D` prints: one device a line, numbered from 1.
pub fn listing(devices: &[Device]) -> String {
    devices.iter().enumerate().map(|(index, device)| format!("{}. {device}\n", index + 1)).collect()
}

/// The name meant by an argument of `-i`: a device's name, or its number in [`list`]. A name
/// wins over a number, for interfaces may be called `5`.
pub fn resolve(wanted: &str, devices: &[Device]) -> Result<String, UnknownInterface> {
    if devices.iter().any(|device| device.name == wanted) {
        return Ok(wanted.to_owned());
    }
    let number = wanted.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    if let Some(device) = number.and_then(|index| devices.get(index)) {
        return Ok(device.name.clone());
    }
    // libpcap takes names that it doesn't list, USB buses and Bluetooth adapters for instance;
    // and an alternative name (`ip link property add altname`) is listed nowhere.
    if exists(wanted) {
        return Ok(wanted.to_owned());
    }
    Err(unknown(wanted, devices))
}

/// The error for a device that isn't there, with the names that come near.
pub fn unknown(wanted: &str, devices: &[Device]) -> UnknownInterface {
    let mut near: Vec<(usize, &str)> = devices
        .iter()
        .map(|device| (distance(wanted, &device.name), device.name.as_str()))
        .filter(|&(distance, name)| distance <= 2 && distance < name.chars().count())
        .collect();
    near.sort_unstable();
    UnknownInterface {
        wanted: wanted.to_owned(),
        similar: near.iter().take(3).map(|(_, name)| (*name).to_owned()).collect(),
        all: devices.iter().map(|device| device.name.clone()).collect(),
    }
}

/// The counters of an interface; for `any` the sum over all. `None` if there are none to read.
pub fn counters(name: &str) -> Option<Counters> {
    if name != "any" {
        return counters_of(name);
    }
    let mut sum = Counters::default();
    for entry in fs::read_dir("/sys/class/net").ok()?.flatten() {
        let Some(one) = entry.file_name().to_str().and_then(counters_of) else {
            continue;
        };
        sum.received_packets = sum.received_packets.saturating_add(one.received_packets);
        sum.received_bytes = sum.received_bytes.saturating_add(one.received_bytes);
        sum.sent_packets = sum.sent_packets.saturating_add(one.sent_packets);
        sum.sent_bytes = sum.sent_bytes.saturating_add(one.sent_bytes);
    }
    Some(sum)
}

fn counters_of(name: &str) -> Option<Counters> {
    let folder = system_folder(name)?.join("statistics");
    let read = |file| fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok();
    Some(Counters {
        received_packets: read("rx_packets")?,
        received_bytes: read("rx_bytes")?,
        sent_packets: read("tx_packets")?,
        sent_bytes: read("tx_bytes")?,
    })
}

/// Where the kernel tells about an interface; `None` for names that no interface can have.
fn system_folder(name: &str) -> Option<PathBuf> {
    let fits = !name.is_empty() && !name.contains('/') && name != "." && name != "..";
    fits.then(|| PathBuf::from("/sys/class/net").join(name))
}

/// Whether libpcap knows a device of this name without listing it.
fn exists(name: &str) -> bool {
    const UNLISTED: [&str; 4] = ["usbmon", "bluetooth", "nflog:", "nfqueue:"];
    // Where libpcap is missing nobody lists it, and the answer is to install libpcap.
    name == "any"
        || UNLISTED.iter().any(|start| name.starts_with(start))
        || system_folder(name).is_some_and(|folder| folder.exists())
}

/// libpcap's order and descriptions with the system's details.
fn merge(devices: Vec<pcap::Device>, system: &[NetworkInterface]) -> Vec<Device> {
    devices
        .into_iter()
        .map(|device| {
            let known = system.iter().find(|interface| interface.name == device.name);
            let details = known.map(of_system).unwrap_or_default();
            Device {
                description: device.desc.or(details.description),
                loopback: device.flags.is_loopback(),
                wireless: device.flags.is_wireless(),
                up: device.flags.is_up(),
                running: device.flags.is_running(),
                name: device.name,
                ..details
            }
        })
        .collect()
}

fn of_system(interface: &NetworkInterface) -> Device {
    let wireless = system_folder(&interface.name).is_some_and(|at| at.join("wireless").exists());
    Device {
        name: interface.name.clone(),
        index: Some(interface.index),
        mac: interface.mac.map(|mac| mac.octets()),
        addresses: interface.ips.iter().map(|net| (net.ip(), net.prefix())).collect(),
        description: Some(interface.description.clone()).filter(|text| !text.is_empty()),
        up: interface.is_up(),
        running: interface.is_running(),
        loopback: interface.is_loopback(),
        wireless,
    }
}

/// libpcap's order where libpcap can't be asked: what is up first, loopback after it.
fn by_usefulness(mut devices: Vec<Device>) -> Vec<Device> {
    devices.sort_by_key(|device| (!device.running, !device.up, device.loopback, device.index));
    devices
}

/// The number of letters to insert, remove or change to make one name of the other.
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.chars().enumerate() {
        let mut diagonal = above;
        let mut left = above + 1;
        for (cell, &target) in row.iter_mut().skip(1).zip(&other) {
            let changed = diagonal + usize::from(letter != target);
            diagonal = *cell;
            left = changed.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> Vec<Device> {
        let device =
            |name: &str| Device { name: name.to_owned(), loopback: name == "lo", ..Device::default() };
        ["eth0", "any", "lo", "wlan0"].map(device).to_vec()
    }

    #[test]
    fn the_listing_is_that_of_tshark() {
        assert_eq!(listing(&devices()), "1. eth0\n2. any\n3. lo (Loopback)\n4. wlan0\n");
    }

    #[test]
    fn a_device_has_a_name_and_a_number() {
        assert_eq!(resolve("any", &devices()).as_deref(), Ok("any"));
        assert_eq!(resolve("3", &devices()).as_deref(), Ok("lo"));
        assert!(resolve("0", &devices()).is_err());
        assert!(resolve("5", &devices()).is_err());
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_names() {
        let error = resolve("eht0", &devices()).unwrap_err();
        assert_eq!(error.similar, ["eth0"]);
        assert!(error.to_string().contains("did you mean eth0?"));
        let error = resolve("enp3s0f1", &devices()).unwrap_err();
        assert!(error.to_string().ends_with("there are: eth0, any, lo, wlan0"));
    }

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("", "lo"), 2);
        assert_eq!(distance("wlan0", "wlan0"), 0);
        assert_eq!(distance("wlan", "wlan0"), 1);
        assert_eq!(distance("eht0", "eth0"), 2);
    }

    #[test]
    fn this_machine_has_a_loopback_with_its_prefix() {
        let devices = list();
        let lo = devices.iter().find(|device| device.loopback);
        // A sandbox may have no interface at all.
        if let Some(lo) = lo.filter(|lo| !lo.addresses.is_empty()) {
            assert!(lo.addresses.iter().any(|(address, _)| address.is_loopback()));
            assert!(counters(&lo.name).is_some());
        }
        assert_eq!(counters("../lo"), None);
    }
}
