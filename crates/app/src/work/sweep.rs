//! Ending leases whose holders are gone, so that nothing is stranded.

use super::give_back::{self, about};
use crate::{App, Error};
use vouchsafe_domain::work::assignment::State;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::work::{assignments, queue};

/// Leases ended in one transaction at most.
const AT_ONCE: u32 = 50;

impl App {
    /// Ends leases that ran out. Returns how many it ended; call again while that is not 0. Needs no client's key: one that
    /// is away keeps neither its own tasks nor those of others.
    pub async fn sweep_lapsed(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut tx = self.store.write("sweep").await?;
        let mut entries = Vec::new();
        for lapsed in queue::lapsed(&mut tx, now, AT_ONCE).await? {
            let Some(found) = assignments::get(&mut tx, lapsed).await? else { continue };
            if found.lapses_at >= now || !matches!(found.state, State::Leased | State::Returned) {
                continue;
            }
            give_back::end(&mut tx, &found, State::Lapsed, now).await?;
            entries.push(about(&found, Act::AssignmentLapsed, now).because("rule", "server").by("job", "sweep"));
        }
        let ended = entries.len();
        if ended > 0 {
            tx.commit(entries).await?;
        }
        Ok(ended)
    }
}
