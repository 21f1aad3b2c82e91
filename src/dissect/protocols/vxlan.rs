//! Virtual eXtensible Local Area Network.

use crate::dissect::protocol::Protocol;

pub static VXLAN: Protocol = Protocol::new("vxlan", "Virtual eXtensible Local Area Network", "VXLAN");

pub static PROTOCOLS: &[&Protocol] = &[&VXLAN];
