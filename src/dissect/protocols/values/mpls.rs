//! Names of reserved MPLS labels and of associated channels (IANA).

/// Reserved labels (RFC 3032 2.1, RFC 7274).
pub const LABELS: &[(u64, &str)] = &[
    (0, "IPv4 Explicit-Null"),
    (1, "Router Alert"),
    (2, "IPv6 Explicit-Null"),
    (3, "Implicit-Null"),
    (7, "Entropy Label Indicator (ELI)"),
    (13, "Generic Associated Channel Label (GAL)"),
    (14, "OAM Alert"),
];

/// Associated channel types (RFC 4385, RFC 5586).
pub const CHANNEL_TYPES: &[(u64, &str)] = &[
    (0x0000, "Reserved"),
    (0x0001, "Management Communication Channel (MCC)"),
    (0x0002, "Signaling Communication Channel (SCC)"),
    (0x0007, "BFD Control, PW-ACH-encapsulated (BFD Without IP/UDP Headers)"),
    (0x000a, "MPLS Direct Loss Measurement (DLM)"),
    (0x000b, "MPLS Inferred Loss Measurement (ILM)"),
    (0x000c, "MPLS Delay Measurement (DM)"),
    (0x000d, "MPLS Direct Loss and Delay Measurement (DLM+DM)"),
    (0x000e, "MPLS Inferred Loss and Delay Measurement (ILM+DM)"),
    (0x0021, "IPv4 packet"),
    (0x0022, "MPLS-TP CC message"),
    (0x0023, "MPLS-TP CV message"),
    (0x0024, "Protection State Coordination Protocol (PSC)"),
    (0x0025, "On-Demand CV"),
    (0x0026, "LI"),
    (0x0027, "Pseudo-Wire OAM"),
    (0x0028, "MAC Withdraw OAM Msg"),
    (0x0057, "IPv6 packet"),
    (0x0058, "Fault OAM"),
    (0x7ff8, "Reserved for Experimental Use"),
    (0x7ff9, "Reserved for Experimental Use"),
    (0x7ffa, "Reserved for Experimental Use"),
    (0x7ffb, "Reserved for Experimental Use"),
    (0x7ffc, "Reserved for Experimental Use"),
    (0x7ffd, "Reserved for Experimental Use"),
    (0x7ffe, "Reserved for Experimental Use"),
    (0x7fff, "Reserved for Experimental Use"),
    (0x8902, "MPLS-TP OAM"),
];
