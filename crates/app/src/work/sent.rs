//! An assignment as its member is sent it: content in the order shown, draft, what came back and why.

use super::{
    answered::{AnnotationSent, Answered},
    stored::{StoredAnswers, as_shown, json, unreadable},
};
use crate::Error;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use vouchsafe_domain::{
    ids::AnnotationId,
    time::Micros,
    work::{answers::Answers, assignment::Step, schema::Schema},
};
use vouchsafe_ledger::entry::Entry;
use vouchsafe_store::{
    Committed, Pending, Tx,
    custody::{clearance::Clearance, clients, disclosed::Going, face::Face},
    work::{annotations, assignments::Found, drafts, projects, reviews, schemas, tasks},
};

/// The body of an assignment's answer. Times are RFC 3339.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AssignmentSent {
    /// Its id.
    pub id: String,
    /// Its task.
    pub task: String,
    /// `{id, name}`.
    pub project: Value,
    /// `{id, code_name, colour}`.
    pub client: Value,
    /// `label`, `review` or `adjudicate`.
    pub step: &'static str,
    /// `work` or `prefetch`.
    pub purpose: &'static str,
    /// `leased`, `returned`, `submitted`, `lapsed`, …
    pub state: &'static str,
    /// The member's how-manieth task of this project.
    pub number: i64,
    /// End of the lease.
    pub lapses_at: String,
    /// The server's clock at the answer.
    pub server_now: String,
    /// Version of the schema.
    pub schema_version: i64,
    /// Version of the guideline.
    pub guideline_version: i64,
    /// `{fields, questions}`.
    #[schema(value_type = Value)]
    pub schema: Arc<Value>,
    /// By field.
    pub content: Value,
    /// The order of shuffled fields as shown.
    pub presented: Value,
    /// `{answers, active_ms, at}` or null.
    pub draft: Value,
    /// `{reasons, comment, answers}` when a reviewer gave it back, else null.
    pub returned: Value,
    /// What is reviewed, or null.
    pub annotation: Value,
    /// All that was answered, by pseudonym, and what reviewers said of it, for whoever decides; else empty.
    pub answers: Vec<AnnotationSent>,
    /// Reasons a reviewer may choose from.
    pub reasons: Vec<&'static str>,
    /// Whether the client lets content be copied.
    pub copy_allowed: bool,
}

/// Bytes that were read and not yet opened.
type Closed = Pending<Vec<u8>>;

/// The annotation under review, its newest answers, and its earlier revisions.
type Reviewed = (annotations::Found, Closed, Vec<(annotations::Found, Closed)>);

/// The review that gave an answer back, the annotation it was about, and the answers of that.
type Returned = (Closed, AnnotationId, Closed);

/// Everything an answer needs, read and still closed.
pub(crate) struct PendingAssignment {
    found: Found,
    project: Pending<String>,
    face: Arc<Face>,
    copy_allowed: bool,
    schema: Arc<Schema>,
    as_sent: Pending<Arc<Value>>,
    body: Closed,
    draft: Option<drafts::Draft>,
    returned: Option<Returned>,
    reviewed: Option<Reviewed>,
    answered: Vec<Answered>,
}

/// Reasons a reviewer may give, besides words of his own.
pub const REASONS: [&str; 7] = [
    "incorrect",
    "incomplete",
    "guideline_not_followed",
    "unclear_writing",
    "wrong_span",
    "insufficient_justification",
    "other",
];

/// Reads what belongs to an assignment that was taken before, in its transaction.
pub(crate) async fn read(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    found: &Found,
    gate: &projects::Gate,
) -> Result<PendingAssignment, Error> {
    let mut sent = fresh(tx, clearance, found, gate).await?;
    sent.draft = drafts::get(tx, clearance, found.id).await?;
    if found.step == Step::Label
        && let Some(review) = reviews::that_returned(tx, found.task_no, found.id).await?
        && let Some(newest) = annotations::newest(tx, found.task_no, found.id).await?
    {
        sent.returned = Some((review.pending(tx, clearance)?, newest.id, newest.pending(tx, clearance)?));
    }
    Ok(sent)
}

/// Reads what belongs to an assignment that this transaction made: it has neither draft nor return yet.
pub(crate) async fn fresh(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    found: &Found,
    gate: &projects::Gate,
) -> Result<PendingAssignment, Error> {
    let schema = schemas::rules(tx, clearance, found.schema).await?;
    let as_sent = schemas::pending(tx, clearance, found.schema).await?;
    let project = gate.name(tx, clearance)?;
    let face = clients::face(tx, clearance).await?;
    let body = tasks::pending(tx, clearance, found.task, found.body.clone())?;
    let mut reviewed = None;
    if let Some(id) = found.annotation {
        let annotation = annotations::get(tx, found.task_no, id).await?.ok_or(Error::NotFound)?;
        let mut earlier = Vec::new();
        for old in annotations::revisions(tx, found.task_no, annotation.assignment).await? {
            if old.revision < annotation.revision {
                let answers = old.pending(tx, clearance)?;
                earlier.push((old, answers));
            }
        }
        let answers = annotation.pending(tx, clearance)?;
        reviewed = Some((annotation, answers, earlier));
    }
    let mut answered = Vec::new();
    if found.step == Step::Adjudicate {
        for annotation in annotations::of_task(tx, found.task_no).await?.into_iter().filter(annotations::Found::counts)
        {
            answered.push(Answered::read(tx, clearance, annotation).await?);
        }
    }
    Ok(PendingAssignment {
        found: found.clone(),
        project,
        face,
        copy_allowed: gate.copy_allowed,
        schema,
        as_sent,
        body,
        draft: None,
        returned: None,
        reviewed,
        answered,
    })
}

impl PendingAssignment {
    /// What goes out with it, for the entry. The hash is the task's own where nothing else was written.
    pub(crate) fn going(&mut self, by: &Clearance<'_>) -> Result<Going, Error> {
        let mut going = Going::default();
        going.known("content", &self.found.content_hash, self.body.bytes());
        going.field("schema");
        going.field("project.name");
        if let Some(draft) = &mut self.draft {
            going.piece(by, "draft", &mut draft.body)?;
        }
        if let Some((review, _, answers)) = &mut self.returned {
            going.piece(by, "review", review)?;
            going.piece(by, "answers", answers)?;
        }
        if let Some((_, answers, earlier)) = &mut self.reviewed {
            going.piece(by, "answers", answers)?;
            for (_, old) in earlier {
                going.piece(by, "earlier_answers", old)?;
            }
        }
        for one in &mut self.answered {
            one.going(by, &mut going)?;
        }
        Ok(going)
    }

    /// Names in an entry the annotations whose answers go out with it, earlier revisions among them.
    pub(crate) fn names(&self, entry: Entry) -> Entry {
        let returned = self.returned.iter().map(|(_, newest, _)| newest.to_string());
        let reviewed = self.reviewed.iter().flat_map(|(annotation, _, earlier)| {
            std::iter::once(annotation.id.to_string()).chain(earlier.iter().map(|(old, _)| old.id.to_string()))
        });
        let named: Vec<String> = returned.chain(reviewed).chain(self.answered.iter().map(Answered::id)).collect();
        if named.is_empty() { entry } else { entry.of("annotations", named) }
    }

    /// Opens and shapes it: outside the transaction.
    pub(crate) fn open(self, committed: &Committed, now: Micros) -> Result<AssignmentSent, Error> {
        let found = self.found;
        let (content, presented) = as_shown(&self.schema, &self.body.open(committed)?, &found)?;
        let sent = self.schema.as_sent(&content, &presented).map_err(|e| unreadable(&e))?;
        let in_words =
            |answers: &Answers| self.schema.answers_as_sent(&content, &presented, answers).map_err(|e| unreadable(&e));
        let shown = |stored: &StoredAnswers| in_words(&stored.answers);

        let answered = self.answered.into_iter().map(|one| one.open_as(committed, Some(&sent.presented), in_words));
        let answers = answered.collect::<Result<Vec<_>, _>>()?;
        let draft = match self.draft {
            Some(draft) => {
                let answers: Value = json(&draft.body.open(committed)?)?;
                serde_json::json!({"answers": answers, "active_ms": draft.active_ms, "at": draft.at.to_string()})
            }
            None => Value::Null,
        };
        let returned = match self.returned {
            Some((review, _, answers)) => {
                let review: Value = json(&review.open(committed)?)?;
                let answers = shown(&json(&answers.open(committed)?)?)?;
                serde_json::json!({"reasons": review["reasons"], "comment": review["comment"], "answers": answers})
            }
            None => Value::Null,
        };
        let annotation = match self.reviewed {
            Some((annotation, answers, earlier)) => {
                let answers = shown(&json(&answers.open(committed)?)?)?;
                let mut revisions = Vec::new();
                for (old, words) in earlier {
                    let answers = shown(&json(&words.open(committed)?)?)?;
                    revisions.push(serde_json::json!({"revision": old.revision, "answers": answers}));
                }
                serde_json::json!({
                    "id": annotation.id, "answers": answers, "presented": sent.presented, "active_ms": annotation.active_ms,
                    "revision": annotation.revision, "earlier": revisions,
                })
            }
            None => Value::Null,
        };
        Ok(AssignmentSent {
            id: found.id.to_string(),
            task: found.task.to_string(),
            project: serde_json::json!({"id": found.project, "name": self.project.open(committed)?}),
            client: serde_json::json!({"id": found.client, "code_name": self.face.code_name, "colour": self.face.colour}),
            step: found.step.word(),
            purpose: found.purpose.word(),
            state: found.state.word(),
            number: found.number,
            lapses_at: found.lapses_at.to_string(),
            server_now: now.to_string(),
            schema_version: found.schema_version,
            guideline_version: found.guideline_version,
            schema: self.as_sent.open(committed)?,
            content: serde_json::to_value(&sent.content).unwrap_or_default(),
            presented: serde_json::to_value(&sent.presented).unwrap_or_default(),
            draft,
            returned,
            annotation,
            answers,
            reasons: if found.step == Step::Review { REASONS.to_vec() } else { Vec::new() },
            copy_allowed: self.copy_allowed,
        })
    }
}
