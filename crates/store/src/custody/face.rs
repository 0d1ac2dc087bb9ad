//! What a client is called.

use crate::{
    Error,
    seal::{self, Key, Place, Sealed},
};
use serde::{Deserialize, Serialize};

/// What a client is called. Sealed with the installation's key, so that the code name can still be shown
/// after the client withdrew its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Face {
    /// The organisation's name, for those who may know it.
    pub name: String,
    /// Shown to whoever is outside.
    pub code_name: String,
    /// Index into the palette of the screens, 0 to 7.
    pub colour: u8,
}

fn place(client: &str) -> Place<'_> {
    Place { owner: "installation", table: "client.face", row: client }
}

impl Face {
    /// Opens the one in a client's row, by the installation's key for clients.
    pub(crate) fn open(key: &Key, client: &str, sealed: &Sealed) -> Result<Self, Error> {
        serde_json::from_slice(&seal::open(key, place(client), sealed)?)
            .map_err(|_| Error::Unsealable { table: "client" })
    }

    /// Seals it for a client's row.
    pub(crate) fn seal(&self, key: &Key, client: &str) -> Sealed {
        seal::seal(key, place(client), &serde_json::to_vec(self).unwrap_or_default())
    }
}
