//! Tables of answers for the quality engine: CSV or Parquet in and out, coded as integers on the way.
//!
//! [`Csv`] reads records one by one from anything that reads, [`open`] undoes gzip and zstd, [`Answers::read`] knows the three
//! shapes of an answers file, [`Truth::read`] that of known answers. What is wrong is told with line, field and rule, never
//! with the content.

mod answers;
mod coding;
mod csv;
mod kind;
mod parquet;
mod source;
mod truth;
mod write;

pub use answers::{Answers, PairRow, Rows, SpanRow, Unusable};
pub use coding::Names;
pub use csv::{Csv, CsvError};
pub use kind::Kind;
pub use parquet::{ParquetOut, ParquetRows};
pub use source::{open, open_file};
pub use truth::Truth;
pub use write::{CsvWriter, Packed, packed};
