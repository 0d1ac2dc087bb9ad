//! What a release is built from, read a range at a time from one snapshot, still sealed.
//!
//! Four statements a range, whatever its length; nothing is read row by row. A task is part of it when it is done and
//! its consensus is that of its present answers.

use crate::{Error, custody::opener::Opener, seal::Sealed, tx::Read, vals};
use std::collections::HashMap;
use vouchsafe_domain::{
    ids::{AnnotationId, AssignmentId, BatchId, ClientId, GuidelineId, PersonId, ProjectId, SchemaId, TaskId},
    time::Micros,
};

/// How much a release will hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Tasks.
    pub tasks: u64,
    /// Bytes of their rows, as they came.
    pub bytes: u64,
    /// When the last of them was done.
    pub done_until: Option<Micros>,
}

/// What is there to release. On a snapshot this is exactly what [`range`] will go through.
pub async fn extent(on: &mut Read, project: ProjectId) -> Result<Extent, Error> {
    let row = on
        .one(
            "select count(*), cast(coalesce(sum(t.bytes), 0) as bigint), max(t.done_us)
               from task t where t.project_id = $1 and t.state = 'done' and t.consensus_us is not null",
            vals![project],
        )
        .await?
        .ok_or(Error::Missing { table: "task" })?;
    let whole = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(Extent { tasks: whole(row.int(0)?), bytes: whole(row.int(1)?), done_until: row.opt_at(2)? })
}

/// Somebody who took tasks of a project, and what is known of his knowledge.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// Who, as his account names him.
    pub person: PersonId,
    /// Who he is counted as.
    pub human: PersonId,
    /// Whether a credential of his was verified and counts.
    pub credential: bool,
    /// Whether he passed a course of the client, and it counts.
    pub course: bool,
}

/// Everybody who took tasks of a project, at most 100,000.
pub async fn admitted(on: &mut Read, project: ProjectId, client: ClientId, at: Micros) -> Result<Vec<Admitted>, Error> {
    let rows = on
        .q(
            "select n.id, coalesce(n.merged_into, n.id),
                    (select count(*) from credential c
                      where c.person_id in (n.id, n.merged_into) and c.revoked_us is null and (c.expires_us is null or c.expires_us > $3)),
                    (select count(*) from course_attempt k
                      where k.person_id in (n.id, n.merged_into) and k.client_id = $2 and k.passed_us is not null
                        and (k.expires_us is null or k.expires_us > $3))
               from standing s
               join member m on m.id = s.member_id
               join person n on n.id = m.person_id
              where s.project_id = $1
              order by n.id
              limit 100000",
            vals![project, client, at],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Admitted { person: row.id(0)?, human: row.id(1)?, credential: row.int(2)? > 0, course: row.int(3)? > 0 })
        })
        .collect()
}

/// A version of a text, sealed.
pub struct Version<I> {
    /// Its id.
    pub id: I,
    /// From 1.
    pub version: u32,
    table: &'static str,
    row: String,
    body: Sealed,
}

impl<I> Version<I> {
    /// Its text.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(self.table, &self.row, &self.body)
    }
}

fn version<I: std::str::FromStr>(table: &'static str, row: &crate::Row) -> Result<Version<I>, Error> {
    Ok(Version { id: row.id(0)?, version: row.count(1)?, table, row: row.text(0)?.into(), body: row.sealed(2)? })
}

/// The versions of a project's schema, oldest first, at most 10,000.
pub async fn schemas(on: &mut Read, project: ProjectId) -> Result<Vec<Version<SchemaId>>, Error> {
    let sql = "select id, version, body_sealed from schema where project_id = $1 order by version limit 10000";
    on.q(sql, vals![project]).await?.iter().map(|row| version("schema", row)).collect()
}

/// The versions of a project's guideline, oldest first, at most 10,000.
pub async fn guidelines(on: &mut Read, project: ProjectId) -> Result<Vec<Version<GuidelineId>>, Error> {
    let sql = "select id, version, body_sealed from guideline where project_id = $1 order by version limit 10000";
    on.q(sql, vals![project]).await?.iter().map(|row| version("guideline", row)).collect()
}

/// A task of a range, sealed.
pub struct SealedTask {
    /// Which.
    pub task: TaskId,
    /// Its number, in order of coming.
    pub number: i64,
    /// When it came.
    pub created_at: Micros,
    /// Its batch.
    pub batch: BatchId,
    /// Its annotations that count, in order of coming.
    pub annotations: Vec<SealedAnnotation>,
    batch_name: Option<Sealed>,
    body: Sealed,
    consensus: Sealed,
}

/// An annotation that counts, sealed.
pub struct SealedAnnotation {
    /// Which.
    pub annotation: AnnotationId,
    /// Whose.
    pub person: PersonId,
    /// From 1.
    pub revision: u32,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// The schema it was answered under.
    pub schema: SchemaId,
    /// The guideline its author had acknowledged.
    pub guideline: GuidelineId,
    /// When it was submitted.
    pub submitted_at: Micros,
    /// What reviewers decided about it and its earlier revisions, oldest first.
    pub reviews: Vec<SealedReview>,
    row: String,
    answers: Sealed,
}

/// A review, sealed.
pub struct SealedReview {
    /// What was reviewed: this annotation, or an earlier revision of it.
    pub annotation: AnnotationId,
    /// Whose.
    pub person: PersonId,
    /// `accept`, `fix` or `return`.
    pub verdict: String,
    /// When.
    pub at: Micros,
    row: String,
    body: Sealed,
}

impl SealedTask {
    /// Sealed bytes it holds.
    pub fn bytes(&self) -> usize {
        let answers: usize = self.annotations.iter().map(|annotation| annotation.answers.0.len()).sum();
        self.body.0.len() + self.consensus.0.len() + answers
    }

    /// The task's row.
    pub fn open_body(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(crate::work::tasks::CONTENT, &self.task.to_string(), &self.body)
    }

    /// Its consensus.
    pub fn open_consensus(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open(crate::work::consensus::TABLE, &self.task.to_string(), &self.consensus)
    }

    /// The client's name of its batch.
    pub fn open_batch(&self, opener: &Opener) -> Result<Option<String>, Error> {
        let Some(name) = &self.batch_name else { return Ok(None) };
        let name = opener.open("batch", &self.batch.to_string(), name)?;
        Ok(Some(String::from_utf8_lossy(&name).into_owned()))
    }
}

impl SealedAnnotation {
    /// The answers as submitted.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open("annotation", &self.row, &self.answers)
    }
}

impl SealedReview {
    /// Reasons, words and mended answers.
    pub fn open(&self, opener: &Opener) -> Result<Vec<u8>, Error> {
        opener.open("review", &self.row, &self.body)
    }
}

/// The next `limit` tasks after the one of this number, in order of coming, with all that belongs to them.
pub async fn range(on: &mut Read, project: ProjectId, after: i64, limit: u32) -> Result<Vec<SealedTask>, Error> {
    let rows = on
        .q(
            "select t.id, t.created_us, t.batch_id, b.name_sealed, c.body_sealed, k.body_sealed, t.no
               from task t cross join task_content c cross join consensus k cross join batch b
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is not null
                and t.no > $2
                and c.task_no = t.no and k.task_no = t.no and b.id = t.batch_id
              order by t.no
              limit $3",
            vals![project, after, limit],
        )
        .await?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in rows {
        tasks.push(SealedTask {
            task: row.id(0)?,
            number: row.int(6)?,
            created_at: row.at(1)?,
            batch: row.id(2)?,
            batch_name: row.opt_sealed(3)?,
            body: row.sealed(4)?,
            consensus: row.sealed(5)?,
            annotations: Vec::new(),
        });
    }
    let Some(last) = tasks.last() else { return Ok(tasks) };
    let until = last.number;
    let mut reviews = reviews(on, project, after, until).await?;
    let rows = on
        .q(
            "select t.id, n.id, n.assignment_id, n.person_id, n.revision, n.active_ms, n.schema_id, a.guideline_id,
                    n.submitted_us, n.answers_sealed
               from task t cross join annotation n cross join assignment a
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is not null
                and t.no > $2 and t.no <= $3
                and n.task_no = t.no and n.state in ('accepted', 'fixed') and a.id = n.assignment_id
              order by t.no, n.submitted_us, n.id",
            vals![project, after, until],
        )
        .await?;
    let mut at = 0;
    for row in rows {
        let task: TaskId = row.id(0)?;
        while tasks.get(at).is_some_and(|found| found.task != task) {
            at += 1;
        }
        let Some(found) = tasks.get_mut(at) else { break };
        let assignment: AssignmentId = row.id(2)?;
        found.annotations.push(SealedAnnotation {
            annotation: row.id(1)?,
            person: row.id(3)?,
            revision: row.count(4)?,
            active_ms: row.int(5)?,
            schema: row.id(6)?,
            guideline: row.id(7)?,
            submitted_at: row.at(8)?,
            reviews: reviews.remove(&assignment).unwrap_or_default(),
            row: row.text(1)?.into(),
            answers: row.sealed(9)?,
        });
    }
    Ok(tasks)
}

async fn reviews(
    on: &mut Read,
    project: ProjectId,
    after: i64,
    until: i64,
) -> Result<HashMap<AssignmentId, Vec<SealedReview>>, Error> {
    let rows = on
        .q(
            "select n.assignment_id, r.annotation_id, r.person_id, r.verdict, r.created_us, r.id, r.body_sealed
               from task t cross join annotation n cross join review r
              where t.project_id = $1 and t.state = 'done' and t.consensus_us is not null
                and t.no > $2 and t.no <= $3
                and n.task_no = t.no and r.annotation_id = n.id
              order by t.no, r.created_us, r.id",
            vals![project, after, until],
        )
        .await?;
    let mut reviews: HashMap<AssignmentId, Vec<SealedReview>> = HashMap::new();
    for row in rows {
        reviews.entry(row.id(0)?).or_default().push(SealedReview {
            annotation: row.id(1)?,
            person: row.id(2)?,
            verdict: row.text(3)?.into(),
            at: row.at(4)?,
            row: row.text(5)?.into(),
            body: row.sealed(6)?,
        });
    }
    Ok(reviews)
}
