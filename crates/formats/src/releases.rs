//! What goes back to a client: data files that trainers read.
//!
//! [`FORMATS`] lists what a data file can be. A [`Format`] looks at the project's schema and answers with a
//! [`Plan`], or says by name why this project cannot be exported so; the plan then turns one [`ReleaseRow`] after
//! the other into lines.

mod formats;
mod lines;
mod plan;
mod row;

pub use formats::{FORMATS, format_named};
pub use lines::Lines;
pub use plan::{DataFile, Format, LeftOut, NotExportable, Options, Plan, Style};
pub use row::{Annotation, Consensus, Decision, ReleaseRow, Review};

#[cfg(test)]
mod tests;
