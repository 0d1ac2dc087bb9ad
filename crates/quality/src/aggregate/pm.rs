//! PM / CRH: truth and weights in turn.

use super::{Posteriors, vote};
use crate::answers::Answers;
use crate::num::{ln, real};

/// Conflict resolution by minimising the weighted loss.
///
/// Source: Li, Li, Gao, Zhao, Fan and Han (2014), "Resolving conflicts in heterogeneous data by truth discovery and
/// source reliability estimation": a worker weighs minus the log of his loss over the greatest loss. The loss is 0-1 against
/// the weighted majority (a tie counts in part), its mean over his answers, at least [`LEAST`], so that nobody weighs infinitely much;
/// the greatest loss weighs [`LEAST`], so that no task is left without any weight. Time O(answers) a step.
pub(crate) fn fit(answers: &Answers) -> (Posteriors, usize, bool) {
    let mut current = vote::shares(answers);
    for step in 1..=STEPS_MAX {
        let next = vote::weighted(answers, &weights(answers, &current));
        let moved = current.flat().iter().zip(next.flat()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        current = next;
        if moved < 1e-6 {
            return (current, step, true);
        }
    }
    (current, STEPS_MAX, false)
}

/// Least loss, and least weight.
const LEAST: f64 = 1e-3;

/// Most steps.
const STEPS_MAX: usize = 50;

fn weights(answers: &Answers, truth: &Posteriors) -> Vec<f64> {
    let rate = |(loss, count): &(f64, usize)| (loss / real((*count).max(1))).max(LEAST);
    let rates: Vec<f64> = vote::misses(answers, truth).iter().map(rate).collect();
    let greatest = rates.iter().copied().fold(0.0, f64::max);
    rates.iter().map(|rate| LEAST - ln(rate / greatest)).collect()
}
