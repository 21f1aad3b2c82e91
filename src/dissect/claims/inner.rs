//! Protocols that others name outright.

use super::{lengths, mail, shape};
use crate::dissect::buf::Stop;
use crate::dissect::protocol::Protocol;
use crate::dissect::walk::Walk;

claims! {
    "spnego-krb5", "SPNEGO-KRB5", "", [];
    "smb", "SMB (Server Message Block Protocol)", "SMB", [], { header: shape::smb };
    "browser", "Microsoft Windows Browser Protocol", "BROWSER", [];
    "smb_netlogon", "Microsoft Windows Logon Protocol (Old)", "SMB_NETLOGON", [];
    "smb2", "SMB2 (Server Message Block Protocol version 2)", "SMB2", [], { header: shape::smb2 };
    "dcerpc", "Distributed Computing Environment / Remote Procedure Call (DCE/RPC)", "DCERPC", [];
    "modbus", "Modbus", "Modbus/TCP", [];
    "rdp", "Remote Desktop Protocol", "RDP", [];
    "t125", "MULTIPOINT-COMMUNICATION-SERVICE T.125", "T.125", [];
    "ses", "ISO 8327-1 OSI Session Protocol", "SES", [];
    "pres", "ISO 8823 OSI Presentation Protocol", "PRES", [];
    "acse", "ISO 8650-1 OSI Association Control Service", "ACSE", [];
    "mms", "MMS", "MMS", [];
    "openflow_v1", "OpenFlow 1.0", "OpenFlow", [];
    "openflow_v4", "OpenFlow 1.3", "OpenFlow", [];
    "openflow_v5", "OpenFlow 1.4", "OpenFlow", [];
    "openflow_v6", "OpenFlow 1.5", "OpenFlow", [];
    "isis.hello", "ISIS HELLO", "ISIS HELLO", [];
    "isis.lsp", "ISO 10589 ISIS Link State Protocol Data Unit", "ISIS LSP", [];
    "isis.csnp", "ISO 10589 ISIS Complete Sequence Numbers Protocol Data Unit", "ISIS CSNP", [];
    "isis.psnp", "ISO 10589 ISIS Partial Sequence Numbers Protocol Data Unit", "ISIS PSNP", [];
    "clnp", "ISO 8473/X.233 CLNP ConnectionLess Network Protocol", "CLNP", [];
    "esis", "ISO 9542 ESIS Routeing Information Exchange Protocol", "ESIS", [];
    "wlan_radio", "802.11 radio information", "802.11 Radio", [], { header: shape::wlan_radio };
    "pcap_pktdata", "pcap/pcapng packet data", "", [], { header: shape::packet_data };
    "gss-api", "GSS-API Generic Security Service Application Program Interface", "", [], { header: shape::gss_api };
    "spnego", "Simple Protected Negotiation", "", [], { header: shape::spnego };
    "ntlmssp", "NTLM Secure Service Provider", "", [];
    "nfs", "Network File System", "NFS", [];
    "mount", "Mount Service", "MOUNT", [];
    "portmap", "Portmap", "Portmap", [];
    "nfsacl", "NFSACL", "NFSACL", [];
    "nlm", "Network Lock Manager Protocol", "NLM", [];
    "stat", "Network Status Monitor Protocol", "STAT", [];
    "rstat", "RSTAT", "RSTAT", [];
    "ypserv", "Yellow Pages Service", "YPSERV", [];
    "ypbind", "Yellow Pages Bind", "YPBIND", [];
    "yppasswd", "Yellow Pages Passwd", "YPPASSWD", [];
    "ypxfr", "Yellow Pages Transfer", "YPXFR", [];
    "rwall", "Remote Wall protocol", "RWALL", [];
    "rquota", "Remote Quota", "RQUOTA", [];
    "spray", "SPRAY", "SPRAY", [];
    "klm", "Kernel Lock Manager", "KLM", [];
    "bootparams", "Boot Parameters", "BOOTPARAMS", [];
    "sadmind", "SADMIND", "SADMIND", [];
    "nisplus", "NIS+", "NIS+", [];
    "pcnfsd", "PC NFS", "PCNFSD", [];
    "afs", "Andrew File System (AFS)", "AFS (RX)", [];
    "afp", "Apple Filing Protocol", "AFP", [];
    "bacapp", "Building Automation and Control Network APDU", "BACnet-APDU", [];
    "iec60870_asdu", "IEC 60870-5-101/104 ASDU", "IEC 60870-5 ASDU", [];
    "rtp", "Real-Time Transport Protocol", "RTP", [];
    "websocket", "WebSocket", "WebSocket", [], { pdu: Some(lengths::websocket), sizes: true, through: "http", header: shape::websocket };
    "slarp", "Cisco SLARP", "SLARP", [];
    "imf", "Internet Message Format", "", [], { walk: mail::message };
    "mime_multipart", "MIME Multipart Media Encapsulation", "", [], { walk: mail::multipart };
    "sdp", "Session Description Protocol", "", [], { walk: |w| behind(w, "/SDP") };
    "q933", "Q.933", "Q.933", [];
    "ipp", "Internet Printing Protocol", "IPP", [];
}

/// Names the protocol behind the one that carries it.
fn behind(w: &mut Walk, name: &str) -> Result<(), Stop> {
    w.columns.append_protocol(name);
    Ok(())
}
