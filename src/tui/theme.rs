//! Colours and signs. The default theme is for dark terminals: it tints the text of a row with the hue
//! of its colouring rule and keeps bars for alarming rows; light terminals and `wireshark` get the bars.
//! Colours come down to 256, 16 or none, and signs to ASCII, as the terminal can show them.

use ratatui::style::{Color, Modifier, Style};

use super::snapshot::{RowColour, Verdict};

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    True,
    Indexed,
    Basic,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    #[default]
    Dark,
    Light,
    /// Dark, but with bars as Wireshark has them.
    Wireshark,
    /// No colours.
    Mono,
}

impl Palette {
    pub const NAMES: [&'static str; 4] = ["dark", "light", "wireshark", "mono"];
    pub fn parse(name: &str) -> Option<Palette> {
        match name {
            "dark" => Some(Palette::Dark),
            "light" => Some(Palette::Light),
            "wireshark" => Some(Palette::Wireshark),
            "mono" => Some(Palette::Mono),
            _ => None,
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            Palette::Dark => "dark",
            Palette::Light => "light",
            Palette::Wireshark => "wireshark",
            Palette::Mono => "mono",
        }
    }
}

/// Colours and signs together.
#[derive(Clone, Debug)]
pub struct Theme {
    pub palette: Palette,
    pub depth: Depth,
    pub ascii: bool,
    /// False: rows are not coloured by rules.
    pub rows: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    /// Less important.
    Dim,
    /// Column names, titles of panes.
    Title,
    /// The title of the pane that has the keys.
    Focused,
    Border,
    /// The selected line of a pane that has not the keys, and of one that has.
    Selected,
    Cursor,
    /// The bytes of the selected field, and of its layer.
    FieldBytes,
    LayerBytes,
    /// A layer's heading in the tree.
    Layer,
    Generated,
    Key,
    Good,
    Unfinished,
    Questionable,
    Wrong,
    Popup,
    PopupSelected,
    Live,
}

impl Theme {
    /// What the environment says of the terminal.
    pub fn detect(palette: Option<Palette>, variable: impl Fn(&str) -> Option<String>) -> Theme {
        let get = |name: &str| variable(name).unwrap_or_default();
        let term = get("TERM");
        let depth = if !get("NO_COLOR").is_empty() || term == "dumb" {
            Depth::None
        } else if matches!(get("COLORTERM").as_str(), "truecolor" | "24bit") {
            Depth::True
        } else if term.contains("256color") || term.contains("kitty") || term.contains("direct") {
            Depth::Indexed
        } else {
            Depth::Basic
        };
        let locale = [get("LC_ALL"), get("LC_CTYPE"), get("LANG")];
        let locale = locale.iter().find(|l| !l.is_empty()).map(|l| l.to_lowercase());
        let utf8 = locale.is_some_and(|l| l.contains("utf-8") || l.contains("utf8"));
        // rxvt and its kin tell the background as the last number: 7 and 15 are white.
        let light = matches!(get("COLORFGBG").rsplit(';').next(), Some("7" | "15"));
        let usual = if light { Palette::Light } else { Palette::Dark };
        Theme { palette: palette.unwrap_or(usual), depth, ascii: !utf8, rows: true }
    }

    /// The colours that are used.
    pub fn depth(&self) -> Depth {
        if self.palette == Palette::Mono { Depth::None } else { self.depth }
    }

    pub fn glyphs(&self) -> &'static Glyphs {
        if self.ascii { &ASCII } else { &UNICODE }
    }

    fn light(&self) -> bool {
        self.palette == Palette::Light
    }

    /// A colour as far as the terminal can show it.
    fn colour(&self, [r, g, b]: [u8; 3]) -> Color {
        match self.depth() {
            Depth::True => Color::Rgb(r, g, b),
            Depth::Indexed => Color::Indexed(nearest_indexed(r, g, b)),
            Depth::Basic => nearest_basic(r, g, b),
            Depth::None => Color::Reset,
        }
    }

    pub fn style(&self, role: Role) -> Style {
        let plain = Style::new();
        if self.depth() == Depth::None {
            return plain.add_modifier(without_colour(role));
        }
        let (foreground, background, modifier) = if self.light() { light(role) } else { dark(role) };
        let mut style = plain.add_modifier(modifier);
        if let Some(f) = foreground {
            style = style.fg(self.colour(f));
        }
        if let Some(b) = background {
            style = style.bg(self.colour(b));
        }
        style
    }

    /// A row of the list, by the rule that fits it.
    pub fn row(&self, colour: Option<RowColour>, selected: bool, focused: bool) -> Style {
        let mut style = Style::new();
        if let Some(c) = colour.filter(|_| self.rows) {
            style = self.coloured(c);
        }
        if !selected {
            return style;
        }
        let bold = style.add_modifier(Modifier::BOLD);
        match self.depth() {
            Depth::None if focused => bold.add_modifier(Modifier::REVERSED),
            Depth::None => bold.add_modifier(Modifier::UNDERLINED),
            // 16 colours hold no shade that every text colour reads on.
            Depth::Basic => bold.add_modifier(Modifier::REVERSED),
            _ => self.selected(style, colour.is_some_and(is_alarming), focused),
        }
    }

    /// A selected row keeps its text colour; a bar gives way to the selection's background.
    fn selected(&self, style: Style, alarming: bool, focused: bool) -> Style {
        let role = if focused { Role::Cursor } else { Role::Selected };
        let background = self.style(role).bg;
        let mut style = style.add_modifier(Modifier::BOLD);
        if self.bars() && style.bg.is_some() {
            // The brighter of the bar's two colours reads on the dark of the selection.
            let bright = if alarming { style.fg } else { style.bg };
            return Style { fg: bright, bg: Some(self.contrast()), ..style };
        }
        style.bg = background;
        style
    }

    fn contrast(&self) -> Color {
        self.colour(if self.light() { [0x20, 0x28, 0x30] } else { [0x2c, 0x3a, 0x4a] })
    }

    fn bars(&self) -> bool {
        matches!(self.palette, Palette::Light | Palette::Wireshark)
    }

    fn coloured(&self, c: RowColour) -> Style {
        if self.depth() == Depth::None {
            let alarm = if is_alarming(c) { Modifier::BOLD } else { Modifier::empty() };
            return Style::new().add_modifier(alarm);
        }
        if self.bars() || is_alarming(c) {
            return Style::new().fg(self.colour(c.foreground)).bg(self.colour(c.background));
        }
        Style::new().fg(self.colour(tint(c.background)))
    }

    pub fn verdict(&self, verdict: Verdict) -> Style {
        self.style(match verdict {
            Verdict::Empty => Role::Dim,
            Verdict::Valid => Role::Good,
            Verdict::Unfinished => Role::Unfinished,
            Verdict::Questionable => Role::Questionable,
            Verdict::Wrong => Role::Wrong,
        })
    }
}

/// Rules for what is wrong have dark bars, in Wireshark's list as in most of those people make.
pub fn is_alarming(c: RowColour) -> bool {
    luma(c.background) < 0.3
}

fn luma([r, g, b]: [u8; 3]) -> f64 {
    (0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b)) / 255.0
}

/// A text colour of the hue of a pastel background, bright enough for a dark terminal.
fn tint(background: [u8; 3]) -> [u8; 3] {
    let grey = luma(background) * 255.0;
    let spread = background.map(|c| f64::from(c) - grey);
    let largest = spread.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    if largest < 4.0 {
        return [0xc8, 0xc8, 0xc8].map(|c: u8| if grey < 200.0 { 0xa8 } else { c });
    }
    // The pastel's direction away from grey, made about four times as strong.
    let by = (54.0 / largest).min(4.5);
    spread.map(|s| (196.0 + s * by).clamp(60.0, 255.0) as u8)
}

type Look = (Option<[u8; 3]>, Option<[u8; 3]>, Modifier);

fn dark(role: Role) -> Look {
    let none = Modifier::empty();
    let bold = Modifier::BOLD;
    match role {
        Role::Text => (None, None, none),
        Role::Dim => (Some([0x8a, 0x93, 0x9c]), None, none),
        Role::Title => (Some([0xa8, 0xb4, 0xc0]), None, none),
        Role::Focused => (Some([0xff, 0xd7, 0x87]), None, bold),
        Role::Border => (Some([0x5f, 0x69, 0x73]), None, none),
        Role::Selected => (None, Some([0x26, 0x2c, 0x33]), none),
        Role::Cursor => (None, Some([0x2c, 0x3e, 0x55]), none),
        Role::FieldBytes => (Some([0x10, 0x18, 0x20]), Some([0xff, 0xd7, 0x87]), bold),
        Role::LayerBytes => (None, Some([0x2c, 0x3e, 0x55]), none),
        Role::Layer => (Some([0x9c, 0xd0, 0xff]), None, none),
        Role::Generated => (Some([0xa8, 0xb4, 0xc0]), None, Modifier::ITALIC),
        Role::Key => (Some([0xff, 0xd7, 0x87]), None, none),
        Role::Good => (Some([0x8f, 0xd7, 0x8f]), None, none),
        Role::Unfinished => (Some([0x87, 0xd7, 0xff]), None, none),
        Role::Questionable => (Some([0xff, 0xd7, 0x5f]), None, none),
        Role::Wrong => (Some([0xff, 0x87, 0x87]), None, bold),
        Role::Popup => (Some([0xe0, 0xe4, 0xe8]), Some([0x23, 0x2a, 0x32]), none),
        Role::PopupSelected => (Some([0xff, 0xff, 0xff]), Some([0x3a, 0x56, 0x78]), bold),
        Role::Live => (Some([0xff, 0x6f, 0x6f]), None, bold),
    }
}

fn light(role: Role) -> Look {
    let none = Modifier::empty();
    let bold = Modifier::BOLD;
    match role {
        Role::Text => (None, None, none),
        Role::Dim => (Some([0x6a, 0x70, 0x76]), None, none),
        Role::Title => (Some([0x3c, 0x46, 0x50]), None, none),
        Role::Focused => (Some([0x00, 0x4f, 0x9e]), None, bold),
        Role::Border => (Some([0x9a, 0xa2, 0xaa]), None, none),
        Role::Selected => (None, Some([0xe4, 0xe8, 0xec]), none),
        Role::Cursor => (None, Some([0xbc, 0xd8, 0xf6]), none),
        Role::FieldBytes => (Some([0xff, 0xff, 0xff]), Some([0x00, 0x5f, 0xb8]), bold),
        Role::LayerBytes => (None, Some([0xd4, 0xe4, 0xf4]), none),
        Role::Layer => (Some([0x00, 0x4f, 0x9e]), None, none),
        Role::Generated => (Some([0x50, 0x5a, 0x64]), None, Modifier::ITALIC),
        Role::Key => (Some([0x00, 0x4f, 0x9e]), None, bold),
        Role::Good => (Some([0x00, 0x78, 0x28]), None, none),
        Role::Unfinished => (Some([0x00, 0x5f, 0x87]), None, none),
        Role::Questionable => (Some([0x8a, 0x62, 0x00]), None, none),
        Role::Wrong => (Some([0xb8, 0x00, 0x18]), None, bold),
        Role::Popup => (Some([0x14, 0x1c, 0x24]), Some([0xec, 0xf0, 0xf4]), none),
        Role::PopupSelected => (Some([0x00, 0x00, 0x00]), Some([0xa8, 0xcc, 0xf0]), bold),
        Role::Live => (Some([0xb8, 0x00, 0x18]), None, bold),
    }
}

/// What tells roles apart when there are no colours.
fn without_colour(role: Role) -> Modifier {
    match role {
        Role::Focused | Role::Layer | Role::Key | Role::Live => Modifier::BOLD,
        Role::Cursor | Role::FieldBytes | Role::PopupSelected | Role::Popup => Modifier::REVERSED,
        Role::Selected | Role::LayerBytes => Modifier::UNDERLINED,
        Role::Dim | Role::Border => Modifier::DIM,
        Role::Wrong => Modifier::BOLD,
        _ => Modifier::empty(),
    }
}

/// The 16 colours as most terminals show them.
const BASIC: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [0xaa, 0, 0]),
    (Color::Green, [0, 0xaa, 0]),
    (Color::Yellow, [0xaa, 0x78, 0]),
    (Color::Blue, [0, 0, 0xaa]),
    (Color::Magenta, [0xaa, 0, 0xaa]),
    (Color::Cyan, [0, 0xaa, 0xaa]),
    (Color::Gray, [0xaa, 0xaa, 0xaa]),
    (Color::DarkGray, [0x55, 0x55, 0x55]),
    (Color::LightRed, [0xff, 0x70, 0x70]),
    (Color::LightGreen, [0x70, 0xff, 0x70]),
    (Color::LightYellow, [0xff, 0xf0, 0x80]),
    (Color::LightBlue, [0x90, 0xa8, 0xff]),
    (Color::LightMagenta, [0xff, 0x90, 0xff]),
    (Color::LightCyan, [0x90, 0xf0, 0xff]),
    (Color::White, [0xff, 0xff, 0xff]),
];

fn distance(a: [u8; 3], b: [u8; 3]) -> i32 {
    let d = |i: usize| i32::from(a[i]) - i32::from(b[i]);
    // The eye weighs green most, blue least.
    3 * d(0) * d(0) + 6 * d(1) * d(1) + d(2) * d(2)
}

fn nearest_basic(r: u8, g: u8, b: u8) -> Color {
    let nearest = BASIC.iter().min_by_key(|c| distance(c.1, [r, g, b]));
    nearest.map_or(Color::Reset, |c| c.0)
}

/// The 6×6×6 cube (16 to 231) and the greys (232 to 255) of xterm.
fn nearest_indexed(r: u8, g: u8, b: u8) -> u8 {
    let level = |i: u8| if i == 0 { 0 } else { 55 + i * 40 };
    let step = |c: u8| (0..6u8).min_by_key(|i| level(*i).abs_diff(c)).unwrap_or(0);
    let (i, j, k) = (step(r), step(g), step(b));
    let cube = (16 + 36 * i + 6 * j + k, [level(i), level(j), level(k)]);
    let average = (u32::from(r) + u32::from(g) + u32::from(b)) / 3;
    let n = (average.saturating_sub(3) / 10).min(23) as u8;
    let grey = (232 + n, [8 + 10 * n; 3]);
    let near = |c: &(u8, [u8; 3])| distance(c.1, [r, g, b]);
    if near(&grey) < near(&cube) { grey.0 } else { cube.0 }
}

/// Signs that stand outside of texts.
pub struct Glyphs {
    pub horizontal: char,
    pub vertical: char,
    pub tee_down: char,
    pub tee_up: char,
    pub tee_right: char,
    pub closed: char,
    pub opened: char,
    pub focus: char,
    pub selected: char,
    pub marked: char,
    pub selected_marked: char,
    pub alarm: char,
    pub first: char,
    pub last: char,
    pub only: char,
    pub through: char,
    pub knot: char,
    pub to_right: char,
    pub to_left: char,
    pub other_right: char,
    pub other_left: char,
    pub ellipsis: &'static str,
    pub verdicts: [&'static str; 5],
    pub live: char,
    pub stopped: char,
    pub ascending: char,
    pub descending: char,
    pub bar: [char; 4],
    pub spark: [char; 8],
    pub down: char,
    pub reference: &'static str,
}

pub static UNICODE: Glyphs = Glyphs {
    horizontal: '─',
    vertical: '│',
    tee_down: '┬',
    tee_up: '┴',
    tee_right: '├',
    closed: '▸',
    opened: '▾',
    focus: '▸',
    selected: '▌',
    marked: '◆',
    selected_marked: '◈',
    alarm: '!',
    first: '╭',
    last: '╰',
    only: '╶',
    through: '│',
    knot: '├',
    to_right: '▶',
    to_left: '◀',
    other_right: '▷',
    other_left: '◁',
    ellipsis: "…",
    verdicts: ["", "✓", "…", "?", "✗"],
    live: '●',
    stopped: '■',
    ascending: '▴',
    descending: '▾',
    bar: ['▕', '█', ' ', '▏'],
    spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
    down: '↓',
    reference: "*REF*",
};

pub static ASCII: Glyphs = Glyphs {
    horizontal: '-',
    vertical: '|',
    tee_down: '+',
    tee_up: '+',
    tee_right: '+',
    closed: '+',
    opened: '-',
    focus: '>',
    selected: '>',
    marked: '*',
    selected_marked: '#',
    alarm: '!',
    first: '/',
    last: '\\',
    only: '-',
    through: '|',
    knot: '+',
    to_right: '>',
    to_left: '<',
    other_right: ')',
    other_left: '(',
    ellipsis: "~",
    verdicts: ["", "ok", "...", "?", "x"],
    live: '*',
    stopped: '.',
    ascending: '^',
    descending: 'v',
    bar: ['[', '#', '.', ']'],
    spark: ['_', '_', '.', '.', ':', ':', '|', '#'],
    down: 'v',
    reference: "*REF*",
};

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: RowColour = RowColour { background: [0xe7, 0xe6, 0xff], foreground: [0x12, 0x27, 0x2e] };
    const RST: RowColour = RowColour { background: [0xa4, 0, 0], foreground: [0xff, 0xfc, 0x9c] };

    fn theme(pairs: &[(&str, &str)]) -> Theme {
        Theme::detect(None, |name| pairs.iter().find(|p| p.0 == name).map(|p| p.1.to_owned()))
    }

    #[test]
    fn the_environment_decides_on_colours_and_signs() {
        let t = theme(&[("TERM", "xterm-256color"), ("LANG", "de_DE.UTF-8")]);
        assert_eq!((t.depth, t.ascii), (Depth::Indexed, false));
        let t = theme(&[("COLORTERM", "truecolor"), ("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]);
        assert_eq!((t.depth, t.ascii), (Depth::True, true));
        assert_eq!(theme(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]).depth, Depth::None);
        assert_eq!(theme(&[("COLORFGBG", "0;15")]).palette, Palette::Light);
    }

    #[test]
    fn the_dark_theme_keeps_bars_for_what_is_alarming() {
        let t = theme(&[("COLORTERM", "truecolor")]);
        assert_eq!(t.row(Some(TCP), false, true).bg, None);
        assert_eq!(t.row(Some(RST), false, true).bg, Some(Color::Rgb(0xa4, 0, 0)));
        let selected = t.row(Some(TCP), true, true);
        assert_eq!(selected.fg, t.row(Some(TCP), false, true).fg);
    }

    #[test]
    fn without_colours_nothing_has_a_colour() {
        let t = theme(&[("NO_COLOR", "1")]);
        for selected in [false, true] {
            let style = t.row(Some(RST), selected, true);
            assert_eq!((style.fg, style.bg), (None, None));
            assert!(style.add_modifier.contains(Modifier::BOLD));
        }
    }

    #[test]
    fn colours_come_down_to_what_is_near() {
        assert_eq!(nearest_indexed(0xff, 0xff, 0xff), 231);
        assert_eq!(nearest_indexed(0x80, 0x80, 0x80), 244);
        assert_eq!(nearest_basic(0xa4, 0, 0), Color::Red);
    }
}
