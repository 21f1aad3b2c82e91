//! Linux cooked-mode capture.

use crate::dissect::protocol::Protocol;

pub static SLL: Protocol = Protocol::new("sll", "Linux cooked-mode capture", "SLL");

pub static PROTOCOLS: &[&Protocol] = &[&SLL];
