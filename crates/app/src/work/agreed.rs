//! The consensus of one task, for those who run or watch its project.

use super::{sent::json, show_project::need_to_see};
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
    work::{consensus, tasks},
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
}

/// What the answers to one question came to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuestionAgreed {
    /// How it was reckoned.
    pub method: String,
    /// The agreed value; null when there is none.
    pub value: Value,
    /// How many answers are that value; null where that is not counted.
    pub count: Option<u32>,
    /// How many answers there were.
    pub of: u32,
    /// The share in agreement, 0 to 1; null where it is not defined.
    pub share: Option<f64>,
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
        };
        Ok(ConsensusSent {
            task: task.to_string(),
            state: found.state,
            questions: agreed.map(|all| all.into_iter().map(|(name, c)| (name, question(c))).collect()),
        })
    }
}
