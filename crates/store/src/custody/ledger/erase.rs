//! What a ledger gives up about a person: first his parts, later the tag by which his entries are found. No leaf changes.

use super::{Kind, Names, TABLES, key_of};
use crate::{
    Error, Row, Tx,
    seal::{self, Key, Place},
    vals,
};
use vouchsafe_ledger::entry::{LedgerOf, Part, PartName};

/// Entries looked through in one go.
const AT_ONCE: u32 = 1_000;

/// Whether a ledger has entries by a person, numbered or not yet, erased or not. What stands beside inventories is not
/// found by person, and not looked at.
pub async fn knows(tx: &mut Tx, ledger: &LedgerOf, person: &str) -> Result<bool, Error> {
    let key = key_of(tx, ledger).await?;
    let tag = Names::new(&key, ledger).tag("person", person);
    let row = tx
        .one(
            "select kind from ledger_tally where ledger = $1 and subject = $2
              union all
             select kind from ledger_entry where ledger = $1 and idx is null and subject = $2
              limit 1",
            vals![ledger.name(), &tag],
        )
        .await?;
    Ok(row.is_some())
}

/// Nothing is numbered, and so counted, until the transaction ends: an entry that got its number between two statements
/// would be met by neither.
async fn hold_numbers(tx: &mut Tx, ledger: &LedgerOf) -> Result<(), Error> {
    tx.one("select size from ledger_tree where ledger = $1 /*lock ledger_tree*/", vals![ledger.name()]).await?;
    Ok(())
}

/// Destroys the `person` parts and salts of one person's entries in a ledger, numbered or not yet. The leaves, the tree
/// and the tag stay. The caller has made sure that no hold covers them. How many there were.
pub async fn erase(tx: &mut Tx, ledger: &LedgerOf, person: &str) -> Result<u64, Error> {
    let key = key_of(tx, ledger).await?;
    let names = Names::new(&key, ledger);
    let tag = names.tag("person", person);
    hold_numbers(tx, ledger).await?;
    let numbered = tx
        .exec(
            "update ledger_entry set person_sealed = null
              where ledger = $1 and subject = $2 and kind between 0 and 4 and idx >= 0 and person_sealed is not null",
            vals![ledger.name(), &tag],
        )
        .await?;
    let waiting = tx
        .exec(
            "update ledger_entry set person_sealed = null
              where ledger = $1 and idx is null and subject = $2 and person_sealed is not null",
            vals![ledger.name(), &tag],
        )
        .await?;
    Ok(numbered + waiting + erase_beside(tx, ledger, (&key, &names), person).await?)
}

/// The same of what stands beside inventories: that has the tag of its kind, and is his by what it says.
async fn erase_beside(
    tx: &mut Tx,
    ledger: &LedgerOf,
    (key, names): (&Key, &Names),
    person: &str,
) -> Result<u64, Error> {
    let (tag, called) = (names.beside(), names.name("person", person));
    let waiting = tx
        .q(
            "select id, at_us, person_sealed, -1 from ledger_entry
              where ledger = $1 and idx is null and subject = $2 and person_sealed is not null",
            vals![ledger.name(), &tag],
        )
        .await?;
    let mut erased = erase_of(tx, ledger, key, &waiting, &called).await?;
    let mut after = -1;
    loop {
        let numbered = tx
            .q(
                "select id, at_us, person_sealed, idx from ledger_entry
                  where ledger = $1 and subject = $2 and kind = $3 and idx > $4 and person_sealed is not null
                  order by idx
                  limit $5",
                vals![ledger.name(), &tag, Kind::Beside as i64, after, AT_ONCE],
            )
            .await?;
        let Some(last) = numbered.last() else { return Ok(erased) };
        after = last.int(3)?;
        erased += erase_of(tx, ledger, key, &numbered, &called).await?;
    }
}

/// Of rows of id, `at_us` and sealed part those whose part names him.
async fn erase_of(tx: &mut Tx, ledger: &LedgerOf, key: &Key, rows: &[Row], called: &str) -> Result<u64, Error> {
    let mut erased = 0;
    for row in rows {
        let place = Place { owner: ledger.name(), table: TABLES[2], row: row.text(0)? };
        let stored = seal::open(key, place, &row.sealed(2)?)?;
        let part = Part::from_stored(PartName::Person, &stored).ok_or(Error::Unsealable { table: TABLES[2] })?;
        let said: serde_json::Value = serde_json::from_slice(&part.bytes).unwrap_or_default();
        if said["person"] == called {
            erased += tx
                .exec(
                    "update ledger_entry set person_sealed = null where ledger = $1 and at_us = $2 and id = $3",
                    vals![ledger.name(), row.int(1)?, row.text(0)?],
                )
                .await?;
        }
    }
    Ok(erased)
}

/// Takes from one person's entries the tag by which they are found. Leaves, tree and what the entries say stay. How many
/// there were.
pub async fn unbind(tx: &mut Tx, ledger: &LedgerOf, person: &str) -> Result<u64, Error> {
    let key = key_of(tx, ledger).await?;
    let tag = Names::new(&key, ledger).tag("person", person);
    hold_numbers(tx, ledger).await?;
    tx.exec("delete from ledger_tally where ledger = $1 and subject = $2", vals![ledger.name(), &tag]).await?;
    let numbered = tx
        .exec(
            "update ledger_entry set subject = null
              where ledger = $1 and subject = $2 and kind between 0 and 4 and idx >= 0",
            vals![ledger.name(), &tag],
        )
        .await?;
    let waiting = tx
        .exec(
            "update ledger_entry set subject = null where ledger = $1 and idx is null and subject = $2",
            vals![ledger.name(), &tag],
        )
        .await?;
    Ok(numbered + waiting)
}
