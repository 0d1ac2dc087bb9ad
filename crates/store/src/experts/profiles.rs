//! Profiles: what an expert says of himself, sealed with the installation's key.

use crate::{
    Error, Tx,
    access::members::seal_person,
    seal::{self, Place},
    vals,
};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::ids::PersonId;

const TABLE: &str = "person.profile";

/// A degree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degree {
    /// As it is called.
    pub title: String,
    /// Who gave it.
    pub institution: String,
    /// When.
    pub year: Option<u32>,
}

/// What an expert says of himself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Fields of work, in small letters.
    pub domains: Vec<String>,
    /// Degrees.
    pub degrees: Vec<Degree>,
    /// Languages by BCP 47 tag.
    pub languages: Vec<String>,
}

/// A person's profile; an empty one when he wrote none.
pub async fn get(tx: &mut Tx, person: PersonId) -> Result<Profile, Error> {
    let Some(row) = tx.one("select profile_sealed from person where id = $1", vals![person]).await? else {
        return Err(Error::Missing { table: "person" });
    };
    let Some(sealed) = row.opt_sealed(0)? else { return Ok(Profile::default()) };
    let place = Place { owner: "installation", table: TABLE, row: &person.to_string() };
    let body = seal::open(&tx.keys().installation("person"), place, &sealed)?;
    serde_json::from_slice(&body).map_err(|_| Error::Unsealable { table: TABLE })
}

/// Writes a profile in place of the last.
pub async fn put(tx: &mut Tx, person: PersonId, profile: &Profile) -> Result<(), Error> {
    let body = serde_json::to_vec(profile).unwrap_or_default();
    let sealed = seal_person(&tx.keys().clone(), TABLE, person, &body);
    tx.exec(
        "update person set profile_sealed = $1, facts_version = facts_version + 1 where id = $2",
        vals![sealed, person],
    )
    .await?;
    Ok(())
}
