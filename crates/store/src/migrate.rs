//! Migrations: one folder for both engines, applied in order, never edited.

use crate::{Error, dialect::Conn, vals};
use sha2::{Digest, Sha256};

/// Every migration, oldest first.
pub const ALL: &[(&str, &str)] = &[
    ("0001_spine", include_str!("../migrations/0001_spine.sql")),
    ("0002_pools_and_keys", include_str!("../migrations/0002_pools_and_keys.sql")),
    ("0003_releases_and_consensus", include_str!("../migrations/0003_releases_and_consensus.sql")),
];

/// Brings the database up to date. Each migration and its mark stand or fall together.
pub(crate) async fn run(conn: &mut Conn) -> Result<(), Error> {
    conn.batch("create table if not exists migration (name text primary key, sha256 bytea not null)").await?;
    conn.batch("begin").await?;
    if matches!(conn, Conn::Postgres(_)) {
        // Processes that start together take turns.
        conn.batch("lock table migration in exclusive mode").await?;
    }
    let result = apply(conn).await;
    conn.batch(if result.is_ok() { "commit" } else { "rollback" }).await?;
    result
}

async fn apply(conn: &mut Conn) -> Result<(), Error> {
    let applied = conn.q("select name, sha256 from migration order by name", &[]).await?;
    for row in &applied {
        let name = row.text(0)?;
        let Some((_, sql)) = ALL.iter().find(|(known, _)| *known == name) else {
            return Err(Error::FromTheFuture(name.into()));
        };
        if row.bytes(1)? != Sha256::digest(sql).as_slice() {
            return Err(Error::MigrationChanged(name.into()));
        }
    }
    for (name, sql) in &ALL[applied.len().min(ALL.len())..] {
        conn.batch(sql).await?;
        let sum: [u8; 32] = Sha256::digest(sql).into();
        conn.exec("insert into migration (name, sha256) values ($1, $2)", vals![*name, &sum]).await?;
    }
    Ok(())
}
