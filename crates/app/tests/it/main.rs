//! Use cases against real databases.

mod change_project;
mod grants;
mod queue;
mod releases;
