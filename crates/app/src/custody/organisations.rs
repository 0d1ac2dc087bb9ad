//! Organisations, for the custodians of the installation.

use super::late::{end_shut_leases, lock_leases, of_installation, reason, said};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_domain::ids::OrganisationId;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::{
    conflicts, likeness,
    organisations::{self, Kind, Organisation},
    walls,
};

/// An organisation to be entered. Clients are organisations by themselves.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// What it is called.
    pub name: String,
    /// `owner`, `employer` or `vendor`.
    pub kind: String,
}

/// An organisation as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrganisationListed {
    /// Its id; a client's is the client's.
    pub id: String,
    /// What it is called; a client's code name.
    pub name: String,
    /// `client`, `owner`, `employer` or `vendor`.
    pub kind: &'static str,
    /// When it was entered, RFC 3339.
    pub created_at: String,
    /// Whether somebody named it who declared a tie, and no custodian has looked at it; for custodians of the installation.
    pub unlooked: bool,
    /// Which organisations a tie to it counts for as well, since they are called the same or a custodian said so; for
    /// custodians of the installation.
    pub counts_as: Vec<String>,
}

/// What an organisation is that somebody named.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Which one it is; without it, none of those that are known.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub same_as: Option<OrganisationId>,
    /// How it is known.
    pub reason: String,
}

impl App {
    /// Enters an organisation.
    pub async fn create_organisation(&self, asker: &Asker, new: &NewOrganisation) -> Result<OrganisationId, Error> {
        let Ok(kind @ (Kind::Owner | Kind::Employer | Kind::Vendor)) = new.kind.parse() else {
            return Err(Error::invalid("/kind", "must be one of owner, employer, vendor"));
        };
        let name = new.name.trim();
        if name.is_empty() || name.len() > 200 {
            return Err(Error::invalid("/name", "must have 1 to 200 bytes"));
        }
        let id = OrganisationId(self.id());
        let mut tx = self.store.write("create_organisation").await?;
        of_installation(&mut tx, asker).await?;
        organisations::insert(&mut tx, id, kind, Some(name), self.now()).await?;
        likeness::find(&mut tx, id, self.now()).await?;
        let entry = said(self, Act::OrganisationCreated, asker).of("organisation", id.to_string());
        tx.commit([entry.because("kind", kind.word())]).await?;
        Ok(id)
    }

    /// The organisations. Custodians of the installation see all that no wall hides from them; whoever else is signed in sees those that they
    /// entered, for him to name in a declaration: employers, owners and vendors, and no client. What somebody wrote when he declared a tie is
    /// his own affair, and may be the name of a client.
    pub async fn list_organisations(&self, asker: &Asker) -> Result<Vec<OrganisationListed>, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_organisations").await?;
        let all = super::late::is_of_installation(&mut tx, asker).await?;
        let rows = organisations::list(&mut tx).await?;
        let named = likeness::all_declared(&mut tx).await?;
        let alike = if all { likeness::list(&mut tx).await? } else { Vec::new() };
        tx.abandon().await?;
        let waits = named.iter().filter(|one| all && one.looked_at.is_none());
        let unlooked: BTreeSet<_> = waits.map(|one| one.id).collect();
        let named: BTreeSet<_> = named.iter().map(|one| one.id).collect();
        let mut counts_as: BTreeMap<OrganisationId, Vec<String>> = BTreeMap::new();
        for (named, known) in alike.into_iter().filter(|(_, known)| !hidden.organisation(*known)) {
            counts_as.entry(named).or_default().push(known.to_string());
        }
        let open = |row: &Organisation| all || (row.kind != Kind::Client && !named.contains(&row.id));
        let shown = rows.into_iter().filter(|row| !hidden.organisation(row.id) && open(row));
        Ok(shown
            .map(|row| OrganisationListed {
                id: row.id.to_string(),
                name: row.name,
                kind: row.kind.word(),
                created_at: row.created_at.to_string(),
                unlooked: unlooked.contains(&row.id),
                counts_as: counts_as.remove(&row.id).unwrap_or_default(),
            })
            .collect())
    }

    /// Says, as a custodian of the installation, which organisation one is that somebody named: of the known ones that, or
    /// none. Whoever is tied to it is judged anew; leases that this shuts end. Not said about one's own tie.
    pub async fn look_at_organisation(&self, asker: &Asker, id: OrganisationId, looked: &Looked) -> Result<(), Error> {
        let why = reason("/reason", &looked.reason)?;
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("look_at_organisation").await?;
        of_installation(&mut tx, asker).await?;
        if looked.same_as == Some(id) {
            return Err(Error::invalid("/same_as", "is the same organisation"));
        }
        if let Some(known) = looked.same_as {
            organisations::kind(&mut tx, known)
                .await?
                .filter(|_| !hidden.organisation(known))
                .ok_or(Error::NotFound)?;
        }
        let tied = likeness::tied(&mut tx, id).await?;
        if tied.contains(&asker.person) {
            return Err(Error::Forbidden("another custodian says what an organisation is that one is tied to oneself"));
        }
        lock_leases(&mut tx, &tied).await?;
        conflicts::change_graph(&mut tx).await?;
        for person in &tied {
            walls::touch(&mut tx, *person).await?;
        }
        if !likeness::decide(&mut tx, id, looked.same_as, (why, asker.member, self.now())).await? {
            return Err(Error::NotFound);
        }
        let mut ended = Vec::new();
        for person in tied {
            ended.extend(end_shut_leases(self, &mut tx, person).await?);
        }
        let entry = said(self, Act::OrganisationLookedAt, asker)
            .of("organisation", id.to_string())
            .of("same_as", looked.same_as.map(|known| known.to_string()))
            .of("leases_ended", ended.len());
        tx.commit(std::iter::once(entry).chain(ended)).await?;
        Ok(())
    }
}
