//! The consensus of one task, for those who run or watch its project.

use super::{adjudicate::StoredDecision, sent::json, show_project::need_to_see};
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_domain::ids::TaskId;
use vouchsafe_formats::releases::Consensus;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{
        clearance::clear,
        disclosed::{Going, Object},
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
    /// Who decided it, if an adjudicator did.
    pub decided: Option<Decided>,
}

/// That an adjudicator decided a task.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Decided {
    /// His pseudonym toward this client.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in his words.
    pub comment: Option<String>,
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
    /// How probable the model holds the value; null where no model speaks of it.
    pub probability: Option<f64>,
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
        let decided = adjudication::of_task(&mut tx, found.number).await?;
        let mut words = decided.as_ref().map(|one| one.pending(&tx, &clearance)).transpose()?;
        if let Some(words) = &mut words {
            going.piece(&clearance, "decision", words)?;
        }
        let act = (Act::ConsensusSent, self.now());
        let entry = clearance
            .sent(&mut tx, act, "GET /tasks/{task}/consensus", Object::changing("task", &task), going)
            .await?
            .of("project", found.project.to_string());
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
        };
        let decided = match decided.zip(words) {
            None => None,
            Some((one, words)) => {
                let said: StoredDecision = json(&words.open(&committed)?)?;
                Some(Decided { by: clearance.pseudonym(one.person), at: one.at.to_string(), comment: said.comment })
            }
        };
        Ok(ConsensusSent {
            task: task.to_string(),
            state: found.state,
            decided,
            questions: agreed.map(|all| all.into_iter().map(|(name, c)| (name, question(c))).collect()),
        })
    }
}
