//! Asking again for the keys of clients, and the start of the server.

use crate::{App, Error, access::entry};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{access::installation, custody::clients};

impl App {
    /// Makes the installation's row at the first start, and records every start with the version. True at the first.
    pub async fn started(&self, version: &str, one_person: bool) -> Result<bool, Error> {
        let mut tx = self.store.write("started").await?;
        let first = installation::found(&mut tx, one_person, self.now()).await?;
        let one_person = installation::one_person(&mut tx).await?;
        tx.commit([entry(self, Act::ServerStarted).of("version", version).of("one_person_installation", one_person)])
            .await?;
        Ok(first)
    }

    /// Asks every source again and forgets the keys of those that refuse: from then on their content stays sealed.
    pub async fn confirm_keys(&self) -> Result<usize, Error> {
        // Destroyed by another process: what this one still has in memory goes too.
        for client in clients::destroyed(&mut self.store.read().await?).await? {
            self.store.keys().forget(client);
        }
        let withdrawn = self.store.keys().confirm_all().await;
        for (client, why) in &withdrawn {
            tracing::warn!(%client, %why, "a client's key is no longer given");
            let tx = self.store.write("confirm_keys").await?;
            let entry = Entry::new(LedgerOf::Client(client.to_string()), Act::KeyWithdrawn, self.now().0)
                .because("reason", why.to_string());
            tx.commit([entry.by("job", "confirm_keys")]).await?;
        }
        Ok(withdrawn.len())
    }
}
