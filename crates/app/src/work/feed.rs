//! An import that is fed bytes as they arrive, in bounded memory.
//!
//! While one chunk is inserted, the next is read, checked and sealed on another thread. At most two chunks are
//! in memory, whatever the size or the compression of the file.

use super::import::{Chunk, Import, ImportOptions, Refused, Report};
use crate::{App, Asker, Error};
use vouchsafe_domain::ids::ProjectId;
use vouchsafe_formats::work::{Limits, ReadError, Rows};

/// Bytes gathered before they are read.
const BLOCK_BYTES: usize = 1 << 20;
/// Rows of a chunk at most.
const CHUNK_ROWS_MAX: usize = 2_000;
/// Bytes of a chunk's rows, about.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// An import in the middle of its file.
pub struct Feed {
    app: App,
    import: Import,
    rows: Option<Rows>,
    buffer: Vec<u8>,
    ready: Option<Chunk>,
    report: Report,
}

struct Parsed {
    rows: Rows,
    chunk: Chunk,
    drained: bool,
    failure: Option<ReadError>,
}

impl App {
    /// Begins an import of a file that arrives in pieces.
    pub async fn feed(&self, asker: &Asker, project: ProjectId, options: ImportOptions) -> Result<Feed, Error> {
        let import = self.begin_import(asker, project, options).await?;
        let report = Report { batch: import.batch().to_string(), ..Report::default() };
        Ok(Feed {
            app: self.clone(),
            import,
            rows: Some(Rows::new(None, Limits::default())),
            buffer: Vec::new(),
            ready: None,
            report,
        })
    }
}

impl Feed {
    /// What became of the file so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The next bytes.
    pub async fn push(&mut self, asker: &Asker, data: impl AsRef<[u8]>) -> Result<(), Error> {
        self.buffer.extend_from_slice(data.as_ref());
        if self.buffer.len() >= BLOCK_BYTES { self.turn(asker, false).await } else { Ok(()) }
    }

    /// The file has ended: reads the rest and says what became of it.
    pub async fn finish(&mut self, asker: &Asker) -> Result<Report, Error> {
        self.turn(asker, true).await?;
        self.insert_ready(asker).await?;
        Ok(self.report.clone())
    }

    /// The file was cut off: whole lines that arrived are kept, half a line is not.
    pub async fn cut_off(&mut self, asker: &Asker) -> Result<(), Error> {
        self.turn(asker, false).await?;
        self.insert_ready(asker).await
    }

    async fn turn(&mut self, asker: &Asker, last: bool) -> Result<(), Error> {
        let mut block = Some(std::mem::take(&mut self.buffer));
        loop {
            let Some(rows) = self.rows.take() else { return Err(Error::state("import_over", "this import has ended")) };
            let (import, block) = (self.import.clone(), block.take());
            let reading = tokio::task::spawn_blocking(move || read(rows, &import, block, last));
            let inserted = self.insert_ready(asker).await;
            let parsed = reading.await.map_err(|e| Error::Store(vouchsafe_store::Error::Database(e.to_string())))?;
            inserted?;
            self.ready = Some(parsed.chunk);
            if let Some(failure) = parsed.failure {
                self.insert_ready(asker).await?;
                let kept = format!(
                    "{failure}; {} rows were kept and {} were there before",
                    self.report.accepted, self.report.already_there
                );
                return Err(Error::state("unreadable_file", kept));
            }
            self.rows = Some(parsed.rows);
            if parsed.drained {
                return Ok(());
            }
        }
    }

    async fn insert_ready(&mut self, asker: &Asker) -> Result<(), Error> {
        match self.ready.take() {
            Some(chunk) if !chunk.is_empty() => {
                self.app.import_chunk(asker, &self.import, chunk, &mut self.report).await
            }
            _ => Ok(()),
        }
    }
}

fn read(mut rows: Rows, import: &Import, block: Option<Vec<u8>>, last: bool) -> Parsed {
    if let Some(block) = block {
        rows.feed(&block);
        if last {
            rows.finish();
        }
    }
    let mut chunk = Chunk::default();
    let (mut bytes, mut drained, mut failure) = (0, false, None);
    while chunk.len() < CHUNK_ROWS_MAX && bytes < CHUNK_BYTES_MAX {
        match rows.next() {
            Ok(Some(Ok(row))) => {
                bytes += row.raw.len();
                import.prepare_one(&mut chunk, row.line, serde_json::Value::Object(row.members));
            }
            Ok(Some(Err(line))) => {
                bytes += 64;
                chunk.refuse(Refused {
                    line: line.line,
                    field: line.field.unwrap_or_default(),
                    rule: line.rule.to_string(),
                });
            }
            Ok(None) => {
                drained = true;
                break;
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    Parsed { rows, chunk, drained, failure }
}
