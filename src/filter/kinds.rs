//! Which kinds of values go together, and what can be done with each.

use super::parse::Arithmetic;
use super::program::Function;
use crate::dissect::field::Kind;

/// Which kinds go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    None,
    Integer,
    Bool,
    Float,
    Ipv4,
    Ipv6,
    Bytes,
    Str,
    Time,
    Duration,
    Protocol,
}

pub fn class(kind: Kind) -> Class {
    match kind {
        Kind::None => Class::None,
        Kind::Protocol => Class::Protocol,
        Kind::Bool => Class::Bool,
        Kind::Char | Kind::Uint(_) | Kind::Int(_) | Kind::Frame | Kind::Eui64 => Class::Integer,
        Kind::Float | Kind::Double => Class::Float,
        Kind::Ipv4 => Class::Ipv4,
        Kind::Ipv6 => Class::Ipv6,
        Kind::Ether | Kind::Bytes | Kind::Guid | Kind::Oid => Class::Bytes,
        Kind::Str => Class::Str,
        Kind::Time => Class::Time,
        Kind::Duration => Class::Duration,
    }
}

pub fn is_wide(kind: Kind) -> bool {
    match kind {
        Kind::Uint(bits) | Kind::Int(bits) => bits > 32,
        Kind::Eui64 => true,
        _ => false,
    }
}

pub fn result_kind(function: Function, argument: Kind) -> Kind {
    match function {
        Function::Len | Function::Count | Function::IpSpecialMask => Kind::Uint(32),
        Function::Upper | Function::Lower | Function::String => Kind::Str,
        Function::Vals | Function::Dec | Function::Hex | Function::IpSpecialName => Kind::Str,
        Function::Max | Function::Min | Function::Abs => argument,
        Function::Float => Kind::Float,
        Function::Double => Kind::Double,
        Function::IpLinklocal | Function::IpMulticast | Function::IpRfc1918 | Function::IpUla => Kind::Bool,
    }
}

/// Kinds that `string()` takes.
pub fn has_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Uint(_)
            | Kind::Int(_)
            | Kind::Frame
            | Kind::Float
            | Kind::Double
            | Kind::Ether
            | Kind::Ipv4
            | Kind::Ipv6
            | Kind::Guid
            | Kind::Eui64
            | Kind::Oid
    )
}

/// Which operators a kind takes.
pub fn can(op: Arithmetic, kind: Kind) -> bool {
    let class = class(kind);
    match op {
        Arithmetic::BitAnd => {
            matches!(class, Class::Integer | Class::Ipv4 | Class::Ipv6)
                || matches!(kind, Kind::Ether | Kind::Bytes | Kind::Oid)
        }
        Arithmetic::Add | Arithmetic::Subtract => {
            matches!(class, Class::Integer | Class::Float | Class::Duration)
        }
        Arithmetic::Multiply | Arithmetic::Divide => {
            kind != Kind::Eui64 && matches!(class, Class::Integer | Class::Float)
        }
        Arithmetic::Modulo => kind != Kind::Eui64 && class == Class::Integer,
    }
}
