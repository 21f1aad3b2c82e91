//! Extensions that mobility agents add to router advertisements (RFC 5944 2.1).

use std::fmt::Write;

use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    TYPE = "icmp.mip.type", "Extension Type", uint(8).values(TYPES);
    LENGTH = "icmp.mip.length", "Length", uint(8);
    PREFIX_LENGTH = "icmp.mip.prefixlength", "Prefix Length", uint(8);
    SEQ = "icmp.mip.seq", "Sequence Number", uint(16);
    LIFE = "icmp.mip.life", "Registration Lifetime", uint(16);
    FLAGS = "icmp.mip.flags", "Flags", uint(16).hex();
    R = "icmp.mip.r", "Registration Required", boolean().mask(0x8000).about("Registration with this FA is required");
    B = "icmp.mip.b", "Busy", boolean().mask(0x4000).about("This FA will not accept requests at this time");
    H = "icmp.mip.h", "Home Agent", boolean().mask(0x2000).about("Home Agent Services Offered");
    F = "icmp.mip.f", "Foreign Agent", boolean().mask(0x1000).about("Foreign Agent Services Offered");
    M = "icmp.mip.m", "Minimal Encapsulation", boolean().mask(0x0800);
    G = "icmp.mip.g", "GRE", boolean().mask(0x0400);
    V = "icmp.mip.v", "VJ Comp", boolean().mask(0x0200);
    RT = "icmp.mip.rt", "Reverse tunneling", boolean().mask(0x0100);
    U = "icmp.mip.u", "UDP tunneling", boolean().mask(0x0080);
    X = "icmp.mip.x", "Revocation support", boolean().mask(0x0040);
    RESERVED = "icmp.mip.reserved", "Reserved", uint(16).hex().mask(0x003f);
    COA = "icmp.mip.coa", "Care-Of-Address", ipv4();
    CHALLENGE = "icmp.mip.challenge", "Challenge", bytes();
    CONTENT = "icmp.mip.content", "Content", bytes();
}

const TYPES: &[(u64, &str)] = &[
    (0, "One byte padding extension"),
    (16, "Mobility Agent Advertisement Extension"),
    (19, "Prefix Lengths Extension"),
    (24, "Challenge Extension"),
];

const FLAG_FIELDS: [&Field; 10] = [&R, &B, &H, &F, &M, &G, &V, &RT, &U, &X];

/// The extensions from this offset to the end of the message.
pub fn extensions(w: &mut Walk, mut at: usize) -> Result<(), Stop> {
    while w.remaining(at) > 0 {
        let kind = w.u8(at)?;
        let length = if kind == 0 { 0 } else { usize::from(w.u8(at + 1)?) };
        let size = if kind == 0 { 1 } else { length + 2 };
        let name = TYPE.value_name(u64::from(kind));
        match name {
            Some(name) => _ = w.open_label(at, size, format_args!("Ext: {name}")),
            None => _ = w.open_label(at, size, format_args!("Ext: Unknown ext {kind}")),
        }
        w.field(&TYPE, at, 1)?;
        if kind != 0 {
            w.field(&LENGTH, at + 1, 1)?;
            content(w, kind, at + 2, length)?;
        }
        w.close();
        at += size;
    }
    Ok(())
}

fn content(w: &mut Walk, kind: u8, at: usize, length: usize) -> Result<(), Stop> {
    match kind {
        16 => agent(w, at, length)?,
        19 => {
            for i in 0..length {
                w.field(&PREFIX_LENGTH, at + i, 1)?;
            }
        }
        24 => _ = w.field(&CHALLENGE, at, length)?,
        _ => _ = w.field(&CONTENT, at, length)?,
    }
    Ok(())
}

fn agent(w: &mut Walk, at: usize, length: usize) -> Result<(), Stop> {
    w.field(&SEQ, at, 2)?;
    w.field(&LIFE, at + 2, 2)?;
    let flags = u64::from(w.be16(at + 4)?);
    let mut names = String::new();
    for f in FLAG_FIELDS {
        if flags & f.mask != 0 {
            let _ = write!(names, ", {}", f.label);
        }
    }
    let text = format_args!("Flags: 0x{flags:04x}{names}");
    let id = w.text(&FLAGS, at + 4, 2, Value::Uint(flags), text);
    w.open(id);
    for f in FLAG_FIELDS {
        w.field(f, at + 4, 2)?;
    }
    w.field(&RESERVED, at + 4, 2)?;
    w.close();
    for i in 0..length.saturating_sub(6) / 4 {
        w.field(&COA, at + 6 + i * 4, 4)?;
    }
    Ok(())
}
