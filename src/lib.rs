//! `sniff`: packet capture and protocol dissection for the terminal.
//!
//! ```text
//! capture/ ──► trace/ index ──► dissect/ ──► analysis/ ──► filter/ ──► tui/, export/
//! ```
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
