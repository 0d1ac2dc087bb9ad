//! Destroying a client's data key: what it sealed opens nowhere any more, backups included as they expire.
//!
//! Two people: one orders, another confirms, and at least one of them keeps this client (its custodian or observer; its own,
//! where it has its own). A hold
//! on anything of the client refuses both.

use super::voices;
use crate::{App, Asker, Error};
use vouchsafe_domain::{access::role::Role, ids::ClientId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{
        clients, destructions, holds,
        pass::{Pass, admit},
    },
};

impl App {
    /// Orders the destruction; nothing is destroyed yet. `code_name` is the client's, typed by whoever orders it.
    pub async fn order_key_destruction(&self, asker: &Asker, client: ClientId, code_name: &str) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("order_key_destruction").await?;
        let pass = self.unheld(&mut tx, asker, client).await?;
        let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound)?;
        if row.face.code_name != code_name.trim() {
            return Err(Error::invalid("/code_name", "is not the code name of this client"));
        }
        if row.key_destroyed_at.is_some() {
            return Err(Error::state("key_destroyed", "this client's key is destroyed already"));
        }
        if !destructions::order(&mut tx, client, asker.member, asker.person, now).await? {
            return Err(Error::state("destruction_ordered", "it is ordered already; a second person confirms it"));
        }
        tx.commit([pass.entry(Act::KeyDestructionOrdered, now).of("client", client.to_string())]).await?;
        Ok(())
    }

    /// Takes the order back.
    pub async fn cancel_key_destruction(&self, asker: &Asker, client: ClientId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("cancel_key_destruction").await?;
        let pass = admit(&mut tx, asker, client).await?;
        if !destructions::cancel(&mut tx, client).await? {
            return Err(Error::state("destruction_not_ordered", "nobody ordered this client's key destroyed"));
        }
        tx.commit([pass.entry(Act::KeyDestructionCancelled, now).of("client", client.to_string())]).await?;
        Ok(())
    }

    /// Confirms the order as a second person: the key is gone, for good.
    pub async fn confirm_key_destruction(&self, asker: &Asker, client: ClientId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("confirm_key_destruction").await?;
        let pass = self.unheld(&mut tx, asker, client).await?;
        let ordered = destructions::get(&mut tx, client).await?.ok_or_else(|| {
            Error::state("destruction_not_ordered", "nobody ordered this client's key destroyed; order it first")
        })?;
        if ordered.person == asker.person {
            return Err(Error::Forbidden("a second person confirms, not the one who ordered it"));
        }
        let first = members::get(&mut tx, ordered.member).await?.ok_or(Error::NotFound)?;
        if first.suspended_at.is_some() {
            return Err(Error::Forbidden("whoever ordered it was suspended since; order it anew"));
        }
        if asker.role == Role::Admin && first.role == Role::Admin {
            return Err(Error::Forbidden("one of the two is a custodian or the observer of this client"));
        }
        let own = voices::either_speaks(&mut tx, [asker.member, ordered.member], client).await?;
        if !own && voices::has_own(&mut tx, client, now).await? {
            return Err(Error::Forbidden(
                "one of the two is this client's own custodian or observer, where it has one",
            ));
        }
        if !clients::destroy_key(&mut tx, client, now).await? {
            return Err(Error::state("key_destroyed", "this client's key is destroyed already"));
        }
        destructions::cancel(&mut tx, client).await?;
        let entry = pass
            .entry(Act::KeyDestroyed, now)
            .of("client", client.to_string())
            .of("asked_by", ordered.member.to_string());
        tx.commit([entry]).await?;
        // Somebody may have loaded it again between the statement and the commit.
        self.store.keys().forget(client);
        Ok(())
    }

    /// The right to destroy, where no hold stands against it.
    async fn unheld<'a>(&self, tx: &mut Tx, asker: &'a Asker, client: ClientId) -> Result<Pass<'a>, Error> {
        let pass = admit(tx, asker, client).await?;
        clients::lock(tx, client).await?;
        if holds::covers(tx, client, None).await? {
            return Err(Error::state(
                "held",
                "a hold covers this client or a project of it, or may since entries were lost; nothing is destroyed",
            ));
        }
        Ok(pass)
    }
}
