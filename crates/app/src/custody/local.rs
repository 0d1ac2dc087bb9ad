//! Acts of whoever stands at the machine: they concern every client, so every ledger says them.

use crate::{App, Error};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::custody::clients;

/// How the ledgers name whoever stands at the machine.
pub(super) const CONSOLE: &str = "console";

/// What whoever stands at the machine did: one entry for the installation's ledger and one for each client's.
pub(crate) async fn everywhere(app: &App, act: Act) -> Result<Vec<Entry>, Error> {
    Ok(in_all(app, act).await?.into_iter().map(|entry| entry.by("door", CONSOLE)).collect())
}

/// What happened to the server itself: one entry for the installation's ledger and one for each client's.
pub(crate) async fn in_all(app: &App, act: Act) -> Result<Vec<Entry>, Error> {
    let mut on = app.store.read().await?;
    let clients = clients::all(&mut on).await?;
    let ledgers = clients.iter().map(|client| LedgerOf::Client(client.id.to_string()));
    let ledgers = std::iter::once(LedgerOf::Installation).chain(ledgers);
    Ok(ledgers.map(|ledger| Entry::new(ledger, act, app.now().0)).collect())
}
