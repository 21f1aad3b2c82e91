//! Names that DNS answers give to addresses (RFC 1035 3.4.1, RFC 3596 2.2), for `-N d`. Only names of
//! addresses are learnt, not addresses of names (PTR), as the usual tools do it.

use std::net::IpAddr;

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::protocols::dns::names;

/// Bytes of the header, and of a record behind its name up to its data.
const HEADER: usize = 12;
const RECORD: usize = 10;
/// The bit of the flags that tells a response from a query.
const RESPONSE: u16 = 0x8000;
/// The bits of a class without the one that multicast DNS uses otherwise (RFC 6762 10.2).
const CLASS: u16 = 0x7fff;
const IN: u16 = 1;
const A: u16 = 1;
const AAAA: u16 = 28;

/// The names in a response. `header`: where the message begins; over TCP, behind its length.
pub fn learn(dns: &Buf, header: usize) -> Vec<(IpAddr, String)> {
    let mut found = Vec::new();
    // Of a message that is cut off, what came before counts.
    let _ = records(dns, header, &mut found);
    found
}

fn records(dns: &Buf, header: usize, found: &mut Vec<(IpAddr, String)>) -> Result<(), Stop> {
    if dns.be16(header + 2)? & RESPONSE == 0 {
        return Ok(());
    }
    let count = |at: usize| dns.be16(header + at).map(u32::from);
    let (questions, records) = (count(4)?, count(6)? + count(8)? + count(10)?);
    let mut at = header + HEADER;
    for _ in 0..questions {
        at += names::read(dns, header, at)?.size + 4;
    }
    for _ in 0..records {
        let name = names::read(dns, header, at)?;
        at += name.size;
        let (kind, class, len) = (dns.be16(at)?, dns.be16(at + 2)? & CLASS, usize::from(dns.be16(at + 8)?));
        at += RECORD;
        let address = match (kind, class, len) {
            (A, IN, 4) => Some(IpAddr::from(dns.array::<4>(at)?)),
            (AAAA, IN, 16) => Some(IpAddr::from(dns.array::<16>(at)?)),
            _ => None,
        };
        // A remark in angle brackets stands for the root and for what is no name.
        if let Some(address) = address.filter(|_| !name.text.starts_with('<')) {
            found.push((address, name.text));
        }
        at += len;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A response: a question for `www.lab`, an alias and the addresses of that.
    fn response() -> Vec<u8> {
        let mut message = b"\0\x07\x81\x80\0\x01\0\x02\0\0\0\x01".to_vec();
        message.extend(b"\x03www\x03lab\0\0\x01\0\x01");
        message.extend(b"\xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x04\x01h\xc0\x10");
        message.extend(b"\xc0\x25\0\x01\0\x01\0\0\0\x3c\0\x04\x0a\0\0\x09");
        message.extend(b"\xc0\x25\0\x1c\x80\x01\0\0\0\x3c\0\x10");
        message.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
        message
    }

    #[test]
    fn addresses_get_the_names_of_their_records() {
        let found = learn(&Buf::whole(&response()), 0);
        let wanted: [(IpAddr, &str); 2] =
            [("10.0.0.9".parse().unwrap(), "h.lab"), ("fe80::9".parse().unwrap(), "h.lab")];
        assert_eq!(found, wanted.map(|(address, name)| (address, name.to_string())));
    }

    #[test]
    fn a_question_tells_nothing_and_a_cut_answer_what_is_there() {
        let mut query = response();
        query[2] &= 0x7f;
        assert!(learn(&Buf::whole(&query), 0).is_empty());
        let whole = response();
        for n in 0..whole.len() {
            assert!(learn(&Buf::whole(&whole[..n]), 0).len() < 2);
        }
    }
}
