//! Writing tables: beside the place first, then moved there whole; straight into what is no file, such as a pipe.

use crate::exit::Failure;
use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::AsFd as _,
    path::{Path, PathBuf},
};
use vouchsafe_formats::quality::{CsvWriter, Packed, ParquetOut, packed};

/// A table on its way to `path`. What was there before stays until the new one is whole.
pub(crate) struct Out {
    rows: Rows,
    place: Place,
}

enum Rows {
    Csv(CsvWriter<Packed>),
    Parquet(ParquetOut),
}

impl Out {
    /// With its head written.
    pub(crate) fn new<'a>(path: &Path, head: impl IntoIterator<Item = &'a str>) -> Result<Self, Failure> {
        let place = Place::of(path);
        let parquet = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
        let rows = place.create().and_then(|file| {
            Ok(if parquet {
                Rows::Parquet(ParquetOut::new(file))
            } else {
                Rows::Csv(CsvWriter::new(packed(file, path)?))
            })
        });
        let mut out = Self { rows: rows.map_err(|e| told(path, &e))?, place };
        out.row(head)?;
        Ok(out)
    }

    pub(crate) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let written = match &mut self.rows {
            Rows::Csv(rows) => rows.row(fields),
            Rows::Parquet(rows) => rows.row(fields),
        };
        written.map_err(|error| told(&self.place.asked, &error))
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Self { rows, place } = self;
        let finished = match rows {
            Rows::Csv(rows) => rows.finish().and_then(Packed::finish),
            Rows::Parquet(rows) => rows.finish(),
        };
        finished.and_then(|()| place.take()).map_err(|error| told(&place.asked, &error))
    }
}

/// Puts `text` at `path`: there is the old file or the whole new one, at any moment.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Failure> {
    let place = Place::of(path);
    let written = place.create().and_then(|mut file| file.write_all(text.as_bytes()));
    written.and_then(|()| place.take()).map_err(|error| told(path, &error))
}

/// What the program writes to whoever called it.
const STDOUT: &str = "/dev/stdout";

/// Where a file is made, and where it goes. What did not get there is taken away again.
struct Place {
    /// As the caller named it.
    asked: PathBuf,
    /// In the same folder; its end still says what the file is and how it is packed. What was asked for itself, where that is no file.
    beside: PathBuf,
    /// Nothing where it is written in place.
    goal: Option<PathBuf>,
}

impl Place {
    fn of(path: &Path) -> Self {
        let asked = path.to_owned();
        let goal = match path.canonicalize() {
            // It may well be a file that others write to as well.
            _ if path == Path::new(STDOUT) => None,
            Ok(real) => real.is_file().then_some(real),
            Err(_) if path.exists() => None,
            Err(_) => Some(asked.clone()),
        };
        let beside = goal.as_ref().map_or_else(
            || asked.clone(),
            |goal| {
                let name = goal.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                goal.with_file_name(format!(".part-{}-{name}", std::process::id()))
            },
        );
        Self { asked, beside, goal }
    }

    fn create(&self) -> io::Result<File> {
        if self.asked == Path::new(STDOUT) {
            return Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?));
        }
        File::create(&self.beside)
    }

    /// Puts it where it goes.
    fn take(&self) -> io::Result<()> {
        self.goal.as_ref().map_or(Ok(()), |goal| std::fs::rename(&self.beside, goal))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.goal.is_some() {
            let _ = std::fs::remove_file(&self.beside);
        }
    }
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
