//! Sets of flags in the tree: one line with the number and what is set, and a line for each below it.

use std::fmt::Write;

use super::buf::Stop;
use super::field::{Field, Kind, Names, number};
use super::sink::NodeId;
use super::value::Value;
use super::walk::Walk;

/// Puts a field of flags and, below it, its parts in this order. The line says which single bits are
/// set, and what the named numbers among the parts mean.
pub fn put(
    w: &mut Walk,
    field: &'static Field,
    at: usize,
    len: usize,
    parts: &[&'static Field],
) -> Result<NodeId, Stop> {
    let raw = number(w.bytes(at, len)?, false).ok_or(Stop::malformed(at))?;
    if !w.wants_fields() {
        return Ok(NodeId::NOWHERE);
    }
    let said = meaning(raw, parts);
    let width = len * 2;
    let text = format_args!("{}: 0x{raw:0width$x}{said}", field.label);
    let id = w.text(field, at, len, Value::Uint(raw), text);
    w.open(id);
    for part in parts {
        w.field(part, at, len)?;
    }
    w.close();
    Ok(id)
}

/// `, Managed address configuration, Prf (Default Router Preference): Low`
fn meaning(raw: u64, parts: &[&'static Field]) -> String {
    let mut said = String::new();
    for part in parts {
        match (part.kind, part.names) {
            (Kind::Bool, _) if raw & part.mask != 0 => _ = write!(said, ", {}", part.label),
            (Kind::Uint(_), Names::Values(_)) => {
                let value = part.masked(raw);
                match part.value_name(value) {
                    Some(name) => _ = write!(said, ", {}: {name}", part.label),
                    None => _ = write!(said, ", {}: Unknown ({value})", part.label),
                }
            }
            _ => {}
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::field::SET;

    static ON: Field = Field::new("t.on", "On").boolean().names(SET).mask(0x80);
    static MODE: Field = Field::new("t.mode", "Mode").uint(8).values(&[(1, "Fast")]).mask(0x03);

    #[test]
    fn only_set_bits_and_named_numbers_are_said() {
        assert_eq!(meaning(0x81, &[&ON, &MODE]), ", On, Mode: Fast");
        assert_eq!(meaning(0x02, &[&ON, &MODE]), ", Mode: Unknown (2)");
    }
}
