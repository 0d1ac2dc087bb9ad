//! From sealed ranges to a signed folder: several threads open rows, one writes them in their order.
//!
//! Everything between the threads is bounded, so memory does not grow with the release. When the sending half is
//! dropped before the end was said, the threads stop and the folder goes with its writer: nothing half is left.

use super::{
    folder::Sizes,
    rows::{Rows, Versions},
    seen::Seen,
};
use crate::{App, Error, quality::report::Report};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, SyncSender, sync_channel},
};
use tokio::sync::{mpsc, oneshot};
use vouchsafe_domain::hex::hex;
use vouchsafe_formats::releases::{About, FolderError, FolderWriter, Manifest, ReleaseRow};
use vouchsafe_ledger::signing::SecretKey;
use vouchsafe_store::{custody::opener::Opener, releases::source::SealedTask};

/// Ranges that may wait before each worker and behind it.
const WAITING: usize = 2;
/// Most threads that open rows.
const WORKERS_MAX: usize = 4;

/// Why a build came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    App(#[from] Error),
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A thread ended without a word.
    #[error("a thread of the build ended")]
    Thread,
}

/// What the writing end needs.
pub(super) struct Plan {
    pub(super) app: App,
    pub(super) writer: FolderWriter,
    pub(super) about: About,
    pub(super) key: SecretKey,
    /// The quality of the project as it stood when the build began.
    pub(super) report: Option<Report>,
}

/// A finished folder.
pub(super) struct Finished {
    pub(super) manifest: Manifest,
    /// SHA-256 of `manifest.json` and of its signature.
    pub(super) own: [String; 2],
}

/// A build under way.
pub(super) struct Pipeline {
    workers: Vec<mpsc::Sender<Work>>,
    turn: usize,
    written: Arc<AtomicU64>,
    finished: oneshot::Receiver<Result<Finished, Broken>>,
}

enum Work {
    Open(Vec<SealedTask>),
    End,
}

enum Opened {
    Rows(Vec<ReleaseRow>),
    End,
}

impl Pipeline {
    pub(super) fn start(plan: Plan, opener: &Opener, versions: &Arc<Versions>) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, WORKERS_MAX);
        let (mut workers, mut rows_of) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (work, todo) = mpsc::channel(WAITING);
            let (out, rows) = sync_channel(WAITING);
            let worker = Rows::new(opener.clone(), Arc::clone(versions));
            std::thread::spawn(move || open(worker, todo, &out));
            workers.push(work);
            rows_of.push(rows);
        }
        let (answer, finished) = oneshot::channel();
        let written = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&written);
        std::thread::spawn(move || {
            // Nobody waits any more for a build that was given up.
            let _ = answer.send(write(plan, &rows_of, &counter));
        });
        Self { workers, turn: 0, written, finished }
    }

    /// Tasks written so far.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Hands over the next range. Waits while the threads are behind.
    pub(super) async fn push(&mut self, tasks: Vec<SealedTask>) -> Result<(), Broken> {
        if self.give(Work::Open(tasks)).await { Ok(()) } else { Err(self.broken().await) }
    }

    /// All was handed over: the folder is whole and has its name when this answers.
    pub(super) async fn finish(mut self) -> Result<Finished, Broken> {
        self.give(Work::End).await;
        (&mut self.finished).await.unwrap_or(Err(Broken::Thread))
    }

    async fn give(&mut self, work: Work) -> bool {
        let worker = self.turn % self.workers.len();
        self.turn += 1;
        self.workers[worker].send(work).await.is_ok()
    }

    async fn broken(&mut self) -> Broken {
        match (&mut self.finished).await {
            Ok(Err(broken)) => broken,
            Ok(Ok(_)) | Err(_) => Broken::Thread,
        }
    }
}

fn open(mut worker: Rows, mut todo: mpsc::Receiver<Work>, out: &SyncSender<Result<Opened, Error>>) {
    while let Some(work) = todo.blocking_recv() {
        let opened = match work {
            Work::Open(tasks) => tasks.iter().map(|task| worker.open(task)).collect::<Result<_, _>>().map(Opened::Rows),
            Work::End => Ok(Opened::End),
        };
        let failed = opened.is_err();
        if out.send(opened).is_err() || failed {
            return;
        }
    }
}

fn write(plan: Plan, opened: &[Receiver<Result<Opened, Error>>], written: &AtomicU64) -> Result<Finished, Broken> {
    let Plan { app, mut writer, mut about, key, report } = plan;
    let mut seen = Seen::default();
    for rows in opened.iter().cycle() {
        match rows.recv().map_err(|_| Broken::Thread)?? {
            Opened::End => break,
            Opened::Rows(rows) => {
                for row in &rows {
                    writer.write(row)?;
                    seen.note(row);
                }
                written.fetch_add(rows.len() as u64, Ordering::Relaxed);
            }
        }
    }
    about.schemas.retain(|version| seen.schemas.contains(&version.version));
    about.guidelines.retain(|version| seen.guidelines.contains(&version.version));
    about.quality = seen.certificate(report.as_ref());
    about.built_at = app.now();
    let own = Mutex::new([String::new(), String::new()]);
    let manifest = writer.finish(&about, |manifest| {
        let signature = key.sign(manifest).to_text();
        *own.lock().unwrap_or_else(PoisonError::into_inner) = [hash(manifest), hash(signature.as_bytes())];
        signature
    })?;
    Ok(Finished { manifest, own: own.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Sizes and hashes of a finished folder's files.
pub(super) fn files(finished: &Finished, sizes: &Sizes) -> Vec<super::StoredFile> {
    let mut files = super::folder::files(&finished.manifest, sizes);
    for (path, sha256) in ["manifest.json", "manifest.json.sig"].into_iter().zip(&finished.own) {
        if let Some(file) = files.iter_mut().find(|file| file.path == path) {
            file.sha256.clone_from(sha256);
        }
    }
    files
}
