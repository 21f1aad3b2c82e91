//! How most packets begin: Ethernet II, IPv4 without options that is no fragment, TCP or UDP. What is found
//! here in one step is what asking each protocol in turn finds; a test holds it to that, for every length and
//! every byte. It reads these headers by itself, for that alone makes it quick.

use super::buf::Buf;
use super::protocol::Next;
use super::protocols::tcp::flag;

/// Where IPv4 begins: behind the header of Ethernet.
pub(super) const NETWORK_START: u32 = 14;
/// Bytes of the headers: without options, those of IPv4 and TCP.
const ETHERNET_HEADER: usize = NETWORK_START as usize;
const IPV4_HEADER: usize = 20;
const TCP_HEADER: usize = 20;
const UDP_HEADER: usize = 8;
/// Those outside of the transport.
const OUTSIDE: usize = ETHERNET_HEADER + IPV4_HEADER;
/// Protocol numbers of IP.
const IP_PROTO_TCP: u8 = 6;
const IP_PROTO_UDP: u8 = 17;

/// Such a packet. Offsets count from its first byte.
pub(super) struct Usual {
    pub network_end: u32,
    /// TCP, or else UDP.
    pub over_tcp: bool,
    /// Where the transport begins, what it carries, and where that ends.
    pub start: u32,
    pub payload: u32,
    pub end: u32,
    pub next: Next,
}

/// `None`: not such a packet, or fewer of its bytes than the headers take.
#[inline(always)]
pub(super) fn usual(frame: &Buf) -> Option<Usual> {
    let (outside, inside) = frame.data.split_first_chunk::<OUTSIDE>()?;
    let [.., 0x08, 0x00, 0x45, _, high, low, _, _, fragment, offset, _, over, _, _] =
        *outside.first_chunk::<26>()?
    else {
        return None;
    };
    let total = usize::from(u16::from_be_bytes([high, low]));
    if fragment & 0x3f | offset != 0 || total < IPV4_HEADER {
        return None;
    }
    let network_end = frame.reported.min(ETHERNET_HEADER + total);
    let room = network_end.checked_sub(OUTSIDE)?;
    let inside = &inside[..inside.len().min(room)];
    let [s0, s1, d0, d1, l0, l1, ..] = *inside else { return None };
    let (source, destination) = (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1]));
    let over_tcp = over == IP_PROTO_TCP;
    let (header, len, next) = match over {
        IP_PROTO_TCP if inside.len() >= TCP_HEADER && inside[12] >> 4 >= 5 => {
            let header = usize::from(inside[12] >> 4) * 4;
            let next = Next::Tcp { source, destination };
            // What a reset carries is nobody's.
            let next = if u16::from(inside[13]) & flag::RST != 0 { Next::End } else { next };
            (header.min(room), room, next)
        }
        IP_PROTO_UDP if inside.len() >= UDP_HEADER => {
            let length = usize::from(u16::from_be_bytes([l0, l1]));
            if length < UDP_HEADER {
                return None;
            }
            (UDP_HEADER, length.min(room), Next::Udp { source, destination })
        }
        _ => return None,
    };
    let at = |offset: usize| (OUTSIDE + offset) as u32;
    let (start, payload, end) = (at(0), at(header), at(len));
    Some(Usual { network_end: network_end as u32, over_tcp, start, payload, end, next })
}

#[cfg(test)]
mod tests {
    use crate::dissect::buf::Buf;
    use crate::dissect::context::Settings;
    use crate::dissect::facts::Facts;
    use crate::dissect::layers::{Layers, Surroundings};
    use crate::dissect::protocol::Key;

    /// A frame with these bytes over IP, and zeros behind them.
    fn frame(over: u8, transport: &[u8], padding: usize) -> Vec<u8> {
        let total = 20 + transport.len() as u8;
        let ip = [0x45, 0, 0, total, 0, 1, 0x40, 0, 64, over, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        [&[2; 12][..], &[8, 0], &ip[..], transport, &vec![0; padding]].concat()
    }

    /// Finds the layers with the shortcut and without it, and says whether it was taken.
    fn both_ways(layers: &mut [Layers; 2], frame: &Buf) -> bool {
        let facts = Facts::default();
        // A setting that bears on nothing here has every protocol asked.
        let set = Settings { decode_as: vec![(Key::Gre(9)..=Key::Gre(9), "data")], ..Settings::default() };
        for (layers, settings) in layers.iter_mut().zip([&Settings::default(), &set]) {
            layers.locate_below_streams(1, frame, &Surroundings { settings, facts: &facts, sources: &[] });
        }
        same(layers, frame);
        for (layers, settings) in layers.iter_mut().zip([&Settings::default(), &set]) {
            layers.locate(1, frame, &Surroundings { settings, facts: &facts, sources: &[] });
        }
        same(layers, frame);
        assert!(!layers[1].is_usual());
        layers[0].is_usual()
    }

    fn same([taken, asked]: &[Layers; 2], frame: &Buf) {
        assert_eq!((taken.as_slice(), taken.stop), (asked.as_slice(), asked.stop), "{frame:02x?}");
    }

    #[test]
    fn the_shortcut_leads_where_asking_leads() {
        let mut layers = [Layers::default(), Layers::default()];
        let ack = [4, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 1, 0, 0, 0, 0, 0];
        let request =
            [&[&ack[..12], &[0x80, 0x18], &[0; 18]].concat(), &b"GET / HTTP/1.1\r\n\r\n"[..]].concat();
        let query = b"\xc0\x00\x00\x35\x00\x1e\x00\x00\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x01\x00\x01";
        let datagram = [4, 0, 4, 1, 0, 12, 0, 0, 1, 2, 3, 4];
        for (over, transport, padding) in
            [(6, &ack[..], 6), (6, &request, 0), (17, query, 0), (17, &datagram, 4)]
        {
            let whole = frame(over, transport, padding);
            assert!(both_ways(&mut layers, &Buf::whole(&whole)));
            for captured in 0..whole.len() {
                both_ways(&mut layers, &Buf::new(&whole[..captured], whole.len()));
                both_ways(&mut layers, &Buf::whole(&whole[..captured]));
            }
            for at in 0..whole.len() {
                for value in 0..=255 {
                    let mut changed = whole.clone();
                    changed[at] = value;
                    both_ways(&mut layers, &Buf::whole(&changed));
                    both_ways(&mut layers, &Buf::new(&changed[..whole.len() - 5], whole.len()));
                }
            }
        }
    }
}
