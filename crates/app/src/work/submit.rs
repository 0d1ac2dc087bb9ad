//! Submitting an annotation.
//!
//! One transaction: the gate, the lease, the row and its ledger entry stand or fall together. The same
//! answers sent twice are one annotation with one receipt. Answers after a lapse count while a slot is
//! free; otherwise they are kept as late.

use super::{
    projects::under,
    stored::{StoredAnswers, task_shown},
};
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::{
    custody::gate::{Denied, Need},
    hex::hex,
    ids::{AnnotationId, AssignmentId, ClientId, in_order},
    time::Micros,
    work::assignment::{AnnotationState, Purpose, State, Step, Submit, drawn, on_submit, task_state},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::clearance::{Clearance, Refused, clear},
    work::{GOLD_LANE, annotations, assignments, drafts, queue},
};

/// Longest time of work that one answer, review or decision may claim: a day.
const ACTIVE_MS_MAX: i64 = 86_400_000;

/// The milliseconds of work that a browser claims, as far as they are believed: they are added up.
pub(crate) fn active(claimed_ms: i64) -> i64 {
    claimed_ms.clamp(0, ACTIVE_MS_MAX)
}

/// What a submit answers. The same submit gives the same receipt; only the head in it is the newest each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Receipt {
    /// Its id.
    pub annotation: String,
    /// `submitted` or `late`.
    pub state: &'static str,
    /// When it was submitted first, RFC 3339.
    pub at: String,
    /// The newest signed head of the client's ledger, to keep: the ledger of the day of reckoning must continue it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

impl App {
    /// Submits answers; acknowledged when durable.
    pub async fn submit(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        answers: &Value,
        active_ms: i64,
    ) -> Result<Receipt, Error> {
        let now = self.now();
        let mut tx = self.store.write("submit").await?;
        let answered = annotations::answered(&mut tx, assignment)
            .await?
            .filter(|(found, _)| found.member == asker.member && found.step == Step::Label);
        let (found, newest) = absent::found(answered, &mut tx, asker).await?;
        // He was sent the task; whether he would be sent it again does not matter. A wall or a suspension does.
        let clearance = match clear(&mut tx, asker, found.client, Need::Label, true).await {
            Err(Refused::Denied(Denied::Unknown)) => {
                return Err(self.keep_behind_wall(tx, &found, answers, active_ms).await?);
            }
            other => other?,
        };

        let stored = judge(&mut tx, &clearance, &found, answers).await?;
        let body = serde_json::to_vec(&stored).map_err(|e| Error::invalid("/answers", e.to_string()))?;
        let body_hash = clearance.content_hash(&body);

        let same = newest.as_ref().map(|n| n.body_hash == body_hash);
        let counts = match on_submit(found.state, same) {
            Submit::Counts => true,
            Submit::CountsIfFree => queue::take_again(&mut tx, found.task).await?,
            Submit::Replay => {
                let first = newest.ok_or(Error::NotFound)?;
                tx.abandon().await?;
                let receipt = receipt(first.id, first.state == AnnotationState::Late, first.submitted_at);
                return Ok(self.with_head(receipt, found.client));
            }
            Submit::AlreadySubmitted => {
                tx.abandon().await?;
                return Err(Error::state(
                    "already_submitted",
                    "other answers were submitted for this assignment; they are kept as they were",
                ));
            }
            Submit::Gone => {
                tx.abandon().await?;
                return Err(Error::state(
                    "assignment_over",
                    "this assignment was given back; the draft is still kept for you",
                ));
            }
        };

        let id = AnnotationId(in_order(self.id(), now));
        let reviewed = newest.is_some() || drawn(draw(id), found.review_per_10000);
        let state = match (counts, reviewed) {
            (false, _) => AnnotationState::Late,
            (true, true) => AnnotationState::InReview,
            (true, false) => AnnotationState::Accepted,
        };
        // Of one person's answers the newest counts, or may be admitted: an older late one no more.
        if let Some(old) =
            newest.as_ref().filter(|n| matches!(n.state, AnnotationState::Returned | AnnotationState::Late))
        {
            annotations::decide(&mut tx, (found.task_no, old.id), old.state, AnnotationState::Superseded, now).await?;
        }
        let new = annotations::NewAnnotation {
            id,
            of: &found,
            revision: newest.as_ref().map_or(1, |n| n.revision + 1),
            state,
            body: &body,
            body_hash,
            active_ms: active(active_ms),
            at: now,
        };
        annotations::insert(&mut tx, &clearance, &new).await?;
        let to = if counts { State::Submitted } else { State::Lapsed };
        assignments::moves_on(&mut tx, assignment, found.state, to, now).await?;
        drafts::forget(&mut tx, assignment).await?;
        if found.state == State::Leased {
            queue::lease_ended(&mut tx, found.member, found.project, found.purpose == Purpose::Prefetch).await?;
        }
        if state == AnnotationState::InReview {
            let by_chance = newest.is_none() && drawn(draw(id), found.drawn_per_10000);
            let forced = (!by_chance).then_some(now);
            queue::open_review(&mut tx, found.project, (found.task, found.task_no), id, found.person, forced).await?;
        }
        if counts {
            settle_task(&mut tx, &found, now).await?;
        }
        let act = if counts { Act::AnnotationSubmitted } else { Act::AnnotationLate };
        let entry = entry(&clearance, act, &found, now)
            .of("annotation", id.to_string())
            .of("revision", new.revision)
            .of("content", hex(&body_hash))
            .of("bytes", body.len());
        tx.commit([entry]).await?;
        Ok(self.with_head(receipt(id, !counts, now), found.client))
    }

    fn with_head(&self, receipt: Receipt, client: ClientId) -> Receipt {
        Receipt { checkpoint: self.head(client).map(|head| head.to_string()), ..receipt }
    }
}

/// Records where the task stands after an annotation came or was decided. Gold never ends.
pub(crate) async fn settle_task(tx: &mut Tx, found: &assignments::Found, now: Micros) -> Result<(), Error> {
    if found.lane == GOLD_LANE {
        return Ok(());
    }
    let (counted, waiting, open) = annotations::tally(tx, found.task, found.task_no).await?;
    annotations::set_task_state(tx, found.task, task_state(found.overlap, counted, waiting, open), now).await?;
    Ok(())
}

/// An entry about an assignment.
pub(crate) fn entry(
    clearance: &Clearance<'_>,
    act: Act,
    found: &assignments::Found,
    now: Micros,
) -> vouchsafe_ledger::entry::Entry {
    clearance
        .entry(act, now)
        .of("assignment", found.id.to_string())
        .of("task", found.task.to_string())
        .of("project", found.project.to_string())
        .of("schema", found.schema.to_string())
}

/// Checks what somebody answered against the task as he was shown it.
pub(crate) async fn judge(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    found: &assignments::Found,
    answers: &Value,
) -> Result<StoredAnswers, Error> {
    let (schema, content, presented) = task_shown(tx, clearance, found).await?;
    let answers = schema.check(&content, &presented, answers).map_err(|faults| under("/answers", &faults))?;
    Ok(StoredAnswers { answers, presented })
}

/// Random bits that follow from an annotation's id.
pub(crate) fn draw(id: AnnotationId) -> u64 {
    // The random bits, which come last, spread over 64.
    let (high, low) = id.0.as_u64_pair();
    (high & !0xf000) ^ low.rotate_left(17)
}

fn receipt(id: AnnotationId, late: bool, at: Micros) -> Receipt {
    let state = if late { "late" } else { "submitted" };
    Receipt { annotation: id.to_string(), state, at: at.to_string(), checkpoint: None }
}
