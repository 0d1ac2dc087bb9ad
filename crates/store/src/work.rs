//! The line: projects, tasks, the queue, assignments, annotations, reviews.

pub mod adjudication;
pub mod annotations;
pub mod assignments;
pub mod batches;
pub mod consensus;
pub mod drafts;
pub mod flags;
pub mod guidelines;
pub mod measuring;
pub(crate) mod parsed;
pub mod progress;
pub mod projects;
pub mod queue;
pub mod reviews;
pub mod schemas;
pub mod tasks;
pub mod unfinished;

/// The lane of gold tasks. Its slots never run out; everybody meets each once.
pub const GOLD_LANE: i64 = -1;
