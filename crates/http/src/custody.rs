//! Compartments over HTTP.

pub mod clients;
