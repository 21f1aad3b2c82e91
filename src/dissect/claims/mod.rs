//! Protocols that are recognised and not dissected: a line each, with name, title, what the Protocol column
//! says and the keys that lead to them; where it takes more, a test of the first bytes, the length of a
//! message on a stream, or what is carried. A protocol that gets a file of its own leaves these lists.

/// Declares claims: `"name", "title", "column", [keys]` and, in braces, what else of [`Protocol`] is set.
macro_rules! claims {
    ($($name:literal, $title:literal, $column:literal, [$($key:ident($($number:expr),+)),*]
       $(, { $($part:ident: $value:expr),+ })?;)*) => {
        pub static CLAIMS: &[&Protocol] = &[$(&Protocol {
            claim: true,
            on: &[$(Key::$key($($number),+)),*],
            $($($part: $value,)+)?
            ..Protocol::new($name, $title, $column)
        }),*];
    };
}

mod guess;
mod inner;
mod lengths;
mod links;
mod mail;
mod ports;
pub mod rpc;
mod seen;
mod shape;
mod versions;

pub use guess::is_quic_long;

use super::protocol::{Key, Protocol};

/// All claims; those that recognise bytes come first, in the order in which they are asked.
pub fn all() -> impl Iterator<Item = &'static Protocol> {
    let lists = [seen::CLAIMS, ports::CLAIMS, links::CLAIMS, inner::CLAIMS, DISPLAYS];
    lists.into_iter().flatten().copied()
}

static DISPLAYS: &[&Protocol] = &[&X11];

/// Each display of X11 has a port.
static X11: Protocol =
    Protocol { claim: true, on: &tcp_ports::<64>(6000), ..Protocol::new("x11", "X11", "X11") };

const fn tcp_ports<const N: usize>(first: u16) -> [Key; N] {
    let mut keys = [Key::TcpPort(first); N];
    let mut i = 0;
    while i < N {
        keys[i] = Key::TcpPort(first + i as u16);
        i += 1;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::protocols;

    #[test]
    fn no_name_is_claimed_that_a_file_has() {
        for claim in all() {
            assert!(protocols::all().all(|p| p.name() != claim.name()), "{} has a file", claim.name());
        }
    }

    #[test]
    fn the_ports_of_displays_follow_each_other() {
        assert_eq!(X11.on.first(), Some(&Key::TcpPort(6000)));
        assert_eq!(X11.on.last(), Some(&Key::TcpPort(6063)));
    }
}
