//! Agreement on marked passages: where they are and what they are.

use super::{
    figures::{SEED, real},
    report::Estimate,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use vouchsafe_quality::{agreement::gamma, random::Random, spans::Looked};

/// Agreement on marked passages as marks: where they are and what they are, aligned two people at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GammaFigures {
    /// Gamma of pairs: 1 is perfect agreement, 0 what chance would give; the interval is over texts.
    pub gamma: Estimate,
    /// Texts it rests on.
    pub texts: usize,
    /// Texts that were left out, at random or because they hold very many marks, since to align them would take too long.
    pub left_out: usize,
}

/// Draws of the interval.
const DRAWS: usize = 400;
/// Steps that may be spent on all texts together: about a second. Beyond it a random part of them is looked at.
const STEPS_MAX: f64 = 500_000_000.0;
/// Pairs of people that chance is drawn from in each text, as the crate does.
const SHUFFLES: f64 = 200.0;

/// Gamma of the texts that two people or more looked at, or of as many of them, at random, as can be aligned in time. `None` where it is undefined.
pub(super) fn of(looked: Vec<Looked>) -> Option<GammaFigures> {
    within(looked, STEPS_MAX)
}

fn within(looked: Vec<Looked>, steps_max: f64) -> Option<GammaFigures> {
    let mut marks: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for one in &looked {
        marks.entry(one.text).or_default().push(one.marks.len());
    }
    // Those that count: with nobody to compare, or nothing marked, there is no agreement.
    marks.retain(|_, people| people.len() > 1 && people.iter().any(|marks| *marks > 0));
    let mut order: Vec<(u32, f64)> = marks.iter().map(|(text, people)| (*text, steps(people))).collect();
    Random::new(SEED).shuffle(&mut order);
    let (mut spent, mut taken) = (0.0, Vec::new());
    for (text, steps) in order {
        // One text shall not take the place of all the others.
        if steps <= steps_max / 10.0 && spent + steps <= steps_max {
            spent += steps;
            taken.push(text);
        }
    }
    taken.sort_unstable();
    let left_out = marks.len() - taken.len();
    let taken: Vec<Looked> = looked.into_iter().filter(|one| taken.binary_search(&one.text).is_ok()).collect();
    let found = gamma(&taken, SEED, DRAWS)?;
    let (low, high) = found.ends?;
    Some(GammaFigures { gamma: Estimate { value: found.value, low, high }, texts: found.texts, left_out })
}

/// The steps that a text takes: to align two people's marks is cubic in how many they are.
fn steps(people: &[usize]) -> f64 {
    let most = real(people.iter().copied().max().unwrap_or(0));
    let pairs = real(people.len()) * (real(people.len()) - 1.0) / 2.0;
    (pairs + SHUFFLES) * (most + 1.0).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_quality::spans::Mark;

    fn texts(count: u32) -> Vec<Looked> {
        let mark = |start: u32| Mark { start, end: start + 6, label: 0 };
        let of = move |text: u32| {
            (0..3).map(move |worker| Looked { text, worker, marks: vec![mark(text % 7 + worker % 2), mark(60)] })
        };
        (0..count).flat_map(of).collect()
    }

    #[test]
    fn texts_are_drawn_where_all_would_take_too_long_and_the_figure_stays_near() {
        let all = of(texts(60)).expect("it is defined");
        assert_eq!((all.texts, all.left_out), (60, 0));
        let some = within(texts(60), 20.0 * steps(&[2, 2, 2])).expect("some are left");
        assert_eq!((some.texts, some.left_out), (20, 40));
        assert!((some.gamma.value - all.gamma.value).abs() < 0.1, "{some:?} {all:?}");
        assert!(all.gamma.low <= all.gamma.value && all.gamma.value <= all.gamma.high, "{all:?}");
    }

    #[test]
    fn where_nobody_can_be_compared_it_is_undefined() {
        assert_eq!(of(texts(5).into_iter().filter(|one| one.worker == 0).collect()), None);
        assert_eq!(of(vec![]), None);
        let nothing = |worker| Looked { text: 0, worker, marks: vec![] };
        assert_eq!(of(vec![nothing(0), nothing(1)]), None);
    }
}
