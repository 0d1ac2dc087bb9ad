//! Writing tables.

use crate::{
    exit::Failure,
    whole::{self, Readers, Whole},
};
use std::path::Path;
use vouchsafe_formats::quality::{CsvWriter, Packed, ParquetOut, packed};

/// A table on its way to `path`. What was there before stays until the new one is whole.
pub(crate) struct Out {
    rows: Rows,
    place: Whole,
}

enum Rows {
    Csv(CsvWriter<Packed>),
    Parquet(ParquetOut),
}

impl Out {
    /// With its head written.
    pub(crate) fn new<'a>(path: &Path, head: impl IntoIterator<Item = &'a str>) -> Result<Self, Failure> {
        let mut place = Whole::at(path);
        let parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        let rows = place.create(Readers::Any).and_then(|file| {
            Ok(if parquet {
                Rows::Parquet(ParquetOut::new(file))
            } else {
                Rows::Csv(CsvWriter::new(packed(file, path)?))
            })
        });
        let mut out = Self { rows: rows.map_err(|e| place.failed(&e))?, place };
        out.row(head)?;
        Ok(out)
    }

    pub(crate) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let written = match &mut self.rows {
            Rows::Csv(rows) => rows.row(fields),
            Rows::Parquet(rows) => rows.row(fields),
        };
        written.map_err(|error| self.place.failed(&error))
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Self { rows, mut place } = self;
        let finished = match rows {
            Rows::Csv(rows) => rows.finish().and_then(Packed::finish),
            Rows::Parquet(rows) => rows.finish(),
        };
        finished.and_then(|()| place.take()).map_err(|error| place.failed(&error))
    }
}

/// Puts `text` at `path`: there is the old file or the whole new one, at any moment.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    whole::put(path, text.as_bytes(), Readers::Any)
}

/// A probability or measure, to six places after the point, without needless zeros.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A quantity of any size, to twelve figures.
pub(crate) fn quantity(value: f64) -> String {
    // Sums leave a rest in the last figures that nobody gave.
    let rounded: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
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
        assert_eq!(
            [2.5e-9, 0.1 + 0.2, -0.0, 12.0, 1e15].map(quantity),
            ["0.0000000025", "0.3", "0", "12", "1000000000000000"]
        );
    }
}
