//! Goes over the layers of a packet in order: gives each its [`Walk`], sees to what is nested in it and what
//! it hands on, and says where and why one stopped.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::buf::{Buf, Stop, Why};
use super::columns::Columns;
use super::context::Context;
use super::layers::{Layer, Layers, Surroundings, locate_part};
use super::protocol::Next;
use super::protocols::special;
use super::registry::{TOO_SHORT, registry};
use super::sink::{NoSink, NodeId, Range, Sink};
use super::walk::Walk;

/// Walks over all layers of a frame.
pub fn dissect(frame: Buf, layers: &Layers, context: &Context, sink: &mut dyn Sink, columns: &mut Columns) {
    let shared = Shared::new(context.sources.len());
    let mut driver = Driver { frame, layers, context, sink, columns, shared: &shared };
    driver.run();
    driver.columns.finish(context);
    let named = shared.named.borrow();
    if !named.is_empty() {
        special::finish_frame(&layers.names(&named), &shared, driver.sink);
    }
}

/// What the walks of one packet share.
pub struct Shared {
    /// Buffers made while walking; the first has the number after those of the context.
    pub(super) made: RefCell<Vec<Rc<Vec<u8>>>>,
    pub(super) first_made: usize,
    /// Layers of the frame that were begun: where names found meanwhile belong.
    begun: Cell<usize>,
    /// Names for `frame.protocols` beyond those that `locate` knew: behind so many layers, and the name.
    named: RefCell<Vec<(usize, String)>>,
    pub protocols_node: Cell<NodeId>,
    depth: Cell<u32>,
    pub(super) nodes: Cell<u32>,
    /// Notes that one layer leaves for a later one of the same packet, by name.
    pub(super) notes: RefCell<HashMap<&'static str, u64>>,
    pub(super) texts: RefCell<HashMap<&'static str, String>>,
}

impl Shared {
    fn new(sources: usize) -> Shared {
        Shared {
            made: RefCell::default(),
            first_made: sources + 1,
            begun: Cell::new(0),
            named: RefCell::default(),
            protocols_node: Cell::new(NodeId::NOWHERE),
            depth: Cell::new(0),
            nodes: Cell::new(0),
            notes: RefCell::default(),
            texts: RefCell::default(),
        }
    }

    /// A buffer that a walk made, by the number of its source.
    fn made(&self, source: u8) -> Option<Rc<Vec<u8>>> {
        let at = usize::from(source).checked_sub(self.first_made)?;
        self.made.borrow().get(at).cloned()
    }

    fn name_protocols(&self, layers: &Layers) {
        for layer in layers.iter() {
            let name = registry().protocol(layer.protocol).name();
            if layer.by_ethertype {
                self.name("ethertype");
            }
            if !name.contains('.') || name.starts_with("ipv6.") {
                self.name(name);
            }
        }
    }

    pub(super) fn name(&self, name: &str) {
        self.named.borrow_mut().push((self.begun.get(), name.to_string()));
    }
}

/// Hand-ons within a packet (bodies in bodies) end here.
const MAX_DEPTH: u32 = 16;

pub(super) struct Driver<'a, 's> {
    pub(super) frame: Buf<'a>,
    pub(super) layers: &'s Layers,
    pub(super) context: &'s Context<'s>,
    pub(super) sink: &'s mut dyn Sink,
    pub(super) columns: &'s mut Columns,
    pub(super) shared: &'s Shared,
}

impl Driver<'_, '_> {
    fn run(&mut self) {
        let mut index = 0;
        while index < self.layers.len() {
            // What a quoted UDP datagram carries stands at the root, but never shows in the columns.
            let quoted = u32::from(self.layers.is_quoted(index));
            self.columns.locked += quoted;
            let result = self.layer(index);
            self.columns.locked -= quoted;
            match result {
                Ok(next) => index = next,
                Err(next) => match next {
                    Some(sibling) => index = sibling,
                    None => return,
                },
            }
        }
    }

    /// Walks over one layer and those nested in it; says which comes next. An error is where a sibling
    /// goes on after a layer that stopped, if any.
    pub(super) fn layer(&mut self, index: usize) -> Result<usize, Option<usize>> {
        let layer = self.layers.as_slice()[index];
        let protocol = registry().protocol(layer.protocol);
        if self.sink.skips(layer.protocol) && !self.columns.wanted {
            return Ok(index + 1);
        }
        if let Some(aside) = protocol.aside
            && self.sink.passes_over(&protocol.layer)
            && !self.columns.wanted
            && aside(&layer)
        {
            return Ok(index + 1);
        }
        let made = self.shared.made(layer.source);
        let whole = bytes_of(layer.source, self.frame, made.as_deref(), self.context.sources);
        let whole = whole.unwrap_or(Buf::new(&[], layer.end as usize));
        let start = layer.start as usize;
        let buf = whole.part(start, (layer.end as usize).saturating_sub(start));
        let base = self.sink.depth();
        if self.shared.depth.get() == 0 {
            self.shared.begun.set(index + 1);
        }
        let absent = layer.protocol & TOO_SHORT != 0;
        let late = absent && protocol.late_column && !layer.by_ethertype;
        if !(late || protocol.column.is_empty()) {
            self.columns.set_protocol(protocol.column);
        }
        if absent && layer.by_ethertype {
            self.columns.clear_info();
        }
        // A layer without an element leaves its traces in the columns only.
        let mut nothing = NoSink;
        let sink: &mut dyn Sink = if absent { &mut nothing } else { &mut *self.sink };
        let mut walk = Walk {
            buf,
            layer,
            index,
            layers: self.layers,
            context: self.context,
            columns: &mut *self.columns,
            shared: self.shared,
            protocol,
            node: NodeId::NOWHERE,
            sink,
            frame: self.frame,
            after: Vec::new(),
            next: index + 1,
        };
        walk.begin();
        let mut result = (protocol.walk)(&mut walk);
        if absent {
            result = buf.bytes(0, protocol.fewest(&buf)).map(|_| ());
        }
        let mut inner = Ok(());
        if result.is_ok() {
            walk.nested();
            inner = walk.inner();
        }
        let next = walk.next;
        let after = std::mem::take(&mut walk.after);
        let inside = result.is_err() && !protocol.within.is_empty() && self.is_within(index);
        while self.sink.depth() > base.saturating_sub(usize::from(inside)) {
            self.sink.close();
        }
        if let Err(stop) = result {
            for hand_on in after {
                run_part(&hand_on, self.frame, self.context, self.shared, self.sink, self.columns);
            }
            let stop = Stop { why: self.why(stop.why, index), ..stop };
            let show = self.place_of_stop(stop.why, index);
            // A quoted packet is cut off as a rule: nothing to remark.
            if !self.layers.is_quoted(index) {
                special::stopped(protocol, stop, show, self.sink, self.columns);
            }
            let sibling = (next..self.layers.len())
                .find(|i| self.layers.as_slice()[*i].parent == layer.parent && layer.parent != 0);
            return Err(sibling);
        }
        inner?;
        for hand_on in after {
            run_part(&hand_on, self.frame, self.context, self.shared, self.sink, self.columns);
        }
        Ok(next)
    }

    /// Bytes missing at the end of a first fragment are no fault of its sender.
    fn why(&self, why: Why, index: usize) -> Why {
        let fragment = |l: &Layer| {
            let buf = self.frame.part(l.start as usize, l.header as usize);
            let more = match registry().protocol(l.protocol).name() {
                "ip" => buf.u8(6).map(|flags| flags & 0x20),
                "ipv6.fraghdr" => buf.u8(3).map(|flags| flags & 1),
                _ => Ok(0),
            };
            l.source == 0 && more.is_ok_and(|more| more != 0)
        };
        let here = self.layers.get(index).is_some_and(|l| l.source == 0);
        match why {
            Why::Malformed if here && self.outwards(index).skip(1).any(fragment) => Why::Unreassembled,
            why => why,
        }
    }

    /// Where a remark that dissection stopped stands: at the bytes that an EtherType, or TCP message by
    /// message, gave away; else at the start of the frame, as if the capture cut the packet short.
    fn place_of_stop(&self, why: Why, index: usize) -> Range {
        let catches = |l: &&Layer| {
            let protocol = registry().protocol(l.protocol);
            let message = l.part.is_some() && protocol.pdu.is_some() && !protocol.sees_rest;
            l.by_ethertype || message || protocol.name() == "llc"
        };
        match self.outwards(index).find(catches) {
            Some(l) if why != Why::Short => Range { source: l.source, start: l.start, len: 0 },
            _ => Range::default(),
        }
    }

    /// The layers from this one outwards.
    fn outwards(&self, index: usize) -> impl Iterator<Item = &Layer> {
        let outer = |at: &usize| {
            let layer = self.layers.get(*at).filter(|_| *at > 0)?;
            Some(usize::from(layer.parent).min(*at - 1))
        };
        std::iter::successors(Some(index), outer).filter_map(|at| self.layers.get(at))
    }

    /// True if a layer is shown within the element of one further out.
    fn is_within(&self, mut index: usize) -> bool {
        let Some(protocol) = self.layers.protocol(index) else { return false };
        while let Some(layer) = self.layers.get(index).filter(|_| index > 0) {
            index = usize::from(layer.parent).min(index - 1);
            match self.layers.protocol(index) {
                Some(outer) if outer.name() == protocol.within => return true,
                Some(outer) if outer.within == protocol.within => {}
                _ => return false,
            }
        }
        false
    }
}

/// Bytes that a walk hands to another protocol.
pub(super) struct HandOn {
    pub(super) next: Next,
    pub(super) source: u8,
    pub(super) start: usize,
    pub(super) len: usize,
}

/// Locates and walks over bytes that a walk has handed on.
pub(super) fn run_part(
    what: &HandOn,
    frame: Buf,
    context: &Context,
    shared: &Shared,
    sink: &mut dyn Sink,
    columns: &mut Columns,
) {
    if shared.depth.get() >= MAX_DEPTH || what.len == 0 {
        return;
    }
    shared.depth.set(shared.depth.get() + 1);
    let made = shared.made(what.source);
    let whole = bytes_of(what.source, frame, made.as_deref(), context.sources).unwrap_or(Buf::new(&[], 0));
    let around = Surroundings { settings: context.settings, facts: &Default::default(), sources: &[] };
    let part = whole.part(what.start, what.len);
    let mut layers = locate_part(what.next, &part, &around);
    layers.move_to(what.source, what.start as u32);
    shared.name_protocols(&layers);
    let mut driver = Driver { frame, layers: &layers, context, sink, columns, shared };
    driver.run();
    shared.depth.set(shared.depth.get() - 1);
}

/// The bytes of a source by its number: the frame, a buffer of the context, or one made while walking.
fn bytes_of<'b>(
    number: u8,
    frame: Buf<'b>,
    made: Option<&'b Vec<u8>>,
    sources: &'b [Vec<u8>],
) -> Option<Buf<'b>> {
    let Some(at) = usize::from(number).checked_sub(1) else { return Some(frame) };
    made.or_else(|| sources.get(at)).map(|bytes| Buf::whole(bytes))
}

impl Layers {
    /// The names of the layers as `frame.protocols` has them, `eth:ethertype:ip:tcp`, with those that were
    /// found later (behind so many layers) among them.
    pub fn names(&self, found: &[(usize, String)]) -> String {
        let mut found = found.iter().peekable();
        let mut names = String::new();
        let mut add = |name: &str| {
            if !names.is_empty() {
                names.push(':');
            }
            names.push_str(name);
        };
        let mut before = "";
        for (i, layer) in self.iter().enumerate() {
            let protocol = registry().protocol(layer.protocol);
            let name = protocol.name();
            // The frame itself, the pieces of a reassembled message, and messages behind the first that one
            // layer was given aren't named.
            let same = |l: &Layer| (l.protocol, l.parent) == (layer.protocol, layer.parent);
            let again = layer.part.is_none() && i > 0 && self.get(i - 1).is_some_and(same);
            if i > 0 && name != "tcp.piece" && !again {
                if layer.by_ethertype {
                    add("ethertype");
                }
                if layer.through != 0 {
                    add(registry().protocol(layer.through).name());
                }
                if !protocol.through.is_empty() && ![protocol.through, name].contains(&before) {
                    add(protocol.through);
                }
                add(name);
                before = name;
            }
            while let Some((_, name)) = found.next_if(|f| f.0 <= i + 1) {
                add(name);
            }
        }
        found.for_each(|(_, name)| add(name));
        names
    }

    /// Places layers that were located on a part at the part's place.
    fn move_to(&mut self, source: u8, by: u32) {
        for layer in self.as_mut_slice() {
            layer.source = source;
            layer.start = layer.start.saturating_add(by);
            layer.end = layer.end.saturating_add(by);
        }
    }
}
