//! Moving in the packet list, and jumps between packets from any pane.

use super::{State, step};
use crate::tui::action::Action;
use crate::tui::layout;
use crate::tui::snapshot::Snapshot;
use crate::tui::text::grouped;

/// Info scrolls by so many cells.
const SCROLL: usize = 16;

pub fn update(state: &mut State, action: Action, snapshot: &Snapshot) {
    let len = snapshot.shown.len();
    let page = usize::from(layout::areas(state).list.height).saturating_sub(1).max(1);
    let at = state.list.selected;
    match action {
        Action::Left => state.list.scroll = state.list.scroll.saturating_sub(SCROLL),
        Action::Right => state.list.scroll += SCROLL,
        Action::Last if state.count.is_none() => {
            select(state, snapshot, len.saturating_sub(1));
            follow(state, snapshot);
        }
        Action::First | Action::Last if state.count.is_some() => {
            go_to_number(state, snapshot, state.count.unwrap_or(1));
        }
        Action::Up | Action::Down => {
            let times = state.count.unwrap_or(1) as usize;
            let to = if action == Action::Up { at.saturating_sub(times) } else { at.saturating_add(times) };
            select(state, snapshot, to.min(len.saturating_sub(1)));
        }
        _ => select(state, snapshot, step(at, len, action, page)),
    }
}

/// Actions that change the packet whichever pane has the keys; false if it is none of them.
pub fn everywhere(state: &mut State, action: Action, snapshot: &Snapshot) -> bool {
    let at = state.list.selected;
    match action {
        Action::NextPacket => select(state, snapshot, at + 1),
        Action::PreviousPacket => select(state, snapshot, at.saturating_sub(1)),
        Action::NextInConversation => in_conversation(state, snapshot, true),
        Action::PreviousInConversation => in_conversation(state, snapshot, false),
        Action::Backward => retrace(state, snapshot, false),
        Action::Forward => retrace(state, snapshot, true),
        Action::Mark => mark(state),
        Action::MarkAll => mark_all(state, snapshot),
        Action::NextMark => to_mark(state, snapshot, true),
        Action::PreviousMark => to_mark(state, snapshot, false),
        Action::TimeReference => reference(state),
        _ => return false,
    }
    true
}

/// Selects a line of the list. Following new packets ends when the selection leaves the end.
pub fn select(state: &mut State, snapshot: &Snapshot, index: usize) {
    let last = snapshot.shown.len().saturating_sub(1);
    let index = index.min(last);
    if state.list.following && index < last {
        state.list.following = false;
        state.list.paused_at = snapshot.total;
    }
    state.list.selected = index;
    state.list.packet = snapshot.shown.packet(index);
}

/// New packets of a running capture, or of a file that grows, are followed from here.
fn follow(state: &mut State, snapshot: &Snapshot) {
    let running = snapshot.progress.live.as_ref().is_some_and(|l| l.running);
    state.list.following = running || snapshot.progress.follows;
}

/// Goes to a packet; a hidden one is answered by what to do about it. True if it is shown.
pub fn go_to(state: &mut State, snapshot: &Snapshot, packet: u32) -> bool {
    let Some(index) = snapshot.shown.position(packet) else {
        let number = u64::from(packet) + 1;
        if packet >= snapshot.total {
            state.complain(format!("there is no packet {number}; the last is {}", snapshot.total));
        } else {
            state.complain(format!("packet {number} is hidden by the filter"));
        }
        return false;
    };
    state.visited.jump(state.list.packet, packet);
    select(state, snapshot, index);
    true
}

/// Goes to the packet of a number counted from 1, or to the shown one nearest to it.
pub fn go_to_number(state: &mut State, snapshot: &Snapshot, number: u32) {
    let wanted = number.saturating_sub(1);
    let index = snapshot.shown.nearest(wanted.min(snapshot.total.saturating_sub(1)));
    let Some(packet) = snapshot.shown.packet(index) else { return };
    go_to(state, snapshot, packet);
    if wanted >= snapshot.total {
        state.say(format!("there is no packet {number}; the last is {}", snapshot.total));
    } else if packet != wanted {
        state.say(format!("packet {number} is hidden by the filter; {} is the nearest shown", packet + 1));
    }
}

fn in_conversation(state: &mut State, snapshot: &Snapshot, forward: bool) {
    let (Some(conversation), Some(packet)) = (&snapshot.conversation, state.list.packet) else {
        state.say("this packet belongs to no conversation");
        return;
    };
    let packets = &conversation.packets;
    let at = packets.partition_point(|p| *p < packet);
    let is_shown = |p: &u32| snapshot.shown.position(*p).is_some();
    let found = if forward {
        packets.iter().copied().skip(at).filter(|p| *p > packet).find(is_shown)
    } else {
        packets.iter().copied().take(at).rev().find(is_shown)
    };
    match found {
        Some(packet) => _ = go_to(state, snapshot, packet),
        None => state.say(if forward {
            "the last packet of this conversation"
        } else {
            "the first packet of this conversation"
        }),
    }
}

fn retrace(state: &mut State, snapshot: &Snapshot, forward: bool) {
    let packet = if forward { state.visited.forward() } else { state.visited.back() };
    match packet.and_then(|p| snapshot.shown.position(p)) {
        Some(index) => select(state, snapshot, index),
        None => state.say("no visited packet there"),
    }
}

fn mark(state: &mut State) {
    let Some(packet) = state.list.packet else { return };
    if !state.marks.remove(&packet) {
        state.marks.insert(packet);
    }
}

fn mark_all(state: &mut State, snapshot: &Snapshot) {
    let shown = snapshot.shown.packets();
    let all = shown.iter().all(|p| state.marks.contains(p));
    for p in &shown {
        if all {
            state.marks.remove(p);
        } else {
            state.marks.insert(*p);
        }
    }
    state.say(format!("{} marked", grouped(state.marks.len() as u64)));
}

fn to_mark(state: &mut State, snapshot: &Snapshot, forward: bool) {
    let at = state.list.packet.unwrap_or(0);
    let is_shown = |p: &&u32| snapshot.shown.position(**p).is_some();
    let found = if forward {
        let later = state.marks.range(at.saturating_add(1)..);
        later.chain(state.marks.range(..=at)).find(is_shown).copied()
    } else {
        let earlier = state.marks.range(..at).rev();
        earlier.chain(state.marks.range(at..).rev()).find(is_shown).copied()
    };
    match found {
        Some(packet) => _ = go_to(state, snapshot, packet),
        None => state.say("no packet is marked"),
    }
}

fn reference(state: &mut State) {
    let Some(packet) = state.list.packet else { return };
    if !state.references.remove(&packet) {
        state.references.insert(packet);
    }
}
