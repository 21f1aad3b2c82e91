//! Where the panes are: one function from the size of the terminal to rectangles, which drawing and
//! the mouse both go by.

use ratatui::layout::Rect;

use super::state::{Pane, State};

/// Smallest terminal that shows packets.
pub const MIN_SIZE: (u16, u16) = (40, 10);
/// From this width on, layers and bytes stand side by side.
const WIDE: u16 = 110;
/// From this height on, three panes fit above each other.
const HIGH: u16 = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    pub arrangement: Arrangement,
    /// Share of the list, and of the layers in what is left of it, in thousandths.
    pub main: u16,
    pub sub: u16,
    /// The focused pane has the whole screen.
    pub zoom: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrangement {
    /// Beside each other where there is room, else above each other.
    #[default]
    Auto,
    /// List above, layers and bytes side by side below it.
    Beside,
    /// All above each other.
    Stacked,
    /// List left, layers over bytes right.
    Columns,
}

impl Default for Layout {
    fn default() -> Layout {
        Layout { arrangement: Arrangement::Auto, main: 500, sub: 530, zoom: false }
    }
}

impl Arrangement {
    const ALL: [(Arrangement, &'static str); 4] = [
        (Arrangement::Auto, "auto"),
        (Arrangement::Beside, "beside"),
        (Arrangement::Stacked, "stacked"),
        (Arrangement::Columns, "columns"),
    ];
    pub fn parse(name: &str) -> Option<Arrangement> {
        Arrangement::ALL.iter().find(|a| a.1 == name).map(|a| a.0)
    }
    pub fn name(self) -> &'static str {
        Arrangement::ALL.iter().find(|a| a.0 == self).map_or("auto", |a| a.1)
    }
    pub fn next(self) -> Arrangement {
        let at = Arrangement::ALL.iter().position(|a| a.0 == self).unwrap_or(0);
        Arrangement::ALL[(at + 1) % Arrangement::ALL.len()].0
    }
}

/// The rectangles of the packet screen; an empty one is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    pub filter: Rect,
    /// The names of the columns.
    pub header: Rect,
    pub list: Rect,
    pub tree_title: Rect,
    pub tree: Rect,
    pub hex_title: Rect,
    pub hex: Rect,
    /// A border that runs down between two panes.
    pub upright: Rect,
    pub status: Rect,
    /// What the borders that can be dragged divide: all panes, and layers and bytes.
    pub body: Rect,
    pub lower: Rect,
    /// Layers and bytes stand side by side; list and the rest do.
    pub sub_beside: bool,
    pub main_beside: bool,
}

/// The panes of a screen of this size.
pub fn areas(state: &State) -> Areas {
    let (width, height) = state.size;
    if width < MIN_SIZE.0 || height < MIN_SIZE.1 {
        return Areas::default();
    }
    let body = Rect::new(0, 1, width, height - 2);
    let mut areas = Areas {
        filter: Rect::new(0, 0, width, 1),
        status: Rect::new(0, height - 1, width, 1),
        body,
        ..Areas::default()
    };
    if state.layout.zoom {
        areas.place(state.focus, body);
        return areas;
    }
    match arrangement(state) {
        Arrangement::Columns => areas.columns(&state.layout),
        Arrangement::Beside => areas.below(state, true),
        _ => areas.below(state, false),
    }
    areas
}

/// The arrangement that this size gets.
fn arrangement(state: &State) -> Arrangement {
    match state.layout.arrangement {
        Arrangement::Auto if state.size.0 >= WIDE => Arrangement::Beside,
        Arrangement::Auto => Arrangement::Stacked,
        Arrangement::Columns if state.size.0 < WIDE => Arrangement::Stacked,
        chosen => chosen,
    }
}

impl Areas {
    fn place(&mut self, pane: Pane, area: Rect) {
        let (title, rest) = split_top(area, 1);
        match pane {
            Pane::List => (self.header, self.list) = (title, rest),
            Pane::Tree => (self.tree_title, self.tree) = (title, rest),
            Pane::Hex => (self.hex_title, self.hex) = (title, rest),
        }
    }

    fn below(&mut self, state: &State, beside: bool) {
        let layout = &state.layout;
        let high = share(self.body.height, layout.main, 3, 4);
        let (top, lower) = split_top(self.body, high);
        self.place(Pane::List, top);
        self.lower = lower;
        if beside {
            self.sub_beside = true;
            let wide = share(lower.width, layout.sub, 16, 16);
            let (left, right) = split_left(lower, wide);
            let (border, right) = split_left(right, 1);
            self.upright = border;
            self.place(Pane::Tree, left);
            self.place(Pane::Hex, right);
        } else if self.body.height + 2 < HIGH {
            // Too low for three: the lower pane shows the layers, or the bytes when they have the keys.
            let pane = if state.focus == Pane::Hex { Pane::Hex } else { Pane::Tree };
            self.place(pane, lower);
        } else {
            let (upper, bottom) = split_top(lower, share(lower.height, layout.sub, 3, 3));
            self.place(Pane::Tree, upper);
            self.place(Pane::Hex, bottom);
        }
    }

    fn columns(&mut self, layout: &Layout) {
        self.main_beside = true;
        let (left, right) = split_left(self.body, share(self.body.width, layout.main, 30, 40));
        let (border, right) = split_left(right, 1);
        self.upright = border;
        self.lower = right;
        self.place(Pane::List, left);
        let (upper, bottom) = split_top(right, share(right.height, layout.sub, 3, 3));
        self.place(Pane::Tree, upper);
        self.place(Pane::Hex, bottom);
    }
}

/// So many thousandths of `whole`, leaving at least `first` and `second` for either side.
fn share(whole: u16, thousandths: u16, first: u16, second: u16) -> u16 {
    let wanted = (u32::from(whole) * u32::from(thousandths) + 500) / 1000;
    let most = whole.saturating_sub(second).max(first);
    (wanted as u16).clamp(first, most).min(whole)
}

fn split_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let top = Rect { height, ..area };
    (top, Rect { y: area.y + height, height: area.height - height, ..area })
}

fn split_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    let left = Rect { width, ..area };
    (left, Rect { x: area.x + width, width: area.width - width, ..area })
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    fn at(width: u16, height: u16) -> State {
        fake::state(width, height)
    }

    #[test]
    fn a_small_terminal_has_two_panes_and_a_large_one_three() {
        let small = areas(&at(80, 24));
        assert!(small.list.height >= 10 && small.tree.height >= 8, "{small:?}");
        assert!(small.hex.is_empty());
        let large = areas(&at(200, 60));
        assert!(!large.hex.is_empty() && large.sub_beside);
    }

    #[test]
    fn bytes_take_the_place_of_layers_when_they_have_the_keys() {
        let mut state = at(80, 24);
        state.focus = Pane::Hex;
        let a = areas(&state);
        assert!(a.tree.is_empty() && !a.hex.is_empty());
    }

    #[test]
    fn panes_never_overlap_or_leave_the_screen() {
        for width in [40, 79, 80, 110, 120, 200] {
            for height in [10, 24, 32, 60] {
                for (arrangement, _) in Arrangement::ALL {
                    let mut state = at(width, height);
                    state.layout.arrangement = arrangement;
                    let a = areas(&state);
                    let all = [
                        a.filter,
                        a.header,
                        a.list,
                        a.tree_title,
                        a.tree,
                        a.hex_title,
                        a.hex,
                        a.upright,
                        a.status,
                    ];
                    let cells: u32 = all.iter().map(|r| r.area()).sum();
                    assert_eq!(
                        cells,
                        u32::from(width) * u32::from(height),
                        "{width}x{height} {arrangement:?}"
                    );
                }
            }
        }
    }
}
