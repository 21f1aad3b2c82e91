//! Logical-Link Control.

use crate::dissect::protocol::Protocol;

pub static LLC: Protocol = Protocol::new("llc", "Logical-Link Control", "LLC");

pub static PROTOCOLS: &[&Protocol] = &[&LLC];
