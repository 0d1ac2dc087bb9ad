//! Credentials: facts about a person that somebody verified.

use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    vals,
};
use vouchsafe_domain::{
    ids::{CredentialId, MemberId, PersonId},
    time::Micros,
};

const TABLE: &str = "credential";

/// A credential, its words still sealed.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: CredentialId,
    /// What eligibility rules ask for.
    pub kind: String,
    /// Title and evidence as JSON text, sealed.
    pub body: Sealed,
    /// Who verified it.
    pub verified_by: MemberId,
    /// When.
    pub verified_at: Micros,
    /// When it ends.
    pub expires_at: Option<Micros>,
}

impl Found {
    /// Title and evidence as JSON text.
    pub fn body(&self, tx: &Tx) -> Result<Vec<u8>, Error> {
        let place = Place { owner: "installation", table: TABLE, row: &self.id.to_string() };
        seal::open(&tx.keys().installation("person"), place, &self.body)
    }
}

/// What is verified.
pub struct NewCredential<'a> {
    /// Fresh id.
    pub id: CredentialId,
    /// Of whom.
    pub person: PersonId,
    /// What eligibility rules ask for.
    pub kind: &'a str,
    /// Title and evidence as JSON text.
    pub body: &'a [u8],
    /// Who verified it.
    pub verified_by: MemberId,
    /// When.
    pub at: Micros,
    /// When it ends.
    pub expires_at: Option<Micros>,
}

/// Records a credential.
pub async fn insert(tx: &mut Tx, new: &NewCredential<'_>) -> Result<(), Error> {
    let place = Place { owner: "installation", table: TABLE, row: &new.id.to_string() };
    let sealed = seal::seal(&tx.keys().installation("person"), place, new.body);
    tx.exec(
        "insert into credential (id, person_id, kind, body_sealed, verified_by, verified_us, expires_us) values ($1, $2, $3, $4, $5, $6, $7)",
        vals![new.id, new.person, new.kind, sealed, new.verified_by, new.at, new.expires_at],
    )
    .await?;
    tx.exec("update person set facts_version = facts_version + 1 where id = $1", vals![new.person]).await?;
    Ok(())
}

/// Takes a credential back. The person it was of; `None` when there is no such live credential.
pub async fn revoke(tx: &mut Tx, id: CredentialId, at: Micros) -> Result<Option<PersonId>, Error> {
    let row = tx
        .one(
            "update credential set revoked_us = $1 where id = $2 and revoked_us is null returning person_id",
            vals![at, id],
        )
        .await?;
    let Some(person) = row.map(|row| row.id::<PersonId>(0)).transpose()? else { return Ok(None) };
    tx.exec("update person set facts_version = facts_version + 1 where id = $1", vals![person]).await?;
    Ok(Some(person))
}

/// A person's credentials that were not taken back, newest first, at most 200.
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Vec<Found>, Error> {
    let rows = tx
        .q(
            "select id, kind, body_sealed, verified_by, verified_us, expires_us
               from credential where person_id = $1 and revoked_us is null order by verified_us desc, id limit 200",
            vals![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Found {
                id: row.id(0)?,
                kind: row.text(1)?.into(),
                body: row.sealed(2)?,
                verified_by: row.id(3)?,
                verified_at: row.at(4)?,
                expires_at: row.opt_at(5)?,
            })
        })
        .collect()
}
