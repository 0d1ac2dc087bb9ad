//! What is said of a release as a whole, gathered from its rows while they are written.

use crate::{
    quality::{
        numbers::ErrorsSum,
        report::{Estimate, QuestionFigures, Report},
    },
    work::consensus::ADJUDICATED,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_formats::releases::{Consensus, Decision, ReleaseRow};
use vouchsafe_quality::ability::{HowMany, how_many_wrong};

/// Certainty of intervals.
const LEVEL: f64 = 0.95;
/// Rows whose chances are kept one by one; of more only their sums are, so that memory does not grow with the release.
const CHANCES_MAX: usize = 1 << 20;

#[derive(Default)]
pub(super) struct Seen {
    pub(super) schemas: BTreeSet<u32>,
    pub(super) guidelines: BTreeSet<u32>,
    questions: BTreeMap<String, Question>,
    on_review: OnReviewRows,
    rows: RowsSeen,
    people: BTreeSet<String>,
}

/// Rows for which nothing but reviews speak.
#[derive(Default, serde::Serialize)]
struct OnReviewRows {
    /// For nothing that was answered there is more than reviews.
    alone: u64,
    /// For some of it.
    in_part: u64,
    /// Of both, those with an annotation that nobody reviewed.
    not_reviewed: u64,
}

/// What the rows rest on.
#[derive(Default, serde::Serialize)]
struct RowsSeen {
    tasks: u64,
    annotations: u64,
    people: usize,
    /// Decided by an adjudicator.
    decided: u64,
    /// What reviewers said of these annotations and their earlier revisions.
    verdicts: BTreeMap<&'static str, u64>,
}

#[derive(Default)]
struct Question {
    tasks: u64,
    settled: u64,
    shared: u64,
    share: f64,
    methods: BTreeSet<String>,
    wrong: Wrong,
    errors: ErrorsSum,
    /// How many rows have so many answers left with certainty.
    left: BTreeMap<usize, u64>,
}

/// The chances of being wrong of the rows whose consensus a model gave a probability.
#[derive(Default)]
struct Wrong {
    rows: usize,
    mean: f64,
    variance: f64,
    /// One by one; empty when they are too many.
    chances: Vec<f64>,
}

impl Wrong {
    fn note(&mut self, chance: f64) {
        self.rows += 1;
        self.mean += chance;
        self.variance += chance * (1.0 - chance);
        if self.rows <= CHANCES_MAX {
            self.chances.push(chance);
        } else {
            self.chances = Vec::new();
        }
    }

    /// The share that is expected to be wrong; the interval holds how many of these very rows are, if the chances are right and each errs for
    /// itself.
    fn expected(&self) -> Option<Estimate> {
        let (low, high) = if self.rows > CHANCES_MAX {
            HowMany { items: self.rows, mean: self.mean, variance: self.variance }.about(LEVEL)
        } else {
            how_many_wrong(&self.chances, LEVEL)
        };
        let value = self.mean / real(self.rows);
        // Of rows among which most likely nothing is wrong, the mean lies above the interval.
        let (low, high) = ((real(low) / real(self.rows)).min(value), (real(high) / real(self.rows)).max(value));
        (self.rows > 0).then_some(Estimate { value, low, high })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows, far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}

impl Seen {
    pub(super) fn note(&mut self, row: &ReleaseRow) {
        self.schemas.insert(row.schema_version);
        self.guidelines.extend(row.annotations.iter().map(|one| one.guideline_version));
        if let Some(on_review) = &row.on_review {
            *(if on_review.alone { &mut self.on_review.alone } else { &mut self.on_review.in_part }) += 1;
            self.on_review.not_reviewed += u64::from(!on_review.reviewed);
        }
        self.rows.tasks += 1;
        self.rows.annotations += row.annotations.len() as u64;
        self.rows.decided += u64::from(row.consensus.values().any(|one| one.method == ADJUDICATED));
        for annotation in &row.annotations {
            if !self.people.contains(&annotation.by) {
                self.people.insert(annotation.by.clone());
            }
            for review in &annotation.reviews {
                *self.rows.verdicts.entry(word(review.verdict)).or_default() += 1;
            }
        }
        for (name, consensus) in &row.consensus {
            if !self.questions.contains_key(name) {
                self.questions.insert(name.clone(), Question::default());
            }
            if let Some(question) = self.questions.get_mut(name) {
                question.note(consensus);
            }
        }
    }

    /// The quality certificate. By question: on how many tasks it was answered, on how many settled and how, the mean share in
    /// agreement where more than one person answered, what the probabilities of these rows come to, and what the project's report says of
    /// it. `certificate` says on what the rest is founded: `rows` of the rows, the others of the project as a whole.
    pub(super) fn certificate(mut self, report: Option<&Report>) -> Value {
        let mut quality: serde_json::Map<_, _> = self
            .questions
            .iter()
            .map(|(name, one)| (name.clone(), one.say(report.and_then(|report| report.question(name)))))
            .collect();
        let mut whole = report.map_or_else(|| json!({}), Report::certificate);
        self.rows.people = self.people.len();
        whole["rows"] = json!(self.rows);
        // Which rows these are stands in the provenance.
        whole["rows_on_review"] = json!(self.on_review);
        quality.insert("certificate".into(), whole);
        quality.into()
    }
}

impl Question {
    fn note(&mut self, consensus: &Consensus) {
        self.tasks += 1;
        self.settled += u64::from(consensus.value.is_some());
        if let Some(share) = consensus.share.filter(|_| consensus.of > 1) {
            self.shared += 1;
            self.share += share;
        }
        if !self.methods.contains(&consensus.method) {
            self.methods.insert(consensus.method.clone());
        }
        if let Some(probability) = consensus.probability {
            self.wrong.note((1.0 - probability).clamp(0.0, 1.0));
        }
        if let Some(range) = &consensus.range {
            self.errors.note(range.mean_error, range.rms_error * range.rms_error);
        }
        if !consensus.one_of.is_empty() {
            *self.left.entry(consensus.one_of.len()).or_default() += 1;
        }
    }

    fn say(&self, figures: Option<&QuestionFigures>) -> Value {
        #[expect(clippy::cast_precision_loss, reason = "counts of tasks, far below 2^53")]
        let mean = (self.shared > 0).then(|| self.share / self.shared as f64);
        let mut said = json!({
            "tasks": self.tasks, "settled": self.settled, "methods": self.methods,
            "mean_share_in_agreement": mean, "tasks_with_several_answers": self.shared,
        });
        let Some(figures) = figures else { return said };
        if let Some(said) = said.as_object_mut() {
            said.extend(figures.certificate());
        }
        if let Some(numbers) = said.get_mut("numbers").and_then(Value::as_object_mut) {
            numbers.insert("rows".into(), json!(self.errors.rows));
            numbers.insert("expected_error".into(), json!(self.errors.expected()));
            if self.wrong.rows > 0 && figures.model.is_none() {
                numbers.insert("outside".into(), json!(self.wrong.expected()));
            }
        }
        if let Some(model) = said.get_mut("model").and_then(Value::as_object_mut) {
            model.insert("rows".into(), json!(self.wrong.rows));
            model.insert("expected_error".into(), json!(self.wrong.expected()));
            if let Some(sets) = model.get_mut("sets").and_then(Value::as_object_mut) {
                let all = figures.classes.len();
                let count = |within: &dyn Fn(usize) -> bool| -> u64 {
                    self.left.iter().filter(|(left, _)| within(**left)).map(|(_, rows)| rows).sum()
                };
                sets.insert("one".into(), json!(count(&|left| left == 1 && all > 1)));
                sets.insert("several".into(), json!(count(&|left| left > 1 && left < all)));
                sets.insert("every".into(), json!(count(&|left| left >= all)));
            }
        }
        said
    }
}

fn word(verdict: Decision) -> &'static str {
    match verdict {
        Decision::Accept => "accept",
        Decision::Fix => "fix",
        Decision::Return => "return",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_what_is_kept_the_interval_goes_on_by_sums() {
        let of = |rows: usize| {
            let mut wrong = Wrong::default();
            (0..rows).for_each(|at| wrong.note(if at % 2 == 0 { 0.02 } else { 0.04 }));
            wrong
        };
        let (within, beyond) = (of(CHANCES_MAX), of(CHANCES_MAX + 2));
        assert!(within.chances.len() == CHANCES_MAX && beyond.chances.is_empty());
        let (within, beyond) = (within.expected().expect("rows"), beyond.expected().expect("rows"));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-5;
        assert!(
            near(within.value, 0.03) && near(within.low, beyond.low) && near(within.high, beyond.high),
            "{beyond:?}"
        );
        assert!(beyond.low < beyond.value && beyond.value < beyond.high);
        assert_eq!(Wrong::default().expected(), None);
    }
}
