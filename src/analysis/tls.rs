//! What TLS connections have agreed on so far: version, cipher suite, which side encrypts.

use crate::dissect::facts::{Facts, TlsFacts};

/// The states of all connections, by number of the TCP stream.
#[derive(Default)]
pub struct Tls {
    states: Vec<TlsFacts>,
}

impl Tls {
    /// Takes the bytes of layer `index`: leaves the state before them, and goes on to the one after.
    pub fn layer(&mut self, stream: u32, from_client: bool, index: usize, bytes: &[u8], facts: &mut Facts) {
        let at = stream as usize;
        if at >= self.states.len() {
            self.states.resize(at + 1, TlsFacts::default());
        }
        let state = &mut self.states[at];
        let found = TlsFacts { from_client: Some(from_client), ..*state };
        facts.tls.push((index.min(255) as u8, found));
        state.observe(bytes, from_client);
    }

    /// The version that a connection speaks by now; 0: none, or not known.
    pub fn version(&self, stream: u32) -> u16 {
        self.states.get(stream as usize).map_or(0, |state| state.version)
    }
}
