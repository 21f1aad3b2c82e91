//! Address Resolution Protocol.

use crate::dissect::protocol::Protocol;

pub static ARP: Protocol = Protocol::new("arp", "Address Resolution Protocol", "ARP");

pub static PROTOCOLS: &[&Protocol] = &[&ARP];
