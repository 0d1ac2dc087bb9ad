//! The thread that commits: `COMMIT` under the lock, then everything that waits is handed to the thread that flushes.

use super::{Answer, Batch, Disk, Lost, checkpoint::Checkpoints, failed};
use crate::{
    Error,
    dialect::{self, Conn},
};
use std::{
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, Sender},
    },
    thread,
};
use tokio::sync::{Mutex, oneshot};

/// What is committed and not yet durable: how many batches in all, and who waits for them.
pub(super) struct Committed {
    pub(super) batches: u64,
    pub(super) waiters: Vec<oneshot::Sender<Answer>>,
}

/// What the thread works with.
pub(super) struct Committer {
    pub(super) batch: Arc<Mutex<Batch>>,
    pub(super) disk: Arc<Disk>,
    pub(super) checkpoints: Checkpoints,
    pub(super) committed: Sender<Committed>,
}

impl Committer {
    /// Starts the thread. It ends when nobody is left who could ask.
    pub(super) fn start(self, asked: Receiver<()>) -> Result<(), Error> {
        thread::Builder::new().name("commit".into()).spawn(move || self.run(&asked)).map_err(|error| failed(&error))?;
        Ok(())
    }

    fn run(mut self, asked: &Receiver<()>) {
        while asked.recv().is_ok() {
            let mut batch = self.batch.blocking_lock();
            batch.commit();
            self.checkpoints.after_commit(&batch);
            if batch.waiters.is_empty() && batch.committed == self.disk.durable.load(Ordering::Acquire) {
                continue;
            }
            // Said under the lock: whoever commits next sees it, and waits for the end of the flush to be told.
            self.disk.flushing.store(true, Ordering::Release);
            let committed = Committed { batches: batch.committed, waiters: std::mem::take(&mut batch.waiters) };
            drop(batch);
            if self.committed.send(committed).is_err() {
                return;
            }
        }
    }
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
                self.committed += u64::from(self.count > 0);
                (self.open, self.count) = (false, 0);
            }
            Err(error) => {
                let _ = conn.execute_batch("rollback");
                self.fail(&Lost::from(&error));
            }
        }
    }
}
