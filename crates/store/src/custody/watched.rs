//! What detection reads: who there is, and what the ledgers say was sent. And what outside logs may be looked at.

use super::{
    ledger,
    own::{open_own, seal_own},
};
use crate::{Error, Read, Tx, vals};
use serde_json::{Map, Value};
use vouchsafe_domain::{
    access::role::Role,
    hex::hex,
    ids::{EntryId, ImportId, MemberId, OrganisationId, PersonId},
    time::Micros,
};
use vouchsafe_ledger::entry::LedgerOf;

/// Somebody who has an account.
#[derive(Debug, Clone, Copy)]
pub struct Someone {
    /// Under which id entries name him.
    pub id: PersonId,
    /// Who he is: somebody else if two persons were found to be one.
    pub person: PersonId,
    /// A role of his: the first by its word.
    pub role: Role,
    /// Since when he has an account.
    pub since: Micros,
}

/// Everybody who has an account.
pub async fn people(on: &mut Read) -> Result<Vec<Someone>, Error> {
    let rows = on
        .q(
            "select p.id, coalesce(p.merged_into, p.id), min(m.role), min(m.created_us)
               from member m join person p on p.id = m.person_id
              group by p.id, coalesce(p.merged_into, p.id)
              order by p.id
              limit 100000",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Someone { id: row.id(0)?, person: row.id(1)?, role: row.id(2)?, since: row.at(3)? }))
        .collect()
}

/// A person's tie to an organisation.
#[derive(Debug, Clone, Copy)]
pub struct Tie {
    /// Whose.
    pub person: PersonId,
    /// To whom.
    pub organisation: OrganisationId,
    /// When it was declared.
    pub declared_at: Micros,
}

/// Every tie that has not ended, oldest first.
pub async fn ties(tx: &mut Tx, now: Micros) -> Result<Vec<Tie>, Error> {
    let rows = tx
        .q(
            "select person_id, organisation_id, declared_us
               from interest
              where until_us is null or until_us > $1
              order by declared_us, id
              limit 100000",
            vals![now],
        )
        .await?;
    rows.iter().map(|row| Ok(Tie { person: row.id(0)?, organisation: row.id(1)?, declared_at: row.at(2)? })).collect()
}

/// Names of all ledgers.
pub async fn ledgers(on: &mut Read) -> Result<Vec<LedgerOf>, Error> {
    let rows = on.q("select id from client order by id limit 100000", &[]).await?;
    rows.iter().map(|row| Ok(LedgerOf::Client(row.text(0)?.to_owned()))).collect()
}

/// An entry, opened for the server's own reckoning: nothing of it is sent. A part that was erased is empty.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its id.
    pub id: EntryId,
    /// Its number.
    pub idx: u64,
    /// When.
    pub at_us: i64,
    /// What: `task.sent`.
    pub act: String,
    /// To what.
    pub object: Map<String, Value>,
    /// Who.
    pub person: Map<String, Value>,
}

impl Said {
    /// Whom it names, as its ledger does.
    pub fn person(&self) -> Option<&str> {
        self.person.get("person")?.as_str()
    }
}

/// What detection needs of a ledger's entries from `from` on, by number: each is met once, since a number is given once. Of
/// the installation's ledger all, of a client's what was sent.
pub async fn entries(on: &mut Read, of: &LedgerOf, from: u64, limit: u32) -> Result<Vec<Said>, Error> {
    let rows = ledger::disclosures_from(on, of, from, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let [act, object, person] = row.entry.parts.map(|part| -> Map<String, Value> {
                part.and_then(|part| serde_json::from_slice(&part.bytes).ok()).unwrap_or_default()
            });
            let act = act.get("act").and_then(Value::as_str).unwrap_or_default().to_owned();
            Said { id: row.entry.id, idx: row.idx, at_us: row.entry.at_us, act, object, person }
        })
        .collect())
}

/// The number of a ledger's first entry since a moment; of the next one that it gets where there is none since.
pub async fn first_since(on: &mut Read, of: &LedgerOf, since: Micros) -> Result<u64, Error> {
    let row = on
        .one(
            "select coalesce(
                      (select idx from ledger_entry
                        where ledger = $1 and at_us >= $2 and idx is not null
                        order by at_us, id
                        limit 1),
                      (select max(idx) + 1 from ledger_entry where ledger = $1 and idx is not null),
                      0)",
            vals![of.name(), since],
        )
        .await?;
    Ok(row.map_or(Ok(0), |row| row.int(0))?.unsigned_abs())
}

/// What of outside logs may be looked at.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Which logs and whose, and how the staff was told: JSON.
    pub body: String,
    /// When the staff was told.
    pub told_at: Micros,
    /// For how long findings are kept.
    pub retention_days: i64,
    /// Who declared it.
    pub set_by: MemberId,
    /// Since when.
    pub set_at: Micros,
}

/// What is declared now.
pub async fn declared(tx: &mut Tx) -> Result<Option<Declared>, Error> {
    let row = tx
        .one(
            "select id, body_sealed, told_us, retention_days, set_by, set_us from watch_declared
              where ended_us is null order by set_us desc, id limit 1",
            &[],
        )
        .await?;
    row.map(|row| {
        Ok(Declared {
            body: open_own(tx, "watch_declared", row.text(0)?, &row.sealed(1)?)?,
            told_at: row.at(2)?,
            retention_days: row.int(3)?,
            set_by: row.id(4)?,
            set_at: row.at(5)?,
        })
    })
    .transpose()
}

/// What is declared now, held: it does not end before this transaction does, and what is kept beneath it ends with it.
pub async fn hold(tx: &mut Tx) -> Result<Option<Declared>, Error> {
    let held = "select id from watch_declared where ended_us is null order by id limit 1 /*lock watch_declared*/";
    while tx.one(held, &[]).await?.is_none() {
        // Its end was waited for; another may have come in its place.
        if declared(tx).await?.is_none() {
            return Ok(None);
        }
    }
    declared(tx).await
}

/// Declares in the place of what was declared, or (without anything) switches reading outside logs off.
pub async fn declare(tx: &mut Tx, id: &str, new: Option<&Declared>, at: Micros) -> Result<(), Error> {
    hold(tx).await?;
    tx.exec("update watch_declared set ended_us = $1 where ended_us is null", vals![at]).await?;
    if let Some(new) = new {
        let body = seal_own(tx, "watch_declared", id, &new.body);
        tx.exec(
            "insert into watch_declared (id, body_sealed, told_us, retention_days, set_by, set_us) values ($1, $2, $3, $4, $5, $6)",
            vals![id, body, new.told_at, new.retention_days, new.set_by, new.set_at],
        )
        .await?;
    }
    Ok(())
}

/// An outside log that was read.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What was found and what was not understood: JSON.
    pub body: String,
    /// Its size.
    pub bytes: i64,
    /// Lines, acts, refused lines, alerts.
    pub counts: [i64; 4],
    /// By whom.
    pub by: MemberId,
    /// When.
    pub at: Micros,
    /// When it will be forgotten.
    pub forget_at: Micros,
}

/// Keeps what was found.
pub async fn keep_import(tx: &mut Tx, new: &Import) -> Result<(), Error> {
    let body = seal_own(tx, "watch_import", &new.id.to_string(), &new.body);
    let [lines, acts, skipped, alerts] = new.counts;
    tx.exec(
        "insert into watch_import (id, body_sealed, bytes, lines, acts, skipped, alerts, imported_by, imported_us, forget_us)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        vals![new.id, body, new.bytes, lines, acts, skipped, alerts, new.by, new.at, new.forget_at],
    )
    .await?;
    Ok(())
}

/// Remembers a file of the watched folder by a keyed digest. False if it was known.
pub async fn know_file(tx: &mut Tx, mac: &[u8; 32], at: Micros) -> Result<bool, Error> {
    let sql = "insert into watch_file (mac, read_us) values ($1, $2) on conflict (mac) do nothing";
    Ok(tx.exec(sql, vals![mac.to_vec(), at]).await? == 1)
}

/// Whether a file of the watched folder was read before.
pub async fn knows_file(tx: &mut Tx, mac: &[u8; 32]) -> Result<bool, Error> {
    Ok(tx.one("select read_us from watch_file where mac = $1", vals![mac.to_vec()]).await?.is_some())
}

/// What was read, newest first, at most 200.
pub async fn imports(tx: &mut Tx) -> Result<Vec<Import>, Error> {
    let rows = tx
        .q(
            "select id, body_sealed, bytes, lines, acts, skipped, alerts, imported_by, imported_us, forget_us
               from watch_import order by imported_us desc, id limit 200",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Import {
                id: row.id(0)?,
                body: open_own(tx, "watch_import", row.text(0)?, &row.sealed(1)?)?,
                bytes: row.int(2)?,
                counts: [row.int(3)?, row.int(4)?, row.int(5)?, row.int(6)?],
                by: row.id(7)?,
                at: row.at(8)?,
                forget_at: row.at(9)?,
            })
        })
        .collect()
}

/// Forgets what was kept long enough; how many there were.
pub async fn forget_imports(tx: &mut Tx, now: Micros) -> Result<u64, Error> {
    tx.exec("delete from watch_import where forget_us <= $1", vals![now]).await
}

/// A person's pseudonym toward custodians: stable in this installation.
pub fn pseudonym(tx: &Tx, person: PersonId) -> String {
    let mac = tx.keys().installation("custody").keyed("pseudonym", &[person.to_string().as_bytes()]);
    format!("p-{}", hex(&mac[..4]))
}
