//! Grants into a client: an admin proposes, the client's custodian or observer confirms.

use crate::{
    App, Asker, Error,
    custody::{absent, voices},
};
use vouchsafe_domain::{
    access::role::Role,
    custody::wall::Shut,
    ids::{ClientId, GrantId, MemberId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::{grants, members},
    custody::{pass::admit, walls},
};

impl App {
    /// Proposes a grant. Nobody proposes one for himself, and nobody makes the only custodian of the installation one of clients:
    /// he would never be of all again, and nobody would keep what has no custodian of its own.
    pub async fn propose_grant(&self, asker: &Asker, client: ClientId, member: MemberId) -> Result<GrantId, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("propose_grant").await?;
        let pass = admit(&mut tx, asker, client).await?;
        let whom = hidden.known(&mut tx, asker, member).await?;
        if asker.role != Role::Admin || whom.person == asker.person {
            return Err(Error::Forbidden("a grant is proposed by an admin, and never for himself"));
        }
        let of_all = whom.role == Role::Custodian && !grants::any(&mut tx, member).await?;
        if of_all && !grants::other_of_all(&mut tx, member).await? {
            return Err(Error::state(
                "last_custodian",
                "this is the only custodian of the installation, and would be one of this client alone from now on; let another custodian join first",
            ));
        }
        let id = GrantId(self.id());
        grants::propose(&mut tx, id, client, member, asker.member, self.now()).await.map_err(|error| match error {
            vouchsafe_store::Error::Constraint => {
                Error::state("grant_exists", "this member has a grant or a proposal into this client")
            }
            other => other.into(),
        })?;
        let entry =
            pass.entry(Act::GrantProposed, self.now()).of("grant", id.to_string()).of("member", member.to_string());
        tx.commit([entry]).await?;
        Ok(id)
    }

    /// Confirms a proposed grant: custodian or observer of the client, neither proposer nor the one it is for.
    pub async fn confirm_grant(&self, asker: &Asker, grant: GrantId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("confirm_grant").await?;
        let found = absent::found(grants::get(&mut tx, grant).await?, &mut tx, asker).await?;
        let pass = admit(&mut tx, asker, found.client).await?;
        for other in [found.proposed_by, found.member] {
            let other = members::get(&mut tx, other).await?.ok_or(Error::NotFound)?;
            if other.person == asker.person {
                return Err(Error::Forbidden("a second person confirms: neither who proposed it nor whom it is for"));
            }
        }
        if !matches!(asker.role, Role::Custodian | Role::Observer) {
            return Err(Error::Forbidden("a custodian or observer of the client confirms"));
        }
        let whom = members::get(&mut tx, found.member).await?.ok_or(Error::NotFound)?;
        let speaks = matches!(whom.role, Role::Custodian | Role::Observer);
        if speaks && voices::stands_in(&mut tx, asker, found.client, now).await? {
            return Err(Error::Forbidden("a client with people of its own says through them who else speaks for it"));
        }
        // Who is granted it after entries were lost is entered again before anybody is let in.
        if walls::look(&mut tx, whom.person, found.client).await?.is_err_and(|shut| shut != Shut::Gap) {
            // Why is not said: whoever confirms may know this client alone.
            return Err(Error::state("walled", "a wall keeps this person out of the client"));
        }
        if !grants::confirm(&mut tx, grant, asker.member, now).await? {
            return Err(Error::state("grant_over", "this grant was confirmed or ended meanwhile"));
        }
        let entry =
            pass.entry(Act::GrantConfirmed, now).of("grant", grant.to_string()).of("member", found.member.to_string());
        tx.commit([entry]).await?;
        Ok(())
    }

    /// Ends a grant, at once.
    pub async fn revoke_grant(&self, asker: &Asker, grant: GrantId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("revoke_grant").await?;
        let found = absent::found(grants::get(&mut tx, grant).await?, &mut tx, asker).await?;
        let pass = admit(&mut tx, asker, found.client).await?;
        if !grants::revoke(&mut tx, grant, now).await? {
            return Err(Error::state("grant_over", "this grant had ended"));
        }
        let entry =
            pass.entry(Act::GrantRevoked, now).of("grant", grant.to_string()).of("member", found.member.to_string());
        tx.commit([entry]).await?;
        Ok(())
    }
}
