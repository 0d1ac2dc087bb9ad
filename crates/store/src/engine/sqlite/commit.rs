//! The thread that commits: `COMMIT` under the lock, then the flush outside it, then the answers.
//!
//! While the disk flushes one batch the next fills, so a busy disk costs latency and not throughput. After a
//! flush that failed nobody knows what the disk holds: the writer refuses everything until a restart, when
//! SQLite reads back what is whole.
//!
//! Checkpoints run beside the writer on a connection of their own. A log that is always written to is never
//! wholly copied that way; once it is long, what little is left is copied under the lock, and it starts over.

use super::{Answer, Batch, Lost, connect};
use crate::{
    Error,
    dialect::{self, Conn},
    tx::Flush,
};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};
use tokio::sync::{Mutex, oneshot};

/// Pages the log grows by between two checkpoints: 16 MB.
const CHECKPOINT_PAGES: usize = 4_000;
/// Pages from which on the log should start over: 64 MB.
const LOG_PAGES_MAX: usize = 16_000;
/// Pages that may be left to copy under the lock: a few milliseconds.
const LEFT_PAGES: usize = 200;

/// Keeps the length of the log, in pages, as of the last commit.
pub(super) fn watch_log(conn: &mut rusqlite::Connection) -> Result<Arc<AtomicUsize>, Error> {
    let pages = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&pages);
    conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, now: i32| {
        seen.store(usize::try_from(now).unwrap_or_default(), Ordering::Relaxed);
        Ok(())
    }))
    .map_err(dialect::from_sqlite)?;
    Ok(pages)
}

/// What the thread works with.
pub(super) struct Committer {
    pub(super) batch: Arc<Mutex<Batch>>,
    pub(super) durable: Arc<AtomicU64>,
    pub(super) log_pages: Arc<AtomicUsize>,
    pub(super) path: PathBuf,
    pub(super) flush: Flush,
}

impl Committer {
    /// Starts the thread, and the one that checkpoints. Both end when the sender and its clones are gone.
    pub(super) fn start(self) -> Result<SyncSender<()>, Error> {
        let failed = |error: io::Error| Error::Database(error.to_string());
        // The log lives as long as the connection; its name in the folder must last too.
        let log = File::open(beside(&self.path, "-wal")).map_err(failed)?;
        if let Some(folder) = self.path.parent().filter(|p| !p.as_os_str().is_empty()) {
            File::open(folder).and_then(|f| f.sync_all()).map_err(failed)?;
        }
        let checkpoints = Checkpoints::start(&self.path, Arc::clone(&self.log_pages)).map_err(failed)?;
        let (wanted, asked) = sync_channel(1);
        thread::Builder::new()
            .name("commit".into())
            .spawn(move || self.run(&asked, &log, checkpoints))
            .map_err(failed)?;
        Ok(wanted)
    }

    fn run(self, asked: &Receiver<()>, log: &File, mut checkpoints: Checkpoints) {
        while asked.recv().is_ok() {
            let (waiters, committed) = {
                let mut batch = self.batch.blocking_lock();
                batch.commit();
                checkpoints.after_commit(&batch);
                (std::mem::take(&mut batch.waiters), batch.committed)
            };
            if waiters.is_empty() && committed == self.durable.load(Ordering::Relaxed) {
                continue;
            }
            match (self.flush)(log) {
                Ok(()) => {
                    self.durable.store(committed, Ordering::Release);
                    answer(waiters, &Ok(()));
                }
                Err(error) => {
                    let why = format!("the disk did not keep the log: {error}");
                    let lost = Lost::Other(why.clone());
                    answer(waiters, &Err(lost.clone()));
                    let mut batch = self.batch.blocking_lock();
                    if let (true, Conn::Sqlite(conn)) = (batch.open, &batch.conn) {
                        let _ = conn.execute_batch("rollback");
                    }
                    batch.fail(&lost);
                    batch.broken = Some(why);
                    return;
                }
            }
        }
    }
}

fn answer(waiters: Vec<oneshot::Sender<Answer>>, answer: &Answer) {
    for waiter in waiters {
        let _ = waiter.send(answer.clone());
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

impl Batch {
    /// Writes the open batch to the log, not yet durable. A failure undoes it and tells everybody in it.
    fn commit(&mut self) {
        self.undo_dirty();
        if !self.open {
            return;
        }
        let Conn::Sqlite(conn) = &self.conn else { return };
        match dialect::sqlite_again(conn, "commit") {
            Ok(()) => {
                self.committed += 1;
                (self.open, self.count) = (false, 0);
            }
            Err(error) => {
                let _ = conn.execute_batch("rollback");
                self.fail(&Lost::from(&error));
            }
        }
    }
}

/// The thread that copies the log into the database.
struct Checkpoints {
    wanted: SyncSender<()>,
    /// One was finished since the log was last looked at.
    finished: Arc<AtomicBool>,
    /// Length of the log.
    log_pages: Arc<AtomicUsize>,
    /// Length of the log when one was last asked for.
    asked_at: usize,
}

impl Checkpoints {
    fn start(path: &Path, log_pages: Arc<AtomicUsize>) -> io::Result<Self> {
        let finished = Arc::new(AtomicBool::new(false));
        let (wanted, asked) = sync_channel::<()>(1);
        let (path, done, length) = (path.to_owned(), Arc::clone(&finished), Arc::clone(&log_pages));
        thread::Builder::new().name("checkpoint".into()).spawn(move || {
            let mut conn = None;
            while asked.recv().is_ok() {
                // One that fails, for a full disk say, is tried again when the log has grown.
                if conn.is_none() {
                    conn = connect(&path, false).ok();
                }
                // What was written meanwhile is copied once or twice more: the less is left for the lock.
                let mut left = usize::MAX;
                for _ in 0..3 {
                    left = conn.as_ref().and_then(|conn| checkpoint(conn).ok()).unwrap_or(left);
                    if left <= LEFT_PAGES || length.load(Ordering::Relaxed) < LOG_PAGES_MAX {
                        break;
                    }
                }
                done.store(left < usize::MAX, Ordering::Release);
            }
        })?;
        Ok(Self { wanted, finished, log_pages, asked_at: 0 })
    }

    fn after_commit(&mut self, batch: &Batch) {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if pages < self.asked_at {
            self.asked_at = 0;
        }
        if pages >= self.asked_at + CHECKPOINT_PAGES {
            self.asked_at = pages;
            let _ = self.wanted.try_send(());
        }
        if pages >= LOG_PAGES_MAX
            && self.finished.swap(false, Ordering::Acquire)
            && let Conn::Sqlite(conn) = &batch.conn
        {
            let _ = checkpoint(conn);
        }
    }
}

/// Copies what it can without waiting for anybody, and returns how many pages of the log were left.
fn checkpoint(conn: &rusqlite::Connection) -> Result<usize, Error> {
    conn.query_row("pragma wal_checkpoint(passive)", [], |row| {
        Ok(usize::try_from(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?).unwrap_or_default())
    })
    .map_err(dialect::from_sqlite)
}
