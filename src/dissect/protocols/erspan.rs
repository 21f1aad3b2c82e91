//! Encapsulated Remote Switch Packet ANalysis.

use crate::dissect::protocol::Protocol;

pub static ERSPAN: Protocol = Protocol::new("erspan", "Encapsulated Remote Switch Packet ANalysis", "ERSPAN");

pub static PROTOCOLS: &[&Protocol] = &[&ERSPAN];
