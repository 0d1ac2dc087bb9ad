//! The prior of confusion rows learned from all workers.

use super::table::Pairs;
use crate::num::{digamma, real};

/// Per state (a class, or a kind of task within one), a Dirichlet over answers: `weights[state * classes + answer]`.
#[derive(Debug, Clone)]
pub(crate) struct Learned {
    pub(crate) classes: usize,
    pub(crate) states: usize,
    pub(crate) weights: Vec<f64>,
}

/// Weights stay above this over the number of classes: a state that few or no workers met does not learn a prior of 0.
const FLOOR: f64 = 1e-3;

/// Inner steps for each step of the model.
const STEPS: usize = 5;

impl Learned {
    /// The start: `right` for the class of the state and `wrong` for each other. The states of a class lie together.
    pub(crate) fn new(classes: usize, subtypes: usize, right: f64, wrong: f64) -> Self {
        let weight = |at: usize| if at / classes / subtypes == at % classes { right } else { wrong };
        let states = classes * subtypes;
        Self { classes, states, weights: (0..states * classes).map(weight).collect() }
    }

    /// Several steps towards the maximum of the likelihood of all workers' counts.
    pub(crate) fn learn(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64]) {
        for _ in 0..STEPS {
            self.step(pairs, counts, totals);
        }
    }

    /// One step of Minka's fixed point (2000, "Estimating a Dirichlet distribution", equation 55).
    /// `counts` holds per pair and state the expected answers, `totals` per worker and state their sum.
    fn step(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64]) {
        let (classes, states) = (self.classes, self.states);
        let sums: Vec<f64> = self.weights.chunks_exact(classes.max(1)).map(|row| row.iter().sum()).collect();
        let at_weight: Vec<f64> = self.weights.iter().map(|weight| digamma(*weight)).collect();
        let at_sum: Vec<f64> = sums.iter().map(|sum| digamma(*sum)).collect();
        let mut gained = vec![0.0; states * classes];
        for (&(_, answer), row) in pairs.list.iter().zip(counts.chunks_exact(states.max(1))) {
            for (state, count) in row.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let at = state * classes + usize::from(answer);
                gained[at] += digamma(self.weights[at] + count) - at_weight[at];
            }
        }
        let mut spent = vec![0.0; states];
        for row in totals.chunks_exact(states.max(1)) {
            for (state, total) in row.iter().enumerate().filter(|(_, total)| **total > 0.0) {
                spent[state] += digamma(sums[state] + total) - at_sum[state];
            }
        }
        for (at, weight) in self.weights.iter_mut().enumerate() {
            if spent[at / classes] > 0.0 {
                *weight = (*weight * gained[at] / spent[at / classes]).clamp(FLOOR / real(classes), 1e4);
            }
        }
    }
}
