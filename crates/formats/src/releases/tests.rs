//! Promises of releases: rows have the shapes trainers read, folders are whole or absent, and any change shows.

mod folders;
mod kills;
mod rows;
mod sample;
mod verdicts;
