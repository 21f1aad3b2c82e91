//! Internet Protocol Version 6.

use crate::dissect::protocol::Protocol;

pub static IPV6: Protocol = Protocol::new("ipv6", "Internet Protocol Version 6", "IPv6");

pub static PROTOCOLS: &[&Protocol] = &[&IPV6];
