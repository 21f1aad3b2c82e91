//! Names of PPPoE codes and tags (RFC 2516, RFC 5578, TR-101).

/// Codes.
pub const CODES: &[(u64, &str)] = &[
    (0x00, "Session Data"),
    (0x07, "Active Discovery Offer (PADO)"),
    (0x09, "Active Discovery Initiation (PADI)"),
    (0x0a, "Active Discovery Session-Grant (PADG)"),
    (0x0b, "Active Discovery Session-Credit Resp.(PADC)"),
    (0x0c, "Active Discovery Quality (PADQ)"),
    (0x19, "Active Discovery Request (PADR)"),
    (0x65, "Active Discovery Session-confirmation (PADS)"),
    (0xa7, "Active Discovery Terminate (PADT)"),
    (0xd3, "Active Discovery Message (PADM)"),
    (0xd4, "Active Discovery Network (PADN)"),
];

/// Tags.
pub const TAGS: &[(u64, &str)] = &[
    (0x0000, "End-Of-List"),
    (0x0101, "Service-Name"),
    (0x0102, "AC-Name"),
    (0x0103, "Host-Uniq"),
    (0x0104, "AC-Cookie"),
    (0x0105, "Vendor-Specific"),
    (0x0106, "Credits"),
    (0x0107, "Metrics"),
    (0x0108, "Sequence Number"),
    (0x0109, "Credit Scale Factor"),
    (0x0110, "Relay-Session-Id"),
    (0x0111, "HURL"),
    (0x0112, "MOTM"),
    (0x0120, "PPP-Max-Payload"),
    (0x0121, "IP Route Add"),
    (0x0201, "Service-Name-Error"),
    (0x0202, "AC-System-Error"),
    (0x0203, "Generic-Error"),
];

/// Access loop: data link.
pub const DATA_LINKS: &[(u64, &str)] = &[(0x00, "ATM AAL5"), (0x01, "Ethernet")];

/// Access loop: first encapsulation.
pub const ENCAPSULATIONS_1: &[(u64, &str)] = &[
    (0x00, "NA"),
    (0x01, "Untagged Ethernet"),
    (0x02, "Single-tagged Ethernet"),
    (0x03, "Double-tagged Ethernet"),
];

/// Access loop: second encapsulation.
pub const ENCAPSULATIONS_2: &[(u64, &str)] = &[
    (0x00, "NA"),
    (0x01, "PPPoA LLC"),
    (0x02, "PPPoA Null"),
    (0x03, "IPoA LLC"),
    (0x04, "IPoA Null"),
    (0x05, "Ethernet over AAL5 LLC w FCS"),
    (0x06, "Ethernet over AAL5 LLC w/o FCS"),
    (0x07, "Ethernet over AAL5 Null w FCS"),
    (0x08, "Ethernet over AAL5 Null w/o FCS"),
];

/// Units of data rates (RFC 5578 10).
pub const RATE_UNITS: &[(u64, &str)] = &[
    (0, "kilobits per second"),
    (1, "megabits per second"),
    (2, "gigabits per second"),
    (3, "terabits per second"),
];
