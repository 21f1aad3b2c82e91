//! Packets for tests of analysis.

use crate::dissect::buf::Buf;
use crate::dissect::context::Settings;
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Layers, Surroundings, locate};

/// LINKTYPE_RAW.
pub const RAW: u16 = 101;

/// An IPv4 packet with a TCP segment; the client has the greater port.
pub fn segment(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 40 + payload.len() as u8, 0, 0, 0, 0, 64, 6, 0, 0];
    let (client, server) = ([10u8, 0, 0, 1], [10u8, 0, 0, 2]);
    let (from, to) = if source > destination { (client, server) } else { (server, client) };
    packet.extend([from, to].concat());
    packet.extend([source.to_be_bytes(), destination.to_be_bytes()].concat());
    packet.extend([0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 1, 0, 0, 0, 0, 0]);
    packet.extend(payload);
    packet
}

/// Its layers, before anything else is known.
pub fn located(packet: &[u8]) -> Layers {
    let (settings, facts) = (Settings::default(), Facts::default());
    let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
    locate(RAW, &Buf::whole(packet), &around)
}
