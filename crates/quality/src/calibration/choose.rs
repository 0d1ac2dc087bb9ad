//! Which methods, and how sure: weighed by gold where there is enough, else the pool.

use super::{Gold, Temperature};
use crate::aggregate::{Consensus, Method, Posteriors, aggregate, pool_and_fitted};
use crate::answers::Answers;
use crate::num::{real, softmax};

/// Least number of gold tasks that may decide between methods.
pub const GOLD_MIN: usize = 30;

/// Gold tasks that the prior for the pool is worth: so many more on which all methods score alike, and the pool is taken.
const PRIOR_TASKS: f64 = 10.0;

/// Parts of the gold: each is scored at the temperature of the others.
const FOLDS: usize = 5;

/// A candidate and what gold says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The method.
    pub method: Method,
    /// Mean log score over gold, each task scored at a temperature fitted on other tasks; nats, at most 0.
    pub log_score: f64,
    /// Sum over gold of the log score above the pool's, with the prior: it decides. 0 for the pool.
    pub above_pool: f64,
    /// Share of gold tasks whose most probable class is right.
    pub accuracy: f64,
    /// The temperature of all gold.
    pub temperature: Temperature,
    /// How much of the blend is this method, in \[0, 1\]; all together are 1.
    pub weight: f64,
}

/// The outcome of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The best method by gold.
    pub method: Method,
    /// Every candidate's score, in the order given; empty without enough gold.
    pub scores: Vec<Score>,
    /// Number of gold tasks.
    pub gold: usize,
}

/// Weighs `candidates` (the pool must be one) by log score on `gold`, with a prior for the pool worth ten gold tasks: with these ten, on which
/// all are alike, the mean difference from the pool is size / (size + 10) of what gold says, and 10 / (size + 10) of the blend is the
/// pool whatever gold says. With less than [`GOLD_MIN`] gold tasks it is the pool, and no scores.
pub fn choose(candidates: &[Consensus], gold: &[Gold]) -> Choice {
    let mut gold = gold.to_vec();
    gold.sort_unstable();
    let pool = candidates.iter().find(|candidate| candidate.method == Method::Pool);
    let (Some(pool), true) = (pool, gold.len() >= GOLD_MIN) else {
        return Choice { method: Method::Pool, scores: Vec::new(), gold: gold.len() };
    };
    let of_pool = scores(pool, &gold);
    let score = |candidate: &Consensus| {
        let own = scores(candidate, &gold);
        let above: Vec<f64> = own.iter().zip(&of_pool).map(|(own, pool)| own - pool).collect();
        let size = real(gold.len());
        let right = gold.iter().filter(|(task, class)| candidate.posteriors.best(*task) == *class).count();
        Score {
            method: candidate.method,
            log_score: own.iter().sum::<f64>() / size,
            above_pool: above.iter().sum::<f64>() * size / (size + PRIOR_TASKS),
            accuracy: real(right) / size,
            temperature: Temperature::fit(&candidate.posteriors, &gold),
            weight: 0.0,
        }
    };
    let mut scores: Vec<Score> = candidates.iter().map(score).collect();
    let mut weights: Vec<f64> = scores.iter().map(|score| score.above_pool).collect();
    softmax(&mut weights);
    let size = real(gold.len());
    for (score, weight) in scores.iter_mut().zip(weights) {
        let prior = if score.method == Method::Pool { PRIOR_TASKS } else { 0.0 };
        score.weight = (size * weight + prior) / (size + PRIOR_TASKS);
    }
    let best = scores.iter().filter(|score| score.above_pool > 1e-9).max_by(|a, b| {
        a.above_pool.total_cmp(&b.above_pool).then(b.method.cmp(&a.method)) // of equals the first of the list
    });
    Choice { method: best.map_or(Method::Pool, |score| score.method), scores, gold: gold.len() }
}

/// The mean of the candidates' posteriors, each at its temperature, by the weights of their scores: what gold says of a method is the
/// evidence for it, so this is their average under the posterior of which is right. `scores` are those that [`choose`] gave for
/// `candidates`, in the same order. A method that weighs less than a millionth is left out.
pub fn blend(candidates: &[Consensus], scores: &[Score]) -> Posteriors {
    let (tasks, classes) = candidates.first().map_or((0, 0), |one| (one.posteriors.tasks(), one.posteriors.classes()));
    let mut mean = vec![0.0; tasks * classes];
    let part: Vec<_> = candidates.iter().zip(scores).filter(|(_, score)| score.weight > 1e-6).collect();
    let whole: f64 = part.iter().map(|(_, score)| score.weight).sum();
    for (candidate, score) in part {
        for (task, mean) in mean.chunks_exact_mut(classes.max(1)).enumerate() {
            let row = score.temperature.scale(candidate.posteriors.task(task));
            mean.iter_mut().zip(row).for_each(|(mean, share)| *mean += score.weight / whole * share);
        }
    }
    Posteriors::new(classes, mean)
}

/// Log score of each gold task at the temperature of the other parts of gold.
fn scores(candidate: &Consensus, gold: &[Gold]) -> Vec<f64> {
    let part = |at: usize, fold: usize, inside: bool| (at % FOLDS == fold) == inside;
    let temperatures: Vec<Temperature> = (0..FOLDS)
        .map(|fold| {
            let others: Vec<Gold> =
                (0..).zip(gold).filter(|(at, _)| part(*at, fold, false)).map(|(_, gold)| *gold).collect();
            Temperature::fit(&candidate.posteriors, &others)
        })
        .collect();
    let score = |(at, (task, class)): (usize, &Gold)| {
        temperatures[at % FOLDS].log_score(candidate.posteriors.task(*task), *class)
    };
    gold.iter().enumerate().map(score).collect()
}

/// What `auto` found.
#[derive(Debug, Clone, PartialEq)]
pub struct Auto {
    /// The result: the blend where gold was enough to weigh methods by, else the pool. With gold its posteriors are calibrated, without as
    /// the model gave them.
    pub consensus: Consensus,
    /// What gold says of the methods.
    pub choice: Choice,
    /// The temperature applied to the pool; `None` without gold (the probabilities are then model-based, not verified) and for a
    /// blend, whose parts have their own.
    pub temperature: Option<Temperature>,
    /// The temperature that gold gives HBCC, by which people are measured; `None` without gold.
    pub of_hbcc: Option<Temperature>,
    /// Tasks on which at least two candidates name different classes, in order. Where they are more than a tenth of all
    /// tasks and there was no gold to choose by, the result should carry a warning.
    pub contested: Vec<usize>,
    /// Whether that warning applies.
    pub warning: bool,
}

/// With enough gold runs every method and blends them by it, else the pool alone; calibrates if there is any gold. `gold` tasks keep their own posterior:
/// whoever wants the known answer has it already.
pub fn auto(answers: &Answers, gold: &[Gold], seed: u64) -> Auto {
    let (mut candidates, mut fitted) = pool_and_fitted(answers, seed);
    let enough = gold.len() >= GOLD_MIN;
    if enough {
        // Whether classes are grades, nobody said.
        let others = Method::ALL.into_iter().filter(|method| *method != Method::Ordinal);
        let others = others.filter(|method| candidates.iter().all(|other| other.method != *method));
        let fit = |method| match fitted.iter().position(|one| one.method == method) {
            Some(at) => fitted.swap_remove(at),
            None => aggregate(method, answers, seed),
        };
        let others: Vec<Consensus> = others.map(fit).collect();
        candidates.extend(others);
    }
    let choice = choose(&candidates, gold);
    let contested = contested(&candidates);
    let mut sorted = gold.to_vec();
    sorted.sort_unstable();
    let at = |method| candidates.iter().position(|candidate| candidate.method == method).unwrap_or(0);
    let fit = |at: usize| (!gold.is_empty()).then(|| Temperature::fit(&candidates[at].posteriors, &sorted));
    let (pool, of_hbcc) = (at(Method::Pool), fit(at(Method::Hbcc)));
    let temperature = if enough { None } else { fit(pool) };
    let blended = enough.then(|| blend(&candidates, &choice.scores));
    let mut consensus = candidates.swap_remove(pool);
    if let Some(posteriors) = blended {
        consensus.workers = posteriors.workers(answers);
        consensus.steps = candidates.iter().fold(consensus.steps, |most, one| most.max(one.steps));
        consensus.method = Method::Blend;
        consensus.posteriors = posteriors;
    } else if let Some(temperature) = temperature {
        consensus.posteriors = temperature.apply(&consensus.posteriors);
    }
    let warning = !enough && 10 * contested.len() > answers.tasks();
    Auto { consensus, choice, temperature, of_hbcc, contested, warning }
}

/// The tasks on which `candidates` do not all name the same class, in order.
pub fn contested(candidates: &[Consensus]) -> Vec<usize> {
    let tasks = candidates.first().map_or(0, |first| first.posteriors.tasks());
    let differ =
        |task: &usize| candidates.windows(2).any(|two| two[0].posteriors.best(*task) != two[1].posteriors.best(*task));
    (0..tasks).filter(differ).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::VERSION;

    fn made(method: Method, rows: Vec<f64>) -> Consensus {
        let posteriors = Posteriors::new(2, rows);
        let (bound, starts, shared_errors) = (None, vec![], None);
        let (version, seed, workers, steps, converged) = (VERSION, 0, vec![], 0, true);
        Consensus { method, version, seed, posteriors, workers, steps, converged, bound, starts, shared_errors }
    }

    #[test]
    fn gold_must_speak_clearly_to_beat_the_pool() {
        let rows =
            |right: usize| (0..200).flat_map(|task| if task < right { [0.9, 0.1] } else { [0.1, 0.9] }).collect();
        let candidates = |other: usize| [made(Method::Pool, rows(150)), made(Method::Hbcc, rows(other))];
        let gold: Vec<Gold> = (0..200).map(|task| (task, 0)).collect();
        assert_eq!(choose(&candidates(190), &gold).method, Method::Hbcc);
        let few: Vec<Gold> = (120..160).map(|task| (task, 0)).collect();
        assert_eq!(choose(&candidates(150), &few).method, Method::Pool); // as good is not enough
        assert_eq!(choose(&candidates(160), &few).method, Method::Hbcc); // ten are
        assert_eq!(choose(&candidates(190), &gold[..29]).method, Method::Pool); // too little gold
        assert_eq!(contested(&candidates(190)).len(), 40);
        let mut turned = gold.clone();
        turned.reverse();
        assert_eq!(choose(&candidates(190), &turned), choose(&candidates(190), &gold));
    }

    #[test]
    fn a_blend_weighs_methods_by_what_gold_says_of_them() {
        let rows =
            |right: usize| (0..200).flat_map(|task| if task < right { [0.9, 0.1] } else { [0.1, 0.9] }).collect();
        let gold: Vec<Gold> = (0..200).step_by(4).map(|task| (task, 0)).collect();
        let blended = |other: usize| {
            let candidates = [made(Method::Pool, rows(150)), made(Method::Hbcc, rows(other))];
            let choice = choose(&candidates, &gold);
            assert!((choice.scores.iter().map(|score| score.weight).sum::<f64>() - 1.0).abs() < 1e-12);
            (choice.scores[1].weight, blend(&candidates, &choice.scores))
        };
        let (better, by_better) = blended(190);
        assert!((better - 50.0 / 60.0).abs() < 0.01, "{better}"); // the rest is the prior for the pool
        assert_eq!((by_better.best(160), by_better.best(195)), (0, 1));
        let (same, by_same) = blended(150);
        assert!((same - 25.0 / 60.0).abs() < 1e-9, "{same}");
        assert!((by_same.task(0)[0] - 0.75).abs() < 0.05, "{:?}", by_same.task(0)); // said 0.9, right three times in four
        let (worse, _) = blended(100);
        assert!(worse < 0.01, "{worse}");
    }

    #[test]
    fn with_gold_the_result_is_the_blend_and_without_the_pool() {
        let triples: Vec<_> =
            (0..60).flat_map(|task| (0..3).map(move |w| (task, w, u16::from((task + w) % 4 == 0)))).collect();
        let answers = Answers::new(60, 3, 2, &triples).expect("in range");
        let gold: Vec<Gold> = (0..40).map(|task| (task, 0)).collect();
        let found = auto(&answers, &gold, 1);
        assert_eq!((found.consensus.method, found.temperature), (Method::Blend, None));
        let mut weighed: Vec<Method> = found.choice.scores.iter().map(|score| score.method).collect();
        weighed.sort_unstable();
        assert!(weighed.iter().eq(Method::ALL.iter().filter(|method| **method != Method::Ordinal)), "each once");
        assert_eq!(found.consensus.workers, found.consensus.posteriors.workers(&answers));
        assert!((0..60).all(|task| (found.consensus.posteriors.task(task).iter().sum::<f64>() - 1.0).abs() < 1e-9));
        let mut turned = gold.clone();
        turned.reverse();
        assert_eq!(auto(&answers, &turned, 1), found);
        let little = auto(&answers, &gold[..29], 1);
        assert_eq!(little.consensus.method, Method::Pool);
        assert!(little.temperature.is_some() && little.of_hbcc.is_some() && little.choice.scores.is_empty());
        let none = auto(&answers, &[], 1);
        assert_eq!((none.consensus.method, none.temperature, none.of_hbcc), (Method::Pool, None, None));
        assert_eq!(none.consensus.posteriors, aggregate(Method::Pool, &answers, 1).posteriors);
    }
}
