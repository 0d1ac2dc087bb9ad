//! Compartments over HTTP.

pub mod agreements;
pub mod clients;
pub mod destruction;
pub mod holds;
pub mod ledger;
pub mod people;
pub mod walls;
