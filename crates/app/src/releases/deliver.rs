//! Delivering a release: from here on its files may be fetched.

use super::{enter, entry, not_in};
use crate::{App, Asker, Error};
use vouchsafe_domain::{custody::gate::Need, ids::ReleaseId, releases::State};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::releases::orders;

impl App {
    /// Opens an approved release for fetching. An operator does; said again, it changes nothing.
    pub async fn deliver_release(&self, asker: &Asker, release: ReleaseId) -> Result<&'static str, Error> {
        let now = self.now();
        let mut tx = self.store.write("deliver_release").await?;
        let (found, clearance) = enter(&mut tx, asker, release, Need::Operate).await?;
        match found.state {
            State::Approved => {}
            State::Delivered => {
                tx.abandon().await?;
                return Ok(State::Delivered.word());
            }
            State::Building | State::Built | State::Failed => return Err(not_in(found.state, "delivered")),
        }
        if !orders::move_on(&mut tx, release, State::Approved, State::Delivered, now).await? {
            return Err(Error::Store(vouchsafe_store::Error::Conflict));
        }
        tx.commit([entry(&clearance, Act::ReleaseDelivered, &found, now)]).await?;
        Ok(State::Delivered.word())
    }
}
