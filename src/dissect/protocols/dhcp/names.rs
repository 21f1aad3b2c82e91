//! Options that hold lists of names and routes, some of them continued in further options (RFC 3396).

use super::options::{BAD_LENGTH, multiple};
use super::special::{at_least, remark};
use super::{Item, values};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Severity};
use crate::dissect::field::Field;
use crate::dissect::text::V4;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    DHCP_NAME_SERVICE_SEARCH_OPTION = "dhcp.option.dhcp_name_service_search_option", "Name Service", stringz();
    DHCP_DNS_DOMAIN_SEARCH_LIST_RFC_3396_DETECTED = "dhcp.option.dhcp_dns_domain_search_list_rfc_3396_detected", "Encoding Long Options detected (RFC 3396)", stringz();
    DHCP_DNS_DOMAIN_SEARCH_LIST_REFER_LAST_OPTION = "dhcp.option.dhcp_dns_domain_search_list_refer_last_option", "For the data, please refer to last option 119", stringz();
    DHCP_DNS_DOMAIN_SEARCH_LIST_FQDN = "dhcp.option.dhcp_dns_domain_search_list_fqdn", "FQDN", stringz();
    SIP_SERVER_RFC_3396_DETECTED = "dhcp.option.sip_server.rfc_3396_detected", "Encoding Long Options detected (RFC 3396)", stringz();
    SIP_SERVER_REFER_LAST_OPTION = "dhcp.option.sip_server.refer_last_option", "For the data, please refer to last option 120", stringz();
    SIP_SERVER_ENCODING = "dhcp.option.sip_server.encoding", "SIP Server Encoding", uint(8).values(values::SIP_SERVER_ENCODING);
    SIP_SERVER_NAME = "dhcp.option.sip_server.name", "SIP Server Name", stringz();
    SIP_SERVER_ADDRESS = "dhcp.option.sip_server.address", "SIP Server Address", ipv4();
    CLASSLESS_STATIC_ROUTE = "dhcp.option.classless_static_route", "Subnet/MaskWidth-Router", bytes();
    RDNSS_RESERVED = "dhcp.option.rdnss.reserved", "Reserved", uint(8).hex().mask(0xfc);
    RDNSS_PREFERENCE = "dhcp.option.rdnss.preference", "Preference", uint(8).values(values::RDNSS_PREFERENCE).mask(0x3);
    RDNSS_PRIMARY_DNS = "dhcp.option.rdnss.primary_dns", "Primary DNS", ipv4();
    RDNSS_SECONDARY_DNS = "dhcp.option.rdnss.secondary_dns", "Secondary DNS", ipv4();
    RDNSS_DOMAIN = "dhcp.option.rdnss.domain", "Domains and networks", string();
}

static NAME_SERVICE: Expert =
    remark("dhcp.option.dhcp_name_service.invalid", "Invalid Name Service", Severity::Error);
static SIP_ENCODING: Expert = remark(
    "dhcp.option.sip_server_address.encoding",
    "RFC 3361 defines only 0 and 1 for Encoding byte",
    Severity::Error,
);

static MASK_WIDTH: Expert = remark("dhcp.option.classless_static.route", "Mask width > 32", Severity::Error);

pub static EXPERTS: &[&Expert] = &[&NAME_SERVICE, &SIP_ENCODING, &MASK_WIDTH];

/// RFC 2937.
pub fn name_service(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !multiple(w, item, 2) {
        return Ok(());
    }
    for i in 0..item.len / 2 {
        let at = item.at + i * 2;
        let code = w.be16(at)?;
        let name = match code {
            0 => "Local naming information (e.g., an /etc/hosts file on a UNIX machine) (0)",
            6 => "Domain Name Server Option (6)",
            41 => "Network Information Servers Option (41)",
            44 => "NetBIOS over TCP/IP Name Server Option (44)",
            65 => "Network Information Service+ Servers Option (65)",
            _ => {
                let text = format_args!(
                    "Invalid Name Service ({code}). RFC 2937 defines only 0, 6, 41, 44, and 65 as possible values."
                );
                w.expert_text(&NAME_SERVICE, item.id, text);
                continue;
            }
        };
        w.value(&DHCP_NAME_SERVICE_SEARCH_OPTION, at, 2, Value::Str(name));
    }
    Ok(())
}

/// A value that is continued in further options of the same number (RFC 3396): which one this is,
/// how many there are, and all of their bytes.
fn whole(w: &Walk, item: &Item) -> (usize, usize, Vec<u8>) {
    let mut all = Vec::new();
    let (mut index, mut count) = (0, 0);
    for (_, at, len) in item.message.list.iter().filter(|o| o.0 == item.code) {
        count += 1;
        if *at <= item.at {
            index = count;
        }
        all.extend_from_slice(w.buf.bytes(*at, *len).unwrap_or(&[]));
    }
    if index == 0 {
        all = w.buf.bytes(item.at, item.len).unwrap_or(&[]).to_vec();
        (index, count) = (1, 1);
    }
    (index, count, all)
}

/// Says of a continued value where its data is shown; true if that is here.
fn continued(
    w: &mut Walk,
    item: &Item,
    (index, count): (usize, usize),
    [detected, refer]: [&'static Field; 2],
) -> bool {
    if count == 1 {
        return true;
    }
    w.value(detected, item.at, item.len, Value::Str(&format!("{index}/{count}")));
    if index < count {
        w.value(refer, item.at, item.len, Value::Str(&format!("{count}/{count}")));
    }
    index == count
}

/// RFC 3397.
pub fn domain_search(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (index, count, all) = whole(w, item);
    let fields =
        [&DHCP_DNS_DOMAIN_SEARCH_LIST_RFC_3396_DETECTED, &DHCP_DNS_DOMAIN_SEARCH_LIST_REFER_LAST_OPTION];
    if !continued(w, item, (index, count), fields) {
        return Ok(());
    }
    names(w, item, &DHCP_DNS_DOMAIN_SEARCH_LIST_FQDN, &all, 0, count == 1)
}

/// A list of names from this offset of `all` on; `placed`: they lie in this option alone.
fn names(
    w: &mut Walk,
    item: &Item,
    field: &'static Field,
    all: &[u8],
    mut at: usize,
    placed: bool,
) -> Result<(), Stop> {
    while at < all.len() {
        let (name, next) = domain(all, at).ok_or(Stop::malformed(item.at + item.len))?;
        if placed {
            w.value(field, item.at + at, next - at, Value::Str(&name));
        } else {
            w.value(field, item.at, 0, Value::Str(&name));
        }
        at = next;
    }
    Ok(())
}

/// RFC 3361.
pub fn sip_servers(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let (index, count, all) = whole(w, item);
    let fields = [&SIP_SERVER_RFC_3396_DETECTED, &SIP_SERVER_REFER_LAST_OPTION];
    if !continued(w, item, (index, count), fields) {
        return Ok(());
    }
    let placed = count == 1;
    let Some(encoding) = all.first() else { return Ok(()) };
    let size = usize::from(placed);
    w.uint(&SIP_SERVER_ENCODING, item.at, size, u64::from(*encoding));
    match encoding {
        0 => names(w, item, &SIP_SERVER_NAME, &all, 1, placed),
        1 => {
            for (i, address) in all[1..].chunks_exact(4).enumerate() {
                let (at, len) = if placed { (item.at + 1 + i * 4, 4) } else { (item.at, 0) };
                let address = address.try_into().unwrap_or_default();
                w.value(&SIP_SERVER_ADDRESS, at, len, Value::Ipv4(address));
            }
            Ok(())
        }
        _ => {
            let text =
                format_args!("RFC 3361 defines only 0 and 1 for Encoding byte (Encoding = {encoding})");
            w.expert_text(&SIP_ENCODING, item.id, text);
            Ok(())
        }
    }
}

/// A domain name in DNS encoding (RFC 1035 4.1.4) at an offset of these bytes, and where it ends.
pub fn domain(bytes: &[u8], start: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    let (mut at, mut end) = (start, None);
    for _ in 0..128 {
        let len = usize::from(*bytes.get(at)?);
        match len {
            0 => {
                if name.is_empty() {
                    name.push_str("<Root>");
                }
                return Some((name, end.unwrap_or(at + 1)));
            }
            0xc0.. => {
                let low = usize::from(*bytes.get(at + 1)?);
                end = end.or(Some(at + 2));
                at = (len & 0x3f) << 8 | low;
            }
            0x40..0xc0 => {
                return Some(("<Unknown extended label>".to_string(), end.unwrap_or(at + 1)));
            }
            _ => {
                let label = bytes.get(at + 1..at + 1 + len)?;
                if !name.is_empty() {
                    name.push('.');
                }
                name.push_str(&crate::dissect::text::ascii(label));
                at += 1 + len;
            }
        }
    }
    None
}

/// RFC 3442, and Microsoft's option of the same form.
pub fn static_routes(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !at_least(w, item, 5) {
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at < end {
        let width = usize::from(w.u8(at)?);
        if width > 32 {
            w.expert_text(&MASK_WIDTH, item.id, format_args!("Mask width ({width}) > 32"));
            break;
        }
        let significant = width.div_ceil(8);
        let size = 1 + significant + 4;
        if at + size > end {
            w.expert_text(&BAD_LENGTH, item.id, format_args!("Remaining length ({}) < {size}", end - at));
            break;
        }
        let mut net = [0; 4];
        net[..significant].copy_from_slice(w.bytes(at + 1, significant)?);
        let router = V4(w.ipv4(at + 1 + significant)?);
        let value = Value::Bytes(w.bytes(at, size)?);
        let field = &CLASSLESS_STATIC_ROUTE;
        if width == 0 {
            w.text(field, at, size, value, format_args!(" default-{router}"));
        } else {
            w.text(field, at, size, value, format_args!(" {}/{width}-{router}", V4(net)));
        }
        at += size;
    }
    Ok(())
}

/// RFC 6731.
pub fn rdnss(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if item.len < 10 {
        w.expert_text(&BAD_LENGTH, item.id, format_args!("length must be >= 10"));
        return Ok(());
    }
    let at = item.at;
    w.field(&RDNSS_RESERVED, at, 1)?;
    w.field(&RDNSS_PREFERENCE, at, 1)?;
    w.field(&RDNSS_PRIMARY_DNS, at + 1, 4)?;
    w.field(&RDNSS_SECONDARY_DNS, at + 5, 4)?;
    let bytes = w.bytes(at + 9, item.len - 9)?;
    let (name, _) = domain(bytes, 0).ok_or(Stop::malformed(at + 9))?;
    w.value(&RDNSS_DOMAIN, at + 9, item.len - 9, Value::Str(&name));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_point_back() {
        let bytes = b"\x03foo\x03com\0\x03bar\xc0\x04";
        assert_eq!(domain(bytes, 0), Some(("foo.com".to_string(), 9)));
        assert_eq!(domain(bytes, 9), Some(("bar.com".to_string(), 15)));
    }

    #[test]
    fn names_that_point_at_themselves_end() {
        assert_eq!(domain(b"\xc0\x00", 0), None);
    }
}
