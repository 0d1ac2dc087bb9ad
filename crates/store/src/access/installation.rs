//! The installation's own row: its ledger key, and what it declared itself to be.

use crate::{Error, Tx, vals};
use vouchsafe_domain::time::Micros;

/// Makes the installation's row if there is none. True when it was made now: the first start.
pub async fn found(tx: &mut Tx, one_person: bool, at: Micros) -> Result<bool, Error> {
    let ledger = tx.keys().make_installation_ledger();
    let made = tx
        .exec(
            "insert into installation (id, data_key_wrapped, ledger_key_wrapped, one_person_us, created_us) values ('one', $1, $1, $2, $3)
             on conflict (id) do nothing",
            vals![ledger, one_person.then_some(at), at],
        )
        .await?;
    Ok(made == 1)
}

/// Entries of its ledger are gone: who its members are is as of the backup from now on.
pub async fn open_gap(tx: &mut Tx, at: Micros) -> Result<(), Error> {
    tx.exec("update installation set gap_us = $1 where gap_us is null", vals![at]).await?;
    Ok(())
}

/// Entries were lost, also if some were before.
pub async fn lost(tx: &mut Tx, at: Micros) -> Result<(), Error> {
    tx.exec("update installation set gap_us = $1", vals![at]).await?;
    Ok(())
}

/// Two persons looked at the members. False when that was not needed.
pub async fn close_gap(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.exec("update installation set gap_us = null where gap_us is not null", &[]).await? == 1)
}

/// Since when it is not known who its members are; `None` when it is.
pub async fn gap(tx: &mut Tx) -> Result<Option<Micros>, Error> {
    let row = tx.one("select gap_us from installation where id = 'one'", &[]).await?;
    row.map_or(Ok(None), |row| row.opt_at(0))
}

/// Declares it a one-person installation since this moment, or (without one) no longer. False when it was so already.
pub async fn declare_one_person(tx: &mut Tx, since: Option<Micros>) -> Result<bool, Error> {
    let changed = match since {
        Some(at) => {
            tx.exec("update installation set one_person_us = $1 where one_person_us is null", vals![at]).await?
        }
        None => tx.exec("update installation set one_person_us = null where one_person_us is not null", &[]).await?,
    };
    Ok(changed == 1)
}

/// Whether it declared itself a one-person installation.
pub async fn one_person(tx: &mut Tx) -> Result<bool, Error> {
    let row = tx.one("select one_person_us from installation where id = 'one'", &[]).await?;
    row.map_or(Ok(false), |row| row.flag(0))
}
