//! Responses of the Online Certificate Status Protocol (RFC 6960 4.2), as a server of TLS staples them, and
//! as bodies of HTTP. Requests are only recognised.

use super::fields::ocsp::*;
use super::{ALGORITHM, EXTENSIONS, NAME, OCSP, append_subject};
use crate::dissect::buf::Stop;
use crate::dissect::facts::TlsFacts;
use crate::dissect::field::Field;
use crate::dissect::protocols::http::media::MEDIA_TYPE;
use crate::dissect::protocols::tls::Tls;
use crate::dissect::protocols::tls::ber::{self, *};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

static RESPONSE_PARTS: &[Member] =
    &[member(&RESPONSE_STATUS, &Type::Enumerated), explicit(0, &RESPONSE_BYTES, &Type::With(bytes))];

static BASIC: Type = Type::Sequence(&[
    member(&TBS_RESPONSE_DATA, &DATA),
    member(&SIGNATURE_ALGORITHM, &ALGORITHM),
    member(&SIGNATURE, &Type::Bits(&[])),
    explicit(0, &CERTS, &Type::List(&CERTIFICATE_TYPE, &Type::With(certificate))),
]);

static DATA: Type = Type::Sequence(&[
    explicit(0, &VERSION, &Type::Integer),
    member(&RESPONDER_ID, &RESPONDER),
    member(&PRODUCED_AT, &Type::GeneralizedTime),
    member(&RESPONSES, &Type::List(&SINGLE_RESPONSE_TYPE, &SINGLE)),
    explicit(1, &RESPONSE_EXTENSIONS, &EXTENSIONS),
]);

static RESPONDER: Type =
    Type::Choice(&[choice_explicit(1, 1, &BY_NAME, &NAME), choice_explicit(2, 2, &BY_KEY, &Type::Octets)]);

static SINGLE: Type = Type::Sequence(&[
    member(&CERT_ID, &CERTIFICATE_ID),
    member(&CERT_STATUS, &STATUS),
    member(&THIS_UPDATE, &Type::GeneralizedTime),
    explicit(0, &NEXT_UPDATE, &Type::GeneralizedTime),
    explicit(1, &SINGLE_EXTENSIONS, &EXTENSIONS),
]);

static CERTIFICATE_ID: Type = Type::Sequence(&[
    member(&HASH_ALGORITHM, &ALGORITHM),
    member(&ISSUER_NAME_HASH, &Type::Octets),
    member(&ISSUER_KEY_HASH, &Type::Octets),
    member(&SERIAL_NUMBER, &Type::Number),
]);

static STATUS: Type = Type::Choice(&[
    choice_tagged(0, &GOOD, &Type::Null),
    choice_tagged(
        1,
        &REVOKED,
        &Type::Sequence(&[
            member(&REVOCATION_TIME, &Type::GeneralizedTime),
            explicit(0, &REVOCATION_REASON, &Type::Enumerated),
        ]),
    ),
    choice_tagged(2, &UNKNOWN, &Type::Null),
]);

/// The walk over a body of HTTP.
pub fn body(w: &mut Walk) -> Result<(), Stop> {
    /// The object identifier of a nonce, RFC 6960 4.4.1.
    const NONCE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
    w.columns.set_protocol("OCSP");
    let (bytes, len) = (w.buf.data, w.buf.reported);
    if w.text_note(MEDIA_TYPE).is_some_and(|kind| kind.ends_with("-request")) {
        w.columns.set_info(format_args!("Request"));
        if bytes.windows(NONCE.len()).any(|window| window == NONCE) {
            w.name_protocol("ocsp");
        }
        return Ok(());
    }
    w.columns.set_info(format_args!("Response"));
    let state = TlsFacts::default();
    let mut t = Tls { w, state, from_client: false, short_version: "", records: false, pending: None };
    let tlv = ber::read(&t, 0, len)?;
    // More than a status: the kind of response names the protocol again.
    if tlv.len() > 3 {
        t.w.name_protocol("ocsp");
    }
    sequence(&mut t, RESPONSE_PARTS, tlv.content, tlv.end)
}

/// Dissects a response as a layer of its own within the open node.
pub fn response(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let tlv = ber::read(t, at, end)?;
    t.w.name_protocol("ocsp");
    let text = format_args!("OCSP Response");
    let id = t.w.text(&OCSP.layer, at, end - at, Value::None, text);
    t.w.open(id);
    let result = sequence(t, RESPONSE_PARTS, tlv.content, tlv.end);
    t.w.close();
    result
}

/// What kind of response it is, and the response as an octet string.
fn bytes(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let id = t.w.value(field, tlv.start, tlv.end - tlv.start, Value::None);
    t.w.open(id);
    let result = bytes_parts(t, tlv);
    t.w.close();
    result
}

fn bytes_parts(t: &mut Tls, tlv: Tlv) -> Result<(), Stop> {
    let kind = ber::read(t, tlv.content, tlv.end)?;
    let oid = dotted(t.w.bytes(kind.content, kind.len())?);
    let name = super::oids::name(&oid);
    let text = format_args!("ResponseType Id: {oid} ({name})");
    t.w.text(&RESPONSE_TYPE_ID, kind.content, kind.len(), Value::Str(&oid), text);
    let octets = ber::read(t, kind.end, tlv.end)?;
    if oid != "1.3.6.1.5.5.7.48.1.1" {
        return Ok(());
    }
    show_at(t, Some(&BASIC_OCSP_RESPONSE_TYPE), &BASIC, octets.content, octets.end).map(drop)
}

fn certificate(t: &mut Tls, field: Option<&'static Field>, tlv: Tlv) -> Result<(), Stop> {
    let Some(field) = field else { return Ok(()) };
    let id = t.w.value(field, tlv.start, tlv.end - tlv.start, Value::None);
    append_subject(t, id, tlv);
    t.w.open(id);
    let result = sequence(t, super::CERTIFICATE, tlv.content, tlv.end);
    t.w.close();
    result
}
