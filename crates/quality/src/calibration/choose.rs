//! Which method, and how sure: decided by gold where there is enough, else the pool.

use super::{Gold, Temperature};
use crate::aggregate::{Consensus, Method, aggregate, pool_and_members};
use crate::answers::Answers;
use crate::num::real;

/// Least number of gold tasks that may decide between methods.
pub const GOLD_MIN: usize = 30;

/// Imaginary gold tasks that speak for the pool.
const PRIOR_TASKS: f64 = 10.0;

/// By how many standard deviations of the differences another method loses to the pool on each of them.
const PRIOR_LOSS: f64 = 0.25;

/// Parts of the gold: each is scored at the temperature of the others.
const FOLDS: usize = 5;

/// A candidate and what gold says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The method.
    pub method: Method,
    /// Mean log score over gold, each task scored at a temperature fitted on other tasks; nats, at most 0.
    pub log_score: f64,
    /// Sum over gold of the log score above the pool's, less the prior; it decides. 0 for the pool.
    pub above_pool: f64,
    /// Share of gold tasks whose most probable class is right.
    pub accuracy: f64,
}

/// The outcome of a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The method chosen.
    pub method: Method,
    /// Every candidate's score, in the order given; empty without enough gold.
    pub scores: Vec<Score>,
    /// Number of gold tasks.
    pub gold: usize,
}

/// Chooses among `candidates` (the pool must be one) by log score on `gold`, with a prior for the pool worth ten gold
/// tasks: on each of ten imaginary tasks the other loses to the pool by a quarter of the standard deviation of their differences. With less than
/// [`GOLD_MIN`] gold tasks it is the pool, and no scores.
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
        let mean = above.iter().sum::<f64>() / size;
        let deviation = (above.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (size - 1.0)).sqrt();
        let right = gold.iter().filter(|(task, class)| candidate.posteriors.best(*task) == *class).count();
        Score {
            method: candidate.method,
            log_score: own.iter().sum::<f64>() / size,
            above_pool: size * mean - PRIOR_TASKS * PRIOR_LOSS * deviation,
            accuracy: real(right) / size,
        }
    };
    let scores: Vec<Score> = candidates.iter().map(score).collect();
    let best = scores.iter().filter(|score| score.above_pool > 1e-9).max_by(|a, b| {
        a.above_pool.total_cmp(&b.above_pool).then(b.method.cmp(&a.method)) // of equals the first of the list
    });
    Choice { method: best.map_or(Method::Pool, |score| score.method), scores, gold: gold.len() }
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
    /// The chosen method's result; with gold its posteriors are at the temperature below, without gold as the model gave them.
    pub consensus: Consensus,
    /// How it was chosen.
    pub choice: Choice,
    /// The temperature applied; `None` without gold: the probabilities are then model-based, not verified.
    pub temperature: Option<Temperature>,
    /// Tasks on which at least two candidates name different classes, in order. Where they are more than a tenth of all
    /// tasks and there was no gold to choose by, the result should carry a warning.
    pub contested: Vec<usize>,
    /// Whether that warning applies.
    pub warning: bool,
}

/// With enough gold runs every method and chooses by it, else the pool alone; calibrates if there is any gold. `gold` tasks keep their own posterior:
/// whoever wants the known answer has it already.
pub fn auto(answers: &Answers, gold: &[Gold], seed: u64) -> Auto {
    let mut candidates = pool_and_members(answers, seed);
    if gold.len() >= GOLD_MIN {
        // Whether classes are grades, nobody said.
        let others = Method::ALL.into_iter().filter(|method| *method != Method::Ordinal);
        let others = others.filter(|method| candidates.iter().all(|other| other.method != *method));
        let others: Vec<Consensus> = others.map(|method| aggregate(method, answers, seed)).collect();
        candidates.extend(others);
    }
    let choice = choose(&candidates, gold);
    let contested = contested(&candidates);
    let at = candidates.iter().position(|candidate| candidate.method == choice.method).unwrap_or(0);
    let mut consensus = candidates.swap_remove(at);
    let mut sorted = gold.to_vec();
    sorted.sort_unstable();
    let temperature = (!gold.is_empty()).then(|| Temperature::fit(&consensus.posteriors, &sorted));
    if let Some(temperature) = temperature {
        consensus.posteriors = temperature.apply(&consensus.posteriors);
    }
    let warning = gold.len() < GOLD_MIN && 10 * contested.len() > answers.tasks();
    Auto { consensus, choice, temperature, contested, warning }
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
    use crate::aggregate::{Posteriors, VERSION};

    fn made(method: Method, rows: Vec<f64>) -> Consensus {
        let posteriors = Posteriors::new(2, rows);
        Consensus { method, version: VERSION, seed: 0, posteriors, workers: vec![], steps: 0, converged: true }
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
}
