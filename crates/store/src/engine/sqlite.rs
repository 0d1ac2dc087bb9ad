//! SQLite with group commit: lock-and-flush.
//!
//! One connection writes. Whoever holds the lock runs inside a savepoint of the open batch. On commit the
//! savepoint is released and the caller waits for the batch: it is flushed (one `COMMIT`, one fsync) by the
//! first holder that sees nobody waiting for the lock, by a full or old batch, or by the sweeper. Nobody is
//! answered before the `COMMIT`; a failed one fails everybody in the batch. A transaction dropped without
//! commit leaves its savepoint marked dirty and the next holder undoes it, so cancellation is safe anywhere.

use crate::{
    Error,
    dialect::{self, Conn},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

/// A batch is flushed when it holds this many transactions.
const BATCH_MAX: usize = 256;
/// A batch is flushed when it is this old, however many wait for the lock.
const BATCH_AGE_MAX: Duration = Duration::from_millis(12);
/// The sweeper flushes what nobody flushed after this long.
const SWEEP_AFTER: Duration = Duration::from_millis(1);

type Answer = Result<(), String>;

/// The writing side of an embedded database.
pub(crate) struct Writer {
    batch: Arc<Mutex<Batch>>,
    queued: Arc<AtomicUsize>,
    sweep: Arc<Notify>,
}

/// The open batch: what was done since the last `COMMIT`, and who waits for the next.
pub(crate) struct Batch {
    pub(crate) conn: Conn,
    open_since: Option<Instant>,
    dirty: bool,
    count: usize,
    waiters: Vec<oneshot::Sender<Answer>>,
}

/// A transaction's hold on the batch.
pub(crate) struct Hold {
    guard: Option<OwnedMutexGuard<Batch>>,
    queued: Arc<AtomicUsize>,
    sweep: Arc<Notify>,
}

/// Opens a connection with the pragmas that were measured; see docs/decisions/0001-storage.md.
pub(crate) fn connect(path: &Path, read_only: bool) -> Result<rusqlite::Connection, Error> {
    use rusqlite::OpenFlags;
    let mode = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let conn = rusqlite::Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(crate::dialect::from_sqlite)?;
    conn.set_prepared_statement_cache_capacity(256);
    // Without it every new value bound to a statement makes SQLite plan the statement again: a third of the
    // line's whole CPU.
    conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(crate::dialect::from_sqlite)?;
    let pragmas = if read_only {
        "pragma busy_timeout = 5000; pragma cache_size = -4096; pragma temp_store = memory; pragma query_only = on;"
    } else {
        "pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 5000; pragma cache_size = -16384;
         pragma temp_store = memory; pragma foreign_keys = on; pragma wal_autocheckpoint = 4000;
         pragma journal_size_limit = 67108864; pragma secure_delete = on;"
    };
    conn.execute_batch(pragmas).map_err(crate::dialect::from_sqlite)?;
    Ok(conn)
}

impl Writer {
    pub(crate) fn new(conn: Conn) -> Self {
        let batch = Arc::new(Mutex::new(Batch { conn, open_since: None, dirty: false, count: 0, waiters: Vec::new() }));
        let sweep = Arc::new(Notify::new());
        tokio::spawn(sweeper(Arc::downgrade(&batch), Arc::clone(&sweep)));
        Self { batch, queued: Arc::default(), sweep }
    }

    /// Takes the lock, in the order of asking, and opens a savepoint in the batch.
    pub(crate) async fn hold(&self) -> Result<Hold, Error> {
        let waiting = Waiting::new(&self.queued);
        let mut guard = Arc::clone(&self.batch).lock_owned().await;
        drop(waiting);
        guard.undo_dirty();
        if guard.open_since.is_none() {
            guard.again("begin immediate")?;
            guard.open_since = Some(Instant::now());
        }
        guard.again("savepoint s")?;
        guard.dirty = true;
        Ok(Hold { guard: Some(guard), queued: Arc::clone(&self.queued), sweep: Arc::clone(&self.sweep) })
    }
}

/// Counts one who waits for the lock, for as long as he does, cancelled or not.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(queued: &'a AtomicUsize) -> Self {
        queued.fetch_add(1, Ordering::Relaxed);
        Self(queued)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hold {
    pub(crate) fn conn(&mut self) -> Result<&mut Conn, Error> {
        let batch = self.guard.as_mut().ok_or_else(|| Error::Database("the transaction has ended".into()))?;
        Ok(&mut batch.conn)
    }

    /// After any error of the engine: a full disk may have rolled the whole batch back beneath us.
    pub(crate) fn check_alive(&mut self) {
        if let Some(batch) = self.guard.as_mut()
            && batch.rolled_back()
        {
            batch.fail("the database rolled the batch back");
        }
    }

    /// Keeps what was done and waits until it is durable.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        let Some(mut batch) = self.guard.take() else {
            return Err(Error::Database("the transaction has ended".into()));
        };
        if batch.open_since.is_none() {
            return Err(Error::CommitFailed("the database rolled the batch back".into()));
        }
        batch.again("release s")?;
        batch.dirty = false;
        batch.count += 1;
        settle(batch, Arc::clone(&self.queued), Arc::clone(&self.sweep)).await
    }

    /// Undoes what was done and waits until everything that was read is durable.
    pub(crate) async fn abandon(mut self) -> Result<(), Error> {
        let Some(mut batch) = self.guard.take() else { return Ok(()) };
        batch.undo_dirty();
        if batch.count == 0 {
            return Ok(());
        }
        settle(batch, Arc::clone(&self.queued), Arc::clone(&self.sweep)).await
    }
}

/// Waits for the batch's commit, doing it when it is time.
async fn settle(mut batch: OwnedMutexGuard<Batch>, queued: Arc<AtomicUsize>, sweep: Arc<Notify>) -> Result<(), Error> {
    let (tell, told) = oneshot::channel();
    batch.waiters.push(tell);
    let old = batch.open_since.is_some_and(|since| since.elapsed() >= BATCH_AGE_MAX);
    if queued.load(Ordering::Relaxed) == 0 || batch.count >= BATCH_MAX || old {
        flush(batch).await;
    } else {
        drop(batch);
        sweep.notify_one();
    }
    match told.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(Error::CommitFailed(why)),
        Err(_) => Err(Error::CommitFailed("the server is stopping".into())),
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // The savepoint stays marked dirty; whoever comes next undoes it. If others of this batch wait
        // for a commit and nobody comes, the sweeper does.
        if self.guard.take().is_some() {
            self.sweep.notify_one();
        }
    }
}

impl Batch {
    fn again(&self, sql: &'static str) -> Result<(), Error> {
        match &self.conn {
            Conn::Sqlite(conn) => dialect::sqlite_again(conn, sql),
            Conn::Postgres(_) => Ok(()),
        }
    }

    fn rolled_back(&self) -> bool {
        match &self.conn {
            Conn::Sqlite(conn) => self.open_since.is_some() && conn.is_autocommit(),
            Conn::Postgres(_) => false,
        }
    }

    fn undo_dirty(&mut self) {
        if !std::mem::take(&mut self.dirty) || self.open_since.is_none() {
            return;
        }
        if self.rolled_back() {
            return self.fail("the database rolled the batch back");
        }
        let Conn::Sqlite(conn) = &self.conn else { return };
        if let Err(error) = conn.execute_batch("rollback to s; release s") {
            let _ = conn.execute_batch("rollback");
            self.fail(&error.to_string());
        }
    }

    fn fail(&mut self, why: &str) {
        for waiter in self.waiters.drain(..) {
            let _ = waiter.send(Err(why.into()));
        }
        (self.open_since, self.count, self.dirty) = (None, 0, false);
    }

    fn commit(&mut self) {
        self.undo_dirty();
        if self.open_since.is_none() {
            return;
        }
        let Conn::Sqlite(conn) = &self.conn else { return };
        match dialect::sqlite_again(conn, "commit") {
            Ok(()) => {
                for waiter in self.waiters.drain(..) {
                    let _ = waiter.send(Ok(()));
                }
                (self.open_since, self.count) = (None, 0);
            }
            Err(error) => {
                let _ = conn.execute_batch("rollback");
                self.fail(&error.to_string());
            }
        }
    }
}

/// Commits off the async threads: an fsync may take milliseconds. The task that waits may be cancelled; the
/// commit is not.
async fn flush(mut batch: OwnedMutexGuard<Batch>) {
    let _ = tokio::task::spawn_blocking(move || batch.commit()).await;
}

async fn sweeper(batch: std::sync::Weak<Mutex<Batch>>, sweep: Arc<Notify>) {
    loop {
        // Wakes now and then without a call, so that it ends with the store.
        let _ = tokio::time::timeout(Duration::from_secs(1), sweep.notified()).await;
        tokio::time::sleep(SWEEP_AFTER).await;
        let Some(batch) = batch.upgrade() else { return };
        let guard = batch.lock_owned().await;
        if guard.open_since.is_some() {
            flush(guard).await;
        }
    }
}
