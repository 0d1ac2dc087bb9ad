//! Compartments: clients and their keys, clearances, the ledger, holds.

pub mod backup;
pub mod clearance;
pub mod clients;
pub mod holds;
pub mod ledger;
pub mod opener;
pub mod quarantine;
pub mod restore;
