//! Times as outside logs write them.

use crate::time::{DAY_US, Day};

/// Microseconds since 1970 UTC of a time written as text: `2025-05-05T02:50:02.886Z`, `2025-05-05 02:50:02.886000000`,
/// `2025/05/05 02:50:02`, `20250505025002.886`, `20250505T025002Z`, with an offset, `05/May/2025:02:50:02 +0000`, `Mon, 05 May 2025 02:50:02 GMT`,
/// or a bare count of seconds, milliseconds, microseconds or nanoseconds since 1970 (told apart by its size).
///
/// A time without an offset is UTC, as every vendor read here documents. Days and months in figures come in no other order
/// than year, month, day: which of `05/06/2025` is the month nobody can say. `None` if it is none of these, or lies outside the
/// years 1970 to 2199.
pub fn micros(text: &str) -> Option<i64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() >= 8 && bytes.get(4) == Some(&b'-') {
        return calendar(bytes);
    }
    if let Some(other) = rewritten(text) {
        return calendar(other.as_bytes());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || whole.len() > 19 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let at_us = match whole {
        0..=9_999_999_999 => whole * 1_000_000 + fraction_us(fraction.as_bytes())?,
        10_000_000_000..=9_999_999_999_999 => whole * 1_000,
        10_000_000_000_000..=9_999_999_999_999_999 => whole,
        _ => whole / 1_000,
    };
    in_range(at_us)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A time of another form as `2025-05-05T02:50:02` and what follows; `None` if it is of none that is known.
fn rewritten(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let part = |from: usize, to: usize| text.get(from..to);
    // A count of microseconds with 14 digits would lie in 1970 and a few days.
    if digits == 14 && (text.starts_with("19") || text.starts_with("20")) {
        let (date, time) = (part(0, 8)?, part(8, 14)?);
        return Some(dashed(date, time, part(14, text.len())?));
    }
    if digits == 8 && matches!(bytes.get(8), Some(b'T' | b't' | b' ')) {
        let plain = part(9, 15).filter(|time| time.bytes().all(|byte| byte.is_ascii_digit()));
        return match plain {
            Some(time) => Some(dashed(part(0, 8)?, time, part(15, text.len())?)),
            None => Some(dashed(part(0, 8)?, "", &text[8..])),
        };
    }
    if digits == 4 && matches!(bytes.get(4), Some(b'/' | b'.')) && bytes.get(7) == bytes.get(4) {
        return Some(format!("{}-{}-{}{}", part(0, 4)?, part(5, 7)?, part(8, 10)?, part(10, text.len())?));
    }
    in_words(text)
}

fn dashed(date: &str, time: &str, rest: &str) -> String {
    let day = format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..8]);
    if time.is_empty() {
        return day + rest;
    }
    format!("{day}T{}:{}:{}{rest}", &time[..2], &time[2..4], &time[4..6])
}

/// `05/May/2025:02:50:02 +0000`, `Mon, 05 May 2025 02:50:02 GMT`, `Mon May 5 02:50:02 2025`.
fn in_words(text: &str) -> Option<String> {
    let text = text.trim_matches(['[', ']']);
    let words: Vec<&str> = text.split([' ', ',', '/']).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| {
        word.get(..3).is_some_and(|start| MONTHS.iter().any(|month| start.eq_ignore_ascii_case(month)))
    })?;
    let month = MONTHS.iter().position(|month| words[at][..3].eq_ignore_ascii_case(month))? + 1;
    let number = |word: &&str| !word.is_empty() && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let before = at.checked_sub(1).map(|before| words[before]).filter(number);
    let (day, rest) = match before {
        Some(day) => (day, &words[at + 1..]),
        None => (*words.get(at + 1).filter(|word| number(word))?, &words[at + 2..]),
    };
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = rest.iter().flat_map(|word| match word.split_once(':') {
        Some((year, time)) if is_year(year) => [year, time],
        _ => [*word, ""],
    });
    let (mut year, mut time, mut zone) = ("", "", "");
    for word in parts.by_ref().filter(|word| !word.is_empty()) {
        match word {
            word if is_year(word) && year.is_empty() => year = word,
            word if word.contains(':') && time.is_empty() => time = word,
            "GMT" | "UTC" | "Z" => zone = "Z",
            word if word.starts_with(['+', '-']) && zone.is_empty() => zone = word,
            _ => return None,
        }
    }
    if year.is_empty() {
        return None;
    }
    let day = format!("{year}-{month:02}-{day:0>2}");
    Some(if time.is_empty() { day } else { format!("{day}T{time}{zone}") })
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
            "1746413402886000000",
            "20250505025002.886",
            "20250505025002.886Z",
            "20250505T025002.886Z",
            "20250505 02:50:02.886",
            "2025/05/05 02:50:02.886",
            "2025/05/05T04:50:02.886+02:00",
            "05/May/2025:02:50:02.886 +0000",
            "[05/May/2025:04:50:02.886 +0200]",
            "Mon, 05 May 2025 02:50:02.886 GMT",
            "Mon May 5 02:50:02.886 2025",
            "May 5, 2025, 02:50:02.886 UTC",
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
            "20251305025002",
            "05/06/2025 02:50:02",
            "5 Maybe 2025 later",
            "May",
            "20250505T",
            "20é5/05/05",
            "99999999999999999999",
        ] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
