//! Drafts: what a member has typed so far, sealed like every content.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, vals};
use vouchsafe_domain::{ids::AssignmentId, time::Micros};

const TABLE: &str = "draft";

/// Keeps a draft in place of the last.
pub async fn put(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    assignment: AssignmentId,
    body: &[u8],
    active_ms: i64,
    at: Micros,
) -> Result<(), Error> {
    let sealed = clearance.seal(tx, TABLE, &assignment.to_string(), body)?;
    tx.exec(
        "insert into draft (assignment_id, client_id, body_sealed, active_ms, saved_us) values ($1, $2, $3, $4, $5)
         on conflict (assignment_id) do update set body_sealed = excluded.body_sealed, active_ms = excluded.active_ms, saved_us = excluded.saved_us",
        vals![assignment, clearance.client(), sealed, active_ms, at],
    )
    .await?;
    Ok(())
}

/// A draft on its way back to its author.
pub struct Draft {
    /// The answers so far as JSON text.
    pub body: Pending<Vec<u8>>,
    /// Milliseconds of work so far.
    pub active_ms: i64,
    /// When it was saved.
    pub at: Micros,
}

/// The draft of an assignment.
pub async fn get(tx: &mut Tx, clearance: &Clearance<'_>, assignment: AssignmentId) -> Result<Option<Draft>, Error> {
    let row = tx
        .one("select body_sealed, active_ms, saved_us from draft where assignment_id = $1", vals![assignment])
        .await?;
    row.map(|row| {
        let body = clearance.pending(tx, TABLE, &assignment.to_string(), row.sealed(0)?)?;
        Ok(Draft { body, active_ms: row.int(1)?, at: row.at(2)? })
    })
    .transpose()
}

/// Forgets a draft: its answers were submitted. A hold does not concern it, the annotation holds the same.
pub async fn forget(tx: &mut Tx, assignment: AssignmentId) -> Result<(), Error> {
    tx.later("delete from draft where assignment_id = $1", vals![assignment]).await
}
