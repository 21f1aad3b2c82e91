//! The fields of DNS messages, shared by DNS, mDNS and LLMNR.

use super::values::*;
use crate::dissect::field::{Base, Kind, Names};
use crate::fields;

fields! {
    LENGTH = "dns.length", "Length", uint(16);
    FLAGS = "dns.flags", "Flags", uint(16).hex();
    FLAGS_RESPONSE = "dns.flags.response", "Response",
        boolean().names(Names::TrueFalse("Message is a response", "Message is a query")).mask(0x8000);
    FLAGS_OPCODE = "dns.flags.opcode", "Opcode", uint(16).values(OPCODES).mask(0x7800);
    FLAGS_AUTHORITATIVE = "dns.flags.authoritative", "Authoritative",
        boolean().names(Names::TrueFalse("Server is an authority for domain", "Server is not an authority for domain")).mask(0x400);
    FLAGS_CONFLICT = "dns.flags.conflict", "Conflict",
        boolean().names(Names::TrueFalse("The sender received multiple responses", "None")).mask(0x400);
    FLAGS_TRUNCATED = "dns.flags.truncated", "Truncated",
        boolean().names(Names::TrueFalse("Message is truncated", "Message is not truncated")).mask(0x200);
    FLAGS_RECDESIRED = "dns.flags.recdesired", "Recursion desired",
        boolean().names(Names::TrueFalse("Do query recursively", "Don't do query recursively")).mask(0x100);
    FLAGS_TENTATIVE = "dns.flags.tentative", "Tentative",
        boolean().names(Names::TrueFalse("Tentative", "Not tentative")).mask(0x100);
    FLAGS_RECAVAIL = "dns.flags.recavail", "Recursion available",
        boolean().names(Names::TrueFalse("Server can do recursive queries", "Server can't do recursive queries")).mask(0x80);
    FLAGS_Z = "dns.flags.z", "Z",
        boolean().names(Names::TrueFalse("reserved - incorrect!", "reserved (0)")).mask(0x40);
    FLAGS_AUTHENTICATED = "dns.flags.authenticated", "Answer authenticated",
        boolean().names(Names::TrueFalse("Answer/authority portion was authenticated by the server", "Answer/authority portion was not authenticated by the server")).mask(0x20);
    FLAGS_CHECKDISABLE = "dns.flags.checkdisable", "Non-authenticated data",
        boolean().names(Names::TrueFalse("Acceptable", "Unacceptable")).mask(0x10);
    FLAGS_RCODE = "dns.flags.rcode", "Reply code", uint(16).values(RCODES).mask(0xf);
    ID = "dns.id", "Transaction ID", uint(16).hex();
    QRY_TYPE = "dns.qry.type", "Type", uint(16).values(TYPES);
    QRY_CLASS = "dns.qry.class", "Class", uint(16).hex().values(CLASSES);
    QRY_QU = "dns.qry.qu", "\"QU\" question", boolean().mask(0x8000);
    QRY_NAME = "dns.qry.name", "Name", string();
    QRY_NAME_LEN = "dns.qry.name.len", "Name Length", uint(16);
    COUNT_LABELS = "dns.count.labels", "Label Count", uint(16);
    RESP_TYPE = "dns.resp.type", "Type", uint(16).values(TYPES);
    RESP_CLASS = "dns.resp.class", "Class", uint(16).hex().values(CLASSES);
    RESP_CACHE_FLUSH = "dns.resp.cache_flush", "Cache flush", boolean().mask(0x8000);
    RESP_EXT_RCODE = "dns.resp.ext_rcode", "Higher bits in extended RCODE", uint(8).hex();
    RESP_EDNS0_VERSION = "dns.resp.edns0_version", "EDNS0 version", uint(8);
    RESP_Z = "dns.resp.z", "Z", uint(16).hex();
    RESP_Z_DO = "dns.resp.z.do", "DO bit",
        boolean().names(Names::TrueFalse("Accepts DNSSEC security RRs", "Cannot handle DNSSEC security RRs")).mask(0x8000);
    RESP_Z_RESERVED = "dns.resp.z.reserved", "Reserved", uint(16).hex().mask(0x7fff);
    SRV_SERVICE = "dns.srv.service", "Service", string();
    SRV_PROTO = "dns.srv.proto", "Protocol", string();
    SRV_NAME = "dns.srv.name", "Name", string();
    SRV_PRIORITY = "dns.srv.priority", "Priority", uint(16);
    SRV_WEIGHT = "dns.srv.weight", "Weight", uint(16);
    SRV_PORT = "dns.srv.port", "Port", uint(16);
    SRV_TARGET = "dns.srv.target", "Target", string();
    NAPTR_ORDER = "dns.naptr.order", "Order", uint(16);
    NAPTR_PREFERENCE = "dns.naptr.preference", "Preference", uint(16);
    NAPTR_FLAGS_LENGTH = "dns.naptr.flags_length", "Flags Length", uint(8);
    NAPTR_FLAGS = "dns.naptr.flags", "Flags", string();
    NAPTR_SERVICE_LENGTH = "dns.naptr.service_length", "Service Length", uint(8);
    NAPTR_SERVICE = "dns.naptr.service", "Service", string();
    NAPTR_REGEX_LENGTH = "dns.naptr.regex_length", "Regex Length", uint(8);
    NAPTR_REGEX = "dns.naptr.regex", "Regex", string();
    NAPTR_REPLACEMENT_LENGTH = "dns.naptr.replacement_length", "Replacement Length", uint(8);
    NAPTR_REPLACEMENT = "dns.naptr.replacement", "Replacement", string();
    RESP_NAME = "dns.resp.name", "Name", string();
    RESP_TTL = "dns.resp.ttl", "Time to live", uint(32).base(Base::Custom(seconds));
    RESP_LEN = "dns.resp.len", "Data length", uint(16);
    A = "dns.a", "Address", ipv4();
    MD = "dns.md", "Mail Destination", string();
    MF = "dns.mf", "Mail Forwarder", string();
    MB = "dns.mb", "MailBox Domaine", string();
    MG = "dns.mg", "Mail Group member", string();
    MR = "dns.mr", "Mail Rename domaine", string();
    NULL = "dns.null", "Null (data)", bytes();
    AAAA = "dns.aaaa", "AAAA Address", ipv6();
    CNAME = "dns.cname", "CNAME", string();
    RR_UDP_PAYLOAD_SIZE = "dns.rr.udp_payload_size", "UDP payload size", uint(16);
    SOA_MNAME = "dns.soa.mname", "Primary name server", string();
    SOA_RNAME = "dns.soa.rname", "Responsible authority's mailbox", string();
    SOA_SERIAL_NUMBER = "dns.soa.serial_number", "Serial Number", uint(32);
    SOA_REFRESH_INTERVAL = "dns.soa.refresh_interval", "Refresh Interval",
        uint(32).base(Base::Custom(seconds));
    SOA_RETRY_INTERVAL = "dns.soa.retry_interval", "Retry Interval",
        uint(32).base(Base::Custom(seconds));
    SOA_EXPIRE_LIMIT = "dns.soa.expire_limit", "Expire limit", uint(32).base(Base::Custom(seconds));
    SOA_MINIMUM_TTL = "dns.soa.minimum_ttl", "Minimum TTL", uint(32).base(Base::Custom(seconds));
    PTR_DOMAIN_NAME = "dns.ptr.domain_name", "Domain Name", string();
    WKS_ADDRESS = "dns.wks.address", "Address", ipv4();
    WKS_PROTOCOL = "dns.wks.protocol", "Protocol", uint(8).names(Names::Function(ip_protocol));
    WKS_BITS = "dns.wks.bits", "Bits", uint(8).hex();
    HINFO_CPU_LENGTH = "dns.hinfo.cpu_length", "CPU Length", uint(8);
    HINFO_CPU = "dns.hinfo.cpu", "CPU", string();
    HINFO_OS_LENGTH = "dns.hinfo.os_length", "OS Length", uint(8);
    HINFO_OS = "dns.hinfo.os", "OS", string();
    MINFO_R = "dns.minfo.r", "Responsible Mailbox", string();
    MINFO_E = "dns.minfo.e", "Error Mailbox", string();
    MX_PREFERENCE = "dns.mx.preference", "Preference", uint(16);
    MX_MAIL_EXCHANGE = "dns.mx.mail_exchange", "Mail Exchange", string();
    TXT_LENGTH = "dns.txt.length", "TXT Length", uint(8);
    TXT = "dns.txt", "TXT", string();
    OPENPGPKEY = "dns.openpgpkey", "OpenPGP Key", string();
    CSYNC_SOA = "dns.csync.soa", "SOA", uint(32);
    CSYNC_FLAGS = "dns.csync.flags", "Flags", uint(16).hex();
    CSYNC_FLAGS_IMMEDIATE = "dns.csync.flags.immediate", "immediate", boolean().mask(0x1);
    CSYNC_FLAGS_SOAMINIMUM = "dns.csync.flags.soaminimum", "soaminimum", boolean().mask(0x2);
    CSYNC_TYPE_BITMAP = "dns.csync.type_bitmap", "Type Bitmap", bytes();
    ZONEMD_SERIAL = "dns.zonemd.serial", "Serial", uint(32);
    ZONEMD_SCHEME = "dns.zonemd.scheme", "Scheme", uint(8).names(Names::Ranges(ZONEMD_SCHEMES));
    ZONEMD_HASH_ALGO = "dns.zonemd.hash_algo", "Hash Algorithm",
        uint(8).names(Names::Ranges(ZONEMD_HASHES));
    ZONEMD_DIGEST = "dns.zonemd.digest", "Digest", bytes();
    SVCB_SVCPRIORITY = "dns.svcb.svcpriority", "SvcPriority", uint(16);
    SVCB_TARGETNAME = "dns.svcb.targetname", "TargetName", string();
    SVCB_SVCPARAM_KEY = "dns.svcb.svcparam.key", "SvcParamKey", uint(16).values(SVC_KEYS);
    SVCB_SVCPARAM_VALUE_LENGTH = "dns.svcb.svcparam.value.length", "SvcParamValue length", uint(16);
    SVCB_SVCPARAM_VALUE = "dns.svcb.svcparam.value", "SvcParamValue", bytes();
    SVCB_SVCPARAM = "dns.svcb.svcparam", "SvcParam", none();
    SVCB_SVCPARAM_MANDATORY_KEY = "dns.svcb.svcparam.mandatory.key", "Mandatory key",
        uint(16).values(SVC_KEYS);
    SVCB_SVCPARAM_ALPN_LENGTH = "dns.svcb.svcparam.alpn.length", "ALPN length", uint(8);
    SVCB_SVCPARAM_ALPN = "dns.svcb.svcparam.alpn", "ALPN", string();
    SVCB_SVCPARAM_PORT = "dns.svcb.svcparam.port", "Port", uint(16);
    SVCB_SVCPARAM_IPV4HINT_IP = "dns.svcb.svcparam.ipv4hint.ip", "IP", ipv4();
    SVCB_SVCPARAM_ECHCONFIG = "dns.svcb.svcparam.echconfig", "ECHConfig", bytes();
    SVCB_SVCPARAM_IPV6HINT_IP = "dns.svcb.svcparam.ipv6hint.ip", "IP", ipv6();
    SVCB_SVCPARAM_ODOHCONFIG = "dns.svcb.svcparam.odohconfig", "ODoHConfig", bytes();
    SPF_LENGTH = "dns.spf.length", "SPF Length", uint(8);
    SPF = "dns.spf", "SPF", string();
    ILNP_NID_PREFERENCE = "dns.ilnp.nid.preference", "Preference", uint(16);
    ILNP_NID = "dns.ilnp.nid", "NodeID", bytes();
    ILNP_L32_PREFERENCE = "dns.ilnp.l32.preference", "Preference", uint(16);
    ILNP_L32 = "dns.ilnp.l32", "Locator32", ipv4();
    ILNP_L64_PREFERENCE = "dns.ilnp.l64.preference", "Preference", uint(16);
    ILNP_L64 = "dns.ilnp.l64", "Locator64", bytes();
    ILNP_LP_PREFERENCE = "dns.ilnp.lp.preference", "Preference", uint(16);
    ILNP_LP = "dns.ilnp.lp", "Locator FQDN", string();
    EUI48 = "dns.eui48", "EUI48 Address", ether();
    EUI64 = "dns.eui64", "EUI64 Address", kind(Kind::Eui64);
    RRSIG_TYPE_COVERED = "dns.rrsig.type_covered", "Type Covered", uint(16).values(TYPES);
    RRSIG_ALGORITHM = "dns.rrsig.algorithm", "Algorithm", uint(8).values(ALGORITHMS);
    RRSIG_LABELS = "dns.rrsig.labels", "Labels", uint(8);
    RRSIG_ORIGINAL_TTL = "dns.rrsig.original_ttl", "Original TTL",
        uint(32).base(Base::Custom(seconds));
    RRSIG_SIGNATURE_EXPIRATION = "dns.rrsig.signature_expiration", "Signature Expiration",
        time().base(Base::Utc);
    RRSIG_SIGNATURE_INCEPTION = "dns.rrsig.signature_inception", "Signature Inception",
        time().base(Base::Utc);
    RRSIG_KEY_TAG = "dns.rrsig.key_tag", "Key Tag", uint(16);
    RRSIG_SIGNERS_NAME = "dns.rrsig.signers_name", "Signer's name", string();
    RRSIG_SIGNATURE = "dns.rrsig.signature", "Signature", bytes();
    DNSKEY_FLAGS = "dns.dnskey.flags", "Flags", uint(16).hex();
    DNSKEY_FLAGS_ZONE_KEY = "dns.dnskey.flags.zone_key", "Zone Key",
        boolean().names(Names::TrueFalse("This is the zone key for specified zone", "This it not a zone key")).mask(0x100);
    DNSKEY_FLAGS_KEY_REVOKED = "dns.dnskey.flags.key_revoked", "Key Revoked",
        boolean().names(Names::TrueFalse("Yes", "No")).mask(0x80);
    DNSKEY_FLAGS_SECURE_ENTRY_POINT = "dns.dnskey.flags.secure_entry_point", "Key Signing Key",
        boolean().names(Names::TrueFalse("Yes", "No")).mask(0x1);
    DNSKEY_FLAGS_RESERVED = "dns.dnskey.flags.reserved", "Key Signing Key",
        uint(16).hex().mask(0xfe7e);
    DNSKEY_PROTOCOL = "dns.dnskey.protocol", "Protocol", uint(8);
    DNSKEY_ALGORITHM = "dns.dnskey.algorithm", "Algorithm", uint(8).values(ALGORITHMS);
    DNSKEY_KEY_ID = "dns.dnskey.key_id", "Key id", uint(16);
    DNSKEY_PUBLIC_KEY = "dns.dnskey.public_key", "Public Key", bytes();
    KEY_FLAGS = "dns.key.flags", "Flags", uint(16).hex();
    KEY_FLAGS_AUTHENTICATION = "dns.key.flags.authentication", "Key allowed for authentication",
        boolean().names(Names::TrueFalse("Not Allowed", "Allowed")).mask(0x8000);
    KEY_FLAGS_CONFIDENTIALITY = "dns.key.flags.confidentiality", "Key allowed for confidentiality",
        boolean().names(Names::TrueFalse("Not Allowed", "Allowed")).mask(0x4000);
    KEY_FLAGS_REQUIRED = "dns.key.flags.required", "Key required",
        boolean().names(Names::TrueFalse("Experimental or optional", "Required")).mask(0x2000);
    KEY_FLAGS_ASSOCIATED_USER = "dns.key.flags.associated_user", "Key is associated with a user",
        boolean().names(Names::TrueFalse("Yes", "No")).mask(0x400);
    KEY_FLAGS_ASSOCIATED_NAMED_ENTITY = "dns.key.flags.associated_named_entity", "Key is associated with the named entity",
        boolean().names(Names::TrueFalse("Yes", "No")).mask(0x200);
    KEY_FLAGS_IPSEC = "dns.key.flags.ipsec", "Key use with IPSEC",
        boolean().names(Names::TrueFalse("Valid", "Invalid")).mask(0x80);
    KEY_FLAGS_MIME = "dns.key.flags.mime", "Key use with MIME security multiparts",
        boolean().names(Names::TrueFalse("Valid", "Invalid")).mask(0x40);
    KEY_FLAGS_SIGNATORY = "dns.key.flags.signatory", "Signatory", uint(16).mask(0xf);
    KEY_PROTOCOL = "dns.key.protocol", "Protocol", uint(8);
    KEY_ALGORITHM = "dns.key.algorithm", "Algorithm", uint(8).values(ALGORITHMS);
    KEY_KEY_ID = "dns.key.key_id", "Key ID", uint(16);
    KEY_PUBLIC_KEY = "dns.key.public_key", "Public Key", bytes();
    PX_PREFERENCE = "dns.px.preference", "Preference", uint(16);
    PX_MAP822 = "dns.px.map822", "MAP822", string();
    PX_MAP400 = "dns.px.map400", "MAPX400", string();
    TKEY_ALGO_NAME = "dns.tkey.algo_name", "Algorithm name", string();
    TKEY_SIGNATURE_EXPIRATION = "dns.tkey.signature_expiration", "Signature Expiration",
        time().base(Base::Utc);
    TKEY_SIGNATURE_INCEPTION = "dns.tkey.signature_inception", "Signature Inception",
        time().base(Base::Utc);
    TKEY_MODE = "dns.tkey.mode", "Mode", uint(16).values(TKEY_MODES);
    TKEY_ERROR = "dns.tkey.error", "Error", uint(16).values(RCODES);
    TKEY_KEY_SIZE = "dns.tkey.key_size", "Key Size", uint(16);
    TKEY_KEY_DATA = "dns.tkey.key_data", "Key Data", bytes();
    TKEY_OTHER_SIZE = "dns.tkey.other_size", "Other Size", uint(16);
    TKEY_OTHER_DATA = "dns.tkey.other_data", "Other Data", bytes();
    IPSECKEY_GATEWAY_PRECEDENCE = "dns.ipseckey.gateway_precedence", "Gateway Precedence", uint(8);
    IPSECKEY_GATEWAY_ALGORITHM = "dns.ipseckey.gateway_algorithm", "Gateway Algorithm",
        uint(8).values(GATEWAY_ALGORITHMS);
    IPSECKEY_GATEWAY_TYPE = "dns.ipseckey.gateway_type", "Gateway Type",
        uint(8).values(GATEWAY_TYPES);
    IPSECKEY_GATEWAY_IPV4 = "dns.ipseckey.gateway_ipv4", "IPv4 Gateway", ipv4();
    IPSECKEY_GATEWAY_IPV6 = "dns.ipseckey.gateway_ipv6", "IPv6 Gateway", ipv6();
    IPSECKEY_GATEWAY_DNS = "dns.ipseckey.gateway_dns", "DNS Gateway", string();
    IPSECKEY_PUBLIC_KEY = "dns.ipseckey.public_key", "Public Key", bytes();
    XPF_IP_VERSION = "dns.xpf.ip_version", "IP Version", uint(16).values(IP_VERSIONS);
    XPF_PROTOCOL = "dns.xpf.protocol", "Protocol", uint(8).names(Names::Function(ip_protocol));
    XPF_SOURCE_IPV4 = "dns.xpf.source_ipv4", "IPv4 Source", ipv4();
    XPF_DESTINATION_IPV4 = "dns.xpf.destination_ipv4", "IPv4 Destination", ipv4();
    XPF_SOURCE_IPV6 = "dns.xpf.source_ipv6", "IPv6 Source", ipv6();
    XPF_DESTINATION_IPV6 = "dns.xpf.destination_ipv6", "IPv6 Destination", ipv6();
    XPF_SPORT = "dns.xpf.sport", "Source port", uint(16);
    XPF_DPORT = "dns.xpf.dport", "Destination port", uint(16);
    A6_PREFIX_LEN = "dns.a6.prefix_len", "Prefix len", uint(8);
    A6_ADDRESS_SUFFIX = "dns.a6.address_suffix", "Address Suffix", ipv6();
    A6_PREFIX_NAME = "dns.a6.prefix_name", "Prefix name", string();
    DNAME = "dns.dname", "Dname", string();
    LOC_VERSION = "dns.loc.version", "Version", uint(8);
    LOC_SIZE = "dns.loc.size", "Size", uint(8);
    LOC_HORIZONTAL_PRECISION = "dns.loc.horizontal_precision", "Horizontal Precision", uint(8);
    LOC_VERTICAL_PRECISION = "dns.loc.vertical_precision", "Vertical Precision", uint(8);
    LOC_LATITUDE = "dns.loc.latitude", "Latitude", uint(32);
    LOC_LONGITUDE = "dns.loc.longitude", "Longitude", uint(32);
    LOC_ALTITUDE = "dns.loc.altitude", "Altitude", uint(32);
    LOC_UNKNOWN_DATA = "dns.loc.unknown_data", "Unknown data", bytes();
    NXT_NEXT_DOMAIN_NAME = "dns.nxt.next_domain_name", "Next Domain Name", string();
    KX_PREFERENCE = "dns.kx.preference", "Preference", uint(16);
    KX_KEY_EXCHANGE = "dns.kx.key_exchange", "Key Exchange", string();
    CERT_TYPE = "dns.cert.type", "Type", uint(16).values(CERT_TYPES);
    CERT_KEY_TAG = "dns.cert.key_tag", "Key Tag", uint(16).hex();
    CERT_ALGORITHM = "dns.cert.algorithm", "Algorithm", uint(8).values(ALGORITHMS);
    CERT_CERTIFICATE = "dns.cert.certificate", "Certificate (or CRL)", bytes();
    NSEC_NEXT_DOMAIN_NAME = "dns.nsec.next_domain_name", "Next Domain Name", string();
    NS = "dns.ns", "Name Server", string();
    OPT = "dns.opt", "Option", none();
    OPT_CODE = "dns.opt.code", "Option Code", uint(16).values(OPTIONS);
    OPT_LEN = "dns.opt.len", "Option Length", uint(16);
    OPT_DATA = "dns.opt.data", "Option Data", bytes();
    OPT_DAU = "dns.opt.dau", "DAU", uint(8).values(ALGORITHMS);
    OPT_DHU = "dns.opt.dhu", "DHU", uint(8).values(DIGESTS);
    OPT_N3U = "dns.opt.n3u", "N3U", uint(8).values(NSEC3_HASHES);
    OPT_CLIENT_FAMILY = "dns.opt.client.family", "Family", uint(16).values(FAMILIES);
    OPT_CLIENT_NETMASK = "dns.opt.client.netmask", "Source Netmask", uint(8);
    OPT_CLIENT_SCOPE = "dns.opt.client.scope", "Scope Netmask", uint(8);
    OPT_CLIENT_ADDR = "dns.opt.client.addr", "Client Subnet", bytes();
    OPT_CLIENT_ADDR4 = "dns.opt.client.addr4", "Client Subnet", ipv4();
    OPT_CLIENT_ADDR6 = "dns.opt.client.addr6", "Client Subnet", ipv6();
    OPT_COOKIE_CLIENT = "dns.opt.cookie.client", "Client Cookie", bytes();
    OPT_COOKIE_SERVER = "dns.opt.cookie.server", "Server Cookie", bytes();
    OPT_EDNS_TCP_KEEPALIVE_TIMEOUT = "dns.opt.edns_tcp_keepalive.timeout", "Timeout", uint(16);
    OPT_PADDING = "dns.opt.padding", "Padding", bytes();
    OPT_CHAIN_FQDN = "dns.opt.chain.fqdn", "Closest Trust Point", string();
    OPT_EXT_ERROR_INFO_CODE = "dns.opt.ext_error.info_code", "Info Code",
        uint(16).names(Names::Ranges(ERROR_CODES));
    OPT_EXT_ERROR_EXTRA_TEXT = "dns.opt.ext_error.extra_text", "Extra Text", string();
    COUNT_QUERIES = "dns.count.queries", "Questions", uint(16);
    COUNT_ZONES = "dns.count.zones", "Zones", uint(16);
    COUNT_ANSWERS = "dns.count.answers", "Answer RRs", uint(16);
    COUNT_PREREQUISITES = "dns.count.prerequisites", "Prerequisites", uint(16);
    COUNT_AUTH_RR = "dns.count.auth_rr", "Authority RRs", uint(16);
    COUNT_UPDATES = "dns.count.updates", "Updates", uint(16);
    NSEC3_ALGO = "dns.nsec3.algo", "Hash algorithm", uint(8).values(NSEC3_HASHES);
    NSEC3_FLAGS = "dns.nsec3.flags", "NSEC3 flags", uint(8);
    NSEC3_FLAGS_OPT_OUT = "dns.nsec3.flags.opt_out", "NSEC3 Opt-out flag",
        boolean().names(Names::TrueFalse("Additional insecure delegations allowed", "Additional insecure delegations forbidden")).mask(0x1);
    NSEC3_ITERATIONS = "dns.nsec3.iterations", "NSEC3 iterations", uint(16);
    NSEC3_SALT_LENGTH = "dns.nsec3.salt_length", "Salt length", uint(8);
    NSEC3_SALT_VALUE = "dns.nsec3.salt_value", "Salt value", bytes();
    NSEC3_HASH_LENGTH = "dns.nsec3.hash_length", "Hash length", uint(8);
    NSEC3_HASH_VALUE = "dns.nsec3.hash_value", "Next hashed owner", string();
    TLSA_CERTIFICATE_USAGE = "dns.tlsa.certificate_usage", "Certificate Usage",
        uint(8).values(TLSA_USAGES);
    TLSA_SELECTOR = "dns.tlsa.selector", "Selector", uint(8).values(TLSA_SELECTORS);
    TLSA_MATCHING_TYPE = "dns.tlsa.matching_type", "Matching Type", uint(8).values(TLSA_MATCHINGS);
    TLSA_CERTIFICATE_ASSOCIATION_DATA = "dns.tlsa.certificate_association_data", "Certificate Association Data",
        bytes();
    TSIG_ALGORITHM_NAME = "dns.tsig.algorithm_name", "Algorithm Name", string();
    TSIG_TIME_SIGNED = "dns.tsig.time_signed", "Time Signed", time().base(Base::Utc);
    TSIG_ORIGINAL_ID = "dns.tsig.original_id", "Original Id", uint(16);
    TSIG_ERROR = "dns.tsig.error", "Error", uint(16).values(RCODES);
    TSIG_FUDGE = "dns.tsig.fudge", "Fudge", uint(16);
    TSIG_MAC_SIZE = "dns.tsig.mac_size", "MAC Size", uint(16);
    TSIG_OTHER_LEN = "dns.tsig.other_len", "Other Len", uint(16);
    TSIG_MAC = "dns.tsig.mac", "MAC", none();
    TSIG_OTHER_DATA = "dns.tsig.other_data", "Other Data", bytes();
    RESPONSE_IN = "dns.response_in", "Response In", frame().fact();
    RESPONSE_TO = "dns.response_to", "Request In", frame().fact();
    RETRANSMISSION = "dns.retransmission", "Retransmission", boolean().fact();
    RETRANSMIT_REQUEST_IN = "dns.retransmit_request_in", "Retransmitted request. Original request in",
        frame().fact();
    RETRANSMIT_RESPONSE_IN = "dns.retransmit_response_in", "Retransmitted response. Original response in",
        frame().fact();
    TIME = "dns.time", "Time", duration().fact();
    UNSOLICITED = "dns.unsolicited", "Unsolicited", boolean().fact();
    COUNT_ADD_RR = "dns.count.add_rr", "Additional RRs", uint(16);
    SSHFP_ALGORITHM = "dns.sshfp.algorithm", "Algorithm", uint(8).values(SSHFP_ALGORITHMS);
    SSHFP_FINGERPRINT_TYPE = "dns.sshfp.fingerprint.type", "Fingerprint type",
        uint(8).values(SSHFP_TYPES);
    SSHFP_FINGERPRINT = "dns.sshfp.fingerprint", "Fingerprint", bytes();
    HIP_HIT_LENGTH = "dns.hip.hit.length", "HIT length", uint(8);
    HIP_HIT_PK_ALGO = "dns.hip.hit.pk.algo", "HIT length", uint(8).values(HIP_ALGORITHMS);
    HIP_PK_LENGTH = "dns.hip.pk.length", "PK length", uint(16);
    HIP_HIT = "dns.hip.hit", "Host Identity Tag", bytes();
    HIP_PK = "dns.hip.pk", "HIP Public Key", bytes();
    HIP_RENDEZVOUS_SERVER = "dns.hip.rendezvous_server", "Rendezvous Server", string();
    DHCID_RDATA = "dns.dhcid.rdata", "DHCID Data", bytes();
    DS_KEY_ID = "dns.ds.key_id", "Key id", uint(16).hex();
    DS_ALGORITHM = "dns.ds.algorithm", "Algorithm", uint(8).values(ALGORITHMS);
    DS_DIGEST_TYPE = "dns.ds.digest_type", "Digest Type", uint(8).values(DIGESTS);
    DS_DIGEST = "dns.ds.digest", "Digest", bytes();
    APL_ADDRESS_FAMILY = "dns.apl.address_family", "Address Family", uint(16).values(FAMILIES);
    APL_CODED_PREFIX = "dns.apl.coded_prefix", "Prefix Length", uint(8);
    APL_NEGATION = "dns.apl.negation", "Negation Flag",
        boolean().names(Names::TrueFalse("Yes (!)", "No (0)")).mask(0x80);
    APL_AFDLENGTH = "dns.apl.afdlength", "Address Length", uint(8).mask(0x7f);
    APL_AFDPART_IPV4 = "dns.apl.afdpart.ipv4", "Address", ipv4();
    APL_AFDPART_IPV6 = "dns.apl.afdpart.ipv6", "Address", ipv6();
    APL_AFDPART_DATA = "dns.apl.afdpart.data", "Address", bytes();
    GPOS_LONGITUDE_LENGTH = "dns.gpos.longitude_length", "Longitude length", uint(8);
    GPOS_LONGITUDE = "dns.gpos.longitude", "Longitude", string();
    GPOS_LATITUDE_LENGTH = "dns.gpos.latitude_length", "Latitude length", uint(8);
    GPOS_LATITUDE = "dns.gpos.latitude", "Latitude", string();
    GPOS_ALTITUDE_LENGTH = "dns.gpos.altitude_length", "Altitude length", uint(8);
    GPOS_ALTITUDE = "dns.gpos.altitude", "Altitude", string();
    RP_MAILBOX = "dns.rp.mailbox", "Mailbox", string();
    RP_TXT_RR = "dns.rp.txt_rr", "TXT RR", string();
    AFSDB_SUBTYPE = "dns.afsdb.subtype", "Subtype", uint(16);
    AFSDB_HOSTNAME = "dns.afsdb.hostname", "Hostname", string();
    X25_LENGTH = "dns.x25.length", "Length", uint(8);
    X25_PSDN_ADDRESS = "dns.x25.psdn_address", "PSDN-Address", string();
    IDSN_LENGTH = "dns.idsn.length", "Length", uint(8);
    IDSN_ADDRESS = "dns.idsn.address", "ISDN Address", string();
    IDSN_SA_LENGTH = "dns.idsn.sa.length", "Length", uint(8);
    IDSN_SA_ADDRESS = "dns.idsn.sa.address", "Sub Address", string();
    RT_SUBTYPE = "dns.rt.subtype", "Preference", uint(16);
    RT_INTERMEDIATE_HOST = "dns.rt.intermediate_host", "Intermediate Hostname", string();
    NSAP_RDATA = "dns.nsap.rdata", "NSAP Data", bytes();
    NSAP_PTR_OWNER = "dns.nsap_ptr.owner", "Owner", string();
    CAA_FLAGS = "dns.caa.flags", "CAA Flags", uint(8).hex();
    CAA_FLAGS_ISSUER_CRITICAL = "dns.caa.flags.issuer_critical", "Issuer Critical",
        boolean().names(Names::TrueFalse("Critical", "Not critical")).mask(0x80);
    CAA_ISSUE = "dns.caa.issue", "Issue", string();
    CAA_ISSUEWILD = "dns.caa.issuewild", "Issue Wildcard", string();
    CAA_IODEF = "dns.caa.iodef", "Report URL", string();
    CAA_UNKNOWN = "dns.caa.unknown", "Unknown tag", string();
    CAA_TAG_LENGTH = "dns.caa.tag_length", "Tag length", uint(8);
    CAA_TAG = "dns.caa.tag", "Tag", string();
    CAA_VALUE = "dns.caa.value", "Value", string();
    EXTRANEOUS_DATA = "dns.extraneous.data", "Extraneous Data Bytes", bytes();
    EXTRANEOUS_LENGTH = "dns.extraneous.length", "Extraneous Data Length", int(32);
    WINS_LOCAL_FLAG = "dns.wins.local_flag", "Local Flag",
        boolean().names(Names::TrueFalse("True", "False")).mask(0x1);
    WINS_LOOKUP_TIMEOUT = "dns.wins.lookup_timeout", "Lookup timeout", uint(32);
    WINS_CACHE_TIMEOUT = "dns.wins.cache_timeout", "Cache timeout", uint(32);
    WINS_NB_WINS_SERVERS = "dns.wins.nb_wins_servers", "Number of WINS servers", uint(32);
    WINS_WINS_SERVER = "dns.wins.wins_server", "WINS Server Address", ipv4();
    WINSR_LOCAL_FLAG = "dns.winsr.local_flag", "Local Flag",
        boolean().names(Names::TrueFalse("True", "False")).mask(0x1);
    WINSR_LOOKUP_TIMEOUT = "dns.winsr.lookup_timeout", "Lookup timeout", uint(32);
    WINSR_CACHE_TIMEOUT = "dns.winsr.cache_timeout", "Cache timeout", uint(32);
    WINSR_NAME_RESULT_DOMAIN = "dns.winsr.name_result_domain", "Name Result Domain", string();
    DATA = "dns.data", "Data", bytes();
    DSO = "dns.dso", "DNS Stateful Operation", none();
    DSO_TLV = "dns.dso.tlv", "DSO TLV", none();
    DSO_TLV_TYPE = "dns.dso.tlv.type", "Type", uint(16).names(Names::Ranges(DSO_TYPES));
    DSO_TLV_LENGTH = "dns.dso.tlv.length", "Length", uint(16);
    DSO_TLV_DATA = "dns.dso.tlv.data", "Data", bytes();
    DSO_TLV_KEEPALIVE_INACTIVITY = "dns.dso.tlv.keepalive.inactivity", "Inactivity Timeout",
        uint(32);
    DSO_TLV_KEEPALIVE_INTERVAL = "dns.dso.tlv.keepalive.interval", "Keepalive Interval", uint(32);
    DSO_TLV_RETRYDELAY_RETRYDELAY = "dns.dso.tlv.retrydelay.retrydelay", "Retry Delay", uint(32);
    DSO_TLV_ENCPAD_PADDING = "dns.dso.tlv.encpad.padding", "Padding", bytes();
}
