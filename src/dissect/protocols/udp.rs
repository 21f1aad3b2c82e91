//! UDP, RFC 768.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, SET};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SRCPORT = "udp.srcport", "Source Port", uint(16).base(Base::UdpPort).at(0, 2);
    DSTPORT = "udp.dstport", "Destination Port", uint(16).base(Base::UdpPort).at(2, 2);
    /// Either port.
    PORT = "udp.port", "Source or Destination Port", uint(16).base(Base::UdpPort).any_of(&[&SRCPORT, &DSTPORT]);
    LENGTH = "udp.length", "Length", uint(16).at(4, 2);
    CHECKSUM = "udp.checksum", "Checksum", uint(16).hex();
    CHECKSUM_STATUS = "udp.checksum.status", "Checksum Status", uint(8).values(CHECKSUM_STATES);
    STREAM = "udp.stream", "Stream index", uint(32).fact();
    PAYLOAD = "udp.payload", "Payload", bytes();
    TIME_RELATIVE = "udp.time_relative", "Time since first frame", duration().fact();
    TIME_DELTA = "udp.time_delta", "Time since previous frame", duration().fact();
    POSSIBLE = "udp.pdu.size", "PDU Size", uint(32).names(SET);
}

const CHECKSUM_STATES: &[(u64, &str)] =
    &[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")];

static BAD_LENGTH: Expert = Expert::new(
    "udp.length.bad",
    "Bad length value",
    Group::Malformed,
    Severity::Error,
);

pub static PROTOCOL: Protocol = Protocol {
    on: &[Key::IpProto(17)],
    fields: FIELDS,
    experts: &[&BAD_LENGTH],
    header,
    walk,
    ..Protocol::new("udp", "User Datagram Protocol", "UDP")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL];

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (source, destination) = (buf.be16(0)?, buf.be16(2)?);
    let length = usize::from(buf.be16(4)?);
    buf.be16(6)?;
    let next = Next::Udp { source, destination };
    Ok(if length < 8 { Header::new(8, next) } else { Header::new(8, next).end(length) })
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let (source, destination) = (w.be16(0)?, w.be16(2)?);
    w.title(format_args!(", Src Port: {source}, Dst Port: {destination}"));
    let length = w.be16(4).unwrap_or(8);
    w.columns.set_info(format_args!(
        "{source} → {destination} Len={}",
        length.saturating_sub(8)
    ));
    w.fixed(&SRCPORT)?;
    w.fixed(&DSTPORT)?;
    w.hidden(&PORT, 0, 2, Value::Uint(u64::from(source)));
    w.hidden(&PORT, 2, 2, Value::Uint(u64::from(destination)));
    let id = w.fixed(&LENGTH)?;
    if length < 8 {
        w.open(id);
        w.expert(&BAD_LENGTH, id);
        w.close();
    }
    let checksum = w.be16(6)?;
    w.text(
        &CHECKSUM,
        6,
        2,
        Value::Uint(u64::from(checksum)),
        format_args!("Checksum: 0x{checksum:04x} [unverified]"),
    );
    w.generated(&CHECKSUM_STATUS, 6, Value::Uint(2));
    facts(w);
    let payload = w.buf.from(8);
    if !payload.is_empty() {
        w.text(
            &PAYLOAD,
            8,
            payload.len(),
            Value::Bytes(payload),
            format_args!("UDP payload ({} bytes)", payload.len()),
        );
    }
    Ok(())
}

fn facts(w: &mut Walk) {
    let Some(f) = w.context.facts.udp(w.index) else { return };
    w.generated(&STREAM, 8, Value::Uint(u64::from(f.stream)));
    let id = w.label(8, 0, format_args!("Timestamps"));
    w.open(id);
    w.generated(&TIME_RELATIVE, 8, Value::Duration(f.time_relative.into()));
    w.generated(&TIME_DELTA, 8, Value::Duration(f.time_delta.into()));
    w.close();
}
