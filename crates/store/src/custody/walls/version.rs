//! The version of a person: whatever a wall rests on changes it, and with it everything that was remembered of him is void.

use crate::{Error, Tx, vals};
use vouchsafe_domain::ids::PersonId;

/// How many low bits of a version are random.
const RANDOM_BITS: u32 = 40;
/// The next version after this one. What was rolled back never comes again: its random bits do not.
pub(crate) fn next_version(old: i64) -> i64 {
    let mut random = [0; 8];
    crate::seal::drawn(&mut random);
    let random = i64::from_le_bytes(random) & ((1 << RANDOM_BITS) - 1);
    (((old >> RANDOM_BITS) + 1) << RANDOM_BITS) | random
}

/// What was remembered of a person is void: something changed that his walls rest on. Locks his row.
pub async fn touch(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    let row = tx.one("select wall_version from person where id = $1 /*lock person*/", vals![person]).await?;
    let version = next_version(row.ok_or(Error::Missing { table: "person" })?.int(0)?);
    set_version(tx, person, version).await
}

/// What was remembered of everybody is void.
pub async fn touch_all(tx: &mut Tx) -> Result<(), Error> {
    let next = next_version(0) & ((1 << RANDOM_BITS) - 1);
    tx.exec("update person set wall_version = (wall_version / 1099511627776 + 1) * 1099511627776 + $1", vals![next])
        .await?;
    Ok(())
}

/// Gives a person his next version; his row is locked.
pub(super) async fn set_version(tx: &mut Tx, person: PersonId, version: i64) -> Result<(), Error> {
    tx.later("update person set wall_version = $1 where id = $2", vals![version, person]).await
}

/// How often a version changed, without its random bits.
pub(super) fn changes(version: i64) -> i64 {
    version >> RANDOM_BITS
}
