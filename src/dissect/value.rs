//! What a field's value is, while a packet is being dissected. Values borrow from the packet
//! or from the stack of the walker; whoever keeps one copies it (see `tree`).

/// The value of one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// The field has no value of its own (FT_NONE, a heading).
    None,
    Bool(bool),
    /// After mask and shift.
    Uint(u64),
    Int(i64),
    Float(f64),
    Ether([u8; 6]),
    Ipv4([u8; 4]),
    Ipv6([u8; 16]),
    Bytes(&'a [u8]),
    Str(&'a str),
    /// Nanoseconds since 1970-01-01 00:00 UTC.
    Time(i128),
    /// A length of time in nanoseconds.
    Duration(i128),
    Guid([u8; 16]),
    Eui64([u8; 8]),
    /// An ASN.1 object identifier in its BER encoding, without tag and length.
    Oid(&'a [u8]),
}

impl Value<'_> {
    /// The value as an unsigned number, for kinds that are one.
    pub fn as_uint(&self) -> Option<u64> {
        match *self {
            Value::Uint(v) => Some(v),
            Value::Bool(b) => Some(u64::from(b)),
            Value::Int(v) => u64::try_from(v).ok(),
            _ => None,
        }
    }
}
