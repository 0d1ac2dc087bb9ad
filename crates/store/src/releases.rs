//! Releases: their rows, approvals, what they are built from, and their sealed files.

pub mod approvals;
pub mod files;
pub mod orders;
pub mod source;
