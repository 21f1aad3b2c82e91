//! What a field is: name, label, type, where its bits are, the names of its values. The detail
//! tree, the hex highlight, the filter language, the exporters and the documentation all read
//! these declarations; none of them knows a protocol.

use super::value::Value;

/// A field, declared once, in its protocol's file (see [`crate::fields`]).
pub struct Field {
    /// The name in filters: `tcp.flags.syn`. Unique.
    pub name: &'static str,
    /// What stands before the value in the tree.
    pub label: &'static str,
    pub kind: Kind,
    pub base: Base,
    pub names: Names,
    /// The names that filters read, where the reference declares the field several times under one name, each time
    /// with other names of the values: those of the first, whatever the packet has. Empty: `names`.
    pub first_names: &'static [(u64, &'static str)],
    /// The bits of the field within its bytes, read as one big-endian number; 0: all of them.
    pub mask: u64,
    pub place: Place,
    /// The table knows the place only in layers whose header has so many bytes (0: in all); what a longer header
    /// says, a walk finds.
    pub plain_header: u8,
    /// Fields of the same layer that this one stands for: `tcp.port` for source and destination port.
    pub any_of: &'static [&'static Field],
    /// Multi-byte numbers are little-endian.
    pub little_endian: bool,
    /// How many bits the picture before the label has, if not those of the field's bytes.
    pub width: u8,
    /// The label has no picture of the bits, and exporters see the whole bytes, though there is a mask.
    pub unpictured: bool,
    /// Stands on no bytes at all, not even at a place between them: JSON has no digits for it.
    pub placeless: bool,
    /// A text that ends with a zero byte, or would: a type of its own for scripts, the same in filters.
    pub terminated: bool,
    /// One sentence for the documentation; may be empty.
    pub about: &'static str,
}

/// The type of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    None,
    /// A layer: `tcp`.
    Protocol,
    Bool,
    /// One character of text.
    Char,
    /// Unsigned, of so many bits (8, 16, 24, 32, 40, 48, 56 or 64).
    Uint(u8),
    Int(u8),
    Float,
    Double,
    Ether,
    Ipv4,
    Ipv6,
    Bytes,
    Str,
    /// A point in time, nanoseconds since 1970.
    Time,
    /// A length of time, nanoseconds.
    Duration,
    /// The number of another frame.
    Frame,
    Guid,
    Eui64,
    Oid,
}

/// How a value is written.
#[derive(Clone, Copy)]
pub enum Base {
    /// The kind's usual form.
    None,
    Dec,
    Hex,
    Oct,
    /// `10 (0x000a)`
    DecHex,
    /// `0x000a (10)`
    HexDec,
    /// A TCP, UDP … port: its service's name where names are wanted.
    TcpPort,
    UdpPort,
    SctpPort,
    /// An organisation's 24-bit number.
    Oui,
    /// An IPv4 netmask.
    Netmask,
    /// Separators of bytes.
    Dot,
    Colon,
    Dash,
    Space,
    /// Times in UTC or local time, the latter the default.
    Utc,
    Local,
    /// The label's text for a number comes from a function.
    Custom(fn(u64, &mut String)),
}

/// The names of a field's values.
#[derive(Clone, Copy)]
pub enum Names {
    None,
    /// Sorted by value is not required; the first entry that fits wins. An unknown value reads `Unknown`.
    Values(&'static [(u64, &'static str)]),
    /// (first, last, name)
    Ranges(&'static [(u64, u64, &'static str)]),
    /// What true and false read as.
    TrueFalse(&'static str, &'static str),
    /// The unit behind a number: singular and plural form, with leading blank where wanted.
    Unit(&'static str, &'static str),
    Function(fn(u64) -> Option<&'static str>),
}

/// Where a field's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Always at this spot of its layer whenever the layer's header holds these bytes: offset
    /// and length in bytes; the number read (after the mask) times `scale` is the value.
    Fixed { offset: u16, len: u8, scale: u8 },
    /// Where a walk over the layer finds it.
    Walked,
    /// Comes from memory across packets; its bytes, if any, are those that it speaks of.
    Fact,
}

/// Set and not set, the usual pair of a flag.
pub const SET: Names = Names::TrueFalse("Set", "Not set");
pub const YES: Names = Names::TrueFalse("Yes", "No");

impl Field {
    pub const fn new(name: &'static str, label: &'static str) -> Field {
        Field {
            name,
            label,
            kind: Kind::None,
            base: Base::None,
            names: Names::None,
            first_names: &[],
            mask: 0,
            place: Place::Walked,
            plain_header: 0,
            any_of: &[],
            little_endian: false,
            width: 0,
            unpictured: false,
            placeless: false,
            terminated: false,
            about: "",
        }
    }
    pub const fn kind(mut self, kind: Kind) -> Field {
        self.kind = kind;
        self
    }
    pub const fn none(self) -> Field {
        self.kind(Kind::None)
    }
    pub const fn boolean(self) -> Field {
        self.kind(Kind::Bool)
    }
    /// Unsigned, decimal, of so many bits.
    pub const fn uint(mut self, bits: u8) -> Field {
        self.base = Base::Dec;
        self.kind(Kind::Uint(bits))
    }
    pub const fn int(mut self, bits: u8) -> Field {
        self.base = Base::Dec;
        self.kind(Kind::Int(bits))
    }
    pub const fn ether(self) -> Field {
        self.kind(Kind::Ether)
    }
    pub const fn ipv4(self) -> Field {
        self.kind(Kind::Ipv4)
    }
    pub const fn ipv6(self) -> Field {
        self.kind(Kind::Ipv6)
    }
    pub const fn bytes(self) -> Field {
        self.kind(Kind::Bytes)
    }
    pub const fn string(self) -> Field {
        self.kind(Kind::Str)
    }
    /// See [`Field::terminated`].
    pub const fn stringz(mut self) -> Field {
        self.terminated = true;
        self.string()
    }
    pub const fn time(self) -> Field {
        self.kind(Kind::Time)
    }
    pub const fn duration(self) -> Field {
        self.kind(Kind::Duration)
    }
    pub const fn frame(self) -> Field {
        self.kind(Kind::Frame)
    }
    pub const fn base(mut self, base: Base) -> Field {
        self.base = base;
        self
    }
    pub const fn hex(self) -> Field {
        self.base(Base::Hex)
    }
    pub const fn names(mut self, names: Names) -> Field {
        self.names = names;
        self
    }
    pub const fn values(self, values: &'static [(u64, &'static str)]) -> Field {
        self.names(Names::Values(values))
    }
    pub const fn unit(self, one: &'static str, many: &'static str) -> Field {
        self.names(Names::Unit(one, many))
    }
    pub const fn mask(mut self, mask: u64) -> Field {
        self.mask = mask;
        self
    }
    /// The picture of the bits has so many, whatever the bytes.
    pub const fn bits(mut self, width: u8) -> Field {
        self.width = width;
        self
    }
    /// Reads these bits only, but otherwise passes for a field of whole bytes (tshark shows some so).
    pub const fn whole_byte_mask(mut self, mask: u64) -> Field {
        self.mask = mask;
        self.unpictured = true;
        self
    }
    /// Always at this offset of its layer, so many bytes.
    pub const fn at(mut self, offset: u16, len: u8) -> Field {
        self.place = Place::Fixed { offset, len, scale: 1 };
        self
    }
    /// See [`Field::first_names`].
    pub const fn first_names(mut self, names: &'static [(u64, &'static str)]) -> Field {
        self.first_names = names;
        self
    }
    /// See [`Field::plain_header`].
    pub const fn in_plain_header(mut self, len: u8) -> Field {
        self.plain_header = len;
        self
    }
    /// The number in the packet counts units of so many.
    pub const fn scale(mut self, by: u8) -> Field {
        if let Place::Fixed { offset, len, .. } = self.place {
            self.place = Place::Fixed { offset, len, scale: by };
        }
        self
    }
    pub const fn fact(mut self) -> Field {
        self.place = Place::Fact;
        self
    }
    /// See [`Field::placeless`].
    pub const fn nowhere(mut self) -> Field {
        self.placeless = true;
        self
    }
    pub const fn any_of(mut self, fields: &'static [&'static Field]) -> Field {
        self.any_of = fields;
        self
    }
    pub const fn le(mut self) -> Field {
        self.little_endian = true;
        self
    }
    pub const fn about(mut self, about: &'static str) -> Field {
        self.about = about;
        self
    }

    /// Applies mask and shift to the number read from the field's bytes.
    pub fn masked(&self, raw: u64) -> u64 {
        if self.mask == 0 { raw } else { (raw & self.mask) >> self.mask.trailing_zeros() }
    }

    /// The value of a field from exactly its bytes. This is the one function in the program that turns
    /// bytes into the value of a fixed field; `None` if the bytes don't fit the kind.
    pub fn read<'a>(&self, bytes: &'a [u8]) -> Option<Value<'a>> {
        let scale = match self.place {
            Place::Fixed { scale, .. } => u64::from(scale),
            _ => 1,
        };
        Some(match self.kind {
            Kind::None | Kind::Protocol => Value::None,
            Kind::Bool => Value::Bool(self.masked(number(bytes, self.little_endian)?) != 0),
            Kind::Uint(_) | Kind::Frame | Kind::Char => {
                let raw = number(bytes, self.little_endian)?;
                Value::Uint(self.masked(raw).wrapping_mul(scale))
            }
            Kind::Int(_) => Value::Int(self.signed(bytes)?),
            Kind::Float | Kind::Double => Value::Float(float(bytes, self.little_endian)?),
            Kind::Ether => Value::Ether(bytes.try_into().ok()?),
            Kind::Ipv4 => Value::Ipv4(bytes.try_into().ok()?),
            Kind::Ipv6 => Value::Ipv6(bytes.try_into().ok()?),
            Kind::Bytes => Value::Bytes(bytes),
            Kind::Str => Value::Str(std::str::from_utf8(bytes).ok()?),
            Kind::Time => Value::Time(seconds(bytes, self.little_endian)?),
            Kind::Duration => Value::Duration(seconds(bytes, self.little_endian)?),
            Kind::Guid => Value::Guid(bytes.try_into().ok()?),
            Kind::Eui64 => Value::Eui64(bytes.try_into().ok()?),
            Kind::Oid => Value::Oid(bytes),
        })
    }

    fn signed(&self, bytes: &[u8]) -> Option<i64> {
        let raw = number(bytes, self.little_endian)?;
        let (value, bits) = if self.mask == 0 {
            (raw, bytes.len() as u32 * 8)
        } else {
            (self.masked(raw), self.mask.count_ones())
        };
        Some(if bits == 0 || bits >= 64 {
            value as i64
        } else {
            ((value << (64 - bits)) as i64) >> (64 - bits)
        })
    }

    /// The name of a value, where the field has one for it.
    pub fn value_name(&self, value: u64) -> Option<&'static str> {
        match self.names {
            Names::Values(table) => table.iter().find(|e| e.0 == value).map(|e| e.1),
            Names::Ranges(table) => table.iter().find(|e| (e.0..=e.1).contains(&value)).map(|e| e.2),
            Names::TrueFalse(yes, no) => Some(if value != 0 { yes } else { no }),
            Names::Function(f) => f(value),
            Names::None | Names::Unit(..) => None,
        }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        std::ptr::eq(self, other)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Up to eight bytes as a number.
pub fn number(bytes: &[u8], little_endian: bool) -> Option<u64> {
    if bytes.len() > 8 {
        return None;
    }
    let join = |n: u64, b: &u8| n << 8 | u64::from(*b);
    Some(if little_endian { bytes.iter().rev().fold(0, join) } else { bytes.iter().fold(0, join) })
}

fn float(bytes: &[u8], little_endian: bool) -> Option<f64> {
    let raw = number(bytes, little_endian)?;
    match bytes.len() {
        4 => Some(f64::from(f32::from_bits(raw as u32))),
        8 => Some(f64::from_bits(raw)),
        _ => None,
    }
}

/// Seconds, or seconds and nanoseconds (8 bytes), as nanoseconds.
fn seconds(bytes: &[u8], little_endian: bool) -> Option<i128> {
    match bytes.len() {
        8 => {
            let whole = number(&bytes[..4], little_endian)?;
            let nanos = number(&bytes[4..], little_endian)?;
            Some(i128::from(whole) * 1_000_000_000 + i128::from(nanos))
        }
        n if n < 8 => Some(i128::from(number(bytes, little_endian)?) * 1_000_000_000),
        _ => None,
    }
}

/// Declares the fields of a protocol: one static each, and `FIELDS`, the list of them.
///
/// ```ignore
/// fields! {
///     SRCPORT = "udp.srcport", "Source Port", uint(16).base(Base::UdpPort).at(0, 2);
///     LENGTH = "udp.length", "Length", uint(16).at(4, 2);
/// }
/// ```
#[macro_export]
macro_rules! fields {
    ($($(#[$doc:meta])* $id:ident = $name:expr, $label:expr, $($chain:ident($($arg:expr),* $(,)?)).+;)*) => {
        $($(#[$doc])* pub static $id: $crate::dissect::field::Field =
            $crate::dissect::field::Field::new($name, $label)$(.$chain($($arg),*))+;)*
        /// Every field that this file declares.
        pub static FIELDS: &[&$crate::dissect::field::Field] = &[$(&$id),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mask_shift_and_scale_are_applied_when_reading() {
        let f = Field::new("t.len", "Len").uint(8).mask(0xf0).at(0, 1).scale(4);
        assert_eq!(f.read(&[0x5f]), Some(Value::Uint(20)));
    }

    #[test]
    fn signed_values_are_extended_from_their_width() {
        assert_eq!(Field::new("t.i", "I").int(24).read(&[0xff, 0xff, 0xfe]), Some(Value::Int(-2)));
    }

    #[test]
    fn bytes_of_the_wrong_length_give_no_value() {
        assert_eq!(Field::new("t.a", "A").ipv4().read(&[1, 2, 3]), None);
        assert_eq!(Field::new("t.u", "U").uint(64).read(&[0; 9]), None);
    }
}
