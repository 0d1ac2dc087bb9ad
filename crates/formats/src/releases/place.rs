//! Where the files of a release are put.
//!
//! A release folder on a client's disk is plain files. A server that keeps content sealed puts the same bytes
//! through a cipher on their way to its own disk: it hands in a [`Place`] of its own. Sizes and hashes are always
//! those of the plain bytes.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Opens files to be written once.
pub trait Place: Send {
    /// Create the file at this path, which does not exist yet.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Target>>;
}

/// A file being written.
pub trait Target: Write + Send {
    /// Everything was written: make it survive a power cut.
    fn close(self: Box<Self>) -> io::Result<()>;
}

/// Plain files that only their owner reads, and nobody writes once they are whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainFiles;

impl Place for PlainFiles {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Target>> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Box::new(BufWriter::new(file)))
    }
}

impl Target for BufWriter<File> {
    fn close(mut self: Box<Self>) -> io::Result<()> {
        self.flush()?;
        let file = self.get_ref();
        file.set_permissions(Permissions::from_mode(0o400))?;
        file.sync_all()
    }
}
