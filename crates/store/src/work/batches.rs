//! Batches as a list shows them.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, vals};
use vouchsafe_domain::{
    ids::{BatchId, ProjectId},
    time::Micros,
};

/// A batch.
pub struct Found {
    /// Its id.
    pub id: BatchId,
    /// Its name, if it was given one.
    pub name: Option<Pending<String>>,
    /// Rows that became tasks.
    pub accepted: i64,
    /// Rows that were refused.
    pub refused: i64,
    /// When it came.
    pub at: Micros,
}

/// The batches of a project, newest first, at most 1,000.
pub async fn of(tx: &mut Tx, clearance: &Clearance<'_>, project: ProjectId) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select id, name_sealed, accepted, refused, created_us from batch
              where project_id = $1 and client_id = $2 order by created_us desc, id limit 1000",
            vals![project, clearance.client()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let name =
                row.opt_sealed(1)?.map(|sealed| clearance.pending(tx, "batch", row.text(0)?, sealed)).transpose()?;
            Ok(Found {
                id: row.id(0)?,
                name: name.map(|name| name.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
                accepted: row.int(2)?,
                refused: row.int(3)?,
                at: row.at(4)?,
            })
        })
        .collect()
}
