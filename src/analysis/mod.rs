//! Memory across packets. Fed every packet once, in order, it leaves facts: small plain data about the
//! packet, as known at that frame. Bytes are kept only while a message or datagram is under way.

pub mod answers;
pub mod arp;
pub mod flows;
pub mod fragments;
pub mod ftp;
pub mod http;
pub mod kept;
pub mod mail;
pub mod mptcp;
pub mod quic;
pub mod relevance;
pub mod rpc;
pub mod sequence;
pub mod socks;
pub mod ssh;
pub mod stream;
pub mod subnets;
pub mod tcp;
pub mod tls;
pub mod transactions;
pub mod udp;

#[cfg(test)]
mod testing;

use std::net::IpAddr;

use crate::dissect::buf::Buf;
use crate::dissect::context::Settings;
use crate::dissect::facts::{Facts, Part, PartKind};
use crate::dissect::layers::{Layer, Layers, Surroundings, USUAL_NETWORK, USUAL_TRANSPORT, locate};
use crate::dissect::protocol::Protocol;
use crate::dissect::protocols::http::head::is_strange;
use crate::dissect::registry::registry;
use crate::dissect::subnet::Subnet;
use flows::{Address, Endpoint};

/// A packet as analysis sees it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub number: u32,
    /// Nanoseconds since 1970; 0 where the file has no time.
    pub time: i64,
    pub frame: Buf<'a>,
    pub layers: &'a Layers,
}

/// Everything that is remembered from packet to packet.
pub struct Analysis {
    settings: Settings,
    ids: Ids,
    roles: Vec<Role>,
    pub tcp: tcp::Tcp,
    pub udp: udp::Udp,
    fragments: fragments::Fragments,
    transactions: transactions::Transactions,
    arp: arp::Arp,
    tls: tls::Tls,
    http: http::Http,
    quic: quic::Quic,
    rpc: rpc::Rpc,
    mail: mail::Mail,
    ftp: ftp::Ftp,
    ssh: ssh::Ssh,
    /// Subnets that DHCP handed out, since the last look.
    subnets: Vec<Subnet>,
    /// Names that DNS answers gave to addresses, since the last look.
    hosts: Vec<(IpAddr, String)>,
    /// The layers of the packet with what is known of it, if they were wanted already.
    located: Layers,
    is_located: bool,
}

/// The conversation of a packet, and which side sent it.
#[derive(Clone, Copy)]
struct Flow {
    over_tcp: bool,
    stream: u32,
    from_client: bool,
}

/// How far analysis has come in a packet.
#[derive(Clone, Copy, Default)]
struct Position {
    layer: usize,
    /// Layers before this one are no fragments, or were taken as such.
    no_fragment: usize,
    /// The addresses and ports passed last.
    addresses: Option<(Address, Address)>,
    ports: Option<(u16, u16)>,
}

/// What a layer below or beside the streams is to analysis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Nothing,
    Ipv4,
    Ipv6,
    Ipv6Fragment,
    Tcp,
    Udp,
    Arp,
    Icmp,
    Icmpv6,
    Dns,
    Dhcp,
    Ssdp,
}

impl Role {
    const ALL: [(&'static str, Role); 13] = [
        ("ip", Role::Ipv4),
        ("ipv6", Role::Ipv6),
        ("ipv6.fraghdr", Role::Ipv6Fragment),
        ("tcp", Role::Tcp),
        ("udp", Role::Udp),
        ("arp", Role::Arp),
        ("icmp", Role::Icmp),
        ("icmpv6", Role::Icmpv6),
        ("dns", Role::Dns),
        ("mdns", Role::Dns),
        ("llmnr", Role::Dns),
        ("dhcp", Role::Dhcp),
        ("ssdp", Role::Ssdp),
    ];

    /// The roles of all protocols, by their numbers.
    fn table() -> Vec<Role> {
        let role = |p: &&'static Protocol| Role::ALL.iter().find(|(name, _)| *name == p.name());
        registry().protocols().iter().map(|p| role(p).map_or(Role::Nothing, |(_, role)| *role)).collect()
    }
}

/// Registry numbers of the protocols above transports that analysis looks for.
#[derive(Clone, Copy)]
struct Ids {
    ipv6: u16,
    dns: u16,
    tls: u16,
    http: u16,
    quic: u16,
    rpc: u16,
    smtp: u16,
    ssh: u16,
    ftp: u16,
    ftp_data: u16,
}

impl Ids {
    /// True for protocols of which memory tells more than their bytes.
    #[inline]
    fn carry(&self, protocol: u16) -> bool {
        protocol == self.rpc || protocol == self.smtp || protocol == self.ssh
    }

    fn find() -> Ids {
        let n = |name| registry().number(name).unwrap_or(u16::MAX);
        Ids {
            ipv6: n("ipv6"),
            dns: n("dns"),
            tls: n("tls"),
            http: n("http"),
            quic: n("quic"),
            rpc: n("rpc"),
            smtp: n("smtp"),
            ssh: n("ssh"),
            ftp: n("ftp"),
            ftp_data: n("ftp-data"),
        }
    }
}

impl Analysis {
    pub fn new(settings: &Settings) -> Analysis {
        Analysis {
            settings: settings.clone(),
            ids: Ids::find(),
            roles: Role::table(),
            tcp: tcp::Tcp::new(settings),
            udp: udp::Udp::default(),
            fragments: fragments::Fragments::default(),
            transactions: transactions::Transactions::default(),
            arp: arp::Arp::default(),
            tls: tls::Tls::default(),
            http: http::Http::default(),
            quic: quic::Quic::default(),
            rpc: rpc::Rpc::default(),
            mail: mail::Mail::default(),
            ftp: ftp::Ftp::default(),
            ssh: ssh::Ssh::default(),
            subnets: Vec::new(),
            hosts: Vec::new(),
            located: Layers::default(),
            is_located: false,
        }
    }

    /// For who keeps facts ([`kept`]) and doesn't read them before: what belongs to a whole connection isn't
    /// told with each of its segments.
    pub fn for_index(settings: &Settings) -> Analysis {
        let mut analysis = Analysis::new(settings);
        analysis.tcp.brief = true;
        analysis
    }

    /// Takes the next packet; fills in what is known of it now, and the bytes put together with it. Where that
    /// bears on the packet's layers, they change; true: they still have to be located anew with the facts.
    pub fn feed(
        &mut self,
        number: u32,
        time: Option<i64>,
        frame: Buf,
        layers: &mut Layers,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> bool {
        self.is_located = false;
        let seen = Seen { number, time: time.unwrap_or(0), frame, layers };
        self.packet(&seen, Position::default(), facts, sources);
        if self.is_located {
            layers.copy_from(&self.located);
        }
        !facts.parts.is_empty() && !self.is_located
    }

    /// As [`Analysis::feed`], for those who want IP datagrams put together and nothing else remembered.
    pub fn feed_fragments(
        &mut self,
        number: u32,
        time: Option<i64>,
        frame: Buf,
        layers: &mut Layers,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> bool {
        let seen = Seen { number, time: time.unwrap_or(0), frame, layers };
        if let Some(whole) = self.fragment(&seen, facts, sources) {
            *layers = whole;
            return false;
        }
        !facts.parts.is_empty()
    }

    /// What became known of earlier frames since the last call: (frame, the frame that says more about it):
    /// the answer to a request, or where a piece's message or datagram is complete. A frame's `Facts` in
    /// the final state have it as `response` or `reassembled_in`.
    pub fn take_later(&mut self, out: &mut Vec<(u32, u32)>) {
        out.append(&mut self.transactions.later);
        out.append(&mut self.fragments.later);
        out.append(&mut self.tcp.messages.later);
    }

    /// For those who never look back at a frame: drops what `take_later` and its like would tell them.
    pub fn drop_news(&mut self) {
        self.transactions.later.clear();
        self.fragments.later.clear();
        self.tcp.messages.later.clear();
        drop(self.tcp.multipath.take_changed());
        self.http.news.clear();
        self.subnets.clear();
    }

    /// What became known of HTTP connections since the last call, for what a frame's facts say in the end.
    pub fn take_http(&mut self) -> std::vec::Drain<'_, http::News> {
        self.http.news.drain(..)
    }

    /// What is known of a TCP connection, with what those above it agreed on.
    pub fn stream_info(&self, stream: u32) -> kept::StreamInfo {
        kept::StreamInfo { tls_version: self.tls.version(stream), ..self.tcp.info(stream) }
    }

    /// Subnets learnt since the last call.
    pub fn take_subnets(&mut self) -> std::vec::Drain<'_, Subnet> {
        self.subnets.drain(..)
    }

    /// Names of addresses learnt since the last call, where the settings want them.
    pub fn take_hosts(&mut self) -> std::vec::Drain<'_, (IpAddr, String)> {
        self.hosts.drain(..)
    }

    /// A layer too short to be one has no role.
    #[inline]
    fn role(&self, layer: &Layer) -> Role {
        self.roles.get(usize::from(layer.protocol)).copied().unwrap_or(Role::Nothing)
    }

    /// IP fragments. Layers located anew, if this one completes a datagram.
    fn fragment(&mut self, seen: &Seen, facts: &mut Facts, sources: &mut Vec<Vec<u8>>) -> Option<Layers> {
        let unquoted = seen.layers.iter().take_while(|layer| !layer.nested).count();
        (0..unquoted).find_map(|index| {
            let is_fragment = self.is_fragment(seen, seen.layers.get(index)?);
            if is_fragment { self.defragment(seen, index, facts, sources) } else { None }
        })
    }

    #[inline]
    fn is_fragment(&self, seen: &Seen, layer: &Layer) -> bool {
        match self.role(layer) {
            Role::Ipv4 => self.settings.ip_defragment && fragments::is_ipv4_fragment(seen, layer),
            Role::Ipv6Fragment => self.settings.ipv6_defragment,
            _ => false,
        }
    }

    /// Takes the fragment in layer `index`. Layers located anew, if it completes a datagram.
    #[cold]
    fn defragment(
        &mut self,
        seen: &Seen,
        index: usize,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> Option<Layers> {
        let done = match self.role(seen.layers.get(index)?) {
            Role::Ipv4 => self.fragments.ipv4(seen, index, facts, sources),
            _ => self.fragments.ipv6(seen, index, self.ids.ipv6, facts, sources),
        };
        let around = Surroundings { settings: &self.settings, facts, sources };
        done.then(|| locate(seen.layers.link_type, &seen.frame, &around))
    }

    /// Goes over the layers from a position on.
    fn packet(&mut self, seen: &Seen, mut at: Position, facts: &mut Facts, sources: &mut Vec<Vec<u8>>) {
        let Some(fragment) = self.transports(seen, &mut at, facts, sources) else { return };
        (at.layer, at.no_fragment) = (fragment, fragment + 1);
        match self.defragment(seen, fragment, facts, sources) {
            // The datagram that this fragment completes goes on as if it had come whole.
            Some(whole) => {
                at.no_fragment = usize::MAX;
                self.is_located = false;
                self.packet(&Seen { layers: &whole, ..*seen }, at, facts, sources);
            }
            None => self.packet(seen, at, facts, sources),
        }
    }

    /// The messages of a stream, now that they are put together. True if memory tells what they carry.
    fn above_tcp(
        &mut self,
        seen: &Seen,
        placed: &tcp::Placed,
        facts: &mut Facts,
        sources: &[Vec<u8>],
    ) -> bool {
        let layers = if facts.parts.is_empty() {
            seen.layers
        } else {
            self.locate_above(placed.layer, seen, facts, sources);
            &self.located
        };
        let mut told = false;
        for (index, layer) in layers.from(placed.layer + 1) {
            told |= self.ids.carry(layer.protocol);
            if layer.protocol == self.ids.dns {
                let buf = bytes_of(seen, layer, sources);
                let ports = (placed.numbers.source, placed.numbers.destination);
                self.transactions.dns(seen, index, &buf, 2, placed.addresses, ports, facts);
                learn_hosts(&self.settings, &mut self.hosts, &buf, 2);
            } else if layer.protocol == self.ids.tls {
                let buf = bytes_of(seen, layer, sources);
                let stream = self.tcp.streams.get(placed.stream as usize);
                let from_client = stream.is_some_and(|s| s.is_client(placed.side));
                self.tls.layer(placed.stream, from_client, index, buf.data, facts);
                if let Some(stream) = self.tcp.streams.get_mut(placed.stream as usize) {
                    stream.speaks(self.tls.version(placed.stream));
                }
            } else if layer.protocol == self.ids.http {
                let buf = bytes_of(seen, layer, sources);
                let bodyless = self.http.layer(placed.stream, seen, index, buf.data, facts);
                if let Some(stream) = self.tcp.streams.get_mut(placed.stream as usize) {
                    stream.expect(
                        self.http.spoken(placed.stream),
                        bodyless,
                        self.http.granted(placed.stream),
                        self.http.switched(placed.stream),
                    );
                    stream.tunnels(self.http.tunnel(placed.stream));
                }
            } else if layer.protocol == self.ids.ftp {
                self.ftp.lines(placed.addresses.0, bytes_of(seen, layer, sources).data);
            }
        }
        // In a tunnel, the layers are others than those of a message.
        if facts.http.iter().any(|(_, message)| message.tunnel.is_some()) {
            self.locate_above(placed.layer, seen, facts, sources);
            let from_client =
                self.tcp.streams.get(placed.stream as usize).is_some_and(|s| s.is_client(placed.side));
            for (index, layer) in self.located.from(placed.layer + 1) {
                if layer.protocol == self.ids.tls && facts.tls(index).is_none() {
                    let buf = bytes_of(seen, layer, sources);
                    self.tls.layer(placed.stream, from_client, index, buf.data, facts);
                }
            }
        }
        told
    }

    /// Locates the layers above `index` anew, with what is known by now.
    fn locate_above(&mut self, index: usize, seen: &Seen, facts: &Facts, sources: &[Vec<u8>]) {
        let around = Surroundings { settings: &self.settings, facts, sources };
        self.located.locate_above(index, seen.layers, &seen.frame, &around);
        self.is_located = true;
    }

    /// Layers of which memory tells what they carry. As that adds layers, they are located anew for each.
    fn carriers(
        &mut self,
        seen: &Seen,
        carrier: usize,
        flow: Flow,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let mut from = carrier + 1;
        loop {
            self.locate_above(carrier, seen, facts, sources);
            let ids = self.ids;
            let found = self.located.from(from).find(|(_, l)| ids.carry(l.protocol));
            let Some((index, layer)) = found.map(|(index, layer)| (index, *layer)) else { return };
            let bytes = bytes_of(seen, &layer, sources);
            if layer.protocol == ids.rpc {
                self.rpc.layer((flow.over_tcp, flow.stream), index, &layer, &bytes, facts);
            } else if layer.protocol == ids.ssh {
                self.ssh.layer((flow.stream, flow.from_client), index, &layer, bytes.data, facts);
            } else if flow.from_client {
                let place = mail::Place { frame: seen.number, index, layer: &layer };
                let bytes = bytes.data.to_vec();
                self.mail.layer(flow.stream, &place, &bytes, facts, sources);
            }
            from = index + 1;
        }
    }

    /// The packets of QUIC in a datagram, also if only memory tells that they are.
    fn above_udp(&mut self, seen: &Seen, udp: usize, facts: &mut Facts, sources: &mut Vec<Vec<u8>>) {
        let told =
            facts.parts.iter().any(|p| usize::from(p.layer) == udp && p.protocol == Some(self.ids.quic));
        let layers = if told {
            self.locate_above(udp, seen, facts, sources);
            &self.located
        } else {
            seen.layers
        };
        let Some(above) = layers.get(udp + 1).map(|l| l.protocol) else { return };
        if above != self.ids.rpc && above != self.ids.quic {
            return;
        }
        let Some(flow) = facts.udp(udp).copied() else { return };
        if above == self.ids.rpc {
            let flow = Flow { over_tcp: false, stream: flow.stream, from_client: flow.from_opener };
            return self.carriers(seen, udp, flow, facts, sources);
        }
        for (index, layer) in layers.from(udp + 1) {
            if layer.protocol != self.ids.quic {
                return;
            }
            let copy;
            let buf = match layer.source {
                0 => bytes_of(seen, layer, &[]),
                _ => {
                    copy = bytes_of(seen, layer, sources).data.to_vec();
                    Buf::whole(&copy)
                }
            };
            self.quic.packet(seen, index, &buf, &flow, facts, sources);
        }
    }

    /// A datagram for SSDP. What is no message and comes before the first one is nobody's.
    fn ssdp(&mut self, seen: &Seen, index: usize, buf: &Buf, facts: &mut Facts) {
        let Some((udp, fact)) = facts.udp.last().copied() else { return };
        let conversation = fact.stream | http::OVER_UDP;
        self.http.layer(conversation, seen, index, buf.data, facts);
        if !self.http.spoken(conversation) && is_strange(buf.data) {
            let len = buf.data.len() as u32;
            facts.parts.push(Part { layer: udp, what: PartKind::Nothing, len, ..Part::default() });
        }
    }

    /// Goes over the layers from a position on, to the end or to a fragment: the layer that is one.
    fn transports(
        &mut self,
        seen: &Seen,
        at: &mut Position,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) -> Option<usize> {
        let layers = seen.layers.as_slice();
        if at.layer == 0 && seen.layers.is_usual() {
            // Below the transport only IPv4 has a role, and it is no fragment.
            at.layer = USUAL_TRANSPORT;
            let ip = layers.get(USUAL_NETWORK).map_or(&[][..], |ip| seen.frame.from(ip.start as usize));
            at.addresses = flows::addresses(false, &Buf::whole(ip));
            if layers.get(USUAL_TRANSPORT).is_some_and(|layer| self.role(layer) == Role::Tcp) {
                self.over_tcp(seen, USUAL_TRANSPORT, false, at, facts, sources);
                return None;
            }
        }
        for index in at.layer..layers.len() {
            let Some(layer) = layers.get(index) else { break };
            let role = self.role(layer);
            if role == Role::Nothing {
                continue;
            }
            let quoted = seen.layers.is_quoted(index);
            if index >= at.no_fragment && !quoted && self.is_fragment(seen, layer) {
                return Some(index);
            }
            match role {
                Role::Ipv4 => at.addresses = flows::addresses(false, &bytes_of(seen, layer, sources)),
                Role::Ipv6 => at.addresses = flows::addresses(true, &bytes_of(seen, layer, sources)),
                Role::Tcp if at.addresses.is_some() => {
                    self.over_tcp(seen, index, quoted, at, facts, sources);
                    return None;
                }
                _ => self.other(seen, (index, role), quoted, at, facts, sources),
            }
        }
        None
    }

    /// A layer that is neither IP nor TCP over IP.
    #[inline(never)]
    fn other(
        &mut self,
        seen: &Seen,
        (index, role): (usize, Role),
        quoted: bool,
        at: &mut Position,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let Some(layer) = seen.layers.get(index) else { return };
        let buf = bytes_of(seen, layer, sources);
        match role {
            Role::Udp => {
                let Some((from, to)) = at.addresses else { return };
                let (Ok(source), Ok(destination)) = (buf.be16(0), buf.be16(2)) else { return };
                at.ports = Some((source, destination));
                let ends = (Endpoint::new(from, source), Endpoint::new(to, destination));
                self.udp.datagram(seen, index, ends, quoted, facts);
                self.above_udp(seen, index, facts, sources);
            }
            Role::Dhcp => self.subnets.extend(subnets::learn(&buf)),
            Role::Arp => self.arp.packet(seen, &buf, facts),
            _ if quoted => {}
            Role::Icmp | Role::Icmpv6 => {
                let Some(pair) = at.addresses else { return };
                self.transactions.echo(seen, index, role == Role::Icmpv6, &buf, pair, facts);
            }
            Role::Dns => {
                let (Some(pair), Some(ports)) = (at.addresses, at.ports) else { return };
                self.transactions.dns(seen, index, &buf, 0, pair, ports, facts);
                learn_hosts(&self.settings, &mut self.hosts, &buf, 0);
            }
            Role::Ssdp => self.ssdp(seen, index, &buf, facts),
            Role::Ipv4 | Role::Ipv6 | Role::Ipv6Fragment | Role::Tcp | Role::Nothing => {}
        }
    }

    /// A TCP segment, and what stands in its stream.
    fn over_tcp(
        &mut self,
        seen: &Seen,
        index: usize,
        quoted: bool,
        at: &Position,
        facts: &mut Facts,
        sources: &mut Vec<Vec<u8>>,
    ) {
        let (Some(layer), Some(pair)) = (seen.layers.get(index), at.addresses) else { return };
        let buf = bytes_of(seen, layer, sources);
        if quoted {
            return self.tcp.quoted(seen, index, &buf, pair, facts);
        }
        // Borrowed where it lies: it is large.
        let placed = self.tcp.segment(seen, index, &buf, pair, &self.ftp, facts);
        let Some(placed) = &placed else { return };
        // A datagram put together from fragments lies in `sources`, which may grow now.
        let copy;
        let payload = match layer.source {
            0 => placed.payload(&bytes_of(seen, layer, &[])),
            _ => {
                copy = placed.payload(&buf).to_vec();
                &copy
            }
        };
        if self.ftp.announced(placed)
            && let Some(stream) = self.tcp.streams.get_mut(placed.stream as usize)
        {
            stream.is_known_as(self.ids.ftp_data);
        }
        self.tcp.reassemble(seen, placed, payload, facts, sources);
        if self.above_tcp(seen, placed, facts, sources) {
            // Mid-stream the ports say more than who was seen first.
            let from_client = placed.numbers.destination < placed.numbers.source;
            let flow = Flow { over_tcp: true, stream: placed.stream, from_client };
            self.carriers(seen, placed.layer, flow, facts, sources);
        }
    }
}

/// Takes names from the answers of a DNS message, if the settings want them.
fn learn_hosts(settings: &Settings, hosts: &mut Vec<(IpAddr, String)>, dns: &Buf, header: usize) {
    if settings.resolves_from_capture() {
        hosts.extend(answers::learn(dns, header));
    }
}

/// The bytes of a layer with its payload.
fn bytes_of<'a>(seen: &Seen<'a>, layer: &Layer, sources: &'a [Vec<u8>]) -> Buf<'a> {
    let len = layer.end.saturating_sub(layer.start) as usize;
    match layer.source {
        0 => seen.frame.part(layer.start as usize, len),
        n => match sources.get(usize::from(n) - 1) {
            Some(bytes) => Buf::whole(bytes).part(layer.start as usize, len),
            None => Buf::new(&[], len),
        },
    }
}
