//! Fields of our own, `sniff.…`: what no header says and people ask for. They are in the tree of the TUI,
//! in filters and in `-e`, and in compatible output only when asked for.

use std::net::IpAddr;

use crate::dissect::subnet::Subnet;
use crate::dissect::protocol::Protocol;
use crate::dissect::text::{V4, V6};
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    SUBNET = "sniff.subnet", "Subnet", string()
        .about("A known subnet that the source or destination address lies in");
    SAME_SUBNET = "sniff.same_subnet", "Same subnet", boolean()
        .about("Source and destination lie in the same known subnet");
    HANDSHAKE = "sniff.tcp.handshake", "Handshake", string()
        .about("The frames of a TCP three-way handshake and how long it took");
}

pub static PROTOCOL: Protocol =
    Protocol { fields: FIELDS, ..Protocol::new("sniff", "What sniff says beside the protocols", "") };

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL];

/// Says which known subnets the addresses of an IP header lie in, and shows the AND with the mask.
/// `places`: offsets of source and destination in the layer.
pub fn subnets(w: &mut Walk, source: IpAddr, destination: IpAddr, places: (usize, usize)) {
    if !w.wants_own_fields() || !w.wants_fields() {
        return;
    }
    let names = w.context.names;
    let (from, to) = (names.subnet_of(&source), names.subnet_of(&destination));
    let same = match (from, to) {
        (Some(a), Some(b)) => a.network == b.network && a.prefix == b.prefix,
        _ => false,
    };
    let len = if source.is_ipv4() { 4 } else { 16 };
    if let (Some(subnet), true) = (from, same) {
        let text = format!("{subnet}");
        let id = w.put_own(
            &SUBNET,
            (places.0, len * 2),
            Value::Str(&text),
            format_args!("Subnet {subnet} holds both ({})", subnet.origin),
        );
        w.open(id);
        masked(w, source, subnet, places.0, len);
        masked(w, destination, subnet, places.1, len);
        w.close();
    } else {
        for (subnet, address, at) in [(from, source, places.0), (to, destination, places.1)] {
            let Some(subnet) = subnet else { continue };
            let text = format!("{subnet}");
            let id = w.put_own(
                &SUBNET,
                (at, len),
                Value::Str(&text),
                format_args!("Subnet {subnet} holds {address} only ({})", subnet.origin),
            );
            w.open(id);
            masked(w, source, subnet, places.0, len);
            masked(w, destination, subnet, places.1, len);
            w.close();
        }
    }
    if from.is_some() || to.is_some() {
        w.generated(&SAME_SUBNET, places.0, Value::Bool(same));
    }
}

/// `10.77.1.10 & 255.255.255.0 = 10.77.1.0`
fn masked(w: &mut Walk, address: IpAddr, subnet: &Subnet, at: usize, len: usize) {
    match (address, subnet.network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(subnet.prefix)).unwrap_or(0);
            let result = u32::from(a) & mask;
            let other = if result == u32::from(n) { "" } else { ", another network" };
            let (mask, result) = (V4(mask.to_be_bytes()), V4(result.to_be_bytes()));
            w.label(at, len, format_args!("{a} & {mask} = {result}{other}"));
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(subnet.prefix)).unwrap_or(0);
            let result = u128::from(a) & mask;
            let other = if result == u128::from(n) { "" } else { ", another network" };
            let result = V6(result.to_be_bytes());
            w.label(at, len, format_args!("{a} & /{} = {result}{other}", subnet.prefix));
        }
        _ => {}
    }
}
