//! Internet Group Management Protocol.

use crate::dissect::protocol::Protocol;

pub static IGMP: Protocol = Protocol::new("igmp", "Internet Group Management Protocol", "IGMP");

pub static PROTOCOLS: &[&Protocol] = &[&IGMP];
