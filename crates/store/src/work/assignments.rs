//! Assignments: one step of one task given to one member under a lease.

use crate::{
    Error, Row, Tx, Val,
    seal::Sealed,
    vals,
    work::projects::{self, Gate},
};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, ClientId, GuidelineId, MemberId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
    work::assignment::{Purpose, State, Step},
};

/// A new assignment.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// Fresh id.
    pub id: AssignmentId,
    /// Which task.
    pub task: TaskId,
    /// The task's number.
    pub task_no: i64,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// To whom.
    pub member: MemberId,
    /// The human behind the account.
    pub person: PersonId,
    /// Label or review.
    pub step: Step,
    /// Work or prefetch.
    pub purpose: Purpose,
    /// The member's how-manieth task of this project, from 1.
    pub number: i64,
    /// Version of the schema it is answered under.
    pub schema: SchemaId,
    /// Version of the guideline it is answered under.
    pub guideline: GuidelineId,
    /// Seed of the order in which candidates are shown; 53 bits.
    pub present_seed: i64,
    /// What is reviewed.
    pub annotation: Option<AnnotationId>,
    /// Start of the lease.
    pub leased_at: Micros,
    /// End of the lease.
    pub lapses_at: Micros,
}

/// Inserts a [`NewAssignment`].
pub(crate) const INSERT: &str =
    "insert into assignment (id, task_id, task_no, project_id, client_id, member_id, person_id, step, purpose, state, number, schema_id,
                             guideline_id, present_seed, annotation_id, leased_us, lapses_us, opened_us)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'leased', $10, $11, $12, $13, $14, $15, $16, $17)";

impl NewAssignment {
    /// When it is shown: a prefetched one not yet.
    fn opened_at(&self) -> Option<Micros> {
        (self.purpose == Purpose::Work).then_some(self.leased_at)
    }

    /// The values of [`INSERT`].
    pub(crate) fn vals(&self) -> [Val<'_>; 17] {
        [
            self.id.into(),
            self.task.into(),
            self.task_no.into(),
            self.project.into(),
            self.client.into(),
            self.member.into(),
            self.person.into(),
            self.step.word().into(),
            self.purpose.word().into(),
            self.number.into(),
            self.schema.into(),
            self.guideline.into(),
            self.present_seed.into(),
            self.annotation.into(),
            self.leased_at.into(),
            self.lapses_at.into(),
            self.opened_at().into(),
        ]
    }
}

/// An assignment with what its use cases decide on, read and locked in one statement.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: AssignmentId,
    /// Which task.
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
    /// Label or review.
    pub step: Step,
    /// Work or prefetch.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: State,
    /// The member's how-manieth.
    pub number: i64,
    /// Schema it is answered under.
    pub schema: SchemaId,
    /// Guideline it is answered under.
    pub guideline: GuidelineId,
    /// Seed of the shown order.
    pub present_seed: i64,
    /// What is reviewed.
    pub annotation: Option<AnnotationId>,
    /// Start of the lease.
    pub leased_at: Micros,
    /// End of the lease.
    pub lapses_at: Micros,
    /// When it was shown.
    pub opened_at: Option<Micros>,
    /// The task's content.
    pub body: Sealed,
    /// Keyed hash of the content.
    pub content_hash: Vec<u8>,
    /// The task's lane.
    pub lane: i64,
    /// How many members the task wants.
    pub overlap: u32,
    /// Share of annotations reviewed, in 1/10,000: all of whoever is on probation or paused.
    pub review_per_10000: u32,
    /// Share of everybody's annotations that is drawn for review, in 1/10,000: that of the project.
    pub drawn_per_10000: u32,
    /// Length of a lease in microseconds.
    pub lease_us: i64,
    /// Whether a returned annotation goes to another expert.
    pub return_to_another: bool,
    /// Whether the project takes work now.
    pub project_open: bool,
    /// Version of the schema, from 1.
    pub schema_version: i64,
    /// Version of the guideline, from 1.
    pub guideline_version: i64,
}

impl Found {
    /// What [`get`] would find right after `new` was inserted under the terms of `gate`: of a task with this
    /// content, under these versions of schema and guideline.
    pub fn fresh(new: &NewAssignment, gate: &Gate, task: TaskTaken, versions: (i64, i64)) -> Self {
        Self {
            id: new.id,
            task: new.task,
            task_no: new.task_no,
            project: new.project,
            client: new.client,
            member: new.member,
            person: new.person,
            step: new.step,
            purpose: new.purpose,
            state: State::Leased,
            number: new.number,
            schema: new.schema,
            guideline: new.guideline,
            present_seed: new.present_seed,
            annotation: new.annotation,
            leased_at: new.leased_at,
            lapses_at: new.lapses_at,
            opened_at: new.opened_at(),
            body: task.body,
            content_hash: task.content_hash,
            lane: task.lane,
            overlap: task.overlap,
            review_per_10000: gate.review_per_10000,
            drawn_per_10000: gate.review_per_10000,
            lease_us: gate.lease_us,
            return_to_another: gate.return_to_another,
            project_open: gate.state == projects::State::Open,
            schema_version: versions.0,
            guideline_version: versions.1,
        }
    }
}

/// What a claim knows of the task it took.
#[derive(Debug)]
pub struct TaskTaken {
    /// Its content.
    pub body: Sealed,
    /// Keyed hash of the content.
    pub content_hash: Vec<u8>,
    /// Its lane.
    pub lane: i64,
    /// How many members it wants.
    pub overlap: u32,
}

macro_rules! get {
    ($more:literal) => {
        concat!(
            "select a.id, a.task_id, a.project_id, a.client_id, a.member_id, a.person_id, a.step, a.purpose, a.state, a.number, a.schema_id,
            a.guideline_id, a.present_seed, a.annotation_id, a.leased_us, a.lapses_us, a.opened_us, c.body_sealed, c.content_hash, t.lane,
            t.overlap,
            coalesce((select 10000 from expert_standing x
               where x.project_id = a.project_id and x.person_id = a.person_id and x.state <> 'active'), p.review_per_10000),
            p.lease_us, p.return_to_another_us, p.state, s.version, g.version, a.task_no, p.review_per_10000",
            $more,
            "
       from assignment a
       join task t on t.id = a.task_id
       join task_content c on c.task_no = a.task_no
       join project p on p.id = a.project_id
       join schema s on s.id = a.schema_id
       join guideline g on g.id = a.guideline_id
      where a.id = $1 /*lock a*/"
        )
    };
}

/// An assignment by its id, locked until the transaction ends.
const GET: &str = get!("");
/// The same, and whether it was answered before.
pub(crate) const GET_ANSWERED: &str = get!(
    ", case when exists (select 1 from annotation n where n.task_no = a.task_no and n.assignment_id = a.id) then 1 else 0 end"
);
/// Where [`GET_ANSWERED`] says it.
pub(crate) const ANSWERED: usize = 29;

/// [`GET`], read.
pub async fn get(tx: &mut Tx, id: AssignmentId) -> Result<Option<Found>, Error> {
    tx.one(GET, vals![id]).await?.as_ref().map(read).transpose()
}

/// Reads a row of [`GET`] or [`GET_ANSWERED`].
pub(crate) fn read(row: &Row) -> Result<Found, Error> {
    Ok(Found {
        id: row.id(0)?,
        task: row.id(1)?,
        project: row.id(2)?,
        client: row.id(3)?,
        member: row.id(4)?,
        person: row.id(5)?,
        step: row.id(6)?,
        purpose: row.id(7)?,
        state: row.id(8)?,
        number: row.int(9)?,
        schema: row.id(10)?,
        guideline: row.id(11)?,
        present_seed: row.int(12)?,
        annotation: row.opt_id(13)?,
        leased_at: row.at(14)?,
        lapses_at: row.at(15)?,
        opened_at: row.opt_at(16)?,
        body: row.sealed(17)?,
        content_hash: row.bytes(18)?.to_vec(),
        lane: row.int(19)?,
        overlap: row.count(20)?,
        review_per_10000: row.count(21)?,
        lease_us: row.int(22)?,
        return_to_another: row.flag(23)?,
        project_open: row.text(24)? == "open",
        schema_version: row.int(25)?,
        guideline_version: row.int(26)?,
        task_no: row.int(27)?,
        drawn_per_10000: row.count(28)?,
    })
}

const MOVE_ON: &str = "update assignment set state = $1, ended_us = $2 where id = $3 and state = $4";

/// Moves an assignment from one state to another. False when it was not in the first: somebody was faster.
pub async fn move_on(tx: &mut Tx, id: AssignmentId, from: State, to: State, at: Micros) -> Result<bool, Error> {
    Ok(tx.exec(MOVE_ON, vals![to.word(), at, id, from.word()]).await? == 1)
}

/// [`move_on`] for whoever holds its row locked since [`get`]. Fails with [`Error::Conflict`], at the latest with the
/// commit, when it was not in the first state.
pub async fn moves_on(tx: &mut Tx, id: AssignmentId, from: State, to: State, at: Micros) -> Result<(), Error> {
    tx.later_one(MOVE_ON, vals![to.word(), at, id, from.word()], || Error::Conflict).await
}

/// Puts an assignment under a lease again, from `from`, for `purpose`, until `lapses_at`. To work on it is to be shown it.
pub async fn lease(
    tx: &mut Tx,
    (id, from): (AssignmentId, State),
    purpose: Purpose,
    (now, lapses_at): (Micros, Micros),
) -> Result<bool, Error> {
    let shown = (purpose == Purpose::Work).then_some(now);
    let changed = tx
        .exec(
            "update assignment set state = 'leased', lapses_us = $1, ended_us = null, purpose = $4, opened_us = coalesce(opened_us, $5)
              where id = $2 and state = $3",
            vals![lapses_at, id, from.word(), purpose.word(), shown],
        )
        .await?;
    Ok(changed == 1)
}

/// Extends a lease that still holds, without touching its purpose.
pub async fn extend(tx: &mut Tx, id: AssignmentId, member: MemberId, lapses_at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update assignment set lapses_us = $1 where id = $2 and member_id = $3 and state = 'leased'",
            vals![lapses_at, id, member],
        )
        .await?;
    Ok(changed == 1)
}

/// Gives an answered assignment back to its author until `lapses_at`.
pub async fn give_back(tx: &mut Tx, id: AssignmentId, lapses_at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec("update assignment set state = 'returned', lapses_us = $1, ended_us = null where id = $2 and state = 'submitted'", vals![lapses_at, id])
        .await?;
    Ok(changed == 1)
}

/// A prefetched assignment is shown now.
pub async fn open(
    tx: &mut Tx,
    id: AssignmentId,
    member: MemberId,
    at: Micros,
    lapses_at: Micros,
) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update assignment set purpose = 'work', opened_us = $1, lapses_us = $2
              where id = $3 and member_id = $4 and state = 'leased' and purpose = 'prefetch'",
            vals![at, lapses_at, id, member],
        )
        .await?;
    Ok(changed == 1)
}

/// A member's live assignments as his home lists them: no content.
#[derive(Debug, Clone)]
pub struct Live {
    /// Which.
    pub id: AssignmentId,
    /// Of which task.
    pub task: TaskId,
    /// The task's number.
    pub task_no: i64,
    /// Of which project.
    pub project: ProjectId,
    /// Of which client.
    pub client: ClientId,
    /// Label or review.
    pub step: Step,
    /// Work or prefetch.
    pub purpose: Purpose,
    /// Leased or returned.
    pub state: State,
    /// The member's how-manieth of this project.
    pub number: i64,
    /// When he took it first.
    pub begun_at: Micros,
    /// When it ends.
    pub lapses_at: Micros,
    /// When the draft that is kept was saved.
    pub draft_at: Option<Micros>,
}

/// How many live assignments are listed at once.
pub const LIVE_MAX: usize = 100;

/// A member's leased and returned assignments, oldest first, at most [`LIVE_MAX`].
pub async fn live(tx: &mut Tx, member: MemberId) -> Result<Vec<Live>, Error> {
    let rows = tx
        .q(
            "select a.id, a.project_id, a.client_id, a.step, a.purpose, a.state, a.lapses_us,
                    (select d.saved_us from draft d where d.assignment_id = a.id), a.task_id, a.task_no, a.number, a.leased_us
               from assignment a
              where a.member_id = $1 and a.state in ('leased', 'returned')
              order by a.leased_us, a.id limit 100",
            vals![member],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Live {
                id: row.id(0)?,
                project: row.id(1)?,
                client: row.id(2)?,
                step: row.id(3)?,
                purpose: row.id(4)?,
                state: row.id(5)?,
                lapses_at: row.at(6)?,
                draft_at: row.opt_at(7)?,
                task: row.id(8)?,
                task_no: row.int(9)?,
                number: row.int(10)?,
                begun_at: row.at(11)?,
            })
        })
        .collect()
}

/// Locks the leased and returned work of a human until the transaction ends, by id, at most 1,000.
pub async fn lock_held_by(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    tx.q(
        "select a.id from assignment a
          where a.state in ('leased', 'returned')
            and a.member_id in (select m.id from member m where m.person_id in
                                   (select $1 union all select n.id from person n where n.merged_into = $1))
          order by a.id limit 1000 /*lock a*/",
        vals![person],
    )
    .await?;
    Ok(())
}

/// Leased and returned work of a human in all his accounts, with whose it is, by id, at most 1,000.
pub async fn held_by(tx: &mut Tx, person: PersonId) -> Result<Vec<(AssignmentId, ClientId)>, Error> {
    let rows = tx
        .q(
            "select a.id, a.client_id from assignment a
              where a.state in ('leased', 'returned')
                and a.member_id in (select m.id from member m where m.person_id in
                                       (select $1 union all select n.id from person n where n.merged_into = $1))
              order by a.id limit 1000",
            vals![person],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}
