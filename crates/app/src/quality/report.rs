//! What is known of a project's quality, as it is kept and sent.

pub use super::asking::AskingFigures;
pub use super::batches::{BatchFigures, BatchQuestion, BatchSampling, BatchesFigures};
pub use super::confused::{ConfusedPair, PersonConfusion};
use super::figures::share;
pub use super::gamma::GammaFigures;
pub use super::judges::JudgeFigures;
pub use super::methods::{DifferFigures, MethodFigures};
pub use super::numbers::{ContestedNumber, NumberFigures, NumberHabit, NumberMethod};
pub use super::sets::SetFigures;
pub use super::told::{RoughNumber, Roughly, Told, ToldAbility, ToldChange, ToldHabit, ToldWeek};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The quality of a project as last reckoned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// When it was reckoned, RFC 3339.
    pub computed_at: String,
    /// Tasks somebody answered, gold among them.
    pub tasks: usize,
    /// Annotations it rests on: those that were not taken or sent back.
    pub annotations: usize,
    /// Tasks with known answers that somebody answered.
    pub gold_tasks: usize,
    /// Tasks that an adjudicator decided.
    #[serde(default)]
    pub decided_tasks: usize,
    /// Milliseconds of work on annotations, per task that is not gold.
    pub active_ms_per_task: Option<f64>,
    /// Every question whose answers can be compared.
    pub questions: Vec<QuestionFigures>,
    /// Questions whose answers cannot be compared: their quality is what reviews say.
    pub open_questions: Vec<String>,
    /// Everybody who answered.
    pub people: Vec<PersonFigures>,
    /// Models whose answers came with the tasks: each is one more worker to the model of the answers, and none of the people.
    #[serde(default)]
    pub judges: Vec<JudgeFigures>,
    /// What reviews say; null before the first.
    pub reviews: Option<ReviewFigures>,
    /// What was spent on each accepted task; null before the first.
    #[serde(default)]
    pub cost: Option<CostFigures>,
    /// What asking until an answer is sure enough has come to; null where the project does not, and while it gives no work out.
    #[serde(default)]
    pub asking: Option<AskingFigures>,
    /// The newest batches; null before the first.
    #[serde(default)]
    pub batches: Option<BatchesFigures>,
    /// Answers to gold that became right too fast to be the people's own; null where there is no gold to look at.
    #[serde(default)]
    pub leaks: Option<LeaksFound>,
}

/// What the accepted tasks of a project took, everything included: answers to gold and those that were returned or came late, reviews,
/// decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CostFigures {
    /// Tasks that are done.
    pub accepted: usize,
    /// Answers that were given.
    pub answers: usize,
    /// Reviews.
    pub reviews: usize,
    /// Decisions of adjudicators.
    pub decisions: usize,
    /// Answers for each accepted task.
    pub answers_per_accepted: f64,
    /// Milliseconds of work for each accepted task, by everybody.
    pub active_ms_per_accepted: f64,
    /// In money, where the project states a price; reviews and decisions have none.
    pub price: Option<PriceFigures>,
}

/// What answers cost by the project's own price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceFigures {
    /// Price of one answer, as the project states it.
    pub per_answer: f64,
    /// In this currency.
    pub currency: String,
    /// Price of the answers for each accepted task.
    pub per_accepted: f64,
}

/// Whether gold went round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeaksFound {
    /// People and gold tasks with answers enough to be looked at.
    pub looked_at: usize,
    /// Those that stand out: where nothing went round, about one report in twenty or fewer shows any.
    pub found: Vec<LeakFigures>,
}

/// A person, or a gold task, whose answers are right more often from some moment on than the people behind them are elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeakFigures {
    /// The question.
    pub question: String,
    /// Whose answers to gold, by pseudonym; null where it is about one task.
    pub person: Option<String>,
    /// The gold task; null where it is about one person.
    pub task: Option<String>,
    /// Answers before that moment.
    pub before: usize,
    /// Answers from then on.
    pub answers: usize,
    /// Right among them.
    pub right: usize,
    /// How many of them were to be expected right.
    pub expected: f64,
    /// Chance of as much at any moment though nothing went round.
    pub chance: f64,
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

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

impl Report {
    pub(crate) fn question(&self, name: &str) -> Option<&QuestionFigures> {
        self.questions.iter().find(|figures| figures.question == name)
    }

    /// What a release says of all questions together: how many people and annotations, which questions rest on review alone, and
    /// what reviews say.
    pub(crate) fn certificate(&self) -> Value {
        let reviews = self.reviews.as_ref();
        json!({
            "computed_at": self.computed_at,
            "annotations": self.annotations,
            "people": self.people.len(),
            "judges": self.judges,
            "gold_tasks": self.gold_tasks,
            "decided_tasks": self.decided_tasks,
            "rest_on_review": self.open_questions,
            "cost": self.cost,
            "verdicts": reviews.map(|reviews| &reviews.verdicts),
            "fix_size": reviews.and_then(|reviews| reviews.fix_size),
            "second_reviews": reviews.and_then(|reviews| reviews.again),
            "reviewers_on_gold": reviews.and_then(ReviewFigures::on_gold),
            "sampling": reviews.and_then(|reviews| reviews.sampling),
            "reviewer_spread": reviews.and_then(|reviews| reviews.reviewer_spread),
        })
    }
}

impl ReviewFigures {
    /// How all reviewers together judged answers to gold; `None` where none was put before them.
    fn on_gold(&self) -> Option<Value> {
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
