//! Names of the protocol numbers of Cisco HDLC, which Frame Relay shares.

/// Cisco HDLC protocol numbers.
pub const CHDLC_TYPES: &[(u64, &str)] = &[
    (0x0800, "IP"),
    (0x2000, "Cisco Discovery Protocol"),
    (0x4242, "Spanning Tree BPDU"),
    (0x6558, "Transparent Ethernet bridging"),
    (0x8035, "SLARP"),
    (0x8038, "DEC LanBridge"),
    (0x809b, "Appletalk"),
    (0x80f3, "AARP"),
    (0x8137, "Netware IPX/SPX"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS unicast"),
    (0x8848, "MPLS multicast"),
    (0xfefe, "OSI"),
];
