//! Ethernet.

use crate::dissect::protocol::Protocol;

pub static ETH: Protocol = Protocol::new("eth", "Ethernet", "");

pub static PROTOCOLS: &[&Protocol] = &[&ETH];
