//! Giving tasks another priority after they came.

use super::projects::gate_for;
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{BatchId, ProjectId, TaskId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::work::tasks::priority;

/// Highest priority.
const PRIORITY_MAX: i64 = 9;
/// Tasks that may be named at once.
const NAMED_MAX: usize = 1_000;
/// Tasks of a batch that are moved in one transaction.
const AT_ONCE: u32 = 2_000;

/// Which tasks get which priority: either some by name or a whole batch.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriority {
    /// 0 to 9; higher is given out first.
    pub priority: i64,
    /// Tasks by id, at most 1,000.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub tasks: Vec<TaskId>,
    /// A batch.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub batch: Option<BatchId>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// How many tasks have another priority now.
    pub moved: u64,
}

impl App {
    /// Moves tasks to the end of another priority's lane. Gold stays hidden where it is; what is held is finished.
    pub async fn set_priority(&self, asker: &Asker, project: ProjectId, new: &NewPriority) -> Result<Moved, Error> {
        if !(0..=PRIORITY_MAX).contains(&new.priority) {
            return Err(Error::invalid("/priority", format!("must be 0 to {PRIORITY_MAX}")));
        }
        match (new.tasks.len(), new.batch) {
            (0, Some(batch)) => self.set_priority_of_batch(asker, project, new.priority, batch).await,
            (1..=NAMED_MAX, None) => {
                let moved =
                    self.retry(|| self.move_tasks(asker, project, new.priority, Named::Tasks(&new.tasks))).await?;
                Ok(Moved { moved: moved.0 })
            }
            (_, None) => Err(Error::invalid("/tasks", format!("must name 1 to {NAMED_MAX}, or name a batch"))),
            (_, Some(_)) => Err(Error::invalid("/batch", "names tasks already; leave one of the two out")),
        }
    }

    async fn set_priority_of_batch(
        &self,
        asker: &Asker,
        project: ProjectId,
        priority: i64,
        batch: BatchId,
    ) -> Result<Moved, Error> {
        let (mut moved, mut after) = (0, -1);
        loop {
            let (some, last) =
                self.retry(|| self.move_tasks(asker, project, priority, Named::Batch { batch, after })).await?;
            moved += some;
            match last {
                Some(last) => after = last,
                None => return Ok(Moved { moved }),
            }
        }
    }

    /// How many moved, and the number of the last task looked at where more may follow.
    async fn move_tasks(
        &self,
        asker: &Asker,
        project: ProjectId,
        lane: i64,
        named: Named<'_>,
    ) -> Result<(u64, Option<i64>), Error> {
        let mut tx = self.store.write("move_tasks").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        let entry =
            clearance.entry(Act::TasksMoved, self.now()).because("priority", lane).of("project", project.to_string());
        let (tasks, last, entry) = match named {
            Named::Tasks(tasks) => {
                let ids: Vec<String> = tasks.iter().map(ToString::to_string).collect();
                (tasks.to_vec(), None, entry.of("tasks", ids))
            }
            Named::Batch { batch, after } => {
                let found = priority::of_batch(&mut tx, project, batch, lane, after, AT_ONCE).await?;
                let last = found.last().map(|(no, _)| *no);
                let tasks = found.into_iter().map(|(_, id)| id).collect();
                (tasks, last, entry.of("batch", batch.to_string()))
            }
        };
        let moved = if tasks.is_empty() { 0 } else { priority::set(&mut tx, project, lane, &tasks).await? };
        if moved == 0 {
            tx.abandon().await?;
        } else {
            tx.commit([entry.of("moved", moved)]).await?;
        }
        Ok((moved, last))
    }
}

#[derive(Clone, Copy)]
enum Named<'a> {
    Tasks(&'a [TaskId]),
    Batch { batch: BatchId, after: i64 },
}
