//! Capturing where libpcap is missing: a plain packet socket through `pnet_datalink`. No kernel
//! filter, no drop counters, times taken when a packet is read.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::ErrorKind::{Interrupted, NotFound, PermissionDenied, TimedOut, WouldBlock};
use std::time::Duration;

use pnet_datalink::{Channel, Config, DataLinkReceiver, NetworkInterface};

use super::protocol::{InterfaceOptions, Opened, Stats, Trouble};
use super::sources::{BATCH, DEFAULT_SNAPLEN, Failure, now};
use crate::capture::record::{LinkType, Timestamp};

/// How long a socket is waited for before the request to stop is looked at again.
const WAIT: Duration = Duration::from_millis(10);

/// A packet socket on one interface.
pub struct Socket {
    receiver: Box<dyn DataLinkReceiver>,
    /// Only for loopback interfaces.
    twins: Option<Twins>,
    received: u64,
}

impl Socket {
    pub fn open(options: &InterfaceOptions) -> Result<(Socket, Opened), Failure> {
        let interface = find(options)?;
        let config = Config {
            read_buffer_size: DEFAULT_SNAPLEN as usize,
            write_buffer_size: 0,
            read_timeout: Some(WAIT),
            promiscuous: options.promiscuous,
            ..Config::default()
        };
        let receiver = match pnet_datalink::channel(&interface, config) {
            Ok(Channel::Ethernet(_, receiver)) => receiver,
            Ok(_) => return Err(needs_libpcap("capturing on such an interface")),
            Err(error) => {
                let trouble = match error.kind() {
                    PermissionDenied => Trouble::NoPermission,
                    NotFound => Trouble::NoSuchDevice,
                    _ => Trouble::Other,
                };
                return Err(Failure::new(trouble, error.to_string()));
            }
        };
        let twins = interface.is_loopback().then(Twins::default);
        let socket = Socket { receiver, twins, received: 0 };
        Ok((socket, opened(options, link_type(&interface.name))))
    }

    /// As [`Source::read`](super::sources::Source::read); waits up to [`WAIT`] for the first.
    pub fn read(
        &mut self,
        snaplen: u32,
        mut each: impl FnMut(Timestamp, &[u8], u32),
    ) -> Result<usize, String> {
        for count in 0..BATCH {
            match self.receiver.next() {
                Ok(data) => {
                    if self.twins.as_mut().is_some_and(|twins| twins.is_second(data)) {
                        continue;
                    }
                    self.received += 1;
                    let kept = data.get(..snaplen as usize).unwrap_or(data);
                    each(now(), kept, data.len() as u32);
                }
                Err(error) => {
                    return match error.kind() {
                        TimedOut | WouldBlock | Interrupted => Ok(count),
                        _ => Err(error.to_string()),
                    };
                }
            }
        }
        Ok(BATCH)
    }

    /// Only what was received is known.
    pub fn stats(&self) -> Stats {
        Stats { received: self.received, ..Stats::default() }
    }
}

/// The interface, if a plain socket can do what is asked of it.
fn find(options: &InterfaceOptions) -> Result<NetworkInterface, Failure> {
    if options.monitor {
        return Err(needs_libpcap("monitor mode"));
    }
    if options.link_type.is_some() {
        return Err(needs_libpcap("choosing a link type"));
    }
    if options.tstamp_type.as_deref().is_some_and(|name| name != "host") {
        return Err(needs_libpcap("choosing a kind of time stamps"));
    }
    let named = |interface: &NetworkInterface| interface.name == options.name;
    let found = pnet_datalink::interfaces().into_iter().find(named);
    match found {
        Some(interface) if interface.is_up() => Ok(interface),
        Some(_) => Err(Failure::new(Trouble::Down, "it is not up")),
        None if options.name == "any" => Err(needs_libpcap("capturing on any interface at once")),
        None => Err(Failure::new(Trouble::NoSuchDevice, "no such interface")),
    }
}

fn needs_libpcap(what: &str) -> Failure {
    Failure::new(Trouble::NoLibpcap, what)
}

fn opened(options: &InterfaceOptions, link_type: LinkType) -> Opened {
    let filtered = options.filter.as_deref().is_none_or(|text| text.trim().is_empty());
    let filter = if filtered { "" } else { "the capture filter isn't applied, " };
    Opened {
        interface: options.name.clone(),
        link_type,
        snaplen: match options.snaplen {
            None | Some(0) => DEFAULT_SNAPLEN,
            Some(bytes) => bytes.min(DEFAULT_SNAPLEN),
        },
        digits: 9,
        filtered,
        notice: Some(format!(
            "captured without libpcap: {filter}packets may be lost at high rates, times are \
             less exact"
        )),
    }
}

/// By the kernel's ARPHRD_ number: 519 is raw IP, 65534 a device without link layer (tun).
fn link_type(interface: &str) -> LinkType {
    let text = std::fs::read_to_string(format!("/sys/class/net/{interface}/type"));
    match text.ok().and_then(|text| text.trim().parse::<u32>().ok()) {
        Some(519 | 65534) => LinkType::RAW,
        _ => LinkType::ETHERNET,
    }
}

/// A packet socket sees every packet of a loopback interface twice, leaving and coming back.
/// This tells the second.
#[derive(Default)]
struct Twins {
    hasher: RandomState,
    /// Of packets whose second hasn't come yet, oldest first.
    first: VecDeque<u64>,
}

impl Twins {
    /// More packets than this aren't between leaving and coming back.
    const MOST: usize = 256;

    fn is_second(&mut self, data: &[u8]) -> bool {
        let hash = self.hasher.hash_one(data);
        if let Some(place) = self.first.iter().position(|&first| first == hash) {
            self.first.remove(place);
            return true;
        }
        if self.first.len() == Twins::MOST {
            self.first.pop_front();
        }
        self.first.push_back(hash);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_said_to_be_missing() {
        let mut options = InterfaceOptions::new("eth0");
        assert!(opened(&options, LinkType::ETHERNET).filtered);
        options.filter = Some("tcp".to_owned());
        let opened = opened(&options, LinkType::ETHERNET);
        assert!(!opened.filtered);
        assert!(opened.notice.unwrap().contains("filter isn't applied"));
    }

    #[test]
    fn what_only_libpcap_can_do_is_refused() {
        let mut options = InterfaceOptions::new("any");
        assert_eq!(find(&options).unwrap_err().trouble, Trouble::NoLibpcap);
        options.name = "no-such0".to_owned();
        assert_eq!(find(&options).unwrap_err().trouble, Trouble::NoSuchDevice);
        options.monitor = true;
        assert_eq!(find(&options).unwrap_err().trouble, Trouble::NoLibpcap);
    }

    #[test]
    fn each_packet_of_a_loopback_counts_once() {
        let mut twins = Twins::default();
        let seen = ["a", "a", "b", "c", "b", "c", "a", "a"];
        let seconds = seen.map(|packet| twins.is_second(packet.as_bytes()));
        assert_eq!(seconds, [false, true, false, false, true, true, false, true]);
    }
}
