//! One number that makes a model as sure as it is right.

use super::Gold;
use crate::aggregate::Posteriors;
use crate::num::{exp, ln, softmax};

/// Every probability is raised to the power `1 / value` and rows are made to sum to 1 again: above 1 less sure, below 1 more.
/// The most probable class stays what it is.
///
/// Source: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature {
    /// The temperature, between 0.1 and 50.
    pub value: f64,
    /// Number of gold tasks it rests on.
    pub gold: usize,
}

/// The least probability that is told apart from 0.
const LEAST: f64 = 1e-12;

impl Temperature {
    /// The temperature with the best log score on `gold`, held near 1 by a normal prior on its logarithm (deviation 1):
    /// with little gold, or gold that every class fits, it stays where the model put it.
    pub fn fit(posteriors: &Posteriors, gold: &[Gold]) -> Self {
        let loss = |log: f64| {
            let scaled = Self { value: exp(log), gold: gold.len() };
            0.5 * log * log
                - gold.iter().map(|(task, class)| scaled.log_score(posteriors.task(*task), *class)).sum::<f64>()
        };
        let ends = (ln(0.1), ln(50.0));
        // The loss may have two valleys because of the prior: look on a grid, then close in.
        let step = (ends.1 - ends.0) / 40.0;
        let grid = (0..=40_u32).map(|at| ends.0 + f64::from(at) * step);
        let start = grid.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(0.0);
        let log = golden(&loss, (start - step).max(ends.0), (start + step).min(ends.1));
        Self { value: exp(log), gold: gold.len() }
    }

    /// One row at this temperature.
    pub fn scale(&self, row: &[f64]) -> Vec<f64> {
        let mut scaled: Vec<f64> = row.iter().map(|share| ln(share.max(LEAST)) / self.value).collect();
        softmax(&mut scaled);
        scaled
    }

    /// All rows at this temperature.
    #[must_use]
    pub fn apply(&self, posteriors: &Posteriors) -> Posteriors {
        let rows = (0..posteriors.tasks()).flat_map(|task| self.scale(posteriors.task(task)));
        Posteriors::new(posteriors.classes(), rows.collect())
    }

    /// Logarithm of the probability that the scaled row gives to `class`; nats, at most 0, finite.
    pub fn log_score(&self, row: &[f64], class: usize) -> f64 {
        ln(self.scale(row)[class].max(LEAST))
    }
}

/// The lowest point of a function with one valley between `low` and `high`, to 1e-6 (golden section search).
pub(crate) fn golden(function: &dyn Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let share = (5.0_f64.sqrt() - 1.0) / 2.0;
    while high - low > 1e-6 {
        let (left, right) = (high - share * (high - low), low + share * (high - low));
        if function(left) <= function(right) { high = right } else { low = left }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A model that says its true probability to the power of `over`, on two classes.
    fn made(over: f64, tasks: usize) -> (Posteriors, Vec<Gold>) {
        let mut random = Random::new(4);
        let (mut rows, mut gold) = (Vec::new(), Vec::new());
        for task in 0..tasks {
            let p = 0.5 + 0.49 * random.unit();
            let said = Temperature { value: 1.0 / over, gold: 0 }.scale(&[p, 1.0 - p]);
            rows.extend(said);
            gold.push((task, usize::from(random.unit() > p)));
        }
        (Posteriors::new(2, rows), gold)
    }

    #[test]
    fn an_over_confident_model_is_cooled_by_as_much_as_it_was_heated() {
        let (posteriors, gold) = made(4.0, 4000);
        let got = Temperature::fit(&posteriors, &gold);
        assert!((got.value - 4.0).abs() < 0.5, "{got:?}");
        let fair = made(1.0, 4000);
        assert!((Temperature::fit(&fair.0, &fair.1).value - 1.0).abs() < 0.1);
    }

    #[test]
    fn the_best_class_stays_and_rows_stay_rows() {
        let posteriors = Posteriors::new(3, vec![0.2, 0.5, 0.3, 1.0, 0.0, 0.0]);
        let scaled = Temperature { value: 5.0, gold: 9 }.apply(&posteriors);
        assert_eq!((scaled.best(0), scaled.best(1)), (1, 0));
        assert!((scaled.task(1).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(Temperature { value: 1.0, gold: 0 }.log_score(&[1.0, 0.0], 1).is_finite());
    }

    #[test]
    fn without_gold_nothing_changes_and_little_gold_changes_little() {
        let posteriors = Posteriors::new(2, vec![0.999_999, 0.000_001]);
        assert!((Temperature::fit(&posteriors, &[]).value - 1.0).abs() < 1e-4);
        assert!(Temperature::fit(&posteriors, &[(0, 0)]).value > 0.5);
    }
}
