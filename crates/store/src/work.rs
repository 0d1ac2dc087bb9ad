//! The line: projects, tasks, the queue, assignments, annotations, reviews.

pub mod annotations;
pub mod assignments;
pub mod drafts;
pub mod flags;
pub mod queue;
pub mod reviews;
pub mod tasks;
