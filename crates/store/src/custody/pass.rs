//! Passes: the gate's leave to handle facts about a compartment (its grants, holds, keys, names) and none of its content.
//!
//! A pass opens nothing of the client, so it needs none of the client's keys: when a key is withdrawn or destroyed, a grant
//! can still be revoked and a hold still be placed.

use super::{
    clearance::{Asker, Found, Refused, by, facts, nobody, sight},
    ledger, walls,
};
use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    vals,
};
use std::marker::PhantomData;
use vouchsafe_domain::{
    custody::gate::{self, Denied, Need, Rule},
    ids::ClientId,
    time::Micros,
};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};

/// Proof that the gate let `asker` at the facts of `client`, good only inside its transaction.
pub struct Pass<'tx> {
    asker: Asker,
    client: ClientId,
    rule: Rule,
    serial: u64,
    tx: PhantomData<&'tx ()>,
}

/// Asks the gate for somebody who handles facts about a client: its custodian, its observer, an admin.
pub async fn admit<'tx>(tx: &mut Tx, asker: &Asker, client: ClientId) -> Result<Pass<'tx>, Refused> {
    admit_to(tx, asker, client, Need::Custody).await
}

/// Asks the gate for somebody who may know of a client because its work is open to him.
pub async fn know<'tx>(tx: &mut Tx, asker: &Asker, client: ClientId) -> Result<Pass<'tx>, Refused> {
    admit_to(tx, asker, client, Need::Know).await
}

async fn admit_to<'tx>(tx: &mut Tx, asker: &Asker, client: ClientId, need: Need) -> Result<Pass<'tx>, Refused> {
    if asker.only_client.is_some_and(|only| only != client) {
        return Err(nobody(tx, asker).await);
    }
    // An admin is let in everywhere, also where there is nothing. Said only after the gate was asked, as of what is walled.
    let there = tx.one("select id from client where id = $1", vals![client]).await?;
    let Found { facts, person, version, standing, .. } = facts(tx, asker, client, need, true).await?;
    let wall = walls::pass(tx, (person, version), client, sight(need, facts), standing).await;
    let rule = gate::decide(need, &facts);
    wall?;
    there.ok_or(Denied::Unknown)?;
    Ok(Pass { asker: asker.clone(), client, rule: rule?, serial: tx.serial, tx: PhantomData })
}

impl Pass<'_> {
    /// Which client.
    pub fn client(&self) -> ClientId {
        self.client
    }

    /// By which rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// An entry of this client's ledger with who and by which rule.
    pub fn entry(&self, act: Act, now: Micros) -> Entry {
        let ledger = LedgerOf::Client(self.client.to_string());
        by(Entry::new(ledger, act, now.0).because("rule", self.rule.word()), &self.asker)
    }

    fn within(&self, tx: &Tx) -> Result<(), Error> {
        if tx.serial == self.serial { Ok(()) } else { Err(Error::ForeignClearance) }
    }

    /// Seals words about the compartment with the key of its ledger, which outlives the client's own.
    pub(crate) async fn seal(&self, tx: &mut Tx, table: &'static str, row: &str, body: &[u8]) -> Result<Sealed, Error> {
        self.within(tx)?;
        let owner = self.client.to_string();
        let key = ledger::key_of(tx, &LedgerOf::Client(owner.clone())).await?;
        Ok(seal::seal(&key, Place { owner: &owner, table, row }, body))
    }

    /// Opens what [`Pass::seal`] sealed.
    pub(crate) async fn open(
        &self,
        tx: &mut Tx,
        table: &'static str,
        row: &str,
        sealed: &Sealed,
    ) -> Result<Vec<u8>, Error> {
        self.within(tx)?;
        let owner = self.client.to_string();
        let key = ledger::key_of(tx, &LedgerOf::Client(owner.clone())).await?;
        seal::open(&key, Place { owner: &owner, table, row }, sealed)
    }
}
