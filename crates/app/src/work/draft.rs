//! Keeping what a member has typed so far.

use super::submit::active;
use crate::{App, Asker, Error, custody::absent};
use serde_json::Value;
use vouchsafe_domain::{ids::AssignmentId, work::assignment::State};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    custody::clearance::{clear, clear_server},
    work::{assignments, drafts, schemas},
};

/// A draft may be as large as answers may.
const DRAFT_BYTES_MAX: usize = 4 << 20;

impl App {
    /// Saves a draft in place of the last one. Also after a lapse: what was typed is never lost.
    pub async fn save_draft(
        &self,
        asker: &Asker,
        assignment: AssignmentId,
        answers: &Value,
        active_ms: i64,
    ) -> Result<(), Error> {
        let body = serde_json::to_vec(answers).map_err(|e| Error::invalid("/answers", e.to_string()))?;
        if body.len() > DRAFT_BYTES_MAX {
            return Err(Error::invalid("/answers", format!("at most {DRAFT_BYTES_MAX} bytes, not {}", body.len())));
        }
        let mut tx = self.store.write("draft").await?;
        let found = absent::own(&mut tx, asker, assignment, None).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        if matches!(found.state, State::Submitted | State::Skipped | State::Closed) {
            return Err(Error::state("assignment_over", "this assignment is over; nothing was changed"));
        }
        let schema = schemas::rules(&mut tx, &clearance, found.schema).await?;
        schema.check_draft(answers).map_err(|faults| super::projects::under("/answers", &faults))?;
        drafts::put(&mut tx, &clearance, assignment, &body, active(active_ms), self.now()).await?;
        tx.commit_exempt().await?;
        Ok(())
    }

    /// Keeps what came after a wall went up: sealed, where its author cannot reach it any more. The answer is the one
    /// that anybody gets who asks for what is not there.
    pub(crate) async fn keep_behind_wall(
        &self,
        mut tx: Tx,
        found: &assignments::Found,
        answers: &Value,
        active_ms: i64,
    ) -> Result<Error, Error> {
        let body = serde_json::to_vec(answers).unwrap_or_default();
        let over = matches!(found.state, State::Submitted | State::Skipped | State::Closed);
        if over || body.len() > DRAFT_BYTES_MAX {
            tx.abandon().await?;
            return Ok(Error::NotFound);
        }
        let clearance = clear_server(&mut tx, "walled", found.client).await?;
        drafts::put(&mut tx, &clearance, found.id, &body, active(active_ms), self.now()).await?;
        let entry = clearance
            .entry(Act::AnnotationWalled, self.now())
            .of("assignment", found.id.to_string())
            .of("bytes", body.len())
            .of("person", found.person.to_string());
        tx.commit([entry]).await?;
        Ok(Error::NotFound)
    }
}
