//! The bottom line: the selected field as a filter names it and where its bytes are; or what happened,
//! what is running; and how the capture goes.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::put;
use crate::tui::action::{Action, Modes};
use crate::tui::detail::DetailNode;
use crate::tui::snapshot::{Live, Progress, Snapshot};
use crate::tui::state::State;
use crate::tui::text::{self, grouped, short};
use crate::tui::theme::Role;

pub fn draw(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let right = right(state, snapshot);
    let width = (text::width(&right) as u16).min(area.width);
    put(buf, area.right() - width, area.y, width, &right, state.theme.style(Role::Dim));
    let room = area.width.saturating_sub(width + 2);
    left(state, snapshot, Rect { width: room, ..area }, buf);
}

fn left(state: &State, snapshot: &Snapshot, area: Rect, buf: &mut Buffer) {
    let at = area.x + 1;
    let room = area.width.saturating_sub(1);
    if let Some(notice) = &state.notice {
        let role = if notice.wrong { Role::Wrong } else { Role::Good };
        put(buf, at, area.y, room, &super::fitted(state, &notice.text, room), state.theme.style(role));
        return;
    }
    if let Some((what, share)) = snapshot.work {
        let line = format!("{what} {} {:.0} %   Esc stops", bar(state, share, 16), share * 100.0);
        put(buf, at, area.y, room, &super::fitted(state, &line, room), state.theme.style(Role::Unfinished));
        return;
    }
    if !snapshot.progress.done && snapshot.progress.live.is_none() {
        let line = reading(state, snapshot);
        put(buf, at, area.y, room, &super::fitted(state, &line, room), state.theme.style(Role::Unfinished));
        return;
    }
    let changed = snapshot.progress.changed.then(|| {
        let key = state.keymap.hint(Modes::PANES, Action::Restart);
        format!("the file has changed since it was read: {key} reads it anew")
    });
    let progress = &snapshot.progress;
    // A file that grows is cut short most of the time.
    let truncated = progress.truncated.as_ref().filter(|_| !progress.grows);
    let trouble = changed.as_ref().or(progress.error.as_ref()).or(truncated);
    if let Some(trouble) = trouble.filter(|_| state.focus == crate::tui::state::Pane::List) {
        put(
            buf,
            at,
            area.y,
            room,
            &super::fitted(state, trouble, room),
            state.theme.style(Role::Questionable),
        );
        return;
    }
    if let Some(node) = snapshot.node(state.tree.selected) {
        field(state, node, area, buf);
    }
}

/// `tcp.flags.ack  Acknowledgment, 1 bit of byte 47`
fn field(state: &State, node: &DetailNode, area: Rect, buf: &mut Buffer) {
    let room = area.width.saturating_sub(1);
    let name = super::fitted(state, node.field.name, room);
    let x = put(buf, area.x + 1, area.y, room, &name, state.theme.style(Role::Key));
    let about = super::fitted(state, &place(node), area.right().saturating_sub(x + 2));
    let gap = if name.is_empty() { 0 } else { 2 };
    put(buf, x + gap, area.y, area.right().saturating_sub(x + gap), &about, state.theme.style(Role::Title));
}

/// What a field is and where its bytes are.
fn place(node: &DetailNode) -> String {
    let mut out = node.field.label.to_owned();
    let range = node.range;
    let comma = |out: &mut String| {
        if !out.is_empty() {
            out.push_str(", ");
        }
    };
    if range.len == 0 {
        if node.generated {
            comma(&mut out);
            out.push_str("worked out, not in the packet");
        }
    } else {
        comma(&mut out);
        let (first, last) = (range.start, range.start.saturating_add(range.len - 1));
        let bits = node.field.mask.count_ones();
        let part = bits > 0 && bits < range.len.saturating_mul(8);
        let amount = match (part, bits, range.len) {
            (true, 1, _) => "1 bit of ".to_owned(),
            (true, n, _) => format!("{n} bits of "),
            (false, _, 1) => String::new(),
            (false, _, n) => format!("{} bytes: ", grouped(u64::from(n))),
        };
        _ = if first == last {
            write!(out, "{amount}byte {first}")
        } else {
            write!(out, "{amount}bytes {first}–{last}")
        };
    }
    if !node.field.about.is_empty() {
        comma(&mut out);
        out.push_str(node.field.about);
    }
    out
}

fn right(state: &State, snapshot: &Snapshot) -> String {
    let hint = state.keymap.hint(Modes::PANES, Action::Help);
    let mut parts = Vec::new();
    if let Some(count) = state.count {
        parts.push(count.to_string());
    }
    if !state.pending.is_empty() {
        parts.push(state.pending.iter().map(|k| k.to_string()).collect::<Vec<_>>().join(" "));
    }
    if !state.marks.is_empty() {
        parts.push(format!("{} marked", grouped(state.marks.len() as u64)));
    }
    if let Some(live) = &snapshot.progress.live {
        parts.push(running(state, snapshot, live));
    } else if snapshot.progress.done {
        let number = state.list.packet.map_or(0, |p| u64::from(p) + 1);
        parts.push(format!("{} / {}", grouped(number), grouped(u64::from(snapshot.total))));
        let g = state.theme.glyphs();
        let following = state.list.following && snapshot.progress.follows;
        match (snapshot.progress.grows, following) {
            (true, true) => parts.push(format!("{} growing, following", g.live)),
            (true, false) => parts.push(format!("{} growing", g.live)),
            (false, true) => parts.push("following".to_owned()),
            (false, false) => {}
        }
    }
    parts.push(format!("{hint} help "));
    parts.join("  ")
}

/// `● eth0  1,204 packets  212/s  0 dropped  following`
fn running(state: &State, snapshot: &Snapshot, live: &Live) -> String {
    let g = state.theme.glyphs();
    let total = grouped(u64::from(snapshot.total));
    let dropped = grouped(live.dropped);
    if !live.running {
        return format!("{} {}  stopped  {total} packets  {dropped} dropped", g.stopped, live.interfaces);
    }
    let rate = short(snapshot.rate);
    let behind = snapshot.total.saturating_sub(state.list.paused_at);
    let follow = if state.list.following {
        "following".to_owned()
    } else if behind > 0 {
        format!(
            "paused at {}, {} new {}",
            grouped(u64::from(state.list.paused_at)),
            grouped(u64::from(behind)),
            g.down
        )
    } else {
        "paused".to_owned()
    };
    format!("{} {}  {total} packets  {rate}/s  {dropped} dropped  {follow}", g.live, live.interfaces)
}

/// `reading ▕██████▏    ▏ 61 %  3.1 M packets  1.9 GB/s  2 s left`
fn reading(state: &State, snapshot: &Snapshot) -> String {
    let p: &Progress = &snapshot.progress;
    let packets = short(f64::from(snapshot.total));
    let speed = short(p.bytes_per_second);
    let unit = if speed.contains(' ') { "B/s" } else { " B/s" };
    let Some(total) = p.total.filter(|t| *t > 0) else {
        return format!("reading  {packets} packets  {speed}{unit}   Esc stops");
    };
    let share = (p.bytes as f64 / total as f64).clamp(0.0, 1.0);
    let left = total.saturating_sub(p.bytes) as f64 / p.bytes_per_second.max(1.0);
    let left = if p.bytes_per_second > 0.0 { format!("  {:.0} s left", left.ceil()) } else { String::new() };
    let bar = bar(state, share, 16);
    format!("reading {bar} {:.0} %  {packets} packets  {speed}{unit}{left}   Esc stops", share * 100.0)
}

fn bar(state: &State, share: f64, cells: usize) -> String {
    let [left, full, empty, right] = state.theme.glyphs().bar;
    let filled = (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    let mut out = String::from(left);
    out.extend((0..cells).map(|i| if i < filled { full } else { empty }));
    out.push(right);
    out
}
