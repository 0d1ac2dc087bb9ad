//! What can go wrong between a use case and the database.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another transaction was in the way; running again from the top is right.
    #[error("another transaction was in the way")]
    Conflict,
    /// The database refused a row that breaks a rule of the schema, such as a second of what is unique.
    #[error("the database refused a row that is not allowed there")]
    Constraint,
    /// The disk is full; nothing of this transaction was kept.
    #[error("the disk is full; nothing of this was kept")]
    DiskFull,
    /// The commit failed; nothing of this transaction was kept and nobody was told otherwise.
    #[error("the commit failed; nothing of this was kept: {0}")]
    CommitFailed(String),
    /// The database could not be reached or failed.
    #[error("the database failed: {0}")]
    Database(String),
    /// A stored row does not hold what its table says.
    #[error("column {column} of a row read by `{query}` holds something else than expected")]
    Corrupt {
        /// First words of the statement.
        query: String,
        /// Position, from 0.
        column: usize,
    },
    /// A row that another row names is not there, or is another client's.
    #[error("a row of `{table}` that another row names is not there")]
    Missing {
        /// Where it should lie.
        table: &'static str,
    },
    /// Sealed bytes did not open: wrong key, wrong place, or changed.
    #[error("sealed content of `{table}` did not open: it was changed, moved, or sealed with another key")]
    Unsealable {
        /// Where it lay.
        table: &'static str,
    },
    /// The client's key is not available; its content stays sealed.
    #[error("the key of this client is {0}")]
    NoKey(#[from] crate::keys::NoKey),
    /// The same request was carried out before; nothing of it was done again.
    #[error("this was done before under the same key")]
    Repeated,
    /// A member's take budget has no room for it; nothing of this transaction was kept.
    #[error("as much as this member may read in a while has been sent")]
    Spent,
    /// A transaction may not commit without a ledger entry.
    #[error("a commit without a ledger entry was refused (`{0}` is not on the list of exempt routes)")]
    NoEntry(&'static str),
    /// An entry about content that leaves does not say all that it has to; so the content stays.
    #[error("an entry `{act}` about content does not say `{name}`, so nothing was sent")]
    Unsaid {
        /// Which act.
        act: &'static str,
        /// What it lacks.
        name: &'static str,
    },
    /// A clearance or pending content of one transaction was used in another.
    #[error("a clearance was used outside the transaction that gave it")]
    ForeignClearance,
    /// The database was made by a newer version.
    #[error("the database has migration `{0}`, which this version does not know; start a newer version")]
    FromTheFuture(String),
    /// A migration that was applied has since been edited.
    #[error("migration `{0}` differs from the one that was applied")]
    MigrationChanged(String),
    /// The file of the database is not whole any more.
    #[error(
        "the database is damaged ({0}): keep its files as they are, and `vouchsafe restore` the newest backup into an empty folder"
    )]
    Damaged(String),
    /// There is no installation in this place.
    #[error("there is no installation in {0}")]
    NoDatabase(String),
    /// The database was made by an older version, and this was no start of a server.
    #[error("the database lacks migration `{0}`: start this version's server once, which adds it")]
    Behind(String),
    /// A restore needs an empty place.
    #[error("{0} is not empty; a backup is restored into a fresh place, so that nothing is overwritten")]
    NotEmpty(String),
    /// A backup is not what was written.
    #[error("the backup is broken: {0}")]
    Backup(String),
    /// A file could not be read or written.
    #[error("{what}: {error}")]
    Io {
        /// Which file and what for.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
}
