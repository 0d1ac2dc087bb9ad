//! Reopening what an adjudicator decided: somebody else decides it anew.
//!
//! One transaction: the gate, the mark on the decision, the place in the queue and the ledger entry stand or fall together. Until
//! somebody decided anew the old decision stands.

use crate::{App, Asker, Error, custody::absent};
use serde::Deserialize;
use vouchsafe_domain::{custody::gate::Need, hex::hex, ids::TaskId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::clear,
    work::{
        adjudication::{self, Reopening},
        tasks,
    },
};

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 4_000;

/// Why a decision shall be made anew.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReopening {
    /// In the member's own words. Kept with the decision; whoever decides anew is not sent it.
    #[schema(example = "The second source says the opposite.")]
    pub reason: String,
}

impl NewReopening {
    fn check(&self) -> Result<&str, Error> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
            return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
        }
        Ok(reason)
    }
}

impl App {
    /// Lets a decided task wait for somebody who neither decided nor reopened it; nobody reopens his own decision.
    pub async fn reopen_decision(&self, asker: &Asker, task: TaskId, new: &NewReopening) -> Result<(), Error> {
        let reason = new.check()?;
        let now = self.now();
        let mut tx = self.store.write("reopen_decision").await?;
        let found = absent::found(tasks::get(&mut tx, task).await?, &mut tx, asker).await?;
        let clearance = clear(&mut tx, asker, found.client, Need::Operate, true).await?;
        let stands = adjudication::of_task(&mut tx, found.number).await?.into_iter().next();
        let Some(decision) = stands else {
            return Err(Error::state("not_decided", "nobody decided this task; there is nothing to reopen"));
        };
        if decision.person == asker.person {
            return Err(Error::state("own_decision", "whoever decided a task does not reopen it; somebody else may"));
        }
        if decision.reopened.is_some() {
            return Err(Error::state("reopened_already", "this task waits to be decided anew already"));
        }
        let reopening = Reopening { by: asker.person, reason, at: now };
        adjudication::reopen_decided(&mut tx, &clearance, &decision, &reopening).await?;
        let entry = clearance
            .entry(Act::DecisionReopened, now)
            .of("task", task.to_string())
            .of("project", found.project.to_string())
            .of("decision", decision.assignment.to_string())
            .of("content", hex(&clearance.content_hash(reason.as_bytes())))
            .of("bytes", reason.len());
        tx.commit([entry]).await?;
        Ok(())
    }
}
