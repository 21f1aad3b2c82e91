//! Teredo IPv6 over UDP tunneling.

use crate::dissect::protocol::Protocol;

pub static TEREDO: Protocol = Protocol::new("teredo", "Teredo IPv6 over UDP tunneling", "Teredo");

pub static PROTOCOLS: &[&Protocol] = &[&TEREDO];
