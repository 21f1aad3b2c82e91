//! `locate`: which protocols a packet holds and where each begins and ends. No heap, no field read;
//! everything else (tree, filter, index) starts from its answer.

use super::buf::{Buf, Stop};
use super::context::Settings;
use super::facts::{Facts, Part, PartKind};
use super::protocol::{Header, Key, Next, Protocol};
use super::registry::{Registry, TOO_SHORT, registry};
use super::shortcut::{NETWORK_START, Usual, usual};

/// More layers than this are not looked for; no honest packet comes near.
pub const MAX_LAYERS: usize = 32;

/// Where IPv4, and TCP or UDP over it, stand among the layers of a packet that [`Layers::is_usual`].
pub const USUAL_NETWORK: usize = 2;
pub const USUAL_TRANSPORT: usize = 3;

/// Where one protocol lies in a packet. Offsets count from the start of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Layer {
    /// Number in the registry; with [`TOO_SHORT`] it doesn't count as a layer of that protocol.
    pub protocol: u16,
    /// 0: the frame; n: a buffer made of several packets.
    pub source: u8,
    /// The layer that handed it on.
    pub parent: u8,
    /// Shown inside its parent.
    pub nested: bool,
    /// `frame.protocols` names the EtherType table before it.
    pub by_ethertype: bool,
    /// `frame.protocols` names this protocol before it, by number; 0: none.
    pub through: u16,
    /// It stands on a buffer that was put together from pieces, or follows one.
    pub part: Option<u8>,
    pub start: u32,
    /// Bytes of the header, as far as they are there.
    pub header: u32,
    /// Where the layer with its payload ends, on the wire.
    pub end: u32,
}

/// The layers of a packet, outermost first.
#[derive(Clone)]
pub struct Layers {
    list: [Layer; MAX_LAYERS],
    count: u8,
    /// One of them is nested.
    quotes: bool,
    /// They were found by the shortcut.
    is_usual: bool,
    /// The last layer stops short, for this reason.
    pub stop: Option<Stop>,
    /// LINKTYPE_ number of the frame.
    pub link_type: u16,
}

impl Default for Layers {
    fn default() -> Layers {
        Layers {
            list: [Layer::default(); MAX_LAYERS],
            count: 0,
            quotes: false,
            is_usual: false,
            stop: None,
            link_type: 0,
        }
    }
}

impl Layers {
    pub fn iter(&self) -> std::slice::Iter<'_, Layer> {
        self.as_slice().iter()
    }
    /// The layers from one on, with their numbers.
    #[inline]
    pub fn from(&self, first: usize) -> impl Iterator<Item = (usize, &Layer)> {
        (first..self.len()).zip(self.as_slice().get(first..).unwrap_or_default())
    }
    pub fn as_slice(&self) -> &[Layer] {
        &self.list[..usize::from(self.count)]
    }
    pub fn as_mut_slice(&mut self) -> &mut [Layer] {
        &mut self.list[..usize::from(self.count)]
    }
    pub fn len(&self) -> usize {
        usize::from(self.count)
    }
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    pub fn get(&self, index: usize) -> Option<&Layer> {
        self.as_slice().get(index)
    }
    /// The protocol of a layer.
    pub fn protocol(&self, index: usize) -> Option<&'static Protocol> {
        self.get(index).map(|l| registry().protocol(l.protocol))
    }
    /// True if `index` lies below `ancestor`.
    pub fn descends(&self, mut index: usize, ancestor: usize) -> bool {
        while index > ancestor {
            match self.get(index) {
                Some(l) if usize::from(l.parent) < index => index = usize::from(l.parent),
                _ => return false,
            }
            if index == ancestor {
                return true;
            }
        }
        false
    }
    /// True if the layer is part of a quoted packet.
    #[inline]
    pub fn is_quoted(&self, index: usize) -> bool {
        self.quotes && self.has_nested(index)
    }

    /// True if a layer, or one that it came through, is nested.
    fn has_nested(&self, mut index: usize) -> bool {
        while let Some(l) = self.get(index) {
            if l.nested {
                return true;
            }
            if index == 0 {
                return false;
            }
            index = usize::from(l.parent).min(index - 1);
        }
        false
    }

    /// True for layers that the shortcut found: behind the frame Ethernet, IPv4 without options that is no
    /// fragment, TCP or UDP. False says nothing.
    #[inline]
    pub fn is_usual(&self) -> bool {
        self.is_usual
    }

    /// True for what a quoted UDP datagram carries: it is not shown within the quoting layer.
    pub fn carried_by_quoted_udp(&self, index: usize) -> bool {
        let Some(parent) = self.get(index).map(|l| usize::from(l.parent)) else { return false };
        self.protocol(parent).is_some_and(|p| p.name() == "udp") && self.is_quoted(index)
    }

    /// Finds the layers of a frame, in place of those that were here.
    pub fn locate(&mut self, link_type: u16, frame: &Buf, around: &Surroundings) {
        self.locate_until(NONE, link_type, frame, around);
    }

    /// As `locate`, but looks at nothing above TCP: for who asks only for what can't be there.
    pub fn locate_below_streams(&mut self, link_type: u16, frame: &Buf, around: &Surroundings) {
        self.locate_until(registry().tcp, link_type, frame, around);
    }

    /// Takes the layers of a packet up to `index`, and finds those above it with what is known by now.
    pub fn locate_above(&mut self, index: usize, below: &Layers, frame: &Buf, around: &Surroundings) {
        let kept = &below.as_slice()[..below.len().min(index + 1)];
        self.list[..kept.len()].copy_from_slice(kept);
        self.count = kept.len() as u8;
        self.quotes = kept.iter().any(|layer| layer.nested);
        self.is_usual = false;
        self.stop = None;
        self.link_type = below.link_type;
        if kept.len() == index + 1 {
            Finder::new(self, frame, around, NONE).above(index);
        }
    }

    /// Takes over the layers of another.
    pub fn copy_from(&mut self, other: &Layers) {
        let Layers { list: _, count, quotes, is_usual, stop, link_type } = *other;
        self.list[..other.len()].copy_from_slice(other.as_slice());
        (self.count, self.quotes, self.is_usual) = (count, quotes, is_usual);
        (self.stop, self.link_type) = (stop, link_type);
    }

    fn locate_until(&mut self, last: u16, link_type: u16, frame: &Buf, around: &Surroundings) {
        self.quotes = false;
        self.is_usual = false;
        self.stop = None;
        self.link_type = link_type;
        let (header, end) = (frame.data.len() as u32, frame.reported as u32);
        self.list[0] = Layer { protocol: registry().frame, header, end, ..Layer::default() };
        self.count = 1;
        let mut finder = Finder::new(self, frame, around, last);
        if link_type != LINKTYPE_ETHERNET || !finder.takes_shortcut() {
            finder.begin(frame, &Next::Quiet(Key::LinkType(link_type)));
        }
    }

    /// Puts a layer where the next one will be, if there is room: `descend` sees if there isn't. It counts once
    /// its protocol is known. It is made in place: a copy reads it in words, and these can't be read before
    /// the small parts written just now have left the processor.
    #[inline(always)]
    fn draft(&mut self, layer: Layer) {
        if let Some(place) = self.list.get_mut(usize::from(self.count)) {
            *place = layer;
        }
    }

    /// Adds a layer, and says where; unless there are too many.
    fn push(&mut self, layer: Layer) -> Option<usize> {
        let at = self.len();
        self.quotes |= layer.nested;
        *self.list.get_mut(at)? = layer;
        self.count += 1;
        Some(at)
    }
}

/// What `locate` depends on beside the bytes.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    pub settings: &'a Settings,
    pub facts: &'a Facts,
    /// Source 1 is the first element.
    pub sources: &'a [Vec<u8>],
}

/// What a `header` function may look at: the layers found so far, and what is known and set.
pub struct Chain<'a> {
    pub layers: &'a Layers,
    pub around: &'a Surroundings<'a>,
}

impl Chain<'_> {
    /// Number of the layer that is being looked at.
    pub fn index(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }
    /// The protocol that hands on: the one outside of the layer being looked at (or about to be).
    pub fn parent(&self) -> Option<&'static Protocol> {
        let layer = self.layers.get(self.index())?;
        self.layers.protocol(usize::from(layer.parent))
    }
}

/// Finds the layers of a frame.
pub fn locate(link_type: u16, frame: &Buf, around: &Surroundings) -> Layers {
    let mut layers = Layers::default();
    layers.locate(link_type, frame, around);
    layers
}

/// Finds the layers of a buffer that a walk hands on (an HTTP body, say).
pub fn locate_part(next: Next, buf: &Buf, around: &Surroundings) -> Layers {
    let mut layers = Layers::default();
    Finder::new(&mut layers, buf, around, NONE).begin(buf, &next);
    layers
}

struct Finder<'a> {
    registry: &'static Registry,
    around: &'a Surroundings<'a>,
    layers: &'a mut Layers,
    frame: &'a Buf<'a>,
    /// Above this protocol nothing is looked for.
    last: u16,
    /// The settings leave all keys to those who claim them.
    as_claimed: bool,
    /// Memory knows of parts of the packet.
    has_parts: bool,
}

/// The number of no protocol.
const NONE: u16 = u16::MAX;
const LINKTYPE_ETHERNET: u16 = 1;

/// A protocol with its number.
type Found = (u16, &'static Protocol);

impl<'a> Finder<'a> {
    #[inline]
    fn new(
        layers: &'a mut Layers,
        frame: &'a Buf<'a>,
        around: &'a Surroundings<'a>,
        last: u16,
    ) -> Finder<'a> {
        let Surroundings { settings, facts, .. } = around;
        let as_claimed = settings.decode_as.is_empty() && settings.disabled.is_empty();
        let has_parts = !facts.parts.is_empty();
        Finder { registry: registry(), around, layers, frame, last, as_claimed, has_parts }
    }

    fn buf(&self, layer: &Layer) -> Buf<'a> {
        let len = layer.end.saturating_sub(layer.start) as usize;
        let start = layer.start as usize;
        match layer.source {
            0 => self.frame.part(start, len),
            n => match self.around.sources.get(usize::from(n) - 1) {
                Some(bytes) => Buf::whole(bytes).part(start, len),
                None => Buf::new(&[], len),
            },
        }
    }

    /// Finds the layers of these bytes, by asking each protocol.
    #[inline(never)]
    fn begin(&mut self, buf: &Buf<'a>, next: &Next) {
        self.layers.draft(Layer { end: buf.reported as u32, ..Layer::default() });
        self.descend(buf, next);
    }

    /// Finds the layers of a packet that begins as most do; false if it doesn't, or if what else is known or
    /// set may make others of them.
    #[inline(always)]
    fn takes_shortcut(&mut self) -> bool {
        if !self.as_claimed || self.has_parts {
            return false;
        }
        let Some(usual) = usual(self.frame) else { return false };
        let Registry { eth, ip, tcp, udp, .. } = *self.registry;
        let transport = if usual.over_tcp { tcp } else { udp };
        let Usual { network_end, start, payload, end, .. } = usual;
        let list = &mut self.layers.list;
        list[1] = Layer {
            protocol: eth,
            header: NETWORK_START,
            end: self.frame.reported as u32,
            ..Layer::default()
        };
        list[USUAL_NETWORK] = Layer {
            protocol: ip,
            parent: 1,
            by_ethertype: true,
            start: NETWORK_START,
            header: start - NETWORK_START,
            end: network_end,
            ..Layer::default()
        };
        list[USUAL_TRANSPORT] =
            Layer { protocol: transport, parent: 2, start, header: payload - start, end, ..Layer::default() };
        self.layers.count = 4;
        self.layers.is_usual = true;
        if payload < end && usual.next != Next::End && transport != self.last {
            self.layers.draft(Layer {
                start: payload,
                end,
                parent: USUAL_TRANSPORT as u8,
                ..Layer::default()
            });
            let buf = self.frame.part(payload as usize, (end - payload) as usize);
            self.descend(&buf, &usual.next);
        }
        true
    }

    /// Follows the chain of protocols from here to its end. One call for each layer, so that the next one
    /// looks at what comes next where the header function left it: copying that costs more than the call.
    /// Of the layer that was drafted, all is known but its protocol and where its header ends; `buf` holds its
    /// bytes.
    fn descend(&mut self, buf: &Buf<'a>, next: &Next) {
        let index = self.layers.len();
        let Some(draft) = self.layers.list.get(index) else { return };
        // A packet is quoted as far as there was room.
        if draft.nested && buf.reported == 0 {
            return;
        }
        // On a stream the rest of the first bytes may come yet.
        let on_stream = matches!(next, Next::Tcp { .. }) || draft.part.is_some();
        let Some((number, protocol)) = self.resolve(next, buf) else { return };
        let too_short = !on_stream && protocol.is_too_short(buf);
        let layer = &mut self.layers.list[index];
        layer.protocol = if too_short { number | TOO_SHORT } else { number };
        layer.by_ethertype = matches!(next, Next::Key(Key::EtherType(_)));
        layer.header = buf.data.len() as u32;
        self.layers.quotes |= layer.nested;
        self.layers.count += 1;
        let chain = Chain { layers: self.layers, around: self.around };
        let header = (protocol.header)(buf, &chain);
        let header = match &header {
            Ok(header) => header,
            Err(stop) => {
                self.layers.stop = Some(*stop);
                return;
            }
        };
        let extent = header.end.unwrap_or(buf.reported).min(buf.reported);
        let layer = &mut self.layers.list[index];
        layer.header = header.len.min(extent) as u32;
        layer.end = layer.start + extent as u32;
        if number == self.last || self.has_parts && self.parts(index) {
            return;
        }
        if !header.repeat {
            return self.inside(buf, index, header);
        }
        if extent > 0 && extent < buf.reported {
            let one = &self.layers.list[index];
            let start = one.start + extent as u32;
            let end = one.start + buf.reported as u32;
            let another = Layer { start, end, part: None, through: 0, ..*one };
            self.layers.draft(another);
            self.descend(&buf.part(extent, buf.reported), next);
        }
    }

    /// Goes on with what the layer `index` carries, which has this header.
    #[inline(always)]
    fn inside(&mut self, buf: &Buf<'a>, index: usize, header: &Header) {
        if matches!(header.next, Next::End) {
            return;
        }
        let extent = header.end.unwrap_or(buf.reported).min(buf.reported);
        let len = header.len.min(extent);
        let end = match header.inner {
            Some(end) => end.clamp(len, extent),
            None => extent,
        };
        // Most segments of TCP that carry nothing are acknowledgments: nobody is asked about that.
        if end == len && matches!(header.next, Next::Tcp { .. }) {
            return;
        }
        let Layer { source, start, .. } = self.layers.list[index];
        self.layers.draft(Layer {
            source,
            start: start + len as u32,
            end: start + end as u32,
            parent: index as u8,
            nested: header.nested,
            ..Layer::default()
        });
        self.descend(&buf.part(len, end - len), &header.next);
    }

    /// Goes on above a layer that was found before.
    fn above(&mut self, index: usize) {
        let layer = &self.layers.list[index];
        let buf = self.buf(layer);
        let chain = Chain { layers: self.layers, around: self.around };
        match (self.registry.protocol(layer.protocol).header)(&buf, &chain) {
            Err(stop) => self.layers.stop = Some(stop),
            Ok(_) if self.has_parts && self.parts(index) => {}
            Ok(header) => self.inside(&buf, index, &header),
        }
    }

    /// Goes on with what memory across packets says of the payload of a layer; false if it says nothing.
    fn parts(&mut self, index: usize) -> bool {
        let facts = self.around.facts;
        let mut any = false;
        for (number, part) in facts.parts.iter().enumerate() {
            if usize::from(part.layer) == index {
                any = true;
                self.part(number, part, index);
            }
        }
        any
    }

    fn part(&mut self, number: usize, part: &Part, parent: usize) {
        let mut layer = Layer {
            source: part.source,
            start: part.start,
            end: part.start.saturating_add(part.len),
            parent: parent as u8,
            part: Some(number.min(255) as u8),
            ..Layer::default()
        };
        if !matches!(part.what, PartKind::Message | PartKind::Unread) || self.is_settled(part, parent) {
            return;
        }
        // Nothing but the beginning of a message that ends elsewhere: once that is known, it is seen there.
        if self.around.facts.complete && part.source == 0 && part.len > 0 && part.rest == part.len {
            return;
        }
        let over_tcp = self.layers.get(parent).is_some_and(|l| l.protocol == self.registry.tcp);
        if over_tcp && !part.segments.is_empty() {
            self.layers.push(Layer { protocol: self.registry.segment, header: part.len, ..layer });
        }
        // What nobody knows has only the name of what it came through.
        let unknown = part.protocol == Some(self.registry.data);
        if unknown {
            layer.through = part.through.unwrap_or(0);
        }
        if let Some(protocol) = part.through.filter(|_| !unknown) {
            match self.layers.push(Layer { protocol, header: part.len, ..layer }) {
                Some(index) => layer.parent = index as u8,
                None => return,
            }
        }
        self.layers.draft(layer);
        match part.protocol {
            _ if part.what == PartKind::Unread => {}
            Some(p) => self.descend(&self.buf(&layer), &Next::Known(p & !TOO_SHORT)),
            None => self.descend(&self.buf(&layer), &Next::Data),
        }
    }

    /// True for the beginning of a message that fills its segment, once all of the capture is known: then its
    /// protocol isn't asked how far it goes.
    fn is_settled(&self, part: &Part, parent: usize) -> bool {
        let Some(layer) = self.layers.get(parent) else { return false };
        self.around.facts.complete
            && part.rest > 0
            && part.rest == part.len
            && part.source == layer.source
            && part.start == layer.start.saturating_add(layer.header)
            && part.start.saturating_add(part.len) >= layer.end
    }

    /// Who takes these bytes? `None` if there are none, or nobody is meant to.
    #[inline]
    fn resolve(&self, next: &Next, buf: &Buf) -> Option<Found> {
        if buf.reported == 0 {
            return match next {
                Next::Key(key) | Next::Quiet(key) if self.is_missed(key) => self.lookup(key, buf),
                _ => None,
            };
        }
        let found = match next {
            Next::End => return None,
            Next::Tcp { .. } if buf.data.is_empty() => return None,
            Next::Data => None,
            Next::Key(key) | Next::Quiet(key) => self.lookup(key, buf).or_else(|| self.guess(buf)),
            Next::Known(number) => self.known(*number, buf).or_else(|| self.guess(buf)),
            Next::Guess => self.guess(buf),
            Next::Tcp { source, destination } => {
                let (low, high) = (*source.min(destination), *source.max(destination));
                self.lookup(&Key::TcpPort(low), buf)
                    .or_else(|| self.lookup(&Key::TcpPort(high), buf))
                    .or_else(|| self.guess(buf))
            }
            Next::Udp { source, destination } => {
                let (low, high) = (*source.min(destination), *source.max(destination));
                self.lookup(&Key::UdpPort(low), buf)
                    .or_else(|| self.lookup(&Key::UdpPort(high), buf))
                    .or_else(|| self.guess(buf))
            }
        };
        Some(found.unwrap_or_else(|| self.found(self.registry.data)))
    }

    #[inline]
    fn found(&self, number: u16) -> Found {
        (number, self.registry.protocol(number))
    }

    /// True for what should be there, so that its absence is worth a remark; elsewhere nothing is usual.
    #[cold]
    fn is_missed(&self, key: &Key) -> bool {
        match key {
            Key::EtherType(_) | Key::LinkType(_) | Key::Named("llc") => true,
            Key::IpProto(_) => self
                .layers
                .protocol(self.layers.len().saturating_sub(1))
                .is_some_and(|p| p.name() == "ipv6" || p.within == "ipv6"),
            _ => false,
        }
    }

    #[inline(always)]
    fn lookup(&self, key: &Key, buf: &Buf) -> Option<Found> {
        let number = if self.as_claimed { self.registry.lookup(key)? } else { self.lookup_as_set(key)? };
        self.accepted(number, buf)
    }

    #[inline]
    fn accepted(&self, number: u16, buf: &Buf) -> Option<Found> {
        let found = self.found(number);
        let accepts = match found.1.accept {
            Some(accept) => accept(buf),
            None => true,
        };
        accepts.then_some(found)
    }

    fn known(&self, number: u16, buf: &Buf) -> Option<Found> {
        let disabled = &self.around.settings.disabled;
        if !disabled.is_empty() && disabled.contains(&self.registry.protocol(number).name()) {
            return None;
        }
        self.accepted(number, buf)
    }

    /// What the settings make of a key: another protocol may be decoded in place of its own, or none.
    #[cold]
    fn lookup_as_set(&self, key: &Key) -> Option<u16> {
        let settings = self.around.settings;
        if let Some((_, name)) = settings.decode_as.iter().rev().find(|(keys, _)| keys.contains(key)) {
            return self.registry.number(name);
        }
        let found = self.registry.lookup(key)?;
        (!settings.disabled.contains(&self.registry.protocol(found).name())).then_some(found)
    }

    fn guess(&self, buf: &Buf) -> Option<Found> {
        self.registry.guess(buf, self.layers.as_slice()).map(|number| self.found(number))
    }
}
