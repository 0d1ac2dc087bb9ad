//! Compartments over HTTP.

pub mod agreements;
pub mod cases;
pub mod clients;
pub mod departures;
pub mod destruction;
pub mod holds;
pub mod ledger;
pub mod outside_logs;
pub mod people;
pub mod walls;
