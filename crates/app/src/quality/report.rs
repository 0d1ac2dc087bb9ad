//! What is known of a project's quality, as it is kept and sent.

mod batches;
mod people;
mod questions;

pub use super::{
    asking::AskingFigures,
    confused::{ConfusedPair, PersonConfusion},
    estimate::Estimate,
    told::{RoughNumber, Roughly, Told, ToldAbility, ToldChange, ToldHabit, ToldWeek},
};
pub use batches::{BatchFigures, BatchNumbers, BatchQuestion, BatchSampling, BatchesFigures};
pub use people::{
    Ability, AbilityWeek, AgainFigures, Chance, ChangeFigures, FixSize, GoldScore, HiddenScore, JudgeFigures,
    NumberHabit, PersonFigures, ReviewFigures, SamplingFigures,
};
pub use questions::{
    Agreement, Contested, ContestedNumber, DifferFigures, GammaFigures, MethodFigures, ModelFigures, NumberFigures,
    NumberMethod, QuestionFigures, SetFigures, Week,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
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
