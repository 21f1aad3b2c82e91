//! Hypertext Transfer Protocol.

use crate::dissect::protocol::Protocol;

pub static HTTP: Protocol = Protocol::new("http", "Hypertext Transfer Protocol", "HTTP");

pub static PROTOCOLS: &[&Protocol] = &[&HTTP];
