//! Accounts, for those who run the installation.

use super::{entry, roles, whole};
use crate::{
    App, Asker, Error,
    custody::hidden::Hidden,
    page::{Cursor, Filling, Page},
    work::give_back,
};
use serde::Serialize;
use vouchsafe_domain::{access::role::Role, ids::MemberId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    Tx,
    access::members::{self, Listed},
    custody::clearance::by,
};

/// An account as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MemberListed {
    /// Its id.
    pub id: String,
    /// His name.
    pub name: String,
    /// His address; only admins are sent it.
    pub email: Option<String>,
    /// What he is.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// When the account came to be.
    pub created_at: String,
    /// When it was suspended.
    pub suspended_at: Option<String>,
}

/// Accounts that are not hidden, in order of coming, after `(created, id)`.
pub(crate) async fn shown(tx: &mut Tx, hidden: &Hidden, after: (i64, &str), limit: u32) -> Result<Vec<Listed>, Error> {
    let mut page = Filling::new(after, limit);
    while let Some((at, id)) = page.next() {
        let rows = members::list(tx, (at, &id), limit).await?;
        page.take(rows, |one| (one.created_at.0, one.member.to_string()), |one| !hidden.member(one.member));
    }
    Ok(page.rows())
}

impl App {
    /// The accounts. Admins see all of each, operators and custodians names and roles; nobody those who work only for clients
    /// that are hidden from him.
    pub async fn list_members(
        &self,
        asker: &Asker,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<MemberListed>, Error> {
        whole(asker)?;
        if !matches!(asker.role, Role::Admin | Role::Operator | Role::Custodian) {
            return Err(Error::Forbidden("only those who run the installation see its accounts"));
        }
        let cursor = Cursor::parse(after)?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_members").await?;
        let rows = shown(&mut tx, &hidden, cursor.key(), limit + 1).await?;
        tx.abandon().await?;
        let admin = asker.role == Role::Admin;
        Ok(Page::of(rows, limit, |m| (m.created_at.0, m.member.to_string())).map(|m| MemberListed {
            id: m.member.to_string(),
            name: m.name,
            email: admin.then_some(m.email),
            role: m.role.word(),
            created_at: m.created_at.to_string(),
            suspended_at: m.suspended_at.map(|at| at.to_string()),
        }))
    }

    /// Suspends an account and ends its sessions and tokens at once, or lets it in again, unless roles would meet in one human
    /// that must not.
    pub async fn suspend_member(&self, asker: &Asker, member: MemberId, suspended: bool) -> Result<(), Error> {
        whole(asker)?;
        if asker.role != Role::Admin {
            return Err(Error::Forbidden("only an admin suspends"));
        }
        if member == asker.member {
            return Err(Error::Forbidden("nobody suspends himself; ask another admin"));
        }
        let now = self.now();
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("suspend_member").await?;
        let found = hidden.known(&mut tx, asker, member).await?;
        if !members::suspend(&mut tx, member, suspended.then_some(now), now).await? {
            return Err(Error::NotFound);
        }
        let act = if suspended { Act::MemberSuspended } else { Act::MemberResumed };
        let mut entries = vec![by(entry(self, act), asker).of("member", member.to_string())];
        if !suspended {
            roles::of_person(&mut tx, found.person).await?;
        }
        if suspended {
            // What he holds goes to others at once; his drafts are kept.
            entries.extend(give_back::end_all(self, &mut tx, asker, member, "suspended", |_| true).await?);
        }
        tx.commit(entries).await?;
        self.forget_sessions(member);
        Ok(())
    }
}
