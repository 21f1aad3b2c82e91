//! `-N N`: asks the system's name server for the names of the capture's addresses (RFC 1035 3.5,
//! RFC 3596 2.5). All addresses are asked for at once, before anything is printed, and what isn't
//! answered in a short time stays a number. Without that flag nothing is sent to anybody.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dns_parser::{Builder, QueryClass, QueryType, RData};

use super::Failure;
use super::options::Job;
use crate::capture::{Scanner, Source};
use crate::dissect::buf::Buf;
use crate::dissect::names::Names;
use crate::trace::pass::{Depth, Packet, Pass, Verdict, Visitor};

/// Names are waited for so long, all together.
const PATIENCE: Duration = Duration::from_secs(2);
/// After so long without an answer, those that are missing are asked for again.
const QUIET: Duration = Duration::from_millis(400);
/// Questions under way at a time, and times that one is asked.
const WINDOW: usize = 64;
const TRIES: u8 = 2;
/// Addresses looked up in one run: those that come first.
const MOST: usize = 4096;
/// Longest answer over UDP that we could have asked for (RFC 1035 4.2.1), and room for more.
const ANSWER: usize = 4096;

/// The names of the job, and those that `/etc/hosts` and the name server have for the capture's addresses.
pub fn names(job: &Job, source: Arc<Source>) -> Result<Names, Failure> {
    let mut names = job.names.clone();
    let _ = names.load_hosts(Path::new("/etc/hosts"));
    let mut addresses = addresses(job, source)?;
    addresses.retain(|address| names.host(address).is_none());
    let server = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    names.learnt.extend(ask(server_of(&server), &addresses, PATIENCE));
    Ok(names)
}

/// All addresses of the packets that will be shown.
fn addresses(job: &Job, source: Arc<Source>) -> Result<BTreeSet<IpAddr>, Failure> {
    let mut scanner = Scanner::new(source).map_err(|e| Failure::input(e.to_string()))?;
    let mut gather = Gather { found: BTreeSet::new(), last: job.cli.count };
    Pass::new(&job.settings, Names::default(), Depth::Layers).run(&mut scanner, &mut gather);
    Ok(gather.found)
}

struct Gather {
    found: BTreeSet<IpAddr>,
    last: Option<u64>,
}

impl Visitor for Gather {
    fn packet(&mut self, packet: &Packet, _: &Scanner) -> Verdict {
        for (index, layer) in packet.layers.iter().enumerate() {
            let protocol = packet.layers.protocol(index).filter(|_| layer.source == 0);
            let len = layer.end.saturating_sub(layer.start) as usize;
            let header = packet.frame.part(layer.start as usize, len);
            self.found.extend(ends(protocol.map_or("", |p| p.name()), &header));
        }
        let number = u64::from(packet.context.record.number);
        let enough = self.last.is_some_and(|last| number >= last) || self.found.len() >= MOST;
        if enough { Verdict::Stop } else { Verdict::Hidden }
    }
}

/// The addresses in a header that name somebody: no group, and not "any".
fn ends(protocol: &str, header: &Buf) -> Vec<IpAddr> {
    let ends: [Option<IpAddr>; 2] = match protocol {
        "ip" => [12, 16].map(|at| header.array::<4>(at).ok().map(IpAddr::from)),
        "ipv6" => [8, 24].map(|at| header.array::<16>(at).ok().map(IpAddr::from)),
        _ => [None, None],
    };
    let named = |a: &IpAddr| !a.is_multicast() && !a.is_unspecified() && *a != Ipv4Addr::BROADCAST;
    ends.into_iter().flatten().filter(named).collect()
}

/// The first name server of resolv.conf(5); the local host where it names none.
fn server_of(text: &str) -> SocketAddr {
    let named = text.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let address = words.next().filter(|word| *word == "nameserver").and(words.next())?;
        // A link-local address may have its interface behind it, which a socket address can't.
        address.split('%').next()?.parse().ok()
    });
    SocketAddr::new(named.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), 53)
}

/// What an address is called in a question: its parts from the end, below a domain of its own.
fn pointer(address: IpAddr) -> String {
    match address {
        IpAddr::V4(a) => {
            let [a, b, c, d] = a.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(a) => {
            let digits = a.octets().into_iter().rev().flat_map(|byte| [byte & 15, byte >> 4]);
            digits.map(|digit| format!("{digit:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}

struct Question {
    address: IpAddr,
    name: String,
    tries: u8,
    done: bool,
}

impl Question {
    fn new(address: IpAddr) -> Question {
        Question { address, name: pointer(address), tries: 0, done: false }
    }
}

/// Questions to one server.
struct Asking {
    socket: UdpSocket,
    /// Identifiers that nobody can tell beforehand: the n-th question has the n-th after this one.
    first_id: u16,
    questions: Vec<Question>,
    /// Still to be asked, by number.
    queue: VecDeque<usize>,
    /// Asked, and neither answered nor given up.
    open: usize,
    found: HashMap<IpAddr, String>,
}

/// Asks one server for the names of all addresses, and waits so long at most. A server that can't be reached
/// knows no names.
fn ask(server: SocketAddr, addresses: &BTreeSet<IpAddr>, patience: Duration) -> HashMap<IpAddr, String> {
    if addresses.is_empty() {
        return HashMap::new();
    }
    let Ok(mut asking) = Asking::new(server, addresses) else { return HashMap::new() };
    let _ = asking.run(Instant::now() + patience);
    asking.found
}

impl Asking {
    fn new(server: SocketAddr, addresses: &BTreeSet<IpAddr>) -> io::Result<Asking> {
        let any: IpAddr = match server {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect(server)?;
        let questions: Vec<Question> = addresses.iter().take(MOST).copied().map(Question::new).collect();
        let queue = (0..questions.len()).collect();
        let first_id = RandomState::new().hash_one(0) as u16;
        Ok(Asking { socket, first_id, questions, queue, open: 0, found: HashMap::new() })
    }

    /// Asks and listens until everything is answered or given up. An error is the end: nobody listens there.
    fn run(&mut self, until: Instant) -> io::Result<()> {
        let mut buffer = [0; ANSWER];
        loop {
            self.send()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.questions.iter().all(|q| q.done) {
                return Ok(());
            }
            self.socket.set_read_timeout(Some(left.min(QUIET)))?;
            match self.socket.recv(&mut buffer) {
                Ok(len) => self.take(buffer.get(..len).unwrap_or(&[])),
                Err(e) => match e.kind() {
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.quiet(),
                    io::ErrorKind::Interrupted => {}
                    _ => return Err(e),
                },
            }
        }
    }

    /// Asks as many questions as may be under way.
    fn send(&mut self) -> io::Result<()> {
        while self.open < WINDOW {
            let Some(at) = self.queue.pop_front() else { break };
            let Some(question) = self.questions.get_mut(at) else { continue };
            self.socket.send(&query(self.first_id.wrapping_add(at as u16), &question.name))?;
            question.tries += 1;
            self.open += 1;
        }
        Ok(())
    }

    /// What comes: an answer to a question that is open, or something else.
    fn take(&mut self, bytes: &[u8]) {
        let Some((id, asked, name)) = answer(bytes) else { return };
        let at = usize::from(id.wrapping_sub(self.first_id));
        let open = |q: &&mut Question| !q.done && q.name.eq_ignore_ascii_case(&asked);
        let Some(question) = self.questions.get_mut(at).filter(open) else { return };
        question.done = true;
        self.open = self.open.saturating_sub(1);
        if let Some(name) = name {
            self.found.insert(question.address, name);
        }
    }

    /// Nothing came for a while: what is open is asked again, or given up.
    fn quiet(&mut self) {
        for (at, question) in self.questions.iter_mut().enumerate() {
            match question.tries {
                0 => {}
                TRIES.. => question.done = true,
                _ if !question.done => self.queue.push_back(at),
                _ => {}
            }
        }
        self.open = 0;
    }
}

fn query(id: u16, name: &str) -> Vec<u8> {
    let mut query = Builder::new_query(id, true);
    query.add_question(name, false, QueryType::PTR, QueryClass::IN);
    query.build().unwrap_or_else(|cut| cut)
}

/// The identifier of an answer, the name that was asked for, and the name it has, if any.
fn answer(bytes: &[u8]) -> Option<(u16, String, Option<String>)> {
    let message = dns_parser::Packet::parse(bytes).ok().filter(|m| !m.header.query)?;
    let asked = message.questions.first().filter(|q| q.qtype == QueryType::PTR)?.qname.to_string();
    let name = message.answers.iter().find_map(|record| match &record.data {
        RData::PTR(name) => Some(name.0.to_string()).filter(|name| is_printable(name)),
        _ => None,
    });
    Some((message.header.id, asked, name))
}

/// Names go to terminals: one with control characters is none.
fn is_printable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(addresses: &[&str]) -> BTreeSet<IpAddr> {
        addresses.iter().map(|a| a.parse().unwrap()).collect()
    }

    /// An answer to the question of these bytes: `name` of two labels, or none.
    fn reply(query: &[u8], name: Option<(&str, &str)>) -> Vec<u8> {
        let mut message = query.to_vec();
        message[2..4].copy_from_slice(&[0x81, if name.is_some() { 0x80 } else { 0x83 }]);
        if let Some((host, domain)) = name {
            message[7] = 1;
            let len = (host.len() + domain.len() + 3) as u8;
            message.extend([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, len]);
            for label in [host, domain] {
                message.push(label.len() as u8);
                message.extend(label.as_bytes());
            }
            message.push(0);
        }
        message
    }

    /// A name server for so many questions; the first one gets lost.
    fn server(questions: usize) -> (SocketAddr, std::thread::JoinHandle<()>) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let address = socket.local_addr().unwrap();
        let serve = move || {
            let mut buffer = [0; 512];
            for number in 0..questions {
                let (len, from) = socket.recv_from(&mut buffer).unwrap();
                let query = &buffer[..len];
                let asked = dns_parser::Packet::parse(query).unwrap().questions[0].qname.to_string();
                let name = match asked.as_str() {
                    "1.0.0.10.in-addr.arpa" => Some(("alice", "lab")),
                    long if long.ends_with("ip6.arpa") => Some(("six", "lab")),
                    _ => None,
                };
                if number > 0 {
                    socket.send_to(b"nonsense", from).unwrap();
                    socket.send_to(&reply(query, name), from).unwrap();
                }
            }
        };
        (address, std::thread::spawn(serve))
    }

    #[test]
    fn names_come_from_a_server_and_what_gets_lost_is_asked_again() {
        let (address, serving) = server(4);
        let wanted = set(&["10.0.0.1", "10.0.0.2", "fe80::1"]);
        let found = ask(address, &wanted, Duration::from_secs(4));
        serving.join().unwrap();
        let names: BTreeSet<(String, &str)> =
            found.iter().map(|(address, name)| (address.to_string(), name.as_str())).collect();
        let known = [("10.0.0.1".to_string(), "alice.lab"), ("fe80::1".to_string(), "six.lab")];
        assert_eq!(names, BTreeSet::from(known));
    }

    #[test]
    fn a_silent_server_is_not_waited_for_long() {
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        let began = Instant::now();
        let found = ask(silent.local_addr().unwrap(), &set(&["10.0.0.1"]), Duration::from_millis(100));
        assert!(found.is_empty());
        assert!(began.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn questions_name_addresses_from_their_end() {
        assert_eq!(pointer("192.0.2.7".parse().unwrap()), "7.2.0.192.in-addr.arpa");
        let six = pointer("2001:db8::1".parse().unwrap());
        assert!(six.starts_with("1.0.0.0.") && six.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"), "{six}");
        assert_eq!(six.len(), 32 * 2 + 8);
    }

    #[test]
    fn resolv_conf_names_the_server() {
        let server = |text| server_of(text).to_string();
        assert_eq!(server("# x\nsearch lab\nnameserver 192.0.2.53\nnameserver ::1\n"), "192.0.2.53:53");
        assert_eq!(server("nameserver fe80::1%eth0\n"), "[fe80::1]:53");
        assert_eq!(server(""), "127.0.0.1:53");
    }

    #[test]
    fn groups_and_nobody_have_no_name() {
        let header = |source: [u8; 4], destination: [u8; 4]| {
            let mut bytes = [0; 20];
            bytes[12..16].copy_from_slice(&source);
            bytes[16..].copy_from_slice(&destination);
            ends("ip", &Buf::whole(&bytes))
        };
        assert_eq!(header([10, 0, 0, 1], [224, 0, 0, 251]), [IpAddr::from([10, 0, 0, 1])]);
        assert!(header([0; 4], [255; 4]).is_empty());
        assert!(ends("ip", &Buf::whole(&[0; 15])).is_empty());
    }
}
