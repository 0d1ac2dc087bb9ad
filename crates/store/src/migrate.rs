//! Migrations: one folder for both engines, applied in order, never edited.

use crate::{Error, dialect::Conn, vals};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Every migration, oldest first.
pub const ALL: &[(&str, &str)] = &[
    ("0001_spine", include_str!("../migrations/0001_spine.sql")),
    ("0002_pools_and_keys", include_str!("../migrations/0002_pools_and_keys.sql")),
    ("0003_releases_and_consensus", include_str!("../migrations/0003_releases_and_consensus.sql")),
    ("0004_quarantine", include_str!("../migrations/0004_quarantine.sql")),
    ("0005_access", include_str!("../migrations/0005_access.sql")),
    ("0006_walls", include_str!("../migrations/0006_walls.sql")),
    ("0007_ledger_tree", include_str!("../migrations/0007_ledger_tree.sql")),
    ("0009_cases", include_str!("../migrations/0009_cases.sql")),
    ("0010_quality", include_str!("../migrations/0010_quality.sql")),
    ("0011_answers", include_str!("../migrations/0011_answers.sql")),
    ("0012_sent_and_gaps", include_str!("../migrations/0012_sent_and_gaps.sql")),
    ("0013_watched_folder", include_str!("../migrations/0013_watched_folder.sql")),
    ("0014_departures", include_str!("../migrations/0014_departures.sql")),
    ("0015_erased", include_str!("../migrations/0015_erased.sql")),
    ("0016_expert_standing", include_str!("../migrations/0016_expert_standing.sql")),
    ("0017_courses", include_str!("../migrations/0017_courses.sql")),
    ("0018_measuring_reviews", include_str!("../migrations/0018_measuring_reviews.sql")),
    ("0019_outside_cases", include_str!("../migrations/0019_outside_cases.sql")),
    ("0021_consensus_by_number", include_str!("../migrations/0021_consensus_by_number.sql")),
    ("0022_tallies_and_gaps", include_str!("../migrations/0022_tallies_and_gaps.sql")),
    ("0023_adjudication", include_str!("../migrations/0023_adjudication.sql")),
    ("0024_price", include_str!("../migrations/0024_price.sql")),
    ("0026_decided_anew", include_str!("../migrations/0026_decided_anew.sql")),
    ("0027_one_human_one_row", include_str!("../migrations/0027_one_human_one_row.sql")),
    ("0028_who_set_the_standing_rule", include_str!("../migrations/0028_who_set_the_standing_rule.sql")),
    ("0031_named_by_people", include_str!("../migrations/0031_named_by_people.sql")),
    ("0032_least_gain", include_str!("../migrations/0032_least_gain.sql")),
    ("0034_what_a_gap_lost", include_str!("../migrations/0034_what_a_gap_lost.sql")),
    ("0036_outside_facts", include_str!("../migrations/0036_outside_facts.sql")),
    ("0037_drawn_for_review", include_str!("../migrations/0037_drawn_for_review.sql")),
    ("0038_model_judges", include_str!("../migrations/0038_model_judges.sql")),
    ("0039_restores_that_cannot_be_sure", include_str!("../migrations/0039_restores_that_cannot_be_sure.sql")),
    ("0040_the_other_of_a_pair", include_str!("../migrations/0040_the_other_of_a_pair.sql")),
    ("0041_unfinished_work", include_str!("../migrations/0041_unfinished_work.sql")),
    ("0042_signing_keys", include_str!("../migrations/0042_signing_keys.sql")),
    ("0044_what_an_answer_tells", include_str!("../migrations/0044_what_an_answer_tells.sql")),
    ("0045_swept_from_anywhere", include_str!("../migrations/0045_swept_from_anywhere.sql")),
    ("0046_what_one_submitted", include_str!("../migrations/0046_what_one_submitted.sql")),
];

/// Every table that holds rows, in the order in which they were first made: a row refers to tables before its own only.
pub fn tables() -> impl Iterator<Item = &'static str> {
    let mut known = HashSet::new();
    let made = ALL.iter().flat_map(|(_, sql)| sql.lines()).filter_map(|line| line.strip_prefix("create table "));
    made.filter_map(|rest| rest.split(' ').next()).filter(move |name| known.insert(*name))
}

/// Brings the database up to date. Each migration and its mark stand or fall together.
pub(crate) async fn run(conn: &mut Conn) -> Result<(), Error> {
    conn.batch(MARKS).await?;
    conn.batch("begin").await?;
    if matches!(conn, Conn::Postgres(_)) {
        // Processes that start together take turns.
        conn.batch("lock table migration in exclusive mode").await?;
    }
    let result = apply(conn, |_| true).await;
    conn.batch(if result.is_ok() { "commit" } else { "rollback" }).await?;
    result
}

const MARKS: &str = "create table if not exists migration (name text primary key, sha256 bytea not null)";

/// Makes the tables as the migrations named make them, within the caller's transaction.
pub(crate) async fn make(conn: &mut Conn, names: &[String]) -> Result<(), Error> {
    if let Some(name) = names.iter().find(|name| ALL.iter().all(|(known, _)| known != name)) {
        return Err(Error::FromTheFuture(name.clone()));
    }
    conn.batch(MARKS).await?;
    apply(conn, |name| names.iter().any(|wanted| wanted == name)).await
}

/// Makes in it what later versions added, within the caller's transaction.
pub(crate) async fn finish(conn: &mut Conn) -> Result<(), Error> {
    apply(conn, |_| true).await
}

/// The first migration that a database lacks, if it lacks one.
pub(crate) async fn behind(conn: &mut Conn) -> Result<Option<String>, Error> {
    let applied = applied(conn).await?;
    Ok(ALL.iter().find(|(name, _)| !applied.contains(*name)).map(|(name, _)| (*name).to_owned()))
}

/// The migrations that were applied, each with the text we have of it, or it is no database of ours.
async fn applied(conn: &mut Conn) -> Result<HashSet<&'static str>, Error> {
    let mut applied = HashSet::new();
    for row in &conn.q("select name, sha256 from migration order by name", &[]).await? {
        let name = row.text(0)?;
        let Some((name, sql)) = ALL.iter().find(|(known, _)| *known == name) else {
            return Err(Error::FromTheFuture(name.into()));
        };
        if row.bytes(1)? != Sha256::digest(sql).as_slice() {
            return Err(Error::MigrationChanged((*name).into()));
        }
        applied.insert(*name);
    }
    Ok(applied)
}

/// Applies what is wanted and was not applied before. By name and not by how many there are: two versions may have
/// brought theirs in another order.
async fn apply(conn: &mut Conn, wanted: impl Fn(&str) -> bool) -> Result<(), Error> {
    let applied = applied(conn).await?;
    for (name, sql) in ALL.iter().filter(|(name, _)| wanted(name) && !applied.contains(name)) {
        conn.batch(sql).await?;
        let sum: [u8; 32] = Sha256::digest(sql).into();
        conn.exec("insert into migration (name, sha256) values ($1, $2)", vals![*name, &sum]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_table_is_known_by_name() {
        let mut conn = Conn::Sqlite(Box::new(rusqlite::Connection::open_in_memory().unwrap()));
        run(&mut conn).await.unwrap();
        let made = conn.q("select name from sqlite_master where type = 'table' and name <> 'migration'", &[]).await;
        let mut made: Vec<String> = made.unwrap().iter().map(|row| row.text(0).unwrap().to_owned()).collect();
        let mut named: Vec<String> = tables().map(str::to_owned).collect();
        made.sort();
        named.sort();
        assert_eq!(made, named, "a backup would leave a table out");
    }

    /// Two versions were made side by side, and a database may have the later of two migrations alone.
    #[tokio::test]
    async fn a_migration_that_was_passed_over_is_applied() {
        let mut conn = Conn::Sqlite(Box::new(rusqlite::Connection::open_in_memory().unwrap()));
        let missing = "0034_what_a_gap_lost";
        let others: Vec<String> =
            ALL.iter().map(|(name, _)| (*name).to_owned()).filter(|name| name != missing).collect();
        make(&mut conn, &others).await.unwrap();
        assert_eq!(behind(&mut conn).await.unwrap().as_deref(), Some(missing));
        run(&mut conn).await.unwrap();
        assert_eq!(behind(&mut conn).await.unwrap(), None);
    }

    #[test]
    fn migrations_stand_in_the_order_of_their_names() {
        assert!(ALL.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
