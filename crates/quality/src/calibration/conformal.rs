//! Sets of labels that hold the true one as often as promised.

use super::Gold;
use crate::aggregate::{Method, Posteriors, aggregate};
use crate::answers::Answers;
use crate::num::real;
use crate::random::Random;
use std::collections::{HashMap, HashSet};

/// Split conformal sets: every class whose probability is at least `least`.
///
/// Over random gold and random tasks like it, the set holds the true class with probability `level` or more, whatever the
/// model; the promise is about the average task, not about each kind of task. Source: Sadinle, Lei and Wasserman (2019), "Least ambiguous set-valued
/// classifiers"; Vovk, Gammerman and Shafer (2005).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conformal {
    /// Promised share, in (0, 1).
    pub level: f64,
    /// The least probability that keeps a class in the set; 0 if there is too little gold to leave any out.
    pub least: f64,
    /// Number of gold tasks it rests on.
    pub gold: usize,
}

impl Conformal {
    /// From posteriors that were not fitted or scaled on this gold.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list of gold")]
    pub fn fit(posteriors: &Posteriors, gold: &[Gold], level: f64) -> Self {
        let mut given: Vec<f64> = gold.iter().map(|(task, class)| posteriors.task(*task)[*class]).collect();
        given.sort_by(f64::total_cmp);
        // The floor((n + 1)(1 - level))-th lowest; rounding must not cost the promise.
        let out = ((real(gold.len()) + 1.0) * (1.0 - level) + 1e-9).floor() as usize;
        let least = if out == 0 { 0.0 } else { given[out - 1] };
        Self { level, least, gold: gold.len() }
    }

    /// The classes of the set for one row of the same posteriors, in order; never empty, because an empty set helps nobody.
    pub fn set(&self, row: &[f64]) -> Vec<usize> {
        let set: Vec<usize> = (0..row.len()).filter(|class| row[*class] >= self.least).collect();
        if set.is_empty() { vec![crate::num::argmax(row)] } else { set }
    }
}

/// Sets by the pool, which no gold touched, and its posteriors. Gold is often answered by many more people than other tasks, and so looks surer than those
/// are: of each gold task only as many answers are kept, at random, as some other task has. `None` where there is nothing but gold. Where
/// doubtful tasks get more answers than others, sets are larger than they need be. Time: one fit of the pool.
pub fn sets_like_others(answers: &Answers, gold: &[Gold], level: f64, seed: u64) -> Option<(Conformal, Posteriors)> {
    let mut gold = gold.to_vec();
    gold.sort_unstable();
    let known: HashSet<usize> = gold.iter().map(|(task, _)| *task).collect();
    let count = |task: usize| answers.of_task(task).len();
    let counts: Vec<usize> =
        (0..answers.tasks()).filter(|task| !known.contains(task)).map(count).filter(|count| *count > 0).collect();
    if counts.is_empty() || gold.is_empty() {
        return None;
    }
    let mut random = Random::new(seed);
    let mut kept: HashMap<usize, HashSet<usize>> = HashMap::new();
    for (task, _) in &gold {
        let mut workers: Vec<usize> = answers.of_task(*task).map(|(worker, _)| worker).collect();
        workers.sort_unstable();
        workers.dedup();
        random.shuffle(&mut workers);
        workers.truncate(counts[random.below(counts.len())]);
        kept.insert(*task, workers.into_iter().collect());
    }
    let like = answers.filter(|task, worker, _| kept.get(&task).is_none_or(|kept| kept.contains(&worker)));
    let posteriors = aggregate(Method::Pool, &like, seed).posteriors;
    Some((Conformal::fit(&posteriors, &gold, level), posteriors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Triple;

    /// Everybody answers the gold, two or three the other tasks. Sets from the gold as it is promise too much; these do not.
    #[test]
    fn gold_that_everybody_answered_is_no_measure_until_it_is_thinned() {
        let (mut held, mut naive, mut all, mut several) = (0, 0, 0, 0);
        for seed in 0..12 {
            let mut random = Random::new(seed);
            let (mut triples, mut truth): (Vec<Triple>, Vec<Gold>) = (Vec::new(), Vec::new());
            for task in 0..300 {
                let class = random.below(3);
                truth.push((task, class));
                let mut workers: Vec<usize> = (0..20).collect();
                random.shuffle(&mut workers);
                let people = if task < 60 { 20 } else { 2 + random.below(2) };
                for worker in &workers[..people] {
                    let said = if random.unit() < 0.7 { class } else { random.below(3) };
                    let code = |n: usize| u32::try_from(n).expect("few");
                    triples.push((code(task), code(*worker), u16::try_from(said).expect("few")));
                }
            }
            let answers = Answers::new(300, 20, 3, &triples).expect("in range");
            let (conformal, posteriors) =
                sets_like_others(&answers, &truth[..60], 0.95, 1).expect("there are other tasks");
            let plain = aggregate(Method::Pool, &answers, 1).posteriors;
            let wrong = Conformal::fit(&plain, &truth[..60], 0.95);
            for (task, class) in &truth[60..] {
                let set = conformal.set(posteriors.task(*task));
                held += usize::from(set.contains(class));
                several += usize::from(set.len() > 1);
                naive += usize::from(wrong.set(plain.task(*task)).contains(class));
                all += 1;
            }
        }
        let share = |count: usize| real(count) / real(all);
        assert!(share(held) > 0.94, "{}", share(held));
        assert!(share(naive) < 0.92, "{}", share(naive));
        assert!(several > 0 && several < all, "{}", share(several));
    }

    #[test]
    fn where_there_is_nothing_but_gold_there_are_no_sets() {
        let answers = Answers::new(2, 2, 2, &[(0, 0, 1), (0, 1, 1)]).expect("in range");
        assert_eq!(sets_like_others(&answers, &[(0, 1)], 0.95, 1), None);
        assert_eq!(sets_like_others(&answers, &[], 0.95, 1), None);
    }

    /// A poor, over-confident model: the promise must hold on average over draws of gold.
    #[test]
    fn sets_hold_the_truth_as_often_as_promised() {
        let mut random = Random::new(8);
        let (mut held, mut all, mut sizes) = (0, 0, 0);
        for _ in 0..200 {
            let (mut rows, mut truth) = (Vec::new(), Vec::new());
            for task in 0..100 {
                let p = random.unit();
                rows.extend([p, (1.0 - p) * 0.9, (1.0 - p) * 0.1]);
                truth.push((task, if random.unit() < 0.2 + 0.6 * p { 0 } else { 1 + random.below(2) }));
            }
            let posteriors = Posteriors::new(3, rows);
            let conformal = Conformal::fit(&posteriors, &truth[..40], 0.9);
            for (task, class) in &truth[40..] {
                let set = conformal.set(posteriors.task(*task));
                held += usize::from(set.contains(class));
                sizes += set.len();
                all += 1;
            }
        }
        let share = real(held) / real(all);
        assert!((0.895..0.95).contains(&share), "{share}");
        assert!(sizes < 3 * all);
    }

    #[test]
    fn too_little_gold_leaves_nothing_out() {
        let posteriors = Posteriors::new(2, vec![0.9, 0.1]);
        let conformal = Conformal::fit(&posteriors, &[(0, 0)], 0.95);
        assert_eq!(conformal.set(posteriors.task(0)), [0, 1]);
    }
}
