//! Compartments.

pub mod backup;
pub mod clients;
pub mod doctor;
pub mod keys;
mod local;
pub mod quarantine;
