//! A backup: every row of one state of the database, sealed as it lies there, and the sealed files of releases.
//!
//! ```text
//! backup  = "vouchsafe-backup 1\n" zstd( frame* )
//! frame   = kind length[4, little-endian] payload
//! kinds   = H head, JSON      T a table and its columns, JSON      R rows      F a file, JSON      D its bytes
//!           E counts, JSON    M HMAC-SHA-256 under the installation's key of the SHA-256 of all frames before it
//! row     = one value a column: 0 null | 1 i64 | 2 length[4] text | 3 length[4] bytes
//! ```
//!
//! Rows are the same on both engines, so a backup of one is restored into either. It holds no key: data keys lie in
//! it as they lie in the database, wrapped by keys that are kept elsewhere. Rows are read in one snapshot rather
//! than page by page off the disk: a server that writes all the time would make a copy of pages start over for ever.

use crate::{Error, Store, Val, migrate, seal::Key};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write},
};

/// First bytes of a backup.
pub(super) const MAGIC: &[u8] = b"vouchsafe-backup 1\n";
/// No frame is longer: rows are gathered up to a tenth of it, and one row may exceed that.
pub(super) const FRAME_BYTES_MAX: usize = 192 << 20;
/// Rows are gathered into frames of about this size.
const GATHERED_BYTES: usize = 256 << 10;
const LEVEL: i32 = 3;

/// What a backup says of itself first.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Head {
    /// Of the software that wrote it.
    pub version: String,
    /// When, in microseconds.
    pub at_us: i64,
    /// The migrations of the database.
    pub migrations: Vec<String>,
    /// Newest entry of each ledger.
    pub ledgers: super::quarantine::Heads,
}

/// A table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// A file, by its path below the data folder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileHead {
    pub(super) path: String,
}

/// What a backup holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Counts {
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Files of releases.
    pub files: u64,
}

/// Writes frames.
pub struct Writer<W: Write> {
    out: zstd::stream::write::Encoder<'static, W>,
    sum: Sha256,
    counts: Counts,
}

impl<W: Write> Writer<W> {
    /// Begins a backup.
    pub fn begin(mut to: W, head: &Head) -> Result<Self, Error> {
        to.write_all(MAGIC).map_err(writing)?;
        let out = zstd::stream::write::Encoder::new(to, LEVEL).map_err(writing)?;
        let mut writer = Self { out, sum: Sha256::new(), counts: Counts::default() };
        writer.json(b'H', head)?;
        Ok(writer)
    }

    fn frame(&mut self, kind: u8, payload: &[u8]) -> Result<(), Error> {
        let length = u32::try_from(payload.len()).ok().filter(|n| *n as usize <= FRAME_BYTES_MAX);
        let length = length.ok_or_else(|| Error::Backup("a row is longer than a backup can hold".into()))?;
        let mut head = [kind, 0, 0, 0, 0];
        head[1..].copy_from_slice(&length.to_le_bytes());
        self.sum.update(head);
        self.sum.update(payload);
        self.out.write_all(&head).and_then(|()| self.out.write_all(payload)).map_err(writing)
    }

    fn json<T: Serialize>(&mut self, kind: u8, value: &T) -> Result<(), Error> {
        self.frame(kind, &serde_json::to_vec(value).map_err(|e| Error::Backup(e.to_string()))?)
    }

    /// Writes every row of one state of the database. `tell` hears how many rows there are by now.
    pub async fn rows(&mut self, on: &mut crate::Read, tell: &mut (dyn FnMut(u64) + Send)) -> Result<(), Error>
    where
        W: Send,
    {
        let mut all = 0;
        for name in migrate::tables() {
            let sql = leaked(format!("select * from {name}"));
            let columns = on.columns(sql).await?;
            self.json(b'T', &Table { name: name.into(), columns })?;
            let (mut gathered, mut rows) = (Vec::new(), 0);
            on.each(sql, &[], &mut |cells| {
                for cell in cells {
                    put(&mut gathered, cell);
                }
                rows += 1;
                all += 1;
                if gathered.len() >= GATHERED_BYTES {
                    self.frame(b'R', &gathered)?;
                    gathered.clear();
                    tell(all);
                }
                Ok(())
            })
            .await?;
            if !gathered.is_empty() {
                self.frame(b'R', &gathered)?;
            }
            tell(all);
            self.counts.rows.insert(name.into(), rows);
        }
        Ok(())
    }

    /// Writes a file that lies, sealed, below the data folder.
    pub fn file(&mut self, path: &str, from: &mut dyn io::Read) -> Result<(), Error> {
        self.json(b'F', &FileHead { path: path.into() })?;
        let mut piece = Vec::with_capacity(GATHERED_BYTES);
        loop {
            piece.clear();
            let read = from.take(GATHERED_BYTES as u64).read_to_end(&mut piece);
            read.map_err(|error| Error::Io { what: path.into(), error })?;
            if piece.is_empty() {
                break;
            }
            self.frame(b'D', &piece)?;
        }
        self.counts.files += 1;
        Ok(())
    }

    /// Ends it: counts and what proves that it is whole and ours.
    pub fn finish(mut self, store: &Store) -> Result<(W, Counts), Error> {
        let counts = std::mem::take(&mut self.counts);
        self.json(b'E', &counts)?;
        let proof = proof(&store.keys().installation("backup"), self.sum.clone());
        self.frame(b'M', &proof)?;
        Ok((self.out.finish().map_err(writing)?, counts))
    }
}

/// What only a holder of the installation's key can make.
pub(super) fn proof(key: &Key, sum: Sha256) -> [u8; 32] {
    key.keyed("backup", &[&sum.finalize()])
}

/// SQL made at run time: a few texts a process, of our own table names.
pub(super) fn leaked(sql: String) -> &'static str {
    Box::leak(sql.into_boxed_str())
}

fn put(to: &mut Vec<u8>, cell: &Val<'_>) {
    let mut long = |tag: u8, bytes: &[u8]| {
        to.push(tag);
        to.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        to.extend_from_slice(bytes);
    };
    match cell {
        Val::Null => to.push(0),
        Val::Int(n) => {
            to.push(1);
            to.extend_from_slice(&n.to_le_bytes());
        }
        Val::Text(text) => long(2, text.as_bytes()),
        Val::Bytes(bytes) => long(3, bytes),
    }
}

fn writing(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::StorageFull {
        Error::DiskFull
    } else {
        Error::Io { what: "the backup".into(), error }
    }
}
