//! Points and lengths of time as filters write them.

use chrono::{Local, NaiveDate, NaiveDateTime, TimeZone};

const NANOS: i128 = 1_000_000_000;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `2015-01-01`, `2015-01-01 00:00:00.5Z`, `Sep 26, 2004 23:18:04`: nanoseconds since 1970. Local time
/// unless a zone is given.
pub fn absolute(text: &str) -> Result<i128, String> {
    let wrong = || {
        format!(
            "\"{text}\" is not a valid absolute time. Example: \"Nov 12, 1999 08:55:44.123\" or \"2011-07-04 12:34:56\"."
        )
    };
    let mut scan = Scan { rest: text.trim_start() };
    let named = scan.rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let found = if named { scan.named_month() } else { scan.iso() };
    let (date, nanos) = found.ok_or_else(wrong)?;
    let zone = scan.zone(named);
    if !scan.rest.trim().is_empty() {
        return Err(format!("Unexpected data after the time value: \"{}\".", scan.rest.trim()));
    }
    let seconds = match zone {
        Some(offset) => date.and_utc().timestamp() - i64::from(offset),
        None => Local.from_local_datetime(&date).earliest().ok_or_else(wrong)?.timestamp(),
    };
    Ok(i128::from(seconds) * NANOS + i128::from(nanos))
}

/// `1`, `1.5`: seconds with up to nine decimals.
pub fn duration(text: &str) -> Result<i128, String> {
    let wrong = || format!("\"{text}\" is not a valid time.");
    let mut parts = text.splitn(3, '.');
    let whole = parts.next().unwrap_or("");
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    // What is beyond 64 bits wraps around to -1 in the reference.
    let seconds = whole.parse::<u64>().map_or(-1, i128::from);
    let nanos = match parts.next() {
        None => 0,
        Some(f) => {
            // What follows the digits is ignored by the reference: 1.5e-3 is 1.5.
            let digits = &f[..f.bytes().take_while(u8::is_ascii_digit).count()];
            if f.is_empty() || digits.len() > 9 {
                return Err(wrong());
            }
            fraction(digits)
        }
    };
    Ok(seconds * NANOS + i128::from(nanos))
}

/// The digits behind a decimal point, as nanoseconds; those beyond the ninth are dropped.
fn fraction(digits: &str) -> u32 {
    let mut nanos = 0;
    for i in 0..9 {
        let digit = digits.as_bytes().get(i).map_or(0, |b| u32::from(b - b'0'));
        nanos = nanos * 10 + digit;
    }
    nanos
}

struct Scan<'t> {
    rest: &'t str,
}

impl Scan<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn literal(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(c)?;
        Some(())
    }

    /// A number of at most so many digits and not beyond `most`.
    fn number(&mut self, digits: usize, least: u32, most: u32) -> Option<u32> {
        let n = self.rest.bytes().take(digits).take_while(u8::is_ascii_digit).count();
        let value: u32 = self.rest.get(..n)?.parse().ok()?;
        self.rest = &self.rest[n..];
        (least..=most).contains(&value).then_some(value)
    }

    /// Tries to read something; leaves everything as it was if it isn't there.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let found = read(self);
        if found.is_none() {
            self.rest = before;
        }
        found
    }

    /// `2015-01-01` with a time of hours and minutes, perhaps seconds, behind `T` or a blank.
    fn iso(&mut self) -> Option<(NaiveDateTime, u32)> {
        let year = self.number(4, 1000, 9999)?;
        self.literal('-')?;
        let month = self.number(2, 1, 12)?;
        self.literal('-')?;
        let day = self.number(2, 1, 31)?;
        let clock = self.attempt(|s| {
            if s.literal('T').is_none() {
                s.literal(' ')?;
            }
            s.clock(false)
        });
        Some(date(year, month, day, clock.unwrap_or_default()))
    }

    /// `Sep 26, 2004 23:18:04`
    fn named_month(&mut self) -> Option<(NaiveDateTime, u32)> {
        let name = self.rest.get(..3)?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|m| *m == name)? as u32 + 1;
        self.rest = &self.rest[3..];
        self.blanks();
        let day = self.number(2, 1, 31)?;
        self.literal(',')?;
        self.blanks();
        let year = self.number(4, 1000, 9999)?;
        self.blanks();
        let clock = self.clock(true)?;
        Some(date(year, month, day, clock))
    }

    /// Hours, minutes, seconds as seconds, and nanoseconds.
    fn clock(&mut self, with_seconds: bool) -> Option<(u32, u32)> {
        let hours = self.number(2, 0, 23)?;
        self.literal(':')?;
        let minutes = self.number(2, 0, 59)?;
        let seconds = self.attempt(|s| {
            s.literal(':')?;
            s.number(2, 0, 61)
        });
        if with_seconds && seconds.is_none() {
            return None;
        }
        let nanos = self.attempt(|s| {
            seconds?;
            s.rest = s.rest.strip_prefix(['.', ','])?;
            let n = s.rest.bytes().take_while(u8::is_ascii_digit).count();
            let digits = &s.rest[..n];
            s.rest = &s.rest[n..];
            (n > 0).then(|| fraction(digits))
        });
        let total = hours * 3600 + minutes * 60 + seconds.unwrap_or(0);
        Some((total, nanos.unwrap_or(0)))
    }

    /// Seconds east of UTC, if a zone is given: `Z`, ` UTC`, `+02:00`, `+0200`, `+2`.
    fn zone(&mut self, named: bool) -> Option<i32> {
        self.attempt(|s| {
            s.blanks();
            s.rest = s.rest.strip_prefix("UTC")?;
            Some(0)
        })
        .or_else(|| if named { None } else { self.attempt(Self::iso_zone) })
    }

    fn iso_zone(&mut self) -> Option<i32> {
        if self.literal('Z').is_some() {
            return Some(0);
        }
        let sign = if self.literal('+').is_some() {
            1
        } else {
            self.literal('-')?;
            -1
        };
        let hours = self.number(2, 0, 23)?;
        let minutes = self.attempt(|s| {
            let _ = s.literal(':');
            s.number(2, 0, 59)
        });
        Some(sign * (hours * 3600 + minutes.unwrap_or(0) * 60) as i32)
    }
}

/// A day beyond the month's end runs over into the next month, as C's `mktime` has it.
fn date(year: u32, month: u32, day: u32, (seconds, nanos): (u32, u32)) -> (NaiveDateTime, u32) {
    let first = NaiveDate::from_ymd_opt(year as i32, month, 1).unwrap_or_default();
    let start = first.and_hms_opt(0, 0, 0).unwrap_or_default();
    let after = i64::from(day - 1) * 86_400 + i64::from(seconds);
    (start + chrono::Duration::seconds(after), nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times_with_zones() {
        let noon = 1_420_113_600 * NANOS;
        for text in [
            "2015-01-01T12:00:00Z",
            "2015-01-01 12:00Z",
            "2015-01-01 12:00:00 UTC",
            "2015-01-01T14:00:00+02:00",
            "2015-01-01 06:30:00-0530",
            "Jan  1, 2015 12:00:00 UTC",
            "jan 1,2015 12:00:00 UTC",
        ] {
            assert_eq!(absolute(text), Ok(noon), "{text}");
        }
        assert_eq!(absolute("2015-01-01T12:00:00.25Z"), Ok(noon + NANOS / 4));
        assert_eq!(absolute("2015-01-32"), Err(absolute("2015-01-32").unwrap_err()));
    }

    #[test]
    fn a_day_too_many_is_the_next_month() {
        assert_eq!(absolute("2015-02-30 00:00Z"), absolute("2015-03-02 00:00Z"));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "2004",
            "2004-09",
            "garbage",
            "2015-13-01",
            "2015-01-01T00",
            "2015-01-01 25:00",
            "Jan",
            "Sep 26, 2004",
            "September 26, 2004 23:18:04",
            "2015-01-01 00:00:00 CET",
            "1000000000",
            "2015-01-01 00:00:00 +02:00",
            "Jan 31, 2015 00:00:00+01:00",
            "2015-01-01x",
        ] {
            assert!(absolute(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(duration("1.5"), Ok(1_500_000_000));
        assert_eq!(duration("1.5e-3"), Ok(1_500_000_000));
        assert_eq!(duration("1.x"), Ok(1_000_000_000));
        for bad in ["1.0000000001", "1s", "0x10", "", "1e9"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
