//! Files of a release as they lie on the server's disk: sealed a piece at a time with the client's key.
//!
//! ```text
//! file  = piece*  last           piece = 0x00 length sealed      last = 0x01 length sealed
//! sealed bytes are bound to client, release, path, the piece's number, and whether it is the last
//! ```
//!
//! A piece that was changed, moved, swapped or taken from another file does not open, and a file that was cut has no
//! last piece.

use crate::{
    Error,
    custody::{clearance::Sealer, opener::Opener},
    seal::Sealed,
};
use std::{
    fs::{File, OpenOptions, Permissions},
    io::{self, BufReader, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};
use vouchsafe_domain::ids::ReleaseId;

/// Plain bytes of a piece.
pub const PIECE_BYTES: usize = 256 << 10;
/// No sealed piece is longer; whoever reads a longer one reads no file of ours.
const SEALED_BYTES_MAX: u32 = 512 << 10;
const TABLE: &str = "release_file";
const MORE: u8 = 0;
const LAST: u8 = 1;

fn place(release: ReleaseId, path: &str, piece: u64, kind: u8) -> String {
    format!("{release}/{path}#{piece}{}", if kind == LAST { " last" } else { "" })
}

/// Writes a file piece by piece. Nothing plain reaches the disk.
pub struct SealedWriter {
    sealer: Sealer,
    release: ReleaseId,
    path: String,
    file: File,
    plain: Vec<u8>,
    piece: u64,
}

impl SealedWriter {
    /// Creates the file at `at`, which must not exist, for `path` of a release.
    pub fn create(sealer: Sealer, release: ReleaseId, path: String, at: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(at)?;
        Ok(Self { sealer, release, path, file, plain: Vec::with_capacity(PIECE_BYTES), piece: 0 })
    }

    fn put(&mut self, kind: u8) -> io::Result<()> {
        let sealed = self.sealer.seal(TABLE, &place(self.release, &self.path, self.piece, kind), &self.plain);
        let length = u32::try_from(sealed.0.len()).map_err(io::Error::other)?;
        let mut head = [kind, 0, 0, 0, 0];
        head[1..].copy_from_slice(&length.to_be_bytes());
        self.file.write_all(&head)?;
        self.file.write_all(&sealed.0)?;
        self.plain.clear();
        self.piece += 1;
        Ok(())
    }

    /// Writes the last piece, makes the file durable and read-only.
    pub fn finish(mut self) -> io::Result<()> {
        self.put(LAST)?;
        self.file.set_permissions(Permissions::from_mode(0o400))?;
        self.file.sync_all()
    }
}

impl Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.plain.len() == PIECE_BYTES {
            self.put(MORE)?;
        }
        let taken = bytes.len().min(PIECE_BYTES - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a file back, a piece at a time.
pub struct SealedReader {
    opener: Opener,
    release: ReleaseId,
    path: String,
    file: BufReader<File>,
    piece: u64,
    ended: bool,
}

impl SealedReader {
    /// Opens the file at `at`, which was written for `path` of a release.
    pub fn open(opener: Opener, release: ReleaseId, path: String, at: &Path) -> Result<Self, Error> {
        let file = File::open(at).map_err(|error| Error::Io { what: "a file of a release".into(), error })?;
        Ok(Self { opener, release, path, file: BufReader::new(file), piece: 0, ended: false })
    }

    /// The next piece of plain bytes; `None` after the last. Blocks while it reads.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Unsealable { table: TABLE },
            _ => Error::Io { what: "a file of a release".into(), error },
        };
        let mut head = [0; 5];
        self.file.read_exact(&mut head).map_err(failed)?;
        let [kind, length @ ..] = head;
        let length = u32::from_be_bytes(length);
        if kind > LAST || length > SEALED_BYTES_MAX {
            return Err(Error::Unsealable { table: TABLE });
        }
        let mut sealed = vec![0; length as usize];
        self.file.read_exact(&mut sealed).map_err(failed)?;
        let plain = self.opener.open(TABLE, &place(self.release, &self.path, self.piece, kind), &Sealed(sealed))?;
        self.piece += 1;
        self.ended = kind == LAST;
        Ok(Some(plain))
    }
}
