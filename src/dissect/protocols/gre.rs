//! Generic Routing Encapsulation.

use crate::dissect::protocol::Protocol;

pub static GRE: Protocol = Protocol::new("gre", "Generic Routing Encapsulation", "GRE");

pub static PROTOCOLS: &[&Protocol] = &[&GRE];
