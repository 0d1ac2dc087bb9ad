//! What a report says of batches.

use super::Estimate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The newest batches of a project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchesFigures {
    /// Newest first, at most 20.
    pub newest: Vec<BatchFigures>,
    /// Older ones.
    pub left_out: usize,
}

/// The quality of one batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchFigures {
    /// Its id.
    pub batch: String,
    /// Its tasks that are not gold.
    pub tasks: usize,
    /// Of them done.
    pub done: usize,
    /// By question whose probabilities a model gives.
    pub questions: Vec<BatchQuestion>,
    /// By question that is answered with numbers or grades, and that a model speaks of.
    #[serde(default)]
    pub numbers: Vec<BatchNumbers>,
    /// Its reviews as a sample of its answers; null before the first that was drawn.
    pub sampling: Option<BatchSampling>,
}

/// The answers to one question in one batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchQuestion {
    /// Its name.
    pub question: String,
    /// What is judged: tasks, or parts of them, that are neither gold nor decided.
    pub items: usize,
    /// Share of these whose consensus is expected to be wrong, by the probabilities. The interval holds how many of this batch are, with 95 %
    /// certainty, if the probabilities are right and items err each for itself. Null without items.
    pub expected_error: Option<Estimate>,
    /// Gold items of this batch that somebody answered.
    pub gold: usize,
    /// Share of them whose consensus was wrong, with the exact interval; null without any.
    pub gold_error: Option<Estimate>,
}

/// The answers to one question in one batch, as numbers. Errors are absolute ones, in the unit of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchNumbers {
    /// Its name.
    pub question: String,
    /// What is judged: tasks, or parts of them, that are neither gold nor decided.
    pub items: usize,
    /// The mean error that is expected of their consensus. The interval holds that of this batch, with 95 % certainty, if the model is right and items err each
    /// for itself. Null without items.
    pub expected_error: Option<Estimate>,
    /// Gold items of this batch that somebody answered.
    pub gold: usize,
    /// The mean error of their consensus, with Student's interval; null of fewer than two.
    pub gold_error: Option<Estimate>,
}

/// The reviews of a batch that were drawn, as a sample of its answers as they were first submitted, and whether they meet the smallest plan for a batch of this size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchSampling {
    /// Answers so far, returned ones among them; gold and what was mended after a return are not.
    pub answers: usize,
    /// Of them drawn for review, at random, and reviewed.
    pub sample: usize,
    /// Of those fixed or returned.
    pub wrong: usize,
    /// With 95 % certainty at most this share of the batch's answers is (exact, hypergeometric).
    pub at_most: f64,
    /// Answers that the plan asks for, and how many of those may be fixed or returned.
    pub plan: (usize, usize),
    /// The plan keeps out a batch of which this share is wrong, with 95 % certainty.
    pub bad: f64,
    /// And lets pass one of which this share is.
    pub good: f64,
    /// Whether it is met; null while the sample is too small to say.
    pub met: Option<bool>,
}
