//! Fresh databases on both engines.

use std::{path::PathBuf, sync::Arc};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{Store, access::installation, keys::Keyring, seal::Key};

/// Where tests find a PostgreSQL server.
pub const POSTGRES: &str = "VOUCHSAFE_TEST_POSTGRES";

/// A fresh database; gone when dropped.
pub struct Db {
    /// The open store, its installation row made.
    pub store: Store,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Where to open it again.
    pub url: String,
    /// Files of keys and, on SQLite, the database.
    pub dir: tempfile::TempDir,
}

impl Db {
    /// A fresh database of SQLite.
    pub async fn sqlite() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let url = dir.path().join("vouchsafe.db").to_string_lossy().into_owned();
        Self::open("sqlite", url, dir).await
    }

    /// A fresh database of PostgreSQL; `None`, and said so, when there is no server.
    pub async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            println!("skipped on PostgreSQL: {POSTGRES} is not set");
            return None;
        };
        let name = format!("t{}", uuid::Uuid::new_v4().simple());
        let (client, connection) =
            tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("the PostgreSQL of the tests answers");
        tokio::spawn(connection);
        client.batch_execute(&format!("create database {name}")).await.expect("a database can be made");
        let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        Some(Self::open("postgres", format!("{base}/{name}"), dir).await)
    }

    async fn open(engine: &'static str, url: String, dir: tempfile::TempDir) -> Self {
        let store = reopen(&url, dir.path().join("keys")).await;
        let mut tx = store.write("found").await.expect("a fresh database takes a transaction");
        installation::found(&mut tx, false, Micros(0)).await.expect("the installation's row can be made");
        let entry = Entry::new(LedgerOf::Installation, Act::ServerStarted, 0).of("version", "test");
        tx.commit([entry]).await.expect("a fresh database commits");
        Self { store, engine, url, dir }
    }

    /// Opens the same database once more, as another process would.
    pub async fn again(&self) -> Store {
        reopen(&self.url, self.dir.path().join("keys")).await
    }
}

/// Opens a database with the installation key of all tests.
pub async fn reopen(url: &str, keys: PathBuf) -> Store {
    std::fs::create_dir_all(&keys).expect("the folder of keys can be made");
    Store::open(url, Arc::new(Keyring::new(keys, Key::from_bytes([42; 32])))).await.expect("a test database opens")
}

/// Runs a test on each engine there is.
pub async fn each<F: Future<Output = ()>>(test: impl Fn(Db) -> F) {
    test(Db::sqlite().await).await;
    if let Some(db) = Db::postgres().await {
        test(db).await;
    }
}
