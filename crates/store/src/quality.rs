//! What the figures of quality are reckoned from, and where they are kept.

pub mod batches;
pub mod given;
pub mod reports;
pub mod until;
