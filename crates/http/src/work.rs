//! The line over HTTP.

pub mod annotations;
pub mod assignments;
pub mod projects;
pub mod submitted;
pub mod tasks;
