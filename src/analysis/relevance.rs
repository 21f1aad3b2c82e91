//! Which packets can bear on certain protocols: who asks for nothing else need not remember the rest. A
//! filter on DNS wants the streams put together that carry DNS, and no other.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::flows::{self, Endpoint, Pair, PortSet};
use crate::dissect::buf::Buf;
use crate::dissect::layers::Layers;
use crate::dissect::protocol::{Key, Protocol};
use crate::dissect::registry::registry;

/// Packets that bear on some protocols, as far as one packet tells.
pub struct Relevance {
    /// By registry number.
    wanted: Vec<bool>,
    tcp_ports: Vec<bool>,
    udp_ports: Vec<bool>,
    tunnels: Vec<Tunnels>,
    /// On TCP, nothing but ports and tunnels leads to the protocols.
    by_ports: bool,
}

/// A protocol after which a stream may carry others.
struct Tunnels {
    protocol: &'static Protocol,
    /// It is recognised on any port.
    guessed: bool,
    begins: fn(&[u8]) -> bool,
}

#[derive(Clone, Copy)]
struct Ids {
    tcp: u16,
    udp: u16,
    ip: u16,
    ipv6: u16,
    fragment: u16,
}

/// Registry numbers of the protocols that are looked at here.
fn ids() -> &'static Ids {
    static IDS: OnceLock<Ids> = OnceLock::new();
    IDS.get_or_init(|| {
        let n = |name| registry().number(name).unwrap_or(u16::MAX);
        Ids { tcp: n("tcp"), udp: n("udp"), ip: n("ip"), ipv6: n("ipv6"), fragment: n("ipv6.fraghdr") }
    })
}

/// Streams of which memory has to hear though their ports don't say so: a packet of theirs was recognised.
#[derive(Default)]
pub struct Marks {
    flows: HashSet<Pair, ahash::RandomState>,
    /// The lesser port of each: most other streams have neither.
    ports: PortSet,
}

/// The lesser port of each transport in a packet, as many as tell it from most others; found where there is
/// time, before [`Marks`] are asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    list: [u16; 3],
    count: u8,
}

impl Ports {
    pub fn of(layers: &Layers, frame: &Buf) -> Ports {
        let ids = ids();
        let mut ports = Ports::default();
        for layer in layers.iter().filter(|l| l.protocol == ids.tcp || l.protocol == ids.udp) {
            let at = layer.start as usize;
            if let (Ok(a), Ok(b)) = (frame.be16(at), frame.be16(at + 2)) {
                // Of more than there is room for, the last one counts.
                let place = usize::from(ports.count).min(ports.list.len() - 1);
                ports.list[place] = a.min(b);
                ports.count = place as u8 + 1;
            }
        }
        ports
    }
}

impl Relevance {
    /// What bears on these protocols.
    pub fn of(protocols: &[u16]) -> Relevance {
        let mut relevance = Relevance {
            wanted: vec![false; registry().protocols().len()],
            tcp_ports: vec![false; 1 << 16],
            udp_ports: vec![false; 1 << 16],
            tunnels: Vec::new(),
            by_ports: true,
        };
        for protocol in registry().protocols() {
            let guessed = protocol.guesses.iter().any(|guess| guess.over == "tcp");
            let tunnels = protocol.tunnels.map(|begins| Tunnels { protocol, guessed, begins });
            relevance.tunnels.extend(tunnels);
        }
        for number in protocols {
            relevance.wanted[usize::from(*number)] = true;
            relevance.by_ports &= registry().protocol(*number).guesses.iter().all(|g| g.over != "tcp");
            for key in registry().protocol(*number).on {
                match key {
                    Key::TcpPort(port) => relevance.tcp_ports[usize::from(*port)] = true,
                    Key::UdpPort(port) => relevance.udp_ports[usize::from(*port)] = true,
                    _ => {}
                }
            }
        }
        relevance
    }

    /// True if the packet holds one of the protocols, or its ports lead there, or it may open a tunnel
    /// through which they come.
    pub fn bears(&self, layers: &Layers, frame: &Buf) -> bool {
        let ids = ids();
        layers.iter().any(|layer| {
            let p = layer.protocol;
            if p == ids.tcp || p == ids.udp {
                let ports = if p == ids.tcp { &self.tcp_ports } else { &self.udp_ports };
                let at = layer.start as usize;
                let led = |at| frame.be16(at).is_ok_and(|port| ports[usize::from(port)]);
                return layer.source == 0 && (led(at) || led(at + 2));
            }
            let tunnels = registry().protocol(p).tunnels;
            self.wants(p) || tunnels.is_some_and(|tunnels| tunnels(frame.from(layer.start as usize)))
        })
    }

    /// True if [`Relevance::may_bear_above`] tells without a look at what TCP carries.
    pub fn tells_by_ports(&self) -> bool {
        self.by_ports
    }

    /// True if what TCP carries may bear on the protocols, of a packet located no further and without buffers of
    /// several packets.
    pub fn may_bear_above(&self, layers: &Layers, frame: &Buf) -> bool {
        let Some(layer) = layers.as_slice().last().filter(|l| l.protocol == ids().tcp) else { return false };
        let at = layer.start as usize;
        let (Ok(source), Ok(destination)) = (frame.be16(at), frame.be16(at + 2)) else { return false };
        let led = |port: u16| self.tcp_ports[usize::from(port)];
        let payload = frame.from(at + layer.header as usize);
        let on = |t: &Tunnels, port: u16| t.protocol.on.contains(&Key::TcpPort(port));
        let tunnel = |t: &Tunnels| (t.begins)(payload) && (t.guessed || on(t, source) || on(t, destination));
        led(source) || led(destination) || self.tunnels.iter().any(tunnel)
    }

    fn wants(&self, protocol: u16) -> bool {
        self.wanted.get(usize::from(protocol)) == Some(&true)
    }
}

impl Marks {
    /// Remembers the stream of a packet that bears on the protocols.
    pub fn mark(&mut self, relevance: &Relevance, layers: &Layers, frame: &Buf) {
        let tunnels = |p: u16| registry().protocol(p).tunnels.is_some();
        let recognised = layers.iter().any(|l| relevance.wants(l.protocol) || tunnels(l.protocol));
        if recognised && let Some(flow) = flow(layers, frame) {
            self.ports.add(flow.0.port().min(flow.1.port()));
            self.flows.insert(flow);
        }
    }

    /// True if the packet belongs to a stream that is remembered.
    pub fn has(&self, ports: &Ports, layers: &Layers, frame: &Buf) -> bool {
        let may = ports.list.iter().take(ports.count.into()).any(|port| self.ports.has(*port));
        may && flow(layers, frame).is_some_and(|flow| self.flows.contains(&flow))
    }
}

/// The two ends of the innermost stream or conversation.
fn flow(layers: &Layers, frame: &Buf) -> Option<Pair> {
    let ids = ids();
    let (mut addresses, mut found) = (None, None);
    for layer in layers.iter().filter(|l| l.source == 0) {
        let buf = frame.part(layer.start as usize, layer.end.saturating_sub(layer.start) as usize);
        if layer.protocol == ids.ip || layer.protocol == ids.ipv6 {
            addresses = flows::addresses(layer.protocol == ids.ipv6, &buf);
        } else if (layer.protocol == ids.tcp || layer.protocol == ids.udp)
            && let (Some((from, to)), Ok(source), Ok(target)) = (addresses, buf.be16(0), buf.be16(2))
        {
            found = Some(Pair::of(Endpoint::new(from, source), Endpoint::new(to, target)).0);
        }
    }
    found
}

/// True for a piece of an IP datagram.
pub fn is_fragment(layers: &Layers, frame: &Buf) -> bool {
    let ids = ids();
    layers.iter().any(|layer| match layer.protocol {
        // Flag "more fragments", or an offset.
        p if p == ids.ip => frame.be16(layer.start as usize + 6).is_ok_and(|word| word & 0x3fff != 0),
        p => p == ids.fragment,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{RAW, located, segment};
    use super::*;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::Surroundings;

    #[test]
    fn what_passes_through_a_proxy_is_remembered_from_the_request_on() {
        let relevance = Relevance::of(&[registry().number("tls").unwrap()]);
        let mut marks = Marks::default();
        let mut told = |packet: &[u8]| {
            let (layers, frame) = (located(packet), Buf::whole(packet));
            let bears = relevance.bears(&layers, &frame);
            if bears {
                marks.mark(&relevance, &layers, &frame);
            }
            bears || marks.has(&Ports::of(&layers, &frame), &layers, &frame)
        };
        assert!(!told(&segment(5000, 3128, b"GET / HTTP/1.1\r\n\r\n")));
        assert!(told(&segment(5001, 3128, b"CONNECT a:443 HTTP/1.1\r\n\r\n")));
        assert!(told(&segment(3128, 5001, b"HTTP/1.1 200 OK\r\n\r\n")));
        assert!(!told(&segment(3128, 5000, b"HTTP/1.1 200 OK\r\n\r\n")));
        assert!(told(&segment(6000, 443, b"")));
    }

    #[test]
    fn ports_and_tunnels_lead_to_dns_and_bytes_to_tls() {
        let of = |name| Relevance::of(&[registry().number(name).unwrap()]);
        let (dns, tls) = (of("dns"), of("tls"));
        assert!(dns.tells_by_ports() && !tls.tells_by_ports());
        let (settings, facts) = (Settings::default(), Facts::default());
        let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
        let may = |packet: &[u8]| {
            let (frame, mut layers) = (Buf::whole(packet), Layers::default());
            layers.locate_below_streams(RAW, &frame, &around);
            dns.may_bear_above(&layers, &frame)
        };
        assert!(may(&segment(5000, 53, b"x")) && !may(&segment(5000, 80, b"GET / HTTP/1.1\r\n\r\n")));
        assert!(
            may(&segment(5001, 3128, b"CONNECT a:443 HTTP/1.1\r\n\r\n"))
                && may(&segment(5002, 1080, b"\x05"))
        );
    }
}
