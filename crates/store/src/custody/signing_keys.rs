//! Which key signs for each purpose: its public half, by which one that was lost is known from one that never was.

use crate::{Error, Tx, tx::Read, vals};
use vouchsafe_domain::time::Micros;

const KNOWN: &str = "select public_key from signing_key where purpose = $1";

/// The key that was made for a purpose.
pub async fn known(on: &mut Read, purpose: &str) -> Result<Option<String>, Error> {
    on.one(KNOWN, vals![purpose]).await?.map(|row| Ok(row.text(0)?.to_owned())).transpose()
}

/// Keeps the first key of a purpose. False where one was made before.
pub async fn made(tx: &mut Tx, purpose: &str, public: &str, at: Micros) -> Result<bool, Error> {
    let sql =
        "insert into signing_key (purpose, public_key, made_us) values ($1, $2, $3) on conflict (purpose) do nothing";
    Ok(tx.exec(sql, vals![purpose, public, at]).await? == 1)
}

/// Another key signs for a purpose from now on.
pub async fn replaced(tx: &mut Tx, purpose: &str, public: &str, at: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into signing_key (purpose, public_key, made_us) values ($1, $2, $3)
         on conflict (purpose) do update set public_key = excluded.public_key, made_us = excluded.made_us",
        vals![purpose, public, at],
    )
    .await?;
    Ok(())
}
