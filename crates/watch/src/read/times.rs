//! Times as outside logs write them.

use crate::time::{DAY_US, Day};

/// Microseconds since 1970 UTC of a time written as text: `2025-05-05T02:50:02.886Z`, `2025-05-05 02:50:02.886000000`,
/// with an offset, or a bare count of seconds, milliseconds or microseconds since 1970 (told apart by its size).
///
/// A time without an offset is UTC, as every vendor read here documents. `None` if it is none of these, or lies
/// outside the years 1970 to 2199.
pub fn micros(text: &str) -> Option<i64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() >= 8 && bytes.get(4) == Some(&b'-') {
        return calendar(bytes);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 17 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let at_us = match whole {
        0..=9_999_999_999 => whole * 1_000_000 + fraction_us(fraction.as_bytes())?,
        10_000_000_000..=9_999_999_999_999 => whole * 1_000,
        _ => whole,
    };
    in_range(at_us)
}

/// The last microsecond of 2199.
const LAST_US: i64 = 7_258_118_399_999_999;

fn in_range(at_us: i64) -> Option<i64> {
    (0..=LAST_US).contains(&at_us).then_some(at_us)
}

/// Microseconds of the digits after a point; further digits are cut off.
fn fraction_us(digits: &[u8]) -> Option<i64> {
    if digits.len() > 12 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let six = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some(six.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn number(bytes: &[u8], from: usize, to: usize) -> Option<i64> {
    let digits = bytes.get(from..to)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn calendar(bytes: &[u8]) -> Option<i64> {
    let day = Day::parse(std::str::from_utf8(bytes.get(..10)?).ok()?)?;
    let midnight_us = i64::from(day.0) * DAY_US;
    if bytes.len() == 10 {
        return in_range(midnight_us);
    }
    if !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) || bytes.get(13) != Some(&b':') {
        return None;
    }
    let (hour, minute) = (number(bytes, 11, 13)?, number(bytes, 14, 16)?);
    let (second, mut rest) = if bytes.get(16) == Some(&b':') { (number(bytes, 17, 19)?, 19) } else { (0, 16) };
    // A leap second is told as 60.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut us = 0;
    if bytes.get(rest) == Some(&b'.') {
        let digits = bytes[rest + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        us = fraction_us(&bytes[rest + 1..rest + 1 + digits])?;
        rest += 1 + digits;
    }
    let offset_min = offset(bytes.get(rest..)?)?;
    in_range(midnight_us + (hour * 3_600 + (minute - offset_min) * 60 + second) * 1_000_000 + us)
}

/// Minutes east of UTC.
fn offset(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let sign = match bytes.first() {
        None | Some(b'Z' | b'z') if bytes.len() <= 1 => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return if bytes == b"UTC" { Some(0) } else { None },
    };
    let minutes_from = if bytes.get(3) == Some(&b':') { 4 } else { 3 };
    let (hours, minutes) = (number(bytes, 1, 3)?, number(bytes, minutes_from, minutes_from + 2).unwrap_or(0));
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_one_moment_is_that_moment() {
        let at_us = 1_746_413_402_886_000;
        for text in [
            "2025-05-05T02:50:02.886Z",
            "2025-05-05 02:50:02.886000000",
            "2025-05-05T04:50:02.886+02:00",
            "2025-05-04T21:20:02.886-0530",
            "1746413402886",
            "1746413402.886",
            "1746413402886000",
            " 2025-05-05T02:50:02.886 UTC",
        ] {
            assert_eq!(micros(text), Some(at_us), "{text}");
        }
        assert_eq!(micros("2024-02-29"), Some(1_709_164_800_000_000));
        assert_eq!(micros("1970-01-01T00:00:00Z"), Some(0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "soon",
            "2025-13-01",
            "2025-02-30T00:00:00Z",
            "2025-05-05T25:00:00Z",
            "2025-05-05T02:50:02+99:00",
            "-5",
            "1.x",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
