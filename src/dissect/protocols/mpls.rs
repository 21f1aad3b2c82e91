//! MPLS label stacks (RFC 3032), pseudowire associated channels (RFC 4385, RFC 5586), and Ethernet
//! pseudowires, which nothing in the packet announces (RFC 4448).

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::field::Base;
use crate::dissect::layers::Chain;
use crate::dissect::names;
use crate::dissect::protocol::{Header, Key, Next, Protocol};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

use super::values::mpls::{CHANNEL_TYPES, LABELS};

fields! {
    LABEL = "mpls.label", "MPLS Label", uint(32).base(Base::DecHex).mask(0xffff_f000).at(0, 4);
    EXP = "mpls.exp", "MPLS Experimental Bits", uint(32).mask(0x0e00).at(0, 4);
    BOTTOM = "mpls.bottom", "MPLS Bottom Of Label Stack", uint(32).mask(0x0100).at(0, 4);
    TTL = "mpls.ttl", "MPLS TTL", uint(32).mask(0x00ff).at(0, 4);
}

pub static MPLS: Protocol = Protocol {
    on: &[Key::EtherType(0x8847), Key::EtherType(0x8848)],
    fields: FIELDS,
    needs: 4,
    header,
    walk,
    ..Protocol::new("mpls", "MultiProtocol Label Switching Header", "MPLS")
};

pub static PROTOCOLS: &[&Protocol] =
    &[&MPLS, &channel::PWACH, &ethernet::HEURISTIC, &ethernet::PLAIN, &ethernet::WITH_WORD];

/// Generic associated channel label (RFC 5586 4).
const GAL: u32 = 13;

/// Bytes of the label stack, and its last label.
fn stack(buf: &Buf) -> Result<(usize, u32), Stop> {
    let mut at = 0;
    loop {
        let entry = buf.be32(at)?;
        at += 4;
        if entry & 0x100 != 0 {
            return Ok((at, entry >> 12));
        }
    }
}

fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
    let (len, label) = stack(buf)?;
    let next = match (label, buf.u8(len)? >> 4) {
        (GAL, _) | (_, 1) => Next::Quiet(Key::Named("pwach")),
        (_, 0) => Next::Quiet(Key::Named("pwethheuristic")),
        (_, 4) => Next::Quiet(Key::EtherType(0x0800)),
        (_, 6) => Next::Quiet(Key::EtherType(0x86dd)),
        _ => Next::Data,
    };
    Ok(Header::new(len, next))
}

/// Each label is shown as a header of its own.
fn walk(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_info(format_args!("MPLS Label Switched Packet"));
    let mut at = 0;
    loop {
        let entry = w.be32(at)?;
        let (label, bottom) = (entry >> 12, entry >> 8 & 1);
        let name = LABELS.iter().find(|l| l.0 == u64::from(label)).map(|l| l.1);
        entry_title(w, at, entry, name);
        match name {
            Some(name) => {
                let bits = Bits(label);
                let text = format_args!("{bits} = MPLS Label: {name} ({label})");
                w.text(&LABEL, at, 4, Value::Uint(u64::from(label)), text);
            }
            None => _ = w.field(&LABEL, at, 4)?,
        }
        for field in [&EXP, &BOTTOM, &TTL] {
            w.field(field, at, 4)?;
        }
        at += 4;
        if bottom != 0 {
            w.leave_note("mpls.label", u64::from(label));
            // What the label stack announces has to be there.
            w.u8(at)?;
            return Ok(());
        }
    }
}

fn entry_title(w: &mut Walk, at: usize, entry: u32, name: Option<&str>) {
    if at > 0 {
        w.close();
        w.node = w.value(&MPLS.layer, at, 4, Value::None);
        w.open(w.node);
    } else {
        w.resize(w.node, 4);
    }
    let (label, exp, bottom, ttl) = (entry >> 12, entry >> 9 & 7, entry >> 8 & 1, entry & 0xff);
    let (open, name, close) = name.map_or(("", "", ""), |n| (" (", n, ")"));
    w.title(format_args!(", Label: {label}{open}{name}{close}, Exp: {exp}, S: {bottom}, TTL: {ttl}"));
}

/// The twenty bits of a label as the tree draws them.
struct Bits(u32);

impl std::fmt::Display for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for nibble in (0..5).rev() {
            write!(f, "{:04b} ", self.0 >> (nibble * 4) & 15)?;
        }
        f.write_str(".... .... ....")
    }
}

/// The associated channel of a pseudowire or a label switched path.
mod channel {
    use super::*;

    fields! {
        VERSION = "pwach.ver", "Channel Version", uint(8).mask(0x0f).at(0, 1);
        RESERVED = "pwach.res", "Reserved", uint(8).hex().at(1, 1);
        TYPE = "pwach.channel_type", "Channel Type", uint(16).hex().values(CHANNEL_TYPES).at(2, 2);
    }

    pub static PWACH: Protocol = Protocol {
        fields: FIELDS,
        header,
        walk,
        ..Protocol::new("pwach", "PW Associated Channel Header", "PW ACH")
    };

    fn header(buf: &Buf, _: &Chain) -> Result<Header, Stop> {
        let next = match buf.be16(2)? {
            0x21 => Next::Quiet(Key::EtherType(0x0800)),
            0x57 => Next::Quiet(Key::EtherType(0x86dd)),
            0x07 => Next::Quiet(Key::Named("bfd")),
            _ => Next::Data,
        };
        Ok(Header::new(4, next))
    }

    fn walk(w: &mut Walk) -> Result<(), Stop> {
        let kind = w.be16(2)?;
        if w.note("mpls.label") == Some(u64::from(GAL)) {
            w.set_title(format_args!("Generic Associated Channel Header"));
        }
        match TYPE.value_name(u64::from(kind)) {
            Some(name) => w.columns.set_info(format_args!("{name}")),
            None => w.columns.set_info(format_args!("Unknown (0x{kind:04x})")),
        }
        w.fixed(&VERSION)?;
        w.fixed(&RESERVED)?;
        w.fixed(&TYPE)?;
        Ok(())
    }
}

/// Ethernet behind labels: with or without a control word before it.
mod ethernet {
    use super::*;

    fields! {
        SEQUENCE = "pweth.cw.sequence_number", "Sequence Number", uint(16).at(2, 2);
    }

    /// Looks which of the two it is; shows nothing itself.
    pub static HEURISTIC: Protocol = Protocol {
        header: |buf, _| {
            let next = if has_word(buf) { "pwethcw" } else { "pwethnocw" };
            Ok(Header::new(0, Next::Quiet(Key::Named(next))))
        },
        bare: true,
        ..Protocol::new("pwethheuristic", "Ethernet PW (CW heuristic)", "")
    };

    /// Without a control word there is nothing to show either.
    pub static PLAIN: Protocol = Protocol {
        header: |_, _| Ok(Header::new(0, Next::Quiet(Key::Named("eth")))),
        bare: true,
        ..Protocol::new("pwethnocw", "Ethernet PW (no CW)", "")
    };

    pub static WITH_WORD: Protocol = Protocol {
        fields: FIELDS,
        header: |_, _| Ok(Header::new(4, Next::Quiet(Key::Named("eth")))),
        walk,
        ..Protocol::new("pwethcw", "PW Ethernet Control Word", "")
    };

    fn walk(w: &mut Walk) -> Result<(), Stop> {
        w.fixed(&SEQUENCE)?;
        Ok(())
    }

    /// True if a control word, whose first bits are zero, makes more sense than a MAC address there:
    /// if more is known of the addresses behind it, or there is no room for an Ethernet header else.
    fn has_word(buf: &Buf) -> bool {
        let known = |at: usize| match buf.array::<6>(at) {
            Ok([a, b, c, ..]) => usize::from(a & 1 != 0 || names::organisation([a, b, c]).is_some()),
            Err(_) => 0,
        };
        buf.reported < 14 || known(4) + known(10) > known(0) + known(6)
    }
}
