//! Promises of the tree, its proofs, notes and the offline verifier.

#![expect(clippy::cast_possible_truncation, reason = "the trees of tests are small")]

mod folder;
mod mutations;
mod notes;
mod peers;
mod proofs;
mod vectors;
