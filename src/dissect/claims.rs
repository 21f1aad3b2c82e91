//! Protocols that are recognised and not dissected: name, title, what the Protocol column says, and the
//! keys that lead to them. One line each; a protocol that gets a file leaves this list.

use super::protocol::Protocol;

pub static CLAIMS: &[&Protocol] = &[];
