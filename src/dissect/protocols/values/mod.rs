//! Names of values that several link layers share: tables, no code.

pub mod chdlc;
pub mod ethertype;
pub mod gre;
pub mod hardware;
pub mod llc;
pub mod mpls;
pub mod nlpid;
pub mod ppp;
pub mod pppoe;
