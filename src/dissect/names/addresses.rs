//! Names of well-known MAC addresses: those that IEEE 802 and other standards assign, and blocks of
//! them. Vendors' blocks are in `vendors`.

use std::fmt::Write;

/// The name of an address that a standard assigns.
pub fn well_known(address: [u8; 6]) -> Option<String> {
    let number = address.iter().fold(0, |n, b| n << 8 | u64::from(*b));
    if let Ok(at) = ADDRESSES.binary_search_by_key(&number, |a| a.0) {
        return Some(ADDRESSES[at].1.to_string());
    }
    if let Some(name) = load_balanced(number) {
        return Some(name);
    }
    let mask = |bits: u32| u64::MAX << (48 - bits);
    let (_, bits, name) = BLOCKS.iter().find(|(start, bits, _)| number & mask(*bits) == *start)?;
    Some(within(name, number & !mask(*bits)))
}

/// Network Load Balancing gives the hosts of a cluster, numbered from 1, addresses of their own.
fn load_balanced(number: u64) -> Option<String> {
    let host = number.checked_sub(0x0200_0000_0000)? >> 32;
    let rest = number & 0xffff_ffff;
    (1..=31).contains(&host).then(|| within(&format!("MS-NLB-PhysServer-{host:02}"), rest))
}

/// `IPv4mcast_7f:ff:fa`: a block's name and what is left of the address, without leading zeros.
fn within(name: &str, rest: u64) -> String {
    let mut s = format!("{name}_");
    let bytes = rest.to_be_bytes();
    let first = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len() - 1);
    for (i, b) in bytes[first..].iter().enumerate() {
        let _ = write!(s, "{}{b:02x}", if i == 0 { "" } else { ":" });
    }
    s
}

/// Blocks: first address, bits that all have in common, name. The smallest block comes first.
const BLOCKS: &[(u64, u32, &str)] = &[
    (0x0180_c200_0030, 45, "OAM-Multicast-DA-Class-1"),
    (0x0180_c200_0038, 45, "OAM-Multicast-DA-Class-2"),
    (0x0900_2b00_0010, 44, "DEC-Experimental"),
    (0x0000_5e00_0100, 40, "IETF-VRRP-VRID"),
    (0x0000_0c07_ac00, 40, "All-HSRP-routers"),
    (0x0900_0700_0000, 40, "AppleTalk-Zone-multicast-addresses"),
    (0x0900_56ff_0000, 32, "Stanford-V-Kernel,-version-6.0"),
    (0xab00_0401_0000, 32, "DEC-Local-Area-VAX-Cluster-groups-SCA"),
    (0x0180_c200_0000, 24, "Spanning-tree-(for-bridges)"),
    (0x0100_5e00_0000, 24, "IPv4mcast"),
    (0x0100_0c00_0000, 24, "ISL-Frame"),
    (0x0c00_0c00_0000, 24, "ISL-Frame"),
    (0x3333_0000_0000, 16, "IPv6mcast"),
    (0x02bf_0000_0000, 16, "MS-NLB-VirtServer"),
    (0x03bf_0000_0000, 16, "MS-NLB-VirtServer-Multicast"),
    (0x0220_0000_0000, 11, "MS-NLB-PhysServer-32"),
];

/// Single addresses, sorted.
const ADDRESSES: &[(u64, &str)] = &[
    (0x00e0_2b00_0000, "Extreme-EDP"),
    (0x00e0_2b00_0001, "Extreme-EEP"),
    (0x00e0_2b00_0002, "Extreme-ESRP-Client"),
    (0x00e0_2b00_0004, "Extreme-EAPS"),
    (0x00e0_2b00_0006, "Extreme-EAPS-SL"),
    (0x00e0_2b00_0008, "Extreme-ESRP-Master"),
    (0x0100_0ccc_cccc, "CDP/VTP/DTP/PAgP/UDLD"),
    (0x0100_0ccc_cccd, "PVST+"),
    (0x0100_0ccd_cdcd, "STP-UplinkFast"),
    (0x0100_0ccd_cdce, "VLAN-bridge"),
    (0x0100_0ccd_cdd0, "GBPT"),
    (0x0100_0cdd_dddd, "CGMP"),
    (0x0100_1000_0020, "Hughes-Lan-Systems-Terminal-Server-S/W-download"),
    (0x0100_8100_0000, "Nortel-Network-Management"),
    (0x0100_8100_0002, "Nortel-Network-Management"),
    (0x0180_2400_0000, "Kalpana-Etherswitch-every-60-seconds"),
    (0x0180_c200_0001, "MAC-specific-ctrl-proto-01"),
    (0x0180_c200_0002, "Slow-Protocols"),
    (0x0180_c200_0003, "Nearest-non-TPMR-bridge"),
    (0x0180_c200_0004, "MAC-specific-ctrl-proto-04"),
    (0x0180_c200_0005, "Reserved-future-std-05"),
    (0x0180_c200_0006, "Reserved-future-std-06"),
    (0x0180_c200_0007, "MEF-Forum-ELMI-proto"),
    (0x0180_c200_0008, "Provider-Bridge"),
    (0x0180_c200_0009, "Reserved-future-std-09"),
    (0x0180_c200_000a, "Reserved-future-std-0a"),
    (0x0180_c200_000b, "EDE-SS-PEP"),
    (0x0180_c200_000c, "Reserved-future-std-0c"),
    (0x0180_c200_000d, "Provider-Bridge-MVRP"),
    (0x0180_c200_000e, "LLDP_Multicast"),
    (0x0180_c200_000f, "Reserved-future-std-0f"),
    (0x0180_c200_0010, "Bridge-Management"),
    (0x0180_c200_0011, "Load-Server"),
    (0x0180_c200_0012, "Loadable-Device"),
    (0x0180_c200_0013, "IEEE-1905.1-Control"),
    (0x0180_c200_0014, "ISIS-all-level-1-IS's"),
    (0x0180_c200_0015, "ISIS-all-level-2-IS's"),
    (0x0180_c200_0018, "IEEE-802.1B-All-Manager-Stations"),
    (0x0180_c200_0019, "IEEE-802.11aa-groupcast-with-retries"),
    (0x0180_c200_001a, "IEEE-802.1B-All-Agent-Stations"),
    (0x0180_c200_001b, "ESIS-all-multicast-capable-ES's"),
    (0x0180_c200_001c, "ESIS-all-multicast-announcements"),
    (0x0180_c200_001d, "ESIS-all-multicast-capable-IS's"),
    (0x0180_c200_001e, "Token-Ring-all-DTR-Concentrators"),
    (0x0180_c200_0040, "All-RBridges"),
    (0x0180_c200_0041, "All-IS-IS-RBridges"),
    (0x0180_c200_0042, "All-Egress-RBridges"),
    (0x0180_c200_0045, "TRILL-End-Stations"),
    (0x0180_c200_0046, "All-Edge-RBridges"),
    (0x0180_c200_0100, "FDDI-RMT-Directed-Beacon"),
    (0x0180_c200_0110, "FDDI-status-report-frame"),
    (0x01e0_2f00_0001, "DOCSIS-CM"),
    (0x01e0_2f00_0002, "DOCSIS-CMTS"),
    (0x01e0_2f00_0003, "DOCSIS-STP"),
    (0x0300_0000_0001, "NETBIOS-"),
    (0x0300_0000_0002, "Locate-Directory-Server"),
    (0x0300_0000_0004, "Synchronous-Bandwidth-Manager-"),
    (0x0300_0000_0008, "Configuration-Report-Server-"),
    (0x0300_0000_0010, "(OS/2-1.3-EE+Communications-Manager)"),
    (0x0300_0000_0020, "Network-Server-Heartbeat-"),
    (0x0300_0000_0040, "(OS/2-1.3-EE+Communications-Manager)"),
    (0x0300_0000_0080, "Active-Monitor"),
    (0x0300_0000_0100, "OSI-All-IS-Token-Ring-Multicast"),
    (0x0300_0000_0200, "OSI-All-ES-Token-Ring-Multicast"),
    (0x0300_0000_0400, "LAN-Manager"),
    (0x0300_0000_0800, "Ring-Wiring-Concentrator"),
    (0x0300_0000_1000, "LAN-Gateway"),
    (0x0900_0900_0001, "HP-Probe"),
    (0x0900_0900_0004, "HP-DTC"),
    (0x0900_2b00_0000, "DEC-MUMPS?"),
    (0x0900_2b00_0001, "DEC-DSM/DDP"),
    (0x0900_2b00_0002, "DEC-VAXELN?"),
    (0x0900_2b00_0003, "DEC-Lanbridge-Traffic-Monitor-(LTM)"),
    (0x0900_2b00_0004, "DEC-MAP-(or-OSI?)-End-System-Hello?"),
    (0x0900_2b00_0005, "DEC-MAP-(or-OSI?)-Intermediate-System-Hello?"),
    (0x0900_2b00_0006, "DEC-CSMA/CD-Encryption?"),
    (0x0900_2b00_0007, "DEC-NetBios-Emulator?"),
    (0x0900_2b00_000f, "DEC-Local-Area-Transport-(LAT)"),
    (0x0900_4c00_0000, "BICC-802.1-management"),
    (0x0900_4c00_0002, "BICC-802.1-management"),
    (0x0900_4c00_0006, "BICC-Local-bridge-STA-802.1(D)-Rev6"),
    (0x0900_4c00_000c, "BICC-Remote-bridge-STA-802.1(D)-Rev8"),
    (0x0900_4c00_000f, "BICC-Remote-bridge-ADAPTIVE-ROUTING"),
    (0x0900_6a00_0100, "TOP-NetBIOS."),
    (0x0900_7700_0000, "Retix-Bridge-Local-Management-System"),
    (0x0900_7700_0001, "Retix-spanning-tree-bridges"),
    (0x0900_7700_0002, "Retix-Bridge-Adaptive-routing"),
    (0x3333_0000_0000, "IPv6-Neighbor-Discovery"),
    (0xab00_0001_0000, "DEC-MOP-Dump/Load-Assistance"),
    (0xab00_0002_0000, "DEC-MOP-Remote-Console"),
    (0xab00_0003_0000, "DECNET-Phase-IV-end-node-Hello-packets"),
    (0xab00_0004_0000, "DECNET-Phase-IV-Router-Hello-packets"),
    (0xab00_0300_0000, "DEC-Local-Area-Transport-(LAT)-old"),
    (0xcf00_0000_0000, "Ethernet-Configuration-Test-protocol-(Loopback)"),
    (0xffff_0060_0004, "Lantastic"),
    (0xffff_ffff_ffff, "Broadcast"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_blocks_have_names() {
        let name = |a| well_known(a).unwrap_or_default();
        assert_eq!(name([0xff; 6]), "Broadcast");
        assert_eq!(name([0x01, 0x80, 0xc2, 0, 0, 0x00]), "Spanning-tree-(for-bridges)_00");
        assert_eq!(name([0x01, 0x80, 0xc2, 0, 0, 0x0e]), "LLDP_Multicast");
        assert_eq!(name([0x01, 0x80, 0xc2, 0, 0, 0x33]), "OAM-Multicast-DA-Class-1_03");
        assert_eq!(name([0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa]), "IPv4mcast_7f:ff:fa");
        assert_eq!(name([0x33, 0x33, 0, 0, 0, 0xfb]), "IPv6mcast_fb");
        assert_eq!(name([0x33, 0x33, 0, 1, 0, 2]), "IPv6mcast_01:00:02");
        assert_eq!(name([0x02, 0x06, 0x0a, 0x0e, 0xff, 0xf1]), "MS-NLB-PhysServer-06_0a:0e:ff:f1");
        assert_eq!(name([0x02, 0x34, 0x56, 0x78, 0x9a, 0xbc]), "MS-NLB-PhysServer-32_14:56:78:9a:bc");
        assert_eq!(name([0xab, 0, 4, 1, 1, 2]), "DEC-Local-Area-VAX-Cluster-groups-SCA_01:02");
        assert_eq!(well_known([0x02, 0, 0, 0, 0, 1]), None);
        assert_eq!(well_known([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]), None);
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(ADDRESSES.windows(2).all(|w| w[0].0 < w[1].0));
    }
}
