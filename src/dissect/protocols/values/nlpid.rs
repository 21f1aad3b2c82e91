//! Network layer protocol identifiers (ISO/IEC TR 9577), as Frame Relay names them.

/// Identifiers.
pub const NLPIDS: &[(u64, &str)] = &[
    (0x00, "NULL"),
    (0x01, "T.70"),
    (0x03, "X.633"),
    (0x08, "Q.933"),
    (0x09, "LMI"),
    (0x0c, "Q.2119"),
    (0x80, "SNAP"),
    (0x81, "CLNP"),
    (0x82, "ESIS"),
    (0x83, "ISIS"),
    (0x85, "IDRP"),
    (0x8a, "ESIS (X.25)"),
    (0x8c, "ISO 10030"),
    (0x8d, "ISO 11577"),
    (0x8e, "IPv6"),
    (0xb0, "Data compression protocol"),
    (0xcc, "IP"),
    (0xcf, "PPP"),
];
