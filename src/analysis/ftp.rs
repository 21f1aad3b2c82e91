//! FTP names the ports of its data connections on the control connection (RFC 959 5.4, RFC 2428).

use super::flows::{Address, Endpoint, PortSet, SeededMap};
use super::tcp::Placed;

/// Ports that are remembered; more than that and the old ones are forgotten.
const MOST_PORTS: usize = 1 << 14;

/// Where data connections may lead to.
#[derive(Default)]
pub struct Ftp {
    /// True for those where a server listens, as `PASV` and `EPSV` ask for.
    announced: SeededMap<Endpoint, bool>,
    /// Their ports: nearly all segments have others.
    ports: PortSet,
}

impl Ftp {
    /// Takes lines of a control connection, sent from this address.
    pub fn lines(&mut self, from: Address, bytes: &[u8]) {
        for line in bytes.split(|b| *b == b'\n') {
            let Some((endpoint, passive)) = endpoint(from, line) else { continue };
            if self.announced.len() >= MOST_PORTS {
                self.announced.clear();
                self.ports.clear();
            }
            self.ports.add(endpoint.port());
            self.announced.insert(endpoint, passive);
        }
    }

    /// True if a server has said that it listens there.
    pub fn listens(&self, end: &Endpoint) -> bool {
        self.ports.has(end.port()) && self.announced.get(end).copied().unwrap_or(false)
    }

    /// True if the segment belongs to a data connection.
    pub fn announced(&self, placed: &Placed) -> bool {
        let (source, destination) = (placed.numbers.source, placed.numbers.destination);
        if !self.ports.has(source) && !self.ports.has(destination) {
            return false;
        }
        let (from, to) = placed.addresses;
        let ends = [Endpoint::new(from, source), Endpoint::new(to, destination)];
        ends.iter().any(|end| self.announced.contains_key(end))
    }
}

/// The end that a command or reply names; true if it is a reply's.
fn endpoint(from: Address, line: &[u8]) -> Option<(Endpoint, bool)> {
    let text = std::str::from_utf8(line).ok()?.trim();
    let (word, rest) = text.split_once([' ', '-'])?;
    match word {
        "227" => Some((classic(rest)?, true)),
        "229" => Some((extended(from, rest.split_once('(')?.1)?, true)),
        _ if word.eq_ignore_ascii_case("PORT") => Some((classic(rest)?, false)),
        _ if word.eq_ignore_ascii_case("EPRT") => Some((extended(from, rest)?, false)),
        _ => None,
    }
}

/// Four numbers of an address and two of a port, somewhere in the line.
fn classic(text: &str) -> Option<Endpoint> {
    let list = text.rsplit(['(', ' ', '=']).find(|part| part.contains(','))?;
    let list = list.trim_matches(|c: char| !c.is_ascii_digit());
    let mut numbers = [0u8; 6];
    let mut items = list.split(',');
    for number in &mut numbers {
        *number = items.next()?.trim().parse().ok()?;
    }
    let [a, b, c, d, high, low] = numbers;
    Some(Endpoint::new(Address::v4([a, b, c, d]), u16::from_be_bytes([high, low])))
}

/// A delimiter before the protocol, the address, the port and the end: `|2|::1|1234|`. Without an address it
/// is the sender's.
fn extended(from: Address, text: &str) -> Option<Endpoint> {
    let delimiter = text.chars().next()?;
    let mut items = text.split(delimiter).skip(2);
    let (address, port) = (items.next()?, items.next()?.parse().ok()?);
    let address = match address.parse() {
        Ok(std::net::IpAddr::V4(v4)) => Address::v4(v4.octets()),
        Ok(std::net::IpAddr::V6(v6)) => Address::v6(v6.octets()),
        Err(_) => from,
    };
    Some(Endpoint::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: Address = Address::v4([9, 9, 9, 9]);

    fn found(line: &str) -> Option<Endpoint> {
        endpoint(SERVER, line.as_bytes()).map(|(end, _)| end)
    }

    #[test]
    fn the_server_listens_where_its_reply_says() {
        let mut ftp = Ftp::default();
        ftp.lines(SERVER, b"PORT 10,0,0,1,4,1\r\n229 Entering Extended Passive Mode (|||1025|)\r\n");
        assert!(ftp.listens(&Endpoint::new(SERVER, 1025)));
        assert!(!ftp.listens(&Endpoint::new(Address::v4([10, 0, 0, 1]), 1025)));
    }

    #[test]
    fn either_side_may_name_a_port() {
        let expected = Some(Endpoint::new(Address::v4([10, 0, 0, 1]), 1025));
        assert_eq!(found("PORT 10,0,0,1,4,1\r"), expected);
        assert_eq!(found("227 Entering Passive Mode (10,0,0,1,4,1).\r"), expected);
        assert_eq!(found("227 Entering Passive Mode. 10,0,0,1,4,1\r"), expected);
        assert_eq!(found("227 nothing"), None);
    }

    #[test]
    fn extended_commands_name_any_address() {
        assert_eq!(
            found("229 Entering Extended Passive Mode (|||1025|)\r"),
            Some(Endpoint::new(SERVER, 1025))
        );
        let loopback = Address::v6(std::net::Ipv6Addr::LOCALHOST.octets());
        assert_eq!(found("EPRT |2|::1|1025|"), Some(Endpoint::new(loopback, 1025)));
        assert_eq!(found("EPRT"), None);
    }
}
