//! Annotations: the submitted answers of an assignment, every revision kept.

pub mod listed;
pub mod submitted;

use crate::{Error, Pending, Tx, custody::clearance::Clearance, seal::Sealed, vals, work::assignments};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, ClientId, MemberId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
    work::assignment::{AnnotationState, State},
};

const TABLE: &str = "annotation";

/// A new annotation.
pub struct NewAnnotation<'a> {
    /// Fresh id.
    pub id: AnnotationId,
    /// The assignment it answers.
    pub of: &'a assignments::Found,
    /// 1 for the first, one more for each return.
    pub revision: i64,
    /// Where it stands from the start.
    pub state: AnnotationState,
    /// Answers and shown order as JSON text.
    pub body: &'a [u8],
    /// Keyed hash of the answers alone, to know a repeated submit.
    pub body_hash: [u8; 32],
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When.
    pub at: Micros,
}

/// Inserts an annotation, and locks the row of its task: of two who submit at once, one then counts what the other left.
pub async fn insert(tx: &mut Tx, clearance: &Clearance<'_>, new: &NewAnnotation<'_>) -> Result<(), Error> {
    let sealed = clearance.seal(tx, TABLE, &new.id.to_string(), new.body)?;
    tx.later_one(
        "insert into annotation (id, assignment_id, task_id, task_no, project_id, client_id, member_id, person_id, revision, state, answers_sealed,
                                 body_hash, active_ms, schema_id, submitted_us)
         select $1, $2, t.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 from task t where t.id = $3 /*lock t*/",
        vals![
            new.id,
            new.of.id,
            new.of.task,
            new.of.task_no,
            new.of.project,
            new.of.client,
            new.of.member,
            new.of.person,
            new.revision,
            new.state.word(),
            sealed,
            &new.body_hash,
            new.active_ms,
            new.of.schema,
            new.at
        ],
        || Error::Database("a task of an annotation is missing".into()),
    )
    .await
}

/// An annotation, its answers still sealed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: AnnotationId,
    /// The assignment it answers.
    pub assignment: AssignmentId,
    /// Of which task.
    pub task: TaskId,
    /// The task's number.
    pub task_no: i64,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// Whose.
    pub member: MemberId,
    /// The human behind the account.
    pub person: PersonId,
    /// Which revision.
    pub revision: i64,
    /// Where it stands.
    pub state: AnnotationState,
    /// Answers and shown order.
    pub body: Sealed,
    /// Keyed hash of the answers.
    pub body_hash: Vec<u8>,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// Schema it was answered under.
    pub schema: SchemaId,
    /// When.
    pub submitted_at: Micros,
}

impl Found {
    /// Whether it counts toward overlap and consensus.
    pub fn counts(&self) -> bool {
        matches!(self.state, AnnotationState::Accepted | AnnotationState::Fixed)
    }

    /// Whether a reviewer has yet to judge it.
    pub fn waits(&self) -> bool {
        self.state == AnnotationState::InReview
    }

    /// The answers, on their way to whom they were cleared for.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<Vec<u8>>, Error> {
        clearance.pending(tx, TABLE, &self.id.to_string(), self.body.clone())
    }

    /// The answers, for the server's own reckoning.
    pub fn peek(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Vec<u8>, Error> {
        clearance.peek(tx, TABLE, &self.id.to_string(), &self.body)
    }
}

macro_rules! columns {
    ($rest:literal) => {
        concat!(
            "select n.id, n.assignment_id, n.task_id, n.project_id, n.client_id, n.member_id, n.person_id, n.revision, n.state,
                    n.answers_sealed, n.body_hash, n.active_ms, n.schema_id, n.submitted_us, n.task_no
               from annotation n ",
            $rest
        )
    };
}

fn read(row: &crate::Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        assignment: row.id(1)?,
        task: row.id(2)?,
        project: row.id(3)?,
        client: row.id(4)?,
        member: row.id(5)?,
        person: row.id(6)?,
        revision: row.int(7)?,
        state: row.id(8)?,
        body: row.sealed(9)?,
        body_hash: row.bytes(10)?.to_vec(),
        active_ms: row.int(11)?,
        schema: row.id(12)?,
        submitted_at: row.at(13)?,
        task_no: row.int(14)?,
    })
}

/// One annotation of a task, locked until the transaction ends.
pub async fn get(tx: &mut Tx, task_no: i64, id: AnnotationId) -> Result<Option<Found>, Error> {
    tx.one(columns!("where n.task_no = $1 and n.id = $2 /*lock n*/"), vals![task_no, id])
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The newest revision of an assignment.
pub async fn newest(tx: &mut Tx, task_no: i64, assignment: AssignmentId) -> Result<Option<Found>, Error> {
    tx.one(
        columns!("where n.task_no = $1 and n.assignment_id = $2 order by n.revision desc limit 1"),
        vals![task_no, assignment],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// An assignment, locked until the transaction ends, and the newest revision of its answers.
pub async fn answered(
    tx: &mut Tx,
    assignment: AssignmentId,
) -> Result<Option<(assignments::Found, Option<Found>)>, Error> {
    let Some(row) = tx.one(assignments::GET_ANSWERED, vals![assignment]).await? else { return Ok(None) };
    let of = assignments::read(&row)?;
    // Who waited for the lock sees the state as it has become, and what was answered as it had been before.
    let answered = of.state != State::Leased || row.int(assignments::ANSWERED)? > 0;
    let newest = if answered { newest(tx, of.task_no, assignment).await? } else { None };
    Ok(Some((of, newest)))
}

/// Every revision of an assignment, oldest first.
pub async fn revisions(tx: &mut Tx, task_no: i64, assignment: AssignmentId) -> Result<Vec<Found>, Error> {
    tx.q(
        columns!("where n.task_no = $1 and n.assignment_id = $2 order by n.revision limit 100"),
        vals![task_no, assignment],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The annotations of a task that are not superseded, in order of coming.
pub async fn of_task(tx: &mut Tx, task_no: i64) -> Result<Vec<Found>, Error> {
    tx.q(
        columns!("where n.task_no = $1 and n.state <> 'superseded' order by n.submitted_us, n.id limit 1000"),
        vals![task_no],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Decides an annotation: accepted, fixed, returned, superseded. False when it no longer stood where it was. Locks the row
/// of its task, as [`insert`] does.
pub async fn decide(
    tx: &mut Tx,
    (task_no, id): (i64, AnnotationId),
    from: AnnotationState,
    to: AnnotationState,
    at: Micros,
) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update annotation set state = $1, decided_us = $2
               from (select t.id from task t
                      where t.id = (select n.task_id from annotation n where n.task_no = $3 and n.id = $4) /*lock t*/) held
              where annotation.task_no = $3 and annotation.id = $4 and annotation.state = $5",
            vals![to.word(), at, task_no, id, from.word()],
        )
        .await?;
    Ok(changed == 1)
}

/// How many annotations of a task count, how many wait for review, and its free slots. Right only in a transaction that
/// locked the task's row by an earlier statement: a statement that waits for a lock still counts what it saw before.
pub async fn tally(tx: &mut Tx, task: TaskId, task_no: i64) -> Result<(u32, u32, i64), Error> {
    let row = tx
        .one(
            "select n.counted, n.waiting, t.open_slots
               from task t
               cross join (select count(case when state in ('accepted', 'fixed') then 1 end) as counted,
                                  count(case when state = 'in_review' then 1 end) as waiting
                             from annotation where task_no = $2) n
              where t.id = $1",
            vals![task, task_no],
        )
        .await?
        .ok_or_else(|| Error::Database("a task of an annotation is missing".into()))?;
    Ok((row.count(0)?, row.count(1)?, row.int(2)?))
}

/// Records where a task stands. A change makes its consensus stale.
pub async fn set_task_state(tx: &mut Tx, task: TaskId, state: &str, at: Micros) -> Result<(), Error> {
    let done = (state == "done").then_some(at);
    tx.later(
        "update task set state = $1, done_us = $2, consensus_us = null where id = $3 and state <> $1",
        vals![state, done, task],
    )
    .await
}

/// An annotation of the member's own as his home lists it.
#[derive(Debug, Clone)]
pub struct Own {
    /// Which.
    pub id: AnnotationId,
    /// The assignment it answered.
    pub assignment: AssignmentId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// Where it stands.
    pub state: AnnotationState,
    /// When it was submitted.
    pub at: Micros,
}

/// A member's own newest annotations, newest first.
pub async fn own(tx: &mut Tx, member: MemberId, limit: u32) -> Result<Vec<Own>, Error> {
    let rows = tx
        .q(
            "select n.id, n.assignment_id, n.project_id, n.state, n.submitted_us, n.client_id
               from annotation n where n.member_id = $1 order by n.submitted_us desc, n.id limit $2",
            vals![member, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Own {
                id: row.id(0)?,
                assignment: row.id(1)?,
                project: row.id(2)?,
                client: row.id(5)?,
                state: row.id(3)?,
                at: row.at(4)?,
            })
        })
        .collect()
}

/// How many annotations a member submitted since `since`, and his milliseconds of work on them, by client.
pub async fn own_since(tx: &mut Tx, member: MemberId, since: Micros) -> Result<Vec<(ClientId, i64, i64)>, Error> {
    let rows = tx
        .q(
            "select n.client_id, count(*), cast(coalesce(sum(n.active_ms), 0) as bigint) from annotation n
              where n.member_id = $1 and n.submitted_us >= $2
              group by n.client_id order by n.client_id",
            vals![member, since],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.int(1)?, row.int(2)?))).collect()
}
