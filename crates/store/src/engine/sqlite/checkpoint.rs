//! Checkpoints: they run beside the writer, on a connection of their own. A log that is always written to is never
//! wholly copied that way; once it is long, what little is left is copied under the lock, and it starts over.

use super::{Batch, connect};
use crate::{
    Error,
    dialect::{self, Conn},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

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

/// The thread that copies the log into the database.
pub(super) struct Checkpoints {
    wanted: SyncSender<()>,
    /// One was finished since the log was last looked at.
    finished: Arc<AtomicBool>,
    /// Length of the log.
    log_pages: Arc<AtomicUsize>,
    /// Length of the log when one was last asked for.
    asked_at: usize,
}

impl Checkpoints {
    pub(super) fn start(path: &Path, log_pages: Arc<AtomicUsize>) -> Result<Self, Error> {
        let finished = Arc::new(AtomicBool::new(false));
        let (wanted, asked) = sync_channel::<()>(1);
        let (path, done, length) = (path.to_owned(), Arc::clone(&finished), Arc::clone(&log_pages));
        thread::Builder::new()
            .name("checkpoint".into())
            .spawn(move || {
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
            })
            .map_err(|error| super::failed(&error))?;
        Ok(Self { wanted, finished, log_pages, asked_at: 0 })
    }

    pub(super) fn after_commit(&mut self, batch: &Batch) {
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
