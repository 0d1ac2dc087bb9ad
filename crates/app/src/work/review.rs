//! Deciding an annotation: accept it, fix it, or return it.

use super::{
    fix_size::fix_size,
    sent::REASONS,
    stored::{StoredAnswers, StoredReview, json},
    submit::{active, draw, entry, judge, settle_task},
};
use crate::{App, Asker, Error, custody::absent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_domain::{
    custody::gate::Need,
    hex::hex,
    ids::{AnnotationId, AssignmentId, ReviewId},
    time::Micros,
    work::assignment::{AnnotationState, State, Step, drawn},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::{Clearance, clear},
    work::{annotations, assignments, drafts, measuring, queue, reviews, schemas},
};

/// How long an author has to take up what came back to him; then it goes to another.
const RETURN_WAITS_US: i64 = 3 * Micros::DAY;
/// Longest comment, in bytes.
const COMMENT_BYTES_MAX: usize = 20_000;

/// What a reviewer decided.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// The mended answers, for a fix.
    #[serde(default)]
    pub answers: Option<Value>,
    /// From the list the assignment came with.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// In the reviewer's own words.
    #[serde(default)]
    pub comment: Option<String>,
    /// `author` or `another`, for a return; without it the project's rule.
    #[serde(default)]
    pub to: Option<String>,
    /// Milliseconds of work.
    #[serde(default)]
    pub active_ms: i64,
}

/// What a review answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReviewReceipt {
    /// Its id.
    pub review: String,
    /// Where the annotation stands now.
    pub annotation_state: &'static str,
    /// When, RFC 3339.
    pub at: String,
}

enum Decision {
    Accept,
    Fix(Value),
    Return { to_another: bool },
}

/// Whether what somebody wrote about his decision may be kept.
pub(crate) fn comment_fits(comment: Option<&str>) -> Result<(), Error> {
    if comment.is_some_and(|comment| comment.len() > COMMENT_BYTES_MAX) {
        return Err(Error::invalid("/comment", format!("at most {COMMENT_BYTES_MAX} bytes")));
    }
    Ok(())
}

impl Verdict {
    fn decision(&self, to_another: bool) -> Result<Decision, Error> {
        if let Some(unknown) = self.reasons.iter().position(|r| !REASONS.contains(&r.as_str())) {
            return Err(Error::invalid(format!("/reasons/{unknown}"), format!("one of {}", REASONS.join(", "))));
        }
        comment_fits(self.comment.as_deref())?;
        match (self.verdict.as_str(), &self.answers, self.to.as_deref()) {
            ("accept", _, _) => Ok(Decision::Accept),
            ("fix", Some(answers), _) => Ok(Decision::Fix(answers.clone())),
            ("fix", None, _) => Err(Error::invalid("/answers", "a fix needs the mended answers")),
            ("return", _, _) if self.reasons.is_empty() => {
                Err(Error::invalid("/reasons", "a return needs at least one reason"))
            }
            ("return", _, None) => Ok(Decision::Return { to_another }),
            ("return", _, Some("author")) => Ok(Decision::Return { to_another: false }),
            ("return", _, Some("another")) => Ok(Decision::Return { to_another: true }),
            ("return", _, Some(_)) => Err(Error::invalid("/to", "author or another")),
            _ => Err(Error::invalid("/verdict", "accept, fix or return")),
        }
    }
}

impl App {
    /// Decides the annotation of a review assignment; acknowledged when durable.
    pub async fn review(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        verdict: &Verdict,
    ) -> Result<ReviewReceipt, Error> {
        let now = self.now();
        let mut tx = self.store.write("review").await?;
        let found = absent::own(&mut tx, asker, assignment, Some(Step::Review)).await?;
        let clearance = clear(&mut tx, asker, found.client, Need::Review, true).await?;
        let decision = verdict.decision(found.return_to_another)?;
        if !matches!(found.state, State::Leased) {
            tx.abandon().await?;
            return Err(Error::state(
                "assignment_over",
                "this review is no longer held; if its lease lapsed, open it again",
            ));
        }
        let annotation = annotations::get(&mut tx, found.task_no, found.annotation.ok_or(Error::NotFound)?)
            .await?
            .ok_or(Error::NotFound)?;
        let authored = assignments::get(&mut tx, annotation.assignment).await?.ok_or(Error::NotFound)?;

        let mut body = StoredReview {
            reasons: verdict.reasons.clone(),
            comment: verdict.comment.clone(),
            answers: None,
            changed: Vec::new(),
            fix_size: None,
        };
        let (word, to) = match &decision {
            Decision::Accept => ("accept", AnnotationState::Accepted),
            Decision::Fix(answers) => {
                let mended = judge(&mut tx, &clearance, &found, answers).await?.answers;
                let before: StoredAnswers = json(&annotation.peek(&tx, &clearance)?)?;
                body.changed = before.answers.changed(&mended);
                let schema = schemas::rules(&mut tx, &clearance, found.schema).await?;
                body.fix_size = Some(fix_size(&schema, &before.answers, &mended));
                body.answers = Some(mended);
                ("fix", AnnotationState::Fixed)
            }
            Decision::Return { .. } => ("return", AnnotationState::Returned),
        };
        let text = serde_json::to_vec(&body).map_err(|e| Error::invalid("", e.to_string()))?;
        let review = ReviewId(self.id());
        let new = reviews::NewReview {
            id: review,
            annotation: annotation.id,
            of: &found,
            verdict: word,
            body: &text,
            active_ms: active(verdict.active_ms),
            at: now,
        };
        let receipt = ReviewReceipt { review: review.to_string(), annotation_state: to.word(), at: now.to_string() };
        let (measures, second_rate) = measuring::of_slot(&mut tx, found.project, annotation.id).await?;
        if let Some(measures) = measures {
            // To whoever reviews it is a review like any other.
            measuring::insert(&mut tx, &clearance, &new, measures).await?;
            assignments::moves_on(&mut tx, assignment, State::Leased, State::Submitted, now).await?;
            queue::lease_ended(&mut tx, found.member, found.project, found.opened_at.is_none()).await?;
            drafts::forget(&mut tx, assignment).await?;
            let entry = reviewed(&clearance, &found, annotation.id, word, &body, now)
                .because("measures", measures.word())
                .of("review", review.to_string())
                .of("content", hex(&clearance.content_hash(&text)));
            tx.commit([entry]).await?;
            return Ok(receipt);
        }
        if !annotations::decide(&mut tx, (found.task_no, annotation.id), AnnotationState::InReview, to, now).await? {
            return Err(Error::state("already_decided", "this annotation was decided meanwhile"));
        }
        reviews::insert(&mut tx, &clearance, &new).await?;
        if drawn(draw(AnnotationId(review.0)), second_rate) {
            measuring::open_second(&mut tx, found.project, annotation.id, found.person).await?;
        }
        assignments::moves_on(&mut tx, assignment, State::Leased, State::Submitted, now).await?;
        queue::lease_ended(&mut tx, found.member, found.project, found.opened_at.is_none()).await?;
        drafts::forget(&mut tx, assignment).await?;
        if let Decision::Return { to_another } = decision {
            if to_another {
                assignments::move_on(&mut tx, authored.id, State::Submitted, State::Closed, now).await?;
                queue::reopen(&mut tx, found.task).await?;
            } else {
                assignments::give_back(&mut tx, authored.id, now.plus(RETURN_WAITS_US)).await?;
            }
        }
        settle_task(&mut tx, &found, now).await?;
        let entry = reviewed(&clearance, &found, annotation.id, word, &body, now)
            .of("review", review.to_string())
            .of("content", hex(&clearance.content_hash(&text)));
        tx.commit([entry]).await?;
        Ok(receipt)
    }
}

fn reviewed(
    clearance: &Clearance<'_>,
    found: &assignments::Found,
    annotation: AnnotationId,
    word: &str,
    body: &StoredReview,
    now: Micros,
) -> vouchsafe_ledger::entry::Entry {
    entry(clearance, Act::AnnotationReviewed, found, now)
        .because("verdict", word)
        .because("reasons", body.reasons.clone())
        .of("annotation", annotation.to_string())
        .of("places_changed", body.changed.len())
}
