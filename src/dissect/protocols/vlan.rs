//! VLAN tags: IEEE 802.1Q customer tags and IEEE 802.1ad service tags.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::ethernet::{self, FrameCheck};
use super::values::ethertype::ETHERTYPES;

fields! {
    PRIORITY = "vlan.priority", "Priority", uint(16).values(PRIORITIES).first_names(PRIORITIES_1998).mask(0xe000).at(0, 2);
    DEI = "vlan.dei", "DEI", boolean().names(Names::TrueFalse("Eligible", "Ineligible")).mask(0x1000).at(0, 2);
    ID = "vlan.id", "ID", uint(16).mask(0x0fff).at(0, 2);
    ETYPE = "vlan.etype", "Type", uint(16).hex().values(ETHERTYPES);
    LEN = "vlan.len", "Length", uint(16);
    TRAILER = "vlan.trailer", "Trailer", bytes();
}

/// Priority code points as IEEE 802.1Q-2011 recommends their use.
const PRIORITIES: &[(u64, &str)] = &[
    (0, "Best Effort (default)"),
    (1, "Background"),
    (2, "Excellent Effort"),
    (3, "Critical Applications"),
    (4, "Video, < 100ms latency and jitter"),
    (5, "Voice, < 10ms latency and jitter"),
    (6, "Internetwork Control"),
    (7, "Network Control"),
];

/// Traffic types of IEEE 802.1D-1998.
const PRIORITIES_1998: &[(u64, &str)] = &[
    (0, "Best Effort (default)"),
    (1, "Background"),
    (2, "Spare"),
    (3, "Excellent Effort"),
    (4, "Controlled Load"),
    (5, "Video, < 100ms latency and jitter"),
    (6, "Voice, < 10ms latency and jitter"),
    (7, "Network Control"),
];

static LEN_PAST_END: Expert = Expert::new(
    "vlan.len.past_end",
    "Length field value goes past the end of the payload",
    Group::Malformed,
    Severity::Error,
);

pub static VLAN: Protocol = Protocol {
    on: &[Key::EtherType(0x8100), Key::EtherType(0x9100)],
    fields: FIELDS,
    experts: &[&LEN_PAST_END],
    needs: 2,
    header,
    walk,
    ..Protocol::new("vlan", "802.1Q Virtual LAN", "VLAN")
};

pub static PROTOCOLS: &[&Protocol] = &[&VLAN, &service::TAG];

/// Bytes of a tag and the type behind it.
const HEADER: usize = 4;
/// The type behind a tag is a length up to here (IEEE 802.3 3.2.6).
const LONGEST: u16 = 1500;

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let kind = buf.be16(2)?;
    if kind > LONGEST {
        return Ok(Header::new(HEADER, Next::Key(Key::EtherType(kind))));
    }
    let next = if buf.be16(HEADER) == Ok(0xffff) { "ipx" } else { "llc" };
    let payload = HEADER + usize::from(kind);
    Ok(Header::new(HEADER, Next::Quiet(Key::Named(next))).inner(payload))
}

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let tag = w.be16(0)?;
    let (priority, dei, id) = (tag >> 13, tag >> 12 & 1, tag & 0xfff);
    w.title(format_args!(", PRI: {priority}, DEI: {dei}, ID: {id}"));
    w.columns.set_info(format_args!("PRI: {priority}  DEI: {dei}  ID: {id}"));
    w.fixed(&PRIORITY)?;
    w.fixed(&DEI)?;
    w.fixed(&ID)?;
    let kind = w.be16(2)?;
    if kind > LONGEST {
        w.uint(&ETYPE, 2, 2, u64::from(kind));
        if ethernet::is_data(w) {
            ethernet::unknown_type(w, kind);
        }
        ethernet::ethertype_trailer(w, HEADER, &TRAILER);
        return Ok(());
    }
    let node = w.uint(&LEN, 2, 2, u64::from(kind));
    let len = usize::from(kind);
    if len > w.remaining(HEADER) {
        w.open(node);
        w.expert(&LEN_PAST_END, node);
        w.close();
    } else {
        ethernet::trailer(w, HEADER + len, &TRAILER, FrameCheck::No);
    }
    Ok(())
}

/// IEEE 802.1ad: the tag of a provider, alone or with a second one of its kind behind it.
pub mod service {
    use super::*;

    fields! {
        PRIORITY = "ieee8021ad.priority", "Priority", uint(16).mask(0xe000).at(0, 2);
        DEI = "ieee8021ad.dei", "DEI", uint(16).mask(0x1000).at(0, 2);
        ID = "ieee8021ad.id", "ID", uint(16).mask(0x0fff);
        SVID = "ieee8021ad.svid", "ID", uint(16).mask(0x0fff);
        CVID = "ieee8021ad.cvid", "ID", uint(16).mask(0x0fff);
        ETYPE = "ieee8021ah.etype", "Type", uint(16).hex().values(ETHERTYPES);
        TRAILER = "ieee8021ah.trailer", "Trailer", bytes();
    }

    const SERVICE_TAG: u16 = 0x88a8;

    pub static TAG: Protocol = Protocol {
        on: &[Key::EtherType(SERVICE_TAG)],
        fields: FIELDS,
        header,
        walk,
        ..Protocol::new("ieee8021ad", "IEEE 802.1ad", "802.1ad")
    };

    fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
        let (len, kind) = match buf.be16(2)? {
            SERVICE_TAG => (2 * HEADER, buf.be16(6)?),
            kind => (HEADER, kind),
        };
        Ok(Header::new(len, Next::Key(Key::EtherType(kind))))
    }

    fn walk(w: &mut Walk) -> Result<(), Stop> {
        let (tag, behind) = (w.be16(0)?, w.be16(2)?);
        let (priority, drop, id) = (tag >> 13, tag >> 12 & 1, tag & 0xfff);
        let (kind, len) = if behind == SERVICE_TAG {
            let customer = w.be16(4)? & 0xfff;
            w.title(format_args!(", S-VID: {id}, C-VID: {customer}"));
            w.columns.set_info(format_args!(
                "PRI: {priority}  DROP: {drop}  S-VID: {id}  C-VID: {customer}"
            ));
            one_tag(w, 0, &SVID)?;
            one_tag(w, 4, &CVID)?;
            (w.be16(6)?, 2 * HEADER)
        } else {
            w.title(format_args!(", ID: {id}"));
            w.columns.set_info(format_args!("PRI: {priority}  DROP: {drop} ID: {id}"));
            one_tag(w, 0, &ID)?;
            (behind, HEADER)
        };
        w.uint(&ETYPE, len - 2, 2, u64::from(kind));
        if ethernet::is_data(w) {
            ethernet::unknown_type(w, kind);
        }
        ethernet::ethertype_trailer(w, len, &TRAILER);
        Ok(())
    }

    /// Priority and drop bit are shown on the first byte of the tag alone.
    fn one_tag(w: &mut Walk, at: usize, id: &'static Field) -> Result<(), Stop> {
        let byte = w.u8(at)?;
        let (high, low) = (byte >> 5, byte >> 4 & 1);
        let text = format_args!("{high:03b}. .... .... .... = Priority: {high}");
        w.text(&PRIORITY, at, 1, Value::Uint(u64::from(high)), text);
        let text = format_args!("...{low} .... .... .... = DEI: {low}");
        w.text(&DEI, at, 1, Value::Uint(u64::from(low)), text);
        w.field(id, at, 2)?;
        Ok(())
    }
}
