//! Compartments.

pub mod clients;
pub mod keys;
