//! Failed sign-ins by account and address, kept so that a restart forgives nothing.

use crate::{Error, Tx, vals};
use vouchsafe_domain::time::Micros;

/// Failures within the window that began at or after `since`.
pub async fn failures(tx: &mut Tx, key: &[u8; 32], since: Micros) -> Result<i64, Error> {
    let row = tx
        .one("select t.failures from throttle t where t.key = $1 and t.window_us >= $2 /*lock t*/", vals![key, since])
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// A try that turned out to be no failure is not counted.
pub async fn uncount(tx: &mut Tx, key: &[u8; 32]) -> Result<(), Error> {
    tx.exec("update throttle set failures = failures - 1 where key = $1 and failures > 0", vals![key]).await?;
    Ok(())
}

/// One failure more; a window that began before `since` begins anew.
pub async fn failed(tx: &mut Tx, key: &[u8; 32], since: Micros, now: Micros) -> Result<(), Error> {
    tx.exec(
        "insert into throttle (key, failures, window_us) values ($1, 1, $2)
         on conflict (key) do update
           set failures = case when throttle.window_us >= $3 then throttle.failures + 1 else 1 end,
               window_us = case when throttle.window_us >= $3 then throttle.window_us else excluded.window_us end",
        vals![key, now, since],
    )
    .await?;
    Ok(())
}

/// A success: the account's failures are forgotten.
pub async fn forgive(tx: &mut Tx, key: &[u8; 32]) -> Result<(), Error> {
    tx.exec("delete from throttle where key = $1", vals![key]).await?;
    Ok(())
}
