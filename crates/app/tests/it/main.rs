//! Use cases against real databases.

mod grants;
mod queue;
mod releases;
