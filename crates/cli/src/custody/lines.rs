//! Lines of a file, packed or not, one at a time; none longer than a limit is held.

use crate::exit::Failure;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use vouchsafe_watch::read::BadLine;

/// Longest line, in bytes.
const LINE_BYTES_MAX: usize = 4 << 20;

pub(crate) struct Lines {
    path: PathBuf,
    from: Box<dyn BufRead>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::from(format!("{}: {error}", path.display())))?;
        let packed = path.extension().is_some_and(|extension| extension == "gz");
        let from: Box<dyn BufRead> = if packed {
            Box::new(BufReader::with_capacity(
                1 << 18,
                flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file)),
            ))
        } else {
            Box::new(BufReader::with_capacity(1 << 18, file))
        };
        Ok(Self { path: path.to_owned(), from, line: Vec::new(), number: 0 })
    }

    /// Number of the line that was handed out last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line, without its end; `None` after the last. A line that is too long or no text is passed over.
    pub(crate) fn next(&mut self) -> Result<Option<Result<&str, BadLine>>, Failure> {
        self.line.clear();
        self.number += 1;
        let limit = LINE_BYTES_MAX as u64 + 1;
        let failed = |path: &Path, error: std::io::Error| Failure::from(format!("{}: {error}", path.display()));
        let read = (&mut self.from)
            .take(limit)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| failed(&self.path, error))?;
        if read == 0 {
            return Ok(None);
        }
        if read > LINE_BYTES_MAX && self.line.last() != Some(&b'\n') {
            self.pass_over().map_err(|error| failed(&self.path, error))?;
            return Ok(Some(Err(bad("a line has at most 4 MiB"))));
        }
        Ok(Some(std::str::from_utf8(&self.line).map_err(|_| bad("a line is UTF-8 text"))))
    }

    fn pass_over(&mut self) -> std::io::Result<()> {
        loop {
            let held = self.from.fill_buf()?;
            let (used, done) = match held.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (held.len(), held.is_empty()),
            };
            self.from.consume(used);
            if done {
                return Ok(());
            }
        }
    }
}

fn bad(rule: &'static str) -> BadLine {
    BadLine { field: Cow::Borrowed("line"), rule }
}
