//! Frame Relay.

use crate::dissect::protocol::Protocol;

pub static FR: Protocol = Protocol::new("fr", "Frame Relay", "FR");

pub static PROTOCOLS: &[&Protocol] = &[&FR];
