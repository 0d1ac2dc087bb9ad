//! SQLite with group commit.
//!
//! One connection writes. Whoever holds the lock runs inside a savepoint of the open batch. On commit the
//! savepoint is released and the caller waits for the batch: one thread commits it ([`commit`]), another
//! flushes the write-ahead log ([`flush`]), and while the disk is busy the next batch fills. Nobody is answered
//! before the flush; a failed commit fails everybody in the batch. A transaction dropped without commit leaves
//! its savepoint marked dirty and the next holder undoes it, so cancellation is safe anywhere.

mod checkpoint;
mod commit;
mod flush;

use crate::{
    Error,
    dialect::{self, Conn},
};
use checkpoint::Checkpoints;
use commit::Committer;
use flush::Flusher;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

type Answer = Result<(), Lost>;

/// Why a batch was not kept, for everybody in it.
#[derive(Clone, Debug)]
enum Lost {
    DiskFull,
    Other(String),
}

impl From<&Error> for Lost {
    fn from(error: &Error) -> Self {
        match error {
            Error::DiskFull => Self::DiskFull,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<Lost> for Error {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::DiskFull => Self::DiskFull,
            Lost::Other(why) => Self::CommitFailed(why),
        }
    }
}

/// Makes what was written to a file durable. In tests a slow or a broken disk stands in its place.
pub type Flush = Arc<dyn Fn(&std::fs::File) -> std::io::Result<()> + Send + Sync>;

/// The writing side of an embedded database.
pub(crate) struct Writer {
    batch: Arc<Mutex<Batch>>,
    disk: Arc<Disk>,
    wanted: Arc<SyncSender<()>>,
}

/// How far the disk is.
#[derive(Default)]
struct Disk {
    /// How many batches are durable, in their order.
    durable: AtomicU64,
    /// A flush is going on. When it ends, the thread that commits is told.
    flushing: AtomicBool,
}

/// Transactions that are committed while a flush is going on, so that the disk goes on with them at once. Fewer wait
/// for its end: every commit writes the pages that all of them change.
const WORTH_A_COMMIT: usize = 16;

/// The open batch: what was done since the last `COMMIT`, and who waits for the next flush.
pub(crate) struct Batch {
    pub(crate) conn: Conn,
    open: bool,
    dirty: bool,
    count: usize,
    waiters: Vec<oneshot::Sender<Answer>>,
    /// How many batches were committed; those above [`Disk::durable`] are not flushed yet.
    committed: u64,
    /// Why nothing is written any more: a flush failed, so what the disk holds is not known.
    broken: Option<String>,
}

/// A transaction's hold on the batch.
pub(crate) struct Hold {
    guard: Option<OwnedMutexGuard<Batch>>,
    disk: Arc<Disk>,
    wanted: Arc<SyncSender<()>>,
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
    // `synchronous = normal`: the log is flushed by `flush`, outside the lock, before anybody is answered;
    // SQLite itself flushes it before a checkpoint and when the log starts over.
    let pragmas = if read_only {
        "pragma busy_timeout = 5000; pragma cache_size = -4096; pragma temp_store = memory; pragma query_only = on;"
    } else {
        "pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000; pragma cache_size = -16384;
         pragma temp_store = memory; pragma foreign_keys = on; pragma wal_autocheckpoint = 0;
         pragma journal_size_limit = 134217728; pragma secure_delete = on;"
    };
    conn.execute_batch(pragmas).map_err(crate::dialect::from_sqlite)?;
    Ok(conn)
}

impl Writer {
    /// Takes the connection over and starts the threads that commit, flush and checkpoint.
    pub(crate) fn new(conn: Conn, path: &Path, flush: Flush) -> Result<Self, Error> {
        let Conn::Sqlite(mut conn) = conn else {
            return Err(Error::Database("this engine needs no writer".into()));
        };
        let log_pages = checkpoint::watch_log(&mut conn)?;
        let batch = Arc::new(Mutex::new(Batch {
            conn: Conn::Sqlite(conn),
            open: false,
            dirty: false,
            count: 0,
            waiters: Vec::new(),
            committed: 0,
            broken: None,
        }));
        let disk = Arc::<Disk>::default();
        let (wanted, asked) = sync_channel(1);
        let wanted = Arc::new(wanted);
        let flusher =
            Flusher { batch: Arc::clone(&batch), disk: Arc::clone(&disk), wanted: Arc::downgrade(&wanted), flush };
        let committer = Committer {
            batch: Arc::clone(&batch),
            disk: Arc::clone(&disk),
            checkpoints: Checkpoints::start(path, log_pages)?,
            committed: flusher.start(path)?,
        };
        committer.start(asked)?;
        Ok(Self { batch, disk, wanted })
    }

    /// Takes the lock, in the order of asking, and opens a savepoint in the batch.
    pub(crate) async fn hold(&self) -> Result<Hold, Error> {
        let mut guard = Arc::clone(&self.batch).lock_owned().await;
        guard.undo_dirty();
        if let Some(why) = &guard.broken {
            return Err(Error::CommitFailed(why.clone()));
        }
        if !guard.open {
            guard.again("begin immediate")?;
            guard.open = true;
        }
        guard.again("savepoint s")?;
        guard.dirty = true;
        Ok(Hold { guard: Some(guard), disk: Arc::clone(&self.disk), wanted: Arc::clone(&self.wanted) })
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
            batch.fail(&Lost::Other("the database rolled the batch back".into()));
        }
    }

    /// Keeps what was done and waits until it is durable.
    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        let Some(mut batch) = self.guard.take() else {
            return Err(Error::Database("the transaction has ended".into()));
        };
        if !batch.open {
            return Err(Error::CommitFailed("the database rolled the batch back".into()));
        }
        batch.again("release s")?;
        batch.dirty = false;
        batch.count += 1;
        settle(batch, &self.disk, &self.wanted).await
    }

    /// Undoes what was done and waits until everything that was read is durable.
    pub(crate) async fn abandon(mut self) -> Result<(), Error> {
        let Some(mut batch) = self.guard.take() else { return Ok(()) };
        batch.undo_dirty();
        if batch.count == 0 && batch.committed == self.disk.durable.load(Ordering::Acquire) {
            drop(batch);
            let _ = self.wanted.try_send(());
            return Ok(());
        }
        settle(batch, &self.disk, &self.wanted).await
    }
}

/// Waits until the batch is durable.
async fn settle(mut batch: OwnedMutexGuard<Batch>, disk: &Disk, wanted: &SyncSender<()>) -> Result<(), Error> {
    let (tell, told) = oneshot::channel();
    batch.waiters.push(tell);
    let now = batch.count >= WORTH_A_COMMIT || !disk.flushing.load(Ordering::Acquire);
    drop(batch);
    if now {
        // When it is full, the thread has been told already.
        let _ = wanted.try_send(());
    }
    match told.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(lost)) => Err(lost.into()),
        Err(_) => Err(Error::CommitFailed("the server is stopping".into())),
    }
}

fn failed(error: &std::io::Error) -> Error {
    Error::Database(error.to_string())
}

impl Drop for Hold {
    fn drop(&mut self) {
        // The savepoint stays marked dirty; whoever comes next undoes it, and if nobody does, the thread.
        if self.guard.take().is_some() {
            let _ = self.wanted.try_send(());
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
            Conn::Sqlite(conn) => self.open && conn.is_autocommit(),
            Conn::Postgres(_) => false,
        }
    }

    fn undo_dirty(&mut self) {
        if !std::mem::take(&mut self.dirty) || !self.open {
            return;
        }
        if self.rolled_back() {
            return self.fail(&Lost::Other("the database rolled the batch back".into()));
        }
        let Conn::Sqlite(conn) = &self.conn else { return };
        if let Err(error) = conn.execute_batch("rollback to s; release s") {
            let _ = conn.execute_batch("rollback");
            self.fail(&Lost::from(&dialect::from_sqlite(error)));
        }
    }

    fn fail(&mut self, lost: &Lost) {
        for waiter in self.waiters.drain(..) {
            let _ = waiter.send(Err(lost.clone()));
        }
        (self.open, self.count, self.dirty) = (false, 0, false);
    }
}
