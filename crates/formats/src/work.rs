//! What a client sends us to work on: rows of JSON, one object a line.
//!
//! [`Rows`] is fed bytes as they come (an HTTP body) and gives rows; [`RowsFrom`] does the same over anything
//! that reads. Both take JSON Lines plain, gzipped or zstd-compressed. A bad line is refused with its number,
//! its field and the rule it broke, never its content, and reading goes on; only a file that cannot be read
//! further ends in a [`ReadError`], and what was given until then stays good.

mod damage;
mod decode;
mod encoding;
mod error;
mod gzip;
mod limits;
mod object;
mod read;
mod refused;
mod rows;

pub use encoding::Encoding;
pub use error::ReadError;
pub use limits::Limits;
pub use object::parse_object;
pub use read::RowsFrom;
pub use refused::{RefusedLine, Rule};
pub use rows::{Row, Rows};

#[cfg(test)]
mod tests;
