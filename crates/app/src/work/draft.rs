//! Keeping what a member has typed so far.

use crate::{App, Asker, Error};
use serde_json::Value;
use vouchsafe_domain::{custody::gate::Need, ids::AssignmentId, work::assignment::State};
use vouchsafe_store::{
    custody::clearance::clear,
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
        let found =
            assignments::get(&mut tx, assignment).await?.filter(|f| f.member == asker.member).ok_or(Error::NotFound)?;
        let need = if found.annotation.is_some() { Need::Review } else { Need::Label };
        let clearance = clear(&mut tx, asker, found.client, need, true).await?;
        if matches!(found.state, State::Submitted | State::Skipped | State::Closed) {
            return Err(Error::state("assignment_over", "this assignment is over; nothing was changed"));
        }
        let schema = schemas::rules(&mut tx, &clearance, found.schema).await?;
        schema.check_draft(answers).map_err(|faults| super::projects::under("/answers", &faults))?;
        drafts::put(&mut tx, &clearance, assignment, &body, active_ms.max(0), self.now()).await?;
        tx.commit_exempt().await?;
        Ok(())
    }
}
