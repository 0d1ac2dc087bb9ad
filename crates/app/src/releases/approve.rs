//! Approving a release: two different persons of the client's compartment.

use super::{StoredRelease, enter, entry, need_of, not_in};
use crate::{App, Asker, Error, work::stored::json};
use serde::Serialize;
use vouchsafe_domain::{
    ids::ReleaseId,
    releases::{State, after_approvals},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::releases::orders;

/// What approving answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Approved {
    /// `built` while one more person is needed, then `approved`.
    pub state: &'static str,
    /// How many persons approved.
    pub approvals: usize,
}

impl App {
    /// One person approves a built release: an operator, the custodian, or an observer of the client. The same person
    /// does not count twice, whatever account he uses.
    pub async fn approve_release(&self, asker: &Asker, release: ReleaseId) -> Result<Approved, Error> {
        let now = self.now();
        let mut tx = self.store.write("approve_release").await?;
        let (found, clearance) = enter(&mut tx, asker, release, need_of(asker.role)).await?;
        if found.state != State::Built {
            return Err(not_in(found.state, "approved"));
        }
        if !orders::approve(&mut tx, release, asker.person, asker.member, now).await? {
            return Err(Error::state(
                "already_approved",
                "you approved this release before; a second person has to approve it too",
            ));
        }
        let count = orders::approvals(&mut tx, release).await?.len();
        let state = after_approvals(count, false);
        if state != State::Built && !orders::move_on(&mut tx, release, State::Built, state, now).await? {
            return Err(Error::Store(vouchsafe_store::Error::Conflict));
        }
        // What was approved is named, so that it cannot be another folder later.
        let stored: StoredRelease = json(&found.peek(&tx, &clearance)?)?;
        let manifest = stored.files.iter().find(|file| file.path == "manifest.json");
        let entry = entry(&clearance, Act::ReleaseApproved, &found, now)
            .because("approvals", count)
            .of("manifest_sha256", manifest.map(|file| file.sha256.clone()).unwrap_or_default());
        tx.commit([entry]).await?;
        Ok(Approved { state: state.word(), approvals: count })
    }
}
