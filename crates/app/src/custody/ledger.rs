//! The provable ledger: numbered, signed, witnessed, read with proofs.

pub mod inventory;
mod looks;
pub mod lost;
pub mod read;
pub mod search;
pub mod sequence;
pub mod tlog;
mod withheld;
pub mod witness;

pub(crate) use looks::Looks;

use crate::{App, Asker, Error};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use vouchsafe_domain::{access::role::Role, custody::gate::Rule, ids::ClientId, time::Micros};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::{
    Tx,
    custody::{clearance, pass::admit, sequence as rows},
};

/// The newest signed heads that this process knows of, by ledger: receipts carry them at no cost.
#[derive(Default)]
pub struct Heads(RwLock<(HashMap<String, Arc<str>>, Micros)>);

/// A ledger as a path names it: a client's id, or `installation`.
pub fn parse(name: &str) -> Result<LedgerOf, Error> {
    if name == LedgerOf::Installation.name() {
        return Ok(LedgerOf::Installation);
    }
    let client: ClientId = name.parse().map_err(|_| Error::NotFound)?;
    Ok(LedgerOf::Client(client.to_string()))
}

impl App {
    /// Lets in whoever may read this ledger: its client's custodians and observers; for the installation's, the
    /// custodians of the installation.
    async fn enter_ledger(&self, tx: &mut Tx, asker: &Asker, ledger: &LedgerOf) -> Result<Rule, Error> {
        if !matches!(asker.role, Role::Custodian | Role::Observer) {
            return Err(Error::NotFound);
        }
        Ok(match ledger {
            LedgerOf::Installation => clearance::look_at_installation(tx, asker).await?,
            LedgerOf::Client(id) => {
                let client = id.parse().map_err(|_| Error::NotFound)?;
                // A pass asks for no key: a client that withdrew its own still reads its log.
                admit(tx, asker, client).await?.rule()
            }
        })
    }

    /// The newest signed head of a client's ledger that this process knows of.
    pub fn head(&self, client: ClientId) -> Option<Arc<str>> {
        let heads = self.heads.0.read().unwrap_or_else(PoisonError::into_inner);
        heads.0.get(&client.to_string()).map(Arc::clone)
    }

    /// The same, and where this process knows of none yet, as just after its start, what the database has or can have.
    pub(crate) async fn certain_head(&self, client: ClientId) -> Result<Option<Arc<str>>, Error> {
        if self.head(client).is_none() {
            self.number_entries().await?;
            self.refresh_heads().await?;
        }
        Ok(self.head(client))
    }

    /// Looks for newer heads, whoever signed them.
    pub async fn refresh_heads(&self) -> Result<(), Error> {
        let since = self.heads.0.read().unwrap_or_else(PoisonError::into_inner).1;
        // Clocks of several processes differ a little: look back, and take the same head twice.
        let newer = rows::heads(&mut self.store.read().await?, since.plus(-10 * Micros::SECOND)).await?;
        let mut heads = self.heads.0.write().unwrap_or_else(PoisonError::into_inner);
        for (ledger, note, at) in newer {
            heads.0.insert(ledger, note.into());
            heads.1 = heads.1.max(at);
        }
        Ok(())
    }
}
