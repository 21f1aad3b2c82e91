//! Registered numbers and their names that several protocols share. No logic here.

pub mod chdlc;
pub mod encapsulation;
pub mod ethertype;
pub mod gre;
pub mod hardware;
pub mod llc;
pub mod mpls;
pub mod nlpid;
pub mod ppp;
pub mod pppoe;
