//! Live capture on interfaces.
