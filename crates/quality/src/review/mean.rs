//! The mean of shares, such as sizes of fixes.

use crate::ability::beta_share;
use crate::num::real;

/// Mean of shares in \[0, 1\] and both ends of its interval at `level` (0.95), cut at 0 and 1. Of a single share the interval is all of \[0, 1\].
/// `None` without any. Covers `level` where shares are normal; of a few very uneven ones it covers less.
///
/// Source: Student (1908). Time O(shares).
pub fn mean_share(shares: &[f64], level: f64) -> Option<(f64, (f64, f64))> {
    let count = real(shares.len());
    let mean = (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / count)?;
    if shares.len() == 1 {
        return Some((mean, (0.0, 1.0)));
    }
    let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let reach = student(count - 1.0, level) * (variance / count).sqrt();
    Some((mean, ((mean - reach).max(0.0), (mean + reach).min(1.0))))
}

/// The point beyond which, on either side, Student's distribution has 1 - `level` left.
pub(crate) fn student(freedom: f64, level: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1e4);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        let left = beta_share(freedom / 2.0, 0.5, freedom / (freedom + middle * middle));
        if left > 1.0 - level { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two-sided 5 % points of the table in Student's distribution, as every textbook has them.
    #[test]
    fn the_points_are_those_of_the_table() {
        for (freedom, point) in [(1.0, 12.706), (2.0, 4.303), (9.0, 2.262), (30.0, 2.042), (120.0, 1.980)] {
            assert!((student(freedom, 0.95) - point).abs() < 6e-4, "{freedom}: {}", student(freedom, 0.95));
        }
    }

    #[test]
    fn few_shares_say_little() {
        assert_eq!(mean_share(&[], 0.95), None);
        assert_eq!(mean_share(&[0.2], 0.95), Some((0.2, (0.0, 1.0))));
        assert_eq!(mean_share(&[0.3, 0.3, 0.3], 0.95).map(|(_, ends)| ends.1 - ends.0 < 1e-12), Some(true));
        let (mean, (low, high)) = mean_share(&[0.1, 0.2, 0.3, 0.4], 0.95).expect("there are some");
        assert!(
            (mean - 0.25).abs() < 1e-12 && (high - mean - 0.2054).abs() < 1e-3 && (mean - low - 0.2054).abs() < 1e-3
        );
    }
}
