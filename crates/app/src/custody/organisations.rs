//! Organisations, for the custodians of the installation.

use super::late::{of_installation, said};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::ids::OrganisationId;
use vouchsafe_ledger::act::Act;
use vouchsafe_store::custody::organisations::{self, Kind};

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
        let entry = said(self, Act::OrganisationCreated, asker).of("organisation", id.to_string());
        tx.commit([entry.because("kind", kind.word())]).await?;
        Ok(id)
    }

    /// The organisations. Custodians of the installation see all; whoever else is signed in sees those he may name in
    /// a declaration: employers, owners and vendors, and no client.
    pub async fn list_organisations(&self, asker: &Asker) -> Result<Vec<OrganisationListed>, Error> {
        let mut tx = self.store.write("list_organisations").await?;
        let all = super::late::is_of_installation(&mut tx, asker).await?;
        let rows = organisations::list(&mut tx).await?;
        tx.abandon().await?;
        let shown = rows.into_iter().filter(|row| all || row.kind != Kind::Client);
        Ok(shown
            .map(|row| OrganisationListed {
                id: row.id.to_string(),
                name: row.name,
                kind: row.kind.word(),
                created_at: row.created_at.to_string(),
            })
            .collect())
    }
}
