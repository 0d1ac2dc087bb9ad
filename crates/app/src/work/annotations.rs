//! Annotations for those who run a project: which there are, and letting a late one count.

use super::{projects::gate_for, submit::settle_task};
use crate::{
    App, Asker, Error,
    custody::absent,
    page::{Cursor, Page},
};
use serde::Serialize;
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{AnnotationId, AssignmentId, ProjectId, TaskId},
    work::assignment::{AnnotationState, State, drawn},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::clear,
    work::{
        annotations::{self, listed},
        assignments, queue,
    },
};

/// An annotation as a list shows it: nothing of its answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnnotationListed {
    /// Its id.
    pub id: String,
    /// Of which task.
    pub task: String,
    /// Whether that task is gold.
    pub gold: bool,
    /// The author's pseudonym toward this client.
    pub author: String,
    /// Which revision.
    pub revision: i64,
    /// `in_review`, `accepted`, `fixed`, `returned`, `late` or `superseded`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When it came, RFC 3339.
    pub submitted_at: String,
    /// When somebody decided it, RFC 3339.
    pub decided_at: Option<String>,
}

/// Where an annotation stands after it was admitted.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Admitted {
    /// `accepted`, or `in_review` where the project's share of reviews drew it.
    #[schema(value_type = String)]
    pub state: &'static str,
}

impl App {
    /// The annotations of a project, oldest first; with `late` only those that came after their slot was taken.
    pub async fn list_annotations(
        &self,
        asker: &Asker,
        project: ProjectId,
        late: bool,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<AnnotationListed>, Error> {
        let cursor = Cursor::parse(after)?;
        let mut tx = self.store.write("list_annotations").await?;
        let (_, clearance) = gate_for(&mut tx, asker, project, Need::Operate).await?;
        let mut on = self.store.read().await?;
        let rows = if late {
            listed::late(&mut on, project, cursor.key(), limit + 1).await?
        } else {
            listed::of_project(&mut on, project, cursor.key(), limit + 1).await?
        };
        let page = Page::of(rows, limit, |row| (row.submitted_at.0, row.id.to_string())).map(|row| AnnotationListed {
            id: row.id.to_string(),
            task: row.task.to_string(),
            gold: row.gold,
            author: clearance.pseudonym(row.person),
            revision: row.revision,
            state: row.state.word(),
            active_ms: row.active_ms,
            submitted_at: row.submitted_at.to_string(),
            decided_at: row.decided_at.map(|at| at.to_string()),
        });
        tx.abandon().await?;
        Ok(page)
    }

    /// Lets a late annotation count, beyond the task's overlap where its slots are gone. The task is settled anew.
    pub async fn admit_annotation(&self, asker: &Asker, task: TaskId, id: AnnotationId) -> Result<Admitted, Error> {
        let now = self.now();
        let mut tx = self.store.write("admit_annotation").await?;
        let place = listed::place(&mut tx, task, id).await?;
        let (task_no, assignment) = place.unwrap_or((0, AssignmentId(uuid::Uuid::nil())));
        let of = absent::found(assignments::get(&mut tx, assignment).await?, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, of.client, Need::Operate, true).await?;
        let reviewed = drawn(super::submit::draw(id), of.review_per_10000);
        let to = if reviewed { AnnotationState::InReview } else { AnnotationState::Accepted };
        if !annotations::decide(&mut tx, (task_no, id), AnnotationState::Late, to, now).await? {
            return Err(Error::state("not_late", "this annotation is not late, or was admitted before"));
        }
        let others = annotations::of_task(&mut tx, task_no).await?.into_iter().filter(|other| other.id != id);
        if others.filter(|other| other.person == of.person).any(|other| other.counts() || other.waits()) {
            return Err(Error::state(
                "counted_once",
                "another answer of this person to this task counts already, or is in review",
            ));
        }
        if !assignments::move_on(&mut tx, assignment, State::Lapsed, State::Submitted, now).await? {
            return Err(Error::state("taken_up", "its author has taken the task up again; what he submits now counts"));
        }
        // Where a slot is still free it is taken, so that nobody answers what is answered now.
        queue::take_again(&mut tx, task).await?;
        if reviewed {
            let forced = (!drawn(super::submit::draw(id), of.drawn_per_10000)).then_some(now);
            queue::open_review(&mut tx, of.project, (task, task_no), id, of.person, forced).await?;
        }
        settle_task(&mut tx, &of, now).await?;
        listed::unsettle(&mut tx, task, now).await?;
        let entry = super::submit::entry(&clearance, Act::AnnotationAdmitted, &of, now)
            .because("review", i64::from(reviewed))
            .of("annotation", id.to_string());
        tx.commit([entry]).await?;
        Ok(Admitted { state: to.word() })
    }
}
