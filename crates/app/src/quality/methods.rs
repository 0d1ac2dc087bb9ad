//! How the model of a question was arrived at: what gold says of each method, and where methods name different answers.

use super::{
    coding::Votes,
    estimate::{SEED, real},
    report::{DifferFigures, MethodFigures},
};
use vouchsafe_domain::ids::TaskId;
use vouchsafe_quality::{
    aggregate::{Consensus, Method, aggregate},
    answers::Answers,
    calibration::{GOLD_MIN, Score, Temperature, auto},
    spans,
};

/// Most tasks that are named.
const NAMED_MAX: usize = 50;

/// The model of a question.
pub(super) struct Modelled {
    pub(super) consensus: Consensus,
    /// If gold gave one.
    pub(super) temperature: Option<Temperature>,
    scores: Vec<Score>,
    contested: Option<Vec<usize>>,
}

impl Modelled {
    /// By gold and decisions where they are enough to weigh methods, else the method that the schema names, else the pool.
    pub(super) fn of(votes: &Votes, answers: &Answers) -> Self {
        let truth = votes.truth();
        if truth.len() >= GOLD_MIN {
            let found = auto(answers, &truth, SEED);
            let (consensus, scores) = (found.consensus, found.choice.scores);
            return Self { consensus, temperature: found.temperature, scores, contested: None };
        }
        let wanted = match (votes.question.kind, votes.question.aggregation.method) {
            // Of marks people miss far more than they make up, which a vote cannot tell apart.
            ("span", _) => spans::DEFAULT,
            (_, "dawid_skene" | "per_label_dawid_skene") => Method::DawidSkene,
            (_, "glad") => Method::Glad,
            (_, "ordinal_dawid_skene") => Method::Ordinal,
            // A vote in which each weighs by how often he is with the others. Of pairs the strength weighs, and the vote is that.
            ("label", "weighted_majority_vote") => Method::Pm,
            _ => Method::Pool,
        };
        // Not by a few decisions: all of them are about doubtful items, and two that agree would make everything look certain.
        if wanted == Method::Pool {
            let found = auto(answers, &votes.gold, SEED);
            let (temperature, contested) = (found.temperature, Some(found.contested));
            return Self { consensus: found.consensus, temperature, scores: Vec::new(), contested };
        }
        let mut consensus = aggregate(wanted, answers, SEED);
        let temperature = (!votes.gold.is_empty()).then(|| Temperature::fit(&consensus.posteriors, &votes.gold));
        if let Some(temperature) = temperature {
            consensus.posteriors = temperature.apply(&consensus.posteriors);
        }
        Self { consensus, temperature, scores: Vec::new(), contested: None }
    }

    /// What gold says of each method, those first that weigh most.
    pub(super) fn methods(&self) -> Vec<MethodFigures> {
        let mut scores = self.scores.clone();
        scores.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.method.cmp(&b.method)));
        let figures = |score: Score| MethodFigures {
            method: score.method.name().to_owned(),
            weight: score.weight,
            log_score: score.log_score,
            accuracy: score.accuracy,
            temperature: score.temperature.value,
        };
        scores.into_iter().map(figures).collect()
    }

    /// Where methods differ; `None` where the schema chose one, or gold did.
    pub(super) fn differ(&self, votes: &Votes, tasks: &[TaskId]) -> Option<DifferFigures> {
        let contested = self.contested.as_ref()?;
        let of = votes.items.len();
        let mut named: Vec<usize> = contested.iter().map(|item| votes.items[*item].task as usize).collect();
        named.dedup();
        let named = named.into_iter().filter_map(|task| tasks.get(task)).take(NAMED_MAX).map(ToString::to_string);
        Some(DifferFigures {
            items: contested.len(),
            of,
            warning: real(contested.len()) > real(of) / 10.0,
            tasks: named.collect(),
        })
    }
}
