//! The line over HTTP.

pub mod assignments;
pub mod tasks;
