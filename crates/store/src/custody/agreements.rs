//! Agreements: a client's text that whoever is sent its content signs first, every version kept.

use crate::{Error, Pending, Tx, custody::clearance::Clearance, seal::Sealed, vals};
use vouchsafe_domain::{
    ids::{AgreementId, ClientId, MemberId, PersonId},
    time::Micros,
};

const TABLE: &str = "agreement";

/// The newest version of a client's agreement, and how one person stands to it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id.
    pub id: AgreementId,
    /// From 1.
    pub version: u32,
    /// When it was written.
    pub created_at: Micros,
    /// When the person signed this version.
    pub signed_at: Option<Micros>,
    body: Sealed,
}

impl Found {
    /// The text, on its way to whom it was cleared for.
    pub fn pending(&self, tx: &Tx, clearance: &Clearance<'_>) -> Result<Pending<String>, Error> {
        let body = clearance.pending(tx, TABLE, &self.id.to_string(), self.body.clone())?;
        Ok(body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// The newest version; `None` when the client asks for no agreement.
pub async fn newest(tx: &mut Tx, client: ClientId, person: PersonId) -> Result<Option<Found>, Error> {
    let row = tx
        .one(
            "select a.id, a.version, a.created_us, s.signed_us, a.body_sealed
               from agreement a
               left join agreement_signature s on s.agreement_id = a.id and s.person_id = $2
              where a.client_id = $1
              order by a.version desc
              limit 1",
            vals![client, person],
        )
        .await?;
    row.map(|row| {
        Ok(Found {
            id: row.id(0)?,
            version: row.count(1)?,
            created_at: row.at(2)?,
            signed_at: row.opt_at(3)?,
            body: row.sealed(4)?,
        })
    })
    .transpose()
}

/// Writes the next version and returns its number. From then on everybody has to sign anew. Two at once are a conflict.
pub async fn insert(
    tx: &mut Tx,
    clearance: &Clearance<'_>,
    id: AgreementId,
    text: &str,
    by: MemberId,
    at: Micros,
) -> Result<u32, Error> {
    let sealed = clearance.seal(tx, TABLE, &id.to_string(), text.as_bytes())?;
    let row = tx
        .one(
            "insert into agreement (id, client_id, version, body_sealed, created_by, created_us)
             values ($1, $2, (select coalesce(max(version), 0) + 1 from agreement where client_id = $2), $3, $4, $5)
             returning version",
            vals![id, clearance.client(), sealed, by, at],
        )
        .await
        .map_err(|error| if matches!(error, Error::Constraint) { Error::Conflict } else { error })?;
    row.ok_or_else(|| Error::Database("an insert returned no row".into()))?.count(0)
}

/// A person signs a version. False when he had signed it before.
pub async fn sign(tx: &mut Tx, id: AgreementId, person: PersonId, member: MemberId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "insert into agreement_signature (agreement_id, person_id, member_id, signed_us) values ($1, $2, $3, $4)
             on conflict (agreement_id, person_id) do nothing",
            vals![id, person, member, at],
        )
        .await?;
    Ok(changed == 1)
}

/// A version as a list shows it: nothing of its text.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// From 1.
    pub version: u32,
    /// Who wrote it.
    pub by: MemberId,
    /// When it was written.
    pub at: Micros,
    /// How many people signed it.
    pub signed: i64,
}

/// The versions of a client's agreement, newest first, at most 1,000.
pub async fn list(tx: &mut Tx, client: ClientId) -> Result<Vec<Listed>, Error> {
    let rows = tx
        .q(
            "select a.version, a.created_by, a.created_us,
                    (select count(*) from agreement_signature s where s.agreement_id = a.id)
               from agreement a where a.client_id = $1 order by a.version desc limit 1000",
            vals![client],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Listed { version: row.count(0)?, by: row.id(1)?, at: row.at(2)?, signed: row.int(3)? }))
        .collect()
}
