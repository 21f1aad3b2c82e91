//! The columns of the packet list: which there are and how wide they are.

use std::borrow::Cow;

use super::snapshot::{Line, Row};

/// What a column shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Number,
    Time,
    Source,
    Destination,
    Protocol,
    Length,
    Info,
    /// The values of a field.
    Field(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub content: Content,
    /// Set by the user; otherwise as wide as what was seen in it.
    pub width: Option<u16>,
    /// Cells of the widest text seen in it.
    pub seen: u16,
}

/// Widest a column grows by itself; wider texts are elided.
const MAX_WIDTH: u16 = 40;
/// Cells between columns.
pub const GAP: u16 = 2;
/// Info has at least so many cells before address columns are wider than IPv4 addresses are, and before
/// they are as wide as those.
const INFO_WANTS: u16 = 32;
const INFO_NEEDS: u16 = 18;
/// The longest IPv4 address, and what address columns give way down to.
const ADDRESS_USUAL: u16 = 15;
const ADDRESS_MIN: u16 = 9;

const USUAL: [(&str, Content); 7] = [
    ("No.", Content::Number),
    ("Time", Content::Time),
    ("Source", Content::Source),
    ("Destination", Content::Destination),
    ("Protocol", Content::Protocol),
    ("Length", Content::Length),
    ("Info", Content::Info),
];

/// Wireshark's columns.
pub fn usual() -> Vec<Column> {
    USUAL.iter().map(|(title, content)| Column::new(title, content.clone())).collect()
}

impl Content {
    /// As the configuration file calls it: `%m`-like words for the fixed ones, else a field's name.
    pub fn name(&self) -> &str {
        match self {
            Content::Number => "number",
            Content::Time => "time",
            Content::Source => "source",
            Content::Destination => "destination",
            Content::Protocol => "protocol",
            Content::Length => "length",
            Content::Info => "info",
            Content::Field(name) => name,
        }
    }
    pub fn parse(name: &str) -> Content {
        let fixed = USUAL.iter().find(|(_, c)| c.name() == name);
        fixed.map_or_else(|| Content::Field(name.to_owned()), |(_, c)| c.clone())
    }
    /// Numbers stand right.
    pub fn right(&self) -> bool {
        matches!(self, Content::Number | Content::Length)
    }
    pub fn is_address(&self) -> bool {
        matches!(self, Content::Source | Content::Destination)
    }
}

impl Column {
    pub fn new(title: &str, content: Content) -> Column {
        Column { title: title.to_owned(), content, width: None, seen: 0 }
    }

    /// As wide as title and texts want it.
    pub fn wants(&self) -> u16 {
        self.width.unwrap_or(self.seen.max(self.title_width()).min(MAX_WIDTH)).max(1)
    }

    /// As wide as the texts need it: the title may be cut.
    fn needs(&self) -> u16 {
        self.width.unwrap_or(self.seen.min(MAX_WIDTH)).max(3)
    }

    fn title_width(&self) -> u16 {
        super::text::width(&self.title) as u16
    }
}

/// The names of the fields that columns show.
pub fn fields(columns: &[Column]) -> Vec<String> {
    let of = |c: &Column| match &c.content {
        Content::Field(name) => Some(name.clone()),
        _ => None,
    };
    columns.iter().filter_map(of).collect()
}

/// The text of a cell.
pub fn cell<'l>(columns: &[Column], index: usize, line: &'l Line) -> Cow<'l, str> {
    let row: &Row = &line.row;
    let Some(column) = columns.get(index) else { return Cow::Borrowed("") };
    Cow::Borrowed(match &column.content {
        Content::Number => return Cow::Owned((u64::from(line.packet) + 1).to_string()),
        Content::Length => return Cow::Owned(row.length.to_string()),
        Content::Time => &line.time,
        Content::Source => &row.source,
        Content::Destination => &row.destination,
        Content::Protocol => &row.protocol,
        Content::Info => &row.info,
        Content::Field(_) => {
            let before = columns.iter().take(index).filter(|c| matches!(c.content, Content::Field(_)));
            row.fields.get(before.count()).map_or("", String::as_str)
        }
    })
}

/// Lets columns grow to what is on the screen; they never shrink by themselves.
pub fn grow(columns: &mut [Column], lines: &[Line], ascii: bool) {
    for index in 0..columns.len() {
        let widest = |line: &Line| {
            let text = cell(columns, index, line);
            super::text::width(&super::text::clean(&text, ascii))
        };
        let seen = lines.iter().map(widest).max().unwrap_or(0).min(usize::from(u16::MAX)) as u16;
        let column = &mut columns[index];
        column.seen = column.seen.max(seen);
    }
}

/// Forgets what was seen: a new filter begins anew.
pub fn reset(columns: &mut [Column]) {
    for c in columns {
        c.seen = 0;
    }
}

/// The cells of each column in a line of `total` cells. Info has what the others leave. Where that is too
/// little, titles are cut first, then the address columns give way, then whatever stands last.
pub fn widths(columns: &[Column], total: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = columns.iter().map(Column::wants).collect();
    let info = columns.iter().position(|c| c.content == Content::Info && c.width.is_none());
    let wide = info.map_or(0, |at| columns[at].wants());
    let gaps = gap(total).saturating_mul((columns.len().saturating_sub(1)) as u16);
    let sum = |w: &[u16]| w.iter().fold(gaps, |a, b| a.saturating_add(*b));
    // Info as it is wanted, as it is needed: each time the others give what they can.
    for (wanted, address) in [(INFO_WANTS, ADDRESS_USUAL), (INFO_NEEDS, ADDRESS_MIN)] {
        if let Some(at) = info {
            widths[at] = wanted.min(wide).max(4);
        }
        let over = sum(&widths).saturating_sub(total);
        let over =
            give(&mut widths, over, |i| columns[i].needs().min(columns[i].wants()), |i| Some(i) != info);
        give(
            &mut widths,
            over,
            |_| address,
            |i| columns[i].content.is_address() && columns[i].width.is_none(),
        );
    }
    let mut over = sum(&widths).saturating_sub(total);
    for at in (0..widths.len()).rev() {
        let given = over.min(widths[at].saturating_sub(3));
        widths[at] -= given;
        over -= given;
    }
    if let Some(at) = info {
        widths[at] += total.saturating_sub(sum(&widths));
    }
    widths
}

/// Cells between columns in a line of so many.
pub fn gap(total: u16) -> u16 {
    if total < 100 { 1 } else { GAP }
}

/// Takes cells from the columns that may give, the widest first, down to their least width; returns what
/// could not be taken.
fn give(widths: &mut [u16], mut over: u16, least: impl Fn(usize) -> u16, may: impl Fn(usize) -> bool) -> u16 {
    while over > 0 {
        let widest =
            (0..widths.len()).filter(|i| may(*i) && widths[*i] > least(*i)).max_by_key(|i| widths[*i]);
        let Some(at) = widest else { break };
        widths[at] -= 1;
        over -= 1;
    }
    over
}

#[cfg(test)]
mod tests {
    use super::super::fake;
    use super::*;

    #[test]
    fn addresses_give_way_before_info() {
        let mut columns = usual();
        for c in &mut columns {
            c.seen = match c.content {
                Content::Source | Content::Destination => 38,
                Content::Info => 90,
                _ => c.seen,
            };
        }
        let w = widths(&columns, 76);
        assert_eq!(w.iter().sum::<u16>() + 6, 76);
        assert!(w[6] >= INFO_NEEDS && w[2] >= ADDRESS_MIN && w[2].abs_diff(w[3]) <= 1, "{w:?}");
        assert_eq!(widths(&columns, 200)[2], 38);
    }

    #[test]
    fn an_ipv4_address_is_whole_in_80_columns() {
        let mut columns = usual();
        for (c, seen) in columns.iter_mut().zip([4, 8, 14, 15, 7, 4, 90]) {
            c.seen = seen;
        }
        let w = widths(&columns, 76);
        assert!(w[2] == 14 && w[3] == 15 && w[6] >= INFO_NEEDS, "{w:?}");
    }

    #[test]
    fn columns_grow_and_do_not_shrink() {
        let mut columns = usual();
        grow(&mut columns, &[fake::line(0), fake::line(2)], false);
        let wide = columns[2].seen;
        grow(&mut columns, &[], false);
        assert_eq!(columns[2].seen, wide);
        reset(&mut columns);
        assert_eq!((columns[2].seen, columns[2].wants()), (0, 6));
    }

    #[test]
    fn names_lead_back_to_what_a_column_shows() {
        for name in ["number", "info", "tcp.stream"] {
            assert_eq!(Content::parse(name).name(), name);
        }
    }
}
