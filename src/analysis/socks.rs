//! SOCKS connections, RFC 1928 and version 4: the port that the client asked for, once the proxy agreed.

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Socks {
    /// Greetings, methods, names and passwords.
    #[default]
    Opening,
    /// The client wants to be connected to this port.
    Asked(u16),
    /// All the rest belongs to this port.
    Open(u16),
}

impl Socks {
    /// Takes the next bytes.
    pub fn segment(&mut self, bytes: &[u8], from_client: bool) {
        *self = match *self {
            Socks::Opening if from_client => wanted(bytes).map_or(Socks::Opening, Socks::Asked),
            Socks::Asked(port) if !from_client && granted(bytes) => Socks::Open(port),
            state => state,
        };
    }

    /// The port that the rest belongs to.
    pub fn port(&self) -> Option<u16> {
        match *self {
            Socks::Open(port) => Some(port),
            _ => None,
        }
    }
}

/// The port in a request to connect.
fn wanted(bytes: &[u8]) -> Option<u16> {
    let at = match *bytes {
        [4, 1, ..] if bytes.len() >= 9 => 2,
        [5, 1, 0, 1, ..] => 8,
        [5, 1, 0, 3, len, ..] => 5 + usize::from(len),
        [5, 1, 0, 4, ..] => 20,
        _ => return None,
    };
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

fn granted(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 90, ..] | [5, 0, 0, 1 | 3 | 4, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_4_asks_and_is_answered() {
        let mut socks = Socks::default();
        socks.segment(&[4, 1, 0, 80, 93, 184, 216, 119, 0], true);
        assert_eq!((socks, socks.port()), (Socks::Asked(80), None));
        socks.segment(&[0, 90, 0, 0, 0, 0, 0, 0], false);
        assert_eq!(socks.port(), Some(80));
    }

    #[test]
    fn version_5_greets_first() {
        let mut socks = Socks::default();
        socks.segment(&[5, 1, 0], true);
        socks.segment(&[5, 0], false);
        assert_eq!(socks, Socks::Opening);
        socks.segment(b"\x05\x01\x00\x03\x03a.b\x01\xbb", true);
        socks.segment(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0], false);
        assert_eq!(socks.port(), Some(443));
    }

    #[test]
    fn a_refusal_opens_nothing() {
        let mut socks = Socks::Asked(80);
        socks.segment(&[0, 91, 0, 0, 0, 0, 0, 0], false);
        assert_eq!(socks.port(), None);
    }
}
