//! Walls that somebody ordered: this person, that client, at once.

use super::{
    own::{open_own, seal_own},
    walls::version,
};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{ClientId, MemberId, PersonId, WallId},
    time::Micros,
};

/// An ordered wall.
#[derive(Debug, Clone)]
pub struct Ordered {
    /// Its id.
    pub id: WallId,
    /// Who is kept out.
    pub person: PersonId,
    /// Of what.
    pub client: ClientId,
    /// Why.
    pub reason: String,
    /// Who ordered it.
    pub ordered_by: MemberId,
    /// When.
    pub ordered_at: Micros,
    /// When it was lifted.
    pub lifted_at: Option<Micros>,
}

/// Orders a wall; from here on nothing remembered lets him in.
pub async fn insert(tx: &mut Tx, new: &Ordered) -> Result<(), Error> {
    version::touch(tx, new.person).await?;
    let body = seal_own(tx, "wall", &new.id.to_string(), &new.reason);
    tx.exec(
        "insert into wall (id, person_id, client_id, body_sealed, ordered_by, ordered_us) values ($1, $2, $3, $4, $5, $6)",
        vals![new.id, new.person, new.client, body, new.ordered_by, new.ordered_at],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str = "select id, person_id, client_id, body_sealed, ordered_by, ordered_us, lifted_us from wall where id = $1 /*lock wall*/";

/// One of them.
pub async fn get(tx: &mut Tx, id: WallId) -> Result<Option<Ordered>, Error> {
    let row = tx.one(COLUMNS, vals![id]).await?;
    row.map(|row| read(tx, &row)).transpose()
}

/// Lifts a wall. False when it was lifted already.
pub async fn lift(tx: &mut Tx, wall: &Ordered, at: Micros) -> Result<bool, Error> {
    version::touch(tx, wall.person).await?;
    let sql = "update wall set lifted_us = $1 where id = $2 and lifted_us is null";
    Ok(tx.exec(sql, vals![at, wall.id]).await? == 1)
}

/// A wall that was lifted stands again. False when it was not lifted.
pub async fn restore(tx: &mut Tx, wall: &Ordered) -> Result<bool, Error> {
    version::touch(tx, wall.person).await?;
    Ok(tx.exec("update wall set lifted_us = null where id = $1 and lifted_us is not null", vals![wall.id]).await? == 1)
}

/// Walls about a person, newest first, at most 500.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Ordered>, Error> {
    let sql = "select id, person_id, client_id, body_sealed, ordered_by, ordered_us, lifted_us
                 from wall where person_id = $1 order by ordered_us desc, id limit 500";
    let rows = tx.q(sql, vals![person]).await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// Walls around a client, newest first, at most 2,000.
pub async fn of_client(tx: &mut Tx, client: ClientId) -> Result<Vec<Ordered>, Error> {
    let sql = "select id, person_id, client_id, body_sealed, ordered_by, ordered_us, lifted_us
                 from wall where client_id = $1 order by ordered_us desc, id limit 2000";
    let rows = tx.q(sql, vals![client]).await?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// What was ordered about `from` holds for `to` as well.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update wall set person_id = $1 where person_id = $2", vals![to, from]).await?;
    Ok(())
}

fn read(tx: &Tx, row: &crate::Row) -> Result<Ordered, Error> {
    Ok(Ordered {
        id: row.id(0)?,
        person: row.id(1)?,
        client: row.id(2)?,
        reason: open_own(tx, "wall", row.text(0)?, &row.sealed(3)?)?,
        ordered_by: row.id(4)?,
        ordered_at: row.at(5)?,
        lifted_at: row.opt_at(6)?,
    })
}
