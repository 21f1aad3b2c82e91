//! Generic Network Virtualization Encapsulation.

use crate::dissect::protocol::Protocol;

pub static GENEVE: Protocol = Protocol::new("geneve", "Generic Network Virtualization Encapsulation", "Geneve");

pub static PROTOCOLS: &[&Protocol] = &[&GENEVE];
