//! The line over HTTP.

pub mod assignments;
pub mod projects;
pub mod tasks;
