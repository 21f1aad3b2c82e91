//! Transmission Control Protocol.

use crate::dissect::protocol::Protocol;

pub static TCP: Protocol = Protocol::new("tcp", "Transmission Control Protocol", "TCP");
pub static TCP_SEGMENT: Protocol = Protocol::new("tcp.segment", "TCP segment data", "");

pub static PROTOCOLS: &[&Protocol] = &[&TCP, &TCP_SEGMENT];
