//! What the engine itself writes into a tree: expert remarks, and where and why dissection stopped.

use std::fmt;

use crate::dissect::buf::{Stop, Why};
use crate::dissect::columns::Columns;
use crate::dissect::driver::Shared;
use crate::dissect::expert::{Expert, GROUPS, Group, SEVERITIES, Severity};
use crate::dissect::label;
use crate::dissect::protocol::Protocol;
use crate::dissect::sink::{Node, NodeId, Range, Sink};
use crate::dissect::value::Value;
use crate::fields;

fields! {
    EXPERT = "_ws.expert", "Expert Info", none();
    MESSAGE = "_ws.expert.message", "Message", string();
    SEVERITY = "_ws.expert.severity", "Severity level", uint(32).values(SEVERITIES);
    GROUP = "_ws.expert.group", "Group", uint(32).values(GROUPS);
}

pub static EXPERTS: Protocol = Protocol {
    fields: FIELDS,
    ..Protocol::new("_ws", "Expert Info and remarks of the dissector", "")
};

pub static MALFORMED: Protocol = Protocol {
    experts: &[&MALFORMED_EXPERT],
    ..Protocol::new("_ws.malformed", "Malformed Packet", "")
};

pub static SHORT: Protocol = Protocol::new("_ws.short", "Short Frame", "");

pub static UNREASSEMBLED: Protocol = Protocol {
    experts: &[&UNREASSEMBLED_EXPERT],
    ..Protocol::new("_ws.unreassembled", "Unreassembled Fragmented Packet", "")
};

pub static PROTOCOLS: &[&Protocol] = &[&EXPERTS, &MALFORMED, &SHORT, &UNREASSEMBLED];

static MALFORMED_EXPERT: Expert = Expert::new(
    "_ws.malformed.expert",
    "Malformed Packet (Exception occurred)",
    Group::Malformed,
    Severity::Error,
);

static UNREASSEMBLED_EXPERT: Expert = Expert::new(
    "_ws.unreassembled.expert",
    "Unreassembled fragment (change preferences to enable reassembly)",
    Group::Reassemble,
    Severity::Note,
);

/// Behind the NUL that ends a text there is more.
pub static STRAY: Expert = Expert::new(
    "_ws.string.trailing_stray_characters",
    "Trailing stray characters",
    Group::Undecoded,
    Severity::Warning,
);

/// Puts a remark below a node, as a subtree of message, severity and group.
pub fn expert(
    expert: &'static Expert,
    under: NodeId,
    text: Option<fmt::Arguments>,
    sink: &mut dyn Sink,
) {
    if !sink.wants_fields() {
        return;
    }
    let message = match text {
        Some(text) => text.to_string(),
        None => expert.field.label.to_string(),
    };
    let severity = name(SEVERITIES, expert.severity as u64);
    let group = name(GROUPS, expert.group as u64);
    // The remark stands where its subject begins; what is below it stands nowhere.
    let at = Range { len: 0, ..sink.range(under) };
    let put = |sink: &mut dyn Sink, field, range, value: Value, hidden, text: fmt::Arguments| {
        let text = Some(text);
        sink.put(&Node { field, range, value, text, hidden, generated: true })
    };
    let nowhere = Range::default();
    let title = format_args!("Expert Info ({severity}/{group}): {message}");
    let id = put(sink, &EXPERT, at, Value::None, false, title);
    sink.open(id);
    put(sink, &expert.field, nowhere, Value::None, false, format_args!("{message}"));
    let value = Value::Str(&message);
    put(sink, &MESSAGE, nowhere, value, true, format_args!("Message: {message}"));
    let value = Value::Uint(expert.severity as u64);
    put(sink, &SEVERITY, nowhere, value, false, format_args!("Severity level: {severity}"));
    let value = Value::Uint(expert.group as u64);
    put(sink, &GROUP, nowhere, value, false, format_args!("Group: {group}"));
    sink.close();
    // So that a filter finds everything malformed, whoever says so.
    if expert.group == Group::Malformed {
        let text = Some(format_args!("Malformed Packet"));
        let value = Value::None;
        sink.put(&Node { field: &MALFORMED.layer, range: at, value, text, hidden: true, generated: false });
    }
}

fn name(table: &'static [(u64, &'static str)], value: u64) -> &'static str {
    table.iter().find(|e| e.0 == value).map_or("", |e| e.1)
}

const CONTAINED: &str = "length of contained item exceeds length of containing item";

/// Says in tree and columns that a layer stopped, and why.
pub fn stopped(
    protocol: &'static Protocol,
    stop: Stop,
    range: Range,
    sink: &mut dyn Sink,
    columns: &mut Columns,
) {
    let names = [protocol.short, protocol.column];
    let what = names.into_iter().find(|n| !n.is_empty()).unwrap_or(protocol.name());
    let title = |sink: &mut dyn Sink, p: &'static Protocol, text: fmt::Arguments| {
        if !sink.wants_fields() {
            return;
        }
        let text = Some(text);
        let id = sink.put(&Node {
            field: &p.layer,
            range,
            value: Value::None,
            text,
            hidden: false,
            generated: false,
        });
        sink.open(id);
        for remark in p.experts {
            expert(remark, id, None, sink);
        }
        sink.close();
    };
    match stop.why {
        Why::Short => {
            columns.append_info(format_args!("[Packet size limited during capture]"));
            title(
                sink,
                &SHORT,
                format_args!("[Packet size limited during capture: {what} truncated]"),
            );
        }
        Why::Malformed | Why::Invalid(_) | Why::Limit(_) => {
            columns.append_info(format_args!("[Malformed Packet]"));
            title(sink, &MALFORMED, format_args!("[Malformed Packet: {what}]"));
        }
        Why::Contained => {
            columns.append_info(format_args!("[Malformed Packet: {CONTAINED}]"));
            title(sink, &MALFORMED, format_args!("[Malformed Packet: {what}: {CONTAINED}]"));
        }
        Why::Unreassembled => {
            columns.append_info(format_args!("[BoundErrorUnreassembled Packet]"));
            let text = format_args!("[BoundError Unreassembled Packet: {what}]");
            title(sink, &UNREASSEMBLED, text);
        }
    }
}

/// Writes `frame.protocols` once all layers are known.
pub fn finish_frame(protocols: &str, shared: &Shared, sink: &mut dyn Sink) {
    let id = shared.protocols_node.get();
    if id != NodeId::NOWHERE {
        sink.revalue(id, &Value::Str(protocols));
        let mut label = String::from("Protocols in frame");
        let name_end = label.len();
        label.push_str(": ");
        label.push_str(protocols);
        label::limit(&mut label, 0, name_end);
        sink.relabel(id, format_args!("{label}"));
    }
}
