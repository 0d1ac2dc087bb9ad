//! People who leave: from notice on no new clients and a narrower budget; on the last day everything ends at once.

use super::late::{end_shut_leases, is_of_installation, lock_leases, said};
use crate::{App, Asker, Error};
use serde::Deserialize;
use vouchsafe_domain::{access::role::Role, ids::MemberId, time::Micros};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{access::members, custody::walls};

/// Accounts whose last day came, ended in one transaction at most.
const AT_ONCE: u32 = 20;

/// Notice.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// The moment everything ends, RFC 3339; null takes the notice back.
    pub last_day: Option<String>,
}

impl App {
    /// Records a person's last day, or (without one) that he stays. Given by an admin or a custodian of the
    /// installation, never by himself.
    pub async fn give_notice(&self, asker: &Asker, member: MemberId, new: &NewNotice) -> Result<(), Error> {
        let last_day = new.last_day.as_deref().map(str::parse::<Micros>).transpose();
        let last_day = last_day.map_err(|e| Error::invalid("/last_day", e.to_string()))?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("give_notice").await?;
        if asker.role != Role::Admin && !is_of_installation(&mut tx, asker).await? {
            return Err(Error::NotFound);
        }
        let person = members::get(&mut tx, member).await?.filter(|one| !hidden.member(one.member));
        let person = person.ok_or(Error::NotFound)?.person;
        if person == asker.person {
            return Err(Error::Forbidden("somebody else records one's notice"));
        }
        lock_leases(&mut tx, &[person]).await?;
        walls::hold_graph(&mut tx).await?;
        walls::touch(&mut tx, person).await?;
        members::set_last_day(&mut tx, person, last_day).await?;
        let ended = end_shut_leases(self, &mut tx, person).await?;
        let entry = said(self, Act::NoticeGiven, asker)
            .of("whom", person.to_string())
            .of("last_day", last_day.map(|day| day.to_string()));
        tx.commit(std::iter::once(entry).chain(ended)).await?;
        Ok(())
    }

    /// Ends the accounts, leases and tokens of whoever's last day has come. Returns how many accounts it ended; to
    /// be called over and over. Their sessions end within the second for which an answer about one is remembered.
    pub async fn end_leavers(&self) -> Result<usize, Error> {
        let now = self.now();
        let mut tx = self.store.write("end_leavers").await?;
        let mut entries = Vec::new();
        let mut gone = members::past_last_day(&mut tx, now, AT_ONCE).await?;
        gone.sort_by_key(|account| account.person);
        let persons: Vec<_> = gone.iter().map(|account| account.person).collect();
        lock_leases(&mut tx, &persons).await?;
        walls::hold_graph(&mut tx).await?;
        for account in &gone {
            walls::touch(&mut tx, account.person).await?;
            members::suspend(&mut tx, account.member, Some(now), now).await?;
            entries.push(
                Entry::new(LedgerOf::Installation, Act::PersonLeft, now.0)
                    .of("member", account.member.to_string())
                    .by("job", "leavers"),
            );
            entries.extend(end_shut_leases(self, &mut tx, account.person).await?);
        }
        if entries.is_empty() {
            return Ok(0);
        }
        tx.commit(entries).await?;
        for account in &gone {
            self.forget_sessions(account.member);
        }
        Ok(gone.len())
    }
}
