//! Dynamic Host Configuration Protocol.

use crate::dissect::protocol::Protocol;

pub static DHCP: Protocol = Protocol::new("dhcp", "Dynamic Host Configuration Protocol", "DHCP");

pub static PROTOCOLS: &[&Protocol] = &[&DHCP];
