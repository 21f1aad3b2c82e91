//! Names of the values of DHCP options (IANA "BOOTP Vendor Extensions and DHCP Options").

pub const NETBIOS_OVER_TCPIP_NODE_TYPE: &[(u64, &str)] =
    &[(1, "B-node"), (2, "P-node"), (4, "M-node"), (8, "H-node")];

pub const DHCP_AUTO_CONFIGURATION: &[(u64, &str)] = &[(0, "DoNotAutoConfigure"), (1, "AutoConfigure")];

pub const BULK_LEASE_DHCP_STATE: &[(u64, &str)] = &[
    (1, "Available"),
    (2, "Active"),
    (3, "Expired"),
    (4, "Released"),
    (5, "Abandoned"),
    (6, "Reset"),
    (7, "Remote"),
    (8, "Transitioning"),
];

pub const VENDOR_PXECLIENT_SUBOPTION: &[(u64, &str)] = &[
    (0, "Padding"),
    (1, "PXE mtftp IP"),
    (2, "PXE mtftp client port"),
    (3, "PXE mtftp server port"),
    (4, "PXE mtftp timeout"),
    (5, "PXE mtftp delay"),
    (6, "PXE discovery control"),
    (7, "PXE multicast address"),
    (8, "PXE boot servers"),
    (9, "PXE boot menu"),
    (10, "PXE menu prompt"),
    (11, "PXE multicast address alloc"),
    (12, "PXE credential types"),
    (71, "PXE boot item"),
    (179, "PXE LCM Server"),
    (180, "PXE LCM Domain"),
    (181, "PXE LCM NIC option 0"),
    (190, "PXE LCM Workgroup"),
    (191, "PXE Discovery"),
    (192, "PXE Configured"),
    (193, "PXE LCM version"),
    (194, "PXE LCM Serial Number"),
    (255, "PXE End"),
];

pub const VENDOR_PXECLIENT_BOOT_SERVERS_TYPE: &[(u64, &str)] = &[
    (0, "PXE bootstrap server"),
    (1, "Microsoft Windows NT Boot Server"),
    (2, "Intel LCM Boot Server"),
    (3, "DOS/UNDI Boot Server"),
    (4, "NEC ESMPRO Boot Server"),
    (5, "IBM WSoD Boot Server"),
    (6, "IBM LCCM Boot Server"),
    (7, "CA Unicenter TNG Boot Server"),
    (8, "HP OpenView Boot Server"),
    (65535, "PXE API Test server"),
];

pub const VENDOR_PXECLIENT_BOOT_MENU_TYPE: &[(u64, &str)] = &[(0, "Local boot")];

pub const VENDOR_CL_SUBOPTION: &[(u64, &str)] = &[
    (0, "Padding"),
    (1, "Suboption Request List"),
    (2, "Device Type"),
    (3, "eSAFE Types"),
    (4, "Serial Number"),
    (5, "Hardware Version"),
    (6, "Software Version"),
    (7, "Boot ROM version"),
    (8, "Organizationally Unique Identifier"),
    (9, "Model Number"),
    (10, "Vendor Name"),
    (11, "Address Realm"),
    (12, "CM/PS System Description"),
    (13, "CM/PS Firmware Revision"),
    (14, "Firewall Policy File Version"),
    (15, "eSafe Config File Devices"),
    (18, "Video Security Type"),
    (31, "MTA MAC Address"),
    (32, "Correlation ID"),
    (51, "Vendor Name"),
    (52, "CableCARD Capability"),
    (53, "Device Identification (CA)"),
    (54, "Device Identification (X.509)"),
    (179, "LCM Server"),
    (180, "LCM Domain"),
    (181, "LCM NIC option 0"),
    (190, "LCM Workgroup"),
    (191, "Discovery"),
    (192, "HH Configured"),
    (193, "LCM Version"),
    (194, "LCM Serial Number"),
    (255, "CL End"),
];

pub const VENDOR_CL_ADDRESS_REALM: &[(u64, &str)] = &[(1, "PS WAN-Man"), (2, "PS WAN-Data")];

pub const VENDOR_ALU_SUBOPTION: &[(u64, &str)] = &[
    (0, "Padding"),
    (58, "Voice VLAN ID"),
    (64, "Spatial Redundancy TFTP1"),
    (65, "Spatial Redundancy TFTP2"),
    (66, "Application Type"),
    (67, "SIP URL"),
    (255, "Alcatel-Lucent End"),
];

pub const VENDOR_ALU_APP_TYPE: &[(u64, &str)] = &[(0, "NOE"), (1, "SIP")];

pub const VENDOR_BSDP_MESSAGE_TYPE: &[(u64, &str)] = &[(1, "LIST"), (2, "SELECT"), (3, "FAILED")];

pub const NOVELL_OPTIONS_SUBOPTION: &[(u64, &str)] = &[
    (1, "NWIP does not exist on subnet"),
    (2, "NWIP exists in options area"),
    (3, "NWIP exists in sname/file"),
    (4, "NWIP exists, but too big"),
    (5, "Broadcast for nearest Netware server"),
    (6, "Preferred DSS server"),
    (7, "Nearest NWIP server"),
    (8, "Autoretries"),
    (9, "Autoretry delay, secs"),
    (10, "Support NetWare/IP v1.1"),
    (11, "Primary DSS"),
];

pub const AGENT_INFORMATION_SUBOPTION: &[(u64, &str)] = &[
    (0, "Padding"),
    (1, "Agent Circuit ID"),
    (2, "Agent Remote ID"),
    (3, "Reserved"),
    (4, "DOCSIS Device Class"),
    (5, "Link selection"),
    (6, "Subscriber ID"),
    (7, "RADIUS Attributes"),
    (8, "Authentication"),
    (9, "Vendor-Specific Information"),
    (10, "Flags"),
    (11, "Server ID Override"),
    (12, "Relay Agent Identifier"),
    (13, "Access Technology Type"),
    (14, "Access Network Name"),
    (15, "Access Point Name"),
    (16, "Access Point BSSID"),
    (17, "Access Network Operator ID"),
    (18, "Access Network Operator Realm"),
    (19, "Source Port"),
    (150, "Link selection (Cisco proprietary)"),
    (151, "VRF name/VPN ID"),
    (152, "Server ID Override (Cisco proprietary)"),
];

pub const VI_TR111_SUBOPTION: &[(u64, &str)] = &[
    (1, "DeviceManufacturerOUI"),
    (2, "DeviceSerialNumber"),
    (3, "DeviceProductClass"),
    (4, "GatewayManufacturerOUI"),
    (5, "GatewaySerialNumber"),
    (6, "GatewayProductClass"),
];

pub const VI_CL_SUBOPTION: &[(u64, &str)] = &[
    (1, "Option Request"),
    (2, "TFTP Server Addresses"),
    (3, "eRouter Container Option"),
    (4, "MIB Environment Indicator Option"),
    (5, "Modem Capabilities"),
    (0, "Reserved"),
    (1, "CableLabs"),
    (2, "IETF"),
    (3, "EuroCableLabs"),
];

pub const TYPE: &[(u64, &str)] = &[(1, "Boot Request"), (2, "Boot Reply")];

pub use crate::dissect::protocols::values::hardware::HARDWARE as HW_TYPE;

pub const CLIENT_ID_DUID_TYPE: &[(u64, &str)] = &[
    (1, "link-layer address plus time"),
    (2, "assigned by vendor based on Enterprise number"),
    (3, "link-layer address"),
];

pub const OPTION_OVERLOAD: &[(u64, &str)] = &[
    (1, "Boot file name holds options"),
    (2, "Server host name holds options"),
    (3, "Boot file and server host names hold options"),
];

pub const DHCP: &[(u64, &str)] = &[
    (1, "Discover"),
    (2, "Offer"),
    (3, "Request"),
    (4, "Decline"),
    (5, "ACK"),
    (6, "NAK"),
    (7, "Release"),
    (8, "Inform"),
    (9, "Force Renew"),
    (10, "Lease query"),
    (11, "Lease Unassigned"),
    (12, "Lease Unknown"),
    (13, "Lease Active"),
    (14, "Bulk Lease Query"),
    (15, "Lease Query Done"),
    (16, "Active LeaseQuery"),
    (17, "Lease Query Status"),
    (18, "TLS"),
];

pub const SLP_DIRECTORY_AGENT_VALUE: &[(u64, &str)] =
    &[(0, "Dynamic Discovery"), (1, "Static Discovery"), (128, "Backwards compatibility")];

pub const SLP_SERVICE_SCOPE_VALUE: &[(u64, &str)] = &[(0, "Preferred Scope"), (1, "Mandatory Scope")];

pub const DHCP_AUTHENTICATION_PROTOCOL: &[(u64, &str)] =
    &[(0, "configuration token"), (1, "delayed authentication")];

pub const DHCP_AUTHENTICATION_ALG_DELAY: &[(u64, &str)] = &[(1, "HMAC_MD5")];

pub const DHCP_AUTHENTICATION_RDM: &[(u64, &str)] = &[(0, "Monotonically-increasing counter")];

pub const CLIENT_SYSTEM_ARCHITECTURE: &[(u64, &str)] = &[
    (0, "IA x86 PC"),
    (1, "NEC/PC98"),
    (2, "IA64 PC"),
    (3, "DEC Alpha"),
    (4, "ArcX86"),
    (5, "Intel Lean Client"),
    (6, "EFI IA32"),
    (7, "EFI x64"),
    (8, "EFI Xscale"),
    (9, "EFI BC"),
    (10, "ARM 32-bit UEFI"),
    (11, "ARM 64-bit UEFI"),
    (12, "PowerPC Open Firmware"),
    (13, "PowerPC ePAPR"),
    (14, "POWER OPAL v3"),
    (15, "x86 UEFI HTTP"),
    (16, "x64 UEFI HTTP"),
    (17, "EBC UEFI HTTP"),
    (18, "ARM 32-bit UEFI HTTP"),
    (19, "ARM 64-bit UEFI HTTP"),
    (20, "PC/AT HTTP"),
    (21, "ARM 32-bit uboot"),
    (22, "ARM 64-bit uboot"),
    (23, "ARM 32-bit uboot HTTP"),
    (24, "ARM 64-bit uboot HTTP"),
    (25, "RISC-V 32-bit UEFI"),
    (26, "RISC-V 32-bit UEFI HTTP"),
    (27, "RISC-V 64-bit UEFI"),
    (28, "RISC-V 64-bit UEFI HTTP"),
    (29, "RISC-V 128-bit UEFI"),
    (30, "RISC-V 128-bit UEFI HTTP"),
    (31, "s390 Basic"),
    (32, "s390 Extended"),
];

pub const CIVIC_LOCATION_WHAT: &[(u64, &str)] = &[
    (0, "Location of the DHCP server"),
    (1, "Location of the network element believed to be closest to the client"),
    (2, "Location of the client"),
];

pub const CIVIC_LOCATION_CA_TYPE: &[(u64, &str)] = &[
    (0, "Language"),
    (1, "A1"),
    (2, "A2"),
    (3, "A3"),
    (4, "A4"),
    (5, "A5"),
    (6, "A6"),
    (16, "PRD (Leading street direction)"),
    (17, "POD (Trailing street suffix)"),
    (18, "STS (Street suffix)"),
    (19, "HNO (House number)"),
    (20, "HNS (House number suffix)"),
    (21, "LMK (Landmark or vanity address)"),
    (22, "LOC (Additional location information)"),
    (23, "NAM"),
    (24, "PC (Postal/ZIP code)"),
    (25, "BLD (Building)"),
    (26, "UNIT"),
    (27, "FLR (Floor)"),
    (28, "ROOM"),
    (29, "PLC (Place-type)"),
    (30, "PCN (Postal community name)"),
    (31, "POBOX"),
    (32, "ADDCODE (Additional Code)"),
    (33, "SEAT"),
    (34, "RD (Primary road or street)"),
    (35, "RDSEC (Road section)"),
    (36, "RDBR (Road branch)"),
    (37, "RDSUBBR (Road sub-branch)"),
    (38, "PRM (Road pre-modifier)"),
    (39, "POM (Road post-modifier"),
    (128, "Script"),
];

pub const SIP_SERVER_ENCODING: &[(u64, &str)] = &[(0, "Fully Qualified Domain Name"), (1, "IPv4 Address")];

pub const FORCERENEW_NONCE_ALGORITHM: &[(u64, &str)] = &[(1, "HMAC-MD5")];

pub const RDNSS_PREFERENCE: &[(u64, &str)] = &[(0, "Medium"), (1, "High"), (2, "Reserved"), (3, "Low")];

pub const BULK_LEASE_STATUS_CODE: &[(u64, &str)] =
    &[(0, "Success"), (1, "UpsecFail"), (2, "QueryTerminated"), (3, "MalformedQuery"), (4, "NotAllowed")];
