//! Internet Control Message Protocol.

use crate::dissect::protocol::Protocol;

pub static ICMP: Protocol = Protocol::new("icmp", "Internet Control Message Protocol", "ICMP");

pub static PROTOCOLS: &[&Protocol] = &[&ICMP];
