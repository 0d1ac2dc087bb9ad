//! What a wall hides from somebody in the lists of the installation, which are of no client: the clients it shuts to him,
//! and the people who are nothing here but theirs.
//!
//! Whoever runs the installation is walled as others are. A list that names a client, counts it, or shows who works for it
//! and for nobody else leaves that out for him, and what leads to such a thing by its id answers as what never was.

use super::absent;
use crate::{App, Asker, Error};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::ids::{ClientId, MemberId, OrganisationId, PersonId};
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::{
    Tx,
    access::{
        grants,
        members::{self, Listed},
    },
    custody::{clients, walls},
};

/// What is hidden from one who asks.
#[derive(Debug, Default)]
pub(crate) struct Hidden {
    clients: BTreeSet<ClientId>,
    members: BTreeSet<MemberId>,
}

impl Hidden {
    /// Whether nothing is.
    pub(crate) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Whether a client is.
    pub(crate) fn client(&self, client: ClientId) -> bool {
        self.clients.contains(&client)
    }

    /// Whether an organisation is: a client stands in the graph under its own id.
    pub(crate) fn organisation(&self, organisation: OrganisationId) -> bool {
        self.client(ClientId(organisation.0))
    }

    /// Whether a ledger is: of what it says to others nothing is counted.
    pub(crate) fn ledger(&self, ledger: &LedgerOf) -> bool {
        matches!(ledger, LedgerOf::Client(id) if id.parse().is_ok_and(|client| self.client(client)))
    }

    /// Whether an account is: every client that it was ever granted, or proposed for, is hidden. Who has no grant at all is
    /// the installation's.
    pub(crate) fn member(&self, member: MemberId) -> bool {
        self.members.contains(&member)
    }

    /// The accounts that are hidden.
    pub(crate) fn members(&self) -> impl Iterator<Item = MemberId> {
        self.members.iter().copied()
    }

    /// The clients that are hidden.
    pub(crate) fn clients(&self) -> impl Iterator<Item = ClientId> {
        self.clients.iter().copied()
    }

    /// Whether a person is: every account of his.
    pub(crate) async fn person(&self, tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
        if self.members.is_empty() {
            return Ok(false);
        }
        let all = members::persons(tx).await?;
        let mut own = all.iter().filter(|(_, of)| *of == person).map(|(member, _)| self.member(*member)).peekable();
        Ok(own.peek().is_some() && own.all(|hidden| hidden))
    }

    /// Whether whoever has this address is.
    pub(crate) async fn address(&self, tx: &mut Tx, email: &str) -> Result<bool, Error> {
        match members::person_at(tx, email).await? {
            Some(person) => self.person(tx, person).await,
            None => Ok(false),
        }
    }

    /// An account that was looked up, unless it is hidden or was never there.
    pub(crate) async fn known(&self, tx: &mut Tx, asker: &Asker, member: MemberId) -> Result<Listed, Error> {
        let found = members::get(tx, member).await?.filter(|one| !self.member(one.member));
        absent::found(found, tx, asker).await
    }
}

impl App {
    /// What is hidden from whoever asks. Looked up before the transaction that lists or acts: it holds the graph, and who
    /// acts locks work before that.
    pub(crate) async fn hidden(&self, asker: &Asker) -> Result<Hidden, Error> {
        let mut tx = self.store.write("hidden").await?;
        let all = clients::ids(&mut tx).await?;
        let shown = walls::shows(&mut tx, asker.person, &all).await?;
        let outside = |client: &ClientId| asker.only_client.is_some_and(|only| only != *client);
        let clients: BTreeSet<_> =
            all.into_iter().zip(shown).filter(|(one, shown)| !shown || outside(one)).map(|(one, _)| one).collect();
        let mut granted: BTreeMap<MemberId, bool> = BTreeMap::new();
        for client in &clients {
            for (member, into) in grants::of_those_in(&mut tx, *client).await? {
                *granted.entry(member).or_insert(true) &= clients.contains(&into);
            }
        }
        tx.abandon().await?;
        let members = granted.into_iter().filter(|(member, only)| *only && *member != asker.member);
        Ok(Hidden { members: members.map(|(member, _)| member).collect(), clients })
    }
}
