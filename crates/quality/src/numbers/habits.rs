//! Whose answers run high, and whose scatter: by numbers that were found without him.

use super::{Estimate, Fit, Gauss, KNOWN_MIN, KnownNumber, Ratings};
use crate::ability::Ends;
use crate::distributions::chi_squared_point;
use crate::num::real;
use crate::review::student;
use std::collections::HashMap;

/// How somebody answers with numbers; all in the unit of the answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Habit {
    /// How far above the others, or above what is known, he answers on average.
    pub bias: f64,
    /// Interval of that.
    pub bias_ends: Ends,
    /// Standard deviation of his answers around that.
    pub spread: f64,
    /// Interval of that.
    pub spread_ends: Ends,
    /// Number of his answers that it rests on: to tasks that others answered too, or whose number is known.
    pub answers: usize,
    /// Of them to tasks whose number is known.
    pub known: usize,
}

/// Groups of workers left out together; one each if there are no more workers than this.
const GROUPS: usize = 20;
/// Answers below which nothing is said.
const ANSWERS_MIN: usize = 3;

/// Per worker his bias and spread with intervals at `level` (0.95), or `None` with less than three answers that others, or `known` numbers, say anything of.
///
/// Worker by worker (in [`GROUPS`] groups when there are many) [`Gauss`] is fitted without him; each answer of his lies around the task's value, as far as the
/// others know it, plus his bias, with his spread. Bias by weights, with Student's interval; spread as the one that makes the weighted squares as many as
/// they should be (Paule and Mandel 1982), with the interval of those that chance would not make smaller or larger (Viechtbauer 2007). With [`KNOWN_MIN`] known numbers
/// that others answered what these lean by on average is taken from what they say of the other tasks; with fewer a bias is one against the others: if most lean the
/// same way, whoever does not looks biased. Exact where noise is normal and what the others know of one task
/// is independent of what they know of the next. Time: as many fits as groups.
pub fn habits(ratings: &Ratings, known: &[KnownNumber], level: f64) -> Vec<Option<Habit>> {
    habits_of_some(ratings, known, level, |_, _| false).into_iter().map(|[all, _]| all).collect()
}

/// As [`habits`], and by the same fits of some of each person's answers, such as those until some day: those (task, worker) that `some` names.
pub fn habits_of_some(
    ratings: &Ratings,
    known: &[KnownNumber],
    level: f64,
    some: impl Fn(usize, usize) -> bool,
) -> Vec<[Option<Habit>; 2]> {
    let known: HashMap<usize, f64> = known.iter().copied().filter(|(_, value)| value.is_finite()).collect();
    let groups = ratings.workers().clamp(1, GROUPS);
    let mut residuals: Vec<Vec<Residual>> = vec![Vec::new(); ratings.workers()];
    let mut doubt = Vec::with_capacity(groups);
    for group in 0..groups {
        let others = Gauss::default().fit(&ratings.filter(|_, worker| worker % groups != group));
        let (lean, variance) = lean(&others, &known);
        doubt.push(variance);
        for task in 0..ratings.tasks() {
            let truth = known.get(&task).map(|value| (*value, 0.0, true));
            let found = others.estimates[task].map(|found| (found.value - lean, found.deviation.powi(2), false));
            let Some((value, variance, known)) = truth.or(found) else { continue };
            for (worker, given) in ratings.of_task(task).filter(|(worker, _)| worker % groups == group) {
                residuals[worker].push(Residual { off: given - value, variance, known, some: some(task, worker) });
            }
        }
    }
    let both = |(worker, his): (usize, &Vec<Residual>)| {
        let some: Vec<Residual> = his.iter().filter(|one| one.some).copied().collect();
        [his, &some].map(|his| habit(his, doubt[worker % groups], level))
    };
    residuals.iter().enumerate().map(both).collect()
}

/// By how much a fit lies above what is known on average, and the variance of that; 0 where too little is known.
fn lean(fit: &Fit, known: &HashMap<usize, f64>) -> (f64, f64) {
    let above = |(task, estimate): (usize, &Option<Estimate>)| Some(estimate.as_ref()?.value - known.get(&task)?);
    let above: Vec<f64> = fit.estimates.iter().enumerate().filter_map(above).collect();
    let count = real(above.len());
    if above.len() < KNOWN_MIN {
        return (0.0, 0.0);
    }
    let mean = above.iter().map(|one| one / count).sum::<f64>();
    (mean, above.iter().map(|one| (one - mean).powi(2) / (count * (count - 1.0))).sum())
}

/// How far an answer lies from a number, and the variance with which that number is known.
#[derive(Debug, Clone, Copy)]
struct Residual {
    off: f64,
    variance: f64,
    known: bool,
    /// Whether it is one of some.
    some: bool,
}

/// `doubt` is the variance of what answers to other than known tasks are measured by, common to them all.
fn habit(his: &[Residual], doubt: f64, level: f64) -> Option<Habit> {
    if his.len() < ANSWERS_MIN {
        return None;
    }
    let answers = his.len();
    let (freedom, known) = (real(answers - 1), his.iter().filter(|one| one.known).count());
    let largest = his.iter().map(|one| one.off.abs().max(one.variance.sqrt())).fold(0.0, f64::max);
    let tail = (1.0 - level) / 2.0;
    let spread_of = |squares: f64| spread(his, largest, squares);
    let found = spread_of(freedom);
    let more = found * found + floor(largest);
    let (bias, weight) = weighted(his, more);
    let open: f64 = his.iter().filter(|one| !one.known).map(|one| 1.0 / (one.variance + more)).sum();
    let reach = student(freedom, level) * (1.0 / weight + doubt * (open / weight).powi(2)).sqrt();
    let spread_ends = (spread_of(chi_squared_point(freedom, 1.0 - tail)), spread_of(chi_squared_point(freedom, tail)));
    Some(Habit { bias, bias_ends: (bias - reach, bias + reach), spread: found, spread_ends, answers, known })
}

/// What is too small to be told from rounding, so that nothing is divided by 0.
fn floor(largest: f64) -> f64 {
    (1e-9 * largest).powi(2).max(1e-250)
}

/// The mean, each weighed by the inverse of its variance and `more`; and the sum of weights.
fn weighted(his: &[Residual], more: f64) -> (f64, f64) {
    let sums = his.iter().fold((0.0, 0.0), |(sum, weights), one| {
        let weight = 1.0 / (one.variance + more);
        (sum + weight * one.off, weights + weight)
    });
    (sums.0 / sums.1, sums.1)
}

/// The spread at which the weighted squares are so many; 0 where they are fewer without any. They fall as it grows.
fn spread(his: &[Residual], largest: f64, squares: f64) -> f64 {
    let at = |spread: f64| {
        let more = spread * spread + floor(largest);
        let (mean, _) = weighted(his, more);
        his.iter().map(|one| (one.off - mean).powi(2) / (one.variance + more)).sum::<f64>()
    };
    if squares <= 0.0 || at(0.0) <= squares {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1e3 * largest * real(his.len()));
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if at(middle) > squares { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Six people with levels and spreads of their own, so many tasks.
    fn made(seed: u64, tasks: u32, answered: f64) -> (Ratings, Vec<f64>, Vec<(f64, f64)>) {
        let mut random = Random::new(seed);
        let people: Vec<(f64, f64)> = (0..6).map(|_| (2.0 * random.normal(), 1.0 + 4.0 * random.unit())).collect();
        let (mut rows, mut truth) = (Vec::new(), Vec::new());
        for task in 0..tasks {
            truth.push(50.0 + 10.0 * random.normal());
            for (worker, (level, spread)) in (0..).zip(&people) {
                if random.unit() < answered {
                    rows.push((task, worker, truth[task as usize] + level + spread * random.normal()));
                }
            }
        }
        (Ratings::new(tasks as usize, 6, &rows).expect("in range"), truth, people)
    }

    /// Bias is against the others: the mean of their levels is nothing by definition.
    #[test]
    fn intervals_hold_bias_and_spread_as_often_as_they_say() {
        let (mut bias, mut spread, mut of) = (0, 0, 0);
        for seed in 0..40 {
            let (ratings, _, people) = made(seed, 80, 1.0);
            for (worker, habit) in habits(&ratings, &[], 0.95).into_iter().enumerate() {
                let habit = habit.expect("many answers");
                let others: f64 = (0..6).filter(|other| *other != worker).map(|other| people[other].0).sum();
                let (level, width) = (people[worker].0 - others / 5.0, people[worker].1);
                bias += usize::from(habit.bias_ends.0 <= level && level <= habit.bias_ends.1);
                spread += usize::from(habit.spread_ends.0 <= width && width <= habit.spread_ends.1);
                of += 1;
                assert_eq!((habit.answers, habit.known), (80, 0));
            }
        }
        let share = |count: usize| real(count) / real(of);
        assert!(share(bias) > 0.85 && share(spread) > 0.9, "{} {}", share(bias), share(spread));
    }

    /// Of known numbers nothing is left to the others: the level is the true one.
    #[test]
    fn known_numbers_give_the_bias_that_no_crowd_shows() {
        let (mut bias, mut spread, mut of) = (0, 0, 0);
        for seed in 0..60 {
            let (ratings, truth, people) = made(seed, 30, 0.5);
            let known: Vec<KnownNumber> = truth.iter().copied().enumerate().collect();
            for (habit, (level, width)) in habits(&ratings, &known, 0.95).into_iter().zip(people) {
                let habit = habit.expect("answers");
                assert_eq!(habit.answers, habit.known);
                bias += usize::from(habit.bias_ends.0 <= level && level <= habit.bias_ends.1);
                spread += usize::from(habit.spread_ends.0 <= width && width <= habit.spread_ends.1);
                of += 1;
            }
        }
        let share = |count: usize| real(count) / real(of);
        assert!(
            (share(bias) - 0.95).abs() < 0.03 && (share(spread) - 0.95).abs() < 0.03,
            "{} {}",
            share(bias),
            share(spread)
        );
    }

    /// One of six runs twenty high: what the others say of the rest would make everybody else look low, were it not for what is known.
    #[test]
    fn what_is_known_says_who_leans_where_the_crowd_does() {
        let mut random = Random::new(11);
        let truth: Vec<f64> = (0..120).map(|_| 30.0 * random.normal()).collect();
        let mut rows = Vec::new();
        for (task, value) in (0..).zip(&truth) {
            rows.extend(
                (0..4).map(|worker| (task, worker, value + if worker == 0 { 20.0 } else { 0.0 } + random.normal())),
            );
        }
        let ratings = Ratings::new(120, 4, &rows).expect("in range");
        let known: Vec<KnownNumber> = truth.iter().copied().enumerate().take(40).collect();
        for (worker, habit) in habits(&ratings, &known, 0.95).into_iter().enumerate() {
            let habit = habit.expect("answers");
            let level = if worker == 0 { 20.0 } else { 0.0 };
            assert!(
                habit.bias_ends.0 - 0.2 < level && level < habit.bias_ends.1 + 0.2 && habit.known == 40,
                "{habit:?}"
            );
            assert!((habit.spread - 1.0).abs() < 0.25, "{habit:?}");
        }
        assert!(habits(&ratings, &known[..29], 0.95)[1].expect("answers").bias < -1.0);
    }

    /// Known numbers alone make the plain mean and deviation, with the intervals of any textbook: of 1, 2, 3 and 6 the mean is 3, the deviation the root of
    /// 14/3, Student's point 3.182, and the points of chi-squared 0.2158 and 9.3484.
    #[test]
    fn of_known_numbers_it_is_the_textbook() {
        let rows: Vec<_> = (0..).zip([1.0, 2.0, 3.0, 6.0]).map(|(task, off)| (task, 0, 10.0 + off)).collect();
        let ratings = Ratings::new(4, 1, &rows).expect("in range");
        let known: Vec<KnownNumber> = (0..4).map(|task| (task, 10.0)).collect();
        let habit = habits(&ratings, &known, 0.95)[0].expect("four");
        let near = |got: f64, want: f64| assert!((got - want).abs() < 2e-3, "{got} {want}");
        near(habit.bias, 3.0);
        near(habit.spread, (14.0_f64 / 3.0).sqrt());
        near(habit.bias_ends.1 - 3.0, 3.182 * (14.0_f64 / 12.0).sqrt());
        near(habit.spread_ends.0, (14.0_f64 / 9.3484).sqrt());
        near(habit.spread_ends.1, (14.0_f64 / 0.2158).sqrt());
        assert_eq!(habits(&ratings, &known[..2], 0.95), [None]);
    }

    /// Of some of one person's answers it is what it would be if he had given no others: what he is measured by is found without him.
    #[test]
    fn some_answers_are_measured_as_if_there_were_no_others_of_his() {
        let (ratings, truth, _) = made(5, 60, 0.8);
        let known: Vec<KnownNumber> = truth.iter().copied().enumerate().take(10).collect();
        let early = |task: usize| task < 25;
        let both = habits_of_some(&ratings, &known, 0.95, |task, worker| worker == 2 && early(task));
        assert!(both.iter().map(|[all, _]| *all).eq(habits(&ratings, &known, 0.95)));
        let alone = habits(&ratings.filter(|task, worker| worker != 2 || early(task)), &known, 0.95);
        assert!(both[2][1] == alone[2] && alone[2].is_some_and(|habit| habit.answers < 25), "{:?}", both[2]);
        assert!(both.iter().enumerate().all(|(worker, [_, some])| worker == 2 || some.is_none()));
    }

    #[test]
    fn order_edges_and_sizes_do_no_harm() {
        let (ratings, _, _) = made(3, 20, 0.7);
        let mut rows: Vec<(u32, u32, f64)> = ratings.rows().collect();
        rows.reverse();
        assert_eq!(habits(&Ratings::new(20, 6, &rows).expect("in range"), &[], 0.95), habits(&ratings, &[], 0.95));
        assert_eq!(habits(&Ratings::new(0, 0, &[]).expect("empty"), &[], 0.95), []);
        for scale in [0.0, 1e-100, 1e100] {
            let rows: Vec<_> =
                rows.iter().map(|(task, worker, value)| (*task, *worker, value / 100.0 * scale)).collect();
            for habit in habits(&Ratings::new(20, 6, &rows).expect("in range"), &[], 0.95).into_iter().flatten() {
                let all = [
                    habit.bias,
                    habit.bias_ends.0,
                    habit.bias_ends.1,
                    habit.spread,
                    habit.spread_ends.0,
                    habit.spread_ends.1,
                ];
                assert!(
                    all.iter().all(|x| x.is_finite()) && habit.spread_ends.0 <= habit.spread_ends.1,
                    "{scale} {habit:?}"
                );
            }
        }
    }
}
