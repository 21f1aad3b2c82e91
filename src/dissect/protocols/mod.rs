//! THE LIST of protocols that are dissected: one file each (or one a family). Adding a protocol is a file
//! and a word here.

use super::protocol::Protocol;

pub mod values;

/// Declares the modules and gathers their protocols.
macro_rules! protocols {
    ($($module:ident)*) => {
        $(pub mod $module;)*
        static LISTS: &[&[&Protocol]] = &[$($module::PROTOCOLS),*];
    };
}

protocols! {
    special own frame
    ethernet vlan isl llc sll null raw ppp pppoe mpls chdlc frelay
    arp ipv4 ipv6 icmp icmpv6 igmp tcp udp data
    gre vxlan geneve erspan gtp teredo ipsec
    dhcp dhcpv6 dns http tls quic wireguard
}

/// All of them, in the order of the list; their position is their number in the registry.
pub fn all() -> impl Iterator<Item = &'static Protocol> {
    LISTS.iter().flat_map(|l| l.iter().copied())
}
