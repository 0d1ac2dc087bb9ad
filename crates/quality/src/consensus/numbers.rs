//! Numbers and ratings: mean, median and spread, alone or per key.

use crate::num::real;
use std::collections::BTreeMap;

/// What a handful of numbers say together. All in the unit of the answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// Number of finite answers.
    pub answers: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Middle answer; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// Smallest answer.
    pub low: f64,
    /// Largest answer.
    pub high: f64,
    /// Standard deviation among people (n - 1); `None` with one answer.
    pub deviation: Option<f64>,
}

/// Mean, median and spread of `answers`. Answers that are not finite do not count; `None` if none is left.
pub fn numbers(answers: &[f64]) -> Option<Numbers> {
    let mut sorted: Vec<f64> = answers.iter().copied().filter(|answer| answer.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (&low, &high) = (sorted.first()?, sorted.last()?);
    let count = sorted.len();
    let n = real(count);
    let mean = (sorted.iter().map(|answer| answer / n).sum::<f64>()).clamp(low, high);
    let median = f64::midpoint(sorted[(count - 1) / 2], sorted[count / 2]);
    let squares: f64 = sorted.iter().map(|answer| (answer - mean).powi(2)).sum();
    let deviation = (count > 1).then(|| (squares / (n - 1.0)).sqrt());
    Some(Numbers { answers: count, mean, median, low, high, deviation })
}

/// The mean of what is left when the share `trim` of all answers, rounded down, is cut off at either end: of five answers and a fifth the mean of the middle three, of
/// fewer than five the mean of all. Answers that are not finite do not count; `None` if none is left, or if `trim` is not in \[0, 0.5).
///
/// Source: Tukey and `McLaughlin` (1963).
pub fn trimmed_mean(answers: &[f64], trim: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = answers.iter().copied().filter(|answer| answer.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if !(0.0..0.5).contains(&trim) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than half of a list's length")]
    let cut = (trim * real(sorted.len()) + 1e-9) as usize;
    numbers(&sorted[cut..sorted.len() - cut]).map(|summed| summed.mean)
}

/// One summary per key (criterion, message, candidate), in order of key.
pub fn numbers_per_key<K: Ord + Clone>(answers: &[(K, f64)]) -> Vec<(K, Numbers)> {
    let mut by_key: BTreeMap<&K, Vec<f64>> = BTreeMap::new();
    for (key, value) in answers {
        by_key.entry(key).or_default().push(*value);
    }
    by_key.into_iter().filter_map(|(key, values)| Some((key.clone(), numbers(&values)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_number_has_its_median_in_between() {
        let got = numbers(&[4.0, 1.0, 2.0, 9.0]).expect("four answers");
        assert_eq!((got.mean, got.median, got.low, got.high), (4.0, 3.0, 1.0, 9.0));
        assert!((got.deviation.expect("two or more") - (38.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    /// Cut at both ends alike, whole answers only.
    #[test]
    fn a_trimmed_mean_leaves_out_the_ends() {
        let answers = [100.0, 1.0, 3.0, 2.0, -50.0];
        assert_eq!(trimmed_mean(&answers, 0.2), Some(2.0));
        assert_eq!(trimmed_mean(&answers, 0.49), Some(2.0));
        assert_eq!(trimmed_mean(&answers, 0.1), numbers(&answers).map(|all| all.mean));
        assert_eq!(trimmed_mean(&answers[..4], 0.2), Some(26.5), "a fifth of four is none");
        assert_eq!(trimmed_mean(&[f64::NAN], 0.2), None);
        assert_eq!((trimmed_mean(&answers, 0.5), trimmed_mean(&[], 0.1)), (None, None));
        let ten: Vec<f64> = (0..10).map(real).collect();
        assert_eq!(trimmed_mean(&ten, 0.1), Some(4.5), "one at either end");
    }

    #[test]
    fn one_answer_has_no_spread_and_none_has_nothing() {
        assert_eq!(numbers(&[5.0]).expect("one").deviation, None);
        assert_eq!(numbers(&[]), None);
        assert_eq!(numbers(&[f64::NAN, f64::INFINITY]), None);
    }

    #[test]
    fn the_order_of_answers_does_not_change_the_last_bit() {
        let answers = [0.1, 0.7, 1e10, -3.3, 0.2];
        let mut turned = answers;
        turned.reverse();
        assert_eq!(numbers(&answers), numbers(&turned));
        assert!(numbers(&[f64::MAX, f64::MAX]).expect("two").mean.is_finite());
    }

    #[test]
    fn each_criterion_is_summed_up_alone() {
        let got = numbers_per_key(&[("clarity", 3.0), ("truth", 1.0), ("clarity", 5.0)]);
        assert_eq!(got.iter().map(|(key, n)| (*key, n.mean)).collect::<Vec<_>>(), [("clarity", 4.0), ("truth", 1.0)]);
    }
}
