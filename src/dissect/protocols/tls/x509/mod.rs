//! Certificates (RFC 5280) and what is in them, within TLS. The names of the fields are those of the
//! protocols that define them.

mod extensions;
mod fields;
pub mod ocsp;
pub mod oids;
mod values;

use super::Tls;
use super::ber::{self, *};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::protocol::Protocol;
use crate::dissect::sink::NodeId;
use crate::dissect::value::Value;
use fields::{af, ce, distinguished as names, explicit, netscape, pkcs1, sat};

pub use extensions::NOT_IMPLEMENTED;
pub use fields::ber::BITSTRING_PADDING as PADDING;

/// A family of fields that stand within TLS; nothing is handed to it.
const fn family(name: &'static str, title: &'static str, fields: &'static [&'static Field]) -> Protocol {
    Protocol { fields, ..Protocol::new(name, title, "") }
}

pub static X509AF: Protocol = family("x509af", "X.509 Authentication Framework", af::FIELDS);
pub static X509IF: Protocol = family("x509if", "X.509 Information Framework", names::FIELDS);
pub static X509SAT: Protocol = family("x509sat", "X.509 Selected Attribute Types", sat::FIELDS);
pub static X509CE: Protocol = family("x509ce", "X.509 Certificate Extensions", ce::FIELDS);
pub static PKIX1EXPLICIT: Protocol = family("pkix1explicit", "PKIX1Explicit", explicit::FIELDS);
pub static PKIX1IMPLICIT: Protocol = family("pkix1implicit", "PKIX1Implitit", fields::implicit::FIELDS);
pub static PKIXPROXY: Protocol = family("pkixproxy", "PKIXProxy (RFC3820)", fields::proxy::FIELDS);
pub static PKCS1: Protocol = family("pkcs-1", "PKCS#1", pkcs1::FIELDS);
pub static NS_CERT_EXTS: Protocol =
    family("ns_cert_exts", "NetScape Certificate Extensions", netscape::FIELDS);
pub static LOGOTYPE: Protocol =
    family("logotypecertextn", "Logotype Certificate Extensions", fields::logotype::FIELDS);
pub static OCSP: Protocol = Protocol {
    walk: ocsp::body,
    ..family("ocsp", "Online Certificate Status Protocol", fields::ocsp::FIELDS)
};
pub static BER: Protocol = family("ber", "Basic Encoding Rules (ASN.1 X.690)", fields::ber::FIELDS);

static TBS_CERTIFICATE: Type = Type::Sequence(&[
    explicit(0, &af::VERSION, &Type::Integer),
    member(&af::SERIAL_NUMBER, &Type::Number),
    member(&af::SIGNATURE, &ALGORITHM),
    member(&af::ISSUER, &NAME),
    member(&af::VALIDITY, &VALIDITY),
    member(&af::SUBJECT, &SUBJECT_NAME),
    member(&af::SUBJECT_PUBLIC_KEY_INFO, &Type::With(public_key_info)),
    tagged(1, &af::ISSUER_UNIQUE_IDENTIFIER, &Type::Bits(&[])),
    tagged(2, &af::SUBJECT_UNIQUE_IDENTIFIER, &Type::Bits(&[])),
    explicit(3, &af::EXTENSIONS, &EXTENSIONS),
]);

static CERTIFICATE: &[Member] = &[
    member(&af::SIGNED_CERTIFICATE, &TBS_CERTIFICATE),
    member(&af::ALGORITHM_IDENTIFIER, &ALGORITHM),
    member(&af::ENCRYPTED, &Type::Bits(&[])),
];

pub static ALGORITHM: Type = Type::With(algorithm);

/// A Name as `x509if` shows it.
pub static NAME: Type = Type::Choice(&[choice(0, &names::RDN_SEQUENCE, &Type::With(name))]);
/// The subject's, which is a sequence of its own.
static SUBJECT_NAME: Type = Type::Choice(&[choice(0, &af::RDN_SEQUENCE, &Type::With(name))]);

static VALIDITY: Type = Type::Sequence(&[member(&af::NOT_BEFORE, &TIME), member(&af::NOT_AFTER, &TIME)]);

static TIME: Type = Type::Choice(&[
    choice(0, &af::UTC_TIME, &Type::UtcTime),
    choice(1, &af::GENERALIZED_TIME, &Type::GeneralizedTime),
]);

pub static EXTENSIONS: Type = Type::List(&af::EXTENSION_TYPE, &Type::With(extensions::extension));

static DIRECTORY_STRING: Type = Type::Choice(&[
    choice_universal(TELETEX_STRING, 0, &sat::TELETEX_STRING, &Type::Text),
    choice_universal(PRINTABLE_STRING, 1, &sat::PRINTABLE_STRING, &Type::Text),
    choice_universal(UNIVERSAL_STRING, 2, &sat::UNIVERSAL_STRING, &Type::Text),
    choice_universal(BMP_STRING, 3, &sat::BMP_STRING, &Type::Text),
    choice_universal(UTF8_STRING, 4, &sat::UTF8_STRING, &Type::Text),
]);

static RSA_PUBLIC_KEY: &[Member] =
    &[member(&pkcs1::MODULUS, &Type::Number), member(&pkcs1::PUBLIC_EXPONENT, &Type::Integer)];

static EC_PARAMETERS: Type = Type::Choice(&[
    choice(0, &pkcs1::SPECIFIED_CURVE, &Type::Sequence(&[])),
    choice(1, &pkcs1::NAMED_CURVE, &Type::Oid),
]);

static DSS_PARAMETERS: Type = Type::Sequence(&[
    member(&af::P, &Type::Number),
    member(&af::Q, &Type::Number),
    member(&af::G, &Type::Number),
]);

static PSS_PARAMETERS: Type = Type::Sequence(&[
    explicit(0, &pkcs1::HASH_ALGORITHM, &ALGORITHM),
    explicit(1, &pkcs1::MASK_GEN_ALGORITHM, &ALGORITHM),
    explicit(2, &pkcs1::SALT_LENGTH, &Type::Integer),
    explicit(3, &pkcs1::TRAILER_FIELD, &Type::Integer),
]);

const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const RSA: &str = "1.2.840.113549.1.1.1";
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
const DSA: &str = "1.2.840.10040.4.1";

/// Dissects the certificate from `at` to `end` below its node `id`, which is open, and names its subject
/// there.
pub fn certificate(t: &mut Tls, id: NodeId, at: usize, end: usize) -> Result<(), Stop> {
    let tlv = ber::read(t, at, end)?;
    append_subject(t, id, tlv);
    sequence(t, CERTIFICATE, tlv.content, tlv.end)
}

/// Adds the subject's name to the node of a certificate.
fn append_subject(t: &mut Tls, id: NodeId, certificate: Tlv) {
    if let Ok(Some(text)) = subject(t, certificate) {
        t.w.append(id, format_args!(" ({text})"));
    }
}

/// The subject of a certificate: the member after the validity.
fn subject(t: &Tls, certificate: Tlv) -> Result<Option<String>, Stop> {
    let tbs = ber::read(t, certificate.content, certificate.end)?;
    let mut at = tbs.content;
    let mut sequences = 0;
    while at < tbs.end {
        let tlv = ber::read(t, at, tbs.end)?;
        // Sequences in order: algorithm, issuer, validity, subject.
        sequences += usize::from(tlv.tag == 16);
        if sequences == 4 {
            return Ok(Some(name_text(t, tlv)).filter(|text| !text.is_empty()));
        }
        at = tlv.end;
    }
    Ok(None)
}

/// A distinguished name in a list of authorities.
pub fn distinguished_name(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    use super::fields::HS_DNAME;
    let tlv = ber::read(t, at, end)?;
    let text = name_text(t, tlv);
    let text = format_args!("Distinguished Name: ({text})");
    let id = t.w.text(&HS_DNAME, tlv.content, tlv.len(), Value::None, text);
    t.w.open(id);
    let result = rdns(t, tlv);
    t.w.close();
    result
}

/// A sequence of relative names, shown with the whole name in its line.
fn name(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let count = ber::count(t, tlv);
    let plural = if count == 1 { "" } else { "s" };
    let mut text = format!("{}: {count} item{plural}", field.label);
    let whole = name_text(t, tlv);
    if !whole.is_empty() {
        text = format!("{text} ({whole})");
    }
    let value = Value::Uint(count as u64);
    let id = t.w.text(field, tlv.content, tlv.len(), value, format_args!("{text}"));
    t.w.open(id);
    let result = rdns(t, tlv);
    t.w.close();
    result
}

fn rdns(t: &mut Tls, sequence: Tlv) -> Result<(), Stop> {
    let mut at = sequence.content;
    while at < sequence.end {
        let set = ber::read(t, at, sequence.end)?;
        let count = ber::count(t, set);
        let plural = if count == 1 { "" } else { "s" };
        let text = format!("RDNSequence item: {count} item{plural} ({})", rdn_text(t, set));
        let value = Value::Uint(count as u64);
        let id =
            t.w.text(&names::RDN_SEQUENCE_ITEM_TYPE, set.content, set.len(), value, format_args!("{text}"));
        t.w.open(id);
        let result = attributes(t, set);
        t.w.close();
        result?;
        at = set.end;
    }
    Ok(())
}

/// The attributes of one relative name, more than one only rarely.
fn attributes(t: &mut Tls, set: Tlv) -> Result<(), Stop> {
    let mut at = set.content;
    while at < set.end {
        let pair = ber::read(t, at, set.end)?;
        let text = attribute_text(t, pair).unwrap_or_default();
        let text = format_args!("RelativeDistinguishedName item ({text})");
        let id = t.w.text(
            &names::RELATIVE_DISTINGUISHED_NAME_ITEM_TYPE,
            pair.start,
            pair.end - pair.start,
            Value::None,
            text,
        );
        t.w.open(id);
        let result = attribute(t, pair);
        t.w.close();
        result?;
        at = pair.end;
    }
    Ok(())
}

fn attribute(t: &mut Tls, pair: Tlv) -> Result<(), Stop> {
    let kind = ber::read(t, pair.content, pair.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    show(t, Some(&names::OID), &Type::Oid, kind, false)?;
    let value = ber::read(t, kind.end, pair.end)?;
    t.w.name_protocol("x509sat");
    match oid.as_str() {
        // Country, and country of jurisdiction.
        "2.5.4.6" | "1.3.6.1.4.1.311.60.2.1.3" => {
            show(t, Some(&sat::COUNTRY_NAME_TYPE), &Type::Text, value, false)
        }
        "2.5.4.5" | "2.5.4.46" => show(t, Some(&sat::PRINTABLE_STRING_TYPE), &Type::Text, value, false),
        "2.5.4.20" => show(t, Some(&sat::TELEPHONE_NUMBER_TYPE), &Type::Text, value, false),
        "2.5.4.45" => show(t, Some(&sat::UNIQUE_IDENTIFIER_TYPE), &Type::Bits(&[]), value, false),
        "0.9.2342.19200300.100.1.25" | "1.2.840.113549.1.9.1" => {
            show(t, Some(&sat::IA5_STRING_TYPE), &Type::Text, value, false)
        }
        _ if oids::is_directory_string(&oid) => {
            show(t, Some(&sat::DIRECTORY_STRING_TYPE), &DIRECTORY_STRING, value, false)
        }
        _ => {
            not_implemented(t, value);
            Ok(())
        }
    }
}

/// A value of a kind that isn't known.
fn not_implemented(t: &mut Tls, value: Tlv) {
    let expert = &NOT_IMPLEMENTED;
    let text = format_args!("{}", expert.field.label);
    let id = t.w.label(value.start, value.end - value.start, text);
    t.w.open(id);
    t.w.expert(expert, id);
    t.w.close();
}

/// A name relative to the one of whoever issues a revocation list.
fn relative_name(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let count = ber::count(t, tlv);
    let id = t.w.uint(field, tlv.content, tlv.len(), count as u64);
    t.w.open(id);
    let result = attributes(t, tlv);
    t.w.close();
    result
}

/// `id-at-commonName=www.example.com,id-at-countryName=US`: the last part of a name first.
fn name_text(t: &Tls, sequence: Tlv) -> String {
    let (mut at, mut parts) = (sequence.content, Vec::new());
    while let Ok(set) = ber::read(t, at, sequence.end) {
        parts.push(rdn_text(t, set));
        at = set.end.max(at + 2);
        if at >= sequence.end {
            break;
        }
    }
    parts.reverse();
    parts.join(",")
}

fn rdn_text(t: &Tls, set: Tlv) -> String {
    let (mut at, mut parts) = (set.content, Vec::new());
    while at < set.end {
        let Ok(pair) = ber::read(t, at, set.end) else { break };
        parts.extend(attribute_text(t, pair));
        at = pair.end.max(at + 2);
    }
    parts.join(",")
}

fn attribute_text(t: &Tls, pair: Tlv) -> Option<String> {
    let kind = ber::read(t, pair.content, pair.end).ok()?;
    let value = ber::read(t, kind.end, pair.end).ok()?;
    let name = oids::name(&dotted(t.w.bytes(kind.content, kind.len()).ok()?));
    let text = ber::text(value.tag, t.w.bytes(value.content, value.len()).ok()?);
    Some(format!("{name}={text}"))
}

/// An AlgorithmIdentifier: its name stands in its line.
fn algorithm(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let kind = ber::read(t, tlv.content, tlv.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let text = format_args!("{} ({})", field.label, oids::name(&oid));
    let id = t.w.text(field, tlv.start, tlv.end - tlv.start, Value::None, text);
    t.w.open(id);
    let result = algorithm_parts(t, kind, &oid, tlv.end);
    t.w.close();
    result
}

fn algorithm_parts(t: &mut Tls, kind: Tlv, oid: &str, end: usize) -> Result<(), Stop> {
    show(t, Some(&af::ALGORITHM_ID), &Type::Oid, kind, false)?;
    if kind.end >= end {
        return Ok(());
    }
    let parameters = ber::read(t, kind.end, end)?;
    match oid {
        EC_PUBLIC_KEY => {
            t.w.name_protocol("pkcs-1");
            show(t, Some(&pkcs1::EC_PARAMETERS_TYPE), &EC_PARAMETERS, parameters, false)
        }
        RSASSA_PSS => {
            t.w.name_protocol("pkcs-1");
            show(t, Some(&pkcs1::RSASSA_PSS_PARAMS_TYPE), &PSS_PARAMETERS, parameters, false)
        }
        DSA => {
            t.w.name_protocol("x509af");
            show(t, Some(&af::DSS_PARAMS_TYPE), &DSS_PARAMETERS, parameters, false)
        }
        _ => Ok(()),
    }
}

/// A public key: only of an RSA key is its inside shown.
fn public_key_info(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let id = t.w.value(field, tlv.start, tlv.end - tlv.start, Value::None);
    t.w.open(id);
    let result = public_key(t, tlv);
    t.w.close();
    result
}

fn public_key(t: &mut Tls, tlv: Tlv) -> Result<(), Stop> {
    let algorithm = show_at(t, Some(&af::ALGORITHM), &ALGORITHM, tlv.content, tlv.end)?;
    let kind = ber::read(t, algorithm.content, algorithm.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let key = ber::read(t, algorithm.end, tlv.end)?;
    if oid != RSA {
        return bits(t, Some(&af::SUBJECT_PUBLIC_KEY), &[], key).map(drop);
    }
    let at = key.content + 1;
    let id = t.w.field(&af::SUBJECT_PUBLIC_KEY, at, key.end.saturating_sub(at))?;
    t.w.open(id);
    let inner = ber::read(t, at, key.end);
    let result = inner.and_then(|inner| sequence(t, RSA_PUBLIC_KEY, inner.content, inner.end));
    t.w.close();
    result
}
