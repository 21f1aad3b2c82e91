//! What a protocol is: one static per protocol file, listed in `protocols/mod.rs`.

use super::buf::{Buf, Stop};
use super::expert::Expert;
use super::field::{Field, Kind};
use super::layers::{Chain, Layer};
use super::walk::Walk;

/// A protocol, declared once. The registry, the filter language and the exporters iterate over these.
/// What locating asks for in every packet comes first, so that it lies in one line of the caches.
#[repr(C, align(64))]
pub struct Protocol {
    /// How long the header is, where the payload ends, which key comes next. No field is read here and
    /// nothing is allocated.
    pub header: fn(&Buf, &Chain) -> Result<Header, Stop>,
    /// A key alone doesn't decide: these bytes must look like the protocol too.
    pub accept: Option<fn(&Buf) -> bool>,
    /// In place of `needs`, where the bytes at hand tell how many.
    pub needs_by_bytes: Option<fn(&Buf) -> usize>,
    /// So many bytes of the layer must have been captured, or it has no element in the tree and no filter
    /// finds it: only a remark tells that it should be there.
    pub needs: usize,
    /// A layer without an element of its own: its fields stand beside the layers (`data`, `tcp.segments`).
    pub bare: bool,
    /// The layer as a field: name in filters (`tcp`), title in the tree.
    pub layer: Field,
    /// What the Protocol column says; empty: the protocol doesn't write it.
    pub column: &'static str,
    /// Who hands its payload to this protocol. A key is claimed once.
    pub on: &'static [Key],
    /// The fields declared in its file.
    pub fields: &'static [&'static Field],
    pub experts: &'static [&'static Expert],
    /// Emits the fields of the layer in the order of the tree, and writes the columns.
    pub walk: fn(&mut Walk) -> Result<(), Stop>,
    /// On a stream: how long is the message that begins here? `None`: the protocol isn't reassembled.
    pub pdu: Option<fn(&[u8], &PduContext) -> Pdu>,
    /// On a stream: what Info says of a segment that holds only the beginning of a message.
    pub begins: Option<fn(&[u8]) -> Option<String>>,
    /// On a stream: what is foreign to it before its first message isn't its where this says so, whatever the
    /// port says, and nobody else's either.
    pub refuses: Option<fn(&[u8]) -> bool>,
    /// On a stream: true for bytes after which it may carry other protocols, whatever its ports say (a proxy).
    /// Who looks for those has to remember the stream from there on.
    pub tunnels: Option<fn(&[u8]) -> bool>,
    /// On a stream: the segment tells the length of each of its messages (`tcp.pdu.size`).
    pub sizes: bool,
    /// On a stream: its layer takes in an unfinished message at the end of a segment, and is there even if it
    /// holds nothing else (TLS in tshark).
    pub sees_rest: bool,
    /// The name of the protocol through which it came to be (WebSocket through HTTP): `frame.protocols` names
    /// that before it; empty: none.
    pub through: &'static str,
    /// Recognise it by its first bytes when no key claims them.
    pub guesses: &'static [Guess],
    /// Whether the walk over this layer may be left out where nobody wants its fields: it tells the layers
    /// after it nothing, and goes through wherever the header could be read.
    pub aside: Option<fn(&Layer) -> bool>,
    /// The name of the protocol in whose element this one is shown, if it follows it directly or after others
    /// of its kind (IPv6 extension headers); empty: beside it.
    pub within: &'static str,
    /// What a remark that dissection stopped calls the protocol, if not what the column says.
    pub short: &'static str,
    /// With an empty header the layer only hands on to another form of the protocol, and has no element.
    pub passes_on: bool,
    /// Says that the protocol is only recognised (a claim), not dissected.
    pub claim: bool,
    /// Without these bytes the Protocol column isn't written either, unless an EtherType announced the
    /// layer.
    pub late_column: bool,
}

impl Protocol {
    pub const fn new(name: &'static str, title: &'static str, column: &'static str) -> Protocol {
        Protocol {
            layer: Field::new(name, title).kind(Kind::Protocol),
            column,
            on: &[],
            fields: &[],
            experts: &[],
            header: |_, _| Ok(Header::last()),
            walk: |_| Ok(()),
            pdu: None,
            sizes: false,
            sees_rest: false,
            begins: None,
            refuses: None,
            tunnels: None,
            through: "",
            accept: None,
            guesses: &[],
            aside: None,
            bare: false,
            within: "",
            short: "",
            passes_on: false,
            claim: false,
            needs: 1,
            needs_by_bytes: None,
            late_column: false,
        }
    }

    /// True if there are too few bytes for an element in the tree.
    #[inline]
    pub fn is_too_short(&self, buf: &Buf) -> bool {
        buf.data.len() < self.fewest(buf) && !self.bare
    }

    /// So many bytes an element in the tree takes.
    #[inline]
    pub fn fewest(&self, buf: &Buf) -> usize {
        self.needs_by_bytes.map_or(self.needs, |needs| needs(buf))
    }

    pub fn name(&self) -> &'static str {
        self.layer.name
    }
}

/// What hands a payload to a protocol. In order, so that a range of one kind's numbers can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// LINKTYPE_ number.
    LinkType(u16),
    EtherType(u16),
    IpProto(u8),
    TcpPort(u16),
    UdpPort(u16),
    SctpPort(u16),
    /// PPP protocol number, RFC 1661 2.
    Ppp(u16),
    /// 802.2 DSAP.
    Llc(u8),
    /// SNAP: organisation and protocol number.
    Snap(u32, u16),
    /// GRE protocol types that are not EtherTypes of the same meaning.
    Gre(u16),
    /// The name of a protocol, where a header says outright what follows.
    Named(&'static str),
}

/// A test of first bytes, asked about what a layer carries.
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    /// The protocol that must carry them: the one just outside; or any of the layers, if `anywhere`.
    pub over: &'static str,
    pub anywhere: bool,
    pub test: fn(&Buf) -> bool,
}

impl Guess {
    pub const fn over(protocol: &'static str, test: fn(&Buf) -> bool) -> Guess {
        Guess { over: protocol, anywhere: false, test }
    }
    pub const fn above(protocol: &'static str, test: fn(&Buf) -> bool) -> Guess {
        Guess { over: protocol, anywhere: true, test }
    }
}

/// What a header says of its layer.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Bytes of the header.
    pub len: usize,
    /// Where the layer with its payload ends, from the layer's start; `None`: with its buffer.
    pub end: Option<usize>,
    pub next: Next,
    /// The payload is shown inside this layer (a quoted packet), not after it.
    pub nested: bool,
    /// What follows `end` is another message of the same protocol (streams).
    pub repeat: bool,
    /// Where what is nested ends, from the layer's start, if something of the layer's own follows it.
    pub inner: Option<usize>,
}

/// What comes after a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the protocol itself takes all up to its end.
    End,
    /// The protocol that claims the key; else `data`.
    Key(Key),
    /// As `Key`, but `frame.protocols` doesn't name the table (`ethertype`) on the way.
    Quiet(Key),
    /// The protocol of this number: memory across packets tells.
    Known(u16),
    /// Whoever claims one of the ports (lower first), then whoever recognises the bytes, else `data`.
    Tcp {
        source: u16,
        destination: u16,
    },
    Udp {
        source: u16,
        destination: u16,
    },
    /// Whoever recognises the bytes, else `data`.
    Guess,
    Data,
}

impl Header {
    /// All the rest belongs to this layer.
    pub fn last() -> Header {
        Header { len: usize::MAX, end: None, next: Next::End, nested: false, repeat: false, inner: None }
    }
    pub fn new(len: usize, next: Next) -> Header {
        Header { len, end: None, next, nested: false, repeat: false, inner: None }
    }
    pub fn end(mut self, end: usize) -> Header {
        self.end = Some(end);
        self
    }
    pub fn nested(mut self) -> Header {
        self.nested = true;
        self
    }
    /// What is nested ends here; the layer itself goes on.
    pub fn inner(mut self, end: usize) -> Header {
        self.inner = Some(end);
        self
    }
    /// One message of a stream, so many bytes; another may follow.
    pub fn message(len: usize) -> Header {
        Header { len, end: Some(len), next: Next::End, nested: false, repeat: true, inner: None }
    }
}

/// What a protocol on a stream says of the bytes at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pdu {
    /// The message that begins here has so many bytes in all (they may not all be here yet).
    Len(usize),
    /// At least one more byte is needed to tell.
    NeedMore,
    /// The message ends with the stream (HTTP body without a length).
    UntilEnd,
    /// These bytes are not of this protocol.
    Foreign,
}

/// What a protocol on a stream may know when it tells the length of a message.
#[derive(Clone, Copy, Debug, Default)]
pub struct PduContext {
    pub source_port: u16,
    pub destination_port: u16,
    /// True for bytes of the side that opened the connection.
    pub from_client: bool,
    /// The message answered is one whose answer has no body (HTTP HEAD).
    pub bodyless: bool,
    /// The bytes pass through to somebody else (HTTP CONNECT).
    pub tunnel: bool,
    /// The stream is over: no more bytes will come.
    pub ended: bool,
    /// The version that the connection has agreed on (TLS); 0: not known.
    pub version: u16,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::registry::{TOO_SHORT, registry};

    #[test]
    fn a_layer_needs_its_first_bytes() {
        let number = registry().number("mpls").unwrap_or(0);
        let mpls = registry().protocol(number | TOO_SHORT);
        assert_eq!(mpls.name(), "mpls");
        assert!(mpls.is_too_short(&Buf::whole(&[0, 0, 1])));
        assert!(!mpls.is_too_short(&Buf::whole(&[0, 0, 1, 64])));
    }
}
