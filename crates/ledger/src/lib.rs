//! The ledger's bytes: what an entry says, what it commits to, and what a stranger checks.
//!
//! Bytes in, bytes out: no clock, no randomness, no database. The format of a leaf is
//! fixed (`entry`); trees, proofs and checkpoints are built over it.

pub mod act;
pub mod canonical;
pub mod checkpoint;
pub mod entry;
pub mod epoch;
pub mod export;
pub mod handover;
pub mod note;
pub mod proof;
pub mod shown;
pub mod signing;
pub mod tiles;
pub mod tree;
pub mod verify;
