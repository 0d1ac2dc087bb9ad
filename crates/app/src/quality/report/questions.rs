//! What a report says of a question.

use super::Estimate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// The quality of the answers to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuestionFigures {
    /// Its name.
    pub question: String,
    /// Its type.
    pub kind: String,
    /// What is judged: a task, or one part of it (an option, a criterion, a candidate). How many of them.
    pub items: usize,
    /// Answers to them.
    pub answers: usize,
    /// What an answer can be, in order; empty of a number.
    pub classes: Vec<String>,
    /// Agreement; null where it is undefined: no item has two answers, or all of them are equal.
    pub agreement: Agreement,
    /// The model behind the probabilities; null for numbers, and where there is neither gold nor a handful of items with two answers: it would only
    /// repeat its own prior.
    pub model: Option<ModelFigures>,
    /// How far off answers are; null where they are neither numbers nor grades, and where nothing can be compared.
    #[serde(default)]
    pub numbers: Option<NumberFigures>,
}

/// How far people agree beyond chance. Not whether they are right.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Agreement {
    /// `nominal`, `ordinal` or `interval`.
    pub scale: String,
    /// Krippendorff's alpha.
    pub alpha: Option<Estimate>,
    /// Gwet's AC1, which stays sensible where one class dominates; null for intervals.
    pub ac1: Option<Estimate>,
    /// Share of the most frequent class among all answers.
    pub dominant_share: Option<f64>,
    /// Of marked passages; null for other questions and where it is undefined.
    #[serde(default)]
    pub gamma: Option<GammaFigures>,
    /// Alpha by week of answering, oldest first, of weeks with enough answers, at most 26.
    pub by_week: Vec<Week>,
}

/// Agreement of one week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Week {
    /// Its first moment (a Thursday, UTC), RFC 3339.
    pub from: String,
    /// Items with two answers or more.
    pub items: usize,
    /// Krippendorff's alpha.
    pub alpha: Estimate,
}

/// What the model says of the answers to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ModelFigures {
    /// The method that gave the probabilities.
    pub method: String,
    /// Version of its code.
    pub version: u32,
    /// The seed it ran with.
    pub seed: u64,
    /// Whether gold or decisions confirmed the probabilities. If not they are model-based and not verified.
    pub verified: bool,
    /// Temperature at which the probabilities fit gold; null without gold, and for a blend, whose parts have their own.
    pub temperature: Option<f64>,
    /// Where known answers weighed methods: what they say of each, those first that weigh most.
    #[serde(default)]
    pub methods: Vec<MethodFigures>,
    /// Where methods name different answers; null where the schema chose one, or known answers did.
    #[serde(default)]
    pub differ: Option<DifferFigures>,
    /// Gold items it was measured on.
    pub gold: usize,
    /// Items that adjudicators decided: taken as known for method and calibration, and no part of the errors below, since they were
    /// chosen for being doubtful.
    #[serde(default)]
    pub decided: usize,
    /// Of the gold items, those whose consensus was wrong, with the exact (Clopper-Pearson) interval of that share; null without gold.
    pub gold_error: Option<Estimate>,
    /// Share of items whose consensus is expected to be wrong, by the probabilities; the interval speaks of the sample only.
    pub expected_error: Option<Estimate>,
    /// How far probabilities that tasks get between this report and the next lie from a full fit, on average, seen on tasks of this one; null where they get none.
    #[serde(default)]
    pub between: Option<f64>,
    /// How many answers are left with 95 % certainty; null with less than 30 gold tasks, and where the question is asked of parts of a task.
    #[serde(default)]
    pub sets: Option<SetFigures>,
    /// The expected error after one, two, … more answers to each item by an average member.
    pub with_more: Vec<f64>,
    /// Per true class (by the model), the share of answers that named each class.
    pub confusion: Vec<Vec<f64>>,
    /// The least certain items, most uncertain first, at most 50.
    pub contested: Vec<Contested>,
}

/// An item nobody can be sure of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contested {
    /// The task.
    pub task: String,
    /// Which part of it; null for the task as a whole.
    pub part: Option<String>,
    /// Probability of each class.
    pub probabilities: Vec<f64>,
    /// How many answered.
    pub answers: usize,
}

/// A method, and what known answers say of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MethodFigures {
    /// Its name.
    pub method: String,
    /// How much of the blend it is, 0 to 1; all together are 1.
    pub weight: f64,
    /// Mean log score over the known items, each at a temperature fitted on others: nats, at most 0.
    pub log_score: f64,
    /// Share of the known items whose most probable class is right.
    pub accuracy: f64,
    /// Its temperature.
    pub temperature: f64,
}

/// On what the methods behind the pool name different answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DifferFigures {
    /// Items on which at least two name different classes.
    pub items: usize,
    /// Of so many.
    pub of: usize,
    /// More than a tenth: which method is taken matters, and nothing says which is right.
    pub warning: bool,
    /// The tasks of the first of them, at most 50.
    pub tasks: Vec<String>,
}

/// How many answers are left with 95 % certainty (conformal sets).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SetFigures {
    /// Share of tasks like these whose set holds the right answer, at least.
    pub level: f64,
    /// Gold tasks that say so: right as far as they are a random sample of such tasks.
    pub gold: usize,
    /// Tasks of which one answer is left; neither gold nor decided.
    pub one: usize,
    /// Tasks of which several are, but not all.
    pub several: usize,
    /// Tasks of which every answer is left: nothing is certain.
    pub every: usize,
}

/// Agreement on marked passages as marks: where they are and what they are, everybody's aligned at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GammaFigures {
    /// Gamma: 1 is perfect agreement, 0 what chance would give; the interval is over texts.
    pub gamma: Estimate,
    /// Texts it rests on.
    pub texts: usize,
    /// Texts that were left out, at random or because they hold very many marks, since to align them would take too long.
    pub left_out: usize,
    /// Of the texts, those whose alignment is not proven to be the best, since too many people marked them all over each other: it may make gamma a little too low.
    #[serde(default)]
    pub near: usize,
    /// Share of the shuffled texts, by which chance is reckoned, of which the same is true: it may make gamma a little too high. 0 to 1.
    #[serde(default)]
    pub near_by_chance: f64,
}

/// How far off the consensus of a question is that is answered with numbers, with grades, or with points. Errors are absolute ones, in the unit of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NumberFigures {
    /// The model behind intervals and errors.
    pub method: String,
    /// Version of its code.
    pub version: u32,
    /// The seed it ran with.
    pub seed: u64,
    /// Whether gold confirmed the intervals. If not they are model-based and not verified.
    pub verified: bool,
    /// Of a number or of points in part, how far off each method is on what is known, those first that are least; empty where nothing is, and of grades.
    pub methods: Vec<NumberMethod>,
    /// Certainty of the intervals.
    pub level: f64,
    /// By how much gold moved either end of them outward (below 0 inward), of points as a share of what a criterion is worth; null with less than 30 gold items,
    /// and of grades, whose probabilities are scaled by gold.
    pub widened_by: Option<f64>,
    /// Gold items it was measured on.
    pub gold: usize,
    /// Items that adjudicators decided: they speak of people and methods, not of errors and intervals, since they were chosen for being doubtful.
    pub decided: usize,
    /// Mean error of the consensus on gold, with Student's interval; null with less than two gold items.
    pub gold_error: Option<Estimate>,
    /// Mean error that is expected of the consensus, by the model; the interval speaks of the sample only.
    pub expected_error: Option<Estimate>,
    /// How far off a number may be and still be right, by the schema; null where it does not say.
    pub tolerance: Option<f64>,
    /// Share of items whose consensus is expected to be further off than that, by the model; null without a tolerance.
    pub outside: Option<Estimate>,
    /// Share of the gold items whose consensus was further off than that, with the exact interval; null without a tolerance.
    pub gold_outside: Option<Estimate>,
    /// The items whose consensus is expected to be furthest off, at most 50.
    pub contested: Vec<ContestedNumber>,
}

/// What is known says of a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NumberMethod {
    /// Its name.
    pub method: String,
    /// Mean absolute error on the known items; of points as a share of what a criterion is worth.
    pub error: f64,
}

/// A number nobody can be sure of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContestedNumber {
    /// The task.
    pub task: String,
    /// Which part of it; null for the task as a whole.
    pub part: Option<String>,
    /// The consensus and both ends of its interval.
    pub value: Estimate,
    /// How far off it is expected to be.
    pub error: f64,
    /// How many answered.
    pub answers: usize,
}

impl ModelFigures {
    /// What confirmed its probabilities.
    fn founded_on(&self) -> &'static str {
        match (self.verified, self.gold, self.decided) {
            (false, ..) => "model-based, not verified",
            (true, _, 0) => "gold",
            (true, 0, _) => "decisions",
            (true, ..) => "gold and decisions",
        }
    }
}

impl QuestionFigures {
    /// What a release says of this question.
    pub(crate) fn certificate(&self) -> Map<String, Value> {
        let mut said = Map::new();
        said.insert("agreement".into(), json!({
            "scale": self.agreement.scale, "krippendorff_alpha": self.agreement.alpha, "gwet_ac1": self.agreement.ac1,
            "dominant_share": self.agreement.dominant_share, "gamma": self.agreement.gamma,
        }));
        said.extend(self.numbers.iter().map(|numbers| ("numbers".into(), numbers.certificate())));
        if let Some(model) = &self.model {
            said.insert(
                "model".into(),
                json!({
                    "method": model.method, "version": model.version, "seed": model.seed,
                    "founded_on": model.founded_on(),
                    "temperature": model.temperature, "gold": model.gold, "decided": model.decided, "gold_error": model.gold_error,
                    "expected_error": model.expected_error, "sets": model.sets, "methods": model.methods,
                    "methods_differ": model.differ.as_ref().map(DifferFigures::counts),
                }),
            );
        }
        said
    }
}

impl DifferFigures {
    /// Without the tasks.
    pub(super) fn counts(&self) -> Value {
        json!({"items": self.items, "of": self.of, "warning": self.warning})
    }
}

impl NumberFigures {
    /// What a release says of it.
    pub(super) fn certificate(&self) -> Value {
        json!({
            "method": self.method, "version": self.version, "seed": self.seed,
            "founded_on": if self.verified { "gold" } else { "model-based, not verified" },
            "gold": self.gold, "decided": self.decided, "gold_error": self.gold_error, "expected_error": self.expected_error,
            "level": self.level, "widened_by": self.widened_by, "methods": self.methods,
            "tolerance": self.tolerance, "outside": self.outside, "gold_outside": self.gold_outside,
        })
    }
}
