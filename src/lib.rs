//! `sniff`: packet capture and protocol dissection for the terminal.
//!
//! ```text
//! capture/ ──► trace/ index ──► dissect/ ──► analysis/ ──► filter/ ──► tui/, export/
//! ```
//!
//! * [`capture`]: packets from files, pipes and interfaces, and into files. A helper process captures; the
//!   one that dissects has given up the right to.
//! * [`dissect`]: from bytes to layers of named fields, a pure function of the bytes and of facts about the
//!   packet. `protocols` has a file or a folder for each, `claims` those that are only recognised.
//! * [`analysis`]: memory across packets, which leaves facts. `kept` packs them for the index; `relevance`
//!   says which packets a filter needs remembered.
//! * [`filter`]: display filters, from text to program, and programs on packets.
//! * [`trace`]: `pass` goes over packets one after the other and `pipeline` does so on all cores, both once
//!   and in order; `Trace` indexes them, for the screen and for two passes, and `jobs` filters an index.
//! * [`export`] prints, [`tui`] draws; neither knows a protocol.
//! * [`cli`]: the flags. [`batch`] makes the text tool of all this, [`interactive`] what the screen shows.
//!
//! Imports run one way: `capture` and `dissect` import nobody; `analysis` and `filter` import `dissect`;
//! `trace` imports those four; `export` and `tui` import `trace`. `tests/architecture.rs` keeps it so.
//!
//! Invariants, each with a test: no input panics or hangs (a bad packet is a result); no allocation in
//! `locate` and in filters on fixed fields; table and walk agree; the same packet gives the same result
//! however it was reached; nothing captured is lost without being counted.

#![deny(unsafe_code)]

pub mod analysis;
pub mod batch;
pub mod capture;
pub mod cli;
pub mod dissect;
pub mod export;
pub mod filter;
pub mod interactive;
pub mod trace;
pub mod tui;
