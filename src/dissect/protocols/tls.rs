//! Transport Layer Security.

use crate::dissect::protocol::Protocol;

pub static TLS: Protocol = Protocol::new("tls", "Transport Layer Security", "TLS");

pub static PROTOCOLS: &[&Protocol] = &[&TLS];
