//! Tasks that wait for somebody to decide their answer, and what was decided.
//!
//! A lane holds what tells about as much, so that the most telling of all is found in one step a lane, however many wait.

use crate::{
    Error, Pending, Tx,
    custody::{clearance::Clearance, opener::Opener},
    seal::Sealed,
    tx::Read,
    vals,
    work::{
        assignments::{self, NewAssignment},
        queue::{self, LanePlace},
    },
};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::{AssignmentId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
    work::adjudication::LEVELS,
};

const TABLE: &str = "adjudication";
/// Under which name the reason of a reopening is sealed, beside the decision.
const REOPENED: &str = "adjudication.reopened";
/// Most decisions about one task that are read.
const ANEW_MAX: u32 = 100;
/// The lane of the lowest level.
const LANE: i64 = -200;
/// Most decisions of a project that are read at once.
pub const DECIDED_MAX: usize = 200_000;

/// Whether a lane of a project is one of adjudication.
pub fn is_lane(lane: i64) -> bool {
    (LANE..LANE + LEVELS).contains(&lane)
}

/// How probable an answer must be, in 1/10,000, or somebody decides; `None` where nobody does.
pub async fn below(tx: &mut Tx, project: ProjectId) -> Result<Option<u32>, Error> {
    let row = tx.one("select adjudicate_per_10000 from project where id = $1", vals![project]).await?;
    let below = row.map_or(Ok(None), |row| row.opt_int(0))?;
    Ok(below.and_then(|below| u32::try_from(below).ok()))
}

/// Sets it. Without the step nothing contested waits any more; what is held may still be decided, and what was reopened waits on.
pub async fn set_below(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    below: Option<u32>,
) -> Result<(), Error> {
    clearance.within(tx)?;
    let sql = "update project set adjudicate_per_10000 = $1 where id = $2 and client_id = $3";
    tx.exec(sql, vals![below, project, clearance.client()]).await?;
    if below.is_none() {
        tx.exec(
            "delete from adjudication_slot
              where project_id = $1 and open_slots > 0
                and (select count(*) from adjudication d where d.task_no = adjudication_slot.task_no) = 0",
            vals![project],
        )
        .await?;
    }
    Ok(())
}

/// A task whose answer shall be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contested {
    /// Which.
    pub task: TaskId,
    /// Its number.
    pub task_no: i64,
    /// When it was done: its answers have not changed since, as long as this is so.
    pub done_at: Micros,
    /// How much a decision tells.
    pub level: i64,
}

/// Where a task waits for being contested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// How much a decision tells.
    pub level: i64,
    /// Where it stands among those of its level.
    pub pos: i64,
}

/// The tasks of a project that wait for being contested, by number.
pub async fn waiting_now(on: &mut Read, project: ProjectId) -> Result<BTreeMap<i64, Slot>, Error> {
    let sql = "select s.task_no, s.lane, s.pos from adjudication_slot s
                where s.project_id = $1 and s.open_slots > 0
                  and (select count(*) from adjudication d where d.task_no = s.task_no) = 0
                order by s.task_no";
    let slot = |row: &crate::Row| Ok((row.int(0)?, Slot { level: row.int(1)? - LANE, pos: row.int(2)? }));
    on.q(sql, vals![project]).await?.iter().map(slot).collect()
}

/// How many tasks of a project wait.
pub async fn waiting(tx: &mut Tx, project: ProjectId) -> Result<i64, Error> {
    let sql = "select count(*) from adjudication_slot where project_id = $1 and open_slots > 0";
    tx.one(sql, vals![project]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Lets tasks wait that are still done as they were, each at the end of its lane, or moves them there. Nothing that somebody holds or
/// decided. Returns how many.
pub async fn open(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    tasks: &[Contested],
) -> Result<usize, Error> {
    clearance.within(tx)?;
    let mut lanes: BTreeMap<i64, Vec<&Contested>> = BTreeMap::new();
    for task in tasks {
        lanes.entry(LANE + task.level).or_default().push(task);
    }
    let mut opened = 0;
    for (lane, tasks) in lanes {
        let first = queue::reserve(tx, project, lane, tasks.len()).await?;
        let sql = "insert into adjudication_slot (task_no, task_id, project_id, lane, pos, open_slots)
                   select t.no, t.id, t.project_id, $1, $2, 1 from task t
                    where t.id = $3 and t.project_id = $4 and t.state = 'done' and t.done_us = $5
                   on conflict (task_no) do update set lane = excluded.lane, pos = excluded.pos
                    where adjudication_slot.open_slots > 0";
        let rows: Vec<[crate::Val<'_>; 5]> = (first..)
            .zip(&tasks)
            .map(|(pos, one)| [lane.into(), pos.into(), one.task.into(), project.into(), one.done_at.into()])
            .collect();
        let changed = tx.exec_each(sql, &rows).await?;
        opened += changed.into_iter().filter(|n| *n == 1).count();
    }
    Ok(opened)
}

/// Lets tasks, by number, wait no longer that still wait where they were seen.
pub async fn withdraw(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    tasks: &[(i64, Slot)],
) -> Result<(), Error> {
    clearance.within(tx)?;
    let sql = "delete from adjudication_slot where task_no = $1 and project_id = $2 and open_slots > 0 and lane = $3 and pos = $4";
    let row = |(no, slot): &(i64, Slot)| -> [crate::Val<'_>; 4] {
        [(*no).into(), project.into(), (LANE + slot.level).into(), slot.pos.into()]
    };
    let rows: Vec<[crate::Val<'_>; 4]> = tasks.iter().map(row).collect();
    tx.exec_each(sql, &rows).await?;
    Ok(())
}

/// Lets tasks, by number, wait no longer whose answers have changed since they were contested; nothing that somebody holds or decided.
pub async fn no_longer(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    tasks: &[i64],
) -> Result<usize, Error> {
    clearance.within(tx)?;
    let sql = "delete from adjudication_slot
                where task_no = $1 and project_id = $2 and open_slots > 0
                  and (select count(*) from adjudication d where d.task_no = adjudication_slot.task_no) = 0";
    let rows: Vec<[crate::Val<'_>; 2]> = tasks.iter().map(|no| [(*no).into(), project.into()]).collect();
    Ok(tx.exec_each(sql, &rows).await?.into_iter().filter(|n| *n == 1).count())
}

/// A task that may be taken to decide it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate {
    /// Which.
    pub task: TaskId,
    /// Its number.
    pub task_no: i64,
    lane: i64,
    pos: i64,
}

/// The next task of a lane that this person neither answered nor reviewed, nor gave back undecided, nor decided or reopened before.
pub async fn seek(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    from: LanePlace,
) -> Result<Option<Candidate>, Error> {
    let row = tx
        .one(
            "select s.task_id, s.task_no, s.pos
               from adjudication_slot s
              where s.project_id = $1 and s.lane = $2 and s.open_slots > 0 and s.pos > $3
                and (select count(*) from assignment a where a.task_no = s.task_no and a.person_id = $4 and a.step = 'label') = 0
                and (select count(*) from assignment a where a.task_no = s.task_no and a.person_id = $4 and a.step = 'review') = 0
                and (select count(*) from assignment a where a.task_no = s.task_no and a.person_id = $4 and a.step = 'adjudicate' and a.state in ('skipped', 'submitted')) = 0
                and (select count(*) from adjudication d where d.task_no = s.task_no and d.reopened_by = $4) = 0
              order by s.pos
              limit 1 /*claim s*/",
            vals![project, from.lane, from.pos, person],
        )
        .await?;
    let read =
        |row: crate::Row| Ok(Candidate { task: row.id(0)?, task_no: row.int(1)?, lane: from.lane, pos: row.int(2)? });
    row.map(read).transpose()
}

/// Takes a task to decide it, as [`queue::take`] does one to label.
pub async fn take(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewAssignment,
    candidate: &Candidate,
    hour: Micros,
) -> Result<(), Error> {
    let slot = "update adjudication_slot set open_slots = 0 where task_no = $1 and open_slots > 0";
    let place = (candidate.lane, candidate.pos);
    queue::take_slot(tx, clearance, new, (slot, vals![candidate.task_no]), place, hour).await
}

/// Puts a task that was given back undecided at the end of its lane.
pub async fn reopen(tx: &mut Tx, project: ProjectId, task_no: i64) -> Result<(), Error> {
    let row = tx.one("select lane from adjudication_slot where task_no = $1", vals![task_no]).await?;
    let Some(lane) = row.map(|row| row.int(0)).transpose()? else { return Ok(()) };
    let pos = queue::reserve(tx, project, lane, 1).await?;
    tx.later("update adjudication_slot set open_slots = 1, pos = $1 where task_no = $2", vals![pos, task_no]).await
}

/// A new decision.
pub struct NewDecision<'a> {
    /// The assignment under which it was made.
    pub of: &'a assignments::Found,
    /// Answers, order shown and words as JSON text.
    pub body: &'a [u8],
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When.
    pub at: Micros,
}

/// Keeps a decision, and supersedes the one that stood; from here on the consensus of the task is to be reckoned anew. Returns the
/// assignment of the one that is superseded.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewDecision<'_>,
) -> Result<Option<AssignmentId>, Error> {
    let sealed = clearance.seal(tx, TABLE, &new.of.id.to_string(), new.body)?;
    let old = tx
        .one(
            "update adjudication set superseded_us = $1 where task_no = $2 and superseded_us is null returning assignment_id",
            vals![new.at, new.of.task_no],
        )
        .await?;
    tx.exec(
        "insert into adjudication (assignment_id, task_no, task_id, project_id, client_id, member_id, person_id, schema_id, body_sealed, active_ms,
                                   created_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vals![
            new.of.id,
            new.of.task_no,
            new.of.task,
            new.of.project,
            new.of.client,
            new.of.member,
            new.of.person,
            new.of.schema,
            sealed,
            new.active_ms,
            new.at
        ],
    )
    .await?;
    tx.exec("update task set consensus_us = null where id = $1", vals![new.of.task]).await?;
    old.map(|row| row.id(0)).transpose()
}

/// That a decision shall be made anew.
pub struct Reopening<'a> {
    /// By whom.
    pub by: PersonId,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub at: Micros,
}

/// Lets the task of a decision wait before all others. The decision stands until another supersedes it.
pub async fn reopen_decided(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    decision: &Decided,
    new: &Reopening<'_>,
) -> Result<(), Error> {
    let sealed = clearance.seal(tx, REOPENED, &decision.assignment.to_string(), new.reason.as_bytes())?;
    let marked = tx
        .exec(
            "update adjudication set reopened_us = $1, reopened_by = $2, reopened_sealed = $3
              where assignment_id = $4 and superseded_us is null and reopened_us is null",
            vals![new.at, new.by, sealed, decision.assignment],
        )
        .await?;
    let lane = LANE + LEVELS - 1;
    let pos = queue::reserve(tx, decision.project, lane, 1).await?;
    let opened = tx
        .exec(
            "insert into adjudication_slot (task_no, task_id, project_id, lane, pos, open_slots)
             select t.no, t.id, t.project_id, $1, $2, 1 from task t where t.id = $3
             on conflict (task_no) do update set lane = excluded.lane, pos = excluded.pos, open_slots = 1
              where adjudication_slot.open_slots = 0",
            vals![lane, pos, decision.task],
        )
        .await?;
    // Somebody else reopened or decided it meanwhile: look again.
    if (marked, opened) == (1, 1) { Ok(()) } else { Err(Error::Conflict) }
}

/// A decision, still sealed.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The assignment under which it was made.
    pub assignment: AssignmentId,
    /// Of which task.
    pub task: TaskId,
    /// Of which project.
    pub project: ProjectId,
    /// Who decided.
    pub person: PersonId,
    /// Under which schema.
    pub schema: SchemaId,
    /// When.
    pub at: Micros,
    /// Who said when that it shall be made anew.
    pub reopened: Option<(PersonId, Micros)>,
    /// When another decision took its place; `None` while it stands.
    pub superseded_at: Option<Micros>,
    body: Sealed,
    reason: Option<Sealed>,
}

impl Decided {
    /// Answers, order shown and words.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(TABLE, &self.assignment.to_string(), &self.body)
    }

    /// The same, on their way to whom they were cleared for.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<Vec<u8>>, Error> {
        clearance.pending(tx, TABLE, &self.assignment.to_string(), self.body.clone())
    }

    /// Why it shall be made anew, on its way to whom it was cleared for.
    pub fn reason(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Option<Pending<Vec<u8>>>, Error> {
        let of = self.assignment.to_string();
        self.reason.clone().map(|reason| clearance.pending(tx, REOPENED, &of, reason)).transpose()
    }
}

macro_rules! decided {
    ($rest:literal) => {
        concat!(
            "select d.assignment_id, d.task_id, d.project_id, d.person_id, d.schema_id, d.created_us, d.reopened_by, d.reopened_us,
                    d.superseded_us, d.body_sealed, d.reopened_sealed ",
            $rest
        )
    };
}

fn read(row: &crate::Row) -> Result<Decided, Error> {
    Ok(Decided {
        assignment: row.id(0)?,
        task: row.id(1)?,
        project: row.id(2)?,
        person: row.id(3)?,
        schema: row.id(4)?,
        at: row.at(5)?,
        reopened: row.opt_id(6)?.zip(row.opt_at(7)?),
        superseded_at: row.opt_at(8)?,
        body: row.sealed(9)?,
        reason: row.opt_sealed(10)?,
    })
}

/// What was decided about a task, newest first: the one that stands, then what it superseded.
pub async fn of_task(tx: &mut Tx, task_no: i64) -> Result<Vec<Decided>, Error> {
    let sql = decided!(
        "from adjudication d where d.task_no = $1
          order by case when d.superseded_us is null then 0 else 1 end, d.created_us desc, d.assignment_id
          limit $2"
    );
    tx.q(sql, vals![task_no, ANEW_MAX]).await?.iter().map(read).collect()
}

/// Every decision of a project that stands, oldest first, at most [`DECIDED_MAX`].
pub async fn of_project(on: &mut Read, project: ProjectId) -> Result<Vec<Decided>, Error> {
    let sql = decided!(
        "from adjudication d where d.project_id = $1 and d.superseded_us is null order by d.created_us, d.task_no limit 200000"
    );
    on.q(sql, vals![project]).await?.iter().map(read).collect()
}

/// What stands decided about tasks that lack consensus, the oldest up to `last`.
pub(super) async fn of_due(
    on: &mut Read,
    project: ProjectId,
    last: (Micros, TaskId),
) -> Result<BTreeMap<TaskId, Decided>, Error> {
    let sql = decided!(
        "from task t cross join adjudication d
          where t.project_id = $1 and t.state = 'done' and t.consensus_us is null
            and (t.done_us, t.id) <= ($2, $3) and d.task_no = t.no and d.superseded_us is null"
    );
    let rows = on.q(sql, vals![project, last.0, last.1]).await?;
    rows.iter().map(read).map(|one| one.map(|one| (one.task, one))).collect()
}
