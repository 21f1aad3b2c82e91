//! Menus: what can be copied, and what is done with what was chosen.

use super::{Effect, Effects, State, show_menu, step};
use crate::tui::action::Action;
use crate::tui::columns;
use crate::tui::detail::Detail;
use crate::tui::snapshot::Snapshot;
use crate::tui::state::{Choice, MenuItem, Overlay, Pane};

pub fn update(state: &mut State, action: Action) -> Effects {
    let Some(Overlay::Menu(menu)) = &mut state.overlay else { return Vec::new() };
    if action == Action::Remove {
        let chosen = menu.items.get(menu.selected).map(|i| i.choice.clone());
        return if let Some(Choice::Saved(name)) = chosen {
            super::saved::forget(state, &name)
        } else {
            Vec::new()
        };
    }
    if action != Action::Accept {
        menu.selected = step(menu.selected, menu.items.len(), action, 10);
        return Vec::new();
    }
    let chosen = menu.items.get(menu.selected).map(|i| i.choice.clone());
    state.overlay = None;
    match chosen {
        Some(Choice::Copy(text)) => {
            state.say(format!("copied {} characters", text.chars().count()));
            vec![Effect::Copy(text)]
        }
        Some(Choice::Filter { text, apply: true }) => vec![Effect::Filter(text)],
        Some(Choice::Filter { text, apply: false }) => {
            super::filter::start(state, Some(text));
            Vec::new()
        }
        Some(Choice::Combine { text, apply }) => {
            super::filter::combine(state, &text, apply);
            Vec::new()
        }
        Some(Choice::Saved(name)) => super::saved::apply(state, &name),
        None => Vec::new(),
    }
}

/// What can be copied from here, most wanted first.
pub fn copy(state: &mut State, snapshot: &Snapshot) {
    let mut items = Vec::new();
    let of_row = [("row", row(state, snapshot)), ("row as CSV", csv(state, snapshot))];
    let from_list = state.focus == Pane::List;
    let mut add = |label: &str, text: String| {
        if !text.is_empty() {
            let preview = text.lines().next().unwrap_or("").to_owned();
            items.push(MenuItem { label: label.into(), preview, choice: Choice::Copy(text) });
        }
    };
    if from_list {
        of_row.iter().for_each(|(label, text)| add(label, text.clone()));
    }
    if let Some(node) = snapshot.node(state.tree.selected) {
        add("value", node.value.clone());
        add("description", node.label.clone());
        add("field name", node.field.name.to_owned());
        add("filter", super::filter::of_node(node).unwrap_or_default());
        let bytes = field_bytes(snapshot, state);
        add("bytes of the field", hex(&bytes));
    }
    if !from_list {
        of_row.iter().for_each(|(label, text)| add(label, text.clone()));
    }
    if let Some(detail) = &snapshot.detail {
        add("layers", layers(state, detail, false));
        add("layers, all open", layers(state, detail, true));
        if let Some(source) = detail.source(state.hex.source) {
            add("bytes as a hex stream", hex(&source.bytes));
            add("bytes as a hex dump", dump(&source.bytes));
        }
    }
    add("conversation filter", snapshot.conversation.as_ref().map_or(String::new(), |c| c.filter.clone()));
    add("applied filter", state.filter.applied.clone());
    if items.is_empty() {
        state.say("nothing to copy");
        return;
    }
    show_menu(state, "Copy", items);
}

fn field_bytes(snapshot: &Snapshot, state: &State) -> Vec<u8> {
    let Some((detail, node)) = snapshot.detail.as_ref().zip(snapshot.node(state.tree.selected)) else {
        return Vec::new();
    };
    let source = detail.source(node.range.source);
    let start = node.range.start as usize;
    let end = start.saturating_add(node.range.len as usize);
    source.and_then(|s| s.bytes.get(start..end.min(s.bytes.len()))).unwrap_or(&[]).to_vec()
}

fn cells(state: &State, snapshot: &Snapshot) -> Vec<String> {
    let line = snapshot.lines.iter().find(|l| Some(l.packet) == state.list.packet);
    let Some(line) = line else { return Vec::new() };
    (0..state.columns.len()).map(|i| columns::cell(&state.columns, i, line).into_owned()).collect()
}

fn row(state: &State, snapshot: &Snapshot) -> String {
    cells(state, snapshot).join("  ")
}

fn csv(state: &State, snapshot: &Snapshot) -> String {
    let quote = |c: String| format!("\"{}\"", c.replace('"', "\"\""));
    cells(state, snapshot).into_iter().map(quote).collect::<Vec<_>>().join(",")
}

fn layers(state: &State, detail: &Detail, all: bool) -> String {
    let nodes: Vec<usize> = if all {
        (0..detail.nodes.len()).filter(|i| !detail.nodes[*i].hidden).collect()
    } else {
        super::tree::visible(state, detail)
    };
    let line = |i: &usize| {
        let n = &detail.nodes[*i];
        format!("{}{}\n", "    ".repeat(usize::from(n.depth)), n.label)
    };
    nodes.iter().map(line).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// As `hexdump -C` shows bytes, without its last line.
fn dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (i, line) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
        let text: String =
            line.iter().map(|b| if (0x20..0x7f).contains(b) { *b as char } else { '.' }).collect();
        out.push_str(&format!("{:04x}  {:<47}  {text}\n", i * 16, hex.join(" ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_shows_offsets_hex_and_text() {
        assert_eq!(dump(b"GET /\r\n"), format!("0000  {:<47}  GET /..\n", "47 45 54 20 2f 0d 0a"));
    }
}
