//! From records to dissected packets: in order and once (`pass`, for printing), or at random over an
//! index (the TUI).

pub mod pass;
