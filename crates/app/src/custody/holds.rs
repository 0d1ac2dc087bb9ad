//! Holds: placed and released by a custodian or the client's observer; they beat every deletion.

use super::keepers_only;
use crate::{App, Asker, Error, custody::absent};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::ids::{ClientId, HoldId, ProjectId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    custody::{clients, holds, pass::admit},
    work::projects,
};

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 4_000;
/// Holds of a client that are listed.
const LISTED_MAX: u32 = 1_000;

/// What is to be preserved, and why.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// One project; without it the whole client.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub project: Option<ProjectId>,
    /// Why, in words.
    pub reason: String,
}

/// A hold as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HoldListed {
    /// Its id.
    pub id: String,
    /// One project; null for the whole client.
    pub project: Option<String>,
    /// Why.
    pub reason: String,
    /// The account that placed it.
    pub placed_by: String,
    /// When, RFC 3339.
    pub placed_at: String,
    /// The account that released it.
    pub released_by: Option<String>,
    /// When, RFC 3339; null while it holds.
    pub released_at: Option<String>,
}

impl App {
    /// Places a hold: from its commit on nothing it covers is deleted, and no key that opens it is destroyed.
    pub async fn place_hold(&self, asker: &Asker, client: ClientId, new: &NewHold) -> Result<HoldId, Error> {
        let reason = new.reason.trim();
        if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
            return Err(Error::invalid("/reason", format!("must have 1 to {REASON_BYTES_MAX} bytes")));
        }
        let (now, id) = (self.now(), HoldId(self.id()));
        let mut tx = self.store.write("place_hold").await?;
        let pass = admit(&mut tx, asker, client).await?;
        keepers_only(asker)?;
        clients::lock(&mut tx, client).await?;
        if let Some(project) = new.project {
            let gate = projects::gate(&mut tx, project, asker.member).await?.filter(|gate| gate.client == client);
            gate.ok_or_else(|| Error::invalid("/project", "is no project of this client"))?;
        }
        holds::insert(&mut tx, &pass, id, new.project, reason, asker.member, now).await?;
        let entry = pass
            .entry(Act::HoldPlaced, now)
            .of("hold", id.to_string())
            .of("project", new.project.map(|project| project.to_string()));
        tx.commit([entry]).await?;
        Ok(id)
    }

    /// Releases a hold.
    pub async fn release_hold(&self, asker: &Asker, hold: HoldId) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("release_hold").await?;
        let client = absent::found(holds::client_of(&mut tx, hold).await?, &mut tx, asker).await?;
        let pass = admit(&mut tx, asker, client).await?;
        keepers_only(asker)?;
        if !holds::release(&mut tx, client, hold, asker.member, now).await? {
            return Err(Error::state("hold_over", "this hold was released before"));
        }
        tx.commit([pass.entry(Act::HoldReleased, now).of("hold", hold.to_string())]).await?;
        Ok(())
    }

    /// The holds of a client, newest first, with their reasons: a reading that is recorded.
    pub async fn list_holds(&self, asker: &Asker, client: ClientId) -> Result<Vec<HoldListed>, Error> {
        let mut tx = self.store.write("list_holds").await?;
        let pass = admit(&mut tx, asker, client).await?;
        let mut listed = Vec::new();
        for hold in holds::list(&mut tx, client, LISTED_MAX).await? {
            listed.push(HoldListed {
                id: hold.id.to_string(),
                project: hold.project.map(|project| project.to_string()),
                reason: hold.reason(&mut tx, &pass).await?,
                placed_by: hold.placed_by.to_string(),
                placed_at: hold.placed_at.to_string(),
                released_by: hold.released_by.map(|member| member.to_string()),
                released_at: hold.released_at.map(|at| at.to_string()),
            });
        }
        let entry = pass
            .entry(Act::ListSent, self.now())
            .because("route", "GET /clients/{client}/holds")
            .of("holds", listed.iter().map(|hold| hold.id.clone()).collect::<Vec<_>>());
        tx.commit([entry]).await?;
        Ok(listed)
    }
}
