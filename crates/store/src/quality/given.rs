//! Every answer and every review of a project, read a range at a time from one snapshot, still sealed.

use crate::{
    Error, Tx,
    custody::{clearance::Clearance, opener::Opener},
    seal::Sealed,
    tx::Read,
    vals,
    work::GOLD_LANE,
};
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, BatchId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
};

/// How far a walk has come: the task's number, the assignment, the revision.
pub type Place = (i64, String, i64);

/// Where a walk begins.
pub fn start() -> Place {
    (i64::MIN, String::new(), 0)
}

/// An annotation that was not taken back or sent back, sealed.
pub struct Given {
    /// Number of its task.
    pub number: i64,
    /// Its task.
    pub task: TaskId,
    /// The batch that the task came in.
    pub batch: BatchId,
    /// Whether the task is gold.
    pub gold: bool,
    /// Whether it is the first of its assignment: not one that was sent back and mended.
    pub first: bool,
    /// Which.
    pub annotation: AnnotationId,
    /// Whose.
    pub person: PersonId,
    /// The schema it was answered under.
    pub schema: SchemaId,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When it was submitted.
    pub at: Micros,
    place: Place,
    row: String,
    answers: Sealed,
    body: Option<Sealed>,
}

impl Given {
    /// The answers as submitted.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open("annotation", &self.row, &self.answers)
    }

    /// The task's row, where it was read too.
    pub fn open_body(&self, opener: &Opener) -> Result<Option<Vec<u8>>, Error> {
        let body = self.body.as_ref();
        body.map(|body| opener.open(crate::work::tasks::CONTENT, &self.task.to_string(), body)).transpose()
    }

    /// Where the walk goes on after it.
    pub fn place(&self) -> Place {
        self.place.clone()
    }
}

/// The next annotations after `after`, in order of task, at most `limit`; with the tasks' rows if `bodies` says so.
pub async fn range(
    on: &mut Read,
    project: ProjectId,
    after: &Place,
    limit: u32,
    bodies: bool,
) -> Result<Vec<Given>, Error> {
    let plain = "select n.task_no, n.task_id, t.lane, n.id, n.person_id, n.schema_id, n.active_ms, n.submitted_us, n.assignment_id, n.revision, n.answers_sealed, t.batch_id
           from task t cross join annotation n
          where t.project_id = $1 and t.no >= $2 and n.task_no = t.no
            and (n.task_no, n.assignment_id, n.revision) > ($2, $3, $4)
            and n.state in ('accepted', 'fixed', 'in_review')
          order by n.task_no, n.assignment_id, n.revision
          limit $5";
    let with_bodies = "select n.task_no, n.task_id, t.lane, n.id, n.person_id, n.schema_id, n.active_ms, n.submitted_us, n.assignment_id, n.revision, n.answers_sealed, t.batch_id, c.body_sealed
           from task t cross join annotation n cross join task_content c
          where t.project_id = $1 and t.no >= $2 and n.task_no = t.no and c.task_no = t.no
            and (n.task_no, n.assignment_id, n.revision) > ($2, $3, $4)
            and n.state in ('accepted', 'fixed', 'in_review')
          order by n.task_no, n.assignment_id, n.revision
          limit $5";
    let sql = if bodies { with_bodies } else { plain };
    let rows = on.q(sql, vals![project, after.0, &after.1, after.2, limit]).await?;
    let given = |row: &crate::Row| {
        let assignment: AssignmentId = row.id(8)?;
        Ok(Given {
            number: row.int(0)?,
            task: row.id(1)?,
            batch: row.id(11)?,
            gold: row.int(2)? == GOLD_LANE,
            first: row.int(9)? == 1,
            annotation: row.id(3)?,
            person: row.id(4)?,
            schema: row.id(5)?,
            active_ms: row.int(6)?,
            at: row.at(7)?,
            place: (row.int(0)?, assignment.to_string(), row.int(9)?),
            row: row.text(3)?.to_owned(),
            answers: row.sealed(10)?,
            body: if bodies { Some(row.sealed(12)?) } else { None },
        })
    };
    rows.iter().map(given).collect()
}

/// Whether tasks of a project come with answers of models, in their rows.
pub async fn judged(on: &mut Read, project: ProjectId) -> Result<bool, Error> {
    let row = on.one("select judged_us from project where id = $1", vals![project]).await?;
    row.map_or(Ok(false), |row| Ok(row.opt_at(0)?.is_some()))
}

/// What a project took so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spent {
    /// Tasks that are done.
    pub done: i64,
    /// Answers, reviews (those that measure included) and decisions.
    pub answers: i64,
    /// Reviews.
    pub reviews: i64,
    /// Decisions.
    pub decisions: i64,
    /// Milliseconds of work on all of these.
    pub active_ms: i64,
    /// Price of one answer.
    pub price: Option<Price>,
}

/// What a project says an answer costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// In 1/10,000 of the unit of the currency.
    pub per_10000: i64,
    /// Three letters.
    pub currency: String,
}

/// The price a project states.
pub async fn price(tx: &mut Tx, project: ProjectId) -> Result<Option<Price>, Error> {
    let row = tx.one("select price_per_10000, price_currency from project where id = $1", vals![project]).await?;
    row.map_or(Ok(None), |row| read_price(&row, 0))
}

fn read_price(row: &crate::Row, at: usize) -> Result<Option<Price>, Error> {
    let (Some(per_10000), Some(currency)) = (row.opt_int(at)?, row.opt_text(at + 1)?) else { return Ok(None) };
    Ok(Some(Price { per_10000, currency: currency.to_owned() }))
}

/// Sets it; `None` takes it away.
pub async fn set_price(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    price: Option<&Price>,
) -> Result<(), Error> {
    clearance.within(tx)?;
    let sql = "update project set price_per_10000 = $1, price_currency = $2 where id = $3 and client_id = $4";
    let (per_10000, currency) = (price.map(|price| price.per_10000), price.map(|price| price.currency.as_str()));
    tx.exec(sql, vals![per_10000, currency, project, clearance.client()]).await?;
    Ok(())
}

/// What a project took so far, everything included. Cost: linear in all of it.
pub async fn spent(on: &mut Read, project: ProjectId) -> Result<Spent, Error> {
    let sql = "select (select count(*) from task t where t.project_id = p.id and t.state = 'done'),
                      (select count(*) from annotation n where n.project_id = p.id),
                      (select count(*) from review r where r.project_id = p.id) + (select count(*) from review_measure m where m.project_id = p.id),
                      (select count(*) from adjudication d where d.project_id = p.id),
                      (select cast(coalesce(sum(n.active_ms), 0) as bigint) from annotation n where n.project_id = p.id)
                    + (select cast(coalesce(sum(r.active_ms), 0) as bigint) from review r where r.project_id = p.id)
                    + (select cast(coalesce(sum(m.active_ms), 0) as bigint) from review_measure m where m.project_id = p.id)
                    + (select cast(coalesce(sum(d.active_ms), 0) as bigint) from adjudication d where d.project_id = p.id),
                      p.price_per_10000, p.price_currency
                 from project p where p.id = $1";
    let Some(row) = on.one(sql, vals![project]).await? else { return Ok(Spent::default()) };
    Ok(Spent {
        done: row.int(0)?,
        answers: row.int(1)?,
        reviews: row.int(2)?,
        decisions: row.int(3)?,
        active_ms: row.int(4)?,
        price: read_price(&row, 5)?,
    })
}

/// A review, sealed.
pub struct Reviewed {
    /// What was reviewed.
    pub annotation: AnnotationId,
    /// The task.
    pub task: TaskId,
    /// The batch that the task came in.
    pub batch: BatchId,
    /// Who was reviewed.
    pub author: PersonId,
    /// Who reviewed.
    pub reviewer: PersonId,
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// Whether the task is gold.
    pub gold: bool,
    /// Whether what was reviewed is the first annotation of its assignment.
    pub first: bool,
    /// Whether it was drawn for review, at random: not on demand, as of whoever is on probation.
    pub drawn: bool,
    /// The schema of the annotation.
    pub schema: SchemaId,
    /// When.
    pub at: Micros,
    number: i64,
    row: String,
    body: Sealed,
}

impl Reviewed {
    /// Reasons, words and mended answers.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open("review", &self.row, &self.body)
    }

    /// Where the walk goes on after it.
    pub fn place(&self) -> (i64, String) {
        (self.number, self.row.clone())
    }
}

/// The next reviews after `after`, in order of task, at most `limit`.
pub async fn reviews(
    on: &mut Read,
    project: ProjectId,
    after: &(i64, String),
    limit: u32,
) -> Result<Vec<Reviewed>, Error> {
    let rows = on
        .q(
            "select t.no, t.id, t.lane, n.person_id, n.schema_id, r.person_id, r.verdict, r.created_us, r.id, r.body_sealed, n.id, t.batch_id, n.revision,
                    case when exists (select 1 from review_slot s where s.annotation_id = n.id and s.forced_us is not null) then 0 else 1 end
               from task t cross join annotation n cross join review r
              where t.project_id = $1 and t.no >= $2 and n.task_no = t.no and r.annotation_id = n.id
                and (t.no, r.id) > ($2, $3)
              order by t.no, r.id
              limit $4",
            vals![project, after.0, &after.1, limit],
        )
        .await?;
    let reviewed = |row: &crate::Row| {
        Ok(Reviewed {
            number: row.int(0)?,
            task: row.id(1)?,
            gold: row.int(2)? == GOLD_LANE,
            author: row.id(3)?,
            schema: row.id(4)?,
            reviewer: row.id(5)?,
            verdict: row.text(6)?.to_owned(),
            at: row.at(7)?,
            row: row.text(8)?.to_owned(),
            body: row.sealed(9)?,
            annotation: row.id(10)?,
            batch: row.id(11)?,
            first: row.int(12)? == 1,
            drawn: row.int(13)? > 0,
        })
    };
    rows.iter().map(reviewed).collect()
}

/// Known answers of one gold task, sealed.
pub struct Known {
    /// The task.
    pub task: TaskId,
    answers: Sealed,
}

impl Known {
    /// The answers that count as right, as JSON text.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(crate::work::tasks::GOLD, &self.task.to_string(), &self.answers)
    }
}

/// The gold of a project, at most 100,000. For the server's own scoring: an opener that opens it is the server's.
pub async fn gold(on: &mut Read, project: ProjectId) -> Result<Vec<Known>, Error> {
    let rows = on
        .q(
            "select g.task_id, g.answers_sealed
               from task t cross join gold g
              where t.project_id = $1 and t.lane = $2 and g.task_id = t.id
              order by t.no
              limit 100000",
            vals![project, GOLD_LANE],
        )
        .await?;
    rows.iter().map(|row| Ok(Known { task: row.id(0)?, answers: row.sealed(1)? })).collect()
}
