//! Files being hashed and written, on a thread of their own: making lines takes one processor, this another.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{JoinHandle, spawn};

use sha2::{Digest, Sha256};
use vouchsafe_domain::hex::hex;

use super::{FolderError, Lines, Place, Target};

/// Bytes of a file that wait before they are handed over.
const WAITING_BYTES: usize = 256 << 10;

/// Pieces that may be under way; more, and whoever makes them waits.
const UNDER_WAY: usize = 8;

/// Several files that are written at once.
pub(crate) struct Writing {
    paths: Vec<String>,
    todo: Option<SyncSender<Todo>>,
    spare: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<Result<Vec<Written>, FolderError>>>,
}

/// What a file came to.
pub(crate) struct Written {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

enum Todo {
    Write { file: usize, bytes: Vec<u8> },
    Close,
}

impl Writing {
    /// Create these files, by their paths below `root`.
    pub(crate) fn start(place: &dyn Place, root: &Path, paths: Vec<String>) -> Result<Self, FolderError> {
        let files = paths.iter().map(|path| Hashed::create(place, root, path)).collect::<Result<Vec<_>, _>>()?;
        let (todo, pieces) = sync_channel(UNDER_WAY);
        let (used, spare) = sync_channel(UNDER_WAY);
        let thread = spawn(move || run(files, &pieces, &used));
        Ok(Self { paths, todo: Some(todo), spare, thread: Some(thread) })
    }

    /// The files' paths below the folder, in their order.
    pub(crate) fn paths(&self) -> &[String] {
        &self.paths
    }

    /// Hand over what waits in `lines`, once it is enough.
    pub(crate) fn take(&mut self, file: usize, lines: &mut Lines) -> Result<(), FolderError> {
        if lines.waiting().len() < WAITING_BYTES { Ok(()) } else { self.take_all(file, lines) }
    }

    /// Hand over whatever waits in `lines`.
    pub(crate) fn take_all(&mut self, file: usize, lines: &mut Lines) -> Result<(), FolderError> {
        let bytes = lines.take(self.spare.try_recv().unwrap_or_default());
        self.send(Todo::Write { file, bytes })
    }

    /// All was handed over: make it durable.
    pub(crate) fn close(mut self) -> Result<Vec<Written>, FolderError> {
        self.send(Todo::Close)?;
        self.join()
    }

    fn send(&mut self, todo: Todo) -> Result<(), FolderError> {
        match self.todo.as_ref().map(|sender| sender.send(todo)) {
            Some(Ok(())) => Ok(()),
            // The thread ends early only because of an error.
            Some(Err(_)) | None => self.join().map(|_| ()),
        }
    }

    fn join(&mut self) -> Result<Vec<Written>, FolderError> {
        self.todo = None;
        let gone = || FolderError::Io { file: String::new(), source: io::ErrorKind::BrokenPipe.into() };
        match self.thread.take().ok_or_else(gone)?.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Without a `Close` the files are given up: nothing is made durable that will be removed.
fn run(
    mut files: Vec<Hashed>,
    pieces: &Receiver<Todo>,
    used: &SyncSender<Vec<u8>>,
) -> Result<Vec<Written>, FolderError> {
    for piece in pieces {
        match piece {
            Todo::Write { file, bytes } => {
                files[file].put(&bytes)?;
                // Nobody takes it back at the end, which is as well.
                let _ = used.try_send(bytes);
            }
            Todo::Close => return files.into_iter().map(Hashed::close).collect(),
        }
    }
    Ok(Vec::new())
}

/// One file, hashed as it is written.
pub(crate) struct Hashed {
    path: String,
    target: Box<dyn Target>,
    sha256: Sha256,
    bytes: u64,
}

impl Hashed {
    fn create(place: &dyn Place, root: &Path, path: &str) -> Result<Self, FolderError> {
        let target = place.create(&root.join(path));
        let target = target.map_err(|source| FolderError::Io { file: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), target, sha256: Sha256::new(), bytes: 0 })
    }

    /// A whole file at once.
    pub(crate) fn write(place: &dyn Place, root: &Path, path: &str, bytes: &[u8]) -> Result<Written, FolderError> {
        let mut file = Self::create(place, root, path)?;
        file.put(bytes)?;
        file.close()
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
        self.target.write_all(bytes).map_err(|source| FolderError::Io { file: self.path.clone(), source })
    }

    fn close(self) -> Result<Written, FolderError> {
        let Self { path, target, sha256, bytes } = self;
        target.close().map_err(|source| FolderError::Io { file: path.clone(), source })?;
        Ok(Written { path, bytes, sha256: hex(&sha256.finalize()) })
    }
}
