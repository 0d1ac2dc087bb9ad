//! The line over HTTP.

pub mod assignments;
