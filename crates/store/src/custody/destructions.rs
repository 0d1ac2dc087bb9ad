//! Destroying a client's data key: ordered by one person, confirmed by another.

use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{ClientId, MemberId, PersonId},
    time::Micros,
};

/// A destruction that was ordered and not yet confirmed.
#[derive(Debug, Clone, Copy)]
pub struct Ordered {
    /// The account that ordered it.
    pub member: MemberId,
    /// The human behind it.
    pub person: PersonId,
    /// When.
    pub at: Micros,
}

/// What was ordered for a client, if anything was.
pub async fn get(tx: &mut Tx, client: ClientId) -> Result<Option<Ordered>, Error> {
    let row = tx
        .one("select ordered_by, ordered_person, ordered_us from key_destruction where client_id = $1", vals![client])
        .await?;
    row.map(|row| Ok(Ordered { member: row.id(0)?, person: row.id(1)?, at: row.at(2)? })).transpose()
}

/// Orders it. False when it was ordered already.
pub async fn order(
    tx: &mut Tx,
    client: ClientId,
    member: MemberId,
    person: PersonId,
    at: Micros,
) -> Result<bool, Error> {
    let changed = tx
        .exec(
            "insert into key_destruction (client_id, ordered_by, ordered_person, ordered_us) values ($1, $2, $3, $4)
             on conflict (client_id) do nothing",
            vals![client, member, person, at],
        )
        .await?;
    Ok(changed == 1)
}

/// What `from` ordered counts as ordered by `to`, who cannot confirm it then.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec("update key_destruction set ordered_person = $1 where ordered_person = $2", vals![to, from]).await?;
    Ok(())
}

/// Takes the order back. False when there was none.
pub async fn cancel(tx: &mut Tx, client: ClientId) -> Result<bool, Error> {
    Ok(tx.exec("delete from key_destruction where client_id = $1", vals![client]).await? == 1)
}
