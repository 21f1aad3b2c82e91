//! Protocols that show by their first bytes, in the order in which they are tried: strict tests first.

use super::{guess, lengths, rpc, shape, versions};
use crate::dissect::protocol::{Guess, Key, Protocol};

claims! {
    "gquic", "GQUIC (Google Quick UDP Internet Connections)", "GQUIC", [], { guesses: &[Guess::over("udp", guess::is_gquic)] };
    "stun", "Session Traversal Utilities for NAT", "STUN", [TcpPort(3478), UdpPort(3478)], { accept: Some(guess::is_stun_or_channel), guesses: &[Guess::over("udp", guess::is_stun), Guess::over("tcp", guess::is_stun)], header: shape::stun, pdu: Some(lengths::stun), sizes: true };
    "classicstun", "Simple Traversal of UDP Through NAT", "CLASSIC-STUN", [], { guesses: &[Guess::over("udp", guess::is_classic_stun)] };
    "dtls", "Datagram Transport Layer Security", "DTLSv1.2", [UdpPort(853), UdpPort(2221), UdpPort(5684), UdpPort(5868), SctpPort(853), SctpPort(2221), SctpPort(5868)], { accept: Some(guess::is_dtls), guesses: &[Guess::over("udp", guess::is_dtls)], walk: versions::dtls };
    "rtcp", "Real-time Transport Control Protocol", "RTCP", [], { guesses: &[Guess::over("udp", guess::is_rtcp)] };
    "raknet", "RakNet game networking protocol", "RakNet", [UdpPort(19132)], { guesses: &[Guess::over("udp", guess::is_raknet)] };
    "sip", "Session Initiation Protocol", "SIP", [TcpPort(5060), UdpPort(5060)], { accept: Some(guess::is_sip), guesses: &[Guess::over("udp", guess::is_sip)] };
    "rpc", "Remote Procedure Call", "RPC", [TcpPort(111), UdpPort(111)], { guesses: &[Guess::over("udp", guess::is_rpc), Guess::over("tcp", guess::is_rpc_record)], pdu: Some(lengths::rpc), header: rpc::header, walk: rpc::walk };
    "bt-dht", "BitTorrent DHT Protocol", "BT-DHT", [], { guesses: &[Guess::over("udp", guess::is_dht)] };
    "caneth", "Controller Area Network over Ethernet", "CAN-ETH", [UdpPort(11898)], { guesses: &[Guess::over("udp", guess::is_can_over_ethernet)], header: shape::can_over_ethernet };
    "miop", "Unreliable Multicast Inter-ORB Protocol", "GIOP", [], { guesses: &[Guess::over("udp", guess::is_miop)] };
    "bittorrent", "BitTorrent", "BitTorrent", [TcpPort(6881), TcpPort(6882), TcpPort(6883), TcpPort(6884), TcpPort(6885), TcpPort(6886), TcpPort(6887), TcpPort(6888), TcpPort(6889)], { guesses: &[Guess::over("tcp", guess::is_bittorrent)], pdu: Some(lengths::bittorrent), sizes: true };
    "openflow", "OpenFlow", "OpenFlow", [TcpPort(6653), TcpPort(6633)], { guesses: &[Guess::over("tcp", guess::is_openflow)], pdu: Some(lengths::openflow), sizes: true, header: shape::openflow };
    "giop", "General Inter-ORB Protocol", "GIOP", [], { guesses: &[Guess::over("tcp", guess::is_giop)], pdu: Some(lengths::giop), sizes: true };
    "ziop", "Zipped Inter-ORB Protocol", "ZIOP", [], { guesses: &[Guess::over("tcp", guess::is_ziop)] };
    "hl7", "Health Level Seven", "HL7", [TcpPort(2575)], { accept: Some(guess::is_hl7), guesses: &[Guess::over("tcp", guess::is_hl7)] };
    "ymsg", "Yahoo YMSG Messenger Protocol", "YMSG", [], { guesses: &[Guess::over("tcp", guess::is_yahoo)], pdu: Some(lengths::ymsg), sizes: true };
}
