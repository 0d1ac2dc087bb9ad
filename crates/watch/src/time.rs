//! Times of logs: RFC 3339 text to microseconds, and the day they fall on.
//!
//! Proleptic Gregorian calendar, no leap seconds. The day arithmetic is the closed form over eras of 400 years.

/// Microseconds of one day.
pub const DAY_US: i64 = 86_400_000_000;

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day that `at_us` falls on for somebody `offset_s` seconds east of UTC.
    pub fn of(at_us: i64, offset_s: i32) -> Self {
        let local = at_us.saturating_add(i64::from(offset_s) * 1_000_000);
        Self(i32::try_from(local.div_euclid(DAY_US)).unwrap_or(if local < 0 { i32::MIN } else { i32::MAX }))
    }

    /// The day in `2025-05-05`; `None` if it is not of that form or no such day exists.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
        let found = Self(days(year, month, day));
        (found.civil() == (year, month, day)).then_some(found)
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        (self.0 + 3).rem_euclid(7) >= 5
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i32, i32, i32) {
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        (small(year), small(month), small(day))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// The time in `2025-05-05T02:50:02.886Z`, with `Z` or an offset such as `+02:00`, in microseconds since 1970 UTC.
/// Digits past the sixth are cut off. `None` if it is not of that form.
pub fn parse_us(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !matches!(bytes[10], b'T' | b't' | b' ') || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let day = Day::parse(text.get(..10)?)?;
    let (hour, minute, second) = (number(&bytes[11..13])?, number(&bytes[14..16])?, number(&bytes[17..19])?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut fraction_us = 0;
    if bytes[at] == b'.' {
        at += 1;
        let mut unit_us = 100_000;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            fraction_us += i64::from(bytes[at] - b'0') * unit_us;
            unit_us /= 10;
            at += 1;
        }
    }
    let east_s = match bytes.get(at)? {
        b'Z' | b'z' if bytes.len() == at + 1 => 0,
        sign @ (b'+' | b'-') if bytes.len() == at + 6 && bytes[at + 3] == b':' => {
            let seconds = number(&bytes[at + 1..at + 3])? * 3_600 + number(&bytes[at + 4..])? * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let seconds = i64::from(hour * 3_600 + minute * 60 + second - east_s);
    Some(i64::from(day.0) * DAY_US + seconds * 1_000_000 + fraction_us)
}

/// `at_us` as RFC 3339 for somebody `offset_s` seconds east of UTC, to the second: `2025-05-05T18:50:02-07:00`.
pub fn format_local(at_us: i64, offset_s: i32) -> String {
    let day = Day::of(at_us, offset_s);
    let second = (at_us.div_euclid(1_000_000) + i64::from(offset_s)).rem_euclid(86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let (sign, east) = if offset_s < 0 { ('-', -offset_s) } else { ('+', offset_s) };
    format!("{day}T{hour:02}:{minute:02}:{second:02}{sign}{:02}:{:02}", east / 3_600, east / 60 % 60)
}

fn days(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn number(digits: &[u8]) -> Option<i32> {
    let mut value = 0;
    for digit in digits {
        value = value * 10 + i32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_its_day_are_read_and_written_back() {
        let at = parse_us("2025-05-05T02:50:02.886Z").unwrap();
        assert_eq!(at, 1_746_413_402_886_000);
        assert_eq!(parse_us("2025-05-05T04:50:02.886+02:00"), Some(at));
        assert_eq!(Day::of(at, -7 * 3_600).to_string(), "2025-05-04");
        assert_eq!(format_local(at, -7 * 3_600), "2025-05-04T19:50:02-07:00");
        assert!(Day::parse("2025-05-04").unwrap().is_weekend());
        assert!(!Day::parse("2025-05-05").unwrap().is_weekend());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2025-05-05",
            "2025-02-30T00:00:00Z",
            "2025-05-05T24:00:00Z",
            "2025-05-05T02:50:02",
            "2025-05-05T02:50:02+2",
        ] {
            assert_eq!(parse_us(text), None, "{text}");
        }
    }
}
