//! Agreement on marked passages: where they are and what they are.

use super::{
    estimate::{Estimate, SEED},
    report::GammaFigures,
};
use vouchsafe_quality::{agreement::gamma, spans::Looked};

/// Draws of the interval.
const DRAWS: usize = 400;
/// Steps that may be spent on all texts together: about a second. Beyond it a random part of them is looked at.
const STEPS_MAX: f64 = 500_000_000.0;

/// Gamma of the texts that two people or more looked at, or of as many of them, at random, as can be aligned in time. `None` where it is undefined.
pub(super) fn of(looked: &[Looked]) -> Option<GammaFigures> {
    within(looked, STEPS_MAX)
}

fn within(looked: &[Looked], steps_max: f64) -> Option<GammaFigures> {
    let found = gamma(looked, SEED, DRAWS, steps_max)?;
    Some(GammaFigures {
        gamma: Estimate::between(found.value, found.ends?),
        texts: found.texts,
        left_out: found.left_out,
        near: found.near,
        near_by_chance: found.near_by_chance,
    })
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
        let all = of(&texts(60)).expect("it is defined");
        assert_eq!((all.texts, all.left_out, all.near), (60, 0, 0));
        let some = within(&texts(60), 250_000.0).expect("some are left");
        assert!(some.texts > 5 && some.left_out > 5 && some.texts + some.left_out == 60, "{some:?}");
        assert!((some.gamma.value - all.gamma.value).abs() < 0.1, "{some:?} {all:?}");
        assert!(all.gamma.low <= all.gamma.value && all.gamma.value <= all.gamma.high, "{all:?}");
    }

    #[test]
    fn where_nobody_can_be_compared_it_is_undefined() {
        assert_eq!(of(&texts(5).into_iter().filter(|one| one.worker == 0).collect::<Vec<_>>()), None);
        assert_eq!(of(&[]), None);
        let nothing = |worker| Looked { text: 0, worker, marks: vec![] };
        assert_eq!(of(&[nothing(0), nothing(1)]), None);
    }
}
