//! Tasks for those who run the work: lists of what is where, and one task with everything about it.

use super::{
    answered::{AnnotationSent, Answered},
    import::called,
    stored::TaskBody,
};
use crate::{
    App, Asker, Error,
    custody::absent,
    page::{Cursor, Page},
};
use serde::Serialize;
use serde_json::Value;
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{BatchId, ProjectId, TaskId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        budgets,
        clearance::clear,
        disclosed::{Going, Object, had_task},
    },
    work::{
        GOLD_LANE, annotations, schemas,
        tasks::{self, Filter},
    },
};

/// A task as a list shows it: metadata only.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TaskListed {
    /// Its id.
    pub id: String,
    /// Its batch.
    pub batch: String,
    /// `open`, `in_review` or `done`.
    pub state: String,
    /// 0 to 9; null for gold.
    pub priority: Option<i64>,
    /// Whether it is gold.
    pub gold: bool,
    /// Free slots; null for gold.
    pub open_slots: Option<i64>,
    /// Annotations submitted, late ones included.
    pub annotations: i64,
    /// Size of its row in bytes.
    pub bytes: i64,
    /// When it came, RFC 3339.
    pub created_at: String,
    /// When it was done, RFC 3339.
    pub done_at: Option<String>,
}

/// A task with its answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TaskSent {
    /// Its id.
    pub id: String,
    /// Its project.
    pub project: String,
    /// Where it stands.
    pub state: String,
    /// The client's id of it.
    pub external_id: Option<String>,
    /// The task that came before it in its project.
    pub before: Option<String>,
    /// The one that came after it.
    pub after: Option<String>,
    /// What the client wants to find it by.
    pub metadata: Value,
    /// `{fields, questions}`.
    pub schema: Value,
    /// By field, in the row's own order.
    pub content: Value,
    /// Every annotation, by pseudonym.
    pub annotations: Vec<AnnotationSent>,
}

/// Which tasks of a project are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which<'a> {
    /// `open`, `in_review` or `done`; empty for any.
    pub state: &'a str,
    /// Those of one batch.
    pub batch: Option<BatchId>,
    /// The one that the client calls so.
    pub external_id: Option<&'a str>,
}

impl<'a> From<&'a str> for Which<'a> {
    fn from(state: &'a str) -> Self {
        Self { state, ..Self::default() }
    }
}

impl App {
    /// The tasks of a project, in order of coming. Nothing of their content.
    pub async fn list_tasks<'a>(
        &self,
        asker: &Asker,
        project: ProjectId,
        which: impl Into<Which<'a>>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<TaskListed>, Error> {
        let which = which.into();
        let cursor = Cursor::parse(after)?;
        let bad = |_| Error::invalid("/after", "is not a cursor that a page gave");
        let after = after.map(|_| cursor.key().1.parse::<TaskId>().map_err(bad)).transpose()?;
        let mut tx = self.store.write("list_tasks").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Operate, true).await?;
        let only = which.external_id.map(|external| tasks::id_of(&clearance.sealer(), project, &called(external)));
        drop(tx);
        let mut on = self.store.read().await?;
        let filter = Filter { state: which.state, batch: which.batch, only };
        let rows = tasks::list(&mut on, project, filter, after, limit + 1).await?;
        Ok(Page::of(rows, limit, |row| (row.created_at.0, row.id.to_string())).map(|row| TaskListed {
            id: row.id.to_string(),
            batch: row.batch.to_string(),
            priority: (row.lane != GOLD_LANE).then_some(row.lane),
            gold: row.lane == GOLD_LANE,
            open_slots: (row.lane != GOLD_LANE).then_some(row.open_slots),
            state: row.state,
            annotations: row.annotations,
            bytes: row.bytes,
            created_at: row.created_at.to_string(),
            done_at: row.done_at.map(|at| at.to_string()),
        }))
    }

    /// Sends one task with all its answers: a disclosure.
    pub async fn task(&self, asker: &Asker, task: TaskId) -> Result<TaskSent, Error> {
        let mut tx = self.store.write("task").await?;
        let found = tasks::get(&mut tx, task).await?;
        let (found, gate) = absent::with_project(found, |found| found.project, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, found.client, Need::Operate, true).await?;
        budgets::take(&mut tx, &clearance, 1).await?;
        let schema = schemas::rules(&mut tx, &clearance, gate.schema).await?;
        let as_sent = schemas::pending(&mut tx, &clearance, gate.schema).await?;
        let body = tasks::pending(&tx, &clearance, task, found.body)?;
        let [prior, next] = tasks::beside(&mut tx, found.number).await?;
        let mut answers = Vec::new();
        for annotation in annotations::of_task(&mut tx, found.number).await? {
            answers.push(Answered::read(&mut tx, &clearance, annotation).await?);
        }
        let before = had_task(&mut tx, &clearance, asker.person, found.number, task).await?;
        let mut going = Going::default();
        going.known("content", &found.content_hash, body.bytes());
        going.field("schema");
        for answer in &mut answers {
            answer.going(&clearance, &mut going)?;
        }
        let entry = clearance
            .sent(&mut tx, (Act::TaskSent, self.now()), "GET /tasks/{task}", Object::task(task), going)
            .await?
            .because("sent_before", before)
            .of("project", found.project.to_string())
            .of("schema", gate.schema.to_string())
            .of("annotations", answers.iter().map(Answered::id).collect::<Vec<_>>());
        let committed = tx.commit([entry]).await?;

        let row = TaskBody::parse(&body.open(&committed)?)?;
        let content = schema.resolve(&row.data).map_err(|e| Error::state("task_unreadable", e.to_string()))?;
        Ok(TaskSent {
            id: task.to_string(),
            project: found.project.to_string(),
            state: found.state,
            external_id: row.external_id,
            before: prior.map(|task| task.to_string()),
            after: next.map(|task| task.to_string()),
            metadata: row.metadata,
            schema: Value::clone(&*as_sent.open(&committed)?),
            content: serde_json::to_value(&content).unwrap_or_default(),
            annotations: answers.into_iter().map(|one| one.open(&committed)).collect::<Result<_, _>>()?,
        })
    }
}
