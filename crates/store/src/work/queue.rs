//! The flat queue: the next task costs the same at a thousand and at a million.
//!
//! Every task has a position in a lane (its priority). `place` holds where a member stands in each lane, so
//! that the next task is one step along the partial index `task_open`. A slot that comes back gets a *new*
//! position at the end of its lane, so that nobody's place has passed it.

use crate::{Error, Tx, Val, seal::Sealed, vals};
use vouchsafe_domain::{
    ids::{AssignmentId, MemberId, PersonId, ProjectId, TaskId},
    time::Micros,
};

/// The lane of gold tasks. Its slots never run out; everybody meets each once.
pub const GOLD_LANE: i64 = -1;
/// Slots of a gold task.
pub const GOLD_SLOTS: i64 = 1 << 40;
/// The place of reviewers in the review queue.
const REVIEW_LANE: i64 = -2;

/// A lane and how far a member has come in it.
#[derive(Debug, Clone, Copy)]
pub struct LanePlace {
    /// Priority; higher is served first. [`GOLD_LANE`] is gold.
    pub lane: i64,
    /// Position of the last task this member took there; -1 at the start.
    pub pos: i64,
}

/// A task that may be taken, its content still sealed.
#[derive(Debug)]
pub struct Candidate {
    /// Which.
    pub task: TaskId,
    /// Where it stands.
    pub lane: i64,
    /// Where it stands in its lane.
    pub pos: i64,
    /// Its content.
    pub body: Sealed,
    /// Keyed hash of the content, for the ledger.
    pub content_hash: Vec<u8>,
}

/// The lanes of a project, highest priority first, gold last, with this member's place in each.
pub async fn lanes(tx: &mut Tx, project: ProjectId, member: MemberId) -> Result<Vec<LanePlace>, Error> {
    let rows = tx
        .q(
            "select l.lane, coalesce(p.pos, -1)
               from lane l
               left join place p on p.project_id = l.project_id and p.lane = l.lane and p.member_id = $2
              where l.project_id = $1
              order by l.lane desc",
            vals![project, member],
        )
        .await?;
    rows.iter().map(|row| Ok(LanePlace { lane: row.int(0)?, pos: row.int(1)? })).collect()
}

/// The next task of a lane after `from.pos` that this person never had. One index step and one probe.
pub async fn seek(
    tx: &mut Tx,
    project: ProjectId,
    person: PersonId,
    from: LanePlace,
) -> Result<Option<Candidate>, Error> {
    let row = tx
        .one(
            "select t.id, t.pos, c.body_sealed, c.content_hash
               from task t
               join task_content c on c.task_id = t.id
              where t.project_id = $1 and t.lane = $2 and t.open_slots > 0 and t.pos > $3
                and not exists (select 1 from assignment a where a.task_id = t.id and a.person_id = $4 and a.step = 'label')
              order by t.pos
              limit 1 /*claim t*/",
            vals![project, from.lane, from.pos, person],
        )
        .await?;
    row.map(|row| {
        Ok(Candidate {
            task: row.id(0)?,
            lane: from.lane,
            pos: row.int(1)?,
            body: row.sealed(2)?,
            content_hash: row.bytes(3)?.to_vec(),
        })
    })
    .transpose()
}

/// What a claim writes besides the assignment: the slot, the member's place, his standing.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Who.
    pub member: MemberId,
    /// Of which project.
    pub project: ProjectId,
    /// Whether it is a prefetch.
    pub prefetch: bool,
    /// Start of the present hour window.
    pub hour: Micros,
}

/// Takes a slot and moves the member's place. False when the slot was gone: look again.
pub async fn take(tx: &mut Tx, claim: &Claim, candidate: &Candidate) -> Result<bool, Error> {
    let slot = "update task set open_slots = open_slots - 1 where id = $1 and open_slots > 0";
    claim_slot(tx, claim, (slot, vals![candidate.task]), candidate.lane, candidate.pos).await
}

/// Takes a slot by its own statement, and writes the member's place and standing: one round trip.
async fn claim_slot(
    tx: &mut Tx,
    claim: &Claim,
    slot: (&'static str, &[Val<'_>]),
    lane: i64,
    pos: i64,
) -> Result<bool, Error> {
    let changed = tx
        .exec_all(&[
            slot,
            (
                "insert into place (member_id, project_id, lane, pos) values ($1, $2, $3, $4)
                 on conflict (member_id, project_id, lane) do update set pos = case when excluded.pos > place.pos then excluded.pos else place.pos end",
                vals![claim.member, claim.project, lane, pos],
            ),
            (
                "insert into standing (member_id, project_id, open_leases, prefetched, taken, hour_us, hour_taken)
                 values ($1, $2, 1, $3, 1, $4, 1)
                 on conflict (member_id, project_id) do update
                   set open_leases = standing.open_leases + 1,
                       prefetched = standing.prefetched + excluded.prefetched,
                       taken = standing.taken + 1,
                       hour_taken = case when standing.hour_us = excluded.hour_us then standing.hour_taken + 1 else 1 end,
                       hour_us = excluded.hour_us",
                vals![claim.member, claim.project, i64::from(claim.prefetch), claim.hour],
            ),
        ])
        .await?;
    Ok(changed[0] == 1)
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
    tx.exec(
        "update standing set open_leases = open_leases - 1, prefetched = prefetched - $3 where member_id = $1 and project_id = $2 and open_leases > 0",
        vals![member, project, i64::from(prefetch)],
    )
    .await?;
    Ok(())
}

/// One lease of a member more, without taking a new task: a lapsed or returned one was taken up again.
pub async fn lease_resumed(tx: &mut Tx, member: MemberId, project: ProjectId) -> Result<(), Error> {
    tx.exec(
        "update standing set open_leases = open_leases + 1 where member_id = $1 and project_id = $2",
        vals![member, project],
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
    /// Where it stands.
    pub pos: i64,
}

/// The next annotation to review that this person did not write, and whose task he did not answer.
pub async fn seek_review(
    tx: &mut Tx,
    project: ProjectId,
    member: MemberId,
    person: PersonId,
) -> Result<Option<ReviewCandidate>, Error> {
    let row = tx
        .one(
            "select r.annotation_id, r.task_id, r.pos
               from review_slot r
              where r.project_id = $1 and r.open_slots > 0 and r.author_person_id <> $3
                and r.pos > coalesce((select p.pos from place p where p.member_id = $2 and p.project_id = $1 and p.lane = $4), -1)
                and not exists (select 1 from assignment a where a.task_id = r.task_id and a.person_id = $3 and a.step = 'label')
              order by r.pos
              limit 1 /*claim r*/",
            vals![project, member, person, REVIEW_LANE],
        )
        .await?;
    row.map(|row| Ok(ReviewCandidate { annotation: row.id(0)?, task: row.id(1)?, pos: row.int(2)? })).transpose()
}

/// Takes an annotation for review. False when it was gone.
pub async fn take_review(tx: &mut Tx, claim: &Claim, candidate: &ReviewCandidate) -> Result<bool, Error> {
    let slot = "update review_slot set open_slots = 0 where annotation_id = $1 and open_slots > 0";
    claim_slot(tx, claim, (slot, vals![candidate.annotation]), REVIEW_LANE, candidate.pos).await
}

/// Puts an annotation (back) into the review queue, at the end.
pub async fn open_review(
    tx: &mut Tx,
    project: ProjectId,
    task: TaskId,
    annotation: vouchsafe_domain::ids::AnnotationId,
    author: PersonId,
) -> Result<(), Error> {
    let pos = reserve(tx, project, REVIEW_LANE, 1).await?;
    tx.exec(
        "insert into review_slot (annotation_id, task_id, project_id, author_person_id, pos, open_slots) values ($1, $2, $3, $4, $5, 1)
         on conflict (annotation_id) do update set pos = excluded.pos, open_slots = 1",
        vals![annotation, task, project, author, pos],
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
}

/// A member's standing, locked until the transaction ends, so that two claims of one member take turns.
pub async fn standing(tx: &mut Tx, member: MemberId, project: ProjectId) -> Result<Standing, Error> {
    let row = tx
        .one(
            "select s.open_leases, s.prefetched, s.taken, s.hour_taken, s.hour_us from standing s where s.member_id = $1 and s.project_id = $2 /*lock s*/",
            vals![member, project],
        )
        .await?;
    row.map_or_else(
        || Ok(Standing::default()),
        |row| {
            Ok(Standing {
                open_leases: row.int(0)?,
                prefetched: row.int(1)?,
                taken: row.int(2)?,
                hour_taken: row.int(3)?,
                hour: row.at(4)?,
            })
        },
    )
}

/// An assignment whose lease ran out.
#[derive(Debug, Clone, Copy)]
pub struct Lapsed {
    /// Which.
    pub assignment: AssignmentId,
    /// Of which client.
    pub client: vouchsafe_domain::ids::ClientId,
}

/// Leases that ran out before `now`, oldest first, at most `limit`. A process takes those no other process holds.
pub async fn lapsed(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<Lapsed>, Error> {
    let rows = tx
        .q(
            "select a.id, a.client_id from assignment a
              where a.state in ('leased', 'returned') and a.lapses_us < $1
              order by a.lapses_us limit $2 /*claim a*/",
            vals![now, limit],
        )
        .await?;
    rows.iter().map(|row| Ok(Lapsed { assignment: row.id(0)?, client: row.id(1)? })).collect()
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
