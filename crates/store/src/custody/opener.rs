//! Opening many rows outside a transaction: what consensus and release builds need.
//!
//! An opener asks the keyring anew for each row, so a client's key that was withdrawn stops it within the same
//! minute as it stops everything else.

use crate::{
    Error, Pending, Tx,
    custody::clearance::Clearance,
    keys::{ClientKeys, Keyring, NoKey},
    seal::{self, Place, Sealed},
};
use std::sync::Arc;
use vouchsafe_domain::{
    custody::gate::Rule,
    ids::{ClientId, PersonId},
};

/// The right to open rows of one client.
#[derive(Clone)]
pub struct Opener {
    client: ClientId,
    owner: String,
    keyring: Arc<Keyring>,
}

impl Clearance<'_> {
    /// An opener for the server's own reckoning, such as consensus: what it opens is never sent. Only a clearance
    /// of the server gives one.
    pub fn opener(&self, tx: &Tx) -> Result<Opener, Error> {
        self.within(tx)?;
        if self.rule() == Rule::Server { Ok(self.make(tx)) } else { Err(Error::ForeignClearance) }
    }

    /// An opener for content that leaves: closed until the entry that names it is durable.
    pub fn pending_opener(&self, tx: &Tx) -> Result<Pending<Opener>, Error> {
        let opener = self.make(tx);
        self.outgoing(tx, 0, move || Ok(opener))
    }

    fn make(&self, tx: &Tx) -> Opener {
        Opener { client: self.client(), owner: self.client().to_string(), keyring: Arc::clone(tx.keys()) }
    }
}

impl Opener {
    /// Whose content it opens.
    pub fn client(&self) -> ClientId {
        self.client
    }

    fn keys(&self) -> Result<Arc<ClientKeys>, Error> {
        let withdrawn = || Error::NoKey(NoKey::Withdrawn("it was not confirmed within a minute".into()));
        self.keyring.get(self.client).ok_or_else(withdrawn)
    }

    pub(crate) fn open(&self, table: &'static str, row: &str, sealed: &Sealed) -> Result<Vec<u8>, Error> {
        seal::open(&self.keys()?.content, Place { owner: &self.owner, table, row }, sealed)
    }

    /// As [`Clearance::pseudonym`].
    pub fn pseudonym(&self, person: PersonId) -> Result<String, Error> {
        Ok(super::clearance::pseudonym(&*self.keys()?, person))
    }
}
