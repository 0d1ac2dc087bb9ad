//! Moments and durations, in microseconds.

use std::fmt;

/// A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Micros(pub i64);

impl Micros {
    /// One second.
    pub const SECOND: i64 = 1_000_000;
    /// One minute.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day of 24 hours.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// The moment `micros` later (or earlier when negative). Saturates at the ends of `i64`.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Micros {
    /// RFC 3339 in UTC with microseconds: `2026-01-31T09:00:00.000000Z`.
    /// Civil date from days after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, of_day) = (self.0.div_euclid(Self::DAY), self.0.rem_euclid(Self::DAY));
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        let (s, us) = (of_day / Self::SECOND, of_day % Self::SECOND);
        let parts = [(year, 4), (month, 2), (day, 2), (s / 3600, 2), (s / 60 % 60, 2), (s % 60, 2), (us, 6)];
        if !(0..=9999).contains(&year) {
            return write!(
                f,
                "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{us:06}Z",
                s / 3600,
                s / 60 % 60,
                s % 60
            );
        }
        // Releases and lists write a moment for every row: digits by hand take a fifth of the time.
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        let mut at = 0;
        for (mut number, digits) in parts {
            for place in text[at..at + digits].iter_mut().rev() {
                *place += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
            at += digits + 1;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// The text was not a moment in RFC 3339.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a time in RFC 3339, such as 2026-01-31T09:00:00Z")]
pub struct NotATime(pub String);

impl std::str::FromStr for Micros {
    type Err = NotATime;

    /// Reads `2026-01-31T09:00:00[.ffffff](Z|+hh:mm|-hh:mm)`.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        parse(text).ok_or_else(|| NotATime(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Micros> {
    let bytes = text.as_bytes();
    if !text.is_ascii()
        || bytes.len() < 20
        || bytes[4] != b'-'
        || bytes[7] != b'-'
        || !matches!(bytes[10], b'T' | b't' | b' ')
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if bytes[13] != b':' || bytes[16] != b':' || !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day < 1 || day > length {
        return None;
    }
    let mut rest = &text[19..];
    let mut micros = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.bytes().position(|b| !b.is_ascii_digit())?;
        if end == 0 {
            return None;
        }
        let padded: String = fraction[..end].chars().chain("000000".chars()).take(6).collect();
        micros = padded.parse().ok()?;
        rest = &fraction[end..];
    }
    let offset_minutes = match rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()) => {
            let value = i64::from(h1 - b'0') * 600
                + i64::from(h2 - b'0') * 60
                + i64::from(m1 - b'0') * 10
                + i64::from(m2 - b'0');
            if *sign == b'+' { value } else { -value }
        }
        _ => return None,
    };
    let y = year - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    let days = era * 146_097 + doe - 719_468;
    Some(Micros(days * Micros::DAY + (hour * 3600 + (minute - offset_minutes) * 60 + second) * Micros::SECOND + micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_read_and_print() {
        for (text, micros) in [
            ("1970-01-01T00:00:00.000000Z", 0),
            ("2000-02-29T12:30:15.250000Z", 951_827_415_250_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-22T23:35:16.000000Z", 1_795_390_516_000_000),
        ] {
            assert_eq!(Micros(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Micros(micros)));
        }
        assert_eq!("2026-11-23T01:35:16+02:00".parse(), Ok(Micros(1_795_390_516_000_000)));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-02-30T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T00:00:00",
            "２026-11-22T00:00:00Z",
        ] {
            assert!(text.parse::<Micros>().is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_moment_of_four_digit_years_round_trips(micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000) {
            proptest::prop_assert_eq!(Micros(micros).to_string().parse(), Ok(Micros(micros)));
        }
    }
}
