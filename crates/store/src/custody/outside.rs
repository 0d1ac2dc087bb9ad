//! What was learned from outside logs, kept from one to the next, and how long what was found in them is kept.

use super::own::{open_own, seal_own};
use crate::{
    Error, Tx,
    seal::{self, Place, Sealed},
    vals,
};
use vouchsafe_domain::{ids::PersonId, time::Micros};

/// Bytes of one part: a sealed body has a limit, what is learned of a large company has none.
const PART_BYTES: usize = 8 << 20;

/// Seals a body that may be longer than one may be: its parts, numbered. `of` tells it from the body that it replaces.
pub(super) fn seal_parts(tx: &Tx, table: &'static str, of: &str, bytes: &[u8]) -> Vec<(i64, Sealed)> {
    let key = tx.keys().installation("custody");
    let seal = |(part, bytes): (i64, &[u8])| {
        let row = format!("{of}/{part}");
        (part, seal::seal(&key, Place { owner: "installation", table, row: &row }, bytes))
    };
    (0..).zip(bytes.chunks(PART_BYTES)).map(seal).collect()
}

/// Opens one part of what [`seal_parts`] sealed.
pub(super) fn open_part(tx: &Tx, table: &'static str, of: &str, part: i64, sealed: &Sealed) -> Result<Vec<u8>, Error> {
    let row = format!("{of}/{part}");
    seal::open(&tx.keys().installation("custody"), Place { owner: "installation", table, row: &row }, sealed)
}

/// What was learned, with its revision. `None` before anything was. Memory: all of it.
pub async fn learned(tx: &mut Tx) -> Result<Option<(i64, Vec<u8>)>, Error> {
    let rows = tx.q("select part, revision, body_sealed from watch_outside order by part limit 10000", &[]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let revision = first.int(1)?;
    let mut bytes = Vec::new();
    for row in &rows {
        let of = row.int(1)?.to_string();
        bytes.extend(open_part(tx, "watch_outside", &of, row.int(0)?, &row.sealed(2)?)?);
    }
    Ok(Some((revision, bytes)))
}

/// Keeps what was learned in the place of revision `before`. False if another was kept meanwhile.
pub async fn keep(tx: &mut Tx, before: Option<i64>, bytes: &[u8]) -> Result<bool, Error> {
    let now = tx.one("select revision from watch_outside where part = 0 /*lock watch_outside*/", &[]).await?;
    if now.map(|row| row.int(0)).transpose()? != before {
        return Ok(false);
    }
    forget(tx).await?;
    let revision = before.unwrap_or(0) + 1;
    for (part, body) in seal_parts(tx, "watch_outside", &revision.to_string(), bytes) {
        // Two that begin at once meet here: the second is told of a conflict and begins again.
        let sql =
            "insert into watch_outside (part, revision, body_sealed) values ($1, $2, $3) on conflict (part) do nothing";
        if tx.exec(sql, vals![part, revision, body]).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Forgets what was learned.
pub async fn forget(tx: &mut Tx) -> Result<(), Error> {
    tx.exec("delete from watch_outside", &[]).await?;
    Ok(())
}

/// Forgets the cases whose time is over, with the wishes to see their names; how many there were.
pub async fn forget_cases(tx: &mut Tx, now: Micros) -> Result<u64, Error> {
    tx.exec("delete from watch_reveal where case_id in (select id from watch_case where forget_us <= $1)", vals![now])
        .await?;
    tx.exec("delete from watch_case where forget_us <= $1", vals![now]).await
}

/// What was found in outside logs, as JSON under its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Cases from outside logs.
    Cases,
    /// What is kept of each log.
    Logs,
}

impl Kept {
    fn table(self) -> &'static str {
        match self {
            Self::Cases => "watch_case.body",
            Self::Logs => "watch_import",
        }
    }
}

/// The texts of one kind after an id, by id, at most `limit`.
pub async fn texts(tx: &mut Tx, of: Kept, after: &str, limit: u32) -> Result<Vec<(String, String)>, Error> {
    let sql = match of {
        Kept::Cases => {
            "select id, body_sealed from watch_case where forget_us is not null and id > $1 order by id limit $2"
        }
        Kept::Logs => "select id, body_sealed from watch_import where id > $1 order by id limit $2",
    };
    let rows = tx.q(sql, vals![after, limit]).await?;
    rows.iter()
        .map(|row| {
            let id = row.text(0)?;
            Ok((id.to_owned(), open_own(tx, of.table(), id, &row.sealed(1)?)?))
        })
        .collect()
}

/// Puts another text in the place of one.
pub async fn rewrite(tx: &mut Tx, of: Kept, id: &str, text: &str) -> Result<(), Error> {
    let sql = match of {
        Kept::Cases => "update watch_case set body_sealed = $1 where id = $2",
        Kept::Logs => "update watch_import set body_sealed = $1 where id = $2",
    };
    let sealed = seal_own(tx, of.table(), id, text);
    tx.exec(sql, vals![sealed, id]).await?;
    Ok(())
}

/// Who an address of a log is: the person of that address, or else nobody's id, made from the address by the
/// installation's key, so that it says nothing and is the same each time.
pub async fn person_of(tx: &mut Tx, address: &str) -> Result<PersonId, Error> {
    let key = crate::access::members::email_key(tx.keys(), address);
    let row = tx.one("select coalesce(merged_into, id) from person where email_key = $1", vals![&key]).await?;
    if let Some(row) = row {
        return row.id(0);
    }
    let mac = tx.keys().installation("custody").keyed("outside actor", &[address.trim().to_lowercase().as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac[..16]);
    Ok(PersonId(uuid::Builder::from_custom_bytes(bytes).into_uuid()))
}
