//! CSV, record by record (RFC 4180, `\n` or `\r\n`, UTF-8 with or without a mark, blank lines skipped).

use memchr::{memchr, memchr_iter};
use std::io::{ErrorKind, Read};

/// Longest record in bytes; a transcript of an hour has far less.
const RECORD_BYTES_MAX: usize = 8 << 20;

/// Characters of the names of columns that an error repeats.
const FOUND_CHARS_MAX: usize = 200;

/// How much is read at once.
const CHUNK_BYTES: usize = 256 << 10;

/// Why a table could not be read on. Lines count from 1, the head is line 1.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The source failed, or its compressed data is damaged.
    #[error("line {line}: reading failed: {source}")]
    Io {
        /// Last line that was read whole.
        line: u64,
        /// What the source said.
        source: std::io::Error,
    },
    /// Bytes that are no text.
    #[error("line {line}: the text is not UTF-8")]
    NotUtf8 {
        /// Where the record begins.
        line: u64,
    },
    /// A quote is opened and never closed.
    #[error("line {line}: a quoted field is not closed before the file ends")]
    QuoteOpen {
        /// Where the record begins.
        line: u64,
    },
    /// Something stands between a closing quote and the next comma.
    #[error("line {line}: a quoted field ends at its closing quote; double a quote inside it")]
    AfterQuote {
        /// Where the record begins.
        line: u64,
    },
    /// A record that does not end.
    #[error("line {line}: a record has at most {bytes_max} bytes")]
    TooLong {
        /// Where the record begins.
        line: u64,
        /// The limit.
        bytes_max: usize,
    },
    /// More or fewer fields than the head has.
    #[error("line {line}: {found} fields where the head has {expected}")]
    Fields {
        /// Where the record begins.
        line: u64,
        /// Fields of the record.
        found: usize,
        /// Fields of the head.
        expected: usize,
    },
    /// Nothing but blank lines.
    #[error("line 1: the file is empty; its first line names the columns")]
    Empty,
    /// A column that must be there is not.
    #[error("line 1: no column `{column}`; {rule}; here are `{found}`{hint}")]
    NoColumn {
        /// Its name.
        column: &'static str,
        /// Which columns the file must have.
        rule: &'static str,
        /// Which it has; of very many the first.
        found: String,
        /// What most likely is wrong, if that can be told.
        hint: &'static str,
    },
    /// A column stands there twice.
    #[error("line 1: the column `{column}` stands there twice")]
    Twice {
        /// Its name.
        column: String,
    },
    /// A field breaks a rule.
    #[error("line {line}: `{field}` {rule}")]
    Field {
        /// Where the record begins.
        line: u64,
        /// The column.
        field: &'static str,
        /// What it has to be.
        rule: &'static str,
    },
}

/// A table with a head. Memory: the longest record.
pub struct Csv<R> {
    source: R,
    buffer: Vec<u8>,
    from: usize,
    ended: bool,
    lines: u64,
    line: u64,
    head: Vec<String>,
    record: String,
    ends: Vec<usize>,
}

impl<R: Read> Csv<R> {
    /// Reads the head. Names of columns are trimmed and lower-cased.
    pub fn new(source: R) -> Result<Self, CsvError> {
        let mut csv = Self {
            source,
            buffer: Vec::new(),
            from: 0,
            ended: false,
            lines: 0,
            line: 0,
            head: Vec::new(),
            record: String::new(),
            ends: Vec::new(),
        };
        if !csv.advance()? {
            return Err(CsvError::Empty);
        }
        let names: Vec<String> = (0..csv.ends.len()).map(|at| csv.field(at).trim().to_lowercase()).collect();
        for (at, name) in names.iter().enumerate() {
            if names[..at].contains(name) {
                return Err(CsvError::Twice { column: name.clone() });
            }
        }
        csv.head = names;
        Ok(csv)
    }

    /// The place of a column, or an error that says which columns there must be.
    pub fn column(&self, column: &'static str, rule: &'static str) -> Result<usize, CsvError> {
        self.find(column).ok_or_else(|| {
            let mut found: String = self.head.join(",").chars().take(FOUND_CHARS_MAX + 1).collect();
            if found.chars().count() > FOUND_CHARS_MAX {
                found.pop();
                found.push('…');
            }
            let hint = match self.head.as_slice() {
                [one] if one.contains(';') => "; fields are parted by commas, here by semicolons",
                [one] if one.contains('\t') => "; fields are parted by commas, here by tabs",
                [one] if one.contains('|') => "; fields are parted by commas, here by `|`",
                _ => "",
            };
            CsvError::NoColumn { column, rule, found, hint }
        })
    }

    /// The place of a column, if it is there.
    pub fn find(&self, column: &str) -> Option<usize> {
        self.head.iter().position(|name| name == column)
    }

    /// Goes to the next record; `false` at the end.
    pub fn next_record(&mut self) -> Result<bool, CsvError> {
        let more = self.advance()?;
        if more && self.ends.len() != self.head.len() {
            let (found, expected) = (self.ends.len(), self.head.len());
            return Err(CsvError::Fields { line: self.line, found, expected });
        }
        Ok(more)
    }

    /// A field of the present record.
    pub fn field(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.record[start..self.ends[at]]
    }

    /// The line where the present record begins.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The error that a field of the present record breaks a rule.
    pub fn wrong(&self, field: &'static str, rule: &'static str) -> CsvError {
        CsvError::Field { line: self.line, field, rule }
    }

    fn advance(&mut self) -> Result<bool, CsvError> {
        loop {
            let Some(length) = self.measure()? else { return Ok(false) };
            let taken = &self.buffer[self.from..self.from + length];
            let first = self.lines == 0;
            self.line = self.lines + 1;
            self.lines += memchr_iter(b'\n', taken).count().max(1) as u64;
            let text = taken.strip_suffix(b"\n").unwrap_or(taken);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            let text = if first { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
            if text.is_empty() {
                self.from += length;
                continue;
            }
            let text = std::str::from_utf8(text).map_err(|_| CsvError::NotUtf8 { line: self.line })?;
            self.record.clear();
            self.ends.clear();
            if memchr(b'"', text.as_bytes()).is_none() {
                for field in text.split(',') {
                    self.record.push_str(field);
                    self.ends.push(self.record.len());
                }
            } else {
                split_quoted(text, &mut self.record, &mut self.ends)
                    .map_err(|()| CsvError::AfterQuote { line: self.line })?;
            }
            self.from += length;
            return Ok(true);
        }
    }

    /// Bytes of the next record with its line end, all of them in the buffer; `None` at the end.
    fn measure(&mut self) -> Result<Option<usize>, CsvError> {
        let (mut seen, mut open) = (0, false);
        loop {
            let rest = &self.buffer[self.from..];
            while let Some(end) = memchr(b'\n', &rest[seen..]) {
                open = left_open(&rest[seen..=seen + end], open);
                seen += end + 1;
                if !open {
                    return Ok(Some(seen));
                }
            }
            let line = self.lines + 1;
            if self.ended {
                if left_open(&rest[seen..], open) {
                    return Err(CsvError::QuoteOpen { line });
                }
                return Ok((!rest.is_empty()).then_some(rest.len()));
            }
            if rest.len() > RECORD_BYTES_MAX {
                return Err(CsvError::TooLong { line, bytes_max: RECORD_BYTES_MAX });
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), CsvError> {
        self.buffer.drain(..self.from);
        self.from = 0;
        let start = self.buffer.len();
        self.buffer.resize(start + CHUNK_BYTES, 0);
        let read = loop {
            match self.source.read(&mut self.buffer[start..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read.map_err(|source| CsvError::Io { line: self.lines, source })?;
        self.buffer.truncate(start + read);
        self.ended = read == 0;
        Ok(())
    }
}

/// Whether a quoted field is open after `stretch`, given whether one was open before it. A quote opens a field only as its first sign.
fn left_open(stretch: &[u8], mut open: bool) -> bool {
    if !open && memchr(b'"', stretch).is_none() {
        return false;
    }
    let mut field_start = true;
    for byte in stretch {
        if *byte == b'"' {
            // Inside, a doubled quote closes and opens again: what follows the first is as good as a start.
            open = if open { false } else { field_start };
            field_start = !open;
        } else if !open {
            field_start = *byte == b',';
        }
    }
    open
}

/// A record with quotes in it; `Err` if something follows a closing quote.
fn split_quoted(text: &str, record: &mut String, ends: &mut Vec<usize>) -> Result<(), ()> {
    let mut rest = text;
    loop {
        if let Some(mut inside) = rest.strip_prefix('"') {
            loop {
                let end = inside.find('"').ok_or(())?;
                record.push_str(&inside[..end]);
                inside = &inside[end + 1..];
                let Some(after) = inside.strip_prefix('"') else { break };
                record.push('"');
                inside = after;
            }
            ends.push(record.len());
            match inside.strip_prefix(',') {
                Some(after) => rest = after,
                None if inside.is_empty() => return Ok(()),
                None => return Err(()),
            }
        } else {
            // A quote inside an unquoted field is a sign like any other.
            let (field, after) = rest.split_once(',').map_or((rest, None), |(field, after)| (field, Some(after)));
            record.push_str(field);
            ends.push(record.len());
            match after {
                Some(after) => rest = after,
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Vec<Vec<String>>, CsvError> {
        let mut csv = Csv::new(text)?;
        let mut rows = vec![csv.head.clone()];
        while csv.next_record()? {
            rows.push((0..csv.ends.len()).map(|at| csv.field(at).to_owned()).collect());
        }
        Ok(rows)
    }

    #[test]
    fn quotes_commas_line_ends_and_marks() {
        let text = b"\xef\xbb\xbfTask, Label\r\nt1,\"a,\"\"b\"\"\nc\"\n\nt2,\nt3,5\" wide\n\"t4\",x";
        let rows = read(text).expect("well-formed");
        assert_eq!(rows, [["task", "label"], ["t1", "a,\"b\"\nc"], ["t2", ""], ["t3", "5\" wide"], ["t4", "x"]]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text: &[u8]| read(text).expect_err("wrong").to_string();
        assert_eq!(told(b""), "line 1: the file is empty; its first line names the columns");
        assert_eq!(told(b"a,b\n1,2\n\n1\n"), "line 4: 1 fields where the head has 2");
        assert_eq!(told(b"a,b\n\"1\n2\",3\n\"x"), "line 4: a quoted field is not closed before the file ends");
        assert_eq!(told(b"a\n\"1\"2\n"), "line 2: a quoted field ends at its closing quote; double a quote inside it");
        assert_eq!(told(b"a\n\xff\n"), "line 2: the text is not UTF-8");
        assert_eq!(told(b"a,A\n"), "line 1: the column `a` stands there twice");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(rows in prop::collection::vec(prop::collection::vec("[a\",\n\r é]{0,5}", 3), 1..6)) {
            let mut out = crate::quality::CsvWriter::new(Vec::new());
            out.row(["x", "y", "z"]).expect("memory");
            for row in &rows {
                out.row(row.iter().map(String::as_str)).expect("memory");
            }
            let text = out.finish().expect("memory");
            let got = read(&text).expect("well-formed");
            prop_assert_eq!(&got[1..], &rows[..]);
        }
    }
}
