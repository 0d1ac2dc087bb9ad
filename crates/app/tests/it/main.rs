//! Use cases against real databases.

mod queue;
mod releases;
