//! What a report says of people, of models that answered beside them, and of reviews.

use super::{Estimate, PersonConfusion, Told};
use crate::quality::estimate::share;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What is known of one person's work in this project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonFigures {
    /// Pseudonym toward the client.
    pub person: String,
    /// Annotations.
    pub annotations: usize,
    /// Median milliseconds of work on one.
    pub median_active_ms: i64,
    /// By question: the chance that an answer is right, measured by a consensus made without this person. Absent where nobody
    /// else answered the same items.
    pub ability: BTreeMap<String, Ability>,
    /// By question: what this person takes for what. Absent below ten answers, and where nobody else answered the same items.
    #[serde(default)]
    pub confusion: BTreeMap<String, PersonConfusion>,
    /// By question that is answered with numbers or grades: whether answers run high, and how far they scatter.
    #[serde(default)]
    pub numbers: BTreeMap<String, NumberHabit>,
    /// Gold items answered rightly, with the exact interval; null without gold.
    pub gold: Option<GoldScore>,
    /// What reviews say of this person's annotations; null without reviews.
    pub reviewed: Option<Chance>,
    /// Since when answers to gold are better or worse; null where chance explains as much.
    #[serde(default)]
    pub changed: Option<ChangeFigures>,
    /// What the person is told of all this; null while it is too little.
    #[serde(default)]
    pub told: Option<Told>,
}

/// The moment from which on somebody's answers to gold are right more, or less, often than before. A gold task counts as right when all of what is
/// asked is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeFigures {
    /// When the first answer after it came, RFC 3339.
    pub since: String,
    /// Gold tasks before it.
    pub before: GoldScore,
    /// Gold tasks since. Both are a little too far apart: the moment was chosen for telling them apart.
    pub after: GoldScore,
    /// Chance that the same answers in another order show as much.
    pub chance: f64,
}

/// The chance that an answer is right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ability {
    /// Mean and 95 % interval.
    pub chance: Estimate,
    /// Answers it rests on.
    pub answers: usize,
    /// The same by week of answering, oldest first, of the newest 12 weeks; empty where a question has more than five million answers.
    #[serde(default)]
    pub by_week: Vec<AbilityWeek>,
}

/// Somebody's ability in one week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AbilityWeek {
    /// Its first moment (a Thursday, UTC), RFC 3339.
    pub from: String,
    /// Mean and 95 % interval.
    pub chance: Estimate,
    /// Answers it rests on.
    pub answers: usize,
}

/// Answers to items with a known answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GoldScore {
    /// Right ones.
    pub right: usize,
    /// All.
    pub total: usize,
    /// The share with its exact interval.
    pub share: Estimate,
}

/// How somebody answers with numbers, or with grades; in their unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NumberHabit {
    /// How far above the others, or above what is known, on average, measured by numbers found without this person.
    pub bias: Estimate,
    /// How far answers scatter around that: a standard deviation.
    pub spread: Estimate,
    /// Answers both rest on: those that others answered too, or whose number is known.
    pub answers: usize,
    /// Of them known.
    pub known: usize,
    /// Gold items answered.
    pub gold: usize,
    /// Mean absolute error on them, with Student's interval; null of fewer than two.
    pub gold_error: Option<Estimate>,
}

/// What is known of a model that answered beside people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JudgeFigures {
    /// Its name, as the tasks have it.
    pub judge: String,
    /// Its answers to what people answered too: tasks, or parts of them.
    pub answers: usize,
    /// By question: the chance that an answer is right, measured by a consensus made without this model, as of people.
    pub ability: BTreeMap<String, Ability>,
    /// By question: what it takes for what. Absent below ten answers.
    pub confusion: BTreeMap<String, PersonConfusion>,
    /// By question that is answered with numbers or grades: whether its answers run high, and how far they scatter, as of people.
    #[serde(default)]
    pub numbers: BTreeMap<String, NumberHabit>,
    /// Gold items answered rightly, with the exact interval; null without gold.
    pub gold: Option<GoldScore>,
}

/// What the quality of open answers rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewFigures {
    /// Verdicts by word: `accept`, `fix`, `return`.
    pub verdicts: BTreeMap<String, usize>,
    /// Reasons by word.
    pub reasons: BTreeMap<String, usize>,
    /// How large fixes were; null before the first.
    #[serde(default)]
    pub fix_size: Option<FixSize>,
    /// Reviewers by pseudonym: the chance that average work passes them.
    pub reviewers: BTreeMap<String, Chance>,
    /// How much it matters who reviews: standard deviation in log odds.
    pub reviewer_spread: Option<f64>,
    /// The reviews that were drawn, as a sample; null before the first.
    #[serde(default)]
    pub sampling: Option<SamplingFigures>,
    /// How far two reviewers agree who judged the same answer blind to each other; null where none was judged twice.
    #[serde(default)]
    pub again: Option<AgainFigures>,
    /// Reviewers by pseudonym: how they judged answers to gold that stood among others.
    #[serde(default)]
    pub hidden: BTreeMap<String, HiddenScore>,
}

/// Reviews as a sample of the answers, and whether they meet a plan of acceptance sampling. The share is of answers as they were first
/// submitted: what was fixed or returned was mended since. Only reviews that were drawn count: neither those of gold, nor those on demand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SamplingFigures {
    /// Answers that were drawn for review, and reviewed.
    pub sample: usize,
    /// Of them fixed or returned.
    pub wrong: usize,
    /// With 95 % certainty at most this share of such answers would be.
    pub at_most: f64,
    /// Answers that the plan asks for, and how many of those may be fixed or returned.
    pub plan: (usize, usize),
    /// The plan keeps out answers of which this share is wrong, with 95 % certainty.
    pub bad: f64,
    /// And lets pass those of which this share is.
    pub good: f64,
    /// Whether it is met; null while the sample is too small to say.
    pub met: Option<bool>,
}

/// Blind second reviews.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AgainFigures {
    /// Answers judged twice.
    pub answers: usize,
    /// Share of them where both decided the same (accept, fix or return), with the exact interval.
    pub same: Estimate,
    /// Gwet's AC1 of the two; null where it is undefined.
    pub ac1: Option<Estimate>,
}

/// A reviewer's judgement of answers of which it is known whether they are right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HiddenScore {
    /// Right answers accepted, and wrong ones fixed or returned.
    pub right: usize,
    /// All.
    pub total: usize,
    /// The share with its exact interval.
    pub share: Estimate,
    /// Wrong answers that were accepted.
    pub missed: usize,
    /// Right answers that were not.
    pub false_alarms: usize,
    /// Right ones, and all, that were judged before the last midnight (UTC): what the reviewer himself is told of.
    pub told: (usize, usize),
}

/// What reviews say of one author, or one reviewer; the chance is corrected for who reviewed whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Chance {
    /// Reviews it rests on.
    pub reviews: usize,
    /// Of them accepted as they were.
    pub accepted: usize,
    /// Of them accepted with a fix.
    #[serde(default)]
    pub fixed: usize,
    /// Of them sent back.
    #[serde(default)]
    pub returned: usize,
    /// How large these fixes were; null without any.
    #[serde(default)]
    pub fix_size: Option<FixSize>,
    /// How often each reason was given.
    #[serde(default)]
    pub reasons: BTreeMap<String, usize>,
    /// Chance of being accepted as it is, by (of) an average reviewer (author); null where the model could not tell.
    pub chance: Option<Estimate>,
}

/// How much of the answers fixes changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FixSize {
    /// Fixes it rests on.
    pub fixes: usize,
    /// The mean share of an answer that a fix changed: of texts the words, of other answers the parts. 0 to 1, with its 95 % interval.
    pub mean: Estimate,
}

impl ReviewFigures {
    /// How all reviewers together judged answers to gold; `None` where none was put before them.
    pub(super) fn on_gold(&self) -> Option<Value> {
        let sum = |of: fn(&HiddenScore) -> usize| self.hidden.values().map(of).sum::<usize>();
        let (right, total) = (sum(|one| one.right), sum(|one| one.total));
        (total > 0).then(|| {
            json!({
                "reviewers": self.hidden.len(), "right": right, "total": total, "share": share(right, total),
                "missed": sum(|one| one.missed), "false_alarms": sum(|one| one.false_alarms),
            })
        })
    }
}
