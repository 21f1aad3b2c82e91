//! DHCPv6.

use crate::dissect::protocol::Protocol;

pub static DHCPV6: Protocol = Protocol::new("dhcpv6", "DHCPv6", "DHCPv6");

pub static PROTOCOLS: &[&Protocol] = &[&DHCPV6];
