//! What is known besides outside logs, as it was sent: one text a kind, sealed in parts.

use super::outside::{open_part, seal_parts};
use crate::{Error, Tx, vals};
use vouchsafe_domain::{ids::MemberId, time::Micros};

const TABLE: &str = "watch_fact_part";

/// One kind of facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What they are: `people`, `docs`.
    pub kind: String,
    /// Another one with each change.
    pub revision: i64,
    /// Lines, or of domains how many are named.
    pub entries: i64,
    /// Bytes of the text.
    pub bytes: i64,
    /// Who sent them.
    pub set_by: MemberId,
    /// When.
    pub set_at: Micros,
}

fn place(kind: &str, revision: i64) -> String {
    format!("{kind}/{revision}")
}

/// What there is, by kind.
pub async fn all(tx: &mut Tx) -> Result<Vec<Facts>, Error> {
    let rows = tx
        .q("select kind, revision, entries, bytes, set_by, set_us from watch_fact order by kind limit 100", &[])
        .await?;
    rows.iter()
        .map(|row| {
            let (kind, revision, entries, bytes) = (row.text(0)?.to_owned(), row.int(1)?, row.int(2)?, row.int(3)?);
            Ok(Facts { kind, revision, entries, bytes, set_by: row.id(4)?, set_at: row.at(5)? })
        })
        .collect()
}

/// Which revision of each kind there is, by kind.
pub async fn revisions(tx: &mut Tx) -> Result<Vec<(String, i64)>, Error> {
    Ok(all(tx).await?.into_iter().map(|of| (of.kind, of.revision)).collect())
}

/// The text of one kind. Memory: all of it.
pub async fn text(tx: &mut Tx, of: &Facts) -> Result<String, Error> {
    let rows = tx
        .q("select part, body_sealed from watch_fact_part where kind = $1 order by part limit 10000", vals![&of.kind])
        .await?;
    let (place, mut bytes) = (place(&of.kind, of.revision), Vec::new());
    for row in &rows {
        bytes.extend(open_part(tx, TABLE, &place, row.int(0)?, &row.sealed(1)?)?);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Keeps a text in the place of what there was of its kind. The revision of `new` must be another one than that.
pub async fn put(tx: &mut Tx, new: &Facts, text: &str) -> Result<(), Error> {
    delete(tx, &new.kind).await?;
    insert(tx, new, text).await
}

/// Keeps a text in the place of revision `before` of its kind. False, and nothing is kept, if that is not there any more.
pub async fn replace(tx: &mut Tx, before: i64, new: &Facts, text: &str) -> Result<bool, Error> {
    let sql = "delete from watch_fact where kind = $1 and revision = $2";
    if tx.exec(sql, vals![&new.kind, before]).await? == 0 {
        return Ok(false);
    }
    tx.exec("delete from watch_fact_part where kind = $1", vals![&new.kind]).await?;
    insert(tx, new, text).await?;
    Ok(true)
}

async fn insert(tx: &mut Tx, new: &Facts, text: &str) -> Result<(), Error> {
    tx.exec(
        "insert into watch_fact (kind, revision, entries, bytes, set_by, set_us) values ($1, $2, $3, $4, $5, $6)",
        vals![&new.kind, new.revision, new.entries, new.bytes, new.set_by, new.set_at],
    )
    .await?;
    for (part, body) in seal_parts(tx, TABLE, &place(&new.kind, new.revision), text.as_bytes()) {
        tx.exec(
            "insert into watch_fact_part (kind, part, body_sealed) values ($1, $2, $3)",
            vals![&new.kind, part, body],
        )
        .await?;
    }
    Ok(())
}

/// Deletes what there is of a kind; whether there was any.
pub async fn delete(tx: &mut Tx, kind: &str) -> Result<bool, Error> {
    let there = tx.exec("delete from watch_fact where kind = $1", vals![kind]).await? > 0;
    tx.exec("delete from watch_fact_part where kind = $1", vals![kind]).await?;
    Ok(there)
}

/// Deletes all of it.
pub async fn forget(tx: &mut Tx) -> Result<(), Error> {
    tx.exec("delete from watch_fact", &[]).await?;
    tx.exec("delete from watch_fact_part", &[]).await?;
    Ok(())
}
