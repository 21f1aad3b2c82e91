//! Domain names in options, and the client's own (RFC 4704).

use super::{Item, fits};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Field, Names};
use crate::dissect::sink::NodeId;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    CLIENTFQDN_BAD_MSGTYPE = "dhcpv6.clientfqdn.bad_msgtype", "Illegal Message Type", uint(8).hex();
    BOGUS_LABEL_LENGTH = "dhcpv6.bogus_label_length", "Non-DNS encoded name. Label length exceeds 63", uint(8);
    CLIENT_FQDN_FLAGS = "dhcpv6.client_fqdn_flags", "Flags", uint(8).hex();
    CLIENTFQDN_CLIENT_S = "dhcpv6.clientfqdn.client.s", "S bit", boolean().names(Names::TrueFalse("Server SHOULD perform AAAA RR updates", "Server SHOULD NOT perform AAAA RR updates")).mask(0x1);
    CLIENTFQDN_CLIENT_N = "dhcpv6.clientfqdn.client.n", "N bit", boolean().names(Names::TrueFalse("Server SHOULD NOT perform PTR RR updates", "Server SHOULD perform PTR RR updates")).mask(0x4);
    CLIENTFQDN_SERVER_S = "dhcpv6.clientfqdn.server.s", "S bit", boolean().names(Names::TrueFalse("Server SHOULD perform AAAA RR updates", "Server SHOULD NOT perform AAAA RR updates")).mask(0x1);
    CLIENTFQDN_SERVER_O = "dhcpv6.clientfqdn.server.o", "O bit", boolean().names(Names::TrueFalse("Server HAS overridden client's S bit preference", "Server HAS NOT overridden client's S bit preference")).mask(0x2);
    CLIENTFQDN_SERVER_N = "dhcpv6.clientfqdn.server.n", "N bit", boolean().names(Names::TrueFalse("Server SHOULD NOT perform PTR RR updates", "Server SHOULD perform PTR RR updates")).mask(0x4);
    DOMAIN_FIELD_LEN = "dhcpv6.domain_field_len", "Empty domain name - field length", uint(16);
    ROOT_ONLY_DOMAIN_NAME = "dhcpv6.root_only_domain_name", "Root only domain name", string();
    TLD_NAME = "dhcpv6.tld", "Top Level Domain name", string();
    CLIENT_DOMAIN = "dhcpv6.client_domain", "Client Domain Name", string();
}

static TLD: Expert = Expert::new(
    "dhcpv6.expert.tld_lookup",
    "WARNING: TLDs are rarely resolvable ",
    Group::Comments,
    Severity::Warning,
);

static ROOT_ONLY: Expert = Expert::new(
    "dhcpv6.expert.root_only_domain_name",
    "ERROR: A root-only domain name cannot be resolved.",
    Group::Protocol,
    Severity::Error,
);

static NOT_ENCODED: Expert = Expert::new(
    "dhcpv6.expert.name_not_dns_encoded",
    "ERROR: This name is not a DNS record encoded",
    Group::Protocol,
    Severity::Error,
);

static BAD_KIND: Expert = Expert::new(
    "dhcpv6.bad_msgtype",
    "This message type is not permitted to use OPTION_CLIENT_FQDN",
    Group::Protocol,
    Severity::Error,
);

static S_BIT: Expert = Expert::new(
    "dhcpv6.s_bit_should_be_zero",
    "ERROR: When the N-bit is set, the S-bit must be reset",
    Group::Protocol,
    Severity::Error,
);

pub static EXPERTS: &[&Expert] = &[&TLD, &ROOT_ONLY, &NOT_ENCODED, &BAD_KIND, &S_BIT];

/// Names under a heading.
pub fn names(w: &mut Walk, field: &'static Field, title: &'static str, item: &Item) -> Result<(), Stop> {
    w.open_label(item.at, item.len, format_args!("{title}"));
    name_list(w, field, item.at, item.end())?;
    w.close();
    Ok(())
}

/// Names in DNS encoding, one after the other. Names of one label are remarked upon, as is the root.
pub fn name_list(w: &mut Walk, field: &'static Field, mut at: usize, end: usize) -> Result<(), Stop> {
    while at < end {
        let all = w.bytes(at, end - at)?;
        if let Some(len @ 64..) = all.first() {
            not_encoded(w, at, *len);
            return Ok(());
        }
        let Some(name) = Name::read(all) else {
            return Err(Stop::malformed(at));
        };
        put_name(w, field, at, &name);
        if name.labels == 0 {
            return Ok(());
        }
        at += name.len;
    }
    Ok(())
}

/// What should be a name is plain text, as some clients send it.
fn not_encoded(w: &mut Walk, at: usize, len: u8) {
    let text = format_args!(
        "Label Length: {len} This is not a DNS record encoded domain name. The value in the first octet of a label is the length of the name that follows and must be 63 octets or less."
    );
    let id = w.text(&BOGUS_LABEL_LENGTH, at, 1, Value::Uint(u64::from(len)), text);
    warn(w, id, at, 1, &NOT_ENCODED);
}

/// A name in DNS encoding, without pointers.
struct Name {
    text: String,
    labels: usize,
    /// It ends with the root.
    whole: bool,
    len: usize,
}

impl Name {
    fn read(bytes: &[u8]) -> Option<Name> {
        let mut name = Name { text: String::new(), labels: 0, whole: false, len: 0 };
        while let Some(len) = bytes.get(name.len) {
            let len = usize::from(*len);
            name.len += 1;
            if len == 0 {
                name.whole = true;
                return Some(name);
            }
            let label = bytes.get(name.len..name.len + len)?;
            if name.labels > 0 {
                name.text.push('.');
            }
            name.text.push_str(&text::ascii(label));
            name.labels += 1;
            name.len += len;
        }
        Some(name)
    }
}

fn put_name(w: &mut Walk, field: &'static Field, at: usize, name: &Name) {
    let text = &name.text;
    match (name.labels, name.whole) {
        (0, _) => {
            let value = Value::Str("['.' (0)]");
            let id = w.value(&ROOT_ONLY_DOMAIN_NAME, at, name.len, value);
            warn(w, id, at, name.len, &ROOT_ONLY);
        }
        (1, true) => {
            let value = format!("{text}.");
            let label = format_args!("Top Level Domain name (TLD): {value}");
            let id = w.text(&TLD_NAME, at, name.len, Value::Str(&value), label);
            warn(w, id, at, name.len, &TLD);
        }
        (_, true) => _ = w.value(field, at, name.len, Value::Str(&format!("{text}."))),
        (1, false) => {
            let label = format_args!("Partial domain name: {text}");
            w.text(field, at, name.len, Value::Str(text), label);
        }
        (_, false) => {
            let label = format_args!("Multi-part partially qualified Domain Name: {text}");
            w.text(field, at, name.len, Value::Str(text), label);
        }
    }
}

/// A remark in a line of its own.
fn warn(w: &mut Walk, id: NodeId, at: usize, len: usize, expert: &'static Expert) {
    w.open(id);
    let line = w.open_label(at, len, format_args!("{}", expert.field.label));
    w.expert(expert, line);
    w.close();
    w.close();
}

/// RFC 4704; the flags mean other things from a client than from a server.
pub fn client_fqdn(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !fits(w, item, item.len >= 1, "FQDN") {
        return Ok(());
    }
    if !matches!(item.place.kind, 1..=3 | 5..=7) {
        let value = Value::Uint(u64::from(item.place.kind));
        let text = format_args!(
            "Only the following message types are permitted to use OPTION_CLIENT_FQDN: SOLICIT, REQUEST, RENEW, REBIND, ADVERTISE, and REPLY"
        );
        let id = w.text(&CLIENTFQDN_BAD_MSGTYPE, item.at - 4, 1, value, text);
        warn(w, id, item.at - 4, 1, &BAD_KIND);
        return Ok(());
    }
    let bits = w.u8(item.at)?;
    let server = matches!(item.place.kind, 2 | 7);
    let said = if server { server_wish(bits) } else { client_wish(bits) };
    let value = Value::Uint(u64::from(bits));
    let more = if server && bits & 6 == 2 { " [Server has overridden the client's S bit]" } else { "" };
    let text = format_args!("Flags: 0x{bits:02x}  [{said}]{more}");
    let id = w.text(&CLIENT_FQDN_FLAGS, item.at, 1, value, text);
    w.open(id);
    let fields: &[&Field] = if server {
        &[&CLIENTFQDN_SERVER_N, &CLIENTFQDN_SERVER_O, &CLIENTFQDN_SERVER_S]
    } else {
        &[&CLIENTFQDN_CLIENT_N, &CLIENTFQDN_CLIENT_S]
    };
    for field in fields {
        w.field(field, item.at, 1)?;
    }
    w.close();
    if bits & 5 == 5 {
        let line = w.open_label(item.at, 1, format_args!("{}", S_BIT.field.label));
        w.expert(&S_BIT, line);
        w.close();
    }
    if item.len == 1 {
        let text =
            format_args!("Empty domain field: the client requests the server to provide a domain name");
        w.text(&DOMAIN_FIELD_LEN, item.at - 2, 2, Value::Uint(0), text);
        return Ok(());
    }
    name_list(w, &CLIENT_DOMAIN, item.at + 1, item.end())
}

fn client_wish(bits: u8) -> &'static str {
    match (bits & 4 != 0, bits & 1 != 0) {
        (false, false) => "CLIENT wants to update its AAAA RRs and SERVER to update its PTR RRs",
        (false, true) => "CLIENT wants SERVER to update both its AAAA and PTR RRs",
        (true, false) => "CLIENT prefers that the server not perform *any* DNS updates",
        (true, true) => {
            "ERROR: CLIENT prefers that the server not perform *any* DNS updates         In which case the 'S' bit MUST be 0"
        }
    }
}

fn server_wish(bits: u8) -> &'static str {
    match (bits & 4 != 0, bits & 1 != 0) {
        (false, false) => "CLIENT SHALL update AAAA RRs; SERVER SHALL update PTR RRs",
        (false, true) => "SERVER SHALL update both AAAA and PTR RRs",
        (true, false) => "CLIENT SHALL update AAAA RRs; SERVER SHALL NOT perform any DNS updates",
        (true, true) => {
            "ERROR: SERVER SHALL NOT perform *any* DNS updates in which case         the 'S' bit MUST be 0"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_how_they_end() {
        let name = Name::read(b"\x04host\x03foo\x00rest").unwrap();
        assert_eq!((name.text.as_str(), name.whole, name.len), ("host.foo", true, 10));
        let name = Name::read(b"\x04host").unwrap();
        assert_eq!((name.labels, name.whole), (1, false));
        assert!(Name::read(b"\x04ho").is_none());
    }
}
