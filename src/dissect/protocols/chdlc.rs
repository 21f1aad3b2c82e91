//! Cisco HDLC.

use crate::dissect::protocol::Protocol;

pub static CHDLC: Protocol = Protocol::new("chdlc", "Cisco HDLC", "CHDLC");

pub static PROTOCOLS: &[&Protocol] = &[&CHDLC];
