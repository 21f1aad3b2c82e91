//! Raw packet data.

use crate::dissect::protocol::Protocol;

pub static RAW: Protocol = Protocol::new("raw", "Raw packet data", "Raw");

pub static PROTOCOLS: &[&Protocol] = &[&RAW];
