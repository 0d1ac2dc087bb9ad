//! Asking again for the keys of clients, and the start of the server.

use super::local::in_all;
use crate::{App, Error};
use futures_util::future::join_all;
use std::sync::Arc;
use vouchsafe_domain::ids::ClientId;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::installation,
    custody::{clearance::Refused, clients},
    keys::{ClientKeys, NoKey},
};

impl App {
    /// Makes the installation's row at the first start, and records every start with the version, for every client to
    /// read. True at the first.
    pub async fn started(&self, version: &str, one_person: bool) -> Result<bool, Error> {
        let entries = in_all(self, Act::ServerStarted).await?;
        let mut tx = self.store.write("started").await?;
        let first = installation::found(&mut tx, one_person, self.now()).await?;
        let one_person = installation::one_person(&mut tx).await?;
        let said = |entry: Entry| entry.of("version", version).of("one_person_installation", one_person);
        tx.commit(entries.into_iter().map(said)).await?;
        Ok(first)
    }

    /// Asks every source again and forgets the keys of those that refuse: from then on their content stays sealed.
    pub async fn confirm_keys(&self) -> Result<usize, Error> {
        // Destroyed by another process: what this one still has in memory goes too.
        for client in clients::destroyed(&mut self.store.read().await?).await? {
            self.store.keys().forget(client);
        }
        let dropped = self.store.keys().confirm_all().await;
        for (client, why) in &dropped {
            tracing::warn!(%client, %why, "a client's key is no longer given");
            self.key_answered(*client, Some(why)).await?;
        }
        // Those that refused before are asked again, so that a key that is back is known without a request.
        let refused =
            self.store.keys().withdrawn().into_iter().filter(|id| !dropped.iter().any(|(other, _)| other == id));
        for loaded in join_all(refused.map(|client| self.load_key(client))).await {
            match loaded {
                Ok(()) | Err(Error::Refused(Refused::NoKey(_)) | Error::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(dropped.len())
    }

    /// A client's keys, from memory or its source. That they came into memory is in the client's ledger before anything
    /// is opened with them; asking the source again while they are there is not recorded. `None`: no such client.
    pub(crate) async fn keys_of(&self, client: ClientId) -> Result<Option<Result<Arc<ClientKeys>, NoKey>>, Error> {
        let loaded = clients::load_keys(&self.store, client).await?;
        if !matches!(loaded, Some(Ok(_))) || !self.store.keys().mark_used(client) {
            return Ok(loaded);
        }
        let entry = Entry::new(LedgerOf::Client(client.to_string()), Act::KeyUsed, self.now().0).by("job", "keys");
        let written = async { self.store.write("keys_of").await?.commit([entry]).await };
        if let Err(error) = written.await {
            self.store.keys().forget(client);
            return Err(error.into());
        }
        Ok(loaded)
    }

    /// A client's source gave its key, or `why` not. Where that is a change, the client's ledger says so.
    pub(crate) async fn key_answered(&self, client: ClientId, why: Option<&NoKey>) -> Result<(), Error> {
        let keys = self.store.keys();
        let act = match why {
            None => keys.mark_given(client).then_some(Act::KeyRestored),
            Some(NoKey::Destroyed) => {
                keys.mark_destroyed(client);
                keys.mark_given(client);
                None
            }
            Some(NoKey::Withdrawn(_) | NoKey::Wrong) => keys.mark_withdrawn(client).then_some(Act::KeyWithdrawn),
        };
        let Some(act) = act else { return Ok(()) };
        let entry = Entry::new(LedgerOf::Client(client.to_string()), act, self.now().0)
            .because("reason", why.map(ToString::to_string))
            .by("job", "keys");
        let written = async { self.store.write("key_answered").await?.commit([entry]).await };
        if let Err(error) = written.await {
            // Not recorded, so not known: the next asking tries again, and nothing opens before.
            match why {
                None => {
                    keys.mark_withdrawn(client);
                    keys.forget(client);
                }
                Some(_) => {
                    keys.mark_given(client);
                }
            }
            return Err(error.into());
        }
        Ok(())
    }
}
