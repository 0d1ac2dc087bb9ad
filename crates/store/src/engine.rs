//! The two engines: how a transaction begins, commits and is undone on each.

pub(crate) mod postgres;
pub(crate) mod sqlite;
