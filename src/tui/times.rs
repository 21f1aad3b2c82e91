//! The Time column: one packet's time in each format. Times are nanoseconds since 1970.

use chrono::{DateTime, Datelike, Local, TimeZone, Utc};

/// How the Time column reads; the letters are those of `-t`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    #[default]
    Relative,
    Absolute,
    AbsoluteDate,
    AbsoluteYearDay,
    Delta,
    DeltaDisplayed,
    Epoch,
    UtcClock,
    UtcDate,
    UtcYearDay,
}

use TimeFormat::*;

/// Format, letters, what it is called.
const FORMATS: &[(TimeFormat, &str, &str)] = &[
    (Relative, "r", "seconds since the first packet"),
    (Absolute, "a", "time of day"),
    (AbsoluteDate, "ad", "date and time of day"),
    (AbsoluteYearDay, "adoy", "year, day of the year, time of day"),
    (Delta, "d", "seconds since the previous packet"),
    (DeltaDisplayed, "dd", "seconds since the previous packet shown"),
    (Epoch, "e", "seconds since 1970"),
    (UtcClock, "u", "time of day, UTC"),
    (UtcDate, "ud", "date and time of day, UTC"),
    (UtcYearDay, "udoy", "year, day of the year, time of day, UTC"),
];

/// The times that a packet's time is told from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origins {
    /// Of the first packet, or of the last time reference before this packet.
    pub first: Option<i64>,
    pub previous: Option<i64>,
    pub previous_shown: Option<i64>,
}

impl TimeFormat {
    /// The format of `-t` letters.
    pub fn parse(letters: &str) -> Option<TimeFormat> {
        FORMATS.iter().find(|f| f.1 == letters).map(|f| f.0)
    }
    pub fn letters(self) -> &'static str {
        FORMATS.iter().find(|f| f.0 == self).map_or("r", |f| f.1)
    }
    pub fn about(self) -> &'static str {
        FORMATS.iter().find(|f| f.0 == self).map_or("", |f| f.2)
    }
    pub fn next(self) -> TimeFormat {
        let at = FORMATS.iter().position(|f| f.0 == self).unwrap_or(0);
        FORMATS[(at + 1) % FORMATS.len()].0
    }

    /// Writes a time with so many decimal digits of a second.
    pub fn text(self, time: Option<i64>, origins: &Origins, digits: u8) -> String {
        let Some(time) = time else { return String::new() };
        match self {
            Relative => since(time, origins.first, digits),
            Delta => since(time, origins.previous, digits),
            DeltaDisplayed => since(time, origins.previous_shown, digits),
            Epoch => seconds(i128::from(time), digits),
            Absolute | AbsoluteDate | AbsoluteYearDay => self.calendar(&Local, time, digits),
            UtcClock | UtcDate | UtcYearDay => self.calendar(&Utc, time, digits),
        }
    }

    fn calendar<Z: TimeZone>(self, zone: &Z, time: i64, digits: u8) -> String
    where
        Z::Offset: std::fmt::Display,
    {
        let (whole, nanos) = (time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000));
        let Some(utc) = DateTime::<Utc>::from_timestamp(whole, nanos as u32) else {
            return seconds(i128::from(time), digits);
        };
        let at = utc.with_timezone(zone);
        let clock = format!("{}{}", at.format("%H:%M:%S"), fraction(nanos as u32, digits));
        match self {
            AbsoluteDate | UtcDate => format!("{} {clock}", at.format("%Y-%m-%d")),
            AbsoluteYearDay | UtcYearDay => format!("{}/{:03} {clock}", at.year(), at.ordinal()),
            _ => clock,
        }
    }
}

fn since(time: i64, origin: Option<i64>, digits: u8) -> String {
    seconds(i128::from(time) - i128::from(origin.unwrap_or(time)), digits)
}

fn seconds(nanos: i128, digits: u8) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let (whole, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    format!("{sign}{whole}{}", fraction(rest as u32, digits))
}

/// `.000085`
fn fraction(nanos: u32, digits: u8) -> String {
    if digits == 0 {
        return String::new();
    }
    let all = format!("{nanos:09}");
    format!(".{}", &all[..usize::from(digits.min(9))])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: i64 = 1_700_000_000_123_456_789;

    #[test]
    fn formats_read_as_expected() {
        let from =
            Origins { first: Some(TIME - 85_000), previous: Some(TIME + 1_000_000), previous_shown: None };
        let text = |f: &str, digits| TimeFormat::parse(f).unwrap().text(Some(TIME), &from, digits);
        assert_eq!(text("r", 6), "0.000085");
        assert_eq!(text("d", 6), "-0.001000");
        assert_eq!(text("dd", 6), "0.000000");
        assert_eq!(text("e", 9), "1700000000.123456789");
        assert_eq!(text("ud", 3), "2023-11-14 22:13:20.123");
        assert_eq!(text("udoy", 0), "2023/318 22:13:20");
    }

    #[test]
    fn every_format_follows_another_and_none_is_missed() {
        let mut f = TimeFormat::Relative;
        for _ in FORMATS {
            f = f.next();
        }
        assert_eq!(f, TimeFormat::Relative);
    }
}
