//! Who approved a release. The key is the person, so that one with two accounts is still one.

use crate::{Error, Tx, vals};
use vouchsafe_domain::{
    ids::{MemberId, PersonId, ReleaseId},
    time::Micros,
};

/// One approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// By whom.
    pub person: PersonId,
    /// By which account.
    pub member: MemberId,
    /// When.
    pub at: Micros,
}

/// Adds an approval. False when this person approved before, by whatever account.
pub async fn insert(
    tx: &mut Tx,
    release: ReleaseId,
    person: PersonId,
    member: MemberId,
    at: Micros,
) -> Result<bool, Error> {
    let inserted = tx
        .exec(
            "insert into release_approval (release_id, person_id, member_id, approved_us) values ($1, $2, $3, $4)
             on conflict (release_id, person_id) do nothing",
            vals![release, person, member, at],
        )
        .await?;
    Ok(inserted == 1)
}

/// What `from` approved counts as approved by `to`: two accounts of one human are one approval.
pub async fn join(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<(), Error> {
    tx.exec(
        "update release_approval set person_id = $1
          where person_id = $2
            and not exists (select 1 from release_approval o
                             where o.release_id = release_approval.release_id and o.person_id = $1)",
        vals![to, from],
    )
    .await?;
    tx.exec("delete from release_approval where person_id = $1", vals![from]).await?;
    Ok(())
}

/// Releases that both of two persons approved; to be asked before they are joined.
pub async fn of_both(tx: &mut Tx, one: PersonId, other: PersonId) -> Result<Vec<ReleaseId>, Error> {
    let rows = tx
        .q(
            "select a.release_id from release_approval a
               join release_approval b on b.release_id = a.release_id
              where a.person_id = $1 and b.person_id = $2 order by a.release_id",
            vals![one, other],
        )
        .await?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// The approvals of a release, oldest first.
pub async fn of(tx: &mut Tx, release: ReleaseId) -> Result<Vec<Approval>, Error> {
    let rows = tx
        .q(
            "select person_id, member_id, approved_us from release_approval where release_id = $1 order by approved_us, person_id limit 100",
            vals![release],
        )
        .await?;
    rows.iter().map(|row| Ok(Approval { person: row.id(0)?, member: row.id(1)?, at: row.at(2)? })).collect()
}
