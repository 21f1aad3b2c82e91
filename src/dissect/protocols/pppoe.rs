//! PPP-over-Ethernet Session.

use crate::dissect::protocol::Protocol;

pub static PPPOES: Protocol = Protocol::new("pppoes", "PPP-over-Ethernet Session", "PPPoES");
pub static PPPOED: Protocol = Protocol::new("pppoed", "PPP-over-Ethernet Discovery", "PPPoED");

pub static PROTOCOLS: &[&Protocol] = &[&PPPOES, &PPPOED];
