//! Use cases against real databases.

mod queue;
