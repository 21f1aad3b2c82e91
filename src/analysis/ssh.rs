//! SSH connections: until the client's version was seen (RFC 4253 4.2), nothing tells which one is spoken.

use super::flows::SeededMap;
use crate::dissect::facts::{Facts, Part, PartKind};
use crate::dissect::layers::Layer;

/// The connections whose version is known, by number of the TCP stream.
#[derive(Default)]
pub struct Ssh {
    known: SeededMap<u32, ()>,
}

impl Ssh {
    /// Takes the bytes of layer `index`. A part that holds nothing marks it, if no earlier layer told.
    pub fn layer(
        &mut self,
        (stream, from_client): (u32, bool),
        index: usize,
        layer: &Layer,
        bytes: &[u8],
        facts: &mut Facts,
    ) {
        if self.known.contains_key(&stream) {
            return;
        }
        if from_client && bytes.starts_with(b"SSH-") && bytes.contains(&b'\n') {
            self.known.insert(stream, ());
        }
        facts.parts.push(Part {
            layer: index.min(255) as u8,
            what: PartKind::Nothing,
            source: layer.source,
            start: layer.start,
            ..Part::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_doesnt_know_its_version_yet() {
        let mut ssh = Ssh::default();
        let mut marked = |from_client: bool, bytes: &[u8]| {
            let mut facts = Facts::default();
            ssh.layer((0, from_client), 3, &Layer::default(), bytes, &mut facts);
            !facts.parts.is_empty()
        };
        assert!(marked(true, b"\0\0\0\x1c"));
        assert!(marked(false, b"SSH-2.0-a\r\n"));
        assert!(marked(true, b"SSH-2.0-a\r\n"));
        assert!(!marked(false, b"\0\0\0\x1c"));
    }
}
