//! Erasing a person: who he was is destroyed, what he was sent stays counted.
//!
//! Name, address, password, second factor and profile go, and with them the `person` part and salt of each of his
//! entries: what is left in the trees is a commitment that nobody can open. The tag by which his entries are found
//! stays beside them, and so does the keyed index of his address: a return does not shed what he was sent, until that
//! shuts nothing any more ([`super::forget`]). What he holds goes to others at once. What outside logs left of him loses his address ([`super::erase_outside`]).

use super::late::lock_leases;
use crate::{App, Asker, Error, access::entry, work::give_back};
use std::collections::BTreeSet;
use vouchsafe_domain::{access::role::Role, ids::MemberId};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::members,
    custody::{clearance::by, clients, forgotten, holds, ledger, walls},
};

impl App {
    /// Erases the person behind an account. Refused while a hold exists on a client that sent him something. How many entries
    /// lost him, those of clients that are hidden from the asker left out.
    pub async fn erase_person(&self, asker: &Asker, member: MemberId) -> Result<u64, Error> {
        if asker.role != Role::Admin {
            return Err(Error::Forbidden("an admin erases a person"));
        }
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("erase_person").await?;
        let person = hidden.known(&mut tx, asker, member).await?.person;
        tx.abandon().await?;
        if person == asker.person {
            return Err(Error::Forbidden("nobody erases himself; ask another admin"));
        }
        let mut tx = self.store.write("erase_person").await?;
        let addresses: Vec<String> =
            members::of_person(&mut tx, person).await?.into_iter().map(|account| account.email).collect();
        tx.abandon().await?;
        // Logs that are being read have their turn before or after.
        let _turn = self.outside.lock().await;
        let unlearned = self.unlearn(&addresses).await?;

        let now = self.now();
        let mut tx = self.store.write("erase_person").await?;
        lock_leases(&mut tx, &[person]).await?;
        // What he is being sent is recorded before this, or refused after it: his row is locked.
        walls::touch(&mut tx, person).await?;
        let (mut names, mut sent) = (Vec::new(), BTreeSet::new());
        for name in members::names_of(&mut tx, person).await? {
            sent.extend(forgotten::clients(&mut tx, name).await?);
            names.push(name.to_string());
        }
        let (mut parts, mut told, mut entries) = (0, 0, Vec::new());
        for name in &names {
            parts += ledger::erase(&mut tx, &LedgerOf::Installation, name).await?;
        }
        told += parts;
        for client in clients::ids(&mut tx).await? {
            let of = LedgerOf::Client(client.to_string());
            let (mut known, mut erased) = (sent.contains(&client), 0);
            for name in &names {
                known = known || ledger::knows(&mut tx, &of, name).await?;
                erased += ledger::erase(&mut tx, &of, name).await?;
            }
            if !known && erased == 0 {
                continue;
            }
            if holds::covers(&mut tx, client, None).await? {
                return Err(Error::state(
                    "held",
                    "a hold keeps what this person was sent, or may since entries were lost; it has to be released first, or the gap \
                     closed",
                ));
            }
            parts += erased;
            told += if hidden.client(client) { 0 } else { erased };
            let said = Entry::new(of, Act::PersonErased, now.0).because("rule", "admin").because("entries", erased);
            entries.push(by(said.of("person", person.to_string()), asker));
        }
        let accounts = members::of_person(&mut tx, person).await?;
        for account in &accounts {
            // Nothing of his is left to be ended later, by an entry that would name him again.
            entries.extend(give_back::end_all(self, &mut tx, asker, account.member, "erased", |_| true).await?);
        }
        let cases = self.erase_outside(&mut tx, &addresses, unlearned).await?;
        for name in members::names_of(&mut tx, person).await? {
            members::erase(&mut tx, name).await?;
            forgotten::erased(&mut tx, name, now).await?;
        }
        for account in &accounts {
            members::suspend(&mut tx, account.member, Some(now), now).await?;
        }
        let said = entry(self, Act::PersonErased)
            .because("entries", parts)
            .because("outside_cases", cases)
            .of("person", person.to_string());
        entries.push(by(said, asker));
        tx.commit(entries).await?;
        for account in accounts {
            self.forget_sessions(account.member);
        }
        Ok(told)
    }
}
