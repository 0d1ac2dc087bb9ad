//! The prior of confusion rows learned from all workers.

use super::table::Pairs;
use crate::num::{digamma, real};

/// Per true class, a Dirichlet over answers: `weights[class * classes + answer]`.
#[derive(Debug, Clone)]
pub(crate) struct Learned {
    classes: usize,
    pub(crate) weights: Vec<f64>,
}

/// A prior of this many answers at even shares keeps a class that few or no workers met from learning a prior of 0.
const FLOOR: f64 = 1e-3;

/// Inner steps for each step of the model.
const STEPS: usize = 5;

impl Learned {
    /// The start: `right` for the true class and `wrong` for each other.
    pub(crate) fn new(classes: usize, right: f64, wrong: f64) -> Self {
        let weight = |at: usize| if at / classes == at % classes { right } else { wrong };
        Self { classes, weights: (0..classes * classes).map(weight).collect() }
    }

    pub(crate) fn classes(&self) -> usize {
        self.classes
    }

    /// Several steps towards the maximum.
    pub(crate) fn learn(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64]) {
        for _ in 0..STEPS {
            self.step(pairs, counts, totals);
        }
    }

    /// One step of Minka's fixed point (2000, "Estimating a Dirichlet distribution", equation 55) towards the maximum of
    /// the likelihood of all workers' counts,
    /// `counts` holds per pair and true class the expected answers, `totals` per worker and true class their sum.
    fn step(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64]) {
        let k = self.classes;
        let sums: Vec<f64> = self.weights.chunks_exact(k).map(|row| row.iter().sum()).collect();
        let (at_weight, at_sum): (Vec<f64>, Vec<f64>) =
            (self.weights.iter().map(|w| digamma(*w)).collect(), sums.iter().map(|s| digamma(*s)).collect());
        let mut gained = vec![0.0; k * k];
        for (&(_, answer), row) in pairs.list.iter().zip(counts.chunks_exact(k)) {
            for (class, count) in row.iter().enumerate().filter(|(_, count)| **count > 0.0) {
                let at = class * k + usize::from(answer);
                gained[at] += digamma(self.weights[at] + count) - at_weight[at];
            }
        }
        let mut spent = vec![0.0; k];
        for row in totals.chunks_exact(k) {
            for (class, total) in row.iter().enumerate().filter(|(_, total)| **total > 0.0) {
                spent[class] += digamma(sums[class] + total) - at_sum[class];
            }
        }
        for (at, weight) in self.weights.iter_mut().enumerate() {
            if spent[at / k] > 0.0 {
                *weight = (*weight * gained[at] / spent[at / k]).clamp(FLOOR / real(k), 1e4);
            }
        }
    }
}
