//! Point-to-Point Protocol.

use crate::dissect::protocol::Protocol;

pub static PPP: Protocol = Protocol::new("ppp", "Point-to-Point Protocol", "PPP");

pub static PROTOCOLS: &[&Protocol] = &[&PPP];
