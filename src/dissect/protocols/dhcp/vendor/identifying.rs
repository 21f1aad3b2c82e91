//! Options that name the enterprise that they are of (RFC 3925): vendor classes (124) and information (125).

use super::fields::*;
use super::options::{self, Shape::*};
use super::{CABLELABS, ENTERPRISE, Family, Item, NO_ROOM_LENGTH, NO_ROOM_VALUE, enterprise, no_room};
use crate::dissect::buf::Stop;
use crate::dissect::text;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;

const BROADBAND_FORUM: u32 = 3561;

/// RFC 3925 3.
pub fn vendor_classes(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !parts_fit(w, item) {
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 5 <= end {
        let len = usize::from(w.u8(at + 4)?);
        enterprise(w, &VI_CLASS_ENTERPRISE, at)?;
        w.field(&VI_CLASS_LENGTH, at + 4, 1)?;
        options::text(w, &VI_CLASS_DATA, at + 5, len)?;
        at += 5 + len;
    }
    Ok(())
}

fn parts_fit(w: &mut Walk, item: &Item) -> bool {
    if item.len < 5 {
        w.expert_text(&options::BAD_LENGTH, item.id, format_args!("length < 5"));
    }
    item.len >= 5
}

/// RFC 3925 4.
pub fn vendor_information(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    if !parts_fit(w, item) {
        return Ok(());
    }
    let (mut at, end) = (item.at, item.at + item.len);
    while at + 5 <= end {
        let number = w.be32(at)?;
        let len = usize::from(w.u8(at + 4)?);
        let id = enterprise(w, &VI_ENTERPRISE, at)?;
        w.open(id);
        w.field(&VI_LENGTH, at + 4, 1)?;
        at += 5;
        if at + len > end {
            w.expert(&ENTERPRISE, id);
            w.close();
            return Ok(());
        }
        match number {
            CABLELABS => part_options(w, &CABLE_PART, at, at + len, item)?,
            BROADBAND_FORUM => part_options(w, &BROADBAND, at, at + len, item)?,
            _ => foreign(w, at, at + len)?,
        }
        w.close();
        at += len;
    }
    Ok(())
}

/// Suboptions of Option 125: their marks stand on the byte behind the number.
fn part_options(w: &mut Walk, family: &Family, mut at: usize, end: usize, item: &Item) -> Result<(), Stop> {
    while at < end {
        let code = w.u8(at)?;
        let (name, shape) = family.find(code);
        let text = format_args!("{} Suboption: ({code}) {name}", family.title);
        let value = Value::Uint(u64::from(code));
        if at + 1 >= end {
            let id = w.text(family.number, at, 1, value, text);
            no_room(w, id, &NO_ROOM_LENGTH, code);
            return Ok(());
        }
        let len = usize::from(w.u8(at + 1)?);
        let id = w.text(family.number, at + 1, 2 + len, value, text);
        if at + 2 + len > end {
            no_room(w, id, &NO_ROOM_VALUE, code);
            return Ok(());
        }
        if family.both {
            let bytes = Value::Bytes(w.bytes(at + 2, len)?);
            w.hidden(family.value, at + 2, len, bytes);
        }
        w.open(id);
        w.field(&SUBOPTION_LENGTH, at + 1, 1)?;
        let inner = Item { code, at: at + 2, len, id, message: item.message };
        options::decode(w, shape, &inner)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

/// Suboptions of an enterprise that nothing is known of.
fn foreign(w: &mut Walk, mut at: usize, end: usize) -> Result<(), Stop> {
    while at + 2 <= end {
        let (code, len) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        let id = w.field(&VENDOR_SUBOPTION, at, 1)?;
        w.open(id);
        w.field(&SUBOPTION_LENGTH, at + 1, 1)?;
        if at + 2 + len > end {
            let text = format_args!("Suboption {code}: {}", NO_ROOM_VALUE.field.label);
            w.expert_text(&NO_ROOM_VALUE, id, text);
            w.close();
            return Ok(());
        }
        w.field(&VENDOR_DATA, at + 2, len)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

static CABLE_PART: Family = Family {
    title: "Option 125",
    number: &VI_CL_SUBOPTION,
    value: &VI_VALUE,
    both: false,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "Option Request", Special(option_request)),
        (2, "TFTP Server Addresses", Addresses(&VI_CL_TFTP_SERVER_ADDRESSES)),
        (3, "eRouter Container Option", Bytes(&VI_CL_EROUTER_CONTAINER_OPTION)),
        (4, "MIB Environment Indicator Option", Undecoded),
        (5, "Modem Capabilities", Bytes(&VI_CL_MODEM_CAPABILITIES)),
    ],
};

fn option_request(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let bytes = w.bytes(item.at, item.len)?;
    let mut list = String::new();
    text::hex(&mut list, bytes, Some(' '));
    let text = format_args!("Option Request: {list}");
    w.text(&VI_CL_OPTION_REQUEST, item.at, item.len, Value::Bytes(bytes), text);
    Ok(())
}

/// TR-069 (formerly TR-111).
static BROADBAND: Family = Family {
    title: "Option 125",
    number: &VI_TR111_SUBOPTION,
    value: &VI_VALUE,
    both: true,
    unknown: Undecoded,
    end: None,
    known: &[
        (1, "DeviceManufacturerOUI", Special(device_oui)),
        (2, "DeviceSerialNumber", Text(&VI_TR111_DEVICE_SERIAL_NUMBER)),
        (3, "DeviceProductClass", Text(&VI_TR111_DEVICE_PRODUCT_CLASS)),
        (4, "GatewayManufacturerOUI", Text(&VI_TR111_GATEWAY_MANUFACTURER_OUI)),
        (5, "GatewaySerialNumber", Text(&VI_TR111_GATEWAY_SERIAL_NUMBER)),
        (6, "GatewayProductClass", Text(&VI_TR111_GATEWAY_PRODUCT_CLASS)),
    ],
};

/// Six hexadecimal digits.
fn device_oui(w: &mut Walk, item: &Item) -> Result<(), Stop> {
    let digits = text::ascii(w.bytes(item.at, item.len)?);
    if let Ok(oui) = u32::from_str_radix(&digits, 16) {
        w.uint(&VI_TR111_DEVICE_MANUFACTURER_OUI, item.at, item.len, u64::from(oui & 0xff_ffff));
    }
    Ok(())
}
