//! Keeping a lease, and saying that a prefetched assignment is shown.

use super::submit::entry;
use crate::{App, Asker, Error, custody::absent};
use serde::Serialize;
use vouchsafe_domain::{custody::gate::Need, ids::AssignmentId, work::assignment::lapses_at};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{custody::clearance::clear, work::assignments};

/// How long a lease still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeaseLeft {
    /// Its end, RFC 3339.
    pub lapses_at: String,
    /// The server's clock, RFC 3339.
    pub server_now: String,
}

impl App {
    /// Extends a lease that still holds. No entry: nothing is sent and nothing changes hands.
    pub async fn heartbeat(&self, asker: &Asker, assignment: AssignmentId) -> Result<LeaseLeft, Error> {
        let now = self.now();
        let mut tx = self.store.write("heartbeat").await?;
        let found = absent::own(&mut tx, asker, assignment, None).await?;
        // To whom the client is shut, the lease never was.
        clear(&mut tx, asker, found.client, Need::Know, true).await?;
        let end = lapses_at(now, found.lease_us);
        if !assignments::extend(&mut tx, assignment, asker.member, end).await? {
            return Err(Error::state(
                "lease_lapsed",
                "this assignment is no longer held; open it again to take it up if nobody else holds it",
            ));
        }
        tx.commit_exempt().await?;
        Ok(LeaseLeft { lapses_at: end.to_string(), server_now: now.to_string() })
    }

    /// A prefetched assignment is on the screen now: from here on it counts as opened.
    pub async fn open_prefetched(&self, asker: &Asker, assignment: AssignmentId) -> Result<LeaseLeft, Error> {
        let now = self.now();
        let mut tx = self.store.write("opened").await?;
        let found = absent::own(&mut tx, asker, assignment, None).await?;
        let clearance = clear(&mut tx, asker, found.client, found.step.need(), true).await?;
        let end = lapses_at(now, found.lease_us);
        if !assignments::open(&mut tx, assignment, asker.member, now, end).await? {
            // Shown before, or lapsed meanwhile: the same answer as a look at it would give.
            tx.abandon().await?;
            return if found.opened_at.is_some() && found.state == vouchsafe_domain::work::assignment::State::Leased {
                Ok(LeaseLeft { lapses_at: found.lapses_at.to_string(), server_now: now.to_string() })
            } else {
                Err(Error::state("lease_lapsed", "this assignment is no longer held"))
            };
        }
        vouchsafe_store::work::queue::prefetch_opened(&mut tx, asker.member, found.project).await?;
        tx.commit([entry(&clearance, Act::AssignmentOpened, &found, now)]).await?;
        Ok(LeaseLeft { lapses_at: end.to_string(), server_now: now.to_string() })
    }
}
