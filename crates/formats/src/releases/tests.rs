//! Promises of releases: rows have the shapes trainers read.

mod rows;
mod sample;
