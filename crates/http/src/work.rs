//! The line over HTTP.

pub mod assignments;
pub mod tasks;
pub mod projects;
