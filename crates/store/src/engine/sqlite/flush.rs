//! The thread that flushes the log, and answers whoever waited for it.
//!
//! While the disk is busy the next batch fills, and from [`WORTH_A_COMMIT`](super::WORTH_A_COMMIT) transactions on it is
//! committed meanwhile, so that one flush follows the other without a pause. After a flush that failed nobody knows
//! what the disk holds: the writer refuses everything until a restart, when SQLite reads back what is whole.

use super::{Answer, Batch, Disk, Flush, Lost, commit::Committed, failed};
use crate::{Error, dialect::Conn};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Receiver, Sender, SyncSender, channel},
    },
    thread,
};
use tokio::sync::Mutex;

/// What the thread works with.
pub(super) struct Flusher {
    pub(super) batch: Arc<Mutex<Batch>>,
    pub(super) disk: Arc<Disk>,
    /// Tells the thread that commits; it ends when all others who could have gone.
    pub(super) wanted: Weak<SyncSender<()>>,
    pub(super) flush: Flush,
}

impl Flusher {
    /// Starts the thread for the log beside the database at `path`. It ends with the sender.
    pub(super) fn start(self, path: &Path) -> Result<Sender<Committed>, Error> {
        // The log lives as long as the connection; its name in the folder must last too.
        let log = File::open(beside(path, "-wal")).map_err(|error| failed(&error))?;
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            File::open(folder).and_then(|f| f.sync_all()).map_err(|error| failed(&error))?;
        }
        let (committed, asked) = channel();
        thread::Builder::new()
            .name("flush".into())
            .spawn(move || self.run(&asked, &log))
            .map_err(|error| failed(&error))?;
        Ok(committed)
    }

    fn run(self, asked: &Receiver<Committed>, log: &File) {
        let mut answer: Answer = Ok(());
        while let Ok(Committed { mut batches, mut waiters }) = asked.recv() {
            self.disk.flushing.store(true, Ordering::Release);
            for more in asked.try_iter() {
                batches = more.batches;
                waiters.extend(more.waiters);
            }
            if answer.is_ok() && batches != self.disk.durable.load(Ordering::Relaxed) {
                match (self.flush)(log) {
                    Ok(()) => self.disk.durable.store(batches, Ordering::Release),
                    Err(error) => answer = Err(self.broken(format!("the disk did not keep the log: {error}"))),
                }
            }
            for waiter in waiters {
                let _ = waiter.send(answer.clone());
            }
            self.disk.flushing.store(false, Ordering::Release);
            if let Some(wanted) = self.wanted.upgrade() {
                let _ = wanted.try_send(());
            }
        }
    }

    /// From here on nothing is written.
    fn broken(&self, why: String) -> Lost {
        let lost = Lost::Other(why.clone());
        let mut batch = self.batch.blocking_lock();
        if let (true, Conn::Sqlite(conn)) = (batch.open, &batch.conn) {
            let _ = conn.execute_batch("rollback");
        }
        batch.fail(&lost);
        batch.broken = Some(why);
        lost
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
