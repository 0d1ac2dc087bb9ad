//! Compartments.

pub mod clients;
