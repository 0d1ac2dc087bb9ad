//! Qualification courses: a project whose gold alone is given out, in attempts of so many tasks. Who passes is qualified for
//! a while, and pools may ask for it.

use super::eligible::eligible;
use crate::{
    App, Asker, Error,
    access::sessions::ClientFace,
    custody::absent,
    error::FieldError,
    work::{projects::gate_for, show_project::need_to_see},
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{
    access::role::Role,
    custody::gate::Need,
    experts::{
        course::{ATTEMPTS_MAX, Attempt, Course, Next, TASKS_MAX, VALID_DAYS_MAX},
        eligibility::Eligibility,
    },
    ids::{ClientId, ProjectId},
    time::Micros,
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::clear,
        clients,
        disclosed::{Going, Object},
    },
    experts::courses::{self, Taken},
    work::{
        projects::{self, Gate},
        schemas,
    },
};

/// What a course asks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CourseSaid {
    /// Tasks of one attempt, 1 to 200.
    pub tasks: u32,
    /// The share that must be right, over 0, up to 1.
    pub pass_mark: f64,
    /// How often somebody may try until he passes, 1 to 20.
    pub attempts: u32,
    /// For how many days a pass counts, up to 3,650; without it for good.
    #[serde(default)]
    pub valid_days: Option<u32>,
}

impl CourseSaid {
    fn of(course: &Course) -> Self {
        Self {
            tasks: course.tasks,
            pass_mark: f64::from(course.pass_per_10000) / 10_000.0,
            attempts: course.attempts,
            valid_days: course.valid_us.and_then(|valid| u32::try_from(valid / Micros::DAY).ok()),
        }
    }

    fn check(&self) -> Result<Course, Error> {
        let rules = [
            ("/tasks", (1..=TASKS_MAX).contains(&self.tasks), format!("must be 1 to {TASKS_MAX}")),
            ("/pass_mark", self.pass_mark > 0.0 && self.pass_mark <= 1.0, "must be over 0, up to 1".into()),
            ("/attempts", (1..=ATTEMPTS_MAX).contains(&self.attempts), format!("must be 1 to {ATTEMPTS_MAX}")),
            (
                "/valid_days",
                self.valid_days.is_none_or(|days| (1..=VALID_DAYS_MAX).contains(&days)),
                format!("must be 1 to {VALID_DAYS_MAX}"),
            ),
        ];
        let broken: Vec<FieldError> = rules
            .into_iter()
            .filter(|(_, holds, _)| !holds)
            .map(|(path, _, rule)| FieldError { path: path.into(), rule })
            .collect();
        if !broken.is_empty() {
            return Err(Error::Invalid(broken));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 0 to 1 above")]
        let pass_per_10000 = ((self.pass_mark * 10_000.0).round() as u32).max(1);
        let valid_us = self.valid_days.map(|days| i64::from(days) * Micros::DAY);
        Ok(Course { tasks: self.tasks, pass_per_10000, attempts: self.attempts, valid_us })
    }
}

/// A project as a course, or that it is none.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CourseChange {
    /// Null makes it an ordinary project again; what was passed still counts.
    pub course: Option<CourseSaid>,
}

/// An attempt that was graded.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AttemptSent {
    /// Who, by pseudonym toward the client; null where it is the caller.
    pub person: Option<String>,
    /// From 1.
    pub number: u32,
    /// The share that was right.
    pub right: f64,
    /// Whether that was enough.
    pub passed: bool,
    /// When it was graded, RFC 3339.
    pub graded_at: String,
    /// When a pass ends, RFC 3339; null never.
    pub expires_at: Option<String>,
    /// Whether it qualifies now.
    pub counts: bool,
}

impl AttemptSent {
    fn of(attempt: &Attempt, person: Option<String>, now: Micros) -> Self {
        Self {
            person,
            number: attempt.number,
            right: f64::from(attempt.right_per_10000) / 10_000.0,
            passed: attempt.passed,
            graded_at: attempt.graded_at.to_string(),
            expires_at: attempt.expires_at.map(|at| at.to_string()),
            counts: attempt.counts(now),
        }
    }
}

/// How somebody stands in a course.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnCourse {
    /// Whose course it is.
    pub client: ClientFace,
    /// What it asks.
    pub course: CourseSaid,
    /// `go_on`, `held` (what is left of the attempt he has already), `waits` (for its grade), `passed` or `spent`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// The attempt under way, from 1; null where none is.
    pub attempt: Option<u32>,
    /// Tasks of it that he answered.
    pub done: u32,
    /// Tasks that he has and did not answer yet.
    pub held: Vec<String>,
    /// Attempts that were graded, newest first.
    pub attempts: Vec<AttemptSent>,
}

/// A course as whoever runs or watches it sees it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CourseFound {
    /// What it asks; null where the project is no course.
    pub course: Option<CourseSaid>,
    /// Gold tasks that it has.
    pub gold_tasks: i64,
    /// Attempts that were graded, newest first, at most 1,000.
    pub attempts: Vec<AttemptSent>,
}

/// What comes next for somebody in a course.
pub(crate) async fn next(
    tx: &mut Tx,
    gate: &Gate,
    course: &Course,
    asker: &Asker,
    now: Micros,
) -> Result<(Next, Taken, Vec<Attempt>), Error> {
    let attempts = courses::attempts(tx, gate.project, asker.person).await?;
    let taken = courses::taken(tx, gate.project, asker.person).await?;
    let held = u32::try_from(taken.held.len()).unwrap_or(u32::MAX);
    Ok((course.next((taken.submitted, held), &attempts, now), taken, attempts))
}

/// Refuses a task where none is due.
pub(crate) async fn due(tx: &mut Tx, gate: &Gate, asker: &Asker, now: Micros) -> Result<(), Error> {
    let Some(course) = &gate.course else { return Ok(()) };
    match next(tx, gate, course, asker, now).await?.0 {
        Next::GoOn { .. } => Ok(()),
        Next::Held => {
            Err(Error::state("course_held", "you have what is left of this attempt already; finish it first"))
        }
        Next::Waits => Err(Error::state("course_waits", "this attempt is done; its result comes within a minute")),
        Next::Passed => Err(Error::state("course_passed", "you passed this course, and it counts")),
        Next::Spent => Err(Error::state("course_spent", "no attempt at this course is left to you")),
    }
}

/// Refuses a pool that asks for a course of another client, or for none.
pub(crate) async fn known(tx: &mut Tx, pool: &Eligibility, client: ClientId) -> Result<(), Error> {
    for course in pool.courses() {
        if courses::owner(tx, course).await? != Some(client) {
            return Err(Error::invalid("/pool", format!("`{course}` is no course of this client")));
        }
    }
    Ok(())
}

impl App {
    /// Makes a project a course, changes it, or makes it an ordinary project again.
    pub async fn set_course(&self, asker: &Asker, project: ProjectId, change: &CourseChange) -> Result<(), Error> {
        let course = change.course.map(|said| said.check()).transpose()?;
        let now = self.now();
        let mut tx = self.store.write("set_course").await?;
        projects::lock(&mut tx, project).await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        if course.is_some() {
            let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
            if !schema.questions().iter().any(crate::quality::compares) {
                return Err(Error::state(
                    "nothing_to_grade",
                    "no question of this schema has answers that can be compared with known ones",
                ));
            }
        }
        courses::set(&mut tx, &clearance, project, course.as_ref()).await?;
        let entry = clearance
            .entry(Act::CourseSet, now)
            .of("project", project.to_string())
            .of("tasks", course.map(|course| course.tasks))
            .of("pass_per_10000", course.map(|course| course.pass_per_10000))
            .of("attempts", course.map(|course| course.attempts))
            .of("valid_days", change.course.and_then(|course| course.valid_days));
        tx.commit([entry]).await?;
        Ok(())
    }

    /// How the caller stands in a course.
    pub async fn own_course(&self, asker: &Asker, project: ProjectId) -> Result<OwnCourse, Error> {
        if !matches!(asker.role, Role::Expert | Role::Reviewer) {
            return Err(Error::NotFound);
        }
        let now = self.now();
        let mut tx = self.store.write("own_course").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let eligible = eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Label, eligible).await?;
        let course = gate.course.ok_or(Error::NotFound)?;
        let (next, taken, attempts) = next(&mut tx, &gate, &course, asker, now).await?;
        let (attempt, done) = match next {
            Next::GoOn { attempt, done } => (Some(attempt), done),
            _ => (None, 0),
        };
        let face = clients::face(&mut tx, &clearance).await?;
        let client = clearance.client().to_string();
        let sent = OwnCourse {
            client: ClientFace { id: client, code_name: face.code_name.clone(), colour: face.colour },
            course: CourseSaid::of(&course),
            state: next.word(),
            attempt,
            done,
            held: taken.held.iter().map(ToString::to_string).collect(),
            attempts: attempts.iter().rev().map(|attempt| AttemptSent::of(attempt, None, now)).collect(),
        };
        let mut going = Going::default();
        let text = serde_json::to_vec(&sent).unwrap_or_default();
        going.known("course", &clearance.content_hash(&text), text.len());
        let object = Object::changing("project", &project);
        let act = (Act::QualitySent, now);
        let entry = clearance.sent(&mut tx, act, "GET /projects/{project}/course/own", object, going).await?;
        tx.commit([entry]).await?;
        Ok(sent)
    }

    /// A course with its results.
    pub async fn course(&self, asker: &Asker, project: ProjectId) -> Result<CourseFound, Error> {
        let (need, now) = (need_to_see(asker.role)?, self.now());
        let mut tx = self.store.write("course").await?;
        let (gate, clearance) = gate_for(&mut tx, asker, project, need).await?;
        let attempts = courses::newest(&mut tx, project).await?;
        let attempt = |(person, attempt)| AttemptSent::of(&attempt, Some(clearance.pseudonym(person)), now);
        let sent = CourseFound {
            course: gate.course.as_ref().map(CourseSaid::of),
            gold_tasks: courses::gold(&mut tx, project).await?,
            attempts: attempts.into_iter().map(attempt).collect(),
        };
        let mut going = Going::default();
        let text = serde_json::to_vec(&sent).unwrap_or_default();
        going.known("course", &clearance.content_hash(&text), text.len());
        let object = Object::changing("project", &project);
        let act = (Act::QualitySent, now);
        let entry = clearance.sent(&mut tx, act, "GET /projects/{project}/course", object, going).await?;
        tx.commit([entry]).await?;
        Ok(sent)
    }
}
