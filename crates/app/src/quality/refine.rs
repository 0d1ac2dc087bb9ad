//! Giving a consensus the probability that it is right.

use super::{
    coding::Votes,
    figures::{Certainty, entropy},
};
use crate::work::consensus::ADJUDICATED;
use std::collections::{BTreeMap, HashMap};
use vouchsafe_formats::releases::Consensus;
use vouchsafe_quality::aggregate::Method;

/// By how much a probability must move to be written anew.
const MOVES: f64 = 0.005;

/// What gives a question its probabilities.
pub(super) struct Judge {
    votes: Votes,
    certainty: Certainty,
    /// By task, how much is not known of its items, in bits.
    unknown: HashMap<u32, f64>,
}

impl Judge {
    pub(super) fn new(votes: Votes, certainty: Certainty) -> Self {
        let mut unknown: HashMap<u32, Unknown> = HashMap::new();
        for (at, item) in votes.items.iter().enumerate() {
            let belief = certainty.posteriors.task(at);
            let of = unknown.entry(item.task).or_default();
            of.bits += entropy(belief) / std::f64::consts::LN_2;
            of.gain += certainty.crowd.gain(belief) / std::f64::consts::LN_2;
        }
        Self { votes, certainty, unknown }
    }

    /// How much somebody who decides this question tells, in bits, if he is right: what is not known of it.
    pub(super) fn tells(&self, task: u32) -> f64 {
        self.unknown.get(&task).copied().unwrap_or(0.0)
    }

    /// Changes the consensus of one task; says whether anything changed that is worth writing.
    pub(super) fn refine(&self, task: u32, settled: &mut BTreeMap<String, Consensus>) -> bool {
        let name = &self.votes.question.name;
        let Some(consensus) = settled.get_mut(name).filter(|one| one.method != ADJUDICATED) else { return false };
        let before = (consensus.value.clone(), consensus.probability, std::mem::take(&mut consensus.one_of));
        if self.decides()
            && let Some(value) = self.best(task, consensus.value.as_ref())
        {
            consensus.value = Some(value);
            self.certainty.method.name().clone_into(&mut consensus.method);
        }
        consensus.probability = consensus.value.as_ref().and_then(|value| self.probability(task, value));
        consensus.one_of = self.one_of(task, consensus.value.as_ref());
        before.0 != consensus.value || moved(before.1, consensus.probability) || before.2 != consensus.one_of
    }

    /// The answers that are left with certainty, the chosen one always among them: to add it breaks no promise, and a set without it would
    /// only puzzle. Empty where gold is too little.
    fn one_of(&self, task: u32, value: Option<&serde_json::Value>) -> Vec<serde_json::Value> {
        let Some((sets, item)) = self.certainty.sets.as_ref().zip(self.votes.place(task, None)) else {
            return Vec::new();
        };
        let mut left = sets.set(item);
        let chosen = value.and_then(|value| self.votes.cells(task, value).pop());
        left.extend(chosen.and_then(|(_, class)| self.votes.class(&class)));
        left.sort_unstable();
        left.dedup();
        left.into_iter().filter_map(|class| self.votes.written(task, class)).collect()
    }

    /// Whether the schema asks for the model's own answer; else the answer is that of a vote, and only its probability is added.
    fn decides(&self) -> bool {
        let asked = matches!(self.votes.question.aggregation.method, "dawid_skene" | "glad" | "lfc");
        asked && matches!(self.certainty.method, Method::DawidSkene | Method::Glad | Method::Lfc)
    }

    /// The model's own answer, in the form of that of the vote.
    fn best(&self, task: u32, vote: Option<&serde_json::Value>) -> Option<serde_json::Value> {
        let posteriors = &self.certainty.posteriors;
        if self.votes.question.kind == "span" {
            // Marked and not marked alike is not marked.
            let marked = |item: usize| posteriors.task(item)[1] > posteriors.task(item)[0] + 1e-9;
            return self.votes.marks(task, vote?, marked);
        }
        let class = posteriors.best(self.votes.place(task, None)?);
        self.votes.classes.get(class).cloned()
    }

    /// The mean probability of the parts of an answer.
    fn probability(&self, task: u32, value: &serde_json::Value) -> Option<f64> {
        let cells = self.votes.cells(task, value);
        let of = |(part, class): &(Option<String>, serde_json::Value)| {
            let item = self.votes.place(task, part.as_deref())?;
            let class = self.votes.class(class)?;
            Some(self.certainty.posteriors.task(item)[class])
        };
        let found: Vec<f64> = cells.iter().filter_map(of).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f64>() / super::figures::real(found.len()))
    }
}

fn moved(before: Option<f64>, after: Option<f64>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => (before - after).abs() > MOVES,
        (before, after) => before.is_some() != after.is_some(),
    }
}
    /// With gold the model is the blend of all, which is more to be believed than the one that was named.
