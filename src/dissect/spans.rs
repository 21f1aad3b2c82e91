//! Lengths of time in words: `1 hour, 2 minutes, 5 seconds`.

/// Whole seconds in words.
pub fn seconds(total: u64) -> String {
    parts(total, 0, false)
}

/// Milliseconds in words; the fraction has three digits and is left out if it is 0.
pub fn milliseconds(total: u64) -> String {
    parts(total / 1000, total % 1000, false)
}

fn parts(total: u64, thousandths: u64, negative: bool) -> String {
    let units = [(total / 86400, "day"), (total / 3600 % 24, "hour"), (total / 60 % 60, "minute")];
    let mut out: Vec<String> = Vec::with_capacity(4);
    for (n, unit) in units {
        if n > 0 {
            out.push(counted(n, unit));
        }
    }
    let rest = total % 60;
    if thousandths > 0 {
        out.push(format!("{rest}.{thousandths:03} seconds"));
    } else if rest > 0 || out.is_empty() {
        out.push(counted(rest, "second"));
    }
    let sign = if negative { "-" } else { "" };
    format!("{sign}{}", out.join(", "))
}

fn counted(n: u64, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// Signed seconds in words.
pub fn signed_seconds(total: i64) -> String {
    parts(total.unsigned_abs(), 0, total < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_are_zero_are_left_out() {
        assert_eq!(seconds(3661), "1 hour, 1 minute, 1 second");
        assert_eq!(seconds(1800), "30 minutes");
        assert_eq!(seconds(0), "0 seconds");
        assert_eq!(milliseconds(90_061_005), "1 day, 1 hour, 1 minute, 1.005 seconds");
    }
}
