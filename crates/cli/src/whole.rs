//! Files that are there whole or not at all: written beside their place, flushed, and put there at the end.

use crate::exit::Failure;
use std::{
    env, fmt,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek as _, Write as _},
    os::{
        fd::AsFd as _,
        unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// What the program writes to whoever called it. It may well be a file that others write to as well.
const STDOUT: &str = "/dev/stdout";

/// Of those that this process wrote for what is no file.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Who may read a new file.
#[derive(Clone, Copy)]
pub(crate) enum Readers {
    /// Whom the umask lets.
    Any,
    /// Whoever runs the program: it says something of people, or is more than one client's.
    Owner,
}

/// A place for a file. What does not get there is taken away again; what was there stays until then.
pub(crate) struct Whole {
    asked: PathBuf,
    /// Where it is written.
    beside: PathBuf,
    goal: Goal,
}

enum Goal {
    /// Put there under this name, the target of what links to it.
    File(PathBuf),
    /// Poured into what is no file, such as a pipe.
    Stream(Option<File>),
}

impl Whole {
    /// Touches nothing yet.
    pub(crate) fn at(path: &Path) -> Self {
        let goal = match path.canonicalize() {
            _ if path == Path::new(STDOUT) => Goal::Stream(None),
            Ok(real) if real.is_file() => Goal::File(real),
            Ok(_) => Goal::Stream(None),
            Err(_) if path.exists() => Goal::Stream(None),
            Err(_) => Goal::File(path.to_owned()),
        };
        let beside = match &goal {
            Goal::File(goal) => goal.with_added_extension(format!("part-{}", process::id())),
            Goal::Stream(_) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                env::temp_dir().join(format!("vouchsafe-{}-{number}", process::id()))
            }
        };
        Self { asked: path.to_owned(), beside, goal }
    }

    /// An empty file to write to.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn create(&mut self, readers: Readers) -> io::Result<File> {
        if self.asked.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mode = match (readers, &self.goal) {
            (Readers::Any, Goal::File(goal)) => fs::metadata(goal).map_or(0o666, |there| there.mode() & 0o777),
            _ => 0o600,
        };
        // One that was killed may have left it; nobody else's is written to.
        match fs::remove_file(&self.beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).read(true).create_new(true).mode(mode).open(&self.beside)?;
        if let Goal::Stream(kept) = &mut self.goal {
            fs::remove_file(&self.beside)?;
            *kept = Some(file.try_clone()?);
        }
        Ok(file)
    }

    /// Puts what was written in its place; it survives a power cut from then on. Buffers are the caller's to empty.
    ///
    /// # Errors
    /// What the system says; then what was there before is there still.
    pub(crate) fn take(&mut self) -> io::Result<()> {
        match &mut self.goal {
            Goal::File(goal) => {
                File::open(&self.beside)?.sync_all()?;
                fs::rename(&self.beside, &*goal)?;
                let folder = goal.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                File::open(folder)?.sync_all()
            }
            Goal::Stream(written) => {
                let Some(mut from) = written.take() else { return Ok(()) };
                from.rewind()?;
                let mut to = if self.asked == Path::new(STDOUT) {
                    File::from(io::stdout().as_fd().try_clone_to_owned()?)
                } else {
                    OpenOptions::new().write(true).open(&self.asked)?
                };
                io::copy(&mut from, &mut to).map(drop)
            }
        }
    }

    /// An error, by the name that was asked for.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        Failure::from(format!("{}: {error}", self.asked.display()))
    }

    /// Where more of the same can lie meanwhile.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        match &self.goal {
            Goal::File(goal) => goal.with_added_extension(ending),
            Goal::Stream(_) => self.beside.with_added_extension(ending),
        }
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if matches!(self.goal, Goal::File(_)) {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Text on its way to such a place.
pub(crate) struct Writer {
    place: Whole,
    out: BufWriter<File>,
}

impl Writer {
    /// # Errors
    /// The file cannot be made; by the name that was asked for.
    pub(crate) fn create(path: &Path, readers: Readers) -> Result<Self, Failure> {
        let mut place = Whole::at(path);
        let file = place.create(readers).map_err(|error| place.failed(&error))?;
        Ok(Self { place, out: BufWriter::new(file) })
    }

    /// # Errors
    /// What the system says, by the name that was asked for.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> Result<(), Failure> {
        writeln!(self.out, "{line}").map_err(|error| self.place.failed(&error))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// As [`Whole::take`].
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let done = self.out.flush().and_then(|()| self.place.take());
        done.map_err(|error| self.place.failed(&error))
    }

    /// As [`Whole::beside`].
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        self.place.beside(ending)
    }
}

/// Puts `bytes` at `path`: there is the old file or the whole new one, at any moment.
///
/// # Errors
/// What the system says.
pub(crate) fn put(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let mut place = Whole::at(path);
    let written = place.create(readers).and_then(|mut file| file.write_all(bytes));
    written.and_then(|()| place.take()).map_err(|error| place.failed(&error))
}
