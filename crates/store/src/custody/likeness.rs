//! Organisations that people named by themselves, and which known ones they may be.
//!
//! A tie to what somebody named binds as a tie to each known organisation that is called the same, until a custodian said
//! that it is another: unknown means no.

use super::{organisations, own::seal_own};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    custody::called::plain,
    ids::{MemberId, OrganisationId, PersonId},
    time::Micros,
};

/// Where the reason of a look is sealed.
const LOOKED: &str = "organisation.looked";

/// An organisation that somebody named, as custodians look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// Which.
    pub id: OrganisationId,
    /// When a custodian looked at it.
    pub looked_at: Option<Micros>,
}

/// Says that a person named this organisation, and that nobody has looked at it yet.
pub async fn declared(tx: &mut Tx, id: OrganisationId, at: Micros) -> Result<(), Error> {
    tx.exec("update organisation set declared_us = $1 where id = $2", vals![at, id]).await?;
    Ok(())
}

/// Those that people named, oldest first, at most 100,000.
pub async fn all_declared(tx: &mut Tx) -> Result<Vec<Declared>, Error> {
    let rows = tx
        .q(
            "select id, looked_us from organisation where declared_us is not null order by declared_us, id limit 100000",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok(Declared { id: row.id(0)?, looked_at: row.opt_at(1)? })).collect()
}

/// Finds which organisations a new one is called the same as, where one of the two was named by a person, and lets ties to
/// the named one count for the other as well. A client is called by its name and by its code name.
pub async fn find(tx: &mut Tx, id: OrganisationId, at: Micros) -> Result<(), Error> {
    let named: Vec<OrganisationId> = all_declared(tx).await?.iter().map(|one| one.id).collect();
    if named.is_empty() {
        return Ok(());
    }
    let all = organisations::names(tx).await?;
    let plain_of = |of: OrganisationId| all.iter().filter(move |(one, _)| *one == of).map(|(_, name)| plain(name));
    let own: Vec<String> = plain_of(id).filter(|name| !name.is_empty()).collect();
    for (other, name) in &all {
        if *other == id || !own.contains(&plain(name)) {
            continue;
        }
        for (declared, known) in [(id, *other), (*other, id)] {
            if named.contains(&declared) {
                insert(tx, declared, known, at).await?;
            }
        }
    }
    Ok(())
}

async fn insert(tx: &mut Tx, declared: OrganisationId, known: OrganisationId, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into organisation_likeness (declared_id, known_id, found_us) values ($1, $2, $3)
         on conflict (declared_id, known_id) do nothing",
        vals![declared, known, at],
    )
    .await?;
    Ok(())
}

/// Which a named organisation counts as, with its own id left out: `(named, known)`, in order.
pub async fn list(tx: &mut Tx) -> Result<Vec<(OrganisationId, OrganisationId)>, Error> {
    let rows = tx
        .q(
            "select declared_id, known_id from organisation_likeness where other_us is null
              order by declared_id, known_id limit 100000",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// A custodian says which organisation a named one is; without one, that it is none of those it was taken for. What is
/// remembered of whoever is tied to it is for the caller to void. False when no person named it.
pub async fn decide(
    tx: &mut Tx,
    declared: OrganisationId,
    same_as: Option<OrganisationId>,
    (reason, by, at): (&str, MemberId, Micros),
) -> Result<bool, Error> {
    let words = seal_own(tx, LOOKED, &declared.to_string(), reason);
    let sql = "update organisation set looked_us = $1, looked_by = $2, looked_sealed = $3
                where id = $4 and declared_us is not null";
    if tx.exec(sql, vals![at, by, words, declared]).await? != 1 {
        return Ok(false);
    }
    let kept = same_as.map(|known| known.to_string()).unwrap_or_default();
    tx.exec(
        "update organisation_likeness set other_us = $1 where declared_id = $2 and known_id <> $3",
        vals![at, declared, kept],
    )
    .await?;
    if let Some(known) = same_as {
        insert(tx, declared, known, at).await?;
        tx.exec(
            "update organisation_likeness set other_us = null where declared_id = $1 and known_id = $2",
            vals![declared, known],
        )
        .await?;
    }
    Ok(true)
}

/// Persons tied to an organisation by its own id, in order.
pub async fn tied(tx: &mut Tx, id: OrganisationId) -> Result<Vec<PersonId>, Error> {
    let rows = tx
        .q("select distinct person_id from interest where organisation_id = $1 order by person_id", vals![id])
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}
