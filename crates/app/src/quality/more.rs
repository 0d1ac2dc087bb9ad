//! Which tasks are asked about once more: those whose answer is not probable enough, the one that gains most first.

use super::figures::real;
use std::collections::BTreeMap;
use vouchsafe_domain::time::Micros;
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::random::Random;
use vouchsafe_store::quality::{
    reports::Standing,
    until::{Until, Wanted},
};

/// Of the tasks asked again, the share that is drawn at random among those whose answer is probable enough: without them nobody
/// would notice that the probabilities themselves are wrong.
const RANDOM_SHARE: f64 = 0.05;

/// A done task and how sure its least sure answer is.
pub(super) struct Doubt {
    wanted: Wanted,
    overlap: u32,
    probability: f64,
}

/// What a task's consensus says of it; `None` where no model speaks of any of its answers.
pub(super) fn doubt(row: &Standing, settled: &BTreeMap<String, Consensus>) -> Option<Doubt> {
    // An answer that nobody could settle is as unsure as can be.
    let sure = |one: &Consensus| if one.value.is_none() && one.of > 1 { Some(0.0) } else { one.probability };
    let probability = settled.values().filter_map(sure).min_by(f64::total_cmp)?;
    let wanted = Wanted { task: row.task, lane: row.lane, done_at: row.done_at };
    Some(Doubt { wanted, overlap: row.overlap, probability })
}

/// The tasks to ask about once more. `answers` were given or are wanted in the project already; the seed is the moment of asking.
pub(super) fn choose(doubts: Vec<Doubt>, until: &Until, answers: i64, now: Micros) -> Vec<Wanted> {
    let target = f64::from(until.posterior_per_10000) / 10_000.0;
    let left = until.answers_max.map_or(usize::MAX, |max| usize::try_from(i64::from(max) - answers).unwrap_or(0));
    let open: Vec<Doubt> = doubts.into_iter().filter(|doubt| doubt.overlap < until.at_most).collect();
    let (mut unsure, mut sure): (Vec<Doubt>, Vec<Doubt>) =
        open.into_iter().partition(|doubt| doubt.probability < target);
    // Nearest to even odds first: there one more answer moves the most.
    unsure.sort_by(|a, b| a.probability.total_cmp(&b.probability).then(a.wanted.task.0.cmp(&b.wanted.task.0)));
    unsure.truncate(left);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a list's length")]
    let drawn = (real(unsure.len()) * RANDOM_SHARE).ceil() as usize;
    sure.sort_by_key(|doubt| doubt.wanted.task.0);
    Random::new(now.0.unsigned_abs()).shuffle(&mut sure);
    sure.truncate(drawn.min(left - unsure.len()));
    unsure.into_iter().chain(sure).map(|doubt| doubt.wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_domain::ids::TaskId;

    fn made(probabilities: &[f64], overlap: u32) -> Vec<Doubt> {
        let doubt = |(n, probability): (u128, &f64)| Doubt {
            wanted: Wanted { task: TaskId(uuid::Uuid::from_u128(n)), lane: 0, done_at: Micros(1) },
            overlap,
            probability: *probability,
        };
        (0..).zip(probabilities).map(doubt).collect()
    }

    fn chosen(doubts: Vec<Doubt>, at_most: u32, answers_max: Option<u32>) -> Vec<u128> {
        let until = Until { posterior_per_10000: 9_500, at_most, answers_max };
        choose(doubts, &until, 100, Micros(7)).into_iter().map(|wanted| wanted.task.0.as_u128()).collect()
    }

    #[test]
    fn the_least_sure_come_first_and_one_sure_task_is_drawn_with_them() {
        let got = chosen(made(&[0.99, 0.6, 0.97, 0.4, 0.949], 2), 5, None);
        assert_eq!(got[..3], [3, 1, 4]);
        assert!(got.len() == 4 && [0, 2].contains(&got[3]), "{got:?}");
    }

    #[test]
    fn nobody_is_asked_beyond_the_cap_or_the_budget() {
        assert!(chosen(made(&[0.5, 0.6], 5), 5, None).is_empty());
        assert_eq!(chosen(made(&[0.5, 0.6, 0.4], 2), 5, Some(102)), [2, 0]);
        assert!(chosen(made(&[0.5], 2), 5, Some(40)).is_empty());
    }

    #[test]
    fn where_all_are_sure_nobody_is_asked_again() {
        assert!(chosen(made(&[0.99, 0.98], 2), 5, None).is_empty());
    }
}
