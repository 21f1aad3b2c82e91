//! Multipath TCP: which TCP connections belong together, and what their data sequence numbers count from.
//! The handshakes tell (RFC 8684 3.1, 3.2); nothing is put together across subflows.

use super::flows::SeededMap;
use super::kept::MptcpInfo;
use crate::dissect::facts::MptcpFacts;
use crate::dissect::protocols::tcp::mptcp::{CAPABLE, Identity, JOIN, KIND};

/// Subflows that are remembered of a connection.
const MAX_SUBFLOWS: usize = 32;

#[derive(Default)]
pub struct Mptcp {
    connections: Vec<Connection>,
    /// Which connection, and which of its hosts, a token stands for.
    by_token: SeededMap<u32, (u32, usize)>,
    subflows: SeededMap<u32, Subflow>,
    /// Connections about which something became known; see `Mptcp::take_changed`.
    changed: Vec<u32>,
}

#[derive(Default)]
struct Connection {
    info: MptcpInfo,
    /// The number before the first that each host sends.
    idsn: [Option<u64>; 2],
}

/// How a TCP connection belongs to its MPTCP connection.
#[derive(Clone, Copy)]
struct Subflow {
    connection: u32,
    /// The sides of the one are the hosts of the other the wrong way round.
    swapped: bool,
}

impl Subflow {
    fn host(self, side: usize) -> usize {
        if self.swapped { 1 - side } else { side }
    }
}

impl Mptcp {
    /// Takes the MPTCP options of a segment that `side` of a TCP connection sends.
    pub fn segment<'o>(
        &mut self,
        stream: u32,
        side: usize,
        options: impl Iterator<Item = (u8, &'o [u8])>,
    ) -> Option<MptcpFacts> {
        for (_, option) in options.filter(|(kind, _)| *kind == KIND) {
            self.option(stream, side, option);
        }
        let subflow = *self.subflows.get(&stream)?;
        let connection = self.connections.get(subflow.connection as usize)?;
        let idsn = |side: usize| connection.idsn.get(subflow.host(side)).copied().flatten();
        Some(MptcpFacts {
            stream: subflow.connection,
            master: connection.info.master,
            subflows: connection.info.subflows.iter().rev().copied().collect(),
            dsn_base: idsn(side),
            ack_base: idsn(1 - side),
        })
    }

    fn option(&mut self, stream: u32, side: usize, option: &[u8]) {
        let Some(first) = option.get(2) else { return };
        match (first >> 4, option.len()) {
            (CAPABLE, 12 | 20 | 22 | 24) => {
                let Some(key) = option.get(4..).and_then(|k| k.first_chunk::<8>()) else { return };
                self.capable(stream, side, Identity::of(*key, first & 0x0f));
            }
            // The first segment of version 1 has no key yet.
            (CAPABLE, _) => {}
            (JOIN, 12) => {
                let Some(token) = option.get(4..).and_then(|t| t.first_chunk::<4>()) else { return };
                self.join(stream, side, u32::from_be_bytes(*token));
            }
            _ => _ = self.subflow(stream),
        }
    }

    /// The subflow of a TCP connection; one that says nothing of its origin is a connection by itself.
    fn subflow(&mut self, stream: u32) -> Subflow {
        if let Some(known) = self.subflows.get(&stream) {
            return *known;
        }
        let subflow = Subflow { connection: self.connections.len() as u32, swapped: false };
        self.connections.push(Connection::default());
        self.subflows.insert(stream, subflow);
        subflow
    }

    /// A host tells its key.
    fn capable(&mut self, stream: u32, side: usize, identity: Identity) {
        if !self.subflows.contains_key(&stream)
            && let Some(&(connection, host)) = self.by_token.get(&identity.token)
        {
            self.subflows.insert(stream, Subflow { connection, swapped: host != side });
        }
        let subflow = self.subflow(stream);
        let host = subflow.host(side);
        let Some(connection) = self.connections.get_mut(subflow.connection as usize) else { return };
        let known = connection.info.master.replace(stream) == Some(stream);
        if !known | connection.add(stream) {
            self.changed.push(subflow.connection);
        }
        if let Some(idsn) = connection.idsn.get_mut(host).filter(|idsn| idsn.is_none()) {
            *idsn = Some(identity.idsn);
            self.by_token.insert(identity.token, (subflow.connection, host));
        }
    }

    /// Another subflow of the connection whose receiver has this token.
    fn join(&mut self, stream: u32, side: usize, token: u32) {
        if !self.subflows.contains_key(&stream)
            && let Some(&(connection, receiver)) = self.by_token.get(&token)
        {
            self.subflows.insert(stream, Subflow { connection, swapped: receiver == side });
        }
        let subflow = self.subflow(stream);
        if let Some(connection) = self.connections.get_mut(subflow.connection as usize)
            && connection.add(stream)
        {
            self.changed.push(subflow.connection);
        }
    }

    /// What is known of connections about which something became known since the last call.
    pub fn take_changed(&mut self) -> impl Iterator<Item = (u32, &MptcpInfo)> {
        let connections = &self.connections;
        self.changed.drain(..).filter_map(move |n| Some((n, &connections.get(n as usize)?.info)))
    }
}

impl Connection {
    /// True if that is new.
    fn add(&mut self, stream: u32) -> bool {
        let subflows = &mut self.info.subflows;
        let new = subflows.len() < MAX_SUBFLOWS && !subflows.contains(&stream);
        if new {
            subflows.push(stream);
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 12] = [30, 12, 0, 0x81, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];

    fn feed(mptcp: &mut Mptcp, stream: u32, side: usize, option: &[u8]) -> Option<MptcpFacts> {
        mptcp.segment(stream, side, [(KIND, option)].into_iter())
    }

    #[test]
    fn a_join_by_token_belongs_to_the_connection() {
        let mut mptcp = Mptcp::default();
        let idsn = Some(15011795807459873237);
        let opened = feed(&mut mptcp, 4, 0, &KEY).unwrap();
        assert_eq!((opened.stream, opened.master, opened.dsn_base), (0, Some(4), idsn));
        let mut join = vec![30, 12, 0x10, 3];
        join.extend(3183496201u32.to_be_bytes());
        join.extend([0; 4]);
        // Side 0 of the new connection asks the host that sent the key.
        let joined = feed(&mut mptcp, 7, 0, &join).unwrap();
        assert_eq!((joined.stream, joined.subflows), (0, vec![7, 4]));
        assert_eq!((joined.dsn_base, joined.ack_base), (None, idsn));
    }

    #[test]
    fn options_of_unseen_handshakes_make_connections_of_their_own() {
        let mut mptcp = Mptcp::default();
        assert_eq!(feed(&mut mptcp, 0, 0, &[30, 4, 1, 0x81]), None);
        let signal = feed(&mut mptcp, 1, 0, &[30, 8, 0x20, 1, 0, 0, 0, 1]).unwrap();
        assert_eq!((signal.stream, signal.master, signal.subflows.len()), (0, None, 0));
        assert_eq!(feed(&mut mptcp, 2, 0, &[30]).map(|f| f.stream), None);
    }
}
