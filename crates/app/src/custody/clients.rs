//! Clients: made by an admin, with a key-encryption key that answers from the first moment.

use crate::{App, Asker, Error, access::whole};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{access::role::Role, ids::ClientId};
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{
    access::installation,
    custody::{
        clearance::{Refused, by},
        clients,
        face::Face,
        pass::admit,
        walls,
    },
    keys::KeySource,
};

/// A client to be made.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// The organisation's name.
    pub name: String,
    /// Shown to whoever is outside, such as HERON.
    pub code_name: String,
    /// Index into the palette, 0 to 7.
    #[serde(default)]
    pub colour: u8,
    /// `{"source": "file" | "env" | "command", "value": name}`; see the administrator's key directory.
    #[schema(value_type = Object)]
    pub key: KeySource,
    /// Whether what others order goes without two approvals, by the word of whoever says so now.
    #[serde(default)]
    pub standing_approval: bool,
}

/// A client as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClientListed {
    /// Its id.
    pub id: String,
    /// Its name; only for those inside and admins.
    pub name: String,
    /// Shown to whoever is outside.
    pub code_name: String,
    /// Index into the palette.
    pub colour: u8,
    /// `available`, `withdrawn` or `destroyed`.
    #[schema(value_type = String)]
    pub key_state: &'static str,
}

/// Refuses names that are blank or too long, and colours that the palette lacks.
pub(super) fn check_face(face: &Face) -> Result<(), Error> {
    for (path, text) in [("/name", &face.name), ("/code_name", &face.code_name)] {
        if text.is_empty() || text.len() > 100 {
            return Err(Error::invalid(path, "must have 1 to 100 bytes"));
        }
    }
    if face.colour > 7 {
        return Err(Error::invalid("/colour", "must be 0 to 7"));
    }
    Ok(())
}

impl App {
    /// Makes a client. Its maker gets no grant into it by that.
    pub async fn create_client(&self, asker: &Asker, new: &NewClient) -> Result<ClientId, Error> {
        whole(asker)?;
        if asker.role != Role::Admin {
            return Err(Error::Forbidden("an admin makes clients"));
        }
        let face = Face { name: new.name.trim().into(), code_name: new.code_name.trim().into(), colour: new.colour };
        check_face(&face)?;
        new.key.check().map_err(|e| Error::invalid("/key/value", e.to_string()))?;
        let hidden = self.hidden(asker).await?;
        let others = clients::all(&mut self.store.read().await?).await?;
        if let Some(other) = others.iter().find(|other| other.source == new.key && other.key_destroyed_at.is_none()) {
            if hidden.client(other.id) {
                return Err(Error::invalid("/key/value", new.key.absent().to_string()));
            }
            return Err(Error::invalid(
                "/key",
                "is where another client's key comes from; each client has a key of its own",
            ));
        }
        let id = ClientId(self.id());
        let wrapped = self
            .store
            .keys()
            .make(id, new.key.clone())
            .await
            .map_err(|e| Error::invalid("/key/value", e.to_string()))?;
        let mut tx = self.store.write("create_client").await?;
        let standing = new.standing_approval.then_some(asker.person);
        clients::insert(&mut tx, id, &face, &wrapped, standing, self.now()).await?;
        let entry =
            Entry::new(LedgerOf::Client(id.to_string()), Act::ClientCreated, self.now().0).of("client", id.to_string());
        let one_person = installation::one_person(&mut tx).await?;
        tx.commit([by(entry.because("one_person_installation", one_person), asker)]).await?;
        Ok(id)
    }

    /// The clients one may know of: for admins and custodians of the installation all that no wall shuts to them, else the
    /// granted.
    pub async fn list_clients(&self, asker: &Asker) -> Result<Vec<ClientListed>, Error> {
        let rows = match asker.role {
            Role::Admin | Role::Custodian => self.clients_in_custody(asker).await?,
            _ => {
                let mut tx = self.store.write("list_clients").await?;
                let rows = clients::granted(&mut tx, asker.member).await?;
                let ids: Vec<ClientId> = rows.iter().map(|row| row.id).collect();
                let shown = walls::shows(&mut tx, asker.person, &ids).await?;
                tx.abandon().await?;
                rows.into_iter().zip(shown).filter_map(|(row, shown)| shown.then_some(row)).collect()
            }
        };
        let mut listed = Vec::new();
        for row in rows.into_iter().filter(|row| asker.only_client.is_none_or(|only| only == row.id)) {
            let key_state = match self.keys_of(row.id).await? {
                Some(keys) => clients::key_state(&row, &keys),
                None => "withdrawn",
            };
            listed.push(ClientListed {
                id: row.id.to_string(),
                name: row.face.name,
                code_name: row.face.code_name,
                colour: row.face.colour,
                key_state,
            });
        }
        Ok(listed)
    }

    /// The clients whose custody gate and wall let him have: the named ones, or all for one of the installation. Names are the
    /// installation's, so a client without its key is among them.
    async fn clients_in_custody(&self, asker: &Asker) -> Result<Vec<clients::ClientRow>, Error> {
        let all = clients::all(&mut self.store.read().await?).await?;
        let mut tx = self.store.write("list_clients").await?;
        let mut kept = Vec::new();
        for row in all {
            match admit(&mut tx, asker, row.id).await {
                Ok(_) => kept.push(row),
                Err(Refused::Denied(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        tx.abandon().await?;
        Ok(kept)
    }
}
