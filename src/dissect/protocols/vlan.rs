//! 802.1Q Virtual LAN.

use crate::dissect::protocol::Protocol;

pub static VLAN: Protocol = Protocol::new("vlan", "802.1Q Virtual LAN", "VLAN");
pub static IEEE8021AD: Protocol = Protocol::new("ieee8021ad", "IEEE 802.1ad", "802.1AD");

pub static PROTOCOLS: &[&Protocol] = &[&VLAN, &IEEE8021AD];
