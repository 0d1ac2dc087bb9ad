//! The consensus of one task, for those who run or watch its project.

use super::{adjudicate::StoredDecision, show_project::need_to_see, stored::json};
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_domain::{
    ids::{PersonId, TaskId},
    work::answers::Answers,
};
use vouchsafe_formats::releases::{Consensus, Range};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Committed, Pending, Tx,
    custody::{
        budgets,
        clearance::{Clearance, clear},
        disclosed::{Going, Object, had_task},
    },
    work::{adjudication, consensus, tasks},
};

/// What a task's answers came to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConsensusSent {
    /// The task.
    pub task: String,
    /// `open`, `in_review` or `done`.
    pub state: String,
    /// By question; null until the task is done and its present answers were reckoned.
    pub questions: Option<BTreeMap<String, QuestionAgreed>>,
    /// The decision that stands, if an adjudicator decided it.
    pub decided: Option<Decided>,
    /// Decisions that another took the place of, newest first.
    pub superseded: Vec<Decided>,
}

/// That an adjudicator decided a task.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Decided {
    /// His pseudonym toward this client.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// What he decided, by question, in the items' own ids.
    #[schema(value_type = Value)]
    pub answers: Answers,
    /// Why, in his words.
    pub comment: Option<String>,
    /// That it shall be, or was, decided anew.
    pub reopened: Option<Reopened>,
}

/// That a decision was reopened.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Reopened {
    /// The pseudonym toward this client of who did.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in his words.
    pub reason: String,
}

/// What the answers to one question came to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuestionAgreed {
    /// How it was reckoned; `adjudicated` where somebody decided it.
    pub method: String,
    /// The agreed value; null when there is none.
    pub value: Value,
    /// How many answers are that value; null where that is not counted.
    pub count: Option<u32>,
    /// How many answers there were.
    pub of: u32,
    /// The share in agreement, 0 to 1; null where it is not defined.
    pub share: Option<f64>,
    /// How probable the model holds the value, of a number one as near to the true one as the schema takes for right; null where no model speaks of it, or
    /// the schema does not say what is near.
    pub probability: Option<f64>,
    /// The answers of which one is right with 95 % certainty, over tasks like it; empty where the question has less than 30 gold tasks or is asked of
    /// parts of a task.
    pub one_of: Vec<Value>,
    /// Where the true number lies; null where no model speaks of it, and where the answer is neither a number nor a grade.
    pub range: Option<AgreedRange>,
}

/// Where a true number lies, by the model.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AgreedRange {
    /// Lower end: a number, or of an answer in parts an object of numbers by part.
    pub low: Value,
    /// Upper end, in the same form.
    pub high: Value,
    /// How certain it is that the true number lies between them, 0 to 1.
    pub level: f64,
    /// How far off the value is expected to be, in its own unit; of an answer with parts the mean over them.
    pub mean_error: f64,
}

impl AgreedRange {
    fn of(range: Range) -> Self {
        let Range { low, high, level, mean_error, rms_error: _ } = range;
        Self { low, high, level, mean_error }
    }
}

/// A decision on its way out.
struct Decision {
    of: adjudication::Decided,
    words: Pending<Vec<u8>>,
    reason: Option<Pending<Vec<u8>>>,
}

impl Decision {
    fn read(tx: &Tx, by: &Clearance<'_>, of: adjudication::Decided) -> Result<Self, Error> {
        Ok(Self { words: of.pending(tx, by)?, reason: of.reason(tx, by)?, of })
    }

    /// Adds its pieces to what an entry names.
    fn going(&mut self, by: &Clearance<'_>, going: &mut Going) -> Result<(), Error> {
        going.piece(by, "decision", &mut self.words)?;
        if let Some(reason) = &mut self.reason {
            going.piece(by, "reopening", reason)?;
        }
        Ok(())
    }

    fn open(self, committed: &Committed, pseudonym: impl Fn(PersonId) -> String) -> Result<Decided, Error> {
        let said: StoredDecision = json(&self.words.open(committed)?)?;
        let reopened = match self.of.reopened.zip(self.reason) {
            Some(((person, at), reason)) => {
                let reason = String::from_utf8_lossy(&reason.open(committed)?).into_owned();
                Some(Reopened { by: pseudonym(person), at: at.to_string(), reason })
            }
            None => None,
        };
        Ok(Decided {
            by: pseudonym(self.of.person),
            at: self.of.at.to_string(),
            answers: said.answered.answers,
            comment: said.comment,
            reopened,
        })
    }
}

impl App {
    /// Sends the consensus of a task: a disclosure.
    pub async fn consensus(&self, asker: &Asker, task: TaskId) -> Result<ConsensusSent, Error> {
        let need = need_to_see(asker.role)?;
        let mut tx = self.store.write("consensus").await?;
        let found = absent::found(tasks::get(&mut tx, task).await?, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, found.client, need, true).await?;
        let (mut pending, mut going) = (consensus::pending(&mut tx, &clearance, task).await?, Going::of("consensus"));
        if let Some(body) = &mut pending {
            going.piece(&clearance, "consensus", body)?;
        }
        let mut decisions = Vec::new();
        for one in adjudication::of_task(&mut tx, found.number).await? {
            let mut decision = Decision::read(&tx, &clearance, one)?;
            decision.going(&clearance, &mut going)?;
            decisions.push(decision);
        }
        // What a task came to tells of its content: who was sent the task was counted then, others are counted now.
        if (pending.is_some() || !decisions.is_empty())
            && !had_task(&mut tx, &clearance, asker.person, found.number, task).await?
        {
            budgets::take(&mut tx, &clearance, 1).await?;
        }
        let act = (Act::ConsensusSent, self.now());
        let entry = clearance
            .sent(&mut tx, act, "GET /tasks/{task}/consensus", Object::changing("task", &task), going)
            .await?
            .of("project", found.project.to_string())
            .of("decisions", decisions.iter().map(|one| one.of.assignment.to_string()).collect::<Vec<_>>());
        let committed = tx.commit([entry]).await?;
        let agreed: Option<BTreeMap<String, Consensus>> =
            pending.map(|body| json(&body.open(&committed)?)).transpose()?;
        let question = |c: Consensus| QuestionAgreed {
            method: c.method,
            value: c.value.unwrap_or_default(),
            count: c.count,
            of: c.of,
            share: c.share,
            probability: c.probability,
            one_of: c.one_of,
            range: c.range.map(AgreedRange::of),
        };
        let (mut decided, mut superseded) = (None, Vec::new());
        for one in decisions {
            let stands = one.of.superseded_at.is_none();
            let one = one.open(&committed, |person| clearance.pseudonym(person))?;
            if stands { decided = Some(one) } else { superseded.push(one) }
        }
        Ok(ConsensusSent {
            task: task.to_string(),
            state: found.state,
            decided,
            superseded,
            questions: agreed.map(|all| all.into_iter().map(|(name, c)| (name, question(c))).collect()),
        })
    }
}
