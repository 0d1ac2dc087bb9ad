//! Fresh databases on both engines.

use crate::disk::Disk;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::{
    act::Act,
    entry::{Entry, LedgerOf},
};
use vouchsafe_store::{Flush, Store, access::installation, keys::Keyring, seal::Key};

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
    /// The disk under the database of SQLite.
    pub disk: Arc<Disk>,
}

impl Db {
    /// A fresh database of SQLite on a disk to break.
    pub async fn sqlite() -> Self {
        let disk = Arc::<Disk>::default();
        Self::sqlite_on(disk.clone(), disk.flush()).await
    }

    /// A fresh database of SQLite that flushes as in use, for benchmarks.
    pub async fn sqlite_durable() -> Self {
        Self::sqlite_on(Arc::default(), Arc::new(std::fs::File::sync_data)).await
    }

    async fn sqlite_on(disk: Arc<Disk>, flush: Flush) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let url = dir.path().join("vouchsafe.db").to_string_lossy().into_owned();
        Self::open("sqlite", url, dir, disk, flush).await
    }

    /// A fresh database of PostgreSQL; `None`, and said so, when there is no server.
    pub async fn postgres() -> Option<Self> {
        let url = empty_postgres().await?;
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let (disk, flush) = (Arc::default(), Arc::new(std::fs::File::sync_data));
        Some(Self::open("postgres", url, dir, disk, flush).await)
    }

    async fn open(engine: &'static str, url: String, dir: tempfile::TempDir, disk: Arc<Disk>, flush: Flush) -> Self {
        let store = open_on(&url, dir.path().join("keys"), flush).await;
        let mut tx = store.write("found").await.expect("a fresh database takes a transaction");
        installation::found(&mut tx, false, Micros(0)).await.expect("the installation's row can be made");
        let entry = Entry::new(LedgerOf::Installation, Act::ServerStarted, 0).of("version", "test");
        tx.commit([entry]).await.expect("a fresh database commits");
        Self { store, engine, url, dir, disk }
    }

    /// A copy of this database of SQLite as it lies in its files, on a disk of its own.
    pub async fn copy(&self) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        copy_below(self.dir.path(), dir.path()).expect("a folder can be copied");
        let url = dir.path().join("vouchsafe.db").to_string_lossy().into_owned();
        let disk = Arc::<Disk>::default();
        let store = open_on(&url, dir.path().join("keys"), disk.flush()).await;
        Self { store, engine: self.engine, url, dir, disk }
    }

    /// Opens the same database once more, as another process would.
    pub async fn again(&self) -> Store {
        reopen(&self.url, self.dir.path().join("keys")).await
    }
}

fn copy_below(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let (entry, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
        if path.is_dir() {
            std::fs::create_dir_all(to.join(&entry))?;
            copy_below(&path, &to.join(&entry))?;
        } else if entry != "vouchsafe.db-shm" {
            std::fs::copy(&path, to.join(&entry))?;
        }
    }
    Ok(())
}

/// Opens a database with the installation key of all tests.
pub async fn reopen(url: &str, keys: PathBuf) -> Store {
    open_on(url, keys, Arc::new(std::fs::File::sync_data)).await
}

async fn open_on(url: &str, keys: PathBuf, flush: Flush) -> Store {
    std::fs::create_dir_all(&keys).expect("the folder of keys can be made");
    let keys = Arc::new(Keyring::new(keys, Key::from_bytes([42; 32])));
    Store::open_on(url, keys, flush).await.expect("a test database opens")
}

/// A fresh database of PostgreSQL without a table; `None`, and said so, when there is no server.
pub async fn empty_postgres() -> Option<String> {
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
    Some(format!("{base}/{name}"))
}

/// Runs a test on each engine there is.
pub async fn each<F: Future<Output = ()>>(test: impl Fn(Db) -> F) {
    test(Db::sqlite().await).await;
    if let Some(db) = Db::postgres().await {
        test(db).await;
    }
}
