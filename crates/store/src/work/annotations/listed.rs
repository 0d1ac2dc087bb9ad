//! Annotations as those who run a project list them: when, whose, where each stands, nothing of the answers.

use crate::{Error, Tx, tx::Read, vals};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, PersonId, ProjectId, TaskId},
    time::Micros,
    work::assignment::AnnotationState,
};

/// An annotation without its answers.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: AnnotationId,
    /// Of which task.
    pub task: TaskId,
    /// Whether that task is gold.
    pub gold: bool,
    /// Whose.
    pub person: PersonId,
    /// Which revision.
    pub revision: i64,
    /// Where it stands.
    pub state: AnnotationState,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When it came.
    pub submitted_at: Micros,
    /// When somebody decided it.
    pub decided_at: Option<Micros>,
}

fn read(row: &crate::Row) -> Result<Listed, Error> {
    Ok(Listed {
        id: row.id(0)?,
        task: row.id(1)?,
        gold: row.int(2)? == crate::work::GOLD_LANE,
        person: row.id(3)?,
        revision: row.int(4)?,
        state: row.id(5)?,
        active_ms: row.int(6)?,
        submitted_at: row.at(7)?,
        decided_at: row.opt_at(8)?,
    })
}

/// The annotations of a project, oldest first, after `(submitted, id)`.
pub async fn of_project(
    on: &mut Read,
    project: ProjectId,
    after: (i64, &str),
    limit: u32,
) -> Result<Vec<Listed>, Error> {
    let rows = on
        .q(
            "select n.id, n.task_id, t.lane, n.person_id, n.revision, n.state, n.active_ms, n.submitted_us, n.decided_us
               from annotation n join task t on t.id = n.task_id
              where n.project_id = $1 and (n.submitted_us > $2 or (n.submitted_us = $2 and n.id > $3))
              order by n.submitted_us, n.id
              limit $4",
            vals![project, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Those among them that came after their slot was taken and wait to be admitted.
pub async fn late(on: &mut Read, project: ProjectId, after: (i64, &str), limit: u32) -> Result<Vec<Listed>, Error> {
    let rows = on
        .q(
            "select n.id, n.task_id, t.lane, n.person_id, n.revision, n.state, n.active_ms, n.submitted_us, n.decided_us
               from annotation n join task t on t.id = n.task_id
              where n.project_id = $1 and n.state = 'late' and (n.submitted_us > $2 or (n.submitted_us = $2 and n.id > $3))
              order by n.submitted_us, n.id
              limit $4",
            vals![project, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The task's number and the assignment of one annotation of it. `None` when the task has no such annotation.
pub async fn place(tx: &mut Tx, task: TaskId, id: AnnotationId) -> Result<Option<(i64, AssignmentId)>, Error> {
    let row = tx
        .one(
            "select n.task_no, n.assignment_id from task t join annotation n on n.task_no = t.no where t.id = $1 and n.id = $2",
            vals![task, id],
        )
        .await?;
    row.map(|row| Ok((row.int(0)?, row.id(1)?))).transpose()
}

/// A task's answers changed without a change of its state: its consensus is stale, also one that is being reckoned.
pub async fn unsettle(tx: &mut Tx, task: TaskId, at: Micros) -> Result<(), Error> {
    tx.exec("update task set consensus_us = null, done_us = $1 where id = $2 and state = 'done'", vals![at, task])
        .await?;
    Ok(())
}
