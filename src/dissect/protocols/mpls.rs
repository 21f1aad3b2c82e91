//! MultiProtocol Label Switching Header.

use crate::dissect::protocol::Protocol;

pub static MPLS: Protocol = Protocol::new("mpls", "MultiProtocol Label Switching Header", "MPLS");

pub static PROTOCOLS: &[&Protocol] = &[&MPLS];
