//! GPRS Tunneling Protocol.

use crate::dissect::protocol::Protocol;

pub static GTP: Protocol = Protocol::new("gtp", "GPRS Tunneling Protocol", "GTP");

pub static PROTOCOLS: &[&Protocol] = &[&GTP];
