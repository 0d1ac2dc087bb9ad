//! Transactions: `let mut tx = store.write("submit").await?; …; tx.commit([entry]).await?`.
//!
//! A commit carries at least one ledger entry, but for the few routes on `tests/ledger_exempt.txt`.
//! What it read of content opens only with its [`Committed`] ([`crate::pending`]).

use crate::{
    Error, Row, Val,
    custody::{ledger, walls::Walls},
    dialect::{self, Conn, EachRow, Statement},
    engine::{
        postgres::{CONNECTIONS, Loan, Pool},
        sqlite::{self, Flush, Hold, Writer},
    },
    keys::Keyring,
    migrate, once,
    pending::Committed,
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use vouchsafe_domain::time::Micros;
use vouchsafe_ledger::entry::Entry;

/// Names of transactions that may commit without an entry. The list may only shrink.
const EXEMPT: &str = include_str!("../tests/ledger_exempt.txt");
static SERIAL: AtomicU64 = AtomicU64::new(1);

/// What time it is; walls are decided by it.
pub type Clock = Arc<dyn Fn() -> Micros + Send + Sync>;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
    keys: Arc<Keyring>,
    walls: Arc<Walls>,
    clock: Option<Clock>,
}

enum Engine {
    Sqlite { writer: Writer, path: PathBuf, readers: Arc<Mutex<Vec<rusqlite::Connection>>> },
    Postgres(Pool),
}

impl Store {
    /// Opens the database at `url`: `postgres://…`, or the path of a SQLite file, which is made if it is not
    /// there. Brings its tables up to date.
    pub async fn open(url: &str, keys: Arc<Keyring>) -> Result<Self, Error> {
        Self::open_on(url, keys, Arc::new(std::fs::File::sync_data)).await
    }

    /// [`Store::open`] on a disk of one's own: `flush` makes the log of an embedded database durable.
    pub async fn open_on(url: &str, keys: Arc<Keyring>, flush: Flush) -> Result<Self, Error> {
        let engine = if is_postgres(url) {
            let pool = Pool::new(url, CONNECTIONS)?;
            migrate::run(&mut pool.connect().await?).await?;
            Engine::Postgres(pool)
        } else {
            let path = Path::new(url).to_path_buf();
            let mut conn = Conn::Sqlite(Box::new(sqlite::connect(&path, false)?));
            migrate::run(&mut conn).await?;
            Engine::Sqlite { writer: Writer::new(conn, &path, flush)?, path, readers: Arc::default() }
        };
        Ok(Self { engine: Arc::new(engine), keys, walls: Arc::default(), clock: None })
    }

    /// The same store with a clock. Without one every wall is shut.
    #[must_use]
    pub fn timed(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The keys this store seals with.
    pub fn keys(&self) -> &Arc<Keyring> {
        &self.keys
    }

    /// Begins a transaction. `name` is the route or job it serves; it stands in errors and in the exemption list.
    pub async fn write(&self, name: &'static str) -> Result<Tx, Error> {
        let inner = match &*self.engine {
            Engine::Sqlite { writer, .. } => Inner::Sqlite(writer.hold().await?),
            Engine::Postgres(pool) => {
                let mut loan = pool.loan().await?;
                loan.begin(false)?;
                Inner::Postgres(loan)
            }
        };
        Ok(Tx {
            inner,
            name,
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            keys: Arc::clone(&self.keys),
            walls: Arc::clone(&self.walls),
            now: self.clock.as_ref().map_or(Micros(0), |clock| clock()),
            failed: false,
        })
    }

    /// A connection for reads that disclose nothing. Several statements may see several states on PostgreSQL.
    pub async fn read(&self) -> Result<Read, Error> {
        self.reader(false).await
    }

    /// A connection on which all statements see one state, as a release or a backup needs.
    pub async fn snapshot(&self) -> Result<Read, Error> {
        self.reader(true).await
    }

    async fn reader(&self, snapshot: bool) -> Result<Read, Error> {
        match &*self.engine {
            Engine::Sqlite { path, readers, .. } => {
                let popped = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let conn = match popped {
                    Some(conn) => conn,
                    None => sqlite::connect(path, true)?,
                };
                conn.execute_batch("begin").map_err(dialect::from_sqlite)?;
                Ok(Read(ReadInner::Sqlite { conn: Some(conn), readers: Arc::clone(readers) }, Arc::clone(&self.keys)))
            }
            Engine::Postgres(pool) => {
                let mut loan = pool.loan().await?;
                if snapshot {
                    loan.begin(true)?;
                }
                Ok(Read(ReadInner::Postgres(loan), Arc::clone(&self.keys)))
            }
        }
    }

    /// Whether there is a database with tables of ours at `url`. Makes nothing.
    pub async fn is_there(url: &str) -> Result<bool, Error> {
        let mut conn = if is_postgres(url) {
            Pool::new(url, CONNECTIONS)?.connect().await?
        } else if Path::new(url).exists() {
            Conn::Sqlite(Box::new(sqlite::connect(Path::new(url), true)?))
        } else {
            return Ok(false);
        };
        Ok(!conn.is_empty().await?)
    }

    /// Opens a database as it is, to look at it or copy it: it must be there, with the tables of this version.
    pub async fn open_as_is(url: &str, keys: Arc<Keyring>) -> Result<Self, Error> {
        let (engine, mut conn) = if is_postgres(url) {
            let pool = Pool::new(url, CONNECTIONS)?;
            let conn = pool.connect().await?;
            (Engine::Postgres(pool), conn)
        } else {
            let path = Path::new(url).to_path_buf();
            if !path.exists() {
                return Err(Error::NoDatabase(url.into()));
            }
            let flush: Flush = Arc::new(std::fs::File::sync_data);
            let conn = || sqlite::connect(&path, false).map(|conn| Conn::Sqlite(Box::new(conn)));
            let (first, second) = (conn()?, conn()?);
            (Engine::Sqlite { writer: Writer::new(first, &path, flush)?, path, readers: Arc::default() }, second)
        };
        if conn.is_empty().await? {
            // Without its password: this goes into a message.
            let place = if is_postgres(url) { "the PostgreSQL database" } else { url };
            return Err(Error::NoDatabase(place.into()));
        }
        if let Some(name) = migrate::behind(&mut conn).await? {
            return Err(Error::Behind(name));
        }
        Ok(Self { engine: Arc::new(engine), keys, walls: Arc::default(), clock: None })
    }

    /// What the engine calls its version.
    pub async fn engine_version(&self) -> Result<String, Error> {
        let mut on = self.read().await?;
        match &mut on.0 {
            ReadInner::Sqlite { .. } => Ok(format!("SQLite {}", rusqlite::version())),
            ReadInner::Postgres(loan) => loan.conn()?.postgres_version().await,
        }
    }

    /// The file of an embedded database; `None` on PostgreSQL.
    pub fn file(&self) -> Option<&Path> {
        match &*self.engine {
            Engine::Sqlite { path, .. } => Some(path),
            Engine::Postgres(_) => None,
        }
    }
}

/// Whether `url` names a PostgreSQL database.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// An open transaction. Dropped without a commit, it leaves nothing behind.
pub struct Tx {
    inner: Inner,
    name: &'static str,
    pub(crate) serial: u64,
    keys: Arc<Keyring>,
    walls: Arc<Walls>,
    now: Micros,
    failed: bool,
}

enum Inner {
    Sqlite(Hold),
    Postgres(Loan),
}

impl Tx {
    /// The rows of a statement.
    pub(crate) async fn q(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<Vec<Row>, Error> {
        let result = match &mut self.inner {
            Inner::Sqlite(hold) => hold.conn()?.q(sql, vals).await,
            Inner::Postgres(loan) => loan.ask(&[(sql, vals)]).await.map(|mut all| all.pop().unwrap_or_default()),
        };
        self.noticed(result)
    }

    /// The first row of a statement.
    pub(crate) async fn one(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.q(sql, vals).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    pub(crate) async fn exec(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<u64, Error> {
        let result = match &mut self.inner {
            Inner::Sqlite(hold) => hold.conn()?.exec(sql, vals).await,
            Inner::Postgres(loan) => loan.change(&[(sql, vals)]).await.map(|mut all| all.pop().unwrap_or_default()),
        };
        self.noticed(result)
    }

    /// Runs a statement whose answer nobody waits for. On PostgreSQL it is sent with the next one that somebody does
    /// wait for, or with the commit, so that it costs no round trip.
    pub(crate) async fn later(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<(), Error> {
        self.put_off(sql, vals, None).await
    }

    /// [`Tx::later`] for a statement that must change one row: if it does not, the transaction fails with `fault`, now
    /// or when the statement is sent.
    pub(crate) async fn later_one(
        &mut self,
        sql: &'static str,
        vals: &[Val<'_>],
        fault: fn() -> Error,
    ) -> Result<(), Error> {
        self.put_off(sql, vals, Some(fault)).await
    }

    async fn put_off(&mut self, sql: &'static str, vals: &[Val<'_>], must: Option<fn() -> Error>) -> Result<(), Error> {
        if let Inner::Postgres(loan) = &mut self.inner {
            loan.later((sql, vals), must);
            return Ok(());
        }
        let changed = self.exec(sql, vals).await?;
        must.filter(|_| changed != 1).map_or(Ok(()), |fault| Err(fault()))
    }

    /// Makes the same change of different rows, none of which leans on another, and returns how many rows each changed.
    /// One round trip on PostgreSQL.
    pub(crate) async fn exec_each<'v, R: AsRef<[Val<'v>]> + Sync>(
        &mut self,
        sql: &'static str,
        rows: &[R],
    ) -> Result<Vec<u64>, Error> {
        let result = match &mut self.inner {
            Inner::Sqlite(hold) => {
                let statements: Vec<Statement<'_>> = rows.iter().map(|row| (sql, row.as_ref())).collect();
                hold.conn()?.exec_all(&statements).await
            }
            Inner::Postgres(loan) => loan.change_each(sql, &rows.iter().map(AsRef::as_ref).collect::<Vec<_>>()).await,
        };
        self.noticed(result)
    }

    /// The rows of several statements that do not need each other's answers. One round trip on PostgreSQL.
    pub(crate) async fn q_all<const N: usize>(
        &mut self,
        statements: [Statement<'_>; N],
    ) -> Result<[Vec<Row>; N], Error> {
        let result = match &mut self.inner {
            Inner::Sqlite(hold) => hold.conn()?.q_all(&statements).await,
            Inner::Postgres(loan) => loan.ask(&statements).await,
        };
        let rows = self.noticed(result)?;
        rows.try_into().map_err(|_| Error::Database("a statement gave no answer".into()))
    }

    /// After an error PostgreSQL undoes the whole transaction at its end, and says so to nobody: so nothing may
    /// be acknowledged any more.
    fn noticed<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            match &mut self.inner {
                Inner::Sqlite(hold) => hold.check_alive(),
                Inner::Postgres(_) => self.failed = true,
            }
        }
        result
    }

    /// Whether `/*claim*/` passes by rows that another transaction holds: then a task may be passed that is
    /// free a moment later.
    pub(crate) fn skips_locked(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// The keys this store seals with.
    pub fn keys(&self) -> &Arc<Keyring> {
        &self.keys
    }

    /// What is remembered of walls.
    pub(crate) fn walls(&self) -> &Arc<Walls> {
        &self.walls
    }

    /// When it began; 0 without a clock.
    pub(crate) fn now(&self) -> Micros {
        self.now
    }

    /// Commits with its ledger entries; answered when durable.
    pub async fn commit(mut self, entries: impl IntoIterator<Item = Entry> + Send) -> Result<Committed, Error> {
        let entries: Vec<Entry> = entries.into_iter().collect();
        if entries.is_empty() {
            return Err(Error::NoEntry(self.name));
        }
        let once = once::present(&entries);
        if let Some(once) = &once {
            match once::keep(&mut self, once, &entries).await {
                // The other one may be of this very batch: its outcome is told when it is durable.
                Err(Error::Repeated) => {
                    self.abandon().await?;
                    return Err(Error::Repeated);
                }
                kept => kept?,
            }
        }
        let rows = ledger::seal(&mut self, entries).await?;
        let vals: Vec<_> = rows.iter().map(ledger::Row::vals).collect();
        let committed =
            self.finish(&vals.iter().map(|vals| (ledger::INSERT, vals.as_slice())).collect::<Vec<_>>()).await?;
        if let Some(once) = &once {
            once::kept(once);
        }
        Ok(Committed { leaves: rows.iter().map(ledger::Row::leaf_hash).collect(), ..committed })
    }

    /// Commits what the sequencer did: it only says again, in the tree, what entries already say.
    pub(crate) async fn commit_tree(self) -> Result<Committed, Error> {
        self.finish(&[]).await
    }

    /// Commits without an entry, for the routes on the list of exempt ones.
    pub async fn commit_exempt(self) -> Result<Committed, Error> {
        if EXEMPT.lines().any(|line| line == self.name) {
            self.finish(&[]).await
        } else {
            Err(Error::NoEntry(self.name))
        }
    }

    /// Runs the last statements and commits.
    async fn finish(mut self, last: &[Statement<'_>]) -> Result<Committed, Error> {
        if self.failed {
            return Err(Error::CommitFailed("a statement of it had failed".into()));
        }
        if let Inner::Sqlite(hold) = &mut self.inner {
            let made = hold.conn()?.exec_all(last).await;
            self.noticed(made)?;
        }
        match self.inner {
            Inner::Sqlite(hold) => hold.commit().await?,
            Inner::Postgres(mut loan) => match loan.commit(last).await {
                Ok(()) => {}
                Err(error @ (Error::Conflict | Error::Constraint | Error::DiskFull | Error::Spent)) => {
                    return Err(error);
                }
                Err(error) => return Err(Error::CommitFailed(error.to_string())),
            },
        }
        Ok(Committed { serial: self.serial, leaves: Vec::new() })
    }

    /// Undoes everything, and answers when what was read is durable: for a refusal or a replay that rests on it.
    pub async fn abandon(self) -> Result<(), Error> {
        match self.inner {
            Inner::Sqlite(hold) => hold.abandon().await,
            Inner::Postgres(mut loan) => loan.abandon().await,
        }
    }
}

/// Reads that disclose nothing: states, counts, ids. Content read through it stays sealed.
pub struct Read(ReadInner, Arc<Keyring>);

enum ReadInner {
    Sqlite { conn: Option<rusqlite::Connection>, readers: Arc<Mutex<Vec<rusqlite::Connection>>> },
    Postgres(Loan),
}

impl Read {
    /// The rows of a statement.
    pub(crate) async fn q(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<Vec<Row>, Error> {
        match &mut self.0 {
            ReadInner::Sqlite { conn: Some(conn), .. } => dialect::sqlite_rows(conn, sql, vals),
            ReadInner::Sqlite { conn: None, .. } => Err(Error::Database("the read has ended".into())),
            ReadInner::Postgres(loan) => loan.conn()?.q(sql, vals).await,
        }
    }

    /// The first row of a statement.
    pub(crate) async fn one(&mut self, sql: &'static str, vals: &[Val<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.q(sql, vals).await?.into_iter().next())
    }

    /// The rows of several statements that do not need each other's answers. One round trip on PostgreSQL.
    pub(crate) async fn q_all(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Vec<Row>>, Error> {
        match &mut self.0 {
            ReadInner::Sqlite { conn: Some(conn), .. } => {
                statements.iter().map(|(sql, vals)| dialect::sqlite_rows(conn, sql, vals)).collect()
            }
            ReadInner::Sqlite { conn: None, .. } => Err(Error::Database("the read has ended".into())),
            ReadInner::Postgres(loan) => loan.conn()?.q_all(statements).await,
        }
    }

    /// Names of a query's columns.
    pub(crate) async fn columns(&mut self, sql: &'static str) -> Result<Vec<String>, Error> {
        match &mut self.0 {
            ReadInner::Sqlite { conn: Some(conn), .. } => dialect::sqlite_columns(conn, sql),
            ReadInner::Sqlite { conn: None, .. } => Err(Error::Database("the read has ended".into())),
            ReadInner::Postgres(loan) => loan.conn()?.columns(sql).await,
        }
    }

    /// Hands over every row of a query that may have any number of them.
    pub(crate) async fn each(&mut self, sql: &'static str, vals: &[Val<'_>], f: &mut EachRow<'_>) -> Result<(), Error> {
        match &mut self.0 {
            ReadInner::Sqlite { conn: Some(conn), .. } => dialect::sqlite_each(conn, sql, vals, f),
            ReadInner::Sqlite { conn: None, .. } => Err(Error::Database("the read has ended".into())),
            ReadInner::Postgres(loan) => loan.conn()?.each(sql, vals, f).await,
        }
    }

    /// The keys this store seals with.
    pub fn keys(&self) -> &Arc<Keyring> {
        &self.1
    }
}

impl Drop for ReadInner {
    fn drop(&mut self) {
        if let Self::Sqlite { conn, readers } = self
            && let Some(conn) = conn.take()
            && conn.execute_batch("rollback").is_ok()
        {
            readers.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}
