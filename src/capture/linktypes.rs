//! Names of link-layer header types: tcpdump's short name and description (what `-L` lists and
//! `-y` takes), and Wireshark's encapsulation number (`frame.encap_type`).

use std::borrow::Cow;

use super::record::LinkType;

impl LinkType {
    /// The short name, as `EN10MB`; `DLT 299` for a number nobody has named.
    pub fn name(self) -> Cow<'static, str> {
        match self.row() {
            Some(row) => Cow::Borrowed(row.1),
            None => Cow::Owned(format!("DLT {}", self.0)),
        }
    }

    /// What the type is, in words; "unknown link type" for a number nobody has named.
    pub fn description(self) -> &'static str {
        self.row().map_or("unknown link type", |row| row.2)
    }

    /// Wireshark's encapsulation number, 1 for Ethernet; 0 for types that Wireshark 4.0 doesn't read.
    pub fn encap(self) -> u16 {
        // What nearly every packet asks.
        if self == LinkType::ETHERNET {
            return 1;
        }
        self.row().map_or(0, |row| row.3)
    }

    /// The type with this short name, in upper or lower case, as `-y` takes it.
    pub fn from_name(name: &str) -> Option<LinkType> {
        let row = TABLE.iter().find(|row| row.1.eq_ignore_ascii_case(name))?;
        Some(LinkType(row.0))
    }

    /// The LINKTYPE_ of a DLT_ number as libpcap uses them on Linux. Files written by
    /// careless programs hold DLT_ numbers too, so readers apply this as well.
    pub fn from_dlt(dlt: u16) -> LinkType {
        LinkType(match dlt {
            11 => 100,
            12 | 14 => 101,
            13 => 109,
            15 => 102,
            16 => 103,
            18 | 19 => 106,
            other => other,
        })
    }

    fn row(self) -> Option<&'static Row> {
        let number = LinkType::from_dlt(self.0).0;
        let at = TABLE.binary_search_by_key(&number, |row| row.0).ok()?;
        TABLE.get(at)
    }
}

/// Number, short name, description, Wireshark's encapsulation number.
struct Row(u16, &'static str, &'static str, u16);

/// Sorted by number. Private-use types 147–162 are Wireshark's "USER 0" to "USER 15".
#[rustfmt::skip]
static TABLE: &[Row] = &[
    Row(0, "NULL", "BSD loopback", 15),
    Row(1, "EN10MB", "Ethernet", 1),
    Row(2, "EN3MB", "Xerox 3MB Ethernet", 184),
    Row(3, "AX25", "Amateur Radio AX.25", 148),
    Row(5, "CHAOS", "Chaosnet", 0),
    Row(6, "IEEE802", "Token ring", 2),
    Row(7, "ARCNET", "BSD ARCNET", 8),
    Row(8, "SLIP", "SLIP", 3),
    Row(9, "PPP", "PPP", 4),
    Row(10, "FDDI", "FDDI", 6),
    Row(32, "REDBACK_SMARTEDGE", "Redback SmartEdge", 69),
    Row(50, "PPP_SERIAL", "PPP over serial", 4),
    Row(51, "PPP_ETHER", "PPPoE", 139),
    Row(99, "SYMANTEC_FIREWALL", "Symantec Firewall", 61),
    Row(100, "ATM_RFC1483", "RFC 1483 LLC-encapsulated ATM", 10),
    Row(101, "RAW", "Raw IP", 7),
    Row(102, "SLIP_BSDOS", "BSD/OS SLIP", 0),
    Row(103, "PPP_BSDOS", "BSD/OS PPP", 0),
    Row(104, "C_HDLC", "Cisco HDLC", 28),
    Row(105, "IEEE802_11", "802.11", 20),
    Row(106, "ATM_CLIP", "Linux Classical IP over ATM", 11),
    Row(107, "FRELAY", "Frame Relay", 26),
    Row(108, "LOOP", "OpenBSD loopback", 174),
    Row(109, "ENC", "OpenBSD encapsulated IP", 38),
    Row(112, "C_HDLC", "Cisco HDLC", 28),
    Row(113, "LINUX_SLL", "Linux cooked v1", 25),
    Row(114, "LTALK", "Localtalk", 30),
    Row(117, "PFLOG", "OpenBSD pflog file", 39),
    Row(118, "CISCO_IOS", "Cisco IOS internal", 29),
    Row(119, "PRISM_HEADER", "802.11 plus Prism header", 21),
    Row(121, "HHDLC", "HiPath HDLC", 32),
    Row(122, "IP_OVER_FC", "RFC 2625 IP-over-Fibre Channel", 18),
    Row(123, "SUNATM", "Sun raw ATM", 13),
    Row(127, "IEEE802_11_RADIO", "802.11 plus radiotap header", 23),
    Row(128, "TZSP", "Tazmen sniffer protocol", 37),
    Row(129, "ARCNET_LINUX", "Linux ARCNET", 9),
    Row(130, "JUNIPER_MLPPP", "Juniper Multi-Link PPP", 81),
    Row(131, "JUNIPER_MLFR", "Juniper Multi-Link Frame Relay", 82),
    Row(132, "JUNIPER_ES", "Juniper Encryption Services PIC", 0),
    Row(133, "JUNIPER_GGSN", "Juniper GGSN PIC", 87),
    Row(134, "JUNIPER_MFR", "Juniper FRF.16 Frame Relay", 0),
    Row(135, "JUNIPER_ATM2", "Juniper ATM2 PIC", 68),
    Row(136, "JUNIPER_SERVICES", "Juniper Advanced Services PIC", 151),
    Row(137, "JUNIPER_ATM1", "Juniper ATM1 PIC", 67),
    Row(138, "APPLE_IP_OVER_IEEE1394", "Apple IP-over-IEEE 1394", 62),
    Row(139, "MTP2_WITH_PHDR", "SS7 MTP2 with Pseudo-header", 75),
    Row(140, "MTP2", "SS7 MTP2", 42),
    Row(141, "MTP3", "SS7 MTP3", 43),
    Row(142, "SCCP", "SS7 SCCP", 101),
    Row(143, "DOCSIS", "DOCSIS", 33),
    Row(144, "LINUX_IRDA", "Linux IrDA", 44),
    Row(147, "USER0", "USER 0", 45),
    Row(148, "USER1", "USER 1", 46),
    Row(149, "USER2", "USER 2", 47),
    Row(150, "USER3", "USER 3", 48),
    Row(151, "USER4", "USER 4", 49),
    Row(152, "USER5", "USER 5", 50),
    Row(153, "USER6", "USER 6", 51),
    Row(154, "USER7", "USER 7", 52),
    Row(155, "USER8", "USER 8", 53),
    Row(156, "USER9", "USER 9", 54),
    Row(157, "USER10", "USER 10", 55),
    Row(158, "USER11", "USER 11", 56),
    Row(159, "USER12", "USER 12", 57),
    Row(160, "USER13", "USER 13", 58),
    Row(161, "USER14", "USER 14", 59),
    Row(162, "USER15", "USER 15", 60),
    Row(163, "IEEE802_11_RADIO_AVS", "802.11 plus AVS radio information header", 24),
    Row(164, "JUNIPER_MONITOR", "Juniper Passive Monitor PIC", 0),
    Row(165, "BACNET_MS_TP", "BACnet MS/TP", 63),
    Row(166, "PPP_PPPD", "PPP for pppd, with direction flag", 0),
    Row(167, "JUNIPER_PPPOE", "Juniper PPPoE", 76),
    Row(168, "JUNIPER_PPPOE_ATM", "Juniper PPPoE/ATM", 0),
    Row(169, "GPRS_LLC", "GPRS LLC", 66),
    Row(170, "GPF_T", "GPF-T", 178),
    Row(171, "GPF_F", "GPF-F", 179),
    Row(172, "GCOM_T1E1", "GCOM TIE1", 77),
    Row(173, "GCOM_SERIAL", "GCOM Serial", 78),
    Row(174, "JUNIPER_PIC_PEER", "Juniper PIC Peer", 0),
    Row(175, "ERF_ETH", "Ethernet with Endace ERF header", 0),
    Row(176, "ERF_POS", "Packet-over-SONET with Endace ERF header", 0),
    Row(177, "LINUX_LAPD", "Linux vISDN LAPD", 88),
    Row(178, "JUNIPER_ETHER", "Juniper Ethernet", 83),
    Row(179, "JUNIPER_PPP", "Juniper PPP", 84),
    Row(180, "JUNIPER_FRELAY", "Juniper Frame Relay", 85),
    Row(181, "JUNIPER_CHDLC", "Juniper C-HDLC", 86),
    Row(182, "MFR", "FRF.16 Frame Relay", 0),
    Row(183, "JUNIPER_VP", "Juniper Voice PIC", 91),
    Row(184, "A429", "Arinc 429", 181),
    Row(185, "A653_ICM", "Arinc 653 Interpartition Communication", 0),
    Row(186, "USB_FREEBSD", "USB with FreeBSD header", 92),
    Row(187, "BLUETOOTH_HCI_H4", "Bluetooth HCI UART transport layer", 41),
    Row(188, "IEEE802_16_MAC_CPS", "IEEE 802.16 MAC Common Part Sublayer", 93),
    Row(189, "USB_LINUX", "USB with Linux header", 95),
    Row(190, "CAN20B", "Controller Area Network (CAN) v. 2.0B", 109),
    Row(191, "IEEE802_15_4_LINUX", "IEEE 802.15.4 with Linux padding", 0),
    Row(192, "PPI", "Per-Packet Information", 97),
    Row(193, "IEEE802_16_MAC_CPS_RADIO", "IEEE 802.16 MAC Common Part Sublayer plus radiotap header", 0),
    Row(194, "JUNIPER_ISM", "Juniper Integrated Service Module", 0),
    Row(195, "IEEE802_15_4", "IEEE 802.15.4 with FCS", 104),
    Row(196, "SITA", "SITA pseudo-header", 100),
    Row(197, "ERF", "Endace ERF header", 98),
    Row(198, "RAIF1", "Ethernet with u10 Networks pseudo-header", 0),
    Row(199, "IPMB_KONTRON", "IPMB with Kontron pseudo-header", 103),
    Row(200, "JUNIPER_ST", "Juniper Secure Tunnel", 197),
    Row(201, "BLUETOOTH_HCI_H4_WITH_PHDR", "Bluetooth HCI UART transport layer plus pseudo-header", 99),
    Row(202, "AX25_KISS", "AX.25 with KISS header", 147),
    Row(203, "LAPD", "LAPD", 131),
    Row(204, "PPP_WITH_DIR", "PPP with Directional Info", 19),
    Row(205, "C_HDLC_WITH_DIR", "Cisco HDLC with direction", 0),
    Row(206, "FRELAY_WITH_DIR", "Frame Relay with direction", 0),
    Row(207, "LAPB_WITH_DIR", "LAPB with direction", 0),
    Row(209, "IPMB_LINUX", "IPMB with Linux/Pigeon Point pseudo-header", 112),
    Row(210, "FLEXRAY", "FlexRay", 106),
    Row(211, "MOST", "Media Oriented Systems Transport", 108),
    Row(212, "LIN", "Local Interconnect Network", 107),
    Row(213, "X2E_SERIAL", "X2E serial line capture", 111),
    Row(214, "X2E_XORAYA", "X2E Xoraya", 105),
    Row(215, "IEEE802_15_4_NONASK_PHY", "IEEE 802.15.4 with non-ASK PHY data", 113),
    Row(216, "LINUX_EVDEV", "Linux evdev events", 0),
    Row(219, "MPLS", "MPLS with label as link-layer header", 0),
    Row(220, "USB_LINUX_MMAPPED", "USB with padded Linux header", 115),
    Row(221, "DECT", "DECT", 0),
    Row(222, "AOS", "AOS Space Data Link protocol", 0),
    Row(223, "WIHART", "Wireless HART", 0),
    Row(224, "FC_2", "Fibre Channel FC-2", 121),
    Row(225, "FC_2_WITH_FRAME_DELIMS", "Fibre Channel FC-2 with frame delimiters", 122),
    Row(226, "IPNET", "Solaris ipnet", 124),
    Row(227, "CAN_SOCKETCAN", "CAN-bus with SocketCAN headers", 125),
    Row(228, "IPV4", "Raw IPv4", 129),
    Row(229, "IPV6", "Raw IPv6", 130),
    Row(230, "IEEE802_15_4_NOFCS", "IEEE 802.15.4 without FCS", 127),
    Row(231, "DBUS", "D-Bus", 146),
    Row(232, "JUNIPER_VS", "Juniper Virtual Server", 0),
    Row(233, "JUNIPER_SRX_E2E", "Juniper SRX E2E", 0),
    Row(234, "JUNIPER_FIBRECHANNEL", "Juniper Fibre Channel", 0),
    Row(235, "DVB_CI", "DVB-CI", 132),
    Row(236, "MUX27010", "MUX27010", 133),
    Row(237, "STANAG_5066_D_PDU", "STANAG 5066 D_PDUs", 157),
    Row(238, "JUNIPER_ATM_CEMIC", "Juniper ATM CEMIC", 0),
    Row(239, "NFLOG", "Linux netfilter log messages", 141),
    Row(240, "NETANALYZER", "Ethernet with Hilscher netANALYZER pseudo-header", 135),
    Row(241, "NETANALYZER_TRANSPARENT", "Ethernet with Hilscher netANALYZER pseudo-header and with preamble and SFD", 136),
    Row(242, "IPOIB", "RFC 4391 IP-over-Infiniband", 180),
    Row(243, "MPEG_2_TS", "MPEG-2 transport stream", 138),
    Row(244, "NG40", "ng40 protocol tester Iub/Iur", 0),
    Row(245, "NFC_LLCP", "NFC LLCP PDUs with pseudo-header", 140),
    Row(246, "PFSYNC", "Packet filter state syncing", 0),
    Row(247, "INFINIBAND", "InfiniBand", 0),
    Row(248, "SCTP", "SCTP", 149),
    Row(249, "USBPCAP", "USB with USBPcap header", 152),
    Row(250, "RTAC_SERIAL", "Schweitzer Engineering Laboratories RTAC packets", 153),
    Row(251, "BLUETOOTH_LE_LL", "Bluetooth Low Energy air interface", 154),
    Row(252, "WIRESHARK_UPPER_PDU", "Wireshark Upper PDU export", 155),
    Row(253, "NETLINK", "Linux netlink", 158),
    Row(254, "BLUETOOTH_LINUX_MONITOR", "Bluetooth Linux Monitor", 159),
    Row(255, "BLUETOOTH_BREDR_BB", "Bluetooth Basic Rate/Enhanced Data Rate baseband packets", 160),
    Row(256, "BLUETOOTH_LE_LL_WITH_PHDR", "Bluetooth Low Energy air interface with pseudo-header", 161),
    Row(257, "PROFIBUS_DL", "PROFIBUS data link layer", 0),
    Row(258, "PKTAP", "Apple DLT_PKTAP", 171),
    Row(259, "EPON", "Ethernet with 802.3 Clause 65 EPON preamble", 172),
    Row(260, "IPMI_HPM_2", "IPMI trace packets", 173),
    Row(261, "ZWAVE_R1_R2", "Z-Wave RF profile R1 and R2 packets", 0),
    Row(262, "ZWAVE_R3", "Z-Wave RF profile R3 packets", 0),
    Row(263, "WATTSTOPPER_DLM", "WattStopper Digital Lighting Management (DLM) and Legrand Nitoo Open protocol", 0),
    Row(264, "ISO_14443", "ISO 14443 messages", 177),
    Row(265, "RDS", "IEC 62106 Radio Data System groups", 0),
    Row(266, "USB_DARWIN", "USB with Darwin header", 182),
    Row(267, "OPENFLOW", "OpenBSD DLT_OPENFLOW", 0),
    Row(268, "SDLC", "IBM SDLC frames", 36),
    Row(269, "TI_LLN_SNIFFER", "TI LLN sniffer frames", 0),
    Row(270, "LORATAP", "LoRaTap", 183),
    Row(271, "VSOCK", "Linux vsock", 185),
    Row(272, "NORDIC_BLE", "Nordic Semiconductor Bluetooth LE sniffer frames", 186),
    Row(273, "DOCSIS31_XRA31", "Excentis XRA-31 DOCSIS 3.1 RF sniffer frames", 199),
    Row(274, "ETHERNET_MPACKET", "802.3br mPackets", 198),
    Row(275, "DISPLAYPORT_AUX", "DisplayPort AUX channel monitoring data", 200),
    Row(276, "LINUX_SLL2", "Linux cooked v2", 210),
    Row(278, "OPENVIZSLA", "OpenVizsla USB", 0),
    Row(279, "EBHSCR", "Elektrobit High Speed Capture and Replay (EBHSCR)", 204),
    Row(280, "VPP_DISPATCH", "VPP graph dispatch tracer", 205),
    Row(281, "DSA_TAG_BRCM", "Broadcom tag", 0),
    Row(282, "DSA_TAG_BRCM_PREPEND", "Broadcom tag (prepended)", 0),
    Row(283, "IEEE802_15_4_TAP", "IEEE 802.15.4 with pseudo-header", 206),
    Row(284, "DSA_TAG_DSA", "Marvell DSA", 0),
    Row(285, "DSA_TAG_EDSA", "Marvell EDSA", 0),
    Row(286, "ELEE", "ELEE lawful intercept packets", 0),
    Row(287, "Z_WAVE_SERIAL", "Z-Wave serial frames between host and chip", 211),
    Row(288, "USB_2_0", "USB 2.0/1.1/1.0 as transmitted over the cable", 208),
    Row(289, "ATSC_ALP", "ATSC Link-Layer Protocol packets", 0),
    Row(290, "ETW", "Event Tracing for Windows messages", 212),
    Row(291, "NETANALYZER_NG", "Hilscher netANALYZER NG", 0),
    Row(292, "ZBOSS_NCP", "ZBOSS NCP", 214),
    Row(293, "USB_2_0_LOW_SPEED", "Low-Speed USB 2.0/1.1/1.0 packets", 215),
    Row(294, "USB_2_0_FULL_SPEED", "Full-Speed USB 2.0/1.1/1.0 packets", 216),
    Row(295, "USB_2_0_HIGH_SPEED", "High-Speed USB 2.0 packets", 217),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn names_and_encapsulations() {
        assert_eq!(LinkType::ETHERNET.name(), "EN10MB");
        assert_eq!(LinkType::ETHERNET.encap(), 1);
        assert_eq!(LinkType::LINUX_SLL2.encap(), 210);
        assert_eq!(LinkType(299).name(), "DLT 299");
        assert_eq!(LinkType::from_name("linux_sll"), Some(LinkType::LINUX_SLL));
        assert_eq!(LinkType::from_name("RAW"), Some(LinkType::RAW));
        assert_eq!(LinkType::from_dlt(12), LinkType::RAW);
    }
}
