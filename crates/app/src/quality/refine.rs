//! Giving a consensus the probability that it is right.

use super::{
    certainty::Certainty,
    coding::Votes,
    estimate::{LEVEL, real},
    figures::{Believed, entropy},
    numbers::{Around, Numbers},
};
use crate::work::consensus::settle::{ADJUDICATED, plain};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};
use vouchsafe_domain::work::{schema::Per, telling::STRATA};
use vouchsafe_formats::releases::{Consensus, Range};
use vouchsafe_quality::{
    aggregate::{Between, Method},
    allocate::{Beliefs, Crowd},
};

/// By how much a probability must move to be written anew.
const MOVES: f64 = 0.005;

/// What gives a question its probabilities.
pub(super) struct Judge {
    votes: Votes,
    certainty: Option<Certainty>,
    numbers: Option<Numbers>,
    /// By task.
    unknown: HashMap<u32, Unknown>,
    /// How each group of people who tell alike answers, once they are known.
    groups: Option<Arc<[Crowd; STRATA]>>,
    /// By task, the parts that somebody answered, where the model's answer is asked for part by part.
    parts: HashMap<u32, BTreeSet<Box<str>>>,
}

/// What is not known of the items of a task, in bits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unknown {
    /// All of it: what somebody who decides tells, if he is right.
    pub(super) bits: f64,
    /// How much of it one more answer of an average member is expected to tell.
    pub(super) gain: f64,
    /// The same of a member of each group of people who tell alike, once they are known.
    pub(super) groups: [f64; STRATA],
}

impl Unknown {
    /// Of several questions about one task.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.bits += other.bits;
        self.gain += other.gain;
        self.groups.iter_mut().zip(other.groups).for_each(|(sum, gain)| *sum += gain);
        self
    }
}

impl Judge {
    /// `None` where nothing is believed.
    pub(super) fn new(votes: Votes, Believed { certainty, numbers }: Believed) -> Option<Self> {
        if certainty.is_none() && numbers.is_none() {
            return None;
        }
        let mut unknown: HashMap<u32, Unknown> = HashMap::new();
        for (at, item) in votes.items.iter().enumerate() {
            let of = unknown.entry(item.task).or_default();
            if let Some(certainty) = &certainty {
                let belief = certainty.posteriors.task(at);
                of.bits += entropy(belief) / std::f64::consts::LN_2;
                of.gain += certainty.crowd.gain(belief) / std::f64::consts::LN_2;
            }
            if let Some((bits, gain)) = numbers.as_ref().and_then(|numbers| numbers.unknown(at)) {
                of.bits += bits;
                of.gain += gain;
                of.groups.iter_mut().for_each(|group| *group += gain);
            }
        }
        let mut judge = Self { votes, certainty, numbers, unknown, groups: None, parts: HashMap::new() };
        if judge.decides() && judge.votes.question.per != Per::Record {
            judge.parts = judge.votes.parts();
        }
        Some(judge)
    }

    /// What was answered.
    pub(super) fn votes(&self) -> &Votes {
        &self.votes
    }

    /// What is believed of its items, and how each of so many people and models answers.
    pub(super) fn beliefs(&self, workers: usize) -> Option<Beliefs> {
        let posteriors = (*self.certainty.as_ref()?.posteriors).clone();
        Some(Beliefs::new(&self.votes.answers(workers)?, posteriors))
    }

    /// What its model, fitted to answers of so many people, says of tasks that are done later, with its name and how people answer on average. `None` of numbers; of marks, whose
    /// stretches lean on each other; and where answers name classes that the newest schema does not have.
    pub(super) fn between(&self, workers: usize) -> Option<(Between, Method, Crowd)> {
        let certainty = self.certainty.as_ref().filter(|_| self.votes.takes_known() && self.votes.is_newest())?;
        let between = Between::of(&self.votes.answers(workers)?, &certainty.posteriors)?;
        Some((between, certainty.method, certainty.crowd.clone()))
    }

    /// How each group of people who tell alike answers; `None` before they are known.
    pub(super) fn groups(&self) -> Option<Arc<[Crowd; STRATA]>> {
        self.groups.clone()
    }

    /// Takes in how each group of people answers; those of whom nothing is known answer like everybody.
    pub(super) fn tell(&mut self, groups: Arc<[Crowd; STRATA]>) {
        let Some(certainty) = &self.certainty else { return };
        for (at, item) in self.votes.items.iter().enumerate() {
            let of = self.unknown.entry(item.task).or_default();
            let belief = certainty.posteriors.task(at);
            for (sum, group) in of.groups.iter_mut().zip(&*groups) {
                *sum += group.gain(belief) / std::f64::consts::LN_2;
            }
        }
        self.groups = Some(groups);
    }

    /// How people answer on average; `None` of numbers, of which everybody is taken to tell alike.
    pub(super) fn crowd(&self) -> Option<&Crowd> {
        self.certainty.as_ref().map(|certainty| &certainty.crowd)
    }

    /// The question it judges.
    pub(super) fn question(&self) -> &str {
        &self.votes.question.name
    }

    /// What is not known of this question's answer to a task.
    pub(super) fn unknown(&self, task: u32) -> Unknown {
        self.unknown.get(&task).copied().unwrap_or_default()
    }

    /// Changes the consensus of one task; says whether anything changed that is worth writing.
    pub(super) fn refine(&self, task: u32, settled: &mut BTreeMap<String, Consensus>) -> bool {
        let name = &self.votes.question.name;
        let Some(consensus) = settled.get_mut(name).filter(|one| one.method != ADJUDICATED) else { return false };
        let before = consensus.clone();
        if self.decides()
            && let Some(value) = self.best(task, consensus.value.as_ref())
        {
            // Of the vote's winner, not of this.
            if consensus.value.as_ref() != Some(&value) {
                (consensus.count, consensus.share) = (None, None);
            }
            consensus.value = Some(value);
            self.method().clone_into(&mut consensus.method);
        }
        consensus.probability = consensus.value.as_ref().and_then(|value| self.probability(task, value));
        consensus.one_of = self.one_of(task, consensus.value.as_ref());
        consensus.range = consensus.value.as_ref().and_then(|value| self.range(task, value));
        if !moved(before.probability, consensus.probability) && stays(&before, consensus) {
            (consensus.value, consensus.range) = (before.value, before.range);
            return false;
        }
        true
    }

    /// The name of the model that gives its own answer.
    fn method(&self) -> &'static str {
        let certain = || self.certainty.as_ref().map(|certainty| certainty.method.name());
        let numbers = self.numbers.as_ref().filter(|_| self.votes.is_number());
        numbers.map(|numbers| numbers.method).or_else(certain).unwrap_or_default()
    }

    /// Where the true numbers lie, in the form of the answer.
    fn range(&self, task: u32, value: &serde_json::Value) -> Option<Range> {
        let numbers = self.numbers.as_ref()?;
        let of = |(part, item, given): (Option<String>, usize, f64)| Some((part, numbers.around(item, given)?));
        let cells = self.votes.number_cells(task, value);
        let found: Vec<(Option<String>, Around)> = cells.into_iter().filter_map(of).collect();
        let count = real(found.len());
        let mean = |of: fn(&Around) -> f64| found.iter().map(|(_, around)| of(around) / count).sum::<f64>();
        let ends = |of: fn(&Around) -> f64| {
            if let [(None, around)] = &*found {
                return plain(of(around));
            }
            let part = |(part, around): &(Option<String>, Around)| Some((part.clone()?, plain(of(around))));
            serde_json::Value::Object(found.iter().filter_map(part).collect())
        };
        (!found.is_empty()).then(|| Range {
            low: ends(|around| around.low),
            high: ends(|around| around.high),
            level: LEVEL,
            mean_error: mean(|around| around.off.mean),
            rms_error: mean(|around| around.off.square).sqrt(),
        })
    }

    /// The answers that are left with certainty, the chosen one always among them: to add it breaks no promise, and a set without it would
    /// only puzzle. Empty where gold is too little.
    fn one_of(&self, task: u32, value: Option<&serde_json::Value>) -> Vec<serde_json::Value> {
        let sets = self.certainty.as_ref().and_then(|certainty| certainty.sets.as_ref());
        let Some((sets, item)) = sets.zip(self.votes.place(task, None)) else {
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
    /// With gold the model is the blend of all, which is more to be believed than the one that was named.
    fn decides(&self) -> bool {
        let question = &self.votes.question;
        match question.aggregation.method {
            "dawid_skene"
            | "per_label_dawid_skene"
            | "glad"
            | "ordinal_dawid_skene"
            | "lfc"
            | "gauss"
            | "gauss_bias"
            | "auto" => true,
            // Of pairs it is the vote itself, weighed by strength.
            "weighted_majority_vote" => question.kind == "label",
            _ => false,
        }
    }

    /// The model's own answer, in the form of that of the vote.
    fn best(&self, task: u32, vote: Option<&serde_json::Value>) -> Option<serde_json::Value> {
        if self.votes.question.kind == "span" {
            let posteriors = &self.certainty.as_ref()?.posteriors;
            // Marked and not marked alike is not marked.
            let marked = |item: usize| posteriors.task(item)[1] > posteriors.task(item)[0] + 1e-9;
            return self.votes.marks(task, vote?, marked);
        }
        if self.votes.question.per == Per::Record {
            return self.best_of(task, None);
        }
        let parts = self.parts.get(&task)?;
        let of = |part: &str| Some((part.to_owned(), self.best_of(task, Some(part))?));
        let settled: serde_json::Map<String, serde_json::Value> = parts.iter().filter_map(|part| of(part)).collect();
        (!settled.is_empty()).then_some(serde_json::Value::Object(settled))
    }

    /// The most probable answer to a task or a part of it; `None` where two are alike, of several labels at any of them.
    fn best_of(&self, task: u32, part: Option<&str>) -> Option<serde_json::Value> {
        if self.votes.is_number() {
            return self.numbers.as_ref()?.value(self.votes.place(task, part)?).map(plain);
        }
        if self.votes.question.kind != "multi_label" {
            return self.votes.classes.get(self.surest(task, part)?).cloned();
        }
        let chosen = self.votes.class(&serde_json::json!(true))?;
        let mut labels = Vec::new();
        for (option, name) in self.votes.options() {
            let name = part.map_or_else(|| name.clone(), |part| format!("{part}/{name}"));
            if self.surest(task, Some(&name))? == chosen {
                labels.push(option.clone());
            }
        }
        Some(labels.into())
    }

    fn surest(&self, task: u32, part: Option<&str>) -> Option<usize> {
        let (posteriors, item) = (&self.certainty.as_ref()?.posteriors, self.votes.place(task, part)?);
        let (row, best) = (posteriors.task(item), posteriors.best(item));
        let rivals = (0..row.len()).filter(|class| row[*class] >= row[best] - 1e-9).count();
        (rivals == 1).then_some(best)
    }

    /// The mean probability of the parts of an answer.
    fn probability(&self, task: u32, value: &serde_json::Value) -> Option<f64> {
        let cells = self.votes.cells(task, value);
        let of = |(part, class): &(Option<String>, serde_json::Value)| {
            let item = self.votes.place(task, part.as_deref())?;
            if self.votes.is_number() {
                return self.numbers.as_ref()?.around(item, class.as_f64()?)?.within;
            }
            let class = self.votes.class(class)?;
            Some(self.certainty.as_ref()?.posteriors.task(item)[class])
        };
        let found: Vec<f64> = cells.iter().filter_map(of).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f64>() / real(found.len()))
    }
}

/// Whether a consensus says what it said: the same value, or numbers that moved by less than a hundredth of their interval.
fn stays(before: &Consensus, now: &Consensus) -> bool {
    let same = before.method == now.method && before.one_of == now.one_of;
    match (&before.range, &now.range) {
        (None, None) => same && before.value == now.value,
        (Some(was), Some(is)) => {
            let width = leaves(&is.high).zip(leaves(&is.low)).map(|(high, low)| high - low).fold(0.0, f64::max);
            let near = |a: f64, b: f64| (a - b).abs() <= width / 100.0;
            let all_near = |a: &serde_json::Value, b: &serde_json::Value| {
                leaves(a).count() == leaves(b).count() && leaves(a).zip(leaves(b)).all(|(a, b)| near(a, b))
            };
            let value = match (&before.value, &now.value) {
                (Some(was), Some(is)) => was == is || all_near(was, is),
                (was, is) => was == is,
            };
            same && value
                && all_near(&was.low, &is.low)
                && all_near(&was.high, &is.high)
                && near(was.mean_error, is.mean_error)
        }
        _ => false,
    }
}

/// The number, or those of all parts.
fn leaves(value: &serde_json::Value) -> impl Iterator<Item = f64> + '_ {
    let parts = value.as_object().into_iter().flat_map(serde_json::Map::values);
    std::iter::once(value).chain(parts).filter_map(serde_json::Value::as_f64)
}

fn moved(before: Option<f64>, after: Option<f64>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => (before - after).abs() > MOVES,
        (before, after) => before.is_some() != after.is_some(),
    }
}
