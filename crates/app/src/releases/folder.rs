//! Where releases lie: `DATA/releases/<id>/`, every file sealed with its client's key.

use super::StoredFile;
use crate::{App, Error};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use vouchsafe_domain::ids::ReleaseId;
use vouchsafe_formats::releases::{Place, Target};
use vouchsafe_store::{custody::clearance::Sealer, releases::files::SealedWriter};

impl App {
    /// The folder that all releases lie in.
    pub(crate) fn releases_folder(&self) -> Result<PathBuf, Error> {
        Ok(self.data()?.join("releases"))
    }

    /// The folder of one.
    pub(crate) fn release_folder(&self, release: ReleaseId) -> Result<PathBuf, Error> {
        Ok(self.releases_folder()?.join(release.to_string()))
    }
}

/// Files that are sealed on their way to the disk.
pub(crate) struct SealedFiles {
    pub(crate) sealer: Sealer,
    /// What each file is bound to: a release, or a departure under its own id.
    pub(crate) release: ReleaseId,
    /// The folder that all releases lie in.
    pub(crate) parent: PathBuf,
    /// Plain sizes of the files that are whole.
    pub(crate) sizes: Sizes,
}

/// Plain sizes by path, shared with whoever waits for the folder.
#[derive(Clone, Default)]
pub(crate) struct Sizes(Arc<Mutex<Vec<(String, u64)>>>);

impl Sizes {
    fn add(&self, path: String, bytes: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((path, bytes));
    }

    pub(crate) fn take(&self) -> Vec<(String, u64)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Place for SealedFiles {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Target>> {
        // `parent/<name while it is built>/<path>`: the file is bound to its path below the release's own folder.
        let below = path.strip_prefix(&self.parent).map_err(io::Error::other)?;
        let parts: Vec<_> = below.components().skip(1).map(|part| part.as_os_str().to_string_lossy()).collect();
        let name = parts.join("/");
        let writer = SealedWriter::create(self.sealer.clone(), self.release, name.clone(), path)?;
        Ok(Box::new(SealedFile { writer, name, bytes: 0, sizes: self.sizes.clone() }))
    }
}

struct SealedFile {
    writer: SealedWriter,
    name: String,
    bytes: u64,
    sizes: Sizes,
}

impl Write for SealedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.writer.write(bytes)?;
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Target for SealedFile {
    fn close(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()?;
        self.sizes.add(self.name, self.bytes);
        Ok(())
    }
}

/// Every file of a folder: those the manifest lists with their hashes, and the manifest and its signature.
pub(super) fn files(manifest: &vouchsafe_formats::releases::Manifest, sizes: &Sizes) -> Vec<StoredFile> {
    let sizes = sizes.take();
    let listed = manifest.files.iter().map(|file| (file.path.as_str(), file.sha256.clone()));
    let own = ["manifest.json", "manifest.json.sig"].map(|path| (path, String::new()));
    listed
        .chain(own)
        .filter_map(|(path, sha256)| {
            let (_, bytes) = sizes.iter().find(|(name, _)| name == path)?;
            Some(StoredFile { path: path.to_owned(), bytes: *bytes, sha256 })
        })
        .collect()
}
