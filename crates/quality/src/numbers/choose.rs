//! Which method for numbers is taken, and how far from the truth its intervals are.

use super::{Belief, Estimate, Method, Ratings, all};
use crate::ability::Ends;
use crate::distributions::normal_point;
use crate::num::real;
use crate::random::Random;
use std::collections::{HashMap, HashSet};

/// A task and its known number.
pub type KnownNumber = (usize, f64);

/// Known numbers from which on they choose between methods and mend intervals.
pub const KNOWN_MIN: usize = 30;

/// The method that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its name is [`Method::name`].
    pub method: Method,
    /// Whether known numbers chose it.
    pub by_known: bool,
    /// Mean absolute error of every method on the known numbers; `None` without any.
    pub scores: Vec<(Method, Option<f64>)>,
    /// Per task; `None` without answers.
    pub estimates: Vec<Option<Estimate>>,
}

/// With [`KNOWN_MIN`] known numbers or more the method that is least off on average; of several alike the later in [`Method::ALL`], the
/// pool last of all. With fewer `wanted`. Known numbers of tasks that nobody answered do not count. Time: every method once.
pub fn auto(ratings: &Ratings, wanted: Method, known: &[KnownNumber]) -> Choice {
    let mut by_method = all(ratings);
    let off = |estimates: &[Option<Estimate>]| {
        let off = |(task, value): &KnownNumber| estimates.get(*task)?.map(|estimate| (estimate.value - value).abs());
        let all: Vec<f64> = known.iter().filter_map(off).collect();
        (!all.is_empty()).then(|| (all.iter().sum::<f64>() / real(all.len()), all.len()))
    };
    let scores: Vec<(Method, Option<(f64, usize)>)> =
        Method::ALL.into_iter().zip(&by_method).map(|(method, estimates)| (method, off(estimates))).collect();
    let enough = |(_, score): &&(Method, Option<(f64, usize)>)| score.is_some_and(|(_, tasks)| tasks >= KNOWN_MIN);
    let least =
        scores.iter().rev().filter(enough).min_by(|a, b| {
            a.1.map(|one| one.0).partial_cmp(&b.1.map(|one| one.0)).unwrap_or(std::cmp::Ordering::Equal)
        });
    let method = least.map_or(wanted, |(method, _)| *method);
    let at = Method::ALL.iter().position(|one| *one == method).unwrap_or(0);
    Choice {
        method,
        by_known: least.is_some(),
        estimates: by_method.swap_remove(at),
        scores: scores.into_iter().map(|(method, score)| (method, score.map(|one| one.0))).collect(),
    }
}

/// What gold says of a method's intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Share of tasks like gold whose interval holds the true number, at least.
    pub level: f64,
    /// By how much either end is moved outward, in the unit of the answers; below 0 inward.
    pub widen: f64,
    /// How many times as far off as the model says the value is on average.
    pub scale: f64,
    /// Gold tasks it rests on.
    pub gold: usize,
}

impl Held {
    /// From the method's estimates of gold, as few of whose answers count as other tasks have ([`Ratings::like_others`]). `None` with less than
    /// [`KNOWN_MIN`] gold tasks, or where there is nothing but gold.
    ///
    /// Over random gold and random tasks like it the interval holds the true number with probability `level` or more, whatever the model, on average
    /// over tasks; a method that was chosen by the same gold looks a little better on it than it is. Source: Romano, Patterson and Candes (2019), "Conformalized quantile regression", with the ends
    /// of the model's own interval for quantiles. Time: one fit of the method.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list of gold")]
    pub fn fit(ratings: &Ratings, method: Method, gold: &[KnownNumber], level: f64, seed: u64) -> Option<Self> {
        let estimates = super::aggregate(method, &ratings.like_others(gold, seed)?);
        let found = |(task, value): &KnownNumber| Some(((*estimates.get(*task)?)?, *value));
        let found: Vec<(Estimate, f64)> = gold.iter().filter_map(found).collect();
        let z = normal_point(f64::midpoint(level, 1.0));
        let mut beyond: Vec<f64> = found.iter().map(|(e, value)| (e.value - value).abs() - z * e.deviation).collect();
        beyond.sort_by(f64::total_cmp);
        // The ceil((n + 1) level)-th lowest; rounding must not cost the promise.
        let place = ((real(found.len()) + 1.0) * level - 1e-9).ceil() as usize;
        let widen = *beyond.get(place.checked_sub(1)?).filter(|_| found.len() >= KNOWN_MIN)?;
        let off: f64 = found.iter().map(|(e, value)| (e.value - value).abs()).sum();
        let expected: f64 = found.iter().map(|(e, _)| Belief::Normal(e.value, e.deviation).off(e.value).mean).sum();
        let scale = if expected > 0.0 { off / expected } else { 1.0 };
        Some(Self { level, widen, scale, gold: found.len() })
    }

    /// Both ends around an estimate.
    pub fn ends(&self, estimate: &Estimate) -> Ends {
        let reach = (normal_point(f64::midpoint(self.level, 1.0)) * estimate.deviation + self.widen).max(0.0);
        (estimate.value - reach, estimate.value + reach)
    }
}

impl Ratings {
    /// Of each gold task only as many answers, drawn at random, as other tasks have: gold that many more people answered looks surer than
    /// other tasks are. The gold with fewest is held against the others with fewest, and so on, so that nothing is dropped where gold is
    /// answered as the others are. `None` where nobody answered anything else.
    pub fn like_others(&self, gold: &[KnownNumber], seed: u64) -> Option<Self> {
        let mut gold: Vec<usize> = gold.iter().map(|(task, _)| *task).filter(|task| *task < self.tasks()).collect();
        gold.sort_unstable();
        gold.dedup();
        let others = (0..self.tasks()).filter(|task| gold.binary_search(task).is_err());
        let mut counts: Vec<usize> = others.map(|task| self.of_task(task).len()).filter(|count| *count > 0).collect();
        counts.sort_unstable();
        let mut random = Random::new(seed);
        random.shuffle(&mut gold);
        gold.sort_by_key(|task| self.of_task(*task).len());
        let mut kept: HashMap<usize, HashSet<usize>> = HashMap::new();
        for (at, task) in gold.iter().enumerate() {
            let mut workers: Vec<usize> = self.of_task(*task).map(|(worker, _)| worker).collect();
            workers.dedup();
            random.shuffle(&mut workers);
            workers.truncate(*counts.get((2 * at + 1) * counts.len() / (2 * gold.len()))?);
            kept.insert(*task, workers.into_iter().collect());
        }
        let kept = |task, worker| kept.get(&task).is_none_or(|kept| kept.contains(&worker));
        (!counts.is_empty()).then(|| self.filter(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many tasks of three to six people whose spreads differ, each value with its truth.
    fn made(seed: u64, tasks: u32, lean: f64) -> (Ratings, Vec<f64>) {
        let mut random = Random::new(seed);
        let (mut rows, mut truth) = (Vec::new(), Vec::new());
        for task in 0..tasks {
            truth.push(20.0 * random.normal());
            for worker in 0..3 + task % 4 {
                let spread = if worker % 2 == 0 { 1.0 } else { 8.0 };
                rows.push((task, worker, truth[task as usize] + lean + spread * random.normal()));
            }
        }
        (Ratings::new(tasks as usize, 6, &rows).expect("in range"), truth)
    }

    fn known(truth: &[f64], tasks: usize) -> Vec<KnownNumber> {
        truth.iter().copied().enumerate().take(tasks).collect()
    }

    #[test]
    fn known_numbers_choose_what_is_least_off_and_too_few_choose_nothing() {
        let (ratings, truth) = made(7, 120, 0.0);
        let choice = auto(&ratings, Method::Median, &known(&truth, 60));
        assert!(
            choice.by_known && matches!(choice.method, Method::Spread | Method::LevelSpread),
            "{:?}",
            choice.scores
        );
        let least = choice.scores.iter().filter_map(|(_, off)| *off).fold(f64::INFINITY, f64::min);
        assert!(choice.scores.contains(&(choice.method, Some(least))));
        assert_eq!(choice.estimates, crate::numbers::aggregate(choice.method, &ratings));
        let few = auto(&ratings, Method::Median, &known(&truth, 29));
        assert_eq!((few.method, few.by_known), (Method::Median, false));
        let none = auto(&ratings, Method::Pool, &[(999, 1.0)]);
        assert!(none.method == Method::Pool && none.scores.iter().all(|(_, off)| off.is_none()));
        // All alike: the pool.
        let same = Ratings::new(40, 2, &(0..40).flat_map(|t| [(t, 0, 5.0), (t, 1, 5.0)]).collect::<Vec<_>>());
        let same = auto(&same.expect("in range"), Method::Mean, &known(&[4.0; 40], 40));
        assert_eq!((same.method, same.by_known), (Method::Pool, true));
    }

    /// All lean the same way, which no model sees and gold does.
    #[test]
    fn intervals_hold_the_truth_as_often_as_promised_once_gold_speaks() {
        let (mut held, mut naive, mut of) = (0, 0, 0);
        for seed in 0..20 {
            let (ratings, truth) = made(seed, 200, 3.0);
            let gold = known(&truth, 60);
            let found = Held::fit(&ratings, Method::Pool, &gold, 0.95, 1).expect("enough");
            assert!(found.gold == 60 && found.scale > 0.8, "{found:?}");
            let estimates = crate::numbers::aggregate(Method::Pool, &ratings);
            for (estimate, truth) in estimates.iter().zip(&truth).skip(60) {
                let estimate = estimate.expect("answers");
                let inside = |(low, high): Ends| usize::from(low <= *truth && *truth <= high);
                held += inside(found.ends(&estimate));
                naive += inside(Belief::Normal(estimate.value, estimate.deviation).ends(0.95));
                of += 1;
            }
        }
        let share = |count: usize| real(count) / real(of);
        assert!(share(held) > 0.94 && share(held) < 0.98 && share(naive) < 0.85, "{} {}", share(held), share(naive));
    }

    #[test]
    fn gold_says_nothing_where_it_is_little_or_all_there_is() {
        let (ratings, truth) = made(1, 60, 0.0);
        assert_eq!(Held::fit(&ratings, Method::Mean, &known(&truth, 29), 0.95, 1), None);
        assert_eq!(Held::fit(&ratings, Method::Mean, &known(&truth, 60), 0.95, 1), None);
        // Everybody says the same and is wrong: the interval is as wide as that.
        let rows: Vec<_> = (0..80).flat_map(|task| [(task, 0, 5.0), (task, 1, 5.0)]).collect();
        let ratings = Ratings::new(80, 2, &rows).expect("in range");
        let held = Held::fit(&ratings, Method::Pool, &known(&[3.0; 80], 40), 0.95, 1).expect("enough");
        assert_eq!(held.ends(&Estimate { value: 5.0, deviation: 0.0, answers: 2 }), (3.0, 7.0));
    }

    /// The gold has six answers, the others two.
    #[test]
    fn gold_is_thinned_to_what_others_have() {
        let rows: Vec<_> =
            (0..50_u32).flat_map(|task| (0..if task < 30 { 6 } else { 2 }).map(move |w| (task, w, 1.0))).collect();
        let ratings = Ratings::new(50, 6, &rows).expect("in range");
        let thinned = ratings.like_others(&known(&[1.0; 50], 30), 4).expect("there are others");
        assert!((0..50).all(|task| thinned.of_task(task).len() == 2));
    }
}
