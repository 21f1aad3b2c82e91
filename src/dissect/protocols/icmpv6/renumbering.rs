//! Router renumbering (RFC 2894).

use super::*;

/// A command, or the result of one.
pub fn message(w: &mut Walk, code: u8) -> Result<(), Stop> {
    w.field(&RR_SEQUENCE_NUMBER, 4, 4)?;
    w.field(&RR_SEGMENT_NUMBER, 8, 1)?;
    let bits = [&RR_FLAG_T, &RR_FLAG_R, &RR_FLAG_A, &RR_FLAG_S, &RR_FLAG_P, &RR_FLAG_RSV];
    flags::put(w, &RR_FLAG, 9, 1, &bits)?;
    w.field(&RR_MAXDELAY, 10, 2)?;
    w.field(&RESERVED, 12, 4)?;
    let mut at = 16;
    match code {
        0 if w.remaining(at) > 0 => {
            at = match_prefix(w, at)?;
            while w.remaining(at) > 0 {
                at = use_prefix(w, at)?;
            }
        }
        1 => {
            while w.remaining(at) > 0 {
                at = result(w, at)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn match_prefix(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let id = w.text(&RR_PCO_MP, at, 24, Value::None, format_args!("Match-Prefix Part"));
    w.open(id);
    for (i, field) in [
        &RR_PCO_MP_OPCODE,
        &RR_PCO_MP_OPLENGTH,
        &RR_PCO_MP_ORDINAL,
        &RR_PCO_MP_MATCHLEN,
        &RR_PCO_MP_MINLEN,
        &RR_PCO_MP_MAXLEN,
    ]
    .into_iter()
    .enumerate()
    {
        w.field(field, at + i, 1)?;
    }
    w.field(&RESERVED, at + 6, 2)?;
    w.field(&RR_PCO_MP_MATCHPREFIX, at + 8, 16)?;
    let (opcode, bits, low, high) = (w.u8(at)?, w.u8(at + 3)?, w.u8(at + 4)?, w.u8(at + 5)?);
    match RR_PCO_MP_OPCODE.value_name(u64::from(opcode)) {
        Some(name) => w.append(id, format_args!(": {name}")),
        None => w.append(id, format_args!(": Unknown {opcode}")),
    }
    let prefix = V6(w.ipv6(at + 8)?);
    w.append(id, format_args!(" {prefix}/{bits} ({low}-{high})"));
    w.close();
    Ok(at + 24)
}

fn use_prefix(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let id = w.text(&RR_PCO_UP, at, 32, Value::None, format_args!("Use-Prefix Part"));
    w.open(id);
    w.field(&RR_PCO_UP_USELEN, at, 1)?;
    w.field(&RR_PCO_UP_KEEPLEN, at + 1, 1)?;
    let parts = [&RR_PCO_UP_FLAGMASK_L, &RR_PCO_UP_FLAGMASK_A, &RR_PCO_UP_FLAGMASK_RESERVED];
    flags::put(w, &RR_PCO_UP_FLAGMASK, at + 2, 1, &parts)?;
    flags::put(w, &RR_PCO_UP_RAFLAGS, at + 3, 1, &parts)?;
    lifetime(w, &RR_PCO_UP_VALIDLIFETIME, at + 4)?;
    lifetime(w, &RR_PCO_UP_PREFERREDLIFETIME, at + 8)?;
    let parts = [&RR_PCO_UP_FLAG_V, &RR_PCO_UP_FLAG_P, &RR_PCO_UP_FLAG_RESERVED];
    flags::put(w, &RR_PCO_UP_FLAG, at + 12, 4, &parts)?;
    w.field(&RR_PCO_UP_USEPREFIX, at + 16, 16)?;
    let (bits, keep, prefix) = (w.u8(at)?, w.u8(at + 1)?, V6(w.ipv6(at + 16)?));
    w.append(id, format_args!(": {prefix}/{bits} (keep {keep})"));
    w.close();
    Ok(at + 32)
}

fn result(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let id = w.text(&RR_RM, at, w.buf.captured(at).min(24), Value::None, format_args!("Result Message"));
    w.open(id);
    let parts = [&RR_RM_FLAG_RESERVED, &RR_RM_FLAG_B, &RR_RM_FLAG_F];
    flags::put(w, &RR_RM_FLAG, at, 2, &parts)?;
    w.field(&RR_RM_ORDINAL, at + 2, 1)?;
    w.field(&RR_RM_MATCHEDLEN, at + 3, 1)?;
    w.field(&RR_RM_INTERFACEINDEX, at + 4, 4)?;
    w.field(&RR_RM_MATCHEDPREFIX, at + 8, 16)?;
    let (bits, interface, prefix) = (w.u8(at + 3)?, w.be32(at + 4)?, V6(w.ipv6(at + 8)?));
    w.append(id, format_args!(": {prefix}/{bits} (interface {interface})"));
    w.close();
    Ok(at + 24)
}
