//! Answers of others, sent with their reviews: to whoever runs the work, and to a reviewer after his own judgement.

use super::stored::{StoredAnswers, StoredReview, json, task_shown, unreadable};
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_domain::{
    custody::gate::Need,
    ids::AssignmentId,
    time::Micros,
    work::{
        answers::Answers,
        assignment::{AnnotationState, State, Step},
    },
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Committed, Pending, Tx,
    custody::{
        budgets,
        clearance::{Clearance, clear},
        disclosed::{Going, Object},
    },
    work::{
        annotations::{self, Found},
        measuring, reviews,
    },
};

/// An annotation of a task.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnnotationSent {
    /// Its id.
    pub id: String,
    /// The author's pseudonym toward this client.
    pub author: String,
    /// Where it stands.
    pub state: &'static str,
    /// Which revision.
    pub revision: i64,
    /// In the items' own ids for whoever runs the work; for who judges in those that he is shown.
    pub answers: Value,
    /// The order that its author was shown, or in which who judges is.
    pub presented: Value,
    /// Milliseconds of work.
    pub active_ms: i64,
    /// When, RFC 3339.
    pub submitted_at: String,
    /// `{verdict, reasons, comment, answers, fix_size, at}` of the newest review, or null.
    pub review: Value,
}

/// What a reviewer sees once he has judged.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Judged {
    /// The answer he judged, as its author submitted it, with his own verdict.
    pub judged: AnnotationSent,
    /// What others answered to the same task. An answer that still waits for a judgement, perhaps his, is left out.
    pub others: Vec<AnnotationSent>,
}

/// An annotation and its newest review, on their way out.
pub(crate) struct Answered {
    author: String,
    annotation: Found,
    answers: Pending<Vec<u8>>,
    review: Option<Said>,
}

/// What a reviewer said of it.
struct Said {
    words: Pending<Vec<u8>>,
    verdict: String,
    at: Micros,
}

impl Answered {
    /// Reads the review that belongs to an annotation.
    pub(crate) async fn read(tx: &mut Tx, by: &Clearance<'_>, annotation: Found) -> Result<Self, Error> {
        let review = match reviews::newest(tx, annotation.id).await? {
            Some(review) => Some(Said { words: review.pending(tx, by)?, verdict: review.verdict, at: review.at }),
            None => None,
        };
        let (answers, author) = (annotation.pending(tx, by)?, by.pseudonym(annotation.person));
        Ok(Self { author, annotation, answers, review })
    }

    /// The same as the reviewer left it under this assignment: what a measuring review says changes nothing, and he is not to
    /// see that it did not.
    async fn judged_under(mut self, tx: &mut Tx, by: &Clearance<'_>, assignment: AssignmentId) -> Result<Self, Error> {
        if let Some(said) = measuring::said(tx, assignment).await? {
            self.annotation.state = match said.verdict.as_str() {
                "fix" => AnnotationState::Fixed,
                "return" => AnnotationState::Returned,
                _ => AnnotationState::Accepted,
            };
            self.review = Some(Said { words: said.pending(tx, by)?, verdict: said.verdict, at: said.at });
        }
        Ok(self)
    }

    /// Its id.
    pub(crate) fn id(&self) -> String {
        self.annotation.id.to_string()
    }

    /// Adds its pieces to what an entry names.
    pub(crate) fn going(&mut self, by: &Clearance<'_>, going: &mut Going) -> Result<(), Error> {
        going.piece(by, "answers", &mut self.answers)?;
        if let Some(review) = &mut self.review {
            going.piece(by, "review", &mut review.words)?;
        }
        Ok(())
    }

    /// Opens it, once its entry is durable.
    pub(crate) fn open(self, committed: &Committed) -> Result<AnnotationSent, Error> {
        self.open_as(committed, None, |answers| Ok(serde_json::to_value(answers).unwrap_or_default()))
    }

    /// The same in the words and the order of whoever is sent it: nothing tells him what blind items are called.
    pub(crate) fn open_as(
        self,
        committed: &Committed,
        order: Option<&BTreeMap<String, Vec<String>>>,
        shown: impl Fn(&Answers) -> Result<Value, Error>,
    ) -> Result<AnnotationSent, Error> {
        let Self { author, annotation, answers, review } = self;
        let stored: StoredAnswers = json(&answers.open(committed)?)?;
        let review = match review {
            Some(Said { words, verdict, at }) => {
                let stored: StoredReview = json(&words.open(committed)?)?;
                let mended = stored.answers.as_ref().map(&shown).transpose()?;
                json!({"verdict": verdict, "reasons": stored.reasons, "comment": stored.comment,
                       "answers": mended, "fix_size": stored.fix_size, "at": at.to_string()})
            }
            None => Value::Null,
        };
        Ok(AnnotationSent {
            id: annotation.id.to_string(),
            author,
            state: annotation.state.word(),
            revision: annotation.revision,
            answers: shown(&stored.answers)?,
            presented: order
                .map_or_else(|| serde_json::to_value(&stored.presented), serde_json::to_value)
                .unwrap_or_default(),
            active_ms: annotation.active_ms,
            submitted_at: annotation.submitted_at.to_string(),
            review,
        })
    }
}

impl App {
    /// Sends a reviewer what others answered to the task of an answer that he has judged: a disclosure. Before his
    /// judgement there is nothing to see.
    pub async fn judged(&self, asker: &Asker, assignment: AssignmentId) -> Result<Judged, Error> {
        let mut tx = self.store.write("judged").await?;
        let found = absent::own(&mut tx, asker, assignment, Some(Step::Review)).await?;
        let clearance = clear(&mut tx, asker, found.client, Need::Review, true).await?;
        if found.state != State::Submitted {
            tx.abandon().await?;
            return Err(Error::state("not_judged", "what others answered is shown after one's own judgement"));
        }
        budgets::take(&mut tx, &clearance, 1).await?;
        let judged = found.annotation.ok_or(Error::NotFound)?;
        let judged = annotations::get(&mut tx, found.task_no, judged).await?.ok_or(Error::NotFound)?;
        let (own, author) = (judged.id, judged.assignment);
        let judged = Answered::read(&mut tx, &clearance, judged).await?;
        let mut all = vec![judged.judged_under(&mut tx, &clearance, assignment).await?];
        // Gold is answered by everybody: no more of them are shown than there would be of another task.
        let shown = usize::try_from(found.overlap).unwrap_or(usize::MAX);
        for other in annotations::of_task(&mut tx, found.task_no).await? {
            // A revision of the judged answer is the same author's; one that waits must be judged blind.
            if all.len() < shown
                && other.id != own
                && other.assignment != author
                && other.state != AnnotationState::InReview
            {
                all.push(Answered::read(&mut tx, &clearance, other).await?);
            }
        }
        let (schema, content, presented) = task_shown(&mut tx, &clearance, &found).await?;
        let mut going = Going::default();
        for one in &mut all {
            one.going(&clearance, &mut going)?;
        }
        let (route, object) = ("GET /assignments/{assignment}/judged", Object::changing("task", &found.task));
        let entry = clearance
            .sent(&mut tx, (Act::TaskSent, self.now()), route, object, going)
            .await?
            .of("task", found.task.to_string())
            .of("assignment", found.id.to_string())
            .of("project", found.project.to_string())
            .of("annotations", all.iter().map(Answered::id).collect::<Vec<_>>());
        let committed = tx.commit([entry]).await?;
        let order = schema.as_sent(&content, &presented).map_err(|e| unreadable(&e))?.presented;
        let in_words =
            |answers: &Answers| schema.answers_as_sent(&content, &presented, answers).map_err(|e| unreadable(&e));
        let mut all = all.into_iter().map(|one| one.open_as(&committed, Some(&order), in_words));
        let judged = all.next().ok_or(Error::NotFound)??;
        Ok(Judged { judged, others: all.collect::<Result<_, _>>()? })
    }
}
