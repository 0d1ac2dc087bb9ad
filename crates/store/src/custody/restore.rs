//! Restoring a backup into an empty place: all of it, or nothing.

use super::backup::{Counts, FRAME_BYTES_MAX, FileHead, Head, MAGIC, Table, leaked, proof};
use crate::{
    Error, Val,
    dialect::{self, Conn, Statement},
    engine::postgres::Pool,
    keys::Keyring,
    migrate,
    tx::is_postgres,
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    fs,
    io::{self, BufReader, Read, Write},
    path::{Component, Path, PathBuf},
};

/// Rows sent to PostgreSQL at once.
const ROWS_AT_ONCE: usize = 200;

/// Reads a backup's frames.
struct Frames<R: Read> {
    from: zstd::stream::read::Decoder<'static, BufReader<R>>,
    sum: Sha256,
}

fn broken(why: impl Into<String>) -> Error {
    Error::Backup(why.into())
}

fn reading(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => broken("it ends before its end"),
        _ => broken(format!("it cannot be read ({error})")),
    }
}

impl<R: Read> Frames<R> {
    fn open(from: R) -> Result<Self, Error> {
        let mut from = BufReader::new(from);
        let mut magic = [0; MAGIC.len()];
        from.read_exact(&mut magic).map_err(|e| reading(&e))?;
        if magic != MAGIC {
            return Err(broken("this file is no backup of Vouchsafe"));
        }
        let from = zstd::stream::read::Decoder::with_buffer(from).map_err(|e| reading(&e))?;
        Ok(Self { from, sum: Sha256::new() })
    }

    fn next(&mut self) -> Result<(u8, Vec<u8>), Error> {
        let mut head = [0; 5];
        self.from.read_exact(&mut head).map_err(|e| reading(&e))?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > FRAME_BYTES_MAX {
            return Err(broken("a frame is longer than any that was written"));
        }
        let mut payload = Vec::new();
        let read = self.from.by_ref().take(length as u64).read_to_end(&mut payload).map_err(|e| reading(&e))?;
        if read < length {
            return Err(broken("it ends before its end"));
        }
        if head[0] != b'M' {
            self.sum.update(head);
            self.sum.update(&payload);
        }
        Ok((head[0], payload))
    }

    fn ended(&mut self) -> Result<bool, Error> {
        Ok(self.from.read(&mut [0]).map_err(|e| reading(&e))? == 0)
    }
}

fn json<T: serde::de::DeserializeOwned>(payload: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(payload).map_err(|e| broken(e.to_string()))
}

/// A place that a backup goes into. Dropped before its end, it leaves nothing.
struct Target {
    conn: Conn,
    /// Of SQLite: the file under its temporary name, and its own.
    file: Option<(PathBuf, PathBuf)>,
}

impl Target {
    async fn open(url: &str) -> Result<Self, Error> {
        if is_postgres(url) {
            let mut conn = Pool::new(url, 1)?.connect().await?;
            if !conn.is_empty().await? {
                return Err(Error::NotEmpty("the PostgreSQL database".into()));
            }
            conn.batch("begin").await?;
            return Ok(Self { conn, file: None });
        }
        let path = PathBuf::from(url);
        if path.exists() {
            return Err(Error::NotEmpty(url.into()));
        }
        let named = |error: io::Error| Error::Io { what: url.into(), error };
        let temporary = PathBuf::from(format!("{url}.restoring"));
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(named(error)),
            _ => {}
        }
        let conn = rusqlite::Connection::open(&temporary).map_err(dialect::from_sqlite)?;
        // Nobody else reads it and a broken run is thrown away: no journal, one flush at the end.
        conn.execute_batch("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = on; begin")
            .map_err(dialect::from_sqlite)?;
        Ok(Self { conn: Conn::Sqlite(Box::new(conn)), file: Some((temporary, path)) })
    }

    async fn finish(mut self) -> Result<(), Error> {
        self.conn.batch("commit").await?;
        let Some((temporary, path)) = self.file.take() else { return Ok(()) };
        drop(std::mem::replace(&mut self.conn, Conn::Sqlite(Box::new(closed()?))));
        let renamed = fs::File::open(&temporary)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&temporary, &path))
            .and_then(|()| sync_folder(&path));
        renamed.map_err(|error| Error::Io { what: path.display().to_string(), error })
    }
}

fn closed() -> Result<rusqlite::Connection, Error> {
    rusqlite::Connection::open_in_memory().map_err(dialect::from_sqlite)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.file {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Reads what a backup says of itself, without believing it yet.
pub fn head(from: impl Read) -> Result<Head, Error> {
    match Frames::open(from)?.next()? {
        (b'H', payload) => json(&payload),
        _ => Err(broken("it has no head")),
    }
}

/// Restores a backup into the database at `url`, which must not exist or be empty, and its files below `data`.
/// `tell` hears how many rows there are by now.
pub async fn restore(
    from: impl Read + Send,
    url: &str,
    data: &Path,
    keys: &Keyring,
    tell: &mut (dyn FnMut(u64) + Send),
) -> Result<(Head, Counts), Error> {
    let mut frames = Frames::open(from)?;
    let head: Head = match frames.next()? {
        (b'H', payload) => json(&payload)?,
        _ => return Err(broken("it has no head")),
    };
    let mut into = Target::open(url).await?;
    migrate::make(&mut into.conn, &head.migrations).await?;
    let mut files = Files { data, written: Vec::new(), open: None };
    let counts = pour(&mut frames, &mut into.conn, &mut files, keys, tell).await?;
    migrate::finish(&mut into.conn).await?;
    files.close()?;
    into.finish().await?;
    files.written.clear();
    Ok((head, counts))
}

async fn pour<R: Read + Send>(
    frames: &mut Frames<R>,
    conn: &mut Conn,
    files: &mut Files<'_>,
    keys: &Keyring,
    tell: &mut (dyn FnMut(u64) + Send),
) -> Result<Counts, Error> {
    let known: HashSet<&str> = migrate::tables().collect();
    let (mut counts, mut all) = (Counts::default(), 0);
    let mut table: Option<(String, usize, &'static str)> = None;
    loop {
        let (kind, payload) = frames.next()?;
        match kind {
            b'T' => {
                let new: Table = json(&payload)?;
                let plain =
                    |word: &String| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if !known.contains(new.name.as_str()) || new.columns.is_empty() || !new.columns.iter().all(plain) {
                    return Err(broken("it names a table that does not exist"));
                }
                let places: Vec<String> = (1..=new.columns.len()).map(|n| format!("${n}")).collect();
                let (name, columns, places) = (&new.name, new.columns.join(", "), places.join(", "));
                let sql = leaked(format!("insert into {name} ({columns}) values ({places})"));
                counts.rows.insert(new.name.clone(), 0);
                table = Some((new.name, new.columns.len(), sql));
            }
            b'R' => {
                let Some((name, width, sql)) = &table else { return Err(broken("rows without a table")) };
                let rows = rows(&payload, *width)?;
                for some in rows.chunks(ROWS_AT_ONCE) {
                    let statements: Vec<Statement<'_>> = some.iter().map(|row| (*sql, row.as_slice())).collect();
                    conn.exec_all(&statements).await?;
                }
                *counts.rows.entry(name.clone()).or_default() += rows.len() as u64;
                all += rows.len() as u64;
                tell(all);
            }
            b'F' => {
                files.create(&json::<FileHead>(&payload)?.path)?;
                counts.files += 1;
            }
            b'D' => files.write(&payload)?,
            b'E' => {
                if json::<Counts>(&payload)? != counts {
                    return Err(broken("it does not hold what its end says"));
                }
                let expected = proof(&keys.installation("backup"), frames.sum.clone());
                let (kind, found) = frames.next()?;
                if kind != b'M' || found != expected || !frames.ended()? {
                    return Err(broken("it was changed, or written under another installation key"));
                }
                return Ok(counts);
            }
            _ => return Err(broken("a frame of no known kind")),
        }
    }
}

fn rows(mut from: &[u8], width: usize) -> Result<Vec<Vec<Val<'_>>>, Error> {
    let mut rows = Vec::new();
    while !from.is_empty() {
        let row: Result<Vec<Val<'_>>, Error> = (0..width).map(|_| cell(&mut from)).collect();
        rows.push(row?);
    }
    Ok(rows)
}

fn cell<'p>(from: &mut &'p [u8]) -> Result<Val<'p>, Error> {
    let cut = || broken("a row is cut");
    let mut take = |n: usize| -> Result<&'p [u8], Error> {
        let (head, rest) = from.split_at_checked(n).ok_or_else(cut)?;
        *from = rest;
        Ok(head)
    };
    let tag = take(1)?[0];
    if tag == 0 {
        return Ok(Val::Null);
    }
    if tag == 1 {
        return Ok(Val::Int(i64::from_le_bytes(take(8)?.try_into().map_err(|_| cut())?)));
    }
    let length = u32::from_le_bytes(take(4)?.try_into().map_err(|_| cut())?) as usize;
    let bytes = take(length)?;
    match tag {
        2 => Ok(Val::Text(std::str::from_utf8(bytes).map_err(|_| broken("a text is no UTF-8"))?.into())),
        3 => Ok(Val::Bytes(bytes.into())),
        _ => Err(broken("a value of no known kind")),
    }
}

/// Files below the data folder; those of a run that failed are removed.
struct Files<'a> {
    data: &'a Path,
    written: Vec<PathBuf>,
    open: Option<fs::File>,
}

impl Files<'_> {
    fn create(&mut self, path: &str) -> Result<(), Error> {
        self.close()?;
        let below = Path::new(path);
        if !path.starts_with("releases/") || below.components().any(|part| !matches!(part, Component::Normal(_))) {
            return Err(broken("a file lies outside the folder of releases"));
        }
        let at = self.data.join(below);
        let named = |error: io::Error| Error::Io { what: at.display().to_string(), error };
        if let Some(folder) = at.parent() {
            fs::create_dir_all(folder).map_err(named)?;
        }
        let mut options = fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.write(true).create_new(true).open(&at) {
            Ok(file) => self.open = Some(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::NotEmpty(at.display().to_string()));
            }
            Err(error) => return Err(named(error)),
        }
        self.written.push(at);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let file = self.open.as_mut().ok_or_else(|| broken("bytes without a file"))?;
        file.write_all(bytes).map_err(|error| Error::Io { what: "a file of a release".into(), error })
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some(file) = self.open.take() else { return Ok(()) };
        file.sync_all().map_err(|error| Error::Io { what: "a file of a release".into(), error })
    }
}

impl Drop for Files<'_> {
    fn drop(&mut self) {
        for path in &self.written {
            let _ = fs::remove_file(path);
        }
    }
}
