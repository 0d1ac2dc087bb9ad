//! Ending leases whose holders are gone, so that nothing is stranded.

use super::{give_back, submit::entry};
use crate::{App, Error};
use vouchsafe_domain::work::assignment::State;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::clearance::{Clearance, Refused, clear_server},
    work::{assignments, queue},
};

/// Leases ended in one transaction at most.
const AT_ONCE: u32 = 50;

impl App {
    /// Ends leases that ran out. Returns how many it ended; call again while that is not 0. A client whose key is
    /// withdrawn keeps its leases until the key is back: nobody can be sent its content anyway.
    pub async fn sweep_lapsed(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut tx = self.store.write("sweep").await?;
        let mut entries = Vec::new();
        for lapsed in queue::lapsed(&mut tx, now, AT_ONCE).await? {
            let clearance: Clearance<'_> = match clear_server(&mut tx, "sweep", lapsed.client).await {
                Ok(clearance) => clearance,
                Err(Refused::KeyNotLoaded(client)) => return self.sweep_without(tx, client).await,
                Err(other) => return Err(other.into()),
            };
            let Some(found) = assignments::get(&mut tx, lapsed.assignment).await? else { continue };
            if found.lapses_at >= now || !matches!(found.state, State::Leased | State::Returned) {
                continue;
            }
            give_back::end(&mut tx, &found, State::Lapsed, now).await?;
            entries.push(entry(&clearance, Act::AssignmentLapsed, &found, now));
        }
        let ended = entries.len();
        if ended > 0 {
            tx.commit(entries).await?;
        }
        Ok(ended)
    }

    async fn sweep_without(
        &self,
        tx: vouchsafe_store::Tx,
        client: vouchsafe_domain::ids::ClientId,
    ) -> Result<usize, Error> {
        drop(tx);
        self.load_key(client).await?;
        Ok(0)
    }
}
