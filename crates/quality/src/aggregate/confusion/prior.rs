//! The prior of confusion rows: fixed, or learned from all workers.

use super::table::Pairs;
use crate::num::ln_gamma;

/// Per state (a class, or a kind of task within one), a Dirichlet over answers: `weights[state * classes + answer]`.
#[derive(Debug, Clone)]
pub(crate) struct Prior {
    pub(crate) classes: usize,
    pub(crate) states: usize,
    pub(crate) weights: Vec<f64>,
    /// What is believed of the crowd's own rows, where they are learned: weights like those above.
    crowd: Vec<f64>,
    /// Per state, in answers, the strength last learned.
    pub(crate) strengths: Vec<f64>,
}

/// What the crowd's row may be worth to each worker, in answers. Finer steps would tell apart what the answers do not; the ends keep a
/// crowd that looks all alike on few answers from leaving nobody a row of his own.
const STRENGTHS: [f64; 5] = [1.0, 3.0, 10.0, 30.0, 100.0];

/// Log likelihoods (nats) that differ by no more than this say the same. Posteriors are rounded to 2^-40, so of a class that hardly
/// anybody is believed to belong to the counts are little but rounding, and so would be what they say; this is far above it, and far
/// below what is evidence.
const SAME: f64 = 1e-4;

/// Weight of every answer beside the crowd's row, so that one nobody gave yet is not impossible.
const EACH: f64 = 0.05;

impl Prior {
    /// Weight `right` for the class of the state and `wrong` for each other. The states of a class lie together.
    pub(crate) fn new(classes: usize, subtypes: usize, right: f64, wrong: f64) -> Self {
        let weight = |at: usize| if at / classes / subtypes == at % classes { right } else { wrong };
        let states = classes * subtypes;
        let weights: Vec<f64> = (0..states * classes).map(weight).collect();
        Self { classes, states, crowd: weights.clone(), weights, strengths: vec![STRENGTHS[0]; states] }
    }

    /// Learns from all workers: the mean row is the crowd's (all answers together, and the weights this began with). With `anew` the strength of each
    /// state becomes the one of [`STRENGTHS`] under which the counts are most likely (as Dirichlet-multinomials), the least of those
    /// equally likely (to [`SAME`]).
    ///
    /// `counts` holds per pair and state the expected answers, `totals` per worker and state their sum. Time O(pairs * states).
    pub(crate) fn learn(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64], anew: bool) {
        let (classes, states) = (self.classes, self.states);
        if classes == 0 {
            return;
        }
        let mut means = self.crowd.clone();
        for (&(_, answer), row) in pairs.list.iter().zip(counts.chunks_exact(states)) {
            let answer = usize::from(answer);
            row.iter().enumerate().for_each(|(state, count)| means[state * classes + answer] += count);
        }
        for row in means.chunks_exact_mut(classes) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|mean| *mean /= sum);
        }
        if anew {
            let tried = STRENGTHS
                .map(|strength| likelihoods(&around(&means, &vec![strength; states]), states, pairs, counts, totals));
            let mut answers = vec![0.0; states];
            for row in totals.chunks_exact(states) {
                answers.iter_mut().zip(row).for_each(|(sum, total)| *sum += total);
            }
            for (state, strength) in self.strengths.iter_mut().enumerate() {
                let mut best = 0;
                for at in 1..STRENGTHS.len() {
                    // Rounding must not decide.
                    if tried[at][state] > tried[best][state] + SAME + 1e-11 * answers[state] {
                        best = at;
                    }
                }
                *strength = STRENGTHS[best];
            }
        }
        self.weights = around(&means, &self.strengths);
    }
}

/// The weights of Dirichlets of these mean rows and strengths, per state.
fn around(means: &[f64], strengths: &[f64]) -> Vec<f64> {
    let rows = means.chunks_exact(means.len() / strengths.len()).zip(strengths);
    rows.flat_map(|(row, strength)| row.iter().map(move |mean| strength * mean + EACH)).collect()
}

/// Per state, the log likelihood of all workers' counts under Dirichlets of these weights, up to a constant.
fn likelihoods(weights: &[f64], states: usize, pairs: &Pairs, counts: &[f64], totals: &[f64]) -> Vec<f64> {
    let classes = weights.len() / states;
    let gained = |weight: f64, count: f64| if count > 0.0 { ln_gamma(weight + count) - ln_gamma(weight) } else { 0.0 };
    let mut sums = vec![0.0; states];
    for (&(_, answer), row) in pairs.list.iter().zip(counts.chunks_exact(states)) {
        let weights = weights[usize::from(answer)..].iter().step_by(classes);
        for ((sum, count), weight) in sums.iter_mut().zip(row).zip(weights) {
            *sum += gained(*weight, *count);
        }
    }
    let spreads: Vec<f64> = weights.chunks_exact(classes).map(|row| row.iter().sum()).collect();
    for row in totals.chunks_exact(states) {
        for ((sum, total), spread) in sums.iter_mut().zip(row).zip(&spreads) {
            *sum -= gained(*spread, *total);
        }
    }
    sums
}
