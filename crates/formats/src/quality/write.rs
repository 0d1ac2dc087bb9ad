//! Writing CSV, packed where the file's name says so.

use crate::work::Encoding;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

/// Rows out. A field is quoted only where it must be.
pub struct CsvWriter<W: Write> {
    out: W,
}

impl<W: Write> CsvWriter<W> {
    /// Nothing written yet.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// One row.
    pub fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        let (mut first, mut bytes) = (true, 0);
        for field in fields {
            if !first {
                self.out.write_all(b",")?;
            }
            first = false;
            bytes += field.len();
            if field.contains(['"', ',', '\n', '\r']) {
                write!(self.out, "\"{}\"", field.replace('"', "\"\""))?;
                bytes += 2;
            } else {
                self.out.write_all(field.as_bytes())?;
            }
        }
        // A row of one empty field would be a blank line.
        self.out.write_all(if bytes == 0 { b"\"\"\n" } else { b"\n" })
    }

    /// Everything is with the writer below.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Into a file, packed if `name` ends in `.gz` or `.zst`; give it to [`CsvWriter`], then end it with [`Packed::finish`].
pub fn packed(file: File, name: &Path) -> io::Result<Packed> {
    let file = BufWriter::new(file);
    Ok(match Encoding::of_name(&name.to_string_lossy()) {
        Some(Encoding::Gzip) => Packed::Gzip(flate2::write::GzEncoder::new(file, flate2::Compression::default())),
        Some(Encoding::Zstd) => Packed::Zstd(zstd::stream::write::Encoder::new(file, 0)?),
        _ => Packed::Plain(file),
    })
}

/// A file that may be packed.
pub enum Packed {
    /// As it is.
    Plain(BufWriter<File>),
    /// RFC 1952.
    Gzip(flate2::write::GzEncoder<BufWriter<File>>),
    /// RFC 8878.
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<File>>),
}

impl Packed {
    /// Writes the end of the packed data and hands everything to the disk's care.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut file) => file.flush(),
            Self::Gzip(gzip) => gzip.finish()?.flush(),
            Self::Zstd(zstd) => zstd.finish()?.flush(),
        }
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
            Self::Zstd(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
            Self::Zstd(out) => out.flush(),
        }
    }
}
