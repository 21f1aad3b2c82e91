//! Internet Control Message Protocol v6.

use crate::dissect::protocol::Protocol;

pub static ICMPV6: Protocol = Protocol::new("icmpv6", "Internet Control Message Protocol v6", "ICMPv6");

pub static PROTOCOLS: &[&Protocol] = &[&ICMPV6];
