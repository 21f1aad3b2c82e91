//! What the Protocol column says where it tells a version, and the suffixes of bodies.

use crate::dissect::buf::Stop;
use crate::dissect::walk::Walk;

/// The version of the record, or the one that a client asks for.
pub fn dtls(w: &mut Walk) -> Result<(), Stop> {
    let asked = matches!((w.u8(0), w.u8(13)), (Ok(22), Ok(1)));
    let version = if asked { w.be16(25) } else { w.be16(1) };
    w.columns.set_protocol(match version {
        Ok(0xfeff) => "DTLSv1.0",
        Ok(0xfefd) => "DTLSv1.2",
        Ok(0x0100) => "DTLS 1.0 (OpenSSL pre 0.9.8f)",
        _ => "DTLS",
    });
    Ok(())
}

/// Version 2 consists of types and lengths, version 1 begins with its number, 0.
pub fn hsrp(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol(if w.u8(0) == Ok(0) { "HSRP" } else { "HSRPv2" });
    Ok(())
}

/// The socket at the destination, or at the source, tells what is carried.
pub fn ipx(w: &mut Walk) -> Result<(), Stop> {
    let of = |socket| match socket {
        Ok(0x0451) => Some("NCP"),
        Ok(0x0452) => Some("IPX SAP"),
        Ok(0x0453) => Some("IPX RIP"),
        Ok(0x0455) => Some("NBIPX"),
        _ => None,
    };
    w.columns.set_protocol(of(w.be16(16)).or_else(|| of(w.be16(28))).unwrap_or("IPX"));
    Ok(())
}

/// Until the client's version was seen there is a part that marks the layer.
pub fn ssh(w: &mut Walk) -> Result<(), Stop> {
    if w.context.facts.parts(w.index).next().is_some() {
        w.columns.set_protocol("SSH");
    }
    Ok(())
}

pub fn rip(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol(match w.u8(1) {
        Ok(1) => "RIPv1",
        Ok(2) => "RIPv2",
        _ => "RIP",
    });
    Ok(())
}

pub fn port_control(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol(match w.u8(0) {
        Ok(0) => "NAT-PMP",
        Ok(1) => "PCP v1",
        _ => "PCP v2",
    });
    Ok(())
}

pub fn icq(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol(match w.buf.le16(0) {
        Ok(2) => "ICQv2",
        Ok(3) => "ICQv3",
        Ok(4) => "ICQv4",
        _ => "ICQv5",
    });
    Ok(())
}

/// The first of the two begins with 0.
pub fn tacacs(w: &mut Walk) -> Result<(), Stop> {
    w.columns.set_protocol(if w.u8(0) == Ok(0) { "TACACS" } else { "XTACACS" });
    Ok(())
}

/// The port tells what is protected.
pub fn wtls(w: &mut Walk) -> Result<(), Stop> {
    let ports = w.parent_bytes();
    let any = |port| ports.be16(0) == Ok(port) || ports.be16(2) == Ok(port);
    w.columns.set_protocol(if any(9202) {
        "WTLS+WSP"
    } else if any(9203) {
        "WTLS+WTP+WSP"
    } else {
        "WTLS"
    });
    Ok(())
}
