//! Null/Loopback.

use crate::dissect::protocol::Protocol;

pub static NULL: Protocol = Protocol::new("null", "Null/Loopback", "NULL");

pub static PROTOCOLS: &[&Protocol] = &[&NULL];
