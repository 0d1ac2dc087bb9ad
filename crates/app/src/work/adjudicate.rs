//! Deciding what the answer of a task is, with everything at hand that was said about it.
//!
//! One transaction: the gate, the lease, the decision and its ledger entry stand or fall together. The job that makes
//! consensus then takes the decision for it.

use super::{
    review::comment_fits,
    stored::StoredAnswers,
    submit::{active, entry, judge},
};
use crate::{App, Asker, Error, custody::absent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_domain::{
    hex::hex,
    ids::AssignmentId,
    work::assignment::{State, Step},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::clear,
    work::{adjudication, assignments, drafts, queue},
};

/// What an adjudicator decided.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The answer of the task, by question.
    pub answers: Value,
    /// Why, in his own words.
    #[serde(default)]
    pub comment: Option<String>,
    /// Milliseconds of work.
    #[serde(default)]
    pub active_ms: i64,
}

/// A decision as it lies in its row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredDecision {
    /// The answers, and the order that was shown.
    #[serde(flatten)]
    pub(crate) answered: StoredAnswers,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
}

/// What a decision answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DecisionReceipt {
    /// The task that was decided.
    pub task: String,
    /// When, RFC 3339.
    pub at: String,
}

impl App {
    /// Decides the task of an adjudication; acknowledged when durable.
    pub async fn adjudicate(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        decision: &Decision,
    ) -> Result<DecisionReceipt, Error> {
        let now = self.now();
        let mut tx = self.store.write("adjudicate").await?;
        let found = absent::own(&mut tx, asker, assignment, Some(Step::Adjudicate)).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        comment_fits(decision.comment.as_deref())?;
        if found.state != State::Leased {
            tx.abandon().await?;
            return Err(Error::state(
                "assignment_over",
                "this task is no longer held for you to decide; take the next one",
            ));
        }
        let answered = judge(&mut tx, &clearance, &found, &decision.answers).await?;
        let body = StoredDecision { answered, comment: decision.comment.clone() };
        let body = serde_json::to_vec(&body).map_err(|e| Error::invalid("/answers", e.to_string()))?;
        let new = adjudication::NewDecision { of: &found, body: &body, active_ms: active(decision.active_ms), at: now };
        let superseded = adjudication::insert(&mut tx, &clearance, &new).await?;
        assignments::moves_on(&mut tx, assignment, State::Leased, State::Submitted, now).await?;
        queue::lease_ended(&mut tx, found.member, found.project, found.opened_at.is_none()).await?;
        drafts::forget(&mut tx, assignment).await?;
        let entry = entry(&clearance, Act::TaskAdjudicated, &found, now)
            .of("content", hex(&clearance.content_hash(&body)))
            .of("bytes", body.len());
        let entry = match superseded {
            Some(old) => entry.of("supersedes", old.to_string()),
            None => entry,
        };
        tx.commit([entry]).await?;
        Ok(DecisionReceipt { task: found.task.to_string(), at: now.to_string() })
    }
}
