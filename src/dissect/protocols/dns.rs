//! Domain Name System.

use crate::dissect::protocol::Protocol;

pub static DNS: Protocol = Protocol::new("dns", "Domain Name System", "DNS");

pub static PROTOCOLS: &[&Protocol] = &[&DNS];
