//! An installation that one person runs: he may hold roles that elsewhere must not meet, and every ledger says so.

use crate::{App, Error, access::roles, custody::local::everywhere};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::access::installation;

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 2_000;

impl App {
    /// Declares, at the machine, that one person runs this installation, or that no longer one does: an entry of every ledger.
    /// No longer only when nobody holds roles that must not meet.
    pub async fn declare_one_person(&self, one_person: bool, reason: &str) -> Result<(), Error> {
        let reason = reason.trim();
        if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
            return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
        }
        let entries = everywhere(self, Act::OnePersonDeclared).await?;
        let mut tx = self.store.write("declare_one_person").await?;
        if !one_person {
            roles::nobody_joins(&mut tx).await?;
        }
        if !installation::declare_one_person(&mut tx, one_person.then(|| self.now())).await? {
            return Err(Error::state("declared_already", "this is what the installation says already"));
        }
        let said = |entry: vouchsafe_ledger::entry::Entry| {
            entry.because("one_person_installation", one_person).because("reason", reason)
        };
        tx.commit(entries.into_iter().map(said)).await?;
        Ok(())
    }
}
