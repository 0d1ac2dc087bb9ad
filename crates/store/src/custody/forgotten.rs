//! The end of what erasure keeps: the tag by which somebody who comes back is known, and the exposure under it.

use crate::{Error, Tx, custody::exposures::GRAIN_US, tx::Read, vals};
use vouchsafe_domain::{
    ids::{ClientId, PersonId},
    time::Micros,
};

/// How long after the erasure it is kept at least, whatever the cool-offs: for as long somebody may ask who was sent what.
pub const RETENTION_US: i64 = 365 * Micros::DAY;

/// Humans who were erased before `at` less the retention under each of their names, and of whom something is still kept;
/// by id, behind this one.
pub async fn due(on: &mut Read, at: Micros, after: Option<PersonId>, limit: u32) -> Result<Vec<PersonId>, Error> {
    let after = after.map_or_else(String::new, |person| person.to_string());
    let rows = on
        .q(
            "select id from person
              where erased_us is not null and forgotten_us is null and erased_us <= $1 and merged_into is null
                and not exists (select 1 from person n
                                 where n.merged_into = person.id and (n.erased_us is null or n.erased_us > $1))
                and id > $2
              order by id
              limit $3",
            vals![at.plus(-RETENTION_US), after, limit],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Since when what these persons were sent shuts nothing any more: the last sight and the longest cool-off of all clients
/// behind it. `None` where they were sent nothing.
pub async fn faded_at(tx: &mut Tx, persons: &[PersonId]) -> Result<Option<Micros>, Error> {
    let row = tx.one("select max(cool_off_us) from client", &[]).await?;
    let longest_us = row.map_or(Ok(None), |row| row.opt_int(0))?.unwrap_or_default();
    let mut faded = None;
    for person in persons {
        let row = tx.one("select max(seen_us) from exposure where person_id = $1", vals![*person]).await?;
        if let Some(seen) = row.map_or(Ok(None), |row| row.opt_at(0))? {
            faded = faded.max(Some(seen.plus(GRAIN_US + longest_us)));
        }
    }
    Ok(faded)
}

/// The clients whose content a person was sent.
pub async fn clients(tx: &mut Tx, person: PersonId) -> Result<Vec<ClientId>, Error> {
    let sql = "select client_id from exposure where person_id = $1 order by client_id limit 10000";
    tx.q(sql, vals![person]).await?.iter().map(|row| row.id(0)).collect()
}

/// Whether somebody who was not erased counts as this person: he came back, and what is kept is his.
pub async fn came_back(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    let sql = "select id from person where (id = $1 or merged_into = $1) and erased_us is null limit 1";
    Ok(tx.one(sql, vals![person]).await?.is_some())
}

/// Says that a person was erased.
pub async fn erased(tx: &mut Tx, person: PersonId, at: Micros) -> Result<(), Error> {
    tx.exec("update person set erased_us = $1 where id = $2 and erased_us is null", vals![at, person]).await?;
    Ok(())
}

/// Ends what is kept of one person: exposures, ties, what he had before, the tag of his address.
pub async fn forget(tx: &mut Tx, person: PersonId, at: Micros) -> Result<(), Error> {
    for sql in [
        "delete from exposure where person_id = $1",
        "delete from sent_mark where person_id = $1",
        "delete from interest where person_id = $1",
        "delete from declaration where person_id = $1",
        "delete from wall where person_id = $1",
        "delete from identity_tag where person_id = $1",
    ] {
        tx.exec(sql, vals![person]).await?;
    }
    tx.exec("update person set forgotten_us = $1 where id = $2", vals![at, person]).await?;
    Ok(())
}
