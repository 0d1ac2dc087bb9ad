//! Flags and skips: why a task was given back or what is wrong with it.

use crate::{Error, Tx, custody::clearance::Clearance, vals, work::assignments};
use vouchsafe_domain::time::Micros;

/// Why a member skipped or flagged.
pub struct NewFlag<'a> {
    /// Fresh id of the row.
    pub id: uuid::Uuid,
    /// The assignment it is about.
    pub of: &'a assignments::Found,
    /// `skip` or `flag`.
    pub kind: &'static str,
    /// A word of the product's list.
    pub reason: &'a str,
    /// In the member's own words; sealed.
    pub comment: Option<&'a str>,
    /// When.
    pub at: Micros,
}

/// Keeps a flag or skip.
pub async fn insert(tx: &mut Tx, clearance: &Clearance<'_>, new: &NewFlag<'_>) -> Result<(), Error> {
    let id = new.id.as_hyphenated().to_string();
    let comment = new.comment.map(|text| clearance.seal(tx, "flag", &id, text.as_bytes())).transpose()?;
    tx.exec(
        "insert into flag (id, task_id, assignment_id, project_id, client_id, member_id, kind, reason, comment_sealed, created_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vals![&id, new.of.task, new.of.id, new.of.project, new.of.client, new.of.member, new.kind, new.reason, comment, new.at],
    )
    .await?;
    Ok(())
}
