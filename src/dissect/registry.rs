//! Every protocol and field, found by name, number or key. Built once from the lists in
//! `protocols/mod.rs` and `claims.rs`; nothing is registered anywhere else.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::buf::Buf;
use super::claims;
use super::field::Field;
use super::layers::Layer;
use super::protocol::{Key, Protocol};
use super::protocols;

/// The one registry.
pub fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(Registry::build)
}

/// A field and the protocol that declares it.
#[derive(Clone, Copy, Debug)]
pub struct FieldEntry {
    pub field: &'static Field,
    /// Number of the protocol.
    pub protocol: u16,
}

pub struct Registry {
    protocols: Vec<&'static Protocol>,
    by_name: Map<&'static str, u16>,
    fields: Map<&'static str, FieldEntry>,
    ethertypes: Numbered,
    ip_protocols: Vec<u16>,
    tcp_ports: Numbered,
    udp_ports: Numbered,
    link_types: Vec<u16>,
    others: Map<Key, u16>,
    /// Who is asked about the payload of each protocol when no key claims it.
    guesses: Vec<Vec<Candidate>>,
    /// Numbers of the protocols that the engine itself speaks of.
    pub frame: u16,
    pub data: u16,
    pub segment: u16,
    pub eth: u16,
    pub ip: u16,
    pub tcp: u16,
    pub udp: u16,
}

/// A protocol that may recognise a payload.
#[derive(Clone, Copy)]
struct Candidate {
    protocol: u16,
    /// One of the layers must be of this protocol.
    above: Option<u16>,
    test: fn(&Buf) -> bool,
}

const NOBODY: u16 = u16::MAX;
/// LINKTYPE_ numbers below this are looked up directly.
const LINK_TYPES: usize = 512;
/// The keys are ours: a quick hash will do.
type Map<K, V> = HashMap<K, V, ahash::RandomState>;

/// The protocols of 16-bit numbers, of which few are claimed: pages of 256, the first of which is nobody's
/// and stands for all that are empty. So the ports of clients, which may be any, lead to few lines of memory.
struct Numbered {
    page_of: [u16; 256],
    pages: Vec<[u16; 256]>,
}

impl Default for Numbered {
    fn default() -> Numbered {
        Numbered { page_of: [0; 256], pages: vec![[NOBODY; 256]] }
    }
}

impl Numbered {
    #[inline]
    fn get(&self, number: u16) -> u16 {
        let [high, low] = number.to_be_bytes();
        self.pages[usize::from(self.page_of[usize::from(high)])][usize::from(low)]
    }

    fn slot(&mut self, number: u16) -> &mut u16 {
        let [high, low] = number.to_be_bytes();
        let page = &mut self.page_of[usize::from(high)];
        if *page == 0 {
            *page = self.pages.len() as u16;
            self.pages.push([NOBODY; 256]);
        }
        &mut self.pages[usize::from(*page)][usize::from(low)]
    }
}

/// Added to the number of a protocol of which a packet holds too few bytes to have a layer of it.
pub const TOO_SHORT: u16 = 0x8000;

impl Registry {
    fn build() -> Registry {
        let protocols: Vec<&'static Protocol> = protocols::all().chain(claims::all()).collect();
        let mut r = Registry {
            by_name: Map::default(),
            fields: Map::default(),
            ethertypes: Numbered::default(),
            ip_protocols: vec![NOBODY; 256],
            tcp_ports: Numbered::default(),
            udp_ports: Numbered::default(),
            link_types: vec![NOBODY; LINK_TYPES],
            others: Map::default(),
            guesses: vec![Vec::new(); protocols.len()],
            frame: 0,
            data: 0,
            segment: 0,
            eth: 0,
            ip: 0,
            tcp: 0,
            udp: 0,
            protocols,
        };
        for (number, protocol) in r.protocols.clone().into_iter().enumerate() {
            r.add(number as u16, protocol);
        }
        for (number, protocol) in r.protocols.clone().into_iter().enumerate() {
            r.add_guesses(number as u16, protocol);
        }
        r.frame = r.by_name["frame"];
        r.data = r.by_name["data"];
        r.segment = r.by_name["tcp.piece"];
        r.eth = r.by_name["eth"];
        r.ip = r.by_name["ip"];
        r.tcp = r.by_name["tcp"];
        r.udp = r.by_name["udp"];
        r
    }

    fn add(&mut self, number: u16, protocol: &'static Protocol) {
        self.by_name.entry(protocol.name()).or_insert(number);
        if !protocol.name().is_empty() {
            let entry = FieldEntry { field: &protocol.layer, protocol: number };
            self.fields.entry(protocol.name()).or_insert(entry);
        }
        let experts = protocol.experts.iter().map(|e| &e.field);
        for field in protocol.fields.iter().copied().chain(experts) {
            self.fields.entry(field.name).or_insert(FieldEntry { field, protocol: number });
        }
        for key in protocol.on {
            let slot = match *key {
                Key::EtherType(t) => self.ethertypes.slot(t),
                Key::IpProto(p) => &mut self.ip_protocols[usize::from(p)],
                Key::TcpPort(p) => self.tcp_ports.slot(p),
                Key::UdpPort(p) => self.udp_ports.slot(p),
                Key::LinkType(t) if usize::from(t) < LINK_TYPES => &mut self.link_types[usize::from(t)],
                other => self.others.entry(other).or_insert(NOBODY),
            };
            if *slot == NOBODY {
                *slot = number;
            }
        }
    }

    fn add_guesses(&mut self, number: u16, protocol: &'static Protocol) {
        for guess in protocol.guesses {
            let Some(over) = self.number(guess.over) else { continue };
            let above = guess.anywhere.then_some(over);
            let candidate = Candidate { protocol: number, above, test: guess.test };
            match above {
                Some(_) => self.guesses.iter_mut().for_each(|list| list.push(candidate)),
                None => self.guesses[usize::from(over)].push(candidate),
            }
        }
    }

    /// All protocols, in the order of their numbers: those with files, then those only recognised.
    pub fn protocols(&self) -> &[&'static Protocol] {
        &self.protocols
    }

    /// The protocol of a number, with or without `TOO_SHORT`.
    #[inline]
    pub fn protocol(&self, number: u16) -> &'static Protocol {
        self.protocols[usize::from(number & !TOO_SHORT)]
    }

    pub fn number(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    pub fn field(&self, name: &str) -> Option<FieldEntry> {
        self.fields.get(name).copied()
    }

    /// Every field, in no particular order.
    pub fn fields(&self) -> impl Iterator<Item = &FieldEntry> {
        self.fields.values()
    }

    #[inline(always)]
    pub fn lookup(&self, key: &Key) -> Option<u16> {
        let found = match *key {
            Key::EtherType(t) => self.ethertypes.get(t),
            Key::IpProto(p) => self.ip_protocols[usize::from(p)],
            Key::TcpPort(p) => self.tcp_ports.get(p),
            Key::UdpPort(p) => self.udp_ports.get(p),
            Key::LinkType(t) if usize::from(t) < LINK_TYPES => self.link_types[usize::from(t)],
            _ => self.lookup_other(key),
        };
        (found != NOBODY).then_some(found)
    }

    /// Keys that no array is kept for.
    #[inline(never)]
    fn lookup_other(&self, key: &Key) -> u16 {
        let found = match key {
            Key::Named(name) => self.number(name),
            _ => self.others.get(key).copied(),
        };
        match (found, key) {
            (None, Key::Gre(t)) => self.ethertypes.get(*t),
            _ => found.unwrap_or(NOBODY),
        }
    }

    /// The first protocol that recognises these bytes, which the last of the layers carries.
    pub fn guess(&self, buf: &Buf, layers: &[Layer]) -> Option<u16> {
        let over = |number: u16| usize::from(number & !TOO_SHORT);
        let candidates = self.guesses.get(layers.last().map_or(0, |layer| over(layer.protocol)))?;
        let asked = |c: &&Candidate| {
            (c.test)(buf) && c.above.is_none_or(|above| layers.iter().any(|l| l.protocol == above))
        };
        candidates.iter().find(asked).map(|c| c.protocol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_field_name_is_declared_once() {
        let mut seen = HashSet::new();
        for p in registry().protocols() {
            for f in p.fields {
                assert!(seen.insert(f.name), "{} is declared twice", f.name);
            }
        }
    }

    #[test]
    fn numbers_lead_to_those_who_claim_them_and_to_nobody_else() {
        let mut claimed = HashMap::new();
        for (number, p) in registry().protocols().iter().enumerate() {
            for key in p.on.iter().filter(|key| matches!(key, Key::TcpPort(_))) {
                claimed.entry(*key).or_insert(number as u16);
            }
        }
        let ports = (0..=u16::MAX).map(Key::TcpPort);
        assert!(ports.clone().all(|key| registry().lookup(&key) == claimed.get(&key).copied()));
        assert!(claimed.len() > 100);
    }

    #[test]
    fn every_key_is_claimed_once() {
        let mut seen = HashMap::new();
        for p in registry().protocols() {
            for key in p.on {
                if let Some(other) = seen.insert(*key, p.name()) {
                    panic!("{key:?} is claimed by {other} and {}", p.name());
                }
            }
        }
    }
}
