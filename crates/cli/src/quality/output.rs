//! Writing tables: beside the place first, then moved there whole.

use crate::exit::Failure;
use std::{
    io,
    path::{Path, PathBuf},
};
use vouchsafe_formats::quality::{CsvWriter, Packed, ParquetOut, create};

/// A table on its way to `path`. What was there before stays until the new one is whole.
pub(crate) struct Out {
    rows: Rows,
    path: PathBuf,
    beside: PathBuf,
}

enum Rows {
    Csv(CsvWriter<Packed>),
    Parquet(ParquetOut),
}

impl Out {
    /// With its head written.
    pub(crate) fn new<'a>(path: &Path, head: impl IntoIterator<Item = &'a str>) -> Result<Self, Failure> {
        let beside = beside(path);
        let rows = if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet")) {
            std::fs::File::create(&beside).map(|file| Rows::Parquet(ParquetOut::new(file)))
        } else {
            create(&beside).map(|packed| Rows::Csv(CsvWriter::new(packed)))
        };
        let mut out = Self { rows: rows.map_err(|e| told(path, &e))?, path: path.to_owned(), beside };
        out.row(head)?;
        Ok(out)
    }

    pub(crate) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let written = match &mut self.rows {
            Rows::Csv(rows) => rows.row(fields),
            Rows::Parquet(rows) => rows.row(fields),
        };
        written.map_err(|error| told(&self.path, &error))
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Self { rows, path, beside } = self;
        let finished = match rows {
            Rows::Csv(rows) => rows.finish().and_then(Packed::finish),
            Rows::Parquet(rows) => rows.finish(),
        };
        finished.and_then(|()| std::fs::rename(&beside, &path)).map_err(|error| told(&path, &error))
    }
}

/// Puts `text` at `path`: there is the old file or the whole new one, at any moment.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let beside = beside(path);
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        told(path, &error)
    })
}

/// A place in the same folder, whose end still says what the file is and how it is packed.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".part-{}-{name}", std::process::id()))
}

fn told(path: &Path, error: &io::Error) -> Failure {
    Failure::from(format!("{}: {error}", path.display()))
}

/// A probability or measure, to six places after the point, without needless zeros.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A number, or the word for there is none.
pub(crate) fn maybe(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, 1.0 / 3.0, -1e-9, 12.0].map(number), ["1", "0.5", "0.333333", "0", "12"]);
        assert_eq!(maybe(None), "");
    }
}
