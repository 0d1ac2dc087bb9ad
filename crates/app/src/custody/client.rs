//! One client: what it is called, whether its key answers, what is ordered about it.

use super::{keepers_only, voices};
use crate::{App, Asker, Error, access::whole};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{access::role::Role, ids::ClientId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::{grants, members},
    custody::{
        agreements, clients, destructions,
        face::Face,
        holds,
        pass::{admit, know},
    },
    keys::KeySource,
};

/// A client with its settings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientSent {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Shown to whoever is outside.
    pub code_name: String,
    /// Index into the palette, 0 to 7.
    pub colour: u8,
    /// `available`, `withdrawn`, `wrong` or `destroyed`.
    #[schema(value_type = String)]
    pub key_state: &'static str,
    /// Why the key is not available, in words.
    pub key_trouble: Option<String>,
    /// Where its key comes from; null for those who need not know.
    pub key: Option<KeyFrom>,
    /// Whether what is ordered goes without two approvals, unless whoever said so ordered it himself.
    pub standing_approval: bool,
    /// When it came to be, RFC 3339.
    pub created_at: String,
    /// When its key was destroyed, RFC 3339.
    pub key_destroyed_at: Option<String>,
    /// A destruction of its key that waits for a second person.
    pub key_destruction: Option<DestructionOrdered>,
    /// Version of its newest agreement; null when it asks for none.
    pub agreement_version: Option<u32>,
    /// Whether a hold covers anything of it.
    pub held: bool,
    /// Since when it is not known who was sent something of it, because entries of its ledger were lost; RFC 3339.
    pub gap_since: Option<String>,
}

/// Where a key comes from.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct KeyFrom {
    /// `file`, `env` or `command`.
    #[schema(value_type = String)]
    pub source: &'static str,
    /// Its name there.
    pub value: String,
}

/// A destruction that waits for a second person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DestructionOrdered {
    /// The account that ordered it.
    pub by: String,
    /// When, RFC 3339.
    pub at: String,
}

/// What is to change; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClientChange {
    /// Its name.
    pub name: Option<String>,
    /// Shown to whoever is outside.
    pub code_name: Option<String>,
    /// Index into the palette, 0 to 7.
    pub colour: Option<u8>,
    /// Whether what others order goes without two approvals, by the word that whoever sets this gives beforehand. What he
    /// orders himself still needs them.
    pub standing_approval: Option<bool>,
}

/// A grant into a client.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GrantListed {
    /// Its id.
    pub id: String,
    /// Whose.
    pub member: String,
    /// His name.
    pub name: String,
    /// His role.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// `proposed` or `confirmed`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// The account that proposed it.
    pub proposed_by: String,
    /// When, RFC 3339.
    pub proposed_at: String,
    /// When a second person confirmed it, RFC 3339.
    pub confirmed_at: Option<String>,
}

impl App {
    /// One client, for those who run it, keep it or watch it.
    pub async fn client(&self, asker: &Asker, client: ClientId) -> Result<ClientSent, Error> {
        let mut tx = self.store.write("client").await?;
        let operator = asker.role == Role::Operator;
        if operator {
            know(&mut tx, asker, client).await?;
        } else {
            admit(&mut tx, asker, client).await?;
        }
        let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound)?;
        let agreement = agreements::newest(&mut tx, client, asker.person).await?;
        let ordered = destructions::get(&mut tx, client).await?;
        let held = holds::covers(&mut tx, client, None).await?;
        let gap = clients::gap(&mut tx, client).await?;
        tx.abandon().await?;
        let keys = self.keys_of(client).await?.ok_or(Error::NotFound)?;
        let (source, value) = match row.source.clone() {
            KeySource::File(name) => ("file", name),
            KeySource::Env(name) => ("env", name),
            KeySource::Command(name) => ("command", name),
        };
        Ok(ClientSent {
            id: client.to_string(),
            key_state: clients::key_state(&row, &keys),
            key_trouble: keys.err().map(|why| why.to_string()),
            key: (!operator).then_some(KeyFrom { source, value }),
            name: row.face.name,
            code_name: row.face.code_name,
            colour: row.face.colour,
            standing_approval: row.standing_approval,
            created_at: row.created_at.to_string(),
            key_destroyed_at: row.key_destroyed_at.map(|at| at.to_string()),
            key_destruction: ordered.map(|o| DestructionOrdered { by: o.member.to_string(), at: o.at.to_string() }),
            agreement_version: agreement.map(|a| a.version),
            held,
            gap_since: gap.map(|at| at.to_string()),
        })
    }

    /// Changes a client: an admin its names, its custodian or observer whether releases need a second person.
    pub async fn change_client(&self, asker: &Asker, client: ClientId, change: &ClientChange) -> Result<(), Error> {
        let now = self.now();
        let mut tx = self.store.write("change_client").await?;
        let pass = admit(&mut tx, asker, client).await?;
        let row = clients::get(&mut tx, client).await?.ok_or(Error::NotFound)?;
        let mut entry = pass.entry(Act::ClientChanged, now).of("client", client.to_string());
        if change.name.is_some() || change.code_name.is_some() || change.colour.is_some() {
            whole(asker)?;
            if asker.role != Role::Admin {
                return Err(Error::Forbidden("an admin gives a client its names"));
            }
            let trimmed = |new: &Option<String>, old: String| new.as_deref().map_or(old, |new| new.trim().to_owned());
            let face = Face {
                name: trimmed(&change.name, row.face.name),
                code_name: trimmed(&change.code_name, row.face.code_name),
                colour: change.colour.unwrap_or(row.face.colour),
            };
            super::clients::check_face(&face)?;
            clients::rename(&mut tx, client, &face).await?;
            entry = entry.because("changed", "face");
        }
        if let Some(standing) = change.standing_approval {
            keepers_only(asker)?;
            if standing && voices::stands_in(&mut tx, asker, client, now).await? {
                return Err(Error::Forbidden(
                    "a client with people of its own says through them what it approves beforehand",
                ));
            }
            let since = standing.then_some((now, asker.person));
            clients::set_standing_approval(&mut tx, client, since).await?;
            entry = entry.because("standing_approval", standing);
        }
        tx.commit([entry]).await?;
        Ok(())
    }

    /// Who was let into a client, and by whom: grants and proposals that did not end.
    pub async fn list_grants(&self, asker: &Asker, client: ClientId) -> Result<Vec<GrantListed>, Error> {
        let mut tx = self.store.write("list_grants").await?;
        admit(&mut tx, asker, client).await?;
        let mut listed = Vec::new();
        for grant in grants::of_client(&mut tx, client).await? {
            let whose = members::get(&mut tx, grant.member).await?.ok_or(Error::NotFound)?;
            listed.push(GrantListed {
                id: grant.id.to_string(),
                member: grant.member.to_string(),
                name: whose.name,
                role: whose.role.word(),
                state: if grant.confirmed_at.is_some() { "confirmed" } else { "proposed" },
                proposed_by: grant.proposed_by.to_string(),
                proposed_at: grant.proposed_at.to_string(),
                confirmed_at: grant.confirmed_at.map(|at| at.to_string()),
            });
        }
        tx.abandon().await?;
        Ok(listed)
    }
}
