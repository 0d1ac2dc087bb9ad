//! The flat queue: the next task costs the same at a thousand and at a million.
//!
//! Every task has a position in a lane (its priority). `place` holds where a member stands in each lane, so
//! that the next task is one step along the partial index `task_open`. A slot that comes back gets a *new*
//! position at the end of its lane, so that nobody's place has passed it.

use crate::{
    Error, Row, Tx,
    custody::{budgets, clearance::Clearance},
    dialect::Statement,
    seal::Sealed,
    vals,
    work::{
        GOLD_LANE,
        assignments::{self, NewAssignment},
        projects::gate::{self, Gate},
        unfinished,
    },
};
use vouchsafe_domain::{
    ids::{AssignmentId, MemberId, PersonId, ProjectId, TaskId},
    time::Micros,
    work::{
        assignment::Purpose,
        telling::{Stratum, stratum as of_row},
    },
};

/// Slots of a gold task.
pub const GOLD_SLOTS: i64 = 1 << 40;
/// Not a lane of tasks: how many tasks a project was given, for their numbers.
pub(crate) const NUMBER_LANE: i64 = -3;
/// The place of reviewers in the review queue.
pub(crate) const REVIEW_LANE: i64 = -2;

/// A lane and how far a member has come in it.
#[derive(Debug, Clone, Copy)]
pub struct LanePlace {
    /// Priority; higher is served first. [`GOLD_LANE`] is gold.
    pub lane: i64,
    /// Position of the last task this member took there; -1 at the start.
    pub pos: i64,
    /// The first position behind its last task.
    pub end: i64,
}

/// A task that may be taken, its content still sealed.
#[derive(Debug)]
pub struct Candidate {
    /// Which.
    pub task: TaskId,
    /// Its number.
    pub task_no: i64,
    /// How many members it wants.
    pub overlap: u32,
    /// Where it stands.
    pub lane: i64,
    /// Where it stands in its lane.
    pub pos: i64,
    /// How far whoever takes it has come in that lane.
    place: i64,
    /// Its content.
    pub body: Sealed,
    /// Keyed hash of the content, for the ledger.
    pub content_hash: Vec<u8>,
    /// Whether this person was sent it before, other than to label it.
    pub sent_before: bool,
}

const LANES: &str = "select l.lane, coalesce(p.pos, -1), l.next_pos
       from lane l
       left join place p on p.project_id = l.project_id and p.lane = l.lane and p.member_id = $2
      where l.project_id = $1
      order by l.lane desc";

/// What a claim finds at the project's door.
pub struct Door {
    /// The project, and how the member stands to it.
    pub gate: Gate,
    /// How far the member stands there.
    pub standing: Standing,
    /// Its lanes, highest priority first, gold last, with the member's place in each.
    pub lanes: Vec<LanePlace>,
    /// What he had there, did not answer and may take up again, newest.
    pub unfinished: Option<AssignmentId>,
}

/// Everything a claim asks before it knows whether it may: one round trip. The member's standing stays locked
/// until the transaction ends, so that two claims of one member take turns. `None` when there is no such project.
pub async fn door(tx: &mut Tx, project: ProjectId, member: MemberId) -> Result<Option<Door>, Error> {
    let (of_member, of_project) = (vals![member, project], vals![project, member]);
    let [gate, standing, lanes, unfinished] = tx
        .q_all([
            (gate::SELECT, of_project),
            (STANDING, of_member),
            (LANES, of_project),
            (unfinished::NEWEST, of_project),
        ])
        .await?;
    let Some(gate) = gate.first() else { return Ok(None) };
    let place = |row: &Row| Ok(LanePlace { lane: row.int(0)?, pos: row.int(1)?, end: row.int(2)? });
    Ok(Some(Door {
        gate: gate::read(project, gate)?,
        standing: standing.first().map_or_else(|| Ok(Standing::default()), read_standing)?,
        lanes: lanes.iter().map(place).collect::<Result<_, Error>>()?,
        unfinished: unfinished.first().map(|row| row.id(0)).transpose()?,
    }))
}

/// The next task of a lane after `from.pos` that this person never had, in no step: whoever was sent an answer to it is not blind.
/// One index step and a few probes.
pub async fn seek(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    from: LanePlace,
) -> Result<Option<Candidate>, Error> {
    seek_within(tx, project, person, from, i64::MAX).await
}

/// The assignments in which person `$4` had the task `t` in a step.
macro_rules! had {
    ($step:literal) => {
        concat!("from assignment a where a.task_no = t.no and a.person_id = $4 and a.step = '", $step, "'")
    };
}

/// What a claim reads of the task `t` for person `$4`; the eighth column says whether he had it.
macro_rules! candidate {
    ($from:expr) => {
        candidate!($from, "")
    };
    ($from:expr, $more:literal) => {
        concat!(
            " select t.id, t.pos, c.body_sealed, c.content_hash, t.no, t.overlap,
                    case when exists (select 1 from sent_mark s
                                       where s.client_id = t.client_id and s.person_id = $4 and s.object = 'task/' || t.id) then 1 else 0 end,
                    case when exists (select 1 ", had!("label"), ") or exists (select 1 ", had!("review"), ")
                           or exists (select 1 ", had!("adjudicate"), ") then 1 else 0 end",
            $more,
            " from ",
            $from
        )
    };
}

pub mod telling;
pub use telling::Choice;

/// The first open task behind a place, whether he had it or not. It is locked before anything else is looked up: of the tasks
/// that others hold at this moment nothing but the lock is tried.
const FIRST: &str = candidate!(
    "(select task.id, task.pos, task.no, task.overlap, task.client_id from task
               where project_id = $1 and lane = $2 and open_slots > 0 and pos > $3 and pos <= $5
               order by pos
               limit 1 /*claim task*/) t
               join task_content c on c.task_no = t.no"
);

/// The first one that he never had. Counts, because PostgreSQL makes a join of `not exists`, and without statistics reads all that the
/// person ever had for each task.
const NEVER_HAD: &str = candidate!(concat!(
    "task t
               join task_content c on c.task_no = t.no
              where t.project_id = $1 and t.lane = $2 and t.open_slots > 0 and t.pos > $3 and t.pos <= $5
                and (select count(*) ",
    had!("label"),
    ") = 0 and (select count(*) ",
    had!("review"),
    ") = 0 and (select count(*) ",
    had!("adjudicate"),
    ") = 0
              order by t.pos
              limit 1 /*claim t*/"
));

async fn seek_within(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    from: LanePlace,
    upto: i64,
) -> Result<Option<Candidate>, Error> {
    let vals = vals![project, from.lane, from.pos, person, upto];
    let mut row = tx.one(FIRST, vals).await?;
    if let Some(first) = &row
        && first.int(7)? > 0
    {
        row = tx.one(NEVER_HAD, vals).await?;
    }
    row.map(|row| read_candidate(&row, from.lane)).transpose()
}

fn read_candidate(row: &Row, lane: i64) -> Result<Candidate, Error> {
    let pos = row.int(1)?;
    Ok(Candidate {
        task: row.id(0)?,
        task_no: row.int(4)?,
        overlap: row.count(5)?,
        lane,
        pos,
        place: pos,
        body: row.sealed(2)?,
        content_hash: row.bytes(3)?.to_vec(),
        sent_before: row.int(6)? > 0,
    })
}

/// Takes a slot of the candidate, and writes the assignment, the member's place, his standing and what he took of
/// his budget; `hour` is the start of the present hour. Fails, at the latest with the commit: with [`Error::Conflict`] when the slot was
/// gone (begin again), with [`Error::Constraint`] when this person had the task before, and with [`Error::Spent`].
pub async fn take(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewAssignment,
    candidate: &Candidate,
    hour: Micros,
) -> Result<(), Error> {
    let slot = "update task set open_slots = open_slots - 1 where id = $1 and open_slots > 0";
    take_slot(tx, clearance, new, (slot, vals![candidate.task]), (candidate.lane, candidate.place), hour).await
}

pub(crate) async fn take_slot(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewAssignment,
    (slot, of): Statement<'_>,
    (lane, pos): (i64, i64),
    hour: Micros,
) -> Result<(), Error> {
    tx.later_one(slot, of, || Error::Conflict).await?;
    tx.later(
        "insert into place (member_id, project_id, lane, pos) values ($1, $2, $3, $4)
         on conflict (member_id, project_id, lane) do update set pos = case when excluded.pos > place.pos then excluded.pos else place.pos end",
        vals![new.member, new.project, lane, pos],
    )
    .await?;
    tx.later(
        "insert into standing (member_id, project_id, open_leases, prefetched, taken, hour_us, hour_taken)
         values ($1, $2, 1, $3, 1, $4, 1)
         on conflict (member_id, project_id) do update
           set open_leases = standing.open_leases + 1,
               prefetched = standing.prefetched + excluded.prefetched,
               taken = standing.taken + 1,
               hour_taken = case when standing.hour_us = excluded.hour_us then standing.hour_taken + 1 else 1 end,
               hour_us = excluded.hour_us",
        vals![new.member, new.project, i64::from(new.purpose == Purpose::Prefetch), hour],
    )
    .await?;
    tx.later(assignments::INSERT, &new.vals()).await?;
    budgets::take(tx, clearance, 1).await
}

/// How many open tasks one claim looks at again, at most, for one that it passed while somebody else held it.
const SWEEP_MAX: i64 = 5_000;

/// A task of a lane that lies behind the member's place and that he never had: where locks are skipped, one that
/// somebody held for a moment was passed by. Looks at [`SWEEP_MAX`] open tasks at most, from where `draw` says, so that its cost does
/// not grow with the project, and who asks again looks elsewhere.
pub async fn sweep(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    place: LanePlace,
    choice: Option<Choice>,
    draw: i64,
) -> Result<Option<Candidate>, Error> {
    if place.pos < 0 || !tx.skips_locked() {
        return Ok(None);
    }
    let start = LanePlace { pos: sweep_from(place.pos, draw), ..place };
    let Some(upto) = upto(tx, project, start).await? else { return Ok(None) };
    let upto = upto.min(place.pos);
    match choice {
        Some(choice) => telling::seek_within(tx, project, person, (start, upto), choice).await,
        None => seek_within(tx, project, person, start, upto).await,
    }
}

/// After which position to look again for what lies at `pos` or before it: each is looked at by an equal share of draws, the first as often
/// as any other.
fn sweep_from(pos: i64, draw: i64) -> i64 {
    (draw.rem_euclid(pos + SWEEP_MAX) - SWEEP_MAX).max(-1)
}

/// Where the last of the next [`SWEEP_MAX`] open tasks of a lane stands.
async fn upto(tx: &mut Tx, project: ProjectId, from: LanePlace) -> Result<Option<i64>, Error> {
    let sql = "select max(w.pos) from (select t.pos from task t
                                        where t.project_id = $1 and t.lane = $2 and t.open_slots > 0 and t.pos > $3
                                        order by t.pos limit $4) w";
    tx.one(sql, vals![project, from.lane, from.pos, SWEEP_MAX]).await?.map_or(Ok(None), |row| row.opt_int(0))
}

/// Takes one slot of a task if one is free: for a lapsed assignment that comes back.
pub async fn take_again(tx: &mut Tx, task: TaskId) -> Result<bool, Error> {
    Ok(tx.exec("update task set open_slots = open_slots - 1 where id = $1 and open_slots > 0", vals![task]).await? == 1)
}

/// Gives a slot back, at a new position that nobody's place has passed. Gold has no slots to give back.
pub async fn reopen(tx: &mut Tx, task: TaskId) -> Result<(), Error> {
    let Some(row) = tx.one("select project_id, lane from task where id = $1 /*lock task*/", vals![task]).await? else {
        return Ok(());
    };
    let (project, lane): (ProjectId, i64) = (row.id(0)?, row.int(1)?);
    if lane == GOLD_LANE {
        return Ok(());
    }
    let pos = reserve(tx, project, lane, 1).await?;
    tx.exec("update task set open_slots = open_slots + 1, pos = $1, state = 'open' where id = $2", vals![pos, task])
        .await?;
    Ok(())
}

/// Reserves `n` positions at the end of a lane and returns the first. Inside the transaction that fills them:
/// the lane's row is locked until then, so no later position becomes visible before an earlier one.
pub async fn reserve(tx: &mut Tx, project: ProjectId, lane: i64, n: usize) -> Result<i64, Error> {
    let row = tx
        .one(
            "insert into lane (project_id, lane, next_pos) values ($1, $2, $3)
             on conflict (project_id, lane) do update set next_pos = lane.next_pos + $3
             returning next_pos",
            vals![project, lane, n],
        )
        .await?;
    let end = row.ok_or_else(|| Error::Database("a lane returned no position".into()))?.int(0)?;
    Ok(end - i64::try_from(n).unwrap_or(i64::MAX))
}

/// One lease of a member fewer.
pub async fn lease_ended(tx: &mut Tx, member: MemberId, project: ProjectId, prefetch: bool) -> Result<(), Error> {
    tx.later(
        "update standing set open_leases = open_leases - 1, prefetched = prefetched - $3 where member_id = $1 and project_id = $2 and open_leases > 0",
        vals![member, project, i64::from(prefetch)],
    )
    .await?;
    Ok(())
}

/// One lease of a member more, without taking a new task: a lapsed or returned one was taken up again.
pub async fn lease_resumed(tx: &mut Tx, member: MemberId, project: ProjectId, purpose: Purpose) -> Result<(), Error> {
    tx.exec(
        "update standing set open_leases = open_leases + 1, prefetched = prefetched + $3 where member_id = $1 and project_id = $2",
        vals![member, project, i64::from(purpose == Purpose::Prefetch)],
    )
    .await?;
    Ok(())
}

/// An annotation that waits for a reviewer.
#[derive(Debug, Clone, Copy)]
pub struct ReviewCandidate {
    /// Which annotation.
    pub annotation: vouchsafe_domain::ids::AnnotationId,
    /// Of which task.
    pub task: TaskId,
    /// The task's number.
    pub task_no: i64,
    /// Where it stands.
    pub pos: i64,
}

/// The next annotation to review that this person did not write nor review, and whose task he did not answer.
pub async fn seek_review(
    tx: &mut Tx,
    project: ProjectId,
    member: MemberId,
    person: PersonId,
) -> Result<Option<ReviewCandidate>, Error> {
    let row = tx
        .one(
            "select r.annotation_id, r.task_id, r.pos, r.task_no
               from review_slot r
              where r.project_id = $1 and r.open_slots > 0 and r.author_person_id <> $3
                and (r.not_person_id is null or r.not_person_id <> $3)
                and r.pos > coalesce((select p.pos from place p where p.member_id = $2 and p.project_id = $1 and p.lane = $4), -1)
                and (select count(*) from assignment a where a.task_no = r.task_no and a.person_id = $3 and a.step = 'label') = 0
              order by r.pos
              limit 1 /*claim r*/",
            vals![project, member, person, REVIEW_LANE],
        )
        .await?;
    row.map(|row| {
        Ok(ReviewCandidate { annotation: row.id(0)?, task: row.id(1)?, pos: row.int(2)?, task_no: row.int(3)? })
    })
    .transpose()
}

/// How many reviews wait in a project, those that measure reviewers among them. One step for each.
pub async fn reviews_waiting(tx: &mut Tx, project: ProjectId) -> Result<i64, Error> {
    let sql = "select count(*) from review_slot where project_id = $1 and open_slots > 0";
    tx.one(sql, vals![project]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Takes an annotation for review, as [`take`] does a task.
pub async fn take_review(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewAssignment,
    candidate: &ReviewCandidate,
    hour: Micros,
) -> Result<(), Error> {
    let slot = "update review_slot set open_slots = 0 where annotation_id = $1 and open_slots > 0";
    take_slot(tx, clearance, new, (slot, vals![candidate.annotation]), (REVIEW_LANE, candidate.pos), hour).await
}

/// Puts an annotation into the review queue, at the end, or back there, as it came. `forced` says when, where it was not drawn: it is
/// then no part of a sample.
pub async fn open_review(
    tx: &mut Tx,
    project: ProjectId,
    (task, task_no): (TaskId, i64),
    annotation: vouchsafe_domain::ids::AnnotationId,
    author: PersonId,
    forced: Option<Micros>,
) -> Result<(), Error> {
    let pos = reserve(tx, project, REVIEW_LANE, 1).await?;
    tx.later(
        "insert into review_slot (annotation_id, task_id, task_no, project_id, author_person_id, pos, open_slots, forced_us)
         values ($1, $2, $3, $4, $5, $6, 1, $7)
         on conflict (annotation_id) do update set pos = excluded.pos, open_slots = 1",
        vals![annotation, task, task_no, project, author, pos, forced],
    )
    .await?;
    Ok(())
}

/// How far a member stands in a project: open leases, prefetched ones, tasks taken in all and this hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Leases he holds.
    pub open_leases: i64,
    /// Of them prefetched and not yet shown.
    pub prefetched: i64,
    /// Tasks taken so far.
    pub taken: i64,
    /// Tasks taken in the hour `hour`.
    pub hour_taken: i64,
    /// Start of that hour.
    pub hour: Micros,
    /// Which of those who tell alike he is one of.
    pub stratum: Stratum,
}

const STANDING: &str = "select s.open_leases, s.prefetched, s.taken, s.hour_taken, s.hour_us, s.stratum
       from standing s where s.member_id = $1 and s.project_id = $2 /*lock s*/";

fn read_standing(row: &Row) -> Result<Standing, Error> {
    Ok(Standing {
        open_leases: row.int(0)?,
        prefetched: row.int(1)?,
        taken: row.int(2)?,
        hour_taken: row.int(3)?,
        hour: row.at(4)?,
        stratum: of_row(row.int(5)?),
    })
}

/// Leases that ran out before `now`, oldest first, at most `limit`. A process takes those no other process holds.
pub async fn lapsed(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<AssignmentId>, Error> {
    let rows = tx
        .q(
            "select a.id from assignment a
              where a.state in ('leased', 'returned') and a.lapses_us < $1
              order by a.lapses_us limit $2 /*claim a*/",
            vals![now, limit],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// A prefetched assignment of a member was shown.
pub async fn prefetch_opened(tx: &mut Tx, member: MemberId, project: ProjectId) -> Result<(), Error> {
    tx.exec(
        "update standing set prefetched = prefetched - 1 where member_id = $1 and project_id = $2 and prefetched > 0",
        vals![member, project],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_often_enough_looks_at_every_task_again() {
        let pos = 3 * SWEEP_MAX;
        let looked_at = |at: i64| {
            let starts = (0..pos + SWEEP_MAX).map(|draw| sweep_from(pos, draw));
            starts.filter(|start| (start + 1..=start + SWEEP_MAX).contains(&at)).count()
        };
        let often = [0, 1, SWEEP_MAX - 1, SWEEP_MAX, pos - 1].map(looked_at);
        assert!(often.iter().all(|times| *times >= 4_900), "of {} draws {often:?}", pos + SWEEP_MAX);
        assert_eq!(sweep_from(0, i64::MIN), -1, "one task behind is found by any draw");
        assert_eq!(sweep_from(0, i64::MAX), -1);
    }
}
