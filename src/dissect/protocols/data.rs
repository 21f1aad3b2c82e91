//! Bytes that no dissector takes: `data`.

use crate::dissect::buf::Stop;
use crate::dissect::protocol::Protocol;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    DATA = "data.data", "Data", bytes();
    LEN = "data.len", "Length", int(32);
}

pub static PROTOCOL: Protocol = Protocol {
    fields: FIELDS,
    walk,
    bare: true,
    ..Protocol::new("data", "Data", "")
};

pub static PROTOCOLS: &[&Protocol] = &[&PROTOCOL];

fn walk(w: &mut Walk) -> Result<(), Stop> {
    let bytes = w.buf.data;
    if bytes.is_empty() {
        return Ok(());
    }
    let len = bytes.len();
    let plural = if len == 1 { "" } else { "s" };
    let id = w.text(
        &PROTOCOL.layer,
        0,
        len,
        Value::None,
        format_args!("Data ({len} byte{plural})"),
    );
    w.open(id);
    w.value(&DATA, 0, len, Value::Bytes(bytes));
    w.generated(&LEN, 0, Value::Int(len as i64));
    w.close();
    Ok(())
}
