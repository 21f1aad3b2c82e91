//! The bytes of the selected packet, or of a buffer made from it, with those of the selected field
//! and its layer highlighted.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::put;
use crate::tui::detail::Detail;
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Pane, State};
use crate::tui::text::grouped;
use crate::tui::theme::Role;

/// How a line of bytes is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Bytes in a line.
    pub bytes: usize,
    /// Digits of the offset.
    digits: usize,
    /// The bytes as text follow.
    text: bool,
}

impl Shape {
    /// What fits into so many cells: text goes before bytes do, for 16 in a line are what people can read.
    pub fn of(width: u16, size: usize) -> Shape {
        let digits = if size > 0x1_0000 { 6 } else { 4 };
        let shapes = [(16, true), (16, false), (8, true), (8, false), (4, false)];
        let make = |(bytes, text)| Shape { bytes, digits, text };
        let fits = |s: &Shape| s.cells() <= usize::from(width);
        shapes.into_iter().map(make).find(fits).unwrap_or(Shape { bytes: 1, digits, text: false })
    }

    fn cells(&self) -> usize {
        let text = if self.text { 2 + self.bytes + self.bytes / 8 - 1 } else { 0 };
        self.hex_at(self.bytes - 1) + 2 + text
    }

    /// The cell of a byte's digits; a gap after every eight.
    fn hex_at(&self, byte: usize) -> usize {
        1 + self.digits + 2 + byte * 3 + byte / 8
    }

    /// The cell of a byte's letter.
    fn text_at(&self, byte: usize) -> usize {
        self.hex_at(self.bytes - 1) + 4 + byte + byte / 8
    }

    /// The byte of a line that a cell shows.
    pub fn byte_at(&self, x: u16) -> Option<usize> {
        let x = usize::from(x);
        let hex = |b: &usize| (self.hex_at(*b)..self.hex_at(*b) + 2).contains(&x);
        let text = |b: &usize| self.text && self.text_at(*b) == x;
        (0..self.bytes).find(|b| hex(b) || text(b))
    }
}

/// The name of the pane, with the buffers there are.
pub fn title(state: &State, snapshot: &Snapshot) -> String {
    let Some(detail) = snapshot.detail.as_ref().filter(|d| d.sources.len() > 1) else {
        return "Bytes".to_owned();
    };
    let name = |s: &crate::tui::detail::Bytes| {
        let name = format!("{} ({})", s.name, grouped(s.bytes.len() as u64));
        if s.number == state.hex.source { format!("[{name}]") } else { name }
    };
    let names: Vec<String> = detail.sources.iter().map(name).collect();
    format!("Bytes: {}", names.join("  "))
}

/// What is highlighted: bytes of the selected field, of its layer, and the byte under the cursor.
struct Marks {
    field: Range<usize>,
    layer: Range<usize>,
    cursor: Option<usize>,
}

fn marks(state: &State, detail: &Detail) -> Marks {
    let range = |index: usize| match detail.nodes.get(index) {
        Some(n) if n.range.source == state.hex.source && n.range.len > 0 => {
            let start = n.range.start as usize;
            start..start.saturating_add(n.range.len as usize)
        }
        _ => 0..0,
    };
    let mut layer = state.tree.selected;
    while let Some(above) = detail.parent(layer) {
        layer = above;
    }
    // A whole layer is marked quietly; only a field within it stands out.
    let field = if layer == state.tree.selected { 0..0 } else { range(state.tree.selected) };
    let cursor = (state.focus == Pane::Hex).then_some(state.hex.cursor as usize);
    Marks { field, layer: range(layer), cursor }
}

pub fn draw(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let Some(detail) = snapshot.detail.as_ref().filter(|_| !area.is_empty()) else { return };
    let Some(source) = detail.source(state.hex.source) else { return };
    if source.bytes.is_empty() {
        put(buf, area.x + 1, area.y, area.width, "no bytes", state.theme.style(Role::Dim));
        return;
    }
    let shape = Shape::of(area.width, source.bytes.len());
    let marks = marks(state, detail);
    let lines = source.bytes.chunks(shape.bytes).enumerate().skip(state.hex.top);
    for (i, (number, bytes)) in lines.enumerate().take(usize::from(area.height)) {
        let line = Rect { y: area.y + i as u16, height: 1, ..area };
        draw_line(state, &shape, &marks, number * shape.bytes, bytes, line, buf);
    }
}

fn draw_line(
    state: &State,
    shape: &Shape,
    marks: &Marks,
    start: usize,
    bytes: &[u8],
    area: Rect,
    buf: &mut Buffer,
) {
    let digits = shape.digits;
    let offset = format!("{start:0digits$x}");
    put(buf, area.x + 1, area.y, area.width, &offset, state.theme.style(Role::Dim));
    for (i, byte) in bytes.iter().enumerate() {
        let at = start + i;
        let style = style(state, marks, at, *byte);
        // The blank between two bytes of one field belongs to it.
        let joined = i + 1 < bytes.len() && marks.field.contains(&at) == marks.field.contains(&(at + 1));
        let x = area.x + shape.hex_at(i) as u16;
        put(buf, x, area.y, 2, &format!("{byte:02x}"), style);
        if joined && style.bg.is_some() && (i + 1) % 8 != 0 {
            put(buf, x + 2, area.y, 1, " ", Style { underline_color: None, ..style });
        }
        if shape.text {
            let c = if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' };
            super::put_char(buf, area.x + shape.text_at(i) as u16, area.y, c, style);
        }
    }
}

fn style(state: &State, marks: &Marks, at: usize, byte: u8) -> Style {
    let theme = &state.theme;
    let mut style = if marks.field.contains(&at) {
        theme.style(Role::FieldBytes)
    } else if marks.layer.contains(&at) {
        theme.style(Role::LayerBytes)
    } else if byte == 0 {
        theme.style(Role::Dim)
    } else {
        theme.style(Role::Text)
    };
    if marks.cursor == Some(at) {
        style = style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_gives_way_before_bytes_do() {
        let shape = |w| Shape::of(w, 100);
        assert_eq!((shape(76).bytes, shape(76).text), (16, true));
        assert_eq!((shape(56).bytes, shape(56).text), (16, false));
        assert_eq!((shape(45).bytes, shape(45).text), (8, true));
        assert_eq!(shape(3).bytes, 1);
    }

    #[test]
    fn a_click_finds_the_byte_it_is_on() {
        let shape = Shape::of(80, 100);
        for byte in 0..16 {
            assert_eq!(shape.byte_at(shape.hex_at(byte) as u16), Some(byte));
            assert_eq!(shape.byte_at(shape.text_at(byte) as u16), Some(byte));
        }
        assert_eq!(shape.byte_at(0), None);
    }
}
