//! IANA's names of services by port, written by `data/make-services`.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::dissect::field::Base;

static DATA: &str = include_str!("../../../data/services.txt");

/// The transport's letter in the data, and the port.
type Service = (u8, u16);

/// The name of a port of TCP, UDP or SCTP.
pub fn name(kind: Base, port: u16) -> Option<&'static str> {
    let letter = match kind {
        Base::TcpPort => b't',
        Base::UdpPort => b'u',
        Base::SctpPort => b's',
        _ => return None,
    };
    table().get(&(letter, port)).copied()
}

fn table() -> &'static HashMap<Service, &'static str> {
    static TABLE: OnceLock<HashMap<Service, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = DATA.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let port: u16 = words.next()?.parse().ok()?;
            Some((port, words.next()?, words.next()?))
        });
        lines.flat_map(|(port, letters, name)| letters.bytes().map(move |l| ((l, port), name))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_the_transport() {
        assert_eq!(name(Base::TcpPort, 80), Some("http"));
        assert_eq!(name(Base::UdpPort, 53), Some("domain"));
        assert_eq!(name(Base::SctpPort, 53), None);
        assert_eq!(name(Base::Dec, 80), None);
    }
}
