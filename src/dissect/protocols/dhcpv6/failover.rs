//! Options of IPv4 over IPv6 (RFC 7598) and of servers that stand in for each other (RFC 8156).

use super::{Item, bytes, exactly, fits, line, options, values};
use crate::dissect::buf::Stop;
use crate::dissect::field::Field;
use crate::dissect::flags;
use crate::dissect::protocols::dhcp::domain;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    FAILOVER_BINDING_STATUS = "dhcpv6.failover.binding_status", "Failover Binding Status", uint(8).values(values::FAILOVER_BINDING_STATUS);
    FAILOVER_CONNECT_FLAGS = "dhcpv6.failover.connect.flags", "Flags", uint(16).hex();
    FAILOVER_CONNECT_FLAGS_RESERVED = "dhcpv6.failover.connect.flags.reserved", "Reserved", boolean().mask(0xfffe);
    FAILOVER_CONNECT_FLAGS_F = "dhcpv6.failover.connect.flags.f", "Fixed PD Length (F)", boolean().mask(0x1);
    FAILOVER_DNS_HOSTNAME = "dhcpv6.failover.dns_hostname", "DNS Hostname", string();
    FAILOVER_DNS_ZONENAME = "dhcpv6.failover.dns_zonename", "DNS Zone Name", string();
    FAILOVER_DNS_FLAGS = "dhcpv6.failover.dns.flags", "Flags", uint(16).hex();
    FAILOVER_DNS_FLAGS_RESERVED = "dhcpv6.failover.dns.flags.reserved", "Reserved", boolean().mask(0xfff0);
    FAILOVER_DNS_FLAGS_U = "dhcpv6.failover.dns.flags.u", "Using Requested FQDN (U)", boolean().mask(0x8);
    FAILOVER_DNS_FLAGS_S = "dhcpv6.failover.dns.flags.s", "Synthesized Name (S)", boolean().mask(0x4);
    FAILOVER_DNS_FLAGS_R = "dhcpv6.failover.dns.flags.r", "Rev Uptodate (R)", boolean().mask(0x2);
    FAILOVER_DNS_FLAGS_F = "dhcpv6.failover.dns.flags.f", "Fwd Uptodate (F)", boolean().mask(0x1);
    FAILOVER_EXPIRATION_TIME = "dhcpv6.failover.expiration_time", "Expiration Time", uint(32);
    FAILOVER_MAX_UNACKED_BNDUPD = "dhcpv6.failover.max_unacked_bndupd", "Max number of unacked BNDUPD messages", uint(32);
    FAILOVER_MCLT = "dhcpv6.failover.mclt", "Maximum Client Lead Time (MCLT)", uint(32);
    FAILOVER_PARTNER_LIFETIME = "dhcpv6.failover.partner_lifetime", "Partner Lifetime", uint(32);
    FAILOVER_PARTNER_LIFETIME_SENT = "dhcpv6.failover.partner_lifetime_sent", "Partner Lifetime Sent", uint(32);
    FAILOVER_PARTNER_DOWN_TIME = "dhcpv6.failover.partner_down_time", "Partner Down Time", uint(32);
    FAILOVER_PARTNER_RAW_CLT_TIME = "dhcpv6.failover.partner_raw_clt_time", "Partner Raw Client Time", uint(32);
    FAILOVER_PROTOCOL_MAJOR_VERSION = "dhcpv6.failover.protocol.major_version", "Protocol Major Version", uint(16);
    FAILOVER_PROTOCOL_MINOR_VERSION = "dhcpv6.failover.protocol.minor_version", "Protocol Minor Version", uint(16);
    FAILOVER_KEEPALIVE_TIME = "dhcpv6.failover.keepalive_time", "Keepalive Time", uint(32);
    FAILOVER_RECONFIGURE_TIME = "dhcpv6.failover.reconfigure_time", "Reconfigure Time", uint(32);
    FAILOVER_RECONFIGURE_KEY = "dhcpv6.failover.reconfigure_key", "Reconfigure Key", bytes();
    FAILOVER_RELATIONSHIP_NAME = "dhcpv6.failover.relationship_name", "Relationship Name", string();
    FAILOVER_SERVER_FLAGS = "dhcpv6.failover.server.flags", "Flags", uint(8).hex();
    FAILOVER_SERVER_FLAGS_RESERVED = "dhcpv6.failover.server.flags.reserved", "Reserved", boolean().mask(0xf8);
    FAILOVER_SERVER_FLAGS_A = "dhcpv6.failover.server.flags.a", "Ack Startup (A)", boolean().mask(0x4);
    FAILOVER_SERVER_FLAGS_S = "dhcpv6.failover.server.flags.s", "Startup (S)", boolean().mask(0x2);
    FAILOVER_SERVER_FLAGS_C = "dhcpv6.failover.server.flags.c", "Communicated (C)", boolean().mask(0x1);
    FAILOVER_SERVER_STATE = "dhcpv6.failover.server_state", "Server State", uint(8).values(values::FAILOVER_SERVER_STATE);
    FAILOVER_START_TIME_OF_STATE = "dhcpv6.failover.start_time_of_state", "Start Time of State", uint(32);
    FAILOVER_STATE_EXPIRATION_TIME = "dhcpv6.failover.state_expiration_time", "State Expiration Time", uint(32);
    S46_RULE_FLAGS = "dhcpv6.s46_rule.flags", "Flags", uint(8).hex();
    S46_RULE_FLAGS_RESERVED = "dhcpv6.s46_rule.flags.reserved", "Reserved", boolean().mask(0xfe);
    S46_RULE_FLAGS_FMR = "dhcpv6.s46_rule.flags.fmr", "Forwarding Mapping Rule", boolean().mask(0x1);
    S46_RULE_EA_LEN = "dhcpv6.s46_rule.ea_len", "EA-bit length", uint(8);
    S46_RULE_IPV4_PREF_LEN = "dhcpv6.s46_rule.ipv4_pref_len", "IPv4 prefix length", uint(8);
    S46_RULE_IPV4_PREFIX = "dhcpv6.s46_rule.ipv4_prefix", "IPv4 prefix", ipv4();
    S46_RULE_IPV6_PREFIX_LEN = "dhcpv6.s46_rule.ipv6_prefix_len", "IPv6 prefix length", uint(8);
    S46_RULE_IPV6_PREFIX = "dhcpv6.s46_rule.ipv6_prefix", "IPv6 prefix", ipv6();
    S46_BR_ADDRESS = "dhcpv6.s46_br.address", "BR address", ipv6();
    S46_DMR_DMR_PREF_LEN = "dhcpv6.s46_dmr.dmr_pref_len", "IPv6 prefix length", uint(8);
    S46_DMR_DMR_PREFIX = "dhcpv6.s46_dmr.dmr_prefix", "IPv6 prefix", ipv6();
    S46_V4V6BIND_IPV4_ADDRESS = "dhcpv6.s46_v4v6bind.ipv4_address", "IPv4 Address", ipv4();
    S46_V4V6BIND_IPV6_PREF_LEN = "dhcpv6.s46_v4v6bind.ipv6_pref_len", "IPv6 prefix length", uint(8);
    S46_V4V6BIND_IPV6_PREFIX = "dhcpv6.s46_v4v6bind.ipv6_prefix", "IPv6 prefix", ipv6();
    S46_PORTPARAM_OFFSET = "dhcpv6.s46_portparam.offset", "Offset", uint(8);
    S46_PORTPARAM_PSID_LEN = "dhcpv6.s46_portparam.psid_len", "PSID length", uint(8);
    S46_PORTPARAM_PSID = "dhcpv6.s46_portparam.psid", "PSID", uint(16);
}

/// IPv4 over IPv6 (RFC 7598).
pub fn softwire(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let at = item.at;
    match item.code {
        89 if fits(w, item, item.len >= 8, "S46_RULE") => {
            flags::put(w, &S46_RULE_FLAGS, at, 1, &[&S46_RULE_FLAGS_RESERVED, &S46_RULE_FLAGS_FMR])?;
            w.field(&S46_RULE_EA_LEN, at + 1, 1)?;
            w.field(&S46_RULE_IPV4_PREF_LEN, at + 2, 1)?;
            w.field(&S46_RULE_IPV4_PREFIX, at + 3, 4)?;
            let next = cut_prefix(w, &S46_RULE_IPV6_PREFIX_LEN, &S46_RULE_IPV6_PREFIX, at + 7)?;
            options(w, next, item.end(), item.place)
        }
        90 => exactly(w, &S46_BR_ADDRESS, 16, item, "S46_BR"),
        91 if fits(w, item, item.len >= 1, "S46_DMR") => {
            cut_prefix(w, &S46_DMR_DMR_PREF_LEN, &S46_DMR_DMR_PREFIX, at)?;
            Ok(())
        }
        92 if fits(w, item, item.len >= 5, "S46_V4V6BIND") => {
            w.field(&S46_V4V6BIND_IPV4_ADDRESS, at, 4)?;
            let (len, field) = (&S46_V4V6BIND_IPV6_PREF_LEN, &S46_V4V6BIND_IPV6_PREFIX);
            let next = cut_prefix(w, len, field, at + 4)?;
            options(w, next, item.end(), item.place)
        }
        93 if fits(w, item, item.len == 4, "S46_PORTPARAMS") => {
            w.field(&S46_PORTPARAM_OFFSET, at, 1)?;
            let bits = u32::from(w.u8(at + 1)?);
            w.field(&S46_PORTPARAM_PSID_LEN, at + 1, 1)?;
            let number = u32::from(w.be16(at + 2)?) >> 16u32.saturating_sub(bits);
            w.uint(&S46_PORTPARAM_PSID, at + 2, 2, u64::from(number));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A prefix of as many bytes as its length in bits needs; says where it ends.
fn cut_prefix(w: &mut Walk, length: &'static Field, field: &'static Field, at: usize) -> Result<usize, Stop> {
    let len = usize::from(w.u8(at)?).div_ceil(8).min(16);
    w.field(length, at, 1)?;
    let mut prefix = [0; 16];
    prefix[..len].copy_from_slice(w.bytes(at + 1, len)?);
    w.value(field, at + 1, len, Value::Ipv6(prefix));
    Ok(at + 1 + len)
}

/// Between servers (RFC 8156 5.5).
pub fn failover(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    let number: (&'static Field, usize) = match item.code {
        114 => (&FAILOVER_BINDING_STATUS, 1),
        120 => (&FAILOVER_EXPIRATION_TIME, 4),
        121 => (&FAILOVER_MAX_UNACKED_BNDUPD, 4),
        122 => (&FAILOVER_MCLT, 4),
        123 => (&FAILOVER_PARTNER_LIFETIME, 4),
        124 => (&FAILOVER_PARTNER_LIFETIME_SENT, 4),
        125 => (&FAILOVER_PARTNER_DOWN_TIME, 4),
        126 => (&FAILOVER_PARTNER_RAW_CLT_TIME, 4),
        128 => (&FAILOVER_KEEPALIVE_TIME, 4),
        132 => (&FAILOVER_SERVER_STATE, 1),
        133 => (&FAILOVER_START_TIME_OF_STATE, 4),
        134 => (&FAILOVER_STATE_EXPIRATION_TIME, 4),
        _ => return failover_parts(w, item),
    };
    if fits(w, item, len == number.1, "Failover") {
        w.field(number.0, at, len)?;
    }
    Ok(())
}

fn failover_parts(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let Item { at, len, .. } = *item;
    match item.code {
        115 if fits(w, item, len == 2, "Failover") => {
            let bits = [&FAILOVER_CONNECT_FLAGS_RESERVED, &FAILOVER_CONNECT_FLAGS_F];
            flags::put(w, &FAILOVER_CONNECT_FLAGS, at, 2, &bits)?;
        }
        117 => whole_name(w, &FAILOVER_DNS_HOSTNAME, at, len)?,
        118 => whole_name(w, &FAILOVER_DNS_ZONENAME, at, len)?,
        119 if fits(w, item, len == 2, "Failover") => {
            let bits = [
                &FAILOVER_DNS_FLAGS_RESERVED,
                &FAILOVER_DNS_FLAGS_U,
                &FAILOVER_DNS_FLAGS_S,
                &FAILOVER_DNS_FLAGS_R,
                &FAILOVER_DNS_FLAGS_F,
            ];
            flags::put(w, &FAILOVER_DNS_FLAGS, at, 2, &bits)?;
        }
        127 if fits(w, item, len == 4, "Failover") => {
            w.field(&FAILOVER_PROTOCOL_MAJOR_VERSION, at, 2)?;
            w.field(&FAILOVER_PROTOCOL_MINOR_VERSION, at + 2, 2)?;
        }
        129 if fits(w, item, len >= 4, "Failover") => {
            w.field(&FAILOVER_RECONFIGURE_TIME, at, 4)?;
            bytes(w, &FAILOVER_RECONFIGURE_KEY, at + 4, len - 4)?;
        }
        130 => line(w, &FAILOVER_RELATIONSHIP_NAME, at, len)?,
        131 if fits(w, item, len == 1, "Failover") => {
            let bits = [
                &FAILOVER_SERVER_FLAGS_RESERVED,
                &FAILOVER_SERVER_FLAGS_A,
                &FAILOVER_SERVER_FLAGS_S,
                &FAILOVER_SERVER_FLAGS_C,
            ];
            flags::put(w, &FAILOVER_SERVER_FLAGS, at, 1, &bits)?;
        }
        _ => {}
    }
    Ok(())
}

fn whole_name(w: &mut Walk, field: &'static Field, at: usize, len: usize) -> Result<(), Stop> {
    let (name, _) = domain(w.bytes(at, len)?, 0).ok_or(Stop::malformed(at))?;
    w.value(field, at, len, Value::Str(&name));
    Ok(())
}
