//! The end of what erasure keeps.
//!
//! Of somebody who was erased his exposure stays, and a keyed tag of his address, so that a return sheds nothing. Both
//! end once they shut nothing any more: a year after the erasure at the earliest, when the longest cool-off has passed
//! since the last sight, no hold covers a client that sent him something, and nobody came back as him.

use crate::{App, Error};
use std::collections::BTreeSet;
use vouchsafe_domain::ids::PersonId;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::members,
    custody::{clients, forgotten, holds, ledger},
};

const JOB: &str = "forget";
/// Persons looked at in one go.
const AT_ONCE: u32 = 100;

impl App {
    /// Forgets whoever is due. To be called over and over; returns how many persons were forgotten.
    pub async fn forget_erased(&self) -> Result<usize, Error> {
        let (mut done, mut last) = (0, None);
        loop {
            let mut on = self.store.read().await?;
            let due = forgotten::due(&mut on, self.now(), last, AT_ONCE).await?;
            drop(on);
            // Of some more is kept, for as long as a hold stands; they are passed, and keep nobody waiting.
            let Some(behind) = due.last() else { return Ok(done) };
            last = Some(*behind);
            for person in due {
                done += usize::from(self.retry(|| self.forget_one(person)).await?);
            }
        }
    }

    async fn forget_one(&self, person: PersonId) -> Result<bool, Error> {
        let now = self.now();
        let mut tx = self.store.write("forget_erased").await?;
        let names = members::names_of(&mut tx, person).await?;
        let mut clients = BTreeSet::new();
        for name in &names {
            clients.extend(forgotten::clients(&mut tx, *name).await?);
        }
        // Who was sent no content has entries all the same: a custodian of whoever's log.
        for client in clients::ids(&mut tx).await? {
            for name in &names {
                let of = LedgerOf::Client(client.to_string());
                if !clients.contains(&client) && ledger::knows(&mut tx, &of, &name.to_string()).await? {
                    clients.insert(client);
                }
            }
        }
        let mut kept = forgotten::came_back(&mut tx, person).await?
            || forgotten::faded_at(&mut tx, &names).await?.is_some_and(|faded| faded > now);
        for client in &clients {
            kept = kept || holds::covers(&mut tx, *client, None).await?;
        }
        if kept {
            tx.abandon().await?;
            return Ok(false);
        }
        let ledgers = clients.iter().map(|client| LedgerOf::Client(client.to_string()));
        let mut entries = Vec::new();
        for of in ledgers.chain([LedgerOf::Installation]) {
            let mut unbound = 0;
            for name in &names {
                unbound += ledger::unbind(&mut tx, &of, &name.to_string()).await?;
            }
            // His name is gone already, and nobody may join the two by this entry.
            let said = Entry::new(of, Act::PersonForgotten, now.0).because("entries", unbound);
            entries.push(said.by("job", JOB));
        }
        for name in names {
            forgotten::forget(&mut tx, name, now).await?;
        }
        tx.commit(entries).await?;
        Ok(true)
    }
}
