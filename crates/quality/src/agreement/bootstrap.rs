//! Bootstrap intervals over tasks.

use crate::answers::Answers;
use crate::random::Random;

/// An estimate with its bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Draws in which the statistic was defined, out of those asked for. Few of them: do not trust the interval.
    pub defined: usize,
}

/// Percentile interval of `statistic` over `draws` resamples of whole tasks with replacement, at `level` (0.95).
/// `None` if the statistic is undefined, or was defined in less than half of the draws, or there are less than two tasks. The interval always holds
/// the statistic itself. Time O(draws * answers).
///
/// What `statistic` takes from all answers, as ranks, the classes that occur or their weights, should be fixed before: made anew of every resample
/// they are those of another scale.
///
/// It speaks of other tasks like these, answered by the same people; not of other people. Source: Efron (1979).
pub fn bootstrap(
    answers: &Answers,
    seed: u64,
    draws: usize,
    level: f64,
    statistic: impl Fn(&Answers) -> Option<f64>,
) -> Option<Interval> {
    over_picks(answers.tasks(), seed, draws, level, |picks| statistic(&answers.take(picks)))
}

/// As [`bootstrap`], of so many tasks, where `statistic` is told which were drawn.
pub fn over_picks(
    tasks: usize,
    seed: u64,
    draws: usize,
    level: f64,
    statistic: impl Fn(&[usize]) -> Option<f64>,
) -> Option<Interval> {
    if tasks < 2 || draws == 0 {
        return None;
    }
    let value = statistic(&(0..tasks).collect::<Vec<_>>())?;
    let mut random = Random::new(seed);
    let mut found: Vec<f64> = Vec::with_capacity(draws);
    for _ in 0..draws {
        let picks: Vec<usize> = (0..tasks).map(|_| random.below(tasks)).collect();
        found.extend(statistic(&picks));
    }
    found.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    (!found.is_empty() && 2 * found.len() >= draws).then(|| Interval {
        low: quantile(&found, tail).min(value),
        high: quantile(&found, 1.0 - tail).max(value),
        defined: found.len(),
    })
}

/// The quantile of sorted numbers by linear interpolation (type 7 of Hyndman and Fan).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the slice")]
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * crate::num::real(sorted.len() - 1);
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Chance, Scale, Weights, alpha, corrected_by, ranks};

    #[test]
    fn the_interval_holds_the_estimate_and_narrows_with_tasks() {
        let made = |tasks: u32| {
            let mut random = Random::new(1);
            let mut triples = Vec::new();
            for task in 0..tasks {
                let truth = u16::from(random.unit() < 0.5);
                for worker in 0..3 {
                    triples.push((task, worker, if random.unit() < 0.8 { truth } else { 1 - truth }));
                }
            }
            Answers::new(tasks as usize, 3, 2, &triples).expect("in range")
        };
        let width = |tasks: u32| {
            let answers = made(tasks);
            let estimate = alpha(&answers, Scale::Nominal).expect("defined");
            let got = bootstrap(&answers, 5, 300, 0.95, |a| alpha(a, Scale::Nominal)).expect("defined");
            assert!(got.low < estimate && estimate < got.high);
            assert_eq!(bootstrap(&answers, 5, 300, 0.95, |a| alpha(a, Scale::Nominal)), Some(got));
            got.high - got.low
        };
        assert!(width(400) < 0.6 * width(50));
    }

    /// Small and uneven sets, where a resample may lack a class.
    #[test]
    fn the_interval_never_excludes_its_estimate() {
        let mut intervals = 0;
        for seed in 0..150 {
            let mut random = Random::new(seed);
            let tasks = 2 + u32::try_from(random.below(25)).expect("small");
            let mut triples = Vec::new();
            for task in 0..tasks {
                let truth = u16::try_from(random.below(5) * random.below(2)).expect("small");
                for worker in 0..3 {
                    triples.push((task, worker, if random.unit() < 0.8 { truth } else { (truth + 1) % 5 }));
                }
            }
            let answers = Answers::new(tasks as usize, 3, 5, &triples).expect("in range");
            let ranks = ranks(&answers);
            let (used, names) = answers.used();
            let values: Vec<f64> = names.iter().map(|name| crate::num::real(*name)).collect();
            let ordinal = |a: &Answers| alpha(a, Scale::Interval(&ranks));
            let gwet =
                |a: &Answers| corrected_by(a, &values, Weights::Quadratic, Chance::Gwet).map(|found| found.value);
            assert_eq!(ordinal(&answers), alpha(&answers, Scale::Ordinal));
            for (value, interval) in [
                (ordinal(&answers), bootstrap(&answers, 1, 50, 0.95, ordinal)),
                (gwet(&used), bootstrap(&used, 1, 50, 0.95, gwet)),
            ] {
                let Some(interval) = interval else { continue };
                let value = value.expect("defined where its interval is");
                assert!(interval.low <= value && value <= interval.high, "{seed}: {value} {interval:?}");
                intervals += 1;
            }
        }
        assert!(intervals > 200, "{intervals}");
    }

    #[test]
    fn an_undefined_statistic_has_no_interval() {
        let one = Answers::new(2, 1, 2, &[(0, 0, 1), (1, 0, 0)]).expect("in range");
        assert_eq!(bootstrap(&one, 1, 50, 0.95, |a| alpha(a, Scale::Nominal)), None);
        let single = Answers::new(1, 3, 2, &[(0, 0, 1), (0, 1, 0), (0, 2, 0)]).expect("in range");
        assert_eq!(bootstrap(&single, 1, 50, 0.95, |a| alpha(a, Scale::Nominal)), None);
        assert_eq!(bootstrap(&Answers::new(0, 0, 0, &[]).expect("empty"), 1, 50, 0.95, |_| Some(1.0)), None);
    }
}
