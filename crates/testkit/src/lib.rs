//! What tests share: a fixed clock, seeded ids, both databases, a running server.
//!
//! A test that takes a store runs on both engines: SQLite in a temporary folder, and PostgreSQL at
//! `VOUCHSAFE_TEST_POSTGRES`, in a fresh database of its own. Without that variable it says that it was skipped there.

#![expect(clippy::missing_panics_doc, reason = "here a panic is a failed test")]

pub mod client;
pub mod clock;
pub mod db;
pub mod disk;
pub mod serve;
pub mod world;

/// The bytes of the log, for tests of crates that do not know them.
pub use vouchsafe_ledger as ledger;
