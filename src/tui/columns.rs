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
    pub seen: u16,
}

/// Widest a column grows by itself; wider texts are elided.
const MAX_WIDTH: u16 = 40;
/// Cells between columns.
pub const GAP: u16 = 2;
/// Info keeps so many cells before other columns keep theirs.
const INFO_WANTS: u16 = 28;
/// Address columns give way down to this.
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
        let seen = title.chars().count() as u16;
        Column { title: title.to_owned(), content, width: None, seen }
    }

    fn wants(&self) -> u16 {
        self.width.unwrap_or(self.seen.min(MAX_WIDTH)).max(1)
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
        c.seen = c.title.chars().count() as u16;
    }
}

/// The cells of each column in a line of `total` cells. Info has what the others leave; where that is too
/// little, the address columns give way first, then whatever stands last.
pub fn widths(columns: &[Column], total: u16) -> Vec<u16> {
    let mut widths: Vec<u16> = columns.iter().map(Column::wants).collect();
    let info = columns.iter().position(|c| c.content == Content::Info && c.width.is_none());
    if let Some(at) = info {
        widths[at] = INFO_WANTS.min(columns[at].wants().max(4));
    }
    let gaps = GAP.saturating_mul((columns.len().saturating_sub(1)) as u16);
    let sum = |w: &[u16]| w.iter().fold(gaps, |a, b| a.saturating_add(*b));
    let mut over = sum(&widths).saturating_sub(total);
    while over > 0 {
        // The wider of the two address columns gives first, so that both stay readable.
        let widest = (0..columns.len())
            .filter(|i| columns[*i].content.is_address() && widths[*i] > ADDRESS_MIN)
            .max_by_key(|i| widths[*i]);
        let Some(at) = widest else { break };
        widths[at] -= 1;
        over -= 1;
    }
    for at in (0..widths.len()).rev() {
        let give = over.min(widths[at].saturating_sub(3));
        widths[at] -= give;
        over -= give;
    }
    if let Some(at) = info {
        widths[at] += total.saturating_sub(sum(&widths));
    }
    widths
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
        assert_eq!(w.iter().sum::<u16>() + 6 * GAP, 76);
        assert!(w[6] >= 20 && w[2] >= ADDRESS_MIN && w[2].abs_diff(w[3]) <= 1, "{w:?}");
        assert_eq!(widths(&columns, 200)[2], 38);
    }

    #[test]
    fn columns_grow_and_do_not_shrink() {
        let mut columns = usual();
        grow(&mut columns, &[fake::line(0), fake::line(2)], false);
        let wide = columns[2].seen;
        grow(&mut columns, &[], false);
        assert_eq!(columns[2].seen, wide);
        reset(&mut columns);
        assert_eq!(columns[2].seen, 6);
    }

    #[test]
    fn names_lead_back_to_what_a_column_shows() {
        for name in ["number", "info", "tcp.stream"] {
            assert_eq!(Content::parse(name).name(), name);
        }
    }
}
