//! Extensions of certificates (RFC 5280 4.2, and those of vendors).

use super::fields::{af, ce, explicit, implicit, logotype, netscape, ocsp, proxy, sat};
use super::{ALGORITHM, NAME, not_implemented, oids};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::Field;
use crate::dissect::protocols::tls::Tls;
use crate::dissect::protocols::tls::ber::{self, explicit as explicit_tag, *};
use crate::dissect::protocols::tls::sct;
use crate::dissect::value::Value;

pub static NOT_IMPLEMENTED: Expert = Expert::new(
    "ber.error.oid_not_implemented",
    "BER: Dissector for OID not implemented. Contact Wireshark developers if you want this supported",
    Group::Undecoded,
    Severity::Warning,
);

static KEY_USAGE: Type = Type::Bits(&[
    &ce::KEY_USAGE_DIGITAL_SIGNATURE,
    &ce::KEY_USAGE_CONTENT_COMMITMENT,
    &ce::KEY_USAGE_KEY_ENCIPHERMENT,
    &ce::KEY_USAGE_DATA_ENCIPHERMENT,
    &ce::KEY_USAGE_KEY_AGREEMENT,
    &ce::KEY_USAGE_KEY_CERT_SIGN,
    &ce::KEY_USAGE_CRL_SIGN,
    &ce::KEY_USAGE_ENCIPHER_ONLY,
    &ce::KEY_USAGE_DECIPHER_ONLY,
]);

static REASON_FLAGS: Type = Type::Bits(&[
    &ce::REASON_FLAGS_UNUSED,
    &ce::REASON_FLAGS_KEY_COMPROMISE,
    &ce::REASON_FLAGS_CA_COMPROMISE,
    &ce::REASON_FLAGS_AFFILIATION_CHANGED,
    &ce::REASON_FLAGS_SUPERSEDED,
    &ce::REASON_FLAGS_CESSATION_OF_OPERATION,
    &ce::REASON_FLAGS_CERTIFICATE_HOLD,
    &ce::REASON_FLAGS_PRIVILEGE_WITHDRAWN,
    &ce::REASON_FLAGS_AA_COMPROMISE,
]);

static CERT_TYPE: Type = Type::Bits(&[
    &netscape::CERT_TYPE_SSL_CLIENT,
    &netscape::CERT_TYPE_SSL_SERVER,
    &netscape::CERT_TYPE_SMIME,
    &netscape::CERT_TYPE_OBJECT_SIGNING,
    &netscape::CERT_TYPE_RESERVED_FOR_FUTURE_USE,
    &netscape::CERT_TYPE_SSL_CA,
    &netscape::CERT_TYPE_SMIME_CA,
    &netscape::CERT_TYPE_OBJECT_SIGNING_CA,
]);

static ENTRUST_FLAGS: Type = Type::Bits(&[
    &ce::ENTRUST_INFO_FLAGS_KEY_UPDATE_ALLOWED,
    &ce::ENTRUST_INFO_FLAGS_NEW_EXTENSIONS,
    &ce::ENTRUST_INFO_FLAGS_PKIX_CERTIFICATE,
    &ce::ENTRUST_INFO_FLAGS_ENTERPRISE_CATEGORY,
    &ce::ENTRUST_INFO_FLAGS_WEB_CATEGORY,
    &ce::ENTRUST_INFO_FLAGS_SET_CATEGORY,
]);

static GENERAL_NAMES: Type = Type::List(&ce::GENERAL_NAME_TYPE, &GENERAL_NAME);

pub static GENERAL_NAME: Type = Type::Choice(&[
    choice_tagged(0, &ce::OTHER_NAME, &Type::With(other_name)),
    choice_tagged(1, &ce::RFC822_NAME, &Type::Text),
    choice_tagged(2, &ce::DNS_NAME, &Type::Text),
    choice_tagged(3, &ce::X400_ADDRESS, &Type::Sequence(&[])),
    choice_explicit(4, 4, &ce::DIRECTORY_NAME, &NAME),
    choice_tagged(5, &ce::EDI_PARTY_NAME, &Type::Sequence(&[])),
    choice_tagged(6, &ce::UNIFORM_RESOURCE_IDENTIFIER, &Type::Text),
    choice_tagged(7, &ce::IP_ADDRESS, &Type::With(ip_address)),
    choice_tagged(8, &ce::REGISTERED_ID, &Type::Oid),
]);

static AUTHORITY_KEY: Type = Type::Sequence(&[
    tagged(0, &ce::KEY_IDENTIFIER, &Type::Octets),
    tagged(1, &ce::AUTHORITY_CERT_ISSUER, &GENERAL_NAMES),
    tagged(2, &ce::AUTHORITY_CERT_SERIAL_NUMBER, &Type::Number),
]);

static PRIVATE_KEY_PERIOD: Type = Type::Sequence(&[
    tagged(0, &ce::NOT_BEFORE, &Type::GeneralizedTime),
    tagged(1, &ce::NOT_AFTER, &Type::GeneralizedTime),
]);

static BASIC_CONSTRAINTS: Type =
    Type::Sequence(&[member(&ce::CA, &Type::Boolean), member(&ce::PATH_LEN_CONSTRAINT, &Type::Integer)]);

static SUBTREES: Type = Type::List(
    &ce::GENERAL_SUBTREE_TYPE,
    &Type::Sequence(&[
        member(&ce::BASE, &GENERAL_NAME),
        tagged(0, &ce::MINIMUM, &Type::Integer),
        tagged(1, &ce::MAXIMUM, &Type::Integer),
    ]),
);

static NAME_CONSTRAINTS: Type = Type::Sequence(&[
    tagged(0, &ce::PERMITTED_SUBTREES, &SUBTREES),
    tagged(1, &ce::EXCLUDED_SUBTREES, &SUBTREES),
]);

static DISTRIBUTION_POINTS: Type = Type::List(
    &ce::DISTRIBUTION_POINT_TYPE,
    &Type::Sequence(&[
        explicit_tag(0, &ce::DISTRIBUTION_POINT, &DISTRIBUTION_POINT_NAME),
        tagged(1, &ce::REASONS, &REASON_FLAGS),
        tagged(2, &ce::CRL_ISSUER, &GENERAL_NAMES),
    ]),
);

static DISTRIBUTION_POINT_NAME: Type = Type::Choice(&[
    choice_tagged(0, &ce::FULL_NAME, &GENERAL_NAMES),
    choice_tagged(1, &ce::NAME_RELATIVE_TO_CRL_ISSUER, &Type::With(super::relative_name)),
]);

static ISSUING_POINT: Type = Type::Sequence(&[
    explicit_tag(0, &ce::DISTRIBUTION_POINT, &DISTRIBUTION_POINT_NAME),
    tagged(1, &ce::ONLY_CONTAINS_USER_PUBLIC_KEY_CERTS, &Type::Boolean),
    tagged(2, &ce::ONLY_CONTAINS_CA_CERTS, &Type::Boolean),
    tagged(3, &ce::ONLY_SOME_REASONS, &REASON_FLAGS),
    tagged(4, &ce::INDIRECT_CRL, &Type::Boolean),
]);

static POLICIES: Type = Type::List(
    &ce::POLICY_INFORMATION_TYPE,
    &Type::Sequence(&[
        member(&ce::POLICY_IDENTIFIER, &Type::Oid),
        member(&ce::POLICY_QUALIFIERS, &QUALIFIERS),
    ]),
);

static QUALIFIERS: Type = Type::List(&ce::POLICY_QUALIFIER_INFO_TYPE, &Type::With(qualifier));

static POLICY_MAPPINGS: Type = Type::List(
    &ce::POLICY_MAPPINGS_ITEM_TYPE,
    &Type::Sequence(&[
        member(&ce::ISSUER_DOMAIN_POLICY, &Type::Oid),
        member(&ce::SUBJECT_DOMAIN_POLICY, &Type::Oid),
    ]),
);

static POLICY_CONSTRAINTS: Type = Type::Sequence(&[
    tagged(0, &ce::REQUIRE_EXPLICIT_POLICY, &Type::Integer),
    tagged(1, &ce::INHIBIT_POLICY_MAPPING, &Type::Integer),
]);

static PURPOSES: Type = Type::List(&ce::KEY_PURPOSE_ID_TYPE, &Type::Oid);

static NOTICE: Type = Type::Sequence(&[
    member(
        &implicit::NOTICE_REF,
        &Type::Sequence(&[
            member(&implicit::ORGANIZATION, &DISPLAY_TEXT),
            member(&implicit::NOTICE_NUMBERS, &Type::List(&implicit::NOTICE_NUMBERS_ITEM, &Type::Integer)),
        ]),
    ),
    member(&implicit::EXPLICIT_TEXT, &DISPLAY_TEXT),
]);

static DISPLAY_TEXT: Type = Type::Choice(&[
    choice_universal(IA5_STRING, 0, &implicit::IA5_STRING, &Type::Text),
    choice_universal(VISIBLE_STRING, 1, &implicit::VISIBLE_STRING, &Type::Text),
    choice_universal(BMP_STRING, 2, &implicit::BMP_STRING, &Type::Text),
    choice_universal(UTF8_STRING, 3, &implicit::UTF8_STRING, &Type::Text),
]);

pub static ACCESS: Type = Type::List(
    &implicit::ACCESS_DESCRIPTION_TYPE,
    &Type::Sequence(&[
        member(&implicit::ACCESS_METHOD, &Type::Oid),
        member(&implicit::ACCESS_LOCATION, &GENERAL_NAME),
    ]),
);

static PROXY: Type = Type::Sequence(&[
    member(&proxy::PC_PATH_LEN_CONSTRAINT, &Type::Integer),
    member(
        &proxy::PROXY_POLICY,
        &Type::Sequence(&[
            member(&proxy::POLICY_LANGUAGE, &Type::Oid),
            member(&proxy::POLICY, &Type::Octets),
        ]),
    ),
]);

static TEMPLATE: Type = Type::Sequence(&[
    member(&ce::TEMPLATE_ID, &Type::Oid),
    member(&ce::TEMPLATE_MAJOR_VERSION, &Type::Integer),
    member(&ce::TEMPLATE_MINOR_VERSION, &Type::Integer),
]);

static ENTRUST: Type = Type::Sequence(&[
    member(&ce::ENTRUST_VERS, &Type::Text),
    member(&ce::ENTRUST_VERS_INFO_FLAGS, &ENTRUST_FLAGS),
]);

static FEATURES: Type = Type::List(&explicit::FEATURES_ITEM_TYPE, &Type::Integer);

static LOGOTYPE: Type = Type::Sequence(&[
    explicit_tag(0, &logotype::COMMUNITY_LOGOS, &Type::List(&logotype::LOGOTYPE_INFO_TYPE, &LOGOTYPE_INFO)),
    explicit_tag(1, &logotype::ISSUER_LOGO, &LOGOTYPE_INFO),
    explicit_tag(2, &logotype::SUBJECT_LOGO, &LOGOTYPE_INFO),
]);

static LOGOTYPE_INFO: Type = Type::Choice(&[
    choice_tagged(
        0,
        &logotype::DIRECT,
        &Type::Sequence(&[member(
            &logotype::IMAGE,
            &Type::List(
                &logotype::LOGOTYPE_IMAGE_TYPE,
                &Type::Sequence(&[member(&logotype::IMAGE_DETAILS, &LOGOTYPE_DETAILS)]),
            ),
        )]),
    ),
    choice_tagged(
        1,
        &logotype::INDIRECT,
        &Type::Sequence(&[
            member(&logotype::REF_STRUCT_HASH, &LOGOTYPE_HASHES),
            member(&logotype::REF_STRUCT_URI, &Type::List(&logotype::REF_STRUCT_URI_ITEM, &Type::Text)),
        ]),
    ),
]);

static LOGOTYPE_DETAILS: Type = Type::Sequence(&[
    member(&logotype::MEDIA_TYPE, &Type::Text),
    member(&logotype::LOGOTYPE_HASH, &LOGOTYPE_HASHES),
    member(&logotype::LOGOTYPE_URI, &Type::List(&logotype::LOGOTYPE_URI_ITEM, &Type::Text)),
]);

static LOGOTYPE_HASHES: Type = Type::List(
    &logotype::HASH_ALG_AND_VALUE_TYPE,
    &Type::Sequence(&[member(&logotype::HASH_ALG, &ALGORITHM), member(&logotype::HASH_VALUE, &Type::Octets)]),
);

/// An extension: its kind, the protocol that defines it, field and type of its value.
type Known = (&'static str, &'static str, &'static Field, &'static Type);

static KNOWN: &[Known] = &[
    ("2.5.29.14", "x509ce", &ce::SUBJECT_KEY_IDENTIFIER_TYPE, &Type::Octets),
    ("2.5.29.15", "x509ce", &ce::KEY_USAGE_TYPE, &KEY_USAGE),
    ("2.5.29.16", "x509ce", &ce::PRIVATE_KEY_USAGE_PERIOD_TYPE, &PRIVATE_KEY_PERIOD),
    ("2.5.29.17", "x509ce", &ce::GENERAL_NAMES_TYPE, &GENERAL_NAMES),
    ("2.5.29.18", "x509ce", &ce::GENERAL_NAMES_TYPE, &GENERAL_NAMES),
    ("2.5.29.19", "x509ce", &ce::BASIC_CONSTRAINTS_TYPE, &BASIC_CONSTRAINTS),
    ("2.5.29.20", "x509ce", &ce::CRL_NUMBER_TYPE, &Type::Integer),
    ("2.5.29.21", "x509ce", &ce::CRL_REASON_TYPE, &Type::Enumerated),
    ("2.5.29.24", "x509ce", &ce::ID_CE_INVALIDITY_DATE, &Type::GeneralizedTime),
    ("2.5.29.28", "x509ce", &ce::ISSUING_DIST_POINT_TYPE, &ISSUING_POINT),
    ("2.5.29.29", "x509ce", &ce::GENERAL_NAMES_TYPE, &GENERAL_NAMES),
    ("2.5.29.30", "x509ce", &ce::NAME_CONSTRAINTS_TYPE, &NAME_CONSTRAINTS),
    ("2.5.29.31", "x509ce", &ce::CRL_DIST_POINTS_TYPE, &DISTRIBUTION_POINTS),
    ("2.5.29.32", "x509ce", &ce::CERTIFICATE_POLICIES_TYPE, &POLICIES),
    ("1.3.6.1.4.1.311.21.10", "x509ce", &ce::CERTIFICATE_POLICIES_TYPE, &POLICIES),
    ("2.5.29.33", "x509ce", &ce::POLICY_MAPPINGS_TYPE, &POLICY_MAPPINGS),
    ("2.5.29.35", "x509ce", &ce::AUTHORITY_KEY_IDENTIFIER_TYPE, &AUTHORITY_KEY),
    ("2.5.29.36", "x509ce", &ce::POLICY_CONSTRAINTS_TYPE, &POLICY_CONSTRAINTS),
    ("2.5.29.37", "x509ce", &ce::KEY_PURPOSE_IDS_TYPE, &PURPOSES),
    ("2.5.29.46", "x509ce", &ce::CRL_DIST_POINTS_TYPE, &DISTRIBUTION_POINTS),
    ("2.5.29.54", "x509ce", &ce::SKIP_CERTS_TYPE, &Type::Integer),
    ("1.3.6.1.4.1.311.21.7", "x509ce", &ce::CERTIFICATE_TEMPLATE_TYPE, &TEMPLATE),
    ("1.2.840.113533.7.65.0", "x509ce", &ce::ENTRUST_VERSION_INFO_TYPE, &ENTRUST),
    ("1.3.6.1.5.5.7.1.1", "pkix1implicit", &implicit::AUTHORITY_INFO_ACCESS_TYPE, &ACCESS),
    ("1.3.6.1.5.5.7.1.11", "pkix1implicit", &implicit::AUTHORITY_INFO_ACCESS_TYPE, &ACCESS),
    ("1.3.6.1.5.5.7.1.12", "logotypecertextn", &logotype::LOGOTYPE_EXTN_TYPE, &LOGOTYPE),
    ("1.3.6.1.5.5.7.1.14", "pkixproxy", &proxy::PROXY_CERT_INFO_EXTENSION_TYPE, &PROXY),
    ("1.3.6.1.5.5.7.1.24", "pkix1explicit", &explicit::FEATURES_TYPE, &FEATURES),
    ("1.3.6.1.5.5.7.48.1.2", "ocsp", &ocsp::RE_OCSP_NONCE_TYPE, &Type::Octets),
    ("1.3.6.1.5.5.7.48.1.5", "ocsp", &ocsp::NULL_TYPE, &Type::Null),
    ("1.3.6.1.4.1.311.20.2", "x509sat", &sat::BMP_STRING_TYPE, &Type::Text),
    ("1.3.6.1.4.1.311.21.1", "x509sat", &sat::INTEGER_TYPE, &Type::Integer),
    ("2.16.840.1.113730.1.1", "ns_cert_exts", &netscape::CERT_TYPE_TYPE, &CERT_TYPE),
    ("2.16.840.1.113730.1.2", "ns_cert_exts", &netscape::BASE_URL_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.3", "ns_cert_exts", &netscape::REVOCATION_URL_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.4", "ns_cert_exts", &netscape::CA_REVOCATION_URL_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.7", "ns_cert_exts", &netscape::CERT_RENEWAL_URL_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.8", "ns_cert_exts", &netscape::CA_POLICY_URL_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.12", "ns_cert_exts", &netscape::SSL_SERVER_NAME_TYPE, &Type::Text),
    ("2.16.840.1.113730.1.13", "ns_cert_exts", &netscape::COMMENT_TYPE, &Type::Text),
];

/// Lists of timestamps, in certificates and in OCSP responses (RFC 6962 3.3).
const TIMESTAMPS: [&str; 2] = ["1.3.6.1.4.1.11129.2.4.2", "1.3.6.1.4.1.11129.2.4.5"];

/// NULL, encoded.
const NULL_VALUE: [u8; 2] = [5, 0];

/// One extension.
pub fn extension(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let kind = ber::read(t, tlv.content, tlv.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let text = format_args!("{} ({})", field.label, oids::name(&oid));
    let id = t.w.text(field, tlv.start, tlv.end - tlv.start, Value::None, text);
    t.w.open(id);
    let result = parts(t, kind, &oid, tlv.end);
    t.w.close();
    result
}

fn parts(t: &mut Tls, kind: Tlv, oid: &str, end: usize) -> Result<(), Stop> {
    show(t, Some(&af::EXTENSION_ID), &Type::Oid, kind, false)?;
    let mut value = ber::read(t, kind.end, end)?;
    if value.tag == 1 {
        show(t, Some(&af::CRITICAL), &Type::Boolean, value, false)?;
        value = ber::read(t, value.end, end)?;
    }
    // The value is an encoding of its own within an octet string.
    if TIMESTAMPS.contains(&oid) {
        let inner = ber::read(t, value.content, value.end)?;
        // TLS itself dissects these, and is named for it.
        t.w.name_protocol("tls");
        return sct::list(t, inner.content, inner.end);
    }
    let Some((_, protocol, field, ty)) = KNOWN.iter().find(|k| k.0 == oid) else {
        // A mark without a value has nothing to show.
        if t.w.bytes(value.content, value.len())? != NULL_VALUE {
            not_implemented(t, Tlv { start: value.content, ..value });
        }
        return Ok(());
    };
    t.w.name_protocol(protocol);
    show_at(t, Some(field), ty, value.content, value.end).map(drop)
}

/// A policy qualifier: an address or a notice (RFC 5280 4.2.1.4).
fn qualifier(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let id = t.w.value(field, tlv.start, tlv.end - tlv.start, Value::None);
    t.w.open(id);
    let result = qualifier_parts(t, tlv);
    t.w.close();
    result
}

fn qualifier_parts(t: &mut Tls, tlv: Tlv) -> Result<(), Stop> {
    let kind = show_at(t, Some(&ce::ID), &Type::Oid, tlv.content, tlv.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let value = ber::read(t, kind.end, tlv.end)?;
    match oid.as_str() {
        "1.3.6.1.5.5.7.2.1" => {
            t.w.name_protocol("pkix1explicit");
            show(t, Some(&explicit::DIRECTORY_STRING_TYPE), &Type::Text, value, false)
        }
        "1.3.6.1.5.5.7.2.2" => {
            t.w.name_protocol("pkix1implicit");
            show(t, Some(&implicit::USER_NOTICE_TYPE), &NOTICE, value, false)
        }
        _ => {
            not_implemented(t, value);
            Ok(())
        }
    }
}

/// A name of another kind: a type, and a value in an explicit tag.
fn other_name(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let id = t.w.value(field, tlv.content, tlv.len(), Value::None);
    t.w.open(id);
    let result = other_name_parts(t, tlv);
    t.w.close();
    result
}

fn other_name_parts(t: &mut Tls, tlv: Tlv) -> Result<(), Stop> {
    let kind = show_at(t, Some(&ce::TYPE_ID), &Type::Oid, tlv.content, tlv.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let tagged = ber::read(t, kind.end, tlv.end)?;
    let value = ber::read(t, tagged.content, tagged.end)?;
    if oid == "1.3.6.1.4.1.311.20.2.3" {
        t.w.name_protocol("x509sat");
        return show(t, Some(&sat::UTF8_STRING_TYPE), &Type::Text, value, false);
    }
    not_implemented(t, value);
    Ok(())
}

fn ip_address(t: &mut Tls, _: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let field = match tlv.len() {
        4 => &ce::IP_ADDRESS_IPV4,
        16 => &ce::IP_ADDRESS_IPV6,
        _ => &ce::IP_ADDRESS,
    };
    t.w.field(field, tlv.content, tlv.len()).map(drop)
}
