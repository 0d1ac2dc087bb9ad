//! What of the installation's own ledger is not told to one of its custodians: what is about a client that is hidden from him.
//!
//! No entry is left out: each stays with its number, its leaf and its path, so that the whole still proves itself. What such an
//! entry says is not handed over, as of what was erased.

use crate::{
    App, Asker, Error,
    custody::{cases::names_hidden, hidden::Hidden, requests::sides},
};
use serde_json::Value;
use std::collections::BTreeMap;
use vouchsafe_domain::ids::PersonId;
use vouchsafe_ledger::entry::LedgerOf;
use vouchsafe_store::{
    Tx,
    access::members,
    custody::{cases, ledger::Numbered, requests},
};

/// What is not told to one reader of one ledger.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    hidden: Hidden,
    /// How entries name what is hidden: clients, accounts, and people who have no other account.
    ids: Vec<String>,
}

impl App {
    /// What is not told to whoever asks: of a client's ledger nothing, its own people read the whole.
    pub(super) async fn withheld(&self, asker: &Asker, ledger: &LedgerOf) -> Result<Withheld, Error> {
        if *ledger != LedgerOf::Installation {
            return Ok(Withheld::default());
        }
        let hidden = self.hidden(asker).await?;
        if hidden.is_empty() {
            return Ok(Withheld::default());
        }
        let mut tx = self.store.write("withheld").await?;
        let mut people: BTreeMap<PersonId, bool> = BTreeMap::new();
        for (member, person) in members::persons(&mut tx).await? {
            *people.entry(person).or_insert(true) &= hidden.member(member);
        }
        tx.abandon().await?;
        let people = people.into_iter().filter(|(_, all)| *all).map(|(person, _)| person.to_string());
        let accounts = hidden.members().map(|member| member.to_string());
        let ids = hidden.clients().map(|client| client.to_string()).chain(accounts).chain(people).collect();
        Ok(Withheld { hidden, ids })
    }

    /// Takes the parts away from what is not told.
    pub(super) async fn withhold(&self, withheld: &Withheld, entries: &mut [Numbered]) -> Result<(), Error> {
        if withheld.ids.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.write("withhold").await?;
        for one in entries {
            let said: Vec<Value> =
                one.entry.parts.iter().flatten().filter_map(|part| serde_json::from_slice(&part.bytes).ok()).collect();
            if withheld.covers(&mut tx, &said).await? {
                one.entry.parts = [None, None, None];
            }
        }
        tx.abandon().await?;
        Ok(())
    }
}

impl Withheld {
    async fn covers(&self, tx: &mut Tx, said: &[Value]) -> Result<bool, Error> {
        if said.iter().any(|part| self.named(part)) {
            return Ok(true);
        }
        // What leads to a client only by way of a row.
        let id = |key: &str| said.iter().find_map(|part| part.get(key)?.as_str());
        if let Some(request) = id("request").and_then(|id| id.parse().ok())
            && let Some(request) = requests::get(tx, request).await?
            && sides::is_hidden(tx, &request, &self.hidden, true).await?
        {
            return Ok(true);
        }
        let case = id("case").and_then(|id| id.parse().ok());
        let Some(case) = case else { return Ok(false) };
        Ok(cases::get(tx, case).await?.is_some_and(|case| names_hidden(&case, &self.hidden)))
    }

    fn named(&self, said: &Value) -> bool {
        match said {
            Value::String(text) => self.ids.iter().any(|id| text.contains(id.as_str())),
            Value::Array(list) => list.iter().any(|one| self.named(one)),
            Value::Object(map) => map.values().any(|one| self.named(one)),
            _ => false,
        }
    }
}
