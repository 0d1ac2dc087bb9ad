//! Moving tasks to another lane: a priority that changes after they came.

use crate::{Error, Tx, vals, work::queue};
use vouchsafe_domain::ids::{BatchId, ProjectId, TaskId};

/// Tasks of a batch after the task with number `after`, in order of coming, that do not stand in `lane`: gold left out.
/// Each with its number.
pub async fn of_batch(
    tx: &mut Tx,
    project: ProjectId,
    batch: BatchId,
    lane: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, TaskId)>, Error> {
    let rows = tx
        .q(
            "select t.no, t.id from task t
              where t.project_id = $1 and t.no > $2 and t.batch_id = $3 and t.lane >= 0 and t.lane <> $4
              order by t.no limit $5",
            vals![project, after, batch, lane, limit],
        )
        .await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.id(1)?))).collect()
}

/// Puts tasks at the end of a lane, in this order. Whoever holds one goes on; gold and tasks of other projects stay
/// where they are. Returns how many moved.
pub async fn set(tx: &mut Tx, project: ProjectId, lane: i64, tasks: &[TaskId]) -> Result<u64, Error> {
    let first = queue::reserve(tx, project, lane, tasks.len()).await?;
    let rows: Vec<[crate::Val<'_>; 4]> =
        (first..).zip(tasks).map(|(pos, task)| [lane.into(), pos.into(), (*task).into(), project.into()]).collect();
    let sql = "update task set lane = $1, pos = $2 where id = $3 and project_id = $4 and lane >= 0 and lane <> $1";
    let moved = tx.exec_each(sql, &rows).await?;
    Ok(moved.iter().sum())
}
