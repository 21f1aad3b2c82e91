//! An open interface: through libpcap, or through a plain packet socket where there is none.

use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pcap::{Active, Capture, Inactive, Linktype, Precision, TimestampType};

use super::protocol::{InterfaceOptions, Opened, Reply, Stats, Trouble};
use super::socket::Socket;
use crate::capture::libpcap::{self, Activation};
use crate::capture::record::{LinkType, Timestamp};

/// What is kept of a packet if nobody says otherwise; the most that libpcap allows.
pub const DEFAULT_SNAPLEN: u32 = 262_144;

/// The kernel's buffer if nobody says otherwise. At 64 bytes a packet it holds 100,000 packets:
/// two seconds of a busy machine's inattention at 50,000 a second.
pub const DEFAULT_BUFFER_MIB: u32 = 16;

/// How long the kernel collects packets before it hands over a block that isn't full. libpcap's
/// own immediate mode has no such delay, but gives every packet a slot of the largest size, and
/// loses packets at rates that blocks bear easily.
pub const PROMPT: Duration = Duration::from_millis(20);
/// The same where nobody watches.
pub const RELAXED: Duration = Duration::from_millis(100);

/// One call takes at most so many packets from the kernel: other interfaces and the request to
/// stop get their turn, and 64 kB packets of a card that joins segments don't pile up.
pub const BATCH: usize = 1000;

/// Why an interface could not be opened, or ended.
#[derive(Debug)]
pub struct Failure {
    pub trouble: Trouble,
    pub text: String,
}

impl Failure {
    pub fn new(trouble: Trouble, text: impl Into<String>) -> Failure {
        Failure { trouble, text: text.into() }
    }

    pub fn reply(self, interface: &str) -> Reply {
        Reply::Failed { trouble: self.trouble, interface: interface.to_owned(), text: self.text }
    }
}

/// An interface that packets are read from.
pub struct Source {
    pub opened: Opened,
    tap: Tap,
}

enum Tap {
    Libpcap(Capture<Active>, Counted),
    Socket(Socket),
}

impl Source {
    /// Opens an interface, without waiting for packets later on.
    pub fn open(options: &InterfaceOptions, delay: Duration) -> Result<Source, Failure> {
        if libpcap::available() {
            let (capture, opened) = open_libpcap(options, delay)?;
            let tap = Tap::Libpcap(capture, Counted::default());
            return Ok(Source { opened, tap });
        }
        let (socket, opened) = Socket::open(options)?;
        Ok(Source { opened, tap: Tap::Socket(socket) })
    }

    /// What to poll for packets; `None` if the device can't be waited for.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match &self.tap {
            Tap::Libpcap(capture, _) => libpcap::descriptor(capture),
            Tap::Socket(_) => None,
        }
    }

    /// Gives the packets that are there, at most [`BATCH`], to `each`: time, bytes, and
    /// length on the wire. Returns how many; an error means that the interface is gone.
    pub fn read(&mut self, mut each: impl FnMut(Timestamp, &[u8], u32)) -> Result<usize, String> {
        match &mut self.tap {
            Tap::Libpcap(capture, _) => {
                let unit = if self.opened.digits == 9 { 1 } else { 1000 };
                let handler = |packet: pcap::Packet| {
                    let time = packet.header.ts;
                    let nanos = time.tv_usec.saturating_mul(unit);
                    each(Timestamp::new(time.tv_sec, nanos), packet.data, packet.header.len);
                };
                capture.dispatch(Some(BATCH), handler).map_err(plain)
            }
            Tap::Socket(socket) => socket.read(self.opened.snaplen, each),
        }
    }

    /// The counters since the start.
    pub fn stats(&mut self) -> Stats {
        match &mut self.tap {
            Tap::Socket(socket) => socket.stats(),
            Tap::Libpcap(capture, counted) => {
                if let Ok(now) = capture.stats() {
                    counted.update([now.received, now.dropped, now.if_dropped]);
                }
                counted.total
            }
        }
    }
}

/// What a device offers, for `-L` and `--list-time-stamp-types`.
pub fn probe(options: &InterfaceOptions) -> Result<Vec<Reply>, Failure> {
    if !libpcap::available() {
        return Err(Failure::new(Trouble::NoLibpcap, "listing what a device offers"));
    }
    let inactive = configure(options, PROMPT)?;
    let stamps = libpcap::timestamp_types(&inactive);
    let capture = activate(inactive)?;
    let links = capture.list_datalinks().map_err(|error| Failure::new(Trouble::Other, plain(error)))?;
    let mut replies: Vec<Reply> = links.into_iter().map(link_reply).collect();
    let stamp = |(name, about)| Reply::TimestampType { name, about };
    replies.extend(stamps.into_iter().map(stamp));
    Ok(replies)
}

fn link_reply(link: Linktype) -> Reply {
    let number = link_type(link);
    Reply::LinkType {
        number: number.0,
        name: link.get_name().unwrap_or_else(|_| number.name().into_owned()),
        about: link.get_description().unwrap_or_else(|_| number.description().to_owned()),
    }
}

fn open_libpcap(options: &InterfaceOptions, delay: Duration) -> Result<(Capture<Active>, Opened), Failure> {
    let mut inactive = configure(options, delay)?;
    if let Some(name) = &options.tstamp_type {
        let kind = wanted_stamps(&inactive, name)?;
        inactive = inactive.tstamp_type(kind);
    }
    let mut capture = activate(inactive)?;
    let unavailable = libpcap::last_activation() == Activation::Warning;
    if let Some(name) = &options.link_type {
        choose_link_type(&mut capture, name)?;
    }
    if let Some(filter) = options.filter.as_deref().filter(|text| !text.trim().is_empty()) {
        let refused = |error| Failure::new(Trouble::Filter, plain(error));
        capture.filter(filter, true).map_err(refused)?;
    }
    let other = |error| Failure::new(Trouble::Other, plain(error));
    let capture = capture.setnonblock().map_err(other)?;
    let promiscuous = unavailable && options.promiscuous && options.name != "any";
    let opened = Opened {
        interface: options.name.clone(),
        link_type: link_type(capture.get_datalink()),
        snaplen: match libpcap::snaplen(&capture) {
            0 => options.snaplen.unwrap_or(DEFAULT_SNAPLEN),
            known => known,
        },
        digits: if libpcap::has_nanoseconds(&capture) { 9 } else { 6 },
        filtered: true,
        notice: promiscuous.then(|| format!("{} doesn't do promiscuous mode", options.name)),
    };
    Ok((capture, opened))
}

/// A handle with everything set that must be set before it is opened.
fn configure(options: &InterfaceOptions, delay: Duration) -> Result<Capture<Inactive>, Failure> {
    let snaplen = match options.snaplen {
        None | Some(0) => DEFAULT_SNAPLEN,
        Some(bytes) => bytes.min(DEFAULT_SNAPLEN),
    };
    let mib = options.buffer_mib.unwrap_or(DEFAULT_BUFFER_MIB).clamp(1, 2047);
    let device = Capture::from_device(options.name.as_str())
        .map_err(|error| Failure::new(Trouble::NoSuchDevice, plain(error)))?;
    let inactive = device
        .snaplen(snaplen as i32)
        .promisc(options.promiscuous)
        .timeout(delay.as_millis() as i32)
        .buffer_size((mib << 20) as i32)
        .precision(Precision::Nano);
    // Devices without monitor mode fail when opened, even where it's switched off explicitly.
    Ok(if options.monitor { inactive.rfmon(true) } else { inactive })
}

fn activate(inactive: Capture<Inactive>) -> Result<Capture<Active>, Failure> {
    inactive.open().map_err(|error| {
        let trouble = match libpcap::last_activation() {
            Activation::NoPermission => Trouble::NoPermission,
            Activation::NoSuchDevice => Trouble::NoSuchDevice,
            Activation::NotUp => Trouble::Down,
            Activation::NotSupported => Trouble::NotSupported,
            Activation::Ok | Activation::Warning | Activation::Failed => Trouble::Other,
        };
        Failure::new(trouble, plain(error))
    })
}

fn wanted_stamps(inactive: &Capture<Inactive>, name: &str) -> Result<TimestampType, Failure> {
    let offered = libpcap::timestamp_types(inactive);
    let names: Vec<&str> = offered.iter().map(|(name, _)| name.as_str()).collect();
    let known = match libpcap::timestamp_type(name) {
        Some(0) => Some(TimestampType::Host),
        Some(1) => Some(TimestampType::HostLowPrec),
        Some(2) => Some(TimestampType::HostHighPrec),
        Some(3) => Some(TimestampType::Adapter),
        Some(4) => Some(TimestampType::AdapterUnsynced),
        _ => None,
    };
    // A device that lists none has the host's.
    let here = names.contains(&name) || (names.is_empty() && name == "host");
    known.filter(|_| here).ok_or_else(|| {
        let names = if names.is_empty() { "host".to_owned() } else { names.join(", ") };
        Failure::new(Trouble::TimestampType, names)
    })
}

fn choose_link_type(capture: &mut Capture<Active>, name: &str) -> Result<(), Failure> {
    let offered = capture.list_datalinks().unwrap_or_default();
    let chosen = Linktype::from_name(name)
        .ok()
        .filter(|wanted| offered.contains(wanted))
        .is_some_and(|wanted| capture.set_datalink(wanted).is_ok());
    if chosen {
        return Ok(());
    }
    let names: Vec<String> = offered.iter().filter_map(|link| link.get_name().ok()).collect();
    Err(Failure::new(Trouble::LinkType, names.join(", ")))
}

fn link_type(link: Linktype) -> LinkType {
    LinkType::from_dlt(u16::try_from(link.0).unwrap_or(u16::MAX))
}

/// The message without the "libpcap error: " before it.
pub fn plain(error: pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(text) => text,
        other => other.to_string(),
    }
}

/// The wall clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// Counters of 64 bits from libpcap's of 32, which start again from 0.
#[derive(Default)]
struct Counted {
    last: [u32; 3],
    total: Stats,
}

impl Counted {
    fn update(&mut self, now: [u32; 3]) {
        let grown = |index: usize| {
            let both = now.get(index).zip(self.last.get(index));
            both.map_or(0, |(now, last)| u64::from(now.wrapping_sub(*last)))
        };
        self.total.received += grown(0);
        self.total.dropped += grown(1);
        self.total.if_dropped += grown(2);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_go_on_where_libpcap_starts_again() {
        let mut counted = Counted::default();
        counted.update([u32::MAX, 5, 0]);
        counted.update([9, 5, 1]);
        let expected = Stats { received: u64::from(u32::MAX) + 10, dropped: 5, if_dropped: 1 };
        assert_eq!(counted.total, expected);
    }
}
