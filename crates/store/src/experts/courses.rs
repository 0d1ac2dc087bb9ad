//! Qualification courses: what one asks, the attempts that were graded, and how far somebody is in one.

use crate::{Error, Row, Tx, custody::clearance::Clearance, tx::Read, vals, work::GOLD_LANE};
use vouchsafe_domain::{
    experts::{
        course::{Attempt, Course},
        eligibility::Qualified,
    },
    ids::{AssignmentId, ClientId, PersonId, ProjectId},
};

/// What a course's row says, in the order in which [`read_course`] takes it; all null where a project is none.
pub(crate) fn read_course(row: &Row, from: usize) -> Result<Option<Course>, Error> {
    let (Some(tasks), Some(pass), Some(attempts)) =
        (row.opt_int(from)?, row.opt_int(from + 1)?, row.opt_int(from + 2)?)
    else {
        return Ok(None);
    };
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Some(Course {
        tasks: count(tasks),
        pass_per_10000: count(pass),
        attempts: count(attempts),
        valid_us: row.opt_int(from + 3)?,
    }))
}

/// Makes a project a course, or changes it; `None` makes it an ordinary project again.
pub async fn set(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    project: ProjectId,
    course: Option<&Course>,
) -> Result<(), Error> {
    clearance.within(tx)?;
    tx.exec(
        "update project set course_tasks = $1, course_pass_per_10000 = $2, course_attempts = $3, course_valid_us = $4
          where id = $5 and client_id = $6",
        vals![
            course.map(|course| course.tasks),
            course.map(|course| course.pass_per_10000),
            course.map(|course| course.attempts),
            course.and_then(|course| course.valid_us),
            project,
            clearance.client()
        ],
    )
    .await?;
    Ok(())
}

/// What a project asks as a course, outside a transaction.
pub async fn of(on: &mut Read, project: ProjectId) -> Result<Option<Course>, Error> {
    let sql = "select course_tasks, course_pass_per_10000, course_attempts, course_valid_us from project where id = $1";
    on.one(sql, vals![project]).await?.map_or(Ok(None), |row| read_course(&row, 0))
}

/// Whose a course is; `None` where there is no such course.
pub async fn owner(tx: &mut Tx, project: ProjectId) -> Result<Option<ClientId>, Error> {
    let sql = "select client_id from project where id = $1 and course_tasks is not null";
    tx.one(sql, vals![project]).await?.map(|row| row.id(0)).transpose()
}

/// How many gold tasks a project has.
pub async fn gold(tx: &mut Tx, project: ProjectId) -> Result<i64, Error> {
    let sql = "select count(*) from task where project_id = $1 and lane = $2";
    tx.one(sql, vals![project, GOLD_LANE]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Somebody's way through a course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Tasks he answered.
    pub submitted: u32,
    /// Tasks he has and did not answer yet, a lapsed lease among them: it is his to finish.
    pub held: Vec<AssignmentId>,
}

/// How far somebody is in a course. One probe for each of its tasks.
pub async fn taken(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<Taken, Error> {
    let rows = tx
        .q(
            "select a.id, a.state
               from task t cross join assignment a
              where t.project_id = $1 and t.lane = $2 and a.task_no = t.no and a.person_id = $3 and a.step = 'label'
              order by a.leased_us, a.id",
            vals![project, GOLD_LANE, person],
        )
        .await?;
    let mut taken = Taken::default();
    for row in rows {
        match row.text(1)? {
            "submitted" => taken.submitted += 1,
            "leased" | "returned" | "lapsed" => taken.held.push(row.id(0)?),
            _ => {}
        }
    }
    Ok(taken)
}

fn read_attempt(row: &Row) -> Result<(PersonId, Attempt), Error> {
    let attempt = Attempt {
        number: row.count(1)?,
        right_per_10000: row.count(2)?,
        passed: row.flag(3)?,
        graded_at: row.at(4)?,
        expires_at: row.opt_at(5)?,
    };
    Ok((row.id(0)?, attempt))
}

/// Somebody's attempts at a course, in their order.
pub async fn attempts(tx: &mut Tx, project: ProjectId, person: PersonId) -> Result<Vec<Attempt>, Error> {
    let sql = "select person_id, attempt, right_per_10000, passed_us, graded_us, expires_us
                 from course_attempt where project_id = $1 and person_id = $2 order by attempt";
    let rows = tx.q(sql, vals![project, person]).await?;
    rows.iter().map(|row| read_attempt(row).map(|(_, attempt)| attempt)).collect()
}

/// Everybody's attempts at a course, by person and in their order, at most 100,000.
pub async fn of_project(on: &mut Read, project: ProjectId) -> Result<Vec<(PersonId, Attempt)>, Error> {
    let sql = "select person_id, attempt, right_per_10000, passed_us, graded_us, expires_us
                 from course_attempt where project_id = $1 order by person_id, attempt limit 100000";
    on.q(sql, vals![project]).await?.iter().map(read_attempt).collect()
}

/// As [`of_project`], in a transaction, the newest first and at most 1,000.
pub async fn newest(tx: &mut Tx, project: ProjectId) -> Result<Vec<(PersonId, Attempt)>, Error> {
    let sql = "select person_id, attempt, right_per_10000, passed_us, graded_us, expires_us
                 from course_attempt where project_id = $1 order by graded_us desc, person_id, attempt desc limit 1000";
    tx.q(sql, vals![project]).await?.iter().map(read_attempt).collect()
}

/// Keeps a graded attempt. What he may work on follows from a pass at once. False where it was graded before.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    (project, person): (ProjectId, PersonId),
    attempt: &Attempt,
) -> Result<bool, Error> {
    clearance.within(tx)?;
    let changed = tx
        .exec(
            "insert into course_attempt (project_id, person_id, attempt, client_id, right_per_10000, passed_us, graded_us, expires_us)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (project_id, person_id, attempt) do nothing",
            vals![
                project,
                person,
                attempt.number,
                clearance.client(),
                attempt.right_per_10000,
                attempt.passed.then_some(attempt.graded_at),
                attempt.graded_at,
                attempt.expires_at
            ],
        )
        .await?;
    if changed == 1 && attempt.passed {
        let sql = "update person set facts_version = facts_version + 1 where id = $1 or merged_into = $1";
        tx.exec(sql, vals![person]).await?;
    }
    Ok(changed == 1)
}

/// The courses somebody passed and until when each counts; past ones too, at most 1,000.
pub async fn passed(tx: &mut Tx, person: PersonId) -> Result<Vec<Qualified>, Error> {
    let sql = "select project_id, expires_us from course_attempt
                where person_id = $1 and passed_us is not null order by graded_us desc, project_id limit 1000";
    let rows = tx.q(sql, vals![person]).await?;
    rows.iter()
        .map(|row| Ok(Qualified { course: row.id(0)?, expires_at: row.opt_at(1)? }))
        .collect::<Result<_, Error>>()
}

/// Two persons turned out to be one: what either tried counts, and where both tried, what `to` did.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec(
        "update course_attempt set person_id = $1
          where person_id = $2
            and not exists (select 1 from course_attempt o where o.project_id = course_attempt.project_id and o.person_id = $1)",
        vals![to, from],
    )
    .await?;
    Ok(())
}
