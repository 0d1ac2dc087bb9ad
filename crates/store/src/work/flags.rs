//! Flags and skips: why a task was given back or what is wrong with it.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, vals, work::assignments};
use vouchsafe_domain::{
    ids::{ProjectId, TaskId},
    time::Micros,
};

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

/// A flag or skip as a list shows it.
pub struct Found {
    /// Its id.
    pub id: String,
    /// Which task.
    pub task: TaskId,
    /// `skip` or `flag`.
    pub kind: String,
    /// A word of the product's list.
    pub reason: String,
    /// In the member's own words.
    pub comment: Option<Pending<String>>,
    /// When.
    pub at: Micros,
    /// When it was settled.
    pub resolved_at: Option<Micros>,
}

/// Flags and skips of a project after `(created, id)`, oldest first; with `open` alone those nobody settled.
pub async fn of(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    open: bool,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select id, task_id, kind, reason, comment_sealed, created_us, resolved_us from flag
              where project_id = $1 and client_id = $2 and (created_us > $3 or (created_us = $3 and id > $4))
                and ($5 = 0 or resolved_us is null)
              order by created_us, id limit $6",
            vals![project, clearance.client(), after.0, after.1, i64::from(open), limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let comment =
                row.opt_sealed(4)?.map(|sealed| clearance.pending(tx, "flag", row.text(0)?, sealed)).transpose()?;
            Ok(Found {
                id: row.text(0)?.into(),
                task: row.id(1)?,
                kind: row.text(2)?.into(),
                reason: row.text(3)?.into(),
                comment: comment.map(|text| text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
                at: row.at(5)?,
                resolved_at: row.opt_at(6)?,
            })
        })
        .collect()
}

/// Project and task of a flag.
pub async fn place(tx: &mut Tx, flag: &str) -> Result<Option<(ProjectId, TaskId)>, Error> {
    let row = tx.one("select project_id, task_id from flag where id = $1", vals![flag]).await?;
    row.map(|row| Ok((row.id(0)?, row.id(1)?))).transpose()
}

/// A flag was settled; the first time counts.
pub async fn resolve(tx: &mut Tx, flag: &str, at: Micros) -> Result<(), Error> {
    tx.exec("update flag set resolved_us = $1 where id = $2 and resolved_us is null", vals![at, flag]).await?;
    Ok(())
}
