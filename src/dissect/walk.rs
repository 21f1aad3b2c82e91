//! What a protocol's `walk` function works with: reads the bytes of its layer, and gives its fields to a sink.
//!
//! Offsets are relative to the layer; a read past the end stops the layer with `?`, and the driver writes why
//! and where into tree and columns.

use std::fmt;
use std::rc::Rc;

use super::buf::{Buf, Stop};
use super::columns::Columns;
use super::context::Context;
use super::driver::{Driver, HandOn, Shared, run_part};
use super::expert::Expert;
use super::field::{Field, Kind, Place};
use super::layers::{Layer, Layers};
use super::protocol::{Next, Protocol};
use super::protocols::special;
use super::sink::{Node, NodeId, Range, Sink, TEXT};
use super::text;
use super::value::Value;

/// No packet gets more nodes than this; hostile counts end here.
const MAX_NODES: u32 = 200_000;

/// What a protocol's `walk` works with.
pub struct Walk<'w> {
    /// The bytes of the layer, from its first to the end that its parent (or itself) gave it.
    pub buf: Buf<'w>,
    pub layer: Layer,
    /// Which of `layers` this is.
    pub index: usize,
    pub layers: &'w Layers,
    pub context: &'w Context<'w>,
    pub columns: &'w mut Columns,
    pub shared: &'w Shared,
    pub protocol: &'static Protocol,
    /// The node of the layer.
    pub node: NodeId,
    pub(super) sink: &'w mut dyn Sink,
    pub(super) frame: Buf<'w>,
    pub(super) after: Vec<HandOn>,
    pub(super) next: usize,
}

/// A node to be: made by [`Walk::node`], finished by `put` or `open`.
pub struct NodeBuilder<'n> {
    node: Node<'n>,
}

impl<'n> NodeBuilder<'n> {
    pub fn text(mut self, text: fmt::Arguments<'n>) -> Self {
        self.node.text = Some(text);
        self
    }
    pub fn hidden(mut self) -> Self {
        self.node.hidden = true;
        self
    }
    /// In brackets, and of size 0.
    pub fn generated(mut self) -> Self {
        self.node.generated = true;
        self.node.range.len = 0;
        self
    }
    /// In brackets, but with its bytes.
    pub fn bracketed(mut self) -> Self {
        self.node.generated = true;
        self
    }
}

impl<'w> Walk<'w> {
    pub(super) fn begin(&mut self) {
        let empty = self.protocol.passes_on && self.layer.header == 0 && !self.layer.by_ethertype;
        if empty {
            self.sink.passed_on(&self.protocol.layer);
        }
        if self.sink.wants_fields() && !self.protocol.bare && !empty {
            let range = self.clipped(&self.protocol.layer, self.range(0, self.layer.header as usize));
            let node = Node {
                field: &self.protocol.layer,
                range,
                value: Value::None,
                text: None,
                hidden: false,
                generated: false,
            };
            self.node = self.sink.put(&node);
            self.sink.open(self.node);
        }
    }

    /// False: only columns are wanted, and work that serves the tree alone can be left out.
    pub fn wants_fields(&self) -> bool {
        self.sink.wants_fields()
    }

    /// False: this field may be left out (a filter looks for others).
    pub fn wants(&self, field: &'static Field) -> bool {
        self.sink.wants(field)
    }

    /// False: nothing is wanted but these fields, and a walk that is past them may stop.
    pub fn wants_beside(&self, fields: &[&'static Field]) -> bool {
        self.columns.active() || self.sink.wants_beside(fields)
    }

    /// True if fields of our own (`sniff.…`) belong into this tree.
    pub fn wants_own_fields(&self) -> bool {
        self.context.settings.own_fields || self.sink.wants_own_fields()
    }

    /// A bracketed field of our own with its bytes: (offset, length).
    pub fn put_own(
        &mut self,
        field: &'static Field,
        (offset, len): (usize, usize),
        value: Value,
        text: fmt::Arguments,
    ) -> NodeId {
        self.put(self.node(field, offset, len, value).text(text).bracketed())
    }

    /// A range of this layer's bytes, in the numbering of its source.
    pub fn range(&self, offset: usize, len: usize) -> Range {
        Range {
            source: self.layer.source,
            start: self.layer.start.saturating_add(offset as u32),
            len: len.min(u32::MAX as usize) as u32,
        }
    }

    // ---- reading (see Buf) ----

    pub fn u8(&self, offset: usize) -> Result<u8, Stop> {
        self.buf.u8(offset)
    }
    pub fn be16(&self, offset: usize) -> Result<u16, Stop> {
        self.buf.be16(offset)
    }
    pub fn be24(&self, offset: usize) -> Result<u32, Stop> {
        self.buf.be24(offset)
    }
    pub fn be32(&self, offset: usize) -> Result<u32, Stop> {
        self.buf.be32(offset)
    }
    pub fn be64(&self, offset: usize) -> Result<u64, Stop> {
        self.buf.be64(offset)
    }
    pub fn le16(&self, offset: usize) -> Result<u16, Stop> {
        self.buf.le16(offset)
    }
    pub fn le32(&self, offset: usize) -> Result<u32, Stop> {
        self.buf.le32(offset)
    }
    pub fn bytes(&self, offset: usize, len: usize) -> Result<&'w [u8], Stop> {
        self.buf.bytes(offset, len)
    }
    pub fn ipv4(&self, offset: usize) -> Result<[u8; 4], Stop> {
        self.buf.array(offset)
    }
    pub fn ipv6(&self, offset: usize) -> Result<[u8; 16], Stop> {
        self.buf.array(offset)
    }
    /// Bytes on the wire from here to the end of the layer.
    pub fn remaining(&self, offset: usize) -> usize {
        self.buf.remaining(offset)
    }

    // ---- emitting ----

    /// A field that the table places: read there and put.
    pub fn fixed(&mut self, field: &'static Field) -> Result<NodeId, Stop> {
        match field.place {
            Place::Fixed { offset, len, .. } => self.field(field, usize::from(offset), usize::from(len)),
            _ => {
                debug_assert!(false, "{} has no fixed place", field.name);
                Ok(NodeId::NOWHERE)
            }
        }
    }

    /// As `fixed`, and opens the node: what follows is put below it until `close`.
    pub fn open_fixed(&mut self, field: &'static Field) -> Result<NodeId, Stop> {
        let id = self.fixed(field)?;
        self.sink.open(id);
        Ok(id)
    }

    /// A field with a label of its own, at its fixed place.
    pub fn fixed_text(&mut self, field: &'static Field, text: fmt::Arguments) -> Result<NodeId, Stop> {
        let Place::Fixed { offset, len, .. } = field.place else { return Ok(NodeId::NOWHERE) };
        let (offset, len) = (usize::from(offset), usize::from(len));
        let bytes = self.buf.bytes(offset, len)?;
        if !self.sink.wants_fields() {
            return Ok(NodeId::NOWHERE);
        }
        let value = field.read(bytes).unwrap_or(Value::None);
        Ok(self.text(field, offset, len, value, text))
    }

    /// A field whose value is read from these bytes by its kind, mask and byte order.
    pub fn field(&mut self, field: &'static Field, offset: usize, len: usize) -> Result<NodeId, Stop> {
        let bytes = self.buf.bytes(offset, len)?;
        if !self.sink.wants_fields() || !self.sink.wants(field) {
            return Ok(NodeId::NOWHERE);
        }
        if field.kind == Kind::Str {
            let s = text::utf8(bytes);
            return Ok(self.value(field, offset, len, Value::Str(&s)));
        }
        let value = field.read(bytes).ok_or(Stop::malformed(offset))?;
        Ok(self.value(field, offset, len, value))
    }

    /// As `field`, and opens it.
    pub fn open_field(&mut self, field: &'static Field, offset: usize, len: usize) -> Result<NodeId, Stop> {
        let id = self.field(field, offset, len)?;
        self.sink.open(id);
        Ok(id)
    }

    /// A field with a value given, default label.
    pub fn value(&mut self, field: &'static Field, offset: usize, len: usize, value: Value) -> NodeId {
        let node = self.node(field, offset, len, value);
        self.put(node)
    }

    pub fn uint(&mut self, field: &'static Field, offset: usize, len: usize, value: u64) -> NodeId {
        self.value(field, offset, len, Value::Uint(value))
    }

    /// A field with value and label given.
    pub fn text(
        &mut self,
        field: &'static Field,
        offset: usize,
        len: usize,
        value: Value,
        text: fmt::Arguments,
    ) -> NodeId {
        let node = self.node(field, offset, len, value).text(text);
        self.put(node)
    }

    /// A value that is not in the packet: in brackets, of size 0, standing at `offset`.
    pub fn generated(&mut self, field: &'static Field, offset: usize, value: Value) -> NodeId {
        let node = self.node(field, offset, 0, value).generated();
        self.put(node)
    }

    /// A value there for filters and exporters, not shown in the tree.
    pub fn hidden(&mut self, field: &'static Field, offset: usize, len: usize, value: Value) -> NodeId {
        let node = self.node(field, offset, len, value).hidden();
        self.put(node)
    }

    /// A line of the tree that is no field.
    pub fn label(&mut self, offset: usize, len: usize, text: fmt::Arguments) -> NodeId {
        self.text(&TEXT, offset, len, Value::None, text)
    }

    /// As `label`, and opens it.
    pub fn open_label(&mut self, offset: usize, len: usize, text: fmt::Arguments) -> NodeId {
        let id = self.label(offset, len, text);
        self.sink.open(id);
        id
    }

    /// Begins a node of any kind; give it to `put` or `put_open`.
    pub fn node<'n>(
        &self,
        field: &'static Field,
        offset: usize,
        len: usize,
        value: Value<'n>,
    ) -> NodeBuilder<'n> {
        let range = self.range(offset, len);
        NodeBuilder { node: Node { field, range, value, text: None, hidden: false, generated: false } }
    }

    pub fn put(&mut self, builder: NodeBuilder) -> NodeId {
        if !self.sink.wants_fields() || self.shared.nodes.get() >= MAX_NODES {
            return NodeId::NOWHERE;
        }
        self.shared.nodes.set(self.shared.nodes.get() + 1);
        self.sink.put(&Node { range: self.clipped(builder.node.field, builder.node.range), ..builder.node })
    }

    /// A length written in a packet may lead past its end; what is shown doesn't. Layers and headings, which
    /// have no value of their own, end with what was captured.
    fn clipped(&self, field: &Field, range: Range) -> Range {
        let range = self.clipped_to_packet(range);
        if range.source != 0 || !matches!(field.kind, Kind::None | Kind::Protocol) {
            return range;
        }
        let captured = self.frame.data.len().min(u32::MAX as usize) as u32;
        Range { len: range.len.min(captured.saturating_sub(range.start)), ..range }
    }

    fn clipped_to_packet(&self, range: Range) -> Range {
        let len = match usize::from(range.source) {
            0 => self.frame.reported,
            n => match self.context.sources.get(n - 1) {
                Some(bytes) => bytes.len(),
                None => return range,
            },
        };
        let end = len.min(u32::MAX as usize) as u32;
        let start = range.start.min(end);
        Range { start, len: range.len.min(end - start), ..range }
    }

    pub fn put_open(&mut self, builder: NodeBuilder) -> NodeId {
        let id = self.put(builder);
        self.sink.open(id);
        id
    }

    /// Makes a node that was put last the open one.
    pub fn open(&mut self, id: NodeId) {
        self.sink.open(id);
    }

    pub fn close(&mut self) {
        self.sink.close();
    }

    /// Adds to a node's label.
    pub fn append(&mut self, id: NodeId, text: fmt::Arguments) {
        if self.sink.wants_fields() {
            self.sink.append(id, text);
        }
    }

    /// Replaces a node's label.
    pub fn relabel(&mut self, id: NodeId, text: fmt::Arguments) {
        if self.sink.wants_fields() {
            self.sink.relabel(id, text);
        }
    }

    /// Corrects how many bytes a node covers, once that is known.
    pub fn resize(&mut self, id: NodeId, len: usize) {
        let len = len.min(u32::MAX as usize) as u32;
        let range = self.clipped_to_packet(Range { len, ..self.sink.range(id) });
        self.sink.resize(id, range.len);
    }

    /// Adds to the title of the layer: `, Src Port: 53`.
    pub fn title(&mut self, text: fmt::Arguments) {
        let node = self.node;
        self.append(node, text);
    }

    /// Replaces the title of the layer.
    pub fn set_title(&mut self, text: fmt::Arguments) {
        let node = self.node;
        self.relabel(node, text);
    }

    /// A remark about the node put last or any open one; its message is the summary unless given.
    pub fn expert(&mut self, expert: &'static Expert, under: NodeId) {
        special::expert(expert, under, None, self.sink);
    }

    pub fn expert_text(&mut self, expert: &'static Expert, under: NodeId, text: fmt::Arguments) {
        special::expert(expert, under, Some(text), self.sink);
    }

    // ---- other layers ----

    /// Walks over what is nested in this layer now, rather than at its end (something of its own follows).
    pub fn nested(&mut self) {
        while self.next < self.layers.len()
            && self.layers.as_slice()[self.next].nested
            && self.layers.descends(self.next, self.index)
        {
            self.columns.locked += 1;
            let mut at = self.next;
            let index = self.index;
            let mut driver = self.driver();
            while at < driver.layers.len()
                && driver.layers.descends(at, index)
                && !driver.layers.carried_by_quoted_udp(at)
            {
                match driver.layer(at) {
                    Ok(next) => at = next,
                    Err(_) => at = driver.layers.len(),
                }
            }
            self.next = at;
            self.columns.locked -= 1;
        }
    }

    /// Walks over the layers that follow and are shown within this one; an error as of `Driver::layer`.
    pub(super) fn inner(&mut self) -> Result<(), Option<usize>> {
        while let Some(protocol) = self.layers.protocol(self.next)
            && protocol.within == self.protocol.name()
            && self.layers.descends(self.next, self.index)
        {
            let next = self.next;
            self.next = self.driver().layer(next)?;
        }
        Ok(())
    }

    /// Goes over other layers of this packet.
    fn driver(&mut self) -> Driver<'_, '_> {
        Driver {
            frame: self.frame,
            layers: self.layers,
            context: self.context,
            sink: &mut *self.sink,
            columns: &mut *self.columns,
            shared: self.shared,
        }
    }

    /// The layer that follows in the packet, if any.
    pub fn following(&self) -> Option<&Layer> {
        self.layers.get(self.index + 1)
    }

    /// The protocol outside of this one.
    pub fn parent(&self) -> Option<&'static Protocol> {
        if self.index == 0 {
            return None;
        }
        self.layers.protocol(usize::from(self.layer.parent))
    }

    /// The bytes of a layer of this packet with its payload; none for a buffer made while walking.
    pub fn layer_bytes(&self, index: usize) -> Buf<'w> {
        let Some(layer) = self.layers.get(index) else { return Buf::new(&[], 0) };
        let (start, end) = (layer.start as usize, layer.end as usize);
        let len = end.saturating_sub(start);
        match usize::from(layer.source).checked_sub(1) {
            None => self.frame.part(start, len),
            Some(n) => match self.context.sources.get(n) {
                Some(bytes) => Buf::whole(bytes).part(start, len),
                None => Buf::new(&[], len),
            },
        }
    }

    /// The bytes of the layer that carries this one, with its payload.
    pub fn parent_bytes(&self) -> Buf<'w> {
        match self.index {
            0 => Buf::new(&[], 0),
            _ => self.layer_bytes(usize::from(self.layer.parent)),
        }
    }

    /// True if this layer is part of a packet quoted by another (an ICMP error).
    pub fn is_quoted(&self) -> bool {
        self.layers.is_quoted(self.index)
    }

    /// After this layer, gives these bytes of it to another protocol.
    pub fn hand_on(&mut self, next: Next, offset: usize, len: usize) {
        let start = self.layer.start as usize + offset;
        self.after.push(HandOn { next, source: self.layer.source, start, len });
    }

    /// After this layer, gives a buffer made by `add_source` to another protocol.
    pub fn hand_on_source(&mut self, next: Next, source: u8, start: usize, len: usize) {
        self.after.push(HandOn { next, source, start, len });
    }

    /// Dissects these bytes with another protocol here, below the open node.
    pub fn nest(&mut self, next: Next, offset: usize, len: usize) {
        let start = self.layer.start as usize + offset;
        let what = HandOn { next, source: self.layer.source, start, len };
        run_part(&what, self.frame, self.context, self.shared, &mut *self.sink, &mut *self.columns);
    }

    /// Names a protocol in `frame.protocols` that has no layer of its own (`x509sat`).
    pub fn name_protocol(&mut self, name: &str) {
        if self.sink.wants_fields() {
            self.shared.name(name);
        }
    }

    /// A buffer made here (decompressed, dechunked): its number for ranges.
    pub fn add_source(&mut self, name: &'static str, bytes: Vec<u8>) -> Option<u8> {
        let mut made = self.shared.made.borrow_mut();
        let number = u8::try_from(self.shared.first_made + made.len()).ok()?;
        self.sink.source(number, name, &bytes);
        made.push(Rc::new(bytes));
        Some(number)
    }

    /// Goes over to another source for the ranges and reads of this walk, and returns the way back.
    pub fn with_source<R>(&mut self, source: u8, bytes: &[u8], f: impl FnOnce(&mut Walk) -> R) -> R {
        let layer = Layer { source, start: 0, end: bytes.len() as u32, ..self.layer };
        let mut inner = Walk {
            buf: Buf::whole(bytes),
            layer,
            index: self.index,
            layers: self.layers,
            context: self.context,
            columns: &mut *self.columns,
            shared: self.shared,
            protocol: self.protocol,
            node: self.node,
            sink: &mut *self.sink,
            frame: self.frame,
            after: Vec::new(),
            next: self.next,
        };
        let result = f(&mut inner);
        let after = std::mem::take(&mut inner.after);
        self.after.extend(after);
        result
    }

    /// Leaves a text for a later layer of this packet.
    pub fn leave_text(&mut self, name: &'static str, text: &str) {
        self.shared.texts.borrow_mut().insert(name, text.to_string());
    }

    /// A text left by an earlier layer of this packet.
    pub fn text_note(&self, name: &'static str) -> Option<String> {
        self.shared.texts.borrow().get(name).cloned()
    }

    /// Leaves a number for a later layer of this packet.
    pub fn leave_note(&mut self, name: &'static str, value: u64) {
        self.shared.notes.borrow_mut().insert(name, value);
    }

    /// A number left by an earlier layer of this packet.
    pub fn note(&self, name: &'static str) -> Option<u64> {
        self.shared.notes.borrow().get(name).copied()
    }
}
