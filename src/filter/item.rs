//! One value while a filter is evaluated, and what can be done with two of them. Numbers keep the
//! sign rules of the reference: the right is read as what the left is, and not at all if it can't be.

use std::cmp::Ordering;

use super::parse::Arithmetic;
use crate::dissect::value::Value;

/// A value on its way through an expression. Addresses carry the netmask of a literal (`/24`).
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    None,
    /// Unsigned numbers and booleans.
    Uint(u64),
    Int(i64),
    Float(f64),
    Ipv4 {
        address: [u8; 4],
        mask: u32,
    },
    Ipv6 {
        address: [u8; 16],
        mask: u128,
    },
    /// Short byte strings held here: MAC addresses, GUIDs.
    Short {
        bytes: [u8; 16],
        len: u8,
    },
    Bytes(&'a [u8]),
    Str(&'a [u8]),
    /// Nanoseconds since 1970, or a length of time.
    Time(i128),
    /// A layer: its bytes with payload, and how many of them count as its own.
    Layer {
        bytes: &'a [u8],
        len: usize,
    },
}

impl<'a> Item<'a> {
    pub fn short(bytes: &[u8]) -> Item<'a> {
        let mut array = [0; 16];
        let len = bytes.len().min(16);
        array[..len].copy_from_slice(&bytes[..len]);
        Item::Short { bytes: array, len: len as u8 }
    }

    pub fn ipv4(address: [u8; 4]) -> Item<'a> {
        Item::Ipv4 { address, mask: u32::MAX }
    }

    pub fn ipv6(address: [u8; 16]) -> Item<'a> {
        Item::Ipv6 { address, mask: u128::MAX }
    }

    /// The value of a field.
    #[inline]
    pub fn of(value: Value<'a>) -> Item<'a> {
        match value {
            Value::None => Item::None,
            Value::Bool(b) => Item::Uint(u64::from(b)),
            Value::Uint(n) => Item::Uint(n),
            Value::Int(n) => Item::Int(n),
            Value::Float(f) => Item::Float(f),
            Value::Ether(b) => Item::short(&b),
            Value::Ipv4(a) => Item::ipv4(a),
            Value::Ipv6(a) => Item::ipv6(a),
            Value::Bytes(b) | Value::Oid(b) => Item::Bytes(b),
            Value::Str(s) => Item::Str(s.as_bytes()),
            Value::Time(t) | Value::Duration(t) => Item::Time(t),
            Value::Guid(b) => Item::short(&b),
            Value::Eui64(b) => Item::Uint(u64::from_be_bytes(b)),
        }
    }

    /// The value as a sequence of bytes, for what is one; numbers and times are none.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Item::Ipv4 { address, .. } => Some(address),
            Item::Ipv6 { address, .. } => Some(address),
            Item::Short { bytes, len } => bytes.get(..usize::from(*len)),
            Item::Bytes(b) | Item::Str(b) => Some(b),
            Item::Layer { bytes, .. } => Some(bytes),
            Item::None | Item::Uint(_) | Item::Int(_) | Item::Float(_) | Item::Time(_) => None,
        }
    }

    /// The bytes that a slice may take from: of a layer only those that are its own.
    pub fn sliceable(&self) -> Option<&[u8]> {
        match self {
            Item::Layer { bytes, len } => Some(bytes.get(..*len).unwrap_or(bytes)),
            other => other.bytes(),
        }
    }

    /// The number as an unsigned one of 32 or 64 bits, if it is one of those.
    fn unsigned(&self, wide: bool) -> Option<u64> {
        let n = match *self {
            Item::Uint(n) => n,
            Item::Int(n) => u64::try_from(n).ok()?,
            _ => return None,
        };
        (wide || u32::try_from(n).is_ok()).then_some(n)
    }

    fn signed(&self, wide: bool) -> Option<i64> {
        let n = match *self {
            Item::Uint(n) => i64::try_from(n).ok()?,
            Item::Int(n) => n,
            _ => return None,
        };
        (wide || i32::try_from(n).is_ok()).then_some(n)
    }

    /// The bits of a number, whatever its sign.
    fn bits(&self, wide: bool) -> Option<u64> {
        let n = match *self {
            Item::Uint(n) => n,
            Item::Int(n) => n as u64,
            _ => return None,
        };
        Some(if wide { n } else { u64::from(n as u32) })
    }

    /// True unless the value is zero or empty.
    pub fn truth(&self) -> bool {
        match self {
            Item::None => false,
            Item::Uint(n) => *n != 0,
            Item::Int(n) => *n != 0,
            Item::Float(f) => *f != 0.0,
            Item::Time(t) => *t != 0,
            Item::Str(s) => !s.is_empty(),
            other => other.bytes().is_some_and(|b| b.iter().any(|b| *b != 0)),
        }
    }

    /// Equality; `None` if the values can't be compared.
    #[inline]
    pub fn equals(&self, other: &Item, wide: bool) -> Option<bool> {
        match (self, other) {
            (Item::Uint(a), Item::Uint(b)) => Some(a == b),
            (Item::Short { .. } | Item::Bytes(_) | Item::Str(_) | Item::Layer { .. }, _) => {
                Some(self.bytes() == other.bytes())
            }
            _ => self.order(other, wide).map(Ordering::is_eq),
        }
    }

    /// Which is greater; `None` if they can't be compared. `wide`: numbers have 64 bits, else 32.
    pub fn order(&self, other: &Item, wide: bool) -> Option<Ordering> {
        match (self, other) {
            (Item::Uint(a), b) => Some(a.cmp(&b.unsigned(wide)?)),
            (Item::Int(a), b) => Some(a.cmp(&b.signed(wide)?)),
            (Item::Float(a), Item::Float(b)) => a.partial_cmp(b),
            (Item::Time(a), Item::Time(b)) => Some(a.cmp(b)),
            (Item::Ipv4 { address: a, mask: m }, Item::Ipv4 { address: b, mask: n }) => {
                let mask = m & n;
                Some((u32::from_be_bytes(*a) & mask).cmp(&(u32::from_be_bytes(*b) & mask)))
            }
            (Item::Ipv6 { address: a, mask: m }, Item::Ipv6 { address: b, mask: n }) => {
                let mask = m & n;
                Some((u128::from_be_bytes(*a) & mask).cmp(&(u128::from_be_bytes(*b) & mask)))
            }
            (Item::Str(a), _) => Some((*a).cmp(other.bytes()?)),
            // Byte strings: the longer is the greater.
            _ => {
                let (a, b) = (self.bytes()?, other.bytes()?);
                Some(a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
            }
        }
    }

    /// `a op b` for numbers and times; `None` where it can't be computed (overflow, zero divisor).
    pub fn arithmetic(&self, op: Arithmetic, other: &Item, wide: bool) -> Option<Item<'a>> {
        match (self, other) {
            (Item::Uint(a), b) if op == Arithmetic::BitAnd => Some(Item::Uint(a & b.bits(wide)?)),
            (Item::Uint(a), b) => unsigned(op, *a, b.unsigned(wide)?, wide),
            (Item::Int(a), b) => integer(op, *a, b.signed(wide)?, wide).map(Item::Int),
            (Item::Float(a), Item::Float(b)) => float(op, *a, *b).map(Item::Float),
            (Item::Time(a), Item::Time(b)) => match op {
                Arithmetic::Add => a.checked_add(*b).map(Item::Time),
                Arithmetic::Subtract => a.checked_sub(*b).map(Item::Time),
                _ => None,
            },
            (Item::Ipv4 { address: a, mask: m }, Item::Ipv4 { address: b, mask: n }) => {
                let address = (u32::from_be_bytes(*a) & u32::from_be_bytes(*b)).to_be_bytes();
                Some(Item::Ipv4 { address, mask: m & n })
            }
            (Item::Ipv6 { address: a, mask: m }, Item::Ipv6 { address: b, mask: n }) => {
                let address = (u128::from_be_bytes(*a) & u128::from_be_bytes(*b)).to_be_bytes();
                Some(Item::Ipv6 { address, mask: m & n })
            }
            _ => None,
        }
    }

    /// The bitwise and of two byte strings, as long as the shorter.
    pub fn bytes_and(&self, other: &Item, out: &mut Vec<u8>) -> bool {
        let (Some(a), Some(b)) = (self.bytes(), other.bytes()) else { return false };
        out.clear();
        out.extend(a.iter().zip(b).map(|(a, b)| a & b));
        true
    }

    pub fn negated(&self, wide: bool) -> Option<Item<'a>> {
        Some(match *self {
            Item::Uint(n) => Item::Int(signed_negative(n, wide)?),
            Item::Int(n) => Item::Int(n.checked_neg()?),
            Item::Float(f) => Item::Float(-f),
            Item::Time(t) => Item::Time(t.checked_neg()?),
            _ => return None,
        })
    }

    pub fn absolute(&self) -> Option<Item<'a>> {
        Some(match *self {
            Item::Int(n) => Item::Int(n.checked_abs()?),
            Item::Float(f) => Item::Float(f.abs()),
            Item::Time(t) => Item::Time(t.checked_abs()?),
            other => other,
        })
    }
}

/// The negative of a number that fits the signed type itself, as the reference has it.
fn signed_negative(n: u64, wide: bool) -> Option<i64> {
    let n = i64::try_from(n).ok()?;
    (wide || i32::try_from(n).is_ok()).then_some(-n)
}

fn unsigned<'a>(op: Arithmetic, a: u64, b: u64, wide: bool) -> Option<Item<'a>> {
    let n = match op {
        Arithmetic::BitAnd => a & b,
        Arithmetic::Add => a.checked_add(b)?,
        Arithmetic::Subtract if a < b => return signed_negative(b - a, wide).map(Item::Int),
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a.checked_mul(b)?,
        Arithmetic::Divide => a.checked_div(b)?,
        Arithmetic::Modulo => a.checked_rem(b)?,
    };
    (wide || u32::try_from(n).is_ok()).then_some(Item::Uint(n))
}

fn integer(op: Arithmetic, a: i64, b: i64, wide: bool) -> Option<i64> {
    let n = match op {
        Arithmetic::BitAnd => a & b,
        Arithmetic::Add => a.checked_add(b)?,
        Arithmetic::Subtract => a.checked_sub(b)?,
        Arithmetic::Multiply => a.checked_mul(b)?,
        Arithmetic::Divide => a.checked_div(b)?,
        Arithmetic::Modulo => a.checked_rem(b)?,
    };
    (wide || i32::try_from(n).is_ok()).then_some(n)
}

fn float(op: Arithmetic, a: f64, b: f64) -> Option<f64> {
    match op {
        Arithmetic::Add => Some(a + b),
        Arithmetic::Subtract => Some(a - b),
        Arithmetic::Multiply => Some(a * b),
        Arithmetic::Divide if b != 0.0 => Some(a / b),
        _ => None,
    }
}

/// A value that is kept: a literal of the program, the value of a reference.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Uint(u64),
    Int(i64),
    Float(f64),
    Ipv4 { address: [u8; 4], mask: u32 },
    Ipv6 { address: [u8; 16], mask: u128 },
    Bytes(Vec<u8>),
    Str(Vec<u8>),
    Time(i128),
}

impl Constant {
    #[inline]
    pub fn item(&self) -> Item<'_> {
        match self {
            Constant::Uint(n) => Item::Uint(*n),
            Constant::Int(n) => Item::Int(*n),
            Constant::Float(f) => Item::Float(*f),
            Constant::Ipv4 { address, mask } => Item::Ipv4 { address: *address, mask: *mask },
            Constant::Ipv6 { address, mask } => Item::Ipv6 { address: *address, mask: *mask },
            Constant::Bytes(b) => Item::Bytes(b),
            Constant::Str(b) => Item::Str(b),
            Constant::Time(t) => Item::Time(*t),
        }
    }

    /// Keeps a value; `None` for what has none.
    pub fn keep(item: &Item) -> Option<Constant> {
        Some(match item {
            Item::None => return None,
            Item::Uint(n) => Constant::Uint(*n),
            Item::Int(n) => Constant::Int(*n),
            Item::Float(f) => Constant::Float(*f),
            Item::Ipv4 { address, mask } => Constant::Ipv4 { address: *address, mask: *mask },
            Item::Ipv6 { address, mask } => Constant::Ipv6 { address: *address, mask: *mask },
            Item::Str(s) => Constant::Str(s.to_vec()),
            Item::Time(t) => Constant::Time(*t),
            Item::Short { .. } | Item::Bytes(_) | Item::Layer { .. } => {
                Constant::Bytes(item.bytes()?.to_vec())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_number_is_not_compared_with_an_unsigned_one() {
        assert_eq!(Item::Uint(5).order(&Item::Int(-1), false), None);
        assert_eq!(Item::Int(-5).order(&Item::Uint(1), false), Some(Ordering::Less));
        assert_eq!(Item::Int(-1).order(&Item::Uint(u64::from(u32::MAX)), false), None);
    }

    #[test]
    fn subtraction_may_go_below_zero_and_overflow_has_no_value() {
        let op = |op, a, b| Item::Uint(a).arithmetic(op, &Item::Uint(b), false);
        assert!(matches!(op(Arithmetic::Subtract, 3, 5), Some(Item::Int(-2))));
        assert!(op(Arithmetic::Add, u64::from(u32::MAX), 1).is_none());
        assert!(op(Arithmetic::Divide, 1, 0).is_none());
    }

    #[test]
    fn longer_bytes_are_greater() {
        assert_eq!(Item::Bytes(&[0, 0]).order(&Item::Bytes(&[9]), false), Some(Ordering::Greater));
    }

    #[test]
    fn addresses_compare_under_the_narrower_mask() {
        let net = Item::Ipv4 { address: [10, 0, 0, 0], mask: 0xff00_0000 };
        assert_eq!(Item::ipv4([10, 1, 2, 3]).equals(&net, false), Some(true));
        assert_eq!(Item::ipv4([11, 1, 2, 3]).equals(&net, false), Some(false));
    }
}
