//! Releases: their rows, approvals, what they are built from, and their sealed files.

pub mod files;
pub mod folders;
pub mod orders;
pub mod source;
