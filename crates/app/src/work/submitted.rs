//! Looking back at what one submitted: a list without content, and one task with one's own answers to it.
//!
//! Nothing here says where an answer stands, whether it is in review, counts or came late: gold is answered by everybody and never
//! ends, so the same word would not become of it at the same time. That a reviewer gave an answer back is told, as it was told
//! to its author then.

use super::{
    home::shows,
    listed::Listed,
    sent::{self, AssignmentSent},
    stored::{StoredAnswers, StoredReview, json as read, task_shown, unreadable},
};
use crate::{
    App, Asker, Error,
    custody::absent,
    experts,
    page::{Cursor, Page},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::{cmp::Reverse, collections::HashSet, sync::Arc};
use vouchsafe_domain::{
    custody::gate::{Denied, Need},
    ids::{AssignmentId, ProjectId},
    work::{answers::Answers, assignment::Step},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Committed, Pending, Tx,
    custody::{
        budgets,
        clearance::{Clearance, Refused, clear},
        clients,
        disclosed::{Going, Object},
        walls::Undecided,
    },
    work::{
        annotations::{
            self,
            submitted::{self, Submitted, Worked},
        },
        assignments,
        projects::{self, State},
        reviews,
    },
};

const LIST: &str = "GET /submitted";
const ONE: &str = "GET /assignments/{assignment}/submitted";

/// A page of what a member submitted, newest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SubmittedPage {
    /// `{id, name, client: {id, code_name, colour}, opens}` of each project he was given work in, the newest first. `opens` says whether
    /// what he submitted there can be opened; where it cannot, as after its end, `name` is null.
    pub projects: Vec<Value>,
    /// The rows.
    pub items: Vec<SubmittedListed>,
    /// What to send as `after` for the next page; null when there is none.
    pub next: Option<String>,
}

/// An own annotation: nothing of its answers, and not where it stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SubmittedListed {
    /// Its id.
    pub annotation: String,
    /// By which it is opened.
    pub assignment: String,
    /// Of which project.
    pub project: String,
    /// From 1; one more each time it had come back.
    pub revision: i64,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When, RFC 3339.
    pub submitted_at: String,
    /// Whether a reviewer gave it back.
    pub returned: bool,
}

/// A task with what one submitted for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SubmittedSent {
    /// `{id, name}`.
    pub project: Value,
    /// `{id, code_name, colour}`.
    pub client: Value,
    /// The member's how-manieth task of this project.
    pub number: i64,
    /// Version of the guideline it was answered under.
    pub guideline_version: i64,
    /// `{fields, questions}`.
    #[schema(value_type = Value)]
    pub schema: Arc<Value>,
    /// By field, in the order shown then.
    pub content: Value,
    /// The order of shuffled fields as shown.
    pub presented: Value,
    /// Whether the client lets content be copied.
    pub copy_allowed: bool,
    /// What was submitted, the newest revision first.
    pub answers: Vec<OwnAnswer>,
}

/// One revision of one's own answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnAnswer {
    /// Its id.
    pub annotation: String,
    /// From 1.
    pub revision: i64,
    /// By question.
    pub answers: Value,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When, RFC 3339.
    pub submitted_at: String,
    /// `{reasons, comment, at}` where a reviewer gave it back, else null.
    pub returned: Value,
}

impl App {
    /// What this member submitted, in all projects he may still know of or in one of them. Reads one page of each, however much he
    /// submitted. What was done for a client that is shut to him since is not there.
    pub async fn list_submitted(
        &self,
        asker: &Asker,
        project: Option<ProjectId>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<SubmittedPage, Error> {
        let cursor = after.map(|after| Cursor::parse(Some(after))).transpose()?;
        let after = cursor.as_ref().map_or((i64::MAX, ""), Cursor::key);
        let now = self.now();
        let mut tx = self.store.write("list_submitted").await?;
        let undecided = Undecided::of(&mut tx, asker.person).await?;
        let (mut open, mut listed) = (HashSet::new(), Listed::default());
        let (mut projects, mut names, mut rows, mut known) = (Vec::new(), Vec::new(), Vec::new(), project.is_none());
        for worked in submitted::projects(&mut tx, asker.member).await? {
            if !shows(&mut tx, asker, worked.client, &mut open).await? {
                continue;
            }
            // What would shut a rival to him is his to choose: it is not named before.
            let choice = undecided.is(worked.client);
            let name = if choice { None } else { self.named(&mut tx, asker, &worked, &mut listed).await? };
            let face = clients::get(&mut tx, worked.client).await?.ok_or(Error::NotFound)?.face;
            let client = json!({"id": worked.client, "code_name": face.code_name, "colour": face.colour});
            projects.push(json!({"id": worked.project, "name": null, "client": client, "opens": name.is_some()}));
            names.push(name);
            if project.is_none_or(|one| one == worked.project) {
                known = true;
                rows.extend(submitted::of_member(&mut tx, asker.member, worked.project, after, limit + 1).await?);
            }
        }
        absent::found(known.then_some(()), &mut tx, asker).await?;
        rows.sort_by_key(|row| (Reverse(row.at), row.id.to_string()));
        let page = Page::of(rows, limit, |row| (row.at.0, row.id.to_string())).map(|one| row(&one));
        let entries = listed.entries(&mut tx, now, LIST).await?;
        if entries.is_empty() {
            tx.abandon().await?;
        } else {
            let committed = tx.commit(entries).await?;
            for (project, name) in projects.iter_mut().zip(names) {
                project["name"] = name.map(|name| name.open(&committed)).transpose()?.into();
            }
        }
        Ok(SubmittedPage { projects, items: page.items, next: page.next })
    }

    /// The name of a project for whoever may open what he submitted there, and nothing else of it.
    async fn named<'a>(
        &self,
        tx: &mut Tx,
        asker: &'a Asker,
        worked: &Worked,
        listed: &mut Listed<'a>,
    ) -> Result<Option<Pending<String>>, Error> {
        if worked.state == State::Closed {
            return Ok(None);
        }
        let Some(gate) = projects::gate(tx, worked.project, asker.member).await? else { return Ok(None) };
        let eligible = match experts::eligible::eligible(self, tx, asker, &gate).await {
            Err(Error::NotFound | Error::Refused(Refused::Denied(Denied::Unknown))) => return Ok(None),
            other => other?,
        };
        // The gate would say no, and what it refuses it never remembers.
        if !eligible {
            return Ok(None);
        }
        let clearance = match clear(tx, asker, worked.client, Need::Label, eligible).await {
            Err(Refused::Denied(_)) => return Ok(None),
            other => other?,
        };
        let mut name = gate.name(tx, &clearance)?;
        listed.piece(clearance, ("projects", &worked.project), "name", &mut name)?;
        Ok(Some(name))
    }

    /// Sends a member a task again with what he submitted for it, by the gate he would be given it through now: a disclosure, which
    /// counts against his budget.
    pub async fn submitted(&self, asker: &Asker, assignment: AssignmentId) -> Result<SubmittedSent, Error> {
        let now = self.now();
        let mut tx = self.store.write("submitted").await?;
        let found = assignments::get(&mut tx, assignment).await?;
        let found = found.filter(|found| found.member == asker.member && found.step == Step::Label);
        let found = absent::with_project(found, |found| found.project, &mut tx, asker).await?;
        // What was ended is not known any more, except by its client.
        let open = Some(found).filter(|(_, gate)| gate.state != State::Closed);
        let (found, gate) = absent::found(open, &mut tx, asker).await?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, found.client, Need::Label, eligible).await?;
        super::claim::declared(&clearance, gate.project)?;
        let mut own = Vec::new();
        for annotation in annotations::revisions(&mut tx, found.task_no, assignment).await? {
            own.push(Own::read(&mut tx, &clearance, annotation).await?);
        }
        if own.is_empty() {
            tx.abandon().await?;
            return Err(Error::state("not_submitted", "nothing was submitted for this task yet"));
        }
        budgets::take(&mut tx, &clearance, 1).await?;
        let mut pending = sent::fresh(&mut tx, &clearance, &found, &gate).await?;
        let (schema, content, presented) = task_shown(&mut tx, &clearance, &found).await?;
        let mut going = pending.going(&clearance)?;
        for one in &mut own {
            one.going(&clearance, &mut going)?;
        }
        let ids: Vec<String> = own.iter().map(|one| one.annotation.id.to_string()).collect();
        let entry = clearance
            .sends((Act::TaskSent, now), ONE, &Object::task(found.task), &going, true)
            .of("assignment", assignment.to_string())
            .of("project", found.project.to_string())
            .of("schema", found.schema.to_string())
            .of("annotations", ids);
        let committed = tx.commit([entry]).await?;
        let in_words =
            |answers: &Answers| schema.answers_as_sent(&content, &presented, answers).map_err(|e| unreadable(&e));
        let answers = own.into_iter().rev().map(|one| one.open(&committed, in_words)).collect::<Result<_, _>>()?;
        let AssignmentSent {
            project, client, number, guideline_version, schema, content, presented, copy_allowed, ..
        } = pending.open(&committed, now)?;
        Ok(SubmittedSent {
            project,
            client,
            number,
            guideline_version,
            schema,
            content,
            presented,
            copy_allowed,
            answers,
        })
    }
}

fn row(of: &Submitted) -> SubmittedListed {
    SubmittedListed {
        annotation: of.id.to_string(),
        assignment: of.assignment.to_string(),
        project: of.project.to_string(),
        revision: of.revision,
        active_ms: of.active_ms,
        submitted_at: of.at.to_string(),
        returned: of.returned,
    }
}

/// An own annotation and why it came back, if it did, read and still closed.
struct Own {
    annotation: annotations::Found,
    answers: Pending<Vec<u8>>,
    returned: Option<(reviews::Found, Pending<Vec<u8>>)>,
}

impl Own {
    async fn read(tx: &mut Tx, by: &Clearance<'_>, annotation: annotations::Found) -> Result<Self, Error> {
        let answers = annotation.pending(tx, by)?;
        let returned = match reviews::newest(tx, annotation.id).await?.filter(|review| review.verdict == "return") {
            Some(review) => Some((review.pending(tx, by)?, review)).map(|(words, review)| (review, words)),
            None => None,
        };
        Ok(Self { annotation, answers, returned })
    }

    fn going(&mut self, by: &Clearance<'_>, going: &mut Going) -> Result<(), Error> {
        going.piece(by, "answers", &mut self.answers)?;
        if let Some((_, words)) = &mut self.returned {
            going.piece(by, "review", words)?;
        }
        Ok(())
    }

    fn open(
        self,
        committed: &Committed,
        in_words: impl Fn(&Answers) -> Result<Value, Error>,
    ) -> Result<OwnAnswer, Error> {
        let stored: StoredAnswers = read(&self.answers.open(committed)?)?;
        let returned = match self.returned {
            Some((review, words)) => {
                let words: StoredReview = read(&words.open(committed)?)?;
                json!({"reasons": words.reasons, "comment": words.comment, "at": review.at.to_string()})
            }
            None => Value::Null,
        };
        Ok(OwnAnswer {
            annotation: self.annotation.id.to_string(),
            revision: self.annotation.revision,
            answers: in_words(&stored.answers)?,
            active_ms: self.annotation.active_ms,
            submitted_at: self.annotation.submitted_at.to_string(),
            returned,
        })
    }
}
