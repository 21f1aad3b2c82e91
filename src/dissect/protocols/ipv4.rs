//! Internet Protocol Version 4.

use crate::dissect::protocol::Protocol;

pub static IP: Protocol = Protocol::new("ip", "Internet Protocol Version 4", "IPv4");

pub static PROTOCOLS: &[&Protocol] = &[&IP];
