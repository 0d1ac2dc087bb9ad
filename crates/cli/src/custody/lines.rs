//! Pieces of a log, one at a time: lines of a file or of standard input, packed or not, in UTF-8 or UTF-16, put together
//! where the log is written over several. None longer than a limit is held.

use crate::exit::Failure;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use vouchsafe_watch::read::{BadLine, encoding, pieces::Pieces, report::LINE_BYTES_MAX, sources::Sources};

/// What packed bytes begin with.
const PACKED: [u8; 2] = [0x1f, 0x8b];

pub(crate) struct Lines {
    path: PathBuf,
    from: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    number: u64,
    mended: u64,
    /// Whether the line goes on that a part was taken of.
    goes_on: bool,
    pieces: Pieces,
    /// Pieces that are whole and were not handed out yet, by the line on which they begin.
    ready: VecDeque<(u64, Result<String, BadLine>)>,
    text: String,
}

/// The line on which a piece begins, from 1, and the piece.
pub(crate) type Piece<'l> = (u64, Result<&'l str, BadLine>);

/// Where the next piece lies.
enum Next {
    Line,
    Text(u64, Result<(), BadLine>),
    End,
}

impl Lines {
    /// Opens a log, or standard input for `-`.
    pub(crate) fn of_log(path: &Path, sources: &Sources) -> Result<Self, Failure> {
        Ok(Self { pieces: Pieces::of(sources.columns()), ..Self::open(path)? })
    }

    /// How many lines held bytes that are no text so far.
    pub(crate) fn mended(&self) -> u64 {
        self.mended
    }

    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| failed(path, &error);
        let bytes: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(File::open(path).map_err(failed)?)
        };
        let mut bytes = BufReader::with_capacity(1 << 18, bytes);
        let packed = bytes.fill_buf().map_err(failed)?.starts_with(&PACKED);
        let from = if packed {
            encoding::utf8(BufReader::with_capacity(1 << 18, Packed::new(bytes)))
        } else {
            encoding::utf8(bytes)
        };
        let from = from.map_err(failed)?;
        let (pieces, ready) = (Pieces::default(), VecDeque::new());
        Ok(Self {
            path: path.to_owned(),
            from,
            line: Vec::new(),
            number: 0,
            mended: 0,
            goes_on: false,
            pieces,
            ready,
            text: String::new(),
        })
    }

    /// The next piece; `None` after the last. One that is too long is passed
    /// over; bytes that are no text are replaced and counted, so that a name in an old encoding does not cost the act.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'_>>, Failure> {
        let (number, read) = match self.step()? {
            Next::End => return Ok(None),
            Next::Line => {
                if let Ok(text) = std::str::from_utf8(&self.line) {
                    return Ok(Some((self.number, Ok(text))));
                }
                self.text = String::from_utf8_lossy(&self.line).into_owned();
                self.mended += 1;
                (self.number, Ok(()))
            }
            Next::Text(number, read) => (number, read),
        };
        Ok(Some((number, read.map(|()| self.text.as_str()))))
    }

    fn step(&mut self) -> Result<Next, Failure> {
        loop {
            if let Some((number, piece)) = self.ready.pop_front() {
                let read = piece.map(|text| self.text = text);
                return Ok(Next::Text(number, read));
            }
            if !self.goes_on {
                self.line.clear();
            }
            let limit = LINE_BYTES_MAX as u64 + 1;
            let read = (&mut self.from).take(limit).read_until(b'\n', &mut self.line);
            let ready = &mut self.ready;
            let mut take =
                |number: u64, piece: Result<&str, BadLine>| ready.push_back((number, piece.map(str::to_owned)));
            if read.map_err(|error| broke_off(&self.path, self.number, &error))? == 0 {
                self.pieces.end(&mut take);
                if self.ready.is_empty() {
                    return Ok(Next::End);
                }
                continue;
            }
            self.number += u64::from(!self.goes_on);
            let parted = self.line.len() > LINE_BYTES_MAX && self.line.last() != Some(&b'\n');
            if std::mem::replace(&mut self.goes_on, parted) || parted {
                // A letter may lie across two parts.
                let letters = if parted { whole_letters(&self.line) } else { self.line.len() };
                let text = String::from_utf8_lossy(&self.line[..letters]);
                self.mended += u64::from(matches!(text, Cow::Owned(_)));
                if self.pieces.part(self.number, &text, &mut take) {
                    self.line.drain(..letters);
                    continue;
                }
                self.goes_on = false;
                self.line.clear();
                self.from.skip_until(b'\n').map_err(|error| broke_off(&self.path, self.number, &error))?;
                let bad = BadLine { field: Cow::Borrowed("line"), rule: "a line has at most 16 MiB" };
                return Ok(Next::Text(self.number, Err(bad)));
            }
            if self.pieces.lines() {
                return Ok(Next::Line);
            }
            let text = String::from_utf8_lossy(&self.line);
            self.mended += u64::from(matches!(text, Cow::Owned(_)));
            self.pieces.line(self.number, &text, &mut take);
        }
    }
}

/// Bytes at the beginning that hold whole letters, if it is text.
fn whole_letters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

/// Packed bytes, in one piece or several, with noughts between and after them, as tapes and stores of blocks fill up.
struct Packed<R>(Option<flate2::bufread::GzDecoder<R>>);

impl<R: BufRead> Packed<R> {
    fn new(from: R) -> Self {
        Self(Some(flate2::bufread::GzDecoder::new(from)))
    }
}

impl<R: BufRead> Read for Packed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = &mut self.0 {
            let read = piece.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let Some(mut from) = self.0.take().map(flate2::bufread::GzDecoder::into_inner) else { break };
            if !after_noughts(&mut from)?.is_empty() {
                self.0 = Some(flate2::bufread::GzDecoder::new(from));
            }
        }
        Ok(0)
    }
}

/// What comes next that is no nought; nothing at the end.
fn after_noughts(from: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        let ahead = from.fill_buf()?;
        let noughts = ahead.iter().take_while(|byte| **byte == 0).count();
        if ahead.is_empty() || noughts < ahead.len() {
            from.consume(noughts);
            break;
        }
        from.consume(noughts);
    }
    from.fill_buf()
}

fn broke_off(path: &Path, after: u64, error: &std::io::Error) -> Failure {
    Failure::from(format!("{}: broke off after line {after}: {error}", path.display()))
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::from(format!("{}: {error}", path.display()))
}
