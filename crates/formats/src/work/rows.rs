//! Bytes in, rows out, without a reader: the one implementation behind files and HTTP bodies.

use std::ops::Range;

use memchr::memchr;
use serde_json::{Map, Value};

use super::object::{JSON_SPACE, parse_object};
use super::{Encoding, Limits, ReadError, RefusedLine, Rule};
use super::{damage::Damage, decode::Decode};

/// One good line.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'r> {
    /// Its number in the file, from 1; blank lines count.
    pub line: u64,
    /// The line as it came, without byte order mark, space around it or line end.
    pub raw: &'r str,
    /// The same, parsed, with its members in their order.
    pub members: Map<String, Value>,
}

/// Rows out of bytes that are pushed in.
///
/// ```
/// # use vouchsafe_formats::work::{Limits, Rows};
/// let mut rows = Rows::new(None, Limits::default());
/// let mut seen = Vec::new();
/// for chunk in ["{\"a\":", "1}\n[]\n", "{\"b\":2}\n"] {
///     rows.feed(chunk.as_bytes());
///     while let Some(row) = rows.next()? {
///         seen.push(row.map(|row| (row.line, row.raw.to_owned())).map_err(|refused| refused.line));
///     }
/// }
/// rows.finish();
/// assert!(rows.next()?.is_none());
/// assert_eq!(seen, [Ok((1, r#"{"a":1}"#.to_owned())), Err(2), Ok((3, r#"{"b":2}"#.to_owned()))]);
/// # Ok::<(), vouchsafe_formats::work::ReadError>(())
/// ```
///
/// Take every row before the next chunk is fed, else chunks pile up. Whatever way the bytes are cut into
/// chunks, the rows are the same.
pub struct Rows {
    limits: Limits,
    named: Option<Encoding>,
    decode: Option<Decode>,
    /// Bytes fed and not yet decoded, from `input_at`.
    input: Vec<u8>,
    input_at: usize,
    /// Bytes decoded and not yet given, from `start`; up to `searched` there is no line end.
    window: Vec<u8>,
    start: usize,
    searched: usize,
    bytes_in: u64,
    bytes_out: u64,
    line: u64,
    /// In the middle of a line that is too long.
    skipping: bool,
    finished: bool,
    /// Reading cannot go on once the window is used up.
    failure: Option<ReadError>,
    ended: bool,
}

/// A line that was found, blank ones left out.
pub(super) enum Found {
    /// It lies in the window.
    Line(Range<usize>),
    /// It was too long to keep.
    TooLong,
}

impl Rows {
    /// Nothing read yet. `named` is what the file's name promises ([`Encoding::of_name`]); the first bytes
    /// decide, and must not contradict a name that promises compression.
    pub fn new(named: Option<Encoding>, limits: Limits) -> Self {
        Self {
            limits,
            named,
            decode: None,
            input: Vec::new(),
            input_at: 0,
            window: Vec::new(),
            start: 0,
            searched: 0,
            bytes_in: 0,
            bytes_out: 0,
            line: 0,
            skipping: false,
            finished: false,
            failure: None,
            ended: false,
        }
    }

    /// The next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) {
        if matches!(self.decode, Some(Decode::Plain)) && self.input_at == self.input.len() {
            self.drop_given();
            self.window.extend_from_slice(chunk);
            self.count(chunk.len(), chunk.len());
            self.failure = self.failure.take().or(self.check_limits(Encoding::Plain).err());
        } else {
            self.input.drain(..self.input_at);
            self.input_at = 0;
            self.input.extend_from_slice(chunk);
        }
    }

    /// No more bytes will come.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// The next row, or the next refused line; `None` if more bytes are needed or, after [`Rows::finish`], if
    /// that was all. After an error there is nothing more.
    #[expect(clippy::should_implement_trait, reason = "a row borrows from the reader, which `Iterator` cannot say")]
    pub fn next(&mut self) -> Result<Option<Result<Row<'_>, RefusedLine>>, ReadError> {
        Ok(self.advance()?.map(|found| self.open(found)))
    }

    /// Will nothing more be found?
    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    /// The source failed: give nothing more.
    pub(super) fn fail(&mut self, source: std::io::Error) -> ReadError {
        self.ended = true;
        ReadError::Io { line: self.line, source }
    }

    /// Lines found so far.
    pub fn lines(&self) -> u64 {
        self.line
    }

    /// Bytes decoded so far; for a plain file, those that were fed.
    pub fn bytes(&self) -> u64 {
        self.bytes_out
    }

    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        self.input.capacity() + self.window.capacity()
    }

    /// Find the next line that is not blank.
    pub(super) fn advance(&mut self) -> Result<Option<Found>, ReadError> {
        loop {
            let line = match self.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(None),
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            };
            self.line += 1;
            if std::mem::take(&mut self.skipping) || line.len() > self.limits.line_bytes_max {
                return Ok(Some(Found::TooLong));
            }
            let blank = self.window[line.clone()].iter().all(|b| matches!(b, b' ' | b'\t' | b'\r'));
            if !blank {
                return Ok(Some(Found::Line(line)));
            }
        }
    }

    /// Parse a line that was found.
    pub(super) fn open(&self, found: Found) -> Result<Row<'_>, RefusedLine> {
        let refused = |field, rule| RefusedLine { line: self.line, field, rule };
        let Found::Line(range) = found else {
            return Err(refused(None, Rule::LineTooLong { bytes_max: self.limits.line_bytes_max }));
        };
        let bytes = &self.window[range];
        let text = std::str::from_utf8(bytes)
            .map_err(|error| refused(None, Rule::NotUtf8 { byte: error.valid_up_to() + 1 }))?;
        let text = if self.line == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let raw = text.trim_matches(JSON_SPACE);
        let members = parse_object(raw, &self.limits).map_err(|(field, rule)| refused(field, rule))?;
        Ok(Row { line: self.line, raw, members })
    }

    /// The next line, blank or not, without its line feed; its beginning may be gone if `skipping` is set.
    fn next_line(&mut self) -> Result<Option<Range<usize>>, ReadError> {
        while !self.ended {
            if let Some(ahead) = memchr(b'\n', &self.window[self.searched..]) {
                let line = self.start..self.searched + ahead;
                self.start = line.end + 1;
                self.searched = self.start;
                return Ok(Some(line));
            }
            self.drop_given();
            if self.skipping || self.window.len() > self.limits.line_bytes_max {
                self.skipping = true;
                self.window.clear();
            }
            self.searched = self.window.len();
            if let Some(error) = self.failure.take() {
                return Err(error.after(self.line));
            }
            match self.fill() {
                Ok(true) => continue,
                Ok(false) => {}
                // Bytes decoded before the damage may hold whole lines: those come first.
                Err(error) => {
                    self.failure = Some(error);
                    continue;
                }
            }
            if !self.finished {
                break;
            }
            self.ended = true;
            if self.searched > 0 || self.skipping {
                self.start = self.searched;
                return Ok(Some(0..self.searched));
            }
        }
        Ok(None)
    }

    /// Decode some of the input into the window. False: there is nothing to decode until more is fed.
    fn fill(&mut self) -> Result<bool, ReadError> {
        let mut decode = match self.decode.take() {
            Some(decode) => decode,
            None => match self.begin()? {
                Some(decode) => decode,
                None => return Ok(false),
            },
        };
        let (line, encoding) = (self.line, decode.encoding());
        let corrupt = |Damage(what)| ReadError::Corrupt { encoding, line, what };
        loop {
            let before = self.window.len();
            let taken = decode.run(&self.input[self.input_at..], &mut self.window).map_err(corrupt)?;
            let made = self.window.len() - before;
            self.input_at += taken;
            self.count(taken, made);
            self.check_limits(encoding)?;
            if made > 0 {
                self.decode = Some(decode);
                return Ok(true);
            }
            if taken == 0 {
                break;
            }
        }
        if self.finished && !decode.at_end() {
            return Err(ReadError::Truncated { encoding, line });
        }
        self.decode = Some(decode);
        Ok(false)
    }

    /// Choose the decoder once enough bytes are there.
    fn begin(&mut self) -> Result<Option<Decode>, ReadError> {
        if self.input.len() < Encoding::MAGIC_BYTES && !self.finished {
            return Ok(None);
        }
        let found = Encoding::of_magic(&self.input)?;
        if let Some(named @ (Encoding::Gzip | Encoding::Zstd)) = self.named
            && named != found
        {
            return Err(match self.input.len() {
                0 => ReadError::Truncated { encoding: named, line: 0 },
                _ => ReadError::NotAsNamed { named, found },
            });
        }
        let corrupt = |Damage(what)| ReadError::Corrupt { encoding: found, line: 0, what };
        Decode::new(found).map(Some).map_err(corrupt)
    }

    fn count(&mut self, taken: usize, made: usize) {
        self.bytes_in += taken as u64;
        self.bytes_out += made as u64;
    }

    /// Bytes beyond the total are forgotten, so that the same rows are given whatever the chunks.
    fn check_limits(&mut self, encoding: Encoding) -> Result<(), ReadError> {
        let Limits { total_bytes_max: bytes_max, ratio_max, .. } = self.limits;
        let line = self.line;
        if self.bytes_out > bytes_max {
            let excess = usize::try_from(self.bytes_out - bytes_max).unwrap_or(usize::MAX);
            self.window.truncate(self.window.len().saturating_sub(excess));
            self.bytes_out = bytes_max;
            return Err(ReadError::TooLarge { line, bytes_max });
        }
        let grown = self.bytes_out > self.bytes_in.saturating_mul(ratio_max);
        if grown && self.bytes_out > Limits::RATIO_GRACE_BYTES {
            return Err(ReadError::Bomb { encoding, line, ratio_max });
        }
        Ok(())
    }

    /// Forget the lines that were given.
    fn drop_given(&mut self) {
        self.window.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
    }
}
