//! Whether someone's answers became better or worse at some moment.

use crate::num::real;
use crate::random::Random;

/// The most likely moment of change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Number of answers before it.
    pub at: usize,
    /// Share right before.
    pub before: f64,
    /// Share right after.
    pub after: f64,
    /// Chance that answers without any change show one as clear, by permutation; small means a change.
    pub chance: f64,
}

/// The split of `right` (in order of time) into two stretches of at least `shortest` answers that fits best, and how often a random
/// order of the same answers is split as clearly. `None` with fewer than two such stretches, or when all answers are alike.
///
/// Source: the likelihood ratio for one change of a binomial share (Hinkley and Hinkley 1970), with a permutation test because
/// its distribution under no change is not chi-squared. Time O(answers * draws).
pub fn change_point(right: &[bool], shortest: usize, seed: u64, draws: usize) -> Option<Change> {
    let shortest = shortest.max(1);
    let total = right.iter().filter(|right| **right).count();
    if right.len() < 2 * shortest || total == 0 || total == right.len() {
        return None;
    }
    let (gain, at) = best_split(right, shortest);
    let mut random = Random::new(seed);
    let mut mixed = right.to_vec();
    let as_clear = (0..draws)
        .filter(|_| {
            random.shuffle(&mut mixed);
            best_split(&mixed, shortest).0 >= gain - 1e-9
        })
        .count();
    let share = |part: &[bool]| real(part.iter().filter(|right| **right).count()) / real(part.len());
    let chance = real(as_clear + 1) / real(draws + 1);
    Some(Change { at, before: share(&right[..at]), after: share(&right[at..]), chance })
}

/// The gain in log likelihood of the best split, and where it is (the first of equals).
fn best_split(right: &[bool], shortest: usize) -> (f64, usize) {
    let total = right.iter().filter(|right| **right).count();
    let fit = |right: usize, all: usize| {
        let part = |count: usize| if count == 0 { 0.0 } else { real(count) * (real(count) / real(all)).ln() };
        part(right) + part(all - right)
    };
    let mut best = (f64::NEG_INFINITY, shortest);
    let mut before = 0;
    for at in 1..=right.len() - shortest {
        before += usize::from(right[at - 1]);
        let gain = fit(before, at) + fit(total - before, right.len() - at) - fit(total, right.len());
        if at >= shortest && gain > best.0 + 1e-12 {
            best = (gain, at);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_is_found_where_it_was_and_chance_is_left_alone() {
        let mut random = Random::new(6);
        let fall: Vec<bool> = (0..200).map(|at| random.unit() < if at < 120 { 0.95 } else { 0.6 }).collect();
        let got = change_point(&fall, 10, 1, 400).expect("long enough");
        assert!(got.at.abs_diff(120) < 15 && got.before > got.after && got.chance < 0.01, "{got:?}");
        let alarms = (0..100)
            .filter(|seed| {
                let mut random = Random::new(1000 + seed);
                let steady: Vec<bool> = (0..60).map(|_| random.unit() < 0.8).collect();
                change_point(&steady, 5, *seed, 99).is_some_and(|change| change.chance <= 0.05)
            })
            .count();
        assert!(alarms <= 12, "{alarms} false alarms of 100 at 5 %");
        assert_eq!(change_point(&[true; 50], 5, 1, 9), None);
        assert_eq!(change_point(&[true, false], 5, 1, 9), None);
    }
}
