//! Agreement on numbers of any size, from sums alone: no table of the numbers that occur.

use super::Interval;
use super::bootstrap::over_picks;
use crate::numbers::Ratings;

/// The answers to one task: how many, their mean, and their squares around it. Of a task with one answer all are 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Spread {
    count: f64,
    mean: f64,
    squares: f64,
}

/// Krippendorff's alpha on the interval scale over these tasks of `ratings` (each as often as it stands there), with its bootstrap interval over tasks as
/// [`bootstrap`](super::bootstrap) draws it. `None` where no task has two answers, all are the same number, or the interval is undefined.
///
/// The same as [`alpha`](super::alpha) with [`Scale::Interval`](super::Scale) and the numbers for classes, whatever their number. Source: Krippendorff (2011); the sums
/// over pairs of squared differences are sums of squares around means. Time O(answers + draws * tasks).
pub fn alpha_of_numbers(
    ratings: &Ratings,
    tasks: &[usize],
    (seed, draws): (u64, usize),
    level: f64,
) -> Option<(f64, Interval)> {
    let of = |task: &usize| {
        let (squares, count) = ratings.squares(*task);
        let mean = ratings.of_task(*task).map(|(_, value)| value / count).sum();
        if count > 1.0 { Spread { count, mean, squares } } else { Spread::default() }
    };
    let spreads: Vec<Spread> = tasks.iter().map(of).collect();
    let value = alpha_of(&spreads.iter())?;
    let of_picks = |picks: &[usize]| alpha_of(&picks.iter().map(|at| &spreads[*at]));
    Some((value, over_picks(spreads.len(), seed, draws, level, of_picks)?))
}

fn alpha_of<'a>(spreads: &(impl Iterator<Item = &'a Spread> + Clone)) -> Option<f64> {
    let counted = || spreads.clone().filter(|one| one.count > 1.0);
    let count: f64 = counted().map(|one| one.count).sum();
    let mean = counted().map(|one| one.mean * (one.count / count)).sum::<f64>();
    let within: f64 = counted().map(|one| one.squares * one.count / (one.count - 1.0)).sum();
    let all: f64 = counted().map(|one| one.squares + one.count * (one.mean - mean).powi(2)).sum();
    // Numbers that differ by rounding alone are the same.
    let largest = counted().map(|one| one.mean.abs()).fold(0.0, f64::max);
    (count > 1.0 && all > count * (1e-14 * largest).powi(2)).then(|| 1.0 - within / count / (all / (count - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::{Scale, alpha, bootstrap};
    use crate::answers::{Answers, Triple};
    use proptest::prelude::*;

    proptest! {
        /// The plain way counts pairs.
        #[test]
        fn sums_say_what_pairs_say(rows in prop::collection::vec((0_u32..8, 0_u32..4, 0_u16..6), 0..30)) {
            let values = [-3.0, 0.5, 0.75, 2.0, 40.0, 41.0];
            let mut rows: Vec<Triple> = rows;
            rows.sort_unstable();
            rows.dedup_by_key(|row| (row.0, row.1));
            let answers = Answers::new(8, 4, 6, &rows).expect("in range");
            let of = |answers: &Answers| alpha(answers, Scale::Interval(&values));
            let numbers: Vec<_> = rows.iter().map(|(task, worker, class)| (*task, *worker, values[usize::from(*class)])).collect();
            let ratings = Ratings::new(8, 4, &numbers).expect("in range");
            let tasks: Vec<usize> = (0..8).collect();
            let found = alpha_of_numbers(&ratings, &tasks, (1, 40), 0.95);
            let want = of(&answers).zip(bootstrap(&answers, 1, 40, 0.95, of));
            prop_assert_eq!(found.is_some(), want.is_some());
            if let Some(((value, ends), (wanted, wanted_ends))) = found.zip(want) {
                let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
                prop_assert!(near(value, wanted) && near(ends.low, wanted_ends.low) && near(ends.high, wanted_ends.high), "{} {}", value, wanted);
            }
        }
    }

    #[test]
    fn a_huge_number_among_small_ones_is_reckoned_with() {
        let rows = [(0, 0, 1e100), (0, 1, 2.0), (1, 0, 3.0), (1, 1, 3.5), (2, 0, 7.0), (2, 1, 7.0)];
        let (value, ends) = alpha_of_numbers(&Ratings::new(3, 2, &rows).expect("in range"), &[0, 1, 2], (1, 50), 0.95)
            .expect("defined");
        assert!(value.is_finite() && ends.low.is_finite() && ends.high.is_finite(), "{value} {ends:?}");
        let same = Ratings::new(2, 2, &[(0, 0, 4.0), (0, 1, 4.0), (1, 0, 4.0), (1, 1, 4.0)]).expect("in range");
        assert_eq!(alpha_of_numbers(&same, &[0, 1], (1, 50), 0.95), None);
    }
}
