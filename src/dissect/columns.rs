//! The texts of the packet list: Source, Destination, Protocol and Info, written by the walks as
//! they go from the outermost layer inwards. Who writes last wins, but for what is fenced.

use std::fmt::{self, Write};

use super::context::Context;
use super::names;
use super::text::{self, V6};

/// An address for the Source or Destination column. It is put into words when all layers have been walked
/// over: most packets name several, and only the last one shows.
#[derive(Clone, Copy, Debug)]
pub enum Address {
    Ether([u8; 6]),
    V4([u8; 4]),
    V6([u8; 16]),
}

/// The column texts of one packet. Reused from packet to packet.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub source: String,
    pub destination: String,
    pub protocol: String,
    info: String,
    /// Info before this byte can't be replaced any more.
    fence: usize,
    /// What stands around the texts of protocols that are carried within another.
    around_protocol: Option<(&'static str, &'static str)>,
    /// False: nobody wants the texts; all writing is skipped.
    pub wanted: bool,
    /// No more writing: the packet inside a packet (an ICMP quotation) doesn't show.
    pub locked: u32,
    /// Addresses that aren't put into words yet.
    from: Option<Address>,
    to: Option<Address>,
}

impl Columns {
    pub fn new(wanted: bool) -> Columns {
        Columns { wanted, ..Columns::default() }
    }

    pub fn clear(&mut self) {
        self.source.clear();
        self.destination.clear();
        self.protocol.clear();
        self.info.clear();
        self.fence = 0;
        self.around_protocol = None;
        self.locked = 0;
        self.from = None;
        self.to = None;
    }

    #[inline]
    pub fn active(&self) -> bool {
        self.wanted && self.locked == 0
    }

    pub fn info(&self) -> &str {
        &self.info
    }

    pub fn source_is(&mut self, address: Address) {
        if self.active() {
            self.from = Some(address);
        }
    }
    pub fn destination_is(&mut self, address: Address) {
        if self.active() {
            self.to = Some(address);
        }
    }

    /// Puts the addresses into words.
    pub fn finish(&mut self, context: &Context) {
        if let Some(address) = self.from.take() {
            self.source.clear();
            address.write(&mut self.source, context);
        }
        if let Some(address) = self.to.take() {
            self.destination.clear();
            address.write(&mut self.destination, context);
        }
    }

    /// Appends a piece of text to Info, quicker than `append_info`.
    #[inline]
    pub fn push(&mut self, text: &str) {
        if self.active() {
            self.info.push_str(text);
        }
    }

    /// Appends a number to Info.
    #[inline]
    pub fn push_number(&mut self, number: u64) {
        if self.active() {
            text::decimal(&mut self.info, number);
        }
    }

    pub fn set_source(&mut self, text: fmt::Arguments) {
        if self.active() {
            self.from = None;
            self.source.clear();
            let _ = self.source.write_fmt(text);
        }
    }
    pub fn set_destination(&mut self, text: fmt::Arguments) {
        if self.active() {
            self.to = None;
            self.destination.clear();
            let _ = self.destination.write_fmt(text);
        }
    }
    pub fn set_protocol(&mut self, text: &str) {
        if self.active() {
            self.protocol.clear();
            let (before, after) = self.around_protocol.unwrap_or_default();
            for piece in [before, text, after] {
                self.protocol.push_str(piece);
            }
        }
    }
    /// From now on, what is set as the protocol stands between these: `GTP <TCP>`.
    pub fn wrap_protocol(&mut self, before: &'static str, after: &'static str) {
        if self.active() {
            self.around_protocol = Some((before, after));
        }
    }
    pub fn append_protocol(&mut self, text: &str) {
        if self.active() {
            self.protocol.push_str(text);
        }
    }
    /// Replaces Info (what stands behind the fence).
    pub fn set_info(&mut self, text: fmt::Arguments) {
        if self.active() {
            self.info.truncate(self.fence);
            let _ = self.info.write_fmt(text);
        }
    }
    pub fn clear_info(&mut self) {
        if self.active() {
            self.info.truncate(self.fence);
        }
    }
    pub fn append_info(&mut self, text: fmt::Arguments) {
        if self.active() {
            let _ = self.info.write_fmt(text);
        }
    }
    /// Appends, with the separator before it if something stands there (behind the fence or before it).
    pub fn append_info_separated(&mut self, separator: &str, text: fmt::Arguments) {
        if self.active() {
            if !self.info.is_empty() {
                self.info.push_str(separator);
            }
            let _ = self.info.write_fmt(text);
        }
    }
    /// Puts a text before what stands behind the fence, and the fence behind the text.
    pub fn prepend_fenced(&mut self, text: &str) {
        if self.active() {
            self.info.insert_str(self.fence, text);
            self.fence += text.len();
        }
    }
    /// Puts a text before what stands behind the fence.
    pub fn prepend_info(&mut self, text: fmt::Arguments) {
        if self.active() {
            let _ = write!(Insert(&mut self.info, self.fence), "{text}");
        }
    }
    /// What stands in Info now stays.
    pub fn fence_info(&mut self) {
        if self.active() {
            self.fence = self.info.len();
        }
    }
}

impl Address {
    fn write(self, out: &mut String, context: &Context) {
        let (known, settings) = (context.names, context.settings);
        match self {
            Address::Ether(a) => match names::ether(known, settings, a) {
                Some(name) => out.push_str(&name),
                None => text::hex(out, &a, Some(':')),
            },
            Address::V4(a) => match names::host(known, settings, a.into()) {
                Some(name) => out.push_str(&name),
                None => text::dotted(out, a),
            },
            Address::V6(a) => match names::host(known, settings, a.into()) {
                Some(name) => out.push_str(&name),
                None => _ = write!(out, "{}", V6(a)),
            },
        }
    }
}

struct Insert<'a>(&'a mut String, usize);

impl Write for Insert<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.insert_str(self.1, s);
        self.1 += s.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_info_survives_a_later_set() {
        let mut c = Columns::new(true);
        c.set_info(format_args!("first"));
        c.fence_info();
        c.set_info(format_args!(" second"));
        c.set_info(format_args!(" third"));
        c.prepend_info(format_args!(" and"));
        assert_eq!(c.info(), "first and third");
    }
}
