//! The prior of confusion rows: fixed, or learned from all workers.

use super::table::Pairs;
use crate::num::{digamma, exp, ln};

/// Per state (a class, or a kind of task within one), a Dirichlet over answers: `weights[state * classes + answer]`.
#[derive(Debug, Clone)]
pub(crate) struct Prior {
    pub(crate) classes: usize,
    pub(crate) states: usize,
    pub(crate) weights: Vec<f64>,
    /// What is believed of the crowd's own rows, where they are learned: weights like those above.
    crowd: Vec<f64>,
    /// Logarithm of the strength last learned.
    strength: f64,
}

/// A learned prior is worth at least so many answers and at most so many, whatever the likelihood says: a crowd that looks all
/// alike on few answers would else leave nobody a row of his own.
const STRENGTH: (f64, f64) = (0.1, 100.0);

/// The logarithm of the strength is found to this.
const PRECISION: f64 = 1e-10;

impl Prior {
    /// Weight `right` for the class of the state and `wrong` for each other. The states of a class lie together.
    pub(crate) fn new(classes: usize, subtypes: usize, right: f64, wrong: f64) -> Self {
        let weight = |at: usize| if at / classes / subtypes == at % classes { right } else { wrong };
        let states = classes * subtypes;
        let weights: Vec<f64> = (0..states * classes).map(weight).collect();
        Self { classes, states, crowd: weights.clone(), weights, strength: ln(10.0) }
    }

    /// Learns from all workers: the mean row is the crowd's (all answers together, and the weights this began with), the strength is
    /// the same for all states and moves by `share` of the way to the most likely under the counts (of Dirichlet-multinomials),
    /// within [`STRENGTH`].
    ///
    /// One strength: what a class with few answers says of it alone is noise. `counts` holds per pair and state the expected
    /// answers, `totals` per worker and state their sum. Time O(pairs * states), about ten times.
    pub(crate) fn learn(&mut self, pairs: &Pairs, counts: &[f64], totals: &[f64], share: f64) {
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
        let found = highest(self.strength, |log| slope(exp(log), pairs, counts, totals, &means, classes));
        self.strength += share * (found - self.strength);
        let strength = exp(self.strength);
        self.weights.iter_mut().zip(&means).for_each(|(weight, mean)| *weight = strength * mean);
    }
}

/// Derivative of the log likelihood of all counts by the strength of their prior, at mean rows `means`; 0 if it may be rounding alone
/// (where everybody answered once, nothing is known of the strength).
fn slope(strength: f64, pairs: &Pairs, counts: &[f64], totals: &[f64], means: &[f64], classes: usize) -> f64 {
    let states = means.len() / classes;
    let at_mean: Vec<f64> = means.iter().map(|mean| digamma(strength * mean)).collect();
    let mut slope = 0.0;
    let mut row = vec![0.0; states];
    for (&(_, answer), counts) in pairs.list.iter().zip(counts.chunks_exact(states)) {
        let answer = usize::from(answer);
        let of_answer = means[answer..].iter().zip(&at_mean[answer..]).step_by(classes);
        for ((part, count), (mean, at_mean)) in row.iter_mut().zip(counts).zip(of_answer) {
            *part = mean * (digamma(strength * mean + count) - at_mean);
        }
        slope += row.iter().sum::<f64>();
    }
    let at_strength = digamma(strength);
    let spent = |total: &f64| digamma(strength + total) - at_strength;
    slope -= totals.iter().map(spent).sum::<f64>();
    let answers: f64 = totals.iter().sum::<f64>() * 1.0_f64.max(1.0 / strength);
    if slope.abs() < 1e-9 * answers { 0.0 } else { slope }
}

/// Where `slope` changes its sign from positive (or 0) to negative within the logarithms of [`STRENGTH`], or the end it points to; the
/// upper end if it is 0 throughout. `guess` only saves time. The Illinois variant of false position.
fn highest(guess: f64, slope: impl Fn(f64) -> f64) -> f64 {
    let (least, most) = (ln(STRENGTH.0), ln(STRENGTH.1));
    let (mut low, mut high) = (guess - 0.25, guess + 0.25);
    let (mut at_low, mut at_high) = (slope(low), slope(high));
    let mut width = 0.5;
    while at_low < 0.0 {
        if low <= least {
            return least;
        }
        (high, at_high) = (low, at_low);
        low = (low - width).max(least);
        at_low = slope(low);
        width *= 2.0;
    }
    while at_high >= 0.0 {
        if high >= most {
            return most;
        }
        (low, at_low) = (high, at_high);
        high = (high + width).min(most);
        at_high = slope(high);
        width *= 2.0;
    }
    let mut side = 0;
    for _ in 0..60 {
        if high - low < PRECISION {
            break;
        }
        let middle = (low * at_high - high * at_low) / (at_high - at_low);
        let at_middle = slope(middle);
        if at_middle >= 0.0 {
            if (middle - low).abs() < PRECISION {
                return middle;
            }
            (low, at_low) = (middle, at_middle);
            if side == 1 {
                at_high /= 2.0;
            }
            side = 1;
        } else {
            if (high - middle).abs() < PRECISION {
                return middle;
            }
            (high, at_high) = (middle, at_middle);
            if side == -1 {
                at_low /= 2.0;
            }
            side = -1;
        }
    }
    f64::midpoint(low, high)
}
