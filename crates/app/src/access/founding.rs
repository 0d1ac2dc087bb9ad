//! Members made at the machine, without an invitation: the people of the demo.

use super::entry;
use crate::{App, Asker, Error};
use vouchsafe_domain::{
    access::{device::Device, role::Role},
    ids::{MemberId, PersonId},
};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::members::{self, NewPerson},
    experts::profiles::{self, Profile},
};

impl App {
    /// Makes a member who can be entered only by sign-in links, since he has no password. `door` says who made him.
    pub async fn found_member(
        &self,
        role: Role,
        name: &str,
        email: &str,
        profile: &Profile,
        door: &str,
    ) -> Result<Asker, Error> {
        let (person, member, now) = (PersonId(self.id()), MemberId(self.id()), self.now());
        let mut tx = self.store.write("found_member").await?;
        members::insert_person(
            &mut tx,
            &NewPerson { id: person, name, email, password_hash: None, totp: None, at: now },
        )
        .await?;
        members::insert(&mut tx, member, person, role, now).await?;
        profiles::put(&mut tx, person, profile).await?;
        tx.commit([entry(self, Act::MemberJoined).because("door", door).of("member", member.to_string())]).await?;
        Ok(Asker { person, member, role, door: door.into(), only_client: None, device: Device::Console })
    }

    /// Every account by the name of its person, oldest first, at most 1,000: for the machine's own console.
    pub async fn everybody(&self) -> Result<Vec<(String, Asker)>, Error> {
        let mut tx = self.store.write("everybody").await?;
        let rows = members::list(&mut tx, (-1, ""), 1_000).await?;
        tx.abandon().await?;
        let asker = |m: &members::Listed| Asker {
            person: m.person,
            member: m.member,
            role: m.role,
            door: "console".into(),
            only_client: None,
            device: Device::Console,
        };
        Ok(rows.iter().map(|m| (m.name.clone(), asker(m))).collect())
    }
}
