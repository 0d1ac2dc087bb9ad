//! One task as it leaves: the input of every format, and itself a line of `data/full.jsonl`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use vouchsafe_domain::ids::{AnnotationId, TaskId};
use vouchsafe_domain::time::Micros;
use vouchsafe_domain::work::answers::Answers;
use vouchsafe_domain::work::content::Content;
use vouchsafe_domain::work::presented::Presented;

/// An accepted task with all that was said about it. People appear by pseudonym only.
///
/// As a line of `data/full.jsonl`:
///
/// ```json
/// {"id": "3b9f…", "external_id": "row-17", "batch": "first", "metadata": {"topic": "cardiology"},
///  "schema_version": 1, "guideline_version": 2,
///  "content": {"prompt": {"type": "text", "format": "plain", "text": "…"},
///              "responses": {"type": "candidates", "format": "plain", "items": [{"id": "response1", "content": "…"}]}},
///  "annotations": [{"id": "77aa…", "by": "p-7f3a", "revision": 1, "guideline_version": 2,
///                   "submitted_at": "2026-01-31T09:00:00.000000Z", "active_ms": 48000,
///                   "presented": {"responses": ["response2", "response1"]},
///                   "answers": {"preferred": {"value": {"preferred": "response1", "strength": 2}}},
///                   "reviews": [{"by": "p-01c9", "verdict": "accept", "at": "2026-01-31T10:00:00.000000Z"}]}],
///  "consensus": {"preferred": {"method": "majority_vote", "value": {"preferred": "response1"},
///                              "count": 2, "of": 3, "share": 0.667}},
///  "judges": {"marlin-7b": {"preferred": {"value": {"preferred": "response2"}}}}}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseRow {
    /// The task.
    pub id: TaskId,
    /// The client's own id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The client's name of the batch it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// What the client sent along, untouched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Version of the project's schema it was asked by, from 1.
    pub schema_version: u32,
    /// Version of the project's guideline in force when it was finished, from 1.
    pub guideline_version: u32,
    /// What was shown, items under the client's own ids.
    pub content: Content,
    /// The annotations that count, each in its last revision.
    pub annotations: Vec<Annotation>,
    /// What they add up to, by question.
    pub consensus: BTreeMap<String, Consensus>,
    /// What models answered, by the name of the model: they came with the task, and no person saw them before answering.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub judges: BTreeMap<String, Answers>,
    /// What of it nothing but reviews speak for; told in the provenance.
    #[serde(skip)]
    pub on_review: Option<OnReview>,
}

/// Answers of a task for which no vote, no model and no decision speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnReview {
    /// The questions.
    pub questions: Vec<String>,
    /// Whether these are all that were answered: the row rests on review alone.
    pub alone: bool,
    /// Whether every annotation of the task was reviewed; if not, nobody looked at these answers but who gave them.
    pub reviewed: bool,
}

/// What one person answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Annotation {
    /// The annotation.
    pub id: AnnotationId,
    /// Pseudonym of who answered; the same person has another one at another client.
    pub by: String,
    /// From 1; higher if it was returned or corrected.
    pub revision: u32,
    /// Version of the guideline this person had acknowledged.
    pub guideline_version: u32,
    /// When this revision was submitted; RFC 3339, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub submitted_at: Micros,
    /// Time at the task in milliseconds, as the browser measured it.
    pub active_ms: u64,
    /// The order of shuffled fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presented: Option<Presented>,
    /// The answers, by question.
    pub answers: Answers,
    /// What reviewers decided about it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
}

/// What one reviewer decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// Pseudonym of the reviewer.
    pub by: String,
    /// What was decided.
    pub verdict: Decision,
    /// Of a fix, the share of the answers that it changed, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix_size: Option<f64>,
    /// When; RFC 3339, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub at: Micros,
}

/// The three outcomes of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Good as it is.
    Accept,
    /// Corrected by the reviewer.
    Fix,
    /// Sent back.
    Return,
}

/// The answer of a task to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consensus {
    /// How it was reckoned, such as `majority_vote`; `adjudicated` where somebody decided it.
    pub method: String,
    /// The answer, in the form an answer to the question has; `null` where the people did not settle it.
    pub value: Option<Value>,
    /// How many of them answered so; absent where counting means nothing (a mean).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// How many answered at all.
    pub of: u32,
    /// Share in agreement, 0 to 1; `null` where it is undefined.
    pub share: Option<f64>,
    /// How probable it is, by the model that the manifest's `quality` names, that the value is right; of an answer with parts the
    /// mean over them; of a number, that it is as near as the schema's `tolerance`. Absent where no model speaks of such answers, of numbers without a tolerance, and of
    /// what somebody decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The answers of which one is right with 95 % certainty, over tasks like it (a conformal set, by the gold that the manifest's
    /// `quality` names). Absent where the question has less than 30 gold tasks or is asked of parts of a task.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Value>,
    /// Where the true number lies, of numbers, grades and mean points. Absent where no model speaks of them, and of what somebody decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
}

/// Where a true number lies, by the model that the manifest's `quality` names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end: a number, or of an answer in parts an object of numbers by part.
    pub low: Value,
    /// Upper end, in the same form.
    pub high: Value,
    /// How certain it is that the true number lies between them, 0 to 1.
    pub level: f64,
    /// How far off the value is expected to be: mean absolute error, in its own unit; of an answer with parts the mean over them.
    pub mean_error: f64,
    /// Root of the mean squared error that is expected, in the same unit.
    pub rms_error: f64,
}

/// Write a moment as RFC 3339 in UTC.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde's derive calls")]
pub(super) fn rfc3339<S: Serializer>(moment: &Micros, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(moment)
}
