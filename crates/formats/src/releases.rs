//! What goes back to a client: an immutable, signed folder of data files.
//!
//! ```text
//! RELEASE/
//!   manifest.json        what the folder is: schema, guideline, people (by pseudonym), counts, sha256 of every file
//!   manifest.json.sig    detached signature over the bytes of manifest.json
//!   README.md            dataset card with the YAML header that Hugging Face's tools read
//!   provenance.jsonl     for each task: who did what and when, and which lines of which file came of it
//!   data/full.jsonl      everything, one task a line
//!   data/<format>.jsonl  what a trainer reads
//! ```
//!
//! [`FORMATS`] lists what a data file can be. A [`Format`] looks at the project's schema and answers with a
//! [`Plan`], or says by name why this project cannot be exported so; the plan then turns one [`ReleaseRow`] after
//! the other into lines. [`FolderWriter`] writes the folder, [`verify`] tells a whole one from a broken one.

mod card;
pub(crate) mod folder;
mod formats;
mod lines;
mod manifest;
mod place;
mod plan;
mod provenance;
mod row;
pub(crate) mod verify;
pub(crate) mod writing;

pub use card::{Admitted, CardFacts};
pub use folder::{About, FolderError, FolderWriter, sweep};
pub use formats::{FORMATS, format_named};
pub use lines::Lines;
pub use manifest::{Counts, File, FileRole, Manifest, Step, Version};
pub use place::{Place, PlainFiles, Target};
pub use plan::{DataFile, Format, LeftOut, NotExportable, Options, Plan, Style};
pub use row::{Annotation, Consensus, Decision, OnReview, Range, ReleaseRow, Review};
pub use verify::{Fault, Signer, Verdict, Why, verify};

#[cfg(test)]
mod tests;
