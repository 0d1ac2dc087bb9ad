//! Consensus of done tasks: which ones lack it, what it is reckoned from, and the sealed result.
//!
//! `task.consensus_us` is null from the moment a task's answers change, so the partial index `task_consensus_due`
//! holds what is to do and nothing else: looking costs the same however many tasks are done.

use crate::{
    Error, Pending, Tx,
    custody::{
        clearance::{Clearance, Sealer},
        opener::Opener,
    },
    seal::Sealed,
    tx::Read,
    vals,
    work::adjudication::{self, Decided},
};
use std::collections::{HashMap, HashSet};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, ClientId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
};

pub(crate) const TABLE: &str = "consensus";

/// The first project after `after` (in order of id; `None` for the first of all) with a task that lacks consensus.
pub async fn next_project(on: &mut Read, after: Option<ProjectId>) -> Result<Option<(ProjectId, ClientId)>, Error> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let row = on
        .one(
            "select t.project_id, t.client_id
               from task t
              where t.state = 'done' and t.consensus_us is null and t.project_id > $1
              order by t.project_id, t.done_us, t.id
              limit 1",
            vals![&after],
        )
        .await?;
    row.map(|row| Ok((row.id(0)?, row.id(1)?))).transpose()
}

/// A done task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Which.
    pub task: TaskId,
    /// Its number.
    pub number: i64,
    /// Its lane.
    pub lane: i64,
    /// How many people it wants, and has.
    pub overlap: u32,
    /// When it was done: its answers have not changed since, as long as this is so.
    pub done_at: Micros,
}

/// A done task without consensus, everything still sealed.
pub struct Due {
    /// Which.
    pub done: Done,
    /// The annotations that count, in order of coming.
    pub answers: Vec<DueAnswers>,
    /// What an adjudicator decided, if one did.
    pub decided: Option<Decided>,
    body: Sealed,
}

/// One annotation that counts.
pub struct DueAnswers {
    /// Which.
    pub annotation: AnnotationId,
    /// Who gave it.
    pub person: PersonId,
    /// The schema it was answered under.
    pub schema: SchemaId,
    answers: Sealed,
    mended: Option<(String, Sealed)>,
}

/// The oldest tasks of a project that lack consensus, at most `limit`, from a snapshot.
pub async fn due(on: &mut Read, project: ProjectId, limit: u32) -> Result<Vec<Due>, Error> {
    let rows = on
        .q(
            "select t.id, t.done_us, c.body_sealed, t.no, t.lane, t.overlap
               from task t cross join task_content c
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is null and c.task_no = t.no
              order by t.done_us, t.id
              limit $2",
            vals![project, limit],
        )
        .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let (lane, overlap) = (row.int(4)?, row.count(5)?);
        let done = Done { task: row.id(0)?, number: row.int(3)?, lane, overlap, done_at: row.at(1)? };
        due.push(Due { done, body: row.sealed(2)?, answers: Vec::new(), decided: None });
    }
    let Some(last) = due.last().map(|last| (last.done.done_at, last.done.task)) else { return Ok(due) };
    let mut mended = mended(on, project, last).await?;
    let mut decided = adjudication::of_due(on, project, last).await?;
    for one in &mut due {
        one.decided = decided.remove(&one.done.task);
    }
    let rows = on
        .q(
            "select t.id, n.id, n.schema_id, n.answers_sealed, n.person_id
               from task t cross join annotation n
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is null
                and (t.done_us, t.id) <= ($2, $3)
                and n.task_no = t.no and n.state in ('accepted', 'fixed')
              order by t.done_us, t.id, n.submitted_us, n.id",
            vals![project, last.0, last.1],
        )
        .await?;
    let mut at = 0;
    for row in &rows {
        let task: TaskId = row.id(0)?;
        while due.get(at).is_some_and(|due| due.done.task != task) {
            at += 1;
        }
        let annotation = row.id(1)?;
        let (person, schema, mended) = (row.id(4)?, row.id(2)?, mended.remove(&annotation));
        let answers = DueAnswers { annotation, person, schema, answers: row.sealed(3)?, mended };
        if let Some(due) = due.get_mut(at) {
            due.answers.push(answers);
        }
    }
    Ok(due)
}

/// The newest fix of each fixed annotation among them.
async fn mended(
    on: &mut Read,
    project: ProjectId,
    last: (Micros, TaskId),
) -> Result<HashMap<AnnotationId, (String, Sealed)>, Error> {
    let rows = on
        .q(
            "select r.annotation_id, r.id, r.body_sealed
               from task t cross join annotation n cross join review r
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is null
                and (t.done_us, t.id) <= ($2, $3)
                and n.task_no = t.no and n.state = 'fixed' and r.annotation_id = n.id and r.verdict = 'fix'
              order by r.created_us, r.id",
            vals![project, last.0, last.1],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, (row.text(1)?.to_owned(), row.sealed(2)?)))).collect()
}

impl Due {
    /// The task's row, for what can only be reckoned with its content at hand.
    pub fn open_body(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(super::tasks::CONTENT, &self.done.task.to_string(), &self.body)
    }
}

impl DueAnswers {
    /// The answers as submitted, and the review that mended them, if one did.
    pub fn open(&self, opener: &Opener) -> Result<(Vec<u8>, Option<Vec<u8>>), Error> {
        let mended = self.mended.as_ref().map(|(id, body)| opener.open("review", id, body)).transpose()?;
        Ok((opener.open("annotation", &self.annotation.to_string(), &self.answers)?, mended))
    }
}

/// A consensus that is sealed and may be kept.
pub struct Prepared {
    of: Done,
    project: ProjectId,
    annotations: usize,
    decided: Option<AssignmentId>,
    body: Sealed,
}

/// Seals a consensus, outside any transaction.
pub fn prepare(sealer: &Sealer, project: ProjectId, due: &Due, body: &[u8]) -> Prepared {
    Prepared {
        of: due.done,
        project,
        annotations: due.answers.len(),
        decided: due.decided.as_ref().map(|one| one.assignment),
        body: sealer.seal(TABLE, &due.done.task.to_string(), body),
    }
}

/// What was kept.
pub struct Kept {
    /// Of which tasks, by number.
    pub tasks: HashSet<i64>,
    /// Of how many annotations.
    pub annotations: usize,
}

/// Keeps what is still true: a task whose answers changed meanwhile, or that somebody decided meanwhile, is left for next time.
pub async fn keep(tx: &mut Tx, clearance: &Clearance<'_>, prepared: Vec<Prepared>, at: Micros) -> Result<Kept, Error> {
    clearance.within(tx)?;
    let marks: Vec<[crate::Val<'_>; 5]> = prepared
        .iter()
        .map(|p| {
            let stands = p.decided.map(|id| id.to_string()).unwrap_or_default();
            [at.into(), p.of.task.into(), p.of.done_at.into(), p.of.number.into(), stands.into()]
        })
        .collect();
    let fresh = tx
        .exec_each(
            "update task set consensus_us = $1
              where id = $2 and state = 'done' and done_us = $3 and consensus_us is null
                and coalesce((select d.assignment_id from adjudication d where d.task_no = $4 and d.superseded_us is null), '') = $5",
            &marks,
        )
        .await?;
    let kept: Vec<Prepared> =
        prepared.into_iter().zip(fresh).filter(|(_, changed)| *changed == 1).map(|(p, _)| p).collect();
    let counts = Kept {
        tasks: kept.iter().map(|p| p.of.number).collect(),
        annotations: kept.iter().map(|p| p.annotations).sum(),
    };
    let rows: Vec<[crate::Val<'_>; 7]> = kept
        .into_iter()
        .map(|p| {
            let (client, annotations) = (clearance.client(), p.annotations);
            let (task, project) = (p.of.task.into(), p.project.into());
            [p.of.number.into(), task, project, client.into(), p.body.into(), annotations.into(), at.into()]
        })
        .collect();
    tx.exec_each(
        "insert into consensus (task_no, task_id, project_id, client_id, body_sealed, annotations, computed_us)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (task_no) do update
           set body_sealed = excluded.body_sealed, annotations = excluded.annotations, computed_us = excluded.computed_us",
        &rows,
    )
    .await?;
    Ok(counts)
}

/// The consensus of a task, if it is done and the consensus is that of its present answers.
pub async fn pending(tx: &mut Tx, clearance: &Clearance<'_>, task: TaskId) -> Result<Option<Pending<Vec<u8>>>, Error> {
    let row = tx
        .one(
            "select k.body_sealed from consensus k join task t on t.no = k.task_no
              where t.id = $1 and k.client_id = $2 and t.consensus_us is not null",
            vals![task, clearance.client()],
        )
        .await?;
    row.map(|row| clearance.pending(tx, TABLE, &task.to_string(), row.sealed(0)?)).transpose()
}
