//! The Time column in all forms of `-t` and `-u`.

use std::fmt::Write;

use chrono::{DateTime, Datelike, Local, TimeZone, Timelike, Utc};

use crate::dissect::context::RecordInfo;
use crate::dissect::text::decimal;

/// `-t`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    Absolute,
    AbsoluteDate,
    AbsoluteDayOfYear,
    Delta,
    DeltaDisplayed,
    Epoch,
    #[default]
    Relative,
    Utc,
    UtcDate,
    UtcDayOfYear,
}

impl TimeFormat {
    pub fn from_flag(s: &str) -> Option<TimeFormat> {
        Some(match s {
            "a" => TimeFormat::Absolute,
            "ad" => TimeFormat::AbsoluteDate,
            "adoy" => TimeFormat::AbsoluteDayOfYear,
            "d" => TimeFormat::Delta,
            "dd" => TimeFormat::DeltaDisplayed,
            "e" => TimeFormat::Epoch,
            "r" => TimeFormat::Relative,
            "u" => TimeFormat::Utc,
            "ud" => TimeFormat::UtcDate,
            "udoy" => TimeFormat::UtcDayOfYear,
            _ => return None,
        })
    }
}

/// How the Time column reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeStyle {
    pub format: TimeFormat,
    /// Decimal digits (`-t .3`); `None`: what the file has.
    pub digits: Option<u8>,
    /// Hours, minutes and seconds (`-u hms`) for times that are lengths.
    pub hms: bool,
}

impl TimeStyle {
    /// Writes the time of a record; nothing if it has none.
    pub fn write(&self, out: &mut String, r: &RecordInfo) {
        let digits = usize::from(self.digits.unwrap_or(r.digits));
        let Some(time) = r.time else { return };
        match self.format {
            TimeFormat::Relative => self.length(out, r.relative, digits),
            TimeFormat::Delta => self.length(out, r.delta, digits),
            TimeFormat::DeltaDisplayed => self.length(out, r.delta_displayed, digits),
            TimeFormat::Epoch => fixed(out, time, digits),
            TimeFormat::Absolute | TimeFormat::AbsoluteDate | TimeFormat::AbsoluteDayOfYear => {
                self.moment(out, time, digits, &Local);
            }
            TimeFormat::Utc | TimeFormat::UtcDate | TimeFormat::UtcDayOfYear => {
                self.moment(out, time, digits, &Utc);
            }
        }
    }

    fn length(&self, out: &mut String, nanos: i64, digits: usize) {
        if !self.hms {
            return fixed(out, nanos, digits);
        }
        let sign = if nanos < 0 { "-" } else { "" };
        let n = nanos.unsigned_abs();
        let s = n / 1_000_000_000;
        let (h, m) = (s / 3600, s / 60 % 60);
        out.push_str(sign);
        if h > 0 {
            let _ = write!(out, "{h}h ");
        }
        if h > 0 || m > 0 {
            let _ = write!(out, "{m}m ");
        }
        let _ = write!(out, "{}", s % 60);
        fraction(out, n % 1_000_000_000, digits);
        out.push('s');
    }

    fn moment<Z: TimeZone>(&self, out: &mut String, nanos: i64, digits: usize, zone: &Z) {
        let seconds = nanos.div_euclid(1_000_000_000);
        let rest = nanos.rem_euclid(1_000_000_000) as u64;
        let Some(utc) = DateTime::<Utc>::from_timestamp(seconds, 0) else { return };
        let t = utc.with_timezone(zone);
        match self.format {
            TimeFormat::AbsoluteDate | TimeFormat::UtcDate => {
                let _ = write!(out, "{:04}-{:02}-{:02} ", t.year(), t.month(), t.day());
            }
            TimeFormat::AbsoluteDayOfYear | TimeFormat::UtcDayOfYear => {
                let _ = write!(out, "{:04}/{:03} ", t.year(), t.ordinal());
            }
            _ => {}
        }
        let _ = write!(out, "{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second());
        fraction(out, rest, digits);
    }
}

fn fixed(out: &mut String, nanos: i64, digits: usize) {
    let n = nanos.unsigned_abs();
    if nanos < 0 {
        out.push('-');
    }
    decimal(out, n / 1_000_000_000);
    fraction(out, n % 1_000_000_000, digits);
}

/// `.123456`: the first `digits` of nine.
fn fraction(out: &mut String, nanos: u64, digits: usize) {
    if digits == 0 {
        return;
    }
    out.push('.');
    let mut unit = 100_000_000;
    for _ in 0..digits.min(9) {
        out.push(char::from(b'0' + (nanos / unit % 10) as u8));
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(format: TimeFormat, hms: bool, nanos: i64) -> String {
        let r = RecordInfo { time: Some(nanos), relative: nanos, digits: 6, ..Default::default() };
        let mut s = String::new();
        TimeStyle { format, digits: None, hms }.write(&mut s, &r);
        s
    }

    #[test]
    fn relative_times_have_the_digits_of_the_file() {
        assert_eq!(show(TimeFormat::Relative, false, 1_234_567_891), "1.234567");
        assert_eq!(show(TimeFormat::Relative, false, -1_000), "-0.000001");
    }

    #[test]
    fn utc_dates_are_dates() {
        assert_eq!(show(TimeFormat::UtcDate, false, 86_400_000_000_000), "1970-01-02 00:00:00.000000");
    }
}
