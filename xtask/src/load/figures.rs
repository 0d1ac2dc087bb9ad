//! Figures as they are printed: each with its sizes.

use std::time::Duration;

/// How many a second.
pub(crate) fn rate(count: usize, took: Duration) -> u64 {
    let micros = took.as_micros().max(1);
    u64::try_from(count as u128 * 1_000_000 / micros).unwrap_or(u64::MAX)
}

/// Microseconds of each.
pub(crate) fn each_us(all: Duration, count: usize) -> u128 {
    all.as_micros() / (count.max(1) as u128)
}

/// A quantile of sorted times, in milliseconds: the smallest that at least `per_mille` of them do not exceed.
pub(crate) fn quantile_ms(sorted_us: &[u64], per_mille: usize) -> String {
    let rank = (sorted_us.len() * per_mille).div_ceil(1_000).saturating_sub(1);
    let us = sorted_us.get(rank).copied().unwrap_or(0);
    format!("{}.{} ms", us / 1_000, us % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_what_was_measured() {
        let times: Vec<u64> = (1..=200).map(|n| n * 1_000).collect();
        assert_eq!(quantile_ms(&times, 500), "100.0 ms");
        assert_eq!(quantile_ms(&times, 990), "198.0 ms");
        assert_eq!(quantile_ms(&[], 990), "0.0 ms");
        assert_eq!(rate(300, Duration::from_millis(100)), 3_000);
    }
}
