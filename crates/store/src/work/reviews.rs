//! Reviews: accept, fix or return, with reasons.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, seal::Sealed, vals, work::assignments};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, ReviewId},
    time::Micros,
};

const TABLE: &str = "review";

/// A new review.
pub struct NewReview<'a> {
    /// Fresh id.
    pub id: ReviewId,
    /// What was reviewed.
    pub annotation: AnnotationId,
    /// The reviewer's assignment.
    pub of: &'a assignments::Found,
    /// `accept`, `fix` or `return`.
    pub verdict: &'static str,
    /// Reasons, words and mended answers as JSON text.
    pub body: &'a [u8],
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When.
    pub at: Micros,
}

/// Inserts a review.
pub async fn insert(tx: &mut Tx, clearance: &Clearance<'_>, new: &NewReview<'_>) -> Result<(), Error> {
    let sealed = clearance.seal(tx, TABLE, &new.id.to_string(), new.body)?;
    tx.exec(
        "insert into review (id, annotation_id, assignment_id, task_id, task_no, project_id, client_id, member_id, person_id, verdict, body_sealed,
                             active_ms, created_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        vals![
            new.id,
            new.annotation,
            new.of.id,
            new.of.task,
            new.of.task_no,
            new.of.project,
            new.of.client,
            new.of.member,
            new.of.person,
            new.verdict,
            sealed,
            new.active_ms,
            new.at
        ],
    )
    .await?;
    Ok(())
}

/// A review, its words and answers still sealed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: ReviewId,
    /// What was reviewed.
    pub annotation: AnnotationId,
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// Reasons, words and mended answers.
    pub body: Sealed,
    /// When.
    pub at: Micros,
}

impl Found {
    /// Its words and answers, on their way to whom they were cleared for.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<Vec<u8>>, Error> {
        clearance.pending(tx, TABLE, &self.id.to_string(), self.body.clone())
    }

    /// Its words and answers, for the server's own reckoning.
    pub fn peek(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Vec<u8>, Error> {
        clearance.peek(tx, TABLE, &self.id.to_string(), &self.body)
    }
}

/// The newest review of an annotation.
pub async fn newest(tx: &mut Tx, annotation: AnnotationId) -> Result<Option<Found>, Error> {
    let row = tx
        .one(
            "select id, annotation_id, verdict, body_sealed, created_us from review where annotation_id = $1 order by created_us desc, id limit 1",
            vals![annotation],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The review that gave an assignment back to its author, if its newest annotation was returned.
pub async fn that_returned(tx: &mut Tx, task_no: i64, assignment: AssignmentId) -> Result<Option<Found>, Error> {
    let row = tx
        .one(
            "select r.id, r.annotation_id, r.verdict, r.body_sealed, r.created_us
               from annotation n join review r on r.annotation_id = n.id
              where n.task_no = $1 and n.assignment_id = $2 and r.verdict = 'return'
              order by r.created_us desc, r.id limit 1",
            vals![task_no, assignment],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &crate::Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        annotation: row.id(1)?,
        verdict: row.text(2)?.into(),
        body: row.sealed(3)?,
        at: row.at(4)?,
    })
}
