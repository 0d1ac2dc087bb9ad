//! Rows out of anything that reads: files, pipes, memory.

use std::io::{ErrorKind, Read};

use super::{Encoding, Limits, ReadError, RefusedLine, Row, Rows};

/// How many bytes one read asks for.
const CHUNK_BYTES: usize = 128 << 10;

/// [`Rows`] over a source that is read as rows are asked for.
///
/// ```
/// # use vouchsafe_formats::work::{Limits, RowsFrom};
/// let mut rows = RowsFrom::new(&b"{\"question\":\"why?\"}\n"[..], None, Limits::default());
/// assert_eq!(rows.next()?.unwrap().unwrap().members["question"], "why?");
/// assert!(rows.next()?.is_none());
/// # Ok::<(), vouchsafe_formats::work::ReadError>(())
/// ```
pub struct RowsFrom<R> {
    rows: Rows,
    source: R,
    chunk: Vec<u8>,
}

impl<R: Read> RowsFrom<R> {
    /// Nothing read yet; `named` and `limits` as in [`Rows::new`].
    pub fn new(source: R, named: Option<Encoding>, limits: Limits) -> Self {
        Self { rows: Rows::new(named, limits), source, chunk: vec![0; CHUNK_BYTES] }
    }

    /// The next row, or the next refused line; `None` at the end, and after an error.
    #[expect(clippy::should_implement_trait, reason = "a row borrows from the reader, which `Iterator` cannot say")]
    pub fn next(&mut self) -> Result<Option<Result<Row<'_>, RefusedLine>>, ReadError> {
        loop {
            if let Some(found) = self.rows.advance()? {
                return Ok(Some(self.rows.open(found)));
            }
            if self.rows.is_ended() {
                return Ok(None);
            }
            match self.source.read(&mut self.chunk) {
                Ok(0) => self.rows.finish(),
                Ok(length) => self.rows.feed(&self.chunk[..length]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(self.rows.fail(source)),
            }
        }
    }

    /// Lines found so far.
    pub fn lines(&self) -> u64 {
        self.rows.lines()
    }
}
