//! The dissector: from the bytes of a frame to layers of named fields. A pure function of the bytes and
//! a [`context::Context`]: any packet, any time, any order, any thread. Memory across packets is
//! `analysis`'; this module imports nothing of the crate.

pub mod buf;
pub mod checksum;
pub mod claims;
pub mod columns;
pub mod context;
pub mod driver;
pub mod expert;
pub mod facts;
pub mod field;
pub mod flags;
pub mod label;
pub mod layers;
pub mod names;
pub mod protocol;
pub mod protocols;
pub mod registry;
pub mod sha1;
mod shortcut;
pub mod sink;
pub mod spans;
pub mod subnet;
pub mod text;
pub mod tree;
pub mod value;
pub mod walk;
