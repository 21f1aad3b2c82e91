//! Names of the numbers in certificates.

pub const VERSION_NAMES: &[(u64, &str)] = &[(0, "v1"), (1, "v2"), (2, "v3")];

pub const ISSUER_NAMES: &[(u64, &str)] = &[(0, "rdnSequence")];

pub const SUBJECT_NAMES: &[(u64, &str)] = &[(0, "rdnSequence"), (1, "subjectName")];

pub const NOT_BEFORE_NAMES: &[(u64, &str)] = &[(0, "utcTime"), (1, "generalizedTime")];

pub const DIRECTORY_STRING_NAMES: &[(u64, &str)] = &[
    (0, "teletexString"),
    (1, "printableString"),
    (2, "universalString"),
    (3, "bmpString"),
    (4, "uTF8String"),
];

pub const CRL_REASON_NAMES: &[(u64, &str)] = &[
    (0, "unspecified"),
    (1, "keyCompromise"),
    (2, "cACompromise"),
    (3, "affiliationChanged"),
    (4, "superseded"),
    (5, "cessationOfOperation"),
    (6, "certificateHold"),
    (8, "removeFromCRL"),
    (9, "privilegeWithdrawn"),
    (10, "aaCompromise"),
];

pub const GENERAL_NAME_NAMES: &[(u64, &str)] = &[
    (0, "otherName"),
    (1, "rfc822Name"),
    (2, "dNSName"),
    (3, "x400Address"),
    (4, "directoryName"),
    (5, "ediPartyName"),
    (6, "uniformResourceIdentifier"),
    (7, "iPAddress"),
    (8, "registeredID"),
];

pub const DISTRIBUTION_POINT_NAMES: &[(u64, &str)] = &[(0, "fullName"), (1, "nameRelativeToCRLIssuer")];

pub const EXPLICIT_TEXT_NAMES: &[(u64, &str)] =
    &[(0, "ia5String"), (1, "visibleString"), (2, "bmpString"), (3, "utf8String")];

pub const EC_PARAMETERS_NAMES: &[(u64, &str)] = &[(0, "specifiedCurve"), (1, "namedCurve")];

pub const LOGOTYPE_INFO_NAMES: &[(u64, &str)] = &[(0, "direct"), (1, "indirect")];

pub const RESPONSE_STATUS_NAMES: &[(u64, &str)] = &[
    (0, "successful"),
    (1, "malformedRequest"),
    (2, "internalError"),
    (3, "tryLater"),
    (5, "sigRequired"),
    (6, "unauthorized"),
];

pub const RESPONDER_ID_NAMES: &[(u64, &str)] = &[(1, "byName"), (2, "byKey")];

pub const CERT_STATUS_NAMES: &[(u64, &str)] = &[(0, "good"), (1, "revoked"), (2, "unknown")];
