//! PM / CRH: truth and weights in turn.

use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::real;

/// Conflict resolution by minimising the weighted loss.
///
/// Source: Li, Li, Gao, Zhao, Fan and Han (2014), "Resolving conflicts in heterogeneous data by truth discovery and
/// source reliability estimation": a worker weighs minus the log of his loss over the greatest loss. The loss is 0-1 against
/// the weighted majority (a tie counts in part), its mean over his answers. One departure: it is shrunk by `prior_answers`
/// answers at the crowd's mean, so that one lucky answer does not rule. Time O(answers) a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pm {
    /// Strength of the shrinking, in answers.
    pub prior_answers: f64,
    /// Most steps.
    pub steps_max: usize,
}

impl Default for Pm {
    fn default() -> Self {
        Self { prior_answers: 1.0, steps_max: 50 }
    }
}

impl Pm {
    /// Posteriors (shares of weight), steps, whether they settled.
    pub fn fit(&self, answers: &Answers) -> (Posteriors, usize, bool) {
        let mut current = vote::shares(answers);
        for step in 1..=self.steps_max {
            let next = vote::weighted(answers, &self.weights(answers, &current));
            let moved = current.flat().iter().zip(next.flat()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            current = next;
            if moved < 1e-6 {
                return (current, step, true);
            }
        }
        (current, self.steps_max, false)
    }

    fn weights(&self, answers: &Answers, truth: &Posteriors) -> Vec<f64> {
        let losses = vote::misses(answers, truth);
        let mean = losses.iter().map(|(loss, _)| loss).sum::<f64>() / real(answers.len().max(1));
        let rate = |(loss, count): &(f64, usize)| {
            (loss + mean * self.prior_answers + 1e-9) / (real(*count) + self.prior_answers)
        };
        let rates: Vec<f64> = losses.iter().map(rate).collect();
        let greatest = rates.iter().copied().fold(0.0, f64::max);
        rates.iter().map(|rate| -(rate / greatest).ln() + 1e-5).collect()
    }
}
