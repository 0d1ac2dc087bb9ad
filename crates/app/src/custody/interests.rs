//! What people declare about themselves, and custodians about them: whom they are tied to.

use super::hidden::Hidden;
use super::late::{end_shut_leases, lock_leases, of_installation, reason, said};
use crate::{App, Asker, Error, access::whole, custody::absent, experts};
use serde::Deserialize;
use vouchsafe_domain::{
    custody::gate::Need,
    ids::{InterestId, MemberId, OrganisationId, PersonId, ProjectId},
    time::Micros,
};
use vouchsafe_ledger::{act::Act, entry::Entry};
use vouchsafe_store::{
    Tx,
    custody::{
        clearance::clear,
        interests::{self, Interest, KINDS},
        likeness,
        organisations::{self, Kind},
        walls,
    },
};

/// Most ties of one person. Each may bring an organisation along, and those stand in lists of everybody.
const TIES_MAX: i64 = 100;

/// A tie to be declared.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInterest {
    /// To which organisation; or its name, when it is not known yet.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub organisation: Option<OrganisationId>,
    /// What it is called, in place of its id.
    #[serde(default)]
    pub name: Option<String>,
    /// `employer`, `equity` or `commission`.
    pub kind: String,
    /// What is to be known about it.
    pub reason: String,
    /// When it ends or ended, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
}

impl App {
    /// Declares an own tie.
    pub async fn declare_interest(&self, asker: &Asker, new: &NewInterest) -> Result<InterestId, Error> {
        whole(asker)?;
        let mut tx = self.store.write("declare_interest").await?;
        let (id, entries) = self.declare(&mut tx, asker, asker.person, None, new).await?;
        tx.commit(entries).await?;
        Ok(id)
    }

    /// Declares a tie of somebody else, as a custodian of the installation who learned of it.
    pub async fn declare_interest_of(
        &self,
        asker: &Asker,
        member: MemberId,
        new: &NewInterest,
    ) -> Result<InterestId, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("declare_interest").await?;
        of_installation(&mut tx, asker).await?;
        let person = hidden.known(&mut tx, asker, member).await?.person;
        let (id, entries) = self.declare(&mut tx, asker, person, Some(&hidden), new).await?;
        tx.commit(entries).await?;
        Ok(id)
    }

    async fn declare(
        &self,
        tx: &mut Tx,
        asker: &Asker,
        person: PersonId,
        custodian: Option<&Hidden>,
        new: &NewInterest,
    ) -> Result<(InterestId, Vec<Entry>), Error> {
        let why = reason("/reason", &new.reason)?;
        if !KINDS.contains(&new.kind.as_str()) {
            return Err(Error::invalid("/kind", format!("must be one of {}", KINDS.join(", "))));
        }
        let until = new.until.as_deref().map(str::parse::<Micros>).transpose();
        let until = until.map_err(|e| Error::invalid("/until", e.to_string()))?;
        if interests::count(tx, person).await? >= TIES_MAX {
            return Err(Error::state("too_many_ties", format!("at most {TIES_MAX} ties are kept of one person")));
        }
        let mut entries = Vec::new();
        let organisation = match (new.organisation, new.name.as_deref().map(str::trim)) {
            (Some(id), None) => {
                let kind = organisations::kind(tx, id).await?.ok_or(Error::NotFound)?;
                // A member does not know which organisations are clients, and learns it nowhere; a custodian none of the hidden.
                if kind == Kind::Client && custodian.is_none_or(|hidden| hidden.organisation(id)) {
                    return Err(Error::NotFound);
                }
                id
            }
            (None, Some(name)) if !name.is_empty() && name.len() <= 200 => {
                let id = OrganisationId(self.id());
                organisations::insert(tx, id, Kind::Employer, Some(name), self.now()).await?;
                likeness::declared(tx, id, self.now()).await?;
                likeness::find(tx, id, self.now()).await?;
                entries.push(said(self, Act::OrganisationCreated, asker).of("organisation", id.to_string()));
                id
            }
            _ => return Err(Error::invalid("/organisation", "name an organisation by its id or by its name")),
        };
        lock_leases(tx, &[person]).await?;
        walls::hold_graph(tx).await?;
        walls::touch(tx, person).await?;
        let interest = Interest {
            id: InterestId(self.id()),
            person,
            organisation,
            kind: new.kind.clone(),
            reason: why.to_owned(),
            declared_by: asker.member,
            declared_at: self.now(),
            until,
        };
        interests::insert(tx, &interest).await?;
        entries.push(
            said(self, Act::InterestDeclared, asker)
                .because("kind", new.kind.as_str())
                .of("interest", interest.id.to_string())
                .of("organisation", organisation.to_string())
                .of("whom", person.to_string()),
        );
        entries.extend(end_shut_leases(self, tx, person).await?);
        Ok((interest.id, entries))
    }

    /// Says that an own tie ended now. It counts until it has faded. What a custodian declared is not his to end.
    pub async fn end_interest(&self, asker: &Asker, interest: InterestId) -> Result<(), Error> {
        whole(asker)?;
        let mut tx = self.store.write("end_interest").await?;
        walls::touch(&mut tx, asker.person).await?;
        if !interests::end(&mut tx, asker.person, interest, true, self.now()).await? {
            let tie = of(&mut tx, asker.person, interest).await?;
            return Err(if tie.is_some_and(|tie| tie.until.is_none()) {
                Error::Forbidden("a custodian declared this tie, and a custodian ends it; you can contest it")
            } else {
                Error::NotFound
            });
        }
        let entry = said(self, Act::InterestEnded, asker).of("interest", interest.to_string());
        let tie = of(&mut tx, asker.person, interest).await?;
        tx.commit([entry.of("organisation", tie.map(|tie| tie.organisation.to_string()))]).await?;
        Ok(())
    }

    /// Says, as a custodian of the installation, that somebody else's tie ended now. It counts until it has faded.
    pub async fn end_interest_of(&self, asker: &Asker, member: MemberId, interest: InterestId) -> Result<(), Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("end_interest_of").await?;
        of_installation(&mut tx, asker).await?;
        let person = hidden.known(&mut tx, asker, member).await?.person;
        if person == asker.person {
            return Err(Error::Forbidden("a custodian says it of others; ask another custodian"));
        }
        let tie = of(&mut tx, person, interest).await?.filter(|tie| !hidden.organisation(tie.organisation));
        let organisation = tie.ok_or(Error::NotFound)?.organisation;
        walls::touch(&mut tx, person).await?;
        if !interests::end(&mut tx, person, interest, false, self.now()).await? {
            return Err(Error::NotFound);
        }
        let entry = said(self, Act::InterestEnded, asker).of("interest", interest.to_string());
        tx.commit([entry.of("organisation", organisation.to_string()).of("whom", person.to_string())]).await?;
        Ok(())
    }

    /// Confirms before a project that what one declared is all there is.
    pub async fn confirm_declarations(&self, asker: &Asker, project: ProjectId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("confirm_declarations").await?;
        let gate = absent::project(&mut tx, asker, project).await?;
        let eligible = experts::eligible::eligible(self, &mut tx, asker, &gate).await?;
        let clearance = clear(&mut tx, asker, gate.client, Need::Know, eligible).await?;
        walls::touch(&mut tx, asker.person).await?;
        interests::confirm(&mut tx, asker.person, project, now).await?;
        tx.commit([clearance.entry(Act::DeclarationConfirmed, now).of("project", project.to_string())]).await?;
        Ok(())
    }
}

async fn of(tx: &mut Tx, person: PersonId, interest: InterestId) -> Result<Option<Interest>, Error> {
    Ok(interests::of_person(tx, person).await?.into_iter().find(|tie| tie.id == interest))
}
