//! Answers that become right too fast: known answers that went round.

use crate::num::real;
use crate::random::Random;

/// From when on answers are better than the people who gave them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leak {
    /// Number of answers before it.
    pub from: usize,
    /// Answers from then on, and how many of them are right.
    pub answers: usize,
    /// Right among them.
    pub right: usize,
    /// How many of them were to be expected right.
    pub expected: f64,
    /// Chance that people of these abilities show as much at any moment; small means that the answer is known.
    pub chance: f64,
}

/// One answer to a task whose true answer is known to us.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Whether it is right.
    pub right: bool,
    /// The probability that it is, from what this person does elsewhere (on other tasks, against the others or against other gold).
    pub expected: f64,
}

/// The moment from which on the answers in `outcomes` (to one gold task in order of time, or of one person to all gold) are right more
/// often than the abilities behind them say, by most standard deviations; at least `shortest` answers follow it. `None` with fewer
/// answers, or where none could be better than expected. The chance is of the best moment, so looking at all moments is accounted for.
///
/// One who is good at gold only because gold is easier than his other tasks looks the same: take `expected` from like tasks. Somebody who
/// shares every answer from the start on is seen too (`from` is 0).
///
/// Source: a scan for one change of known direction (Page 1955), its distribution by drawing answers from the abilities (parametric
/// bootstrap). Time O(answers * draws).
pub fn leak(outcomes: &[Outcome], shortest: usize, seed: u64, draws: usize) -> Option<Leak> {
    let shortest = shortest.max(1);
    let odds: Vec<f64> = outcomes.iter().map(|one| one.expected.clamp(0.0, 1.0)).collect();
    let mut right: Vec<bool> = outcomes.iter().map(|one| one.right).collect();
    let (excess, from) = best(&right, &odds, shortest)?;
    let answers = right.len() - from;
    let found = right[from..].iter().filter(|right| **right).count();
    let mut random = Random::new(seed);
    let as_much = (0..draws)
        .filter(|_| {
            right.iter_mut().zip(&odds).for_each(|(right, odds)| *right = random.unit() < *odds);
            best(&right, &odds, shortest).is_some_and(|(other, _)| other >= excess - 1e-9)
        })
        .count();
    let chance = real(as_much + 1) / real(draws + 1);
    Some(Leak { from, answers, right: found, expected: odds[from..].iter().sum(), chance })
}

/// The greatest excess of right answers from some moment on, in standard deviations, and the moment (the first of equals).
fn best(right: &[bool], odds: &[f64], shortest: usize) -> Option<(f64, usize)> {
    let (mut excess, mut variance) = (0.0, 0.0);
    let mut best: Option<(f64, usize)> = None;
    for from in (0..right.len()).rev() {
        excess += f64::from(u8::from(right[from])) - odds[from];
        variance += odds[from] * (1.0 - odds[from]);
        if right.len() - from < shortest || variance <= 0.0 {
            continue;
        }
        let here = excess / variance.sqrt();
        if best.is_none_or(|(most, _)| here >= most - 1e-12) {
            best = Some((here, from));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(random: &mut Random, size: usize, leaked: impl Fn(usize) -> bool) -> Vec<Outcome> {
        let one = |at: usize| {
            let expected = 0.5 + 0.3 * random.unit();
            Outcome { expected, right: random.unit() < if leaked(at) { 0.98 } else { expected } }
        };
        (0..size).map(one).collect()
    }

    #[test]
    fn an_answer_that_went_round_is_found_and_good_people_are_not_accused() {
        let mut random = Random::new(3);
        let got = leak(&drawn(&mut random, 60, |at| at >= 30), 5, 1, 999).expect("enough");
        assert!(got.chance < 0.01 && got.from.abs_diff(30) <= 8, "{got:?}");
        assert!(real(got.right) > got.expected + 5.0 && got.answers == 60 - got.from);
        let whole = leak(&drawn(&mut random, 60, |_| true), 5, 1, 999).expect("enough");
        assert!(whole.chance < 0.01 && whole.from <= 20, "{whole:?}");
        let alarms = (0..200)
            .filter(|seed| leak(&drawn(&mut random, 40, |_| false), 5, *seed, 99).expect("enough").chance <= 0.05)
            .count();
        assert!((1..=22).contains(&alarms), "{alarms} false alarms of 200 at 5 %");
        // All right, as was to be expected of people who are always right: nothing to see.
        let sure = vec![Outcome { right: true, expected: 1.0 }; 50];
        assert_eq!(leak(&sure, 5, 1, 99), None);
        assert_eq!(leak(&sure[..3], 5, 1, 99), None);
    }

    /// One answer right that was to be expected with probability 1/4: by hand, the chance is 1/4.
    #[test]
    fn the_chance_of_one_answer_is_its_probability() {
        let got = leak(&[Outcome { right: true, expected: 0.25 }], 1, 7, 40_000).expect("one is enough");
        assert!((got.chance - 0.25).abs() < 0.01, "{got:?}");
        assert_eq!((got.from, got.answers, got.right), (0, 1, 1));
    }
}
