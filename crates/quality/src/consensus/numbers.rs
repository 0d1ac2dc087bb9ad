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
