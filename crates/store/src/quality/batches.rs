//! The batches of a project with what came of their tasks.

use crate::{Error, tx::Read, vals, work::GOLD_LANE};
use std::collections::HashMap;
use vouchsafe_domain::ids::{BatchId, ProjectId};

/// A batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub batch: BatchId,
    /// Its tasks that are not gold.
    pub tasks: i64,
    /// Of them done.
    pub done: i64,
}

/// The newest batches of a project, newest first, at most `limit`, and how many there are in all. Cost: one pass over the project's tasks.
pub async fn newest(on: &mut Read, project: ProjectId, limit: u32) -> Result<(Vec<Counted>, i64), Error> {
    let counts = on
        .q(
            "select t.batch_id, count(*), count(*) filter (where t.state = 'done')
               from task t
              where t.project_id = $1 and t.lane <> $2
              group by t.batch_id",
            vals![project, GOLD_LANE],
        )
        .await?;
    let counted = |row: &crate::Row| Ok((row.id(0)?, (row.int(1)?, row.int(2)?)));
    let counts: HashMap<BatchId, (i64, i64)> = counts.iter().map(counted).collect::<Result<_, Error>>()?;
    let newest = on
        .q("select id from batch where project_id = $1 order by created_us desc, id limit $2", vals![project, limit])
        .await?;
    let all = on.one("select count(*) from batch where project_id = $1", vals![project]).await?;
    let batch = |row: &crate::Row| {
        let batch = row.id(0)?;
        let (tasks, done) = counts.get(&batch).copied().unwrap_or_default();
        Ok(Counted { batch, tasks, done })
    };
    Ok((newest.iter().map(batch).collect::<Result<_, Error>>()?, all.map_or(Ok(0), |row| row.int(0))?))
}
