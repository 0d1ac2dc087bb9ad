//! Reviews that measure reviewers: they stand in the queue like every other, and what they decide changes nothing.

use crate::{
    Error, Pending, Tx,
    custody::clearance::Clearance,
    seal::Sealed,
    tx::Read,
    vals,
    work::{
        queue::{self, REVIEW_LANE},
        reviews::NewReview,
    },
};
use std::str::FromStr;
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, PersonId, ProjectId, TaskId},
    time::Micros,
};

const TABLE: &str = "review_measure";
/// Most measuring reviews of a project that are read.
pub const MEASURED_MAX: usize = 200_000;

/// What a review measures by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measures {
    /// What somebody else decided about the same annotation.
    Second,
    /// An answer to gold, of which it is known whether it is right.
    Gold,
}

impl Measures {
    /// The word in rows and ledger.
    pub fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Gold => "gold",
        }
    }
}

/// The text names nothing that measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of `second`, `gold`")]
pub struct UnknownMeasure;

impl FromStr for Measures {
    type Err = UnknownMeasure;
    fn from_str(text: &str) -> Result<Self, UnknownMeasure> {
        [Self::Second, Self::Gold].into_iter().find(|one| one.word() == text).ok_or(UnknownMeasure)
    }
}

/// How many of 10,000 are reviewed to measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// Of decided annotations, by somebody else once more.
    pub second: u32,
    /// Of accepted answers to gold.
    pub gold: u32,
}

const RATES: &str = "select second_review_per_10000, reviewed_gold_per_10000 from project where id = $1";

fn read_rates(row: Option<crate::Row>) -> Result<Rates, Error> {
    row.map_or(Ok(Rates::default()), |row| Ok(Rates { second: row.count(0)?, gold: row.count(1)? }))
}

/// The rates of a project.
pub async fn rates(tx: &mut Tx, project: ProjectId) -> Result<Rates, Error> {
    read_rates(tx.one(RATES, vals![project]).await?)
}

/// As [`rates`], outside a transaction.
pub async fn rates_of(on: &mut Read, project: ProjectId) -> Result<Rates, Error> {
    read_rates(on.one(RATES, vals![project]).await?)
}

/// Sets them.
pub async fn set_rates(tx: &mut Tx, clearance: &Clearance<'_>, project: ProjectId, rates: Rates) -> Result<(), Error> {
    clearance.within(tx)?;
    let sql = "update project set second_review_per_10000 = $1, reviewed_gold_per_10000 = $2 where id = $3 and client_id = $4";
    tx.exec(sql, vals![rates.second, rates.gold, project, clearance.client()]).await?;
    Ok(())
}

/// What the present review of an annotation measures, if it does, and the share of reviews that get a second one.
pub async fn of_slot(
    tx: &mut Tx,
    project: ProjectId,
    annotation: AnnotationId,
) -> Result<(Option<Measures>, u32), Error> {
    let sql = "select s.measures, p.second_review_per_10000
                 from project p left join review_slot s on s.annotation_id = $2
                where p.id = $1";
    let row = tx.one(sql, vals![project, annotation]).await?;
    row.map_or(Ok((None, 0)), |row| Ok((row.opt_id(0)?, row.count(1)?)))
}

/// Puts an annotation that was just decided before somebody else than who decided it.
pub async fn open_second(
    tx: &mut Tx,
    project: ProjectId,
    annotation: AnnotationId,
    decided_by: PersonId,
) -> Result<(), Error> {
    let pos = queue::reserve(tx, project, REVIEW_LANE, 1).await?;
    let sql = "update review_slot set pos = $1, open_slots = 1, measures = 'second', not_person_id = $2 where annotation_id = $3";
    tx.exec(sql, vals![pos, decided_by, annotation]).await?;
    Ok(())
}

/// An answer to gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoldAnswer {
    /// Which.
    pub annotation: AnnotationId,
    /// To which task.
    pub task: TaskId,
    /// The task's number.
    pub number: i64,
    /// Whose.
    pub author: PersonId,
    /// When.
    pub at: Micros,
}

/// Puts answers to gold before reviewers; each once, and none that a reviewer has or had. Returns how many.
pub async fn open_gold(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    answers: &[GoldAnswer],
) -> Result<usize, Error> {
    clearance.within(tx)?;
    if answers.is_empty() {
        return Ok(0);
    }
    let first = queue::reserve(tx, project, REVIEW_LANE, answers.len()).await?;
    let sql = "insert into review_slot (annotation_id, task_id, task_no, project_id, author_person_id, pos, open_slots, measures)
               values ($1, $2, $3, $4, $5, $6, 1, 'gold')
               on conflict (annotation_id) do nothing";
    let rows: Vec<[crate::Val<'_>; 6]> = (first..)
        .zip(answers)
        .map(|(pos, one)| {
            [one.annotation.into(), one.task.into(), one.number.into(), project.into(), one.author.into(), pos.into()]
        })
        .collect();
    let changed = tx.exec_each(sql, &rows).await?;
    Ok(changed.into_iter().filter(|n| *n == 1).count())
}

/// Keeps what a measuring review said.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    new: &NewReview<'_>,
    measures: Measures,
) -> Result<(), Error> {
    let sealed = clearance.seal(tx, TABLE, &new.of.id.to_string(), new.body)?;
    tx.exec(
        "insert into review_measure (assignment_id, annotation_id, task_id, task_no, project_id, client_id, member_id, person_id, measures, verdict,
                                     body_sealed, active_ms, created_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        vals![
            new.of.id,
            new.annotation,
            new.of.task,
            new.of.task_no,
            new.of.project,
            new.of.client,
            new.of.member,
            new.of.person,
            measures.word(),
            new.verdict,
            sealed,
            new.active_ms,
            new.at
        ],
    )
    .await?;
    Ok(())
}

/// What a reviewer said in a measuring review.
pub struct Said {
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// When.
    pub at: Micros,
    row: String,
    body: Sealed,
}

impl Said {
    /// Reasons, words and mended answers, on their way to him.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<Vec<u8>>, Error> {
        clearance.pending(tx, TABLE, &self.row, self.body.clone())
    }
}

/// What was said under a review assignment, if it measured.
pub async fn said(tx: &mut Tx, assignment: AssignmentId) -> Result<Option<Said>, Error> {
    let sql = "select verdict, created_us, assignment_id, body_sealed from review_measure where assignment_id = $1";
    let row = tx.one(sql, vals![assignment]).await?;
    row.map(|row| {
        Ok(Said { verdict: row.text(0)?.into(), at: row.at(1)?, row: row.text(2)?.into(), body: row.sealed(3)? })
    })
    .transpose()
}

/// A measuring review without its words.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Of which annotation.
    pub annotation: AnnotationId,
    /// Who reviewed.
    pub reviewer: PersonId,
    /// By what it measures.
    pub measures: Measures,
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// When.
    pub at: Micros,
}

/// The measuring reviews of a project, oldest first, at most [`MEASURED_MAX`].
pub async fn of_project(on: &mut Read, project: ProjectId) -> Result<Vec<Measured>, Error> {
    let sql = "select annotation_id, person_id, measures, verdict, created_us
                 from review_measure where project_id = $1 order by created_us, assignment_id limit 200000";
    let rows = on.q(sql, vals![project]).await?;
    let read = |row: &crate::Row| {
        Ok(Measured {
            annotation: row.id(0)?,
            reviewer: row.id(1)?,
            measures: row.id(2)?,
            verdict: row.text(3)?.into(),
            at: row.at(4)?,
        })
    };
    rows.iter().map(read).collect()
}
