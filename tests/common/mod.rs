//! The packets of `fixtures/`, and some made by hand, for tests that go over all of them.
#![allow(dead_code, reason = "each test uses some of this")]

use std::fs;
use std::path::{Path, PathBuf};

use sniff::capture::{Scanner, Source, Step};

/// One captured packet.
#[derive(Clone)]
pub struct Captured {
    /// File and frame, or what was made.
    pub name: String,
    /// LINKTYPE_ number.
    pub link: u16,
    pub bytes: Vec<u8>,
    /// Bytes on the wire.
    pub reported: usize,
}

/// The captures of `fixtures/`, in order.
pub fn captures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut found = Vec::new();
    for topic in fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        let files = fs::read_dir(topic).unwrap().map(|e| e.unwrap().path());
        found.extend(files.filter(|p| p.extension().is_some_and(|e| e == "pcap")));
    }
    found.sort();
    assert!(found.len() >= 20, "the fixtures are gone");
    found
}

/// `tcp/handshake.pcap`
pub fn short_name(path: &Path) -> String {
    let topic = path.parent().and_then(Path::file_name).unwrap_or_default();
    format!("{}/{}", topic.to_string_lossy(), path.file_name().unwrap().to_string_lossy())
}

/// All packets of a capture.
pub fn packets(path: &Path) -> Vec<Captured> {
    let mut scanner = Scanner::new(Source::open(path).unwrap()).unwrap();
    let link = scanner.interfaces()[0].link_type.0;
    let mut found = Vec::new();
    loop {
        match scanner.next().unwrap() {
            Step::Record(record) => found.push(Captured {
                name: format!("{} frame {}", short_name(path), found.len() + 1),
                link,
                bytes: record.data.to_vec(),
                reported: record.meta.length.max(record.meta.captured) as usize,
            }),
            Step::Wait => unreachable!("a file that is complete has its end"),
            Step::End { .. } => return found,
        }
    }
}

/// Packets of protocols that the fixtures don't hold.
pub fn made() -> Vec<Captured> {
    let dns = [
        0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 3, b'w', b'w', b'w', 0, 0, 1, 0, 1, 0xc0, 12, 0, 1,
        0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 9,
    ];
    let datagram = ipv4(17, &udp(40_000, 53, &dns));
    let inner = ethernet(0x0800, &datagram);
    let six = ipv6(17, &udp(40_000, 53, &dns));
    let ethertypes: &[(&str, u16, Vec<u8>)] = &[
        ("QinQ", 0x88a8, join(&[&[0x20, 5, 0x81, 0, 0, 7, 8, 0], &datagram])),
        ("MPLS", 0x8847, join(&[&[0, 1, 0, 64, 0, 1, 0x11, 64], &datagram])),
        ("PPPoE discovery", 0x8863, [0x11, 9, 0, 0, 0, 12, 1, 1, 0, 0, 1, 3, 0, 4, 1, 2, 3, 4].to_vec()),
        ("PPPoE session", 0x8864, join(&[&[0x11, 0, 0, 1, 0, 80, 0, 0x57], &six])),
        ("LLC", 40, join(&[&[0x42, 0x42, 3, 0, 0, 0, 0, 0], &[7; 32]])),
        ("SNAP", 45, join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &datagram])),
        ("RARP", 0x8035, [&[0, 1, 8, 0, 6, 4, 0, 3][..], &[2; 20]].concat()),
    ];
    let protocols: &[(&str, u8, Vec<u8>)] = &[
        ("GRE", 47, join(&[&[0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1], &datagram])),
        ("ERSPAN", 47, join(&[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 3, 0, 0, 0, 2], &inner])),
        ("AH", 51, join(&[&[17, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2], &[5; 12], &udp(1, 53, &dns)])),
        ("ESP", 50, [&[0, 0, 0, 1, 0, 0, 0, 2][..], &[9; 40]].concat()),
        ("IP in IP", 4, datagram.clone()),
        ("6in4", 41, six.clone()),
        ("IGMPv3", 2, [0x22, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 1, 239, 0, 0, 1, 10, 0, 0, 7].to_vec()),
        ("SCTP", 132, [&[0, 7, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 20][..], &[3; 16]].concat()),
    ];
    let ports: &[(&str, u16, Vec<u8>)] = &[
        ("VXLAN", 4789, join(&[&[8, 0, 0, 0, 0, 0, 7, 0], &inner])),
        ("Geneve", 6081, join(&[&[2, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 1, 9, 9, 9, 9], &inner])),
        ("GTP", 2152, join(&[&[0x32, 0xff, 0, 70, 0, 0, 0, 1, 0, 1, 0, 0], &datagram])),
        ("Teredo", 3544, six.clone()),
        ("MDNS", 5353, dns.to_vec()),
        ("LLMNR", 5355, dns.to_vec()),
        ("DHCPv6", 547, dhcpv6()),
    ];
    let extensions = join(&[
        &[60, 0, 5, 2, 0, 0, 1, 0][..],
        &[43, 0, 1, 4, 1, 1, 0, 0],
        &[44, 2, 0, 1, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5],
        &[17, 0, 0, 0, 0, 0, 0, 9],
        &udp(40_000, 53, &dns),
    ]);
    let links: &[(&str, u16, Vec<u8>)] = &[
        ("null", 0, join(&[&[2, 0, 0, 0], &datagram])),
        ("PPP", 9, join(&[&[0xff, 3, 0, 0x21], &datagram])),
        ("raw", 101, six.clone()),
        ("Cisco HDLC", 104, join(&[&[0x0f, 0, 8, 0], &datagram])),
        ("frame relay", 107, join(&[&[0x18, 0x41, 3, 0xcc], &datagram])),
        ("SLL", 113, join(&[&[0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0], &datagram])),
        ("SLL2", 276, join(&[&[8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0], &datagram])),
        ("IPv6 extensions", 101, ipv6(0, &extensions)),
        ("IPv4 options", 101, options()),
    ];
    let mut all: Vec<(&str, u16, Vec<u8>)> = links.to_vec();
    all.extend(ethertypes.iter().map(|(name, number, bytes)| (*name, 1, ethernet(*number, bytes))));
    all.extend(protocols.iter().map(|(name, number, bytes)| (*name, 101, ipv4(*number, bytes))));
    all.extend(ports.iter().map(|(name, port, bytes)| (*name, 101, ipv4(17, &udp(*port, *port, bytes)))));
    let captured = |(name, link, bytes): (&str, u16, Vec<u8>)| Captured {
        name: name.to_owned(),
        link,
        reported: bytes.len(),
        bytes,
    };
    all.into_iter().map(captured).collect()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

pub fn ethernet(ethertype: u16, payload: &[u8]) -> Vec<u8> {
    join(&[&[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1], &ethertype.to_be_bytes(), payload])
}

pub fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = (20 + payload.len()) as u16;
    let fixed = [0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    join(&[&[0x45, 0], &length.to_be_bytes(), &fixed, payload])
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16).to_be_bytes();
    let address = |last| [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    join(&[&[0x60, 0, 0, 0], &length, &[next, 64], &address(1), &address(2), payload])
}

pub fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let length = (8 + payload.len()) as u16;
    join(&[&source.to_be_bytes(), &destination.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload])
}

/// A solicitation with client identifier, IA_NA with an address, option request, elapsed time.
fn dhcpv6() -> Vec<u8> {
    let address = [&[0, 5, 0, 24][..], &[0x20; 16], &[0, 0, 0, 1, 0, 0, 0, 2]].concat();
    join(&[
        &[
            1, 1, 2, 3, 0, 1, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1, 0, 3, 0, 40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0,
            0, 3,
        ],
        &address,
        &[0, 6, 0, 4, 0, 23, 0, 24, 0, 8, 0, 2, 0, 0],
    ])
}

/// IPv4 with loose source route, record route, time stamp and router alert, and ICMP in it.
fn options() -> Vec<u8> {
    let options: &[u8] = &[
        131, 7, 4, 10, 0, 0, 3, 7, 7, 4, 10, 0, 0, 4, 68, 12, 5, 1, 10, 0, 0, 5, 0, 0, 0, 9, 148, 4, 0, 0, 1,
        0,
    ];
    let mut packet = ipv4(1, &join(&[options, &[8, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4]]));
    packet[0] = 0x40 | (5 + options.len() as u8 / 4);
    packet
}
