//! Holds: preservation that beats every deletion and every destruction of a key.

use crate::{Error, Tx, custody::pass::Pass, seal::Sealed, vals};
use vouchsafe_domain::{
    ids::{ClientId, HoldId, MemberId, ProjectId},
    time::Micros,
};

const TABLE: &str = "hold";

/// A hold as its row says, the reason still sealed.
#[derive(Debug, Clone)]
pub struct HoldRow {
    /// Its id.
    pub id: HoldId,
    /// One project, or the whole client when `None`.
    pub project: Option<ProjectId>,
    /// Why, sealed.
    pub reason: Sealed,
    /// Who placed it.
    pub placed_by: MemberId,
    /// When it was placed.
    pub placed_at: Micros,
    /// When it was released, if it was.
    pub released_at: Option<Micros>,
    /// Who released it.
    pub released_by: Option<MemberId>,
}

/// Whether a live hold covers this project of the client (or, without one, anything of the client).
/// Every deletion and every destruction of a key asks first, in its own transaction. One may, as long as entries of the client
/// are lost that nobody has entered again.
pub async fn covers(tx: &mut Tx, client: ClientId, project: Option<ProjectId>) -> Result<bool, Error> {
    let row = tx
        .one(
            "select h.id from hold h
              where h.client_id = $1 and h.released_us is null
                and ($2 = '' or h.project_id is null or h.project_id = $2)
             union all
             select c.id from client c where c.id = $1 and c.gap_us is not null
              limit 1",
            vals![client, project.map(|p| p.to_string()).unwrap_or_default()],
        )
        .await?;
    Ok(row.is_some())
}

/// Whether any hold is live, of whatever client, or may be.
pub async fn any(tx: &mut Tx) -> Result<bool, Error> {
    let sql = "select h.id from hold h where h.released_us is null
               union all
               select c.id from client c where c.gap_us is not null
                limit 1";
    Ok(tx.one(sql, vals![]).await?.is_some())
}

/// Places a hold.
pub async fn insert(
    tx: &mut Tx,
    pass: &Pass<'_>,
    id: HoldId,
    project: Option<ProjectId>,
    reason: &str,
    by: MemberId,
    at: Micros,
) -> Result<(), Error> {
    let sealed = pass.seal(tx, TABLE, &id.to_string(), reason.as_bytes()).await?;
    tx.exec(
        "insert into hold (id, client_id, project_id, reason_sealed, placed_by, placed_us) values ($1, $2, $3, $4, $5, $6)",
        vals![id, pass.client(), project, sealed, by, at],
    )
    .await?;
    // What faded may count again: whatever was remembered of those who were sent it is void.
    super::conflicts::touch_those_near(tx, &[pass.client().into()]).await?;
    Ok(())
}

/// Releases a hold. False when there is no live hold of this id in this client.
pub async fn release(tx: &mut Tx, client: ClientId, id: HoldId, by: MemberId, at: Micros) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "update hold set released_by = $1, released_us = $2 where id = $3 and client_id = $4 and released_us is null",
            vals![by, at, id, client],
        )
        .await?;
    Ok(changed == 1)
}

/// The holds of a client, newest first, at most `limit`.
pub async fn list(tx: &mut Tx, client: ClientId, limit: u32) -> Result<Vec<HoldRow>, Error> {
    let rows = tx
        .q(
            "select id, project_id, reason_sealed, placed_by, placed_us, released_us, released_by
               from hold where client_id = $1 order by placed_us desc, id limit $2",
            vals![client, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(HoldRow {
                id: row.id(0)?,
                project: row.opt_id(1)?,
                reason: row.sealed(2)?,
                placed_by: row.id(3)?,
                placed_at: row.at(4)?,
                released_at: row.opt_at(5)?,
                released_by: row.opt_id(6)?,
            })
        })
        .collect()
}

/// The client of a hold, its row locked until the transaction ends.
pub async fn client_of(tx: &mut Tx, id: HoldId) -> Result<Option<ClientId>, Error> {
    let row = tx.one("select h.client_id from hold h where h.id = $1 /*lock h*/", vals![id]).await?;
    row.map(|row| row.id(0)).transpose()
}

impl HoldRow {
    /// The reason in words, for those whom a pass lets read it.
    pub async fn reason(&self, tx: &mut Tx, pass: &Pass<'_>) -> Result<String, Error> {
        let body = pass.open(tx, TABLE, &self.id.to_string(), &self.reason).await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}
